"""Lateness: for which period an occasion was, when it was due, and when it took place (R-002).

Being late never moves an occasion to another period.  What was folded into a later occasion took place with
that one, for its own period; and what was published there for an earlier period is listed with that period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from party_workflow.calendar import Period
from party_workflow.domain.activity import Slot
from party_workflow.history import History
from party_workflow.policies.activities.occasions import LOCAL, Held, occasions, stands_for
from party_workflow.policies.figure import Evidence


@dataclass(frozen=True, slots=True)
class Published:
    """An item of an agenda that was done, for the period of which it speaks, and where that can be read."""

    item: str
    reference: Period
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lateness:
    """One occasion: its period and window, on which days it was planned, due and held, how late it was.

    `held_on` is None while it has not taken place, `merged_into` the occasion that stood for it and `unit`
    whose it is.  `days_late` counts from the last day of the window, or where there is none from the day
    first planned; for what has not taken place, up to the day asked for.  It is 0 in time, and None where it
    was called off.  `outside` is how many days before the window or after it; `reasons` are all that were
    given, in order.
    """

    key: str
    kind: str
    unit: str | None
    series: str | None
    period: Period | None
    window: tuple[date, date] | None
    planned_on: date
    due_on: date
    held_on: date | None
    merged_into: str | None
    days_late: int | None
    reasons: tuple[str, ...]
    published: tuple[Published, ...]
    events: tuple[Evidence, ...]

    @property
    def late(self) -> bool:
        """Whether it was, or is, late."""
        return bool(self.days_late)


def lateness(history: History, on: date, offset_minutes: int = LOCAL) -> tuple[Lateness, ...]:
    """Every occasion with how late it was as of a day, in the order planned.

    `offset_minutes` gives the local day of occasions that are of no series.  Results published on the
    occasion that stood for others are listed with that occasion.
    """
    found = occasions(history)
    rows = (_row(item, found, on, offset_minutes) for item in found.values())
    return tuple(row for row in rows if row is not None)


def _row(item: Held, found: Mapping[str, Held], on: date, offset_minutes: int) -> Lateness | None:
    state, slot = item.state, item.state.slot
    if state.planned_at is None or state.due_at is None:
        return None
    offset = offset_minutes if slot is None else slot.offset_minutes
    planned_on = (state.planned_at + timedelta(minutes=offset)).date()
    due_on = (state.due_at + timedelta(minutes=offset)).date()
    standing = stands_for(found, item.key)
    held = standing if standing is not None and standing.held is not None else None
    held_on = None
    if held is not None and held.state.held_at is not None:
        held_on = (held.state.held_at + timedelta(minutes=offset)).date()
    events = list(item.events)
    if held is not None and held is not item and held.held is not None:
        events.append(held.held)
    return Lateness(
        key=item.key,
        kind=state.kind,
        unit=state.unit,
        series=None if slot is None else slot.series,
        period=state.period,
        window=None if slot is None else (slot.first, slot.last),
        planned_on=planned_on,
        due_on=due_on,
        held_on=held_on,
        merged_into=state.merged_into,
        days_late=_days(slot, planned_on, held_on or on, standing),
        reasons=_reasons(item),
        published=_published(item),
        events=tuple(sorted(events, key=lambda evidence: evidence.position)),
    )


def _days(slot: Slot | None, planned_on: date, until: date, standing: Held | None) -> int | None:
    """Whole days after the last day in time; nothing is owed of what was called off."""
    if standing is None or not standing.stands:
        return None
    last = planned_on if slot is None else slot.last
    return max(0, (until - last).days)


def _reasons(item: Held) -> tuple[str, ...]:
    state = item.state
    given = (
        None if state.slot is None else state.slot.outside,
        *state.postponed_for,
        state.merged_for,
        state.held_outside,
    )
    return tuple(reason for reason in given if reason is not None)


def _published(item: Held) -> tuple[Published, ...]:
    return tuple(
        Published(planned.code, planned.reference, item.state.agenda.results[key].cites)
        for planned in item.state.agenda.items
        if item.state.agenda.done(*(key := (planned.code, planned.reference)))
    )


def owed_by_merging(rows: tuple[Lateness, ...], key: str) -> tuple[Lateness, ...]:
    """The occasions that were folded into one, directly or by way of others."""
    found: list[Lateness] = []
    waiting = [key]
    while waiting:
        into = waiting.pop(0)
        for row in rows:
            if row.merged_into == into and row not in found:
                found.append(row)
                waiting.append(row.key)
    return tuple(found)


def periods_served(rows: tuple[Lateness, ...], key: str) -> tuple[tuple[str | None, Period], ...]:
    """The series and periods for which one occasion stands: its own, and those of what was folded into it."""
    own = [row for row in rows if row.key == key]
    served = ((row.series, row.period) for row in (*own, *owed_by_merging(rows, key)))
    return tuple((series, period) for series, period in served if period is not None)
