"""Errors and refusals: in words, with a code, and without personal values."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from party_workflow import errors, lifecycle
from party_workflow.authority import AUTHORITY, LOG
from party_workflow.domain.activity import Attendance, PlanActivity
from party_workflow.domain.assessment import OpenAssessment, Value
from party_workflow.domain.procedure import Given
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import (
    CommandIdConflict,
    Conflict,
    DamagedHistory,
    Fault,
    Faults,
    InvalidCommand,
    InvalidDefinition,
    InvalidInput,
    NotCanonical,
    PartyWorkflowError,
    Reason,
    Refusal,
    Refused,
    StoreError,
    UnknownType,
    VersionConflict,
)
from party_workflow.packs import party

DECIDERS = party.MODEL.all_deciders
REASONS = sorted(
    {*lifecycle.REASONS, *(reason for decider in DECIDERS for reason in decider.reasons)},
    key=lambda r: r.code,
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- the tree --------------------------------------------------------------------------------


def test_the_tree_drawn_in_the_docstring_is_the_tree_of_classes() -> None:
    assert errors.__doc__ is not None
    drawn: list[tuple[int, str]] = []
    for line in errors.__doc__.splitlines():
        head = line.split("  ")[0] if "──" not in line else line
        name = next((word for word in head.replace("─", " ").split() if word.isidentifier()), None)
        if "──" in line and name:
            drawn.append((line.index("──") // 4, name))
    found: list[tuple[int, str]] = []

    def walk(kind: type[BaseException], depth: int) -> None:
        for inner in kind.__subclasses__():
            if inner.__module__ == errors.__name__:
                found.append((depth, inner.__name__))
                walk(inner, depth + 1)

    walk(PartyWorkflowError, min(depth for depth, _ in drawn))
    assert sorted(drawn) == sorted(found)


@pytest.mark.parametrize(
    ("error", "kinds"),
    [
        (InvalidCommand([]), {InvalidInput}),
        (InvalidDefinition([]), {InvalidInput}),
        (NotCanonical([]), {InvalidInput}),
        (VersionConflict("case/1", 1, 2), {Conflict}),
        (CommandIdConflict("c-1"), {Conflict}),
        (UnknownType(1, "It is not known."), {DamagedHistory}),
        (StoreError("The disk is full. Make room."), set()),
        (Refused(Refusal("a.b", "No.", "Ask.")), set()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_raised_on_purpose_is_caught_by_its_kind_and_by_the_root(
    error: PartyWorkflowError, kinds: set[type[PartyWorkflowError]]
) -> None:
    assert isinstance(error, PartyWorkflowError)
    others = {InvalidInput, Conflict, DamagedHistory, StoreError, Refused} - kinds - {type(error)}
    assert not any(isinstance(error, other) for other in others)
    assert all(isinstance(error, kind) for kind in kinds)


# --- what they say ---------------------------------------------------------------------------


def test_errors_say_what_and_what_next() -> None:
    assert "at version 3, the decision was based on 2. Read it again" in str(VersionConflict("case/1", 2, 3))
    assert str(CommandIdConflict("c-7")).startswith("Command id c-7 was used before")
    assert str(DamagedHistory(9, "It is cut off.")) == "Position 9: It is cut off."
    assert str(DamagedHistory(0, "It is cut off.")) == "It is cut off."
    refused = Refused(Refusal("case.closed", "The case is closed.", "Reopen it."))
    assert str(refused) == "The case is closed. Reopen it. [case.closed]"


def test_invalid_input_lists_every_fault_with_its_place() -> None:
    faults = Faults()
    faults.raise_if_any()
    faults.add("a.b", "It is wrong.", "Mend it.")
    faults.add("", "It is too long.", "Shorten it.")
    with pytest.raises(InvalidDefinition) as invalid:
        faults.raise_if_any(InvalidDefinition)
    assert str(invalid.value) == "a.b: It is wrong. Mend it.; It is too long. Shorten it."
    assert invalid.value.faults == tuple(faults.found)
    assert InvalidInput(Fault("a", "b.", "c.")).faults == (Fault("a", "b.", "c."),)


def test_a_reason_becomes_a_refusal_with_the_ids_that_it_is_about() -> None:
    reason = Reason("case.late", "{case} was due on {day}.", "Extend {case} before it is due.")
    refusal = reason(day="2020-03-25", case="c-7")
    assert refusal == Refusal(
        "case.late",
        "c-7 was due on 2020-03-25.",
        "Extend c-7 before it is due.",
        (("case", "c-7"), ("day", "2020-03-25")),
    )
    with pytest.raises(KeyError):
        reason(case="c-7")


# --- every reason that the library knows -----------------------------------------------------


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_every_reason_is_a_code_a_sentence_and_a_remedy(reason: Reason) -> None:
    category, _, words = reason.code.partition(".")
    assert category.replace("_", "").isalpha()
    assert words.replace("_", "").isalpha()
    for text in (reason.sentence, reason.remedy):
        assert text.endswith((".", "?", "}"))
        assert text[0].isupper() or text[0] == "{"
        assert text.isascii()
    assert reason.sentence != reason.remedy


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_no_reason_has_a_place_for_a_name_a_title_or_a_text(reason: Reason) -> None:
    named = fields(reason.sentence) | fields(reason.remedy)
    assert not named & {"name", "title", "note", "text", "substance", "contact", "content", "value"}
    assert all(name.isidentifier() for name in named)


def test_one_code_stands_for_one_reason() -> None:
    by_code: dict[str, Any] = {}
    for reason in REASONS:
        assert by_code.setdefault(reason.code, reason) == reason


def test_every_decider_lists_its_reasons_once_and_in_one_order() -> None:
    for decider in DECIDERS:
        if decider not in (LOG, AUTHORITY):
            assert decider.reasons, decider.category
        assert len(set(decider.reasons)) == len(decider.reasons), decider.category


# --- building by hand ------------------------------------------------------------------------

BUILT_WRONGLY: list[tuple[str, Callable[[], object], type[InvalidInput], str]] = [
    ("a float", lambda: Value(points=1.5), InvalidInput, "Value.points"),  # type: ignore[arg-type]
    ("no mark at all", Value, InvalidInput, "Value"),
    ("half a task", lambda: Serves(campaign="study"), InvalidInput, "Serves.task"),  # type: ignore[call-arg]
    ("unknown status", lambda: Attendance(status="asleep"), InvalidInput, "Attendance.status"),  # type: ignore[arg-type]
    ("a decimal as float", lambda: Given(number=0.5), InvalidInput, "Given.number"),  # type: ignore[call-arg]
    ("fields lacking", lambda: OpenAssessment(key="m-04"), InvalidCommand, "assessment.open.period"),  # type: ignore[call-arg]
    ("month 13", lambda: opened(period="2009-13"), InvalidCommand, "assessment.open.period"),
    ("a key with a space", lambda: planned(key="Zhang San"), InvalidCommand, "activity.plan.key"),
    (
        "a moment without zone",
        lambda: planned(planned_at=datetime(2009, 3, 9)),  # noqa: DTZ001
        InvalidCommand,
        "planned_at",
    ),
    ("a field too many", lambda: planned(colour="Zhang San"), InvalidCommand, "activity.plan.colour"),
]


def opened(**changed: Any) -> OpenAssessment:
    fields = {"key": "m-04", "kind": "monthly", "definition": "0" * 64, "unit": "u-a", "period": "2009-03"}
    return OpenAssessment(**{**fields, "subjects": ("u-a",), **changed})


def planned(**changed: Any) -> PlanActivity:
    fields = {
        "key": "study-1",
        "kind": "study",
        "unit": "u-a",
        "planned_at": datetime(2009, 3, 9, tzinfo=UTC),
    }
    return PlanActivity(**{**fields, **changed})


@pytest.mark.parametrize(
    ("build", "kind", "place"), [pytest.param(*case, id=name) for name, *case in BUILT_WRONGLY]
)
def test_a_command_or_part_built_wrongly_says_where_in_this_librarys_words(
    build: Callable[[], object], kind: type[InvalidInput], place: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        build()
    assert type(caught.value) is kind
    assert any(place in fault.where for fault in caught.value.faults)
    for word in ("pydantic", "Zhang", "asleep", "1.5"):
        assert word not in str(caught.value)


def test_the_same_commands_built_rightly_are_built() -> None:
    assert opened().stream == "assessment/m-04"
    assert planned().stream == "activity/study-1"


def test_a_part_with_faults_within_a_command_is_a_fault_of_the_command_at_its_place() -> None:
    with pytest.raises(InvalidCommand) as caught:
        opened(serves=({"campaign": "study"},), period="2009-13")
    assert [fault.where for fault in caught.value.faults] == [
        "assessment.open.period",
        "assessment.open.serves.0.task",
    ]
