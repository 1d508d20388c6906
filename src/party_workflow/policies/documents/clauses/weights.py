"""Weights that have to come to one whole, on every day on which one of them changes (R-017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.policies.documents.findings import tell
from party_workflow.policies.documents.parameters import Valued


def judge_sum(weights: Mapping[str, Any], whole: Any, where: str, faults: Faults, since: date) -> None:
    """Adds each day from `since` on which weights do not come to the `whole`, or one is negative."""
    parts = [*weights.values(), whole]
    days = {since, *(item.since for part in parts if isinstance(part, tuple) for item in part)}
    for day in sorted(day for day in days if day >= since):
        found = [_on(part, day) for part in weights.values()]
        wanted = _on(whole, day)
        known = [value for value in found if value is not None]
        if len(known) < len(found) or wanted is None:
            lacking = [name for name, part in weights.items() if _on(part, day) is None] or ["whole"]
            what = f"On {day} there is no value in force of {', '.join(lacking)}."
            tell(faults, "weights", where, what, "Add one with an earlier day.")
        elif sum(known, Fraction(0)) != wanted:
            what = f"The weights come to {sum(known, Fraction(0))} on {day}, not to {wanted}."
            tell(faults, "weights", where, what, f"Mend them: {', '.join(weights)}.")
        for name, value in zip(weights, found, strict=True):
            if value is not None and value < 0:
                tell(
                    faults,
                    "weights",
                    where,
                    f"The weight of {name} is {value} on {day}.",
                    "A weight is not negative.",
                )


def refuse_sum(values: Sequence[Fraction], whole: Fraction, where: str) -> None:
    """Raises `InvalidDefinition` for weights that are negative or do not come to the whole."""
    if any(value < 0 for value in values):
        raise InvalidDefinition(Fault(where, "A weight is negative.", "A weight is not negative."))
    if sum(values, Fraction(0)) != whole:
        what = f"The weights come to {sum(values, Fraction(0))}, not to {whole}."
        raise InvalidDefinition(Fault(where, what, "Mend them."))


def _on(dated: Any, day: date) -> Fraction | None:
    if not (isinstance(dated, tuple) and dated and isinstance(dated[0], Valued)):
        return Fraction(dated)
    in_force = [item for item in dated if item.since <= day]
    return Fraction(max(in_force, key=lambda item: item.since).value) if in_force else None
