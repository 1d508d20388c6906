"""What is recorded of who answers for a matter in a unit."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.codec import Event, Part
from party_workflow.personal import Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.values import (
    Code,
    CodedDocument,
    Count,
    Digest,
    Flag,
    Moment,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "responsibility"

Side = Literal["parent", "child"]
"""The two sides of a responsibility letter: who hands the duty down, and who takes it on."""


class Post(Part):
    """A post that is liable together with others: a tier of the same matter in a unit."""

    unit: UnitId
    tier: Code


class ResponsibilityOpened(Event):
    """From then on the tiers of the kind answer for a matter in a unit.  `body` is the kind itself."""

    stored_type: ClassVar[str] = "responsibility.opened"
    requires: ClassVar[Requires] = Requires(duty="responsibility.open")
    unit_field: ClassVar[str | None] = "unit"

    matter: Code
    unit: UnitId
    kind: Code
    definition: Digest
    body: CodedDocument


class HolderNamed(Event):
    """A person, or a section, took a tier from when this takes effect; perhaps only `until` a moment.

    Nobody names themselves, and nobody names the section that they belong to.
    """

    stored_type: ClassVar[str] = "responsibility.holder_named"
    requires: ClassVar[Requires] = Requires(
        duty="responsibility.appoint", barred=("person",), own_units=("section",)
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("holder", "person"),)

    tier: Code
    person: PersonId | None = None
    section: UnitId | None = None
    ground: Code
    until: Moment | None = None


class HolderReplaced(Event):
    """One holder of a tier followed another without a gap.  Whoever held it before stays on record."""

    stored_type: ClassVar[str] = "responsibility.holder_replaced"
    requires: ClassVar[Requires] = Requires(
        duty="responsibility.appoint",
        barred=("person", "leaving"),
        own_units=("section", "leaving_section"),
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("holder", "person"),)

    tier: Code
    leaving: PersonId | None = None
    leaving_section: UnitId | None = None
    person: PersonId | None = None
    section: UnitId | None = None
    ground: Code


class HolderReleased(Event):
    """A holder left a tier, and nobody followed: from then on there is a gap unless others hold it too."""

    stored_type: ClassVar[str] = "responsibility.holder_released"
    requires: ClassVar[Requires] = Requires(
        duty="responsibility.appoint", barred=("person",), own_units=("section",)
    )

    tier: Code
    person: PersonId | None = None
    section: UnitId | None = None
    ground: Code


class HandedOver(Event):
    """Whoever leaves a tier handed the matter over to whoever takes it, with what is open; both see it.

    `text` is the digest of the paper of the handover, `issues` the matters of this log that go with it, and
    `evidence` the signed paper where somebody else records it.
    """

    stored_type: ClassVar[str] = "responsibility.handed_over"
    requires: ClassVar[Requires] = Requires(
        duty="responsibility.record", own=("leaving",), barred=("taking",)
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("leaving", "leaving"), Relates("taking", "taking"))

    number: Count
    tier: Code
    leaving: PersonId
    taking: PersonId
    text: Digest
    issues: tuple[StreamId, ...] = ()
    evidence: Digest | None = None


class HandoverAnswered(Event):
    """Whoever takes a matter over said that they received it as it stands, or that they do not accept it."""

    stored_type: ClassVar[str] = "responsibility.handover_answered"
    requires: ClassVar[Requires] = Requires(own=("taking",))

    number: Count
    taking: PersonId
    accepted: Flag
    remark: Sealed | None = None


class LetterIssued(Event):
    """A responsibility letter of a year was drawn up between the unit above and this one.

    `text` is the digest of what is signed, `for_parent` and `for_child` who signs for either side.
    """

    stored_type: ClassVar[str] = "responsibility.letter_issued"
    requires: ClassVar[Requires] = Requires(duty="responsibility.letter")
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("signatory", "for_parent"),
        Relates("signatory", "for_child"),
    )
    scope_fields: ClassVar[tuple[str, ...]] = ("parent",)

    number: Count
    year: Count
    parent: UnitId
    text: Digest
    for_parent: PersonId
    for_child: PersonId


class LetterSigned(Event):
    """One side signed a letter: on the signer's own account, or on paper, `evidence`, as somebody recorded.

    `other` is who signs for the other side, and records nothing for this one.
    """

    stored_type: ClassVar[str] = "responsibility.letter_signed"
    requires: ClassVar[Requires] = Requires(duty="responsibility.record", own=("signer",), barred=("other",))

    number: Count
    side: Side
    signer: PersonId
    other: PersonId
    text: Digest
    evidence: Digest | None = None


class LetterWithdrawn(Event):
    """A letter was withdrawn; it and its signatures stay on record, and another one may take its place."""

    stored_type: ClassVar[str] = "responsibility.letter_withdrawn"
    requires: ClassVar[Requires] = Requires(duty="responsibility.letter", barred=("signatory",))

    number: Count
    ground: Code


class PostsBound(Event):
    """Posts were bound to answer together (层层捆绑责任): all of them are named here.

    That is a fact about posts.  Nothing follows from it for anybody: a consequence takes a ground of its own.
    """

    stored_type: ClassVar[str] = "responsibility.posts_bound"
    requires: ClassVar[Requires] = Requires(duty="responsibility.bundle", barred=("holder",))

    bundle: Code
    posts: tuple[Post, ...]
    basis: Code


class PostsUnbound(Event):
    """A bundle ended."""

    stored_type: ClassVar[str] = "responsibility.posts_unbound"
    requires: ClassVar[Requires] = Requires(duty="responsibility.bundle", barred=("holder",))

    bundle: Code
    ground: Code


class ResponsibilityClosed(Event):
    """The matter is no longer carried in the unit.  Who answered for it until then stays on record."""

    stored_type: ClassVar[str] = "responsibility.closed"
    requires: ClassVar[Requires] = Requires(duty="responsibility.open", barred=("holder",))

    ground: Code


ResponsibilityEvent = (
    ResponsibilityOpened
    | HolderNamed
    | HolderReplaced
    | HolderReleased
    | HandedOver
    | HandoverAnswered
    | LetterIssued
    | LetterSigned
    | LetterWithdrawn
    | PostsBound
    | PostsUnbound
    | ResponsibilityClosed
)
