"""Intake: a file was taken in, and which of its rows led to what (R-208).

The events of a row stand where they belong: people in the organisation, meetings in their activity.  Each
record names its batch and its line (`party_workflow.Source`).  What is recorded here is the batch: which
file, read with which mapping, how many rows were taken, known before or left out.

The digest of the file is sealed.  A digest can be searched for what is not known of a file, and a short list
of names is soon guessed: whoever erases a person has to be able to erase the digest of their file too.
`content` is the digest of what was taken: of ids and codes only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, assert_never

from pydantic import Field

from party_workflow.codec import Command, Event, Part
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Reason, Refusal
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Count, Digest, Key, UnitId

# --- events ----------------------------------------------------------------------------------

CATEGORY: Final = "intake"
MAX_SKIPPED: Final = 2_000
"""Most rows that one batch may leave out: who leaves out more has the wrong file or the wrong mapping."""

Line = Annotated[Count, Field(ge=1)]
"""The place of a row, as the `Source` of its records has it."""


class SkippedRow(Part):
    """A row that was left out, and the codes of what was wrong with it."""

    line: Line
    codes: tuple[Code, ...]


class RowGroup(Part):
    """Rows that were taken together: the records name the first, `line`."""

    line: Line
    lines: tuple[Line, ...]


class IntakeReceived(Event):
    """A file was taken in.  `rows` are those with content: `taken`, `known` from before, and `skipped`."""

    stored_type: ClassVar[str] = "intake.received"
    requires: ClassVar[Requires] = Requires(duty="intake.record")
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    unit: UnitId | None = None
    file: Sealed
    mapping: Digest
    content: Digest
    rows: Count
    taken: Count
    known: Count = 0
    skipped: tuple[SkippedRow, ...] = ()
    groups: tuple[RowGroup, ...] = ()


IntakeEvent = IntakeReceived

# --- commands --------------------------------------------------------------------------------


class ReceiveIntake(Command):
    """Record that a file was taken in: `file` is its SHA-256, `mapping` that of how it was read."""

    stored_type: ClassVar[str] = "intake.receive"
    key: Key
    kind: Code
    unit: UnitId | None = None
    file: Personal
    mapping: Digest
    content: Digest
    rows: Count
    taken: Count
    known: Count = 0
    skipped: tuple[SkippedRow, ...] = ()
    groups: tuple[RowGroup, ...] = ()

    @property
    def stream(self) -> str:
        """One stream a batch."""
        return f"{CATEGORY}/{self.key}"


IntakeCommand = ReceiveIntake

# --- refusal reasons, in order of precedence -------------------------------------------------

TAKEN: Final = Reason(
    "intake.taken",
    "The batch {key} was recorded before.",
    "Take the file in again: it gets a batch of its own.",
)
COUNTS_DIFFER: Final = Reason(
    "intake.counts_differ",
    "{taken} rows taken, {known} known and {skipped} left out do not make {rows}.",
    "Say of every row what became of it.",
)
TOO_MANY_SKIPPED: Final = Reason(
    "intake.too_many_skipped",
    "{skipped} rows would be left out, more than {most}.",
    "Mend the file or its mapping, or take it in by parts.",
)

REASONS: Final = (TAKEN, COUNTS_DIFFER, TOO_MANY_SKIPPED)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """What is known of a batch; `received` is None for one that never was."""

    stream: str = ""
    received: IntakeReceived | None = None


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Batch, recorded: Recorded) -> Batch:
    event = recorded.event
    assert isinstance(event, IntakeEvent)
    match event:
        case IntakeReceived():
            return replace(state, stream=recorded.envelope.stream, received=event)
        case _:
            assert_never(event)


# --- decide ----------------------------------------------------------------------------------


def _asks(command: IntakeCommand) -> Sequence[Ask]:
    return ()


def _decide(command: IntakeCommand, state: Batch, context: Context) -> Answer:
    match command:
        case ReceiveIntake():
            if state.received is not None:
                return TAKEN(key=command.key)
            skipped = len(command.skipped)
            if command.taken + command.known + skipped != command.rows:
                return COUNTS_DIFFER(
                    taken=command.taken, known=command.known, skipped=skipped, rows=command.rows
                )
            if skipped > MAX_SKIPPED:
                return TOO_MANY_SKIPPED(skipped=skipped, most=MAX_SKIPPED)
            return [
                IntakeReceived(
                    kind=command.kind,
                    unit=command.unit,
                    file=context.seal(command.file, command.stream, "intake.file"),
                    mapping=command.mapping,
                    content=command.content,
                    rows=command.rows,
                    taken=command.taken,
                    known=command.known,
                    skipped=tuple(sorted(command.skipped, key=lambda row: row.line)),
                    groups=tuple(sorted(command.groups, key=lambda group: group.line)),
                )
            ]
        case _:
            assert_never(command)


def _closed(state: Batch) -> Mapping[str, Refusal | None]:
    if state.received is None:
        return {}
    return {ReceiveIntake.stored_type: TAKEN(key=state.stream.partition("/")[2])}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Batch) -> Work | None:
    """The taking in as work done; None for a batch that never was."""
    if state.received is None:
        return None
    received = state.received
    return Work(
        state.stream, received.kind, received.unit, "received", done=True, quantity=max(received.taken, 1)
    )


DECIDER: Final[Decider[Batch]] = Decider(
    category=CATEGORY,
    events=(IntakeReceived,),
    commands=(ReceiveIntake,),
    initial=Batch,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={"intake.work": _work},
    closed=_closed,
    yields={ReceiveIntake.stored_type: (IntakeReceived,)},
    reasons=REASONS,
)
