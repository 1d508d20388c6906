"""The methods of normalisation, each with all that it needs said."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from party_workflow.errors import Faults
from party_workflow.policies.arithmetic import scaling
from party_workflow.policies.documents.parameters import Dated, Digits, Exact, MeasureRef, Part


class Caps(Part):
    """Limits within which the normalised value is held; a limit that is not said is none."""

    at_least: Dated[Exact] | None = None
    at_most: Dated[Exact] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError('give at_least, at_most or both; or write caps = "none"')
        return self


Capped = Literal["none"] | Caps


class MinMax(Part):
    """Where a value stands from `low` (0) to `high` (1), then held within `caps`.

    Goalposts are numbers, and `low` may be the larger one where less is better; or one or both are
    ``observed``: the lowest and highest value among those compared, the other way round for `direction`
    ``lower``.  So with `low` 0 and `high` observed the best has 1, and the others their share of the best.
    """

    by: Literal["min_max"]
    low: Dated[Exact] | Literal["observed"]
    high: Dated[Exact] | Literal["observed"]
    direction: scaling.Direction | None = None
    caps: Capped

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.direction is not None) != self.observed:
            raise ValueError("observed goalposts say the direction, numbers say it by their order")
        return self

    @property
    def observed(self) -> bool:
        """Whether a goalpost is the value of one of those compared."""
        return "observed" in (self.low, self.high)


class Logarithm(Part):
    """The natural logarithm to so many significant digits; with the goalposts `low` and `high`, where it
    stands between their logarithms.

    A value of nothing or less has no logarithm: it is held at the lower of the `caps` where that is said, and
    is `InvalidInput` otherwise.
    """

    by: Literal["logarithm"]
    low: Dated[Exact] | None = None
    high: Dated[Exact] | None = None
    digits: Digits
    caps: Capped

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("say both goalposts, or none")
        return self


class ByRank(Part):
    """The place among those compared, `ties` as said; with `as_share` (n - place) / (n - 1): the first has 1,
    the last 0.
    """

    by: Literal["rank"]
    direction: scaling.Direction
    ties: scaling.Ties
    as_share: bool


class ZScore(Part):
    """How many standard deviations above the mean (below it, where lower is better), to so many digits.

    `deviation` is that of the population (over n) or of a sample (over n - 1).
    """

    by: Literal["z_score"]
    direction: scaling.Direction
    deviation: scaling.Deviation
    digits: Digits


class Percentile(Part):
    """The share of those compared that a subject is better than.

    `share` is which one: those worse over all; those worse or equal over all; those worse and half of the
    equal ones, oneself included, over all; those worse over all others.
    """

    by: Literal["percentile"]
    direction: scaling.Direction
    share: scaling.Share


class Target(Part):
    """How far a subject has come from `base` (0) to its target (1), then held within `caps`.

    The `target` is a number, or `targets` a measure with a target for each subject.
    """

    by: Literal["target"]
    base: Dated[Exact]
    target: Dated[Exact] | None = None
    targets: MeasureRef | None = None
    caps: Capped

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.target is None) == (self.targets is None):
            raise ValueError("say one of target, a number, and targets, a measure")
        return self


Method = Annotated[MinMax | Logarithm | ByRank | ZScore | Percentile | Target, Field(discriminator="by")]


def judge_method(method: Method, where: str, group: bool, faults: Faults) -> None:
    """Adds goalposts, targets and caps that cannot be, and a group in which nothing is compared."""
    if isinstance(method, MinMax | Logarithm) and method.low == method.high and method.low is not None:
        if method.low != "observed":
            faults.add(f"{where}.high", f"Both goalposts are {method.low}.", "Set them apart.")
    if isinstance(method, Logarithm):
        for name, post in (("low", method.low), ("high", method.high)):
            if isinstance(post, Fraction) and post <= 0:
                faults.add(f"{where}.{name}", f"{post} has no logarithm.", "Take one above zero.")
    if isinstance(method, Target) and method.target is not None and method.target == method.base:
        faults.add(f"{where}.target", f"Base and target are {method.base}.", "Set them apart.")
    caps = method.caps if isinstance(method, MinMax | Logarithm | Target) else "none"
    if isinstance(caps, Caps):
        low, high = caps.at_least, caps.at_most
        if isinstance(low, Fraction) and isinstance(high, Fraction) and low > high:
            faults.add(f"{where}.caps", f"Nothing lies between {low} and {high}.", "Mend one of them.")
    if group and not relative(method):
        faults.add("group", "This method compares nobody with others.", "Remove the group.")


def relative(method: Method) -> bool:
    """Whether a value is compared with those of others."""
    return isinstance(method, ByRank | ZScore | Percentile) or (
        isinstance(method, MinMax) and method.observed
    )
