"""Clocks of cases are pressed: reminded of, put before the unit above, each once and on record.  (R-116)"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.registers import CALENDAR, SECRET, TEXT, Office
from tests.support.world import duties as all_duties

from party_workflow.authority import AdoptRoles, GrantRole, OpenAccount, forbidden
from party_workflow.domain.case import (
    AcceptCase,
    AssignResponsible,
    CaseEscalated,
    CaseReminded,
    CloseCase,
    EscalateCase,
    ExtendClock,
    RemindCase,
)
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.packs.processes import MANAGERS, run_all
from party_workflow.packs.processes.pressing import pressed_cases
from party_workflow.processes import Issue, follows
from party_workflow.service import Workflow
from party_workflow.store import Actor, Receipt

PRESS = pressed_cases(CALENDAR)
CLERK = Actor("a-90", "p-90", "presser")
DAY = timedelta(days=1)


def pressing_office(duties: Sequence[str] = ("case.remind", "case.escalate")) -> Office:
    """An office with an account of the manager's own, which has these two duties and no other."""
    office = Office()
    office.do(
        AdoptRoles(roles={"everything": _everything(office), "presser": tuple(duties)}),
        RegisterPerson(person="p-90", unit="u-city", categories=("member",)),
        OpenAccount(account="a-90", person="p-90"),
        GrantRole(person="p-90", role="presser", unit="u-city"),
    )
    return office


def _everything(office: Office) -> tuple[str, ...]:
    return tuple(sorted({*all_duties(office.model), *party.duties()}))


def press(office: Office, by: Actor = CLERK, workflow: Workflow | None = None) -> list[str]:
    """Run the manager; what it issued, by the type of the event."""
    ran = (workflow or office.workflow).run(PRESS, by=by, at=office.now)
    assert ran.refused == ()
    assert ran.proposals == ()
    return [_type(office, receipt) for receipt in ran.issued]


def _type(office: Office, receipt: Receipt) -> str:
    items = {item.envelope.position: item for item in office.history.events()}
    return str(items[receipt.first_position].envelope.stored_type)


def told(office: Office) -> list[tuple[str, str]]:
    """What was told of which case, in the order of the log."""
    found = office.history.events(CaseReminded, CaseEscalated)
    return [(item.envelope.stream, item.envelope.stored_type) for item in found]


def test_R_116_a_clock_is_reminded_of_ahead_then_when_it_ran_out_and_then_put_before_the_unit_above() -> None:
    office = pressing_office()
    office.accepted("s-1")  # due by the end of 19 March
    seen: dict[str, list[str]] = {}
    for _ in range(40):
        if issued := press(office):
            seen[office.now.date().isoformat()] = issued
        office.later(days=1)
    assert seen == {
        "2024-03-13": ["case.reminded"],
        "2024-03-20": ["case.reminded"],
        "2024-03-30": ["case.escalated"],
    }
    state = office.case("s-1")
    assert state.escalated == ("u-bureau",)
    run = state.run("normal")
    assert run is not None
    assert run.reminders == 2
    reminded = next(iter(office.history.events(CaseReminded)))
    started = [item for item in office.history.events() if item.envelope.stored_type == "case.clock_started"]
    assert reminded.envelope.causation == started[-1].envelope.event_id
    assert (reminded.envelope.account, reminded.envelope.person) == ("a-90", "p-90")
    assert list(forbidden(office.history.events())) == []


def test_R_116_running_it_twice_or_from_two_workflows_issues_nothing_twice() -> None:
    office = pressing_office()
    office.accepted("s-1")
    office.open("n-1", "supervision_notice")
    office.issue("n-1")
    office.later(days=18)
    other = Workflow(office.store, office.model)
    assert press(office) == ["case.reminded", "case.reminded"]
    assert press(office) == []
    assert press(office, workflow=other) == []
    office.later(days=20)
    assert sorted(press(office, workflow=other)) == ["case.escalated", "case.escalated"]
    assert press(office) == []
    assert len(told(office)) == 4


def test_R_116_what_follows_depends_on_events_and_clock_alone() -> None:
    office = pressing_office()
    office.accepted("s-1")
    office.open("u-1", "urgent_concern")
    moments = [office.now + DAY * days for days in range(0, 60, 3)]
    before = [follows(PRESS, office.history, at) for at in moments]
    assert before == [follows(PRESS, office.history, at) for at in moments]
    anew = Workflow(office.store, office.model)
    assert before == [follows(pressed_cases(CALENDAR), anew.history, at) for at in moments]
    issues = [item for found in before for item in found]
    assert all(isinstance(item, Issue) for item in issues)
    assert {type(item.command) for item in issues if isinstance(item, Issue)} == {RemindCase, EscalateCase}


def test_R_116_after_an_extension_the_new_due_is_reminded_of_anew() -> None:
    office = pressing_office()
    office.accepted("s-1")
    office.later(days=10)
    assert press(office) == ["case.reminded"]
    office.do(ExtendClock(key="s-1", clock="normal", ground="more_parts"), by=office.finder)
    assert press(office) == []  # it is due much later now
    office.later(days=14)
    assert press(office) == ["case.reminded"]
    office.later(days=8)
    assert press(office) == ["case.reminded"]
    run = office.case("s-1").run("normal")
    assert run is not None
    assert run.reminders == 3


def test_R_116_what_was_reported_done_or_finished_is_left_alone_and_goes_on_when_it_did_not_hold() -> None:
    office = pressing_office()
    office.accepted("s-1")
    office.rectify("s-1")
    office.later(days=60)
    assert press(office) == []
    office.verify("s-1")
    office.do(CloseCase(key="s-1"), by=office.finder)
    office.later(days=60)
    assert press(office) == []
    office.open("n-1", "supervision_notice")
    office.issue("n-1")
    office.do(AssignResponsible(key="n-1", responsible="p-6"), by=office.clerk)
    office.rectify("n-1")
    office.verify("n-1", passed=False)
    office.later(days=16)
    assert press(office) == ["case.reminded"]  # back to whoever has to answer, on a clock of its own


def test_R_116_a_confidential_case_is_left_to_an_account_that_may_see_it() -> None:
    office = pressing_office()
    office.do(*party.definitions("signed_report"))
    key = f"k-1-{SECRET}"
    office.open(key, "signed_report", by=office.clerk, complainant=TEXT)
    office.later(days=30)
    assert press(office) == []
    trusted = pressed_cases(CALENDAR, confidential=True)
    assert office.workflow.run(trusted, by=CLERK, at=office.now).issued == ()
    ran = office.workflow.run(trusted, by=office.act(3), at=office.now)
    assert len(ran.issued) >= 1
    assert {stream for stream, _ in told(office)} == {f"case/{key}"}


@pytest.mark.parametrize("lacking", ["case.remind", "case.escalate"])
def test_R_116_without_its_duty_nothing_is_issued_and_it_is_told_and_tried_again(lacking: str) -> None:
    both = ("case.remind", "case.escalate")
    office = pressing_office([duty for duty in both if duty != lacking])
    office.accepted("s-1")
    office.later(days=40)
    ran = office.workflow.run(PRESS, by=CLERK, at=office.now)
    assert (len(ran.issued), len(ran.refused)) == (1, 1)
    assert ran.refused[0][1].code.startswith("authority.")
    again = office.workflow.run(PRESS, by=office.act(3), at=office.now)
    assert (len(again.issued), again.refused) == (1, ())


def test_R_116_all_managers_together_press_under_the_roles_that_the_pack_has() -> None:
    office = Office()
    roles = {"everything": _everything(office), "clerk": tuple(party.ROLES["clerk"])}
    office.do(
        AdoptRoles(roles=roles),
        RegisterPerson(person="p-90", unit="u-city", categories=("member",)),
        OpenAccount(account="a-90", person="p-90"),
        GrantRole(person="p-90", role="clerk", unit="u-city"),
    )
    office.accepted("s-1")
    office.later(days=40)
    by = Actor("a-90", "p-90", "clerk")
    ran = run_all(office.workflow, MANAGERS(CALENDAR, {}), by=by, at=office.now)
    assert (len(ran.issued), ran.refused) == (2, ())
    assert run_all(office.workflow, MANAGERS(CALENDAR, {}), by=by, at=office.now).issued == ()


_STEP = st.tuples(
    st.sampled_from(("run", "run", "other", "extend", "rectify", "fail", "new")), st.integers(0, 9)
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(_STEP, min_size=1, max_size=14))
def test_R_116_in_any_split_of_moments_each_due_moment_is_told_of_once_ahead_once_over_and_once_above(
    steps: list[tuple[str, int]],
) -> None:
    office = pressing_office()
    workflows = [office.workflow, Workflow(office.store, office.model)]
    office.accepted("s-0")
    for number, (what, days) in enumerate(steps):
        office.later(days=days)
        if what in ("run", "other"):
            press(office, workflow=workflows[what == "other"])
        elif what == "new":
            office.accepted(f"s-{number + 1}")
        else:
            _course(office, what, number)
    press(office)
    _each_once(office, steps)
    # Whatever was issued follows from the log as it was at that moment, and from nothing else.
    for item in office.history.events(CaseReminded, CaseEscalated):
        at = item.envelope.recorded_at
        known = office.history.up_to(item.envelope.position - 1)
        ids = {PRESS.command_id(each) for each in follows(PRESS, known, at) if isinstance(each, Issue)}
        assert item.envelope.command_id in ids


def _course(office: Office, what: str, number: int) -> None:
    """Something that happens to the first slip, where its state lets it."""
    try:
        if what == "extend":
            office.do(ExtendClock(key="s-0", clock="normal", ground="more_parts"), by=office.finder)
        elif what == "rectify":
            office.rectify("s-0")
        else:
            office.verify("s-0", passed=False)
    except Refused:
        return


def _each_once(office: Office, steps: object) -> None:
    seen: dict[tuple[str, str, datetime], int] = {}
    for item in office.history.events(CaseReminded):
        event, envelope = item.event, item.envelope
        assert isinstance(event, CaseReminded)
        over = "over" if envelope.recorded_at >= event.due else "ahead"
        key = (f"{envelope.stream} {event.clock} {event.run}", over, event.due)
        seen[key] = seen.get(key, 0) + 1
        assert seen[key] == 1, (key, steps)
        assert event.due - envelope.recorded_at <= 7 * DAY
    above = [item.envelope.stream for item in office.history.events(CaseEscalated)]
    assert len(above) == len(set(above))


def test_R_116_a_slip_that_nobody_took_on_is_pressed_as_well() -> None:
    office = pressing_office()
    office.open("s-1", "assignment_slip")
    office.issue("s-1")
    office.later(days=16)
    assert press(office) == ["case.reminded"]
    office.do(AcceptCase(key="s-1"), by=office.clerk)
    assert press(office) == []
