"""Numbers and plain tables for people: escaped, without style sheets, scripts or anything from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape
from typing import Final

from party_workflow.canonical import fraction_text
from party_workflow.policies.figure import Rounding

SHORT: Final = 12
"""Up to so many characters an exact fraction is shown as it is."""
SIX: Final = Rounding(6, "half_even")


def brief(value: Fraction) -> str:
    """A number for people: as it is where that is short, otherwise to six places, marked as not exact."""
    text = fraction_text(value)
    return text if len(text) <= SHORT else f"≈{SIX.apply(value)}"


def signed(value: Fraction) -> str:
    """A difference for people, with its sign."""
    return f"{'+' if value > 0 else ''}{brief(value)}"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """A table; every cell is escaped."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>\n" for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"


def paragraphs(lines: Iterable[str]) -> str:
    """Lines, each a paragraph; what is in capitals up to a colon is strong."""
    return "\n".join(f"<p>{_strong(line)}</p>" for line in lines)


def preformatted(lines: Iterable[str]) -> str:
    """Lines whose indents matter."""
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


def heading(text: str) -> str:
    """A heading within a cell of a notebook."""
    return f"<h4>{escape(text)}</h4>"


def _strong(line: str) -> str:
    word, found, rest = line.partition(":")
    plain = escape(line)
    return f"<strong>{escape(word)}:</strong>{escape(rest)}" if found and word[:12].isupper() else plain


def text_table(columns: Sequence[str], rows: Sequence[Sequence[object]], indent: str = "") -> list[str]:
    """The same as lines of text, columns in line."""
    cells = [[str(column) for column in columns], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    return [
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
