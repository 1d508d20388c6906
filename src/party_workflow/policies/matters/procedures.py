"""What procedures come to, read off a history: those that wait, those whose day has passed, and what rests
on what.

A result that is corrected after it was used does not undo the use.  `uses` names every decision that cites
something, with what has become of it, so that somebody can look again (R-015, R-046, R-103).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from party_workflow.codec import Event
from party_workflow.domain import procedure
from party_workflow.domain.procedure import Procedure, StepPlaced, StepTaken, Taken
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded

READS: Final[tuple[type[Event], ...]] = procedure.DECIDER.events
"""The event types that procedures are folded from."""


def procedures(history: History, *kinds: str) -> dict[str, Procedure]:
    """The procedures of a history by stream, of these kinds where any are given, in order of their
    beginning.
    """
    found: dict[str, Procedure] = {}
    for item in history.events(*READS):
        stream = item.envelope.stream
        found[stream] = procedure.DECIDER.evolve(found.get(stream, Procedure()), item)
    return {
        stream: state
        for stream, state in found.items()
        if state.kind is not None and (not kinds or state.kind.code in kinds)
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """A procedure in which a step was taken and what should follow was not: for so many days by then."""

    stream: str
    state: str
    since: Evidence
    days: int


def waiting(history: History, kind: str, *, taken: str, without: str, as_of: date) -> tuple[Waiting, ...]:
    """Procedures of a kind in which `taken` was taken by a day and `without` not: trips without a use
    (R-177).

    The longest wait first, then by stream.
    """
    found = []
    for stream, state in procedures(history, kind).items():
        first = next((item for item in state.takings(taken) if item.at.date() <= as_of), None)
        after = any(item.at.date() <= as_of for item in state.takings(without))
        if first is not None and not after:
            found.append(Waiting(stream, state.state, _evidence(first), (as_of - first.at.date()).days))
    return tuple(sorted(found, key=lambda item: (-item.days, item.stream)))


@dataclass(frozen=True, slots=True)
class Passed:
    """A procedure, not at its end, in which a day that was set has passed: a re-review, a term, a warning."""

    stream: str
    kind: str
    state: str
    day: date
    set_by: Evidence


def passed(history: History, code: str, *, as_of: date) -> tuple[Passed, ...]:
    """Procedures that go on although the day last said under `code` lies before `as_of`; earliest day first.

    A warning whose term is over is here until somebody prolongs, lifts or escalates it: nothing escalates by
    itself (R-105); so is a talent pool entry that was due for review (R-154).
    """
    found = []
    for stream, state in procedures(history).items():
        said = [item for item in state.taken if code in item.given and item.given[code].days]
        if not said or state.kind is None or state.state in state.kind.table.finals:
            continue
        days = said[-1].given[code].days or ()
        if days[-1] < as_of:
            found.append(Passed(stream, state.kind.code, state.state, days[-1], _evidence(said[-1])))
    return tuple(sorted(found, key=lambda item: (item.day, item.stream)))


Standing = Literal["stands", "withdrawn", "unknown"]


@dataclass(frozen=True, slots=True)
class Use:
    """A step that cites something as what it rests on, and whether that still stands.

    `withdrawn`: it counted as done once and no longer does (an appraisal voided, a publication superseded by
    an erratum); `state` is what has become of it.  The use itself stays as it is until somebody acts.
    """

    stream: str
    kind: str
    step: str
    person: str
    ground: str
    standing: Standing
    state: str
    evidence: Evidence


def uses(history: History, model: Model, ground: str | None = None) -> tuple[Use, ...]:
    """Every use that procedures make of other matters, or of one; in the order of the log.

    `model` reads the matters cited.  Raises `InvalidInput` for a ground of a category that it does not know.
    """
    if ground is not None and ground.partition("/")[0] not in model.by_category:
        raise InvalidInput(Fault(ground, "No aggregate of the model has this category.", "Check the stream."))
    states = procedures(history)
    works: dict[str, Work | None] = {}
    found = []
    for item, stream in _citations(history, ground):
        if stream not in works:
            works[stream] = _work(history, model, stream)
        kind = states[item.envelope.stream].kind
        assert kind is not None
        assert isinstance(item.event, StepTaken)
        work = works[stream]
        standing: Standing = "unknown" if work is None else "stands" if work.done else "withdrawn"
        envelope = item.envelope
        found.append(
            Use(
                envelope.stream,
                kind.code,
                item.event.step,
                envelope.person,
                stream,
                standing,
                "unknown" if work is None else work.state,
                Evidence(envelope.event_id, envelope.position, envelope.stored_type),
            )
        )
    return tuple(found)


def _citations(history: History, ground: str | None) -> Iterator[tuple[Recorded, str]]:
    for item in history.events(StepTaken, StepPlaced):
        assert isinstance(item.event, StepTaken)
        for given in item.event.given.values():
            for stream in given.streams or ():
                if ground in (None, stream):
                    yield item, stream


def _work(history: History, model: Model, stream: str) -> Work | None:
    category = stream.partition("/")[0]
    answer = model.facts.get(f"{category}.work")
    if answer is None:
        return None
    owner, ask = answer
    work: Work | None = ask(history.state(owner, stream))
    return work


def _evidence(taken: Taken) -> Evidence:
    return Evidence(taken.event_id, taken.position, taken.stored_type)
