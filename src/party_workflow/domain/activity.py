"""Activity: an occasion with people at it: a meeting, a lesson, a visit, a test, a film, an oath day.

The list of those expected is frozen for each occasion when it is planned; what was is registered
against it, one status a person, with the categories that each had then, so that the attendance of members
and of others is told from the event alone (R-068, R-071).  An occasion below its quorum or its least length
is recorded like any other and does not count as carried out (R-030, R-075); a postponed one keeps the
period that it belongs to (R-002).  Evidence has a kind and stays outside, by content hash (R-194).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import ClassVar, Final, Literal, assert_never

from pydantic import BaseModel, ConfigDict

from party_workflow.calendar import Period, StoredPeriod
from party_workflow.canonical import fraction_text, time_text
from party_workflow.codec import Command, Event
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Lifecycle, Table, compile  # noqa: A004
from party_workflow.personal import Personal, Sealed
from party_workflow.relations import Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Count, Day, Digest, Key, Moment, PersonId, Ratio, UnitId

CATEGORY: Final = "activity"

Status = Literal["present", "late", "remote", "excused", "absent"]
THERE: Final[frozenset[str]] = frozenset({"present", "late", "remote"})
"""The statuses of those who took part."""
Place = Literal["expected", "invited", "walk_in"]
EvidenceKind = Literal["document", "confirmation", "measurement", "third_party"]


class Attendance(BaseModel):
    """What is registered of one person.  Being excused takes a reason; any other status may have one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    reason: Code | None = None


class HeldAttendance(BaseModel):
    """One row of the register, with the categories that the person had at the time.

    Nobody in the organisation is without category: a row without is somebody from outside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: PersonId
    standing: Place
    status: Status
    reason: Code | None = None
    categories: tuple[Code, ...] = ()


# --- events ----------------------------------------------------------------------------------


class ActivityPlanned(Event):
    """An occasion was planned, and with it settled who is expected."""

    stored_type: ClassVar[str] = "activity.planned"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("expected", "expected"), Relates("invited", "invited"))
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    unit: UnitId
    planned_at: Moment
    period: StoredPeriod | None = None
    expected: tuple[PersonId, ...]
    invited: tuple[PersonId, ...] = ()
    population: Key | None = None
    serves: tuple[Serves, ...] = ()
    quorum: Ratio | None = None
    quorum_having: tuple[Code, ...] = ()
    quorum_without: tuple[Code, ...] = ()
    minimum_minutes: Count | None = None
    makes_up: Key | None = None
    title: Sealed | None = None


class ActivityPostponed(Event):
    """An occasion was put off.  The period that it belongs to stays."""

    stored_type: ClassVar[str] = "activity.postponed"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    to: Moment
    reason: Code
    basis: Code


class ActivityCancelled(Event):
    """An occasion was called off."""

    stored_type: ClassVar[str] = "activity.cancelled"
    requires: ClassVar[Requires] = Requires(duty="activity.plan")

    reason: Code


class ActivityHeld(Event):
    """An occasion took place, beginning at the effective time, with this register."""

    stored_type: ClassVar[str] = "activity.held"
    requires: ClassVar[Requires] = Requires(duty="activity.record")

    attendance: tuple[HeldAttendance, ...]
    minutes: Count | None = None


class AttendanceCorrected(Event):
    """A row of the register was put right, or one that was lacking was added."""

    stored_type: ClassVar[str] = "activity.attendance_corrected"
    requires: ClassVar[Requires] = Requires(duty="activity.correct", barred=("person",))

    person: PersonId
    standing: Place
    status: Status
    reason: Code | None = None
    categories: tuple[Code, ...] = ()
    ground: Code


class EvidenceAttached(Event):
    """Evidence was attached by content hash.  From the day `expires` on it no longer shows anything."""

    stored_type: ClassVar[str] = "activity.evidence_attached"
    requires: ClassVar[Requires] = Requires(duty="activity.evidence")

    kind: EvidenceKind
    digest: Digest
    media: Code | None = None
    expires: Day | None = None


class EvidenceWithdrawn(Event):
    """Evidence was withdrawn, with the ground."""

    stored_type: ClassVar[str] = "activity.evidence_withdrawn"
    requires: ClassVar[Requires] = Requires(duty="activity.evidence")

    digest: Digest
    ground: Code


ActivityEvent = (
    ActivityPlanned
    | ActivityPostponed
    | ActivityCancelled
    | ActivityHeld
    | AttendanceCorrected
    | EvidenceAttached
    | EvidenceWithdrawn
)

# --- commands --------------------------------------------------------------------------------


class _ActivityCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class PlanActivity(_ActivityCommand):
    """Plan an occasion for the people of a population as of when this takes effect, or for those listed.

    `invited` are others who may come without being expected.  The `quorum` is the share that must be
    exceeded (``1/2`` is more than half) of those expected who stand in the organisation when the
    occasion takes place, with every category of `quorum_having` and none of `quorum_without`.  `makes_up`
    is the activity that this one makes good.
    """

    stored_type: ClassVar[str] = "activity.plan"
    kind: Code
    unit: UnitId
    planned_at: Moment
    period: StoredPeriod | None = None
    population: Key | None = None
    expected: tuple[PersonId, ...] = ()
    invited: tuple[PersonId, ...] = ()
    serves: tuple[Serves, ...] = ()
    quorum: Ratio | None = None
    quorum_having: tuple[Code, ...] = ()
    quorum_without: tuple[Code, ...] = ()
    minimum_minutes: Count | None = None
    makes_up: Key | None = None
    title: Personal | None = None


class PostponeActivity(_ActivityCommand):
    """Put an occasion off to a later moment, with the reason and what it rests on."""

    stored_type: ClassVar[str] = "activity.postpone"
    to: Moment
    reason: Code
    basis: Code


class CancelActivity(_ActivityCommand):
    """Call an occasion off."""

    stored_type: ClassVar[str] = "activity.cancel"
    reason: Code


class HoldActivity(_ActivityCommand):
    """Record that an occasion took place, beginning when this takes effect, and who was there.

    Everybody expected has a row.  How long it lasted is said by `minutes` or by `ended_at`, and must be
    where a least length was planned.  Who was neither expected nor invited comes in as a walk-in.
    """

    stored_type: ClassVar[str] = "activity.hold"
    attendance: dict[PersonId, Attendance]
    minutes: Count | None = None
    ended_at: Moment | None = None


class CorrectAttendance(_ActivityCommand):
    """Put a row of the register right.

    A row that was lacking is added as of the moment when the occasion took place: give that as the
    effective time, since the categories are those of then.
    """

    stored_type: ClassVar[str] = "activity.correct_attendance"
    person: PersonId
    status: Status
    reason: Code | None = None
    ground: Code


class AttachEvidence(_ActivityCommand):
    """Attach evidence: its kind, the SHA-256 of the file, what medium it is, and when it expires."""

    stored_type: ClassVar[str] = "activity.attach_evidence"
    kind: EvidenceKind
    digest: Digest
    media: Code | None = None
    expires: Day | None = None


class WithdrawEvidence(_ActivityCommand):
    """Withdraw evidence, with the ground.  That it was there stays on record."""

    stored_type: ClassVar[str] = "activity.withdraw_evidence"
    digest: Digest
    ground: Code


ActivityCommand = (
    PlanActivity
    | PostponeActivity
    | CancelActivity
    | HoldActivity
    | CorrectAttendance
    | AttachEvidence
    | WithdrawEvidence
)
_Later = (
    PostponeActivity | CancelActivity | HoldActivity | CorrectAttendance | AttachEvidence | WithdrawEvidence
)

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "activity",
    1,
    initial="planned",
    final=("held", "cancelled"),
    moves={
        "postpone": "planned, postponed -> postponed",
        "cancel": "planned, postponed -> cancelled",
        "hold": "planned, postponed -> held",
        "attach_evidence": ["planned -> planned", "postponed -> postponed"],
        "withdraw_evidence": ["planned -> planned", "postponed -> postponed"],
    },
    # What took place is over; what is known of it may still become better.
    reopens={
        "correct_attendance": "held -> held",
        "attach_evidence": "held -> held",
        "withdraw_evidence": "held -> held",
    },
)
TABLE: Final[Table] = compile(LIFECYCLE)
_MOVES: Final[Mapping[type[_Later], str]] = {
    PostponeActivity: "postpone",
    CancelActivity: "cancel",
    HoldActivity: "hold",
    CorrectAttendance: "correct_attendance",
    AttachEvidence: "attach_evidence",
    WithdrawEvidence: "withdraw_evidence",
}

# --- refusal reasons, in order of precedence -------------------------------------------------

TAKEN: Final = Reason(
    "activity.taken", "The activity id {key} was used before.", "Choose an id that was never used."
)
UNKNOWN: Final = Reason(
    "activity.unknown", "This activity has not been planned.", "Plan it first, or check the id."
)
UNKNOWN_UNIT: Final = Reason(
    "activity.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_ORIGINAL: Final = Reason(
    "activity.unknown_original",
    "There is no activity {makes_up} that this one could make good.",
    "Check the id, or plan it as an activity of its own.",
)
TWO_LISTS: Final = Reason(
    "activity.two_lists",
    "Both a population and a list of persons are given as expected.",
    "Give one of the two: there is one list of those expected.",
)
NOBODY_EXPECTED: Final = Reason(
    "activity.nobody_expected",
    "Nobody would be expected at {key}.",
    "Name a frozen population that has people in it, or list the persons.",
)
QUORUM_OUT_OF_RANGE: Final = Reason(
    "activity.quorum_out_of_range",
    "A share of more than {quorum} cannot be required.",
    "Give a share from 0 to below 1, such as 1/2 for more than half.",
)
NOT_LATER: Final = Reason(
    "activity.not_later",
    "{to} is not later than {due}, for which the activity is planned.",
    "Name a later moment.",
)
NOT_YET: Final = Reason(
    "activity.not_yet",
    "At {at} it has not taken place: it would begin at {begins}.",
    "Record it afterwards, with the time at which it began as the effective time.",
)
LENGTH_UNCLEAR: Final = Reason(
    "activity.length_unclear",
    "How long it lasted is said twice, or not at all where at least {minimum} minutes were planned.",
    "Give either minutes or ended_at.",
)
ENDS_BEFORE_START: Final = Reason(
    "activity.ends_before_start",
    "It would have ended at {ended}, before it began at {began}.",
    "Check ended_at and the effective time.",
)
INCOMPLETE: Final = Reason(
    "activity.attendance_incomplete",
    "{missing} of those expected have no status, beginning with {first}.",
    "Register everybody expected: present, late, remote, excused or absent.",
)
UNKNOWN_PERSON: Final = Reason(
    "activity.unknown_person",
    "{person} does not stand in the organisation at that time.",
    "Register the person first, check the id, or invite a guest from outside beforehand.",
)
ABSENT_WALK_IN: Final = Reason(
    "activity.absent_walk_in",
    "{person} was neither expected nor invited, and cannot be {status}.",
    "Leave the person out.",
)
NO_REASON: Final = Reason(
    "activity.no_reason", "{person} is excused without a reason.", "Give the code of the reason."
)
UNCHANGED: Final = Reason(
    "activity.unchanged",
    "{person} is registered so already.",
    "Nothing needs to be recorded; check what was meant.",
)
ADDED_LATER: Final = Reason(
    "activity.added_at_another_time",
    "{person} is not on the register, and a row is added as of {held}, when the activity took place.",
    "Give that moment as the effective time.",
)
EVIDENCE_TAKEN: Final = Reason(
    "activity.evidence_taken",
    "The evidence {digest} is attached already.",
    "Nothing needs to be recorded; withdraw it first where its kind or expiry is wrong.",
)
UNKNOWN_EVIDENCE: Final = Reason(
    "activity.unknown_evidence", "The evidence {digest} is not attached.", "Check the digest."
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_ORIGINAL,
    TWO_LISTS,
    NOBODY_EXPECTED,
    QUORUM_OUT_OF_RANGE,
    NOT_LATER,
    NOT_YET,
    LENGTH_UNCLEAR,
    ENDS_BEFORE_START,
    INCOMPLETE,
    UNKNOWN_PERSON,
    ABSENT_WALK_IN,
    NO_REASON,
    UNCHANGED,
    ADDED_LATER,
    EVIDENCE_TAKEN,
    UNKNOWN_EVIDENCE,
)

_PRECEDENCE: Final = {reason.code: place for place, reason in enumerate(REASONS)}

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


def _evolve(state: Activity, recorded: Recorded) -> Activity:
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
            return replace(state, phase="postponed", due_at=event.to)
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


# --- decide ----------------------------------------------------------------------------------


def _asks(command: ActivityCommand) -> Sequence[Ask]:
    match command:
        case PlanActivity():
            asks = [
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                _known(command.expected),
            ]
            if command.population is not None:
                asks.append(Ask("population.people", f"population/{command.population}", {"at": EFFECTIVE}))
            if command.makes_up is not None:
                asks.append(Ask("activity.work", f"{CATEGORY}/{command.makes_up}"))
            return asks
        case HoldActivity():
            return (_known(command.attendance),)
        case CorrectAttendance():
            return (_known((command.person,)),)
        case PostponeActivity() | CancelActivity() | AttachEvidence() | WithdrawEvidence():
            return ()
        case _:
            assert_never(command)


def _known(people: Iterable[str]) -> Ask:
    return Ask("organisation.known", "organisation", {"people": tuple(people), "at": EFFECTIVE})


def _decide(command: ActivityCommand, state: Activity, context: Context) -> Answer:
    if isinstance(command, PlanActivity):
        return _plan(command, state, context)
    if state.phase is None:
        return UNKNOWN()
    step = TABLE.step(state.phase, _MOVES[type(command)])
    if isinstance(step, Refusal):
        return step
    match command:
        case PostponeActivity():
            assert state.due_at is not None
            if command.to <= state.due_at:
                return NOT_LATER(to=time_text(command.to), due=time_text(state.due_at))
            return [ActivityPostponed(to=command.to, reason=command.reason, basis=command.basis)]
        case CancelActivity():
            return [ActivityCancelled(reason=command.reason)]
        case HoldActivity():
            return _hold(command, state, context)
        case CorrectAttendance():
            return _correct(command, state, context)
        case AttachEvidence():
            if any(item.digest == command.digest for item in state.evidence()):
                return EVIDENCE_TAKEN(digest=command.digest)
            return [
                EvidenceAttached(
                    kind=command.kind, digest=command.digest, media=command.media, expires=command.expires
                )
            ]
        case WithdrawEvidence():
            if all(item.digest != command.digest for item in state.evidence()):
                return UNKNOWN_EVIDENCE(digest=command.digest)
            return [EvidenceWithdrawn(digest=command.digest, ground=command.ground)]
        case _:
            assert_never(command)


def _plan(command: PlanActivity, state: Activity, context: Context) -> Answer:
    if state.phase is not None:
        return TAKEN(key=command.key)
    unit_open, known, *others = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    if command.makes_up is not None and others[-1] is None:
        return UNKNOWN_ORIGINAL(makes_up=command.makes_up)
    if command.population is not None and command.expected:
        return TWO_LISTS()
    expected = frozenset(command.expected if command.population is None else others[0])
    if not expected:
        return NOBODY_EXPECTED(key=command.key)
    if command.quorum is not None and not 0 <= command.quorum < 1:
        return QUORUM_OUT_OF_RANGE(quorum=fraction_text(command.quorum))
    for person in command.expected:
        if person not in known:
            return UNKNOWN_PERSON(person=person)
    return [
        ActivityPlanned(
            kind=command.kind,
            unit=command.unit,
            planned_at=command.planned_at,
            period=command.period,
            expected=tuple(sorted(expected)),
            invited=tuple(sorted(set(command.invited) - expected)),
            population=command.population,
            serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
            quorum=command.quorum,
            quorum_having=tuple(sorted(set(command.quorum_having))),
            quorum_without=tuple(sorted(set(command.quorum_without))),
            minimum_minutes=command.minimum_minutes,
            makes_up=command.makes_up,
            title=context.seal_given(command.title, f"{CATEGORY}/{command.key}", "activity.title"),
        )
    ]


def _hold(command: HoldActivity, state: Activity, context: Context) -> Answer:
    began, ended = context.effective_at, command.ended_at
    if began > context.at:
        return NOT_YET(at=time_text(context.at), begins=time_text(began))
    minutes = command.minutes
    if ended is not None:
        if minutes is not None:
            return LENGTH_UNCLEAR(minimum=state.minimum_minutes or 0)
        if ended < began:
            return ENDS_BEFORE_START(ended=time_text(ended), began=time_text(began))
        # Whole minutes that have passed: half a minute short of an hour is no hour.
        minutes = (ended - began) // timedelta(minutes=1)
    elif minutes is None and state.minimum_minutes is not None:
        return LENGTH_UNCLEAR(minimum=state.minimum_minutes)
    missing = [person for person in state.expected if person not in command.attendance]
    if missing:
        return INCOMPLETE(missing=len(missing), first=missing[0])
    (known,) = context.facts
    unfit = (_unfit(state, known, p, row.status, row.reason) for p, row in sorted(command.attendance.items()))
    if refusals := [refusal for refusal in unfit if refusal is not None]:
        return min(refusals, key=lambda refusal: _PRECEDENCE[refusal.code])
    rows = tuple(
        HeldAttendance(
            person=person,
            standing=state.standing(person),
            status=given.status,
            reason=given.reason,
            categories=tuple(sorted(known.get(person, ()))),
        )
        for person, given in sorted(command.attendance.items())
    )
    return [ActivityHeld(attendance=rows, minutes=minutes)]


def _correct(command: CorrectAttendance, state: Activity, context: Context) -> Answer:
    (known,) = context.facts
    person, row = command.person, state.register.get(command.person)
    if row is None:
        # Somebody forgotten: what they were, they were when it took place.
        if refusal := _unfit(state, known, person, command.status, command.reason):
            return refusal
        assert state.held_at is not None
        if context.effective_at != state.held_at:
            return ADDED_LATER(person=person, held=time_text(state.held_at))
        standing, categories = state.standing(person), frozenset(known.get(person, ()))
    else:
        if command.status == "excused" and command.reason is None:
            return NO_REASON(person=person)
        if (row.status, row.reason) == (command.status, command.reason):
            return UNCHANGED(person=person)
        standing, categories = row.standing, row.categories
    return [
        AttendanceCorrected(
            person=person,
            standing=standing,
            status=command.status,
            reason=command.reason,
            categories=tuple(sorted(categories)),
            ground=command.ground,
        )
    ]


def _unfit(
    state: Activity, known: Mapping[str, frozenset[str]], person: str, status: Status, reason: str | None
) -> Refusal | None:
    """Why a new row cannot stand on the register."""
    if state.standing(person) == "walk_in":
        if person not in known:
            return UNKNOWN_PERSON(person=person)
        if status not in THERE:
            return ABSENT_WALK_IN(person=person, status=status)
    return NO_REASON(person=person) if status == "excused" and reason is None else None


def _closed(state: Activity) -> Mapping[str, Refusal | None]:
    if state.phase is None:
        return {kind.stored_type: UNKNOWN() for kind in _MOVES}
    taken = {PlanActivity.stored_type: TAKEN(key=state.stream.partition("/")[2])}
    return taken | {kind.stored_type: TABLE.closed(state.phase, move) for kind, move in _MOVES.items()}


# --- decider ---------------------------------------------------------------------------------


def _work(state: Activity) -> Work | None:
    """The occasion as work, with those who took part; None for one never planned."""
    if state.phase is None:
        return None
    return Work(
        state.stream,
        state.kind,
        state.unit,
        state.phase,
        done=state.done,
        serves=state.serves,
        people=state.attended(),
    )


def _attendance(state: Activity) -> dict[str, tuple[str, frozenset[str], str]]:
    """Status, categories and standing of everybody on the register; empty before it took place."""
    return {person: (row.status, row.categories, row.standing) for person, row in state.register.items()}


DECIDER: Final[Decider[Activity]] = Decider(
    category=CATEGORY,
    events=(
        ActivityPlanned,
        ActivityPostponed,
        ActivityCancelled,
        ActivityHeld,
        AttendanceCorrected,
        EvidenceAttached,
        EvidenceWithdrawn,
    ),
    commands=(
        PlanActivity,
        PostponeActivity,
        CancelActivity,
        HoldActivity,
        CorrectAttendance,
        AttachEvidence,
        WithdrawEvidence,
    ),
    initial=Activity,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={
        "activity.work": _work,
        "activity.attendance": _attendance,
        "activity.evidence": Activity.evidence,
    },
    closed=_closed,
    yields={
        PlanActivity.stored_type: (ActivityPlanned,),
        PostponeActivity.stored_type: (ActivityPostponed,),
        CancelActivity.stored_type: (ActivityCancelled,),
        HoldActivity.stored_type: (ActivityHeld,),
        CorrectAttendance.stored_type: (AttendanceCorrected,),
        AttachEvidence.stored_type: (EvidenceAttached,),
        WithdrawEvidence.stored_type: (EvidenceWithdrawn,),
    },
    reasons=REASONS,
)
