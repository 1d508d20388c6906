"""Where in a text each part of a document stands, so that a fault can say line and column.

The readers of TOML and JSON say what a text holds and not where.  The scanners here go over a text that such
a reader has accepted, and note the place of every key, table header and list element by its path.  They also
note keys that stand twice, which is the one fault that they can see in a text that was not accepted.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

Path = tuple[str | int, ...]
"""A place in a document: keys, and indexes of lists from 0."""

MAX_DEPTH: Final = 32
"""Deepest nesting that is looked at, as in stored data."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A line and a column, both counted from 1; a column counts characters."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


START: Final = Spot(1, 1)


class Lost(ValueError):
    """The text is not what a scanner goes over: its reader will say why."""


@dataclass(slots=True)
class Places:
    """The places of a text by path.  `repeated` are keys that stand twice: path, first and second place."""

    spots: dict[Path, Spot] = field(default_factory=dict)
    repeated: list[tuple[Path, Spot, Spot]] = field(default_factory=list)

    def at(self, path: Path) -> Spot:
        """Where a path stands; for one that is not there, where the next part around it does."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.spots:
                return self.spots[path[:end]]
        return START

    def ordered(self) -> Iterator[tuple[Path, Spot]]:
        """Every path in the order of the text."""
        return iter(sorted(self.spots.items(), key=lambda item: item[1]))


def spot_of(text: str, at: int) -> Spot:
    """The line and column of a character of a text."""
    return Spot(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def in_toml(text: str) -> Places:
    """The places of a TOML text.  Raises `Lost` where it cannot be one."""
    return _Toml(text).document()


def in_json(text: str) -> Places:
    """The places of a JSON text.  Raises `Lost` where it cannot be one."""
    return _Json(text).document()


class _Scanner:
    """A text, how far it was looked at, and what was found in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places = Places()
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._line = 0

    def spot(self, at: int) -> Spot:
        # Places are asked for in nearly the order of the text; so this seldom goes more than a line.
        while self._line + 1 < len(self._starts) and self._starts[self._line + 1] <= at:
            self._line += 1
        while self._starts[self._line] > at:
            self._line -= 1
        return Spot(self._line + 1, at - self._starts[self._line] + 1)

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise Lost(f"at {self.at}")
        self.at = found.end()
        return found[0]

    def take(self, literal: str) -> bool:
        if not self.text.startswith(literal, self.at):
            return False
        self.at += len(literal)
        return True

    def note(self, path: Path, at: int) -> None:
        if len(path) > MAX_DEPTH:
            raise Lost("nested too deep")
        if path in self.places.spots:
            self.places.repeated.append((path, self.places.spots[path], self.spot(at)))
        else:
            self.places.spots[path] = self.spot(at)


class _Json(_Scanner):
    """Objects and lists; everything else is passed over."""

    _SPACE: Final = re.compile(r"[ \t\r\n]*")
    _STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
    _OTHER: Final = re.compile(r"[^\s,\[\]{}\"]+")

    def document(self) -> Places:
        self.match(self._SPACE)
        self.value(())
        return self.places

    def value(self, path: Path) -> None:
        if self.take("{"):
            self._object(path)
        elif self.take("["):
            self._list(path)
        elif self.text.startswith('"', self.at):
            self.match(self._STRING)
        else:
            self.match(self._OTHER)
        self.match(self._SPACE)

    def _object(self, path: Path) -> None:
        self.match(self._SPACE)
        while not self.take("}"):
            at = self.at
            key = (*path, _json_string(self.match(self._STRING)))
            self.note(key, at)
            self.match(self._SPACE)
            if not self.take(":"):
                raise Lost(f"at {self.at}")
            self.match(self._SPACE)
            self.value(key)
            self._next("}")

    def _list(self, path: Path) -> None:
        self.match(self._SPACE)
        index = 0
        while not self.take("]"):
            self.note((*path, index), self.at)
            self.value((*path, index))
            self._next("]")
            index += 1

    def _next(self, end: str) -> None:
        if self.take(","):
            self.match(self._SPACE)
        elif not self.text.startswith(end, self.at):
            raise Lost(f"at {self.at}")


def _json_string(token: str) -> str:
    try:
        found: str = json.loads(token)
    except ValueError:
        raise Lost("a string") from None
    return found


class _Toml(_Scanner):
    """Headers, pairs, lists and inline tables; everything else is passed over."""

    _BLANK: Final = re.compile(r"[ \t]*")
    _SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
    _BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
    _STRINGS: Final = tuple(
        re.compile(pattern, re.DOTALL)
        for pattern in (
            r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})',
            r"'''.*?'''(?:'{0,2})",
            r'"(?:[^"\\\n]|\\.)*"',
            r"'[^'\n]*'",
        )
    )
    _OTHER: Final = re.compile(r"[^,\[\]{}#\n\"']+")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lists: dict[Path, int] = {}
        self.headed: set[Path] = set()

    def document(self) -> Places:
        table: Path = ()
        self.match(self._SPACE)
        while self.at < len(self.text):
            if self.take("[["):
                table = self._header("]]")
            elif self.take("["):
                table = self._header("]")
            else:
                self.pair(table)
            self.match(self._SPACE)
        return self.places

    def pair(self, table: Path) -> None:
        keys = self._keys()
        for part in range(1, len(keys)):
            self._passed((*table, *(key for key, _ in keys[:part])), keys[part - 1][1])
        path = (*table, *(key for key, _ in keys))
        self.note(path, keys[-1][1])
        if not self.take("="):
            raise Lost(f"at {self.at}")
        self.match(self._BLANK)
        self.value(path)

    def value(self, path: Path) -> None:
        if self.take("["):
            self._list(path)
        elif self.take("{"):
            self._table(path)
        elif self.text[self.at : self.at + 1] in ('"', "'"):
            self._string()
        else:
            self.match(self._OTHER)

    def _header(self, end: str) -> Path:
        self.match(self._BLANK)
        keys = self._keys()
        path: Path = ()
        for index, (key, at) in enumerate(keys):
            path = (*path, key)
            last = index == len(keys) - 1
            if last and end == "]" and path not in self.lists:
                self._opened(path, at)
            else:
                self._passed(path, at)
            if last and end == "]]":
                number = self.lists.get(path, 0)
                self.lists[path] = number + 1
                path = (*path, number)
                self.note(path, at)
            elif path in self.lists:
                path = (*path, self.lists[path] - 1)
        if not self.take(end):
            raise Lost(f"at {self.at}")
        return path

    def _passed(self, path: Path, at: int) -> None:
        if path not in self.places.spots:
            self.note(path, at)

    def _opened(self, path: Path, at: int) -> None:
        """A header may follow headers of tables within its own, and stands once itself."""
        if path in self.headed:
            self.note(path, at)
        self.headed.add(path)
        self._passed(path, at)

    def _keys(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        while not found or self.take("."):
            self.match(self._BLANK)
            at = self.at
            if self.text[at : at + 1] in ('"', "'"):
                found.append((_toml_string(self._string()), at))
            else:
                found.append((self.match(self._BARE), at))
            self.match(self._BLANK)
            if len(found) > MAX_DEPTH:
                raise Lost("nested too deep")
        return found

    def _string(self) -> str:
        for pattern in self._STRINGS:
            found = pattern.match(self.text, self.at)
            if found is not None:
                self.at = found.end()
                return found[0]
        raise Lost(f"at {self.at}")

    def _list(self, path: Path) -> None:
        self.match(self._SPACE)
        index = 0
        while not self.take("]"):
            self.note((*path, index), self.at)
            self.value((*path, index))
            self.match(self._SPACE)
            if self.take(","):
                self.match(self._SPACE)
            elif not self.text.startswith("]", self.at):
                raise Lost(f"at {self.at}")
            index += 1

    def _table(self, path: Path) -> None:
        self.match(self._SPACE)
        while not self.take("}"):
            self.pair(path)
            self.match(self._SPACE)
            if self.take(","):
                self.match(self._SPACE)
            elif not self.text.startswith("}", self.at):
                raise Lost(f"at {self.at}")


def _toml_string(token: str) -> str:
    try:
        found: str = next(iter(tomllib.loads(f"{token} = 0")))
    except ValueError:
        raise Lost("a key") from None
    return found
