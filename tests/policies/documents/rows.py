"""Documents over rows written by hand: one table, clauses as data, and what is concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.feeds.tables import REGISTRY, table
from party_workflow.policies.figure import Value
from party_workflow.policies.policy import Result, run

ON = date(2021, 12, 31)


def document(
    clauses: Sequence[Mapping[str, Any]],
    where: Mapping[str, Any] | None = None,
    groups: Sequence[str] = (),
    **said: Any,
) -> RuleDocument:
    """A document whose population is everybody in the table `rows`, which is its source as well."""
    source = {"feed": "observations", "subject": "subject", "within": "all"}
    return RuleDocument.read(
        {
            "code": "by-hand",
            "version": 1,
            "issuer": "issuer",
            "number": "1",
            "issued_on": "2020-01-01",
            "effective_from": "2020-01-01",
            "offset_minutes": 0,
            "population": {"source": "everybody", "groups": list(groups)},
            "source": [
                {**source, "code": "everybody", "where": {"series": "rows"}},
                {**source, "code": "rows", "where": {"series": "rows", **(where or {})}},
            ],
            "clause": [dict(clause) for clause in clauses],
            **said,
        }
    )


def judged(
    rows: Sequence[Mapping[str, Any]],
    clauses: Sequence[Mapping[str, Any]],
    on: date = ON,
    where: Mapping[str, Any] | None = None,
    groups: Sequence[str] = (),
) -> Result:
    """The result of the document over the rows."""
    names = dict.fromkeys(name for row in rows for name in row)
    full = [{name: row.get(name, "missing") for name in names} for row in rows]
    history = table(full, series="rows", subject="subject", at=date(2021, 6, 1))
    rules = document(clauses, where, groups)
    return run(rules.policy(history.registry), history, on=on, period_start=date(2021, 1, 1))


def concluded(
    rows: Sequence[Mapping[str, Any]],
    clauses: Sequence[Mapping[str, Any]],
    on: date = ON,
    where: Mapping[str, Any] | None = None,
    groups: Sequence[str] = (),
) -> Conclusion:
    """What it concludes."""
    return judged(rows, clauses, on, where, groups).conclusion


def value(found: Conclusion, measure: str, *key: str) -> Value:
    """A value of a measure."""
    return found.measures[measure][key].value


def exact(found: Conclusion, measure: str) -> dict[str, Fraction]:
    """The values of a measure without dimensions, by subject.  Raises ValueError where one is absent."""
    return {key[0]: figure.exact() for key, figure in found.measures[measure].items()}


def faults(clauses: Sequence[Mapping[str, Any]], groups: Sequence[str] = ()) -> list[str]:
    """What the linter finds wrong, each as one text."""
    return [str(fault) for fault in lint(document(clauses, groups=groups), REGISTRY).errors]
