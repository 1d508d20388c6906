"""``--as ACCOUNT``: the log as somebody may see it, in place of the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import click

from party_workflow.authority import SELF, AuthorityState
from party_workflow.personal import Opening, Openings, Sealed, Withheld
from party_workflow.service import Workflow
from party_workflow.service.seen import Seen
from party_workflow.store import Actor

NAMES: Final = frozenset({"person.name", "unit.title"})
"""The sealed fields that anybody is shown who may see the record: what people and units are called."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is to see the log: an account, and in which role."""

    account: str
    role: str | None = None
    principal: str | None = None

    def actor(self, workflow: Workflow) -> Actor:
        """The account with the person behind it.

        Raises `click.UsageError` for an account that there is not and for a role that the person, or whoever
        they say they act for, was never granted.  What is over or not begun shows nothing, and is no mistake.
        """
        state = workflow.state("authority")
        assert isinstance(state, AuthorityState)
        if self.account not in state.accounts:
            raise click.UsageError(f"There is no account {self.account}.")
        person, role = state.accounts[self.account], self.role or SELF
        if self.principal is not None:
            lent = [name for whose, to, name in state.delegations if (whose, to) == (self.principal, person)]
            if role not in lent:
                raise click.UsageError(
                    f"{self.principal} lent {person} no role {role}. {_held(lent, 'Lent to them')}"
                )
        elif role != SELF:  # said in words, as it would look like a log in which there is nothing
            if role not in state.roles:
                raise click.UsageError(f"There is no role {role}. {_held(state.roles, 'Roles')}")
            held = [grant.role for grant in state.grants.get(person, ())]
            if role not in held:
                raise click.UsageError(f"{person} does not hold the role {role}. {_held(held, 'Theirs')}")
        return Actor(self.account, person, role, self.principal)


def _held(names: Iterable[str], what: str) -> str:
    return f"{what}: {', '.join(sorted(set(names))) or 'none'}."


def seen_by(workflow: Workflow, viewer: Viewer, at: datetime | None) -> Workflow:
    """A workflow to read from on which stands what somebody may see, at a moment or now."""
    view = workflow.seen_by(viewer.actor(workflow), at or datetime.now(UTC)).source
    assert isinstance(view, Seen)
    return Workflow(view, workflow.model, openings=NamesOnly(workflow.openings))


class NamesOnly:
    """Openings of names; of every other sealed text it is for the service to say who may read it."""

    def __init__(self, openings: Openings) -> None:
        self._openings = openings

    def get(self, sealed: Sealed) -> Opening | Withheld:
        """See `Openings.get`."""
        found = self._openings.get(sealed)
        if isinstance(found, Withheld) or found.field in NAMES:
            return found
        return Withheld("not-permitted")

    def of_command(self, command_id: str) -> Sequence[Opening]:
        """None: they are for comparing a retry."""
        return ()

    def put(self, openings: Iterable[Opening]) -> None:
        """It is for reading.  Raises `TypeError`."""
        raise TypeError("what one actor sees of a log is for reading")

    def discard(self, openings: Iterable[Opening]) -> None:
        """It is for reading.  Raises `TypeError`."""
        raise TypeError("what one actor sees of a log is for reading")

    def erase(self, subject: str) -> int:
        """It is for reading.  Raises `TypeError`."""
        raise TypeError("what one actor sees of a log is for reading")
