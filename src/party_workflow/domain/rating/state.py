"""The state of a rating round: its lifecycle, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command
from party_workflow.domain.rating.commands import (
    CastBallot,
    CloseRating,
    CorrectRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    IssuePapers,
    Rate,
    VoidRating,
)
from party_workflow.domain.rating.events import (
    SELF,
    Channel,
    ChannelFixed,
    MarkHeld,
    MarkSettled,
    PaperConfirmed,
    PaperDiscarded,
    PaperEntered,
    PapersIssued,
    Rated,
    RatingClosed,
    RatingEvent,
    RatingOpened,
    RatingVoided,
    SelfRated,
    Voted,
)
from party_workflow.domain.rating.reasons import (
    K,
    V,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.store import Envelope, Recorded

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "rating",
    1,
    initial="open",
    final=("closed", "void"),
    moves={"rate": "open -> open", "close": "open -> closed", "void": "open -> void"},
)
TABLE: Final[Table] = lifecycle.compile(LIFECYCLE)

MOVES: Final[Mapping[type[Command], str]] = {
    Rate: "rate",
    CorrectRating: "rate",
    CastBallot: "rate",
    IssuePapers: "rate",
    EnterPaperBallots: "rate",
    DiscardPaperEntry: "rate",
    CloseRating: "close",
    VoidRating: "void",
}
OPEN_ONLY: Final = (Rate, CorrectRating)
BOX_ONLY: Final = (CastBallot,)
PAPER_ONLY: Final = (IssuePapers, EnterPaperBallots, DiscardPaperEntry)
SECRET_ONLY: Final = (CastBallot, IssuePapers, EnterPaperBallots, DiscardPaperEntry)


# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A grade that a rater gave in the open, and the event that says so."""

    grade: str
    event: str
    by: tuple[str, ...] = ()
    at: datetime | None = None
    standing: Literal["counts", "held", "dismissed"] = "counts"


@dataclass(frozen=True, slots=True)
class Batch:
    """Papers handed out together; `papers` came back (None before the first count)."""

    raters: frozenset[str]
    papers: int | None = None
    first: tuple[str, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many took part, of how many who could."""

    voted: int
    eligible: int


@dataclass(frozen=True, slots=True)
class BelowThreshold:
    """In place of a tally: fewer than `minimum` ballots were cast on the subject.  How many is not kept."""

    minimum: int


@dataclass(frozen=True, slots=True)
class UnderReview:
    """In place of a tally: marks on the subject are under independent review (R-148)."""

    marks: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a round says of one subject, never without how many took part of how many who could."""

    grades: Mapping[str, int] | BelowThreshold | UnderReview
    turnout: Turnout


@dataclass(frozen=True, slots=True)
class Rating:
    """A round.  `status` is None before it opens; `tally` None before it is counted."""

    stream: str = ""
    status: str | None = None
    kind: str = ""
    unit: str | None = None
    raters: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    grades: tuple[str, ...] = ()
    secret: bool = False
    minimum: int = 0
    closes: datetime | None = None
    rule: str | None = None
    serves: tuple[Serves, ...] = ()
    marks: Mapping[str, Mapping[str, Mark]] = field(default_factory=dict)
    voted: frozenset[str] = frozenset()
    batches: Mapping[str, Batch] = field(default_factory=dict)
    tally: Mapping[str, Mapping[str, int]] | None = None
    withheld: frozenset[str] = frozenset()
    channel: Channel = "any"
    reviewed: frozenset[tuple[str, str]] = frozenset()
    """The marks that are or were under review, by entry and person."""

    @property
    def turnout(self) -> Turnout:
        """Those who rated or voted, and the papers that came back, of all who could."""
        papers = sum(batch.papers or 0 for batch in self.batches.values() if batch.confirmed)
        return Turnout(len(self.participants) + papers, len(self.raters))

    @property
    def participants(self) -> frozenset[str]:
        """Those who are known to have rated or voted.  Who returned a paper is not known."""
        return self.voted | frozenset(self.marks)

    def holder(self, rater: str) -> str | None:
        """The batch of which somebody holds a paper."""
        return next((name for name, batch in self.batches.items() if rater in batch.raters), None)

    def targets(self, rater: str) -> frozenset[str]:
        """Whom somebody may rate in this round."""
        return self.subjects & {rater} if self.kind == SELF else self.subjects - {rater}

    def mark(self, entry: str, person: str) -> tuple[str, Mark] | None:
        """The rater and the mark that an entry gave a person; None where none of it stands."""
        return next(
            (
                (rater, marks[person])
                for rater, marks in self.marks.items()
                if person in marks and marks[person].event == entry
            ),
            None,
        )

    @property
    def held(self) -> tuple[tuple[str, str], ...]:
        """The marks under review, by rater and person."""
        return tuple(
            (rater, person)
            for rater, marks in self.marks.items()
            for person, mark in marks.items()
            if mark.standing == "held"
        )

    @property
    def complete(self) -> bool:
        """Whether nothing more can come."""
        if self.secret:
            return all(rater in self.voted or self.holder(rater) is not None for rater in self.raters)
        return all(self.targets(rater) == self.marks.get(rater, {}).keys() for rater in self.raters)


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Rating, recorded: Recorded) -> Rating:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, RatingEvent)
    match event:
        case RatingOpened():
            return Rating(
                stream=envelope.stream,
                status=TABLE.initial,
                kind=event.kind,
                unit=event.unit,
                raters=frozenset(event.raters),
                subjects=frozenset(event.subjects),
                grades=event.grades,
                secret=event.secret,
                minimum=event.minimum,
                closes=event.closes,
                rule=event.rule,
                serves=event.serves,
            )
        case ChannelFixed():
            return replace(state, channel=event.channel)
        case Rated():
            return _marked(state, event.rater, event.grades, envelope)
        case SelfRated():
            return _marked(state, event.rater, {event.rater: event.grade}, envelope)
        case Voted():
            return replace(state, voted=state.voted | {event.rater})
        case PapersIssued():
            batch = _batch(state, event.batch)
            return _batched(state, event.batch, replace(batch, raters=batch.raters | set(event.raters)))
        case PaperEntered():
            actor = envelope.actor
            first = (actor.person,) if actor.delegate_of is None else (actor.person, actor.delegate_of)
            batch = replace(_batch(state, event.batch), papers=event.papers, first=first)
            return _batched(state, event.batch, batch)
        case PaperConfirmed():
            return _batched(state, event.batch, replace(_batch(state, event.batch), confirmed=True))
        case PaperDiscarded():
            return _batched(state, event.batch, Batch(_batch(state, event.batch).raters))
        case RatingClosed():
            return replace(state, status="closed", tally=event.tally, withheld=frozenset(event.withheld))
        case RatingVoided():
            return replace(state, status="void")
        case MarkHeld():
            return _standing(state, event, "held")
        case MarkSettled():
            return _settled(state, event)
        case _:
            assert_never(event)


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def _standing(
    state: Rating, event: MarkHeld | MarkSettled, standing: Literal["counts", "held", "dismissed"]
) -> Rating:
    found = state.mark(event.entry, event.person)
    if found is None:
        return state
    rater, mark = found
    marks = {**state.marks[rater], event.person: replace(mark, standing=standing)}
    return replace(
        state, marks=_with(state.marks, rater, marks), reviewed=state.reviewed | {(mark.event, event.person)}
    )


def _settled(state: Rating, event: MarkSettled) -> Rating:
    """A mark counted before it was put aside comes out of the count where it is dismissed."""
    found = state.mark(event.entry, event.person)
    if found is None or found[1].standing != "held":
        return state
    state = _standing(state, event, "counts" if event.released else "dismissed")
    if event.released or state.tally is None or event.person not in state.tally:
        return state
    grades = state.tally[event.person]
    left = {**grades, found[1].grade: max(grades.get(found[1].grade, 0) - 1, 0)}
    return replace(state, tally={**state.tally, event.person: left})


def _marked(state: Rating, rater: str, grades: Mapping[str, str], envelope: Envelope) -> Rating:
    by = tuple(
        dict.fromkeys(
            person for person in (rater, envelope.person, envelope.delegate_of) if person is not None
        )
    )
    given = {who: Mark(grade, envelope.event_id, by, envelope.recorded_at) for who, grade in grades.items()}
    marks = {**state.marks.get(rater, {}), **given}
    return replace(state, marks=_with(state.marks, rater, marks))


def _batch(state: Rating, name: str) -> Batch:
    return state.batches.get(name, Batch(frozenset()))


def _batched(state: Rating, name: str, batch: Batch) -> Rating:
    return replace(state, batches=_with(state.batches, name, batch))
