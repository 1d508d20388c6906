"""Found, rectified, verified: three figures and not one, each as of a moment.  (R-115, R-123, R-125)

What somebody reports done is not done until somebody else has seen that it is.  So of 857 found, 748 may be
reported as rectified and fewer verified; what is open is what was not reported done, and it is said apart
from what waits to be verified.  A rate comes with both its counts and with what is known to lie outside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.domain.case import (
    CaseOpened,
    CaseReopened,
    ParticularsGiven,
    RectificationReported,
    ResponsibleAssigned,
    VerificationFailed,
    VerificationPassed,
)
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Figure, Rounding, counted, share
from party_workflow.policies.registers.entries import Entry, asked, entries

CLAUSE: Final = "rectification"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Rectification:
    """The register as of a moment: ``found == rectified + open`` and ``rectified == verified + unverified``.

    `open` are those not reported done, or reported and found not to be.  What was given up without being put
    right (`given_up`: withdrawn, refused, joined to another) is among them, since ending a case rectifies
    nothing.  What was passed on to another register (`passed_on`) counts there and not here.  `failed`
    counts verifications that failed, `reopened` cases taken up again.  `dated_back` are those of the
    rectified that were reported, or verified, only after `at` with a date before it: what was told at that
    time did not count them so.  ``history.as_of(known=at)`` leaves them out.
    """

    at: datetime
    found: Figure
    rectified: Figure
    verified: Figure
    unverified: Figure
    open: Figure
    given_up: Figure
    passed_on: Figure
    failed: Figure
    reopened: Figure
    rate: Figure
    verified_rate: Figure
    open_cases: tuple[str, ...]
    dated_back: Figure


def rectification(
    history: History, at: datetime, kinds: Collection[str], *, since: datetime | None = None
) -> Rectification:
    """The three figures of the cases of these kinds opened by `at` (and not before `since`), as of `at`."""
    if since is not None:
        asked(since, name="since")
    return _rectification([e for e in entries(history, at, kinds) if since is None or e.opened >= since], at)


def by_particular(
    history: History, at: datetime, kinds: Collection[str], name: str
) -> Mapping[str, Rectification]:
    """The same apart by what was said of each case under a name: by mode of enforcement (R-125), by severity.

    Cases of which it was not said stand under ``unstated``.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries(history, at, kinds):
        groups.setdefault(entry.state.codes.get(name) or "unstated", []).append(entry)
    return {code: _rectification(found, at) for code, found in sorted(groups.items())}


def _stage(entry: Entry) -> str:
    """Where a case stands on the way from found to verified, by the last event that says so."""
    if entry.state.promoted is not None and not entry.of(RectificationReported):
        return "passed_on"
    stage = "open"
    for item in entry.events:
        match item.event:
            case RectificationReported():
                stage = "unverified"
            case VerificationPassed():
                stage = "verified"
            case VerificationFailed() | CaseReopened():
                stage = "open"
            case _:
                pass
    return stage


def _ended(entry: Entry) -> bool:
    return entry.state.final or entry.state.lead is not None


def _rectification(found: list[Entry], at: datetime) -> Rectification:
    stages: dict[str, list[Entry]] = {"open": [], "passed_on": [], "unverified": [], "verified": []}
    for entry in found:
        stages[_stage(entry)].append(entry)
    here = [entry for name in ("open", "unverified", "verified") for entry in stages[name]]
    done = [*stages["unverified"], *stages["verified"]]
    all_found = _figure("found", here, CaseOpened)
    rectified = _figure("rectified", done, RectificationReported)
    verified = _figure("verified", stages["verified"], VerificationPassed)
    return Rectification(
        at=at,
        found=all_found,
        rectified=rectified,
        verified=verified,
        unverified=_figure("unverified", stages["unverified"], RectificationReported),
        open=_figure("open", stages["open"], CaseOpened),
        given_up=_figure("given_up", [entry for entry in stages["open"] if _ended(entry)], CaseOpened),
        passed_on=_figure("passed_on", stages["passed_on"], CaseOpened),
        failed=counted("failed", CLAUSE, "", [e for x in found for e in x.cited(VerificationFailed)]),
        reopened=counted("reopened", CLAUSE, "", [e for x in found for e in x.cited(CaseReopened)]),
        rate=share("rectified.share", rectified, all_found, CLAUSE, "", SHARE),
        verified_rate=share("verified.share", verified, all_found, CLAUSE, "", SHARE),
        open_cases=tuple(entry.stream for entry in stages["open"] if not entry.state.confidential),
        dated_back=_figure("dated_back", [e for e in done if _known_later(e, at)], RectificationReported),
    )


def _known_later(entry: Entry, at: datetime) -> bool:
    """Whether the report or the verification by which it counts was recorded after a moment."""
    last = (entry.of(kind)[-1:] for kind in (RectificationReported, VerificationPassed))
    return any(item.envelope.recorded_at > at for items in last for item in items)


def _figure(name: str, found: list[Entry], cited: type) -> Figure:
    events = [each for entry in found for each in entry.cited(cited)[-1:]]
    return counted(name, CLAUSE, "", events, len(found))


FIVE: Final = ("responsible", "measure", "funds", "deadline", "contingency")
"""The five fulfilments (五落实) of an open hazard: person, measure, funds, deadline, contingency plan."""


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Which of the five an open case lacks, and since when it is open.  Empty `lacks`: it has them all."""

    case: str
    opened: datetime
    lacks: tuple[str, ...]
    events: tuple[str, ...]


def fulfilments(history: History, at: datetime, kinds: Collection[str]) -> tuple[Fulfilment, ...]:
    """The five fulfilments of every case of these kinds that is open at a moment; no confidential one."""
    found = [entry for entry in entries(history, at, kinds) if not entry.state.confidential]
    return tuple(_fulfilment(entry) for entry in found if not entry.state.final)


def _fulfilment(entry: Entry) -> Fulfilment:
    state = entry.state
    has = {
        "responsible": state.responsible is not None,
        "deadline": state.due is not None or bool(state.runs),
        **{name: name in state.particulars for name in ("measure", "funds", "contingency")},
    }
    events = entry.of(ResponsibleAssigned, ParticularsGiven)
    lacks = tuple(name for name in FIVE if not has[name])
    return Fulfilment(entry.stream, entry.opened, lacks, tuple(item.envelope.event_id for item in events))
