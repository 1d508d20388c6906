"""What is decided of units, people and posts; the decider."""

from __future__ import annotations

from datetime import datetime
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Context, Decider
from party_workflow.domain.organisation.ahead import counts_from, people_from, turns_in_a_circle, units_from
from party_workflow.domain.organisation.commands import (
    AssignPost,
    AttachPerson,
    ChangeCategories,
    CloseUnit,
    DetachPerson,
    EndPost,
    FoundUnit,
    LimitUnit,
    MergeUnits,
    MovePerson,
    MoveUnit,
    OrganisationCommand,
    ReclassifyUnit,
    RegisterPerson,
    RemovePerson,
    SplitUnit,
)
from party_workflow.domain.organisation.entries import Standing
from party_workflow.domain.organisation.events import (
    CategoriesChanged,
    PersonAttached,
    PersonDetached,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PostAssigned,
    PostEnded,
    UnitClosed,
    UnitFounded,
    UnitLimited,
    UnitMoved,
    UnitReclassified,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.domain.organisation.evolving import evolve, open_tenures
from party_workflow.domain.organisation.facts import ANSWERS
from party_workflow.domain.organisation.merging import merge, split
from party_workflow.domain.organisation.reasons import (
    CYCLE,
    ENDS_BEFORE,
    NO_CATEGORY,
    NO_GUEST,
    NO_PARENT,
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
from party_workflow.domain.organisation.state import Organisation
from party_workflow.errors import Refusal

TEMPORARY: Final = "temporary"
"""The ground of the planned end with which a unit was founded."""

# --- decide ----------------------------------------------------------------------------------


def _decide(command: OrganisationCommand, state: Organisation, context: Context) -> Answer:
    since = context.effective_at
    match command:
        case FoundUnit():
            if command.unit in state.units:
                return UNIT_TAKEN(unit=command.unit)
            if command.parent is None and command.until is not None:
                return NO_PARENT(unit=command.unit)
            if command.parent is None and state.units:
                return SECOND_ROOT(unit=command.unit)
            if command.parent is not None and not state.is_open(command.parent, since):
                return UNKNOWN_UNIT(unit=command.parent)
            return _found(command, context)
        case MoveUnit():
            for unit in (command.unit, command.parent):
                if not state.is_open(unit, since):
                    return UNKNOWN_UNIT(unit=unit)
            if turns_in_a_circle(state, {command.unit: command.parent}, since):
                return CYCLE(unit=command.unit, parent=command.parent)
            return [UnitMoved(unit=command.unit, parent=command.parent)]
        case CloseUnit():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            people, units = people_from(state, command.unit, since), units_from(state, command.unit, since)
            if units or people:
                return NOT_EMPTY(unit=command.unit, people=people, units=units)
            return [UnitClosed(unit=command.unit, ground=command.ground)]
        case RegisterPerson():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            if (counting := counts_from(state, command.person, since)) is not None:
                return PERSON_TAKEN(person=command.person, unit=counting)
            if not command.categories:
                return NO_CATEGORY(person=command.person)
            name = context.seal_given(command.name, command.person, "person.name")
            categories = tuple(sorted(set(command.categories)))
            return [PersonJoined(person=command.person, unit=command.unit, categories=categories, name=name)]
        case AssignPost():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            if state.standing(command.person, since) is None:
                return UNKNOWN_PERSON(person=command.person)
            if command.person in state.holders(command.post, command.unit, since):
                return UNCHANGED(what=f"{command.person} as {command.post} of {command.unit}")
            return [PostAssigned(post=command.post, unit=command.unit, person=command.person)]
        case EndPost():
            if not open_tenures(state, command.post, command.unit, command.person, since):
                return NOT_IN_POST(person=command.person, post=command.post, unit=command.unit)
            return [PostEnded(**command.model_dump())]
        case LimitUnit():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            if command.until <= since:
                return ENDS_BEFORE(unit=command.unit, until=time_text(command.until), since=time_text(since))
            if state.planned_end(command.unit, since) == command.until:
                return UNCHANGED(what=f"The planned end of {command.unit}")
            return [UnitLimited(**command.model_dump())]
        case ReclassifyUnit():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            if state.kind(command.unit, since) == command.kind:
                return UNCHANGED(what=f"{command.unit} as a {command.kind}")
            return [UnitReclassified(**command.model_dump())]
        case MergeUnits():
            return merge(command, state, since)
        case SplitUnit():
            return split(command, state, since)
        case AttachPerson():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            home = state.standing(command.person, since)
            if home is None:
                return UNKNOWN_PERSON(person=command.person)
            if home.unit == command.unit or command.unit in state.hosts(command.person, since):
                return UNCHANGED(what=f"{command.person} in {command.unit}")
            return [PersonAttached(**command.model_dump())]
        case DetachPerson():
            if command.unit not in state.hosts(command.person, since):
                return NO_GUEST(person=command.person, unit=command.unit)
            return [PersonDetached(**command.model_dump())]
        case MovePerson() | ChangeCategories() | RemovePerson():
            standing = state.standing(command.person, since)
            if standing is None:
                return UNKNOWN_PERSON(person=command.person)
            return _change_person(command, state, standing, since)
        case _:
            assert_never(command)


def _change_person(
    command: MovePerson | ChangeCategories | RemovePerson,
    state: Organisation,
    standing: Standing,
    since: datetime,
) -> Answer | Refusal:
    match command:
        case MovePerson():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            if standing.unit == command.unit:
                return UNCHANGED(what=f"{command.person} in {command.unit}")
            return [PersonMoved(person=command.person, unit=command.unit)]
        case ChangeCategories():
            if not command.categories:
                return NO_CATEGORY(person=command.person)
            if frozenset(command.categories) == standing.categories:
                return UNCHANGED(what=f"The categories of {command.person}")
            categories = tuple(sorted(set(command.categories)))
            return [CategoriesChanged(person=command.person, categories=categories, ground=command.ground)]
        case RemovePerson():
            return [PersonLeft(person=command.person, ground=command.ground)]
        case _:
            assert_never(command)


def _found(command: FoundUnit, context: Context) -> Answer:
    title = context.seal_given(command.title, command.unit, "unit.title")
    founded = UnitFounded(unit=command.unit, kind=command.kind, parent=command.parent, title=title)
    if command.until is None:
        return [founded]
    if command.until <= context.effective_at:
        until, since = time_text(command.until), time_text(context.effective_at)
        return ENDS_BEFORE(unit=command.unit, until=until, since=since)
    return [founded, UnitLimited(unit=command.unit, until=command.until, ground=TEMPORARY)]


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Organisation]] = Decider(
    category="organisation",
    events=(
        UnitFounded,
        UnitMoved,
        UnitClosed,
        PersonJoined,
        PersonMoved,
        CategoriesChanged,
        PersonLeft,
        PostAssigned,
        PostEnded,
        UnitLimited,
        UnitReclassified,
        UnitsMerged,
        UnitSplit,
        PersonAttached,
        PersonDetached,
    ),
    commands=(
        FoundUnit,
        MoveUnit,
        CloseUnit,
        RegisterPerson,
        MovePerson,
        ChangeCategories,
        RemovePerson,
        AssignPost,
        EndPost,
        LimitUnit,
        ReclassifyUnit,
        MergeUnits,
        SplitUnit,
        AttachPerson,
        DetachPerson,
    ),
    initial=Organisation,
    evolve=evolve,
    decide=_decide,
    answers=ANSWERS,
    yields={
        FoundUnit.stored_type: (UnitFounded, UnitLimited),
        MoveUnit.stored_type: (UnitMoved,),
        CloseUnit.stored_type: (UnitClosed,),
        RegisterPerson.stored_type: (PersonJoined,),
        MovePerson.stored_type: (PersonMoved,),
        ChangeCategories.stored_type: (CategoriesChanged,),
        RemovePerson.stored_type: (PersonLeft,),
        AssignPost.stored_type: (PostAssigned,),
        EndPost.stored_type: (PostEnded,),
        LimitUnit.stored_type: (UnitLimited,),
        ReclassifyUnit.stored_type: (UnitReclassified,),
        MergeUnits.stored_type: (PersonMoved, UnitMoved, UnitClosed, UnitsMerged),
        SplitUnit.stored_type: (PersonMoved, UnitMoved, UnitClosed, UnitSplit),
        AttachPerson.stored_type: (PersonAttached,),
        DetachPerson.stored_type: (PersonDetached,),
    },
    reasons=REASONS,
)
