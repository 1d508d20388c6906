"""What follows from low grades and from matters that had to be reported: proposals and findings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.follow import DIGEST, Year

from party_workflow.domain.assessment import Advance, EnterSheets, NoteProblem, Value
from party_workflow.domain.case import CaseOpened, OpenCase
from party_workflow.domain.procedure import OpenProcedure, ProcedureOpened, TakeStep
from party_workflow.errors import Refused
from party_workflow.packs.processes import (
    ADVERSE_COMMANDS,
    adverse,
    findings_of_assessments,
    guarded,
    proceeded_unreported,
)
from party_workflow.personal import Personal
from party_workflow.policies.consequences.snapshots import snapshot
from party_workflow.processes import Issue, ProcessManager, Proposal

LOW = ("issue_interview", "issue_rectification")


# --- R-047 -----------------------------------------------------------------------------------


def graded() -> Year:
    world = Year()
    world.session()
    world.grade(u_b1="fair", u_b2="poor", u_b3="fairly_good")
    return world


def test_R_047_fair_and_poor_propose_an_interview_and_a_case_with_a_day_and_issue_neither() -> None:
    world = graded()
    before = world.store.head()
    found = world.proposed()
    assert [(item.subject, item.action, item.ground, item.to) for item in found] == [
        ("u-b1", "issue_interview", "fair", "u-b1"),
        ("u-b1", "issue_rectification", "fair", "u-b1"),
        ("u-b2", "issue_interview", "poor", "u-b2"),
        ("u-b2", "issue_rectification", "poor", "u-b2"),
    ]
    assert world.store.head() == before
    rectification = found[1].command
    assert isinstance(rectification, OpenCase)
    assert rectification.due is not None
    assert rectification.due > world.now
    assert (rectification.source, rectification.concerns) == ("assessment/q1", ())


def test_R_047_a_grade_that_nobody_confirmed_proposes_nothing() -> None:
    world = Year()
    world.session()
    world.grade(confirm=False, u_b1="poor")
    assert world.proposed(*LOW) == []


def test_R_047_the_commands_proposed_take_somebody_with_the_duty_and_then_the_proposals_lapse() -> None:
    world = graded()
    for item in world.proposed(*LOW)[:2]:
        assert item.command is not None
        with pytest.raises(Refused) as refused:
            world.do(item.command, by=world.self_(5))  # no role that carries it
        assert refused.value.refusal.code.startswith("authority.")
        if isinstance(item.command, OpenProcedure):
            with pytest.raises(Refused):
                world.do(item.command, by=world.by)  # nor does the clerk
        world.do(item.command, by=world.act(2))
    assert {item.subject for item in world.proposed(*LOW)} == {"u-b2"}
    [talk] = [item.event for item in world.workflow.history.events(ProcedureOpened)]
    assert isinstance(talk, ProcedureOpened)
    assert (talk.kind, talk.unit) == ("interview", "u-b1")


def test_R_047_a_case_that_somebody_opened_on_the_same_ground_is_enough() -> None:
    world = graded()
    proposal = next(item for item in world.proposed("issue_rectification") if item.subject == "u-b1")
    assert isinstance(proposal.command, OpenCase)
    for more in ({"key": "other", "source": None}, {"key": "mine"}):
        world.do(proposal.command.model_copy(update=more), by=world.act(2))
        left = {item.subject for item in world.proposed("issue_rectification")}
        assert left == ({"u-b1", "u-b2"} if more["key"] == "other" else {"u-b2"})


def test_R_047_a_grade_that_is_corrected_takes_its_proposals_back_and_marks_what_was_issued() -> None:
    world = Year()
    world.session()
    entry = world.grade(u_b1="fair", u_b2="poor")
    for item in world.proposed(*LOW)[:2]:
        assert item.command is not None
        world.do(item.command, by=world.act(2))
    assert world.proposed("review_ground") == []
    better = {unit: {"session_grade": Value(grade="good")} for unit in ("u-b1", "u-b2")}
    world.do(
        EnterSheets(
            key="q1", voice="grading", assessor="p-60", sheets=better, corrects=entry, ground="miscounted"
        ),
        by=world.act(60),
    )
    assert world.proposed(*LOW) == []
    marked = world.proposed("review_ground")
    assert [item.ground for item in marked] == ["grade_corrected"] * 2
    assert {item.subject.partition("/")[0] for item in marked} == {"procedure", "case"}
    talk = next(item.subject for item in marked if item.subject.startswith("procedure/"))
    dropped = TakeStep(key=talk.partition("/")[2], step="drop", given={"reason": "grade_corrected"})
    with pytest.raises(Refused):
        world.do(dropped, by=world.act(2))  # who proposed it
    world.do(dropped, by=world.act(3))
    assert [item.subject.partition("/")[0] for item in world.proposed("review_ground")] == ["case"]


def test_R_047_accountability_is_never_proposed_and_serious_is_stated_with_its_ground() -> None:
    world = graded()
    world.later(days=400)
    for item in world.proposed():
        text = f"{item.action} {item.ground} {item.command}"
        assert "accountab" not in text
        assert "serious" not in text
    stood = snapshot(world.workflow.history, "assessment/q1")
    complete: dict[str, str | int] = {
        "concerned": "p-5",
        "serious_because": "orders_ignored",
        "measure": "criticism",
        "ground": "assessment/q1",
        "result": stood.digest,
        "position": stood.position,
        "clause": "rule.9",
    }
    texts = {"grounds": Personal("Twice told, twice ignored.")}

    def opened(said: dict[str, str | int], spoken: dict[str, Personal]) -> OpenProcedure:
        return OpenProcedure(
            key="acc-1",
            kind="accountability",
            definition=world.kind_digest("accountability"),
            unit="u-b1",
            given=said,
            texts=spoken,
        )

    for lacking in ("serious_because", "ground"):
        said = {code: value for code, value in complete.items() if code != lacking}
        with pytest.raises(Refused, match=lacking):
            world.do(opened(said, texts), by=world.act(2))
    with pytest.raises(Refused, match="grounds"):
        world.do(opened(complete, {}), by=world.act(2))
    world.do(opened(complete, texts), by=world.act(2))
    for step, number in (("drop", 2), ("drop", 5)):  # who opened it and whom it concerns do not decide
        with pytest.raises(Refused):
            world.do(TakeStep(key="acc-1", step=step, given={"reason": "x"}), by=world.act(number))


# --- R-033 -----------------------------------------------------------------------------------


def registered(*keys: str) -> Year:
    world = Year()
    for key in keys:
        world.begin("reportable_matter", key, by=world.act(2), matter="use_of_reserve_funds")
    world.later(days=1)
    return world


def findings(world: Year) -> list[CaseOpened]:
    return [
        item.event
        for item in world.workflow.history.events(CaseOpened)
        if isinstance(item.event, CaseOpened) and item.event.source is not None
    ]


def test_R_033_a_listed_matter_that_proceeds_without_a_prior_report_raises_one_finding() -> None:
    world = registered("m-1", "m-2", "m-3")
    world.take("report", key="m-2", by=world.act(2), report=DIGEST)
    for key in ("m-1", "m-2"):
        world.take("proceed", key=key, by=world.act(2))
    assert len(world.follow().issued) == 1
    [found] = findings(world)
    assert (found.kind, found.source, found.unit) == ("finding", "procedure/m-1", "u-branch")
    assert (found.concerns, found.responsible) == ((), None)  # it names the unit and nobody
    assert found.classes == ("proceeded_unreported",)
    world.later(days=30)
    assert world.follow().issued == ()
    assert world.follow(world.beside()).issued == ()


def test_R_033_a_report_given_in_time_and_recorded_late_counts_by_when_it_was_given() -> None:
    world = registered("m-1")
    given = world.now - timedelta(hours=2)
    world.take("proceed", key="m-1", by=world.act(2))
    world.later(days=2)
    late = TakeStep(key="m-1", step="report", given={"report": DIGEST})
    world.do(late, by=world.act(2), effective_at=given)
    judged = proceeded_unreported(world.workflow.state("procedure/m-1"))
    assert judged is not None
    assert judged[1] is not None
    assert world.follow().issued == ()
    assert findings(world) == []


def test_R_033_a_report_given_afterwards_is_no_prior_report_whenever_it_is_recorded() -> None:
    world = registered("m-1")
    world.take("proceed", key="m-1", by=world.act(2))
    world.later(hours=1)
    world.take("report", key="m-1", by=world.act(2), report=DIGEST)
    assert len(world.follow().issued) == 1


def test_R_033_where_the_finding_came_first_closing_it_is_proposed_and_nothing_is_taken_back() -> None:
    world = registered("m-1")
    given = world.now - timedelta(hours=2)
    world.take("proceed", key="m-1", by=world.act(2))
    assert len(world.follow().issued) == 1
    world.later(days=2)
    late = TakeStep(key="m-1", step="report", given={"report": DIGEST})
    world.do(late, by=world.act(2), effective_at=given)
    assert world.follow().issued == ()
    [asked] = world.proposed("close_finding")
    assert (asked.ground, asked.to) == ("reported_in_time", "u-branch")
    assert not world.workflow.state(asked.subject).final


# --- R-048 -----------------------------------------------------------------------------------


def test_R_048_problems_of_a_session_go_to_the_ledger_and_the_session_can_close() -> None:
    world = Year()
    world.session()
    text = Personal("The minutes were copied.")
    for unit in ("u-b1", "u-b2"):
        world.do(NoteProblem(key="q1", subject=unit, text=text), by=world.act(3))
    with pytest.raises(Refused) as refused:
        world.do(Advance(key="q1", move="close"), by=world.act(7))
    assert refused.value.refusal.code == "assessment.not_in_ledger"
    assert len(world.follow().issued) == 4  # two cases, each linked
    assert [found.unit for found in findings(world)] == ["u-b1", "u-b2"]
    assert world.follow(world.beside()).issued == ()
    world.do(Advance(key="q1", move="close"), by=world.act(7))
    assert world.follow().issued == ()


def test_R_048_a_problem_that_was_put_into_the_ledger_by_hand_needs_no_second_case() -> None:
    from party_workflow.domain.assessment import LinkProblem

    world = Year()
    world.session()
    world.do(NoteProblem(key="q1", subject="u-b1", text=Personal("No minutes.")), by=world.act(3))
    world.case("by-hand", days=300)
    world.do(LinkProblem(key="q1", problem=1, case="by-hand"), by=world.act(3))
    assert world.follow().issued == ()


def test_R_048_a_problem_of_a_person_is_proposed_and_opens_no_case() -> None:
    from tests.support.follow import GRADED

    from party_workflow.domain.assessment import AssessmentKind, OpenAssessment
    from party_workflow.domain.definition import AdoptDefinition

    world = Year()
    kind = AssessmentKind.model_validate({**GRADED.data(), "code": "of_people", "subjects": "people"})
    world.do(AdoptDefinition(code="of-people", kind="assessment", version=1, body=kind.data()))
    world.do(
        OpenAssessment(
            key="q2",
            kind="of_people",
            definition=kind.digest,
            unit="u-city",
            period="2009-Q1",
            subjects=("p-5",),
        )
    )
    world.do(NoteProblem(key="q2", subject="p-5", text=Personal("Came late.")), by=world.act(3))
    assert world.follow().issued == ()
    [asked] = world.proposed("open_finding")
    assert (asked.subject, asked.to) == ("assessment/q2", "u-branch")


# --- R-207 -----------------------------------------------------------------------------------


def test_R_207_a_case_that_names_whom_it_concerns_is_adverse_and_one_about_a_unit_is_not() -> None:
    about = {"key": "c", "kind": "finding", "definition": DIGEST, "unit": "u-b1", "substance": Personal("x")}
    assert adverse(OpenCase(**about)) is None
    assert adverse(OpenCase(**about, concerns=("p-5",))) == "a case that names whom it concerns"
    assert all(adverse(kind.model_construct()) for kind in ADVERSE_COMMANDS)


def test_R_207_whoever_writes_a_manager_what_is_adverse_is_proposed_under_the_packs_rule() -> None:
    world = graded()
    cause = "0" * 32
    harm = OpenProcedure(
        key="w-1",
        kind="warning",
        definition=world.kind_digest("warning"),
        unit="u-b1",
        given={"warned_unit": "u-b1", "cause": "low_grade", "expires_on": world.day(days=30)},
    )
    eager: ProcessManager[None] = ProcessManager(
        "eager", (), lambda: None, lambda s, r: (s, ()), lambda s, at: [Issue(harm, cause)]
    )
    ran = world.workflow.run(guarded(eager), by=world.act(2), at=world.now)
    assert ran.issued == ()
    [item] = ran.proposals
    assert isinstance(item, Proposal)
    assert (item.action, item.command) == ("procedure.open", harm)


def test_the_managers_of_findings_say_what_they_issue() -> None:
    manager = findings_of_assessments(DIGEST)
    assert [command.stored_type for command in manager.issues] == ["case.open", "assessment.link_problem"]
