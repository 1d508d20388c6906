"""What can be asked for on a written work."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.codec import Command
from party_workflow.domain.submission.events import (
    CATEGORY,
    Verdict,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Digest, Key, PersonId, Ratio, UnitId


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
Later = Resubmit | Vet | FlagSimilarity | MarkReadOut | Withdraw
