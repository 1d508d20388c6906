"""The kinds of the registers, built from the data of the pack alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.registers import CALENDAR, KINDS, Office, number_of

from party_workflow.calendar import Term
from party_workflow.domain.case import CaseKind, Clock, HandOverCase, WithdrawCase
from party_workflow.domain.responsibility import NameHolder, OpenResponsibility, ResponsibilityKind
from party_workflow.packs import party
from party_workflow.packs.labels import LABELS
from party_workflow.packs.processes import new_recurrences
from party_workflow.policies.registers import FIVE, intake, rectification
from party_workflow.policies.responsibility.recurrence import recurrence
from party_workflow.policies.taxonomy import Taxonomy
from party_workflow.processes import Proposal, follows

REGISTERS = tuple(
    kind for kind in KINDS if kind not in ("complaint", "finding", "opinion", "petition", "suggestion")
)


def kind_of(code: str) -> CaseKind:
    return party.PACK.read_as(CaseKind, code)


def shipped_kinds() -> list[CaseKind]:
    return [entry.value for entry in party.PACK.of_kind("case") if isinstance(entry.value, CaseKind)]


def ways(kind: CaseKind) -> list[tuple[str, str, str]]:
    """Every step of a lifecycle: from where, by which move, to where."""
    return [(step.source, step.move, step.dest) for step in kind.table.steps.values()]


@pytest.mark.parametrize("code", REGISTERS)
def test_R_115_in_every_register_what_is_reported_done_is_left_by_verification_only(code: str) -> None:
    kind = kind_of(code)
    reported = {dest for _, move, dest in ways(kind) if move == "rectify"}
    assert reported
    left = {move for source, move, dest in ways(kind) if source in reported and dest != source}
    assert left == {"verify_passed", "verify_failed"}
    final = {
        source
        for source, _, dest in ways(kind)
        if dest in kind.table.finals and source not in kind.table.finals
    }
    assert not reported & final


@pytest.mark.parametrize("code", REGISTERS)
def test_R_115_in_every_register_there_is_a_time_limit_with_one_extension(code: str) -> None:
    clocks = kind_of(code).clocks
    limits = [clock for clock in clocks.values() if clock.extension is not None]
    assert limits
    assert all(clock.extensions == 1 and clock.starts and clock.calendar for clock in limits)


@pytest.mark.parametrize("code", REGISTERS)
def test_every_state_and_particular_of_a_register_has_its_words(code: str) -> None:
    kind = kind_of(code)
    named = {*(state.code for state in kind.lifecycle.states), *kind.particulars, *kind.clocks, code}
    named |= {value for rule in kind.particulars.values() for value in rule.values}
    assert named <= set(LABELS), sorted(named - set(LABELS))


def test_R_109_the_problem_register_asks_for_class_evidence_and_severity_and_class_lists_are_data() -> None:
    kind = kind_of("problem")
    assert set(kind.demands["open"]) == {"classes", "evidence"}
    assert {name for name, rule in kind.particulars.items() if rule.by == "open"} == {"severity", "found_by"}
    lists = [entry for entry in party.PACK.of_kind("taxonomy") if "R-109" in entry.requirements]
    codes = {code for entry in lists if isinstance(entry.value, Taxonomy) for code in entry.value.codes}
    assert len(codes) >= 4
    assert codes <= set(LABELS)


def test_R_111_a_slip_is_verified_closed_and_extended_from_outside_and_goes_from_hand_to_hand_seldom() -> (
    None
):
    kind = kind_of("assignment_slip")
    assert {move for move, who in kind.who.items() if who.outside} >= {
        "verify_passed",
        "verify_failed",
        "close",
    }
    assert kind.most_handovers is not None
    states = {state.code for state in kind.lifecycle.states}
    assert {"issued", "accepted", "sent_back", "in_progress", "reported", "verified", "closed"} <= states


def test_R_112_a_notice_comes_to_an_end_by_a_reply_or_an_escalation_only() -> None:
    kind = kind_of("supervision_notice")
    into = {source: move for source, move, dest in ways(kind) if dest in kind.table.finals}
    assert set(into.values()) <= {"close", "escalate"}
    before_close = {source for source, move, _ in ways(kind) if move == "close"}
    assert before_close == {"verified"}  # which only a reply leads to
    assert {move for _, move, dest in ways(kind) if dest == "verified"} == {"verify_passed"}


def test_R_123_a_hazard_has_the_five_fulfilments_before_anybody_works_on_it() -> None:
    for code in ("hazard", "major_hazard"):
        kind = kind_of(code)
        by_assignment = {name for name, rule in kind.particulars.items() if rule.by == "assign"}
        assert by_assignment == {"measure", "funds", "contingency"}
        assert set(kind.demands["assign"]) == {"due", "responsible"}
        assert by_assignment | {"responsible", "deadline"} == set(FIVE)


def test_R_124_no_way_leads_a_major_hazard_to_its_end_past_listing_supervision_and_delisting() -> None:
    kind = kind_of("major_hazard")
    rules = kind.particulars
    assert (rules["supervisor"].by, rules["listing"].by, rules["delisting"].by) == (
        "accept",
        "accept",
        "close",
    )
    assert rules["supervisor"].differs_from_unit
    without = {(source, dest) for source, move, dest in ways(kind) if move != "accept"}
    reached = {kind.table.initial}
    while more := {dest for source, dest in without if source in reached} - reached:
        reached |= more
    assert not reached & kind.table.finals
    assert {move for _, move, dest in ways(kind) if dest in kind.table.finals} == {"close"}


def test_R_145_every_kind_that_is_handed_over_says_how_often_at_most() -> None:
    for kind in shipped_kinds():
        if any(move == "hand_over" for _, move, _ in ways(kind)):
            assert kind.most_handovers is not None, kind.code


def test_every_duty_that_a_register_asks_for_is_carried_by_a_role_of_the_pack() -> None:
    carried = {duty for duties in party.ROLES.values() for duty in duties}
    for kind in shipped_kinds():
        assert kind.duties() <= carried, kind.code


# --- a matter that must not recur --------------------------------------------------------------


def _wages() -> Office:
    office = Office("wage_arrears_chain")
    digest = party.PACK.read_as(ResponsibilityKind, "wage_arrears_chain").digest
    office.do(
        OpenResponsibility(matter="wages", unit="u-branch", kind="wage_arrears_chain", definition=digest)
    )
    office.do(NameHolder(matter="wages", unit="u-branch", tier="named_lead", person="p-7", ground="named"))
    return office


def test_R_118_cases_of_a_register_alert_the_named_leads_at_once_and_count_when_verified() -> None:
    office = _wages()
    since, until = office.now - timedelta(days=1), datetime(2025, 1, 1, tzinfo=UTC)
    for key in ("b-1", "b-2"):
        office.open(key, "problem", classes=("wage_arrears",))
    office.open("b-3", "problem", classes=("records",))
    seen = recurrence(office.history, "wages", "u-branch", since, until)
    assert [(alert.case, alert.leads) for alert in seen.alerts] == [
        ("case/b-1", ("p-7",)), ("case/b-2", ("p-7",)),
    ]  # fmt: skip
    asked = follows(new_recurrences(), office.history, office.now)
    assert {(each.subject, each.to) for each in asked if isinstance(each, Proposal)} == {
        ("case/b-1", "p-7"), ("case/b-2", "p-7"),
    }  # fmt: skip
    assert (number_of(seen.came_in), number_of(seen.verified)) == (2, 0)
    office.finish("b-1")
    seen = recurrence(office.history, "wages", "u-branch", since, until)
    assert (number_of(seen.came_in), number_of(seen.verified), seen.became["pending"]) == (
        2,
        1,
        ("case/b-2",),
    )


def test_R_118_R_147_keeping_cases_of_a_register_from_being_verified_improves_no_figure() -> None:
    office = _wages()
    since, until = office.now - timedelta(days=1), datetime(2025, 1, 1, tzinfo=UTC)
    office.open("u-1", "urgent_concern", classes=("wage_arrears",))
    office.open("u-2", "urgent_concern", classes=("wage_arrears",))
    before = recurrence(office.history, "wages", "u-branch", since, until)
    office.do(WithdrawCase(key="u-2", ground="talked_out_of_it"), by=office.self_(5))
    after = recurrence(office.history, "wages", "u-branch", since, until)
    assert number_of(before.verified) == number_of(after.verified) == 0
    assert number_of(before.came_in) == number_of(after.came_in) == 2  # it stands beside, taken back as it is
    assert after.became["withdrawn"] == ("case/u-2",)
    whole = rectification(office.history, office.now, ("urgent_concern",))
    assert (number_of(whole.found), number_of(whole.given_up), number_of(whole.rectified)) == (2, 1, 0)
    echo = kind_of("petition").clocks["register"]
    seen = intake(office.history, office.now, echo=_term(echo), calendar=CALENDAR)
    assert (number_of(seen.intake), number_of(seen.withdrawn)) == (2, 1)


def _term(clock: Clock) -> Term:
    return Term(amount=clock.amount, unit=clock.unit)


def test_R_118_handing_a_case_to_another_unit_does_not_take_it_out_of_the_count() -> None:
    office = _wages()
    since, until = office.now - timedelta(days=1), datetime(2025, 1, 1, tzinfo=UTC)
    office.open("u-1", "urgent_concern", classes=("wage_arrears",))
    office.do(HandOverCase(key="u-1", unit="u-other", ground="theirs"), by=office.clerk)
    seen = recurrence(office.history, "wages", "u-branch", since, until)
    assert number_of(seen.came_in) == 1
