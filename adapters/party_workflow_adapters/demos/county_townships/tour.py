"""What there is to see in the county's three years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from party_workflow.domain.organisation import DECIDER as ORGANISATION
from party_workflow.domain.procedure import DECIDER as PROCEDURE
from party_workflow.domain.rating import DECIDER as RATING
from party_workflow.history import History
from party_workflow.packs.party import PACK
from party_workflow.packs.results import full_audit
from party_workflow.policies.accounts.balances import balances
from party_workflow.policies.assessments.rounds import relay
from party_workflow.policies.assessments.star_ratings import rate_text
from party_workflow.policies.commitments.plans import report_view
from party_workflow.policies.disclosure.publications import regularity
from party_workflow.policies.duties import Regime, duty_report, topics, unmet
from party_workflow.policies.figure import Absent
from party_workflow.policies.matters.procedures import passed, procedures, waiting
from party_workflow.policies.matters.rollup import roll_up
from party_workflow.policies.organisations.coverage import attending, coverage, having_below
from party_workflow.policies.organisations.tree import tree
from party_workflow_adapters.demos.county_townships.people import SEA, STEPS
from party_workflow_adapters.demos.diary import moment


def tour(history: History) -> Iterator[str]:
    """The story in some thirty lines of at most 80 columns."""
    yield from _months(history)
    yield from _posts(history)
    yield from _sea(history)
    yield from _coverage(history)
    yield from _people(history)
    yield from _work(history)
    audit = full_audit(history)
    found = sum(len(check.findings) for check in audit.checks)
    yield f"The audit: {len(audit.checks)} checks, {found} findings."


def _months(history: History) -> Iterator[str]:
    yield "Officers are appraised every month, and every month is published:"
    for year in (2019, 2020):
        found = regularity(history, "monthly_appraisal", year)
        published = sum(bool(month.published) for month in found.months)
        gaps = f"; nothing for {', '.join(found.gaps)} (void)" if found.gaps else ""
        yield f"  {year}: {published} months, each citing its own snapshot{gaps}"
        for month in found.months:
            for item in month.published:
                if item.summary.superseded_by:
                    yield f"    {month.period}: corrected by {item.summary.superseded_by}, both to be read"
    voted = history.state(RATING, "rating/duty-2019-vote").turnout
    yield f"Duty reports 2019: 2 live + 3 written = 5 townships; {voted.voted} of {voted.eligible} voted."


def _posts(history: History) -> Iterator[str]:
    yield "Posts of members without office, quarters > years > total:"
    for number in (1001, 1002):
        state = history.state(PROCEDURE, f"procedure/post-{number}")
        row = roll_up(state)
        counts = " > ".join(str(count) for count in row.counts)
        gaps = f"; missing {', '.join(row.missing)}" if row.missing else ""
        yield f"  {row.holder}: {counts}, in total {row.total.value}{gaps}"
        for taken in state.takings("change"):
            yield f"    changed once, at mid-term, to {taken.given['post'].values[0]} ({taken.at.date()})"


def _sea(history: History) -> Iterator[str]:
    organisation = history.state(ORGANISATION, "organisation")
    aboard = moment("2019-09-11 12:00")
    counted = len(organisation.people_of(SEA, aboard, (), ()))
    guests = tree(history, aboard).rows[SEA].guests
    yield f"The group at sea in September 2019: {guests} guests; {counted} count there, all count at home"
    own = balances(history, "member-points", "p-5001")["own"]
    units = Counter(item.entry.unit for item in own.entries)
    given = ", ".join(f"{count} by {unit}" for unit, count in sorted(units.items(), key=str))
    yield f"  points of p-5001: {own.amount}, entries {given}; an activity counts once"


def _coverage(history: History) -> Iterator[str]:
    yield "Private firms with a branch; who is founded enters the denominator that day:"
    for day in ("2019-01-31", "2019-08-31", "2019-09-30", "2020-04-30", "2020-06-30"):
        at = moment(f"{day} 18:00")
        found = coverage(history, "firms", having_below(history, "branch", at), at)
        yield f"  {day}  {rate_text(found.entire)}"
    at = moment("2020-06-30 18:00")
    trained = coverage(history, "owners", attending(history, "owners_training", at), at)
    yield f"  owners trained: {rate_text(trained.entire)}"
    yield f"    not on the list of 2019, but in the denominator: {', '.join(trained.unentered)}"


def _people(history: History) -> Iterator[str]:
    for state in procedures(history, "personnel_step").values():
        for taken in state.takings("hear"):
            if taken.given["view"].values[0] == "gave_none":
                stage = state.takings("open_step")[0].given["stage"].values[0]
                group = taken.given["group"].values[0]
                yield f"Three groups heard at five stages; at {stage} the {group} gave no view"
    election = history.state(PROCEDURE, "procedure/election-t1")
    candidates = election.takings("nominate")[0].given["candidate"].values
    elected = election.takings("count")[0].given["elected"].values
    yield f"Election: {len(candidates)} candidates for 3 seats; elected {', '.join(map(str, elected))}"
    used = Counter(
        str(state.takings("select")[0].given["priority"].values[0])
        for state in procedures(history, "admission").values()
    )
    yield "Admissions, each saying which priority was used:"
    yield "  " + ", ".join(sorted(used))
    for item in passed(history, "review_on", as_of=date(2021, 12, 31)):
        yield f"Reserve: {item.stream} was due for review on {item.day}, and still is."


def _work(history: History) -> Iterator[str]:
    yield "Who held the departments' flag:"
    for item in relay(history, "five_star_departments", "judging"):
        lacking = [row.subject for row in item.runners if isinstance(row.total.value, Absent)]
        tail = f"; incomplete: {', '.join(lacking)}" if lacking else ""
        yield f"  {item.period}: {item.holder or 'nobody'}{tail}"
    rows = topics(history, STEPS, "u-t2-v1")
    whole = [row for row in rows if row.complete]
    short = ", ".join(f"{row.topic} lacks {', '.join(row.lacking)}" for row in rows if not row.complete)
    yield f"Topics in four weekly steps, in order: {len(whole)} of {len(rows)} complete"
    yield f"  {short}"
    regime = PACK.read_as(Regime, "lecture_standard")
    owed = duty_report(
        history, regime, below="u-t2", first=date(2020, 1, 1), last=date(2020, 12, 31), as_of=date(2021, 1, 5)
    )
    gaps = ", ".join(f"{row.period}" for row in unmet(owed) if row.duty == "demonstration_each_quarter")
    yield f"  demonstration lectures of the tutor: none in {gaps}"
    open_trips = waiting(history, "field_research", taken="set_out", without="use", as_of=date(2021, 1, 1))
    for trip in open_trips:
        yield f"Field research without follow-up: {trip.stream}, {trip.days} days"
    yield "Key points of 2020, told of in January, official in February:"
    for row in report_view(history, "plan/key-points-2020"):
        flags = f" ({', '.join(row.flags)})" if row.flags else ""
        yield f"  {row.item}: {row.status}{flags}"
