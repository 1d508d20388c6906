"""What the report shows: one value, gathered from a history by pure functions, each part by itself.

A part that cannot be made (no such campaign yet, a damaged record) says why, and the rest is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final, TypeVar

from party_workflow.domain import organisation
from party_workflow.domain.claim import Measure
from party_workflow.domain.publication import Publication
from party_workflow.domain.rating import RatingClosed
from party_workflow.errors import Fault, InvalidInput, PartyWorkflowError
from party_workflow.history import History
from party_workflow.packs.measures import BOUNDS, campaign_measures
from party_workflow.packs.results import adopted_rules, appraisal_ranking, full_audit
from party_workflow.personal import Sealed, Withheld
from party_workflow.policies.activities.participation import Participation
from party_workflow.policies.activities.works import Works
from party_workflow.policies.assessments import appraisal
from party_workflow.policies.audits.checks import Audit
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview import (
    CampaignView,
    CaseGroup,
    Claimed,
    Guest,
    LogView,
    Session,
    campaign_view,
    case_groups,
    claims,
    confidential_streams,
    guests,
    log_view,
    participations,
    publications,
    sealed_places,
    sessions,
)
from party_workflow.policies.policy import Result
from party_workflow.service import Workflow

T = TypeVar("T")

STUDY: Final = "study_session"
"""The kind of occasion whose register is shown session by session: what the claim counts."""
NAMES: Final = frozenset(
    {f"{organisation.PersonJoined.stored_type}.name", f"{organisation.UnitFounded.stored_type}.title"}
)
"""The places of personal values that the report shows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The occasions of one kind together: attendances count each time, persons once."""

    kind: str
    held: int
    members: int
    others: int
    persons: int

    @property
    def attendances(self) -> int:
        """How many took part, each as often as they came."""
        return self.members + self.others


@dataclass(frozen=True, slots=True)
class SealedAt:
    """How many personal values a place of the log holds, and how many of them are to be had."""

    place: str
    values: int
    at_hand: int
    erased: int
    not_supplied: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Indexed:
    """Where and when an event stands."""

    evidence: Evidence
    stream: str
    happened: datetime
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the page is made of.  `problems` says of a part why it is not there."""

    key: str
    population_key: str
    effective: datetime | None
    known: datetime | None
    threshold: Fraction | None
    log: LogView | None
    campaign: CampaignView | None
    population: Mapping[str, frozenset[str]] | None
    sessions: tuple[Session, ...]
    participation: tuple[Participation, ...]
    ranking: Result | None
    claims: tuple[Claimed, ...]
    claims_elsewhere: int
    guests: tuple[Guest, ...]
    audit: Audit | None
    publications: tuple[tuple[Publication, Evidence], ...]
    cases: tuple[CaseGroup, ...]
    confidential: frozenset[str]
    sealed: tuple[SealedAt, ...]
    withheld_subjects: int
    names: Mapping[str, Sealed]
    index: Mapping[str, Indexed]
    problems: Mapping[str, str]

    @property
    def study(self) -> tuple[Session, ...]:
        """The study sessions, by when they were held."""
        return tuple(item for item in self.sessions if item.kind == STUDY)

    @property
    def reached(self) -> int:
        """How many of the population were at one study session at least."""
        there = {person for item in self.study for person in item.people}
        return len(there & (self.population or {}).keys())

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The occasions by kind, in order of the first one."""
        found: dict[str, list[Session]] = {}
        for item in self.sessions:
            found.setdefault(item.kind, []).append(item)
        return tuple(
            Kind(
                kind,
                len(items),
                sum(item.members for item in items),
                sum(item.others for item in items),
                len({person for item in items for person in item.people}),
            )
            for kind, items in found.items()
        )

    @property
    def confidential_cases(self) -> int:
        """How many cases are shown by number only."""
        return sum(group.total for group in self.cases if group.confidential)

    def events(self, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        """Events by id, in order of position."""
        found = [self.index[event].evidence for event in ids if event in self.index]
        return tuple(sorted(found, key=lambda item: item.position))


class _Parts:
    """Makes parts one by one and notes why one could not be made."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}

    def make(self, name: str, make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except PartyWorkflowError as error:
            self.problems[name] = str(error)
            return otherwise


def gather(
    workflow: Workflow,
    campaign: str,
    population: str,
    effective: datetime | None,
    known: datetime | None,
    threshold: Fraction | None,
) -> Facts:
    """Everything that the page is made of, as of two moments."""
    # What somebody else appends meanwhile is not part of the report.
    whole = workflow.history.up_to(workflow.store.head().position)
    history = whole.as_of(effective=effective, known=known)
    parts = _Parts()
    view = parts.make("campaign", lambda: campaign_view(history, workflow.model, campaign), None)
    subject = f"campaign/{campaign}"
    nothing: tuple[Claimed, ...] = ()
    asserted = parts.make("claims", lambda: claims(history, _measures(campaign, population), BOUNDS), nothing)
    people = parts.make("participation", lambda: _people(history, population), None)
    tasks = () if view is None else view.for_everyone()
    return Facts(
        key=campaign,
        population_key=population,
        effective=effective,
        known=known,
        threshold=threshold,
        log=parts.make("record", lambda: log_view(history), None),
        campaign=view,
        population=people,
        sessions=parts.make("participation", lambda: sessions(history, campaign), ()),
        participation=()
        if people is None
        else parts.make("participation", lambda: participations(history, campaign, population, tasks), ()),
        ranking=parts.make("ranking", lambda: _ranking(history, campaign), None),
        claims=tuple(item for item in asserted if item.subject == subject),
        claims_elsewhere=sum(item.subject != subject for item in asserted),
        guests=parts.make("claims", lambda: guests(history, campaign, STUDY), ()),
        audit=parts.make("audit", lambda: full_audit(history), None),
        publications=parts.make("publications", lambda: publications(history), ()),
        cases=parts.make("cases", lambda: case_groups(history), ()),
        confidential=parts.make("cases", lambda: confidential_streams(history), frozenset()),
        sealed=parts.make("withheld", lambda: _sealed(history, workflow), ()),
        withheld_subjects=parts.make("withheld", lambda: _withheld_subjects(history), 0),
        names=parts.make("names", lambda: history.state(organisation.DECIDER, organisation.STREAM).names, {}),
        index=parts.make("index", lambda: _index(history), {}),
        problems=parts.problems,
    )


def _measures(campaign: str, population: str) -> Callable[[str], tuple[Measure, ...]]:
    measures = campaign_measures(campaign, population)
    return lambda subject: measures if subject == f"campaign/{campaign}" else ()


def _people(history: History, key: str) -> Mapping[str, frozenset[str]] | None:
    found = Works.of(history).populations.get(key)
    return None if found is None else found.people()


def _ranking(history: History, campaign: str) -> Result:
    """The ranking under the newest rule of its name that the history holds."""
    fitting = [rule for rule in adopted_rules(history).values() if rule.code == appraisal.NAME]
    if not fitting:
        raise InvalidInput(
            Fault("rule", f"The history holds no rule {appraisal.NAME}.", "Look at a later moment.")
        )
    return appraisal_ranking(history, campaign, max(fitting, key=lambda rule: rule.version).digest)


def _sealed(history: History, workflow: Workflow) -> tuple[SealedAt, ...]:
    counts: dict[str, list[int]] = {}
    for found in sealed_places(history):
        place = f"{found.evidence.stored_type}.{found.field}"
        count = counts.setdefault(place, [0, 0, 0])
        opened = workflow.reveal(found.sealed)
        if not isinstance(opened, Withheld):
            count[0] += 1
        else:
            count[1 if opened.reason == "erased" else 2] += 1
    return tuple(
        SealedAt(place, sum(count), count[0], count[1], count[2], place in NAMES)
        for place, count in sorted(counts.items())
    )


def _withheld_subjects(history: History) -> int:
    subjects: set[str] = set()
    for item in history.events(RatingClosed):
        assert isinstance(item.event, RatingClosed)
        subjects |= set(item.event.withheld)
    return len(subjects)


def _index(history: History) -> dict[str, Indexed]:
    found = {}
    for record in history.records():
        envelope = record.envelope
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        found[envelope.event_id] = Indexed(
            evidence, envelope.stream, envelope.effective_at, envelope.recorded_at
        )
    return found
