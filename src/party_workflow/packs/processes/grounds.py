"""What is proposed when a ground turns out to be wrong: to look again at everything that rests on it.

Nothing is undone by it, and nothing is issued: each use is put to the unit that made it, with the event that
corrected its ground as the cause (R-015, R-103, R-166).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from party_workflow.domain import points, procedure
from party_workflow.domain.procedure import Procedure
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.packs.processes.folding import Matter, matters, put
from party_workflow.policies.consequences.grounds import Use, corrected_grounds
from party_workflow.processes import Follows, ProcessManager, Proposal, surveying

REVIEW_USE: Final = "review_use"
"""What is proposed: that people look again at what rests on a corrected ground."""

LOOKED_AT: Final = frozenset(
    {
        "drop",
        "escalate",
        "grant_anew",
        "retain",
        "leave",
        "lift",
        "overturn",
        "question",
        "reduce",
        "refuse",
        "reinstate",
        "review",
        "revoke",
        "strike",
        "uphold",
        "withdraw",
    }
)
"""Steps by which somebody has looked at a consequence again: after one of them nothing more is proposed."""


def uses_to_review(model: Model) -> ProcessManager[None]:
    """Every consequence whose ground was corrected after it was used is put to people, once for each ground.

    Those are procedures and entries of points.  The proposal lapses when the consequence has ended, or when
    somebody looked at it again after the correction.
    """

    def survey(history: History, at: datetime) -> Follows:
        found: dict[tuple[str, str], Proposal] = {}
        corrected = corrected_grounds(history, model)
        procedures = matters(history, procedure.DECIDER) if corrected else {}
        entries = matters(history, points.DECIDER) if corrected else {}
        for ground in corrected:
            for use in ground.uses:
                after = ground.since(use)
                if not after:
                    continue
                latest = after[-1]
                to = _put_to(use, latest.evidence.position, procedures, entries)
                if to is not None:
                    proposal = put(use.stream, REVIEW_USE, latest.what, latest.evidence.event_id, to)
                    found[use.stream, ground.fact] = proposal
        return list(found.values())

    reads = tuple(dict.fromkeys(event for decider in model.all_deciders for event in decider.events))
    return surveying("uses-of-corrected-grounds", reads, survey, proposes=(REVIEW_USE,))


def _put_to(
    use: Use,
    corrected: int,
    procedures: Mapping[str, Matter[Procedure]],
    entries: Mapping[str, Matter[points.Points]],
) -> str | None:
    """The unit that a use is put to; None where there is nothing left to look at."""
    if use.stream in procedures:
        state = procedures[use.stream].state
        over = state.kind is None or state.state in state.kind.table.finals
        seen = any(item.step in LOOKED_AT and item.position > corrected for item in state.taken)
        return None if over or seen else state.unit or ""
    if use.stream in entries:
        return _points_unit(use, entries[use.stream].state)
    return None


def _points_unit(use: Use, state: points.Points) -> str | None:
    event = use.evidence.event_id
    entry = state.entries.get(event)
    if entry is not None:
        return None if entry.reversed_by is not None else entry.unit
    for deduction in state.deductions.values():
        if deduction.proposal == event:
            taken: Any = None if deduction.entry is None else state.entries.get(deduction.entry)
            over = deduction.step == "decided" and (taken is None or taken.reversed_by is not None)
            return None if over else deduction.proposed.unit
    return None


__all__ = ["LOOKED_AT", "REVIEW_USE", "uses_to_review"]
