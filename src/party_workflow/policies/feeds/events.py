"""The feed over one stored event type: its fields are the columns, and the parts of a list give rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from party_workflow.canonical import time_text
from party_workflow.codec import Event
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.personal import Sealed
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import Row


@dataclass(slots=True)
class _State:
    facts: list[Fact] = field(default_factory=list)


def event_feed(kind: type[Event], columns: Sequence[str], *, each: str = "") -> Feed:
    """A feed over the events of one type, one row an event.

    `columns` are fields of the event, besides ``stream``, ``person`` (who recorded it) and ``event`` (its
    id); a field of one of these names that `columns` has goes before it.  With `each`, one of its list
    fields, every part gives a row, whose fields are columns under their own names and go before those of the
    event.  A field that is not there is ``not_applicable``.  Raises
    `InvalidDefinition` for a field that the type does not have; `InvalidInput`, when facts are made, for a
    value that is no code, number or day, such as a sealed one.
    """
    faults = Faults()
    fields_of = set(kind.model_fields)
    if each and each not in fields_of:
        faults.add("each", f"{kind.stored_type} has no field {each}.", f"It has: {_listed(fields_of)}.")
    wanted = tuple(name for name in columns if each or name not in _OWN or name in fields_of)
    read = tuple(name for name in wanted if name in fields_of)
    if not each and (unknown := [name for name in wanted if name not in fields_of]):
        for name in unknown:
            faults.add(
                "columns", f"{kind.stored_type} has no field {name}.", f"It has: {_listed(fields_of)}."
            )
    faults.raise_if_any(InvalidDefinition)

    def evolve(state: _State, row: Row) -> _State:
        parts = row[each] if each else (None,)
        for part in parts:
            cells: dict[str, Cell] = {"stream": row.stream, "person": row.person, "event": row.event_id}
            for name in wanted:
                inner = getattr(part, name, None) if part is not None and name in _names(part) else None
                value = inner if inner is not None else row.fields.get(name, cells.get(name))
                cells[name] = _cell(value, f"{kind.stored_type} at {row.position}", name)
            state.facts.append(Fact(cells, (row.evidence,), row.effective_at, row.recorded_at, row.position))
        return state

    def facts(state: _State) -> Iterator[Fact]:
        return iter(state.facts)

    return Feed(
        name=kind.stored_type,
        reads={kind: tuple(dict.fromkeys((*read, *((each,) if each else ()))))},
        columns={name: f"The field {name}." for name in (*_OWN, *wanted)},
        initial=_State,
        evolve=evolve,
        facts=facts,
    )


_OWN = ("stream", "person", "event")


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _names(part: Any) -> Sequence[str]:
    return tuple(getattr(type(part), "model_fields", ()))


def _cell(value: Any, where: str, name: str) -> Cell:
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
        case Sealed():
            what = f"{name} is sealed: it is no value that a rule may read."
            raise InvalidInput(Fault(where, what, "Leave the column out."))
        case _:
            what = f"{name} is no code, number or day."
            raise InvalidInput(Fault(where, what, "Take `each` for a list, or another column."))
