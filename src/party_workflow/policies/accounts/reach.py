"""How far statistics reach, and how far a programme has come, read off a ledger (R-129, R-130).

What is only known as "at least" stays so: 10 490 km in the statistics of 18 000 km and more are at most
58.28 %, and 200 km and more built of 950 km planned are *possibly* beyond the plan, which is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.accounts.bounded import Progress, Rate, progress, rate
from party_workflow.policies.accounts.resources import Sum, total
from party_workflow.policies.stated import Outside
from party_workflow.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of what there is stands in the statistics: an indicator of its own, with both sums."""

    counted: Sum
    entire: Sum
    rate: Rate

    @property
    def events(self) -> tuple[str, ...]:
        """The events that it rests on."""
        return (*self.counted.events, *self.entire.events)

    def outside(self, basis: str) -> Outside:
        """What is known to lie outside the statistics, for every rate that is computed within them."""
        amount = self.rate.outside
        nothing = amount.bounds.point == 0
        return Outside(f"{self.entire.account}.outside", None if nothing else amount, basis, self.events)

    def __str__(self) -> str:
        return str(self.rate)


def reach(history: History, stream: str, counted: str, entire: str) -> Reach:
    """How far the statistics reach: the account `counted` of a ledger set against the account `entire`.

    Raises `InvalidInput` where nothing was entered on one of them: how much there is has to be said first.
    """
    part, whole = total(history, stream, counted), total(history, stream, entire)
    return Reach(part, whole, rate(_amount(part), _amount(whole)))


@dataclass(frozen=True, slots=True)
class Course:
    """What was built against what was planned.  Truthy only where it surely stays within its plan.

    `progress` is None where nothing is planned, or nothing entered: then nothing can be said to be in plan.
    """

    account: str
    done: Sum
    planned: Sum
    progress: Progress | None

    def __bool__(self) -> bool:
        return bool(self.progress)

    def __str__(self) -> str:
        if self.progress is not None:
            return f"{self.account}: {self.progress}"
        return (
            f"{self.account}: {self.done.text} done, {self.planned.text} planned: no progress can be stated."
        )


def programme(history: History, stream: str, plans: Mapping[str, str]) -> tuple[Course, ...]:
    """How far a programme has come, account by account: `plans` names for each the account of its plan.

    In the order of the accounts' codes; nothing is cut off at 100 %, and going beyond is in the sentence.
    """
    found = []
    for account, plan in sorted(plans.items()):
        done, planned = total(history, stream, account), total(history, stream, plan)
        sayable = bool(done.count) and bool(planned.count) and done.amount and planned.amount
        known = progress(_amount(done), _amount(planned)) if sayable else None
        found.append(Course(account, done, planned, known))
    return tuple(found)


def _amount(found: Sum) -> Quantity:
    if not found.count or found.amount is None:
        what = "Nothing that has a bound is entered on this account."
        raise InvalidInput(Fault(found.account, what, "Enter what there is, as exactly as it is known."))
    return found.amount
