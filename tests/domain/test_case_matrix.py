"""Who may do what on a case, cell by cell: role x relation x command x state, against a table.

The table (`tests/data/case_matrix.csv`) is written from the requirements and denies by default.  What it
denies is refused and records nothing; written underneath into the store, it is found on replay.  What it
permits is recorded, and no replay reports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from tests.support.case_matrix import (
    APPOINTING,
    COMMANDS,
    NEXT,
    PATHS,
    UNGUESSABLE,
    Bureau,
    Cell,
    Stage,
    Table,
    cells,
    key_of,
    kind_of,
    stages,
    who,
)

from party_workflow.authority import forbidden
from party_workflow.canonical import time_text
from party_workflow.codec import Event
from party_workflow.errors import Refusal, Refused
from party_workflow.history import History, Records
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.audits.checks import audit
from party_workflow.policies.audits.integrity import sealed_parts
from party_workflow.policies.audits.possible import checks
from party_workflow.store import Append, Draft, MemoryStore, Recorded, decode, read_event
from party_workflow_adapters.exchange import export_batch
from party_workflow_adapters.journal import execute

SHOWN = 20
"""How many deviations a failing test shows."""
TABLE = Table.read()
KINDS = sorted(PATHS)


@dataclass
class Tried:
    """What came of the cells of one stage: the refusals, and what was recorded."""

    stage: Stage
    refused: dict[Cell, Refusal] = field(default_factory=dict)
    recorded: dict[Cell, list[Event]] = field(default_factory=dict)
    firsts: dict[str, Event] = field(default_factory=dict)
    """What each command led to first where it was permitted."""


def tried(stage: Stage, chosen: Iterable[Cell]) -> Tried:
    """Cells of a stage tried, all in the same world, which is taken back where something was recorded."""
    found, work = Tried(stage), stage.bureau.fork()
    for cell in chosen:
        head = work.store.head().position
        try:
            work.do(COMMANDS[cell.command](stage, cell), by=who(cell))
        except Refused as refused:
            found.refused[cell] = refused.refusal
            assert work.store.head().position == head, f"{cell}: refused, and recorded"
            continue
        records = work.store.read(head)
        found.recorded[cell] = [read_event(record, work.model.registry).event for record in records]
        if TABLE.permits(cell):
            found.firsts.setdefault(cell.command, found.recorded[cell][0])
        work = stage.bureau.fork()
    return found


def told(deviations: Iterable[str]) -> str:
    """The first deviations, and how many there are."""
    found = sorted(deviations)
    return "\n".join([f"{len(found)} deviations", *found[:SHOWN]])


def decided_otherwise(item: Tried) -> Iterator[str]:
    """Where what came of a cell is not what the table says."""
    for cell, refusal in item.refused.items():
        if TABLE.permits(cell):
            yield f"{cell}: permitted by {TABLE.says(cell)}, refused: {refusal}"
    for cell in item.recorded:
        if not TABLE.permits(cell):
            yield f"{cell}: denied by {TABLE.says(cell)}, recorded"


# --- on replay -------------------------------------------------------------------------------


@cache
def samples() -> dict[tuple[str, ...], Event]:
    """What each command leads to first where it is permitted: by kind and command, and by command."""
    found: dict[tuple[str, ...], Event] = {}
    for kind in KINDS:
        for stage in stages(kind):
            permitted = {cell.command: cell for cell in cells(stage, TABLE) if TABLE.permits(cell)}
            for command, event in tried(stage, permitted.values()).firsts.items():
                found.setdefault((kind, command), event)
                found.setdefault((command,), event)
    return found


def sample(item: Tried, cell: Cell) -> Event:
    """What a command leads to first: in this state if it can be, or in another, or of another kind."""
    if (event := item.firsts.get(cell.command)) is not None:
        return event
    return samples().get((cell.kind, cell.command)) or samples()[cell.command,]


def forged(cell: Cell, item: Tried, number: int) -> tuple[str, Event]:
    """Stream and event of what somebody might write underneath who may not do what the cell says.

    The case stays in its state and its unit, so that one does not make the next one impossible.
    """
    event, stage = sample(item, cell), item.stage
    command = COMMANDS[cell.command](stage, cell)
    stream, changes = command.stream, dict[str, object]()
    if cell.command in APPOINTING:
        appointed = cell.command.removeprefix("appointed_")
        changes[appointed] = getattr(command, appointed)
    if cell.command == "recuse":
        changes["person"] = who(cell).person if cell.role == "member" else f"p-{NEXT}"
    if cell.command == "open":
        stream = f"case/{number}-{UNGUESSABLE}" if stage.state == "none" else stream
    elif stage.state != "none":
        case = stage.bureau.workflow.state(f"case/{key_of(stage.kind)}")
        stays = {"state": case.state, "unit": case.unit if cell.command in ("hand_over", "return") else None}
        fields = type(event).model_fields
        changes |= {name: value for name, value in stays.items() if value is not None and name in fields}
    return stream, event.model_copy(update=changes)


def batches(item: Tried) -> Iterator[list[Cell]]:
    """The cells of a stage, put together so that what one of them leads to does not decide on another.

    Most events change nobody's part in a case.  Those that do are kept apart by command; those that bar
    whoever causes them from the same thing, so that each person occurs once.
    """
    apart: dict[tuple[str, ...], list[Cell]] = {}
    for cell in (*item.refused, *item.recorded):
        _, event = forged(cell, item, 0)
        key: tuple[str, ...] = ()
        if event.relates or event.unit_field is not None:
            key = (cell.command,)
        if cell.command == "recuse" and cell.role == "member":
            key = (cell.command, cell.via)
        if cell.command == "decide_appeal" and TABLE.opens(cell):
            given = cell.role in TABLE.roles(cell.kind, cell.command)
            key = (cell.command, cell.via, cell.role if given else "")
        apart.setdefault(key, []).append(cell)
    yield from apart.values()


def written(item: Tried, batch: Sequence[Cell]) -> tuple[Bureau, dict[int, Cell]]:
    """A copy of the stage with cells written underneath, past every rule, and where they stand."""
    bureau, places = item.stage.bureau.fork(), dict[int, Cell]()
    for number, cell in enumerate(batch):
        stream, event = forged(cell, item, number)
        name, drafts = f"beneath-{number}", (Draft(stream, event, bureau.now),)
        led = COMMANDS[cell.command](item.stage, cell).stored_type
        append = Append("bureau", name, led, "0" * 64, who(cell), bureau.now, drafts, {})
        places[bureau.store.append(append).first_position] = cell
    return bureau, places


def reported(bureau: Bureau, before: list[Recorded]) -> set[int]:
    """Where a replay says that somebody did what they were not permitted to do."""
    after = (read_event(record, bureau.model.registry) for record in bureau.store.read(len(before)))
    return {found.position for found in forbidden([*before, *after], bureau.workflow.binds)}


def impossible(bureau: Bureau) -> set[int]:
    """Where an audit says that something was not possible in the state of the case."""
    moves = next(check for check in checks(bureau.model) if check.code == "moves")
    found = moves.look(bureau.workflow.history)
    return {event.position for finding in found for event in finding.events}


def one_of_each(found: Iterable[Cell]) -> list[Cell]:
    """Whether something was possible hardly depends on who did it: of each command one in each role."""
    return list({(cell.command, cell.role): cell for cell in found}.values())


def replayed_otherwise(item: Tried, *, whole: bool) -> Iterator[str]:
    """What of a stage a replay does not find although it is denied, and reports although it is not."""
    before = list(item.stage.bureau.workflow.history.events())
    passed: list[Cell] = []
    for batch in batches(item):
        bureau, places = written(item, batch)
        found = reported(bureau, before)
        for position, cell in places.items():
            if TABLE.permits(cell):
                if position in found:
                    yield f"{cell}: permitted by {TABLE.says(cell)}, reported on replay"
            elif position not in found:
                passed.append(cell)
    passed.sort(key=lambda cell: cell.command == "open")  # a second opening begins the case anew
    bureau, places = written(item, passed if whole else one_of_each(passed))
    found = impossible(bureau) if places else set()
    for position, cell in places.items():
        if position not in found:
            yield f"{cell}: denied by {TABLE.says(cell)}, not found on replay"


# --- the cells -------------------------------------------------------------------------------


def deviations(kind: str, *, whole: bool) -> Iterator[str]:
    """Where a kind of case is not as the table says."""
    for stage in stages(kind):
        item = tried(stage, cells(stage, TABLE, whole=whole))
        yield from decided_otherwise(item)
        yield from replayed_otherwise(item, whole=whole)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_table_denies_is_refused_and_found_underneath_and_what_it_permits_is_neither(
    kind: str,
) -> None:
    found = list(deviations(kind, whole=False))
    assert not found, told(found)


@pytest.mark.torture
@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_of_the_table_is_as_it_says(kind: str) -> None:
    found = list(deviations(kind, whole=True))
    assert not found, told(found)


def test_every_row_of_the_table_decides_on_some_cell_and_most_cells_are_denied() -> None:
    table, counts = Table.read(), {True: 0, False: 0}
    for kind in KINDS:
        for stage in stages(kind):
            for cell in cells(stage, table):
                counts[table.permits(cell)] += 1
    assert [row for row in table.rows if row.number not in table.used] == []
    assert counts[True] > 5_000
    assert counts[False] > 40_000


# --- other ways in ---------------------------------------------------------------------------


def reached(kind: str, state: str) -> Stage:
    """A kind of case come to a state."""
    return next(stage for stage in stages(kind) if stage.state == state)


WAYS = [("finding", "reported", "verify_rectification"), ("complaint", "acknowledged", "accept")]
WAYS += [("petition", "in_review", "decide_appeal"), ("assignment_slip", "verified", "close")]


@pytest.mark.parametrize(("kind", "state", "command"), WAYS)
def test_what_is_denied_is_refused_in_a_journal_that_is_imported(
    kind: str, state: str, command: str, tmp_path: Path
) -> None:
    """In every way of acting: under a second account, through a delegate, and for somebody else."""
    stage, tried_both = reached(kind, state), set()
    for cell in cells(stage, TABLE):
        if (cell.command, cell.role) != (command, "administrator"):
            continue
        bureau, by = stage.bureau.fork(), who(cell)
        given = COMMANDS[command](stage, cell)
        fields = given.model_dump(mode="json", exclude_none=True)
        fields |= {name: "x" for name in fields if isinstance(getattr(given, name), Personal)}
        line = {
            "id": "imported",
            "at": time_text(bureau.now),
            "by": {"account": by.account, "person": by.person, "capacity": by.capacity},
            "do": given.stored_type,
            "with": fields,
        }
        if by.delegate_of is not None:
            line["by"] |= {"for": by.delegate_of}  # type: ignore[operator]
        path = tmp_path / "journal.jsonl"
        path.write_text(json.dumps(line) + "\n", encoding="utf-8")
        head = bureau.store.head()
        imported = execute(bureau.workflow, path)
        permitted = TABLE.permits(cell)
        tried_both.add(permitted)
        assert bool(imported.recorded) is permitted, f"{cell}: {imported.faults}"
        assert (bureau.store.head() == head) is not permitted
    assert tried_both == {True, False}


def test_what_is_denied_is_found_in_a_log_that_was_moved_to_another_store_and_from_a_batch() -> None:
    stage = reached("finding", "reported")
    item = tried(stage, cells(stage, TABLE))
    verifying = [cell for cell in item.refused if cell.command == "verify_rectification"]
    bureau, places = written(item, verifying)
    records = [decode(record.bytes, record.position) for record in bureau.store.read()]
    moved = History(MemoryStore(records), bureau.model.registry)
    assert {found.position for found in forbidden(moved.events())} == places.keys()
    batch = export_batch(bureau.store, ["log", "authority", "organisation", f"case/{key_of('finding')}"])
    received = History(Records(batch.records), bureau.model.registry)
    assert {found.position for found in forbidden(received.events())} == places.keys()


def test_a_newer_version_of_the_kind_opens_nothing_on_a_case_under_the_one_before() -> None:
    stage = reached("finding", "reported")
    kind = kind_of("finding")
    for command in party.definitions("finding"):
        body = {**command.body, "version": kind.version + 1}
        body["lifecycle"] = {**body["lifecycle"], "version": kind.version + 1}
        stage.bureau.do(command.model_copy(update={"version": kind.version + 1, "body": body}))
    verifying = [cell for cell in cells(stage, TABLE) if cell.command == "verify_rectification"]
    found = list(decided_otherwise(tried(stage, verifying)))
    assert not found, told(found)


# --- who is sealed ---------------------------------------------------------------------------

SEALED = ("complainant", "conflict_complainant")


def test_R_146_what_rests_on_who_is_sealed_is_found_with_the_vault_and_not_checked_without_it() -> None:
    """Who has the log alone learns neither who complained nor that somebody acted against the rule."""
    stage = reached("complaint", "acknowledged")
    item = tried(stage, cells(stage, TABLE))
    accepting = [
        cell
        for cell in item.refused
        if (cell.command, cell.role) == ("accept", "administrator") and cell.relation in SEALED
    ]
    assert {cell.relation for cell in accepting} == set(SEALED)
    bureau, places = written(item, accepting)
    before = list(stage.bureau.workflow.history.events())
    assert reported(bureau, before) == places.keys()
    assert list(forbidden(bureau.workflow.history.events())) == []
    history, honest = bureau.workflow.history, stage.bureau.workflow.history
    with_vault, without = sealed_parts(bureau.workflow.binds), sealed_parts()
    [made] = audit(history, [with_vault]).checks
    assert {event.position for finding in made.findings for event in finding.events} == places.keys()
    [shut] = audit(history, [without]).checks
    assert (shut.outcome, shut.findings) == ("not_checked", ())
    assert shut.needed == "the openings of 3 of 3 identities, from the vault, as ids"
    assert audit(honest, [with_vault]).checks[0].outcome == "pass"
    bureau.workflow.erase_identity(f"case/{key_of('complaint')}")
    assert reported(bureau, before) == set()
