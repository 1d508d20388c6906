"""Given events or rows, then what follows: what passes, and in which words the rest fails."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from tests.testing.faulty_policies import CAP, STREAK, TIES, study_points, two_means

from party_workflow.domain.activity import ActivityHeld, HeldAttendance
from party_workflow.domain.organisation import PersonJoined
from party_workflow.errors import InvalidInput
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.policy import run
from party_workflow.testing.policies import Happened, given, happened
from party_workflow.testing.policies.past import past
from party_workflow.testing.policies.scenario import GivenPolicy


def joined(*people: str) -> list[Happened]:
    return [
        happened(PersonJoined(person=person, unit="u-b", categories=("member",)), at="2009-01-05")
        for person in people
    ]


def held(key: str, at: str, **people: str) -> Happened:
    rows = tuple(
        HeldAttendance(person=f"p-{who[1:]}", standing="expected", status=status)  # type: ignore[arg-type]
        for who, status in sorted(people.items())
    )
    return happened(ActivityHeld(attendance=rows), stream=f"activity/{key}", at=at, by="p-9")


def two() -> GivenPolicy:
    policy = study_points()
    sessions = held("a", "2009-02-01", p1="present", p2="late"), held("b", "2009-03-01", p1="present")
    return given(policy, joined("p-1", "p-2"), *sessions).on("2009-06-30").period("2009-01-01")


def test_places_figures_and_events_of_a_policy_in_code() -> None:
    two().ranks({"p-1": 1, "p-2": 2}).figures({"p-1": 8, "p-2": Fraction(3)}).explains("p-1", 3, 4)
    two().ranks({"p-1": 1}, partly=True).figures({"p-1": "8"}, partly=True)
    two().at_least({"p-1": 8}).at_most({"p-2": 3})


def test_a_difference_is_said_by_subject_and_explained() -> None:
    with pytest.raises(AssertionError) as error:
        two().figures({"p-1": 10, "p-2": 3})
    said = str(error.value).splitlines()
    assert said[0] == "figures differ for 1 of 2"
    assert said[2].split() == ["p-1", "10", "8"]
    assert said[3] == "why:"
    assert said[4] == "  p-1: place 1 of 2"
    assert any("activity.held" in line for line in said)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (lambda case: case.ranks({"p-1": 1}), r"p-2 +nothing +2"),
        (lambda case: case.ranks({"p-1": 1, "p-2": None}), r"p-2 +none +2"),
        (lambda case: case.explains("p-1", 3), r"event 4 +nothing +rests on it"),
        (lambda case: case.explains("p-7"), "nothing is said of p-7"),
        (lambda case: case.at_least({"p-2": 4}), "p-2: expected at least 4, got 3"),
        (lambda case: case.figures({}, measure="points"), "there is no measure points; there are: none"),
        (lambda case: case.fails("no"), "did not fail"),
        (lambda case: case.grades({"p-1": "good"}), "grades differ"),
        (lambda case: case.proposes("p-2"), "proposals differ"),
        (lambda case: case.says("places", {}), "places differ for 2 of 2"),
    ],
)
def test_each_expectation_can_fail(then: object, said: str) -> None:
    assert callable(then)
    with pytest.raises(AssertionError, match=said):
        then(two())


def test_the_day_of_the_run_and_the_period_count() -> None:
    two().on("2009-02-15").figures({"p-1": 4, "p-2": 3})
    two().period("2009-02-15").figures({"p-1": 4, "p-2": 0})


def test_a_past_is_read_as_of_a_moment() -> None:
    late = happened(
        ActivityHeld(attendance=(HeldAttendance(person="p-1", standing="expected", status="present"),)),
        stream="activity/c", at="2009-02-01", recorded_at="2009-05-01",
    )  # fmt: skip
    case = given(study_points(), joined("p-1"), late).on("2009-06-30").period("2009-01-01")
    case.figures({"p-1": 4})
    case.as_of(known="2009-04-30").figures({"p-1": 0})
    case.as_of(effective=datetime(2009, 1, 31, tzinfo=UTC)).figures({"p-1": 0})


def test_events_stand_in_the_order_of_recording() -> None:
    events = joined("p-1")
    early = happened(events[0].event, at="2009-01-01", recorded_at="2009-01-01")
    with pytest.raises(InvalidInput, match="recorded before the event that stands before it"):
        past(*events, early, registry=two().model_registry)
    back = past(*events, happened(events[0].event, at="2009-01-01"), registry=two().model_registry)
    assert [item.envelope.recorded_at.date().isoformat() for item in back.recorded] == ["2009-01-05"] * 2
    assert back.recorded[1].envelope.effective_at.date().isoformat() == "2009-01-01"


def test_what_is_given_is_a_history_like_any_other() -> None:
    case = two()
    result = run(case.compiled, case.past.history, on=case.when.on, period_start=case.when.period_start)
    assert result.conclusion == case.conclusion
    assert [record.position for record in case.past.history.records()] == [1, 2, 3, 4]


def test_rows_of_a_document_take_the_place_of_events() -> None:
    case = given(CAP).on("2009-06-30").period("2009-01-01").rows("members", {"person": "p-1"})
    case.rows("register", {"person": "p-1", "status": "late", "event": "the-talk"}).explains(
        "p-1", "the-talk"
    )
    case.rows("register", {"person": "p-1", "status": "late", "at": "2009-07-01"}).figures({"p-1": 0})
    with pytest.raises(InvalidInput, match="no source guests"):
        case.rows("guests", {"person": "p-1"}).ranks({})
    with pytest.raises(InvalidInput, match="A float is no value"):
        case.rows("register", {"person": "p-1", "status": "late", "minutes": 1.5}).ranks({})
    with pytest.raises(InvalidInput, match="Rows are read by rule documents"):
        given(study_points()).on("2009-06-30").rows("members", {"person": "p-1"}).ranks({})


def sheet(**said: object) -> GivenPolicy:
    """Of the sources of a document the members on the first sheet, and sessions unless somebody was ill."""
    body = CAP.body
    members, register = body["source"]
    members = {**members, "columns": ["person", "sheet"], "where": {"sheet": "one"}}
    register = {**register, "unless": {"status": "ill"}, **said}
    document = RuleDocument.read({**body, "source": [members, register]})
    return given(document).on("2009-06-30").period("2009-01-01")


def test_rows_that_their_source_drops_are_said_with_what_drops_them() -> None:
    there = {"person": "p-1", "sheet": "one"}
    case = sheet().rows("members", there, {"person": "p-2"}, {"person": "p-3", "sheet": "two"})
    with pytest.raises(AssertionError) as error:
        case.ranks({"p-1": 1, "p-2": 1})
    said = str(error.value).splitlines()
    assert said[-3:] == [
        "rows given that do not count:",
        "  2 of 3 rows of members dropped: 2 by where.sheet",
        "  p-2 is not in the population: its row of members is dropped by where.sheet",
    ]
    case.ranks({"p-1": 1})
    late = {"person": "p-1", "status": "present", "at": "2008-12-31"}
    ill = {"person": "p-1", "status": "ill"}
    with pytest.raises(AssertionError) as error:
        case.rows("register", late, ill, {**late, **ill}, {**ill, "status": "present"}).figures({"p-1": 12})
    assert str(error.value).splitlines()[-1] == (
        "  3 of 4 rows of register dropped: 1 by unless.status, 1 by unless.status and within = period, "
        "1 by within = period"
    )


@pytest.mark.parametrize(
    "then",
    [
        lambda case: case.explains("p-2", 1),
        lambda case: case.at_least({"p-2": 1}),
        lambda case: case.figures({"p-2": 0}, partly=True, measure="points"),
    ],
)
def test_whoever_has_only_dropped_rows_is_said_to_be_outside_the_population(then: object) -> None:
    assert callable(then)
    case = sheet().rows("members", {"person": "p-1", "sheet": "one"}, {"person": "p-2"})
    with pytest.raises(AssertionError, match="p-2 is not in the population: its row of members is dropped"):
        then(case)
    twice = case.rows("members", {"person": "p-2", "sheet": "one"}).at_least({"p-2": 0})
    with pytest.raises(AssertionError) as error:
        twice.at_least({"p-2": 1})
    assert "not in the population" not in str(error.value)
    assert "1 of 3 rows of members dropped" in str(error.value)


def test_where_every_row_counts_nothing_is_said_of_dropped_ones() -> None:
    with pytest.raises(AssertionError) as error:
        sheet().rows("members", {"person": "p-1", "sheet": "one"}).figures({"p-1": 4})
    assert "do not count" not in str(error.value)


def test_tiers_ties_and_absences_have_words_of_their_own() -> None:
    months = [held("a", "2009-02-01", p1="present"), held("b", "2009-03-01", p1="present")]
    given(STREAK, joined("p-1"), months).on("2009-06-30").tiers({"p-1": "two_star"})
    given(STREAK, joined("p-1"), months[:1]).on("2009-06-30").tiers({"p-1": "one_star"})
    level = held("a", "2009-02-01", p1="present", p2="late")
    given(TIES, joined("p-1", "p-2"), level).on("2009-06-30").ranks({"p-1": 1, "p-2": 2})


def test_two_policies_are_held_against_each_other() -> None:
    two().agrees_with(given(CAP, *two().items).on("2009-06-30").period("2009-01-01"))
    seven = given(study_points(off_by=-3), *two().items).on("2009-06-30").period("2009-01-01")
    with pytest.raises(AssertionError, match="values differ for 1 of 2"):
        seven.agrees_with(two())
    two().stepwise().same_as(two())
    two().from_snapshot(2).same_as(two())
    two().with_later_value("points.cap").same_as(two().with_later_value("points.cap"))
    assert given(two_means()).policy.name == "two-means"


def test_without_a_day_it_says_so() -> None:
    with pytest.raises(InvalidInput, match="Nothing says for which day"):
        given(study_points()).ranks({})
