"""Population: the people that something is counted against, frozen with their categories.

Before a campaign it is settled who takes part (摸底).  The people of a unit are taken as of one moment and
kept: whoever joins or leaves afterwards does so by an event with a ground, in the categories of then,
so that a denominator can always be taken apart into frozen, joined and left (R-067, R-149).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.codec import Command, Event
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.relations import Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Key, Moment, PersonId, UnitId

CATEGORY: Final = "population"

# --- events ----------------------------------------------------------------------------------


class PopulationFrozen(Event):
    """The people of a unit were taken as of a moment: those with every category `having`, none `without`."""

    stored_type: ClassVar[str] = "population.frozen"
    requires: ClassVar[Requires] = Requires(duty="population.freeze")
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    on: Moment
    having: tuple[Code, ...] = ()
    without: tuple[Code, ...] = ()
    people: dict[PersonId, tuple[Code, ...]]
    serves: tuple[Serves, ...] = ()


class PopulationJoined(Event):
    """A person came into a frozen population, in these categories."""

    stored_type: ClassVar[str] = "population.joined"
    requires: ClassVar[Requires] = Requires(duty="population.change", barred=("person",))

    person: PersonId
    categories: tuple[Code, ...]
    ground: Code


class PopulationLeft(Event):
    """A person went out of a frozen population."""

    stored_type: ClassVar[str] = "population.left"
    requires: ClassVar[Requires] = Requires(duty="population.change", barred=("person",))

    person: PersonId
    ground: Code


PopulationEvent = PopulationFrozen | PopulationJoined | PopulationLeft

# --- commands --------------------------------------------------------------------------------


class _PopulationCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class FreezePopulation(_PopulationCommand):
    """Take the people of a unit and all below it as of `on`, or else of when the command takes effect."""

    stored_type: ClassVar[str] = "population.freeze"
    unit: UnitId
    having: tuple[Code, ...] = ()
    without: tuple[Code, ...] = ()
    on: Moment | None = None
    serves: tuple[Serves, ...] = ()


class AddToPopulation(_PopulationCommand):
    """Take a person into a frozen population, in their categories of when this takes effect."""

    stored_type: ClassVar[str] = "population.add"
    person: PersonId
    ground: Code


class RemoveFromPopulation(_PopulationCommand):
    """Take a person out of a frozen population.  What they did before stays."""

    stored_type: ClassVar[str] = "population.remove"
    person: PersonId
    ground: Code


PopulationCommand = FreezePopulation | AddToPopulation | RemoveFromPopulation

# --- lifecycle -------------------------------------------------------------------------------

# There is one state, frozen, and it does not end: what counts on a population may be asked years later.
FROZEN: Final = "frozen"

# --- refusal reasons, in order of precedence -------------------------------------------------

TAKEN: Final = Reason(
    "population.taken", "The population {key} is frozen already.", "Choose an id that was never used."
)
UNKNOWN: Final = Reason(
    "population.unknown", "This population has not been frozen.", "Freeze it first, or check the id."
)
FUTURE: Final = Reason(
    "population.future",
    "The people as of {on} are not known yet.",
    "Freeze it when that moment has come.",
)
EMPTY: Final = Reason(
    "population.empty",
    "Nobody in {unit} has the categories asked for as of {on}.",
    "Check the unit, the categories and the moment: nothing can be counted against nobody.",
)
ALREADY_IN: Final = Reason(
    "population.already_in", "{person} is in the population.", "Nothing needs to be recorded; check the id."
)
NOT_IN: Final = Reason(
    "population.not_in", "{person} is not in the population.", "Nothing needs to be recorded; check the id."
)
OUT_OF_ORDER: Final = Reason(
    "population.out_of_order",
    "This would take effect before {since}, when it was last settled whether {person} is in the population.",
    "Let it take effect after that.",
)
UNKNOWN_PERSON: Final = Reason(
    "population.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)

REASONS: Final = (TAKEN, UNKNOWN, FUTURE, EMPTY, ALREADY_IN, NOT_IN, OUT_OF_ORDER, UNKNOWN_PERSON)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A person who came in, with their categories, or went out, without."""

    since: datetime
    person: str
    ground: str
    categories: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A denominator taken apart: ``now == frozen + joined - left``."""

    frozen: int
    joined: int
    left: int
    now: int


@dataclass(frozen=True, slots=True)
class Population:
    """Who was frozen, and every change since, in the order recorded."""

    stream: str = ""
    unit: str | None = None
    on: datetime | None = None
    frozen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    serves: tuple[Serves, ...] = ()

    def people(self, at: datetime | None = None) -> dict[str, frozenset[str]]:
        """Who is in, with their categories, by id: after every change, or after those up to a moment."""
        found = dict(self.frozen)
        for change in self.changes:
            if at is not None and change.since > at:
                continue
            if change.categories is None:
                found.pop(change.person, None)
            else:
                found[change.person] = change.categories
        return {person: found[person] for person in sorted(found)}

    def summary(self) -> Summary:
        """How many were frozen, how often somebody joined or left since, and how many are in now."""
        left = sum(1 for change in self.changes if change.categories is None)
        return Summary(len(self.frozen), len(self.changes) - left, left, len(self.people()))

    def settled(self, person: str) -> datetime | None:
        """When it was last settled whether a person is in: at the freezing, or at their last change."""
        return next((change.since for change in reversed(self.changes) if change.person == person), self.on)


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Population, recorded: Recorded) -> Population:
    event, since = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, PopulationEvent)
    match event:
        case PopulationFrozen():
            return replace(
                state,
                stream=recorded.envelope.stream,
                unit=event.unit,
                on=event.on,
                frozen={person: frozenset(categories) for person, categories in event.people.items()},
                serves=event.serves,
            )
        case PopulationJoined():
            change = Change(since, event.person, event.ground, frozenset(event.categories))
            return replace(state, changes=(*state.changes, change))
        case PopulationLeft():
            change = Change(since, event.person, event.ground, None)
            return replace(state, changes=(*state.changes, change))
        case _:
            assert_never(event)


# --- decide ----------------------------------------------------------------------------------


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
        case AddToPopulation():
            arguments = {"people": (command.person,), "at": EFFECTIVE}
            return (Ask("organisation.known", "organisation", arguments),)
        case RemoveFromPopulation():
            return ()
        case _:
            assert_never(command)


def _decide(command: PopulationCommand, state: Population, context: Context) -> Answer:
    if isinstance(command, FreezePopulation):
        return _freeze(command, state, context)
    if state.on is None:
        return UNKNOWN()
    people = state.people()
    match command:
        case AddToPopulation():
            if command.person in people:
                return ALREADY_IN(person=command.person)
        case RemoveFromPopulation():
            if command.person not in people:
                return NOT_IN(person=command.person)
        case _:
            assert_never(command)
    since = state.settled(command.person)
    if since is not None and context.effective_at < since:
        return OUT_OF_ORDER(person=command.person, since=time_text(since))
    if isinstance(command, RemoveFromPopulation):
        return [PopulationLeft(person=command.person, ground=command.ground)]
    (known,) = context.facts
    if command.person not in known:
        return UNKNOWN_PERSON(person=command.person)
    categories = tuple(sorted(known[command.person]))
    return [PopulationJoined(person=command.person, categories=categories, ground=command.ground)]


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


def _closed(state: Population) -> Mapping[str, Refusal | None]:
    if state.on is None:
        return {kind.stored_type: UNKNOWN() for kind in (AddToPopulation, RemoveFromPopulation)}
    return {FreezePopulation.stored_type: TAKEN(key=state.stream.partition("/")[2])}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Population) -> Work | None:
    """The freezing as work done, with everybody who is in now; None for one never frozen."""
    if state.on is None:
        return None
    people = frozenset(state.people())
    return Work(state.stream, CATEGORY, state.unit, FROZEN, done=True, serves=state.serves, people=people)


DECIDER: Final[Decider[Population]] = Decider(
    category=CATEGORY,
    events=(PopulationFrozen, PopulationJoined, PopulationLeft),
    commands=(FreezePopulation, AddToPopulation, RemoveFromPopulation),
    initial=Population,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "population.people": Population.people,
        "population.summary": Population.summary,
        "population.work": _work,
    },
    closed=_closed,
    yields={
        FreezePopulation.stored_type: (PopulationFrozen,),
        AddToPopulation.stored_type: (PopulationJoined,),
        RemoveFromPopulation.stored_type: (PopulationLeft,),
    },
    reasons=REASONS,
)
