"""Topics, trained holders of a post, idle things: what comes in order, reaches everybody, is in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from party_workflow.domain import organisation
from party_workflow.domain.organisation import Organisation
from party_workflow.history import History
from party_workflow.policies.activities.works import Occasion, Works
from party_workflow.policies.figure import Evidence


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic of a unit with the step events found in order; complete when none is lacking."""

    topic: str
    unit: str
    steps: tuple[tuple[str, Evidence], ...]
    lacking: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every step has an event, in order."""
        return not self.lacking


def topics(history: History, steps: Sequence[str], unit: str) -> tuple[TopicRow, ...]:
    """The topics of a unit, each with its steps (kinds of activity) as far as they took place in order
    (R-079).

    A step that took place before the one it follows does not count.
    """
    by_topic: dict[str, list[Occasion]] = {}
    for occasion in Works.of(history).occasions.values():
        topic = occasion.state.about.topic
        if topic is not None and occasion.state.unit == unit and occasion.held is not None:
            by_topic.setdefault(topic, []).append(occasion)
    rows = []
    for topic in sorted(by_topic):
        held = sorted(by_topic[topic], key=lambda item: (item.state.held_at, item.state.stream))
        found: list[tuple[str, Evidence]] = []
        for occasion in held:
            if len(found) < len(steps) and occasion.state.kind == steps[len(found)] and occasion.held:
                found.append((occasion.state.kind, occasion.held))
        rows.append(TopicRow(topic, unit, tuple(found), tuple(steps[len(found) :])))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Trained:
    """The holders of a post on the days of trainings, and which of them took part in one while they held
    it.
    """

    holders: frozenset[str]
    trained: frozenset[str]
    evidence: tuple[Evidence, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Holders on a training day who took part in none."""
        return tuple(sorted(self.holders - self.trained))


def trained_holders(history: History, post: str, below: str, kinds: Iterable[str]) -> Trained:
    """Whether everybody in a post was trained, by who held it *on the days of the trainings* (R-076).

    Posts change: who took over after the last training is not counted as missing, and who was trained and
    left before it does not stand in for a successor.
    """
    state = Organisation()
    for item in history.events(*organisation.DECIDER.events):
        state = organisation.DECIDER.evolve(state, item)
    wanted, holders, trained = set(kinds), set[str](), set[str]()
    evidence: list[Evidence] = []
    latest: datetime | None = None
    for occasion in Works.of(history).occasions.values():
        held_at = occasion.state.held_at
        if occasion.state.kind not in wanted or held_at is None or occasion.held is None:
            continue
        now = _holders(state, post, below, held_at)
        trained |= {person for person, row in occasion.rows.items() if row.took_part and person in now}
        evidence.append(occasion.held)
        if latest is None or held_at > latest:
            latest, holders = held_at, set(now)
    return Trained(frozenset(holders), frozenset(trained), tuple(evidence))


def _holders(state: Organisation, post: str, below: str, at: datetime) -> frozenset[str]:
    return frozenset(p for unit in state.units_of(below, at) for p in state.holders(post, unit, at))


@dataclass(frozen=True, slots=True)
class Idle:
    """Something built and not used: since when, for how many days, and the event of its last use if any."""

    value: str
    since: date | None
    days: int | None
    last_use: Evidence | None


def idle(
    history: History,
    attribute: str,
    built: dict[str, date],
    *,
    days: int,
    as_of: date,
    offset_minutes: int = 0,
) -> tuple[Idle, ...]:
    """Things (by the value of an activity's attribute) without a use for more than `days` by a day (R-081).

    `built` says what there is and since when; the longest idle first.
    """
    shift = timedelta(minutes=offset_minutes)
    end = datetime.combine(as_of, time(), UTC) + timedelta(days=1) - shift
    last: dict[str, tuple[datetime, Evidence]] = {}
    for occasion in Works.of(history).occasions.values():
        value, held_at = occasion.state.about.attributes.get(attribute), occasion.state.held_at
        if value is None or held_at is None or occasion.held is None or held_at >= end:
            continue
        if value not in last or held_at > last[value][0]:
            last[value] = (held_at, occasion.held)
    found = []
    for value, since in built.items():
        used = last.get(value)
        day = since if used is None else max(since, (used[0] + shift).date())
        if since <= as_of and (as_of - day).days > days:
            found.append(Idle(value, day, (as_of - day).days, None if used is None else used[1]))
    return tuple(sorted(found, key=lambda item: (-(item.days or 0), item.value)))
