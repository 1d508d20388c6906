"""The state of an activity: its lifecycle, and what each event does to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final, assert_never

from party_workflow.calendar import Period, TimeClass
from party_workflow.domain.activity.commands import (
    AttachEvidence,
    CancelActivity,
    CorrectAttendance,
    CorrectConduct,
    DescribeActivity,
    HoldActivity,
    Later,
    MergeActivity,
    PostponeActivity,
    SetAgenda,
    WithdrawEvidence,
)
from party_workflow.domain.activity.events import (
    THERE,
    ActivityCancelled,
    ActivityConducted,
    ActivityDescribed,
    ActivityEvent,
    ActivityHeld,
    ActivityMerged,
    ActivityPlanned,
    ActivityPostponed,
    ActivityScheduled,
    AgendaSet,
    AttendanceCorrected,
    ConductCorrected,
    EvidenceAttached,
    EvidenceKind,
    EvidenceWithdrawn,
    FreezeOverridden,
    Item,
    ItemResult,
    Place,
    Status,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.lifecycle import Lifecycle, Table, compile  # noqa: A004
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "activity",
    1,
    initial="planned",
    final=("held", "cancelled", "merged"),
    moves={
        "describe": ["planned -> planned", "postponed -> postponed"],
        "set_agenda": ["planned -> planned", "postponed -> postponed"],
        "merge": "planned, postponed -> merged",
        "postpone": "planned, postponed -> postponed",
        "cancel": "planned, postponed -> cancelled",
        "hold": "planned, postponed -> held",
        "attach_evidence": ["planned -> planned", "postponed -> postponed"],
        "withdraw_evidence": ["planned -> planned", "postponed -> postponed"],
    },
    # What took place is over; what is known of it may still become better.
    reopens={
        "describe": "held -> held",
        "correct_conduct": "held -> held",
        "correct_attendance": "held -> held",
        "attach_evidence": "held -> held",
        "withdraw_evidence": "held -> held",
    },
)
TABLE: Final[Table] = compile(LIFECYCLE)
MOVES: Final[Mapping[type[Later], str]] = {
    DescribeActivity: "describe",
    SetAgenda: "set_agenda",
    MergeActivity: "merge",
    CorrectConduct: "correct_conduct",
    PostponeActivity: "postpone",
    CancelActivity: "cancel",
    HoldActivity: "hold",
    CorrectAttendance: "correct_attendance",
    AttachEvidence: "attach_evidence",
    WithdrawEvidence: "withdraw_evidence",
}


# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """What the register says of one person; no categories for somebody from outside the organisation."""

    standing: Place
    status: Status
    categories: frozenset[str]
    reason: str | None = None
    corrected: bool = False

    @property
    def there(self) -> bool:
        """Whether the person took part."""
        return self.status in THERE

    def among(self, having: Iterable[str] = (), without: Iterable[str] = ()) -> bool:
        """Whether the person had every category in `having` and none in `without`."""
        return self.categories.issuperset(having) and self.categories.isdisjoint(without)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence: its kind, content hash and term; the ground where it was withdrawn."""

    kind: EvidenceKind
    digest: str
    attached_at: datetime
    media: str | None = None
    expires: date | None = None
    withdrawn: str | None = None

    def holds(self, on: date | None = None) -> bool:
        """Whether it is there and, where a day is asked for, has not expired by then."""
        return self.withdrawn is None and (on is None or self.expires is None or on < self.expires)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of an occasion in its series: the window of its period, in local days."""

    series: str
    definition: str
    period: Period
    first: date
    last: date
    offset_minutes: int
    outside: str | None = None

    def day_of(self, moment: datetime) -> date:
        """The local day on which a moment falls."""
        return (moment + timedelta(minutes=self.offset_minutes)).date()

    def contains(self, moment: datetime) -> bool:
        """Whether a moment falls on a day of the window."""
        return self.first <= self.day_of(moment) <= self.last


@dataclass(frozen=True, slots=True)
class Agenda:
    """The items of an agenda, and what became of each, by code and period; nothing before it took place."""

    items: tuple[Item, ...] = ()
    results: Mapping[tuple[str, Period], ItemResult] = field(default_factory=dict)

    def done(self, code: str, reference: Period) -> bool:
        """Whether an item was done."""
        found = self.results.get((code, reference))
        return found is not None and found.outcome == "done"


@dataclass(frozen=True, slots=True)
class Description:
    """What an occasion is about: all of it optional, and None where nobody has said."""

    topic: str | None = None
    audience: str | None = None
    size: str | None = None
    hours: TimeClass | None = None
    demands: Mapping[str, int] = field(default_factory=dict)
    demanded_of: tuple[str, ...] | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activity:
    """An occasion: what was planned, what took place, who was there, what shows it.

    `planned_at` is the moment first planned and never changes, `due_at` the one after postponements,
    `held_at` when it began.  `phase` is the state of the lifecycle, None before it was planned.
    """

    stream: str = ""
    phase: str | None = None
    kind: str = ""
    unit: str | None = None
    period: Period | None = None
    planned_at: datetime | None = None
    due_at: datetime | None = None
    held_at: datetime | None = None
    minutes: int | None = None
    expected: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    population: str | None = None
    serves: tuple[Serves, ...] = ()
    quorum: Fraction | None = None
    quorum_having: frozenset[str] = frozenset()
    quorum_without: frozenset[str] = frozenset()
    minimum_minutes: int | None = None
    makes_up: str | None = None
    title: Sealed | None = None
    register: Mapping[str, Row] = field(default_factory=dict)
    evidences: tuple[Evidence, ...] = ()
    slot: Slot | None = None
    agenda: Agenda = Agenda()
    about: Description = Description()
    overridden: str | None = None
    merged_into: str | None = None
    merged_for: str | None = None
    postponed_for: tuple[str, ...] = ()
    chaired_by: str | None = None
    delegated_by: str | None = None
    delegation: str | None = None
    held_outside: str | None = None

    @property
    def held(self) -> bool:
        """Whether it took place."""
        return self.held_at is not None

    def attended(self, having: Iterable[str] = (), without: Iterable[str] = ()) -> frozenset[str]:
        """Those who took part, each once, of those with every category in `having` and none in `without`."""
        needed, barred = frozenset(having), frozenset(without)
        return frozenset(p for p, row in self.register.items() if row.there and row.among(needed, barred))

    @property
    def entitled(self) -> frozenset[str]:
        """Those that the quorum is counted of, as of when it took place."""
        return frozenset(
            person
            for person in self.expected
            if (row := self.register.get(person)) is not None
            and row.categories
            and row.among(self.quorum_having, self.quorum_without)
        )

    @property
    def turnout(self) -> Fraction | None:
        """The exact share of those entitled who took part; None where nobody is, as before it took place."""
        entitled = self.entitled
        return Fraction(len(entitled & self.attended()), len(entitled)) if entitled else None

    @property
    def quorum_met(self) -> bool:
        """Whether it took place with more than the planned share present.  True where none was planned."""
        if not self.held or self.quorum is None:
            return self.held
        turnout = self.turnout
        return turnout is not None and turnout > self.quorum

    @property
    def length_met(self) -> bool:
        """Whether it took place and lasted at least as long as planned.  True where no length was planned."""
        if not self.held or self.minimum_minutes is None:
            return self.held
        return self.minutes is not None and self.minutes >= self.minimum_minutes

    @property
    def missing_minutes(self) -> int:
        """By how many minutes it was shorter than planned."""
        return max(0, (self.minimum_minutes or 0) - (self.minutes or 0)) if self.held else 0

    @property
    def done(self) -> bool:
        """Whether it counts as carried out: it took place, with its quorum and its least length."""
        return self.quorum_met and self.length_met

    @property
    def confirmed(self) -> bool:
        """Whether somebody whom it served confirmed it, by evidence that was not withdrawn (R-070)."""
        return any(item.kind == "confirmation" and item.holds() for item in self.evidences)

    def evidence(self, on: date | None = None) -> tuple[Evidence, ...]:
        """The evidence not withdrawn and, where a day is given, not expired by then, as attached."""
        return tuple(item for item in self.evidences if item.holds(on))

    def standing(self, person: str) -> Place:
        """As what a person comes: expected, invited, or as a walk-in."""
        if person in self.expected:
            return "expected"
        return "invited" if person in self.invited else "walk_in"


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Activity, recorded: Recorded) -> Activity:
    event, at = recorded.event, recorded.envelope.effective_at
    assert isinstance(event, ActivityEvent)
    match event:
        case ActivityPlanned():
            return Activity(
                stream=recorded.envelope.stream,
                phase="planned",
                kind=event.kind,
                unit=event.unit,
                period=event.period,
                planned_at=event.planned_at,
                due_at=event.planned_at,
                expected=event.expected,
                invited=event.invited,
                population=event.population,
                serves=event.serves,
                quorum=event.quorum,
                quorum_having=frozenset(event.quorum_having),
                quorum_without=frozenset(event.quorum_without),
                minimum_minutes=event.minimum_minutes,
                makes_up=event.makes_up,
                title=event.title,
            )
        case ActivityPostponed():
            reasons = (*state.postponed_for, event.reason)
            return replace(state, phase="postponed", due_at=event.to, postponed_for=reasons)
        case ActivityScheduled():
            slot = Slot(
                event.series,
                event.definition,
                event.period,
                event.first,
                event.last,
                event.offset_minutes,
                event.outside,
            )
            return replace(state, slot=slot)
        case AgendaSet():
            return replace(state, agenda=Agenda(event.items))
        case FreezeOverridden():
            return replace(state, overridden=event.reason)
        case ActivityDescribed():
            return replace(state, about=_described(state.about, event))
        case ActivityMerged():
            return replace(state, phase="merged", merged_into=event.into, merged_for=event.reason)
        case ActivityConducted():
            return _conducted(replace(state, held_outside=event.outside), event)
        case ConductCorrected():
            return _conducted(state, event)
        case ActivityCancelled():
            return replace(state, phase="cancelled")
        case ActivityHeld():
            register = {
                row.person: Row(row.standing, row.status, frozenset(row.categories), row.reason)
                for row in event.attendance
            }
            return replace(state, phase="held", held_at=at, minutes=event.minutes, register=register)
        case AttendanceCorrected():
            row = Row(event.standing, event.status, frozenset(event.categories), event.reason, corrected=True)
            register = {**state.register, event.person: row}
            return replace(state, register={person: register[person] for person in sorted(register)})
        case EvidenceAttached():
            item = Evidence(event.kind, event.digest, at, event.media, event.expires)
            return replace(state, evidences=(*state.evidences, item))
        case EvidenceWithdrawn():
            evidences = tuple(
                replace(item, withdrawn=event.ground)
                if item.digest == event.digest and item.withdrawn is None
                else item
                for item in state.evidences
            )
            return replace(state, evidences=evidences)
        case _:
            assert_never(event)


def _described(about: Description, event: ActivityDescribed) -> Description:
    given = {name: getattr(event, name) for name in ("topic", "audience", "size", "hours", "demands")}
    given["demanded_of"] = event.demanded_of
    if event.attributes is not None:
        given["attributes"] = {**about.attributes, **event.attributes}
    return replace(about, **{name: value for name, value in given.items() if value is not None})


def _conducted(state: Activity, event: ActivityConducted | ConductCorrected) -> Activity:
    results = {(item.code, item.reference): item for item in event.agenda}
    agenda = replace(state.agenda, results={**state.agenda.results, **results})
    about = state.about if event.hours is None else replace(state.about, hours=event.hours)
    if event.chaired_by is not None:  # who chaired is said anew, and with it for whom
        state = replace(
            state,
            chaired_by=event.chaired_by,
            delegated_by=event.delegated_by,
            delegation=event.delegation,
        )
    return replace(state, agenda=agenda, about=about)
