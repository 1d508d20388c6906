"""Micro-visits: how many of each branch's people were visited, and who was not (R-135).

A visit is an activity of a kind of its own.  Whoever chaired it visited; whom it was planned for, or who came
in, was visited; who was invited came along.  Nobody visits themselves.  How many were visited says nothing
of how many complained, and the two are never set against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.domain.activity import Activity
from party_workflow.domain.organisation import DECIDER, STREAM, Organisation
from party_workflow.history import History
from party_workflow.policies.activities.works import Works
from party_workflow.policies.figure import PERCENT, Evidence, Rounding, counted, share
from party_workflow.policies.stated import Outside, Stated, stated
from party_workflow.quantity import Quantity

CLAUSE: Final = "visits"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class BranchVisits:
    """One unit: how many of its people were visited, who was not, and on which visits it rests.

    People who came to the unit after the visits began to be counted are in its population like any other.
    `outside` of the rate are the unit's guests, who count elsewhere.
    """

    unit: str
    visited: tuple[str, ...]
    missing: tuple[str, ...]
    visits: int
    coverage: Stated

    def __bool__(self) -> bool:
        """Whether everybody was visited."""
        return not self.missing


def visit_coverage(
    history: History,
    kinds: Iterable[str],
    root: str,
    since: datetime,
    until: datetime,
    having: Iterable[str] = (),
    without: Iterable[str] = (),
) -> tuple[BranchVisits, ...]:
    """Coverage by visits of these kinds from `since` up to `until`, for each unit at or below `root`.

    The people of a unit are those who count in it at `until`, with every category of `having` and none of
    `without`.  Units in which nobody counts are left out.  By unit.
    """
    wanted, needed, barred = frozenset(kinds), frozenset(having), frozenset(without)
    state: Organisation = history.state(DECIDER, STREAM)
    reached: dict[str, Evidence] = {}
    for occasion in Works.of(history.as_of(effective=until)).occasions.values():
        activity = occasion.state
        if occasion.held is None or activity.kind not in wanted or activity.held_at is None:
            continue
        if since <= activity.held_at <= until:
            for person in visited(activity):
                row = occasion.rows.get(person)
                reached.setdefault(person, row.evidence if row else occasion.held)
    bears = tuple(
        Evidence(record.envelope.event_id, record.envelope.position, record.envelope.stored_type)
        for record in history.stream(STREAM)
        if record.envelope.effective_at <= until
    )
    found = []
    for unit in sorted(state.branch(root, until)):
        people = sorted(
            person
            for person, categories in state.people_in(unit, until).items()
            if needed <= categories and not barred & categories
        )
        if people and state.stands(unit, until):
            found.append(_branch(state, unit, people, reached, bears, until))
    return tuple(found)


def visited(activity: Activity) -> frozenset[str]:
    """Those who were visited: there, and neither the one who chaired nor those who were invited along."""
    return frozenset(
        person
        for person, row in activity.register.items()
        if row.there and row.standing != "invited" and person != activity.chaired_by
    )


def _branch(
    state: Organisation,
    unit: str,
    people: list[str],
    reached: dict[str, Evidence],
    bears: tuple[Evidence, ...],
    until: datetime,
) -> BranchVisits:
    seen = [person for person in people if person in reached]
    part = counted("visited", CLAUSE, unit, dict.fromkeys(reached[person] for person in seen), len(seen))
    whole = counted("people", CLAUSE, unit, bears, len(people))
    guests = len(state.attached(unit, until))
    amount = Quantity.of("=", guests, "people") if guests else None
    outside = Outside("guests_of_the_unit", amount, STREAM, tuple(item.event_id for item in bears))
    return BranchVisits(
        unit=unit,
        visited=tuple(seen),
        missing=tuple(person for person in people if person not in reached),
        visits=len({reached[person].event_id for person in seen}),
        coverage=stated(share("coverage", part, whole, CLAUSE, unit, SHARE), outside),
    )
