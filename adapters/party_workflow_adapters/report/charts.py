"""Charts as SVG to stand inside a page: the course of a campaign, its registers, the spread of a ranking.

A chart is drawn on one pair of axes that measure in points, so that its bytes depend on its data and on
nothing of the machine: no display, no clock, no font (every text is put in afterwards and set in the fonts of
the page), and no colour either, since colours are variables of the page's style.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from html import escape
from typing import Any, Final, Literal

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

Colour = Literal[
    "ink",
    "muted",
    "rule",
    "band",
    "first",
    "second",
    "third",
    "fourth",
    "on_first",
    "on_second",
    "bad",
    "paper",
]
_COLOURS: Final[dict[str, str]] = {
    name: f"#0000{number:02x}"
    for number, name in enumerate(
        (
            "ink",
            "muted",
            "rule",
            "band",
            "first",
            "second",
            "third",
            "fourth",
            "on_first",
            "on_second",
            "bad",
            "paper",
        ),
        start=1,
    )
}
"""Stand-ins for the colours of the page, unlike any that matplotlib puts in by itself."""
_SETTINGS: Final[dict[str, Any]] = {
    "svg.hashsalt": "party_workflow",
    "svg.fonttype": "none",
    "svg.id": None,
    "font.family": ["DejaVu Sans"],
    "text.usetex": False,
    "text.parse_math": False,
    "path.simplify": False,
    "path.sketch": None,
    "path.effects": [],
    "axes.unicode_minus": False,
}
WIDTH: Final = 560
"""Points from the left to the right of every chart."""

Marker = Literal["o", "s", "D", "v", "X"]


class Canvas:
    """A drawing surface in points, from the top left corner."""

    def __init__(self, name: str, height: float) -> None:
        self.name = name
        self.height = height
        self._texts: list[str] = []
        self._drawn = 0
        self._figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        FigureCanvasSVG(self._figure)
        self._axes: Axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.set_axis_off()

    def _next(self) -> int:
        """What is drawn later lies above what was drawn before."""
        self._drawn += 1
        return self._drawn

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 8,
        colour: Colour = "ink",
        align: Literal["left", "center", "right"] = "left",
        bold: bool = False,
    ) -> None:
        """A text; y is its base line."""
        self._texts.append(text)
        self._axes.text(
            x,
            y,
            f"@{len(self._texts):04d}@",
            fontsize=size,
            color=_COLOURS[colour],
            ha=align,
            va="baseline",
            weight="bold" if bold else "normal",
            zorder=self._next(),
        )

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        *,
        colour: Colour = "rule",
        width: float = 0.6,
        dashed: bool = False,
    ) -> None:
        """A line through points."""
        self._axes.plot(
            x,
            y,
            color=_COLOURS[colour],
            linewidth=width,
            linestyle=(0, (3, 2)) if dashed else "solid",
            zorder=self._next(),
        )

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self._axes.add_patch(
            Rectangle(
                (x, y), width, height, facecolor=_COLOURS[colour], edgecolor="none", zorder=self._next()
            )
        )

    def mark(
        self,
        points: Iterable[tuple[float, float]],
        shape: Marker,
        colour: Colour,
        *,
        size: float = 5,
        hollow: bool = False,
    ) -> None:
        """Marks of one shape at points; `size` is their diameter."""
        found = list(points)
        if found:
            self._axes.plot(
                [x for x, _ in found],
                [y for _, y in found],
                linestyle="none",
                marker=shape,
                markersize=size,
                markerfacecolor="none" if hollow else _COLOURS[colour],
                markeredgecolor=_COLOURS[colour if hollow else "paper"],
                markeredgewidth=1.1 if hollow else 0.5,
                zorder=self._next(),
            )

    def svg(self, title: str, description: str) -> Markup:
        """The chart as an element of a page, with a title and a description for who does not see it."""
        out = io.StringIO()
        self._figure.savefig(out, format="svg", transparent=True, metadata=_NO_METADATA)
        drawn = out.getvalue()
        body = drawn[drawn.index("<g id=") : drawn.rindex("</svg>")]
        return Markup(
            f'<svg viewBox="0 0 {WIDTH} {self.height:g}" role="img" '
            f'aria-labelledby="{self.name}-title {self.name}-desc">'
            f'<title id="{self.name}-title">{escape(title)}</title>'
            f'<desc id="{self.name}-desc">{escape(description)}</desc>'
            f"{self._own(body)}</svg>"
        )

    def _own(self, body: str) -> str:
        """What was drawn, with ids of its own, the page's colours and fonts, and its texts."""
        used = set(re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', body))
        body = re.sub(
            r' id="([^"]+)"', lambda found: f' id="{self.name}-{found[1]}"' if found[1] in used else "", body
        )
        body = re.sub(r'xlink:href="#', f'href="#{self.name}-', body)
        body = re.sub(r"url\(#", f"url(#{self.name}-", body)
        body = re.sub(r"font-family: '[^']*'; ", "", body)
        body = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", body)
        for name, stand_in in _COLOURS.items():
            body = body.replace(stand_in, f"var(--{name.replace('_', '-')})")
        body = re.sub(r"@(\d{4})@", lambda found: escape(self._texts[int(found[1]) - 1]), body)
        return re.sub(r"\s*\n\s*", " ", body)


_NO_METADATA: Final[dict[str, Any]] = {"Date": None, "Creator": None, "Format": None, "Type": None}


def settled() -> AbstractContextManager[None]:
    """A context in which charts are drawn alike whatever the user has set for matplotlib."""
    surroundings = ("backend", "interactive", "toolbar")
    defaults: Any = matplotlib.rcParamsDefault
    kept = {key: value for key, value in defaults.items() if not key.startswith(surroundings)}
    settings: Any = {**kept, **_SETTINGS}
    return matplotlib.rc_context(settings)


# --- the course of a campaign ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lane:
    """A task: how often what was done for it, when it was complete, and how much of what was needed."""

    label: str
    done: tuple[datetime, ...]
    completed: datetime | None
    amount: str
    open: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase: from when to when (None: still), its look-backs, decisions by outcome, and its lanes."""

    label: str
    opened: datetime | None
    ended: datetime | None
    looked_back: tuple[datetime, ...]
    gates: tuple[tuple[datetime, str], ...]
    lanes: tuple[Lane, ...]


_LEFT: Final = 142
_RIGHT: Final = 52
GATE_MARKS: Final[dict[str, tuple[Marker, Colour, bool]]] = {
    "redo": ("X", "bad", False),
    "pass_with_conditions": ("s", "second", False),
    "pass": ("s", "first", False),
}
"""How the decisions on a phase are marked: shape, colour, hollow."""


def course(
    stages: Sequence[Stage], zone: tzinfo, *, title: str, description: str, amount_heading: str
) -> Markup | None:
    """When what was done; None where nothing has happened."""
    moments = [
        moment
        for stage in stages
        for moment in (
            stage.opened,
            stage.ended,
            *stage.looked_back,
            *(at for at, _ in stage.gates),
            *(at for lane in stage.lanes for at in (*lane.done, lane.completed)),
        )
        if moment is not None
    ]
    if not moments:
        return None
    start, end = min(moments), max(moments)
    try:
        end = max(end, start + timedelta(days=1))
    except OverflowError:  # the last day that a datetime can be
        start = min(start, end - timedelta(days=1))
    top, row, head = 36.0, 13.0, 21.0
    height = top + sum(head + row * len(stage.lanes) for stage in stages) + 8
    canvas = Canvas("course", height)
    width = WIDTH - _LEFT - _RIGHT

    def x(moment: datetime) -> float:
        return round(_LEFT + float(Fraction((moment - start) // _MICRO, (end - start) // _MICRO)) * width, 2)

    for moment, label in ticks(start, end, zone):
        if moment >= start:
            canvas.line((x(moment), x(moment)), (top - 6, height - 6))
            canvas.text(x(moment) + 2, top - 10, label, size=7.5, colour="muted")
    canvas.text(WIDTH - 4, top - 24, amount_heading, size=7.5, colour="muted", align="right")
    y = top
    for stage in stages:
        _stage(canvas, stage, y, x, end, head)
        for number, lane in enumerate(stage.lanes):
            _lane(canvas, lane, y + head + row * number + 8, x, width)
        y += head + row * len(stage.lanes)
    return canvas.svg(title, description)


_MICRO: Final = timedelta(microseconds=1)


def _stage(
    canvas: Canvas, stage: Stage, y: float, x: Callable[[datetime], float], end: datetime, head: float
) -> None:
    canvas.text(4, y + 12, stage.label, size=8.5, bold=True)
    if stage.opened is None:
        return
    begin, finish = x(stage.opened), x(stage.ended or end)
    canvas.box(begin, y + 6, max(finish - begin, 2), 6, "band")
    canvas.mark([(x(at), y + 2) for at in stage.looked_back], "v", "ink", size=5, hollow=True)
    for outcome, (shape, colour, hollow) in GATE_MARKS.items():
        found = [(x(at), y + 9) for at, decided in stage.gates if decided == outcome]
        canvas.mark(found, shape, colour, size=8, hollow=hollow)


def _lane(canvas: Canvas, lane: Lane, y: float, x: Callable[[datetime], float], width: float) -> None:
    canvas.text(
        _LEFT - 8, y + 2.6, lane.label, size=7.5, align="right", colour="muted" if lane.open else "ink"
    )
    canvas.line((_LEFT, _LEFT + width), (y, y))
    canvas.mark([(x(at), y) for at in lane.done], "o", "first", size=4.6)
    if lane.completed is not None:
        canvas.mark([(x(lane.completed), y)], "D", "ink", size=5, hollow=True)
    canvas.text(
        WIDTH - 4,
        y + 2.6,
        lane.amount,
        size=7.5,
        align="right",
        bold=lane.open,
        colour="bad" if lane.open else "ink",
    )


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A moment on a clock, or in UTC where that clock has no such year."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)


def ticks(start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, str]]:
    """Round moments on a clock, a dozen at the most, each with its label."""
    first, last = in_zone(start, zone), in_zone(end, zone)
    days = (last - first).days
    if days <= 12:
        step, form = 1, "%m-%d"
    elif days <= 70:
        step, form = 7, "%m-%d"
    else:
        return _month_ticks(first, last)
    at = first.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for number in range((last - at).days // step + 1):
        found += _tick(at, number * step, form)
    return found


def _tick(at: datetime, days: int, form: str) -> list[tuple[datetime, str]]:
    """A tick some days on; none where the moment lies outside what a datetime can be."""
    try:
        moment = at + timedelta(days=days)
        return [(moment.astimezone(UTC), moment.strftime(form))]
    except OverflowError:
        return []


def _month_ticks(first: datetime, last: datetime) -> list[tuple[datetime, str]]:
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200, 120_000) if months <= 11 * step)
    found = []
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month, step):
        at = first.replace(
            year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        found += _tick(at, 0, f"{at.year}-{at.month:02d}")
    return found


# --- registers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """A session: its label, and how many members and others took part."""

    label: str
    members: int
    others: int


def registers(bars: Sequence[Bar], line: int | None, *, title: str, description: str) -> Markup:
    """Attendance of each session, members below and others above; a line at how many members there are."""
    height, top, bottom, left = 210.0, 22.0, 24.0, 26.0
    canvas = Canvas("registers", height)
    most = max([bar.members + bar.others for bar in bars] + [line or 0, 1])
    scale = (height - top - bottom) / most
    base = height - bottom
    for mark in _round_marks(most):
        canvas.line((left, WIDTH), (base - mark * scale, base - mark * scale))
        canvas.text(left - 5, base - mark * scale + 2.6, str(mark), size=7.5, colour="muted", align="right")
    if line is not None:
        canvas.line((left, WIDTH), (base - line * scale,) * 2, colour="bad", width=1, dashed=True)
    slot = (WIDTH - left) / max(len(bars), 1)
    wide = min(slot * 0.68, 34)
    labelled = max(1, -(-30 // int(max(slot, 1))))
    for number, bar in enumerate(bars):
        middle = left + slot * (number + 0.5)
        begin = middle - wide / 2
        canvas.box(begin, base - bar.members * scale, wide, bar.members * scale, "first")
        canvas.box(
            begin, base - (bar.members + bar.others) * scale, wide, max(bar.others * scale - 0.8, 0), "second"
        )
        if wide >= 12:
            if bar.members * scale >= 11:
                canvas.text(middle, base - 5, str(bar.members), size=8, colour="on_first", align="center")
            if bar.others * scale >= 11:
                y = base - (bar.members + bar.others / 2) * scale + 2.8
                canvas.text(middle, y, str(bar.others), size=8, colour="on_second", align="center")
            y = base - (bar.members + bar.others) * scale - 4
            canvas.text(middle, y, str(bar.members + bar.others), size=8, bold=True, align="center")
        if number % labelled == 0:
            canvas.text(middle, height - 10, bar.label, size=7.5, colour="muted", align="center")
    canvas.line((left, WIDTH), (base, base), colour="ink", width=0.8)
    return canvas.svg(title, description)


def _round_marks(most: int) -> range:
    step = next(base * 10**power for power in range(12) for base in (1, 2, 5) if most <= 5 * base * 10**power)
    return range(0, most + 1, step)


# --- the spread of a ranking -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dot:
    """A ranked subject, without a name: total, the number of its grade from the best, and on what ground."""

    total: Fraction
    grade: int
    ground: Literal["band", "quota", "selection-required"]


DOT_MARKS: Final[dict[str, tuple[Marker, bool]]] = {
    "band": ("o", False),
    "quota": ("s", True),
    "selection-required": ("D", True),
}
GRADE_COLOURS: Final[tuple[Colour, ...]] = ("first", "second", "third", "fourth")


def spread(
    dots: Sequence[Dot], bands: Sequence[tuple[str, Fraction]], *, title: str, description: str
) -> Markup:
    """Every subject a dot over its total, stacked where several are close; dashed where a grade begins."""
    low = min(dot.total for dot in dots)
    high = max(dot.total for dot in dots)
    below = [floor for _, floor in bands if floor <= low]
    floor = max(max(below, default=low), low - 5)
    lowest, highest = int(floor) - 1, -(-high.numerator // high.denominator) + 1
    left, right, plot = 14.0, 14.0, WIDTH - 28.0

    def x(value: Fraction | int) -> float:
        return round(left + float(Fraction(value - lowest) / (highest - lowest)) * plot, 2)

    ordered = sorted(dots, key=lambda item: (item.total, -item.grade, item.ground))
    pitch, levels = 10.0, _levels([x(dot.total) for dot in ordered], 10.0)
    while pitch > 1 and (max(levels) + 1) * pitch > _TALLEST:
        pitch *= 0.8
        levels = _levels([x(dot.total) for dot in ordered], pitch)
    top, bottom = 36.0, 22.0
    height = round(top + max(pitch * (max(levels) + 1), 30) + bottom, 2)
    canvas = Canvas("spread", height)
    base = height - bottom

    shown = [(label, at) for label, at in bands if lowest <= at <= highest]
    for number, (label, at) in enumerate(shown):
        canvas.line((x(at), x(at)), (14 + 11 * (number % 2), base), colour="muted", dashed=True, width=0.8)
        near_end = x(at) > WIDTH - 150
        canvas.text(
            x(at) + (-3 if near_end else 3),
            20 + 11 * (number % 2),
            label,
            size=7.5,
            colour="muted",
            align="right" if near_end else "left",
        )
    for mark in _marks(lowest, highest):
        canvas.line((x(mark), x(mark)), (base, base + 3), colour="ink")
        canvas.text(x(mark), height - 8, str(mark), size=7.5, colour="muted", align="center")
    canvas.line((left, WIDTH - right), (base, base), colour="ink", width=0.8)
    for dot, level in zip(ordered, levels, strict=True):
        shape, hollow = DOT_MARKS[dot.ground]
        colour = GRADE_COLOURS[min(dot.grade, len(GRADE_COLOURS) - 1)]
        centre = (x(dot.total), base - pitch * (level + 0.5) - 1)
        canvas.mark([centre], shape, colour, size=pitch * (0.8 if shape == "o" else 0.66), hollow=hollow)
    return canvas.svg(title, description)


_TALLEST: Final = 150.0
"""Points up to which dots are stacked; higher stacks are of smaller dots."""


def _levels(places: Sequence[float], apart: float) -> list[int]:
    """For places in rising order the level of each on which it is clear of those before it."""
    last: list[float] = []
    found = []
    for place in places:
        level = next((n for n, before in enumerate(last) if place - before >= apart), len(last))
        if level == len(last):
            last.append(place)
        last[level] = place
        found.append(level)
    return found


def _marks(lowest: int, highest: int) -> range:
    step = next(
        base * 10**power
        for power in range(12)
        for base in (1, 2, 5)
        if highest - lowest <= 12 * base * 10**power
    )
    return range(-(-lowest // step) * step, highest + 1, step)
