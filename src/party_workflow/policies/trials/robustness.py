"""How far a ranking holds when what could as well have been chosen otherwise is varied.

Weights are jittered by a seeded lot, raters and indicators left out one at a time, normalisations exchanged.
For each subject that gives the interval of its places, and for the whole the pairs that no trial reverses.
The method is the uncertainty and sensitivity analysis that the OECD and JRC Handbook on Constructing
Composite Indicators (2008, step 7) asks of composite indicators; chance is drawn by SHA-256 from the seed, so
the same call gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.board import Board
from party_workflow.policies.documents.clauses import BaseClause, CodeClause
from party_workflow.policies.documents.document import RuleDocument, advance, begin, conclude
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.trials.rows import Rows
from party_workflow.policies.trials.varying import (
    Kind,
    Variation,
    jittered,
    normalised,
    without_indicators,
    without_raters,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One variation: what was varied, how many places came out otherwise, and who was not ranked by it."""

    kind: Kind
    what: str
    moved: int
    unranked: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """The trial as canonical data."""
        return {"kind": self.kind, "what": self.what, "moved": self.moved, "unranked": list(self.unranked)}


@dataclass(frozen=True, slots=True)
class Interval:
    """The places of one subject: as ranked, the best and the worst of all trials, and in how many of those in
    which it was ranked it kept its place.
    """

    subject: str
    group: str
    place: int
    best: int
    worst: int
    kept: int
    ranked: int

    def __str__(self) -> str:
        return f"{self.subject}: {self.place}, from {self.best} to {self.worst}"

    def data(self) -> dict[str, Any]:
        """The interval as canonical data."""
        return {
            "subject": self.subject,
            "group": self.group,
            "place": self.place,
            "best": self.best,
            "worst": self.worst,
            "kept": self.kept,
            "ranked": self.ranked,
        }


@dataclass(frozen=True, slots=True)
class Robustness:
    """How far a ranking holds.  `pairs` is how many pairs stand one above the other in it; `never_reversed`
    are those that stand so, or level, in every trial in which both are ranked.
    """

    document: str
    seed: str
    intervals: tuple[Interval, ...]
    trials: tuple[Trial, ...]
    pairs: int
    never_reversed: tuple[tuple[str, str], ...]

    def interval(self, subject: str) -> Interval:
        """The places of one subject.  Raises KeyError for one that is not ranked."""
        for item in self.intervals:
            if item.subject == subject:
                return item
        raise KeyError(subject)

    @property
    def share(self) -> Fraction:
        """The share of pairs that no trial reverses; 1 where there is none."""
        return Fraction(len(self.never_reversed), self.pairs) if self.pairs else Fraction(1)

    def data(self) -> dict[str, Any]:
        """The answer as canonical data."""
        return {
            "document": self.document,
            "seed": self.seed,
            "intervals": [item.data() for item in self.intervals],
            "trials": [item.data() for item in self.trials],
            "pairs": self.pairs,
            "never_reversed": [list(pair) for pair in self.never_reversed],
        }


def robustness(
    document: RuleDocument,
    rows: Rows,
    *,
    on: date,
    period_start: date,
    seed: str,
    runs: int,
    jitter: Fraction,
    raters: bool = True,
    indicators: bool = True,
    normalisations: Sequence[Mapping[str, Any]] = (),
    code: Mapping[str, CodeClause] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Robustness:
    """Vary a document over its rows, and see how its places move.

    In each of `runs` trials every weight of a total is multiplied by one drawn from ``1 - jitter`` to ``1 +
    jitter``, and all are scaled back to their sum.  With `raters` each rater of a panel is left out in a
    trial of its own, with `indicators` each part of a total; each of `normalisations` is another
    method of all ``normalise`` clauses.  `progress` is told how many of how many trials are done.
    Raises `InvalidInput` for a jitter outside 0 to 1, and where nothing can be varied.
    """
    if not 0 <= jitter < 1:
        raise InvalidInput(Fault("jitter", f"It is {jitter}.", "Give a share from 0 to below 1."))
    start = begin(document, rows, on=on, period_start=period_start, code=code)
    variations = [
        *jittered(document, on, seed, runs, jitter),
        *(without_raters(document, start.rows) if raters else ()),
        *(without_indicators(document, on) if indicators else ()),
        *normalised(document, normalisations),
    ]
    if not variations:
        what = "The document has no weights, raters, indicators or normalisations to vary."
        raise InvalidInput(Fault(document.code, what, "Name what to vary."))
    shared = _Shared(document, start, code or {})
    baseline = _places(shared.conclude({}), document)
    found = _Found(baseline)
    for number, variation in enumerate(variations, start=1):
        places = _places(shared.varied(variation, rows, on, period_start), document)
        found.add(variation, places)
        if progress is not None:
            progress(number, len(variations))
    return found.answer(document.digest, seed)


# --- what comes of it ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Shared:
    """Evaluates variations, going on from the last clause before the first that is altered."""

    document: RuleDocument
    start: Board
    code: Mapping[str, CodeClause]
    boards: list[Board] | None = None

    def conclude(self, altered: Mapping[str, BaseClause]) -> Conclusion:
        """What follows with some clauses altered."""
        if self.boards is None:
            self.boards = [self.start]
            for clause in self.document.clause:
                board = self.boards[-1].copy()
                advance(board, clause)
                self.boards.append(board)
        codes = [clause.code for clause in self.document.clause]
        first = min((codes.index(code) for code in altered), default=len(codes))
        board = self.boards[first].copy()
        for clause in self.document.clause[first:]:
            advance(board, altered.get(clause.code, clause))
        return conclude(self.document, board)

    def varied(self, variation: Variation, rows: Rows, on: date, period_start: date) -> Conclusion:
        """What follows from a variation."""
        if variation.without is None:
            return self.conclude(variation.clauses)
        source, column, rater = variation.without
        board = begin(self.document, rows, on=on, period_start=period_start, code=self.code)
        kept = tuple(row for row in board.rows(source) if cell_text(row.columns[column]) != rater)
        board.facts = {**board.facts, source: kept}
        for clause in self.document.clause:
            advance(board, clause)
        return conclude(self.document, board)


def _places(conclusion: Conclusion, document: RuleDocument) -> dict[str, tuple[str, int]]:
    """By subject its group and its place, in the rankings of the result."""
    named = document.ranking or conclusion.rankings[-1].clause if conclusion.rankings else ""
    return {
        entry.subject: (ranking.group, entry.place)
        for ranking in conclusion.rankings
        if ranking.clause == named
        for entry in ranking.entries
    }


class _Found:
    """What the trials have come to so far.  Pairs are kept as bits, so that many subjects cost little."""

    def __init__(self, baseline: Mapping[str, tuple[str, int]]) -> None:
        self.baseline = baseline
        self.subjects = sorted(baseline)
        self.spread = {subject: (place, place, 0, 0) for subject, (_, place) in baseline.items()}
        self.below = {
            subject: _bits(
                index
                for index, other in enumerate(self.subjects)
                if baseline[other][0] == baseline[subject][0] and baseline[other][1] > baseline[subject][1]
            )
            for subject in self.subjects
        }
        self.pairs = sum(bits.bit_count() for bits in self.below.values())
        self.trials: list[Trial] = []

    def add(self, variation: Variation, places: Mapping[str, tuple[str, int]]) -> None:
        """Takes one trial into account."""
        moved = 0
        for subject in self.subjects:
            if subject not in places:
                continue
            place = places[subject][1]
            best, worst, kept, ranked = self.spread[subject]
            same = place == self.baseline[subject][1]
            moved += not same
            self.spread[subject] = (min(best, place), max(worst, place), kept + same, ranked + 1)
        by_place: dict[int, int] = {}
        for index, subject in enumerate(self.subjects):
            if subject in places:
                place = places[subject][1]
                by_place[place] = by_place.get(place, 0) | 1 << index
        ahead, reversed_by = 0, dict[int, int]()
        for place in sorted(by_place):
            reversed_by[place] = ahead
            ahead |= by_place[place]
        for subject in self.subjects:
            if subject in places:  # whoever stands before it now is no longer never above it
                self.below[subject] &= ~reversed_by[places[subject][1]]
        unranked = tuple(subject for subject in self.subjects if subject not in places)
        self.trials.append(Trial(variation.kind, variation.what, moved, unranked))

    def answer(self, document: str, seed: str) -> Robustness:
        """Everything together."""
        intervals = tuple(
            Interval(subject, self.baseline[subject][0], self.baseline[subject][1], *self.spread[subject])
            for subject in sorted(self.subjects, key=lambda each: (*self.baseline[each], each))
        )
        pairs = tuple(
            (subject, other)
            for subject in self.subjects
            for index, other in enumerate(self.subjects)
            if self.below[subject] >> index & 1
        )
        return Robustness(document, seed, intervals, tuple(self.trials), self.pairs, pairs)


def _bits(indices: Iterator[int]) -> int:
    found = 0
    for index in indices:
        found |= 1 << index
    return found
