"""What is handed on and what is shown: two roundings of one value, both in the explanation."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.feeds.tables import table
from party_workflow.policies.policy import Result, run

ON = date(2020, 12, 31)
TEXT = """
code = "shown"
version = 1
issuer = "house"
number = "2020-1"
issued_on = 2019-12-01
effective_from = 2020-01-01
offset_minutes = 0
population = { source = "scores" }
source = [{ code = "scores", feed = "observations", subject = "subject", within = "all" }]

[[clause]]
type = "value"
code = "v"
basis = "house.v"
since = 2020-01-01
source = "scores"
column = "v"
several = "refuse"
empty = "missing"
rounding = { places = 2, mode = "half_up" }
display = { places = 1, mode = "half_up" }

[[clause]]
type = "rank"
code = "places"
basis = "house.v"
since = 2020-01-01
measure = "v"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
"""


def judged() -> Result:
    history = table(
        [{"unit": "u-a", "v": "86.445"}, {"unit": "u-b", "v": "86.449"}, {"unit": "u-c", "v": "86.46"}],
        series="scores",
        subject="unit",
        at=ON,
    )
    document = RuleDocument.from_toml(TEXT)
    return run(document.policy(history.registry), history, on=ON, period_start=date(2020, 1, 1))


def test_a_value_that_is_rounded_and_then_shown_otherwise_explains_both_steps() -> None:
    found = judged()
    assert [(e.subject, e.place, e.figure.displayed) for e in found.ranking.entries] == [
        ("u-c", 1, "86.5"),
        ("u-a", 2, "86.5"),
        ("u-b", 2, "86.5"),
    ]
    lines = str(found.explain("u-a")).splitlines()
    steps = [line.strip().partition(" under")[0] for line in lines if line.strip().startswith("v")]
    assert steps[:3] == [
        "v = 86.5 (exactly 1729/20; 1 place, half up): displayed",
        "v.rounded = 86.45 (exactly 1729/20; 2 places, half up): rounded",
        "v.exact = 17289/200: recorded",
    ]


def test_exact_compares_what_is_handed_on() -> None:
    found = judged()
    assert found.ranking.entry("u-a").figure.exact() == Fraction("86.45")
    assert found.ranking.entry("u-a").tied == ("u-b",)
