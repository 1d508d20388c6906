"""What a move between stages may wait for: each guard answers with the first subjects that lack it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from party_workflow.domain.assessment.kind import GUARDS
from party_workflow.domain.assessment.reasons import (
    ANSWERS_LACKING,
    COMMENTS_LACKING,
    MODES_LACKING,
    NOT_IN_LEDGER,
    NOT_PUBLISHED,
    REPORTS_LACKING,
    SHEETS_LACKING,
    UNCONFIRMED,
    VOTING_OPEN,
)
from party_workflow.domain.assessment.state import Assessment
from party_workflow.errors import Refusal
from party_workflow.lifecycle import Guard

_SHOWN: Final = 5


def first(names: Iterable[str]) -> str:
    """The first names by id, and how many more there are."""
    found = sorted(names)
    more = len(found) - _SHOWN
    shown = ", ".join(found[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _modes_complete(state: Assessment) -> Refusal | None:
    lacking = [subject for subject in state.subjects if subject not in state.modes]
    if not lacking:
        return None
    counts = Counter(state.modes[subject] for subject in state.subjects if subject in state.modes)
    return MODES_LACKING(
        counts=" + ".join(f"{count} {mode}" for mode, count in sorted(counts.items())) or "0",
        with_mode=sum(counts.values()),
        population=len(state.subjects),
        subjects=first(lacking),
    )


def _reports_complete(state: Assessment) -> Refusal | None:
    lacking = [subject for subject in state.assessed if subject not in state.reports]
    return REPORTS_LACKING(count=len(lacking), subjects=first(lacking)) if lacking else None


def _sheets_complete(state: Assessment, without: str | None = None) -> Refusal | None:
    for voice in () if state.kind is None else state.kind.voices:
        if voice.required and voice.standing != without and (lacking := state.lacking(voice.code)):
            return SHEETS_LACKING(voice=voice.code, count=len(lacking), subjects=first(lacking))
    return None


def _inputs_complete(state: Assessment) -> Refusal | None:
    return _sheets_complete(state, without="final")


def _everything_confirmed(state: Assessment) -> Refusal | None:
    pending = state.all_pending
    if not pending and not state.quarantine:
        return None
    shown = first(pending) or "none"
    return UNCONFIRMED(count=len(pending), subjects=shown, quarantined=len(state.quarantine))


def _comments_complete(state: Assessment) -> Refusal | None:
    commented = {remark.subject for remark in state.comments}
    lacking = [subject for subject in state.assessed if subject not in commented]
    return COMMENTS_LACKING(count=len(lacking), subjects=first(lacking)) if lacking else None


def _answers_complete(state: Assessment) -> Refusal | None:
    questions = set() if state.kind is None else {question.code for question in state.kind.questions}
    lacking = [
        subject for subject in state.assessed if not questions <= state.answers.get(subject, {}).keys()
    ]
    return ANSWERS_LACKING(count=len(lacking), subjects=first(lacking)) if lacking else None


def _voting_closed(state: Assessment) -> Refusal | None:
    return VOTING_OPEN(rounds=", ".join(state.open_rounds)) if state.open_rounds else None


def _published(state: Assessment) -> Refusal | None:
    after = state.touched
    stands = any(after is None or citation.known >= after for citation in state.citations)
    return None if stands else NOT_PUBLISHED()


def _problems_in_ledger(state: Assessment) -> Refusal | None:
    lacking = [problem for problem in state.problems if problem.case is None]
    return NOT_IN_LEDGER(count=len(lacking), subjects=lacking[0].subject) if lacking else None


_CHECKS: Final[Mapping[str, Callable[[Assessment], Refusal | None]]] = {
    "modes_complete": _modes_complete,
    "reports_complete": _reports_complete,
    "sheets_complete": _sheets_complete,
    "inputs_complete": _inputs_complete,
    "confirmed": _everything_confirmed,
    "comments_complete": _comments_complete,
    "answers_complete": _answers_complete,
    "voting_closed": _voting_closed,
    "published": _published,
    "problems_in_ledger": _problems_in_ledger,
}

CHECKED: Final[Mapping[str, Guard[Assessment]]] = {code: Guard(code, _CHECKS[code]) for code in GUARDS}
"""The guards of `GUARDS`, to be given to a step."""
