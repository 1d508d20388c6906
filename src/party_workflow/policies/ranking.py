"""Rankings: places, ties, grades by band and quota.

Places are competition ranks (1-2-2-4): as many stand before you as have a better value (R-045).  Whether
the displayed or the exact value is ranked is said by the caller, because it changes results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.policies.figure import Figure, Rounding

RankOn = Literal["displayed", "exact"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject's place, with the figure it rests on.  `tied` are the others who share the place.

    `ties` are the figures of the tie rules, in their order, as far as they were looked at.
    """

    subject: str
    place: int
    figure: Figure
    tied: tuple[str, ...] = ()
    grade: str | None = None
    grade_ground: str | None = None
    ties: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """A subject that is not ranked, with the reason and what it rests on."""

    subject: str
    reason: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class SelectionRequired:
    """A grade with more candidates at its edge than places: people choose, not the policy (R-018).

    `clause` and `group` say which clause of a rule document leaves it open, and in which comparison group.
    Where a place is open and not a grade, `place` is the first of those that people settle among the level.
    """

    grade: str
    places: int
    candidates: tuple[str, ...]
    clause: str = ""
    group: str = ""
    place: int = 0

    def data(self) -> dict[str, Any]:
        """The selection as canonical data."""
        found: dict[str, Any] = {
            "grade": self.grade,
            "places": self.places,
            "candidates": list(self.candidates),
        }
        named = {"clause": self.clause, "group": self.group, "place": self.place}
        return found | {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everybody's place, who was left out and why, and what people still have to choose.

    `clause` and `group` say which ranking of a rule document it is, and of which comparison group.
    """

    method: str
    rank_on: RankOn
    population: int
    entries: tuple[Entry, ...]
    excluded: tuple[Excluded, ...] = ()
    selections: tuple[SelectionRequired, ...] = ()
    clause: str = ""
    group: str = ""

    def place(self, subject: str) -> int | None:
        """A subject's place, None if not ranked."""
        return next((entry.place for entry in self.entries if entry.subject == subject), None)

    def entry(self, subject: str) -> Entry:
        """A subject's entry.  Raises `KeyError` for one that is not ranked."""
        for entry in self.entries:
            if entry.subject == subject:
                return entry
        raise KeyError(subject)

    def data(self) -> dict[str, Any]:
        """The ranking as canonical data."""
        named = {"clause": self.clause} if self.clause else {}
        return {
            **named,
            **({"group": self.group} if self.group else {}),
            "method": self.method,
            "rank_on": self.rank_on,
            "population": self.population,
            "entries": [_entry_data(entry) for entry in self.entries],
            "excluded": [
                {"subject": item.subject, "reason": item.reason, "figure": item.figure.data()}
                for item in self.excluded
            ],
            "selections": [item.data() for item in self.selections],
        }


def _entry_data(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {"subject": entry.subject, "place": entry.place, "figure": entry.figure.data()}
    if entry.tied:
        found["tied"] = list(entry.tied)
    if entry.grade is not None:
        found |= {"grade": entry.grade, "grade_ground": entry.grade_ground or ""}
    if entry.ties:
        found["ties"] = [figure.short() for figure in entry.ties]
    return found


def competition(
    figures: Mapping[str, Figure], rank_on: RankOn, excluded: Iterable[Excluded] = (), *, population: int
) -> Ranking:
    """Rank subjects by falling value, ties sharing the better place and listed by id.

    Every figure needs a value; put subjects without one among the excluded.  Raises ValueError if the two
    together are not the population: nobody drops out without a reason.
    """

    def key(figure: Figure) -> Fraction:
        value = figure.exact()
        if rank_on == "displayed" and figure.rounding is not None:
            return Fraction(figure.rounding.apply(value))
        return value

    groups: dict[Fraction, list[str]] = {}
    for subject in sorted(figures):
        groups.setdefault(key(figures[subject]), []).append(subject)
    entries: list[Entry] = []
    for value in sorted(groups, reverse=True):
        place = len(entries) + 1
        group = groups[value]
        entries += [
            Entry(subject, place, figures[subject], tuple(other for other in group if other != subject))
            for subject in group
        ]
    left_out = tuple(sorted(excluded, key=lambda item: item.subject))
    accounted = {*figures, *(item.subject for item in left_out)}
    if not len(accounted) == len(figures) + len(left_out) == population:
        raise ValueError(
            f"{len(figures)} ranked and {len(left_out)} excluded are not the population of {population}"
        )
    return Ranking("competition", rank_on, population, tuple(entries), left_out)


def both_ends(ranking: Ranking, number: int) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The first and the last `number` entries, with everybody who is tied at the edge (抓两头带中间, R-021).

    Each entry says by its figure why it stands there.  Where the two ends meet, an entry stands in both.
    """
    entries = ranking.entries
    top = [
        entry for index, entry in enumerate(entries) if index < number or _level(entry, entries, number - 1)
    ]
    last = len(entries) - number
    bottom = [entry for index, entry in enumerate(entries) if index >= last or _level(entry, entries, last)]
    return (tuple(top), tuple(bottom)) if number > 0 else ((), ())


def _level(entry: Entry, entries: Sequence[Entry], index: int) -> bool:
    """Whether an entry shares the place of the one at the edge."""
    return 0 <= index < len(entries) and entry.place == entries[index].place


@dataclass(frozen=True, slots=True)
class Band:
    """A grade from a value on: half-open, ``floor <= value < floor of the band above``."""

    grade: str
    floor: Fraction


class Bands:
    """Grades that cover a scale exactly once (R-091).

    Bands are half-open and given best first; the last one's floor is the bottom of the scale, so there is
    neither gap nor overlap.  Raises `InvalidDefinition` otherwise.
    """

    def __init__(self, bands: Sequence[Band], bottom: Fraction) -> None:
        faults = Faults()
        if not bands:
            faults.add("bands", "There is no band.", "Give at least one.")
        for grade in sorted({band.grade for band in bands}):
            if sum(band.grade == grade for band in bands) > 1:
                faults.add(grade, "Two bands have this grade.", "Join them, or name one otherwise.")
        for upper, lower in pairwise(bands):
            if upper.floor <= lower.floor:
                faults.add(
                    lower.grade, f"It begins at {lower.floor}, not below {upper.grade}.", "Order best first."
                )
        if bands and bands[-1].floor != bottom:
            faults.add(
                bands[-1].grade, f"The scale from {bottom} to {bands[-1].floor} has no band.", "Extend it."
            )
        faults.raise_if_any(InvalidDefinition)
        self.bands = tuple(bands)

    def grade(self, value: Fraction) -> str:
        """The grade of a value on the scale."""
        for band in self.bands:
            if value >= band.floor:
                return band.grade
        raise ValueError(f"{value} lies below the scale")


def quota(share: Fraction, population: int, rounding: Rounding) -> int:
    """How many places a share of a population gives, with the rounding said (29 at 1/3, down: 9).

    Raises ValueError for a rounding that does not give whole places.
    """
    if rounding.places > 0:
        raise ValueError(f"a quota is rounded to whole places, not to {rounding}")
    return int(rounding.apply(share * population))


def grade_with_quota(
    ranking: Ranking, bands: Bands, capped: str, places: int, instead: str, *, clause: str
) -> Ranking:
    """Give grades by band, at most `places` of the grade `capped`; who is beyond gets `instead`.

    Where a tie straddles the edge, none of the tied gets the capped grade by the policy: they are listed
    as a selection that people make (R-018, R-051).  Raises ValueError for a ranking that has grades already.
    """
    if ranking.selections or any(entry.grade is not None for entry in ranking.entries):
        raise ValueError("the ranking has grades already; grading again would drop what was to be selected")
    entries: list[Entry] = []
    candidates = [entry for entry in ranking.entries if bands.grade(_value(entry, ranking)) == capped]
    last = places + (candidates[0].place - 1 if candidates else 0)  # better bands take none of the places
    ahead = [entry for entry in candidates if entry.place + len(entry.tied) <= last]
    edge = [entry.subject for entry in candidates if entry.place <= last and entry not in ahead]
    granted = {entry.subject for entry in ahead}
    for entry in ranking.entries:
        grade = bands.grade(_value(entry, ranking))
        ground = "band"
        if grade == capped and entry.subject not in granted:
            grade, ground = instead, "selection-required" if entry.subject in edge else "quota"
        entries.append(replace(entry, grade=grade, grade_ground=f"{clause}:{ground}"))
    selections = (SelectionRequired(capped, places - len(ahead), tuple(sorted(edge))),) if edge else ()
    return replace(ranking, entries=tuple(entries), selections=selections)


def _value(entry: Entry, ranking: Ranking) -> Fraction:
    value = entry.figure.exact()
    rounding = entry.figure.rounding
    if ranking.rank_on == "displayed" and rounding is not None:
        return Fraction(rounding.apply(value))
    return value
