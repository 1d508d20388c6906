"""What follows by itself in a campaign: findings from look-backs, appraisals whose reply period ended.

Both run under a clerk's account, on a moment that the caller supplies, and issue nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from party_workflow.domain.appraisal import (
    Acknowledged,
    AppraisalFinalised,
    AppraisalVoided,
    FeedbackDelivered,
    Finalise,
    OpinionFormed,
    Replied,
)
from party_workflow.domain.campaign import CampaignStarted, LinkProblem, ProblemNoted
from party_workflow.domain.case import OpenCase
from party_workflow.personal import Personal
from party_workflow.processes import Follows, Issue, ProcessManager
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class _Campaigns:
    units: Mapping[str, str] = field(default_factory=dict)
    noted: frozenset[tuple[str, str]] = frozenset()


def findings(definition: str) -> ProcessManager[_Campaigns]:
    """Every task with a problem noted by a look-back becomes a case of kind finding, linked to it (R-005).

    A problem noted again with another result belongs to the case that is there.  `definition` is the
    digest of the kind ``finding`` as adopted in the log.
    """

    def react(state: _Campaigns, recorded: Recorded) -> tuple[_Campaigns, Follows]:
        event, envelope = recorded.event, recorded.envelope
        if isinstance(event, CampaignStarted):
            return replace(state, units={**state.units, envelope.stream: event.unit}), ()
        assert isinstance(event, ProblemNoted)
        if (envelope.stream, event.task) in state.noted:
            return state, ()
        campaign = envelope.stream.partition("/")[2]
        key = f"{campaign}-{event.task.replace('_', '-')}"
        opened = OpenCase(
            key=key,
            kind="finding",
            definition=definition,
            unit=state.units[envelope.stream],
            substance=Personal(f"Look-back of {event.phase}: {event.task} is {event.result}."),
            source=envelope.stream,
            classes=(event.result,),
        )
        linked = LinkProblem(key=campaign, task=event.task, case=f"case/{key}")
        after = replace(state, noted=state.noted | {(envelope.stream, event.task)})
        return after, (Issue(opened, envelope.event_id, "open"), Issue(linked, envelope.event_id, "link"))

    return ProcessManager(
        "findings-from-look-backs",
        (CampaignStarted, ProblemNoted),
        _Campaigns,
        react,
        issues=(OpenCase, LinkProblem),
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """By appraisal: the event that delivered the feedback, and until when a reply may come."""

    feedback: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)


def _await(state: _Waiting, recorded: Recorded) -> tuple[_Waiting, Follows]:
    event, envelope = recorded.event, recorded.envelope
    waiting = {key: value for key, value in state.feedback.items() if key != envelope.stream}
    if isinstance(event, FeedbackDelivered):
        waiting[envelope.stream] = (envelope.event_id, event.reply_until)
    return _Waiting(waiting), ()


def _expired(state: _Waiting, at: datetime) -> Follows:
    return tuple(
        Issue(Finalise(key=stream.partition("/")[2]), cause)
        for stream, (cause, until) in state.feedback.items()
        if until < at
    )


EXPIRED_REPLIES: Final = ProcessManager(
    "expired-replies",
    (
        FeedbackDelivered,
        Replied,
        Acknowledged,
        OpinionFormed,
        AppraisalFinalised,
        AppraisalVoided,
    ),
    _Waiting,
    _await,
    _expired,
    issues=(Finalise,),
)
"""An appraisal that was neither answered nor acknowledged within the reply period becomes final (R-055)."""
