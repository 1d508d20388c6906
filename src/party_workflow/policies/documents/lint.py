"""The linter: every fault of a document at once, before use, with its place and what to do.

References are checked for all clauses alike; beyond that each clause judges itself (`BaseClause.lint`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from party_workflow.errors import Fault, Faults
from party_workflow.policies.documents.clauses.base import STAGES, BaseClause
from party_workflow.policies.documents.document import RuleDocument, columns_of
from party_workflow.policies.documents.parameters import Reference
from party_workflow.policies.feeds.feed import Feed

Severity = Literal["error", "warning"]
"""A document with an error cannot be run; a warning is for a person to judge."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a clause finds when it is judged: the document, the columns of each source, and the clauses before
    it.  `population` is how many there are, where that is known.
    """

    document: RuleDocument
    columns: Mapping[str, frozenset[str]]
    before: Sequence[BaseClause]
    population: int | None = None

    def measures(self) -> tuple[str, ...]:
        """The measures that earlier clauses give."""
        return tuple(clause.code for clause in self.before if clause.output == "measure")

    def grades(self) -> tuple[str, ...]:
        """The earlier clauses that give grades."""
        return tuple(clause.code for clause in self.before if clause.output == "grades")

    def clause(self, code: str) -> BaseClause | None:
        """An earlier clause."""
        return next((clause for clause in self.before if clause.code == code), None)

    def dims(self, measure: str) -> tuple[str, ...] | None:
        """The dimensions of an earlier measure, None where they cannot be told."""
        clause = self.clause(measure)
        return None if clause is None else clause.dims_in(self)


@dataclass(frozen=True, slots=True)
class Lint:
    """What the linter found.  Truthy when there is no error."""

    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()

    def __bool__(self) -> bool:
        return not self.errors

    def __str__(self) -> str:
        return "\n".join(
            [*(f"error {fault}" for fault in self.errors), *(f"warning {fault}" for fault in self.warnings)]
        )


def lint(document: RuleDocument, feeds: Mapping[str, Feed], *, population: int | None = None) -> Lint:
    """Every fault of a document over the feeds of its sources (see `feeds_of`)."""
    faults = Faults()
    columns = {
        source.code: frozenset(columns_of(source, feeds[source.code]))
        for source in document.source
        if source.code in feeds and (source.columns or not feeds[source.code].further)
    }  # where the data declare columns that the source does not name, nothing is known of them here
    _sources(document, columns, faults)
    for index, clause in enumerate(document.clause):
        scope = Scope(document, columns, document.clause[:index], population)
        own = Faults()
        for reference in clause.references():
            _refer(reference, scope, own)
        _order(clause, scope, own)
        if not own.found:
            clause.lint(scope, own)
        faults.found += [_under(clause.code, fault) for fault in own.found]
    return Lint(tuple(faults.found))


def _under(code: str, fault: Fault) -> Fault:
    return Fault(f"{code}.{fault.where}" if fault.where else code, fault.what, fault.remedy)


def _sources(document: RuleDocument, columns: Mapping[str, frozenset[str]], faults: Faults) -> None:
    codes = tuple(source.code for source in document.source)
    if document.population.source not in codes:
        what = f"There is no source {document.population.source}."
        faults.add("population.source", what, f"There are: {', '.join(codes) or 'none'}.")
    for name in document.population.groups:
        known = columns.get(document.population.source)
        if known is not None and name not in known:
            faults.add("population.groups", f"The population has no column {name}.", _known(known))
    for source in document.source:
        has = columns.get(source.code)
        for name in () if has is None else source.used:
            if has is not None and name not in has:
                faults.add(f"{source.code}.{name}", f"The source has no column {name}.", _known(has))


def _refer(reference: Reference, scope: Scope, faults: Faults) -> None:
    """Adds a reference to something that is not there."""
    known: Sequence[str] | frozenset[str] | None
    match reference.to:
        case "measure":
            known = scope.measures()
        case "grades":
            known = scope.grades()
        case "source":
            known = tuple(source.code for source in scope.document.source)
        case "column":
            known = scope.columns.get(reference.of or "")
        case "attribute":
            known = scope.columns.get(scope.document.population.source)
        case _:
            known = scope.dims(reference.of or "")
    if known is not None and reference.code not in known:
        what = f"There is no {reference.to} {reference.code} here."
        faults.add(reference.where, what, _known(known))


def _order(clause: BaseClause, scope: Scope, faults: Faults) -> None:
    last = max((STAGES.index(before.placed) for before in scope.before), default=0)
    if STAGES.index(clause.placed) < last:
        what = f"A clause of stage {clause.placed} stands after one of stage {STAGES[last]}."
        faults.add("type", what, "Move it up: the order of evaluation is that of the stages.")


def _known(names: Sequence[str] | frozenset[str]) -> str:
    found = sorted(names) if isinstance(names, frozenset) else list(names)
    return f"There are: {', '.join(found) or 'none'}."
