"""Frames: a unit's own rule set extends the parent's, and totals of different sets are not put side by side.

A parent body lays down a frame of indicators; each unit adds its own (R-084).  A unit's document keeps every
source and every clause of the frame as it is; it may add sources and clauses, and widen a total by further
parts.  Totals of units that reckon by different documents are refused, unless it is said how they are
normalised within each unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, assert_never

from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.policies.arithmetic.scaling import between, percentiles
from party_workflow.policies.documents.clauses.base import STAGES, BaseClause
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.figure import Absent, Figure, Value
from party_workflow.policies.policy import Concluded
from party_workflow.policies.ranking import Excluded, Ranking, competition

Normalisation = Literal["min_max", "percentile"]
"""How totals of different rule sets are made comparable within each unit: 0 for its lowest and 1 for its
highest total; or the share of the unit that one is better than, the equal ones and oneself counted half.
"""
CLAUSE: Final = "across"

_WIDENED: Final = "total"
"""The stage whose clauses may have more parts than in the frame."""


def departures(unit: RuleDocument, frame: RuleDocument) -> tuple[Fault, ...]:
    """Where a unit's document does not extend a frame.  Empty where it does."""
    faults = Faults()
    sources = {source.code: source for source in unit.source}
    for source in frame.source:
        if sources.get(source.code) != source:
            faults.add(f"source.{source.code}", *_said(source.code in sources))
    if unit.population != frame.population:
        faults.add("population", *_said(True))
    if unit.offset_minutes != frame.offset_minutes:
        faults.add("offset_minutes", *_said(True))
    clauses = {clause.code: clause for clause in unit.clause}
    for clause in frame.clause:
        found = clauses.get(clause.code)
        if found is None or not (found == clause or _widens(found, clause)):
            faults.add(clause.code, *_said(found is not None))
    common = [clause.code for clause in unit.clause if clause.code in frame.based()]
    if not faults.found and common != list(frame.based()):
        faults.add("clause", "The clauses of the frame stand in another order.", "Keep their order.")
    return tuple(faults.found)


def _said(there: bool) -> tuple[str, str]:
    if there:
        return "It is not as the frame has it.", "Take it over unaltered; add another one beside it."
    return "The frame has it, and the unit does not.", "Take it over."


def _widens(found: BaseClause, clause: BaseClause) -> bool:
    """Whether a total is the frame's with further parts: those of the frame measure the same as there."""
    if type(found) is not type(clause) or clause.stage != _WIDENED:
        return False
    one, other = found.model_dump(), clause.model_dump()
    if "parts" not in one:
        return False
    parts, framed = one.pop("parts"), other.pop("parts")
    return one == other and [_unweighted(part) for part in framed] == [
        _unweighted(part) for part in parts[: len(framed)]
    ]


def _unweighted(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "weight"}


def extend(frame: RuleDocument, unit: Mapping[str, Any]) -> RuleDocument:
    """A unit's document: the frame, with what the unit says of itself and adds.

    `unit` has the fields of a document.  Its sources and clauses are added to those of the frame, a clause of
    the same code as a total of the frame takes its place; each added clause stands at the end of its stage.
    Raises `InvalidDefinition` where the result would not extend the frame, with every departure, or where it
    is no document.
    """
    own = {str(each["code"]): each for each in unit.get("clause", ())}
    clauses: list[Any] = [own.pop(clause.code, clause) for clause in frame.clause]
    clauses += own.values()
    added = RuleDocument.read(
        {
            **frame.body,
            **{name: value for name, value in unit.items() if name not in ("source", "clause")},
            "source": [
                *frame.source,
                *unit.get("source", ()),
            ],
            "clause": clauses,
        }
    )
    ordered = sorted(added.clause, key=lambda clause: STAGES.index(clause.placed))
    found = added.model_copy(update={"clause": tuple(ordered)})
    if faults := departures(found, frame):
        raise InvalidDefinition(list(faults))
    return found


# --- totals across units ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Across:
    """One ranking over units: by which normalisation, None where all reckon by the same document, and which
    document each unit reckons by.
    """

    ranking: Ranking
    normalisation: Normalisation | None
    documents: Mapping[str, str]


def across(results: Mapping[str, Concluded], normalisation: Normalisation | None = None) -> Across:
    """Everybody's total over several units, by unit.

    Raises `InvalidInput` where the units reckon by different rule documents and no `normalisation` is named,
    where two of them rank the same subject, and where the results are for different days.
    """
    faults = Faults()
    documents = {unit: result.rule.digest for unit, result in sorted(results.items())}
    if not results:
        faults.add("results", "There is no unit.", "Give the results of at least one.")
    if len(set(documents.values())) > 1 and normalisation is None:
        named = "; ".join(f"{unit} by {results[unit].rule.code}" for unit in documents)
        faults.add(
            "results",
            f"The units reckon by different rule sets: {named}.",
            "Name a normalisation, min_max or percentile; totals of different sets say nothing side by side.",
        )
    if len({(result.on, result.period_start) for result in results.values()}) > 1:
        faults.add("results", "The results are for different days.", "Run them for the same day and period.")
    seen: dict[str, str] = {}
    for unit in documents:
        for subject, _ in _totals(results[unit].ranking):
            if subject in seen:
                faults.add(subject, f"Both {seen[subject]} and {unit} have a total.", "Leave one out.")
            seen[subject] = unit
    faults.raise_if_any(InvalidInput)
    figures: dict[str, Figure] = {}
    excluded: list[Excluded] = []
    for unit in documents:
        ranking = results[unit].ranking
        excluded += ranking.excluded
        found = _totals(ranking)
        for (subject, figure), value in zip(found, _normalised(found, normalisation), strict=True):
            figures[subject] = (
                figure if normalisation is None else _figure(unit, value, normalisation, figure)
            )
    absent = [each for each, figure in figures.items() if isinstance(figure.value, Absent)]
    excluded += [Excluded(each, "no-spread", figures.pop(each)) for each in absent]
    size = len(figures) + len(excluded)
    return Across(competition(figures, "exact", excluded, population=size), normalisation, documents)


def _totals(ranking: Ranking) -> list[tuple[str, Figure]]:
    return [(entry.subject, entry.figure) for entry in ranking.entries]


def _figure(unit: str, value: Value, normalisation: Normalisation, figure: Figure) -> Figure:
    return Figure(f"{CLAUSE}.{unit}", value, normalisation, figure.clause, figure.basis, (figure,))


def _normalised(found: Sequence[tuple[str, Figure]], normalisation: Normalisation | None) -> Sequence[Value]:
    values = [figure.exact() for _, figure in found]
    match normalisation:
        case None:
            return values
        case "min_max":
            low, high = min(values, default=Fraction(0)), max(values, default=Fraction(0))
            nothing = Absent("not_applicable")
            return [between(value, low, high) if low != high else nothing for value in values]
        case "percentile":
            shares = percentiles(values, "higher", "midpoint")
            return [Absent("not_applicable") if share is None else share for share in shares]
        case _:
            assert_never(normalisation)
