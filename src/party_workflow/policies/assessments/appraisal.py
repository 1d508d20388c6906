"""The democratic appraisal as a policy: self, peer and mass ratings, weighted, ranked, graded (R-051).

The order of evaluation is fixed: scale, panel, weights, total, rank, bands, cap.  A panel is the mean of its
ballots, every ballot one vote; one below the least number of raters gives no value.  A missing component
makes the total missing, never zero; so does one with a mark under independent review (R-148).  Places are
competition ranks on the displayed total.  The cap on the best grade is a share of everybody who takes part,
graded or not, rounded as the rule declares, otherwise down (29 members: 9 of 9.67); a tie
across its edge is left to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from party_workflow.codec import Event, Registry
from party_workflow.domain.appraisal import AppraisalOpened, AppraisalVoided
from party_workflow.domain.rating import (
    MarkHeld,
    MarkSettled,
    Rated,
    RatingClosed,
    RatingOpened,
    RatingVoided,
    SelfRated,
)
from party_workflow.errors import Fault, InvalidDefinition
from party_workflow.policies.figure import (
    Absent,
    Evidence,
    Figure,
    Mode,
    Rounding,
    constant,
    counted,
    weighted,
)
from party_workflow.policies.policy import Policy, Row, When
from party_workflow.policies.ranking import (
    Band,
    Bands,
    Excluded,
    Ranking,
    competition,
    grade_with_quota,
    quota,
)
from party_workflow.policies.rule import Rule

NAME: Final = "democratic-appraisal"
COMPONENTS: Final = ("self", "peer", "mass")
DOWN: Final = Rounding(0, "down")
MODES: Final[tuple[Mode, ...]] = ("down", "half_up", "half_even", "up")

READS: Final[Mapping[type[Event], tuple[str, ...]]] = {
    RatingOpened: ("kind", "subjects", "serves", "secret"),
    RatingClosed: ("tally", "withheld"),
    RatingVoided: (),
    Rated: ("rater", "grades"),
    SelfRated: ("rater", "grade"),
    MarkHeld: ("entry", "person"),
    MarkSettled: ("entry", "person", "released"),
    AppraisalOpened: ("subject", "graded", "serves"),
    AppraisalVoided: (),
}


@dataclass(frozen=True, slots=True)
class _Round:
    kind: str
    secret: bool
    subjects: frozenset[str]
    opened: Evidence
    closed: Evidence | None = None
    tally: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    rated: Mapping[str, Mapping[str, tuple[str, Evidence]]] = field(default_factory=dict)
    """By rater and subject: the grade given in the open that counts, the latest, and its event."""
    held: Mapping[tuple[str, str], Evidence] = field(default_factory=dict)
    """By entry and person the marks under independent review, with the event that put them aside."""
    dismissed: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class _State:
    campaign: str
    rounds: dict[str, _Round] = field(default_factory=dict)
    subjects: dict[str, tuple[bool, Evidence]] = field(default_factory=dict)
    appraisals: dict[str, str] = field(default_factory=dict)


def democratic_appraisal(rule: Rule, campaign: str, registry: Registry) -> Policy[Any]:
    """The policy for the rounds and appraisals that serve one campaign, under a rule.

    It ignores every other type of the registry it is made for; a registry that grows later is refused by
    `Policy.check`, so that nobody overlooks what a new type means for the appraisal.
    """
    read = {kind.stored_type for kind in READS}
    return Policy(
        name=NAME,
        version=1,
        rule=rule,
        reads=READS,
        ignores=frozenset(registry.events) - read,
        initial=lambda: _State(campaign),
        evolve=_evolve,
        conclude=_conclude,
        later=frozenset({MarkHeld, MarkSettled}),
    )


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is RatingOpened:
        if any(item.campaign == state.campaign for item in row["serves"]):
            subjects = frozenset(row["subjects"])
            state.rounds[row.stream] = _Round(row["kind"], row["secret"], subjects, row.evidence)
    elif row.kind is AppraisalOpened:
        if any(item.campaign == state.campaign for item in row["serves"]):
            state.subjects[row["subject"]] = (row["graded"], row.evidence)
            state.appraisals[row.stream] = row["subject"]
    elif row.kind is AppraisalVoided:
        state.subjects.pop(state.appraisals.get(row.stream, ""), None)
    elif (found := state.rounds.get(row.stream)) is not None:
        _rate(state, found, row)
    return state


def _rate(state: _State, found: _Round, row: Row) -> None:
    if row.kind is RatingVoided:
        del state.rounds[row.stream]
    elif row.kind is RatingClosed:
        closed = replace(found, closed=row.evidence, tally=row["tally"], withheld=frozenset(row["withheld"]))
        state.rounds[row.stream] = closed
    elif row.kind is MarkHeld:
        held = {**found.held, (row["entry"], row["person"]): row.evidence}
        state.rounds[row.stream] = replace(found, held=held)
    elif row.kind is MarkSettled:
        mark = (row["entry"], row["person"])
        left = {key: evidence for key, evidence in found.held.items() if key != mark}
        dismissed = found.dismissed if row["released"] else found.dismissed | {mark}
        state.rounds[row.stream] = replace(found, held=left, dismissed=dismissed)
    elif row.kind in (Rated, SelfRated):
        rater = row["rater"]
        grades = row["grades"] if row.kind is Rated else {rater: row["grade"]}
        # Some grades may come now and others later, and a correction names one of them: the others stand.
        given = {
            **found.rated.get(rater, {}),
            **{who: (grade, row.evidence) for who, grade in grades.items()},
        }
        state.rounds[row.stream] = replace(found, rated={**found.rated, rater: given})


def _conclude(state: _State, rule: Rule, when: When) -> Ranking:
    on = when.on
    rounding = Rounding(int(rule.value("total", "places", on)), "half_up")
    figures: dict[str, Figure] = {}
    excluded: list[Excluded] = []
    for subject, (graded, opened) in sorted(state.subjects.items()):
        total = _total(state, subject, rule, on, rounding)
        if not graded:
            note = counted("appraisal_opened", "scope", rule.clause("scale").basis, [opened])
            excluded.append(Excluded(subject, "not_graded", note))
        elif isinstance(total.value, Absent):
            excluded.append(Excluded(subject, total.value.kind, total))
        else:
            figures[subject] = total
    ranking = competition(figures, "displayed", excluded, population=len(state.subjects))
    bands = Bands(
        [Band(parameter.code, rule.value("bands", parameter.code, on)) for parameter in _by_floor(rule, on)],
        Fraction(0),
    )
    best = bands.bands[0].grade
    places = quota(rule.value("excellent_cap", "share", on), len(state.subjects), cap_rounding(rule, on))
    return grade_with_quota(ranking, bands, best, places, bands.bands[1].grade, clause="excellent_cap")


def cap_rounding(rule: Rule, on: date) -> Rounding:
    """How the cap is rounded to whole persons: as the rule declares, or down where it says nothing.

    A rule declares a mode by a parameter of the clause of the cap, ``round_half_up`` with the value 1.
    Raises `InvalidDefinition` where it declares two at once.
    """
    known = {parameter.code for parameter in rule.clause("excellent_cap").parameters}
    said = [mode for mode in MODES if f"round_{mode}" in known and _declared(rule, mode, on)]
    if len(said) > 1:
        what = f"The cap would be rounded in {len(said)} ways: {', '.join(said)}."
        raise InvalidDefinition(Fault("excellent_cap", what, "Declare one of them."))
    return Rounding(0, said[0]) if said else DOWN


def _declared(rule: Rule, mode: Mode, on: date) -> bool:
    return rule.value("excellent_cap", f"round_{mode}", on) == 1


def _by_floor(rule: Rule, on: date) -> list[Any]:
    parameters = {parameter.code: parameter for parameter in rule.clause("bands").parameters}
    return sorted(parameters.values(), key=lambda item: -rule.value("bands", item.code, on))


def _total(state: _State, subject: str, rule: Rule, on: date, rounding: Rounding) -> Figure:
    basis = rule.clause("weights").basis
    parts = [
        (
            constant(f"weight.{kind}", rule.value("weights", kind, on), "weights", basis),
            _component(state, kind, subject, rule, on),
        )
        for kind in COMPONENTS
    ]
    return weighted("total", parts, "total", rule.clause("total").basis, rounding)


def _component(state: _State, kind: str, subject: str, rule: Rule, on: date) -> Figure:
    """The mean of all ballots of a kind on a subject, by grade on the scale."""
    basis = rule.clause("scale").basis
    counts: dict[str, tuple[int, list[Evidence]]] = {}
    withheld: list[Evidence] = []
    held: list[Evidence] = []
    for found in state.rounds.values():
        if found.kind != kind or subject not in found.subjects:
            continue
        if found.closed is None:
            continue
        if subject in found.withheld:
            withheld.append(found.closed)
        elif found.secret:
            for grade, number in found.tally.get(subject, {}).items():
                _add(counts, grade, number, found.closed)
        else:
            for given in found.rated.values():
                if subject not in given:
                    continue
                grade, evidence = given[subject]
                mark = (evidence.event_id, subject)
                if mark in found.held:
                    held.append(found.held[mark])
                elif mark not in found.dismissed:
                    _add(counts, grade, 1, evidence)
    if withheld:
        return Figure(kind, Absent("withheld"), "panel", "panel", rule.clause("panel").basis, tuple(withheld))
    if held:
        basis = rule.clause("panel").basis
        return Figure(kind, Absent("missing"), "under_review", "panel", basis, tuple(held))
    ballots = sum(number for number, _ in counts.values())
    least = rule.value("panel", "minimum_raters", on) if kind != "self" else Fraction(1)
    if ballots < least:
        return Figure(kind, Absent("missing"), "panel", "panel", rule.clause("panel").basis)
    terms = []
    for grade in sorted(counts):
        number, events = counts[grade]
        scale = constant(f"scale.{grade}", rule.value("scale", grade, on), "scale", basis)
        votes = counted(f"{kind}.{grade}", "panel", rule.clause("panel").basis, events, number)
        terms.append(
            Figure(
                f"{kind}.{grade}.points", scale.exact() * number, "product", "scale", basis, (scale, votes)
            )
        )
    points = Figure(
        f"{kind}.points",
        sum((term.exact() for term in terms), Fraction(0)),
        "sum",
        "panel",
        rule.clause("panel").basis,
        tuple(terms),
    )
    voters = Figure(f"{kind}.ballots", Fraction(ballots), "count", "panel", rule.clause("panel").basis)
    mean = points.exact() / ballots
    return Figure(kind, mean, "mean", "panel", rule.clause("panel").basis, (points, voters))


def _add(counts: dict[str, tuple[int, list[Evidence]]], grade: str, number: int, by: Evidence) -> None:
    if number:
        before, evidence = counts.get(grade, (0, []))
        counts[grade] = (before + number, [*evidence, by] if by not in evidence else evidence)
