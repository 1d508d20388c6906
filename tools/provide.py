"""Make what tests need from the machine: a second locale, and an environment for each other Python found.

Everything goes to .build and is made once. A Python that is not there is simply not tested on; a locale that
cannot be made is reported, and is an error under CI, where a test must not be skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from environment import BUILD, ROOT, StepFailed, alone, make_environment, run

LOCALE = "de_DE.UTF-8"  # a comma as decimal separator: the difference that breaks number formatting first
LOCALES = BUILD / "locale"


def main() -> None:
    with alone("provide"):
        problems = [*provide_locale(), *provide_pythons()]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems and os.environ.get("CI"):
        raise SystemExit(1)


def provide_locale() -> list[str]:
    """Compile one locale into .build/locale, where LOCPATH finds it without touching the system."""
    target = LOCALES / LOCALE
    if locale_works():
        return []
    if shutil.which("localedef") is None:
        return [f"no localedef on this machine: tests under the locale {LOCALE} are skipped"]
    print(f"== set-up: locale {LOCALE} in .build/locale (once)", flush=True)
    try:
        if not Path("/usr/share/i18n/locales/de_DE").exists():
            fetch_locale_sources()
        LOCALES.mkdir(parents=True, exist_ok=True)
        run("localedef", "--no-archive", "-i", "de_DE", "-f", "UTF-8", target)
    except StepFailed as error:
        return [f"locale {LOCALE} could not be made; tests under it are skipped\n{error}"]
    return [] if locale_works() else [f"locale {LOCALE} was made in {LOCALES} but does not load"]


def locale_works() -> bool:
    """Whether a process that is pointed to .build/locale really gets the locale."""
    check = (
        "import locale; locale.setlocale(locale.LC_ALL, '');"
        "raise SystemExit(locale.localeconv()['decimal_point'] != ',')"
    )
    surroundings = {**os.environ, "LOCPATH": str(LOCALES), "LC_ALL": LOCALE}
    done = subprocess.run([sys.executable, "-c", check], env=surroundings, capture_output=True, check=False)
    return done.returncode == 0


def fetch_locale_sources() -> None:
    """Debian keeps the sources of locales in a package of their own, which only root can install."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise StepFailed(
            "the sources of locales are missing: install the package that has /usr/share/i18n/locales"
        )
    run("apt-get", "update", "-qq")
    run(
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "locales",
    )


def provide_pythons() -> list[str]:
    """One environment with the core's dependencies for each further minor version of Python."""
    problems = []
    for version, python in sorted(other_pythons().items()):
        name = f"py{version[0]}.{version[1]}"
        try:
            make_environment(
                BUILD / name,
                python,
                ROOT / "requirements" / "core.lock",
                say=f"== set-up: .build/{name} from requirements/core.lock (once)",
            )
        except StepFailed as error:
            # Found but unable to run the library is not the same as not found: say so, and fail under CI.
            problems.append(
                f"Python {version[0]}.{version[1]} at {python} was found but could not be set up\n{error}"
            )
    return problems


def other_pythons() -> dict[tuple[int, int], Path]:
    """The first working Python of each minor version from 3.11 on, other than the one that runs this."""
    home = Path.home()
    candidates = [
        path
        for folder in [*os.get_exec_path(), "/usr/local/bin", "/usr/bin"]
        for path in sorted(Path(folder).glob("python3.[0-9][0-9]"))
    ]
    for pattern in (
        ".pyenv/versions/*/bin/python3.[0-9][0-9]",
        ".local/share/uv/python/*/bin/python3.[0-9][0-9]",
        ".local/bin/python3.[0-9][0-9]",
    ):
        candidates += sorted(home.glob(pattern))
    candidates += sorted(Path("/opt").glob("*/bin/python3.[0-9][0-9]"))
    candidates += sorted(Path("/opt").glob("*/*/bin/python3.[0-9][0-9]"))

    found: dict[tuple[int, int], Path] = {}
    for path in candidates:
        named = tuple(int(number) for number in path.name.removeprefix("python").split("."))
        if named < (3, 11) or named == sys.version_info[:2] or named in found:
            continue
        version = version_of(path)
        if version == named:
            found[version] = path
    return found


def version_of(python: Path) -> tuple[int, int] | None:
    """The version a program says it has; a shim for a version that is switched off says nothing."""
    check = "import sys, venv, ensurepip; print(*sys.version_info[:2], sys.implementation.name)"
    try:
        done = subprocess.run([python, "-c", check], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    major, minor, implementation = done.stdout.split()
    return (int(major), int(minor)) if implementation == "cpython" else None


if __name__ == "__main__":
    main()
