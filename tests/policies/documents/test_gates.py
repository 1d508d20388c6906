"""Gates: what caps, forces or excludes, the facts that triggered it, the correction that releases (R-090)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ranked import (
    clause,
    concluded,
    document,
    faults,
    graded,
    grades,
    history,
    over,
    places,
    rank,
    result,
    score,
)

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.corrections import corrections
from party_workflow.policies.documents import RuleDocument

BANDS = [
    {"grade": "good", "at_least": 80, "at_most": 100},
    {"grade": "fair", "at_least": 60, "below": 80},
    {"grade": "poor", "at_least": 0, "below": 60},
]
GRADES = ("good", "fair", "poor")
INCIDENT = {"source": "incidents", "happened": 1, "where": {"what": "harms_environment"}}


def bands(**said: Any) -> dict[str, Any]:
    return clause("bands", "grades", **({"measure": "score", "on": "exact", "bands": BANDS} | said))


def gate(code: str = "hard", **said: Any) -> dict[str, Any]:
    return clause("gate", code, **({"effect": "caps", "grades": "grades", "ranked": "as_scored"} | said))


MANY: dict[str, Any] = {
    "all_of": [
        {"measure": "branches", "at_least": 10, "unknown": "incomplete"},
        {"measure": "four_star", "equals": 0, "unknown": "incomplete"},
    ]
}
"""Many branches, and not one of four stars: how many are many is a number (R-090)."""


def unit_rules(*gates: dict[str, Any], sources: tuple[str, ...] = ("incidents",)) -> RuleDocument:
    counts = [score(each, column=each) for each in ("branches", "four_star")]
    return document([score(), *counts, *gates, rank(), bands()], sources)


UNITS = [
    {"subject": "u-a", "score": 95, "branches": 12, "four_star": 0},
    {"subject": "u-b", "score": 90, "branches": 12, "four_star": 1},
    {"subject": "u-c", "score": 85, "branches": 9, "four_star": 0},
    {"subject": "u-d", "score": 50, "branches": 3, "four_star": 0},
]


def test_R_090_a_unit_with_many_branches_and_not_one_of_four_stars_is_bottom_tier() -> None:
    rules = unit_rules(gate(when=MANY, effect="forces", grade="poor"))
    found = result(rules, members=UNITS, incidents=[{"subject": "u-z", "what": "none"}])
    assert grades(found.conclusion, "grades") == {"u-a": "poor", "u-b": "good", "u-c": "good", "u-d": "poor"}
    hit = graded(found.conclusion, "grades", "u-a")
    assert (hit.before, hit.ground, hit.gates) == ("good", "gate", ("hard",))
    assert graded(found.conclusion, "grades", "u-d").before is None, "it is poor without the gate"


def test_R_090_many_branches_is_a_number_of_the_rule_with_its_day_and_basis() -> None:
    dated = [
        {"value": 10, "since": date(2020, 1, 1), "basis": "order.1"},
        {"value": 13, "since": date(2020, 7, 1), "basis": "order.2"},
    ]
    first, second = MANY["all_of"]
    rules = unit_rules(
        gate(when={"all_of": [first | {"at_least": dated}, second]}, effect="forces", grade="poor")
    )
    for on, expected in ((date(2020, 6, 30), "poor"), (date(2020, 7, 1), "good")):
        assert grades(concluded(rules, on=on, members=UNITS), "grades")["u-a"] == expected
    (hit,) = concluded(rules, on=date(2020, 6, 30), members=UNITS).gates
    assert [(fact.name, fact.basis) for fact in hit.facts if fact.step == "parameter"] == [
        ("branches.at_least", "order.1"),
        ("four_star.equals", "article.hard"),
    ]
    with pytest.raises(InvalidDefinition, match="needs a limit"):
        unit_rules(gate(when={"measure": "branches", "unknown": "fails"}, effect="forces", grade="poor"))


def test_R_090_an_incident_that_harms_the_environment_leaves_only_poor_and_shows_its_facts() -> None:
    rules = unit_rules(gate(when=INCIDENT, effect="forces", grade="poor"))
    rows = [{"subject": "u-b", "what": "harms_environment"}, {"subject": "u-c", "what": "small"}]
    found = result(rules, members=UNITS, incidents=rows)
    (hit,) = found.conclusion.gates
    assert (hit.subject, hit.clause, hit.effect, hit.grade) == ("u-b", "hard", "forces", "poor")
    (event,) = {item for fact in hit.facts for item in fact.evidence()}
    assert event.stored_type == "observation.recorded"
    assert str(hit.basis) == "article.hard"
    assert grades(found.conclusion, "grades") == {"u-a": "good", "u-b": "poor", "u-c": "good", "u-d": "poor"}


# --- the truth table -----------------------------------------------------------------------------

FLAG: dict[str, Any] = {"measure": "flag", "at_least": 1, "unknown": "incomplete"}
STATES = {"triggered": 1, "not": 0, "incomplete": "missing"}
TRUTH = {
    # effect, state -> the grade of one who scored 90, and where the gate leaves their place
    ("caps", "triggered"): ("fair", "by ranked"),
    ("caps", "not"): ("good", "as scored"),
    ("caps", "incomplete"): (None, "incomplete"),
    ("forces", "triggered"): ("fair", "by ranked"),
    ("forces", "not"): ("good", "as scored"),
    ("forces", "incomplete"): (None, "incomplete"),
    ("excludes", "triggered"): (None, "by ranked"),
    ("excludes", "not"): ("good", "as scored"),
    ("excludes", "incomplete"): (None, "incomplete"),
}
PLACED: dict[str, dict[str, Any]] = {
    "as scored": {"as_scored": 1, "last": 1, "excluded": 1},
    "by ranked": {"as_scored": 1, "last": 3, "excluded": "gate.hard"},
    "incomplete": {"as_scored": 1, "last": "incomplete.hard", "excluded": "incomplete.hard"},
}


@pytest.mark.parametrize("ranked", ["as_scored", "last", "excluded"])
@pytest.mark.parametrize(("effect", "state"), TRUTH)
def test_R_090_truth_table_of_effects_over_what_is_known_of_the_facts(
    effect: str, state: str, ranked: str
) -> None:
    grade = {} if effect == "excludes" else {"grade": "fair"}
    rules = document(
        [
            score(),
            score("flag", column="flag"),
            gate(when=FLAG, effect=effect, ranked=ranked, **grade),
            rank(),
            bands(),
        ]
    )
    members = [
        {"subject": "u-a", "score": 90, "flag": STATES[state]},
        {"subject": "u-b", "score": 70, "flag": 0},
        {"subject": "u-c", "score": 65, "flag": 0},
    ]
    found = result(rules, members=members).conclusion
    grade_expected, placing = TRUTH[effect, state]
    assert grades(found, "grades").get("u-a") == grade_expected
    expected = PLACED[placing][ranked]
    (ranking,) = found.rankings
    if isinstance(expected, int):
        assert places(found)["u-a"] == expected
    else:
        assert [(item.subject, item.reason) for item in ranking.excluded] == [("u-a", expected)]
    assert len(ranking.entries) + len(ranking.excluded) == 3, "nobody drops out"
    assert bool(found.gates) == (state == "triggered")
    noted = {note.subject for note in found.notes if note.code == "gate-incomplete"}
    assert noted == ({"u-a"} if state == "incomplete" else set())
    if grade_expected is None:
        (note,) = [note for note in found.notes if note.code == "not-graded"]
        assert any(figure.name == "flag" for figure in note.figures)


def test_a_grade_is_forced_also_on_one_whose_score_is_not_known_and_a_cap_gives_none() -> None:
    members = [{"subject": "u-a", "score": "missing", "flag": 1}, {"subject": "u-b", "score": 1, "flag": 0}]
    for effect, expected in (("forces", "fair"), ("caps", None)):
        rules = document(
            [score(), score("flag", column="flag"), gate(when=FLAG, effect=effect, grade="fair"), bands()]
        )
        assert grades(concluded(rules, members=members), "grades").get("u-a") == expected


# --- released by correction ----------------------------------------------------------------------


def _disproved() -> tuple[RuleDocument, Any]:
    rules = unit_rules(gate(when=INCIDENT, effect="forces", grade="poor"))
    row = {"subject": "u-b", "what": "harms_environment", "key": "i1", "day": date(2020, 3, 1)}
    disproved = row | {"what": "disproved", "kind": "corrected", "known": date(2020, 6, 1)}
    return rules, history({"members": UNITS, "incidents": [row, disproved]})


def test_R_090_a_correction_shows_the_old_grade_the_new_one_and_the_events_between_them() -> None:
    rules, past = _disproved()
    before = over(rules, past.as_of(known=datetime(2020, 5, 1, tzinfo=UTC)))
    after = over(rules, past)
    assert grades(before.conclusion, "grades")["u-b"] == "poor"
    assert grades(after.conclusion, "grades")["u-b"] == "good"
    found = {item.kind: item for item in corrections(before, after)}
    assert set(found) == {"grade", "gate"}
    assert (found["grade"].before, found["grade"].after) == ("poor", "good")
    assert (found["gate"].before, found["gate"].after) == ("forces", None)
    (because,) = found["grade"].because
    assert because.event_id in {
        item.event_id for gate in before.conclusion.gates for fact in gate.facts for item in fact.evidence()
    }
    assert "corrected to good" in str(found["grade"])
    assert found["grade"].data()["before"] == "poor"


def test_corrections_are_of_one_policy_over_one_log_and_the_earlier_comes_first() -> None:
    rules, past = _disproved()
    before, after = over(rules, past.up_to(3)), over(rules, past)
    with pytest.raises(InvalidInput, match="later state"):
        corrections(after, before)
    other = rules.replace_clause("places", on="displayed")
    with pytest.raises(InvalidInput, match="two versions"):
        corrections(before, over(other, past))
    assert corrections(after, after) == ()


# --- several gates -------------------------------------------------------------------------------

EFFECTS = st.lists(
    st.tuples(st.sampled_from(["caps", "forces"]), st.sampled_from(GRADES), st.integers(0, 1)), max_size=4
)


@given(EFFECTS, st.integers(0, 100))
def test_a_cap_never_improves_a_grade_and_of_several_gates_the_worst_holds(
    effects: list[tuple[str, str, int]], value: int
) -> None:
    flags = {f"f{index}": flag for index, (_, _, flag) in enumerate(effects)}
    gates = [
        gate(
            f"g{index}",
            when={"attribute": f"f{index}", "is_one_of": ["yes"]},
            effect=effect,
            grade=grade,
        )
        for index, (effect, grade, _) in enumerate(effects)
    ]
    row = {
        "subject": "u-a",
        "score": value,
        **{name: "yes" if flag else "no" for name, flag in flags.items()},
    }
    found = concluded(document([score(), *gates, bands()]), members=[row])
    plain = concluded(document([score(), bands()]), members=[row])
    (given,) = found.grades["grades"]
    (without,) = plain.grades["grades"]
    hit = [(effect, grade) for effect, grade, flag in effects if flag]
    worst = [GRADES.index(grade) for _, grade in hit]
    if all(effect == "caps" for effect, _ in hit):
        assert GRADES.index(given.grade) >= GRADES.index(without.grade)
        assert GRADES.index(given.grade) == max([GRADES.index(without.grade), *worst])
    else:
        assert GRADES.index(given.grade) == max(worst)
    assert (given.before is None) == (given.grade == without.grade)
    assert given.before in (None, without.grade)
    assert len(found.gates) == len(hit), "every gate that was triggered is reported"


# --- what cannot be said -------------------------------------------------------------------------

BAD: list[tuple[dict[str, Any], str]] = [
    ({"when": FLAG, "effect": "caps", "grade": None}, "which grade of which clause"),
    ({"when": FLAG, "effect": "excludes", "grade": "poor"}, "names no grade"),
    ({"when": FLAG, "effect": "excludes", "grades": None, "ranked": "last"}, "what it excludes from"),
    ({"when": FLAG, "effect": "caps", "grade": "poor", "ranked": None}, "how they are ranked"),
]


@pytest.mark.parametrize(("said", "words"), BAD, ids=[words for _, words in BAD])
def test_a_gate_that_does_not_say_what_it_does_is_refused(said: dict[str, Any], words: str) -> None:
    plain = {name: value for name, value in gate(**said).items() if value is not None}
    with pytest.raises(InvalidDefinition, match=words):
        document([score("flag", column="flag"), plain])


LINTED: list[tuple[list[dict[str, Any]], str]] = [
    ([gate(when=FLAG, grades="stars", grade="poor")], "No later clause gives grades by bands under stars"),
    ([gate(when=FLAG, grade="silver")], "no grade silver"),
    ([gate(when=FLAG, grade="good")], "a cap there changes nothing"),
    (
        [gate(when=FLAG, grade="fair"), gate("other", when=FLAG, effect="forces", grade="poor")],
        "says otherwise of the same subjects",
    ),
    (
        [
            gate(when=FLAG, effect="forces", grade="fair"),
            gate(
                "other",
                when={"measure": "flag", "above": 2, "unknown": "fails"},
                effect="forces",
                grade="poor",
            ),
        ],
        "says otherwise of the same subjects",
    ),
    (
        [gate(when={"measure": "flag", "at_least": 3, "at_most": 2, "unknown": "fails"}, grade="poor")],
        "Nothing lies between",
    ),
]


@pytest.mark.parametrize(("gates", "words"), LINTED, ids=[words for _, words in LINTED])
def test_the_linter_finds_gates_that_lead_nowhere_or_contradict_each_other(
    gates: list[dict[str, Any]], words: str
) -> None:
    rules = document([score(), score("flag", column="flag"), *gates, bands()])
    assert any(words in fault for fault in faults(rules)), faults(rules)


def test_the_linter_lets_two_gates_stand_whose_conditions_exclude_each_other_or_that_both_cap() -> None:
    low = {"measure": "flag", "at_least": 1, "below": 2, "unknown": "fails"}
    high = {"measure": "flag", "at_least": 2, "unknown": "fails"}
    forced = [
        gate(when=low, effect="forces", grade="fair"),
        gate("b", when=high, effect="forces", grade="poor"),
    ]
    capped = [gate(when=FLAG, grade="fair"), gate("b", when=high, grade="poor")]
    for gates in (forced, capped):
        rules = document([score(), score("flag", column="flag"), *gates, rank(), bands()])
        assert faults(rules) == []


TOGETHER: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"at_most": 2}, {"at_least": 2}, True),
    ({"at_most": 2}, {"above": 2}, False),
    ({"below": 2}, {"at_least": 2}, False),
    ({"at_most": 3}, {"above": 2}, True),
    ({"equals": 2}, {"at_least": 1, "at_most": 3}, True),
    ({"equals": 4}, {"at_least": 1, "at_most": 3}, False),
    ({"equals": 2}, {"equals": 3}, False),
    ({"at_least": 1}, {"above": 9}, True),
    ({"at_most": 1}, {"below": 9}, True),
    ({"at_least": 1}, {"measure": "score", "at_least": 1}, False),
    ({"at_least": [{"value": 1, "since": date(2020, 1, 1), "basis": "x"}]}, {"at_least": 1}, False),
]


@pytest.mark.parametrize(("one", "other", "contradict"), TOGETHER, ids=range(len(TOGETHER)))
def test_two_gates_contradict_where_some_value_of_one_measure_triggers_both(
    one: dict[str, Any], other: dict[str, Any], contradict: bool
) -> None:
    whole = {"measure": "flag", "unknown": "fails"}
    gates = [
        gate(when=whole | one, effect="forces", grade="fair"),
        gate("b", when=whole | other, effect="forces", grade="poor"),
    ]
    for pair in (gates, gates[::-1]):
        rules = document([score(), score("flag", column="flag"), *pair, rank(), bands()])
        assert any("says otherwise" in fault for fault in faults(rules)) == contradict


def test_a_gate_that_excludes_and_names_no_grades_takes_the_place() -> None:
    rules = document(
        [
            score(),
            clause(
                "gate", "out", when={"measure": "score", "at_most": 0, "unknown": "fails"}, effect="excludes"
            ),
            rank(),
        ]
    )
    found = concluded(rules, members=[{"subject": "u-a", "score": 0}, {"subject": "u-b", "score": 1}])
    assert places(found) == {"u-b": 1}
    assert found.rankings[0].excluded[0].reason == "gate.out"


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=8))
def test_those_put_last_stand_behind_all_others_in_the_order_of_their_values(
    given_: list[tuple[int, bool]],
) -> None:
    rules = document(
        [
            score(),
            gate(when={"attribute": "bad", "is_one_of": ["yes"]}, effect="excludes", ranked="last"),
            rank(),
            bands(),
        ]
    )
    members = [
        {"subject": f"u-{index}", "score": value, "bad": "yes" if bad else "no"}
        for index, (value, bad) in enumerate(given_)
    ]
    found = places(concluded(rules, members=members))
    for (one, first), (other, second) in product(enumerate(given_), repeat=2):
        ahead = (first[1], -first[0]) < (second[1], -second[0])
        assert (found[f"u-{one}"] < found[f"u-{other}"]) == ahead
