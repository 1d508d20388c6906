"""What is recorded of a publication."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.values import Code, Count, Digest, Flag, Key, Moment, PersonId, UnitId

CATEGORY: Final = "publication"


class Published(Event):
    """A result was published.

    `position` is where the log ended from which it was computed, `known` and `effective` the moments as of
    which it was read; `rule` is the digest of the rule or policy, `digest` that of the canonical bytes of
    the result.  With `closes` it is open for objections until then.  `erratum_of` names the publication that
    this one corrects.
    """

    stored_type: ClassVar[str] = "publication.published"
    requires: ClassVar[Requires] = Requires(duty="publication.publish")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("publisher", ACTOR),)
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    subject: Code
    audience: Code
    media: Code
    position: Count
    known: Moment
    effective: Moment | None = None
    rule: Digest
    digest: Digest
    closes: Moment | None = None
    erratum_of: Key | None = None
    ground: Code | None = None
    serves: tuple[Serves, ...] = ()


class ErratumLinked(Event):
    """A publication was superseded by another one that corrects it."""

    stored_type: ClassVar[str] = "publication.erratum_linked"
    requires: ClassVar[Requires] = Requires(duty="publication.publish")

    by: Key


class ObjectionRaised(Event):
    """Somebody objected; `number` counts the objections to one publication from 1."""

    stored_type: ClassVar[str] = "publication.objection_raised"
    requires: ClassVar[Requires] = Requires(duty="publication.objection", own=("objector",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("objecting", "objector"),)

    number: Count
    objector: PersonId
    ground: Sealed


class ObjectionResolved(Event):
    """An objection was answered, by somebody who neither published nor objected."""

    stored_type: ClassVar[str] = "publication.objection_resolved"
    requires: ClassVar[Requires] = Requires(duty="publication.resolve", barred=("objecting", "publisher"))

    number: Count
    upheld: Flag
    answer: Sealed


class PublicationFinalised(Event):
    """The time for objections was over, and the publication became final."""

    stored_type: ClassVar[str] = "publication.finalised"
    requires: ClassVar[Requires] = Requires(duty="publication.finalise", barred=("objecting",))


PublicationEvent = Published | ErratumLinked | ObjectionRaised | ObjectionResolved | PublicationFinalised
