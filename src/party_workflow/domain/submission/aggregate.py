"""What a written work asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import fraction_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.submission.commands import (
    FlagSimilarity,
    Later,
    MarkReadOut,
    Resubmit,
    SubmissionCommand,
    Submit,
    Vet,
    Withdraw,
)
from party_workflow.domain.submission.events import (
    CATEGORY,
    ReadOut,
    Resubmitted,
    SimilarityFlagged,
    Submitted,
    Vetted,
    Withdrawn,
)
from party_workflow.domain.submission.reasons import (
    NO_GROUND,
    NOT_HELD,
    READ_ALREADY,
    REASONS,
    SAME_VERSION,
    SHARE_OUT_OF_RANGE,
    TAKEN,
    UNKNOWN,
    UNKNOWN_AUTHOR,
    UNKNOWN_UNIT,
    UNKNOWN_VERSION,
)
from party_workflow.domain.submission.state import (
    TABLE,
    Submission,
    Version,
    evolve,
    move,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _asks(command: SubmissionCommand) -> Sequence[Ask]:
    match command:
        case Submit():
            arguments = {"people": (command.author,), "at": EFFECTIVE}
            return (
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                Ask("organisation.known", "organisation", arguments),
            )
        case MarkReadOut():
            return (Ask("activity.work", f"activity/{command.activity}"),)
        case Resubmit() | Vet() | FlagSimilarity() | Withdraw():
            return ()
        case _:
            assert_never(command)


def _decide(command: SubmissionCommand, state: Submission, context: Context) -> Answer:
    if isinstance(command, Submit):
        return _submit(command, state, context)
    if state.phase is None:
        return UNKNOWN()
    step = TABLE.step(state.phase, move(command))
    if isinstance(step, Refusal):
        return step
    match command:
        case Resubmit():
            if command.digest == state.digest:
                return SAME_VERSION(digest=command.digest)
            return [Resubmitted(digest=command.digest)]
        case Vet():
            if command.verdict == "returned" and command.ground is None:
                return NO_GROUND()
            note = context.seal_given(command.note, state.author, "submission.note")
            return [Vetted(digest=state.digest, verdict=command.verdict, ground=command.ground, note=note)]
        case FlagSimilarity():
            if not 0 < command.share <= 1:
                return SHARE_OUT_OF_RANGE(share=fraction_text(command.share))
            return [
                SimilarityFlagged(
                    digest=state.digest, share=command.share, source_digest=command.source_digest
                )
            ]
        case MarkReadOut():
            return _mark_read_out(command, state, context)
        case Withdraw():
            return [Withdrawn(ground=command.ground)]
        case _:
            assert_never(command)


def _submit(command: Submit, state: Submission, context: Context) -> Answer:
    if state.phase is not None:
        return TAKEN(key=command.key)
    unit_open, known = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.author not in known:
        return UNKNOWN_AUTHOR(author=command.author)
    return [
        Submitted(
            kind=command.kind,
            unit=command.unit,
            author=command.author,
            digest=command.digest,
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def _mark_read_out(command: MarkReadOut, state: Submission, context: Context) -> Answer:
    digest = state.digest if command.digest is None else command.digest
    if all(version.digest != digest for version in state.versions):
        return UNKNOWN_VERSION(digest=digest)
    (activity,) = context.facts
    if activity is None or activity.state != "held":
        return NOT_HELD(activity=command.activity)
    if state.read_out(command.activity) is not None:
        return READ_ALREADY(activity=command.activity)
    return [ReadOut(digest=digest, activity=command.activity)]


def _closed(state: Submission) -> Mapping[str, Refusal | None]:
    if state.phase is None:
        later = (Resubmit, Vet, FlagSimilarity, MarkReadOut, Withdraw)
        return {kind.stored_type: UNKNOWN() for kind in later}
    moves: Mapping[type[Later], str] = {
        Resubmit: "resubmit",
        FlagSimilarity: "flag",
        MarkReadOut: "read_out",
        Withdraw: "withdraw",
    }
    closed = {kind.stored_type: TABLE.closed(state.phase, move) for kind, move in moves.items()}
    # One of the two verdicts is enough for vetting to be open; "send_back" goes from wherever "accept" does.
    closed[Vet.stored_type] = TABLE.closed(state.phase, "send_back")
    return closed | {Submit.stored_type: TAKEN(key=state.stream.partition("/")[2])}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Submission) -> Work | None:
    """The written work, done once accepted, with its author; None for one never handed in."""
    if state.phase is None:
        return None
    return Work(
        state.stream,
        state.kind,
        state.unit,
        state.phase,
        done=state.phase == "accepted",
        serves=state.serves,
        people=frozenset({state.author}),
    )


def _versions(state: Submission) -> tuple[Version, ...]:
    return state.versions


DECIDER: Final[Decider[Submission]] = Decider(
    category=CATEGORY,
    events=(Submitted, Resubmitted, Vetted, SimilarityFlagged, ReadOut, Withdrawn),
    commands=(Submit, Resubmit, Vet, FlagSimilarity, MarkReadOut, Withdraw),
    initial=Submission,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={"submission.work": _work, "submission.versions": _versions},
    closed=_closed,
    yields={
        Submit.stored_type: (Submitted,),
        Resubmit.stored_type: (Resubmitted,),
        Vet.stored_type: (Vetted,),
        FlagSimilarity.stored_type: (SimilarityFlagged,),
        MarkReadOut.stored_type: (ReadOut,),
        Withdraw.stored_type: (Withdrawn,),
    },
    reasons=REASONS,
)
