"""What there is to see in the company's year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from party_workflow.domain.claim import DECIDER as CLAIM
from party_workflow.domain.claim import reconcile
from party_workflow.domain.exchange import DECIDER as EXCHANGE
from party_workflow.domain.plan import DECIDER as PLAN
from party_workflow.domain.population import DECIDER as POPULATION
from party_workflow.domain.procedure import DECIDER as PROCEDURE
from party_workflow.history import History
from party_workflow.packs.party import MODEL
from party_workflow.packs.results import full_audit
from party_workflow.policies.activities.participation import attendance_sum, coverage
from party_workflow.policies.activities.works import Works
from party_workflow.policies.assessments.compliance import compliance, percentage_points, relative_change
from party_workflow.policies.assessments.sheets import Sheets
from party_workflow.policies.assessments.star_ratings import rate_text
from party_workflow.policies.commitments.plans import assignments
from party_workflow.policies.matters.contest import round_result
from party_workflow.policies.matters.procedures import procedures, uses
from party_workflow_adapters.demos.company_year.claims import MEASURES


def tour(history: History) -> Iterator[str]:
    """The story in some thirty lines of at most 80 columns."""
    yield from _compliance(history)
    yield from _coverage(history)
    yield from _suggestions(history)
    yield from _competition(history)
    yield from _projects(history)
    yield from _rest(history)


def _compliance(history: History) -> Iterator[str]:
    yield "Branches up to the standard (the source names no denominator; here it is 20):"
    rates = [
        compliance(Sheets.of(history, f"assessment/standard-{month}"), "on_site_check", day)
        for month, day in (("2025-01", date(2025, 1, 31)), ("2025-07", date(2025, 7, 31)))
    ]
    for rate in rates:
        yield f"  {rate.on}  {rate_text(rate.figure)}"
    gained, grown = percentage_points(*rates), relative_change(*rates)
    yield f"  {gained.name} {gained.displayed}, {grown.name} {grown.displayed} percent"


def _coverage(history: History) -> Iterator[str]:
    held = [item for item in Works.of(history).occasions.values() if item.held is not None]
    people = dict.fromkeys(history.state(POPULATION, "population/in-service").people())
    reached = coverage(held, people)
    yield f"Coverage over {len(held)} sessions, of the members in service on 2 January:"
    yield f"  distinct persons  {rate_text(reached)}"
    total = attendance_sum(held)
    yield f"  attendances       {total.displayed}, which over {len(people)} people is no coverage"


def _suggestions(history: History) -> Iterator[str]:
    states = Counter(state.state for state in procedures(history, "suggestion").values())
    yield f"Suggestions brought: {sum(states.values())}. They stand at"
    yield "  " + ", ".join(f"{state} {count}" for state, count in sorted(states.items()))
    claim = history.state(CLAIM, "claim/year-2025")
    yield "What the annual report asserts, against the events:"
    for figure in reconcile(claim, history, MEASURES).figures:
        yield f"  {figure.measure}: asserted {figure.asserted}, found {figure.actual}: {figure.outcome}"


def _competition(history: History) -> Iterator[str]:
    state = history.state(PROCEDURE, "procedure/team-leader-1")
    steps = " > ".join(dict.fromkeys(taken.step for taken in state.taken))
    yield "A team leader by open competition:"
    yield f"  {steps}"
    appointed = state.takings("appoint")[-1].given
    yield (
        f"  {appointed['appointee'].values[0]} from {appointed['term_from'].values[0]}"
        f" to {appointed['term_until'].values[0]}, posted for five working days before"
    )
    contest = history.state(PROCEDURE, "procedure/welding-2025")
    placed = round_result(contest, 1)
    yield "Welding contest, highest and lowest mark left out:"
    for row in placed[:3]:
        tied = f" (with {', '.join(row.tied_with)})" if row.tied_with else ""
        yield f"  {row.place}. {row.person} {row.figure.displayed}{tied}"
    yield "What rests on its result, each to be taken back by itself:"
    for use in uses(history, MODEL, "publication/welding-result"):
        yield f"  {use.kind}: {use.step} by {use.person}; the ground {use.standing}"


def _projects(history: History) -> Iterator[str]:
    plan = history.state(PLAN, "plan/waste-heat")
    assert plan.said is not None
    partners = ", ".join(plan.said.partners)
    yield f"Project waste-heat, lead {plan.said.lead}, with {partners}: {plan.state}"
    for row in assignments(history, "vanguard_post", "responsibility_area", "shock_team"):
        with_team = f", team of {len(row.team)}" if row.team else ""
        yield f"  {row.kind} {row.item}: {row.person}{with_team}, {row.result}"


def _rest(history: History) -> Iterator[str]:
    sheets = Sheets.of(history, "assessment/soft-2025")
    yield "Soft work in figures (missing is not zero):"
    for unit in sheets.subjects:
        mood = sheets.cell(unit, "indicator_owner", "mood_survey_quality").value
        mark = (sheets.state.sheet(unit, "indicator_owner") or {})["suggestion_adoption"].value
        yield f"  {unit}: mood survey {mood}, adopted {mark.part} of {mark.whole} suggestions"
    received = history.state(EXCHANGE, "exchange/supply-2025")
    yield f"From the supply department's own log: {len(received.batches)} batch, kept apart."
    audit = full_audit(history)
    found = sum(len(check.findings) for check in audit.checks)
    yield f"The audit: {len(audit.checks)} checks, {found} findings."
