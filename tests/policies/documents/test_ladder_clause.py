"""Ladders in documents: every pattern of quarters, void ones, what is revoked later (R-003, R-012, R-013)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ranked import clause, concluded, document, faults, history, over, result, score, source

from party_workflow.calendar import Period
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.corrections import corrections
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.ladders import Ladder, Outcome, climb

DAYS = {
    "2019-Q4": date(2019, 12, 25),
    "2020-Q1": date(2020, 3, 25),
    "2020-Q2": date(2020, 6, 25),
    "2020-Q3": date(2020, 9, 25),
    "2020-Q4": date(2020, 12, 25),
}
THREE = ("2020-Q1", "2020-Q2", "2020-Q3")
TIERS = [
    {"code": "three_star", "awards": 1},
    {"code": "four_star", "awards": 2},
    {"code": "five_star", "awards": 3},
]
SHORT = {None: "0", "three_star": "3", "four_star": "4", "five_star": "5"}


def ladder(**said: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "tiers": TIERS,
        "breaks": "reset",
        "void": "skip",
        "starts": "2020-Q1",
        "awards": {"source": "awards", "column": "period", "where": {"standing": "stands"}},
        "held": {"source": "quarters", "column": "period"},
        "voided": {"source": "quarters", "column": "period", "where": {"state": "void"}},
    }
    return clause("ladder", "stars", **{name: value for name, value in (whole | said).items() if value})


def rules(**said: Any) -> RuleDocument:
    quarterly = [source(each, period="quarter") for each in ("awards", "quarters", "leave")]
    return document([ladder(**said)], quarterly)


def quarters(void: Sequence[str] = (), held: Sequence[str] = THREE) -> list[dict[str, Any]]:
    return [
        {"subject": "u-bureau", "state": "void" if each in void else "held", "day": DAYS[each]}
        for each in held
    ]


def award(subject: str, quarter: str, **said: Any) -> dict[str, Any]:
    return {"subject": subject, "standing": "stands", "day": DAYS[quarter], **said}


def members(*subjects: str) -> list[dict[str, Any]]:
    return [{"subject": each, "score": 0} for each in subjects]


def awards(patterns: Mapping[str, str], held: Sequence[str] = THREE) -> list[dict[str, Any]]:
    """Awards by subject as written: ``A`` for one; nobody at all has one in the year before."""
    found = [
        award(subject, quarter)
        for subject, pattern in patterns.items()
        for quarter, sign in zip(held, pattern, strict=True)
        if sign == "A"
    ]
    return found or [award("u-nobody", "2020-Q1")]


def stars(found: Conclusion) -> dict[str, str]:
    return {streak.subject: "".join(SHORT[rung.tier] for rung in streak.rungs) for streak in found.streaks}


# --- the truth table -----------------------------------------------------------------------------

TRUTH = {
    #        reset, demote_one, hold_once; A awarded, - not, v void and passed over
    "AAA": ("345", "345", "345"),
    "AA-": ("340", "343", "344"),
    "A-A": ("303", "303", "334"),
    "A--": ("300", "300", "330"),
    "-AA": ("034", "034", "034"),
    "-A-": ("030", "030", "033"),
    "--A": ("003", "003", "003"),
    "---": ("000", "000", "000"),
    "AAv": ("344", "344", "344"),
    "A-v": ("300", "300", "333"),
    "-Av": ("033", "033", "033"),
    "--v": ("000", "000", "000"),
    "AvA": ("334", "334", "334"),
    "Av-": ("330", "330", "333"),
    "-vA": ("003", "003", "003"),
    "-v-": ("000", "000", "000"),
    "vAA": ("034", "034", "034"),
    "vA-": ("030", "030", "033"),
    "v-A": ("003", "003", "003"),
    "v--": ("000", "000", "000"),
    "Avv": ("333", "333", "333"),
    "-vv": ("000", "000", "000"),
    "vAv": ("033", "033", "033"),
    "v-v": ("000", "000", "000"),
    "vvA": ("003", "003", "003"),
    "vv-": ("000", "000", "000"),
    "vvv": ("000", "000", "000"),
}
BREAKS = ("reset", "demote_one", "hold_once")


def test_the_truth_table_has_every_pattern_of_three_quarters() -> None:
    assert set(TRUTH) == {"".join(signs) for signs in product("A-v", repeat=3)}


@pytest.mark.parametrize("option", ["skip", "breaks"])
@pytest.mark.parametrize("rule", BREAKS)
@pytest.mark.parametrize("void", [set(), {0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}], ids=str)
def test_R_013_truth_table_of_three_quarters_by_break_rule_void_quarters_and_void_option(
    void: set[int], rule: str, option: str
) -> None:
    patterns: dict[str, str] = {}
    for signs in product("A-", repeat=3):
        if not any(signs[index] == "A" for index in void):
            patterns[f"u-{len(patterns)}"] = "".join(
                "v" if index in void else sign for index, sign in enumerate(signs)
            )
    found = result(
        rules(breaks=rule, void=option),
        members=members(*patterns),
        awards=awards(patterns),
        quarters=quarters([THREE[index] for index in void]),
    )
    for subject, pattern in patterns.items():
        counted = pattern if option == "skip" else pattern.replace("v", "-")
        expected = TRUTH[counted][BREAKS.index(rule)]
        assert stars(found.conclusion)[subject] == expected, (pattern, rule, option)


def test_R_012_awards_in_a_row_give_three_four_five_and_a_fourth_stays_five() -> None:
    held = (*THREE, "2020-Q4")
    patterns = {"u-a": "AAAA", "u-b": "A-AA"}
    found = result(
        rules(),
        members=members(*patterns),
        awards=awards(patterns, held),
        quarters=quarters(held=held),
    )
    assert stars(found.conclusion) == {"u-a": "3455", "u-b": "3034"}


def test_R_012_the_scheme_starts_with_2020_q1_and_an_award_before_it_does_not_count() -> None:
    held = ("2019-Q4", "2020-Q1")
    rows: dict[str, Any] = {
        "awards": awards({"u-a": "AA"}, held),
        "quarters": quarters(held=held),
        "members": members("u-a"),
    }
    found = result(rules(), **rows)
    assert stars(found.conclusion) == {"u-a": "3"}
    assert stars(result(rules(starts=None), **rows).conclusion) == {"u-a": "34"}


def test_R_003_the_void_option_changes_what_follows_and_not_the_log() -> None:
    patterns = {"u-a": "A-A"}
    past = history(
        {
            "members": members("u-a"),
            "awards": awards(patterns),
            "quarters": quarters(["2020-Q2"]),
        }
    )
    before = [record.digest for record in past.records()]
    skips, breaks = over(rules(), past), over(rules().replace_clause("stars", void="breaks"), past)
    assert (stars(skips.conclusion), stars(breaks.conclusion)) == ({"u-a": "334"}, {"u-a": "303"})
    assert [record.digest for record in past.records()] == before
    assert (skips.head, skips.position) == (breaks.head, breaks.position)
    assert skips.digest != breaks.digest


def test_R_003_a_void_quarter_is_told_apart_from_one_that_was_held_without_an_award() -> None:
    rows: dict[str, Any] = {"members": members("u-a"), "awards": awards({"u-a": "A-A"})}
    void = result(rules(), **rows, quarters=quarters(["2020-Q2"])).conclusion.streaks[0]
    failed = result(rules(), **rows, quarters=quarters()).conclusion.streaks[0]
    assert [rung.outcome for rung in void.rungs] == ["awarded", "void", "awarded"]
    assert [rung.outcome for rung in failed.rungs] == ["awarded", "not_awarded", "awarded"]
    assert void.rungs[1].held
    assert void.rungs[1].evidence is not None, "the event that voided it"


def test_every_quarter_of_the_calendar_counts_where_the_rule_says_so_up_to_the_day_of_the_run() -> None:
    """The schedule has rows only of quarters that were suspended or void."""
    rule = rules(held="calendar")
    rows: dict[str, Any] = {
        "members": members("u-a"),
        "awards": awards({"u-a": "A-A"}),
        "quarters": quarters(["2020-Q2"], held=["2020-Q2"]),
    }
    assert stars(result(rule, on=date(2020, 9, 30), **rows).conclusion) == {"u-a": "334"}
    assert stars(result(rule, on=date(2020, 12, 31), **rows).conclusion) == {"u-a": "3340"}
    failed = rows | {"quarters": quarters(held=["2020-Q1"])}
    assert stars(result(rule, on=date(2020, 9, 30), **failed).conclusion) == {"u-a": "303"}
    with pytest.raises(InvalidDefinition, match="no first period"):
        rules(held="calendar", starts=None)


def test_a_quarter_of_which_nothing_is_known_is_refused_and_not_taken_for_one_without_award() -> None:
    with pytest.raises(InvalidInput, match="Nothing is said of 2020-Q2"):
        result(
            rules(),
            members=members("u-a"),
            awards=[award("u-a", "2020-Q1")],
            quarters=quarters(held=("2020-Q1", "2020-Q3")),
        )


def test_an_award_of_a_void_quarter_does_not_count_and_is_noted() -> None:
    found = result(
        rules(), members=members("u-a"), awards=awards({"u-a": "AAA"}), quarters=quarters(["2020-Q2"])
    ).conclusion
    assert stars(found) == {"u-a": "334"}
    assert [(note.code, note.subject) for note in found.notes] == [("award-in-void-period", "u-a")]


def test_R_013_a_quarter_on_leave_is_void_for_the_one_person_and_for_nobody_else() -> None:
    found = result(
        rules(excused={"source": "leave", "column": "period"}),
        members=members("p-1", "p-2"),
        awards=awards({"p-1": "A-A", "p-2": "A-A"}),
        quarters=quarters(),
        leave=[{"subject": "p-1", "ground": "posted", "day": DAYS["2020-Q2"]}],
    )
    assert stars(found.conclusion) == {"p-1": "334", "p-2": "303"}


# --- revoked later -------------------------------------------------------------------------------


def revoked() -> Any:
    rows = awards({"u-a": "AAA", "u-b": "AAA"})
    keyed = [row | {"key": f"a{index}"} for index, row in enumerate(rows)]
    (second,) = [row for row in keyed if row["subject"] == "u-a" and row["day"] == DAYS["2020-Q2"]]
    later = second | {"standing": "revoked", "kind": "corrected", "known": date(2020, 11, 2)}
    return history({"members": members("u-a", "u-b"), "awards": [*keyed, later], "quarters": quarters()})


def test_R_013_an_award_revoked_after_publication_is_a_correction_with_the_old_and_the_new_star() -> None:
    past = revoked()
    published = over(rules(), past.as_of(known=datetime(2020, 10, 1, tzinfo=UTC)))
    bytes_then = published.canonical_bytes()
    now = over(rules(), past)
    assert stars(published.conclusion) == {"u-a": "345", "u-b": "345"}
    assert stars(now.conclusion) == {"u-a": "303", "u-b": "345"}
    found = corrections(published, now)
    assert [(item.kind, item.subject, item.period, item.before, item.after) for item in found] == [
        ("tier", "u-a", "2020-Q2", "four_star", None),
        ("tier", "u-a", "2020-Q3", "five_star", "three_star"),
    ]
    revocation = now.conclusion.streaks[0].rungs[1].evidence
    assert revocation is not None
    assert revocation.stored_type == "observation.corrected"
    for item in found:
        assert revocation in item.because
    assert "five_star, corrected to three_star, because of" in str(found[1])
    assert over(rules(), past.as_of(known=datetime(2020, 10, 1, tzinfo=UTC))).canonical_bytes() == bytes_then


def test_R_013_what_only_came_later_is_no_correction() -> None:
    past = revoked()
    early = over(rules(), past.as_of(known=datetime(2020, 7, 1, tzinfo=UTC)))
    later = over(rules(), past.as_of(known=datetime(2020, 10, 1, tzinfo=UTC)))
    assert corrections(early, later) == ()


# --- from a measure, and any ladder --------------------------------------------------------------


def reached(**said: Any) -> dict[str, Any]:
    return {"measure": "points", "at_least": 80, "absent": "not_awarded", **said}


def by_points(**said: Any) -> RuleDocument:
    sources = [source("marks", period="quarter"), source("quarters", period="quarter")]
    points = score("points", source="marks", column="mark", by=["period"])
    return document([points, ladder(awards=None, reached=reached(**said), excused=None)], sources)


@pytest.mark.parametrize(("absent", "expected"), [("not_awarded", "303"), ("void", "334"), ("refuse", None)])
def test_a_measure_by_quarter_with_a_threshold_climbs_as_well(absent: str, expected: str | None) -> None:
    marks = [
        {"subject": "u-a", "mark": 80, "day": DAYS["2020-Q1"]},
        {"subject": "u-b", "mark": 79, "day": DAYS["2020-Q1"]},
        {"subject": "u-b", "mark": 95, "day": DAYS["2020-Q2"]},
        {"subject": "u-a", "mark": 90, "day": DAYS["2020-Q3"]},
        {"subject": "u-b", "mark": 80, "day": DAYS["2020-Q3"]},
    ]
    rows: dict[str, Any] = {"members": members("u-a", "u-b"), "marks": marks, "quarters": quarters()}
    if expected is None:
        with pytest.raises(InvalidInput, match="points of u-a in 2020-Q2 is missing"):
            result(by_points(absent=absent), **rows)
        return
    assert stars(result(by_points(absent=absent), **rows).conclusion) == {"u-a": expected, "u-b": "034"}


def test_a_threshold_may_be_dated() -> None:
    dated = [
        {"value": 80, "since": date(2020, 1, 1), "basis": "order.1"},
        {"value": 90, "since": date(2020, 12, 1), "basis": "order.2"},
    ]
    marks = [{"subject": "u-a", "mark": 85, "day": DAYS["2020-Q1"]}]
    rows: dict[str, Any] = {
        "members": members("u-a"),
        "marks": marks,
        "quarters": quarters(held=("2020-Q1",)),
    }
    rule = by_points(at_least=dated)
    assert stars(concluded(rule, on=date(2020, 11, 30), **rows)) == {"u-a": "3"}
    assert stars(concluded(rule, on=date(2020, 12, 1), **rows)) == {"u-a": "0"}


@given(
    st.lists(st.sampled_from("A-v"), min_size=1, max_size=5),
    st.sampled_from(BREAKS),
    st.sampled_from(["skip", "breaks"]),
)
def test_a_document_climbs_as_the_ladder_does(signs: list[str], rule: str, void: str) -> None:
    held = ("2019-Q4", *THREE, "2020-Q4")[: len(signs)]
    given_ = dict(zip(held, signs, strict=True))
    found = concluded(
        rules(breaks=rule, void=void, starts=None),
        members=members("u-a"),
        awards=[award("u-a", each) for each, sign in given_.items() if sign == "A"],
        quarters=quarters([each for each, sign in given_.items() if sign == "v"], held),
    )
    outcomes: dict[str, Outcome] = {"A": "awarded", "-": "not_awarded", "v": "void"}
    expected = climb(
        Ladder.model_validate({"code": "stars", "version": 1, "tiers": TIERS, "breaks": rule, "void": void}),
        {Period(each): outcomes[sign] for each, sign in given_.items()},
    )
    assert [(rung.period, rung.outcome, rung.streak, rung.tier, rung.held) for rung in expected] == [
        (rung.period, rung.outcome, rung.streak, rung.tier, rung.held) for rung in found.streaks[0].rungs
    ]


# --- what cannot be said -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"awards": None}, "Say `awards` or `reached`"),
        ({"reached": reached()}, "Say `awards` or `reached`"),
        ({"tiers": [TIERS[1], TIERS[0]]}, "the tier below it"),
        ({"tiers": []}, "tiers"),
        ({"breaks": "sometimes"}, "breaks"),
        ({"void": None}, "void"),
    ],
)
def test_a_ladder_that_does_not_say_how_it_is_climbed_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDefinition, match=words):
        rules(**said)


def test_the_linter_wants_a_measure_by_period_and_nothing_else() -> None:
    plain = document(
        [score(), ladder(awards=None, reached=reached(measure="score"))],
        [source("quarters", period="quarter")],
    )
    assert any("not one that is the period" in fault for fault in faults(plain))
    assert faults(by_points()) == []
    assert faults(rules()) == []
