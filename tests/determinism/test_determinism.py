"""R-198: the same history gives the same bytes, whatever surrounds it.

Ten hash seeds, three time zones, two locales, a hostile Decimal context, and every Python from 3.11 on that
this machine has.  What comes out is held against digests committed here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from tests.conftest import unavailable

HERE = Path(__file__).parent
COMMITTED = json.loads((HERE / "digests.json").read_text(encoding="utf-8"))
ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns")
SECOND_LOCALE = "de_DE.UTF-8"

SURROUNDINGS = [
    (seed, zone, locale)
    for seed, zone, locale in zip(
        ("0", "1", "7", "42", "101", "999", "4096", "65535", "123456", "4294967295"),
        cycle(ZONES),
        cycle(("C.UTF-8", SECOND_LOCALE)),
        strict=False,
    )
]


def produce(python: str, *arguments: str, **surroundings: str) -> dict[str, str]:
    """What the example gives in a process of its own."""
    environment = {**os.environ, **surroundings}
    ran = subprocess.run(
        [python, str(HERE / "produce.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, str] = json.loads(ran.stdout)
    return found


@pytest.fixture(scope="module")
def locales(build: Path) -> str:
    """Where the second locale is, checked to be one."""
    folder = build / "locale"
    check = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.localeconv()['decimal_point'])"
    environment = {**os.environ, "LOCPATH": str(folder), "LC_ALL": SECOND_LOCALE}
    ran = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, env=environment, check=False
    )
    if ran.stdout.strip() != ",":
        unavailable(f"the locale {SECOND_LOCALE} is not in {folder}: run make provide")
    return str(folder)


@pytest.mark.parametrize(("seed", "zone", "locale"), SURROUNDINGS)
def test_R_198_hash_seed_time_zone_and_locale_leave_no_trace(
    seed: str, zone: str, locale: str, locales: str
) -> None:
    found = produce(sys.executable, PYTHONHASHSEED=seed, TZ=zone, LC_ALL=locale, LOCPATH=locales)
    assert found == COMMITTED


def test_R_198_a_hostile_decimal_context_leaves_no_trace() -> None:
    assert produce(sys.executable, "--hostile") == COMMITTED


def _others() -> list[str]:
    folder = Path(__file__).resolve().parents[2] / ".build"
    return sorted(str(path) for path in folder.glob("py3.*/bin/python"))


@pytest.mark.parametrize("python", _others() or ["none"])
def test_R_198_every_python_found_gives_the_same(python: str) -> None:
    if python == "none":
        pytest.skip("this machine has no other Python from 3.11 on")
    assert produce(python) == COMMITTED
