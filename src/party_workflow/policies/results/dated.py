"""Parameters that figures rest on: the value of each, since when it is in force, on what basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.results.origin import Origin
from party_workflow.policies.results.separation import clause_of


@dataclass(frozen=True, slots=True)
class Dated:
    """A parameter that a figure rests on: its value, since when it is in force, on what basis."""

    clause: str
    name: str
    value: str
    basis: str
    since: date | None

    def __str__(self) -> str:
        since = f" since {self.since}" if self.since is not None else ""
        return f"{self.clause}.{self.name} = {self.value}{since} ({self.basis})"

    def data(self) -> dict[str, Any]:
        """The parameter as canonical data."""
        found = {"clause": self.clause, "name": self.name, "value": self.value, "basis": self.basis}
        return found if self.since is None else {**found, "since": self.since.isoformat()}


def in_force_since(origin: Origin, figure: Figure) -> date | None:
    """Since when a parameter that a figure states is in force: of the value, otherwise of its clause.

    None where the rule does not say it, as of a clause that it does not have.
    """
    clause = clause_of(origin.rule, figure.clause)
    if clause is None or isinstance(figure.value, Absent):
        return None
    days = [
        part.since
        for part in _parts(clause)
        if {"value", "since", "basis"} <= set(type(part).model_fields)
        and (part.value, part.basis) == (figure.value, figure.basis)
        and getattr(part, "code", figure.name) in (figure.name, *figure.name.split("."))
        and part.since <= origin.on
    ]
    found: date | None = max(days, default=getattr(clause, "since", None))
    return found


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _parts(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _parts(inner)
