"""Rating: a round in which raters give subjects a grade, in the open or by secret ballot.

A stream is one round, because its invariants span it: who may rate is frozen when it opens, nobody rates
themselves (but in a self-assessment, where everybody rates themselves alone), and nobody votes twice,
on whichever channel (R-043, R-051).

* In an *open* round every rating is an event of its own.  A rating given is never replaced: a correction
  is a further event that names the one it corrects, and the latest counts.
* In a *secret* round the log says that a person has voted and nothing else.  The ballots wait in a box
  outside the log, one slip per subject; at close they come out as counts per subject and grade.  Before
  that no fact gives any result, and afterwards none below the round's threshold (R-204).  See ADR 0009.
* Votes on paper enter a secret round as batches, counted twice by two persons (R-038).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, TypeVar, assert_never

from pydantic import Field, ValidationError, WrapValidator

from party_workflow import lifecycle
from party_workflow.canonical import time_text
from party_workflow.codec import UNRECORDED, Command, Event
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider, Decision
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.relations import Relates, Requires
from party_workflow.store import Deposit, Recorded
from party_workflow.values import Code, Count, Digest, EventId, Flag, Key, Moment, PersonId, UnitId

SELF: Final = "self"
"""The kind of round in which everybody rates themselves."""
DEFAULT_MINIMUM: Final = 5
"""Ballots on a subject below which a secret round shows no breakdown, unless it names a number (R-204)."""
LEAST_MINIMUM: Final = 3
"""The lowest threshold of a secret round: of two ballots, each voter knows the other's."""

# --- events ----------------------------------------------------------------------------------


class RatingOpened(Event):
    """A round was opened: who may rate whom is frozen here, with the scale from best to worst.

    `raters_from` and `subjects_from` name the population that the persons were taken from.
    """

    stored_type: ClassVar[str] = "rating.opened"
    requires: ClassVar[Requires] = Requires(duty="rating.open")
    # Not named like the field of the votes: own right would then reach from any rater to any other.
    relates: ClassVar[tuple[Relates, ...]] = (Relates("eligible", "raters"), Relates("subject", "subjects"))
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    unit: UnitId
    raters: tuple[PersonId, ...]
    subjects: tuple[PersonId, ...]
    grades: tuple[Code, ...]
    secret: Flag
    minimum: Count
    raters_from: Key | None = None
    subjects_from: Key | None = None
    closes: Moment | None = None
    rule: Digest | None = None
    serves: tuple[Serves, ...] = ()


class Rated(Event):
    """A rater gave others grades, in the open; or gave one another grade than before, and why."""

    stored_type: ClassVar[str] = "rating.rated"
    requires: ClassVar[Requires] = Requires(duty="rating.record", own=("rater",), barred=("grades",))

    rater: PersonId
    grades: dict[PersonId, Code]
    corrects: EventId | None = None
    ground: Code | None = None


class SelfRated(Event):
    """A person gave themselves a grade; or gave another one than before, and why."""

    stored_type: ClassVar[str] = "rating.self_rated"
    requires: ClassVar[Requires] = Requires(duty="rating.record", own=("rater",))

    rater: PersonId
    grade: Code
    corrects: EventId | None = None
    ground: Code | None = None


class Voted(Event):
    """A person cast a secret ballot.  What it said is not here, and nothing here leads to it."""

    stored_type: ClassVar[str] = "rating.voted"
    requires: ClassVar[Requires] = Requires(own=("rater",))

    rater: PersonId


class PapersIssued(Event):
    """Ballot papers of a batch were handed to these persons, who thereby vote on paper or not at all."""

    stored_type: ClassVar[str] = "rating.papers_issued"
    requires: ClassVar[Requires] = Requires(duty="rating.tell")

    batch: Key
    raters: tuple[PersonId, ...]


class PaperEntered(Event):
    """A first teller counted a batch of papers.  The counts wait in the box for the second."""

    stored_type: ClassVar[str] = "rating.paper_entered"
    requires: ClassVar[Requires] = Requires(duty="rating.tell", barred=("subject",))

    batch: Key
    papers: Count
    issued: Count


class PaperConfirmed(Event):
    """A second teller counted the same; `first` is who counted before, and may not be the same person."""

    stored_type: ClassVar[str] = "rating.paper_confirmed"
    requires: ClassVar[Requires] = Requires(duty="rating.tell", barred=("subject", "first"))

    batch: Key
    papers: Count
    issued: Count
    first: tuple[PersonId, ...]


class PaperDiscarded(Event):
    """The first count of a batch was thrown away, to be counted anew."""

    stored_type: ClassVar[str] = "rating.paper_discarded"
    requires: ClassVar[Requires] = Requires(duty="rating.tell", barred=("subject",))

    batch: Key
    ground: Code


class RatingClosed(Event):
    """The round was closed and counted.

    `tally` holds the number of ballots per subject and grade, `withheld` the subjects with too few of
    them, without a number.  `voted` of `eligible` persons took part.  There are no sums over subjects.
    """

    stored_type: ClassVar[str] = "rating.closed"
    requires: ClassVar[Requires] = Requires(duty="rating.close")

    tally: dict[PersonId, dict[Code, Count]]
    withheld: tuple[PersonId, ...]
    eligible: Count
    voted: Count


class RatingVoided(Event):
    """The round was broken off without a result; its ballots were destroyed."""

    stored_type: ClassVar[str] = "rating.voided"
    requires: ClassVar[Requires] = Requires(duty="rating.void", barred=("subject",))

    ground: Code


RatingEvent = (
    RatingOpened
    | Rated
    | SelfRated
    | Voted
    | PapersIssued
    | PaperEntered
    | PaperConfirmed
    | PaperDiscarded
    | RatingClosed
    | RatingVoided
)

# --- commands --------------------------------------------------------------------------------


def _unechoed(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValidationError:
        # The path of the fault would name whom the voter chose.
        raise ValueError("Not every entry is a person id with a grade") from None


_Choices = Annotated[dict[PersonId, Code], WrapValidator(_unechoed), Field(repr=False), UNRECORDED]
_Counts = Annotated[
    dict[PersonId, dict[Code, Count]], WrapValidator(_unechoed), Field(repr=False), UNRECORDED
]


class _RatingCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"rating/{self.key}"


class OpenRating(_RatingCommand):
    """Open a round.  `raters` and `subjects` are a population's key, or persons named one by one.

    `grades` runs from best to worst.  `minimum` defaults to `DEFAULT_MINIMUM` in a secret round and 0 in an
    open one.  With `closes`, ratings are taken until that moment.  A self-assessment names no subjects.
    """

    stored_type: ClassVar[str] = "rating.open"
    kind: Code
    unit: UnitId
    raters: Key | tuple[PersonId, ...]
    subjects: Key | tuple[PersonId, ...] = ()
    grades: tuple[Code, ...]
    secret: Flag
    minimum: Count | None = None
    closes: Moment | None = None
    rule: Digest | None = None
    serves: tuple[Serves, ...] = ()


class Rate(_RatingCommand):
    """Give subjects of an open round a grade each.  Some now and others later is well."""

    stored_type: ClassVar[str] = "rating.rate"
    rater: PersonId
    grades: dict[PersonId, Code]


class CorrectRating(_RatingCommand):
    """Give one subject of an open round another grade than before, and say why."""

    stored_type: ClassVar[str] = "rating.correct"
    rater: PersonId
    subject: PersonId
    grade: Code
    ground: Code


class CastBallot(_RatingCommand):
    """Cast one's ballot in a secret round, once.  Whom it leaves out, it abstains on.

    The choices leave no trace: not in the log, not in the command's digest, not in `repr` or refusals.
    """

    stored_type: ClassVar[str] = "rating.cast_ballot"
    rater: PersonId
    choices: _Choices


class IssuePapers(_RatingCommand):
    """Hand out ballot papers of one batch to persons who have not voted."""

    stored_type: ClassVar[str] = "rating.issue_papers"
    batch: Key
    raters: tuple[PersonId, ...]


class EnterPaperBallots(_RatingCommand):
    """Enter the count of a batch: once by one teller, and the same again by another.

    `issued` papers were handed out and `papers` came back; `counts` is the number of papers per subject and
    grade, and leaves no trace.
    """

    stored_type: ClassVar[str] = "rating.enter_paper_ballots"
    batch: Key
    issued: Count
    papers: Count
    counts: _Counts


class DiscardPaperEntry(_RatingCommand):
    """Throw the first count of a batch away, when the two do not agree."""

    stored_type: ClassVar[str] = "rating.discard_paper_entry"
    batch: Key
    ground: Code


class CloseRating(_RatingCommand):
    """Close a round and count it."""

    stored_type: ClassVar[str] = "rating.close"


class VoidRating(_RatingCommand):
    """Break a round off without a result."""

    stored_type: ClassVar[str] = "rating.void"
    ground: Code


RatingCommand = (
    OpenRating
    | Rate
    | CorrectRating
    | CastBallot
    | IssuePapers
    | EnterPaperBallots
    | DiscardPaperEntry
    | CloseRating
    | VoidRating
)

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "rating",
    1,
    initial="open",
    final=("closed", "void"),
    moves={"rate": "open -> open", "close": "open -> closed", "void": "open -> void"},
)
TABLE: Final[Table] = lifecycle.compile(LIFECYCLE)

_MOVES: Final[Mapping[type[Command], str]] = {
    Rate: "rate",
    CorrectRating: "rate",
    CastBallot: "rate",
    IssuePapers: "rate",
    EnterPaperBallots: "rate",
    DiscardPaperEntry: "rate",
    CloseRating: "close",
    VoidRating: "void",
}
_OPEN_ONLY: Final = (Rate, CorrectRating)
_SECRET_ONLY: Final = (CastBallot, IssuePapers, EnterPaperBallots, DiscardPaperEntry)

# --- refusal reasons, in order of precedence -------------------------------------------------

# After `UNKNOWN` stand those of the lifecycle: moves that are not open in the state.

TAKEN: Final = Reason(
    "rating.taken", "There is a round {stream} already.", "Choose a key that was never used."
)
UNKNOWN: Final = Reason("rating.unknown", "There is no such round.", "Open it first, or check the key.")
UNKNOWN_UNIT: Final = Reason(
    "rating.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_PERSON: Final = Reason(
    "rating.unknown_person",
    "Not everybody named stands in the organisation: {people}.",
    "Register them first, or check the ids.",
)
NOBODY: Final = Reason(
    "rating.nobody", "The round would have no {who}.", "Name them, or a population that has people in it."
)
SCALE: Final = Reason(
    "rating.scale", "A scale has two grades or more, each once.", "List the grades from best to worst."
)
SELF_SUBJECTS: Final = Reason(
    "rating.self_subjects",
    "In a self-assessment the subjects are the raters.",
    "Leave the subjects out, or open a round of another kind.",
)
SELF_SECRET: Final = Reason(
    "rating.self_secret",
    "A self-assessment cannot be secret: every grade has its rater's name on it.",
    "Open it without secrecy.",
)
MINIMUM_TOO_LOW: Final = Reason(
    "rating.minimum_too_low",
    "A threshold of {minimum} ballots does not keep a secret.",
    "Set it to {least} or more; the default is {default}.",
)
TOO_FEW_RATERS: Final = Reason(
    "rating.too_few_raters",
    "Only {count} could vote on {subject}, and below {minimum} there is never a result.",
    "Widen the circle of voters, or rate in the open.",
)
CLOSES_BEFORE: Final = Reason(
    "rating.closes_before_opening",
    "The round would close before it opens.",
    "Name a later moment, or none.",
)
IS_SECRET: Final = Reason(
    "rating.is_secret",
    "{stream} is a secret round: a rating in the open would break it.",
    "Cast a ballot, or enter paper ballots.",
)
NOT_SECRET: Final = Reason(
    "rating.not_secret", "{stream} is rated in the open: there is no ballot box.", "Rate in the open."
)
PAST_CLOSING: Final = Reason(
    "rating.past_closing", "{stream} took ratings until {closes}.", "Nothing can be added; it can be closed."
)
NOT_ELIGIBLE: Final = Reason(
    "rating.not_eligible",
    "{rater} was not among the raters when {stream} opened.",
    "Only those can rate; the list is frozen.",
)
ALREADY_VOTED: Final = Reason(
    "rating.already_voted", "{rater} has voted already.", "Everybody votes once, and a ballot stays cast."
)
HAS_PAPER: Final = Reason(
    "rating.has_paper", "{rater} was given a ballot paper.", "Vote on the paper: everybody votes once."
)
NOTHING_RATED: Final = Reason(
    "rating.nothing_rated", "The rating of {rater} gives no grade.", "Name at least one subject with a grade."
)
NOT_A_SUBJECT: Final = Reason(
    "rating.not_a_subject",
    "{person} is not a subject of {stream}.",
    "Rate one of its subjects; the list is frozen.",
)
OWN_RATING: Final = Reason(
    "rating.own_rating",
    "{rater} cannot rate themselves in {stream}.",
    "Leave the own person out; for that there is the self-assessment.",
)
ONLY_SELF: Final = Reason(
    "rating.only_self",
    "In the self-assessment {stream} everybody rates themselves only.",
    "Give the grade of {rater} alone.",
)
UNKNOWN_GRADE: Final = Reason(
    "rating.unknown_grade", "{grade} is not a grade of {stream}.", "Use one of: {grades}."
)
ALREADY_RATED: Final = Reason(
    "rating.already_rated",
    "{rater} has rated {subject} already.",
    "Correct the rating: the correction names it and says why.",
)
NOT_RATED: Final = Reason(
    "rating.not_rated", "{rater} has not rated {subject} yet.", "Rate instead: there is nothing to correct."
)
UNCHANGED: Final = Reason(
    "rating.unchanged", "{rater} gave {subject} this grade already.", "Nothing needs to be recorded."
)
BALLOT_INVALID: Final = Reason(
    "rating.ballot_invalid",
    "Something on the ballot does not belong there: the voter, somebody who is no subject of {stream}, "
    "or a grade outside its scale.",
    "Give other subjects grades of the scale; nothing of this ballot was kept.",
)
NOT_ISSUED: Final = Reason(
    "rating.not_issued",
    "No papers were handed out as batch {batch}.",
    "Issue them first, or check the batch.",
)
BATCH_COUNTED: Final = Reason(
    "rating.batch_counted",
    "Batch {batch} has been counted already.",
    "Use a batch of another name, or discard the first count before it is confirmed.",
)
NOT_COUNTED: Final = Reason(
    "rating.not_counted", "Batch {batch} has no count to discard.", "Enter its count first."
)
NOT_RECONCILED: Final = Reason(
    "rating.not_reconciled",
    "The count of batch {batch} ({issued} issued, {papers} returned) cannot be: {known} papers were handed "
    "out, and on no subject are there more votes than papers, or than holders other than the subject.",
    "Count the papers again.",
)
COUNTS_DIFFER: Final = Reason(
    "rating.counts_differ",
    "The two counts of batch {batch} differ.",
    "Count again; if the first was wrong, discard it.",
)
TOO_EARLY: Final = Reason(
    "rating.too_early",
    "{stream} takes ratings until {closes}, and not everybody has rated.",
    "Close it then, or when everybody has.",
)
PAPERS_OUTSTANDING: Final = Reason(
    "rating.papers_outstanding",
    "Papers were handed out and not counted by two: {batches}.",
    "Enter each batch twice; a batch that did not come back counts 0 papers.",
)
BOX_DAMAGED: Final = Reason(
    "rating.box_damaged",
    "The box of {stream} does not hold exactly the ballots that the log says were cast.",
    "Restore the box, or void the round and vote again.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    NOBODY,
    SCALE,
    SELF_SUBJECTS,
    SELF_SECRET,
    MINIMUM_TOO_LOW,
    TOO_FEW_RATERS,
    CLOSES_BEFORE,
    IS_SECRET,
    NOT_SECRET,
    PAST_CLOSING,
    NOT_ELIGIBLE,
    ALREADY_VOTED,
    HAS_PAPER,
    NOTHING_RATED,
    NOT_A_SUBJECT,
    OWN_RATING,
    ONLY_SELF,
    UNKNOWN_GRADE,
    ALREADY_RATED,
    NOT_RATED,
    UNCHANGED,
    BALLOT_INVALID,
    NOT_ISSUED,
    BATCH_COUNTED,
    NOT_COUNTED,
    NOT_RECONCILED,
    COUNTS_DIFFER,
    TOO_EARLY,
    PAPERS_OUTSTANDING,
    BOX_DAMAGED,
)

K = TypeVar("K")
V = TypeVar("V")

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A grade that a rater gave in the open, and the event that says so."""

    grade: str
    event: str


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

    @property
    def complete(self) -> bool:
        """Whether nothing more can come."""
        if self.secret:
            return all(rater in self.voted or self.holder(rater) is not None for rater in self.raters)
        return all(self.targets(rater) == self.marks.get(rater, {}).keys() for rater in self.raters)


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Rating, recorded: Recorded) -> Rating:
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
        case Rated():
            return _marked(state, event.rater, event.grades, envelope.event_id)
        case SelfRated():
            return _marked(state, event.rater, {event.rater: event.grade}, envelope.event_id)
        case Voted():
            return replace(state, voted=state.voted | {event.rater})
        case PapersIssued():
            batch = state.batches.get(event.batch, Batch(frozenset()))
            return _batched(state, event.batch, replace(batch, raters=batch.raters | set(event.raters)))
        case PaperEntered():
            actor = envelope.actor
            first = (actor.person,) if actor.delegate_of is None else (actor.person, actor.delegate_of)
            batch = replace(state.batches[event.batch], papers=event.papers, first=first)
            return _batched(state, event.batch, batch)
        case PaperConfirmed():
            return _batched(state, event.batch, replace(state.batches[event.batch], confirmed=True))
        case PaperDiscarded():
            return _batched(state, event.batch, Batch(state.batches[event.batch].raters))
        case RatingClosed():
            return replace(state, status="closed", tally=event.tally, withheld=frozenset(event.withheld))
        case RatingVoided():
            return replace(state, status="void")
        case _:
            assert_never(event)


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def _marked(state: Rating, rater: str, grades: Mapping[str, str], event: str) -> Rating:
    marks = {**state.marks.get(rater, {}), **{who: Mark(grade, event) for who, grade in grades.items()}}
    return replace(state, marks=_with(state.marks, rater, marks))


def _batched(state: Rating, name: str, batch: Batch) -> Rating:
    return replace(state, batches=_with(state.batches, name, batch))


# --- decide ----------------------------------------------------------------------------------


def _asks(command: RatingCommand) -> Sequence[Ask]:
    if not isinstance(command, OpenRating):
        return ()
    return (
        Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
        _ask_people(command.raters),
        _ask_people(command.subjects),
    )


def _ask_people(people: str | tuple[str, ...]) -> Ask:
    if isinstance(people, str):
        return Ask("population.people", f"population/{people}", {"at": EFFECTIVE})
    return Ask("organisation.known", "organisation", {"people": people, "at": EFFECTIVE})


def _closed(state: Rating) -> Mapping[str, Refusal | None]:
    if state.status is None:
        return {OpenRating.stored_type: None} | {kind.stored_type: UNKNOWN() for kind in _MOVES}
    found: dict[str, Refusal | None] = {OpenRating.stored_type: TAKEN(stream=state.stream)}
    for kind, move in _MOVES.items():
        refusal = TABLE.closed(state.status, move)
        if refusal is None and state.secret and kind in _OPEN_ONLY:
            refusal = IS_SECRET(stream=state.stream)
        if refusal is None and not state.secret and kind in _SECRET_ONLY:
            refusal = NOT_SECRET(stream=state.stream)
        found[kind.stored_type] = refusal
    return found


def _decide(command: RatingCommand, state: Rating, context: Context) -> Answer:
    if (refusal := _closed(state)[command.stored_type]) is not None:
        return refusal
    match command:
        case OpenRating():
            return _open(command, context)
        case Rate():
            return _rate(command, state, context)
        case CorrectRating():
            return _correct(command, state, context)
        case CastBallot():
            return _cast(command, state, context)
        case IssuePapers() | EnterPaperBallots() | DiscardPaperEntry():
            return _paper(command, state, context)
        case CloseRating():
            return _close(state, context)
        case VoidRating():
            return Decision((RatingVoided(ground=command.ground),), empties=_boxes(state))
        case _:
            assert_never(command)


def _open(command: OpenRating, context: Context) -> Answer:
    unit_open, found_raters, found_subjects = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    unknown = _unknown(command.raters, found_raters) | _unknown(command.subjects, found_subjects)
    if unknown:
        return UNKNOWN_PERSON(people=", ".join(sorted(unknown)))
    raters = frozenset(found_raters or ())
    if not raters:
        return NOBODY(who="raters")
    subjects = frozenset(found_subjects or ())
    if command.kind == SELF and not command.subjects:
        subjects = raters
    if not subjects:
        return NOBODY(who="subjects")
    if len(command.grades) < 2 or len(set(command.grades)) < len(command.grades):
        return SCALE()
    if command.kind == SELF and subjects != raters:
        return SELF_SUBJECTS()
    if command.kind == SELF and command.secret:
        return SELF_SECRET()
    minimum = command.minimum
    if minimum is None:
        minimum = DEFAULT_MINIMUM if command.secret else 0
    if command.secret and (refusal := _too_few(raters, subjects, minimum)) is not None:
        return refusal
    if command.closes is not None and command.closes <= context.at:
        return CLOSES_BEFORE()
    return [
        RatingOpened(
            kind=command.kind,
            unit=command.unit,
            raters=tuple(sorted(raters)),
            subjects=tuple(sorted(subjects)),
            grades=command.grades,
            secret=command.secret,
            minimum=minimum,
            raters_from=command.raters if isinstance(command.raters, str) else None,
            subjects_from=command.subjects if isinstance(command.subjects, str) else None,
            closes=command.closes,
            rule=command.rule,
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def _unknown(named: str | tuple[str, ...], found: Iterable[str] | None) -> set[str]:
    return set() if isinstance(named, str) else set(named) - set(found or ())


def _too_few(raters: frozenset[str], subjects: frozenset[str], minimum: int) -> Refusal | None:
    if minimum < LEAST_MINIMUM:
        return MINIMUM_TOO_LOW(minimum=minimum, least=LEAST_MINIMUM, default=DEFAULT_MINIMUM)
    for subject in sorted(subjects):
        if (count := len(raters - {subject})) < minimum:
            return TOO_FEW_RATERS(count=count, subject=subject, minimum=minimum)
    return None


def _past(state: Rating, context: Context) -> Refusal | None:
    if state.closes is not None and context.at > state.closes:
        return PAST_CLOSING(stream=state.stream, closes=time_text(state.closes))
    return None


def _rate(command: Rate, state: Rating, context: Context) -> Answer:
    if (refusal := _past(state, context)) is not None:
        return refusal
    rater = command.rater
    if rater not in state.raters:
        return NOT_ELIGIBLE(rater=rater, stream=state.stream)
    if not command.grades:
        return NOTHING_RATED(rater=rater)
    given = state.marks.get(rater, {})
    for subject, grade in sorted(command.grades.items()):
        if (refusal := _unfit(state, rater, subject, grade)) is not None:
            return refusal
        if subject in given:
            return ALREADY_RATED(rater=rater, subject=subject)
    return [_rated(state, rater, command.grades)]


def _unfit(state: Rating, rater: str, subject: str, grade: str) -> Refusal | None:
    if subject not in state.subjects:
        return NOT_A_SUBJECT(person=subject, stream=state.stream)
    if subject not in state.targets(rater):
        reason = ONLY_SELF if state.kind == SELF else OWN_RATING
        return reason(rater=rater, stream=state.stream)
    if grade not in state.grades:
        return UNKNOWN_GRADE(grade=grade, stream=state.stream, grades=", ".join(state.grades))
    return None


def _rated(
    state: Rating,
    rater: str,
    grades: Mapping[str, str],
    corrects: str | None = None,
    ground: str | None = None,
) -> Rated | SelfRated:
    if state.kind == SELF:
        return SelfRated(rater=rater, grade=grades[rater], corrects=corrects, ground=ground)
    return Rated(rater=rater, grades=dict(grades), corrects=corrects, ground=ground)


def _correct(command: CorrectRating, state: Rating, context: Context) -> Answer:
    if (refusal := _past(state, context)) is not None:
        return refusal
    rater, subject, grade = command.rater, command.subject, command.grade
    if rater not in state.raters:
        return NOT_ELIGIBLE(rater=rater, stream=state.stream)
    if (refusal := _unfit(state, rater, subject, grade)) is not None:
        return refusal
    mark = state.marks.get(rater, {}).get(subject)
    if mark is None:
        return NOT_RATED(rater=rater, subject=subject)
    if mark.grade == grade:
        return UNCHANGED(rater=rater, subject=subject)
    return [_rated(state, rater, {subject: grade}, mark.event, command.ground)]


_ABSTAINED: Final = "-"
"""On a slip in the box, in place of a grade.  It is no code, so no grade can be mistaken for it."""


def _cast(command: CastBallot, state: Rating, context: Context) -> Answer:
    if (refusal := _past(state, context) or _cannot_vote(state, command.rater)) is not None:
        return refusal
    targets = state.targets(command.rater)
    if not (command.choices.keys() <= targets and set(command.choices.values()) <= set(state.grades)):
        return BALLOT_INVALID(stream=state.stream)
    # One slip per subject, so that nobody is known by the pattern of a whole ballot; and one for every
    # subject, so that the box can be reconciled with the log and does not tell who abstained on whom.
    return Decision(
        (Voted(rater=command.rater),),
        deposits=tuple(
            Deposit(state.stream, {subject: command.choices.get(subject, _ABSTAINED)})
            for subject in sorted(targets)
        ),
    )


def _cannot_vote(state: Rating, rater: str) -> Refusal | None:
    if rater not in state.raters:
        return NOT_ELIGIBLE(rater=rater, stream=state.stream)
    if rater in state.voted:
        return ALREADY_VOTED(rater=rater)
    if state.holder(rater) is not None:
        return HAS_PAPER(rater=rater)
    return None


def _paper_box(state: Rating, batch: str) -> str:
    return f"{state.stream}/{batch}"


def _boxes(state: Rating) -> tuple[str, ...]:
    if not state.secret:
        return ()
    return (state.stream, *(_paper_box(state, batch) for batch in sorted(state.batches)))


def _paper(
    command: IssuePapers | EnterPaperBallots | DiscardPaperEntry, state: Rating, context: Context
) -> Answer:
    batch = state.batches.get(command.batch)
    match command:
        case IssuePapers():
            if (refusal := _past(state, context)) is not None:
                return refusal
            if not command.raters:
                return NOBODY(who="holders of papers")
            for rater in sorted(command.raters):
                if (refusal := _cannot_vote(state, rater)) is not None:
                    return refusal
            if batch is not None and batch.papers is not None:
                return BATCH_COUNTED(batch=command.batch)
            return [PapersIssued(batch=command.batch, raters=tuple(sorted(set(command.raters))))]
        case EnterPaperBallots():
            return _enter(command, batch, state, context)
        case DiscardPaperEntry():
            if batch is None:
                return NOT_ISSUED(batch=command.batch)
            if batch.confirmed:
                return BATCH_COUNTED(batch=command.batch)
            if batch.papers is None:
                return NOT_COUNTED(batch=command.batch)
            event = PaperDiscarded(batch=command.batch, ground=command.ground)
            return Decision((event,), empties=(_paper_box(state, command.batch),))
        case _:
            assert_never(command)


def _enter(command: EnterPaperBallots, batch: Batch | None, state: Rating, context: Context) -> Answer:
    if batch is None:
        return NOT_ISSUED(batch=command.batch)
    if batch.confirmed:
        return BATCH_COUNTED(batch=command.batch)
    if not command.counts.keys() <= state.subjects or any(
        not counts.keys() <= set(state.grades) for counts in command.counts.values()
    ):
        return BALLOT_INVALID(stream=state.stream)
    if not _reconciled(command, batch):
        return NOT_RECONCILED(
            batch=command.batch, known=len(batch.raters), issued=command.issued, papers=command.papers
        )
    box, sheet = _paper_box(state, command.batch), _sheet(command)
    figures = {"batch": command.batch, "papers": command.papers, "issued": command.issued}
    if batch.papers is None:
        return Decision((PaperEntered.model_validate(figures),), deposits=(Deposit(box, sheet),))
    waiting = context.ballots(box)
    if len(waiting) != 1:
        return BOX_DAMAGED(stream=state.stream)
    if dict(waiting[0]) != sheet:
        return COUNTS_DIFFER(batch=command.batch)
    return [PaperConfirmed.model_validate({**figures, "first": batch.first})]


def _reconciled(command: EnterPaperBallots, batch: Batch) -> bool:
    if command.issued != len(batch.raters) or command.papers > command.issued:
        return False
    # A subject who held a paper cannot have voted on themselves with it.
    return all(
        sum(counts.values()) <= min(command.papers, len(batch.raters - {subject}))
        for subject, counts in command.counts.items()
    )


def _sheet(command: EnterPaperBallots) -> dict[str, str]:
    """A teller's count as it waits in the box: the figures that are not 0, in one piece."""
    found = {
        f"{subject} {grade}": str(count)
        for subject, counts in command.counts.items()
        for grade, count in counts.items()
        if count
    }
    return {"issued": str(command.issued), "papers": str(command.papers), **found}


def _close(state: Rating, context: Context) -> Answer:
    if state.closes is not None and context.at < state.closes and not state.complete:
        return TOO_EARLY(stream=state.stream, closes=time_text(state.closes))
    outstanding = sorted(name for name, batch in state.batches.items() if not batch.confirmed)
    if outstanding:
        return PAPERS_OUTSTANDING(batches=", ".join(outstanding))
    counts = _counted(state, context) if state.secret else _summed(state)
    if counts is None:
        return BOX_DAMAGED(stream=state.stream)
    tally = {who: found for who, found in counts.items() if sum(found.values()) >= state.minimum}
    turnout = state.turnout
    event = RatingClosed(
        tally=tally,
        withheld=tuple(sorted(counts.keys() - tally.keys())),
        eligible=turnout.eligible,
        voted=turnout.voted,
    )
    return Decision((event,), empties=_boxes(state))


Counts = dict[str, dict[str, int]]


def _nothing(state: Rating) -> Counts:
    return {subject: dict.fromkeys(state.grades, 0) for subject in sorted(state.subjects)}


def _summed(state: Rating) -> Counts:
    """The marks given in the open, counted."""
    counts = _nothing(state)
    for marks in state.marks.values():
        for subject, mark in marks.items():
            counts[subject][mark.grade] += 1
    return counts


def _counted(state: Rating, context: Context) -> Counts | None:
    """The slips and sheets in the boxes, counted; None if they are not exactly those the log knows of."""
    counts, slips = _nothing(state), dict.fromkeys(state.subjects, 0)
    for ballot in context.ballots(state.stream):
        for subject, grade in ballot.items():
            if subject not in slips or grade not in (_ABSTAINED, *state.grades):
                return None
            slips[subject] += 1
            if grade != _ABSTAINED:
                counts[subject][grade] += 1
    if any(slips[subject] != len(state.voted - {subject}) for subject in state.subjects):
        return None
    for name, batch in state.batches.items():
        waiting = context.ballots(_paper_box(state, name))
        if len(waiting) != 1 or waiting[0].get("papers") != str(batch.papers):
            return None
        for subject, found in counts.items():
            for grade in found:
                found[grade] += int(waiting[0].get(f"{subject} {grade}", "0"))
    return counts


# --- decider ---------------------------------------------------------------------------------


def _work(state: Rating) -> Work | None:
    """The round as work: done when closed; its people are those who rated, voted or were given a paper."""
    if state.status is None:
        return None
    papers = frozenset(rater for batch in state.batches.values() for rater in batch.raters)
    return Work(
        stream=state.stream,
        kind=state.kind,
        unit=state.unit,
        state=state.status,
        done=state.status == "closed",
        serves=state.serves,
        people=state.participants | papers,
    )


def _result(state: Rating) -> Mapping[str, Mapping[str, int] | BelowThreshold] | None:
    """Per subject the ballots by grade, or that there were too few; None before the round is closed."""
    if state.tally is None:
        return None
    below = BelowThreshold(state.minimum)
    return {who: below if who in state.withheld else state.tally[who] for who in sorted(state.subjects)}


def _turnout(state: Rating) -> Turnout | None:
    return None if state.status is None else state.turnout


def _kind(state: Rating) -> str | None:
    return state.kind or None


def _subjects(state: Rating) -> frozenset[str]:
    return state.subjects


DECIDER: Final[Decider[Rating]] = Decider(
    category="rating",
    events=(
        RatingOpened,
        Rated,
        SelfRated,
        Voted,
        PapersIssued,
        PaperEntered,
        PaperConfirmed,
        PaperDiscarded,
        RatingClosed,
        RatingVoided,
    ),
    commands=(
        OpenRating,
        Rate,
        CorrectRating,
        CastBallot,
        IssuePapers,
        EnterPaperBallots,
        DiscardPaperEntry,
        CloseRating,
        VoidRating,
    ),
    initial=Rating,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "rating.work": _work,
        "rating.kind": _kind,
        "rating.subjects": _subjects,
        "rating.turnout": _turnout,
        "rating.result": _result,
    },
    closed=_closed,
    yields={
        OpenRating.stored_type: (RatingOpened,),
        Rate.stored_type: (Rated, SelfRated),
        CorrectRating.stored_type: (Rated, SelfRated),
        CastBallot.stored_type: (Voted,),
        IssuePapers.stored_type: (PapersIssued,),
        EnterPaperBallots.stored_type: (PaperEntered, PaperConfirmed),
        DiscardPaperEntry.stored_type: (PaperDiscarded,),
        CloseRating.stored_type: (RatingClosed,),
        VoidRating.stored_type: (RatingVoided,),
    },
    reasons=REASONS,
)
