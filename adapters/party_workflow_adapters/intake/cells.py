"""What people write in cells, read strictly: words, names, days, moments, numbers.

Full-width digits and letters count as the ordinary ones, blanks beside Chinese characters do not count, and
what can mean two things means nothing: it is a problem that is listed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from party_workflow_adapters.intake.problems import CellFault
from party_workflow_adapters.intake.variants import simplified


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a value of its own: a formula that was never calculated, or an error of the sheet."""

    why: Literal["formula", "error"]


Cell = str | int | Decimal | bool | date | datetime | time | Broken | None

DayOrder = Literal["ymd", "dmy", "mdy", "serial"]

_BESIDE_HAN: Final = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_LISTED: Final = re.compile(r"[、,;；，/\n\r|]+")
_DAY: Final = re.compile(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号]?")
_SHORT: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_PLAIN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK: Final = re.compile(
    r"(上午|下午|晚上|am|pm)?\s*(\d{1,2})(?:[:时点](\d{1,2})?(?:[:分](\d{1,2})?)?)秒?\s*(am|pm)?"
)
_SERIALS: Final = range(18_264, 73_051)
"""Serial numbers of Excel that are days from 1950 to 2099."""
_EPOCH: Final = date(1899, 12, 30)


def tidy(text: str) -> str:
    """Text with compatible forms made one, and blanks that mean nothing taken away."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if character not in "\u200b\ufeff\u2060"
    )
    return _BESIDE_HAN.sub("", " ".join(plain.split()))


def alike(text: str) -> str:
    """Text as names and words are compared: also without regard to case and to the script."""
    return simplified(tidy(text)).casefold()


def written(cell: Cell) -> str:
    """What a cell says as text; empty for an empty one.  Raises `CellFault` for a broken one."""
    match cell:
        case None:
            return ""
        case Broken(why="formula"):
            raise CellFault(
                "intake.formula",
                "The cell holds a formula whose value was never saved.",
                "Open and save the file in a spreadsheet program, or paste values.",
            )
        case Broken():
            raise CellFault("intake.cell_error", "The cell holds an error of the sheet.", "Mend the formula.")
        case bool():
            return "true" if cell else "false"
        case datetime() | date() | time():
            return cell.isoformat()
        case str():
            return tidy(cell)
        case _:
            return str(cell)


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list in one cell, parted by commas of any width, 、, semicolons, slashes or lines."""
    return tuple(part for part in (tidy(part) for part in _LISTED.split(text)) if part)


def number(cell: Cell) -> Decimal:
    """An exact number; 分 behind it is passed over.  Raises `CellFault`."""
    text = written(cell).removesuffix("分").replace("−", "-")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text, re.ASCII):
        text = text.replace(",", "")
    try:
        if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,12})?", text, re.ASCII):
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        raise CellFault("intake.number", "This is no number.", "Write digits, such as 95 or 95.5.") from None


def whole(cell: Cell) -> int:
    """A whole number from 0.  Raises `CellFault`."""
    found = number(cell)
    if found < 0 or found != found.to_integral_value():
        raise CellFault("intake.number", "This is no whole number from 0.", "Write digits, such as 90.")
    return int(found)


def day(cell: Cell, order: DayOrder = "ymd") -> date:
    """A day.  Raises `CellFault` where it is none, or could be two."""
    match cell:
        case datetime():
            return cell.date()
        case date():
            return cell
        case _:
            found, rest = _day(written(cell), order)
            if rest:
                clock(rest)  # a time may stand behind it, and nothing else
            return found


def moment(cell: Cell, zone: timezone, order: DayOrder = "ymd", begins: time | None = None) -> datetime:
    """A moment in a zone; a day without a time is taken at `begins`.  Raises `CellFault`."""
    match cell:
        case datetime():
            found, at = cell.date(), cell.time()
            if at == time() and begins is not None:
                at = begins
        case date():
            found, at = cell, begins or time()
        case _:
            found, rest = _day(written(cell), order)
            at = clock(rest) if rest else begins or time()
    try:
        return datetime.combine(found, at, zone).astimezone(timezone.utc)  # noqa: UP017
    except OverflowError:
        raise _no_day() from None


def clock(cell: Cell) -> time:
    """A time of day.  Raises `CellFault`."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, Decimal) and 0 <= cell < 1:  # a time in Excel is a part of a day
        seconds = int((cell * 86_400).to_integral_value())
        return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
    text = written(cell).casefold()
    match = _CLOCK.fullmatch(text)
    if match is not None:
        before, hour, minute, second, after = match.groups()
        hours = int(hour)
        half = before or after
        if half in ("下午", "晚上", "pm") and hours < 12:
            hours += 12
        elif half in ("上午", "am") and hours == 12:
            hours = 0
        try:
            return time(hours, int(minute or 0), int(second or 0))
        except ValueError:
            pass
    raise CellFault("intake.time", "This is no time of day.", "Write it like 14:30.")


def _no_day() -> CellFault:
    return CellFault("intake.day", "This is no day.", "Write it like 2018-03-05 or 2018年3月5日.")


def _day(text: str, order: DayOrder) -> tuple[date, str]:
    """The day a text begins with, and the rest."""
    if (match := _DAY.match(text)) is not None:
        return _made(*match.groups()), text[match.end() :].strip().removeprefix("t").removeprefix("T")
    if (match := _SHORT.match(text)) is not None:
        first, second, year = match.groups()
        rest = text[match.end() :].strip()
        if order == "dmy":
            return _made(year, second, first), rest
        if order == "mdy":
            return _made(year, first, second), rest
        raise CellFault(
            "intake.day_order",
            "It is not clear which is the day and which the month.",
            'Say dates = "dmy" or "mdy" in [file] of the mapping.',
        )
    if (match := _PLAIN.fullmatch(text)) is not None:
        return _made(*match.groups()), ""
    if re.fullmatch(r"\d{5}(\.0+)?", text, re.ASCII) and int(float(text)) in _SERIALS:
        return _EPOCH + timedelta(days=int(float(text))), ""
    raise _no_day()


def _made(year: str, month: str, of: str) -> date:
    try:
        return date(int(year), int(month), int(of))
    except ValueError:
        raise _no_day() from None
