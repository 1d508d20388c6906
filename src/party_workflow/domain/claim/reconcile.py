"""A claim set against the events, and against itself: pure functions, nothing is recorded.

``reconcile(claim, history, measures, bounds)`` says of every figure whether it matches what the events bear
out, differs and by how much, or cannot be verified, with the events counted and those left out (R-182).
`as_of` on the history says as of when.  Beside that, `plausible` judges figures by each other, without any
event: 392 attendances in 12 sessions of 29 members cannot all be members'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from party_workflow.canonical import jsonable
from party_workflow.codec import Event
from party_workflow.domain.claim.aggregate import Claim
from party_workflow.history import History
from party_workflow.quantity import Bounds, Quantity, exact, exact_text
from party_workflow.store import Recorded

Outcome = Literal["matches", "differs", "not_verifiable"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a measure found: the value, the events it counted, those left out, each with a reason code.

    `value` None says that the events do not tell.  `parts` takes the value apart, such as members and others.
    """

    value: int | Fraction | None
    events: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, int | Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is counted from events: a code, the unit, and a pure function of the events it reads.

    `reads` names the event types that `count` needs; left empty it gets every event.
    """

    code: str
    unit: str
    count: Callable[[Iterable[Recorded]], Counted]
    reads: tuple[type[Event], ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure that cannot exceed the product of others, except for what the `remainder` names.

    ``Bound("attendances", at_most=("sessions", "members"), remainder="others")``: every member can attend
    each session once, so what goes beyond is others', or an error.
    """

    measure: str
    at_most: tuple[str, ...]
    remainder: str


@dataclass(frozen=True, slots=True)
class Plausibility:
    """What a bound says of the figures alone; truthy unless the figure goes beyond.

    `most` is what the bound allows, `excess` by how much at least the figure goes beyond it; both are None
    where the figures are too inexact to tell.
    """

    bound: Bound
    most: Fraction | None
    excess: Fraction | None
    sentence: str

    def __bool__(self) -> bool:
        return not self.excess

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a claim set against the events; truthy if it matches.

    `by` is how far what the events bear out lies from what was asserted: negative where it falls short, None
    if it cannot be verified.  `events` are the ids of those counted.
    """

    measure: str
    asserted: Quantity
    actual: Fraction | None
    outcome: Outcome
    by: Fraction | None
    events: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, Fraction], ...]
    sentence: str

    def __bool__(self) -> bool:
        return self.outcome == "matches"

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A claim set against the events; truthy if every figure matches, and it explains itself.

    `plausibility` judges the figures by each other.  A figure may match the events and still go beyond what
    its bound allows: then the events show whose the remainder is.  `claim` is the stream, `asserted_in` the
    id of the event.
    """

    claim: str
    asserted_in: str
    figures: tuple[Figure, ...]
    plausibility: tuple[Plausibility, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.figures) and all(self.figures)

    def __str__(self) -> str:
        return "\n".join(self.explain())

    def figure(self, measure: str) -> Figure:
        """The figure of a measure.  Raises `KeyError` if the claim has none."""
        for figure in self.figures:
            if figure.measure == measure:
                return figure
        raise KeyError(measure)

    def explain(self) -> tuple[str, ...]:
        """One sentence for each bound and each figure."""
        return (*(item.sentence for item in self.plausibility), *(item.sentence for item in self.figures))

    def data(self) -> dict[str, Any]:
        """The reconciliation as canonical JSON values, for publishing and comparing by digest."""
        figures = [
            {
                "actual": item.actual,
                "asserted": str(item.asserted),
                "by": item.by,
                "events": item.events,
                "left_out": [{"event": event, "reason": reason} for event, reason in item.left_out],
                "measure": item.measure,
                "outcome": item.outcome,
                "parts": dict(item.parts),
            }
            for item in self.figures
        ]
        plausibility = [
            {
                "at_most": item.bound.at_most,
                "excess": item.excess,
                "measure": item.bound.measure,
                "most": item.most,
                "remainder": item.bound.remainder,
            }
            for item in self.plausibility
        ]
        found: dict[str, Any] = jsonable(
            {
                "asserted_in": self.asserted_in,
                "claim": self.claim,
                "figures": figures,
                "plausibility": plausibility,
            }
        )
        return found


def reconcile(
    claim: Claim, history: History, measures: Iterable[Measure], bounds: Iterable[Bound] = ()
) -> Reconciliation:
    """Every figure of a claim against what the events of a history bear out.

    A figure without a measure, in another unit than its measure, or too inexact to contradict is not
    verifiable.  `claim` is the state of a claim, withdrawn or not.
    """
    known = {measure.code: measure for measure in measures}
    figures = tuple(
        _figure(code, claim.figures[code], known.get(code), history) for code in sorted(claim.figures)
    )
    return Reconciliation(claim.stream, claim.event_id, figures, plausible(claim.figures, bounds))


def _figure(code: str, asserted: Quantity, measure: Measure | None, history: History) -> Figure:
    if measure is None:
        return _open_figure(code, asserted, Counted(None), "nothing says how it is counted")
    counted = measure.count(history.events(*measure.reads))
    if counted.value is None:
        return _open_figure(code, asserted, counted, "the events do not tell")
    if measure.unit != asserted.unit:
        why = f"it is asserted in {asserted.unit} and counted in {measure.unit}"
        return _open_figure(code, asserted, counted, why)
    actual = exact(counted.value)
    comparison = asserted.compare(Quantity.of("=", actual, asserted.unit))
    outcome: Outcome = "matches" if comparison.outcome == "consistent" else comparison.outcome
    words = {
        "matches": "matches",
        "differs": f"differs by {_signed(comparison.by)}"
        if comparison.by
        else "lies on a bound that is excluded",
        "not_verifiable": "cannot be verified, because the claim states no tolerance",
    }
    sentence = (
        f"{code}: asserted {asserted}, the events bear out {exact_text(actual)}{_parts(counted)}; "
        f"it {words[outcome]}. {_basis(counted)}"
    )
    parts = tuple((name, exact(value)) for name, value in counted.parts)
    return Figure(
        code, asserted, actual, outcome, comparison.by, counted.events, counted.left_out, parts, sentence
    )


def _open_figure(code: str, asserted: Quantity, counted: Counted, why: str) -> Figure:
    actual = None if counted.value is None else exact(counted.value)
    sentence = f"{code}: asserted {asserted}; it cannot be verified, because {why}. {_basis(counted)}"
    parts = tuple((name, exact(value)) for name, value in counted.parts)
    return Figure(
        code, asserted, actual, "not_verifiable", None, counted.events, counted.left_out, parts, sentence
    )


def _signed(by: Fraction | None) -> str:
    if by is None:
        return "an unknown amount"
    return f"+{exact_text(by)}" if by > 0 else exact_text(by)


def _parts(counted: Counted) -> str:
    named = [f"{name} {exact_text(exact(value))}" for name, value in counted.parts]
    return f" ({', '.join(named)})" if named else ""


def _basis(counted: Counted) -> str:
    reasons: dict[str, int] = {}
    for _, reason in counted.left_out:
        reasons[reason] = reasons.get(reason, 0) + 1
    left = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
    return f"Events counted: {len(counted.events)}; left out: {left or 'none'}."


def plausible(figures: Mapping[str, Quantity], bounds: Iterable[Bound]) -> tuple[Plausibility, ...]:
    """What each bound says of the figures alone.  A bound on figures that are not asserted says nothing."""
    return tuple(
        _plausibility(bound, figures)
        for bound in bounds
        if all(code in figures for code in (bound.measure, *bound.at_most))
    )


def _plausibility(bound: Bound, figures: Mapping[str, Quantity]) -> Plausibility:
    figure, factors = figures[bound.measure], [figures[code] for code in bound.at_most]
    product = Bounds(Fraction(1), Fraction(1))
    for factor in factors:
        product = product * factor.bounds
    most, least = product.upper, figure.bounds.lower
    said = f"{bound.measure}: asserted {figure}, beside {_all(factors)}"
    whole = bound.at_most[-1]
    if most is None or least is None:
        return Plausibility(bound, most, None, f"{said}; too inexact to say how many can be {whole}'.")
    excess = max(least - most, Fraction(0))
    if not excess:
        return Plausibility(bound, most, excess, f"{said}; up to {exact_text(most)} can be {whole}'.")
    sentence = (
        f"{said}; at most {exact_text(most)} can be {whole}', so at least {exact_text(excess)} are "
        f"{bound.remainder}' or an error."
    )
    return Plausibility(bound, most, excess, sentence)


def _all(quantities: Sequence[Quantity]) -> str:
    return " and ".join(str(quantity) for quantity in quantities)
