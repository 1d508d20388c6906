"""A sheet in a terminal: tables, outlines as trees; charts are left to the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from party_workflow_adapters.cli.output import heading, table
from party_workflow_adapters.sheets.sheet import Outline, Sheet, Table

if TYPE_CHECKING:
    from rich.console import RenderableType


def shown(sheet: Sheet) -> Iterator[RenderableType]:
    """The sheet, one part below the other."""
    yield heading(sheet.title)
    yield from (f"Note: {warning}" for warning in sheet.warnings)
    for part in sheet.parts:
        match part:
            case Table():
                yield from _table(part)
            case Outline():
                yield from _outline(part)
            case _:
                pass
    yield from sheet.notes


def _table(part: Table) -> Iterator[RenderableType]:
    from rich.text import Text

    made = table(*part.columns, title=part.caption or None, right=part.right)
    for row in part.rows:
        made.add_row(*(Text(cell) for cell in row))
    if part.rows:
        yield made
    else:
        yield f"{part.caption or 'Table'}: nothing."


def _outline(part: Outline) -> Iterator[RenderableType]:
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(part.caption, style="bold"))
    branches = [tree]
    for depth, line in part.lines:
        del branches[depth + 1 :]
        branches.append(branches[-1].add(Text(line)))
    yield tree
