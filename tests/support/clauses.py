"""Clauses on rows of one's own: a document around them, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import RuleDocument, evaluate, lint
from party_workflow.policies.feeds import Feed
from party_workflow.policies.figure import Absent, Figure
from party_workflow.testing.policies.past import fact

ON, START = date(2026, 12, 31), date(2026, 1, 1)
HEAD: dict[str, Any] = {
    "version": 1,
    "issuer": "bureau",
    "number": "2026-1",
    "issued_on": "2026-01-01",
    "effective_from": "2026-01-01",
    "offset_minutes": 0,
    "population": {"source": "members"},
}
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Value = Fraction | str
"""A value, or how it is absent."""


def clause(type_: str, code: str, **fields: Any) -> dict[str, Any]:
    """A clause in force since 2026, on the basis ``art-1``."""
    return {"type": type_, "code": code, "basis": "art-1", "since": "2026-01-01", **fields}


def source(code: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "feed": "observations", "subject": "subject", "within": "until", **fields}


def document(
    *clauses: Mapping[str, Any], sources: Sequence[str | Mapping[str, Any]] = ("rows",)
) -> RuleDocument:
    """A document with sources of these codes, besides the population ``members``."""
    named = [source(each) if isinstance(each, str) else dict(each) for each in ("members", *sources)]
    return RuleDocument.read({"code": "test", **HEAD, "source": named, "clause": [dict(c) for c in clauses]})


def concluded(
    found: RuleDocument,
    rows: Rows,
    *,
    members: Sequence[str] = ("a", "b"),
    on: date = ON,
    start: date = START,
) -> Conclusion:
    """A document over rows by the code of their source; they were recorded in the order of the sources."""
    given: Rows = {"members": [{"subject": member, "at": "2026-01-01"} for member in members], **rows}
    facts, position = {}, 0
    for each in found.source:
        made = []
        for row in given.get(each.code, ()):
            position += 1
            made.append(fact(row, position, ()))
        facts[each.code] = tuple(made)
    return evaluate(found, facts, on=on, period_start=start)


def plain(figure: Figure) -> Value:
    return figure.value.kind if isinstance(figure.value, Absent) else figure.value


def values(found: Conclusion, code: str) -> dict[str, Value]:
    """The values of a measure by subject, and dimensions after points: ``a.2026``."""
    return {".".join(key): plain(figure) for key, figure in found.measures[code].items()}


def measured(clauses: Sequence[Mapping[str, Any]], rows: Rows, **more: Any) -> dict[str, Value]:
    """The values of the last clause."""
    sources = [name for name in rows if name != "members"]
    return values(concluded(document(*clauses, sources=sources), rows, **more), clauses[-1]["code"])


def faults(
    *clauses: Mapping[str, Any], columns: Sequence[str], sources: Sequence[str] = ("rows",)
) -> list[str]:
    """What the linter says of clauses over sources with these columns, clause and place first."""
    feed = Feed(
        "test", {}, dict.fromkeys(("subject", *columns), ""), lambda: None, lambda s, _: s, lambda _: ()
    )
    found = document(*clauses, sources=sources)
    judged = lint(found, {each.code: feed for each in found.source})
    return [str(fault) for fault in judged.errors]
