"""The four zeros are four indicators; complaints stand beside channels and what came in elsewhere (R-144)."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.laws import replays
from tests.support.pack import PackWorld
from tests.support.voicing import adopted, kind_of, said

from party_workflow.authority import OWN_CASE
from party_workflow.authority.reasons import OUTSIDE_REQUIRED
from party_workflow.domain.case import DecideCase, HandOverCase
from party_workflow.domain.organisation import FoundUnit
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.errors import InvalidDefinition, InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.cases.four_zeros import FourZeros, Promise, four_zeros
from party_workflow.policies.figure import Absent

PROMISE = party.PACK.read_as(Promise, "four_zeros")
COMPLAINT = kind_of("complaint", confidential=True, outcomes=("not_upheld", "partly_upheld", "upheld"))
PETITION = kind_of("petition", outcomes=("supported", "not_supported_explained"))
DAY = timedelta(days=1)


def hall() -> PackWorld:
    world = PackWorld("complaint_channel", "complaints_elsewhere", members=29)
    adopted(world, COMPLAINT, PETITION)
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-city"))
    return world


def channel(world: PackWorld, code: str = "hotline", key: str = "ch-1") -> None:
    world.begin("complaint_channel", key=key, by=world.act(20), channel=code, made_known="a" * 64)


def shown(world: PackWorld, since: datetime, until: datetime | None = None) -> FourZeros:
    return four_zeros(world.workflow.history, PROMISE, "u-branch", since, until or world.now + DAY)


def decided(world: PackWorld, stream: str, outcome: str) -> None:
    command = DecideCase(key=stream.partition("/")[2], outcome=outcome, ground=Personal("It was so"))
    world.do(command, by=world.act(21))


def test_R_144_there_are_four_indicators_and_nothing_adds_them_up() -> None:
    world = hall()
    found = shown(world, world.now)
    assert [item.code for item in found.indicators] == ["zero_shirking", "zero_distance", "zero_error"]
    assert found.complaints.shown.name == "complaints"
    assert {name for name in dir(found) if not name.startswith("_")} == {
        "complaints",
        "definition",
        "indicator",
        "indicators",
        "since",
        "unit",
        "until",
    }


def test_R_144_no_complaints_is_no_zero_where_nobody_could_complain() -> None:
    world = hall()
    start = world.now
    found = shown(world, start).complaints
    assert found.shown.value == Absent("not_applicable")
    assert not found.reachable
    assert list(found.lines())[-1] == "channels: none"
    channel(world)
    open_ = shown(world, start).complaints
    assert open_.shown.value == 0
    assert open_.reachable


def test_R_144_the_number_stands_together_with_how_long_each_channel_was_open() -> None:
    world = hall()
    start = world.now
    channel(world)
    channel(world, "letter", "ch-2")
    world.later(days=2)
    world.take("interrupt", key="ch-1", reason="line_cut")
    world.later(days=1)
    world.take("try_passed", key="ch-1", by=world.act(9))
    world.later(days=1)
    world.take("try_failed", key="ch-1", by=world.act(9))
    world.later(days=4)
    found = shown(world, start, world.now).complaints
    hotline, letter = found.channels
    assert hotline.open.value == Fraction(3, 8)
    assert hotline.tried == (1, 2)
    assert (letter.open.value, letter.tried) == (1, None)
    lines = list(found.lines())
    assert lines[0] == "complaints: 0 (0 here, 0 elsewhere)"
    assert lines[1] == "told by others: nobody was asked or answered"
    assert lines[2] == "channel hotline: open 0.3750 of the time, reached 1 of 2 times"
    assert lines[3] == "channel letter: open 1.0000 of the time, nobody else tried it"


def test_R_144_that_a_channel_worked_and_was_entered_only_afterwards_is_said() -> None:
    world = hall()
    start = world.now
    channel(world)
    world.later(days=1)
    world.take("interrupt", key="ch-1", reason="line_cut")
    world.later(days=2)
    again = TakeStep(key="ch-1", step="restore", given={})
    world.do(again, by=world.act(20), effective_at=world.now - DAY)
    (found,) = shown(world, start, world.now).complaints.channels
    assert (found.open.value, found.dated_back) == (Fraction(2, 3), 1)
    (line,) = [line for line in shown(world, start).complaints.lines() if line.startswith("channel")]
    assert line.endswith("1 times entered afterwards")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["interrupt", "restore", "try_passed", "try_failed"]), max_size=8))
def test_R_144_a_channel_is_open_from_each_opening_to_the_next_failure(steps: list[str]) -> None:
    world = hall()
    start = world.now
    channel(world)
    up, open_hours = True, 0
    for step in steps:
        world.later(hours=1)
        open_hours += up
        command = TakeStep(key="ch-1", step=step, given={"reason": "x"} if step == "interrupt" else {})
        try:
            world.do(command, by=world.act(21))
        except Refused:
            continue
        up = step in ("restore", "try_passed")
    (found,) = shown(world, start, start + (len(steps) + 1) * timedelta(hours=1)).complaints.channels
    assert found.open.value == Fraction(open_hours + up, len(steps) + 1)
    replays(world, "procedure/ch-1")


def test_R_144_a_channel_is_tried_by_somebody_else_than_its_keeper() -> None:
    world = hall()
    channel(world)
    assert world.refusal("try_passed", key="ch-1", by=world.act(20)).code == OWN_CASE.code
    world.take("try_passed", key="ch-1", by=world.act(21))


def told(world: PackWorld, number: int, by: int = 60, key: str = "n-1") -> None:
    world.do(
        OpenProcedure(
            key=key,
            kind="complaints_elsewhere",
            definition=party.PACK.read_as(ProcedureKind, "complaints_elsewhere").digest,
            unit="u-branch",
            given={
                "told_by": "higher_office",
                "from_day": world.now.date().isoformat(),
                "until_day": (world.now + 30 * DAY).date().isoformat(),
                "number_of_complaints": number,
                "evidence": ("c" * 64,),
            },
        ),
        by=world.act(by),
    )


def test_R_144_complaints_received_elsewhere_are_shown_and_told_by_somebody_from_outside() -> None:
    world = hall()
    start = world.now
    channel(world)
    with pytest.raises(Refused) as caught:
        told(world, 0, by=3)
    assert caught.value.refusal.code == OUTSIDE_REQUIRED.code
    told(world, 7)
    found = shown(world, start).complaints
    assert [(item.by, item.number) for item in found.told] == [("higher_office", 7)]
    world.take(
        "correct_number",
        key="n-1",
        by=world.act(60),
        reason="counted_twice",
        number_of_complaints=6,
        evidence=("d" * 64,),
    )
    corrected = shown(world, start).complaints
    assert [item.number for item in corrected.told] == [6]
    assert corrected.shown.value == 0
    assert any(line.startswith("told by higher_office: 6") for line in corrected.lines())


def test_R_144_by_another_channel_or_at_another_unit_is_elsewhere_and_handing_over_hides_nothing() -> None:
    world = hall()
    start = world.now
    channel(world)
    said(world, PETITION, 1, channel="hotline")
    said(world, PETITION, 2, channel="media")
    third = said(world, PETITION, 3, unit="u-other", channel="hotline")
    passed_on = said(world, PETITION, 4, channel="hotline")
    for stream, unit in ((third, "u-branch"), (passed_on, "u-other")):
        command = HandOverCase(key=stream.partition("/")[2], unit=unit, ground="competence")
        world.do(command, by=world.act(21))
    found = shown(world, start).complaints
    assert (found.received.value, found.elsewhere.value, found.shown.value) == (2, 2, 4)
    assert len(found.received.evidence()) == 2


def test_R_144_complaints_of_another_time_do_not_count() -> None:
    world = hall()
    said(world, PETITION, 1)
    world.later(days=10)
    channel(world)
    assert shown(world, world.now).complaints.shown.value == 0
    with pytest.raises(InvalidInput):
        shown(world, world.now, world.now)


def test_R_147_of_confidential_complaints_there_is_a_number_and_no_event() -> None:
    world = hall()
    start = world.now
    said(world, COMPLAINT, 1, concerns=("p-5",), classes=("error",))
    found = shown(world, start)
    assert found.complaints.received.value == 1
    assert found.complaints.received.evidence() == ()
    assert "p-5" not in repr(found)


def test_R_144_shirking_distance_and_error_count_what_was_found_and_say_what_is_undecided() -> None:
    world = hall()
    start = world.now
    for number, (classes, outcome) in enumerate(
        [
            (("error",), "supported"),
            (("error",), "not_supported_explained"),
            (("error", "shirking"), "supported"),
            (("error",), None),
            (("work_style",), "supported"),
        ],
        start=1,
    ):
        stream = said(world, PETITION, number, classes=classes)
        if outcome is not None:
            decided(world, stream, outcome)
    found = shown(world, start)
    error, shirking = found.indicator("zero_error"), found.indicator("zero_shirking")
    assert (error.found.value, error.undecided) == (2, 1)
    assert error.of_decided.rate.value == Fraction(2, 3)
    (outside,) = error.of_decided.outside
    assert (outside.what, str(outside.amount)) == ("undecided", "1 cases")
    assert shirking.found.value == 1
    assert found.indicator("zero_distance").of_decided.rate.value == Absent("not_applicable")
    assert [item.stored_type for item in error.found.evidence()] == ["case.decided"] * 2


def test_R_147_fewer_complaints_make_no_indicator_better() -> None:
    def indicators(complaints: int) -> list[Any]:
        world = hall()
        start = world.now
        channel(world)
        for number in range(1, complaints + 1):
            said(world, PETITION, number)
        return [(item.code, item.found.value, item.undecided) for item in shown(world, start).indicators]

    assert indicators(0) == indicators(5)


def test_R_147_a_promise_has_no_indicator_of_complaints_and_says_each_once() -> None:
    assert "complaint" not in {code for item in PROMISE.indicators for code in item.classes}
    body = PROMISE.data()
    body["indicators"] = [body["indicators"][0]] * 2
    with pytest.raises(InvalidDefinition, match="stands twice"):
        Promise.model_validate(body)
