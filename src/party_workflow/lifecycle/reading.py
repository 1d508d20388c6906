"""What may be wrong with a lifecycle as somebody wrote it, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)

from party_workflow import canonical
from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.values import CODE_PATTERN

MAX_STATES: Final = 256
MAX_MOVES: Final = 1024
"""Bounds on a definition that comes from outside."""


def _listed(value: Any) -> Any:
    # A set has no order to report faults by, and its order would change with the hash seed.
    if not isinstance(value, list | tuple):
        raise ValueError("It should be a list")
    return value


Listed: Final = BeforeValidator(_listed)


class _Read(BaseModel):
    """What could be read at all.  Everything else is judged afterwards, so that all faults show at once."""

    model_config = ConfigDict(
        extra="allow", frozen=True, revalidate_instances="always", hide_input_in_errors=True
    )


_Codes = Annotated[tuple[StrictStr, ...], Listed, Field(max_length=MAX_STATES)]


class ReadState(_Read):
    code: StrictStr
    final: StrictBool = False


class ReadMove(_Read):
    code: StrictStr
    sources: _Codes
    dest: StrictStr
    guards: _Codes = ()
    reopens: StrictBool = False


class ReadLifecycle(_Read):
    code: StrictStr
    version: StrictInt
    initial: StrictStr
    states: Annotated[tuple[ReadState, ...], Listed, Field(max_length=MAX_STATES)]
    moves: Annotated[tuple[ReadMove, ...], Listed, Field(max_length=MAX_MOVES)] = ()


R = TypeVar("R", bound=_Read)

CODE: Final = re.compile(CODE_PATTERN)
_HINTS: Final = 50
"""Faults after which no similar names are looked for: the search takes long."""


def judged(data: Any, read: type[R], judge: Callable[[R, Faults], None]) -> R:
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


def shown(text: str) -> str:
    if not text:
        return "(empty)"
    return text if text.isascii() and text.isprintable() and len(text) <= 64 else "(not shown)"


def _extra_faults(read: _Read, where: str, faults: Faults) -> None:
    keys = ", ".join(type(read).model_fields)
    for key in read.model_extra or {}:
        faults.add(f"{where}{shown(key)}", "There is no such key here.", f"Remove it; the keys are {keys}.")


def is_code(where: str, text: str, faults: Faults) -> bool:
    if CODE.fullmatch(text):
        return True
    remedy = "Write 1 to 64 of a-z, 0-9, underscore, point and hyphen, beginning with a letter."
    faults.add(where, f"{shown(text)} is not a code.", remedy)
    return False


def slip(code: str, others: Iterable[str], faults: Faults) -> str:
    if len(faults.found) >= _HINTS:
        return ""
    import difflib  # only a faulty definition needs it

    near = difflib.get_close_matches(code, sorted(set(others) - {code}), n=1, cutoff=0.8)
    return f" If it is a slip for {near[0]}, correct it." if near else ""


def state_faults(state: ReadState, faults: Faults, where: str = "") -> None:
    _extra_faults(state, where, faults)
    is_code(f"{where}code", state.code, faults)


def move_faults(move: ReadMove, faults: Faults, where: str = "") -> None:
    _extra_faults(move, where, faults)
    is_code(f"{where}code", move.code, faults)
    for index, source in enumerate(move.sources):
        is_code(f"{where}sources[{index}]", source, faults)
    if not move.sources:
        what = f"Nothing can take move {shown(move.code)}: it has no sources."
        faults.add(f"{where}sources", what, "Name them, or remove the move.")
    if not move.dest:
        what, remedy = f"Move {shown(move.code)} leads nowhere.", "Name a state; to stay, name the source."
        faults.add(f"{where}dest", what, remedy)
    else:
        is_code(f"{where}dest", move.dest, faults)
    seen: set[str] = set()
    for index, guard in enumerate(move.guards):
        if is_code(f"{where}guards[{index}]", guard, faults) and guard in seen:
            faults.add(f"{where}guards[{index}]", f"Guard {guard} stands twice.", "Keep the first.")
        seen.add(guard)


def lifecycle_faults(read: ReadLifecycle, faults: Faults) -> None:
    _extra_faults(read, "", faults)
    is_code("code", read.code, faults)
    if not 1 <= read.version <= canonical.MAX_INTEGER:
        faults.add("version", "The version is not a whole number from 1.", "Count versions from 1.")
    for index, state in enumerate(read.states):
        state_faults(state, faults, f"states[{index}].")
    for index, move in enumerate(read.moves):
        move_faults(move, faults, f"moves[{index}].")
    _name_faults(read, faults)
    _pair_faults(read, faults)
    _way_faults(read, faults)


def _name_faults(read: ReadLifecycle, faults: Faults) -> None:
    """States that stand twice, and names that no state has."""
    known: dict[str, int] = {}
    for index, state in enumerate(read.states):
        first = known.setdefault(state.code, index)
        if first != index:
            what = f"State {shown(state.code)} stands already at states[{first}]."
            faults.add(f"states[{index}]", what, "Keep one of them.")
    named = [("initial", read.initial)]
    for index, move in enumerate(read.moves):
        named += [(f"moves[{index}].sources[{at}]", source) for at, source in enumerate(move.sources)]
        named.append((f"moves[{index}].dest", move.dest))
    for where, code in named:
        if code not in known and CODE.fullmatch(code):
            remedy = f"Add it to the states.{slip(code, known, faults)}"
            faults.add(where, f"There is no state {code}.", remedy)


def _pair_faults(read: ReadLifecycle, faults: Faults) -> None:
    """What is wrong with a move in one of its sources."""
    final = {state.code: state.final for state in read.states}
    first: dict[tuple[str, str], str] = {}
    for index, move in enumerate(read.moves):
        for at, source in enumerate(move.sources):
            here, pair = f"moves[{index}].sources[{at}]", f"Move {shown(move.code)} from {shown(source)}"
            there = first.setdefault((move.code, source), here)
            if there != here:
                # Different guards do not help: nothing keeps both from being content.
                what = f"{pair} stands already at {there}; which of them holds would be open."
                remedy = "Keep one. Where the outcome is chosen, give each outcome a move of its own."
                faults.add(here, what, remedy)
            if move.reopens and final.get(source) is False:
                what = f"{pair} is said to reopen, but {shown(source)} is not final."
                faults.add(here, what, "Leave reopens out, or split the move.")
            elif not move.reopens and final.get(source) is True:
                faults.add(here, f"{pair} leaves a final state.", "Say reopens, or remove the source.")


def _way_faults(read: ReadLifecycle, faults: Faults) -> None:
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
            remedy = f"Add a move that leads to it, or remove it.{slip(code, known, faults)}"
            faults.add(where, f"State {shown(code)} cannot be reached from {read.initial}.", remedy)
        if code in dead:
            what = f"State {shown(code)} is a dead end: it is not final, and no move goes from it."
            remedy = f"Add a move that goes from it, or make it final.{slip(code, known, faults)}"
            faults.add(where, what, remedy)
        elif final and code not in ending:
            what = f"From state {shown(code)} no final state can be reached."
            faults.add(where, what, "Add a move that leads out of the circle.")
    for index, move in enumerate(read.moves):
        if move.sources and known.issuperset(move.sources) and reached.isdisjoint(move.sources):
            what = f"Nothing can take move {shown(move.code)}: none of its sources can be reached."
            faults.add(f"moves[{index}]", what, "Make one of them reachable, or remove the move.")


def _closure(start: Collection[str], edges: Mapping[str, Collection[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        fresh = set(edges.get(waiting.pop(), ())) - found
        found |= fresh
        waiting.extend(fresh)
    return found
