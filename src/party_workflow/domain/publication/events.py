"""What is recorded of a publication."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from party_workflow.calendar import CalendarRef, Deadline, Step, StoredPeriod, Term
from party_workflow.codec import Event, Part
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.values import Code, Count, Day, Digest, Flag, Key, Moment, PersonId, StreamId, UnitId

CATEGORY: Final = "publication"


class Counted(Part):
    """How the end of a window was counted: what from, which term, on which calendar, day by day.

    `definition` is the digest under which the calendar was adopted in the log.
    """

    start: Moment
    term: Term
    due_day: Day
    calendar: CalendarRef
    definition: Digest
    steps: tuple[Step, ...]

    def deadline(self, due: datetime) -> Deadline:
        """The count as the calendar makes it, with its explanation; `due` is when the window closes."""
        return Deadline(
            start=self.start,
            term=self.term,
            due=due,
            due_day=self.due_day,
            calendar=self.calendar,
            steps=self.steps,
        )


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


class Posted(Published):
    """Something was published, and more is recorded of it than of a bare result.

    `kind` is the digest of the definition that governs it.  `window` says how `closes` was counted.  `of` is
    the matter that it is a snapshot of, `period` what it is about and `occasion` where it was announced,
    which may be in a later period.  `readers` are the people whom it is for, as of when it was published,
    taken from `audience_unit`, `audience_population` or by name; `handlers` are others who deal with it.  A
    `restricted` one does not exist for anybody else.  `due` is when it should have been published.
    """

    stored_type: ClassVar[str] = "publication.posted"
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("publisher", ACTOR),
        Relates("reader", "readers"),
        Relates("handler", "handlers"),
    )
    confidential_field: ClassVar[str | None] = "restricted"

    kind: Digest | None = None
    window: Counted | None = None
    of: StreamId | None = None
    period: StoredPeriod | None = None
    occasion: StreamId | None = None
    due: Moment | None = None
    audience_unit: UnitId | None = None
    audience_population: Key | None = None
    readers: tuple[PersonId, ...] = ()
    handlers: tuple[PersonId, ...] = ()
    restricted: Flag = False


class Drafted(Event):
    """A document was drawn up that somebody else has to review before it is published.

    Where it is `restricted`, nobody but the drafter and the `handlers` knows of it.
    """

    stored_type: ClassVar[str] = "publication.drafted"
    requires: ClassVar[Requires] = Requires(duty="publication.draft")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("drafter", ACTOR), Relates("handler", "handlers"))
    unit_field: ClassVar[str | None] = "unit"
    confidential_field: ClassVar[str | None] = "restricted"

    unit: UnitId
    subject: Code
    digest: Digest
    handlers: tuple[PersonId, ...] = ()
    restricted: Flag = False


class Redrafted(Event):
    """A draft that was sent back was changed: `digest` is that of the new text."""

    stored_type: ClassVar[str] = "publication.redrafted"
    requires: ClassVar[Requires] = Requires(duty="publication.draft")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("drafter", ACTOR),)

    digest: Digest


class Reviewed(Event):
    """Somebody who took no part in drafting passed this text, or sent it back."""

    stored_type: ClassVar[str] = "publication.reviewed"
    requires: ClassVar[Requires] = Requires(duty="publication.review", barred=("drafter",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("reviewer", ACTOR),)

    digest: Digest
    passed: Flag
    note: Sealed | None = None


class Commented(Event):
    """Somebody of the audience commented, under their own name; `number` counts from 1."""

    stored_type: ClassVar[str] = "publication.commented"
    requires: ClassVar[Requires] = Requires(own=("commenter",))
    relates: ClassVar[tuple[Relates, ...]] = (Relates("commenting", "commenter", sees=False),)

    number: Count
    commenter: PersonId
    text: Sealed


class Notified(Event):
    """It was made known at an occasion: who of the audience was `present`, and who else was there."""

    stored_type: ClassVar[str] = "publication.notified"
    requires: ClassVar[Requires] = Requires(duty="publication.deliver")

    occasion: StreamId
    present: tuple[PersonId, ...]
    others: tuple[PersonId, ...] = ()


class Received(Event):
    """Somebody of the audience received it: said so, or signed for it."""

    stored_type: ClassVar[str] = "publication.received"
    requires: ClassVar[Requires] = Requires(duty="publication.deliver", own=("person",))

    person: PersonId
    how: Code


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


PublicationEvent = (
    Published
    | Posted
    | Drafted
    | Redrafted
    | Reviewed
    | Commented
    | Notified
    | Received
    | ErratumLinked
    | ObjectionRaised
    | ObjectionResolved
    | PublicationFinalised
)
