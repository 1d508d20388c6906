"""Recurrence: the same class in the same unit, period after period.  (R-110, R-145)

What was found, put right and found again is linked into a chain by class and unit over consecutive periods.
That it came back after it had been closed is said of each link.  A chain is a reason to look at the cause; it
is no judgement of anybody, and nothing here counts against a unit that reports.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.history import History
from party_workflow.policies.figure import Figure, counted
from party_workflow.policies.registers.entries import Entry, entries

CLAUSE: Final = "recurrence"


@dataclass(frozen=True, slots=True)
class Link:
    """The cases of one class and unit in one period.  `after_closure`: all of the period before were closed
    when the first of these was opened."""

    period: str
    cases: tuple[str, ...]
    after_closure: bool
    reopened: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A class that came back in a unit in consecutive periods; `length` is how many of them."""

    unit: str
    code: str
    links: tuple[Link, ...]

    @property
    def length(self) -> int:
        """How many periods in a row."""
        return len(self.links)

    @property
    def after_closure(self) -> int:
        """How often it came back although everything found before had been closed."""
        return sum(link.after_closure for link in self.links[1:])


def quarter(day: date) -> int:
    """The number of the quarter of a day, consecutive over years."""
    return day.year * 4 + (day.month - 1) // 3


def quarter_name(number: int) -> str:
    """A quarter by its name, ``2020-Q1``."""
    return f"{number // 4}-Q{number % 4 + 1}"


def recurrences(
    history: History,
    at: datetime,
    kinds: Collection[str],
    calendar: Calendar,
    *,
    period: Callable[[date], int] = quarter,
    name: Callable[[int], str] = quarter_name,
    least: int = 2,
) -> tuple[Chain, ...]:
    """Every chain of at least so many consecutive periods, longest first, then by unit and class.

    `period` numbers the period of a local day, consecutively; `calendar` says where a day begins.  The unit
    is that on which the case was opened.  Confidential cases form no chains.
    """
    groups: dict[tuple[str, str], dict[int, list[Entry]]] = {}
    for entry in entries(history, at, kinds):
        if entry.state.confidential:
            continue
        number = period(calendar.day_of(entry.opened))
        for code in entry.state.classes:
            groups.setdefault((entry.issuer, code), {}).setdefault(number, []).append(entry)
    chains = [chain for key, found in groups.items() for chain in _chains(key, found, name)]
    chosen = [chain for chain in chains if chain.length >= least]
    return tuple(sorted(chosen, key=lambda chain: (-chain.length, chain.unit, chain.code)))


def _chains(
    key: tuple[str, str], found: Mapping[int, list[Entry]], name: Callable[[int], str]
) -> list[Chain]:
    unit, code = key
    chains: list[list[Link]] = []
    before: int | None = None
    for number in sorted(found):
        if before is None or number != before + 1:
            chains.append([])
            after = False
        else:
            first = min(entry.opened for entry in found[number])
            after = all(_closed_by(entry, first) for entry in found[before])
        cases = tuple(entry.stream for entry in found[number])
        reopened = sum(entry.state.reopened for entry in found[number])
        chains[-1].append(Link(name(number), cases, after, reopened))
        before = number
    return [Chain(unit, code, tuple(links)) for links in chains]


def _closed_by(entry: Entry, moment: datetime) -> bool:
    """Whether a case had come to a final state by a moment."""
    final = entry.state.kind.table.finals if entry.state.kind is not None else frozenset[str]()
    state = ""
    for item in entry.events:
        if item.envelope.effective_at <= moment:
            state = getattr(item.event, "state", state)
    return state in final


def root_causes(
    history: History, at: datetime, kinds: Collection[str], name: str = "root_cause"
) -> Mapping[str, Figure]:
    """How many cases had each cause, as said of them under a name; ``unstated`` for the others (R-145)."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries(history, at, kinds):
        groups.setdefault(entry.state.codes.get(name) or "unstated", []).append(entry)
    return {
        code: counted(
            f"cause.{code}",
            CLAUSE,
            "",
            [e for entry in found for e in entry.cited(type(entry.opening))],
            len(found),
        )
        for code, found in sorted(groups.items())
    }
