"""Assessments: laws over any sequence of commands, every refusal with its counterpart, every bar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.sheets import DIGEST, UNITS, Hall, kind, mark, passed, pts
from tests.support.world import ROOT

from party_workflow.authority import (
    AdoptRoles,
    DeclareConflict,
    Delegate,
    GrantRole,
    OpenAccount,
    RevokeRole,
    forbidden,
)
from party_workflow.calendar import Period
from party_workflow.codec import Command, Event, kinds_of_strings
from party_workflow.domain import assessment as a
from party_workflow.domain.activity import PlanActivity
from party_workflow.domain.assessment import (
    DECIDER,
    Advance,
    Answer,
    AnswerQuestions,
    AssignModes,
    CiteResult,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSelf,
    EnterSheets,
    LinkProblem,
    NoteProblem,
    OpenAssessment,
    ReceiveReport,
    RestoreSubject,
    SetAside,
    SettleQuarantine,
    Value,
)
from party_workflow.domain.case import OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import AssignPost, FoundUnit, MovePerson, RegisterPerson
from party_workflow.domain.publication import Publish
from party_workflow.domain.rating import CloseRating, OpenRating, Rate
from party_workflow.domain.submission import Submit, Withdraw
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.assessments.sheets import Sheets
from party_workflow.policies.audits import possible
from party_workflow.policies.audits.checks import audit
from party_workflow.store import Actor, Append, Draft

SHEET = kind()
YES, NO = Answer(applies=True), Answer(applies=False)
TEXT = Personal("It could be better")
STREAM = "assessment/q1"

# --- laws ------------------------------------------------------------------------------------

_KEY = {"key": st.just("q1")}
_SUBJECT = st.sampled_from([*UNITS, "u-branch"])
_VALUES = st.one_of(
    st.just(mark()),
    st.just({"marks": pts("3")}),
    st.just({"marks": pts("11")}),
    st.just({"order": passed(False), "marks": Value(absent="not_applicable", reason="closed_down")}),
    st.just({"order": Value(passed=True)}),
)
_CODES = st.dictionaries(_SUBJECT, _VALUES, max_size=2)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(AssignModes, modes=st.dictionaries(_SUBJECT, st.sampled_from(["live", "mute"])), **_KEY),
    st.builds(EnterSelf, voice=st.sampled_from(["own", "team"]), subject=_SUBJECT, values=_VALUES, **_KEY),
    st.builds(
        EnterSheets,
        voice=st.sampled_from(["team", "settled", "outsider"]),
        assessor=st.sampled_from(["p-2", "p-9", "p-60"]),
        sheets=_CODES,
        **_KEY,
    ),
    st.builds(ConfirmEntries, voice=st.sampled_from(["team", "settled"]), **_KEY),
    st.builds(
        SetAside, subjects=st.tuples(_SUBJECT), status=st.just("excused"), reason=st.just("new"), **_KEY
    ),
    st.builds(RestoreSubject, subject=_SUBJECT, ground=st.just("came_back"), **_KEY),
    st.builds(Comment, subject=_SUBJECT, text=st.just(TEXT), **_KEY),
    st.builds(NoteProblem, subject=_SUBJECT, text=st.just(TEXT), **_KEY),
    st.builds(LinkProblem, problem=st.integers(1, 2), case=st.just("c-1"), **_KEY),
    st.builds(Advance, move=st.sampled_from(["mark", "vote", "publish", "close", "dance"]), **_KEY),
    st.builds(CiteResult, publication=st.just("r-1"), **_KEY),
    st.builds(
        AnswerQuestions,
        subject=_SUBJECT,
        answers=st.sampled_from([{"idle_talk": YES}, {"idle_talk": NO}, {"mine": YES}]),
        **_KEY,
    ),
)


def hall(**more: Any) -> Hall:
    """Three branches assessed on the sheet; p-9 counts in the first of them."""
    found = Hall(SHEET, **more)
    found.do(
        RegisterPerson(person="p-9", unit="u-b1", categories=("member",)),
        OpenAccount(account="a-9", person="p-9"),
    )
    found.do(GrantRole(person="p-9", role="everything", unit="u-city"))
    return found


@settings(max_examples=25, deadline=None)
@examples(st.lists(st.tuples(COMMANDS, st.sampled_from([2, 3, 9, 60])), max_size=14))
def test_whatever_commands_come_the_replay_is_the_live_state_and_refusals_record_nothing(
    run: list[tuple[Command, int]],
) -> None:
    world = hall()
    for command, number in run:
        refusal = attempt(world, command, world.act(number))
        if refusal is not None:
            known = {reason.code for reason in DECIDER.reasons}
            assert refusal.code in known or refusal.code.split(".")[0] in ("lifecycle", "authority")
        world.later(minutes=1)
    replays(world, STREAM)
    state = world.state()
    for held in state.quarantine.values():
        assert set(held.conflicts) == set(held.sheets)
    for desk, sheets in state.marks.items():
        assert desk[0] in SHEET.by_voice
        assert set(sheets) <= set(UNITS)


def test_before_it_is_opened_everything_else_is_closed_and_nothing_is_known() -> None:
    world = Hall()
    for command in DECIDER.commands:
        if command is not OpenAssessment:
            assert DECIDER.closed(a.Assessment())[command.stored_type] is not None
    assert attempt(world, Advance(key="q1", move="mark")).code == "assessment.unknown"  # type: ignore[union-attr]
    assert a.Assessment().work() is None
    assert a.Assessment().status() is None


@pytest.mark.parametrize("event", DECIDER.events, ids=lambda event: event.stored_type)
def test_no_event_has_room_for_a_sentence(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()


# --- opening ---------------------------------------------------------------------------------


def test_opening_freezes_the_subjects_with_their_units_and_pins_the_kind() -> None:
    world = hall()
    opened = world.state().opened
    assert opened is not None
    assert opened.subjects == {unit: unit for unit in UNITS}
    assert opened.definition == SHEET.digest
    assert a.read_kind(opened.body) == SHEET


def test_opening_is_refused_for_each_thing_that_does_not_fit() -> None:
    world = hall()
    other: dict[str, Any] = {
        "key": "q2",
        "kind": "sheet",
        "definition": SHEET.digest,
        "unit": "u-bureau",
        "period": "2020-Q1",
    }

    def open_(**more: Any) -> str:
        return world.refused(OpenAssessment(**{**other, "subjects": UNITS, **more}), by=ROOT).code

    assert open_(key="q1") == "assessment.taken"
    assert open_(definition="b" * 64) == "assessment.not_in_force"
    assert open_(kind="nothing") == "assessment.not_in_force"
    newer = {**SHEET.data(), "version": 2}
    world.do(AdoptDefinition(code="sheet", kind="assessment", version=2, body=newer))
    assert open_() == "assessment.not_in_force"  # another version followed it
    other["definition"] = a.read_kind(newer).digest
    assert open_(unit="u-none") == "assessment.unknown_unit"
    assert open_(subjects=()) == "assessment.no_subjects"
    assert open_(subjects=(*UNITS, "u-b1")) == "assessment.named_twice"
    assert open_(subjects=("p-2",)) == "assessment.wrong_subject"
    assert open_(subjects=("u-city",)) == "assessment.not_there"
    assert open_(rounds=("rating/none",)) == "assessment.unknown_round"
    assert open_(rounds=("case/none",)) == "assessment.unknown_round"
    world.do(OpenAssessment(**{**other, "subjects": UNITS}), by=ROOT)


def test_R_100_a_kind_that_names_its_sort_of_period_is_opened_for_no_other() -> None:
    monthly = kind(code="monthly", every="month")
    world = Hall()
    world.adopt(monthly)

    def open_(period: str) -> OpenAssessment:
        fields: dict[str, Any] = {"kind": "monthly", "definition": monthly.digest, "unit": "u-bureau"}
        return OpenAssessment(key="m-3", period=Period(period), subjects=UNITS, **fields)

    for other in ("2009", "2009-H1", "2009-Q1", "2009-03-X1", "2009-03-02"):
        assert world.refused(open_(other), by=ROOT).code == "assessment.other_period"
    world.do(open_("2009-03"), by=ROOT)


def test_a_kind_that_names_no_sort_of_period_has_the_digest_it_always_had() -> None:
    assert "every" not in SHEET.data()
    assert kind(every="month").digest != SHEET.digest


def test_R_011_one_person_is_assessed_as_a_member_and_apart_from_that_in_each_post() -> None:
    world = Hall()
    world.do(AssignPost(post="secretary", unit="u-b1", person="p-2"))
    world.do(AssignPost(post="secretary", unit="u-b2", person="p-2"))
    posts = ("p-2@secretary@u-b1", "p-2@secretary@u-b2")
    for sort, subjects in (("people", ("p-2",)), ("posts", posts)):
        altered = kind(code=f"sheet_{sort}", subjects=sort)
        world.adopt(altered)
        world.open(altered, key=sort, subjects=subjects)
    assert world.state("people").subjects == {"p-2": "u-branch"}
    assert world.state("posts").subjects == {posts[0]: "u-b1", posts[1]: "u-b2"}
    world.do(EnterSelf(key="posts", voice="own", subject=posts[0], values=mark("3")), by=world.self_(2))
    world.do(EnterSelf(key="people", voice="own", subject="p-2", values=mark("9")), by=world.self_(2))
    assert world.state("posts").sheet(posts[1], "own") is None
    found = world.state("people").sheet("p-2", "own")
    assert found is not None
    assert found["marks"].value == pts("9")


# --- modes, reports, comments ------------------------------------------------------------------


def submit(world: Hall, key: str = "s-1", unit: str = "u-b1") -> str:
    world.do(Submit(key=key, kind="reflection", unit=unit, author="p-2", digest=DIGEST), by=world.self_(2))
    return f"submission/{key}"


def test_R_037_every_subject_has_one_mode_and_reports_in_it() -> None:
    world = hall(due=None)
    work = submit(world)
    report = {"key": "q1", "subject": "u-b1", "mode": "live", "work": work}

    def refused(command: Command) -> str:
        return world.refused(command, by=world.act(2)).code

    assert refused(ReceiveReport(**report)) == "assessment.no_mode"
    assert refused(AssignModes(key="q1", modes={})) == "assessment.nothing_named"
    assert refused(AssignModes(key="q1", modes={"u-b1": "mute"})) == "assessment.unknown_mode"
    assert refused(AssignModes(key="q1", modes={"u-city": "live"})) == "assessment.unknown_subject"
    world.do(AssignModes(key="q1", modes={"u-b1": "live", "u-b2": "written"}), by=world.act(2))
    assert refused(ReceiveReport(**{**report, "mode": "written"})) == "assessment.other_mode"
    assert refused(ReceiveReport(**{**report, "mode": "mute"})) == "assessment.unknown_mode"
    assert refused(ReceiveReport(**{**report, "work": "submission/none"})) == "assessment.no_work"
    assert refused(ReceiveReport(**{**report, "work": "definition/sheet"})) == "assessment.no_work"
    world.do(ReceiveReport(**report), by=world.act(2))
    assert refused(ReceiveReport(**report)) == "assessment.reported"
    assert refused(AssignModes(key="q1", modes={"u-b1": "written"})) == "assessment.mode_settled"
    refusal = world.refused(Advance(key="q1", move="take_in"), by=world.act(2))
    assert refusal.code == "assessment.modes_lacking"
    assert "1 live + 1 written are 2 of 3" in refusal.sentence
    assert "u-b3" in refusal.sentence


def test_a_late_report_is_taken_in_and_stays_visibly_late() -> None:
    world = Hall(SHEET, due=None)
    world.open(SHEET, key="q2", due=world.after(days=1))
    work = submit(world)
    world.do(AssignModes(key="q2", modes=dict.fromkeys(UNITS, "live")), by=world.act(2))
    world.do(ReceiveReport(key="q2", subject="u-b1", mode="live", work=work), by=world.act(2))
    world.later(days=2)
    world.do(ReceiveReport(key="q2", subject="u-b2", mode="live", work=work), by=world.act(2))
    reports = world.state("q2").reports
    assert (reports["u-b1"].late, reports["u-b2"].late) == (False, True)
    world.do(
        ReceiveReport(key="q2", subject="u-b3", mode="live", work=work),
        by=world.act(2),
        effective_at=world.after(days=-2),
    )
    assert not world.state("q2").reports["u-b3"].late  # it came in time, and was recorded afterwards


def test_nothing_is_recorded_as_having_happened_before_it_has() -> None:
    world = hall()
    late = world.after(days=1)
    command = NoteProblem(key="q1", subject="u-b1", text=TEXT)
    assert world.refused(command, by=world.act(2), effective_at=late).code == "assessment.not_yet"
    world.do(command, by=world.act(2))


def test_nothing_takes_effect_before_the_opening_and_no_stage_before_the_one_before_it() -> None:
    world = hall()
    world.later(days=2)
    command = NoteProblem(key="q1", subject="u-b1", text=TEXT)
    early = world.after(days=-3)
    assert world.refused(command, by=world.act(2), effective_at=early).code == "assessment.too_early"
    world.do(command, by=world.act(2), effective_at=world.after(days=-1))
    world.enter(dict.fromkeys(UNITS, mark()))
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    world.do(Advance(key="q1", move="mark"), by=world.act(5))
    open_case(world)
    world.do(LinkProblem(key="q1", problem=1, case="c-1"), by=world.act(3))
    close = Advance(key="q1", move="close")
    early = world.after(days=-1)
    assert world.refused(close, by=world.act(5), effective_at=early).code == "assessment.too_early"
    world.do(close, by=world.act(5))


def test_a_work_taken_back_and_an_occasion_not_held_are_no_report() -> None:
    world = hall()
    world.do(AssignModes(key="q1", modes=dict.fromkeys(UNITS, "live")), by=world.act(2))
    work = submit(world)
    world.do(Withdraw(key="s-1", ground="thought_better_of_it"), by=world.self_(2))
    report = ReceiveReport(key="q1", subject="u-b1", mode="live", work=work)
    assert world.refused(report, by=world.act(2)).code == "assessment.no_work"
    plan = PlanActivity(
        key="a-1", kind="meeting", unit="u-city", planned_at=world.after(hours=1), expected=("p-2", "p-3")
    )
    world.do(plan, by=world.act(4))
    held = report.model_copy(update={"work": "activity/a-1"})
    assert world.refused(held, by=world.act(2)).code == "assessment.no_work"
    world.do(report.model_copy(update={"work": submit(world, "s-2")}), by=world.act(2))


def test_what_is_closed_is_neither_confirmed_nor_released_any_more() -> None:
    plain = kind(
        stages={"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}}, opens={}
    )
    world = Hall(plain)
    world.do(RegisterPerson(person="p-9", unit="u-b1", categories=("member",)))
    world.do(OpenAccount(account="a-9", person="p-9"))
    world.do(GrantRole(person="p-9", role="everything", unit="u-city"))
    entry = world.enter({"u-b1": mark()}, number=9)
    world.enter({"u-b2": mark()})
    world.do(Advance(key="q1", move="close"), by=world.act(5))
    for command in (
        ConfirmEntries(key="q1", voice="team"),
        SettleQuarantine(key="q1", entry=entry, released=True, ground="checked"),
    ):
        refusal = attempt(world, command, world.act(5))
        assert refusal is not None
        assert refusal.code == "assessment.not_in_stage"


def test_R_205_what_is_said_of_somebody_in_a_post_is_erased_with_the_person() -> None:
    world = Hall()
    posts = kind(subjects="posts", modes=[], stages=BARE, opens={})
    world.adopt(posts)
    world.open(posts, subjects=("p-2@secretary@u-b1",))
    world.do(NoteProblem(key="q1", subject="p-2@secretary@u-b1", text=TEXT), by=world.act(3))
    (problem,) = world.state().problems
    assert world.workflow.reveal(problem.text) == "It could be better"
    world.workflow.openings.erase("p-2")
    assert str(world.workflow.reveal(problem.text)) == "[erased]"


BARE = {"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}}


def vote(world: Hall, key: str = "v-1") -> None:
    world.do(
        OpenRating(
            key=key,
            kind="peer",
            unit="u-city",
            raters=("p-2",),
            subjects=("p-3",),
            grades=("good", "poor"),
            secret=False,
        ),
        by=ROOT,
    )


def test_R_042_a_comment_comes_after_the_report_and_before_the_vote_closes_and_changes_no_mark() -> None:
    world = Hall()
    vote(world)
    world.adopt(SHEET)
    world.open(SHEET, rounds=("rating/v-1",))
    work = submit(world)
    comment = Comment(key="q1", subject="u-b1", text=TEXT, round="rating/v-1")
    world.do(AssignModes(key="q1", modes=dict.fromkeys(UNITS, "live")), by=world.act(2))
    assert world.refused(comment, by=world.act(60)).code == "assessment.before_report"
    world.later(hours=1)
    world.do(ReceiveReport(key="q1", subject="u-b1", mode="live", work=work), by=world.act(2))
    world.later(hours=1)
    before = world.state().marks
    early = world.after(hours=-2)
    assert world.refused(comment, by=world.act(60), effective_at=early).code == "assessment.before_report"
    unnamed = comment.model_copy(update={"round": None})
    assert world.refused(unnamed, by=world.act(60)).code == "assessment.name_round"
    world.do(comment, by=world.act(60))
    (remark,) = world.state().comments
    assert (remark.subject, remark.by, remark.at) == ("u-b1", ("p-60",), world.now)
    assert world.workflow.reveal(remark.text) == "It could be better"
    assert world.state().marks == before
    assert world.refused(CiteRound(key="q1", round="rating/v-1"), by=ROOT).code == "assessment.round_open"
    world.do(Rate(key="v-1", rater="p-2", grades={"p-3": "good"}), by=world.self_(2))
    world.do(CloseRating(key="v-1"), by=world.act(5))
    assert world.refused(comment, by=world.act(60)).code == "assessment.vote_closed"
    world.do(CiteRound(key="q1", round="rating/v-1"), by=ROOT)
    assert world.refused(CiteRound(key="q1", round="rating/v-1"), by=ROOT).code == "assessment.other_round"


# --- marks -----------------------------------------------------------------------------------


def test_marks_are_refused_for_each_thing_that_does_not_fit() -> None:
    world = hall()

    def refused(sheets: Any, number: int = 60, **more: Any) -> str:
        command = EnterSheets(
            **{"key": "q1", "voice": "team", "assessor": f"p-{number}", "sheets": sheets, **more}
        )
        return world.refused(command, by=world.act(60)).code

    def points(value: str) -> Any:
        return {"u-b1": {"marks": pts(value)}}

    assert refused(points("1"), voice="nobody") == "assessment.unknown_voice"
    assert refused(points("1"), voice="own") == "assessment.unknown_voice"
    assert refused(points("1"), number=2) == "assessment.not_assessor"
    assert refused(points("1"), ground="slip") == "assessment.no_ground"
    assert refused({}) == "assessment.nothing_named"
    assert refused({"u-b1": {}}) == "assessment.nothing_named"
    assert refused({"u-branch": mark()}) == "assessment.unknown_subject"
    assert refused({"u-b1": {"wit": pts("1")}}) == "assessment.unknown_item"
    assert refused(points("10.5")) == "assessment.off_scale"
    assert refused(points("0.3")) == "assessment.off_scale"
    assert refused({"u-b1": {"marks": Value(passed=True)}}) == "assessment.off_scale"
    assert refused({"u-b1": {"marks": Value(absent="excused")}}) == "assessment.no_reason"
    assert refused({"u-b1": {"order": Value(passed=True)}}) == "assessment.evidence_lacking"
    entry = world.enter({"u-b1": mark()})
    assert refused(points("1")) == "assessment.already_entered"
    assert refused(points("1"), corrects="c" * 32, ground="slip") == "assessment.other_entry"
    assert refused({"u-b2": mark()}, corrects=entry, ground="slip") == "assessment.other_entry"
    later = world.enter(points("1"), corrects=entry, ground="slip")
    sheet = world.state().sheet("u-b1", "team")
    assert sheet is not None
    assert (sheet["marks"].entry, sheet["order"].entry) == (later, entry)


def test_R_104_missing_excused_not_applicable_and_zero_are_four_values() -> None:
    world = hall()
    world.enter(
        {
            "u-b1": {"order": passed(False), "marks": pts("0")},
            "u-b2": {"order": passed(False), "marks": Value(absent="excused", reason="founded_in_march")},
            "u-b3": {
                "order": Value(absent="not_applicable", reason="no_premises"),
                "marks": Value(absent="missing"),
            },
        }
    )
    sheets = [world.state().sheet(unit, "team") for unit in UNITS]
    found = [sheet["marks"].value for sheet in sheets if sheet is not None]
    assert len({value.model_dump_json() for value in found}) == 3
    assert found[0].points == 0
    assert [value.absent for value in found] == [None, "excused", "missing"]


def test_R_016_own_reviewer_and_final_marks_are_three_distinct_facts() -> None:
    world = hall()
    world.do(EnterSelf(key="q1", voice="own", subject="u-b1", values=mark("10")), by=world.act(9))
    world.enter({"u-b1": mark("7")})
    world.enter({"u-b1": mark("8")}, voice="settled")
    marks = {voice: world.state().sheet("u-b1", voice) for voice in ("own", "team", "settled")}
    assert [str(sheet["marks"].value.points) for sheet in marks.values() if sheet] == ["10", "7", "8"]
    types = [
        record.envelope.stored_type
        for record in world.workflow.history.records(a.SelfEntered, a.EntriesMade, a.FinalEntered)
    ]
    assert types == ["assessment.self_entered", "assessment.entries_made", "assessment.final_entered"]
    command = EnterSelf(key="q1", voice="team", subject="u-b1", values=mark("10"))
    assert world.refused(command, by=world.act(9)).code == "assessment.unknown_voice"


def test_R_094_marks_of_somebody_too_close_wait_in_quarantine_for_somebody_else() -> None:
    world = hall()
    entry = world.enter({"u-b1": mark(), "u-b2": mark()}, number=9)
    state = world.state()
    assert state.sheet("u-b2", "team") is not None
    assert state.sheet("u-b1", "team") is None
    assert dict(state.quarantine[entry].conflicts) == {"u-b1": "own_unit"}
    again = EnterSheets(key="q1", voice="team", assessor="p-60", sheets={"u-b1": mark()})
    assert world.refused(again, by=world.act(60)).code == "assessment.already_entered"
    settle = SettleQuarantine(key="q1", entry=entry, released=True, ground="checked")
    assert world.refused(settle, by=world.act(9)).code == "authority.own_case"
    unknown = settle.model_copy(update={"entry": "c" * 32})
    assert world.refused(unknown, by=world.act(3)).code == "assessment.not_quarantined"
    world.do(settle, by=world.act(3))
    sheet = world.state().sheet("u-b1", "team")
    assert sheet is not None
    assert sheet["marks"].entry == entry
    assert not world.state().quarantine


def test_R_094_dismissed_marks_count_for_nothing_and_stay_on_record() -> None:
    world = hall()
    entry = world.enter({"u-b1": mark()}, number=9)
    world.do(SettleQuarantine(key="q1", entry=entry, released=False, ground="too_close"), by=world.act(3))
    assert world.state().sheet("u-b1", "team") is None
    assert set(world.state().dismissed) == {entry}
    world.enter({"u-b1": mark()})


def test_R_094_a_voice_may_refuse_instead_and_a_correction_is_always_refused() -> None:
    world = hall()
    command = EnterSheets(key="q1", voice="settled", assessor="p-9", sheets={"u-b1": mark()})
    assert world.refused(command, by=world.act(9)).code == "assessment.conflict"
    world.do(command.model_copy(update={"sheets": {"u-b2": mark()}}), by=world.act(9))
    entry = world.enter({"u-b1": mark()})
    correction = EnterSheets(
        key="q1", voice="team", assessor="p-9", sheets={"u-b1": mark("1")}, corrects=entry, ground="slip"
    )
    assert world.refused(correction, by=world.act(9)).code == "assessment.conflict"


def test_R_094_whoever_counts_below_a_subject_is_too_close_and_whoever_counts_above_need_not_be() -> None:
    world = Hall()
    world.adopt(SHEET)
    world.open(SHEET, subjects=("u-bureau", "u-b1"))
    entry = world.enter({"u-bureau": mark()}, number=2)  # p-2 counts in a branch of the bureau
    assert dict(world.state().quarantine[entry].conflicts) == {"u-bureau": "unit_below"}
    world.enter({"u-b1": mark()})  # p-60 counts in the city organ above it
    assert world.state().sheet("u-b1", "team") is not None


def test_R_094_who_counts_elsewhere_for_a_day_is_too_close_and_so_is_who_dates_back_to_then() -> None:
    world = hall()
    away = world.now + timedelta(days=1)
    world.do(MovePerson(person="p-9", unit="u-b2"), effective_at=away)
    world.do(MovePerson(person="p-9", unit="u-b1"), effective_at=away + timedelta(days=1))
    command = EnterSheets(key="q1", voice="settled", assessor="p-9", sheets={"u-b1": mark()})
    world.later(days=1)
    assert world.refused(command, by=world.act(9)).code == "assessment.conflict"
    world.later(days=9)
    with pytest.raises(Refused) as raised:
        world.do(command, by=world.act(9), effective_at=away)
    assert raised.value.refusal.code == "assessment.conflict"


def test_R_094_nobody_marks_their_own_unit_as_the_delegate_of_somebody_from_elsewhere() -> None:
    world = hall()
    until = world.now + timedelta(days=9)
    lend = Delegate(principal="p-60", delegate="p-9", role="everything", unit="u-city", until=until)
    world.do(lend, by=world.self_(60))
    lent = Actor("a-9", "p-9", "everything", delegate_of="p-60")
    for assessor in ("p-60", "p-9"):
        command = EnterSheets(key="q1", voice="settled", assessor=assessor, sheets={"u-b1": mark()})
        assert world.refused(command, by=lent).code == "assessment.not_assessor"


def test_R_094_nobody_sits_in_a_jury_a_second_time_as_somebody_elses_delegate() -> None:
    jury = kind(
        voices=[{"code": "judges", "standing": "assessor", "jury": 2}],
        stages={"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}},
        opens={},
    )
    world = Hall()
    world.adopt(jury)
    world.open(jury)
    until = world.now + timedelta(days=9)
    lend = Delegate(principal="p-60", delegate="p-3", role="everything", unit="u-city", until=until)
    world.do(lend, by=world.self_(60))
    command = EnterSheets(key="q1", voice="judges", assessor="p-3", sheets={"u-b1": mark()})
    before = digest_of(world)
    world.do(command, by=world.act(3))
    assert digest_of(world) != before  # what a juror marked is part of what a publication is checked by
    again = command.model_copy(update={"assessor": "p-60"})
    refusal = world.refused(again, by=Actor("a-3", "p-3", "everything", delegate_of="p-60"))
    assert refusal.code == "assessment.not_assessor"
    world.do(again, by=world.act(60))


def digest_of(world: Hall) -> str:
    return Sheets.of(world.workflow.history, STREAM).digest


def test_the_digest_of_sheets_tells_what_subjects_answered() -> None:
    world = hall()
    before = digest_of(world)
    world.do(AnswerQuestions(key="q1", subject="u-b1", answers={"idle_talk": YES}), by=world.act(9))
    assert digest_of(world) != before


def test_R_094_a_declared_conflict_of_interest_with_a_person_bars_a_mark_on_them() -> None:
    world = Hall()
    people = kind(subjects="people")
    world.adopt(people)
    world.open(people, subjects=("p-2", "p-3"))
    command = EnterSheets(key="q1", voice="settled", assessor="p-60", sheets={"p-2": mark()})
    world.do(DeclareConflict(person="p-60", other="p-2", ground="kin"), by=ROOT)
    assert world.refused(command, by=world.act(60)).code == "authority.conflict_of_interest"
    world.do(command.model_copy(update={"sheets": {"p-3": mark()}}), by=world.act(60))


def test_nobody_marks_confirms_or_excuses_themselves_in_a_role() -> None:
    world = Hall()
    people = kind(subjects="people")
    world.adopt(people)
    world.open(people, subjects=("p-2", "p-3"))
    world.enter({"p-2": mark()})
    for command in (
        EnterSheets(key="q1", voice="team", assessor="p-3", sheets={"p-3": mark()}),
        ConfirmEntries(key="q1", voice="team", subjects=("p-2",)),
        SetAside(key="q1", subjects=("p-3",), status="excused", reason="ill"),
        Advance(key="q1", move="mark"),
    ):
        number = 2 if isinstance(command, ConfirmEntries) else 3
        assert world.refused(command, by=world.act(number)).code == "authority.own_case"
    world.do(ConfirmEntries(key="q1", voice="team", subjects=("p-2",)), by=world.act(4))
    own = EnterSelf(key="q1", voice="own", subject="p-2", values=mark())
    assert world.refused(own, by=world.self_(3)).code == "authority.not_own"
    world.do(own, by=world.self_(2))


def duties_of(command: type[Command]) -> set[str | None]:
    return {event.requires.duty for event in DECIDER.yields[command.stored_type]}


@pytest.mark.parametrize("command", DECIDER.commands, ids=lambda command: command.stored_type)
def test_every_command_asks_for_its_duty_and_is_open_to_a_role_that_has_it(command: type[Command]) -> None:
    world = Hall()
    every = world.workflow.state("authority").roles["everything"]
    duties = duties_of(command)
    assert None not in duties
    world.do(
        AdoptRoles(
            roles={
                "everything": tuple(sorted(every)),
                "idle": tuple(sorted(set(every) - {duty for duty in duties if duty})),
                "able": tuple(sorted(duty for duty in duties if duty)),
            }
        )
    )
    for role in ("idle", "able"):
        world.do(GrantRole(person="p-8", role=role, unit="u-bureau"))
    world.adopt(SHEET)
    world.open(SHEET, unit="u-bureau")

    def allowed(role: str) -> str | None:
        stream = "assessment/new" if command is OpenAssessment else STREAM
        found = world.workflow.allowed(Actor("a-8", "p-8", role), world.now, stream)
        refusal = next(item.refusal for item in found if item.command == command.stored_type)
        return None if refusal is None else refusal.code

    assert allowed("idle") == "authority.duty_not_covered"
    assert allowed("able") is None


def test_a_unit_is_marked_as_its_own_by_a_role_that_reaches_it_and_by_no_other() -> None:
    world = hall()
    world.do(GrantRole(person="p-8", role="everything", unit="u-b2"))
    world.do(RevokeRole(person="p-8", role="everything", unit="u-city"))
    own = EnterSelf(key="q1", voice="own", subject="u-b1", values=mark())
    assert world.refused(own, by=world.act(8)).code == "authority.not_in_scope"
    world.do(own.model_copy(update={"subject": "u-b2"}), by=world.act(8))
    answer = AnswerQuestions(key="q1", subject="u-b1", answers={"idle_talk": YES})
    assert world.refused(answer, by=world.act(8)).code == "authority.not_in_scope"
    world.do(answer.model_copy(update={"subject": "u-b2"}), by=world.act(8))


def test_R_095_what_was_entered_is_provisional_until_somebody_else_confirms_it() -> None:
    world = hall()
    world.enter(dict.fromkeys(UNITS, mark()))
    status = world.state().status()
    assert status is not None
    assert (status.provisional, status.pending, status.complete) == (True, 3, True)
    move = Advance(key="q1", move="mark")
    assert world.refused(move, by=world.act(5)).code == "assessment.unconfirmed"
    confirm = ConfirmEntries(key="q1", voice="team", subjects=UNITS)
    assert world.refused(confirm, by=world.act(60)).code == "authority.own_case"
    everything = ConfirmEntries(key="q1", voice="team")
    assert world.refused(everything, by=world.act(60)).code == "assessment.nothing_pending"
    unknown = ConfirmEntries(key="q1", voice="nobody")
    assert world.refused(unknown, by=world.act(5)).code == "assessment.unknown_voice"
    world.do(everything, by=world.act(5))
    after = world.state().status()
    assert after is not None
    assert not after.provisional
    world.do(move, by=world.act(5))
    assert world.refused(everything, by=world.act(5)).code == "assessment.nothing_pending"


def test_R_094_nobody_of_the_unit_assessed_confirms_settles_or_sets_aside() -> None:
    world = hall()
    world.do(RegisterPerson(person="p-71", unit="u-b1", categories=("member",)))
    world.do(OpenAccount(account="a-71", person="p-71"))
    world.do(GrantRole(person="p-71", role="everything", unit="u-city"))
    world.enter(dict.fromkeys(UNITS, mark()))
    inside, outside = world.act(71), world.act(5)
    for command in (
        ConfirmEntries(key="q1", voice="team"),
        ConfirmEntries(key="q1", voice="team", subjects=("u-b1",)),
        SetAside(key="q1", subjects=("u-b1",), status="excused", reason="flood"),
    ):
        assert world.refused(command, by=inside).code == "authority.own_unit"
    world.later(days=1)
    world.do(MovePerson(person="p-71", unit="u-bureau"))  # being moved away for the day does not help
    confirm = ConfirmEntries(key="q1", voice="team", subjects=("u-b1",))
    assert world.refused(confirm, by=inside).code == "authority.own_unit"
    world.do(
        ConfirmEntries(key="q1", voice="team", subjects=("u-b2",)), by=inside
    )  # of another unit they may
    world.do(confirm, by=outside)
    assert list(forbidden(world.workflow.history.events())) == []
    event = a.SubjectsSetAside(subjects=("u-b1",), status="excused", reason="flood")
    name = f"beneath-{world.store.head().position}"
    draft = Draft("assessment/q1", event, world.now)
    world.store.append(
        Append("bureau", name, SetAside.stored_type, "0" * 64, inside, world.now, (draft,), {})
    )
    found = list(forbidden(world.workflow.history.events()))
    assert [item.refusal.code for item in found] == ["authority.own_unit"]


def test_R_095_publishing_fails_while_a_mark_is_provisional() -> None:
    world = hall()
    world.enter(dict.fromkeys(UNITS, mark()))
    with pytest.raises(Refused) as refused:
        publish(world, "r-7", of="assessment/q1")
    assert refused.value.refusal.code == "publication.provisional"
    assert world.workflow.fact("publication.summary", "publication/r-7") is None
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    publish(world, "r-7", of="assessment/q1")
    assert world.workflow.fact("publication.summary", "publication/r-7") is not None


def test_R_095_a_correction_is_provisional_again() -> None:
    world = hall()
    entry = world.enter(dict.fromkeys(UNITS, mark()))
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    world.enter({"u-b1": {"marks": pts("2")}}, corrects=entry, ground="slip")
    assert world.state().all_pending == ("u-b1",)


def test_R_019_an_outsider_marks_a_sample_again_and_nobody_from_inside_does() -> None:
    world = Hall(SHEET, unit="u-bureau")
    sample = EnterSheets(key="q1", voice="outsider", assessor="p-60", sheets={"u-b1": mark("4")})
    inside = sample.model_copy(update={"assessor": "p-2"})
    assert world.refused(inside, by=world.act(2)).code == "authority.outside_required"
    world.do(sample, by=world.act(60))
    assert world.state().sheet("u-b1", "outsider") is not None


def test_a_jury_has_a_sheet_for_each_of_its_members_and_is_complete_with_all() -> None:
    world = Hall()
    jury = kind(
        voices=[{"code": "judges", "standing": "assessor", "jury": 2}],
        stages={
            "initial": "open",
            "final": ["closed"],
            "moves": {"close": "open -> closed if sheets_complete"},
        },
        opens={},
    )
    world.adopt(jury)
    world.open(jury)
    world.enter(dict.fromkeys(UNITS, mark("5")), number=2, voice="judges")
    assert world.refused(Advance(key="q1", move="close"), by=ROOT).code == "assessment.sheets_lacking"
    world.enter(dict.fromkeys(UNITS, mark("6")), number=3, voice="judges")
    world.do(Advance(key="q1", move="close"), by=ROOT)
    state = world.state()
    assert [state.sheet("u-b1", "judges", who) is not None for who in ("p-2", "p-3", "p-4")] == [
        True,
        True,
        False,
    ]


# --- evidence --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "lacking", "enough"),
    [
        ({}, Value(passed=True), passed()),
        ({"kinds": ["measurement"]}, passed(), passed(kind="measurement")),
        ({"non_document": True}, passed(), passed(kind="third_party")),
        ({"expires": True}, passed(), passed(expires="2020-06-30")),
    ],
)
def test_R_194_an_item_may_ask_for_more_than_paper(rule: Any, lacking: Value, enough: Value) -> None:
    world = Hall(kind(items=[{"code": "order", "scale": {"type": "pass"}, "evidence": rule}]))
    command = EnterSheets(key="q1", voice="team", assessor="p-60", sheets={"u-b1": {"order": lacking}})
    assert world.refused(command, by=world.act(60)).code == "assessment.evidence_lacking"
    world.do(command.model_copy(update={"sheets": {"u-b1": {"order": enough}}}), by=world.act(60))
    world.enter({"u-b2": {"order": Value(passed=False)}})  # that something is not there needs no proof


# --- setting aside, questions, problems ----------------------------------------------------------


def test_a_subject_is_excused_or_declared_missing_with_a_reason_and_can_come_back() -> None:
    world = hall()
    aside = SetAside(key="q1", subjects=("u-b1",), status="excused", reason="founded_in_march")
    empty = SetAside(key="q1", subjects=(), status="excused", reason="founded_in_march")
    assert world.refused(empty, by=ROOT).code == "assessment.nothing_named"
    world.do(aside, by=ROOT)
    assert world.refused(aside, by=ROOT).code == "assessment.set_aside"
    command = EnterSheets(key="q1", voice="team", assessor="p-60", sheets={"u-b1": mark()})
    assert world.refused(command, by=world.act(60)).code == "assessment.set_aside"
    back = RestoreSubject(key="q1", subject="u-b2", ground="came_back")
    assert world.refused(back, by=ROOT).code == "assessment.not_set_aside"
    world.do(back.model_copy(update={"subject": "u-b1"}), by=ROOT)
    world.do(command, by=world.act(60))


def test_R_049_R_108_common_findings_are_answered_and_own_ones_stand_under_the_unit() -> None:
    world = hall()

    def answer(**answers: Any) -> AnswerQuestions:
        given = {code.replace("__", "."): value for code, value in answers.items()}
        return AnswerQuestions(key="q1", subject="u-b1", answers=given)

    assert world.refused(answer(), by=world.act(9)).code == "assessment.nothing_named"
    assert world.refused(answer(idle_talk=NO), by=world.act(9)).code == "assessment.answer_reason"
    assert world.refused(answer(own_finding=YES), by=world.act(9)).code == "assessment.unknown_question"
    foreign = AnswerQuestions(key="q1", subject="u-b1", answers={"u-b2.slow": YES})
    assert world.refused(foreign, by=world.act(9)).code == "assessment.unknown_question"
    own = {"idle_talk": YES, "thin_reports": Answer(applies=False, reason="none_written"), "u-b1.slow": YES}
    world.do(AnswerQuestions(key="q1", subject="u-b1", answers=own), by=world.act(9))
    assert set(world.state().answers["u-b1"]) == set(own)
    assert set(UNITS) - set(world.state().answers) == {"u-b2", "u-b3"}  # who has not answered is visible


def open_case(world: Hall, key: str = "c-1") -> None:
    found = party.PACK.definition("finding")
    if world.workflow.state("definition/finding").version == 0:
        world.do(AdoptDefinition(code="finding", kind="case", version=2, body=dict(found.body)), by=ROOT)
    digest = world.workflow.state("definition/finding").digest
    world.do(
        OpenCase(key=key, kind="finding", definition=digest, unit="u-b1", substance=TEXT), by=world.act(3)
    )


def test_R_048_nothing_is_closed_with_a_problem_that_is_not_in_the_ledger() -> None:
    world = hall()
    world.enter(dict.fromkeys(UNITS, mark()))
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    world.do(Advance(key="q1", move="mark"), by=world.act(5))
    note = NoteProblem(key="q1", subject="u-b1", item="order", text=TEXT)
    stray = note.model_copy(update={"item": "wit"})
    assert world.refused(stray, by=world.act(3)).code == "assessment.unknown_item"
    world.do(note, by=world.act(3))
    close = Advance(key="q1", move="close")
    assert world.refused(close, by=world.act(5)).code == "assessment.not_in_ledger"
    link = LinkProblem(key="q1", problem=1, case="c-1")
    assert world.refused(link, by=world.act(3)).code == "assessment.unknown_case"
    assert (
        world.refused(link.model_copy(update={"problem": 2}), by=world.act(3)).code
        == "assessment.unknown_problem"
    )
    open_case(world)
    world.do(link, by=world.act(3))
    assert world.refused(link, by=world.act(3)).code == "assessment.problem_linked"
    world.do(close, by=world.act(5))
    work = world.state().work()
    assert work is not None
    assert work.done
    assert world.refused(note, by=world.act(3)).code == "assessment.not_in_stage"
    replays(world, STREAM)


# --- stages and results ------------------------------------------------------------------------


def publish(world: Hall, key: str = "r-1", of: str | None = None) -> None:
    world.do(
        Publish(
            key=key,
            of=of,
            unit="u-city",
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


def test_R_095_a_result_is_cited_only_when_confirmed_and_computed_after_the_last_entry() -> None:
    world = hall()
    cite = CiteResult(key="q1", publication="r-1")
    assert world.refused(cite, by=world.act(4)).code == "assessment.no_publication"
    publish(world)
    world.later(minutes=1)
    world.enter(dict.fromkeys(UNITS, mark()))
    assert world.refused(cite, by=world.act(4)).code == "assessment.provisional"
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    assert world.refused(cite, by=world.act(4)).code == "assessment.stale"
    world.later(minutes=1)
    world.open(SHEET, key="q9")
    publish(world, "r-0", of="assessment/q9")
    other = CiteResult(key="q1", publication="r-0")
    assert world.refused(other, by=world.act(4)).code == "assessment.no_publication"
    publish(world, "r-2", of="assessment/q1")
    world.do(CiteResult(key="q1", publication="r-2"), by=world.act(4))
    (citation,) = world.state().citations
    assert (citation.publication, citation.digest) == ("r-2", DIGEST)
    again = CiteResult(key="q1", publication="r-2")
    assert world.refused(again, by=world.act(4)).code == "assessment.no_publication"


def test_every_guard_refuses_with_what_lacks_and_lets_through_when_it_is_there() -> None:
    world = Hall()
    vote(world)
    world.adopt(SHEET)
    world.open(SHEET, rounds=("rating/v-1",))
    work = submit(world)

    def move(name: str) -> str:
        return world.refused(Advance(key="q1", move=name), by=world.act(5)).code

    world.do(AssignModes(key="q1", modes=dict.fromkeys(UNITS, "live")), by=world.act(2))
    assert move("take_in") == "assessment.reports_lacking"
    for unit in UNITS:
        world.do(ReceiveReport(key="q1", subject=unit, mode="live", work=work), by=world.act(2))
    assert move("take_in") == "assessment.answers_lacking"
    both = {"idle_talk": YES, "thin_reports": YES}
    for unit in UNITS:
        world.do(AnswerQuestions(key="q1", subject=unit, answers=both), by=world.act(2))
    assert move("vote") == "lifecycle.move_closed"  # skipping is refused
    world.do(Advance(key="q1", move="take_in"), by=world.act(5))
    assert move("mark") == "assessment.sheets_lacking"
    world.enter(dict.fromkeys(UNITS, mark()))
    assert move("mark") == "assessment.unconfirmed"
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    world.do(Advance(key="q1", move="mark"), by=world.act(5))
    assert move("vote") == "assessment.voting_open"
    for unit in UNITS[:2]:
        world.do(Comment(key="q1", subject=unit, text=TEXT, round="rating/v-1"), by=world.act(60))
    world.do(Rate(key="v-1", rater="p-2", grades={"p-3": "good"}), by=world.self_(2))
    world.do(CloseRating(key="v-1"), by=world.act(5))
    world.do(CiteRound(key="q1", round="rating/v-1"), by=world.act(5))
    assert move("vote") == "assessment.comments_lacking"
    world.do(SetAside(key="q1", subjects=("u-b3",), status="missing", reason="no_comment"), by=world.act(5))
    world.do(Advance(key="q1", move="vote"), by=world.act(5))
    assert move("publish") == "assessment.not_published"
    publish(world)
    world.do(CiteResult(key="q1", publication="r-1"), by=world.act(4))
    world.do(Advance(key="q1", move="publish"), by=world.act(5))
    world.do(Advance(key="q1", move="close"), by=world.act(5))
    assert [stage.stage for stage in world.state().stages] == [
        "open",
        "in",
        "marked",
        "voted",
        "out",
        "closed",
    ]
    assert {stage.by for stage in world.state().stages[1:]} == {("p-5",)}
    replays(world, STREAM)


def test_a_kind_without_questions_modes_or_comments_has_nothing_to_answer_report_or_comment_on() -> None:
    bare = kind(
        modes=[],
        questions=[],
        own_answers=False,
        comments=False,
        opens={},
        stages={"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}},
    )
    world = Hall(bare)
    for command in (
        AssignModes(key="q1", modes={"u-b1": "live"}),
        AnswerQuestions(key="q1", subject="u-b1", answers={"idle_talk": YES}),
        Comment(key="q1", subject="u-b1", text=TEXT),
    ):
        refusal = attempt(world, command, world.act(5))
        assert refusal is not None
        assert refusal.code == "assessment.not_of_kind"


def test_work_and_status_say_what_others_may_cite() -> None:
    world = hall()
    work, status = world.state().work(), world.state().status()
    assert work is not None
    assert status is not None
    assert (work.kind, work.unit, work.state, work.done) == ("sheet", "u-city", "open", False)
    assert (status.subjects, status.set_aside, status.complete, status.final) == (3, 0, False, False)


def test_744_branches_and_three_voices_are_entered_in_hundreds_of_commands() -> None:
    units = tuple(f"u-x{number}" for number in range(744))
    world = Hall()
    world.do(*(FoundUnit(unit=unit, kind="branch", parent="u-bureau") for unit in units))
    world.adopt(SHEET)
    world.open(SHEET, subjects=units)
    before = world.store.head().position
    for number in range(0, 744, 93):
        chosen = units[number : number + 93]
        world.enter(dict.fromkeys(chosen, mark()))
        world.enter(dict.fromkeys(chosen, mark()), voice="settled")
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    assert world.store.head().position - before == 17
    assert world.state().lacking("settled") == world.state().lacking("team") == ()


def test_every_reason_stands_once_in_the_order_of_precedence() -> None:
    codes = [reason.code for reason in DECIDER.reasons]
    assert len(codes) == len(set(codes))


# --- what an auditor finds -----------------------------------------------------------------------


def test_an_honest_assessment_departs_from_nothing() -> None:
    world = hall()
    world.do(EnterSelf(key="q1", voice="own", subject="u-b1", values=mark()), by=world.act(9))
    entry = world.enter(dict.fromkeys(UNITS, mark()), number=9)
    held = next(iter(world.state().quarantine))
    world.do(SettleQuarantine(key="q1", entry=held, released=True, ground="checked"), by=world.act(3))
    world.enter({"u-b2": {"marks": pts("1")}}, corrects=entry_of(world), ground="slip")
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    world.do(Advance(key="q1", move="mark"), by=world.act(5))
    assert entry
    state = a.Assessment()
    for recorded in world.workflow.history.events(*DECIDER.events):
        assert isinstance(recorded.event, a.AssessmentEvent)
        assert a.departure(state, recorded.event) is None
        state = DECIDER.evolve(state, recorded)


def entry_of(world: Hall) -> str:
    found = world.state().sheet("u-b2", "team")
    assert found is not None
    return found["marks"].entry


def test_events_written_underneath_are_found_to_depart_from_the_kind_or_the_past() -> None:
    world = hall()
    world.enter(dict.fromkeys(UNITS, mark()))
    state = world.state()
    sheets = {"u-b1": mark()}
    people = kind(subjects="people")
    world.adopt(people.model_copy(update={"code": "other"}))
    opened = state.opened
    assert opened is not None
    for event in (
        opened.model_copy(update={"stage": "out"}),
        opened.model_copy(update={"definition": "b" * 64}),
        opened.model_copy(update={"body": {"code": "sheet"}}),
        a.StageEntered(move="close", source="open", stage="closed"),  # skips stages
        a.StageEntered(move="mark", source="open", stage="marked"),  # its guard refuses
        a.EntriesConfirmed(voice="team", subjects=("u-b1",), entered_by=("p-2",)),  # somebody else entered it
        a.EntriesConfirmed(voice="settled", subjects=("u-b1",), entered_by=("p-2",)),
        a.QuarantineSettled(entry="c" * 32, released=True, ground="checked", entered_by=()),
        a.EntriesMade(voice="team", assessor="p-2", sheets=sheets),  # marked already
        a.EntriesMade(voice="settled", assessor="p-2", sheets=sheets),  # a final voice under another name
        a.FinalEntered(voice="settled", assessor="p-2", sheets={"u-b1": {"marks": pts("99")}}),
        a.FinalEntered(voice="settled", assessor="p-2", sheets=sheets, people=("p-3",)),
        a.SelfEntered(voice="own", subject="u-b1", unit="u-b2", values=mark()),
        a.SelfEntered(voice="team", subject="u-b1", unit="u-b1", values=mark()),
        a.SubjectsSetAside(subjects=("u-b1",), status="excused", reason="ill", people=("p-3",)),
        a.SubjectRestored(subject="u-b1", ground="back", people=("p-3",)),
        a.QuestionsAnswered(subject="u-b1", unit="u-b2", answers={}),
        a.ReportReceived(subject="u-b1", mode="live", work="submission/s-1"),
        a.ProblemLinked(problem=1, case="c-1"),
        a.RoundCited(round="rating/none"),
    ):
        assert a.departure(state, event) is not None, event
    assert a.departure(a.Assessment(), a.RoundCited(round="rating/none")) is not None
    proper = a.FinalEntered(voice="settled", assessor="p-2", sheets=sheets)
    assert a.departure(state, proper) is None


def underneath(world: Hall, number: int, command_type: str, event: Event) -> None:
    drafts = (Draft(STREAM, event, world.now),)
    actor = world.act(number)
    world.store.append(Append("bureau", "beneath", command_type, "0" * 64, actor, world.now, drafts, {}))


def test_what_is_written_underneath_is_found_as_forbidden_or_as_impossible() -> None:
    for number, command_type, event, forbids in (
        (
            60,
            "assessment.confirm",
            a.EntriesConfirmed(voice="team", subjects=("u-b1",), entered_by=("p-60",)),
            True,
        ),
        (
            60,
            "assessment.confirm",
            a.EntriesConfirmed(voice="team", subjects=("u-b1",), entered_by=("p-3",)),
            False,
        ),
        (5, "assessment.advance", a.StageEntered(move="close", source="open", stage="closed"), False),
    ):
        world = hall()
        world.enter(dict.fromkeys(UNITS, mark()))
        assert audit(world.workflow.history, possible.checks(world.model))
        underneath(world, number, command_type, event)
        assert [item.event_id for item in forbidden(world.workflow.history.events())] == (
            [world.last()] if forbids else []
        )
        assert forbids or not audit(world.workflow.history, possible.checks(world.model))
