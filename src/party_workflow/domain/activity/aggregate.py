"""What an activity asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final, assert_never

from party_workflow.canonical import fraction_text, time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.activity.commands import (
    ActivityCommand,
    AttachEvidence,
    CancelActivity,
    CorrectAttendance,
    HoldActivity,
    PlanActivity,
    PostponeActivity,
    WithdrawEvidence,
)
from party_workflow.domain.activity.events import (
    CATEGORY,
    THERE,
    ActivityCancelled,
    ActivityHeld,
    ActivityPlanned,
    ActivityPostponed,
    AttendanceCorrected,
    EvidenceAttached,
    EvidenceWithdrawn,
    HeldAttendance,
    Status,
)
from party_workflow.domain.activity.reasons import (
    ABSENT_WALK_IN,
    ADDED_LATER,
    ENDS_BEFORE_START,
    EVIDENCE_TAKEN,
    INCOMPLETE,
    LENGTH_UNCLEAR,
    NO_REASON,
    NOBODY_EXPECTED,
    NOT_LATER,
    NOT_YET,
    PRECEDENCE,
    QUORUM_OUT_OF_RANGE,
    REASONS,
    TAKEN,
    TWO_LISTS,
    UNCHANGED,
    UNKNOWN,
    UNKNOWN_EVIDENCE,
    UNKNOWN_ORIGINAL,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.activity.state import (
    MOVES,
    TABLE,
    Activity,
    evolve,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Refusal

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
    step = TABLE.step(state.phase, MOVES[type(command)])
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
        return min(refusals, key=lambda refusal: PRECEDENCE[refusal.code])
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
        return {kind.stored_type: UNKNOWN() for kind in MOVES}
    taken = {PlanActivity.stored_type: TAKEN(key=state.stream.partition("/")[2])}
    return taken | {kind.stored_type: TABLE.closed(state.phase, move) for kind, move in MOVES.items()}


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
    evolve=evolve,
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
