"""A small organisation in a log in memory, to try things in; the how-to pages are written with it.

A city organ ``u-city`` with a bureau ``u-bureau`` and branches ``u-b1``, ``u-b2``, … below it.  Members
``p-1`` to ``p-9`` count in ``u-b1``, ``p-60`` and ``p-61`` in the city organ.  Everybody has a role
``office`` over the whole tree, which carries every duty but the custody of what is confidential: a log of
your own spreads duties over roles.  Nobody decides in their own case here either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from party_workflow.authority import GrantRole, OpenAccount, OpenLog
from party_workflow.codec import Command
from party_workflow.domain.definition import Definition
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.errors import Fault, InvalidInput, Refusal, Refused
from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.personal import MemoryOpenings, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore, Receipt


class Town:
    """The organisation, a clock, and the definitions of the pack that are named, adopted.

    `now` is a moment in UTC, which moves by `later` only.  `more_duties` go into the role beside those of the
    pack, for kinds of your own.
    """

    def __init__(
        self,
        *definitions: str,
        branches: int = 3,
        start: datetime = datetime(2009, 3, 2, 1, tzinfo=UTC),
        more_duties: Iterable[str] = (),
    ) -> None:
        self.workflow = Workflow(
            MemoryStore(), party.MODEL, openings=MemoryOpenings(), salts=keyed_salts(bytes(32))
        )
        self.now = start
        self.branches = tuple(f"u-b{number}" for number in range(1, branches + 1))
        self._ids = count(1)
        duties = tuple(sorted({*party.duties(), *more_duties} - {"case.custody"}))
        self.do(OpenLog(tenant="town", packs=dict(party.PACKS), role="office", roles={"office": duties}))
        self.do(
            FoundUnit(unit="u-city", kind="organ"), FoundUnit(unit="u-bureau", kind="bureau", parent="u-city")
        )
        self.do(*(FoundUnit(unit=unit, kind="branch", parent="u-bureau") for unit in self.branches))
        for number in (*range(1, 10), 60, 61):
            unit = "u-city" if number >= 60 else "u-b1"
            self.do(RegisterPerson(person=f"p-{number}", unit=unit, categories=("member",)))
            if number > 1:
                self.do(
                    OpenAccount(account=f"a-{number}", person=f"p-{number}"),
                    GrantRole(person=f"p-{number}", role="office", unit="u-city"),
                )
        if definitions:
            self.do(*party.definitions(*definitions))

    def actor(self, by: int, *, own: bool = False) -> Actor:
        """The person with this number, in the role or acting for themselves."""
        return Actor(f"a-{by}", f"p-{by}", "self" if own else "office")

    def do(
        self, *commands: Command, by: int = 1, own: bool = False, effective_at: datetime | None = None
    ) -> Receipt:
        """Execute commands together, now, as the person with this number; `own`: acting for themselves."""
        actor = self.actor(by, own=own)
        given = f"town-{next(self._ids)}"
        return self.workflow.execute(
            *commands, by=actor, at=self.now, command_id=given, effective_at=effective_at
        )

    def refusal(
        self, *commands: Command, by: int = 1, own: bool = False, effective_at: datetime | None = None
    ) -> Refusal | None:
        """Why commands are refused; None where they are not, and then they are recorded."""
        try:
            self.do(*commands, by=by, own=own, effective_at=effective_at)
        except Refused as refused:
            return refused.refusal
        return None

    def later(self, *, days: int = 0, hours: int = 0) -> None:
        """Move the clock on."""
        self.now += timedelta(days=days, hours=hours)

    def digest(self, code: str) -> str:
        """The digest of the version in force of a definition, by which a matter pins it.

        Raises `InvalidInput` for a code that no definition in force has.
        """
        state = self.workflow.state(f"definition/{code.replace('_', '-')}")
        assert isinstance(state, Definition)
        if not state.digest:
            what = "No definition of this code is in force."
            raise InvalidInput(Fault(code, what, f'Adopt it first: Town("{code}") adopts one of the pack.'))
        return state.digest

    @property
    def history(self) -> History:
        """The history so far."""
        return self.workflow.history
