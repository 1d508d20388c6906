"""Every clause of an audit rule finds the fault seeded for it and nothing in its clean counterpart; laws."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from tests.support.faults import POLICIES, RULE, SCENARIOS, policy_of, records_of
from tests.support.world import START

from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.history import History, Records
from party_workflow.packs.party import PACK
from party_workflow.policies.audits.finding import SEVERITIES, AuditFinding
from party_workflow.policies.audits.reports import audit_report
from party_workflow.store import Record, encode

COUNTS_ALL = {"audit.claim_differs"}
"""Clauses whose test measure counts every occasion that there is: to it, none is unrelated."""
CLAUSES = [clause for policy in POLICIES for clause in policy.clauses]


@cache
def made(clause: str, fault: bool = True) -> tuple[Any, History]:
    world = SCENARIOS[clause](fault)
    return world, History(Records(records_of(world)), world.model.registry)


def found(clause: str, history: History, world: Any, **more: Any) -> tuple[AuditFinding, ...]:
    findings = policy_of(clause).findings(history, RULE, world.now, **more)
    return tuple(item for item in findings if item.clause == clause)


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_seeded_fault_is_found_and_its_clean_counterpart_is_not(clause: str) -> None:
    world, history = made(clause)
    assert found(clause, history, world)
    clean, untouched = made(clause, False)
    assert found(clause, untouched, clean) == ()


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_finding_has_clause_severity_subjects_figures_events_and_what_to_look_at(clause: str) -> None:
    world, history = made(clause)
    events = {record.envelope.event_id: record for record in history.records()}
    for item in found(clause, history, world):
        assert item.citation == RULE.cite(clause)
        assert item.severity == SEVERITIES[int(RULE.value(clause, "severity", world.now.date())) - 1]
        assert item.subjects
        assert item.events
        for cited in item.events:
            record = events[cited.event_id]
            assert (record.position, record.envelope.stored_type) == (cited.position, cited.stored_type)
        assert [each.position for each in item.events] == sorted(each.position for each in item.events)
        for figure in item.figures:
            assert isinstance(figure.value, Fraction)
            assert {each.event_id for each in figure.evidence()} <= events.keys()
        for word in (item.clause, item.look_at, *(figure.name for figure in item.figures)):
            assert word.removeprefix("limit.") in PACK.labels, word


@pytest.mark.parametrize("clause", CLAUSES)
def test_renaming_people_renames_findings(clause: str) -> None:
    world, history = made(clause)
    renamed = [_renamed(record) for record in history.records()]
    after = found(clause, History(Records(tuple(renamed)), history.registry), world)
    before = found(clause, history, world)
    assert {_key(item) for item in after} == {_key(item, _other) for item in before}


def _other(text: str) -> str:
    """Every person by another id, and no two by the same one."""
    return re.sub(r"^p-([0-9]{1,5})$", lambda match: f"p-{900 - int(match[1])}", text)


def _renamed(record: Record) -> Record:
    envelope = replace(
        record.envelope,
        person=_other(record.envelope.person),
        delegate_of=None if record.envelope.delegate_of is None else _other(record.envelope.delegate_of),
    )
    return encode(envelope, _deep(record.data))


def _deep(value: Any) -> Any:
    if isinstance(value, str):
        return _other(value)
    if isinstance(value, Mapping):
        return {_other(name): _deep(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_deep(each) for each in value]
    return value


def _key(item: AuditFinding, rename: Any = str) -> tuple[Any, ...]:
    figures = frozenset((figure.name, figure.value) for figure in item.figures)
    subjects = frozenset(rename(each) for each in item.subjects)
    return item.clause, subjects, figures, frozenset(item.events), frozenset(item.codes)


@pytest.mark.parametrize("clause", CLAUSES)
def test_what_is_recorded_of_others_elsewhere_changes_no_finding(clause: str) -> None:
    world = SCENARIOS[clause](True)
    before = found(clause, History(Records(records_of(world)), world.model.registry), world)
    altered = getattr(world, "beneath", None)
    known = len(tuple(world.workflow.store.read()))
    world.do(FoundUnit(unit="u-far-away", kind="organ", parent="u-city"))
    world.do(RegisterPerson(person="p-800", unit="u-far-away", categories=("member",)))
    if "activity" in {decider.category for decider in world.model.deciders} and clause not in COUNTS_ALL:
        planned = PlanActivity(
            key="far-1", kind="picnic", unit="u-far-away", planned_at=world.now, expected=("p-800",)
        )
        rows = {"p-800": Attendance(status="present")}
        world.do(planned, HoldActivity(key="far-1", attendance=rows), by=world.act(60))
    records = tuple(world.workflow.store.read())
    if altered is not None:
        records = (*altered, *records[known:])
    after = found(clause, History(Records(records), world.model.registry), world)
    assert [_key(item) for item in after] == [_key(item) for item in before]


@pytest.mark.parametrize("clause", CLAUSES)
def test_what_happened_after_the_moment_asked_about_is_left_out(clause: str) -> None:
    _, history = made(clause)
    findings = policy_of(clause).findings(history, RULE, START)
    assert findings == ()


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_that_a_rule_leaves_out_is_not_asked_and_the_report_says_so(clause: str) -> None:
    world, history = made(clause)
    left = RULE.model_copy(
        update={"clauses": tuple(each for each in RULE.clauses if each.code != clause), "version": 3}
    )
    report = audit_report(history, POLICIES, left, world.now)
    assert clause not in {item.clause for item in report.findings()}
    (looked,) = [each for each in report.looked if each.policy == policy_of(clause).code]
    assert looked.not_asked == (clause,)
    assert not looked


def test_a_report_is_a_value_with_one_digest_that_orders_findings_by_weight() -> None:
    world, history = made("audit.close_person")
    report = audit_report(history, POLICIES, RULE, world.now)
    assert report == audit_report(history, POLICIES, RULE, world.now)
    assert report.digest == audit_report(history, POLICIES, RULE, world.now).digest
    assert not report
    assert report.findings()[0].severity == "serious"
    assert {item.severity for item in report.findings("serious")} == {"serious"}
    data = report.data()
    assert (data["position"], data["head"]) == history.head()
    assert data["rule"] == {"code": "audit-rules", "digest": RULE.digest, "version": 2}
    assert [each["policy"] for each in data["looked"]] == [policy.code for policy in POLICIES]
    (line,) = [each for each in report.lines(PACK.label) if "close to a party" in each]
    assert line.startswith("p-3, case/c-1: To look at first: Somebody close to a party took part")
    assert "(at " in line
    chinese = list(report.lines(lambda code: PACK.label(code, "zh")))
    assert any("请优先关注" in each for each in chinese)


def test_a_parameter_that_the_rule_lacks_is_said_at_once_with_every_other_one() -> None:
    from party_workflow.errors import InvalidDefinition
    from party_workflow.policies.rule import Clause

    world, history = made("audit.dated_back")
    bare = RULE.model_copy(
        update={
            "clauses": (
                Clause(code="audit.dated_back", basis="house"),
                Clause(code="audit.two_places", basis="house"),
            )
        }
    )
    with pytest.raises(InvalidDefinition) as raised:
        audit_report(history, POLICIES, bare, world.now)
    said = {fault.where.removeprefix("audit-rules.audit.") for fault in raised.value.faults}
    assert said == {
        "dated_back.days",
        "dated_back.entries",
        "dated_back.severity",
        "two_places.minutes",
        "two_places.unstated_minutes",
        "two_places.severity",
    }


@pytest.mark.parametrize("value", [0, 4, Fraction(3, 2)])
def test_there_are_three_severities_and_no_other(value: Fraction | int) -> None:
    odd = RULE.with_values({("audit.dated_back", "severity"): value}, version=9)
    (fault,) = policy_of("audit.dated_back").lint(odd, START.date()).found
    assert fault.remedy == "Say 1, 2 or 3."


def test_a_limit_is_a_dated_parameter_and_the_one_in_force_on_the_day_counts() -> None:
    world, history = made("audit.dated_back")
    clause = "audit.dated_back"
    stricter = RULE.with_values(
        {(clause, "days"): 1000}, version=4, since=(world.now - timedelta(days=1)).date()
    )
    assert found(clause, history, world)
    assert not policy_of(clause).findings(history, stricter, world.now)
    later = RULE.with_values(
        {(clause, "days"): 1000}, version=5, since=(world.now + timedelta(days=2)).date()
    )
    with pytest.raises(Exception, match=r"dated_back\.days"):  # none was in force yet: nothing is assumed
        policy_of(clause).findings(history, later, world.now)
