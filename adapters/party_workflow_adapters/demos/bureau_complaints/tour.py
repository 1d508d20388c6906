"""What there is to see in the bureau's year, and what outsiders and complainants see of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from party_workflow.calendar import Calendar, Term
from party_workflow.domain.case import (
    CaseContested,
    CaseDecided,
    CaseRecused,
    RespondentNotified,
    RespondentReplied,
)
from party_workflow.history import History
from party_workflow.packs.party import MODEL, PACK
from party_workflow.packs.results import full_audit
from party_workflow.personal import keyed_salts
from party_workflow.policies.cases.clock_report import clock_report
from party_workflow.policies.cases.four_zeros import Promise, four_zeros
from party_workflow.policies.cases.missed_warnings import missed_warnings
from party_workflow.policies.cases.opinion_rounds import follow_up, opinion_rounds
from party_workflow.policies.cases.resolution import levels_of_resolution
from party_workflow.policies.consequences.consequences import consequences
from party_workflow.policies.consequences.grounds import corrected_grounds
from party_workflow.policies.figure import percent_text
from party_workflow.policies.registers import Unanswered, entries, intake, passed_on
from party_workflow.service import CaseReceipt, Letterbox, Workflow
from party_workflow_adapters.demos.bureau_complaints.complaints import FIRST
from party_workflow_adapters.demos.bureau_complaints.people import (
    BUREAU,
    CALENDAR,
    COMPLAINANT,
    LETTERBOX,
    OFFICER,
    OUTSIDER,
)
from party_workflow_adapters.demos.bureau_complaints.petitions import PAY
from party_workflow_adapters.demos.bureau_complaints.voices import ROUND
from party_workflow_adapters.demos.diary import BEIJING, moment, person

NAME: Final = "bureau-complaints"
YEAR_END: Final = moment("2025-12-31 23:59")
YEAR_BEGIN: Final = moment("2025-01-01 00:00")
WORKED: Final = PACK.read_as(Calendar, CALENDAR)
ECHO: Final = Term(amount=15, unit="calendar_days")
"""How long the first answer may take."""
KINDS: Final = ("complaint", "signed_report", "petition", "opinion")


def tour(history: History) -> Iterator[str]:
    """The story in some seventy lines of at most 80 columns."""
    workflow = Workflow(history.source, MODEL)  # type: ignore[arg-type]
    handler = workflow.seen_by(OFFICER, YEAR_END)
    yield from _intake(handler)
    yield from _complaint(handler)
    yield from _identity(workflow, history)
    yield from _penalty(handler)
    yield from _petitions(handler)
    yield from _opinions(handler)
    yield from _zeros(handler)
    yield from _outside(workflow, handler)
    yield from _erased(history)


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def _last_day(due: datetime) -> date:
    """The last day of a term: it is due before the first moment of the next."""
    return _day(due - timedelta(microseconds=1))


def _intake(history: History) -> Iterator[str]:
    yield "Every item has a landing, every letter an echo (31 December 2025):"
    yield "  kind           intake = closed + open    echoed  waiting  overdue"
    overdue: list[Unanswered] = []
    for kind in KINDS:
        found = intake(history, YEAR_END, (kind,), echo=ECHO, calendar=WORKED, named=True)
        parts = (found.intake, found.closed, found.open)
        came, closed, open_ = (figure.displayed for figure in parts)
        rest = f"{found.echoed.displayed:>8}{len(found.waiting):>9}{len(found.overdue):>9}"
        yield f"  {kind:<15}{came:>6} = {closed:>6} + {open_:>4}  {rest}"
        assert found.balanced
        overdue += found.overdue
    yield "  overdue replies, as their handlers see them:"
    for item in overdue:
        yield f"    {item.stream.partition('/')[2][:22]}: came {_day(item.since)}, due {_last_day(item.due)}"


def _complaint(history: History) -> Iterator[str]:
    yield "The first complaint, as its handlers see it:"
    stream, states = f"case/{FIRST}", list[str]()
    counts: Counter[type] = Counter()
    outcomes = []
    for item in history.events():
        if item.envelope.stream != stream:
            continue
        event: Any = item.event
        counts[type(event)] += 1
        state = getattr(event, "state", None)
        if state is not None and (not states or states[-1] != state):
            states.append(state)
        if isinstance(event, CaseDecided):
            outcomes.append(event.outcome)
        if isinstance(event, CaseContested):
            on, account = _day(item.envelope.recorded_at), item.envelope.account
            yield f"  contested on {on} by letter, account {account}"
    yield f"  {len(states)} states, from {states[0]} to {states[-1]}; decided: {', '.join(outcomes)}"
    heard = (counts[RespondentNotified], counts[RespondentReplied])
    yield f"  told the substance {heard[0]} times and answered {heard[1]} times, before each decision"
    yield f"  stepped back: {counts[CaseRecused]}, within the case; another investigated"


def receipt(history: History) -> CaseReceipt:
    """What the complainant of the first complaint was handed, made again from the salts of the example."""
    opening = next(iter(history.stream(f"case/{FIRST}")))
    salts = keyed_salts(hashlib.sha256(f"party_workflow/demo/{NAME}".encode()).digest())
    who = person(COMPLAINANT)
    salt = salts(opening.envelope.command_id, f"0/1/{who}/case.complainant")
    return CaseReceipt(f"case/{FIRST}", salt, who)


def _identity(workflow: Workflow, history: History) -> Iterator[str]:
    held = receipt(history)
    if not workflow.proves(held):
        yield "The receipt of the first complaint is with whoever brought it, and nowhere else."
        return
    view = Letterbox(workflow, LETTERBOX).view(held)
    yield f"The complainant's own view, by receipt (theirs alone: {held.value}):"
    yield f"  state {view.state}; answered {len(view.answers)} times"
    for item in view.identity:
        ground = f", {item.ground}" if item.ground else ""
        yield f"  identity {item.what} {_day(item.at)} by {item.person} as {item.capacity}{ground}"


def _penalty(history: History) -> Iterator[str]:
    yield "What followed from it:"
    for row in consequences(history, on=date(2025, 12, 31)):
        yield f"  {row.kind}: {row.measure}, {row.state} ({row.standing}), each part by another:"
        parts = {
            "proposed": row.proposed,
            "stated": row.stated,
            "decided": row.authorised,
            "appealed": row.appealed,
            "reviewed": row.reviewed,
        }
        shown = ", ".join(f"{what} {taken.person}" for what, taken in parts.items() if taken is not None)
        yield f"    {shown}"
    for found in corrected_grounds(history, MODEL):
        what = ", ".join(sorted({item.what for item in found.corrections}))
        yield f"  its ground was corrected ({what}); to be looked at again:"
        for use in found.uses:
            yield f"    {use.stream} cites it as {use.field}, event {use.evidence.position}"


def _petitions(history: History) -> Iterator[str]:
    yield f"{PAY}, through three levels, each with its clock:"
    for line in clock_report(history, YEAR_END, "petition"):
        if line.case == f"case/{PAY}" and line.clock != "register":
            moved = "" if line.due == line.original else f" (at first {_last_day(line.original)})"
            due = _last_day(line.due)
            yield f"  {line.clock:<11}{line.run} from {_day(line.start)} until {due}{moved}: {line.standing}"
    found = levels_of_resolution(history, "petition", YEAR_END)
    levels = ", ".join(f"level {level}: {figure.displayed}" for level, figure in found.by_level.items())
    received, escalated = found.received.displayed, found.escalated.displayed
    yield f"  of {received} petitions finished at {levels}; escalated {escalated}"
    every = intake(history, YEAR_END, ("petition",), echo=ECHO, calendar=WORKED)
    yield f"  {every.following.displayed} followed a lead case, each with an answer of its own"
    for row in passed_on(history, YEAR_END, ("petition",)):
        yield f"  handed over: {row.case.partition('/')[2]} {' > '.join(row.stations)}"
    for warning in missed_warnings(history).rows:
        for item in warning.warnings:
            linked = "linked on record" if item.linked else "not linked"
            yield f"  warned of {item.days} days before by {item.kind} ({', '.join(item.subjects)}), {linked}"


def _opinions(history: History) -> Iterator[str]:
    (found,) = opinion_rounds(history)
    yield "Opinions asked for and received:"
    for way in found.ways:
        share = percent_text(way.returned.rate.exact())
        counts = f"{way.received.displayed:>3} of {way.sent.displayed:>3}"
        yield f"  {way.channel:<17}{way.addressee:<13}{counts}  {share} %"
    groups = ", ".join(f"{code} ({size})" for code, size in found.groups)
    yield f"  groups recorded: {groups}; of three retired none"
    after = follow_up(history, f"procedure/{ROUND}")
    invited, forgotten = len(after.invited), len(after.forgotten)
    yield f"  follow-up: {invited} givers invited, {forgotten} not, {after.anonymous} without a name"


def _zeros(history: History) -> Iterator[str]:
    promise = PACK.read_as(Promise, "four_zeros")
    found = four_zeros(history, promise, BUREAU, YEAR_BEGIN, YEAR_END)
    yield "Four zeros, never added up; complaints beside channels and what others heard:"
    for zero in found.indicators:
        of = zero.of_decided.population.displayed
        yield f"  {zero.code}: {zero.found.displayed} found of {of} decided, {zero.undecided} undecided"
    for line in found.complaints.lines():
        yield f"  {line}"


def _outside(workflow: Workflow, handler: History) -> Iterator[str]:
    outsider = workflow.seen_by(OUTSIDER, YEAR_END)
    yield "The same log for its handlers, and for somebody of the bureau without any part:"
    for kind in KINDS:
        numbers = [len(entries(seen, YEAR_END, (kind,))) for seen in (handler, outsider)]
        yield f"  {kind:<15}{numbers[0]:>4}{numbers[1]:>5}"
    heads = [seen.head()[0] for seen in (handler, outsider)]
    penalties = [len(consequences(seen, on=date(2025, 12, 31))) for seen in (handler, outsider)]
    yield f"  {'penalties':<15}{penalties[0]:>4}{penalties[1]:>5}"
    yield f"  {'events':<15}{heads[0]:>4}{heads[1]:>5}   numbered without a gap, each"


def _erased(history: History) -> Iterator[str]:
    counts = []
    for day in ("2025-12-29", "2025-12-31"):
        found = intake(history, moment(f"{day} 12:00"), KINDS, echo=ECHO, calendar=WORKED)
        counts.append(f"{found.intake.displayed} = {found.closed.displayed} + {found.open.displayed}")
    yield f"A complainant is erased on 30 December: {counts[0]} before, {counts[1]} after."
    audit = full_audit(history)
    broken = [check for check in audit.checks if check.integrity and check.findings]
    yield f"The audit: {len(audit.checks)} checks, {len(broken)} broken; a receipt still proves whose it was."
