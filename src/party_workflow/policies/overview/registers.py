"""Registers: who was there on each occasion, members and others apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from party_workflow.history import History
from party_workflow.policies.activities.participation import Participation, participation
from party_workflow.policies.activities.works import Works, serves
from party_workflow.policies.figure import Evidence


@dataclass(frozen=True, slots=True)
class Session:
    """An occasion that took place: who was there, members and others apart, and every status by number.

    A row of the register is a member's if the person had the category asked for at the time.  `counts` says
    whether quorum and least length were met.
    """

    stream: str
    kind: str
    at: datetime
    members: int
    others: int
    statuses: Mapping[str, int]
    people: frozenset[str]
    counts: bool
    makes_up: str | None
    corrected: int
    minutes: int | None
    evidence: Evidence

    @property
    def attendances(self) -> int:
        """How many took part."""
        return self.members + self.others


def sessions(history: History, campaign: str, *, member: str = "member") -> tuple[Session, ...]:
    """The occasions that took place and serve a campaign, by when they did; cancelled ones are left out."""
    found = []
    for stream, occasion in Works.of(history).occasions.items():
        state = occasion.state
        if occasion.held is None or state.held_at is None or not serves(state.serves, campaign):
            continue
        there = [row for row in occasion.rows.values() if row.took_part]
        members = sum(member in row.categories for row in there)
        found.append(
            Session(
                stream=stream,
                kind=state.kind,
                at=state.held_at,
                members=members,
                others=len(there) - members,
                statuses=dict(sorted(Counter(row.status for row in occasion.rows.values()).items())),
                people=frozenset(row.person for row in there),
                counts=state.done,
                makes_up=state.makes_up,
                corrected=sum(row.corrected for row in state.register.values()),
                minutes=state.minutes,
                evidence=occasion.held,
            )
        )
    return tuple(sorted(found, key=lambda item: (item.at, item.evidence.position)))


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who took part without being a member then: how often, and the events that say so."""

    person: str
    attendances: int
    evidence: tuple[Evidence, ...]


def guests(history: History, campaign: str, kind: str, *, member: str = "member") -> tuple[Guest, ...]:
    """Whose the attendances of others are, at the occasions of a kind that count, by person (R-068)."""
    found: dict[str, list[Evidence]] = {}
    for occasion in Works.of(history).held(campaign=campaign, kind=kind):
        if occasion.state.done:
            for row in occasion.rows.values():
                if row.took_part and member not in row.categories:
                    found.setdefault(row.person, []).append(row.evidence)
    return tuple(Guest(person, len(events), tuple(events)) for person, events in sorted(found.items()))


def participations(
    history: History, campaign: str, population: str, tasks: Iterable[str]
) -> tuple[Participation, ...]:
    """Participation of a frozen population in these tasks.  Raises `InvalidInput` for an unknown one."""
    return tuple(participation(history, campaign, task, population) for task in tasks)
