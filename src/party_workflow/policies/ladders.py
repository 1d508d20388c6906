"""Ladders: ordered tiers as data, climbed by awards in consecutive periods (连续获评晋星, 晋位升级).

The tiers need not be stars: class two, class one, five-star is a ladder as well (R-022).  What breaks a
streak and what a void period means are not in the sources; they are parameters of the ladder and are printed
with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    model_validator,
)

from party_workflow import canonical
from party_workflow.calendar import Period, StoredPeriod
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.partwise import judged
from party_workflow.policies.figure import Evidence
from party_workflow.values import Code, Definition

Break = Literal["reset", "demote_one", "hold_once"]
"""What a period without an award does: back to nothing; one tier down; nothing the first time, then back."""
Void = Literal["skip", "breaks"]
"""What a period that was void or suspended does: neither extends nor breaks; or breaks like one without
award.
"""
Outcome = Literal["awarded", "not_awarded", "void"]


class Tier(BaseModel):
    """A tier of a ladder, reached by so many awards in a row."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    awards: Annotated[StrictInt, Field(ge=1, le=1000)]


class Ladder(Definition):
    """Tiers from the lowest to the highest, and what breaks a streak.  Faults are raised together.

    `starts` is the first period that counts: an award before it is none (R-012).  More awards than the
    highest tier needs change nothing.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    tiers: tuple[Tier, ...]
    breaks: Break
    void: Void
    starts: StoredPeriod | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "ladder")

    def data(self) -> dict[str, Any]:
        """The ladder as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())

    def tier(self, streak: int) -> str | None:
        """The tier that so many awards in a row reach; None below the first."""
        reached = [tier.code for tier in self.tiers if tier.awards <= streak]
        return reached[-1] if reached else None

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(ladder: Ladder, faults: Faults) -> None:
    if not ladder.tiers:
        faults.add("tiers", "It has no tier.", "Name at least one.")
    codes: set[str] = set()
    before = 0
    for index, tier in enumerate(ladder.tiers):
        where = f"tiers[{index}]"
        if tier.code in codes:
            faults.add(where, f"Tier {tier.code} stands there twice.", "Name each tier once.")
        if tier.awards <= before:
            what = f"{tier.code} takes {tier.awards} awards, and the tier below it {before}."
            faults.add(f"{where}.awards", what, "Let each tier take more than the one below.")
        codes.add(tier.code)
        before = tier.awards


@dataclass(frozen=True, slots=True)
class Rung:
    """Where somebody stood after a period: the streak that counts, the tier held, and what the period was.

    `held` says that an earlier tier was kept although the period brought no award.
    """

    period: Period
    outcome: Outcome
    streak: int
    tier: str | None
    held: bool = False
    evidence: Evidence | None = None


def climb(
    ladder: Ladder, outcomes: Mapping[Period, Outcome], evidence: Mapping[Period, Evidence] | None = None
) -> tuple[Rung, ...]:
    """Each period from the first given to the last: the streak and the tier after it.

    `outcomes` names every period of one kind without a gap: what is missing is not the same as not awarded,
    and is `InvalidInput`.  Rules: with ``reset`` a period without award ends the streak and the tier; with
    ``demote_one`` one loses one tier and goes on from there; with ``hold_once`` the first such period in a
    row keeps the tier and the streak and the next one resets.  A tier is shown for a period only if it is
    held then: 3, 0, 3 under ``reset``.
    """
    periods = _in_order(ladder, outcomes)
    found: list[Rung] = []
    streak, missed = 0, 0
    for period in periods:
        outcome = outcomes[period]
        before = streak
        if outcome == "void" and ladder.void == "skip":
            found.append(_rung(ladder, period, outcome, streak, evidence, held=streak > 0))
            continue
        if outcome == "awarded":
            streak, missed = min(streak + 1, ladder.tiers[-1].awards), 0
        else:
            missed += 1
            streak = _broken(ladder, streak, missed)
        found.append(
            _rung(
                ladder, period, outcome, streak, evidence, held=outcome != "awarded" and 0 < streak <= before
            )
        )
    return tuple(found)


def _broken(ladder: Ladder, streak: int, missed: int) -> int:
    match ladder.breaks:
        case "reset":
            return 0
        case "hold_once":
            return streak if missed == 1 else 0
        case "demote_one":
            lower = [tier.awards for tier in ladder.tiers if tier.awards <= streak][:-1]
            return lower[-1] if lower else 0


def _rung(
    ladder: Ladder,
    period: Period,
    outcome: Outcome,
    streak: int,
    evidence: Mapping[Period, Evidence] | None,
    *,
    held: bool,
) -> Rung:
    return Rung(period, outcome, streak, ladder.tier(streak), held, (evidence or {}).get(period))


def _in_order(ladder: Ladder, outcomes: Mapping[Period, Outcome]) -> Sequence[Period]:
    given: Mapping[Any, Any] = outcomes
    for period, outcome in given.items():
        if not isinstance(period, Period):
            what = f"Expected a period, not a {type(period).__name__}."
            raise InvalidInput(Fault("periods", what, 'Write it like Period("2020-Q1").'))
        if outcome not in get_args(Outcome):
            what = f"The outcome of {period} is none that there is."
            raise InvalidInput(Fault("outcomes", what, f"Outcomes: {', '.join(get_args(Outcome))}."))
    kinds = {period.kind for period in outcomes}
    if len(kinds) > 1:
        raise InvalidInput(
            Fault("periods", "They are of several kinds.", "Name quarters, or months, or years.")
        )
    found = sorted(outcomes, key=lambda period: period.first)
    for period, after in pairwise(found):
        if period.next() != after:
            what = f"Nothing is said of {period.next()}."
            raise InvalidInput(Fault("periods", what, "Say awarded, not_awarded or void of every period."))
    if ladder.starts is not None:
        found = [period for period in found if period.first >= ladder.starts.first]
    return found
