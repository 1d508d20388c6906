"""How values are shown: as tables for people, or as canonical JSON and nothing else."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from party_workflow.canonical import canonical_bytes, jsonable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

Language = Literal["en", "zh"]
WIDTH: Final = 100
"""Columns where the output is no terminal that says its own."""


class Value(Protocol):
    """The answer of a view."""

    def data(self) -> dict[str, Any]:
        """It as canonical data."""


def console(*, stderr: bool = False, record: bool = False) -> Console:
    """A console that keeps to `WIDTH` when piped, and adds no colours then."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # instead of ending the program here

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDTH
    return Screen(
        record=record, file=stream, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False
    )


@dataclass(frozen=True, slots=True)
class Printer:
    """Shows a value the way that was asked for."""

    language: Language
    as_json: bool

    def write(self, value: Any) -> None:
        """Canonical JSON on one line."""
        sys.stdout.buffer.write(canonical_bytes(jsonable(value)) + b"\n")
        sys.stdout.buffer.flush()

    def show(self, *parts: RenderableType | str) -> None:
        """Parts, one below the other."""
        screen = console()
        for part in parts:
            screen.print(part)


def table(*columns: str, title: str | None = None, right: tuple[int, ...] = ()) -> Table:
    """A plain table: headings, no frame; `right` are the columns set to the right."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        made.add_column(column, justify="right" if index in right else "left", overflow="fold")
    return made


def heading(text: str) -> RenderableType:
    """A line that begins a section."""
    from rich.text import Text

    return Text(f"\n{text}", style="bold")
