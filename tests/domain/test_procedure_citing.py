"""What a step cites: results as recorded, rules in force at a moment, grades in order, positions."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.laws import replays
from tests.support.world import World

from party_workflow.authority import OWN_CASE, forbidden
from party_workflow.canonical import time_text
from party_workflow.domain import definition, procedure, publication
from party_workflow.domain.definition import AdoptDefinition, Definition, RetireDefinition
from party_workflow.domain.procedure import (
    INPUT_LACKING,
    NOT_A_CHOICE,
    NOT_IN_FORCE,
    NOT_OF_TYPE,
    NOT_THAT_RESULT,
    NOTHING_IN_FORCE,
    TOO_GRAVE,
    OpenProcedure,
    PlacedGiven,
    ProcedureKind,
    StepPlaced,
    StepTaken,
    TakeStep,
)
from party_workflow.domain.publication import Publish
from party_workflow.errors import InvalidDefinition, Reason, Refused
from party_workflow.policies.audits import possible
from party_workflow.policies.audits.checks import audit
from party_workflow.store import Append, Draft

RESULT, RULE = "b" * 64, "a" * 64
KIND: dict[str, Any] = {
    "code": "reproof",
    "version": 1,
    "opening": "propose",
    "lifecycle": {
        "initial": "none",
        "final": ["closed"],
        "moves": {"propose": "none -> open", "decide": "open -> open", "close": "open -> closed"},
    },
    "steps": [
        {
            "code": "propose",
            "duty": "reproof.run",
            "barred": ["concerned"],
            "inputs": [
                {"code": "concerned", "type": "person"},
                {"code": "measure", "type": "code", "grades": ["talk", "note", "removal"]},
                {"code": "ground", "type": "stream", "required": False},
                {"code": "result", "type": "digest", "required": False, "snapshot_of": "ground"},
                {"code": "place", "type": "position", "required": False, "snapshot_of": "ground"},
                {"code": "rule", "type": "stream", "required": False},
                {"code": "happened", "type": "moment", "required": False},
                {
                    "code": "version",
                    "type": "digest",
                    "required": False,
                    "version_of": "rule",
                    "at": "happened",
                },
            ],
        },
        {
            "code": "decide",
            "duty": "reproof.run",
            "barred": ["concerned"],
            "inputs": [
                {
                    "code": "measure",
                    "type": "code",
                    "grades": ["talk", "note", "removal"],
                    "not_above": "measure",
                }
            ],
        },
        {"code": "close", "duty": "reproof.run"},
    ],
}
REPROOF = ProcedureKind.model_validate(deepcopy(KIND))


def town() -> World:
    validators: dict[str, Any] = {"procedure": ProcedureKind.model_validate, "rulebook": dict}
    deciders = (definition.decider(validators), procedure.DECIDER, publication.DECIDER)
    world = World(*deciders, members=9, more_duties=sorted(REPROOF.duties()))
    world.do(AdoptDefinition(code="reproof", kind="procedure", version=1, body=REPROOF.data()))
    published = Publish(
        key="rank",
        unit="u-branch",
        subject="ranking",
        audience="members",
        media="board",
        position=7,
        known=world.now,
        rule=RULE,
        digest=RESULT,
    )
    world.do(published, by=world.act(2))
    return world


def rulebook(version: int) -> AdoptDefinition:
    return AdoptDefinition(code="gate", kind="rulebook", version=version, body={"says": f"rule_{version}"})


def opening(key: str = "r-1", **said: Any) -> OpenProcedure:
    given = {"concerned": "p-6", "measure": "note", **said}
    return OpenProcedure(key=key, kind="reproof", definition=REPROOF.digest, unit="u-branch", given=given)


def refused(world: World, command: Any, reason: Reason) -> str:
    with pytest.raises(Refused) as raised:
        world.do(command, by=world.act(2))
    assert raised.value.refusal.code == reason.code
    return raised.value.refusal.sentence


CITED: dict[str, Any] = {"ground": "publication/rank", "result": RESULT, "place": 7}

# --- results ---------------------------------------------------------------------------------


def test_a_result_is_cited_as_recorded_and_the_one_recorded_is_named() -> None:
    world = town()
    assert RESULT in refused(world, opening(**CITED | {"result": RULE}), NOT_THAT_RESULT)
    assert "which is 7" in refused(world, opening(**CITED | {"place": 8}), NOT_THAT_RESULT)
    world.do(opening(**CITED), by=world.act(2))
    replays(world, "procedure/r-1")


@pytest.mark.parametrize("place", [0, -1, "7", "seven"])
def test_a_position_is_a_whole_number_from_1(place: Any) -> None:
    world = town()
    refused(world, opening(**CITED | {"place": place}), NOT_OF_TYPE)


def test_a_snapshot_of_nothing_is_refused() -> None:
    world = town()
    refused(world, opening(result=RESULT), INPUT_LACKING)
    refused(world, opening(place=7), INPUT_LACKING)
    world.do(opening(**CITED), by=world.act(2))


def test_what_records_no_result_is_compared_only_by_the_audit() -> None:
    world = town()
    world.do(opening("r-0"), by=world.act(2))
    world.do(opening(ground="procedure/r-0", result=RULE, place=3), by=world.act(2))


# --- rules in force --------------------------------------------------------------------------


def broken(at: datetime, version: str, **more: Any) -> OpenProcedure:
    return opening(rule="definition/gate", happened=time_text(at), version=version, **more)


def test_a_version_is_the_one_in_force_at_the_moment_said() -> None:
    world = town()
    world.later(days=1)
    world.do(rulebook(1))
    first, then = world.workflow.fact("definition.current", "definition/gate")[1], world.now
    world.later(days=1)
    world.do(rulebook(2))
    second = world.workflow.fact("definition.current", "definition/gate")[1]
    assert first in refused(world, broken(then, second), NOT_IN_FORCE)
    refused(world, broken(then - timedelta(seconds=1), first), NOTHING_IN_FORCE)
    world.do(broken(then, first), by=world.act(2))
    assert audit(world.workflow.history, possible.checks(world.model))


@pytest.mark.parametrize("lacking", ["rule", "happened"])
def test_a_version_without_its_rule_or_its_moment_is_refused(lacking: str) -> None:
    world = town()
    world.do(rulebook(1))
    digest = world.workflow.fact("definition.current", "definition/gate")[1]
    whole = {"rule": "definition/gate", "happened": time_text(world.now), "version": digest}
    refused(world, opening(**{k: v for k, v in whole.items() if k != lacking}), INPUT_LACKING)
    world.do(opening(**whole), by=world.act(2))


def test_what_is_no_definition_is_no_rule_and_what_is_no_moment_no_moment() -> None:
    world = town()
    refused(
        world, opening(rule="publication/rank", happened=time_text(world.now), version=RULE), NOTHING_IN_FORCE
    )
    refused(world, opening(happened="2020-02-30"), NOT_OF_TYPE)
    refused(world, opening(happened=7), NOT_OF_TYPE)


TURNS = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=7)


@settings(max_examples=60)
@given(TURNS, st.integers(0, 10))
def test_in_force_at_a_moment_is_what_took_effect_last_by_then(turns: list[Any], at: int) -> None:
    world = town()
    start = world.now
    world.later(days=20)
    kept: list[tuple[int, int, str | None]] = []
    version = 0
    for adopts, day in turns:
        state: Definition = world.workflow.state("definition/gate")
        if not adopts and state.current() is None:
            continue
        if adopts:
            version += 1
        command = rulebook(version) if adopts else RetireDefinition(code="gate", ground="over")
        world.do(command, effective_at=start + timedelta(days=day))
        digest = world.workflow.state("definition/gate").digest if adopts else None
        kept.append((day, version, digest))
    world.later(days=1)
    by_then = [turn for turn in kept if turn[0] <= at]
    latest = max(by_then, key=lambda turn: turn[0], default=None)
    same = [turn for turn in by_then if latest is not None and turn[0] == latest[0]]
    expected = None if not same or same[-1][2] is None else (same[-1][1], same[-1][2])
    found = world.workflow.fact("definition.in_force", "definition/gate", at=start + timedelta(days=at))
    assert found == expected


def test_nothing_is_in_force_of_what_was_never_adopted() -> None:
    assert Definition().in_force(datetime(2020, 1, 1, tzinfo=UTC)) is None


# --- grades ----------------------------------------------------------------------------------


def test_a_grade_is_one_of_those_named_and_no_graver_than_what_was_said_before() -> None:
    world = town()
    refused(world, opening(measure="flogging"), NOT_A_CHOICE)
    world.do(opening(), by=world.act(2))
    refused(world, TakeStep(key="r-1", step="decide", given={"measure": "removal"}), TOO_GRAVE)
    world.do(TakeStep(key="r-1", step="decide", given={"measure": "talk"}), by=world.act(2))
    refused(
        world, TakeStep(key="r-1", step="decide", given={"measure": "note"}), TOO_GRAVE
    )  # of the last said


# --- events ----------------------------------------------------------------------------------


def test_a_step_that_says_a_moment_or_a_position_is_an_event_of_its_own_and_others_are_as_before() -> None:
    world = town()
    world.do(opening("r-1"), by=world.act(2))
    world.do(opening("r-2", **CITED), by=world.act(2))
    kinds = {
        item.envelope.stream: type(item.event)
        for item in world.workflow.history.events(StepTaken, StepPlaced)
    }
    assert kinds == {"procedure/r-1": StepTaken, "procedure/r-2": StepPlaced}
    taken = world.workflow.state("procedure/r-2").taken[0]
    assert taken.stored_type == "procedure.step_placed"
    assert taken.given["place"].values == (7,)


def test_a_step_with_a_position_written_underneath_is_judged_like_any_other() -> None:
    cases: tuple[tuple[int, dict[str, PlacedGiven], str | None], ...] = (
        (6, {"measure": PlacedGiven(codes=("talk",))}, OWN_CASE.code),
        (2, {"measure": PlacedGiven(positions=(3,))}, None),
        (2, {"measure": PlacedGiven(codes=("removal",))}, None),
    )
    for number, said, forbids in cases:
        world = town()
        world.do(opening(**CITED), by=world.act(2))
        drafts = (Draft("procedure/r-1", StepPlaced(step="decide", given=said), world.now),)
        by = world.act(number)
        world.store.append(Append("bureau", "f", "procedure.take_step", "0" * 64, by, world.now, drafts, {}))
        found = [item.refusal.code for item in forbidden(world.workflow.history.events())]
        assert found == ([] if forbids is None else [forbids])
        assert not audit(world.workflow.history, possible.checks(world.model))


# --- kinds -----------------------------------------------------------------------------------


def _but(step: int, index: int, **changes: Any) -> dict[str, Any]:
    body = deepcopy(KIND)
    body["steps"][step]["inputs"][index] |= changes
    return body


FAULTS: list[tuple[dict[str, Any], str]] = [
    (_but(0, 0, grades=["a"]), "steps[0].inputs[0].grades"),
    (_but(0, 1, choices=["talk"]), "steps[0].inputs[1].grades"),
    (_but(0, 1, grades=["talk", "talk"]), "steps[0].inputs[1].grades"),
    (_but(1, 0, grades=["talk", "removal", "note"]), "steps[1].inputs[0].not_above"),
    (_but(1, 0, not_above="ground"), "steps[1].inputs[0].not_above"),
    (_but(1, 0, many=True), "steps[1].inputs[0].not_above"),
    (_but(0, 0, snapshot_of="ground"), "steps[0].inputs[0].snapshot_of"),
    (_but(0, 3, snapshot_of="concerned"), "steps[0].inputs[3].snapshot_of"),
    (_but(0, 3, snapshot_of="nothing"), "steps[0].inputs[3].snapshot_of"),
    (_but(0, 3, many=True), "steps[0].inputs[3].snapshot_of"),
    (_but(0, 3, required=True), "steps[0].inputs[3].snapshot_of"),
    (_but(0, 4, version_of="rule", at="happened"), "steps[0].inputs[4].version_of"),
    (_but(0, 7, at=None), "steps[0].inputs[7].at"),
    (_but(0, 7, version_of=None), "steps[0].inputs[7].at"),
    (_but(0, 7, at="rule"), "steps[0].inputs[7].at"),
]


@pytest.mark.parametrize(("body", "where"), FAULTS)
def test_a_kind_that_cites_what_is_not_there_says_where_it_is_wrong(body: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidDefinition) as raised:
        ProcedureKind.model_validate(body)
    assert any(fault.where.endswith(where) for fault in raised.value.faults), raised.value.faults
    ProcedureKind.model_validate(deepcopy(KIND))
