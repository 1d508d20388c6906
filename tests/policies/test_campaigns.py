"""Policies on campaigns: R-051, R-054, R-059, R-062 to R-070."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from tests.support.world import START, World

from party_workflow.calendar import Calendar
from party_workflow.domain import activity, campaign, case, definition, population, submission
from party_workflow.domain.activity import AttachEvidence, Attendance, HoldActivity, PlanActivity
from party_workflow.domain.activity.events import EvidenceKind
from party_workflow.domain.campaign import (
    Batch,
    CampaignDefinition,
    CompleteTask,
    ExcuseMember,
    FinishPhase,
    OpenPhase,
    Phase,
    ReopenTask,
    StartCampaign,
    Task,
)
from party_workflow.domain.case import (
    AssignResponsible,
    CloseCase,
    OpenCase,
    ReopenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import ChangeCategories, FoundUnit, RegisterPerson
from party_workflow.domain.population import AddToPopulation, FreezePopulation, RemoveFromPopulation
from party_workflow.domain.submission import FlagSimilarity, Submit, TemplateDefinition, Vet
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidInput
from party_workflow.packs import party
from party_workflow.packs.case_kinds import COMPLAINT, FINDING
from party_workflow.personal import Personal
from party_workflow.policies.activities.double_life import double_life
from party_workflow.policies.activities.participation import attendance_sum, mean_attendance, participation
from party_workflow.policies.activities.works import Works
from party_workflow.policies.courses.campaign_reports import campaign_report, good_deeds, headcount
from party_workflow.policies.courses.campaigns import aligned, courses
from party_workflow.policies.courses.phase_problems import BEFORE, phase_problems, problems
from party_workflow.policies.figure import Absent, percent_text
from party_workflow.policies.overview import campaign_view

CALENDAR = Calendar(
    code="cn-mainland",
    version="2009",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset(),
    makeup_days=frozenset(),
    covers=(date(2009, 1, 1), date(2009, 12, 31)),
    basis="test",
)
BARE: dict[str, Any] = {"gate": False, "look_back": False}
PLAN = CampaignDefinition(
    code="education",
    version=1,
    phases=(
        Phase(
            code="study",
            tasks=(Task(code="lesson"), Task(code="film"), Task(code="x", required=False)),
            **BARE,
        ),
        Phase(code="rectify", tasks=(Task(code="mend"),), **BARE),
    ),
    batches=(Batch(code="first"), Batch(code="second")),
)
DECIDERS = (
    definition.decider(party.VALIDATORS),
    population.DECIDER,
    activity.DECIDER,
    submission.DECIDER,
    case.DECIDER,
    campaign.DECIDER,
)


class Scene(World):
    """A world with every aggregate that campaigns rest on, and meetings that serve their tasks."""

    def __init__(self, members: int = 4) -> None:
        super().__init__(*DECIDERS, members=members)
        self.later(hours=1)
        self._kept: dict[str, str] = {}

    def adopt(self, plan: CampaignDefinition) -> None:
        self.do(AdoptDefinition(code=plan.code, kind="campaign", version=plan.version, body=plan.data()))

    def start(self, key: str, plan: CampaignDefinition = PLAN, **fields: Any) -> None:
        self.do(FreezePopulation(key=key, unit="u-branch"))
        given = {"definition_code": plan.code, "definition": plan.digest, "unit": "u-branch"}
        self.do(StartCampaign.model_validate({"key": key, "population": key, **given, **fields}))

    def meet(
        self, key: str, *serves: tuple[str, str], there: tuple[str, ...] = ("p-1",), **fields: Any
    ) -> str:
        found = tuple(Serves(campaign=c, task=t) for c, t in serves)
        self.do(
            PlanActivity.model_validate(
                {
                    "key": key,
                    "kind": "study_session",
                    "unit": "u-branch",
                    "planned_at": self.now,
                    "expected": ("p-1",),
                    "serves": found,
                    **fields,
                }
            )
        )
        rows = {person: Attendance(status="present") for person in there}
        self.do(HoldActivity(key=key, attendance={"p-1": Attendance(status="absent")} | rows))
        return f"activity/{key}"

    def complete(self, key: str, task: str, *works: str) -> None:
        self.do(
            CompleteTask(key=key, task=task, evidence=works or (self.meet(f"{key}-{task}", (key, task)),))
        )

    @property
    def history(self) -> Any:
        return self.workflow.history


# --- batches -----------------------------------------------------------------------------------


def two_batches() -> Scene:
    """The first batch opens on 2 March and does a lesson after 5 days, the second ten weeks later after 3."""
    scene = Scene()
    scene.adopt(PLAN)
    scene.start("edu-a", batch="first")
    scene.do(OpenPhase(key="edu-a", phase="study"))
    scene.later(days=5)
    scene.complete("edu-a", "lesson")
    scene.later(days=65)
    scene.start("edu-b", batch="second", predecessor="edu-a")
    scene.do(OpenPhase(key="edu-b", phase="study"))
    scene.later(days=3)
    scene.complete("edu-b", "lesson")
    scene.complete("edu-b", "film")
    return scene


def test_R_059_batches_are_compared_on_the_same_day_of_a_phase_and_not_of_the_year() -> None:
    scene = two_batches()
    found = courses(scene.history, CALENDAR, code="education")
    assert [(item.batch, item.predecessor) for item in found] == [("first", None), ("second", "edu-a")]
    rows = aligned(found, "study", 3, on=CALENDAR.day_of(scene.now))
    assert {row.batch: row.share.value for row in rows} == {"first": Fraction(0), "second": Fraction(1)}
    later = aligned(found, "study", 5, on=date(2009, 12, 31))
    assert {row.batch: row.share.value for row in later} == {"first": Fraction(1, 2), "second": Fraction(1)}
    assert all(row.planned.exact() == 2 for row in rows), "what is not required is not waited for"
    assert [item.stored_type for item in later[0].done.evidence()] == ["campaign.task_completed"]


def test_R_059_a_day_that_a_batch_has_not_come_to_is_missing_and_a_phase_not_opened_does_not_apply() -> None:
    scene = two_batches()
    found = courses(scene.history, CALENDAR)
    on = CALENDAR.day_of(scene.now)
    assert [row.done.value for row in aligned(found, "study", 30, on=on)] == [Fraction(1), Absent("missing")]
    assert {row.share.value for row in aligned(found, "rectify", 0, on=on)} == {Absent("not_applicable")}
    assert aligned(found, "harvest", 0, on=on) == ()


def test_R_059_the_days_are_those_of_the_place_of_the_calendar() -> None:
    scene = two_batches()
    (first, _) = courses(scene.history, CALENDAR)
    study = first.phase("study")
    assert study is not None
    assert study.opened == date(2009, 3, 2)
    assert [task.day for task in study.tasks] == [5, None, None]
    ahead = courses(scene.history, CALENDAR.model_copy(update={"offset_minutes": 23 * 60 - 1}))
    moved = ahead[0].phase("study")
    assert moved is not None
    assert moved.opened == date(2009, 3, 3)


def test_R_059_a_phase_that_passed_early_stays_comparable_and_a_task_reopened_is_not_done() -> None:
    scene = two_batches()
    scene.do(FinishPhase(key="edu-b", phase="study"))
    on = CALENDAR.day_of(scene.now)
    rows = aligned(courses(scene.history, CALENDAR), "study", 60, on=on)
    assert [row.done.value for row in rows] == [Fraction(1), Fraction(2)]
    scene.do(ReopenTask(key="edu-a", task="lesson", ground="mistaken"))
    rows = aligned(courses(scene.history, CALENDAR), "study", 60, on=on)
    assert [row.done.value for row in rows] == [Fraction(0), Fraction(2)]


# --- what counted ------------------------------------------------------------------------------


def test_R_069_work_that_serves_two_campaigns_by_explicit_link_counts_once_in_the_report_of_each() -> None:
    scene = Scene()
    plain = PLAN.model_copy(update={"batches": ()})
    scene.adopt(plain)
    for key in ("edu-a", "edu-b"):
        scene.start(key, plain)
        scene.do(OpenPhase(key=key, phase="study"))
    both = scene.meet("both", ("edu-a", "lesson"), ("edu-a", "film"), ("edu-b", "lesson"))
    for key, task in (("edu-a", "lesson"), ("edu-a", "film"), ("edu-b", "lesson")):
        scene.complete(key, task, both)
    first = campaign_report(scene.history, "edu-a", CALENDAR)
    assert first.works.exact() == 1, "it is cited for two tasks and counted once"
    assert first.shared == {both: ("edu-b",)}
    assert campaign_report(scene.history, "edu-b", CALENDAR).works.exact() == 1
    other = scene.meet("other", ("edu-b", "film"))
    scene.complete("edu-b", "film", other)
    second = campaign_report(scene.history, "edu-b", CALENDAR)
    assert second.works.exact() == 2
    assert second.shared == {both: ("edu-a",)}
    assert len(second.works.evidence()) == 2


def test_R_063_the_six_musts_are_a_checklist_with_evidence_for_each_item_from_pack_data_alone() -> None:
    (entry,) = [item for item in party.PACK.of_kind("campaign") if item.code == "six-musts"]
    plan = CampaignDefinition.model_validate(entry.document())
    scene = Scene()
    scene.adopt(plan)
    scene.start("six", plan)
    evidence = scene.meet("talk", ("six", "must_lead"))
    scene.complete("six", "must_lead", evidence)
    items = {item.task: item for item in campaign_report(scene.history, "six", CALENDAR).tasks}
    assert len(items) == 6
    assert [task for task, item in items.items() if item.complete] == ["must_lead"]
    assert items["must_lead"].works == (evidence,)
    assert items["must_lead"].evidence is not None
    assert all(item.evidence is None and item.works == () for t, item in items.items() if t != "must_lead")


def test_a_report_on_no_campaign_says_which_there_are() -> None:
    scene = two_batches()
    with pytest.raises(InvalidInput, match="edu-a, edu-b"):
        campaign_report(scene.history, "none", CALENDAR)
    with pytest.raises(InvalidInput):
        headcount(scene.history, "none")


@pytest.mark.parametrize("code", ["mission-education", "two-learn-one-do", "safety-year"])
def test_R_069_campaigns_without_phases_run_from_pack_data_alone(code: str) -> None:
    (entry,) = [item for item in party.PACK.of_kind("campaign") if item.code == code]
    plan = CampaignDefinition.model_validate(entry.document())
    assert plan.phaseless
    scene = Scene()
    scene.adopt(plan)
    batch = {"batch": plan.batches[0].code} if plan.batches else {}
    scene.start("run", plan, **batch)
    assert scene.workflow.state("campaign/run").state == "running"
    (course,) = courses(scene.history, CALENDAR)
    (whole,) = course.phases
    assert whole.opened == CALENDAR.day_of(scene.now), "it is open from its start"


def test_R_069_the_course_of_a_campaign_without_phases_shows_its_tasks_and_its_frame() -> None:
    open_set = CampaignDefinition(code="open", version=1, tasks=(Task(code="lesson"),), theme="mission")
    scene = two_batches()
    scene.adopt(open_set)
    scene.start("next", open_set, predecessor="edu-b")
    scene.complete("next", "lesson")
    view = campaign_view(scene.history, scene.model, "next")
    assert view is not None
    assert [step.what for step in view.steps] == ["started", "framed", "task_completed"]
    assert [(phase.code, [task.code for task in phase.tasks]) for phase in view.phases] == [
        ("whole", ["lesson"])
    ]


# --- problems by phase -------------------------------------------------------------------------


def problem_scene() -> Scene:
    scene = Scene()
    plain = PLAN.model_copy(update={"batches": ()})
    scene.adopt(plain)
    for kind in (FINDING, COMPLAINT):
        scene.do(AdoptDefinition(code=kind.code, kind="case", version=kind.version, body=kind.data()))
    scene.start("edu", plain)
    return scene


def find(scene: Scene, key: str, *classes: str, kind: Any = FINDING, campaign_key: str = "edu") -> None:
    scene.do(
        OpenCase(
            key=key,
            kind=kind.code,
            definition=kind.digest,
            unit="u-branch",
            substance=Personal("something"),
            classes=classes,
            serves=(Serves(campaign=campaign_key, task="mend"),),
        )
    )


def mend(scene: Scene, key: str) -> None:
    scene.do(AssignResponsible(key=key, responsible="p-2"))
    scene.do(ReportRectified(key=key, evidence=("e" * 64,)), by=scene.act(2))
    scene.do(VerifyRectification(key=key, passed=True, evidence=("f" * 64,)), by=scene.act(3))
    scene.do(CloseCase(key=key), by=scene.act(4))


def test_R_062_a_rectification_opens_and_closes_in_any_phase_and_the_report_tells_the_classes_apart() -> None:
    scene = problem_scene()
    find(scene, "early", "old_problem", "post_problem")
    scene.later(days=1)
    scene.do(OpenPhase(key="edu", phase="study"))
    scene.later(days=1)
    find(scene, "quick", "new_problem", "own_problem")
    mend(scene, "quick")
    find(scene, "long", "old_problem", "own_problem")
    find(scene, "vague", "old_problem", "new_problem")
    scene.later(days=1)
    scene.complete("edu", "lesson")
    scene.complete("edu", "film")
    scene.do(FinishPhase(key="edu", phase="study"))
    scene.later(days=1)
    scene.do(OpenPhase(key="edu", phase="rectify"))
    mend(scene, "long")
    mend(scene, "early")

    def counts(table: Any) -> dict[tuple[str, str], int]:
        return {key: int(figure.exact()) for key, figure in table.items()}

    reports = {item.phase: item for item in phase_problems(scene.history, "edu")}
    assert list(reports) == [BEFORE, "study", "rectify"]
    assert counts(reports[BEFORE].found) == {("old", "post"): 1}
    assert counts(reports["study"].found) == {
        ("new", "own"): 1,
        ("old", "own"): 1,
        ("unclassified", "unclassified"): 1,
    }
    assert counts(reports["study"].closed) == {("new", "own"): 1}, "in the phase in which it was found"
    assert counts(reports["rectify"].found) == {}
    assert counts(reports["rectify"].closed) == {("old", "own"): 1, ("old", "post"): 1}
    closed = reports["study"].closed["new", "own"]
    assert [item.stored_type for item in closed.evidence()] == ["case.closed"]


def test_R_062_what_is_reopened_is_open_and_what_is_of_another_campaign_or_confidential_is_not_there() -> (
    None
):
    scene, hidden = problem_scene(), f"hidden-{'0123456789abcdef' * 2}"
    scene.do(OpenPhase(key="edu", phase="study"))
    find(scene, "again", "new_problem", "own_problem")
    mend(scene, "again")
    scene.do(ReopenCase(key="again", ground="came_back"))
    find(scene, "other", "new_problem", campaign_key="elsewhere")
    find(scene, hidden, "new_problem", kind=COMPLAINT)
    (row,) = problems(scene.history, "edu")
    assert (row.case, row.found_in, row.closed_in) == ("case/again", "study", None)


# --- people ------------------------------------------------------------------------------------


def test_R_067_the_population_is_frozen_with_categories_and_who_comes_and_goes_is_an_event() -> None:
    scene = Scene(members=29)
    for number in (27, 28, 29):
        scene.do(ChangeCategories(person=f"p-{number}", categories=("member", "retired"), ground="survey"))
    for number in (24, 25, 26):
        left_post = ("left_post",) if number > 24 else ()
        found = ("away", "member", *left_post)
        scene.do(ChangeCategories(person=f"p-{number}", categories=found, ground="survey"))
    scene.do(FreezePopulation(key="edu", unit="u-branch"))
    scene.later(days=1)
    scene.do(ChangeCategories(person="p-1", categories=("away", "member"), ground="posted"))
    scene.do(AddToPopulation(key="edu", person="p-60", ground="joined"))
    scene.do(RemoveFromPopulation(key="edu", person="p-2", ground="moved"))
    found_count = headcount(scene.history, "edu")
    counts = {code: figure.exact() for code, figure in found_count.by_category.items()}
    assert counts == {"member": 29, "retired": 3, "away": 3, "left_post": 2}, "as frozen; they overlap"
    assert found_count.frozen.exact() == found_count.now.exact() == 29
    assert [person for person, _ in found_count.joined] == ["p-60"]
    assert [(person, event.stored_type) for person, event in found_count.left] == [("p-2", "population.left")]


def test_R_065_24_reflections_of_29_members_with_the_five_missing_and_their_reasons() -> None:
    scene = Scene(members=29)
    plain = PLAN.model_copy(update={"batches": ()})
    scene.adopt(plain)
    scene.start("edu", plain)
    serves = (Serves(campaign="edu", task="lesson"),)
    for number in range(1, 26):
        key = f"r-{number}"
        text = f"{number:064x}"
        scene.do(
            Submit(
                key=key, kind="reflection", unit="u-branch", author=f"p-{number}", digest=text, serves=serves
            )
        )
        by = scene.act(2 if number != 2 else 3)
        scene.do(FlagSimilarity(key=key, share=Fraction(9, 10), source_digest="f" * 64), by=by)
        if number == 25:
            scene.do(Vet(key=key, verdict="returned", ground="copied"), by=by)
        else:
            scene.do(Vet(key=key, verdict="accepted"), by=by)
    for number, reason in ((27, "ill"), (28, "away")):
        scene.do(
            ExcuseMember(
                key="edu", person=f"p-{number}", reason=reason, since=START, accommodation="materials_sent"
            )
        )
    found = participation(scene.history, "edu", "lesson", "edu")
    assert found.raw.exact() == Fraction(24, 29)
    assert percent_text(found.raw.exact()) == "82.76"
    assert found.adjusted.exact() == Fraction(24, 27)
    assert {item.person: item.reason for item in found.missing} == {
        "p-25": "not_registered",
        "p-26": "not_registered",
        "p-27": "ill",
        "p-28": "away",
        "p-29": "not_registered",
    }


def test_R_064_the_study_supervision_group_keeps_attendance_and_vets_from_the_role_book_alone() -> None:
    duties = set(party.ROLES["study_supervisor"])
    assert {"activity.record", "activity.correct", "submission.vet", "submission.check"} <= duties
    assert "submission.record" not in duties, "it hands nothing in"


def test_R_041_R_052_the_templates_of_the_pack_say_their_sections_and_what_is_restricted() -> None:
    found = {item.code: item.value for item in party.PACK.of_kind("template")}
    report, private = found["duty_report_template"], found["analysis_material_template"]
    assert isinstance(report, TemplateDefinition)
    assert isinstance(private, TemplateDefinition)
    assert {"section_instrument", "section_problem", "section_effect"} <= set(report.required)
    assert {"section_results", "section_shortcomings", "section_direction"} <= set(report.required)
    assert private.restricted
    assert not report.restricted


def test_R_068_392_attendances_of_29_members_are_explained_by_others_who_were_told_as_well() -> None:
    scene = Scene(members=29)
    for number in range(61, 66):
        scene.do(RegisterPerson(person=f"p-{number}", unit="u-branch", categories=("staff",)))
    members = tuple(f"p-{number}" for number in range(1, 30))
    for session in range(12):
        others = tuple(f"p-{number}" for number in range(61, 61 + (4 if session < 8 else 3)))
        scene.meet(f"s-{session}", ("edu", "lesson"), there=(*members, *others), expected=members)
        scene.later(days=1)
    held = list(Works.of(scene.history).held(campaign="edu"))
    assert attendance_sum(held).exact() == 392
    assert attendance_sum(held, having=("member",)).exact() == 348 == 12 * 29
    assert attendance_sum(held, without=("member",)).exact() == 44
    assert mean_attendance(held).exact() == Fraction(98, 3) > 29


def test_R_070_each_deed_is_confirmed_by_whom_it_served_or_shown_as_unconfirmed() -> None:
    scene = Scene()
    for number in range(12):
        stream = scene.meet(f"deed-{number}", ("edu", "lesson"), kind="good_deed")
        if number < 11:
            kind: EvidenceKind = "confirmation" if number else "document"
            scene.do(AttachEvidence(key=stream.partition("/")[2], kind=kind, digest=f"{number:064x}"))
    found = good_deeds(scene.history, "edu", "lesson")
    assert len(found.confirmed) == 10
    assert found.unconfirmed == ("activity/deed-0", "activity/deed-11"), "a photograph confirms nothing"
    assert {event.stored_type for event in found.confirmed.values()} == {"activity.evidence_attached"}


# --- double organisational life ----------------------------------------------------------------

SPAN: dict[str, Any] = {"since": START, "until": datetime(2010, 1, 1, tzinfo=UTC)}


def leaders() -> Scene:
    scene = Scene()
    scene.do(FoundUnit(unit="u-leadership", kind="committee", parent="u-bureau"))
    scene.do(ChangeCategories(person="p-2", categories=("leader", "member"), ground="appointed"))
    scene.later(days=1)
    return scene


def test_R_054_a_leader_owes_both_bodies_and_however_often_in_one_does_not_make_up_for_the_other() -> None:
    scene = leaders()
    for number in range(5):
        scene.meet(f"b-{number}", unit="u-leadership", there=("p-2",))
    scene.meet("h-2")
    (row,) = double_life(scene.history, body="u-leadership", **SPAN)
    assert row.person == "p-2"
    assert row.body.owed.exact() == row.body.attended.exact() == 5
    assert row.body.kept
    assert row.home.owed.exact() == 1
    assert row.home.attended.exact() == 0
    assert not row.home.kept
    assert [(item.activity, item.status) for item in row.home.missed] == [("activity/h-2", "not_registered")]
    assert not row.satisfied
    assert row.body.share.exact() == 1


def test_R_054_both_kept_is_satisfied_and_an_excusal_is_no_absence() -> None:
    scene = leaders()
    scene.meet("b-1", unit="u-leadership", there=("p-2",))
    scene.do(
        PlanActivity(key="h-1", kind="life", unit="u-branch", planned_at=scene.now, expected=("p-1", "p-2"))
    )
    rows = {"p-1": Attendance(status="present"), "p-2": Attendance(status="excused", reason="ill")}
    scene.do(HoldActivity(key="h-1", attendance=rows))
    (row,) = double_life(scene.history, body="u-leadership", **SPAN)
    assert row.satisfied
    assert [(item.status, item.reason) for item in row.home.missed] == [("excused", "ill")]


def test_R_054_with_nothing_held_on_one_side_it_is_not_satisfied_and_has_no_share() -> None:
    scene = leaders()
    scene.meet("b-1", unit="u-leadership", there=("p-2",))
    (row,) = double_life(scene.history, body="u-leadership", **SPAN)
    assert row.home.share.value == Absent("not_applicable")
    assert not row.satisfied


def test_R_054_the_group_and_its_branch_are_home_and_what_was_before_the_appointment_is_not_owed() -> None:
    scene = Scene()
    scene.do(FoundUnit(unit="u-group", kind="group", parent="u-branch"))
    scene.do(RegisterPerson(person="p-70", unit="u-group", categories=("member",)))
    scene.meet("before")
    scene.later(days=1)
    scene.do(ChangeCategories(person="p-70", categories=("leader", "member"), ground="appointed"))
    scene.meet("branch", there=("p-1", "p-70"))
    scene.meet("group", unit="u-group", there=("p-1", "p-70"))
    scene.meet("above", unit="u-bureau")
    (row,) = double_life(scene.history, body="u-leadership", **SPAN)
    assert row.home.owed.exact() == row.home.attended.exact() == 2
    (fewer,) = double_life(scene.history, body="u-leadership", kinds=("study_session",), **SPAN)
    assert fewer.home.owed.exact() == 2
    assert double_life(scene.history, body="u-leadership", kinds=("life",), **SPAN) == ()
