"""What a document asks of a history that the history does not have: for the linter.

Nothing here is an error of the document by itself: the events may still come.  A kind without a worth is,
because the document could not be evaluated over this history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from party_workflow.codec import Event
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.policies.documents.clauses.kinds import Points
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.findings import Finding, put
from party_workflow.policies.documents.locate import Path
from party_workflow.policies.documents.source import Bounds, Source, cell_text, holds
from party_workflow.policies.feeds.feed import Fact, Feed
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import row_of

Rows = Mapping[str, Sequence[Fact]]
"""By the code of a source, its rows before they are narrowed."""


def rows_of(
    document: RuleDocument, feeds: Mapping[str, Feed], history: History
) -> tuple[Rows, list[Finding]]:
    """The rows of every source that has a feed, over a history that is read once; and why one has none, such
    as a column that no row has.
    """
    states = {code: feed.initial() for code, feed in feeds.items()}
    kinds: dict[type[Event], dict[str, None]] = {}
    for feed in feeds.values():
        for kind, fields in feed.reads.items():
            kinds.setdefault(kind, {}).update(dict.fromkeys(fields))
    for recorded in history.events(*kinds):
        row = row_of(recorded, tuple(kinds[type(recorded.event)]))
        for code, feed in feeds.items():
            if row.kind in feed.reads:
                states[code] = feed.evolve(states[code], row)
    found, faults = dict[str, Sequence[Fact]](), list[Finding]()
    for index, source in enumerate(document.source):
        if source.code in feeds:
            try:
                found[source.code] = tuple(feeds[source.code].facts(states[source.code]))
            except InvalidInput as error:
                told = [Finding("", each.what, each.remedy, "unknown") for each in error.faults]
                faults += [put(each, ("source", index), document) for each in told]
    return found, faults


def subjects_of(document: RuleDocument, rows: Rows) -> set[str]:
    """Everybody in the rows of the population."""
    source = next(each for each in document.source if each.code == document.population.source)
    found = rows[source.code]
    return {cell_text(row.columns[source.subject]) for row in found if source.subject in row.columns}


def judge_rows(document: RuleDocument, rows: Rows) -> Iterator[Finding]:
    """What sources read that no row has, and kinds of rows of which nothing is said."""
    for index, source in enumerate(document.source):
        if source.code not in rows:
            continue
        if not rows[source.code]:
            what = "The history has no row for this source."
            yield put(
                Finding("", what, "Check the feed or the event type.", "no_events"),
                ("source", index),
                document,
            )
            continue
        yield from _shadowed(source, rows[source.code], ("source", index), document)
        yield from _unfilled(source, index, rows[source.code], document)
    yield from _unpriced(document, rows)


def _shadowed(source: Source, rows: Sequence[Fact], path: Path, document: RuleDocument) -> Iterator[Finding]:
    for name, where in (("where", source.where), ("unless", source.unless)):
        for column, wanted in where.items():
            held = {cell_text(row.columns[column]) for row in rows if column in row.columns}
            if isinstance(wanted, Bounds) or not held:
                continue
            for value in (wanted,) if isinstance(wanted, str) else wanted:
                if value not in held:
                    what = f"No row has {value} in {column}."
                    found = Finding("", what, "Check its spelling.", "shadowed")
                    yield put(found, (*path, name, column), document)


def _unfilled(source: Source, index: int, rows: Sequence[Fact], document: RuleDocument) -> Iterator[Finding]:
    """Columns that clauses and the source look at, and that are absent in every row."""
    asked: dict[str, Path] = {name: ("source", index, *place.split(".", 1)) for place, name in source.uses()}
    for number, clause in enumerate(document.clause):
        for reference in clause.references():
            if reference.to == "column" and reference.of == source.code:
                asked.setdefault(reference.code, ("clause", number, reference.where.split("[")[0]))
    for name, path in asked.items():
        cells = [row.columns[name] for row in rows if name in row.columns]
        if cells and all(isinstance(cell, Absent) for cell in cells):
            what = f"In no row the column {name} is filled."
            yield put(Finding("", what, "Take another column.", "unfilled"), path, document)


def _unpriced(document: RuleDocument, rows: Rows) -> Iterator[Finding]:
    for index, clause in enumerate(document.clause):
        if not isinstance(clause, Points) or clause.other != "refuse" or clause.source not in rows:
            continue
        source = next(each for each in document.source if each.code == clause.source)
        held = {
            cell_text(row.columns[clause.kind])
            for row in rows[clause.source]
            if clause.kind in row.columns and _kept(source, row)
        }
        for kind in sorted(held - set(clause.worth)):
            what = f"Rows have the kind {kind}, and nothing is said of what it is worth."
            found = Finding("", what, "Say it in `worth`, or other = zero.", "unpriced")
            yield put(found, ("clause", index, "worth"), document)


def _kept(source: Source, row: Fact) -> bool:
    """Whether a source keeps a row, as far as the row itself says; days are not looked at."""
    known = {name: wanted for name, wanted in source.where.items() if name in row.columns}
    dropped = {name: wanted for name, wanted in source.unless.items() if name in row.columns}
    return holds(known, row.columns) and not (dropped and holds(dropped, row.columns))


def judge_words(document: RuleDocument, vocabulary: Collection[str]) -> Iterator[Finding]:
    """Kinds, grades and bases that a vocabulary does not have."""
    for index, clause in enumerate(document.clause):
        named: list[tuple[Path, str]] = [(("basis",), clause.basis)]
        if isinstance(clause, Points):
            named += [(("worth", kind), kind) for kind in clause.worth]
        for path, code in named:
            if code not in vocabulary:
                what = f"The vocabulary has no code {code}."
                found = Finding("", what, "Look for a typing mistake, or add a label.", "vocabulary")
                yield put(found, ("clause", index, *path), document)
