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
from party_workflow.domain.campaign import (
    CampaignCancelled,
    CampaignClosed,
    CampaignStarted,
    LinkProblem,
    ProblemLinked,
    ProblemNoted,
)
from party_workflow.domain.case import OpenCase
from party_workflow.personal import Personal
from party_workflow.processes import Follows, Issue, ProcessManager
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class _Campaigns:
    """The unit of each campaign that runs, and the problems noted first and not linked, by campaign and
    task, with the event that noted each.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    noted: Mapping[tuple[str, str], tuple[ProblemNoted, str]] = field(default_factory=dict)
    linked: frozenset[tuple[str, str]] = frozenset()


def _note(state: _Campaigns, recorded: Recorded) -> tuple[_Campaigns, Follows]:
    event, envelope = recorded.event, recorded.envelope
    if isinstance(event, CampaignStarted):
        return replace(state, units={**state.units, envelope.stream: event.unit}), ()
    if isinstance(event, CampaignClosed | CampaignCancelled):
        units = {stream: unit for stream, unit in state.units.items() if stream != envelope.stream}
        return replace(state, units=units), ()
    assert isinstance(event, ProblemNoted | ProblemLinked)
    place = (envelope.stream, event.task)
    if isinstance(event, ProblemLinked):
        return replace(state, linked=state.linked | {place}), ()
    if place in state.noted:
        return state, ()
    return replace(state, noted={**state.noted, place: (event, envelope.event_id)}), ()


def findings(definition: str) -> ProcessManager[_Campaigns]:
    """Every task with a problem noted by a look-back becomes a case of kind finding, linked to it (R-005).

    A problem noted again with another result belongs to the case that is there, and one that somebody has
    linked to a case needs no other.  Nothing follows for a campaign that is over: nothing can be linked to
    it any more.  `definition` is the digest of the kind ``finding`` as adopted in the log.
    """

    def due(state: _Campaigns, at: datetime) -> Follows:
        found = list[Issue]()
        for (stream, task), (event, cause) in state.noted.items():
            if stream not in state.units or (stream, task) in state.linked:
                continue
            campaign = stream.partition("/")[2]
            key = f"{campaign}-{task.replace('_', '-')}"
            opened = OpenCase(
                key=key,
                kind="finding",
                definition=definition,
                unit=state.units[stream],
                substance=Personal(f"Look-back of {event.phase}: {task} is {event.result}."),
                source=stream,
                classes=(event.result,),
            )
            linked = LinkProblem(key=campaign, task=task, case=f"case/{key}")
            found += [Issue(opened, cause, "open"), Issue(linked, cause, "link")]
        return found

    return ProcessManager(
        "findings-from-look-backs",
        (CampaignStarted, CampaignClosed, CampaignCancelled, ProblemNoted, ProblemLinked),
        _Campaigns,
        _note,
        due,
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
