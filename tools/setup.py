"""Make .venv: every package at the version and hash in requirements/all.lock, and this project, editable."""

from __future__ import annotations

import sys

from environment import ROOT, StepFailed, alone, make_environment, stop


def main() -> None:
    version = sys.version.split()[0]
    try:
        with alone("setup"):
            make_environment(
                ROOT / ".venv",
                sys.executable,
                ROOT / "requirements" / "all.lock",
                project=True,
                say=f"== set-up: .venv with Python {version} from requirements/all.lock (once)",
            )
    except StepFailed as error:
        stop(error)


if __name__ == "__main__":
    main()
