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
from typing import ClassVar, Final, Literal, TypeVar, assert_never

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

T = TypeVar("T", "Placing", "Change")

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person counts at a moment, and as what."""

    unit: str
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a person at a moment, and only that: what an event leaves open stays as it was.

    So a change recorded late reaches until the next one of its own sort, whatever was recorded before it.
    """

    since: datetime
    what: Literal["joined", "moved", "changed", "left"]
    unit: str | None = None
    categories: frozenset[str] | None = None


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
    people: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    names: Mapping[str, Sealed] = field(default_factory=dict)
    tenures: tuple[Tenure, ...] = ()

    def placing(self, unit: str, at: datetime | None = None) -> Placing | None:
        """Where a unit hangs, at a moment or after all that is known; None before it was founded."""
        found = _by(self.units.get(unit, ()), at)
        return found[-1] if found else None

    def is_open(self, unit: str, since: datetime) -> bool:
        """Whether a unit exists at a moment and is not closed after it."""
        placing = self.placing(unit, since)
        return placing is not None and all(
            item.open for item in (placing, *_after(self.units.get(unit, ()), since))
        )

    def standing(self, person: str, at: datetime | None = None) -> Standing | None:
        """Where a person counts and as what, at a moment or after all that is known.

        None before joining and after leaving; who has left is moved by nothing but joining again.
        """
        unit: str | None = None
        categories: frozenset[str] = frozenset()
        for change in _by(self.people.get(person, ()), at):
            if change.what in ("joined", "left") or (change.what == "moved" and unit is not None):
                unit = change.unit
            if change.categories is not None:
                categories = change.categories
        return None if unit is None else Standing(unit, categories)

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
        found = (
            tenure.person
            for tenure in self.tenures
            if (tenure.post, tenure.unit) == (post, unit)
            and tenure.since <= at
            and (tenure.until is None or at < tenure.until)
        )
        return tuple(dict.fromkeys(found))


def _by(history: tuple[T, ...], at: datetime | None) -> tuple[T, ...]:
    return history if at is None else history[: bisect_right(history, at, key=lambda item: item.since)]


def _after(history: tuple[T, ...], at: datetime) -> tuple[T, ...]:
    return history[bisect_right(history, at, key=lambda item: item.since) :]


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
            change = Change(since, "joined", event.unit, frozenset(event.categories))
            return replace(state, people=_changed(state, event.person, change), names=names)
        case PersonMoved():
            return replace(
                state, people=_changed(state, event.person, Change(since, "moved", unit=event.unit))
            )
        case CategoriesChanged():
            change = Change(since, "changed", categories=frozenset(event.categories))
            return replace(state, people=_changed(state, event.person, change))
        case PersonLeft():
            return replace(state, people=_changed(state, event.person, Change(since, "left")))
        case PostAssigned():
            tenure = Tenure(event.post, event.unit, event.person, since)
            return replace(state, tenures=(*state.tenures, tenure))
        case PostEnded():
            open_ones = _open_tenures(state, event.post, event.unit, event.person, since)
            tenures = tuple(replace(t, until=since) if t in open_ones else t for t in state.tenures)
            return replace(state, tenures=tenures)
        case _:
            assert_never(event)


def _placed(state: Organisation, unit: str, placing: Placing) -> Mapping[str, tuple[Placing, ...]]:
    history = sorted((*state.units.get(unit, ()), placing), key=lambda item: item.since)
    return {**state.units, unit: tuple(history)}


def _changed(state: Organisation, person: str, change: Change) -> Mapping[str, tuple[Change, ...]]:
    history = sorted((*state.people.get(person, ()), change), key=lambda item: item.since)
    return {**state.people, person: tuple(history)}


def _open_tenures(state: Organisation, post: str, unit: str, person: str, at: datetime) -> tuple[Tenure, ...]:
    key = (post, unit, person, None)
    return tuple(t for t in state.tenures if (t.post, t.unit, t.person, t.until) == key and t.since <= at)


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
            if not _open_tenures(state, command.post, command.unit, command.person, since):
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
    moved = replace(state, units=_placed(state, command.unit, Placing(since, command.parent)))
    later = {item.since for history in moved.units.values() for item in _after(history, since)}
    for at in sorted({since, *later}):
        placing = moved.placing(command.unit, at)
        if placing is not None and moved.within(placing.parent, command.unit, at):
            return True
    return False


def _counts_from(state: Organisation, person: str, since: datetime) -> str | None:
    """A unit in which a person counts at a moment or later."""
    moments = [since, *(change.since for change in _after(state.people.get(person, ()), since))]
    return next((s.unit for at in moments if (s := state.standing(person, at)) is not None), None)


def _people_from(state: Organisation, unit: str, since: datetime) -> int:
    """How many people count in a unit itself, at a moment or later."""
    found = 0
    for person, changes in state.people.items():
        moments = [since, *(change.since for change in _after(changes, since))]
        found += any((s := state.standing(person, at)) is not None and s.unit == unit for at in moments)
    return found


def _units_from(state: Organisation, above: str, since: datetime) -> int:
    """How many open units hang directly under a unit, at a moment or later."""
    found = 0
    for history in state.units.values():
        placings = (*_by(history, since)[-1:], *_after(history, since))
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
