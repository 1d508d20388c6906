"""Whether an event could have been decided: the command that led to it is put together again, and decided.

What the command asked of other streams is answered from these streams as they stood at its place in the log,
so that an amount beyond a cap, a balance below zero, a decision that names others than those who proposed, or
a report on a register that does not bear it out is found although it was written underneath.  Personal
values are not needed: that something was sealed is all that is compared.  Whoever may not see a matter is
answered as if there were none; here every matter is seen, which refuses less and never more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from party_workflow import canonical
from party_workflow.codec import Command, Event
from party_workflow.decider import EFFECTIVE, Ask, Context, Decider, Decision
from party_workflow.domain import (
    case,
    criticism,
    exchange,
    inspection,
    ledger,
    plan,
    points,
    procedure,
    responsibility,
    schedule,
)
from party_workflow.errors import InvalidInput, Refusal
from party_workflow.model import Model
from party_workflow.personal import Personal, Sealed
from party_workflow.store import Recorded

CATEGORIES: Final = frozenset(
    {
        case.CATEGORY,
        criticism.CATEGORY,
        exchange.CATEGORY,
        inspection.CATEGORY,
        ledger.CATEGORY,
        plan.CATEGORY,
        points.CATEGORY,
        procedure.CATEGORY,
        responsibility.CATEGORY,
        schedule.CATEGORY,
    }
)
"""The categories whose events carry everything that was asked for, so that it can be asked for again."""

_TEXT: Final = Personal("-")
_SEALED: Final = Sealed(commitment="0" * 64)


class Anew:
    """Decides the events of a log again, in its order; `states` is every stream as of the event's place."""

    def __init__(self, model: Model, states: Mapping[str, Any]) -> None:
        self._model = model
        self._states = states
        self._owed: dict[str, tuple[str, list[Event]]] = {}
        """By stream the command whose further events have to follow, and these."""
        self._opened: dict[str, str] = {}
        """By case the command that opened it: what was said of it then stands in several events."""
        self._openings: list[tuple[Decider[Any], list[Recorded]]] = []
        """The cases that the latest command opened, each with what was said of it then."""

    def amiss(self, decider: Decider[Any], state: Any, item: Recorded) -> Iterator[str]:
        """Why an event cannot have been decided in a state of its stream; nothing if it can."""
        envelope = item.envelope
        if decider.category not in CATEGORIES or _opens(state):
            return
        if isinstance(state, case.Case) and state.kind is None:
            self._opened[envelope.stream] = envelope.command_id
            self._openings.append((decider, [item]))
            return
        if self._opened.get(envelope.stream) == envelope.command_id:
            last = next(
                (said for _, said in self._openings if said[0].envelope.stream == envelope.stream), []
            )
            if isinstance(item.event, case.ParticularsGiven) and len(last) == 1:
                last.append(item)
            return
        command_id, owed = self._owed.pop(envelope.stream, ("", []))
        if owed and command_id == envelope.command_id:
            if not _same(owed[0], item.event):
                yield "The command that it came of leads to something else."
            elif owed[1:]:
                self._owed[envelope.stream] = command_id, owed[1:]
            return
        if owed:
            yield f"Before it the command {command_id} would have led to more than is there."
        try:
            command = _command(decider, item)
        except (ValidationError, InvalidInput, ValueError):
            yield "Nobody can have asked for it in this form."
            return
        answer = self._decide(decider, command, state, item)
        if isinstance(answer, Refusal):
            yield f"It was not possible then: {answer}"
        elif not answer or not _same(answer[0], item.event):
            yield "What it says is not what was decided then from what it names."
        elif answer[1:]:
            self._owed[envelope.stream] = envelope.command_id, list(answer[1:])

    def opened(self, command_id: str = "") -> Iterator[tuple[Recorded, str]]:
        """Which cases cannot have been opened as they were, and why, once all of their command was taken in.

        `command_id` is that of the event that comes next: an opening is complete when it is another one's.
        """
        if not self._openings or self._openings[0][1][0].envelope.command_id == command_id:
            return
        openings, self._openings = self._openings, []
        for decider, said in openings:
            for what in self._misopened(decider, said):
                yield said[0], what

    def _misopened(self, decider: Decider[Any], said: Sequence[Recorded]) -> Iterator[str]:
        opening = said[0]
        if not isinstance(opening.event, case.CaseOpened):
            yield "Before it there is no case."
            return
        fields = {name: _open(getattr(opening.event, name)) for name in type(opening.event).model_fields}
        fields["key"] = opening.envelope.stream.partition("/")[2]
        for item in said[1:]:
            fields |= _said(item.event)
        try:
            command = case.OpenCase(
                **{name: value for name, value in fields.items() if name in case.OpenCase.model_fields}
            )
        except (ValidationError, InvalidInput, ValueError):
            yield "Nobody can have asked for it in this form."
            return
        answer = self._decide(decider, command, decider.initial(), opening)
        if isinstance(answer, Refusal):
            yield f"It was not possible then: {answer}"
            return
        # The clocks are counted again elsewhere.
        expected = [event for event in answer if not isinstance(event, case.ClockStarted)]
        if len(expected) != len(said) or not all(map(_same, expected, [item.event for item in said])):
            yield "The case was not opened as its kind says."

    def _decide(
        self, decider: Decider[Any], command: Command, state: Any, item: Recorded
    ) -> Sequence[Event] | Refusal:
        envelope = item.envelope
        facts = tuple(self._answer(ask, item) for ask in decider.asks(command))
        facts += tuple(self._answer(ask, item) for ask in decider.needs(command, state, facts))
        context = Context(
            by=envelope.actor,
            at=envelope.recorded_at,
            effective_at=envelope.effective_at,
            facts=facts,
            seal=lambda *_: _SEALED,
            ballots=lambda _: (),
        )
        answer = decider.decide(command, state, context)
        return answer.events if isinstance(answer, Decision) else answer

    def _answer(self, ask: Ask, item: Recorded) -> Any:
        if ask.fact not in self._model.facts:
            return None
        owner, answer = self._model.facts[ask.fact]
        # Whoever named a stream of another category was answered as if there were no such matter.
        foreign = ask.stream.partition("/")[0] != owner.category
        state = None if foreign else self._states.get(ask.stream)
        arguments = {
            name: item.envelope.effective_at if value is EFFECTIVE else value
            for name, value in ask.arguments.items()
        }
        return answer(owner.initial() if state is None else state, **arguments)


# --- the command again -----------------------------------------------------------------------


def _command(decider: Decider[Any], item: Recorded) -> Command:
    event, envelope = item.event, item.envelope
    kinds = [c for c in decider.commands if type(event) in decider.yields[c.stored_type]]
    kind = next((c for c in kinds if c.stored_type == envelope.command_type), kinds[0])
    if isinstance(event, plan.ProblemNoted):
        kind = plan.NoteMissed
    elif isinstance(event, case.ParticularsGiven):
        kind = case.GiveParticulars
    elif isinstance(event, procedure.StepTaken):
        kind = procedure.TakeStep  # also of several commands together, whose type does not say which
    key = envelope.stream.partition("/")[2]
    fields = {name: _open(getattr(event, name)) for name in type(event).model_fields} | _said(event)
    scheme, _, person = key.rpartition(".")
    place = {"key": key, "source": key}
    if decider.category == points.CATEGORY:
        place = {"scheme": scheme, "person": person}
    elif decider.category == responsibility.CATEGORY:
        matter, unit = responsibility.matter_and_unit(envelope.stream)
        place = {"matter": matter, "unit": unit}
    elif decider.category != exchange.CATEGORY:
        place = {"key": key}
    fields |= place
    return kind(**{name: value for name, value in fields.items() if name in kind.model_fields})


def _opens(state: Any) -> bool:
    """Whether a procedure has yet to take the step by which it opens: both are looked at with its kind."""
    return isinstance(state, procedure.Procedure) and not state.taken


def _open(value: Any) -> Any:
    return _TEXT if isinstance(value, Sealed) else value


def _said(event: Event) -> dict[str, Any]:
    """What an event says in another form than the command that led to it."""
    match event:
        case case.ParticularsGiven():
            parts = event.particulars
            said = [{name: _open(getattr(each, name)) for name in type(each).model_fields} for each in parts]
            return {"particulars": tuple(said)}
        case case.VerificationPassed() | case.VerificationFailed():
            return {"passed": isinstance(event, case.VerificationPassed)}
        case inspection.FindingNoted():
            return {"case": event.case.partition("/")[2]}
        case inspection.SlipLinked():
            return {"slip": event.slip.partition("/")[2]}
        case ledger.LedgerOpened():
            return {"definition_code": event.code}
        case ledger.DayRecorded():
            rows = enumerate(event.rows, start=1)
            return {"rows": tuple({"person": f"p-{number}", "report": _TEXT} for number, _ in rows)}
        case points.DeductionProposed():
            return {"amount": event.amount.copy_negate()}
        case plan.ItemAdded() | plan.ItemRevised() | plan.AmendmentProposed():
            item = event.item
            return {"item": {name: _open(getattr(item, name)) for name in type(item).model_fields}}
        case plan.MilestoneReached():
            return {"evidence": _cited(event.evidence)}
        case plan.ReportFiled():
            rank = event.rank
            told = None if rank is None else {"place": rank.place, "publication": rank.publication}
            return {"evidence": _cited(event.evidence), "rank": told}
        case plan.LookBackConducted():
            found = {item.item: {"result": item.result, "note": _open(item.note)} for item in event.results}
            return {"results": found}
        case plan.FinalReportMade():
            return {"outcomes": {item.item: item.outcome for item in event.outcomes}}
        case procedure.StepTaken():
            texts = {code: (_TEXT,) * len(said.texts) for code, said in event.given.items() if said.texts}
            given = {code: tuple(map(_plain, s.values)) for code, s in event.given.items() if not s.texts}
            return {"given": given, "texts": texts}
        case _:
            return {}


def _plain(value: Any) -> Any:
    return canonical.day_text(value) if isinstance(value, date) else str(value)


def _cited(evidence: Sequence[Any]) -> tuple[dict[str, Any], ...]:
    return tuple({"kind": item.kind, "stream": item.stream, "digest": item.digest} for item in evidence)


def _same(one: Event, other: Event) -> bool:
    """Whether two events say the same, whatever is sealed in them."""
    return type(one) is type(other) and _bare(one) == _bare(other)


def _bare(value: Any) -> Any:
    if isinstance(value, Sealed):
        return "sealed"
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_bare(item) for item in value]
    if hasattr(type(value), "model_fields"):
        return {name: _bare(getattr(value, name)) for name in type(value).model_fields}
    return value
