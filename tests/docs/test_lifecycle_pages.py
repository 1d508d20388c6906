"""Every aggregate has its lifecycle drawn, or the page says why not; every kind of the pack is drawn."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from party_workflow import domain
from party_workflow.authority import unopened
from party_workflow.lifecycle import Lifecycle
from party_workflow.packs import party, processes
from party_workflow.packs.campaign_2005 import CALENDAR
from party_workflow.packs.processes import Watch, independent_review
from party_workflow.testing.town import Town

GENERATED = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "generated"
OF_KINDS = ("assessment", "case", "inspection", "procedure")


def sections(page: Path) -> dict[str, str]:
    """The text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def of_aggregates() -> Iterator[Lifecycle]:
    """Every lifecycle that stands in a module of the domain."""
    for found in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        module = importlib.import_module(found.name)
        yield from (value for value in vars(module).values() if isinstance(value, Lifecycle))


@pytest.mark.parametrize("category", [decider.category for decider in party.MODEL.all_deciders])
def test_an_aggregate_has_its_lifecycle_drawn_or_says_why_it_has_none(category: str) -> None:
    text = sections(GENERATED / "lifecycles.md")[category]
    drawn = "```mermaid\n" in text and "| state | move | to | guards |" in text
    elsewhere = category in OF_KINDS and f"](lifecycles-{category}.md)" in text
    without = re.search(r"^It has no lifecycle: .{20,}\.$", text, re.MULTILINE) is not None
    assert [drawn, elsewhere, without].count(True) == 1


def test_every_lifecycle_of_an_aggregate_is_on_the_page_with_its_digest() -> None:
    text = (GENERATED / "lifecycles.md").read_text("utf-8")
    found = {(item.code, item.digest) for item in of_aggregates()}
    assert len(found) > 10
    assert [code for code, digest in sorted(found) if f"`{digest[:16]}…`" not in text] == []


@pytest.mark.parametrize("category", OF_KINDS)
def test_every_kind_of_the_pack_whose_lifecycle_is_data_is_drawn(category: str) -> None:
    text = (GENERATED / f"lifecycles-{category}.md").read_text("utf-8")
    entries = party.PACK.of_kind(category)
    assert entries
    assert text.count("```mermaid\n") == len(entries)
    assert [entry.code for entry in entries if f"`{entry.code}` version {entry.version}," not in text] == []


@pytest.mark.parametrize("category", OF_KINDS)
def test_no_two_kinds_of_a_page_have_the_same_title(category: str) -> None:
    text = (GENERATED / f"lifecycles-{category}.md").read_text("utf-8")
    titles = re.findall(r"^## .+$", text, re.MULTILINE)
    assert len(titles) == len(party.PACK.of_kind(category)) == len(set(titles))


@pytest.mark.parametrize("category", OF_KINDS)
def test_a_kind_is_drawn_under_the_digest_by_which_a_matter_names_it(category: str) -> None:
    text = (GENERATED / f"lifecycles-{category}.md").read_text("utf-8")
    adopted = {entry.code: Town(entry.code).digest(entry.code) for entry in party.PACK.of_kind(category)[:3]}
    assert adopted
    assert [code for code, digest in adopted.items() if f"`{digest}`" not in text] == []


def test_every_kind_of_definition_is_on_its_page_with_the_codes_of_the_pack() -> None:
    found = sections(GENERATED / "definitions.md")
    assert sorted(found) == sorted(party.VALIDATORS)
    for kind, text in found.items():
        assert "| field | needed | holds |" in text
        assert [entry.code for entry in party.PACK.of_kind(kind) if f"`{entry.code}`" not in text] == []


def test_every_process_manager_of_the_pack_is_on_its_page() -> None:
    text = (GENERATED / "processes.md").read_text("utf-8")
    definitions = {code: Town(code).digest(code) for code in ("finding", "interview")}
    made = (*processes.MANAGERS(CALENDAR, definitions), independent_review(unopened, Watch(bytes(32))))
    assert [manager.name for manager in made if f"\n| {manager.name} |" not in text] == []
