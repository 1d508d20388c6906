"""Kinds of assessment as data: every fault at once, and digests that depend on what matters only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.support.sheets import SHEET, kind, pts

from party_workflow.domain.assessment import AssessmentKind, Proof, Scale, Value, read_kind
from party_workflow.errors import InvalidDefinition


def faults(**changes: Any) -> str:
    with pytest.raises(InvalidDefinition) as raised:
        read_kind({**kind().data(), **changes})
    return str(raised.value)


def test_a_kind_is_stored_in_one_form_and_read_back_as_the_same() -> None:
    found = kind()
    assert read_kind(found.data()) == found
    assert read_kind(found.data()).digest == found.digest
    assert found.data()["stages"]["code"] == "sheet"
    assert AssessmentKind.model_validate(SHEET) == found


STAGES = {"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"modes": ["live", "live"]}, "modes.live"),
        ({"items": []}, "Items and voices come together"),
        (
            {"items": [], "voices": [], "questions": [], "own_answers": False, "stages": STAGES},
            "Nothing is marked",
        ),
        ({"questions": [], "stages": STAGES}, "own_answers"),
        ({"opens": {"juggle": ["open"]}}, "no action juggle"),
        ({"opens": {"assign": ["nowhere"]}}, "no stage nowhere"),
        ({"stages": {**STAGES, "moves": {"close": "open -> closed if lucky"}}}, "no guard lucky"),
        ({"modes": []}, "modes_complete"),
        ({"questions": [], "own_answers": False}, "answers_complete"),
        ({"comments": False}, "comments_complete"),
        ({"voices": [{"code": "v", "standing": "self", "conflicts": ["own_unit"]}]}, "own voice"),
        ({"voices": [{"code": "v", "standing": "self", "jury": 2}]}, "own voice"),
        ({"voices": [{"code": "v", "standing": "assessor", "on_conflict": "quarantine"}]}, "quarantine"),
        ({"voices": [{"code": "v", "standing": "assessor", "items": ["wit"]}]}, "which is no item"),
        ({"voices": [{"code": "v", "standing": "assessor", "stages": ["nowhere"]}]}, "no stage nowhere"),
        ({"items": [{"code": "n", "scale": {"type": "measure", "unit": "yuan"}}]}, "Add an indicator"),
        ({"items": [{"code": "n", "scale": {"type": "rate"}}]}, "Add an indicator"),
    ],
)
def test_what_is_wrong_with_a_kind_is_said(changes: Any, said: str) -> None:
    assert said in faults(**changes)


def test_all_faults_are_said_at_once() -> None:
    said = faults(modes=["live", "live"], opens={"juggle": ["open"]}, comments=False)
    assert all(word in said for word in ("modes.live", "juggle", "comments_complete"))


@pytest.mark.parametrize(
    "scale",
    [
        {"type": "grades"},
        {"type": "grades", "grades": ["one"]},
        {"type": "grades", "grades": ["one", "one"]},
        {"type": "pass", "grades": ["one", "two"]},
        {"type": "points"},
        {"type": "points", "low": "5", "high": "5"},
        {"type": "points", "low": "0", "high": "5", "step": "0"},
        {"type": "pass", "low": "0"},
        {"type": "measure"},
        {"type": "pass", "unit": "yuan"},
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(scale: Any) -> None:
    with pytest.raises(InvalidDefinition):
        Scale.model_validate(scale)


@pytest.mark.parametrize(
    ("scale", "fits"),
    [
        ({"type": "pass"}, Value(passed=False)),
        ({"type": "grades", "grades": ["a", "b"]}, Value(grade="b")),
        ({"type": "points", "low": "0", "high": "10", "step": "0.5"}, pts("9.5")),
        ({"type": "measure", "unit": "yuan"}, pts("-3.75")),
        ({"type": "rate"}, Value(part=3, whole=4)),
    ],
)
def test_a_mark_is_on_its_own_scale_and_on_no_other_and_being_absent_fits_all(
    scale: Any, fits: Value
) -> None:
    found = Scale.model_validate(scale)
    assert found.misfit(fits) is None
    assert found.misfit(Value(absent="missing")) is None
    others = [Value(passed=True), Value(grade="z"), pts("10.25"), Value(part=1, whole=2)]
    misfits = [other for other in others if found.misfit(other) is not None]
    alike = {"pass": 1, "grades": 0, "points": 0, "measure": 1, "rate": 1}
    assert len(misfits) == len(others) - alike[found.type]


@pytest.mark.parametrize(
    "given_",
    [
        {},
        {"passed": True, "grade": "a"},
        {"part": 1},
        {"part": 3, "whole": 2},
        {"points": "1", "absent": "missing"},
    ],
)
def test_a_mark_says_exactly_one_thing(given_: Any) -> None:
    with pytest.raises(ValidationError):
        Value.model_validate(given_)


@given(st.integers(0, 100), st.integers(1, 8))
def test_points_are_on_the_scale_exactly_if_they_are_whole_steps_from_the_lowest(
    tenths: int, step: int
) -> None:
    scale = Scale.model_validate({"type": "points", "low": "1", "high": "9", "step": f"0.{step}"})
    value = pts(f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10))
    on = 10 <= tenths <= 90 and (tenths - 10) % step == 0
    assert (scale.misfit(value) is None) is on


def test_evidence_names_its_kind_and_may_expire() -> None:
    found = Proof.model_validate({"digest": "a" * 64, "kind": "measurement", "expires": "2020-06-30"})
    assert found.expires is not None
    with pytest.raises(ValidationError):
        Proof.model_validate({"digest": "a" * 64, "kind": "hearsay"})
