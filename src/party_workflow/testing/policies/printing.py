"""Writes values as Python that makes them again, and a history as a test that can be pasted."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from party_workflow.calendar import Period
from party_workflow.store import Recorded
from party_workflow.testing.policies.past import Past, default_stream, happened


@dataclass(slots=True)
class Script:
    """Python in the making: what it imports, by module."""

    imports: dict[str, set[str]] = field(default_factory=dict)

    def named(self, kind: Any) -> str:
        """The name of a class, imported from the shortest package that has it."""
        module = kind.__module__
        short = module.rpartition(".")[0]
        while short.count(".") >= 1 and getattr(sys.modules.get(short), kind.__qualname__, None) is kind:
            module, short = short, short.rpartition(".")[0]
        self.imports.setdefault(module, set()).add(kind.__qualname__)
        return str(kind.__qualname__)

    def value(self, value: Any) -> str:
        """A value as an expression."""
        match value:
            case None | bool() | int() | str():
                return repr(value)
            case Fraction():
                self.named(Fraction)
                return f"Fraction({str(value)!r})"
            case Decimal():
                self.named(Decimal)
                return f"Decimal({str(value)!r})"
            case datetime() | date():
                return repr(value.isoformat())
            case Period():
                self.named(Period)
                return f"Period({str(value)!r})"
            case BaseModel():
                return self.model(value)
            case Mapping():
                return "{" + ", ".join(f"{self.value(k)}: {self.value(v)}" for k, v in value.items()) + "}"
            case tuple() | list():
                inner = ", ".join(self.value(each) for each in value)
                return f"({inner},)" if len(value) == 1 else f"({inner})"
            case frozenset() | set():
                return "{" + ", ".join(self.value(each) for each in sorted(value)) + "}" if value else "()"
            case _:
                return repr(value)

    def model(self, value: BaseModel) -> str:
        """A model without what is at its default."""
        said = []
        for name, info in type(value).model_fields.items():
            inner = getattr(value, name)
            if info.is_required() or inner != info.get_default(call_default_factory=True):
                said.append(f"{name}={self.value(inner)}")
        return f"{self.named(type(value))}({', '.join(said)})"

    def happened(self, item: Recorded, before: Recorded | None) -> str:
        """An event with its circumstance, as `happened` takes it."""
        self.named(happened)
        envelope = item.envelope
        parts = [self.value(item.event)]
        if envelope.stream != default_stream(item.event):
            parts.append(f"stream={envelope.stream!r}")
        parts.append(f"at={moment_text(envelope.effective_at)!r}")
        recorded = envelope.effective_at
        if before is not None:
            recorded = max(recorded, before.envelope.recorded_at)
        if envelope.recorded_at != recorded:
            parts.append(f"recorded_at={moment_text(envelope.recorded_at)!r}")
        if envelope.person != "p-1":
            parts.append(f"by={envelope.person!r}")
        return f"happened({', '.join(parts)})"

    def history(self, past: Past, name: str = "past") -> list[str]:
        """The lines of a function that gives the events."""
        lines = [f"{name} = ["]
        before: Recorded | None = None
        for item in past.recorded:
            lines.append(f"    {self.happened(item, before)},")
            before = item
        return [*lines, "]"]

    def head(self) -> list[str]:
        """The imports, those of the standard library first."""
        found = []
        for module in sorted(self.imports, key=lambda each: (each.startswith("party_workflow"), each)):
            found.append(f"from {module} import {', '.join(sorted(self.imports[module]))}")
        return found


def moment_text(at: datetime) -> str:
    """A moment, or just its day where it is noon in UTC+8."""
    noon = (at.hour, at.minute, at.second, at.microsecond) == (4, 0, 0, 0)
    return at.date().isoformat() if noon else at.isoformat()


def mapping_text(values: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> str:
    """A mapping of texts as an expression."""
    return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in dict(values).items()) + "}"
