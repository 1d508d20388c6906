"""Reconciliation: what was asserted against what the events bear out, points against registers.  (R-182)"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import campaign, claim, organisation, points
from party_workflow.domain.claim import reconcile
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.points import BonusApproved, EntryReversed, PointsGranted, PointsOpened
from party_workflow.policies.activities.works import READS as WORKS
from party_workflow.policies.activities.works import Works
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.families.setting import Setting
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.store import Recorded

READS: Final[tuple[type[Event], ...]] = tuple(
    dict.fromkeys(
        (
            *WORKS,
            *campaign.DECIDER.events,
            *claim.DECIDER.events,
            *points.DECIDER.events,
            *organisation.DECIDER.events,
        ),
    )
)


def reconciliation(setting: Setting) -> AuditPolicy:
    """Claims that the events do not bear out, and entries that a register does not."""

    def differs(asked: Asked) -> Iterator[AuditFinding]:
        clause = "audit.claim_differs"
        for stream in asked.history.streams(claim.CATEGORY):
            state = asked.history.state(claim.DECIDER, stream)
            if not state.stream or state.state != "asserted" or asked.hides(state.subject):
                continue
            found = reconcile(state, asked.history, setting.measures(asked.history, state.subject))
            for item in found.figures:
                if item.outcome != "differs" or item.actual is None:
                    continue
                by = abs(item.by or Fraction(0))
                if by < asked.value(clause, "by_least"):
                    continue
                events = asked.evidence((found.asserted_in, *item.events))
                yield asked.found(
                    clause,
                    (stream, state.subject),
                    events,
                    asked.number(clause, "differs_by", item.by or Fraction(0), events),
                    asked.number(clause, "borne_out", item.actual, asked.evidence(item.events)),
                    codes=(item.measure, state.source),
                )

    def implausible(asked: Asked) -> Iterator[AuditFinding]:
        clause = "audit.claim_implausible"
        for stream in asked.history.streams(claim.CATEGORY):
            state = asked.history.state(claim.DECIDER, stream)
            if not state.stream or state.state != "asserted" or asked.hides(state.subject):
                continue
            for item in reconcile(state, asked.history, (), setting.bounds).plausibility:
                if not item.excess or item.most is None:
                    continue
                events = asked.evidence((state.event_id,))
                yield asked.found(
                    clause,
                    (stream, state.subject),
                    events,
                    asked.number(clause, "excess", item.excess, events),
                    asked.number(clause, "at_most", item.most, events),
                    codes=(item.bound.measure, state.source),
                )

    return AuditPolicy(
        code="reconciliation",
        version=1,
        holds="What was asserted agrees with the events, and points with registers",
        questions=(
            Question("audit.claim_differs", ("by_least",), differs),
            Question("audit.claim_implausible", (), implausible),
            Question("audit.points_without_attendance", (), _unattended),
            Question("audit.points_twice", ("at_most",), _twice),
            Question("audit.registered_not_there", ("people",), _not_members),
        ),
        reads=READS,
    )


def _entries(asked: Asked) -> tuple[dict[str, str], list[Recorded]]:
    """Whose the points of each stream are, and the entries for an occasion that were not reversed."""
    whose: dict[str, str] = {}
    entries: dict[str, Recorded] = {}
    for item in asked.history.events(PointsOpened, PointsGranted, BonusApproved, EntryReversed):
        match item.event:
            case PointsOpened():
                whose[item.envelope.stream] = item.event.person
            case PointsGranted() | BonusApproved() if item.event.activity is not None:
                entries[item.envelope.event_id] = item
            case EntryReversed():
                entries.pop(item.event.entry, None)
            case _:
                pass
    return whose, [item for item in entries.values() if item.envelope.stream in whose]


def _unattended(asked: Asked) -> Iterator[AuditFinding]:
    """Points for an occasion at which, by its register as corrected, the person was not."""
    clause = "audit.points_without_attendance"
    works = Works.of(asked.history)
    whose, entries = _entries(asked)
    for item in entries:
        event, person = item.event, whose[item.envelope.stream]
        assert isinstance(event, PointsGranted | BonusApproved)
        occasion = works.occasions.get(event.activity or "")
        row = None if occasion is None else occasion.rows.get(person)
        if occasion is None or (row is not None and row.took_part):
            continue
        rests = row.evidence if row is not None else occasion.held or occasion.planned
        entry = of(item)
        yield asked.found(
            clause,
            (person, event.activity or ""),
            (entry, rests),
            asked.number(clause, "points_given", Fraction(event.amount), (entry,)),
            codes=(event.clause, "unregistered" if row is None else row.status),
        )


def _twice(asked: Asked) -> Iterator[AuditFinding]:
    """More entries of one person under one clause for one occasion than the rule lets stand."""
    clause = "audit.points_twice"
    whose, entries = _entries(asked)
    groups: dict[tuple[str, str, str, str], list[Recorded]] = {}
    for item in entries:
        event = item.event
        assert isinstance(event, PointsGranted | BonusApproved)
        key = (whose[item.envelope.stream], item.envelope.stream, event.clause, event.activity or "")
        groups.setdefault(key, []).append(item)
    for (person, _, code, occasion), found in groups.items():
        if len(found) > asked.value(clause, "at_most"):
            events = [of(item) for item in found]
            yield asked.found(
                clause, (person, occasion), events, asked.count(clause, "entries", events), codes=(code,)
            )


def _not_members(asked: Asked) -> Iterator[AuditFinding]:
    """Registers that show people as members who, by the organisation, counted nowhere at that moment."""
    clause = "audit.registered_not_there"
    tree: Organisation = asked.history.state(organisation.DECIDER, organisation.STREAM)
    for stream, occasion in Works.of(asked.history).occasions.items():
        at = occasion.state.held_at
        if at is None or occasion.held is None:
            continue
        rows = [
            row
            for row in occasion.rows.values()
            if row.took_part and row.categories and tree.standing(row.person, at) is None
        ]
        if len(rows) >= asked.value(clause, "people") and rows:
            events = [row.evidence for row in rows]
            number = asked.number(clause, "people", len(rows), dict.fromkeys(events))
            yield asked.found(clause, (stream, *sorted(row.person for row in rows)), events, number)
