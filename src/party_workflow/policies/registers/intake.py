"""Every item has a landing and every letter an echo: intake, closed, open, and who was answered.  (R-114)

At every moment and for every kind, what came in is what is closed and what is open; and of what came in each
item has an echo, still has time for one, or stands on the list of those overdue.  An echo is that whoever
brought it was told something: that it has come in, or what came of it.  What nobody brought (a finding) asks
for none; of a kind that is acknowledged everything was brought.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.calendar import Calendar, Term
from party_workflow.domain.case import CaseAcknowledged, CaseOpened, RequesterAnswered
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import Figure, counted
from party_workflow.policies.registers.entries import Entry, entries

CLAUSE: Final = "intake"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A case that has had no echo: since when, and until when one is due.  `stream` is empty where it is
    confidential and only its number may be told."""

    stream: str
    kind: str
    since: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Intake:
    """What came in by a moment: ``closed + open``, and likewise ``echoed + waiting + overdue + unasked``.

    `withdrawn` are among the closed ones, `following` (duplicates of a lead case) among either.
    """

    at: datetime
    intake: Figure
    closed: Figure
    open: Figure
    withdrawn: Figure
    following: Figure
    echoed: Figure
    unasked: Figure
    waiting: tuple[Unanswered, ...]
    overdue: tuple[Unanswered, ...]

    @property
    def balanced(self) -> bool:
        """Whether everything that came in is somewhere.  False would be an error of this library."""
        lists = self.echoed.exact() + self.unasked.exact() + len(self.waiting) + len(self.overdue)
        return self.intake.exact() == self.closed.exact() + self.open.exact() == lists


def intake(
    history: History,
    at: datetime,
    kinds: Collection[str] = (),
    *,
    echo: Term,
    calendar: Calendar,
    named: bool = False,
) -> Intake:
    """The intake of these kinds (of every kind, if none is named) as of a moment.

    `echo` is how long the first answer may take, counted on `calendar` from when the item came in.  Cases
    count as what they were at `at` by when things happened.  With `named`, confidential cases stand on the
    lists by their stream: for a view that its reader may see.
    """
    found = entries(history, at, kinds)
    sorts: dict[str, list[Entry]] = {"echoed": [], "unasked": []}
    lists: dict[str, list[Unanswered]] = {"waiting": [], "overdue": []}
    for entry in found:
        if entry.of(CaseAcknowledged, RequesterAnswered):
            sorts["echoed"].append(entry)
        elif not _brought(entry):
            sorts["unasked"].append(entry)
        else:
            due = _due(entry, echo, calendar)
            stream = entry.stream if named or not entry.state.confidential else ""
            late = "overdue" if at >= due else "waiting"
            lists[late].append(Unanswered(stream, entry.kind, entry.opened, due))
    return Intake(
        at=at,
        intake=_figure("intake", found),
        closed=_figure("closed", [entry for entry in found if entry.state.final]),
        open=_figure("open", [entry for entry in found if not entry.state.final]),
        withdrawn=_figure("withdrawn", [entry for entry in found if entry.state.withdrawn]),
        following=_figure("following", [entry for entry in found if entry.state.lead is not None]),
        echoed=_figure("echoed", sorts["echoed"]),
        unasked=_figure("unasked", sorts["unasked"]),
        waiting=tuple(lists["waiting"]),
        overdue=tuple(lists["overdue"]),
    )


def _brought(entry: Entry) -> bool:
    """Whether somebody brought it: who is named or sealed, came by a channel, or is told that it has come in.

    An anonymous letter whose channel was left out is a letter.
    """
    state = entry.state
    told = state.kind is not None and any(m.code == "acknowledge" for m in state.kind.lifecycle.moves)
    return told or bool(state.requester or state.complainant or entry.opening.channel)


def _due(entry: Entry, echo: Term, calendar: Calendar) -> datetime:
    """When an echo is due: counted from when it came in, or was recorded if the calendar does not cover that
    day, so that a letter dated back to long ago does not stop the register."""
    try:
        return calendar.deadline(entry.opened, echo).due
    except InvalidInput:
        return calendar.deadline(entry.recorded, echo).due


def _figure(name: str, found: list[Entry]) -> Figure:
    cited = [each for entry in found for each in entry.cited(CaseOpened)[:1]]
    return counted(name, CLAUSE, "", cited, len(found))
