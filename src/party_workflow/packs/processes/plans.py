"""What follows by itself from plans: missed occasions, findings, reminders, proposals of recognition.

All run under a clerk's account, on a moment that the caller supplies, and issue nothing twice (R-116).  A
reminder is an event and no proposal: that somebody was pressed, when and by which rule, is what a supervisor
asks for later, and it takes nothing from anybody.  What may follow for a person who did not move after an
escalation is proposed only (invariant 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.codec import Event
from party_workflow.domain import plan
from party_workflow.domain.activity import ActivityCancelled, ActivityHeld, ActivityMerged
from party_workflow.domain.case import OpenCase
from party_workflow.domain.plan import (
    LinkProblem,
    NoteMissed,
    Plan,
    PlanDrafted,
    ProblemNoted,
    Remind,
)
from party_workflow.layered import Layered
from party_workflow.personal import Personal
from party_workflow.policies.commitments.promised import Merging, due_at
from party_workflow.processes import Follows, Issue, ProcessManager, Proposal
from party_workflow.store import Recorded

CLOSINGS: Final[tuple[type[Event], ...]] = (ActivityHeld, ActivityCancelled)
"""The events by which an occasion is over."""

_IN_FORCE: Final = frozenset({"official", "reporting"})


@dataclass(frozen=True, slots=True)
class _Plans:
    """Every plan as it stands, by which event, when, an occasion was over, and what was folded into what."""

    plans: Layered[str, Plan] = field(default_factory=Layered)
    over: Layered[str, tuple[str, datetime]] = field(default_factory=Layered)
    merged: Layered[str, Merging] = field(default_factory=Layered)


def _follow(state: _Plans, recorded: Recorded) -> tuple[_Plans, Follows]:
    envelope = recorded.envelope
    if not envelope.stream.startswith(f"{plan.CATEGORY}/"):
        if isinstance(recorded.event, ActivityMerged):
            merging = Merging.of(recorded, recorded.event)
            return replace(state, merged=state.merged.put(envelope.stream, merging)), ()
        over = (envelope.event_id, envelope.effective_at)
        return replace(state, over=state.over.put(envelope.stream, over)), ()
    after = plan.DECIDER.evolve(state.plans.get(envelope.stream, Plan()), recorded)
    return replace(state, plans=state.plans.put(envelope.stream, after)), ()


def missed_occasions(
    calendar: Calendar, closings: tuple[type[Event], ...] = CLOSINGS
) -> ProcessManager[_Plans]:
    """A commitment promised for an occasion that is over and not reported at it is a problem (R-008).

    A report is in time until the end of the local day on which the occasion took place or was cancelled: who
    reports at a meeting reports after it has begun.  One that is recorded later but was given in time counts
    as long as the problem has not been noted.  An occasion that was folded into another one does not take
    place of itself: what was promised for it is due at that one, and a report may name either (R-002).
    """

    def due(state: _Plans, at: datetime) -> Follows:
        found = list[Issue]()
        for stream, held in state.plans.items():
            if held.state not in _IN_FORCE:
                continue
            for code, commitment in held.items.items():
                occasion = commitment.item.occasion
                if occasion is None or (place := due_at(occasion, state.merged)).stream not in state.over:
                    continue
                if commitment.withdrawn is not None or code in held.problems:
                    continue
                cause, when = state.over[place.stream]
                end = calendar.end_of(calendar.day_of(place.over(when)))
                if at < end or any(item.at < end for item in held.reported_at(code, *place.streams)):
                    continue
                key = stream.partition("/")[2]
                note = NoteMissed(key=key, item=code, occasion=occasion, over=end, by_way_of=place.by_way_of)
                found.append(Issue(note, cause, commitment.event_id))
        return found

    reads: tuple[type[Event], ...] = (*plan.DECIDER.events, *closings, ActivityMerged)
    return ProcessManager("missed-occasions", reads, _Plans, _follow, due, issues=(NoteMissed,))


@dataclass(frozen=True, slots=True)
class _Noted:
    units: Mapping[str, str] = field(default_factory=dict)
    noted: frozenset[tuple[str, str]] = frozenset()


def findings_of_plans(definition: str) -> ProcessManager[_Noted]:
    """Every problem noted with an item becomes a case of kind finding, linked to it (R-005, R-008).

    A problem noted again with another result belongs to the case that is there.  `definition` is the digest
    of the kind ``finding`` as adopted in the log.
    """

    def react(state: _Noted, recorded: Recorded) -> tuple[_Noted, Follows]:
        event, envelope = recorded.event, recorded.envelope
        if isinstance(event, PlanDrafted):
            return replace(state, units={**state.units, envelope.stream: event.unit}), ()
        assert isinstance(event, ProblemNoted)
        if (envelope.stream, event.item) in state.noted:
            return state, ()
        key = f"plan-{envelope.event_id[:24]}"
        opened = OpenCase(
            key=key,
            kind="finding",
            definition=definition,
            unit=state.units[envelope.stream],
            substance=Personal(f"{envelope.stream}: {event.item} is {event.result} ({event.ground})."),
            source=envelope.stream,
            classes=(event.result,),
        )
        linked = LinkProblem(key=envelope.stream.partition("/")[2], item=event.item, case=f"case/{key}")
        after = replace(state, noted=state.noted | {(envelope.stream, event.item)})
        return after, (Issue(opened, envelope.event_id, "open"), Issue(linked, envelope.event_id, "link"))

    issues = (OpenCase, LinkProblem)
    return ProcessManager("findings-of-plans", (PlanDrafted, ProblemNoted), _Noted, react, issues=issues)


def reminders(calendar: Calendar) -> ProcessManager[_Plans]:
    """Reminders before an item is due and after, as the kind of its plan has them (R-116).

    Each is given once for an item, to whoever is accountable or, where it escalates, to the lead; one meant
    for before the day is not given after it.  While an item stays open after an escalation, a statement by
    the person accountable is proposed, and nothing else happens by itself.
    """

    def due(state: _Plans, at: datetime) -> Follows:
        today = calendar.day_of(at)
        found = list[Issue | Proposal]()
        for stream, held in state.plans.items():
            if held.state not in _IN_FORCE or held.kind is None:
                continue
            for code in held.open_items():
                commitment = held.items[code]
                for index, reminder in enumerate(held.kind.reminders):
                    given = commitment.reminded.get(reminder.code)
                    if given is not None:
                        if reminder.escalates:
                            found.append(Proposal(commitment.person, "ask_for_statement", code, given))
                        continue
                    first = commitment.item.due + timedelta(days=reminder.days)
                    if today < first or (reminder.days < 0 and today > commitment.item.due):
                        continue
                    key = stream.partition("/")[2]
                    remind = Remind(key=key, item=code, reminder=reminder.code, on=today)
                    found.append(Issue(remind, commitment.event_id, str(index)))
        return found

    return ProcessManager(
        "plan-reminders",
        plan.DECIDER.events,
        _Plans,
        _follow,
        due,
        issues=(Remind,),
        proposes=("ask_for_statement",),
    )


def _recognise(state: _Plans, at: datetime) -> Follows:
    found = list[Proposal]()
    for held in state.plans.values():
        if held.kind is None or held.kind.recognition is None or not held.scorable:
            continue
        asked = [code for code, item in held.items.items() if item.withdrawn is None]
        reports = [held.standing(code) for code in asked]
        if asked and len(asked) == len(held.items) and all(r and r.said.claim == "achieved" for r in reports):
            last = max((r for r in reports if r is not None), key=lambda r: r.said.number)
            found.append(Proposal(held.stream, "recognise", held.kind.recognition, last.event_id))
    return found


RECOGNITIONS: Final = ProcessManager(
    "plan-recognitions", plan.DECIDER.events, _Plans, _follow, _recognise, proposes=("recognise",)
)
"""A plan all of whose items were achieved, none withdrawn, is proposed for what its kind names (R-180)."""
