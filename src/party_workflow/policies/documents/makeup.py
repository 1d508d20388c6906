"""What a measure is made of: through which clauses it comes from which rows, and which way it goes.

More of what a source holds makes a measure greater or smaller, or both by different ways; a weight below
zero, a deduction or a scale that is turned round changes the way.  The rules against harm ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from party_workflow.policies.documents.clauses.adjustments import Deduction
from party_workflow.policies.documents.clauses.base import BaseClause
from party_workflow.policies.documents.clauses.components import Convert, Product, Ratio
from party_workflow.policies.documents.clauses.kinds import Points
from party_workflow.policies.documents.clauses.methods import (
    ByRank,
    Logarithm,
    Method,
    MinMax,
    Percentile,
    Target,
    ZScore,
)
from party_workflow.policies.documents.clauses.normalising import Normalise
from party_workflow.policies.documents.clauses.points import RowClause, ValueOf
from party_workflow.policies.documents.clauses.python import InPython
from party_workflow.policies.documents.clauses.totals import Total, TotalPart
from party_workflow.policies.documents.parameters import Valued
from party_workflow.policies.documents.source import Bounds, Source

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Sign = Literal[1, -1]
"""Whether more of what is counted makes a measure greater or smaller."""

COMPLAINTS: Final = frozenset({"cases", "concerned"})
"""Feeds of matters that people bring, or that are found: fewer of them may be fewer that were told."""
COMPLAINT_EVENTS: Final = frozenset({"case", "intake"})
"""Categories of events of such matters."""
COMPLAINT_WORDS: Final = ("complain", "grievance", "petition")
"""What names a number of complaints in a table from outside."""
JUDGED: Final = frozenset(
    {
        "answered",
        "appeal_outcome",
        "attributed",
        "dated_back",
        "earlier",
        "failed_verifications",
        "fault",
        "in_time",
        "late",
        "on_time",
        "outcome",
        "overdue",
        "reopened",
        "repeat",
        "repeated",
        "substantiated",
        "timely",
        "unfounded",
        "upheld",
        "verified",
    }
)
"""Columns that say what came of a matter: rows that are chosen by one of them are no raw number."""
DONATION_WORDS: Final = ("donated", "donation")
"""What names that people gave of their own."""
UNITS: Final = frozenset({"branch", "organ", "organisation", "unit"})
"""Columns of units: a source that is about them is not about people."""


def is_raw(source: Source) -> bool:
    """Whether the rows are matters that people brought, whatever came of them."""
    brought = source.feed in COMPLAINTS or (source.event or "").partition(".")[0] in COMPLAINT_EVENTS
    return (brought or _named(source, COMPLAINT_WORDS)) and not _chosen(source)


def of_donations(source: Source) -> bool:
    """Whether the rows are what people gave, told apart by who gave it."""
    return _named(source, DONATION_WORDS) and source.subject not in UNITS


def _one_each(source: Source) -> bool:
    """Whether each row is one matter; a row of a table may hold the number of many."""
    return source.feed in COMPLAINTS or source.event is not None


def _chosen(source: Source) -> bool:
    return bool(JUDGED.intersection((*source.where, *source.unless)))


def _named(source: Source, words: Sequence[str]) -> bool:
    """Whether a source says by its names, or by what it wants of its rows, what they are."""
    said = [source.code, source.feed or "", source.event or "", *_wanted(source.where)]
    return any(word in each for word in words for each in said)


def _wanted(where: Mapping[str, Any]) -> Iterator[str]:
    for wanted in where.values():
        if not isinstance(wanted, Bounds):
            yield from (wanted,) if isinstance(wanted, str) else wanted


def made_of(scope: Scope, which: Callable[[Source], bool], words: Sequence[str]) -> dict[str, set[Sign]]:
    """The earlier measures that are made of the rows of some sources, and whether more of them makes more.

    `which` says of a source whether it is one of those; `words` are those by which a column of any other is
    known to hold such a number.  Through a clause in Python a measure is taken to go either way.
    """
    sources = {source.code: source for source in scope.document.source if which(source)}
    found: dict[str, set[Sign]] = {}
    for clause in scope.before:
        if clause.output == "measure":
            signs = set(_of_rows(clause, sources, words))
            for measure, sign in parts_of(clause):
                signs |= {_times(sign, each) for each in found.get(measure, ())}
            if signs:
                found[clause.code] = signs
    return found


def _of_rows(clause: BaseClause, sources: Mapping[str, Source], words: Sequence[str]) -> Iterator[Sign]:
    """How a clause counts rows of these sources itself."""
    if isinstance(clause, InPython):
        yield from (1, -1) if set(sources).intersection(clause.sources) else ()
    if not isinstance(clause, RowClause):
        return
    columns = [str(getattr(clause, name, "")) for name in ("column", "kind")]
    if any(word in JUDGED for column in columns for word in (column, *column.split("_"))):
        return
    source = sources.get(clause.source)
    if source is None and not any(word in column for word in words for column in columns):
        return
    if isinstance(clause, ValueOf) and not clause.worths and source is not None and _one_each(source):
        return  # a number that the matter has, such as how often it was passed on: not how many there are
    worths: Mapping[str, Any] = clause.worth if isinstance(clause, Points) else getattr(clause, "worths", {})
    if not worths:
        yield 1
    for dated in worths.values():
        for value in numbers_of(dated):
            if value:
                yield _sign(value)


def parts_of(clause: BaseClause) -> Iterator[tuple[str, Sign]]:
    """The measures that a clause is made of, and whether more of each makes more of it."""
    if isinstance(clause, Total):
        for part in clause.parts:
            yield from _weighed(part, 1)
    elif isinstance(clause, Deduction):
        yield clause.measure, 1
        yield clause.deducted, -1
    elif isinstance(clause, Ratio):
        yield clause.part, 1
    else:
        for reference in clause.references():
            if reference.to == "measure":
                for sign in _turns(clause):
                    yield reference.code, sign


def _weighed(part: TotalPart, sign: Sign) -> Iterator[tuple[str, Sign]]:
    for value in numbers_of(part.weight):
        own = _times(sign, _sign(value))
        if part.measure is not None:
            yield part.measure, own
        for inner in part.parts:
            yield from _weighed(inner, own)


def _turns(clause: BaseClause) -> set[Sign]:
    """Whether a clause leaves a scale as it is or turns it round, so that less is more."""
    if isinstance(clause, Normalise):
        return {_turned(method) for method in methods_of(clause)}
    if isinstance(clause, Convert) and clause.steps:
        return {_sign(clause.steps[-1].worth - (clause.below or Fraction(0)))}
    if isinstance(clause, Convert | Product) and clause.times is not None:
        return {_sign(value) for value in numbers_of(clause.times)} or {1}
    return {1, -1} if isinstance(clause, InPython) else {1}


def methods_of(clause: BaseClause) -> tuple[Method, ...]:
    """The methods of a normalisation."""
    if not isinstance(clause, Normalise):
        return ()
    return tuple(each for each in (clause.method, *clause.methods.values()) if each is not None)


def _turned(method: Method) -> Sign:
    match method:
        case MinMax() | Logarithm():
            low, high = numbers_of(method.low), numbers_of(method.high)
            if low and high:
                return -1 if low[-1] > high[-1] else 1
            return -1 if isinstance(method, MinMax) and method.direction == "lower" else 1
        case ByRank():  # the first place is the smallest number
            return 1 if (method.direction == "higher") == method.as_share else -1
        case ZScore() | Percentile():
            return 1 if method.direction == "higher" else -1
        case Target():
            base, target = numbers_of(method.base), numbers_of(method.target)
            return -1 if base and target and base[-1] > target[-1] else 1


def numbers_of(dated: Any) -> tuple[Fraction, ...]:
    if isinstance(dated, tuple):
        return tuple(Fraction(item.value) for item in dated if isinstance(item, Valued))
    return (Fraction(dated),) if isinstance(dated, Fraction | int) else ()


def _sign(value: Fraction) -> Sign:
    return -1 if value < 0 else 1


def _times(one: Sign, other: Sign) -> Sign:
    return 1 if one == other else -1
