"""What a procedure has come to: its state, who took which step, what was said; evolve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from party_workflow.domain.procedure.events import Given, ProcedureEvent, ProcedureOpened, StepTaken
from party_workflow.domain.procedure.kind import Need, ProcedureKind, Step, read_kind
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it was taken: by whom, when it took effect, what it said, and the event it rests on.

    `recorded` is when it was recorded, `behind` whose act it was: of a delegate's the principal's too.
    """

    step: str
    person: str
    at: datetime
    event_id: str
    position: int
    given: Mapping[str, Given]
    recorded: datetime
    behind: frozenset[str]
    stored_type: str = StepTaken.stored_type


@dataclass(frozen=True, slots=True)
class Procedure:
    """Everything recorded of one procedure.  Before it is opened `kind` is None."""

    stream: str = ""
    kind: ProcedureKind | None = None
    unit: str | None = None
    state: str = ""
    serves: tuple[Serves, ...] = ()
    taken: tuple[Taken, ...] = ()

    def takings(self, step: str) -> tuple[Taken, ...]:
        """Every taking of a step, in the order recorded."""
        return tuple(item for item in self.taken if item.step == step)

    def said(self, code: str) -> tuple[object, ...]:
        """Everything said under a code, over all steps, in the order recorded."""
        return tuple(value for item in self.taken if code in item.given for value in item.given[code].values)

    def saying(self, code: str) -> Taken | None:
        """The step that last said something under a code."""
        return next((taken for taken in reversed(self.taken) if code in taken.given), None)

    def latest(self, code: str) -> tuple[object, ...]:
        """What was last said under a code; empty where nothing was."""
        return next((t.given[code].values for t in reversed(self.taken) if code in t.given), ())

    def holders(self, relation: str) -> frozenset[str]:
        """Those who came into a relation: named by a step, or by taking one."""
        named = {str(value) for value in self.said(relation)}
        if self.kind is None:
            return frozenset(named)
        by_code = self.kind.by_code
        became = {t.person for t in self.taken if (s := by_code.get(t.step)) and s.becomes == relation}
        return frozenset(named | became)

    @property
    def done(self) -> bool:
        """Whether it is in a state in which it counts as carried out."""
        return self.kind is not None and self.state in self.kind.done

    def lacking(self, step: Step) -> Iterator[tuple[Need, str]]:
        """What a step waits for and what of it is lacking, need by need, as codes and ids."""
        for need in step.needs:
            takings = self.takings(need.step)
            if need.input is not None:
                said = {
                    value for t in takings if need.input in t.given for value in t.given[need.input].values
                }
                if absent := sorted(set(need.each) - {str(value) for value in said}):
                    yield need, ", ".join(absent)
            elif need.everyone is not None:
                holders = self.holders(need.everyone)
                if absent := sorted(holders - {t.person for t in takings}):
                    yield need, ", ".join(absent)
                elif not holders:
                    yield need, need.everyone
            else:
                count = _different(takings) if need.different else len(takings)
                if count < need.least:
                    yield need, f"{need.least - count} of {need.least}"

    def work(self) -> Work | None:
        """The procedure as others may cite it; None before it is opened."""
        if self.kind is None:
            return None
        people = {t.person for t in self.taken}
        people |= {person for t in self.taken for given in t.given.values() for person in given.people or ()}
        return Work(
            self.stream,
            self.kind.code,
            self.unit,
            self.state,
            self.done,
            self.serves,
            frozenset(people),
            confidential=self.kind.confidential,
        )

    def summary(self) -> ProcedureSummary | None:
        """The procedure in brief; None before it is opened."""
        if self.kind is None or self.unit is None:
            return None
        latest = {code: given.values for item in self.taken for code, given in item.given.items()}
        steps = tuple((item.step, item.person, item.at) for item in self.taken)
        return ProcedureSummary(
            self.stream, self.kind.code, self.kind.digest, self.unit, self.state, self.done, steps, latest
        )


def _different(takings: tuple[Taken, ...]) -> int:
    """By how many a step was taken of whom none stood behind another's taking: a delegate is no second."""
    seen: set[str] = set()
    count = 0
    for taken in takings:
        count += seen.isdisjoint(taken.behind)
        seen |= taken.behind
    return count


@dataclass(frozen=True, slots=True)
class ProcedureSummary:
    """A procedure in brief, as others may cite it: steps as (step, person, effective time), and what was
    last said under each code."""

    stream: str
    kind: str
    definition: str
    unit: str
    state: str
    done: bool
    steps: tuple[tuple[str, str, datetime], ...]
    said: Mapping[str, tuple[object, ...]]


def evolve(state: Procedure, recorded: Recorded) -> Procedure:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, ProcedureEvent)
    match event:
        case ProcedureOpened():
            try:
                kind = read_kind(event.body)
            except InvalidDefinition:
                return replace(state, stream=envelope.stream)
            return Procedure(envelope.stream, kind, event.unit, kind.lifecycle.initial, event.serves)
        case StepTaken():
            if state.kind is None:
                return state
            step = state.kind.table.step(state.state, event.step)
            after = state.state if isinstance(step, Refusal) else step.dest
            taken = Taken(
                event.step,
                envelope.person,
                envelope.effective_at,
                envelope.event_id,
                envelope.position,
                event.given,
                envelope.recorded_at,
                frozenset(filter(None, (envelope.person, envelope.delegate_of))),
                envelope.stored_type,
            )
            return replace(state, state=after, taken=(*state.taken, taken))
        case _:
            assert_never(event)
