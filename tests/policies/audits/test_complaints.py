"""Suppression of complaints is found without naming who complained, and few complaints are never a merit.

R-147, R-146, R-204.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.faults import POLICIES, RULE, SCENARIOS, SETTING, brings, desk, policy_of, sign
from tests.support.world import World

from party_workflow.domain.case import OpenCase, RefuseCase, WithdrawCase
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.lifecycle import Lifecycle
from party_workflow.packs.party import PACK
from party_workflow.personal import Personal
from party_workflow.policies.audits.families import complaints
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.audits.reports import AuditReport, audit_report
from party_workflow.policies.figure import Absent
from party_workflow.policies.overview import confidential_streams

DAY = timedelta(days=1)
SECRET = CaseKind(
    code="complaint",
    version=1,
    confidential=True,
    lifecycle=Lifecycle.of(
        "complaint",
        1,
        initial="open",
        final=("closed", "refused", "withdrawn"),
        moves={
            "refuse": "open -> refused",
            "withdraw": "open -> withdrawn",
            "close": "open -> closed",
        },
    ),
)


def ask(world: World, **more: Any) -> dict[str, list[AuditFinding]]:
    found: dict[str, list[AuditFinding]] = {}
    for item in complaints(SETTING).findings(world.workflow.history, RULE, world.now, **more):
        found.setdefault(item.clause.removeprefix("audit."), []).append(item)
    return found


def confides(world: World, number: int, **more: Any) -> str:
    """Somebody complains in confidence, taken in by p-2."""
    key = f"c-{number:032x}"
    command = OpenCase(
        **{
            "key": key,
            "kind": "complaint",
            "definition": SECRET.digest,
            "unit": "u-branch",
            "substance": Personal("The foreman shouts"),
            "complainant": Personal("p-5"),
            "concerns": ("p-7",),
            **more,
        }
    )
    world.do(command, by=world.act(2))
    return key


def office() -> Any:
    world = desk()
    world.do(AdoptDefinition(code="complaint", kind="case", version=1, body=SECRET.data()))
    return world


def test_R_147_fewer_complaints_alone_are_no_finding_and_neither_are_more() -> None:
    for before, after in ((6, 0), (6, 12), (0, 0)):
        world = desk()
        for number in range(before):
            brings(world, f"c-{number}")
        world.later(days=200)
        for number in range(after):
            brings(world, f"d-{number}")
        assert "intake_fell" not in ask(world)


def test_R_147_fewer_complaints_while_signs_of_trouble_grow_are_shown_with_all_four_counts() -> None:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}")
    sign(world, "h-0")
    world.later(days=200)
    brings(world, "d-0")
    for number in range(1, 5):
        sign(world, f"h-{number}")
    (item,) = ask(world)["intake_fell"]
    assert item.subjects == ("u-branch",)
    assert {figure.name: figure.value for figure in item.figures if "limit" not in figure.name} == {
        "complaints_before": 6,
        "complaints_now": 1,
        "signals_before": 1,
        "signals_now": 4,
    }
    assert len(item.events) == 12
    assert "p-" not in item.sentence(PACK.label)


@settings(max_examples=25, deadline=None)
@given(more=st.integers(0, 6))
def test_R_147_no_further_complaint_ever_adds_a_finding_about_its_unit(more: int) -> None:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}", channel="hotline")
    world.later(days=200)
    for number in range(4):
        sign(world, f"h-{number}")
    before = {item.clause for items in ask(world).values() for item in items}
    for number in range(more):
        brings(world, f"d-{number}", channel="hotline")
    assert {item.clause for items in ask(world).values() for item in items} <= before


def test_R_147_complaints_refused_at_intake_are_counted_by_unit_with_what_came_in() -> None:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}")
        if number < 4:
            world.do(RefuseCase(key=f"c-{number}", ground="not_ours"), by=world.act(3))
    (item,) = ask(world)["refused_at_intake"]
    assert (item.figure("refused").value, item.figure("complaints_now").value) == (4, 6)
    assert item.figure("limit.share").value == Fraction(1, 2)


def test_R_204_fewer_than_the_small_number_of_confidential_complaints_are_not_told() -> None:
    world = office()
    for number in range(6):
        confides(world, number)
    sign(world, "h-0")
    world.later(days=200)
    confides(world, 50)
    for number in range(1, 5):
        sign(world, f"h-{number}")
    (item,) = ask(world)["intake_fell"]
    assert item.figure("complaints_before").value == 6
    assert item.figure("complaints_now").value == Absent("withheld")
    cited = {event.stored_type for event in item.events}
    streams = {
        record.envelope.event_id: record.envelope.stream for record in world.workflow.history.records()
    }
    assert cited == {"case.opened"}
    assert {streams[event.event_id] for event in item.events} == {f"case/h-{number}" for number in range(5)}


def test_R_146_a_confidential_complaint_is_looked_at_by_itself_only_where_that_is_asked_for() -> None:
    world = office()
    key = confides(world, 1)
    world.do(WithdrawCase(key=key, ground="by_letter"), by=world.act(2))
    assert ask(world) == {}
    found = ask(world, confidential=True)
    (item,) = found["withdrawn_by_another"]
    assert item.subjects == ("p-2", f"case/{key}")
    for items in found.values():
        for each in items:
            assert "p-5" not in each.subjects
            assert "p-5" not in str(each.data())


def test_R_146_nobody_who_complained_is_named_by_any_question() -> None:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}", concerns=("p-7",))
        world.do(RefuseCase(key=f"c-{number}", ground="not_ours"), by=world.act(3))
    brings(world, "c-9")
    world.do(WithdrawCase(key="c-9", ground="settled"), by=world.act(3))
    found = ask(world)
    assert {"refused_at_intake", "withdrawn_by_another", "dealt_with_by_own_unit"} <= found.keys()
    for items in found.values():
        for item in items:
            assert "p-5" not in item.subjects
            assert "p-5" not in item.sentence(PACK.label)


def test_R_147_who_takes_their_own_complaint_back_is_no_finding() -> None:
    world = desk()
    brings(world, "c-1")
    world.do(WithdrawCase(key="c-1", ground="settled"), by=world.self_(5))
    assert "withdrawn_by_another" not in ask(world)


def test_R_147_the_accused_acting_for_themselves_is_not_counted_as_their_unit() -> None:
    world = desk()
    brings(world, "c-1", concerns=("p-40",))
    world.do(RefuseCase(key="c-1", ground="not_ours"), by=world.act(3))  # from another branch
    assert "dealt_with_by_own_unit" not in ask(world)


def test_R_147_a_house_that_names_no_kinds_of_complaint_is_asked_nothing_about_them() -> None:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}")
        world.do(RefuseCase(key=f"c-{number}", ground="not_ours"), by=world.act(3))
    none = complaints(replace(SETTING, complaints=frozenset(), promise=None))
    assert none.findings(world.workflow.history, RULE, world.now) == ()


def test_R_147_a_promise_of_none_is_told_to_those_who_made_it_and_weighs_least() -> None:
    world = SCENARIOS["audit.none_promised"](True)
    (item,) = policy_of("audit.none_promised").findings(world.workflow.history, RULE, world.now)
    assert item.codes == ("complaints", "cases")
    assert item.figure("promised").value == 0
    assert item.severity == "note"


def test_R_146_no_question_of_any_policy_cites_a_confidential_matter_unless_that_is_asked_for() -> None:
    world = office()
    for number in range(6):
        key = confides(world, number, due=world.now + 3 * DAY)
        if number < 5:
            world.do(RefuseCase(key=key, ground="not_ours"), by=world.act(2))  # by who took it in, too
    world.later(days=40)
    hidden = confidential_streams(world.workflow.history)
    assert len(hidden) == 6
    streams = {r.envelope.event_id: r.envelope.stream for r in world.workflow.history.records()}

    def cited(report: AuditReport) -> set[str]:
        return {streams[e.event_id] for item in report.findings() for e in item.events} & hidden

    closed = audit_report(world.workflow.history, POLICIES, RULE, world.now)
    assert cited(closed) == set()
    assert not any(subject in hidden for item in closed.findings() for subject in item.subjects)
    refused = [item for item in closed.findings() if item.clause == "audit.refused_at_intake"]
    assert [item.figure("refused").value for item in refused] == [5]  # a number that is not small
    opened = audit_report(world.workflow.history, POLICIES, RULE, world.now, confidential=True)
    assert cited(opened) == hidden
    assert opened.data()["confidential"] is True
    assert {"audit.both_hands", "audit.case_overdue"} <= {item.clause for item in opened.findings()}
