"""Answers laid out once and shown in several ways: a terminal, CSV, or one HTML page with charts.

A `Sheet` has a title, notes and parts; it holds texts only, so that every way of showing says the same.
"""

from party_workflow_adapters.sheets.sheet import (
    Bar,
    Bars,
    Interval,
    Intervals,
    Outline,
    Part,
    Sheet,
    Slope,
    Slopes,
    Table,
)

__all__ = [
    "Bar",
    "Bars",
    "Interval",
    "Intervals",
    "Outline",
    "Part",
    "Sheet",
    "Slope",
    "Slopes",
    "Table",
]
