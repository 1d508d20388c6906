"""Authority as events: accounts, roles, delegations, conflicts and recusals, and the genesis record."""

from __future__ import annotations

from typing import ClassVar, Final, assert_never

from party_workflow.authority.reasons import (
    ALREADY_OPEN,
    DECISION_REASONS,
    LOG_EXISTS,
    NOT_GRANTED,
    NOT_YET,
    REASONS,
    RECUSE_WITHIN,
    ROLE_NOT_HELD,
    SAME_PERSON,
    UNKNOWN_ACCOUNT,
    UNKNOWN_ROLE,
)
from party_workflow.authority.rules import covers
from party_workflow.authority.state import AuthorityState
from party_workflow.canonical import time_text
from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Context, Decider
from party_workflow.relations import Effect, Requires
from party_workflow.store import FORMAT, LOG_STREAM, Recorded
from party_workflow.values import AccountId, Code, Digest, Key, Moment, PersonId, StreamId, UnitId

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
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)
    effect: ClassVar[Effect | None] = "role_granted"

    person: PersonId
    role: Code
    unit: UnitId
    until: Moment | None = None


class RoleRevoked(Event):
    """A role over a unit was taken back or laid down."""

    stored_type: ClassVar[str] = "authority.role_revoked"
    requires: ClassVar[Requires] = Requires(duty="authority.grant", own=("person",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)
    effect: ClassVar[Effect | None] = "role_revoked"

    person: PersonId
    role: Code
    unit: UnitId


class Delegated(Event):
    """A person let another act for them in one of their roles, until a moment: they and nobody else."""

    stored_type: ClassVar[str] = "authority.delegated"
    requires: ClassVar[Requires] = Requires(own=("principal",))
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)
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
    """A person is close to another (kin, business, dispute) and does not decide in a case of theirs.

    It binds the first only: nobody bars another from deciding by declaring a conflict of their own.
    """

    stored_type: ClassVar[str] = "authority.conflict_declared"
    requires: ClassVar[Requires] = Requires(duty="authority.conflict", own=("person",))
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
    """Declare that a person is too close to another to decide in their case, with the ground as a code."""

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

WITHIN: Final = frozenset({"case"})
"""Categories in which people step back within the matter, for some of it is confidential."""

# --- evolve and decide -----------------------------------------------------------------------


def _evolve(state: AuthorityState, recorded: Recorded) -> AuthorityState:
    state = state.copy()  # the state given stays as it was; the facade folds in place instead
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
    if context.effective_at > context.at and not isinstance(command, GrantRole | Delegate):
        return NOT_YET(effective_at=time_text(context.effective_at))
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
                if g.role == command.role
                and g.holds(context.at)
                and covers(state, g, command.unit, context.at)
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
            if command.matter.partition("/")[0] in WITHIN:
                return RECUSE_WITHIN()
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
