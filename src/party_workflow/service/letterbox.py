"""The view and the voice of who brought a protected case: by receipt, without an account that names them.

What the view shows is about the case and about who asked for their identity.  Of those whom the case concerns
it shows nothing, not even that they were notified or answered: two cases that differ in that only give the
same view.  That something is under appeal is a state and shows, and not who appealed.

What is sent by letter is recorded by a service account in a role.  So the log shows that it came by letter,
and not from whom; that a receipt was checked, the service answers for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from party_workflow.codec import Command
from party_workflow.errors import Refused
from party_workflow.personal import Sealed, Withheld
from party_workflow.service.receipts import NOT_BY_LETTER, NOT_PROVED, CaseReceipt
from party_workflow.service.workflow import Workflow
from party_workflow.store import Actor, Envelope, Receipt, read_event

BY_LETTER: Final = frozenset(
    {"case.contest", "case.appeal", "case.confirm", "case.escalate", "case.withdraw"}
)
"""The commands that whoever brought a case may give by letter."""

_OF_OTHERS: Final = frozenset({"notify", "reply"})
"""Moves to and by those whom the case concerns."""


@dataclass(frozen=True, slots=True)
class StateEntered:
    """A state that the case came to.  `at` is when it was recorded, here and below."""

    state: str
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """That the case has come in was told by a channel."""

    channel: str
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to whoever brought the case; its text, or why it is not to be had."""

    channel: str
    text: str | Withheld
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class DueSet:
    """Something is due, or due at another moment than before: by `due` in place of `previous`.

    `clock` is the clock of the kind, None where the moment was set by hand; `run` counts its runs from 1.
    """

    clock: str | None
    run: int | None
    due: datetime
    previous: datetime | None
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class IdentityAsked:
    """What was done about the identity: ``requested``, ``granted``, ``refused`` or ``opened``, and by whom.

    `ground` is a code; `reason` what was said with the request.  Opening one cites no ground of its own.
    """

    what: str
    request: int
    person: str
    delegate_of: str | None
    capacity: str
    ground: str | None
    reason: str | Withheld | None
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class ComplainantView:
    """A protected case as whoever brought it may see it, in the order of the log."""

    stream: str
    kind: str
    states: tuple[StateEntered, ...]
    acknowledged: tuple[Acknowledged, ...]
    answers: tuple[Answered, ...]
    due: tuple[DueSet, ...]
    identity: tuple[IdentityAsked, ...]

    @property
    def state(self) -> str:
        """The state that it came to last, as far as it is shown."""
        return self.states[-1].state


class Letterbox:
    """Takes receipts, shows what they are good for, and passes on what their bearers say.

    `by` is the service's own account in a role that carries the duties of what it passes on and, as the
    cases are protected, ``case.custody``.  Nobody should hold that role in person.
    """

    def __init__(self, workflow: Workflow, by: Actor) -> None:
        self._workflow = workflow
        self._by = by

    def view(self, receipt: CaseReceipt) -> ComplainantView:
        """The case of a receipt.  Raises `Refused` where it is none, not saying whether there is a case."""
        self._check(receipt)
        return _view(self._workflow, receipt.stream)

    def post(self, receipt: CaseReceipt, command: Command, *, at: datetime, command_id: str) -> Receipt:
        """Execute what whoever brought the case says: contest, appeal, confirm, escalate or withdraw.

        Raises `Refused` where the receipt is none of that case or the command none of these, and all that
        `Workflow.execute` raises.
        """
        if command.stored_type not in BY_LETTER or getattr(command, "party", None) == "respondent":
            raise Refused(NOT_BY_LETTER(command=command.stored_type))
        self._check(receipt)
        if command.stream != receipt.stream:
            raise Refused(NOT_PROVED())
        return self._workflow.execute(command, by=self._by, at=at, command_id=command_id)

    def _check(self, receipt: CaseReceipt) -> None:
        if not self._workflow.proves(receipt):
            raise Refused(NOT_PROVED())


def _view(workflow: Workflow, stream: str) -> ComplainantView:
    kind, hidden = "", frozenset[str]()
    states: list[StateEntered] = []
    acknowledged: list[Acknowledged] = []
    answers: list[Answered] = []
    due: list[DueSet] = []
    identity: list[IdentityAsked] = []
    for record in workflow.store.read_stream(stream):
        event: Any = read_event(record, workflow.model.registry).event
        envelope = record.envelope
        when = (envelope.recorded_at, envelope.event_id)
        if getattr(type(event), "move", None) in _OF_OTHERS:
            continue
        if (state := getattr(event, "state", None)) and (not states or states[-1].state != state):
            states.append(StateEntered(state, *when))
        match event.stored_type:
            case "case.opened":
                kind, hidden = event.kind, frozenset(_clocks_of_others(event.body))
            case "case.acknowledged":
                acknowledged.append(Acknowledged(event.channel, *when))
            case "case.requester_answered":
                answers.append(Answered(event.channel, workflow.reveal(event.answer), *when))
            case "case.identity_requested" | "case.identity_decided" | "case.identity_opened":
                identity.append(_asked(workflow, event, envelope))
            case _:
                pass
        moment = getattr(event, "due", None)
        clock = getattr(event, "clock", None)
        if moment is not None and clock not in hidden and event.stored_type != "case.reminded":
            previous = getattr(event, "previous", None)
            due.append(DueSet(clock, getattr(event, "run", None), moment, previous, *when))
    return ComplainantView(
        stream, kind, tuple(states), tuple(acknowledged), tuple(answers), tuple(due), tuple(identity)
    )


def _clocks_of_others(body: Any) -> Iterable[str]:
    """The clocks of a kind that run for those whom the case concerns: for their notice or their answer."""
    theirs = set(_OF_OTHERS)
    for move in body["lifecycle"]["moves"]:
        if move["code"] in _OF_OTHERS:
            theirs |= {move["dest"]} - {*move["sources"]}
    for code, clock in body.get("clocks", {}).items():
        if theirs.intersection((*clock.get("starts", ()), *clock.get("stops", ()))):
            yield code


def _asked(workflow: Workflow, event: Any, envelope: Envelope) -> IdentityAsked:
    what = event.stored_type.removeprefix("case.identity_")
    if what == "decided":
        what = "granted" if event.granted else "refused"
    reason = getattr(event, "reason", None)
    return IdentityAsked(
        what=what,
        request=event.request,
        person=envelope.person,
        delegate_of=envelope.delegate_of,
        capacity=envelope.capacity,
        ground=getattr(event, "ground", None),
        reason=workflow.reveal(reason) if isinstance(reason, Sealed) else None,
        at=envelope.recorded_at,
        event_id=envelope.event_id,
    )
