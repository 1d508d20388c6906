"""ADR 0010 lists every category of streams with the invariant that draws it, and no other."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from party_workflow import domain
from party_workflow.authority import FOUNDATIONS
from party_workflow.decider import Decider
from party_workflow.domain import definition


def test_the_table_of_stream_boundaries_has_exactly_the_categories_of_the_library(root: Path) -> None:
    text = (root / "docs/adr/0010-consistency-boundaries.md").read_text()
    listed = re.findall(r"^\| `([a-z_]+)(?:/<[a-z]+>)?` \| .{20,} \|$", text, re.MULTILINE)
    modules = [
        importlib.import_module(f"{domain.__name__}.{item.name}")
        for item in pkgutil.iter_modules(domain.__path__)
    ]
    deciders = [found for module in modules if isinstance(found := getattr(module, "DECIDER", None), Decider)]
    categories = {decider.category for decider in deciders} | {"log", "authority", definition.CATEGORY}
    assert set(FOUNDATIONS) <= categories
    assert sorted(listed) == sorted(categories)
