"""What is written underneath as part of a merger or split is decided again with the whole of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.world import World

from party_workflow.codec import Event
from party_workflow.domain.organisation import (
    STREAM,
    FoundUnit,
    MergeUnits,
    MovePerson,
    PersonMoved,
    SplitUnit,
    UnitClosed,
    UnitMoved,
    UnitsMerged,
    UnitSplit,
)
from party_workflow.policies.audits import possible
from party_workflow.store import Append, Draft

MERGE, SPLIT = MergeUnits.stored_type, SplitUnit.stored_type
NEW = FoundUnit(unit="u-new", kind="branch", parent="u-bureau")
INTO_NEW = MergeUnits(units=("u-east", "u-branch"), into="u-new", ground="merger")
MERGED = UnitsMerged(units=("u-branch", "u-east"), into="u-new", ground="merger")


def two_branches() -> World:
    """p-1 and p-2 in u-branch, p-3 in u-east, which has a group below it; u-new stands empty."""
    world = World(members=3)
    world.do(FoundUnit(unit="u-east", kind="branch", parent="u-bureau"))
    world.do(FoundUnit(unit="u-group", kind="group", parent="u-east"))
    world.do(NEW)
    world.later(days=1)
    world.do(MovePerson(person="p-3", unit="u-east"), by=world.act(60))
    world.later(days=1)
    return world


def beneath(world: World, command: str, *events: Event) -> None:
    """Write events straight into the store, as those of a command."""
    drafts = tuple(Draft(STREAM, event, world.now) for event in events)
    name = f"beneath-{world.store.head().position}"
    world.store.append(Append("bureau", name, command, "0" * 64, world.act(60), world.now, drafts, {}))


def found(world: World) -> list[str]:
    """What the check of moves finds."""
    check = next(item for item in possible.checks(world.model) if item.code == "moves")
    return [finding.sentence for finding in check.look(world.workflow.history)]


HONEST: dict[str, Callable[[World], object]] = {
    "merger": lambda w: w.do(INTO_NEW, by=w.act(60)),
    "merger in a batch": lambda w: w.do(
        MovePerson(person="p-2", unit="u-new"),
        INTO_NEW,
        MovePerson(person="p-1", unit="u-city"),
        by=w.act(60),
    ),
    "unit and what is below it": lambda w: w.do(
        MergeUnits(units=("u-east", "u-group"), into="u-new", ground="merger"), by=w.act(60)
    ),
    "the same in a batch": lambda w: w.do(
        MergeUnits(units=("u-east", "u-group"), into="u-new", ground="merger"),
        MovePerson(person="p-1", unit="u-city"),
        by=w.act(60),
    ),
    "of empty units": lambda w: w.do(
        MergeUnits(units=("u-new",), into="u-branch", ground="merger"), by=w.act(60)
    ),
    "split that closes": lambda w: w.do(
        SplitUnit(
            unit="u-branch",
            into=("u-new", "u-east"),
            people={"p-1": "u-new", "p-2": "u-east"},
            ground="grown",
        ),
        by=w.act(60),
    ),
    "split that stays": lambda w: w.do(
        SplitUnit(unit="u-branch", into=("u-branch", "u-new"), people={"p-1": "u-new"}, ground="grown"),
        MovePerson(person="p-2", unit="u-new"),
        by=w.act(60),
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_a_merger_or_split_that_was_decided_passes_alone_and_in_a_batch(name: str) -> None:
    world = two_branches()
    HONEST[name](world)
    assert found(world) == []


WHOLE: tuple[Event, ...] = (
    PersonMoved(person="p-3", unit="u-new"),
    PersonMoved(person="p-1", unit="u-new"),
    PersonMoved(person="p-2", unit="u-new"),
    UnitMoved(unit="u-group", parent="u-new"),
    UnitClosed(unit="u-east", ground="merger"),
    UnitClosed(unit="u-branch", ground="merger"),
    MERGED,
)


def test_what_was_forged_below_differs_from_an_honest_merger_by_one_thing_only() -> None:
    world = two_branches()
    beneath(world, MERGE, *WHOLE)
    assert found(world) == []


FORGED: dict[str, tuple[str, tuple[Event, ...], int]] = {
    "a move that says it is part of a merger": (MERGE, (PersonMoved(person="p-2", unit="u-east"),), 1),
    "the same of a split": (SPLIT, (PersonMoved(person="p-2", unit="u-east"),), 1),
    "a move to a unit that is not there": (MERGE, (PersonMoved(person="p-2", unit="u-none"),), 1),
    "a closing of a unit with people in it": (MERGE, (UnitClosed(unit="u-branch", ground="merger"),), 1),
    "a merger that moved nobody": (MERGE, (MERGED,), 1),
    "a merger of nothing": (MERGE, (UnitsMerged(units=(), into="u-new", ground="merger"),), 1),
    "a merger in a batch that moved nobody": ("together", (MERGED,), 1),
    "one person left out": (MERGE, (*WHOLE[:2], *WHOLE[3:]), 6),
    "one person moved elsewhere": (MERGE, (PersonMoved(person="p-3", unit="u-city"), *WHOLE[1:]), 1),
    "one closing left out": (MERGE, (*WHOLE[:5], WHOLE[6]), 6),
    "somebody moved besides": (MERGE, (PersonMoved(person="p-60", unit="u-new"), *WHOLE), 1),
    "another move after it": (MERGE, (*WHOLE, PersonMoved(person="p-1", unit="u-city")), 1),
    "a split into parts that got nobody": (
        SPLIT,
        (
            UnitClosed(unit="u-branch", ground="grown"),
            UnitSplit(unit="u-branch", into=("u-east", "u-new"), ground="grown"),
        ),
        2,
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_was_written_underneath_as_part_of_a_merger_is_found(name: str) -> None:
    world = two_branches()
    command, events, amiss = FORGED[name]
    beneath(world, command, *events)
    sentences = found(world)
    assert len(sentences) == amiss
    assert all(what.startswith("It was not possible then: ") for what in sentences)
