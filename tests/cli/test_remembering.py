"""A store that is read once answers like the store below it, as that stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.store import MemoryStore
from party_workflow.testing.store import noted
from party_workflow_adapters.cli.remembering import Remembering

SIZE = 12
STREAMS = ["case/one", "case/two", "case/none"]


def log(size: int = SIZE) -> MemoryStore:
    store = MemoryStore()
    for index in range(size):
        store.append(noted(f"c-{index}", STREAMS[index % 3 % 2], number=index))
    return store


bounds = st.tuples(st.integers(-1, SIZE + 2), st.none() | st.integers(0, SIZE + 2))
questions = st.one_of(
    st.tuples(st.just("read"), bounds),
    st.tuples(st.just("read_stream"), st.tuples(st.sampled_from(STREAMS), st.integers(0, SIZE))),
)


@given(st.integers(0, SIZE + 2), st.lists(questions, max_size=6))
def test_every_question_gets_the_answer_of_the_store_below(
    most: int, asked: list[tuple[str, tuple[int, int]]]
) -> None:
    below = log()
    store = Remembering(below, most)
    for method, arguments in asked:
        if method == "read":
            arguments = (max(arguments[0], 0), arguments[1])
        assert list(getattr(store, method)(*arguments)) == list(getattr(below, method)(*arguments))
    assert (store.head(), store.receipt("c-3"), store.ballots("x")) == (
        below.head(),
        below.receipt("c-3"),
        [],
    )


@given(st.integers(0, SIZE + 2), st.lists(st.booleans(), max_size=3 * SIZE))
def test_readers_that_take_turns_each_get_everything_once(most: int, turns: list[bool]) -> None:
    store = Remembering(log(), most)
    readers, found = [store.read(), store.read()], ([], [])
    for turn in turns:
        if (record := next(readers[turn], None)) is not None:
            found[turn].append(record.position)
    for reader, positions in zip(readers, found, strict=True):
        positions.extend(record.position for record in reader)
    assert found == (list(range(1, SIZE + 1)),) * 2


@pytest.mark.parametrize("most", [0, 5, 100])
def test_what_is_appended_later_is_not_part_of_the_answer(most: int) -> None:
    below = log()
    store = Remembering(below, most)
    below.append(noted("c-more", "case/one"))
    assert [record.position for record in store.read()] == list(range(1, SIZE + 1))
    assert all(record.position <= SIZE for record in store.read_stream("case/one"))
    assert store.head().position == SIZE


def test_it_is_for_reading() -> None:
    with pytest.raises(TypeError, match="reading"):
        Remembering(log()).append(noted("c-more", "case/one"))
