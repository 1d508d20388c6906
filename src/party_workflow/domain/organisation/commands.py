"""What can be asked for on the organisation."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from party_workflow.codec import Command
from party_workflow.domain.organisation.events import (
    STREAM,
)
from party_workflow.personal import Personal
from party_workflow.values import Code, Moment, PersonId, UnitId


class _OrganisationCommand(Command):
    @property
    def stream(self) -> str:
        return STREAM


class FoundUnit(_OrganisationCommand):
    """Found a unit under a parent; the first one is the root and has none.

    With `until`, its planned end, it is a temporary one (a floating group, a group on a building site).
    """

    stored_type: ClassVar[str] = "organisation.found_unit"
    unit: UnitId
    kind: Code
    parent: UnitId | None = None
    title: Personal | None = None
    until: Moment | None = None


class MoveUnit(_OrganisationCommand):
    """Put a unit, with all below it, under another parent."""

    stored_type: ClassVar[str] = "organisation.move_unit"
    unit: UnitId
    parent: UnitId


class CloseUnit(_OrganisationCommand):
    """Close a unit that has neither people nor units left."""

    stored_type: ClassVar[str] = "organisation.close_unit"
    unit: UnitId
    ground: Code


class RegisterPerson(_OrganisationCommand):
    """Register a person in their counting unit with at least one category."""

    stored_type: ClassVar[str] = "organisation.register_person"
    person: PersonId
    unit: UnitId
    categories: tuple[Code, ...]
    name: Personal | None = None


class MovePerson(_OrganisationCommand):
    """Move a person to another counting unit."""

    stored_type: ClassVar[str] = "organisation.move_person"
    person: PersonId
    unit: UnitId


class ChangeCategories(_OrganisationCommand):
    """Give a person another set of categories, with the ground."""

    stored_type: ClassVar[str] = "organisation.change_categories"
    person: PersonId
    categories: tuple[Code, ...]
    ground: Code


class RemovePerson(_OrganisationCommand):
    """Record that a person left, with the ground.  What they did stays."""

    stored_type: ClassVar[str] = "organisation.remove_person"
    person: PersonId
    ground: Code


class AssignPost(_OrganisationCommand):
    """Assign a post in a unit to a person."""

    stored_type: ClassVar[str] = "organisation.assign_post"
    post: Code
    unit: UnitId
    person: PersonId


class EndPost(_OrganisationCommand):
    """End a person's tenure of a post, with the ground."""

    stored_type: ClassVar[str] = "organisation.end_post"
    post: Code
    unit: UnitId
    person: PersonId
    ground: Code


class LimitUnit(_OrganisationCommand):
    """Set the planned end of a unit, or another one."""

    stored_type: ClassVar[str] = "organisation.limit_unit"
    unit: UnitId
    until: Moment
    ground: Code


class ReclassifyUnit(_OrganisationCommand):
    """Make a unit one of another kind, with the ground."""

    stored_type: ClassVar[str] = "organisation.reclassify_unit"
    unit: UnitId
    kind: Code
    ground: Code


class MergeUnits(_OrganisationCommand):
    """Let units go into another one: their people and the units below them move there, and they close.

    For a merger into a new unit, found it in the same batch.
    """

    stored_type: ClassVar[str] = "organisation.merge_units"
    units: Annotated[tuple[UnitId, ...], Field(min_length=1)]
    into: UnitId
    ground: Code


class SplitUnit(_OrganisationCommand):
    """Let a unit go apart into others, found in the same batch or before.

    `people` and `units` say who goes where.  Where the unit is itself among `into`, whoever is not named
    stays in it; otherwise everybody has to be named, and it closes.
    """

    stored_type: ClassVar[str] = "organisation.split_unit"
    unit: UnitId
    into: tuple[UnitId, ...]
    people: dict[PersonId, UnitId] = Field(default_factory=dict)
    units: dict[UnitId, UnitId] = Field(default_factory=dict)
    ground: Code


class AttachPerson(_OrganisationCommand):
    """Make a person the guest of a unit in which they do not count."""

    stored_type: ClassVar[str] = "organisation.attach_person"
    person: PersonId
    unit: UnitId
    ground: Code


class DetachPerson(_OrganisationCommand):
    """End a person's being a guest of a unit."""

    stored_type: ClassVar[str] = "organisation.detach_person"
    person: PersonId
    unit: UnitId
    ground: Code


OrganisationCommand = (
    FoundUnit
    | MoveUnit
    | CloseUnit
    | RegisterPerson
    | MovePerson
    | ChangeCategories
    | RemovePerson
    | AssignPost
    | EndPost
    | LimitUnit
    | ReclassifyUnit
    | MergeUnits
    | SplitUnit
    | AttachPerson
    | DetachPerson
)
