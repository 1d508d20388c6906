"""Tenure: whose result it is when a post changed hands within the period (R-151, R-161).

A unit's result in a quarter belongs to whoever held the post then, by a rule that has a name; never to
whoever holds it now.  Shares are exact and sum to 1: time in which nobody held the post is a share of
nobody's, and is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, assert_never, get_args

from party_workflow.domain.organisation import (
    DECIDER,
    STREAM,
    Organisation,
    PersonLeft,
    PostAssigned,
    PostEnded,
    Tenure,
    UnitClosed,
)
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import Absent, Evidence, Figure, Value

TenureRule = Literal["by_days", "holder_at_end", "longest", "all"]
"""How a result is attributed.

`by_days`: to each in proportion to the time held, two at once halving it between them; `holder_at_end`: to
who held the post at the end of the period; `longest`: to who held it longest, in equal parts on a tie; `all`:
to everybody who held it at any time, in equal parts.  A vacancy counts under `by_days`,
under `longest` where it was longest, and where nobody qualifies.
"""

RULES: Final[tuple[str, ...]] = get_args(TenureRule)

BASIS: Final = "organisation.tenures"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a result: whose (None: the post was vacant), how much, for which stretches of time."""

    person: str | None
    part: Fraction
    stretches: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose a unit's result in a period is, by a named rule.  The parts sum to 1."""

    post: str
    unit: str
    since: datetime
    until: datetime
    rule: TenureRule
    shares: tuple[Share, ...]
    evidence: tuple[Evidence, ...]

    def part(self, person: str | None) -> Fraction:
        """The part of a person, or of the vacancy."""
        return sum((share.part for share in self.shares if share.person == person), Fraction(0))

    def figure(self, person: str | None, result: Figure) -> Figure:
        """The part of a result that is attributed to a person, with the result and the tenures as inputs."""
        part = self.part(person)
        value: Value = result.value if isinstance(result.value, Absent) else result.value * part
        weight = Figure("tenure.part", part, self.rule, "tenure", BASIS, self.evidence)
        return Figure(f"{result.name}.attributed", value, "product", "tenure", BASIS, (weight, result))


def attribute(
    history: History, unit: str, post: str, since: datetime, until: datetime, rule: TenureRule
) -> Attribution:
    """Whose a unit's result in a period (end exclusive) is.

    Raises `InvalidInput` for a period without length, and for a rule or a unit that there is not.
    """
    state = history.state(DECIDER, STREAM)
    if unit not in state.units:
        raise InvalidInput(Fault("unit", f"There is no unit {unit} by then.", "Check id and moments."))
    return attributed(state, unit, post, since, until, rule, _evidence(history, state, unit, post, until))


def attributed(
    state: Organisation,
    unit: str,
    post: str,
    since: datetime,
    until: datetime,
    rule: TenureRule,
    evidence: tuple[Evidence, ...] = (),
) -> Attribution:
    """The same from a state that is at hand, for many units at once."""
    if since >= until:
        raise InvalidInput(Fault("until", "The period has no length.", "Let it end after it begins."))
    if rule not in RULES:
        raise InvalidInput(Fault("rule", "There is no such rule.", f"Rules: {', '.join(RULES)}."))
    tenures = state.tenures(post, unit, since, until)
    stretches = tuple(_stretches(tenures, since, until))
    held: dict[str | None, list[tuple[datetime, datetime]]] = {}
    for start, end, holders in stretches:
        for holder in holders or (None,):
            held.setdefault(holder, []).append((start, end))
    parts = _parts(stretches, held, until, rule)
    shares = tuple(
        Share(holder, parts[holder], tuple(held.get(holder, ())))
        for holder in sorted(parts, key=lambda item: (item is None, item or ""))
    )
    return Attribution(post, unit, since, until, rule, shares, evidence)


_Stretch = tuple[datetime, datetime, tuple[str, ...]]


def _stretches(tenures: tuple[Tenure, ...], since: datetime, until: datetime) -> Iterator[_Stretch]:
    """The period cut at every change, with who held the post in each stretch."""
    spans = [(tenure.person, tenure.since, tenure.until or until) for tenure in tenures]
    cuts = sorted({since, until, *(start for _, start, _ in spans), *(end for _, _, end in spans)})
    for start, end in pairwise(cuts):
        yield start, end, tuple(sorted(p for p, first, last in spans if first <= start and end <= last))


def _parts(
    stretches: tuple[_Stretch, ...],
    held: dict[str | None, list[tuple[datetime, datetime]]],
    until: datetime,
    rule: TenureRule,
) -> dict[str | None, Fraction]:
    match rule:
        case "by_days":
            whole = sum((_length(start, end) for start, end, _ in stretches), Fraction(0))
            parts: dict[str | None, Fraction] = {}
            for start, end, holders in stretches:
                among: tuple[str | None, ...] = holders or (None,)
                for holder in among:
                    piece = _length(start, end) / whole / len(among)
                    parts[holder] = parts.get(holder, Fraction(0)) + piece
            return parts
        case "holder_at_end":
            return _equal(stretches[-1][2] or (None,))
        case "longest":
            lengths = {holder: sum(_length(*span) for span in spans) for holder, spans in held.items()}
            longest = max(lengths.values())
            return _equal(tuple(holder for holder, length in lengths.items() if length == longest))
        case "all":
            return _equal(tuple(holder for holder in held if holder is not None) or (None,))
        case _:
            assert_never(rule)


def _equal(holders: tuple[str | None, ...]) -> dict[str | None, Fraction]:
    return {holder: Fraction(1, len(holders)) for holder in holders}


def _length(start: datetime, end: datetime) -> Fraction:
    """The time between, exactly, in days."""
    between = end - start
    microseconds = (between.days * 86_400 + between.seconds) * 1_000_000 + between.microseconds
    return Fraction(microseconds, 86_400_000_000)


def _evidence(
    history: History, state: Organisation, unit: str, post: str, until: datetime
) -> tuple[Evidence, ...]:
    """The events that began or ended a tenure of the post, a closing or a leaving among them."""
    people = {tenure.person for tenure in state.spans(post, unit)}
    found = []
    for item in history.events(PostAssigned, PostEnded, UnitClosed, PersonLeft):
        event, envelope = item.event, item.envelope
        match event:
            case PostAssigned() | PostEnded():
                concerns = (event.post, event.unit) == (post, unit)
            case UnitClosed():
                concerns = event.unit == unit
            case PersonLeft():
                concerns = event.person in people
            case _:
                concerns = False
        if concerns and envelope.effective_at < until:
            found.append(Evidence(envelope.event_id, envelope.position, envelope.stored_type))
    return tuple(found)
