"""Gates: facts that cap or force a grade, or exclude, whatever the score (硬杠, R-090).

A gate is judged after the total and before places and grades.  It is computed from the history each time:
a fact that is corrected or disproved releases the grade by itself, and `party_workflow.policies.corrections`
shows the old one beside the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import model_validator

from party_workflow.errors import Faults
from party_workflow.policies.conclusion import GateEffect, GateHit, GateRanked, Note
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.findings import tell
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

INCOMPLETE: Final = "gate-incomplete"
"""The note on a subject of whom cannot be told whether a gate is triggered."""


class Gate(BaseClause):
    """What triggers the gate, and what it does.

    With ``caps`` the clause `grades`, which stands later, gives no better grade than `grade`, with ``forces``
    just that one, with ``excludes`` none.  Of several gates on one scale the worst grade holds.  `ranked`
    says how the subject is placed in every ranking: ``as_scored``, ``last`` behind all others, or
    ``excluded``, which is what it means to exclude where no `grades` are named.  Where the condition comes to
    ``incomplete``, the subject gets no grade of that clause, and no place unless it is ranked as scored.
    """

    stage: ClassVar[Stage] = "gates"
    output: ClassVar[Output] = "nothing"

    type: Literal["gate"]
    when: Condition
    effect: GateEffect
    grades: Code | None = None
    grade: Code | None = None
    ranked: GateRanked | None = None

    @model_validator(mode="after")
    def _whole(self) -> Gate:
        if self.effect == "excludes":
            if self.grade is not None:
                raise ValueError("a gate that excludes names no grade")
            if self.grades is None and self.ranked not in (None, "excluded"):
                raise ValueError("say what it excludes from: grades, or ranked = excluded")
        elif self.grades is None or self.grade is None:
            raise ValueError("a gate that caps or forces says which grade of which clause")
        if self.grades is not None and self.ranked is None:
            raise ValueError("say how they are ranked: as_scored, last or excluded")
        return self

    @property
    def placing(self) -> GateRanked:
        """What it does to places: a gate that excludes, and from no grades, excludes from them."""
        return self.ranked or "excluded"

    def lint(self, scope: Scope, faults: Faults) -> None:
        self.when.lint("when", faults)
        if self.grades is not None:
            self._judge_scale(scope, faults)
        for before in scope.before:
            if isinstance(before, Gate) and before.grades == self.grades and self.contradicts(before):
                what = f"{before.code} says otherwise of the same subjects."
                tell(faults, "gates", "effect", what, "Join the two gates, or narrow one of the conditions.")

    def _judge_scale(self, scope: Scope, faults: Faults) -> None:
        after = scope.document.clause[len(scope.before) + 1 :]
        scale = next((clause for clause in after if clause.code == self.grades), None)
        grades: Sequence[Sequence[str]] | None = getattr(scale, "scales", None)
        if grades is None:
            if self.grades in scope.dropped:
                return
            known = ", ".join(clause.code for clause in after if hasattr(clause, "scales")) or "none"
            what = f"No later clause gives grades by bands under {self.grades}."
            faults.add("grades", what, f"There are: {known}.")
            return
        for order in grades if self.grade is not None else ():
            if self.grade not in order:
                what = f"{self.grades} has no grade {self.grade}."
                faults.add("grade", what, f"There are: {', '.join(order)}.")
            elif self.effect == "caps" and order[0] == self.grade:
                what = f"{self.grade} is the best grade: a cap there changes nothing."
                tell(faults, "gates", "grade", what, "Cap at a lower one, or remove the gate.")

    def contradicts(self, other: Gate) -> bool:
        """Whether two gates that say different things of a scale can be seen to be triggered together.

        Seen is what can be told from the conditions alone: they are the same, or both bound one measure and
        some value lies within the bounds of both.
        """
        if (self.effect, self.grade) == (other.effect, other.grade) or self.effect == other.effect == "caps":
            return False
        return self.when == other.when or _overlap(self.when, other.when)

    def evaluate(self, board: Board) -> None:
        for subject in board.subjects:
            judged = self.when.judge(board, self, subject)
            if judged.verdict == "fails":
                continue
            hit = GateHit(
                clause=self.code,
                subject=subject,
                effect=self.effect,
                grades=self.grades or "",
                grade=self.grade or "",
                basis=self.basis,
                facts=judged.figures,
                ranked=self.placing,
            )
            if judged.verdict == "holds":
                board.gates.append(hit)
            else:
                board.pending.append(hit)
                board.notes.append(Note(self.code, INCOMPLETE, subject, judged.figures))


def in_ranking(board: Board) -> dict[str, tuple[str, str]]:
    """Whom gates exclude or put last, or leave incomplete, and by which clause; ``excluded`` goes first."""
    found: dict[str, tuple[str, str]] = {}
    for hit in board.gates:
        if hit.ranked == "excluded" and found.get(hit.subject, ("",))[0] != "excluded":
            found[hit.subject] = ("excluded", hit.clause)
        elif hit.ranked == "last":
            found.setdefault(hit.subject, ("last", hit.clause))
    for hit in board.pending:
        if hit.ranked != "as_scored" and found.get(hit.subject, ("",))[0] != "excluded":
            found[hit.subject] = ("incomplete", hit.clause)
    return found


def settled(
    order: Sequence[str], grade: str | None, hits: Sequence[GateHit]
) -> tuple[str | None, tuple[str, ...]]:
    """The grade that gates leave of one, on a scale given best first, and the gates that it follows from.

    Forced is the worst of the grades that are forced; no cap is passed by it.  A subject without a grade gets
    one only where it is forced.  The gates are empty where they change nothing.
    """
    if any(hit.effect == "excludes" for hit in hits):
        return None, tuple(hit.clause for hit in hits if hit.effect == "excludes")
    forced = [order.index(hit.grade) for hit in hits if hit.effect == "forces"]
    if grade is None and not forced:
        return None, ()
    start = max(forced) if forced else order.index(grade or "")
    found = max([start, *(order.index(hit.grade) for hit in hits if hit.effect == "caps")])
    if order[found] == grade:
        return grade, ()
    return order[found], tuple(hit.clause for hit in hits if order.index(hit.grade) == found)


def _overlap(one: Condition, other: Condition) -> bool:
    """Whether both bound one measure and some value lies within the bounds of both."""
    if one.measure is None or one.measure != other.measure:
        return False
    low: list[tuple[Fraction, bool]] = []
    high: list[tuple[Fraction, bool]] = []
    for each in (one, other):
        for name, limits, open_ in _SIDES:
            limit = getattr(each, name)
            if isinstance(limit, tuple):
                return False
            if limit is not None:
                (low if limits == "low" else high).append((limit, open_))
    if not low or not high:
        return True
    (most, above), (least, below) = max(low), min(high, key=lambda item: (item[0], not item[1]))
    return most < least or (most == least and not above and not below)


_SIDES: Final = (
    ("at_least", "low", False),
    ("above", "low", True),
    ("at_most", "high", False),
    ("below", "high", True),
    ("equals", "low", False),
    ("equals", "high", False),
)
