"""Named lists of codes: typologies that findings and nominations cite, roles, basic systems."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.support.world import World, duties

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.canonical import digest
from party_workflow.domain import activity, case, definition, procedure
from party_workflow.domain.activity import HoldActivity, PlanActivity
from party_workflow.domain.case import OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import ChangeCategories
from party_workflow.domain.procedure import OpenProcedure, TakeStep
from party_workflow.errors import InvalidDefinition, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.activities.occasions import about, occasions
from party_workflow.policies.duties import Regime
from party_workflow.policies.taxonomy import Taxonomy, citations, dropped, totals
from party_workflow.store import Actor

BAD = party.PACK.taxonomies["bad_types"][-1]
FINDING = party.PACK.definition("finding")
NOMINATION = party.PACK.definition("typology_nomination")


def world() -> World:
    made = World(
        definition.decider(party.VALIDATORS), case.DECIDER, procedure.DECIDER, activity.DECIDER, members=9
    )
    made.do(AdoptRoles(roles=dict(party.ROLES) | {"everything": tuple(duties(made.model))}))
    for number, role in ((2, "head_of_party_office"), (2, "assessor"), (3, "assessor")):
        made.do(GrantRole(person=f"p-{number}", role=role, unit="u-city"))
    for command in party.definitions("finding", "bad_types", "typology_nomination"):
        made.do(command)
    return made


def open_finding(made: World, key: str, *classes: str) -> None:
    made.do(
        OpenCase(
            key=key,
            kind="finding",
            definition=digest(FINDING.document()),
            unit="u-branch",
            substance=Personal("x"),
            classes=classes,
        ),
        by=made.act(2),
    )


def adopt(made: World, version: int, *codes: str, retired: tuple[str, ...] = ()) -> None:
    body = {"code": "bad_types", "version": version, "codes": list(codes), "retired": list(retired)}
    made.do(AdoptDefinition(code="bad-types", kind="taxonomy", version=version, body=body))


# --- typologies ------------------------------------------------------------------------------


def test_R_107_three_bad_types_five_bad_styles_five_good_types_are_versioned_data() -> None:
    found = {code: len(party.PACK.taxonomies[code][0].codes) for code in ("bad_types", "bad_styles")}
    assert found == {"bad_types": 3, "bad_styles": 5}
    assert len(party.PACK.taxonomies["good_types"][0].codes) == 5
    assert party.PACK.label("bad_types", "zh") == "三个坏把式"
    assert all(entry.version == 1 for entry in party.PACK.of_kind("taxonomy"))
    assert {entry.code for entry in party.PACK.declaring("R-107") if entry.kind == "taxonomy"} == {
        "bad_types", "bad_styles", "good_types",
    }  # fmt: skip


def test_R_107_a_finding_cites_a_code_and_the_count_names_its_event() -> None:
    made = world()
    open_finding(made, "f-1", "idler", "style")
    open_finding(made, "f-2", "idler")
    found = totals(made.workflow.history, "bad_types")
    assert {code: figure.value for code, figure in found.items()} == {
        "idler": 2,
        "bungler": 0,
        "pretender": 0,
    }
    cited = citations(made.workflow.history, "bad_types")
    assert [(each.code, each.stream, each.version, each.current) for each in cited] == [
        ("idler", "case/f-1", 1, True),
        ("idler", "case/f-2", 1, True),
    ]
    assert found["idler"].inputs == tuple(each.evidence for each in cited)


def test_R_107_a_nomination_of_a_person_or_of_a_branch_cites_a_code_and_somebody_else_confirms_it() -> None:
    made = world()
    for command in party.definitions("good_types"):
        made.do(command)
    made.do(
        OpenProcedure(
            key="n-1",
            kind="typology_nomination",
            definition=digest(NOMINATION.document()),
            unit="u-branch",
            given={"nominated_unit": "u-branch", "type": "doer"},
            texts={"ground": Personal("x")},
        ),
        by=Actor("a-2", "p-2", "head_of_party_office"),
    )
    with pytest.raises(Refused, match="nominator"):
        made.do(TakeStep(key="n-1", step="confirm"), by=Actor("a-2", "p-2", "assessor"))
    made.do(TakeStep(key="n-1", step="confirm"), by=Actor("a-3", "p-3", "assessor"))
    (cited,) = citations(made.workflow.history, "good_types")
    assert (cited.code, cited.stream) == ("doer", "procedure/n-1")


def test_R_107_adding_a_code_does_not_re_code_the_past() -> None:
    made = world()
    open_finding(made, "f-1", "idler", "gossip")  # gossip is no bad type yet
    before = citations(made.workflow.history, "bad_types")
    made.later(days=1)
    known = made.now
    made.later(days=1)
    adopt(made, 2, *BAD.codes, "gossip")
    assert citations(made.workflow.history, "bad_types") == before
    made.later(days=1)
    open_finding(made, "f-2", "gossip")
    found = totals(made.workflow.history, "bad_types")
    assert {code: figure.value for code, figure in found.items()} == {
        "idler": 1, "bungler": 0, "pretender": 0, "gossip": 1,
    }  # fmt: skip
    assert [each.version for each in citations(made.workflow.history, "bad_types")] == [1, 2]
    # As it was known before, the taxonomy is the one of then.
    then = made.workflow.history.as_of(known=known)
    assert set(totals(then, "bad_types")) == set(BAD.codes)


def test_R_107_a_retired_code_keeps_what_was_cited_and_marks_what_cites_it_after() -> None:
    made = world()
    open_finding(made, "f-1", "idler")
    adopt(made, 2, *BAD.codes, retired=("idler",))
    open_finding(made, "f-2", "idler")
    assert [(each.stream, each.current) for each in citations(made.workflow.history, "bad_types")] == [
        ("case/f-1", True),
        ("case/f-2", False),
    ]
    assert totals(made.workflow.history, "bad_types")["idler"].value == 2


def test_what_is_cited_before_there_is_a_taxonomy_cites_nothing() -> None:
    made = world()
    open_finding(made, "f-1", "formalism")
    assert citations(made.workflow.history, "bad_styles") == ()
    assert totals(made.workflow.history, "bad_styles") == {}


def test_a_taxonomy_lists_each_code_once_and_retires_only_what_it_lists() -> None:
    with pytest.raises(InvalidDefinition) as raised:
        Taxonomy(code="t", version=1, codes=("one", "two", "one"), retired=("three",))
    assert [str(fault) for fault in raised.value.faults] == [
        "codes: one stands twice. Strike one out.",
        "retired: three is not among the codes. A code that is retired stays listed.",
    ]
    good = Taxonomy(code="t", version=1, codes=("one", "two"), retired=("two",))
    assert good.current == ("one",)
    assert good.data() == {"code": "t", "version": 1, "codes": ["one", "two"], "retired": ["two"]}


def test_a_code_that_a_later_version_drops_is_named_with_that_version() -> None:
    first = Taxonomy(code="t", version=1, codes=("one", "two"))
    second = Taxonomy(code="t", version=2, codes=("two", "three"))
    assert dropped((second, first)) == ((2, "one"),)
    assert dropped((first,)) == ()


# --- roles and systems -----------------------------------------------------------------------


def test_R_034_one_person_holds_several_of_the_four_roles_and_activities_are_filtered_by_role() -> None:
    (roles,) = party.PACK.taxonomies["four_roles"]
    assert [party.PACK.label(code, "zh") for code in roles.codes] == [
        "政策宣传员", "服务员", "安全监督员", "现场检查员",
    ]  # fmt: skip
    made = world()
    made.do(
        ChangeCategories(
            person="p-2", ground="four_roles", categories=("member", "policy_propagandist", "site_inspector")
        ),
        ChangeCategories(person="p-3", ground="four_roles", categories=("member", "safety_supervisor")),
    )
    for number, who in enumerate(("p-2", "p-3"), 1):
        made.do(
            PlanActivity(
                key=f"round-{number}",
                kind="inspection_round",
                unit="u-branch",
                planned_at=datetime(2009, 3, 2, 2, tzinfo=UTC),
                expected=(who,),
            )
        )
    made.later(hours=1)
    for number, who in enumerate(("p-2", "p-3"), 1):
        made.do(HoldActivity(key=f"round-{number}", attendance={who: activity.Attendance(status="present")}))
    held = list(occasions(made.workflow.history).values())
    by_role = {role: [each.key for each in about(held, having=(role,))] for role in roles.codes}
    assert by_role == {
        "policy_propagandist": ["round-1"],
        "service_officer": [],
        "safety_supervisor": ["round-2"],
        "site_inspector": ["round-1"],
    }


def test_R_029_the_six_basic_systems_are_a_taxonomy_and_how_often_they_are_due_is_a_regime() -> None:
    (systems,) = party.PACK.taxonomies["basic_systems"]
    assert [party.PACK.label(code, "zh_hant")[:4] for code in systems.codes] == [
        "三會一課", "民主生活", "談心談話", "民主評議", "請示報告", "黨員主題",
    ]  # fmt: skip
    regime = party.PACK.read_as(Regime, "six_basic_systems", 1)
    every = {kind: duty.every for duty in regime.duties for kind in duty.counts}
    assert {
        "general_meeting": "quarter",
        "committee_meeting": "month",
        "group_meeting": "month",
        "party_class": "quarter",
        "theme_day": "month",
        "appraisal_meeting": "year",
    }.items() <= every.items()
