"""What is recorded of a written work."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.codec import Event, Part
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import Code, Count, Digest, Flag, Key, PersonId, Ratio, UnitId

CATEGORY: Final = "submission"

Verdict = Literal["accepted", "returned"]


class Section(Part):
    """One section of a version: the hash of its text and how many characters it has.

    It can be cited on its own, by stream and code; `summary` is what it says in short.
    """

    code: Code
    digest: Digest
    characters: Count
    summary: Sealed | None = None


class PinnedTemplate(Part):
    """The template that a work is written on, and its sections, so that further versions are held to it."""

    code: Key
    digest: Digest
    required: tuple[Code, ...] = ()
    optional: tuple[Code, ...] = ()


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


class Described(Event):
    """What a work is written on, and by which channel a report is given (live, in writing, online).

    On what channel anybody votes on it is an attribute of the vote.
    """

    stored_type: ClassVar[str] = "submission.described"
    requires: ClassVar[Requires] = Requires(duty="submission.record", own=("author",))

    channel: Code | None = None
    template: PinnedTemplate | None = None


class Restricted(Event):
    """A work was handed in for its author and these readers only, and for whoever is admitted later."""

    stored_type: ClassVar[str] = "submission.restricted"
    requires: ClassVar[Requires] = Requires(duty="submission.record", own=("author",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("reader", "readers"),)
    confidential_field: ClassVar[str | None] = "restricted"

    restricted: Flag
    readers: tuple[PersonId, ...] = ()


class SectionsGiven(Event):
    """The sections of the version that was handed in with this."""

    stored_type: ClassVar[str] = "submission.sections_given"
    requires: ClassVar[Requires] = Requires(duty="submission.record", own=("author",))

    sections: tuple[Section, ...]


class ReaderAdmitted(Event):
    """Somebody was admitted to a restricted work who did not belong to its unit, and why."""

    stored_type: ClassVar[str] = "submission.reader_admitted"
    requires: ClassVar[Requires] = Requires(duty="submission.admit", own=("author",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("reader", "person"),)

    person: PersonId
    ground: Code


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


SubmissionEvent = (
    Submitted
    | Described
    | Restricted
    | SectionsGiven
    | ReaderAdmitted
    | Resubmitted
    | Vetted
    | SimilarityFlagged
    | ReadOut
    | Withdrawn
)
