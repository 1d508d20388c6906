"""The talk matrix: who has to have talked with whom, and who has (R-136).

The pairs are generated from posts and categories as of a day: leaders among themselves, a superior with each
subordinate, comrades among themselves.  That two people talked stands on the register of an activity; what
they said is in a confidential `talk_note` and nothing of it is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from party_workflow import canonical
from party_workflow.domain.activity import Activity
from party_workflow.domain.organisation import DECIDER, STREAM, Organisation
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.history import History
from party_workflow.policies.activities.works import Works
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, counted, share
from party_workflow.policies.stated import Outside, Stated, stated
from party_workflow.quantity import Quantity
from party_workflow.values import Code, Definition, Flag

KIND: Final = "talk_matrix"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)

Where = Literal["unit", "below"]
"""The people of the unit itself; those of the units directly below it."""


class Side(BaseModel):
    """Whom a rule asks: holders of one of the `posts`, or everybody who counts there where none is named.

    Of those only who has every category in `having` and holds none of `without_posts` in that unit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    posts: tuple[Code, ...] = ()
    having: tuple[Code, ...] = ()
    without_posts: tuple[Code, ...] = ()
    where: Where = "unit"


class PairRule(BaseModel):
    """Pairs that are required: each of `first` with each of `second`, or of `first` among themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    first: Side
    second: Side | None = None


class TalkMatrix(Definition):
    """Which pairs have to talk in activities of the kind `activity`.  Faults come together.

    A talk counts for a pair where both are on its register.  Unless `groups` is set it is theirs alone: a
    meeting of many is no talk of each with each.  With `groups` a talk that somebody chaired is one of them
    with each of the others (one to many), and one that nobody chaired is one of each with each.
    """

    code: Code
    version: PositiveInt
    activity: Code
    rules: Annotated[tuple[PairRule, ...], Field(min_length=1, max_length=32)]
    groups: Flag = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        codes = [rule.code for rule in self.rules]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            faults.add("rules", f"{code} stands twice.", "Join the two.")
        faults.raise_if_any(InvalidDefinition)
        return self

    def data(self) -> dict[str, Any]:
        """The definition as a log stores it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the definition."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Cell:
    """A pair that is required, by which rules, and the talks that it had: none is a gap."""

    first: str
    second: str
    rules: tuple[str, ...]
    talks: tuple[Evidence, ...]

    @property
    def done(self) -> bool:
        """Whether the two talked."""
        return bool(self.talks)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The completion matrix of a unit.  Truthy where every required pair talked.

    `uncounted` are talks of the kind that were held and are of no required pair, or of too many at once.
    """

    unit: str
    as_of: datetime
    definition: str
    cells: tuple[Cell, ...]
    done: Stated
    uncounted: tuple[Evidence, ...]

    def __bool__(self) -> bool:
        return not self.gaps

    @property
    def gaps(self) -> tuple[Cell, ...]:
        """The required pairs that did not talk."""
        return tuple(cell for cell in self.cells if not cell.done)

    def by_rule(self) -> dict[str, tuple[int, int]]:
        """By rule how many of its pairs talked, and how many it requires."""
        codes = dict.fromkeys(code for cell in self.cells for code in cell.rules)
        return {
            code: (
                sum(cell.done for cell in self.cells if code in cell.rules),
                sum(code in cell.rules for cell in self.cells),
            )
            for code in sorted(codes)
        }

    def row(self, person: str) -> dict[str, bool]:
        """With whom a person has to talk, and whether they did."""
        return {
            (cell.second if cell.first == person else cell.first): cell.done
            for cell in self.cells
            if person in (cell.first, cell.second)
        }


def required(
    history: History, matrix: TalkMatrix, unit: str, as_of: datetime
) -> dict[tuple[str, str], list[str]]:
    """The pairs that have to talk as of a moment, each once in the order of ids, with the rules that ask."""
    state: Organisation = history.state(DECIDER, STREAM)
    found: dict[tuple[str, str], list[str]] = {}
    for rule in matrix.rules:
        for pair in sorted(set(_pairs(state, rule, unit, as_of))):
            found.setdefault(pair, []).append(rule.code)
    return {pair: found[pair] for pair in sorted(found)}


def talk_matrix(history: History, matrix: TalkMatrix, unit: str, since: datetime, as_of: datetime) -> Matrix:
    """The required pairs of a unit as of a moment, and which of them talked from `since` up to it.

    Pairs of people who left meanwhile are not required, and their talks are among the `uncounted`.
    """
    held = [
        (occasion.state, occasion.held)
        for occasion in Works.of(history.as_of(effective=as_of)).occasions.values()
        if occasion.held is not None and occasion.state.kind == matrix.activity
    ]
    talks: dict[tuple[str, str], list[Evidence]] = {}
    used: set[str] = set()
    asked = required(history, matrix, unit, as_of)
    inside = []
    for activity, evidence in held:
        if activity.held_at is None or not since <= activity.held_at <= as_of:
            continue
        inside.append(evidence)
        for pair in _talked(activity, matrix.groups):
            if pair in asked:
                talks.setdefault(pair, []).append(evidence)
                used.add(evidence.event_id)
    cells = tuple(Cell(*pair, tuple(rules), tuple(talks.get(pair, ()))) for pair, rules in asked.items())
    return Matrix(
        unit=unit,
        as_of=as_of,
        definition=matrix.digest,
        cells=cells,
        done=_done(history, matrix, unit, cells, as_of),
        uncounted=tuple(item for item in inside if item.event_id not in used and _of_unit(item, held, unit)),
    )


def _of_unit(item: Evidence, held: list[tuple[Activity, Evidence]], unit: str) -> bool:
    return any(evidence == item and activity.unit == unit for activity, evidence in held)


def _done(
    history: History, matrix: TalkMatrix, unit: str, cells: tuple[Cell, ...], as_of: datetime
) -> Stated:
    state: Organisation = history.state(DECIDER, STREAM)
    evidence = [item for cell in cells for item in cell.talks]
    part = counted("pairs.talked", matrix.code, KIND, evidence, sum(cell.done for cell in cells))
    organisation = _organisation(history, as_of)
    whole = counted("pairs.required", matrix.code, KIND, organisation, len(cells))
    rate: Figure = share("pairs.share", part, whole, matrix.code, KIND, SHARE)
    guests = len(state.attached(unit, as_of))
    amount = Quantity.of("=", guests, "people") if guests else None
    outside = Outside("guests_of_the_unit", amount, STREAM, tuple(item.event_id for item in organisation))
    return stated(rate, outside)


def _organisation(history: History, as_of: datetime) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(record.envelope.event_id, record.envelope.position, record.envelope.stored_type)
        for record in history.stream(STREAM)
        if record.envelope.effective_at <= as_of
    )


def _talked(activity: Activity, groups: bool) -> Iterator[tuple[str, str]]:
    there = sorted(activity.attended())
    if len(there) == 2:
        yield there[0], there[1]
    elif groups and activity.chaired_by in there:
        for other in there:
            if other != activity.chaired_by:
                yield _ordered(str(activity.chaired_by), other)
    elif groups:
        yield from combinations(there, 2)


def _pairs(state: Organisation, rule: PairRule, unit: str, at: datetime) -> Iterator[tuple[str, str]]:
    first = _people(state, rule.first, unit, at)
    if rule.second is None:
        yield from combinations(sorted(first), 2)
        return
    second = _people(state, rule.second, unit, at)
    yield from (_ordered(one, other) for one in first for other in second if one != other)


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _people(state: Organisation, side: Side, unit: str, at: datetime) -> set[str]:
    units = (unit,) if side.where == "unit" else state.children(unit, at)
    found: set[str] = set()
    for place in units:
        if not state.stands(place, at):
            continue
        counting: Mapping[str, frozenset[str]] = state.people_in(place, at)
        people = set(counting)
        if side.posts:
            people = {person for post in side.posts for person in state.holders(post, place, at)}
        barred = {person for post in side.without_posts for person in state.holders(post, place, at)}
        for person in people - barred:
            standing = state.standing(person, at)
            categories = counting.get(person) or (standing.categories if standing else frozenset())
            if standing is not None and categories.issuperset(side.having):
                found.add(person)
    return found
