"""The state of a written work: its lifecycle, and what each event does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Final, assert_never

from party_workflow.domain.submission.commands import (
    AdmitReader,
    FlagSimilarity,
    Later,
    MarkReadOut,
    Resubmit,
    Vet,
    Withdraw,
)
from party_workflow.domain.submission.events import (
    Described,
    PinnedTemplate,
    ReaderAdmitted,
    ReadOut,
    Restricted,
    Resubmitted,
    Section,
    SectionsGiven,
    SimilarityFlagged,
    SubmissionEvent,
    Submitted,
    Verdict,
    Vetted,
    Withdrawn,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.lifecycle import Lifecycle, Table, compile  # noqa: A004
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

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
        "admit": ["submitted -> submitted", "returned -> returned"],
        "flag": ["submitted -> submitted", "returned -> returned"],
        "read_out": ["submitted -> submitted", "returned -> returned"],
    },
    # That a text was copied may come out after it was accepted.
    reopens={
        "admit": "accepted -> accepted",
        "send_back": "accepted -> returned",
        "flag": "accepted -> accepted",
        "read_out": "accepted -> accepted",
    },
)
TABLE: Final[Table] = compile(LIFECYCLE)


def move(command: Later) -> str:
    match command:
        case AdmitReader():
            return "admit"
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
    sections: tuple[Section, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The last verdict on it."""
        return self.vettings[-1].verdict if self.vettings else None


@dataclass(frozen=True, slots=True)
class CitedSection:
    """A section as others cite it: where it stands, in which version, the hash of its own text."""

    stream: str
    section: str
    version: str
    digest: str
    author: str
    accepted: bool


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
    channel: str | None = None
    template: PinnedTemplate | None = None
    restricted: bool = False
    readers: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """The content hash of the current version."""
        return self.versions[-1].digest

    def section(self, section: str, version: str | None = None) -> CitedSection | None:
        """A section of the current version, or of the last one with this digest; None if it has none."""
        for found in reversed(self.versions):
            if version is None or found.digest == version:
                given = next((item for item in found.sections if item.code == section), None)
                if given is None:
                    return None
                accepted = found.verdict == "accepted" and self.phase != "withdrawn"
                return CitedSection(self.stream, section, found.digest, given.digest, self.author, accepted)
        return None

    def read_out(self, activity: str) -> Version | None:
        """The version that was read out at an activity."""
        return next((version for version in self.versions if activity in version.read_at), None)


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Submission, recorded: Recorded) -> Submission:
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
        case Described():
            return replace(state, channel=event.channel, template=event.template)
        case Restricted():
            return replace(state, restricted=event.restricted, readers=frozenset(event.readers))
        case SectionsGiven():
            if not state.versions:
                return state
            sections = event.sections
            return _noted(state, state.digest, lambda v: replace(v, sections=sections))
        case ReaderAdmitted():
            return replace(state, readers=state.readers | {event.person})
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
