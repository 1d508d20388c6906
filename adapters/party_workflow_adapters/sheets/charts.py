"""The charts of sheets: moves between two rankings, scores in parts, places with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from party_workflow_adapters.report.charts import WIDTH, Canvas, Colour
from party_workflow_adapters.sheets.sheet import Bars, Chart, Intervals, Slope, Slopes

MOST: Final = 60
"""Subjects up to which a chart names each; of more it draws the first ones and says so."""
_ROW: Final = 13.0
_COLOURS: Final[tuple[Colour, ...]] = ("first", "second", "third", "fourth", "band")


def drawn(chart: Chart, name: str) -> Markup | None:
    """A chart as SVG; None where there is nothing to draw."""
    match chart:
        case Slopes():
            return _slopes(chart, name)
        case Bars():
            return _bars(chart, name)
        case Intervals():
            return _intervals(chart, name)


def _label(text: str, most: int = 26) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _slopes(chart: Slopes, name: str) -> Markup | None:
    items = [item for item in chart.items if item.before != item.after][:MOST] or list(chart.items)[:MOST]
    if not items:
        return None
    left = _spread(items, before=True)
    right = _spread(items, before=False)
    rows = max([*left.values(), *right.values()]) + 1
    canvas = Canvas(name, 34 + rows * _ROW)
    x0, x1 = WIDTH * 0.36, WIDTH * 0.64
    canvas.text(x0, 14, chart.before, align="right", bold=True)
    canvas.text(x1, 14, chart.after, bold=True)

    def y(row: int) -> float:
        return 32 + row * _ROW

    for item in items:
        if item.label in left and item.label in right:
            up = (item.after or 0) < (item.before or 0)
            same = item.after == item.before
            colour: Colour = "fourth" if same else "third" if up else "bad"
            ends = (y(left[item.label]) - 3, y(right[item.label]) - 3)
            canvas.line((x0 + 6, x1 - 6), ends, colour=colour, width=1.1, dashed=not up and not same)
        if item.label in left:
            canvas.text(x0, y(left[item.label]), f"{_label(item.label)}  {item.before}", align="right")
        if item.label in right:
            canvas.text(x1, y(right[item.label]), f"{item.after}  {_label(item.label)}")
    told = "; ".join(f"{item.label} from {item.before or '-'} to {item.after or '-'}" for item in items)
    return canvas.svg(chart.caption, told)


def _spread(items: Sequence[Slope], *, before: bool) -> dict[str, int]:
    """A row for each subject on one side, in the order of the places there."""
    found = [(item.before if before else item.after, item.label) for item in items]
    return {
        label: row
        for row, (_, label) in enumerate(
            sorted((place, label) for place, label in found if place is not None)
        )
    }


def _bars(chart: Bars, name: str) -> Markup | None:
    items = chart.items[:MOST]
    if not items:
        return None
    names = list(dict.fromkeys(part for item in items for part, _ in item.parts))
    low = min((sum((n for _, n in item.parts if n < 0), Fraction(0)) for item in items), default=Fraction(0))
    high = max((sum((n for _, n in item.parts if n > 0), Fraction(0)) for item in items), default=Fraction(0))
    span = high - low or Fraction(1)
    left, right = WIDTH * 0.28, WIDTH - 52
    top = 20 + 12 * ((len(names) + 3) // 4)
    canvas = Canvas(name, top + len(items) * (_ROW + 2) + 8)
    for index, part in enumerate(names):
        x, line = 4 + (index % 4) * (WIDTH / 4), 12 + 12 * (index // 4)
        canvas.box(x, line - 7, 8, 8, _COLOURS[index % len(_COLOURS)])
        canvas.text(x + 12, line, _label(part, 24), size=7.5)

    def at(value: Fraction) -> float:
        return left + float((value - low) / span) * (right - left)

    for row, item in enumerate(items):
        y = top + row * (_ROW + 2)
        canvas.text(left - 6, y + 9, _label(item.label), align="right")
        up = down = Fraction(0)
        for part, number in item.parts:
            begin = up if number >= 0 else down + number
            canvas.box(
                at(begin), y, at(begin + abs(number)) - at(begin), _ROW - 2, _COLOURS[names.index(part) % 5]
            )
            if number >= 0:
                up += number
            else:
                down += number
        canvas.text(WIDTH - 2, y + 9, item.shown, align="right")
    canvas.line((at(Fraction(0)), at(Fraction(0))), (top - 4, top + len(items) * (_ROW + 2)), colour="ink")
    return canvas.svg(chart.caption, "; ".join(f"{item.label} {item.shown}" for item in items))


def _intervals(chart: Intervals, name: str) -> Markup | None:
    items = chart.items[:MOST]
    if not items:
        return None
    worst = max(item.worst for item in items)
    left, right = WIDTH * 0.28, WIDTH - 64
    canvas = Canvas(name, 30 + len(items) * _ROW)

    def at(place: int) -> float:
        return left + (place - 1) / max(worst - 1, 1) * (right - left)

    step = max(1, worst // 8)
    for place in range(1, worst + 1, step):
        canvas.line((at(place), at(place)), (18, 24 + len(items) * _ROW))
        canvas.text(at(place), 13, str(place), size=7.5, colour="muted", align="center")
    for row, item in enumerate(items):
        y = 32 + row * _ROW
        canvas.text(left - 8, y, _label(item.label), align="right")
        canvas.line((at(item.best), at(item.worst)), (y - 3, y - 3), colour="first", width=2.4)
        canvas.mark([(at(item.place), y - 3)], "o", "second", size=6)
        spread = str(item.place) if item.best == item.worst else f"{item.best} to {item.worst}"
        canvas.text(WIDTH - 2, y, spread, align="right", size=7.5)
    told = "; ".join(f"{item.label} {item.place}, {item.best} to {item.worst}" for item in items)
    return canvas.svg(chart.caption, told)
