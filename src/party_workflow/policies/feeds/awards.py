"""The feed of procedures by whom they name: honours, rewards, penalties, contests, as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from party_workflow.domain.procedure import (
    ProcedureKind,
    ProcedureOpened,
    StepPlaced,
    StepTaken,
    read_kind,
)
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    SERVES,
    Line,
    Reads,
    Same,
    campaigns,
    flag,
    in_order,
    key,
    line,
)
from party_workflow.policies.feeds.lines import number as exact
from party_workflow.policies.policy import Row

READS: Final[Reads] = {
    ProcedureOpened: ("kind", "body", "unit", "serves"),
    StepTaken: ("step", "given"),
    StepPlaced: ("step", "given"),
}
_OWN: Final = frozenset(
    {"stream", "procedure", "kind", "unit", "state", "done", "revoked", "step", "named", "subject"}
)


@dataclass(slots=True)
class _Procedure:
    kind: Same[ProcedureKind]
    shared: dict[str, Cell]
    state: str
    said: dict[str, Cell] = field(default_factory=dict)
    was_done: bool = False
    named: dict[tuple[str, str], Line] = field(default_factory=dict)
    """By input and subject."""


@dataclass(slots=True)
class _State:
    found: dict[str, _Procedure] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is ProcedureOpened:
        try:
            kind = read_kind(row["body"])
        except InvalidDefinition:  # written underneath the API; the audit says so elsewhere
            return state
        shared: dict[str, Cell] = {
            "procedure": key(row.stream),
            "kind": row["kind"],
            "unit": row["unit"],
            **campaigns(row["serves"]),
        }
        state.found[row.stream] = _Procedure(Same(kind), shared, kind.lifecycle.initial)
    elif (found := state.found.get(row.stream)) is not None and row.kind in (StepTaken, StepPlaced):
        _step(found, row)
    return state


def _step(found: _Procedure, row: Row) -> None:
    moved = found.kind.value.table.step(found.state, row["step"])
    if not isinstance(moved, Refusal):
        found.state = moved.dest
    found.was_done = found.was_done or found.state in found.kind.value.done
    for made in found.named.values():
        made.change(row)
    given: Mapping[str, Any] = row["given"]
    for name, values in given.items():
        found.said.update(_said(name, values))
        for subject in (*(values.people or ()), *(values.units or ())):
            if (name, subject) not in found.named:
                found.named[name, subject] = line(row, named=name, subject=subject, step=row["step"])


def _said(name: str, values: Any) -> dict[str, Cell]:
    """A single code, number or day that a step said, under the code of its input."""
    if name in _OWN:
        return {}
    for part in (values.codes, values.days):
        if part is not None:
            return {name: part[0]} if len(part) == 1 else {}
    if values.numbers is not None and len(values.numbers) == 1:
        return {name: exact(values.numbers[0])}
    return {}


def _facts(state: _State) -> Iterable[Fact]:
    def facts() -> Iterable[Fact]:
        for found in state.found.values():
            done = found.state in found.kind.value.done
            own: dict[str, Cell] = {
                **found.said,
                **found.shared,
                "state": found.state,
                "done": flag(done),
                "revoked": flag(found.was_done and not done),
            }
            for made in found.named.values():
                yield made.fact(**own)

    return in_order(facts())


AWARDS: Final = Feed(
    name="awards",
    reads=READS,
    columns={
        "stream": "The stream of the procedure.",
        "procedure": "Its key.",
        "kind": "The kind of procedure, such as honour, reward or penalty.",
        "unit": "The unit whose procedure it is.",
        "state": "The state that it is in.",
        "done": "yes where that counts as carried out.",
        "revoked": "yes where it was carried out, and does not stand any more.",
        "step": "The step that named the subject first.",
        "named": "As what the subject is named: the code of the input, such as honoured.",
        "subject": "The person or unit named.",
        **SERVES,
    },
    initial=_State,
    evolve=_evolve,
    facts=_facts,
    further=True,
)
"""A row for each person or unit that a procedure names, under each of its inputs.

Besides these columns a row has the codes, numbers and days that steps said one by one, under the codes of
their inputs (``form``, ``clause``, ``amount``).
"""
