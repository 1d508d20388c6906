"""Rule documents: what is read, what is computed from it clause by clause, on what basis and since when.

A document is a frozen value with a content hash; TOML and JSON hold the same.  It compiles to a policy that
stands beside policies in code (`RuleDocument.policy`); evaluation follows the order of the clauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import Field, ModelWrapValidatorHandler, StrictInt, ValidationError, model_validator

from party_workflow.codec import Event, Registry
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.board import SUBJECT, Board
from party_workflow.policies.documents.clauses import AnyClause, BaseClause, CodeClause
from party_workflow.policies.documents.findings import Finding, Findings, located, put, under
from party_workflow.policies.documents.forms import findings_of, nearest
from party_workflow.policies.documents.measures import Measure
from party_workflow.policies.documents.parameters import AttributeRef, Part, SourceRef
from party_workflow.policies.documents.reading import Written, plain, read, unstorable
from party_workflow.policies.documents.source import OWN_COLUMNS, Cells, Source
from party_workflow.policies.documents.throughout import spread
from party_workflow.policies.documents.writing import json_text, toml_text
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.events import event_feed
from party_workflow.policies.feeds.feed import Fact, Feed
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.policy import Policy, Row, When
from party_workflow.policies.rule import Issued
from party_workflow.values import Code

OffsetMinutes = Annotated[StrictInt, Field(gt=-1440, lt=1440)]


class Population(Part):
    """Whom the document is about: every subject in the rows of one source.

    Its columns are their attributes, those of the latest row where there are several.
    """

    source: SourceRef
    groups: tuple[AttributeRef, ...] = ()


class RuleDocument(Issued):
    """A rule document: sources, a population, and clauses in the order of their evaluation.

    `offset_minutes` says which day a moment falls on: minutes ahead of UTC.  `ranking` names the `rank`
    clause whose places are the result's, where there are several.

    A text may have a table ``throughout`` with what holds for every clause that needs it and does not say it.
    """

    offset_minutes: OffsetMinutes
    population: Population
    source: tuple[Source, ...]
    clause: tuple[AnyClause, ...]
    ranking: Code | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        given = spread(plain(data)) if isinstance(data, Mapping) else data
        try:
            found = handler(given)
        except ValidationError as error:
            faults = unstorable(given)
            spoilt = {fault.path for fault in faults}
            told = findings_of(error, given, cls)
            raise InvalidDefinition(faults + [each for each in told if each.path not in spoilt]) from None
        judged = [*unstorable(found.body), *found._judged_form()]
        if judged:
            raise InvalidDefinition(judged)
        return found

    def _judged_form(self) -> Iterator[Finding]:
        days = Faults()
        self._judge_days(days)
        for fault in days.found:
            name = "approvals" if fault.where == "approvals" else "effective_until"
            yield Finding(name, fault.what, fault.remedy, path=(name,))
        for name, parts in (("source", self.source), ("clause", self.clause)):
            codes = [part.code for part in parts]
            for index, code in enumerate(codes):
                if code in codes[:index]:
                    twice = Finding("", "This code stands there twice.", "Give one of them another code.")
                    yield put(twice, (name, index, "code"), self)
        for index, source in enumerate(self.source):
            own = Findings("form")
            source.judge(own)
            yield from under(own.found, ("source", index), self)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> RuleDocument:
        """The document for a body.  Raises `InvalidDefinition` with every fault of form."""
        return cls.model_validate(dict(body))

    @classmethod
    def from_toml(cls, text: str, name: str = "") -> Self:
        """The document that a TOML text holds.  `name` is that of its file, for messages.

        Raises `InvalidDefinition` with every fault of syntax and form, with line and column.
        """
        return cls._written(read(text, "toml", name))

    @classmethod
    def from_json(cls, text: str, name: str = "") -> Self:
        """The document that a JSON text holds; otherwise as `from_toml`."""
        return cls._written(read(text, "json", name))

    @classmethod
    def _written(cls, written: Written) -> Self:
        try:
            return cls.model_validate(written.data)
        except InvalidDefinition as error:
            raise InvalidDefinition(located(error.faults, written.places, written.name)) from None

    def to_toml(self) -> str:
        """The document as TOML for people: `from_toml` reads the same document from it."""
        return toml_text(self)

    def to_json(self) -> str:
        """The document as JSON, numbers that are not whole as texts: `from_json` reads the same document."""
        return json_text(self)

    @property
    def body(self) -> dict[str, Any]:
        """The document as stored: without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def based(self) -> Mapping[str, str]:
        """The basis of each clause by its code, in the order of evaluation."""
        return {clause.code: clause.basis for clause in self.clause}

    def by_code(self, code: str) -> BaseClause:
        """A clause.  Raises `InvalidDefinition` if there is none of that code."""
        for clause in self.clause:
            if clause.code == code:
                return clause
        known = ", ".join(clause.code for clause in self.clause)
        raise InvalidDefinition(Fault(self.code, f"It has no clause {code}.", f"It has: {known}."))

    def replace_clause(self, code: str, **changes: Any) -> Self:
        """An alternative in which one clause is altered: ``replace_clause("total", rounding="none")``.

        It is another document with a digest of its own; issuer, number and version stay and can be altered by
        `model_copy`.  Raises `InvalidDefinition` for an unknown clause or field.
        """
        self.by_code(code)
        clauses = [
            clause.model_dump() | changes if clause.code == code else clause.model_dump()
            for clause in self.clause
        ]
        return self.model_copy(update={"clause": clauses})

    def day_of(self, moment: datetime) -> date:
        """The day on which a moment falls, by the offset of the document."""
        return (moment + timedelta(minutes=self.offset_minutes)).date()

    def policy(
        self,
        registry: Registry,
        *,
        feeds: Mapping[str, Feed] = FEEDS,
        code: Mapping[str, CodeClause] | None = None,
    ) -> Policy[Any]:
        """The document as a policy over the event types of a registry.

        `feeds` are those that sources may name, `code` the clauses in Python by name.  It reads the event
        types of its sources and ignores every other one that the registry has now; a registry that grows
        later is refused by `Policy.check`.  Raises `InvalidDefinition` with every error of the linter.
        """
        from party_workflow.policies.documents.lint import lint  # the linter knows documents, too

        lint(self, registry, feeds=feeds).raise_if_any()
        found = feeds_of(self, registry, feeds)
        reads = _reads(found)
        readers = {name: feed for name, feed in found.items() if _reader(found, name) == name}
        return Policy(
            name=self.code,
            version=self.version,
            rule=self,
            reads=reads,
            ignores=frozenset(registry.events) - {kind.stored_type for kind in reads},
            initial=lambda: _State({name: feed.initial() for name, feed in readers.items()}),
            evolve=_Evolve(readers),
            conclude=_Conclude(self, found, dict(code or {})),
            implied=True,
        )

    def __hash__(self) -> int:
        return hash(self.digest)


def feeds_of(document: RuleDocument, registry: Registry, feeds: Mapping[str, Feed]) -> dict[str, Feed]:
    """The feed of each source.  Raises `InvalidDefinition` with every source that has none."""
    found, faults = feeds_found(document, registry, feeds)
    if faults:
        raise InvalidDefinition(faults)
    return found


def feeds_found(
    document: RuleDocument, registry: Registry, feeds: Mapping[str, Feed]
) -> tuple[dict[str, Feed], list[Finding]]:
    """The feeds of the sources that have one, and what is wrong with the others."""
    found, faults = dict[str, Feed](), list[Finding]()
    for index, source in enumerate(document.source):
        own = Findings("unknown")
        if source.feed is not None:
            if source.feed in feeds:
                feed = feeds[source.feed]
                found[source.code] = feed.having(source.columns)
                if source.columns and not feed.further:
                    what = f"The feed {source.feed} has its columns; the data declare no others."
                    own.add("columns", what, "Remove `columns`.")
            else:
                own.add("feed", f"There is no feed {source.feed}.", nearest(source.feed, sorted(feeds)))
        elif source.event is not None:
            kind = registry.events.get(source.event)
            if kind is None:
                remedy = nearest(source.event, sorted(registry.events), "The reference has the events")
                own.add("event", f"There is no event type {source.event}.", remedy)
            else:
                try:
                    found[source.code] = event_feed(kind, source.columns, each=source.each or "")
                except InvalidInput as error:
                    for fault in error.faults:
                        own.add(fault.where, fault.what, fault.remedy)
        faults += under(own.found, ("source", index), document)
    return found, faults


def _reads(feeds: Mapping[str, Feed]) -> dict[type[Event], tuple[str, ...]]:
    found: dict[type[Event], dict[str, None]] = {}
    for feed in feeds.values():
        for kind, fields in feed.reads.items():
            found.setdefault(kind, {}).update(dict.fromkeys(fields))
    return {kind: tuple(fields) for kind, fields in found.items()}


def _reader(feeds: Mapping[str, Feed], source: str) -> str:
    """The first source that reads the same rows: sources of one feed share its state."""
    how = (feeds[source].initial, feeds[source].evolve, feeds[source].facts)
    return next(name for name, feed in feeds.items() if (feed.initial, feed.evolve, feed.facts) == how)


@dataclass(slots=True)
class _State:
    """The state of each feed, by the code of the first source that reads it."""

    by_source: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Evolve:
    """Takes one event into account in every feed that reads its type."""

    feeds: Mapping[str, Feed]

    def __call__(self, state: _State, row: Row) -> _State:
        for name, feed in self.feeds.items():
            if row.kind in feed.reads:
                state.by_source[name] = feed.evolve(state.by_source[name], row)
        return state


@dataclass(frozen=True, slots=True)
class _Conclude:
    """Evaluates a document over the rows of its feeds.

    That is the document compiled, or the rule given where that is a document over the same sources.
    """

    document: RuleDocument
    feeds: Mapping[str, Feed]
    code: Mapping[str, CodeClause]

    def __call__(self, state: _State, rule: Issued, when: When) -> Conclusion:
        document = rule if isinstance(rule, RuleDocument) else self.document
        return evaluate(
            document, self.facts(state), on=when.on, period_start=when.period_start, code=self.code
        )

    def facts(self, state: _State) -> dict[str, tuple[Fact, ...]]:
        """The rows of each source."""
        read = {name: tuple(self.feeds[name].facts(held)) for name, held in state.by_source.items()}
        return {name: read[_reader(self.feeds, name)] for name in self.feeds}


def evaluate(
    document: RuleDocument,
    facts: Mapping[str, tuple[Fact, ...]],
    *,
    on: date,
    period_start: date,
    code: Mapping[str, CodeClause] | None = None,
) -> Conclusion:
    """A document evaluated over the facts of its sources, by the code of the source.

    Raises `InvalidInput` or `InvalidDefinition`, with clause and remedy, for rows or parameters from which
    nothing can be computed.
    """
    board = begin(document, facts, on=on, period_start=period_start, code=code)
    for clause in document.clause:
        advance(board, clause)
    return conclude(document, board)


def advance(board: Board, clause: BaseClause) -> None:
    """Evaluates one clause on a board where those before it were evaluated.

    One that is not in force on the day of the board gives every subject a figure that is not applicable.
    """
    if clause.since <= board.on and (clause.until is None or board.on <= clause.until):
        clause.evaluate(board)
    elif clause.output == "measure":
        board.measures[clause.code] = _not_in_force(clause, board)


def conclude(document: RuleDocument, board: Board) -> Conclusion:
    """What a board on which every clause was evaluated comes to."""
    conclusion = board.conclusion()
    named = {ranking.clause for ranking in conclusion.rankings}
    if document.ranking is None or len(named) < 2:
        return conclusion
    return replace(conclusion, main=document.ranking)


def begin(
    document: RuleDocument,
    facts: Mapping[str, tuple[Fact, ...]],
    *,
    on: date,
    period_start: date,
    code: Mapping[str, CodeClause] | None = None,
) -> Board:
    """A board with the rows of the sources and the population, on which nothing was evaluated yet."""
    rows = {
        source.code: tuple(
            _about(fact, source.subject)
            for fact in source.rows(
                facts[source.code], day_of=document.day_of, period_start=period_start, on=on
            )
        )
        for source in document.source
    }
    members = {str(row.columns[SUBJECT]): row for row in rows[document.population.source]}
    return Board(on, period_start, rows, tuple(sorted(members)), members, code or {})


def _about(fact: Fact, subject: str) -> Fact:
    columns = Cells({**fact.columns, SUBJECT: fact.columns[subject]})
    return Fact(columns, fact.evidence, fact.effective_at, fact.recorded_at, fact.position)


def _not_in_force(clause: BaseClause, board: Board) -> Measure:
    absent = Absent("not_applicable")
    return Measure(
        clause.code,
        (),
        {
            (subject,): Figure(clause.code, absent, "not_in_force", clause.code, clause.basis)
            for subject in board.subjects
        },
    )


def columns_of(source: Source, feed: Feed) -> Iterator[str]:
    """The columns that the rows of a source have."""
    yield from feed.columns
    yield from OWN_COLUMNS
    yield from source.also
    if source.period is not None:
        yield "period"
