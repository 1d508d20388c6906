"""Closing a round: what was given in the open or waits in the boxes is counted."""

from __future__ import annotations

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Context, Decision
from party_workflow.domain.rating.events import RatingClosed
from party_workflow.domain.rating.papers import boxes, paper_box
from party_workflow.domain.rating.reasons import BOX_DAMAGED, PAPERS_OUTSTANDING, TOO_EARLY, UNDER_REVIEW
from party_workflow.domain.rating.state import Rating
from party_workflow.domain.rating.voting import ABSTAINED


def count_and_close(state: Rating, context: Context) -> Answer:
    if state.closes is not None and context.at < state.closes and not state.complete:
        return TOO_EARLY(stream=state.stream, closes=time_text(state.closes))
    if held := state.held:
        return UNDER_REVIEW(count=len(held), stream=state.stream)
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
    return Decision((event,), empties=boxes(state))


Counts = dict[str, dict[str, int]]


def _nothing(state: Rating) -> Counts:
    return {subject: dict.fromkeys(state.grades, 0) for subject in sorted(state.subjects)}


def _summed(state: Rating) -> Counts:
    """The marks given in the open, counted, without those that a review dismissed."""
    counts = _nothing(state)
    for marks in state.marks.values():
        for subject, mark in marks.items():
            counts[subject][mark.grade] += mark.standing == "counts"
    return counts


def _counted(state: Rating, context: Context) -> Counts | None:
    """The slips and sheets in the boxes, counted; None if they are not exactly those the log knows of."""
    counts, slips = _nothing(state), dict.fromkeys(state.subjects, 0)
    for ballot in context.ballots(state.stream):
        for subject, grade in ballot.items():
            if subject not in slips or grade not in (ABSTAINED, *state.grades):
                return None
            slips[subject] += 1
            if grade != ABSTAINED:
                counts[subject][grade] += 1
    if any(slips[subject] != len(state.voted - {subject}) for subject in state.subjects):
        return None
    for name, batch in state.batches.items():
        waiting = context.ballots(paper_box(state, name))
        if len(waiting) != 1 or waiting[0].get("papers") != str(batch.papers):
            return None
        for subject, found in counts.items():
            for grade in found:
                found[grade] += int(waiting[0].get(f"{subject} {grade}", "0"))
    return counts
