"""Whether what stands in the organisation's stream could have been decided: it is decided again.

The organisation asks nobody and keeps no ballots, so that its decisions can be made again from its own
stream.  A merger or a split is several events that make sense only together: they are let pass where deciding
the merger again gives these very events, and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from party_workflow.codec import Command, Event
from party_workflow.decider import Context
from party_workflow.domain import organisation
from party_workflow.domain.organisation import (
    MergeUnits,
    Organisation,
    PersonMoved,
    SplitUnit,
    UnitClosed,
    UnitMoved,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.errors import Refusal
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

_WHOLE: Final = frozenset({MergeUnits.stored_type, SplitUnit.stored_type})
"""Commands whose events make sense only together: one by one they cannot be decided again."""
_Step = tuple[Organisation, Recorded]
"""An event, and the state before it."""


def undecidable(steps: Sequence[_Step]) -> Iterator[tuple[Recorded, str]]:
    """The events of one command, or of one batch of commands, that could not have been decided, and why."""
    passed: set[int] = set()
    for last, (_, item) in enumerate(steps):
        if isinstance(item.event, UnitsMerged | UnitSplit) and (whole := _whole(steps, last)) is not None:
            passed.update(whole)
    for place, (state, item) in enumerate(steps):
        if place in passed:
            continue
        if item.envelope.command_type in _WHOLE or isinstance(item.event, UnitsMerged | UnitSplit):
            yield item, "no merger and no split of units that could be decided then leads to it."
        elif (refusal := _by_itself(state, item)) is not None:
            yield item, str(refusal)


def _whole(steps: Sequence[_Step], last: int) -> range | None:
    """The places of the events of a merger or split that ends at one; None where they are not all there.

    In a batch moves of their own may stand before it: where it begins is where deciding it gives the rest.
    """
    ending = steps[last][1].event
    if isinstance(ending, UnitsMerged) and not ending.units:
        return None
    first = last
    while first and isinstance(steps[first - 1][1].event, PersonMoved | UnitMoved | UnitClosed):
        first -= 1
    for start in range(first, last + 1):
        state, opening = steps[start]
        events = [item.event for _, item in steps[start : last + 1]]
        if _decide(_command(events), state, opening) == events:
            return range(start, last + 1)
    return None


def _command(events: Sequence[Event]) -> MergeUnits | SplitUnit:
    """The merger or split that would lead to these events."""
    last = events[-1]
    assert isinstance(last, UnitsMerged | UnitSplit)
    if isinstance(last, UnitsMerged):
        closed = tuple(event.unit for event in events if isinstance(event, UnitClosed))
        # In which order they were named shows in that of the closings.
        units = closed if sorted(closed) == sorted(last.units) else last.units
        return MergeUnits(units=units, into=last.into, ground=last.ground)
    people = {event.person: event.unit for event in events if isinstance(event, PersonMoved)}
    moves = {event.unit: event.parent for event in events if isinstance(event, UnitMoved)}
    return SplitUnit(unit=last.unit, into=last.into, ground=last.ground, people=people, units=moves)


def _by_itself(state: Organisation, item: Recorded) -> Refusal | None:
    decider, event = organisation.DECIDER, item.event
    kind = next((c for c in decider.commands if decider.yields[c.stored_type][0] is type(event)), None)
    if kind is None:
        return None
    fields = {name: getattr(event, name) for name in kind.model_fields if hasattr(event, name)}
    command = kind(**{name: value for name, value in fields.items() if not isinstance(value, Sealed)})
    answer = _decide(command, state, item)
    return answer if isinstance(answer, Refusal) else None


def _decide(command: Command, state: Organisation, item: Recorded) -> list[Event] | Refusal:
    envelope = item.envelope
    context = Context(
        by=envelope.actor,
        at=envelope.recorded_at,
        effective_at=envelope.effective_at,
        facts=(),
        seal=_seals_nothing,
        ballots=lambda _: (),
    )
    answer = organisation.DECIDER.decide(command, state, context)
    if isinstance(answer, Refusal):
        return answer
    assert isinstance(answer, Sequence), "The organisation keeps no ballots."
    return list(answer)


def _seals_nothing(*_: object) -> Sealed:
    raise AssertionError("A decision made again has no personal values.")
