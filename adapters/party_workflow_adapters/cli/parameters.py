"""What options may be given: files that are there, moments, salt keys."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EXACT: Final = re.compile(r"-?\d{1,30}(\.\d{1,30}|/\d{1,30})?", re.ASCII)


@cache
def zone() -> timezone:
    """The zone in which a day without a time is meant and times are shown: that of the pack ``party``."""
    from party_workflow.packs.campaign_2005 import CALENDAR

    return timezone(timedelta(minutes=CALENDAR.offset_minutes))


class InputFile(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A file to read, refused in words where it is none."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path of a regular file."""
        path = Path(value)
        try:
            if path.is_dir():
                self.fail(f"{path} is a folder. Name a file in it.", param, ctx)
            if not path.exists():
                self.fail(f"There is no file {path}. Check the path.", param, ctx)
            if not path.is_file():
                self.fail(f"{path} is no regular file, and it is read twice. Save it first.", param, ctx)
            with path.open("rb"):
                return path
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "the path is not valid"
            self.fail(f"{path} cannot be read: {why}. Check path and permissions.", param, ctx)


class OutputPath(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A path to write to, whose folder is there."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path."""
        path = Path(value)
        if not path.absolute().parent.is_dir():
            self.fail(f"The folder {path.absolute().parent} does not exist. Make it first.", param, ctx)
        return path


class MomentType(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A moment with a zone, a day (its end), or ``now`` where that is allowed."""

    name = "time"

    def __init__(self, *, now: bool = False) -> None:
        self._now = now

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC."""
        if isinstance(value, datetime):
            return value
        if value == "now" and self._now:
            return datetime.now(UTC)
        text = str(value)
        try:
            if _DAY.fullmatch(text):
                last = datetime.fromisoformat(f"{text}T23:59:59.999999").replace(tzinfo=zone())
                return last.astimezone(UTC)
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # said below
        now = ", or now" if self._now else ""
        raise click.BadParameter(
            "This is not a moment. Write 2005-03-31 for the end of that day, "
            f"or 2005-03-31T09:00:00+08:00{now}.",
            ctx,
            param,
        )


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        if isinstance(value, date):
            return value
        try:
            if _DAY.fullmatch(str(value)):
                return date.fromisoformat(str(value))
        except ValueError:
            pass  # said below
        raise click.BadParameter("This is no day. Write it like 2005-03-31.", ctx, param)


class ExactType(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """An exact number: ``3``, ``0.4`` or ``2/5``."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """The number as a fraction."""
        if isinstance(value, Fraction):
            return value
        text = str(value)
        if not _EXACT.fullmatch(text) or (text.rpartition("/")[2].strip("0") == "" and "/" in text):
            raise click.BadParameter("This is no exact number. Write it like 3, 0.4 or 2/5.", ctx, param)
        return Fraction(text)


class SaltKey(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A file that holds a secret key: for salts, or for the vault."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """The key."""
        if isinstance(value, bytes):
            return value
        path = InputFile().convert(value, param, ctx)
        with path.open("rb") as file:
            key = file.read(4097)
        if not 32 <= len(key) <= 4096:
            self.fail(
                f"{path} has {len(key)} bytes. A key has 32 to 4096: head -c 32 /dev/urandom > {path}",
                param,
                ctx,
            )
        return key
