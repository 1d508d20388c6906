"""Where the published tables lie: histories from outside whose answer is known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.conftest import unavailable


@pytest.fixture(scope="session")
def published_data(root: Path) -> Path:
    """The folder with one data set each in `f1`, `hdi`, `skating`: PARTY_WORKFLOW_DATA, or ../shared/data."""
    folder = Path(os.environ.get("PARTY_WORKFLOW_DATA") or root.parent / "shared" / "data")
    if not folder.is_dir():
        unavailable(f"no published tables at {folder}: set PARTY_WORKFLOW_DATA to the folder that has them")
    return folder
