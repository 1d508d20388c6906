"""Duties: what had to be done and was not, judged by the organisation as it was, without a false alarm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.pack import PackWorld

from party_workflow.calendar import Period
from party_workflow.domain.activity import Attendance, HoldActivity, MergeActivity, PlanActivity
from party_workflow.domain.organisation import (
    AssignPost,
    ChangeCategories,
    CloseUnit,
    EndPost,
    FoundUnit,
    MovePerson,
    ReclassifyUnit,
    RegisterPerson,
    RemovePerson,
)
from party_workflow.domain.schedule import Exempt, OpenSchedule, VoidPeriod
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.packs.party import PACK
from party_workflow.policies.duties import (
    DutyRow,
    Regime,
    duty_report,
    idle,
    topics,
    trained_holders,
    unmet,
)

SIX = PACK.read_as(Regime, "six_basic_systems")
HOURS = PACK.read_as(Regime, "training_hours")
LECTURES = PACK.read_as(Regime, "lecture_standard")
YEAR = 2010
EVERYTHING: dict[str, Any] = {"below": "u-bureau", "first": date(YEAR, 1, 1), "last": date(YEAR, 12, 31)}


class Town(PackWorld):
    """The small organisation, standing since 2009, in the year that is looked at."""

    def __init__(self, members: int = 4) -> None:
        super().__init__(members=members)
        self.now = datetime(YEAR + 1, 1, 31, tzinfo=UTC)
        self.keys = count(1)
        self.called: dict[str, tuple[str, ...]] = {}

    def since(self, month: int, day: int = 1, year: int = YEAR) -> datetime:
        return datetime(year, month, day, tzinfo=UTC)

    def hold(
        self, kind: str, month: int, day: int = 15, *, unit: str = "u-branch", absent: int = 0, **more: Any
    ) -> str:
        """An activity of a unit on a day of the year looked at, at nine in the morning in China."""
        minutes, chair = more.pop("minutes", 60), more.pop("chair", None)
        key = self.plan(kind, month, day, unit=unit, **more)
        self.happen(key, month, day, absent=absent, minutes=minutes, chair=chair)
        return key

    def plan(self, kind: str, month: int, day: int = 15, *, unit: str = "u-branch", **more: Any) -> str:
        """An activity that is planned three days before."""
        key = f"act-{next(self.keys)}"
        at = datetime(YEAR, month, day, 1, tzinfo=UTC)
        expected = more.pop("expected", tuple(f"p-{number}" for number in range(1, 5)))
        self.do(
            PlanActivity(key=key, kind=kind, unit=unit, planned_at=at, expected=expected, **more),
            effective_at=at - timedelta(days=3),
        )
        self.called[key] = expected
        return key

    def happen(
        self,
        key: str,
        month: int,
        day: int = 15,
        *,
        absent: int = 0,
        minutes: int = 60,
        chair: str | None = None,
    ) -> None:
        """An activity takes place; the first so many of those expected are absent."""
        at = datetime(YEAR, month, day, 1, tzinfo=UTC)
        expected = self.called[key]
        rows = {
            person: Attendance(status="absent" if index < absent else "present")
            for index, person in enumerate(expected)
        }
        self.do(HoldActivity(key=key, attendance=rows, minutes=minutes, chaired_by=chair), effective_at=at)

    def report(self, regime: Regime = SIX, as_of: date = date(YEAR, 12, 31), **more: Any) -> list[DutyRow]:
        return list(duty_report(self.workflow.history, regime, as_of=as_of, **(EVERYTHING | more)))

    def unmet(self, duty: str, regime: Regime = SIX, **more: Any) -> list[tuple[str, str]]:
        rows = unmet(self.report(regime, **more))
        return [(row.subject, row.period.label) for row in rows if row.duty == duty]


def test_R_029_every_period_and_branch_with_an_unmet_duty_is_listed_and_no_other() -> None:
    town = Town()
    for month in (2, 5, 11):
        town.hold("general_meeting", month)
    assert town.unmet("general_meeting_each_quarter") == [("u-branch", "2010-Q3")]
    rows = [row for row in town.report() if row.duty == "general_meeting_each_quarter"]
    assert [row.status for row in rows] == ["met", "met", "unmet", "met"]
    assert [len(row.evidence) for row in rows] == [1, 1, 0, 1]
    assert town.unmet("life_meeting_each_year") == [("u-branch", "2010")]


def test_R_029_a_branch_that_did_not_exist_or_had_closed_raises_no_alarm() -> None:
    town = Town()
    town.do(FoundUnit(unit="u-young", kind="branch", parent="u-bureau"), effective_at=town.since(5, 2))
    town.do(FoundUnit(unit="u-old", kind="branch", parent="u-bureau"), effective_at=town.since(6, 1, 2009))
    town.do(CloseUnit(unit="u-old", ground="merger"), effective_at=town.since(8, 20))
    found = town.unmet("general_meeting_each_quarter")
    assert [period for unit, period in found if unit == "u-young"] == ["2010-Q3", "2010-Q4"]
    assert [period for unit, period in found if unit == "u-old"] == ["2010-Q1", "2010-Q2"]
    grounds = {
        (row.subject, row.period.label): row.status
        for row in town.report()
        if row.duty == "general_meeting_each_quarter"
    }
    assert grounds["u-young", "2010-Q2"] == grounds["u-old", "2010-Q3"] == "not_there"


def test_R_029_a_branch_without_groups_owes_nothing_about_groups() -> None:
    town = Town()
    assert town.unmet("groups_guided_each_quarter") == []
    town.do(FoundUnit(unit="u-group", kind="party_group", parent="u-branch"), effective_at=town.since(6, 15))
    assert town.unmet("groups_guided_each_quarter") == [("u-branch", "2010-Q3"), ("u-branch", "2010-Q4")]
    owed = [period for unit, period in town.unmet("group_meeting_each_month") if unit == "u-group"]
    assert owed == [f"2010-{month:02d}" for month in range(7, 13)]


def test_R_029_a_branch_too_small_for_a_committee_owes_no_committee_meeting() -> None:
    town = Town(members=6)
    assert town.unmet("committee_each_month") == []
    seventh = RegisterPerson(person="p-70", unit="u-branch", categories=("member", "probationary"))
    town.do(seventh, effective_at=town.since(3, 10))
    assert town.unmet("committee_each_month") == []  # who is on probation does not vote
    full = ChangeCategories(person="p-70", categories=("member",), ground="confirmed")
    town.do(full, effective_at=town.since(9, 10))
    assert [period for _, period in town.unmet("committee_each_month")] == ["2010-10", "2010-11", "2010-12"]


def test_R_029_an_exempt_or_void_period_is_not_owed_and_says_why() -> None:
    town = Town()
    town.do(OpenSchedule(key="organisation", unit="u-city"))
    town.do(
        Exempt(
            key="organisation",
            duty="theme_day_each_month",
            period="2010-Q1",
            reason="flood",
            unit="u-branch",
            approver="p-60",
        ),
        by=town.act(60),
    )
    town.do(VoidPeriod(key="organisation", period="2010-04", reason="epidemic", basis="notice.2010-4"))
    rows = {row.period.label: row for row in town.report() if row.duty == "theme_day_each_month"}
    assert [rows[f"2010-0{month}"].status for month in range(1, 6)] == ["exempt"] * 3 + ["void", "unmet"]
    assert (rows["2010-01"].reason, rows["2010-04"].reason) == ("flood", "epidemic")


def test_R_029_a_period_that_has_not_ended_is_open_and_later_meetings_do_not_count_yet() -> None:
    town = Town()
    town.hold("general_meeting", 3, 31)
    before = {r.period.label: r for r in town.report(as_of=date(YEAR, 3, 30)) if "general" in r.duty}
    assert before["2010-Q1"].status == "open"
    after = {r.period.label: r for r in town.report(as_of=date(YEAR, 3, 31)) if "general" in r.duty}
    assert (after["2010-Q1"].status, after["2010-Q2"].status) == ("met", "open")


def test_R_030_a_meeting_below_its_quorum_is_recorded_and_does_not_satisfy_the_duty() -> None:
    town = Town()
    key = town.hold("general_meeting", 2, absent=2, quorum=Fraction(1, 2), quorum_having=("member",))
    assert town.workflow.state(f"activity/{key}").held
    row = next(row for row in town.report() if row.duty == "general_meeting_each_quarter")
    assert (row.status, row.done) == ("unmet", 0)
    [short] = row.short
    assert (short.stream, short.why) == (f"activity/{key}", "no_quorum")
    town.hold("general_meeting", 3, absent=1, quorum=Fraction(1, 2), quorum_having=("member",))
    assert next(row for row in town.report() if row.duty == row.duty).status == "met"


def test_R_030_the_quorum_counts_those_entitled_to_vote_as_of_the_meeting() -> None:
    town = Town()
    for number in (3, 4):
        change = ChangeCategories(person=f"p-{number}", categories=("member", "probationary"), ground="x")
        town.do(change, effective_at=town.since(2, 20))
    voting = {"quorum": Fraction(1, 2), "quorum_having": ("member",), "quorum_without": ("probationary",)}
    before = town.hold("general_meeting", 2, absent=2, **voting)
    after = town.hold("general_meeting", 3, expected=("p-3", "p-4", "p-1", "p-2"), absent=2, **voting)
    states = [town.workflow.state(f"activity/{key}") for key in (before, after)]
    assert [len(state.entitled) for state in states] == [4, 2]
    assert [state.quorum_met for state in states] == [False, True]


def test_R_002_a_meeting_merged_into_a_later_one_counts_for_its_period_only_where_the_rule_says_so() -> None:
    town = Town()
    first, second = (
        town.plan("general_meeting", month, period=f"2010-Q{q}") for q, month in ((1, 3), (2, 6))
    )
    town.do(MergeActivity(key=first, into=second, reason="epidemic", basis="notice.2010-3"))
    town.happen(second, 6)
    assert town.unmet("general_meeting_each_quarter")[0] == ("u-branch", "2010-Q1")
    duty = SIX.duties[0].model_copy(update={"merged": True})
    lenient = SIX.model_copy(update={"duties": (duty, *SIX.duties[1:])})
    found = town.unmet("general_meeting_each_quarter", lenient)
    assert [period for _, period in found] == ["2010-Q3", "2010-Q4"]


def test_R_030_meeting_kinds_are_distinct() -> None:
    town = Town()
    town.hold("committee_meeting", 2)
    assert ("u-branch", "2010-Q1") in town.unmet("general_meeting_each_quarter")


# --- no double counting ----------------------------------------------------------------------

OATH: dict[str, Any] = {
    "code": "oath_and_theme",
    "version": 1,
    "offset_minutes": 480,
    "duties": [
        {"code": "theme", "unit_kinds": ["branch"], "every": "quarter", "counts": ["theme_day", "oath_day"]},
        {"code": "oath", "unit_kinds": ["branch"], "every": "quarter", "counts": ["oath_day"]},
    ],
}


def test_R_031_one_activity_counts_for_several_duties_only_where_the_rule_says_so() -> None:
    town = Town()
    town.hold("oath_day", 2)
    strict = Regime.model_validate(OATH)
    shared = Regime.model_validate(
        OATH | {"duties": [OATH["duties"][0], OATH["duties"][1] | {"also": ["theme"]}]}
    )
    quarter = {"first": date(YEAR, 1, 1), "last": date(YEAR, 3, 31)}
    assert len(unmet(town.report(strict, **quarter))) == 1
    assert unmet(town.report(shared, **quarter)) == ()
    town.hold("theme_day", 3)  # now there are two, and neither has to count twice
    assert unmet(town.report(strict, **quarter)) == ()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=5),
    st.lists(st.frozensets(st.sampled_from(["a", "b", "c"]), min_size=1), min_size=1, max_size=4),
)
def test_nothing_is_unmet_that_some_way_of_counting_each_activity_once_would_meet(
    held: list[str], wanted: list[frozenset[str]]
) -> None:
    town = Town(members=4)
    for day, kind in enumerate(held, start=1):
        town.hold(f"kind_{kind}", 2, day)
    duties = [
        {
            "code": f"duty_{number}",
            "unit_kinds": ["branch"],
            "every": "month",
            "counts": [f"kind_{kind}" for kind in sorted(kinds)],
        }
        for number, kinds in enumerate(wanted)
    ]
    regime = Regime.model_validate({"code": "any", "version": 1, "offset_minutes": 480, "duties": duties})
    rows = town.report(regime, first=date(YEAR, 2, 1), last=date(YEAR, 2, 28))
    met = sum(row.status == "met" for row in rows)
    assert met == _most(held, wanted)
    used = [item.event_id for row in rows for item in row.evidence]
    assert len(used) == len(set(used))


def _most(held: list[str], wanted: list[frozenset[str]]) -> int:
    """The most duties that can be met, by trying everything."""
    if not wanted:
        return 0
    first, rest = wanted[0], wanted[1:]
    best = _most(held, rest)
    for index, kind in enumerate(held):
        if kind in first:
            best = max(best, 1 + _most(held[:index] + held[index + 1 :], rest))
    return best


# --- people ----------------------------------------------------------------------------------


def training(town: Town, **more: Any) -> dict[str, DutyRow]:
    rows = town.report(HOURS, **more)
    return {row.subject: row for row in rows if row.duty == "training_each_year"}


def test_R_074_hours_owed_follow_the_post_and_one_who_becomes_secretary_in_july_owes_pro_rata_or_full() -> (
    None
):
    town = Town()
    town.do(AssignPost(post="secretary", unit="u-branch", person="p-2"), effective_at=town.since(6, 1, 2009))
    july = datetime(YEAR, 6, 30, 16, tzinfo=UTC)  # midnight in China
    town.do(EndPost(post="secretary", unit="u-branch", person="p-2", ground="rotation"), effective_at=july)
    town.do(AssignPost(post="secretary", unit="u-branch", person="p-3"), effective_at=july)
    found = training(town)
    assert found["p-4"].minimum == 32 * 60
    assert found["p-3"].minimum == Fraction(181 * 32 * 60 + 184 * 56 * 60, 365)
    assert found["p-2"].minimum == Fraction(181 * 56 * 60 + 184 * 32 * 60, 365)
    for rule, minimum in (("greatest", 3360), ("at_end", 3360)):
        duties = [HOURS.duties[0].model_copy(update={"change": rule})]
        other = HOURS.model_copy(update={"duties": tuple(duties)})
        rows = {row.subject: row for row in town.report(other)}
        assert rows["p-3"].minimum == minimum
        assert rows["p-2"].minimum == (3360 if rule == "greatest" else 1920)


def test_R_074_minutes_attended_add_up_and_what_is_lacking_shows() -> None:
    town = Town()
    town.hold("training", 4, minutes=960)
    town.hold("study_session", 5, minutes=959, absent=1)
    found = training(town)
    assert (found["p-1"].done, found["p-1"].status, found["p-1"].lacking) == (960, "unmet", 960)
    assert (found["p-2"].done, found["p-2"].lacking) == (1919, 1)
    assert len(found["p-2"].evidence) == 2


def test_R_074_who_was_there_for_a_part_of_the_year_owes_a_part() -> None:
    town = Town()
    joined = datetime(YEAR, 10, 19, 16, tzinfo=UTC)
    newcomer = RegisterPerson(person="p-71", unit="u-branch", categories=("member",))
    town.do(newcomer, effective_at=joined)
    town.do(RemovePerson(person="p-4", ground="moved_away"), effective_at=joined)
    found = training(town)
    assert found["p-71"].minimum == Fraction(73 * 1920, 365)
    assert found["p-4"].minimum == Fraction(292 * 1920, 365)


def test_R_075_a_session_shorter_than_the_minimum_does_not_count_and_the_shortfall_is_listed() -> None:
    town = Town()
    key = town.hold("study_session", 2, minutes=40)
    body = {
        "code": "norm",
        "version": 1,
        "duties": [
            {
                "code": "study",
                "unit_kinds": ["branch"],
                "every": "month",
                "counts": ["study_session"],
                "least_minutes": 90,
            }
        ],
    }
    [row] = town.report(Regime.model_validate(body), first=date(YEAR, 2, 1), last=date(YEAR, 2, 28))
    assert row.status == "unmet"
    assert [(item.stream, item.why, item.missing_minutes) for item in row.short] == [
        (f"activity/{key}", "too_short", 50)
    ]


def test_R_076_coverage_of_secretaries_is_held_against_the_list_on_the_days_of_the_trainings() -> None:
    town = Town()
    for number, unit in ((1, "u-a"), (2, "u-b"), (3, "u-c")):
        town.do(FoundUnit(unit=unit, kind="branch", parent="u-bureau"), effective_at=town.since(6, 1, 2009))
        post = AssignPost(post="secretary", unit=unit, person=f"p-{number}")
        town.do(post, effective_at=town.since(6, 1, 2009))
    town.hold("training", 3, expected=("p-1", "p-2"))
    ended = EndPost(post="secretary", unit="u-a", person="p-1", ground="rotation")
    town.do(ended, effective_at=town.since(5, 1))
    town.do(AssignPost(post="secretary", unit="u-a", person="p-4"), effective_at=town.since(5, 1))
    history = town.workflow.history
    assert trained_holders(history, "secretary", "u-bureau", ["training"]).missing == ("p-3",)
    town.hold("training", 6, expected=("p-3",))
    found = trained_holders(town.workflow.history, "secretary", "u-bureau", ["training"])
    assert found.missing == ("p-4",)  # the successor; that the predecessor was trained does not cover it
    assert found.holders == {"p-2", "p-3", "p-4"}
    assert len(found.evidence) == 2


def test_R_080_each_tutor_gives_a_lecture_a_quarter_and_missing_quarters_are_listed() -> None:
    town = Town()
    town.do(AssignPost(post="tutor", unit="u-branch", person="p-2"), effective_at=town.since(6, 1, 2009))
    for month in (1, 4, 12):
        town.hold("demonstration_lecture", month, chair="p-2")
    town.hold("demonstration_lecture", 8, chair="p-3")  # somebody else's; being present is not giving it
    assert town.unmet("demonstration_each_quarter", LECTURES) == [("p-2", "2010-Q3")]


def test_R_079_a_topic_is_complete_when_its_four_steps_took_place_in_order() -> None:
    town = Town()
    steps = ("preview", "lecture", "homework", "exchange")
    for day, kind in enumerate(steps, start=1):
        town.hold(kind, 3, day * 7, topic="wages")
    for day, kind in enumerate(("lecture", "preview", "homework", "exchange"), start=1):
        town.hold(kind, 4, day * 7, topic="safety")
    found = {row.topic: row for row in topics(town.workflow.history, steps, "u-branch")}
    assert found["wages"].complete
    assert not found["safety"].complete
    assert found["safety"].lacking == ("lecture", "homework", "exchange")


def test_R_081_what_was_built_and_is_not_used_is_flagged() -> None:
    town = Town()
    town.hold("reading_evening", 1, 10, attributes={"asset": "reading_room"})
    built = {"reading_room": date(2009, 12, 1), "gallery": date(2009, 12, 20), "hall": date(YEAR, 5, 1)}
    found = idle(town.workflow.history, "asset", built, days=60, as_of=date(YEAR, 4, 1), offset_minutes=480)
    assert [(item.value, item.days) for item in found] == [("gallery", 102), ("reading_room", 81)]
    assert found[0].last_use is None
    assert found[1].last_use is not None
    assert idle(town.workflow.history, "asset", built, days=101, as_of=date(YEAR, 4, 1)) == found[:1]


def test_a_person_who_moves_between_branches_owes_once() -> None:
    town = Town()
    town.do(FoundUnit(unit="u-other", kind="branch", parent="u-bureau"), effective_at=town.since(6, 1, 2009))
    town.do(MovePerson(person="p-2", unit="u-other"), effective_at=town.since(7, 1))
    rows = [row for row in town.report(HOURS) if row.subject == "p-2"]
    assert [(row.duty, row.minimum) for row in rows] == [("training_each_year", 1920)]


# --- bad regimes -----------------------------------------------------------------------------

GOOD: dict[str, Any] = OATH["duties"][1]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"duties": []}, "lays down nothing"),
    ({"duties": [GOOD, GOOD]}, "twice"),
    ({"duties": [GOOD | {"counts": []}]}, "Nothing counts"),
    ({"duties": [GOOD | {"also": ["dance"]}]}, "no other duty dance"),
    ({"duties": [GOOD | {"unit_kinds": []}]}, "No kind of unit"),
    ({"duties": [GOOD | {"post": "secretary"}]}, "matter of people"),
    ({"duties": [GOOD | {"part": "chaired"}]}, "chairs nothing"),
    ({"duties": [GOOD | {"of": "people"}]}, "matter of units"),
    ({"duties": [GOOD | {"of": "people", "unit_kinds": [], "for_post": {"x": 1}}]}, "has to be said"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words for _, words in BAD])
def test_a_regime_with_a_fault_is_refused_with_place_and_remedy(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        Regime.model_validate(OATH | change)
    assert any(words in fault.what for fault in caught.value.faults)
    assert all(fault.where and fault.remedy for fault in caught.value.faults)


# --- what takes a duty away, and from whom ----------------------------------------------------


def quarters(town: Town) -> list[tuple[str, str]]:
    return town.unmet("general_meeting_each_quarter")


def two_branches() -> Town:
    town = Town()
    start = town.since(6, year=YEAR - 1)
    town.do(FoundUnit(unit="u-second", kind="branch", parent="u-bureau"), effective_at=start)
    for number in (41, 42, 43):
        joins = RegisterPerson(person=f"p-{number}", unit="u-second", categories=("member",))
        town.do(joins, effective_at=start)
    return town


def test_what_is_void_on_the_schedule_of_one_branch_is_owed_by_every_other() -> None:
    town = two_branches()
    town.do(OpenSchedule(key="second", unit="u-second"))
    town.do(VoidPeriod(key="second", period=Period("2010"), reason="flood", basis="notice"))
    assert quarters(town) == [("u-branch", f"2010-Q{number}") for number in (1, 2, 3, 4)]


def test_an_exemption_of_a_kind_holds_for_units_that_were_of_it_then() -> None:
    town = two_branches()
    town.do(OpenSchedule(key="organisation", unit="u-city"))
    exempt = Exempt(
        key="organisation",
        kind="branch",
        duty="general_meeting_each_quarter",
        period=Period("2010-Q1"),
        reason="flood",
    )
    town.do(exempt, by=town.act(60))
    town.do(
        ReclassifyUnit(unit="u-second", kind="general_branch", ground="grown"), effective_at=town.since(12)
    )
    assert ("u-second", "2010-Q1") not in quarters(town)
    assert ("u-second", "2010-Q2") in quarters(town)


def test_exemptions_that_meet_release_the_whole_quarter_and_a_day_between_them_does_not() -> None:
    for months, free in (((1, 2, 3), True), ((1, 3), False)):
        town = Town()
        town.do(OpenSchedule(key="organisation", unit="u-city"))
        for month in months:
            exempt = Exempt(
                key="organisation",
                unit="u-branch",
                duty="general_meeting_each_quarter",
                period=Period(f"2010-{month:02}"),
                reason="flood",
            )
            town.do(exempt, by=town.act(60))
        assert (("u-branch", "2010-Q1") not in quarters(town)) is free


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"below": "u-bureu"}, "below"),
        ({"first": date(YEAR, 6, 1), "last": date(YEAR, 5, 31)}, "last"),
        ({"as_of": datetime(YEAR, 12, 31, tzinfo=UTC)}, "as_of"),
        ({"first": "2010-01-01"}, "first"),
    ],
    ids=["a unit that never was", "days in the wrong order", "a moment for a day", "a text for a day"],
)
def test_R_029_what_cannot_be_asked_is_not_answered_with_no_duty_unmet(
    asked: dict[str, Any], place: str
) -> None:
    town = Town()
    assert town.report()
    with pytest.raises(InvalidInput) as caught:
        town.report(**asked)
    assert caught.value.faults[0].where == place
