"""What the linter judges beside a clause's own questions: days, basis, conditions, digits, what is used.

Whether a clause can be read at all, and whether what it names exists, is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from party_workflow.policies.documents.clauses import BaseClause
from party_workflow.policies.documents.clauses.awards import Awarded
from party_workflow.policies.documents.clauses.best import Best, Portions
from party_workflow.policies.documents.clauses.gates import Gate
from party_workflow.policies.documents.clauses.ladders import Climb
from party_workflow.policies.documents.clauses.normalising import Normalise
from party_workflow.policies.documents.clauses.quotas import Quota
from party_workflow.policies.documents.clauses.ranking import Rank
from party_workflow.policies.documents.clauses.tiers import Bands
from party_workflow.policies.documents.clauses.totals import Total
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.findings import Finding, Findings, put
from party_workflow.policies.documents.parameters import Places, Valued
from party_workflow.policies.documents.ranges import Range, range_of

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

_PLACEHOLDER: Final = re.compile(r"(none|todo|tbd|unknown|n\.?a\.?|x+|basis|missing)")
_IN_A_YEAR: Final = {"month": 12, "quarter": 4, "half": 2, "year": 1}


def judge_whole(document: RuleDocument, dropped: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """What concerns the document as a whole."""
    if document.issued_on > document.effective_from:
        what = f"It was issued on {document.issued_on} and takes effect before."
        yield _top(document, "issued_on", what, "Every result will print it; or mend one.", "retroactive")
    ranks = [clause.code for clause in document.clause if isinstance(clause, Rank)]
    if document.ranking is not None and document.ranking not in {*ranks, *dropped}:
        what = f"No clause ranks under {document.ranking}."
        yield _top(document, "ranking", what, f"There are: {', '.join(ranks) or 'none'}.", "ranking")
    if document.ranking is None and len(ranks) > 1:
        what = f"Of {', '.join(ranks)} it is not said whose places are those of the result."
        yield _top(document, "ranking", what, "Name one: ranking = …", "ranking")
    if not dropped:
        yield from _unused(document)
        yield from _without_ranking(document, ranks)


def _top(document: RuleDocument, name: str, what: str, remedy: str, rule: str) -> Finding:
    return put(Finding("", what, remedy, rule), (name,), document)


def _unused(document: RuleDocument) -> Iterator[Finding]:
    references = [each for clause in document.clause for each in clause.references()]
    sources = {each.code for each in references if each.to == "source"} | {document.population.source}
    for index, source in enumerate(document.source):
        if source.code not in sources:
            found = Finding("", "No clause reads this source.", "Remove it.", "unused_source")
            yield put(found, ("source", index), document)
    used = {each.code for each in references if each.to == "measure"}
    if all(clause.output == "measure" for clause in document.clause):
        return  # the measures are what it is about
    for index, clause in enumerate(document.clause):
        if clause.output == "measure" and clause.code not in used:
            found = Finding(
                "", "Nothing uses this measure.", "Remove the clause, or use it.", "unused_measure"
            )
            yield put(found, ("clause", index), document)


def _without_ranking(document: RuleDocument, ranks: Sequence[str]) -> Iterator[Finding]:
    for index, clause in enumerate(document.clause):
        if isinstance(clause, Gate) and clause.ranked != "as_scored" and not ranks:
            what = f"It says how the subject is ranked ({clause.ranked}), and nothing is ranked."
            yield put(
                Finding("", what, "Add a rank clause.", "ranking"), ("clause", index, "ranked"), document
            )


# --- one clause ----------------------------------------------------------------------------------


def judge_clause(clause: BaseClause, scope: Scope, own: Findings) -> None:
    """Adds what is wrong with the days, the basis, the limits and the digits of a clause."""
    _basis(clause, own)
    _days(clause, scope.document, own)
    _digits(clause, scope, own)
    _reachable(clause, scope, own)
    for where, condition in _conditions(clause):
        _can_hold(condition, where, scope, own)
    if isinstance(clause, Best):
        _best(clause, scope, own)
    if isinstance(clause, Quota):
        _quotas(clause, scope, own)


def _basis(clause: BaseClause, own: Findings) -> None:
    for where, part in _parts(clause):
        basis = getattr(part, "basis", None)
        if isinstance(basis, str) and _PLACEHOLDER.fullmatch(basis):
            place = f"{where}.basis" if where else "basis"
            own.add(
                place, "This says that there is no basis.", "Cite what permits it, or remove it.", "basis"
            )


def _days(clause: BaseClause, document: RuleDocument, own: Findings) -> None:
    first, last = document.effective_from, document.effective_until
    if clause.until is not None and clause.until < clause.since:
        own.add("until", "The clause ends before it begins.", "Mend one of the two days.", "dates")
    elif clause.until is not None and clause.until < first:
        what = f"The clause ends before the document takes effect on {first}."
        own.add("until", what, "Remove the clause, or mend the day.", "dates")
    if last is not None and clause.since > last:
        what = f"The clause begins after the document ends on {last}."
        own.add("since", what, "Remove the clause, or mend the day.", "dates")
    begin = max(first, clause.since)
    ends = [day for day in (last, clause.until) if day is not None]
    for where, dated in _dated(clause):
        _one_by_one(dated, where, begin, min(ends, default=None), own)


def _one_by_one(
    dated: Sequence[Valued[Any]], where: str, begin: date, end: date | None, own: Findings
) -> None:
    days = [item.since for item in dated]
    for index, day in enumerate(days):
        if day in days[:index]:
            own.add(
                f"{where}[{index}].since", f"Two values begin on {day}.", "Give each its own.", "dated_twice"
            )
        if end is not None and day > end:
            what = f"The value begins after the clause ends on {end}."
            own.add(f"{where}[{index}].since", what, "Remove it, or mend the day.", "dates")
        if any(day < other <= begin for other in days):
            what = f"The value is replaced before the clause takes effect on {begin}."
            own.add(f"{where}[{index}]", what, "Remove it.", "superseded")
    if min(days) > begin:
        what = f"From {begin} to {min(days) - timedelta(days=1)} no value is in force."
        own.add(where, what, "Add one from an earlier day.", "dated_gap")


def _digits(clause: BaseClause, scope: Scope, own: Findings) -> None:
    where, digits = "digits", None
    if isinstance(clause, Total):
        digits = clause.digits
    elif isinstance(clause, Normalise):
        where, digits = "method.digits", getattr(clause.method, "digits", None)
    kept = [
        each.places
        for each in (getattr(clause, "rounding", None), clause.display)
        if isinstance(each, Places)
    ]
    if digits is not None and kept and digits <= max(kept):
        what = (
            f"Of {digits} significant digits {max(kept)} places are kept, besides what is before the point."
        )
        own.add(where, what, f"Ask for more than {max(kept)} digits.", "digits")


def _best(clause: Best, scope: Scope, own: Findings) -> None:
    """Results of periods of one year: no more of them than the year has."""
    source = _source_of(clause.measure, scope)
    found = next((each for each in scope.document.source if each.code == source), None)
    if clause.over != "period" or found is None or found.period is None or found.within != "period":
        return
    most = _IN_A_YEAR[found.period]
    for value in _values(clause.n):
        asked = value
        if isinstance(value, Portions):
            asked = sum(each.best for each in value.parts if isinstance(each.best, int))
        if isinstance(asked, int) and asked > most:
            own.add(
                "n", f"A year has {most} of them, and {asked} would count.", "Lower the number.", "best_of"
            )


def _source_of(measure: str, scope: Scope) -> str:
    """The source that a measure comes from in the end."""
    seen: set[str] = set()
    while measure not in seen:
        seen.add(measure)
        clause = scope.clause(measure)
        if clause is None:
            return ""
        if isinstance(getattr(clause, "source", None), str) and not hasattr(clause, "measure"):
            return str(getattr(clause, "source", ""))
        measure = str(getattr(clause, "measure", ""))
    return ""


def _quotas(clause: Quota, scope: Scope, own: Findings) -> None:
    """Quotas that follow each other on one scale: together they may not be more than everybody."""
    shares = {clause.grade: max(_values(clause.share))}
    before = scope.clause(clause.grades)
    while isinstance(before, Quota):
        shares[before.grade] = max(_values(before.share))
        before = scope.clause(before.grades)
    whole = sum(shares.values(), Fraction(0))
    if len(shares) > 1 and whole > 1:
        what = f"Together with the quotas before it, it allows {whole} of all."
        own.add("share", what, "Lower one of the shares.", "quotas")


# --- what can come about -------------------------------------------------------------------------


def _reachable(clause: BaseClause, scope: Scope, own: Findings) -> None:
    if isinstance(clause, Bands):
        known = range_of(clause.measure, scope.before)
        for where, bands in _versions(clause.bands, "bands"):
            for index, band in enumerate(bands):
                top = band.at_most if band.at_most is not None else band.below
                if not known.meets(band.at_least, top) or (
                    band.below is not None and band.below == known.low
                ):
                    what = f"No value comes to {band.grade}: {clause.measure} lies {_between(known)}."
                    own.add(f"{where}[{index}]", what, "Mend the band, or remove it.", "unreachable")
    if isinstance(clause, Climb) and clause.reached is not None:
        known = range_of(clause.reached.measure, scope.before)
        for value in _values(clause.reached.at_least):
            if known.high is not None and value > known.high:
                what = f"No value comes to {value}: {clause.reached.measure} lies {_between(known)}."
                own.add("reached.at_least", what, "Lower it: no tier can be reached.", "unreachable")
    if isinstance(clause, Awarded) and clause.grade is not None:
        given = scope.clause(clause.grade.grades)
        if isinstance(given, Quota) and not max(_values(given.share)) and given.grade in clause.grade.one_of:
            what = f"The quota leaves no place for {given.grade}."
            own.add("grade.one_of", what, "Raise the share, or remove the award.", "unreachable")


def _between(known: Range) -> str:
    if known.low is None:
        return f"at {known.high} or below"
    return f"at {known.low} or above" if known.high is None else f"from {known.low} to {known.high}"


def _can_hold(condition: Condition, where: str, scope: Scope, own: Findings) -> None:
    if condition.measure is not None:
        limits, known = _limits(condition), range_of(condition.measure, scope.before)
        at_end = (condition.below is not None and condition.below == known.low) or (
            condition.above is not None and condition.above == known.high
        )
        if at_end or not known.meets(limits.low, limits.high):
            what = f"It never holds: {condition.measure} lies {_between(known)}."
            own.add(where, what, "Mend the limit.", "unreachable")
    by_measure: dict[str, list[Condition]] = {}
    by_attribute: dict[str, list[Condition]] = {}
    for each in condition.all_of:
        if each.measure is not None:
            by_measure.setdefault(each.measure, []).append(each)
        if each.attribute is not None:
            by_attribute.setdefault(each.attribute, []).append(each)
    for name, found in by_measure.items():
        said = [_limits(each) for each in found]
        lows = [each.low for each in said if each.low is not None]
        highs = [each.high for each in said if each.high is not None]
        if len(found) > 1 and lows and highs and max(lows) > min(highs):
            what = f"Nothing lies between {max(lows)} and {min(highs)}: {name} cannot be both."
            own.add(where, what, "Mend one of the limits.", "condition")
    for name, found in by_attribute.items():
        if len(found) > 1 and not set.intersection(*(set(each.is_one_of) for each in found)):
            own.add(where, f"{name} cannot be all of these at once.", "Ask for any of them.", "condition")


def _limits(condition: Condition) -> Range:
    """The limits of a condition on a measure; those that are dated are left open."""
    low = [
        each for each in (condition.at_least, condition.above, condition.equals) if isinstance(each, Fraction)
    ]
    high = [
        each for each in (condition.at_most, condition.below, condition.equals) if isinstance(each, Fraction)
    ]
    return Range(max(low, default=None), min(high, default=None))


# --- the parts of a clause -----------------------------------------------------------------------


def _parts(part: BaseModel, where: str = "") -> Iterator[tuple[str, BaseModel]]:
    """A part and every part within it, with its place."""
    yield where, part
    for name in type(part).model_fields:
        yield from _inner(getattr(part, name), f"{where}.{name}" if where else name)


def _inner(value: Any, where: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield from _parts(value, where)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _inner(inner, f"{where}.{key}")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _inner(inner, f"{where}[{index}]")


def _dated(part: BaseModel) -> Iterator[tuple[str, Sequence[Valued[Any]]]]:
    """Every parameter that is given as dated values, with its place."""
    found: dict[str, list[Valued[Any]]] = {}
    for where, each in _parts(part):
        if isinstance(each, Valued):
            found.setdefault(where.rpartition("[")[0], []).append(each)
    yield from found.items()


def _conditions(part: BaseModel) -> Iterator[tuple[str, Condition]]:
    for where, each in _parts(part):
        if isinstance(each, Condition):
            yield where, each


def _values(dated: Any) -> list[Any]:
    if isinstance(dated, tuple) and dated and isinstance(dated[0], Valued):
        return [item.value for item in dated]
    return [dated]


def _versions(dated: Any, where: str) -> Iterator[tuple[str, Any]]:
    if dated and isinstance(dated[0], Valued):
        yield from ((f"{where}[{index}].value", item.value) for index, item in enumerate(dated))
    else:
        yield where, dated
