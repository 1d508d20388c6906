"""What single audit policies hold to: exact limits, ties declared late, secret rounds, the pack's rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.faults import (
    GRADES,
    POLICIES,
    RULE,
    SCENARIOS,
    House,
    altered,
    decided,
    policy_of,
    rated,
    records_of,
    surveyed,
    visited,
)

from party_workflow.authority import DeclareConflict, OpenAccount
from party_workflow.domain.activity import CorrectAttendance
from party_workflow.domain.points import ReverseEntry
from party_workflow.domain.rating import CastBallot, CloseRating, CorrectRating, OpenRating
from party_workflow.domain.submission import Submit, Withdraw
from party_workflow.errors import InvalidDefinition
from party_workflow.history import History, Records
from party_workflow.packs import auditing
from party_workflow.packs.party import MODEL, PACK
from party_workflow.packs.results import full_audit
from party_workflow.policies.audits.checks import audit
from party_workflow.policies.audits.families import RATERS, TWO_PLACES
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.rule import Rule
from party_workflow.store import Source

DAY = timedelta(days=1)


def history(world: Any) -> History:
    return History(Records(records_of(world)), world.model.registry)


def found(clause: str, world: Any, rule: Rule = RULE, **more: Any) -> list[AuditFinding]:
    findings = policy_of(f"audit.{clause}").findings(history(world), rule, world.now, **more)
    return [item for item in findings if item.clause == f"audit.{clause}"]


# --- same person in two places ---------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(gap=st.integers(0, 90), first=st.integers(1, 80), second=st.integers(1, 80))
def test_two_occasions_overlap_for_exactly_the_minutes_that_both_last(
    gap: int, first: int, second: int
) -> None:
    world = House()
    world.later(days=1)
    start = world.now - timedelta(hours=8)
    world.met("m-1", "p-2", minutes=first, effective_at=start)
    world.met("m-2", "p-2", minutes=second, effective_at=start + timedelta(minutes=gap))
    together = max(0, min(first, gap + second) - gap)
    items = found("two_places", world)
    assert [item.figure("minutes_together").value for item in items] == ([together] if together else [])


def test_a_row_corrected_to_absent_ends_being_in_two_places() -> None:
    world = SCENARIOS["audit.two_places"](True)
    assert found("two_places", world)
    world.do(
        CorrectAttendance(key="m-2", person="p-2", status="absent", ground="wrong_name"), by=world.act(4)
    )
    assert not found("two_places", world)


def test_an_occasion_that_does_not_say_how_long_it_was_lasts_as_long_as_the_rule_says() -> None:
    world = House()
    world.later(days=1)
    start = world.now - timedelta(hours=8)
    world.met("m-1", "p-2", effective_at=start)
    world.met("m-2", "p-2", effective_at=start + timedelta(minutes=20))
    (item,) = found("two_places", world)
    assert item.figure("minutes_together").value == 10
    assert item.figure("limit.unstated_minutes").value == 30
    shorter = RULE.with_values({("audit.two_places", "unstated_minutes"): 15}, version=7)
    assert not found("two_places", world, shorter)


# --- backdating ------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(lags=st.lists(st.integers(0, 60), max_size=6), limit=st.integers(1, 60))
def test_what_was_entered_late_is_counted_by_account_at_exactly_the_limit(
    lags: list[int], limit: int
) -> None:
    world = House()
    world.later(days=90)
    for number, lag in enumerate(lags):
        world.met(f"m-{number}", "p-2", effective_at=world.now - lag * DAY)
    rule = RULE.with_values({("audit.dated_back", "days"): limit}, version=8)
    late = [lag for lag in lags if lag >= limit]
    items = found("dated_back", world, rule)
    assert len(items) == (1 if late else 0)
    if items:
        assert items[0].figure("entries").value == 2 * len(late)  # planned and held
        assert items[0].figure("longest_days").value == max(late)
        assert items[0].subjects[0] == "a-1"


def test_a_higher_limit_never_finds_more_late_entries() -> None:
    world = House()
    world.later(days=90)
    for number, lag in enumerate((5, 20, 40)):
        world.met(f"m-{number}", "p-2", effective_at=world.now - lag * DAY)
    counts = []
    for limit in (1, 10, 30, 50):
        rule = RULE.with_values({("audit.dated_back", "days"): limit}, version=8)
        counts.append(sum(len(item.events) for item in found("dated_back", world, rule)))
    assert counts == [6, 4, 2, 0]


def test_what_was_imported_keeps_the_times_of_its_file_and_is_left_out() -> None:
    world = SCENARIOS["audit.dated_back"](True)
    assert found("dated_back", world)
    for stored in ("activity.planned", "activity.held"):
        records = list(records_of(world))
        altered(world, stored, lambda envelope: replace(envelope, source=Source("batch-1", 1)))
        merged = [
            new if new.envelope.stored_type == stored else old
            for old, new in zip(records, records_of(world), strict=True)
        ]
        world.beneath = tuple(merged)
    assert not found("dated_back", world)


@pytest.mark.parametrize(
    ("entries", "lag", "before", "expected"),
    [
        (3, 20, 2, 1),
        (2, 20, 2, 0),  # too few
        (3, 6, 2, 0),  # not late enough
        (3, 20, 20, 0),  # long before the inspection
        (4, 7, 14, 1),  # exactly at both limits
    ],
)
def test_only_many_late_entries_shortly_before_an_inspection_are_found(
    entries: int, lag: int, before: int, expected: int
) -> None:
    world = visited(entries, lag=lag, before=before)
    items = found("entered_before_inspection", world)
    assert len(items) == expected
    for item in items:
        assert item.subjects == ("a-2", "inspection/q1", "u-branch") or item.subjects[0] == "a-2"
        assert item.figure("entries").value == entries
        assert "inspection.carried_out" in {event.stored_type for event in item.events}


# --- separation of duties --------------------------------------------------------------------


def test_R_203_a_tie_declared_after_somebody_decided_is_found_and_said_to_be_late() -> None:
    world = decided()
    assert not found("close_person", world)
    world.later(days=30)
    world.do(DeclareConflict(person="p-5", other="p-3", ground="kin"), by=world.self_(5))
    (item,) = found("close_person", world)
    assert item.codes == ("requester", "case.decided", "declared_after")
    assert item.subjects == ("p-3", "case/c-1")  # not whom they are close to
    assert {event.stored_type for event in item.events} == {"case.decided", "authority.conflict_declared"}


def test_R_203_a_second_account_is_the_same_person_on_both_sides() -> None:
    world = decided()
    world.do(OpenAccount(account="a-77", person="p-5"))
    altered(world, "case.decided", lambda e: replace(e, account="a-77", person="p-5"))
    (item,) = found("both_sides", world)
    assert item.subjects == ("p-5", "case/c-1")
    assert item.severity == "serious"


def test_R_203_whoever_acted_for_a_party_is_found_as_the_party() -> None:
    world = altered(decided(), "case.decided", lambda e: replace(e, delegate_of="p-5"))
    (item,) = found("both_sides", world)
    assert item.subjects == ("p-5", "case/c-1")


# --- raters ----------------------------------------------------------------------------------


def test_a_round_that_is_still_open_is_not_looked_at() -> None:
    marks = {2: {6: 0, 7: 0, 8: 0}, 3: {6: 0, 7: 1, 8: 2}, 4: {6: 1, 7: 1, 8: 2}}
    assert not found("uniform_rater", rated(marks, closed=False))
    assert found("uniform_rater", rated(marks))


def test_R_204_nothing_is_found_of_the_raters_of_a_secret_round() -> None:
    world = House()
    everybody = tuple(f"p-{number}" for number in range(2, 9))
    world.do(
        OpenRating(
            key="box",
            kind="peer",
            unit="u-branch",
            raters=everybody,
            subjects=everybody,
            grades=GRADES,
            secret=True,
        )
    )
    for rater in range(2, 9):
        choices = {person: GRADES[0] for person in everybody if person != f"p-{rater}"}
        world.do(CastBallot(key="box", rater=f"p-{rater}", choices=choices), by=world.self_(rater))
    world.do(CloseRating(key="box"))
    assert RATERS.findings(history(world), RULE, world.now) == ()


def test_a_mark_that_was_corrected_counts_as_corrected() -> None:
    marks = {2: {6: 0, 7: 0, 8: 0}, 3: {6: 0, 7: 1, 8: 2}, 4: {6: 1, 7: 1, 8: 2}}
    world = rated(marks, closed=False)
    world.do(
        CorrectRating(key="round", rater="p-2", subject="p-8", grade=GRADES[2], ground="misread"),
        by=world.self_(2),
    )
    world.do(CloseRating(key="round"))
    assert not found("uniform_rater", world)


def test_a_deviation_is_an_exact_fraction_of_a_step_with_its_sign() -> None:
    world = SCENARIOS["audit.outlying_rater"](True)
    (item,) = [item for item in found("outlying_rater", world) if item.subjects[0] == "p-2"]
    # p-2 gives 0 three times; the others give 3 and 2, 2 and 2, 2 and 3.
    assert item.figure("deviation").value == -(Fraction(5, 2) + 2 + Fraction(5, 2)) / 3
    assert item.codes == ("peer", "strict")


grades = st.integers(0, 3)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.integers(2, 5), st.fixed_dictionaries({6: grades, 7: grades, 8: grades}), min_size=2)
)
def test_raters_who_agree_with_everybody_are_never_found(marks: dict[int, dict[int, int]]) -> None:
    first = next(iter(marks.values()))
    same = dict.fromkeys(marks, first)
    assert found("outlying_rater", rated(same)) == []
    assert [item for item in found("uniform_rater", rated(same)) if len(set(first.values())) > 1] == []


# --- copies, points --------------------------------------------------------------------------


def test_a_work_that_was_withdrawn_is_compared_with_nothing() -> None:
    world = SCENARIOS["audit.same_text"](True)
    world.do(Withdraw(key="s-3", ground="mistake"), by=world.self_(3))
    assert not found("same_text", world)


def test_the_same_author_twice_is_no_copy_and_authors_are_not_named() -> None:
    world = House()
    for key in ("s-1", "s-2"):
        work = Submit(key=key, kind="reflection", unit="u-branch", author="p-2", digest="a" * 64)
        world.do(work, by=world.self_(2))
    assert not found("same_text", world)
    (item,) = found("same_text", SCENARIOS["audit.same_text"](True))
    assert item.subjects == ("submission/s-2", "submission/s-3")
    assert item.severity == "note"


def test_an_entry_that_was_reversed_needs_no_attendance() -> None:
    world = SCENARIOS["audit.points_without_attendance"](True)
    (item,) = found("points_without_attendance", world)
    entry = next(event.event_id for event in item.events if event.stored_type == "points.granted")
    world.do(
        ReverseEntry(scheme="member-points", person="p-2", entry=entry, ground="not_there"),
        by=world.act(4),
    )
    assert not found("points_without_attendance", world)


# --- surveys ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "clauses"),
    [
        ({}, set()),
        ({"coached": True}, {"survey_not_comparable"}),
        ({"selection": "self_selected"}, {"survey_not_comparable"}),
        ({"responses": 29, "sample": 30}, {"survey_few_answers"}),  # below the least number
        ({"responses": 30, "sample": 30}, set()),
        ({"responses": 99}, {"survey_few_answers"}),  # below half of those asked
        ({"collected_by": "u-branch"}, {"survey_of_oneself"}),
    ],
)
def test_R_098_what_is_odd_about_how_a_survey_came_about_is_found(
    said: dict[str, Any], clauses: set[str]
) -> None:
    world = surveyed(House(), **said)
    items = policy_of("audit.survey_few_answers").findings(history(world), RULE, world.now)
    assert {item.clause.removeprefix("audit.") for item in items} == clauses
    for item in items:
        assert "observation.series_opened" in {event.stored_type for event in item.events}


def test_R_098_the_share_who_answered_is_exact_beside_both_counts() -> None:
    world = surveyed(House(), responses=99)
    (item,) = found("survey_few_answers", world)
    assert item.figure("share_answered").value == Fraction(99, 200)
    assert (item.figure("answers").value, item.figure("people_asked").value) == (99, 200)


# --- the pack --------------------------------------------------------------------------------


def test_the_rule_of_the_pack_has_a_clause_for_every_question_and_no_other() -> None:
    rule = auditing.RULE
    assert {clause.code for clause in rule.clauses} == {c for policy in POLICIES for c in policy.clauses}
    for policy in POLICIES:
        assert policy.lint(rule, rule.effective_from).found == []
        needed = {
            (question.clause, name) for question in policy.questions for name in (*question.needs, "severity")
        }
        given_ = {
            (clause.code, parameter.code)
            for clause in rule.clauses
            if clause.code in policy.clauses
            for parameter in clause.parameters
        }
        assert needed == given_
    assert "unverified" in PACK.label(rule.clauses[0].basis)
    assert {parameter.basis for clause in rule.clauses for parameter in clause.parameters} == {
        "house.audit-rules"
    }


def test_every_question_and_what_to_look_at_has_words_in_three_scripts() -> None:
    for policy in POLICIES:
        for clause in policy.clauses:
            for code in (clause, f"look.{clause.removeprefix('audit.')}"):
                label = PACK.labels[code]
                assert label.en
                assert label.zh
                assert label.zh_hant


def test_the_audit_of_the_pack_has_the_policies_as_checks_of_conduct() -> None:
    world = SCENARIOS["audit.two_places"](True)
    checks = {check.code: check for check in full_audit(history(world)).checks}
    assert {f"audit.{policy.code}" for policy in POLICIES} <= checks.keys()
    check = checks["audit.two_places"]
    assert not check.integrity
    (item,) = check.findings
    assert item.subject == "p-2"
    assert item.sentence.startswith("To look at: Registered at two occasions at once (Meeting, Meeting): ")
    assert item.sentence.endswith("it may be one occasion under two names.")
    assert [event.stored_type for event in item.events] == ["activity.held", "activity.held"]


def test_a_house_adopts_a_version_of_its_own_and_is_audited_under_it() -> None:
    from party_workflow.domain.definition import AdoptDefinition

    world = SCENARIOS["audit.two_places"](True)
    rule = auditing.RULE.with_values({("audit.two_places", "minutes"): 45}, version=2)
    world.do(AdoptDefinition(code="audit-rules", kind="rule", version=2, body=rule.data()))
    assert auditing.audit_rule(history(world)) == rule
    checks = {check.code: check for check in full_audit(history(world)).checks}
    assert checks["audit.two_places"]
    report = auditing.audited(history(world), world.now)
    assert report.rule_version == 2
    assert auditing.audited(history(world), world.now, rule=auditing.RULE).findings()


def test_a_rule_that_is_not_in_force_or_has_faults_says_why_the_check_was_not_made() -> None:
    world = SCENARIOS["audit.two_places"](True)
    late = auditing.RULE.model_copy(update={"effective_from": (world.now + 9 * DAY).date()})
    (check,) = audit(history(world), [TWO_PLACES.check(late, world.now, PACK.label)]).checks
    assert check.outcome == "not_checked"
    assert "in force" in check.needed
    odd = auditing.RULE.with_values({("audit.two_places", "severity"): 7}, version=3)
    (check,) = audit(history(world), [TWO_PLACES.check(odd, world.now, PACK.label)]).checks
    assert check.outcome == "not_checked"
    assert "severity" in check.needed


def test_a_log_without_a_regime_says_that_no_duty_could_be_missed() -> None:
    world = House()
    (looked,) = [
        each for each in auditing.audited(history(world), world.now).looked if each.policy == "missing_duties"
    ]
    assert looked.lacks == "a regime of duties that the log holds"
    assert not looked


def test_no_finding_accuses_anybody_in_its_words() -> None:
    for code, label in PACK.labels.items():
        if code.startswith(("audit.", "look.")):
            words = set(label.en.lower().replace(",", "").replace(".", "").split())
            assert not words & {"fraud", "guilty", "cheated", "cheat", "lied", "fake", "offender"}, code
    assert MODEL.registry.events


def test_a_whole_number_is_asked_for_where_only_one_makes_sense() -> None:
    world = SCENARIOS["audit.two_places"](True)
    half = RULE.with_values({("audit.two_places", "unstated_minutes"): Fraction(1, 2)}, version=6)
    with pytest.raises(InvalidDefinition, match="no whole number"):
        found("two_places", world, half)
