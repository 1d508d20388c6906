"""Exchange: batches of records that came from another log, and how far each of its streams has been received.

What another department recorded is not recorded here as if it had happened here: own events are decided by
own rules under own authority, and theirs were not.  What happened here is that a batch was received; so one
event says from which log, which stretch of which streams, and with which digest.  The records themselves lie
beside the log, and are read as a history of their own.

A stream is received from its first version on and without a gap.  Its `head` is a digest chained over the
records received so far, and the next batch says where it begins: one that begins elsewhere contradicts
what was received before, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Final

from pydantic import Field

from party_workflow import canonical
from party_workflow.codec import Command, Event, Part
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Reason, Refusal
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Count, Digest, Key, StreamId, UnitId

CATEGORY: Final = "exchange"
START: Final = canonical.digest("party_workflow/batch/stream/1")
"""The head of a stream of which nothing was received."""

Version = Annotated[int, Field(strict=True, ge=1, le=canonical.MAX_INTEGER)]


class Stretch(Part):
    """Versions `first` to `last` of a stream: the head before them, and the head after."""

    stream: StreamId
    first: Version
    last: Version
    before: Digest
    after: Digest


# --- events ----------------------------------------------------------------------------------


class BatchReceived(Event):
    """A batch of records of another log was received, for a unit here, and kept under its digest."""

    stored_type: ClassVar[str] = "exchange.batch_received"
    requires: ClassVar[Requires] = Requires(duty="exchange.receive")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("receiver", ACTOR),)
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    digest: Digest
    count: Count
    stretches: tuple[Stretch, ...]


ExchangeEvent = BatchReceived

# --- commands --------------------------------------------------------------------------------


class ReceiveBatch(Command):
    """Receive a batch of the log `source`; `unit` is the unit here that it is for."""

    stored_type: ClassVar[str] = "exchange.receive"
    source: Key
    unit: UnitId
    digest: Digest
    count: Count
    stretches: tuple[Stretch, ...]

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.source}"


# --- refusal reasons, in order of precedence -------------------------------------------------

UNKNOWN_UNIT: Final = Reason(
    "exchange.unknown_unit", "There is no open unit {unit}.", "Name the unit that the batch is for."
)
OTHER_UNIT: Final = Reason(
    "exchange.other_unit",
    "What comes from this log is received for {unit}.",
    "Receive it for that unit.",
)
EMPTY: Final = Reason(
    "exchange.empty", "The batch holds no record.", "Ask for one that does; nothing needs to be recorded."
)
FAULTY: Final = Reason(
    "exchange.faulty",
    "What the batch says of {stream} cannot be: it ends before it begins, stands twice, or miscounts.",
    "Have it exported again.",
)
REPEATED: Final = Reason(
    "exchange.repeated",
    "This batch was received before.",
    "Nothing needs to be recorded; its records are there.",
)
GAP: Final = Reason(
    "exchange.gap",
    "Of {stream} versions up to {received} were received; this batch begins at {first}.",
    "Ask for what lies between first.",
)
OVERLAP: Final = Reason(
    "exchange.overlap",
    "Of {stream} versions up to {received} were received; this batch begins at {first}.",
    "Ask for a batch that goes on after what was received.",
)
CONTRADICTS: Final = Reason(
    "exchange.contradicts",
    "This batch does not go on from what was received of {stream}: one of the two was altered.",
    "Keep both files, and ask the other department which one it stands by.",
)
REASONS: Final = (UNKNOWN_UNIT, OTHER_UNIT, EMPTY, FAULTY, REPEATED, GAP, OVERLAP, CONTRADICTS)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was received of one other log: the batches by digest, in order, and where each stream stands."""

    stream: str = ""
    unit: str | None = None
    batches: tuple[str, ...] = ()
    heads: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def head(self, stream: str) -> tuple[int, str]:
        """Up to which version a stream was received, and the digest chained over it."""
        return self.heads.get(stream, (0, START))

    def received(self) -> tuple[str, ...]:
        """The digests of the batches, in the order received."""
        return self.batches

    def work(self) -> Work | None:
        """The exchange as work that others may cite; None before a batch was received."""
        if not self.batches:
            return None
        return Work(self.stream, CATEGORY, self.unit, "received", done=True, quantity=len(self.batches))


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Exchange, recorded: Recorded) -> Exchange:
    event = recorded.event
    assert isinstance(event, BatchReceived)
    heads = {item.stream: (item.last, item.after) for item in event.stretches}
    return replace(
        state,
        stream=recorded.envelope.stream,
        unit=event.unit,
        batches=(*state.batches, event.digest),
        heads={**state.heads, **heads},
    )


# --- decide ----------------------------------------------------------------------------------


def _asks(command: ReceiveBatch) -> Sequence[Ask]:
    return (Ask("organisation.unit_open", "organisation", {"unit": command.unit}),)


def _decide(command: ReceiveBatch, state: Exchange, context: Context) -> Answer:
    (unit_open,) = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if state.unit is not None and command.unit != state.unit:
        return OTHER_UNIT(unit=state.unit)
    if not command.stretches:
        return EMPTY()
    if refusal := _faulty(command):
        return refusal
    if command.digest in state.batches:
        return REPEATED()
    for item in command.stretches:
        received, head = state.head(item.stream)
        if item.first > received + 1:
            return GAP(stream=item.stream, received=received, first=item.first)
        if item.first <= received:
            return OVERLAP(stream=item.stream, received=received, first=item.first)
        if item.before != head:
            return CONTRADICTS(stream=item.stream)
    return [
        BatchReceived(
            unit=command.unit,
            digest=command.digest,
            count=command.count,
            stretches=tuple(sorted(command.stretches, key=lambda item: item.stream)),
        )
    ]


def _faulty(command: ReceiveBatch) -> Refusal | None:
    seen: set[str] = set()
    for item in command.stretches:
        if item.last < item.first or item.stream in seen:
            return FAULTY(stream=item.stream)
        seen.add(item.stream)
    if sum(item.last - item.first + 1 for item in command.stretches) != command.count:
        return FAULTY(stream=command.stretches[0].stream)
    return None


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Exchange]] = Decider(
    category=CATEGORY,
    events=(BatchReceived,),
    commands=(ReceiveBatch,),
    initial=Exchange,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={"exchange.received": Exchange.received, "exchange.work": Exchange.work},
    yields={ReceiveBatch.stored_type: (BatchReceived,)},
    reasons=REASONS,
)
