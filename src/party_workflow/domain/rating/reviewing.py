"""Putting a mark aside for independent review, and settling it (R-148)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.rating.commands import HoldMark, RatingCommand, SettleMark
from party_workflow.domain.rating.events import REVIEW, MarkHeld, MarkSettled
from party_workflow.domain.rating.reasons import NO_MARK, NOT_HELD
from party_workflow.domain.rating.state import Rating


def needs(command: RatingCommand, state: Rating, facts: Sequence[Any]) -> Sequence[Ask]:
    """Who is close to those behind a mark, when it was given and now: who is somewhere else for a day stays
    close."""
    if not isinstance(command, SettleMark):
        return ()
    found = state.mark(command.entry, command.person)
    if found is None or found[1].at is None:
        return ()
    mark = found[1]
    return tuple(
        Ask("organisation.close", "organisation", {"people": mark.by, "at": at})
        for at in (mark.at, EFFECTIVE)
    )


def hold(command: HoldMark, state: Rating) -> Answer:
    found = state.mark(command.entry, command.person)
    if found is None or found[0] == command.person or (command.entry, command.person) in state.reviewed:
        return NO_MARK(entry=command.entry, person=command.person)
    return [MarkHeld(entry=command.entry, rater=found[0], person=command.person, ground=REVIEW)]


def settle(command: SettleMark, state: Rating, context: Context) -> Answer:
    found = state.mark(command.entry, command.person)
    if found is None or found[1].standing != "held":
        return NOT_HELD(entry=command.entry, person=command.person)
    rater, mark = found
    close = frozenset[str]().union(*context.facts) - {*mark.by}
    return [
        MarkSettled(
            entry=command.entry,
            rater=rater,
            person=command.person,
            released=command.released,
            finding="supported" if command.released else "not_supported",
            entered_by=mark.by,
            close=tuple(sorted(close)),
        )
    ]
