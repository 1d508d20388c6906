"""What came back, what was passed from unit to unit, and what lay behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.registers import CALENDAR, SECRET, TEXT, Office, number_of

from party_workflow.domain.case import (
    AssignResponsible,
    EscalateCase,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    ReopenCase,
    ReturnCase,
)
from party_workflow.packs.processes.recurring import ESCALATE, REOPEN, recurring_findings
from party_workflow.policies.registers import Chain, passed_on, recurrences, root_causes
from party_workflow.processes import Proposal, follows

PROBLEM = ("problem",)


def _chains(office: Office, least: int = 2) -> tuple[Chain, ...]:
    return recurrences(office.history, office.now, PROBLEM, CALENDAR, least=least)


def _found(office: Office, key: str, *when: int, finish: bool = True, **more: Any) -> None:
    office.on(*when)
    office.open(key, "problem", **more)
    if finish:
        office.finish(key)


# --- recurrence --------------------------------------------------------------------------------


def test_R_110_the_same_class_in_the_same_unit_in_consecutive_periods_is_one_chain() -> None:
    office = Office()
    _found(office, "b-1", 2024, 3, 10, 9)
    _found(office, "b-2", 2024, 5, 10, 9)
    _found(office, "b-3", 2024, 9, 10, 9, finish=False)
    (chain,) = _chains(office)
    assert (chain.unit, chain.code, chain.length) == ("u-branch", "records", 3)
    assert [link.period for link in chain.links] == ["2024-Q1", "2024-Q2", "2024-Q3"]
    assert [link.cases for link in chain.links] == [("case/b-1",), ("case/b-2",), ("case/b-3",)]
    assert chain.after_closure == 2


def test_R_110_another_class_another_unit_or_a_period_between_makes_no_chain() -> None:
    office = Office()
    _found(office, "b-1", 2024, 3, 10, 9)
    _found(office, "b-2", 2024, 5, 10, 9, classes=("discipline",))
    _found(office, "b-3", 2024, 5, 10, 9, unit="u-other", finish=False)
    _found(office, "b-4", 2024, 8, 10, 9)
    assert _chains(office) == ()
    assert len(_chains(office, least=1)) == 4
    _found(office, "b-5", 2024, 11, 10, 9)
    assert [chain.links[0].period for chain in _chains(office)] == ["2024-Q3"]


def test_R_110_what_was_not_closed_before_is_a_chain_but_no_recurrence_after_closure() -> None:
    office = Office()
    _found(office, "b-1", 2024, 3, 10, 9, finish=False)
    _found(office, "b-2", 2024, 5, 10, 9, finish=False)
    (chain,) = _chains(office)
    assert (chain.length, chain.after_closure) == (2, 0)
    for after in ("reopen", "escalate"):
        assert follows(recurring_findings(CALENDAR, after), office.history, office.now) == []


def _proposed(office: Office, after: str) -> list[Proposal]:
    found = follows(recurring_findings(CALENDAR, after), office.history, office.now)  # type: ignore[arg-type]
    assert all(isinstance(each, Proposal) for each in found)
    return found  # type: ignore[return-value]


def test_R_110_a_recurrence_after_closure_is_proposed_to_be_reopened_with_its_count_until_it_is() -> None:
    office = Office()
    _found(office, "b-1", 2024, 3, 10, 9)
    assert _proposed(office, "reopen") == []
    _found(office, "b-2", 2024, 5, 10, 9)
    _found(office, "b-3", 2024, 9, 10, 9, finish=False)
    (asked,) = _proposed(office, "reopen")
    assert (asked.subject, asked.action, asked.ground) == ("case/b-2", REOPEN, "recurred_3")
    assert asked.command == ReopenCase(key="b-2", ground="recurred_3", source="case/b-3")
    office.do(asked.command, by=office.finder)
    assert office.case("b-2").reopened == 1
    assert _proposed(office, "reopen") == []
    assert _chains(office)[0].links[1].reopened == 1


def test_R_110_or_to_be_put_before_the_unit_above_with_its_count_until_it_is_or_is_put_right() -> None:
    office = Office()
    _found(office, "b-1", 2024, 3, 10, 9)
    _found(office, "b-2", 2024, 5, 10, 9, finish=False)
    (asked,) = _proposed(office, "escalate")
    assert (asked.subject, asked.action, asked.to) == ("case/b-2", ESCALATE, "u-bureau")
    assert asked.command == EscalateCase(key="b-2", unit="u-bureau", ground="recurred_2")
    before = office.history
    office.do(asked.command, by=office.finder)
    assert _proposed(office, "escalate") == []
    assert len(follows(recurring_findings(CALENDAR), before.as_of(known=office.now), office.now)) == 0
    assert office.case("b-2").escalated == ("u-bureau",)


_FOUND = st.tuples(st.integers(0, 60), st.sampled_from(("records", "discipline")), st.booleans())


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(_FOUND, min_size=1, max_size=8))
def test_R_110_chains_hold_every_case_once_and_their_periods_follow_on_each_other(
    steps: list[tuple[int, str, bool]],
) -> None:
    office = Office()
    for number, (days, code, finish) in enumerate(steps):
        office.later(days=days)
        office.open(f"b-{number}", "problem", classes=(code,))
        if finish:
            office.finish(f"b-{number}")
    chains = _chains(office, least=1)
    held = [case for chain in chains for link in chain.links for case in link.cases]
    assert sorted(held) == sorted(f"case/b-{number}" for number in range(len(steps)))
    for chain in chains:
        numbers = [int(link.period[:4]) * 4 + int(link.period[-1]) for link in chain.links]
        assert numbers == list(range(numbers[0], numbers[0] + chain.length))
        assert not chain.links[0].after_closure
    assert {chain for chain in chains if chain.length > 1} == set(_chains(office))


def test_R_110_of_confidential_cases_nothing_is_linked_or_proposed() -> None:
    office = Office()
    for number, month in ((1, 3), (2, 5)):
        office.on(2024, month, 10, 9)
        key = f"k-{number}-{SECRET}"
        office.open(key, "complaint", by=office.clerk, complainant=TEXT, classes=("rudeness",))
    assert recurrences(office.history, office.now, ("complaint",), CALENDAR) == ()
    assert follows(recurring_findings(CALENDAR, kinds=("complaint",)), office.history, office.now) == []


# --- passing on --------------------------------------------------------------------------------


def test_R_145_transfers_pass_the_responsibility_by_an_event_and_are_counted_with_their_grounds() -> None:
    office = Office()
    office.open("u-1", "urgent_concern")
    office.do(HandOverCase(key="u-1", unit="u-other", ground="housing", responsible="p-40"), by=office.clerk)
    state = office.case("u-1")
    assert (state.unit, state.responsible) == ("u-other", "p-40")
    (way,) = passed_on(office.history, office.now)
    assert (way.case, way.stations, way.handed_over) == ("case/u-1", ("u-branch", "u-other"), 1)
    assert (way.ping_pong, way.most, [step.ground for step in way.steps]) == ((), 3, ["housing"])
    assert [each.stored_type for each in way.evidence] == ["case.handed_over"]
    silent = AssignResponsible(key="u-1", responsible="p-5")
    office.do(silent, by=office.act(40))
    assert office.case("u-1").unit == "u-other"  # naming somebody does not pass the case


def test_R_145_ping_pong_is_detected_whether_a_case_is_handed_on_or_sent_back_and_transfers_are_capped() -> (
    None
):
    office = Office()
    office.open("u-1", "urgent_concern")
    for unit in ("u-other", "u-branch", "u-other"):
        office.do(HandOverCase(key="u-1", unit=unit, ground="not_ours"), by=office.clerk)
    fourth = HandOverCase(key="u-1", unit="u-branch", ground="not_ours")
    assert office.why_not(fourth, office.clerk).code == "case.handed_over_too_often"
    office.open("s-1", "assignment_slip")
    office.issue("s-1")
    office.do(ReturnCase(key="s-1", ground="not_ours"), by=office.clerk)
    office.open("s-2", "assignment_slip")
    office.issue("s-2")
    ways = {way.case: way for way in passed_on(office.history, office.now)}
    assert ways["case/u-1"].ping_pong == ("u-branch", "u-other")
    assert (ways["case/s-1"].ping_pong, ways["case/s-1"].returned) == (("u-city",), 1)
    assert ways["case/s-2"].ping_pong == ()
    assert next(iter(ways)) == "case/u-1"  # the most travelled first
    before = office.now - timedelta(seconds=1)
    assert passed_on(office.history, before) == ()
    assert [way.case for way in passed_on(office.history, office.now, ("assignment_slip",))] == [
        "case/s-1", "case/s-2",
    ]  # fmt: skip


def test_R_145_a_confidential_case_that_was_passed_on_is_not_told() -> None:
    office = Office("signed_report")
    key = f"k-1-{SECRET}"
    office.open(key, "signed_report", by=office.clerk, complainant=TEXT)
    office.do(HandOverCase(key=key, unit="u-other", ground="routing"), by=office.clerk)
    assert office.case(key).unit == "u-other"
    assert passed_on(office.history, office.now) == ()


@pytest.mark.parametrize("cause", ["attitude", "buck_passing"])
def test_R_145_root_causes_are_said_by_code_and_counted_with_those_of_which_none_was_said(cause: str) -> None:
    office = Office()
    for key in ("b-1", "b-2", "b-3"):
        office.open(key, "problem")
    said = GivenParticular(name="root_cause", code=cause)
    office.do(GiveParticulars(key="b-1", particulars=(said,)), by=office.finder)
    causes = root_causes(office.history, office.now, PROBLEM)
    assert {code: number_of(figure) for code, figure in causes.items()} == {cause: 1, "unstated": 2}
    assert len(causes["unstated"].evidence()) == 2
    unknown = GiveParticulars(key="b-2", particulars=(GivenParticular(name="root_cause", code="fate"),))
    assert office.why_not(unknown, office.finder).code == "case.not_a_value"
