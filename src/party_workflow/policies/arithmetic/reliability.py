"""How far raters agree, as exact fractions.  None where the measure is not defined for these ratings.

Kendall's W with ties: M. Kendall and J. D. Gibbons, *Rank Correlation Methods*, 5th ed. 1990, chapter 6.
Krippendorff's alpha for interval data: K. Krippendorff, *Content Analysis*, 2nd ed. 2004, chapter 11.
Intraclass correlations: P. E. Shrout and J. L. Fleiss, *Psychological Bulletin* 86 (1979), 420-428.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

Ratings = Sequence[Sequence[Fraction]]
"""What each rater gave each subject: ``ratings[rater][subject]``, every mark there."""
Sparse = Sequence[Sequence[Fraction | None]]
"""The same, where None is a mark that was not given."""


def mean_ranks(values: Sequence[Fraction]) -> list[Fraction]:
    """The rank of each value from the lowest, 1; equal values share the mean of their ranks."""
    occurs = Counter(values)
    ordered = sorted(occurs)
    before = dict(zip(ordered, accumulate((occurs[value] for value in ordered), initial=0), strict=False))
    return [before[value] + Fraction(occurs[value] + 1, 2) for value in values]


def kendall_w(ratings: Ratings) -> Fraction | None:
    """Kendall's coefficient of concordance, corrected for ties: 0 none, 1 the same order from everybody.

    W = 12 S / (m² (n³ - n) - m T), where S is the sum of squares of the subjects' rank sums about their mean
    and T adds t³ - t for each group of t ties of each rater.  None for fewer than two raters or subjects, or
    where everybody rated all alike.
    """
    raters, subjects = _shape(ratings)
    if raters < 2 or subjects < 2:
        return None
    ranks = [mean_ranks(given) for given in ratings]
    sums = [
        sum((ranks[rater][subject] for rater in range(raters)), Fraction(0)) for subject in range(subjects)
    ]
    middle = Fraction(raters * (subjects + 1), 2)
    spread = sum(((each - middle) ** 2 for each in sums), Fraction(0))
    ties = sum(times**3 - times for given in ratings for times in Counter(given).values())
    most = raters**2 * (subjects**3 - subjects) - raters * ties
    return 12 * spread / most if most else None


def krippendorff_alpha(ratings: Sparse) -> Fraction | None:
    """Krippendorff's alpha for interval data: 1 perfect, 0 as by chance, below it systematic disagreement.

    Marks may lack; subjects with fewer than two do not count.  One less the observed over the expected
    disagreement, each the mean squared difference of pairs: within the subjects, and among all marks.  None
    where no subject has two marks or all marks are the same.
    """
    subjects = max((len(given) for given in ratings), default=0)
    units: list[list[Fraction]] = []
    for subject in range(subjects):
        marks = [given[subject] for given in ratings if subject < len(given)]
        present = [mark for mark in marks if mark is not None]
        if len(present) > 1:
            units.append(present)
    pooled = [mark for unit in units for mark in unit]
    if not pooled:
        return None
    expected = _differences(pooled) / (len(pooled) - 1)
    if expected == 0:
        return None
    observed = sum((_differences(unit) / (len(unit) - 1) for unit in units), Fraction(0))
    return 1 - observed / expected


@dataclass(frozen=True, slots=True)
class Squares:
    """Mean squares of a two-way layout: between subjects, between raters, the rest, and within subjects."""

    subjects: int
    raters: int
    between: Fraction
    among_raters: Fraction
    rest: Fraction
    within: Fraction


def squares(ratings: Ratings) -> Squares | None:
    """The mean squares of complete ratings.  None for fewer than two raters or subjects."""
    raters, subjects = _shape(ratings)
    if raters < 2 or subjects < 2:
        return None
    total = Fraction(sum(sum(given, Fraction(0)) for given in ratings))
    correction = total**2 / (raters * subjects)
    all_squares = sum((mark**2 for given in ratings for mark in given), Fraction(0)) - correction
    by_subject = [sum((given[subject] for given in ratings), Fraction(0)) for subject in range(subjects)]
    between = sum((each**2 for each in by_subject), Fraction(0)) / raters - correction
    among = sum((sum(given, Fraction(0)) ** 2 for given in ratings), Fraction(0)) / subjects - correction
    return Squares(
        subjects=subjects,
        raters=raters,
        between=between / (subjects - 1),
        among_raters=among / (raters - 1),
        rest=(all_squares - between - among) / ((subjects - 1) * (raters - 1)),
        within=(all_squares - between) / (subjects * (raters - 1)),
    )


def icc_1(ratings: Ratings) -> Fraction | None:
    """ICC(1,1): agreement of single marks where each subject has raters of its own.  None without spread."""
    found = squares(ratings)
    if found is None:
        return None
    whole = found.between + (found.raters - 1) * found.within
    return (found.between - found.within) / whole if whole else None


def icc_2(ratings: Ratings) -> Fraction | None:
    """ICC(2,1): absolute agreement of single marks where the same raters, one sample of many, mark everybody.

    None for fewer than two raters or subjects, and where all marks are the same.
    """
    found = squares(ratings)
    if found is None:
        return None
    bias = Fraction(found.raters, found.subjects) * (found.among_raters - found.rest)
    whole = found.between + (found.raters - 1) * found.rest + bias
    return (found.between - found.rest) / whole if whole else None


def _differences(values: Sequence[Fraction]) -> Fraction:
    """The sum of squared differences over all ordered pairs."""
    total = sum(values, Fraction(0))
    return 2 * len(values) * sum((value**2 for value in values), Fraction(0)) - 2 * total**2


def _shape(ratings: Ratings) -> tuple[int, int]:
    """Raters and subjects.  Raises ValueError for raters with different numbers of marks."""
    if len({len(given) for given in ratings}) > 1:
        raise ValueError(
            "every rater marks every subject; leave out who does not, or take Krippendorff's alpha"
        )
    return len(ratings), len(ratings[0]) if ratings else 0
