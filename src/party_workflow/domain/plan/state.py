"""The state of a plan: its lifecycle, what is committed and reported, and what each event does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from party_workflow import canonical, lifecycle
from party_workflow.domain.plan.events import (
    AccountableChanged,
    AmendmentDecided,
    AmendmentProposed,
    FinalReportMade,
    ItemAdded,
    ItemRevised,
    ItemWithdrawn,
    LookBackConducted,
    MilestoneReached,
    PlanApproved,
    PlanClosed,
    PlanDrafted,
    PlanEvent,
    PlanPreviewed,
    PlanReturned,
    ProblemLinked,
    ProblemNoted,
    Reminded,
    ReportFiled,
    ReportVerified,
)
from party_workflow.domain.plan.items import Item, ItemOutcome, ItemResult
from party_workflow.domain.plan.kind import PlanKind, read_kind
from party_workflow.domain.vocabulary import Work
from party_workflow.lifecycle import Lifecycle
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

_IN_FORCE: Final = ("official -> official", "reporting -> reporting")
LIFECYCLE: Final = Lifecycle.of(
    "plan",
    1,
    initial="drafted",
    final="closed",
    moves={
        "add": "drafted -> drafted",
        "revise": "drafted -> drafted",
        "preview": "drafted -> previewed",
        "return": "previewed -> drafted",
        "approve": "drafted, previewed -> official",
        "amend": _IN_FORCE,
        "withdraw": ("drafted -> drafted", "previewed -> previewed", *_IN_FORCE),
        "assign": _IN_FORCE,
        "report": "official, reporting -> reporting",
        "verify": "reporting -> reporting",
        "look_back": _IN_FORCE,
        "note": _IN_FORCE,
        "link": _IN_FORCE,
        "remind": _IN_FORCE,
        "conclude": "official, reporting -> reporting",
        "close": "official, reporting -> closed",
    },
    # The case of a problem may be opened only after the plan was closed.
    reopens={"link": "closed -> closed"},
)
TABLE: Final = lifecycle.compile(LIFECYCLE)

SCORABLE: Final = frozenset({"official", "reporting", "closed"})
"""The states in which a plan may be scored: never a draft, and never a preview (R-009)."""

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tenure:
    """Since when a person is accountable for an item, on what ground; None from the beginning."""

    person: str
    since: datetime
    ground: str | None
    event_id: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That an item was withdrawn: when, on what ground, by whom."""

    at: datetime
    ground: str
    by: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report with what became of it; `accepted` is None until somebody verified it.

    `principal` is whom the reporter stood in for.
    """

    said: ReportFiled
    at: datetime
    reporter: str
    event_id: str
    accepted: bool | None = None
    verified: str | None = None
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """An item of the set: since which version it is in, who was accountable when, what happened to it.

    `version` is 0 while the plan is a draft.
    """

    item: Item
    version: int
    event_id: str
    tenures: tuple[Tenure, ...]
    withdrawn: Withdrawal | None = None
    reached: Mapping[str, str] = field(default_factory=dict)
    """The event by which each milestone was reached."""
    reminded: Mapping[str, str] = field(default_factory=dict)
    """The event by which each reminder was given."""

    @property
    def person(self) -> str:
        """Who is accountable now."""
        return self.tenures[-1].person

    def person_at(self, at: datetime) -> str:
        """Who was accountable at a moment; before the first, whoever was first."""
        return next((t.person for t in reversed(self.tenures) if t.since <= at), self.tenures[0].person)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A proposal to add an item; `approved` is None until it is decided."""

    proposed: AmendmentProposed
    event_id: str
    approved: bool | None = None


@dataclass(frozen=True, slots=True)
class LookBack:
    """A look-back: its id is that of its event."""

    event_id: str
    at: datetime
    occasion: str
    version: int
    results: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem noted with an item, and the case in which it is dealt with."""

    result: str
    ground: str
    event_id: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class FinalReport:
    """The final report, with the id of its event."""

    event_id: str
    at: datetime
    outcomes: tuple[ItemOutcome, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an item stands: ``open``, ``claimed`` (waits to be verified), a claim, or ``withdrawn``."""

    item: str
    person: str
    due: str
    status: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with all that its events say.  Before it is drafted `said` is None."""

    stream: str = ""
    state: str = TABLE.initial
    said: PlanDrafted | None = None
    kind: PlanKind | None = None
    event_id: str = ""
    items: Mapping[str, Commitment] = field(default_factory=dict)
    reports: tuple[Report, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    version: int = 0
    digest: str = ""
    approved_at: datetime | None = None
    settled_at: datetime | None = None
    look_backs: tuple[LookBack, ...] = ()
    problems: Mapping[str, Trouble] = field(default_factory=dict)
    final: FinalReport | None = None
    closed_at: datetime | None = None

    @property
    def key(self) -> str:
        """The second part of the stream id."""
        return self.stream.partition("/")[2]

    @property
    def scorable(self) -> bool:
        """Whether it may be scored: a draft and a preview may not (R-009)."""
        return self.said is not None and self.state in SCORABLE

    def standing(self, item: str) -> Report | None:
        """The report that counts for an item: the latest not rejected and, where asked for, accepted."""
        verified = self.kind is not None and self.kind.verified
        for report in reversed(self.reports):
            if report.said.item == item and report.accepted is not False:
                if not verified or report.accepted:
                    return report
        return None

    def waiting(self, item: str | None = None) -> tuple[Report, ...]:
        """Reports that nobody has verified yet, of one item or of all."""
        return tuple(r for r in self.reports if r.accepted is None and item in (None, r.said.item))

    def status(self, item: str) -> str:
        """``withdrawn``, the claim of the report that counts, ``claimed`` while one waits, or ``open``."""
        if self.items[item].withdrawn is not None:
            return "withdrawn"
        if (report := self.standing(item)) is not None:
            return report.said.claim
        return "claimed" if self.waiting(item) else "open"

    def open_items(self) -> tuple[str, ...]:
        """Items that are neither achieved nor withdrawn, in the order added."""
        return tuple(code for code in self.items if self.status(code) not in ("achieved", "withdrawn"))

    def reported_at(self, item: str, *occasions: str) -> tuple[Report, ...]:
        """The reports of an item that name one of some occasions."""
        return tuple(r for r in self.reports if r.said.item == item and r.said.occasion in occasions)

    # --- facts

    def progress(self) -> tuple[Progress, ...]:
        """Where each item stands, in the order added: the same for whoever may see the plan (R-171)."""
        return tuple(
            Progress(code, found.person, canonical.day_text(found.item.due), self.status(code))
            for code, found in self.items.items()
        )

    def looked_back(self, event_id: str) -> dict[str, str] | None:
        """The outcome of each item in the look-back with this id; None where there is no such one (R-005)."""
        for look_back in self.look_backs:
            if look_back.event_id == event_id:
                return {result.item: result.outcome for result in look_back.results}
        return None

    def work(self) -> Work | None:
        """The plan as a piece of work: done when closed; None for one never drafted."""
        if self.said is None:
            return None
        people = frozenset(found.person for found in self.items.values() if found.withdrawn is None)
        return Work(
            self.stream,
            self.said.kind,
            self.said.unit,
            self.state,
            done=self.state == "closed",
            serves=self.said.serves,
            people=people,
        )


def set_digest(items: Iterable[Item]) -> str:
    """The digest of a set of items, in whatever order they come."""
    ordered = sorted(items, key=lambda item: item.code)
    return canonical.digest([item.model_dump(mode="json", exclude_none=True) for item in ordered])


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Plan, recorded: Recorded) -> Plan:
    """The plan after an event."""
    event, envelope = recorded.event, recorded.envelope
    at, ident = envelope.effective_at, envelope.event_id
    assert isinstance(event, PlanEvent)
    match event:
        case PlanDrafted():
            return replace(
                state,
                stream=envelope.stream,
                state=TABLE.initial,
                said=event,
                kind=read_kind(event.body),
                event_id=ident,
                settled_at=at,
            )
        case ItemAdded() | ItemRevised():
            return _with(state, _commitment(event.item, 0, at, ident), at)
        case PlanPreviewed():
            return replace(state, state="previewed")
        case PlanReturned():
            return replace(state, state="drafted")
        case PlanApproved():
            items = {code: replace(found, version=event.version) for code, found in state.items.items()}
            return replace(
                state,
                state="official",
                items=items,
                version=event.version,
                digest=event.digest,
                approved_at=at,
                settled_at=at,
            )
        case AmendmentProposed():
            return replace(state, amendments=(*state.amendments, Amendment(event, ident)))
        case AmendmentDecided():
            return _amended(state, event, at, ident)
        case ItemWithdrawn():
            withdrawn = Withdrawal(at, event.ground, envelope.person, ident)
            return _changed(_unsettled(state, at), event.item, lambda c: replace(c, withdrawn=withdrawn))
        case AccountableChanged():
            tenure = Tenure(event.person, at, event.ground, ident)
            changed = replace(state, settled_at=at)
            return _changed(changed, event.item, lambda c: replace(c, tenures=(*c.tenures, tenure)))
        case MilestoneReached():
            reached = {event.milestone: ident}
            moved = replace(state, state="reporting")
            return _changed(moved, event.item, lambda c: replace(c, reached={**c.reached, **reached}))
        case ReportFiled():
            report = Report(event, at, envelope.person, ident, principal=envelope.delegate_of)
            return replace(state, state="reporting", reports=(*state.reports, report), final=None)
        case ReportVerified():
            reports = tuple(
                replace(item, accepted=event.accepted, verified=ident)
                if item.said.number == event.number
                else item
                for item in state.reports
            )
            return replace(state, reports=reports, final=None)
        case LookBackConducted():
            look_back = LookBack(ident, at, event.occasion, event.version, event.results)
            return replace(state, look_backs=(*state.look_backs, look_back))
        case ProblemNoted():
            known = state.problems.get(event.item)
            trouble = Trouble(event.result, event.ground, ident, known.case if known else None)
            return replace(state, problems={**state.problems, event.item: trouble})
        case ProblemLinked():
            known = state.problems.get(event.item)
            if known is None:
                return state
            return replace(state, problems={**state.problems, event.item: replace(known, case=event.case)})
        case Reminded():
            given = {event.reminder: ident}
            return _changed(state, event.item, lambda c: replace(c, reminded={**c.reminded, **given}))
        case FinalReportMade():
            return replace(state, state="reporting", final=FinalReport(ident, at, event.outcomes))
        case PlanClosed():
            return replace(state, state="closed", closed_at=at)
        case _:
            assert_never(event)


Change = Callable[[Commitment], Commitment]


def _commitment(item: Item, version: int, at: datetime, ident: str) -> Commitment:
    return Commitment(item, version, ident, (Tenure(item.person, at, None, ident),))


def _with(state: Plan, commitment: Commitment, at: datetime) -> Plan:
    known = state.items.get(commitment.item.code)
    if known is not None:
        commitment = replace(commitment, withdrawn=known.withdrawn)
    return replace(state, items={**state.items, commitment.item.code: commitment}, settled_at=at)


def _changed(state: Plan, item: str, change: Change) -> Plan:
    found = state.items.get(item)
    return state if found is None else replace(state, items={**state.items, item: change(found)})


def _unsettled(state: Plan, at: datetime) -> Plan:
    """A final report says of every item what became of it; once that changes it says so no longer."""
    return replace(state, final=None, settled_at=at)


def _amended(state: Plan, event: AmendmentDecided, at: datetime, ident: str) -> Plan:
    amendments = tuple(
        replace(item, approved=event.approved) if item.proposed.number == event.number else item
        for item in state.amendments
    )
    decided = replace(state, amendments=amendments, version=event.version, digest=event.digest)
    proposed = next((item for item in amendments if item.proposed.number == event.number), None)
    if proposed is None or not event.approved:
        return decided
    commitment = _commitment(proposed.proposed.item, event.version, at, ident)
    return _with(_unsettled(decided, at), commitment, at)
