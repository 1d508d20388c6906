"""A sheet as CSV: its first table, with texts that a spreadsheet would take for formulas made harmless."""

from __future__ import annotations

import csv
import io

from party_workflow_adapters.sheets.sheet import Sheet

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def written(sheet: Sheet) -> str:
    """The first table as CSV with CRLF line ends (RFC 4180).

    A text that begins like a formula has an apostrophe before it, unless it is a number (CWE-1236).  Raises
    ValueError for a sheet without a table.
    """
    if not sheet.tables:
        raise ValueError(f"{sheet.title} has no table")
    found = io.StringIO()
    writer = csv.writer(found, lineterminator="\r\n")
    table = sheet.tables[0]
    writer.writerow([_guarded(column) for column in table.columns])
    writer.writerows([_guarded(cell) for cell in row] for row in table.rows)
    return found.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) and not _number(cell) else cell


def _number(cell: str) -> bool:
    digits = cell.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()
