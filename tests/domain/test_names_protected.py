"""What more people see does not name what fewer see: no source, link, particular or citation (R-203)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.support.pack import PackWorld
from tests.support.world import World

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.codec import Command
from party_workflow.domain.case import (
    DECIDER,
    CaseOpened,
    CloseCase,
    GivenParticular,
    GiveParticulars,
    LinkCase,
    OpenCase,
    PromoteCase,
    ReopenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.procedure import read_kind
from party_workflow.domain.procedure.state import Procedure
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.packs.case_kinds import COMPLAINT, FINDING
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.store import Actor
from party_workflow.testing.scenario import given, seal

KEPT = "case/c-" + "5e" * 16
NONE = "case/c-" + "6f" * 16
CUSTODIAN = Actor("a-9", "p-9", "custodian")
NOTED = CaseKind.model_validate(
    {
        "code": "noted",
        "version": 1,
        "lifecycle": {"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}}
        | {"code": "noted", "version": 1},
        "particulars": {"about": {"form": "matter"}},
    }
)


def office() -> PackWorld:
    """A complaint taken in by p-2, which p-9 sees as a custodian and p-3 does not."""
    world = PackWorld("complaint", "finding", members=9)
    custody = world.workflow.state("authority").roles["everything"]
    most = tuple(sorted(custody - {"case.custody"}))
    world.do(AdoptRoles(roles={"everything": most, "custodian": tuple(sorted(custody))}))
    world.do(GrantRole(person="p-9", role="custodian", unit="u-city"))
    body = NOTED.data()
    world.do(AdoptDefinition(code="noted", kind="case", version=1, body=body))
    world.do(opening(COMPLAINT, KEPT.removeprefix("case/"), concerns=("p-5",)), by=world.act(2))
    return world


def opening(kind: CaseKind, key: str, **more: Any) -> OpenCase:
    fields: dict[str, Any] = {"key": key, "kind": kind.code, "definition": kind.digest, "unit": "u-branch"}
    return OpenCase(**fields, substance=Personal("x"), **more)


def code(world: World, *commands: Command, by: Actor) -> str:
    before = world.store.head()
    with pytest.raises(Refused) as caught:
        world.do(*commands, by=by)
    assert world.store.head() == before
    return caught.value.refusal.code


def settled(world: PackWorld) -> None:
    world.do(opening(FINDING, "f-0", responsible="p-4"), by=world.act(2))
    world.do(ReportRectified(key="f-0"), by=world.self_(4))
    world.do(VerifyRectification(key="f-0", passed=True, evidence=("a" * 64,)), by=world.act(6))
    world.do(CloseCase(key="f-0"), by=world.act(7))


def test_R_203_no_case_that_more_see_is_opened_from_a_protected_one() -> None:
    world = office()
    for by in (world.act(2), CUSTODIAN):
        assert code(world, opening(FINDING, "f-1", source=KEPT), by=by) == "case.names_protected"
    for source in (KEPT, NONE):  # to whoever may not see it there is none
        assert code(world, opening(FINDING, "f-1", source=source), by=world.act(3)) == "case.unknown_matter"
    world.do(opening(FINDING, "f-1", source="plan/p-1"), by=world.act(3))
    world.do(opening(FINDING, "f-2", source="case/f-1"), by=world.act(3))
    world.do(opening(COMPLAINT, "c-" + "7a" * 16, source=KEPT), by=CUSTODIAN)


def test_R_203_nor_taken_up_again_because_of_one() -> None:
    world = office()
    settled(world)
    again = ReopenCase(key="f-0", ground="recurred", source=KEPT)
    assert code(world, again, by=CUSTODIAN) == "case.names_protected"
    assert code(world, again, by=world.act(3)) == "case.unknown_matter"
    world.do(ReopenCase(key="f-0", ground="recurred"), by=CUSTODIAN)


def test_R_203_no_particular_and_no_link_names_a_protected_case() -> None:
    world = office()
    world.do(opening(NOTED, "n-1"), by=CUSTODIAN)
    told = (GivenParticular(name="about", matter=KEPT),)
    for command, unseen in (
        (GiveParticulars(key="n-1", particulars=told), "case.unknown_matter"),
        (opening(NOTED, "n-2", particulars=told), "case.unknown_matter"),
        (LinkCase(key="n-1", other=KEPT, link="same"), "case.no_such_other"),
    ):
        assert code(world, command, by=CUSTODIAN) == "case.names_protected"
        assert code(world, command, by=world.act(3)) == unseen
    world.do(LinkCase(key=KEPT.removeprefix("case/"), other="case/n-1", link="same"), by=CUSTODIAN)


def test_R_203_a_protected_procedure_is_linked_to_nothing_that_more_see() -> None:
    kept = Work("procedure/v-1", "visit_issue", "u-branch", "taken_down", done=False, confidential=True)
    shown = replace(kept, confidential=False)
    command = LinkCase(key="n-1", other=kept.stream, link="same")
    note = CaseOpened(
        kind=NOTED.code,
        definition=NOTED.digest,
        body=NOTED.data(),
        confidential=False,
        unit="u-branch",
        state="open",
        substance=seal(Personal("x"), "case/n-1", "case.substance"),
    )
    given(DECIDER, note).knowing(kept, None).when(command).refused("case.names_protected")
    assert given(DECIDER, note).knowing(shown, None).when(command).events


def test_R_203_of_a_confidential_procedure_its_work_says_so() -> None:
    said = {}
    for code_of in ("visit_issue", "penalty"):
        kind = next(read_kind(e.body) for e in party.PACK.of_kind("procedure") if e.code == code_of)
        work = replace(Procedure("procedure/v-1", kind), unit="u-branch").work()
        assert work is not None
        said[code_of] = (work.confidential, kind.confidential)
    assert said == {"visit_issue": (True, True), "penalty": (False, False)}


def test_R_141_what_is_kept_goes_on_as_what_more_see_and_only_its_own_side_says_so() -> None:
    world = PackWorld("diary_entry", "finding", members=9)
    diary = party.PACK.read_as(CaseKind, "diary_entry")
    entry = "entry-" + "0a" * 16
    world.do(opening(diary, entry), by=world.act(2))
    assert code(world, opening(FINDING, "f-1", source=f"case/{entry}"), by=world.act(2)) == (
        "case.names_protected"
    )
    world.do(opening(FINDING, "f-1"), by=world.act(2))
    seen = [record.data for record in world.workflow.history.stream("case/f-1")]
    world.do(PromoteCase(key=entry, to="case/f-1"), by=world.self_(2))
    assert [record.data for record in world.workflow.history.stream("case/f-1")] == seen


def test_R_167_nothing_outside_cites_a_protected_case_that_is_under_way() -> None:
    world = office()
    figures = {"letters": Quantity.of("=", 1, "letters")}
    claim = AssertClaim(key="c-1", unit="u-branch", subject=KEPT, source="speech", figures=figures)
    missing = claim.model_copy(update={"subject": NONE})
    for by in (world.act(2), world.act(3), CUSTODIAN):
        assert code(world, claim, by=by) == code(world, missing, by=by)
