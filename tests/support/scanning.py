"""Looking for a text where it must not be: in bytes, in whatever form it was written, and in memory."""

from __future__ import annotations

import base64
import gc
import html
import json
import types
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any


def forms(text: str) -> dict[str, bytes]:
    """A text as it may stand in bytes: encodings, normal forms, escapes, hexadecimal, base64."""
    found: dict[str, bytes] = {}
    for normal in ("NFC", "NFD"):
        written = unicodedata.normalize(normal, text)
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            raw = written.encode(encoding)
            found[f"{normal} {encoding}"] = raw
            found[f"{normal} {encoding} hex"] = raw.hex().encode()
            found[f"{normal} {encoding} HEX"] = raw.hex().upper().encode()
            for offset in range(3):
                whole = base64.b64encode(bytes(offset) + raw)
                middle = whole[4 if offset else 0 : len(whole) // 4 * 4 - 4]  # what neighbours do not change
                found[f"{normal} {encoding} base64+{offset}"] = middle
                found[f"{normal} {encoding} base64url+{offset}"] = middle.translate(
                    bytes.maketrans(b"+/", b"-_")
                )
        found[f"{normal} json"] = json.dumps(written)[1:-1].encode()
        found[f"{normal} html"] = html.escape(written).encode()
    return found


def found_in(data: bytes, *texts: str) -> list[str]:
    """In which forms any of the texts stands in bytes."""
    return [form for text in texts for form, raw in forms(text).items() if raw in data]


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below folders, with its bytes."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path, path.read_bytes()


def found_in_files(folder: Path, *texts: str) -> list[tuple[str, str]]:
    """Which files below a folder hold any of the texts, and in which form."""
    return [
        (path.relative_to(folder).as_posix(), form)
        for path, data in files(folder)
        for form in found_in(data, *texts)
    ]


def reachable(*roots: object) -> Iterator[object]:
    """Every object that can be reached from others, not through modules, classes, code and frames."""
    seen: set[int] = set()
    waiting: list[object] = list(roots)
    skipped = (types.ModuleType, type, types.CodeType, types.FrameType)
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, skipped):
            continue
        seen.add(id(item))
        yield item
        if isinstance(item, types.FunctionType):
            waiting += list(item.__closure__ or ())
            continue
        waiting += gc.get_referents(item)


def found_in_memory(text: str, *roots: object) -> list[str]:
    """Strings and bytes reachable from objects that hold the text, by their type and beginning."""
    raw = text.encode()
    held = []
    for item in reachable(*roots):
        if (isinstance(item, str) and text in item) or (isinstance(item, bytes) and raw in item):
            held.append(f"{type(item).__name__}: {item[:20]!r}")
    return held


def frames(error: BaseException, *parts: str) -> Iterator[FrameType]:
    """The frames of an error and of what caused it, of files whose path holds one of `parts`."""
    met: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in met:
            continue
        met.add(id(each))
        waiting += [each.__cause__, each.__context__]
        trace: TracebackType | None = each.__traceback__
        while trace is not None:
            if any(part in trace.tb_frame.f_code.co_filename for part in parts):
                yield trace.tb_frame
            trace = trace.tb_next


def told_by(error: BaseException) -> str:
    """All that a traceback with variables would show of an error from within the two packages."""
    said: list[Any] = []
    waiting: Iterable[BaseException | None] = [error, error.__cause__, error.__context__]
    said += [f"{each!r} {each}" for each in waiting if each is not None]
    for frame in frames(error, "/party_workflow/", "/party_workflow_adapters/"):
        said += [f"{frame.f_code.co_name}.{name} = {value!r}" for name, value in frame.f_locals.items()]
    return "\n".join(said)
