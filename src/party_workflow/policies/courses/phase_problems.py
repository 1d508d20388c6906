"""Problems by phase: found and put right in whichever phase, old apart from new, own from the post's.

Rectification does not wait for the last phase (边学边改、边议边改, R-062).  A problem is a case that serves
the campaign; its classes say whether it is old or new, and the person's own or one that goes with their post.
What is not classified is shown as that and not guessed.  Confidential cases do not appear at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.domain import campaign, case
from party_workflow.domain.campaign import WHOLE, CampaignFramed, CampaignReframed, PhaseOpened
from party_workflow.domain.case import Case
from party_workflow.history import History
from party_workflow.policies.activities.works import serves
from party_workflow.policies.courses.campaigns import evidence_of
from party_workflow.policies.figure import Evidence, Figure, counted

CLAUSE: Final = "rectification"
BASIS: Final = "campaign-definition"

UNCLASSIFIED: Final = "unclassified"
BEFORE: Final = "before"
"""In place of a phase: before the first one opened."""
AGES: Final[Mapping[str, str]] = {"old_problem": "old", "new_problem": "new"}
RELATIONS: Final[Mapping[str, str]] = {"own_problem": "own", "post_problem": "post"}
"""The classes of a case that say so, by code."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: in which phase it was found and in which it was closed, None while it is open."""

    case: str
    age: str
    relation: str
    found_in: str
    found: Evidence
    closed_in: str | None
    closed: Evidence | None


@dataclass(frozen=True, slots=True)
class PhaseProblems:
    """The report of one phase: how many were found and closed in it, by age and relation."""

    phase: str
    found: Mapping[tuple[str, str], Figure]
    closed: Mapping[tuple[str, str], Figure]


def problems(history: History, key: str) -> tuple[Problem, ...]:
    """Every problem that serves a campaign, in the order in which they were found."""
    phases = _phases(history, key)
    states: dict[str, Case] = {}
    found: dict[str, tuple[str, Evidence]] = {}
    closed: dict[str, tuple[str, Evidence]] = {}
    for recorded in history.events(*case.DECIDER.events):
        stream, at = recorded.envelope.stream, recorded.envelope.effective_at
        before = states.get(stream, Case())
        state = states[stream] = case.DECIDER.evolve(before, recorded)
        if state.confidential or not serves(state.serves, key):
            continue
        here = (_phase_at(phases, at), evidence_of(recorded))
        found.setdefault(stream, here)
        if not state.final:
            closed.pop(stream, None)
        elif not before.final and not state.withdrawn:
            closed[stream] = here
    return tuple(
        Problem(
            stream,
            _named(states[stream].classes, AGES),
            _named(states[stream].classes, RELATIONS),
            *where,
            *closed.get(stream, (None, None)),
        )
        for stream, where in found.items()
    )


def phase_problems(history: History, key: str) -> tuple[PhaseProblems, ...]:
    """The problems of a campaign by phase, phases in the order in which they opened; none left out."""
    rows = problems(history, key)
    named = [phase for _, phase in _phases(history, key)]
    return tuple(
        PhaseProblems(
            phase,
            _table((row, row.found) for row in rows if row.found_in == phase),
            _table((row, row.closed) for row in rows if row.closed_in == phase and row.closed),
        )
        for phase in dict.fromkeys((BEFORE, *named))
        if phase != BEFORE or any(BEFORE in (row.found_in, row.closed_in) for row in rows)
    )


def _named(classes: Iterable[str], names: Mapping[str, str]) -> str:
    """What the classes say; two that contradict each other say nothing."""
    said = {names[code] for code in classes if code in names}
    return said.pop() if len(said) == 1 else UNCLASSIFIED


def _table(rows: Iterable[tuple[Problem, Evidence]]) -> dict[tuple[str, str], Figure]:
    grouped: dict[tuple[str, str], list[Evidence]] = {}
    for row, evidence in rows:
        grouped.setdefault((row.age, row.relation), []).append(evidence)
    return {
        key: counted(f"problems.{key[0]}.{key[1]}", CLAUSE, BASIS, grouped[key]) for key in sorted(grouped)
    }


def _phases(history: History, key: str) -> list[tuple[datetime, str]]:
    """When each phase of a campaign opened first, in this order."""
    opened: dict[str, datetime] = {}
    stream = f"{campaign.CATEGORY}/{key}"
    for recorded in history.events(CampaignFramed, CampaignReframed, PhaseOpened):
        if recorded.envelope.stream != stream:
            continue
        event = recorded.event
        if isinstance(event, PhaseOpened):
            opened.setdefault(event.phase, recorded.envelope.effective_at)
        elif isinstance(event, CampaignFramed | CampaignReframed) and event.phaseless:
            opened.setdefault(WHOLE, recorded.envelope.effective_at)
    return sorted((at, phase) for phase, at in opened.items())


def _phase_at(phases: list[tuple[datetime, str]], at: datetime) -> str:
    return next((phase for since, phase in reversed(phases) if since <= at), BEFORE)
