"""Virtual environments that are made once and made again only when what they were made from changes.

Runs before anything is installed, so it needs the standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"


class StepFailed(Exception):
    """A command did not succeed; the message carries its output."""


def run(*command: str | Path) -> None:
    """Run quietly; a failure shows everything that the command said."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        line = " ".join(str(part) for part in command)
        raise StepFailed(f"{line}\n{done.stdout.rstrip()}\nended with status {done.returncode}")


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Two makes in one checkout must not build the same thing at once."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.wait").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def installation_settings() -> bytes:
    """What of pyproject.toml an editable install depends on: not, for instance, the settings of linters."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    parts = [document["build-system"], document["project"], document["tool"]["hatch"]]
    return repr(parts).encode()


def make_environment(
    folder: Path, python: str | Path, lock: Path, *, project: bool = False, say: str = ""
) -> bool:
    """Bring `folder` to what `lock` says, with this project when asked; return whether anything was done."""
    stamp = folder / ".made-from"
    # The folder is part of it: a moved environment has scripts that point to where it was.
    parts = [str(folder).encode(), str(python).encode(), lock.read_bytes()]
    if project:
        parts.append(installation_settings())
    wanted = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    inner = folder / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == wanted and inner.exists():
        return False
    if say:
        print(say, flush=True)
    if stamp.is_file() and not inner.exists():
        shutil.rmtree(folder)
    stamp.unlink(missing_ok=True)
    if not works(inner):
        shutil.rmtree(folder, ignore_errors=True)
        run(python, "-m", "venv", folder)
    pip = (inner, "-m", "pip", "--disable-pip-version-check", "--quiet")
    run(*pip, "install", "--require-hashes", "-r", lock)
    if project:
        run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    stamp.write_text(wanted)
    return True


def works(python: Path) -> bool:
    """Whether there is a Python with pip that starts: an interrupted set-up leaves one without."""
    if not python.exists():
        return False
    done = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    return done.returncode == 0


def stop(error: StepFailed) -> None:
    """End with the reason on standard error."""
    print(error, file=sys.stderr)
    raise SystemExit(1)
