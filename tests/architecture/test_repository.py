"""What is in the repository: nothing that ties it to one machine, and everything that a stranger needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

# An address in a lock would send every user to one server; a path of a home directory works for one person.
# The patterns are put together from parts so that this file does not find itself.
FORBIDDEN = re.compile(
    "|".join([
        r"(?:extra-)?index-" + r"url\s*[=\s]\s*\S*:/" + "/",
        r"find-" + r"links\s*[=\s]\s*\S*/",
        "file:" + "///(?!absolute)",
        r"(?<![\w.~-])/" + r"(?:root|home/\w+|Users/\w+|work|opt/pypi\S*|opt/wheels)/",
    ])
)  # fmt: skip


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Path]:
    """Files in git's index; in an unpacked archive, all files that are not built."""
    if shutil.which("git") and (root / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached"], cwd=root, capture_output=True, text=True, check=True
        )
        names = [name for name in listed.stdout.split("\0") if name]
        return [root / name for name in names if (root / name).is_file()]
    inside = [path for path in root.rglob("*") if path.is_file()]
    return [path for path in inside if not any(map(built, path.relative_to(root).parts[:-1]))]


def built(folder: str) -> bool:
    """Whether a folder of this name holds what programs wrote: environments and caches."""
    return folder in {"__pycache__", "dist"} or (folder.startswith(".") and folder != ".ci")


def test_no_file_names_a_package_index_or_a_path_of_one_machine(root: Path, tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := FORBIDDEN.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {match[0]}")
    assert found == []


def test_what_is_built_is_not_kept(root: Path, tracked: list[Path]) -> None:
    names = {path.relative_to(root).as_posix() for path in tracked}
    assert "uv.lock" not in {path.name for path in tracked}
    assert [
        name for name in names if "__pycache__" in name or name.startswith((".venv/", ".build/", "dist/"))
    ] == []


def test_both_packages_say_that_they_are_typed(root: Path, tracked: list[Path]) -> None:
    assert root / "src/party_workflow/py.typed" in tracked
    assert root / "adapters/party_workflow_adapters/py.typed" in tracked


def test_the_licence_is_there_and_permissive(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "MIT"
    assert (root / "LICENSE").read_text("utf-8").startswith("MIT License\n")


@pytest.mark.parametrize("name", ["all.lock", "core.lock"])
def test_every_locked_package_has_one_version_and_hashes_and_no_address(root: Path, name: str) -> None:
    text = (root / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ ", line), line[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line[:80]
        assert "://" not in line
        assert " @ " not in line


def test_the_core_lock_has_what_the_core_needs_and_nothing_else(root: Path) -> None:
    names = set(
        re.findall(r"^([a-z0-9-]+)==", (root / "requirements/core.lock").read_text("utf-8"), re.MULTILINE)
    )
    assert {"pydantic", "tomlkit", "transitions"} <= names
    assert names <= {
        "annotated-types", "pydantic", "pydantic-core", "six", "tomlkit", "transitions", "typing-extensions",
        "typing-inspection",
    }  # fmt: skip


def test_both_locks_agree_on_what_they_share(root: Path) -> None:
    pins = [
        dict(
            re.findall(
                r"^([a-z0-9-]+)==(\S+)", (root / "requirements" / name).read_text("utf-8"), re.MULTILINE
            )
        )
        for name in ("core.lock", "all.lock")
    ]
    assert pins[0].items() <= pins[1].items()


def test_the_wheel_has_every_file_of_both_packages(root: Path, tracked: list[Path], tmp_path: Path) -> None:
    hatchling = Path(sys.executable).parent / "hatchling"
    done = subprocess.run(
        [hatchling, "build", "--target", "wheel", "--directory", tmp_path],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    roots = (root / "src", root / "adapters")
    expected = {path.relative_to(top).as_posix() for top in roots for path in tracked if top in path.parents}
    assert expected - inside == set(), "templates, packs and py.typed have to reach whoever installs it"
    packages = {name.partition("/")[0] for name in inside}
    assert packages == {"party_workflow", "party_workflow_adapters", "party_workflow-0.1.0.dist-info"}
