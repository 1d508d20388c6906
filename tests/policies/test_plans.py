"""Policies over plans: overdue, target and claim and evidence, dormancy, assignments, goals, schedules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_plan import ranking
from tests.support import matter
from tests.support.matter import Judge, Judged, Raise
from tests.support.plans import CALENDAR, DAY, DUE, PLAIN, Office, item, shipped
from tests.support.world import World

from party_workflow.calendar import Term
from party_workflow.calendar.reverse import reverse_schedule
from party_workflow.domain.activity import MergeActivity
from party_workflow.domain.organisation import (
    ChangeCategories,
    CloseUnit,
    FoundUnit,
    MergeUnits,
    ReclassifyUnit,
)
from party_workflow.domain.plan import (
    ChangeAccountable,
    Citation,
    ClosePlan,
    DistributionTarget,
    FileReport,
    MakeFinalReport,
    Milestone,
    PreviewPlan,
    RankClaim,
    RankTarget,
    WithdrawItem,
)
from party_workflow.domain.publication import CorrectPublication, erratum
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.policies.commitments.goals import Graded, track
from party_workflow.policies.commitments.plans import (
    Register,
    achievement,
    assignments,
    dormancies,
    overdue,
    report_view,
    scorable,
    services,
)
from party_workflow.policies.figure import Evidence
from party_workflow.quantity import Quantity

# --- reverse scheduling --------------------------------------------------------------------------

UNITS = st.sampled_from(["calendar_days", "working_days"])
LAGS = st.lists(st.builds(Term, amount=st.integers(1, 20), unit=UNITS), min_size=1, max_size=6)
ENDS = st.dates(date(2009, 1, 1), date(2011, 11, 30))


def chain(lags: list[Term]) -> list[tuple[str, Term]]:
    return [(f"m{number}", lag) for number, lag in enumerate(lags)]


@given(ENDS, LAGS)
def test_R_006_milestones_keep_their_order_and_the_last_lies_before_the_end(
    end: date, lags: list[Term]
) -> None:
    planned = reverse_schedule(end, chain(lags), CALENDAR)
    days = [step.day for step in planned]
    assert [step.code for step in planned] == [code for code, _ in chain(lags)]
    assert all(one < other for one, other in zip(days, [*days[1:], end], strict=True))
    assert reverse_schedule(end, chain(lags), CALENDAR) == planned


@given(ENDS, st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(0, 300))
def test_R_006_moving_the_end_by_calendar_days_moves_every_milestone_by_as_many(
    end: date, amounts: list[int], by: int
) -> None:
    lags = chain([Term(amount=amount, unit="calendar_days") for amount in amounts])
    first = reverse_schedule(end, lags, CALENDAR)
    moved = reverse_schedule(end + by * DAY, lags, CALENDAR)
    assert [step.day + by * DAY for step in first] == [step.day for step in moved]
    assert end - first[0].day == sum(amounts) * DAY


@given(ENDS, LAGS, st.integers(0, 30))
def test_R_006_a_later_end_never_makes_a_milestone_earlier(end: date, lags: list[Term], by: int) -> None:
    first = reverse_schedule(end, chain(lags), CALENDAR)
    moved = reverse_schedule(end + by * DAY, chain(lags), CALENDAR)
    assert all(one.day <= other.day for one, other in zip(first, moved, strict=True))


def test_R_006_working_days_skip_weekends_and_holidays() -> None:
    lags = [("draft", Term(amount=1, unit="working_days")), ("review", Term(amount=2, unit="working_days"))]
    planned = reverse_schedule(date(2009, 5, 5), lags, CALENDAR)  # a Tuesday after a Friday off
    assert [(step.code, step.day) for step in planned] == [
        ("draft", date(2009, 4, 29)),
        ("review", date(2009, 4, 30)),
    ]
    with pytest.raises(InvalidInput, match="twice"):
        reverse_schedule(date(2009, 5, 5), [lags[0], lags[0]], CALENDAR)


def test_R_006_the_days_planned_back_from_the_end_are_the_milestones_of_an_item() -> None:
    office = Office()
    lags = [("draft", Term(amount=10, unit="working_days")), ("review", Term(amount=5, unit="working_days"))]
    steps = tuple(Milestone(code=s.code, due=s.day) for s in reverse_schedule(DUE, lags, CALENDAR))
    office.approved(PLAIN, item(milestones=steps))
    assert [step.due for step in office.plan().items["one"].item.milestones] == [
        date(2009, 6, 9),
        date(2009, 6, 23),
    ]


# --- overdue -----------------------------------------------------------------------------------


def noon(day: date) -> datetime:
    return CALENDAR.start_of(day) + timedelta(hours=12)


def test_R_007_the_overdue_list_is_computed_from_an_explicit_moment() -> None:
    office = Office()
    office.approved(PLAIN, item("one"), item("two", due=DUE + 5 * DAY), item("three"), item("four"))
    office.reported("three")
    office.do(WithdrawItem(key="p1", item="four", ground="law_changed"), by=office.act(3))
    history = office.workflow.history
    assert overdue(history, noon(DUE), CALENDAR) == ()
    assert overdue(history, CALENDAR.end_of(DUE) - timedelta(microseconds=1), CALENDAR) == ()
    (row,) = overdue(history, CALENDAR.end_of(DUE), CALENDAR)
    assert (row.plan, row.item, row.person, row.due, row.days, row.ground) == (
        "plan/p1",
        "one",
        "p-5",
        DUE,
        1,
        "day",
    )
    assert row.evidence[0].stored_type == "plan.item_added"
    assert [(row.item, row.days) for row in overdue(history, noon(DUE + 6 * DAY), CALENDAR)] == [
        ("one", 6),
        ("two", 1),
    ]


def test_R_007_what_was_reported_later_was_overdue_as_of_before() -> None:
    office = Office()
    office.approved()
    office.later(days=150)
    office.reported()
    history = office.workflow.history
    assert [row.item for row in overdue(history, office.now - 10 * DAY, CALENDAR)] == ["one"]
    assert overdue(history, office.now, CALENDAR) == ()


def test_R_008_an_item_is_overdue_once_its_occasion_is_over_without_it() -> None:
    kind = shipped("stage_report")
    office = Office(kind)
    office.approved(kind, item(occasion="activity/q2"))
    office.meeting("q2", days=10)
    office.later(days=10)
    office.hold("q2")
    history = office.workflow.history
    assert overdue(history, office.now, CALENDAR) == ()
    (row,) = overdue(history, office.now + DAY, CALENDAR)
    assert (row.ground, row.days, [e.stored_type for e in row.evidence]) == (
        "occasion",
        0,
        ["plan.item_added", "activity.held"],
    )
    office.do(FileReport(key="p1", item="one", claim="achieved", occasion="activity/q2"), by=office.self_(5))
    assert overdue(office.workflow.history, office.now + DAY, CALENDAR) == ()


def test_R_008_R_002_an_item_whose_occasion_was_folded_into_another_is_overdue_once_that_is_over() -> None:
    kind = shipped("stage_report")
    office = Office(kind)
    office.approved(kind, item(occasion="activity/q2"))
    office.meeting("q2", days=10)
    office.meeting("q3", days=40)
    office.do(MergeActivity(key="q2", into="q3", reason="epidemic", basis="notice-3"))
    office.later(days=40)
    assert overdue(office.workflow.history, office.now, CALENDAR) == ()
    office.hold("q3")
    history = office.workflow.history
    assert overdue(history, office.now, CALENDAR) == ()
    (row,) = overdue(history, office.now + DAY, CALENDAR)
    assert (row.ground, [e.stored_type for e in row.evidence]) == (
        "occasion",
        ["plan.item_added", "activity.merged", "activity.held"],
    )
    office.do(FileReport(key="p1", item="one", claim="achieved", occasion="activity/q3"), by=office.self_(5))
    assert overdue(office.workflow.history, office.now + DAY, CALENDAR) == ()


# --- scoring, and what was claimed -----------------------------------------------------------------


def test_R_009_a_draft_and_a_preview_are_not_scored() -> None:
    kind = PLAIN.model_copy(update={"preview": "required"})
    office = Office(kind)
    office.drafted(kind)
    for _ in range(2):
        with pytest.raises(InvalidInput, match="not official yet"):
            achievement(Register.of(office.workflow.history), "plan/p1")
        with pytest.raises(InvalidInput, match="not official yet"):
            scorable(office.plan())
        if office.plan().state == "drafted":
            office.do(PreviewPlan(key="p1", audience="all_staff"), by=office.act(2))
    assert office.plan().state == "previewed"
    with pytest.raises(InvalidInput, match="no such plan"):
        achievement(Register.of(office.workflow.history), "plan/p9")


def test_R_004_the_share_achieved_has_both_counts_and_leaves_out_what_was_withdrawn() -> None:
    office = Office()
    office.approved(PLAIN, *(item(code) for code in ("one", "two", "three", "four")))
    office.reported("one")
    office.reported("two", claim="not_achieved")
    office.do(WithdrawItem(key="p1", item="four", ground="law_changed"), by=office.act(3))
    figure = achievement(Register.of(office.workflow.history), "plan/p1")
    assert figure.value == Fraction(1, 3)
    assert [e.stored_type for e in figure.evidence()] == [*["plan.item_added"] * 3, "plan.report_filed"]
    scorable(office.plan())


def test_R_050_the_view_joins_target_claim_and_evidence_and_flags_what_rests_on_no_event() -> None:
    office = Office(PLAIN.model_copy(update={"verified": True}))
    kind = PLAIN.model_copy(update={"verified": True})
    wanted = Quantity.of(">=", 98, "percent")
    codes = ("good", "short", "bare", "file", "silent", "gone", "vague", "unseen")
    office.approved(kind, *(item(code, target=wanted) for code in codes))
    office.held("m1")
    cited: dict[str, Any] = {"evidence": (Citation(stream="activity/m1"),)}
    office.reported("good", figure=Quantity.of("=", 99, "percent"), **cited)
    office.reported("short", figure=Quantity.of("=", 97, "percent"), **cited)
    office.reported("bare", figure=Quantity.of("=", 99, "percent"))
    office.reported(
        "file", figure=Quantity.of("=", 99, "percent"), evidence=(Citation(kind="scan", digest="a" * 64),)
    )
    office.reported("vague", **cited)
    office.do(WithdrawItem(key="p1", item="gone", ground="law_changed"), by=office.act(3))
    unseen = FileReport(
        key="p1", item="unseen", claim="achieved", figure=Quantity.of("=", 99, "percent"), **cited
    )
    office.do(unseen, by=office.self_(5))
    view = {row.item: row for row in report_view(office.workflow.history, "plan/p1")}
    assert tuple(view) == codes
    assert {code: row.flags for code, row in view.items()} == {
        "good": (),
        "short": ("differs_from_target",),
        "bare": ("no_evidence_event",),
        "file": ("no_evidence_event",),
        "silent": ("no_claim",),
        "gone": (),
        "vague": ("not_verifiable",),
        "unseen": ("not_verified",),
    }
    (held,) = view["good"].events
    assert held.stored_type == "activity.held"
    assert view["good"].report is not None
    assert view["short"].comparison is not None
    assert view["short"].comparison.by == -1
    assert (view["gone"].withdrawn, view["gone"].status) == ("law_changed", "withdrawn")


def test_R_097_the_rank_attained_is_held_against_target_and_published_ranking() -> None:
    office = Office()
    top = RankTarget(ranking="city_ranking", place=1)
    office.approved(PLAIN, item("first", rank=top), item("five", rank=replace_place(top, 5)))
    office.do(ranking("r1"), by=office.act(3))
    for code in ("first", "five"):
        office.reported(code, rank=RankClaim(place=3, publication="publication/r1"))
    flags = {
        r.item: set(r.flags) - {"no_evidence_event"} for r in report_view(office.workflow.history, "plan/p1")
    }
    assert flags == {"first": {"rank_missed"}, "five": set()}
    published = {"b" * 64: {"u-branch": 4}}
    row = report_view(office.workflow.history, "plan/p1", published)[1]
    assert "rank_differs" in row.flags
    assert row.attained is not None
    assert row.attained.digest == "b" * 64
    agreeing = report_view(office.workflow.history, "plan/p1", {"b" * 64: {"u-branch": 3}})[1]
    assert "rank_differs" not in agreeing.flags
    correction = CorrectPublication(
        **{**ranking("r2").model_dump(), "erratum_of": "r1", "ground": "miscounted", "digest": "c" * 64}
    )
    office.do(*erratum(correction), by=office.act(3))
    assert "ranking_superseded" in report_view(office.workflow.history, "plan/p1")[1].flags


def replace_place(target: RankTarget, place: int) -> RankTarget:
    return RankTarget(ranking=target.ranking, place=place)


# --- dormant, assigned, served -----------------------------------------------------------------


def test_R_170_a_brand_without_an_activity_for_its_months_is_dormant_and_wakes_up() -> None:
    kind = shipped("brand")
    office = Office(kind)
    office.approved(kind)
    approved = office.now

    def dormant(at: datetime) -> tuple[bool, bool]:
        (row,) = dormancies(office.workflow.history, at, CALENDAR)
        return row.dormant, row.last is not None

    day = CALENDAR.day_of(approved)
    six = CALENDAR.end_of(date(day.year, day.month + 6, day.day))
    assert dormant(six - timedelta(microseconds=1)) == (False, False)
    assert dormant(six) == (True, False)
    office.later(days=120)
    office.held("a1", kind="brand_activity", serves=(Serves(campaign="p1", task="one"),))
    office.held("a2", kind="lecture", serves=(Serves(campaign="p1", task="one"),))  # no activity of a brand
    office.held("a3", kind="brand_activity")  # nobody said that it serves this one
    assert dormant(six) == (False, True)
    assert dormant(office.now + 190 * DAY) == (True, True)
    (row,) = dormancies(office.workflow.history, office.now, CALENDAR)
    assert (row.unit, row.months) == ("u-branch", 6)


def test_R_170_what_a_brand_claims_stands_beside_its_evidence() -> None:
    kind = shipped("brand")
    office = Office(kind)
    office.approved(kind, item("one"), item("two"))
    office.held("a1", kind="brand_activity")
    office.reported("one", evidence=(Citation(stream="activity/a1"),))
    office.reported("two")
    assert [(row.item, row.claim, row.flags) for row in report_view(office.workflow.history, "plan/p1")] == [
        ("one", "achieved", ()),
        ("two", "achieved", ("no_evidence_event",)),
    ]
    (row,) = dormancies(office.workflow.history, office.now, CALENDAR)
    assert row.last is not None  # a report cites the activity


@pytest.mark.parametrize("code", ["vanguard_post", "responsibility_area", "shock_team"])
def test_R_172_posts_areas_and_teams_are_assigned_for_a_time_and_with_a_result(code: str) -> None:
    kind = shipped(code)
    office = Office(kind)
    begun = office.now
    office.approved(kind, item(team=("p-6", "p-7")))
    office.later(days=20)
    handed = office.now
    office.do(ChangeAccountable(key="p1", item="one", person="p-9", ground="moved_post"), by=office.act(3))
    office.later(days=20)
    office.reported(by=9)
    office.do(MakeFinalReport(key="p1", outcomes={"one": "achieved"}), ClosePlan(key="p1"), by=office.act(3))
    rows = assignments(office.workflow.history, code)
    assert [(row.person, row.since, row.until, row.result) for row in rows] == [
        ("p-5", begun, handed, None),
        ("p-9", handed, office.now, "achieved"),
    ]
    assert rows[0].team == ("p-6", "p-7")
    assert assignments(office.workflow.history, "other") == ()
    (early,) = assignments(office.workflow.history.as_of(effective=handed - DAY))
    assert (early.person, early.until) == ("p-5", None)


def test_R_179_participation_and_services_are_counted_by_category() -> None:
    kind = shipped("service_day")
    office = Office(kind)
    office.do(ChangeCategories(person="p-7", categories=("staff",), ground="not_a_member"))
    office.approved(kind, item("spring"), item("summer"))
    serves: dict[str, Any] = {"serves": (Serves(campaign="p1", task="spring"),), "expected": ("p-5", "p-6")}
    office.meeting("d1", "service_day", **serves)
    office.hold("d1", "p-5", "p-6")
    office.meeting("d2", "service_week", **serves)
    office.hold("d2", "p-5", "p-6", "p-7")
    office.meeting("d3", "lecture", **serves)
    office.hold("d3")
    visits = {"households_visited": Quantity.of("=", 12, "households")}
    office.reported("spring", counts={**visits, "consultations": Quantity.of(">=", 30, "people")})
    office.reported("summer", counts=visits)
    found = services(office.workflow.history, "plan/p1")
    assert found.occasions.value == 2
    assert {code: figure.value for code, figure in found.participants.items()} == {
        "all": 3,
        "member": 2,
        "staff": 1,
    }
    assert {code: figure.value for code, figure in found.attendances.items()} == {
        "all": 5,
        "member": 4,
        "staff": 1,
    }
    assert {code: str(total) for code, total in found.services.items()} == {
        "consultations": ">= 30 people",
        "households_visited": "24 households",
    }
    assert [e.stored_type for e in found.reports] == ["plan.report_filed"] * 2
    assert len(found.participants["all"].evidence()) == 2


# --- a goal on the distribution ------------------------------------------------------------------

UNQUALIFIED = DistributionTarget(over="branches", grade="unqualified", count=Quantity.of("=", 0, "branches"))


def graded(history: History) -> Mapping[str, Graded]:
    """The grades of units of this test: the latest verdict on the matter called like the unit."""
    found: dict[str, Graded] = {}
    for recorded in history.events(Judged):
        envelope, event = recorded.envelope, recorded.event
        assert isinstance(event, Judged)
        unit = f"u-{envelope.stream.partition('/')[2].rpartition('-')[0]}"
        found[unit] = Graded(
            event.verdict, Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        )
    return found


def rate(world: World, unit: str, grade: str, number: int) -> None:
    key = f"{unit.removeprefix('u-')}-{number}"
    world.do(Raise(key=key, unit="u-branch", subject="p-2"), Judge(key=key, verdict=grade))


def branches() -> World:
    world = World(matter.DECIDER, members=3)
    for name in ("u-a", "u-b", "u-c", "u-d"):
        world.do(FoundUnit(unit=name, kind="branch", parent="u-bureau"))
        rate(world, name, "qualified" if name == "u-d" else "unqualified", 1)
    return world


def test_R_020_a_goal_is_tracked_as_of_any_moment_and_met_by_improvement() -> None:
    world = branches()
    baseline = world.now
    world.later(days=100)
    for name in ("u-a", "u-b", "u-c"):
        rate(world, name, "qualified", 2)
    before = track(UNQUALIFIED, world.workflow.history, graded, baseline=baseline, as_of=world.now - DAY)
    assert not before.met
    assert [before.count.displayed, before.graded.displayed] == ["3", "4"]
    after = track(UNQUALIFIED, world.workflow.history, graded, baseline=baseline, as_of=world.now)
    assert (after.met, after.by_improvement, after.count.displayed) == (True, True, "0")
    assert [(d.unit, d.how, d.now) for d in after.departures] == [
        (name, "regraded", "qualified") for name in ("u-a", "u-b", "u-c")
    ]


def test_R_020_meeting_it_by_closing_or_reclassifying_units_is_visible() -> None:
    world = branches()
    baseline = world.now
    world.later(days=100)
    rate(world, "u-a", "qualified", 2)
    world.do(CloseUnit(unit="u-b", ground="abolished"))
    world.do(ReclassifyUnit(unit="u-c", kind="small_group", ground="reorganised"))
    world.do(FoundUnit(unit="u-e", kind="branch", parent="u-bureau"))

    def of_open_branches(history: History) -> Mapping[str, Graded]:
        gone = {"u-b", "u-c"} if history.effective is not None and history.effective > baseline else set()
        return {unit: grade for unit, grade in graded(history).items() if unit not in gone}

    found = track(UNQUALIFIED, world.workflow.history, of_open_branches, baseline=baseline, as_of=world.now)
    assert found.met
    assert not found.by_improvement
    assert [(d.unit, d.how, d.evidence.stored_type) for d in found.departures] == [
        ("u-a", "regraded", "matter.judged"),
        ("u-b", "closed", "organisation.unit_closed"),
        ("u-c", "reclassified", "organisation.unit_reclassified"),
    ]
    assert [(c.unit, c.what) for c in found.changes] == [
        ("u-b", "closed"),
        ("u-c", "reclassified"),
        ("u-e", "founded"),
    ]


def test_R_020_a_unit_that_was_merged_away_did_not_improve() -> None:
    world = branches()
    baseline = world.now
    world.later(days=100)
    for name in ("u-a", "u-b"):
        rate(world, name, "qualified", 2)
    world.do(MergeUnits(units=("u-c",), into="u-d", ground="too_small"))

    def of_the_rest(history: History) -> Mapping[str, Graded]:
        merged = history.effective is not None and history.effective > baseline
        return {u: g for u, g in graded(history).items() if not (merged and u == "u-c")}

    found = track(UNQUALIFIED, world.workflow.history, of_the_rest, baseline=baseline, as_of=world.now)
    assert (found.met, found.by_improvement) == (True, False)
    assert [(d.unit, d.how) for d in found.departures] == [
        ("u-a", "regraded"),
        ("u-b", "regraded"),
        ("u-c", "merged"),
    ]


# --- schemes from pack data alone ------------------------------------------------------------------


def test_R_180_three_schemes_are_set_up_from_pack_data_alone() -> None:
    """Items, counters and what may be proposed come from the pack; only people and days are added."""
    names = ("hundred_thousand_myriad", "four_four_six", "check_safeguard_promote")
    kinds = {code: shipped(code) for code in names}
    office = Office(*kinds.values())
    target = Quantity.of(">=", 100, "deeds")
    for code, kind in kinds.items():
        key = code.replace("_", "-")
        drafts = [item(one, target=target) for one in kind.items]
        office.approved(kind, *drafts, key=key)
        counters = kind.counters[:1]
        counts = {counter: Quantity.of("=", 100, "deeds") for counter in counters}
        for one in kind.items:
            office.reported(one, key=key, figure=Quantity.of("=", 120, "deeds"), counts=counts)
        figure = achievement(Register.of(office.workflow.history), f"plan/{key}")
        assert figure.value == 1
        assert set(services(office.workflow.history, f"plan/{key}").services) == set(counters)
    assert len(kinds["four_four_six"].items) == 14
    assert kinds["hundred_thousand_myriad"].recognition == "post_merit"
    key = "check-safeguard-promote"
    office.do(ClosePlan(key=key), by=office.act(3))
    assert office.plan(key).state == "closed"
