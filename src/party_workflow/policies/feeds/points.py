"""The feeds of points and of deductions: entries that stand, and deductions from proposal to appeal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from party_workflow.domain.points import (
    BonusApproved,
    DeductionAppealDecided,
    DeductionAppealed,
    DeductionDecided,
    DeductionObjected,
    DeductionProposed,
    EntryReversed,
    NoticeGiven,
    PointsExcluded,
    PointsGranted,
    PointsImported,
    PointsOpened,
)
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    MISSING,
    NONE,
    Line,
    Reads,
    code,
    day,
    in_order,
    line,
)
from party_workflow.policies.policy import Row

_ENTRY: Final = ("clause", "amount", "period", "unit", "branch", "activity", "version")

READS: Final[Reads] = {
    PointsOpened: ("scheme", "person"),
    PointsExcluded: ("scheme", "person"),
    PointsGranted: _ENTRY,
    BonusApproved: _ENTRY,
    PointsImported: ("source", "amount", "period", "unit", "version"),
    DeductionProposed: ("number", "ground", *_ENTRY),
    NoticeGiven: ("number",),
    DeductionObjected: ("number",),
    DeductionDecided: ("number", "counts", "clause", "amount", "period", "unit", "ground", "version"),
    DeductionAppealed: ("number",),
    DeductionAppealDecided: ("number", "stands"),
    EntryReversed: ("entry",),
}


@dataclass(slots=True)
class _Account:
    person: Cell = MISSING
    scheme: Cell = MISSING
    entries: dict[str, Line] = field(default_factory=dict)
    deductions: dict[int, Line] = field(default_factory=dict)
    decided: dict[int, str] = field(default_factory=dict)
    """By the number of a deduction the entry that it became."""


@dataclass(slots=True)
class _State:
    accounts: dict[str, _Account] = field(default_factory=dict)


def _evolve(state: _State, row: Row) -> _State:
    if row.kind not in READS:
        return state
    account = state.accounts.setdefault(row.stream, _Account())
    if row.kind in (PointsOpened, PointsExcluded):
        account.person, account.scheme = row["person"], row["scheme"]
    elif row.kind in (PointsGranted, BonusApproved):
        kind = "grant" if row.kind is PointsGranted else "bonus"
        account.entries[row.event_id] = _entry(
            row, kind, row["clause"], branch=row["branch"], activity=code(row["activity"])
        )
    elif row.kind is PointsImported:
        account.entries[row.event_id] = _entry(row, "import", row["source"])
    elif row.kind is EntryReversed:
        account.entries.pop(row["entry"], None)
        for number, entry in account.decided.items():
            if entry == row["entry"]:
                account.deductions[number].change(row, state="reversed")
    elif row.kind is DeductionProposed:
        account.deductions[row["number"]] = line(
            row,
            number=Fraction(row["number"]),
            clause=row["clause"],
            ground=row["ground"],
            amount=Fraction(row["amount"]),
            period=str(row["period"]),
            unit=row["unit"],
            activity=code(row["activity"]),
            state="proposed",
            objected="no",
            appeal="none",
            proposed_on=day(row.effective_at),
            decided_on=MISSING,
        )
    elif (found := account.deductions.get(row["number"])) is not None:
        _deduct(account, found, row)
    return state


def _entry(row: Row, kind: str, clause: str, **cells: Cell) -> Line:
    amount = Fraction(row["amount"])
    own: dict[str, Cell] = {
        "entry": row.event_id,
        "kind": kind,
        "clause": clause,
        "version": Fraction(row["version"]),
        "amount": amount,
        "sign": "minus" if amount < 0 else "plus",
        "period": str(row["period"]),
        "unit": row["unit"],
        "branch": NONE,
        "activity": NONE,
        "ground": NONE,
        "appeal": NONE,
        "matter_on": day(row.effective_at),
        "decided_on": day(row.effective_at),
    }
    return line(row, **{**own, **cells})


def _deduct(account: _Account, found: Line, row: Row) -> None:
    entry = account.entries.get(account.decided.get(row["number"], ""))
    if row.kind is NoticeGiven:
        found.change(row, state="notified")
    elif row.kind is DeductionObjected:
        found.change(row, objected="yes")
    elif row.kind is DeductionDecided:
        counts = row["counts"]
        decided = day(row.effective_at)
        found.change(
            row, state="counts" if counts else "dropped", amount=Fraction(row["amount"]), decided_on=decided
        )
        if counts:
            made = _entry(
                row,
                "deduction",
                row["clause"],
                ground=found.columns["ground"],
                activity=found.columns["activity"],
                appeal="none",
                matter_on=found.columns["proposed_on"],
            )
            made.evidence = found.evidence
            account.entries[row.event_id] = made
            account.decided[row["number"]] = row.event_id
    elif row.kind is DeductionAppealed:
        found.change(row, appeal="pending")
        if entry is not None:
            entry.change(row, appeal="pending")
    elif row.kind is DeductionAppealDecided:
        found.change(
            row,
            appeal="dismissed" if row["stands"] else "upheld",
            state="counts" if row["stands"] else "reversed",
        )
        if row["stands"]:
            if entry is not None:
                entry.change(row, appeal="dismissed")
        else:
            account.entries.pop(account.decided.get(row["number"], ""), None)


def _points(state: _State) -> Iterable[Fact]:
    return in_order(
        entry.fact(person=account.person, scheme=account.scheme)
        for account in state.accounts.values()
        for entry in account.entries.values()
    )


def _deductions(state: _State) -> Iterable[Fact]:
    return in_order(
        found.fact(person=account.person, scheme=account.scheme)
        for account in state.accounts.values()
        for found in account.deductions.values()
    )


_ACCOUNT: Final = {
    "stream": "The stream of the person's points under the scheme.",
    "person": "The person.",
    "scheme": "The scheme.",
}

POINTS: Final = Feed(
    name="points",
    reads=READS,
    columns={
        **_ACCOUNT,
        "entry": "The id of the event that made the entry.",
        "kind": "grant, bonus, import or deduction.",
        "clause": "The clause of the scheme; of what was imported the source.",
        "version": "The version of the scheme.",
        "amount": "The points, below 0 for a deduction.",
        "sign": "plus or minus.",
        "period": "The period that they count in.",
        "unit": "The unit that gave them.",
        "branch": "home or host, where that was said.",
        "activity": "The stream of the activity that they are for.",
        "ground": "Of a deduction its ground.",
        "appeal": "Of a deduction none, pending or dismissed.",
        "matter_on": "Of a deduction the day on which it was proposed, otherwise that of the entry.",
        "decided_on": "The day on which it was decided.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_points,
)
"""Entries that stand.  What was reversed, on appeal or otherwise, is not there."""

DEDUCTIONS: Final = Feed(
    name="deductions",
    reads=READS,
    columns={
        **_ACCOUNT,
        "number": "The number of the deduction in the person's account.",
        "clause": "The clause of the scheme.",
        "ground": "Its ground.",
        "amount": "The points, below 0.",
        "period": "The period that it counts in.",
        "unit": "The unit that proposed it.",
        "activity": "The stream of the activity that it is about.",
        "state": "proposed, notified, counts, dropped or reversed.",
        "objected": "yes where the person objected.",
        "appeal": "none, pending, dismissed or upheld.",
        "proposed_on": "The day on which it was proposed.",
        "decided_on": "The day on which it was decided, missing until then.",
    },
    initial=_State,
    evolve=_evolve,
    facts=_deductions,
)
"""Deductions from proposal to appeal, a row each."""
