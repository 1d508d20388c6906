"""Marks in an assessment that wait for independent review.  (R-148)"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.support.watched import Watched, refused, watch

from party_workflow.authority import DeclareConflict, forbidden
from party_workflow.calendar import Period
from party_workflow.domain import assessment
from party_workflow.domain.assessment import (
    Advance,
    AssessmentKind,
    EnterSheets,
    EntriesHeld,
    EntriesMade,
    HoldEntries,
    OpenAssessment,
    ReviewSettled,
    SettleQuarantine,
    Value,
)
from party_workflow.domain.assessment.scale import Scale
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.packs.results import full_audit

KIND = AssessmentKind.model_validate(
    {
        "code": "year_marks",
        "version": 1,
        "subjects": "people",
        "items": [
            {"code": "work", "scale": {"type": "grades", "grades": ["good", "fair", "poor"]}},
            {"code": "points", "scale": {"type": "points", "low": "0", "high": "10"}},
        ],
        "voices": [{"code": "leader", "standing": "assessor"}],
        "stages": {
            "initial": "open",
            "final": ["closed"],
            "moves": {"close": "open -> closed if inputs_complete, confirmed"},
        },
    }
)
STREAM = "assessment/y-1"


def _town(*, complaint: bool = True) -> Watched:
    town = Watched()
    town.do(AdoptDefinition(code="year-marks", kind="assessment", version=1, body=KIND.data()))
    town.do(
        OpenAssessment(
            key="y-1",
            kind="year_marks",
            definition=KIND.digest,
            unit="u-b1",
            period=Period.parse("2024-Q1"),
            subjects=("p-7", "p-8"),
        )
    )
    if complaint:
        town.complain()
    return town


def _sheet(work: str, points: str) -> dict[str, Value]:
    return {"work": Value(grade=work), "points": Value(points=Decimal(points))}


def _enter(town: Watched, by: int, work: str = "fair", points: str = "3", *subjects: str) -> str:
    sheets = {subject: _sheet(work, points) for subject in subjects or ("p-7",)}
    town.do(EnterSheets(key="y-1", voice="leader", assessor=f"p-{by}", sheets=sheets), by=by)
    return town.events(EntriesMade)[-1].envelope.event_id


def _state(town: Watched) -> assessment.Assessment:
    state = town.workflow.state(STREAM)
    assert isinstance(state, assessment.Assessment)
    return state


def test_R_148_low_marks_by_the_accused_are_put_aside_for_the_complainant_alone() -> None:
    town = _town()
    entry = _enter(town, 5, "poor", "2", "p-7", "p-8")
    assert len(town.review().issued) == 1
    (held,) = town.events(EntriesHeld)
    assert isinstance(held.event, EntriesHeld)
    assert (held.event.entry, held.event.subject) == (entry, "p-7")
    assert held.envelope.causation == entry
    state = _state(town)
    assert state.sheet("p-7", "leader") is None  # missing, and not zero
    assert state.sheet("p-8", "leader") is not None
    status = state.status()
    assert status is not None
    assert (status.provisional, status.quarantined, status.complete) == (True, 1, False)
    assert town.review().issued == ()


def test_R_148_good_marks_and_marks_by_others_stand() -> None:
    town = _town()
    _enter(town, 5, "good", "9")
    _enter(town, 61, "poor", "0", "p-8")
    assert town.review().issued == ()


def test_R_148_marks_that_were_drawn_are_put_aside_in_the_same_words() -> None:
    watched, drawn = _town(), _town(complaint=False)
    for town, terms in ((watched, watch()), (drawn, watch(share=Fraction(1)))):
        _enter(town, 5)
        town.review(terms)
    for number in (5, 7, 60):
        views = [
            [r.bytes for r in town.workflow.seen_by(town.actor(number), town.now).records()]
            for town in (watched, drawn)
        ]
        assert views[0] == views[1]


@pytest.mark.parametrize("released", [True, False])
def test_R_148_settled_by_somebody_independent_they_count_or_stay_out(released: bool) -> None:
    town = _town()
    entry = _enter(town, 5)
    town.review()
    held = town.events(EntriesHeld)[0].envelope.event_id
    settle = SettleQuarantine(key="y-1", entry=held, released=released, ground="independent_review")
    for close in (5, 6, 7, 60):
        assert refused(town, settle, by=close) == "authority.own_case"
    more = settle.model_copy(update={"ground": "complained_before"})
    assert refused(town, more, by=61) == assessment.REVIEW_GROUND.code
    town.do(settle, by=61)
    (settled,) = town.events(ReviewSettled)
    assert isinstance(settled.event, ReviewSettled)
    assert settled.event.finding == ("supported" if released else "not_supported")
    sheet = _state(town).sheet("p-7", "leader")
    assert (sheet is not None) is released
    if sheet is not None:
        assert {mark.entry for mark in sheet.values()} == {entry}
        assert all(mark.by == ("p-5",) for mark in sheet.values())
    assert town.review().issued == ()  # once looked at, it is looked at
    again = EnterSheets(key="y-1", voice="leader", assessor="p-5", sheets={"p-7": _sheet("poor", "1")})
    assert refused(town, again, by=5) == assessment.ALREADY_ENTERED.code
    assert list(forbidden(town.history.events(), town.workflow.binds)) == []
    audit = full_audit(town.history, town.workflow.binds)
    assert {check.outcome for check in audit.checks if check.integrity} == {"pass"}


def test_R_203_a_declared_conflict_with_the_marked_bars_from_settling() -> None:
    town = _town()
    _enter(town, 5)
    town.review()
    held = town.events(EntriesHeld)[0].envelope.event_id
    town.do(DeclareConflict(person="p-61", other="p-7", ground="family"), by=61, own=True)
    settle = SettleQuarantine(key="y-1", entry=held, released=True, ground="independent_review")
    assert refused(town, settle, by=61) == "authority.conflict_of_interest"


def test_only_what_stands_and_was_given_by_somebody_else_is_put_aside_and_once() -> None:
    town = _town()
    entry = _enter(town, 5)
    hold = HoldEntries(key="y-1", entry=entry, subject="p-7")
    assert refused(town, hold.model_copy(update={"subject": "p-8"}), by=61) == assessment.NO_ENTRY.code
    assert refused(town, hold.model_copy(update={"entry": "0" * 32}), by=61) == assessment.NO_ENTRY.code
    assert refused(town, hold, by=7) == "authority.own_case"
    assert refused(town, hold, by=61) == ""
    assert refused(town, hold, by=61) == assessment.NO_ENTRY.code
    assert refused(town, Advance(key="y-1", move="close"), by=1) != ""
    held = town.events(EntriesHeld)[0].envelope.event_id
    town.do(SettleQuarantine(key="y-1", entry=held, released=True, ground="independent_review"), by=61)
    _enter(town, 5, "fair", "3", "p-8")
    assert refused(town, Advance(key="y-1", move="close"), by=1) == ""
    assert refused(town, hold, by=61) == assessment.NOT_IN_STAGE.code


def test_what_is_low_on_a_scale() -> None:
    terms = watch()

    def low(scale: Mapping[str, object], value: Value) -> bool:
        return terms.low_on(Scale.model_validate(scale), value)

    assert low({"type": "pass"}, Value(passed=False))
    assert not low({"type": "pass"}, Value(passed=True))
    grades = {"type": "grades", "grades": ["a", "b", "c", "d"]}
    assert [low(grades, Value(grade=grade)) for grade in "abcd"] == [False, False, True, True]
    points = {"type": "points", "low": "-2", "high": "8"}
    assert [low(points, Value(points=Decimal(n))) for n in ("-2", "2", "3", "8")] == [
        True,
        True,
        False,
        False,
    ]
    assert low({"type": "rate"}, Value(part=1, whole=3))
    assert not low({"type": "rate"}, Value(part=1, whole=2))
    assert not low({"type": "rate"}, Value(part=0, whole=0))
    assert not low({"type": "measure", "unit": "days"}, Value(points=Decimal(0)))
    assert not low(points, Value(absent="excused", reason="ill"))
