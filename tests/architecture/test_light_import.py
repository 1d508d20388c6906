"""`import party_workflow` costs an importing service next to nothing beyond pydantic and transitions."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

OWN_DEPENDENCIES = {
    "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection",
    "transitions", "six",
}  # fmt: skip

# pydantic loads most of itself with the first model: compare with a program that has one.
BASELINE = "import pydantic, transitions; pydantic.create_model('One', field=(int, ...))"


def modules_after(statement: str) -> set[str]:
    """The names of all modules in a fresh, isolated interpreter after `statement`."""
    return set(run(f"import sys; {statement}; print(*sys.modules)").split())


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_adds_only_itself_and_pure_modules_of_the_standard_library(root: Path) -> None:
    # The contract forbids to write these imports; here they may not come in through another module either.
    document = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    contracts = document["tool"]["importlinter"]["contracts"]
    impure = set(next(each for each in contracts if each["id"] == "pure")["forbidden_modules"])
    added = {
        name.partition(".")[0] for name in modules_after("import party_workflow") - modules_after(BASELINE)
    }
    foreign = added - set(sys.stdlib_module_names) - OWN_DEPENDENCIES - {"party_workflow"}
    assert foreign == set()
    assert added & impure == set()


def test_it_loads_no_storage_no_adapter_and_no_test_tool() -> None:
    loaded = {name.partition(".")[0] for name in modules_after("import party_workflow")}
    heavy = {
        "click", "cryptography", "eventsourcing", "hypothesis", "jinja2", "matplotlib", "numpy",
        "party_workflow_adapters", "pytest", "rich", "sqlalchemy", "sqlite3",
    }  # fmt: skip
    assert loaded & heavy == set()


def test_it_takes_less_than_half_a_second_of_processor_time() -> None:
    measure = (
        "import time; start = time.process_time(); import party_workflow; print(time.process_time() - start)"
    )
    # The least of five: what is above it is the machine's other work.
    seconds = min(float(run(measure)) for _ in range(5))
    assert seconds < 0.5
