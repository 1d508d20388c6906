"""The feeds of cases: each case as it stands, and the people whom it concerns.

Of a confidential case there is what the history shows to whoever reads it (`Workflow.seen_by`), and nobody
by name who brought it or is concerned by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.domain.case import (
    AppealDecided,
    CaseAppealed,
    CaseDecided,
    CaseEscalated,
    CaseHandedOver,
    CaseKind,
    CaseOpened,
    CaseRecused,
    CaseReopened,
    CaseReturned,
    CaseWithdrawn,
    ClockExtended,
    ClockMoved,
    ClockRecounted,
    ClockStarted,
    DueExtended,
    InvestigatorAssigned,
    RequesterAnswered,
    ResolutionConfirmed,
    ResponsibleAssigned,
    VerificationFailed,
    VerificationPassed,
    read_kind,
)
from party_workflow.domain.case.base import CaseMove
from party_workflow.domain.case.clocks import Run, stopped, triggers
from party_workflow.domain.case.events import MOVED
from party_workflow.errors import InvalidDefinition
from party_workflow.policies.feeds.feed import Cell, Fact, Feed
from party_workflow.policies.feeds.lines import (
    MISSING,
    NONE,
    SERVES,
    WITHHELD,
    Line,
    Reads,
    Same,
    campaigns,
    code,
    day,
    flag,
    joined,
    key,
    line,
)
from party_workflow.policies.policy import Row

_MORE: Final[Reads] = {
    ResponsibleAssigned: ("responsible", "due"),
    InvestigatorAssigned: ("due",),
    DueExtended: ("due",),
    CaseDecided: ("outcome",),
    CaseHandedOver: ("unit", "responsible"),
    CaseReturned: ("unit",),
    ClockExtended: ("clock", "run", "due"),
    CaseAppealed: ("level",),
    AppealDecided: ("outcome", "replaces"),
}
"""What is read of moves beside the state that they enter."""

READS: Final[Reads] = {
    CaseOpened: (
        "kind",
        "body",
        "confidential",
        "unit",
        "state",
        "requester",
        "concerns",
        "responsible",
        "source",
        "channel",
        "classes",
        "due",
        "serves",
    ),
    **{kind: ("state", *_MORE.get(kind, ())) for kind in MOVED},
    ClockStarted: ("clock", "run", "start", "due", "calendar", "definition"),
    ClockMoved: ("clock", "run", "due"),
    ClockRecounted: ("clock", "run", "due"),
    CaseRecused: ("person",),
}


@dataclass(slots=True)
class _Case:
    kind: Same[CaseKind]
    line: Line
    concerns: tuple[str, ...]
    classes: frozenset[str]
    state: str
    due: datetime | None
    entered: datetime
    known: datetime
    """When the last change of state was recorded."""
    runs: tuple[Run, ...] = ()
    recorded: dict[tuple[str, int], datetime] = field(default_factory=dict)
    """By clock and run when what stopped it was recorded."""
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("failed_verifications", "contested", "reopened", "handed_over", "escalated"), 0
        )
    )

    @property
    def final(self) -> bool:
        return self.state in self.kind.value.table.finals


@dataclass(slots=True)
class _State:
    found: dict[str, _Case] = field(default_factory=dict)


_INSTANT: Final = timedelta(microseconds=1)
"""What is due at the moment at which a day is over is due on that day."""
_COUNTED: Final = {
    "verify_failed": "failed_verifications",
    "contest": "contested",
    "reopen": "reopened",
    "hand_over": "handed_over",
    "escalate": "escalated",
}


def _evolve(state: _State, row: Row) -> _State:
    if row.kind is CaseOpened:
        try:
            kind = read_kind(row["body"])
        except InvalidDefinition:  # written underneath the API; the audit says so elsewhere
            return state
        state.found[row.stream] = _opened(row, kind, state)
        return state
    found = state.found.get(row.stream)
    if found is None:
        return state
    if row.kind is ClockStarted:
        run = Run(
            clock=row["clock"],
            number=row["run"],
            start=row["start"],
            due=row["due"],
            original=row["due"],
            calendar=row["calendar"].code,
            definition=row["definition"],
        )
        found.runs = (*found.runs, run)
    elif row.kind in (ClockMoved, ClockRecounted):
        _moved(found, row)
    elif row.kind is CaseRecused:
        if found.line.columns["responsible"] == row["person"]:
            found.line.change(row, responsible=NONE)
    elif issubclass(row.kind, CaseMove):
        _move(found, row, row.kind)
    return state


def _opened(row: Row, kind: CaseKind, state: _State) -> _Case:
    confidential = row["confidential"]
    classes = frozenset(row["classes"])
    earlier = sum(
        before.line.columns["kind"] == row["kind"]
        and before.line.columns["unit"] == row["unit"]
        and not classes.isdisjoint(before.classes)
        for before in state.found.values()
    )
    requester = WITHHELD if confidential else code(row["requester"])
    made = line(
        row,
        case=key(row.stream),
        kind=row["kind"],
        unit=row["unit"],
        confidential=flag(confidential),
        requester=requester,
        responsible=code(row["responsible"]),
        source=code(row["source"]),
        channel=code(row["channel"]),
        classes=joined(classes),
        opened_on=day(row.effective_at),
        earlier=Fraction(earlier),
        repeat=flag(earlier > 0),
        outcome=MISSING,
        verified="no",
        answered="no",
        confirmed="no",
        withdrawn="no",
        level=Fraction(0),
        appeal_outcome=NONE,
        **campaigns(row["serves"]),
    )
    return _Case(
        Same(kind),
        made,
        row["concerns"],
        classes,
        row["state"],
        row["due"],
        row.effective_at,
        row.recorded_at,
    )


def _moved(found: _Case, row: Row) -> None:
    found.runs = tuple(
        replace(run, due=row["due"]) if (run.clock, run.number) == (row["clock"], row["run"]) else run
        for run in found.runs
    )


def _move(found: _Case, row: Row, kind: type[CaseMove]) -> None:
    before, entered = found.state, row["state"]
    after = stopped(found.kind.value, triggers(kind.move, before, entered), found.runs, row.effective_at)
    for old, new in zip(found.runs, after, strict=True):
        if old.stopped is None and new.stopped is not None:
            found.recorded[new.clock, new.number] = row.recorded_at
    found.runs = after
    if entered != before:
        found.state, found.entered, found.known = entered, row.effective_at, row.recorded_at
    if (counted := _COUNTED.get(kind.move)) is not None:
        found.counts[counted] += 1
    if kind is ClockExtended:
        _moved(found, row)
    elif kind in (ResponsibleAssigned, InvestigatorAssigned, DueExtended) and row["due"] is not None:
        found.due = row["due"]
    elif kind is CaseReopened:
        found.due = None
    found.line.change(row, **_cells(row, kind))


def _cells(row: Row, kind: type[CaseMove]) -> dict[str, Cell]:
    """What a move says in the columns of its case."""
    if kind is ResponsibleAssigned:
        return {"responsible": row["responsible"]}
    if kind is CaseHandedOver:
        return {"unit": row["unit"], "responsible": code(row["responsible"])}
    if kind is CaseReturned:
        return {"unit": row["unit"], "responsible": NONE}
    if kind is CaseDecided:
        return {"outcome": row["outcome"]}
    if kind is AppealDecided:
        replaced: dict[str, Cell] = {} if row["replaces"] is None else {"outcome": row["replaces"]}
        return {"appeal_outcome": row["outcome"], **replaced}
    if kind is CaseAppealed:
        return {"level": Fraction(row["level"]), "answered": "no"}
    if kind is CaseReopened:
        again = dict.fromkeys(("verified", "answered", "confirmed", "withdrawn"), "no")
        return {**again, "outcome": MISSING, "level": Fraction(0), "appeal_outcome": NONE}
    return dict(_SAID.get(kind, {}))


_SAID: Final[dict[type[CaseMove], dict[str, Cell]]] = {
    VerificationPassed: {"verified": "yes"},
    VerificationFailed: {"verified": "no"},
    RequesterAnswered: {"answered": "yes"},
    ResolutionConfirmed: {"confirmed": "yes"},
    CaseWithdrawn: {"withdrawn": "yes"},
    CaseEscalated: {},
}


def _in_time(found: _Case) -> dict[str, Cell]:
    """Whether everything that was due was done in time, as far as that is decided without knowing today.

    What was done in time only by what was recorded too late is not shown to be in time.
    """
    ended = [
        (run.due, run.stopped, found.recorded.get((run.clock, run.number), run.stopped))
        for run in found.runs
        if run.stopped is not None
    ]
    if found.due is not None and found.final:
        ended.append((found.due, found.entered, found.known))
    dated_back = any(stop < due <= known for due, stop, known in ended)
    if any(stop >= due or known >= due for due, stop, known in ended):
        in_time: Cell = "no"
    elif any(run.stopped is None for run in found.runs) or (found.due is not None and not found.final):
        in_time = MISSING
    else:
        in_time = "yes" if ended else NONE
    return {"on_time": in_time, "dated_back": flag(dated_back)}


def _columns(found: _Case) -> dict[str, Cell]:
    open_runs = [run.due for run in found.runs if run.stopped is None]
    due = found.due or min(open_runs, default=None)
    counts: dict[str, Cell] = {name: Fraction(number) for name, number in found.counts.items()}
    return {
        **counts,
        "state": found.state,
        "final": flag(found.final),
        "closed_on": day(found.entered) if found.final else MISSING,
        "due_on": NONE if due is None else day(due - _INSTANT),
        **_in_time(found),
    }


def _facts(state: _State) -> Iterable[Fact]:
    for found in state.found.values():
        yield found.line.fact(**_columns(found))


def _concerns(state: _State) -> Iterable[Fact]:
    for found in state.found.values():
        if found.line.columns["confidential"] == "no":
            for person in found.concerns:
                yield found.line.fact(**_columns(found), person=person)


_COLUMNS: Final = {
    "stream": "The stream of the case.",
    "case": "Its key.",
    "kind": "The kind of case.",
    "unit": "The unit whose case it is now.",
    "state": "The state that it is in.",
    "final": "yes where it is finished.",
    "confidential": "yes where the kind is confidential.",
    "requester": "Who brought it; withheld where it is confidential.",
    "responsible": "Who is responsible for it now.",
    "source": "The stream that it came from.",
    "channel": "How it came in.",
    "classes": "What it is about, with a plus between several.",
    "opened_on": "The day on which it came in.",
    "closed_on": "The day on which it was finished, missing until then.",
    "due_on": "The last day for what is due next; of a finished case, what it was.",
    "on_time": "no where something due was late, yes where nothing was; missing while something is open.",
    "dated_back": "yes where something was in time only by what was recorded too late.",
    "outcome": "What was decided, missing until then.",
    "appeal_outcome": "What the last appeal came to.",
    "level": "How many times it was appealed since it was opened, or opened again.",
    "verified": "yes where somebody else saw that it is put right.",
    "answered": "yes where who brought it was told what came of it.",
    "confirmed": "yes where who brought it accepts that.",
    "withdrawn": "yes where it was taken back.",
    "failed_verifications": "How many times it was seen not to be put right.",
    "contested": "How many times it was contested.",
    "reopened": "How many times it was taken up again.",
    "handed_over": "How many times it was passed on.",
    "escalated": "How many times it was put before a unit above.",
    "earlier": "How many cases of the same kind the unit had before with a class in common.",
    "repeat": "yes where there are such.",
    **SERVES,
}

CASES: Final = Feed(
    name="cases",
    reads=READS,
    columns=_COLUMNS,
    initial=_State,
    evolve=_evolve,
    facts=_facts,
)
"""Cases as they stand, a row each."""

CONCERNED: Final = Feed(
    name="concerned",
    reads=READS,
    columns={**_COLUMNS, "person": "A person whom it concerns."},
    initial=_State,
    evolve=_evolve,
    facts=_concerns,
)
"""A row for each case and person whom it concerns; confidential cases are not there."""
