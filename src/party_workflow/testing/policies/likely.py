"""What likely commands of the pack say, so that one in two is accepted: organisation, activities, points.

Any other command is filled in from its annotations (`party_workflow.testing.making`), which is slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from party_workflow.calendar import Period
from party_workflow.domain.points import PointsScheme
from party_workflow.packs import party
from party_workflow.testing.driving import Likely
from party_workflow.testing.making import Maker

_OF_MEETINGS: Final = ("study_session", "study_session", "general_meeting", "democratic_life_meeting")
_PRESENT: Final[tuple[Mapping[str, str], ...]] = (
    {"status": "present"},
    {"status": "present"},
    {"status": "late"},
    {"status": "absent"},
    {"status": "excused", "reason": "illness"},
)


def people(maker: Maker, least: int = 1) -> tuple[str, ...]:
    """Some of the people of the pool."""
    known = maker.pool.named["person"]
    first, number = maker.choice.below(len(known)), least + maker.choice.below(max(1, len(known) - least + 1))
    return tuple(sorted({known[(first + index) % len(known)] for index in range(number)}))


def _kinds(maker: Maker) -> tuple[Any, ...]:
    return maker.pool.named.get("kind", _OF_MEETINGS)


def plan_activity(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An occasion for some people, without anything that a bare one need not say."""
    silent = dict.fromkeys(given)
    silent |= {"invited": (), "serves": (), "quorum_having": (), "quorum_without": ()}
    now = maker.pool.moments[0]
    return silent | {
        "key": given.get("key"),
        "kind": maker.pick(_kinds(maker)),
        "unit": "u-branch",
        "planned_at": now,
        "expected": people(maker),
    }


def hold_activity(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """It took place; a word on everybody expected, sometimes a walk-in."""
    silent = dict.fromkeys(given)
    register = {person: maker.pick(_PRESENT) for person in (*state.expected, *state.invited)}
    if maker.chance(5):
        register[maker.pick(maker.pool.named["person"])] = {"status": "present"}
    return silent | {"attendance": register, "minutes": maker.pick((None, 45, 60, 90))}


def correct_attendance(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Another status of somebody who stands on the register."""
    if not state.register:
        return {}
    status = maker.pick(("present", "late", "excused", "absent"))
    return {
        "person": maker.pick(sorted(state.register)),
        "status": status,
        "reason": "illness" if status == "excused" else None,
        "ground": "mistaken_entry",
    }


def change_categories(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Other categories of somebody."""
    return {
        "person": maker.pick(maker.pool.named["person"]),
        "categories": maker.pick((("member",), ("probationary",), ("leader", "member"))),
        "ground": "review",
    }


def register_person(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """One person more."""
    return {
        "person": f"p-{11 + maker.choice.below(9)}",
        "unit": "u-branch",
        "categories": ("member",),
        "name": None,
    }


def remove_person(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Somebody leaves."""
    return {"person": maker.pick(maker.pool.named["person"]), "ground": "transfer"}


def open_points(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Points for one person."""
    entry = _scheme(maker)
    return {"scheme": entry.key, "person": maker.pick(maker.pool.named["person"]), "unit": "u-branch"}


def in_points(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry, or a step with a deduction, for the person whose points they are."""
    if not state.scheme:
        return {}
    entry = _scheme(maker)
    scheme = entry.value
    sign = "minus" if "ground" in given else "plus"
    wanted = maker.pool.named.get("clause", ())
    clauses = [
        each for each in scheme.clauses
        if each.sign == sign and not each.activity and each.bonus == ("conditions" in given)
    ]  # fmt: skip
    clauses = [each for each in clauses if each.code in wanted] or clauses or list(scheme.clauses)
    clause = maker.pick(clauses)
    amounts = {clause.amount, clause.most, min(clause.most, clause.amount + Decimal(1))}
    now = maker.pool.moments[0]
    said: dict[str, Any] = {
        "scheme": state.scheme, "person": state.person, "definition": scheme.digest,
        "clause": clause.code, "amount": maker.pick(sorted(amounts)), "period": Period.of("year", now.date()),
        "unit": "u-branch", "activity": None, "streams": (), "evidence": ("ab" * 32,),
        "ground": "review", "number": maker.pick(_numbers(state, given)),
        "until": now + timedelta(days=11), "counts": not maker.chance(4), "stands": maker.chance(2),
        "conditions": dict.fromkeys(clause.conditions, ("ab" * 32,)),
        "source": maker.pick(scheme.sources or ("none",)), "stated_at": now,
        "batch": "b-1", "item": f"i-{maker.choice.below(9)}",
    }  # fmt: skip
    if state.entries:
        said["entry"] = maker.pick(sorted(state.entries))
    return said


def _numbers(state: Any, given: Mapping[str, Any]) -> list[int]:
    """The deductions with which the step can be taken, as far as its fields tell which one it is."""
    wanted = ("proposed",) if "until" in given else ("notified",) if "counts" in given else ()
    found = [number for number, each in state.deductions.items() if not wanted or each.step in wanted]
    return sorted(found or state.deductions) or [1]


def _scheme(maker: Maker) -> Any:
    entries = party.PACK.of_kind("points")
    found = maker.pick(entries)
    assert isinstance(found.value, PointsScheme)
    return found


LIKELY: Final[Mapping[str, Likely]] = {
    "activity.plan": plan_activity,
    "activity.hold": hold_activity,
    "activity.correct_attendance": correct_attendance,
    "organisation.change_categories": change_categories,
    "organisation.register_person": register_person,
    "organisation.remove_person": remove_person,
    "points.open": open_points,
    **{
        f"points.{name}": in_points
        for name in (
            "grant", "approve_bonus", "propose_deduction", "give_notice", "object", "decide", "appeal",
            "decide_appeal", "import", "reverse",
        )
    },
}  # fmt: skip
"""By command type what is likely; the fields that are left out are filled in from their annotations."""

TOWARDS: Final[Mapping[str, tuple[str, ...]]] = {
    "activity.hold": ("activity.plan",),
    "activity.correct_attendance": ("activity.plan", "activity.hold"),
    "points.grant": ("points.open",),
    "points.decide": ("points.open", "points.propose_deduction", "points.give_notice"),
    "points.decide_appeal": (
        "points.open", "points.propose_deduction", "points.give_notice", "points.decide", "points.appeal",
    ),
    "points.reverse": ("points.open", "points.grant"),
}  # fmt: skip
"""By command type those that have to come before it."""
