"""Changes a rule document in one place at a time, to see whether any test notices.

A change that no test notices says that this part of a clause could be anything.  Each number is moved by one
step, each mode, treatment, direction and edge is exchanged for every other one, each day moved by one, what
stands in a list taken out or exchanged with what comes next, each clause taken out where nothing refers to
it.  What is no document any more is not a change: the linter has noticed it.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, get_args, get_origin

from party_workflow.errors import Faults, InvalidDefinition, InvalidInput
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.documents.parameters import Places
from party_workflow.testing.policies.places import REMOVE, Place, arms, changed, codes, places

_WORDS: Final = "none"
_ROUNDED: Final[Mapping[str, Any]] = {"places": 0, "mode": "half_up"}
_FINE: Final = Fraction(1, 100)


@dataclass(frozen=True)
class Mutation:
    """A document with one change; `code` names it, and stays as long as the document says the same."""

    code: str
    clause: str
    document: RuleDocument

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change of a document, or several by ``*``, that no test can notice, and why."""

    document: str
    mutation: str
    reason: str


def mutations(document: RuleDocument) -> Iterator[Mutation]:
    """Every change of a document, in the order of its places."""
    sound = len(lint(document, {}).errors)
    met = {document.digest}
    for code, clause, body in _bodies(document):
        try:
            found = RuleDocument.read(body)
            faults = len(lint(found, {}).errors)
        except InvalidInput:
            continue
        if faults > sound or found.digest in met:
            continue
        met.add(found.digest)
        yield Mutation(code, clause, found)


def _bodies(document: RuleDocument) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for place in places(document):
        for name, value in _others(place):
            yield f"{place.name}: {name}", place.owner, changed(document, place, value)
    for kind in ("clause", "source"):
        parts = document.body[kind]
        for index, part in enumerate(parts):
            body = copy.deepcopy(document.body)
            del body[kind][index]
            yield f"{part['code']}: taken out", part["code"], body
            if kind == "clause" and index + 1 < len(parts):
                body = copy.deepcopy(document.body)
                body[kind][index], body[kind][index + 1] = body[kind][index + 1], body[kind][index]
                after = parts[index + 1]["code"]
                yield f"{part['code']}: after {after}", part["code"], body


def _others(place: Place) -> Iterator[tuple[str, Any]]:
    """What else could stand at a place, with how the change is called."""
    value = place.value
    field = place.path[-1]
    if value is None:
        return
    if type(None) in arms(place.annotation):
        yield "taken out", REMOVE
    if isinstance(value, bool):
        yield ("yes" if not value else "no"), not value
    elif field in ("since", "until"):
        for days in (-1, 1):
            other = (date.fromisoformat(value) + timedelta(days=days)).isoformat()
            yield f"{value} becomes {other}", other
    elif isinstance(value, int) or _is_number(place, value):
        for other in _steps(place, value):
            yield f"{value} becomes {other}", other
    elif isinstance(value, str):
        for code in codes(place.annotation, value):
            if code != value:
                yield f"{value} becomes {code}", code
        if value == _WORDS and Places in arms(place.annotation):
            yield "none becomes rounded to whole numbers", dict(_ROUNDED)
    elif isinstance(value, list):
        yield from _lists(place, value)
    elif isinstance(value, Mapping):
        if Places in arms(place.annotation) and any(
            _WORDS in get_args(arm) for arm in arms(place.annotation)
        ):
            yield "rounded becomes none", _WORDS
        elif _is_mapping(place):
            for key in value:
                yield f"without {key}", {name: each for name, each in value.items() if name != key}


def _is_number(place: Place, value: Any) -> bool:
    return isinstance(value, str) and Fraction in arms(place.annotation) and _fraction(value) is not None


def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None


def _steps(place: Place, value: Any) -> Iterator[Any]:
    """One step up and one down: one for a whole number, else a unit of the smallest part that is written."""
    number = Fraction(value)
    whole = number.denominator == 1
    step = Fraction(1) if whole else min(Fraction(1, number.denominator), _FINE)
    for other in (number + step, number - step):
        yield int(other) if whole else str(other)
    if Fraction in arms(place.annotation) and whole and 0 <= number <= 1:
        yield str(abs(number - _FINE))


def _lists(place: Place, value: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    named = [_name(each, index) for index, each in enumerate(value)]
    for index in range(len(value)):
        yield f"without {named[index]}", [*value[:index], *value[index + 1 :]]
    for index in range(len(value) - 1):
        swapped = [*value[:index], value[index + 1], value[index], *value[index + 2 :]]
        yield f"{named[index]} after {named[index + 1]}", swapped
    # Weights that have to sum to the same can only be moved together.
    if all(isinstance(each, Mapping) and "weight" in each for each in value):
        for index in range(len(value) - 1):
            one, two = (_plain_weight(value[at]["weight"]) for at in (index, index + 1))
            if one is None or two is None:
                continue
            moved = [dict(each) for each in value]
            moved[index]["weight"], moved[index + 1]["weight"] = str(one - _FINE), str(two + _FINE)
            yield f"a hundredth of the weight of {named[index]} goes to {named[index + 1]}", moved
            if one != two:
                exchanged = [dict(each) for each in value]
                exchanged[index]["weight"], exchanged[index + 1]["weight"] = str(two), str(one)
                yield f"weights of {named[index]} and {named[index + 1]} exchanged", exchanged


def _plain_weight(value: Any) -> Fraction | None:
    return _fraction(str(value)) if isinstance(value, int | str) else None


def _name(part: Any, index: int) -> str:
    if isinstance(part, Mapping):
        for key in ("code", "measure", "by", "grade", "since", "of"):
            if isinstance(part.get(key), str) and part[key]:
                return str(part[key])
        return f"[{index}]"
    return str(part)


def _is_mapping(place: Place) -> bool:
    return any(
        isinstance(get_origin(arm), type) and issubclass(get_origin(arm), Mapping)
        for arm in arms(place.annotation)
    )


# --- what survives ---------------------------------------------------------------------------

Check = Callable[[RuleDocument], object]
"""The tests of a document, as a function: it raises where one fails."""


@dataclass(frozen=True)
class Survey:
    """What became of every change of a document.  Truthy when each was noticed or is listed with a reason."""

    document: str
    killed: tuple[str, ...]
    survived: tuple[str, ...]
    equivalent: tuple[Equivalent, ...]
    stale: tuple[Equivalent, ...]
    """Listed as equivalent, while no change that goes unnoticed falls under it."""

    def __bool__(self) -> bool:
        return not self.survived and not self.stale

    def __str__(self) -> str:
        number = len(self.killed) + len(self.survived) + len(self.equivalent)
        lines = [f"{self.document}: {number} changes, {len(self.killed)} noticed by a test"]
        lines += [f"  can be changed and no test fails: {each}" for each in self.survived]
        lines += [f"  listed without need: {each.mutation}" for each in self.stale]
        return "\n".join(lines)


def notices(check: Check, document: RuleDocument) -> bool:
    """Whether the tests notice a change: one of them fails, or comes to no end at all."""
    try:
        check(document)
    except Exception:
        return True
    return False


def _passes_unchanged(check: Check, document: RuleDocument) -> None:
    """Raises `AssertionError` with the cause: tests that fail anyway would seem to notice every change."""
    try:
        check(document)
    except Exception as error:
        cause = f"{type(error).__name__}: {error}".rstrip(": ")
        raise AssertionError(f"the check fails on the document itself, {document.code}: {cause}") from error


def survivors(
    document: RuleDocument, check: Check, equivalents: Sequence[Equivalent] = ()
) -> tuple[Mutation, ...]:
    """The changes of a document that no test notices, without those that are listed as equivalent.

    Raises `AssertionError` if the tests fail for the document as it stands.
    """
    _passes_unchanged(check, document)
    return tuple(
        each
        for each in mutations(document)
        if _listed(document, each, equivalents) is None and not notices(check, each.document)
    )


def survey(document: RuleDocument, check: Check, equivalents: Sequence[Equivalent] = ()) -> Survey:
    """What becomes of every change of a document.  Raises `AssertionError` if the tests fail as it stands."""
    _passes_unchanged(check, document)
    killed: list[str] = []
    survived: list[str] = []
    same: dict[Equivalent, None] = {}
    stale = [each for each in equivalents if each.document == document.code]
    for each in mutations(document):
        listed = _listed(document, each, equivalents)
        if notices(check, each.document):
            killed.append(each.code)
            continue
        if listed is None:
            survived.append(each.code)
        else:
            same[listed] = None
    found = tuple(each for each in stale if each not in same)
    return Survey(document.code, tuple(killed), tuple(survived), tuple(same), found)


def _listed(document: RuleDocument, found: Mutation, listed: Sequence[Equivalent]) -> Equivalent | None:
    """The entry that a change falls under; a ``*`` in an entry stands for anything."""
    for each in listed:
        pattern = ".*".join(map(re.escape, each.mutation.split("*")))
        if each.document == document.code and re.fullmatch(pattern, found.code):
            return each
    return None


def read_equivalents(text: str) -> tuple[Equivalent, ...]:
    """Equivalents from TOML: ``[[equivalent]]`` with `document`, `mutation` and `reason`.

    Raises `InvalidDefinition` with every entry that lacks one of them.
    """
    faults, found = Faults(), []
    for index, entry in enumerate(tomllib.loads(text).get("equivalent", ())):
        said = {name: str(entry.get(name, "")).strip() for name in ("document", "mutation", "reason")}
        for name, value in said.items():
            if not value:
                faults.add(f"equivalent[{index}].{name}", "It is lacking.", "Say which, and why.")
        found.append(Equivalent(**said))
    faults.raise_if_any(InvalidDefinition)
    return tuple(found)
