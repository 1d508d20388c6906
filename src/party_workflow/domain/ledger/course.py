"""What something came to at every moment at which it changed, extended without being added up anew.

A ledger is asked at every entry whether there was enough at each moment, and entries are dated back.  Summing
all of them for each made ten thousand bookings quadratic; here the sums are kept in blocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import accumulate
from typing import Final

_LONG: Final = 128
"""A block of more steps than this falls into two."""
_Exact = Fraction | int
"""Whole numbers are kept as such: adding fractions takes thirty times as long."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account at one moment: what the entries up to then come to."""

    at: datetime
    amount: Fraction


@dataclass(frozen=True, slots=True)
class _Block:
    """Steps in order of time, what they come to, and the least that they come to on the way."""

    steps: tuple[tuple[datetime, _Exact], ...]
    total: _Exact
    least: _Exact


def _block(steps: tuple[tuple[datetime, _Exact], ...]) -> _Block:
    sums = tuple(accumulate(amount for _, amount in steps))
    return _Block(steps, sums[-1], min(sums))


@dataclass(frozen=True, slots=True)
class Course:
    """A sum over time: the steps, the sum after all of them, and the least that it ever was.

    An immutable value.  `put` takes as long as one block where the step is the last one, and as there are
    blocks where it is dated back.
    """

    blocks: tuple[_Block, ...] = ()
    total: _Exact = 0
    least: _Exact = 0

    def put(self, at: datetime, amount: Fraction) -> Course:
        """The same course with one step more; steps of one moment are one."""
        return self._put(at, amount.numerator if amount.denominator == 1 else amount)

    def _put(self, at: datetime, amount: _Exact) -> Course:
        if not self.blocks:
            return Course((_block(((at, amount),)),), amount, min(amount, 0))
        last = self.blocks[-1]
        if at > last.steps[-1][0]:
            total = self.total + amount
            least = min(self.least, total)
            if len(last.steps) < _LONG:
                inside = last.total + amount
                longer = _Block((*last.steps, (at, amount)), inside, min(last.least, inside))
                return Course((*self.blocks[:-1], longer), total, least)
            return Course((*self.blocks, _block(((at, amount),))), total, least)
        place = max(bisect_right(self.blocks, at, key=lambda block: block.steps[0][0]) - 1, 0)
        steps = self.blocks[place].steps
        index = bisect_right(steps, at, key=lambda step: step[0])
        if index and steps[index - 1][0] == at:
            steps = (*steps[: index - 1], (at, steps[index - 1][1] + amount), *steps[index:])
        else:
            steps = (*steps[:index], (at, amount), *steps[index:])
        half = len(steps) // 2
        parts = (_block(steps),) if len(steps) <= _LONG else (_block(steps[:half]), _block(steps[half:]))
        blocks = (*self.blocks[:place], *parts, *self.blocks[place + 1 :])
        total = least = 0
        for block in blocks:
            least = min(least, total + block.least)
            total += block.total
        return Course(blocks, total, least)

    def lines(self) -> Iterator[Line]:
        """What it came to at each moment at which it changed, in order."""
        total = Fraction(0)
        for block in self.blocks:
            for at, amount in block.steps:
                total += amount
                yield Line(at, total)

    def below_zero(self, since: datetime | None = None) -> Line | None:
        """The first moment, of those since one, at which it was less than nothing."""
        if self.least >= 0:
            return None
        return next(
            (line for line in self.lines() if line.amount < 0 and (since is None or line.at >= since)), None
        )
