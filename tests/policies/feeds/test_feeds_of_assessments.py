"""Marks as they stand, four-valued, and the subjects of assessments."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.policies.feeds.folding import cells, lawful
from tests.support.sheets import SHEET, UNITS, Hall, kind, mark, passed, pts

from party_workflow.authority import GrantRole, OpenAccount
from party_workflow.domain.assessment import (
    ConfirmEntries,
    EnterSelf,
    HoldEntries,
    OpenAssessment,
    RestoreSubject,
    SetAside,
    SettleQuarantine,
    Value,
)
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent

MARKS, SUBJECTS = FEEDS["marks"], FEEDS["subjects"]
NONE = Absent("not_applicable")


def hall() -> Hall:
    """Three branches assessed on the sheet; p-9 counts in the first of them."""
    found = Hall(kind())
    found.do(
        RegisterPerson(person="p-9", unit="u-b1", categories=("member",)),
        OpenAccount(account="a-9", person="p-9"),
    )
    found.do(GrantRole(person="p-9", role="everything", unit="u-city"))
    return found


def test_every_mark_is_a_row_with_voice_assessor_item_and_value() -> None:
    world = hall()
    world.enter({"u-b1": mark("7.5"), "u-b2": {"marks": Value(absent="excused", reason="flood")}})
    columns = "subject", "voice", "assessor", "item", "value", "form", "reason", "standing"
    assert cells(MARKS, world.workflow.history, *columns) == [
        ("u-b1", "team", "p-60", "marks", Fraction(15, 2), "points", NONE, "provisional"),
        ("u-b1", "team", "p-60", "order", Fraction(1), "passed", NONE, "provisional"),
        ("u-b2", "team", "p-60", "marks", Absent("excused"), "absent", "flood", "provisional"),
    ]
    first = lawful(MARKS, world.workflow.history)[0]
    assert (first["assessment"], first["kind"], first["period"]) == ("q1", "sheet", "2020-Q1")
    assert (first["unit"], first["stage"], first["aside"], first["proofs"]) == (
        "u-b1",
        "open",
        "no",
        Fraction(0),
    )


def test_zero_is_a_mark_and_missing_is_none() -> None:
    world = hall()
    world.enter({"u-b1": {"order": passed(passes=False), "marks": pts("0")}})
    world.enter({"u-b2": {"order": Value(absent="missing"), "marks": Value(absent="missing")}})
    assert cells(MARKS, world.workflow.history, "value", "form") == [
        (Fraction(0), "points"),
        (Fraction(0), "passed"),
        (Absent("missing"), "absent"),
        (Absent("missing"), "absent"),
    ]


def test_a_mark_counts_once_somebody_else_confirmed_it() -> None:
    world = hall()
    world.enter({"u-b1": mark(), "u-b2": mark()})
    world.do(ConfirmEntries(key="q1", voice="team", subjects=("u-b1",)), by=world.act(2))
    found = lawful(MARKS, world.workflow.history)
    assert [(fact["subject"], fact["standing"]) for fact in found] == [
        ("u-b1", "confirmed"),
        ("u-b1", "confirmed"),
        ("u-b2", "provisional"),
        ("u-b2", "provisional"),
    ]
    assert [item.stored_type for item in found[0].evidence] == [
        "assessment.entries_made",
        "assessment.entries_confirmed",
    ]


def test_a_corrected_mark_takes_the_place_of_the_first_and_rests_on_both() -> None:
    world = hall()
    entry = world.enter({"u-b1": mark("7.5")})
    world.later(hours=1)
    world.enter({"u-b1": {"marks": pts("8")}}, corrects=entry, ground="added_wrongly")
    found = lawful(MARKS, world.workflow.history)
    assert [(fact["item"], fact["value"]) for fact in found] == [
        ("order", Fraction(1)),
        ("marks", Fraction(8)),
    ]  # in the order of the events that they come from
    assert [len(fact.evidence) for fact in found] == [1, 2]


def test_a_voice_of_a_jury_has_a_row_for_each_assessor_and_any_other_the_last_one() -> None:
    voices: Any = [
        {"code": "jury", "standing": "assessor", "jury": 2},
        {"code": "desk", "standing": "assessor", "required": False},
    ]
    definition = kind(code="jury_sheet", voices=voices)
    world = Hall(definition)
    for number in (60, 2):
        world.enter({"u-b1": {"marks": pts(str(number % 10))}}, number, voice="jury")
    first = world.enter({"u-b1": {"marks": pts("0")}}, 60, voice="desk")
    second = {"u-b1": {"marks": pts("2")}}
    world.enter(second, 2, voice="desk", corrects=first, ground="added_wrongly")
    assert cells(MARKS, world.workflow.history, "voice", "assessor", "value", "standing") == [
        ("jury", "p-60", Fraction(0), "confirmed"),
        ("jury", "p-2", Fraction(2), "confirmed"),
        ("desk", "p-2", Fraction(2), "confirmed"),
    ]


def test_marks_of_somebody_too_close_stand_in_quarantine_until_they_are_settled() -> None:
    world = hall()
    sheets = {"u-b1": {"marks": pts("9")}}
    entry = world.enter(sheets, 9)
    assert cells(MARKS, world.workflow.history, "subject", "standing") == [("u-b1", "quarantined")]
    for released, standing in ((True, "provisional"), (False, "dismissed")):
        branch = hall()
        entry = branch.enter(sheets, 9)
        settle = SettleQuarantine(key="q1", entry=entry, released=released, ground="looked_at")
        branch.do(settle, by=branch.act(60))
        (fact,) = lawful(MARKS, branch.workflow.history)
        assert (fact["value"], fact["standing"], len(fact.evidence)) == (Fraction(9), standing, 2)


STAGES = {"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}}


def people_kind() -> Any:
    voices = (
        {"code": "team", "standing": "assessor"},
        {"code": "own", "standing": "self", "required": False},
    )
    plain = {"modes": [], "questions": [], "own_answers": False, "opens": {}, "stages": STAGES}
    return kind(code="people_sheet", subjects="people", voices=list(voices), **plain)


def of_people() -> Hall:
    definition = people_kind()
    world = Hall()
    world.adopt(definition)
    world.do(
        OpenAssessment(
            key="q1",
            kind=definition.code,
            definition=definition.digest,
            unit="u-branch",
            period="2020-Q1",
            subjects=("p-5", "p-6"),
        )
    )
    return world


def test_a_mark_under_independent_review_says_so_and_what_became_of_it() -> None:
    for released, standing in ((True, "confirmed"), (False, "dismissed")):
        world = of_people()
        entry = world.enter({"p-5": {"marks": pts("1")}, "p-6": {"marks": pts("2")}}, 2)
        world.do(HoldEntries(key="q1", entry=entry, subject="p-5"), by=world.act(60))
        assert cells(MARKS, world.workflow.history, "subject", "standing") == [
            ("p-5", "under_review"),
            ("p-6", "confirmed"),
        ]
        held = world.last()
        settle = SettleQuarantine(key="q1", entry=held, released=released, ground="independent_review")
        world.do(settle, by=world.act(60))
        found = {fact["subject"]: fact for fact in lawful(MARKS, world.workflow.history)}
        assert (found["p-5"]["standing"], found["p-6"]["standing"]) == (standing, "confirmed")
        assert len(found["p-5"].evidence) == 3


def test_marks_of_oneself_have_no_assessor() -> None:
    world = of_people()
    world.do(EnterSelf(key="q1", voice="own", subject="p-5", values={"marks": pts("3")}), by=world.self_(5))
    assert cells(MARKS, world.workflow.history, "voice", "assessor", "unit") == [("own", NONE, "u-branch")]


def test_a_subject_set_aside_says_how_and_why_and_its_marks_do_too() -> None:
    world = hall()
    world.enter({"u-b1": mark()})
    world.do(SetAside(key="q1", subjects=("u-b1",), status="excused", reason="flood"), by=world.act(60))
    assert cells(SUBJECTS, world.workflow.history, "subject", "unit", "aside", "reason") == [
        ("u-b1", "u-b1", "excused", "flood"),
        ("u-b2", "u-b2", "no", NONE),
        ("u-b3", "u-b3", "no", NONE),
    ]
    assert {aside for (aside,) in cells(MARKS, world.workflow.history, "aside")} == {"excused"}
    world.do(RestoreSubject(key="q1", subject="u-b1", ground="water_gone"), by=world.act(60))
    assert cells(SUBJECTS, world.workflow.history, "aside", subject="u-b1") == [("no",)]
    lawful(SUBJECTS, world.workflow.history)


def test_a_rate_has_its_two_counts_and_one_of_none_is_not_applicable() -> None:
    indicator = {"definition": "share", "unit": "percent", "owner": "office", "sources": ["claim.asserted"]}
    share = {"code": "share", "required": False, "scale": {"type": "rate"}, "indicator": indicator}
    items: Any = [*SHEET["items"], share]
    world = Hall(kind(code="rates", items=items))
    world.enter({"u-b1": {"share": Value(part=2, whole=3)}, "u-b2": {"share": Value(part=0, whole=0)}})
    assert cells(MARKS, world.workflow.history, "value", "form", "part", "whole") == [
        (Fraction(2, 3), "rate", Fraction(2), Fraction(3)),
        (NONE, "rate", Fraction(0), Fraction(0)),
    ]


def test_a_grade_is_a_value_that_the_rule_gives_a_worth() -> None:
    scale = {"type": "grades", "grades": ["good", "poor"]}
    items: Any = [{"code": "order", "scale": scale}]
    world = Hall(kind(code="grades", items=items))
    world.enter({"u-b1": {"order": Value(grade="good")}})
    assert cells(MARKS, world.workflow.history, "value", "form") == [("good", "grade")]


def test_the_marks_of_the_feed_are_those_of_the_assessment() -> None:
    world = hall()
    world.enter({unit: mark(str(number)) for number, unit in enumerate(UNITS, start=3)})
    state = world.state()
    standing = {
        (voice, subject, item): value.value
        for (voice, _), sheets in state.marks.items()
        for subject, values in sheets.items()
        for item, value in values.items()
    }
    found = {
        (fact["voice"], fact["subject"], fact["item"]): fact["value"]
        for fact in lawful(MARKS, world.workflow.history)
    }
    assert found.keys() == standing.keys()
    for place, value in standing.items():
        expected = Fraction(value.points) if value.points is not None else Fraction(bool(value.passed))
        assert found[place] == expected
