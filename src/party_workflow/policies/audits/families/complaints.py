"""Suppression of complaints: fewer voices while trouble grows, and what keeps people from speaking.  (R-147)

How few complaints a unit has is no merit, and no finding here counts against anybody for having many.
Looked at is what may have kept complaints away or made them disappear: that fewer came while signs of
trouble grew, that many were refused, that a channel was shut or went quiet, that they came elsewhere, that
they were taken back after somebody was told of them or by another hand, that the unit complained of dealt
with them itself, and that somebody promised to have none.

Who complained is named nowhere.  Confidential complaints count in numbers, of which none below `SMALL` is
shown and no event is cited; single ones are looked at only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.codec import Event
from party_workflow.domain import case, claim, organisation, plan, procedure
from party_workflow.domain.case import Case, CaseOpened, CaseRefused, CaseWithdrawn, RespondentNotified
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.organisation.facts import line_of
from party_workflow.domain.plan import Plan
from party_workflow.policies.audits.asked import Asked, months_before, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.families.setting import Setting
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.cases.four_zeros import CHANNEL, ELSEWHERE, FourZeros, four_zeros
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.overview import SMALL
from party_workflow.quantity import Quantity
from party_workflow.store import Recorded

READS: Final[tuple[type[Event], ...]] = tuple(
    dict.fromkeys(
        (
            *case.DECIDER.events,
            *organisation.DECIDER.events,
            *plan.DECIDER.events,
            *claim.DECIDER.events,
            *procedure.DECIDER.events,
        )
    )
)


@dataclass(frozen=True, slots=True)
class _Came:
    """A case that came in: its opening, when, at which unit, and how it was refused if it was."""

    opening: CaseOpened
    at: datetime
    stream: str
    evidence: Evidence
    refused: Evidence | None


def _came(asked: Asked, kinds: Collection[str]) -> list[_Came]:
    refused = {r.envelope.stream: of(r) for r in asked.history.records(CaseRefused)}
    return [
        _Came(item.event, item.envelope.effective_at, stream, of(item), refused.get(stream))
        for item in asked.history.events(CaseOpened)
        if isinstance(item.event, CaseOpened) and item.event.kind in kinds
        for stream in (item.envelope.stream,)
    ]


def _number(asked: Asked, clause: str, name: str, items: Iterable[_Came]) -> Figure:
    """How many came in.  Where confidential ones are among fewer than `SMALL`, how many is withheld."""
    chosen = list(items)
    shown = [item.evidence for item in chosen if not item.opening.confidential or asked.confidential]
    if 0 < len(chosen) < SMALL and len(shown) < len(chosen):
        return asked.number(clause, name, Absent("withheld"))
    return asked.number(clause, name, len(chosen), shown)


def _cited(asked: Asked, items: Iterable[_Came]) -> tuple[Evidence, ...]:
    return tuple(i.evidence for i in items if not i.opening.confidential or asked.confidential)


def _windows(asked: Asked, clause: str) -> tuple[datetime, datetime]:
    """When the months looked at began, and when as many months before them did."""
    months = asked.whole(clause, "months")
    return months_before(asked.as_of, months), months_before(asked.as_of, 2 * months)


def _by(items: Iterable[_Came], key: Callable[[_Came], str | None]) -> dict[str, list[_Came]]:
    groups: dict[str, list[_Came]] = {}
    for item in items:
        code = key(item)
        if code is not None:
            groups.setdefault(code, []).append(item)
    return dict(sorted(groups.items()))


# --- fewer voices ----------------------------------------------------------------------------


def _fell(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """Complaints at a unit fell while the signs of trouble there grew, by so much either way."""
    clause = "audit.intake_fell"
    since, before = _windows(asked, clause)
    signals = _by(_came(asked, setting.signals), lambda item: item.opening.unit)
    for unit, items in _by(_came(asked, setting.complaints), lambda item: item.opening.unit).items():
        then = [item for item in items if before <= item.at < since]
        now = [item for item in items if item.at >= since]
        signs_then = [item for item in signals.get(unit, ()) if before <= item.at < since]
        signs_now = [item for item in signals.get(unit, ()) if item.at >= since]
        if not then or len(then) < max(asked.whole(clause, "least"), SMALL):
            continue
        fall = Fraction(len(then) - len(now), len(then))
        rise = Fraction(len(signs_now) - len(signs_then), max(len(signs_then), 1))
        if (
            fall > 0
            and fall >= asked.value(clause, "fall")
            and rise > 0
            and rise >= asked.value(clause, "rise")
        ):
            yield asked.found(
                clause,
                (unit,),
                _cited(asked, (*then, *now, *signs_then, *signs_now)),
                _number(asked, clause, "complaints_before", then),
                _number(asked, clause, "complaints_now", now),
                _number(asked, clause, "signals_before", signs_then),
                _number(asked, clause, "signals_now", signs_now),
            )


def _refused(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """So large a share of what came in at a unit was refused."""
    clause = "audit.refused_at_intake"
    since = asked.months_back(clause)
    came = (item for item in _came(asked, setting.complaints) if item.at >= since)
    for unit, items in _by(came, lambda item: item.opening.unit).items():
        refused = [item for item in items if item.refused is not None]
        if not refused or len(items) < max(asked.whole(clause, "least"), SMALL):
            continue
        if Fraction(len(refused), len(items)) >= asked.value(clause, "share"):
            shown = [item for item in refused if not item.opening.confidential or asked.confidential]
            events = [item.refused for item in shown if item.refused is not None]
            yield asked.found(
                clause,
                (unit,),
                (*_cited(asked, items), *events),
                _number(asked, clause, "refused", refused),
                _number(asked, clause, "complaints_now", items),
            )


def _quiet(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """A channel by which complaints came, and by which none comes any more."""
    clause = "audit.channel_quiet"
    since, before = _windows(asked, clause)
    for code, items in _by(_came(asked, setting.complaints), lambda item: item.opening.channel).items():
        then = [item for item in items if before <= item.at < since]
        now = [item for item in items if item.at >= since]
        if len(then) >= max(asked.whole(clause, "least"), SMALL) and not now:
            units = sorted({item.opening.unit for item in then})
            yield asked.found(
                clause,
                tuple(units),
                _cited(asked, then),
                _number(asked, clause, "complaints_before", then),
                codes=(code,),
            )


def _zeros(asked: Asked, setting: Setting, clause: str, kinds: Collection[str]) -> Iterator[FourZeros]:
    """What is shown beside complaints for each unit that stands and has procedures of these kinds."""
    tree: Organisation = asked.history.state(organisation.DECIDER, organisation.STREAM)
    since = asked.months_back(clause)
    units = {
        record.data["unit"]
        for record in asked.history.records(procedure.ProcedureOpened)
        if record.data["kind"] in kinds
    }
    for unit in sorted(units) if since < asked.as_of else ():
        if setting.promise is not None and tree.stands(unit, asked.as_of):
            yield four_zeros(asked.history, setting.promise, unit, since, asked.as_of)


def _shut(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """A channel for complaints that was open for no more than such a share of the months looked at."""
    clause = "audit.channel_shut"
    for row in _zeros(asked, setting, clause, (CHANNEL,)):
        for channel in row.complaints.channels:
            if channel.unit != row.unit or asked.hides(channel.stream):
                continue
            opened = channel.open.value
            if not isinstance(opened, Absent) and opened <= asked.value(clause, "open_share"):
                events = channel.open.evidence() or tuple(map(of, asked.history.stream(channel.stream)))
                yield asked.found(
                    clause,
                    (row.unit, channel.stream),
                    events,
                    asked.number(clause, "open_share", opened, events),
                    asked.number(clause, "entered_afterwards", channel.dated_back, events),
                    codes=(channel.channel,),
                )


def _elsewhere(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """Nobody complained to the unit itself, and so many complained of it elsewhere."""
    clause = "audit.complained_elsewhere"
    for row in _zeros(asked, setting, clause, (CHANNEL, ELSEWHERE)):
        told = sum((Fraction(each.number) for each in row.complaints.told), Fraction(0))
        number = max(row.complaints.elsewhere.exact(), told)
        if row.complaints.received.exact() == 0 and number >= max(asked.whole(clause, "least"), SMALL):
            events = (*row.complaints.elsewhere.evidence(), *(each.evidence for each in row.complaints.told))
            yield asked.found(
                clause,
                (row.unit,),
                events,
                asked.number(clause, "complaints_elsewhere", number, events),
                codes=tuple(sorted({each.by for each in row.complaints.told})),
            )


# --- complaints that went away ---------------------------------------------------------------


def _single(asked: Asked, setting: Setting) -> Iterator[tuple[Case, list[Recorded]]]:
    """Each complaint that may be looked at by itself, as it stands, with its events."""
    found: dict[str, list[Recorded]] = {}
    for item in asked.history.events(*case.DECIDER.events):
        if not asked.hides(item.envelope.stream):
            found.setdefault(item.envelope.stream, []).append(item)
    for stream, items in found.items():
        state = asked.history.state(case.DECIDER, stream)
        if state.kind is not None and state.kind.code in setting.complaints:
            yield state, items


def _after_contact(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """Taken back so soon after somebody it was about was told of it."""
    clause = "audit.withdrawn_after_contact"
    window = timedelta(days=asked.whole(clause, "days"))
    for state, items in _single(asked, setting):
        contact: Recorded | None = None
        for item in items:
            if isinstance(item.event, RespondentNotified):
                contact = item
            elif isinstance(item.event, CaseWithdrawn) and contact is not None:
                apart = item.envelope.effective_at - contact.envelope.effective_at
                if timedelta() <= apart <= window:
                    events = (of(contact), of(item))
                    days = Fraction(apart // timedelta(seconds=1), 86_400)
                    number = asked.number(clause, "days_apart", days, events)
                    yield asked.found(
                        clause, (state.stream, state.unit), events, number, codes=(item.event.ground,)
                    )


def _another_hand(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """Taken back on record by somebody other than whoever brought it, such as an officer."""
    clause = "audit.withdrawn_by_another"
    for state, items in _single(asked, setting):
        for item in items:
            if isinstance(item.event, CaseWithdrawn) and item.envelope.person != state.requester:
                events = (of(item),)
                yield asked.found(
                    clause,
                    (item.envelope.person, state.stream),
                    events,
                    asked.count(clause, "acts", events),
                    codes=(item.event.ground,),
                )


_DEALING: Final[tuple[type[Event], ...]] = (
    case.CaseAccepted,
    case.CaseRefused,
    case.CaseDecided,
    case.VerificationPassed,
    case.CaseClosed,
)


def _own_unit(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """Dealt with by people of the unit of those complained of, or who lead them or are led by them."""
    clause = "audit.dealt_with_by_own_unit"
    tree: Organisation = asked.history.state(organisation.DECIDER, organisation.STREAM)
    for state, items in _single(asked, setting):
        found: dict[str, list[Evidence]] = {}
        for item in items:
            at = item.envelope.effective_at
            if not isinstance(item.event, _DEALING):
                continue
            for person in state.concerns:
                standing = tree.standing(person, at)
                near = line_of(tree, person, at)
                for actor in (item.envelope.person, item.envelope.delegate_of):
                    if actor is None or actor == person:
                        continue
                    other = tree.standing(actor, at)
                    same = standing is not None and other is not None and standing.unit == other.unit
                    if same or actor in near:
                        found.setdefault(actor, []).append(of(item))
        for actor, events in sorted(found.items()):
            acts = tuple(dict.fromkeys(events))
            if len(acts) >= asked.value(clause, "acts"):
                codes = tuple(sorted({each.stored_type for each in acts}))
                number = asked.count(clause, "acts", acts)
                yield asked.found(clause, (actor, state.stream), acts, number, codes=codes)


# --- promised to have none -------------------------------------------------------------------


def _none_of(quantity: Quantity | None, most: Fraction) -> bool:
    """Whether a quantity leaves room for so few only."""
    if quantity is None:
        return False
    upper = quantity.bounds.upper
    return upper is not None and upper <= most


def _promised(asked: Asked, setting: Setting) -> Iterator[AuditFinding]:
    """Commitments and claims of few complaints or none."""
    clause = "audit.none_promised"
    most = asked.value(clause, "at_most")
    for stream in asked.history.streams(plan.CATEGORY):
        state: Plan = asked.history.state(plan.DECIDER, stream)
        if asked.hides(stream) or state.said is None:
            continue
        for code, commitment in state.items.items():
            target = commitment.item.target
            if target is None or commitment.withdrawn is not None or not _none_of(target, most):
                continue
            if {target.unit, code} & setting.counted_as:
                yield _promise(asked, stream, state.said.unit, commitment.event_id, code, target)
    for stream in asked.history.streams(claim.CATEGORY):
        found = asked.history.state(claim.DECIDER, stream)
        if found.state != "asserted" or found.unit is None or asked.hides(found.subject):
            continue
        for code, figure in found.figures.items():
            if {figure.unit, code} & setting.counted_as and _none_of(figure, most):
                yield _promise(asked, stream, found.unit, found.event_id, code, figure)


def _promise(asked: Asked, stream: str, unit: str, event: str, code: str, quantity: Quantity) -> AuditFinding:
    clause = "audit.none_promised"
    events = asked.evidence((event,))
    number = asked.number(clause, "promised", quantity.bounds.upper or Fraction(0), events)
    return asked.found(clause, (stream, unit), events, number, codes=(code, quantity.unit))


def complaints(setting: Setting) -> AuditPolicy:
    """What may have kept complaints away or made them disappear."""

    def asking(
        look: Callable[[Asked, Setting], Iterator[AuditFinding]],
    ) -> Callable[[Asked], Iterator[AuditFinding]]:
        return lambda asked: look(asked, setting)

    return AuditPolicy(
        code="complaints",
        version=1,
        holds="Nothing kept complaints away or made them disappear",
        questions=(
            Question("audit.intake_fell", ("months", "least", "fall", "rise"), asking(_fell)),
            Question("audit.refused_at_intake", ("months", "least", "share"), asking(_refused)),
            Question("audit.channel_quiet", ("months", "least"), asking(_quiet)),
            Question("audit.channel_shut", ("months", "open_share"), asking(_shut)),
            Question("audit.complained_elsewhere", ("months", "least"), asking(_elsewhere)),
            Question("audit.withdrawn_after_contact", ("days",), asking(_after_contact)),
            Question("audit.withdrawn_by_another", (), asking(_another_hand)),
            Question("audit.dealt_with_by_own_unit", ("acts",), asking(_own_unit)),
            Question("audit.none_promised", ("at_most",), asking(_promised)),
        ),
        reads=READS,
    )
