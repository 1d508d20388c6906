"""The one function that says who may cause which event, at append and again on replay.  (R-203)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.authority.reasons import (
    APPOINTEE,
    CONFLICT,
    HAS_PART,
    LOG_EXISTS,
    NO_DELEGATION,
    NO_DUTY,
    NO_STEP,
    NOT_IN_SCOPE,
    NOT_OWN,
    OUTSIDE_REQUIRED,
    OWN_CASE,
    OWN_UNIT,
    RECUSED,
    ROLE_NOT_HELD,
    UNKNOWN_ACCOUNT,
    UNKNOWN_MATTER,
    WRONG_PERSON,
)
from party_workflow.authority.state import (
    AuthorityState,
    Binds,
    Grant,
    Parties,
    behind,
    named,
    narrowed,
    unopened,
)
from party_workflow.codec import Event
from party_workflow.errors import Refusal
from party_workflow.personal import Sealed
from party_workflow.relations import RECUSED as STEPPED_BACK
from party_workflow.relations import Requires, StepRule
from party_workflow.store import LOG_STREAM, Actor, Recorded

FOUNDATIONS: Final = (LOG_STREAM, "authority", "organisation")
"""The streams whose events change what anybody may do; every append states the versions it read."""

SELF: Final = "self"
"""The capacity of somebody acting for themselves."""

_ANY: Final = "@any"
_PERSON_FIELDS: Final = frozenset({"person"})


def authorise(
    event: Event,
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
    stream: str,
    binds: Binds = unopened,
) -> Refusal | None:
    """Whether this actor may cause this event on this stream at this time: None, or why not.

    Pure: the same answer at append and on replay, from the log alone; of those who are sealed, with `binds`.
    """
    return _decide(type(event), event, actor, at, state, parties, stream, None, binds)


def may(
    kind: type[Event],
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
    stream: str,
    step: str | None = None,
    binds: Binds = unopened,
) -> Refusal | None:
    """The same for an event that does not exist yet: what can be told without its fields.

    Where steps are data, `step` is the one that would be taken.
    """
    return _decide(kind, None, actor, at, state, parties, stream, step, binds)


def _decide(
    kind: type[Event],
    event: Event | None,
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
    stream: str,
    step: str | None,
    binds: Binds,
) -> Refusal | None:
    if kind.effect == "genesis":
        return None if state.tenant is None else LOG_EXISTS(tenant=state.tenant)
    if refusal := _identity(actor, at, state):
        return refusal
    rule = narrowed(kind, parties.steps)
    if kind.step_field is not None:
        name = step if event is None else getattr(event, kind.step_field)
        if not parties.steps:
            return UNKNOWN_MATTER(stream=stream, account=actor.account)
        if name not in parties.steps:
            return NO_STEP(stream=stream, step=str(name), steps=", ".join(parties.steps))
        rule = parties.steps[str(name)]
    requires = rule.requires
    units = _units(kind, event, at, state, parties)
    if not requires.anyone and (refusal := _standing(kind, rule, event, actor, at, state, parties, units)):
        return refusal
    if requires.outside:
        for person in behind(actor):
            if (unit := _inside(person, units, at, state, parties)) is not None:
                return OUTSIDE_REQUIRED(event=kind.stored_type, unit=unit, person=person)
    if any(_stepped_back(person, state, parties, stream) for person in behind(actor)):
        return RECUSED(person=actor.person)
    return (
        _own_case(requires, event, actor, state, parties)
        or _own_unit(requires, event, actor, at, state, parties)
        or _sealed_part(requires, event, actor, state, parties, binds)
        or _appointed(requires, event, state, parties, stream, binds)
    )


def _stepped_back(person: str, state: AuthorityState, parties: Parties, stream: str) -> bool:
    return (person, stream) in state.recusals or person in parties.of(STEPPED_BACK)


def _inside(
    person: str, units: tuple[str | None, ...], at: datetime, state: AuthorityState, parties: Parties
) -> str | None:
    """The unit to which a person is no outsider: one they belonged to at any time since the matter began.

    Who is taken out of a unit for the day of the decision stays an insider, and who counts in no unit at
    all is nobody's outsider.
    """
    for place in state.belonged(person, parties.began or at, at):
        if place is None:
            return next((unit for unit in units if unit is not None), "any unit")
        for unit in state.chain(place, at):
            if unit in units:
                return unit
    return None


def _units(
    kind: type[Event], event: Event | None, at: datetime, state: AuthorityState, parties: Parties
) -> tuple[str | None, ...]:
    """The units that a role has to reach; None is the whole log, `_ANY` what is not known yet."""
    fields = kind.scope_fields
    if not fields and kind.unit_field is not None and parties.unit is None:
        fields = (kind.unit_field,)
    if not fields:
        return (parties.unit,)
    if event is None:
        return (_ANY,)
    return tuple(
        state.place(getattr(event, field), at) if field in _PERSON_FIELDS else getattr(event, field)
        for field in fields
    )


def _identity(actor: Actor, at: datetime, state: AuthorityState) -> Refusal | None:
    if actor.account not in state.accounts or actor.account in state.closed:
        return UNKNOWN_ACCOUNT(account=actor.account)
    if state.accounts[actor.account] != actor.person:
        return WRONG_PERSON(account=actor.account, person=actor.person)
    if actor.delegate_of is not None:
        held = state.delegations.get((actor.delegate_of, actor.person, actor.capacity), ())
        if not any(grant.holds(at) for grant in held):
            return NO_DELEGATION(person=actor.person, principal=actor.delegate_of, role=actor.capacity)
    return None


def _standing(
    kind: type[Event],
    rule: StepRule,
    event: Event | None,
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
    units: tuple[str | None, ...],
) -> Refusal | None:
    requires, name = rule.requires, kind.stored_type
    if actor.capacity == SELF:
        if not requires.own:
            return NO_DUTY(role=SELF, duty=requires.duty, event=name)
        fields = {*kind.model_fields, *(relates.field for relates in rule.relates)}
        if event is None and not fields.isdisjoint(requires.own):
            return None
        owners = {
            person for own in requires.own for person in (*named(event, own), *parties.people.get(own, ()))
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
    lent = (
        grants
        if actor.delegate_of is None
        else [g for g in state.delegations[principal, actor.person, actor.capacity] if g.holds(at)]
    )
    for unit in units:
        if not all(any(covers(state, grant, unit, at) for grant in held) for held in (grants, lent)):
            return NOT_IN_SCOPE(
                person=principal, role=actor.capacity, unit="the whole organisation" if unit is None else unit
            )
    return None


def covers(state: AuthorityState, grant: Grant, unit: str | None, at: datetime) -> bool:
    """Whether a grant reaches a unit; what belongs to no unit needs one over everything or over a root."""
    if grant.unit is None or unit == _ANY:
        return True
    if unit is None:
        return state.is_root(grant.unit, at)
    return grant.unit in state.chain(unit, at)


def _own_case(
    requires: Requires, event: Event | None, actor: Actor, state: AuthorityState, parties: Parties
) -> Refusal | None:
    barred: list[tuple[str, str]] = [
        (relation, person)
        for relation in _barred(requires, actor)
        for person in (*named(event, relation), *sorted(parties.people.get(relation, ())))
    ]
    for person in behind(actor):
        for relation, holder in barred:
            if person == holder:
                return OWN_CASE(person=person, relation=relation)
    for person in behind(actor) if requires.close_ones else ():
        if any((person, holder) in state.conflicts for _, holder in barred):
            return CONFLICT(person=person)
    return None


def _barred(requires: Requires, actor: Actor) -> tuple[str, ...]:
    """The relations that bar somebody, by the way in which they act."""
    return requires.barred if actor.capacity == SELF else (*requires.barred, *requires.not_for_others)


def _sealed_part(
    requires: Requires,
    event: Event | None,
    actor: Actor,
    state: AuthorityState,
    parties: Parties,
    binds: Binds,
) -> Refusal | None:
    """Whether somebody is, or is close to, one who is sealed.  The refusal names nobody: the actor may be
    the delegate of one, who is not to learn it."""
    sealed = _sealed(_barred(requires, actor), event, parties)
    for person in behind(actor):
        if any(binds(each, person) for each in sealed):
            return HAS_PART(account=actor.account)
        # Whom an opening seals is not known before it is recorded: who is close to them may take it in.
        known = _sealed(_barred(requires, actor), None, parties)
        if requires.close_ones and _close(person, known, state, binds):
            return HAS_PART(account=actor.account)
    return None


def _sealed(relations: Iterable[str], event: Event | None, parties: Parties) -> frozenset[Sealed]:
    found = frozenset[Sealed]()
    for relation in relations:
        found |= parties.sealed.get(relation, frozenset())
        if event is not None:
            found = found.union(event.sealed_in(relation))
    return found


def _close(person: str, sealed: frozenset[Sealed], state: AuthorityState, binds: Binds) -> bool:
    """Whether a person is one who is sealed, or in a declared conflict with one."""
    if not sealed:
        return False
    others = (other for who, other in state.conflicts if who == person)
    return any(binds(each, who) for who in (person, *others) for each in sealed)


def _appointed(
    requires: Requires,
    event: Event | None,
    state: AuthorityState,
    parties: Parties,
    stream: str,
    binds: Binds,
) -> Refusal | None:
    """Whether somebody is given a part who has one that does not go with it."""
    if event is None:
        return None
    field = event.confidential_field
    confidential = parties.confidential if field is None else getattr(event, field)
    for appoints in requires.appoints:
        barred = (*appoints.barred, *(appoints.in_confidence if confidential else ()))
        in_confidence = _holders(appoints.in_confidence if confidential else (), event, parties)
        holders = in_confidence.union(*(parties.of(relation) for relation in appoints.barred))
        near = _holders(appoints.close_to if confidential else (), event, parties)
        sealed = _sealed(barred, event, parties)
        for person in named(event, appoints.field):
            if (
                person in holders
                or _stepped_back(person, state, parties, stream)
                or any((person, holder) in state.conflicts for holder in holders)
                or (person not in near and any((person, holder) in state.conflicts for holder in near))
                or _close(person, sealed, state, binds)
            ):
                return APPOINTEE(person=person)
    return None


def _holders(relations: Iterable[str], event: Event, parties: Parties) -> frozenset[str]:
    found = frozenset[str]()
    for relation in relations:
        found |= parties.of(relation).union(named(event, relation))
    return found


def _own_unit(
    requires: Requires,
    event: Event | None,
    actor: Actor,
    at: datetime,
    state: AuthorityState,
    parties: Parties,
) -> Refusal | None:
    """Whether somebody would decide on a unit that they, or those for whom they act, belong to or belonged to
    since the matter began."""
    if event is None or not requires.own_units:
        return None
    units = {unit for field in requires.own_units for unit in event.units_in(field)}
    for person in behind(actor):
        for place in state.belonged(person, parties.began or at, at):
            for unit in state.chain(place, at):
                if unit in units:
                    return OWN_UNIT(person=person, unit=unit)
    return None


def may_see(
    actor: Actor, at: datetime, state: AuthorityState, parties: Parties, binds: Binds = unopened
) -> bool:
    """Whether an actor may know of a matter: anybody in its unit or with a role over it;
    for a confidential one only those whose relation to it sees, and roles with the duty ``case.custody``."""
    if _identity(actor, at, state) is not None:
        return False
    if parties.confidential:
        return _in_confidence(actor, at, state, parties, binds)
    if any(person in parties.audience for person in behind(actor)):
        return True
    principal = actor.delegate_of or actor.person
    covering = any(
        g.holds(at) and covers(state, g, parties.unit, at) for g in state.grants.get(principal, ())
    )
    if covering or parties.unit is None:
        return True
    place = state.place(actor.person, at)
    return parties.unit in state.chain(place, at) or any(
        place == unit for unit in state.chain(parties.unit, at)
    )


def _in_confidence(actor: Actor, at: datetime, state: AuthorityState, parties: Parties, binds: Binds) -> bool:
    """Whether somebody may know of a confidential matter.

    Who has stepped back has left it.  Who acts for another brings no more of theirs along than the role lent
    to them, as far as it was lent: neither what the other may see in person nor what they may in another
    role.
    """
    people = behind(actor)
    if any(person in parties.of(STEPPED_BACK) for person in people):
        return False
    if actor.person in parties.audience:
        return True
    own = parties.kept_out.intersection(people) - parties.audience
    sealed = frozenset[Sealed]().union(*parties.sealed.values())
    if own or any(binds(each, person) for person in people for each in sealed):
        return False
    principal = actor.delegate_of or actor.person
    held = [g for g in state.grants.get(principal, ()) if "case.custody" in state.roles.get(g.role, ())]
    if actor.delegate_of is not None:
        held = [g for g in held if g.role == actor.capacity]
        lent = state.delegations.get((principal, actor.person, actor.capacity), ())
        if not any(g.holds(at) and covers(state, g, parties.unit, at) for g in lent):
            return False
    return any(g.holds(at) and covers(state, g, parties.unit, at) for g in held)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A record that stands in the log although its actor was not permitted to cause it."""

    position: int
    event_id: str
    refusal: Refusal


def forbidden(recorded: Iterable[Recorded], binds: Binds = unopened) -> Iterator[Forbidden]:
    """Decide the authority of every event again, from the log alone.  An honest log yields nothing.

    A command on a matter that its giver could not see is found as well.  What rests on who is sealed is
    decided again with `binds` only, which takes the openings.
    """
    state = AuthorityState()
    matters: dict[str, Parties] = {}
    before: dict[str, tuple[str, Actor]] = {}
    for item in recorded:
        envelope = item.envelope
        actor, at, stream = envelope.actor, envelope.recorded_at, envelope.stream
        parties = matters.setdefault(stream, Parties())
        refusal = authorise(item.event, actor, at, state, parties, stream, binds)
        # A command is seen to be open before its first event, which may change who sees the matter.
        begun = parties.began is not None and before.get(stream) != (envelope.command_id, actor)
        before[stream] = (envelope.command_id, actor)
        if refusal is None and begun and stream.partition("/")[0] not in FOUNDATIONS:
            if not may_see(actor, at, state, parties, binds):
                refusal = UNKNOWN_MATTER(stream=stream, account=actor.account)
        if refusal is not None:
            yield Forbidden(envelope.position, envelope.event_id, refusal)
        state.apply(item.event, envelope.effective_at)
        parties.apply(item.event, envelope.actor, envelope.recorded_at)
