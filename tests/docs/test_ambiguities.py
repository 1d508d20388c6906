"""Each question that the sources leave open is decided with parameters and tests that exist."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from party_workflow.packs import party

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "explanation" / "ambiguities.md"
SECTIONS = re.split(r"^## (\d+)\. .+$", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
QUESTIONS = dict(zip(SECTIONS[::2], SECTIONS[1::2], strict=True))


def lines(section: str, sort: str) -> list[str]:
    """What stands in backticks on the lines of a sort, before the colon that explains it."""
    found = []
    for line in re.findall(rf"^\* {sort}: (.+)$", section, re.MULTILINE):
        found += re.findall(r"`([^`]+)`", line if sort == "Pack" else line.split("`")[1].join("``"))
    return found


def resolve(path: str) -> Any:
    """What an import path leads to: a module, then names in it, fields of models and dataclasses included."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for name in parts[end:]:
            fields = {**getattr(thing, "model_fields", {}), **getattr(thing, "__dataclass_fields__", {})}
            thing = fields[name] if name in fields else getattr(thing, name)
        return thing
    raise AssertionError(path)


def test_all_thirteen_questions_have_a_section() -> None:
    assert list(QUESTIONS) == [str(number) for number in range(1, 14)]


@pytest.mark.parametrize("number", list(QUESTIONS))
def test_a_question_is_decided_with_a_reason_and_names_parameters_that_exist(number: str) -> None:
    section = QUESTIONS[number]
    assert len(section.strip().split("\n\n")[0].split()) > 25, "a decision and its reason"
    parameters = lines(section, "Parameter")
    assert parameters
    for parameter in parameters:
        called = re.fullmatch(r"([a-zA-Z_.]+)\(([a-z_]+)\)", parameter)
        if called is None:
            assert resolve(parameter) is not None
        else:
            assert called[2] in inspect.signature(resolve(called[1])).parameters, parameter


@pytest.mark.parametrize("number", list(QUESTIONS))
def test_the_entries_of_the_pack_that_a_question_names_say_so(number: str) -> None:
    for entry in lines(QUESTIONS[number], "Pack"):
        code, _, name = entry.partition(".")
        assert name in party.PACK.definition(code).document(), entry


@pytest.mark.parametrize("number", list(QUESTIONS))
def test_the_tests_that_a_question_names_are_there_and_one_shows_both_readings(number: str) -> None:
    named = lines(QUESTIONS[number], "Test")
    assert any(f"::test_ambiguity_{number}_" in test for test in named)
    for test in named:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test
