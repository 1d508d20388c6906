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
    model_validator,
)

from party_workflow import canonical
from party_workflow import lifecycle as lifecycles
from party_workflow.domain.case.parts import OPENING, Clock, CodeSet, Demand, ParticularRule, Who
from party_workflow.errors import Faults
from party_workflow.lifecycle import Lifecycle, Table
from party_workflow.partwise import judged
from party_workflow.values import Code, Count, Definition, Exactly, Flag

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
    "hand_over": "it passes to another unit, and perhaps to somebody there",
    "return": "it goes back to the unit that it came from",
    "pause": "it waits for something, and clocks that pause stand still",
    "resume": "it goes on",
    "escalate": "a unit above is told, or has it put before it",
    "join": "it follows a lead case about the same thing",
    "promote": "it goes on as a case of another kind",
    "confirm": "whoever brought the case accepts what came of it",
    "appeal": "what was decided is put before the next level",
    "decide_appeal": "the next level decides, by others than before",
}
"""The moves that a lifecycle may use, and what each one says."""

_VERIFYING: Final = ("verify_failed", "verify_passed")
_HEARING: Final = ("decide", "notify", "reply")
_TOGETHER: Final = (
    ("pause", "resume"),
    ("resume", "pause"),
    ("return", "hand_over"),
    ("appeal", "decide_appeal"),
    ("decide_appeal", "appeal"),
)
"""Of each pair the first move makes no sense without the second."""

RELATIONS: Final = frozenset(
    {
        "appeal_decider",
        "appellant",
        "concerned",
        "decider",
        "handed_over_by",
        "identity_requester",
        "investigator",
        "opener",
        "rectifier",
        "requester",
        "respondent",
        "responsible",
        "verifier",
    }
)
"""The relations to a case in which people can come to stand."""


class CaseKind(Definition):
    """A kind of case as one checked, versioned value.  Faults are raised together, as `InvalidDefinition`.

    `confidential`: only those whose part in a case lets them see it, and roles with the duty
    ``case.custody``, learn of it; who brought it is sealed.  `right_of_reply`: nothing is decided before
    every person concerned was notified and has answered or let the time for it pass (R-143).
    `outcomes` and `appeal_outcomes`: what can be decided.  `clocks`: how long what may take (`Clock`); the
    moves in `within` are open until the latest run of a clock is due, those in `after` once it has run out or
    was stopped.  `particulars`: what may or must be said of a case; `demands`: what it has to have by a move
    the opening.  `who` narrows who may make a move.
    `most_handovers`: how often a case may pass to another unit; `levels`: how often what was decided may be
    appealed against.  Where a lifecycle has `rectify`, what is reported done is left by verification only
    (R-115).
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    lifecycle: Lifecycle
    confidential: Flag = False
    right_of_reply: Flag = False
    clocks: dict[Code, Clock] = Field(default_factory=dict)
    outcomes: CodeSet = ()
    appeal_outcomes: CodeSet = ()
    particulars: dict[Code, ParticularRule] = Field(default_factory=dict)
    who: dict[Code, Who] = Field(default_factory=dict)
    within: dict[Code, Code] = Field(default_factory=dict)
    after: dict[Code, Code] = Field(default_factory=dict)
    demands: dict[Code, tuple[Demand, ...]] = Field(default_factory=dict)
    most_handovers: Count | None = None
    levels: Count = 0

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
            self._check_appeals(used, faults)
            self._check_clocks(used, faults)
            self._check_people(used, faults)

    def _check_appeals(self, used: set[str], faults: Faults) -> None:
        for first, second in _TOGETHER:
            if first in used and second not in used:
                faults.add(
                    "lifecycle.moves", f"The lifecycle has {first} but not {second}.", f"Add {second}."
                )
        for field, given in (("levels", self.levels), ("appeal_outcomes", self.appeal_outcomes)):
            if bool(given) != ("appeal" in used):
                faults.add(
                    field,
                    f"A kind has {field} exactly if its lifecycle has the move appeal.",
                    f"Give {field}, or take the move out.",
                )
        if self.most_handovers is not None and "hand_over" not in used:
            faults.add("most_handovers", "The lifecycle has no move hand_over.", "Add it, or leave this out.")

    def _check_clocks(self, used: set[str], faults: Faults) -> None:
        states = {state.code for state in self.lifecycle.states}
        for code, clock in self.clocks.items():
            where = f"clocks.{code}"
            for place, named in (("starts", clock.starts), ("stops", clock.stops)):
                for each in named:
                    if each not in used and each not in states and each != OPENING:
                        faults.add(
                            f"{where}.{place}",
                            f"{each} is neither a move nor a state of the lifecycle.",
                            "Name a move that it has, open, or a state.",
                        )
                    elif each in states and (each in MOVES or each == OPENING):
                        faults.add(
                            f"{where}.{place}",
                            f"{each} could be the state or the move.",
                            "Give the state another code.",
                        )
            if clock.starts and clock.calendar is None:
                faults.add(where, "It runs by itself, but on no calendar.", "Name the calendar by its code.")
            for name, value in clock.when.items():
                rule = self.particulars.get(name)
                if rule is None or (rule.values and value not in rule.values) or rule.form != "code":
                    faults.add(
                        f"{where}.when.{name}",
                        f"No case of the kind says {value} under that name.",
                        "Name a particular of the form code, and one of its values.",
                    )
            if not clock.starts and (clock.stops or clock.calendar or clock.pauses or clock.extension):
                faults.add(where, "Nothing sets it going.", "Say by starts what does.")
            if clock.pauses and "pause" not in used:
                faults.add(where, "The lifecycle has no move pause.", "Add it, or leave pauses out.")
            if clock.extension is not None and "extend" not in used:
                faults.add(where, "The lifecycle has no move extend.", "Add it, or leave extension out.")
        for field, bounds in (("within", self.within), ("after", self.after)):
            for move, name in bounds.items():
                if move not in used:
                    faults.add(f"{field}.{move}", "The lifecycle has no such move.", "Name one that it has.")
                if name not in self.clocks or not self.clocks[name].starts:
                    faults.add(
                        f"{field}.{move}",
                        f"{name} is no clock that something sets going.",
                        "Name one that is.",
                    )

    def _check_people(self, used: set[str], faults: Faults) -> None:
        for move, who in self.who.items():
            if move not in used:
                faults.add(f"who.{move}", "The lifecycle has no such move.", "Name one that it has.")
            for relation in sorted({*who.barred} - RELATIONS):
                faults.add(
                    f"who.{move}.barred",
                    f"Nobody comes to stand in the relation {relation} to a case.",
                    f"Relations: {', '.join(sorted(RELATIONS))}.",
                )
        for move in self.demands:
            if move not in used and move != OPENING:
                faults.add(f"demands.{move}", "The lifecycle has no such move.", "Name one, or open.")
        for code, rule in self.particulars.items():
            where = f"particulars.{code}"
            if rule.by is not None and rule.by not in used and rule.by != OPENING:
                faults.add(where, f"The lifecycle has no move {rule.by}.", "Name one that it has, or open.")
            if rule.values and rule.form != "code":
                faults.add(where, "Only a code is one of several values.", "Leave values out.")
            if rule.differs_from_unit and rule.form != "unit":
                faults.add(where, "Only a unit can differ from that of the case.", "Give it the form unit.")

    def duties(self) -> frozenset[str]:
        """Every duty that the kind asks for beside those of all cases: some role has to carry it."""
        return frozenset(who.duty for who in self.who.values() if who.duty is not None)

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
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> CaseKind:
    return CaseKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
