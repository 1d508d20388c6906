"""Taking a file in: read, judge, decide on a scratch, and record all of it or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from party_workflow.canonical import digest, time_text
from party_workflow.codec import command_digest
from party_workflow.domain import activity, organisation
from party_workflow.domain.intake import MAX_SKIPPED, ReceiveIntake, RowGroup, SkippedRow
from party_workflow.errors import (
    CommandIdConflict,
    Conflict,
    InvalidInput,
    PartyWorkflowError,
    Refusal,
    Refused,
    StoreError,
    VersionConflict,
)
from party_workflow.model import Model
from party_workflow.packs import party
from party_workflow.personal import Openings, Personal, Salts
from party_workflow.service import Workflow
from party_workflow.store import EventStore, Source
from party_workflow_adapters.intake.building import BUILDERS
from party_workflow_adapters.intake.items import Building, Item
from party_workflow_adapters.intake.mapping import read_mapping
from party_workflow_adapters.intake.people import People
from party_workflow_adapters.intake.problems import Problem, Problems, Unusable
from party_workflow_adapters.intake.rows import Sheet
from party_workflow_adapters.intake.scratch import Scratch, ScratchOpenings, commit
from party_workflow_adapters.intake.tables import read_table

ATTEMPTS: Final = 8
"""How often a file is decided again when somebody recorded something meanwhile."""

ABOUT: Final = {
    "unit": "this unit",
    "person": "this person",
    "activity": "this occasion",
    "mark": "this subject",
    "points": "this entry of this person",
}
"""What two rows are of that lead to the same command, by the kind of their identity."""


@dataclass(slots=True)
class Report:
    """What taking in a file did, or would do.  Truthy when nothing was wrong."""

    kind: str = ""
    batch: str = ""
    rows: int = 0
    taken: int = 0
    known: int = 0
    skipped: int = 0
    problems: Problems = field(default_factory=Problems)
    commands: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    people: int = 0
    """New people that got ids."""
    recorded: bool = False

    def __bool__(self) -> bool:
        return not self.problems

    def data(self) -> dict[str, Any]:
        """It as canonical data."""
        return {
            "kind": self.kind,
            "batch": self.batch,
            "rows": self.rows,
            "taken": self.taken,
            "known": self.known,
            "skipped": self.skipped,
            "new_people": self.people,
            "commands": dict(sorted(self.commands.items())),
            "events": dict(sorted(self.events.items())),
            "problems": [problem.data() for problem in self.problems],
            "recorded": self.recorded,
        }


@dataclass(slots=True)
class _Tried:
    """A file decided on a scratch."""

    report: Report
    scratch: Scratch
    openings: ScratchOpenings
    people: People


def take_in(
    path: Path,
    mapping: Path,
    store: EventStore,
    openings: Openings,
    *,
    at: datetime,
    salts: Salts,
    dry_run: bool = False,
    skip_bad_rows: bool = False,
    model: Model = party.MODEL,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Take a file in by a mapping, recorded at a moment.

    With `dry_run` nothing is recorded or written.  Otherwise everything is recorded in one transaction if
    nothing is wrong, and nothing at all if anything is; with `skip_bad_rows` the rows with faults are left
    out, and their places and codes recorded with the batch.  What was taken in before is not taken in again.

    Raises `StoreError` if the storage fails, and `VersionConflict` if others never stop recording.
    """
    for attempt in range(1, ATTEMPTS + 1):
        tried = _try(path, mapping, store, openings, at, salts, skip_bad_rows, model, progress)
        report = tried.report
        stands = not report.problems or (skip_bad_rows and not report.problems.of_no_row)
        if dry_run or not stands or not report.taken:
            return report
        tried.people.save()
        try:
            commit(store, openings, tried.scratch, tried.openings)
        except VersionConflict:
            if attempt == ATTEMPTS:
                raise
            continue
        report.recorded = True
        return report
    raise AssertionError("unreachable: the last attempt returns or raises")


def _try(
    path: Path,
    mapping_path: Path,
    store: EventStore,
    openings: Openings,
    at: datetime,
    salts: Salts,
    skip_bad_rows: bool,
    model: Model,
    progress: Callable[[int, int], None],
) -> _Tried:
    report, added = Report(), ScratchOpenings(openings)
    scratch = Scratch(store)
    try:
        mapping = read_mapping(mapping_path)
        report.kind = mapping.kind
        table, people = None, None
        faults: list[Problem] = []
        try:
            table = read_table(
                path, sheet=mapping.sheet, encoding=mapping.encoding, delimiter=mapping.delimiter
            )
        except Unusable as error:
            faults += error.problems
        try:
            people = People.of(mapping, mapping_path.parent)
        except Unusable as error:
            faults += error.problems
        if table is None or people is None or faults:
            raise Unusable(faults)
    except Unusable as error:
        report.problems.found += error.problems
        if not report.kind:  # the mapping is wrong, and the file may be unreadable as well
            with suppress(OSError):
                report.problems.found += _unreadable(path)
        return _Tried(report, scratch, added, _nobody())
    workflow = Workflow(scratch, model, openings=added, salts=salts)
    sheet = Sheet(table, mapping, people, party.PACK, report.problems, at=at)
    tried = _Tried(report, scratch, added, people)
    if report.problems and not sheet.places:
        return tried
    building = Building(sheet, workflow, lambda command_id: scratch.receipt(command_id) is not None)
    items = list(BUILDERS[mapping.kind](building))
    report.rows = len(building.read)
    if not building.read:
        report.problems.add(
            Problem(
                "intake.no_rows",
                "It has no rows below the header.",
                "Check header in [file].",
                sheet="the file",
            )
        )
        return tried
    report.people = len(people.added)
    run = _Run(workflow, scratch, sheet, report, at)
    run.items(items, mapping.digest, progress)
    bad = {row.line for row in building.read if row.faulty}
    report.skipped = len(bad)
    report.taken = sum(len(item.rows) for item in run.taken)
    report.known = report.rows - report.taken - len(bad)
    if run.taken and (not report.problems or skip_bad_rows):
        run.receive(path, mapping.digest, mapping.unit, mapping.by, bad)
    return tried


def _unreadable(path: Path) -> tuple[Problem, ...]:
    """Why a file cannot be read whatever a mapping says."""
    try:
        read_table(path)
    except Unusable as error:
        return tuple(problem for problem in error.problems if problem.code != "intake.encoding")
    return ()


def _nobody() -> People:
    people = People.__new__(People)
    people.path, people.added = None, {}
    return people


@dataclass(slots=True)
class _Run:
    """One pass over the items of a file."""

    workflow: Workflow
    scratch: Scratch
    sheet: Sheet
    report: Report
    at: datetime
    batch: str = ""
    taken: list[Item] = field(default_factory=list)

    def items(self, items: list[Item], mapping: str, progress: Callable[[int, int], None]) -> None:
        """Decide every item, whatever becomes of those before it."""
        seen: dict[str, Item] = {}
        new = [item.command_id for item in items if self.scratch.receipt(item.command_id) is None]
        said = "\n".join(("party_workflow/intake/batch/1", time_text(self.at), mapping, *sorted(new)))
        self.report.batch = self.batch = f"i-{hashlib.sha256(said.encode()).hexdigest()[:32]}"
        for done, item in enumerate(items, 1):
            first = seen.setdefault(item.command_id, item)
            if first is not item:
                same = (item.commands, item.effective_at) == (first.commands, first.effective_at)
                row, about = first.rows[0].number, ABOUT[item.identity[0]]
                what = f"It says the same as row {row}." if same else f"Row {row} is of {about} too."
                self.fault(item, "intake.twice", what, "Keep one of the two.")
            else:
                self.decide(item)
            if done % 50 == 0 or done == len(items):
                progress(done, len(items))

    def decide(self, item: Item) -> None:
        """Decide one item on the scratch, as a command of its own."""
        known = self.scratch.receipt(item.command_id)
        by = item.by
        if known is not None:  # whoever took it in then
            record = next(iter(self.scratch.read(known.first_position - 1, known.first_position)))
            by = record.envelope.actor
        try:
            receipt = self.workflow.execute(
                *item.commands,
                by=by,
                at=self.at,
                command_id=item.command_id,
                effective_at=item.effective_at,
                source=Source(self.batch, item.rows[0].line),
            )
        except StoreError:
            raise
        except CommandIdConflict:
            self.fault(
                item,
                "intake.conflict",
                "It was taken in before and says something else now.",
                "Record what changed as what it is (a move, a correction), or restore the row.",
            )
        except Refused as error:
            self.refused(item, error.refusal)
        except InvalidInput as error:
            for fault in error.faults:
                self.fault(item, "intake.value", fault.what, fault.remedy)
        except Conflict:
            raise
        except PartyWorkflowError as error:
            self.fault(item, "intake.failed", str(error), "")
        else:
            if receipt.repeated:
                return
            self.taken.append(item)
            self.report.commands.update(command.stored_type for command in item.commands)
            self.report.events.update(draft.event.stored_type for draft in self.scratch.batches[-1].drafts)

    def refused(self, item: Item, refusal: Refusal) -> None:
        """Note a refusal: of a unit that is not there where it, or its day, is named."""
        at = item.effective_at or self.at
        if refusal.code in (organisation.UNKNOWN_UNIT.code, activity.UNKNOWN_UNIT.code):
            known = self.workflow.state("organisation")
            for unit, name in item.units.items():
                if unit not in known.units:
                    self.fault(item, refusal.code, refusal.sentence, refusal.remedy, name)
                    return
                if item.effective_at is not None and known.placing(unit, at) is None:
                    what = f"The unit {unit} did not exist yet on this day."
                    self.fault(item, refusal.code, what, "Correct the day, or the unit.", "on")
                    return
                if not known.is_open(unit, at):
                    what = f"The unit {unit} is closed on this day or after it."
                    self.fault(item, refusal.code, what, "Name the unit that followed it.", name)
                    return
        self.fault(item, refusal.code, refusal.sentence, refusal.remedy)

    def fault(self, item: Item, code: str, what: str, remedy: str, name: str = "") -> None:
        """Note what is wrong with an item: on its first row, and the others go with it."""
        item.rows[0].fault(name, code, what, remedy)
        for row in item.rows:
            row.faulty = True

    def receive(self, path: Path, mapping: str, unit: str | None, by: Any, bad: set[int]) -> None:
        """Record the batch itself, last."""
        report = self.report
        codes: dict[int, set[str]] = {line: set() for line in bad}
        for problem in report.problems:
            if problem.row:
                codes.setdefault(self.sheet.table.line(problem.row), set()).add(problem.code)
        if len(bad) > MAX_SKIPPED:
            report.problems.add(
                Problem(
                    "intake.too_many_skipped",
                    f"{len(bad)} rows would be left out, more than {MAX_SKIPPED}.",
                    "Mend the file or its mapping, or take it in by parts.",
                    sheet="the file",
                )
            )
            return
        command = ReceiveIntake(
            key=self.batch,
            kind=report.kind,
            unit=unit,
            file=Personal(hashlib.sha256(path.read_bytes()).hexdigest()),
            mapping=mapping,
            content=digest([content(item) for item in self.taken]),
            rows=report.rows,
            taken=report.taken,
            known=report.known,
            skipped=tuple(SkippedRow(line=line, codes=tuple(sorted(codes[line]))) for line in sorted(bad)),
            groups=tuple(
                RowGroup(line=item.rows[0].line, lines=tuple(row.line for row in item.rows))
                for item in self.taken
                if len(item.rows) > 1
            ),
        )
        try:
            self.workflow.execute(command, by=by, at=self.at, command_id=f"in-batch-{self.batch}")
        except Refused as error:
            refusal = error.refusal
            report.problems.add(
                Problem(refusal.code, refusal.sentence, refusal.remedy, sheet="the file as a whole")
            )


def content(item: Item) -> str:
    """The digest of what an item says, without personal values."""
    return digest([command_digest(command, {}) for command in item.commands])
