"""The log as a whole, and one matter in it: pure functions of a history, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from party_workflow.authority import FOUNDATIONS
from party_workflow.canonical import jsonable
from party_workflow.codec import Event
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.store import Recorded, read_event


@dataclass(frozen=True, slots=True)
class Overview:
    """What a log holds: its id, where it ends, how much of what, and which matters."""

    log: str
    position: int
    head: str
    first: datetime | None
    last: datetime | None
    accounts: int
    types: Mapping[str, int]
    matters: Mapping[str, int]
    """Events by stream, in order of first appearance."""

    def data(self) -> dict[str, Any]:
        """The overview as canonical data."""
        found: dict[str, Any] = jsonable(
            {
                "accounts": self.accounts,
                "first": self.first,
                "head": self.head,
                "last": self.last,
                "log": self.log,
                "matters": self.matters,
                "position": self.position,
                "types": self.types,
            }
        )
        return found


def overview(history: History) -> Overview:
    """The overview of a history, as of its moments."""
    types: Counter[str] = Counter()
    matters: Counter[str] = Counter()
    accounts: set[str] = set()
    log, first, last = "", None, None
    for record in history.records():
        envelope = record.envelope
        log, first, last = envelope.log, first or envelope.recorded_at, envelope.recorded_at
        types[envelope.stored_type] += 1
        matters[envelope.stream] += 1
        accounts.add(envelope.account)
    position, head = history.head()
    by_type = {name: types[name] for name in sorted(types)}
    return Overview(log, position, head, first, last, len(accounts), by_type, dict(matters))


def _closes(event: Event) -> bool:
    """Whether an event makes its matter confidential."""
    return event.confidential_field is not None and bool(getattr(event, event.confidential_field))


@dataclass(frozen=True, slots=True)
class Matter:
    """One stream: its state and what happened to it."""

    stream: str
    state: Any
    events: tuple[Recorded, ...]

    @property
    def confidential(self) -> bool:
        """Whether only those are to know of it who have a part in it."""
        return any(_closes(item.event) for item in self.events)

    def data(self) -> dict[str, Any]:
        """The matter as canonical data.  Personal values stand as their commitments."""
        return {
            "events": [event_data(item) for item in self.events],
            "state": plain(self.state),
            "stream": self.stream,
        }


def matter(history: History, model: Model, stream: str) -> Matter:
    """A matter as of the history's moments.  Raises `InvalidInput` for one that is not in it."""
    decider = model.decider(stream)
    events = tuple(read_event(record, history.registry) for record in history.stream(stream))
    if not events:
        category = stream.partition("/")[0]
        known = history.streams(category)
        near = (
            f"Of this kind there are: {', '.join(known[:12])}" if known else f"There is no {category} at all"
        )
        raise InvalidInput(Fault(stream, "There is no such matter in this history.", f"{near}."))
    state = decider.initial()
    # What authority reads lies on several streams.
    whole = stream in FOUNDATIONS and decider.category != "organisation"
    for item in history.events() if whole else events:
        state = decider.evolve(state, item)
    return Matter(stream, state, events)


def event_data(recorded: Recorded) -> dict[str, Any]:
    """A recorded event as canonical data, with what matters of its envelope."""
    envelope = recorded.envelope
    found: dict[str, Any] = jsonable(
        {
            "account": envelope.account,
            "capacity": envelope.capacity,
            "data": recorded.event.data(),
            "delegate_of": envelope.delegate_of,
            "effective_at": envelope.effective_at,
            "id": envelope.event_id,
            "person": envelope.person,
            "position": envelope.position,
            "recorded_at": envelope.recorded_at,
            "stream": envelope.stream,
            "type": envelope.stored_type,
        }
    )
    return found


def plain(value: Any) -> Any:
    """A state as JSON values: what is absent or empty left out, mappings by text."""
    match value:
        case BaseModel():
            return jsonable(value.model_dump(mode="json", exclude_none=True))
        case _ if is_dataclass(value) and not isinstance(value, type):
            named = {field.name.strip("_"): plain(getattr(value, field.name)) for field in fields(value)}
            return {name: item for name, item in named.items() if item not in (None, "", [], {})}
        case Mapping():
            return {_text(key): plain(item) for key, item in value.items() if item is not None}
        case frozenset() | set():
            return sorted((plain(item) for item in value), key=str)
        case tuple() | list():
            return [plain(item) for item in value if item is not None]
        case Fraction() | Decimal() | datetime() | date() | int():
            return jsonable(value)
        case _:
            return value


def _text(key: Any) -> str:
    if isinstance(key, tuple):
        return "/".join(map(_text, key))
    return str(key)
