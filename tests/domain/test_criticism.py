"""Criticism at life meetings: R-053."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import activity, criticism
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.criticism import (
    DECIDER,
    AnswerCriticism,
    CloseCriticism,
    CriticismVoiced,
    OpenCriticism,
    VoiceCriticism,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import Reason
from party_workflow.personal import Personal
from party_workflow.store import Actor

STREAM = "criticism/c-1"
OPEN = OpenCriticism(key="c-1", activity="life")
VOICE = VoiceCriticism(key="c-1", item="i-1", critic="p-2", target="p-3", text="a" * 64)
SELF = VoiceCriticism(key="c-1", item="i-2", critic="p-3", target="p-3", text="b" * 64)
ANSWER = AnswerCriticism(key="c-1", item="i-1", stance="accepted", text="c" * 64)
CLOSE = CloseCriticism(key="c-1")


def world_of(*commands: Command) -> World:
    """A life meeting that p-1 to p-3 attended and p-4 did not; commands by p-1, answers by p-3."""
    world = World(activity.DECIDER, DECIDER, members=5)
    people = tuple(f"p-{number}" for number in range(1, 5))
    world.do(
        PlanActivity(
            key="life", kind="special_life_meeting", unit="u-branch", planned_at=START, expected=people
        )
    )
    there = {person: Attendance(status="present") for person in people[:3]}
    world.do(HoldActivity(key="life", attendance={**there, "p-4": Attendance(status="absent")}))
    for command in commands:
        world.do(command, by=world.self_(3) if isinstance(command, AnswerCriticism) else world.act(1))
    return world


PEOPLE = st.sampled_from(["p-1", "p-2", "p-3", "p-4", "p-5"])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.just(OPEN),
    st.builds(
        VoiceCriticism,
        key=st.just("c-1"),
        item=st.sampled_from(["i-1", "i-2"]),
        critic=PEOPLE,
        target=PEOPLE,
        text=st.just("a" * 64),
    ),
    st.builds(
        AnswerCriticism, key=st.just("c-1"), item=st.sampled_from(["i-1", "i-9"]), stance=st.just("accepted")
    ),
    st.just(CLOSE),
)


@settings(max_examples=60)
@examples(st.booleans(), st.lists(st.tuples(COMMANDS, st.integers(1, 5), st.booleans()), max_size=12))
def test_whatever_is_said_by_whomever_only_those_who_took_part_are_named_and_only_targets_answer(
    opened: bool, steps: list[tuple[Command, int, bool]]
) -> None:
    world = world_of(*[OPEN] if opened else [])
    for command, person, own in steps:
        attempt(world, command, by=world.self_(person) if own else world.act(person))
    state = world.workflow.state(STREAM)
    assert {p for item in state.items.values() for p in (item.critic, item.target)} <= state.participants
    assert state.participants <= {"p-1", "p-2", "p-3"}
    for recorded in world.workflow.history.events(criticism.CriticismAnswered):
        assert isinstance(recorded.event, criticism.CriticismAnswered)
        assert recorded.envelope.person == recorded.event.target
    replays(world, STREAM)


def test_R_053_an_item_has_critic_target_text_and_the_response_of_its_target() -> None:
    world = world_of(OPEN, VOICE, SELF)
    assert world.workflow.state(STREAM).unanswered == ("i-1",), "who criticises themselves owes no answer"
    world.do(ANSWER, by=world.self_(3))
    item = world.workflow.fact("criticism.items", STREAM)["i-1"]
    assert (item.critic, item.target, item.text) == ("p-2", "p-3", "a" * 64)
    assert [(answer.stance, answer.text) for answer in item.answers] == [("accepted", "c" * 64)]
    assert world.workflow.state(STREAM).unanswered == ()


def test_R_053_nobody_answers_for_the_target() -> None:
    world = world_of(OPEN, VOICE)
    for by in (world.self_(2), world.act(2), world.act(3)):
        refusal = attempt(world, ANSWER, by)
        assert refusal is not None
        assert refusal.code == "authority.not_own"
    assert attempt(world, ANSWER, world.self_(3)) is None


def outsider(world: World, person: int, *more: str) -> Actor:
    every = tuple(duties(world.model))
    world.do(AdoptRoles(roles={"everything": every, "over": ("criticism.record", *more)}))
    world.do(GrantRole(person=f"p-{person}", role="over", unit="u-city"))
    return Actor(f"a-{person}", f"p-{person}", "over")


def test_R_053_nobody_but_those_who_took_part_and_custodians_learns_that_there_is_a_record() -> None:
    world = world_of(OPEN, VOICE)
    for participant in (1, 2, 3):
        assert world.workflow.sees(world.self_(participant), world.now, STREAM)
    for other in (4, 5):
        assert not world.workflow.sees(world.self_(other), world.now, STREAM), "of the branch, and not there"
    above = outsider(world, 60)
    assert not world.workflow.sees(above, world.now, STREAM)
    refusal = attempt(world, SELF, above)
    assert refusal is not None
    assert refusal.code == criticism.UNKNOWN.code, "as if there were none"
    assert world.workflow.sees(outsider(world, 60, "case.custody"), world.now, STREAM)


def test_R_053_what_is_said_in_short_is_sealed_and_belongs_to_the_target() -> None:
    world = world_of(OPEN)
    said = VoiceCriticism.model_validate(dict(VOICE) | {"summary": Personal("comes late")})
    world.do(said, by=world.self_(2))
    world.do(
        AnswerCriticism.model_validate(dict(ANSWER) | {"summary": Personal("will mend it")}),
        by=world.self_(3),
    )
    item = world.workflow.state(STREAM).items["i-1"]
    assert item.summary is not None
    assert world.workflow.reveal(item.summary) == "comes late"
    opening = world.workflow.openings.get(item.summary)
    assert (opening.subject, opening.field) == ("p-3", "criticism.summary")  # type: ignore[union-attr]
    assert world.workflow.reveal(item.answers[0].summary) == "will mend it"
    assert b"late" not in b"".join(record.bytes for record in world.store.read())


def test_a_record_is_work_that_a_campaign_can_cite_done_when_it_is_closed() -> None:
    serves = (Serves(campaign="edu", task="life_meeting"),)
    world = world_of(OpenCriticism(key="c-1", activity="life", serves=serves), VOICE)
    assert not world.workflow.fact("criticism.work", STREAM).done
    world.do(CLOSE)
    work = world.workflow.fact("criticism.work", STREAM)
    assert (work.done, work.unit, work.serves, work.quantity) == (True, "u-branch", serves, 1)
    assert work.people == {"p-1", "p-2", "p-3"}
    refusal = attempt(world, SELF)
    assert refusal is not None
    assert refusal.code == "lifecycle.final"


REFUSALS: dict[Reason, tuple[list[Command], Command, Command]] = {
    criticism.TAKEN: ([OPEN], OPEN, OpenCriticism(key="c-2", activity="life")),
    criticism.UNKNOWN: ([], VOICE, OPEN),
    criticism.NOT_HELD: ([], OpenCriticism(key="c-1", activity="none"), OPEN),
    criticism.ITEM_TAKEN: ([OPEN, VOICE], VOICE, SELF),
    criticism.NOT_THERE: (
        [OPEN],
        VoiceCriticism(key="c-1", item="i-1", critic="p-2", target="p-4", text="a" * 64),
        VOICE,
    ),
    criticism.UNKNOWN_ITEM: ([OPEN, VOICE], AnswerCriticism(key="c-1", item="i-9", stance="x"), CLOSE),
}


def test_every_reason_is_provoked() -> None:
    assert tuple(REFUSALS) == criticism.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_a_record_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    before, refused, permitted = REFUSALS[reason]
    world = world_of(*before)
    by = world.self_(3) if isinstance(refused, AnswerCriticism) else world.act(1)
    refusal = attempt(world, refused, by)
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert attempt(world, permitted) is None


BY_DUTY: dict[str, list[tuple[list[Command], Command]]] = {
    "criticism.open": [([], OPEN), ([OPEN], CLOSE)],
    "criticism.record": [([OPEN], VOICE)],
}


@pytest.mark.parametrize("duty", BY_DUTY)
def test_every_step_takes_its_duty(duty: str) -> None:
    assert {event.requires.duty for event in DECIDER.events} - {None} == set(BY_DUTY)
    for before, command in BY_DUTY[duty]:
        world = world_of(*before)
        everything = duties(world.model)
        world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != duty)}))
        refusal = attempt(world, command)
        assert refusal is not None
        assert refusal.code == "authority.duty_not_covered"
        world.do(AdoptRoles(roles={"everything": tuple(everything)}))
        assert attempt(world, command) is None


def test_a_critic_speaks_for_themselves_and_for_nobody_else() -> None:
    world = world_of(OPEN)
    refusal = attempt(world, VOICE, world.self_(3))
    assert refusal is not None
    assert refusal.code == "authority.not_own"
    assert attempt(world, VOICE, world.self_(2)) is None
    (voiced,) = world.workflow.history.events(CriticismVoiced)
    assert voiced.envelope.person == "p-2"


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()
