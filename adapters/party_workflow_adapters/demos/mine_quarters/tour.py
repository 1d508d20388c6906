"""What there is to see in the mine's quarters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from party_workflow.domain.plan import DECIDER as PLAN
from party_workflow.domain.rating import DECIDER as RATING
from party_workflow.history import History
from party_workflow.packs.results import full_audit
from party_workflow.policies.accounts.balances import balances
from party_workflow.policies.accounts.bounded import in_major
from party_workflow.policies.accounts.donations import donations
from party_workflow.policies.accounts.resources import distribution, totals
from party_workflow.policies.activities.lateness import lateness
from party_workflow.policies.assessments.compliance import compliance
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.standings import standings
from party_workflow.policies.assessments.star_ratings import confusion, rate_text
from party_workflow.policies.commitments.plans import dormancies
from party_workflow.quantity import Quantity
from party_workflow_adapters.demos.calendars import CN_2019_2022
from party_workflow_adapters.demos.diary import moment
from party_workflow_adapters.demos.mine_quarters import people as mine

_SHOWN: Final = {"no_star": "-", "three_star": "3", "four_star": "4", "five_star": "5"}


def tour(history: History) -> Iterator[str]:
    """The story in some thirty lines of at most 80 columns."""
    yield from _meetings(history)
    yield from _stars(history)
    yield from _checklists(history)
    yield from _relief(history)
    yield from _promises(history)


def _meetings(history: History) -> Iterator[str]:
    yield "The quarterly meeting belongs in the last ten days of the quarter:"
    for row in lateness(history, date(2020, 12, 31)):
        if row.series is None or row.window is None:
            continue
        where = f"held {row.held_on}" if row.held_on else f"folded into {row.merged_into}"
        yield f"  {row.period}  {row.window[0]} to {row.window[1]}: {where}"
        if row.days_late:
            reasons = ", ".join(dict.fromkeys(row.reasons))
            yield f"    {row.days_late} days late ({reasons}); its scores stay those of {row.period}"
    first = next(row for row in lateness(history, date(2020, 12, 31)) if row.key == mine.meeting("2020-q1"))
    spoken = ", ".join(f"{item.item} of {item.reference}" for item in first.published)
    yield "  That of 2020-Q1 spoke of three quarters:"
    yield f"    {spoken}"


def _stars(history: History) -> Iterator[str]:
    yield "Stars of the branches, as published (2020-Q4 is void, which is not failed):"
    found = {quarter: Sheets.of(history, f"assessment/stars-{quarter}-branch") for quarter in mine.QUARTERS}
    yield "          " + "  ".join(mine.QUARTERS) + "  2020-q4"
    for branch in mine.BRANCHES:
        cells = [_SHOWN[str(sheets.cell(branch, "final_rating", "stars").value)] for sheets in found.values()]
        yield f"  {branch}  " + "".join(f"{cell:>9}" for cell in [*cells, "void"])
    pairs = confusion(found["2020-q1"], "stars", "self_rating", "final_rating")
    above = sum(steps > 0 for steps in pairs.inflation().values())
    yield f"  In 2020-Q1 {above} of 8 rated themselves higher; agreement {rate_text(pairs.agreement)}."


def _checklists(history: History) -> Iterator[str]:
    yield "Two assessments of 2020-Q1, each over its own population:"
    for key, voice in (("standard-2020-q1", "settled_mark"), ("publicity-2020-q1", "publicity_office")):
        sheets = Sheets.of(history, f"assessment/{key}")
        if key.startswith("standard"):
            ranking = standings(sheets, voice, STRICT).ranking
            first = ", ".join(f"{row.subject} {row.figure.displayed}" for row in ranking.entries[:3])
            yield f"  {sheets.name}: {len(sheets.subjects)} subjects; ahead: {first}"
            for out in ranking.excluded:
                yield f"    not ranked: {out.subject} ({out.reason})"
        else:
            yield f"  {sheets.name}: {len(sheets.subjects)} subjects, the office among them"
    premises = Sheets.of(history, "assessment/premises-2020")
    yield "Premises with all six haves; evidence expires:"
    for day in (date(2020, 6, 30), date(2020, 7, 1)):
        rate = compliance(premises, "on_site_check", day)
        yield f"  {day}  {rate_text(rate.figure)}"
    voted = history.state(RATING, "rating/duty-2019-vote").turnout
    yield f"Duty reports online, appraised on paper: {voted.voted} of {voted.eligible} voted, counted twice."


def _relief(history: History) -> Iterator[str]:
    sums = totals(history, f"ledger/{mine.LEDGER}")
    yield "Against the epidemic (>= is a lower bound, and stays one):"
    shown = ("rules_issued", "bulletins", "inspections_made", "booklets", "posters", "articles")
    yield "  " + "; ".join(f"{code} {sums[code].amount}" for code in shown[:3])
    yield "  " + "; ".join(f"{code} {sums[code].amount}" for code in shown[3:])
    for account in ("masks", "thermometers"):
        stock = distribution(history, f"ledger/{mine.LEDGER}", account)
        yield (
            f"  {account}: {stock.issued.amount} to {len(stock.by_unit)} units,"
            f" {stock.left.amount} left in stock"
        )
    given = donations(history, f"ledger/{mine.LEDGER}", "voluntary_donations", mine.branch_of)
    hidden = [group.group for group in given.groups if not isinstance(group.donors, int)]
    yield f"  donations: {given.text}, by {given.donors} people; sums withheld: {', '.join(hidden)}"
    shown_group = next(group for group in given.groups if isinstance(group.donors, int))
    if isinstance(shown_group.amount, Quantity):
        amount = in_major(shown_group.amount, given.scale)
        yield f"    {shown_group.group}: {shown_group.donors} donors, {amount}"


def _promises(history: History) -> Iterator[str]:
    plan = history.state(PLAN, "plan/stage-2020-q2")
    yield "Promised for the meeting of 2020-Q2:"
    for code, item in plan.items.items():
        problem = plan.problems.get(code)
        said = "reported there" if problem is None else "not reported: a problem, and a case by itself"
        yield f"  {code} ({item.person}): {said}"
    for row in dormancies(history, moment("2020-12-31 18:00"), CN_2019_2022):
        state = "dormant" if row.dormant else "alive"
        yield f"  brand of {row.unit}: {state} (no activity for {row.months} months counts as dormant)"
    found = balances(history, "member-points", "p-1001")
    origins = ", ".join(f"{origin} {balance.amount}" for origin, balance in found.items())
    yield f"Points of p-1001 by who says so, never added up: {origins}."
    audit = full_audit(history)
    ruled = [check for check in audit.checks if check.code.startswith("audit.")]
    open_matters = [finding for check in audit.checks if check not in ruled for finding in check.findings]
    yield f"The audit: {len(audit.checks)} checks, {len(open_matters)} finding, which the story intends:"
    for finding in open_matters:
        yield f"  {finding.subject}: {finding.sentence}"
    yield f"Under the rule of audits {sum(len(check.findings) for check in ruled)} things to look at."
