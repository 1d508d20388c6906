"""The facade itself: every way in, and every way of reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from party_workflow.authority import FOUNDATIONS, UNKNOWN_MATTER, Parties, may, may_see
from party_workflow.canonical import time_text
from party_workflow.codec import Command, command_digest, personal_values
from party_workflow.decider import Ask
from party_workflow.errors import (
    CommandIdConflict,
    Fault,
    InvalidCommand,
    InvalidInput,
    Refusal,
    Refused,
    VersionConflict,
)
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.personal import (
    Identities,
    Opening,
    Openings,
    Personal,
    Salts,
    Sealed,
    Withheld,
    commitments,
)
from party_workflow.processes import ID_TAKEN, Issue, ProcessManager, Proposal, Ran, follows
from party_workflow.service.apart import apart
from party_workflow.service.deciding import Plan, decide
from party_workflow.service.given import check, check_commands, tenant_of, utc
from party_workflow.service.keeping import Keeping
from party_workflow.service.permissions import Permission, permissions
from party_workflow.service.reading import IN_VIEW, Matter, Reading
from party_workflow.service.receipts import HANDED_OUT, NOBODY_SEALED, NOT_TAKEN_IN, CaseReceipt
from party_workflow.service.seen import Seen
from party_workflow.store import Actor, Append, EventStore, MemoryStore, Receipt, Source

ATTEMPTS: Final = 16
"""How often a decision is taken again when somebody else was faster, before giving up."""


def _no_salts(command_id: str, place: str) -> bytes:
    raise InvalidCommand(
        Fault(
            f"command {command_id}",
            # Not the whole place: it names whom the value is about.
            f"It carries a personal value ({place.rpartition('/')[2]}) and there is no source of salts.",
            "Pass salts=random_salts from party_workflow_adapters.chance.",
        )
    )


class Workflow:
    """Execute commands on a log and read from it.

    One instance may be used by several threads if the store may; it caches folded states and reads only
    what is new.  Several instances and processes may share a store: every append states the versions that
    its decision read, and is decided again when one has moved on.

    `salts` and `openings` go together: with a source of salts personal values are taken in, and their
    openings have to be kept as durably as the log, or every name is lost with the process.  `identities` is
    the vault, a store of its own for who asked not to be named: a durable log takes none in without it.
    """

    def __init__(
        self,
        store: EventStore,
        model: Model,
        *,
        openings: Openings | None = None,
        identities: Identities | None = None,
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
        self._keeping = Keeping(model, openings, identities, durable=not isinstance(store, MemoryStore))
        self.openings: Openings = self._keeping.openings
        self.identities: Identities = self._keeping.identities
        self._salts = salts
        self._reading = Reading(store, model)
        self._seen: tuple[tuple[Actor, datetime, int], Seen] | None = None

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

        Raises `Refused` if the rules do not permit it, `InvalidInput` for what is no command or no actor and
        for a time that runs backwards, `CommandIdConflict` for an id used otherwise, `VersionConflict` after
        `ATTEMPTS` lost races.  In every such case nothing is recorded.
        """
        check(by, command_id, causation, correlation, source)
        check_commands(commands, command_id)
        at = utc(at, f"command {command_id}")
        effective = at if effective_at is None else utc(effective_at, f"command {command_id}")
        digest = self._digest(commands, by, effective_at)
        name = commands[0].stored_type if len(commands) == 1 else "together"
        if self._reading.refresh().state.tenant is None:
            tenant_of(commands)
        kept: dict[str, Opening] = {}
        try:
            for attempt in range(1, ATTEMPTS + 1):
                if (known := self.store.receipt(command_id)) is not None:
                    receipt = replace(known, repeated=True)
                    break
                plan = Plan()
                try:
                    reading, salts = self._reading, self._salts
                    for index, command in enumerate(commands):
                        decide(
                            command, plan, reading, salts, by, at, effective, command_id, index, self.binds
                        )
                    if refusal := apart(plan.touched):
                        raise Refused(refusal)
                except Refused:
                    # The same command may have been recorded in between, and be refused because of itself.
                    if (known := self.store.receipt(command_id)) is None:
                        raise
                    receipt = replace(known, repeated=True)
                    break
                if plan.openings:
                    kept |= {opening.commitment: opening for opening in plan.openings}
                    self._keeping.put(plan.openings)
                try:
                    receipt = self.store.append(
                        Append(
                            log=plan.view.tenant or tenant_of(commands),
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
            self._keeping.discard(gone)

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
        given = [personal for command in commands for personal in personal_values(command)]
        if given:
            bound = self._bound(known)
            openings = self._keeping.of_command(known.command_id)
            # As `Personal`, which a traceback that shows variables does not repeat.
            held = [Personal(opening.value) for opening in openings if opening.commitment in bound]
            # With fewer openings than values something was erased, and what is left cannot be compared.
            if len(held) >= len(given) and set(held) != set(given):
                raise CommandIdConflict(known.command_id)
        return known

    def run(self, manager: ProcessManager[Any], *, by: Actor, at: datetime) -> Ran:
        """Execute what follows by itself up to a moment, under an account of the process manager's own.

        It goes by what the account may see: of a matter that is kept from it nothing follows.
        What was issued before is recognised by its command id and not issued again.  A refusal by the rules
        is reported and does not stop the rest: the next run tries again.
        """
        at = utc(at, manager.name)
        issued: list[Receipt] = []
        refused: list[tuple[Issue, Refusal]] = []
        proposals: list[Proposal] = []
        seen = self.seen_by(by, at)
        for item in follows(manager, seen, at):
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

    def seen_by(self, by: Actor, at: datetime) -> History:
        """The log as an actor may see it at a moment: matters that they may not see do not stand in it.

        Who may see a matter is told from its parties as of the end of the log.  A view and no evidence: see
        `party_workflow.service.seen`.
        """
        check(by)
        moment, view = utc(at, "seen_by"), self._reading.refresh().state

        def visible(parties: Parties) -> bool:
            return may_see(by, moment, view, parties, self.binds)

        asked = (by, moment, self.store.head().position)
        last = self._seen  # process managers ask for the same view one after another
        if last is None or last[0] != asked:
            made = Seen(self.store, lambda stream: self._reading.load(stream).parties, visible)
            self._seen = last = (asked, made)
        return History(last[1], self.model.registry)

    def state(self, stream: str, *, effective: datetime | None = None, known: datetime | None = None) -> Any:
        """The state of an aggregate, now or as of a moment on either clock."""
        self.model.decider(stream)  # raises where there is none
        if effective is None and known is None:
            reading = self._reading
            return reading.refresh().state.copy() if stream in IN_VIEW else reading.load(stream).state
        return self._reading.as_of(stream, self.history.as_of(effective=effective, known=known))

    def fact(self, fact: str, stream: str, **arguments: Any) -> Any:
        """A fact that an aggregate answers, such as ``organisation.members``."""
        return self._reading.answer(Ask(fact, stream, arguments), self._reading.load)

    def told(self, by: Actor, at: datetime, fact: str, stream: str, arguments: Mapping[str, Any]) -> Any:
        """A fact as an actor may learn it: of a matter that they may not see, as if it did not exist."""
        check(by)
        moment, view = utc(at, "told"), self._reading.refresh().state

        def seen(parties: Parties) -> bool:
            return may_see(by, moment, view, parties, self.binds)

        return self._reading.answer(Ask(fact, stream, arguments), self._reading.load, seen)

    def allowed(self, by: Actor, at: datetime, stream: str | None = None) -> tuple[Permission, ...]:
        """Which commands are open to an actor, and why the others are not.

        Covers one matter, or every matter that the actor may see, and the commands that begin a new one.
        Matters that the actor may not see are answered as if they did not exist.
        """
        check(by)
        at = utc(at, "allowed")
        view = self._reading.refresh().state
        found: list[Permission] = []
        if stream is not None:
            streams: Sequence[str] = (stream,)
        else:
            known = dict.fromkeys(name for name in FOUNDATIONS if name in self.model.by_category)
            known |= {record.envelope.stream: None for record in self.store.read()}
            streams = [*known, *(f"{name}/" for name in self.model.by_category if name not in FOUNDATIONS)]
        for name in streams:
            decider = self.model.decider(name)
            matter = Matter.unbegun(decider) if name.endswith("/") else self._reading.load(name)
            visible = may_see(by, at, view, matter.parties, self.binds) or decider.category in FOUNDATIONS
            if matter.version and not visible:
                if stream is None:
                    continue
                matter = Matter.unbegun(decider)
            found += permissions(decider, name, matter, by, at, view, self.binds)
        return tuple(found)

    def sees(self, by: Actor, at: datetime, stream: str) -> bool:
        """Whether an actor may know of a matter; never of one that does not exist."""
        check(by)
        matter, view = self._reading.load(stream), self._reading.refresh().state
        return bool(matter.version) and may_see(by, utc(at, "sees"), view, matter.parties, self.binds)

    def binds(self, sealed: Sealed, person: str) -> bool | None:
        """Whether an identity in the vault is that of a person; None where its opening is not at hand."""
        return self._keeping.binds(sealed, person)

    def reveal(self, sealed: Sealed) -> str | Withheld:
        """The personal value behind a commitment, or why it is not to be had.

        An opening that does not open its commitment counts as not supplied: a swapped value is never shown.
        What is in the vault is ``not-permitted`` to everybody: see `identity`.
        """
        return self._keeping.reveal(sealed)

    # --- identities ----------------------------------------------------------------------

    def identity(self, stream: str, by: Actor, at: datetime) -> str | Withheld:
        """Who brought a protected case, for a person to whom a decision in the log has opened it (R-146).

        ``not-permitted`` to everybody else.  Raises `Refused` for a matter that the actor may not see, in the
        words for one that does not exist, and for whom the opening would be refused by now.
        """
        matter, view = self._met(stream, by, at), self._reading.refresh().state
        opened = self.model.registry.events.get(f"{stream.partition('/')[0]}.identity_opened")
        sealed = _complainant(matter)
        if opened is None or sealed is None or not matter.state.opened_for(by.person):
            return Withheld("not-permitted")
        if refusal := may(opened, by, utc(at, stream), view, matter.parties, stream, binds=self.binds):
            raise Refused(refusal)
        found = self._keeping.identity(sealed)
        return found.value if isinstance(found, Opening) else found

    def receipt_of(self, stream: str, by: Actor, at: datetime) -> CaseReceipt:
        """The receipt of a protected case for whoever brought it, from the actor who took it in, and once.

        With it they see their case and speak in it (`party_workflow.service.letterbox`).  Raises `Refused`
        for any other actor, for a case without a sealed complainant, and when it was handed out before.
        """
        matter = self._met(stream, by, at)
        opening = next(self.store.read_stream(stream))
        if opening.envelope.actor != by:
            raise Refused(NOT_TAKEN_IN(stream=stream))
        sealed = _complainant(matter)
        # What does not open the commitment is nobody's receipt, and may be the name of somebody else.
        if sealed is None or isinstance(self._keeping.identity(sealed), Withheld):
            raise Refused(NOBODY_SEALED(stream=stream))
        found = self.identities.hand_out(sealed)
        if isinstance(found, Withheld):
            reason = HANDED_OUT if found.reason == "not-permitted" else NOBODY_SEALED
            raise Refused(reason(stream=stream))
        return CaseReceipt(stream, found.salt, found.value)

    def proves(self, receipt: CaseReceipt) -> bool:
        """Whether a receipt is that of the case it names.  It is, also when the identity has been erased."""
        category = receipt.stream.partition("/")[0]
        if category not in self.model.by_category or not receipt.well_formed:
            return False
        sealed = _complainant(self._reading.load(receipt.stream))
        tenant = self._reading.refresh().state.tenant
        if sealed is None or tenant is None:
            return False
        return any(receipt.opens(sealed, tenant, field) for field in self._keeping.fields)

    def erase(self, subject: str) -> int:
        """Delete every opening about a subject, of the vault too; returns how many, those of the vault apart.

        How many cases somebody brought without being named is told to nobody.
        """
        return self._keeping.erase(subject)

    def erase_identity(self, stream: str) -> bool:
        """Delete who brought a protected case, and nothing else; whether that was at hand.

        The log stays as it is, byte for byte.  Whoever kept the receipt can still prove that it was they.
        """
        sealed = _complainant(self._reading.load(stream))
        return sealed is not None and self._keeping.shred(sealed)

    def _met(self, stream: str, by: Actor, at: datetime) -> Matter:
        """A matter that the actor may see.  Raises `Refused` in the words for one that does not exist."""
        check(by)
        matter, view = self._reading.load(stream), self._reading.refresh().state
        if not matter.version or not may_see(by, utc(at, stream), view, matter.parties, self.binds):
            raise Refused(UNKNOWN_MATTER(stream=stream, account=by.account))
        return matter


def _complainant(matter: Matter) -> Sealed | None:
    sealed = getattr(matter.state, "complainant", None)
    return sealed if isinstance(sealed, Sealed) else None
