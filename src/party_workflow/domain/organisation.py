"""Organisation: a tree of units over time, and the people in them with categories and posts.

One log has one organisation, on one stream, because its invariant spans the tree: every person has at
most one counting unit at a time, so that the members of the parts add up to the members of the whole.
People are pseudonymous ids; names and titles are sealed.  Everything is temporal: a question about the
people of a unit names the moment (R-149, R-150, R-159).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Final, TypeVar, assert_never

from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Context, Decider
from party_workflow.errors import Reason, Refusal
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Effect, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, PersonId, UnitId

STREAM: Final = "organisation"

# --- events ----------------------------------------------------------------------------------


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

# --- commands --------------------------------------------------------------------------------


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

# --- refusal reasons, in order of precedence -------------------------------------------------

UNIT_TAKEN: Final = Reason(
    "organisation.unit_taken", "The unit id {unit} was used before.", "Choose an id that was never used."
)
UNKNOWN_UNIT: Final = Reason(
    "organisation.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
SECOND_ROOT: Final = Reason(
    "organisation.second_root", "{unit} would be a second root.", "Name its parent: the tree has one root."
)
CYCLE: Final = Reason(
    "organisation.cycle",
    "{unit} would come under itself by way of {parent}.",
    "Choose a parent outside its branch.",
)
NOT_EMPTY: Final = Reason(
    "organisation.unit_not_empty",
    "{unit} still has {people} people and {units} units.",
    "Move them first, so that nobody drops out of every count.",
)
PERSON_TAKEN: Final = Reason(
    "organisation.person_taken",
    "{person} is registered already, in {unit}.",
    "Move the person instead: everybody counts in one unit at a time.",
)
UNKNOWN_PERSON: Final = Reason(
    "organisation.unknown_person",
    "{person} is not registered.",
    "Register the person first, or check the id.",
)
NO_CATEGORY: Final = Reason(
    "organisation.no_category",
    "{person} would have no category.",
    "Give at least one: populations are built of them.",
)
UNCHANGED: Final = Reason(
    "organisation.unchanged", "{what} is so already.", "Nothing needs to be recorded; check what was meant."
)
NOT_IN_POST: Final = Reason(
    "organisation.not_in_post", "{person} does not hold the post {post} in {unit}.", "Check who holds it."
)

REASONS: Final = (
    UNIT_TAKEN,
    UNKNOWN_UNIT,
    SECOND_ROOT,
    CYCLE,
    NOT_EMPTY,
    PERSON_TAKEN,
    UNKNOWN_PERSON,
    NO_CATEGORY,
    UNCHANGED,
    NOT_IN_POST,
)

T = TypeVar("T", "Placing", "Standing")

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person counted from a moment on, and as what; unit None after leaving."""

    since: datetime
    unit: str | None
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a unit hung from a moment on; open False after closing."""

    since: datetime
    parent: str | None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person in a post of a unit, from a moment, perhaps until one."""

    post: str
    unit: str
    person: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Units and people, each with their history in effective order."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[Placing, ...]] = field(default_factory=dict)
    people: Mapping[str, tuple[Standing, ...]] = field(default_factory=dict)
    names: Mapping[str, Sealed] = field(default_factory=dict)
    tenures: tuple[Tenure, ...] = ()

    def placing(self, unit: str, at: datetime | None = None) -> Placing | None:
        """Where a unit hangs, now or at a moment; None before it was founded."""
        return _as_of(self.units.get(unit, ()), at)

    def standing(self, person: str, at: datetime | None = None) -> Standing | None:
        """Where a person counts and as what, now or at a moment; None before joining and after leaving."""
        found = _as_of(self.people.get(person, ()), at)
        return found if found is not None and found.unit is not None else None

    def within(self, unit: str | None, above: str, at: datetime | None = None) -> bool:
        """Whether a unit is, or lies below, another one."""
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            if unit == above:
                return True
            seen.add(unit)
            placing = self.placing(unit, at)
            unit = placing.parent if placing else None
        return False

    def people_of(
        self,
        unit: str,
        at: datetime | None = None,
        having: Iterable[str] = (),
        without: Iterable[str] = (),
    ) -> dict[str, frozenset[str]]:
        """The people who count in a unit or below it, with their categories, sorted by id.

        Only those with every category in `having` and none in `without`.
        """
        needed, barred = frozenset(having), frozenset(without)
        found = {}
        for person in sorted(self.people):
            standing = self.standing(person, at)
            if (
                standing is not None
                and needed <= standing.categories
                and not barred & standing.categories
                and self.within(standing.unit, unit, at)
            ):
                found[person] = standing.categories
        return found

    def holders(self, post: str, unit: str, at: datetime) -> tuple[str, ...]:
        """Who held a post in a unit at a moment."""
        return tuple(
            tenure.person
            for tenure in self.tenures
            if (tenure.post, tenure.unit) == (post, unit)
            and tenure.since <= at
            and (tenure.until is None or at < tenure.until)
        )


def _as_of(history: tuple[T, ...], at: datetime | None) -> T | None:
    if not history:
        return None
    if at is None:
        return history[-1]
    index = bisect_right(history, at, key=lambda item: item.since)
    return history[index - 1] if index else None


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Organisation, recorded: Recorded) -> Organisation:
    event, since = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, OrganisationEvent)
    match event:
        case UnitFounded():
            names = {**state.names, event.unit: event.title} if event.title else state.names
            return replace(
                state,
                kinds={**state.kinds, event.unit: event.kind},
                units=_placed(state, event.unit, Placing(since, event.parent)),
                names=names,
            )
        case UnitMoved():
            return replace(state, units=_placed(state, event.unit, Placing(since, event.parent)))
        case UnitClosed():
            last = state.placing(event.unit)
            parent = last.parent if last else None
            return replace(state, units=_placed(state, event.unit, Placing(since, parent, open=False)))
        case PersonJoined():
            names = {**state.names, event.person: event.name} if event.name else state.names
            standing = Standing(since, event.unit, frozenset(event.categories))
            return replace(state, people=_stood(state, event.person, standing), names=names)
        case PersonMoved():
            standing = Standing(since, event.unit, _categories(state, event.person, since))
            return replace(state, people=_stood(state, event.person, standing))
        case CategoriesChanged():
            before = state.standing(event.person, since)
            standing = Standing(since, before.unit if before else None, frozenset(event.categories))
            return replace(state, people=_stood(state, event.person, standing))
        case PersonLeft():
            standing = Standing(since, None, _categories(state, event.person, since))
            return replace(state, people=_stood(state, event.person, standing))
        case PostAssigned():
            tenure = Tenure(event.post, event.unit, event.person, since)
            return replace(state, tenures=(*state.tenures, tenure))
        case PostEnded():
            key = (event.post, event.unit, event.person, None)
            tenures = tuple(
                replace(t, until=since) if (t.post, t.unit, t.person, t.until) == key else t
                for t in state.tenures
            )
            return replace(state, tenures=tenures)
        case _:
            assert_never(event)


def _placed(state: Organisation, unit: str, placing: Placing) -> Mapping[str, tuple[Placing, ...]]:
    history = sorted((*state.units.get(unit, ()), placing), key=lambda item: item.since)
    return {**state.units, unit: tuple(history)}


def _stood(state: Organisation, person: str, standing: Standing) -> Mapping[str, tuple[Standing, ...]]:
    history = sorted((*state.people.get(person, ()), standing), key=lambda item: item.since)
    return {**state.people, person: tuple(history)}


def _categories(state: Organisation, person: str, at: datetime) -> frozenset[str]:
    standing = state.standing(person, at)
    return standing.categories if standing else frozenset()


# --- decide ----------------------------------------------------------------------------------


def _decide(command: OrganisationCommand, state: Organisation, context: Context) -> Answer:
    match command:
        case FoundUnit():
            if command.unit in state.units:
                return UNIT_TAKEN(unit=command.unit)
            if command.parent is None and state.units:
                return SECOND_ROOT(unit=command.unit)
            if command.parent is not None and not _is_open(state, command.parent):
                return UNKNOWN_UNIT(unit=command.parent)
            title = context.seal_given(command.title, command.unit, "unit.title")
            return [UnitFounded(unit=command.unit, kind=command.kind, parent=command.parent, title=title)]
        case MoveUnit():
            for unit in (command.unit, command.parent):
                if not _is_open(state, unit):
                    return UNKNOWN_UNIT(unit=unit)
            if state.within(command.parent, command.unit):
                return CYCLE(unit=command.unit, parent=command.parent)
            return [UnitMoved(unit=command.unit, parent=command.parent)]
        case CloseUnit():
            if not _is_open(state, command.unit):
                return UNKNOWN_UNIT(unit=command.unit)
            units = [u for u in state.units if _is_open(state, u) and _parent(state, u) == command.unit]
            people = [p for p in state.people if (s := state.standing(p)) and s.unit == command.unit]
            if units or people:
                return NOT_EMPTY(unit=command.unit, people=len(people), units=len(units))
            return [UnitClosed(unit=command.unit, ground=command.ground)]
        case RegisterPerson():
            if not _is_open(state, command.unit):
                return UNKNOWN_UNIT(unit=command.unit)
            if (standing := state.standing(command.person)) is not None:
                return PERSON_TAKEN(person=command.person, unit=standing.unit)
            if not command.categories:
                return NO_CATEGORY(person=command.person)
            name = context.seal_given(command.name, command.person, "person.name")
            categories = tuple(sorted(set(command.categories)))
            return [PersonJoined(person=command.person, unit=command.unit, categories=categories, name=name)]
        case AssignPost():
            if not _is_open(state, command.unit):
                return UNKNOWN_UNIT(unit=command.unit)
            if state.standing(command.person) is None:
                return UNKNOWN_PERSON(person=command.person)
            if command.person in state.holders(command.post, command.unit, context.effective_at):
                return UNCHANGED(what=f"{command.person} as {command.post} of {command.unit}")
            return [PostAssigned(post=command.post, unit=command.unit, person=command.person)]
        case EndPost():
            if command.person not in state.holders(command.post, command.unit, context.effective_at):
                return NOT_IN_POST(person=command.person, post=command.post, unit=command.unit)
            return [PostEnded(**command.model_dump())]
        case MovePerson() | ChangeCategories() | RemovePerson():
            standing = state.standing(command.person)
            if standing is None:
                return UNKNOWN_PERSON(person=command.person)
            return _change_person(command, state, standing)
        case _:
            assert_never(command)


def _change_person(
    command: MovePerson | ChangeCategories | RemovePerson, state: Organisation, standing: Standing
) -> Answer | Refusal:
    match command:
        case MovePerson():
            if not _is_open(state, command.unit):
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


def _is_open(state: Organisation, unit: str) -> bool:
    placing = state.placing(unit)
    return placing is not None and placing.open


def _parent(state: Organisation, unit: str) -> str | None:
    placing = state.placing(unit)
    return placing.parent if placing else None


# --- decider ---------------------------------------------------------------------------------


def _people(
    state: Organisation, unit: str, at: datetime, having: Iterable[str] = (), without: Iterable[str] = ()
) -> dict[str, frozenset[str]]:
    return state.people_of(unit, at, having, without)


def _known(state: Organisation, people: Iterable[str], at: datetime) -> dict[str, frozenset[str]]:
    """Those of some people who stand in the organisation at a moment, with their categories."""
    return {p: s.categories for p in people if (s := state.standing(p, at)) is not None}


def _unit_of(state: Organisation, person: str, at: datetime) -> str | None:
    standing = state.standing(person, at)
    return standing.unit if standing else None


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
    evolve=_evolve,
    decide=_decide,
    answers={
        "organisation.people": _people,
        "organisation.known": _known,
        "organisation.unit_of": _unit_of,
        "organisation.unit_open": _is_open,
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
