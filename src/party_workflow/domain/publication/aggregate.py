"""What a publication asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.publication.commands import (
    Comment,
    CorrectPublication,
    Draft,
    Finalise,
    LinkErratum,
    Notify,
    PublicationCommand,
    Publish,
    RaiseObjection,
    Receive,
    Redraft,
    ResolveObjection,
    Review,
)
from party_workflow.domain.publication.events import (
    CATEGORY,
    Commented,
    Drafted,
    ErratumLinked,
    Notified,
    ObjectionRaised,
    ObjectionResolved,
    Posted,
    PublicationFinalised,
    Published,
    Received,
    Redrafted,
    Reviewed,
)
from party_workflow.domain.publication.parts import Drafting
from party_workflow.domain.publication.publishing import draft, publish, questions
from party_workflow.domain.publication.reasons import (
    DRAFT_DIFFERS,
    NO_AUDIENCE,
    NO_DRAFT,
    NO_WINDOW,
    NOT_HELD,
    NOT_IN_AUDIENCE,
    NOT_ITS_ERRATUM,
    NOT_REVIEWED,
    OBJECTION_UPHELD,
    OPEN_OBJECTIONS,
    REASONS,
    RECORDED_ALREADY,
    TAKEN,
    UNKNOWN,
    UNKNOWN_OBJECTION,
    WINDOW_CLOSED,
    WINDOW_OPEN,
)
from party_workflow.domain.publication.state import (
    DRAFT_MOVES,
    DRAFT_TABLE,
    MOVES,
    TABLE,
    Publication,
    evolve,
)
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: PublicationCommand) -> Sequence[Ask]:
    match command:
        case Publish() | Draft():
            return tuple(questions(command).values())
        case LinkErratum():
            return (Ask("publication.summary", f"{CATEGORY}/{command.by}"),)
        case Notify():
            return (Ask(f"{command.occasion.partition('/')[0]}.work", command.occasion, optional=True),)
        case (
            RaiseObjection() | ResolveObjection() | Finalise() | Review() | Redraft() | Comment() | Receive()
        ):
            return ()
        case _:
            assert_never(command)


def _decide(command: PublicationCommand, state: Publication, context: Context) -> Answer:
    if shut := _closed(state).get(command.stored_type):
        return shut
    match command:
        case Publish():
            return publish(command, state.draft, context)
        case Draft():
            return draft(command, context)
        case Review() | Redraft():
            assert state.draft is not None
            return _draft(command, state.draft, context)
        case _:
            assert state.said is not None
            return _later(command, state, state.said, context)


def _draft(command: Review | Redraft, draft: Drafting, context: Context) -> Answer:
    if isinstance(command, Redraft):
        if command.digest == draft.digest:
            return RECORDED_ALREADY()
        return [Redrafted(digest=command.digest)]
    if command.digest != draft.digest:
        return DRAFT_DIFFERS(digest=draft.digest)
    note = context.seal_given(command.note, context.by.person, "review.note")
    return [Reviewed(digest=command.digest, passed=command.passed, note=note)]


def _later(
    command: Comment | Notify | Receive | LinkErratum | RaiseObjection | ResolveObjection | Finalise,
    state: Publication,
    said: Published,
    context: Context,
) -> Answer:
    match command:
        case LinkErratum():
            return _link(command, state, context)
        case RaiseObjection():
            # Where nobody is named it is open to all; where people are, it is theirs.
            if state.readers and command.objector not in state.readers:
                return NOT_IN_AUDIENCE(person=command.objector)
            if refusal := _not_open(said, context):
                return refusal
            ground = context.seal(command.ground, command.objector, "objection.ground")
            number = len(state.objections) + 1
            return [ObjectionRaised(number=number, objector=command.objector, ground=ground)]
        case ResolveObjection():
            if command.number not in state.open_objections:
                known = ", ".join(map(str, state.open_objections)) or "none"
                return UNKNOWN_OBJECTION(number=command.number, open=known)
            objector = state.objections[command.number - 1].objector
            answer = context.seal(command.answer, objector, "objection.answer")
            return [ObjectionResolved(number=command.number, upheld=command.upheld, answer=answer)]
        case Finalise():
            return _finalise(state, said, context)
        case Comment():
            if command.commenter not in state.readers:
                return NOT_IN_AUDIENCE(person=command.commenter)
            if refusal := _not_open(said, context):
                return refusal
            text = context.seal(command.text, command.commenter, "comment.text")
            return [Commented(number=len(state.comments) + 1, commenter=command.commenter, text=text)]
        case Notify():
            return _notify(command, state, context)
        case Receive():
            if command.person not in state.readers:
                return NOT_IN_AUDIENCE(person=command.person)
            if command.person in state.receipts:
                return RECORDED_ALREADY()
            return [Received(person=command.person, how=command.how)]
        case _:
            assert_never(command)


def _not_open(said: Published, context: Context) -> Refusal | None:
    if said.closes is None:
        return NO_WINDOW()
    # When it was raised counts, not when it was recorded: a letter in time is in time.
    return WINDOW_CLOSED(closes=time_text(said.closes)) if context.effective_at >= said.closes else None


def _notify(command: Notify, state: Publication, context: Context) -> Answer:
    (work,) = context.facts
    if work is None or not work.people:
        return NOT_HELD(occasion=command.occasion)
    readers = frozenset(state.readers)
    notice = Notified(
        occasion=command.occasion,
        present=tuple(sorted(work.people & readers)),
        others=tuple(sorted(work.people - readers)),
    )
    # A register that was put right since is recorded again.
    return RECORDED_ALREADY() if notice in state.notices else [notice]


def _link(command: LinkErratum, state: Publication, context: Context) -> Answer:
    (other,) = context.facts
    if other is None or f"{CATEGORY}/{other.erratum_of}" != command.stream:
        return NOT_ITS_ERRATUM(by=command.by, key=command.key)
    if refusal := _unanswered(state):
        return refusal
    return [ErratumLinked(by=command.by)]


def _finalise(state: Publication, said: Published, context: Context) -> Answer:
    # The earlier of the two clocks: dating ahead does not cut the time short.
    if said.closes is not None and min(context.at, context.effective_at) < said.closes:
        return WINDOW_OPEN(closes=time_text(said.closes))
    if refusal := _unanswered(state):
        return refusal
    if state.upheld_objections:
        return OBJECTION_UPHELD(number=state.upheld_objections[0])
    return [PublicationFinalised()]


def _unanswered(state: Publication) -> Refusal | None:
    numbers = state.open_objections
    if not numbers:
        return None
    return OPEN_OBJECTIONS(count=len(numbers), numbers=", ".join(map(str, numbers)))


def _closed(state: Publication) -> Mapping[str, Refusal | None]:
    """Why the state alone closes a command; `_decide` asks here first, so that both say the same."""
    found: dict[str, Refusal | None] = {}
    begun = state.said is not None or state.draft is not None
    if begun:
        found[Draft.stored_type] = TAKEN(stream=state.stream)
    if state.said is not None:
        opening: Refusal | None = TAKEN(stream=state.stream)
    elif state.draft is not None and DRAFT_TABLE.closed(state.draft.state, "publish") is not None:
        opening = NOT_REVIEWED()
    else:
        opening = None
    if opening is not None:
        found |= {Publish.stored_type: opening, CorrectPublication.stored_type: opening}
    for command, moves in DRAFT_MOVES.items():
        if state.draft is None:
            found[command.stored_type] = NO_DRAFT() if begun else UNKNOWN()
        else:
            found[command.stored_type] = DRAFT_TABLE.closed(state.draft.state, moves[0])
    for command, move in MOVES.items():
        found[command.stored_type] = UNKNOWN() if state.said is None else TABLE.closed(state.state, move)
    if state.said is not None and not state.readers:
        for command in (Comment, Notify, Receive):
            found[command.stored_type] = found[command.stored_type] or NO_AUDIENCE()
    return found


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Publication]] = Decider(
    category=CATEGORY,
    events=(
        Published,
        Posted,
        Drafted,
        Redrafted,
        Reviewed,
        Commented,
        Notified,
        Received,
        ErratumLinked,
        ObjectionRaised,
        ObjectionResolved,
        PublicationFinalised,
    ),
    commands=(
        Publish,
        CorrectPublication,
        Draft,
        Redraft,
        Review,
        Comment,
        Notify,
        Receive,
        LinkErratum,
        RaiseObjection,
        ResolveObjection,
        Finalise,
    ),
    initial=Publication,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "publication.work": Publication.work,
        "publication.summary": Publication.summary,
        "publication.result": Publication.result,
        "publication.delivery": Publication.delivery,
    },
    closed=_closed,
    yields={
        Publish.stored_type: (Published, Posted),
        CorrectPublication.stored_type: (Published, Posted),
        Draft.stored_type: (Drafted,),
        Redraft.stored_type: (Redrafted,),
        Review.stored_type: (Reviewed,),
        Comment.stored_type: (Commented,),
        Notify.stored_type: (Notified,),
        Receive.stored_type: (Received,),
        LinkErratum.stored_type: (ErratumLinked,),
        RaiseObjection.stored_type: (ObjectionRaised,),
        ResolveObjection.stored_type: (ObjectionResolved,),
        Finalise.stored_type: (PublicationFinalised,),
    },
    reasons=REASONS,
)
