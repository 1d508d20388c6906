"""Which duties were met, and which not: period by period, with the events that met them.

One activity counts for one duty.  Which one is settled by a largest matching, so that nothing is reported as
unmet that some way of counting would have met; only then are activities shared where a duty permits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal

from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain import activity, organisation, schedule
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.schedule import Schedule
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.activities.works import Occasion, Works
from party_workflow.policies.duties.owed import Ledger, Owed
from party_workflow.policies.duties.regime import Duty, Regime
from party_workflow.policies.figure import Evidence

Status = Literal["met", "unmet", "open", "exempt", "void", "not_there", "condition_lacking"]


@dataclass(frozen=True, slots=True)
class Short:
    """An occasion that was held and does not count, and why: below its quorum, or too short by these
    minutes.
    """

    stream: str
    why: Literal["no_quorum", "too_short"]
    missing_minutes: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty of a subject in a period: whether it was met, by what, and what was held and did not count.

    `done` and `minimum` are occasions or minutes, exact.  A period that had not ended as of the day asked
    about is `open` and not unmet; `exempt`, `void`, `not_there` and `condition_lacking` were not owed.
    """

    duty: str
    subject: str
    period: Period
    status: Status
    done: Fraction
    minimum: Fraction
    evidence: tuple[Evidence, ...] = ()
    short: tuple[Short, ...] = ()
    reason: str | None = None

    @property
    def lacking(self) -> Fraction:
        """By how much it falls short."""
        return max(Fraction(0), self.minimum - self.done)


@dataclass(frozen=True, slots=True)
class _Act:
    """An activity as it can count: whose, when, for how long.  `merged`: it took place as a part of another
    one.
    """

    occasion: Occasion
    day: date
    period: Period | None
    evidence: Evidence
    merged: bool = False

    @property
    def stream(self) -> str:
        return self.occasion.state.stream


READS: tuple[type[Event], ...] = (*organisation.DECIDER.events, *schedule.DECIDER.events)


def duty_report(
    history: History,
    regime: Regime,
    *,
    below: str,
    first: date,
    last: date,
    as_of: date,
    scheme: str | None = None,
) -> tuple[DutyRow, ...]:
    """Every duty of every subject in the unit `below` and under it, in the periods with a day from `first`
    to `last`.

    Sorted by duty as in the regime, period and subject.  `as_of` is the local day at whose end it is judged:
    later activities do not count yet.  `scheme` is the one whose void periods apply.  Raises `InvalidInput`
    for moments in place of days, for days in the wrong order, and for a unit never founded by then.
    """
    _check_days(first, last, as_of)
    state, schedules, changes = Organisation(), dict[str, Schedule](), set[datetime]()
    for item in history.events(*READS):
        if isinstance(item.event, organisation.OrganisationEvent):
            state = organisation.DECIDER.evolve(state, item)
            changes.add(item.envelope.effective_at)
        else:
            stream = item.envelope.stream
            known = schedules.get(stream, schedule.DECIDER.initial())
            schedules[stream] = schedule.DECIDER.evolve(known, item)
    if below not in state.units:
        raise InvalidInput(Fault("below", f"There is no unit {below} by then.", "Check id and moments."))
    ledger = Ledger(state, tuple(schedules.values()), tuple(sorted(changes)), scheme)
    acts = list(_acts(Works.of(history), regime, as_of))
    owed = list(ledger.owed(regime, below, first, last))
    return _matched(regime, owed, acts, as_of)


def _check_days(first: date, last: date, as_of: date) -> None:
    for name, day in {"first": first, "last": last, "as_of": as_of}.items():
        if isinstance(day, datetime) or not isinstance(day, date):
            what = f"Expected a day, not a {type(day).__name__}."
            raise InvalidInput(Fault(name, what, "Pass the local day as a date."))
    if first > last:
        raise InvalidInput(Fault("last", "It is before the first day.", "Name the earlier day first."))


def unmet(rows: Iterable[DutyRow]) -> tuple[DutyRow, ...]:
    """The rows that were owed and not met."""
    return tuple(row for row in rows if row.status == "unmet")


def _acts(works: Works, regime: Regime, as_of: date) -> Iterator[_Act]:
    shift = timedelta(minutes=regime.offset_minutes)
    end = datetime.combine(as_of, time(), UTC) + timedelta(days=1) - shift
    for occasion in works.occasions.values():
        held_at = occasion.state.held_at
        if held_at is not None and occasion.held is not None and held_at < end:
            period = occasion.state.period
            yield _Act(occasion, (held_at + shift).date(), period, occasion.held)
        into = works.occasions.get(f"{activity.CATEGORY}/{occasion.state.merged_into}")
        if into is None or into.state.held_at is None or into.held is None or into.state.held_at >= end:
            continue
        if into.state.unit == occasion.state.unit and into.state.kind == occasion.state.kind:
            day = (into.state.held_at + shift).date()
            yield _Act(into, day, occasion.state.period, into.held, merged=True)


def _falls_in(act: _Act, period: Period) -> bool:
    """Whether an activity belongs to a period: to the one it was planned for, wherever the day fell
    (R-002).
    """
    if act.period is not None and act.period.kind == period.kind:
        return act.period == period
    return period.contains(act.day)


_Part = Literal["held", "attended", "chaired"]


def _parts(acts: list[_Act]) -> dict[tuple[_Part, str, str], list[tuple[int, Evidence]]]:
    """Who has part in which activities, by the sort of part, the kind of activity and the subject."""
    found: dict[tuple[_Part, str, str], list[tuple[int, Evidence]]] = {}
    for number, act in enumerate(acts):
        state = act.occasion.state
        if state.unit is not None:
            found.setdefault(("held", state.kind, state.unit), []).append((number, act.evidence))
        if state.chaired_by is not None:
            found.setdefault(("chaired", state.kind, state.chaired_by), []).append((number, act.evidence))
        for person, row in act.occasion.rows.items():
            if row.took_part:
                found.setdefault(("attended", state.kind, person), []).append((number, row.evidence))
    return found


def _short(act: _Act, duty: Duty) -> Short | None:
    state = act.occasion.state
    if not state.quorum_met:
        return Short(act.stream, "no_quorum", 0, act.evidence)
    least = max(duty.least_minutes or 0, state.minimum_minutes or 0)
    if least and (state.minutes or 0) < least:
        return Short(act.stream, "too_short", least - (state.minutes or 0), act.evidence)
    return None


def _matched(regime: Regime, owed: list[Owed], acts: list[_Act], as_of: date) -> tuple[DutyRow, ...]:
    duties = {duty.code: duty for duty in regime.duties}
    candidates: dict[int, list[tuple[int, Evidence]]] = {}
    shorts: dict[int, list[Short]] = {}
    parts = _parts(acts)
    for row, item in enumerate(owed):
        duty = duties[item.duty]
        part: _Part = "held" if duty.of == "units" else duty.part
        mine = (found for kind in duty.counts for found in parts.get((part, kind, item.subject), ()))
        for number, taken in sorted(mine, key=lambda found: found[0]):
            act = acts[number]
            if not _falls_in(act, item.period) or (act.merged and not duty.merged):
                continue
            if (short := _short(act, duty)) is not None:
                shorts.setdefault(row, []).append(short)
            else:
                candidates.setdefault(row, []).append((number, taken))
    filled = _fill(owed, duties, candidates)
    rows = []
    for row, item in enumerate(owed):
        duty, found = duties[item.duty], dict(candidates.get(row, ()))
        used = [number for number in found if number in filled.get(row, ())]
        if duty.measure == "minutes":
            used = list(found)
            done = Fraction(sum(acts[number].occasion.state.minutes or 0 for number in used))
        else:
            done = Fraction(len(used))
        status: Status = item.ground if item.ground != "owed" else "met"
        if item.ground == "owed" and done < item.minimum:
            status = "unmet" if item.period.last <= as_of else "open"
        rows.append(
            DutyRow(
                item.duty,
                item.subject,
                item.period,
                status,
                done,
                item.minimum,
                tuple(found[number] for number in used),
                tuple(shorts.get(row, ())),
                item.reason,
            )
        )
    order = {duty.code: place for place, duty in enumerate(regime.duties)}
    return tuple(sorted(rows, key=lambda row: (order[row.duty], row.period.first, row.subject)))


def _fill(
    owed: list[Owed], duties: dict[str, Duty], candidates: dict[int, list[tuple[int, Evidence]]]
) -> dict[int, set[int]]:
    """Which activities count for which row: a largest matching, one use each subject, then sharing.

    Kuhn's augmenting paths.  For a person an activity is their attendance, so two people never compete for
    it.  Minutes are added up apart and are not matched.
    """
    slots: list[int] = []
    for row, item in enumerate(owed):
        if item.ground == "owed" and duties[item.duty].measure == "occasions":
            slots += [row] * max(1, -(-item.minimum.numerator // item.minimum.denominator))
    holder: dict[tuple[str, int], int] = {}

    def augment(slot: int, seen: set[tuple[str, int]]) -> bool:
        row = slots[slot]
        for number, _ in candidates.get(row, ()):
            key = (owed[row].subject, number)
            if key in seen:
                continue
            seen.add(key)
            if key not in holder or augment(holder[key], seen):
                holder[key] = slot
                return True
        return False

    for slot in range(len(slots)):
        augment(slot, set())
    filled: dict[int, set[int]] = {}
    for (_, number), slot in holder.items():
        filled.setdefault(slots[slot], set()).add(number)
    # What nobody needed still counts for the row that comes first, so that more than the minimum shows.
    for row, item in enumerate(owed):
        for number, _ in candidates.get(row, ()):
            key = (item.subject, number)
            if duties[item.duty].measure == "occasions" and key not in holder:
                holder[key] = -1
                filled.setdefault(row, set()).add(number)
    _share(owed, duties, candidates, filled)
    return filled


def _share(
    owed: list[Owed],
    duties: dict[str, Duty],
    candidates: dict[int, list[tuple[int, Evidence]]],
    filled: dict[int, set[int]],
) -> None:
    """Let activities that count for a duty count for another one that lacks, where one of the two permits
    it.
    """
    users: dict[tuple[str, int], set[str]] = {}
    for row, numbers in filled.items():
        for number in numbers:
            users.setdefault((owed[row].subject, number), set()).add(owed[row].duty)
    for row, item in enumerate(owed):
        duty = duties[item.duty]
        have = filled.setdefault(row, set())
        for number, _ in candidates.get(row, ()):
            if item.ground != "owed" or duty.measure != "occasions" or len(have) >= item.minimum:
                break
            others = users.get((item.subject, number), set())
            if number in have or not others:
                continue
            if all(item.duty in duties[other].also or other in duty.also for other in others):
                have.add(number)
                users[item.subject, number] = others | {item.duty}
