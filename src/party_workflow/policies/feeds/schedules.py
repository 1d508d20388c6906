"""The feeds of schedules: periods that are suspended or void, and exemptions from duties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from party_workflow.calendar import Period
from party_workflow.domain.schedule import (
    Exempted,
    ExemptionEnded,
    PeriodReinstated,
    PeriodSuspended,
    PeriodVoided,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import NONE, Line, Reads, code, day, in_order, line
from party_workflow.policies.policy import Row

_PERIOD: Final = ("unit", "period", "scheme", "reason", "basis")

PERIOD_READS: Final[Reads] = {
    PeriodSuspended: _PERIOD,
    PeriodVoided: _PERIOD,
    PeriodReinstated: _PERIOD,
}
EXEMPTION_READS: Final[Reads] = {
    Exempted: ("number", "unit", "kind", "duty", "period", "reason", "approver"),
    ExemptionEnded: ("number", "on"),
}


@dataclass(slots=True)
class _State:
    lines: dict[tuple[object, ...], Line] = field(default_factory=dict)


def _periods(state: _State, row: Row) -> _State:
    if row.kind not in PERIOD_READS:
        return state
    place = (row.stream, row["scheme"], str(row["period"]))
    before = state.lines.pop(place, None)
    if row.kind is not PeriodReinstated:
        period: Period = row["period"]
        made = line(
            row,
            unit=row["unit"],
            scheme=code(row["scheme"]),
            period=str(period),
            first=period.first,
            last=period.last,
            state="void" if row.kind is PeriodVoided else "suspended",
            reason=row["reason"],
            basis=row["basis"],
        )
        if before is not None:
            made.evidence = (*before.evidence, *made.evidence)
        state.lines[place] = made
    return state


def _exemptions(state: _State, row: Row) -> _State:
    if row.kind not in EXEMPTION_READS:
        return state
    place = (row.stream, row["number"])
    if row.kind is Exempted:
        period: Period = row["period"]
        cells: dict[str, Cell] = {
            "number": Fraction(row["number"]),
            "unit": code(row["unit"]),
            "kind": code(row["kind"]),
            "duty": row["duty"],
            "period": str(period),
            "first": period.first,
            "last": period.last,
            "ground": row["reason"],
            "approver": row["approver"] or row.person,
            "ended_on": NONE,
        }
        state.lines[place] = line(row, **cells)
    elif (found := state.lines.get(place)) is not None:
        found.change(row, ended_on=day(row["on"]))
    return state


def _facts(state: _State) -> Iterable[Fact]:
    return in_order(made.fact() for made in state.lines.values())


PERIODS: Final = Feed(
    name="periods",
    reads=PERIOD_READS,
    columns={
        "stream": "The stream of the schedule.",
        "unit": "The unit for which the schedule was opened, and all below it.",
        "scheme": "The scheme for which it holds, none for all.",
        "period": "The period.",
        "first": "Its first day.",
        "last": "Its last day.",
        "state": "suspended or void.",
        "reason": "Why.",
        "basis": "On which basis.",
    },
    initial=_State,
    evolve=_periods,
    facts=_facts,
)
"""Periods that are suspended or void (R-003).  A period that counts again is not there."""

EXEMPTIONS: Final = Feed(
    name="exemptions",
    reads=EXEMPTION_READS,
    columns={
        "stream": "The stream of the schedule.",
        "number": "The number of the exemption on its schedule.",
        "unit": "The unit that is exempt, where one is named.",
        "kind": "The kind of units that are exempt, where one is named.",
        "duty": "The duty that is not owed.",
        "period": "The period for which.",
        "first": "Its first day.",
        "last": "Its last day.",
        "ground": "The ground, which stays visible (R-106).",
        "approver": "Who approved it.",
        "ended_on": "It holds for no period that ends on this day or later.",
    },
    initial=_State,
    evolve=_exemptions,
    facts=_facts,
)
"""Approved exemptions with their ground, those that ended included."""
