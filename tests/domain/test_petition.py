"""Petitions, public opinion and early signs, by the kinds of the pack and through the public API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.laws import replays
from tests.support.petitions import MONDAY, TEXT, Desk

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.calendar import Calendar
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignResponsible,
    CaseKind,
    CloseCase,
    ConfirmResolution,
    DecideAppeal,
    DecideCase,
    EscalateCase,
    ExtendClock,
    GivenParticular,
    HandOverCase,
    JoinCase,
    LinkCase,
    PauseCase,
    PromoteCase,
    RefuseCase,
    RemindCase,
    ReopenCase,
    ResumeCase,
    ReturnCase,
    WithdrawCase,
)
from party_workflow.domain.case.notes import CaseLinked, ClockStarted
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.policies.cases.clock_report import clock_report, explain_clock, kept_in_time
from party_workflow.policies.cases.resolution import LevelReport, levels_of_resolution
from party_workflow.store import Actor

PETITION = party.PACK.read_as(CaseKind, "petition")
EXTEND = ExtendClock(key="c-1", clock="finish", ground="complex")
ABOUT = (GivenParticular(name="about", code="housing"),)
WEEK = ("Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon")
SEEN = (GivenParticular(name="channel_watched", code="forum_online"),)


# --- three levels with clocks of their own ----------------------------------------------


def through(desk: Desk) -> None:
    """A petition through all three levels, a day for each step."""
    desk.accepted()
    for level in range(3):
        desk.later(days=1)
        if level:
            desk.appealed()
            desk.later(days=1)
        desk.decided()
        desk.later(days=1)
        desk.replied()


def test_R_131_the_three_levels_have_clocks_of_their_own() -> None:
    desk = Desk()
    through(desk)
    runs = [(run.clock, run.number, (run.start - MONDAY).days) for run in desk.case().runs]
    assert runs == [
        ("register", 1, 0),
        ("finish", 1, 0),
        ("ask_review", 1, 2),
        ("review", 1, 3),
        ("ask_review", 2, 5),
        ("rereview", 1, 6),
    ]
    assert {run.clock: (run.stopped - MONDAY).days for run in desk.case().runs if run.stopped} == {
        "register": 0,
        "finish": 2,
        "ask_review": 6,
        "review": 5,
        "rereview": 8,
    }
    assert (desk.case().state, desk.case().final) == ("ended", True)
    replays(desk, "case/c-1")


def test_R_131_after_the_re_review_it_is_final() -> None:
    desk = Desk()
    through(desk)
    for command in (
        AppealCase(key="c-1", ground=TEXT),
        ReopenCase(key="c-1", ground="new_facts"),
        DecideCase(key="c-1", outcome="supported", ground=TEXT),
    ):
        with pytest.raises(Refused):
            desk.do(command, by=desk.act(8))


def test_R_131_a_deadline_names_the_version_of_the_calendar_and_explains_itself_step_by_step() -> None:
    desk = Desk()
    desk.open()
    (event,) = [item.event for item in desk.workflow.history.events(ClockStarted)]
    assert isinstance(event, ClockStarted)
    calendar = party.PACK.read_as(Calendar, "cn-working-days")
    assert event.calendar == calendar.ref
    assert event.definition == desk.workflow.state("definition/cn-working-days").digest
    assert explain_clock(desk.workflow.history, "case/c-1", "register") == (
        f"From 2024-03-04T01:00:00.000000Z: 15 calendar days, counted on {calendar.ref}.",
        "2024-03-04 Mon: not counted (the day of the start).",
        *(
            f"2024-03-{4 + n:02} {day}: counted, {n} (every day counts)."
            for n, day in enumerate((*WEEK, *WEEK, "Tue"), 1)
        ),
        "Due with the end of 2024-03-19, that is before 2024-03-19T16:00:00.000000Z.",
    )


def test_R_131_an_extension_is_open_to_the_last_moment_and_refused_after_it() -> None:
    desk = Desk()
    desk.accepted()
    due = desk.case().run("finish")
    assert due is not None
    desk.now = due.due - timedelta(microseconds=1)
    desk.do(EXTEND, by=desk.act(7))
    extended = desk.case().run("finish")
    assert extended is not None
    assert (extended.due - extended.original, extended.original) == (timedelta(days=30), due.due)
    late = Desk()
    late.accepted()
    late.now = due.due
    assert late.why_not(EXTEND, by=late.act(7)).code == "case.due_over"


@given(lag=st.integers(-60 * 24, 60 * 24), back=st.integers(0, 90 * 24))
@settings(max_examples=15, deadline=None)
def test_R_131_no_dating_back_gets_an_extension_after_expiry(lag: int, back: int) -> None:
    desk = Desk()
    desk.accepted()
    run = desk.case().run("finish")
    assert run is not None
    desk.now = max(run.due + timedelta(hours=lag), MONDAY)
    effective = max(desk.now - timedelta(hours=back), MONDAY)
    try:
        desk.do(EXTEND, by=desk.act(7), effective_at=effective)
    except Refused:
        assert desk.now >= run.due
    else:
        assert desk.now < run.due


def test_R_131_only_the_head_extends() -> None:
    desk = Desk()
    desk.accepted()
    duties = tuple(sorted({duty for held in party.ROLES.values() for duty in held}))
    roles = {
        "everything": duties,
        "case_officer": party.ROLES["case_officer"],
        "petition_head": party.ROLES["petition_head"],
    }
    desk.do(AdoptRoles(roles=roles))
    for number, role in ((8, "case_officer"), (9, "petition_head")):
        desk.do(GrantRole(person=f"p-{number}", role=role, unit="u-city"))
    assert desk.why_not(EXTEND, Actor("a-8", "p-8", "case_officer")).code == "authority.duty_not_covered"
    desk.do(EXTEND, by=Actor("a-9", "p-9", "petition_head"))


def test_R_131_whoever_is_responsible_neither_extends_nor_pauses_their_own_clock() -> None:
    desk = Desk()
    desk.accepted()
    desk.do(AssignResponsible(key="c-1", responsible="p-7"), by=desk.act(2))
    for command in (EXTEND, PauseCase(key="c-1", ground="evidence_awaited")):
        assert desk.why_not(command, desk.act(7)).code == "authority.own_case"
        desk.do(command, by=desk.act(8))


def test_R_131_a_review_is_decided_by_nobody_who_decided_before() -> None:
    desk = Desk()
    desk.accepted()
    desk.decided()
    desk.replied()
    desk.appealed()
    review = DecideAppeal(key="c-1", outcome="reversed", ground=TEXT, replaces="partly_supported")
    assert desk.why_not(review, desk.act(3)).code == "authority.own_case"
    desk.do(review, by=desk.act(10))
    desk.replied()
    assert desk.case().outcome == "partly_supported"
    desk.appealed()
    again = DecideAppeal(key="c-1", outcome="maintained", ground=TEXT)
    for number in (3, 10):
        assert desk.why_not(again, desk.act(number)).code == "authority.own_case"
    desk.do(again, by=desk.act(11))


def test_R_131_a_review_is_asked_for_within_30_days_and_nothing_is_closed_before_they_have_passed() -> None:
    desk = Desk()
    desk.accepted()
    desk.decided()
    desk.replied()
    run = desk.case().run("ask_review")
    assert run is not None
    desk.now = run.due - timedelta(seconds=1)
    assert desk.why_not(CloseCase(key="c-1"), desk.act(8)).code == "case.clock_runs"
    desk.now = run.due
    assert desk.why_not(AppealCase(key="c-1", ground=TEXT), desk.self_(5)).code == "case.clock_over"
    desk.do(CloseCase(key="c-1"), by=desk.act(8))
    assert desk.case().state == "settled"


def test_R_131_the_petitioner_loses_no_day_to_an_answer_that_is_dated_back() -> None:
    desk = Desk()
    desk.accepted()
    desk.decided()
    desk.later(days=20)
    answer = AnswerRequester(key="c-1", channel="letter", answer=TEXT)
    desk.do(answer, by=desk.act(2), effective_at=desk.now - timedelta(days=19))
    run = desk.case().run("ask_review")
    assert run is not None
    assert run.start == desk.now


def test_R_131_a_refusal_stops_the_fifteen_days_only_when_it_has_been_told() -> None:
    desk = Desk()
    desk.open()
    desk.do(AcknowledgeCase(key="c-1", channel="letter"), by=desk.act(2))
    desk.do(RefuseCase(key="c-1", ground="courts_competent"), by=desk.act(2))
    register = desk.case().run("register")
    assert register is not None
    assert register.running
    desk.replied()
    register = desk.case().run("register")
    assert register is not None
    assert register.stopped == desk.now
    desk.appealed()  # and is open to review like any other
    assert desk.case().state == "in_review"


def test_R_131_a_pause_belongs_to_the_level_and_a_paused_petition_is_not_decided() -> None:
    desk = Desk()
    desk.accepted()
    desk.do(PauseCase(key="c-1", ground="evidence_awaited"), by=desk.act(8))
    decide = DecideCase(key="c-1", outcome="supported", ground=TEXT)
    assert desk.why_not(decide, desk.act(3)).code.startswith("lifecycle.")
    desk.later(days=10)
    (line,) = [each for each in clock_report(desk.workflow.history, desk.now) if each.clock == "finish"]
    assert (line.standing, line.took) == ("still", timedelta(0))
    desk.do(ResumeCase(key="c-1", ground="evidence_received"), by=desk.act(8))
    desk.do(decide, by=desk.act(3))


def test_R_145_passing_a_petition_on_neither_starts_the_sixty_days_again_nor_goes_on_for_ever() -> None:
    desk = Desk()
    desk.accepted()
    first = desk.case().run("finish")
    assert first is not None
    for unit in ("u-bureau", "u-city", "u-branch"):
        desk.later(days=2)
        desk.do(HandOverCase(key="c-1", unit=unit, ground="competence"), by=desk.act(8))
    again = HandOverCase(key="c-1", unit="u-bureau", ground="competence")
    assert desk.why_not(again, desk.act(8)).code == "case.handed_over_too_often"
    desk.do(ReturnCase(key="c-1", ground="competence"), by=desk.act(8))
    assert (desk.case().unit, desk.case().handed_over) == ("u-city", 3)
    desk.do(AcceptCase(key="c-1"), by=desk.act(2))
    finish = desk.case().run("finish")
    assert finish is not None
    assert (finish.number, finish.start, finish.due) == (1, first.start, first.due)
    assert desk.case().run("register").number == 1  # type: ignore[union-attr]


def test_R_133_passing_a_petition_on_gains_no_time_to_register_it() -> None:
    desk = Desk()
    desk.open()
    first = desk.case().run("register")
    assert first is not None
    for days, unit in ((10, "u-bureau"), (4, "u-city")):
        desk.later(days=days)
        desk.do(HandOverCase(key="c-1", unit=unit, ground="competence"), by=desk.act(8))
    desk.do(ReturnCase(key="c-1", ground="competence"), by=desk.act(8))
    assert [run for run in desk.case().runs if run.clock == "register"] == [first]
    desk.later(days=2)
    (line,) = [each for each in clock_report(desk.workflow.history, desk.now) if each.clock == "register"]
    assert line.standing == "overdue"
    desk.do(AcceptCase(key="c-1"), by=desk.act(2))
    (stopped,) = [run for run in desk.case().runs if run.clock == "register"]
    assert (stopped.due, stopped.stopped) == (first.due, desk.now)


def test_R_131_a_duplicate_follows_its_lead_case_and_keeps_its_own_clock_and_answer() -> None:
    desk = Desk()
    desk.accepted()
    desk.open("c-2", requester="p-6", by=desk.self_(6))
    desk.do(AcknowledgeCase(key="c-2", channel="letter"), by=desk.act(2))
    desk.do(JoinCase(key="c-2", lead="case/c-1"), by=desk.act(2))
    assert desk.case("c-2").lead == "case/c-1"
    finish = desk.case("c-2").run("finish")
    assert finish is not None
    assert finish.running
    desk.decided()
    desk.replied()
    assert not desk.case("c-2").answered
    desk.replied("c-2")
    assert desk.case("c-2").state == "answered"


# --- every outcome has its written reply -------------------------------------------------


OUTCOMES = ("not_supported_explained", "partly_supported", "supported")
REPLY = AnswerRequester(key="c-1", channel="letter", answer=TEXT)


def test_R_132_a_petition_is_supported_supported_in_part_or_not_with_an_explanation() -> None:
    assert PETITION.outcomes == OUTCOMES
    desk = Desk()
    desk.accepted()
    other = DecideCase(key="c-1", outcome="rejected", ground=TEXT)
    assert desk.why_not(other, desk.act(3)).code == "case.unknown_outcome"


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("level", [0, 1, 2])
def test_R_132_after_a_decision_nothing_leads_on_but_the_written_reply(outcome: str, level: int) -> None:
    desk = Desk()
    desk.accepted()
    for _ in range(level):
        desk.decided(outcome=outcome)
        desk.replied()
        desk.appealed()
    desk.decided(outcome=outcome)
    (unreplied,) = levels_of_resolution(desk.workflow.history, "petition", desk.now).unreplied
    assert (unreplied.case, unreplied.level) == ("case/c-1", level)
    state = desk.case().state
    onward = {move.code for move in PETITION.lifecycle.moves if state in move.sources and move.dest != state}
    assert onward == {"answer"}
    for command in (
        CloseCase(key="c-1"),
        ConfirmResolution(key="c-1"),
        AppealCase(key="c-1", ground=TEXT),
        WithdrawCase(key="c-1", ground="changed_mind"),
    ):
        with pytest.raises(Refused):
            desk.do(command, by=desk.act(8))
    desk.do(REPLY, by=desk.act(2))
    assert levels_of_resolution(desk.workflow.history, "petition", desk.now).unreplied == ()
    assert len(desk.case().answers) == level + 1


# --- settled at the first level, and nobody kept from going further ------------------------


UP = EscalateCase(key="c-1", unit="u-city", ground="not_heard")


def steps(desk: Desk) -> list[Any]:
    """Everything that can be done to a petition on its way, with its pauses, one step after the other."""
    pause, resume = PauseCase(key="c-1", ground="evidence_awaited"), ResumeCase(key="c-1", ground="received")
    level = [lambda: desk.do(pause, by=desk.act(8)), lambda: desk.do(resume, by=desk.act(8)), desk.decided]
    return [
        lambda: desk.do(AcknowledgeCase(key="c-1", channel="letter"), by=desk.act(2)),
        lambda: desk.do(AcceptCase(key="c-1"), by=desk.act(2)),
        *level,
        desk.replied,
        desk.appealed,
        *level,
        desk.replied,
        desk.appealed,
        *level,
    ]


def test_R_133_the_petitioner_can_put_it_before_a_unit_above_at_every_moment() -> None:
    desk = Desk()
    desk.open()
    seen = set()
    for step in [lambda: None, *steps(desk)]:
        step()
        before = desk.case().state
        desk.do(UP, by=desk.self_(5))
        assert desk.case().state == before
        seen.add(before)
    finals = set(PETITION.table.finals)
    every = {state.code for state in PETITION.lifecycle.states} - finals - {"following", "turned_down"}
    assert seen == every
    assert len(desk.case().escalated) == len(steps(desk)) + 1


@pytest.mark.parametrize("state", ["following", "turned_down"])
def test_R_133_also_when_it_follows_another_or_was_not_taken_on(state: str) -> None:
    desk = Desk()
    desk.accepted("c-2")
    desk.open()
    desk.do(AcknowledgeCase(key="c-1", channel="letter"), by=desk.act(2))
    last: Command = RefuseCase(key="c-1", ground="courts_competent")
    desk.do(JoinCase(key="c-1", lead="case/c-2") if state == "following" else last, by=desk.act(2))
    assert desk.case().state == state
    desk.do(UP, by=desk.self_(5))
    assert desk.case().escalated == ("u-city",)


def test_R_133_nobody_else_without_the_duty_escalates_it_and_whoever_it_concerns_does_not() -> None:
    desk = Desk()
    desk.open(concerns=("p-6",))
    with pytest.raises(Refused):
        desk.do(UP, by=desk.self_(4))
    with pytest.raises(Refused):
        desk.do(UP, by=desk.act(6))
    desk.do(UP, by=desk.act(4))


def report(desk: Desk) -> LevelReport:
    return levels_of_resolution(desk.workflow.history, "petition", desk.now)


def test_R_133_the_level_of_resolution_is_reported_with_what_stands_against_it() -> None:
    desk = Desk()
    desk.accepted("c-1")  # settled at the first level
    desk.decided("c-1")
    desk.replied("c-1")
    desk.do(ConfirmResolution(key="c-1"), by=desk.self_(5))
    desk.accepted("c-2")  # put before a unit above on its way
    desk.do(EscalateCase(key="c-2", unit="u-city", ground="not_heard"), by=desk.self_(5))
    desk.decided("c-2", "partly_supported")
    desk.replied("c-2")
    desk.do(ConfirmResolution(key="c-2"), by=desk.self_(5))
    desk.accepted("c-3")  # through a review, at another unit
    desk.do(HandOverCase(key="c-3", unit="u-bureau", ground="competence"), by=desk.act(8))
    desk.do(AcceptCase(key="c-3"), by=desk.act(2))
    desk.decided("c-3")
    desk.replied("c-3")
    desk.appealed("c-3")
    desk.decided("c-3")
    desk.replied("c-3")
    desk.do(ConfirmResolution(key="c-3"), by=desk.self_(5))
    desk.open("c-4")  # taken back
    desk.do(WithdrawCase(key="c-4", ground="changed_mind"), by=desk.self_(5))
    desk.open("c-5")  # still there
    found = report(desk)
    whole = (found.received, found.finished, found.taken_back, found.open)
    assert [figure.exact() for figure in whole] == [5, 3, 1, 1]
    assert {level: figure.exact() for level, figure in found.by_level.items()} == {0: 2, 1: 1}
    assert {sort: figure.exact() for sort, figure in found.by_unit.items()} == {"branch": 2, "bureau": 1}
    assert {code: figure.exact() for code, figure in found.by_outcome.items()} == {
        "partly_supported": 1,
        "supported": 2,
    }
    assert found.at_first.displayed == "0.3333"
    assert found.escalated.exact() == 1
    assert len(found.at_first.evidence()) == 3  # down to the openings


def test_R_133_no_petitions_are_no_merit_and_a_petition_more_makes_nothing_worse() -> None:
    desk = Desk()
    none = report(desk)
    assert none.at_first.displayed == "not_applicable"
    for number in (1, 2):
        desk.accepted(f"c-{number}")
        desk.decided(f"c-{number}")
        desk.replied(f"c-{number}")
        desk.do(ConfirmResolution(key=f"c-{number}"), by=desk.self_(5))
        assert report(desk).at_first.exact() == 1
    # Nothing in the report places anybody, and nothing of it is a rank.
    assert not {"rank", "place", "points", "score"} & set(LevelReport.__slots__)


# --- early signs --------------------------------------------------------------------------


def test_R_134_an_early_sign_names_nobody_unless_somebody_does_so_on_purpose() -> None:
    desk = Desk()
    desk.open("s-1", "early_sign", particulars=ABOUT)
    (opening, _) = [item for item in desk.workflow.history.events() if item.envelope.stream == "case/s-1"]
    assert "p-" not in str(opening.event.model_dump(mode="json", exclude={"body"}))
    sign = desk.case("s-1")
    assert (sign.concerns, sign.requester, sign.responsible) == ((), None, None)
    desk.open("s-2", "early_sign", particulars=ABOUT, concerns=("p-6",))
    assert desk.case("s-2").concerns == ("p-6",)


def test_R_134_an_early_sign_says_what_it_is_about() -> None:
    desk = Desk()
    with pytest.raises(Refused, match="about"):
        desk.open("s-1", "early_sign")


def test_R_134_a_petition_that_comes_later_is_linked_by_an_event_of_its_own_and_not_by_itself() -> None:
    desk = Desk()
    desk.open("s-1", "early_sign", particulars=ABOUT)
    desk.later(days=40)
    desk.open("c-1", classes=("housing",))
    assert desk.case().links == ()
    link = LinkCase(key="c-1", other="case/s-1", link="early_sign")
    desk.do(link, by=desk.act(8))
    (event,) = [item.event for item in desk.workflow.history.events(CaseLinked)]
    assert event == CaseLinked(other="case/s-1", link="early_sign")
    assert desk.case().links == (("case/s-1", "early_sign"),)
    assert desk.why_not(link, desk.act(8)).code == "case.already_linked"
    replays(desk, "case/c-1")


def test_R_134_an_early_sign_can_go_on_as_a_petition_that_names_it_as_its_source() -> None:
    desk = Desk()
    desk.open("s-1", "early_sign", particulars=ABOUT)
    desk.open("c-1", source="case/s-1")
    desk.do(PromoteCase(key="s-1", to="case/c-1"), by=desk.act(8))
    assert (desk.case("s-1").state, desk.case("s-1").promoted) == ("taken_on", "case/c-1")


# --- public opinion ------------------------------------------------------------------------


def test_R_137_report_and_handling_are_measured_on_a_clock_that_runs_day_and_night() -> None:
    desk = Desk()
    desk.at(2024, 2, 9, 22, 30)  # New Year's Eve; the holidays begin the next day
    desk.open("o-1", "public_opinion", particulars=SEEN)
    desk.at(2024, 2, 10, 6, 45)
    desk.do(EscalateCase(key="o-1", unit="u-city", ground="first_report"), by=desk.act(8))
    desk.at(2024, 2, 10, 22, 30)
    desk.do(AssignResponsible(key="o-1", responsible="p-4"), by=desk.act(8))
    lines = {line.clock: line for line in clock_report(desk.workflow.history, desk.now, "public_opinion")}
    assert {clock: (line.took, line.standing) for clock, line in lines.items()} == {
        "report": (timedelta(hours=8, minutes=15), "kept"),
        "handle": (timedelta(hours=24), "late"),  # the 24 hours were over in that moment
    }
    assert lines["handle"].late == 1
    assert kept_in_time(lines.values(), "report").exact() == 1
    assert kept_in_time(lines.values(), "handle").exact() == 0
    assert lines["handle"].explanation[-1] == "Stopped 1 day late at 2024-02-10T14:30:00.000000Z."


def test_R_137_an_hour_of_the_night_counts_like_one_of_the_day() -> None:
    desk = Desk()
    desk.at(2024, 12, 31, 23, 0)
    desk.open("o-1", "public_opinion", particulars=SEEN)
    at = datetime(2025, 1, 1, 15, 0, tzinfo=UTC)
    before, then = (
        {line.clock: line.standing for line in clock_report(desk.workflow.history, moment)}
        for moment in (at - timedelta(microseconds=1), at)
    )
    assert before == {"report": "running", "handle": "running"}
    assert then == {"report": "overdue", "handle": "overdue"}


def test_R_137_what_public_opinion_shows_goes_on_as_a_case_and_is_linked_to_it() -> None:
    desk = Desk()
    desk.open("o-1", "public_opinion", particulars=SEEN)
    desk.open("c-1", source="case/o-1")
    desk.do(PromoteCase(key="o-1", to="case/c-1"), by=desk.act(8))
    desk.do(LinkCase(key="c-1", other="case/o-1", link="public_opinion"), by=desk.act(8))
    opinion, petition = desk.case("o-1"), desk.case("c-1")
    assert (opinion.state, opinion.promoted) == ("taken_on", "case/c-1")
    assert (petition.source, petition.links) == ("case/o-1", (("case/o-1", "public_opinion"),))


# --- the report of the clocks -----------------------------------------------------------------------


def test_the_report_tells_each_run_as_of_a_moment_and_what_happened_later_changes_no_earlier_report() -> None:
    desk = Desk()
    desk.accepted()
    early = clock_report(desk.workflow.history, desk.now)
    assert [(line.clock, line.standing, line.late) for line in early] == [
        ("register", "kept", 0),
        ("finish", "running", 0),
    ]
    run = desk.case().run("finish")
    assert run is not None
    desk.later(days=1)
    desk.do(RemindCase(key="c-1", clock="finish"), by=desk.act(8))
    desk.now = run.due + timedelta(days=2, hours=1)
    overdue = clock_report(desk.workflow.history, desk.now)[1]
    assert (overdue.standing, overdue.late) == ("overdue", 3)
    assert overdue.late_by == timedelta(days=2, hours=1)
    assert overdue.explanation[-1] == "Overdue by 3 days at 2024-05-05T17:00:00.000000Z."
    desk.decided()
    desk.replied()
    late = clock_report(desk.workflow.history, desk.now)[1]
    assert (late.standing, late.stopped, late.late) == ("late", desk.now, 3)
    kept = {item.event_id for line in early for item in line.evidence}
    assert kept <= {
        item.event_id for line in clock_report(desk.workflow.history, desk.now) for item in line.evidence
    }
    assert clock_report(desk.workflow.history, MONDAY) == early


def test_of_clocks_that_are_not_decided_there_is_no_share_in_time() -> None:
    desk = Desk()
    desk.accepted()
    lines = clock_report(desk.workflow.history, desk.now)
    assert kept_in_time(lines, "finish").displayed == "not_applicable"
    assert kept_in_time(lines, "register").displayed == "1.0000"


def test_what_was_in_time_only_by_a_date_recorded_later_is_said_to_be_so() -> None:
    desk = Desk()
    desk.accepted()
    run = desk.case().run("finish")
    assert run is not None
    desk.now, before = run.due + timedelta(days=5), run.due - timedelta(days=1)
    decide = DecideCase(key="c-1", outcome="supported", ground=TEXT)
    desk.do(decide, by=desk.act(3), effective_at=before)
    desk.do(REPLY, by=desk.act(2), effective_at=before)
    line = clock_report(desk.workflow.history, desk.now)[1]
    assert (line.standing, line.late, line.dated_back) == ("kept", 0, True)
    assert kept_in_time([line], line.clock).exact() == 0
    assert line.recorded == desk.now
    assert (
        line.explanation[-1] == "That was recorded at 2024-05-08T16:00:00.000000Z only, when it had run out."
    )
    honest = Desk()
    honest.accepted()
    honest.decided()
    honest.replied()
    assert not clock_report(honest.workflow.history, honest.now)[1].dated_back


def test_R_131_a_pause_that_is_dated_back_gains_no_time() -> None:
    desk = Desk()
    desk.accepted()
    run = desk.case().run("finish")
    assert run is not None
    desk.now = run.due + timedelta(days=3)
    pause = PauseCase(key="c-1", ground="evidence_awaited")
    desk.do(pause, by=desk.act(8), effective_at=run.due - timedelta(days=30))
    desk.do(ResumeCase(key="c-1", ground="received"), by=desk.act(8))
    after = desk.case().run("finish")
    assert after is not None
    assert after.due == run.due
    (line,) = [each for each in clock_report(desk.workflow.history, desk.now) if each.clock == "finish"]
    assert line.standing == "overdue"
