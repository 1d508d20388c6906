"""What is entered on a sheet: a value on a scale, or the way in which there is none, and what stands behind
it.

Missing, excused and not applicable are values of their own, different from each other and from zero (R-104).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import StringConstraints, model_validator

from party_workflow.codec import Part
from party_workflow.values import Code, Count, Day, Digest, Flag, Kind, Number

EvidenceKind = Literal["document", "confirmation", "measurement", "third_party"]
"""What sort of proof: paper, the word of those who benefit, a measurement, somebody not involved (R-194)."""

AbsentKind = Literal["missing", "excused", "not_applicable"]

SUBJECT_PATTERN: Final = (
    r"^(?:u-[a-z0-9][a-z0-9-]{0,46}|p-(?:[0-9]{1,6}|[0-9a-f]{32})"
    r"(?:@[a-z][a-z0-9_.-]{0,63}@u-[a-z0-9][a-z0-9-]{0,46})?)$"
)
SubjectId = Annotated[str, StringConstraints(pattern=SUBJECT_PATTERN), Kind("id")]
"""Who is marked: a unit, a person, or a person in a post of a unit, as ``p-5@secretary@u-branch``."""


class Proof(Part):
    """A piece of evidence by content hash: its kind, and the last day on which it holds, where it expires."""

    digest: Digest
    kind: EvidenceKind
    expires: Day | None = None


class Value(Part):
    """One mark: exactly one of passed, grade, points, part of whole, or absent.

    `points` is also a measure in the unit of the item; `part` and `whole` are the two counts of a rate.
    Excused and not applicable say why, in a code.
    """

    passed: Flag | None = None
    grade: Code | None = None
    points: Number | None = None
    part: Count | None = None
    whole: Count | None = None
    absent: AbsentKind | None = None
    reason: Code | None = None
    evidence: tuple[Proof, ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [value for value in (self.passed, self.grade, self.points, self.absent) if value is not None]
        rate = (self.part is not None) + (self.whole is not None)
        if rate == 1:
            raise ValueError("a rate has both counts, part and whole")
        if len(given) + (rate == 2) != 1:
            raise ValueError("a mark is exactly one of passed, grade, points, part of whole, or absent")
        if self.part is not None and self.whole is not None and self.part > self.whole:
            raise ValueError("a part is not more than the whole")
        return self

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """The evidence, perhaps none."""
        return self.evidence or ()


class Answer(Part):
    """Whether a common finding applies; where it does not, a reason says why."""

    applies: Flag
    reason: Code | None = None


def person_of(subject: str) -> str | None:
    """The person that a subject is, or None for a unit."""
    return subject.partition("@")[0] if subject.startswith("p-") else None


def unit_of(subject: str) -> str | None:
    """The unit that a subject is, or in whose post it is; None for a person in no post."""
    return subject if subject.startswith("u-") else subject.rpartition("@")[2] if "@" in subject else None
