"""The generated pages describe the code as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_generated_reference_describes_the_code(root: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(root / "tools" / "reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
