"""What a rule document may not say because it does harm, whatever its numbers are.

Four rules.  *Complaints* (R-147): a raw number of complaints counts against nobody, or people would keep
others from complaining; how timely they were handled, which were verified and which came again may count.
*Donations* (R-184): people are not ranked, graded or honoured by what they gave.  *Last place* (R-101): a
standard that only says where somebody stands among others is no absolute one.  *Small groups* (R-190): what
people said in confidence is not broken down without a threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from party_workflow.policies.documents.clauses.adjustments import Bonus, Deduction
from party_workflow.policies.documents.clauses.awards import Awarded
from party_workflow.policies.documents.clauses.base import BaseClause
from party_workflow.policies.documents.clauses.components import Convert, Product, Ratio
from party_workflow.policies.documents.clauses.gates import Gate
from party_workflow.policies.documents.clauses.kinds import Points
from party_workflow.policies.documents.clauses.ladders import Climb
from party_workflow.policies.documents.clauses.last_place import LastPlace
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
from party_workflow.policies.documents.clauses.panels import Panel
from party_workflow.policies.documents.clauses.points import RowClause, ValueOf
from party_workflow.policies.documents.clauses.python import InPython
from party_workflow.policies.documents.clauses.ranking import Rank
from party_workflow.policies.documents.clauses.tiers import Bands, rising
from party_workflow.policies.documents.clauses.ties import ByMeasure
from party_workflow.policies.documents.clauses.totals import Total, TotalPart
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.findings import Findings
from party_workflow.policies.documents.parameters import Valued
from party_workflow.policies.documents.source import Bounds, Source

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

HARMS: Final[Mapping[str, tuple[str, str]]] = {
    "harm_complaints": (
        "A raw number of complaints counts against somebody.",
        "Count by what came of them: in time, verified, come again; or leave them out.",
    ),
    "harm_donations": (
        "People are placed by what they gave.",
        "Tell the total, and groups above the threshold; nobody is placed by what they gave.",
    ),
    "harm_last_place": (
        "The standard of a proposal about the last-placed is no absolute one.",
        "Take a measure of what was done, with a limit of its own.",
    ),
    "harm_small_groups": (
        "What people said in confidence is broken down without a threshold.",
        "Let a panel ask for enough raters, or do not break it down.",
    ),
}
"""The rules by code: what is found, and what to do.  Each is an error: such a document is not run."""

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
VOICES: Final = frozenset({"ballots"})
"""Feeds of what people said in confidence."""
PEOPLE: Final = frozenset({"complainant", "donor", "person", "rater", "reporter", "respondent", "voter"})
"""Columns that say who it was that spoke."""
UNITS: Final = frozenset({"branch", "organ", "organisation", "unit"})
"""Columns of units: a source that is about them is not about people."""
SMALL_GROUP: Final = 5
"""A group of fewer is not told apart."""
RELATIVE: Final = frozenset({"rank", "percentile", "z_score"})
"""Normalisations that say only where somebody stands among others."""


def judge(clause: BaseClause, scope: Scope, own: Findings) -> None:
    """Adds what in a clause does harm; places are relative to the clause."""
    _complaints(clause, scope, own)
    _donations(clause, scope, own)
    _standard(clause, scope, own)
    _small_groups(clause, scope, own)


# --- what a measure is made of -----------------------------------------------------------------


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
            for measure, sign in _parts(clause):
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
        for value in _numbers(dated):
            if value:
                yield _sign(value)


def _parts(clause: BaseClause) -> Iterator[tuple[str, Sign]]:
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
    for value in _numbers(part.weight):
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
        return {_sign(value) for value in _numbers(clause.times)} or {1}
    return {1, -1} if isinstance(clause, InPython) else {1}


def methods_of(clause: BaseClause) -> tuple[Method, ...]:
    """The methods of a normalisation."""
    if not isinstance(clause, Normalise):
        return ()
    return tuple(each for each in (clause.method, *clause.methods.values()) if each is not None)


def _turned(method: Method) -> Sign:
    match method:
        case MinMax() | Logarithm():
            low, high = _numbers(method.low), _numbers(method.high)
            if low and high:
                return -1 if low[-1] > high[-1] else 1
            return -1 if isinstance(method, MinMax) and method.direction == "lower" else 1
        case ByRank():  # the first place is the smallest number
            return 1 if (method.direction == "higher") == method.as_share else -1
        case ZScore() | Percentile():
            return 1 if method.direction == "higher" else -1
        case Target():
            base, target = _numbers(method.base), _numbers(method.target)
            return -1 if base and target and base[-1] > target[-1] else 1


def _numbers(dated: Any) -> tuple[Fraction, ...]:
    if isinstance(dated, tuple):
        return tuple(Fraction(item.value) for item in dated if isinstance(item, Valued))
    return (Fraction(dated),) if isinstance(dated, Fraction | int) else ()


def _sign(value: Fraction) -> Sign:
    return -1 if value < 0 else 1


def _times(one: Sign, other: Sign) -> Sign:
    return 1 if one == other else -1


# --- the four rules ----------------------------------------------------------------------------


def _complaints(clause: BaseClause, scope: Scope, own: Findings) -> None:
    raw = made_of(scope, is_raw, COMPLAINT_WORDS)
    sources = {source.code for source in scope.document.source if is_raw(source)}
    for where, measure, better in _judging(clause):
        if -better in raw.get(measure, ()):
            what = f"{measure} makes a raw number of complaints count against somebody (R-147)."
            _add(own, "harm_complaints", where, what)
    for where, condition, adverse in _conditions(clause):
        for each in condition.walk():
            more = any(limit is not None for limit in (each.at_least, each.above, each.equals))
            fewer = any(limit is not None for limit in (each.at_most, each.below, each.equals))
            signs = raw.get(each.measure or "", set())
            against = ((more if adverse else fewer) and 1 in signs) or (
                (fewer if adverse else more) and -1 in signs
            )
            if against or (adverse and each.source in sources):
                what = "A raw number of complaints counts against somebody (R-147)."
                _add(own, "harm_complaints", where, what)


def _donations(clause: BaseClause, scope: Scope, own: Findings) -> None:
    given = made_of(scope, of_donations, DONATION_WORDS)
    sources = {source.code for source in scope.document.source if of_donations(source)}
    used = [(where, measure) for where, measure, _ in _judging(clause)]
    for where, condition, _ in _conditions(clause):
        used += [(where, each.measure or each.source or "") for each in condition.walk()]
    for where, code in used:
        if code in given or code in sources:
            _add(own, "harm_donations", where, f"{code} places people by their donations (R-184).")


def _standard(clause: BaseClause, scope: Scope, own: Findings) -> None:
    if not isinstance(clause, LastPlace):
        return
    relative: set[str] = set()
    for before in scope.before:
        by_place = any(method.by in RELATIVE for method in methods_of(before))
        if before.output == "measure" and (by_place or any(code in relative for code, _ in _parts(before))):
            relative.add(before.code)
    asked = list(clause.standard.walk())
    for each in asked:
        if each.measure in relative:
            what = f"{each.measure} says where somebody stands among others, not what was reached (R-101)."
            _add(own, "harm_last_place", "standard", what)
    if not any(each.measure is not None or each.source is not None for each in asked):
        what = "No measure and no fact is asked for: being last alone would be the ground (R-101)."
        _add(own, "harm_last_place", "standard", what)


def _small_groups(clause: BaseClause, scope: Scope, own: Findings) -> None:
    voices = {source.code for source in scope.document.source if source.feed in VOICES}
    if not isinstance(clause, RowClause) or clause.source not in voices:
        return
    for name in clause.by:
        if name in PEOPLE:
            _add(own, "harm_small_groups", "by", f"It tells apart what each {name} said (R-190).")
    minimum = _numbers(clause.minimum_raters) if isinstance(clause, Panel) else ()
    if clause.by and (not minimum or min(minimum) < SMALL_GROUP):
        what = f"It breaks voices down, also for groups of fewer than {SMALL_GROUP} (R-190)."
        _add(own, "harm_small_groups", "by", what)


def _add(own: Findings, rule: str, where: str, what: str) -> None:
    own.add(where, what, HARMS[rule][1], rule)


# --- where a measure decides -------------------------------------------------------------------


def _judging(clause: BaseClause) -> Iterator[tuple[str, str, Sign]]:
    """Where measures decide about people: the place, the measure, and whether more of it is better."""
    match clause:
        case Rank():
            yield "measure", clause.measure, _better(clause.direction)
            for index, tie in enumerate(clause.ties):
                if isinstance(tie, ByMeasure):
                    yield f"ties[{index}].measure", tie.measure, _better(tie.direction)
        case Bands():
            for bands in clause.variants:
                yield "measure", clause.measure, -1 if rising(bands) else 1
        case Climb() if clause.reached is not None:
            yield "reached.measure", clause.reached.measure, 1
        case _:
            pass


def _better(direction: str) -> Sign:
    return 1 if direction == "highest" else -1


def _conditions(clause: BaseClause) -> Iterator[tuple[str, Condition, bool]]:
    """The conditions of a clause, and whether it is to somebody's harm that one holds."""
    match clause:
        case Gate():
            yield "when", clause.when, True
        case LastPlace():
            yield "standard", clause.standard, False
        case Awarded() | Bonus() if clause.when is not None:
            yield "when", clause.when, False
        case _:
            pass
