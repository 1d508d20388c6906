"""Variants of a document: what a published method often leaves unsaid, and the ways it could be meant.

An axis is one field of one clause with its options; a variant takes one option of each axis.  `axes` gives
those that the methods of rankings usually leave open: where and how a value is rounded, whether the displayed
or the exact value is ranked, how far the tie rules go, what something absent does, whether a cap holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from party_workflow.canonical import digest
from party_workflow.policies.documents.document import RuleDocument

Kind = Literal["rounding", "rank_on", "ties", "absent", "caps"]
KINDS: Final[tuple[Kind, ...]] = ("rounding", "rank_on", "ties", "absent", "caps")
"""Where and how a value is rounded; whether the displayed or the exact value is compared; how many tie rules
there are; what an absent part does; which caps hold.
"""

_MODES: Final = ("half_up", "half_even", "down")


@dataclass(frozen=True, slots=True)
class Axis:
    """One field of a clause and what could stand there; the first option is what the document says.

    An option is data as in the body of a document.
    """

    clause: str
    field: str
    options: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The clause and its field, such as ``total.rounding``."""
        return f"{self.clause}.{self.field}"


Choice = Mapping[str, Any]
"""By the name of an axis the option taken."""


def axes(
    document: RuleDocument, *, kinds: Sequence[Kind] = KINDS, places: Sequence[int] = ()
) -> tuple[Axis, ...]:
    """The axes of a document, in the order of its clauses.

    A rounding may be at each of `places` (such as those of the published table) and where the document
    already rounds, half up, half even and down, or not at all.
    """
    found: list[Axis] = []
    for clause in document.clause:
        body = clause.model_dump(mode="json", exclude_defaults=True)
        for name in type(clause).model_fields:
            if name in body or name == "display":
                options = tuple(_options(name, body.get(name), kinds, places))
                if len(options) > 1:
                    found.append(Axis(clause.code, name, options))
    return tuple(found)


def _options(name: str, given: Any, kinds: Sequence[Kind], places: Sequence[int]) -> Iterator[Any]:
    yield given
    others: list[Any] = []
    match name:
        case "rounding" if "rounding" in kinds:
            here = [given["places"]] if isinstance(given, Mapping) else []
            every = dict.fromkeys((*here, *places))
            others = ["none", *({"places": place, "mode": mode} for place in every for mode in _MODES)]
        case "on" if "rank_on" in kinds:
            others = ["displayed", "exact"]
        case "ties" if "ties" in kinds and isinstance(given, list):
            last = given[-1:]
            others = [[*given[:number], *last] for number in range(len(given) - 1)]
        case "absent" if "absent" in kinds:
            others = ["incomplete", "leave_out", "zero"]
        case "caps" if "caps" in kinds and isinstance(given, list):
            others = [given[:number] for number in range(len(given))]
        case _:
            pass
    yield from (other for other in others if other != given)


def variant(document: RuleDocument, choice: Choice) -> RuleDocument:
    """The document with an option taken on some axes.  Raises `InvalidDefinition` if it cannot be one."""
    body = document.body
    clauses = {clause["code"]: clause for clause in body["clause"]}
    for name, option in choice.items():
        code, _, field = name.rpartition(".")
        clauses[code][field] = option
    kept = [{name: value for name, value in clause.items() if value is not None} for clause in body["clause"]]
    return RuleDocument.read({**body, "clause": kept})


def option_key(option: Any) -> str:
    """Tells options apart."""
    return digest({"option": option})
