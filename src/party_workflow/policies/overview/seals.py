"""What a log holds as commitments only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from party_workflow.history import History
from party_workflow.personal import Sealed
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview.citing import evidence_of


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """A personal value of the log: the commitment, and the place of the event that holds it."""

    stream: str
    field: str
    sealed: Sealed
    evidence: Evidence


def sealed_places(history: History) -> Iterator[SealedPlace]:
    """Every personal value that a log holds as a commitment, in order."""
    for item in history.events():
        for name, sealed in _sealed(item.event, ""):
            yield SealedPlace(item.envelope.stream, name, sealed, evidence_of(item))


def _sealed(value: Any, where: str) -> Iterator[tuple[str, Sealed]]:
    if isinstance(value, Sealed):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _sealed(getattr(value, name), f"{where}.{name}" if where else name)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _sealed(inner, where)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _sealed(inner, where)
