"""What an auditor looks at in how things were done: lateness, corrections, excusals, gates, cases.

None of this says that anybody did wrong: each finding is a fact with its events, for a person to judge.
Thresholds are parameters that the caller states; there is no silent default.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from party_workflow.canonical import time_text
from party_workflow.domain.activity import AttendanceCorrected
from party_workflow.domain.appraisal import DECIDER as APPRAISAL
from party_workflow.domain.appraisal import Replied
from party_workflow.domain.campaign import DECIDER as CAMPAIGN
from party_workflow.domain.campaign import AccommodationRecorded, GateDecided, MemberExcused
from party_workflow.domain.case import DECIDER as CASE
from party_workflow.domain.case import VerificationFailed
from party_workflow.domain.submission import SimilarityFlagged, Vetted
from party_workflow.history import History
from party_workflow.policies.activities.works import Works
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.figure import Evidence
from party_workflow.store import Record, Recorded


def _evidence(item: Recorded) -> Evidence:
    return Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)


def _late(history: History, after: timedelta) -> Iterator[Finding]:
    for record in history.records():
        envelope = record.envelope
        if envelope.recorded_at - envelope.effective_at > after:
            days = (envelope.recorded_at - envelope.effective_at).days
            what = f"{envelope.stored_type} was recorded {_days(days)} after it took effect."
            yield Finding(envelope.stream, what, (_of(record),))


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _of(record: Record) -> Evidence:
    return Evidence(record.envelope.event_id, record.position, record.envelope.stored_type)


def _imported(history: History) -> Iterator[Finding]:
    """One finding a batch: the times of its records are what the imported file says."""
    batches: dict[str, list[Evidence]] = {}
    for record in history.records():
        if (source := record.envelope.source) is not None:
            batches.setdefault(source.batch, []).append(_of(record))
    for batch, events in batches.items():
        what = f"{len(events)} records were imported; their times are what the file says."
        yield Finding(batch, what, (events[0], events[-1]))


def _not_counting(history: History) -> Iterator[Finding]:
    for stream, occasion in Works.of(history).occasions.items():
        if occasion.held is not None and not occasion.state.done:
            yield Finding(stream, "It was held below its quorum or its least length.", (occasion.held,))


def _corrected(history: History) -> Iterator[Finding]:
    for item in history.events(AttendanceCorrected):
        event = item.event
        assert isinstance(event, AttendanceCorrected)
        what = f"The register was corrected for {event.person} to {event.status} ({event.ground})."
        yield Finding(item.envelope.stream, what, (_evidence(item),))


def _unaccommodated(history: History) -> Iterator[Finding]:
    excused: dict[tuple[str, str], tuple[str, Evidence]] = {}
    for item in history.events(MemberExcused, AccommodationRecorded):
        match item.event:
            case MemberExcused():
                key = (item.envelope.stream, item.event.person)
                excused[key] = (item.event.accommodation, _evidence(item))
            case AccommodationRecorded():
                excused.pop((item.envelope.stream, item.event.person), None)
            case _:
                pass
    for (stream, person), (accommodation, evidence) in excused.items():
        what = f"{person} was excused with the accommodation {accommodation}, and no record shows it."
        yield Finding(stream, what, (evidence,))


def _gates(history: History) -> Iterator[Finding]:
    for item in history.events(GateDecided):
        event = item.event
        assert isinstance(event, GateDecided)
        if event.decision != "pass":
            carried = ", ".join(condition.code for condition in event.conditions)
            what = f"The gate of {event.phase} was decided {event.decision}" + (
                f": {carried}." if carried else "."
            )
            yield Finding(item.envelope.stream, what, (_evidence(item),))


def _copied(history: History) -> Iterator[Finding]:
    for item in history.events(SimilarityFlagged, Vetted):
        match item.event:
            case SimilarityFlagged():
                what = f"A checker flagged {item.event.share} of it as similar to another text."
                yield Finding(item.envelope.stream, what, (_evidence(item),))
            case Vetted() if item.event.verdict == "returned":
                what = f"It was returned to its author ({item.event.ground or 'no ground code'})."
                yield Finding(item.envelope.stream, what, (_evidence(item),))
            case _:
                pass


def _failed_verifications(history: History) -> Iterator[Finding]:
    for item in history.events(VerificationFailed):
        yield Finding(item.envelope.stream, "A rectification failed verification.", (_evidence(item),))


def _open_matters(history: History, at: datetime) -> Iterator[Finding]:
    """Campaigns, cases and appraisals that are not finished; cases past their day say so."""
    for stream, last in _last(history).items():
        category = stream.partition("/")[0]
        if category == "case":
            case = history.state(CASE, stream)
            if not case.final:
                late = f", due {time_text(case.due)}" if case.due is not None and case.due <= at else ""
                yield Finding(stream, f"It is still {case.state}{late}.", (last,))
        elif category == "campaign":
            campaign = history.state(CAMPAIGN, stream)
            if campaign.state not in ("closed", "cancelled"):
                yield Finding(stream, f"It is still {campaign.state}.", (last,))
        elif category == "appraisal":
            appraisal = history.state(APPRAISAL, stream)
            if appraisal.status not in ("final", "void"):
                yield Finding(stream, f"It is still {appraisal.status}.", (last,))


def _last(history: History) -> dict[str, Evidence]:
    return {record.envelope.stream: _of(record) for record in history.records()}


def _replies(history: History) -> Iterator[Finding]:
    for item in history.events(Replied):
        yield Finding(item.envelope.stream, "The member answered the opinion.", (_evidence(item),))


def _unconfirmed(history: History, kind: str) -> Iterator[Finding]:
    for stream, occasion in Works.of(history).occasions.items():
        if occasion.state.kind == kind and occasion.held is not None and not occasion.state.confirmed:
            yield Finding(stream, "No beneficiary has confirmed it.", (occasion.held,))


def checks(*, late_after_days: int, open_at: datetime, confirmed_kind: str) -> tuple[Check, ...]:
    """The checks of conduct.

    `late_after_days` says from how many days on a record counts as late, `open_at` at what moment matters
    are looked at as still open, `confirmed_kind` which kind of activity needs its beneficiary's confirmation.
    """
    after = timedelta(days=late_after_days)
    return (
        Check("imported", "No time rests on an imported file", _imported, integrity=False),
        Check(
            "late",
            f"Nothing was recorded more than {_days(late_after_days)} late",
            lambda h: _late(h, after),
            integrity=False,
        ),
        Check("counting", "Every occasion held also counts", _not_counting, integrity=False),
        Check("corrected", "No register was corrected", _corrected, integrity=False),
        Check(
            "confirmed",
            "Every deed was confirmed",
            lambda h: _unconfirmed(h, confirmed_kind),
            integrity=False,
        ),
        Check("copied", "No written work was flagged or returned", _copied, integrity=False),
        Check("excused", "Every excusal has its accommodation", _unaccommodated, integrity=False),
        Check("gates", "Every gate passed at once", _gates, integrity=False),
        Check("verified", "Every rectification passed at once", _failed_verifications, integrity=False),
        Check("replies", "No member answered an opinion", _replies, integrity=False),
        Check("open", "Every matter is finished", lambda h: _open_matters(h, open_at), integrity=False),
    )
