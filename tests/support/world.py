"""A small organisation to test in, built through the public API.

A bureau ``u-bureau`` under a city organ ``u-city``, with a branch ``u-branch`` below it; members ``p-1`` to
``p-29`` count in the branch, ``p-60`` is the supervisor who counts in the city organ.  ``act(n)`` acts in a
role that carries every duty of the model (and `more_duties`), granted over the whole tree; ``self_(n)`` acts
for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from party_workflow.authority import GrantRole, OpenAccount, OpenLog
from party_workflow.codec import Command
from party_workflow.decider import Decider
from party_workflow.domain import organisation
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.model import Model
from party_workflow.personal import Identities, MemoryOpenings, Openings, Salts, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, EventStore, MemoryStore, Receipt

START = datetime(2009, 3, 2, 1, tzinfo=UTC)
ROOT = Actor("a-1", "p-1", "everything")


def duties(model: Model) -> list[str]:
    """Every duty that an event of the model asks for."""
    found = {
        event.requires.duty
        for decider in model.all_deciders
        for event in decider.events
        if event.requires.duty
    }
    return sorted(found)


class World:
    """A workflow with people in it, and a clock that the test moves."""

    def __init__(
        self,
        *deciders: Decider[Any],
        members: int = 29,
        store: EventStore | None = None,
        more_duties: Iterable[str] = (),
        openings: Openings | None = None,
        identities: Identities | None = None,
        salts: Salts | None = None,
    ) -> None:
        self.model = Model((organisation.DECIDER, *deciders))
        self.store = MemoryStore() if store is None else store
        self.workflow = Workflow(
            self.store,
            self.model,
            openings=MemoryOpenings() if openings is None else openings,
            identities=identities,
            salts=keyed_salts(bytes(32)) if salts is None else salts,
        )
        self.now = START
        self._ids = count(1)
        everything = (*duties(self.model), *more_duties)
        self.do(OpenLog(tenant="bureau", packs={}, role="everything", roles={"everything": everything}))
        self.do(FoundUnit(unit="u-city", kind="organ"))
        self.do(FoundUnit(unit="u-bureau", kind="bureau", parent="u-city"))
        self.do(FoundUnit(unit="u-branch", kind="branch", parent="u-bureau"))
        for number in range(1, members + 1):
            self._person(number, "u-branch", "member")
        self._person(60, "u-city", "member")

    def _person(self, number: int, unit: str, *categories: str) -> None:
        person = f"p-{number}"
        commands: list[Command] = [RegisterPerson(person=person, unit=unit, categories=categories)]
        if number != 1:
            commands.append(OpenAccount(account=f"a-{number}", person=person))
            commands.append(GrantRole(person=person, role="everything", unit="u-city"))
        self.do(*commands)

    def act(self, number: int) -> Actor:
        """Somebody acting in a role that carries every duty."""
        return Actor(f"a-{number}", f"p-{number}", "everything")

    def self_(self, number: int) -> Actor:
        """Somebody acting for themselves."""
        return Actor(f"a-{number}", f"p-{number}")

    def later(self, **delta: int) -> None:
        """Move the clock on: ``later(days=3)``."""
        self.now += timedelta(**delta)

    def do(self, *commands: Command, by: Actor = ROOT, effective_at: datetime | None = None) -> Receipt:
        """Execute commands together, now, under an id of their own."""
        return self.workflow.execute(
            *commands, by=by, at=self.now, command_id=f"test-{next(self._ids)}", effective_at=effective_at
        )
