"""The facade: idempotent, all or nothing, safe under races, saying beforehand what is open (R-196, R-208)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from threading import Barrier
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import matter
from tests.support.laws import attempt
from tests.support.matter import Grade, Judge, Raise, Respond, See
from tests.support.world import ROOT, START, World

from party_workflow.authority import FOUNDATIONS, AdoptRoles, OpenAccount, OpenLog, RevokeRole
from party_workflow.codec import Command, Event
from party_workflow.decider import Decider
from party_workflow.domain import organisation
from party_workflow.domain.organisation import FoundUnit, MovePerson, RegisterPerson
from party_workflow.errors import (
    CommandIdConflict,
    InvalidCommand,
    InvalidDefinition,
    InvalidInput,
    Refused,
    StoreError,
    VersionConflict,
)
from party_workflow.model import Model
from party_workflow.personal import (
    MemoryOpenings,
    Opening,
    Personal,
    Sealed,
    Withheld,
    commitments,
    keyed_salts,
)
from party_workflow.service import ATTEMPTS, Workflow
from party_workflow.store import Actor, Append, EventStore, Head, MemoryStore, Receipt, Record, Source

NAME = Personal("王小明")


def salted(number: int = 0) -> Callable[[str, str], bytes]:
    """Salts that differ with every call, as random ones do."""
    used = iter(range(10_000))
    return lambda command_id, place: (number * 10_000 + next(used)).to_bytes(32, "big")


def small(store: EventStore | None = None) -> World:
    return World(matter.DECIDER, members=3, store=store)


def raising(key: str = "m-1", note: Personal | None = None, **other: Any) -> Raise:
    return Raise(key=key, unit="u-branch", subject="p-2", note=note, **other)


def contents(store: EventStore) -> list[bytes]:
    return [record.bytes for record in store.read()]


def bound(store: EventStore) -> set[str]:
    return {found for record in store.read() for found in commitments(record.data)}


def held(workflow: Workflow) -> set[str]:
    openings = workflow.openings
    assert isinstance(openings, MemoryOpenings)
    return set(openings._held)


class Racing:
    """A real store before which somebody else is faster: `acts` run one by one before appends."""

    def __init__(self, store: MemoryStore, *acts: Callable[[], object]) -> None:
        self.store, self.acts = store, list(acts)

    def append(self, batch: Append) -> Receipt:
        if self.acts:
            self.acts.pop(0)()
        return self.store.append(batch)

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        return self.store.read(after, until)

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        return self.store.read_stream(stream, after)

    def head(self) -> Head:
        return self.store.head()

    def receipt(self, command_id: str) -> Receipt | None:
        return self.store.receipt(command_id)

    def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
        return self.store.ballots(box)


def beside(world: World, *acts: Callable[[], object], salts: Any = None, openings: Any = None) -> Workflow:
    """Another instance on the world's store, overtaken by some acts."""
    assert isinstance(world.store, MemoryStore)
    return Workflow(
        Racing(world.store, *acts),
        world.model,
        salts=salts or salted(1),
        openings=world.workflow.openings if openings is None else openings,
    )


def give(workflow: Workflow, *commands: Command, at: datetime, by: Actor = ROOT, **other: Any) -> Receipt:
    return workflow.execute(*commands, by=by, at=at, **{"command_id": "c-1", **other})


# --- the same command twice -----------------------------------------------------------


def test_R_208_the_same_command_twice_is_recorded_once_and_answered_the_same() -> None:
    world = small()
    first = give(world.workflow, raising(note=NAME), at=world.now)
    before = contents(world.store)
    again = give(world.workflow, raising(note=NAME), at=world.now + timedelta(days=9))
    elsewhere = give(beside(world), raising(note=NAME), at=world.now)
    assert (first.repeated, again.repeated, elsewhere.repeated) == (False, True, True)
    assert first == again == elsewhere
    assert contents(world.store) == before


@pytest.mark.parametrize(
    "other",
    [
        {"commands": (raising("m-2"),)},
        {"commands": (raising(), See(key="m-1"))},
        {"commands": (raising(note=NAME),)},
        {"by": Actor("a-60", "p-60", "everything")},
        {"effective_at": START},
    ],
    ids=["another command", "one more command", "a personal value more", "another giver", "another time"],
)
def test_R_208_a_command_id_that_was_used_for_something_else_is_a_conflict(other: dict[str, Any]) -> None:
    world = small()
    give(world.workflow, raising(), at=world.now)
    before = contents(world.store)
    commands = other.pop("commands", (raising(),))
    with pytest.raises(CommandIdConflict, match="c-1"):
        give(world.workflow, *commands, at=world.now, **other)
    assert contents(world.store) == before


def test_R_208_a_retry_is_answered_even_when_it_would_no_longer_be_permitted() -> None:
    world = small()
    judge = Actor("a-3", "p-3", "everything")
    first = give(world.workflow, raising(), at=world.now, by=judge)
    world.do(RevokeRole(person="p-3", role="everything", unit="u-city"))
    assert give(world.workflow, raising(), at=world.now, by=judge) == first
    with pytest.raises(Refused):
        give(world.workflow, raising("m-2"), at=world.now, by=judge, command_id="c-2")


def test_R_208_another_name_under_the_same_command_id_is_noticed() -> None:
    world = small()
    give(world.workflow, raising(note=NAME), at=world.now)
    with pytest.raises(CommandIdConflict) as conflict:
        give(world.workflow, raising(note=Personal("李小红")), at=world.now)
    assert "李" not in str(conflict.value)
    two = Respond(key="m-1", note=Personal("yes"), more=Personal("yes"))
    subject = Actor("a-2", "p-2")
    give(world.workflow, two, at=world.now, by=subject, command_id="c-2")
    assert give(world.workflow, two, at=world.now, by=subject, command_id="c-2").repeated


def test_R_205_R_208_after_an_erasure_a_retry_is_answered_and_brings_nothing_back() -> None:
    world = small()
    first = give(world.workflow, raising(note=NAME), at=world.now)
    before = contents(world.store)
    assert world.workflow.openings.erase("matter/m-1") == 1
    for text in ("王小明", "李小红"):  # with the opening gone nobody can tell
        assert give(world.workflow, raising(note=Personal(text)), at=world.now) == first
    sealed = world.workflow.state("matter/m-1").note
    assert world.workflow.reveal(sealed) == Withheld("erased")
    assert contents(world.store) == before


def test_R_208_what_a_crash_left_behind_is_not_compared_with() -> None:
    """Openings are kept before the event: a crash in between leaves one, perhaps of a value mended since."""
    world = small()
    stale = Opening("ab" * 32, "bureau", "matter/m-1", "matter.note", bytes(32), "王小朋", "c-1")
    world.workflow.openings.put([stale])
    first = give(world.workflow, raising(note=NAME), at=world.now)
    assert give(world.workflow, raising(note=NAME), at=world.now) == first
    with pytest.raises(CommandIdConflict):
        give(world.workflow, raising(note=Personal("王小朋")), at=world.now)


texts = st.sampled_from(["王小明", "李小红", "张三"]).map(Personal)
wishes = st.lists(
    st.one_of(
        st.builds(raising, st.sampled_from(["m-1", "m-2"]), st.none() | texts),
        st.builds(See, key=st.sampled_from(["m-1", "m-2"])),
        st.builds(Judge, key=st.sampled_from(["m-1", "m-2"]), verdict=st.just("founded")),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["c-1", "c-2", "c-3"]), wishes), max_size=8), st.booleans())
def test_R_208_a_journal_given_twice_records_what_it_records_once(
    journal: list[tuple[str, tuple[Command, ...]]], derived: bool
) -> None:
    world = small()
    workflow = Workflow(
        world.store,
        world.model,
        salts=keyed_salts(bytes(32)) if derived else salted(),
        openings=MemoryOpenings(),
    )

    def give_one(command_id: str, commands: tuple[Command, ...]) -> Receipt | None:
        before = contents(world.store), held(workflow)
        try:
            return give(workflow, *commands, at=world.now, command_id=command_id)
        except (Refused, CommandIdConflict):
            assert (contents(world.store), held(workflow)) == before
            return None

    once = [(entry, give_one(*entry)) for entry in journal]
    recorded = contents(world.store), held(workflow)
    for entry, receipt in once:
        if receipt is not None:
            assert give_one(*entry) == receipt
    assert (contents(world.store), held(workflow)) == recorded
    assert held(workflow) == bound(world.store)
    assert len(contents(world.store)) == len({r.envelope.event_id for r in world.store.read()})


# --- all or nothing --------------------------------------------------------------------------


def test_commands_together_are_recorded_together_and_see_what_those_before_did() -> None:
    world = small()
    receipt = world.do(
        raising(),
        raising("m-2"),
        Judge(key="m-1", verdict="founded"),
        Grade(key="m-2", grades={"p-3": "good"}, like="m-1"),
    )
    assert len(receipt.positions) == 4
    records = list(world.store.read(receipt.first_position - 1))
    assert {record.envelope.command_type for record in records} == {"together"}
    assert {record.envelope.counter for record in records} == {records[0].envelope.counter}
    assert world.workflow.state("matter/m-1").events == tuple(
        record.envelope.event_id for record in records if record.envelope.stream == "matter/m-1"
    )


def test_a_command_that_cites_an_event_of_one_before_it_cites_the_id_that_is_recorded() -> None:
    world = small()
    receipt = world.do(raising("m-2"), raising(), See(key="m-1"), See(key="m-1"))
    ids = [record.envelope.event_id for record in world.store.read(receipt.first_position)]
    cited = [record.data["after"] for record in world.store.read(receipt.first_position + 1)]
    assert cited == ids[:2]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_refusal_refuses_all_that_were_given_together(place: int) -> None:
    world = small()
    commands: list[Command] = [raising("m-1", NAME), raising("m-2", NAME)]
    commands.insert(place, Judge(key="m-9", verdict="founded"))
    before = contents(world.store)
    with pytest.raises(Refused, match=r"matter\.unknown"):
        world.do(*commands)
    assert contents(world.store) == before
    assert not held(world.workflow)
    assert world.workflow.state("matter/m-1") == matter.Matter()


def test_a_command_that_asks_of_a_matter_changed_by_one_before_it_gets_the_new_answer() -> None:
    world = small()
    world.do(raising(), raising("m-2"))
    grading = Grade(key="m-2", grades={"p-3": "good"}, like="m-1")
    assert attempt(world, grading) is not None
    world.do(Judge(key="m-1", verdict="founded"), grading)


def test_authority_given_by_one_command_holds_for_the_next_and_is_gone_if_all_are_refused() -> None:
    world = small()
    kept = world.workflow.state("authority")
    joined = RegisterPerson(person="p-9", unit="u-branch", categories=("member",))
    with pytest.raises(Refused):
        world.do(OpenAccount(account="a-9", person="p-9"), joined, Judge(key="m-9", verdict="founded"))
    assert world.workflow.state("authority") == kept
    assert world.workflow.state("organisation").standing("p-9") is None
    world.do(AdoptRoles(roles={"everything": ("matter.raise",)}), raising())
    with pytest.raises(Refused, match="duty_not_covered"):
        world.do(Judge(key="m-1", verdict="founded"))


def test_a_log_can_be_opened_together_with_what_follows_sealed_values_and_all() -> None:
    workflow = Workflow(MemoryStore(), Model((organisation.DECIDER,)), salts=salted())
    genesis = OpenLog(tenant="bureau", packs={}, role="r", roles={"r": ("organisation.units",)})
    title = FoundUnit(unit="u-a", kind="bureau", title=Personal("劳动局"))
    receipt = give(workflow, genesis, title, at=START, by=Actor("a-1", "p-1", "r"))
    assert list(receipt.positions) == [1, 2]
    assert workflow.reveal(workflow.state("organisation").names["u-a"]) == "劳动局"


def test_what_comes_before_the_log_is_opened_is_refused() -> None:
    workflow = Workflow(MemoryStore(), Model((organisation.DECIDER,)), salts=salted())
    with pytest.raises(InvalidCommand, match="The log has not been opened yet"):
        give(workflow, FoundUnit(unit="u-a", kind="bureau"), at=START)
    assert workflow.store.head().position == 0


def test_several_openings_of_one_command_have_salts_of_their_own() -> None:
    world = small()
    same = Personal("王小明")
    world.do(raising("m-1", same), raising("m-2", same))
    world.do(RegisterPerson(person="p-8", unit="u-branch", categories=("member",), name=same))
    assert len(bound(world.store)) == 3
    assert {world.workflow.reveal(Sealed(commitment=found)) for found in bound(world.store)} == {"王小明"}


# --- refusals leave nothing ------------------------------------------------------------------


def test_a_workflow_without_salts_says_so_when_a_personal_value_comes() -> None:
    world = small()
    bare = Workflow(world.store, world.model)
    with pytest.raises(InvalidCommand, match=r"salts=random_salts"):
        give(bare, raising(note=NAME), at=world.now)
    assert give(bare, raising(), at=world.now)


def test_a_failing_store_leaves_no_openings_behind() -> None:
    def fail() -> None:
        raise StoreError("The disk is full. Make room.")

    world = small()
    workflow = beside(world, fail)
    with pytest.raises(StoreError, match="disk is full"):
        give(workflow, raising(note=NAME), at=world.now)
    assert not held(workflow)
    assert give(workflow, raising(note=NAME), at=world.now)
    assert held(workflow) == bound(world.store)


def test_when_the_commit_stands_although_the_store_failed_afterwards_the_openings_stay() -> None:
    world = small()

    class Unacknowledged(Racing):
        def append(self, batch: Append) -> Receipt:
            self.store.append(batch)
            raise StoreError("The connection was lost.")

    assert isinstance(world.store, MemoryStore)
    workflow = Workflow(
        Unacknowledged(world.store), world.model, salts=salted(), openings=world.workflow.openings
    )
    with pytest.raises(StoreError):
        give(workflow, raising(note=NAME), at=world.now)
    assert held(workflow) == bound(world.store)
    assert give(world.workflow, raising(note=NAME), at=world.now).repeated


# --- time ------------------------------------------------------------------------------------


class _Nowhere(tzinfo):
    def utcoffset(self, _moment: datetime | None) -> timedelta | None:
        return None

    dst = utcoffset

    def tzname(self, _moment: datetime | None) -> str | None:
        return None


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2009, 4, 1),  # noqa: DTZ001 - that is the point
        datetime(2009, 4, 1, tzinfo=_Nowhere()),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_a_moment_that_cannot_be_recorded_is_refused_wherever_it_is_given(moment: datetime) -> None:
    world = small()
    for ask in (
        lambda: give(world.workflow, raising(), at=moment),
        lambda: give(world.workflow, raising(), at=world.now, effective_at=moment),
        lambda: world.workflow.allowed(ROOT, moment),
        lambda: world.workflow.sees(ROOT, moment, "organisation"),
        lambda: world.workflow.state("organisation", known=moment),
    ):
        with pytest.raises(InvalidInput):
            ask()
    assert not world.workflow.state("matter/m-1").raised


def test_R_196_recorded_time_never_runs_backwards_and_nothing_is_kept_of_the_attempt() -> None:
    world = small()
    world.later(days=1)
    world.do(raising())
    before = contents(world.store)
    with pytest.raises(InvalidInput, match="before the log's last record"):
        give(world.workflow, raising("m-2", NAME), at=world.now - timedelta(microseconds=1))
    assert contents(world.store) == before
    assert not held(world.workflow)
    give(world.workflow, raising("m-2", NAME), at=world.now, effective_at=world.now - timedelta(days=30))


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    world = small()
    east = timezone(timedelta(hours=8))
    receipt = give(
        world.workflow, raising(), at=world.now.astimezone(east), effective_at=START.astimezone(east)
    )
    [record] = world.store.read(receipt.first_position - 1)
    assert (record.envelope.recorded_at, record.envelope.effective_at) == (world.now, START)
    assert record.envelope.recorded_at.tzinfo is UTC
    assert give(world.workflow, raising(), at=world.now, effective_at=START).repeated


# --- what was typed --------------------------------------------------------------------------

TYPED = "王小明 13812345678"


@pytest.mark.parametrize(
    "other",
    [
        {"by": Actor(TYPED, "p-1", "everything")},
        {"by": Actor("a-1", TYPED, "everything")},
        {"by": Actor("a-1", "p-1", TYPED)},
        {"by": Actor("a-1", "p-1", "everything", TYPED)},
        {"command_id": TYPED},
        {"command_id": ""},
        {"causation": TYPED},
        {"correlation": TYPED},
        {"source": Source(TYPED, 1)},
        {"source": Source("j-1", 0)},
    ],
)
def test_R_205_an_id_of_another_form_is_refused_before_anything_repeats_it(other: dict[str, Any]) -> None:
    world = small()
    with pytest.raises(InvalidCommand) as refused:
        give(world.workflow, raising(), at=world.now, **other)
    assert "王" not in str(refused.value)
    assert "138" not in str(refused.value)
    assert not world.workflow.state("matter/m-1").raised
    if "by" in other:
        for ask in (world.workflow.allowed, lambda by, at: world.workflow.sees(by, at, "organisation")):
            with pytest.raises(InvalidCommand):
                ask(other["by"], world.now)


def test_an_execution_without_a_command_or_with_one_of_another_model_is_refused() -> None:
    world = small()
    with pytest.raises(InvalidCommand, match="no command"):
        give(world.workflow, at=world.now)
    foreign = World(members=1)
    with pytest.raises(InvalidCommand, match="No decider of this model"):
        foreign.do(raising())
    with pytest.raises(InvalidCommand, match="No aggregate has the category matter"):
        foreign.workflow.state("matter/m-1")
    with pytest.raises(InvalidDefinition, match="No aggregate of this model answers"):
        foreign.workflow.fact("matter.verdict", "matter/m-1")


class Impostor(Event):
    """Has the name of another."""

    stored_type: ClassVar[str] = "matter.seen"


def idle(**other: Any) -> Decider[Any]:
    """A decider that does nothing, with a fault of the test's choice."""
    given_or_none: dict[str, Any] = {"events": (), "commands": (), **other}
    return Decider(
        category="idle",
        initial=matter.Matter,
        evolve=lambda state, recorded: state,
        decide=lambda command, state, context: (),
        **given_or_none,
    )


@pytest.mark.parametrize(
    ("deciders", "said"),
    [
        ((matter.DECIDER, matter.DECIDER), "Two deciders claim this category"),
        ((idle(commands=(See,)),), "does not say which events it yields"),
        ((matter.DECIDER, idle(commands=(See,))), r"matter\.see: Two deciders answer or take this"),
        ((matter.DECIDER, idle(answers=matter.DECIDER.answers)), r"matter\.verdict: Two deciders answer"),
        ((matter.DECIDER, idle(events=(Impostor,))), r"matter\.seen: Two classes claim this stored type"),
        ((idle(events=(organisation.UnitFounded,)),), "from a stream outside the foundations"),
    ],
)
def test_a_model_with_a_fault_is_not_built(deciders: tuple[Decider[Any], ...], said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        Model(deciders)


def test_a_decider_that_neither_refuses_nor_records_is_found_out() -> None:
    silent = Decider(
        category="matter",
        events=matter.DECIDER.events,
        commands=matter.DECIDER.commands,
        initial=matter.Matter,
        evolve=matter.DECIDER.evolve,
        decide=lambda command, state, context: (),
        yields=matter.DECIDER.yields,
    )
    world = World(silent, members=1)
    before = contents(world.store)
    with pytest.raises(InvalidInput):
        world.do(raising())
    assert contents(world.store) == before


# --- races -----------------------------------------------------------------------------------


def test_R_196_who_is_overtaken_decides_again_on_what_is_there_now() -> None:
    world = small()
    world.do(raising())
    late = beside(world, lambda: world.do(Judge(key="m-1", verdict="unfounded")))
    with pytest.raises(Refused, match=r"matter\.twice"):
        give(late, Judge(key="m-1", verdict="founded"), at=world.now)
    assert world.workflow.state("matter/m-1").verdict == "unfounded"


def test_R_196_who_is_overtaken_by_something_else_is_recorded_after_it() -> None:
    world = small()
    world.do(raising())
    late = beside(world, lambda: world.do(See(key="m-1")), lambda: world.do(See(key="m-1")))
    receipt = give(late, Judge(key="m-1", verdict="founded"), at=world.now)
    assert receipt.last_position == world.store.head().position
    assert late.state("matter/m-1") == world.workflow.state("matter/m-1")


def test_a_matter_that_was_only_asked_about_is_guarded_as_well() -> None:
    world = small()
    world.do(raising(), raising("m-2"), Judge(key="m-1", verdict="founded"))
    asked: list[int] = []
    late = beside(world, lambda: asked.append(1), salts=salted())
    give(late, Grade(key="m-2", grades={"p-3": "good"}, like="m-1"), at=world.now)
    overtaken = beside(world, lambda: world.do(See(key="m-1")), lambda: asked.append(2))
    give(overtaken, Grade(key="m-2", grades={"p-3": "good"}, like="m-1"), at=world.now, command_id="c-2")
    assert asked == [1, 2]  # the second append: the first met a version that had moved on


def test_a_role_revoked_in_between_is_gone_when_the_decision_is_taken_again() -> None:
    world = small()
    world.do(raising())
    late = beside(world, lambda: world.do(RevokeRole(person="p-3", role="everything", unit="u-city")))
    with pytest.raises(Refused, match="role_not_held"):
        give(late, Judge(key="m-1", verdict="founded"), at=world.now, by=world.act(3))


def test_who_is_overtaken_every_time_gives_up_and_leaves_nothing() -> None:
    world = small()
    world.do(raising())
    late = beside(world, *[lambda: world.do(See(key="m-1"))] * ATTEMPTS, openings=MemoryOpenings())
    with pytest.raises(VersionConflict):
        give(late, Respond(key="m-1", note=NAME), at=world.now, by=world.self_(2))
    assert not held(late)
    assert give(late, Respond(key="m-1", note=NAME), at=world.now, by=world.self_(2))


@pytest.mark.parametrize("derived", [True, False])
def test_R_205_whoever_loses_the_race_for_a_command_id_takes_no_openings_along(derived: bool) -> None:
    """With derived salts both have the same openings; with random ones each their own."""
    world = small()
    salts = keyed_salts(bytes(32)) if derived else salted(2)
    faster = Workflow(world.store, world.model, salts=salts, openings=world.workflow.openings)
    late = beside(world, lambda: give(faster, raising(note=NAME), at=world.now), salts=keyed_salts(bytes(32)))
    assert give(late, raising(note=NAME), at=world.now).repeated
    assert held(late) == bound(world.store)
    assert late.reveal(late.state("matter/m-1").note) == "王小明"


def test_R_205_an_opening_of_an_attempt_that_was_overtaken_is_swept_when_the_next_succeeds() -> None:
    world = small()
    world.do(raising())
    late = beside(world, lambda: world.do(See(key="m-1")))
    give(late, Respond(key="m-1", note=NAME), at=world.now, by=world.self_(2))
    assert held(late) == bound(world.store)


def test_R_196_many_threads_on_one_instance_lose_nothing_and_decide_nothing_twice() -> None:
    world = small()
    world.do(*(raising(f"m-{n}") for n in range(4)))
    begin = Barrier(8)

    def work(thread: int) -> list[str]:
        begin.wait()
        outcomes = []
        for key in range(4):
            for index, command in enumerate(
                (
                    Judge(key=f"m-{key}", verdict=f"v{thread}"),
                    See(key=f"m-{key}"),
                    OpenAccount(account=f"a-t{thread}-{key}", person="p-2"),
                )
            ):
                try:
                    give(world.workflow, command, at=world.now, command_id=f"t-{thread}-{key}-{index}")
                    outcomes.append("done")
                except Refused as refused:
                    outcomes.append(refused.refusal.code)
                except VersionConflict:
                    outcomes.append("gave-up")
        return outcomes

    with ThreadPoolExecutor(8) as pool:
        outcomes = [outcome for found in pool.map(work, range(8)) for outcome in found]
    given_up = outcomes.count("gave-up")
    assert outcomes.count("matter.twice") + given_up >= 28
    anew = Workflow(world.store, world.model)
    for key in range(4):
        assert world.workflow.state(f"matter/m-{key}") == anew.state(f"matter/m-{key}")
        judged = [
            r for r in world.store.read_stream(f"matter/m-{key}") if r.envelope.stored_type == "matter.judged"
        ]
        assert len(judged) == 1
    assert world.workflow.state("authority") == anew.state("authority")
    assert [r.position for r in world.store.read()] == list(range(1, world.store.head().position + 1))


@pytest.mark.parametrize("instances", [1, 2])
def test_R_208_many_threads_that_send_the_same_command_record_it_once(instances: int) -> None:
    world = small()
    openings = MemoryOpenings()
    workflows = [
        Workflow(world.store, world.model, salts=keyed_salts(bytes(32)), openings=openings)
        for _ in range(instances)
    ]
    begin = Barrier(8)

    def send(index: int) -> Receipt:
        begin.wait()
        return give(workflows[index % instances], raising(note=NAME), at=world.now)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(send, range(8)))
    assert len(set(receipts)) == 1
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    assert set(openings._held) == bound(world.store)


# --- reading ---------------------------------------------------------------------------------

keys = st.sampled_from(["m-1", "m-2"])
actors = st.sampled_from(
    [
        ROOT,
        Actor("a-2", "p-2"),
        Actor("a-3", "p-3", "everything"),
        Actor("a-60", "p-60", "everything"),
        Actor("a-7", "p-7"),
    ]
)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(raising, keys, st.none() | texts, confidential=st.booleans()),
    st.builds(Judge, key=keys, verdict=st.just("founded")),
    st.builds(Respond, key=keys, note=st.none() | texts),
    st.builds(matter.Pass, key=keys),
    st.builds(Grade, key=keys, grades=st.just({"p-3": "good"}), like=st.none() | keys),
    st.builds(See, key=keys),
    st.builds(MovePerson, person=st.just("p-3"), unit=st.sampled_from(["u-branch", "u-bureau"])),
    st.builds(OpenAccount, account=st.sampled_from(["a-2", "a-8"]), person=st.just("p-3")),
)
batches = st.lists(st.tuples(st.lists(commands, min_size=1, max_size=3), actors), max_size=8)


@settings(max_examples=70)
@given(batches)
def test_R_198_what_is_remembered_is_what_a_reader_from_the_beginning_finds(
    steps: list[tuple[list[Command], Actor]],
) -> None:
    """Through refusals, batches and repeats: the cache is the fold, for every stream, after every step."""
    world = small()
    for given_together, by in steps:
        world.later(minutes=1)
        before = contents(world.store), held(world.workflow)
        try:
            world.do(*given_together, by=by)
        except Refused:
            assert (contents(world.store), held(world.workflow)) == before
        anew = Workflow(world.store, world.model)
        for stream in ("matter/m-1", "matter/m-2", "organisation", "authority", "log"):
            assert world.workflow.state(stream) == anew.state(stream)
            assert world.workflow.state(stream) == world.workflow.state(stream, known=world.now)
    assert held(world.workflow) == bound(world.store)


@settings(max_examples=70)
@given(batches)
def test_a_batch_of_commands_ends_like_the_same_commands_one_by_one(
    steps: list[tuple[list[Command], Actor]],
) -> None:
    """If each is carried out singly, all are together; if one is refused, all are, for its reason."""
    one, other = small(), small()
    for given_together, by in steps:
        refusal = None
        before = one.store.head().position
        for command in given_together:
            try:
                one.do(command, by=by)
            except Refused as refused:
                refusal = refused.refusal
                break
        if refusal is not None and one.store.head().position > before:
            return  # singly, the first ones stand: the two logs part here
        together = None
        try:
            other.do(*given_together, by=by)
        except Refused as refused:
            together = refused.refusal
        if refusal is None and together is not None:
            touched = {command.stream for command in given_together}
            begins = {name: next(iter(one.store.read_stream(name))).data for name in touched}
            hidden = {name for name, data in begins.items() if data.get("confidential")}
            assert together.code == "protected.recorded_apart"
            assert hidden
            assert touched - hidden
            return  # what more see and what fewer see is recorded one by one only
        assert together == refusal
        for stream in ("organisation", "authority"):
            assert one.workflow.state(stream) == other.workflow.state(stream)


@settings(max_examples=60)
@given(batches, commands, actors)
def test_allowed_agrees_with_what_happens(
    steps: list[tuple[list[Command], Actor]], command: Command, by: Actor
) -> None:
    """`attempt` compares: what was closed beforehand is refused for that reason and no other."""
    world = small()
    for given_together, giver in steps:
        try:
            world.do(*given_together, by=giver)
        except Refused:
            continue
    attempt(world, command, by)


def test_allowed_lists_every_command_of_a_matter_once_and_says_why_the_others_are_closed() -> None:
    world = small()
    world.do(raising())
    open_to_subject = {p.command: p for p in world.workflow.allowed(world.self_(2), world.now, "matter/m-1")}
    assert sorted(open_to_subject) == sorted(command.stored_type for command in matter.DECIDER.commands)
    assert {name for name, permission in open_to_subject.items() if permission} == {
        "matter.answer",
        "matter.see",
        "matter.raise",  # by own right, for whoever is its raiser; that the id is taken is for the decision
    }
    for permission in open_to_subject.values():
        assert bool(permission) is (permission.refusal is None)


def test_allowed_names_the_foundations_before_anything_stands_on_them() -> None:
    workflow = Workflow(MemoryStore(), Model((organisation.DECIDER,)))
    first = workflow.allowed(ROOT, START)
    assert [(p.command, p.stream) for p in first if p] == [("log.open", "log")]
    assert {p.stream for p in first} == set(FOUNDATIONS)
    give(
        workflow,
        OpenLog(tenant="t", packs={}, role="everything", roles={"everything": ("authority.account",)}),
        at=START,
    )
    opened = {p.command: p for p in workflow.allowed(ROOT, START)}
    assert opened["authority.open_account"]
    assert not opened["log.open"]
    assert not opened["organisation.found_unit"]


def test_allowed_covers_what_can_be_begun_and_every_matter_that_is_seen() -> None:
    world = small()
    world.do(raising())
    world.do(raising("m-2", confidential=True))
    streams = {p.stream for p in world.workflow.allowed(world.self_(2), world.now)}
    assert streams == {*FOUNDATIONS, "matter/", "matter/m-1"}
    assert "matter/m-2" in {p.stream for p in world.workflow.allowed(ROOT, world.now)}


def test_R_197_the_state_as_of_two_moments_knows_what_was_known_and_had_happened() -> None:
    world = small()
    world.do(raising())
    world.later(days=10)
    world.do(Judge(key="m-1", verdict="founded"), effective_at=world.now - timedelta(days=5))
    verdict = lambda **moments: world.workflow.state("matter/m-1", **moments).verdict  # noqa: E731
    assert verdict() == "founded"
    assert verdict(known=world.now - timedelta(seconds=1)) is None
    assert verdict(effective=world.now - timedelta(days=6)) is None
    assert verdict(effective=world.now - timedelta(days=5)) == "founded"
    assert verdict(effective=world.now, known=world.now - timedelta(days=1)) is None


def test_the_authority_as_of_a_moment_knows_genesis_and_the_organisation_too() -> None:
    world = small()
    then = world.workflow.state("authority")
    world.later(days=1)
    world.do(MovePerson(person="p-3", unit="u-bureau"), by=world.act(60))
    assert world.workflow.state("authority", known=START) == then
    assert world.workflow.state("authority") != then


def test_R_205_a_swapped_opening_is_not_shown() -> None:
    world = small()
    world.do(raising(note=NAME))
    sealed = world.workflow.state("matter/m-1").note
    openings = world.workflow.openings
    assert isinstance(openings, MemoryOpenings)
    true = openings.get(sealed)
    assert isinstance(true, Opening)
    openings._held[sealed.commitment] = Opening(
        true.commitment, true.log, true.subject, true.field, true.salt, "李小红", true.command_id
    )
    assert world.workflow.reveal(sealed) == Withheld("not-supplied")


def test_a_state_handed_out_is_not_changed_by_what_follows() -> None:
    world = small()
    before = world.workflow.state("authority")
    copy = before.copy()
    world.do(OpenAccount(account="a-new", person="p-2"))
    assert before == copy
    before.accounts = before.accounts.put("a-mine", "p-1")
    assert "a-mine" not in world.workflow.state("authority").accounts


def test_a_batch_overtaken_by_another_writer_keeps_what_its_own_first_command_gave_to_the_second() -> None:
    world = World(members=3)
    beside = Workflow(world.store, world.model, openings=MemoryOpenings(), salts=keyed_salts(bytes(32)))
    derived, overtaken = keyed_salts(bytes(32)), []

    def salts(command_id: str, place: str) -> bytes:
        if not overtaken:
            overtaken.append(place)
            other = FoundUnit(unit="u-other", kind="branch", parent="u-city")
            beside.execute(other, by=world.act(3), at=world.now, command_id="other")
        return derived(command_id, place)

    workflow = Workflow(world.store, world.model, openings=MemoryOpenings(), salts=salts)
    founded = FoundUnit(unit="u-new", kind="branch", parent="u-city", title=Personal("新支部"))
    joined = RegisterPerson(person="p-9", unit="u-new", categories=("member",))
    workflow.execute(founded, joined, by=world.act(2), at=world.now, command_id="batch")
    assert overtaken
    assert workflow.fact("organisation.unit_of", "organisation", person="p-9", at=world.now) == "u-new"
    assert workflow.fact("organisation.unit_open", "organisation", unit="u-other")


@pytest.mark.parametrize(
    ("commands", "by", "words"),
    [
        (("hello",), ROOT, "A str is no command"),
        (([raising()],), ROOT, "A list is no command"),
        ((raising(),), None, "by: This is no actor"),
    ],
    ids=["a text", "a list", "nobody"],
)
def test_what_is_no_command_and_who_is_no_actor_are_refused(
    commands: tuple[Any, ...], by: Any, words: str
) -> None:
    world = small()
    before = contents(world.workflow.store)
    with pytest.raises(InvalidCommand, match=words):
        world.workflow.execute(*commands, by=by, at=world.now, command_id="c-1")
    assert contents(world.workflow.store) == before
