"""The table of due dates worked out by hand, tests/data/petition_clock.toml, as values."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from party_workflow.calendar import Calendar
from party_workflow.packs import party

CODE: Final = "cn-working-days"
FIRST: Final = party.PACK.read_as(Calendar, CODE, 1)
CHINA: Final = party.PACK.read_as(Calendar, CODE, 2)
HOURS: Final = party.PACK.read_as(Calendar, "round-the-clock")
AMENDED: Final = CHINA.model_copy(
    update={
        "version": "amended",
        "holidays": CHINA.holidays | {date(2024, 4, 8)},
        "makeup_days": CHINA.makeup_days - {date(2024, 4, 7)},
    }
)
"""As if 8 April 2024 had been made a holiday, and Sunday the 7th not worked."""


def moment(text: str) -> datetime:
    """A local time of the table, as a moment."""
    local = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return local - timedelta(hours=8)


@dataclass(frozen=True)
class Step:
    """What happened in a case, and when."""

    at: datetime
    move: str
    said: str = ""


@dataclass(frozen=True)
class Row:
    """One case of the table."""

    id: str
    kind: str
    clock: str
    run: int
    first_calendar: bool
    story: tuple[Step, ...]
    due: datetime | None
    original: datetime | None
    refused: str
    says: tuple[str, ...]
    worked_out: str


def _step(text: str) -> Step:
    day, time, move, *said = text.split()
    return Step(moment(f"{day} {time}"), move, " ".join(said))


def _row(table: dict[str, Any]) -> Row:
    due = moment(table["due"]) if "due" in table else None
    return Row(
        id=table["id"],
        kind=table["kind"],
        clock=table["clock"],
        run=table.get("run", 1),
        first_calendar=table.get("calendar") == "first",
        story=tuple(map(_step, table["story"])),
        due=due,
        original=moment(table["original"]) if "original" in table else due,
        refused=table.get("refused", ""),
        says=tuple(table["says"]),
        worked_out=table["worked_out"],
    )


def rows() -> list[Row]:
    """Every case of the table, in its order."""
    text = (Path(__file__).parent.parent / "data" / "petition_clock.toml").read_text("utf-8")
    return [_row(table) for table in tomllib.loads(text)["case"]]
