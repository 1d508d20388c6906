"""What people gave of their own: the total, and groups as far as they tell of nobody.  (R-184)

Donations of fewer people than the account's threshold are withheld, together with enough others that nothing
follows by subtraction.  There is no function that lists or ranks people by what they gave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.personal import Withheld
from party_workflow.policies.accounts.bounded import in_major
from party_workflow.policies.accounts.resources import account_of, entries_of, opened
from party_workflow.quantity import Bounds, Quantity


@dataclass(frozen=True, slots=True)
class Group:
    """A group's donations: how many gave, and how much, or that it is withheld (then neither is told)."""

    group: str
    donors: int | Withheld
    amount: Quantity | Withheld


@dataclass(frozen=True, slots=True)
class Donations:
    """What was given: the total, and by group as far as can be told without telling of anybody.

    `voluntary` and `obliged` count entries that state the one or the other, of the whole.
    """

    account: str
    threshold: int
    donors: int | Withheld
    amount: Quantity | Withheld
    voluntary: int | Withheld
    obliged: int | Withheld
    groups: tuple[Group, ...]
    scale: int

    @property
    def text(self) -> str:
        """The total in the account's unit: ``85955.00 yuan``."""
        return str(self.amount) if isinstance(self.amount, Withheld) else in_major(self.amount, self.scale)


HIDDEN: Final = Withheld("not-permitted")


def donations(
    history: History, stream: str, account: str, group_of: Callable[[str], str | None] | None = None
) -> Donations:
    """What was given to an account with a threshold, in all and by group; `group_of` None is ``-``.

    A group of fewer donors than the threshold is withheld.  So that its sum does not follow from the total
    and the others, further groups are withheld, the smallest first, until those withheld are at least two,
    with as many donors together as the threshold asks for; where there are not as many, the total is
    withheld too.
    What this does not stop: comparing two moments, or two ways to group, of the same account.  Whoever
    publishes it does so once, in one grouping.
    """
    state = opened(history, stream)
    found = account_of(state, account)
    if not found.threshold:
        raise InvalidInput(Fault(account, "This account has no threshold.", "Ask for its total."))
    standing = [item for item in entries_of(state, account) if item.reversed_by is None]
    given: dict[str, Bounds] = {}
    for item in standing:
        assert item.booked is not None
        assert item.booked.person is not None
        person = item.booked.person
        given[person] = given.get(person, Bounds(Fraction(0), Fraction(0))) + item.signed
    donors = {person for person, amount in given.items() if amount.upper is None or amount.upper > 0}
    members: dict[str, set[str]] = {}
    for person in sorted(given):
        group = None if group_of is None else group_of(person)
        members.setdefault("-" if group is None else group, set()).add(person)
    counts = {group: len(people & donors) for group, people in members.items()}
    hidden, whole = withheld_groups(counts, found.threshold)

    def amount(people: Iterable[str]) -> Quantity:
        bounds = Bounds(Fraction(0), Fraction(0))
        for person in people:
            bounds = bounds + given[person]
        return Quantity.from_bounds(bounds, found.unit)

    groups = tuple(
        Group(group, HIDDEN, HIDDEN)
        if group in hidden
        else Group(group, counts[group], amount(sorted(members[group])))
        for group in sorted(members)
        if group_of is not None
    )
    free = sum(1 for item in standing if item.booked is not None and item.booked.voluntary is True)
    obliged = sum(1 for item in standing if item.booked is not None and item.booked.voluntary is False)
    return Donations(
        account=account,
        threshold=found.threshold,
        donors=HIDDEN if whole else len(donors),
        amount=HIDDEN if whole else amount(sorted(given)),
        voluntary=HIDDEN if whole else free,
        obliged=HIDDEN if whole else obliged,
        groups=groups,
        scale=found.scale,
    )


def withheld_groups(counts: Mapping[str, int], threshold: int) -> tuple[frozenset[str], bool]:
    """Which groups are withheld by how many gave in each, and whether the total has to be withheld too.

    What is withheld is nothing, or at least two groups in which somebody gave, of `threshold` donors or more
    together; or the total is withheld with them.
    """
    hidden = {group for group, number in counts.items() if number < threshold}
    if not hidden:
        return frozenset(), not counts
    shown = sorted((number, group) for group, number in counts.items() if group not in hidden)

    def safe() -> bool:
        giving = [counts[group] for group in hidden if counts[group]]
        return not giving or (len(giving) >= 2 and sum(giving) >= threshold)

    while not safe() and shown:
        hidden.add(shown.pop(0)[1])
    return frozenset(hidden), not safe() or not any(counts.values())
