"""Responsibility off a history: chains, gaps, accountability, letters, duties in person, recurrence, bundles.

R-118, R-161, R-162, R-168, R-169.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.test_decided_anew import beneath
from tests.support.responsible import KIND, PAPER, STREAM, TEXT, Chains, M

from party_workflow.authority import Delegate, forbidden
from party_workflow.codec import Event
from party_workflow.domain import activity, case, procedure, responsibility
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.case import DecideCase, OpenCase, RefuseCase, WithdrawCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import CloseUnit, FoundUnit, MovePerson, MoveUnit, RemovePerson
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind
from party_workflow.domain.responsibility import (
    AnswerHandover,
    BindPosts,
    CloseResponsibility,
    HandOver,
    Post,
    ReleaseHolder,
    ReplaceHolder,
    ResponsibilityKind,
    WithdrawLetter,
)
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs.case_kinds import COMPLAINT, OPINION
from party_workflow.packs.processes import new_recurrences
from party_workflow.personal import Personal
from party_workflow.policies.audits import possible
from party_workflow.policies.figure import Absent
from party_workflow.policies.responsibility.accountability import (
    Fact,
    accountable,
    facts_of_cases,
    report,
    without_handover,
)
from party_workflow.policies.responsibility.bundles import bundle_status
from party_workflow.policies.responsibility.cascade import cascade
from party_workflow.policies.responsibility.chains import chain_at, unfilled
from party_workflow.policies.responsibility.in_person import Act, Performance, in_person
from party_workflow.policies.responsibility.recurrence import alerts, recurrence
from party_workflow.processes import Proposal, follows
from party_workflow.store import Actor

DAY = timedelta(days=1)


def ids(world: Chains) -> set[str]:
    return {item.envelope.event_id for item in world.workflow.history.events()}


def full() -> Chains:
    """A chain with every tier held: p-3, p-4 and the section."""
    world = Chains()
    world.name("first", "p-3")
    world.name("charge", "p-4")
    world.name("section", "u-section")
    return world


# --- chains ---------------------------------------------------------------------------

STEPS = st.lists(st.tuples(st.sampled_from(["name", "replace", "release"]), st.integers(3, 6)), max_size=10)


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_R_161_who_held_a_tier_on_any_day_is_who_was_put_there_last(steps: list[tuple[str, int]]) -> None:
    world = Chains()
    begun, held = world.now, None
    by_day: list[str | None] = []
    for step, number in steps:
        person = f"p-{number}"
        try:
            match step:
                case "name":
                    world.name("first", person)
                    held = person
                case "replace":
                    world.replace("first", held or "p-9", person)
                    held = person
                case _:
                    world.do(ReleaseHolder(**M, tier="first", person=person, ground="retired"))
                    held = None
        except Refused:
            pass
        by_day.append(held)
        world.later(days=1)
    for day, expected in enumerate(by_day):
        chain = chain_at(world.workflow.history, "safety", "u-branch", begun + day * DAY)
        tier = chain.tier("first")
        assert tier is not None
        assert [h.holder for h in tier.holders] == ([] if expected is None else [expected])
        assert ("first" in chain.gaps) is (expected is None)


def test_R_161_a_chain_at_a_moment_names_the_events_that_it_rests_on() -> None:
    world = full()
    chain = chain_at(world.workflow.history, "safety", "u-branch", world.now)
    assert chain
    assert [(t.tier, [h.holder for h in t.holders]) for t in chain.tiers] == [
        ("first", ["p-3"]),
        ("charge", ["p-4"]),
        ("section", ["u-section"]),
    ]
    assert [e.stored_type for e in chain.evidence] == [
        "responsibility.opened",
        *["responsibility.holder_named"] * 3,
    ]
    assert {e.event_id for e in chain.evidence} <= ids(world)
    before = chain_at(world.workflow.history, "safety", "u-branch", world.now - DAY)
    assert not before
    assert (before.tiers, before.evidence, before.kind) == ((), (), None)


def test_R_161_a_tier_without_a_holder_is_listed_with_why_and_since_when() -> None:
    world = full()
    begun = world.now
    world.open("u-section")
    world.later(days=2)
    world.do(ReleaseHolder(**M, tier="section", section="u-section", ground="dissolved"))
    world.later(days=1)
    world.do(RemovePerson(person="p-3", ground="retired"))
    found = {(g.unit, g.tier): g for g in unfilled(world.workflow.history, world.now)}
    assert {place: gap.why for place, gap in found.items()} == {
        ("u-branch", "first"): "gone",
        ("u-branch", "section"): "vacant",
        ("u-bureau", "first"): "never_held",
        ("u-bureau", "section"): "never_held",
        ("u-section", "first"): "never_held",
        ("u-section", "section"): "never_held",
    }
    vacant = found["u-branch", "section"]
    assert (vacant.since, vacant.last) == (begun + 2 * DAY, "u-section")
    assert vacant.evidence is not None
    assert vacant.evidence.stored_type == "responsibility.holder_released"
    assert found["u-branch", "first"].last == "p-3"
    assert found["u-bureau", "first"].since == begun
    assert all(gap.evidence is not None for gap in found.values())
    # The tier that need not be filled is no gap, and on the day before nothing lacked in the branch.
    assert not any(tier == "charge" for _, tier in found)
    assert {g.unit for g in unfilled(world.workflow.history, begun)} == {"u-bureau", "u-section"}


def test_R_161_every_matter_that_has_to_be_carried_is_looked_at_and_units_that_are_gone_are_not() -> None:
    world = full()
    world.do(FoundUnit(unit="u-new", kind="branch", parent="u-bureau"))
    world.later(days=1)
    world.do(CloseResponsibility(matter="safety", unit="u-bureau", ground="moved"))
    wanted = {"safety": ("u-branch", "u-bureau", "u-new"), "wages": ("u-branch",)}
    found = [
        (g.matter, g.unit, g.tier, g.why, g.evidence is not None)
        for g in unfilled(world.workflow.history, world.now, wanted)
    ]
    assert found == [
        ("safety", "u-bureau", None, "not_opened", True),
        ("safety", "u-new", None, "not_opened", False),
        ("wages", "u-branch", None, "not_opened", False),
    ]
    world.later(days=1)
    world.do(CloseUnit(unit="u-new", ground="merged"))
    found_later = unfilled(world.workflow.history, world.now, wanted)
    assert "u-new" not in {gap.unit for gap in found_later}


# --- accountability -------------------------------------------------------------------


def handed_over(accepted: bool | None) -> tuple[Chains, datetime]:
    """p-3 held the first tier when something happened; p-5 followed ten days later, and was handed it."""
    world = full()
    world.name("first", "p-2", "u-bureau")
    world.later(days=1)
    happened = world.now
    world.later(days=10)
    world.replace("first", "p-3", "p-5")
    if accepted is not None:
        world.do(HandOver(**M, tier="first", leaving="p-3", taking="p-5", text=TEXT), by=world.self_(3))
        world.later(days=1)
        world.do(AnswerHandover(**M, number=1, accepted=accepted), by=world.self_(5))
    return world, happened


@pytest.mark.parametrize(
    ("accepted", "how"), [(True, "accepted"), (False, "disputed"), (None, "not_handed_over")]
)
def test_R_161_accountability_uses_the_holders_at_the_time_and_shows_who_holds_it_now_beside(
    accepted: bool | None, how: str
) -> None:
    world, happened = handed_over(accepted)
    found = accountable(world.workflow.history, Fact("safety", "u-branch", happened), world.now)
    first = found.rows[0]
    assert first.then is not None
    assert first.now is not None
    assert (first.unit, first.tier, first.then.people, first.now.people) == (
        "u-branch",
        "first",
        ("p-3",),
        ("p-5",),
    )
    assert first.handed_over == how
    assert len(first.handovers) == (0 if accepted is None else 2)
    assert found.people == ("p-3", "p-4", "p-2")  # and never p-5, who came later
    assert [(row.unit, row.tier) for row in found.rows if row.unit == "u-bureau"] == [
        ("u-bureau", "first"),
        ("u-bureau", "charge"),
        ("u-bureau", "section"),
    ]
    assert found.gaps == (("u-bureau", "section"),)
    assert {row.handed_over for row in found.rows[1:3]} == {"same"}


def test_R_161_a_change_that_was_dated_back_is_used_and_what_was_known_before_can_be_had_too() -> None:
    world = full()
    world.later(days=10)
    happened = world.now - 2 * DAY
    world.replace("first", "p-3", "p-5", effective_at=world.now - 5 * DAY)
    fact = Fact("safety", "u-branch", happened)
    assert accountable(world.workflow.history, fact, world.now).people[0] == "p-5"
    known = world.workflow.history.as_of(known=world.now - DAY)
    assert accountable(known, fact, world.now).people[0] == "p-3"


def test_R_161_nobody_followed_and_somebody_who_came_only_later_are_told_apart() -> None:
    world = Chains()
    happened = world.now
    world.name("section", "p-6")
    world.later(days=1)
    world.name("first", "p-3")
    world.do(ReleaseHolder(**M, tier="section", person="p-6", ground="retired"))
    found = accountable(world.workflow.history, Fact("safety", "u-branch", happened), world.now)
    rows = {row.tier: row.handed_over for row in found.rows if row.unit == "u-branch"}
    assert rows == {"first": "came_later", "charge": "same", "section": "left_empty"}


def test_R_161_a_tier_that_went_to_another_section_is_said_to_have_done_so() -> None:
    world = full()
    world.later(days=1)
    happened = world.now
    world.later(days=1)
    world.do(
        ReplaceHolder(**M, tier="section", leaving_section="u-section", person="p-6", ground="duties_moved")
    )
    found = accountable(world.workflow.history, Fact("safety", "u-branch", happened), world.now)
    row = next(row for row in found.rows if (row.unit, row.tier) == ("u-branch", "section"))
    assert row.handed_over == "other_section"


def test_R_161_cases_are_facts_of_a_matter_and_confidential_ones_are_not_told() -> None:
    world = cased()
    world.name("first", "p-3")
    world.later(days=1)
    bring(world, "o-1")
    complain(world)
    facts = facts_of_cases(world.workflow.history, "wages", ["opinion", "complaint", "wage_arrears"])
    assert [(fact.stream, fact.unit, fact.at) for fact in facts] == [("case/o-1", "u-branch", world.now)]
    (found,) = report(world.workflow.history, [Fact("safety", "u-branch", facts[0].at)], world.now)
    assert found.people == ("p-3",)


def test_R_161_a_succession_without_a_handover_is_listed_until_it_is_answered() -> None:
    world = full()
    world.later(days=1)
    world.replace("first", "p-3", "p-5")
    (found,) = without_handover(world.workflow.history, world.now)
    assert (found.tier, found.leaving, found.taking, found.handed_over) == ("first", "p-3", "p-5", False)
    world.do(HandOver(**M, tier="first", leaving="p-3", taking="p-5", text=TEXT), by=world.self_(3))
    (found,) = without_handover(world.workflow.history, world.now)
    assert found.handed_over
    world.later(days=1)
    world.do(AnswerHandover(**M, number=1, accepted=True), by=world.self_(5))
    assert without_handover(world.workflow.history, world.now) == ()
    assert len(without_handover(world.workflow.history, world.now - DAY)) == 1


# --- letters --------------------------------------------------------------------------


def test_R_162_every_edge_of_the_tree_has_a_signed_letter_or_is_listed_with_both_ends() -> None:
    world = Chains()
    world.name("first", "p-2", "u-bureau")
    world.name("first", "p-3")
    world.later(days=1)
    edges = {("u-city", "u-bureau"), ("u-bureau", "u-branch"), ("u-bureau", "u-section")}
    found = cascade(world.workflow.history, "safety", 2009, world.now)
    assert not found
    assert {(e.parent.unit, e.child.unit) for e in found.missing} == edges
    assert {e.status for e in found.missing} == {"none"}
    ends = {e.child.unit: (e.parent.signers, e.child.signers) for e in found.missing}
    assert ends == {"u-bureau": ((), ("p-2",)), "u-branch": (("p-2",), ("p-3",)), "u-section": (("p-2",), ())}
    world.letter("u-branch", "u-bureau", "p-2", "p-3")
    world.letter("u-bureau", "u-city", "p-60", "p-2")
    world.sign("u-branch", "child", 3)
    world.sign("u-bureau", "child", 2)
    world.sign("u-bureau", "parent", 60)
    found = cascade(world.workflow.history, "safety", 2009, world.now)
    assert {e.child.unit: e.status for e in found.edges} == {
        "u-bureau": "complete",
        "u-branch": "parent_unsigned",
        "u-section": "none",
    }
    assert found.complete.value == Fraction(1, 3)
    assert found.complete.displayed == "0.3333"
    part, whole = found.complete.inputs
    assert (part.value, whole.value) == (1, 3)  # type: ignore[union-attr]
    (done,) = [e for e in found.edges if e]
    assert (done.text, done.parent.signed_by, done.child.signed_by) == (TEXT, "p-60", "p-2")
    assert {e.event_id for e in found.complete.evidence()} <= ids(world)
    world.open("u-section")
    world.name("first", "p-8", "u-section")
    world.letter("u-section", "u-bureau", "p-2", "p-8")
    for unit, number in (("u-section", 8), ("u-section", 2), ("u-branch", 2)):
        world.sign(unit, "child" if number == 8 else "parent", number)
    assert cascade(world.workflow.history, "safety", 2009, world.now)
    assert not cascade(world.workflow.history, "safety", 2010, world.now)  # each year anew
    below = cascade(world.workflow.history, "safety", 2009, world.now, root="u-bureau", kinds=("branch",))
    assert [e.child.unit for e in below.edges] == ["u-branch"]


def test_R_162_the_tree_and_the_signatures_are_those_of_the_day() -> None:
    world = Chains()
    world.name("first", "p-2", "u-bureau")
    world.name("first", "p-3")
    world.later(days=1)
    world.letter("u-branch", "u-bureau", "p-2", "p-3")
    world.later(days=1)
    world.sign("u-branch", "child", 3)
    world.sign("u-branch", "parent", 2)
    signed = world.now

    def status(at: datetime) -> str:
        edges = cascade(world.workflow.history, "safety", 2009, at).edges
        return next(e.status for e in edges if e.child.unit == "u-branch")

    assert (status(signed - DAY), status(signed)) == ("unsigned", "complete")
    world.later(days=1)
    world.do(MoveUnit(unit="u-branch", parent="u-section"))
    assert (status(signed), status(world.now)) == ("complete", "other_parent")
    world.later(days=1)
    world.do(WithdrawLetter(**M, number=1, ground="moved"), by=world.act(7))
    assert status(world.now) == "none"
    with pytest.raises(InvalidInput):
        cascade(world.workflow.history, "safety", 2009, world.now, root="u-none")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["none", "issued", "child", "parent", "both"]), min_size=1, max_size=5))
def test_R_162_complete_and_missing_edges_make_the_tree_and_missing_are_exactly_those_without(
    states: list[str],
) -> None:
    world = Chains(opened=("u-section",))
    world.name("first", "p-2", "u-section")
    expected = {}
    for number, state in enumerate(states):
        unit, person = f"u-g{number}", number + 3
        world.do(FoundUnit(unit=unit, kind="group", parent="u-section"))
        world.open(unit)
        world.name("first", f"p-{person}", unit)
        if state != "none":
            world.letter(unit, "u-section", "p-2", f"p-{person}")
        if state in ("child", "both"):
            world.sign(unit, "child", person)
        if state in ("parent", "both"):
            world.sign(unit, "parent", 2)
        expected[unit] = state == "both"
    found = cascade(world.workflow.history, "safety", 2009, world.now, kinds=("group",))
    assert {e.child.unit: bool(e) for e in found.edges} == expected
    assert len(found.missing) + sum(expected.values()) == len(states)
    assert found.complete.value == Fraction(sum(expected.values()), len(states))


# --- in person ------------------------------------------------------------------------


def met(world: Chains, key: str, *who: str, kind: str = "study", unit: str = "u-branch", **more: Any) -> None:
    """An occasion held now; `more` says who chaired, for whom, and what it was about."""
    held = {name: more.pop(name) for name in ("chaired_by", "delegated_by", "delegation") if name in more}
    plan = PlanActivity(key=key, kind=kind, unit=unit, planned_at=world.now, expected=who, **more)
    world.do(plan)
    world.do(HoldActivity(key=key, attendance={p: Attendance(status="present") for p in who}, **held))


def test_R_168_duties_that_may_not_be_delegated_and_were_are_listed_and_count_for_the_delegate() -> None:
    world = Chains(activity.DECIDER)
    world.name("first", "p-3")
    world.later(days=1)
    since = world.now
    met(world, "a", "p-3", "p-4", chaired_by="p-3")
    met(world, "b", "p-4", chaired_by="p-4", delegated_by="p-3", delegation="on-leave")
    met(world, "c", "p-3", "p-4", chaired_by="p-4")
    met(world, "d", "p-4", chaired_by="p-4")
    met(world, "e", "p-4")
    met(world, "f", "p-4", kind="talk", chaired_by="p-4", delegated_by="p-3", delegation="on-leave")
    met(world, "g", "p-4", topic="wages", chaired_by="p-4", delegated_by="p-3", delegation="on-leave")
    found = in_person(world.workflow.history, "safety", "u-branch", since, world.now + DAY)
    rows = {row.occasion: (row.holder, row.how, row.took_part, row.counts_for) for row in found.performances}
    assert rows == {
        "a": ("p-3", "chaired", True, "p-3"),
        "b": ("p-3", "delegated", False, "p-4"),
        "c": ("p-3", "took_part", True, "p-4"),
        "d": ("p-3", "absent", False, "p-4"),
        "e": ("p-3", "unstated", False, None),
    }
    (listed,) = found.delegated
    assert isinstance(listed, Performance)
    assert (listed.occasion, listed.ground, listed.counts_for) == ("b", "on-leave", "p-4")
    assert listed.evidence.event_id in ids(world)
    (chairs,) = found.chairs
    counts = [figure.exact() for figure in (chairs.chaired, chairs.took_part, chairs.delegated)]
    assert chairs.person == "p-3"
    assert counts == [1, 1, 1]
    assert found.all_left_to_others == ()


def test_R_168_chairing_is_held_against_who_held_the_tier_on_the_day_and_not_against_who_does_now() -> None:
    world = Chains(activity.DECIDER)
    world.later(days=1)
    since = world.now
    met(world, "before", "p-4", chaired_by="p-4")
    world.name("first", "p-3", effective_at=world.now + timedelta(hours=1))
    world.later(days=1)
    met(world, "a", "p-4", chaired_by="p-4", delegated_by="p-3", delegation="busy")
    world.later(days=1)
    world.replace("first", "p-3", "p-5")
    met(world, "b", "p-5", chaired_by="p-5")
    found = in_person(world.workflow.history, "safety", "u-branch", since, world.now + DAY)
    assert [(row.occasion, row.holder, row.how) for row in found.performances] == [
        ("before", None, "nobody"),
        ("a", "p-3", "delegated"),
        ("b", "p-5", "chaired"),
    ]
    assert found.all_left_to_others == ("p-3",)
    assert (
        in_person(world.workflow.history, "safety", "u-branch", since, world.now).performances[-1].holder
        == "p-3"
    )


def test_R_168_an_act_of_a_duty_that_stays_in_person_is_listed_when_a_delegate_did_it() -> None:
    world = Chains(activity.DECIDER)
    world.name("first", "p-3")
    world.do(
        Delegate(
            principal="p-3", delegate="p-6", role="everything", unit="u-city", until=world.now + 30 * DAY
        ),
        by=world.self_(3),
    )
    since = world.now
    world.later(days=1)

    def plan(key: str, by: Actor, unit: str = "u-branch") -> None:
        command = PlanActivity(key=key, kind="talk", unit=unit, planned_at=world.now, expected=("p-4",))
        world.do(command, by=by)

    plan("own", world.act(3))
    plan("lent", Actor("a-6", "p-6", "everything", delegate_of="p-3"))
    plan("elsewhere", Actor("a-6", "p-6", "everything", delegate_of="p-3"), "u-section")
    plan("others", world.act(6))
    found = in_person(world.workflow.history, "safety", "u-branch", since, world.now + DAY)
    acts = {act.stream: (act.holder, act.delegate, act.counts_for) for act in found.acts}
    assert acts == {
        "activity/own": ("p-3", None, "p-3"),
        "activity/lent": ("p-3", "p-6", "p-6"),
    }
    (listed,) = found.delegated
    assert isinstance(listed, Act)
    assert (listed.stream, listed.duty) == ("activity/lent", "activity.plan")


# --- zero recurrence ------------------------------------------------------------------

WAGES = ResponsibilityKind.model_validate(
    {
        "code": "chain",
        "version": 1,
        "zero_recurrence": True,
        "cases": ["wage_arrears"],
        "verified": ["adopted", "partly_adopted"],
        "tiers": [{"code": "first"}, {"code": "lead", "most": 3, "lead": True}],
    }
)


def cased(kind: ResponsibilityKind = KIND, *more_duties: str) -> Chains:
    world = Chains(case.DECIDER, kind=kind, opened=("u-branch",), more_duties=more_duties)
    for each in (OPINION, COMPLAINT):
        world.do(AdoptDefinition(code=each.code, kind="case", version=each.version, body=each.data()))
    return world


def bring(
    world: Chains, key: str, *, unit: str = "u-branch", classes: tuple[str, ...] = ("wage_arrears",)
) -> None:
    command = OpenCase(
        key=key,
        kind="opinion",
        definition=OPINION.digest,
        unit=unit,
        substance=Personal("Two months unpaid"),
        requester="p-9",
        classes=classes,
    )
    world.do(command, by=world.self_(9))


def complain(world: Chains) -> str:
    key = "c-" + "0f" * 16
    command = OpenCase(
        key=key,
        kind="complaint",
        definition=COMPLAINT.digest,
        unit="u-branch",
        substance=Personal("The foreman keeps them"),
        complainant=Personal("p-9"),
        concerns=("p-3",),
        classes=("wage_arrears",),
    )
    world.do(command, by=world.act(8))
    return f"case/{key}"


def decide(world: Chains, key: str, outcome: str, number: int = 8) -> None:
    world.do(DecideCase(key=key, outcome=outcome, ground=Personal("Looked into")), by=world.act(number))


def test_R_118_every_new_case_alerts_the_leads_named_when_it_came_up() -> None:
    world = cased(WAGES)
    since = world.now
    bring(world, "o-0")
    world.later(days=1)
    world.name("lead", "p-4", matter="safety")
    world.name("lead", "p-5", matter="safety")
    bring(world, "o-1")
    bring(world, "o-2", classes=("canteen",))
    bring(world, "o-3", unit="u-section")
    world.later(days=1)
    world.replace("lead", "p-4", "p-6")
    bring(world, "o-4")
    found = alerts(world.workflow.history, "safety", "u-branch", since, world.now + DAY)
    assert [(alert.case, alert.leads, bool(alert)) for alert in found] == [
        ("case/o-0", (), False),
        ("case/o-1", ("p-4", "p-5"), True),
        ("case/o-4", ("p-5", "p-6"), True),
    ]
    assert all(alert.recorded == alert.at and alert.evidence.event_id in ids(world) for alert in found)
    leads = world.workflow.fact("responsibility.leads", STREAM, at=world.now)
    assert leads == ("p-5", "p-6")
    # The same history gives the same alerts, and a case dated back is told of from when it was recorded.
    assert alerts(world.workflow.history, "safety", "u-branch", since, world.now + DAY) == found


def test_R_118_a_new_case_is_put_to_every_lead_at_once_and_to_the_unit_where_there_is_none() -> None:
    world = cased(WAGES)
    manager = new_recurrences()

    def put() -> list[tuple[str, str, str]]:
        found = follows(manager, world.workflow.history, world.now)
        assert found == follows(manager, world.workflow.history, world.now)  # nothing is kept in between
        proposals = [item for item in found if isinstance(item, Proposal)]
        assert len(proposals) == len(found)  # nothing is issued
        return [(item.subject, item.action, item.to) for item in proposals]

    assert put() == []
    bring(world, "o-1")
    assert put() == [("case/o-1", "name_leads", "u-branch")]
    world.name("lead", "p-4")
    world.name("lead", "p-5")
    assert put() == [("case/o-1", "take_up_recurrence", lead) for lead in ("p-4", "p-5")]
    complain(world)  # confidential: nobody is told here
    bring(world, "o-2", classes=("canteen",))
    assert len(put()) == 2
    decide(world, "o-1", "adopted")
    assert put() == []


def test_R_118_what_counts_is_what_was_verified_and_keeping_cases_from_it_gains_nothing() -> None:
    world = cased(WAGES)
    since = world.now
    world.name("lead", "p-4")
    for number in range(1, 6):
        bring(world, f"o-{number}")
    world.later(days=1)
    decide(world, "o-1", "adopted")
    decide(world, "o-2", "not_adopted", 4)  # by a lead of the matter
    decide(world, "o-3", "not_adopted")
    world.do(WithdrawCase(key="o-4", ground="talked_out_of_it"), by=world.act(4))
    found = recurrence(world.workflow.history, "safety", "u-branch", since, world.now + DAY)
    assert [found.came_in.exact(), found.verified.exact()] == [5, 1]
    assert found.became == {
        "verified": ("case/o-1",),
        "not_verified": ("case/o-2", "case/o-3"),
        "refused": (),
        "withdrawn": ("case/o-4",),
        "pending": ("case/o-5",),
    }
    assert sum(map(len, found.became.values())) == found.came_in.value
    assert found.settled.value == Fraction(4, 5)
    assert [(e.case, e.became, e.person) for e in found.by_those_answering] == [
        ("case/o-4", "withdrawn", "p-4"),
        ("case/o-2", "not_verified", "p-4"),
    ]
    (proof,) = found.verified.evidence()
    assert proof.stored_type == "case.decided"


def test_R_118_no_case_at_all_is_neither_good_nor_bad() -> None:
    world = cased(WAGES)
    found = recurrence(world.workflow.history, "safety", "u-branch", world.now, world.now + DAY)
    assert [found.came_in.exact(), found.verified.exact()] == [0, 0]
    assert found.settled.value == Absent("not_applicable")


def test_R_118_a_confidential_case_is_not_told_of_outside_those_who_deal_with_it() -> None:
    def world(protected: bool) -> Chains:
        found = cased(WAGES)
        found.name("lead", "p-4")
        if protected:
            complain(found)
        return found

    with_one, without = world(True), world(False)
    since, until = with_one.now, with_one.now + DAY
    outside = recurrence(with_one.workflow.history, "safety", "u-branch", since, until)
    assert outside == recurrence(without.workflow.history, "safety", "u-branch", since, until)
    inside = recurrence(with_one.workflow.history, "safety", "u-branch", since, until, confidential=True)
    assert inside.came_in.value == 1


def test_what_is_handed_over_names_open_matters_only_and_never_a_confidential_case() -> None:
    world = cased()
    world.name("first", "p-3")
    bring(world, "o-1")
    protected = complain(world)
    world.later(days=1)
    world.replace("first", "p-3", "p-4")
    command = HandOver(
        **M, tier="first", leaving="p-3", taking="p-4", text=TEXT, evidence=PAPER, issues=(protected,)
    )
    for by in (world.act(7), world.act(8)):  # p-8 took the complaint in and sees it
        assert world.refused(command, by=by).code == "responsibility.unknown_issue"
    world.do(command.model_copy(update={"issues": ("case/o-1",)}), by=world.act(7))
    assert world.workflow.state(STREAM).handovers[0].issues == ("case/o-1",)


def test_a_refused_case_is_counted_as_refused_with_who_refused_it() -> None:
    world = cased(WAGES, "case.custody")
    since = world.now
    world.name("lead", "p-4")
    stream = complain(world)
    world.later(days=1)
    key = stream.partition("/")[2]
    world.do(case.AcknowledgeCase(key=key, channel="letter"), by=world.act(8))
    world.do(RefuseCase(key=key, ground="not_competent"), by=world.act(4))
    found = recurrence(
        world.workflow.history, "safety", "u-branch", since, world.now + DAY, confidential=True
    )
    assert found.became["refused"] == (stream,)
    assert [(e.became, e.person) for e in found.by_those_answering] == [("refused", "p-4")]


# --- bundles --------------------------------------------------------------------------

TALK = ProcedureKind.model_validate(
    {
        "code": "talk",
        "version": 1,
        "opening": "issue",
        "done": ["issued"],
        "lifecycle": {
            "initial": "none",
            "final": ["over"],
            "moves": {"issue": "none -> issued", "end": "issued -> over"},
        },
        "steps": [
            {
                "code": "issue",
                "duty": "talk.issue",
                "barred": ["concerned"],
                "inputs": [
                    {"code": "concerned", "type": "person"},
                    {"code": "ground", "type": "stream", "category": ["case", "procedure"]},
                ],
            },
            {"code": "end", "duty": "talk.issue", "barred": ["concerned"]},
        ],
    }
)


def bundled() -> Chains:
    world = Chains(case.DECIDER, procedure.DECIDER, more_duties=("talk.issue",))
    for kind, each in (("case", OPINION), ("procedure", TALK)):
        world.do(AdoptDefinition(code=each.code, kind=kind, version=each.version, body=each.data()))
    world.name("first", "p-2", "u-bureau")
    world.name("first", "p-3")
    world.name("charge", "p-4")
    posts = (
        Post(unit="u-bureau", tier="first"),
        Post(unit="u-branch", tier="first"),
        Post(unit="u-branch", tier="charge"),
    )
    world.do(BindPosts(matter="safety", unit="u-bureau", bundle="layers", posts=posts, basis="source.s1a"))
    bring(world, "o-1", classes=())
    world.later(days=1)
    return world


def issue(world: Chains, key: str, person: str, ground: str) -> OpenProcedure:
    return OpenProcedure(
        key=key,
        kind="talk",
        definition=TALK.digest,
        unit="u-branch",
        given={"concerned": person, "ground": ground},
        texts={},
    )


def test_R_169_a_bundle_names_all_liable_posts_and_a_consequence_for_one_shows_the_others() -> None:
    world = bundled()
    happened = world.now
    world.do(issue(world, "t-1", "p-3", "case/o-1"), by=world.act(7))
    world.later(days=1)
    world.replace("first", "p-3", "p-5")
    status = bundle_status(world.workflow.history, "safety", "u-bureau", "layers", happened, world.now)
    assert {(post.unit, post.tier): post.people for post in status.posts} == {
        ("u-bureau", "first"): ("p-2",),
        ("u-branch", "first"): ("p-3",),
        ("u-branch", "charge"): ("p-4",),
    }
    (one,) = [item for post in status.posts for item in post.consequences]
    assert (one.stream, one.person, one.state, one.grounds) == (
        "procedure/t-1",
        "p-3",
        "issued",
        ("case/o-1",),
    )
    others = status.others("p-3")
    assert {post.people for post in others} == {("p-2",), ("p-4",)}
    assert all(post.consequences == () for post in others)  # nothing followed for them
    held = {post.tier: post.now.people for post in status.posts if post.unit == "u-branch" and post.now}
    assert held == {"first": ("p-5",), "charge": ("p-4",)}
    assert status.by_bundle_alone == ()
    assert status.evidence.event_id in ids(world)


def test_R_169_no_consequence_is_applied_by_the_bundle_alone() -> None:
    world = bundled()
    command = issue(world, "t-9", "p-4", "responsibility/safety.u-bureau")
    with pytest.raises(Refused):  # a bundle is no ground
        world.do(command, by=world.act(7))
    world.do(issue(world, "t-1", "p-3", "case/o-1"), by=world.act(7))
    world.do(issue(world, "t-2", "p-4", "procedure/t-1"), by=world.act(7))
    status = bundle_status(world.workflow.history, "safety", "u-bureau", "layers", world.now, world.now)
    assert [item.stream for item in status.by_bundle_alone] == ["procedure/t-2"]
    world.do(issue(world, "t-3", "p-2", "case/o-1"), by=world.act(7))
    status = bundle_status(world.workflow.history, "safety", "u-bureau", "layers", world.now, world.now)
    assert [item.stream for item in status.by_bundle_alone] == ["procedure/t-2"]
    only = bundle_status(
        world.workflow.history, "safety", "u-bureau", "layers", world.now, world.now, kinds=("penalty",)
    )
    assert all(post.consequences == () for post in only.posts)


def test_R_169_a_bundle_is_asked_for_as_of_a_moment_at_which_it_was_bound() -> None:
    world = bundled()
    with pytest.raises(InvalidInput):
        bundle_status(world.workflow.history, "safety", "u-bureau", "layers", world.now - 9 * DAY, world.now)
    with pytest.raises(InvalidInput):
        bundle_status(world.workflow.history, "safety", "u-branch", "layers", world.now, world.now)


# --- what is written underneath --------------------------------------------------------------


def test_what_nobody_could_have_decided_is_found_when_it_was_written_underneath() -> None:
    def world() -> Chains:
        found = Chains()
        found.name("first", "p-2", "u-bureau")
        found.name("first", "p-3")
        found.later(days=1)
        return found

    def named(**said: Any) -> Event:
        return responsibility.HolderNamed(**{"tier": "first", "ground": "appointed", **said})

    letter: dict[str, Any] = {
        "number": 1,
        "year": 2009,
        "parent": "u-bureau",
        "text": TEXT,
        "for_parent": "p-2",
        "for_child": "p-3",
    }
    issued = responsibility.LetterIssued
    for command, good, bad in (
        ("name_holder", named(tier="charge", person="p-4"), named(person="p-4")),
        ("issue_letter", issued(**letter), issued(**{**letter, "for_child": "p-4"})),
        ("issue_letter", issued(**letter), issued(**{**letter, "number": 2})),
        (
            "replace_holder",
            responsibility.HolderReplaced(tier="first", leaving="p-3", person="p-4", ground="x"),
            responsibility.HolderReplaced(tier="first", leaving="p-5", person="p-4", ground="x"),
        ),
        (
            "bind_posts",
            responsibility.PostsBound(
                bundle="b",
                posts=(Post(unit="u-branch", tier="charge"), Post(unit="u-branch", tier="first")),
                basis="x",
            ),
            responsibility.PostsBound(bundle="b", posts=(Post(unit="u-branch", tier="first"),), basis="x"),
        ),
    ):
        assert beneath(world(), 7, f"responsibility.{command}", STREAM, good) == []
        assert len(beneath(world(), 7, f"responsibility.{command}", STREAM, bad)) == 1, bad


def test_a_signature_in_the_stead_of_who_signs_is_found_when_it_was_written_underneath() -> None:
    def signed(**but: Any) -> Event:
        said = {"number": 1, "side": "child", "signer": "p-3", "other": "p-2", "text": TEXT}
        return responsibility.LetterSigned.model_validate({**said, **but})

    def world() -> Chains:
        found = Chains()
        found.name("first", "p-2", "u-bureau")
        found.name("first", "p-3")
        found.later(days=1)
        found.letter("u-branch", "u-bureau", "p-2", "p-3")
        return found

    command = "responsibility.sign_letter"
    assert beneath(world(), 3, command, STREAM, signed()) == []
    assert beneath(world(), 7, command, STREAM, signed(evidence=PAPER)) == []
    for event in (
        signed(),  # by somebody else, on no evidence
        signed(evidence=PAPER, signer="p-7"),
        signed(evidence=PAPER, other="p-9"),  # so that the other side would not be barred
        signed(evidence=PAPER, text="d" * 64),
    ):
        assert len(beneath(world(), 7, command, STREAM, event)) == 1, event


def test_whoever_named_themselves_underneath_is_found_by_replay() -> None:
    world = Chains()
    event = responsibility.HolderNamed(tier="first", person="p-3", ground="appointed")
    beneath(world, 3, "responsibility.name_holder", STREAM, event)
    (found,) = forbidden(world.workflow.history.events())
    assert found.refusal.code == "authority.own_case"


def test_an_honest_history_of_every_command_is_possible() -> None:
    world, _ = handed_over(accepted=False)
    world.letter("u-branch", "u-bureau", "p-2", "p-5")
    world.sign("u-branch", "child", 5)
    posts = (Post(unit="u-branch", tier="first"), Post(unit="u-bureau", tier="first"))
    world.do(BindPosts(matter="safety", unit="u-bureau", bundle="b", posts=posts, basis="source.s1a"))
    world.do(MovePerson(person="p-5", unit="u-city"))
    world.do(WithdrawLetter(**M, number=1, ground="moved"), by=world.act(7))
    world.do(CloseResponsibility(**M, ground="merged"), by=world.act(7))
    world.later(days=1)
    world.open("u-branch")
    found = [f for check in possible.checks(world.model) for f in check.look(world.workflow.history)]
    assert found == []
