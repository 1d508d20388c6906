"""Occasions of the story: an activity as it is told, planned and held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from examples.education_campaign.diary import Diary, beijing
from examples.education_campaign.people import (
    AWAY,
    CLERK,
    KEY,
    MEMBERS,
    POPULATION,
    RECORDER,
    STAFF,
    for_task,
)

from party_workflow.domain.activity import (
    Attendance,
    HoldActivity,
    PlanActivity,
)
from party_workflow.domain.campaign import (
    CompleteTask,
)
from party_workflow.personal import Personal
from party_workflow.store import Actor


@dataclass(frozen=True)
class Occasion:
    """An activity of the story: what, when, who is expected, and who was not simply there."""

    key: str
    kind: str
    task: str
    begins: str
    title: str
    minutes: int = 120
    expected: tuple[str, ...] = ()
    """Nobody named: the whole frozen population."""
    invited: tuple[str, ...] = ()
    unit: str = "u-bureau"
    away: Mapping[str, str] = field(default_factory=dict)
    """Who was excused, with the reason."""
    absent: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    recorded: str = ""
    planned: str = ""
    makes_up: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stream(self) -> str:
        """What others cite it by."""
        return f"activity/{self.key}"

    def register(self) -> dict[str, Attendance]:
        """One status for everybody expected; of those invited only who came."""
        found = {}
        for who in (*(self.expected or MEMBERS), *self.invited):
            if who in self.away:
                found[who] = Attendance(status="excused", reason=self.away[who])
            elif who in self.absent:
                found[who] = Attendance(status="absent")
            elif who in self.remote:
                found[who] = Attendance(status="remote", reason="by_telephone")
            else:
                found[who] = Attendance(status="late" if who in self.late else "present")
        return found


def plan(diary: Diary, occasion: Occasion, by: Actor = RECORDER) -> None:
    """Plan an occasion: at the moment that it names, or else with the others of its month."""
    diary.say(
        occasion.planned or _planning(occasion.begins),
        by,
        PlanActivity(
            key=occasion.key,
            kind=occasion.kind,
            unit=occasion.unit,
            planned_at=beijing(occasion.begins),
            population=None if occasion.expected else POPULATION,
            expected=occasion.expected,
            invited=STAFF if occasion.invited else (),
            serves=for_task(occasion.task),
            makes_up=occasion.makes_up,
            title=Personal(occasion.title),
            **occasion.extra,
        ),
    )


def hold(diary: Diary, occasion: Occasion, begins: str = "") -> None:
    """Record that an occasion took place, half an hour after it ended or when it says."""
    began = beijing(begins or occasion.begins)
    ended = began + timedelta(minutes=occasion.minutes)
    diary.say(
        beijing(occasion.recorded) if occasion.recorded else ended + timedelta(minutes=30),
        RECORDER,
        HoldActivity(key=occasion.key, attendance=occasion.register(), minutes=occasion.minutes),
        since=began,
    )


def _planning(begins: str) -> str:
    """Occasions are planned month by month."""
    return "01-18 16:00" if begins < "02-01" else "01-31 16:00" if begins < "03-01" else "02-28 16:00"


def complete(diary: Diary, at: str, task: str, evidence: Iterable[str]) -> None:
    """The clerk reports a task complete, on this work."""
    cited = tuple(evidence)
    diary.say(at, CLERK, CompleteTask(key=KEY, task=task, population=POPULATION, evidence=cited))


ELSEWHERE: Final = dict.fromkeys(AWAY, "away")
"""The three who were away all through the study phase."""
