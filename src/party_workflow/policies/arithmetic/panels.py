"""What a panel comes to: means, trimmed means, medians, weighted groups, and raters centred."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

R = TypeVar("R", bound=Hashable)
S = TypeVar("S", bound=Hashable)


def mean(values: Sequence[Fraction]) -> Fraction:
    """The arithmetic mean.  Raises ValueError for nothing."""
    if not values:
        raise ValueError("nothing has no mean")
    return sum(values, Fraction(0)) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value; of an even number the mean of the middle two.  Raises ValueError for nothing."""
    if not values:
        raise ValueError("nothing has no median")
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def trim(values: Mapping[R, Fraction], drop_high: int, drop_low: int) -> tuple[tuple[R, ...], tuple[R, ...]]:
    """Whose values stay and whose are dropped, each in the order given.

    Of equal values the later ones in that order are dropped as the highest, the earlier ones as the lowest;
    whose is dropped changes no number.  Raises ValueError where nothing would stay, or for negative counts.
    """
    if drop_high < 0 or drop_low < 0:
        raise ValueError("as many or none are dropped, never fewer")
    if drop_high + drop_low >= len(values):
        raise ValueError(f"of {len(values)} values {drop_high + drop_low} would be dropped")
    ordered = sorted(values, key=lambda rater: values[rater])
    kept = set(ordered[drop_low : len(ordered) - drop_high])
    return tuple(r for r in values if r in kept), tuple(r for r in values if r not in kept)


def trimmed_mean(values: Sequence[Fraction], drop_high: int, drop_low: int) -> Fraction:
    """The mean without so many of the highest and of the lowest.  Raises ValueError where nothing stays."""
    kept, _ = trim(dict(enumerate(values)), drop_high, drop_low)
    return mean([values[index] for index in kept])


def weighted_groups(
    values: Mapping[R, Fraction], weights: Mapping[R, Fraction], *, spread: bool = False
) -> Fraction:
    """The sum of weight times value of each group.

    With `spread` the weights of groups without a value go to the others in proportion; without it every group
    of some weight has a value.  Raises ValueError for a group without weight, for weights that are negative
    or do not sum to 1, for a value that lacks, or where the groups with values have no weight at all.
    """
    if any(weight < 0 for weight in weights.values()) or sum(weights.values()) != 1:
        raise ValueError("weights of groups are not negative and sum to 1")
    if set(values) - set(weights):
        raise ValueError("a group has no weight")
    if not spread and any(weights[group] and group not in values for group in weights):
        raise ValueError("a group has no value")
    present = sum((weights[group] for group in values), Fraction(0))
    if present == 0:
        raise ValueError("no group that has a value has any weight")
    return sum((weights[group] * value for group, value in values.items()), Fraction(0)) / present


def centred(marks: Mapping[R, Mapping[S, Fraction]], minimum: int = 1) -> dict[R, dict[S, Fraction]]:
    """Every mark less the mean of its rater's own: by rater, their marks sum to zero.

    Who is strict and who is lenient then makes no difference; nor, and that is the price, does it whether a
    rater saw only good ones.  Raters with fewer marks than `minimum` are left out of what is returned.
    """
    found: dict[R, dict[S, Fraction]] = {}
    for rater, given in marks.items():
        if given and len(given) >= minimum:
            own = mean(list(given.values()))
            found[rater] = {subject: mark - own for subject, mark in given.items()}
    return found
