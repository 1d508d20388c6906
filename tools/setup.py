"""Make .venv: every package at the version and hash in requirements/all.lock, and this project, editable."""

from __future__ import annotations

import sys
from pathlib import Path

from environment import ROOT, StepFailed, alone, make_environment, stop


def main() -> None:
    version = sys.version.split()[0]
    # Not sys.executable: with .venv activated that is .venv itself, and would count as another Python.
    interpreter = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    if not interpreter.exists():
        interpreter = Path(sys.executable)
    try:
        with alone("setup"):
            make_environment(
                ROOT / ".venv",
                interpreter,
                ROOT / "requirements" / "all.lock",
                project=True,
                say=f"== set-up: .venv with Python {version} from requirements/all.lock (once)",
            )
    except StepFailed as error:
        stop(error)


if __name__ == "__main__":
    main()
