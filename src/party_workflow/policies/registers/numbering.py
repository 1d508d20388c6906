"""Numbers of notices: by issuer and year, in the order of issue, without gaps by their making.  (R-112)

A number is not given and recorded but counted: the n-th notice of a kind that a unit issued in a year has the
number n.  The log never changes what stands in it, so a number never changes either; there is nothing that
could be skipped, given twice or taken back.  The year is that in which the issue was recorded, by local time,
so that a notice dated back gets a late number and moves no other.  Confidential cases have no numbers, and
so leave no gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from party_workflow.calendar import Calendar
from party_workflow.codec import Event
from party_workflow.domain.case import (
    CaseEscalated,
    CaseHandedOver,
    CaseReopened,
    RectificationReported,
    RequesterAnswered,
    VerificationFailed,
)
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.registers.entries import Entry, entries, evidence

Ending = Literal["reply", "escalation", "none"]

_ENDINGS: Final[tuple[tuple[Ending, tuple[type[Event], ...]], ...]] = (
    ("reply", (RectificationReported, RequesterAnswered)),
    ("escalation", (CaseEscalated,)),
    ("none", (VerificationFailed, CaseReopened)),
)
"""What the last of these events says that a notice has ended in; a reply that did not hold ends nothing."""
_ALWAYS: Final = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A notice with its number: ``{year}-{number}`` of its issuer, to whom it went, and what it ended in.

    `ending` is ``none`` while there is neither reply nor escalation, or a reply did not hold; `due` is until
    when the reply may take, and `late` whether that is over and nothing has ended it.
    """

    issuer: str
    year: int
    number: int
    case: str
    to: str
    issued: datetime
    recorded: datetime
    ending: Ending
    due: datetime | None
    late: bool
    evidence: tuple[Evidence, ...]

    @property
    def label(self) -> str:
        """The number as it stands on the paper."""
        return f"{self.year}-{self.number:03d}"


def numbered(
    history: History,
    at: datetime,
    kind: str,
    calendar: Calendar,
    issued_by: type[Event] = CaseHandedOver,
) -> tuple[Numbered, ...]:
    """The notices of a kind whose issue was recorded by a moment, by issuer, in the order of their numbers.

    `issued_by` is the event by which one is issued: the hand-over to whom it concerns, or `CaseOpened` for
    kinds that are issued as they are opened.  One that is dated back or ahead stands in the place in which it
    was recorded, so that at no moment a number is lacking.
    """
    issued = []
    for entry in entries(history.as_of(known=at), _ALWAYS, (kind,)):
        if not entry.state.confidential and (first := entry.of(issued_by)[:1]):
            issued.append((first[0], entry))
    issued.sort(key=lambda pair: pair[0].envelope.position)
    counts: dict[tuple[str, int], int] = {}
    found: list[Numbered] = []
    for item, entry in issued:
        year = calendar.day_of(item.envelope.recorded_at).year
        number = counts[entry.issuer, year] = counts.get((entry.issuer, year), 0) + 1
        ending, ended = _ending(entry, at)
        due = next((run.due for run in entry.state.runs if run.stopped is None), None)
        found.append(
            Numbered(
                issuer=entry.issuer,
                year=year,
                number=number,
                case=entry.stream,
                to=entry.state.unit,
                issued=item.envelope.effective_at,
                recorded=item.envelope.recorded_at,
                ending=ending,
                due=due,
                late=ending == "none" and due is not None and at >= due,
                evidence=(evidence(item), *ended),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.issuer, each.year, each.number)))


def unended(notices: Iterable[Numbered]) -> tuple[Numbered, ...]:
    """Those that have ended in neither a reply nor an escalation, those that are late first."""
    return tuple(sorted((each for each in notices if each.ending == "none"), key=lambda each: not each.late))


def _ending(entry: Entry, at: datetime) -> tuple[Ending, tuple[Evidence, ...]]:
    for item in reversed(entry.events):
        for ending, types in _ENDINGS:
            if isinstance(item.event, types) and item.envelope.effective_at <= at:
                return ending, () if ending == "none" else (evidence(item),)
    return "none", ()
