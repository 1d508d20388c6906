"""Proposals about the last-placed, with all their guards (末位淘汰, R-101).

A document never dismisses anybody: it proposes that people look at the last-placed, or says which guard
keeps it from proposing.  A supreme-court guiding case holds dismissal on the bottom rank alone unlawful, so
being last is no ground: the absolute standard decides, and a rule that disregards it has to name the law that
permits it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field, StrictInt, model_validator

from party_workflow.errors import Faults
from party_workflow.policies.conclusion import AdverseProposal
from party_workflow.policies.documents.board import Board, displayed
from party_workflow.policies.documents.clauses.base import BaseClause, Output, Stage
from party_workflow.policies.documents.clauses.ranking import judge_ranking
from party_workflow.policies.documents.conditions import Condition, Judged
from party_workflow.policies.documents.parameters import Dated
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.ranking import Entry, Ranking
from party_workflow.values import Code

if TYPE_CHECKING:
    from party_workflow.policies.documents.lint import Scope

Guard = Literal[
    "group-below-minimum", "incomplete-data", "unresolved-ties", "standard-unknown", "standard-met"
]
GUARDS: Final[tuple[Guard, ...]] = (
    "group-below-minimum",
    "incomplete-data",
    "unresolved-ties",
    "standard-unknown",
    "standard-met",
)
"""What keeps a proposal from being made, in the order in which it is said."""

SETTLED: Final = frozenset({"excused", "not_applicable", "no-group"})
"""Reasons for which somebody may be without a place while the data are complete."""


class LastPlace(BaseClause):
    """Proposes something about the last-placed of each comparison group, where no guard is against it.

    Refused are groups with fewer ranked than `minimum`; incomplete data (somebody has no place for want of a
    value); a last place that several share, or that only a lot gave to one; a last-placed of whom cannot be
    told whether the absolute `standard` is met; and one who meets it, unless `standard_met` is ``propose``,
    which takes a recorded `legal_basis`.  The proposal names the last-placed, shows who was level by score,
    and carries the standard with its figures.
    """

    stage: ClassVar[Stage] = "proposals"
    output: ClassVar[Output] = "nothing"

    type: Literal["last_place"]
    ranking: Code
    proposal: Code
    minimum: Dated[Annotated[StrictInt, Field(ge=2, le=10**6)]]
    standard: Condition
    standard_met: Literal["refuse", "propose"]
    legal_basis: Code | None = None

    @model_validator(mode="after")
    def _lawful(self) -> LastPlace:
        if self.standard_met == "propose" and self.legal_basis is None:
            raise ValueError(
                "who meets the absolute standard would be proposed for being last alone: "
                "record the `legal_basis` that permits it, or say standard_met = refuse"
            )
        if self.standard_met == "refuse" and self.legal_basis is not None:
            raise ValueError("`legal_basis` belongs to standard_met = propose")
        if self.proposal.partition(".")[0] in DISMISSALS:
            raise ValueError(f"a document does not propose {self.proposal}: propose that people look at it")
        return self

    def lint(self, scope: Scope, faults: Faults) -> None:
        self.standard.lint("standard", faults)
        rank = judge_ranking(scope, self.ranking, "ranking", faults)
        if rank is None or rank.group or scope.population is None or isinstance(self.minimum, tuple):
            return
        if scope.population < self.minimum:
            what = f"The population of {scope.population} is below the minimum of {self.minimum}."
            faults.add("minimum", what, "Nothing can be proposed: remove the clause.")

    def evaluate(self, board: Board) -> None:
        board.proposals += [
            self._proposal(board, ranking) for ranking in board.rankings if ranking.clause == self.ranking
        ]

    def _proposal(self, board: Board, ranking: Ranking) -> AdverseProposal:
        minimum = board.at(self, "minimum", self.minimum)
        size = Figure("ranked", Fraction(len(ranking.entries)), "count", self.code, self.basis)
        refused: list[Guard] = ["group-below-minimum"] if size.exact() < minimum.exact() else []
        open_ = [
            item for item in ranking.excluded if item.reason not in SETTLED and not _by_gate(item.reason)
        ]
        refused += ["incomplete-data"] if open_ else []
        facts = [size, minimum, *(self._named("no-place", item.subject, item.figure) for item in open_)]
        lowest = ranking.entries[-1].place if ranking.entries else 0
        last = [entry for entry in ranking.entries if entry.place == lowest]
        if len(last) > 1 or any(_drawn(entry) for entry in last):
            refused.append("unresolved-ties")
        for entry in last:
            facts += [
                self._named("level", each.subject, each.figure)
                for each in _level(ranking, entry)
                if each.subject not in {other.subject for other in last} or each is entry
            ]
            judged = self.standard.judge(board, self, entry.subject)
            facts.append(self._standard(entry.subject, judged))
            if judged.verdict == "incomplete":
                refused.append("standard-unknown")
            elif judged.verdict == "holds" and self.standard_met == "refuse":
                refused.append("standard-met")
        subjects = () if refused else tuple(entry.subject for entry in last)
        said = tuple(guard for guard in GUARDS if guard in refused)
        return AdverseProposal(self.code, self.proposal, ranking.group, subjects, said, tuple(facts))

    def _named(self, name: str, subject: str, figure: Figure) -> Figure:
        return Figure(f"{name}.{subject}", figure.value, name, self.code, self.basis, (figure,))

    def _standard(self, subject: str, judged: Judged) -> Figure:
        """The absolute standard and whether it was met: 1 or 0, or that it cannot be told."""
        basis = self.legal_basis or self.basis
        name, inputs = f"standard.{subject}", judged.figures
        if judged.verdict == "incomplete":
            return Figure(name, Absent("missing"), "standard-unknown", self.code, basis, inputs)
        met = judged.verdict == "holds"
        step = "standard-met" if met else "standard-not-met"
        return Figure(name, Fraction(int(met)), step, self.code, basis, inputs)


DISMISSALS: Final = frozenset(
    {"dismiss", "dismissal", "remove", "removal", "expel", "expulsion", "terminate"}
)
"""What no document proposes."""


def _by_gate(reason: str) -> bool:
    return reason.startswith("gate.")


def _drawn(entry: Entry) -> bool:
    return any(figure.step == "drawn" for figure in entry.ties)


def _level(ranking: Ranking, entry: Entry) -> list[Entry]:
    """Those with the same value as the last-placed, whatever tie rule separated them."""
    value = displayed(entry.figure, ranking.rank_on)
    return [each for each in ranking.entries if displayed(each.figure, ranking.rank_on) == value]
