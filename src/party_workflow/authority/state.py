"""What authorisation reads: accounts, roles, conflicts and the tree; and the parties of a matter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from party_workflow.codec import Event
from party_workflow.layered import Layered
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, Effect, Relates, Requires, StepRule
from party_workflow.store import Actor

Binds = Callable[[Sealed, str], bool | None]
"""Whether a commitment seals this person; None where its opening is not at hand and nobody can say."""


def unopened(sealed: Sealed, person: str) -> bool | None:
    """The answer of whoever has no openings."""
    return None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over a unit (None: over everything), from a moment, perhaps until one."""

    role: str
    unit: str | None
    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the grant is in force at a moment."""
        return self.since <= at and (self.until is None or at <= self.until)


Since = tuple[tuple[datetime, str | None], ...]
"""Where somebody or something stood, each from a moment on, in the order of these moments."""


def _added(history: Since, since: datetime, where: str | None) -> Since:
    return tuple(sorted((*history, (since, where)), key=lambda item: item[0]))


def _as_of(history: Since, at: datetime) -> str | None:
    """The last entry by a moment; what lies ahead counts already where there was nothing before."""
    if not history:
        return None
    return history[max(bisect_right(history, at, key=lambda item: item[0]), 1) - 1][1]


@dataclass(slots=True)
class AuthorityState:
    """What authorisation reads, folded from every event that declares an `effect`.

    It is owned by whoever folds it and changed in place; `copy` before trying something out, which costs
    nothing: the mappings are never changed but exchanged for longer ones.  Units and
    places are kept in the order in which they took effect; what was taken away is gone once it is recorded.
    Fields read per effect: ``account``, ``person``, ``role``, ``roles``, ``unit``, ``until``, ``principal``,
    ``delegate``, ``other``, ``matter``, ``parent``, as their names say.
    """

    tenant: str | None = None
    accounts: Layered[str, str] = field(default_factory=Layered)
    closed: Layered[str, None] = field(default_factory=Layered)
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    grants: Layered[str, tuple[Grant, ...]] = field(default_factory=Layered)
    delegations: Layered[tuple[str, str, str], tuple[Grant, ...]] = field(default_factory=Layered)
    conflicts: Layered[tuple[str, str], None] = field(default_factory=Layered)
    recusals: Layered[tuple[str, str], None] = field(default_factory=Layered)
    parents: Layered[str, Since] = field(default_factory=Layered)
    places: Layered[str, Since] = field(default_factory=Layered)

    def copy(self) -> AuthorityState:
        """An independent copy."""
        return replace(self)

    def place(self, person: str, at: datetime) -> str | None:
        """The unit that a person belongs to at a moment."""
        return _as_of(self.places.get(person, ()), at)

    def belonged(self, person: str, start: datetime, end: datetime) -> Iterator[str | None]:
        """Every unit that a person belonged to from one moment to another; None where it was none."""
        history = self.places.get(person, ())
        yield _as_of(history, start)
        yield from (where for since, where in history if start < since <= end)

    def is_root(self, unit: str, at: datetime) -> bool:
        """Whether a unit was founded and has none above it."""
        return unit in self.parents and _as_of(self.parents[unit], at) is None

    def chain(self, unit: str | None, at: datetime) -> Iterator[str]:
        """A unit and the units above it at a moment, upwards."""
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            seen.add(unit)
            yield unit
            unit = _as_of(self.parents.get(unit, ()), at)

    def apply(self, event: Any, effective_at: datetime) -> None:
        """Take one event into account; events without an effect change nothing."""
        effect: Effect | None = event.effect
        match effect:
            case None:
                return
            case "genesis":
                self.tenant = event.tenant
                self.accounts = self.accounts.put(event.account, event.person)
                self.roles = {role: frozenset(duties) for role, duties in event.roles.items()}
                self.grants = self.grants.put(event.person, (Grant(event.role, None, effective_at),))
            case "account_opened":
                self.accounts = self.accounts.put(event.account, event.person)
            case "account_closed":
                self.closed = self.closed.put(event.account, None)
            case "roles_adopted":
                self.roles = {role: frozenset(duties) for role, duties in event.roles.items()}
            case "role_granted":
                grant = Grant(event.role, event.unit, effective_at, event.until)
                self.grants = self.grants.put(event.person, (*self.grants.get(event.person, ()), grant))
            case "role_revoked":
                kept = (
                    g
                    for g in self.grants.get(event.person, ())
                    if (g.role, g.unit) != (event.role, event.unit)
                )
                self.grants = self.grants.put(event.person, tuple(kept))
            case "delegated":
                key = (event.principal, event.delegate, event.role)
                grant = Grant(event.role, event.unit, effective_at, event.until)
                self.delegations = self.delegations.put(key, (*self.delegations.get(key, ()), grant))
            case "delegation_ended":
                self.delegations = self.delegations.drop((event.principal, event.delegate, event.role))
            case "conflict_declared":
                self.conflicts = self.conflicts.put((event.person, event.other), None)
            case "recused":
                self.recusals = self.recusals.put((event.person, event.matter), None)
            case "unit_founded" | "unit_moved":
                parents = self.parents.get(event.unit, ())
                self.parents = self.parents.put(event.unit, _added(parents, effective_at, event.parent))
            case "placed":
                places = self.places.get(event.person, ())
                self.places = self.places.put(event.person, _added(places, effective_at, event.unit))
            case "left":
                places = self.places.get(event.person, ())
                self.places = self.places.put(event.person, _added(places, effective_at, None))
            case _:
                assert_never(effect)


@dataclass(slots=True)
class Parties:
    """Who stands in which relation to one matter, its unit, and whether it is confidential."""

    unit: str | None = None
    confidential: bool = False
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    sealed: dict[str, frozenset[Sealed]] = field(default_factory=dict)
    audience: frozenset[str] = frozenset()
    kept_out: frozenset[str] = frozenset()
    began: datetime | None = None
    steps: Mapping[str, StepRule] = field(default_factory=dict)

    def copy(self) -> Parties:
        """An independent copy."""
        return replace(self, people=dict(self.people), sealed=dict(self.sealed))

    def of(self, relation: str) -> frozenset[str]:
        """Those in a relation to the matter, as far as they stand in the log."""
        return self.people.get(relation, frozenset())

    def rule(self, event: Event) -> StepRule:
        """What an event of the matter demands: its own declaration, or what was laid down for its step."""
        if event.step_field is None:
            return narrowed(type(event), self.steps)
        return self.steps.get(getattr(event, event.step_field), StepRule(Requires()))

    def apply(self, event: Event, actor: Actor, at: datetime) -> None:
        """Take one event of the matter into account, recorded at a moment."""
        if self.began is None:
            self.began = at
        if event.unit_field is not None:
            self.unit = getattr(event, event.unit_field)
        if event.confidential_field is not None:
            self.confidential = getattr(event, event.confidential_field)
        if declared := event.step_rules():
            self.steps = declared
        for relates in self.rule(event).relates:
            people = _people(relates, event, actor)
            self.people[relates.relation] = self.of(relates.relation) | people
            if sealed := event.sealed_in(relates.field):
                self.sealed[relates.relation] = self.sealed.get(relates.relation, frozenset()).union(sealed)
            if relates.sees:
                self.audience |= people
            elif relates.sees is False:
                self.kept_out |= people


def narrowed(kind: type[Event], steps: Mapping[str, StepRule]) -> StepRule:
    """What an event demands: what was laid down for its move in the matter, or what it declares itself."""
    laid_down = None if kind.step_code is None else steps.get(kind.step_code)
    return StepRule(kind.requires, kind.relates) if laid_down is None else laid_down


def _people(relates: Relates, event: Event, actor: Actor) -> frozenset[str]:
    if relates.field == ACTOR:
        return frozenset(behind(actor))
    return frozenset(named(event, relates.field))


def behind(actor: Actor) -> tuple[str, ...]:
    return (actor.person,) if actor.delegate_of is None else (actor.person, actor.delegate_of)


def named(event: Event | None, name: str) -> tuple[str, ...]:
    """The persons in an event field: one id, several, or nobody."""
    return () if event is None else event.persons(name)
