"""Petitions are linked to the items that warned of them: what was raised on a visit, and early signs (R-135).

Only to what may be named: an item entered with consent, or a sign that is in no confidence.  A link judges
nobody, and nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from party_workflow.canonical import digest
from party_workflow.codec import Event
from party_workflow.domain import case, organisation, procedure
from party_workflow.domain.case import LinkCase
from party_workflow.history import History
from party_workflow.policies.cases.missed_warnings import VISIT_ISSUE, missed_warnings
from party_workflow.processes import Follows, Issue, ProcessManager, surveying

READS: Final[tuple[type[Event], ...]] = (
    *organisation.DECIDER.events,
    *case.DECIDER.events,
    *procedure.DECIDER.events,
)


def warned_petitions(
    petitions: Sequence[str] = ("petition",), signs: Sequence[str] = ("early_sign", VISIT_ISSUE)
) -> ProcessManager[None]:
    """Links every petition of these kinds to each item that warned of it and is not named by it yet.

    The cause is the opening of the petition.  A link that was made stays, whatever becomes of the item.
    """

    def survey(history: History, at: datetime) -> Follows:
        found = missed_warnings(history, petitions=petitions, signs=signs)
        opened = {row.stream: row.evidence.event_id for row in found.rows}
        return [
            Issue(link, opened[link.stream], digest({"other": link.other})[:16]) for link in found.links()
        ]

    return surveying("warned-petitions", READS, survey, issues=(LinkCase,))
