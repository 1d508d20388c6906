"""The requirements by number: none without a test that is not admitted, and none admitted that has one."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def data(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "tools" / "requirements.toml").read_text("utf-8"))


def test_every_number_of_the_catalogue_stands_once_in_order(data: dict[str, Any]) -> None:
    rows = [row for section in data["section"] for row in section["requirements"]]
    assert [row["number"] for row in rows] == [f"R-{number:03}" for number in range(1, 214)]
    assert {row["priority"] for row in rows} == {"P0", "P1", "P2"}
    assert {row["owner"] for row in rows} == {"year", "policies", "cases", "log"}


def test_what_no_test_carries_is_listed_and_nothing_else(root: Path, data: dict[str, Any]) -> None:
    ran = subprocess.run(
        [sys.executable, str(root / "tools" / "requirements.py")], capture_output=True, text=True, check=True
    )
    found = tomllib.loads(ran.stdout)["lacking"]
    assert sorted(set(data["lacking"]) - set(found)) == [], (
        "These have a test now: strike them from the list."
    )
    assert sorted(set(found) - set(data["lacking"])) == [], "No test carries these: write one."
