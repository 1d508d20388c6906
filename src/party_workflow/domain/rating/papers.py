"""Ballot papers: handed out in batches, each counted by two persons (R-038)."""

from __future__ import annotations

from typing import assert_never

from party_workflow.decider import Answer, Context, Decision
from party_workflow.domain.rating.commands import DiscardPaperEntry, EnterPaperBallots, IssuePapers
from party_workflow.domain.rating.events import PaperConfirmed, PaperDiscarded, PaperEntered, PapersIssued
from party_workflow.domain.rating.reasons import (
    BALLOT_INVALID,
    BATCH_COUNTED,
    BOX_DAMAGED,
    COUNTS_DIFFER,
    NOBODY,
    NOT_COUNTED,
    NOT_ISSUED,
    NOT_RECONCILED,
)
from party_workflow.domain.rating.state import Batch, Rating
from party_workflow.domain.rating.voting import cannot_vote, past_closing
from party_workflow.store import Deposit


def paper_box(state: Rating, batch: str) -> str:
    return f"{state.stream}/{batch}"


def boxes(state: Rating) -> tuple[str, ...]:
    if not state.secret:
        return ()
    return (state.stream, *(paper_box(state, batch) for batch in sorted(state.batches)))


def decide_paper(
    command: IssuePapers | EnterPaperBallots | DiscardPaperEntry, state: Rating, context: Context
) -> Answer:
    batch = state.batches.get(command.batch)
    match command:
        case IssuePapers():
            if (refusal := past_closing(state, context)) is not None:
                return refusal
            if not command.raters:
                return NOBODY(who="holders of papers")
            for rater in sorted(command.raters):
                if (refusal := cannot_vote(state, rater)) is not None:
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
            return Decision((event,), empties=(paper_box(state, command.batch),))
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
    box, sheet = paper_box(state, command.batch), _sheet(command)
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
