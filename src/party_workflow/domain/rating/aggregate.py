"""What a rating round asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from party_workflow.codec import Command
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider, Decision
from party_workflow.domain.rating import reviewing
from party_workflow.domain.rating.commands import (
    CastBallot,
    CloseRating,
    CorrectRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    HoldMark,
    IssuePapers,
    OpenRating,
    Rate,
    RatingCommand,
    SettleMark,
    VoidRating,
)
from party_workflow.domain.rating.counting import count_and_close
from party_workflow.domain.rating.events import (
    ChannelFixed,
    MarkHeld,
    MarkSettled,
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
from party_workflow.domain.rating.opening import open_round
from party_workflow.domain.rating.papers import boxes, decide_paper
from party_workflow.domain.rating.reasons import IS_SECRET, NOT_SECRET, OTHER_CHANNEL, REASONS, TAKEN, UNKNOWN
from party_workflow.domain.rating.state import (
    BOX_ONLY,
    MOVES,
    OPEN_ONLY,
    PAPER_ONLY,
    SECRET_ONLY,
    TABLE,
    BelowThreshold,
    Rating,
    Score,
    Turnout,
    UnderReview,
    evolve,
)
from party_workflow.domain.rating.voting import cast, correct, rate
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

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


_REVIEWING: Final[tuple[type[Command], ...]] = (HoldMark, SettleMark)


def _closed(state: Rating) -> Mapping[str, Refusal | None]:
    if state.status is None:
        unknown: dict[str, Refusal | None] = {kind.stored_type: UNKNOWN() for kind in (*MOVES, *_REVIEWING)}
        return {OpenRating.stored_type: None, **unknown}
    found: dict[str, Refusal | None] = {OpenRating.stored_type: TAKEN(stream=state.stream)}
    for kind, move in MOVES.items():
        refusal = TABLE.closed(state.status, move)
        if refusal is None and state.secret and kind in OPEN_ONLY:
            refusal = IS_SECRET(stream=state.stream)
        if refusal is None and not state.secret and kind in SECRET_ONLY:
            refusal = NOT_SECRET(stream=state.stream)
        shut = {"box": PAPER_ONLY, "paper": BOX_ONLY, "any": ()}[state.channel]
        if refusal is None and kind in shut:
            refusal = OTHER_CHANNEL(stream=state.stream, channel=state.channel)
        found[kind.stored_type] = refusal
    # A review looks at what was given in the open, counted or not: it is outside the lifecycle.
    refusal = TABLE.closed(state.status, "rate") if state.status == "void" else None
    if refusal is None and state.secret:
        refusal = IS_SECRET(stream=state.stream)
    return found | {kind.stored_type: refusal for kind in _REVIEWING}


def _decide(command: RatingCommand, state: Rating, context: Context) -> Answer:
    if (refusal := _closed(state)[command.stored_type]) is not None:
        return refusal
    match command:
        case OpenRating():
            return open_round(command, context)
        case Rate():
            return rate(command, state, context)
        case CorrectRating():
            return correct(command, state, context)
        case CastBallot():
            return cast(command, state, context)
        case IssuePapers() | EnterPaperBallots() | DiscardPaperEntry():
            return decide_paper(command, state, context)
        case CloseRating():
            return count_and_close(state, context)
        case VoidRating():
            return Decision((RatingVoided(ground=command.ground),), empties=boxes(state))
        case HoldMark():
            return reviewing.hold(command, state)
        case SettleMark():
            return reviewing.settle(command, state, context)
        case _:
            assert_never(command)


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


def _result(state: Rating) -> Mapping[str, Mapping[str, int] | BelowThreshold | UnderReview] | None:
    """Per subject the ballots by grade, or that there were too few, or that marks are under review.

    None before the round is closed.
    """
    if state.tally is None:
        return None
    below, tally = BelowThreshold(state.minimum), state.tally
    held = Counter(person for _, person in state.held)
    return {
        who: below if who in state.withheld else UnderReview(held[who]) if who in held else tally[who]
        for who in sorted(state.subjects)
    }


def _scores(state: Rating) -> Mapping[str, Score] | None:
    """Per subject the result together with the turnout; None before the round is closed."""
    found = _result(state)
    return None if found is None else {who: Score(grades, state.turnout) for who, grades in found.items()}


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
        ChannelFixed,
        Rated,
        SelfRated,
        Voted,
        PapersIssued,
        PaperEntered,
        PaperConfirmed,
        PaperDiscarded,
        RatingClosed,
        RatingVoided,
        MarkHeld,
        MarkSettled,
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
        HoldMark,
        SettleMark,
    ),
    initial=Rating,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    needs=reviewing.needs,
    answers={
        "rating.work": _work,
        "rating.kind": _kind,
        "rating.subjects": _subjects,
        "rating.turnout": _turnout,
        "rating.result": _result,
        "rating.scores": _scores,
    },
    closed=_closed,
    yields={
        OpenRating.stored_type: (RatingOpened, ChannelFixed),
        Rate.stored_type: (Rated, SelfRated),
        CorrectRating.stored_type: (Rated, SelfRated),
        CastBallot.stored_type: (Voted,),
        IssuePapers.stored_type: (PapersIssued,),
        EnterPaperBallots.stored_type: (PaperEntered, PaperConfirmed),
        DiscardPaperEntry.stored_type: (PaperDiscarded,),
        CloseRating.stored_type: (RatingClosed,),
        VoidRating.stored_type: (RatingVoided,),
        HoldMark.stored_type: (MarkHeld,),
        SettleMark.stored_type: (MarkSettled,),
    },
    reasons=REASONS,
)
