"""Which clauses of a rule, and which branches of a clause, the cases of a test reach.

A branch is what a clause can come to besides its value: no row, an absent part in each of its ways, a value
that rounding changed, a cap that was reached, a tie rule that was looked at, a grade, a gate that was
triggered and one that was not, a streak that broke, a guard.  What is not reached is not tested, whatever the
tests say; what is reached may still be tested badly (`party_workflow.testing.policies.mutation` tells).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import BaseClause, RuleDocument
from party_workflow.policies.documents.parameters import Absences, Places, Valued, treatment
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.policy import Policy
from party_workflow.testing.policies.cases import Case
from party_workflow.testing.policies.scenario import GivenPolicy

_EMPTY = ("no_row", "no_figure")
_ABSENT = ("missing", "excused", "not_applicable")


@dataclass(frozen=True)
class Coverage:
    """What was reached and what was not, by clause.  Truthy when every branch of every clause was."""

    rule: str
    hit: Mapping[str, tuple[str, ...]]
    missed: Mapping[str, tuple[str, ...]]
    unreached: tuple[str, ...]
    """Clauses of which nothing was reached."""

    def __bool__(self) -> bool:
        return not self.unreached and not any(self.missed.values())

    def __str__(self) -> str:
        lines = [f"{self.rule}: {len(self.hit)} clauses reached, {len(self.unreached)} not"]
        lines += [f"  {code}: not reached" for code in self.unreached]
        lines += [f"  {code}: never {branch}" for code, each in self.missed.items() for branch in each]
        return "\n".join(lines)


def clause_coverage(
    rule: RuleDocument | Policy[Any], cases: Iterable[GivenPolicy | Case | Conclusion]
) -> Coverage:
    """What cases reach of a document, or of the clauses of the rule of a policy in code.

    A case is taken as far as it comes to a conclusion; days of dated values are told from cases with days.
    """
    document = rule if isinstance(rule, RuleDocument) else None
    based = rule.based() if isinstance(rule, RuleDocument) else rule.rule.based()
    hit: dict[str, set[str]] = {}
    for case in cases:
        begun = case.begun if isinstance(case, Case) else case
        conclusion = begun.conclusion if isinstance(begun, GivenPolicy) else begun
        for code in clauses_hit(conclusion):
            hit.setdefault(code, set())
        if document is not None:
            on = begun.when.on if isinstance(begun, GivenPolicy) else None
            for clause in document.clause:
                hit.setdefault(clause.code, set()).update(_reached(clause, conclusion, on))
    expected = {clause.code: tuple(_expected(clause)) for clause in document.clause} if document else {}
    reached = {code for code in based if code in hit and (hit[code] or not expected.get(code))}
    return Coverage(
        rule=document.code if document is not None else getattr(rule, "name", ""),
        hit={code: tuple(sorted(hit[code])) for code in based if code in reached},
        missed={
            code: left
            for code, wanted in expected.items()
            if code in reached and (left := tuple(each for each in wanted if each not in hit[code]))
        },
        unreached=tuple(code for code in based if code not in reached),
    )


def clauses_hit(conclusion: Conclusion) -> set[str]:
    """The clauses under which something was concluded."""
    found = {figure.clause for figure in every_figure(conclusion) if figure.clause}
    found |= {ranking.clause for ranking in conclusion.rankings if ranking.entries}
    found |= {code for code, measure in conclusion.measures.items() if measure}
    found |= {code for code, given in conclusion.grades.items() if given}
    found |= {gate.clause for gate in conclusion.gates} | {award.clause for award in conclusion.awards}
    found |= {streak.clause for streak in conclusion.streaks}
    found |= {proposal.clause for proposal in conclusion.proposals}
    found |= {note.clause for note in conclusion.notes}
    return found


def every_figure(conclusion: Conclusion) -> Iterator[Figure]:
    """Every figure of a conclusion with those that it was computed from, once."""
    seen: set[int] = set()

    def walk(figure: Figure | Evidence) -> Iterator[Figure]:
        if isinstance(figure, Figure) and id(figure) not in seen:
            seen.add(id(figure))
            yield figure
            for inner in figure.inputs:
                yield from walk(inner)

    for figure in conclusion.figures():
        yield from walk(figure)
    for measure in conclusion.measures.values():
        for figure in measure.values():
            yield from walk(figure)


# --- branches --------------------------------------------------------------------------------


def _expected(clause: BaseClause) -> Iterator[str]:
    """The branches that a clause has."""
    if clause.output == "measure":
        yield "a value"
    if hasattr(clause, "empty"):
        yield "no row"
    absent = getattr(clause, "absent", None)
    if isinstance(absent, str | Absences):
        how = absent if isinstance(absent, Absences) else treatment(cast(Any, absent))
        yield from (f"absent part: {kind}" for kind in _ABSENT if getattr(how, kind) != "incomplete")
        yield from ("absent part",) if "incomplete" in (how.missing, how.excused, how.not_applicable) else ()
    if isinstance(getattr(clause, "rounding", None), Places):
        yield "rounding changed it"
    for name in ("worth", "worths"):
        yield from (f"{name}.{kind}" for kind in getattr(clause, name, None) or ())
    caps = getattr(clause, "caps", None)
    if isinstance(caps, tuple):
        yield from (f"cap {index} reached" for index in range(1, len(caps) + 1))
    yield from (f"since {day}" for day in _days(clause))
    match getattr(clause, "type", ""):
        case "ratio":
            yield from ("too few", "over nothing")
        case "gate":
            yield from ("triggered", "not triggered")
        case "rank":
            ties: Any = getattr(clause, "ties", ())
            yield "a place"
            yield "not ranked"
            yield from (f"tie rule {index}" for index in range(1, len(ties)))
            yield "still level"
        case "bands":
            grades = dict.fromkeys(grade for scale in getattr(clause, "scales", ()) for grade in scale)
            yield from (f"grade {grade}" for grade in grades)
        case "quota":
            yield from ("full", "edge")
        case "ladder":
            yield from (f"tier {tier.code}" for tier in getattr(clause, "tiers", ()))
            yield "broken"
        case "award":
            yield "given"
        case "last_place":
            yield from ("proposed", "refused")
        case _:
            pass


def _days(clause: BaseClause) -> list[str]:
    """The days from which dated values hold, where there are several."""
    found: dict[str, None] = {}

    def walk(value: Any) -> None:
        if isinstance(value, tuple) and len(value) > 1 and all(isinstance(each, Valued) for each in value):
            found.update(dict.fromkeys(each.since.isoformat() for each in value))
        elif isinstance(value, tuple):
            for each in value:
                walk(each)
        elif isinstance(value, Mapping):
            for each in value.values():
                walk(each)
        elif hasattr(type(value), "model_fields"):
            for name in type(value).model_fields:
                walk(getattr(value, name))

    walk(clause)
    return sorted(found)


def _reached(clause: BaseClause, conclusion: Conclusion, on: date | None) -> Iterator[str]:
    """The branches of a clause that a conclusion took."""
    code, kind = clause.code, getattr(clause, "type", "")
    measure = conclusion.measures.get(code, {})
    for figure in measure.values():
        if figure.step == "not_in_force":
            continue
        exact = figure
        if figure.step == "rounded" and isinstance(figure.inputs[0], Figure):
            exact = figure.inputs[0]
            if exact.value != figure.value:
                yield "rounding changed it"
        if exact.step in _EMPTY or not exact.inputs:
            yield "no row"
        else:
            yield "a value"
    for figure in every_figure(conclusion):
        if figure.clause == code:
            yield from _of_figure(figure, code)
    if measure or conclusion.rankings or conclusion.grades:
        days = [day for day in _days(clause) if on is not None and day <= on.isoformat()]
        yield from (f"since {day}" for day in days[-1:])
    match kind:
        case "gate":
            hit = {gate.subject for gate in conclusion.gates if gate.clause == code}
            people = {key[0] for each in conclusion.measures.values() for key in each}
            people |= {entry.subject for ranking in conclusion.rankings for entry in ranking.entries}
            yield from ["triggered"] * bool(hit) + ["not triggered"] * bool(people - hit)
        case "rank":
            yield from _of_ranking(clause, conclusion)
        case "ladder":
            yield from _of_ladder(code, conclusion)
        case "award":
            yield from ("given" for award in conclusion.awards if award.clause == code)
        case "last_place":
            for proposal in conclusion.proposals:
                if proposal.clause == code:
                    yield "proposed" if proposal.subjects else "refused"
        case _:
            pass
    for graded in conclusion.grades.get(code, ()):
        yield f"grade {graded.grade}"
        yield from ["full"] * (graded.ground == "quota") + ["edge"] * graded.ground.startswith("selection")


def _of_figure(figure: Figure, code: str) -> Iterator[str]:
    for item in figure.inputs:
        if not isinstance(item, Figure):
            continue
        if isinstance(item.value, Absent):
            yield "absent part"
            yield f"absent part: {item.value.kind}"
        if item.step == "parameter" and item.name.startswith(("worth.", "worths.")):
            yield item.name
        if figure.step == "capped" and item.name.startswith(f"{code}.cap_") and item.step == "parameter":
            yield f"cap {item.name.rpartition('_')[2]} reached"
    if figure.step == "too_few":
        yield "too few"
    if figure.step == "share" and isinstance(figure.value, Absent) and figure.value.kind == "not_applicable":
        if len(figure.inputs) > 1 and isinstance(figure.inputs[1], Figure) and figure.inputs[1].value == 0:
            yield "over nothing"


def _of_ranking(clause: BaseClause, conclusion: Conclusion) -> Iterator[str]:
    for ranking in conclusion.rankings:
        if ranking.clause != clause.code:
            continue
        yield from ("a place" for _ in ranking.entries)
        yield from ("not ranked" for _ in ranking.excluded)
        rules: Any = getattr(clause, "ties", ())
        for entry in ranking.entries:
            for index, rule in enumerate(rules, start=1):
                names = (getattr(rule, "measure", None), rule.by)
                if any(tie.name.startswith(tuple(filter(None, names))) for tie in entry.ties):
                    yield f"tie rule {index}"
            yield from ["still level"] * bool(entry.tied or any(tie.step == "drawn" for tie in entry.ties))


def _of_ladder(code: str, conclusion: Conclusion) -> Iterator[str]:
    for streak in conclusion.streaks:
        if streak.clause != code:
            continue
        before = 0
        for rung in streak.rungs:
            if rung.tier is not None:
                yield f"tier {rung.tier}"
            if rung.outcome == "not_awarded" and before > rung.streak:
                yield "broken"
            before = rung.streak
