"""Reading a log as of two moments, in two orders, into states and projections (R-196, R-197, R-198)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.world import World

from party_workflow.codec import Event, Registry
from party_workflow.domain import organisation
from party_workflow.domain.organisation import ChangeCategories, MovePerson, RegisterPerson, RemovePerson
from party_workflow.errors import InvalidInput, PartyWorkflowError
from party_workflow.history import History, Projection, Readable, Records, Rows, advance, rows_digest
from party_workflow.packs import party
from party_workflow.personal import keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, Append, Draft, MemoryStore, Record, Recorded
from party_workflow.values import Count
from party_workflow_adapters import journal

NOON = datetime(2020, 3, 25, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Counted(Event):
    """A number was counted."""

    stored_type: ClassVar[str] = "test.counted"
    number: Count


class Heard(Event):
    """A number was heard of."""

    stored_type: ClassVar[str] = "test.heard"
    number: Count


REGISTRY = Registry([Counted, Heard])


@dataclass(frozen=True)
class Step:
    """One append: hours since the last one, and its events by stream, kind and hours before or after."""

    hours: int
    events: tuple[tuple[str, type[Event], int], ...]


events = st.tuples(
    st.sampled_from(["test/a", "test/b"]), st.sampled_from([Counted, Heard]), st.integers(-6, 6)
)
steps = st.lists(
    st.builds(Step, st.integers(0, 3), st.lists(events, min_size=1, max_size=3).map(tuple)), max_size=8
)
moments = st.none() | st.integers(-8, 26).map(lambda hours: NOON + hours * HOUR)


def logged(log: list[Step], name: str = "log") -> MemoryStore:
    store, at = MemoryStore(), NOON
    for index, step in enumerate(log):
        at += step.hours * HOUR
        drafts = tuple(
            Draft(stream, kind(number=index), at + hours * HOUR)  # type: ignore[call-arg]
            for stream, kind, hours in step.events
        )
        actor = Actor("a-1", "p-1")
        store.append(Append(name, f"c-{index}", "test.count", "0" * 64, actor, at, drafts, {}))
    return store


def history(source: Readable) -> History:
    return History(source, REGISTRY)


def then(records: list[Record], effective: datetime | None, known: datetime | None) -> list[Record]:
    """As of two moments, filtered by hand."""
    return [
        record
        for record in records
        if (effective is None or record.envelope.effective_at <= effective)
        and (known is None or record.envelope.recorded_at <= known)
    ]


# --- two clocks ------------------------------------------------------------------------------


@given(steps, moments, moments)
def test_R_197_as_of_is_what_had_happened_by_one_moment_and_was_known_by_the_other(
    log: list[Step], effective: datetime | None, known: datetime | None
) -> None:
    store = logged(log)
    narrowed = history(store).as_of(effective=effective, known=known)
    expected = then(list(store.read()), effective, known)
    assert list(narrowed.records()) == expected
    for stream in ("test/a", "test/b"):
        assert list(narrowed.stream(stream)) == [r for r in expected if r.envelope.stream == stream]
    assert [item.envelope for item in narrowed.events()] == [r.envelope for r in expected]


@given(steps, moments, moments, moments, moments)
def test_R_197_narrowing_twice_is_narrowing_to_the_earlier_in_either_order(
    log: list[Step], one: datetime | None, two: datetime | None, three: datetime | None, four: datetime | None
) -> None:
    whole = history(logged(log))
    first = whole.as_of(effective=one, known=two).as_of(effective=three, known=four)
    second = whole.as_of(effective=three, known=four).as_of(effective=one, known=two)
    assert first == second
    earlier = [min(pair, default=None) for pair in _given((one, three), (two, four))]
    assert first == whole.as_of(effective=earlier[0], known=earlier[1])
    assert first.as_of(effective=one, known=two) == first
    assert whole.as_of(effective=one).as_of(known=two) == whole.as_of(known=two).as_of(effective=one)


def _given(*pairs: tuple[datetime | None, datetime | None]) -> list[list[datetime]]:
    return [[moment for moment in pair if moment is not None] for pair in pairs]


@given(steps, moments, moments, st.integers(0, 30))
def test_R_197_a_narrower_view_holds_nothing_that_a_wider_one_does_not(
    log: list[Step], effective: datetime | None, known: datetime | None, hours: int
) -> None:
    whole = history(logged(log))
    narrow = list(whole.as_of(effective=effective, known=known).records())
    wide = whole.as_of(
        effective=None if effective is None else effective + hours * HOUR,
        known=None if known is None else known + hours * HOUR,
    )
    assert [record for record in wide.records() if record in narrow] == narrow


@given(steps, st.integers(-2, 30), st.integers(-2, 30), moments)
def test_R_196_up_to_a_position_is_the_log_as_it_stood_there(
    log: list[Step], position: int, other: int, known: datetime | None
) -> None:
    store = logged(log)
    for source in (store, Records(tuple(store.read()))):
        whole = history(source)
        assert list(whole.up_to(position).records()) == [r for r in store.read() if r.position <= position]
        assert whole.up_to(position).up_to(other) == whole.up_to(min(position, other))
        assert whole.up_to(position).as_of(known=known) == whole.as_of(known=known).up_to(position)
        for stream in ("test/a", "test/b"):
            assert list(whole.up_to(position).stream(stream)) == [
                r for r in store.read_stream(stream) if r.position <= position
            ]


@given(steps)
def test_what_was_known_before_is_a_beginning_of_the_log(log: list[Step]) -> None:
    store = logged(log)
    records = list(store.read())
    for record in records:
        known = list(history(store).as_of(known=record.envelope.recorded_at).records())
        assert known == records[: len(known)]
        assert record in known


def test_a_moment_is_the_same_in_whatever_zone_it_is_given() -> None:
    store = logged([Step(0, (("test/a", Counted, 0),))])
    east = NOON.astimezone(timezone(timedelta(hours=8)))
    assert history(store).as_of(known=east, effective=east) == history(store).as_of(
        known=NOON, effective=NOON
    )


@pytest.mark.parametrize("clock", ["effective", "known"])
def test_a_moment_without_a_zone_is_refused_when_it_is_given_and_in_words(clock: str) -> None:
    with pytest.raises(InvalidInput, match="time zone"):
        history(MemoryStore()).as_of(**{clock: datetime(2020, 3, 25)})  # noqa: DTZ001 - that is the point


# --- orders ----------------------------------------------------------------------------------


@given(steps, moments)
def test_effective_order_is_by_when_it_happened_and_then_by_position(
    log: list[Step], known: datetime | None
) -> None:
    view = history(logged(log)).as_of(known=known)
    by_effect = [item.envelope for item in view.events(order="effective")]
    assert by_effect == sorted(
        (item.envelope for item in view.events()), key=lambda e: (e.effective_at, e.position)
    )


@given(steps)
def test_events_of_some_types_are_those_of_all_that_have_them(log: list[Step]) -> None:
    view = history(logged(log))
    every = list(view.events())
    assert list(view.events(Counted)) == [item for item in every if isinstance(item.event, Counted)]
    assert list(view.events(Counted, Heard)) == every


@given(steps)
def test_streams_are_listed_in_order_of_first_appearance(log: list[Step]) -> None:
    store = logged(log)
    assert history(store).streams("test") == list(dict.fromkeys(r.envelope.stream for r in store.read()))
    assert history(store).streams("tes") == []


# --- heads -----------------------------------------------------------------------------------


@given(steps, steps)
def test_R_198_two_histories_have_the_same_head_exactly_if_they_have_the_same_bytes(
    one: list[Step], other: list[Step]
) -> None:
    first, second = logged(one), logged(other)
    same = [r.bytes for r in first.read()] == [r.bytes for r in second.read()]
    assert (history(first).head() == history(second).head()) is same
    assert history(first).head() == history(logged(one)).head()


@given(steps.filter(bool))
def test_a_head_changes_with_every_record_and_with_the_log(log: list[Step]) -> None:
    whole = history(logged(log))
    heads = [whole.up_to(position).head() for position in range(whole.head()[0] + 1)]
    assert len({running for _, running in heads}) == len(heads)
    assert history(logged(log, "another")).head() != whole.head()


@given(steps)
def test_records_in_memory_read_like_the_store_they_came_from(log: list[Step]) -> None:
    store = logged(log)
    records = tuple(store.read())
    for after in range(len(records) + 2):
        for until in (None, 0, after, after + 2):
            assert list(Records(records).read(after, until)) == list(store.read(after, until))
    part = records[len(records) // 2 :]
    assert list(Records(part).read(0, None)) == list(part)
    assert list(Records(part).read(len(records) - 1)) == list(part[-1:])


# --- projections -----------------------------------------------------------------------------


def count(rows: Rows, recorded: Recorded) -> None:
    """How many of which number, and which stream came last: sensitive to order and to repetition."""
    assert isinstance(recorded.event, Counted)
    key = f"n{recorded.event.number}"
    rows[key] = rows.get(key, 0) * 10 + 1
    rows["last"] = recorded.envelope.stream


COUNTED = Projection("counted", 1, (Counted,), count)


@given(steps, moments)
def test_a_projection_is_a_fold_over_the_events_that_it_reads(
    log: list[Step], known: datetime | None
) -> None:
    view = history(logged(log)).as_of(known=known)
    rows: dict[str, Any] = {}
    for recorded in view.events(Counted):
        count(rows, recorded)
    assert view.project(COUNTED) == rows
    assert rows_digest(view.project(COUNTED)) == rows_digest(dict(reversed(rows.items())))


@given(steps, st.integers(1, 5))
def test_a_projection_advanced_piece_by_piece_is_the_one_built_at_once(log: list[Step], size: int) -> None:
    store = logged(log)
    records = list(store.read())
    rows: dict[str, Any] = {}
    reached = 0
    for begin in range(0, len(records), size):
        reached = advance(COUNTED, rows, records[begin : begin + size], REGISTRY)
        assert reached == records[begin : begin + size][-1].position
    assert rows == history(store).project(COUNTED)
    assert reached == store.head().position


def test_a_projection_that_reads_nothing_is_given_nothing() -> None:
    store = logged([Step(0, (("test/a", Counted, 0),))])
    assert history(store).project(Projection("idle", 1, (), count)) == {}


# --- states ----------------------------------------------------------------------------------

PEOPLE = st.sampled_from(["p-1", "p-2", "p-3"])
commands = st.one_of(
    st.builds(MovePerson, person=PEOPLE, unit=st.sampled_from(["u-branch", "u-bureau"])),
    st.builds(ChangeCategories, person=PEOPLE, categories=st.just(("retired",)), ground=st.just("age")),
    st.builds(RemovePerson, person=PEOPLE, ground=st.just("transfer")),
    st.builds(RegisterPerson, person=PEOPLE, unit=st.just("u-bureau"), categories=st.just(("member",))),
)


@settings(max_examples=40)
@given(st.lists(commands, max_size=6))
def test_R_197_a_state_as_known_at_a_moment_is_the_state_that_was_then(given_commands: list[Any]) -> None:
    world = World(members=2)
    seen: list[tuple[datetime, Any, Any]] = []
    for command in given_commands:
        world.later(hours=1)
        try:
            world.do(command, by=world.act(60))
        except PartyWorkflowError:
            continue
        seen.append((world.now, *(world.workflow.state(s) for s in ("organisation", "authority"))))
    for at, organised, authority in seen:
        assert world.workflow.state("organisation", known=at) == organised
        assert world.workflow.state("authority", known=at) == authority
        assert world.workflow.history.as_of(known=at).state(organisation.DECIDER, "organisation") == organised


# --- the whole campaign ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def campaign(root: Path) -> Workflow:
    """The example of a whole campaign, executed."""
    workflow = Workflow(MemoryStore(), party.MODEL, salts=keyed_salts(bytes(32)))
    report = journal.execute(workflow, root / "examples" / "education_campaign" / "history.jsonl")
    assert report, report.faults
    return workflow


def test_R_197_no_moment_of_the_past_breaks_a_fold(campaign: Workflow) -> None:
    """As of an effective moment an opening may lie ahead of what follows it: dated back, or recorded late."""
    at = sorted({record.envelope.effective_at for record in campaign.store.read()})
    streams = {record.envelope.stream for record in campaign.store.read()}
    for moment in at[:: max(len(at) // 50, 1)]:
        for stream in streams:
            campaign.state(stream, effective=moment)
            campaign.state(stream, known=moment)


@settings(max_examples=8)
@given(st.data())
def test_R_196_the_log_up_to_any_position_is_a_log(campaign: Workflow, data: st.DataObject) -> None:
    position = data.draw(st.integers(1, campaign.store.head().position))
    beginning = MemoryStore(list(campaign.store.read(0, position)))
    assert beginning.head().position == position
    anew = Workflow(beginning, party.MODEL)
    for stream in {record.envelope.stream for record in beginning.read()}:
        cut = campaign.history.up_to(position)
        if stream not in ("log", "authority"):
            assert anew.state(stream) == cut.state(party.MODEL.decider(stream), stream)
