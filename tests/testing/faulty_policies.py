"""Five policies in code that claim a rule document, each once as it should be and once with a fault.

Each is made by a function that takes what is faulty as an argument, so that nothing else differs.  The faults
are those that are made in practice: the wrong stage rounded, a cap off by one, a streak that goes on where it
breaks, a tie rule forgotten, a late decision counted in the period of the matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain.activity import THERE, ActivityHeld
from party_workflow.domain.organisation import PersonJoined
from party_workflow.domain.points import (
    DeductionDecided,
    DeductionProposed,
    PointsGranted,
    PointsOpened,
)
from party_workflow.packs import party
from party_workflow.policies.conclusion import Conclusion, Streak
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.figure import Absent, Evidence, Figure, Rounding, constant, counted
from party_workflow.policies.ladders import Ladder, Outcome, Rung, climb
from party_workflow.policies.policy import Policy, Row, When
from party_workflow.policies.ranking import Entry, Ranking, competition
from party_workflow.policies.rule import Clause, Parameter, Rule
from party_workflow.testing.policies.reachable import Ground, party_ground

FIRST: Final = date(2008, 1, 1)
BASIS: Final = "scheme.points"
_HEAD: Final = """
version = 1
issuer = "campaign-office"
number = "2008-9"
issued_on = 2008-01-05
effective_from = 2008-01-01
offset_minutes = 480
"""
_MEMBERS: Final = """
[population]
source = "members"

[[source]]
code = "members"
event = "organisation.person_joined"
columns = ["person"]
subject = "person"
within = "until"
"""
_REGISTER: Final = """
[[source]]
code = "register"
event = "activity.held"
each = "attendance"
columns = ["person", "status", "minutes"]
subject = "person"
within = "period"
"""


def _document(code: str, text: str) -> RuleDocument:
    return RuleDocument.from_toml(f'code = "{code}"{_HEAD}{text}')


def _rule(code: str, **clauses: Mapping[str, int | str]) -> Rule:
    """A rule with these clauses and their numbers, for a policy in code."""
    return Rule(
        code=code,
        version=1,
        issuer="campaign-office",
        number="2008-9",
        issued_on=date(2008, 1, 5),
        effective_from=FIRST,
        clauses=tuple(
            Clause(
                code=name,
                basis=BASIS,
                parameters=tuple(
                    Parameter(code=code, value=Fraction(value), since=FIRST, basis=BASIS)
                    for code, value in numbers.items()
                ),
            )
            for name, numbers in clauses.items()
        ),
    )


def _policy(
    rule: Rule,
    reads: Mapping[type[Event], tuple[str, ...]],
    evolve: Callable[[Any, Row], Any],
    conclude: Callable[[Any, Any, When], Ranking | Conclusion],
) -> Policy[Any]:
    registry = party.MODEL.registry
    return Policy(
        name=rule.code,
        version=1,
        rule=rule,
        reads=reads,
        ignores=frozenset(registry.events) - {kind.stored_type for kind in reads},
        initial=dict,
        evolve=evolve,
        conclude=conclude,
    )


def day_of(row: Row) -> date:
    """The day of an event, at UTC+8."""
    moment: datetime = row.effective_at + timedelta(hours=8)
    return moment.date()


def within(day: date, when: When) -> bool:
    """Whether a day lies in the period, up to the day of the run."""
    return when.period_start <= day <= when.on


def rounded(figure: Figure, places: int, clause: str) -> Figure:
    """A figure handed on rounded, half up."""
    rounding = Rounding(places, "half_up")
    if isinstance(figure.value, Absent):
        return figure
    value = Fraction(rounding.apply(figure.value))
    return Figure(figure.name, value, "rounded", clause, BASIS, (figure,), rounding)


# --- 1: where it is rounded ------------------------------------------------------------------

ROUNDING: Final = _document(
    "two-means",
    """
[population]
source = "accounts"

[[source]]
code = "accounts"
event = "points.opened"
columns = ["person"]
subject = "stream"
within = "until"

[[source]]
code = "volunteering"
event = "points.granted"
columns = ["amount", "clause"]
subject = "stream"
within = "period"
where = { clause = "points.volunteering" }

[[source]]
code = "pledges"
event = "points.granted"
columns = ["amount", "clause"]
subject = "stream"
within = "period"
where = { clause = "points.pledge_kept" }

[[clause]]
code = "helped"
type = "value"
basis = "scheme.points"
since = 2008-01-01
source = "volunteering"
column = "amount"
several = "mean"
empty = "zero"
rounding = { places = 0, mode = "half_up" }

[[clause]]
code = "kept"
type = "value"
basis = "scheme.points"
since = 2008-01-01
source = "pledges"
column = "amount"
several = "mean"
empty = "zero"
rounding = { places = 0, mode = "half_up" }

[[clause]]
code = "total"
type = "total"
basis = "scheme.points"
since = 2008-01-01
method = "arithmetic"
parts = [{ measure = "helped", weight = "2/5" }, { measure = "kept", weight = "3/5" }]
absent = "zero"
rounding = { places = 1, mode = "half_up" }

[[clause]]
code = "places"
type = "rank"
basis = "scheme.points"
since = 2008-01-01
measure = "total"
on = "displayed"
direction = "highest"
ties = [{ by = "shared" }]
""",
)


def two_means(*, stage: str = "component") -> Policy[Any]:
    """The means of two kinds of points, each rounded, then weighted.  Faulty: rounded in the end only."""
    rule = _rule("two-means", helped={}, kept={}, total={"helped": "2/5", "kept": "3/5"}, places={})
    reads: dict[type[Event], tuple[str, ...]] = {
        PointsOpened: ("person",),
        PointsGranted: ("amount", "clause"),
    }

    def evolve(state: dict[str, Any], row: Row) -> dict[str, Any]:
        before = state.get(row.stream, ())
        if row.kind is PointsOpened:
            return {**state, row.stream: (*before, ("opened", day_of(row), 0, row.evidence))}
        return {**state, row.stream: (*before, (row["clause"], day_of(row), row["amount"], row.evidence))}

    def conclude(state: dict[str, Any], rule: Any, when: When) -> Ranking:
        figures = {}
        for stream, entries in state.items():
            if not any(code == "opened" and day <= when.on for code, day, _, _ in entries):
                continue
            parts = []
            for name, clause in (("helped", "points.volunteering"), ("kept", "points.pledge_kept")):
                found = [
                    (Fraction(a), e) for code, day, a, e in entries if code == clause and within(day, when)
                ]
                mean = sum((value for value, _ in found), Fraction(0)) / len(found) if found else Fraction(0)
                part = Figure(name, mean, "mean", name, BASIS, tuple(event for _, event in found))
                if stage == "component":
                    part = rounded(part, 0, name)
                weight = constant(f"weight.{name}", rule.value("total", name, when.on), "total", BASIS)
                value = part.exact() * weight.exact()
                parts.append(Figure(f"{name}.weighted", value, "product", "total", BASIS, (weight, part)))
            value = sum((part.exact() for part in parts), Fraction(0))
            figures[stream] = rounded(Figure("total", value, "sum", "total", BASIS, tuple(parts)), 1, "total")
        return replace(competition(figures, "displayed", population=len(figures)), clause="places")

    return _policy(rule, reads, evolve, conclude)


# --- 2: up to a cap --------------------------------------------------------------------------

CAP: Final = _document(
    "study-points",
    _MEMBERS
    + _REGISTER
    + """
[[clause]]
code = "points"
type = "points"
basis = "scheme.points"
since = 2008-01-01
source = "register"
kind = "status"
worth = { present = 4, late = 3 }
other = "zero"
dated_by = "run"
caps = [{ at_most = 10 }]
order = "recorded"
empty = "zero"
rounding = "none"

[[clause]]
code = "places"
type = "rank"
basis = "scheme.points"
since = 2008-01-01
measure = "points"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
""",
)

Register = dict[str, tuple[tuple[date, str, Evidence], ...]]
_HELD: Final[Mapping[type[Event], tuple[str, ...]]] = {
    PersonJoined: ("person",),
    ActivityHeld: ("attendance",),
}


def registered(state: Register, row: Row) -> Register:
    """By member of the branch the rows of the registers: day, status, event.  Guests are passed over."""
    if row.kind is PersonJoined:
        return {**state, row["person"]: state.get(row["person"], ())}
    found = dict(state)
    for line in row["attendance"]:
        found[line.person] = (*found.get(line.person, ()), (day_of(row), line.status, row.evidence))
    return found


def joined(state: dict[str, Any], row: Row) -> dict[str, Any]:
    """`registered`, with who is a member since when: a guest may stand on a register before joining."""
    members = state.get("members", {})
    if row.kind is PersonJoined:
        members = {**members, row["person"]: day_of(row)}
    return {"members": members, "register": registered(state.get("register", {}), row)}


def members(state: dict[str, Any], when: When) -> list[str]:
    """Who has joined by the day of the run."""
    return sorted(who for who, day in state.get("members", {}).items() if day <= when.on)


def study_points(*, off_by: int = 0) -> Policy[Any]:
    """Four points for a session, three for one that one came late to, up to a cap.  Faulty: one more."""
    rule = _rule("study-points", points={"present": 4, "late": 3, "cap": 10}, places={})

    def conclude(state: dict[str, Any], rule: Any, when: When) -> Ranking:
        worth = {status: rule.value("points", status, when.on) for status in ("present", "late")}
        cap = constant("cap", rule.value("points", "cap", when.on) + off_by, "points", BASIS)
        figures = {}
        for person in members(state, when):
            lines = [(s, e) for day, s, e in state["register"][person] if s in worth and within(day, when)]
            earned = sum((worth[status] for status, _ in lines), Fraction(0))
            events = tuple(event for _, event in lines)
            figure = Figure("earned", earned, "sum", "points", BASIS, events)
            figures[person] = Figure(
                "points", min(earned, cap.exact()), "cap", "points", BASIS, (figure, cap)
            )
        return replace(competition(figures, "exact", population=len(figures)), clause="places")

    return _policy(rule, _HELD, joined, conclude)


# --- 3: a streak -----------------------------------------------------------------------------

STREAK: Final = _document(
    "months-in-a-row",
    _MEMBERS
    + _REGISTER.replace('within = "period"', 'within = "period"\nperiod = "month"')
    + """
[[source]]
code = "there"
event = "activity.held"
each = "attendance"
columns = ["person", "status"]
subject = "person"
within = "period"
period = "month"
where = { status = ["present", "late", "remote"] }

[[clause]]
code = "sessions"
type = "count"
basis = "scheme.points"
since = 2008-01-01
source = "there"
by = ["period"]
empty = "zero"

[[clause]]
code = "stars"
type = "ladder"
basis = "scheme.points"
since = 2008-01-01
tiers = [{ code = "one_star", awards = 1 }, { code = "two_star", awards = 2 }]
breaks = "reset"
void = "skip"
reached = { measure = "sessions", at_least = 1, absent = "not_awarded" }
held = { source = "register", column = "period" }
""",
)


def months_in_a_row(*, breaks: bool = True) -> Policy[Any]:
    """A star for a month with a session, two for two in a row.  Faulty: a month without breaks nothing."""
    rule = _rule("months-in-a-row", sessions={}, stars={})
    ladder = Ladder.model_validate(
        {
            "code": "stars", "version": 1, "breaks": "reset" if breaks else "hold_once", "void": "skip",
            "tiers": [{"code": "one_star", "awards": 1}, {"code": "two_star", "awards": 2}],
        }
    )  # fmt: skip

    def conclude(state: dict[str, Any], rule: Any, when: When) -> Conclusion:
        lines = [line for each in state.get("register", {}).values() for line in each]
        held = {Period.of("month", day) for day, _, _ in lines if within(day, when)}
        streaks = []
        for person in members(state, when):
            there = {Period.of("month", day) for day, s, _ in state["register"][person] if s in THERE}
            outcomes: dict[Period, Outcome] = {
                period: "awarded" if period in there else "not_awarded" for period in held
            }
            streaks.append(Streak("stars", person, _climbed(ladder, outcomes)))
        return Conclusion(streaks=tuple(streaks))

    return _policy(rule, _HELD, joined, conclude)


def _climbed(ladder: Ladder, outcomes: Mapping[Period, Outcome]) -> tuple[Rung, ...]:
    return climb(ladder, outcomes) if outcomes else ()


# --- 4: a tie --------------------------------------------------------------------------------

TIES: Final = _document(
    "who-came",
    _MEMBERS
    + """
[[source]]
code = "there"
event = "activity.held"
each = "attendance"
columns = ["person", "status"]
subject = "person"
within = "period"
where = { status = ["present", "late"] }

[[source]]
code = "on_time"
event = "activity.held"
each = "attendance"
columns = ["person", "status"]
subject = "person"
within = "period"
where = { status = "present" }

[[clause]]
code = "came"
type = "count"
basis = "scheme.points"
since = 2008-01-01
source = "there"
empty = "zero"

[[clause]]
code = "punctual"
type = "count"
basis = "scheme.points"
since = 2008-01-01
source = "on_time"
empty = "zero"

[[clause]]
code = "places"
type = "rank"
basis = "scheme.points"
since = 2008-01-01
measure = "came"
on = "exact"
direction = "highest"
ties = [{ by = "measure", measure = "punctual", on = "exact", direction = "highest" }, { by = "shared" }]
""",
)


def who_came(*, tie_rule: bool = True) -> Policy[Any]:
    """Places by sessions; who is level stands by how often they were on time.  Faulty: they share it."""
    rule = _rule("who-came", came={}, punctual={}, places={})

    def conclude(state: dict[str, Any], rule: Any, when: When) -> Ranking:
        came, punctual = {}, {}
        for person in members(state, when):
            lines = [(s, e) for day, s, e in state["register"][person] if within(day, when)]
            came[person] = counted(
                "came", "came", BASIS, [e for status, e in lines if status in ("present", "late")]
            )
            punctual[person] = counted(
                "punctual", "punctual", BASIS, [event for status, event in lines if status == "present"]
            )
        keys = {
            who: (-came[who].exact(), -punctual[who].exact() if tie_rule else Fraction(0)) for who in came
        }
        return _ranked(keys, came, punctual)

    return _policy(rule, _HELD, joined, conclude)


def _ranked(
    keys: Mapping[str, tuple[Fraction, Fraction]],
    figures: Mapping[str, Figure],
    ties: Mapping[str, Figure],
) -> Ranking:
    entries: list[Entry] = []
    for key in sorted(set(keys.values())):
        level = sorted(who for who in keys if keys[who] == key)
        place = len(entries) + 1
        entries += [
            Entry(
                who, place, figures[who], tuple(other for other in level if other != who), ties=(ties[who],)
            )
            for who in level
        ]
    return Ranking("competition", "exact", len(keys), tuple(entries), clause="places")


# --- 5: a late decision ----------------------------------------------------------------------

LATE: Final = _document(
    "points-kept",
    """
[population]
source = "accounts"

[[source]]
code = "accounts"
event = "points.opened"
columns = ["person"]
subject = "stream"
within = "until"

[[source]]
code = "granted"
event = "points.granted"
columns = ["amount"]
subject = "stream"
within = "period"

[[source]]
code = "decided"
event = "points.deduction_decided"
columns = ["amount", "counts"]
subject = "stream"
within = "period"
where = { counts = "yes" }

[[clause]]
code = "gained"
type = "value"
basis = "scheme.points"
since = 2008-01-01
source = "granted"
column = "amount"
several = "sum"
empty = "zero"
rounding = "none"

[[clause]]
code = "lost"
type = "value"
basis = "scheme.points"
since = 2008-01-01
source = "decided"
column = "amount"
several = "sum"
empty = "zero"
rounding = "none"

[[clause]]
code = "total"
type = "total"
basis = "scheme.points"
since = 2008-01-01
method = "sum"
parts = [{ measure = "gained", weight = 1 }, { measure = "lost", weight = 1 }]
absent = "zero"
rounding = "none"

[[clause]]
code = "places"
type = "rank"
basis = "scheme.points"
since = 2008-01-01
measure = "total"
on = "exact"
direction = "highest"
ties = [{ by = "shared" }]
""",
)


@dataclass(frozen=True)
class Account:
    """What is known of one person's points: entries, and what was proposed to be taken when."""

    gained: tuple[tuple[date, Fraction, Evidence], ...] = ()
    proposed: Mapping[int, date] = ()  # type: ignore[assignment]
    lost: tuple[tuple[date, Fraction, Evidence], ...] = ()
    opened: date = date.max


def points_kept(*, early: bool = False) -> Policy[Any]:
    """What was granted, less what was taken by a decision in the period.  Faulty: by that of the proposal."""
    rule = _rule("points-kept", gained={}, lost={}, total={"gained": 1, "lost": 1}, places={})
    reads: dict[type[Event], tuple[str, ...]] = {
        PointsOpened: ("person",),
        PointsGranted: ("amount",),
        DeductionProposed: ("number",),
        DeductionDecided: ("number", "amount", "counts"),
    }

    def evolve(state: dict[str, Account], row: Row) -> dict[str, Account]:
        account = state.get(row.stream, Account(proposed={}))
        if row.kind is PointsOpened:
            account = replace(account, opened=day_of(row))
        elif row.kind is PointsGranted:
            entry = (day_of(row), Fraction(row["amount"]), row.evidence)
            account = replace(account, gained=(*account.gained, entry))
        elif row.kind is DeductionProposed:
            account = replace(account, proposed={**account.proposed, row["number"]: day_of(row)})
        elif row["counts"]:
            day = account.proposed[row["number"]] if early else day_of(row)
            account = replace(account, lost=(*account.lost, (day, Fraction(row["amount"]), row.evidence)))
        return {**state, row.stream: account}

    def conclude(state: dict[str, Account], rule: Any, when: When) -> Ranking:
        figures = {}
        for stream, account in state.items():
            if account.opened > when.on:
                continue
            parts = []
            for name, entries in (("gained", account.gained), ("lost", account.lost)):
                found = [(value, event) for day, value, event in entries if within(day, when)]
                value = sum((value for value, _ in found), Fraction(0))
                part = Figure(name, value, "sum", name, BASIS, tuple(event for _, event in found))
                weight = constant(f"weight.{name}", rule.value("total", name, when.on), "total", BASIS)
                value = part.exact() * weight.exact()
                parts.append(Figure(f"{name}.counted", value, "product", "total", BASIS, (weight, part)))
            value = sum((part.exact() for part in parts), Fraction(0))
            figures[stream] = Figure("total", value, "sum", "total", BASIS, tuple(parts))
        return replace(competition(figures, "exact", population=len(figures)), clause="places")

    return _policy(rule, reads, evolve, conclude)


# --- all of them -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A policy that claims a document: as it should be, with its fault, and where histories begin."""

    document: RuleDocument
    right: Policy[Any]
    wrong: Policy[Any]
    ground: Ground


def _gaps(ground: Ground, *days: int) -> Ground:
    return replace(ground, gaps=tuple(timedelta(days=each) for each in days))


_BRANCH: Final = party_ground(people=3)
_POINTS: Final = party_ground("member_points", people=2)

CLAIMS: Final[Mapping[str, Claim]] = {
    "wrong rounding stage": Claim(ROUNDING, two_means(), two_means(stage="total"), _POINTS),
    "cap off by one": Claim(CAP, study_points(), study_points(off_by=1), _BRANCH),
    "streak not broken": Claim(
        STREAK, months_in_a_row(), months_in_a_row(breaks=False), _gaps(_BRANCH, 0, 3, 20)
    ),
    "tie rule missing": Claim(TIES, who_came(), who_came(tie_rule=False), _BRANCH),
    "late decision applied early": Claim(LATE, points_kept(), points_kept(early=True), _POINTS),
}
"""By the name of the fault."""
