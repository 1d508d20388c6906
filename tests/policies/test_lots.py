"""Live slots in turn, or by a lot whose seed is published (R-039)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.errors import InvalidInput
from party_workflow.policies.figure import Evidence
from party_workflow.policies.lots import Slots, Turn, by_lot, in_turn, lot, rounds_needed

UNITS = [f"u-{number:02}" for number in range(1, 83)]


def years(
    population: list[str], slots: int, within: int, count: int, past: tuple[Turn, ...] = ()
) -> list[Slots]:
    """So many years, each one going by the slots of those before."""
    turns, found = list(past), []
    for number in range(1, count + 1):
        chosen = in_turn(population, slots, turns, number=number, within=within, seed=f"year-{number}")
        found.append(chosen)
        turns += [Turn(item.subject, number) for item in chosen.chosen]
    return found


def test_R_039_82_units_and_9_slots_take_ten_years_and_fewer_cannot_be_promised() -> None:
    assert rounds_needed(82, 9) == 10
    with pytest.raises(InvalidInput, match="a turn in 10 rounds, not in 9") as caught:
        in_turn(UNITS, 9, [], number=1, within=9, seed="year-1")
    assert "have 10 slots" in caught.value.faults[0].remedy
    assert in_turn(UNITS, 9, [], number=1, within=10, seed="year-1").at_most == 10


def test_R_039_each_of_82_units_has_a_live_slot_within_ten_years_and_then_again() -> None:
    found = years(UNITS, 9, 10, 30)
    for start in range(21):
        had = {item.subject for each in found[start : start + 10] for item in each.chosen}
        assert had == set(UNITS), start
    assert not any(each.overdue for each in found)


def test_R_039_the_slots_of_earlier_years_are_looked_at_and_cited() -> None:
    event = Evidence("0" * 32, 7, "assessment.modes_assigned")
    past = [Turn(unit, 1, event) for unit in UNITS[:73]]
    found = in_turn(UNITS, 10, past, number=2, within=9, seed="year-2")
    assert {item.subject for item in found.chosen} > set(UNITS[73:])
    (drawn,) = [item for item in found.chosen if item.last is not None]
    assert (drawn.ground, drawn.last, drawn.evidence) == ("lot", 1, event)
    assert {item.ground for item in found.chosen if item.last is None} == {"longest_without"}
    assert in_turn(UNITS, 10, [Turn(UNITS[0], 5)], number=2, within=9, seed="a").chosen == (
        in_turn(UNITS, 10, [], number=2, within=9, seed="a").chosen
    ), "what lies ahead is left aside"


def test_R_039_who_waited_too_long_before_the_promise_was_made_is_listed_as_overdue() -> None:
    found = in_turn(["u-a", "u-b", "u-c"], 1, [Turn("u-c", 9)], number=10, within=3, seed="a")
    assert {item.ground for item in found.chosen} == {"lot"}
    assert set(found.overdue) == {"u-a", "u-b"} - {found.chosen[0].subject}
    due = in_turn(["u-a", "u-b", "u-c"], 2, [Turn("u-c", 9)], number=10, within=3, seed="a")
    assert {item.ground for item in due.chosen} == {"due_within"}


def test_R_039_who_joined_later_waits_since_then() -> None:
    past = [Turn("u-a", 3), Turn("u-b", 4)]
    for joined, first in ((1, "u-new"), (6, "u-a")):
        found = in_turn(
            ["u-a", "u-b", "u-new"], 1, past, number=6, within=3, seed="a", joined={"u-new": joined}
        )
        assert found.chosen[0].subject == first


def test_R_039_a_lot_is_drawn_again_from_the_published_seed_by_anybody() -> None:
    found = by_lot(UNITS, 9, number=1, seed="2020-lot")
    assert found.data()["seed"] == "2020-lot"
    assert [item.subject for item in found.chosen] == list(lot("2020-lot", UNITS)[:9])
    assert by_lot(UNITS[::-1], 9, number=1, seed="2020-lot").canonical_bytes() == found.canonical_bytes()
    assert by_lot(UNITS, 9, number=1, seed="2020-other").chosen != found.chosen


def test_R_039_slots_by_lot_are_fair_over_seeds_and_promise_nobody_a_turn() -> None:
    times: Counter[str] = Counter()
    for number in range(1000):
        times.update(item.subject for item in by_lot(UNITS, 9, number=1, seed=f"s-{number}").chosen)
    assert set(times) == set(UNITS)
    assert 70 <= min(times.values()) <= max(times.values()) <= 150  # 110 on average


@given(st.integers(1, 20), st.integers(1, 7), st.integers(0, 4))
def test_R_039_nobody_waits_longer_than_was_promised_whatever_the_numbers(
    size: int, slots: int, more: int
) -> None:
    units = UNITS[:size]
    within = rounds_needed(size, slots) + more
    found = years(units, slots, within, 3 * within)
    for each in found:
        assert len(each.chosen) == min(slots, size)
        assert len({item.subject for item in each.chosen}) == len(each.chosen)
        assert each.overdue == ()
    for unit in units:
        had = [0, *(each.round for each in found if unit in {item.subject for item in each.chosen})]
        assert all(after - before <= within for before, after in pairwise(had))


@pytest.mark.parametrize("slots", [0, -1])
def test_less_than_one_slot_is_refused(slots: int) -> None:
    with pytest.raises(InvalidInput, match="give nobody a turn"):
        rounds_needed(82, slots)
    assert rounds_needed(82, 1) == 82
