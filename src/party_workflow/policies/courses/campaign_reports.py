"""Reports on one campaign: what counted item by item, the headcount before it, its good deeds.

A piece of work that serves several tasks or several campaigns is counted once in the report of each campaign
(R-063, R-067, R-069, R-070).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from party_workflow.calendar import Calendar
from party_workflow.domain import campaign, population
from party_workflow.domain.activity import EvidenceAttached
from party_workflow.domain.population import Population
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.activities.works import Works
from party_workflow.policies.courses.campaigns import BASIS, CLAUSE, Track, evidence_of, tracks
from party_workflow.policies.figure import Evidence, Figure, counted

# --- what counted ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskReport:
    """One item of a campaign's checklist, with the work it rests on and the event that says so."""

    phase: str
    task: str
    complete: bool
    total: int
    minimum: int
    works: tuple[str, ...]
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What counted in one campaign: item by item, and every piece of work once, however often it is cited.

    `shared` are works that count in other campaigns as well, with the keys of those.
    """

    campaign: str
    tasks: tuple[TaskReport, ...]
    works: Figure
    shared: Mapping[str, tuple[str, ...]]


def campaign_report(history: History, key: str, calendar: Calendar) -> CampaignReport:
    """The report of one campaign (R-063, R-069).  Raises `InvalidInput` for a campaign never set up."""
    found = tracks(history, calendar)
    track = found.get(f"{campaign.CATEGORY}/{key}")
    if track is None or track.state.plan is None:
        known = ", ".join(sorted(item.state.key for item in found.values())) or "none"
        raise InvalidInput(Fault(key, "There is no such campaign.", f"Known: {known}."))
    tasks = tuple(_reported(track))
    works = sorted({work for task in tasks for work in task.works})
    events = {task.evidence: None for task in tasks if task.works and task.evidence}
    others = {
        work: tuple(
            sorted(
                other.state.key
                for other in found.values()
                if other is not track
                and any(
                    item.work == work for done in other.state.completions.values() for item in done.counted
                )
            )
        )
        for work in works
    }
    return CampaignReport(
        key,
        tasks,
        counted("works", CLAUSE, BASIS, events, len(works)),
        {work: keys for work, keys in others.items() if keys},
    )


def _reported(track: Track) -> Iterator[TaskReport]:
    state = track.state
    for phase in state.planned:
        for task in state.items(phase):
            done = state.completions.get(task.code)
            works = () if done is None else tuple(item.work for item in done.counted)
            closed = None if done is None else track.completed[task.code][1]
            total = 0 if done is None else done.total
            yield TaskReport(phase.code, task.code, done is not None, total, task.minimum, works, closed)


# --- headcount and good deeds ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Headcount:
    """The survey before a campaign (摸底): who was frozen, by category, and who came and went since.

    Somebody may have several categories: the figures by category do not add up to the whole.
    """

    population: str
    frozen: Figure
    by_category: Mapping[str, Figure]
    joined: tuple[tuple[str, Evidence], ...]
    left: tuple[tuple[str, Evidence], ...]
    now: Figure


def headcount(history: History, key: str) -> Headcount:
    """The headcount of a frozen population.  Raises `InvalidInput` for one never frozen."""
    stream = f"{population.CATEGORY}/{key}"
    state, events, changed = Population(), list[Evidence](), dict[str, list[tuple[str, Evidence]]]()
    for recorded in history.events(*population.DECIDER.events):
        if recorded.envelope.stream == stream:
            state = population.DECIDER.evolve(state, recorded)
            events.append(evidence_of(recorded))
            if (person := getattr(recorded.event, "person", None)) is not None:
                kind = recorded.envelope.stored_type
                changed.setdefault(kind, []).append((person, evidence_of(recorded)))
    if not events:
        raise InvalidInput(Fault(key, "There is no such frozen population.", "Freeze it first."))
    first = events[:1]
    categories = sorted({code for found in state.frozen.values() for code in found})
    return Headcount(
        key,
        counted("frozen", CLAUSE, BASIS, first, len(state.frozen)),
        {
            code: counted(code, CLAUSE, BASIS, first, sum(code in found for found in state.frozen.values()))
            for code in categories
        },
        tuple(changed.get(population.PopulationJoined.stored_type, ())),
        tuple(changed.get(population.PopulationLeft.stored_type, ())),
        counted("now", CLAUSE, BASIS, events, len(state.people())),
    )


@dataclass(frozen=True, slots=True)
class Deeds:
    """Good deeds for the public (R-070): those confirmed by whom they served, with the event; the rest."""

    confirmed: Mapping[str, Evidence]
    unconfirmed: tuple[str, ...]


def good_deeds(history: History, campaign_key: str, task: str) -> Deeds:
    """The deeds that took place and serve a task, confirmed or shown as unconfirmed."""
    shown: dict[str, Evidence] = {}
    for recorded in history.events(EvidenceAttached):
        assert isinstance(recorded.event, EvidenceAttached)
        if recorded.event.kind == "confirmation":
            shown[recorded.envelope.stream] = evidence_of(recorded)
    held = [item.state for item in Works.of(history).held(campaign=campaign_key, task=task)]
    return Deeds(
        {item.stream: shown[item.stream] for item in held if item.confirmed},
        tuple(item.stream for item in held if not item.confirmed),
    )
