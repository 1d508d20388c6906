"""Command journals: JSON Lines of commands, read strictly and executed one line at a time.

A line is one object::

    {"id": "c-0007", "at": "2009-03-09T01:00:00.000000Z",
     "by": {"account": "a-12", "person": "p-12", "capacity": "secretary"},
     "do": "activity.plan", "with": {…}}

``id`` makes the command idempotent, ``at`` is when it was given, ``effective_at`` (optional) when it took
effect, ``by.for`` (optional) the person on whose behalf a delegate acts, ``correlation`` (optional) groups
commands.  Instead of ``do`` and ``with`` a line may hold ``together``: a list of such pairs, recorded all
or none.

Nothing of a bad line is recorded, what came before it stays, and no error repeats a personal value.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from party_workflow.canonical import parse, time_text
from party_workflow.codec import Command
from party_workflow.errors import (
    Conflict,
    Fault,
    InvalidInput,
    NotCanonical,
    PartyWorkflowError,
    Refused,
    StoreError,
)
from party_workflow.service import Workflow
from party_workflow.store import Actor, Source
from party_workflow.values import ACCOUNT_PATTERN, CODE_PATTERN, COMMAND_ID_PATTERN, PERSON_PATTERN

MAX_LINE: Final = 1_048_576
"""Most bytes of one line.  Longer texts are evidence files, outside, by content hash."""

_BATCH: Final = b"party_workflow/batch/1"
_TIME: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
_KEYS: Final = {"id", "at", "by", "do", "with", "together", "effective_at", "correlation"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal, read and checked but not yet decided."""

    line: int
    command_id: str
    at: datetime
    by: Actor
    commands: tuple[Command, ...]
    effective_at: datetime | None = None
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line: file, line, reason code, sentence, remedy."""

    file: str
    line: int
    code: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.sentence} {self.remedy} [{self.code}]"


@dataclass(slots=True)
class Imported:
    """What an import did.  Truthy when no line was bad."""

    batch: str
    recorded: int = 0
    repeated: int = 0
    faults: list[LineFault] = field(default_factory=list)
    stopped: bool = False

    def __bool__(self) -> bool:
        return not self.faults


def batch_of(path: Path) -> str:
    """The id of an import batch: derived from the command ids of a journal, in the order of its lines.

    The same file is the same batch.  Nothing else of it counts, because every record names the batch, and
    a digest of the whole file could be searched for what the file holds: a name, the choices of a secret
    ballot.  Lines that cannot be read as an object with an id are passed over.
    """
    batch = hashlib.sha256(_BATCH)
    with path.open("rb") as file:
        for number, data, _ in lines(file):
            try:
                body = parse(_bare(number, data or b""), limit=MAX_LINE, nfc=False)
            except NotCanonical:
                continue
            command_id = body.get("id") if isinstance(body, dict) else None
            if isinstance(command_id, str) and re.fullmatch(COMMAND_ID_PATTERN, command_id):
                batch.update(b"\n" + command_id.encode())  # no id holds a line feed
    return "j-" + batch.hexdigest()[:32]


def _bare(number: int, data: bytes) -> bytes:
    """A line without its end, and the first one without a byte order mark."""
    return (data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data).rstrip(b"\r\n")


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None, int]]:
    """The lines of a file with their number and the bytes read so far, in bounded memory.

    Lines end at a line feed and nowhere else.  A line above `MAX_LINE` comes as None, read past in pieces.
    """
    number = done = 0
    while chunk := file.readline(MAX_LINE + 1):
        number += 1
        done += len(chunk)
        if len(chunk) <= MAX_LINE or chunk.endswith(b"\n"):
            yield number, chunk, done
            continue
        while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            done += len(rest)
        done += len(rest)
        yield number, None, done


def read_entry(workflow: Workflow, data: bytes, line: int) -> Entry:
    """The entry of one line.  Raises `InvalidInput` with every fault found, and no value."""
    body = parse(data, limit=MAX_LINE, nfc=False)
    if not isinstance(body, dict):
        raise InvalidInput(
            Fault("", "The line is not an object.", 'Write {"id": …, "at": …, "by": …, "do": …}.')
        )
    faults: list[Fault] = []
    for key in sorted(set(body) - _KEYS):
        shown = key if re.fullmatch(CODE_PATTERN, key) else "(not shown)"
        faults.append(Fault(shown, "The key is not known.", f"Known keys: {', '.join(sorted(_KEYS))}."))
    command_id = _text(body, "id", COMMAND_ID_PATTERN, faults)
    at = _moment(body, "at", faults, required=True)
    effective_at = _moment(body, "effective_at", faults, required=False)
    correlation = _text(body, "correlation", COMMAND_ID_PATTERN, faults) if "correlation" in body else None
    by = _actor(body.get("by"), faults)
    commands = _commands(workflow, body, faults)
    if faults or at is None or by is None:
        raise InvalidInput(faults)
    return Entry(line, command_id, at, by, commands, effective_at, correlation)


def _text(body: dict[str, Any], key: str, pattern: str, faults: list[Fault], where: str = "") -> str:
    value = body.get(key)
    if not isinstance(value, str) or not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value):
        what = "The key is missing." if key not in body else "The value does not have the form of such an id."
        faults.append(Fault(f"{where}{key}", what, f"It has to match {pattern}."))
        return ""
    return value


def _moment(body: dict[str, Any], key: str, faults: list[Fault], *, required: bool) -> datetime | None:
    value = body.get(key)
    if value is None and not required:
        return None
    if isinstance(value, str) and (match := _TIME.fullmatch(value)):
        year, month, day, hour, minute, second, part, zone = match.groups()
        micro = int((part or "0").ljust(6, "0"))
        try:
            offset = UTC if zone == "Z" else timezone(_offset(zone))
            return datetime(
                int(year),
                int(month),
                int(day),
                int(hour),
                int(minute),
                int(second or 0),
                micro,
                tzinfo=offset,
            ).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    what = "The key is missing." if key not in body else "This is not a moment with a time zone."
    faults.append(Fault(key, what, 'Write it like "2009-03-09T09:00:00+08:00".'))
    return None


def _offset(zone: str) -> timedelta:
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))


def _actor(value: Any, faults: list[Fault]) -> Actor | None:
    if not isinstance(value, dict):
        faults.append(
            Fault("by", "It does not say who gives the command.", "Name account, person and capacity.")
        )
        return None
    before = len(faults)
    for key in sorted(set(value) - {"account", "person", "capacity", "for"}):
        shown = key if re.fullmatch(CODE_PATTERN, key) else "(not shown)"
        faults.append(Fault(f"by.{shown}", "The key is not known.", "Known: account, person, capacity, for."))
    account = _text(value, "account", ACCOUNT_PATTERN, faults, "by.")
    person = _text(value, "person", PERSON_PATTERN, faults, "by.")
    capacity = _text(value, "capacity", CODE_PATTERN, faults, "by.") if "capacity" in value else "self"
    principal = _text(value, "for", PERSON_PATTERN, faults, "by.") if "for" in value else None
    return Actor(account, person, capacity, principal) if len(faults) == before else None


def _commands(workflow: Workflow, body: dict[str, Any], faults: list[Fault]) -> tuple[Command, ...]:
    if ("do" in body) == ("together" in body):
        faults.append(
            Fault("do", "The line needs either do or together.", "Name the command, or list several.")
        )
        return ()
    pairs = body["together"] if "together" in body else [{"do": body["do"], "with": body.get("with", {})}]
    if not isinstance(pairs, list) or not pairs:
        faults.append(
            Fault("together", "It is not a list of commands.", 'Write [{"do": …, "with": {…}}, …].')
        )
        return ()
    found: list[Command] = []
    for index, pair in enumerate(pairs):
        where = "" if len(pairs) == 1 else f"together[{index}]"
        name = pair.get("do") if isinstance(pair, dict) else None
        fields = pair.get("with", {}) if isinstance(pair, dict) else None
        if not isinstance(name, str) or not isinstance(fields, dict) or set(pair) - {"do", "with"}:
            faults.append(
                Fault(
                    where or "do", "A command is not written as do and with.", 'Write {"do": …, "with": {…}}.'
                )
            )
            continue
        try:
            found.append(workflow.model.registry.command(name, fields, where))
        except InvalidInput as error:
            faults.extend(error.faults)
    return tuple(found)


def fault_of(error: PartyWorkflowError, file: str, line: int) -> LineFault:
    """A line's fault for an error of the library, in words that can be logged."""
    match error:
        case Refused():
            refusal = error.refusal
            return LineFault(file, line, refusal.code, refusal.sentence, refusal.remedy)
        case NotCanonical() | InvalidInput():
            code = "journal.not_json" if isinstance(error, NotCanonical) else "journal.invalid"
            what = " ".join(
                f"{fault.where}: {fault.what}" if fault.where else fault.what for fault in error.faults
            )
            remedies = dict.fromkeys(fault.remedy for fault in error.faults)
            return LineFault(file, line, code, what, " ".join(remedies))
        case Conflict():
            return LineFault(file, line, "journal.conflict", str(error), "")
        case _:
            return LineFault(file, line, "journal.failed", str(error), "")


def execute(
    workflow: Workflow,
    path: str | os.PathLike[str],
    *,
    on_fault: Literal["stop", "continue"] = "stop",
    recorded_at: datetime | None = None,
    latest: datetime | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Imported:
    """Execute a journal file on a workflow.

    By default every command is recorded at its own ``at``: the journal is taken for the system's own diary
    of commands.  With `recorded_at` all are recorded then, take effect at their ``at``, and keep it as the
    source's time.  Either way each record names batch and line.  Running the same file again adds nothing.

    A line that would be recorded after `latest` is bad.  Recorded times never decrease, so that one line in
    a far year would end the log: whoever has a clock passes it, with what clocks may differ by.

    `progress` is called with the bytes done.  Raises `StoreError` if the storage fails.
    """
    path = Path(path)
    name = path.name
    report = Imported(batch_of(path))
    with path.open("rb") as file:
        for number, data, done in lines(file):
            data = None if data is None else _bare(number, data)
            if data is None or data.strip():
                fault = _execute_line(workflow, report, name, number, data, recorded_at, latest)
                if fault is not None:
                    report.faults.append(fault)
                    if on_fault == "stop":
                        report.stopped = True
                        return report
            progress(done)
    return report


def _execute_line(
    workflow: Workflow,
    report: Imported,
    name: str,
    number: int,
    data: bytes | None,
    recorded_at: datetime | None,
    latest: datetime | None,
) -> LineFault | None:
    if data is None:
        what = f"The line is longer than {MAX_LINE} bytes."
        return LineFault(
            name, number, "journal.too_long", what, "Keep files outside and cite them by content hash."
        )
    try:
        entry = read_entry(workflow, data, number)
        if latest is not None and (recorded_at or entry.at) > latest:
            what = (
                f"It would be recorded later than {time_text(latest)}, and after it nothing earlier could be."
            )
            return LineFault(
                name, number, "journal.future", what, "Correct the time, or the clock of this machine."
            )
        receipt = workflow.execute(
            *entry.commands,
            by=entry.by,
            at=recorded_at or entry.at,
            command_id=entry.command_id,
            effective_at=entry.effective_at if recorded_at is None else entry.effective_at or entry.at,
            correlation=entry.correlation,
            source=Source(report.batch, number, None if recorded_at is None else entry.at),
        )
    except StoreError:
        raise
    except PartyWorkflowError as error:
        return fault_of(error, name, number)
    if receipt.repeated:
        report.repeated += 1
    else:
        report.recorded += 1
    return None
