"""The linter: every fault of a document at once, before use, with its place and what to do.

References are checked for all clauses alike; beyond that each clause judges itself (`BaseClause.lint`), and
what concerns days, use and results is judged over the whole.  With a history it also says what the document
reads that nobody recorded.  The rules have codes: `party_workflow.policies.documents.lint_rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

from party_workflow.codec import Registry
from party_workflow.errors import InvalidDefinition
from party_workflow.history import History
from party_workflow.policies.documents import harm
from party_workflow.policies.documents.clauses.base import STAGES, BaseClause, Derived, Later
from party_workflow.policies.documents.document import RuleDocument, columns_of, feeds_found
from party_workflow.policies.documents.findings import Finding, Findings, Severity, under
from party_workflow.policies.documents.forms import nearest
from party_workflow.policies.documents.lint_history import judge_rows, judge_words, rows_of, subjects_of
from party_workflow.policies.documents.lint_rules import BY_CODE
from party_workflow.policies.documents.lint_whole import judge_clause, judge_whole
from party_workflow.policies.documents.parameters import Reference
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.feed import Feed


@dataclass(frozen=True, slots=True)
class Scope:
    """What a clause finds when it is judged: the document, the columns of each source, and the clauses before
    it.  `population` is how many there are, where that is known.  `dropped` are the codes of clauses and
    sources that could not be read: nothing is said of them.
    """

    document: RuleDocument
    columns: Mapping[str, frozenset[str]]
    before: Sequence[BaseClause]
    population: int | None = None
    dropped: frozenset[str] = frozenset()

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
        for index, clause in enumerate(self.before):
            if clause.code == measure:
                return clause.dims_in(replace(self, before=self.before[:index]))
        return None


@dataclass(frozen=True, slots=True)
class Lint:
    """What the linter found, each in the order of the document.  Truthy when there is no error."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return not self.errors

    def __str__(self) -> str:
        return "\n".join(
            [*(f"error {fault}" for fault in self.errors), *(f"warning {fault}" for fault in self.warnings)]
        )

    @property
    def rules(self) -> tuple[str, ...]:
        """The codes of the rules that are broken, in the order in which they were found, once each."""
        return tuple(dict.fromkeys(each.rule for each in (*self.errors, *self.warnings)))

    def raise_if_any(self) -> None:
        """Raises `InvalidDefinition` with every error."""
        if self.errors:
            raise InvalidDefinition(self.errors)


def lint(
    document: RuleDocument,
    model: Registry | Mapping[str, Feed],
    *,
    feeds: Mapping[str, Feed] = FEEDS,
    population: int | None = None,
    history: History | None = None,
    vocabulary: Collection[str] | None = None,
    dropped: frozenset[str] = frozenset(),
) -> Lint:
    """Every fault of a document.

    `model` is the registry of the event types, from which the feeds of the sources follow, or these feeds by
    the code of the source.  `population` is how many subjects there are, to judge quotas; a `history` says it
    too, and shows what of the document has nothing to read.  `vocabulary` are the codes that a pack knows.
    """
    unfed = list[Finding]()
    if isinstance(model, Registry):
        model, unfed = feeds_found(document, model, feeds)
    columns = {
        source.code: frozenset(columns_of(source, model[source.code]))
        for source in document.source
        if source.code in model and (source.columns or not model[source.code].further)
    }  # where the data declare columns that the source does not name, nothing is known of them here
    seen = list[Finding]()
    if history is not None:
        rows, seen = rows_of(document, model, history)
        seen += judge_rows(document, rows)
        if population is None and document.population.source in rows:
            population = len(subjects_of(document, rows))
    if vocabulary is not None:
        seen += judge_words(document, vocabulary)
    listing = frozenset(
        source.code
        for source in document.source
        if source.event is not None or (source.code in model and model[source.code].further)
    )  # whose rows can have columns that the source would only have to name
    found = [*unfed, *_sources(document, columns, dropped, listing)]
    for index, clause in enumerate(document.clause):
        scope = Scope(document, columns, document.clause[:index], population, dropped)
        own = Findings()
        for reference in clause.references():
            _refer(reference, scope, own)
        _order(clause, scope, own)
        if not own.found:
            clause.lint(scope, own)
        judge_clause(clause, scope, own)
        harm.judge(clause, scope, own)
        found += under(own.found, ("clause", index), document)
    found += judge_whole(document, dropped)
    return in_order([*found, *seen])


def in_order(found: Iterable[Finding]) -> Lint:
    """Findings with the severity of their rule, once each, in the order of the document."""
    known = [replace(each, severity=_severity(each)) for each in dict.fromkeys(found)]
    ordered = sorted(known, key=lambda each: (_place(each), each.rule, each.what))
    return Lint(
        tuple(each for each in ordered if each.severity == "error"),
        tuple(each for each in ordered if each.severity == "warning"),
    )


_PARTS: Final = ("population", "source", "clause")


def _place(finding: Finding) -> tuple[tuple[int, int, str], ...]:
    first = finding.path[0] if finding.path else ""
    part = _PARTS.index(str(first)) + 1 if first in _PARTS else 0
    return (
        (part, 0, ""),
        *((1, each, "") if isinstance(each, int) else (2, 0, each) for each in finding.path),
    )


def _severity(finding: Finding) -> Severity:
    rule = BY_CODE.get(finding.rule)
    return finding.severity if rule is None else rule.severity


# --- references ----------------------------------------------------------------------------------


def _sources(
    document: RuleDocument,
    columns: Mapping[str, frozenset[str]],
    dropped: frozenset[str],
    listing: frozenset[str],
) -> Iterator[Finding]:
    own = Findings("unknown")
    codes = tuple(source.code for source in document.source)
    source = document.population.source
    if source not in {*codes, *dropped}:
        own.add("source", f"There is no source {source}.", nearest(source, codes))
    known = columns.get(source)
    for index, name in enumerate(document.population.groups):
        if known is not None and name not in known:
            remedy = _column(name, known, source in listing)
            own.add(f"groups[{index}]", f"The population has no column {name}.", remedy)
    yield from under(own.found, ("population",), document)
    for index, each in enumerate(document.source):
        own, has = Findings("unknown"), columns.get(each.code)
        for place, name in () if has is None else each.uses():
            if has is not None and name not in has:
                own.add(place, f"The source has no column {name}.", _column(name, has, each.code in listing))
        for name in each.doubled():
            own.add(f"also.{name}", "A column has this name already.", "Take another name.")
        yield from under(own.found, ("source", index), document)


def _column(name: str, known: Collection[str], listing: bool) -> str:
    """What to do about a column that is not known: the data may have it, where the source lists columns."""
    remedy = nearest(name, sorted(known))
    return f"{remedy} If the data have it, add it to `columns` of the source." if listing else remedy


def _refer(reference: Reference, scope: Scope, own: Findings) -> None:
    """Adds a reference to something that is not there, or not there yet."""
    known: Iterable[str] | None
    match reference.to:
        case "measure" | "grades":
            known = scope.measures() if reference.to == "measure" else scope.grades()
            if reference.code not in known and _later(reference, scope, own):
                return
        case "source":
            known = tuple(source.code for source in scope.document.source)
        case "column":
            known = scope.columns.get(reference.of or "")
        case "attribute":
            known = scope.columns.get(scope.document.population.source)
        case _:
            known = scope.dims(reference.of or "")
    if known is not None and reference.code not in {*known, *scope.dropped}:
        what = f"There is no {reference.to} {reference.code} here."
        remedy = nearest(reference.code, sorted({*known, *scope.dropped}))
        own.add(reference.where, what, remedy, "unknown")


def _later(reference: Reference, scope: Scope, own: Findings) -> bool:
    """Adds a reference to a clause that stands later; says whether it is one."""
    clauses = scope.document.clause
    here = len(scope.before)
    found = next((at for at in range(here, len(clauses)) if clauses[at].code == reference.code), None)
    if found is None or clauses[found].output != reference.to:
        return False
    if clauses[here].code in _reached(clauses, clauses[found]):
        what = f"{reference.code} in turn refers to {clauses[here].code}."
        if found == here:
            what = "The clause refers to itself."
        own.add(reference.where, what, "Break the ring: one of them has to come first.", "cycle")
    else:
        what = f"{reference.code} stands after this clause."
        own.add(reference.where, what, "Move it up: a clause reads what earlier ones gave.", "later")
    return True


def _reached(clauses: Sequence[BaseClause], start: BaseClause) -> set[str]:
    """The codes of all clauses that a clause refers to, directly or through others, and its own."""
    by_code = {clause.code: clause for clause in clauses}
    found, waiting = {start.code}, [start]
    while waiting:
        for reference in waiting.pop().references():
            clause = by_code.get(reference.code)
            if reference.to in ("measure", "grades") and clause is not None and clause.code not in found:
                found.add(clause.code)
                waiting.append(clause)
    return found


def _order(clause: BaseClause, scope: Scope, own: Findings) -> None:
    last = max((STAGES.index(before.placed) for before in scope.before), default=0)
    if STAGES.index(clause.placed) < last:
        what = f"A clause of stage {clause.placed} stands after one of stage {STAGES[last]}."
        remedy = "Move it up: the order of evaluation is that of the stages."
        if isinstance(clause, Derived) and STAGES[last] in get_args(Later):
            remedy = f"{remedy[:-1]}; or say at = {STAGES[last]}, where it goes on from that one."
        own.add("type", what, remedy, "order")
