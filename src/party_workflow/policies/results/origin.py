"""Where a result comes from, as every form of it says: policy, rule, days, history, and whether it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from party_workflow.canonical import time_text
from party_workflow.policies.rule import Issued
from party_workflow.values import DIGEST_PATTERN


@dataclass(frozen=True, slots=True)
class Origin:
    """What a result rests on.  `assumption` is what a counterfactual assumes, None of a result."""

    policy: str
    version: int
    rule: Issued
    log: str
    position: int
    effective: datetime | None
    known: datetime | None
    on: date
    period_start: date
    assumption: Mapping[str, Any] | None = None

    @property
    def retroactive(self) -> bool:
        """Whether the rule was issued after the period began (R-014)."""
        return self.rule.retroactive(self.period_start)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What every form of the result prints: that it is retroactive, not in force, or no result."""
        found = []
        if self.assumption is not None:
            assumed = "; ".join(_told(self.assumption))
            found.append(f"COUNTERFACTUAL, not a result and not to be published; assumed: {assumed}")
        if self.retroactive:
            found.append(
                f"RETROACTIVE: the rule was issued on {self.rule.issued_on}, "
                f"after the period began on {self.period_start}"
            )
        if not self.rule.in_force(self.on):
            found.append(f"NOT IN FORCE: the rule is not in force on {self.on}")
        return tuple(found)

    @property
    def lines(self) -> tuple[str, ...]:
        """The heading of every printed form: method with its version, history, warnings (R-093)."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        rule = self.rule
        yield (
            f"{self.policy} v{self.version} under {rule.code} v{rule.version} "
            f"({rule.issuer} {rule.number}, {rule.digest[:12]}…)"
        )
        moments = "".join(
            f", {name} by {time_text(moment)}"
            for name, moment in (("effective", self.effective), ("known", self.known))
            if moment is not None
        )
        yield (
            f"on {self.on}, for the period from {self.period_start}; "
            f"{f'log {self.log} up to position {self.position}' if self.log else 'an empty log'}{moments}"
        )
        yield from self.warnings

    def data(self) -> dict[str, Any]:
        """The same as canonical data."""
        rule = self.rule
        found: dict[str, Any] = {
            "policy": {"name": self.policy, "version": self.version},
            "rule": {"code": rule.code, "version": rule.version, "digest": rule.digest},
            "log": self.log,
            "position": self.position,
            "on": self.on.isoformat(),
            "period_start": self.period_start.isoformat(),
            "retroactive": self.retroactive,
        }
        for name, moment in (("effective", self.effective), ("known", self.known)):
            if moment is not None:
                found[name] = time_text(moment)
        return found if self.assumption is None else {**found, "counterfactual": dict(self.assumption)}


def _told(assumption: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """An assumption in words: each part by its name, digests by their beginning; the whole is in the data."""
    for name, value in sorted(assumption.items()):
        called = f"{within} {name}".strip().replace("_", " ")
        if isinstance(value, Mapping):
            yield from _told(value, called)
            continue
        items = value if isinstance(value, list | tuple) else (value,)
        shown = (
            f"{item[:12]}…" if isinstance(item, str) and _LONG.fullmatch(item) else f"{item}"
            for item in items
        )
        yield f"{called} {', '.join(shown)}"


_LONG = re.compile(DIGEST_PATTERN)
