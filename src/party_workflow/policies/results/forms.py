"""The whole of what was concluded, in words and as tables, without what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import assert_never

from party_workflow.policies.conclusion import Conclusion, GateHit, Graded, Streak
from party_workflow.policies.ranking import Ranking, SelectionRequired
from party_workflow.policies.results.html import paragraphs, table
from party_workflow.policies.results.origin import Origin


def graded_text(graded: Graded) -> str:
    """A grade in words, with what a gate changed."""
    gates = f" by {', '.join(graded.gates)}" if graded.gates else ""
    before = f", {graded.before} before gates{gates}" if graded.before is not None else ""
    return f"{graded.grade} on the ground of {graded.ground}{before}"


def gate_text(gate: GateHit) -> str:
    """A gate in words: what it does to grades, and to places."""
    ranked = {"as_scored": "", "last": ", ranked behind all others", "excluded": ", not ranked"}[gate.ranked]
    match gate.effect:
        case "excludes":
            return f"gives no grade of {gate.grades or 'any scale'}{ranked}"
        case "caps":
            return f"caps {gate.grades} at {gate.grade}{ranked}"
        case "forces":
            return f"forces {gate.grade} on {gate.grades}{ranked}"
        case _:
            assert_never(gate.effect)


def selections_of(conclusion: Conclusion) -> Iterator[SelectionRequired]:
    """What people still have to choose: of rankings and of the rest."""
    yield from conclusion.selections
    for ranking in conclusion.rankings:
        yield from ranking.selections


def selection_text(item: SelectionRequired) -> str:
    """A selection in words."""
    what = item.grade or f"places from {item.place} on"
    where = f" in group {item.group}" if item.group else ""
    candidates = ", ".join(item.candidates)
    return f"{item.places} of {len(item.candidates)} for {what}{where}, people choose: {candidates}"


def rungs(streak: Streak) -> Iterator[str]:
    """A streak rung by rung, each with its event where it has one."""
    for rung in streak.rungs:
        held = ", held" if rung.held else ""
        by = f", event {rung.evidence.event_id} at {rung.evidence.position}" if rung.evidence else ""
        yield f"{rung.period}: {rung.outcome}, {rung.streak} in a row, {rung.tier or 'no tier'}{held}{by}"


def outline(conclusion: Conclusion) -> Iterator[str]:
    """Everything concluded, a line each, without what it rests on."""
    for ranking in conclusion.rankings:
        yield _ranking_title(ranking)
        for entry in ranking.entries:
            shared = "=" if entry.tied else ""
            grade = f"  {entry.grade} ({entry.grade_ground})" if entry.grade is not None else ""
            yield f"  {entry.place}{shared}  {entry.subject}  {entry.figure.displayed}{grade}"
        for item in ranking.excluded:
            yield f"  not ranked: {item.subject}, {item.reason}"
    for clause, given in conclusion.grades.items():
        yield f"grades {clause}"
        yield from (f"  {graded.subject}: {graded_text(graded)}" for graded in given)
    for gate in conclusion.gates:
        yield f"gate {gate.clause}: {gate.subject}, {gate_text(gate)}"
    for selection in selections_of(conclusion):
        yield f"selection{f' {selection.clause}' if selection.clause else ''}: {selection_text(selection)}"
    for award in conclusion.awards:
        yield f"award {award.clause}: {award.award} for {award.subject}"
    for streak in conclusion.streaks:
        yield f"streak {streak.clause}: {streak.subject}, {streak.tier or 'no tier'}"
    for proposal in conclusion.proposals:
        said = proposal_text(proposal.kind, proposal.subjects, proposal.refused)
        yield f"proposal {proposal.clause}: {said}"
    for note in conclusion.notes:
        yield f"note {note.clause}: {note.code}{f', {note.subject}' if note.subject else ''}"


def proposal_text(kind: str, subjects: tuple[str, ...], refused: tuple[str, ...]) -> str:
    """A proposal in words, or why none is made."""
    if refused:
        return f"no {kind} is proposed, for lack of {', '.join(refused)}"
    return f"{kind} of {', '.join(subjects)} is proposed; a person decides"


def _ranking_title(ranking: Ranking) -> str:
    named = " ".join(part for part in ("ranking", ranking.clause, ranking.group) if part)
    return (
        f"{named}: {len(ranking.entries)} of {ranking.population} ranked, "
        f"{ranking.method} places on {ranking.rank_on} values"
    )


def result_html(origin: Origin, conclusion: Conclusion) -> str:
    """A result as tables."""
    parts = [paragraphs(origin.lines)]
    for ranking in conclusion.rankings:
        rows: list[tuple[object, ...]] = [
            (
                f"{entry.place}{'=' if entry.tied else ''}",
                entry.subject,
                entry.figure.displayed,
                entry.grade or "",
                entry.grade_ground or "",
            )
            for entry in ranking.entries
        ]
        rows += [("", item.subject, "", "not ranked", item.reason) for item in ranking.excluded]
        columns: tuple[str, ...] = ("place", "subject", "value", "grade", "ground")
        graded = any(row[3] for row in rows)
        if not graded:
            columns, rows = columns[:3], [row[:3] for row in rows]
        parts.append(table(columns, rows, _ranking_title(ranking)))
    for clause, given in conclusion.grades.items():
        grades = [
            (item.subject, item.grade, item.ground, item.before or "", ", ".join(item.gates))
            for item in given
        ]
        columns = ("subject", "grade", "ground", "before gates", "gates")
        parts.append(table(columns, grades, f"grades {clause}"))
    rest = list(
        outline(replace(conclusion, rankings=(), grades={}, selections=tuple(selections_of(conclusion))))
    )
    if rest:
        parts.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in rest) + "</ul>")
    return "\n".join(parts)
