"""What came back after it had been closed: reopen the former case, or put the new one before the unit above.

Which of the two is the policy of a place and a parameter.  It is proposed and not done, with how many periods
in a row it has been by now (R-110); a recurrence is a reason to look at the cause and counts against nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Final, Literal

from party_workflow.calendar import Calendar
from party_workflow.domain import case, organisation
from party_workflow.domain.case import CaseOpened, EscalateCase, ReopenCase
from party_workflow.history import History
from party_workflow.packs.processes.folding import key_of, organisation_of, unit_above
from party_workflow.policies.registers import Entry, Link, entries, recurrences
from party_workflow.policies.registers.recurring import quarter
from party_workflow.processes import Follows, ProcessManager, Proposal, surveying

REOPEN: Final = "reopen_recurred"
"""What is proposed under the policy ``reopen``: take the latest case of the period before up again."""
ESCALATE: Final = "escalate_recurred"
"""What is proposed under the policy ``escalate``: put the new case before the unit above."""
GROUND: Final = "recurred"

After = Literal["reopen", "escalate"]


def recurring_findings(
    calendar: Calendar,
    after: After = "escalate",
    kinds: Collection[str] = ("finding", "problem"),
    *,
    period: Callable[[date], int] = quarter,
) -> ProcessManager[None]:
    """Every class that came back in a unit in the period after everything found of it had been closed.

    The ground says in how many periods in a row it was found, ``recurred_3``; the cause is the opening of the
    first case of the latest period.  A proposal stands until the former case is open again, or the new one
    was put before somebody or finished.
    """

    def survey(history: History, at: datetime) -> Follows:
        by_stream = {entry.stream: entry for entry in entries(history, at, kinds)}
        units = organisation_of(history)
        found: list[Proposal] = []
        for chain in recurrences(history, at, kinds, calendar, period=period):
            before, last = chain.links[-2:]
            new = by_stream[last.cases[0]]
            if not last.after_closure or new.state.final:
                continue
            ground = f"{GROUND}_{chain.length}"
            opened = new.of(CaseOpened)[0].envelope.event_id
            if after == "reopen":
                former = _latest(before, by_stream)
                if former.state.final:
                    again = ReopenCase(key=key_of(former.stream), ground=ground, source=new.stream)
                    found.append(Proposal(former.stream, REOPEN, ground, opened, former.state.unit, again))
                continue
            above = unit_above(units, new.state.unit, at)
            if above is not None and not new.state.escalated:
                up = EscalateCase(key=key_of(new.stream), unit=above, ground=ground)
                found.append(Proposal(new.stream, ESCALATE, ground, opened, above, up))
        return found

    reads = (*case.DECIDER.events, *organisation.DECIDER.events)
    action = REOPEN if after == "reopen" else ESCALATE
    return surveying("recurring-findings", reads, survey, proposes=(action,))


def _latest(link: Link, by_stream: Mapping[str, Entry]) -> Entry:
    """The case of a period that was opened last."""
    return max((by_stream[stream] for stream in link.cases), key=lambda each: (each.opened, each.stream))


__all__ = ["ESCALATE", "GROUND", "REOPEN", "After", "recurring_findings"]
