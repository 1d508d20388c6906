"""What was done, read off a history: occasions with their registers, written works, excusals.

The common ground of participation, claims and audits: each row keeps the event that it rests on, so that
whatever is counted from it can name its events.  A correction replaces the row and its event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import activity, population, submission
from party_workflow.domain.activity import Activity, ActivityHeld, AttendanceCorrected
from party_workflow.domain.campaign import CampaignMigrated, CampaignStarted, ExcusalEnded, MemberExcused
from party_workflow.domain.population import Population
from party_workflow.domain.submission import Submission, Vetted
from party_workflow.domain.vocabulary import Serves
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded

READS: Final[tuple[type[Event], ...]] = (
    *activity.DECIDER.events,
    *submission.DECIDER.events,
    *population.DECIDER.events,
    CampaignStarted,
    CampaignMigrated,
    MemberExcused,
    ExcusalEnded,
)
"""The event types that `Works` is folded from."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One person's row on a register, with the event it rests on."""

    person: str
    status: str
    took_part: bool
    categories: frozenset[str]
    reason: str | None
    evidence: Evidence


@dataclass(slots=True)
class Occasion:
    """An activity with its register and the event by which it was held."""

    state: Activity
    planned: Evidence
    held: Evidence | None = None
    rows: dict[str, Attended] = field(default_factory=dict)


@dataclass(slots=True)
class Written:
    """A written work, with the event that accepted or last touched it."""

    state: Submission
    evidence: Evidence

    @property
    def accepted(self) -> bool:
        """Whether a person other than the author accepted the current version."""
        return self.state.phase == "accepted"


@dataclass(frozen=True, slots=True)
class Excusal:
    """A person excused from a campaign, or from some of its tasks, for a time."""

    campaign: str
    person: str
    reason: str
    since: datetime
    until: datetime | None
    tasks: tuple[str, ...]
    accommodation: str
    evidence: Evidence

    def covers(self, task: str, at: datetime | None = None) -> bool:
        """Whether it covers a task, and a moment where one is given."""
        if self.tasks and task not in self.tasks:
            return False
        return at is None or (self.since <= at and (self.until is None or at < self.until))


@dataclass(slots=True)
class Works:
    """Everything that was done, by stream, in the order of the log.

    `frozen` is the event that froze a population, `scopes` every event that settled who is in it; `tasks`
    are those that a campaign has or had in its definition.
    """

    occasions: dict[str, Occasion] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    populations: dict[str, Population] = field(default_factory=dict)
    frozen: dict[str, Evidence] = field(default_factory=dict)
    scopes: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    tasks: dict[str, frozenset[str]] = field(default_factory=dict)
    excusals: list[Excusal] = field(default_factory=list)

    @classmethod
    def of(cls, history: History) -> Works:
        """What was done, as of the history's moments."""
        works = cls()
        for recorded in history.events(*READS):
            works.take(recorded)
        return works

    def take(self, recorded: Recorded) -> None:
        """Take one event into account."""
        event, envelope = recorded.event, recorded.envelope
        category, _, key = envelope.stream.partition("/")
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        match category:
            case "activity":
                before = self.occasions.get(envelope.stream)
                state = activity.DECIDER.evolve(before.state if before else Activity(), recorded)
                occasion = before or Occasion(state, evidence)
                occasion.state = state
                self.occasions[envelope.stream] = occasion
                _register(occasion, event, evidence)
            case "submission":
                written = self.written.get(envelope.stream)
                work = submission.DECIDER.evolve(written.state if written else Submission(), recorded)
                kept = written.evidence if written and not isinstance(event, Vetted) else evidence
                self.written[envelope.stream] = Written(work, kept)
            case "population":
                population_before = self.populations.get(key, Population())
                self.populations[key] = population.DECIDER.evolve(population_before, recorded)
                self.frozen.setdefault(key, evidence)
                self.scopes[key] = (*self.scopes.get(key, ()), evidence)
            case _:
                self._excuse(key, event, evidence)
                if isinstance(event, CampaignStarted | CampaignMigrated):
                    tasks = {task.code for phase in event.phases for task in phase.tasks}
                    self.tasks[key] = self.tasks.get(key, frozenset()) | tasks

    def _excuse(self, campaign: str, event: Event, evidence: Evidence) -> None:
        match event:
            case MemberExcused():
                self.excusals.append(
                    Excusal(
                        campaign,
                        event.person,
                        event.reason,
                        event.since,
                        event.until,
                        event.tasks,
                        event.accommodation,
                        evidence,
                    )
                )
            case ExcusalEnded():
                self.excusals = [
                    Excusal(
                        item.campaign,
                        item.person,
                        item.reason,
                        item.since,
                        event.until,
                        item.tasks,
                        item.accommodation,
                        item.evidence,
                    )
                    if (item.campaign, item.person) == (campaign, event.person)
                    and item.since <= event.until
                    and (item.until is None or item.until > event.until)
                    else item
                    for item in self.excusals
                ]
            case _:
                pass

    def held(self, *, campaign: str, task: str | None = None, kind: str | None = None) -> Iterator[Occasion]:
        """The occasions that took place and serve a campaign, one of its tasks, or are of a kind."""
        for occasion in self.occasions.values():
            if occasion.held is None or (kind is not None and occasion.state.kind != kind):
                continue
            if serves(occasion.state.serves, campaign, task):
                yield occasion

    def accepted(self, *, campaign: str, task: str | None = None) -> Iterator[Written]:
        """The written works that were accepted and serve a campaign or one of its tasks."""
        for work in self.written.values():
            if work.accepted and serves(work.state.serves, campaign, task):
                yield work

    def knows(self, campaign: str, task: str) -> bool:
        """Whether a campaign with this task was started, or something serves it, or an excusal covers it."""
        occasions = (occasion.state.serves for occasion in self.occasions.values())
        works = (work.state.serves for work in self.written.values())
        frozen = (population.serves for population in self.populations.values())
        return (
            task in self.tasks.get(campaign, ())
            or any(serves(found, campaign, task) for found in (*occasions, *works, *frozen))
            or bool(self.excusals_of(campaign, task))
        )

    def excusals_of(self, campaign: str, task: str) -> Mapping[str, Excusal]:
        """Who is excused from a task of a campaign, at whatever time; the last excusal counts."""
        return {
            item.person: item for item in self.excusals if item.campaign == campaign and item.covers(task)
        }


def _register(occasion: Occasion, event: Event, evidence: Evidence) -> None:
    register = occasion.state.register
    match event:
        case ActivityHeld():
            occasion.held = evidence
            people: Iterable[str] = register
        case AttendanceCorrected():
            people = (event.person,)
        case _:
            return
    for person in people:
        row = register[person]
        occasion.rows[person] = Attended(person, row.status, row.there, row.categories, row.reason, evidence)


def serves(found: Iterable[Serves], campaign: str, task: str | None = None) -> bool:
    """Whether a work serves a campaign, and a task of it where one is named."""
    return any(item.campaign == campaign and (task is None or item.task == task) for item in found)
