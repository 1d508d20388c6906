"""What a conclusion says, as texts by part and subject: what tests compare and failures print.

Two policies that say the same of everybody have the same view, however their figures came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from party_workflow.canonical import fraction_text
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.policy import Explanation

View = Mapping[str, Mapping[str, str]]
"""By part (`PARTS`) and subject what is said."""

PARTS: Final = ("places", "values", "grades", "gates", "selections", "awards", "streaks", "proposals")
"""What is compared between policies.  Measures are a document's own, and notes are for people."""


def text_of(figure: Figure) -> str:
    """The exact value of a figure, or how it is absent."""
    return figure.value.kind if isinstance(figure.value, Absent) else fraction_text(figure.value)


def view(conclusion: Conclusion) -> dict[str, dict[str, str]]:
    """What a conclusion says, by part and subject.  Parts that say nothing are left out.

    Where there are several rankings, or several scales of grades, a subject stands under ``clause:subject``.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in PARTS}
    several = len(conclusion.rankings) > 1
    for ranking in conclusion.rankings:
        before = f"{ranking.clause}/{ranking.group}:" if several else ""
        for entry in ranking.entries:
            found["places"][before + entry.subject] = str(entry.place)
            found["values"][before + entry.subject] = text_of(entry.figure)
            if entry.grade is not None:
                found["grades"][before + entry.subject] = entry.grade
        for excluded in ranking.excluded:
            found["places"][before + excluded.subject] = f"not ranked: {excluded.reason}"
        for selection in ranking.selections:
            found["selections"][selection.grade] = _selection(selection.places, selection.candidates)
    for clause, graded in conclusion.grades.items():
        before = f"{clause}:" if len(conclusion.grades) > 1 else ""
        for item in graded:
            found["grades"][before + item.subject] = item.grade
    for gate in conclusion.gates:
        _add(found["gates"], gate.subject, f"{gate.effect} {gate.grade}".strip())
    for selection in conclusion.selections:
        found["selections"][selection.grade] = _selection(selection.places, selection.candidates)
    for award in conclusion.awards:
        _add(found["awards"], award.subject, award.award)
    for streak in conclusion.streaks:
        rungs = ", ".join(f"{rung.period} {rung.streak} {rung.tier or '-'}" for rung in streak.rungs)
        found["streaks"][streak.subject] = rungs
    for proposal in conclusion.proposals:
        said = ", ".join(proposal.subjects) or f"nobody ({', '.join(proposal.refused)})"
        found["proposals"][f"{proposal.kind} {proposal.group}".strip()] = said
    return {name: dict(sorted(part.items())) for name, part in found.items() if part}


def _selection(places: int, candidates: Iterable[str]) -> str:
    return f"{places} of {', '.join(candidates)}"


def _add(part: dict[str, str], subject: str, said: str) -> None:
    part[subject] = ", ".join(sorted({*filter(None, part.get(subject, "").split(", ")), said}))


def differences(expected: View, got: View) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    """By part and subject where two views differ: what was expected, what there is."""
    found: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for name in dict.fromkeys((*expected, *got)):
        one, other = expected.get(name, {}), got.get(name, {})
        for subject in sorted({*one, *other}):
            if one.get(subject) != other.get(subject):
                found.setdefault(name, {})[subject] = (one.get(subject), other.get(subject))
    return found


def explained(conclusion: Conclusion, subject: str) -> Explanation | None:
    """How a subject's outcome came about; None for one of whom nothing is said."""
    for ranking in conclusion.rankings:
        for entry in ranking.entries:
            if entry.subject == subject:
                return Explanation(subject, f"place {entry.place} of {len(ranking.entries)}", entry.figure)
        for excluded in ranking.excluded:
            if excluded.subject == subject:
                return Explanation(subject, f"not ranked: {excluded.reason}", excluded.figure)
    for graded in conclusion.grades.values():
        for item in graded:
            if item.subject == subject:
                return Explanation(subject, f"grade {item.grade}", item.figure)
    for award in conclusion.awards:
        if award.subject == subject:
            return Explanation(subject, award.award, award.figure)
    for code in reversed(list(conclusion.measures)):
        for key, figure in conclusion.measures[code].items():
            if key[0] == subject:
                return Explanation(subject, code, figure)
    return None
