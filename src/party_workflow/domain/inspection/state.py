"""What an inspection has come to, and how each event changes it; whether its events keep to its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from party_workflow import canonical
from party_workflow.domain.inspection.drawing import draw
from party_workflow.domain.inspection.events import (
    FindingNoted,
    InspectionCancelled,
    InspectionCarriedOut,
    InspectionClosed,
    InspectionEvent,
    InspectionPlanned,
    InspectionSealed,
    InspectionUnsealed,
    ReportSigned,
    ResultCorrected,
    SignatureExcused,
    SlipLinked,
)
from party_workflow.domain.inspection.kind import InspectionKind, read_kind
from party_workflow.domain.inspection.parts import InspectionSummary, Noted, Plan, Result, sealed_plan
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything recorded of one inspection.  Before it is planned `kind` is None.

    `plan` is None while it is sealed, `insiders` are those who knew it then.  `planned_at` is when it was
    planned, `known_at` when that was recorded.  `results` are by unit and item as they stand; `signed`
    says of each who signed these whether they stated a reservation, `excused` why somebody does not sign.
    """

    stream: str = ""
    kind: InspectionKind | None = None
    definition: str = ""
    unit: str = ""
    mode: str = ""
    state: str = ""
    period: str | None = None
    serves: tuple[Serves, ...] = ()
    planned_at: datetime | None = None
    known_at: datetime | None = None
    commitment: str | None = None
    insiders: tuple[str, ...] = ()
    plan: Plan | None = None
    inspectors: tuple[str, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None
    results: Mapping[tuple[str, str], Result] = field(default_factory=dict)
    signed: Mapping[str, bool] = field(default_factory=dict)
    excused: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Noted, ...] = ()
    corrected: int = 0

    @property
    def units(self) -> tuple[str, ...]:
        """The units of the plan; none while it is sealed."""
        return () if self.plan is None else self.plan.units

    def unsigned(self) -> tuple[str, ...]:
        """The inspectors whose signature is lacking: whoever was not excused, and all where nobody signed."""
        lacking = (person for person in self.inspectors if person not in self.signed)
        return tuple(person for person in lacking if person not in self.excused or not self.signed)

    @property
    def final(self) -> bool:
        """Whether it is closed or cancelled."""
        return self.kind is not None and self.state in self.kind.table.finals

    @property
    def done(self) -> bool:
        """Whether it was carried out and closed."""
        return self.final and self.ended is not None

    def finding(self, number: int) -> Noted | None:
        """A finding by its number."""
        return next((found for found in self.findings if found.number == number), None)

    def unnoted(self) -> tuple[tuple[str, str], ...]:
        """Unit and item of every result that is not met and that no finding speaks of."""
        noted = {(found.unit, found.item) for found in self.findings}
        return tuple(
            sorted(
                place
                for place, result in self.results.items()
                if result.outcome == "not_met" and place not in noted
            )
        )

    def work(self) -> Work | None:
        """The inspection as others may cite it: done when it is closed.  None before it is planned."""
        if self.kind is None:
            return None
        return Work(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.unit,
            state=self.state,
            done=self.done,
            serves=self.serves,
            people=frozenset(self.inspectors),
        )

    def summary(self) -> InspectionSummary | None:
        """The inspection in brief; None before it is planned."""
        if self.kind is None:
            return None
        return InspectionSummary(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.unit,
            mode=self.mode,
            state=self.state,
            final=self.final,
            sealed=self.plan is None,
            units=self.units,
            items=() if self.plan is None else self.plan.items,
            inspectors=self.inspectors,
            began=self.began,
            ended=self.ended,
            findings=self.findings,
        )


def evolve(state: Inspection, recorded: Recorded) -> Inspection:
    """The inspection after one more event."""
    event = recorded.event
    assert isinstance(event, InspectionEvent)
    if isinstance(event, InspectionPlanned | InspectionSealed):
        return _opened(event, recorded)
    return replace(_changed(state, event), state=event.state)


def _opened(event: InspectionPlanned | InspectionSealed, recorded: Recorded) -> Inspection:
    actor = recorded.envelope.actor
    knew = {actor.person} if actor.delegate_of is None else {actor.person, actor.delegate_of}
    handlers = event.handlers if isinstance(event, InspectionSealed) else ()
    return Inspection(
        stream=recorded.envelope.stream,
        kind=read_kind(event.body),
        definition=event.definition,
        unit=event.unit,
        mode=event.mode,
        state=event.state,
        period=None if event.period is None else event.period.label,
        serves=event.serves,
        planned_at=recorded.envelope.effective_at,
        known_at=recorded.envelope.recorded_at,
        commitment=event.commitment if isinstance(event, InspectionSealed) else None,
        insiders=tuple(sorted({*knew, *handlers})),
        plan=event.plan if isinstance(event, InspectionPlanned) else None,
    )


def _changed(state: Inspection, event: InspectionEvent) -> Inspection:
    match event:
        case InspectionUnsealed():
            return replace(_carried_out(state, event), plan=event.plan)
        case InspectionCarriedOut():
            return _carried_out(state, event)
        case ResultCorrected():
            place = (event.unit, event.item)
            evidence = state.results[place].evidence if place in state.results else ()
            result = Result(
                unit=event.unit,
                item=event.item,
                outcome=event.outcome,
                reason=event.reason,
                evidence=evidence,
            )
            return replace(
                state, results={**state.results, place: result}, signed={}, corrected=state.corrected + 1
            )
        case ReportSigned():
            return replace(state, signed={**state.signed, event.inspector: event.reserved})
        case SignatureExcused():
            return replace(state, excused={**state.excused, event.inspector: event.ground})
        case FindingNoted():
            found = Noted(event.number, event.unit, event.item, event.case, event.sampled)
            return replace(state, findings=(*state.findings, found))
        case SlipLinked():
            findings = (
                replace(found, slip=event.slip) if found.number == event.finding else found
                for found in state.findings
            )
            return replace(state, findings=tuple(findings))
        case InspectionClosed() | InspectionCancelled() | InspectionPlanned() | InspectionSealed():
            return state
        case _:
            assert_never(event)


def _carried_out(state: Inspection, event: InspectionCarriedOut) -> Inspection:
    return replace(
        state,
        inspectors=event.inspectors,
        began=event.began,
        ended=event.ended,
        results={(result.unit, result.item): result for result in event.results},
        signed={},
    )


# --- for the auditor -------------------------------------------------------------------------

_MADE = {
    "inspection.carried_out": "inspect",
    "inspection.unsealed": "inspect",
    "inspection.result_corrected": "correct",
    "inspection.signed": "attest",
    "inspection.signature_excused": "attest",
    "inspection.finding_noted": "enter_problem",
    "inspection.slip_linked": "slip",
    "inspection.closed": "close",
    "inspection.cancelled": "cancel",
}


def departure(recorded: Sequence[Recorded]) -> str | None:
    """How the events of an inspection first depart from its kind, its seal or its draw, in words.

    Told from its own stream alone, without what it asked of others; None for an honest one.
    """
    opened = recorded[0].event if recorded else None
    if not isinstance(opened, InspectionPlanned | InspectionSealed):
        return "it was never planned."
    try:
        kind = read_kind(opened.body)
    except InvalidDefinition as error:
        return f"its body is no kind: {error.faults[0].what}"
    if canonical.digest(opened.body) != opened.definition or kind.code != opened.kind:
        return "its body is not the definition that it names."
    if isinstance(opened, InspectionSealed) is not kind.unannounced:
        return "it was planned in the open although it comes unannounced, or the other way round."
    if isinstance(opened, InspectionSealed) and not opened.confidential:
        return "it was sealed and yet there for all to see."
    if opened.state != kind.table.initial:
        return f"it began as {opened.state}."
    if isinstance(opened, InspectionPlanned) and not as_drawn(opened.plan):
        return "its units are not those that the seed draws."
    return _astray(kind, opened, recorded)


def _astray(
    kind: InspectionKind, opened: InspectionPlanned | InspectionSealed, recorded: Sequence[Recorded]
) -> str | None:
    state = opened.state
    for number, item in enumerate(recorded[1:], start=2):
        event = item.event
        if not isinstance(event, InspectionEvent) or isinstance(event, InspectionPlanned | InspectionSealed):
            return f"event {number} plans it again."
        step = kind.table.step(state, _MADE[event.stored_type])
        if isinstance(step, Refusal):
            return str(step)
        if step.dest != event.state:
            return f"event {number} leads to {step.dest}, not to {event.state}."
        state = event.state
        if isinstance(event, InspectionCarriedOut):
            if isinstance(event, InspectionUnsealed) is not isinstance(opened, InspectionSealed):
                return f"event {number} opens what was not sealed, or leaves sealed what was."
        if isinstance(event, InspectionUnsealed):
            key = item.envelope.stream.partition("/")[2]
            assert isinstance(opened, InspectionSealed)
            if sealed_plan(key, event.plan, event.salt) != opened.commitment:
                return f"event {number} opens another plan than the one that was sealed."
            if not as_drawn(event.plan):
                return f"event {number} opens a plan whose units are not those that the seed draws."
    return None


def as_drawn(plan: Plan) -> bool:
    """Whether the units of a plan are those that its seed draws from its strata."""
    if any(stratum.n > len(set(stratum.units)) for stratum in plan.strata):
        return False
    drawn = {
        unit
        for stratum in plan.strata
        for unit in draw(stratum.units, stratum.n, plan.seed, plan.head, stratum.code)
    }
    return tuple(sorted(drawn)) == plan.units
