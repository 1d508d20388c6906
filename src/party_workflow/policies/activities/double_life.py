"""Leaders' double organisational life (双重组织生活): what each owed in the leadership body and at home.

An occasion belongs to the unit that held it and to one side only: however often somebody came to the one,
it does not make up for the other (R-054).  Whoever counts as a leader on the day of an occasion owes it,
whether or not somebody thought of expecting them; being excused is told apart from not being registered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from party_workflow.domain import organisation
from party_workflow.domain.organisation import Organisation
from party_workflow.history import History
from party_workflow.policies.activities.participation import SHARE
from party_workflow.policies.activities.works import Occasion, Works
from party_workflow.policies.figure import Evidence, Figure, counted, share

CLAUSE: Final = "double_organisational_life"
BASIS: Final = "regulation.organisational-life"
LEADER: Final = "leader"
BRANCH: Final = "branch"


@dataclass(frozen=True, slots=True)
class Missed:
    """An occasion that somebody owed and did not attend: ``excused``, ``absent`` or ``not_registered``."""

    activity: str
    status: str
    reason: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two bodies: what was owed there, attended, missed.  A share of nothing is not applicable."""

    owed: Figure
    attended: Figure
    share: Figure
    missed: tuple[Missed, ...]

    @property
    def kept(self) -> bool:
        """Whether something was owed, and all of it attended or excused."""
        return bool(self.owed.exact()) and all(item.status == "excused" for item in self.missed)


@dataclass(frozen=True, slots=True)
class DoubleLife:
    """One leader: both sides, neither of which stands for the other."""

    person: str
    body: Side
    home: Side

    @property
    def satisfied(self) -> bool:
        """Whether both sides were kept."""
        return self.body.kept and self.home.kept


@dataclass(slots=True)
class _Tally:
    owed: list[Evidence] = field(default_factory=list)
    attended: list[Evidence] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)

    def take(self, person: str, occasion: Occasion) -> None:
        assert occasion.held is not None
        self.owed.append(occasion.held)
        row = occasion.rows.get(person)
        if row is None:
            self.missed.append(Missed(occasion.state.stream, "not_registered", None, occasion.held))
        elif row.took_part:
            self.attended.append(row.evidence)
        else:
            self.missed.append(Missed(occasion.state.stream, row.status, row.reason, row.evidence))

    def side(self) -> Side:
        owed = counted("owed", CLAUSE, BASIS, self.owed)
        attended = counted("attended", CLAUSE, BASIS, self.attended, len(self.attended))
        part = share("attended_of_owed", attended, owed, CLAUSE, BASIS, SHARE)
        return Side(owed, attended, part, tuple(self.missed))


def double_life(
    history: History,
    *,
    body: str,
    since: datetime,
    until: datetime,
    kinds: Collection[str] = (),
    category: str = LEADER,
) -> tuple[DoubleLife, ...]:
    """Everybody who was a leader at an occasion from `since` until before `until`, by person id.

    `body` is the unit that is the leadership body; home is the branch a person counts in, with the group
    below it where they count in one.  `kinds` limits the occasions (empty: all).  For a leader who counts in
    the body itself the home side has nothing owed, and is not kept.
    """
    state = history.state(organisation.DECIDER, "organisation")
    found: dict[str, tuple[_Tally, _Tally]] = {}
    for occasion in Works.of(history).occasions.values():
        at = occasion.state.held_at
        if at is None or occasion.held is None or not since <= at < until:
            continue
        if kinds and occasion.state.kind not in kinds:
            continue
        for person in sorted(state.people):
            standing = state.standing(person, at)
            if standing is None or category not in standing.categories:
                continue
            at_body, at_home = found.setdefault(person, (_Tally(), _Tally()))
            if occasion.state.unit == body:
                at_body.take(person, occasion)
            elif occasion.state.unit in _home(state, standing.unit, at):
                at_home.take(person, occasion)
    return tuple(DoubleLife(person, *(tally.side() for tally in found[person])) for person in sorted(found))


def _home(state: Organisation, unit: str, at: datetime) -> frozenset[str]:
    """The unit in which somebody counts and, for a group, those above it up to the branch."""
    chain: list[str] = []
    here: str | None = unit
    while here is not None and here not in chain:
        chain.append(here)
        if state.kind(here, at) == BRANCH:
            return frozenset(chain)
        placing = state.placing(here, at)
        here = placing.parent if placing else None
    return frozenset({unit})
