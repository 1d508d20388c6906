"""Rating in the open, correcting it, and secret ballots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Context, Decision
from party_workflow.domain.rating.commands import CastBallot, CorrectRating, Rate
from party_workflow.domain.rating.events import SELF, Rated, SelfRated, Voted
from party_workflow.domain.rating.reasons import (
    ALREADY_RATED,
    ALREADY_VOTED,
    BALLOT_INVALID,
    HAS_PAPER,
    NOT_A_SUBJECT,
    NOT_ELIGIBLE,
    NOT_RATED,
    NOTHING_RATED,
    ONLY_SELF,
    OWN_RATING,
    PAST_CLOSING,
    REVIEWED,
    UNCHANGED,
    UNKNOWN_GRADE,
)
from party_workflow.domain.rating.state import Rating
from party_workflow.errors import Refusal
from party_workflow.store import Deposit


def past_closing(state: Rating, context: Context) -> Refusal | None:
    if state.closes is not None and context.at > state.closes:
        return PAST_CLOSING(stream=state.stream, closes=time_text(state.closes))
    return None


def rate(command: Rate, state: Rating, context: Context) -> Answer:
    if (refusal := past_closing(state, context)) is not None:
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


def correct(command: CorrectRating, state: Rating, context: Context) -> Answer:
    if (refusal := past_closing(state, context)) is not None:
        return refusal
    rater, subject, grade = command.rater, command.subject, command.grade
    if rater not in state.raters:
        return NOT_ELIGIBLE(rater=rater, stream=state.stream)
    if (refusal := _unfit(state, rater, subject, grade)) is not None:
        return refusal
    mark = state.marks.get(rater, {}).get(subject)
    if mark is None:
        return NOT_RATED(rater=rater, subject=subject)
    if mark.standing != "counts":
        return REVIEWED(rater=rater, subject=subject)
    if mark.grade == grade:
        return UNCHANGED(rater=rater, subject=subject)
    return [_rated(state, rater, {subject: grade}, mark.event, command.ground)]


ABSTAINED: Final = "-"
"""On a slip in the box, in place of a grade.  It is no code, so no grade can be mistaken for it."""


def cast(command: CastBallot, state: Rating, context: Context) -> Answer:
    if (refusal := past_closing(state, context) or cannot_vote(state, command.rater)) is not None:
        return refusal
    targets = state.targets(command.rater)
    if not (command.choices.keys() <= targets and set(command.choices.values()) <= set(state.grades)):
        return BALLOT_INVALID(stream=state.stream)
    # One slip per subject, so that nobody is known by the pattern of a whole ballot; and one for every
    # subject, so that the box can be reconciled with the log and does not tell who abstained on whom.
    return Decision(
        (Voted(rater=command.rater),),
        deposits=tuple(
            Deposit(state.stream, {subject: command.choices.get(subject, ABSTAINED)})
            for subject in sorted(targets)
        ),
    )


def cannot_vote(state: Rating, rater: str) -> Refusal | None:
    if rater not in state.raters:
        return NOT_ELIGIBLE(rater=rater, stream=state.stream)
    if rater in state.voted:
        return ALREADY_VOTED(rater=rater)
    if state.holder(rater) is not None:
        return HAS_PAPER(rater=rater)
    return None
