"""Process managers: however often they run, they issue once and never carry out a proposal (R-207)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import matter
from tests.support.matter import Judge, Judged, Raise, Raised, See, Seen
from tests.support.world import START, World

from party_workflow.authority import AdoptRoles, GrantRole, OpenAccount, forbidden
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.errors import InvalidCommand
from party_workflow.processes import ID_TAKEN, Follows, Issue, ProcessManager, Proposal, follows
from party_workflow.service import Workflow
from party_workflow.store import Actor, Recorded

MACHINE = Actor("a-machine", "p-70", "machine")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """Matters raised and not judged yet, by key: since when, and by which event."""

    open: Mapping[str, tuple[object, str]]


def react(state: Waiting, recorded: Recorded) -> tuple[Waiting, Follows]:
    """Every matter is looked at as soon as it is raised; one that is judged founded is put to a person."""
    envelope = recorded.envelope
    key = envelope.stream.partition("/")[2]
    match recorded.event:
        case Raised():
            see = Issue(See(key=key), envelope.event_id)
            return Waiting({**state.open, key: (envelope.effective_at, envelope.event_id)}), [see]
        case Judged(verdict="founded"):
            sanction = Proposal(key, "hold-to-account", "judged-founded", envelope.event_id)
            return Waiting({k: v for k, v in state.open.items() if k != key}), [sanction]
        case _:
            return Waiting({k: v for k, v in state.open.items() if k != key}), []


def due(state: Waiting, at: object) -> Follows:
    """What is not judged within three days is judged undecided."""
    return [
        Issue(Judge(key=key, verdict="undecided"), cause, "overdue")
        for key, (since, cause) in state.open.items()
        if since + 3 * DAY <= at  # type: ignore[operator]
    ]


MANAGER = ProcessManager("watch", (Raised, Judged), lambda: Waiting({}), react, due)


def office(*duties: str) -> World:
    """A world with an account for the machine, whose role carries these duties."""
    world = World(matter.DECIDER, members=3)
    kept = dict(world.workflow.state("authority").roles)
    world.do(
        AdoptRoles(roles={**{role: tuple(sorted(d)) for role, d in kept.items()}, "machine": duties}),
        RegisterPerson(person="p-70", unit="u-city", categories=("service",)),
        OpenAccount(account="a-machine", person="p-70"),
        GrantRole(person="p-70", role="machine", unit="u-city"),
    )
    return world


def raising(key: str) -> Raise:
    return Raise(key=key, unit="u-branch", subject="p-2")


def seen(world: World, key: str) -> int:
    return sum(r.envelope.stored_type == "matter.seen" for r in world.store.read_stream(f"matter/{key}"))


# --- once ------------------------------------------------------------------------------------

steps = st.lists(
    st.one_of(
        st.sampled_from(["m-1", "m-2", "m-3"]).map(lambda key: ("raise", key)),
        st.sampled_from(["m-1", "m-2", "m-3"]).map(lambda key: ("judge", key)),
        st.integers(1, 5).map(lambda days: ("later", str(days))),
        st.just(("run", "here")),
        st.just(("run", "elsewhere")),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(steps)
def test_R_208_however_often_and_wherever_it_runs_everything_is_issued_once(
    todo: list[tuple[str, str]],
) -> None:
    world = office("matter.judge")
    for what, which in todo:
        match what:
            case "later":
                world.later(days=int(which))
            case "run":
                workflow = world.workflow if which == "here" else Workflow(world.store, world.model)
                ran = workflow.run(MANAGER, by=MACHINE, at=world.now)
                assert ran.refused == ()
                assert workflow.run(MANAGER, by=MACHINE, at=world.now).issued == ()
            case "raise" if not world.workflow.state(f"matter/{which}").raised:
                world.do(raising(which))
            case "judge" if world.workflow.state(f"matter/{which}").raised:
                if world.workflow.state(f"matter/{which}").verdict is None:
                    world.do(Judge(key=which, verdict="founded"))
            case _:
                pass
    world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    for key in ("m-1", "m-2", "m-3"):
        raised = world.workflow.state(f"matter/{key}").raised
        assert seen(world, key) == int(raised)
    assert list(forbidden(world.workflow.history.events())) == []


def test_what_is_issued_names_its_cause_and_the_account_that_issued_it() -> None:
    world = office("matter.judge")
    cause = world.do(raising("m-1"))
    [receipt] = world.workflow.run(MANAGER, by=MACHINE, at=world.now).issued
    [caused] = world.store.read(cause.first_position - 1, cause.last_position)
    [issued] = world.store.read(receipt.first_position - 1)
    assert issued.envelope.stored_type == Seen.stored_type
    assert issued.envelope.causation == caused.envelope.event_id
    assert issued.envelope.actor == MACHINE
    assert issued.envelope.command_id == f"watch:{caused.envelope.event_id}:1"


def test_time_alone_makes_things_due_and_the_clock_is_the_callers() -> None:
    world = office("matter.judge")
    world.do(raising("m-1"))
    world.later(days=2, hours=23)
    world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert world.workflow.state("matter/m-1").verdict is None
    world.later(hours=1)
    world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert world.workflow.state("matter/m-1").verdict == "undecided"


def test_what_was_settled_in_time_is_not_overdue_later() -> None:
    world = office("matter.judge")
    world.do(raising("m-1"), Judge(key="m-1", verdict="unfounded"))
    world.later(days=30)
    world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert world.workflow.state("matter/m-1").verdict == "unfounded"


# --- refused ---------------------------------------------------------------------------------


def test_what_is_refused_is_reported_does_not_stop_the_rest_and_is_tried_again() -> None:
    world = office()  # without the duty to judge
    world.do(raising("m-1"), raising("m-2"))
    world.later(days=3)
    ran = world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert len(ran.issued) == 2
    assert [(item.command.stream, refusal.code) for item, refusal in ran.refused] == [
        ("matter/m-1", "authority.duty_not_covered"),
        ("matter/m-2", "authority.duty_not_covered"),
    ]
    kept = dict(world.workflow.state("authority").roles)
    world.do(
        AdoptRoles(roles={**{r: tuple(sorted(d)) for r, d in kept.items()}, "machine": ("matter.judge",)})
    )
    again = world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert (len(again.issued), again.refused) == (2, ())
    assert world.workflow.state("matter/m-2").verdict == "undecided"


def test_a_machine_is_under_the_same_rules_as_anybody() -> None:
    world = office("matter.judge")
    world.do(Raise(key="m-1", unit="u-branch", subject="p-70"))
    world.later(days=3)
    ran = world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert [refusal.code for _, refusal in ran.refused] == ["authority.own_case"]


def test_an_issue_whose_id_is_no_command_id_is_refused_in_words() -> None:
    world = office("matter.judge")
    world.do(raising("m-1"))
    with pytest.raises(InvalidCommand, match=r"command\.id"):
        world.workflow.run(replace(MANAGER, name="the watch"), by=MACHINE, at=world.now)


# --- proposals -------------------------------------------------------------------------------


def test_R_207_a_proposal_waits_for_a_person_however_often_the_manager_runs() -> None:
    world = office("matter.judge")
    world.do(raising("m-1"), Judge(key="m-1", verdict="founded"))
    cause = list(world.store.read())[-1].envelope.event_id
    standing = world.workflow.run(MANAGER, by=MACHINE, at=world.now).proposals
    assert standing == (Proposal("m-1", "hold-to-account", "judged-founded", cause),)
    before = world.store.head()
    for _ in range(3):
        ran = world.workflow.run(MANAGER, by=MACHINE, at=world.now)
        assert (ran.issued, ran.refused, ran.proposals) == ((), (), standing)
    assert world.store.head() == before


# --- pure ------------------------------------------------------------------------------------


def test_what_follows_from_a_history_is_the_same_again_and_changes_nothing() -> None:
    world = office("matter.judge")
    world.do(raising("m-1"), raising("m-2"), Judge(key="m-2", verdict="founded"))
    before = world.workflow.history.head()
    once = follows(MANAGER, world.workflow.history, START + 9 * DAY)
    assert follows(MANAGER, world.workflow.history, START + 9 * DAY) == once
    assert [type(item).__name__ for item in once] == ["Issue", "Issue", "Proposal", "Issue"]
    assert world.workflow.history.head() == before
    assert follows(MANAGER, world.workflow.history.as_of(known=START - DAY), START + 9 * DAY) == []


def test_a_manager_that_reads_nothing_is_told_nothing_and_still_has_a_clock() -> None:
    world = office("matter.judge")
    world.do(raising("m-1"))

    def never(state: int, recorded: Recorded) -> tuple[int, Follows]:
        raise AssertionError(recorded)

    reminder = Proposal("m-1", "remind", "every-day", "0" * 32)
    clockwork: ProcessManager[int] = ProcessManager(
        "clock", (), lambda: 0, never, lambda state, at: [reminder]
    )
    assert follows(clockwork, world.workflow.history, world.now) == [reminder]


def test_somebody_elses_command_under_the_id_of_an_issue_is_reported_and_hides_nothing() -> None:
    world = office("matter.judge")
    cause = next(iter(world.store.read(world.do(raising("m-1")).first_position - 1))).envelope.event_id
    squatting = world.workflow.execute(
        raising("m-2"), by=world.act(1), at=world.now, command_id=f"watch:{cause}:1"
    )
    assert not squatting.repeated
    ran = world.workflow.run(MANAGER, by=MACHINE, at=world.now)
    assert [refusal.code for _, refusal in ran.refused] == [ID_TAKEN.code]
    assert seen(world, "m-1") == 0
