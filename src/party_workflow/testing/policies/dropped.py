"""Rows given to a document that none of its clauses sees, and what of their source leaves them out.

Given rows pass through `where`, `unless` and `within` as those of events do.  A row that does not pass is no
error, so a test that expects something of it has to say why there is nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from party_workflow.errors import InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.source import Source, cell_text
from party_workflow.policies.feeds.feed import Cell, Fact


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that its source leaves out: of which source, about whom, by what."""

    source: str
    subject: str | None
    by: tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """The rows that the sources of a document leave out.  Truthy where there is one."""

    rows: tuple[Dropped, ...]
    given: Mapping[str, int]
    """How many rows there were, by source."""
    population: str
    members: frozenset[str]
    """Whom the rows of the population that are left name."""

    def __bool__(self) -> bool:
        return bool(self.rows)

    def lines(self, subjects: Sequence[str]) -> Iterator[str]:
        """What was left out, source by source, and which of these subjects are nobody because of that."""
        for source, number in self.given.items():
            counted = Counter(_said(row.by) for row in self.rows if row.source == source)
            if counted:
                how = ", ".join(f"{many} by {by}" for by, many in sorted(counted.items()))
                yield f"{counted.total()} of {number} rows of {source} dropped: {how}"
        for subject in dict.fromkeys(subjects):
            own = [row for row in self.rows if (row.source, row.subject) == (self.population, subject)]
            if own and subject not in self.members:
                how = " or ".join(sorted({_said(row.by) for row in own}))
                yield f"{subject} is not in the population: its row of {self.population} is dropped by {how}"


def left_out(
    document: RuleDocument, facts: Mapping[str, Sequence[Fact]], *, on: date, period_start: date
) -> Left:
    """What the sources of a document leave out of some rows, on a day of a period."""
    how = {"day_of": document.day_of, "period_start": period_start, "on": on}
    found: list[Dropped] = []
    members: set[str] = set()
    for source in document.source:
        for fact in facts.get(source.code, ()):
            subject = _subject(source, fact.columns)
            if _passes(source, fact, how):
                if source.code == document.population.source and subject is not None:
                    members.add(subject)
            else:
                found.append(Dropped(source.code, subject, tuple(_by(source, fact, how))))
    given = {code: len(rows) for code, rows in facts.items()}
    return Left(tuple(found), given, document.population.source, frozenset(members))


def _by(source: Source, fact: Fact, how: Mapping[str, Any]) -> Iterator[str]:
    """What leaves a row out, each taken alone: it would leave it out even if nothing else did."""
    free = {"where": {}, "unless": {}, "within": "all"}
    for name, wanted in source.where.items():
        if not _passes(source.model_copy(update={**free, "where": {name: wanted}}), fact, how):
            yield f"where.{name}"
    if source.unless and not _passes(source.model_copy(update={**free, "unless": source.unless}), fact, how):
        yield " with ".join(f"unless.{name}" for name in source.unless)
    if not _passes(source.model_copy(update={**free, "within": source.within}), fact, how):
        yield f"within = {source.within}"


def _passes(source: Source, fact: Fact, how: Mapping[str, Any]) -> bool:
    """Whether a row counts; one of which that cannot be told is not left out."""
    try:
        return bool(tuple(source.rows((fact,), **how)))
    except InvalidInput:
        return True


def _subject(source: Source, columns: Mapping[str, Cell]) -> str | None:
    cell = columns.get(source.also.get(source.subject, source.subject))
    return cell_text(cell) if isinstance(cell, str) else None


def _said(by: Sequence[str]) -> str:
    return " and ".join(by) or "its source"
