"""What responsibility for a matter asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.responsibility import holding, letters, reasons
from party_workflow.domain.responsibility.commands import (
    AnswerHandover,
    BindPosts,
    CloseResponsibility,
    HandOver,
    IssueLetter,
    NameHolder,
    OpenResponsibility,
    ReleaseHolder,
    ReplaceHolder,
    ResponsibilityCommand,
    SignLetter,
    UnbindPosts,
    WithdrawLetter,
)
from party_workflow.domain.responsibility.events import (
    CATEGORY,
    HandedOver,
    HandoverAnswered,
    HolderNamed,
    HolderReleased,
    HolderReplaced,
    LetterIssued,
    LetterSigned,
    LetterWithdrawn,
    PostsBound,
    PostsUnbound,
    ResponsibilityClosed,
    ResponsibilityOpened,
)
from party_workflow.domain.responsibility.kind import read_kind
from party_workflow.domain.responsibility.parts import Holding, Letter
from party_workflow.domain.responsibility.state import MOVES, TABLE, Responsibility, evolve
from party_workflow.errors import InvalidDefinition, Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: ResponsibilityCommand) -> Sequence[Ask]:
    match command:
        case OpenResponsibility():
            stream = f"definition/{command.kind.replace('_', '-')}"
            return (
                Ask("definition.body", stream, {"digest": command.definition}),
                Ask("definition.current", stream),
                Ask("organisation.kinds", "organisation", {"units": (command.unit,), "at": EFFECTIVE}),
            )
        case NameHolder() | ReplaceHolder():
            return holding.holder_asks(command)
        case HandOver():
            return holding.handover_asks(command)
        case IssueLetter():
            return letters.letter_asks(command)
        case BindPosts():
            return letters.bundle_asks(command)
        case (
            ReleaseHolder()
            | AnswerHandover()
            | SignLetter()
            | WithdrawLetter()
            | UnbindPosts()
            | CloseResponsibility()
        ):
            return ()
        case _:
            assert_never(command)


def _decide(command: ResponsibilityCommand, state: Responsibility, context: Context) -> Answer:
    if (shut := _closed(state).get(command.stored_type)) is not None:
        return shut
    if isinstance(command, OpenResponsibility):
        return _open(command, state, context)
    kind = state.kind
    assert kind is not None
    since = state.spells[-1].since
    if context.effective_at < since:
        return reasons.BEFORE_OPENING(since=time_text(since))
    match command:
        case NameHolder():
            return holding.name(command, state, kind, context)
        case ReplaceHolder():
            return holding.change(command, state, kind, context)
        case ReleaseHolder():
            return holding.release(command, state, kind, context)
        case HandOver():
            return holding.hand_over(command, state, kind, context)
        case AnswerHandover():
            return holding.answer(command, state, context)
        case IssueLetter():
            return letters.issue(command, state, kind, context)
        case SignLetter():
            return letters.sign(command, state, kind, context)
        case WithdrawLetter():
            return letters.withdraw(command, state)
        case BindPosts():
            return letters.bind(command, state, kind, context)
        case UnbindPosts():
            return letters.unbind(command, state)
        case CloseResponsibility():
            return [ResponsibilityClosed(ground=command.ground)]
        case _:
            assert_never(command)


def _open(command: OpenResponsibility, state: Responsibility, context: Context) -> Answer:
    body, current, standing = context.facts
    if body is None or current is None or current[1] != command.definition:
        return reasons.UNKNOWN_KIND(kind=command.kind)
    try:
        kind = read_kind(body)
    except InvalidDefinition:
        return reasons.UNKNOWN_KIND(kind=command.kind)
    if kind.code != command.kind:
        return reasons.UNKNOWN_KIND(kind=command.kind)
    if command.unit not in standing:
        return reasons.UNKNOWN_UNIT(unit=command.unit)
    if any(spell.until is None or spell.until > context.effective_at for spell in state.spells):
        return reasons.TAKEN(matter=command.matter, unit=command.unit)
    return [
        ResponsibilityOpened(
            matter=command.matter,
            unit=command.unit,
            kind=kind.code,
            definition=command.definition,
            body=kind.data(),
        )
    ]


def _closed(state: Responsibility) -> Mapping[str, Refusal | None]:
    """Why the state alone closes a command; `_decide` asks here first, so that both say the same."""
    if state.status is None:
        return {kind.stored_type: reasons.UNKNOWN() for kind in MOVES}
    found = {kind.stored_type: TABLE.closed(state.status, move) for kind, move in MOVES.items()}
    if state.status == TABLE.initial:
        found[OpenResponsibility.stored_type] = reasons.TAKEN(matter=state.matter, unit=state.unit)
    return found


# --- decider ---------------------------------------------------------------------------------


def _holders(state: Responsibility, at: datetime) -> dict[str, tuple[Holding, ...]]:
    return state.holders(at)


def _signers(state: Responsibility, at: datetime) -> tuple[str, ...] | None:
    return state.signers(at)


def _leads(state: Responsibility, at: datetime) -> tuple[str, ...]:
    return state.leads(at)


def _letters(state: Responsibility) -> tuple[Letter, ...]:
    return state.letters


DECIDER: Final[Decider[Responsibility]] = Decider(
    category=CATEGORY,
    events=(
        ResponsibilityOpened,
        HolderNamed,
        HolderReplaced,
        HolderReleased,
        HandedOver,
        HandoverAnswered,
        LetterIssued,
        LetterSigned,
        LetterWithdrawn,
        PostsBound,
        PostsUnbound,
        ResponsibilityClosed,
    ),
    commands=(
        OpenResponsibility,
        NameHolder,
        ReplaceHolder,
        ReleaseHolder,
        HandOver,
        AnswerHandover,
        IssueLetter,
        SignLetter,
        WithdrawLetter,
        BindPosts,
        UnbindPosts,
        CloseResponsibility,
    ),
    initial=Responsibility,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "responsibility.work": Responsibility.work,
        "responsibility.holders": _holders,
        "responsibility.signers": _signers,
        "responsibility.leads": _leads,
        "responsibility.letters": _letters,
    },
    closed=_closed,
    yields={
        OpenResponsibility.stored_type: (ResponsibilityOpened,),
        NameHolder.stored_type: (HolderNamed,),
        ReplaceHolder.stored_type: (HolderReplaced,),
        ReleaseHolder.stored_type: (HolderReleased,),
        HandOver.stored_type: (HandedOver,),
        AnswerHandover.stored_type: (HandoverAnswered,),
        IssueLetter.stored_type: (LetterIssued,),
        SignLetter.stored_type: (LetterSigned,),
        WithdrawLetter.stored_type: (LetterWithdrawn,),
        BindPosts.stored_type: (PostsBound,),
        UnbindPosts.stored_type: (PostsUnbound,),
        CloseResponsibility.stored_type: (ResponsibilityClosed,),
    },
    reasons=reasons.REASONS,
)
