"""What the annotations of a command do not say: how a likely command of the pack's kinds is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from party_workflow.domain.procedure import ProcedureKind
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.testing.making import Maker
from party_workflow.values import PersonId, StreamId, UnitId


def phase(state: Any) -> str | None:
    """The lifecycle state of a matter, where it has one."""
    for name in ("status", "phase", "state", "stage"):
        found = getattr(state, name, None)
        if isinstance(found, str):
            return found or None
    return None


def _said(maker: Maker, step: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for item in step.inputs:
        if not item.required and maker.chance(2):
            continue
        many = item.least + maker.choice.below(2) if item.listed else 1
        values = tuple(_value(maker, item) for _ in range(many))
        if not item.listed:
            values = values[:1]
        into = texts if item.type == "text" else given
        into[item.code] = values if item.listed else values[0]
    return {"given": given, "texts": texts}


def _value(maker: Maker, item: Any) -> Any:
    match item.type:
        case "person":
            return maker.value(PersonId, name=item.among or item.code)
        case "unit":
            return maker.value(UnitId, name=item.code)
        case "stream":
            text = maker.value(StreamId, name=item.code)
            return f"{maker.pick(item.category)}/{maker.pick(('one', 'two'))}" if item.category else text
        case "code":
            return maker.pick(item.choices) if item.choices else maker.pick(("good", "official"))
        case "day":
            return maker.pick(maker.pool.moments).date().isoformat()
        case "number":
            return maker.pick((1, 2, 3, 5, 10))
        case "digest":
            return "ab" * 32
    return Personal("A word.")


def open_procedure(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A procedure of some kind of the pack, with what its opening step says."""
    kind = maker.pick([e.value for e in party.PACK.of_kind("procedure")])
    assert isinstance(kind, ProcedureKind)
    return {"kind": kind.code, "definition": kind.digest, **_said(maker, kind.by_code[kind.opening])}


def take_step(maker: Maker, state: Any, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step with what its kind asks for."""
    if state.kind is None or given.get("step") not in state.kind.by_code:
        return {}
    return _said(maker, state.kind.by_code[given["step"]])


LIKELY = {
    "procedure.open": open_procedure,
    "procedure.take_step": take_step,
}
