"""A world in which somebody answers for a matter: chains opened in the branch and the bureau above it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.support.world import World

from party_workflow.codec import Command
from party_workflow.decider import Decider
from party_workflow.domain import definition, responsibility
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit
from party_workflow.domain.responsibility import (
    IssueLetter,
    NameHolder,
    OpenResponsibility,
    ReplaceHolder,
    ResponsibilityKind,
    SignLetter,
)
from party_workflow.errors import Refusal, Refused
from party_workflow.packs import party
from party_workflow.store import Actor

M: dict[str, Any] = {"matter": "safety", "unit": "u-branch"}
STREAM = "responsibility/safety.u-branch"
TEXT, PAPER, OTHER = "a" * 64, "b" * 64, "c" * 64

KIND = ResponsibilityKind.model_validate(
    {
        "code": "chain",
        "version": 1,
        "tiers": [
            {"code": "first", "in_person": ["study"], "own_acts": ["activity.plan"]},
            {"code": "charge", "lead": True, "required": False, "most": 2},
            {"code": "section", "holder": "either"},
        ],
    }
)


class Chains(World):
    """People p-1 to p-12 in the branch; `opened` says in which units the matter ``safety`` is carried.

    A section ``u-section`` beside the branch has nobody.
    """

    def __init__(
        self,
        *more: Decider[Any],
        kind: ResponsibilityKind = KIND,
        opened: Sequence[str] = ("u-branch", "u-bureau"),
        **other: Any,
    ) -> None:
        super().__init__(
            definition.decider(party.VALIDATORS), responsibility.DECIDER, *more, members=12, **other
        )
        self.kind = kind
        self.do(
            AdoptDefinition(code=kind.code, kind="responsibility", version=kind.version, body=kind.data())
        )
        self.do(FoundUnit(unit="u-section", kind="section", parent="u-bureau"))
        for unit in opened:
            self.open(unit)

    def open(self, unit: str, matter: str = "safety", **more: Any) -> None:
        """Carry a matter in a unit."""
        command = OpenResponsibility(
            matter=matter, unit=unit, kind=self.kind.code, definition=self.kind.digest
        )
        self.do(command, **more)

    def name(
        self,
        tier: str,
        holder: str,
        unit: str = "u-branch",
        *,
        matter: str = "safety",
        effective_at: datetime | None = None,
        **more: Any,
    ) -> None:
        """Name a holder, as p-1."""
        who: dict[str, Any] = {"section" if holder.startswith("u-") else "person": holder}
        command = NameHolder(matter=matter, unit=unit, tier=tier, ground="appointed", **who, **more)
        self.do(command, effective_at=effective_at)

    def replace(self, tier: str, leaving: str, person: str, unit: str = "u-branch", **more: Any) -> None:
        """Let one person follow another, as p-1."""
        command = ReplaceHolder(
            matter="safety", unit=unit, tier=tier, leaving=leaving, person=person, ground="transferred"
        )
        self.do(command, **more)

    def letter(self, unit: str, parent: str, above: str, below: str, year: int = 2009) -> None:
        """Draw up a letter, as p-1."""
        command = IssueLetter(
            matter="safety",
            unit=unit,
            year=year,
            parent=parent,
            text=TEXT,
            for_parent=above,
            for_child=below,
        )
        self.do(command)

    def sign(self, unit: str, side: str, number: int, letter: int = 1) -> None:
        """Sign a letter in person."""
        command = SignLetter.model_validate(
            {"matter": "safety", "unit": unit, "number": letter, "side": side, "text": TEXT}
        )
        self.do(command, by=self.self_(number))

    def refused(self, command: Command, by: Actor | None = None, **more: Any) -> Refusal:
        """Why a command is refused; fails where it is not, and where something was recorded all the same."""
        before = self.workflow.history.head()
        try:
            self.do(command, by=by or self.act(1), **more)
        except Refused as refused:
            assert self.workflow.history.head() == before
            return refused.refusal
        raise AssertionError(f"{command.stored_type} was not refused")
