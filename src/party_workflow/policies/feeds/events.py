"""The feed over one stored event type: its fields are the columns, and the parts of a list give rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from party_workflow.calendar import Period
from party_workflow.canonical import time_text
from party_workflow.codec import Event
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.personal import Sealed
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.figure import Absent, Evidence
from party_workflow.policies.policy import Row

OWN: Final = {
    "stream": "The stream of the event.",
    "person": "Who recorded it.",
    "event": "Its id.",
}
"""The columns that every row of such a feed has."""
KEY: Final = "key"
"""With `each` over a mapping: the key of the part."""
VALUE: Final = "value"
"""With `each` over plain values: the value."""


@dataclass(slots=True)
class _State:
    facts: list[Fact] = field(default_factory=list)
    opened: dict[str, tuple[dict[str, Cell], Evidence]] = field(default_factory=dict)
    """By stream what its opening event said, and that event."""


def event_feed(
    kind: type[Event],
    columns: Sequence[str],
    *,
    each: str = "",
    opening: type[Event] | None = None,
    joined: Sequence[str] = (),
) -> Feed:
    """A feed over the events of one type, one row an event, as they were recorded: nothing corrects them.

    `columns` are fields of the event, besides ``stream``, ``person`` (who recorded it) and ``event`` (its
    id); a field of one of these names that is asked for goes before it.  With `each`, a field that is a list
    or a mapping, every part gives a row; the fields of the part are columns under their own names and go
    before those of the event, a part that is no object is ``value``, and of a mapping ``key`` is the key.
    With `opening`, the event type that opens the matter, the fields `joined` of it are columns as well,
    missing where that is not in view, and it is evidence too.

    A field that is not there is ``not_applicable``.  Raises `InvalidDefinition` for a field that the type
    does not have or that is sealed, and for two of one name; `InvalidInput`, when an event is read, for a
    value that is no code, number or day.
    """
    faults = Faults()
    inner = _inside(kind, each, faults) if each else {}
    outer = {name: info.annotation for name, info in kind.model_fields.items()}
    has = outer.keys() | inner.keys()
    wanted = tuple(name for name in dict.fromkeys(columns) if name in has or name not in OWN)
    for name in wanted:
        where = f"columns.{name}"
        annotation = inner.get(name, outer.get(name, faults))
        if annotation is faults:
            known = ", ".join(sorted(has))
            faults.add(where, f"{kind.stored_type} has no field {name}.", f"It has: {known}.")
        elif _sealed(annotation):
            faults.add(where, f"{name} is sealed: it is no value that a rule may read.", "Leave it out.")
    before = {} if opening is None else {name: info.annotation for name, info in opening.model_fields.items()}
    for name in joined:
        where = f"joined.{name}"
        if name not in before or opening is None:
            what = f"{'There is no opening event' if opening is None else opening.stored_type} with it."
            faults.add(where, what, f"It has: {', '.join(sorted(before)) or 'nothing'}.")
        elif _sealed(before[name]):
            faults.add(where, f"{name} is sealed: it is no value that a rule may read.", "Leave it out.")
        elif name in wanted:
            faults.add(where, f"{name} is a column already.", "Take one of the two.")
    if opening is kind:
        faults.add("opening", "It is the event type itself.", "Name its fields as columns.")
    faults.raise_if_any(InvalidDefinition)
    read = tuple(name for name in wanted if name in outer and name not in inner)
    parts = tuple(name for name in wanted if name in inner)
    blank: dict[str, Cell] = dict.fromkeys(joined, Absent("missing"))

    def evolve(state: _State, row: Row) -> _State:
        where = f"{row.kind.stored_type} at {row.position}"
        if opening is not None and row.kind is opening:
            cells = {name: cell_of(row[name], where, name) for name in joined}
            state.opened[row.stream] = cells, row.evidence
        if row.kind is not kind:
            return state
        shared: dict[str, Cell] = {"stream": row.stream, "person": row.person, "event": row.event_id}
        shared |= {name: cell_of(row[name], where, name) for name in read}
        evidence: tuple[Evidence, ...] = (row.evidence,)
        if row.stream in state.opened:
            said, event = state.opened[row.stream]
            shared |= said
            evidence = (event, row.evidence)
        else:
            shared |= blank
        for part in _parts(row[each]) if each else ({},):
            own = {name: cell_of(part.get(name), where, name) for name in parts}
            fact = Fact({**shared, **own}, evidence, row.effective_at, row.recorded_at, row.position)
            state.facts.append(fact)
        return state

    reads: dict[type[Event], tuple[str, ...]] = {
        kind: tuple(dict.fromkeys((*read, *((each,) if each else ()))))
    }
    if opening is not None:
        reads[opening] = tuple(joined)
    return Feed(
        name=kind.stored_type,
        reads=reads,
        columns={
            **OWN,
            **{name: f"The field {name}." for name in wanted},
            **{name: f"The field {name} of what opened the matter." for name in joined},
        },
        initial=_State,
        evolve=evolve,
        facts=lambda state: iter(state.facts),
    )


# --- types -------------------------------------------------------------------------------------


def _plain(annotation: Any) -> Any:
    """An annotation without what is said beside the type, and without None."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        rest = [each for each in get_args(annotation) if each is not type(None)]
        return _plain(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _inside(kind: type[Event], each: str, faults: Faults) -> dict[str, Any]:
    """The columns that the parts of a field have, with their types."""
    info = kind.model_fields.get(each)
    if info is None:
        known = ", ".join(sorted(kind.model_fields))
        faults.add("each", f"{kind.stored_type} has no field {each}.", f"It has: {known}.")
        return {}
    annotation = _plain(info.annotation)
    origin, found = get_origin(annotation), dict[str, Any]()
    if origin is dict:
        found[KEY], part = get_args(annotation)
    elif origin in (tuple, list, frozenset, set):
        part = get_args(annotation)[0]
    else:
        faults.add("each", f"{each} is no list.", "Name it among the columns.")
        return {}
    part = _plain(part)
    if isinstance(part, type) and issubclass(part, BaseModel) and not _sealed(part):
        return found | {name: inner.annotation for name, inner in part.model_fields.items()}
    return found | {VALUE: part}


def _sealed(annotation: Any) -> bool:
    plain = _plain(annotation)
    return isinstance(plain, type) and issubclass(plain, Sealed)


# --- values ------------------------------------------------------------------------------------


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield {KEY: key, **_fields(part)}
    else:
        items: Iterable[Any] = value or ()
        for part in items:
            yield _fields(part)


def _fields(part: Any) -> dict[str, Any]:
    if isinstance(part, BaseModel):
        return {name: getattr(part, name) for name in type(part).model_fields}
    return {VALUE: part}


def cell_of(value: Any, where: str, name: str) -> Cell:
    """The cell for a value of an event.  Raises `InvalidInput` for what no cell can hold."""
    match value:
        case None:
            return Absent("not_applicable")
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return Fraction(value)
        case Fraction() | str():
            return value
        case datetime():
            return time_text(value)
        case date():
            return value
        case Period():
            return str(value)
        case _:
            what = f"{name} is no code, number or day."
            raise InvalidInput(Fault(where, what, "Take `each` for a list, or another column."))
