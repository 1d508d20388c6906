"""Where the openings of personal values are kept: the ordinary ones in one store, identities in the vault.

Which is which the model says: the fields that its deciders name as `vaulted`.  What is vaulted is compared
with a person, handed out once at intake and opened by a decision in the log; nothing else reads it (R-146).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from party_workflow.errors import Fault, InvalidInput
from party_workflow.model import Model
from party_workflow.personal import (
    Identities,
    MemoryIdentities,
    MemoryOpenings,
    Opening,
    Openings,
    Sealed,
    Withheld,
)
from party_workflow.values import PERSON_PATTERN

_NOT_PERMITTED: Final = Withheld("not-permitted")
_NOT_SUPPLIED: Final = Withheld("not-supplied")


class Keeping:
    """The two stores of a workflow.  `durable` says whether the log outlives the process.

    Raises `InvalidInput` where both are one store.
    """

    def __init__(
        self, model: Model, openings: Openings | None, identities: Identities | None, *, durable: bool
    ) -> None:
        if identities is not None and openings is identities:
            what = "It is the store of the other openings, and would be read with them."
            raise InvalidInput(Fault("identities", what, "Pass a vault of its own."))
        self.openings: Final[Openings] = MemoryOpenings() if openings is None else openings
        self.identities: Final[Identities] = MemoryIdentities() if identities is None else identities
        self._forgets = durable and identities is None
        self._vaulted = frozenset[str]().union(*(decider.vaulted for decider in model.all_deciders))

    def put(self, openings: Iterable[Opening]) -> None:
        """Keep openings, each in its store.  Raises `InvalidInput` where an identity would be forgotten."""
        ordinary, vaulted = self._parted(openings)
        if vaulted and self._forgets:
            raise InvalidInput(
                Fault(
                    f"identities: {vaulted[0].field}",
                    "Who asked not to be named would be sealed in a durable log and then forgotten.",
                    "Pass identities=SqliteVault.beside(path, key), or MemoryIdentities() to forget them; an "
                    "import takes --vault-key.",
                )
            )
        if vaulted:
            self.identities.put(vaulted)
        if ordinary:
            self.openings.put(ordinary)

    def discard(self, openings: Iterable[Opening]) -> None:
        """Remove openings whose events were not recorded after all."""
        ordinary, vaulted = self._parted(openings)
        if vaulted:
            self.identities.discard(vaulted)
        if ordinary:
            self.openings.discard(ordinary)

    def of_command(self, command_id: str) -> Sequence[Opening]:
        """The openings that a command brought, of both stores."""
        return [*self.openings.of_command(command_id), *self.identities.of_command(command_id)]

    def erase(self, subject: str) -> int:
        """Erase a subject from both; how many ordinary openings.  How many identities would tell of cases."""
        self.identities.erase(subject)
        return self.openings.erase(subject)

    def shred(self, sealed: Sealed) -> bool:
        """Erase one identity; whether it was at hand."""
        return self.identities.shred(sealed)

    def reveal(self, sealed: Sealed) -> str | Withheld:
        """The value behind a commitment; of a vaulted one never."""
        opening = self.openings.get(sealed)
        if isinstance(opening, Opening):
            if opening.field in self._vaulted:  # kept before there was a vault
                return _NOT_PERMITTED
            return opening.value if opening.opens(sealed) else _NOT_SUPPLIED
        kept = self.identities.get(sealed)
        if isinstance(kept, Opening):
            return _NOT_PERMITTED
        return kept if kept.reason == "erased" else opening

    def identity(self, sealed: Sealed) -> Opening | Withheld:
        """The opening of an identity, for those who may have it."""
        kept = self.identities.get(sealed)
        if isinstance(kept, Withheld) and kept.reason != "erased":
            before = self.openings.get(sealed)  # kept before there was a vault
            if isinstance(before, Opening) and before.field in self._vaulted:
                kept = before
        if isinstance(kept, Opening) and not kept.opens(sealed):
            return _NOT_SUPPLIED
        return kept

    def binds(self, sealed: Sealed, person: str) -> bool | None:
        """Whether an identity is that of a person; None where nobody can say: its opening is not at hand, or
        it is a name and not the id of a person."""
        opening = self.identity(sealed)
        if isinstance(opening, Withheld) or re.fullmatch(PERSON_PATTERN, opening.value) is None:
            return None
        return opening.value == person

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the vault, in order."""
        return tuple(sorted(self._vaulted))

    def _parted(self, openings: Iterable[Opening]) -> tuple[list[Opening], list[Opening]]:
        ordinary: list[Opening] = []
        vaulted: list[Opening] = []
        for opening in openings:
            (vaulted if opening.field in self._vaulted else ordinary).append(opening)
        return ordinary, vaulted
