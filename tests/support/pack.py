"""A world in which the pack ``party`` is adopted: all aggregates, all duties, the definitions named."""

from __future__ import annotations

from typing import Any

from tests.support.world import World

from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind, TakeStep
from party_workflow.errors import Refusal, Refused
from party_workflow.packs import party
from party_workflow.store import Actor, Receipt


def adopting(*definitions: str) -> list[AdoptDefinition]:
    """The commands that adopt definitions of the pack: all versions of ``code``, of ``code@1`` the first."""
    found: list[AdoptDefinition] = []
    for each in definitions:
        code, _, most = each.partition("@")
        found += [item for item in party.definitions(code) if not most or item.version <= int(most)]
    return found


class PackWorld(World):
    """A world of the pack: ``begin`` and ``take`` run procedures by the codes of their kinds."""

    def __init__(self, *definitions: str, members: int = 29) -> None:
        deciders = [each for each in party.MODEL.deciders if each.category != "organisation"]
        super().__init__(*deciders, members=members, more_duties=sorted(party.duties()))
        for command in adopting(*definitions):
            self.do(command)

    def begin(
        self,
        kind: str,
        key: str = "x-1",
        by: Actor | None = None,
        texts: dict[str, Any] | None = None,
        version: int | None = None,
        **said: Any,
    ) -> Receipt:
        """Open a procedure of a kind of the pack in the branch, of the latest version unless one is named.

        A version is named where the world has that one in force (`adopting`).
        """
        digest = party.PACK.read_as(ProcedureKind, kind, version).digest
        command = OpenProcedure(
            key=key, kind=kind, definition=digest, unit="u-branch", given=said, texts=texts or {}
        )
        return self.do(command, by=by or self.act(20))

    def take(
        self,
        step: str,
        key: str = "x-1",
        by: Actor | None = None,
        texts: dict[str, Any] | None = None,
        **said: Any,
    ) -> Receipt:
        """Take a step of a procedure."""
        return self.do(TakeStep(key=key, step=step, given=said, texts=texts or {}), by=by or self.act(20))

    def refusal(self, step: str, **more: Any) -> Refusal:
        """Why a step is refused; fails where it is not."""
        try:
            self.take(step, **more)
        except Refused as refused:
            return refused.refusal
        raise AssertionError(f"{step} was not refused")
