"""The engine against a naive evaluator: documents and histories by lot, the same bytes from both."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from tests.naive.evaluator import Naive, text
from tests.naive.generating import ON, START, document_by_lot, history_of, naive_rows, rows_by_lot

from party_workflow.canonical import canonical_bytes
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import run

DOCUMENTS = 20


def plain(conclusion: Conclusion) -> dict[str, Any]:
    """What the engine found, as the naive evaluator says it."""
    places: dict[str, dict[str, dict[str, int]]] = {}
    for ranking in conclusion.rankings:
        found = {entry.subject: entry.place for entry in ranking.entries}
        places.setdefault(ranking.clause, {})
        if found:
            places[ranking.clause][ranking.group] = dict(sorted(found.items()))
    return {
        "values": {
            code: [
                [list(key), figure.value.kind if isinstance(figure.value, Absent) else text(figure.value)]
                for key, figure in figures.items()
            ]
            for code, figures in conclusion.measures.items()
        },
        "places": places,
    }


def compare(seed: int, histories: int) -> None:
    """One document over so many histories, both ways."""
    lot = Random(seed)
    body = document_by_lot(lot)
    document = RuleDocument.read(body)
    for number in range(histories):
        rows = rows_by_lot(lot)
        history = history_of(rows)
        policy = document.policy(history.registry)
        found = plain(run(policy, history, on=ON, period_start=START).conclusion)
        expected = Naive(document.body, naive_rows(rows), ON).plain()
        for code, values in expected["values"].items():
            clause = document.by_code(code)
            assert found["values"][code] == values, (seed, number, clause)
        assert canonical_bytes(found) == canonical_bytes(expected), (seed, number)


@pytest.mark.parametrize("seed", range(DOCUMENTS))
def test_documents_by_lot_come_out_as_a_naive_evaluator_says(seed: int) -> None:
    compare(seed, histories=15)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(DOCUMENTS))
def test_each_of_twenty_documents_over_a_thousand_histories(seed: int) -> None:
    compare(1000 + seed, histories=1000)


def test_a_wrong_value_would_be_found() -> None:
    rows = rows_by_lot(Random(3))
    history = history_of(rows)
    body = document_by_lot(Random(3))
    policy = RuleDocument.read(body).policy(history.registry)
    found = plain(run(policy, history, on=ON, period_start=START).conclusion)
    expected = Naive(body, naive_rows(rows), ON)
    code = next(iter(expected.values))
    expected.values[code] = {key: Fraction(10**6) for key in expected.values[code]}
    assert canonical_bytes(found) != canonical_bytes(expected.plain())
