"""Where petitions were settled: at which level, in what sort of unit, and which of them wait for a reply.

What was settled at the first level and near the people is reported and nothing is placed by it (R-133): how
few petitions a unit had is neither a merit nor a fault, and a share of none has no value.  Beside what was
settled at the first level stands how many were put before a unit above, and how many were taken back, since
that can come of pressure (R-147).  A decision without its written reply is listed, not counted away (R-132).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final, TypeVar

from party_workflow.domain import case as cases
from party_workflow.domain import organisation
from party_workflow.domain.case import Case, CaseDecided, CaseOpened, CaseRefused, RequesterAnswered
from party_workflow.domain.case.passing import AppealDecided
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, share
from party_workflow.policies.overview.citing import evidence_of

T = TypeVar("T", int, str)

CLAUSE: Final = "resolution"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Unreplied:
    """A decision, or a refusal to take a case on, that whoever brought the case has not been told in writing.

    `outcome` is None for a refusal.  Of a confidential case nothing is listed.
    """

    case: str
    outcome: str | None
    level: int
    since: datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LevelReport:
    """The cases of a kind as of a moment: received are finished, taken back and open, and nothing else.

    `by_level` has the finished ones by how often what was decided was appealed against (0: never), `by_unit`
    by the sort of unit that had the case at its end.  `at_first` is the share of the finished ones that was
    settled at the first level without a unit above having been told.  `escalated` are all that were put
    before a unit above, finished or not.
    """

    kind: str
    received: Figure
    finished: Figure
    taken_back: Figure
    open: Figure
    by_level: Mapping[int, Figure]
    by_unit: Mapping[str, Figure]
    by_outcome: Mapping[str, Figure]
    at_first: Figure
    escalated: Figure
    unreplied: tuple[Unreplied, ...]


@dataclass(slots=True)
class _Found:
    opened: Evidence
    state: Case = field(default_factory=Case)
    owed: tuple[str | None, datetime, Evidence] | None = None


def levels_of_resolution(history: History, kind: str, as_of: datetime) -> LevelReport:
    """Where the cases of a kind were settled, as of a moment; what happened later is left out."""
    found = _cases(history, kind, as_of)
    units = history.as_of(effective=as_of).state(organisation.DECIDER, "organisation")
    taken_back = [each for each in found if each.state.final and each.state.withdrawn]
    finished = [each for each in found if each.state.final and not each.state.withdrawn]
    still = [each for each in found if not each.state.final]
    first = [each for each in finished if each.state.level == 0 and not each.state.escalated]
    whole = _number("finished", finished)
    return LevelReport(
        kind=kind,
        received=_number("received", found),
        finished=whole,
        taken_back=_number("taken_back", taken_back),
        open=_number("open", still),
        by_level=_by(finished, "level", lambda each: each.state.level),
        by_unit=_by(finished, "unit", lambda each: units.kind(each.state.unit, as_of) or "unknown"),
        by_outcome=_by(finished, "outcome", lambda each: each.state.outcome or "none"),
        at_first=share("at_first", _number("at_first", first), whole, CLAUSE, kind, SHARE),
        escalated=_number("escalated", [each for each in found if each.state.escalated]),
        unreplied=tuple(_unreplied(found)),
    )


def _cases(history: History, kind: str, as_of: datetime) -> list[_Found]:
    found: dict[str, _Found] = {}
    for item in history.events(*cases.DECIDER.events):
        envelope, event = item.envelope, item.event
        if envelope.effective_at > as_of:
            continue
        if isinstance(event, CaseOpened) and event.kind == kind:
            found[envelope.stream] = _Found(evidence_of(item))
        if (each := found.get(envelope.stream)) is None:
            continue
        each.state = cases.DECIDER.evolve(each.state, item)
        match event:
            case CaseDecided():
                each.owed = event.outcome, envelope.effective_at, evidence_of(item)
            case AppealDecided():
                outcome = event.replaces or event.outcome
                each.owed = outcome, envelope.effective_at, evidence_of(item)
            case CaseRefused():
                each.owed = None, envelope.effective_at, evidence_of(item)
            case RequesterAnswered():
                each.owed = None
            case _:
                pass
    return list(found.values())


def _unreplied(found: Sequence[_Found]) -> Sequence[Unreplied]:
    return [
        Unreplied(each.state.stream, each.owed[0], each.state.level, each.owed[1], each.owed[2])
        for each in found
        if each.owed is not None and not each.state.confidential
    ]


def _by(found: Sequence[_Found], name: str, key: Callable[[_Found], T]) -> Mapping[T, Figure]:
    groups: dict[T, list[_Found]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return {value: _number(f"{name}.{value}", groups[value]) for value in sorted(groups)}


def _number(name: str, found: Sequence[_Found]) -> Figure:
    evidence = tuple(each.opened for each in found if not each.state.confidential)
    return Figure(name, Fraction(len(found)), "count", CLAUSE, "", evidence)
