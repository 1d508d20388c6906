"""The company's year (S2): its published figures, each trap with its test, on the history as it replays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.support.demos import copied, findings, posted, told, too_wide

from party_workflow.codec import Command
from party_workflow.domain import claim, exchange, plan, population, procedure, publication
from party_workflow.domain.claim import reconcile
from party_workflow.domain.exchange import ReceiveBatch
from party_workflow.domain.plan import ClosePlan
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.errors import Refused
from party_workflow.history import History
from party_workflow.packs.party import MODEL, PACK
from party_workflow.policies.activities.participation import attendance_sum, coverage
from party_workflow.policies.activities.works import Works
from party_workflow.policies.assessments.compliance import compliance, percentage_points, relative_change
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.star_ratings import rate_text
from party_workflow.policies.commitments.plans import assignments
from party_workflow.policies.figure import Absent
from party_workflow.policies.matters.contest import lot, round_result
from party_workflow.policies.matters.procedures import procedures, uses
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow.store import Actor
from party_workflow_adapters.demos.company_year import build
from party_workflow_adapters.demos.company_year import people as company
from party_workflow_adapters.demos.company_year.claims import MEASURES
from party_workflow_adapters.demos.company_year.competitions import CONTESTANTS, SEED
from party_workflow_adapters.demos.company_year.exchange import batch, other_department
from party_workflow_adapters.demos.company_year.tour import tour
from party_workflow_adapters.demos.diary import moment, paper, person, self_


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


def standard(history: History, month: str) -> Sheets:
    return Sheets.of(history, f"assessment/standard-{month}")


# --- the whole ---------------------------------------------------------------------------------


def test_the_audit_finds_nothing(history: History) -> None:
    assert findings(history) == []


def test_the_same_story_told_again_gives_the_same_history(history: History) -> None:
    assert told(build).history.head() == history.head()


def test_the_tour_is_worth_a_screen_and_fits_on_it(history: History) -> None:
    lines = list(tour(history))
    assert 30 <= len(lines) <= 45
    assert too_wide(iter(lines)) == []


# --- 85 to 95 percent --------------------------------------------------------------------------------


def test_R_026_85_to_95_percent_is_10_points_and_11_76_percent_under_different_names(
    history: History,
) -> None:
    january = compliance(standard(history, "2025-01"), "on_site_check", date(2025, 1, 31))
    july = compliance(standard(history, "2025-07"), "on_site_check", date(2025, 7, 31))
    assert (january.compliant, january.in_scope) == (17, 20)
    assert (july.compliant, july.in_scope) == (19, 20)
    assert (january.figure.value, july.figure.value) == (Fraction(85, 100), Fraction(95, 100))
    points, relative = percentage_points(january, july), relative_change(january, july)
    assert points.value == 10
    assert relative.displayed == "11.76"
    assert points.name != relative.name
    assert points.value != relative.value


def test_R_026_no_rate_is_printed_without_its_counts(history: History) -> None:
    rate = compliance(standard(history, "2025-07"), "on_site_check", date(2025, 7, 31))
    assert rate_text(rate.figure) == "19/20 (95 %)"
    assert "19/20" in str(rate)


def test_R_027_all_round_means_that_all_five_pass(history: History) -> None:
    failing = standard(history, "2025-07")
    cells = failing.sheet("u-c17", "on_site_check")
    assert [cell.item for cell in cells if cell.value == 0] == ["branch_service"]


# --- coverage ----------------------------------------------------------------------------------------


def test_R_072_coverage_is_of_distinct_persons_and_no_sum_of_attendances(history: History) -> None:
    held = [item for item in Works.of(history).occasions.values() if item.held is not None]
    assert len(held) == 52
    assert len(held) > 50
    people = dict.fromkeys(history.state(population.DECIDER, "population/in-service").people())
    reached = coverage(held, people)
    assert (reached.value, len(people)) == (Fraction(197, 200), 200)
    assert isinstance(reached.value, Fraction)
    assert reached.value >= Fraction(98, 100)  # exactly, and not by rounding
    total = attendance_sum(held).value
    assert total == 981
    assert isinstance(total, Fraction)
    assert total / len(people) > 4  # what the sum over the population would be: no coverage


def test_R_072_five_more_who_were_never_reached_would_fail_the_threshold(history: History) -> None:
    held = [item for item in Works.of(history).occasions.values() if item.held is not None]
    people = dict.fromkeys(history.state(population.DECIDER, "population/in-service").people())
    wider = people | dict.fromkeys([f"p-9{number}" for number in range(2)])
    value = coverage(held, wider).value
    assert isinstance(value, Fraction)
    assert value < Fraction(98, 100)


# --- suggestions, claims -----------------------------------------------------------------------------


def test_R_140_and_R_181_over_30_adopted_with_over_a_million_are_lower_bounds_that_hold(
    history: History,
) -> None:
    found = {
        figure.measure: figure
        for figure in reconcile(history.state(claim.DECIDER, "claim/year-2025"), history, MEASURES).figures
    }
    assert {measure: str(figure.asserted) for measure, figure in found.items()} == {
        "sessions": "> 50 sessions",
        "adopted": ">= 30 suggestions",
        "benefit": "> 1000000 yuan",
        "top_award": "> 10000 yuan",
    }
    assert {measure: figure.actual for measure, figure in found.items()} == {
        "sessions": 52,
        "adopted": 31,
        "benefit": 1_065_000,
        "top_award": 12_000,
    }
    assert all(found.values())
    assert len(found["adopted"].events) == 31


def test_R_181_exactly_a_million_would_not_be_over_a_million() -> None:
    over = Quantity.of(">", 1_000_000, "yuan")
    assert not over.compare(1_000_000)
    assert Quantity.of(">=", 1_000_000, "yuan").compare(1_000_000)


def test_R_099_the_adoption_rate_has_both_counts(history: History) -> None:
    states = procedures(history, "suggestion")
    adopted = sum(bool(state.takings("adopt")) for state in states.values())
    assert (adopted, len(states)) == (31, 46)
    sheets = Sheets.of(history, "assessment/soft-2025")
    mark = (sheets.state.sheet("u-production", "indicator_owner") or {})["suggestion_adoption"].value
    assert (mark.part, mark.whole) == (8, 12)
    assert sheets.kind.by_item["suggestion_adoption"].indicator is not None
    # what was not surveyed is missing, and the sum with it.
    assert sheets.cell("u-equipment", "indicator_owner", "mood_survey_quality").value == Absent("missing")
    assert sheets.total("u-equipment", "indicator_owner", STRICT).value == Absent("missing")


def test_R_140_who_brought_a_suggestion_does_not_verify_its_benefit(
    workflow: Workflow, history: History
) -> None:
    for state in procedures(history, "suggestion").values():
        bringer = state.takings("bring")[0].given["bringer"].values[0]
        assert bringer not in {taken.person for taken in state.takings("verify")}
    forked = copied(workflow)
    bringer = person(company.everybody()[13 * 10 % 200])  # of the eleventh, adopted and not implemented
    step = TakeStep(key="suggestion-11", step="implement", given={"evidence": paper("in use")})
    forked.execute(step, by=company.LEADER, at=moment("2025-12-20 09:00"), command_id="use")
    verified = TakeStep(
        key="suggestion-11", step="verify", given={"benefit": 100, "evidence": paper("measured")}
    )
    own = self_(int(bringer.removeprefix("p-")))
    assert attempt(forked, verified, own, "2025-12-21 09:00").startswith("authority.")
    forked.execute(verified, by=company.VERIFIER, at=moment("2025-12-21 10:00"), command_id="verified")


# --- competition and contest --------------------------------------------------------------------------


def test_R_153_the_competition_ran_through_all_its_steps_to_an_appointment_for_a_term(
    history: History,
) -> None:
    state = history.state(procedure.DECIDER, "procedure/team-leader-1")
    assert list(dict.fromkeys(taken.step for taken in state.taken)) == [
        "call",
        "apply",
        "check_eligibility",
        "score",
        "publish",
        "appoint",
    ]
    given = state.takings("appoint")[0].given
    assert given["term_until"].values == (date(2027, 4, 6),)
    scorers = {taken.person for taken in state.takings("score")}
    assert len(scorers) == 3
    assert not scorers & {taken.person for taken in state.takings("apply")}
    assert history.state(publication.DECIDER, "publication/team-leader-result").state == "final"
    window = posted(history, "team-leader-result").window
    assert window is not None
    assert window.due_day == date(2025, 4, 1)  # five working days from the 25th of March


def test_R_153_before_its_term_is_over_an_appointment_does_not_expire(workflow: Workflow) -> None:
    forked = copied(workflow)
    expire = TakeStep(key="team-leader-1", step="expire")
    assert attempt(forked, expire, company.LEADER, "2025-12-30 09:00") == "procedure.outside_window"


def test_R_173_the_contest_trims_its_marks_draws_its_lots_from_the_seed_and_says_its_tie_break_before(
    history: History,
) -> None:
    state = history.state(procedure.DECIDER, "procedure/welding-2025")
    (drawn,) = state.takings("draw")
    assert drawn.given["starting"].values == lot(SEED, [person(number) for number in CONTESTANTS])
    placed = round_result(state, 1)
    assert placed[0].person == person(CONTESTANTS[0])
    assert placed[0].figure.value == 93  # of 93, 94 and 93 the highest and the lowest are left out
    opened = state.takings("open_round")[0]
    assert opened.given["tie_break"].values == ("shared",)
    assert opened.at < state.takings("mark")[0].at


def test_R_173_a_tie_break_that_nobody_knows_opens_no_round(workflow: Workflow) -> None:
    forked = copied(workflow)
    kind = PACK.read_as(ProcedureKind, "skills_contest").digest
    given: dict[str, Any] = {"discipline": "cooking", "rounds": 1, "trimmed": 0}
    announced = OpenProcedure(
        key="cooking", kind="skills_contest", definition=kind, unit=company.ROOT, given=given
    )
    forked.execute(announced, by=company.LEADER, at=moment("2025-12-16 09:00"), command_id="announced")
    for number in CONTESTANTS[:2]:
        enter = TakeStep(key="cooking", step="enter", given={"contestant": person(number)})
        at = moment("2025-12-17 09:00")
        forked.execute(enter, by=self_(number), at=at, command_id=f"enter-{number}")
    opened: dict[str, Any] = {"round": 1, "seed": SEED}
    wrong = TakeStep(key="cooking", step="open_round", given={**opened, "tie_break": "by_age"})
    assert attempt(forked, wrong, company.LEADER, "2025-12-18 09:00") == "procedure.not_a_choice"
    right = TakeStep(key="cooking", step="open_round", given={**opened, "tie_break": "all_marks"})
    forked.execute(right, by=company.LEADER, at=moment("2025-12-18 09:00"), command_id="round")


def test_R_166_one_result_has_three_consequences_each_to_be_taken_back_by_itself(workflow: Workflow) -> None:
    forked = copied(workflow)
    ground = "publication/welding-result"
    found = {use.kind: use.standing for use in uses(forked.history, MODEL, ground)}
    assert found == {
        "skills_contest": "stands",
        "reward": "stands",
        "talent_pool_entry": "stands",
        "honour": "stands",
    }
    steps: tuple[tuple[str, Actor, str, dict[str, Any], dict[str, Any]], ...] = (
        ("2025-12-20 09:00", company.LEADER, "question", {"reason": "paid_elsewhere"}, {}),
        ("2025-12-20 10:00", company.LEADER, "notify", {"notified_on": "2025-12-20"}, {}),
        ("2025-12-27 09:00", company.COMMITTEE, "pass_over", {"silent_because": "no_answer"}, {}),
        (
            "2025-12-28 09:00",
            company.COMMITTEE,
            "withdraw",
            {"withdrawn_on": "2025-12-28"},
            {"reasons": "Paid by another organ."},
        ),
    )
    for at, by, step, given, texts in steps:
        taken = TakeStep(key="reward-1", step=step, given=given, texts=texts)
        forked.execute(taken, by=by, at=moment(at), command_id=f"back-{step}")
    states = {
        kind: next(iter(procedures(forked.history, kind).values())).state
        for kind in ("reward", "talent_pool_entry", "honour")
    }
    assert states == {"reward": "withdrawn", "talent_pool_entry": "in_pool", "honour": "conferred"}


def test_R_103_the_reward_over_10_000_yuan_cites_the_published_result_and_the_clause(
    history: History,
) -> None:
    state = history.state(procedure.DECIDER, "procedure/reward-1")
    given = state.takings("propose")[0].given
    assert given["amount"].values == (Decimal(12_000),)
    assert given["ground"].values == ("publication/welding-result",)
    assert given["result"].values == (posted(history, "welding-result").digest,)
    assert given["clause"].values == ("rewards.first-place",)
    # proposed by one, decided by another.
    assert state.takings("propose")[0].person != state.takings("grant")[0].person


# --- projects, posts, another log ------------------------------------------------------------------------


def test_R_171_the_project_closed_with_every_task_settled(history: History) -> None:
    project = history.state(plan.DECIDER, "plan/waste-heat")
    assert project.state == "closed"
    assert project.said is not None
    assert project.said.partners == ("u-equipment", "u-finance")
    assert not project.open_items()


def test_R_171_with_a_task_open_it_does_not_close(history: History) -> None:
    before = history.as_of(known=moment("2025-10-01 09:00")).state(plan.DECIDER, "plan/waste-heat")
    assert set(before.open_items()) == {"measure"}
    # The outage team's plan is told again up to the day before its report, and cannot be closed there.
    workflow = Workflow(told_until("2025-06-17 09:00").store, MODEL)
    closing = ClosePlan(key="outage-team")
    assert attempt(workflow, closing, company.LEADER, "2025-06-17 10:00").startswith("plan.")


def told_until(at: str) -> Workflow:
    """The story up to a moment."""
    limit = moment(at)

    def part(workflow: Workflow) -> object:
        from party_workflow_adapters.demos.company_year import story

        diary = story()
        diary.entries = [entry for entry in diary.entries if entry.at <= limit]
        return diary.play(workflow)

    return told(part)  # type: ignore[arg-type]


def test_R_172_posts_areas_and_teams_are_held_for_a_time_with_a_result(history: History) -> None:
    rows = assignments(history, "vanguard_post", "responsibility_area", "shock_team")
    assert {row.kind: row.result for row in rows} == {
        "vanguard_post": "achieved",
        "responsibility_area": "achieved",
        "shock_team": "achieved",
    }
    (team,) = [row.team for row in rows if row.kind == "shock_team"]
    assert len(team) == 4


def test_R_192_another_departments_batch_is_received_whole_and_stays_its_own(history: History) -> None:
    received = history.state(exchange.DECIDER, "exchange/supply-2025")
    sent = batch()
    assert list(received.batches) == [sent.digest]
    theirs = other_department().history
    assert len(procedures(theirs, "suggestion")) == 2
    assert not [stream for stream in procedures(history, "suggestion") if "supply" in stream]


def test_R_192_a_batch_that_begins_elsewhere_is_refused(workflow: Workflow) -> None:
    forked = copied(workflow)
    sent = batch()
    gap = sent.head.stretches[0].model_copy(update={"first": 3})
    wrong = ReceiveBatch(
        source=sent.head.log,
        unit=company.OFFICE,
        digest=paper("another batch"),
        count=sent.head.count,
        stretches=(gap, *sent.head.stretches[1:]),
    )
    assert attempt(forked, wrong, company.REGISTRAR, "2025-12-20 09:00").startswith("exchange.")
