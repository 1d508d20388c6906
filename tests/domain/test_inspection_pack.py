"""Kinds of inspection of the pack, run from its data alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.inspecting import SALT
from tests.support.pack import PackWorld

from party_workflow.authority import OpenAccount, forbidden
from party_workflow.calendar import Period
from party_workflow.canonical import time_text
from party_workflow.domain.assessment import (
    AssessmentKind,
    LinkProblem,
    NoteProblem,
    OpenAssessment,
)
from party_workflow.domain.case import CaseKind, GivenParticular, HandOverCase, OpenCase, ReturnCase
from party_workflow.domain.inspection import (
    CarryOut,
    CloseInspection,
    Inspection,
    InspectionKind,
    InspectionSealed,
    LinkSlip,
    NoteFinding,
    Outcome,
    Plan,
    PlanInspection,
    Result,
    SealInspection,
    SignReport,
    sealed_plan,
)
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.audits import inspected, possible
from party_workflow.policies.audits.sample import sampled
from party_workflow.policies.matters.inspections import by_mode, register

KINDS = (
    "quarterly_inspection",
    "discipline_inspection",
    "four_check_ones_inspection",
    "enforcement_inspection",
)
MODES = ("concentrated_check", "regular_check")


class Inspectorate(PackWorld):
    """Three branches, inspectors p-60 to p-62 in the city organ above them."""

    def __init__(self) -> None:
        super().__init__(
            *KINDS, "four_check_ones", "finding", "assignment_slip", "cn-working-days", members=3
        )
        self.now = datetime(2024, 3, 4, 1, tzinfo=UTC)
        for unit in ("u-two", "u-three"):
            self.do(FoundUnit(unit=unit, kind="branch", parent="u-bureau"))
        for number in (61, 62):
            self._person(number, "u-city", "member")

    def drawn(self, kind: str, n: int = 2) -> Plan:
        """A sample of branches, and the whole checklist."""
        query = {"code": "units_below", "unit": "u-city", "at": time_text(self.now), "kinds": ["branch"]}
        items = party.PACK.read_as(InspectionKind, kind).items
        return sampled(self.workflow.history, query, n, "drawn-in-public").plan(items)

    def opening(self, kind: str, mode: str = "regular_check") -> dict[str, Any]:
        """What planning and sealing have in common."""
        digest = party.PACK.read_as(InspectionKind, kind).digest
        return {"kind": kind, "definition": digest, "unit": "u-city", "mode": mode}

    def carry(self, key: str, drawn: Plan, missed: set[tuple[str, str]], **more: Any) -> None:
        """Carry it out, by p-60 and p-61: everything met but what is missed."""

        def outcome(place: tuple[str, str]) -> Outcome:
            return "not_met" if place in missed else "met"

        results = tuple(
            Result(unit=unit, item=item, outcome=outcome((unit, item)))
            for unit in drawn.units
            for item in drawn.items
        )
        command = CarryOut(
            key=key,
            inspectors=("p-60", "p-61"),
            began=self.now - timedelta(hours=1),
            ended=self.now,
            results=results,
            **more,
        )
        self.do(command, by=self.act(60))
        for number in (60, 61):
            self.do(SignReport(key=key), by=self.self_(number))

    def find(self, key: str, unit: str, item: str, number: int = 1) -> None:
        """Note a problem and hand it over."""
        case, slip = f"{key}-f{number}", f"{key}-s{number}"
        finding = party.PACK.read_as(CaseKind, "finding")
        self.open(case, "finding", finding.digest, f"inspection/{key}")
        self.do(NoteFinding(key=key, unit=unit, item=item, case=case), by=self.act(60))
        issued = party.PACK.read_as(CaseKind, "assignment_slip")
        urgency = GivenParticular(name="urgency", code="normal")
        self.open(slip, issued.code, issued.digest, f"case/{case}", unit="u-city", particulars=(urgency,))
        self.do(LinkSlip(key=key, finding=number, slip=slip), by=self.act(60))
        with pytest.raises(Refused, match="was not handed over"):  # drawn up is not issued
            self.do(CloseInspection(key=key), by=self.act(62))
        self.do(HandOverCase(key=slip, unit="u-bureau", ground="inspection"), by=self.act(60))

    def open(
        self, key: str, kind: str, digest: str, source: str, unit: str = "u-bureau", **more: Any
    ) -> None:
        """Open a case."""
        command = OpenCase(
            key=key,
            kind=kind,
            definition=digest,
            unit=unit,
            substance=Personal("x"),
            source=source,
            **more,
        )
        self.do(command, by=self.act(60))

    def honest(self) -> None:
        """Nothing in the log was forbidden, impossible or drawn otherwise than it says."""
        history = self.workflow.history
        assert list(forbidden(history.events())) == []
        for check in (*possible.checks(self.model), *inspected.CHECKS[:2]):
            assert [str(found) for found in check.look(history)] == []


def test_R_119_the_quarterly_inspection_runs_from_pack_data_alone() -> None:
    world = Inspectorate()
    kind = party.PACK.read_as(InspectionKind, "quarterly_inspection")
    assert set(kind.items) == {"regular_activities", "complete_records", "earnest_study"}
    plan = world.drawn("quarterly_inspection")
    opening = world.opening("quarterly_inspection")
    world.do(
        PlanInspection(key="2024-q1", plan=plan, period=Period.parse("2024-Q1"), **opening), by=world.act(60)
    )
    world.later(days=1)
    world.carry("2024-q1", plan, {(plan.units[0], "complete_records")})
    world.find("2024-q1", plan.units[0], "complete_records")
    # A slip that was given back hands nothing over, until it is issued again.
    world.do(ReturnCase(key="2024-q1-s1", ground="wrong_unit"), by=world.act(2))
    with pytest.raises(Refused, match="was not handed over"):
        world.do(CloseInspection(key="2024-q1"), by=world.act(62))
    world.do(HandOverCase(key="2024-q1-s1", unit=plan.units[0], ground="inspection"), by=world.act(60))
    world.do(CloseInspection(key="2024-q1"), by=world.act(62))
    state = world.workflow.state("inspection/2024-q1")
    assert isinstance(state, Inspection)
    assert (state.state, state.period) == ("closed", "2024-Q1")
    world.honest()


def test_R_120_seven_discipline_checks_in_the_year_each_sealed_before_it_was_carried_out() -> None:
    world = Inspectorate()
    world.do(
        RegisterPerson(person="p-70", unit="u-two", categories=("member",)),
        OpenAccount(account="a-70", person="p-70"),
    )
    for number in range(1, 8):
        key = f"discipline-{number:032x}"
        plan = world.drawn("discipline_inspection", n=1 + number % 3)
        commitment = sealed_plan(key, plan, SALT)
        opening = world.opening("discipline_inspection", MODES[number % 2])
        world.do(SealInspection(key=key, commitment=commitment, **opening), by=world.act(60))
        assert not world.workflow.sees(world.self_(70), world.now, f"inspection/{key}")
        world.later(days=20)
        world.carry(key, plan, set(), plan=plan, salt=SALT)
        assert world.workflow.sees(world.self_(70), world.now, f"inspection/{key}")
        world.do(CloseInspection(key=key), by=world.act(62))
    history = world.workflow.history
    sealed = {item.envelope.stream: item for item in history.events(InspectionSealed)}
    states = [history.state(party.MODEL.decider(stream), stream) for stream in sealed]
    assert len([state for state in states if state.done]) == 7
    for state in states:
        assert state.known_at is not None
        assert state.known_at < state.began
    world.honest()


def test_R_121_what_others_find_on_the_four_check_ones_and_what_a_unit_finds_stand_in_one_register() -> None:
    world = Inspectorate()
    sheet = party.PACK.read_as(AssessmentKind, "four_check_ones")
    kind = party.PACK.read_as(InspectionKind, "four_check_ones_inspection")
    assert kind.items == tuple(item.code for item in sheet.items)
    assert len(kind.items) == 4
    plan = world.drawn("four_check_ones_inspection", n=3)
    world.do(PlanInspection(key="checks", plan=plan, **world.opening(kind.code)), by=world.act(60))
    world.later(days=1)
    world.carry("checks", plan, {("u-two", "service_commitments")})
    world.find("checks", "u-two", "service_commitments")
    world.do(
        OpenAssessment(
            key="self",
            kind="four_check_ones",
            definition=sheet.digest,
            unit="u-bureau",
            period=Period.parse("2024"),
            subjects=("u-branch", "u-two", "u-three"),
        ),
        by=world.act(60),
    )
    problem = NoteProblem(
        key="self", subject="u-three", item="rules_and_law", text=Personal("A form too many")
    )
    world.do(problem, by=world.act(61))
    found, own = register(world.workflow.history, world.now)
    assert (own.source, own.kind, own.mode, own.case) == (
        "assessment/self",
        "four_check_ones",
        "self_check",
        None,
    )
    finding = party.PACK.read_as(CaseKind, "finding")
    world.open("own-1", "finding", finding.digest, "assessment/self")
    world.do(LinkProblem(key="self", problem=1, case="own-1"), by=world.act(61))
    found, own = register(world.workflow.history, world.now)
    assert (found.mode, found.subject, found.item, found.slip) == (
        "regular_check",
        "u-two",
        "service_commitments",
        "case/checks-s1",
    )
    assert (own.case, own.state, own.subject, own.item) == ("case/own-1", "found", "u-three", "rules_and_law")
    world.honest()


def test_R_125_regular_and_concentrated_enforcement_are_compared_from_pack_data_alone() -> None:
    world = Inspectorate()
    since = world.now
    for number, mode in enumerate(("regular_check", "concentrated_check", "concentrated_check")):
        key = f"enforcement-{number}"
        plan = world.drawn("enforcement_inspection", n=3)
        world.do(
            PlanInspection(key=key, plan=plan, **world.opening("enforcement_inspection", mode)),
            by=world.act(60),
        )
        world.later(days=1)
        missed = {("u-two", "staff_in_place")} if mode == "concentrated_check" else set()
        world.carry(key, plan, missed)
        for unit, item in sorted(missed):
            world.find(key, unit, item)
        world.do(CloseInspection(key=key), by=world.act(62))
    until = world.now + timedelta(days=1)
    concentrated, regular = by_mode(world.workflow.history, "enforcement_inspection", since, until)
    assert [concentrated.inspections.value, concentrated.not_met.value, concentrated.checked.value] == [
        2,
        2,
        24,
    ]
    assert [regular.inspections.value, regular.not_met.value, regular.checked.value] == [1, 0, 12]
    assert {entry.mode for entry in register(world.workflow.history, until)} == {"concentrated_check"}
    world.honest()


@pytest.mark.parametrize("code", [*KINDS, *MODES])
def test_every_kind_and_mode_is_called_something_in_three_scripts(code: str) -> None:
    labels = {party.PACK.label(code, tongue) for tongue in ("en", "zh", "zh_hant")}
    assert len(labels) == 3
    assert code.replace("_", " ") not in labels


def test_roles_of_the_pack_carry_every_duty_of_inspections() -> None:
    duties = {event.requires.duty for event in party.MODEL.by_category["inspection"].events} - {None}
    carried = {duty for duties in party.ROLES.values() for duty in duties}
    assert duties <= carried
