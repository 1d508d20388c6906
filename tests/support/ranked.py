"""Rule documents over tables that a test writes down, in few words.

Each source of such a document is a series of observations of the same name.  `result` runs the document as
a policy over a history of them; `concluded` evaluates it over the same rows without one, for many examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from party_workflow.history import History
from party_workflow.policies.conclusion import Conclusion, Graded
from party_workflow.policies.documents import RuleDocument, evaluate, lint
from party_workflow.policies.feeds.feed import Cell, Fact
from party_workflow.policies.feeds.tables import REGISTRY, table, tables
from party_workflow.policies.figure import Absent, Evidence
from party_workflow.policies.policy import Result, run

SINCE = date(2020, 1, 1)
ON = date(2020, 12, 31)
Rows = Iterable[Mapping[str, Any]]


def clause(type_: str, code: str, /, **said: Any) -> dict[str, Any]:
    return {"type": type_, "code": code, "basis": f"article.{code}", "since": SINCE, **said}


def score(code: str = "score", source: str = "members", column: str = "score", **said: Any) -> dict[str, Any]:
    """A clause that takes the number in a column."""
    whole = {"source": source, "column": column, "several": "refuse", "rounding": "none", "empty": "missing"}
    return clause("value", code, **(whole | said))


def rank(code: str = "places", measure: str = "score", **said: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"on": "exact", "direction": "highest", "ties": [{"by": "shared"}]}
    return clause("rank", code, measure=measure, **(whole | said))


def source(code: str, **said: Any) -> dict[str, Any]:
    where = {"series": code, **said.pop("where", {})}
    return {
        "code": code,
        "feed": "observations",
        "subject": "subject",
        "within": "all",
        "where": where,
        **said,
    }


def document(
    clauses: Sequence[Mapping[str, Any]],
    sources: Iterable[str | Mapping[str, Any]] = (),
    groups: Sequence[str] = (),
    **said: Any,
) -> RuleDocument:
    """A document with these sources besides ``members``, who are the population."""
    return RuleDocument.read(
        {
            "code": "rules",
            "version": 1,
            "issuer": "bureau",
            "number": "2020-1",
            "issued_on": date(2019, 12, 1),
            "effective_from": SINCE,
            "offset_minutes": 480,
            "population": {"source": "members", "groups": list(groups)},
            "source": [
                source(each) if isinstance(each, str) else dict(each) for each in ("members", *sources)
            ],
            "clause": [dict(each) for each in clauses],
            **said,
        }
    )


def history(series: Mapping[str, Rows]) -> History:
    """Rows by series; ``day`` dates one, ``known`` says when it was known where that was later.

    With ``key`` and ``kind`` a row corrects or withdraws an earlier one.
    """
    made = []
    for name, rows in series.items():
        given = []
        for number, row in enumerate(rows, start=1):
            day = row.get("day", SINCE)
            given.append({"kind": "recorded", "key": f"r{number}", "known": day, **row, "day": day})
        columns = {column: _kind(given, column) for row in given for column in row if column not in _OWN}
        made.append(
            table(
                given,
                series=name,
                subject="subject",
                at="day",
                recorded="known",
                row="key",
                kind="kind",
                columns=columns,
            )
        )
    return tables(*made)


_OWN = ("subject", "day", "known", "key", "kind")


def _kind(rows: Sequence[Mapping[str, Any]], column: str) -> Any:
    cells = [row[column] for row in rows if column in row]
    if any(isinstance(cell, int | Fraction) for cell in cells):
        return "number"
    return "day" if any(isinstance(cell, date) for cell in cells) else "code"


def over(found: RuleDocument, past: History, on: date = ON) -> Result:
    """The document run as a policy over a history."""
    return run(found.policy(past.registry), past, on=on, period_start=SINCE)


def result(found: RuleDocument, on: date = ON, **series: Rows) -> Result:
    """The document run as a policy over rows by series."""
    return over(found, history(series), on)


def concluded(found: RuleDocument, on: date = ON, **series: Rows) -> Conclusion:
    """The document evaluated over rows by series, without a history."""
    facts = {each.code: tuple(_facts(each.code, series.get(each.code, ()))) for each in found.source}
    return evaluate(found, facts, on=on, period_start=SINCE)


_ABSENT: dict[Any, Absent] = {
    kind: Absent(kind) for kind in ("missing", "excused", "not_applicable", "withheld")
}


def _facts(series: str, rows: Rows) -> Iterable[Fact]:
    for position, row in enumerate(rows, start=1):
        moment = datetime.combine(row.get("day", SINCE), time(12), UTC)
        cells: dict[str, Cell] = {"stream": f"observation/{series}", "series": series}
        for name, cell in row.items():
            if name != "day":
                cells[name] = _ABSENT.get(cell, Fraction(cell) if isinstance(cell, int) else cell)
        event = Evidence(f"{series}-{row['subject']}-{position}", position, "observation.recorded")
        yield Fact(cells, (event,), moment, moment, position)


def faults(found: RuleDocument, population: int | None = None) -> list[str]:
    """The errors of the linter, as sentences."""
    return [str(fault) for fault in lint(found, REGISTRY, population=population).errors]


def places(found: Conclusion, group: str = "") -> dict[str, int]:
    """The places by subject in one ranking."""
    (ranking,) = [each for each in found.rankings if each.group == group]
    return {entry.subject: entry.place for entry in ranking.entries}


def grades(found: Conclusion, clause: str) -> dict[str, str]:
    return {graded.subject: graded.grade for graded in found.grades[clause]}


def graded(found: Conclusion, clause: str, subject: str) -> Graded:
    (one,) = [each for each in found.grades[clause] if each.subject == subject]
    return one
