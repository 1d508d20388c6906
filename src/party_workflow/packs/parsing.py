"""From TOML text to tables, where one key that stands twice does not hide all that is wrong besides.

To TOML a key that stands twice in one table is the end of the file.  Here the first one holds, the other is a
fault with its name and line, and the rest is read as if it were not there.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from party_workflow.errors import Faults

_TWICE: Final = re.compile(
    r"Cannot overwrite a value \(at (?:line ([0-9]+), column [0-9]+|end of document)\)"
)
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_.-]+|\"[^\"]*\"|'[^']*')\s*=")
_TABLE: Final = re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]+\s*(?:#.*)?")
_MOST: Final = 100
"""Keys that stand twice in a file, after which the rest of it is not read."""


def tables(name: str, text: str, faults: Faults) -> dict[str, Any] | None:
    """The tables of a file, the faults of its syntax noted; None where it cannot be read."""
    lines = text.replace("\r\n", "\n").split("\n")
    for _ in range(_MOST):
        try:
            return tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            twice = _TWICE.fullmatch(str(error))
            if twice is None or not _strike(name, lines, int(twice[1] or len(lines)), faults):
                faults.add(name, f"This is no TOML: {error}.", "Mend it there.")
                return None
    faults.add(name, "So many keys stand twice that the rest is not read.", "Mend these first.")
    return None


def _strike(name: str, lines: list[str], end: int, faults: Faults) -> bool:
    """Takes the pair that ends at line `end` out, lines staying where they are; False if it is not found."""
    start = next((at for at in range(end - 1, -1, -1) if _KEY.match(lines[at])), None)
    if start is None:
        return False
    key = _key(lines[start])
    head = next((at for at in range(start, -1, -1) if _TABLE.fullmatch(lines[at])), -1)
    first = next((at for at in range(head + 1, start) if _key(lines[at]) == key), None)
    if first is None:
        return False  # what stands twice is within the value, or was begun in another way
    found = _TABLE.fullmatch(lines[head]) if head >= 0 else None
    table = found[1] if found else ""
    where = (
        f"{name}: "
        + (f"[{table}] " if table else "")
        + (key if key is not None and key.isascii() else ascii(key))
    )
    shown = where + f" (line {start + 1})"
    if table.split(".")[0] == "labels":
        what = f"{key} has a label in line {first + 1} already."
        faults.add(shown, what, "One code has one label: strike one of the lines out.")
    else:
        faults.add(shown, f"The key stands in line {first + 1} already.", "Strike one of the lines out.")
    lines[start:end] = [""] * (end - start)
    return True


def _key(line: str) -> str | None:
    found = _KEY.match(line)
    return None if found is None else found[1].strip("\"'")
