"""Standings: subjects of one assessment ranked by a voice, and composites of several assessments.

No ranking reads what subjects say of themselves unless it is told so, none ranks across modes of reporting
without the clause that makes them comparable (R-037), and a place is no grade: being last says nothing about
how good somebody is (R-025, R-045, R-102).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from party_workflow.errors import Fault, InvalidDefinition
from party_workflow.policies.assessments.sheets import Sheets, Treatment
from party_workflow.policies.figure import Absent, Figure, Rounding, constant, weighted
from party_workflow.policies.ranking import Excluded, Ranking, RankOn, competition


@dataclass(frozen=True, slots=True)
class Standings:
    """A ranking of one assessment: of which kind and version, by which voice, under which watermark.

    `comparable` is the clause under which different modes of reporting were ranked together, empty where
    everybody reported alike.  `modes` has the mode of every subject that has one.
    """

    assessment: str
    name: str
    voice: str
    watermark: str
    comparable: str
    modes: tuple[tuple[str, str], ...]
    ranking: Ranking


def standings(
    sheets: Sheets,
    voice: str,
    treatment: Treatment,
    *,
    own_voice: bool = False,
    comparable: str = "",
    rank_on: RankOn = "exact",
    items: Sequence[str] = (),
    figure: Callable[[str], Figure] | None = None,
) -> Standings:
    """Rank the subjects of an assessment by the total of a voice, or by another figure of theirs.

    Ties share the better place (1-2-2-4); who has no total is excluded with the reason.  Raises
    `InvalidDefinition` for a voice that the kind does not have, for a subject's own voice without
    `own_voice`, and where modes differ for a ranking that does not name the clause that makes them
    `comparable`.
    """
    check_voice(sheets, voice, own_voice=own_voice)
    modes = tuple(sorted(sheets.state.modes.items()))
    if len({mode for _, mode in modes}) > 1 and not comparable:
        what = "Subjects reported in different modes, and nothing says what makes them comparable."
        raise InvalidDefinition(Fault(sheets.stream, what, "Name the clause, or rank each mode apart."))
    of = figure or (lambda subject: sheets.total(subject, voice, treatment, items=items))
    figures = {subject: of(subject) for subject in sheets.subjects}
    ranked = {subject: found for subject, found in figures.items() if not isinstance(found.value, Absent)}
    excluded = [
        Excluded(subject, str(found.value), found)
        for subject, found in figures.items()
        if isinstance(found.value, Absent)
    ]
    ranking = competition(ranked, rank_on, excluded, population=len(figures))
    return Standings(sheets.stream, sheets.name, voice, sheets.watermark, comparable, modes, ranking)


def check_voice(sheets: Sheets, voice: str, *, own_voice: bool) -> None:
    """Raise `InvalidDefinition` unless a judgement may read this voice."""
    found = sheets.kind.by_voice.get(voice)
    if found is None:
        known = ", ".join(sheets.kind.by_voice)
        raise InvalidDefinition(Fault(sheets.name, f"There is no voice {voice}.", f"Voices: {known}."))
    if found.standing == "self" and not own_voice:
        what = f"{voice} is what subjects say of themselves."
        raise InvalidDefinition(Fault(sheets.name, what, "Take another voice, or say own_voice=True."))


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a composite: sheets, the voice read, its weight, and how it treats what is absent."""

    sheets: Sheets
    voice: str
    weight: Fraction
    treatment: Treatment


def composite(
    parts: Sequence[Part], subject: str, *, clause: str, basis: str, rounding: Rounding | None = None
) -> Figure:
    """A weighted sum over assessments, each component named with kind, version and period (R-017, R-025).

    Weights sum to exactly 1, else ValueError.  A subject that one of them does not have, or has no total in
    it, has no composite: it is absent as that component is.
    """
    pairs: list[tuple[Figure, Figure]] = []
    for part in parts:
        check_voice(part.sheets, part.voice, own_voice=False)
        opened = part.sheets.state.opened
        name = f"{part.sheets.name}/{opened.period.label if opened else ''}"
        found = (
            part.sheets.total(subject, part.voice, part.treatment)
            if subject in part.sheets.state.subjects
            else Figure("total", Absent("not_applicable"), "not_assessed", part.voice, part.sheets.name)
        )
        component = Figure(name, found.value, "component", part.voice, part.sheets.name, (found,))
        pairs.append((constant(f"{name}.weight", part.weight, clause, basis), component))
    return weighted("composite", pairs, clause, basis, rounding)
