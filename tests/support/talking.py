"""Occasions held in a `PackWorld`, in one line each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tests.support.pack import PackWorld

from party_workflow.authority import OpenAccount
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.organisation import RegisterPerson


def bystander(world: PackWorld, number: int, unit: str = "u-branch") -> None:
    """A member with an account and without any role: no custodian of what is confidential."""
    world.do(
        RegisterPerson(person=f"p-{number}", unit=unit, categories=("member",)),
        OpenAccount(account=f"a-{number}", person=f"p-{number}"),
    )


def met(
    world: PackWorld,
    key: str,
    people: Iterable[int],
    kind: str = "talk",
    *,
    chair: int | None = None,
    invited: Iterable[int] = (),
    absent: Iterable[int] = (),
    unit: str = "u-branch",
    at: datetime | None = None,
) -> str:
    """Plan an occasion of these people and hold it; the stream."""
    expected, guests, away = tuple(people), tuple(invited), frozenset(absent)
    world.do(
        PlanActivity(
            key=key,
            kind=kind,
            unit=unit,
            planned_at=at or world.now,
            expected=tuple(f"p-{number}" for number in expected),
            invited=tuple(f"p-{number}" for number in guests),
        ),
        by=world.act(20),
        effective_at=at,
    )
    register = {
        f"p-{number}": Attendance(status="absent" if number in away else "present", reason=None)
        for number in (*expected, *guests)
    }
    world.do(
        HoldActivity(key=key, attendance=register, chaired_by=f"p-{chair}" if chair is not None else None),
        by=world.act(20),
        effective_at=at,
    )
    return f"activity/{key}"
