"""What the organisation asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from party_workflow.decider import Answer, Context, Decider
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
    CategoriesChanged,
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
    Organisation,
    Placing,
    Standing,
    after,
    evolve,
    open_tenures,
    placed,
    up_to,
)
from party_workflow.errors import Refusal

# --- decide ----------------------------------------------------------------------------------


def _decide(command: OrganisationCommand, state: Organisation, context: Context) -> Answer:
    since = context.effective_at
    match command:
        case FoundUnit():
            if command.unit in state.units:
                return UNIT_TAKEN(unit=command.unit)
            if command.parent is None and state.units:
                return SECOND_ROOT(unit=command.unit)
            if command.parent is not None and not state.is_open(command.parent, since):
                return UNKNOWN_UNIT(unit=command.parent)
            title = context.seal_given(command.title, command.unit, "unit.title")
            return [UnitFounded(unit=command.unit, kind=command.kind, parent=command.parent, title=title)]
        case MoveUnit():
            for unit in (command.unit, command.parent):
                if not state.is_open(unit, since):
                    return UNKNOWN_UNIT(unit=unit)
            if _turns_in_a_circle(state, command, since):
                return CYCLE(unit=command.unit, parent=command.parent)
            return [UnitMoved(unit=command.unit, parent=command.parent)]
        case CloseUnit():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            people, units = _people_from(state, command.unit, since), _units_from(state, command.unit, since)
            if units or people:
                return NOT_EMPTY(unit=command.unit, people=people, units=units)
            return [UnitClosed(unit=command.unit, ground=command.ground)]
        case RegisterPerson():
            if not state.is_open(command.unit, since):
                return UNKNOWN_UNIT(unit=command.unit)
            if (counting := _counts_from(state, command.person, since)) is not None:
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


def _turns_in_a_circle(state: Organisation, command: MoveUnit, since: datetime) -> bool:
    """Whether the move would put the unit under itself, then or when something recorded for later comes."""
    moved = replace(state, units=placed(state, command.unit, Placing(since, command.parent)))
    later = {item.since for history in moved.units.values() for item in after(history, since)}
    for at in sorted({since, *later}):
        placing = moved.placing(command.unit, at)
        if placing is not None and moved.within(placing.parent, command.unit, at):
            return True
    return False


def _counts_from(state: Organisation, person: str, since: datetime) -> str | None:
    """A unit in which a person counts at a moment or later."""
    moments = [since, *(change.since for change in after(state.people.get(person, ()), since))]
    return next((s.unit for at in moments if (s := state.standing(person, at)) is not None), None)


def _people_from(state: Organisation, unit: str, since: datetime) -> int:
    """How many people count in a unit itself, at a moment or later."""
    found = 0
    for person, changes in state.people.items():
        moments = [since, *(change.since for change in after(changes, since))]
        found += any((s := state.standing(person, at)) is not None and s.unit == unit for at in moments)
    return found


def _units_from(state: Organisation, above: str, since: datetime) -> int:
    """How many open units hang directly under a unit, at a moment or later."""
    found = 0
    for history in state.units.values():
        placings = (*up_to(history, since)[-1:], *after(history, since))
        found += any(placing.open and placing.parent == above for placing in placings)
    return found


# --- decider ---------------------------------------------------------------------------------


def _people(
    state: Organisation, unit: str, at: datetime, having: Iterable[str] = (), without: Iterable[str] = ()
) -> dict[str, frozenset[str]]:
    return state.people_of(unit, at, having, without)


def _known(state: Organisation, people: Iterable[str], at: datetime) -> dict[str, frozenset[str]]:
    """Those of some people who stand in the organisation at a moment, with their categories."""
    return {p: s.categories for p in people if (s := state.standing(p, at)) is not None}


def _unit_open(state: Organisation, unit: str) -> bool:
    placing = state.placing(unit)
    return placing is not None and placing.open


def _unit_of(state: Organisation, person: str, at: datetime) -> str | None:
    standing = state.standing(person, at)
    return standing.unit if standing else None


def _lines(
    state: Organisation, at: datetime, units: Iterable[str] = (), people: Iterable[str] = ()
) -> dict[str, tuple[str, ...]]:
    """By id of a unit or person the unit they are or count in and those above it, upwards, at a moment.

    Who does not stand in the organisation then, and a unit not founded by then or closed, has none.
    """
    found: dict[str, tuple[str, ...]] = {}
    for unit in units:
        placing = state.placing(unit, at)
        found[unit] = _upwards(state, unit, at) if placing is not None and placing.open else ()
    for person in people:
        standing = state.standing(person, at)
        found[person] = _upwards(state, standing.unit, at) if standing is not None else ()
    return found


def _upwards(state: Organisation, unit: str | None, at: datetime) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while unit is not None and unit not in found:
        found[unit] = None
        placing = state.placing(unit, at)
        unit = placing.parent if placing else None
    return tuple(found)


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
    ),
    initial=Organisation,
    evolve=evolve,
    decide=_decide,
    answers={
        "organisation.people": _people,
        "organisation.known": _known,
        "organisation.lines": _lines,
        "organisation.unit_of": _unit_of,
        "organisation.unit_open": _unit_open,
    },
    yields={
        FoundUnit.stored_type: (UnitFounded,),
        MoveUnit.stored_type: (UnitMoved,),
        CloseUnit.stored_type: (UnitClosed,),
        RegisterPerson.stored_type: (PersonJoined,),
        MovePerson.stored_type: (PersonMoved,),
        ChangeCategories.stored_type: (CategoriesChanged,),
        RemovePerson.stored_type: (PersonLeft,),
        AssignPost.stored_type: (PostAssigned,),
        EndPost.stored_type: (PostEnded,),
    },
    reasons=REASONS,
)
