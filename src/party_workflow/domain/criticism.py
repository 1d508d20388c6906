"""Criticism: what was said to whom at a life meeting, and what they answered; known to those who took part.

A stream belongs to one meeting that took place (民主生活会、组织生活会).  Each item names its critic, its
target, the hash of its text and what it says in short, sealed; the target answers it in person.  To criticise
oneself is an item as well, with critic and target the same.  Nobody but those who took part and custodians
learns that there is anything (R-053).  The text stays outside the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Final, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Digest, Flag, Key, PersonId, UnitId

CATEGORY: Final = "criticism"

# --- events ----------------------------------------------------------------------------------


class CriticismOpened(Event):
    """The record of a meeting's criticism was opened for those who took part.  It is always restricted."""

    stored_type: ClassVar[str] = "criticism.opened"
    requires: ClassVar[Requires] = Requires(duty="criticism.open")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("participant", "participants"),)
    unit_field: ClassVar[str | None] = "unit"
    confidential_field: ClassVar[str | None] = "restricted"

    unit: UnitId
    activity: Key
    participants: tuple[PersonId, ...]
    restricted: Flag
    serves: tuple[Serves, ...] = ()


class CriticismVoiced(Event):
    """One who took part criticised another, or themselves; `text` is the hash of what was said."""

    stored_type: ClassVar[str] = "criticism.voiced"
    requires: ClassVar[Requires] = Requires(duty="criticism.record", own=("critic",))

    item: Key
    critic: PersonId
    target: PersonId
    text: Digest
    summary: Sealed | None = None


class CriticismAnswered(Event):
    """The target answered an item.  An earlier answer stays on record."""

    stored_type: ClassVar[str] = "criticism.answered"
    requires: ClassVar[Requires] = Requires(own=("target",))

    item: Key
    target: PersonId
    stance: Code
    text: Digest | None = None
    summary: Sealed | None = None


class CriticismClosed(Event):
    """The record was closed; nothing is added to it."""

    stored_type: ClassVar[str] = "criticism.closed"
    requires: ClassVar[Requires] = Requires(duty="criticism.open")


CriticismEvent = CriticismOpened | CriticismVoiced | CriticismAnswered | CriticismClosed

# --- commands --------------------------------------------------------------------------------


class _CriticismCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class OpenCriticism(_CriticismCommand):
    """Open the record for a meeting that took place; who took part stands on its register."""

    stored_type: ClassVar[str] = "criticism.open"
    activity: Key
    serves: tuple[Serves, ...] = ()


class VoiceCriticism(_CriticismCommand):
    """Record an item: as the critic, or for them as whoever keeps the record."""

    stored_type: ClassVar[str] = "criticism.voice"
    item: Key
    critic: PersonId
    target: PersonId
    text: Digest
    summary: Personal | None = None


class AnswerCriticism(_CriticismCommand):
    """Answer an item as its target, with a stance (such as ``accepted``) and perhaps a text."""

    stored_type: ClassVar[str] = "criticism.answer"
    item: Key
    stance: Code
    text: Digest | None = None
    summary: Personal | None = None


class CloseCriticism(_CriticismCommand):
    """Close the record."""

    stored_type: ClassVar[str] = "criticism.close"


CriticismCommand = OpenCriticism | VoiceCriticism | AnswerCriticism | CloseCriticism

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "criticism",
    1,
    initial="open",
    final="closed",
    moves={"voice": "open -> open", "answer": "open -> open", "close": "open -> closed"},
)
TABLE: Final = lifecycle.compile(LIFECYCLE)
_MOVES: Final[Mapping[type[Command], str]] = {
    VoiceCriticism: "voice",
    AnswerCriticism: "answer",
    CloseCriticism: "close",
}

# --- refusal reasons, in order of precedence -------------------------------------------------

TAKEN: Final = Reason(
    "criticism.taken", "The record {key} was opened before.", "Choose a key that was never used."
)
UNKNOWN: Final = Reason("criticism.unknown", "There is no such record.", "Open it first, or check the key.")
NOT_HELD: Final = Reason(
    "criticism.not_held",
    "The activity {activity} has not taken place with anybody there.",
    "Record it as held first, or check the key.",
)
ITEM_TAKEN: Final = Reason(
    "criticism.item_taken", "There is an item {item} already.", "Give this one a key of its own."
)
NOT_THERE: Final = Reason(
    "criticism.not_there",
    "{person} did not take part in the meeting.",
    "Name those who stand on its register as present.",
)
UNKNOWN_ITEM: Final = Reason("criticism.unknown_item", "There is no item {item}.", "Check its key.")
REASONS: Final = (TAKEN, UNKNOWN, NOT_HELD, ITEM_TAKEN, NOT_THERE, UNKNOWN_ITEM)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Response:
    """What a target answered, and when."""

    stance: str
    at: datetime
    text: str | None = None
    summary: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What one said to another; every answer in order, none where it is not answered yet."""

    critic: str
    target: str
    text: str
    summary: Sealed | None = None
    answers: tuple[Response, ...] = ()


@dataclass(frozen=True, slots=True)
class Criticism:
    """The record of one meeting.  `status` is None before it is opened."""

    stream: str = ""
    status: str | None = None
    unit: str | None = None
    activity: str = ""
    participants: frozenset[str] = frozenset()
    serves: tuple[Serves, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The items that one said to another and that have no answer, sorted by key."""
        return tuple(
            key for key, item in sorted(self.items.items()) if item.critic != item.target and not item.answers
        )

    def work(self) -> Work | None:
        """The record as work, done when closed, counted by its items; None for one never opened."""
        if self.status is None:
            return None
        done = self.status in TABLE.finals
        return Work(
            self.stream,
            CATEGORY,
            self.unit,
            self.status,
            done,
            self.serves,
            self.participants,
            len(self.items),
        )


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Criticism, recorded: Recorded) -> Criticism:
    event, at = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, CriticismEvent)
    match event:
        case CriticismOpened():
            return Criticism(
                stream=recorded.envelope.stream,
                status=TABLE.initial,
                unit=event.unit,
                activity=event.activity,
                participants=frozenset(event.participants),
                serves=event.serves,
            )
        case CriticismVoiced():
            item = Item(event.critic, event.target, event.text, event.summary)
            return replace(state, items={**state.items, event.item: item})
        case CriticismAnswered():
            found = state.items.get(event.item)
            if found is None:  # as of a moment before it was voiced
                return state
            answer = Response(event.stance, at, event.text, event.summary)
            answered = replace(found, answers=(*found.answers, answer))
            return replace(state, items={**state.items, event.item: answered})
        case CriticismClosed():
            return replace(state, status="closed")
        case _:
            assert_never(event)


# --- decide ----------------------------------------------------------------------------------


def _asks(command: CriticismCommand) -> Sequence[Ask]:
    if isinstance(command, OpenCriticism):
        return (Ask("activity.work", f"activity/{command.activity}"),)
    return ()


def _decide(command: CriticismCommand, state: Criticism, context: Context) -> Answer:
    if (refusal := _closed(state).get(command.stored_type)) is not None:
        return refusal
    match command:
        case OpenCriticism():
            (meeting,) = context.facts
            if meeting is None or meeting.state != "held" or meeting.unit is None or not meeting.people:
                return NOT_HELD(activity=command.activity)
            return [
                CriticismOpened(
                    unit=meeting.unit,
                    activity=command.activity,
                    participants=tuple(sorted(meeting.people)),
                    restricted=True,
                    serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
                )
            ]
        case VoiceCriticism():
            return _voice(command, state, context)
        case AnswerCriticism():
            item = state.items.get(command.item)
            if item is None:
                return UNKNOWN_ITEM(item=command.item)
            return [
                CriticismAnswered(
                    item=command.item,
                    target=item.target,
                    stance=command.stance,
                    text=command.text,
                    summary=context.seal_given(command.summary, item.target, "criticism.answer"),
                )
            ]
        case CloseCriticism():
            return [CriticismClosed()]
        case _:
            assert_never(command)


def _voice(command: VoiceCriticism, state: Criticism, context: Context) -> Answer:
    if command.item in state.items:
        return ITEM_TAKEN(item=command.item)
    for person in (command.critic, command.target):
        if person not in state.participants:
            return NOT_THERE(person=person)
    return [
        CriticismVoiced(
            item=command.item,
            critic=command.critic,
            target=command.target,
            text=command.text,
            summary=context.seal_given(command.summary, command.target, "criticism.summary"),
        )
    ]


def _closed(state: Criticism) -> Mapping[str, Refusal | None]:
    if state.status is None:
        return {kind.stored_type: UNKNOWN() for kind in _MOVES}
    moves = {kind.stored_type: TABLE.closed(state.status, move) for kind, move in _MOVES.items()}
    return {OpenCriticism.stored_type: TAKEN(key=state.stream.partition("/")[2]), **moves}


# --- decider ---------------------------------------------------------------------------------


def _items(state: Criticism) -> Mapping[str, Item]:
    return state.items


DECIDER: Final[Decider[Criticism]] = Decider(
    category=CATEGORY,
    events=(CriticismOpened, CriticismVoiced, CriticismAnswered, CriticismClosed),
    commands=(OpenCriticism, VoiceCriticism, AnswerCriticism, CloseCriticism),
    initial=Criticism,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={"criticism.work": Criticism.work, "criticism.items": _items},
    closed=_closed,
    yields={
        OpenCriticism.stored_type: (CriticismOpened,),
        VoiceCriticism.stored_type: (CriticismVoiced,),
        AnswerCriticism.stored_type: (CriticismAnswered,),
        CloseCriticism.stored_type: (CriticismClosed,),
    },
    reasons=REASONS,
)
