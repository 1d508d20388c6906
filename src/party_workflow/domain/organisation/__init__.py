"""Organisation: a tree of units over time, and the people in them with categories and posts.

One log has one organisation, on one stream, because its invariant spans the tree: every person has at
most one counting unit at a time, so that the members of the parts add up to the members of the whole.
People are pseudonymous ids; names and titles are sealed.  Everything is temporal: a question about the
people of a unit names the moment (R-149, R-150, R-159).
"""

from party_workflow.domain.organisation.aggregate import (
    DECIDER,
)
from party_workflow.domain.organisation.commands import (
    AssignPost,
    ChangeCategories,
    CloseUnit,
    EndPost,
    FoundUnit,
    MovePerson,
    MoveUnit,
    OrganisationCommand,
    RegisterPerson,
    RemovePerson,
)
from party_workflow.domain.organisation.events import (
    STREAM,
    CategoriesChanged,
    OrganisationEvent,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PostAssigned,
    PostEnded,
    UnitClosed,
    UnitFounded,
    UnitMoved,
)
from party_workflow.domain.organisation.reasons import (
    CYCLE,
    NO_CATEGORY,
    NOT_EMPTY,
    NOT_IN_POST,
    PERSON_TAKEN,
    REASONS,
    SECOND_ROOT,
    UNCHANGED,
    UNIT_TAKEN,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.organisation.state import (
    Change,
    Organisation,
    Placing,
    Standing,
    Tenure,
)

__all__ = [
    "AssignPost",
    "CYCLE",
    "CategoriesChanged",
    "Change",
    "ChangeCategories",
    "CloseUnit",
    "DECIDER",
    "EndPost",
    "FoundUnit",
    "MovePerson",
    "MoveUnit",
    "NOT_EMPTY",
    "NOT_IN_POST",
    "NO_CATEGORY",
    "Organisation",
    "OrganisationCommand",
    "OrganisationEvent",
    "PERSON_TAKEN",
    "PersonJoined",
    "PersonLeft",
    "PersonMoved",
    "Placing",
    "PostAssigned",
    "PostEnded",
    "REASONS",
    "RegisterPerson",
    "RemovePerson",
    "SECOND_ROOT",
    "STREAM",
    "Standing",
    "Tenure",
    "UNCHANGED",
    "UNIT_TAKEN",
    "UNKNOWN_PERSON",
    "UNKNOWN_UNIT",
    "UnitClosed",
    "UnitFounded",
    "UnitMoved",
]
