"""A new case of a matter that must not recur is put to its named leads at once, until it is settled.

It is put to whoever leads when the managers run; where nobody does, to the unit, which has a gap to fill
(R-118).  Nothing follows from it for anybody, and of confidential cases nothing is said.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import case, organisation, responsibility
from party_workflow.history import History
from party_workflow.policies.responsibility.chains import responsibilities
from party_workflow.policies.responsibility.recurrence import recurrence
from party_workflow.processes import Follows, ProcessManager, Proposal, surveying

TAKE_UP: Final = "take_up_recurrence"
"""What is proposed to a lead: to take up a new case of the matter."""
NAME_LEADS: Final = "name_leads"
"""What is proposed to a unit that has a new case and no lead."""

READS: Final[tuple[type[Event], ...]] = (
    *organisation.DECIDER.events,
    *case.DECIDER.events,
    *responsibility.DECIDER.events,
)
_BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)


def new_recurrences() -> ProcessManager[None]:
    """Every pending case of a zero-recurrence matter, for each of its leads; the opening is the cause."""

    def survey(history: History, at: datetime) -> Follows:
        found: list[Proposal] = []
        for state in responsibilities(history).values():
            if state.kind is None or not state.kind.zero_recurrence or not state.carried(at):
                continue
            until = at + timedelta(microseconds=1)
            seen = recurrence(history, state.matter, state.unit, _BEGINNING, until)
            pending = frozenset(seen.became["pending"])
            leads = state.leads(at)
            for alert in seen.alerts:
                if alert.case not in pending:
                    continue
                cause = alert.evidence.event_id
                found += [Proposal(alert.case, TAKE_UP, state.matter, cause, lead) for lead in leads]
                if not leads:
                    found.append(Proposal(alert.case, NAME_LEADS, state.matter, cause, state.unit))
        return found

    return surveying("new-recurrences", READS, survey, proposes=(TAKE_UP, NAME_LEADS))
