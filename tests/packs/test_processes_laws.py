"""What holds of all managers of the pack together, whenever, wherever and in whatever order they run."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.support.follow import DIGEST, Year
from tests.support.plans import CALENDAR

from party_workflow.authority import forbidden
from party_workflow.domain.activity import CancelActivity
from party_workflow.domain.assessment import NoteProblem
from party_workflow.domain.campaign import ProblemNoted
from party_workflow.domain.case import OpenCase
from party_workflow.domain.procedure import TakeStep
from party_workflow.packs import party
from party_workflow.packs.processes import (
    ADVERSE_COMMANDS,
    MANAGERS,
    adverse,
    adverse_events,
    in_force,
    outlook,
    run_all,
)
from party_workflow.personal import Personal, keyed_salts
from party_workflow.processes import Issue, Proposal, Ran
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore
from party_workflow_adapters import journal
from party_workflow_adapters.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
YIELDS = {name: kinds for decider in party.MODEL.all_deciders for name, kinds in decider.yields.items()}

# --- steps that change what follows ----------------------------------------------------------


def _matter(world: Year, number: int) -> None:
    world.begin("reportable_matter", f"m-{number}", by=world.act(2), matter="leave_of_the_secretary")
    world.take("proceed", key=f"m-{number}", by=world.act(2))


def _reported(world: Year, number: int) -> None:
    world.begin("reportable_matter", f"m-{number}", by=world.act(2), matter="leave_of_the_secretary")
    world.take("report", key=f"m-{number}", by=world.act(2), report=DIGEST)
    world.take("proceed", key=f"m-{number}", by=world.act(2))


def _problem(world: Year, number: int) -> None:
    world.session(f"q{number}")
    world.do(NoteProblem(key=f"q{number}", subject="u-b1", text=Personal("No minutes")), by=world.act(3))


def _graded(world: Year, number: int) -> None:
    world.session(f"q{number}")
    world.grade(f"q{number}", u_b1="poor", u_b2="good")


def _case(world: Year, number: int) -> None:
    world.case(f"c-{number}", days=number % 7 + 1)


def _published(world: Year, number: int) -> None:
    world.publish(f"r{number}", days=number % 7 + 1)


def _warned(world: Year, number: int) -> None:
    expires = world.day(days=number % 9 + 1)
    said = {"warned_unit": "u-branch", "cause": "low_morale", "expires_on": expires}
    world.begin("warning", f"w-{number}", by=world.act(2), version=1, **said)


STEPS: dict[str, Callable[[Year, int], None]] = {
    "matter": _matter,
    "reported": _reported,
    "problem": _problem,
    "graded": _graded,
    "case": _case,
    "published": _published,
    "warned": _warned,
}
steps = st.lists(
    st.one_of(
        st.sampled_from(sorted(STEPS)).map(lambda name: (name, 0)),
        st.tuples(st.just("later"), st.integers(1, 12)),
        st.tuples(st.just("run"), st.integers(0, 2)),
        st.tuples(st.just("shuffled"), st.integers(0, 10_000)),
    ),
    max_size=9,
)


def clerks(world: Year) -> list[str]:
    """The command ids of what the clerk has issued, one for each command."""
    found = dict.fromkeys(
        record.envelope.command_id
        for record in world.store.read()
        if record.envelope.account == world.by.account
    )
    return list(found)


def drive(world: Year, todo: list[tuple[str, int]], others: list[Workflow], *, run: bool = True) -> None:
    for number, (what, how) in enumerate(todo):
        if what == "later":
            world.later(days=how)
        elif what == "run":
            if run:
                workflow = [world.workflow, *others][how % (1 + len(others))]
                assert world.follow(workflow).refused == ()
                assert run_all(workflow, world.managers(), by=world.by, at=world.now).issued == ()
        elif what == "shuffled":
            if run:
                managers = list(world.managers())
                turned = managers[how % len(managers) :] + managers[: how % len(managers)]
                ran = run_all(world.workflow, turned[:: 1 if how % 2 else -1], by=world.by, at=world.now)
                assert ran.refused == ()
        else:
            STEPS[what](world, number)


def issued_once(world: Year) -> None:
    """Nothing twice: no cause has two cases, and nothing in the log was not permitted."""
    causes = Counter(
        (record.envelope.causation, record.envelope.stored_type)
        for record in world.store.read()
        if record.envelope.account == world.by.account
    )
    assert set(causes.values()) <= {1}
    assert list(forbidden(world.workflow.history.events())) == []


@settings(max_examples=25, deadline=None)
@given(steps)
def test_R_116_in_any_order_at_any_moment_and_however_often_nothing_is_issued_twice(
    todo: list[tuple[str, int]],
) -> None:
    world = Year()
    drive(world, todo, [world.beside(), world.beside()])
    world.follow()
    head = world.store.head()
    for workflow in (world.workflow, world.beside()):
        assert world.follow(workflow).issued == ()
    assert world.store.head() == head
    issued_once(world)


@settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(steps)
def test_R_116_two_workflows_on_one_file_issue_nothing_twice(todo: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        with SqliteStore(path) as store, SqliteStore(path) as again:
            world = Year(store=store)
            other = Workflow(
                again, world.model, openings=world.workflow.openings, salts=keyed_salts(bytes(32))
            )
            drive(world, todo, [other])
            world.follow(other)
            assert world.follow().issued == ()
            assert world.follow(other).issued == ()
            issued_once(world)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_R_116_what_is_issued_by_a_moment_does_not_depend_on_how_often_it_ran_before(
    todo: list[tuple[str, int]],
) -> None:
    often, seldom = Year(), Year()
    drive(often, todo, [often.beside()])
    drive(seldom, todo, [], run=False)
    ran = (often.follow(), seldom.follow())
    assert sorted(clerks(often)) == sorted(clerks(seldom))
    assert told(ran[0]) == told(ran[1])


def told(ran: Ran) -> list[tuple[str, str, str, str, str, str | None]]:
    """What is proposed to whom; not the command, which cites positions of the log as it came about."""
    return [
        (
            item.subject,
            item.action,
            item.ground,
            item.cause,
            item.to,
            item.command and item.command.stored_type,
        )
        for item in ran.proposals
    ]


def test_R_116_where_the_past_is_completed_later_it_matters_who_looked_in_between() -> None:
    """A report that was given in time and is recorded late: whoever looked before it was known found a matter
    without a report, and said so.  What was issued stays, and closing it is proposed."""
    found = []
    for looked in (True, False):
        world = Year()
        world.begin("reportable_matter", "m-1", by=world.act(2), matter="leave_of_the_secretary")
        world.later(days=1)
        given_at = world.now
        world.later(days=1)
        world.take("proceed", key="m-1", by=world.act(2))
        if looked:
            world.follow()
        world.later(days=1)
        late = TakeStep(key="m-1", step="report", given={"report": DIGEST})
        world.do(late, by=world.act(2), effective_at=given_at)
        ran = world.follow()
        found.append((len(clerks(world)), [item.action for item in ran.proposals]))
    assert found == [(1, ["close_finding"]), (0, [])]


def test_what_one_manager_issues_another_takes_up_in_the_same_run_in_either_order() -> None:
    for turned in (1, -1):
        world = Year()
        world.planned()
        world.do(CancelActivity(key="q2", reason="epidemic"))
        world.later(days=1)
        ran = run_all(world.workflow, world.managers()[::turned], by=world.by, at=world.now)
        assert (len(ran.issued), ran.refused) == (3, ())  # the occasion missed, the case, the link


# --- nothing adverse -------------------------------------------------------------------------


def test_R_207_no_manager_of_the_pack_can_issue_anything_adverse() -> None:
    world = Year()
    harmful = adverse_events(YIELDS)
    assert {"points.deduction_proposed", "assessment.entries_quarantined", "procedure.opened"} <= harmful
    assert {"organisation.person_left", "authority.role_revoked", "case.respondent_notified"} <= harmful
    for manager in world.managers():
        for command in manager.issues:
            assert command not in ADVERSE_COMMANDS, manager.name
            assert not {kind.stored_type for kind in YIELDS[command.stored_type]} & harmful, manager.name


def _walk(workflow: Workflow, by: Actor, moments: list[datetime]) -> tuple[set[str], set[str]]:
    """Everything that the managers issue or propose at these moments, by name; none of it adverse."""
    managers = MANAGERS(CALENDAR, in_force(workflow.history))
    issued, proposed = set[str](), set[str]()
    for at in moments:
        for name, found in outlook(workflow, managers, by=by, at=at).items():
            declared = next(manager for manager in managers if manager.name == name)
            for item in found:
                if isinstance(item, Issue):
                    assert adverse(item.command) is None, name
                    assert type(item.command) in declared.issues, name
                    assert not (isinstance(item.command, OpenCase) and item.command.concerns)
                    issued.add(name)
                else:
                    assert isinstance(item, Proposal)
                    assert item.action in declared.proposes, (name, item.action)
                    proposed.add(name)
    return issued, proposed


def test_R_207_on_the_example_history_nothing_adverse_follows_at_any_moment() -> None:
    workflow = Workflow(MemoryStore(), party.MODEL, salts=keyed_salts(bytes(32)))
    assert journal.execute(workflow, ROOT / "examples" / "education_campaign" / "history.jsonl")
    start = datetime(2005, 1, 14, tzinfo=UTC)
    moments = [start + timedelta(days=days) for days in range(0, 240, 12)]
    noted = [item.envelope.recorded_at for item in workflow.history.events(ProblemNoted)]
    issued, proposed = _walk(workflow, Actor("a-102", "p-102", "clerk"), sorted([*moments, *noted]))
    assert (issued, proposed) == ({"findings-from-look-backs"}, {"conditions-due"})


def test_R_207_a_year_with_everything_in_it_issues_findings_and_proposes_the_rest() -> None:
    world = Year("six_basic_systems")
    world.campaign()
    for number, step in enumerate(STEPS.values()):
        step(world, number)
    moments = [world.now + timedelta(days=days) for days in (0, 8, 20, 60)]
    issued, proposed = _walk(world.workflow, world.by, moments)
    assert issued == {"findings-from-look-backs", "findings-of-assessments", "unreported-matters"}
    assert {"consequences-of-grades", "cases-overdue", "publications-waiting", "ended-terms"} <= proposed
    assert "unmet-duties" in proposed


def test_a_manager_that_needs_a_kind_that_was_not_adopted_is_left_out() -> None:
    names = {manager.name for manager in MANAGERS(CALENDAR, {})}
    assert not names & {"unreported-matters", "findings-of-plans", "consequences-of-grades"}
    more = {manager.name for manager in MANAGERS(CALENDAR, {"finding": DIGEST})}
    assert more - names == {
        "findings-from-look-backs",
        "findings-of-plans",
        "findings-of-assessments",
        "unreported-matters",
    }


@pytest.mark.parametrize("code", ["finding", "interview"])
def test_the_definitions_in_force_are_read_from_the_log(code: str) -> None:
    from party_workflow.domain.definition import RetireDefinition

    world = Year()
    assert len(in_force(world.workflow.history)[code]) == 64
    world.do(RetireDefinition(code=code, ground="replaced"))
    assert code not in in_force(world.workflow.history)
