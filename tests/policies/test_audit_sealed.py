"""The whole audit with and without the vault, and of results that were cited (R-164, R-203)."""

from __future__ import annotations

import pytest
from tests.domain.test_names_protected import KEPT, opening
from tests.policies.test_grounds import MENDED, assessed, cited
from tests.support.pack import PackWorld

from party_workflow.domain.case import InvestigatorAssigned
from party_workflow.packs.case_kinds import COMPLAINT
from party_workflow.packs.results import full_audit
from party_workflow.personal import Personal
from party_workflow.policies.audits.checks import Audit, Checked
from party_workflow.policies.consequences.snapshots import snapshot
from party_workflow.store import Append, Draft


def check(audit: Audit, code: str) -> Checked:
    return next(each for each in audit.checks if each.code == code)


def taken_in() -> PackWorld:
    world = PackWorld("complaint", members=9)
    key = KEPT.removeprefix("case/")
    world.do(opening(COMPLAINT, key, complainant=Personal("p-6"), concerns=("p-5",)), by=world.act(2))
    return world


def test_R_203_the_whole_audit_looks_at_who_is_sealed_with_the_vault_and_is_not_green_without() -> None:
    world = taken_in()
    with_vault, without = (
        full_audit(world.workflow.history, world.workflow.binds),
        full_audit(world.workflow.history),
    )
    assert check(with_vault, "sealed_parts").outcome == "pass"
    assert with_vault
    lacking = check(without, "sealed_parts")
    assert (lacking.outcome, bool(lacking), bool(without)) == ("not_checked", False, False)
    assert "1 of 1" in lacking.needed
    assert full_audit(PackWorld("complaint", members=3).workflow.history)  # where nobody is sealed it is made


def test_R_203_a_complainant_who_was_made_investigator_underneath_is_found_with_the_vault() -> None:
    world = taken_in()
    event = InvestigatorAssigned(state="received", investigator="p-6")
    name, drafts = "beneath", (Draft(KEPT, event, world.now),)
    append = Append("bureau", name, "case.assign_investigator", "0" * 64, world.act(2), world.now, drafts, {})
    world.store.append(append)
    found = check(full_audit(world.workflow.history, world.workflow.binds), "sealed_parts")
    assert [each.subject for each in found.findings] == [KEPT]
    assert check(full_audit(world.workflow.history), "sealed_parts").outcome == "not_checked"


@pytest.mark.parametrize("wrong", [{}, {"result": MENDED}])
def test_R_164_the_whole_audit_finds_a_result_that_the_log_does_not_bear_out(wrong: dict[str, str]) -> None:
    world = assessed()
    stood = snapshot(world.workflow.history, "procedure/bout")
    said = cited("procedure/bout", stood.digest, stood.position) | wrong
    world.begin("interview", "i-1", invited="p-6", grade="poor", **said)
    found = check(full_audit(world.workflow.history), "snapshots")
    assert [each.subject for each in found.findings] == (["procedure/i-1"] if wrong else [])
