"""The lifecycle itself: states and moves, normalised, judged as a whole, known by its digest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    model_validator,
)

from party_workflow import canonical
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.lifecycle.reading import (
    CODE,
    MAX_MOVES,
    MAX_STATES,
    Listed,
    ReadLifecycle,
    ReadMove,
    ReadState,
    judged,
    lifecycle_faults,
    move_faults,
    shown,
    state_faults,
)
from party_workflow.values import Code, Definition


class State(ReadState):
    """A state that a matter can be in.  In a final state it is finished."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    final: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        if not isinstance(data, cls):
            judged(data, ReadState, state_faults)
        return data


class Move(ReadMove):
    """A way from any of its sources to one destination, unless a guard refuses.

    `guards` are asked in the order given.  `reopens` is for moves out of final states and for no others.
    """

    model_config = ConfigDict(extra="forbid")

    code: Code
    sources: Annotated[tuple[Code, ...], Listed, Field(min_length=1, max_length=MAX_STATES)]
    dest: Code
    guards: Annotated[tuple[Code, ...], Listed, Field(max_length=MAX_STATES)] = ()
    reopens: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        if not isinstance(data, cls):
            judged(data, ReadMove, move_faults)
        return data


class Lifecycle(Definition):
    """States and moves as one checked, versioned value.

    ``Lifecycle.of`` is the short notation for people, which data may use as well;
    ``Lifecycle.model_validate`` takes plain dicts and lists, `data` gives them back.  All raise
    `InvalidDefinition` with every fault found.  Two lifecycles are equal, and have one digest, exactly if
    they differ in order and grouping only.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    initial: Code
    states: Annotated[tuple[State, ...], Field(min_length=1, max_length=MAX_STATES)]
    moves: Annotated[tuple[Move, ...], Field(max_length=MAX_MOVES)] = ()

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        if isinstance(data, cls):
            return data
        return _normal(judged(spelled_out(data), ReadLifecycle, lifecycle_faults))

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
        short = {"code": code, "version": version, "initial": initial, "final": final}
        return cls.model_validate(short | {"moves": moves or {}, "reopens": reopens or {}})

    @classmethod
    def readable(cls, data: Any) -> Lifecycle:
        """What can be read of a faulty lifecycle: to judge what refers to it, and for nothing else.

        `initial` is empty where not all could be read, so that what seems to be lacking may be there.
        """
        if isinstance(data, cls):
            return data
        try:
            read = ReadLifecycle.model_validate(spelled_out(data))
            initial, states, moves = read.initial, read.states, read.moves
        except (ValidationError, InvalidDefinition):
            initial, states, moves = "", (), tuple(_named_moves(data))
        return cls.model_construct(
            code="",
            version=0,
            initial=initial,
            states=tuple(
                State.model_construct(code=state.code, final=state.final)
                for state in states
                if CODE.fullmatch(state.code)
            ),
            moves=tuple(
                Move.model_construct(
                    code=move.code,
                    sources=move.sources,
                    dest=move.dest,
                    guards=tuple(guard for guard in move.guards if CODE.fullmatch(guard)),
                    reopens=move.reopens,
                )
                for move in moves
                if CODE.fullmatch(move.code)
            ),
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


_SHORT: Final = frozenset({"code", "version", "initial", "final", "moves", "reopens"})


def spelled_out(data: Any) -> Any:
    """Data in the short notation, where `moves` is an object, spelled out; anything else as it is."""
    if not isinstance(data, Mapping) or not isinstance(data.get("moves"), Mapping):
        return data
    faults = Faults()
    for name in sorted(map(str, data.keys() - _SHORT)):
        faults.add(
            shown(name), "The short notation has no such field.", f"Fields: {', '.join(sorted(_SHORT))}."
        )
    written: list[dict[str, Any]] = []
    for field in ("moves", "reopens"):
        given = data.get(field) or {}
        for name, lines in given.items() if isinstance(given, Mapping) else ():
            listed = [lines] if isinstance(lines, str) else lines
            if not isinstance(listed, Iterable) or not all(isinstance(line, str) for line in listed):
                faults.add(f"{field}.{shown(name)}", "It is no line of text.", 'Write "source -> dest".')
                continue
            written += [
                move | {"reopens": field == "reopens"} for move in _parsed(name, list(listed), faults)
            ]
    initial, final = data.get("initial"), data.get("final", ())
    finals = [final] if isinstance(final, str) else final
    if not isinstance(finals, Iterable) or not all(isinstance(state, str) for state in finals):
        faults.add("final", "It is neither a state nor a list of states.", "Name the final states.")
    faults.raise_if_any(InvalidDefinition)
    finals = sorted(finals)
    named = [initial, *finals, *(state for move in written for state in (*move["sources"], move["dest"]))]
    states = [{"code": state, "final": state in finals} for state in dict.fromkeys(named)]
    head = {name: data[name] for name in ("code", "version") if name in data}
    return head | {"initial": initial, "states": states, "moves": written}


def _parsed(name: str, lines: Sequence[str], faults: Faults) -> Iterator[dict[str, Any]]:
    for line in lines:
        sources, arrow, rest = line.partition("->")
        dest, guarded, guards = re.sub(r"\s+", " ", rest.strip()).partition(" if ")
        if not arrow or not sources.strip() or not dest or re.search(r"->|\s", dest):
            remedy = 'Write "source, source -> dest" or "source -> dest if guard, guard".'
            faults.add(f"moves.{shown(name)}", f"{shown(line)} does not read as a move.", remedy)
            continue
        yield {
            "code": name,
            "sources": [source.strip() for source in sources.split(",")],
            "dest": dest,
            "guards": [guard.strip() for guard in guards.split(",")] if guarded else [],
        }


def _named_moves(data: Any) -> Iterator[ReadMove]:
    """The moves that data name, however little else of them can be read."""
    for field in ("moves", "reopens") if isinstance(data, Mapping) else ():
        given = data.get(field)
        if isinstance(given, Mapping):
            for name, lines in given.items():
                listed = lines if isinstance(lines, list | tuple) else [lines]
                parsed = _parsed(str(name), [line for line in listed if isinstance(line, str)], Faults())
                guards = [guard for move in parsed for guard in move["guards"]]
                yield ReadMove(code=str(name), sources=(), dest="", guards=tuple(guards))
        elif isinstance(given, list | tuple):
            for each in given:
                if isinstance(each, Mapping) and isinstance(each.get("code"), str):
                    yield ReadMove(code=each["code"], sources=(), dest="")


def named_like(data: Any, field: str) -> Any:
    """Data in which the lifecycle in `field` is called like the whole where it does not say how it is called.

    Where the whole has no sound name either, any will do: that is one fault, and not of the lifecycle.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get(field), Mapping):
        return data
    code, version = data.get("code"), data.get("version")
    called = {
        "code": code if isinstance(code, str) and CODE.fullmatch(code) else "unnamed",
        "version": version if type(version) is int and 1 <= version <= canonical.MAX_INTEGER else 1,
    }
    return {**data, field: called | dict(data[field])}


def _normal(read: ReadLifecycle) -> dict[str, Any]:
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
