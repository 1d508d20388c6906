"""The mine's quarters (S0): its published figures, each trap with its test, on the history as it replays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from tests.support.demos import copied, findings, posted, told, too_wide

from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain import plan, procedure, publication, rating, schedule
from party_workflow.domain.activity import PlanActivity
from party_workflow.domain.assessment import Assessment
from party_workflow.domain.case import CaseOpened
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.ledger import Book
from party_workflow.domain.plan import ProblemNoted
from party_workflow.errors import Refused
from party_workflow.history import History
from party_workflow.packs.party import PACK
from party_workflow.packs.processes.plans import findings_of_plans, missed_occasions
from party_workflow.personal import Withheld
from party_workflow.policies.accounts.balances import balances
from party_workflow.policies.accounts.donations import donations
from party_workflow.policies.accounts.resources import NO_GROUPS, breakdown, distribution, stock_at, totals
from party_workflow.policies.activities.lateness import lateness, periods_served
from party_workflow.policies.assessments.compliance import compliance
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.standings import Part, composite, standings
from party_workflow.policies.assessments.star_ratings import confusion
from party_workflow.policies.commitments.plans import dormancies
from party_workflow.policies.figure import Absent
from party_workflow.policies.ladders import Ladder, Outcome, climb
from party_workflow.policies.organisations.tenure import attribute
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow_adapters.demos.calendars import CN_2019_2022
from party_workflow_adapters.demos.diary import digest_of, moment
from party_workflow_adapters.demos.mine_quarters import build
from party_workflow_adapters.demos.mine_quarters import people as mine
from party_workflow_adapters.demos.mine_quarters.tour import tour

YEAR_END = moment("2020-12-31 18:00")
LEDGER = f"ledger/{mine.LEDGER}"


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


def stars(history: History, quarter: str, sort: str = "branch") -> dict[str, str]:
    sheets = Sheets.of(history, f"assessment/stars-{quarter}-{sort}")
    return {subject: str(sheets.cell(subject, "final_rating", "stars").value) for subject in sheets.subjects}


# --- the whole ---------------------------------------------------------------------------------


def test_the_audit_finds_the_one_open_case_that_the_story_intends(history: History) -> None:
    (opened,) = [
        item.envelope.stream
        for item in history.events(CaseOpened)
        if item.envelope.stream.startswith("case/plan-")
    ]
    assert findings(history) == [f"open: {opened}"]


def test_the_same_story_told_again_gives_the_same_history(history: History) -> None:
    assert told(build).history.head() == history.head()


def test_the_tour_is_worth_a_screen_and_fits_on_it(history: History) -> None:
    lines = list(tour(history))
    assert 30 <= len(lines) <= 50
    assert too_wide(iter(lines)) == []


# --- occasions and periods -----------------------------------------------------------------------


def test_R_001_the_window_of_2020_q1_is_21_to_31_march_and_the_meeting_fell_in_it(history: History) -> None:
    row = next(row for row in lateness(history, date(2020, 12, 31)) if row.key == "meeting-2020-q1")
    assert row.window == (date(2020, 3, 21), date(2020, 3, 31))
    assert row.held_on == date(2020, 3, 27)
    assert row.days_late == 0


def test_R_001_one_occasion_speaks_of_three_quarters(history: History) -> None:
    row = next(row for row in lateness(history, date(2020, 12, 31)) if row.key == "meeting-2020-q1")
    assert {(item.item, str(item.reference)) for item in row.published} == {
        ("honour_stars", "2019-Q4"),
        ("sum_up", "2020-Q1"),
        ("assign_tasks", "2020-Q2"),
    }


def test_R_001_a_meeting_outside_its_window_takes_a_recorded_reason(workflow: Workflow) -> None:
    forked = copied(workflow)
    early = PlanActivity(
        key="too-early",
        kind="political_work_meeting",
        unit=mine.ROOT,
        planned_at=moment("2020-12-18 14:30"),
        period=Period("2020-Q4"),
        population="everybody",
        series="quarterly-political-work-meeting",
        definition=digest_of("quarterly_political_work_meeting"),
    )
    assert attempt(forked, early, mine.RECORDER, "2020-12-30 09:00") == "activity.outside_window"
    reasoned = early.model_copy(update={"outside": "year_end_stop"})
    forked.execute(reasoned, by=mine.RECORDER, at=moment("2020-12-30 09:00"), command_id="with-a-reason")
    assert forked.state("activity/too-early").slot.outside == "year_end_stop"


def test_R_002_the_missed_quarter_keeps_its_period_and_its_results_come_out_later(history: History) -> None:
    rows = lateness(history, date(2020, 12, 31))
    missed = next(row for row in rows if row.key == "meeting-2019-q4")
    assert missed.merged_into == "meeting-2020-q1"
    assert missed.period == Period("2019-Q4")
    assert missed.days_late == (date(2020, 3, 27) - date(2019, 12, 31)).days == 87
    assert "epidemic" in missed.reasons
    served = {str(period) for _, period in periods_served(rows, "meeting-2020-q1")}
    assert served == {"2019-Q4", "2020-Q1"}
    said = posted(history, "stars-2019-q4-branch")
    assert str(said.period) == "2019-Q4"  # whenever it was made known
    (notice,) = history.state(publication.DECIDER, "publication/stars-2019-q4-branch").notices
    assert notice.occasion == "activity/meeting-2020-q1"


def test_R_003_the_void_quarter_is_neither_rated_nor_failed(history: History) -> None:
    periods = history.state(schedule.DECIDER, "schedule/organisation")
    assert periods.status(Period("2020-Q4"), "star-rating").state == "void"
    assert periods.status(Period("2020-Q4"), "another-scheme").state == "open"
    assert periods.status(Period("2020-Q3"), "star-rating").state == "open"
    sheets = Sheets.of(history, "assessment/stars-2020-q4-branch")
    assert sheets.state.stage == "void"
    cells = [sheets.cell(branch, "final_rating", "stars").value for branch in mine.BRANCHES]
    assert cells == [Absent("missing")] * 8  # and not no_star
    before = history.as_of(known=moment("2020-12-01 09:00"))
    then = before.state(schedule.DECIDER, "schedule/organisation")
    assert then.status(Period("2020-Q4"), "star-rating").state == "suspended"


# --- stars ---------------------------------------------------------------------------------------


def test_R_011_one_person_is_rated_as_member_and_as_officer_and_the_two_never_mix(history: History) -> None:
    members, officers = stars(history, "2020-q1", "member"), stars(history, "2020-q1", "officer")
    who = "p-1001"
    assert who in members
    assert f"{who}@branch_secretary@u-b1" in officers
    assert not members.keys() & officers.keys()
    assert set(stars(history, "2020-q1")) == set(mine.BRANCHES)


def test_R_012_three_quarters_of_eight_branches_are_the_eight_patterns(history: History) -> None:
    found = {quarter: stars(history, quarter) for quarter in ("2020-q1", "2020-q2", "2020-q3")}
    patterns = {tuple(found[quarter][branch] != "no_star" for quarter in found) for branch in mine.BRANCHES}
    assert patterns == set(product((True, False), repeat=3))
    assert [found[quarter]["u-b1"] for quarter in found] == ["three_star", "four_star", "five_star"]
    assert [found[quarter]["u-b3"] for quarter in found] == ["three_star", "no_star", "three_star"]


def test_R_012_an_award_before_the_scheme_begins_does_not_count(history: History) -> None:
    assert stars(history, "2019-q4")["u-b1"] == "three_star"
    assert stars(history, "2020-q1")["u-b1"] == "three_star"  # and not four


def test_R_012_the_ladder_of_the_pack_climbs_to_the_stars_that_were_published(history: History) -> None:
    """Whoever computes streaks finds all they need: awards, the void quarter, the start of the scheme."""
    ladder = PACK.read_as(Ladder, "star_ladder")
    published = {quarter: stars(history, quarter) for quarter in mine.QUARTERS}
    for branch in mine.BRANCHES:
        outcomes: dict[Period, Outcome] = {
            Period(quarter.upper()): "awarded" if found[branch] != "no_star" else "not_awarded"
            for quarter, found in published.items()
        }
        outcomes[Period("2020-Q4")] = "void"
        rungs = {str(rung.period): rung.tier or "no_star" for rung in climb(ladder, outcomes)}
        for quarter in ("2020-q1", "2020-q2", "2020-q3"):
            assert rungs[quarter.upper()] == published[quarter][branch], (branch, quarter)
        # the void quarter neither extends nor breaks.
        assert rungs["2020-Q4"] == published["2020-q3"][branch]


def test_R_014_the_ladder_was_issued_after_the_first_quarter_had_begun(history: History) -> None:
    (adopted,) = [
        item
        for item in history.events(DefinitionAdopted)
        if isinstance(item.event, DefinitionAdopted) and item.event.kind == "ladder"
    ]
    assert adopted.envelope.effective_at > moment("2020-01-01 00:00")
    before = history.as_of(known=moment("2020-04-01 09:00"))
    assert not [
        item
        for item in before.events(DefinitionAdopted)
        if isinstance(item.event, DefinitionAdopted) and item.event.kind == "ladder"
    ]


def test_R_015_the_honour_cites_the_rating_it_rests_on(history: History) -> None:
    honour = history.state(procedure.DECIDER, "procedure/honour-2020-q1-u-b1")
    given = honour.taken[0].given
    assert given["ground"].values == ("assessment/stars-2020-q1-branch",)
    assert given["honoured_unit"].values == ("u-b1",)


def test_R_016_self_review_and_final_are_three_facts(history: History) -> None:
    sheets = Sheets.of(history, "assessment/stars-2020-q1-branch")
    assert [voice.standing for voice in sheets.kind.voices][:3] == ["self", "assessor", "final"]
    pairs = confusion(sheets, "stars", "self_rating", "final_rating")
    assert sum(steps > 0 for steps in pairs.inflation().values()) == 5
    assert pairs.agreement.value == Fraction(3, 8)
    agreed = confusion(sheets, "stars", "reviewer_rating", "final_rating")
    assert agreed.agreement.value == 1


# --- checklists, premises, duty reports -------------------------------------------------------------


def test_R_024_the_quarter_closed_with_every_branch_scored_or_excused(history: History) -> None:
    for quarter in ("2020-q1", "2020-q2"):
        sheets = Sheets.of(history, f"assessment/standard-{quarter}")
        assert sheets.state.stage == "closed"
        lacking = [
            branch
            for branch in mine.BRANCHES
            if isinstance(sheets.total(branch, "settled_mark", STRICT).value, Absent)
        ]
        assert lacking == (["u-b8"] if quarter == "2020-q1" else [])
    first = Sheets.of(history, "assessment/standard-2020-q1")
    assert first.total("u-b8", "settled_mark", STRICT).value == Absent("excused")  # and not zero
    ranking = standings(first, "settled_mark", STRICT).ranking
    assert [entry.place for entry in ranking.entries][:4] == [1, 1, 1, 4]
    assert [out.subject for out in ranking.excluded] == ["u-b8"]


def test_R_025_two_assessments_of_a_quarter_have_their_own_populations(history: History) -> None:
    standard = Sheets.of(history, "assessment/standard-2020-q1")
    publicity = Sheets.of(history, "assessment/publicity-2020-q1")
    assert standard.state.opened is not None
    assert publicity.state.opened is not None
    assert standard.state.opened.period == publicity.state.opened.period
    assert len(standard.subjects) == 8
    assert set(publicity.subjects) == {"u-office", *mine.BRANCHES[:6]}
    parts = [
        Part(standard, "settled_mark", Fraction(1, 2), STRICT),
        Part(publicity, "publicity_office", Fraction(1, 2), STRICT),
    ]
    figure = composite(parts, "u-b1", clause="both", basis="test")
    text = "\n".join(figure.lines())
    assert "quality_standardisation@1" in text
    assert "publicity_reporting@1" in text


def test_R_028_the_flag_expires_and_the_premises_are_no_longer_up_to_standard(history: History) -> None:
    sheets = Sheets.of(history, "assessment/premises-2020")
    before = compliance(sheets, "on_site_check", date(2020, 6, 30))
    after = compliance(sheets, "on_site_check", date(2020, 7, 1))
    assert (before.compliant, before.in_scope) == (7, 8)
    assert (after.compliant, after.in_scope) == (6, 8)


def test_R_038_reported_online_and_voted_on_paper_by_double_entry(history: History) -> None:
    state: Assessment = Sheets.of(history, "assessment/duty-2019").state
    assert set(state.modes.values()) == {"online"}
    vote = history.state(rating.DECIDER, "rating/duty-2019-vote")
    assert vote.channel == "paper"
    assert (vote.turnout.voted, vote.turnout.eligible) == (23, 24)
    assert state.stage == "closed"


def test_R_037_everybody_has_one_mode_and_no_ranking_crosses_modes_unsaid(history: History) -> None:
    sheets = Sheets.of(history, "assessment/duty-2019")
    assert set(sheets.state.modes) == set(mine.BRANCHES)
    assert standings(sheets, "running_assessment", STRICT).ranking.entries  # one mode only: comparable


def test_R_048_what_was_found_stands_in_the_register_and_comes_back_next_quarter(history: History) -> None:
    cases = [
        (item.envelope.stream, item.event.unit, item.event.classes)
        for item in history.events(CaseOpened)
        if isinstance(item.event, CaseOpened) and (item.event.source or "").startswith("assessment/")
    ]
    assert [stream for stream, *_ in cases] == ["case/standard-2020-q1-files", "case/standard-2020-q2-files"]
    assert {row[1:] for row in cases} == {("u-b3", ("files_and_premises",))}


# --- promises and brands ---------------------------------------------------------------------------------


def test_R_008_what_was_promised_and_not_reported_became_a_problem_by_itself(history: History) -> None:
    held = history.state(plan.DECIDER, "plan/stage-2020-q2")
    assert set(held.problems) == {"six_haves"}
    assert held.problems["six_haves"].case is not None
    assert [item.envelope.actor.person for item in history.events(ProblemNoted)] == [
        "p-109"
    ]  # under the clerk's account
    early = history.as_of(known=moment("2020-06-24 15:00")).state(plan.DECIDER, "plan/stage-2020-q2")
    assert not early.problems
    assert set(early.open_items()) == {"five_standards", "six_haves"}


def test_R_008_run_again_the_process_managers_issue_nothing(workflow: Workflow) -> None:
    again = copied(workflow)
    head = again.history.head()
    for manager in (missed_occasions(CN_2019_2022), findings_of_plans(digest_of("finding"))):
        again.run(manager, by=mine.CLERK, at=YEAR_END)
    assert again.history.head() == head == workflow.history.head()


def test_R_170_of_two_brands_the_one_without_activities_is_dormant(history: History) -> None:
    rows = {row.unit: row for row in dormancies(history, YEAR_END, CN_2019_2022)}
    assert (rows["u-b2"].dormant, rows["u-b7"].dormant) == (False, True)
    assert rows["u-b7"].last is None
    early = {row.unit: row.dormant for row in dormancies(history, moment("2020-06-01 09:00"), CN_2019_2022)}
    assert early == {"u-b2": False, "u-b7": False}


def test_R_151_a_quarter_with_two_secretaries_is_attributed_by_tenure(history: History) -> None:
    since, until = moment("2020-04-01 00:00"), moment("2020-07-01 00:00")
    found = attribute(history, "u-b4", "branch_secretary", since, until, "by_days")
    assert {share.person for share in found.shares} == {"p-4001", "p-4002"}
    assert sum(share.part for share in found.shares) == 1
    last = attribute(history, "u-b4", "branch_secretary", since, until, "holder_at_end")
    assert [share.person for share in last.shares if share.part] == ["p-4002"]


# --- quantities ---------------------------------------------------------------------------------------------


def test_R_183_the_counters_of_the_epidemic_are_the_published_ones(history: History) -> None:
    found = {code: item.amount for code, item in totals(history, LEDGER).items()}
    assert found["rules_issued"] == Quantity.of("=", 13, "items")
    assert found["bulletins"] == Quantity.of("=", 17, "issues")
    assert found["booklets"] == Quantity.of("=", 2070, "copies")
    # "10-odd", "over 40", "over 30" stay lower bounds, also as sums.
    assert found["inspections_made"] == Quantity.of(">=", 10, "times")
    assert found["posters"] == Quantity.of(">=", 40, "copies")
    assert found["articles"] == Quantity.of(">=", 30, "articles")


def test_R_187_masks_and_thermometers_went_to_units_and_stock_never_fell_below_zero(history: History) -> None:
    masks, thermometers = (distribution(history, LEDGER, code) for code in ("masks", "thermometers"))
    assert masks.issued.amount == Quantity.of("=", 34_000, "pieces")
    assert thermometers.issued.amount == Quantity.of("=", 2_001, "pieces")
    assert Quantity.of(">", 2_000, "pieces").compare(thermometers.issued.amount)
    assert [unit for unit, _ in masks.by_unit] == list(mine.BRANCHES)
    assert masks.left.amount == Quantity.of("=", 2_000, "pieces")
    for day in range(3, 28):
        stock = stock_at(history, LEDGER, "masks", moment(f"2020-02-{day:02} 18:00"))
        assert stock is not None
        assert stock.value is not None
        assert stock.value >= 0


def test_R_187_more_than_there_is_cannot_be_handed_out(workflow: Workflow) -> None:
    forked = copied(workflow)
    more = Book(
        key=mine.LEDGER,
        account="masks",
        way="out",
        amount=Quantity.of("=", 2_001, "pieces"),
        to_unit="u-b1",
    )
    refused = attempt(forked, more, mine.BOOKKEEPER, "2020-12-30 10:00")
    assert refused.startswith("ledger.")
    rest = more.model_copy(update={"amount": Quantity.of("=", 2_000, "pieces")})
    forked.execute(rest, by=mine.BOOKKEEPER, at=moment("2020-12-30 10:00"), command_id="the-rest")


def test_R_184_85_955_yuan_to_the_fen_and_small_groups_withheld(history: History) -> None:
    given = donations(history, LEDGER, "voluntary_donations", mine.branch_of)
    assert given.text == "85955.00 yuan"
    assert given.amount == Quantity.of("=", 8_595_500, "yuan")  # in minor units: fen
    assert (given.donors, given.voluntary) == (66, 66)
    hidden = {group.group for group in given.groups if isinstance(group.amount, Withheld)}
    # Four donors are too few; and the next smallest goes with them, or the rest would tell of the four.
    assert hidden == {"u-b8", "u-b7"}


def test_R_184_nobody_is_ranked_by_what_they_gave(history: History) -> None:
    with pytest.raises(Refused) as raised:
        breakdown(history, LEDGER, "voluntary_donations", "person")
    assert raised.value.refusal.code.startswith("resources.")
    assert NO_GROUPS.code.startswith("resources.")


def test_R_077_points_of_the_platform_are_its_word_and_never_merged(history: History) -> None:
    found = balances(history, "member-points", "p-1001")
    assert set(found) == {"learning_platform"}
    assert found["learning_platform"].amount == Decimal(1800)
    (posted,) = found["learning_platform"].entries
    assert posted.entry.origin == "learning_platform"
