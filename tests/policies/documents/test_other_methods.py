"""Published methods from elsewhere, written down in clauses, against plain code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.documents.document import feeds_of
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.tables import table, tables
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import Result, run

ON = date(2021, 12, 31)
HEAD = """
code = "method"
version = 1
issuer = "issuer"
number = "1"
issued_on = 2020-01-01
effective_from = 2020-01-01
offset_minutes = 0
population = { source = "everybody", groups = [GROUPS] }
"""
THROUGHOUT = {"rounding": "none", "empty": "zero", "several": "refuse", "absent": "incomplete"}
MEANT = {
    "rounding": (
        "value",
        "points",
        "place_points",
        "panel",
        "sum",
        "total",
        "normalise",
        "convert",
        "reduce",
    ),
    "empty": ("value", "points", "place_points", "panel", "count", "reduce", "best"),
    "several": ("value",),
    "absent": ("sum", "place_points", "panel", "total", "reduce", "best", "ratio", "product", "deduction"),
}
"""What the documents here say of every clause that needs it, and which clauses do."""
Sheets = Mapping[str, Sequence[Mapping[str, Any]]]


def applied(text: str, sheets: Sheets, groups: Sequence[str] = (), on: date = ON) -> Result:
    """The result of a document over sheets by name, its linter silent; `everybody` is the population."""
    head = HEAD.replace("GROUPS", ", ".join(f'"{group}"' for group in groups))
    named = [name for name in sheets if f'code = "{name}"' not in text]
    sources = "".join(
        f'[[source]]\ncode = "{name}"\nfeed = "observations"\nsubject = "subject"\nwithin = "all"\n'
        f'where = {{ series = "{name}" }}\n'
        for name in named
    )
    said = [name for name, words in MEANT.items() if any(f'type = "{word}"' in text for word in words)]
    each = "".join(f', {name} = "{THROUGHOUT[name]}"' for name in said)
    throughout = f'throughout = {{ since = 2020-01-01, basis = "method"{each} }}\n'
    document = RuleDocument.from_toml(head + throughout + sources + text)
    history = tables(
        *(
            table(
                [{"subject": "nobody"} | dict(row) for row in rows],
                series=name,
                subject="subject",
                at="day" if any("day" in row for row in rows) else date(2021, 6, 1),
            )
            for name, rows in sheets.items()
        )
    )
    registry = history.registry
    found = lint(document, feeds_of(document, registry, FEEDS))
    assert not found.errors, [str(each) for each in found.errors]
    return run(document.policy(registry), history, on=on, period_start=date(2021, 1, 1))


def ranks(found: Conclusion, clause: str) -> dict[str, int]:
    """The places by a clause."""
    return {
        entry.subject: entry.place
        for ranking in found.rankings
        if ranking.clause == clause
        for entry in ranking.entries
    }


def values(found: Conclusion, measure: str) -> dict[str, Fraction]:
    """The values of a measure without dimensions."""
    return {key[0]: figure.exact() for key, figure in found.measures[measure].items()}


def everybody(*names: str, **more: Any) -> list[dict[str, Any]]:
    """A population."""
    return [{"subject": name, **more} for name in names]


# --- medals --------------------------------------------------------------------------------------------

MEDALS = """
[[clause]]
type = "value"
code = "gold"
source = "everybody"
column = "gold"
[[clause]]
type = "value"
code = "silver"
source = "everybody"
column = "silver"
[[clause]]
type = "value"
code = "bronze"
source = "everybody"
column = "bronze"
[[clause]]
type = "rank"
code = "places"
measure = "gold"
on = "exact"
direction = "highest"
ties = [
  { by = "measure", measure = "silver", on = "exact", direction = "highest" },
  { by = "measure", measure = "bronze", on = "exact", direction = "highest" },
  { by = "shared" },
]
"""


def test_a_medal_table_counts_gold_before_silver_before_bronze() -> None:
    medals = {"a": (2, 0, 0), "b": (1, 9, 9), "c": (2, 0, 1), "d": (1, 9, 9), "e": (0, 20, 0), "f": (0, 0, 0)}
    rows = [{"subject": n, "gold": g, "silver": s, "bronze": b} for n, (g, s, b) in medals.items()]
    found = applied(MEDALS, {"everybody": rows}).conclusion
    assert ranks(found, "places") == {
        name: 1 + sum(other > mine for other in medals.values()) for name, mine in medals.items()
    }


# --- shares of the best --------------------------------------------------------------------------------

BEST = """
[[clause]]
type = "value"
code = "papers"
source = "everybody"
column = "papers"
empty = "missing"
[[clause]]
type = "normalise"
code = "share"
measure = "papers"
method = { by = "min_max", low = 0, high = "observed", direction = "higher", caps = "none" }
[[clause]]
type = "convert"
code = "score"
measure = "share"
times = 100
plus = 0
rounding = { places = 1, mode = "half_up" }
"""


def test_the_best_has_a_hundred_and_the_others_their_share_of_it() -> None:
    papers = {"a": 37, "b": 12, "c": 0, "d": 37}
    rows = [{"subject": name, "papers": number} for name, number in papers.items()]
    found = applied(BEST, {"everybody": rows}).conclusion
    assert values(found, "score") == {
        "a": Fraction(100), "b": Fraction("32.4"), "c": Fraction(0), "d": Fraction(100)
    }  # fmt: skip
    # one alone is the best, and all are alike at nothing: not applicable
    assert values(applied(BEST, {"everybody": rows[:1]}).conclusion, "score") == {"a": Fraction(100)}
    none = applied(BEST, {"everybody": [{"subject": "c", "papers": 0}]}).conclusion
    assert [figure.value for figure in none.measures["score"].values()] == [Absent("not_applicable")]


def test_where_less_is_better_the_lowest_has_one_and_a_goalpost_nothing() -> None:
    rows = [{"subject": name, "papers": number} for name, number in {"a": 4, "b": 7, "c": 12}.items()]
    text = BEST.replace("low = 0, ", "low = 10, ").replace(
        '"higher", caps = "none"', '"lower", caps = { at_least = 0 }'
    )
    found = applied(text, {"everybody": rows}).conclusion
    assert values(found, "share") == {"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)}


# --- places that several share -------------------------------------------------------------------------

SPORTS_DAY = """
[[source]]
code = "races"
feed = "observations"
subject = "subject"
within = "all"
where = { series = "races" }
[[clause]]
type = "place_points"
code = "points"
source = "races"
place = "place"
table = [10, 8, 6, 4, 2]
dated_by = "run"
shared = "pooled"
share_by = ["race"]
"""


def test_who_shares_places_gets_even_parts_of_all_that_they_fill() -> None:
    finish = {
        "r-1": {"a": 1, "b": 2, "c": 2, "d": 4},
        "r-2": {"c": 1, "a": 1, "b": 1, "d": 4, "e": 5, "f": 5, "g": 5},
    }
    rows = [
        {"subject": name, "race": race, "place": place}
        for race, all_ in finish.items()
        for name, place in all_.items()
    ]
    found = applied(SPORTS_DAY, {"everybody": everybody(*"abcdefg"), "races": rows}).conclusion
    thrice, last = Fraction(10 + 8 + 6, 3), Fraction(2, 3)
    assert values(found, "points") == {
        "a": 10 + thrice, "b": 7 + thrice, "c": 7 + thrice, "d": Fraction(8), "e": last, "f": last, "g": last
    }  # fmt: skip
