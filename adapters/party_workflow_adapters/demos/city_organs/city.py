"""The city's organs on paper: which units there are, who counts where, who holds which post.

All is invented but the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from party_workflow_adapters.demos.city_organs.size import FULL, Size, apportioned, between, draw
from party_workflow_adapters.demos.diary import acting

ROOT: Final = "u-city"
FIRST: Final = 100_000
"""Members are numbered from here on, the staff of the work committee from 1."""

REGISTRAR: Final = acting(1, "registrar")
LEADER: Final = acting(2, "head_of_party_office")
SECRETARY: Final = acting(3, "secretary")
RECORDER: Final = acting(4, "recorder")
ASSESSORS: Final = (acting(5, "assessor"), acting(6, "assessor"))
REVIEWERS: Final = (acting(7, "reviewer"), acting(8, "reviewer"))
PUBLISHER: Final = acting(9, "publisher")
BOOKKEEPER: Final = acting(10, "bookkeeper")
COMMENTATORS: Final = (acting(11, "supervisor"), acting(12, "supervisor"), acting(13, "supervisor"))
CASE_OFFICER: Final = acting(14, "case_officer")
RECTIFIER: Final = acting(15, "rectifier")
VERIFIER: Final = acting(16, "verifier")
OMBUDSMAN: Final = acting(17, "ombudsman")
STAFF: Final = {
    actor.person: actor.capacity
    for actor in (
        LEADER,
        SECRETARY,
        RECORDER,
        *ASSESSORS,
        *REVIEWERS,
        PUBLISHER,
        BOOKKEEPER,
        *COMMENTATORS,
        CASE_OFFICER,
        RECTIFIER,
        VERIFIER,
        OMBUDSMAN,
    )
}
"""Role by person, of the staff of the work committee besides the registrar.

They count in the root itself, and as staff: none of them is among the members."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch with its members by number, in service or not."""

    unit: str
    organisation: str
    in_service: tuple[int, ...]
    outside: tuple[int, ...]

    @property
    def members(self) -> tuple[int, ...]:
        return tuple(sorted((*self.in_service, *self.outside)))

    @property
    def secretary(self) -> int:
        """Who is secretary when the year begins."""
        return self.in_service[0]

    @property
    def successor(self) -> int:
        """Who becomes secretary where the secretary changes in the course of the year."""
        return self.in_service[1]


class City:
    """The tree as the year begins, and what becomes of it by its end."""

    def __init__(self, size: Size = FULL) -> None:
        self.size = size
        count = size.organisations
        self.organisations: tuple[str, ...] = tuple(f"u-o{index:02d}" for index in range(1, count + 1))
        shares = apportioned(
            size.branches, [between(3, 15, "branches", unit) for unit in self.organisations], 2
        )
        units = [
            (f"{unit}-b{number:02d}", unit)
            for unit, share in zip(self.organisations, shares, strict=True)
            for number in range(1, share + 1)
        ]
        heads = apportioned(size.members, [between(40, 160, "members", unit) for unit, _ in units], 5)
        self.first: tuple[Branch, ...] = tuple(self._branches(units, heads))

    def _branches(self, units: list[tuple[str, str]], heads: list[int]) -> Iterator[Branch]:
        """Whoever is not in service is spread evenly: every branch can have a secretary in service."""
        members, serving, index = self.size.members, self.size.in_service, 0
        for (unit, organisation), head in zip(units, heads, strict=True):
            inside: list[int] = []
            outside: list[int] = []
            for _ in range(head):
                serves = (index + 1) * serving // members > index * serving // members
                (inside if serves else outside).append(FIRST + index)
                index += 1
            yield Branch(unit, organisation, tuple(inside), tuple(outside))

    @cached_property
    def by_organisation(self) -> dict[str, tuple[Branch, ...]]:
        """The branches of every organisation when the year begins."""
        found: dict[str, tuple[Branch, ...]] = dict.fromkeys(self.organisations, ())
        for branch in self.first:
            found[branch.organisation] = (*found[branch.organisation], branch)
        return found

    @cached_property
    def merged(self) -> tuple[Branch, Branch]:
        """The branch that goes into another one in March, and that other one."""
        able = [branch for branches in self.by_organisation.values() for branch in branches[2:]]
        one = min(able, key=lambda branch: (len(branch.members), branch.unit))
        return one, next(b for b in self.by_organisation[one.organisation] if b.unit != one.unit)

    @cached_property
    def split(self) -> Branch:
        """The branch that goes apart in April: the largest."""
        gone = {branch.unit for branch in self.merged}
        return max(
            (b for b in self.first if b.unit not in gone),
            key=lambda branch: (len(branch.members), branch.unit),
        )

    @cached_property
    def founded(self) -> Branch:
        """The branch that the split founds, with the second half of the members."""
        whole = self.split
        number = len(self.by_organisation[whole.organisation]) + 1
        return Branch(
            f"{whole.organisation}-b{number:02d}",
            whole.organisation,
            whole.in_service[(len(whole.in_service) + 1) // 2 :],
            whole.outside[(len(whole.outside) + 1) // 2 :],
        )

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The branches by the end of the year: as many as in the beginning, but not the same."""
        gone = self.merged[0].unit
        kept = [branch for branch in self.first if branch.unit != gone]
        return tuple(sorted((*kept, self.founded), key=lambda branch: branch.unit))

    def head(self, organisation: str) -> int:
        """The secretary of an organisation: a member of its first branch, and no branch secretary."""
        return self.by_organisation[organisation][0].in_service[2]

    @cached_property
    def heads(self) -> dict[str, int]:
        """The secretaries of the organisations."""
        return {unit: self.head(unit) for unit in self.organisations}

    @cached_property
    def officers(self) -> tuple[int, ...]:
        """The officers who were trained in two batches."""
        found = [self.by_organisation[unit][0].in_service[3] for unit in self.organisations]
        found += [self.by_organisation[unit][1].in_service[2] for unit in self.organisations]
        return tuple(found[: self.size.officers])

    @cached_property
    def modes(self) -> dict[str, str]:
        """How every organisation reports: a few live, drawn by lot, all others in writing."""
        order = sorted(self.organisations, key=lambda unit: (draw("live", unit), unit))
        live = set(order[: self.size.live])
        return {unit: "live" if unit in live else "written" for unit in self.organisations}

    @cached_property
    def changing(self) -> tuple[tuple[Branch, ...], tuple[Branch, ...]]:
        """The branches whose secretary changes before the last training, and those where it is after it."""
        busy = {self.merged[0].unit, self.merged[1].unit, self.split.unit, self.founded.unit}
        firsts = {branches[0].unit for branches in self.by_organisation.values()}
        able = [b for b in self.first if b.unit not in busy | firsts and len(b.in_service) > 4]
        able.sort(key=lambda branch: (draw("changing", branch.unit), branch.unit))
        number = max(2, self.size.branches // 60)
        return tuple(able[:number]), tuple(able[number : 2 * number - 1])

    def secretary(self, branch: Branch, when: str) -> int:
        """Who is secretary of a branch on a day of the year, written ``2018-10-01``."""
        early, late = self.changing
        changed = (branch in early and when >= CHANGES[0]) or (branch in late and when >= CHANGES[1])
        return branch.successor if changed else branch.secretary


CHANGES: Final = ("2018-06-15", "2018-10-15")
"""When secretaries change: between two trainings, and after the last one."""
