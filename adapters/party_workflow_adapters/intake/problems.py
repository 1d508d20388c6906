"""What is wrong with a file or its mapping: all of it at once, where it stands, and what to do.

A cell may hold a name or a sentence about somebody, so a problem never repeats what a cell says: it says
where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong.  `row` is 0 where it concerns no single row; `column` is a letter, `field` what the
    mapping takes the column for."""

    code: str
    what: str
    remedy: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    field: str = ""

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        parts = [self.sheet, f"row {self.row}" if self.row else "", self.head]
        return ", ".join(part for part in parts if part)

    @property
    def head(self) -> str:
        """The column, and what it is taken for."""
        if self.column:
            return f"column {self.column}" + (f" ({self.field})" if self.field else "")
        return self.field

    def data(self) -> dict[str, Any]:
        """It as canonical data."""
        body = {
            "code": self.code,
            "what": self.what,
            "remedy": self.remedy,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "field": self.field,
        }
        return {key: value for key, value in body.items() if value not in ("", 0)}

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.remedy} [{self.code}]"


@dataclass(slots=True)
class Problems:
    """A list of problems that is added to until everything was looked at.  Truthy if there are any."""

    found: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Add one, unless just this one is there."""
        self.found.append(problem)

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def of_no_row(self) -> list[Problem]:
        """Those of the file or the mapping as a whole: with them nothing can be taken."""
        return [problem for problem in self.found if not problem.row]


@dataclass(frozen=True, slots=True)
class Group:
    """The same thing wrong in the same column of several rows."""

    problem: Problem
    rows: tuple[int, ...]


def grouped(problems: Iterable[Problem]) -> tuple[Group, ...]:
    """The problems with those put together that differ in nothing but the row, in order of first mention."""
    found: dict[tuple[str, ...], tuple[Problem, list[int]]] = {}
    for problem in problems:
        key = (problem.code, problem.what, problem.remedy, problem.sheet, problem.column, problem.field)
        found.setdefault(key, (problem, []))[1].append(problem.row)
    return tuple(Group(problem, tuple(sorted(set(rows)))) for problem, rows in found.values())


def ranges(numbers: Iterable[int]) -> str:
    """Row numbers as people write them: ``4, 7-9, 12``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


class Unusable(Exception):
    """A file or mapping that cannot be read at all.  `problems` says everything that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class CellFault(Exception):
    """A cell that does not say what it should: the code of the problem, what, remedy."""

    def __init__(self, code: str, what: str, remedy: str) -> None:
        self.code, self.what, self.remedy = code, what, remedy
        super().__init__(what)
