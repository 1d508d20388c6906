"""What waits and has a day: put to whoever has it, after a term to the unit above; never issued."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.support.follow import DIGEST, UNITS, Year
from tests.support.plans import CALENDAR, DAY

from party_workflow.calendar import Term
from party_workflow.domain.activity import CancelActivity
from party_workflow.domain.assessment import ConfirmEntries
from party_workflow.domain.campaign import (
    CloseCampaign,
    CompleteTask,
    Condition,
    ConductLookBack,
    DecideGate,
    Finding,
    OpenPhase,
    ProblemLinked,
    RequestGate,
)
from party_workflow.domain.case import AssignResponsible, ExtendDue
from party_workflow.domain.organisation import CloseUnit, FoundUnit, LimitUnit
from party_workflow.domain.plan import ProblemLinked as PlanProblemLinked
from party_workflow.domain.publication import (
    Draft,
    Finalise,
    RaiseObjection,
    Redraft,
    ResolveObjection,
    Review,
)
from party_workflow.domain.submission import Submit
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import Refused
from party_workflow.packs.processes import cases_overdue, publications_waiting
from party_workflow.packs.processes.waiting import TERMS
from party_workflow.personal import Personal
from party_workflow.processes import Proposal, follows


def said(found: list[Proposal]) -> list[tuple[str, str, str]]:
    """Subject, action, to."""
    return [(item.subject, item.action, item.to) for item in found]


# --- publications and drafts -----------------------------------------------------------------


def test_R_116_a_publication_whose_window_is_over_is_put_to_its_unit_and_then_above() -> None:
    world = Year()
    world.publish(days=5)
    world.later(days=4, hours=23)
    assert world.proposed() == []
    world.later(hours=1)
    [asked] = world.proposed()
    assert said([asked]) == [("publication/r1", "finalise_publication", "u-branch")]
    assert asked.command == Finalise(key="r1")
    world.later(days=11)
    assert said(world.proposed()) == [
        ("publication/r1", "finalise_publication", "u-branch"),
        ("publication/r1", "escalate", "u-bureau"),
    ]
    world.do(asked.command, by=world.act(2))
    assert world.proposed() == []


def test_R_116_an_objection_is_answered_before_the_publication_is_made_final() -> None:
    world = Year()
    world.publish()
    world.do(RaiseObjection(key="r1", objector="p-5", ground=Personal("Miscounted")), by=world.self_(5))
    world.later(days=6)
    assert [item.action for item in world.proposed()] == ["resolve_objections"]
    answer = ResolveObjection(key="r1", number=1, upheld=False, answer=Personal("Counted again"))
    world.do(answer, by=world.act(2))
    assert [item.action for item in world.proposed()] == ["finalise_publication"]


def test_R_116_a_draft_waits_for_its_review_no_longer_than_the_term_and_then_for_who_has_it() -> None:
    world = Year()
    world.do(Draft(key="d1", unit="u-branch", subject="story", digest=DIGEST), by=world.act(2))
    world.later(days=2)
    assert world.proposed() == []
    world.later(days=2)
    assert said(world.proposed()) == [("publication/d1", "review_draft", "u-branch")]
    world.do(Review(key="d1", digest=DIGEST, passed=False), by=world.act(3))
    assert world.proposed() == []  # sent back today
    world.later(days=4)
    assert [item.action for item in world.proposed()] == ["redraft"]
    world.do(Redraft(key="d1", digest="b" * 64), by=world.act(2))
    world.do(Review(key="d1", digest="b" * 64, passed=True), by=world.act(3))
    world.later(days=4)
    assert [item.action for item in world.proposed()] == ["publish_draft"]


# --- terms and temporary units ---------------------------------------------------------------


def test_R_105_a_warning_whose_term_is_over_is_put_to_people_and_stays_a_warning() -> None:
    world = Year()
    world.begin(
        "warning",
        "w-1",
        version=1,
        by=world.act(2),
        warned_unit="u-branch",
        cause="low_morale",
        expires_on=world.day(days=30),
    )
    world.later(days=30)
    assert world.proposed() == []
    world.later(days=1)
    assert said(world.proposed()) == [("procedure/w-1", "decide_on_warning", "u-branch")]
    world.later(days=300)
    assert world.follow().issued == ()
    assert world.workflow.state("procedure/w-1").state == "warned"
    world.take("lift", key="w-1", by=world.act(2), reason="better")
    assert world.proposed() == []


def test_R_154_a_re_review_that_is_due_is_proposed_until_it_is_held_or_the_day_is_moved() -> None:
    world = Year()
    world.begin(
        "talent_pool_entry",
        "t-1",
        version=1,
        by=world.act(2),
        reserve="p-5",
        tier="deputy",
        ground_code="tested",
        review_on=world.day(days=30),
    )
    world.later(days=31)
    [asked] = world.proposed()
    assert said([asked]) == [("procedure/t-1", "review_again", "u-branch")]
    assert "p-5" not in (asked.subject, asked.to)
    world.take("review", key="t-1", by=world.act(2), finding="good", review_on=world.day(days=365))
    assert world.proposed() == []


def test_R_116_a_temporary_unit_past_its_planned_end_is_put_to_the_unit_above_it() -> None:
    world = Year()
    end = world.now + 30 * DAY
    world.do(FoundUnit(unit="u-site", kind="party_group", parent="u-branch", until=end))
    world.later(days=29)
    assert world.proposed() == []
    world.later(days=2)
    assert said(world.proposed()) == [("u-site", "close_or_prolong_unit", "u-branch")]
    world.later(days=10)
    assert ("u-site", "escalate", "u-bureau") in said(world.proposed())
    world.do(LimitUnit(unit="u-site", until=world.now + 5 * DAY, ground="site_goes_on"))
    assert world.proposed() == []
    world.later(days=6)
    assert len(world.proposed()) == 1
    world.do(CloseUnit(unit="u-site", ground="site_closed"))
    assert world.proposed() == []


# --- cases -----------------------------------------------------------------------------------


def test_R_116_a_case_past_due_is_put_to_who_is_responsible_and_after_a_term_to_the_unit_above() -> None:
    world = Year()
    world.case("c-1", days=10)
    world.case("c-2", days=10)
    world.do(AssignResponsible(key="c-1", responsible="p-5"), by=world.act(2))
    world.later(days=11)
    assert said(world.proposed()) == [
        ("case/c-1", "deal_with_case", "p-5"),
        ("case/c-2", "deal_with_case", "u-branch"),
    ]
    world.later(days=10)
    escalated = world.proposed("escalate")
    assert said(escalated) == [("case/c-1", "escalate", "u-bureau"), ("case/c-2", "escalate", "u-bureau")]
    assert {item.ground for item in escalated} == {"deal_with_case"}


def test_R_116_a_case_extended_in_time_waits_for_the_new_day() -> None:
    world = Year()
    world.case("c-1", days=10)
    world.do(AssignResponsible(key="c-1", responsible="p-5"), by=world.act(2))
    world.do(ExtendDue(key="c-1", due=world.now + 20 * DAY, ground="parts_ordered"), by=world.act(2))
    world.later(days=15)
    assert world.proposed() == []
    world.later(days=6)
    assert len(world.proposed()) == 1


def test_R_116_working_days_are_counted_on_the_calendar_by_name() -> None:
    world = Year()
    world.case("c-1", days=10)
    terms = TERMS.__class__(
        Term(amount=3, unit="working_days"), TERMS.draft, TERMS.publish, TERMS.ahead, TERMS.rectify
    )
    manager = cases_overdue(CALENDAR, terms)
    due = world.now + 10 * DAY  # Thursday, 12 March 2009; three working days later is the 17th

    def escalated(day: date) -> bool:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        found = follows(manager, world.workflow.history, at)
        return any(isinstance(item, Proposal) and item.action == "escalate" for item in found)

    assert due.date() == date(2009, 3, 12)
    assert not escalated(date(2009, 3, 17))
    assert escalated(date(2009, 3, 18))


def test_R_116_a_confidential_case_is_not_told_to_a_clerk_without_its_custody() -> None:
    world = Year()
    key = f"k-{'0123456789abcdef' * 2}"
    world.case(key, kind="complaint", days=10)
    world.later(days=20)
    assert world.proposed() == []
    everything = follows(cases_overdue(CALENDAR), world.workflow.history, world.now)
    assert {item.subject for item in everything if isinstance(item, Proposal)} == {f"case/{key}"}


# --- assessments and duties ------------------------------------------------------------------


def test_R_095_marks_that_nobody_confirmed_are_pressed_before_the_planned_publication() -> None:
    world = Year()
    world.session(
        unit="u-bureau"
    )  # the period ends on 31 March: published by 15 April, pressed from the 8th on
    world.grade(confirm=False, u_b1="good")
    for day, expected in (
        (date(2009, 4, 7), []),
        (date(2009, 4, 8), ["publication_planned"]),
        (date(2009, 4, 15), ["publication_planned"]),
        (date(2009, 4, 16), ["publication_day_passed"]),
        (date(2009, 4, 26), ["publication_day_passed", "confirm_inputs"]),
    ):
        world.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        assert [item.ground for item in world.proposed()] == expected
    world.do(ConfirmEntries(key="q1", voice="grading"), by=world.act(3))
    assert world.proposed() == []


def test_R_029_unmet_duties_make_one_proposal_for_each_unit_and_duty_and_not_one_a_day() -> None:
    world = Year("six_basic_systems")  # adopted on 2 March 2009: what began before is not judged
    world.now = datetime(2009, 4, 1, 4, tzinfo=UTC)
    assert world.proposed() == []
    seen: set[tuple[str, ...]] = set()
    for day in range(1, 20):  # April and its month's duties have ended
        world.now = datetime(2009, 5, day, 4, tzinfo=UTC)
        seen.add(tuple(sorted(f"{item.subject} {item.ground}" for item in world.proposed("make_up_duty"))))
    [once] = seen
    assert once == tuple(
        sorted(
            ["u-branch committee_each_month"]
            + [f"{unit} theme_day_each_month" for unit in (*UNITS, "u-branch")]
        )
    )
    world.now = datetime(2009, 6, 2, 4, tzinfo=UTC)  # two months unmet are one proposal still
    months = [item for item in world.proposed("make_up_duty") if item.ground == "theme_day_each_month"]
    assert len(months) == 4


def test_R_029_a_duty_of_people_is_put_to_their_unit_and_names_nobody() -> None:
    world = Year("training_hours")
    world.now = datetime(2010, 12, 31, 4, tzinfo=UTC)
    assert world.proposed("make_up_duty") == []
    world.now = datetime(2011, 1, 2, 4, tzinfo=UTC)
    found = world.proposed("make_up_duty")
    assert found
    assert {item.subject for item in found} <= {"u-branch", "u-city"}
    assert not any("p-" in f"{item.subject} {item.to} {item.ground}" for item in found)


# --- gates and look-backs --------------------------------------------------------------------


def gated() -> Year:
    """A campaign whose first phase passed on a condition that is due in thirty days."""
    world = Year()
    world.campaign()
    serves = (Serves(campaign="short", task="sessions"),)
    world.do(
        Submit(key="s-1", kind="reflection", unit="u-branch", author="p-5", digest=DIGEST, serves=serves),
        by=world.self_(5),
    )
    return world


def conditional() -> Year:
    world = gated()
    results = {"sessions": Finding(result="excused")}
    world.do(ConductLookBack(key="short", phase="study", results=results))
    world.do(RequestGate(key="short", phase="study"), by=world.act(2))
    due = (world.now + 30 * DAY).date()
    gate = DecideGate(
        key="short",
        phase="study",
        decision="pass_with_conditions",
        conditions=(Condition(code="retest", due=due),),
    )
    world.do(gate, by=world.act(60))
    world.do(OpenPhase(key="short", phase="review"))
    return world


def test_R_058_conditions_of_a_gate_are_tasks_of_the_next_phase_and_are_reminded_of() -> None:
    world = conditional()
    tasks = world.workflow.fact("campaign.progress", "campaign/short")["review"].tasks
    assert tasks["retest"].condition
    assert world.proposed() == []
    world.later(days=24)
    [asked] = world.proposed()
    assert (asked.subject, asked.action, asked.ground) == ("campaign/short", "meet_condition", "retest")
    world.later(days=6)
    assert [item.action for item in world.proposed()] == ["meet_condition"]  # the day itself
    world.later(days=1)
    assert [item.action for item in world.proposed()] == ["condition_overdue"]
    world.later(days=11)
    assert [item.action for item in world.proposed()] == ["condition_overdue", "escalate"]
    serves = (Serves(campaign="short", task="retest"),)
    world.do(
        Submit(key="s-2", kind="reflection", unit="u-branch", author="p-6", digest="b" * 64, serves=serves),
        by=world.self_(6),
    )
    with pytest.raises(Refused):  # a condition is not met by work for something else
        world.do(CompleteTask(key="short", task="retest", evidence=("submission/s-1",)))


def test_R_005_look_backs_of_campaigns_and_plans_become_findings_in_one_run() -> None:
    world = Year()
    world.campaign()
    world.planned()
    world.do(CancelActivity(key="q2", reason="epidemic"))
    world.later(days=1)
    ran = world.follow()
    assert len(ran.issued) == 5  # two cases, two links, and the occasion missed that caused one of them
    [linked] = world.workflow.history.events(ProblemLinked)
    [planned] = world.workflow.history.events(PlanProblemLinked)
    assert (linked.envelope.stream, planned.envelope.stream) == ("campaign/short", "plan/p1")
    cases = [world.workflow.fact("case.work", stream) for stream in world.workflow.history.streams("case")]
    assert [case.kind for case in cases] == ["finding", "finding"]
    assert world.follow().issued == ()
    assert world.follow(world.beside()).issued == ()


def test_R_005_nothing_follows_for_a_campaign_that_is_over() -> None:
    from party_workflow.domain.campaign import CancelCampaign

    world = Year()
    world.campaign()
    world.do(CancelCampaign(key="short", ground="overtaken"))
    assert world.follow().issued == ()
    with pytest.raises(Refused):
        world.do(CloseCampaign(key="short"))


def test_R_116_what_stands_depends_on_events_and_clock_alone() -> None:
    world = Year()
    world.publish()
    history = world.workflow.history
    manager = publications_waiting(CALENDAR)
    moments = [world.now + timedelta(days=days) for days in range(0, 30, 3)]
    once = [follows(manager, history, at) for at in moments]
    assert [follows(manager, history, at) for at in reversed(moments)] == once[::-1]
    assert [len(found) for found in once] == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert follows(manager, history, world.now - DAY) == []  # it was not known then
