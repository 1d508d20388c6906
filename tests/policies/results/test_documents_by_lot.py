"""What results say over documents and histories by lot: nothing breaks, and promises are kept when run."""

from __future__ import annotations

from random import Random

import pytest
from tests.naive.generating import ON, START, document_by_lot, history_of, rows_by_lot

from party_workflow.errors import InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.policy import Concluded, Result, run
from party_workflow.policies.ranking import Ranking
from party_workflow.policies.results.certificates import Certificate
from party_workflow.policies.results.compare import compare_results
from party_workflow.policies.results.flips import Search
from party_workflow.policies.results.lineage import decompose, mean
from party_workflow.policies.results.why import turned, why

LITTLE = Search(evaluations=60, events=2, values=6)


def results(seed: int) -> tuple[Result, Result]:
    """One document over two histories."""
    lot = Random(seed)
    document = RuleDocument.read(document_by_lot(lot))
    found = []
    for _ in range(2):
        history = history_of(rows_by_lot(lot))
        found.append(run(document.policy(history.registry), history, on=ON, period_start=START))
    return found[0], found[1]


def order(result: Concluded, of: Ranking, first: str, second: str) -> int:
    """The order of two in the ranking of the same clause and group."""
    (ranking,) = [
        each for each in result.conclusion.rankings if (each.clause, each.group) == (of.clause, of.group)
    ]
    places = ranking.place(first), ranking.place(second)
    assert places[0] is not None
    assert places[1] is not None
    return (places[0] < places[1]) - (places[0] > places[1])


@pytest.mark.parametrize("seed", range(2000, 2008))
def test_what_turns_a_pair_turns_it_when_it_is_run(seed: int) -> None:
    for result in results(seed):
        for ranking in result.conclusion.rankings:
            for one, other in list(zip(ranking.entries, ranking.entries[1:], strict=False))[:2]:
                found = why(result, one.subject, other.subject, LITTLE)
                wanted = -1 if found.separation.order > 0 else 1
                assert found.separation.order == order(result, ranking, one.subject, other.subject)
                for flip in found.flips:
                    if flip.kind in ("parameter", "event_less"):
                        after = turned(result, flip)
                        assert order(after, ranking, one.subject, other.subject) == wanted
                if found.linear:
                    assert sum(each.difference or 0 for each in found.contributions) == found.difference


@pytest.mark.parametrize("seed", range(2000, 2020))
def test_everything_that_a_result_can_be_asked_has_an_answer(seed: int) -> None:
    one, other = results(seed)
    for result in (one, other):
        certificate = result.certificate()
        assert Certificate.parse(certificate.canonical_bytes()) == certificate
        assert result.held is not None
        assert certificate.verify(result.held.history, result.held.policy)
        assert result._repr_html_()
        for ranking in result.conclusion.rankings:
            for entry in ranking.entries:
                explained = result.explain(entry.subject)
                assert explained.figure is entry.figure
                assert {event.event_id for event in entry.figure.evidence()} == set(explained.events)
                assert explained.data()
    found = compare_results(one, other)
    assert found.reversed == compare_results(other, one)
    assert found.canonical_bytes()
    try:
        assert decompose(one, other, mean()).remainder == 0
    except InvalidInput as error:
        assert "no value" in str(error)  # noqa: PT017
