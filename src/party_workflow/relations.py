"""What an event declares about people: who may cause it, who may not, whom it ties to the matter.

Authorisation is data on the event class, interpreted in one place (`party_workflow.authority`), so
that the rule can be printed, tested, and decided again on replay from the log alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ACTOR: Final = "@actor"
"""Stands for the person behind the account that the envelope names (and for a delegate's principal)."""

RECUSED: Final = "recused"
"""The relation of those who stepped back from a matter within it, so that nothing outside tells (R-203)."""


@dataclass(frozen=True, slots=True)
class Appoints:
    """The persons in `field` are given a part that holders of the `barred` relations must not have.

    Nor may those in a declared conflict with such a holder, nor who stepped back from the matter.  In a
    confidential matter that holds for the relations `in_confidence` as well, and of the relations `close_to`
    for those in a declared conflict with a holder, not for the holders themselves.  Of these two a relation
    may be a field of the event, as in `Requires.barred`.
    """

    field: str
    barred: tuple[str, ...] = ()
    in_confidence: tuple[str, ...] = ()
    close_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requires:
    """Who may cause an event.

    Two ways are open, either of them enough where both are given: by *duty* (the capacity is a
    role that carries the duty, granted for the matter's unit or one above it), or by *own* right
    (acting for oneself, the person stands in one of these event fields or relations to the matter).

    `barred` are relations to the matter, or fields of the event, whose holders may not do this
    whatever their role: nobody decides in their own case.  A declared conflict of interest with
    one of them bars as well.  `outside` asks for a person who does not belong to the matter's unit.
    `own_units` are fields of the event that name units, whose own people (those below included) may not
    do this: a unit does not decide in its own case either.
    """

    duty: str | None = None
    own: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    own_units: tuple[str, ...] = ()
    outside: bool = False
    anyone: bool = False
    """Anybody with an account, in whatever capacity they hold."""
    not_for_others: tuple[str, ...] = ()
    """Relations whose holders do this for themselves if at all, and by no duty for somebody else."""
    close_ones: bool = True
    """Whether a declared conflict with somebody barred bars as well; not from stepping back for it."""
    appoints: tuple[Appoints, ...] = ()
    """Whom the event gives a part, and which relations to the matter they must not have."""


@dataclass(frozen=True, slots=True)
class Relates:
    """Ties a person to the matter: `relation` for those in event field `field` (or `ACTOR`).

    Where the field is sealed, whoever it seals holds the relation without standing in the log.

    `sees` says whether the relation alone lets a person see a confidential matter.  False keeps those out who
    have no other; None says nothing of it: their roles decide, as of somebody without any.
    """

    relation: str
    field: str
    sees: bool | None = True


@dataclass(frozen=True, slots=True)
class StepRule:
    """What a matter whose steps are data demands of whoever takes one, and whom the step ties to it."""

    requires: Requires
    relates: tuple[Relates, ...] = ()


Effect = Literal[
    "genesis",
    "account_opened",
    "account_closed",
    "roles_adopted",
    "role_granted",
    "role_revoked",
    "delegated",
    "delegation_ended",
    "conflict_declared",
    "recused",
    "unit_founded",
    "unit_moved",
    "placed",
    "left",
]
"""What an event changes in the state that authorisation reads.  The field names are fixed per effect
and documented at `party_workflow.authority.AuthorityState`."""
