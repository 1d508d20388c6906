"""What there is to see in the prefecture's register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.domain.case import CaseEscalated, CaseReminded, ClockExtended
from party_workflow.history import History
from party_workflow.packs.party import PACK
from party_workflow.policies.accounts.reach import programme, reach
from party_workflow.policies.cases.clock_report import clock_report
from party_workflow.policies.figure import Figure, percent_text
from party_workflow.policies.matters.inspections import by_mode
from party_workflow.policies.registers import (
    by_particular,
    fulfilments,
    numbered,
    passed_on,
    rectification,
    recurrences,
    root_causes,
)
from party_workflow_adapters.demos.diary import BEIJING, moment
from party_workflow_adapters.demos.prefecture_hazards.people import CALENDAR, LEDGER

REGISTER: Final = ("hazard", "major_hazard")
YEAR_END: Final = moment("2025-12-31 23:59")
YEAR_BEGIN: Final = moment("2025-01-01 00:00")
WORKED: Final = PACK.read_as(Calendar, CALENDAR)
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLANS: Final = {
    "guard_facilities_built": "guard_facilities_planned",
    "safety_project_built": "safety_project_planned",
}


def tour(history: History) -> Iterator[str]:
    """The story in some fifty lines of at most 80 columns."""
    yield from _register(history)
    yield from _modes(history)
    yield from _major(history)
    yield from _notices(history)
    yield from _overdue(history)
    yield from _passed(history)
    yield from _recurring(history)
    yield from _pressed(history)
    yield from _roads(history)


def percent(figure: Figure) -> str:
    """A share as people read it: ``87.28 %``."""
    return f"{percent_text(figure.exact())} %"


def _register(history: History) -> Iterator[str]:
    yield "Hazards found in 2025, as of a day (what was put right later does not count):"
    yield "  as of        found  rectified  verified   open  rectified of found"
    for day in ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31", "2026-01-31"):
        found = rectification(history, moment(f"{day} 23:59"), REGISTER)
        counts = (found.found, found.rectified, found.verified, found.open)
        cells = "".join(
            f"{figure.displayed:>{width}}" for figure, width in zip(counts, (7, 11, 10, 7), strict=True)
        )
        yield f"  {day} {cells}  {percent(found.rate)}"
    end = rectification(history, YEAR_END, REGISTER)
    failed, waiting = end.failed.displayed, end.unverified.displayed
    yield f"  Then {waiting} wait to be verified; {failed} times somebody else saw it was not done."
    lines = fulfilments(history, YEAR_END, REGISTER)
    open_ones = [line for line in lines if line.case in end.open_cases]
    whole = sum(not line.lacks for line in open_ones)
    yield f"  Person, measure, funds, deadline, contingency: {whole} of {len(open_ones)} open ones have all."


def _modes(history: History) -> Iterator[str]:
    yield "Both modes of enforcement feed one register:"
    for mode, found in by_particular(history, YEAR_END, REGISTER, "mode").items():
        shown = f"{found.rectified.displayed:>3} of {found.found.displayed:>3} rectified"
        yield f"  {mode:<13} {shown} ({percent(found.rate)}), {found.open.displayed} open"
    for row in by_mode(history, "enforcement_inspection", YEAR_BEGIN, YEAR_END):
        shown = f"{row.inspections.displayed} inspections, {row.checked.displayed} items checked"
        yield f"  {row.mode:<18} {shown}, {row.not_met.displayed} not met, {row.noted.displayed} noted"


def _major(history: History) -> Iterator[str]:
    found = rectification(history, YEAR_END, ("major_hazard",))
    ordinary = rectification(history, YEAR_END, ("hazard",))
    yield f"Major hazards: {found.found.displayed}, each supervised by another unit, listed in public;"
    yield f"  {found.rectified.displayed} delisted in public, {found.open.displayed} open;"
    yield f"  {ordinary.passed_on.displayed} were found as ordinary ones, and count once."


def _notices(history: History) -> Iterator[str]:
    yield "Supervision notices, numbered without gaps, each with a reply or an escalation:"
    for row in numbered(history, YEAR_END, "supervision_notice", WORKED):
        issued = row.issued.astimezone(BEIJING).date()
        yield f"  {row.label}  to {row.to}, issued {issued}: {row.ending}"


def _overdue(history: History) -> Iterator[str]:
    lines = [line for line in clock_report(history, YEAR_END) if line.standing == "overdue"]
    kinds = Counter(line.kind for line in lines)
    parts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    yield f"Overdue on 31 December: {parts}."
    one = next(line for line in lines if line.clock == "urgent")
    yield f"How one due date came about ({one.case}, clock {one.clock}):"
    for sentence in one.explanation:
        yield from _wrapped(sentence)
    extended = sum(1 for _ in history.as_of(effective=YEAR_END).events(ClockExtended))
    yield f"Extensions, all on the last day: {extended}; the first due date is kept."


def _passed(history: History) -> Iterator[str]:
    for row in passed_on(history, YEAR_END, ("assignment_slip",)):
        if row.returned:
            yield f"To and fro: {row.case}, {row.handed_over} hand-overs of at most {row.most}"
            yield f"  {' > '.join(row.stations)}"


def _recurring(history: History) -> Iterator[str]:
    yield "Problems that came back, quarter after quarter:"
    for chain in recurrences(history, YEAR_END, ("problem",), WORKED):
        after = f"{chain.after_closure} times after all were closed"
        first, last = chain.links[0].period, chain.links[-1].period
        yield f"  {chain.unit} {chain.code}: {first} to {last}, {after}"
    causes = root_causes(history, YEAR_END, ("problem",))
    shown = ", ".join(f"{code} {figure.displayed}" for code, figure in causes.items())
    yield from _wrapped(f"causes: {shown}")


def _pressed(history: History) -> Iterator[str]:
    yield "Pressed once a month by what follows by itself (twice run, nothing twice):"
    reminded = Counter(
        item.envelope.recorded_at.astimezone(BEIJING).month
        for item in history.as_of(known=YEAR_END).events(CaseReminded)
    )
    every = ", ".join(f"{n} in {MONTHS[month - 1]}" for month, n in sorted(reminded.items()))
    yield from _wrapped(f"reminders: {every}")
    told = list(history.as_of(known=YEAR_END).events(CaseEscalated))
    sorts = Counter(item.envelope.stream.partition("/")[2].partition("-")[0] for item in told)
    yield "  put before the unit above: " + ", ".join(f"{n} {sort}" for sort, n in sorted(sorts.items()))


def _roads(history: History) -> Iterator[str]:
    stream = f"ledger/{LEDGER}"
    found = reach(history, stream, "rural_roads_in_statistics", "rural_roads")
    yield "Rural roads in the statistics (the responsibility covers all of them):"
    yield f"  {found}"
    for course in programme(history, stream, PLANS):
        yield from _wrapped(str(course))


def _wrapped(sentence: str) -> Iterator[str]:
    from textwrap import wrap

    yield from wrap(sentence, 80, initial_indent="  ", subsequent_indent="    ")
