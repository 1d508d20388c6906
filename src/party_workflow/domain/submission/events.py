"""What is recorded of a written work."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import Code, Digest, Key, PersonId, Ratio, UnitId

CATEGORY: Final = "submission"

Verdict = Literal["accepted", "returned"]


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
