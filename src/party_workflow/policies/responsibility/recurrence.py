"""A matter that must not recur: its named leads, an alert for every new case, and the verified ones (R-118).

What is counted is what was verified, never how many came in: whoever keeps cases from coming in, refuses them
or talks people out of them gains nothing by it (R-147).  How many came in and what became of the rest stands
beside the count, and so does every case that was ended unverified by somebody who answers for the matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final, Literal

from party_workflow.codec import Event
from party_workflow.domain import case as cases
from party_workflow.domain.case import (
    Case,
    CaseDecided,
    CaseOpened,
    CaseRefused,
    CaseWithdrawn,
    VerificationPassed,
)
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.responsibility import DECIDER, Responsibility, stream_of
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, share
from party_workflow.policies.responsibility.chains import organised
from party_workflow.store import Recorded

CLAUSE: Final = "zero_recurrence"
BASIS: Final = "responsibility.leads"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)

Became = Literal["verified", "not_verified", "refused", "withdrawn", "pending"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A new case of the matter, for the leads named when it came up; nobody, where that is a gap.

    `at` is when it came up, `recorded` from when the leads could be told.
    """

    case: str
    kind: str
    unit: str
    at: datetime
    recorded: datetime
    leads: tuple[str, ...]
    evidence: Evidence

    def __bool__(self) -> bool:
        """Whether there is anybody whom it reaches."""
        return bool(self.leads)


@dataclass(frozen=True, slots=True)
class EndedUnverified:
    """A case refused, withdrawn or decided as not verified by somebody who answers for the matter."""

    case: str
    became: Became
    person: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A zero-recurrence matter in a unit and below it, over a time (end exclusive).

    `verified` is the figure that counts.  `came_in` is the sum of all of `became`, and `settled` the share of
    what came in that is not pending: not applicable where nothing came in, which is neither good nor bad.
    """

    matter: str
    unit: str
    since: datetime
    until: datetime
    alerts: tuple[Alert, ...]
    came_in: Figure
    verified: Figure
    became: dict[Became, tuple[str, ...]]
    settled: Figure
    by_those_answering: tuple[EndedUnverified, ...]


@dataclass(slots=True)
class _Found:
    alert: Alert
    state: Case
    last: dict[Became, Recorded] = field(default_factory=dict)


def recurrence(
    history: History,
    matter: str,
    unit: str,
    since: datetime,
    until: datetime,
    *,
    confidential: bool = False,
) -> Recurrence:
    """The cases of a zero-recurrence matter that came up over a time, as they stand as of the history.

    Which are of the matter is said by its kind: kinds or classes of case, of the unit or below it when they
    came up.  Confidential cases are left out unless `confidential` is given, which is for those who deal with
    them: elsewhere that there is one is not told.
    """
    state = history.state(DECIDER, stream_of(matter, unit))
    found = _cases(history, state, unit, since, until, confidential)
    became: dict[Became, tuple[str, ...]] = {
        name: tuple(stream for stream, item in found.items() if _became(item, state) == name)
        for name in ("verified", "not_verified", "refused", "withdrawn", "pending")
    }
    every = _count("cases.came_in", [item.alert.evidence for item in found.values()])
    verified = [_proof(found[stream]) for stream in became["verified"]]
    settled = _count(
        "cases.settled", [x.alert.evidence for s, x in found.items() if s not in became["pending"]]
    )
    return Recurrence(
        matter,
        unit,
        since,
        until,
        tuple(item.alert for item in found.values()),
        every,
        _count("cases.verified", verified),
        became,
        share("cases.settled.share", settled, every, CLAUSE, BASIS, SHARE),
        tuple(_ended(found, became, state)),
    )


def alerts(history: History, matter: str, unit: str, since: datetime, until: datetime) -> tuple[Alert, ...]:
    """Every new case of the matter as an alert to its leads, in the order of the log (R-118)."""
    return recurrence(history, matter, unit, since, until).alerts


def _count(name: str, evidence: list[Evidence]) -> Figure:
    return Figure(name, Fraction(len(evidence)), "count", CLAUSE, BASIS, tuple(evidence))


def _cases(
    history: History,
    state: Responsibility,
    unit: str,
    since: datetime,
    until: datetime,
    confidential: bool,
) -> dict[str, _Found]:
    wanted = frozenset() if state.kind is None else frozenset(state.kind.cases)
    units: Organisation = organised(history)
    found: dict[str, _Found] = {}
    for item in history.events(*cases.DECIDER.events):
        envelope, event = item.envelope, item.event
        if isinstance(event, CaseOpened):
            of_matter = not wanted.isdisjoint({event.kind, *event.classes})
            within = since <= envelope.effective_at < until
            if not of_matter or not within or (event.confidential and not confidential):
                continue
            if not units.within(event.unit, unit, envelope.effective_at):
                continue
            alert = Alert(
                envelope.stream,
                event.kind,
                event.unit,
                envelope.effective_at,
                envelope.recorded_at,
                state.leads(envelope.effective_at),
                _evidence(item),
            )
            found[envelope.stream] = _Found(alert, cases.DECIDER.initial())
        if envelope.stream in found:
            case = found[envelope.stream]
            case.state = cases.DECIDER.evolve(case.state, item)
            if (name := _name(event, state)) is not None:
                case.last[name] = item
    return found


def _name(event: Event, state: Responsibility) -> Became | None:
    match event:
        case CaseRefused():
            return "refused"
        case CaseWithdrawn():
            return "withdrawn"
        case VerificationPassed():
            return "verified"
        case CaseDecided():
            verified = () if state.kind is None else state.kind.verified
            return "verified" if event.outcome in verified else "not_verified"
        case _:
            return None


def _became(item: _Found, state: Responsibility) -> Became:
    """Once verified it stays counted, whatever is decided later about something else in it.

    A decision lapses when a case is reopened; so does a verification, until there is one again.
    """
    if item.state.withdrawn:
        return "withdrawn"
    outcome = item.state.outcome
    verified = () if state.kind is None else state.kind.verified
    if outcome is not None:
        return "verified" if outcome in verified else "not_verified"
    if "verified" in item.last and not item.state.reopened:
        return "verified"
    if "refused" in item.last and not item.state.reopened:
        return "refused"
    return "pending"


def _proof(item: _Found) -> Evidence:
    found = item.last.get("verified")
    return item.alert.evidence if found is None else _evidence(found)


def _ended(
    found: dict[str, _Found], became: dict[Became, tuple[str, ...]], state: Responsibility
) -> list[EndedUnverified]:
    ended = []
    for name in ("refused", "withdrawn", "not_verified"):
        for stream in became[name]:
            item = found[stream].last.get(name)
            if item is None:
                continue
            actor, at = item.envelope.actor, item.envelope.effective_at
            answering = {h.person for h in state.held(at)}
            ended += [
                EndedUnverified(stream, name, person, _evidence(item))
                for person in dict.fromkeys((actor.person, actor.delegate_of))
                if person is not None and person in answering
            ]
    return ended


def _evidence(item: Recorded) -> Evidence:
    return Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
