"""The sheets of the pack from its data alone: the duty-report session, the quarter, self-checks, contests."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.laws import replays
from tests.support.sheets import DIGEST, UNITS, Hall, passed, pts
from tests.support.world import ROOT

from party_workflow.domain.assessment import (
    Advance,
    Answer,
    AnswerQuestions,
    AssessmentKind,
    AssignModes,
    CiteResult,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSelf,
    EnterSheets,
    LinkProblem,
    NoteProblem,
    Proof,
    ReceiveReport,
    SetAside,
    Value,
)
from party_workflow.domain.case import OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit
from party_workflow.domain.publication import Publish
from party_workflow.domain.rating import (
    CastBallot,
    CloseRating,
    EnterPaperBallots,
    IssuePapers,
    OpenRating,
)
from party_workflow.domain.submission import Submit
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.assessments.compliance import checklists
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.standings import standings

KINDS = [entry.code for entry in party.PACK.of_kind("assessment")]
TEXT = Personal("Seen on the spot")


def of_pack(code: str) -> AssessmentKind:
    return party.PACK.read_as(AssessmentKind, code)


@pytest.mark.parametrize("code", KINDS)
def test_every_sheet_of_the_pack_is_adopted_opened_and_declares_what_it_expresses(code: str) -> None:
    entry = party.PACK.definition(code)
    assert entry.requirements
    found = of_pack(code)
    assert AssessmentKind.model_validate(entry.body) == found
    world = Hall()
    world.adopt(found)
    subjects = {"units": UNITS, "people": ("p-2", "p-3"), "posts": ("p-2@secretary@u-b1",)}[found.subjects]
    world.open(found, subjects=subjects)
    status = world.state().status()
    assert status is not None
    assert (status.kind, status.stage) == (code, found.table.initial)
    codes = [item.code for item in found.items]
    codes += [voice.code for voice in found.voices] + [question.code for question in found.questions]
    for each in codes:
        assert not party.PACK.label(each, "zh").isascii()


def test_the_pack_has_the_sheets_of_the_sources() -> None:
    assert {
        "quality_standardisation",
        "publicity_reporting",
        "five_isations",
        "six_haves",
        "six_musts_checklist",
        "four_check_ones",
        "star_rating_branch",
        "star_rating_member",
        "star_rating_officer",
        "duty_report_session",
        "five_star_departments",
        "monthly_appraisal",
        "soft_work_indicators",
        "formalism_self_check",
        "contest_scores",
    } <= set(KINDS)


# --- the duty-report session: 82 organisations, 9 live and 73 in writing --------------------------


class Session(Hall):
    """82 organisations under the bureau, a secret vote on paper, the session opened."""

    def __init__(self) -> None:
        super().__init__()
        self.units = tuple(f"u-o{number:02}" for number in range(82))
        self.do(*(FoundUnit(unit=unit, kind="organ", parent="u-bureau") for unit in self.units))
        self.do(
            OpenRating(
                key="vote",
                kind="peer",
                unit="u-bureau",
                raters=("p-2", "p-3", "p-4"),
                subjects=("p-5",),
                grades=("good", "fairly_good", "fair", "poor"),
                minimum=3,
            )
        )
        session = of_pack("duty_report_session")
        self.adopt(session)
        self.open(
            session, unit="u-bureau", subjects=self.units, due=self.after(days=10), rounds=("rating/vote",)
        )
        self.do(
            Submit(key="s-1", kind="reflection", unit="u-b1", author="p-2", digest=DIGEST), by=self.self_(2)
        )

    def modes(self) -> dict[str, str]:
        return {unit: "live" if index < 9 else "written" for index, unit in enumerate(self.units)}

    def move(self, move: str) -> str:
        """Make a move; the code of the refusal, or nothing."""
        try:
            self.do(Advance(key="q1", move=move), by=self.act(7))
        except Refused as refused:
            return refused.refusal.code
        return ""


def test_R_037_nine_live_and_73_written_are_82_or_the_session_does_not_go_on() -> None:
    world = Session()
    modes = world.modes()
    assert sorted(modes.values()).count("live") == 9
    last = modes.pop("u-o81")
    world.do(AssignModes(key="q1", modes=modes), by=world.act(7))
    refusal = world.refused(Advance(key="q1", move="call_for_reports"), by=world.act(7))
    assert refusal.code == "assessment.modes_lacking"
    assert "9 live + 72 written are 81 of 82" in refusal.sentence
    assert "u-o81" in refusal.sentence
    world.do(AssignModes(key="q1", modes={"u-o81": last}), by=world.act(7))
    assert world.move("call_for_reports") == ""
    for unit, mode in world.modes().items():
        if unit != "u-o80":
            world.do(ReceiveReport(key="q1", subject=unit, mode=mode, work="submission/s-1"), by=world.act(7))
    refusal = world.refused(Advance(key="q1", move="take_in"), by=world.act(7))
    assert refusal.code == "assessment.reports_lacking"
    assert "u-o80" in refusal.sentence
    world.do(ReceiveReport(key="q1", subject="u-o80", mode="written", work="submission/s-1"), by=world.act(7))
    assert world.move("take_in") == ""
    assert Sheets.of(world.workflow.history, "assessment/q1").state.modes == world.modes()


def test_R_036_the_session_goes_through_its_stages_skips_none_and_every_step_names_its_actor() -> None:
    world = Session()
    everything = [
        "call_for_reports",
        "take_in",
        "appraise",
        "compute",
        "review",
        "publish",
        "rectify",
        "close",
    ]
    assert [world.move(move) for move in everything[1:]] == ["lifecycle.move_closed"] * 7
    world.do(AssignModes(key="q1", modes=world.modes()), by=world.act(7))
    assert world.move("call_for_reports") == ""
    for unit, mode in world.modes().items():
        world.do(ReceiveReport(key="q1", subject=unit, mode=mode, work="submission/s-1"), by=world.act(7))
    world.later(hours=1)
    # leaders comment after the report and before the vote closes.
    world.do(Comment(key="q1", subject="u-o00", text=TEXT, round="rating/vote"), by=world.act(60))
    assert world.move("take_in") == ""
    assert world.move("appraise") == "assessment.voting_open"
    # the vote is on paper, counted by two people, whatever the channel of the report.
    world.do(IssuePapers(key="vote", batch="b-1", raters=("p-2", "p-3", "p-4")), by=world.act(6))
    counts = {"p-5": {"good": 2, "fair": 1}}
    for teller in (6, 8):
        count = EnterPaperBallots(key="vote", batch="b-1", issued=3, papers=3, counts=counts)
        world.do(count, by=world.act(teller))
    world.do(CloseRating(key="vote"), by=world.act(7))
    world.do(CiteRound(key="q1", round="rating/vote"), by=world.act(7))
    late = Comment(key="q1", subject="u-o01", text=TEXT, round="rating/vote")
    assert world.refused(late, by=world.act(60)).code == "assessment.vote_closed"
    assert world.move("appraise") == ""
    assert world.move("compute") == "assessment.sheets_lacking"
    for voice, item in (("running_assessment", "ordinary_mark"), ("examination", "concentrated_mark")):
        sheets = {unit: {item: pts("88.25")} for unit in world.units}
        world.enter(sheets, voice=voice)
    # each organisation answers each of the four common problem classes; who does not is visible.
    answers = {f"common_problem_{number}": Answer(applies=True) for number in range(1, 5)}
    world.do(AnswerQuestions(key="q1", subject="u-o00", answers=answers), by=world.act(5))
    assert len(set(world.units) - set(world.state().answers)) == 81
    assert world.move("compute") == ""
    assert world.move("review") == "assessment.sheets_lacking"
    world.enter({unit: {"session_grade": Value(grade="fair")} for unit in world.units}, voice="grading")
    assert world.move("review") == "assessment.unconfirmed"
    world.do(ConfirmEntries(key="q1", voice="grading"), by=world.act(3))
    assert world.move("review") == ""
    assert world.move("publish") == "assessment.not_published"
    world.do(
        Publish(
            key="r-1",
            unit="u-bureau",
            subject="standings",
            audience="branches",
            media="notice_board",
            position=world.store.head().position,
            known=world.now,
            rule=DIGEST,
            digest=DIGEST,
        ),
        by=world.act(4),
    )
    world.do(CiteResult(key="q1", publication="r-1"), by=world.act(4))
    assert world.move("publish") == ""
    assert world.move("rectify") == ""
    # a problem that is not in the ledger keeps the session open.
    world.do(NoteProblem(key="q1", subject="u-o00", text=TEXT), by=world.act(3))
    assert world.move("close") == "assessment.not_in_ledger"
    finding = party.PACK.definition("finding")
    world.do(AdoptDefinition(code="finding", kind="case", version=2, body=dict(finding.body)))
    digest = world.workflow.state("definition/finding").digest
    world.do(
        OpenCase(key="c-1", kind="finding", definition=digest, unit="u-o00", substance=TEXT), by=world.act(3)
    )
    world.do(LinkProblem(key="q1", problem=1, case="c-1"), by=world.act(3))
    assert world.move("close") == ""
    state = world.state()
    assert [stage.stage for stage in state.stages] == [
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
    assert all(stage.by == ("p-7",) for stage in state.stages[1:])
    replays(world, "assessment/q1")
    # no ranking across modes without saying what makes them comparable.
    read = Sheets.of(world.workflow.history, "assessment/q1")
    found = standings(read, "running_assessment", STRICT, comparable="rule.same-panel")
    assert len(found.ranking.entries) == 82


def test_R_038_the_mode_of_the_report_says_nothing_about_the_channel_of_the_vote() -> None:
    world = Session()
    world.do(AssignModes(key="q1", modes=dict.fromkeys(world.units, "online")), by=world.act(7))
    world.do(CastBallot(key="vote", rater="p-2", choices={"p-5": "good"}), by=world.self_(2))
    world.do(IssuePapers(key="vote", batch="b-1", raters=("p-3",)), by=world.act(6))
    assert set(world.state().modes.values()) == {"online"}
    assert world.workflow.state("rating/vote").turnout.voted == 1


def test_R_024_the_quarter_closes_only_when_every_branch_is_scored_excused_or_missing() -> None:
    quality = of_pack("quality_standardisation")
    world = Hall(quality)
    sheet: dict[str, Any] = {item.code: pts("18.5") for item in quality.items}

    def move(name: str) -> str:
        return world.refused(Advance(key="q1", move=name), by=world.act(7)).code

    world.enter({"u-b1": sheet}, voice="review_team")
    refusal = world.refused(Advance(key="q1", move="score"), by=world.act(7))
    assert refusal.code == "assessment.sheets_lacking"
    assert "u-b2, u-b3" in refusal.sentence
    world.do(SetAside(key="q1", subjects=("u-b2",), status="excused", reason="founded_in_march"), by=ROOT)
    world.do(SetAside(key="q1", subjects=("u-b3",), status="missing", reason="no_files"), by=ROOT)
    world.do(Advance(key="q1", move="score"), by=world.act(7))
    again = EnterSheets(key="q1", voice="review_team", assessor="p-60", sheets={"u-b1": sheet})
    assert world.refused(again, by=world.act(60)).code == "assessment.not_in_stage"
    world.enter({"u-b1": sheet}, voice="settled_mark")
    assert move("review") == "assessment.unconfirmed"
    world.do(ConfirmEntries(key="q1", voice="settled_mark"), by=world.act(3))
    for name in ("review", "lock"):
        world.do(Advance(key="q1", move=name), by=world.act(7))
    settled = world.state().sheet("u-b1", "settled_mark")
    assert settled is not None
    correction = EnterSheets(
        key="q1",
        voice="settled_mark",
        assessor="p-60",
        sheets={"u-b1": {"mass_work": pts("1")}},
        corrects=settled["mass_work"].entry,
        ground="slip",
    )
    assert world.refused(correction, by=world.act(60)).code == "assessment.not_in_stage"  # locked
    assert move("publish") == "assessment.not_published"


def test_R_024_a_branch_proves_what_it_says_of_itself() -> None:
    quality = of_pack("quality_standardisation")
    world = Hall(quality)
    bare = EnterSelf(key="q1", voice="self_check", subject="u-b1", values={"mass_work": pts("20")})
    assert world.refused(bare, by=world.act(5)).code == "assessment.evidence_lacking"
    paper = (Proof(digest=DIGEST, kind="document"),)
    values = {"mass_work": pts("20").model_copy(update={"evidence": paper})}
    on_paper = bare.model_copy(update={"values": values})
    assert world.refused(on_paper, by=world.act(5)).code == "assessment.evidence_lacking"
    word = (*paper, Proof(digest=DIGEST, kind="confirmation"))
    values = {"mass_work": pts("20").model_copy(update={"evidence": word})}
    world.do(bare.model_copy(update={"values": values}), by=world.act(5))


def test_R_003_a_quarter_may_be_void_and_then_nothing_is_entered() -> None:
    world = Hall(of_pack("quality_standardisation"))
    world.do(Advance(key="q1", move="void"), by=world.act(7))
    status = world.state().status()
    assert status is not None
    assert (status.stage, status.final) == ("void", True)
    sheet = {"mass_work": pts("1")}
    command = EnterSheets(key="q1", voice="review_team", assessor="p-60", sheets={"u-b1": sheet})
    assert world.refused(command, by=world.act(60)).code == "assessment.not_in_stage"


# --- checklists and self-checks ----------------------------------------------------------------------


def test_R_063_six_musts_are_a_checklist_with_evidence_for_each() -> None:
    musts = of_pack("six_musts_checklist")
    assert len(musts.items) == 6
    world = Hall(musts)
    bare = EnterSheets(
        key="q1", voice="on_site_check", assessor="p-60", sheets={"u-b1": {"must_1": Value(passed=True)}}
    )
    assert world.refused(bare, by=world.act(60)).code == "assessment.evidence_lacking"
    sheet = {item.code: passed() for item in musts.items}
    world.enter(dict.fromkeys(UNITS, sheet), voice="on_site_check")
    world.do(Advance(key="q1", move="close"), by=world.act(7))
    sheets = Sheets.of(world.workflow.history, "assessment/q1")
    found = checklists(sheets, "on_site_check", world.now.date())
    assert all(found[unit].standard for unit in UNITS)


def test_R_121_four_check_ones_feed_their_findings_to_the_register() -> None:
    four = of_pack("four_check_ones")
    assert [item.code for item in four.items] == [
        "rules_and_law",
        "internal_coordination",
        "service_commitments",
        "performance_and_reward",
    ]
    world = Hall(four)
    sheet = {item.code: Value(passed=item.code != "internal_coordination") for item in four.items}
    for unit in UNITS:
        world.do(EnterSelf(key="q1", voice="self_check", subject=unit, values=sheet), by=world.act(5))
    world.do(NoteProblem(key="q1", subject="u-b1", item="internal_coordination", text=TEXT), by=world.act(3))
    close = Advance(key="q1", move="close")
    assert world.refused(close, by=world.act(7)).code == "assessment.not_in_ledger"
    finding = party.PACK.definition("finding")
    world.do(AdoptDefinition(code="finding", kind="case", version=2, body=dict(finding.body)))
    digest = world.workflow.state("definition/finding").digest
    world.do(
        OpenCase(key="c-1", kind="finding", definition=digest, unit="u-b1", substance=TEXT), by=world.act(3)
    )
    world.do(LinkProblem(key="q1", problem=1, case="c-1"), by=world.act(3))
    world.do(close, by=world.act(7))


def test_R_108_the_self_check_answers_all_ten_and_adds_codes_under_the_unit() -> None:
    ten = of_pack("formalism_self_check")
    assert len(ten.questions) == 10
    world = Hall(ten)
    nine = {f"formalism_{number}": Answer(applies=False, reason="not_found") for number in range(1, 10)}
    for unit in UNITS:
        answers = {**nine, f"{unit}.forms_for_forms": Answer(applies=True)}
        world.do(AnswerQuestions(key="q1", subject=unit, answers=answers), by=world.act(5))
    close = Advance(key="q1", move="close")
    assert world.refused(close, by=world.act(7)).code == "assessment.answers_lacking"
    for unit in UNITS:
        answers = {"formalism_10": Answer(applies=True)}
        world.do(AnswerQuestions(key="q1", subject=unit, answers=answers), by=world.act(5))
    world.do(close, by=world.act(7))
    own = {code for answers in world.state().answers.values() for code in answers if code.startswith("u-")}
    assert own == {f"{unit}.forms_for_forms" for unit in UNITS}


def test_R_011_the_three_star_kinds_are_of_branches_members_and_posts_on_the_same_scale() -> None:
    kinds = [of_pack(f"star_rating_{what}") for what in ("branch", "member", "officer")]
    assert [found.subjects for found in kinds] == ["units", "people", "posts"]
    assert len({found.items[0].scale for found in kinds}) == 1
    world = Hall()
    for found, subjects in zip(kinds, (UNITS, ("p-2",), ("p-2@secretary@u-b1",)), strict=True):
        world.adopt(found)
        world.open(found, key=found.subjects, subjects=subjects)
    own = {"stars": Value(grade="four_star")}
    for key, subject in (("people", "p-2"), ("posts", "p-2@secretary@u-b1")):
        world.do(EnterSelf(key=key, voice="self_rating", subject=subject, values=own), by=world.self_(2))
        found_sheets = Sheets.of(world.workflow.history, f"assessment/{key}")
        ranked = standings(
            found_sheets,
            "self_rating",
            STRICT,
            own_voice=True,
            figure=lambda who, sheets=found_sheets: sheets.total(  # type: ignore[misc]
                who, "self_rating", STRICT, worths={"stars": dict(zip(GRADES, (5, 4, 3, 0), strict=True))}
            ),
        )
        assert [entry.subject for entry in ranked.ranking.entries] == [subject]
        assert ranked.ranking.population == 1


GRADES = ("five_star", "four_star", "three_star", "no_star")
