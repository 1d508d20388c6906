"""Which commands are open to whom, said beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from party_workflow.authority import AuthorityState, Binds, Parties, may, unopened
from party_workflow.codec import Event
from party_workflow.decider import Decider
from party_workflow.errors import Refusal
from party_workflow.service.reading import IN_VIEW, Matter
from party_workflow.store import Actor


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a command is open to somebody on a matter, and if not, why.  Truthy when open.

    Where the steps of the matter are data there is one for each `step` that the command may take.
    """

    command: str
    stream: str
    refusal: Refusal | None = None
    step: str | None = None

    def __bool__(self) -> bool:
        return self.refusal is None


def first_refusal(
    kinds: Sequence[type[Event]],
    by: Actor,
    at: datetime,
    view: AuthorityState,
    parties: Parties,
    stream: str,
    step: str | None = None,
    binds: Binds = unopened,
) -> Refusal | None:
    """Why none of the events that a command may lead to is permitted; None if one is."""
    kinds = [kind for kind in kinds if not kind.along] or kinds
    refusals = [may(kind, by, at, view, parties, stream, step, binds) for kind in kinds]
    return None if None in refusals or not refusals else refusals[0]


def permissions(
    decider: Decider[Any],
    stream: str,
    matter: Matter,
    by: Actor,
    at: datetime,
    view: AuthorityState,
    binds: Binds = unopened,
) -> list[Permission]:
    """Every command of a matter, and step of it, with why it is not open if it is not."""
    state = view if decider.category in IN_VIEW else matter.state
    closed = decider.closed(state)
    found = []
    for command in decider.commands:
        name = command.stored_type
        kinds, parties = decider.yields[name], matter.parties
        stepwise = "step" in command.model_fields and any(kind.step_field for kind in kinds)
        for step in parties.steps if stepwise and parties.steps else (None,):
            refusal = first_refusal(kinds, by, at, view, parties, stream, step, binds)
            shut = closed.get(name if step is None else f"{name}/{step}")
            found.append(Permission(name, stream, refusal or shut, step))
    return found
