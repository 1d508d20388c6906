"""Which clauses of a rule, and which branches of a clause, the cases of a test reach."""

from __future__ import annotations

from collections.abc import Iterator

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Evidence, Figure


def every_figure(conclusion: Conclusion) -> Iterator[Figure]:
    """Every figure of a conclusion with those that it was computed from, once."""
    seen: set[int] = set()

    def walk(figure: Figure | Evidence) -> Iterator[Figure]:
        if isinstance(figure, Figure) and id(figure) not in seen:
            seen.add(id(figure))
            yield figure
            for inner in figure.inputs:
                yield from walk(inner)

    for figure in conclusion.figures():
        yield from walk(figure)
    for measure in conclusion.measures.values():
        for figure in measure.values():
            yield from walk(figure)


def clauses_hit(conclusion: Conclusion) -> set[str]:
    """The clauses under which something was concluded."""
    found = {figure.clause for figure in every_figure(conclusion) if figure.clause}
    found |= {ranking.clause for ranking in conclusion.rankings if ranking.entries}
    found |= {code for code, measure in conclusion.measures.items() if measure}
    found |= {code for code, given in conclusion.grades.items() if given}
    found |= {gate.clause for gate in conclusion.gates} | {award.clause for award in conclusion.awards}
    found |= {streak.clause for streak in conclusion.streaks}
    found |= {proposal.clause for proposal in conclusion.proposals}
    found |= {note.clause for note in conclusion.notes}
    return found
