"""What follows by itself from plans: missed occasions, findings, reminders; nothing is ever issued twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.plans import CALENDAR, DAY, PLAIN, Office, item, shipped

from party_workflow.domain.activity import CancelActivity, MergeActivity, PostponeActivity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.plan import FileReport, NoteMissed, ProblemNoted, Reminded, WithdrawItem
from party_workflow.packs.case_kinds import FINDING
from party_workflow.packs.processes.plans import (
    RECOGNITIONS,
    findings_of_plans,
    missed_occasions,
    reminders,
)
from party_workflow.processes import Proposal, follows
from party_workflow.service import Workflow
from party_workflow.store import Actor

MISSED = missed_occasions(CALENDAR)
FINDINGS = findings_of_plans(FINDING.digest)
REMINDERS = reminders(CALENDAR)
QUARTER = "activity/q2"


def promised() -> tuple[Office, Actor]:
    """A stage report promised for a meeting in ten days, and the clerk."""
    kind = shipped("stage_report")
    office = Office(kind)
    office.do(AdoptDefinition(code="finding", kind="case", version=2, body=FINDING.data()))
    clerk = office.clerk("plan.look_back", "plan.remind", "case.open")
    office.meeting("q2", days=10)
    office.approved(kind, item(occasion=QUARTER))
    return office, clerk


def at_quarter(office: Office) -> FileReport:
    return FileReport(key="p1", item="one", claim="achieved", occasion=QUARTER)


def run(office: Office, clerk: Actor) -> int:
    """How much was issued by both managers."""
    missed = office.workflow.run(MISSED, by=clerk, at=office.now)
    found = office.workflow.run(FINDINGS, by=clerk, at=office.now)
    assert missed.refused == found.refused == ()
    return len(missed.issued) + len(found.issued)


def test_R_008_a_report_promised_for_a_meeting_is_open_until_a_report_names_it() -> None:
    office, clerk = promised()
    assert office.plan().open_items() == ("one",)
    office.later(days=10)
    office.hold("q2")
    office.do(at_quarter(office), by=office.self_(5))
    assert office.plan().open_items() == ()
    office.later(days=2)
    assert run(office, clerk) == 0
    assert office.plan().problems == {}


def test_R_008_a_meeting_that_is_over_without_the_report_makes_a_finding_linked_to_the_item_once() -> None:
    office, clerk = promised()
    office.later(days=10)
    assert run(office, clerk) == 0
    office.hold("q2")
    assert run(office, clerk) == 0  # the day is not over: it may be reported at the meeting itself
    office.later(days=1)
    assert run(office, clerk) == 3
    problem = office.plan().problems["one"]
    assert (problem.result, problem.ground) == ("missing", "occasion_over")
    assert problem.case is not None
    case = office.workflow.fact("case.work", problem.case)
    assert (case.kind, case.unit) == ("finding", "u-branch")
    assert office.workflow.state(problem.case).source == "plan/p1"
    before = office.store.head()
    elsewhere = Workflow(office.store, office.model)
    for workflow in (office.workflow, elsewhere):
        for manager in (MISSED, FINDINGS):
            assert workflow.run(manager, by=clerk, at=office.now).issued == ()
    assert office.store.head() == before


def test_R_008_one_given_later_than_the_meeting_is_too_late_for_it() -> None:
    office, clerk = promised()
    office.later(days=10)
    office.hold("q2")
    office.later(days=2)
    office.do(at_quarter(office), by=office.self_(5))
    assert run(office, clerk) == 3


def test_R_008_a_meeting_put_off_is_not_over_and_one_cancelled_is() -> None:
    office, clerk = promised()
    office.do(PostponeActivity(key="q2", to=office.now + 40 * DAY, reason="epidemic", basis="notice-3"))
    office.later(days=30)
    assert run(office, clerk) == 0
    office.do(CancelActivity(key="q2", reason="epidemic"))
    office.later(days=1)
    assert run(office, clerk) == 3


def merged(office: Office, key: str, into: str) -> None:
    office.do(MergeActivity(key=key, into=into, reason="epidemic", basis="notice-3"))


def named(office: Office, occasion: str) -> FileReport:
    return at_quarter(office).model_copy(update={"occasion": occasion})


def test_R_008_R_002_what_was_promised_for_a_meeting_is_due_at_the_one_that_it_was_folded_into() -> None:
    office, clerk = promised()
    office.meeting("q3", days=40)
    office.meeting("q4", days=60)
    merged(office, "q2", "q3")
    office.later(days=20)
    assert run(office, clerk) == 0  # the day first planned has passed, and nothing is over
    merged(office, "q3", "q4")
    office.later(days=40)
    office.hold("q4")
    assert run(office, clerk) == 0
    office.later(days=1)
    assert run(office, clerk) == 3
    (noted,) = [record.event for record in office.workflow.history.events(ProblemNoted)]
    assert isinstance(noted, ProblemNoted)
    assert (noted.occasion, noted.by_way_of) == (QUARTER, ("activity/q3", "activity/q4"))
    assert run(office, clerk) == 0


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["q2", "q3"]), st.integers(0, 2))
def test_R_008_R_002_a_report_at_the_later_meeting_names_either_and_is_in_time_until_its_day_ends(
    name: str, days: int
) -> None:
    office, clerk = promised()
    office.meeting("q3", days=40)
    merged(office, "q2", "q3")
    office.later(days=40)
    office.hold("q3")
    office.later(days=days)
    office.do(named(office, f"activity/{name}"), by=office.self_(5))
    office.later(days=1)
    assert run(office, clerk) == (0 if days == 0 else 3)


def test_R_008_R_002_folded_into_a_meeting_that_was_over_it_is_due_on_the_day_of_folding() -> None:
    office, clerk = promised()
    office.held("q1")
    office.later(days=5)
    merged(office, "q2", "q1")
    assert run(office, clerk) == 0
    office.later(days=1)
    assert run(office, clerk) == 3


def test_R_008_R_002_a_meeting_folded_into_one_that_is_called_off_is_over_with_it() -> None:
    office, clerk = promised()
    office.meeting("q3", days=40)
    merged(office, "q2", "q3")
    office.do(CancelActivity(key="q3", reason="epidemic"))
    office.later(days=1)
    assert run(office, clerk) == 3


def test_R_008_R_002_nobody_notes_as_missed_what_is_due_at_a_later_meeting() -> None:
    office, clerk = promised()
    office.meeting("q3", days=40)
    office.held("q1")
    merged(office, "q2", "q3")
    office.later(days=30)
    note = NoteMissed(key="p1", item="one", occasion=QUARTER, over=office.now)

    def by_way_of(*streams: str) -> NoteMissed:
        return note.model_copy(update={"by_way_of": streams})

    for changed, code in (
        (note, "plan.occasion_open"),
        (by_way_of("activity/q3"), "plan.occasion_open"),
        (by_way_of("activity/q1"), "plan.not_merged"),
        (by_way_of("activity/q3", "activity/q1"), "plan.not_merged"),
        (by_way_of("campaign/q3", "activity/q1"), "plan.not_merged"),
    ):
        assert office.refused(changed, by=clerk).code == code
    office.hold("q3")
    office.do(by_way_of("activity/q3"), by=clerk)


def test_R_008_what_was_withdrawn_is_not_missed() -> None:
    office, clerk = promised()
    office.do(WithdrawItem(key="p1", item="one", ground="merged_into_another"), by=office.act(3))
    office.later(days=10)
    office.hold("q2")
    office.later(days=1)
    assert run(office, clerk) == 0


def test_R_008_what_was_missed_is_noted_only_when_it_was() -> None:
    office, clerk = promised()
    over = office.now + 11 * DAY

    def note(**more: object) -> NoteMissed:
        return NoteMissed.model_validate(
            {"key": "p1", "item": "one", "occasion": QUARTER, "over": over, **more}
        )

    for changed, code in (
        ({"item": "two"}, "plan.unknown_item"),
        ({"occasion": "activity/q3"}, "plan.not_promised"),
        ({}, "plan.occasion_open"),
    ):
        assert office.refused(note(**changed), by=clerk).code == code
    office.later(days=10)
    office.hold("q2")
    assert office.refused(note(), by=clerk).code == "plan.occasion_open"
    office.do(at_quarter(office), by=office.self_(5))
    office.later(days=1)
    assert office.refused(note(), by=clerk).code == "plan.reported"
    office.do(note(over=office.now - 2 * DAY), by=clerk)
    assert office.refused(note(over=office.now - 2 * DAY), by=clerk).code == "plan.already_noted"


# --- reminders ---------------------------------------------------------------------------------


def project() -> tuple[Office, Actor]:
    kind = shipped("project")
    office = Office(kind)
    clerk = office.clerk("plan.remind")
    office.approved(kind, item(due=date(2009, 3, 20)))
    return office, clerk


def given_so_far(office: Office) -> list[tuple[str, str, date]]:
    events = [r.event for r in office.workflow.history.events(Reminded)]
    return [(e.reminder, e.person, e.on) for e in events if isinstance(e, Reminded)]


def test_R_116_reminders_come_before_and_after_the_day_and_escalate_to_the_lead() -> None:
    office, clerk = project()
    for _ in range(40):
        office.workflow.run(REMINDERS, by=clerk, at=office.now)
        office.later(days=1)
    assert given_so_far(office) == [
        ("week_before", "p-5", date(2009, 3, 13)),
        ("day_after", "p-5", date(2009, 3, 21)),
        ("escalated", "p-8", date(2009, 3, 27)),
    ]
    ran = office.workflow.run(REMINDERS, by=clerk, at=office.now)
    assert ran.issued == ()
    (proposal,) = ran.proposals
    assert (proposal.subject, proposal.action) == ("p-5", "ask_for_statement")


def test_R_116_what_is_settled_is_pressed_no_further_and_a_reminder_for_before_comes_not_after() -> None:
    office, clerk = project()
    office.later(days=19)  # nobody ran it in time
    office.workflow.run(REMINDERS, by=clerk, at=office.now)
    assert [code for code, *_ in given_so_far(office)] == ["day_after"]
    office.reported()
    office.later(days=20)
    ran = office.workflow.run(REMINDERS, by=clerk, at=office.now)
    assert (ran.issued, ran.proposals) == ((), ())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=10))
def test_R_116_however_often_and_wherever_it_runs_nothing_is_issued_twice(
    steps: list[tuple[int, bool]],
) -> None:
    office, clerk = project()
    for days, elsewhere in steps:
        office.later(days=days)
        workflow = Workflow(office.store, office.model) if elsewhere else office.workflow
        assert workflow.run(REMINDERS, by=clerk, at=office.now).refused == ()
        assert workflow.run(REMINDERS, by=clerk, at=office.now).issued == ()
    codes = [code for code, *_ in given_so_far(office)]
    assert len(codes) == len(set(codes))


def test_R_116_what_follows_depends_on_events_and_clock_alone() -> None:
    office, _ = project()
    history = office.workflow.history
    moments = [office.now + timedelta(days=days) for days in range(0, 40, 3)]
    once = [follows(REMINDERS, history, at) for at in moments]
    assert [follows(REMINDERS, history, at) for at in moments] == once
    assert follows(REMINDERS, history.as_of(known=datetime(2000, 1, 1, tzinfo=UTC)), moments[-1]) == []


# --- look-backs and recognition ----------------------------------------------------------------


def test_R_005_every_problem_of_a_look_back_becomes_a_case_and_one_item_never_two() -> None:
    from party_workflow.domain.plan import ConductLookBack, Finding

    office = Office()
    office.do(AdoptDefinition(code="finding", kind="case", version=2, body=FINDING.data()))
    clerk = office.clerk("plan.look_back", "case.open")
    office.approved(PLAIN, item("one"), item("two"))
    for result in ("missing", "partial"):
        results = {code: Finding(result=result) for code in ("one", "two")}
        office.do(ConductLookBack(key="p1", occasion="mid_year", results=results), by=office.act(4))
        office.workflow.run(FINDINGS, by=clerk, at=office.now)
        office.later(days=1)
    noted = list(office.workflow.history.events(ProblemNoted))
    assert len(noted) == 4
    cases = {problem.case for problem in office.plan().problems.values()}
    assert len(cases) == 2
    assert len(office.workflow.history.streams("case")) == 2


def test_R_180_recognition_is_proposed_once_everything_was_achieved_and_never_carried_out() -> None:
    kind = PLAIN.model_copy(update={"recognition": "post_merit"})
    office = Office(kind)
    clerk = office.clerk("plan.remind")
    office.approved(kind, item("one"), item("two"))
    office.reported("one")
    assert office.workflow.run(RECOGNITIONS, by=clerk, at=office.now).proposals == ()
    office.reported("two")
    ran = office.workflow.run(RECOGNITIONS, by=clerk, at=office.now)
    last = office.plan().reports[-1].event_id
    assert ran.proposals == (Proposal("plan/p1", "recognise", "post_merit", last),)
    assert ran.issued == ()
