"""Lots that anybody can draw again: whom of a population a seed and the head of a log choose (R-201).

Each member gets the number SHA-256 over the head digest of the log, the seed, the name of the group drawn
from and the member itself; those with the lowest numbers are chosen.  The order of the population makes
no difference, nor do other groups, and one member more or less leaves the order of the others as it
was.  Whoever fixes the seed after the head is known could try seeds until the draw suits them: a seed that is
worth something is announced beforehand, or comes of a draw in public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from party_workflow.canonical import canonical_bytes
from party_workflow.errors import Fault, InvalidInput

ALGORITHM: Final = "sha256-lots/1"
"""Names how the lots are numbered and chosen; a workpaper carries it."""
_DOMAIN: Final = b"party_workflow/lots/1\n"


def lot(member: str, seed: str, head: str, group: str) -> str:
    """The number of one member, as 64 hexadecimal digits: what decides whether it is chosen."""
    said = canonical_bytes({"group": group, "head": head, "member": member, "seed": seed})
    return hashlib.sha256(_DOMAIN + said).hexdigest()


def draw(population: Iterable[str], n: int, seed: str, head: str, group: str = "all") -> tuple[str, ...]:
    """`n` different members of a population, sorted; the same for the same seed, head and group.

    Raises `InvalidInput` where `n` is negative or more than there are.
    """
    members = frozenset(population)
    if not 0 <= n <= len(members):
        what = f"{n} cannot be drawn from {len(members)}."
        raise InvalidInput(Fault("n", what, "Draw from none to all of them."))
    return tuple(sorted(sorted(members, key=lambda member: lot(member, seed, head, group))[:n]))
