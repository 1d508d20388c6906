"""Histories for tests of policies: a few events, each put where and when the test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, get_args

from party_workflow.codec import Event, Registry
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History, Records
from party_workflow.policies.feeds.feed import Cell, Fact
from party_workflow.policies.figure import Absent, AbsentKind, Evidence
from party_workflow.store import Actor, Envelope, Recorded, encode, event_id
from party_workflow.testing.scenario import NOON, SOMEBODY

Moment = datetime | date | str
"""A moment, or a day: then noon of it in UTC+8.  A text is either in ISO form."""
_NOON: Final = timedelta(hours=4)
_ABSENT: Final[Mapping[str, Absent]] = {kind: Absent(kind) for kind in get_args(AbsentKind)}


def moment(given: Moment) -> datetime:
    """A moment in UTC.  Raises `InvalidInput` for one without a time zone, or a text that is neither."""
    found: date | datetime
    if isinstance(given, str):
        try:
            found = date.fromisoformat(given) if len(given) == 10 else datetime.fromisoformat(given)
        except ValueError:
            what = "It is neither a day nor a moment."
            raise InvalidInput(Fault("at", what, "Write 2009-03-25, or 2009-03-25T12:00:00+08:00.")) from None
    else:
        found = given
    if not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day, tzinfo=UTC) + _NOON
    if found.tzinfo is None:
        raise InvalidInput(Fault("at", "The moment has no time zone.", "Say which, or give a day."))
    return found.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with its circumstance; what is None is filled in by its place among the others."""

    event: Event
    stream: str | None = None
    at: datetime | None = None
    recorded_at: datetime | None = None
    by: Actor = SOMEBODY


def happened(
    event: Event,
    *,
    stream: str | None = None,
    at: Moment | None = None,
    recorded_at: Moment | None = None,
    by: str | Actor = SOMEBODY,
) -> Happened:
    """An event that took effect `at` a moment, on a `stream`, recorded later or earlier, `by` a person.

    Without a stream it stands on the first one of its category, ``activity/1``; without a moment, a minute
    after the event before it.  It is recorded when it takes effect, but never before what stands before it.
    """
    actor = by if isinstance(by, Actor) else Actor(f"a-{by.partition('-')[2]}", by, "secretary")
    return Happened(
        event,
        stream,
        None if at is None else moment(at),
        None if recorded_at is None else moment(recorded_at),
        actor,
    )


@dataclass(frozen=True)
class Past:
    """A history in memory: events with their envelopes, in the order of recording."""

    recorded: tuple[Recorded, ...]
    registry: Registry

    def __len__(self) -> int:
        return len(self.recorded)

    @cached_property
    def history(self) -> History:
        """The same as a `History` of records."""
        return History(
            Records(tuple(encode(item.envelope, item.event.data()) for item in self.recorded)), self.registry
        )

    def only(self, kinds: Iterable[type[Event]]) -> Past:
        """The events of these types, in new places."""
        wanted = set(kinds)
        return renumbered((item for item in self.recorded if type(item.event) in wanted), self.registry)

    def first(self, number: int) -> Past:
        """The first so many events."""
        return Past(self.recorded[:number], self.registry)


def renumbered(items: Iterable[Recorded], registry: Registry) -> Past:
    """Events in new places: positions and versions run from 1, each keeps its id and its moments."""
    versions: dict[str, int] = {}
    found: list[Recorded] = []
    for position, item in enumerate(items, start=1):
        stream = item.envelope.stream
        versions[stream] = versions.get(stream, 0) + 1
        envelope = replace(item.envelope, position=position, version=versions[stream])
        found.append(Recorded(item.event, envelope))
    return Past(tuple(found), registry)


def past(*items: Event | Happened | Recorded, registry: Registry, start: Moment = NOON) -> Past:
    """A history of these events, in this order.

    Raises `InvalidInput` for an event that is said to be recorded before the one that stands before it.
    """
    found: list[Recorded] = []
    clock = moment(start)
    latest: datetime | None = None
    for position, item in enumerate(items, start=1):
        if isinstance(item, Recorded):
            latest = item.envelope.recorded_at if latest is None else max(latest, item.envelope.recorded_at)
            clock = latest + timedelta(minutes=1)
            found.append(replace_recorded(item, recorded_at=latest))
            continue
        said = item if isinstance(item, Happened) else Happened(item)
        at = clock if said.at is None else said.at
        recorded_at = said.recorded_at
        if recorded_at is None:
            recorded_at = at if latest is None else max(latest, at)
        elif latest is not None and recorded_at < latest:
            what = "It is recorded before the event that stands before it."
            raise InvalidInput(Fault(f"event {position}", what, "Put them in the order of recording."))
        latest, clock = recorded_at, max(at, recorded_at) + timedelta(minutes=1)
        stream = said.stream or default_stream(said.event)
        found.append(Recorded(said.event, _envelope(said, stream, position, at, recorded_at)))
    return renumbered(found, registry)


def replace_recorded(item: Recorded, **changes: Any) -> Recorded:
    """An event with other circumstance."""
    return Recorded(item.event, replace(item.envelope, **changes))


_ALONE: Final = frozenset({"log", "authority", "organisation"})


def default_stream(event: Event) -> str:
    """Where an event stands that no stream is said of: the first of its category, or the only one."""
    category = event.stored_type.partition(".")[0]
    return category if category in _ALONE else f"{category}/1"


def _envelope(said: Happened, stream: str, position: int, at: datetime, recorded_at: datetime) -> Envelope:
    command = f"given-{position}"
    return Envelope(
        log="test",
        position=position,
        stream=stream,
        version=position,
        event_id=event_id("test", command, 0),
        stored_type=said.event.stored_type,
        schema=said.event.schema_version,
        effective_at=at,
        recorded_at=recorded_at,
        account=said.by.account,
        person=said.by.person,
        capacity=said.by.capacity,
        command_id=command,
        command_type="test.given",
        command_digest="0" * 64,
        counter=position,
        delegate_of=said.by.delegate_of,
    )


# --- rows ------------------------------------------------------------------------------------


def fact(row: Mapping[str, Any], position: int, columns: Iterable[str] = (), *, on: Moment = NOON) -> Fact:
    """A row of a source from a mapping of columns to values.

    ``at`` says when it took effect (a day or a moment; `on` where it does not say), ``recorded_at`` when it
    was recorded, ``event`` its id; any other key is a column.  A value is a text, an exact number, a day, or
    `Absent`; None is ``not_applicable``, and so is each of `columns` that the row does not have.
    """
    at = moment(row.get("at", on))
    recorded_at = moment(row.get("recorded_at", at))
    given = str(row.get("event", f"row-{position}"))
    cells: dict[str, Cell] = dict.fromkeys(columns, Absent("not_applicable"))
    cells |= {"stream": f"row/{position}", "person": SOMEBODY.person, "event": given}
    for name, value in row.items():
        if name not in ("at", "recorded_at", "event"):
            cells[name] = cell(value, f"row {position}, {name}")
    return Fact(cells, (Evidence(given, position, "test.row"),), at, recorded_at, position)


def cell(value: Any, where: str) -> Cell:
    """A value of a row.  Raises `InvalidInput` for a float and for what no row holds."""
    match value:
        case None:
            return Absent("not_applicable")
        case bool():
            return "yes" if value else "no"
        case int() | Decimal() | Fraction():
            return Fraction(value)
        case datetime():
            return moment(value).isoformat()
        case date() | Absent():
            return value
        case str() if value in _ABSENT:
            return _ABSENT[value]
        case str():
            return value
        case _:
            pass
    what = f"A {type(value).__name__} is no value of a row."
    raise InvalidInput(Fault(where, what, "Give a text, a whole number, a decimal, a fraction, or a day."))
