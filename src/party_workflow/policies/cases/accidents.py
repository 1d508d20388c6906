"""Accidents and the chain of responsibility: which posts lie above the place, and who held them then (R-127).

Where one of the four forbidden causes was coded (no rules, no responsibility, no staff, no equipment), those
whose posts answer for that are linked: unit by unit upwards, as of the day.  It is a list of whom to ask.  It
finds nobody at fault, and a post that nobody held is shown as just that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from party_workflow.domain.organisation import DECIDER, STREAM, Organisation
from party_workflow.domain.procedure import Procedure, StepTaken, Taken
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.matters.procedures import procedures

KIND: Final = "accident_report"
FOUR: Final = ("no_rules", "no_responsibility", "no_staff", "no_equipment")
"""The four that must not be a cause of an accident (四无)."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: a post of a unit, and who held it on the day.  Nobody is a vacancy.

    `named` says whether the report itself names this post and unit.
    """

    unit: str
    post: str
    holders: tuple[str, ...]
    named: bool


@dataclass(frozen=True, slots=True)
class Accident:
    """An accident: which of the four were coded as causes, which others, and the chain where any was.

    `coded` is False while the causes are not coded: such a report is unfinished, and listed.
    """

    stream: str
    unit: str
    on: date | None
    coded: bool
    four: tuple[str, ...]
    others: tuple[str, ...]
    chain: tuple[Link, ...]
    evidence: tuple[Evidence, ...]

    @property
    def overlooked(self) -> tuple[Link, ...]:
        """Links that the organisation has and the report does not name."""
        return tuple(link for link in self.chain if not link.named)


def accidents(history: History, posts: Sequence[str]) -> tuple[Accident, ...]:
    """Every accident of a history with its causes; `posts` are those that answer for rules, staff, equipment.

    The chain runs from the unit where it happened to the root, with each of the posts that the unit has ever
    had or the report names, as of the end of the day.
    """
    state: Organisation = history.state(DECIDER, STREAM)
    return tuple(_accident(state, item, posts) for item in procedures(history, KIND).values())


def _accident(state: Organisation, found: Procedure, posts: Sequence[str]) -> Accident:
    reported = found.takings("report_accident")
    unit = str(found.latest("accident_unit")[0]) if found.latest("accident_unit") else found.unit or ""
    days = [day for day in found.latest("happened_on") if isinstance(day, date)]
    coding = _coding(found)
    four = tuple(code for code in FOUR if coding and code in _codes(coding, "forbidden_causes"))
    chain: tuple[Link, ...] = ()
    if coding is not None and four and days:
        offset = timedelta(minutes=found.kind.offset_minutes if found.kind else 0)
        at = datetime.combine(days[-1], time.max, UTC) - offset
        chain = _chain(state, unit, at, posts, coding)
    events = tuple(
        Evidence(item.event_id, item.position, StepTaken.stored_type)
        for item in (*reported, *([coding] if coding else []))
    )
    others = _codes(coding, "other_causes") if coding else ()
    return Accident(
        found.stream, unit, days[-1] if days else None, coding is not None, four, others, chain, events
    )


def _coding(found: Procedure) -> Taken | None:
    """The coding that stands: none where the report was taken up again since."""
    last = [item for item in found.taken if item.step in ("code_forbidden", "code_other", "report_again")]
    return last[-1] if last and last[-1].step != "report_again" else None


def _codes(taken: Taken, code: str) -> tuple[str, ...]:
    return tuple(sorted(str(value) for value in taken.given[code].values)) if code in taken.given else ()


def _chain(
    state: Organisation, unit: str, at: datetime, posts: Sequence[str], coding: Taken
) -> tuple[Link, ...]:
    named_posts, named_units = _codes(coding, "chain_posts"), _codes(coding, "chain_units")
    found: list[Link] = []
    seen: set[str] = set()
    place: str | None = unit
    while place is not None and place not in seen:
        seen.add(place)
        for post in dict.fromkeys((*posts, *named_posts)):
            named = post in named_posts and place in named_units
            if named or state.spans(post, place):
                found.append(Link(place, post, state.holders(post, place, at), named))
        placing = state.placing(place, at)
        place = placing.parent if placing else None
    return tuple(found)
