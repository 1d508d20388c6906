"""What can be asked for on a written work."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from party_workflow.codec import Command, Part
from party_workflow.domain.submission.events import (
    CATEGORY,
    Verdict,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, Digest, Key, PersonId, Ratio, UnitId


class _SubmissionCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class GivenSection(Part):
    """One section on its way in: the SHA-256 of its text, how many characters, what it says in short."""

    digest: Digest
    characters: Count
    summary: Personal | None = None


class Submit(_SubmissionCommand):
    """Hand in a written work by the SHA-256 of its text: the author, or somebody who records for them.

    `template_code` and `template` name an adopted template and its digest, and go together; on it `sections`
    has each required section, none of them empty.  `channel` is how a report is given.
    """

    stored_type: ClassVar[str] = "submission.submit"
    kind: Code
    unit: UnitId
    author: PersonId
    digest: Digest
    serves: tuple[Serves, ...] = ()
    channel: Code | None = None
    template_code: Key | None = None
    template: Digest | None = None
    sections: dict[Code, GivenSection] = Field(default_factory=dict)


class AdmitReader(_SubmissionCommand):
    """Let somebody read a restricted work who did not belong to its unit, and say why."""

    stored_type: ClassVar[str] = "submission.admit_reader"
    person: PersonId
    ground: Code


class Resubmit(_SubmissionCommand):
    """Hand in a further version of a work that was sent back; on a template, with its sections."""

    stored_type: ClassVar[str] = "submission.resubmit"
    digest: Digest
    sections: dict[Code, GivenSection] = Field(default_factory=dict)


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


SubmissionCommand = Submit | AdmitReader | Resubmit | Vet | FlagSimilarity | MarkReadOut | Withdraw
Later = AdmitReader | Resubmit | Vet | FlagSimilarity | MarkReadOut | Withdraw
