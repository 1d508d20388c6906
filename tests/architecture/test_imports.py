"""The import contracts hold, and each fails when it is broken: one that cannot fail protects nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

# For every contract: a file, and what is added to it to break the contract and as little else as possible.
BREAKS = {
    "layers": ("src/party_workflow/errors.py", "import party_workflow.canonical"),
    "adapters-on-top": ("src/party_workflow/errors.py", "import party_workflow_adapters"),
    "pure": ("src/party_workflow/values.py", "import sqlite3"),
    "light": ("src/party_workflow/values.py", "import sqlalchemy"),
    "transitions-in-lifecycle": ("src/party_workflow/values.py", "import transitions"),
    "hypothesis-in-testing": ("src/party_workflow/values.py", "import hypothesis"),
    "aggregates-apart": ("src/party_workflow/domain/breaking.py", "import party_workflow.domain.broken"),
}


def contracts(root: Path) -> list[str]:
    document = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    return [contract["id"] for contract in document["tool"]["importlinter"]["contracts"]]


def lint_imports(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on `tree`, whose packages come before the installed ones."""
    # Colours and line widths would cut the names that are looked for.
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree / "adapters")]),
        "COLUMNS": "300",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache", *arguments],
        cwd=tree,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(root: Path, tmp_path: Path) -> Path:
    """A copy of what import-linter reads."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "src", tmp_path / "src", ignore=skip)
    shutil.copytree(root / "adapters", tmp_path / "adapters", ignore=skip)
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_contract_holds(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_a_way_to_break_it(root: Path) -> None:
    assert sorted(contracts(root)) == sorted(BREAKS)


@pytest.mark.parametrize("contract", BREAKS)
def test_a_contract_fails_when_it_is_broken_on_purpose(tree: Path, contract: str) -> None:
    name, addition = BREAKS[contract]
    file = tree / name
    assert file.exists() or contract == "aggregates-apart", f"{name} has gone: break {contract} elsewhere"
    if contract == "aggregates-apart":
        (file.parent / "broken.py").write_text("", "utf-8")
    before = lint_imports(tree, "--contract", contract)
    assert before.returncode == 0, before.stdout + before.stderr

    with file.open("a", encoding="utf-8") as handle:
        handle.write(f"\n{addition}\n")

    after = lint_imports(tree, "--contract", contract)
    target = addition.removeprefix("import ")
    source = ".".join(Path(name).with_suffix("").parts[1:])
    assert after.returncode == 1, after.stdout + after.stderr
    assert "0 kept, 1 broken" in after.stdout
    assert f"{source} -> {target}" in after.stdout, "it failed for another reason than the one given"


def test_a_module_without_a_layer_fails(tree: Path) -> None:
    (tree / "src/party_workflow/unplaced.py").write_text('"""Nobody said where this belongs."""\n', "utf-8")
    done = lint_imports(tree, "--contract", "layers")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "party_workflow.unplaced" in done.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import date\nx = date.today()",
        "import time\nx = time.time()",
        "import uuid\nx = uuid.uuid4()",
        "import random\nx = random.random()",
        "import os\nx = os.environ",
        "import os\nx = os.getenv('HOME')",
        "import secrets\nx = secrets.token_bytes(32)",
        "import locale\nx = locale.localeconv()",
        "import decimal\nx = decimal.getcontext()",
    ],
)
def test_ruff_refuses_clocks_chance_and_surroundings_in_the_library_only(root: Path, statement: str) -> None:
    assert "TID251" in ruff(root, "src/party_workflow/example.py", statement)
    assert "TID251" not in ruff(root, "adapters/party_workflow_adapters/example.py", statement)


def ruff(root: Path, name: str, source: str) -> str:
    """What ruff would say if `source` stood in the file `name`."""
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "ruff", "check", "--no-cache", "--quiet"),
            *("--output-format=concise", "--stdin-filename", root / name, "-"),
        ],
        cwd=root,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
