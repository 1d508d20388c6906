"""Kinds of case as data: the lifecycle, what is confidential, who has to be heard, what can come out.

The moves are a closed vocabulary, one for each type of event; the lifecycle of a kind says which of them
are open in which state.  A kind is adopted as a definition (``definition/<code>``) and every case pins
the version that it was opened under.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Self

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    field_validator,
    model_validator,
)

from party_workflow import canonical
from party_workflow import lifecycle as lifecycles
from party_workflow.calendar import Term
from party_workflow.errors import Faults
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.partwise import judged
from party_workflow.values import Code, Definition, Flag

MOVES: Final[Mapping[str, str]] = {
    "acknowledge": "whoever brought the case is told that it has come in",
    "accept": "it is taken on",
    "refuse": "it is not taken on, for a reason",
    "assign": "somebody becomes responsible for it, perhaps by a day",
    "investigate": "somebody is to find out, perhaps by a day",
    "extend": "the day moves to a later one, while it has not passed",
    "notify": "a person concerned is told the substance, and by when to answer",
    "reply": "a person notified answers",
    "decide": "an outcome is decided, with its ground",
    "answer": "whoever brought the case is told what came of it",
    "rectify": "whoever is responsible reports it done",
    "verify_passed": "somebody else saw that it is done",
    "verify_failed": "somebody else saw that it is not",
    "close": "it is closed",
    "contest": "whoever brought the case does not accept what came of it",
    "reopen": "it is taken up again",
    "withdraw": "whoever brought the case takes it back",
}
"""The moves that a lifecycle may use, and what each one says."""

_VERIFYING: Final = ("verify_failed", "verify_passed")
_HEARING: Final = ("decide", "notify", "reply")


class CaseKind(Definition):
    """A kind of case as one checked, versioned value.  Faults are raised together, as `InvalidDefinition`.

    `confidential`: only those whose part in a case lets them see it, and roles with the duty
    ``case.custody``, learn of it; who brought it is sealed.  `right_of_reply`: nothing is decided before
    every person concerned was notified and has answered or let the time for it pass (R-143).
    `outcomes`: what can be decided.  `clocks`: how long what may take, by code, for whoever counts due
    moments on a calendar; a case itself holds the moments.  Where a lifecycle has `rectify`, what is reported
    done is left by verification only (R-115).
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    lifecycle: Lifecycle
    confidential: Flag = False
    right_of_reply: Flag = False
    clocks: dict[Code, Term] = Field(default_factory=dict)
    outcomes: tuple[Code, ...] = ()

    @field_validator("outcomes")
    @classmethod
    def _as_set(cls, outcomes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(outcomes)))

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, cls._judge, "case")

    def _judge(self, faults: Faults) -> None:
        used = {move.code for move in self.lifecycle.moves}
        for code in sorted(used - MOVES.keys()):
            faults.add(
                f"lifecycle.moves.{code}", f"No case makes the move {code}.", f"Moves: {', '.join(MOVES)}."
            )
        for code in sorted({guard for move in self.lifecycle.moves for guard in move.guards}):
            faults.add(
                "lifecycle.moves", f"There is no guard {code}.", "A kind of case has no guards; drop it."
            )
        whole = bool(self.lifecycle.initial)  # otherwise a move that seems to lack may be there
        if whole and ("decide" in used) != bool(self.outcomes):
            faults.add(
                "outcomes",
                "A kind has outcomes exactly if its lifecycle has the move decide.",
                "Name the outcomes, or take the move out.",
            )
        if whole and self.right_of_reply and (lacking := sorted({*_HEARING} - used)):
            faults.add(
                "right_of_reply",
                f"The lifecycle lacks {', '.join(lacking)}, and nobody could be heard before a decision.",
                "Add the moves, or leave the right of reply out.",
            )
        if whole:
            self._check_rectification(used, faults)

    def _check_rectification(self, used: set[str], faults: Faults) -> None:
        if "rectify" not in used:
            return
        for code in sorted({*_VERIFYING} - used):
            faults.add(
                "lifecycle.moves",
                f"The lifecycle has rectify but not {code}.",
                "Add it: reported done is not yet closed.",
            )
        reported = {move.dest for move in self.lifecycle.moves if move.code == "rectify"}
        finals = {state.code for state in self.lifecycle.states if state.final}
        for state in sorted(reported & finals):
            faults.add(
                "lifecycle.moves", f"rectify leads to the final state {state}.", "Lead it to verification."
            )
        for move in self.lifecycle.moves:
            for state in sorted(reported.intersection(move.sources)):
                if move.code not in _VERIFYING and move.dest != state:
                    faults.add(
                        f"lifecycle.moves.{move.code}",
                        f"It leads from {state}, where something is reported done, past verification.",
                        "Let it go from where verification leads to.",
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


def read_kind(body: Mapping[str, Any]) -> CaseKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(canonical.canonical_bytes(dict(body)))


@lru_cache(maxsize=256)
def _read(body: bytes) -> CaseKind:
    return CaseKind.model_validate(canonical.parse(body))
