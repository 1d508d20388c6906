"""Compliance: checklists as of a day, and the share of units that meet the standard (R-026, R-027, R-028).

An item passed rests on evidence; on the day after the last piece of it has expired the item does not count
any more, and the subject is not standard from that day on.  A rate always carries both counts, and what it
changed by is said in percentage points or relative, which are two different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from party_workflow.policies.assessments.sheets import Sheets
from party_workflow.policies.figure import (
    PERCENT,
    Absent,
    Evidence,
    Figure,
    Rounding,
    counted,
    percent_text,
    share,
)

State = Literal["passed", "failed", "expired", "missing", "excused", "not_applicable"]
SHARE = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Checked:
    """One item of a checklist on a day.  `until` is the last day on which its evidence holds."""

    item: str
    state: State
    until: date | None
    evidence: tuple[Evidence, ...]

    @property
    def counts(self) -> bool:
        """Whether the item is in order: passed, or does not apply."""
        return self.state in ("passed", "not_applicable")


@dataclass(frozen=True, slots=True)
class Checklist:
    """A subject's checklist on a day.  `excused`: it was set aside as excused and counts neither way."""

    subject: str
    on: date
    items: tuple[Checked, ...]
    excused: bool = False

    @property
    def standard(self) -> bool:
        """Whether every item is in order, and at least one passed: six of six, five of five."""
        return (
            not self.excused
            and any(item.state == "passed" for item in self.items)
            and all(item.counts for item in self.items)
        )

    @property
    def label(self) -> Literal["standard", "not_standard", "excused"]:
        """The status in a word."""
        if self.excused:
            return "excused"
        return "standard" if self.standard else "not_standard"

    @property
    def until(self) -> date | None:
        """The last day on which it is standard unless renewed; None without an end, or if it is not."""
        ends = [item.until for item in self.items if item.until is not None]
        return min(ends) if self.standard and ends else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every event that the status rests on."""
        return tuple(dict.fromkeys(evidence for item in self.items for evidence in item.evidence))


def checklists(sheets: Sheets, voice: str, on: date) -> dict[str, Checklist]:
    """The checklist of every subject on a day, by the marks of a voice on items that are passed or not.

    Items that are not on a scale of passing, and those not required, are left out.
    """
    return {subject: _checklist(sheets, subject, voice, on) for subject in sheets.subjects}


def _checklist(sheets: Sheets, subject: str, voice: str, on: date) -> Checklist:
    aside = sheets.state.aside.get(subject)
    marks = sheets.state.sheet(subject, voice) or {}
    found = []
    for cell in sheets.sheet(subject, voice):
        item = sheets.kind.by_item[cell.item]
        if item.scale.type != "pass" or not item.required:
            continue
        if isinstance(cell.value, Absent):
            state: State = "missing" if cell.value.kind == "withheld" else cell.value.kind
            found.append(Checked(cell.item, state, None, cell.evidence))
            continue
        proofs = marks[cell.item].value.proofs
        ends = [proof.expires for proof in proofs if proof.expires is not None]
        until = max(ends) if ends and len(ends) == len(proofs) else None
        passed: State = "passed" if cell.value else "failed"
        if passed == "passed" and until is not None and until < on:
            passed = "expired"
        found.append(Checked(cell.item, passed, until, cell.evidence))
    return Checklist(subject, on, tuple(found), aside is not None and aside.status == "excused")


def turns(sheets: Sheets, voice: str, subject: str, start: date, end: date) -> tuple[tuple[date, str], ...]:
    """The days from start to end on which the status of a subject changes, each with the status from then on.

    It says what the marks of these sheets lead to by themselves, as evidence expires.
    """
    found: list[tuple[date, str]] = []
    marks = sheets.state.sheet(subject, voice) or {}
    ends = {
        proof.expires + timedelta(days=1)
        for mark in marks.values()
        for proof in mark.value.proofs
        if proof.expires is not None and start <= proof.expires < end
    }
    for day in sorted({start, *ends}):
        label = _checklist(sheets, subject, voice, day).label
        if not found or found[-1][1] != label:
            found.append((day, label))
    return tuple(found)


def all_round(checklist: Checklist) -> bool:
    """All-round progress: every one of the named sections passes (R-027)."""
    return checklist.standard


# --- rates -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComplianceRate:
    """Compliant over in scope as of a day, with both counts.  It has no form without them.

    Excused subjects are out of scope and counted; who is missing stays in scope and is not compliant.
    """

    name: str
    on: date
    figure: Figure
    excused: int
    watermark: str = ""

    @classmethod
    def of(
        cls, name: str, on: date, compliant: Figure, in_scope: Figure, *, excused: int = 0
    ) -> ComplianceRate:
        """A rate of two counts.  Raises ValueError where more are compliant than in scope."""
        if compliant.exact() > in_scope.exact() or compliant.exact() < 0:
            raise ValueError(f"{compliant.displayed} of {in_scope.displayed} is no part of a whole")
        return cls(
            name, on, share(name, compliant, in_scope, in_scope.clause, in_scope.basis, SHARE), excused
        )

    @property
    def compliant(self) -> int:
        """How many are compliant."""
        return int(_count(self.figure, 0))

    @property
    def in_scope(self) -> int:
        """How many are in scope."""
        return int(_count(self.figure, 1))

    def __str__(self) -> str:
        value = self.figure.value
        shown = f"{percent_text(value)} %" if isinstance(value, Fraction) else str(value)
        mark = f", {self.watermark}" if self.watermark else ""
        return f"{self.compliant}/{self.in_scope} ({shown}{mark})"


def _count(figure: Figure, index: int) -> Fraction:
    part = figure.inputs[index]
    assert isinstance(part, Figure)
    return part.exact()


def compliance(sheets: Sheets, voice: str, on: date) -> ComplianceRate:
    """The share of subjects that meet the standard on a day (R-026)."""
    found = checklists(sheets, voice, on)
    return rate_over(sheets.name, on, found, [sheets.opened], watermark=sheets.watermark)


def rate_over(
    name: str,
    on: date,
    found: Mapping[str, Checklist],
    population: Iterable[Evidence],
    *,
    watermark: str = "",
) -> ComplianceRate:
    """The rate of some checklists, counted on the events that settled the population."""
    standard = [item for item in found.values() if item.standard]
    excused = sum(item.excused for item in found.values())
    events = dict.fromkeys(evidence for item in standard for evidence in item.evidence)
    compliant = counted("compliant", "standard", name, events, len(standard))
    in_scope = counted("in_scope", "standard", name, population, len(found) - excused)
    rate = share(name, compliant, in_scope, "standard", name, SHARE)
    return ComplianceRate(name, on, rate, excused, watermark)


def percentage_points(before: ComplianceRate, after: ComplianceRate) -> Figure:
    """By how many percentage points a rate changed: from 85 to 95 percent, 10."""
    value = (after.figure.exact() - before.figure.exact()) * 100
    inputs = (before.figure, after.figure)
    return Figure("percentage_points", value, "difference", "standard", after.name, inputs, PERCENT)


def relative_change(before: ComplianceRate, after: ComplianceRate) -> Figure:
    """By how many percent of itself a rate changed: from 85 to 95 percent, 11.76; not applicable from 0."""
    old = before.figure.exact()
    inputs = (before.figure, after.figure)
    value = Absent("not_applicable") if old == 0 else (after.figure.exact() / old - 1) * 100
    return Figure("relative_change", value, "ratio", "standard", after.name, inputs, PERCENT)
