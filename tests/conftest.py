"""What every test may rely on.

Conventions: a test's name is a sentence about the product; what is expected is written out rather than
computed by the code under test; a test that cannot run says why, and under CI it fails instead, so that
nothing is skipped in silence.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from party_workflow.errors import Reason, Refusal, Refused
from party_workflow.testing.scenario import Outcome

ROOT = Path(__file__).resolve().parent.parent

# Under CI the same examples every time: a failure there is a failure here. At the desk, new ones on each run.
# A deadline measures the machine's other work, not the code.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def unavailable(reason: str) -> NoReturn:
    """Skip at the desk; fail under CI, where everything a test needs has to be there."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def build(root: Path) -> Path:
    """Where `make provide` puts the second locale (locale/) and the other Pythons (py3.12/, ...)."""
    return root / ".build"


@pytest.fixture(scope="session")
def shared_data(root: Path) -> Path:
    """Data sets too large for this repository: PARTY_WORKFLOW_SHARED, or ../shared beside the checkout."""
    folder = Path(os.environ.get("PARTY_WORKFLOW_SHARED") or root.parent / "shared")
    if not folder.is_dir():
        unavailable(f"no shared data at {folder}: set PARTY_WORKFLOW_SHARED to the folder that has it")
    return folder


# --- which refusals the tests have seen -------------------------------------------------------
# Every refusal that a command met, or that a scenario asserted, is noted by its code. After a whole run
# `tools/refusals.py` holds the notes against every reason that the library knows (`make test` calls it).

SEEN: set[str] = set()


@pytest.fixture(scope="session", autouse=True)
def _note_refusals() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    raised, asserted = Refused.__init__, Outcome.refused

    def noting(self: Refused, refusal: Refusal) -> None:
        SEEN.add(refusal.code)
        raised(self, refusal)

    def noting_scenario(self: Outcome, reason: Reason | str) -> Refusal:
        refusal = asserted(self, reason)
        SEEN.add(refusal.code)
        return refusal

    patch.setattr(Refused, "__init__", noting)
    patch.setattr(Outcome, "refused", noting_scenario)
    yield
    patch.undo()
    folder = ROOT / ".build" / "refusals"
    folder.mkdir(parents=True, exist_ok=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    (folder / f"{worker}.txt").write_text("\n".join(sorted(SEEN)), encoding="utf-8")
