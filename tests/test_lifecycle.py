"""Lifecycles: what may be written, what is found wrong, and that the table does what was written."""

from __future__ import annotations

import copy
import difflib
import json
import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pydantic
import pytest
import transitions
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from party_workflow import canonical, lifecycle
from party_workflow.errors import InvalidDefinition, InvalidInput, Reason, Refusal
from party_workflow.lifecycle import Guard, Lifecycle, Move, State, Step

Plain = dict[str, Any]

# --- strategies ----------------------------------------------------------------------------------

CODES = st.from_regex(r"[a-z][a-z0-9_.-]{0,7}", fullmatch=True)
GUARDS = st.lists(
    st.sampled_from(["quorum", "notice_given", "os.abort", "not-own-case"]), unique=True, max_size=3
)


@st.composite
def plain_lifecycles(draw: st.DrawFn) -> Plain:
    """Valid by construction: a tree from the initial state, ways to an end from everywhere, and more."""
    codes = draw(st.lists(CODES, min_size=2, max_size=7, unique=True))
    finals = set(codes[1:2]) | set(draw(st.lists(st.sampled_from(codes[1:]), unique=True)))
    running = [code for code in codes if code not in finals]
    names = st.sampled_from(
        draw(st.lists(CODES, min_size=len(codes) + 2, max_size=len(codes) + 4, unique=True))
    )
    taken: set[tuple[str, str]] = set()
    moves: list[Plain] = []

    def add(sources: list[str], dest: str) -> None:
        name = draw(names.filter(lambda name: not any((name, source) in taken for source in sources)))
        taken.update((name, source) for source in sources)
        move = {"code": name, "sources": sources, "dest": dest, "guards": draw(GUARDS)}
        moves.append(move | {"reopens": True} if sources[0] in finals else move)

    placed = running[:1]
    for code in [*running[1:], *sorted(finals)]:
        add([draw(st.sampled_from(placed))], code)
        placed += [code] if code not in finals else []
    for code in running:
        if draw(st.booleans()) or not any(
            code in move["sources"] and move["dest"] in finals for move in moves
        ):
            add([code], draw(st.sampled_from(sorted(finals))))
    for group in draw(st.lists(st.sampled_from([running, sorted(finals)]), max_size=2)):
        sources = draw(st.lists(st.sampled_from(group), min_size=1, max_size=2, unique=True))
        add(sources, draw(st.sampled_from(codes)))
    return {
        "code": draw(CODES),
        "version": draw(st.integers(1, 99)),
        "initial": codes[0],
        "states": [{"code": code, "final": True} if code in finals else {"code": code} for code in codes],
        "moves": moves,
    }


LIFECYCLES = plain_lifecycles().map(Lifecycle.model_validate)


def without(*codes: str) -> Guard[Any]:
    """A guard that refuses, under a reason of its own."""
    return Guard(codes[0], lambda _: Reason(f"test.{codes[0]}", "It is not there.", "Bring it.")())


def content(code: str) -> Guard[Any]:
    return Guard(code, lambda _: None)


COMPLAINT = Lifecycle.of(
    "complaint",
    3,
    initial="registered",
    final=("closed", "rejected"),
    moves={
        "accept": "registered -> in_hand if within_time, not_own_case",
        "reject": "registered, in_hand -> rejected",
        "close": "in_hand -> closed if answered",
    },
    reopens={"appeal": "closed, rejected -> in_hand"},
)


# --- one form ------------------------------------------------------------------------------------


def test_the_digest_of_a_definition_never_changes() -> None:
    assert COMPLAINT.data() == {
        "code": "complaint",
        "version": 3,
        "initial": "registered",
        "states": [
            {"code": "closed", "final": True},
            {"code": "in_hand"},
            {"code": "registered"},
            {"code": "rejected", "final": True},
        ],
        "moves": [
            {
                "code": "accept",
                "sources": ["registered"],
                "dest": "in_hand",
                "guards": ["within_time", "not_own_case"],
            },
            {"code": "appeal", "sources": ["closed", "rejected"], "dest": "in_hand", "reopens": True},
            {"code": "close", "sources": ["in_hand"], "dest": "closed", "guards": ["answered"]},
            {"code": "reject", "sources": ["in_hand", "registered"], "dest": "rejected"},
        ],
    }
    assert COMPLAINT.digest == canonical.digest(COMPLAINT.data())
    assert COMPLAINT.digest == "915f19d0c711868055bbdc708ab2b0cf6e242744e1552fdecdd445da3c335143"


@given(plain_lifecycles(), st.randoms(use_true_random=False))
def test_order_and_grouping_make_no_difference(plain: Plain, chance: random.Random) -> None:
    split = [move | {"sources": [source]} for move in plain["moves"] for source in move["sources"]]
    shuffled = plain | {"states": chance.sample(plain["states"], len(plain["states"]))}
    shuffled["moves"] = chance.sample(split, len(split))
    one, other = Lifecycle.model_validate(plain), Lifecycle.model_validate(shuffled)
    assert (one, one.digest, hash(one)) == (other, other.digest, hash(other))
    assert lifecycle.compile(one) is lifecycle.compile(other)


@given(LIFECYCLES)
def test_json_brings_a_lifecycle_back(it: Lifecycle) -> None:
    back = [
        Lifecycle.model_validate(it.data()),
        Lifecycle.model_validate_json(it.model_dump_json()),
        Lifecycle.model_validate(canonical.parse_canonical(canonical.canonical_bytes(it.data()))),
        Lifecycle(code=it.code, version=it.version, initial=it.initial, states=it.states, moves=it.moves),
        pickle.loads(pickle.dumps(it)),
    ]
    assert all(found == it and found.digest == it.digest and hash(found) == hash(it) for found in back)


def _renamed(plain: Plain, old: str, new: str) -> Plain:
    # Within JSON, so that it is renamed everywhere.
    return json.loads(json.dumps(plain).replace(json.dumps(old), json.dumps(new)))


CHANGES: dict[str, Callable[[Plain], Plain]] = {
    "another version": lambda it: it | {"version": it["version"] + 1},
    "another code": lambda it: it | {"code": it["code"] + "x"},
    "a state renamed": lambda it: _renamed(it, it["initial"], "other-than-all"),
    "a move renamed": lambda it: (
        it | {"moves": [it["moves"][0] | {"code": "other-than-all"}, *it["moves"][1:]]}
    ),
    "a guard more": lambda it: (
        it
        | {
            "moves": [it["moves"][0] | {"guards": [*it["moves"][0]["guards"], "one-more"]}, *it["moves"][1:]],
        }
    ),
    "a state and its moves more": lambda it: (
        it
        | {
            "states": [*it["states"], {"code": "other-than-all", "final": True}],
            "moves": [
                *it["moves"],
                {"code": "other-than-all", "sources": [it["initial"]], "dest": "other-than-all"},
            ],
        }
    ),
    "a move more": lambda it: (
        it
        | {
            "moves": [
                *it["moves"],
                {"code": "other-than-all", "sources": [it["initial"]], "dest": it["initial"]},
            ],
        }
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@settings(max_examples=30)
@given(plain=plain_lifecycles())
def test_any_change_changes_the_digest(change: str, plain: Plain) -> None:
    changed = Lifecycle.model_validate(CHANGES[change](copy.deepcopy(plain)))
    assert changed != Lifecycle.model_validate(plain)
    assert changed.digest != Lifecycle.model_validate(plain).digest


def test_the_order_of_guards_is_part_of_the_meaning() -> None:
    one, other = (
        Lifecycle.of("a", 1, initial="x", final="y", moves={"go": f"x -> y if {guards}"})
        for guards in ("first, second", "second, first")
    )
    assert one.digest != other.digest


@given(LIFECYCLES, LIFECYCLES)
def test_lifecycles_are_equal_exactly_if_their_digests_are(one: Lifecycle, other: Lifecycle) -> None:
    assert (one == other) is (one.digest == other.digest)


def test_an_altered_copy_is_checked_and_has_its_own_digest() -> None:
    assert COMPLAINT.digest  # computed before, and not carried over
    assert COMPLAINT.model_copy(update={"version": 4}).digest != COMPLAINT.digest
    assert COMPLAINT.model_copy() == COMPLAINT
    with pytest.raises(InvalidDefinition, match="There is no state nowhere"):
        COMPLAINT.model_copy(update={"initial": "nowhere"})


def test_a_lifecycle_cannot_be_altered_in_place() -> None:
    with pytest.raises(pydantic.ValidationError):
        COMPLAINT.version = 4


def test_the_json_schema_says_what_a_code_is() -> None:
    schema = Lifecycle.model_json_schema()
    assert schema["properties"]["initial"]["pattern"] == "^[a-z][a-z0-9_.-]{0,63}$"
    assert schema["$defs"]["Move"]["required"] == ["code", "sources", "dest"]


# --- the short notation --------------------------------------------------------------------------


def test_the_short_notation_says_the_same_as_the_long_one() -> None:
    short = Lifecycle.of(
        "hazard",
        1,
        initial="a",
        final={"z"},
        moves={"go": ["a,b->  c if g ,  h", "c -> z"], "back": "c -> b"},
    )
    assert short == Lifecycle(
        code="hazard",
        version=1,
        initial="a",
        states=[State(code="a"), State(code="b"), State(code="c"), State(code="z", final=True)],
        moves=[
            Move(code="go", sources=["a", "b"], dest="c", guards=["g", "h"]),
            Move(code="go", sources=["c"], dest="z"),
            Move(code="back", sources=["c"], dest="b"),
        ],
    )


def test_lines_that_do_not_read_as_moves_are_all_listed() -> None:
    lines = ["x", "x ->", "-> y", "x -> y if", "x -> y -> z", "x -> y z", ""]
    with pytest.raises(InvalidDefinition) as caught:
        Lifecycle.of("a", 1, initial="x", moves={"go": lines})
    assert [fault.where for fault in caught.value.faults] == ["moves.go"] * len(lines)
    assert caught.value.faults[0].what == "x does not read as a move."


def test_a_slip_in_the_short_notation_shows_and_says_what_was_probably_meant() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        Lifecycle.of(
            "a",
            1,
            initial="registered",
            final="closed",
            moves={"a": "registered -> in_hand", "b": "in_hnd -> closed"},
        )
    assert [str(fault) for fault in caught.value.faults][1:4:2] == [
        (
            "states[2]: State in_hand is a dead end: it is not final, and no move goes from it. "
            "Add a move that goes from it, or make it final. If it is a slip for in_hnd, correct it."
        ),
        (
            "moves[1]: Nothing can take move b: none of its sources can be reached. "
            "Make one of them reachable, or remove the move."
        ),
    ]


# --- faults --------------------------------------------------------------------------------------


def faults_of(plain: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidDefinition) as caught:
        Lifecycle.model_validate(plain)
    assert all(fault.what and fault.remedy for fault in caught.value.faults)
    return [(fault.where, fault.what) for fault in caught.value.faults]


def _state(code: str, **more: Any) -> Callable[[Plain], None]:
    return lambda it: it["states"].append({"code": code} | more)


def _move(**fields: Any) -> Callable[[Plain], None]:
    def spoil(it: Plain) -> None:
        it["moves"].append({"code": "zz-move", "sources": [it["initial"]], "dest": it["initial"]} | fields)

    return spoil


def _also(*spoils: Callable[[Plain], None]) -> Callable[[Plain], None]:
    def spoil(it: Plain) -> None:
        for one in spoils:
            one(it)

    return spoil


def _again(it: Plain) -> None:
    it["moves"].append(it["moves"][0] | {"guards": ["another-guard"]})


def _final(it: Plain) -> str:
    return next(state["code"] for state in it["states"] if state.get("final"))


FAULTS: dict[str, tuple[Callable[[Plain], None], str]] = {
    "a code that is none": (_move(code="Nimm an"), "Nimm an is not a code."),
    "a code with a line break": (_move(code="ab\n"), "(not shown) is not a code."),
    "an unknown initial state": (lambda it: it.update(initial="zz-lost"), "There is no state zz-lost."),
    "an unknown source": (_move(sources=["zz-lost"]), "There is no state zz-lost."),
    "an unknown destination": (_move(dest="zz-lost"), "There is no state zz-lost."),
    "an empty destination": (_move(dest=""), "Move zz-move leads nowhere."),
    "a state twice": (lambda it: it["states"].append(it["states"][0]), "stands already at states[0]."),
    "a move from a state twice": (_again, "which of them holds would be open."),
    "a source twice": (
        lambda it: _move(sources=[it["initial"]] * 2)(it),
        "which of them holds would be open.",
    ),
    "a guard twice": (_move(guards=["a", "b", "a"]), "Guard a stands twice."),
    "a move without sources": (_move(sources=[]), "Nothing can take move zz-move: it has no sources."),
    "an unreachable state": (_state("zz-state", final=True), "State zz-state cannot be reached from"),
    "a dead end": (_also(_state("zz-state"), _move(dest="zz-state")), "State zz-state is a dead end"),
    "a circle without end": (
        _also(
            _state("zz-one"),
            _state("zz-two"),
            _move(dest="zz-one"),
            _move(sources=["zz-one"], dest="zz-two"),
            _move(sources=["zz-two"], dest="zz-one"),
        ),
        "From state zz-two no final state can be reached.",
    ),
    "a move nothing can take": (
        _also(_state("zz-state"), _move(sources=["zz-state"])),
        "Nothing can take move zz-move: none of its sources can be reached.",
    ),
    "a way out of a final state": (lambda it: _move(sources=[_final(it)])(it), "leaves a final state."),
    "reopening what is not final": (_move(reopens=True), "is said to reopen, but"),
    "a key too many": (_move(guard="quorum"), "There is no such key here."),
    "a version below one": (lambda it: it.update(version=0), "The version is not a whole number from 1."),
    "a version too large": (lambda it: it.update(version=2**53), "The version is not a whole number from 1."),
}


@pytest.mark.parametrize("fault", FAULTS)
@settings(max_examples=30)
@given(plain=plain_lifecycles())
def test_each_fault_is_found(fault: str, plain: Plain) -> None:
    spoil, expected = FAULTS[fault]
    spoil(plain := copy.deepcopy(plain))
    assert any(expected in what for _, what in faults_of(plain))


@given(plain_lifecycles(), st.sets(st.sampled_from(sorted(FAULTS)), min_size=2))
def test_several_faults_are_reported_together(plain: Plain, chosen: set[str]) -> None:
    # From an unknown initial state nothing can be said about what is reached.
    assume(not ({"an unknown initial state"} & chosen))
    plain = copy.deepcopy(plain)
    for index, fault in enumerate(sorted(chosen)):
        # Each with names of its own, so that one fault does not mend or hide another.
        before = len(plain["states"]), len(plain["moves"])
        FAULTS[fault][0](plain)
        for kind, start in zip(("states", "moves"), before, strict=True):
            plain[kind][start:] = _own(plain[kind][start:], index)
    found = faults_of(plain)
    for index, fault in enumerate(sorted(chosen)):
        expected = FAULTS[fault][1].replace("zz-", f"zz{index}-")
        assert any(expected in what for _, what in found), (fault, found)


def _own(items: list[Plain], index: int) -> list[Plain]:
    return json.loads(json.dumps(items).replace('"zz-', f'"zz{index}-'))


def test_a_fault_is_said_in_words_with_its_place_and_a_remedy() -> None:
    plain = COMPLAINT.data()
    plain["moves"][0]["dest"] = "in_hnad"
    with pytest.raises(InvalidDefinition) as caught:
        Lifecycle.model_validate(plain)
    assert str(caught.value) == (
        "moves[0].dest: There is no state in_hnad. "
        "Add it to the states. If it is a slip for in_hand, correct it."
    )


def test_one_slip_is_not_reported_as_many() -> None:
    plain = COMPLAINT.data() | {"initial": "registred"}
    assert faults_of(plain) == [("initial", "There is no state registred.")]


@pytest.mark.parametrize(
    ("plain", "where"),
    [
        (5, {""}),
        ({}, {"code", "version", "initial", "states"}),
        (COMPLAINT.data() | {"states": {"registered"}}, {"states"}),
        (COMPLAINT.data() | {"version": True}, {"version"}),
        (COMPLAINT.data() | {"version": "3", "code": None}, {"version", "code"}),
        (
            COMPLAINT.data() | {"states": ["registered", {"code": "x", "final": "yes"}]},
            {"states[0]", "states[1].final"},
        ),
        (
            COMPLAINT.data() | {"moves": [{"code": "x", "sources": "registered", "dest": 3}]},
            {"moves[0].sources", "moves[0].dest"},
        ),
        (COMPLAINT.data() | {"states": [{"code": f"s{number}"} for number in range(257)]}, {"states"}),
    ],
)
def test_what_cannot_be_read_is_reported_as_such(plain: object, where: set[str]) -> None:
    assert {place for place, _ in faults_of(plain)} == where


@pytest.mark.parametrize(
    "make",
    [
        lambda: State(code="No Code"),
        lambda: State(code="x", final="yes"),
        lambda: Move(code="x", sources=[], dest="y"),
        lambda: Move(code="x", sources=["y"], dest="y", guards={"a", "b"}),
        lambda: Guard("No Code", lambda _: None),
        lambda: Lifecycle(code="x", version=1, initial="x", states=[]),
    ],
)
def test_parts_are_checked_on_their_own_too(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidDefinition):
        make()


def test_parts_that_were_altered_unchecked_are_checked_in_the_whole() -> None:
    spoilt = [state.model_copy(update={"final": "yes"}) for state in COMPLAINT.states]
    assert [where for where, _ in faults_of(COMPLAINT.data() | {"states": spoilt})] == [
        f"states[{index}].final" for index in range(4)
    ]


def test_a_definition_made_to_be_slow_is_refused_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = []
    monkeypatch.setattr(difflib, "get_close_matches", lambda *found, **_: searches.append(found) or [])
    states = [{"code": f"state-number-{number}"} for number in range(256)]
    moves = [
        {"code": "x", "sources": [f"statenumber-{number}-{at}" for at in range(100)], "dest": "a"}
        for number in range(200)
    ]
    found = faults_of({"code": "a", "version": 1, "initial": "b", "states": states, "moves": moves})
    assert len(found) > 20_000
    assert len(searches) <= 50, "looking for similar names takes longest, and does not grow with the faults"


def test_without_final_states_a_lifecycle_may_go_on_for_ever() -> None:
    member = Lifecycle.of(
        "member", 1, initial="active", moves={"suspend": "active -> away", "restore": "away -> active"}
    )
    assert lifecycle.compile(member).finals == frozenset()


# --- the table -----------------------------------------------------------------------------------


def naive(plain: Plain, state: str, name: str) -> tuple[str, tuple[str, ...]] | None:
    for move in plain["moves"]:
        if move["code"] == name and state in move["sources"]:
            return move["dest"], tuple(move["guards"])
    return None


@given(plain_lifecycles())
def test_the_table_agrees_with_a_naive_reading(plain: Plain) -> None:
    table = lifecycle.compile(Lifecycle.model_validate(plain))
    final = {state["code"] for state in plain["states"] if state.get("final")}
    names = {move["code"] for move in plain["moves"]}
    assert (set(table.states), table.finals, set(table.moves)) == (
        {it["code"] for it in plain["states"]},
        final,
        names,
    )
    assert table.guards == {guard for move in plain["moves"] for guard in move["guards"]}
    for state in table.states:
        assert table.open_moves(state) == tuple(sorted(name for name in names if naive(plain, state, name)))
        for name in [*names, "no-such-move"]:
            step, expected = table.dest(state, name), naive(plain, state, name)
            assert (step and (step.dest, step.guards)) == expected
            if step:
                assert step == Step(name, state, *expected, final=step.dest in final, reopens=state in final)


class Matter:
    """A model for ``transitions``, which binds its triggers to it."""


@given(plain_lifecycles(), st.data())
def test_the_table_agrees_with_a_running_machine(plain: Plain, data: st.DataObject) -> None:
    it = Lifecycle.model_validate(plain)
    table = lifecycle.compile(it)
    refusing = data.draw(st.sets(st.sampled_from(sorted(table.guards)))) if table.guards else set()
    guards = {code: without(code) if code in refusing else content(code) for code in table.guards}
    matter = Matter()
    machine = transitions.Machine(
        model=matter,
        states=[state["code"] for state in plain["states"]],
        initial=plain["initial"],
        transitions=[
            {
                "trigger": move["code"],
                "source": move["sources"],
                "dest": move["dest"],
                "conditions": [lambda code=code: code not in refusing for code in move["guards"]],
            }
            for move in plain["moves"]
        ],
        auto_transitions=False,
        model_attribute="where_it_is",
    )
    state = table.initial
    for move in data.draw(st.lists(st.sampled_from(table.moves), max_size=12)):
        answer = table.step(state, move, guards, None)
        try:
            moved = machine.events[move].trigger(matter)
        except transitions.MachineError:
            moved = None
        match answer:
            case Step():
                assert moved is True
                state = answer.dest
            case Refusal(code=code):
                assert moved is (False if code.startswith("test.") else None)
        assert matter.where_it_is == state


@given(plain_lifecycles(), st.data())
def test_every_refusal_has_a_reason_and_names_the_open_moves(plain: Plain, data: st.DataObject) -> None:
    table = lifecycle.compile(Lifecycle.model_validate(plain))
    state = data.draw(st.sampled_from(table.states))
    move = data.draw(st.sampled_from([*table.moves, "no-such-move"]))
    refusal = table.closed(state, move)
    if refusal is None:
        assert table.dest(state, move)
        return
    assert refusal == table.step(state, move)
    about = dict(refusal.about)
    assert about["open"] == (", ".join(table.open_moves(state)) or "none")
    assert about["open"] in refusal.remedy
    assert (about["state"], about["move"]) == (state, move)
    if move not in table.moves:
        assert refusal.code == lifecycle.UNKNOWN_MOVE.code
    else:
        assert refusal.code == (lifecycle.FINAL if state in table.finals else lifecycle.MOVE_CLOSED).code
        assert about["sources"].split(", ") == [at for at in table.states if naive(plain, at, move)]


def test_refusals_read_as_sentences() -> None:
    table = lifecycle.compile(COMPLAINT)
    assert [
        str(table.step(*asked))
        for asked in [("registered", "shred"), ("registered", "close"), ("closed", "reject")]
    ] == [
        (
            "Lifecycle complaint has no move shred. Moves open in state registered: accept, reject. "
            "[lifecycle.unknown_move]"
        ),
        (
            "Move close is not open in state registered; it goes from in_hand. "
            "Moves open in state registered: accept, reject. [lifecycle.move_closed]"
        ),
        (
            "The matter is finished: closed is a final state, and move reject does not go from it. "
            "Moves that reopen it: appeal. [lifecycle.final]"
        ),
    ]
    assert [reason.code for reason in lifecycle.REASONS] == [
        "lifecycle.unknown_move",
        "lifecycle.move_closed",
        "lifecycle.final",
    ]


def test_a_move_that_is_no_code_is_not_repeated() -> None:
    refusal = lifecycle.compile(COMPLAINT).step("registered", "call Wang on 13800138000")
    assert "Wang" not in str(refusal)
    assert "(not a code)" in str(refusal)


def test_guards_answer_in_their_order_and_in_their_own_words() -> None:
    table = lifecycle.compile(COMPLAINT)
    content_with_all = {code: content(code) for code in table.guards}
    assert isinstance(table.step("registered", "accept", content_with_all, None), Step)
    for refusing in (["not_own_case"], ["not_own_case", "within_time"]):
        guards = content_with_all | {code: without(code) for code in refusing}
        answer = table.step("registered", "accept", guards, None)
        assert isinstance(answer, Refusal)
        assert answer.code == f"test.{refusing[-1]}"


def test_a_guard_sees_the_subject_and_is_not_asked_where_the_move_is_closed() -> None:
    asked = []
    guard: Guard[str] = Guard("answered", asked.append)
    table = lifecycle.compile(COMPLAINT)
    assert isinstance(table.step("in_hand", "close", {"answered": guard}, "case/7"), Step)
    assert isinstance(table.step("registered", "close", {"answered": guard}, "case/8"), Refusal)
    assert asked == ["case/7"]


def test_a_guard_that_was_not_given_is_never_passed_over() -> None:
    table = lifecycle.compile(COMPLAINT)
    with pytest.raises(InvalidDefinition, match="asks guard answered, which was not given"):
        table.step("in_hand", "close")


@pytest.mark.parametrize("answer", [True, False, "no"])
def test_a_guard_that_gives_no_reason_is_a_fault(answer: object) -> None:
    guards: Any = {"answered": Guard("answered", lambda _: answer)}
    with pytest.raises(InvalidDefinition, match="gives no reason"):
        lifecycle.compile(COMPLAINT).step("in_hand", "close", guards, None)


def test_compiling_lists_the_guards_that_nobody_provides() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        lifecycle.compile(COMPLAINT, ["answerd"])
    assert [str(fault) for fault in caught.value.faults] == [
        (
            "guards.answered: There is no guard answered; asked for by close. "
            "Provide it. If it is a slip for answerd, correct it."
        ),
        "guards.not_own_case: There is no guard not_own_case; asked for by accept. Provide it.",
        "guards.within_time: There is no guard within_time; asked for by accept. Provide it.",
    ]
    known = {code: content(code) for code in ("answered", "not_own_case", "within_time", "unused")}
    assert lifecycle.compile(COMPLAINT, known) is lifecycle.compile(COMPLAINT)


def test_a_state_of_another_definition_is_an_error_and_no_refusal() -> None:
    table = lifecycle.compile(COMPLAINT)
    assert table.dest("elsewhere", "close") is None
    for ask in (table.open_moves, lambda state: table.step(state, "close")):
        with pytest.raises(InvalidInput, match="complaint v3 has no state elsewhere"):
            ask("elsewhere")


def test_a_table_is_shared_immutable_and_travels() -> None:
    table = lifecycle.compile(COMPLAINT)
    assert lifecycle.compile(Lifecycle.model_validate(COMPLAINT.data())) is table
    assert pickle.loads(pickle.dumps(table)) == table
    assert table.digest == COMPLAINT.digest
    with pytest.raises(TypeError):
        table.steps["registered", "close"] = Step("close", "registered", "closed")  # type: ignore[index]


def test_a_path_gives_the_states_visited_or_the_first_refusal() -> None:
    assert lifecycle.check_path(COMPLAINT, []) == ("registered",)
    assert lifecycle.check_path(COMPLAINT, ["accept", "close", "appeal"]) == (
        "registered",
        "in_hand",
        "closed",
        "in_hand",
    )
    refusal = lifecycle.check_path(COMPLAINT, ["accept", "accept", "shred"])
    assert isinstance(refusal, Refusal)
    assert dict(refusal.about)["state"] == "in_hand"


# --- for people ----------------------------------------------------------------------------------


@given(LIFECYCLES)
def test_diagram_and_table_mention_every_state_move_and_guard(it: Lifecycle) -> None:
    table = lifecycle.compile(it)
    diagram = lifecycle.mermaid(it).splitlines()
    ids = {line.split('"')[1]: line.split(" as ")[1] for line in diagram if line.startswith("  state ")}
    assert set(ids) == set(table.states)
    assert len(set(ids.values())) == len(ids)
    assert all(name.replace("_", "").isalnum() for name in ids.values())
    rows = lifecycle.markdown_table(it).splitlines()
    for step in table.steps.values():
        shown = f"{step.move} [{', '.join(step.guards)}]" if step.guards else step.move
        edge = next(
            line for line in diagram if line.startswith(f"  {ids[step.source]} --> {ids[step.dest]}: ")
        )
        assert shown in edge.partition(": ")[2].split(" | ")
        guards = ", ".join(f"`{guard}`" for guard in step.guards)
        assert any(
            row.startswith(f"| `{step.source}` | `{step.move}` | `{step.dest}` |{guards and ' ' + guards}")
            for row in rows
        )
    assert f"  [*] --> {ids[table.initial]}" in diagram
    for state in table.finals:
        assert f"  {ids[state]} --> [*]" in diagram
        assert f"| `{state}` | *final* | | |" in rows


@given(LIFECYCLES, st.data())
def test_no_label_breaks_out_of_its_place(it: Lifecycle, data: st.DataObject) -> None:
    table = lifecycle.compile(it)
    codes = [it.code, *table.states, *table.moves, *table.guards]
    hostile = st.text(st.characters(codec="utf-8") | st.sampled_from('";:|<>[]{}%#\n\u2028\r`\\'))
    labels = {code: data.draw(hostile) for code in codes}
    assert len(lifecycle.mermaid(it, labels).split("\n")) == len(lifecycle.mermaid(it).split("\n"))
    for line in lifecycle.mermaid(it, labels).splitlines():
        if line.startswith("  state "):
            assert line.count('"') == 2
        elif "-->" in line:
            assert line.count(":") <= 1
            assert "%%" not in line
    assert len(lifecycle.markdown_table(it, labels).split("\n")) == len(
        lifecycle.markdown_table(it).split("\n")
    )


def test_labels_come_from_outside_by_code_and_where_codes_are_shared_by_kind() -> None:
    it = Lifecycle.of("plea", 1, initial="appeal", final="done", moves={"appeal": "appeal -> done if done"})
    labels = {
        "plea": "Bitte",
        "state:appeal": "申诉中",
        "move:appeal": "申诉",
        "guard:done": "a|b",
        "done": "完成",
    }
    diagram = lifecycle.mermaid(it, labels)
    assert lifecycle.mermaid(it, {"appeal": " \n"}) == lifecycle.mermaid(it)
    assert diagram.startswith('---\ntitle: "Bitte v1"\n---\nstateDiagram-v2\n')
    assert '  state "申诉中" as s_appeal' in diagram
    assert "  s_appeal --> s_done: 申诉 [a#124;b]" in diagram
    assert lifecycle.markdown_table(it, labels).splitlines()[2:] == [
        "| 申诉中 (`appeal`) | 申诉 (`appeal`) | 完成 (`done`) | a\\|b (`done`) |",
        "| 完成 (`done`) | *final* | | |",
    ]


def test_codes_that_mermaid_reserves_or_would_confuse_are_kept_apart() -> None:
    moves = {"to_s_end": "state, a-b, a.b, a_b -> end", "next": ["state -> a-b", "a-b -> a.b", "a.b -> a_b"]}
    # With a way from every state, `to_s_end` looks like a move that transitions makes by itself and hides.
    reopens = {"to_s_end": "end -> end"}
    it = Lifecycle.of("class", 1, initial="state", final="end", moves=moves, reopens=reopens)
    diagram = lifecycle.mermaid(it)
    for line in (
        'state "a-b" as s_a_b',
        'state "a.b" as s_a_b_2',
        'state "a_b" as s_a_b_3',
        "s_state --> s_end: to_s_end",
    ):
        assert f"  {line}\n" in diagram


# --- one behaviour everywhere --------------------------------------------------------------------

PROGRAM = """
import sys
from party_workflow import lifecycle
from party_workflow.errors import InvalidDefinition
it = lifecycle.Lifecycle.of("c", 1, initial="a", final={"x", "y", "z"},
    moves={"go": "a -> b if g, h, i", "end": "b -> x", "stop": "a, b -> y", "drop": "a, b -> z"})
lifecycle.compile(it)
assert not [name for name in sys.modules if name.startswith("transitions.extensions")]
print(it.digest, lifecycle.mermaid(it), lifecycle.markdown_table(it), lifecycle.compile(it).step("b", "go"))
try:
    lifecycle.Lifecycle.of("c", 1, initial="a", final={"x", "y", "z"}, moves={"go": "b -> c, d"})
except InvalidDefinition as error:
    print(error)
"""


def test_every_hash_seed_gives_the_same_words_and_deciding_loads_no_diagram_modules() -> None:
    said = set()
    for seed in ("0", "1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, timeout=60
        )
        said.add(run.stdout)
    assert len(said) == 1
    assert b"--> [*]" in said.pop()


def test_a_move_may_be_named_like_what_the_machine_calls_its_own() -> None:
    named = Lifecycle.of(
        "odd",
        1,
        initial="trigger",
        final=("model",),
        moves={"state": "trigger -> states", "trigger": "states -> model"},
    )
    assert lifecycle.check_path(named, ["state", "trigger"]) == ("trigger", "states", "model")
    assert "state" in lifecycle.mermaid(named)
