"""Claims and their reconciliation: R-181, R-182, and the attendances of R-060 and R-071."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from typing import ClassVar

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import AdoptRoles
from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Command, Event, kinds_of_strings
from party_workflow.decider import Answer, Context, Decider
from party_workflow.domain import claim
from party_workflow.domain.claim import (
    AssertClaim,
    Bound,
    ClaimAsserted,
    Counted,
    Measure,
    Reconciliation,
    WithdrawClaim,
    aggregate,
    plausible,
    reconcile,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Reason
from party_workflow.quantity import Quantity
from party_workflow.relations import Requires
from party_workflow.store import Recorded
from party_workflow.testing.scenario import given
from party_workflow.values import Count, Flag, Key

# --- sessions: the smallest aggregate whose events can be counted ----------------------------


class SessionHeld(Event):
    stored_type: ClassVar[str] = "session.held"
    requires: ClassVar[Requires] = Requires(anyone=True)
    members: Count
    others: Count = 0
    cancelled: Flag = False


class HoldSession(Command):
    stored_type: ClassVar[str] = "session.hold"
    key: Key
    members: Count
    others: Count = 0
    cancelled: Flag = False

    @property
    def stream(self) -> str:
        return f"session/{self.key}"


def _hold(command: HoldSession, state: Work | None, context: Context) -> Answer:
    return [SessionHeld(**command.model_dump(exclude={"key"}))]


SESSIONS: Decider[Work | None] = Decider(
    category="session",
    events=(SessionHeld,),
    commands=(HoldSession,),
    initial=lambda: None,
    evolve=lambda state, recorded: Work(recorded.envelope.stream, "lesson", None, "held", True),
    decide=_hold,
    answers={"session.work": lambda state: state},
    yields={HoldSession.stored_type: (SessionHeld,)},
)


def _held(recorded: Iterable[Recorded]) -> tuple[list[tuple[str, SessionHeld]], tuple[tuple[str, str], ...]]:
    held, left = [], []
    for item in recorded:
        assert isinstance(item.event, SessionHeld)
        if item.event.cancelled:
            left.append((item.envelope.event_id, "cancelled"))
        else:
            held.append((item.envelope.event_id, item.event))
    return held, tuple(left)


def _sessions(recorded: Iterable[Recorded]) -> Counted:
    held, left = _held(recorded)
    return Counted(len(held), tuple(event_id for event_id, _ in held), left)


def _attendances(recorded: Iterable[Recorded]) -> Counted:
    held, left = _held(recorded)
    members = sum(event.members for _, event in held)
    others = sum(event.others for _, event in held)
    ids = tuple(event_id for event_id, _ in held)
    return Counted(members + others, ids, left, (("members", members), ("others", others)))


MEASURES = (
    Measure("attendances", "attendances", _attendances, (SessionHeld,)),
    Measure("sessions", "sessions", _sessions, (SessionHeld,)),
    Measure("readers", "people", lambda recorded: Counted(None)),
)
BOUND = Bound("attendances", at_most=("sessions", "members"), remainder="others")

FIGURES = {
    "attendances": Quantity.of("=", 392, "attendances"),
    "members": Quantity.of("=", 29, "members"),
    "sessions": Quantity.of("=", 12, "sessions"),
}
STREAM = "claim/study"


def assertion(**fields: object) -> AssertClaim:
    given = {
        "key": "study",
        "unit": "u-branch",
        "subject": "session/s-1",
        "source": "transition_report",
        "figures": FIGURES,
    }
    return AssertClaim.model_validate({**given, **fields})


WITHDRAW = WithdrawClaim(key="study", ground="miscounted")


def world(sessions: int = 12, members: int = 28, others: int = 4, missing: int = 0) -> World:
    """Twelve sessions: 28 members and 4 others at each of them, and 8 more others at the last one."""
    found = World(claim.DECIDER, SESSIONS, members=3)
    for number in range(1, sessions + 1):
        extra = 8 if number == sessions else 0
        found.later(days=1)
        found.do(HoldSession(key=f"s-{number}", members=members, others=others + extra - missing))
    return found


def reconciled(found: World, **fields: object) -> Reconciliation:
    found.do(assertion(**fields))
    return reconcile(found.workflow.state(STREAM), found.workflow.history, MEASURES, [BOUND])


# --- laws ------------------------------------------------------------------------------------


@settings(max_examples=30)
@examples(
    st.lists(
        st.sampled_from([assertion(), assertion(figures={}), assertion(unit="u-none"), WITHDRAW]), max_size=6
    )
)
def test_whatever_is_commanded_replay_gives_the_same(commands: list[Command]) -> None:
    found = world(sessions=1)
    for command in commands:
        found.later(minutes=1)
        attempt(found, command)
    replays(found, STREAM)


@settings(max_examples=100)
@examples(st.integers(0, 2000), st.integers(0, 40), st.integers(0, 60))
def test_a_bound_finds_an_excess_exactly_where_the_figure_exceeds_the_product(
    attendances: int, sessions: int, members: int
) -> None:
    figures = {
        "attendances": Quantity.of("=", attendances, "attendances"),
        "members": Quantity.of("=", members, "members"),
        "sessions": Quantity.of("=", sessions, "sessions"),
    }
    (finding,) = plausible(figures, [BOUND])
    assert finding.most == sessions * members
    assert bool(finding) is (attendances <= sessions * members)
    assert finding.excess == max(0, attendances - sessions * members)


def test_every_string_in_the_events_has_a_kind_figures_included() -> None:
    for event in claim.DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values()


def test_figures_are_stored_as_canonical_text_and_read_back_as_they_were() -> None:
    found = world(sessions=1)
    figures = {
        "coverage": Quantity.of(">=", 98, "percent"),
        "articles": Quantity.of(">", 30, "articles"),
        "listeners": Quantity.of("~", 1000, "people", tolerance=50),
        "readers": Quantity.between(10, 19, "people"),
    }
    found.do(assertion(figures=figures))
    (record,) = [item for item in found.store.read() if item.envelope.stored_type == "claim.asserted"]
    assert record.data["figures"] == {
        "articles": {"comparator": "gt", "unit": "articles", "value": "30"},
        "coverage": {"comparator": "ge", "unit": "percent", "value": "98"},
        "listeners": {"comparator": "approx", "tolerance": "50", "unit": "people", "value": "1000"},
        "readers": {"comparator": "range", "lower": "10", "unit": "people", "upper": "19"},
    }
    assert found.workflow.fact("claim.asserted", STREAM) == figures


# --- a claim against itself and against the events ------------------------------------


def test_R_182_from_the_claim_alone_at_most_348_attendances_can_be_members() -> None:
    (finding,) = plausible(FIGURES, [BOUND])
    assert not finding
    assert (finding.most, finding.excess) == (348, 44)
    assert str(finding) == (
        "attendances: asserted 392 attendances, beside 12 sessions and 29 members; "
        "at most 348 can be members', so at least 44 are others' or an error."
    )


def test_R_182_from_the_events_it_is_told_whose_the_others_are() -> None:
    found = world()
    result = reconciled(found, figures={key: FIGURES[key] for key in ("attendances", "sessions")})
    assert result
    attendances = result.figure("attendances")
    assert (attendances.outcome, attendances.actual, attendances.by) == ("matches", 392, 0)
    assert dict(attendances.parts) == {"members": 336, "others": 56}
    held = [item.envelope.event_id for item in found.workflow.history.events(SessionHeld)]
    assert list(attendances.events) == held
    assert str(attendances) == (
        "attendances: asserted 392 attendances, the events bear out 392 (members 336, others 56); "
        "it matches. Events counted: 12; left out: none."
    )


def test_R_182_a_figure_that_the_events_do_not_bear_out_differs_by_so_much() -> None:
    found = world(missing=1)
    found.do(HoldSession(key="rained-off", members=30, cancelled=True))
    result = reconciled(found)
    assert not result
    attendances, members, sessions = (result.figure(code) for code in ("attendances", "members", "sessions"))
    assert (attendances.outcome, attendances.by, attendances.actual) == ("differs", -12, 380)
    assert attendances.sentence == (
        "attendances: asserted 392 attendances, the events bear out 380 (members 336, others 44); "
        "it differs by -12. Events counted: 12; left out: 1 cancelled."
    )
    assert [reason for _, reason in attendances.left_out] == ["cancelled"]
    assert sessions.outcome == "matches"
    assert members.outcome == "not_verifiable"
    assert "nothing says how it is counted" in members.sentence
    assert len(result.explain()) == 4
    assert str(result) == "\n".join(result.explain())


def test_R_182_the_events_may_bear_out_more_than_was_asserted() -> None:
    result = reconciled(world(), figures={"sessions": Quantity.of("<", 10, "sessions")})
    assert (result.figure("sessions").outcome, result.figure("sessions").by) == ("differs", 2)
    assert "it differs by +2." in str(result)


@pytest.mark.parametrize(
    ("measure", "asserted", "outcome", "words"),
    [
        ("sessions", Quantity.of(">=", 10, "sessions"), "matches", "it matches"),
        ("sessions", Quantity.of(">", 12, "sessions"), "differs", "it lies on a bound that is excluded"),
        ("sessions", Quantity.between(10, 19, "sessions"), "matches", "it matches"),
        ("sessions", Quantity.of("~", 12, "sessions"), "not_verifiable", "the claim states no tolerance"),
        ("sessions", Quantity.of("~", 10, "sessions", tolerance=2), "matches", "it matches"),
        (
            "sessions",
            Quantity.of("=", 12, "hours"),
            "not_verifiable",
            "asserted in hours and counted in sessions",
        ),
        ("readers", Quantity.of("=", 1100, "people"), "not_verifiable", "the events do not tell"),
        ("masks", Quantity.of("=", 34000, "masks"), "not_verifiable", "nothing says how it is counted"),
    ],
)
def test_R_182_every_comparator_is_reconciled_and_what_cannot_be_verified_says_why(
    measure: str, asserted: Quantity, outcome: str, words: str
) -> None:
    result = reconciled(world(), figures={measure: asserted})
    assert result.figure(measure).outcome == outcome
    assert words in result.figure(measure).sentence
    assert bool(result) is (outcome == "matches")


def test_R_182_a_claim_is_reconciled_as_of_a_moment() -> None:
    found = world()
    found.do(assertion())
    halfway = found.workflow.history.as_of(effective=START + timedelta(days=6))
    result = reconcile(found.workflow.state(STREAM), halfway, MEASURES)
    assert (result.figure("sessions").actual, result.figure("sessions").by) == (6, -6)
    assert result.plausibility == ()


def test_R_181_a_bound_takes_inexact_figures_at_what_they_assert() -> None:
    def finding(**figures: Quantity) -> tuple[Fraction | None, Fraction | None]:
        (found,) = plausible({**FIGURES, **figures}, [BOUND])
        return found.most, found.excess

    assert finding(attendances=Quantity.of(">=", 360, "attendances")) == (348, 12)
    assert finding(attendances=Quantity.of("<=", 400, "attendances")) == (348, None)
    assert finding(sessions=Quantity.between(12, 13, "sessions")) == (377, 15)
    assert finding(sessions=Quantity.of(">", 12, "sessions")) == (None, None)
    assert finding(members=Quantity.of("~", 29, "members")) == (None, None)
    assert finding(members=Quantity.of("~", 29, "members", tolerance=1)) == (360, 32)


def test_a_bound_on_figures_that_are_not_asserted_says_nothing() -> None:
    assert plausible({"attendances": FIGURES["attendances"]}, [BOUND]) == ()


def test_a_reconciliation_has_canonical_bytes() -> None:
    result = reconciled(world())
    data = result.data()
    assert canonical_bytes(data)
    assert data["claim"] == STREAM
    assert data["plausibility"] == [
        {
            "at_most": ["sessions", "members"],
            "excess": "44",
            "measure": "attendances",
            "most": "348",
            "remainder": "others",
        }
    ]
    assert data["figures"][1] == {
        "asserted": "29 members",
        "events": [],
        "left_out": [],
        "measure": "members",
        "outcome": "not_verifiable",
        "parts": {},
    }


# --- the claim itself ------------------------------------------------------------------------


def test_a_withdrawn_claim_stays_to_be_read_and_asserts_nothing() -> None:
    found = world(sessions=1)
    found.do(assertion())
    assert found.workflow.fact("claim.work", STREAM) == Work(STREAM, "claim", "u-branch", "asserted", True)
    found.do(WITHDRAW)
    assert found.workflow.fact("claim.asserted", STREAM) == {}
    assert found.workflow.fact("claim.work", STREAM) == Work(STREAM, "claim", "u-branch", "withdrawn", False)
    assert found.workflow.state(STREAM).figures == FIGURES
    assert found.workflow.fact("claim.work", "claim/none") is None


ASSERTED = ClaimAsserted(unit="u-branch", subject="session/s-1", source="report", figures=FIGURES)
REFUSALS: list[tuple[Reason, tuple[Event, ...], tuple[object, ...], Command]] = [
    (aggregate.UNKNOWN, (), (), WITHDRAW),
    (aggregate.TAKEN, (ASSERTED,), (True, Work("s", "lesson", None, "held", True)), assertion()),
    (aggregate.UNKNOWN_UNIT, (), (False, Work("s", "lesson", None, "held", True)), assertion()),
    (aggregate.UNKNOWN_SUBJECT, (), (True, None), assertion()),
    (aggregate.NO_FIGURES, (), (True, Work("s", "lesson", None, "held", True)), assertion(figures={})),
]


@pytest.mark.parametrize(("reason", "past", "facts", "command"), REFUSALS)
def test_each_refusal_has_its_reason(
    reason: Reason, past: tuple[Event, ...], facts: tuple[object, ...], command: Command
) -> None:
    refusal = given(claim.DECIDER, *past).knowing(*facts).when(command).refused(reason)
    assert "{" not in refusal.sentence + refusal.remedy


def test_every_reason_of_the_module_is_provoked_here_and_the_counterparts_succeed() -> None:
    assert {reason for reason, *_ in REFUSALS} == set(claim.REASONS)
    found = world(sessions=1)
    found.do(assertion())
    found.do(WITHDRAW)
    refusal = attempt(found, WITHDRAW)
    assert refusal is not None
    assert refusal.code == "lifecycle.final"


def test_a_claim_about_nothing_or_of_no_unit_is_refused_through_the_public_api() -> None:
    found = world(sessions=1)
    for wrong, code in (
        (assertion(subject="session/none"), "claim.unknown_subject"),
        (assertion(unit="u-none"), "claim.unknown_unit"),
    ):
        refusal = attempt(found, wrong)
        assert refusal is not None
        assert refusal.code == code
    found.do(assertion())


# --- authority -------------------------------------------------------------------------------


def test_asserting_needs_the_duty_and_the_author_alone_withdraws_without_one() -> None:
    found = world(sessions=1)
    every = tuple(duties(found.model))
    found.do(AdoptRoles(roles={"everything": tuple(duty for duty in every if not duty.startswith("claim."))}))
    refusal = attempt(found, assertion(), found.act(2))
    assert refusal is not None
    assert refusal.code == "authority.duty_not_covered"
    found.do(AdoptRoles(roles={"everything": every}))
    found.do(assertion(), by=found.act(2))
    refusal = attempt(found, WITHDRAW, found.self_(3))
    assert refusal is not None
    assert refusal.code == "authority.not_own"
    found.do(WITHDRAW, by=found.self_(2))
