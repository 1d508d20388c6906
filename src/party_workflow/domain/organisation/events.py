"""What is recorded of the organisation."""

from __future__ import annotations

from typing import ClassVar, Final

from party_workflow.codec import Event
from party_workflow.personal import Sealed
from party_workflow.relations import Effect, Requires
from party_workflow.values import Code, PersonId, UnitId

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
)
