"""Kinds of inspection as data: the checklist, whether it comes unannounced, its modes and its lifecycle.

A kind is adopted as a definition (``definition/<code>``) and every inspection pins the version that it was
planned under.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Self

from pydantic import Field, ModelWrapValidatorHandler, StrictInt, model_validator

from party_workflow import canonical
from party_workflow import lifecycle as lifecycles
from party_workflow.errors import Faults
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.partwise import judged
from party_workflow.values import Code, Definition, Exactly, Flag

MOVES: Final[Mapping[str, str]] = {
    "inspect": "the units drawn are looked at, item by item; what was sealed is opened",
    "correct": "a result is put right, and what it was stays on record",
    "attest": "an inspector stands for the results, or says what they do not stand for",
    "enter_problem": "a problem found is noted, as a case of its own",
    "slip": "the slip is named by which a problem was handed over",
    "close": "it is closed: everything found was handed over",
    "cancel": "it does not take place, for a reason",
}
"""The moves that a lifecycle may use, and what each one says."""

_NEEDED: Final = ("inspect", "close", "enter_problem", "attest", "slip")


class InspectionKind(Definition):
    """A kind of inspection as one checked, versioned value.  Raises `InvalidDefinition` with every fault.

    `items` is the checklist.  `unannounced`: what is inspected is sealed until it is carried out (R-120).
    `modes`: as what it may be carried out, such as regular or concentrated; the mode is recorded (R-125).
    `inspectors`: how many there have to be at least.  `findings`: the kinds of case that a problem found may
    be; `slip`: the kind of case by which each is handed over before the inspection can close (R-111), and
    `pending` the states in which a slip hands nothing over: not issued yet, or given back.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    lifecycle: Lifecycle
    items: tuple[Code, ...]
    modes: tuple[Code, ...]
    unannounced: Flag = False
    inspectors: Annotated[StrictInt, Field(ge=1, le=100)] = 1
    findings: tuple[Code, ...] = ("finding",)
    slip: Code = "assignment_slip"
    pending: tuple[Code, ...] = ("drawn_up", "sent_back")

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, cls._judge, "inspection")

    def _judge(self, faults: Faults) -> None:
        for name in ("items", "modes", "findings"):
            codes = getattr(self, name)
            if not codes:
                faults.add(name, "There is none.", "Name at least one.")
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                faults.add(name, f"{code} stands there twice.", "Name each once.")
        used = {move.code for move in self.lifecycle.moves}
        for code in sorted(used - MOVES.keys()):
            known = f"Moves: {', '.join(MOVES)}."
            faults.add(f"lifecycle.moves.{code}", f"No inspection makes the move {code}.", known)
        for code in sorted({guard for move in self.lifecycle.moves for guard in move.guards}):
            faults.add(
                "lifecycle.moves", f"There is no guard {code}.", "A kind of inspection has none; drop it."
            )
        if self.lifecycle.initial:  # otherwise a move that seems to lack may be there
            self._check_moves(used, faults)

    def _check_moves(self, used: set[str], faults: Faults) -> None:
        for code in sorted({*_NEEDED} - used):
            faults.add("lifecycle.moves", f"The lifecycle lacks {code}.", f"Add it: {MOVES[code]}.")
        finals = {state.code for state in self.lifecycle.states if state.final}
        first = {self.lifecycle.initial}
        for move in self.lifecycle.moves:
            place = f"lifecycle.moves.{move.code}"
            if move.code in ("inspect", "cancel") and set(move.sources) != first:
                # What has been carried out is neither carried out again nor made away with.
                faults.add(place, "It does not lead from the first state alone.", "Let it go from there.")
            if move.code not in ("inspect", "cancel") and first & set(move.sources):
                faults.add(place, "It is open before anything was carried out.", "Let it come after.")
            if move.code not in ("close", "cancel") and move.dest in finals:
                faults.add(place, f"It ends the inspection as {move.dest}.", "Only close and cancel do.")
            if move.code == "close" and move.dest not in finals:
                faults.add(
                    place, f"It leads to {move.dest}, which is not final.", "Lead it to a final state."
                )

    def data(self) -> dict[str, Any]:
        """The kind as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    @property
    def table(self) -> Table:
        """The lifecycle, compiled."""
        return lifecycles.compile(self.lifecycle)

    def __hash__(self) -> int:
        return hash(self.digest)


def read_kind(body: Mapping[str, Any]) -> InspectionKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> InspectionKind:
    return InspectionKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
