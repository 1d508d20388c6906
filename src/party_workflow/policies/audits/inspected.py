"""What an auditor asks of inspections beyond their streams: the draw, what was left out, what stays sealed.

That an inspection keeps to its kind, its seal and its results is looked at with the model (`possible`); here
is what only the whole log tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.domain import case
from party_workflow.domain.case import CaseOpened
from party_workflow.domain.inspection import (
    CATEGORY,
    DECIDER,
    Inspection,
    InspectionPlanned,
    InspectionSealed,
    InspectionUnsealed,
    Plan,
    ReportSigned,
    ResultCorrected,
    SignatureExcused,
)
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.audits.sample import redraw
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded


def _evidence(item: Recorded) -> Evidence:
    return Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)


def _samples(history: History) -> Iterator[Finding]:
    """A sealed plan was drawn before it was sealed, an open one before it was planned."""
    sealed: dict[str, Recorded] = {}
    for item in history.events(InspectionPlanned, InspectionSealed, InspectionUnsealed):
        match item.event:
            case InspectionSealed():
                sealed.setdefault(item.envelope.stream, item)
            case InspectionPlanned(plan=plan):
                yield from _drawn(history, item, plan, item.envelope.position)
            case InspectionUnsealed(plan=plan):
                opening = sealed.get(item.envelope.stream, item)
                yield from _drawn(history, item, plan, opening.envelope.position)
            case _:
                pass


def _drawn(history: History, item: Recorded, plan: Plan, before: int) -> Iterator[Finding]:
    stream, events = item.envelope.stream, (_evidence(item),)
    if plan.position >= before:
        yield Finding(stream, "Its sample is said to be drawn from a log that was not there yet.", events)
        return
    try:
        again = redraw(history, plan)
    except (InvalidInput, ValueError):
        yield Finding(stream, "What its population was asked by is no query.", events)
        return
    if not again.head:
        yield Finding(stream, "The head of the log that its sample was drawn with was another.", events)
    if again.population is False:
        yield Finding(stream, "Its query finds another population in the log as it stood then.", events)
    if not again.chosen:
        yield Finding(stream, "The lots choose other units than it says.", events)


def _states(history: History) -> dict[str, Inspection]:
    return {stream: history.state(DECIDER, stream) for stream in history.streams(CATEGORY)}


def _handed_over(history: History) -> Iterator[Finding]:
    """Problems opened as of an inspection that it does not know, and slips beside the one that is linked."""
    states = _states(history)
    noted = {found.case: found for state in states.values() for found in state.findings}
    for item in history.events(CaseOpened):
        event, stream = item.event, item.envelope.stream
        if not isinstance(event, CaseOpened) or event.source is None or event.confidential:
            continue
        if event.source in states:
            kind = states[event.source].kind
            if stream not in noted and kind is not None and event.kind in kind.findings:
                yield Finding(
                    event.source, f"It does not note {stream}, which was found in it.", (_evidence(item),)
                )
        elif event.source in noted:
            slip = noted[event.source].slip
            if slip is not None and slip != stream and event.kind == _kind(history, slip):
                what = f"It was handed over by {slip} and again by {stream}."
                yield Finding(event.source, what, (_evidence(item),))


def _kind(history: History, stream: str) -> str | None:
    summary = history.state(case.DECIDER, stream).summary()
    return None if summary is None else summary.kind


def _stayed_sealed(history: History) -> Iterator[Finding]:
    opened = {item.envelope.stream for item in history.events(InspectionUnsealed)}
    for item in history.events(InspectionSealed):
        if item.envelope.stream not in opened:
            what = "It was sealed and never carried out: what it would have looked at is not known."
            yield Finding(item.envelope.stream, what, (_evidence(item),))


def _second_thoughts(history: History) -> Iterator[Finding]:
    for item in history.events(ResultCorrected, ReportSigned, SignatureExcused):
        match item.event:
            case ResultCorrected() as event:
                what = (
                    f"{event.item} in {event.unit} was changed from {event.previous} to {event.outcome} "
                    f"({event.ground})."
                )
                yield Finding(item.envelope.stream, what, (_evidence(item),))
            case ReportSigned() as event if event.reserved:
                what = f"{event.inspector} signed with a reservation."
                yield Finding(item.envelope.stream, what, (_evidence(item),))
            case SignatureExcused() as event:
                what = f"{event.inspector} did not sign ({event.ground})."
                yield Finding(item.envelope.stream, what, (_evidence(item),))
            case _:
                pass


CHECKS: Final = (
    Check("samples", "Every sample can be drawn again from the log as it stood", _samples, whole=True),
    Check(
        "handed_over",
        "Every problem found in an inspection is noted in it and has one slip",
        _handed_over,
        integrity=False,
    ),
    Check("sealed", "Whatever was sealed was carried out and opened", _stayed_sealed, integrity=False),
    Check(
        "second_thoughts",
        "No result was changed, and every inspector signed without a reservation",
        _second_thoughts,
        integrity=False,
    ),
)
"""The checks of inspections, in the order in which an auditor asks them."""
