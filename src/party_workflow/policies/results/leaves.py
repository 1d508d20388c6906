"""The leaves of a rule: its numbers, as in force on a day, each with its place, to be altered one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from pydantic import BaseModel

from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.parameters import Places, Valued
from party_workflow.policies.rule import Issued, Rule

Path = tuple[str | int, ...]

_NOT_NUMBERS: Final = frozenset({"digits", "places", "version"})
"""Whole numbers of a document that are how it is computed and not what is worth how much."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One number of a rule: the clause, its place there, its value, and whether it can only be whole."""

    clause: str
    path: Path
    name: str
    value: Fraction
    whole: bool = False

    @property
    def code(self) -> str:
        """Clause and place, as ``total.parts.peer.weight``."""
        return f"{self.clause}.{self.name}"

    @property
    def is_weight(self) -> bool:
        """Whether it is the weight of one part among others."""
        return self.clause == "weights" or any(str(step).startswith("weight") for step in self.path)


def leaves(rule: Issued, clauses: frozenset[str], on: date) -> tuple[Leaf, ...]:
    """The numbers of some clauses of a rule, as in force on a day."""
    if isinstance(rule, RuleDocument):
        return tuple(
            leaf for clause in rule.clause if clause.code in clauses for leaf in _of_clause(clause, on)
        )
    if isinstance(rule, Rule):
        return tuple(
            Leaf(clause.code, (code,), code, rule.value(clause.code, code, on))
            for clause in rule.clauses
            if clause.code in clauses
            for code in dict.fromkeys(
                parameter.code for parameter in clause.parameters if parameter.since <= on
            )
        )
    return ()


def _of_clause(clause: BaseModel, on: date) -> Iterator[Leaf]:
    code: str = getattr(clause, "code")  # noqa: B009
    for name in type(clause).model_fields:
        if name not in {"code", "display", "rounding", *_NOT_NUMBERS}:
            yield from _numbers(code, getattr(clause, name), (name,), name, on)


def _numbers(clause: str, value: Any, path: Path, name: str, on: date) -> Iterator[Leaf]:
    match value:
        case Places():
            return
        case Fraction():
            yield Leaf(clause, path, name, value)
        case bool():
            return
        case int():
            yield Leaf(clause, path, name, Fraction(value), whole=True)
        case tuple() if value and all(isinstance(item, Valued) for item in value):
            in_force = [(item.since, index) for index, item in enumerate(value) if item.since <= on]
            if in_force:
                _, index = max(in_force)
                yield from _numbers(clause, value[index].value, (*path, index, "value"), name, on)
        case tuple():
            called = [_called(item, index) for index, item in enumerate(value)]
            for index, item in enumerate(value):
                number = (
                    f"#{called[: index + 1].count(called[index])}" if called.count(called[index]) > 1 else ""
                )
                yield from _numbers(clause, item, (*path, index), f"{name}.{called[index]}{number}", on)
        case BaseModel():
            for field in type(value).model_fields:
                if field not in _NOT_NUMBERS:
                    yield from _numbers(clause, getattr(value, field), (*path, field), f"{name}.{field}", on)
        case Mapping():
            for key, item in value.items():
                yield from _numbers(clause, item, (*path, key), f"{name}.{key}", on)
        case _:
            return


def _called(item: Any, index: int) -> str:
    for name in ("measure", "code", "grade"):
        if isinstance(found := getattr(item, name, None), str) and found:
            return found
    return str(index)


Change = Mapping[Path, Fraction]
"""New values by the place in the clause."""


def altered(rule: Issued, leaf: Leaf, change: Change) -> Issued:
    """The rule with new values in the clause of a leaf.  Raises `InvalidDefinition` where it refuses them."""
    if isinstance(rule, Rule):
        values: dict[tuple[str, str], Fraction | int] = {
            (leaf.clause, str(path[0])): value for path, value in change.items()
        }
        return rule.with_values(values, version=rule.version)
    assert isinstance(rule, RuleDocument)
    clause = rule.by_code(leaf.clause)
    new = altered_clause(clause, change)
    return rule.model_copy(
        update={"clause": [(new if each is clause else each).model_dump() for each in rule.clause]}
    )


def altered_clause(clause: BaseModel, change: Change) -> Any:
    """A clause with new values.  Raises pydantic's `ValidationError`, a ValueError, where it refuses them."""
    data = clause.model_dump()
    for path, value in change.items():
        _set(data, path, value)
    return type(clause).model_validate(data)


def _set(data: Any, path: Path, value: Fraction) -> None:
    *way, last = path
    for step in way:
        if isinstance(data[step], tuple):
            data[step] = list(data[step])
        data = data[step]
    data[last] = int(value) if value.denominator == 1 else value


def compensated(rule: Issued, leaf: Leaf, value: Fraction, on: date) -> Change | None:
    """A new weight, with the weights beside it scaled so that their sum stays; None where there are none."""
    found = leaves(rule, frozenset({leaf.clause}), on)
    beside = [each for each in found if each.path != leaf.path and _list(each) == _list(leaf)]
    rest = sum((each.value for each in beside), Fraction(0))
    left = leaf.value + rest - value
    if not leaf.is_weight or rest == 0 or left < 0:
        return None
    return {leaf.path: value, **{each.path: each.value * left / rest for each in beside}}


def _list(leaf: Leaf) -> Path:
    """Where the list stands to which a weight belongs: of parts, of weights by name, or of a rule."""
    for index, step in enumerate(leaf.path):
        if step == "weight":
            return (*leaf.path[: max(index - 1, 0)], step)
    return (*leaf.path[:-1], leaf.is_weight)


def grid(leaf: Leaf) -> Fraction:
    """By what a number is altered: whole numbers by 1, others by 1/100, those below 1/10 by 1/1000."""
    if leaf.whole or (leaf.value.denominator == 1 and not leaf.is_weight):
        return Fraction(1)
    return Fraction(1, 1000) if abs(leaf.value) < Fraction(1, 10) else Fraction(1, 100)


def bounds(leaf: Leaf) -> tuple[Fraction, Fraction]:
    """Between what a number is altered: a weight from 0 to 1, others from 0 or less to 4 times itself."""
    value = leaf.value
    if leaf.is_weight and 0 <= value <= 1:
        return Fraction(0), Fraction(1)
    far = max(4 * abs(value), Fraction(10))
    return (Fraction(0) if value >= 0 else -far), far
