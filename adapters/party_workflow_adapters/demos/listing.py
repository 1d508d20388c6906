"""Which example histories there are.

They lie in the installed package and not in `examples/`: a wheel has no examples, and whoever installed it
wants to see them too.  An example is executed afresh each time: nothing of it is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from party_workflow.domain.claim import Measure
from party_workflow.history import History
from party_workflow.personal import Salts, keyed_salts
from party_workflow.service import Workflow

_STORIES: Final = (
    "mine_quarters",
    "city_organs",
    "company_year",
    "county_townships",
    "prefecture_hazards",
    "bureau_complaints",
)
"""The package of each: it has `NAME`, `WHAT` and `build`, and in a module `tour` the function `tour`.

One whose claims can be counted from its events has `LOG`, the id of its log, and `MEASURES` by claim.
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """An example history: what it is called, what it is, how it is executed, what there is to see in it.

    `build` executes it in an empty log, entry by entry; `tour` are lines of at most 80 columns.
    """

    name: str
    what: str
    build: Callable[[Workflow], Iterator[object]]
    tour: Callable[[History], Iterator[str]]

    @property
    def salts(self) -> Salts:
        """Salts for its personal values, from no secret: all are invented, and the bytes stay the same."""
        return keyed_salts(hashlib.sha256(f"party_workflow/demo/{self.name}".encode()).digest())


def measures_of(log: str, claim: str) -> tuple[Measure, ...]:
    """How the figures of a claim (``claim/<key>``) in the log of an example are counted; empty if unknown."""
    for story in _STORIES:
        module = import_module(f"party_workflow_adapters.demos.{story}")
        if getattr(module, "LOG", None) == log:
            measures: Mapping[str, tuple[Measure, ...]] = module.MEASURES
            return measures.get(claim, ())
    return ()


def demos() -> tuple[Demo, ...]:
    """Every example, in the order in which they are listed."""
    found = []
    for story in _STORIES:
        module = import_module(f"party_workflow_adapters.demos.{story}")
        tour = import_module(f"party_workflow_adapters.demos.{story}.tour").tour
        found.append(Demo(module.NAME, module.WHAT, module.build, tour))
    return tuple(found)
