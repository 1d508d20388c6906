"""A small world for inspections: three branches under a bureau, inspectors from the city organ above it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.support.world import World

from party_workflow.canonical import time_text
from party_workflow.codec import Command
from party_workflow.domain import case, definition, inspection
from party_workflow.domain.case import CaseKind, OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.inspection import (
    CarryOut,
    Inspection,
    InspectionKind,
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
from party_workflow.domain.organisation import FoundUnit
from party_workflow.errors import Refusal, Refused
from party_workflow.personal import Personal
from party_workflow.policies.audits.sample import sampled
from party_workflow.store import Actor

ITEMS = ("records", "study")
SALT = "5a" * 32
Q1, X1, X2 = (f"{name}-{'7e' * 16}" for name in ("q1", "x1", "x2"))
MOVES = {
    "inspect": "planned -> carried_out",
    "correct": "carried_out -> carried_out",
    "attest": "carried_out -> carried_out",
    "enter_problem": "carried_out -> carried_out",
    "slip": "carried_out -> carried_out",
    "close": "carried_out -> closed",
    "cancel": "planned -> cancelled",
}


def kind(code: str = "check", **more: Any) -> InspectionKind:
    lifecycle = {"code": code, "version": 1, "initial": "planned", "final": ["closed", "cancelled"]}
    body = {
        "code": code,
        "version": 1,
        "items": ["records", "study", "visits"],
        "modes": ["concentrated", "regular"],
        "inspectors": 2,
        "lifecycle": {**lifecycle, "moves": MOVES},
    }
    return InspectionKind.model_validate({**body, **more})


OPEN = kind()
SURPRISE = kind("surprise", unannounced=True)


def case_kind(code: str) -> CaseKind:
    lifecycle = {
        "code": code,
        "version": 1,
        "initial": "open",
        "final": ["closed", "withdrawn"],
        "moves": {"close": "open -> closed", "withdraw": "open -> withdrawn"},
    }
    return CaseKind.model_validate({"code": code, "version": 1, "lifecycle": lifecycle})


CASES = {code: case_kind(code) for code in ("finding", "assignment_slip", "opinion")}


class Inspecting(World):
    """Three branches; p-1 to p-6 stand in ``u-branch``, p-30 in ``u-two``, p-60 to p-63 in the city organ."""

    def __init__(self) -> None:
        bodies = {"inspection": InspectionKind.model_validate, "case": CaseKind.model_validate}
        super().__init__(inspection.DECIDER, case.DECIDER, definition.decider(bodies), members=6)
        for unit in ("u-two", "u-three"):
            self.do(FoundUnit(unit=unit, kind="branch", parent="u-bureau"))
        for number in (61, 62, 63):
            self._person(number, "u-city", "member")
        self._person(30, "u-two", "member")
        for each in (OPEN, SURPRISE):
            self.do(AdoptDefinition(code=each.code, kind="inspection", version=1, body=each.data()))
        for code, case_of in CASES.items():
            self.do(AdoptDefinition(code=code.replace("_", "-"), kind="case", version=1, body=case_of.data()))

    def sample(self, n: int = 2, seed: str = "lots-1", items: tuple[str, ...] = ITEMS, **more: Any) -> Plan:
        """A plan: `n` of the branches, drawn from the log as it stands."""
        query = {"code": "units_below", "unit": "u-bureau", "at": time_text(self.now), "kinds": ["branch"]}
        return sampled(self.workflow.history, query, n, seed).plan(items, **more)

    def plan(self, key: str = Q1, by: int = 60, plan: Plan | None = None, **more: Any) -> Plan:
        """Plan an announced inspection."""
        made = plan or self.sample()
        fields = {"kind": "check", "definition": OPEN.digest, "unit": "u-city", "mode": "regular"}
        self.do(PlanInspection(key=key, plan=made, **{**fields, **more}), by=self.act(by))
        return made

    def seal(self, key: str = Q1, by: int = 60, plan: Plan | None = None, **more: Any) -> Plan:
        """Seal an unannounced one."""
        made = plan or self.sample()
        fields = {"kind": "surprise", "definition": SURPRISE.digest, "unit": "u-city", "mode": "regular"}
        commitment = sealed_plan(key, made, SALT)
        self.do(SealInspection(key=key, commitment=commitment, **{**fields, **more}), by=self.act(by))
        return made

    def carry(
        self,
        drawn: Plan,
        key: str = Q1,
        inspectors: tuple[int, ...] = (61, 62),
        outcomes: Mapping[tuple[str, str], Outcome] | None = None,
        began: datetime | None = None,
        **more: Any,
    ) -> CarryOut:
        """The command that carries it out: everything met, but for what is named."""
        seen = outcomes or {}
        results = tuple(
            Result(
                unit=unit,
                item=item,
                outcome=(said := seen.get((unit, item), "met")),
                reason="no_access" if said in ("not_checked", "not_applicable") else None,
            )
            for unit in drawn.units
            for item in drawn.items
        )
        fields = {
            "inspectors": tuple(f"p-{n}" for n in inspectors),
            "began": began or self.now - timedelta(hours=2),
            "ended": self.now,
            "results": results,
        }
        return CarryOut(key=key, **{**fields, **more})

    def open_case(self, key: str, kind: str, source: str | None) -> None:
        """Open a case of a kind."""
        command = OpenCase(
            key=key,
            kind=kind,
            definition=CASES[kind].digest,
            unit="u-bureau",
            substance=Personal("Something was found"),
            source=source,
        )
        self.do(command, by=self.act(61))

    def note(self, unit: str, item: str, key: str, of: str = Q1) -> None:
        """Open a finding's case and note it."""
        self.open_case(key, "finding", f"inspection/{of}")
        self.do(NoteFinding(key=of, unit=unit, item=item, case=key), by=self.act(61))

    def hand(self, number: int, finding: str, slip: str, of: str = Q1) -> None:
        """Issue the slip and link it."""
        self.open_case(slip, "assignment_slip", f"case/{finding}")
        self.do(LinkSlip(key=of, finding=number, slip=slip), by=self.act(61))

    def sign(self, *numbers: int, key: str = Q1) -> None:
        """Have inspectors sign."""
        for number in numbers:
            self.do(SignReport(key=key), by=self.self_(number))

    def refused(self, *commands: Command, by: Actor) -> Refusal:
        """Why commands are refused; nothing is recorded."""
        before = self.store.head()
        try:
            self.do(*commands, by=by)
        except Refused as refused:
            assert self.store.head() == before
            return refused.refusal
        raise AssertionError("not refused")

    def inspection(self, key: str = Q1) -> Inspection:
        """The state of an inspection."""
        found = self.workflow.state(f"inspection/{key}")
        assert isinstance(found, Inspection)
        return found
