"""Lots from a published seed, and live slots in turn.

A lot is the order of SHA-256 over the seed and the id, so that anybody can draw it again.  It depends on
nothing else: not on the order in which the ids are given, nor on who else takes part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from party_workflow.canonical import canonical_bytes
from party_workflow.errors import Faults, InvalidInput
from party_workflow.policies.figure import Evidence

_DOMAIN: Final = b"party_workflow/lot/1\n"


def lot(seed: str, items: Iterable[str]) -> tuple[str, ...]:
    """These ids in the order of their lots: by SHA-256 over the domain, the seed and the id.

    The seed has to be fixed before the ids are known, or published before the draw, to show that nobody
    chose it.
    """

    def drawn(item: str) -> tuple[bytes, str]:
        return hashlib.sha256(_DOMAIN + f"{seed}\n{item}".encode()).digest(), item

    return tuple(sorted(set(items), key=drawn))


# --- live slots in turn (R-039) --------------------------------------------------------------

Ground = Literal["longest_without", "due_within", "lot"]
"""Why somebody gets a slot: nobody is longer without; it would not be in time otherwise; by lot."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A slot that somebody had, or was excused from, in a round; rounds count from 1."""

    subject: str
    round: int
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who gets a slot, and why; `last` is the round of the one before, None where there was none."""

    subject: str
    ground: Ground
    last: int | None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """Who gets the live slots of one round.  It recommends: people fix the list.

    `at_most` is in how many rounds everybody has a turn, where the slots and the population stay as they are;
    `overdue` are those who get none now although they have waited as long as was promised.
    """

    round: int
    slots: int
    population: tuple[str, ...]
    seed: str
    at_most: int
    chosen: tuple[Chosen, ...]
    overdue: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """The selection as canonical data, with the seed by which it can be drawn again."""
        return {
            "round": self.round,
            "slots": self.slots,
            "population": list(self.population),
            "seed": self.seed,
            "at_most": self.at_most,
            "chosen": [
                {"subject": item.subject, "ground": item.ground, "last": item.last or 0}
                for item in self.chosen
            ],
            "overdue": list(self.overdue),
        }

    def canonical_bytes(self) -> bytes:
        """The bytes that are published."""
        return canonical_bytes(self.data())


def rounds_needed(population: int, slots: int) -> int:
    """After how many rounds everybody can have had a slot: 82 with 9 slots, ten.

    Raises `InvalidInput` for less than one slot.
    """
    faults = Faults()
    if slots < 1:
        faults.add("slots", f"{slots} slots give nobody a turn.", "Have at least one.")
    faults.raise_if_any(InvalidInput)
    return -(-population // slots)


def in_turn(
    population: Sequence[str],
    slots: int,
    past: Iterable[Turn],
    *,
    number: int,
    within: int,
    seed: str,
    joined: Mapping[str, int] | None = None,
) -> Slots:
    """The live slots of a round, so that everybody has one within so many rounds.

    Who waits longest comes first; among those who wait as long the lot decides, by the seed, which is printed
    with the result.  `past` are the slots of earlier rounds; those of this or a later round are left aside.
    Who never had one waits since the first round, or since the one in which they `joined`.  Raises
    `InvalidInput` where the slots are too few for it: 82 subjects and 9 slots take ten rounds.
    """
    subjects = tuple(sorted(set(population)))
    needed = rounds_needed(len(subjects), slots)
    faults = Faults()
    if within < needed:
        what = (
            f"{slots} slots a round give {len(subjects)} subjects a turn in {needed} rounds, not in {within}."
        )
        faults.add(
            "within", what, f"Promise {needed} rounds, or have {-(-len(subjects) // max(within, 1))} slots."
        )
    faults.raise_if_any(InvalidInput)
    last: dict[str, Turn] = {}
    for each in past:
        known = last.get(each.subject)
        if each.round < number and (known is None or known.round < each.round):
            last[each.subject] = each
    drawn = {subject: index for index, subject in enumerate(lot(seed, subjects))}

    def waits(subject: str) -> int:
        turn = last.get(subject)
        return (joined or {}).get(subject, 1) - 1 if turn is None else turn.round

    order = sorted(subjects, key=lambda subject: (waits(subject), drawn[subject]))
    chosen, rest = order[:slots], order[slots:]
    edge = waits(chosen[-1]) if chosen else None
    level = {subject for subject in rest if waits(subject) == edge}
    due = [subject for subject in rest if number - waits(subject) >= within]
    found = []
    for subject in chosen:
        turn = last.get(subject)
        ground: Ground = "longest_without"
        if level and waits(subject) == edge:
            ground = "lot"
        elif number - waits(subject) >= within:
            ground = "due_within"
        found.append(
            Chosen(
                subject, ground, None if turn is None else turn.round, None if turn is None else turn.evidence
            )
        )
    return Slots(number, slots, subjects, seed, needed, tuple(found), tuple(sorted(due)))


def by_lot(population: Sequence[str], slots: int, *, number: int, seed: str) -> Slots:
    """The live slots of a round by lot alone, as anybody can draw it again from the published seed.

    It guarantees nobody a turn in any number of rounds.
    """
    subjects = tuple(sorted(set(population)))
    needed = rounds_needed(len(subjects), slots)
    chosen = tuple(Chosen(subject, "lot", None) for subject in lot(seed, subjects)[:slots])
    return Slots(number, slots, subjects, seed, needed, chosen)
