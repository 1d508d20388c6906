"""Who owed which duty in which period: the organisation as it was then, exemptions, void periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal

from party_workflow.calendar import Period, periods_between
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.schedule import Exemption, Schedule
from party_workflow.policies.duties.regime import Duty, Regime

Ground = Literal["owed", "exempt", "void", "not_there", "condition_lacking"]
"""Why a duty is owed or not: what is not owed is never unmet."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty of a subject in a period: how much, or why not.  `reason` is the code of an exemption."""

    duty: str
    subject: str
    period: Period
    minimum: Fraction
    ground: Ground
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """The local days of a period as moments: from its first to just before the day after its last."""

    period: Period
    start: datetime
    end: datetime

    @classmethod
    def of(cls, period: Period, offset_minutes: int) -> _Span:
        shift = timedelta(minutes=offset_minutes)
        start = datetime.combine(period.first, time(), UTC) - shift
        end = datetime.combine(period.last, time(), UTC) + timedelta(days=1) - shift
        return cls(period, start, end)

    def moments(self, changes: Iterable[datetime]) -> tuple[datetime, ...]:
        """The start and every change within."""
        return (self.start, *(at for at in changes if self.start < at < self.end))


@dataclass(frozen=True)
class Ledger:
    """What it takes to say what was owed: the organisation, the schedules, when anything changed in it."""

    organisation: Organisation
    schedules: tuple[Schedule, ...]
    changes: tuple[datetime, ...]
    scheme: str | None = None

    def owed(self, regime: Regime, below: str, first: date, last: date) -> Iterator[Owed]:
        """Every duty of every subject in a unit and below it, in each period with a day from first to
        last.
        """
        for duty in regime.duties:
            for period in periods_between(duty.every, first, last):
                span = _Span.of(period, regime.offset_minutes)
                moments = span.moments(self.changes)
                subjects = self._units(duty, below, moments) if duty.of == "units" else None
                if subjects is None:
                    yield from self._people(duty, below, span, moments)
                    continue
                for unit, ground in subjects.items():
                    yield self._judged(duty, unit, period, ground, moments)

    def _judged(
        self, duty: Duty, unit: str, period: Period, ground: Ground, moments: tuple[datetime, ...]
    ) -> Owed:
        minimum = Fraction(duty.minimum)
        if ground != "owed":
            return Owed(duty.code, unit, period, minimum, ground)
        return self._released(duty, unit, period, minimum, unit, moments) or Owed(
            duty.code, unit, period, minimum, "owed"
        )

    def _released(
        self,
        duty: Duty,
        subject: str,
        period: Period,
        minimum: Fraction,
        unit: str | None,
        moments: tuple[datetime, ...],
    ) -> Owed | None:
        """What takes a duty away although its conditions held: a void period, an exemption.

        A schedule reaches the units that lay in its own when the period began, or when they came to be; an
        exemption of a kind the units that were of it then, whatever they are now.
        """
        state = self.organisation
        since = next((at for at in moments if unit is not None and state.stands(unit, at)), moments[0])
        for schedule in self.schedules:
            if schedule.unit is None or not state.within(unit, schedule.unit, since):
                continue
            status = schedule.status(period, self.scheme)
            if not status.counts:
                return Owed(duty.code, subject, period, minimum, "void", status.reason)
            if unit is None:
                continue
            found = schedule.exemptions_of(unit, state.kind(unit, since), duty.code)
            if (reason := _exempt(found, period)) is not None:
                return Owed(duty.code, subject, period, minimum, "exempt", reason)
        return None

    # --- units ---------------------------------------------------------------------------

    def _units(self, duty: Duty, below: str, moments: tuple[datetime, ...]) -> dict[str, Ground]:
        seen: dict[str, list[bool]] = {}
        stood: dict[str, int] = {}
        for at in moments:
            for unit in self._from(below, at, duty.unit_kinds):
                stood[unit] = stood.get(unit, 0) + 1
                seen.setdefault(unit, []).append(self._condition(duty, unit, at))
        found: dict[str, Ground] = {}
        for unit in sorted(seen):
            throughout = stood[unit] == len(moments)
            if not throughout and not duty.partly:
                found[unit] = "not_there"
            elif (any if duty.partly else all)(seen[unit]):
                found[unit] = "owed"
            else:
                found[unit] = "condition_lacking"
        return found

    def _from(self, unit: str, at: datetime, kinds: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A unit, where it stands and is of the kinds wanted, and those below it."""
        state = self.organisation
        itself = state.stands(unit, at) and (not kinds or state.kind(unit, at) in kinds)
        return (*((unit,) if itself else ()), *state.units_of(unit, at, kinds))

    def _condition(self, duty: Duty, unit: str, at: datetime) -> bool:
        state = self.organisation
        if duty.least_people:
            people = state.people_of(unit, at, duty.having, duty.without)
            if len(people) < duty.least_people:
                return False
        if duty.with_units:
            return any(state.kind(child, at) in duty.with_units for child in state.children(unit, at))
        return True

    # --- people --------------------------------------------------------------------------

    def _people(self, duty: Duty, below: str, span: _Span, moments: tuple[datetime, ...]) -> Iterator[Owed]:
        """Each person's minimum over the parts of the period in which it was one thing or another."""
        parts: dict[str, list[tuple[datetime, int]]] = {}
        units: dict[str, str] = {}
        for at in moments:
            asked = self._asked(duty, below, at)
            for person in {*asked, *parts}:
                parts.setdefault(person, []).append((at, asked.get(person, 0)))
            for person in asked:
                standing = self.organisation.standing(person, at)
                units[person] = units.get(person, "") if standing is None else standing.unit
        for person in sorted(parts):
            minimum = _over(duty, parts[person], span)
            if minimum == 0:
                yield Owed(duty.code, person, span.period, minimum, "not_there")
                continue
            released = self._released(duty, person, span.period, minimum, units.get(person), moments)
            yield released or Owed(duty.code, person, span.period, minimum, "owed")

    def _asked(self, duty: Duty, below: str, at: datetime) -> Mapping[str, int]:
        """How much is asked of whom at a moment: the greatest of what applies to a person."""
        state = self.organisation
        found: dict[str, int] = {}
        for person, categories in state.people_of(below, at, duty.having, duty.without).items():
            asked = [amount for category, amount in duty.for_category.items() if category in categories]
            found[person] = max(asked, default=duty.minimum)
        units = self._from(below, at) if duty.post or duty.for_post else ()
        for unit in units:
            posts = {post: state.holders(post, unit, at) for post in duty.for_post}
            for post, people in posts.items():
                for person in people:
                    if person in found:
                        found[person] = max(found[person], duty.for_post[post])
        if duty.post is not None:
            held = {person for unit in units for person in state.holders(duty.post, unit, at)}
            found = {person: amount for person, amount in found.items() if person in held}
        return found


def _exempt(exemptions: Iterable[Exemption], period: Period) -> str | None:
    """Why a whole period is exempt, by one exemption or by several that meet; None where a day is not."""
    free, reason = period.first, None
    for item in sorted(exemptions, key=lambda item: (item.period.first, item.number)):
        last = item.period.last if item.ended is None else min(item.period.last, item.ended - timedelta(1))
        if item.period.first <= free <= last:
            free, reason = last + timedelta(1), reason or item.reason
    return reason if free > period.last else None


def _over(duty: Duty, parts: list[tuple[datetime, int]], span: _Span) -> Fraction:
    """The minimum over a period in which it changed, by the rule that the duty names."""
    if duty.change == "greatest":
        return Fraction(max(amount for _, amount in parts))
    if duty.change == "pro_rata":
        total = Fraction(0)
        for index, (at, amount) in enumerate(parts):
            until = parts[index + 1][0] if index + 1 < len(parts) else span.end
            total += amount * Fraction((until - at) // timedelta(microseconds=1))
        return total / ((span.end - span.start) // timedelta(microseconds=1))
    amounts = [amount for _, amount in parts]
    if duty.change is None and not duty.partly and (0 in amounts or parts[0][0] != span.start):
        return Fraction(0)  # there for a part of the period only
    return Fraction(max(amounts) if duty.change is None else amounts[-1])
