"""The procedures of the pack ``party``, by the statements of the requirement each expresses."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.pack import PackWorld

from party_workflow.authority import NOT_OWN, OWN_CASE, DeclareConflict
from party_workflow.authority.reasons import CONFLICT
from party_workflow.domain.procedure import (
    NEEDED_FIRST,
    NOT_A_CHOICE,
    NOT_MORE,
    OUTSIDE_WINDOW,
    Procedure,
    TakeStep,
)
from party_workflow.domain.publication import CorrectPublication, Publish, erratum
from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs.party import MODEL
from party_workflow.policies.figure import Absent
from party_workflow.policies.matters.contest import lot, round_result, trimmed_mean
from party_workflow.policies.matters.procedures import passed, uses, waiting
from party_workflow.policies.matters.rollup import roll_up

RESULT, MENDED, RULE, PAPER = "b" * 64, "c" * 64, "a" * 64, "d" * 64


def published(world: PackWorld, key: str = "rank-1") -> None:
    world.do(Publish(**publication(world, key)), by=world.act(21))


def publication(world: PackWorld, key: str, digest: str = RESULT) -> dict[str, Any]:
    return {
        "key": key,
        "unit": "u-branch",
        "subject": "star_rating",
        "audience": "branch_members",
        "media": "notice_board",
        "position": 10,
        "known": world.now,
        "rule": RULE,
        "digest": digest,
    }


def state(world: PackWorld, key: str = "x-1") -> Procedure:
    found: Procedure = world.workflow.state(f"procedure/{key}")
    return found


def day(world: PackWorld, **delta: int) -> str:
    return (world.now + timedelta(**delta)).date().isoformat()


# --- honours, rewards, penalties -------------------------------------------------------------


def honoured(form: str = "mobile_red_flag") -> PackWorld:
    world = PackWorld("honour@1")
    published(world)
    world.begin(
        "honour",
        version=1,
        form=form,
        honoured="p-5",
        ground="publication/rank-1",
        result=RESULT,
        clause="stars.4",
    )
    return world


def test_R_015_an_honour_cites_the_rating_it_rests_on_and_may_have_a_form_newly_invented() -> None:
    world = honoured(form="story_on_the_wall_of_the_mine")
    [use] = uses(world.workflow.history, MODEL)
    assert (use.ground, use.standing, use.step) == ("publication/rank-1", "stands", "confer")
    with pytest.raises(Refused, match="publication"):
        world.begin(
            "honour",
            "x-2",
            version=1,
            form="flag",
            honoured="p-5",
            ground="activity/a",
            result=RESULT,
            clause="c",
        )
    with pytest.raises(Refused, match="clause"):
        world.begin(
            "honour",
            "x-2",
            version=1,
            form="flag",
            honoured="p-5",
            ground="publication/rank-1",
            result=RESULT,
        )


def test_R_015_withdrawing_the_rating_marks_the_honour_and_deletes_nothing() -> None:
    world = honoured()
    position = world.workflow.history.head()[0]
    corrected = publication(world, "rank-2", MENDED) | {"erratum_of": "rank-1", "ground": "miscounted"}
    world.do(*erratum(CorrectPublication(**corrected)), by=world.act(21))
    [use] = uses(world.workflow.history, MODEL, "publication/rank-1")
    assert (use.standing, use.state) == ("withdrawn", "superseded")
    assert state(world).state == "conferred"
    [before] = uses(world.workflow.history.up_to(position), MODEL)
    assert before.standing == "stands"


def test_R_103_rewards_and_penalties_cite_the_published_result_and_the_clause() -> None:
    world = PackWorld("reward@1", "penalty@1")
    published(world)
    said = {"ground": "publication/rank-1", "result": RESULT, "clause": "ladder.2"}
    world.begin("reward", "r-1", version=1, form="bonus", rewarded="p-5", amount="500.00", **said)
    assert world.refusal("grant", key="r-1").code == OWN_CASE.code  # the proposer does not decide
    world.take("grant", key="r-1", by=world.act(22))
    texts = {"grounds": "The figure was made up."}
    world.begin("penalty", "f-1", version=1, concerned="p-6", measure="reminder_talk", texts=texts, **said)
    for lacking in ("ground", "clause"):
        less = {code: value for code, value in said.items() if code != lacking}
        with pytest.raises(Refused, match=lacking):
            world.begin(
                "penalty", "f-2", version=1, concerned="p-6", measure="reminder_talk", texts=texts, **less
            )
    assert {use.stream for use in uses(world.workflow.history, MODEL, "publication/rank-1")} == {
        "procedure/r-1",
        "procedure/f-1",
    }


def test_R_103_a_penalty_is_decided_by_another_after_notice_and_statement_and_can_be_appealed() -> None:
    world = PackWorld("penalty@1")
    published(world)
    said = {"ground": "publication/rank-1", "clause": "ladder.9", "concerned": "p-6", "measure": "criticism"}
    world.begin("penalty", version=1, texts={"grounds": "x"}, **said)
    reasons = {"reasons": "Heard and weighed."}
    assert world.refusal("decide", by=world.act(22), texts=reasons, decided_on=day(world)).code.startswith(
        "lifec"
    )
    world.take("notify", notified_on=day(world))
    late = world.refusal("pass_over", by=world.act(22), silent_because="no_answer")
    assert late.code == OUTSIDE_WINDOW.code
    world.take("state", by=world.self_(6), texts={"statement": "It was the other table."})
    assert world.refusal("decide", texts=reasons, decided_on=day(world)).code == OWN_CASE.code
    assert (
        world.refusal("decide", by=world.act(6), texts=reasons, decided_on=day(world)).code == OWN_CASE.code
    )
    world.take("decide", by=world.act(22), texts=reasons, decided_on=day(world))
    assert world.refusal("settle", by=world.act(22)).code == OUTSIDE_WINDOW.code
    world.take("appeal", by=world.self_(6), texts={"appeal_ground": "Nobody looked."})
    assert world.refusal("uphold", by=world.act(22), texts=reasons).code == OWN_CASE.code
    world.take("uphold", by=world.act(23), texts=reasons)
    assert state(world).state == "final"


# --- posts -----------------------------------------------------------------------------------


def test_R_152_a_post_of_three_years_rolls_up_twelve_records_to_three_years_to_one_total() -> None:
    world = PackWorld("member_post")
    world.now = world.now.replace(year=world.now.year + 1, month=1, day=2)
    start = world.now.date().replace(month=1, day=1)
    until = start.replace(year=start.year + 3)
    said = {"holder": "p-9", "post": "policy_propagandist"}
    world.begin("member_post", from_day=start.isoformat(), until_day=until.isoformat(), **said)
    for index in range(12):
        year, quarter = start.year + index // 4, index % 4 + 1
        if (year, quarter) != (start.year + 1, 3):
            world.take("record", quarter=f"q{year}-{quarter}", mark="done")
    with pytest.raises(Refused, match="before"):
        world.take("record", quarter=f"q{start.year}-1", mark="done")
    assert (
        world.refusal("record", by=world.act(9), quarter=f"q{start.year + 1}-3", mark="done").code
        == OWN_CASE.code
    )
    world.now += timedelta(days=365 * 3)
    assert world.refusal("appraise_total", total_grade="good").code == NEEDED_FIRST.code
    for number in range(3):
        world.take("appraise_year", year=f"y{start.year + number}", grade="good")
    world.now = world.now.replace(year=until.year, month=2)
    world.take("appraise_total", total_grade="good")
    found = roll_up(state(world))
    assert found.counts == (11, 3, 1)
    assert found.missing == (f"q{start.year + 1}-3",)
    assert found.years[1].quarters[2].value == Absent("missing")
    assert all(
        cell.evidence for row in found.years for cell in row.quarters if cell.period not in found.missing
    )


def test_R_152_a_mid_term_change_is_allowed_once_and_within_its_window() -> None:
    world = PackWorld("member_post")
    said = {"holder": "p-9", "post": "inspector", "from_day": day(world), "until_day": day(world, days=1096)}
    world.begin("member_post", **said)
    change = {"post": "propagandist", "reason": "better_fit"}
    assert world.refusal("change", **change).code == OUTSIDE_WINDOW.code
    world.later(days=548)
    world.take("change", **change)
    with pytest.raises(Refused, match="1 times"):
        world.take("change", **change)
    assert state(world).latest("post") == ("propagandist",)


def test_R_152_only_a_post_is_rolled_up() -> None:
    world = PackWorld("field_research")
    world.begin("field_research", researcher="p-3", topic="wages")
    with pytest.raises(InvalidInput):
        roll_up(state(world))


# --- competition and contest -----------------------------------------------------------------


def competing(*scorers: int) -> PackWorld:
    world = PackWorld("competition")
    published(world)
    world.begin("competition", post="team_leader", called_on=day(world), conditions=PAPER)
    for number in (5, 6, 7):
        world.take("apply", by=world.self_(number), applicant=f"p-{number}")
    world.take("check_eligibility", eligible=("p-5", "p-6"), not_eligible="p-7", reason="too_short_a_service")
    for number in scorers:
        world.take("score", by=world.act(number), scored=("p-5", "p-6"), marks=(88, "91.5"))
    return world


def test_R_153_a_competition_goes_from_the_call_to_an_appointment_for_a_term_and_its_expiry() -> None:
    world = competing(10, 11, 12)
    world.take("publish", publication="publication/rank-1")
    term = {"appointee": "p-6", "term_from": day(world), "term_until": day(world, days=730)}
    with pytest.raises(Refused, match="not among"):
        world.take("appoint", **term | {"appointee": "p-7"})  # not eligible
    world.take("appoint", **term)
    assert world.workflow.fact("procedure.work", "procedure/x-1").done
    assert world.refusal("expire").code == OUTSIDE_WINDOW.code
    assert passed(world.workflow.history, "term_until", as_of=date(2030, 1, 1))[0].stream == "procedure/x-1"
    world.later(days=731)
    world.take("expire")
    assert state(world).state == "expired"
    assert passed(world.workflow.history, "term_until", as_of=date(2030, 1, 1)) == ()


def test_R_153_who_applies_or_is_close_to_an_applicant_does_not_score_and_scorers_do_not_appoint() -> None:
    world = competing(10, 11)
    score = {"scored": "p-5", "marks": 1}
    assert world.refusal("score", by=world.act(6), **score).code == OWN_CASE.code
    world.do(DeclareConflict(person="p-13", other="p-5", ground="kin"), by=world.self_(13))
    assert world.refusal("score", by=world.act(13), **score).code == CONFLICT.code
    assert world.refusal("publish", publication="publication/rank-1").code == NEEDED_FIRST.code
    world.take("score", by=world.act(12), **score)
    world.take("publish", publication="publication/rank-1")
    term = {"appointee": "p-5", "term_from": day(world), "term_until": day(world, days=9)}
    assert world.refusal("appoint", by=world.act(10), **term).code == OWN_CASE.code


def contested() -> PackWorld:
    world = PackWorld("skills_contest")
    world.begin("skills_contest", discipline="tunnelling", rounds=2, trimmed=1)
    for number in (5, 6, 7):
        world.take("enter", by=world.self_(number), contestant=f"p-{number}")
    return world


def marked(world: PackWorld, *marks: tuple[int, str, str, str]) -> None:
    for judge, *given_marks in marks:
        world.take("mark", by=world.act(judge), marked=("p-5", "p-6", "p-7"), marks=tuple(given_marks))


def test_R_173_rounds_have_a_tie_break_said_before_and_lots_from_a_published_seed() -> None:
    world = contested()
    with pytest.raises(Refused, match="tie_break"):
        world.take("open_round", round=1, seed=PAPER)
    world.take("open_round", round=1, tie_break="highest_mark", seed=PAPER)
    starting = lot(PAPER, ["p-5", "p-6", "p-7"])
    world.take("draw", starting=starting)
    assert lot(PAPER, reversed(starting)) == starting  # anybody draws the same again
    marked(world, (10, "9", "9", "7"), (11, "8", "8", "7"), (12, "7", "7", "7"), (13, "8", "8", "9.5"))
    world.take("mark", by=world.act(13), marked="p-6", marks="9.5")
    world.take("close_round")
    places = round_result(state(world), 1)
    assert [(item.person, item.place, str(item.figure.value)) for item in places] == [
        ("p-6", 1, "17/2"),
        ("p-5", 2, "8"),
        ("p-7", 3, "7"),
    ]
    assert all(len(item.figure.evidence()) >= 4 for item in places)
    assert state(world).said("tie_break") == ("highest_mark",)
    with pytest.raises(Refused, match="was said"):
        world.take("open_round", round=1, tie_break="shared", seed=PAPER)
    world.take("open_round", round=2, tie_break="shared", seed=PAPER)
    with pytest.raises(InvalidInput, match="Round 3"):
        round_result(state(world), 3)


def test_R_173_a_tie_is_broken_as_said_or_shared_1_1_3() -> None:
    for tie_break, expected in (("highest_mark", [1, 2, 3]), ("shared", [1, 1, 3])):
        world = contested()
        world.take("open_round", round=1, tie_break=tie_break, seed=PAPER)
        world.take("draw", starting=("p-7", "p-6", "p-5"))
        marked(world, (10, "10", "9", "1"), (11, "8", "8", "1"), (12, "8", "8", "1"))
        places = round_result(state(world), 1)
        assert [item.place for item in places] == expected
        assert places[0].broken_by == (None if tie_break == "shared" else tie_break)


def test_R_173_a_contestant_does_not_judge_and_who_has_too_few_marks_is_missing_not_last_with_zero() -> None:
    world = contested()
    world.take("open_round", round=1, tie_break="shared", seed=PAPER)
    world.take("draw", starting=("p-7", "p-6", "p-5"))
    assert world.refusal("mark", by=world.act(5), marked="p-6", marks=1).code == OWN_CASE.code
    world.take("mark", by=world.act(10), marked="p-6", marks=1)
    assert {item.figure.value for item in round_result(state(world), 1)} == {Absent("missing")}
    assert world.refusal("close_round").code == NEEDED_FIRST.code


@given(st.lists(st.fractions(0, 10), min_size=3, max_size=9), st.integers(0, 4))
def test_a_trimmed_mean_lies_between_the_marks_it_keeps_and_ignores_how_wild_the_others_are(
    marks: list[Fraction], trimmed: int
) -> None:
    if len(marks) <= 2 * trimmed:
        with pytest.raises(InvalidInput):
            trimmed_mean(marks, trimmed)
        return
    mean = trimmed_mean(marks, trimmed)
    kept = sorted(marks)[trimmed : len(marks) - trimmed]
    assert kept[0] <= mean <= kept[-1]
    wilder = sorted(marks)
    wilder[:trimmed] = [Fraction(-1000)] * trimmed
    assert trimmed_mean(wilder, trimmed) == mean


# --- people ----------------------------------------------------------------------------------


def test_R_154_entry_into_the_pool_has_a_ground_and_a_day_of_re_review_that_shows_when_it_has_passed() -> (
    None
):
    world = PackWorld("talent_pool_entry@1")
    said = {"reserve": "p-4", "tier": "mid_career", "ground_code": "recommended"}
    with pytest.raises(Refused, match="review_on"):
        world.begin("talent_pool_entry", version=1, **said)
    world.begin("talent_pool_entry", version=1, review_on=day(world, days=180), **said)
    as_of = world.now.date() + timedelta(days=181)
    assert [item.stream for item in passed(world.workflow.history, "review_on", as_of=as_of)] == [
        "procedure/x-1"
    ]
    world.take("review", finding="keep", review_on=day(world, days=360))
    assert passed(world.workflow.history, "review_on", as_of=as_of) == ()
    with pytest.raises(Refused, match="ground_code"):
        world.take("leave")
    world.take("leave", ground_code="moved_away")
    assert state(world).state == "out"


def test_R_155_an_election_has_more_candidates_than_seats_and_rests_on_a_secret_ballot() -> None:
    world = PackWorld("election")
    published(world)
    world.begin("election", body="branch_committee", seats=2)
    assert world.refusal("nominate", candidate=("p-5", "p-6")).code == NOT_MORE.code
    world.take("nominate", candidate=("p-5", "p-6", "p-7"))
    raters = tuple(f"p-{number}" for number in range(8, 16))
    opened = OpenRating(
        key="ballot",
        kind="election",
        unit="u-branch",
        raters=raters,
        subjects=("p-5", "p-6", "p-7"),
        grades=("yes", "no"),
        secret=True,
    )
    world.do(opened)
    count = {"ballots": "rating/ballot", "elected": ("p-5", "p-6")}
    with pytest.raises(Refused, match="does not count as done"):
        world.take("count", **count)
    for number in range(8, 16):
        choices = {"p-5": "yes", "p-6": "yes", "p-7": "no"}
        world.do(CastBallot(key="ballot", rater=f"p-{number}", choices=choices), by=world.self_(number))
    world.do(CloseRating(key="ballot"))
    world.take("count", **count)
    world.take("publish", publication="publication/rank-1")
    assert world.workflow.fact("procedure.work", "procedure/x-1").done


def test_R_158_each_step_hears_every_group_and_silence_is_said_and_never_consent() -> None:
    world = PackWorld("personnel_step")
    for index, stage in enumerate(("recommendation", "training", "inspection", "appointment", "supervision")):
        key = f"s-{index}"
        world.begin("personnel_step", key, candidate="p-4", stage=stage)
        world.take("hear", key=key, group="leaders", view="in_favour")
        refusal = world.refusal("conclude", key=key, conclusion="go_on")
        assert refusal.code == NEEDED_FIRST.code
        assert "deputies, masses" in str(refusal)
        world.take("hear", key=key, group="masses", view="mixed")
        world.take("hear", key=key, group="deputies", view="gave_none")
        world.take("conclude", key=key, conclusion="go_on")
        views = [item.given["view"].values[0] for item in state(world, key).takings("hear")]
        assert views == ["in_favour", "mixed", "gave_none"]


def test_R_160_every_selection_states_which_priority_was_used() -> None:
    world = PackWorld("admission")
    with pytest.raises(Refused, match="priority"):
        world.begin("admission", selected="p-900001")
    with pytest.raises(Refused) as refused:
        world.begin("admission", selected="p-900001", priority="nephew_of_somebody")
    assert refused.value.refusal.code == NOT_A_CHOICE.code
    world.begin("admission", selected="p-900001", priority="front_line")
    assert world.refusal("admit").code == OWN_CASE.code  # who selected does not admit
    world.take("admit", by=world.act(22))
    assert state(world).said("priority") == ("front_line",)


# --- examples, research, pairing, options ----------------------------------------------------


def test_R_174_an_example_is_verified_from_outside_published_and_looked_at_again_after_a_year() -> None:
    world = PackWorld("typical_example")
    published(world)
    world.begin(
        "typical_example", model_unit="u-branch", texts={"achievement": "Seven years without an accident."}
    )
    assert "outside" in world.refusal("verify", by=world.act(22), evidence=PAPER).code
    world.take("verify", by=world.act(60), evidence=PAPER)
    world.take("publish", publication="publication/rank-1", published_on=day(world))
    assert world.refusal("confirm", by=world.act(60), still="yes").code == OUTSIDE_WINDOW.code
    world.later(days=366)
    world.take("confirm", by=world.act(60), still="yes")


def test_R_175_research_is_granted_on_reviews_by_people_without_a_stake_who_see_bids_by_their_hash() -> None:
    world = PackWorld("research_bidding")
    world.begin("research_bidding", topic="grass_roots_capacity")
    world.take("bid", by=world.self_(5), bidder="p-5", bid="1" * 64)
    world.take("bid", by=world.self_(6), bidder="p-6", bid="2" * 64)
    assert world.refusal("review", by=world.act(5), reviewed="2" * 64, marks=10).code == OWN_CASE.code
    world.take("review", by=world.act(10), reviewed="1" * 64, marks=80)
    assert world.refusal("grant", granted="1" * 64, amount=20000).code == NEEDED_FIRST.code
    world.take("review", by=world.act(11), reviewed="1" * 64, marks=90)
    assert world.refusal("grant", by=world.act(10), granted="1" * 64, amount=1).code == OWN_CASE.code
    world.take("grant", granted="1" * 64, amount=20000)
    world.take("deliver", by=world.self_(5), deliverable=PAPER)
    world.take("adopt", adopted_by=("u-branch", "u-bureau"))
    assert state(world).state == "adopted"


def test_R_176_a_pair_begins_when_both_parties_have_confirmed_and_keeps_its_outcomes() -> None:
    world = PackWorld("pairing")
    world.begin("pairing", form="village_village", party=("p-5", "p-6"))
    world.take("confirm", by=world.self_(5))
    refusal = world.refusal("begin")
    assert refusal.code == NEEDED_FIRST.code
    assert "p-6" in str(refusal)
    world.take("confirm", by=world.self_(6))
    world.take("begin")
    world.take("record_outcome", by=world.self_(6), outcome="road_mended", evidence=PAPER)
    work = world.workflow.fact("procedure.work", "procedure/x-1")
    assert work.done
    assert {"p-5", "p-6"} <= work.people


def test_R_177_a_trip_ends_with_problem_finding_and_use_and_one_without_follow_up_is_listed() -> None:
    world = PackWorld("field_research", "request_for_decision")
    world.begin("field_research", "t-1", by=world.self_(3), researcher="p-3", topic="wages")
    world.later(days=2)
    world.begin("field_research", "t-2", by=world.self_(4), researcher="p-4", topic="housing")
    with pytest.raises(Refused, match="finding"):
        world.take("find", key="t-1", by=world.self_(3), texts={"problem": "Late pay."})
    world.take("find", key="t-1", by=world.self_(3), texts={"problem": "Late pay.", "finding": "No rule."})
    as_of = world.now.date() + timedelta(days=30)
    listed = waiting(world.workflow.history, "field_research", taken="set_out", without="use", as_of=as_of)
    assert [(item.stream, item.days) for item in listed] == [("procedure/t-1", 32), ("procedure/t-2", 30)]
    world.take("use", key="t-1", used_for="procedure/t-2")
    listed = waiting(world.workflow.history, "field_research", taken="set_out", without="use", as_of=as_of)
    assert [item.stream for item in listed] == ["procedure/t-2"]


def test_R_178_who_asks_brings_two_options_and_the_decision_says_which_and_why() -> None:
    world = PackWorld("request_for_decision")
    two = {"option": ("Build", "Rent"), "pros": ("Lasts", "Fast"), "cons": ("Dear", "Ends")}
    for lacking in ("option", "pros", "cons"):
        with pytest.raises(Refused):
            world.begin("request_for_decision", texts=two | {lacking: ("One",)}, asking="p-5", recommended=1)
    with pytest.raises(Refused, match="names none of the 2"):
        world.begin("request_for_decision", texts=two, asking="p-5", recommended=3)
    world.begin("request_for_decision", by=world.self_(5), texts=two, asking="p-5", recommended=2)
    assert world.refusal("decide", by=world.act(5), chosen=1, texts={"why": "x"}).code == OWN_CASE.code
    with pytest.raises(Refused, match="why"):
        world.take("decide", chosen=1)
    world.take("decide", chosen=1, texts={"why": "It lasts."})
    assert [str(value) for value in (*state(world).said("recommended"), *state(world).said("chosen"))] == [
        "2",
        "1",
    ]


def test_R_105_a_warning_whose_term_is_over_is_listed_and_becomes_more_only_by_somebodys_act() -> None:
    world = PackWorld("warning@1", "request_for_decision")
    world.begin(
        "warning", version=1, warned_unit="u-branch", cause="low_morale", expires_on=day(world, days=30)
    )
    texts = {"option": ("a", "b"), "pros": ("a", "b"), "cons": ("a", "b")}
    world.begin("request_for_decision", "d-1", texts=texts, asking="p-5", recommended=1)
    assert world.refusal("escalate", measure="procedure/d-1").code == OUTSIDE_WINDOW.code
    assert passed(world.workflow.history, "expires_on", as_of=world.now.date()) == ()
    world.later(days=31)
    [item] = passed(world.workflow.history, "expires_on", as_of=world.now.date())
    assert (item.state, state(world).state) == ("warned", "warned")  # time alone has changed nothing
    world.take("escalate", measure="procedure/d-1")
    assert state(world).state == "escalated"


def test_R_180_delegates_on_a_permanent_term_report_each_year_from_configuration_only() -> None:
    world = PackWorld("delegate_term")
    world.begin("delegate_term", delegate="p-5", term_until=day(world, days=365 * 5))
    world.take("propose", by=world.self_(5), texts={"proposal": "A bus to the shaft."})
    world.take("report", by=world.self_(5), year="y2009", report=PAPER)
    with pytest.raises(Refused, match="before"):
        world.take("report", by=world.self_(5), year="y2009", report=PAPER)
    assert world.refusal("end").code == OUTSIDE_WINDOW.code


def test_R_033_that_a_matter_went_ahead_without_a_report_is_told_from_the_log() -> None:
    world = PackWorld("reportable_matter")
    world.begin("reportable_matter", "m-1", matter="use_of_reserve_funds")
    world.begin("reportable_matter", "m-2", matter="leave_of_the_secretary")
    world.take("report", key="m-2", report=PAPER)
    for key in ("m-1", "m-2"):
        world.take("proceed", key=key)
    listed = waiting(
        world.workflow.history, "reportable_matter", taken="proceed", without="report", as_of=world.now.date()
    )
    assert [item.stream for item in listed] == ["procedure/m-1"]


# --- time that somebody has ------------------------------------------------------------------


def penalty() -> PackWorld:
    world = PackWorld("penalty@1")
    published(world)
    said: dict[str, Any] = {
        "ground": "publication/rank-1",
        "clause": "ladder.9",
        "concerned": "p-6",
        "measure": "criticism",
    }
    world.begin("penalty", version=1, texts={"grounds": "x"}, **said)
    return world


def test_R_103_neither_a_notice_dated_back_nor_a_step_dated_ahead_shortens_the_time_to_answer() -> None:
    world = penalty()
    world.take("notify", notified_on="2009-01-01")  # it says so, and is recorded in March
    silent = TakeStep(key="x-1", step="pass_over", given={"silent_because": "no_answer"})
    for ahead in (0, 30):
        with pytest.raises(Refused) as raised:
            world.do(silent, by=world.act(22), effective_at=world.now + timedelta(days=ahead))
        assert raised.value.refusal.code == OUTSIDE_WINDOW.code
    world.later(days=6)
    world.do(silent, by=world.act(22))


def test_R_103_a_decision_dated_back_leaves_the_time_to_appeal_as_it_is() -> None:
    world = penalty()
    world.take("notify", notified_on=day(world))
    world.take("state", by=world.self_(6), texts={"statement": "No."})
    world.take("decide", by=world.act(22), texts={"reasons": "Yes."}, decided_on="2008-01-01")
    assert world.refusal("settle", by=world.act(22)).code == OUTSIDE_WINDOW.code
    world.later(days=30)
    world.take("appeal", by=world.self_(6), texts={"appeal_ground": "Nobody looked."})


def test_R_103_who_proposed_a_penalty_does_not_state_the_view_of_whom_it_concerns() -> None:
    world = penalty()
    world.take("notify", notified_on=day(world))
    statement = {"statement": "He has nothing to say."}
    assert world.refusal("state", texts=statement).code == OWN_CASE.code
    world.take("state", by=world.act(22), texts=statement)


def test_R_153_an_applicant_withdraws_and_applies_for_themselves_and_for_nobody_else() -> None:
    world = PackWorld("competition")
    world.begin("competition", post="team_leader", called_on=day(world), conditions=PAPER)
    world.take("apply", by=world.self_(5), applicant="p-5")
    world.take("apply", by=world.self_(6), applicant="p-6")
    assert world.refusal("apply", by=world.self_(5), applicant="p-7").code == NOT_OWN.code
    assert world.refusal("withdraw", by=world.self_(5), withdrawn="p-6").code == NOT_OWN.code
    world.take("withdraw", by=world.self_(5), withdrawn="p-5")
    assert world.refusal("withdraw", by=world.self_(5), withdrawn="p-6").code == NOT_OWN.code
