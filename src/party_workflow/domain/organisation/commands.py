"""What can be asked for on the organisation."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.codec import Command
from party_workflow.domain.organisation.events import (
    STREAM,
)
from party_workflow.personal import Personal
from party_workflow.values import Code, PersonId, UnitId


class _OrganisationCommand(Command):
    @property
    def stream(self) -> str:
        return STREAM


class FoundUnit(_OrganisationCommand):
    """Found a unit under a parent; the first one is the root and has none."""

    stored_type: ClassVar[str] = "organisation.found_unit"
    unit: UnitId
    kind: Code
    parent: UnitId | None = None
    title: Personal | None = None


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
)
