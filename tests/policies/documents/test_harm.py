"""What no document may say: complaints against people, donors in order, last for being last, small groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.support.ranked import SINCE, clause, document, rank, score

from party_workflow.errors import InvalidDefinition
from party_workflow.packs.party import MODEL
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.documents.harm import HARMS

NONE = {"rounding": "none"}


def read(code: str, feed: str, **said: Any) -> dict[str, Any]:
    return {"code": code, "feed": feed, "subject": "unit", "within": "period", **said}


def cases(**said: Any) -> dict[str, Any]:
    return read("matters", "cases", **said)


def of_units(clauses: Sequence[dict[str, Any]], *sources: dict[str, Any]) -> RuleDocument:
    """A document about units over the feeds of the library."""
    return RuleDocument.read(
        {
            "code": "rules",
            "version": 1,
            "issuer": "bureau",
            "number": "2020-1",
            "issued_on": SINCE,
            "effective_from": SINCE,
            "offset_minutes": 480,
            "population": {"source": "units"},
            "source": [{"code": "units", "feed": "units", "subject": "unit", "within": "until"}, *sources],
            "clause": list(clauses),
        }
    )


def count(code: str = "number", source: str = "matters", **said: Any) -> dict[str, Any]:
    return clause("count", code, source=source, empty="zero", **said)


def total(factor: int | str, measure: str = "number") -> dict[str, Any]:
    part = {"measure": measure, "weight": factor}
    return clause("total", "total", method="sum", parts=[part], absent="incomplete", **NONE)


def harms(found: RuleDocument, rule: str = "harm_complaints") -> list[str]:
    """Where that rule finds something."""
    return [fault.where for fault in lint(found, MODEL.registry).errors if fault.rule == rule]


# --- complaints (R-147) --------------------------------------------------------------------------

WORST: list[tuple[str, list[dict[str, Any]]]] = [
    ("fewest stand first", [count(), rank(measure="number", direction="lowest")]),
    ("a negative factor", [count(), total(-1), rank(measure="total")]),
    (
        "a deduction",
        [
            score("base", source="units", column="position"),
            count(),
            clause("deduction", "less", measure="base", deducted="number", absent="zero", **NONE),
            rank(measure="less"),
        ],
    ),
    (
        "turned round by a normalisation",
        [
            count(),
            clause(
                "normalise",
                "few",
                measure="number",
                method={"by": "min_max", "low": 10, "high": 0, "caps": "none"},
                **NONE,
            ),
            rank(measure="few"),
        ],
    ),
    (
        "turned round by a conversion",
        [
            count(),
            clause("convert", "few", measure="number", times=-1, plus=100, **NONE),
            rank(measure="few"),
        ],
    ),
    (
        "in steps that fall",
        [
            count(),
            clause(
                "convert",
                "few",
                measure="number",
                steps=[{"at_least": 1, "worth": 50}, {"at_least": 5, "worth": 0}],
                below=100,
                **NONE,
            ),
            rank(measure="few"),
        ],
    ),
    (
        "negative points by kind",
        [
            clause(
                "points",
                "minus",
                source="matters",
                kind="kind",
                worth={"petition": -5},
                other="zero",
                dated_by="run",
                empty="zero",
                **NONE,
            ),
            rank(measure="minus"),
        ],
    ),
    (
        "as a tie rule",
        [
            score("base", source="units", column="position"),
            count(),
            rank(
                measure="base",
                ties=[
                    {"by": "measure", "measure": "number", "on": "exact", "direction": "lowest"},
                    {"by": "shared"},
                ],
            ),
        ],
    ),
    (
        "by bands",
        [
            count(),
            clause(
                "bands",
                "grades",
                measure="number",
                on="exact",
                bands=[{"grade": "good", "below": 1}, {"grade": "poor", "at_least": 1}],
            ),
        ],
    ),
    (
        "by a gate on the number",
        [
            count(),
            clause(
                "gate",
                "hard",
                when={"measure": "number", "at_least": 3, "unknown": "fails"},
                effect="excludes",
            ),
        ],
    ),
    (
        "by a gate on what happened",
        [clause("gate", "hard", when={"source": "matters", "happened": 1}, effect="excludes")],
    ),
    (
        "an award for none",
        [
            count(),
            clause("award", "a", award="flag", when={"measure": "number", "equals": 0, "unknown": "fails"}),
        ],
    ),
]


@pytest.mark.parametrize("clauses", [each for _, each in WORST], ids=[name for name, _ in WORST])
def test_R_147_a_raw_number_of_complaints_never_counts_against_anybody(clauses: list[dict[str, Any]]) -> None:
    assert harms(of_units(clauses, cases())) != []


@pytest.mark.parametrize("clauses", [each for _, each in WORST], ids=[name for name, _ in WORST])
@pytest.mark.parametrize(
    "where",
    [{"on_time": "no"}, {"outcome": "upheld"}, {"repeat": "yes"}],
    ids=lambda where: next(iter(where)),
)
def test_R_147_timeliness_verified_fault_and_repeats_may_count(
    clauses: list[dict[str, Any]], where: dict[str, str]
) -> None:
    assert harms(of_units(clauses, cases(where=where))) == []


def test_R_147_a_share_of_all_complaints_that_were_handled_in_time_may_count() -> None:
    timely = cases(where={"on_time": "yes"}) | {"code": "timely"}
    clauses = [
        count(),
        count("in_time", source="timely"),
        clause(
            "ratio",
            "rate",
            part="in_time",
            whole="number",
            minimum=1,
            too_few="not_applicable",
            absent="incomplete",
            **NONE,
        ),
        rank(measure="rate"),
    ]
    assert harms(of_units(clauses, cases(), timely)) == []
    raw_share = [clauses[0], clauses[1], clauses[2] | {"part": "number", "whole": "in_time"}]
    worst = [*raw_share, rank(measure="rate", direction="lowest")]
    assert harms(of_units(worst, cases(), timely)) != [], "a raw number a head is a raw number"


def test_R_147_more_complaints_may_be_shown_and_may_count_in_favour() -> None:
    assert harms(of_units([count(), rank(measure="number")], cases())) == []
    assert harms(of_units([count()], cases())) == []


def test_R_147_twice_turned_round_is_in_favour_again_and_any_path_is_followed() -> None:
    twice = [count(), total(-1), clause("convert", "back", measure="total", times=-1, plus=0, **NONE)]
    assert harms(of_units([*twice, rank(measure="back")], cases())) == []
    assert harms(of_units([*twice, rank(measure="back", direction="lowest")], cases())) != []


def test_R_147_a_function_in_python_is_no_way_round_it() -> None:
    hidden = clause("code", "hidden", name="anything", version=1, at="total", measures=["number"], **NONE)
    assert harms(of_units([count(), hidden, rank(measure="hidden")], cases())) != []
    read_by_itself = clause(
        "code", "hidden", name="anything", version=1, at="total", sources=["matters"], **NONE
    )
    assert harms(of_units([read_by_itself, rank(measure="hidden")], cases())) != []


def test_R_147_a_table_from_outside_is_known_by_its_names() -> None:
    for column, expected in (("complaints", True), ("verified_complaints", False), ("visits", False)):
        found = document([score("number", column=column), rank(measure="number", direction="lowest")])
        assert bool(harms(found)) == expected, column


def test_R_147_how_often_a_matter_was_passed_on_is_not_how_many_there_are() -> None:
    def summed(**said: Any) -> dict[str, Any]:
        return score("passed", source="matters", several="sum", empty="zero", **said)

    lowest = rank(measure="passed", direction="lowest")
    assert harms(of_units([summed(column="handed_over"), lowest], cases())) == []
    assert harms(of_units([summed(column="kind", worths={"petition": 1}), lowest], cases())) != []


def test_R_147_a_stored_event_of_a_case_is_a_raw_number_as_well() -> None:
    opened = {
        "code": "matters",
        "event": "case.opened",
        "columns": ["unit"],
        "subject": "unit",
        "within": "period",
    }
    assert harms(of_units([count(), rank(measure="number", direction="lowest")], opened)) != []


# --- donations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("subject", "expected"), [("subject", True), ("unit", False)])
def test_people_are_not_ranked_graded_or_honoured_by_what_they_gave(subject: str, expected: bool) -> None:
    given = {"code": "donations", "feed": "observations", "subject": subject, "within": "all"}
    amount = score("given", source="donations", column="amount", several="sum")
    ends = [
        rank(measure="given"),
        clause("award", "a", award="flag", when={"measure": "given", "at_least": 1000, "unknown": "fails"}),
        clause(
            "bands",
            "grades",
            measure="given",
            on="exact",
            bands=[{"grade": "a", "at_least": 100}, {"grade": "b", "below": 100}],
        ),
    ]
    for end in ends:
        assert bool(harms(document([amount, end], [given]), "harm_donations")) == expected
    assert harms(document([amount], [given]), "harm_donations") == []


# --- last place ----------------------------------------------------------------------------------


def last_place(standard: dict[str, Any]) -> dict[str, Any]:
    return clause(
        "last_place",
        "bottom",
        ranking="places",
        proposal="interview",
        minimum=5,
        standard=standard,
        standard_met="refuse",
    )


def asked(measure: str) -> dict[str, Any]:
    return {"measure": measure, "at_least": "1/2", "unknown": "incomplete"}


@pytest.mark.parametrize(
    "method",
    [
        {"by": "rank", "direction": "higher", "ties": "best", "as_share": True},
        {"by": "percentile", "direction": "higher", "share": "below"},
        {"by": "z_score", "direction": "higher", "deviation": "population", "digits": 6},
    ],
    ids=lambda method: method["by"],
)
def test_R_101_where_somebody_stands_among_others_is_no_absolute_standard(method: dict[str, Any]) -> None:
    relative = document([score(), clause("normalise", "stands", measure="score", method=method, **NONE)])
    clauses = [each.model_dump(exclude_defaults=True) for each in relative.clause]
    found = document([*clauses, rank(), last_place(asked("stands"))])
    assert harms(found, "harm_last_place") != []
    assert harms(document([*clauses, rank(), last_place(asked("score"))]), "harm_last_place") == []


def test_R_101_a_standard_that_asks_for_nothing_is_elimination_by_rank_alone() -> None:
    nothing = {"attribute": "side", "is_one_of": ["none"]}
    assert harms(document([score(), rank(), last_place(nothing)]), "harm_last_place") != []


# --- small groups --------------------------------------------------------------------------------


def panel(minimum: int, **said: Any) -> dict[str, Any]:
    return clause(
        "panel",
        "voices",
        source="ballots",
        rater="rater",
        column="grade",
        worths={"good": 1, "poor": 0},
        votes="one_each_last",
        absent="leave_out",
        minimum_raters=minimum,
        too_few="withheld",
        statistic="mean",
        centring="none",
        empty="missing",
        **NONE,
        **said,
    )


@pytest.mark.parametrize(
    ("minimum", "by", "expected"),
    [(3, [], False), (3, ["unit"], True), (5, ["unit"], False), (5, ["rater"], True)],
)
def test_voices_are_not_broken_down_below_a_small_group(minimum: int, by: list[str], expected: bool) -> None:
    ballots = {"code": "ballots", "feed": "ballots", "subject": "subject", "within": "all"}
    found = document([panel(minimum, **({"by": by} if by else {}))], [ballots])
    assert bool(harms(found, "harm_small_groups")) == expected


def test_every_rule_says_what_it_finds_and_what_to_do_and_is_an_error() -> None:
    found = lint(of_units(WORST[0][1], cases()), MODEL.registry)
    assert not found
    (fault,) = [each for each in found.errors if each.rule == "harm_complaints"]
    assert "R-147" in fault.what
    assert fault.remedy == HARMS["harm_complaints"][1]


def test_R_147_a_document_that_does_harm_is_not_made_a_policy() -> None:
    harmful = of_units([count(), rank(measure="number", direction="lowest")], cases())
    with pytest.raises(InvalidDefinition, match="R-147"):
        harmful.policy(MODEL.registry)
    assert of_units([count(), rank(measure="number")], cases()).policy(MODEL.registry).name == "rules"
