"""The example campaign: its published figures, its story and its audit, through the public API."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from examples.education_campaign.build import history as written
from examples.education_campaign.diary import HISTORY, SALT_KEY, Diary, Rejected, beijing
from examples.education_campaign.people import (
    AWAY,
    KEY,
    LEFT_POST,
    MEMBERS,
    NAMES,
    POPULATION,
    PROBATIONARY,
    RETIRED,
    RETURNED,
    SECRETARY,
    STAFF,
    STAFF_NAMES,
    SUPERVISOR,
    SUPERVISOR_NAMES,
    VERIFIER,
    acting,
    begin,
    found,
    person,
    persons,
    self_,
)

from party_workflow.authority import CONFLICT, NO_DUTY, OUTSIDE_REQUIRED, OWN_CASE, forbidden
from party_workflow.codec import Command, personal_values
from party_workflow.decider import fold
from party_workflow.domain import campaign
from party_workflow.domain.appraisal import AppraisalFinalised, FeedbackDelivered, FormOpinion, OpinionFormed
from party_workflow.domain.campaign import DecideGate, GateDecided, OpenPhase, TaskCompleted
from party_workflow.domain.campaign.reasons import PHASE_BEFORE
from party_workflow.domain.case import AssignResponsible, Notice, VerifyRectification
from party_workflow.domain.claim import Reconciliation, reconcile
from party_workflow.domain.rating import BelowThreshold
from party_workflow.domain.submission import Vet
from party_workflow.errors import Refused
from party_workflow.history import History
from party_workflow.packs.measures import BOUNDS, campaign_measures
from party_workflow.packs.party import MODEL
from party_workflow.packs.results import appraisal_ranking, full_audit
from party_workflow.personal import Personal, keyed_salts
from party_workflow.policies.activities.participation import (
    Participation,
    attendance_sum,
    coverage,
    mean_attendance,
    participation,
)
from party_workflow.policies.activities.works import Works
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore
from party_workflow_adapters.export import canonical_export
from party_workflow_adapters.journal import execute

CAMPAIGN = f"campaign/{KEY}"


def executed() -> Workflow:
    """The committed journal, executed from the beginning."""
    workflow = Workflow(MemoryStore(), MODEL, salts=keyed_salts(SALT_KEY.read_bytes()))
    report = execute(workflow, HISTORY)
    assert report, report.faults
    return workflow


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    """To read from; a test that writes executes the journal for itself."""
    return executed()


@pytest.fixture(scope="module")
def history(workflow: Workflow) -> History:
    return workflow.history


@pytest.fixture(scope="module")
def works(history: History) -> Works:
    return Works.of(history)


def claimed(workflow: Workflow, key: str, known: datetime | None = None) -> Reconciliation:
    history = workflow.history.as_of(known=known)
    return reconcile(workflow.state(f"claim/{key}"), history, campaign_measures(KEY, POPULATION), BOUNDS)


def took_part(history: History, task: str) -> Participation:
    return participation(history, KEY, task, POPULATION)


def commands() -> Iterator[Command]:
    """Every command of the committed journal."""
    for line in HISTORY.read_bytes().splitlines():
        body: dict[str, Any] = json.loads(line)
        for pair in body.get("together", [body]):
            yield MODEL.registry.command(pair["do"], pair["with"])


# --- the journal -------------------------------------------------------------------------------


def test_building_the_journal_again_gives_the_committed_bytes() -> None:
    assert written() == HISTORY.read_bytes(), "run: python -m examples.education_campaign.build"


def test_the_journal_has_some_hundreds_of_commands_in_the_order_of_time() -> None:
    lines = [json.loads(line) for line in HISTORY.read_bytes().splitlines()]
    assert 300 <= len(lines) <= 700
    assert [line["id"] for line in lines] == [f"edu-{number:04d}" for number in range(1, len(lines) + 1)]
    moments = [line["at"] for line in lines]
    assert moments == sorted(moments)
    assert (moments[0][:10], moments[-1][:10]) == ("2005-01-13", "2005-06-28")
    assert lines[0]["do"] == "log.open"
    assert f"{len(lines)} commands" in HISTORY.with_name("README.md").read_text(encoding="utf-8")


def test_R_208_executing_the_journal_twice_adds_nothing() -> None:
    workflow = executed()
    before = workflow.history.head()
    report = execute(workflow, HISTORY)
    assert (report.recorded, report.repeated) == (0, len(HISTORY.read_bytes().splitlines()))
    assert workflow.history.head() == before


def test_R_205_no_personal_value_of_the_story_is_in_the_canonical_export(workflow: Workflow) -> None:
    out = io.BytesIO()
    canonical_export(workflow.store, out)
    values = [personal.reveal() for command in commands() for personal in personal_values(command)]
    assert len(values) > 200
    assert set(values) >= {*NAMES, *STAFF_NAMES, *SUPERVISOR_NAMES}
    exported = out.getvalue()
    assert [value for value in values if value.encode() in exported] == []
    assert exported.isascii(), "all that is not ASCII in the story is personal"


def test_a_story_against_the_rules_does_not_build() -> None:
    diary = Diary()
    found(diary)
    begin(diary)
    diary.say("01-18 09:00", SECRETARY, OpenPhase(key=KEY, phase="analysis"))
    with pytest.raises(Rejected, match=r"campaign\.phase_before"):
        list(diary.lines())


# --- the published figures ---------------------------------------------------------------------

PUBLISHED = {
    "members": 29,
    "retired": 3,
    "away": 3,
    "left_post": 2,
    "sessions": 12,
    "attendances": 392,
    "discussions": 2,
    "exchanges": 1,
    "films": 3,
    "report_meetings": 2,
    "lectures": 3,
    "oath_days": 1,
    "leadership_life_meetings": 1,
    "reflections": 24,
    "good_deeds": 12,
    "tested": 28,
}


def test_R_060_every_published_figure_is_what_the_events_bear_out(workflow: Workflow) -> None:
    found = claimed(workflow, "transition-report")
    assert {figure.measure: figure.actual for figure in found.figures} == PUBLISHED
    assert all(str(figure.asserted).split()[0] == str(PUBLISHED[figure.measure]) for figure in found.figures)
    assert found, str(found)


def test_R_060_every_figure_names_the_events_it_was_counted_from(workflow: Workflow) -> None:
    ids = {record.envelope.event_id for record in workflow.store.read()}
    for figure in claimed(workflow, "transition-report").figures:
        assert figure.events, figure.measure
        assert set(figure.events) <= ids


def test_R_065_24_of_29_reflections_with_the_five_missing_and_their_reasons(history: History) -> None:
    found = took_part(history, "reflections")
    assert (len(found.took_part), found.population) == (24, 29)
    assert (found.raw.value, found.raw.displayed) == (Fraction(24, 29), "0.8276")
    assert {item.person: item.reason for item in found.missing} == {
        "p-25": "cannot_write",
        "p-26": "cannot_write",
        "p-27": "returned_late",
        "p-28": "away",
        "p-29": "away",
    }
    assert found.unexplained == ()
    assert all(item.accommodation for item in found.missing)
    assert found.adjusted.value == 1


def test_R_065_a_checker_flags_and_only_a_person_returns(workflow: Workflow) -> None:
    copied = workflow.state("submission/reflection-19")
    assert [version.verdict for version in copied.versions] == ["returned", "accepted"]
    assert [flag.share for flag in copied.versions[0].flags] == [Fraction(31, 50)]
    assert copied.versions[0].vettings[0].ground == "copied_from_web"
    quoting = workflow.state("submission/reflection-12")
    assert [version.verdict for version in quoting.versions] == ["accepted"]
    assert [flag.share for flag in quoting.versions[0].flags] == [Fraction(1, 5)]


def test_R_066_who_cannot_take_part_is_excused_by_somebody_with_an_accommodation_that_was_made(
    workflow: Workflow,
) -> None:
    state = workflow.state(CAMPAIGN)
    excused = {item.person for item in state.excused}
    assert excused == {*AWAY, "p-25", "p-26"}
    for item in state.excused:
        assert item.reason
        assert item.accommodation
        assert item.approver == SECRETARY.person != item.person
        assert item.carried_out, item
    # The one who came back is excused no longer than he was away.
    general = next(item for item in state.excused if item.person == RETURNED and not item.tasks)
    assert general.until == beijing("03-14 08:00")


def test_R_066_the_retired_the_away_and_the_left_post_overlap_as_published(workflow: Workflow) -> None:
    people = workflow.state(f"population/{POPULATION}").people()
    assert set(people) == set(MEMBERS)
    having = {code: {p for p, found in people.items() if code in found} for code in ("retired", "away")}
    assert having == {"retired": set(RETIRED), "away": set(AWAY)}
    assert {p for p, found in people.items() if "left_post" in found} == set(LEFT_POST) < set(AWAY)


def test_R_068_members_and_others_are_told_apart_session_by_session(works: Works) -> None:
    found = [
        (len(occasion.state.attended(["member"])), len(occasion.state.attended(["staff"])))
        for occasion in works.held(campaign=KEY, task="study_sessions")
    ]
    assert len(found) == 12
    assert (sum(members for members, _ in found), sum(staff for _, staff in found)) == (308, 84)
    assert max(members for members, _ in found) <= 29
    assert max(staff for _, staff in found) <= len(STAFF)


def test_R_071_attendance_at_a_session_never_exceeds_the_distinct_persons_there(works: Works) -> None:
    for occasion in works.held(campaign=KEY, task="study_sessions"):
        assert set(occasion.state.expected) == set(MEMBERS)
        assert set(occasion.rows) <= {*MEMBERS, *STAFF}
        assert len(occasion.state.attended()) <= len(occasion.rows)
    statuses = {row.status for o in works.held(campaign=KEY) for row in o.rows.values()}
    assert statuses == {"present", "late", "remote", "excused", "absent"}
    assert all(
        row.reason for o in works.held(campaign=KEY) for row in o.rows.values() if row.status == "excused"
    )


def test_R_071_a_correction_is_an_event_with_its_reason(workflow: Workflow) -> None:
    state = workflow.state("activity/study-04")
    assert (state.register["p-14"].status, state.register["p-14"].corrected) == ("present", True)
    assert len(state.register) == len(MEMBERS) + 7


def test_R_197_before_the_correction_was_known_the_register_said_otherwise(history: History) -> None:
    def status(history: History) -> str:
        return Works.of(history).occasions["activity/study-04"].rows["p-14"].status

    assert status(history.as_of(known=beijing("02-08 14:59"))) == "absent"
    assert status(history.as_of(known=beijing("02-08 15:00"))) == "present"
    # On the other clock he was there all along.
    assert status(history.as_of(effective=beijing("02-01 18:00"))) == "present"


def test_R_072_the_sum_of_attendances_and_the_coverage_of_persons_are_two_figures(works: Works) -> None:
    held = list(works.held(campaign=KEY, task="study_sessions"))
    people = works.populations[POPULATION].people()
    assert attendance_sum(held).value == 392
    assert attendance_sum(held, having=["member"]).value == 308
    assert attendance_sum(held, without=["member"]).value == 84
    assert (mean_attendance(held).value, mean_attendance(held).displayed) == (Fraction(98, 3), "32.67")
    # Reached: everybody but the one on the course and the one abroad.
    assert coverage(held, people).value == Fraction(27, 29)


def test_R_072_a_threshold_of_98_percent_fails_raw_and_passes_adjusted(history: History) -> None:
    found = took_part(history, "study_test")
    assert (found.raw.displayed, found.adjusted.displayed) == ("0.9655", "1.0000")
    assert found.meets(Fraction(98, 100)) == (False, True)


def test_R_073_28_tested_and_one_excused_make_29_with_nothing_unexplained(history: History) -> None:
    found = took_part(history, "study_test")
    assert (found.raw.value, found.adjusted.value) == (Fraction(28, 29), Fraction(28, 28))
    assert len(found.took_part) + len(found.excused) == found.population == 29
    assert found.unexplained == ()
    assert [(item.person, item.reason) for item in found.missing] == [("p-29", "away")]
    assert found.make_up == (RETURNED,)
    assert len(found.raw.evidence()) == 3, "the test, the make-up test and the frozen population"


def test_R_182_the_claim_alone_says_that_at_least_44_attendances_are_others_or_an_error(
    workflow: Workflow,
) -> None:
    (plausible,) = claimed(workflow, "transition-report").plausibility
    assert not plausible
    assert (plausible.most, plausible.excess) == (348, 44)
    assert plausible.sentence == (
        "attendances: asserted 392 attendances, beside 12 sessions and 29 members; "
        "at most 348 can be members', so at least 44 are others' or an error."
    )


def test_R_182_the_events_say_whose_they_are(workflow: Workflow) -> None:
    found = claimed(workflow, "transition-report").figure("attendances")
    assert (found.outcome, found.actual) == ("matches", 392)
    assert found.parts == (("members", 308), ("others", 84))
    assert len(found.events) == 13, "twelve registers and one correction"


def test_R_182_what_was_left_out_is_listed(workflow: Workflow) -> None:
    ((event, reason),) = claimed(workflow, "transition-report").figure("films").left_out
    assert reason == "cancelled"
    assert event in {record.envelope.event_id for record in workflow.store.read()}


def test_R_182_other_comparators_are_reconciled_too(workflow: Workflow) -> None:
    found = claimed(workflow, "bulletin-07")
    assert {str(figure.asserted): figure.outcome for figure in found.figures} == {
        "> 390 attendances": "matches",
        ">= 3 films": "matches",
        "~ 32.67 +- 0.01 attendances": "matches",
        "12 sessions": "matches",
    }


def test_R_182_reconciled_as_of_an_earlier_moment_the_claim_differs(workflow: Workflow) -> None:
    early = claimed(workflow, "transition-report", known=beijing("02-28 20:00"))
    found = early.figure("attendances")
    assert (found.outcome, found.actual, found.by) == ("differs", 293, -99)


# --- the course of the campaign ----------------------------------------------------------------


def test_R_057_R_058_the_gate_was_sent_back_then_passed_with_a_condition_then_twice_passed(
    history: History,
) -> None:
    gates = [(item.event, item.envelope) for item in history.events(GateDecided)]
    assert [(event.phase, event.decision) for event, _ in gates if isinstance(event, GateDecided)] == [
        ("study", "redo"),
        ("study", "pass_with_conditions"),
        ("analysis", "pass"),
        ("rectification", "pass"),
    ]
    assert {envelope.person for _, envelope in gates} == {SUPERVISOR.person}


def test_R_057_no_phase_begins_before_the_gate_of_the_one_before_has_passed() -> None:
    workflow = before("03-21 09:00")
    with pytest.raises(Refused) as refused:
        attempt(workflow, OpenPhase(key=KEY, phase="analysis"), SECRETARY)
    assert refused.value.refusal.code == PHASE_BEFORE.code


def test_R_058_nobody_of_the_unit_decides_the_gate() -> None:
    workflow = before("03-22 10:00")
    decide = DecideGate(key=KEY, phase="study", decision="pass")
    with pytest.raises(Refused) as refused:
        attempt(workflow, decide, SECRETARY)
    assert refused.value.refusal.code == NO_DUTY.code
    attempt(workflow, grant(person(2), "supervisor"), acting(101, "registrar"))
    with pytest.raises(Refused) as refused:
        attempt(workflow, decide, acting(2, "supervisor"))
    assert refused.value.refusal.code == OUTSIDE_REQUIRED.code
    attempt(workflow, decide, SUPERVISOR)


def test_R_058_the_condition_became_a_task_of_the_next_phase_and_was_met_there(workflow: Workflow) -> None:
    state = workflow.state(CAMPAIGN)
    progress = workflow.fact("campaign.progress", CAMPAIGN)
    assert progress["analysis"].tasks["catch_up_study"].condition
    assert progress["analysis"].tasks["catch_up_study"].complete
    assert "catch_up_study" not in progress["study"].tasks
    assert state.open_conditions() == ()


def test_R_061_the_seven_tasks_of_phase_two_were_completed_in_their_partial_order(history: History) -> None:
    done = [
        item.event.task for item in history.events(TaskCompleted) if isinstance(item.event, TaskCompleted)
    ]
    tasks = {task.code: task.after for phase in state_of(history).planned for task in phase.tasks}
    assert len(set(done)) == len(done) == len(tasks) + 1
    for task, after in tasks.items():
        for earlier in after:
            assert done.index(earlier) < done.index(task)


def state_of(history: History) -> Any:
    return fold(campaign.DECIDER, [item for item in history.events() if item.envelope.stream == CAMPAIGN])


def test_the_campaign_is_closed_and_nothing_is_missing(workflow: Workflow) -> None:
    assert workflow.state(CAMPAIGN).state == "closed"
    assert workflow.fact("campaign.missing", CAMPAIGN) == ()


def test_R_061_everybody_wrote_an_analysis_or_was_excused(history: History) -> None:
    found = took_part(history, "analysis_material")
    assert (len(found.took_part), found.excused, found.unexplained) == (27, LEFT_POST, ())


def test_R_070_eleven_of_twelve_deeds_are_confirmed_by_those_whom_they_served(works: Works) -> None:
    deeds = list(works.held(campaign=KEY, task="good_deeds"))
    assert len(deeds) == 12
    assert [deed.state.stream for deed in deeds if not deed.state.confirmed] == ["activity/deed-09"]


def test_R_138_every_opinion_was_decided_and_its_giver_told(workflow: Workflow) -> None:
    cases = [workflow.state(stream) for stream in workflow.history.streams("case") if "opinion" in stream]
    assert len(cases) == 8
    assert all(case.final and case.answered and case.ground for case in cases)
    assert {case.outcome for case in cases} == {"adopted", "partly_adopted", "not_adopted"}
    assert sum(case.requester is None for case in cases) == 2, "two are anonymous"
    assert [case.stream for case in cases if case.contested] == ["case/opinion-06"]


# --- the complaint -----------------------------------------------------------------------------


def test_R_143_the_accused_was_told_and_heard_before_anything_was_decided(workflow: Workflow) -> None:
    case = workflow.state("case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658")
    assert case.state == "closed"
    notice = case.notice("p-16")
    assert isinstance(notice, Notice)
    assert notice.reply is not None
    assert case.outcome == "partly_upheld"
    assert case.investigator not in (None, *case.concerns)
    assert case.requester is None
    types = [
        r.envelope.stored_type
        for r in workflow.history.stream("case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658")
    ]
    assert types.index("case.respondent_notified") < types.index("case.respondent_replied")
    assert types.index("case.respondent_replied") < types.index("case.decided")


def test_R_143_before_the_notice_the_complaint_does_not_exist_for_the_accused_and_never_for_others() -> None:
    told = beijing("04-13 09:00")
    earlier, later = before("04-13 09:00"), executed()
    assert [
        workflow.sees(self_("p-16"), told, "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658")
        for workflow in (earlier, later)
    ] == [
        False,
        True,
    ]
    assert not later.sees(SECRETARY, told, "case/complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658")
    sentences = []
    for key in (
        "complaint-01-5f0c2a9d7be34816a1c9e02b47d3f658",
        "complaint-99-00000000000000000000000000000000",
    ):
        with pytest.raises(Refused) as refused:
            attempt(later, AssignResponsible(key=key, responsible="p-2"), SECRETARY)
        sentences.append(str(refused.value).replace(key, "…"))
    assert sentences[0] == sentences[1], "the words do not tell it from one that does not exist"


# --- findings ----------------------------------------------------------------------------------


def test_R_115_every_finding_was_put_right_by_one_and_verified_by_another(workflow: Workflow) -> None:
    findings = [stream for stream in workflow.history.streams("case") if "finding" in stream]
    assert len(findings) == 6
    for stream in findings:
        by = {r.envelope.stored_type: r.envelope.person for r in workflow.history.stream(stream)}
        people = (by["case.rectification_reported"], by["case.verification_passed"], by["case.closed"])
        assert len(set(people)) == 3
        assert workflow.state(stream).state == "closed"
    failed = [stream for stream in findings if workflow.state(stream).failed_verifications]
    assert failed == ["case/finding-06"]


def test_R_115_whoever_put_it_right_cannot_verify_it() -> None:
    workflow = before("06-10 12:30")
    attempt(workflow, grant("p-10", "verifier"), acting(101, "registrar"))
    verify = VerifyRectification(key="finding-06", passed=True, evidence=("0" * 64,))
    with pytest.raises(Refused) as refused:
        attempt(workflow, verify, acting(10, "verifier"))
    assert refused.value.refusal.code == OWN_CASE.code
    attempt(workflow, verify, VERIFIER)


def test_R_064_who_is_married_to_the_author_does_not_vet(workflow: Workflow) -> None:
    by = {r.envelope.person for r in workflow.history.stream("submission/reflection-18")}
    assert person(5) not in by
    again = before("03-10 14:00")
    with pytest.raises(Refused) as refused:
        attempt(again, Vet(key="reflection-18", verdict="accepted"), acting(5, "study_supervisor"))
    assert refused.value.refusal.code == CONFLICT.code


# --- ratings, appraisals, publication ----------------------------------------------------------


def test_R_051_the_cap_on_the_best_grade_is_nine_and_the_tie_across_it_is_left_to_people(
    history: History,
) -> None:
    ranking = appraisal_ranking(history, KEY).ranking
    assert ranking.population == 29
    assert len(ranking.entries) == 27
    above = [entry for entry in ranking.entries if entry.figure.exact() >= 90]
    granted = [entry.subject for entry in ranking.entries if entry.grade == "excellent"]
    assert (len(above), len(granted)) == (12, 8)
    (selection,) = ranking.selections
    assert (selection.grade, selection.places) == ("excellent", 1)
    assert set(selection.candidates) == set(persons(5, 15))
    assert [ranking.place(who) for who in persons(5, 15)] == [9, 9]
    assert ranking.place("p-24") == 11, "two share the ninth place"
    grounds = {entry.subject: entry.grade_ground for entry in above}
    assert {grounds[who] for who in persons(20, 24)} == {"excellent_cap:quota"}


def test_R_051_the_branch_chose_one_of_the_two_and_kept_to_the_cap(workflow: Workflow) -> None:
    outcomes = {
        who: workflow.fact("appraisal.outcome", f"appraisal/appraisal-{who[2:].zfill(2)}") for who in MEMBERS
    }
    assert all(outcome.state == "final" for outcome in outcomes.values())
    excellent = {who for who, outcome in outcomes.items() if outcome.grade == "excellent"}
    assert len(excellent) == 9 == 27 // 3
    assert "p-15" in excellent
    assert "p-5" not in excellent
    assert [who for who, outcome in outcomes.items() if outcome.grade is None] == [PROBATIONARY]


def test_R_051_R_104_who_is_probationary_is_not_graded_and_who_is_missing_is_not_zero(
    history: History,
) -> None:
    excluded = {item.subject: item.reason for item in appraisal_ranking(history, KEY).ranking.excluded}
    assert excluded == {PROBATIONARY: "not_graded", "p-29": "missing"}


def test_R_199_a_total_explains_itself_down_to_the_rounds(history: History) -> None:
    explanation = appraisal_ranking(history, KEY).explain("p-15")
    assert explanation.figure.displayed == "92.21"
    types = {item.stored_type for item in explanation.figure.evidence()}
    assert types == {"rating.self_rated", "rating.closed"}


def test_R_204_below_the_threshold_no_breakdown_is_shown_and_no_ballot_is_in_the_log(
    workflow: Workflow,
) -> None:
    result = workflow.fact("rating.result", "rating/mass-2005")
    assert result["p-29"] == BelowThreshold(5)
    assert sum(result["p-28"].values()) == 6
    turnout = {k: workflow.fact("rating.turnout", f"rating/{k}-2005") for k in ("peer", "mass")}
    assert {k: (found.voted, found.eligible) for k, found in turnout.items()} == {
        "peer": (27, 29),
        "mass": (9, 10),
    }
    voted = [
        r.data
        for r in workflow.history.stream("rating/peer-2005")
        if r.envelope.stored_type == "rating.voted"
    ]
    assert len(voted) == 27
    assert all(data.keys() == {"rater"} for data in voted)


def test_R_038_each_batch_of_papers_was_counted_by_two(workflow: Workflow) -> None:
    by: dict[str, list[str]] = {}
    for record in workflow.history.stream("rating/mass-2005"):
        if record.envelope.stored_type in ("rating.paper_entered", "rating.paper_confirmed"):
            by.setdefault(record.data["batch"], []).append(record.envelope.person)
    assert by == {"hall": ["p-202", "p-202", "p-203"], "office": ["p-203", "p-202"]}
    types = [r.envelope.stored_type for r in workflow.history.stream("rating/mass-2005")]
    assert types.count("rating.paper_discarded") == 1


def test_R_055_nothing_was_final_before_feedback_and_an_answer_or_the_end_of_the_time(
    history: History,
) -> None:
    ends = {item.envelope.stream: item.envelope.recorded_at for item in history.events(AppraisalFinalised)}
    assert len(ends) == 29
    delivered: dict[str, datetime] = {}
    for item in history.events(FeedbackDelivered):
        assert isinstance(item.event, FeedbackDelivered)
        delivered[item.envelope.stream] = item.event.reply_until
    answered = {
        record.envelope.stream
        for record in history.records()
        if record.envelope.stored_type in ("appraisal.acknowledged", "appraisal.replied")
    }
    assert len(ends.keys() - answered) == 3, "three let the time pass"
    assert all(ends[stream] > delivered[stream] for stream in ends.keys() - answered)


def test_R_055_one_answered_and_the_opinion_was_revised_beside_the_first(workflow: Workflow) -> None:
    state = workflow.state("appraisal/appraisal-16")
    assert [opinion.grade for opinion in state.opinions] == ["basic", "competent"]
    assert len(state.opinions[0].replies) == 1
    assert state.opinions[1].acknowledged is not None
    revised = [item for item in workflow.history.events(OpinionFormed) if item.event.version == 2]
    assert [item.envelope.stream for item in revised] == ["appraisal/appraisal-16"]


def test_R_051_nobody_forms_the_opinion_on_themselves() -> None:
    workflow = before("04-27 08:40")
    opinion = FormOpinion(
        key="appraisal-01",
        grade="excellent",
        cites=("rating/self-2005", "rating/peer-2005", "rating/mass-2005"),
        record="0" * 64,
        achievements=Personal("好"),
        problems=Personal("无"),
        direction=Personal("无"),
    )
    with pytest.raises(Refused) as refused:
        attempt(workflow, opinion, SECRETARY)
    assert refused.value.refusal.code == OWN_CASE.code
    attempt(workflow, opinion, acting(2, "secretary"))


def test_R_188_the_ranking_was_final_only_after_its_window_and_its_objection(workflow: Workflow) -> None:
    state = workflow.state("publication/ranking-2005")
    assert state.state == "final"
    assert [(item.objector, item.upheld) for item in state.objections] == [("p-5", False)]
    by = {r.envelope.stored_type: r.envelope for r in workflow.history.stream("publication/ranking-2005")}
    assert state.said is not None
    assert state.said.closes is not None
    assert by["publication.finalised"].recorded_at >= state.said.closes
    people = {by[f"publication.{event}"].person for event in ("published", "objection_resolved")}
    assert len(people) == 2
    assert "p-5" not in people


def test_R_197_the_published_ranking_is_computed_again_from_position_and_moment(workflow: Workflow) -> None:
    said = workflow.state("publication/ranking-2005").said
    then = workflow.history.up_to(said.position).as_of(known=said.known, effective=said.effective)
    assert appraisal_ranking(then, KEY, said.rule).digest == said.digest
    # Where the records stand in another batch of another file, the result is the same.
    late = Workflow(MemoryStore(), MODEL, salts=keyed_salts(b"another key, another set of salts"))
    for entry in entries():
        late.execute(*entry[0], **entry[1])
    history = late.history.up_to(said.position).as_of(known=said.known)
    assert appraisal_ranking(history, KEY, said.rule).digest == said.digest
    assert late.history.head() != workflow.history.head()


# --- the audit ---------------------------------------------------------------------------------


def test_nobody_did_what_they_were_not_permitted_to(history: History) -> None:
    assert list(forbidden(history.events())) == []


def test_the_audit_passes_on_the_record_and_finds_in_the_conduct_what_the_story_has(
    history: History,
) -> None:
    audit = full_audit(history)
    assert [str(finding) for check, finding in audit.findings() if check.integrity] == []
    # Who signed the complaint is in no file: that check is not made, and the audit is not green.
    # Nor does the log hold a regime of duties, of which one could have been missed.
    assert [check.code for check in audit.checks if check.outcome == "not_checked"] == [
        "sealed_parts",
        "audit.missing_duties",
    ]
    assert not audit
    conduct: dict[str, list[str]] = {check.code: [] for check in audit.checks if not check.integrity}
    for check, finding in audit.findings():
        conduct[check.code].append(finding.subject)
    policies = {code: conduct.pop(code) for code in tuple(conduct) if code.startswith("audit.")}
    assert {code: found for code, found in policies.items() if found} == {
        "audit.reconciliation": ["claim/transition-report"],  # 392 attendances are more than members can have
        "audit.deadlines": ["activity/study-06"],  # put off for snow
        "audit.separation": ["p-8"],  # who decided opinions closed them too
        "audit.burden": ["u-branch"],  # twenty occasions in March
        "audit.recurrence": ["case/opinion-06"],  # contested and reopened
    }
    assert next(check for check in audit.checks if check.code == "publications").outcome == "pass"
    assert len(conduct.pop("imported")) == 1, "the whole log comes from one file"
    assert conduct == {
        "late": ["activity/study-04", "activity/deed-05", "activity/study-08", "case/opinion-05"],
        "counting": [],
        "corrected": ["activity/study-04"],
        "confirmed": ["activity/deed-09"],
        "copied": [
            "submission/reflection-19",
            "submission/reflection-12",
            "submission/reflection-19",
            "submission/analysis-16",
        ],
        "excused": [],
        "gates": [CAMPAIGN, CAMPAIGN],
        "verified": ["case/finding-06"],
        "replies": ["appraisal/appraisal-16"],
        "open": [],
        "handed_over": [],
        "sealed": [],
        "second_thoughts": [],
    }


# --- helpers -----------------------------------------------------------------------------------


def entries() -> Iterator[tuple[list[Command], dict[str, Any]]]:
    """Every line of the journal as commands and circumstance, without a source."""
    for line in HISTORY.read_bytes().splitlines():
        body = json.loads(line)
        pairs = body.get("together", [body])
        by = body["by"]
        circumstance: dict[str, Any] = {
            "by": Actor(by["account"], by["person"], by["capacity"], by.get("for")),
            "at": moment(body["at"]),
            "command_id": body["id"],
        }
        if "effective_at" in body:
            circumstance["effective_at"] = moment(body["effective_at"])
        yield [MODEL.registry.command(pair["do"], pair["with"]) for pair in pairs], circumstance


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def before(at: str) -> Workflow:
    """The story up to just before a moment."""
    workflow = Workflow(MemoryStore(), MODEL, salts=keyed_salts(SALT_KEY.read_bytes()))
    for commands, circumstance in entries():
        if circumstance["at"] >= beijing(at):
            break
        workflow.execute(*commands, **circumstance)
    return workflow


def attempt(workflow: Workflow, command: Command, by: Actor) -> None:
    """Give a command right after what was recorded last."""
    head = workflow.store.head()
    assert head.recorded_at is not None
    workflow.execute(command, by=by, at=head.recorded_at, command_id=f"test-{head.position}")


def grant(who: str, role: str) -> Command:
    return MODEL.registry.command("authority.grant_role", {"person": who, "role": role, "unit": "u-bureau"})
