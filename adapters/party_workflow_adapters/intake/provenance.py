"""From an event to the row of the file that it came from, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from party_workflow.domain.intake import CATEGORY, IntakeReceived
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.personal import Sealed, Withheld
from party_workflow.store import Envelope
from party_workflow_adapters.intake.tables import place_of


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an event came from.

    `rows` are the rows of the sheet that were taken together, the first names the record.  `file` is the
    SHA-256 of the file, or why it is not to be had: the log holds it sealed.
    """

    event_id: str
    position: int
    stored_type: str
    stream: str
    batch: str
    kind: str
    sheet: int
    rows: tuple[int, ...]
    file: str | Withheld
    mapping: str
    received: str
    """The id of the event that recorded the batch."""

    def data(self) -> dict[str, Any]:
        """It as canonical data."""
        return {
            "event": self.event_id,
            "position": self.position,
            "type": self.stored_type,
            "stream": self.stream,
            "batch": self.batch,
            "kind": self.kind,
            "sheet": self.sheet,
            "rows": list(self.rows),
            "file": self.file if isinstance(self.file, str) else {"withheld": self.file.reason},
            "mapping": self.mapping,
            "received": self.received,
        }


def _nobody(sealed: Sealed) -> Withheld:
    return Withheld("not-supplied")


def _received(history: History, batch: str) -> tuple[IntakeReceived, Envelope] | None:
    for recorded in history.events(IntakeReceived):
        if recorded.envelope.stream == f"{CATEGORY}/{batch}" and isinstance(recorded.event, IntakeReceived):
            return recorded.event, recorded.envelope
    return None


def provenance(
    history: History, event_id: str, reveal: Callable[[Sealed], str | Withheld] = _nobody
) -> Provenance:
    """Where an event came from.  `reveal` opens what is sealed, as `Workflow.reveal` does.

    Raises `InvalidInput` for an event that is not in the history, or that no file led to.
    """
    for record in history.source.read():
        envelope = record.envelope
        if envelope.event_id == event_id:
            break
    else:
        raise InvalidInput(Fault(event_id, "The log has no such event.", "Check the id."))
    source = envelope.source
    found = None if source is None else _received(history, source.batch)
    if source is None or found is None:
        raise InvalidInput(
            Fault(
                event_id, "It came from no file that was taken in.", "Its envelope says who gave the command."
            )
        )
    received, circumstance = found
    sheet, row = place_of(source.line)
    rows = next((group.lines for group in received.groups if group.line == source.line), (source.line,))
    return Provenance(
        event_id=event_id,
        position=envelope.position,
        stored_type=envelope.stored_type,
        stream=envelope.stream,
        batch=source.batch,
        kind=received.kind,
        sheet=sheet,
        rows=tuple(place_of(line)[1] for line in rows) or (row,),
        file=reveal(received.file),
        mapping=received.mapping,
        received=circumstance.event_id,
    )


def events_of(history: History, batch: str, row: int, sheet: int = 1) -> Iterator[Envelope]:
    """The envelopes of the events that a row of a batch led to, in order; none for one that was left out."""
    found = _received(history, batch)
    if found is None:
        raise InvalidInput(Fault(batch, "The log has no such batch.", "Check the id."))
    wanted = {(sheet, row)}
    for group in found[0].groups:
        if (sheet, row) in {place_of(line) for line in group.lines}:
            wanted.add(place_of(group.line))
    for record in history.source.read():
        source = record.envelope.source
        if source is not None and source.batch == batch and place_of(source.line) in wanted:
            yield record.envelope
