"""A log as a file of lines: the canonical bytes of each record, in position order, one a line.

The bytes hold no line feed (JSON escapes it), so the file is JSON Lines; two logs are the same exactly
when their exports are.  Lines are split at line feeds and nowhere else: `str.splitlines` would also
break at characters that are allowed inside a JSON string.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from party_workflow.canonical import MAX_BYTES
from party_workflow.errors import DamagedHistory, Fault, InvalidInput
from party_workflow.history import Readable, Records
from party_workflow.store import Record, decode

MAX_RECORDS: Final = 10_000_000
MAX_EXPORT: Final = 4 * 2**30
"""Most records and bytes that `read_export` takes unless it is told otherwise."""


def canonical_export(source: Readable, out: BinaryIO) -> int:
    """Write every record as a line of its canonical bytes; returns how many.  Holds one at a time."""
    written = 0
    for record in source.read():
        out.write(record.bytes + b"\n")
        written += 1
    return written


def read_export(
    path: str | os.PathLike[str], *, max_records: int = MAX_RECORDS, max_bytes: int = MAX_EXPORT
) -> Records:
    """The records of an export: one whole log from position 1, in canonical bytes, within the limits.

    Raises `InvalidInput` that names file, line, fault and remedy.  That nothing was altered is for the
    seal to show; here is checked that the file reads as one log.
    """
    return Records(tuple(_checked(Path(path), max_records, max_bytes)))


def _checked(path: Path, max_records: int, max_bytes: int) -> Iterator[Record]:
    last: Record | None = None
    versions: dict[str, int] = {}
    for number, line in _lines(path, max_bytes):
        if number > max_records:
            raise _fault(path, number, f"The file has more than {max_records} lines.", "Raise max_records.")
        try:
            record = decode(line, number)
        except DamagedHistory as error:
            what = str(error).removeprefix(f"Position {number}: ")
            raise _fault(path, number, what, "Export the log again.") from None
        if fault := _out_of_line(record, last, number, versions):
            raise _fault(path, number, fault, "Export the log again, whole and in order.")
        versions[record.envelope.stream] = record.envelope.version
        last = record
        yield record


def _out_of_line(record: Record, last: Record | None, number: int, versions: dict[str, int]) -> str | None:
    """What keeps a record from following on the last one; None if it follows."""
    envelope = record.envelope
    if envelope.position != number:
        return f"It has position {envelope.position} instead of {number}."
    if envelope.version != (version := versions.get(envelope.stream, 0) + 1):
        return f"It has version {envelope.version} of its stream instead of {version}."
    if last is not None and envelope.log != last.envelope.log:
        return "It belongs to another log than the line before."
    if last is not None and envelope.recorded_at < last.envelope.recorded_at:
        return "It was recorded before the line before it."
    return None


def _lines(path: Path, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number, size = 0, 0
            while line := file.readline(MAX_BYTES + 2):
                number += 1
                size += len(line)
                if size > max_bytes:
                    raise _fault(
                        path, number, f"The file has more than {max_bytes} bytes.", "Raise max_bytes."
                    )
                if not line.endswith(b"\n"):
                    if len(line) > MAX_BYTES:
                        what = f"The line has more than the {MAX_BYTES} bytes that a record may have."
                        raise _fault(path, number, what, "Remove what is not a record.")
                    raise _fault(
                        path, number, "The line does not end: the file is cut off.", "Copy it again."
                    )
                yield number, line[:-1]
    except OSError as error:
        raise InvalidInput(
            Fault(str(path), f"It cannot be read: {error.strerror}.", "Check path and permissions.")
        ) from None


def _fault(path: Path, line: int, what: str, remedy: str) -> InvalidInput:
    return InvalidInput(Fault(f"{path}, line {line}", what, remedy))
