"""What a rule document may not say because it does harm, whatever its numbers are.

Four rules.  *Complaints* (R-147): a raw number of complaints counts against nobody, or people would keep
others from complaining; how timely they were handled, which were verified and which came again may count.
*Donations* (R-184): people are not ranked, graded or honoured by what they gave.  *Last place* (R-101): a
standard that only says where somebody stands among others is no absolute one.  *Small groups* (R-190): what
people said in confidence is not broken down without a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from party_workflow.policies.documents.clauses.adjustments import Bonus
from party_workflow.policies.documents.clauses.awards import Awarded
from party_workflow.policies.documents.clauses.base import BaseClause
from party_workflow.policies.documents.clauses.gates import Gate
from party_workflow.policies.documents.clauses.ladders import Climb
from party_workflow.policies.documents.clauses.last_place import LastPlace
from party_workflow.policies.documents.clauses.panels import Panel
from party_workflow.policies.documents.clauses.points import RowClause
from party_workflow.policies.documents.clauses.ranking import Rank
from party_workflow.policies.documents.clauses.tiers import Bands, rising
from party_workflow.policies.documents.clauses.ties import ByMeasure
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.findings import Findings
from party_workflow.policies.documents.makeup import (
    COMPLAINT_WORDS,
    DONATION_WORDS,
    Sign,
    is_raw,
    made_of,
    methods_of,
    numbers_of,
    of_donations,
    parts_of,
)

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

VOICES: Final = frozenset({"ballots"})
"""Feeds of what people said in confidence."""
PEOPLE: Final = frozenset({"complainant", "donor", "person", "rater", "reporter", "respondent", "voter"})
"""Columns that say who it was that spoke."""
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
        if before.output == "measure" and (by_place or any(code in relative for code, _ in parts_of(before))):
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
    minimum = numbers_of(clause.minimum_raters) if isinstance(clause, Panel) else ()
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
