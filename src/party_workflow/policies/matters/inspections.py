"""Inspections judged: what the open ones lack, what was covered, and one register of what was found.

Regular and concentrated inspections feed the same register, with the mode beside each entry, and so do the
problems that units find themselves in assessments such as the four check-ones (R-121, R-125).  A rate is of
what was *checked*: what was not checked, or does not apply, is counted beside it and is neither met nor not
met.  Who finds more by looking more is no worse than who finds nothing by not looking: the number of checks
always stands beside the rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from party_workflow.domain import assessment, case, inspection
from party_workflow.domain.assessment import ProblemLinked, ProblemNoted
from party_workflow.domain.case import CaseSummary
from party_workflow.domain.inspection import (
    FindingNoted,
    Inspection,
    InspectionCarriedOut,
    InspectionPlanned,
    InspectionSealed,
    ResultCorrected,
)
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, counted, share
from party_workflow.store import Recorded

CLAUSE: Final = "inspections"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)
SELF_FOUND: Final = "self_check"
"""Stands for the mode of what a unit noted of itself in an assessment, which is no inspection."""


def _evidence(item: Recorded) -> Evidence:
    return Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)


@dataclass(slots=True)
class _Seen:
    """An inspection as folded, with the events that its figures rest on."""

    state: Inspection
    opened: Evidence
    carried_at: datetime | None = None
    carried: tuple[Evidence, ...] = ()
    noted: dict[int, Evidence] = field(default_factory=dict)


def _seen(history: History) -> Mapping[str, _Seen]:
    found: dict[str, _Seen] = {}
    for item in history.events(*inspection.DECIDER.events):
        stream, event = item.envelope.stream, item.event
        seen = found.get(stream)
        if seen is None:
            if not isinstance(event, InspectionPlanned | InspectionSealed):
                continue
            seen = found[stream] = _Seen(Inspection(), _evidence(item))
        seen.state = inspection.DECIDER.evolve(seen.state, item)
        if isinstance(event, InspectionCarriedOut):
            seen.carried_at = item.envelope.effective_at
            seen.carried = (_evidence(item),)
        elif isinstance(event, ResultCorrected):
            seen.carried = (*seen.carried, _evidence(item))
        elif isinstance(event, FindingNoted):
            seen.noted[event.number] = _evidence(item)
    return found


# --- what is open ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenInspection:
    """An inspection that is not finished, and what it lacks to be closed.

    `unsigned` are inspectors, `unnoted` units and items that are not met, `unhanded` the numbers of findings
    without a slip.  One that is sealed says nothing but that it is.
    """

    stream: str
    kind: str
    mode: str
    unit: str
    state: str
    sealed: bool
    unsigned: tuple[str, ...]
    unnoted: tuple[tuple[str, str], ...]
    unhanded: tuple[int, ...]
    planned: Evidence


def open_inspections(history: History, as_of: datetime) -> tuple[OpenInspection, ...]:
    """Every inspection that was planned and not finished by a moment, by stream."""
    found = []
    for stream, seen in sorted(_seen(history.as_of(effective=as_of)).items()):
        state = seen.state
        if state.kind is None or state.final:
            continue
        found.append(
            OpenInspection(
                stream=stream,
                kind=state.kind.code,
                mode=state.mode,
                unit=state.unit,
                state=state.state,
                sealed=state.plan is None,
                unsigned=state.unsigned(),
                unnoted=state.unnoted(),
                unhanded=tuple(each.number for each in state.findings if each.slip is None),
                planned=seen.opened,
            )
        )
    return tuple(found)


# --- what was covered ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what could be looked at was: the units drawn of the population, the items of the checklist,
    and what was checked of everything drawn.

    `not_checked` and `not_applicable` have unit and item, with the reason.
    """

    stream: str
    units: Figure
    items: Figure
    checked: Figure
    not_checked: Mapping[tuple[str, str], str]
    not_applicable: Mapping[tuple[str, str], str]


def coverage(history: History, stream: str, as_of: datetime) -> Coverage:
    """The coverage of one inspection by a moment.

    Raises `InvalidInput` for one that was not carried out, sealed ones included.
    """
    seen = _seen(history.as_of(effective=as_of)).get(stream)
    if seen is None or seen.state.plan is None or seen.state.kind is None or not seen.carried:
        raise InvalidInput(
            Fault("stream", "No such inspection was carried out.", "Name one that was, or a later moment.")
        )
    plan, kind, results = seen.state.plan, seen.state.kind, seen.state.results
    without = {
        outcome: {place: r.reason or "" for place, r in sorted(results.items()) if r.outcome == outcome}
        for outcome in ("not_checked", "not_applicable")
    }
    planned, looked = (seen.opened, *seen.carried), seen.carried

    def part(name: str, some: int, every: int, events: Iterable[Evidence]) -> Figure:
        events = tuple(events)
        of = counted(f"{name}.chosen", CLAUSE, stream, events, some)
        whole = counted(f"{name}.all", CLAUSE, stream, events, every)
        return share(f"{name}.share", of, whole, CLAUSE, stream, SHARE)

    applicable = len(results) - len(without["not_applicable"])
    return Coverage(
        stream=stream,
        units=part("units", len(plan.units), len(plan.population), planned),
        items=part("items", len(plan.items), len(kind.items), planned),
        checked=part("checked", applicable - len(without["not_checked"]), applicable, looked),
        not_checked=without["not_checked"],
        not_applicable=without["not_applicable"],
    )


# --- the register ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A problem in the register: where it was found and how, the case that it is, and how far that has come.

    `mode` is that of the inspection, or `SELF_FOUND`.  `subject` is a unit; of an assessment it may be
    another subject.  `case` is None where a problem noted in an assessment has no case yet; `slip` where it
    was not handed over by one.
    """

    source: str
    kind: str
    mode: str
    subject: str
    item: str | None
    sampled: bool
    case: str | None
    state: str | None
    settled: bool
    slip: str | None
    event: Evidence


def register(history: History, as_of: datetime) -> tuple[Entry, ...]:
    """Every problem that inspections and assessments had noted by a moment, in the order of noting."""
    view = history.as_of(effective=as_of)
    entries = sorted((*_inspected(view), *_assessed(view)), key=lambda entry: entry.event.position)
    return tuple(entries)


def _inspected(history: History) -> Iterator[Entry]:
    for stream, seen in _seen(history).items():
        state = seen.state
        for found in state.findings:
            summary = _case(history, found.case)
            yield Entry(
                source=stream,
                kind="" if state.kind is None else state.kind.code,
                mode=state.mode,
                subject=found.unit,
                item=found.item,
                sampled=found.sampled,
                case=found.case,
                state=None if summary is None else summary.state,
                settled=summary is not None and summary.final and not summary.withdrawn,
                slip=found.slip,
                event=seen.noted[found.number],
            )


def _assessed(history: History) -> Iterator[Entry]:
    linked: dict[tuple[str, int], str] = {}
    noted: list[tuple[Recorded, ProblemNoted]] = []
    for item in history.events(ProblemNoted, ProblemLinked):
        if isinstance(item.event, ProblemLinked):
            linked[item.envelope.stream, item.event.problem] = f"{case.CATEGORY}/{item.event.case}"
        elif isinstance(item.event, ProblemNoted):
            noted.append((item, item.event))
    for item, event in noted:
        stream = item.envelope.stream
        work = history.state(assessment.DECIDER, stream).work()
        named = linked.get((stream, event.problem))
        summary = None if named is None else _case(history, named)
        yield Entry(
            source=stream,
            kind="" if work is None else work.kind,
            mode=SELF_FOUND,
            subject=event.subject,
            item=event.item,
            sampled=False,
            case=named,
            state=None if summary is None else summary.state,
            settled=summary is not None and summary.final and not summary.withdrawn,
            slip=None,
            event=_evidence(item),
        )


def _case(history: History, stream: str) -> CaseSummary | None:
    return history.state(case.DECIDER, stream).summary()


def by_place(entries: Iterable[Entry]) -> Mapping[tuple[str, str | None], Figure]:
    """How many problems stand in the register, by subject and item."""
    found: dict[tuple[str, str | None], list[Evidence]] = {}
    for entry in entries:
        found.setdefault((entry.subject, entry.item), []).append(entry.event)
    ordered = sorted(found.items(), key=lambda each: (each[0][0], each[0][1] or ""))
    return {place: counted("findings", CLAUSE, place[0], events) for place, events in ordered}


# --- modes compared --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModeRates:
    """Inspections of one kind in one mode, over a period: how many, what they checked, what was not met.

    `rate` is the share not met of what was checked, `settled` the share of problems noted whose case is
    finished; both carry their counts, and over nothing they are not applicable.  Problems seen by the way
    count among those noted, and not in the rate.
    """

    mode: str
    inspections: Figure
    checked: Figure
    not_checked: Figure
    not_met: Figure
    rate: Figure
    noted: Figure
    settled: Figure


def by_mode(history: History, kind: str, since: datetime, until: datetime) -> tuple[ModeRates, ...]:
    """The modes of a kind beside each other: inspections carried out in a period, end exclusive.

    Every mode that the kind allowed is there, those in which nothing was carried out too.  Cases stand as of
    the end of the history.  Raises `InvalidInput` for a period without length.
    """
    if since >= until:
        raise InvalidInput(Fault("until", "The period has no length.", "Let it end after it begins."))
    modes: dict[str, list[tuple[str, _Seen]]] = {}
    for stream, seen in _seen(history).items():
        if seen.state.kind is None or seen.state.kind.code != kind:
            continue
        for mode in seen.state.kind.modes:
            modes.setdefault(mode, [])
        if seen.carried_at is not None and since <= seen.carried_at < until:
            modes.setdefault(seen.state.mode, []).append((stream, seen))
    return tuple(_rates(history, mode, each) for mode, each in sorted(modes.items()))


def _rates(history: History, mode: str, every: list[tuple[str, _Seen]]) -> ModeRates:
    outcomes = [r.outcome for _, seen in every for r in seen.state.results.values()]
    events = tuple(event for _, seen in every for event in seen.carried)
    notes = [(found, seen.noted[found.number]) for _, seen in every for found in seen.state.findings]
    done = []
    for found, evidence in notes:
        summary = _case(history, found.case)
        if summary is not None and summary.final and not summary.withdrawn:
            done.append(evidence)

    def count(name: str, value: int) -> Figure:
        return counted(name, CLAUSE, mode, events, value)

    checked = count("checked", sum(outcome in ("met", "not_met") for outcome in outcomes))
    not_met = count("not_met", outcomes.count("not_met"))
    noted = counted("noted", CLAUSE, mode, (evidence for _, evidence in notes))
    settled = counted("settled", CLAUSE, mode, done)
    return ModeRates(
        mode=mode,
        inspections=count("inspections", len(every)),
        checked=checked,
        not_checked=count("not_checked", outcomes.count("not_checked")),
        not_met=not_met,
        rate=share("not_met.share", not_met, checked, CLAUSE, mode, SHARE),
        noted=noted,
        settled=share("settled.share", settled, noted, CLAUSE, mode, SHARE),
    )
