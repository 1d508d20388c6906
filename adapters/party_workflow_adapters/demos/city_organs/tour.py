"""What there is to see in the year of the city's organs, in some forty lines of at most 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from textwrap import wrap
from typing import Final

from party_workflow.domain import assessment, case, claim, publication, rating
from party_workflow.domain.organisation import DECIDER as ORGANISATION
from party_workflow.domain.points import EntryReversed
from party_workflow.domain.population import DECIDER as POPULATION
from party_workflow.history import History
from party_workflow.packs.results import full_audit
from party_workflow.policies.accounts.balances import balances, scope
from party_workflow.policies.accounts.bounded import in_major, per_head
from party_workflow.policies.accounts.resources import total
from party_workflow.policies.activities.works import Works
from party_workflow.policies.assessments.sheets import STRICT, Sheets
from party_workflow.policies.assessments.standings import Standings, standings
from party_workflow.policies.assessments.star_ratings import confusion, distribution
from party_workflow.policies.disclosure.publications import posted_works
from party_workflow.policies.duties.in_use import trained_holders
from party_workflow.policies.figure import PERCENT, Figure, Rounding, constant, percent_text, weighted
from party_workflow.policies.organisations.tree import Counted, Tree, hold, tree
from party_workflow_adapters.demos.city_organs import founding, session, stars, training
from party_workflow_adapters.demos.city_organs.city import ROOT
from party_workflow_adapters.demos.diary import moment

WIDTH: Final = 80
YEAR_END: Final = moment("2018-12-31 18:00")
WHAT: Final = {
    "direct_organisations": Counted("direct_organisations", "units", kind="direct_organisation"),
    "branches": Counted("branches", "units", kind="branch"),
    "members": Counted("members", "people", having=("member",)),
    "in_service": Counted("in_service", "people", having=("in_service", "member")),
}
"""What each figure of the claims on the tree counts."""
OUTSIDE: Final = Counted("outside", "people", having=("member",), without=("in_service",))
HALF: Final = Fraction(1, 2)
COMPARABLE: Final = "same_assessors_same_items"
"""Why those who reported live and those who did in writing are ranked together: by their marks."""


def composite(sheets: Sheets, subject: str) -> Figure:
    """What an organisation is ranked by: half the running assessment, half the examination."""
    parts = [
        (
            constant(f"{voice}.weight", HALF, "half_and_half", session.KEY),
            sheets.total(subject, voice, STRICT),
        )
        for voice in ("running_assessment", "examination")
    ]
    return weighted("composite", parts, "half_and_half", session.KEY, Rounding(2, "half_up"))


def ranking(history: History) -> Standings:
    """The organisations ranked, as of the history given."""
    sheets = Sheets.of(history, session.STREAM)
    return standings(
        sheets,
        "running_assessment",
        STRICT,
        comparable=COMPARABLE,
        figure=lambda subject: composite(sheets, subject),
    )


def tour(history: History) -> Iterator[str]:
    """The year in some forty lines."""
    for part in (_counts, _reports, _owed, _stars, _ranked, _points, _audit):
        for line in part(history):
            indent = " " * (len(line) - len(line.lstrip()) + 2)
            yield from wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _n(number: int | Fraction) -> str:
    return f"{int(number):,}".replace(",", " ")


def _pct(part: int | Fraction, whole: int | Fraction) -> str:
    return f"{PERCENT.apply(Fraction(part) / Fraction(whole) * 100):f} %"


def _counts(history: History) -> Iterator[str]:
    found = tree(history, YEAR_END)
    yield f"COUNTS on 31 December 2018, added up level by level{'' if found else ': THEY DO NOT ADD UP'}"
    for level in found.levels():
        kinds = ", ".join(f"{_n(number)} {kind}" for kind, number in level.kinds.items())
        tally = level.total.categories
        yield (
            f"  level {level.level}  {kinds:<26} {_n(tally['member']):>6} members, "
            f"{_n(tally['in_service']):>5} in service"
        )
    yield (
        f"  in service {_n(_of(found, 'in_service'))} of {_n(_of(found, 'members'))} "
        f"({_pct(_of(found, 'in_service'), _of(found, 'members'))}); "
        f"{_n(found.count(OUTSIDE).exact())} are not"
    )
    for key in ("tree-2018", "tree-speech-2018"):
        figures = history.state(claim.DECIDER, f"claim/{key}").asserted()
        held = hold(found, [(WHAT[name], quantity) for name, quantity in figures.items()])
        said = ", ".join(str(item.asserted) for item in held)
        yield f"  asserted {said}: {'borne out' if all(held) else 'NOT borne out'}"
    for step in history.state(ORGANISATION, "organisation").successions:
        yield f"  {step.since:%d %B}: {' + '.join(step.before)} {step.what} into {' + '.join(step.after)}"


def _of(found: Tree, name: str) -> Fraction:
    return found.count(WHAT[name]).exact()


def _reports(history: History) -> Iterator[str]:
    state = history.state(assessment.DECIDER, session.STREAM)
    modes = Counter(state.modes.values())
    parts = " + ".join(f"{number} {mode}" for mode, number in sorted(modes.items()))
    yield f"DUTY REPORTS  {parts} = {modes.total()} of {len(state.subjects)} organisations"
    works = posted_works(history, "duty_report")
    posted = [postings[0] for postings in works.values() if postings]
    late = [item.stream.partition("/")[2] for item in posted if item.late]
    comments = sum(1 for _ in history.records(publication.Commented))
    yield (
        f"  {len(posted)} of {len(works)} written ones posted for a week, {len(late)} late "
        f"({', '.join(late)}); {comments} comments by peers"
    )
    vote = history.state(rating.DECIDER, session.ROUND)
    voted = sum(1 for _ in history.stream(session.ROUND) if _.envelope.stored_type == "rating.voted")
    yield (
        f"  {len(state.comments)} commented on by leaders; secret vote by {voted} of {len(vote.raters)} "
        f"({_pct(voted, len(vote.raters))})"
    )
    answered = sum(1 for found in state.answers.values() if found)
    cases = [problem.case for problem in state.problems]
    closed = sum(1 for key in cases if history.state(case.DECIDER, f"case/{key}").state == "closed")
    yield (
        f"  common findings answered by {answered} of {len(state.subjects)}; {len(cases)} problems in the "
        f"ledger, {closed} closed"
    )


def _owed(history: History) -> Iterator[str]:
    found = trained_holders(history, founding.POST, ROOT, ("training",))
    yield (
        f"TRAINING  {len(found.trained & found.holders)} of {len(found.holders)} branch secretaries, by who "
        "held the post on the day"
    )
    state = history.state(ORGANISATION, "organisation")
    units = state.units_of(ROOT, YEAR_END)
    now = {holder for unit in units for holder in state.holders(founding.POST, unit, YEAR_END)}
    yield (
        f"  by who holds it at the end of the year it would be {len(now & found.trained)} of {len(now)}: "
        "posts changed since"
    )
    cost = total(history, f"ledger/{training.LEDGER}", "training_cost").amount
    officers = _there(history, "officer_training")
    assert cost is not None
    head = per_head(cost, officers, scale=2)
    yield (
        f"  {in_major(cost, 2, 0)} for {officers} officers in 2 batches: {head}; "
        f"{_there(history, 'tutorial_lecture')} listeners"
    )
    opinions = Counter(
        item.event.channel
        for item in history.events(case.CaseOpened)
        if isinstance(item.event, case.CaseOpened) and item.event.kind == "opinion"
    )
    complaints = sum(
        1
        for item in history.events(case.CaseOpened)
        if isinstance(item.event, case.CaseOpened) and item.event.kind == "complaint"
    )
    channels = ", ".join(f"{channel} {number}" for channel, number in sorted(opinions.items()) if channel)
    service = history.state(claim.DECIDER, "claim/service-2018").asserted()
    checks = sum(1 for item in Works.of(history).occasions.values() if item.state.kind == "inspection")
    yield (
        f"  satisfaction {service['satisfaction_rate']}: asserted, no survey behind it; complaints "
        f"{complaints}, while channels were open (opinions by {channels}); {checks} checks of discipline"
    )


def _there(history: History, kind: str) -> int:
    """How many different people took part in occasions of a kind."""
    held = [item for item in Works.of(history).occasions.values() if item.state.kind == kind]
    return len({row.person for item in held for row in item.rows.values() if row.took_part})


def _stars(history: History) -> Iterator[str]:
    sheets = Sheets.of(history, stars.STREAM)
    own, final = (distribution(sheets, voice, "stars") for voice in ("self_rating", "final_rating"))
    compared = confusion(sheets, "stars", "self_rating", "final_rating")
    yield f"STARS  what {own.population} branches say of themselves, and what counts"
    yield "  grade        self              cap   final             cap: 10, 40, 30 %"
    for grade in stars.GRADES:
        quota = stars.QUOTAS.get(grade)
        cap = "-" if quota is None else str(int(quota * own.population))
        over = own.counts()[grade] - int(quota * own.population) if quota is not None else 0
        yield (
            f"  {grade:<11}  {own.text(grade):<16} {cap:>4}   {final.text(grade):<16}"
            + (f"  self-rating {abs(over)} {'over' if over > 0 else 'under'}" if over else "")
        )
    both = own.together("five_star", "four_star")
    steps = Counter(item.steps for item in compared.compared)
    better = sum(number for step, number in steps.items() if step > 0)
    worse = sum(number for step, number in steps.items() if step < 0)
    yield (
        f"  four or five stars by self-rating: {percent_text(both.exact())} %; kept {steps[0]}, "
        f"lowered {better}, raised {worse}"
    )


def _ranked(history: History) -> Iterator[str]:
    after = ranking(history)
    first = history.state(publication.DECIDER, f"publication/{session.PROVISIONAL}")
    said = first.said
    assert said is not None
    before = ranking(history.up_to(said.position).as_of(known=said.known))
    modes = dict(after.modes)
    found = after.ranking
    yield f"RANKING of {found.population}, {found.method} ranks, both modes by {COMPARABLE.replace('_', ' ')}"
    for entry in after.ranking.entries[:3]:
        yield (
            f"  {entry.place}  {entry.subject}  {modes[entry.subject]:<8} {entry.figure.displayed:>9}"
            f"   provisional place {before.ranking.place(entry.subject)}"
        )
    correction = next(
        item.event
        for item in history.events(assessment.EntriesMade)
        if isinstance(item.event, assessment.EntriesMade) and item.event.corrects is not None
    )
    (subject,) = correction.sheets
    was, now = before.ranking.entry(subject), after.ranking.entry(subject)
    moved = sum(1 for e in after.ranking.entries if before.ranking.place(e.subject) != e.place)
    yield (
        f"  objection upheld, erratum: {subject} from {was.figure.displayed} (place {was.place}) to "
        f"{now.figure.displayed} (place {now.place}), {moved} places change; final since {_final(history)}"
    )
    yield f"HOW {subject} comes to its figure, down to the events"
    yield from islice(now.figure.lines(1), 6)


def _final(history: History) -> str:
    for record in history.stream(f"publication/{session.RESULT}"):
        if record.envelope.stored_type == "publication.finalised":
            return f"{record.envelope.recorded_at:%d %B %Y}"
    return "not yet"


def _points(history: History) -> Iterator[str]:
    people = history.state(POPULATION, f"population/{founding.MEMBERS}").people()
    found = scope(history, training.SCHEME, people)
    yield f"POINTS  {found}"
    reversed_ = next(iter(history.records(EntryReversed)))
    who = reversed_.envelope.stream.rpartition(".")[2]
    balance = balances(history, training.SCHEME, who)["own"]
    entries = ", ".join(f"{item.entry.amount:+}" for item in balance.entries)
    yield f"  {who} has {balance.amount}: {entries} (a deduction, undone by a reversal that names it)"


def _audit(history: History) -> Iterator[str]:
    audit = full_audit(history)
    integrity = [check for check in audit.checks if check.integrity]
    passed = sum(1 for check in integrity if check)
    yield f"AUDIT of {audit.position} events: {passed} of {len(integrity)} checks of the record passed"
    found = [
        f"{check.code} {len(check.findings)}"
        for check in audit.checks
        if not check.integrity and check.findings
    ]
    yield f"  to look at in the conduct: {', '.join(found) or 'nothing'}"
