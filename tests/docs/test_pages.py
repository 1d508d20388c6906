"""Every page says for whom it is and is listed; the glossary and the interface page leave nothing out."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import party_workflow
from party_workflow import domain
from party_workflow.packs import party
from party_workflow_adapters.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.parent.name != "adr")
GLOSSARY = DOCS / "glossary.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([a-z0-9_.]+)` \|$", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *PAGES], ids=name_of)
def test_a_page_says_for_whom_it_is_before_anything_else(page: Path) -> None:
    lines = [line for line in page.read_text("utf-8").splitlines() if line and not line.startswith("<!--")]
    assert lines[0].startswith("# ")
    assert re.match(r"\*?For [a-z]+", lines[1]), lines[1]


def test_the_readme_names_the_three_users_and_where_each_begins() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for user in ("service developer", "auditor", "policy author"):
        assert re.search(rf"^\| \*\*{user}\*\* \|.*\]\(docs/tutorial/[a-z-]+\.md\) \|$", text, re.MULTILINE)
        assert f"## Quick start: {user}" in text


def test_every_page_of_the_documentation_is_listed() -> None:
    listed = set()
    for index in (DOCS / "README.md", DOCS / "reference" / "index.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", index.read_text("utf-8")):
            listed.add((index.parent / target).resolve())
    unlisted = [name_of(page) for page in DOCS.rglob("*.md") if page not in listed]
    assert unlisted == ["docs/README.md"]


def glossary() -> list[tuple[str, str, str, str]]:
    found: list[tuple[str, str, str, str]] = ROW.findall(GLOSSARY.read_text("utf-8"))
    return found


def test_every_line_of_the_glossary_reads_as_an_entry_and_they_are_in_order() -> None:
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    entries = glossary()
    assert len(entries) == len(lines) - 1  # the head
    terms = [english for english, *_ in entries]
    assert terms == sorted(terms, key=str.casefold)
    assert len(set(terms)) == len(terms)
    assert [english for english, chinese, *_ in entries if not re.search("[一-鿿]", chinese)] == []


def test_every_module_that_the_glossary_names_is_there() -> None:
    for module in {module for *_, module in glossary()}:
        importlib.import_module(f"{party_workflow.__name__}.{module}")


def test_every_module_and_every_category_of_streams_has_its_word_in_the_glossary() -> None:
    named = {module for *_, module in glossary()}
    modules = {item.name for item in pkgutil.iter_modules(party_workflow.__path__)} - {"domain"}
    modules |= {f"domain.{item.name}" for item in pkgutil.iter_modules(domain.__path__)}
    lacking = {module for module in modules if not any(f"{name}.".startswith(f"{module}.") for name in named)}
    assert lacking == set()
    terms = {word for english, *_ in glossary() for word in re.split(r"[ ,()]+", english)}
    assert {decider.category for decider in party.MODEL.all_deciders} - terms == set()


def test_every_command_of_the_command_line_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "index.md").read_text("utf-8")
    listed = {name for row in re.findall(r"^\| (`.+?`) \| ", text, re.MULTILINE) for name in row.split("`")}
    assert [entry.name for entry in COMMANDS if entry.name not in listed] == []


def test_every_public_name_is_on_the_page_of_the_interface() -> None:
    text = (DOCS / "reference" / "api.md").read_text("utf-8")
    assert [name for name in party_workflow.__all__ if f"\n### `{name}`\n" not in text] == []
