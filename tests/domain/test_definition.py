"""Definitions in the log that they govern: R-014, R-195, ADR 0012."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.support.laws import attempt, replays
from tests.support.world import World, duties

from party_workflow import canonical
from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import definition
from party_workflow.domain.campaign import CampaignDefinition
from party_workflow.domain.definition import (
    BODY_DIFFERS,
    KIND_DIFFERS,
    NOT_NEXT,
    UNCHANGED,
    UNKNOWN,
    UNKNOWN_KIND,
    AdoptDefinition,
    DefinitionAdopted,
    DefinitionRetired,
    RetireDefinition,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import InvalidCommand, InvalidDefinition, Reason, Refused
from party_workflow.lifecycle import Lifecycle
from party_workflow.store import Actor
from party_workflow.testing.scenario import given


class Plain(BaseModel):
    """A kind of definition without a normal form: it is stored as it comes."""

    size: int


DECIDER = definition.decider(
    {
        "lifecycle": Lifecycle.model_validate,
        "campaign": CampaignDefinition.model_validate,
        "plain": Plain.model_validate,
    }
)


def body(version: int = 1, minimum: int = 3) -> dict[str, Any]:
    return {
        "code": "education",
        "version": version,
        "phases": [{"code": "study", "tasks": [{"code": "sessions", "minimum": minimum}]}],
    }


def adopt(version: int = 1, minimum: int = 3, **changed: Any) -> AdoptDefinition:
    fields = {"code": "education", "kind": "campaign", "version": version, "body": body(version, minimum)}
    return AdoptDefinition(**{**fields, **changed})


RETIRE = RetireDefinition(code="education", ground="superseded")


# --- laws


COMMANDS: list[Command] = [
    adopt(),
    adopt(2),
    adopt(3, minimum=4),
    adopt(2, minimum=5),
    adopt(2, body=body(1)),
    adopt(2, kind="plain", body={"size": 1}),
    adopt(kind="nothing"),
    RETIRE,
]


@settings(max_examples=60)
@examples(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_whatever_is_commanded_only_the_next_version_enters_and_replay_gives_the_same(
    commands: list[Command],
) -> None:
    world = World(DECIDER, members=1)
    for command in commands:
        world.later(minutes=1)
        attempt(world, command)
    replays(world, "definition/education")
    adopted = [item.event for item in world.workflow.history.events(DefinitionAdopted)]
    versions = [event.version for event in adopted if isinstance(event, DefinitionAdopted)]
    assert versions == list(range(versions[0], versions[0] + len(versions))) if versions else True


def test_every_string_in_the_events_has_a_kind() -> None:
    for event in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values()


# --- behaviour


def test_the_library_computes_the_digest_and_a_body_is_found_by_it_for_ever() -> None:
    world = World(DECIDER, members=1)
    world.do(adopt())
    first = canonical.digest(body())
    world.do(adopt(2, minimum=4))
    second = canonical.digest(body(2, 4))
    stream = "definition/education"
    assert world.workflow.fact("definition.current", stream) == (2, second)
    assert world.workflow.fact("definition.body", stream, digest=first) == body()
    assert world.workflow.fact("definition.body", stream, digest=second) == body(2, 4)
    assert world.workflow.fact("definition.body", stream, digest="0" * 64) is None
    assert world.workflow.fact("definition.body", "definition/other", digest=first) is None


def test_a_body_is_stored_without_what_is_at_its_default_so_that_one_meaning_has_one_digest() -> None:
    spelled_out = body()
    spelled_out["phases"][0] |= {"gate": True, "look_back": True}
    spelled_out["phases"][0]["tasks"][0] |= {"after": [], "required": True}
    outcome = given(DECIDER).when(adopt(body=spelled_out))
    (event,) = outcome.events
    assert isinstance(event, DefinitionAdopted)
    assert event.body == body()
    assert event.digest == canonical.digest(body()) == CampaignDefinition.model_validate(body()).digest


def test_a_definition_without_a_normal_form_is_stored_as_it_comes() -> None:
    command = AdoptDefinition(code="sizes", kind="plain", version=1, body={"size": 3})
    (event,) = given(DECIDER).when(command).events
    assert isinstance(event, DefinitionAdopted)
    assert event.body == {"size": 3}


def test_a_faulty_body_is_turned_away_with_every_fault_and_nothing_is_recorded() -> None:
    world = World(DECIDER, members=1)
    before = world.workflow.history.head()
    faulty = body()
    faulty["phases"][0]["tasks"] += [{"code": "sessions"}, {"code": "oath", "after": ["nowhere"]}]
    with pytest.raises(InvalidDefinition) as caught:
        world.do(adopt(body=faulty))
    assert [fault.where for fault in caught.value.faults] == [
        "phases[0].tasks[1]",
        "phases[0].tasks[2].after",
    ]
    with pytest.raises(InvalidDefinition, match=r"body\.size"):
        world.do(AdoptDefinition(code="sizes", kind="plain", version=1, body={}))
    assert world.workflow.history.head() == before


def test_free_text_has_no_place_in_a_body() -> None:
    with pytest.raises(InvalidCommand, match="free text"):
        adopt(body=body() | {"title": "学习动员"})


def test_the_first_version_in_a_log_may_have_any_number_and_the_next_follows_without_a_gap() -> None:
    world = World(DECIDER, members=1)
    world.do(adopt(3))
    refusal = attempt(world, adopt(5))
    assert refusal is not None
    assert (refusal.code, refusal.remedy) == (NOT_NEXT.code, "Adopt it as version 4.")
    world.do(adopt(4, minimum=1))


def test_under_a_retired_definition_nothing_is_current_until_a_next_version_brings_it_back() -> None:
    world = World(DECIDER, members=1)
    world.do(adopt())
    stream = "definition/education"
    assert world.workflow.fact("definition.work", stream) == Work(stream, "campaign", None, "in_force", True)
    world.do(RETIRE)
    assert world.workflow.fact("definition.current", stream) is None
    assert world.workflow.fact("definition.work", stream) == Work(stream, "campaign", None, "retired", False)
    assert world.workflow.fact("definition.body", stream, digest=canonical.digest(body())) == body()
    world.do(adopt(2))
    assert world.workflow.fact("definition.current", stream) == (2, canonical.digest(body(2)))
    assert world.workflow.fact("definition.work", "definition/other") is None


def test_a_code_with_underscores_has_its_stream_under_hyphens() -> None:
    lifecycle = Lifecycle.of("urgent_concern", 1, initial="open", final="done", moves={"end": "open -> done"})
    world = World(DECIDER, members=1)
    world.do(AdoptDefinition(code="urgent-concern", kind="lifecycle", version=1, body=lifecycle.data()))
    current = world.workflow.fact("definition.current", "definition/urgent-concern")
    assert current == (1, lifecycle.digest)


# --- refusals


PAST = given(DECIDER).when(adopt()).events
REFUSALS: list[tuple[Reason, tuple[Any, ...], Command, Command]] = [
    # reason, past, refused command, its permitted counterpart
    (UNKNOWN_KIND, (), adopt(kind="nothing"), adopt()),
    (KIND_DIFFERS, PAST, adopt(2, kind="plain", body={"size": 1}), adopt(2)),
    (UNCHANGED, PAST, adopt(1), adopt(2)),
    (NOT_NEXT, PAST, adopt(3), adopt(2)),
    (BODY_DIFFERS, PAST, adopt(2, body=body(7)), adopt(2, body=body(2))),
    (BODY_DIFFERS, (), adopt(code="other"), adopt()),
]


@pytest.mark.parametrize(("reason", "past", "command", "permitted"), REFUSALS)
def test_each_refusal_has_its_reason_and_its_permitted_counterpart(
    reason: Reason, past: tuple[Any, ...], command: Command, permitted: Command
) -> None:
    scenario = given(DECIDER, *past)
    refusal = scenario.when(command).refused(reason)
    assert "{" not in refusal.sentence + refusal.remedy
    assert scenario.when(permitted).events


def test_what_was_never_adopted_cannot_be_retired_and_what_is_retired_is_so_once() -> None:
    given(DECIDER).when(RETIRE).refused(UNKNOWN)
    given(DECIDER, *PAST).when(RETIRE).then(DefinitionRetired(ground="superseded"))
    retired = DefinitionRetired(ground="superseded")
    given(DECIDER, *PAST, retired).when(RETIRE).refused("lifecycle.final")


def test_every_reason_of_the_module_is_provoked_here() -> None:
    assert {reason for reason, *_ in REFUSALS} | {UNKNOWN} == set(definition.REASONS)


# --- authority


def test_adopting_and_retiring_need_the_duty_and_reach_over_the_whole_organisation() -> None:
    world = World(DECIDER, members=3)
    others = tuple(duty for duty in duties(world.model) if not duty.startswith("definition."))
    every = tuple(duties(world.model))
    world.do(AdoptRoles(roles={"everything": every, "clerk": others, "secretary": every}))
    world.do(GrantRole(person="p-2", role="clerk", unit="u-city"))
    world.do(GrantRole(person="p-2", role="secretary", unit="u-branch"))
    for command in (adopt(), RETIRE):
        for capacity, reason in (
            ("self", "authority.duty_not_covered"),
            ("clerk", "authority.duty_not_covered"),
            ("secretary", "authority.not_in_scope"),
        ):
            with pytest.raises(Refused) as caught:
                world.do(command, by=Actor("a-2", "p-2", capacity))
            assert caught.value.refusal.code == reason
        world.do(command, by=world.act(3))
