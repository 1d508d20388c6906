"""Who may do what on a case, cell by cell: role x relation x command x state, against a table of expectations.

The table (`tests/data/case_matrix.csv`) is written from the requirements and denies by default.  What it denies is
refused and records nothing; written underneath into the store, it is found on replay.  What it permits is
recorded, and no replay reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from tests.support.case_matrix import (
    APPOINTING,
    COMMANDS,
    PATHS,
    Bureau,
    Cell,
    Stage,
    Table,
    cells,
    key_of,
    stages,
    who,
)

from party_workflow.authority import forbidden
from party_workflow.codec import Event
from party_workflow.errors import Refusal, Refused
from party_workflow.policies.audits.possible import checks
from party_workflow.store import Append, Draft, read_event

SHOWN = 4000
"""How many deviations a failing test shows."""


@dataclass
class Tried:
    """What came of the cells of one stage: the refusals, and the events of what was recorded."""

    stage: Stage
    refused: dict[Cell, Refusal] = field(default_factory=dict)
    recorded: dict[Cell, list[tuple[str, Event]]] = field(default_factory=dict)


def tried(stage: Stage) -> Tried:
    """Every cell of a stage tried; each in the same world, taken back where something was recorded."""
    found = Tried(stage)
    work = stage.bureau.fork()
    for cell in cells(stage, Table.read()):
        head = work.store.head().position
        try:
            receipt = work.do(COMMANDS[cell.command](stage, cell), by=who(cell))
        except Refused as refused:
            found.refused[cell] = refused.refusal
            assert work.store.head().position == head, f"{cell}: refused, and recorded"
            continue
        events = [read_event(record, work.model.registry) for record in work.store.read(head)]
        assert len(events) == len(receipt.positions)
        found.recorded[cell] = [(item.envelope.stream, item.event) for item in events]
        work = stage.bureau.fork()
    return found


_TRIED: dict[str, list[Tried]] = {}


def kind_tried(kind: str) -> list[Tried]:
    """Every cell of a kind tried, once for all tests."""
    if kind not in _TRIED:
        _TRIED[kind] = [tried(stage) for stage in stages(kind)]
    return _TRIED[kind]


def told(deviations: Iterable[str]) -> str:
    """The first deviations, and how many there are."""
    found = sorted(deviations)
    return "\n".join([f"{len(found)} deviations", *found[:SHOWN]])


@pytest.mark.parametrize("kind", sorted(PATHS))
def test_what_the_table_denies_is_refused_and_what_it_permits_is_recorded(kind: str) -> None:
    table = Table.read()
    deviations = []
    for stage in kind_tried(kind):
        for cell, refusal in stage.refused.items():
            if table.permits(cell):
                deviations.append(f"{cell}: permitted by {table.says(cell)}, refused: {refusal}")
        for cell in stage.recorded:
            if not table.permits(cell):
                deviations.append(f"{cell}: denied by {table.says(cell)}, recorded")
    assert not deviations, told(deviations)


# --- on replay -------------------------------------------------------------------------------

Events = list[tuple[str, Event]]


@dataclass
class Samples:
    """What each command led to where it was permitted: by kind, state and command; the wider, the later."""

    found: dict[tuple[str, ...], Events]

    @classmethod
    def of(cls, kinds: Iterable[str]) -> Samples:
        """The samples of everything that was permitted."""
        found: dict[tuple[str, ...], Events] = {}
        for kind in kinds:
            for item in kind_tried(kind):
                for cell, events in item.recorded.items():
                    for key in ((kind, cell.state, cell.command), (kind, cell.command), (cell.command,)):
                        found.setdefault(key, events)
        return cls(found)

    def first(self, cell: Cell) -> Event:
        """The event that a cell's command leads to first."""
        keys: tuple[tuple[str, ...], ...] = (
            (cell.kind, cell.state, cell.command),
            (cell.kind, cell.command),
            (cell.command,),
        )
        events = next(self.found[key] for key in keys if key in self.found)
        return events[0][1]


def forged(cell: Cell, stage: Stage, samples: Samples) -> tuple[str, Event]:
    """Stream and event of what somebody might write underneath who may not do what the cell says.

    The case stays in its state, so that one does not make the next one impossible.
    """
    event, command = samples.first(cell), COMMANDS[cell.command](stage, cell)
    changes: dict[str, object] = {}
    if cell.command in APPOINTING:
        field = cell.command.removeprefix("appointed_")
        changes[field] = getattr(command, field)
    if "state" in type(event).model_fields and cell.command != "open":
        changes["state"] = state_code(stage)
    return command.stream, event.model_copy(update=changes)


def state_code(stage: Stage) -> str:
    """The state of the case in the lifecycle of its kind."""
    if stage.state == "none":
        return "none"
    found = stage.bureau.workflow.state(f"case/{key_of(stage.kind)}").state
    assert isinstance(found, str)
    return found


def batches(item: Tried, table: Table, samples: Samples) -> Iterator[list[Cell]]:
    """The cells of a stage, put together so that what one of them leads to does not decide on another.

    Most events change nobody's part in a case.  Those that do are kept apart by command, and where they bar
    whoever causes them from everything, by role and way as well: then each person occurs once.
    """
    apart: dict[tuple[str, ...], list[Cell]] = {}
    for cell in (*item.refused, *item.recorded):
        event = samples.first(cell)
        if cell.command in ONCE_EACH:
            key: tuple[str, ...] = (cell.command, cell.role, cell.via)
        elif event.relates or event.unit_field is not None:
            key = (cell.command,)
        else:
            key = (str(table.opens(cell)),)
        apart.setdefault(key, []).append(cell)
    yield from apart.values()


ONCE_EACH = ("recuse",)


def underneath(bureau: Bureau, cell: Cell, number: int, events: Events, command_type: str) -> range:
    """Write events straight into the store, past every rule, and say where they stand."""
    drafts = tuple(Draft(stream, event, bureau.now) for stream, event in events)
    batch = Append(
        bureau.store.head().log or "",
        f"beneath-{number}",
        command_type,
        "0" * 64,
        who(cell),
        bureau.now,
        drafts,
        {},
    )
    return bureau.store.append(batch).positions


@dataclass
class Found:
    """What a replay of one batch says: the positions of the forged, of the permitted, and of the findings."""

    forged: dict[int, Cell] = field(default_factory=dict)
    permitted: dict[int, Cell] = field(default_factory=dict)
    forbidden: set[int] = field(default_factory=set)
    impossible: set[int] = field(default_factory=set)


def replayed(item: Tried, batch: list[Cell], table: Table, samples: Samples) -> Found:
    """A batch of cells written underneath a copy of the stage, and replayed."""
    bureau, found = item.stage.bureau.fork(), Found()
    for number, cell in enumerate(batch):
        stream, event = forged(cell, item.stage, samples)
        if cell.command == "open" and item.stage.state == "none":
            stream = f"{stream}-{number}"
        events = [(stream, event)]
        name = COMMANDS[cell.command](item.stage, cell).stored_type
        for position in underneath(bureau, cell, number, events, name):
            (found.permitted if table.permits(cell) else found.forged)[position] = cell
    history = bureau.workflow.history
    found.forbidden = {each.position for each in forbidden(history.events(), bureau.workflow.binds)}
    if found.forged.keys() - found.forbidden:
        for check in checks(bureau.model):
            if check.code == "moves":
                for finding in check.look(history):
                    found.impossible.update(event.position for event in finding.events)
    return found


@pytest.mark.parametrize("kind", sorted(PATHS))
def test_what_the_table_denies_is_found_when_it_is_written_underneath_and_nothing_else_is(kind: str) -> None:
    table, samples = Table.read(), Samples.of(sorted(PATHS))
    deviations = []
    for item in kind_tried(kind):
        for batch in batches(item, table, samples):
            found = replayed(item, batch, table, samples)
            for position, cell in found.forged.items():
                if position not in found.forbidden | found.impossible:
                    deviations.append(f"{cell}: denied by {table.says(cell)}, not found on replay")
            for position, cell in found.permitted.items():
                if position in found.forbidden:
                    deviations.append(f"{cell}: permitted by {table.says(cell)}, reported on replay")
    assert not deviations, told(deviations)
