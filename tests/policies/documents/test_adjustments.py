"""Deductions, their mitigation (R-106) and bonuses with conditions (R-086)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clauses import clause, concluded, document, faults, measured, values

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.figure import Figure

SOURCES = ("scores", "faults", "exemptions")


def score() -> dict[str, Any]:
    return clause(
        "value", "score", source="scores", column="points", several="sum", empty="missing", rounding="none"
    )


def found_out() -> dict[str, Any]:
    return clause(
        "value",
        "fault",
        source="faults",
        column="points",
        by=["case"],
        several="refuse",
        empty="zero",
        rounding="none",
    )


def deduction(**fields: Any) -> dict[str, Any]:
    return clause(
        "deduction",
        "left",
        **{"measure": "score", "deducted": "fault", "absent": "incomplete", "rounding": "none", **fields},
    )


def mitigation(**fields: Any) -> dict[str, Any]:
    return clause(
        "mitigation",
        "mitigated",
        **{
            "measure": "fault",
            "source": "exemptions",
            "by": ["case"],
            "ground": "ground",
            "approved": "approver",
            "waives": 1,
            "rounding": "none",
            **fields,
        },
    )


SCORES = [{"subject": "a", "points": 80}, {"subject": "b", "points": 70}]
FAULTS = [{"subject": "a", "case": "c-1", "points": 5}, {"subject": "a", "case": "c-2", "points": 3}]


def exemption(**fields: Any) -> dict[str, Any]:
    return {
        "subject": "a",
        "case": "c-1",
        "ground": "pilot-reform",
        "approver": "committee",
        **fields,
    }


def adjusted(*clauses: Mapping[str, Any], **rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return measured(
        [score(), found_out(), *clauses],
        {"scores": SCORES, "faults": FAULTS, "exemptions": [], **rows},
    )


# --- deductions -------------------------------------------------------------------------------


def test_what_is_deducted_is_taken_off_and_shown() -> None:
    assert adjusted(deduction()) == {"a": 72, "b": 70}
    found = concluded(
        document(score(), found_out(), deduction(), sources=SOURCES), {"scores": SCORES, "faults": FAULTS}
    )
    figure = found.measures["left"]["a",]
    before, amount = (each for each in figure.inputs if isinstance(each, Figure))
    assert (before.value, amount.value, len(amount.inputs)) == (80, 8, 2)
    assert len(figure.evidence()) == 3


def test_a_deduction_is_limited_and_leaves_at_least_what_is_said() -> None:
    assert adjusted(deduction(at_most=6))["a"] == 74
    assert adjusted(deduction(at_least=75)) == {"a": 75, "b": 70}


@pytest.mark.parametrize(("absent", "expected"), [("incomplete", "missing"), ("leave_out", 75), ("zero", 75)])
def test_a_deduction_that_is_not_there_is_treated_as_said(absent: str, expected: Any) -> None:
    unknown = [FAULTS[0], {**FAULTS[1], "points": "missing"}]
    assert adjusted(deduction(absent=absent), faults=unknown)["a"] == expected


def test_where_every_deduction_is_left_out_nothing_is_deducted() -> None:
    unknown = [{**FAULTS[1], "points": "excused"}]
    assert adjusted(deduction(absent="leave_out"), faults=unknown)["a"] == 80


def test_who_has_no_score_has_none_after_a_deduction() -> None:
    assert adjusted(deduction(), scores=[])["a"] == "missing"


def test_a_deduction_below_zero_is_refused() -> None:
    with pytest.raises(InvalidInput, match="numbers above zero"):
        adjusted(deduction(), faults=[{"subject": "a", "case": "c-1", "points": -5}])


# --- mitigation -------------------------------------------------------------------------------


def test_R_106_an_approved_exemption_mitigates_a_deduction_and_remains_visible_with_its_ground() -> None:
    less = deduction(deducted="mitigated")
    assert adjusted(mitigation(), less, exemptions=[exemption()]) == {"a": 77, "b": 70}
    assert adjusted(mitigation(waives="1/2"), less, exemptions=[exemption()])["a"] == Fraction(149, 2)
    found = concluded(
        document(score(), found_out(), mitigation(), less, sources=SOURCES),
        {"scores": SCORES, "faults": FAULTS, "exemptions": [exemption()]},
    )
    figure = found.measures["mitigated"]["a", "c-1"]
    before, waived = (each for each in figure.inputs if isinstance(each, Figure))
    assert (figure.value, before.name, before.value) == (0, "fault[c-1]", 5)
    assert (waived.name, waived.value) == ("exemptions.pilot-reform", 1)
    lines = "\n".join(found.measures["left"]["a",].lines())
    assert "exemptions.pilot-reform" in lines
    assert "fault[c-1] = 5" in lines
    (note,) = found.notes
    assert (note.code, note.subject, note.clause) == ("mitigated", "a", "mitigated")
    assert note.figures == (figure,)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"approver": None}, "not_approved"),
        ({"approver": "a"}, "approved_by_oneself"),
        ({"ground": None}, "without_ground"),
        ({"case": "c-9"}, "no_such_deduction"),
    ],
)
def test_R_106_what_is_not_approved_has_no_ground_or_no_deduction_waives_nothing_and_is_noted(
    fields: Any, code: str
) -> None:
    found = concluded(
        document(score(), found_out(), mitigation(), sources=SOURCES),
        {"scores": SCORES, "faults": FAULTS, "exemptions": [exemption(**fields)]},
    )
    assert values(found, "mitigated") == {"a.c-1": 5, "a.c-2": 3}
    assert [note.code for note in found.notes] == [code]


def test_R_106_an_exemption_may_say_itself_how_much_it_waives() -> None:
    less = deduction(deducted="mitigated")
    by_row = mitigation(share="part")
    del by_row["waives"]
    assert adjusted(by_row, less, exemptions=[exemption(part=Fraction(2, 5))])["a"] == 74
    # what is left is mitigated again
    twice = [exemption(part=Fraction(1, 2)), exemption(part=Fraction(1, 2))]
    assert adjusted(by_row, less, exemptions=twice)["a"] == 80 - 3 - Fraction(5, 4)
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        adjusted(by_row, less, exemptions=[exemption(part=2)])
    assert adjusted(by_row, less, exemptions=[exemption(part="missing")])["a"] == 72


def test_an_exemption_says_what_it_waives_in_one_way() -> None:
    with pytest.raises(InvalidDefinition, match="one of them"):
        document(found_out(), mitigation(share="part"), sources=SOURCES)


@given(share=st.fractions(0, 1, max_denominator=8))
def test_mitigation_never_deducts_more_and_never_gives_more_than_was_deducted(share: Fraction) -> None:
    said = mitigation(waives=str(share))
    left = adjusted(said, deduction(deducted="mitigated"), exemptions=[exemption()])["a"]
    assert left == 72 + 5 * share


# --- bonuses ----------------------------------------------------------------------------------


def bonus(**fields: Any) -> dict[str, Any]:
    return clause(
        "bonus",
        "with_bonus",
        **{
            "measure": "score",
            "points": 6,
            "when": {"all_of": [{"source": "works", "happened": 1}, {"source": "praise", "happened": 2}]},
            "rounding": "none",
            **fields,
        },
    )


def rewarded(said: dict[str, Any], **rows: Sequence[Mapping[str, Any]]) -> Any:
    given = {"scores": SCORES, "works": [], "praise": [], "approvals": [], **rows}
    return measured([score(), said], given)["a"]


WORKS: list[Mapping[str, Any]] = [{"subject": "a"}]
PRAISE: list[Mapping[str, Any]] = [{"subject": "a"}, {"subject": "a"}]


def test_R_086_a_bonus_needs_all_its_conditions_evidenced() -> None:
    assert rewarded(bonus(), works=WORKS, praise=PRAISE) == 86
    assert rewarded(bonus(), works=WORKS, praise=PRAISE[:1]) == 80
    assert rewarded(bonus(), works=[], praise=PRAISE) == 80
    found = concluded(
        document(score(), bonus(), sources=["scores", "works", "praise"]),
        {"scores": SCORES, "works": WORKS, "praise": PRAISE},
    )
    assert len(found.measures["with_bonus"]["a",].evidence()) == 4


def test_R_086_who_approves_a_bonus_is_not_the_beneficiary() -> None:
    approved = bonus(approval={"source": "approvals", "approver": "by"})
    proven = {"works": WORKS, "praise": PRAISE}
    assert rewarded(approved, **proven) == 80
    assert rewarded(approved, **proven, approvals=[{"subject": "a", "by": "a"}]) == 80
    assert rewarded(approved, **proven, approvals=[{"subject": "a", "by": None}]) == 80
    assert rewarded(approved, **proven, approvals=[{"subject": "b", "by": "p-9"}]) == 80
    assert rewarded(approved, **proven, approvals=[{"subject": "a", "by": "p-9"}]) == 86


def test_R_086_a_bonus_is_capped() -> None:
    extra = clause("count", "extra", source="praise", empty="zero")
    said = {
        key: each
        for key, each in bonus(added="extra", absent="incomplete", at_most=3).items()
        if key != "points"
    }
    given = {"scores": SCORES, "works": WORKS, "praise": [{"subject": "a"}] * 5}
    assert measured([score(), extra, said], given)["a"] == 83


def test_a_bonus_that_cannot_be_judged_leaves_the_figure_missing() -> None:
    unknown = {"measure": "score", "at_least": 75, "unknown": "incomplete"}
    assert rewarded(bonus(when=unknown)) == 86
    late = clause(
        "value", "survey", source="works", column="rate", several="refuse", empty="missing", rounding="none"
    )
    said = bonus(when={"measure": "survey", "at_least": 75, "unknown": "incomplete"})
    given = {"scores": SCORES, "works": []}
    assert measured([score(), late, said], given)["a"] == "missing"
    fails = bonus(when={"measure": "survey", "at_least": 75, "unknown": "fails"})
    assert measured([score(), late, fails], given)["a"] == 80


@pytest.mark.parametrize("fields", [{"added": "score", "absent": "zero"}, {"absent": "zero"}])
def test_a_bonus_says_in_one_way_what_is_added(fields: Any) -> None:
    with pytest.raises(InvalidDefinition, match=r"one of them|belong together"):
        document(score(), bonus(**fields), sources=["scores", "works", "praise"])


def test_the_linter_wants_one_figure_a_subject() -> None:
    columns = ["points", "case"]
    wrong = [found_out(), deduction(measure="fault")]
    assert any("not one a subject" in each for each in faults(*wrong, columns=columns, sources=SOURCES))
    again = [found_out(), mitigation(by=[])]
    assert any(
        "for each dimension" in each
        for each in faults(*again, columns=[*columns, "ground", "approver"], sources=SOURCES)
    )


def test_a_mitigated_deduction_keeps_its_dimensions() -> None:
    columns = ["points", "case", "ground", "approver"]
    assert (
        faults(
            score(),
            found_out(),
            mitigation(),
            deduction(deducted="mitigated"),
            columns=columns,
            sources=SOURCES,
        )
        == []
    )
    wrong = [found_out(), mitigation(), deduction(measure="mitigated", deducted="fault")]
    (said,) = faults(*wrong, columns=columns, sources=SOURCES)
    assert "mitigated has a figure for each case" in said


def test_a_limited_deduction_or_bonus_shows_everything_that_it_was_reckoned_from() -> None:
    def parts(found: dict[str, Any], **rows: Sequence[Mapping[str, Any]]) -> list[str]:
        given = {"scores": SCORES, "faults": FAULTS, "works": WORKS, "praise": PRAISE, **rows}
        sources = [*SOURCES, "works", "praise"]
        figure = concluded(document(score(), found_out(), found, sources=sources), given).measures[
            found["code"]
        ]["a",]
        return [part.name for part in figure.inputs if isinstance(part, Figure)]

    limited = deduction(at_most=6, at_least=0)
    assert parts(limited) == ["score", "left.amount", "at_most", "at_least"]
    assert parts(bonus(at_most=3)) == ["score", "points", "with_bonus.when", "at_most"]


def test_the_linter_wants_a_plain_measure_to_add() -> None:
    added = bonus(added="fault", absent="zero")
    del added["points"]
    found = faults(
        score(), found_out(), added, columns=["points", "case"], sources=[*SOURCES, "works", "praise"]
    )
    assert any("fault has a figure for each case" in each for each in found)
    assert not [
        each
        for each in faults(score(), bonus(), columns=["points"], sources=["scores", "works", "praise"])
        if "with_bonus" in each
    ]
