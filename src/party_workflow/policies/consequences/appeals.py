"""Appeals that wait for a decision, shown on the result that they are against (R-206).

A result is shown with every appeal pending on it: its own (a measure appealed, a deduction, an objection to a
publication), one lodged against it as a matter of its own, and one against a publication of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from party_workflow.history import History
from party_workflow.policies.consequences.grounds import facts_of
from party_workflow.policies.figure import Evidence
from party_workflow.policies.matters.procedures import procedures
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.store import Recorded, read_event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pending:
    """An appeal that was not decided: `against` which result, `by` which matter, since which event."""

    against: str
    by: str
    since: Evidence


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """A result together with the appeals that are pending on it; false while there are any."""

    stream: str
    result: T
    pending: tuple[Pending, ...]

    def __bool__(self) -> bool:
        """Whether nothing is pending."""
        return not self.pending


APPEAL_STEPS: Final = frozenset({"appeal", "contest"})
"""The steps of procedures by which an appeal is raised; any later step ends that it is pending."""

LODGED: Final = "result_appeal"
"""The kind of procedure that is itself an appeal, against the stream that it says under `against`."""

NUMBERED: Final[Mapping[str, str]] = {
    "publication.objection_raised": "publication.objection_resolved",
    "points.deduction_appealed": "points.deduction_appeal_decided",
}
"""Events that raise an appeal under a number, and those that decide the one with the same number."""

WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "case.appealed": ("case.appeal_decided",),
    "case.contested": ("case.requester_answered", "case.closed", "case.reopened", "case.withdrawn"),
}
"""Events that raise an appeal against a matter as a whole, and those that decide it."""


def pending_appeals(history: History) -> tuple[Pending, ...]:
    """Every appeal that waits for a decision, in the order of the log."""
    found = [*_of_procedures(history), *_of_events(history)]
    return tuple(sorted(found, key=lambda item: (item.since.position, item.against)))


def pending_on(history: History, stream: str) -> tuple[Pending, ...]:
    """The appeals pending on a result, under whatever name: a publication of it counts."""
    facts = facts_of(history)
    fact = facts(stream)
    return tuple(item for item in pending_appeals(history) if facts(item.against) == fact)


def with_pending_appeal(history: History, stream: str, result: T) -> Shown[T]:
    """A result as it may be shown: with the appeals pending on it."""
    return Shown(stream, result, pending_on(history, stream))


def _of_procedures(history: History) -> Iterator[Pending]:
    for stream, state in procedures(history).items():
        assert state.kind is not None
        if not state.taken:
            continue
        if state.kind.code == LODGED and state.state not in state.kind.table.finals:
            first = state.taken[0]
            since = Evidence(first.event_id, first.position, first.stored_type)
            for against in first.given["against"].streams or () if "against" in first.given else ():
                yield Pending(against, stream, since)
        last = state.taken[-1]
        if last.step in APPEAL_STEPS:
            yield Pending(stream, stream, Evidence(last.event_id, last.position, last.stored_type))


def _of_events(history: History) -> Iterator[Pending]:
    ends: dict[str, set[str]] = {}
    for raised, decided in WHOLE.items():
        for name in decided:
            ends.setdefault(name, set()).add(raised)
    decides = {decided: raised for raised, decided in NUMBERED.items()}
    names = {*NUMBERED, *decides, *WHOLE, *ends}
    waiting: dict[tuple[str, str, Any], Recorded] = {}
    for record in history.records():
        name = record.envelope.stored_type
        if name not in names:
            continue
        item = read_event(record, history.registry)
        stream, number = item.envelope.stream, getattr(item.event, "number", None)
        if name in NUMBERED:
            waiting[name, stream, number] = item
        elif name in decides:
            waiting.pop((decides[name], stream, number), None)
        elif name in WHOLE:
            waiting[name, stream, None] = item
        for raised in ends.get(name, ()):
            waiting.pop((raised, stream, None), None)
    for (_, stream, _), item in waiting.items():
        yield Pending(stream, stream, evidence_of(item))
