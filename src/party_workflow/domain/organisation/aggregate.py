"""What the organisation asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.codec import Event
from party_workflow.decider import Answer, Context, Decider
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
from party_workflow.domain.organisation.reasons import (
    COMES_LATER,
    CYCLE,
    ENDS_BEFORE,
    NAMED_TWICE,
    NO_CATEGORY,
    NO_GUEST,
    NO_PARENT,
    NO_SUCH_PART,
    NOT_EMPTY,
    NOT_IN_POST,
    NOT_IN_UNIT,
    ONE_PART,
    PERSON_TAKEN,
    REASONS,
    SECOND_ROOT,
    UNCHANGED,
    UNIT_TAKEN,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.organisation.state import (
    Lineage,
    Organisation,
    Placing,
    Standing,
    Tenure,
    after,
    evolve,
    open_tenures,
    placed,
)
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
            if _turns_in_a_circle(state, {command.unit: command.parent}, since):
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
            return _merge(command, state, since)
        case SplitUnit():
            return _split(command, state, since)
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


def _merge(command: MergeUnits, state: Organisation, since: datetime) -> Answer:
    """Every move is an event of its own, so that authority, and everybody who counts, sees it as one."""
    named = (*command.units, command.into)
    if refusal := _once_and_open(state, named, since):
        return refusal
    people = {
        person: command.into for unit in command.units for person in sorted(state.people_in(unit, since))
    }
    moves = {
        child: command.into
        for unit in command.units
        for child in state.children(unit, since)
        if child not in command.units and state.stands(child, since)
    }
    return _carried_out(
        state,
        since,
        people,
        moves,
        dict.fromkeys(command.units, command.ground),
        UnitsMerged(units=tuple(sorted(command.units)), into=command.into, ground=command.ground),
    )


def _split(command: SplitUnit, state: Organisation, since: datetime) -> Answer:
    others = [unit for unit in command.into if unit != command.unit]
    if refusal := _once_and_open(state, (command.unit, *others), since):
        return refusal
    if len(command.into) != len(set(command.into)):
        return NAMED_TWICE(unit=command.unit)
    if len(command.into) < 2:
        return ONE_PART(unit=command.unit)
    inside = state.people_in(command.unit, since)
    children = [u for u in state.children(command.unit, since) if state.stands(u, since)]
    for what, directly in ((command.people, inside), (command.units, children)):
        for item, part in sorted(what.items()):
            if item not in directly:
                return NOT_IN_UNIT(what=item, unit=command.unit)
            if part not in command.into:
                return NO_SUCH_PART(what=item, unit=part)
    stays = command.unit in command.into
    people = {person: unit for person, unit in sorted(command.people.items()) if unit != command.unit}
    moves = {child: unit for child, unit in sorted(command.units.items()) if unit != command.unit}
    if not stays and (left := (len(inside) - len(people), len(children) - len(moves))) != (0, 0):
        return NOT_EMPTY(unit=command.unit, people=left[0], units=left[1])
    return _carried_out(
        state,
        since,
        people,
        moves,
        {} if stays else {command.unit: command.ground},
        UnitSplit(unit=command.unit, into=tuple(sorted(command.into)), ground=command.ground),
    )


def _once_and_open(state: Organisation, units: Sequence[str], since: datetime) -> Refusal | None:
    for place, unit in enumerate(units):
        if not state.is_open(unit, since):
            return UNKNOWN_UNIT(unit=unit)
        if unit in units[:place]:
            return NAMED_TWICE(unit=unit)
    return None


def _carried_out(
    state: Organisation,
    since: datetime,
    people: Mapping[str, str],
    moves: Mapping[str, str],
    closing: Mapping[str, str],
    last: Event,
) -> Answer:
    """The moves, then the closings, then what it all was; refused where somebody would come afterwards."""
    for unit in closing:
        for what, moment in _comers(state, unit, since):
            if what not in closing:
                return COMES_LATER(what=what, unit=unit, since=time_text(moment))
    for child, parent in moves.items():
        if _turns_in_a_circle(state, moves, since, child):
            return CYCLE(unit=child, parent=parent)
    events: list[Event] = [PersonMoved(person=person, unit=unit) for person, unit in people.items()]
    events += [UnitMoved(unit=child, parent=parent) for child, parent in moves.items()]
    events += [UnitClosed(unit=unit, ground=ground) for unit, ground in closing.items()]
    return [*events, last]


def _comers(state: Organisation, unit: str, since: datetime) -> Iterator[tuple[str, datetime]]:
    """Who and what is recorded to come into a unit, or under it, after a moment."""
    for person in state.counted.get(unit, ()):
        for change in after(state.people.get(person, ()), since):
            standing = state.standing(person, change.since)
            if change.unit == unit and standing is not None and standing.unit == unit:
                yield person, change.since
    for child in state.hung.get(unit, ()):
        for item in after(state.units.get(child, ()), since):
            if item.open and item.parent == unit and state.stands(child, item.since):
                yield child, item.since


def _turns_in_a_circle(
    state: Organisation, moves: Mapping[str, str], since: datetime, unit: str | None = None
) -> bool:
    """Whether moves would put a unit under itself, then or when something recorded for later comes."""
    for moved, parent in moves.items():
        state = placed(state, moved, Placing(since, parent))
    later = {item.since for history in state.units.values() for item in after(history, since)}
    for at in sorted({since, *later}):
        for moved in moves if unit is None else (unit,):
            placing = state.placing(moved, at)
            if placing is not None and state.within(placing.parent, moved, at):
                return True
    return False


def _counts_from(state: Organisation, person: str, since: datetime) -> str | None:
    """A unit in which a person counts at a moment or later."""
    moments = [since, *(change.since for change in after(state.people.get(person, ()), since))]
    return next((s.unit for at in moments if (s := state.standing(person, at)) is not None), None)


def _people_from(state: Organisation, unit: str, since: datetime) -> int:
    """How many people count in a unit itself, at a moment or later."""
    found = 0
    for person in state.counted.get(unit, ()):
        moments = [since, *(change.since for change in after(state.people.get(person, ()), since))]
        found += any((s := state.standing(person, at)) is not None and s.unit == unit for at in moments)
    return found


def _units_from(state: Organisation, above: str, since: datetime) -> int:
    """How many open units hang directly under a unit, at a moment or later."""
    found = 0
    for child in state.hung.get(above, ()):
        moments = [since, *(item.since for item in after(state.units.get(child, ()), since))]
        placings = [placing for at in moments if (placing := state.placing(child, at)) is not None]
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


def _kinds(state: Organisation, units: Iterable[str], at: datetime) -> dict[str, str]:
    """Those of some units that stand at a moment, with their kind."""
    return {u: kind for u in units if state.stands(u, at) and (kind := state.kind(u, at)) is not None}


def _parents(state: Organisation, at: datetime) -> dict[str, str | None]:
    """Every unit that stands at a moment, with the one above it."""
    placings = ((unit, state.placing(unit, at)) for unit in state.units)
    return {unit: placing.parent for unit, placing in placings if placing is not None and placing.open}


def _units(state: Organisation, unit: str, at: datetime, kinds: Iterable[str] = ()) -> dict[str, str]:
    return state.units_of(unit, at, kinds)


def _attached(state: Organisation, unit: str, at: datetime) -> dict[str, str]:
    return state.attached(unit, at)


def _hosts(state: Organisation, person: str, at: datetime) -> tuple[str, ...]:
    return state.hosts(person, at)


def _holders(state: Organisation, post: str, unit: str, at: datetime) -> tuple[str, ...]:
    return state.holders(post, unit, at)


def _tenures(
    state: Organisation, post: str, unit: str, since: datetime, until: datetime
) -> tuple[Tenure, ...]:
    return state.tenures(post, unit, since, until)


def _lineage(state: Organisation, unit: str, at: datetime) -> Lineage:
    return state.lineage(unit, at)


def _overdue(state: Organisation, at: datetime) -> dict[str, datetime]:
    return state.overdue(at)


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
    answers={
        "organisation.people": _people,
        "organisation.known": _known,
        "organisation.lines": _lines,
        "organisation.unit_of": _unit_of,
        "organisation.unit_open": _unit_open,
        "organisation.units": _units,
        "organisation.kinds": _kinds,
        "organisation.parents": _parents,
        "organisation.attached": _attached,
        "organisation.hosts": _hosts,
        "organisation.holders": _holders,
        "organisation.tenures": _tenures,
        "organisation.lineage": _lineage,
        "organisation.overdue": _overdue,
    },
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
