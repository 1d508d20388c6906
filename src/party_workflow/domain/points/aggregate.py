"""What points ask of others, what is decided, and what they answer; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, assert_never

from party_workflow.authority import OWN_CASE
from party_workflow.calendar import Period
from party_workflow.canonical import decimal_text, time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.points import reasons
from party_workflow.domain.points.commands import (
    AppealDeduction,
    ApproveBonus,
    DecideDeduction,
    DecideDeductionAppeal,
    ExcludeFromPoints,
    GiveNotice,
    GrantPoints,
    ImportPoints,
    ObjectToDeduction,
    OpenPoints,
    PointsRequest,
    ProposeDeduction,
    ReverseEntry,
)
from party_workflow.domain.points.events import (
    CATEGORY,
    BonusApproved,
    DeductionAppealDecided,
    DeductionAppealed,
    DeductionDecided,
    DeductionObjected,
    DeductionProposed,
    EntryReversed,
    NoticeGiven,
    PointsExcluded,
    PointsGranted,
    PointsImported,
    PointsOpened,
)
from party_workflow.domain.points.scheme import APPEAL_DAYS, Clause, PointsScheme, read_scheme
from party_workflow.domain.points.state import Deduction, Points, PointsEntry, evolve
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.quantity import exact_text

_Claused = GrantPoints | ApproveBonus | ProposeDeduction
_OneDay: Final = timedelta(days=1)

# --- asks ------------------------------------------------------------------------------------


def _asks(command: PointsRequest) -> Sequence[Ask]:
    match command:
        case OpenPoints() | ExcludeFromPoints():
            return (_unit(command.unit), _known(command.person))
        case GrantPoints() | ApproveBonus() | ProposeDeduction():
            cited = [_work(stream) for stream in _cited(command)]
            return (_unit(command.unit), _body(command.scheme, command.definition), _home(command), *cited)
        case ImportPoints():
            return (_unit(command.unit), _body(command.scheme, command.definition))
        case (
            GiveNotice()
            | ObjectToDeduction()
            | DecideDeduction()
            | AppealDeduction()
            | DecideDeductionAppeal()
            | ReverseEntry()
        ):
            return ()
        case _:
            assert_never(command)


def _unit(unit: str) -> Ask:
    return Ask("organisation.unit_open", "organisation", {"unit": unit})


def _known(person: str) -> Ask:
    return Ask("organisation.known", "organisation", {"people": (person,), "at": EFFECTIVE})


def _home(command: _Claused) -> Ask:
    arguments = {"unit": command.unit, "at": EFFECTIVE, "having": (), "without": ()}
    return Ask("organisation.people", "organisation", arguments)


def _body(scheme: str, digest: str) -> Ask:
    return Ask("definition.body", f"definition/{scheme}", {"digest": digest})


def _work(stream: str) -> Ask:
    return Ask(f"{stream.partition('/')[0]}.work", stream, optional=True)


def _cited(command: _Claused) -> tuple[str, ...]:
    """The streams that an entry cites, its activity first where there is one."""
    activity = () if command.activity is None else (command.activity,)
    return (*activity, *sorted(set(command.streams)))


def _needs(command: PointsRequest, state: Points, facts: Sequence[Any]) -> Sequence[Ask]:
    if not isinstance(command, AppealDeduction) or (found := state.deductions.get(command.number)) is None:
        return ()
    return (_body(command.scheme, found.proposed.definition),)


# --- decide ----------------------------------------------------------------------------------


def _decide(command: PointsRequest, state: Points, context: Context) -> Answer:
    if isinstance(command, OpenPoints | ExcludeFromPoints):
        return _settle(command, state, context)
    if not state.known:
        return reasons.UNKNOWN(stream=command.stream)
    match command:
        case GrantPoints() | ApproveBonus() | ProposeDeduction():
            return _enter(command, state, context)
        case ImportPoints():
            return _import(command, state, context)
        case GiveNotice() | ObjectToDeduction() | DecideDeduction():
            return _deduct(command, state, context)
        case AppealDeduction():
            return _appeal(command, state, context)
        case DecideDeductionAppeal():
            return _decide_appeal(command, state, context)
        case ReverseEntry():
            return _reverse(command, state, context)
        case _:
            assert_never(command)


def _settle(command: OpenPoints | ExcludeFromPoints, state: Points, context: Context) -> Answer:
    unit_open, known = context.facts
    last = state.standing()
    opening = isinstance(command, OpenPoints)
    if not unit_open:
        return reasons.UNKNOWN_UNIT(unit=command.unit)
    if command.person not in known:
        return reasons.UNKNOWN_PERSON(person=command.person)
    if last is not None:
        if opening and last.ground is None:
            return reasons.TAKEN(stream=command.stream)
        if not opening and last.ground is not None:
            return reasons.ALREADY_OUT(person=command.person)
        if opening and command.person in (context.by.person, context.by.delegate_of):
            return OWN_CASE(person=command.person, relation="subject")  # nobody ends their own exclusion
        if context.effective_at < last.since:
            return reasons.EARLIER(since=time_text(last.since), person=command.person)
    if isinstance(command, OpenPoints):
        return [PointsOpened(scheme=command.scheme, person=command.person, unit=command.unit)]
    return [
        PointsExcluded(scheme=command.scheme, person=command.person, unit=command.unit, ground=command.ground)
    ]


# --- entries ---------------------------------------------------------------------------------


def _enter(command: _Claused, state: Points, context: Context) -> Answer:
    unit_open, body, inside, *works = context.facts
    if refusal := _outside(state, unit_open, command.unit, context):
        return refusal
    scheme = _scheme(command.scheme, command.definition, body)
    if isinstance(scheme, Refusal):
        return scheme
    clause = _clause(command, scheme)
    if isinstance(clause, Refusal):
        return clause
    if refusal := _period(command.period, scheme, context):
        return refusal
    amount = clause.amount if command.amount is None else command.amount
    if not 0 < amount <= clause.most:
        text = decimal_text(amount)
        return reasons.WRONG_AMOUNT(clause=clause.code, amount=text, most=decimal_text(clause.most))
    if command.activity is not None and (first := state.counted(command.activity, clause.code)) is not None:
        return reasons.DOUBLE(activity=command.activity, clause=clause.code, first=first.event_id)
    if refusal := _evidence(command, clause, works, state):
        return refusal
    told: dict[str, Any] = {
        "definition": command.definition,
        "version": scheme.version,
        "clause": clause.code,
        "period": command.period,
        "unit": command.unit,
        "branch": "home" if command.person in inside else "host",
        "activity": command.activity,
        "streams": tuple(sorted(set(command.streams))),
    }
    match command:
        case GrantPoints():
            return [PointsGranted(amount=amount, evidence=_sorted(command.evidence), **told)]
        case ApproveBonus():
            if refusal := _bonus(command, clause, scheme, amount, state):
                return refusal
            conditions = {code: _sorted(found) for code, found in sorted(command.conditions.items())}
            return [BonusApproved(amount=amount, conditions=conditions, **told)]
        case ProposeDeduction():
            number = len(state.deductions) + 1
            evidence = _sorted(command.evidence)
            return [
                DeductionProposed(
                    number=number,
                    ground=command.ground,
                    amount=amount.copy_negate(),
                    days=clause.objection_days,
                    evidence=evidence,
                    **told,
                )
            ]
        case _:
            assert_never(command)


def _sorted(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))


def _outside(state: Points, unit_open: bool, unit: str, context: Context) -> Refusal | None:
    if not unit_open:
        return reasons.UNKNOWN_UNIT(unit=unit)
    standing = state.standing(context.effective_at)
    if standing is None or standing.ground is not None:
        ground = "not opened by then" if standing is None else standing.ground
        return reasons.OUTSIDE(person=state.person, ground=ground)
    return None


def _scheme(code: str, digest: str, body: Mapping[str, Any] | None) -> PointsScheme | Refusal:
    if body is None:
        return reasons.UNKNOWN_SCHEME(scheme=code, digest=digest)
    try:
        scheme = read_scheme(body)
    except InvalidDefinition as error:
        return reasons.NOT_A_SCHEME(scheme=code, fault=error.faults[0].what)
    if scheme.code.replace("_", "-") != code:
        return reasons.NOT_A_SCHEME(scheme=code, fault=f"it describes {scheme.code}.")
    return scheme


def _clause(command: _Claused, scheme: PointsScheme) -> Clause | Refusal:
    def fits(clause: Clause) -> bool:
        match command:
            case GrantPoints():
                return clause.sign == "plus" and not clause.bonus
            case ApproveBonus():
                return clause.bonus
            case ProposeDeduction():
                return clause.sign == "minus"
            case _:
                assert_never(command)

    clause = scheme.clause(command.clause)
    if clause is None or not fits(clause):
        known = ", ".join(item.code for item in scheme.clauses if fits(item)) or "none"
        return reasons.UNKNOWN_CLAUSE(clause=command.clause, known=known)
    return clause


def _period(period: Period, scheme: PointsScheme, context: Context) -> Refusal | None:
    # The zone is a calendar's business: by a day either way it may be another date where people are.
    if context.effective_at > context.at:
        # Else what a cap leaves no room for this year would be given under that of the next.
        return reasons.AHEAD(effective=time_text(context.effective_at))
    day = context.effective_at.date()
    if period.kind == scheme.period and period.first - _OneDay <= day <= period.last + _OneDay:
        return None
    return reasons.WRONG_PERIOD(period=period.label, kind=scheme.period)


def _evidence(command: _Claused, clause: Clause, works: Sequence[Any], state: Points) -> Refusal | None:
    if clause.activity and command.activity is None:
        return reasons.NO_ACTIVITY(clause=clause.code)
    documents = 0 if isinstance(command, ApproveBonus) else len(set(command.evidence))
    given = documents + len(set(command.streams)) + (command.activity is not None)
    if given < clause.evidence and not isinstance(command, ApproveBonus):
        return reasons.NO_EVIDENCE(clause=clause.code, needed=clause.evidence, given=given)
    for stream, work in zip(_cited(command), works, strict=True):
        if work is None or not work.done:
            return reasons.NOT_DONE(cited=stream)
        if stream == command.activity and clause.took_part and state.person not in work.people:
            return reasons.NOT_THERE(person=state.person, activity=stream)
    return None


def _bonus(
    command: ApproveBonus, clause: Clause, scheme: PointsScheme, amount: Decimal, state: Points
) -> Refusal | None:
    for condition in sorted(command.conditions):
        if condition not in clause.conditions:
            known = ", ".join(clause.conditions)
            return reasons.NO_SUCH_CONDITION(clause=clause.code, condition=condition, known=known)
    if lacking := [code for code in clause.conditions if not command.conditions.get(code)]:
        return reasons.NOT_ALL_CONDITIONS(clause=clause.code, lacking=", ".join(lacking))
    within = scheme.capped(clause, command.period.first)
    had, cap = state.given(clause.code, within), Fraction(clause.cap or 0)
    if had + Fraction(amount) > cap:
        return reasons.OVER_CAP(
            clause=clause.code,
            cap=exact_text(cap),
            period=within.label,
            had=exact_text(had),
            left=exact_text(max(cap - had, Fraction(0))),
        )
    return None


def _import(command: ImportPoints, state: Points, context: Context) -> Answer:
    unit_open, body = context.facts
    if refusal := _outside(state, unit_open, command.unit, context):
        return refusal
    scheme = _scheme(command.scheme, command.definition, body)
    if isinstance(scheme, Refusal):
        return scheme
    if command.source not in scheme.sources:
        known = ", ".join(scheme.sources) or "none"
        return reasons.UNKNOWN_SOURCE(source=command.source, known=known)
    if refusal := _period(command.period, scheme, context):
        return refusal
    if command.stated_at > context.at:
        return reasons.NOT_STATED_YET(stated=time_text(command.stated_at))
    if (first := state.imported(command.source, command.item)) is not None:
        return reasons.DOUBLE_IMPORT(source=command.source, item=command.item, first=first.event_id)
    told = command.model_dump(exclude={"scheme", "person"}, mode="python")
    return [PointsImported(version=scheme.version, **(told | {"period": command.period}))]


# --- deductions ------------------------------------------------------------------------------


def _deduct(
    command: GiveNotice | ObjectToDeduction | DecideDeduction, state: Points, context: Context
) -> Answer:
    deduction = state.deductions.get(command.number)
    if deduction is None or deduction.step == "decided":
        under_way = ", ".join(map(str, state.under_way)) or "none"
        return reasons.UNKNOWN_DEDUCTION(number=command.number, open=under_way)
    match command:
        case GiveNotice():
            return _notify(command, deduction, context)
        case ObjectToDeduction():
            if deduction.until is None:
                return reasons.NOT_NOTIFIED(number=command.number)
            # When it was raised counts, not when it was recorded: a letter in time is in time.
            if context.effective_at >= deduction.until:
                return reasons.TOO_LATE(until=time_text(deduction.until))
            statement = context.seal(command.statement, state.person, "objection.statement")
            return [DeductionObjected(number=command.number, statement=statement)]
        case DecideDeduction():
            if deduction.until is None:
                return reasons.NOT_NOTIFIED(number=command.number)
            # The earlier of the two clocks: dating ahead does not cut the time short.
            if min(context.at, context.effective_at) < deduction.until:
                return reasons.TOO_EARLY(until=time_text(deduction.until))
            proposed = deduction.proposed
            first = state.counted(proposed.activity, proposed.clause) if proposed.activity else None
            if command.counts and first is not None:
                return reasons.DOUBLE(
                    activity=proposed.activity, clause=proposed.clause, first=first.event_id
                )
            return [
                DeductionDecided(
                    number=command.number,
                    proposed_by=deduction.by,
                    counts=command.counts,
                    ground=command.ground,
                    definition=proposed.definition,
                    version=proposed.version,
                    clause=proposed.clause,
                    amount=proposed.amount,
                    period=proposed.period,
                    unit=proposed.unit,
                )
            ]
        case _:
            assert_never(command)


def _notify(command: GiveNotice, deduction: Deduction, context: Context) -> Answer:
    if deduction.step != "proposed":
        return reasons.NOTIFIED(number=command.number)
    days = deduction.proposed.days
    # The later of the two clocks: a notice dated back leaves no time to object.
    least = max(context.at, context.effective_at) + timedelta(days=days)
    if command.until < least:
        return reasons.TIME_TOO_SHORT(days=days, least=time_text(least))
    return [NoticeGiven(number=command.number, unit=deduction.proposed.unit, until=command.until)]


def _appeal(command: AppealDeduction, state: Points, context: Context) -> Answer:
    deduction = state.deductions.get(command.number)
    entry = None if deduction is None or deduction.entry is None else state.entries.get(deduction.entry)
    if deduction is None or deduction.decided_at is None or entry is None or entry.reversed_by is not None:
        return reasons.NOTHING_TAKEN(number=command.number)
    if deduction.appeal != "none":
        return reasons.APPEALED(number=command.number)
    # By the later clock of the decision, so that one dated back leaves its time; and by when it was raised.
    until = deduction.decided_at + timedelta(days=_appeal_days(command, deduction, context))
    if context.effective_at >= until:
        return reasons.APPEAL_TOO_LATE(until=time_text(until))
    appeal = context.seal(command.appeal, state.person, "deduction.appeal")
    return [DeductionAppealed(number=command.number, appeal=appeal)]


def _appeal_days(command: AppealDeduction, deduction: Deduction, context: Context) -> int:
    """How many days the clause gives, in the version of the scheme under which the deduction was proposed."""
    body = context.facts[0] if context.facts else None
    scheme = _scheme(command.scheme, deduction.proposed.definition, body)
    clause = None if isinstance(scheme, Refusal) else scheme.clause(deduction.proposed.clause)
    return APPEAL_DAYS if clause is None else clause.appeal_days


def _decide_appeal(command: DecideDeductionAppeal, state: Points, context: Context) -> Answer:
    deduction = state.deductions.get(command.number)
    if deduction is None or deduction.appeal != "pending":
        pending = sorted(n for n, item in state.deductions.items() if item.appeal == "pending")
        return reasons.NO_APPEAL(number=command.number, open=", ".join(map(str, pending)) or "none")
    decided = DeductionAppealDecided(
        number=command.number,
        proposed_by=deduction.by,
        decided_by=deduction.decided_by,
        stands=command.stands,
        ground=command.ground,
        unit=deduction.proposed.unit,
    )
    entry = None if deduction.entry is None else state.entries.get(deduction.entry)
    if command.stands or entry is None or entry.reversed_by is not None:
        return [decided]
    if context.effective_at < entry.effective_at:
        return reasons.BEFORE_ENTRY(entry=entry.event_id, since=time_text(entry.effective_at))
    return [decided, _undone(entry, command.ground)]


def _undone(old: PointsEntry, ground: str) -> EntryReversed:
    return EntryReversed(
        entry=old.event_id,
        ground=ground,
        definition=old.definition,
        version=old.version,
        amount=old.amount.copy_negate(),
        period=old.period,
        unit=old.unit,
    )


def _reverse(command: ReverseEntry, state: Points, context: Context) -> Answer:
    old = state.entries.get(command.entry)
    if old is None or old.reverses is not None:
        return reasons.UNKNOWN_ENTRY(entry=command.entry)
    if old.reversed_by is not None:
        return reasons.REVERSED(entry=command.entry, by=old.reversed_by)
    if context.effective_at < old.effective_at:
        return reasons.BEFORE_ENTRY(entry=command.entry, since=time_text(old.effective_at))
    return [_undone(old, command.ground)]


def _closed(state: Points) -> Mapping[str, Refusal | None]:
    if not state.known:
        refusal = reasons.UNKNOWN(stream="This stream")
        first = (OpenPoints, ExcludeFromPoints)
        return {kind.stored_type: refusal for kind in DECIDER.commands if kind not in first}
    return {}


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Points]] = Decider(
    category=CATEGORY,
    events=(
        PointsOpened,
        PointsExcluded,
        PointsGranted,
        BonusApproved,
        PointsImported,
        DeductionProposed,
        NoticeGiven,
        DeductionObjected,
        DeductionDecided,
        DeductionAppealed,
        DeductionAppealDecided,
        EntryReversed,
    ),
    commands=(
        OpenPoints,
        ExcludeFromPoints,
        GrantPoints,
        ApproveBonus,
        ImportPoints,
        ProposeDeduction,
        GiveNotice,
        ObjectToDeduction,
        DecideDeduction,
        AppealDeduction,
        DecideDeductionAppeal,
        ReverseEntry,
    ),
    initial=Points,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    needs=_needs,
    answers={"points.work": Points.work, "points.balance": Points.balance},
    closed=_closed,
    yields={
        OpenPoints.stored_type: (PointsOpened,),
        ExcludeFromPoints.stored_type: (PointsExcluded,),
        GrantPoints.stored_type: (PointsGranted,),
        ApproveBonus.stored_type: (BonusApproved,),
        ImportPoints.stored_type: (PointsImported,),
        ProposeDeduction.stored_type: (DeductionProposed,),
        GiveNotice.stored_type: (NoticeGiven,),
        ObjectToDeduction.stored_type: (DeductionObjected,),
        DecideDeduction.stored_type: (DeductionDecided,),
        AppealDeduction.stored_type: (DeductionAppealed,),
        DecideDeductionAppeal.stored_type: (DeductionAppealDecided, EntryReversed),
        ReverseEntry.stored_type: (EntryReversed,),
    },
    reasons=reasons.REASONS,
)
