"""Live slots in turn, from the sessions that the log has (R-039)."""

from __future__ import annotations

import pytest
from tests.support.sheets import UNITS, Hall, kind

from party_workflow.domain.assessment import AssignModes
from party_workflow.domain.organisation import FoundUnit
from party_workflow.errors import InvalidInput
from party_workflow.policies.assessments.live_slots import next_slots, past_turns
from party_workflow.policies.lots import lot, rounds_needed


def sessions(number: int, slots: int = 1) -> tuple[Hall, list[set[str]]]:
    """So many sessions of three branches, the slots of each assigned as recommended."""
    sheet = kind()
    hall = Hall()
    hall.adopt(sheet)
    held = []
    for year in range(number):
        chosen = next_slots(
            hall.workflow.history, sheet.code, "live", UNITS, slots, seed=f"year-{year}", within=3
        )
        live = {item.subject for item in chosen.chosen}
        hall.open(sheet, key=f"s{year}", period=f"{2020 + year}-Q1")
        modes = {unit: "live" if unit in live else "written" for unit in UNITS}
        hall.do(AssignModes(key=f"s{year}", modes=modes))
        held.append(live)
    return hall, held


def test_R_039_the_slots_so_far_are_those_assigned_each_with_its_event() -> None:
    hall, held = sessions(4)
    turns = past_turns(hall.workflow.history, "sheet", "live")
    assert [(turn.subject, turn.round) for turn in turns] == [
        (unit, number) for number, live in enumerate(held, start=1) for unit in sorted(live)
    ]
    types = {record.envelope.event_id: record.envelope.stored_type for record in hall.store.read()}
    assert {types[turn.evidence.event_id] for turn in turns if turn.evidence} == {"assessment.modes_assigned"}


def test_R_039_everybody_reports_live_within_the_sessions_promised_by_what_the_log_has() -> None:
    _, held = sessions(6)
    assert rounds_needed(len(UNITS), 1) == 3
    for start in range(4):
        assert set().union(*held[start : start + 3]) == set(UNITS)


def test_R_039_a_slot_that_was_given_to_another_after_all_is_that_others() -> None:
    hall, held = sessions(1)
    (live,) = held[0]
    other = next(unit for unit in UNITS if unit != live)
    hall.do(AssignModes(key="s0", modes={live: "written", other: "live"}))
    (turn,) = past_turns(hall.workflow.history, "sheet", "live")
    assert turn.subject == other


def test_R_039_too_few_slots_for_the_promise_are_refused_and_a_lot_promises_nothing() -> None:
    hall, _ = sessions(1)
    history = hall.workflow.history
    with pytest.raises(InvalidInput, match="a turn in 3 rounds, not in 2"):
        next_slots(history, "sheet", "live", UNITS, 1, seed="a", within=2)
    drawn = next_slots(history, "sheet", "live", UNITS, 1, seed="2021-lot")
    assert (drawn.round, drawn.seed) == (2, "2021-lot")
    assert [item.subject for item in drawn.chosen] == [lot("2021-lot", UNITS)[0]]


def test_R_039_a_session_of_another_unit_is_none_of_these() -> None:
    hall, _ = sessions(1)
    hall.do(FoundUnit(unit="u-else", kind="bureau", parent="u-city"))
    history = hall.workflow.history
    assert past_turns(history, "sheet", "live", "u-else") == ()
    assert past_turns(history, "other", "live") == ()
    assert len(past_turns(history, "sheet", "live", "u-city")) == 1
