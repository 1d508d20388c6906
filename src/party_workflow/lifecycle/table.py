"""A lifecycle compiled: what leads where, which guards ask, and why a move is closed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar, overload

import transitions

from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput, Reason, Refusal
from party_workflow.lifecycle.definition import (
    Lifecycle,
)
from party_workflow.lifecycle.reading import (
    CODE,
    is_code,
    slip,
)

S = TypeVar("S")

UNKNOWN_MOVE: Final = Reason(
    "lifecycle.unknown_move",
    "Lifecycle {lifecycle} has no move {move}.",
    "Moves open in state {state}: {open}.",
)
MOVE_CLOSED: Final = Reason(
    "lifecycle.move_closed",
    "Move {move} is not open in state {state}; it goes from {sources}.",
    "Moves open in state {state}: {open}.",
)
FINAL: Final = Reason(
    "lifecycle.final",
    "The matter is finished: {state} is a final state, and move {move} does not go from it.",
    "Moves that reopen it: {open}.",
)

REASONS: Final = (UNKNOWN_MOVE, MOVE_CLOSED, FINAL)
"""The second is for states that are not final, the third for those that are."""


@dataclass(frozen=True, slots=True)
class Guard(Generic[S]):
    """A named condition that answers in words: `check(subject)` is None when it is content, else a `Refusal`.

    `check` is pure; what it needs besides the subject belongs into the subject.
    """

    code: str
    check: Callable[[S], Refusal | None]

    def __post_init__(self) -> None:
        faults = Faults()
        is_code("guard", self.code, faults)
        faults.raise_if_any(InvalidDefinition)


@dataclass(frozen=True, slots=True)
class Step:
    """What a move does in a state: `final` if it finishes the matter, `reopens` if it was finished before."""

    move: str
    source: str
    dest: str
    guards: tuple[str, ...] = ()
    final: bool = False
    reopens: bool = False


_NO_GUARDS: Final[Mapping[str, Guard[Any]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled lifecycle: immutable, shared, and equal to another exactly if the lifecycles are.

    All codes come sorted.  A state that the lifecycle does not have is no question of permission but
    of reading with the wrong definition: `open_moves`, `closed` and `step` raise `InvalidInput`.
    """

    lifecycle: Lifecycle
    states: tuple[str, ...] = field(compare=False, repr=False)
    finals: frozenset[str] = field(compare=False, repr=False)
    moves: tuple[str, ...] = field(compare=False, repr=False)
    guards: frozenset[str] = field(compare=False, repr=False)
    steps: Mapping[tuple[str, str], Step] = field(compare=False, repr=False)
    _open: Mapping[str, tuple[str, ...]] = field(compare=False, repr=False)
    _sources: Mapping[str, tuple[str, ...]] = field(compare=False, repr=False)

    def __reduce__(self) -> tuple[Callable[[Lifecycle], Table], tuple[Lifecycle]]:
        # A worker elsewhere compiles anew; mapping proxies do not travel.
        return compile, (self.lifecycle,)

    @property
    def digest(self) -> str:
        """The digest of the lifecycle, by which a matter is pinned to it."""
        return self.lifecycle.digest

    @property
    def initial(self) -> str:
        """The state in which a matter begins."""
        return self.lifecycle.initial

    def dest(self, state: str, move: str) -> Step | None:
        """The bare look-up: what the move does in the state, None where it is not open.  Asks no guard."""
        return self.steps.get((state, move))

    def open_moves(self, state: str) -> tuple[str, ...]:
        """The moves that go from the state, whatever their guards say."""
        try:
            return self._open[state]
        except KeyError:
            named = f"{self.lifecycle.code} v{self.lifecycle.version}"
            what = f"Lifecycle {named} has no state {_code_shown(state)}."
            remedy = "Read the matter with the definition that it is pinned to."
            raise InvalidInput(Fault("state", what, remedy)) from None

    def closed(self, state: str, move: str) -> Refusal | None:
        """Why the state alone closes the move; None where the move is open, subject to its guards."""
        if (state, move) in self.steps:
            return None
        words = {
            "lifecycle": self.lifecycle.code,
            "version": self.lifecycle.version,
            "state": state,
            "move": _code_shown(move),
            "open": ", ".join(self.open_moves(state)) or "none",
        }
        if move not in self._sources:
            return UNKNOWN_MOVE(**words)
        reason = FINAL if state in self.finals else MOVE_CLOSED
        return reason(**words, sources=", ".join(self._sources[move]))

    @overload
    def step(self, state: str, move: str) -> Step | Refusal: ...

    @overload
    def step(self, state: str, move: str, guards: Mapping[str, Guard[S]], subject: S) -> Step | Refusal: ...

    def step(
        self, state: str, move: str, guards: Mapping[str, Guard[Any]] = _NO_GUARDS, subject: Any = None
    ) -> Step | Refusal:
        """The step, or the first reason against it.  A guard not given raises `InvalidDefinition`."""
        found = self.steps.get((state, move))
        if found is None:
            refusal = self.closed(state, move)
            assert refusal is not None
            return refusal
        for code in found.guards:
            answer = _guard(guards, code, found).check(subject)
            if answer is not None:
                return _refusal(answer, code)
        return found


def _code_shown(text: str) -> str:
    # What is not a code may be anything a person typed, and refusals go into logs as they are.
    return text if CODE.fullmatch(text) else "(not a code)"


def _guard(guards: Mapping[str, Guard[Any]], code: str, step: Step) -> Guard[Any]:
    try:
        return guards[code]
    except KeyError:
        what = f"Move {step.move} from {step.source} asks guard {code}, which was not given."
        remedy = "Pass every guard that the lifecycle names."
        raise InvalidDefinition(Fault(f"guards.{code}", what, remedy)) from None


def _refusal(answer: object, code: str) -> Refusal:
    if isinstance(answer, Refusal):
        return answer
    what = f"Guard {code} answered {type(answer).__name__}; a bare yes or no gives no reason."
    raise InvalidDefinition(Fault(f"guards.{code}", what, "Return a Refusal, or None when content."))


def compile(lifecycle: Lifecycle, guards: Collection[str] | None = None) -> Table:  # noqa: A001
    """The table of a lifecycle, made once a digest.

    With `guards` (the codes known, or the mapping itself) every guard that the lifecycle names must be
    among them, else `InvalidDefinition` lists those that are not.
    """
    table = _compiled(lifecycle)
    if guards is not None and not table.guards <= set(guards):
        faults = Faults()
        for code in sorted(table.guards.difference(guards)):
            asking = ", ".join(sorted({move.code for move in lifecycle.moves if code in move.guards}))
            what = f"There is no guard {code}; asked for by {asking}."
            faults.add(f"guards.{code}", what, f"Provide it.{slip(code, guards, faults)}")
        faults.raise_if_any(InvalidDefinition)
    return table


@lru_cache(maxsize=1024)
def _compiled(lifecycle: Lifecycle) -> Table:
    final = frozenset(state.code for state in lifecycle.states if state.final)
    steps = {
        (source, move): Step(move, source, dest, guards, final=dest in final, reopens=source in final)
        for source, move, dest, guards in _transitions(lifecycle)
    }
    states = tuple(state.code for state in lifecycle.states)
    moves = tuple(sorted({move for _, move in steps}))
    return Table(
        lifecycle=lifecycle,
        states=states,
        finals=final,
        moves=moves,
        guards=frozenset(guard for step in steps.values() for guard in step.guards),
        steps=MappingProxyType(steps),
        _open=MappingProxyType({at: tuple(move for move in moves if (at, move) in steps) for at in states}),
        _sources=MappingProxyType({by: tuple(at for at in states if (at, by) in steps) for by in moves}),
    )


NO_CODE: Final = "@state"
"""``transitions`` takes no trigger named like the attribute that holds the state; no move has this name."""


def _transitions(lifecycle: Lifecycle) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Source, move, destination and guards as ``transitions`` understands the lifecycle.

    The guards are only names to it.  It would resolve a name to a function, importing whatever the
    name says, if a trigger were ever called; none is, and the machine is dropped here.
    """
    # Its stubs are wider than what was put in: no destination is None, and each condition is a name.
    machine: Any = transitions.Machine(
        model=None,
        states=[state.code for state in lifecycle.states],
        initial=lifecycle.initial,
        auto_transitions=False,
        model_attribute=NO_CODE,
    )
    for move in lifecycle.moves:
        machine.add_transition(move.code, list(move.sources), move.dest, conditions=list(move.guards))
    for trigger, event in machine.events.items():
        for source, found in event.transitions.items():
            for way in found:
                yield source, trigger, way.dest, tuple(condition.func for condition in way.conditions)


def check_path(lifecycle: Lifecycle, moves: Iterable[str]) -> tuple[str, ...] | Refusal:
    """The states visited by these moves from the initial one, guards aside; or the first refusal."""
    table = compile(lifecycle)
    visited = [table.initial]
    for move in moves:
        refusal = table.closed(visited[-1], move)
        if refusal is not None:
            return refusal
        visited.append(table.steps[visited[-1], move].dest)
    return tuple(visited)
