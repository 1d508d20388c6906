"""How the figures that a campaign asserts are counted from events (R-060, R-182)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

from party_workflow.domain.claim import Bound, Counted, Measure
from party_workflow.policies.activities.works import READS, Occasion, Works, serves
from party_workflow.store import Recorded


def _works(recorded: Iterable[Recorded]) -> Works:
    works = Works()
    for item in recorded:
        works.take(item)
    return works


def _of_kind(works: Works, campaign: str, kind: str) -> tuple[list[Occasion], list[tuple[str, str]]]:
    """The occasions of a kind that took place and count, and those left out with the reason."""
    counted: list[Occasion] = []
    left_out: list[tuple[str, str]] = []
    for occasion in works.occasions.values():
        if occasion.state.kind != kind or not serves(occasion.state.serves, campaign):
            continue
        if occasion.held is None:
            left_out.append((occasion.planned.event_id, f"{occasion.state.phase}"))
        elif not occasion.state.done:
            left_out.append((occasion.held.event_id, "below_quorum_or_too_short"))
        else:
            counted.append(occasion)
    return counted, left_out


def occasions(code: str, unit: str, campaign: str, kind: str) -> Measure:
    """How many occasions of a kind were held for a campaign."""

    def count(recorded: Iterable[Recorded]) -> Counted:
        held, left_out = _of_kind(_works(recorded), campaign, kind)
        return Counted(len(held), tuple(o.held.event_id for o in held if o.held), tuple(left_out))

    return Measure(code, unit, count, READS)


def attendances(code: str, unit: str, campaign: str, kind: str) -> Measure:
    """The sum of attendances at the occasions of a kind, taken apart into members and others."""

    def count(recorded: Iterable[Recorded]) -> Counted:
        held, left_out = _of_kind(_works(recorded), campaign, kind)
        rows = [row for occasion in held for row in occasion.rows.values() if row.took_part]
        members = sum("member" in row.categories for row in rows)
        return Counted(
            len(rows),
            tuple(dict.fromkeys(row.evidence.event_id for row in rows)),
            tuple(left_out),
            (("members", members), ("others", len(rows) - members)),
        )

    return Measure(code, unit, count, READS)


def mean_attendance(code: str, unit: str, campaign: str, kind: str) -> Measure:
    """The mean number of attendances of an occasion, exact."""

    def count(recorded: Iterable[Recorded]) -> Counted:
        held, left_out = _of_kind(_works(recorded), campaign, kind)
        rows = sum(row.took_part for occasion in held for row in occasion.rows.values())
        value = Fraction(rows, len(held)) if held else None
        return Counted(value, tuple(o.held.event_id for o in held if o.held), tuple(left_out))

    return Measure(code, unit, count, READS)


def written(
    code: str, unit: str, campaign: str, kind: str, by: Literal["works", "authors"] = "works"
) -> Measure:
    """How many written works of a kind were accepted, or by how many people they are."""

    def count(recorded: Iterable[Recorded]) -> Counted:
        found = [
            work
            for work in _works(recorded).written.values()
            if work.state.kind == kind and serves(work.state.serves, campaign)
        ]
        accepted = tuple(work.evidence.event_id for work in found if work.accepted)
        left_out = tuple(
            (work.evidence.event_id, f"{work.state.phase}") for work in found if not work.accepted
        )
        authors = {work.state.author for work in found if work.accepted}
        return Counted(len(accepted) if by == "works" else len(authors), accepted, left_out)

    return Measure(code, unit, count, READS)


def persons(code: str, unit: str, population: str, having: str | None = None) -> Measure:
    """How many persons a frozen population has, or how many of them were in a category when frozen."""

    def count(recorded: Iterable[Recorded]) -> Counted:
        works = _works(recorded)
        if population not in works.populations:
            return Counted(None)
        people = works.populations[population].frozen
        found = sum(having is None or having in categories for categories in people.values())
        return Counted(found, (works.frozen[population].event_id,))

    return Measure(code, unit, count, READS)


def took_part(code: str, unit: str, campaign: str, kind: str) -> Measure:
    """How many distinct persons took part in any occasion of a kind."""

    def count(recorded: Iterable[Recorded]) -> Counted:
        held, left_out = _of_kind(_works(recorded), campaign, kind)
        rows = [row for occasion in held for row in occasion.rows.values() if row.took_part]
        people = {row.person for row in rows}
        return Counted(
            len(people), tuple(dict.fromkeys(row.evidence.event_id for row in rows)), tuple(left_out)
        )

    return Measure(code, unit, count, READS)


def campaign_measures(campaign: str, population: str) -> tuple[Measure, ...]:
    """The measures of the figures that the 2005 campaign asserted of its first phase."""
    return (
        occasions("sessions", "sessions", campaign, "study_session"),
        attendances("attendances", "attendances", campaign, "study_session"),
        mean_attendance("mean_attendance", "attendances", campaign, "study_session"),
        persons("members", "members", population),
        persons("retired", "members", population, "retired"),
        persons("away", "members", population, "away"),
        persons("left_post", "members", population, "left_post"),
        occasions("discussions", "meetings", campaign, "themed_discussion"),
        occasions("exchanges", "meetings", campaign, "exchange_meeting"),
        occasions("films", "films", campaign, "educational_film"),
        occasions("report_meetings", "meetings", campaign, "report_meeting"),
        occasions("lectures", "lectures", campaign, "tutorial_lecture"),
        occasions("oath_days", "days", campaign, "oath_day"),
        occasions("leadership_life_meetings", "meetings", campaign, "leadership_life_meeting"),
        written("reflections", "works", campaign, "reflection"),
        occasions("good_deeds", "deeds", campaign, "good_deed"),
        took_part("tested", "members", campaign, "test"),
    )


BOUNDS: Final = (Bound("attendances", at_most=("sessions", "members"), remainder="others"),)
"""Each member can attend each session once; what goes beyond is others', or an error."""
