"""A unit's rule set extends its parent's frame (R-084); a rule issued too late for its period (R-014)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.support.clauses import HEAD, clause

from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.documents.frames import Normalisation, across, departures, extend
from party_workflow.policies.feeds.tables import REGISTRY, table
from party_workflow.policies.policy import Result, run

ON, START = date(2026, 12, 31), date(2026, 1, 1)


def source(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "feed": "observations",
        "subject": "member",
        "within": "until",
        "where": {"series": "points"},
    }


def indicator(code: str) -> dict[str, Any]:
    return clause(
        "value", code, source="points", column=code, several="refuse", empty="missing", rounding="none"
    )


def total(*codes: str, weight: str = "1") -> dict[str, Any]:
    return clause(
        "total",
        "total",
        method="sum",
        parts=[{"measure": code, "weight": weight} for code in codes],
        absent="zero",
        rounding="none",
    )


RANK = clause("rank", "places", measure="total", on="exact", direction="highest", ties=[{"by": "shared"}])
FRAME_INDICATORS = ("ideals", "study", "participation", "competence", "responsibility")
FRAME = RuleDocument.read(
    {
        **HEAD,
        "code": "frame",
        "population": {"source": "points"},
        "source": [source("points")],
        "clause": [*(indicator(code) for code in FRAME_INDICATORS), total(*FRAME_INDICATORS), RANK],
    }
)


def unit(code: str, *own: str, **more: Any) -> RuleDocument:
    """A unit's document with indicators of its own."""
    parts = [indicator(each) for each in own]
    if own:
        parts.append(total(*FRAME_INDICATORS, *own))
    return extend(FRAME, {"code": code, "number": f"{code}-2026", "clause": parts, **more})


def result(document: RuleDocument, **marks: int) -> Result:
    """What members have, each with the same mark in all columns."""
    columns = dict.fromkeys((*FRAME_INDICATORS, "charity", "harvest"), "number")
    rows = [{"member": member, **dict.fromkeys(columns, str(mark))} for member, mark in marks.items()]
    history = table(rows, series="points", subject="member", at=START, columns=columns)
    return run(document.policy(REGISTRY), history, on=ON, period_start=START)


def test_R_084_a_unit_adds_its_own_indicators_to_those_of_the_frame() -> None:
    farm = unit("farm", "harvest")
    assert departures(farm, FRAME) == ()
    assert [each.code for each in farm.clause] == [*FRAME_INDICATORS, "harvest", "total", "places"]
    assert farm.digest != FRAME.digest
    assert result(farm, a=2).ranking.entries[0].figure.value == 12
    assert result(FRAME, a=2).ranking.entries[0].figure.value == 10


def test_R_084_what_the_frame_lays_down_cannot_be_left_out_or_altered() -> None:
    with pytest.raises(InvalidDefinition, match="study: It is not as the frame has it"):
        unit("farm", clause=[{**indicator("study"), "empty": "zero"}])
    with pytest.raises(InvalidDefinition, match="total: It is not as the frame has it"):
        unit("farm", clause=[total("ideals", "study")])
    fewer = FRAME.model_copy(update={"clause": FRAME.clause[1:]})
    assert {fault.where for fault in departures(fewer, FRAME)} >= {"ideals"}
    zone = FRAME.model_copy(update={"offset_minutes": 480})
    assert [fault.where for fault in departures(zone, FRAME)] == ["offset_minutes"]
    moved = FRAME.model_copy(update={"clause": (FRAME.clause[1], FRAME.clause[0], *FRAME.clause[2:])})
    assert [fault.where for fault in departures(moved, FRAME)] == ["clause"]
    other = FRAME.model_copy(update={"source": (*FRAME.source[:0], RuleDocument.read(_narrowed()).source[0])})
    assert [fault.where for fault in departures(other, FRAME)] == ["source.points"]


def test_R_084_a_unit_may_weigh_the_parts_of_a_total_and_not_exchange_them() -> None:
    weighed = unit("farm", clause=[indicator("harvest"), total(*FRAME_INDICATORS, "harvest", weight="2")])
    assert departures(weighed, FRAME) == ()
    exchanged = ("harvest", *FRAME_INDICATORS[1:])
    with pytest.raises(InvalidDefinition, match="total: It is not as the frame has it"):
        unit("farm", clause=[indicator("harvest"), total(*exchanged)])
    counted = clause("count", "ideals", source="points", empty="zero")
    with pytest.raises(InvalidDefinition, match="ideals: It is not as the frame has it"):
        unit("farm", clause=[counted])


def _narrowed() -> dict[str, Any]:
    body = dict(FRAME.body)
    return {**body, "source": [{**body["source"][0], "within": "period"}]}


def test_R_084_totals_of_units_with_different_sets_are_refused_unless_a_normalisation_is_named() -> None:
    results = {
        "farm": result(unit("farm", "harvest"), a=4, b=2, c=0),
        "school": result(unit("school", "charity", "harvest"), d=10, e=5),
    }
    with pytest.raises(InvalidInput, match="different rule sets: farm by farm; school by school"):
        across(results)
    found = across(results, "min_max")
    assert found.normalisation == "min_max"
    assert len(set(found.documents.values())) == 2
    assert {entry.subject: (entry.place, entry.figure.value) for entry in found.ranking.entries} == {
        "a": (1, 1),
        "d": (1, 1),
        "b": (3, Fraction(1, 2)),
        "c": (4, 0),
        "e": (4, 0),
    }
    share = {entry.subject: entry.figure.value for entry in across(results, "percentile").ranking.entries}
    assert share == {
        "a": Fraction(5, 6),
        "b": Fraction(1, 2),
        "c": Fraction(1, 6),
        "d": Fraction(3, 4),
        "e": Fraction(1, 4),
    }
    assert "across.farm" in "\n".join(found.ranking.entries[0].figure.lines())
    assert found.ranking.entries[0].figure.evidence()


def test_R_084_totals_of_units_with_the_same_set_stand_side_by_side() -> None:
    farm = unit("farm", "harvest")
    found = across({"one": result(farm, a=4, b=2), "two": result(farm, c=3)})
    assert found.normalisation is None
    assert [(entry.subject, entry.figure.value) for entry in found.ranking.entries] == [
        ("a", 24),
        ("c", 18),
        ("b", 12),
    ]


@pytest.mark.parametrize("normalisation", ["min_max", "percentile"])
def test_a_unit_of_one_is_no_scale(normalisation: Normalisation) -> None:
    results = {
        "farm": result(unit("farm", "harvest"), a=4, b=2),
        "school": result(unit("school", "charity"), d=10),
    }
    found = across(results, normalisation)
    if normalisation == "min_max":
        assert [(item.subject, item.reason) for item in found.ranking.excluded] == [("d", "no-spread")]
    else:
        assert next(each for each in found.ranking.entries if each.subject == "d").figure.value == Fraction(
            1, 2
        )


def test_somebody_in_two_units_and_results_of_different_days_are_refused() -> None:
    farm = unit("farm", "harvest")
    with pytest.raises(InvalidInput, match="Both one and two"):
        across({"one": result(farm, a=4), "two": result(farm, a=3)})
    with pytest.raises(InvalidInput, match="no unit"):
        across({})
    rows = [{"member": "z", **dict.fromkeys((*FRAME_INDICATORS, "harvest"), "1")}]
    history = table(rows, series="points", subject="member", at=START)
    later = run(farm.policy(REGISTRY), history, on=date(2027, 1, 31), period_start=START)
    with pytest.raises(InvalidInput, match="different days"):
        across({"one": result(farm, a=4), "two": later})


def test_who_has_no_total_in_a_unit_is_listed_with_the_reason_beside_those_without_a_scale() -> None:
    strict = FRAME.model_copy(update={"code": "strict", "clause": tuple(_incomplete(FRAME))})
    columns = dict.fromkeys(FRAME_INDICATORS, "number")
    rows = [
        {"member": "d", **dict.fromkeys(FRAME_INDICATORS, "1")},
        {"member": "e", **dict.fromkeys(FRAME_INDICATORS, "1"), "study": "missing"},
    ]
    history = table(rows, series="points", subject="member", at=START, columns=columns)
    found = across(
        {
            "farm": result(FRAME, a=4, b=2),
            "school": run(strict.policy(REGISTRY), history, on=ON, period_start=START),
        },
        "min_max",
    )
    assert {item.subject: item.reason for item in found.ranking.excluded} == {
        "d": "no-spread",
        "e": "missing",
    }
    assert found.ranking.population == 4


def _incomplete(document: RuleDocument) -> list[Any]:
    """The clauses with a total that nobody has who lacks a part of it."""
    return [
        each.model_copy(update={"absent": "incomplete"}) if each.code == "total" else each
        for each in document.clause
    ]


# --- R-014 ------------------------------------------------------------------------------------


def test_R_014_a_document_issued_after_the_period_began_needs_the_flag_and_every_result_prints_it() -> None:
    late = FRAME.model_copy(update={"issued_on": date(2026, 4, 10), "effective_from": date(2026, 4, 1)})
    rows = [{"member": "a", **dict.fromkeys(FRAME_INDICATORS, "1")}]
    history = table(rows, series="points", subject="member", at=START)
    with pytest.raises(InvalidInput, match="after the period began"):
        run(late.policy(REGISTRY), history, on=ON, period_start=START)
    found = run(late.policy(REGISTRY), history, on=ON, period_start=START, retroactive=True)
    assert found.retroactive
    assert found.data()["retroactive"] is True
    assert b'"retroactive":true' in found.canonical_bytes()
    # from the second quarter on it is an ordinary rule, also where the flag is said
    second = run(late.policy(REGISTRY), history, on=ON, period_start=date(2026, 4, 11), retroactive=True)
    assert not second.retroactive
    assert (late.issued_on, late.effective_from) == (date(2026, 4, 10), date(2026, 4, 1))
