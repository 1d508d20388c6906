"""Campaigns side by side: courses aligned by phase, and the dry run of a newer version over all that run.

Units come in batches with calendars of their own, so the same day of the year says nothing about two of them.
What is compared is how far a phase was so many days after it had opened (R-059).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from party_workflow.calendar import Calendar
from party_workflow.domain import campaign
from party_workflow.domain.campaign import (
    WHOLE,
    Campaign,
    CampaignDefinition,
    CampaignFramed,
    CampaignReframed,
    Divergence,
    GateDecided,
    PhaseFinished,
    PhaseOpened,
    TaskCompleted,
    plan_migration,
)
from party_workflow.history import History
from party_workflow.policies.activities.participation import SHARE
from party_workflow.policies.figure import Absent, AbsentKind, Evidence, Figure, counted, share
from party_workflow.store import Recorded

CLAUSE = "campaign"
BASIS = "campaign-definition"


def evidence_of(recorded: Recorded) -> Evidence:
    """An event as what a figure rests on."""
    envelope = recorded.envelope
    return Evidence(envelope.event_id, envelope.position, envelope.stored_type)


# --- what happened in each campaign ----------------------------------------------------------


@dataclass(slots=True)
class Track:
    """A campaign as folded, with the events that set it up, opened and passed its phases, closed its tasks.

    Days are those of the calendar's place; a phase that was opened anew keeps the day it opened first.
    """

    state: Campaign
    started: Evidence
    opened: dict[str, tuple[date, Evidence]] = field(default_factory=dict)
    passed: dict[str, tuple[date, Evidence]] = field(default_factory=dict)
    completed: dict[str, tuple[date, Evidence]] = field(default_factory=dict)


def tracks(history: History, calendar: Calendar) -> dict[str, Track]:
    """Every campaign by stream id, in the order in which they were set up."""
    found: dict[str, Track] = {}
    for recorded in history.events(*campaign.DECIDER.events):
        event, envelope = recorded.event, recorded.envelope
        here = calendar.day_of(envelope.effective_at), evidence_of(recorded)
        track = found.get(envelope.stream)
        if track is None:
            track = found[envelope.stream] = Track(Campaign(), here[1])
        track.state = campaign.DECIDER.evolve(track.state, recorded)
        match event:
            case CampaignFramed() | CampaignReframed() if event.phaseless:
                track.opened.setdefault(WHOLE, here)
            case PhaseOpened():
                track.opened.setdefault(event.phase, here)
            case PhaseFinished():
                track.passed[event.phase] = here
            case GateDecided() if event.decision != "redo":
                track.passed[event.phase] = here
            case TaskCompleted():
                track.completed[event.task] = here
            case _:
                pass
    return found


# --- courses, aligned by phase ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskCourse:
    """A task: on which day of its phase it was complete (0: the day it opened), None if not; its event."""

    task: str
    required: bool
    day: int | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class PhaseCourse:
    """A phase: when it opened, on which of its days it passed, and its tasks as planned."""

    phase: str
    state: str
    opened: date | None
    passed_day: int | None
    tasks: tuple[TaskCourse, ...]
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Course:
    """One campaign of one unit, in which batch, following on which."""

    campaign: str
    unit: str | None
    code: str
    version: int
    batch: str | None
    predecessor: str | None
    state: str
    phases: tuple[PhaseCourse, ...]

    def phase(self, code: str) -> PhaseCourse | None:
        """A phase by its code."""
        return next((item for item in self.phases if item.phase == code), None)


def courses(history: History, calendar: Calendar, *, code: str | None = None) -> tuple[Course, ...]:
    """How every campaign went, or every one on the definition `code`, in the order they were set up."""
    found = []
    for track in tracks(history, calendar).values():
        state = track.state
        if state.plan is None or (code is not None and state.plan.code != code):
            continue
        phases = tuple(_course(track, phase) for phase in state.planned)
        batch = None if state.batch is None else state.batch.code
        plan = state.plan
        found.append(
            Course(
                state.key, state.unit, plan.code, plan.version, batch, state.predecessor, state.state, phases
            )
        )
    return tuple(found)


def _course(track: Track, phase: campaign.Phase) -> PhaseCourse:
    opened, passed = track.opened.get(phase.code), track.passed.get(phase.code)

    def day(when: tuple[date, Evidence] | None) -> int | None:
        return None if when is None or opened is None else (when[0] - opened[0]).days

    tasks = []
    for task in phase.tasks:
        done = track.completed.get(task.code) if task.code in track.state.completions else None
        tasks.append(TaskCourse(task.code, task.required, day(done), None if done is None else done[1]))
    state = track.state.standing(phase.code).state
    return PhaseCourse(
        phase.code,
        state,
        None if opened is None else opened[0],
        day(passed) if state == "passed" else None,
        tuple(tasks),
        None if opened is None else opened[1],
    )


@dataclass(frozen=True, slots=True)
class Aligned:
    """How far one campaign was on one day of a phase: required tasks complete by then, of those there are.

    Not applicable where the phase has not opened, missing where it has not come to that day: neither is a 0.
    """

    campaign: str
    unit: str | None
    batch: str | None
    phase: str
    day: int
    done: Figure
    planned: Figure
    share: Figure


def aligned(found: Iterable[Course], phase: str, day: int, *, on: date) -> tuple[Aligned, ...]:
    """Campaigns side by side on the same day of a phase, as of `on`; never on the same day of the year.

    A campaign whose definition has no such phase is left out.
    """
    rows = []
    for course in found:
        item = course.phase(phase)
        if item is None:
            continue
        required = [task for task in item.tasks if task.required]
        events = [item.evidence] if item.evidence else []
        planned = counted("planned", CLAUSE, BASIS, events, len(required))
        done = _done(item, required, day, on)
        part = share("done_of_planned", done, planned, CLAUSE, BASIS, SHARE)
        rows.append(Aligned(course.campaign, course.unit, course.batch, phase, day, done, planned, part))
    return tuple(rows)


def _done(item: PhaseCourse, required: list[TaskCourse], day: int, on: date) -> Figure:
    absent: AbsentKind | None = None
    if item.opened is None:
        absent = "not_applicable"
    elif item.passed_day is None and on < item.opened + timedelta(days=day):
        absent = "missing"
    if absent is not None:
        return Figure("done", Absent(absent), "count", CLAUSE, BASIS)
    reached = [task for task in required if task.day is not None and task.day <= day]
    return counted("done", CLAUSE, BASIS, [task.evidence for task in reached if task.evidence], len(reached))


# --- the dry run over every running campaign -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Migration:
    """What moving one campaign to a newer version would meet."""

    stream: str
    unit: str | None
    version: int
    divergences: tuple[Divergence, ...]

    @property
    def may_move(self) -> bool:
        """Whether nothing recorded contradicts the newer version."""
        return not any(item.blocks for item in self.divergences)


def migrations(history: History, plan: CampaignDefinition) -> tuple[Migration, ...]:
    """The dry run for every campaign that runs on an older version of a definition; records nothing."""
    found = []
    for stream in history.streams(campaign.CATEGORY):
        state = history.state(campaign.DECIDER, stream)
        pinned = state.plan
        if pinned is None or pinned.code != plan.code or pinned.version >= plan.version:
            continue
        if state.state not in campaign.TABLE.finals:
            found.append(Migration(stream, state.unit, pinned.version, plan_migration(state, plan)))
    return tuple(found)
