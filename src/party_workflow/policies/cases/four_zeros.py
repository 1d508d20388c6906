"""The promise of four zeros, as four indicators that are never added up (R-144).

Shirking, distance and error count what was *found* to be so, beside how much is still undecided.  Complaints
are no score: how many came in stands beside the channels that were open, for how much of the time, whether
somebody who tried them got through, and how many complaints about the unit others received.  Where no channel
was open, none received is not zero: it has no value.  Nothing here is better for being lower (R-147), and of
confidential cases there are numbers and no events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from party_workflow import canonical
from party_workflow.domain import case as cases
from party_workflow.domain.case import Case, CaseDecided, CaseOpened
from party_workflow.domain.organisation import DECIDER, STREAM, Organisation
from party_workflow.domain.procedure import Procedure, StepTaken, Taken
from party_workflow.errors import Fault, Faults, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding, Value, share
from party_workflow.policies.matters.procedures import procedures
from party_workflow.policies.stated import Outside, Stated, stated
from party_workflow.quantity import Quantity
from party_workflow.values import Code, Definition

KIND: Final = "promise"
CHANNEL: Final = "complaint_channel"
ELSEWHERE: Final = "complaints_elsewhere"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)
_OPENS: Final = frozenset({"open_channel", "restore", "try_passed"})
_TRIES: Final = frozenset({"try_failed", "try_passed"})

Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=64)]


class ZeroKind(BaseModel):
    """One of the zeros: cases of these classes, found to be so."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    classes: Codes


class Promise(Definition):
    """What a unit promises to have none of.

    `complaints` are the kinds of case that are complaints, `upheld` the outcomes by which something was found
    to be so, `indicators` what is counted of it.  No indicator counts complaints.
    """

    code: Code
    version: PositiveInt
    complaints: Codes
    upheld: Codes
    indicators: Annotated[tuple[ZeroKind, ...], Field(min_length=1, max_length=16)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        codes = [indicator.code for indicator in self.indicators]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            faults.add("indicators", f"{code} stands twice.", "Join the two.")
        faults.raise_if_any(InvalidDefinition)
        return self

    def data(self) -> dict[str, Any]:
        """The definition as a log stores it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the definition."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Zero:
    """One indicator: how many were found to be so, of how many decided; those undecided lie outside."""

    code: str
    found: Figure
    of_decided: Stated
    undecided: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel over the period: the share of the time in which it was open, and who tried it how often.

    `tried` is None where nobody but its keepers says that it works.  `dated_back` is how many times it was
    put on record only afterwards that the channel had opened or worked again.
    """

    stream: str
    unit: str
    channel: str
    open: Figure
    tried: tuple[int, int] | None
    dated_back: int


@dataclass(frozen=True, slots=True)
class Told:
    """How many complaints about the unit another body says it received, for which days, on which event."""

    stream: str
    by: str
    since: date
    until: date
    number: Decimal
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ComplaintsShown:
    """Complaints with all that has to stand beside their number.

    `received` came to the unit or one below it, wherever they are dealt with now; `elsewhere` came by another
    channel than the unit's own or to somebody else first; `told` are numbers by others, and may count some of
    the same.  `shown` is received and elsewhere together, and has no value where none came and no channel
    was open.
    """

    shown: Figure
    received: Figure
    elsewhere: Figure
    told: tuple[Told, ...]
    channels: tuple[Channel, ...]

    @property
    def reachable(self) -> bool:
        """Whether any channel was open at any time of the period."""
        return any(item.open.value != 0 for item in self.channels)

    def lines(self) -> Iterator[str]:
        """The number and what stands beside it, for people: never the number alone."""
        here, there = self.received.displayed, self.elsewhere.displayed
        yield f"complaints: {self.shown.displayed} ({here} here, {there} elsewhere)"
        for told in self.told:
            yield f"told by {told.by}: {told.number} ({told.since} to {told.until})"
        if not self.told:
            yield "told by others: nobody was asked or answered"
        for item in self.channels:
            tried = "nobody else tried it"
            if item.tried is not None:
                tried = f"reached {item.tried[0]} of {item.tried[1]} times"
            late = f", {item.dated_back} times entered afterwards" if item.dated_back else ""
            yield f"channel {item.channel}: open {item.open.displayed} of the time, {tried}{late}"
        if not self.channels:
            yield "channels: none"


@dataclass(frozen=True, slots=True)
class FourZeros:
    """The indicators of a unit over a period, end exclusive.  It has no total and no order."""

    unit: str
    since: datetime
    until: datetime
    definition: str
    indicators: tuple[Zero, ...]
    complaints: ComplaintsShown

    def indicator(self, code: str) -> Zero:
        """One of the indicators.  Raises `InvalidInput` for one that the promise does not have."""
        for item in self.indicators:
            if item.code == code:
                return item
        raise InvalidInput(Fault(code, "The promise has no such indicator.", "Look at its definition."))


@dataclass(slots=True)
class _Found:
    opened: CaseOpened
    at: datetime
    evidence: Evidence
    state: Case
    decided: datetime | None = None
    decision: Evidence | None = None


def four_zeros(history: History, promise: Promise, unit: str, since: datetime, until: datetime) -> FourZeros:
    """The four indicators of a unit and those below it, over a period with its end exclusive.

    Raises `InvalidInput` for a period without length.  It reads what the history shows: for somebody who must
    not know of confidential cases, read the history that they may see.
    """
    if since >= until:
        raise InvalidInput(Fault("until", "The period has no length.", "Let it end after it begins."))
    organisation: Organisation = history.state(DECIDER, STREAM)
    units = frozenset(organisation.branch(unit, until))
    found = _cases(history, until)
    channels = _channels(history, units, since, until)
    return FourZeros(
        unit=unit,
        since=since,
        until=until,
        definition=promise.digest,
        indicators=tuple(_zero(item, promise, found, units, since) for item in promise.indicators),
        complaints=_complaints(history, promise, found, units, since, until, channels),
    )


def _cases(history: History, until: datetime) -> list[_Found]:
    found: dict[str, _Found] = {}
    for item in history.events(*cases.DECIDER.events):
        event, envelope = item.event, item.envelope
        if envelope.effective_at >= until:
            continue
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        one = found.get(envelope.stream)
        if one is None:
            if isinstance(event, CaseOpened):
                state = cases.DECIDER.evolve(cases.DECIDER.initial(), item)
                found[envelope.stream] = _Found(event, envelope.effective_at, evidence, state)
            continue
        one.state = cases.DECIDER.evolve(one.state, item)
        if isinstance(event, CaseDecided):
            one.decided, one.decision = envelope.effective_at, evidence
    return list(found.values())


def _zero(
    kind: ZeroKind, promise: Promise, found: Iterable[_Found], units: frozenset[str], since: datetime
) -> Zero:
    classed = [item for item in found if units & {item.opened.unit, item.state.unit}]
    classed = [item for item in classed if set(kind.classes) & {*item.opened.classes, *item.state.classes}]
    decided = [item for item in classed if item.state.outcome and item.decided and item.decided >= since]
    upheld = [item for item in decided if item.state.outcome in promise.upheld]
    undecided = [item for item in classed if not item.state.outcome and not item.state.final]
    part = _number(kind.code, upheld, promise.code)
    whole = _number(f"{kind.code}.decided", decided, promise.code)
    rate = share(f"{kind.code}.share", part, whole, promise.code, KIND, SHARE)
    open_ones = tuple(item.evidence.event_id for item in undecided if not item.state.confidential)
    amount = Quantity.of("=", len(undecided), "cases") if undecided else None
    return Zero(
        kind.code, part, stated(rate, Outside("undecided", amount, promise.code, open_ones)), len(undecided)
    )


def _number(name: str, found: list[_Found], clause: str) -> Figure:
    events = tuple(item.decision or item.evidence for item in found if not item.state.confidential)
    return Figure(name, Fraction(len(found)), "count", clause, KIND, events)


def _complaints(
    history: History,
    promise: Promise,
    found: Iterable[_Found],
    units: frozenset[str],
    since: datetime,
    until: datetime,
    channels: tuple[Channel, ...],
) -> ComplaintsShown:
    mine = [item for item in found if item.opened.kind in promise.complaints and item.at >= since]
    own = {item.channel for item in channels}
    received: list[_Found] = []
    elsewhere: list[_Found] = []
    for item in mine:
        if item.opened.unit in units:
            direct = item.opened.channel is None or item.opened.channel in own
            (received if direct else elsewhere).append(item)
        elif item.state.unit in units:
            elsewhere.append(item)
    here, there = _came("received", received, promise.code), _came("elsewhere", elsewhere, promise.code)
    number = here.exact() + there.exact()
    reachable = any(item.open.value != 0 for item in channels)
    value: Value = number if number or reachable else Absent("not_applicable")
    return ComplaintsShown(
        shown=Figure("complaints", value, "sum", promise.code, KIND, (here, there)),
        received=here,
        elsewhere=there,
        told=_told(history, units, since, until),
        channels=channels,
    )


def _came(name: str, found: list[_Found], clause: str) -> Figure:
    events = tuple(item.evidence for item in found if not item.state.confidential)
    return Figure(f"complaints.{name}", Fraction(len(found)), "count", clause, KIND, events)


def _told(history: History, units: frozenset[str], since: datetime, until: datetime) -> tuple[Told, ...]:
    found = []
    for stream, state in procedures(history, ELSEWHERE).items():
        if state.unit not in units or not state.takings("tell_number"):
            continue
        taken = state.takings("tell_number")[0]
        first, last = (_one(taken, code) for code in ("from_day", "until_day"))
        number = state.latest("number_of_complaints")
        if not (isinstance(first, date) and isinstance(last, date) and number):
            continue
        if taken.at >= until or last < since.date() or first >= until.date():
            continue
        value = number[0]
        assert isinstance(value, Decimal)
        latest = state.saying("number_of_complaints") or taken
        found.append(Told(stream, str(_one(taken, "told_by")), first, last, value, _evidence(latest)))
    return tuple(sorted(found, key=lambda item: (item.by, item.since, item.stream)))


def _channels(
    history: History, units: frozenset[str], since: datetime, until: datetime
) -> tuple[Channel, ...]:
    found = []
    for stream, state in procedures(history, CHANNEL).items():
        steps = sorted(
            (item for item in state.taken if item.at < until), key=lambda item: (item.at, item.position)
        )
        if state.unit in units and steps:
            found.append(_channel(stream, state, steps, since, until))
    return tuple(sorted(found, key=lambda item: (item.unit, item.channel, item.stream)))


def _channel(stream: str, state: Procedure, steps: list[Taken], since: datetime, until: datetime) -> Channel:
    ends = [*(item.at for item in steps[1:]), until]
    open_for = sum(
        (
            max(timedelta(0), min(end, until) - max(item.at, since))
            for item, end in zip(steps, ends, strict=True)
            if item.step in _OPENS
        ),
        timedelta(0),
    )
    micro = timedelta(microseconds=1)
    value = Fraction(open_for // micro, (until - since) // micro)
    events = tuple(_evidence(item) for item in steps)
    tries = [item for item in steps if item.step in _TRIES and item.at >= since]
    passed = sum(item.step == "try_passed" for item in tries)
    said = state.latest("channel")
    return Channel(
        stream=stream,
        unit=state.unit or "",
        channel=str(said[0]) if said else "",
        open=Figure("channel.open", value, "share_of_time", CHANNEL, stream, events, SHARE),
        tried=(passed, len(tries)) if tries else None,
        dated_back=sum(item.step in _OPENS and item.recorded > item.at for item in steps),
    )


def _one(taken: Taken, code: str) -> object:
    return taken.given[code].values[0] if code in taken.given else None


def _evidence(taken: Taken) -> Evidence:
    return Evidence(taken.event_id, taken.position, StepTaken.stored_type)
