"""How big the history is, and how everything in it is drawn from one seed.

Whatever the sources do not say is taken from SHA-256 of the seed and of what it is for, so that the same seed
gives the same bytes on every machine, and adding something new does not move what was there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """The figures of the year.  Those of `FULL` are the published ones; `SMALL` keeps every feature."""

    live: int
    written: int
    branches: int
    members: int
    in_service: int
    four_star: int
    five_star: int
    officers: int
    listeners: int

    @property
    def organisations(self) -> int:
        """Those that report live and those that report in writing are all there are."""
        return self.live + self.written


FULL: Final = Size(
    live=9,
    written=73,
    branches=744,
    members=9_945,
    in_service=8_602,
    four_star=348,
    five_star=71,
    officers=116,
    listeners=998,
)
SMALL: Final = Size(
    live=2,
    written=6,
    branches=24,
    members=240,
    in_service=208,
    four_star=11,
    five_star=2,
    officers=10,
    listeners=24,
)
SEED: Final = "city-organs-2018"


def draw(*what: object) -> int:
    """A number from 0 up to, not including, 2^64 for whatever is named."""
    named = "/".join(str(item) for item in (SEED, *what))
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8])


def between(low: int, high: int, *what: object) -> int:
    """A number from `low` to `high`, both included."""
    return low + draw(*what) % (high - low + 1)


def drawn(number: int, candidates: Sequence[str], what: str) -> list[str]:
    """So many of the candidates, without regard to their order."""
    return sorted(candidates, key=lambda item: (draw(what, item), item))[:number]


def apportioned(total: int, weights: Sequence[int], least: int) -> list[int]:
    """A total in whole parts by weight, each at least `least`: largest remainders, the earlier one first."""
    spare, whole = total - least * len(weights), sum(weights)
    assert spare >= 0
    parts = [least + spare * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(spare * weights[index] % whole), index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
