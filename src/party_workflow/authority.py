"""Who may cause which event, decided by one pure function, at append and again on replay.

Accounts, roles, delegations, conflicts of interest and recusals are themselves events (commands at
the end of this module), so the state that authorisation reads is folded from the log alone: an event
written underneath the API is decided again by the auditor and found.

The event class declares what it needs (`party_workflow.relations.Requires`); role books map role codes to
duties and are data.  `authorise` answers None for "may", or the refusal, in the order of `REASONS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final, assert_never

from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Context, Decider
from party_workflow.errors import Reason, Refusal
from party_workflow.relations import ACTOR, Effect, Relates, Requires
from party_workflow.store import FORMAT, LOG_STREAM, Actor, Recorded
from party_workflow.values import AccountId, Code, Digest, Key, Moment, PersonId, StreamId, UnitId

SELF: Final = "self"
"""The capacity of somebody acting for themselves."""

# --- events ----------------------------------------------------------------------------------


class LogOpened(Event):
    """The genesis record: format, algorithms, tenant, packs by digest, first authority and role book."""

    stored_type: ClassVar[str] = "log.opened"
    requires: ClassVar[Requires] = Requires(anyone=True)
    effect: ClassVar[Effect | None] = "genesis"

    format: Code
    commitment: Code
    hash: Code
    tenant: Key
    packs: dict[Code, Digest]
    account: AccountId
    person: PersonId
    role: Code
    roles: dict[Code, tuple[Code, ...]]


class AccountOpened(Event):
    """An account was opened for a person.  One person may have several; they are one person to every rule."""

    stored_type: ClassVar[str] = "authority.account_opened"
    requires: ClassVar[Requires] = Requires(duty="authority.account")
    effect: ClassVar[Effect | None] = "account_opened"

    account: AccountId
    person: PersonId


class AccountClosed(Event):
    """An account was closed; what it recorded stays."""

    stored_type: ClassVar[str] = "authority.account_closed"
    requires: ClassVar[Requires] = Requires(duty="authority.account")
    effect: ClassVar[Effect | None] = "account_closed"

    account: AccountId


class RolesAdopted(Event):
    """A new role book came into force: which role carries which duties."""

    stored_type: ClassVar[str] = "authority.roles_adopted"
    requires: ClassVar[Requires] = Requires(duty="authority.roles")
    effect: ClassVar[Effect | None] = "roles_adopted"

    roles: dict[Code, tuple[Code, ...]]


class RoleGranted(Event):
    """A person was given a role over a unit and everything below it, until a moment or until revoked."""

    stored_type: ClassVar[str] = "authority.role_granted"
    requires: ClassVar[Requires] = Requires(duty="authority.grant", barred=("person",))
    effect: ClassVar[Effect | None] = "role_granted"

    person: PersonId
    role: Code
    unit: UnitId
    until: Moment | None = None


class RoleRevoked(Event):
    """A role over a unit was taken back or laid down."""

    stored_type: ClassVar[str] = "authority.role_revoked"
    requires: ClassVar[Requires] = Requires(duty="authority.grant", own=("person",))
    effect: ClassVar[Effect | None] = "role_revoked"

    person: PersonId
    role: Code
    unit: UnitId


class Delegated(Event):
    """A person let another act for them in one of their roles, until a moment."""

    stored_type: ClassVar[str] = "authority.delegated"
    requires: ClassVar[Requires] = Requires(duty="authority.delegate", own=("principal",))
    effect: ClassVar[Effect | None] = "delegated"

    principal: PersonId
    delegate: PersonId
    role: Code
    unit: UnitId
    until: Moment


class DelegationEnded(Event):
    """A delegation ended before its time."""

    stored_type: ClassVar[str] = "authority.delegation_ended"
    requires: ClassVar[Requires] = Requires(duty="authority.delegate", own=("principal", "delegate"))
    effect: ClassVar[Effect | None] = "delegation_ended"

    principal: PersonId
    delegate: PersonId
    role: Code


class ConflictDeclared(Event):
    """Two persons are close (kin, business, dispute): neither decides in a case of the other."""

    stored_type: ClassVar[str] = "authority.conflict_declared"
    requires: ClassVar[Requires] = Requires(duty="authority.conflict", own=("person", "other"))
    effect: ClassVar[Effect | None] = "conflict_declared"

    person: PersonId
    other: PersonId
    ground: Code


class Recused(Event):
    """A person stepped back from one matter."""

    stored_type: ClassVar[str] = "authority.recused"
    requires: ClassVar[Requires] = Requires(own=("person",))
    effect: ClassVar[Effect | None] = "recused"

    person: PersonId
    matter: StreamId


AuthorityEvent = (
    AccountOpened
    | AccountClosed
    | RolesAdopted
    | RoleGranted
    | RoleRevoked
    | Delegated
    | DelegationEnded
    | ConflictDeclared
    | Recused
)

# --- commands --------------------------------------------------------------------------------


class OpenLog(Command):
    """Begin a log.  `tenant` becomes the log's id; the giver becomes the first to hold `role`."""

    stored_type: ClassVar[str] = "log.open"

    tenant: Key
    packs: dict[Code, Digest]
    role: Code
    roles: dict[Code, tuple[Code, ...]]

    @property
    def stream(self) -> str:
        return LOG_STREAM


class _AuthorityCommand(Command):
    @property
    def stream(self) -> str:
        return "authority"


class OpenAccount(_AuthorityCommand):
    """Open an account for a person."""

    stored_type: ClassVar[str] = "authority.open_account"
    account: AccountId
    person: PersonId


class CloseAccount(_AuthorityCommand):
    """Close an account."""

    stored_type: ClassVar[str] = "authority.close_account"
    account: AccountId


class AdoptRoles(_AuthorityCommand):
    """Put a new role book in force."""

    stored_type: ClassVar[str] = "authority.adopt_roles"
    roles: dict[Code, tuple[Code, ...]]


class GrantRole(_AuthorityCommand):
    """Give a person a role over a unit and everything below it."""

    stored_type: ClassVar[str] = "authority.grant_role"
    person: PersonId
    role: Code
    unit: UnitId
    until: Moment | None = None


class RevokeRole(_AuthorityCommand):
    """Take a role back, or lay one's own down."""

    stored_type: ClassVar[str] = "authority.revoke_role"
    person: PersonId
    role: Code
    unit: UnitId


class Delegate(_AuthorityCommand):
    """Let another act in one's role until a moment."""

    stored_type: ClassVar[str] = "authority.delegate"
    principal: PersonId
    delegate: PersonId
    role: Code
    unit: UnitId
    until: Moment


class EndDelegation(_AuthorityCommand):
    """End a delegation before its time."""

    stored_type: ClassVar[str] = "authority.end_delegation"
    principal: PersonId
    delegate: PersonId
    role: Code


class DeclareConflict(_AuthorityCommand):
    """Declare that two persons are close, with the ground as a code."""

    stored_type: ClassVar[str] = "authority.declare_conflict"
    person: PersonId
    other: PersonId
    ground: Code


class Recuse(_AuthorityCommand):
    """Step back from one matter."""

    stored_type: ClassVar[str] = "authority.recuse"
    person: PersonId
    matter: StreamId


AuthorityCommand = (
    OpenAccount
    | CloseAccount
    | AdoptRoles
    | GrantRole
    | RevokeRole
    | Delegate
    | EndDelegation
    | DeclareConflict
    | Recuse
)

# --- refusal reasons, in order of precedence -------------------------------------------------

UNKNOWN_MATTER: Final = Reason(
    "authority.no_such_matter",
    "There is no {stream} that {account} may act on.",
    "Check the id, or ask whoever is responsible for the matter.",
)
UNKNOWN_ACCOUNT: Final = Reason(
    "authority.unknown_account",
    "The account {account} is not open.",
    "Have it opened by somebody with the duty authority.account.",
)
WRONG_PERSON: Final = Reason(
    "authority.wrong_person",
    "The account {account} does not belong to {person}.",
    "Name the person that the account was opened for.",
)
NO_DELEGATION: Final = Reason(
    "authority.no_delegation",
    "{person} holds no delegation from {principal} as {role} at that time.",
    "Have {principal} delegate the role, or act in a capacity of your own.",
)
ROLE_NOT_HELD: Final = Reason(
    "authority.role_not_held",
    "{person} does not hold the role {role} at that time.",
    "Act in a capacity that you hold, or have the role granted.",
)
NO_DUTY: Final = Reason(
    "authority.duty_not_covered",
    "The role {role} does not carry the duty {duty}, which {event} needs.",
    "Somebody with a role that carries {duty} can do it.",
)
NOT_IN_SCOPE: Final = Reason(
    "authority.not_in_scope",
    "{person} holds the role {role}, but not over {unit}.",
    "Somebody who holds it over {unit} or above can do it.",
)
NOT_OWN: Final = Reason(
    "authority.not_own",
    "{event} can be caused only by the person concerned ({own}), and {person} is not that person here.",
    "Let the person concerned do it.",
)
OUTSIDE_REQUIRED: Final = Reason(
    "authority.outside_required",
    "{event} has to come from outside {unit}, and {person} belongs to it.",
    "Somebody from another unit, in a role over {unit}, can do it.",
)
RECUSED: Final = Reason(
    "authority.recused",
    "{person} has stepped back from this matter.",
    "Somebody else with the duty can do it.",
)
OWN_CASE: Final = Reason(
    "authority.own_case",
    "{person} stands in the relation {relation} to this matter, and nobody decides in their own case.",
    "Somebody else with the duty can do it.",
)
CONFLICT: Final = Reason(
    "authority.conflict_of_interest",
    "{person} has a declared conflict of interest in this matter.",
    "Somebody without one can do it.",
)
ALREADY_OPEN: Final = Reason(
    "authority.account_taken",
    "The account {account} was opened before.",
    "Choose an account id that was never used.",
)
NOT_GRANTED: Final = Reason(
    "authority.nothing_to_end",
    "There is no {what} to end for {person}.",
    "Check the person, the role and the unit.",
)
SAME_PERSON: Final = Reason(
    "authority.same_person",
    "{person} stands on both sides.",
    "Name two different persons.",
)
LOG_EXISTS: Final = Reason(
    "log.exists",
    "This log was opened before, for {tenant}.",
    "One log holds one tenant; begin another log in a store of its own.",
)
UNKNOWN_ROLE: Final = Reason(
    "authority.unknown_role",
    "The role {role} is not in the role book.",
    "Adopt a role book that holds it, or use one of: {known}.",
)

REASONS: Final = (
    UNKNOWN_MATTER,
    UNKNOWN_ACCOUNT,
    WRONG_PERSON,
    NO_DELEGATION,
    ROLE_NOT_HELD,
    NO_DUTY,
    NOT_IN_SCOPE,
    NOT_OWN,
    OUTSIDE_REQUIRED,
    RECUSED,
    OWN_CASE,
    CONFLICT,
)
DECISION_REASONS: Final = (LOG_EXISTS, ALREADY_OPEN, UNKNOWN_ROLE, SAME_PERSON, NOT_GRANTED)

# --- state -----------------------------------------------------------------------------------


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


@dataclass(slots=True)
class AuthorityState:
    """What authorisation reads, folded from every event that declares an `effect`.

    It is owned by whoever folds it and changed in place; `copy` before trying something out.
    Fields read per effect: ``account``, ``person``, ``role``, ``roles``, ``unit``, ``until``, ``principal``,
    ``delegate``, ``other``, ``matter``, ``parent``, as their names say.
    """

    tenant: str | None = None
    accounts: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    grants: dict[str, tuple[Grant, ...]] = field(default_factory=dict)
    delegations: dict[tuple[str, str, str], Grant] = field(default_factory=dict)
    conflicts: set[frozenset[str]] = field(default_factory=set)
    recusals: set[tuple[str, str]] = field(default_factory=set)
    parents: dict[str, str | None] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def copy(self) -> AuthorityState:
        """An independent copy."""
        return AuthorityState(
            self.tenant,
            dict(self.accounts),
            set(self.closed),
            dict(self.roles),
            dict(self.grants),
            dict(self.delegations),
            set(self.conflicts),
            set(self.recusals),
            dict(self.parents),
            dict(self.places),
        )

    def chain(self, unit: str | None) -> Iterator[str]:
        """A unit and the units above it, upwards."""
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            seen.add(unit)
            yield unit
            unit = self.parents.get(unit)

    def apply(self, event: Any, effective_at: datetime) -> None:
        """Take one event into account; events without an effect change nothing."""
        effect: Effect | None = event.effect
        match effect:
            case None:
                return
            case "genesis":
                self.tenant = event.tenant
                self.accounts[event.account] = event.person
                self.roles = {role: frozenset(duties) for role, duties in event.roles.items()}
                self.grants[event.person] = (Grant(event.role, None, effective_at),)
            case "account_opened":
                self.accounts[event.account] = event.person
            case "account_closed":
                self.closed.add(event.account)
            case "roles_adopted":
                self.roles = {role: frozenset(duties) for role, duties in event.roles.items()}
            case "role_granted":
                grant = Grant(event.role, event.unit, effective_at, event.until)
                self.grants[event.person] = (*self.grants.get(event.person, ()), grant)
            case "role_revoked":
                kept = (
                    g
                    for g in self.grants.get(event.person, ())
                    if (g.role, g.unit) != (event.role, event.unit)
                )
                self.grants[event.person] = tuple(kept)
            case "delegated":
                key = (event.principal, event.delegate, event.role)
                self.delegations[key] = Grant(event.role, event.unit, effective_at, event.until)
            case "delegation_ended":
                self.delegations.pop((event.principal, event.delegate, event.role), None)
            case "conflict_declared":
                self.conflicts.add(frozenset((event.person, event.other)))
            case "recused":
                self.recusals.add((event.person, event.matter))
            case "unit_founded" | "unit_moved":
                self.parents[event.unit] = event.parent
            case "placed":
                self.places[event.person] = event.unit
            case "left":
                self.places.pop(event.person, None)
            case _:
                assert_never(effect)


@dataclass(slots=True)
class Parties:
    """Who stands in which relation to one matter, its unit, and whether it is confidential."""

    unit: str | None = None
    confidential: bool = False
    people: dict[str, frozenset[str]] = field(default_factory=dict)
    audience: frozenset[str] = frozenset()

    def copy(self) -> Parties:
        """An independent copy."""
        return Parties(self.unit, self.confidential, dict(self.people), self.audience)

    def apply(self, event: Event, actor: Actor) -> None:
        """Take one event of the matter into account."""
        if event.unit_field is not None:
            self.unit = getattr(event, event.unit_field)
        if event.confidential_field is not None:
            self.confidential = getattr(event, event.confidential_field)
        for relates in event.relates:
            people = _people(relates, event, actor)
            self.people[relates.relation] = self.people.get(relates.relation, frozenset()) | people
            if relates.sees:
                self.audience |= people


def _people(relates: Relates, event: Event, actor: Actor) -> frozenset[str]:
    if relates.field == ACTOR:
        return frozenset(_behind(actor))
    return frozenset(_named(event, relates.field))


def _behind(actor: Actor) -> tuple[str, ...]:
    return (actor.person,) if actor.delegate_of is None else (actor.person, actor.delegate_of)


def _named(event: Event | None, name: str) -> tuple[str, ...]:
    """The persons in an event field: one id, several, or nobody."""
    value = getattr(event, name, None)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


# --- the one function ------------------------------------------------------------------------


def authorise(
    event: Event, actor: Actor, at: datetime, state: AuthorityState, parties: Parties, stream: str
) -> Refusal | None:
    """Whether this actor may cause this event on this stream at this time: None, or why not.

    Pure: the same answer at append and on replay, from the log alone.
    """
    return _decide(type(event), event, actor, at, state, parties, stream)


def may(
    kind: type[Event], actor: Actor, at: datetime, state: AuthorityState, parties: Parties, stream: str
) -> Refusal | None:
    """The same for an event that does not exist yet: what can be told without its fields."""
    return _decide(kind, None, actor, at, state, parties, stream)


def _decide(
    kind: type[Event],
    event: Event | None,
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
    stream: str,
) -> Refusal | None:
    if kind.effect == "genesis":
        return None if state.tenant is None else LOG_EXISTS(tenant=state.tenant)
    if refusal := _identity(actor, at, state):
        return refusal
    requires = kind.requires
    unit = parties.unit
    if unit is None and event is not None and kind.unit_field is not None:
        unit = getattr(event, kind.unit_field)
    if not requires.anyone and (refusal := _standing(kind, event, actor, at, state, parties, unit)):
        return refusal
    if requires.outside and unit is not None:
        for person in _behind(actor):
            if unit in state.chain(state.places.get(person)):
                return OUTSIDE_REQUIRED(event=kind.stored_type, unit=unit, person=person)
    if any((person, stream) in state.recusals for person in _behind(actor)):
        return RECUSED(person=actor.person)
    return _own_case(requires, event, actor, state, parties)


def _identity(actor: Actor, at: datetime, state: AuthorityState) -> Refusal | None:
    if actor.account not in state.accounts or actor.account in state.closed:
        return UNKNOWN_ACCOUNT(account=actor.account)
    if state.accounts[actor.account] != actor.person:
        return WRONG_PERSON(account=actor.account, person=actor.person)
    if actor.delegate_of is not None:
        held = state.delegations.get((actor.delegate_of, actor.person, actor.capacity))
        if held is None or not held.holds(at):
            return NO_DELEGATION(person=actor.person, principal=actor.delegate_of, role=actor.capacity)
    return None


def _standing(
    kind: type[Event],
    event: Event | None,
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
    unit: str | None,
) -> Refusal | None:
    requires, name = kind.requires, kind.stored_type
    if actor.capacity == SELF:
        if not requires.own:
            return NO_DUTY(role=SELF, duty=requires.duty, event=name)
        if event is None and any(own in kind.model_fields for own in requires.own):
            return None
        owners = {
            person for own in requires.own for person in (*_named(event, own), *parties.people.get(own, ()))
        }
        if actor.person in owners:
            return None
        return NOT_OWN(event=name, own=" or ".join(requires.own), person=actor.person)
    principal = actor.delegate_of or actor.person
    grants = [g for g in state.grants.get(principal, ()) if g.role == actor.capacity and g.holds(at)]
    if not grants:
        return ROLE_NOT_HELD(person=principal, role=actor.capacity)
    if requires.duty is None:
        return NOT_OWN(event=name, own=" or ".join(requires.own), person=actor.person)
    duties = state.roles.get(actor.capacity, frozenset())
    if requires.duty not in duties:
        return NO_DUTY(role=actor.capacity, duty=requires.duty, event=name)
    if actor.delegate_of is not None:
        grants = [
            g
            for g in grants
            if _covers(state, state.delegations[principal, actor.person, actor.capacity], unit)
        ]
    if not any(_covers(state, grant, unit) for grant in grants):
        return NOT_IN_SCOPE(person=principal, role=actor.capacity, unit=unit)
    return None


def _covers(state: AuthorityState, grant: Grant, unit: str | None) -> bool:
    return unit is None or grant.unit is None or grant.unit in state.chain(unit)


def _own_case(
    requires: Requires, event: Event | None, actor: Actor, state: AuthorityState, parties: Parties
) -> Refusal | None:
    barred: list[tuple[str, str]] = [
        (relation, person)
        for relation in requires.barred
        for person in (*_named(event, relation), *sorted(parties.people.get(relation, ())))
    ]
    for person in _behind(actor):
        for relation, holder in barred:
            if person == holder:
                return OWN_CASE(person=person, relation=relation)
    for person in _behind(actor):
        if any(frozenset((person, holder)) in state.conflicts for _, holder in barred):
            return CONFLICT(person=person)
    return None


def may_see(actor: Actor, at: datetime, state: AuthorityState, parties: Parties) -> bool:
    """Whether an actor may know of a matter: anybody in its unit or with a role over it;
    for a confidential one only those whose relation to it sees, and roles with the duty ``case.custody``."""
    if _identity(actor, at, state) is not None:
        return False
    if any(person in parties.audience for person in _behind(actor)):
        return True
    principal = actor.delegate_of or actor.person
    covering = [g for g in state.grants.get(principal, ()) if g.holds(at) and _covers(state, g, parties.unit)]
    if parties.confidential:
        own = set(_behind(actor)) & {p for people in parties.people.values() for p in people}
        return not own and any("case.custody" in state.roles.get(g.role, ()) for g in covering)
    if covering or parties.unit is None:
        return True
    return parties.unit in state.chain(state.places.get(actor.person)) or (
        state.places.get(actor.person, "") in state.chain(parties.unit)
    )


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A record that stands in the log although its actor was not permitted to cause it."""

    position: int
    event_id: str
    refusal: Refusal


def forbidden(recorded: Iterable[Recorded]) -> Iterator[Forbidden]:
    """Decide the authority of every event again, from the log alone.  An honest log yields nothing."""
    state = AuthorityState()
    matters: dict[str, Parties] = {}
    for item in recorded:
        envelope = item.envelope
        parties = matters.setdefault(envelope.stream, Parties())
        refusal = authorise(item.event, envelope.actor, envelope.recorded_at, state, parties, envelope.stream)
        if refusal is not None:
            yield Forbidden(envelope.position, envelope.event_id, refusal)
        state.apply(item.event, envelope.effective_at)
        parties.apply(item.event, envelope.actor)


# --- evolve and decide -----------------------------------------------------------------------


def _evolve(state: AuthorityState, recorded: Recorded) -> AuthorityState:
    state.apply(recorded.event, recorded.envelope.effective_at)
    return state


def _decide_log(command: OpenLog, state: AuthorityState, context: Context) -> Answer:
    if state.tenant is not None:
        return LOG_EXISTS(tenant=state.tenant)
    if command.role not in command.roles:
        return UNKNOWN_ROLE(role=command.role, known=", ".join(sorted(command.roles)))
    return [
        LogOpened(
            format=FORMAT.replace("/", "."),
            commitment="salted-sha256.1",
            hash="sha-256",
            tenant=command.tenant,
            packs=command.packs,
            account=context.by.account,
            person=context.by.person,
            role=command.role,
            roles=command.roles,
        )
    ]


def _decide_authority(command: AuthorityCommand, state: AuthorityState, context: Context) -> Answer:
    match command:
        case OpenAccount():
            if command.account in state.accounts:
                return ALREADY_OPEN(account=command.account)
            return [AccountOpened(account=command.account, person=command.person)]
        case CloseAccount():
            if command.account not in state.accounts or command.account in state.closed:
                return UNKNOWN_ACCOUNT(account=command.account)
            return [AccountClosed(account=command.account)]
        case AdoptRoles():
            return [RolesAdopted(roles=command.roles)]
        case GrantRole():
            if command.role not in state.roles:
                return UNKNOWN_ROLE(role=command.role, known=", ".join(sorted(state.roles)))
            return [
                RoleGranted(person=command.person, role=command.role, unit=command.unit, until=command.until)
            ]
        case RevokeRole():
            held = {(g.role, g.unit) for g in state.grants.get(command.person, ())}
            if (command.role, command.unit) not in held:
                return NOT_GRANTED(what=f"role {command.role}", person=command.person)
            return [RoleRevoked(person=command.person, role=command.role, unit=command.unit)]
        case Delegate():
            if command.principal == command.delegate:
                return SAME_PERSON(person=command.principal)
            grants = [
                g
                for g in state.grants.get(command.principal, ())
                if g.role == command.role and g.holds(context.at) and _covers(state, g, command.unit)
            ]
            if not grants:
                return ROLE_NOT_HELD(person=command.principal, role=command.role)
            return [Delegated(**command.model_dump())]
        case EndDelegation():
            if (command.principal, command.delegate, command.role) not in state.delegations:
                return NOT_GRANTED(what=f"delegation of {command.role}", person=command.principal)
            return [DelegationEnded(**command.model_dump())]
        case DeclareConflict():
            if command.person == command.other:
                return SAME_PERSON(person=command.person)
            return [ConflictDeclared(**command.model_dump())]
        case Recuse():
            return [Recused(**command.model_dump())]
        case _:
            assert_never(command)


# --- deciders --------------------------------------------------------------------------------

LOG: Final[Decider[AuthorityState]] = Decider(
    category=LOG_STREAM,
    events=(LogOpened,),
    commands=(OpenLog,),
    initial=AuthorityState,
    evolve=_evolve,
    decide=_decide_log,
    yields={OpenLog.stored_type: (LogOpened,)},
    reasons=(LOG_EXISTS,),
)

AUTHORITY: Final[Decider[AuthorityState]] = Decider(
    category="authority",
    events=(
        AccountOpened,
        AccountClosed,
        RolesAdopted,
        RoleGranted,
        RoleRevoked,
        Delegated,
        DelegationEnded,
        ConflictDeclared,
        Recused,
    ),
    commands=(
        OpenAccount,
        CloseAccount,
        AdoptRoles,
        GrantRole,
        RevokeRole,
        Delegate,
        EndDelegation,
        DeclareConflict,
        Recuse,
    ),
    initial=AuthorityState,
    evolve=_evolve,
    decide=_decide_authority,
    yields={
        OpenAccount.stored_type: (AccountOpened,),
        CloseAccount.stored_type: (AccountClosed,),
        AdoptRoles.stored_type: (RolesAdopted,),
        GrantRole.stored_type: (RoleGranted,),
        RevokeRole.stored_type: (RoleRevoked,),
        Delegate.stored_type: (Delegated,),
        EndDelegation.stored_type: (DelegationEnded,),
        DeclareConflict.stored_type: (ConflictDeclared,),
        Recuse.stored_type: (Recused,),
    },
    reasons=(*REASONS, *DECISION_REASONS),
)

FOUNDATIONS: Final[Sequence[str]] = (LOG_STREAM, "authority", "organisation")
"""The streams whose events change what anybody may do; every append states the versions it read."""

Roles = Mapping[str, Iterable[str]]
