"""Lifecycles: which states a matter can be in, and which moves lead from one to the next.

A lifecycle is data: versioned, checked as a whole, known by the digest of its canonical form.  It
holds codes only; labels for people live in a vocabulary pack, by code.  `compile` turns it into a
`Table` by way of one ``transitions.Machine`` a definition; replay and decisions look up the table,
and no machine ever runs.  This is the only module that imports ``transitions``.

What a caller may rely on:

* States and moves are sets: the order they are written in changes neither value nor digest, and
  moves that differ in their sources only are one move.  Guards are a list: the first that refuses answers.
* From one state a move leads to one state.  Guards refuse; they never choose between destinations.
* Every state can be reached; from every state that is not final a way leads on, and to a final
  state if there is one.  A final state is left only by a move that says ``reopens``.

See ADR 0008.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Generic, Self, TypeVar, overload

import transitions
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from party_workflow import canonical
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput, Reason, Refusal
from party_workflow.values import CODE_PATTERN, Code

S = TypeVar("S")

# --- refusal reasons, in order of precedence; after them a guard answers in its own words --------

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


# --- the definition ------------------------------------------------------------------------------

MAX_STATES: Final = 256
MAX_MOVES: Final = 1024
"""Bounds on a definition that comes from outside."""


def _listed(value: Any) -> Any:
    # A set has no order to report faults by, and its order would change with the hash seed.
    if not isinstance(value, list | tuple):
        raise ValueError("It should be a list")
    return value


_Listed: Final = BeforeValidator(_listed)


class _Read(BaseModel):
    """What could be read at all.  Everything else is judged afterwards, so that all faults show at once."""

    model_config = ConfigDict(
        extra="allow", frozen=True, revalidate_instances="always", hide_input_in_errors=True
    )


_Codes = Annotated[tuple[StrictStr, ...], _Listed, Field(max_length=MAX_STATES)]


class _ReadState(_Read):
    code: StrictStr
    final: StrictBool = False


class _ReadMove(_Read):
    code: StrictStr
    sources: _Codes
    dest: StrictStr
    guards: _Codes = ()
    reopens: StrictBool = False


class _ReadLifecycle(_Read):
    code: StrictStr
    version: StrictInt
    initial: StrictStr
    states: Annotated[tuple[_ReadState, ...], _Listed, Field(max_length=MAX_STATES)]
    moves: Annotated[tuple[_ReadMove, ...], _Listed, Field(max_length=MAX_MOVES)] = ()


class State(_ReadState):
    """A state that a matter can be in.  In a final state it is finished."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    final: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        if not isinstance(data, cls):
            _judged(data, _ReadState, _state_faults)
        return data


class Move(_ReadMove):
    """A way from any of its sources to one destination, unless a guard refuses.

    `guards` are asked in the order given.  `reopens` is for moves out of final states and for no others.
    """

    model_config = ConfigDict(extra="forbid")

    code: Code
    sources: Annotated[tuple[Code, ...], _Listed, Field(min_length=1, max_length=MAX_STATES)]
    dest: Code
    guards: Annotated[tuple[Code, ...], _Listed, Field(max_length=MAX_STATES)] = ()
    reopens: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        if not isinstance(data, cls):
            _judged(data, _ReadMove, _move_faults)
        return data


class Lifecycle(BaseModel):
    """States and moves as one checked, versioned value.

    ``Lifecycle.of`` is the short notation for people, ``Lifecycle.model_validate`` takes plain
    dicts and lists, `data` gives them back.  All raise `InvalidDefinition` with every fault found.
    Two lifecycles are equal, and have one digest, exactly if they differ in order and grouping only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    initial: Code
    states: Annotated[tuple[State, ...], Field(min_length=1, max_length=MAX_STATES)]
    moves: Annotated[tuple[Move, ...], Field(max_length=MAX_MOVES)] = ()

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        return data if isinstance(data, cls) else _normal(_judged(data, _ReadLifecycle, _lifecycle_faults))

    @classmethod
    def of(
        cls,
        code: str,
        version: int,
        *,
        initial: str,
        final: str | Iterable[str] = (),
        moves: Mapping[str, str | Sequence[str]] | None = None,
        reopens: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Self:
        """The short notation: by move ``"source, source -> dest"``, or ``"source -> dest if guard, guard"``.

        A move that leads to different states from different sources has a list of such lines.  Moves out of
        final states stand in `reopens`.  The states are those named anywhere; a slip of the pen shows as a
        state that cannot be reached or has no way out.
        """
        faults = Faults()
        written = [
            move | {"reopens": reopening}
            for reopening, given in ((False, moves or {}), (True, reopens or {}))
            for name, lines in given.items()
            for move in _parsed(name, [lines] if isinstance(lines, str) else lines, faults)
        ]
        faults.raise_if_any(InvalidDefinition)
        finals = [final] if isinstance(final, str) else sorted(final)
        named = [initial, *finals, *(state for move in written for state in (*move["sources"], move["dest"]))]
        states = [{"code": state, "final": state in finals} for state in dict.fromkeys(named)]
        return cls.model_validate(
            {"code": code, "version": version, "initial": initial, "states": states, "moves": written}
        )

    def data(self) -> dict[str, Any]:
        """The lifecycle as it is stored and hashed: JSON values, without what is at its default.

        Defaults are left out so that a field added later leaves the digests of older definitions alone.
        """
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """An altered lifecycle, checked like any other (pydantic's own copy checks nothing)."""
        return type(self).model_validate(
            {name: getattr(self, name) for name in type(self).model_fields} | dict(update or {})
        )


def _parsed(name: str, lines: Sequence[str], faults: Faults) -> Iterator[dict[str, Any]]:
    for line in lines:
        sources, arrow, rest = line.partition("->")
        dest, guarded, guards = re.sub(r"\s+", " ", rest.strip()).partition(" if ")
        if not arrow or not sources.strip() or not dest or re.search(r"->|\s", dest):
            remedy = 'Write "source, source -> dest" or "source -> dest if guard, guard".'
            faults.add(f"moves.{_shown(name)}", f"{_shown(line)} does not read as a move.", remedy)
            continue
        yield {
            "code": name,
            "sources": [source.strip() for source in sources.split(",")],
            "dest": dest,
            "guards": [guard.strip() for guard in guards.split(",")] if guarded else [],
        }


def _normal(read: _ReadLifecycle) -> dict[str, Any]:
    """The one form of all ways to write the same: states by code, moves merged, then by code and sources."""
    merged: dict[tuple[str, str, tuple[str, ...], bool], set[str]] = {}
    for move in read.moves:
        merged.setdefault((move.code, move.dest, move.guards, move.reopens), set()).update(move.sources)
    moves = [
        Move(code=code, sources=tuple(sorted(sources)), dest=dest, guards=guards, reopens=reopens)
        for (code, dest, guards, reopens), sources in merged.items()
    ]
    states = [State(code=state.code, final=state.final) for state in read.states]
    return {
        "code": read.code,
        "version": read.version,
        "initial": read.initial,
        "states": sorted(states, key=lambda state: state.code),
        "moves": sorted(moves, key=lambda move: (move.code, move.sources)),
    }


# --- faults of a definition ----------------------------------------------------------------------

R = TypeVar("R", bound=_Read)

_CODE: Final = re.compile(CODE_PATTERN)
_HINTS: Final = 50
"""Faults after which no similar names are looked for: the search takes long."""


def _judged(data: Any, read: type[R], judge: Callable[[R, Faults], None]) -> R:
    """The data as read, when nothing is wrong with them.  What cannot be read is not judged further."""
    try:
        found = read.model_validate(data)
    except ValidationError as error:
        raise InvalidDefinition(_unreadable(error)) from None
    faults = Faults()
    judge(found, faults)
    faults.raise_if_any(InvalidDefinition)
    return found


def _unreadable(error: ValidationError) -> Iterator[Fault]:
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"])
        what = "It should be an object." if item["type"] == "model_type" else f"{item['msg']}."
        remedy = "Lifecycle.model_json_schema() shows the form."
        if item["type"] == "missing":
            what, remedy = "The key is missing.", "Add it."
        yield Fault(path.lstrip("."), what.removeprefix("Value error, "), remedy)


def _shown(text: str) -> str:
    if not text:
        return "(empty)"
    return text if text.isascii() and text.isprintable() and len(text) <= 64 else "(not shown)"


def _extra_faults(read: _Read, where: str, faults: Faults) -> None:
    keys = ", ".join(type(read).model_fields)
    for key in read.model_extra or {}:
        faults.add(f"{where}{_shown(key)}", "There is no such key here.", f"Remove it; the keys are {keys}.")


def _is_code(where: str, text: str, faults: Faults) -> bool:
    if _CODE.fullmatch(text):
        return True
    remedy = "Write 1 to 64 of a-z, 0-9, underscore, point and hyphen, beginning with a letter."
    faults.add(where, f"{_shown(text)} is not a code.", remedy)
    return False


def _slip(code: str, others: Iterable[str], faults: Faults) -> str:
    if len(faults.found) >= _HINTS:
        return ""
    import difflib  # only a faulty definition needs it

    near = difflib.get_close_matches(code, sorted(set(others) - {code}), n=1, cutoff=0.8)
    return f" If it is a slip for {near[0]}, correct it." if near else ""


def _state_faults(state: _ReadState, faults: Faults, where: str = "") -> None:
    _extra_faults(state, where, faults)
    _is_code(f"{where}code", state.code, faults)


def _move_faults(move: _ReadMove, faults: Faults, where: str = "") -> None:
    _extra_faults(move, where, faults)
    _is_code(f"{where}code", move.code, faults)
    for index, source in enumerate(move.sources):
        _is_code(f"{where}sources[{index}]", source, faults)
    if not move.sources:
        what = f"Nothing can take move {_shown(move.code)}: it has no sources."
        faults.add(f"{where}sources", what, "Name them, or remove the move.")
    if not move.dest:
        what, remedy = f"Move {_shown(move.code)} leads nowhere.", "Name a state; to stay, name the source."
        faults.add(f"{where}dest", what, remedy)
    else:
        _is_code(f"{where}dest", move.dest, faults)
    seen: set[str] = set()
    for index, guard in enumerate(move.guards):
        if _is_code(f"{where}guards[{index}]", guard, faults) and guard in seen:
            faults.add(f"{where}guards[{index}]", f"Guard {guard} stands twice.", "Keep the first.")
        seen.add(guard)


def _lifecycle_faults(read: _ReadLifecycle, faults: Faults) -> None:
    _extra_faults(read, "", faults)
    _is_code("code", read.code, faults)
    if not 1 <= read.version <= canonical.MAX_INTEGER:
        faults.add("version", "The version is not a whole number from 1.", "Count versions from 1.")
    for index, state in enumerate(read.states):
        _state_faults(state, faults, f"states[{index}].")
    for index, move in enumerate(read.moves):
        _move_faults(move, faults, f"moves[{index}].")
    _name_faults(read, faults)
    _pair_faults(read, faults)
    _way_faults(read, faults)


def _name_faults(read: _ReadLifecycle, faults: Faults) -> None:
    """States that stand twice, and names that no state has."""
    known: dict[str, int] = {}
    for index, state in enumerate(read.states):
        first = known.setdefault(state.code, index)
        if first != index:
            what = f"State {_shown(state.code)} stands already at states[{first}]."
            faults.add(f"states[{index}]", what, "Keep one of them.")
    named = [("initial", read.initial)]
    for index, move in enumerate(read.moves):
        named += [(f"moves[{index}].sources[{at}]", source) for at, source in enumerate(move.sources)]
        named.append((f"moves[{index}].dest", move.dest))
    for where, code in named:
        if code not in known and _CODE.fullmatch(code):
            remedy = f"Add it to the states.{_slip(code, known, faults)}"
            faults.add(where, f"There is no state {code}.", remedy)


def _pair_faults(read: _ReadLifecycle, faults: Faults) -> None:
    """What is wrong with a move in one of its sources."""
    final = {state.code: state.final for state in read.states}
    first: dict[tuple[str, str], str] = {}
    for index, move in enumerate(read.moves):
        for at, source in enumerate(move.sources):
            here, pair = f"moves[{index}].sources[{at}]", f"Move {_shown(move.code)} from {_shown(source)}"
            there = first.setdefault((move.code, source), here)
            if there != here:
                # Different guards do not help: nothing keeps both from being content.
                what = f"{pair} stands already at {there}; which of them holds would be open."
                remedy = "Keep one. Where the outcome is chosen, give each outcome a move of its own."
                faults.add(here, what, remedy)
            if move.reopens and final.get(source) is False:
                what = f"{pair} is said to reopen, but {_shown(source)} is not final."
                faults.add(here, what, "Leave reopens out, or split the move.")
            elif not move.reopens and final.get(source) is True:
                faults.add(here, f"{pair} leaves a final state.", "Say reopens, or remove the source.")


def _way_faults(read: _ReadLifecycle, faults: Faults) -> None:
    """What cannot be reached, and where nothing leads on.

    A move to an unknown state, which is reported elsewhere, counts as a way on, and from an unknown
    initial state everything counts as reached: one slip is not reported three times.
    """
    known = {state.code for state in read.states}
    final = {state.code for state in read.states if state.final}
    onward: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for move in read.moves:
        for source in move.sources:
            onward.setdefault(source, set()).add(move.dest)
            back.setdefault(move.dest, set()).add(source)
    dead = known - final - onward.keys()
    ending = _closure(final | dead | (back.keys() - known), back)
    reached = _closure({read.initial} if read.initial in known else known, onward)
    at = {state.code: f"states[{index}]" for index, state in enumerate(read.states)}
    for code, where in at.items():
        if code not in reached:
            remedy = f"Add a move that leads to it, or remove it.{_slip(code, known, faults)}"
            faults.add(where, f"State {_shown(code)} cannot be reached from {read.initial}.", remedy)
        if code in dead:
            what = f"State {_shown(code)} is a dead end: it is not final, and no move goes from it."
            remedy = f"Add a move that goes from it, or make it final.{_slip(code, known, faults)}"
            faults.add(where, what, remedy)
        elif final and code not in ending:
            what = f"From state {_shown(code)} no final state can be reached."
            faults.add(where, what, "Add a move that leads out of the circle.")
    for index, move in enumerate(read.moves):
        if move.sources and known.issuperset(move.sources) and reached.isdisjoint(move.sources):
            what = f"Nothing can take move {_shown(move.code)}: none of its sources can be reached."
            faults.add(f"moves[{index}]", what, "Make one of them reachable, or remove the move.")


def _closure(start: Collection[str], edges: Mapping[str, Collection[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        fresh = set(edges.get(waiting.pop(), ())) - found
        found |= fresh
        waiting.extend(fresh)
    return found


# --- the compiled table --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Guard(Generic[S]):
    """A named condition that answers in words: `check(subject)` is None when it is content, else a `Refusal`.

    `check` is pure; what it needs besides the subject belongs into the subject.
    """

    code: str
    check: Callable[[S], Refusal | None]

    def __post_init__(self) -> None:
        faults = Faults()
        _is_code("guard", self.code, faults)
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
    return text if _CODE.fullmatch(text) else "(not a code)"


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
            faults.add(f"guards.{code}", what, f"Provide it.{_slip(code, guards, faults)}")
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


# --- for people ----------------------------------------------------------------------------------


def _reading_order(lifecycle: Lifecycle) -> list[str]:
    """The states as a matter comes to them: breadth first from the initial one, moves by code."""
    table = compile(lifecycle)
    order = [table.initial]
    for state in order:
        for move in table.open_moves(state):
            dest = table.steps[state, move].dest
            if dest not in order:
                order.append(dest)
    return order


def _label(labels: Mapping[str, str] | None, kind: str, code: str) -> str:
    found = labels or {}
    return " ".join(found.get(f"{kind}:{code}", found.get(code, code)).split()) or code


def mermaid(lifecycle: Lifecycle, labels: Mapping[str, str] | None = None) -> str:
    """A Mermaid state diagram of every state and every move with its guards.

    `labels` are looked up by code; where a state, a move or a guard share a code, by ``state:code``,
    ``move:code`` or ``guard:code``.  What has no label shows its code.
    """
    # Imported here: whoever only decides and replays needs none of the diagram modules.
    from transitions.extensions.diagrams import GraphMachine

    table, order = compile(lifecycle), _reading_order(lifecycle)
    ids: dict[str, str] = {}
    for state in order:
        # Mermaid takes neither hyphen nor point in an id, and some codes are its keywords.
        plain = name = "s_" + re.sub(r"[.-]", "_", state)
        count = 1
        while name in ids.values():
            count += 1
            name = f"{plain}_{count}"
        ids[state] = name

    def edge(step: Step) -> dict[str, Any]:
        guards = ", ".join(_mermaid_text(_label(labels, "guard", guard)) for guard in step.guards)
        label = _mermaid_text(_label(labels, "move", step.move)) + (f" [{guards}]" if guards else "")
        return {"trigger": step.move, "source": ids[step.source], "dest": ids[step.dest], "label": label}

    steps = [table.steps[state, move] for state in order for move in table.open_moves(state)]
    diagram: Any = GraphMachine  # its stubs do not know labels
    machine = diagram(
        model=None,
        states=[ids[state] for state in order],
        initial=ids[table.initial],
        transitions=[edge(step) for step in steps],
        auto_transitions=False,
        show_auto_transitions=True,  # else it leaves out moves that happen to be named like its own
        graph_engine="mermaid",
    )
    machine.style_attributes = {"node": {"default": machine.style_attributes["node"]["default"]}}
    for state in order:
        machine.get_state(ids[state]).label = _mermaid_text(_label(labels, "state", state))
    title = json.dumps(
        f"{_label(labels, 'lifecycle', lifecycle.code)} v{lifecycle.version}", ensure_ascii=False
    )
    # The graph is asked directly: bound to a model, a move named like a method of the model would be lost.
    lines: list[str] = machine.graph_cls(machine).get_graph(title=f"title: {title}").source.split("\n")
    lines += [f"  {ids[state]} --> [*]" for state in order if state in table.finals]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _mermaid_text(label: str) -> str:
    """ASCII that Mermaid might take for syntax, as its character codes."""
    return re.sub(r"[^A-Za-z0-9 _.,()\u0080-\U0010ffff-]", lambda found: f"#{ord(found[0])};", label)


def markdown_table(lifecycle: Lifecycle, labels: Mapping[str, str] | None = None) -> str:
    """A Markdown table of state, move, destination and guards; labels as in `mermaid`, each with its code."""

    def cell(kind: str, code: str) -> str:
        label = _label(labels, kind, code)
        escaped = re.sub(r"([\\`*_\[\]|<>&])", r"\\\1", label)
        return f"`{code}`" if label == code else f"{escaped} (`{code}`)"

    table = compile(lifecycle)
    rows = ["| state | move | to | guards |", "|---|---|---|---|"]
    for state in _reading_order(lifecycle):
        if state in table.finals:
            rows.append(f"| {cell('state', state)} | *final* | | |")
        for move in table.open_moves(state):
            step = table.steps[state, move]
            guards = ", ".join(cell("guard", guard) for guard in step.guards)
            cells = cell("state", state), cell("move", move), cell("state", step.dest), guards
            rows.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(rows) + "\n"
