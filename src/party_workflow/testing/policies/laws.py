"""Laws that a policy keeps whatever happened, as functions, with the smallest history that breaks one.

`LAWS` has every law by name.  A law takes what is tried and one example, and gives a `Breach` or None;
`broken` looks for one over many examples and shrinks it.  `party_workflow.testing.policies.lawful` makes a
test class of them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final, Literal

from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Event, Registry
from party_workflow.errors import InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import CodeClause
from party_workflow.policies.feeds import FEEDS, Feed
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.policy import Policy, Run, When
from party_workflow.testing.policies.changing import (
    erased,
    later_values,
    permuted,
    renamed,
    subjects_in,
)
from party_workflow.testing.policies.past import Past, renumbered
from party_workflow.testing.policies.quick import Walked, replayed
from party_workflow.testing.policies.reachable import Numbers
from party_workflow.testing.policies.scenario import begun, from_snapshot, pickled
from party_workflow.testing.policies.shrinking import shrunk
from party_workflow.testing.policies.view import PARTS, View, view

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Tried:
    """What is tried: a policy, and what its author declares of it.

    `claims` is the rule document that it claims to implement, and `parts` what the two are compared by.
    `monotone_in` says by event type that one more of these takes nobody's figure down (``up``), or up
    (``down``).  With `order_independent` independent events may come in any order.  `reads_beyond_its_day`
    says that the policy takes in what takes effect after the day of a run, and leaves it to whoever asks to
    narrow the history.
    """

    policy: Policy[Any]
    registry: Registry
    claims: Policy[Any] | None = None
    monotone_in: Mapping[type[Event], Direction] = field(default_factory=dict)
    order_independent: bool = False
    reads_beyond_its_day: bool = False
    parts: tuple[str, ...] = PARTS
    feeds: Mapping[str, Feed] = field(default_factory=lambda: FEEDS)
    code: Mapping[str, CodeClause] = field(default_factory=dict)

    @cached_property
    def read(self) -> frozenset[type[Event]]:
        """The event types that the policy, or what it claims, reads."""
        return frozenset(self.policy.reads) | frozenset(self.claims.reads if self.claims else ())


@dataclass(frozen=True)
class Example:
    """A history and the days of a run."""

    past: Past
    when: When

    @property
    def number(self) -> int:
        """A number that stands for the example, to choose by."""
        return len(self.past.recorded) * 7 + self.when.on.toordinal()


@dataclass(frozen=True)
class Breach:
    """A law that does not hold.

    `past` is the history on which something else was expected than what was `got`; `reading` is how a test
    reads it, ``.stepwise()``, and `others` are further histories that the expectation came from.
    """

    law: str
    said: str
    past: Past
    when: When
    expected: View
    got: View
    reading: str = ""
    kind: Literal["view", "same", "bound"] = "view"
    direction: Direction = "up"


Law = Callable[[Tried, Example], Breach | None]


# --- outcomes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a policy comes to: a conclusion, or an error in its words."""

    conclusion: Conclusion | None
    error: str = ""
    crashed: bool = False

    @cached_property
    def bytes(self) -> bytes:
        """Canonical bytes of it."""
        if self.conclusion is None:
            return self.error.encode()
        return canonical_bytes(self.conclusion.data())

    @cached_property
    def view(self) -> View:
        """What is comparable of it."""
        if self.conclusion is None:
            return {"fails": {"": self.error if self.crashed else "cannot be concluded"}}
        return view(self.conclusion)


def outcome(conclude: Callable[[], Conclusion]) -> Outcome:
    """What a calculation comes to, errors among it."""
    try:
        return Outcome(conclude())
    except InvalidInput as error:
        return Outcome(None, str(error))
    except Exception as error:
        return Outcome(None, f"{type(error).__name__}: {error}", crashed=True)


def of(policy: Policy[Any], past: Past, when: When) -> Outcome:
    """What a policy comes to on a history."""

    def conclude() -> Conclusion:
        going = begun(policy, past, when)
        for item in past.recorded:
            going.take(item)
        return going.conclude(when)

    return outcome(conclude)


def _differ(law: str, said: str, example: Example, expected: Outcome, got: Outcome, **other: Any) -> Breach:
    past = other.pop("past", example.past)
    return Breach(law, said, past, example.when, expected.view, got.view, **other)


# --- laws ------------------------------------------------------------------------------------


def concludes(tried: Tried, example: Example) -> Breach | None:
    """It comes to a conclusion, or says in an `InvalidInput` why it cannot."""
    got = of(tried.policy, example.past, example.when)
    if not got.crashed:
        return None
    return _differ("concludes", "It fails with an error that says nothing.", example, Outcome(None), got)


def deterministic(tried: Tried, example: Example) -> Breach | None:
    """The same history gives the same bytes."""
    one, other = (of(tried.policy, example.past, example.when) for _ in range(2))
    if one.bytes == other.bytes:
        return None
    said = "The same history gives something else the second time."
    return _differ("deterministic", said, example, one, other, kind="same")


def incremental(tried: Tried, example: Example) -> Breach | None:
    """Concluding after every event comes to the same as one run, and to conclude changes nothing."""
    relevant = example.past.only(tried.policy.reads)
    going = _started(tried, relevant, example.when)
    if going is None:
        return None
    for number in range(len(relevant) + 1):
        if number:
            try:
                going.take(relevant.recorded[number - 1])
            except Exception:
                return None  # `concludes` says so
        prefix = relevant.first(number)
        step = outcome(partial(going.conclude, example.when))
        whole = of(tried.policy, prefix, example.when)
        again = outcome(partial(going.conclude, example.when))
        if step.bytes != whole.bytes or again.bytes != whole.bytes:
            said = "Going on after a conclusion comes to something else than one run over all events."
            got = step if step.bytes != whole.bytes else again
            return _differ(
                "incremental", said, example, whole, got, past=prefix, reading=".stepwise()", kind="same"
            )
    return None


def _started(tried: Tried, past: Past, when: When) -> Run | None:
    try:
        return begun(tried.policy, past, when)
    except InvalidInput:
        return None


def from_snapshots(tried: Tried, example: Example) -> Breach | None:
    """A copy of the state, with the events after it, comes to the same as the whole history."""
    relevant = example.past.only(tried.policy.reads)
    whole = of(tried.policy, relevant, example.when)
    if whole.crashed:
        return None
    for number in range(len(relevant) + 1):
        for by, kept in (("deepcopy", copy.deepcopy), ("pickle", pickled)):
            got = outcome(partial(from_snapshot, tried.policy, relevant, example.when, number, kept))
            if got.bytes != whole.bytes:
                said = "Going on from a copy of the state comes to something else than the whole history."
                how = "" if by == "deepcopy" else ', by="pickle"'
                return _differ(
                    "from_snapshots", said, example, whole, got,
                    past=relevant, reading=f".from_snapshot({number}{how})", kind="same",
                )  # fmt: skip
    return None


def independent_of_order(tried: Tried, example: Example) -> Breach | None:
    """Independent events give the same in any order in which they could have been recorded, if declared."""
    if not tried.order_independent:
        return None
    one = of(tried.policy, example.past, example.when)
    for attempt in range(4):
        other = permuted(example.past, Numbers(f"order/{example.number}/{attempt}"))
        if other is None:
            continue
        got = of(tried.policy, other, example.when)
        if got.view != one.view:
            said = "The same events in another order give something else."
            return _differ("independent_of_order", said, example, one, got, past=other)
    return None


def independent_of_names(tried: Tried, example: Example) -> Breach | None:
    """Other ids of the subjects change nothing but the ids."""
    one = of(tried.policy, example.past, example.when)
    if one.conclusion is None:
        return None
    names = subjects_in(one.view)
    mapping = {name: f"{name.partition('-')[0]}-{899 - index}" for index, name in enumerate(names)}
    other = renamed(example.past, mapping)
    if other is None:
        return None
    got = _view_renamed(of(tried.policy, other, example.when).view, {})
    expected = _view_renamed(one.view, mapping)
    if got == expected:
        return None
    said = "The same events about people of other ids give something else."
    return Breach("independent_of_names", said, other, example.when, expected, got)


def _view_renamed(found: View, mapping: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """A view under other names.  Lists of subjects are put in order."""

    def named(text: str) -> str:
        head, colon, tail = text.rpartition(":")
        return f"{head}{colon}{mapping.get(tail, tail)}"

    def listed(text: str) -> str:
        head, middle, tail = text.rpartition(" of ")
        return f"{head}{middle}{', '.join(sorted(mapping.get(part, part) for part in tail.split(', ')))}"

    return {
        part: dict(
            sorted(
                (named(who), listed(said) if part in ("selections", "proposals") else said)
                for who, said in inner.items()
            )
        )
        for part, inner in found.items()
    }


def monotone(tried: Tried, example: Example) -> Breach | None:
    """One more event of a declared type takes nobody's figure the other way."""
    for kind, direction in tried.monotone_in.items():
        without = _without_last(example.past, kind)
        if without is None:
            continue
        less, more = (of(tried.policy, past, example.when) for past in (without, example.past))
        if less.conclusion is None or more.conclusion is None:
            continue
        before, after = _figures(less.conclusion), _figures(more.conclusion)
        for who in sorted(before.keys() & after.keys()):
            one, other = before[who], after[who]
            if (other < one) if direction == "up" else (other > one):
                word = "at least" if direction == "up" else "at most"
                said = f"One more {kind.stored_type} takes the figure of {who} from {one} to {other}."
                expected = {"values": {who: str(one)}}
                got = {"values": {who: str(other)}}
                said += f" It had to be {word} {one}."
                return Breach(
                    "monotone", said, example.past, example.when, expected, got, "", "bound", direction
                )
    return None


def _without_last(past: Past, kind: type[Event]) -> Past | None:
    """The history without the last command that led to an event of a type; None where others rest on it."""
    if not isinstance(past, Walked):
        places = [index for index, item in enumerate(past.recorded) if type(item.event) is kind]
        if not places:
            return None
        return renumbered(
            (item for index, item in enumerate(past.recorded) if index != places[-1]), past.registry
        )
    last = [item for item in past.recorded if type(item.event) is kind]
    if not last:
        return None
    counter = last[-1].envelope.counter - 1
    steps = (*past.steps[:counter], *past.steps[counter + 1 :])
    found = replayed(past.model, steps).past
    return found if len(found.steps) == len(steps) else None


def _figures(conclusion: Conclusion) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for ranking in conclusion.rankings:
        for entry in ranking.entries:
            _note(found, f"{ranking.clause}/{ranking.group}:{entry.subject}", entry.figure)
    return (
        {who.rpartition(":")[2]: value for who, value in found.items()}
        if len(conclusion.rankings) == 1
        else found
    )


def _note(found: dict[str, Fraction], who: str, figure: Figure) -> None:
    if not isinstance(figure.value, Absent):
        found[who] = figure.value


def nothing_before_its_day(tried: Tried, example: Example) -> Breach | None:
    """What takes effect after the day of the run changes nothing, unless the policy says that it reads it."""
    if tried.reads_beyond_its_day:
        return None
    # Days differ by zone: what lies within a day of the end is left aside.
    end = example.when.on + timedelta(days=1)
    later = [item.envelope.effective_at.date() > end for item in example.past.recorded]
    if not any(later):
        return None
    without = renumbered(
        (item for item, is_later in zip(example.past.recorded, later, strict=True) if not is_later),
        example.past.registry,
    )
    expected, got = (of(tried.policy, past, example.when) for past in (without, example.past))
    if expected.view == got.view or expected.crashed:
        return None
    said = "What takes effect after the day of the run changes what follows for that day."
    return _differ("nothing_before_its_day", said, example, expected, got)


def later_numbers(tried: Tried, example: Example) -> Breach | None:
    """A number of the rule that holds from a later day on changes nothing before it."""
    expected = of(tried.policy, example.past, example.when)
    since = example.when.on + timedelta(days=1)
    for name, policy in later_values(tried.policy, since, tried.registry, feeds=tried.feeds, code=tried.code):
        got = of(policy, example.past, example.when)
        if got.view != expected.view:
            said = f"Another value of {name} from the day after on changes what follows for this day."
            reading = f".with_later_value({name!r})"
            return _differ("later_numbers", said, example, expected, got, reading=reading)
    return None


def erasable(tried: Tried, example: Example) -> Breach | None:
    """Other commitments in the place of the sealed values give the same bytes: erasure changes nothing."""
    other = erased(example.past)
    if other is None:
        return None
    expected, got = (of(tried.policy, past, example.when) for past in (example.past, other))
    if expected.bytes == got.bytes:
        return None
    said = "What follows depends on a sealed value."
    return _differ("erasable", said, example, expected, got, reading=".erased()", kind="same")


def as_claimed(tried: Tried, example: Example) -> Breach | None:
    """It comes to the same places, values, grades and awards as the rule document that it claims."""
    if tried.claims is None:
        return None
    expected = of(tried.claims, example.past, example.when)
    got = of(tried.policy, example.past, example.when)
    one = {part: expected.view[part] for part in (*tried.parts, "fails") if part in expected.view}
    other = {part: got.view[part] for part in (*tried.parts, "fails") if part in got.view}
    if one == other:
        return None
    said = f"It does not follow the document {tried.claims.name}."
    return Breach("as_claimed", said, example.past, example.when, one, other)


LAWS: Final[Mapping[str, Law]] = {
    law.__name__: law
    for law in (
        concludes,
        deterministic,
        incremental,
        from_snapshots,
        independent_of_order,
        independent_of_names,
        monotone,
        nothing_before_its_day,
        later_numbers,
        erasable,
        as_claimed,
    )
}
"""Every law by name, in the order in which they are tried."""


# --- looking for a breach ---------------------------------------------------------------------


def examples_of(pasts: Iterable[Past]) -> Iterator[Example]:
    """Histories with days of a run: mostly the last one, sometimes one in the middle, or long after."""
    for index, past in enumerate(pasts):
        days = sorted({item.envelope.effective_at.date() for item in past.recorded})
        if not days:
            continue
        choice = Numbers(f"days/{index}")
        on = choice.pick((days[-1], days[-1], days[-1] + timedelta(days=30), days[choice.below(len(days))]))
        start = date(days[0].year, 1, 1)
        if not choice.below(4):
            start = min(on, days[choice.below(len(days))])
        yield Example(past, When(on, start))


def broken(tried: Tried, law: Law, examples: Iterable[Example], *, budget: int = 1500) -> Breach | None:
    """The smallest breach of a law found, or None."""
    for example in examples:
        if law(tried, example) is not None:
            return smallest(tried, law, example, budget)
    return None


def smallest(tried: Tried, law: Law, example: Example, budget: int = 1500) -> Breach:
    """A breach on a history that cannot be made smaller."""
    past = shrunk(example.past, lambda less: law(tried, replace(example, past=less)) is not None, budget)
    found = law(tried, replace(example, past=past))
    assert found is not None
    return replace(found, past=found.past.only(tried.read))
