"""Submission: a written work by one author: a reflection, analysis material, a rectification plan.

The text stays outside; the log holds the content hash of every version, so that the one read out at a meeting
can be told from the ones before and after it (R-052).  Somebody other than the author vets it, and what is
sent back can be handed in again (R-064).  A checker may flag what resembles another text; only a vet,
who answers for it by name, sends back (R-065).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import ClassVar, Final, Literal, assert_never

from party_workflow.canonical import fraction_text
from party_workflow.codec import Command, Event
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Lifecycle, Table, compile  # noqa: A004
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Digest, Key, PersonId, Ratio, UnitId

CATEGORY: Final = "submission"

Verdict = Literal["accepted", "returned"]

# --- events ----------------------------------------------------------------------------------


class Submitted(Event):
    """An author handed in a written work: its first version, by content hash."""

    stored_type: ClassVar[str] = "submission.submitted"
    requires: ClassVar[Requires] = Requires(duty="submission.record", own=("author",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("author", "author"),)
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    unit: UnitId
    author: PersonId
    digest: Digest
    serves: tuple[Serves, ...] = ()


class Resubmitted(Event):
    """A further version was handed in."""

    stored_type: ClassVar[str] = "submission.resubmitted"
    requires: ClassVar[Requires] = Requires(duty="submission.record", own=("author",))

    digest: Digest


class Vetted(Event):
    """Somebody other than the author accepted this version or sent it back."""

    stored_type: ClassVar[str] = "submission.vetted"
    requires: ClassVar[Requires] = Requires(duty="submission.vet", barred=("author",))

    digest: Digest
    verdict: Verdict
    ground: Code | None = None
    note: Sealed | None = None


class SimilarityFlagged(Event):
    """A checker found that this version shares so much with another text.  It decides nothing."""

    stored_type: ClassVar[str] = "submission.similarity_flagged"
    requires: ClassVar[Requires] = Requires(duty="submission.check")

    digest: Digest
    share: Ratio
    source_digest: Digest


class ReadOut(Event):
    """This version was read out at an activity."""

    stored_type: ClassVar[str] = "submission.read_out"
    requires: ClassVar[Requires] = Requires(duty="submission.record")

    digest: Digest
    activity: Key


class Withdrawn(Event):
    """The work was withdrawn; its versions stay."""

    stored_type: ClassVar[str] = "submission.withdrawn"
    requires: ClassVar[Requires] = Requires(duty="submission.record", own=("author",))

    ground: Code


SubmissionEvent = Submitted | Resubmitted | Vetted | SimilarityFlagged | ReadOut | Withdrawn

# --- commands --------------------------------------------------------------------------------


class _SubmissionCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class Submit(_SubmissionCommand):
    """Hand in a written work by the SHA-256 of its text: the author, or somebody who records for them."""

    stored_type: ClassVar[str] = "submission.submit"
    kind: Code
    unit: UnitId
    author: PersonId
    digest: Digest
    serves: tuple[Serves, ...] = ()


class Resubmit(_SubmissionCommand):
    """Hand in a further version of a work that was sent back."""

    stored_type: ClassVar[str] = "submission.resubmit"
    digest: Digest


class Vet(_SubmissionCommand):
    """Accept the current version, or send it back with a ground; what was accepted may be sent back too."""

    stored_type: ClassVar[str] = "submission.vet"
    verdict: Verdict
    ground: Code | None = None
    note: Personal | None = None


class FlagSimilarity(_SubmissionCommand):
    """Flag that the current version shares a part of its text with another text."""

    stored_type: ClassVar[str] = "submission.flag_similarity"
    share: Ratio
    source_digest: Digest


class MarkReadOut(_SubmissionCommand):
    """Record which version was read out at an activity that took place: `digest`, or else the current one."""

    stored_type: ClassVar[str] = "submission.mark_read_out"
    activity: Key
    digest: Digest | None = None


class Withdraw(_SubmissionCommand):
    """Withdraw a work that has not been accepted."""

    stored_type: ClassVar[str] = "submission.withdraw"
    ground: Code


SubmissionCommand = Submit | Resubmit | Vet | FlagSimilarity | MarkReadOut | Withdraw
_Later = Resubmit | Vet | FlagSimilarity | MarkReadOut | Withdraw

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "submission",
    1,
    initial="submitted",
    final=("accepted", "withdrawn"),
    moves={
        "accept": "submitted -> accepted",
        "send_back": "submitted -> returned",
        "resubmit": "returned -> submitted",
        "withdraw": "submitted, returned -> withdrawn",
        "flag": ["submitted -> submitted", "returned -> returned"],
        "read_out": ["submitted -> submitted", "returned -> returned"],
    },
    # That a text was copied may come out after it was accepted.
    reopens={
        "send_back": "accepted -> returned",
        "flag": "accepted -> accepted",
        "read_out": "accepted -> accepted",
    },
)
TABLE: Final[Table] = compile(LIFECYCLE)


def _move(command: _Later) -> str:
    match command:
        case Resubmit():
            return "resubmit"
        case Vet():
            return "accept" if command.verdict == "accepted" else "send_back"
        case FlagSimilarity():
            return "flag"
        case MarkReadOut():
            return "read_out"
        case Withdraw():
            return "withdraw"
        case _:
            assert_never(command)


# --- refusal reasons, in order of precedence -------------------------------------------------

TAKEN: Final = Reason(
    "submission.taken", "The submission id {key} was used before.", "Choose an id that was never used."
)
UNKNOWN: Final = Reason(
    "submission.unknown", "This work has not been handed in.", "Hand it in first, or check the id."
)
UNKNOWN_UNIT: Final = Reason(
    "submission.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_AUTHOR: Final = Reason(
    "submission.unknown_author",
    "{author} does not stand in the organisation at that time.",
    "Register the person first, or check the id and the time.",
)
SAME_VERSION: Final = Reason(
    "submission.same_version",
    "The text with the digest {digest} is the version that was sent back.",
    "Hand in the revised text.",
)
NO_GROUND: Final = Reason(
    "submission.no_ground",
    "A work is sent back without a ground.",
    "Give the code of the ground, so that the author knows what to mend.",
)
SHARE_OUT_OF_RANGE: Final = Reason(
    "submission.share_out_of_range",
    "A text cannot share {share} of itself with another.",
    "Give a share above 0 and up to 1.",
)
UNKNOWN_VERSION: Final = Reason(
    "submission.unknown_version",
    "No version of this work has the digest {digest}.",
    "Check the digest, or leave it out for the current version.",
)
NOT_HELD: Final = Reason(
    "submission.activity_not_held",
    "The activity {activity} has not taken place.",
    "Record it as held first, or check the id.",
)
READ_ALREADY: Final = Reason(
    "submission.read_already",
    "The reading at {activity} is on record already.",
    "Nothing needs to be recorded; check the activity.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_AUTHOR,
    SAME_VERSION,
    NO_GROUND,
    SHARE_OUT_OF_RANGE,
    UNKNOWN_VERSION,
    NOT_HELD,
    READ_ALREADY,
)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flag:
    """A resemblance that a checker pointed out."""

    share: Fraction
    source_digest: str


@dataclass(frozen=True, slots=True)
class Vetting:
    """A verdict on a version, by whom and when."""

    verdict: Verdict
    by: str
    at: datetime
    ground: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the text: its content hash, when it was handed in, and what became of it."""

    digest: str
    at: datetime
    vettings: tuple[Vetting, ...] = ()
    flags: tuple[Flag, ...] = ()
    read_at: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The last verdict on it."""
        return self.vettings[-1].verdict if self.vettings else None


@dataclass(frozen=True, slots=True)
class Submission:
    """A written work with all its versions, the current one last; `phase` is None before it was handed in."""

    stream: str = ""
    phase: str | None = None
    kind: str = ""
    unit: str | None = None
    author: str = ""
    serves: tuple[Serves, ...] = ()
    versions: tuple[Version, ...] = ()

    @property
    def digest(self) -> str:
        """The content hash of the current version."""
        return self.versions[-1].digest

    def read_out(self, activity: str) -> Version | None:
        """The version that was read out at an activity."""
        return next((version for version in self.versions if activity in version.read_at), None)


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Submission, recorded: Recorded) -> Submission:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, SubmissionEvent)
    match event:
        case Submitted():
            return Submission(
                stream=envelope.stream,
                phase="submitted",
                kind=event.kind,
                unit=event.unit,
                author=event.author,
                serves=event.serves,
                versions=(Version(event.digest, envelope.effective_at),),
            )
        case Resubmitted():
            version = Version(event.digest, envelope.effective_at)
            return replace(state, phase="submitted", versions=(*state.versions, version))
        case Vetted():
            vetting = Vetting(event.verdict, envelope.person, envelope.effective_at, event.ground, event.note)
            state = _noted(state, event.digest, lambda v: replace(v, vettings=(*v.vettings, vetting)))
            return replace(state, phase=event.verdict)
        case SimilarityFlagged():
            flag = Flag(event.share, event.source_digest)
            return _noted(state, event.digest, lambda v: replace(v, flags=(*v.flags, flag)))
        case ReadOut():
            activity = event.activity
            return _noted(state, event.digest, lambda v: replace(v, read_at=(*v.read_at, activity)))
        case Withdrawn():
            return replace(state, phase="withdrawn")
        case _:
            assert_never(event)


def _noted(state: Submission, digest: str, note: Callable[[Version], Version]) -> Submission:
    """The state with something noted at the last version that has this digest: an earlier text may come back.

    As of an effective time at which the version had not been handed in there is nothing to note it at.
    """
    versions = list(state.versions)
    for index in reversed(range(len(versions))):
        if versions[index].digest == digest:
            versions[index] = note(versions[index])
            break
    return replace(state, versions=tuple(versions))


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
    step = TABLE.step(state.phase, _move(command))
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
    moves: Mapping[type[_Later], str] = {
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
    evolve=_evolve,
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
