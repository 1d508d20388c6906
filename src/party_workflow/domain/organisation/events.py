"""What is recorded of the organisation."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Event
from party_workflow.personal import Sealed
from party_workflow.relations import Effect, Requires
from party_workflow.values import Code, Moment, PersonId, UnitId

STREAM: Final = "organisation"


class UnitFounded(Event):
    """A unit came into being under a parent, or as the root."""

    stored_type: ClassVar[str] = "organisation.unit_founded"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("parent",)
    effect: ClassVar[Effect | None] = "unit_founded"

    unit: UnitId
    kind: Code
    parent: UnitId | None = None
    title: Sealed | None = None


class UnitMoved(Event):
    """A unit, with all below it, came under another parent.  It takes a role over both."""

    stored_type: ClassVar[str] = "organisation.unit_moved"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit", "parent")
    effect: ClassVar[Effect | None] = "unit_moved"

    unit: UnitId
    parent: UnitId


class UnitClosed(Event):
    """A unit ceased to exist; its people had been moved before."""

    stored_type: ClassVar[str] = "organisation.unit_closed"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    ground: Code


class PersonJoined(Event):
    """A person came to count in a unit, in these categories."""

    stored_type: ClassVar[str] = "organisation.person_joined"
    requires: ClassVar[Requires] = Requires(duty="organisation.people")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)
    effect: ClassVar[Effect | None] = "placed"

    person: PersonId
    unit: UnitId
    categories: tuple[Code, ...]
    name: Sealed | None = None


class PersonMoved(Event):
    """A person came to count in another unit.  It takes a role over both: nobody takes people from others."""

    stored_type: ClassVar[str] = "organisation.person_moved"
    requires: ClassVar[Requires] = Requires(duty="organisation.people")
    scope_fields: ClassVar[tuple[str, ...]] = ("person", "unit")
    effect: ClassVar[Effect | None] = "placed"

    person: PersonId
    unit: UnitId


class CategoriesChanged(Event):
    """A person's categories became these."""

    stored_type: ClassVar[str] = "organisation.categories_changed"
    requires: ClassVar[Requires] = Requires(duty="organisation.people")
    scope_fields: ClassVar[tuple[str, ...]] = ("person",)

    person: PersonId
    categories: tuple[Code, ...]
    ground: Code


class PersonLeft(Event):
    """A person no longer counts in any unit."""

    stored_type: ClassVar[str] = "organisation.person_left"
    requires: ClassVar[Requires] = Requires(duty="organisation.people")
    scope_fields: ClassVar[tuple[str, ...]] = ("person",)
    effect: ClassVar[Effect | None] = "left"

    person: PersonId
    ground: Code


class PostAssigned(Event):
    """A person took up a post in a unit.  A post says what one is; a role (see authority) what one may do."""

    stored_type: ClassVar[str] = "organisation.post_assigned"
    requires: ClassVar[Requires] = Requires(duty="organisation.posts")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    post: Code
    unit: UnitId
    person: PersonId


class PostEnded(Event):
    """A person's tenure of a post ended."""

    stored_type: ClassVar[str] = "organisation.post_ended"
    requires: ClassVar[Requires] = Requires(duty="organisation.posts")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    post: Code
    unit: UnitId
    person: PersonId
    ground: Code


class UnitLimited(Event):
    """A unit was set a planned end, or another one: a temporary unit ends by an event, never by itself."""

    stored_type: ClassVar[str] = "organisation.unit_limited"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    until: Moment
    ground: Code


class UnitReclassified(Event):
    """A unit became of another kind."""

    stored_type: ClassVar[str] = "organisation.unit_reclassified"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    kind: Code
    ground: Code


class UnitsMerged(Event):
    """Units went into another one.  It stands after the moves and closings that carried it out."""

    stored_type: ClassVar[str] = "organisation.units_merged"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("into",)

    units: tuple[UnitId, ...]
    into: UnitId
    ground: Code


class UnitSplit(Event):
    """A unit went apart into others; it goes on where it is one of them, and was closed otherwise.

    It stands after the moves and the closing that carried it out.
    """

    stored_type: ClassVar[str] = "organisation.unit_split"
    requires: ClassVar[Requires] = Requires(duty="organisation.units")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    unit: UnitId
    into: tuple[UnitId, ...]
    ground: Code


class PersonAttached(Event):
    """A person became a guest of a unit.  They go on counting where they count: at home, and there only."""

    stored_type: ClassVar[str] = "organisation.person_attached"
    requires: ClassVar[Requires] = Requires(duty="organisation.people")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    person: PersonId
    unit: UnitId
    ground: Code


class PersonDetached(Event):
    """A person is no longer a guest of a unit."""

    stored_type: ClassVar[str] = "organisation.person_detached"
    requires: ClassVar[Requires] = Requires(duty="organisation.people")
    scope_fields: ClassVar[tuple[str, ...]] = ("unit",)

    person: PersonId
    unit: UnitId
    ground: Code


OrganisationEvent = (
    UnitFounded
    | UnitMoved
    | UnitClosed
    | PersonJoined
    | PersonMoved
    | CategoriesChanged
    | PersonLeft
    | PostAssigned
    | PostEnded
    | UnitLimited
    | UnitReclassified
    | UnitsMerged
    | UnitSplit
    | PersonAttached
    | PersonDetached
)
