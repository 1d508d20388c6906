"""The county's townships (S4): its published figures, each trap with its test, on the history by replay."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.support.demos import copied, findings, posted, told, too_wide

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain import organisation, plan, procedure, publication, rating
from party_workflow.domain.plan import WithdrawItem
from party_workflow.domain.points import GrantPoints
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.domain.publication import Publish
from party_workflow.errors import Refused
from party_workflow.history import History
from party_workflow.packs.party import PACK
from party_workflow.packs.results import sheets_digest
from party_workflow.policies.accounts.balances import balances
from party_workflow.policies.assessments.rounds import holders, months, relay
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.standings import standings
from party_workflow.policies.commitments.plans import report_view
from party_workflow.policies.disclosure.publications import regularity
from party_workflow.policies.duties import Regime, duty_report, topics, unmet
from party_workflow.policies.figure import Absent
from party_workflow.policies.matters.procedures import passed, procedures, waiting
from party_workflow.policies.matters.rollup import roll_up
from party_workflow.policies.organisations.coverage import attending, coverage, having_below
from party_workflow.policies.organisations.tree import tree
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow_adapters.demos.county_townships import build
from party_workflow_adapters.demos.county_townships import people as county
from party_workflow_adapters.demos.county_townships.tour import tour
from party_workflow_adapters.demos.diary import acting, digest_of, moment


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    """To read from; a test that writes tells the story for itself."""
    return told(build)


@pytest.fixture(scope="module")
def history(workflow: Workflow) -> History:
    return workflow.history


def attempt(workflow: Workflow, command: Command, by: Actor, at: str) -> str:
    """The code of the refusal, after which nothing is recorded."""
    before = workflow.history.head()
    with pytest.raises(Refused) as raised:
        workflow.execute(command, by=by, at=moment(at), command_id="attempt")
    assert workflow.history.head() == before
    return raised.value.refusal.code


# --- the whole ---------------------------------------------------------------------------------


def test_the_audit_finds_nothing(history: History) -> None:
    assert findings(history) == []


def test_the_same_story_told_again_gives_the_same_history(history: History) -> None:
    assert told(build).history.head() == history.head()


def test_the_tour_is_worth_a_screen_and_fits_on_it(history: History) -> None:
    lines = list(tour(history))
    assert 30 <= len(lines) <= 45
    assert too_wide(iter(lines)) == []


def test_a_month_published_otherwise_than_the_log_says_is_found(workflow: Workflow) -> None:
    forked = copied(workflow)
    sheets = Sheets.of(forked.history, "assessment/month-2020-12")
    wrong = Publish(
        key="month-2020-12-again",
        unit=county.ROOT,
        subject="monthly_appraisal",
        audience="all_staff",
        media="notice_board",
        position=forked.history.head()[0],
        known=moment("2022-02-01 09:00"),
        rule=digest_of("monthly_appraisal"),
        digest="0" * 64,
        of=sheets.stream,
        period=Period("2020-12"),
    )
    forked.execute(wrong, by=county.PUBLISHER, at=moment("2022-02-01 09:00"), command_id="wrong")
    assert findings(forked.history) == ["publications: publication/month-2020-12-again"]


# --- months ----------------------------------------------------------------------------------------


def test_R_100_twelve_monthly_results_a_year_each_publication_citing_its_snapshot(history: History) -> None:
    found = months(history, "monthly_appraisal", "superior_mark", 2019, STRICT)
    assert [row.period for row in found] == [f"2019-{number:02}" for number in range(1, 13)]
    assert all(len(row.totals) == 10 for row in found)
    for row in found:
        assert row.citation is not None
        said = posted(history, row.citation.publication)
        assert said.of == row.stream
        then = history.up_to(said.position).as_of(known=said.known)
        assert said.digest == sheets_digest(then, said.of)
    every = regularity(history, "monthly_appraisal", 2019)
    assert every.gaps == ()
    assert every.unfounded == ()


def test_R_100_the_void_month_is_missing_and_not_zero(history: History) -> None:
    found = {row.period: row for row in months(history, "monthly_appraisal", "superior_mark", 2020, STRICT)}
    void = found["2020-02"]
    assert void.stage == "void"
    assert void.citation is None
    assert all(total.value == Absent("missing") for total in void.totals.values())
    assert regularity(history, "monthly_appraisal", 2020).gaps == ("2020-02",)
    assert sum(row.citation is not None for row in found.values()) == 11


def test_R_189_the_erratum_and_what_it_corrects_name_each_other(history: History) -> None:
    first = history.state(publication.DECIDER, "publication/month-2019-05")
    erratum = history.state(publication.DECIDER, "publication/month-2019-05-erratum")
    assert erratum.said.erratum_of == "month-2019-05"
    assert first.superseded_by == "month-2019-05-erratum"
    assert first.said.digest != erratum.said.digest
    (may,) = [
        row
        for row in months(history, "monthly_appraisal", "superior_mark", 2019, STRICT)
        if "05" in row.period
    ]
    assert may.citation is not None
    assert may.citation.publication == "month-2019-05-erratum"
    then = history.as_of(known=first.said.known)
    now, before = (Sheets.of(found, "assessment/month-2019-05") for found in (history, then))
    corrected = "p-105"
    marks = [sheets.cell(corrected, "superior_mark", "key_tasks").value for sheets in (before, now)]
    assert marks[0] != marks[1] == 30


def test_R_102_a_rank_is_no_grade_and_the_last_of_a_month_is_only_the_last(history: History) -> None:
    sheets = Sheets.of(history, "assessment/month-2019-12")
    ranking = standings(sheets, "superior_mark", STRICT).ranking
    assert len(ranking.entries) == 10
    assert not [item for item in sheets.kind.items if item.scale.type == "grades"]


def test_R_103_the_reward_cites_the_months_snapshot_and_the_clause(history: History) -> None:
    given = history.state(procedure.DECIDER, "procedure/reward-2019").takings("propose")[0].given
    said = posted(history, "month-2019-12")
    assert given["result"].values == (said.digest,)
    assert given["clause"].values == ("rewards.monthly",)


# --- duty reports -----------------------------------------------------------------------------------


def test_R_036_the_session_went_through_every_stage_and_every_step_names_its_actor(history: History) -> None:
    sheets = Sheets.of(history, "assessment/duty-2019")
    assert [stage.stage for stage in sheets.state.stages] == [
        "planned",
        "reports_due",
        "reports_in",
        "appraised",
        "computed",
        "reviewed",
        "published",
        "rectifying",
        "closed",
    ]
    assert all(stage.by for stage in sheets.state.stages[1:])


def test_R_037_two_live_and_three_written_are_the_five_townships(history: History) -> None:
    modes = Counter(Sheets.of(history, "assessment/duty-2019").state.modes.values())
    assert modes == {"live": 2, "written": 3}
    assert sum(modes.values()) == len(county.TOWNSHIPS)


def test_R_043_turnout_stands_beside_the_vote(history: History) -> None:
    turnout = history.state(rating.DECIDER, "rating/duty-2019-vote").turnout
    assert (turnout.voted, turnout.eligible) == (19, 20)


def test_R_004_and_R_050_every_target_is_achieved_or_not_or_withdrawn_and_a_claim_without_evidence_shows(
    history: History,
) -> None:
    rows = {row.item: row for row in report_view(history, "plan/key-points-2020")}
    assert {item: row.status for item, row in rows.items()} == {
        "posts_filled": "achieved",
        "firms_covered": "achieved",
        "topics_taught": "not_achieved",
        "study_tour": "withdrawn",
    }
    assert rows["study_tour"].withdrawn == "epidemic"
    assert "no_evidence_event" in rows["topics_taught"].flags
    assert not rows["firms_covered"].flags


def test_R_005_the_look_back_has_one_result_for_every_item(history: History) -> None:
    (found,) = history.events(plan.LookBackConducted)
    assert isinstance(found.event, plan.LookBackConducted)
    assert {item.item: item.outcome for item in found.event.results} == {
        "posts_filled": "done",
        "firms_covered": "done",
        "topics_taught": "partial",
        "study_tour": "excused",
    }


def test_R_009_the_plan_was_told_of_before_it_was_official(history: History) -> None:
    stream = "plan/key-points-2020"
    at = {
        state: moment(on)
        for state, on in (("previewed", "2020-02-01 09:00"), ("official", "2020-03-01 09:00"))
    }
    for state, known in at.items():
        assert history.as_of(known=known).state(plan.DECIDER, stream).state == state


def test_R_004_a_target_of_a_closed_plan_is_not_taken_away(workflow: Workflow) -> None:
    forked = copied(workflow)
    late = WithdrawItem(key="key-points-2020", item="topics_taught", ground="inconvenient")
    assert attempt(forked, late, county.SUPERVISOR, "2022-02-01 09:00").startswith(("plan.", "lifecycle."))


# --- posts -------------------------------------------------------------------------------------------


def test_R_152_twelve_quarters_three_years_one_total(history: History) -> None:
    row = roll_up(history.state(procedure.DECIDER, "procedure/post-1001"))
    assert row.counts == (12, 3, 1)
    assert row.missing == ()


def test_R_152_a_quarter_without_a_record_is_shown_and_not_filled_in(history: History) -> None:
    row = roll_up(history.state(procedure.DECIDER, "procedure/post-1002"))
    assert row.counts == (11, 3, 1)
    assert row.missing == ("q2020-1",)


def test_R_152_the_post_changes_once_in_the_window_at_mid_term(workflow: Workflow, history: History) -> None:
    state = history.state(procedure.DECIDER, "procedure/post-1002")
    (change,) = state.takings("change")
    assert change.given["post"].values == ("road_watch",)
    forked = copied(workflow)
    kind = PACK.read_as(ProcedureKind, "member_post").digest
    fixed = {"holder": "p-1003", "post": "reader", "from_day": "2022-02-01", "until_day": "2025-01-31"}
    opened = OpenProcedure(key="post-1003", kind="member_post", definition=kind, unit="u-t1-v1", given=fixed)
    forked.execute(opened, by=county.LEADER, at=moment("2022-02-01 09:00"), command_id="fix")
    again = TakeStep(key="post-1003", step="change", given={"post": "other", "reason": "wish"})
    assert attempt(forked, again, county.LEADER, "2022-03-01 09:00") == "procedure.outside_window"
    forked.execute(again, by=county.LEADER, at=moment("2023-08-01 09:00"), command_id="in-the-window")
    assert attempt(forked, again, county.LEADER, "2023-08-02 09:00") == "procedure.too_often"


# --- the group at sea ----------------------------------------------------------------------------------


def test_R_159_members_at_sea_count_once_and_at_home(history: History) -> None:
    aboard = moment("2019-09-11 12:00")
    found = tree(history, aboard)
    assert found.rows[county.SEA].guests == 3
    assert found.rows[county.SEA].own.people == 0
    assert found.rows["u-t5-v1"].own.people == 8
    assert not found.faults
    state = history.state(organisation.DECIDER, "organisation")
    assert state.stands(county.SEA, aboard)
    assert not state.stands(county.SEA, moment("2021-01-01 09:00"))
    assert tree(history, moment("2021-01-01 09:00")).rows["u-t5-v1"].own.people == 8


def test_R_085_points_from_host_and_home_are_both_taken_and_an_activity_counts_once(
    workflow: Workflow,
) -> None:
    forked = copied(workflow)
    own = balances(forked.history, "member-points", "p-5001")["own"]
    assert own.amount == 4
    assert Counter(item.entry.unit for item in own.entries) == {"u-sea": 2, "u-t5-v1": 1}
    twice = GrantPoints(
        scheme="member-points",
        person="p-5001",
        definition=digest_of("member_points"),
        clause="points.study",
        period=Period("2019"),
        unit="u-t5-v1",
        activity="activity/sea-study-1",
    )
    by = acting(county.head("u-t5"), "secretary")
    assert attempt(forked, twice, by, "2022-02-01 09:00").startswith("points.")
    assert balances(forked.history, "member-points", "p-5001")["own"].amount == Decimal(4)


# --- coverage --------------------------------------------------------------------------------------------


def test_R_156_a_newly_founded_firm_enters_the_denominator_from_its_date(history: History) -> None:
    def share(day: str) -> object:
        at = moment(f"{day} 18:00")
        return coverage(history, "firms", having_below(history, "branch", at), at).entire.value

    assert share("2019-08-31") == 1
    assert share("2019-09-02") == Fraction(4, 5)  # the day on which the fifth was founded
    assert share("2019-11-30") == 1
    assert share("2020-04-30") == Fraction(5, 6)
    assert share("2020-06-30") == 1


def test_R_156_owners_founded_later_are_in_the_denominator_though_not_on_the_list(history: History) -> None:
    at = moment("2020-06-30 18:00")
    found = coverage(history, "owners", attending(history, "owners_training", at), at)
    assert found.entered.value == 1
    assert found.entire.value == Fraction(4, 6)
    assert found.unentered == ("p-305", "p-306")
    assert not found


# --- people ---------------------------------------------------------------------------------------------


def test_R_154_entries_and_exits_have_a_ground_and_a_day_of_re_review(history: History) -> None:
    states = {stream: state.state for stream, state in procedures(history, "talent_pool_entry").items()}
    assert states == {"procedure/pool-102": "in_pool", "procedure/pool-104": "out"}
    assert [item.stream for item in passed(history, "review_on", as_of=date(2021, 12, 31))] == [
        "procedure/pool-102"
    ]
    assert not passed(history, "review_on", as_of=date(2021, 2, 1))


def test_R_155_four_candidates_for_three_seats_and_three_for_three_are_refused(workflow: Workflow) -> None:
    forked = copied(workflow)
    state = forked.state("procedure/election-t1")
    assert len(state.takings("nominate")[0].given["candidate"].values) == 4
    assert len(state.takings("count")[0].given["elected"].values) == 3
    vote = forked.state("rating/election-t1-vote")
    assert vote.secret
    assert (vote.turnout.voted, vote.turnout.eligible) == (8, 8)
    said = forked.state("publication/election-t1-result").said
    assert said.of == "rating/election-t1-vote"
    kind = PACK.read_as(ProcedureKind, "election").digest
    called = OpenProcedure(
        key="election-t2",
        kind="election",
        definition=kind,
        unit="u-t2-v1",
        given={"body": "branch_committee", "seats": 3},
    )
    forked.execute(called, by=county.LEADER, at=moment("2022-02-01 09:00"), command_id="call")
    three = TakeStep(key="election-t2", step="nominate", given={"candidate": ("p-2001", "p-2002", "p-2003")})
    assert attempt(forked, three, county.LEADER, "2022-02-02 09:00") == "procedure.not_more"


def test_R_158_three_groups_are_heard_at_each_of_five_stages_and_silence_is_no_consent(
    history: History,
) -> None:
    states = procedures(history, "personnel_step")
    assert len(states) == 5
    views = Counter(
        (str(taken.given["group"].values[0]), str(taken.given["view"].values[0]))
        for state in states.values()
        for taken in state.takings("hear")
    )
    assert views[("deputies", "gave_none")] == 1
    assert sum(views.values()) == 15


def test_R_158_a_group_that_was_not_heard_keeps_the_step_open(workflow: Workflow) -> None:
    forked = copied(workflow)
    kind = PACK.read_as(ProcedureKind, "personnel_step").digest
    given = {"candidate": "p-104", "stage": "recommendation"}
    opened = OpenProcedure(
        key="step-x", kind="personnel_step", definition=kind, unit=county.ROOT, given=given
    )
    forked.execute(opened, by=county.LEADER, at=moment("2022-02-01 09:00"), command_id="open")
    for number, group in enumerate(("leaders", "masses")):
        heard = TakeStep(key="step-x", step="hear", given={"group": group, "view": "in_favour"})
        at = moment(f"2022-02-0{2 + number} 09:00")
        forked.execute(heard, by=county.LEADER, at=at, command_id=f"hear-{number}")
    conclude = TakeStep(key="step-x", step="conclude", given={"conclusion": "go_on"})
    assert attempt(forked, conclude, county.COMMITTEE, "2022-02-05 09:00") == "procedure.needed_first"


def test_R_160_every_selection_says_which_priority_was_used(history: History) -> None:
    used = {
        stream: str(state.takings("select")[0].given["priority"].values[0])
        for stream, state in procedures(history, "admission").items()
    }
    assert Counter(used.values()) == {
        "front_line": 1,
        "young_producer": 1,
        "weak_branch": 1,
        "no_priority": 1,
    }


# --- departments, models, research, pairs, training ---------------------------------------------------------


def test_R_023_the_flag_has_a_holder_in_every_round_and_a_lacking_dimension_is_incomplete(
    history: History,
) -> None:
    rounds = relay(history, "five_star_departments", "judging")
    assert holders(rounds) == (
        ("2019-Q1", "u-finance"),
        ("2019-Q2", "u-roads"),
        ("2019-Q3", "u-finance"),
        ("2019-Q4", "u-schools"),
    )
    incomplete = [(item.period, row.subject) for item in rounds for row in item.runners if row.incomplete]
    assert incomplete == [("2019-Q2", "u-schools")]
    assert all(len(row.dimensions) == 5 for item in rounds for row in item.runners)


def test_R_174_three_models_are_looked_at_again_after_a_year(history: History) -> None:
    states = procedures(history, "typical_example")
    assert len(states) == 3
    assert Counter(state.state for state in states.values()) == {"confirmed": 2, "withdrawn": 1}
    for state in states.values():
        assert state.takings("nominate")[0].person != state.takings("verify")[0].person


def test_R_175_bids_were_reviewed_by_two_who_did_not_bid(history: History) -> None:
    (state,) = procedures(history, "research_bidding").values()
    bidders = {taken.given["bidder"].values[0] for taken in state.takings("bid")}
    reviewers = {taken.person for taken in state.takings("review")}
    assert (len(bidders), len(reviewers)) == (3, 2)
    assert not bidders & reviewers
    assert state.state == "adopted"


def test_R_176_both_parties_confirmed_and_an_outcome_is_recorded(history: History) -> None:
    (state,) = procedures(history, "pairing").values()
    assert {taken.person for taken in state.takings("confirm")} == {"p-301", "p-1004"}
    assert state.state == "paired"
    assert state.takings("record_outcome")


def test_R_177_the_trip_without_follow_up_is_listed(history: History) -> None:
    found = waiting(history, "field_research", taken="set_out", without="use", as_of=date(2021, 1, 1))
    assert [item.stream for item in found] == ["procedure/trip-2"]


def test_R_079_a_topic_is_complete_with_all_four_steps_in_order_and_ten_were(history: History) -> None:
    rows = topics(history, county.STEPS, "u-t2-v1")
    assert len(rows) == 11
    assert sum(row.complete for row in rows) == 10
    (short,) = [row for row in rows if not row.complete]
    assert short.topic == "topic_2020_08"
    assert short.lacking == ("homework", "topic_exchange")  # what came after the gap does not count


def test_R_080_the_quarter_without_a_demonstration_lecture_is_listed(history: History) -> None:
    regime = PACK.read_as(Regime, "lecture_standard")
    days = {"first": date(2020, 1, 1), "last": date(2020, 12, 31), "as_of": date(2021, 1, 5)}
    rows = unmet(duty_report(history, regime, below="u-t2", **days))
    assert [(row.duty, row.subject, str(row.period)) for row in rows] == [
        ("demonstration_each_quarter", "p-103", "2020-Q1"),
        ("observation_each_year", "u-t2", "2020"),  # the unit asked about is itself among those asked for
    ]
