"""What a rating round asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider, Decision
from party_workflow.domain.rating.commands import (
    CastBallot,
    CloseRating,
    CorrectRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    IssuePapers,
    OpenRating,
    Rate,
    RatingCommand,
    VoidRating,
)
from party_workflow.domain.rating.events import (
    DEFAULT_MINIMUM,
    LEAST_MINIMUM,
    SELF,
    PaperConfirmed,
    PaperDiscarded,
    PaperEntered,
    PapersIssued,
    Rated,
    RatingClosed,
    RatingOpened,
    RatingVoided,
    SelfRated,
    Voted,
)
from party_workflow.domain.rating.reasons import (
    ALREADY_RATED,
    ALREADY_VOTED,
    BALLOT_INVALID,
    BATCH_COUNTED,
    BOX_DAMAGED,
    CLOSES_BEFORE,
    COUNTS_DIFFER,
    HAS_PAPER,
    IS_SECRET,
    MINIMUM_TOO_LOW,
    NOBODY,
    NOT_A_SUBJECT,
    NOT_COUNTED,
    NOT_ELIGIBLE,
    NOT_ISSUED,
    NOT_RATED,
    NOT_RECONCILED,
    NOT_SECRET,
    NOTHING_RATED,
    ONLY_SELF,
    OWN_RATING,
    PAPERS_OUTSTANDING,
    PAST_CLOSING,
    REASONS,
    SCALE,
    SELF_SECRET,
    SELF_SUBJECTS,
    TAKEN,
    TOO_EARLY,
    TOO_FEW_RATERS,
    UNCHANGED,
    UNKNOWN,
    UNKNOWN_GRADE,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.rating.state import (
    MOVES,
    OPEN_ONLY,
    SECRET_ONLY,
    TABLE,
    Batch,
    BelowThreshold,
    Rating,
    Turnout,
    evolve,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal
from party_workflow.store import Deposit

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
        return {OpenRating.stored_type: None} | {kind.stored_type: UNKNOWN() for kind in MOVES}
    found: dict[str, Refusal | None] = {OpenRating.stored_type: TAKEN(stream=state.stream)}
    for kind, move in MOVES.items():
        refusal = TABLE.closed(state.status, move)
        if refusal is None and state.secret and kind in OPEN_ONLY:
            refusal = IS_SECRET(stream=state.stream)
        if refusal is None and not state.secret and kind in SECRET_ONLY:
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
    evolve=evolve,
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
