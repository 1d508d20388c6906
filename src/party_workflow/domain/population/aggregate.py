"""What a population asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.population.commands import (
    AddToPopulation,
    AddUnitToPopulation,
    FreezePopulation,
    FreezeUnits,
    PopulationCommand,
    RemoveFromPopulation,
    RemoveUnitFromPopulation,
)
from party_workflow.domain.population.events import (
    CATEGORY,
    PopulationFrozen,
    PopulationJoined,
    PopulationLeft,
    UnitJoined,
    UnitLeft,
    UnitsFrozen,
)
from party_workflow.domain.population.reasons import (
    ALREADY_IN,
    EMPTY,
    FUTURE,
    NO_UNITS,
    NOT_IN,
    OF_OTHERS,
    OTHER_KIND,
    OUT_OF_ORDER,
    REASONS,
    TAKEN,
    UNKNOWN,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.population.state import Population, evolve
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

# --- lifecycle -------------------------------------------------------------------------------

# There is one state, frozen, and it does not end: what counts on a population may be asked years later.
FROZEN: Final = "frozen"

# --- decide ----------------------------------------------------------------------------------

_OF_PEOPLE: Final = (AddToPopulation, RemoveFromPopulation)
_OF_UNITS: Final = (AddUnitToPopulation, RemoveUnitFromPopulation)


def _asks(command: PopulationCommand) -> Sequence[Ask]:
    match command:
        case FreezePopulation():
            arguments = {
                "unit": command.unit,
                "at": EFFECTIVE if command.on is None else command.on,
                "having": command.having,
                "without": command.without,
            }
            return (Ask("organisation.people", "organisation", arguments),)
        case FreezeUnits():
            at = EFFECTIVE if command.on is None else command.on
            arguments = {"unit": command.unit, "at": at, "kinds": command.kinds}
            return (Ask("organisation.units", "organisation", arguments),)
        case AddToPopulation():
            arguments = {"people": (command.person,), "at": EFFECTIVE}
            return (Ask("organisation.known", "organisation", arguments),)
        case AddUnitToPopulation():
            arguments = {"units": (command.unit,), "at": EFFECTIVE}
            return (
                Ask("organisation.kinds", "organisation", arguments),
                Ask("organisation.lines", "organisation", arguments),
            )
        case RemoveFromPopulation() | RemoveUnitFromPopulation():
            return ()
        case _:
            assert_never(command)


def _decide(command: PopulationCommand, state: Population, context: Context) -> Answer:
    if isinstance(command, FreezePopulation):
        return _freeze(command, state, context)
    if isinstance(command, FreezeUnits):
        return _freeze_units(command, state, context)
    if state.on is None:
        return UNKNOWN()
    if isinstance(command, _OF_PEOPLE) != (state.of == "people"):
        return _of_others(state)
    member, inside = (
        (command.person, state.people())
        if isinstance(command, AddToPopulation | RemoveFromPopulation)
        else (command.unit, state.units())
    )
    adding = isinstance(command, AddToPopulation | AddUnitToPopulation)
    if adding and member in inside:
        return ALREADY_IN(person=member)
    if not adding and member not in inside:
        return NOT_IN(person=member)
    since = state.settled(member)
    if since is not None and context.effective_at < since:
        return OUT_OF_ORDER(person=member, since=time_text(since))
    match command:
        case RemoveFromPopulation():
            return [PopulationLeft(person=command.person, ground=command.ground)]
        case RemoveUnitFromPopulation():
            return [UnitLeft(unit=command.unit, ground=command.ground)]
        case AddToPopulation():
            (known,) = context.facts
            if command.person not in known:
                return UNKNOWN_PERSON(person=command.person)
            categories = tuple(sorted(known[command.person]))
            return [PopulationJoined(person=command.person, categories=categories, ground=command.ground)]
        case AddUnitToPopulation():
            return _add_unit(command, state, context)
        case _:
            assert_never(command)


def _add_unit(command: AddUnitToPopulation, state: Population, context: Context) -> Answer:
    kinds, lines = context.facts
    if command.unit not in kinds or state.unit not in lines[command.unit][1:]:
        return UNKNOWN_UNIT(member=command.unit, unit=state.unit)
    kind = kinds[command.unit]
    if state.kinds and kind not in state.kinds:
        return OTHER_KIND(member=command.unit, kind=kind, kinds=", ".join(state.kinds))
    return [UnitJoined(unit=command.unit, kind=kind, ground=command.ground)]


def _freeze(command: FreezePopulation, state: Population, context: Context) -> Answer:
    if state.on is not None:
        return TAKEN(key=command.key)
    on = context.effective_at if command.on is None else command.on
    if on > context.at:
        return FUTURE(on=time_text(on))
    (people,) = context.facts
    if not people:
        return EMPTY(unit=command.unit, on=time_text(on))
    return [
        PopulationFrozen(
            unit=command.unit,
            on=on,
            having=tuple(sorted(set(command.having))),
            without=tuple(sorted(set(command.without))),
            people={person: tuple(sorted(people[person])) for person in sorted(people)},
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def _freeze_units(command: FreezeUnits, state: Population, context: Context) -> Answer:
    if state.on is not None:
        return TAKEN(key=command.key)
    on = context.effective_at if command.on is None else command.on
    if on > context.at:
        return FUTURE(on=time_text(on))
    (units,) = context.facts
    if not units:
        return NO_UNITS(unit=command.unit, on=time_text(on))
    return [
        UnitsFrozen(
            unit=command.unit,
            on=on,
            kinds=tuple(sorted(set(command.kinds))),
            units={unit: units[unit] for unit in sorted(units)},
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
        )
    ]


def _of_others(state: Population) -> Refusal:
    return OF_OTHERS(key=state.stream.partition("/")[2], what=state.of)


def _closed(state: Population) -> Mapping[str, Refusal | None]:
    if state.on is None:
        return {kind.stored_type: UNKNOWN() for kind in (*_OF_PEOPLE, *_OF_UNITS)}
    others = _OF_UNITS if state.of == "people" else _OF_PEOPLE
    taken = TAKEN(key=state.stream.partition("/")[2])
    return {
        **{kind.stored_type: taken for kind in (FreezePopulation, FreezeUnits)},
        **{kind.stored_type: _of_others(state) for kind in others},
    }


# --- decider ---------------------------------------------------------------------------------


def _work(state: Population) -> Work | None:
    """The freezing as work done, with everybody who is in now; None for one never frozen."""
    if state.on is None:
        return None
    people = frozenset(state.people())
    return Work(state.stream, CATEGORY, state.unit, FROZEN, done=True, serves=state.serves, people=people)


DECIDER: Final[Decider[Population]] = Decider(
    category=CATEGORY,
    events=(PopulationFrozen, PopulationJoined, PopulationLeft, UnitsFrozen, UnitJoined, UnitLeft),
    commands=(
        FreezePopulation,
        AddToPopulation,
        RemoveFromPopulation,
        FreezeUnits,
        AddUnitToPopulation,
        RemoveUnitFromPopulation,
    ),
    initial=Population,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "population.people": Population.people,
        "population.units": Population.units,
        "population.summary": Population.summary,
        "population.work": _work,
    },
    closed=_closed,
    yields={
        FreezePopulation.stored_type: (PopulationFrozen,),
        AddToPopulation.stored_type: (PopulationJoined,),
        RemoveFromPopulation.stored_type: (PopulationLeft,),
        FreezeUnits.stored_type: (UnitsFrozen,),
        AddUnitToPopulation.stored_type: (UnitJoined,),
        RemoveUnitFromPopulation.stored_type: (UnitLeft,),
    },
    reasons=REASONS,
)
