"""One batch of commands decided, with everything that it has read: what an append states and carries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from party_workflow.authority import (
    FOUNDATIONS,
    UNKNOWN_MATTER,
    AuthorityState,
    Binds,
    Parties,
    authorise,
    may_see,
    unopened,
)
from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Command, Event
from party_workflow.decider import EFFECTIVE, Ask, Context, Decision
from party_workflow.errors import Fault, InvalidCommand, Refusal, Refused
from party_workflow.personal import Opening, Personal, Salts, Sealed, commitment
from party_workflow.service.apart import NAMED, named
from party_workflow.service.given import tenant_of
from party_workflow.service.permissions import first_refusal
from party_workflow.service.reading import IN_VIEW, Matter, Reading, View
from party_workflow.store import Actor, Deposit, Draft, Envelope, EventStore, Recorded, event_id
from party_workflow.values import PERSON_PATTERN, STREAM_PATTERN

STREAM: Final = re.compile(STREAM_PATTERN)


@dataclass(slots=True)
class Plan:
    """One batch under preparation, with everything it has read."""

    expected: dict[str, int] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
    empties: list[str] = field(default_factory=list)
    states: dict[str, Matter] = field(default_factory=dict)
    """Every matter read or changed: each is read once, and the append refuses if one of them has moved on."""
    known: View | None = None
    """The log's authority as read for the first command; the append refuses if it has moved on."""
    view: AuthorityState = field(default_factory=AuthorityState)
    trial: AuthorityState | None = None
    """The view with what the drafts change in it: the plan's own copy, made when the first one does."""

    def under(self, view: AuthorityState) -> AuthorityState:
        """The authority under which the next command is decided: the log's, and what the drafts changed."""
        if view is not self.view:  # before the first command
            self.view, self.trial = view, None
        return self.view if self.trial is None else self.trial

    def take(self, event: Event, effective_at: datetime) -> None:
        """Take an event of the batch into account."""
        if event.effect is not None:
            self.trial = self.view.copy() if self.trial is None else self.trial
            self.trial.apply(event, effective_at)

    def binding(self, binds: Binds) -> Binds:
        """`binds`, which knows those sealed by this batch as well: their openings are kept only after it."""

        def among(sealed: Sealed, person: str) -> bool | None:
            answer = binds(sealed, person)
            if answer is not None:
                return answer
            mine = (opening for opening in self.openings if opening.commitment == sealed.commitment)
            opening = next(mine, None)
            if opening is None or re.fullmatch(PERSON_PATTERN, opening.value) is None:
                return None
            return opening.value == person

        return among

    @property
    def touched(self) -> dict[str, Matter]:
        """The matters that the batch changes, as they will be after it."""
        return {draft.stream: self.states[draft.stream] for draft in self.drafts}

    def matter(self, stream: str, reading: Reading) -> Matter:
        """A matter as this batch finds it, with the version read."""
        if stream in self.states:
            return self.states[stream]
        matter = reading.load(stream)
        self.expected.setdefault(stream, matter.version)
        self.states[stream] = matter
        return matter


def decide(
    command: Command,
    plan: Plan,
    reading: Reading,
    salts: Salts,
    by: Actor,
    at: datetime,
    effective: datetime,
    command_id: str,
    index: int,
    binds: Binds = unopened,
) -> None:
    """Add to a plan what a command leads to.  Raises `Refused`, and with it the whole plan is refused."""
    decider = reading.model.by_command.get(command.stored_type)
    if decider is None:
        raise InvalidCommand(
            Fault(command.stored_type, "No decider of this model takes this command.", "Check the model.")
        )
    stream, binds = command.stream, plan.binding(binds)
    if plan.known is None:
        plan.known = reading.refresh()
        plan.expected.update(plan.known.versions)
    known = plan.known
    view = plan.under(known.state)
    matter = plan.matter(stream, reading)
    kinds = decider.yields[command.stored_type]
    founds = decider.category in FOUNDATIONS
    hidden = bool(matter.version) and not founds and not may_see(by, at, view, matter.parties, binds)
    if hidden:  # everything goes on as if there were no such matter
        matter = Matter.unbegun(decider)
    step = getattr(command, "step", None)
    if refusal := first_refusal(kinds, by, at, view, matter.parties, stream, step, binds):
        raise Refused(refusal)
    log = view.tenant or tenant_of([command])
    counter = [0]

    def seal(personal: Personal, subject: str, name: str) -> Sealed:
        counter[0] += 1
        salt = salts(command_id, f"{index}/{counter[0]}/{subject}/{name}")
        bound = commitment(log, subject, name, salt, personal.reveal())
        plan.openings.append(Opening(bound, log, subject, name, salt, personal.reveal(), command_id))
        return Sealed(commitment=bound)

    def seen(parties: Parties) -> bool:
        return may_see(by, at, view, parties, binds)

    def found(name: str) -> Matter:
        return plan.matter(name, reading)

    state = view if decider.category in IN_VIEW else matter.state

    def answers(asks: Sequence[Ask]) -> tuple[Any, ...]:
        return tuple(reading.answer(_at(ask, effective), found, seen) for ask in asks)

    facts = answers(decider.asks(command))
    facts += answers(decider.needs(command, state, facts))
    context = Context(
        by=by,
        at=at,
        effective_at=effective,
        facts=facts,
        seal=seal,
        ballots=lambda box: _waiting(box, plan, reading.store),
        binds=binds,
    )
    answer = decider.decide(command, state, context)
    if isinstance(answer, Refusal):
        raise Refused(answer)
    decision = answer if isinstance(answer, Decision) else Decision(tuple(answer))
    parties = matter.parties.copy()
    for event in decision.events:
        if refusal := authorise(event, by, at, plan.under(known.state), parties, stream, binds):
            raise Refused(refusal)  # and with it the whole plan
        plan.take(event, effective)
        parties.apply(event, by, at)
    if hidden:
        raise Refused(_no_matter(stream, by))

    def kept(name: str) -> Refusal | None:
        """Why a matter cannot be named outside: it is protected, and of itself nothing to be cited yet."""
        category, _, key = name.partition("/")
        if not key or category not in reading.model.by_category or not STREAM.fullmatch(name):
            return None
        other = plan.states.get(name) or reading.load(name)
        work = Ask(f"{category}.work", name, optional=True)
        if not other.parties.confidential or reading.answer(work, lambda _: other) is not None:
            return None
        return NAMED(stream=stream) if seen(other.parties) else _no_matter(name, by)

    if not parties.confidential and (refusal := named(decision.events, stream, kept)):
        raise Refused(refusal)
    state = matter.state
    for event in decision.events:
        draft = Draft(stream, event, effective)
        place = (log, len(plan.drafts), matter.version + 1)
        if decider.category not in IN_VIEW:
            state = decider.evolve(state, _tentative(draft, by, at, command_id, place))
        plan.drafts.append(draft)
        matter = Matter(matter.version + 1, state, parties)
    plan.states[stream] = matter
    plan.deposits = [item for item in plan.deposits if item.box not in decision.empties]
    plan.deposits.extend(decision.deposits)
    plan.empties.extend(decision.empties)


def _tentative(
    draft: Draft, by: Actor, at: datetime, command_id: str, place: tuple[str, int, int]
) -> Recorded:
    """An event as it will be recorded, for commands that follow it in the same batch."""
    log, index, version = place
    return Recorded(
        draft.event,
        Envelope(
            log=log,
            position=0,
            stream=draft.stream,
            version=version,
            event_id=event_id(log, command_id, index),
            stored_type=draft.event.stored_type,
            schema=draft.event.schema_version,
            effective_at=draft.effective_at,
            recorded_at=at,
            account=by.account,
            person=by.person,
            capacity=by.capacity,
            command_id=command_id,
            command_type="",
            command_digest="",
            counter=0,
            delegate_of=by.delegate_of,
        ),
    )


def _at(ask: Ask, effective: datetime) -> Ask:
    """The question with the moment at which the command takes effect in place of `EFFECTIVE`."""
    if EFFECTIVE not in ask.arguments.values():
        return ask
    arguments = {name: effective if value is EFFECTIVE else value for name, value in ask.arguments.items()}
    return replace(ask, arguments=arguments)


def _waiting(box: str, plan: Plan, store: EventStore) -> Sequence[Mapping[str, str]]:
    """The ballots in a box as a command finds it that follows others in one batch: stores empty first."""
    stored = () if box in plan.empties else store.ballots(box)
    added = [item.ballot for item in plan.deposits if item.box == box]
    return sorted([*stored, *added], key=lambda ballot: canonical_bytes(dict(ballot)))


def _no_matter(stream: str, by: Actor) -> Refusal:
    return UNKNOWN_MATTER(stream=stream, account=by.account)
