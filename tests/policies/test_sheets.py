"""What policies read off sheets: standings, star ratings compared, checklists, the relay, months."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.sheets import DIGEST, UNITS, Hall, kind, mark, passed, pts
from tests.support.world import ROOT

from party_workflow.canonical import canonical_bytes
from party_workflow.domain.assessment import (
    Advance,
    Answer,
    AnswerQuestions,
    AssessmentKind,
    AssignModes,
    CiteResult,
    ConfirmEntries,
    EnterSelf,
    EnterSheets,
    SetAside,
    Value,
)
from party_workflow.domain.organisation import FoundUnit
from party_workflow.domain.publication import Publish
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.packs import party
from party_workflow.policies.assessments.compliance import (
    ComplianceRate,
    all_round,
    checklists,
    compliance,
    percentage_points,
    relative_change,
    turns,
)
from party_workflow.policies.assessments.rounds import holders, months, relay
from party_workflow.policies.assessments.sheets import STRICT, Sheets, Treatment
from party_workflow.policies.assessments.standings import Part, composite, standings
from party_workflow.policies.assessments.star_ratings import confusion, distribution
from party_workflow.policies.figure import Absent, Figure, Rounding
from party_workflow.policies.ranking import Band, Bands

GRADES = ("five_star", "four_star", "three_star", "no_star")


def of_pack(code: str) -> AssessmentKind:
    return party.PACK.read_as(AssessmentKind, code)


def read(world: Hall, key: str = "q1") -> Sheets:
    return Sheets.of(world.workflow.history, f"assessment/{key}")


def branches(world: Hall, number: int) -> tuple[str, ...]:
    units = tuple(f"u-x{index:03}" for index in range(number))
    world.do(*(FoundUnit(unit=unit, kind="branch", parent="u-bureau") for unit in units))
    return units


# --- sheets: four values, provisional, four treatments -------------------------------------------


def marked() -> Hall:
    """u-b1 has 0, u-b2 is excused from one item, u-b3 is set aside."""
    world = Hall(kind())
    world.enter({"u-b1": mark("0"), "u-b2": {"order": passed(), "marks": absent("excused", "new_premises")}})
    world.do(SetAside(key="q1", subjects=("u-b3",), status="missing", reason="nobody_there"), by=ROOT)
    return world


def absent(how: Any, reason: str | None = None) -> Value:
    return Value(absent=how, reason=reason)


def test_R_104_zero_missing_and_excused_are_read_as_different_values_each_with_its_event() -> None:
    world = marked()
    sheets = read(world)
    zero, excused, missing = (sheets.cell(unit, "team", "marks") for unit in UNITS)
    assert zero.value == 0
    assert excused.value == Absent("excused")
    assert excused.reason == "new_premises"
    assert missing.value == Absent("missing")
    assert sheets.cell("u-b1", "settled", "marks").value == Absent("missing")
    ids = {record.envelope.event_id for record in world.workflow.history.records()}
    assert {cell.evidence[0].event_id for cell in (zero, excused, missing)} <= ids


def test_R_104_every_total_says_how_it_treats_what_is_not_there() -> None:
    sheets = read(marked())
    assert sheets.total("u-b1", "team", STRICT).value == 1
    assert sheets.total("u-b2", "team", STRICT).value == Absent("excused")
    lenient = Treatment(missing="incomplete", excused="leave_out", not_applicable="leave_out")
    assert sheets.total("u-b2", "team", lenient).value == 1
    assert sheets.total("u-b3", "team", lenient).value == Absent("missing")
    harsh = Treatment(missing="zero", excused="zero", not_applicable="zero")
    assert sheets.total("u-b3", "team", harsh).value == 0
    nothing = Treatment(missing="leave_out", excused="leave_out", not_applicable="leave_out")
    assert sheets.total("u-b3", "team", nothing).value == Absent("not_applicable")
    with pytest.raises(TypeError):
        Treatment(missing="zero")  # type: ignore[call-arg]


def test_R_095_a_provisional_view_bears_a_watermark_and_grounds_nothing() -> None:
    world = marked()
    sheets = read(world)
    assert sheets.watermark == "provisional"
    assert all(row["watermark"] == "provisional" for row in sheets.rows())
    assert sheets.cell("u-b1", "team", "marks").provisional
    with pytest.raises(InvalidInput, match="grounds no decision"):
        sheets.ground()
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    assert read(world).ground().watermark == ""
    as_known = world.workflow.history.up_to(world.store.head().position - 1)
    assert Sheets.of(as_known, "assessment/q1").watermark == "provisional"


def test_the_same_history_gives_the_same_bytes_and_an_unknown_name_is_said_to_be_unknown() -> None:
    world = marked()
    assert canonical_bytes(read(world).rows()) == canonical_bytes(read(world).rows())
    assert read(world).digest == read(world).digest
    with pytest.raises(InvalidInput):
        read(world, "q9")
    with pytest.raises(InvalidInput):
        read(world).cell("u-b1", "team", "wit")
    with pytest.raises(InvalidInput):
        read(world).cell("u-city", "team", "marks")


# --- standings -----------------------------------------------------------------------------------


def test_R_045_standings_show_method_ties_population_and_who_is_left_out_and_why() -> None:
    world = Hall()
    units = branches(world, 5)
    world.adopt(kind())
    world.open(kind(), subjects=units)
    world.enter({unit: mark(points) for unit, points in zip(units, ("9", "8", "8", "7"), strict=False)})
    world.do(ConfirmEntries(key="q1", voice="team"), by=world.act(5))
    found = standings(read(world), "team", STRICT)
    ranking = found.ranking
    assert ranking.method == "competition"
    assert [ranking.place(unit) for unit in units] == [1, 2, 2, 4, None]
    assert ranking.entry(units[1]).tied == (units[2],)
    assert ranking.population == 5
    assert [(item.subject, item.reason) for item in ranking.excluded] == [(units[4], "missing")]
    assert all(entry.grade is None for entry in ranking.entries)
    assert ranking.entry(units[0]).figure.evidence()


def test_R_102_being_last_is_no_grade_which_comes_from_bands() -> None:
    world = Hall(kind())
    world.enter({"u-b1": mark("10"), "u-b2": mark("9.5"), "u-b3": mark("9")})
    ranking = standings(read(world), "team", STRICT, items=("marks",)).ranking
    bands = Bands((Band("good", Fraction(8)), Band("poor", Fraction(0))), Fraction(0))
    last = ranking.entry("u-b3")
    assert last.place == 3
    assert last.grade is None
    assert bands.grade(last.figure.exact()) == "good"


def test_R_016_no_ranking_reads_what_subjects_say_of_themselves_unless_told_so() -> None:
    world = Hall(kind())
    world.do(EnterSelf(key="q1", voice="own", subject="u-b1", values=mark("10")), by=world.act(5))
    sheets = read(world)
    with pytest.raises(InvalidDefinition, match="own_voice"):
        standings(sheets, "own", STRICT)
    with pytest.raises(InvalidDefinition, match="no voice"):
        standings(sheets, "nobody", STRICT)
    assert standings(sheets, "own", STRICT, own_voice=True).ranking.place("u-b1") == 1
    with pytest.raises(InvalidDefinition, match="own_voice"):
        composite([Part(sheets, "own", Fraction(1), STRICT)], "u-b1", clause="c", basis="b")


def test_R_037_nothing_ranks_across_modes_without_the_clause_that_makes_them_comparable() -> None:
    world = Hall(kind())
    world.enter(dict.fromkeys(UNITS, mark()))
    world.do(AssignModes(key="q1", modes={"u-b1": "live", "u-b2": "written", "u-b3": "live"}), by=ROOT)
    with pytest.raises(InvalidDefinition, match="comparable"):
        standings(read(world), "team", STRICT)
    found = standings(read(world), "team", STRICT, comparable="rule.same-panel")
    assert found.comparable == "rule.same-panel"
    assert dict(found.modes) == {"u-b1": "live", "u-b2": "written", "u-b3": "live"}


def test_R_025_two_assessments_of_a_quarter_stand_apart_and_a_composite_names_both_versions() -> None:
    world = Hall()
    quality, publicity = kind(code="quality"), kind(code="publicity", version=2)
    world.adopt(quality)
    world.adopt(publicity)
    world.open(quality, key="q", subjects=("u-b1", "u-b2"))
    world.open(publicity, key="p", subjects=("u-b2", "u-b3"))
    for key in ("q", "p"):
        sheets = {unit: mark("5") for unit in world.state(key).subjects}
        world.enter(sheets, key=key)
        world.do(ConfirmEntries(key=key, voice="team"), by=world.act(5))
    assert standings(read(world, "q"), "team", STRICT).ranking.population == 2
    assert standings(read(world, "p"), "team", STRICT).ranking.place("u-b1") is None
    parts = [
        Part(read(world, "q"), "team", Fraction(7, 10), STRICT),
        Part(read(world, "p"), "team", Fraction(3, 10), STRICT),
    ]
    found = composite(parts, "u-b2", clause="weights", basis="rule.7-3", rounding=Rounding(2, "half_up"))
    assert found.displayed == "6.00"
    text = "\n".join(found.lines())
    assert "quality@1/2020-Q1" in text
    assert "publicity@2/2020-Q1" in text
    assert isinstance(composite(parts, "u-b1", clause="weights", basis="rule").value, Absent)
    with pytest.raises(ValueError, match="sum to"):
        composite(parts[:1], "u-b2", clause="weights", basis="rule")


# --- star ratings: 744 branches --------------------------------------------------------------------


def rated(number: int = 744, four: int = 348, five: int = 71) -> Hall:
    """The branches rated themselves; the final rating takes a star from every second five-star branch."""
    world = Hall()
    stars = of_pack("star_rating_branch")
    units = branches(world, number)
    world.adopt(stars)
    world.open(stars, unit="u-bureau", subjects=units)
    for index, unit in enumerate(units):
        if index < four + five:
            grade = "four_star" if index < four else "five_star"
            values = {"stars": Value(grade=grade)}
            world.do(EnterSelf(key="q1", voice="self_rating", subject=unit, values=values), by=world.act(5))
    world.do(Advance(key="q1", move="rate"), by=ROOT)
    return world


def test_R_016_348_and_71_of_744_rated_themselves_four_and_five_stars_and_325_are_the_rest() -> None:
    world = rated()
    found = distribution(read(world), "self_rating", "stars")
    assert found.counts() == {"five_star": 71, "four_star": 348, "three_star": 0, "no_star": 0}
    assert found.text("four_star") == "348/744 (46.77 %)"
    assert found.text("five_star") == "71/744 (9.54 %)"
    assert found.together("four_star", "five_star").exact() == Fraction(419, 744)
    assert found.together("four_star", "five_star").displayed == "0.5632"
    assert len(found.rest) == 325
    units = read(world).subjects
    settled = {
        unit: {
            "stars": Value(grade="five_star" if index % 2 else "four_star" if index < 419 else "three_star")
        }
        for index, unit in enumerate(units)
    }
    world.do(EnterSheets(key="q1", voice="final_rating", assessor="p-60", sheets=settled), by=world.act(60))
    compared = confusion(read(world), "stars", "self_rating", "final_rating")
    counts = {pair: int(figure.exact()) for pair, figure in compared.matrix.items() if figure.exact()}
    expected: dict[tuple[str, str], int] = {}
    for index in range(419):
        own = "four_star" if index < 348 else "five_star"
        final = "five_star" if index % 2 else "four_star"
        expected[own, final] = expected.get((own, final), 0) + 1
    assert counts == expected
    assert len(compared.compared) == 419
    assert len(compared.left_out) == 325
    inflation = compared.inflation()
    assert inflation[units[348]] == 1  # five by its own account, four settled
    assert inflation[units[0]] == 0
    assert inflation[units[1]] == -1
    assert compared.matrix["five_star", "four_star"].evidence()


def test_R_019_calibration_shows_agreement_and_the_shift_of_each_grade() -> None:
    world = rated(number=6, four=2, five=2)
    units = read(world).subjects
    four = {unit: {"stars": Value(grade="four_star")} for unit in units}
    world.do(EnterSheets(key="q1", voice="final_rating", assessor="p-2", sheets=four), by=world.act(2))
    sample = {
        units[0]: {"stars": Value(grade="four_star")},
        units[1]: {"stars": Value(grade="three_star")},
        units[2]: {"stars": Value(grade="no_star")},
    }
    world.do(EnterSheets(key="q1", voice="calibration", assessor="p-60", sheets=sample), by=world.act(60))
    found = confusion(read(world), "stars", "final_rating", "calibration")
    assert found.agreement.exact() == Fraction(1, 3)
    assert found.shift("four_star").exact() == 1
    assert found.shift("five_star").value == Absent("not_applicable")
    assert len(found.left_out) == 3
    with pytest.raises(InvalidInput):
        distribution(read(Hall(kind())), "team", "marks")


# --- compliance --------------------------------------------------------------------------------


def counted(name: str, value: int) -> Figure:
    return Figure(name, Fraction(value), "count", "standard", "scheme.standard")


def test_R_026_from_85_to_95_percent_is_10_points_and_11_76_percent() -> None:
    start = ComplianceRate.of("rate", date(2025, 1, 1), counted("compliant", 17), counted("in_scope", 20))
    july = ComplianceRate.of("rate", date(2025, 7, 31), counted("compliant", 19), counted("in_scope", 20))
    assert (str(start), str(july)) == ("17/20 (85 %)", "19/20 (95 %)")
    assert percentage_points(start, july).displayed == "10.00"
    assert relative_change(start, july).displayed == "11.76"
    assert percentage_points(start, july).name != relative_change(start, july).name
    none = ComplianceRate.of("rate", date(2025, 1, 1), counted("compliant", 0), counted("in_scope", 20))
    assert relative_change(none, july).value == Absent("not_applicable")
    with pytest.raises(ValueError, match="no part of a whole"):
        ComplianceRate.of("rate", date(2025, 1, 1), counted("compliant", 21), counted("in_scope", 20))


@given(st.integers(0, 50), st.integers(0, 50))
def test_R_026_no_rate_is_printed_without_both_counts(one: int, other: int) -> None:
    part, whole = sorted((one, other))
    rate = ComplianceRate.of("rate", date(2025, 1, 1), counted("compliant", part), counted("in_scope", whole))
    assert str(rate).startswith(f"{part}/{whole} (")
    assert (rate.compliant, rate.in_scope) == (part, whole)
    assert {item.name for item in rate.figure.inputs if isinstance(item, Figure)} == {"compliant", "in_scope"}


def premises() -> Hall:
    """Six haves of two branches; the flag of the first holds to the end of June. The third is excused."""
    world = Hall(of_pack("six_haves"))
    items = [item.code for item in of_pack("six_haves").items]
    sheet = {code: passed(expires="2009-12-31") for code in items}
    first = {**sheet, "flag": passed(expires="2009-06-30")}
    second = {**sheet, "books": Value(passed=False)}
    world.enter({"u-b1": first, "u-b2": second}, voice="on_site_check")
    world.do(SetAside(key="q1", subjects=("u-b3",), status="excused", reason="being_built"), by=ROOT)
    return world


def test_R_028_an_expired_item_returns_the_premises_to_not_standard_at_that_date() -> None:
    world = premises()
    assert len(of_pack("six_haves").items) == 6
    sheets = read(world)
    before = checklists(sheets, "on_site_check", date(2009, 6, 30))
    after = checklists(sheets, "on_site_check", date(2009, 7, 1))
    assert before["u-b1"].standard
    assert before["u-b1"].until == date(2009, 6, 30)
    assert after["u-b1"].label == "not_standard"
    assert [item.item for item in after["u-b1"].items if item.state == "expired"] == ["flag"]
    assert before["u-b2"].label == "not_standard"  # five of six
    assert before["u-b3"].label == "excused"
    found = turns(sheets, "on_site_check", "u-b1", date(2009, 3, 2), date(2010, 3, 2))
    assert found == ((date(2009, 3, 2), "standard"), (date(2009, 7, 1), "not_standard"))


def test_R_028_renewed_evidence_makes_the_premises_standard_again_and_the_past_stays() -> None:
    world = premises()
    entry = read(world).cell("u-b1", "on_site_check", "flag").evidence[0].event_id
    then = world.now
    world.later(days=125)
    renewed = {"u-b1": {"flag": passed(expires="2010-06-30")}}
    world.enter(renewed, voice="on_site_check", corrects=entry, ground="renewed")
    july = date(2009, 7, 20)
    assert checklists(read(world), "on_site_check", july)["u-b1"].standard
    as_of = world.workflow.history.as_of(effective=then + timedelta(days=1))
    was = checklists(Sheets.of(as_of, "assessment/q1"), "on_site_check", july)
    assert was["u-b1"].label == "not_standard"


def test_R_026_the_rate_is_of_a_day_and_leaves_the_excused_out_of_scope() -> None:
    world = premises()
    june = compliance(read(world), "on_site_check", date(2009, 6, 30))
    july = compliance(read(world), "on_site_check", date(2009, 7, 1))
    assert str(june) == "1/2 (50 %)"
    assert str(july) == "0/2 (0 %)"
    assert june.excused == 1
    assert percentage_points(june, july).displayed == "-50.00"
    ids = {record.envelope.event_id for record in world.workflow.history.records()}
    assert {item.event_id for item in june.figure.evidence()} <= ids


def test_R_027_all_round_progress_is_all_five_passed_with_evidence() -> None:
    five = of_pack("five_isations")
    world = Hall(five)
    assert len({item.section for item in five.items}) == 5
    everything = {item.code: passed(kind="confirmation") for item in five.items}
    four = {**everything, "premises": Value(passed=False)}
    world.enter({"u-b1": everything, "u-b2": four}, voice="on_site_check")
    bare = EnterSheets(
        key="q1", voice="on_site_check", assessor="p-60", sheets={"u-b3": {"set_up": Value(passed=True)}}
    )
    assert world.refused(bare, by=world.act(60)).code == "assessment.evidence_lacking"
    found = checklists(read(world), "on_site_check", date(2009, 3, 2))
    assert [all_round(found[unit]) for unit in UNITS] == [True, False, False]


# --- the relay -----------------------------------------------------------------------------------


def run_relay() -> Hall:
    world = Hall()
    departments = of_pack("five_star_departments")
    world.adopt(departments)
    items = [item.code for item in departments.items]

    def scores(*points: str) -> dict[str, Value]:
        return {code: pts(value) for code, value in zip(items, points, strict=False)}

    rounds = {
        "2019-01": {"u-b1": scores("9", "9", "9", "9", "9"), "u-b2": scores("8", "9", "9", "9", "9")},
        "2019-02": {"u-b1": scores("9", "9", "9", "9"), "u-b2": scores("1", "1", "1", "1", "1")},
        "2019-03": {unit: scores("5", "5", "5", "5", "5") for unit in ("u-b1", "u-b2")},
        "2019-04": {"u-b1": scores("9", "9", "9", "9", "9")},
    }
    for period, sheets in rounds.items():
        world.open(departments, key=period, period=period)
        world.enter(sheets, key=period, voice="judging")
    world.do(Advance(key="2019-04", move="void"), by=ROOT)
    return world


def test_R_023_the_flag_moves_with_every_round_and_its_holders_are_on_record() -> None:
    rounds = relay(run_relay().workflow.history, "five_star_departments", "judging")
    assert holders(rounds) == (("2019-01", "u-b1"), ("2019-02", "u-b2"), ("2019-03", None), ("2019-04", None))
    assert rounds[2].tied == ("u-b1", "u-b2")  # people choose
    assert rounds[3].void


def test_R_023_dimensions_stay_apart_from_the_total_and_a_gap_is_incomplete_and_no_zero() -> None:
    rounds = relay(run_relay().workflow.history, "five_star_departments", "judging")
    runner = rounds[1].runners[0]
    assert runner.subject == "u-b1"
    assert runner.incomplete
    assert [cell.value for cell in runner.dimensions] == [9, 9, 9, 9, Absent("missing")]
    complete = rounds[0].runners[0]
    assert [cell.item for cell in complete.dimensions] == [
        "team",
        "department_style",
        "image",
        "department_service",
        "contribution",
    ]
    assert complete.total.exact() == 45
    assert not complete.incomplete


# --- twelve months -------------------------------------------------------------------------------


def test_R_100_a_year_has_twelve_results_each_with_the_publication_that_cites_its_snapshot() -> None:
    world = Hall()
    monthly = of_pack("monthly_appraisal")
    world.adopt(monthly)
    for number in range(1, 12):
        key = f"2009-{number:02}"
        world.open(monthly, key=key, period=key, subjects=("p-2", "p-3"))
        sheet = {"key_tasks": pts("40"), "daily_duties": pts("25.5"), "conduct": pts(f"{number}")}
        world.enter({"p-2": sheet, "p-3": sheet}, key=key, voice="superior_mark")
        world.do(ConfirmEntries(key=key, voice="superior_mark"), by=world.act(5))
        world.do(
            Publish(
                key=f"r-{key}",
                unit="u-city",
                subject="monthly",
                audience="branches",
                media="notice_board",
                position=world.store.head().position,
                known=world.now,
                rule=DIGEST,
                digest=f"{number:064x}",
            ),
            by=world.act(4),
        )
        world.do(CiteResult(key=key, publication=f"r-{key}"), by=world.act(4))
        world.later(days=30)
    found = months(world.workflow.history, "monthly_appraisal", "superior_mark", 2009, STRICT)
    assert len(found) == 12
    assert [month.period for month in found] == [f"2009-{number:02}" for number in range(1, 13)]
    assert [month.citation.digest for month in found if month.citation] == [f"{n:064x}" for n in range(1, 12)]
    assert (found[11].stage, found[11].stream, dict(found[11].totals)) == ("missing", None, {})
    assert found[4].totals["p-2"].exact() == Fraction(141, 2)
    for month in found[:11]:
        assert month.citation is not None
        assert month.stream is not None
        at = world.workflow.history.up_to(month.citation.position)
        snapshot = Sheets.of(at, month.stream)
        assert snapshot.total("p-2", "superior_mark", STRICT).value == month.totals["p-2"].value


# --- indicators ----------------------------------------------------------------------------------


def test_R_099_each_indicator_says_what_it_is_and_adoption_carries_both_counts() -> None:
    indicators = of_pack("soft_work_indicators")
    assert all(
        item.indicator and item.indicator.owner and item.indicator.unit and item.indicator.sources
        for item in indicators.items
    )
    world = Hall(indicators)
    sheet = {
        "mood_survey_quality": pts("90"),
        "suggestion_adoption": Value(part=30, whole=48),
        "satisfaction_score": Value(part=0, whole=0),
    }
    world.enter({"u-b1": sheet}, voice="indicator_owner")
    cell = read(world).cell("u-b1", "indicator_owner", "suggestion_adoption")
    assert cell.value == Fraction(30, 48)
    kept = world.state().sheet("u-b1", "indicator_owner")
    assert kept is not None
    assert (kept["suggestion_adoption"].value.part, kept["suggestion_adoption"].value.whole) == (30, 48)
    nothing = read(world).cell("u-b1", "indicator_owner", "satisfaction_score")
    assert nothing.value == Absent("not_applicable")


def test_R_049_who_did_not_answer_a_common_question_is_visible() -> None:
    world = Hall(kind())
    answers = {"idle_talk": Answer(applies=False, reason="nobody"), "u-b1.slow": Answer(applies=True)}
    world.do(AnswerQuestions(key="q1", subject="u-b1", answers=answers), by=world.act(5))
    world.do(SetAside(key="q1", subjects=("u-b3",), status="excused", reason="being_built"), by=ROOT)
    sheets = read(world)
    assert sheets.responses("u-b1") == {**answers, "thin_reports": Absent("missing")}
    assert sheets.responses("u-b2") == dict.fromkeys(("idle_talk", "thin_reports"), Absent("missing"))
    assert set(sheets.responses("u-b3").values()) == {Absent("excused")}
    with pytest.raises(InvalidInput):
        sheets.responses("u-city")


# --- laws ----------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=3, max_size=3), st.permutations(UNITS))
def test_a_place_depends_on_marks_and_never_on_who_it_is(halves: list[int], order: list[str]) -> None:
    world = Hall(kind())
    world.enter({unit: mark(_half(h)) for unit, h in zip(order, halves, strict=True)})
    ranking = standings(read(world), "team", STRICT).ranking
    for unit, value in zip(order, halves, strict=True):
        assert ranking.place(unit) == 1 + sum(other > value for other in halves)


def _half(halves: int) -> str:
    return str(halves // 2) if halves % 2 == 0 else f"{halves // 2}.5"


def test_no_total_is_computed_of_a_subject_voice_or_item_that_there_is_not() -> None:
    world = marked()
    sheets = read(world)
    with pytest.raises(InvalidInput, match="no voice zz"):
        sheets.total("u-b1", "zz", STRICT)
    with pytest.raises(InvalidInput, match="u-b9 is no subject"):
        sheets.total("u-b9", "team", STRICT)
    with pytest.raises(InvalidInput, match="team does not mark beauty"):
        sheets.total("u-b1", "team", STRICT, items=("marks", "beauty"))
    assert sheets.total("u-b1", "team", STRICT, items=("marks",)).value == 0
    with pytest.raises(InvalidInput, match="no stream of an assessment"):
        Sheets.of(world.workflow.history, "activity/lesson-1")
