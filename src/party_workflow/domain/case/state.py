"""What a case has come to: its state, and how each event changes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, assert_never

from party_workflow.domain.case.events import (
    CaseAccepted,
    CaseAcknowledged,
    CaseClosed,
    CaseContested,
    CaseDecided,
    CaseEvent,
    CaseMove,
    CaseOpened,
    CaseRefused,
    CaseReopened,
    CaseWithdrawn,
    DueExtended,
    InvestigatorAssigned,
    RectificationReported,
    RequesterAnswered,
    RespondentNotified,
    RespondentReplied,
    ResponsibleAssigned,
    VerificationFailed,
    VerificationPassed,
)
from party_workflow.domain.case.kind import CaseKind, read_kind
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.personal import Sealed
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class Notice:
    """The latest notice to a person concerned: by when to answer, and the answer if there is one."""

    person: str
    reply_by: datetime
    substance: Sealed
    reply: Sealed | None = None


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in brief, as others may cite it.

    `due` is what stands, `original_due` what stood before any extension.  `failed_verifications`, `contested`
    and `reopened` count over the whole case; `outcome` and `answered` lapse when the case is reopened.
    """

    stream: str
    kind: str
    unit: str
    state: str
    final: bool
    confidential: bool
    due: datetime | None
    original_due: datetime | None
    responsible: str | None
    outcome: str | None
    answered: bool
    failed_verifications: int
    contested: int
    reopened: int
    withdrawn: bool
    source: str | None
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """Everything recorded of one case.  Before the opening `kind` is None."""

    stream: str = ""
    kind: CaseKind | None = None
    definition: str = ""
    unit: str = ""
    confidential: bool = False
    state: str = ""
    substance: Sealed | None = None
    requester: str | None = None
    complainant: Sealed | None = None
    concerns: tuple[str, ...] = ()
    responsible: str | None = None
    investigator: str | None = None
    source: str | None = None
    classes: tuple[str, ...] = ()
    due: datetime | None = None
    original_due: datetime | None = None
    serves: tuple[Serves, ...] = ()
    notices: tuple[Notice, ...] = ()
    outcome: str | None = None
    ground: Sealed | None = None
    answers: tuple[Sealed, ...] = ()
    answered: bool = False
    failed_verifications: int = 0
    contested: int = 0
    reopened: int = 0
    withdrawn: bool = False

    def notice(self, person: str) -> Notice | None:
        """The latest notice to a person, None before the first and after a reopening."""
        return next((notice for notice in self.notices if notice.person == person), None)

    @property
    def final(self) -> bool:
        """Whether the case is finished."""
        return self.kind is not None and self.state in self.kind.table.finals

    def work(self) -> Work | None:
        """The case as others may cite it: done when it is finished otherwise than by being withdrawn.

        Those who take part in a confidential case are not named.  None for a case never opened.
        """
        if self.kind is None:
            return None
        people = {*self.concerns, self.requester, self.responsible} - {None}
        return Work(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.unit,
            state=self.state,
            done=self.final and not self.withdrawn,
            serves=self.serves,
            people=frozenset() if self.confidential else frozenset(p for p in people if p is not None),
        )

    def summary(self) -> CaseSummary | None:
        """The case in brief; None for one never opened."""
        if self.kind is None:
            return None
        return CaseSummary(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.unit,
            state=self.state,
            final=self.final,
            confidential=self.confidential,
            due=self.due,
            original_due=self.original_due,
            responsible=self.responsible,
            outcome=self.outcome,
            answered=self.answered,
            failed_verifications=self.failed_verifications,
            contested=self.contested,
            reopened=self.reopened,
            withdrawn=self.withdrawn,
            source=self.source,
            classes=self.classes,
        )


def evolve(state: Case, recorded: Recorded) -> Case:
    """The case after one more event."""
    event = recorded.event
    assert isinstance(event, CaseEvent)
    if isinstance(event, CaseOpened):
        return _opened(event, recorded.envelope.stream)
    return replace(_changed(state, event), state=event.state)


def _opened(event: CaseOpened, stream: str) -> Case:
    return Case(
        stream=stream,
        kind=read_kind(event.body),
        definition=event.definition,
        unit=event.unit,
        confidential=event.confidential,
        state=event.state,
        substance=event.substance,
        requester=event.requester,
        complainant=event.complainant,
        concerns=event.concerns,
        responsible=event.responsible,
        source=event.source,
        classes=event.classes,
        due=event.due,
        original_due=event.due,
        serves=event.serves,
    )


def _changed(state: Case, event: CaseEvent) -> Case:
    match event:
        case CaseAcknowledged() | CaseAccepted() | CaseRefused() | CaseClosed():
            return state
        case VerificationPassed() | RectificationReported():
            return state
        case ResponsibleAssigned():
            return replace(_falling_due(state, event.due), responsible=event.responsible)
        case InvestigatorAssigned():
            return replace(_falling_due(state, event.due), investigator=event.investigator)
        case DueExtended():
            return replace(state, due=event.due, original_due=event.original)
        case RespondentNotified():
            others = (notice for notice in state.notices if notice.person != event.person)
            return replace(state, notices=(*others, Notice(event.person, event.reply_by, event.substance)))
        case RespondentReplied():
            notices = (
                replace(notice, reply=event.reply) if notice.person == event.person else notice
                for notice in state.notices
            )
            return replace(state, notices=tuple(notices))
        case CaseDecided():
            return replace(state, outcome=event.outcome, ground=event.ground)
        case RequesterAnswered():
            return replace(state, answers=(*state.answers, event.answer), answered=True)
        case VerificationFailed():
            return replace(state, failed_verifications=state.failed_verifications + 1)
        case CaseContested():
            return replace(state, contested=state.contested + 1, answered=False)
        case CaseReopened():
            return replace(
                state,
                reopened=state.reopened + 1,
                withdrawn=False,
                notices=(),
                outcome=None,
                ground=None,
                answered=False,
                due=None,
                original_due=None,
            )
        case CaseWithdrawn():
            return replace(state, withdrawn=True)
        case CaseOpened():
            return state
        case _:
            assert_never(event)


def _falling_due(state: Case, due: datetime | None) -> Case:
    return state if due is None else replace(state, due=due, original_due=due)


# --- for the auditor -------------------------------------------------------------------------

DEPARTED: Final = Reason(
    "case.departed",
    "Event {number} is said to lead to {state}; by the lifecycle it leads to {expected}.",
    "Look at how it came into the log: no command writes it.",
)


def departure(events: Sequence[CaseEvent]) -> Refusal | None:
    """Where the events of a case (the opening first) depart from its lifecycle; None if nowhere."""
    opening, *moves = events
    if not isinstance(opening, CaseOpened):
        return DEPARTED(number=1, state=opening.state, expected="an opening")
    table = read_kind(opening.body).table
    if opening.state != table.initial:
        return DEPARTED(number=1, state=opening.state, expected=table.initial)
    return _first(table.initial, moves, opening)


def _first(state: str, moves: Iterable[CaseEvent], opening: CaseOpened) -> Refusal | None:
    table = read_kind(opening.body).table
    for number, event in enumerate(moves, start=2):
        if not isinstance(event, CaseMove):
            return DEPARTED(number=number, state=event.state, expected="a move")
        step = table.step(state, event.move)
        if isinstance(step, Refusal):
            return step
        if step.dest != event.state:
            return DEPARTED(number=number, state=event.state, expected=step.dest)
        state = event.state
    return None
