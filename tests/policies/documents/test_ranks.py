"""Places and tie chains: competition ranks, separated by the rules of the document and by nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.ranked import clause, concluded, document, faults, places, rank, result, score, source

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.lots import lot

SHARED = {"by": "shared"}
HUMAN = {"by": "human"}


def drawn(seed: str = "spring-2020") -> dict[str, Any]:
    return {"by": "lot", "seed": seed}


def by(measure: str, direction: str = "highest", **said: Any) -> dict[str, Any]:
    return {"by": "measure", "measure": measure, "on": "exact", "direction": direction, **said}


def two(*ties: Mapping[str, Any], **said: Any) -> RuleDocument:
    """Ranked by ``score``, ties by what is said of ``second`` and the rest."""
    parts = [score(), score("second", column="second")]
    return document([*parts, rank(ties=list(ties), **said)], groups=("side",))


# --- laws ----------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 4), st.sampled_from(["missing", "excused"])),
        st.one_of(st.integers(0, 2), st.just("missing")),
        st.sampled_from(["a", "b"]),
    ),
    max_size=9,
)
CHAINS: dict[str, Sequence[Mapping[str, Any]]] = {
    "shared": [SHARED],
    "second, shared": [by("second"), SHARED],
    "second, lot": [by("second", "lowest"), drawn()],
    "human": [HUMAN],
}


def members(rows: Sequence[tuple[Any, Any, str]], prefix: str = "u") -> list[dict[str, Any]]:
    return [
        {"subject": f"{prefix}-{index:02}", "score": one, "second": other, "side": kind}
        for index, (one, other, kind) in enumerate(rows)
    ]


@given(ROWS, st.sampled_from(sorted(CHAINS)), st.booleans())
def test_places_are_competition_ranks_and_nobody_drops_out(
    rows: list[tuple[Any, Any, str]], chain: str, grouped: bool
) -> None:
    found = concluded(two(*CHAINS[chain], **({"group": ["side"]} if grouped else {})), members=members(rows))
    seen: Counter[str] = Counter()
    for ranking in found.rankings:
        ranks = [entry.place for entry in ranking.entries]
        assert ranks == sorted(ranks)
        for entry in ranking.entries:
            assert entry.place == 1 + sum(other < entry.place for other in ranks)
            assert len(entry.tied) == ranks.count(entry.place) - 1
            assert {each.place for each in ranking.entries if each.subject in entry.tied} <= {entry.place}
        assert ranking.population == len(ranking.entries) + len(ranking.excluded)
        seen.update(entry.subject for entry in ranking.entries)
        seen.update(item.subject for item in ranking.excluded)
    assert seen == Counter(row["subject"] for row in members(rows))


@given(ROWS, st.sampled_from(sorted(CHAINS)), st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_the_rows(
    rows: list[tuple[Any, Any, str]], chain: str, chance: Any
) -> None:
    rules, given_ = two(*CHAINS[chain]), members(rows)
    shuffled = list(given_)
    chance.shuffle(shuffled)
    one, other = concluded(rules, members=given_), concluded(rules, members=shuffled)
    assert [_plain(ranking) for ranking in one.rankings] == [_plain(ranking) for ranking in other.rankings]
    assert one.selections == other.selections


def _plain(ranking: Any) -> Any:
    return [(entry.subject, entry.place, entry.tied) for entry in ranking.entries]


@given(ROWS, st.sampled_from(["shared", "second, shared", "human"]))
def test_places_follow_the_subject_under_any_renaming(rows: list[tuple[Any, Any, str]], chain: str) -> None:
    rules = two(*CHAINS[chain])
    there, here = (members(rows, prefix) for prefix in ("u", "other"))
    new = {row["subject"]: changed["subject"] for row, changed in zip(there, reversed(here), strict=True)}
    renamed = [row | {"subject": new[row["subject"]]} for row in there]
    one, other = concluded(rules, members=there), concluded(rules, members=renamed)
    if rows:
        assert {new[subject]: place for subject, place in places(one).items()} == places(other)


@given(st.lists(st.sampled_from([f"u-{n}" for n in range(40)]), unique=True, min_size=2), st.data())
def test_a_lot_depends_on_the_seed_and_the_subject_and_on_nobody_else(subjects: list[str], data: Any) -> None:
    seed = data.draw(st.sampled_from(["a", "b", "spring-2020"]))
    rules = document([score(), rank(ties=[drawn(seed)])])
    some = data.draw(st.lists(st.sampled_from(subjects), unique=True, min_size=1))
    every = _order(rules, subjects)
    assert every == list(lot(seed, subjects))
    assert _order(rules, some) == [subject for subject in every if subject in some]


def _order(rules: RuleDocument, subjects: Sequence[str]) -> list[str]:
    found = places(concluded(rules, members=[{"subject": each, "score": 1} for each in subjects]))
    assert sorted(found.values()) == list(range(1, len(subjects) + 1))
    return sorted(found, key=lambda subject: found[subject])


def test_a_lot_is_fair_over_seeds() -> None:
    subjects = [f"u-{index}" for index in range(5)]
    first: Counter[str] = Counter(lot(f"seed-{number}", subjects)[0] for number in range(2000))
    assert set(first) == set(subjects)
    assert all(320 <= times <= 480 for times in first.values()), first


# --- single rules --------------------------------------------------------------------------------


def test_free_segments_go_by_components_and_short_ones_by_elements() -> None:
    """Of equals in the free segment the better components stand before, in the short one the elements."""
    chain = [
        by("components", where={"segment": "free"}),
        by("elements", where={"segment": "short"}),
        SHARED,
    ]
    rules = document(
        [
            score(),
            score("components", column="components"),
            score("elements", column="elements"),
            rank(group=["segment"], ties=chain),
        ],
        groups=("segment",),
    )
    rows = [
        {"subject": "s-1", "score": 100, "components": 60, "elements": 40, "segment": "free"},
        {"subject": "s-2", "score": 100, "components": 40, "elements": 60, "segment": "free"},
        {"subject": "s-3", "score": 100, "components": 60, "elements": 40, "segment": "short"},
        {"subject": "s-4", "score": 100, "components": 40, "elements": 60, "segment": "short"},
    ]
    found = result(rules, members=rows).conclusion
    assert places(found, "free") == {"s-1": 1, "s-2": 2}
    assert places(found, "short") == {"s-4": 1, "s-3": 2}
    (entry,) = [each for each in found.rankings[0].entries if each.subject == "s-2"]
    assert [figure.name for figure in entry.ties] == ["components"], "only what was looked at"


def test_a_tie_rule_is_looked_at_only_where_there_is_a_tie_and_in_its_order() -> None:
    rules = two(by("second"), drawn())
    found = concluded(rules, members=members([(9, 1, "a"), (5, 2, "a"), (5, 1, "a"), (5, 1, "a")]))
    looked = {entry.subject: [figure.step for figure in entry.ties] for entry in found.rankings[0].entries}
    assert looked == {
        "u-00": [],
        "u-01": ["recorded"],
        "u-02": ["recorded", "drawn"],
        "u-03": ["recorded", "drawn"],
    }
    lots = [
        figure.name for entry in found.rankings[0].entries for figure in entry.ties if figure.step == "drawn"
    ]
    assert set(lots) == {"lot.spring-2020"}, "the seed is printed with the result"
    numbers = {
        entry.place: entry.ties[-1].displayed for entry in found.rankings[0].entries if entry.place > 2
    }
    assert numbers == {3: "1", 4: "2"}, "the first drawn stands before"


def test_a_countback_looks_as_deep_as_is_said_and_no_deeper() -> None:
    """One with a second and a third place against one with a second and a fourth."""
    finishes = {"d-1": [2, 3], "d-2": [2, 4], "d-3": [1, 9]}
    rows = [
        {"subject": driver, "place": place, "race": f"race{number}"}
        for driver, found in finishes.items()
        for number, place in enumerate(found)
    ]
    looked: dict[str, Any] = {}
    for depth, expected in ((1, {"d-3": 1, "d-1": 2, "d-2": 2}), (3, {"d-3": 1, "d-1": 2, "d-2": 3})):
        rules = document(
            [
                score(),
                score("finish", source="races", column="place", by=["race"]),
                rank(ties=[{"by": "countback", "measure": "finish", "depth": depth}, SHARED]),
            ],
            ["races"],
        )
        found = result(
            rules, members=[{"subject": driver, "score": 10} for driver in finishes], races=rows
        ).conclusion
        assert places(found) == expected
        looked = {entry.subject: entry.ties for entry in found.rankings[0].entries}
        assert len(looked["d-1"]) == depth
    assert [(figure.name, figure.displayed) for figure in looked["d-1"]] == [
        ("countback.1", "0"),
        ("countback.2", "1"),
        ("countback.3", "1"),
    ]


@pytest.mark.parametrize(
    ("row", "order", "expected"),
    [
        ("first", "day", ["u-b", "u-a", "u-c", "u-d"]),
        ("last", "day", ["u-a", "u-c", "u-b", "u-d"]),
        ("first", "recorded", ["u-a", "u-b", "u-c", "u-d"]),
        ("last", "effective", ["u-a", "u-c", "u-b", "u-d"]),
    ],
)
def test_the_earlier_row_stands_before_whichever_row_and_clock_the_rule_names(
    row: str, order: str, expected: list[str]
) -> None:
    rules = document(
        [score(), rank(ties=[{"by": "earliest", "source": "handed", "row": row, "order": order}, SHARED])],
        ["handed"],
    )
    rows_of = [
        {"subject": "u-a", "what": "report", "day": date(2020, 3, 2)},
        {"subject": "u-b", "what": "report", "day": date(2020, 3, 1), "known": date(2020, 3, 3)},
        {"subject": "u-c", "what": "report", "day": date(2020, 3, 4)},
        {"subject": "u-b", "what": "report", "day": date(2020, 3, 5)},
    ]
    rows = [{"subject": subject, "score": 7} for subject in ("u-a", "u-b", "u-c", "u-d")]
    found = places(result(rules, members=rows, handed=rows_of).conclusion)
    assert sorted(found, key=lambda subject: found[subject]) == expected
    assert sorted(found.values()) == [1, 2, 3, 4]


def test_two_whose_rows_are_of_the_same_day_stay_level() -> None:
    rule = {"by": "earliest", "source": "handed", "row": "first", "order": "day"}
    rules = document([score(), rank(ties=[rule, SHARED])], ["handed"])
    rows_of = [{"subject": each, "what": "report"} for each in ("u-a", "u-b")]
    rows = [{"subject": each, "score": 7} for each in ("u-a", "u-b", "u-c")]
    assert places(concluded(rules, members=rows, handed=rows_of)) == {"u-a": 1, "u-b": 1, "u-c": 3}


def test_where_people_decide_the_level_are_listed_and_share_the_place_until_then() -> None:
    rules = two(by("second"), HUMAN, group=["side"])
    rows = [(5, 1, "a"), (5, 1, "a"), (5, 0, "a"), (9, 0, "b"), (9, 0, "b")]
    found = result(rules, members=members(rows)).conclusion
    assert [(item.clause, item.group, item.place, item.candidates) for item in found.selections] == [
        ("places", "a", 1, ("u-00", "u-01")),
        ("places", "b", 1, ("u-03", "u-04")),
    ]
    assert places(found, "a") == {"u-00": 1, "u-01": 1, "u-02": 3}
    assert found.data()["selections"][0]["place"] == 1


def test_what_people_decided_separates_those_who_were_level_until_then() -> None:
    decided = score("decided", source="decisions", column="order")
    chain = [by("decided", "lowest"), HUMAN]
    rules = document([score(), decided, rank(ties=chain)], ["decisions"])
    level = [{"subject": f"u-{name}", "score": 5} for name in "abc"]
    rows = [{"subject": "u-c", "order": 1}, {"subject": "u-a", "order": 2}]
    before = result(rules, members=level, decisions=[{"subject": "u-z", "order": 1}]).conclusion
    assert before.selections[0].candidates == ("u-a", "u-b", "u-c")
    after = result(rules, members=level, decisions=rows).conclusion
    assert places(after) == {"u-c": 1, "u-a": 2, "u-b": 3}
    assert after.selections == ()


def test_who_has_no_value_in_a_tie_rule_stands_behind_and_who_has_none_at_all_is_excluded() -> None:
    rules = two(by("second"), SHARED)
    found = concluded(rules, members=members([(5, "missing", "a"), (5, 0, "a"), ("excused", 9, "a")]))
    assert places(found) == {"u-01": 1, "u-00": 2}
    assert [(item.subject, item.reason) for item in found.rankings[0].excluded] == [("u-02", "excused")]


def test_who_is_of_no_comparison_group_is_not_placed_among_any() -> None:
    rules = two(SHARED, group=["side"])
    rows = [*members([(5, 1, "a")]), {"subject": "u-09", "score": 9, "second": 1, "side": "missing"}]
    found = result(rules, members=rows).conclusion
    assert [(each.group, [item.reason for item in each.excluded]) for each in found.rankings] == [
        ("a", []),
        ("missing", ["no-group"]),
    ]


def test_it_has_to_be_said_whether_the_displayed_or_the_exact_value_is_ranked() -> None:
    shown = score(display={"places": 0, "mode": "half_up"})
    half = {"subject": "u-a", "score": 8}, {"subject": "u-b", "score": 8}
    thirds = clause(
        "convert",
        "third",
        measure="score",
        times="1/3",
        plus=0,
        rounding="none",
        display={"places": 0, "mode": "half_up"},
    )
    for on, expected in (("displayed", {"u-a": 1, "u-b": 1}), ("exact", {"u-a": 2, "u-b": 1})):
        rules = document([shown, thirds, rank(measure="third", on=on)])
        rows = [half[0], {"subject": "u-b", "score": 9}]
        assert places(concluded(rules, members=rows)) == expected
    with pytest.raises(InvalidDefinition, match="on"):
        document([score(), {name: value for name, value in rank().items() if name != "on"}])


# --- what cannot be said -------------------------------------------------------------------------

LINTED: list[tuple[RuleDocument, str]] = [
    (document([score(), rank(ties=[])]), "End the chain in shared, lot or human"),
    (document([score(), rank(ties=[by("score")])]), "End the chain in shared, lot or human"),
    (document([score(), rank(ties=[SHARED, drawn()])]), "No rule after this one is reached"),
    (document([score(), rank(group=["side"])]), "no comparison group of the population"),
    (
        document([score(by=["race"]), rank()]),
        "Reduce it over them first",
    ),
    (
        document([score(), rank(ties=[{"by": "countback", "measure": "score", "depth": 3}, SHARED])]),
        "there is nothing to count",
    ),
]


@pytest.mark.parametrize(("rules", "words"), LINTED, ids=range(len(LINTED)))
def test_the_linter_finds_a_chain_that_does_not_end_and_what_cannot_be_ranked(
    rules: RuleDocument, words: str
) -> None:
    assert any(words in fault for fault in faults(rules)), faults(rules)


@pytest.mark.parametrize(("column", "known"), [("kind", True), ("segment", False)])
def test_the_linter_finds_a_tie_rule_for_those_whom_the_population_does_not_know(
    column: str, known: bool
) -> None:
    """Of the units of an organisation it is known which columns they have."""
    units = source("members", feed="units", subject="unit")
    del units["where"]
    chain = [by("base", where={column: "branch"}), SHARED]
    rules = document([score("base", column="position"), rank(measure="base", ties=chain)])
    body = rules.body | {"source": [units]}
    found = lint(RuleDocument.read(body), MODEL.registry).errors
    assert any("has no such column" in str(fault) for fault in found) != known


def test_the_linter_has_nothing_to_say_of_a_whole_chain() -> None:
    assert faults(two(by("second"), drawn(), group=["side"])) == []
