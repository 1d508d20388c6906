"""Published methods from elsewhere, written down in clauses, against plain code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.documents import rows
from tests.policies.documents.rows import document as by_hand

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
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


def applied(
    text: str, sheets: Sheets, groups: Sequence[str] = (), on: date = ON, ranking: str | None = None
) -> Result:
    """The result of a document over sheets by name, its linter silent; `everybody` is the population."""
    head = HEAD.replace("GROUPS", ", ".join(f'"{group}"' for group in groups))
    named = [name for name in sheets if f'series = "{name}"' not in text]
    sources = "".join(
        f'[[source]]\ncode = "{name}"\nfeed = "observations"\nsubject = "subject"\nwithin = "all"\n'
        f'where = {{ series = "{name}" }}\n'
        for name in named
    )
    said = [name for name, words in MEANT.items() if any(f'type = "{word}"' in text for word in words)]
    each = "".join(f', {name} = "{THROUGHOUT[name]}"' for name in said)
    throughout = f'throughout = {{ since = 2020-01-01, basis = "method"{each} }}\n'
    head += "" if ranking is None else f'ranking = "{ranking}"\n'
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
    lines = [{"subject": n, "gold": g, "silver": s, "bronze": b} for n, (g, s, b) in medals.items()]
    found = applied(MEDALS, {"everybody": lines}).conclusion
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
    lines = [{"subject": name, "papers": number} for name, number in papers.items()]
    found = applied(BEST, {"everybody": lines}).conclusion
    assert values(found, "score") == {
        "a": Fraction(100), "b": Fraction("32.4"), "c": Fraction(0), "d": Fraction(100)
    }  # fmt: skip
    # one alone is the best, and all are alike at nothing: not applicable
    assert values(applied(BEST, {"everybody": lines[:1]}).conclusion, "score") == {"a": Fraction(100)}
    none = applied(BEST, {"everybody": [{"subject": "c", "papers": 0}]}).conclusion
    assert [figure.value for figure in none.measures["score"].values()] == [Absent("not_applicable")]


def test_where_less_is_better_the_lowest_has_one_and_a_goalpost_nothing() -> None:
    lines = [{"subject": name, "papers": number} for name, number in {"a": 4, "b": 7, "c": 12}.items()]
    text = BEST.replace("low = 0, ", "low = 10, ").replace(
        '"higher", caps = "none"', '"lower", caps = { at_least = 0 }'
    )
    found = applied(text, {"everybody": lines}).conclusion
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
    lines = [
        {"subject": name, "race": race, "place": place}
        for race, all_ in finish.items()
        for name, place in all_.items()
    ]
    found = applied(SPORTS_DAY, {"everybody": everybody(*"abcdefg"), "races": lines}).conclusion
    thrice, last = Fraction(10 + 8 + 6, 3), Fraction(2, 3)
    assert values(found, "points") == {
        "a": 10 + thrice, "b": 7 + thrice, "c": 7 + thrice, "d": Fraction(8), "e": last, "f": last, "g": last
    }  # fmt: skip


# --- a league: every match concerns two ----------------------------------------------------------------

SIDES = """
[[source]]
code = "at_home"
feed = "observations"
subject = "home"
within = "all"
where = { series = "matches" }
also = { rival = "away", scored = "home_goals", conceded = "away_goals", ground = "home" }
[[source]]
code = "on_tour"
feed = "observations"
subject = "away"
within = "all"
where = { series = "matches" }
also = { rival = "home", scored = "away_goals", conceded = "home_goals", ground = "home" }
"""


def _value(code: str, source: str, column: str) -> str:
    return (
        f'[[clause]]\ntype = "value"\ncode = "{code}"\nsource = "{source}"\nby = ["rival", "ground"]\n'
        f'column = "{column}"\n'
    )


LEAGUE = (
    SIDES
    + _value("scored_home", "at_home", "scored")
    + _value("scored_away", "on_tour", "scored")
    + _value("conceded_home", "at_home", "conceded")
    + _value("conceded_away", "on_tour", "conceded")
    + """
[[clause]]
type = "sum"
code = "scored"
measures = ["scored_home", "scored_away"]
[[clause]]
type = "sum"
code = "conceded"
measures = ["conceded_home", "conceded_away"]
[[clause]]
type = "total"
code = "ahead"
method = "sum"
parts = [{ measure = "scored", weight = 1 }, { measure = "conceded", weight = -1 }]
[[clause]] # of each match: three points for who is ahead, one for who is level
type = "convert"
code = "earned"
at = "total"
measure = "ahead"
steps = [{ at_least = 0, worth = 1 }, { at_least = 1, worth = 3 }]
below = 0
[[clause]]
type = "reduce"
code = "points"
at = "total"
measure = "earned"
over = ["rival", "ground"]
how = "sum"
[[clause]]
type = "reduce"
code = "difference"
at = "total"
measure = "ahead"
over = ["rival", "ground"]
how = "sum"
[[clause]]
type = "reduce"
code = "goals"
at = "total"
measure = "scored"
over = ["rival", "ground"]
how = "sum"
[[clause]]
type = "rank"
code = "places"
measure = "points"
on = "exact"
direction = "highest"
ties = [
  { by = "measure", measure = "difference", on = "exact", direction = "highest" },
  { by = "measure", measure = "goals", on = "exact", direction = "highest" },
  { by = "encounters", measure = "earned", opponent = "rival", direction = "highest", unmet = "pass" },
  { by = "shared" },
]
[[clause]] # as in other leagues: who is level is compared in their own matches first
type = "rank"
code = "mutual"
measure = "points"
on = "exact"
direction = "highest"
ties = [
  { by = "encounters", measure = "earned", opponent = "rival", direction = "highest", unmet = "zero" },
  { by = "encounters", measure = "ahead", opponent = "rival", direction = "highest", unmet = "zero" },
  { by = "measure", measure = "difference", on = "exact", direction = "highest" },
  { by = "shared" },
]
"""
).replace('"""\n[[clause]]\ntype = "sum"\ncode = "scored"', '"""\n[[clause]]\ntype = "sum"\ncode = "scored"')

Match = tuple[str, str, int, int]


def _by_hand(matches: Sequence[Match], names: str, mutual: bool) -> dict[str, int]:
    def points(name: str, among: str = names) -> tuple[int, int, int]:
        scored = [(x, y) for h, a, x, y in matches if h == name and a in among]
        scored += [(y, x) for h, a, x, y in matches if a == name and h in among]
        return (
            sum(3 if x > y else 1 if x == y else 0 for x, y in scored),
            sum(x - y for x, y in scored),
            sum(x for x, _ in scored),
        )

    def met(level: str) -> bool:
        pairs = {frozenset((h, a)) for h, a, _, _ in matches}
        return all(frozenset((one, two)) in pairs for one in level for two in level if one != two)

    key: dict[str, tuple[int, ...]] = {}
    for name in names:
        total = points(name)
        if mutual:
            level = "".join(other for other in names if points(other)[0] == total[0])
            first = points(name, level)[0]
            still = "".join(other for other in level if points(other, level)[0] == first)
            key[name] = (total[0], first, points(name, still)[1], total[1])
        else:
            level = "".join(other for other in names if points(other) == total)
            key[name] = (*total, points(name, level)[0] if met(level) else 0)
    return {name: 1 + sum(other > key[name] for other in key.values()) for name in names}


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_a_league_separates_who_is_level_by_their_own_matches_before_or_after_all_others(
    data: st.DataObject,
) -> None:
    names = "abcd"[: data.draw(st.integers(2, 4))]
    pairs = [(home, away) for home in names for away in names if home != away]
    goals = st.integers(0, 2)
    played = data.draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    matches = [(home, away, data.draw(goals), data.draw(goals)) for home, away in played]
    lines = [{"home": h, "away": a, "home_goals": x, "away_goals": y} for h, a, x, y in matches]
    sheets = {"everybody": everybody(*names), "matches": lines}
    found = applied(LEAGUE, sheets, ranking="mutual").conclusion
    assert ranks(found, "places") == _by_hand(matches, names, mutual=False)
    assert ranks(found, "mutual") == _by_hand(matches, names, mutual=True)


def test_a_second_name_that_a_column_has_already_is_found_and_so_is_one_of_no_column() -> None:
    clauses: list[dict[str, Any]] = [
        {"type": "count", "code": "c", "basis": "b", "since": "2020-01-01", "source": "rows", "empty": "zero"}
    ]
    source: dict[str, Any] = {"code": "rows", "feed": "activities", "subject": "unit", "within": "all"}
    said: dict[str, Any] = {
        "population": {"source": "rows"},
        "source": [{**source, "also": {"day": "unit", "more": "nothing"}}],
    }
    document = by_hand(clauses, **said)
    found = [str(each) for each in lint(document, feeds_of(document, MODEL.registry, FEEDS)).errors]
    assert any("also.day: A column has this name already." in each for each in found)
    assert any("also.more: The source has no column nothing." in each for each in found)


def test_what_goes_on_from_a_total_says_so() -> None:
    part: dict[str, Any] = {"basis": "b", "since": "2020-01-01", "rounding": "none"}
    clauses: list[dict[str, Any]] = [
        {**part, "type": "value", "code": "x", "source": "rows", "column": "x",
         "several": "sum", "empty": "zero"},
        {
            **part, "type": "total", "code": "t", "method": "sum", "absent": "incomplete",
            "parts": [{"measure": "x", "weight": 1}],
        },
        {**part, "type": "convert", "code": "c", "measure": "t", "times": 2, "plus": 0},
    ]  # fmt: skip
    assert any("say at = total" in each for each in rows.faults(clauses))
    assert rows.faults([*clauses[:2], {**clauses[2], "at": "total"}]) == []
    with pytest.raises(InvalidDefinition):
        by_hand([{**clauses[2], "at": "components"}])


# --- judges, and grades on a curve ---------------------------------------------------------------------

DIVING = """
[[clause]]
type = "panel"
code = "judged"
source = "dives"
by = ["dive"]
raters = ["j1", "j2", "j3", "j4", "j5", "j6", "j7"]
votes = "refuse"
minimum_raters = 7
too_few = "missing"
statistic = "trimmed_mean"
drop_high = 2
drop_low = 2
centring = "none"
[[clause]]
type = "value"
code = "difficulty"
source = "dives"
by = ["dive"]
column = "difficulty"
[[clause]]
type = "product"
code = "dive"
factors = ["judged", "difficulty"]
times = 3
rounding = "none"
[[clause]]
type = "reduce"
code = "score"
measure = "dive"
over = ["dive"]
how = "sum"
[[clause]]
type = "rank"
code = "places"
measure = "score"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
[[clause]]
type = "bands"
code = "grades"
measure = "score"
on = "exact"
bands = [{ grade = "a", at_least = 1 }, { grade = "b", at_least = 0, below = 1 }]
[[clause]]
type = "quota"
code = "first"
ranking = "places"
grades = "grades"
grade = "a"
share = "0.25"
of = "population"
mode = "down"
edge = "all"
instead = "b"
"""


def test_dives_count_the_three_middle_marks_times_the_difficulty_and_a_quarter_has_the_best_grade() -> None:
    marks = {
        "a": [("6.5 7 7 7.5 6 8 7", "3.2"), ("8 8 8.5 9 7.5 8 8", "2.8")],
        "b": [("5 5.5 6 4.5 5 6.5 5", "3.4"), ("9 9 9.5 8.5 9 10 9", "2.1")],
        "c": [("7 7 7 7 7 7 7", "3"), ("7.5 7.5 7 8 7 7 7.5", "3")],
        "d": [("2 10 2 10 2 10 6", "1.5"), ("0 0 0 0 0 0 0", "3.9")],
    }
    lines, score = [], {}
    for name, dives in marks.items():
        score[name] = Fraction(0)
        for number, (given_, difficulty) in enumerate(dives, start=1):
            all_ = [Fraction(each) for each in given_.split()]
            score[name] += sum(sorted(all_)[2:-2]) * Fraction(difficulty)
            named = {f"j{judge}": mark for judge, mark in enumerate(given_.split(), start=1)}
            lines.append({"subject": name, "dive": f"d-{number}", "difficulty": difficulty, **named})
    found = applied(DIVING, {"everybody": everybody(*marks), "dives": lines}).conclusion
    assert values(found, "score") == score
    assert ranks(found, "places") == {
        name: 1 + sum(other > mine for other in score.values()) for name, mine in score.items()
    }
    best = max(score, key=lambda name: score[name])
    assert {graded.subject for graded in found.grades["first"] if graded.grade == "a"} == {best}
