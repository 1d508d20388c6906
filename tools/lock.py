"""Write requirements/*.lock: the packages for every supported Python, with hashes and without addresses.

`python tools/lock.py` keeps the versions that still fit; `--upgrade` takes the newest that fit.
uv resolves for all Pythons at once, which pip cannot. It does not read pip's configuration: where a mirror
is used, name it in UV_DEFAULT_INDEX.
"""

from __future__ import annotations

import subprocess
import sys

from environment import BUILD, ROOT, StepFailed, alone, run, stop

LOCKS = {
    "all.lock": ["--extra", "all", "--group", "dev"],
    "core.lock": [],
}


def main() -> None:
    uv = BUILD / "lock" / "bin" / "uv"
    try:
        with alone("lock"):
            if not uv.exists():
                run(sys.executable, "-m", "venv", BUILD / "lock")
                run(BUILD / "lock" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
            for name, choice in LOCKS.items():
                print(f"== requirements/{name}", flush=True)
                run(
                    *(uv, "pip", "compile", "pyproject.toml", *choice),
                    *("--universal", "--python-version", "3.11", "--generate-hashes"),
                    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
                    *("--output-file", f"requirements/{name}", *sys.argv[1:]),
                )
            subprocess.run(["git", "diff", "--stat", "--", "requirements"], cwd=ROOT, check=False)
    except StepFailed as error:
        stop(error)


if __name__ == "__main__":
    main()
