"""An appeal against a deduction of points: notice, statement, decision, appeal, final (R-206, R-087)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.domain.test_points import (
    DAY,
    SCHEME,
    STREAM,
    balance,
    decision,
    deduct,
    do,
    notice,
    objection,
    opened,
    refused,
    undo,
)
from tests.support.laws import attempt, replays
from tests.support.world import World, duties

from party_workflow.authority import (
    CONFLICT,
    NO_DUTY,
    NOT_OWN,
    OWN_CASE,
    AdoptRoles,
    DeclareConflict,
    GrantRole,
)
from party_workflow.codec import Event
from party_workflow.domain import points
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.points import AppealDeduction, DecideDeductionAppeal, PointsScheme, reasons
from party_workflow.errors import InvalidDefinition
from party_workflow.personal import Personal
from party_workflow.policies.audits import possible
from party_workflow.policies.audits.checks import audit
from party_workflow.policies.consequences.appeals import with_pending_appeal
from party_workflow.store import Actor, Append, Draft


def appeal(number: int = 1) -> AppealDeduction:
    return AppealDeduction(
        scheme="member-points", person="p-2", number=number, appeal=Personal("I was at the clinic.")
    )


def verdict(number: int = 1, *, stands: bool = False) -> DecideDeductionAppeal:
    return DecideDeductionAppeal(
        scheme="member-points", person="p-2", number=number, stands=stands, ground="looked_again"
    )


def taken(*, counts: bool = True) -> World:
    """A deduction of two that p-3 proposed and p-4 decided after notice and the time to object."""
    world = opened()
    do(world, deduct(2))
    do(world, notice(world))
    do(world, objection(), by=world.self_(2))
    world.later(days=5)
    do(world, decision(counts=counts), by=world.act(4))
    return world


def test_R_206_a_deduction_goes_from_notice_to_a_final_decision_on_appeal_by_four_different_people() -> None:
    world = taken()
    assert balance(world) == {"own": Fraction(-2)}
    do(world, appeal(), by=world.self_(2))
    refused(world, verdict(), OWN_CASE, by=world.act(2))
    refused(world, verdict(), OWN_CASE, by=world.act(3))  # proposed it
    refused(world, verdict(), OWN_CASE, by=world.act(4))  # decided it
    do(world, verdict(), by=world.act(5))
    assert balance(world) == {"own": Fraction(0)}
    types = [record.envelope.stored_type for record in world.workflow.history.stream(STREAM)]
    assert types[-3:] == [
        "points.deduction_appealed",
        "points.deduction_appeal_decided",
        "points.entry_reversed",
    ]
    refused(world, appeal(), reasons.NOTHING_TAKEN, by=world.self_(2))
    refused(world, verdict(), reasons.NO_APPEAL, by=world.act(5))
    replays(world, STREAM)


def test_R_206_a_deduction_that_stands_on_appeal_is_final() -> None:
    world = taken()
    do(world, appeal(), by=world.self_(2))
    do(world, verdict(stands=True), by=world.act(5))
    assert balance(world) == {"own": Fraction(-2)}
    assert world.workflow.state(STREAM).deductions[1].appeal == "dismissed"
    refused(world, appeal(), reasons.APPEALED, by=world.self_(2))


def test_R_206_a_pending_appeal_is_shown_on_the_points_until_it_is_decided() -> None:
    world = taken()
    assert with_pending_appeal(world.workflow.history, STREAM, balance(world))
    do(world, appeal(), by=world.self_(2))
    shown = with_pending_appeal(world.workflow.history, STREAM, balance(world))
    [pending] = shown.pending
    assert not shown
    assert (pending.against, pending.since.stored_type) == (STREAM, "points.deduction_appealed")
    do(world, verdict(stands=True), by=world.act(5))
    assert with_pending_appeal(world.workflow.history, STREAM, balance(world))


def test_R_206_the_person_appeals_and_nobody_for_them_and_only_against_what_was_taken() -> None:
    world = opened()
    do(world, deduct())
    refused(world, appeal(), reasons.NOTHING_TAKEN, by=world.self_(2))
    refused(taken(counts=False), appeal(), reasons.NOTHING_TAKEN, by=world.self_(2))
    world = taken()
    refused(world, appeal(9), reasons.NOTHING_TAKEN, by=world.self_(2))
    refused(world, appeal(), NOT_OWN, by=world.self_(4))
    refused(world, verdict(), reasons.NO_APPEAL, by=world.act(5))
    do(world, appeal(), by=world.self_(2))
    stored = b"".join(record.bytes for record in world.workflow.history.stream(STREAM))
    assert b"clinic" not in stored


def test_R_206_the_days_to_appeal_are_the_clauses_and_no_dating_of_the_decision_shortens_them() -> None:
    world = taken()
    world.later(days=30)
    refused(world, appeal(), reasons.APPEAL_TOO_LATE, by=world.self_(2))
    do(world, appeal(), by=world.self_(2), at=world.now - DAY)  # a letter in time is in time
    back = opened()
    do(back, deduct())
    do(back, notice(back))
    back.later(days=40)
    do(back, decision(), by=back.act(4), at=back.now - 30 * DAY)
    back.later(days=29)
    do(back, appeal(), by=back.self_(2))


def test_R_206_a_clause_may_give_more_days_and_never_none() -> None:
    world = opened()
    longer = SCHEME.data() | {"version": 2}
    longer["clauses"] = [
        clause | ({"appeal_days": 60} if clause["code"] == "absence" else {}) for clause in longer["clauses"]
    ]
    scheme = PointsScheme.model_validate(longer)
    world.do(AdoptDefinition(code="member-points", kind="points", version=2, body=scheme.data()))
    do(world, deduct(definition=scheme.digest))
    do(world, notice(world))
    world.later(days=5)
    do(world, decision(), by=world.act(4))
    world.later(days=59)
    do(world, appeal(), by=world.self_(2))
    none = [clause | {"appeal_days": 0} for clause in SCHEME.data()["clauses"]]
    with pytest.raises(InvalidDefinition):
        PointsScheme.model_validate(SCHEME.data() | {"clauses": none})
    assert "appeal_days" not in str(SCHEME.data())  # what a scheme did not say changes no digest


def test_R_207_the_appeal_is_decided_by_a_person_in_a_role_and_in_no_conflict() -> None:
    world = taken()
    do(world, appeal(), by=world.self_(2))
    everything = duties(world.model)
    roles = {"everything": tuple(everything), "partial": tuple(sorted(set(everything) - {"points.review"}))}
    world.do(AdoptRoles(roles=roles))
    world.do(GrantRole(person="p-6", role="partial", unit="u-city"))
    refused(world, verdict(), NO_DUTY, by=Actor("a-6", "p-6", "partial"))
    world.do(DeclareConflict(person="p-5", other="p-2", ground="kin"), by=world.act(7))
    refused(world, verdict(), CONFLICT, by=world.act(5))
    do(world, verdict(), by=world.act(6))


def test_an_entry_that_was_reversed_before_the_appeal_was_decided_is_not_reversed_twice() -> None:
    world = taken()
    do(world, appeal(), by=world.self_(2))
    do(world, undo(str(world.workflow.state(STREAM).deductions[1].entry)), by=world.act(6))
    do(world, verdict(), by=world.act(5))
    assert balance(world) == {"own": Fraction(0)}
    assert world.workflow.state(STREAM).deductions[1].appeal == "upheld"


def test_an_appeal_that_takes_effect_before_the_deduction_is_not_decided_against_it() -> None:
    world = taken()
    do(world, appeal(), by=world.self_(2))
    refused(world, verdict(), reasons.BEFORE_ENTRY, by=world.act(5), at=world.now - DAY)


def test_a_decision_written_underneath_that_leaves_out_who_decided_before_is_found() -> None:
    world = taken()
    do(world, appeal(), by=world.self_(2))
    forged = points.DeductionAppealDecided(
        number=1, proposed_by=(), decided_by=(), stands=True, ground="looked_again", unit="u-branch"
    )
    _write(world, forged, world.act(4))
    assert not audit(world.workflow.history, possible.checks(world.model))
    honest = taken()
    do(honest, appeal(), by=honest.self_(2))
    do(honest, verdict(), by=honest.act(5))
    assert audit(honest.workflow.history, possible.checks(honest.model))


def _write(world: World, event: Event, by: Actor) -> None:
    version = max(r.envelope.version for r in world.store.read_stream(STREAM))
    drafts = (Draft(STREAM, event, world.now),)
    world.store.append(
        Append("bureau", "forged", "points.decide_appeal", "0" * 64, by, world.now, drafts, {STREAM: version})
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["deduct", "notice", "decide", "drop", "appeal", "stands", "upheld", "undo"]),
        st.sampled_from([2, 3, 4, 5]),
        st.integers(1, 2),
        st.sampled_from([0, 0, 6, 31]),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@examples(STEPS)
def test_whatever_is_asked_a_deduction_is_final_only_by_people_of_whom_none_acted_before(
    steps: list[Any],
) -> None:
    world = opened()
    for what, actor, number, days in steps:
        world.later(days=days, hours=1)
        entry = world.workflow.state(STREAM).deductions.get(number)
        command = {
            "deduct": deduct(),
            "notice": notice(world, number),
            "decide": decision(number),
            "drop": decision(number, counts=False),
            "appeal": appeal(number),
            "stands": verdict(number, stands=True),
            "upheld": verdict(number),
            "undo": undo(entry.entry if entry is not None and entry.entry is not None else "cd" * 16),
        }[what]
        attempt(world, command, by=world.self_(2) if what == "appeal" else world.act(actor))
    replays(world, STREAM)
    state: points.Points = world.workflow.state(STREAM)
    for item in world.workflow.history.events(points.DeductionAppealDecided):
        event = item.event
        assert isinstance(event, points.DeductionAppealDecided)
        assert item.envelope.person not in {"p-2", *event.proposed_by, *event.decided_by}
        deduction = state.deductions[event.number]
        assert deduction.appeal == ("dismissed" if event.stands else "upheld")
        if not event.stands:
            assert state.entries[str(deduction.entry)].reversed_by is not None
