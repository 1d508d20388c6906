"""Two small tables, reckoned by hand: few answers and withheld rates; three sides that rate, and again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.feeds.tables import REGISTRY, table
from party_workflow.policies.figure import Absent
from party_workflow.policies.policy import Result, run

DOCUMENTS = Path(__file__).parent / "documents"
ON = date(2021, 12, 31)


def document(name: str) -> RuleDocument:
    return RuleDocument.from_toml((DOCUMENTS / name).read_text(encoding="utf-8"), name)


def judged(rules: RuleDocument, text: str, series: str, subject: str) -> Result:
    history = table(text.replace(" ", ""), series=series, subject=subject, at=date(2021, 12, 1))
    return run(rules.policy(history.registry), history, on=ON, period_start=date(2021, 1, 1))


BRANCHES = """branch, members, present, answered, satisfied, hours
a, 40, 38, 30, 27, 12
b, 25, 20, 20, 20, 8
c, 12, 12, 6, 6, 20
d, 50, 45, 40, 30, missing
e, 0, 0, 0, 0, 0
f, 20, 20, 20, 19, 5
"""


@pytest.fixture(scope="module")
def branches() -> Result:
    return judged(document("survey-small.toml"), BRANCHES, "year", "branch")


def of(result: Result, measure: str) -> dict[str, Fraction | Absent]:
    return {key[0]: figure.value for key, figure in result.conclusion.measures[measure].items()}


def test_rates_with_too_few_behind_them_are_not_there(branches: Result) -> None:
    nothing, withheld = Absent("not_applicable"), Absent("withheld")
    share = Fraction
    assert of(branches, "coverage") == {
        "a": share(38, 40), "b": share(4, 5), "c": 1, "d": share(9, 10), "e": nothing, "f": 1,
    }  # fmt: skip
    assert of(branches, "satisfaction") == {
        "a": share(9, 10), "b": 1, "c": withheld, "d": share(3, 4), "e": withheld, "f": share(19, 20),
    }  # fmt: skip
    assert of(branches, "training") == {
        "a": 1, "b": share(4, 5), "c": 1, "d": Absent("missing"), "e": 0, "f": share(1, 2),
    }  # fmt: skip
    assert of(branches, "standing") == {
        "a": share(2, 4), "b": 0, "c": share(3, 4), "d": share(1, 4), "e": nothing, "f": share(3, 4),
    }  # fmt: skip


def test_points_of_what_is_left_out_stay_in_its_group_and_then_in_the_whole(branches: Result) -> None:
    assert of(branches, "score") == {
        "a": 38 + 20 + 36,
        "b": 32 + 16 + 40,
        "c": 100,  # the rate is withheld: participation takes all points
        "d": 54 + 30,  # the hours are missing: coverage takes the sixty of its group
        "e": Absent("not_applicable"),
        "f": 40 + 10 + 38,
    }


def test_ties_on_the_displayed_score_are_broken_by_coverage(branches: Result) -> None:
    ranking = branches.conclusion.ranking
    places = [(entry.place, entry.subject) for entry in ranking.entries]
    assert places == [(1, "c"), (2, "a"), (3, "f"), (4, "b"), (5, "d")]
    assert [(item.subject, item.reason) for item in ranking.excluded] == [("e", "not_applicable")]


VOTES = """secretary, rater, side, mark
x, l, leader, 90
y, l, leader, 80
z, l, leader, 70
x, p1, peer, 80
y, p1, peer, 90
z, p1, peer, 85
x, p2, peer, 84
y, p2, peer, 70
z, p2, peer, excused
x, m1, member, 70
y, m1, member, 75
z, m1, member, 95
x, m2, member, 60
y, m2, member, 75
z, m2, member, 65
x, m3, member, 74
y, m3, member, 60
z, m3, member, 80
x, m2, member, 66
"""


@pytest.fixture(scope="module")
def voted() -> Result:
    return judged(document("panel-small.toml"), VOTES, "votes", "secretary")


def test_each_side_counts_by_its_weight_and_the_last_vote_of_each_rater(voted: Result) -> None:
    # x: 90, (80 + 84) / 2 = 82, (70 + 66 + 74) / 3 = 70; y: 80, 80, 70; z: 70, 85, 80.
    assert of(voted, "weighted") == {"x": Fraction("82.4"), "y": 77, "z": 76}


def test_centred_marks_are_about_the_mean_of_all(voted: Result) -> None:
    # The 17 marks that count have the mean 77; the raters' own means are 80, 85, 77, 80, 206/3 and 214/3.
    # x: 10, -5, 7, -10, -8/3, 8/3; y: 0, 5, -7, -5, 19/3, -34/3; z: -10, 0, 15, -11/3, 26/3.
    assert of(voted, "agreed") == {"x": 77, "y": Fraction("74.5"), "z": 77}


def test_who_is_level_as_displayed_shares_the_place_and_would_not_on_the_exact_score(voted: Result) -> None:
    assert of(voted, "score") == {"x": Fraction("81.05"), "y": Fraction("76.375"), "z": Fraction("76.25")}
    displayed = [(entry.place, entry.subject) for entry in voted.conclusion.ranking.entries]
    assert displayed == [(1, "x"), (2, "y"), (2, "z")]
    exact = judged(
        document("panel-small.toml").replace_clause("rank", on="exact"), VOTES, "votes", "secretary"
    )
    assert [entry.place for entry in exact.conclusion.ranking.entries] == [1, 2, 3]


def test_agreement_of_the_raters_rests_on_those_whom_all_of_them_marked(voted: Result) -> None:
    # Of x and y, three of six raters put x first: no concordance.  z is left out, p2 was excused.
    notes = {note.code: note.figures[0] for note in voted.conclusion.notes}
    concordance = notes["reliability.kendall_w"]
    assert concordance.value == 0
    assert [part.displayed for part in concordance.inputs] == ["6", "2", "1"]  # type: ignore[union-attr]
    alpha = notes["reliability.krippendorff_alpha"]
    assert isinstance(alpha.value, Fraction)
    assert alpha.value < 0  # they disagree more than by chance


@pytest.mark.parametrize("name", sorted(path.name for path in DOCUMENTS.glob("*-small.toml")))
def test_the_linter_finds_nothing_in_the_documents(name: str) -> None:
    found = lint(document(name), REGISTRY)
    assert found, str(found)
    assert not found.warnings, str(found)
