"""What is on the board for whom, and whether what has to be published every month was (R-056, R-100, R-189).

A reader finds what they may know of and nothing else: a restricted publication leaves no row, no count and no
gap behind for anybody outside its audience.  Who may see is decided from the log alone, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from party_workflow.authority import AuthorityState, Parties, may_see
from party_workflow.calendar import Period
from party_workflow.domain import publication
from party_workflow.domain.publication import CATEGORY, Posted, Publication, PublicationSummary
from party_workflow.domain.submission import Submitted
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.store import Actor


@dataclass(frozen=True, slots=True)
class Posting:
    """A publication with the event by which it was made, and how its window was counted, line by line."""

    summary: PublicationSummary
    evidence: Evidence
    counted: tuple[str, ...] = ()

    @property
    def stream(self) -> str:
        """Which publication it is."""
        return self.summary.stream

    @property
    def late(self) -> bool:
        """Whether it was published after it was due; False where no due moment was given."""
        return self.summary.late


def postings(
    history: History, *, reader: Actor | None = None, at: datetime | None = None
) -> tuple[Posting, ...]:
    """Every publication of a history in the order of the log; with a reader only those that they may see.

    `at` is when the reader looks, which their roles and their place depend on; without it when the last
    record was made.  Without a reader it is the whole, for whoever holds the log.
    """
    authority = AuthorityState()
    matters: dict[str, Parties] = {}
    states: dict[str, Publication] = {}
    evidence: dict[str, Evidence] = {}
    latest = at
    for item in history.events():
        envelope = item.envelope
        authority.apply(item.event, envelope.effective_at)
        latest = at if at is not None else envelope.recorded_at
        if envelope.stream.partition("/")[0] != CATEGORY:
            continue
        parties = matters.setdefault(envelope.stream, Parties())
        parties.apply(item.event, envelope.actor, envelope.recorded_at)
        before = states.get(envelope.stream, publication.DECIDER.initial())
        after = states[envelope.stream] = publication.DECIDER.evolve(before, item)
        if before.said is None and after.said is not None:
            evidence[envelope.stream] = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
    found = []
    for stream, made in evidence.items():
        summary = states[stream].summary()
        assert summary is not None
        assert latest is not None
        if reader is None or may_see(reader, latest, authority, matters[stream]):
            found.append(Posting(summary, made, _counted(states[stream])))
    return tuple(found)


def _counted(state: Publication) -> tuple[str, ...]:
    said = state.said
    if not isinstance(said, Posted) or said.window is None or said.closes is None:
        return ()
    return tuple(said.window.deadline(said.closes).explain())


def posted_works(
    history: History, kind: str, *, reader: Actor | None = None, at: datetime | None = None
) -> dict[str, tuple[Posting, ...]]:
    """Every written work of a kind, by stream, with what was posted of it; empty where it was not (R-040)."""
    found: dict[str, tuple[Posting, ...]] = {
        item.envelope.stream: ()
        for item in history.events(Submitted)
        if isinstance(item.event, Submitted) and item.event.kind == kind
    }
    for posting in postings(history, reader=reader, at=at):
        if (of := posting.summary.of) in found:
            found[of] = (*found[of], posting)
    return found


@dataclass(frozen=True, slots=True)
class Month:
    """What was published about one month."""

    period: Period
    published: tuple[Posting, ...]

    @property
    def standing(self) -> tuple[Posting, ...]:
        """What was published and not replaced by an erratum."""
        return tuple(item for item in self.published if item.summary.superseded_by is None)


@dataclass(frozen=True, slots=True)
class Regularity:
    """The twelve months of a year; `gaps` are those about which nothing was published, by label."""

    subject: str
    unit: str | None
    year: int
    months: tuple[Month, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The months about which nothing was published, for whatever reason."""
        return tuple(month.period.label for month in self.months if not month.published)

    @property
    def unfounded(self) -> tuple[str, ...]:
        """The publications that do not cite what they are a snapshot of."""
        return tuple(
            item.stream for month in self.months for item in month.published if item.summary.of is None
        )


def regularity(
    history: History,
    subject: str,
    year: int,
    *,
    unit: str | None = None,
    reader: Actor | None = None,
    at: datetime | None = None,
) -> Regularity:
    """What was published about each month of a year: of one subject, of one unit where one is named.

    A publication belongs to the month that it says it is about, whenever it came out.
    """
    found: dict[str, list[Posting]] = {}
    for item in postings(history, reader=reader, at=at):
        summary = item.summary
        if summary.subject == subject and unit in (None, summary.unit) and summary.period is not None:
            found.setdefault(summary.period, []).append(item)
    months = Period.of("year", date(year, 1, 1)).parts("month")
    return Regularity(
        subject,
        unit,
        year,
        tuple(Month(month, tuple(found.get(month.label, ()))) for month in months),
    )
