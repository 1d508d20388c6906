"""The feeds of the organisation: who counts where, in which categories and posts, and which units there are.

What is recorded late takes effect when it did: rows come from the events in the order of their effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from party_workflow.domain.organisation import (
    CategoriesChanged,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PostAssigned,
    PostEnded,
    UnitClosed,
    UnitFounded,
    UnitMoved,
    UnitReclassified,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import NONE, Line, Reads, code, day, in_order, joined, line
from party_workflow.policies.policy import Row

_PEOPLE: Final[Reads] = {
    PersonJoined: ("person", "unit", "categories"),
    PersonMoved: ("person", "unit"),
    CategoriesChanged: ("person", "categories"),
    PersonLeft: ("person",),
}
_POSTS: Final[Reads] = {
    PostAssigned: ("post", "unit", "person"),
    PostEnded: ("post", "unit", "person"),
}
_UNITS: Final[Reads] = {
    UnitFounded: ("unit", "kind", "parent"),
    UnitMoved: ("unit", "parent"),
    UnitReclassified: ("unit", "kind"),
    UnitClosed: ("unit",),
}


@dataclass(slots=True)
class _State:
    rows: list[Row] = field(default_factory=list)


def _collecting(reads: Reads) -> Any:
    def evolve(state: _State, row: Row) -> _State:
        if row.kind in reads:
            state.rows.append(row)
        return state

    return evolve


def _by_effect(state: _State) -> list[Row]:
    return sorted(state.rows, key=lambda row: (row.effective_at, row.position))


def _people(state: _State) -> Mapping[str, tuple[Line, tuple[str, ...]]]:
    """By person the row of each who counts in a unit, and their categories."""
    found: dict[str, tuple[Line, tuple[str, ...]]] = {}
    for row in _by_effect(state):
        if row.kind not in _PEOPLE:
            continue
        person = row["person"]
        if row.kind is PersonJoined:
            made = line(row, person=person, unit=row["unit"], since=day(row.effective_at))
            found[person] = (made, row["categories"])
        elif row.kind is PersonLeft:
            found.pop(person, None)
        elif person in found:
            made, categories = found[person]
            if row.kind is PersonMoved:
                made.change(row, unit=row["unit"], since=day(row.effective_at))
            else:
                made.change(row)
                categories = row["categories"]
            found[person] = (made, categories)
    return found


def _members(state: _State) -> Iterable[Fact]:
    held: dict[Cell, list[Line]] = {}
    for post in _held(state).values():
        held.setdefault(post.columns["person"], []).append(post)
    facts: list[Fact] = []
    for person, (made, categories) in _people(state).items():
        posts = held.get(person, [])
        made.evidence += tuple(item for post in posts for item in post.evidence)
        codes = joined(str(post.columns["post"]) for post in posts)
        facts.append(made.fact(categories=joined(categories), posts=codes))
    return in_order(facts)


def _categories(state: _State) -> Iterable[Fact]:
    return in_order(
        made.fact(category=category)
        for made, categories in _people(state).values()
        for category in sorted(set(categories))
    )


def _held(state: _State) -> dict[tuple[str, str, str], Line]:
    """The posts that are held, by post, unit and person."""
    found: dict[tuple[str, str, str], Line] = {}
    for row in _by_effect(state):
        if row.kind not in _POSTS:
            continue
        post = row["post"], row["unit"], row["person"]
        if row.kind is PostAssigned:
            cells: dict[str, Cell] = {"post": post[0], "unit": post[1], "person": post[2]}
            found[post] = line(row, **cells, since=day(row.effective_at))
        else:
            found.pop(post, None)
    return found


def _posts(state: _State) -> Iterable[Fact]:
    return in_order(made.fact() for made in _held(state).values())


def _units(state: _State) -> Iterable[Fact]:
    found: dict[str, Line] = {}
    for row in _by_effect(state):
        unit = row["unit"]
        if row.kind is UnitFounded:
            since = day(row.effective_at)
            found[unit] = line(row, unit=unit, kind=row["kind"], parent=code(row["parent"]), since=since)
        elif row.kind is UnitClosed:
            found.pop(unit, None)
        elif unit in found:
            changed = {"parent": row["parent"]} if row.kind is UnitMoved else {"kind": row["kind"]}
            found[unit].change(row, **changed)
    level: dict[str, Cell] = {}
    for unit, made in found.items():
        parent = made.columns["parent"]
        level[unit] = found[parent].columns["kind"] if isinstance(parent, str) and parent in found else NONE
    return in_order(made.fact(parent_kind=level[unit]) for unit, made in found.items())


_PERSON: Final = {
    "stream": "The stream of the organisation.",
    "person": "The person.",
    "unit": "The unit that the person counts in.",
    "since": "The day since which.",
}

MEMBERS: Final = Feed(
    name="members",
    reads={**_PEOPLE, **_POSTS},
    columns={
        **_PERSON,
        "categories": "The categories of the person, sorted, with a plus between them.",
        "posts": "The posts that the person holds, in whatever unit, with a plus between them.",
    },
    initial=_State,
    evolve=_collecting({**_PEOPLE, **_POSTS}),
    facts=_members,
)
"""Everybody who counts in a unit, a row each, as of the moments of the history."""

CATEGORIES: Final = Feed(
    name="categories",
    reads=_PEOPLE,
    columns={**_PERSON, "category": "A category of the person."},
    initial=_State,
    evolve=_collecting(_PEOPLE),
    facts=_categories,
)
"""A row for each person who counts in a unit and each of their categories."""

POSTS: Final = Feed(
    name="posts",
    reads=_POSTS,
    columns={
        "stream": "The stream of the organisation.",
        "post": "The post.",
        "unit": "The unit in which it is.",
        "person": "Who holds it.",
        "since": "The day since which.",
    },
    initial=_State,
    evolve=_collecting(_POSTS),
    facts=_posts,
)
"""Posts that are held, a row for each holder."""

UNITS: Final = Feed(
    name="units",
    reads=_UNITS,
    columns={
        "stream": "The stream of the organisation.",
        "unit": "The unit.",
        "kind": "Its kind.",
        "parent": "The unit above it, none for a root.",
        "parent_kind": "The kind of the unit above it.",
        "since": "The day on which it was founded.",
    },
    initial=_State,
    evolve=_collecting(_UNITS),
    facts=_units,
)
"""Units that exist, a row each."""
