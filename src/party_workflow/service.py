"""The facade: `Workflow` executes commands, reads states, and says beforehand what is open to whom.

Everything it is built from is a value: a `Model` (the closed set of deciders), an event store, a store of
openings, a source of salts.  It holds no clock: every command says when it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from party_workflow.authority import (
    FOUNDATIONS,
    UNKNOWN_MATTER,
    AuthorityState,
    OpenLog,
    Parties,
    authorise,
    may,
    may_see,
)
from party_workflow.canonical import canonical_bytes, in_utc, time_text
from party_workflow.codec import Command, Event, command_digest, personal_values
from party_workflow.decider import EFFECTIVE, Ask, Context, Decider, Decision
from party_workflow.errors import (
    CommandIdConflict,
    Fault,
    InvalidCommand,
    InvalidDefinition,
    InvalidInput,
    NotCanonical,
    Refusal,
    Refused,
    VersionConflict,
)
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.personal import (
    MemoryOpenings,
    Opening,
    Openings,
    Personal,
    Salts,
    Sealed,
    Withheld,
    commitment,
    commitments,
)
from party_workflow.processes import ID_TAKEN, Issue, ProcessManager, Proposal, Ran, follows
from party_workflow.store import (
    Actor,
    Append,
    Deposit,
    Draft,
    Envelope,
    EventStore,
    MemoryStore,
    Receipt,
    Recorded,
    Source,
    event_id,
    misfits,
    read_event,
)

_IN_VIEW: Final = ("log", "authority")
"""Streams whose state is the authority view: nobody folds them a second time."""
ATTEMPTS: Final = 16
"""How often a decision is taken again when somebody else was faster, before giving up."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a command is open to somebody on a matter, and if not, why.  Truthy when open.

    Where the steps of the matter are data there is one for each `step` that the command may take.
    """

    command: str
    stream: str
    refusal: Refusal | None = None
    step: str | None = None

    def __bool__(self) -> bool:
        return self.refusal is None


@dataclass(slots=True)
class _Matter:
    """What the facade remembers of one stream: version, state, parties."""

    version: int
    state: Any
    parties: Parties


@dataclass(frozen=True, slots=True)
class _View:
    """What authorisation reads, and at which versions of the foundations."""

    state: AuthorityState
    versions: Mapping[str, int]


@dataclass(slots=True)
class _Plan:
    """One batch under preparation, with everything it has read."""

    expected: dict[str, int] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
    empties: list[str] = field(default_factory=list)
    states: dict[str, _Matter] = field(default_factory=dict)
    """Every matter read or changed: each is read once, and the append refuses if one of them has moved on."""
    known: _View | None = None
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


def _no_salts(command_id: str, place: str) -> bytes:
    raise InvalidCommand(
        Fault(
            f"command {command_id}",
            f"It carries a personal value ({place}) and the workflow has no source of salts.",
            "Pass salts=random_salts from party_workflow_adapters.chance.",
        )
    )


class Workflow:
    """Execute commands on a log and read from it.

    One instance may be used by several threads if the store may; it caches folded states and reads only
    what is new.  Several instances and processes may share a store: every append states the versions that
    its decision read, and is decided again when one has moved on.

    `salts` and `openings` go together: with a source of salts personal values are taken in, and their
    openings have to be kept as durably as the log, or every name is lost with the process.
    """

    def __init__(
        self,
        store: EventStore,
        model: Model,
        *,
        openings: Openings | None = None,
        salts: Salts = _no_salts,
    ) -> None:
        if openings is None and salts is not _no_salts and not isinstance(store, MemoryStore):
            raise InvalidInput(
                Fault(
                    "openings",
                    "Personal values would be sealed in a durable log and their openings forgotten.",
                    "Pass openings=SqliteOpenings.beside(path), or MemoryOpenings() to forget them.",
                )
            )
        self.store = store
        self.model = model
        self.openings: Openings = MemoryOpenings() if openings is None else openings
        self._salts = salts
        self._matters: dict[str, _Matter] = {}
        self._seen = _View(AuthorityState(), dict.fromkeys(FOUNDATIONS, 0))

    # --- writing -------------------------------------------------------------------------

    def execute(
        self,
        *commands: Command,
        by: Actor,
        at: datetime,
        command_id: str,
        effective_at: datetime | None = None,
        causation: str | None = None,
        correlation: str | None = None,
        source: Source | None = None,
    ) -> Receipt:
        """Decide and record a command, or several together or not at all.

        `at` is when it is recorded; `effective_at` (default: the same) when it takes effect.  `command_id`
        makes it idempotent: the same id with the same content gives the receipt of the first time.

        Raises `Refused` if the rules do not permit it, `InvalidInput` for a time that runs backwards,
        `CommandIdConflict` for an id used otherwise, `VersionConflict` after `ATTEMPTS` lost races.
        In every such case nothing is recorded.
        """
        _check(by, command_id, causation, correlation, source)
        if not commands:
            raise InvalidCommand(Fault(f"command {command_id}", "There is no command.", "Pass at least one."))
        at = _utc(at, f"command {command_id}")
        effective = at if effective_at is None else _utc(effective_at, f"command {command_id}")
        digest = self._digest(commands, by, effective_at)
        name = commands[0].stored_type if len(commands) == 1 else "together"
        if self._refresh().state.tenant is None:
            _tenant(commands)
        kept: dict[str, Opening] = {}
        try:
            for attempt in range(1, ATTEMPTS + 1):
                if (known := self.store.receipt(command_id)) is not None:
                    receipt = replace(known, repeated=True)
                    break
                plan = _Plan()
                try:
                    for index, command in enumerate(commands):
                        self._decide(command, plan, by, at, effective, command_id, index)
                except Refused:
                    # The same command may have been recorded in between, and be refused because of itself.
                    if (known := self.store.receipt(command_id)) is None:
                        raise
                    receipt = replace(known, repeated=True)
                    break
                if plan.openings:
                    kept |= {opening.commitment: opening for opening in plan.openings}
                    self.openings.put(plan.openings)
                try:
                    receipt = self.store.append(
                        Append(
                            log=plan.view.tenant or _tenant(commands),
                            command_id=command_id,
                            command_type=name,
                            command_digest=digest,
                            actor=by,
                            recorded_at=at,
                            drafts=tuple(plan.drafts),
                            expected=plan.expected,
                            causation=causation,
                            correlation=correlation,
                            source=source,
                            deposits=tuple(plan.deposits),
                            empties=tuple(plan.empties),
                        )
                    )
                except VersionConflict:
                    if attempt == ATTEMPTS:
                        raise
                    continue
                kept = {} if not receipt.repeated and len(kept) == len(plan.openings) else kept
                break
            else:
                raise AssertionError("unreachable: the last attempt returns or raises")
        finally:
            # Also when the commit stands although it was not acknowledged: an opening too many can be swept
            # later, one too few can never be found again.
            if kept:
                self._sweep(command_id, kept)
        return self._again(receipt, digest, commands) if receipt.repeated else receipt

    def _sweep(self, command_id: str, kept: Mapping[str, Opening]) -> None:
        """Remove openings that were kept for events that were not recorded after all.

        With derived salts the same command gives the same openings to whoever was faster: theirs stay.
        """
        bound = self._bound(self.store.receipt(command_id))
        if gone := [opening for commitment, opening in kept.items() if commitment not in bound]:
            self.openings.discard(gone)

    def _bound(self, receipt: Receipt | None) -> set[str]:
        """The commitments in the events of a command."""
        if receipt is None:
            return set()
        records = self.store.read(receipt.first_position - 1, receipt.last_position)
        return {found for record in records for found in commitments(record.data)}

    def _digest(self, commands: Sequence[Command], by: Actor, effective_at: datetime | None) -> str:
        circumstance: dict[str, Any] = {"by": by.circumstance()}
        if effective_at is not None:
            circumstance["effective_at"] = time_text(effective_at)
        if len(commands) == 1:
            return command_digest(commands[0], circumstance)
        return command_digest(
            commands[0],
            {**circumstance, "with": [command_digest(command, circumstance) for command in commands[1:]]},
        )

    def _again(self, known: Receipt, digest: str, commands: Sequence[Command]) -> Receipt:
        """The answer to a command id recorded before: the same receipt, if it is the same command."""
        if known.command_digest != digest:
            raise CommandIdConflict(known.command_id)
        given = [personal.reveal() for command in commands for personal in personal_values(command)]
        if given:
            bound = self._bound(known)
            openings = self.openings.of_command(known.command_id)
            held = [opening.value for opening in openings if opening.commitment in bound]
            # With fewer openings than values something was erased, and what is left cannot be compared.
            if len(held) >= len(given) and set(held) != set(given):
                raise CommandIdConflict(known.command_id)
        return known

    def _decide(
        self,
        command: Command,
        plan: _Plan,
        by: Actor,
        at: datetime,
        effective: datetime,
        command_id: str,
        index: int,
    ) -> None:
        decider = self.model.by_command.get(command.stored_type)
        if decider is None:
            raise InvalidCommand(
                Fault(command.stored_type, "No decider of this model takes this command.", "Check the model.")
            )
        stream = command.stream
        if plan.known is None:
            plan.known = self._refresh()
            plan.expected.update(plan.known.versions)
        known = plan.known
        view = plan.under(known.state)
        matter = self._matter(stream, plan)
        kinds = decider.yields[command.stored_type]
        founds = decider.category in FOUNDATIONS
        hidden = bool(matter.version) and not founds and not may_see(by, at, view, matter.parties)
        if hidden:  # everything goes on as if there were no such matter
            matter = _Matter(0, decider.initial(), Parties())
        step = getattr(command, "step", None)
        if refusal := self._first_refusal(kinds, by, at, view, matter.parties, stream, step):
            raise Refused(refusal)
        log = view.tenant or _tenant([command])
        counter = [0]

        def seal(personal: Personal, subject: str, name: str) -> Sealed:
            counter[0] += 1
            salt = self._salts(command_id, f"{index}/{counter[0]}/{subject}/{name}")
            bound = commitment(log, subject, name, salt, personal.reveal())
            plan.openings.append(Opening(bound, log, subject, name, salt, personal.reveal(), command_id))
            return Sealed(commitment=bound)

        def seen(parties: Parties) -> bool:
            return may_see(by, at, view, parties)

        context = Context(
            by=by,
            at=at,
            effective_at=effective,
            facts=tuple(self._answer(_at(ask, effective), plan, seen) for ask in decider.asks(command)),
            seal=seal,
            ballots=lambda box: _waiting(box, plan, self.store),
        )
        state = view if decider.category in _IN_VIEW else matter.state
        answer = decider.decide(command, state, context)
        if isinstance(answer, Refusal):
            raise Refused(answer)
        decision = answer if isinstance(answer, Decision) else Decision(tuple(answer))
        parties = matter.parties.copy()
        for event in decision.events:
            if refusal := authorise(event, by, at, plan.under(known.state), parties, stream):
                raise Refused(refusal)  # and with it the whole plan
            plan.take(event, effective)
            parties.apply(event, by, at)
        if hidden:
            raise Refused(_no_matter(stream, by))
        state = matter.state
        for event in decision.events:
            draft = Draft(stream, event, effective)
            place = (log, len(plan.drafts), matter.version + 1)
            if decider.category not in _IN_VIEW:
                state = decider.evolve(state, _tentative(draft, by, at, command_id, place))
            plan.drafts.append(draft)
            matter = _Matter(matter.version + 1, state, parties)
        plan.states[stream] = matter
        plan.deposits = [item for item in plan.deposits if item.box not in decision.empties]
        plan.deposits.extend(decision.deposits)
        plan.empties.extend(decision.empties)

    def _first_refusal(
        self,
        kinds: Sequence[type[Event]],
        by: Actor,
        at: datetime,
        view: AuthorityState,
        parties: Parties,
        stream: str,
        step: str | None = None,
    ) -> Refusal | None:
        """Why none of the events that a command may lead to is permitted; None if one is."""
        refusals = [may(kind, by, at, view, parties, stream, step) for kind in kinds]
        return None if None in refusals or not refusals else refusals[0]

    def run(self, manager: ProcessManager[Any], *, by: Actor, at: datetime) -> Ran:
        """Execute what follows by itself up to a moment, under an account of the process manager's own.

        What was issued before is recognised by its command id and not issued again.  A refusal by the rules
        is reported and does not stop the rest: the next run tries again.
        """
        at = _utc(at, manager.name)
        issued: list[Receipt] = []
        refused: list[tuple[Issue, Refusal]] = []
        proposals: list[Proposal] = []
        for item in follows(manager, self.history, at):
            if isinstance(item, Proposal):
                proposals.append(item)
                continue
            command_id = manager.command_id(item)
            if (known := self.store.receipt(command_id)) is not None:
                if not self._is_of(known, item):
                    refused.append((item, ID_TAKEN(command_id=command_id)))
                continue
            try:
                receipt = self.execute(
                    item.command, by=by, at=at, command_id=command_id, causation=item.cause
                )
            except Refused as refusal:
                refused.append((item, refusal.refusal))
                continue
            if not receipt.repeated:
                issued.append(receipt)
        return Ran(tuple(issued), tuple(refused), tuple(proposals))

    def _is_of(self, receipt: Receipt, issue: Issue) -> bool:
        """Whether what was recorded under an issue's id is that issue, and not somebody else's command."""
        record = next(self.store.read(receipt.first_position - 1, receipt.first_position))
        envelope = record.envelope
        return (envelope.command_type, envelope.causation) == (issue.command.stored_type, issue.cause)

    # --- reading -------------------------------------------------------------------------

    @property
    def history(self) -> History:
        """The whole log, for reading; `History.as_of` narrows it."""
        return History(self.store, self.model.registry)

    def state(self, stream: str, *, effective: datetime | None = None, known: datetime | None = None) -> Any:
        """The state of an aggregate, now or as of a moment on either clock."""
        decider = self.model.decider(stream)
        if effective is None and known is None:
            return self._refresh().state.copy() if stream in _IN_VIEW else self._load(stream).state
        history = self.history.as_of(effective=effective, known=known)
        if stream not in _IN_VIEW:
            return history.state(decider, stream)
        view = AuthorityState()  # it is folded from the streams of all foundations
        for foundation in FOUNDATIONS:
            for record in history.stream(foundation):
                view.apply(read_event(record, self.model.registry).event, record.envelope.effective_at)
        return view

    def fact(self, fact: str, stream: str, **arguments: Any) -> Any:
        """A fact that an aggregate answers, such as ``organisation.members``."""
        return self._answer(Ask(fact, stream, arguments), _Plan())

    def told(self, by: Actor, at: datetime, fact: str, stream: str, arguments: Mapping[str, Any]) -> Any:
        """A fact as an actor may learn it: of a matter that they may not see, as if it did not exist."""
        _check(by)
        moment, view = _utc(at, "told"), self._refresh().state

        def seen(parties: Parties) -> bool:
            return may_see(by, moment, view, parties)

        return self._answer(Ask(fact, stream, arguments), _Plan(), seen)

    def allowed(self, by: Actor, at: datetime, stream: str | None = None) -> tuple[Permission, ...]:
        """Which commands are open to an actor, and why the others are not.

        Covers one matter, or every matter that the actor may see, and the commands that begin a new one.
        Matters that the actor may not see are answered as if they did not exist.
        """
        _check(by)
        at = _utc(at, "allowed")
        view = self._refresh().state
        found: list[Permission] = []
        if stream is not None:
            streams: Sequence[str] = (stream,)
        else:
            known = dict.fromkeys(name for name in FOUNDATIONS if name in self.model.by_category)
            known |= {record.envelope.stream: None for record in self.store.read()}
            streams = [*known, *(f"{name}/" for name in self.model.by_category if name not in FOUNDATIONS)]
        for name in streams:
            decider = self.model.decider(name)
            matter = self._load(name) if not name.endswith("/") else _Matter(0, decider.initial(), Parties())
            visible = may_see(by, at, view, matter.parties) or decider.category in FOUNDATIONS
            if matter.version and not visible:
                if stream is None:
                    continue
                matter = _Matter(0, decider.initial(), Parties())
            found += self._permissions(decider, name, matter, by, at, view)
        return tuple(found)

    def _permissions(
        self,
        decider: Decider[Any],
        stream: str,
        matter: _Matter,
        by: Actor,
        at: datetime,
        view: AuthorityState,
    ) -> list[Permission]:
        state = view if decider.category in _IN_VIEW else matter.state
        closed = decider.closed(state)
        found = []
        for command in decider.commands:
            name = command.stored_type
            kinds, parties = decider.yields[name], matter.parties
            stepwise = "step" in command.model_fields and any(kind.step_field for kind in kinds)
            for step in parties.steps if stepwise and parties.steps else (None,):
                refusal = self._first_refusal(kinds, by, at, view, parties, stream, step)
                shut = closed.get(name if step is None else f"{name}/{step}")
                found.append(Permission(name, stream, refusal or shut, step))
        return found

    def sees(self, by: Actor, at: datetime, stream: str) -> bool:
        """Whether an actor may know of a matter; never of one that does not exist."""
        _check(by)
        matter = self._load(stream)
        return bool(matter.version) and may_see(by, _utc(at, "sees"), self._refresh().state, matter.parties)

    def reveal(self, sealed: Sealed) -> str | Withheld:
        """The personal value behind a commitment, or why it is not to be had.

        An opening that does not open its commitment counts as not supplied: a swapped value is never shown.
        """
        opening = self.openings.get(sealed)
        if isinstance(opening, Withheld):
            return opening
        return opening.value if opening.opens(sealed) else Withheld("not-supplied")

    # --- inside --------------------------------------------------------------------------

    def _refresh(self) -> _View:
        """The authority view, up to date.  What was handed out before is never changed: threads share it."""
        seen = self._seen
        state, versions = seen.state, dict(seen.versions)
        for stream in FOUNDATIONS:
            for record in self.store.read_stream(stream, versions[stream]):
                if state is seen.state:
                    state = state.copy()
                recorded = read_event(record, self.model.registry)
                state.apply(recorded.event, record.envelope.effective_at)
                versions[stream] = record.envelope.version
        if state is not seen.state:
            self._seen = seen = _View(state, versions)
        return seen

    def _load(self, stream: str) -> _Matter:
        decider = self.model.decider(stream)
        matter = self._matters.get(stream)
        if matter is None:
            matter = _Matter(0, decider.initial(), Parties())
        version, state, parties = matter.version, matter.state, matter.parties
        for record in self.store.read_stream(stream, version):
            recorded = read_event(record, self.model.registry)
            if decider.category not in _IN_VIEW:
                state = decider.evolve(state, recorded)
            parties = parties.copy()
            parties.apply(recorded.event, record.envelope.actor, record.envelope.recorded_at)
            version = record.envelope.version
        matter = _Matter(version, state, parties)
        self._matters[stream] = matter
        return matter

    def _matter(self, stream: str, plan: _Plan) -> _Matter:
        if stream in plan.states:
            return plan.states[stream]
        matter = self._load(stream)
        plan.expected.setdefault(stream, matter.version)
        plan.states[stream] = matter
        return matter

    def _answer(self, ask: Ask, plan: _Plan, seen: Callable[[Parties], bool] | None = None) -> Any:
        """A fact of another stream.  Whoever may not see the matter is answered as if it did not exist;
        so is whoever names a stream of another category than the one that answers."""
        if ask.fact not in self.model.facts:
            if ask.optional:
                return None
            raise InvalidDefinition(
                Fault(ask.fact, "No aggregate of this model answers this.", "Check the model.")
            )
        owner, answer = self.model.facts[ask.fact]
        if ask.stream.partition("/")[0] != owner.category:
            return answer(owner.initial(), **ask.arguments)
        matter = self._matter(ask.stream, plan)
        hidden = seen is not None and owner.category not in FOUNDATIONS and not seen(matter.parties)
        return answer(owner.initial() if hidden else matter.state, **ask.arguments)


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


def _waiting(box: str, plan: _Plan, store: EventStore) -> Sequence[Mapping[str, str]]:
    """The ballots in a box as a command finds it that follows others in one batch: stores empty first."""
    stored = () if box in plan.empties else store.ballots(box)
    added = [item.ballot for item in plan.deposits if item.box == box]
    return sorted([*stored, *added], key=lambda ballot: canonical_bytes(dict(ballot)))


def _no_matter(stream: str, by: Actor) -> Refusal:
    return UNKNOWN_MATTER(stream=stream, account=by.account)


def _tenant(commands: Sequence[Command]) -> str:
    first = commands[0]
    if isinstance(first, OpenLog):
        return first.tenant
    raise InvalidCommand(
        Fault(
            first.stored_type,
            "The log has not been opened yet.",
            "Execute log.open first; it names the tenant.",
        )
    )


def _utc(moment: datetime, where: str) -> datetime:
    try:
        return in_utc(moment)
    except NotCanonical as error:
        raise InvalidCommand(replace(error.faults[0], where=where)) from None


def _check(
    by: Actor,
    command_id: str | None = None,
    causation: str | None = None,
    correlation: str | None = None,
    source: Source | None = None,
) -> None:
    """Refuse ids of another form before anything repeats them: somebody may have typed a name."""
    given = {
        "account": by.account,
        "capacity": by.capacity,
        "person": by.person,
        "delegate_of": by.delegate_of,
        "command.id": command_id,
        "causation": causation,
        "correlation": correlation,
        "source.batch": None if source is None else source.batch,
        "source.line": None if source is None else source.line,
    }
    if faults := misfits({key: value for key, value in given.items() if value is not None}):
        raise InvalidCommand(faults)
