"""Whether the events of a procedure, which may have been written underneath, keep to the kind they carry."""

from __future__ import annotations

from collections.abc import Sequence

from party_workflow import canonical
from party_workflow.domain.procedure.events import Given, ProcedureOpened, StepTaken
from party_workflow.domain.procedure.kind import Input, ProcedureKind, read_kind
from party_workflow.errors import InvalidDefinition
from party_workflow.store import Recorded

_FIELDS = {
    "person": "people",
    "unit": "units",
    "stream": "streams",
    "code": "codes",
    "day": "days",
    "number": "numbers",
    "digest": "digests",
    "text": "texts",
    "moment": "moments",
    "position": "positions",
}


def departure(recorded: Sequence[Recorded]) -> str | None:
    """The first way in which a procedure departs from its kind, in words; None for an honest one."""
    if not recorded or not isinstance(recorded[0].event, ProcedureOpened):
        return "it was never opened."
    opened = recorded[0].event
    try:
        kind = read_kind(opened.body)
    except InvalidDefinition as error:
        return f"its body is no kind: {error.faults[0].what}"
    if canonical.digest(opened.body) != opened.definition or kind.code != opened.kind:
        return "its body is not the definition that it names."
    if opened.confidential is not kind.confidential:
        return "it is not as confidential as its kind."
    begun = recorded[1] if len(recorded) > 1 else None
    if begun is None or begun.envelope.command_id != recorded[0].envelope.command_id:
        return "its opening step was not taken with it."
    for item in recorded[1:]:
        if not isinstance(item.event, StepTaken):
            return "it was opened twice."
        if said := _said(kind, item.event):
            return f"step {item.event.step} {said}"
    return None


def _said(kind: ProcedureKind, event: StepTaken) -> str | None:
    step = kind.by_code.get(event.step)
    if step is None:
        return "is none of its kind."
    for code in event.given:
        if step.input(code) is None:
            return f"says {code}, which its kind does not know."
    for item in step.inputs:
        given = event.given.get(item.code)
        if given is None:
            if item.required:
                return f"does not say {item.code}."
        elif fault := _amiss(item, given):
            return f"says {item.code} {fault}"
    return None


def _amiss(item: Input, given: Given) -> str | None:
    if getattr(given, _FIELDS[item.type], None) is None or len(given.model_fields_set) != 1:
        return f"and not as a {item.type}."
    count = len(given.values)
    if count < item.least or (count > 1 and not item.listed):
        return f"{count} times."
    if item.codes and not set(given.values) <= set(item.codes):
        return "as something that is no choice."
    return None
