"""Who may cause what: each reason with its counterpart; what is written underneath is found (R-207)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import matter
from tests.support.laws import attempt, replays
from tests.support.matter import Answered, Grade, Judge, Judged, Passed, Raise, Respond, See, Seen
from tests.support.world import ROOT, START, World, duties

from party_workflow.authority import (
    ALREADY_OPEN,
    APPOINTEE,
    CONFLICT,
    DECISION_REASONS,
    HAS_PART,
    LOG_EXISTS,
    NO_DELEGATION,
    NO_DUTY,
    NO_STEP,
    NOT_GRANTED,
    NOT_IN_SCOPE,
    NOT_OWN,
    NOT_YET,
    OUTSIDE_REQUIRED,
    OWN_CASE,
    OWN_UNIT,
    REASONS,
    RECUSE_WITHIN,
    RECUSED,
    ROLE_NOT_HELD,
    SAME_PERSON,
    UNKNOWN_ACCOUNT,
    UNKNOWN_MATTER,
    UNKNOWN_ROLE,
    WRONG_PERSON,
    AccountClosed,
    AccountOpened,
    AdoptRoles,
    AuthorityState,
    CloseAccount,
    DeclareConflict,
    Delegate,
    Delegated,
    EndDelegation,
    GrantRole,
    OpenAccount,
    OpenLog,
    Recuse,
    RevokeRole,
    RoleGranted,
    RolesAdopted,
    forbidden,
)
from party_workflow.codec import Command, Event
from party_workflow.decider import Context
from party_workflow.domain.organisation import (
    FoundUnit,
    MovePerson,
    MoveUnit,
    PersonMoved,
    RegisterPerson,
    RemovePerson,
)
from party_workflow.errors import Reason, Refusal, Refused
from party_workflow.model import Model
from party_workflow.service import Workflow
from party_workflow.store import Actor, Append, Draft, MemoryStore
from party_workflow.testing.scenario import seal

JUDGE = ("matter.raise", "matter.judge", "matter.pass", "matter.grade")
REGISTRAR = (
    "authority.grant",
    "authority.account",
    "organisation.people",
    "organisation.units",
    "organisation.posts",
)
CLERK = ("matter.raise",)


def town() -> World:
    """A bureau with a branch and another unit beside it.

    p-1 to p-9 count in the branch, p-20 in the other unit, p-60 in the city.  By role: p-2 judges in the
    branch, p-20 in the whole city; p-3 keeps the register of the branch; p-4 is its clerk.
    """
    world = World(matter.DECIDER, members=9)
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-bureau"))
    world.do(RegisterPerson(person="p-20", unit="u-other", categories=("member",)))
    world.do(OpenAccount(account="a-20", person="p-20"))
    book = {"judge": JUDGE, "registrar": REGISTRAR, "clerk": CLERK, "keeper": ("case.custody",)}
    world.do(AdoptRoles(roles={"everything": tuple(duties(world.model)), **book}))
    for person, role, unit in (
        ("p-2", "judge", "u-branch"),
        ("p-20", "judge", "u-city"),
        ("p-3", "registrar", "u-branch"),
        ("p-4", "clerk", "u-branch"),
    ):
        world.do(GrantRole(person=person, role=role, unit=unit))
    world.later(minutes=1)
    return world


def actor(number: int, capacity: str = "self", delegate_of: int | None = None) -> Actor:
    return Actor(f"a-{number}", f"p-{number}", capacity, None if delegate_of is None else f"p-{delegate_of}")


JUDGING, CITY_JUDGE, REGISTERING, CLERKING = (
    actor(2, "judge"),
    actor(20, "judge"),
    actor(3, "registrar"),
    actor(4, "clerk"),
)


def raised(world: World, key: str = "m-1", **other: Any) -> World:
    """A matter about p-5, raised by p-6 and taken in by the clerk."""
    world.do(Raise(key=key, unit="u-branch", subject="p-5", raiser="p-6", **other), by=CLERKING)
    return world


def refused(world: World, command: Command, by: Actor, reason: Reason) -> Refusal:
    """The command is refused for this reason, in words, and nothing is recorded."""
    refusal = attempt(world, command, by)
    assert refusal is not None, "carried out"
    assert refusal.code == reason.code, str(refusal)
    about = dict(refusal.about)
    assert refusal.sentence == reason.sentence.format(**about)
    assert refusal.remedy == reason.remedy.format(**about)
    assert "{" not in str(refusal)
    return refusal


def permitted(world: World, command: Command, by: Actor) -> None:
    """The command is carried out, and an auditor finds nothing amiss."""
    refusal = attempt(world, command, by)
    assert refusal is None, str(refusal)
    assert list(forbidden(world.workflow.history.events())) == []


# --- reasons of authority, in order of precedence --------------------------------------------


def test_a_confidential_matter_is_unknown_to_who_may_not_see_it_and_known_to_who_may() -> None:
    world = raised(town(), confidential=True)
    refused(world, Raise(key="m-1", unit="u-branch", subject="p-5"), CITY_JUDGE, UNKNOWN_MATTER)
    world.do(GrantRole(person="p-20", role="keeper", unit="u-city"))
    permitted(world, Judge(key="m-1", verdict="unfounded"), CITY_JUDGE)


def test_an_account_that_was_never_opened_or_is_closed_can_do_nothing() -> None:
    world = raised(town())
    refused(world, See(key="m-1"), actor(77), UNKNOWN_ACCOUNT)
    world.do(CloseAccount(account="a-9"))
    refused(world, See(key="m-1"), actor(9), UNKNOWN_ACCOUNT)
    permitted(world, See(key="m-1"), actor(8))


def test_an_account_stands_for_the_person_that_it_was_opened_for() -> None:
    world = raised(town())
    refused(world, See(key="m-1"), Actor("a-9", "p-8"), WRONG_PERSON)
    permitted(world, See(key="m-1"), Actor("a-9", "p-9"))


def test_nobody_acts_for_another_without_a_delegation() -> None:
    world = raised(town())
    delegate = actor(7, "judge", delegate_of=2)
    refused(world, Judge(key="m-1", verdict="founded"), delegate, NO_DELEGATION)
    world.do(delegation(world, until=world.now + timedelta(days=1)), by=actor(2))
    permitted(world, Judge(key="m-1", verdict="founded"), delegate)


def delegation(world: World, until: datetime, unit: str = "u-branch") -> Delegate:
    return Delegate(principal="p-2", delegate="p-7", role="judge", unit=unit, until=until)


def test_nobody_acts_in_a_role_that_they_do_not_hold() -> None:
    world = raised(town())
    refused(world, Judge(key="m-1", verdict="founded"), actor(9, "judge"), ROLE_NOT_HELD)
    permitted(world, Judge(key="m-1", verdict="founded"), JUDGING)


def test_a_role_does_what_its_duties_say_and_no_more() -> None:
    world = raised(town())
    refused(world, Judge(key="m-1", verdict="founded"), CLERKING, NO_DUTY)
    refused(world, Judge(key="m-1", verdict="founded"), actor(2), NO_DUTY)
    permitted(world, Judge(key="m-1", verdict="founded"), JUDGING)


def test_a_role_reaches_its_unit_and_what_lies_below_and_nothing_else() -> None:
    world = town()
    elsewhere = Raise(key="m-2", unit="u-other", subject="p-20")
    refused(world, elsewhere, CLERKING, NOT_IN_SCOPE)
    refused(world, Raise(key="m-2", unit="u-bureau", subject="p-20"), CLERKING, NOT_IN_SCOPE)
    permitted(world, elsewhere, CITY_JUDGE)
    refused(world, Judge(key="m-2", verdict="founded"), JUDGING, NOT_IN_SCOPE)
    world.do(FoundUnit(unit="u-cell", kind="cell", parent="u-branch"))
    permitted(world, Raise(key="m-3", unit="u-cell", subject="p-5"), CLERKING)


def test_what_concerns_one_person_is_theirs_to_do_in_their_own_name() -> None:
    world = raised(town())
    refused(world, Respond(key="m-1"), actor(9), NOT_OWN)
    refused(world, Respond(key="m-1"), CITY_JUDGE, NOT_OWN)
    permitted(world, Respond(key="m-1"), actor(5))


def test_whoever_does_in_a_role_what_is_theirs_to_do_for_themselves_is_told_so() -> None:
    world = town()
    permitted(world, Raise(key="m-1", unit="u-branch", subject="p-2"), CLERKING)
    refusal = refused(world, Respond(key="m-1"), JUDGING, NOT_OWN)
    assert "p-2 does not act as that" in refusal.sentence
    assert "with the capacity self, not in a role" in refusal.remedy
    permitted(world, Respond(key="m-1"), actor(2))


def test_what_needs_somebody_from_outside_is_not_done_by_those_inside() -> None:
    world = raised(town())
    world.do(GrantRole(person="p-2", role="judge", unit="u-city"))
    refused(world, matter.Pass(key="m-1"), JUDGING, OUTSIDE_REQUIRED)
    permitted(world, matter.Pass(key="m-1"), CITY_JUDGE)


def test_who_belonged_to_the_unit_at_any_time_since_the_matter_began_is_no_outsider() -> None:
    world = raised(town())
    world.do(MovePerson(person="p-20", unit="u-branch"))
    refused(world, matter.Pass(key="m-1"), CITY_JUDGE, OUTSIDE_REQUIRED)
    world.later(days=1)
    world.do(RemovePerson(person="p-20", ground="transfer"))
    refused(world, matter.Pass(key="m-1"), CITY_JUDGE, OUTSIDE_REQUIRED)


def test_who_will_be_moved_tomorrow_is_outside_today() -> None:
    world = raised(town())
    world.do(MovePerson(person="p-20", unit="u-branch"), effective_at=world.now + timedelta(days=1))
    permitted(world, matter.Pass(key="m-1"), CITY_JUDGE)
    world.later(days=2)
    refused(world, matter.Pass(key="m-1"), CITY_JUDGE, OUTSIDE_REQUIRED)


def test_who_has_stepped_back_stays_out_of_that_matter_and_of_no_other() -> None:
    world = raised(raised(town()), "m-2")
    permitted(world, Recuse(person="p-2", matter="matter/m-1"), actor(2))
    refused(world, Judge(key="m-1", verdict="founded"), JUDGING, RECUSED)
    permitted(world, Judge(key="m-2", verdict="founded"), JUDGING)
    permitted(world, Judge(key="m-1", verdict="founded"), CITY_JUDGE)


def test_nobody_makes_another_step_back() -> None:
    world = raised(town())
    refused(world, Recuse(person="p-2", matter="matter/m-1"), actor(5), NOT_OWN)
    refused(world, Recuse(person="p-2", matter="matter/m-1"), ROOT, NOT_OWN)


def test_R_207_nobody_decides_in_their_own_case_neither_by_relation_nor_by_field() -> None:
    world = town()
    world.do(Raise(key="m-1", unit="u-branch", subject="p-2", raiser="p-6"), by=CLERKING)
    refusal = refused(world, Judge(key="m-1", verdict="unfounded"), JUDGING, OWN_CASE)
    assert dict(refusal.about)["relation"] == "subject"
    refused(world, Grade(key="m-1", grades={"p-8": "good", "p-2": "good"}), JUDGING, OWN_CASE)
    permitted(world, Grade(key="m-1", grades={"p-8": "good"}), JUDGING)
    permitted(world, Judge(key="m-1", verdict="founded"), CITY_JUDGE)


def test_a_declared_conflict_with_a_barred_person_bars_too() -> None:
    for by in (actor(2), ROOT):
        world = raised(town())
        permitted(world, DeclareConflict(person="p-2", other="p-5", ground="kin"), by)
        refused(world, Judge(key="m-1", verdict="founded"), JUDGING, CONFLICT)
        permitted(world, Judge(key="m-1", verdict="founded"), CITY_JUDGE)
    refused(town(), DeclareConflict(person="p-2", other="p-5", ground="kin"), actor(9), NOT_OWN)


def test_nobody_bars_a_decider_by_declaring_a_conflict_of_their_own() -> None:
    world = raised(town())
    permitted(world, DeclareConflict(person="p-5", other="p-2", ground="dispute"), actor(5))
    refused(world, DeclareConflict(person="p-2", other="p-5", ground="dispute"), actor(5), NOT_OWN)
    permitted(world, Judge(key="m-1", verdict="founded"), JUDGING)


def test_nobody_takes_a_role_by_delegating_it_to_themselves() -> None:
    world = town()
    taking = Delegate(
        principal="p-2", delegate="p-1", role="judge", unit="u-branch", until=world.now + timedelta(days=1)
    )
    refused(world, taking, ROOT, NOT_OWN)
    permitted(world, taking, actor(2))


def test_what_ends_a_right_takes_effect_when_it_is_recorded_and_no_later() -> None:
    world = town()
    tomorrow = world.now + timedelta(days=1)
    with pytest.raises(Refused) as no:
        world.do(RevokeRole(person="p-2", role="judge", unit="u-branch"), effective_at=tomorrow)
    assert no.value.refusal.code == NOT_YET.code
    permitted(world, RevokeRole(person="p-2", role="judge", unit="u-branch"), ROOT)


# --- one person, several accounts, delegates -------------------------------------------------


def test_a_second_account_is_the_same_person_to_every_rule() -> None:
    world = town()
    world.do(OpenAccount(account="a-2nd", person="p-2"))
    world.do(Raise(key="m-1", unit="u-branch", subject="p-2"), by=CLERKING)
    second = Actor("a-2nd", "p-2", "judge")
    refused(world, Judge(key="m-1", verdict="unfounded"), second, OWN_CASE)
    permitted(raised(world, "m-2"), Judge(key="m-2", verdict="unfounded"), second)


def test_a_delegate_is_barred_by_the_principals_relations_and_by_their_own() -> None:
    until = town().now + timedelta(days=1)
    for subject in ("p-2", "p-7"):
        world = town()
        world.do(delegation(world, until), by=actor(2))
        world.do(Raise(key="m-1", unit="u-branch", subject=subject), by=CLERKING)
        refused(world, Judge(key="m-1", verdict="unfounded"), actor(7, "judge", 2), OWN_CASE)
    world = raised(town())
    world.do(delegation(world, until), by=actor(2))
    world.do(DeclareConflict(person="p-2", other="p-5", ground="kin"), by=actor(2))
    refused(world, Judge(key="m-1", verdict="unfounded"), actor(7, "judge", 2), CONFLICT)
    for stepping_back in (2, 7):
        world = raised(town())
        world.do(delegation(world, until), by=actor(2))
        world.do(Recuse(person=f"p-{stepping_back}", matter="matter/m-1"), by=actor(stepping_back))
        refused(world, Judge(key="m-1", verdict="unfounded"), actor(7, "judge", 2), RECUSED)


def test_a_delegation_ends_with_its_term_with_the_role_and_when_it_is_ended() -> None:
    def given_to(world: World) -> Actor:
        world.do(delegation(world, until=world.now + timedelta(days=1)), by=actor(2))
        return actor(7, "judge", 2)

    judge = Judge(key="m-1", verdict="founded")
    world = raised(town())
    delegate = given_to(world)
    world.later(days=1, seconds=1)
    refused(world, judge, delegate, NO_DELEGATION)

    world = raised(town())
    delegate = given_to(world)
    world.do(RevokeRole(person="p-2", role="judge", unit="u-branch"))
    refused(world, judge, delegate, ROLE_NOT_HELD)

    world = raised(town())
    delegate = given_to(world)
    permitted(world, EndDelegation(principal="p-2", delegate="p-7", role="judge"), actor(7))
    refused(world, judge, delegate, NO_DELEGATION)


def test_a_delegation_reaches_no_farther_than_it_says_and_than_the_role_itself() -> None:
    world = town()
    until = world.now + timedelta(days=1)
    lent = Delegate(principal="p-20", delegate="p-7", role="judge", unit="u-branch", until=until)
    world.do(lent, by=actor(20))
    delegate = actor(7, "judge", 20)
    refused(world, Raise(key="m-1", unit="u-other", subject="p-9"), delegate, NOT_IN_SCOPE)
    permitted(world, Raise(key="m-1", unit="u-branch", subject="p-9"), delegate)
    refused(world, delegation(world, until, unit="u-bureau"), actor(2), ROLE_NOT_HELD)


def test_a_second_delegation_over_another_unit_leaves_the_first_in_force() -> None:
    world = town()
    for unit in ("u-branch", "u-other"):
        until = world.now + timedelta(days=1)
        world.do(
            Delegate(principal="p-20", delegate="p-7", role="judge", unit=unit, until=until), by=actor(20)
        )
    delegate = actor(7, "judge", 20)
    permitted(world, Raise(key="m-1", unit="u-branch", subject="p-9"), delegate)
    permitted(world, Raise(key="m-2", unit="u-other", subject="p-9"), delegate)


def test_a_delegate_cannot_answer_for_the_principal_nor_pass_the_role_on() -> None:
    world = raised(town())
    until = world.now + timedelta(days=1)
    world.do(delegation(world, until), by=actor(2))
    refused(world, Respond(key="m-1"), actor(7, "judge", 2), NOT_OWN)
    further = Delegate(principal="p-2", delegate="p-8", role="judge", unit="u-branch", until=until)
    refused(world, further, actor(7, "judge", 2), NOT_OWN)
    refused(world, further, actor(7), NOT_OWN)


# --- roles -----------------------------------------------------------------------------------


def test_a_role_holds_until_its_term_and_until_it_is_revoked_or_laid_down() -> None:
    world = raised(raised(town()), "m-2")
    world.do(GrantRole(person="p-9", role="judge", unit="u-branch", until=world.now + timedelta(days=2)))
    judge = actor(9, "judge")
    world.later(days=2)
    permitted(world, Judge(key="m-1", verdict="founded"), judge)
    world.later(seconds=1)
    refused(world, Judge(key="m-2", verdict="founded"), judge, ROLE_NOT_HELD)
    permitted(world, RevokeRole(person="p-2", role="judge", unit="u-branch"), actor(2))
    refused(world, Judge(key="m-2", verdict="founded"), JUDGING, ROLE_NOT_HELD)


def test_a_role_granted_from_tomorrow_on_is_not_held_today() -> None:
    world = raised(town())
    tomorrow = world.now + timedelta(days=1)
    world.do(GrantRole(person="p-9", role="judge", unit="u-branch"), effective_at=tomorrow)
    refused(world, Judge(key="m-1", verdict="founded"), actor(9, "judge"), ROLE_NOT_HELD)
    world.later(days=1)
    permitted(world, Judge(key="m-1", verdict="founded"), actor(9, "judge"))


def test_a_new_role_book_takes_effect_at_once() -> None:
    world = raised(town())
    kept = tuple(duties(world.model))
    world.do(
        AdoptRoles(roles={"everything": kept, "judge": ("matter.raise",), "clerk": (*CLERK, "matter.judge")})
    )
    refused(world, Judge(key="m-1", verdict="founded"), JUDGING, NO_DUTY)
    permitted(world, Judge(key="m-1", verdict="founded"), CLERKING)


def test_nobody_grants_themselves_a_role_not_even_through_a_second_account_or_a_delegate() -> None:
    world = town()
    mine = GrantRole(person="p-3", role="judge", unit="u-branch")
    refused(world, mine, REGISTERING, OWN_CASE)
    world.do(OpenAccount(account="a-3rd", person="p-3"))
    refused(world, mine, Actor("a-3rd", "p-3", "registrar"), OWN_CASE)
    until = world.now + timedelta(days=1)
    world.do(
        Delegate(principal="p-3", delegate="p-7", role="registrar", unit="u-branch", until=until), by=actor(3)
    )
    refused(world, mine, actor(7, "registrar", 3), OWN_CASE)
    permitted(world, GrantRole(person="p-8", role="judge", unit="u-branch"), REGISTERING)


def test_a_registrar_below_gives_and_takes_nothing_above_or_beside_their_unit() -> None:
    world = town()
    for unit in ("u-bureau", "u-city", "u-other", "u-nowhere"):
        refused(world, GrantRole(person="p-8", role="clerk", unit=unit), REGISTERING, NOT_IN_SCOPE)
    refused(world, RevokeRole(person="p-20", role="judge", unit="u-city"), REGISTERING, NOT_IN_SCOPE)
    refused(world, OpenAccount(account="a-x", person="p-8"), REGISTERING, NOT_IN_SCOPE)
    refused(world, AdoptRoles(roles={"clerk": JUDGE}), REGISTERING, NO_DUTY)
    permitted(world, RevokeRole(person="p-4", role="clerk", unit="u-branch"), REGISTERING)


def test_a_registrar_takes_neither_people_nor_units_from_others() -> None:
    world = town()
    world.do(FoundUnit(unit="u-cell", kind="cell", parent="u-other"))
    world.do(FoundUnit(unit="u-own", kind="cell", parent="u-branch"))
    refused(world, MovePerson(person="p-20", unit="u-branch"), REGISTERING, NOT_IN_SCOPE)
    refused(world, MovePerson(person="p-9", unit="u-other"), REGISTERING, NOT_IN_SCOPE)
    refused(world, MoveUnit(unit="u-cell", parent="u-branch"), REGISTERING, NOT_IN_SCOPE)
    refused(world, MoveUnit(unit="u-own", parent="u-other"), REGISTERING, NOT_IN_SCOPE)
    refused(world, RemovePerson(person="p-20", ground="transfer"), REGISTERING, NOT_IN_SCOPE)
    refused(
        world,
        RegisterPerson(person="p-21", unit="u-other", categories=("member",)),
        REGISTERING,
        NOT_IN_SCOPE,
    )
    refused(world, FoundUnit(unit="u-new", kind="cell", parent="u-bureau"), REGISTERING, NOT_IN_SCOPE)
    permitted(world, MovePerson(person="p-9", unit="u-own"), REGISTERING)
    permitted(world, MovePerson(person="p-20", unit="u-branch"), ROOT)


def test_a_unit_that_moves_takes_the_reach_of_roles_with_it() -> None:
    world = town()
    world.do(FoundUnit(unit="u-cell", kind="cell", parent="u-other"))
    refused(world, Raise(key="m-1", unit="u-cell", subject="p-9"), CLERKING, NOT_IN_SCOPE)
    world.do(MoveUnit(unit="u-cell", parent="u-branch"), effective_at=world.now + timedelta(days=1))
    refused(world, Raise(key="m-1", unit="u-cell", subject="p-9"), CLERKING, NOT_IN_SCOPE)
    world.later(days=1)
    permitted(world, Raise(key="m-1", unit="u-cell", subject="p-9"), CLERKING)


# --- reasons of the decisions about authority ------------------------------------------------

DECIDED: list[tuple[Reason, Command, Command]] = [
    (
        LOG_EXISTS,
        OpenLog(tenant="other", packs={}, role="r", roles={"r": ()}),
        OpenAccount(account="a-new", person="p-8"),
    ),
    (ALREADY_OPEN, OpenAccount(account="a-9", person="p-8"), OpenAccount(account="a-9th", person="p-8")),
    (
        UNKNOWN_ROLE,
        GrantRole(person="p-8", role="king", unit="u-branch"),
        GrantRole(person="p-8", role="judge", unit="u-branch"),
    ),
    (
        SAME_PERSON,
        DeclareConflict(person="p-8", other="p-8", ground="kin"),
        DeclareConflict(person="p-8", other="p-9", ground="kin"),
    ),
    (
        NOT_GRANTED,
        RevokeRole(person="p-2", role="judge", unit="u-other"),
        RevokeRole(person="p-2", role="judge", unit="u-branch"),
    ),
]


@pytest.mark.parametrize(("reason", "no", "yes"), DECIDED, ids=lambda value: getattr(value, "code", ""))
def test_each_decision_about_authority_that_is_refused_has_a_counterpart(
    reason: Reason, no: Command, yes: Command
) -> None:
    world = town()
    refused(world, no, ROOT, reason)
    permitted(world, yes, ROOT)


def test_the_table_of_decisions_is_complete() -> None:
    elsewhere = {NOT_YET, RECUSE_WITHIN}  # above and below
    assert {reason for reason, _, _ in DECIDED} == set(DECISION_REASONS) - elsewhere


def test_R_203_from_a_case_one_steps_back_within_it_so_that_nothing_outside_tells() -> None:
    world = town()
    refused(world, Recuse(person="p-9", matter="case/c-1"), actor(9), RECUSE_WITHIN)
    permitted(world, Recuse(person="p-9", matter="matter/m-1"), actor(9))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (CloseAccount(account="a-77"), UNKNOWN_ACCOUNT),
        (EndDelegation(principal="p-2", delegate="p-7", role="judge"), NOT_GRANTED),
        (
            Delegate(principal="p-2", delegate="p-2", role="judge", unit="u-branch", until=START),
            SAME_PERSON,
        ),
    ],
)
def test_other_decisions_about_authority_that_are_refused(command: Command, reason: Reason) -> None:
    refused(town(), command, actor(2) if isinstance(command, Delegate) else ROOT, reason)


def test_a_log_whose_first_role_is_not_in_its_book_is_not_opened() -> None:
    workflow = Workflow(MemoryStore(), Model(()))
    genesis = OpenLog(tenant="t", packs={}, role="king", roles={"clerk": ()})
    with pytest.raises(Refused) as no:
        workflow.execute(genesis, by=actor(1), at=town().now, command_id="c-1")
    assert no.value.refusal.code == UNKNOWN_ROLE.code
    assert workflow.store.head().position == 0


# --- confidential matters --------------------------------------------------------------------


def test_a_hidden_matter_is_answered_like_one_that_does_not_exist() -> None:
    world = raised(town(), confidential=True)
    commands: list[Callable[[str], Command]] = [
        lambda key: Judge(key=key, verdict="founded"),
        lambda key: Respond(key=key),
        lambda key: matter.Pass(key=key),
        lambda key: Grade(key=key, grades={"p-8": "good"}),
        lambda key: See(key=key),
    ]
    for by in (actor(5), actor(9), JUDGING, CITY_JUDGE, actor(77), actor(9, "judge")):
        for make in commands:
            answers = [attempt(world, make(key), by) for key in ("m-1", "m-0")]
            assert answers[0] is not None
            assert answers[1] is not None
            hidden, absent = (str(a).replace("m-1", "m-?").replace("m-0", "m-?") for a in answers)
            assert hidden == absent
        seen = [(p.command, str(p.refusal)) for p in world.workflow.allowed(by, world.now, "matter/m-1")]
        none = [(p.command, str(p.refusal)) for p in world.workflow.allowed(by, world.now, "matter/m-0")]
        assert [(c, r.replace("m-1", "m-?")) for c, r in seen] == [
            (c, r.replace("m-0", "m-?")) for c, r in none
        ]
        assert not world.workflow.sees(by, world.now, "matter/m-1")
        assert "matter/m-1" not in {p.stream for p in world.workflow.allowed(by, world.now)}


def test_a_confidential_matter_is_seen_by_who_raised_it_and_took_it_in_and_not_by_its_subject() -> None:
    world = raised(town(), confidential=True)
    see = lambda by: world.workflow.sees(by, world.now, "matter/m-1")  # noqa: E731
    assert [see(actor(n)) for n in (6, 4, 5, 2, 20)] == [True, True, False, False, False]
    world.do(GrantRole(person="p-20", role="keeper", unit="u-city"))
    world.do(GrantRole(person="p-5", role="keeper", unit="u-city"))
    assert [see(actor(n)) for n in (20, 5)] == [True, False]


def test_an_open_matter_is_seen_in_its_unit_above_it_and_by_roles_over_it() -> None:
    world = raised(town())
    see = lambda number: world.workflow.sees(actor(number), world.now, "matter/m-1")  # noqa: E731
    assert see(9)
    assert see(60)  # belongs to the city, above
    assert see(20)  # belongs beside it, and holds a role over the city
    world.do(RevokeRole(person="p-20", role="judge", unit="u-city"))
    assert not see(20)
    assert not world.workflow.sees(actor(9), world.now, "matter/m-0")


# --- on replay -------------------------------------------------------------------------------


def beneath(world: World, by: Actor, stream: str, *events: Event) -> None:
    """Write events straight into the store, past every rule."""
    drafts = tuple(Draft(stream, event, world.now) for event in events)
    name = f"beneath-{world.store.head().position}"
    world.store.append(Append("bureau", name, "test.beneath", "0" * 64, by, world.now, drafts, {}))


def found(world: World) -> list[tuple[int, str]]:
    return [(item.position, item.refusal.code) for item in forbidden(world.workflow.history.events())]


def closed_account(world: World) -> None:
    world.do(CloseAccount(account="a-2"))


def conflicting(world: World) -> None:
    world.do(DeclareConflict(person="p-2", other="p-5", ground="kin"), by=actor(2))


def recused(world: World) -> None:
    world.do(Recuse(person="p-2", matter="matter/m-1"), by=actor(2))


def revoked(world: World) -> None:
    world.do(RevokeRole(person="p-2", role="judge", unit="u-branch"))


def nothing(world: World) -> None:
    pass


JUDGED = Judged(verdict="founded")

BENEATH: list[tuple[Callable[[World], None], Actor, str, Event, Reason]] = [
    (nothing, actor(77), "matter/m-1", Seen(), UNKNOWN_ACCOUNT),
    (closed_account, JUDGING, "matter/m-1", JUDGED, UNKNOWN_ACCOUNT),
    (nothing, Actor("a-2", "p-20", "judge"), "matter/m-1", JUDGED, WRONG_PERSON),
    (nothing, actor(7, "judge", 2), "matter/m-1", JUDGED, NO_DELEGATION),
    (nothing, actor(9, "judge"), "matter/m-1", JUDGED, ROLE_NOT_HELD),
    (revoked, JUDGING, "matter/m-1", JUDGED, ROLE_NOT_HELD),
    (nothing, CLERKING, "matter/m-1", JUDGED, NO_DUTY),
    (nothing, JUDGING, "matter/m-2", matter.Raised(unit="u-other", subject="p-5"), NOT_IN_SCOPE),
    (nothing, JUDGING, "organisation", PersonMoved(person="p-9", unit="u-other"), NO_DUTY),
    (nothing, REGISTERING, "organisation", PersonMoved(person="p-20", unit="u-branch"), NOT_IN_SCOPE),
    (nothing, actor(9), "matter/m-1", Answered(), NOT_OWN),
    (nothing, actor(60, "everything"), "matter/m-2", Passed(), OUTSIDE_REQUIRED),
    (recused, JUDGING, "matter/m-1", JUDGED, RECUSED),
    (nothing, JUDGING, "matter/m-1", matter.Graded(grades={"p-2": "good"}), OWN_CASE),
    (conflicting, JUDGING, "matter/m-1", JUDGED, CONFLICT),
    (nothing, REGISTERING, "authority", RoleGranted(person="p-3", role="judge", unit="u-branch"), OWN_CASE),
    (nothing, REGISTERING, "authority", RoleGranted(person="p-8", role="judge", unit="u-city"), NOT_IN_SCOPE),
    (nothing, actor(9), "authority", AccountOpened(account="a-x", person="p-9"), NO_DUTY),
    (nothing, REGISTERING, "authority", AccountClosed(account="a-1"), NOT_IN_SCOPE),
    (nothing, JUDGING, "authority", RolesAdopted(roles={"judge": ("everything",)}), NO_DUTY),
]


@pytest.mark.parametrize(
    ("before", "by", "stream", "event", "reason"), BENEATH, ids=lambda v: getattr(v, "code", "")
)
def test_an_event_written_underneath_is_found_with_its_position_and_reason(
    before: Callable[[World], None], by: Actor, stream: str, event: Event, reason: Reason
) -> None:
    world = raised(town())
    world.do(Raise(key="m-2", unit="u-city", subject="p-9"), by=CITY_JUDGE)
    if stream == "matter/m-2" and isinstance(event, matter.Raised):
        stream = "matter/m-3"
    before(world)
    assert found(world) == []
    beneath(world, by, stream, event)
    assert found(world) == [(world.store.head().position, reason.code)]
    assert (
        next(iter(forbidden(world.workflow.history.events()))).event_id
        == list(world.store.read())[-1].envelope.event_id
    )


def test_the_table_of_what_is_written_underneath_is_complete() -> None:
    """A hidden matter is no reason on replay: the auditor sees everything.

    Steps as data are tested with procedures, what is barred to the people of a unit with assessments, and
    sealed parts and appointees with cases (`tests/domain/test_case_matrix.py`).
    """
    elsewhere = {UNKNOWN_MATTER, NO_STEP, OWN_UNIT, HAS_PART, APPOINTEE}
    assert {reason for *_, reason in BENEATH} == set(REASONS) - elsewhere


def test_a_second_beginning_written_underneath_is_found() -> None:
    world = raised(town())
    [genesis] = world.store.read_stream("log")
    again = world.model.registry.event("log.opened", 1, dict(genesis.data))
    beneath(world, ROOT, "log", again)
    assert found(world) == [(world.store.head().position, LOG_EXISTS.code)]


def test_a_delegation_written_underneath_lends_nothing_that_the_principal_does_not_hold() -> None:
    world = raised(town())
    lent = Delegated(
        principal="p-9", delegate="p-7", role="judge", unit="u-city", until=world.now + timedelta(days=9)
    )
    beneath(world, actor(9), "authority", lent)
    assert found(world) == []  # lending what one has not got is idle, and no offence
    refused(world, Judge(key="m-1", verdict="founded"), actor(7, "judge", 9), ROLE_NOT_HELD)


# --- laws ------------------------------------------------------------------------------------

numbers = st.sampled_from([2, 3, 4, 5, 6, 7, 9, 20])
people = numbers.map("p-{}".format)
units = st.sampled_from(["u-city", "u-bureau", "u-branch", "u-other"])
roles = st.sampled_from(["judge", "registrar", "clerk", "keeper"])
keys = st.sampled_from(["m-1", "m-2", "m-3"])
grades = st.dictionaries(people, st.just("good"), min_size=1, max_size=2)
untils = st.integers(0, 3).map(lambda days: START + timedelta(days=days))
actors = st.one_of(
    st.sampled_from([ROOT, JUDGING, CITY_JUDGE, REGISTERING, CLERKING, actor(60, "everything")]),
    st.sampled_from([actor(7, "judge", 2), actor(7, "registrar", 3), actor(9, "judge"), actor(77)]),
    st.builds(actor, numbers),
)


def busy() -> World:
    """A town with two matters in it, one confidential, and p-7 acting for p-2."""
    world = raised(raised(town()), "m-2", confidential=True)
    world.do(delegation(world, until=world.now + timedelta(days=2)), by=actor(2))
    return world


commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(GrantRole, person=people, role=roles, unit=units, until=st.none() | untils),
    st.builds(RevokeRole, person=people, role=roles, unit=units),
    st.builds(Delegate, principal=people, delegate=people, role=roles, unit=units, until=untils),
    st.builds(EndDelegation, principal=people, delegate=people, role=roles),
    st.builds(DeclareConflict, person=people, other=people, ground=st.just("kin")),
    st.builds(Recuse, person=people, matter=keys.map("matter/{}".format)),
    st.builds(CloseAccount, account=numbers.map("a-{}".format)),
    st.builds(MovePerson, person=people, unit=units),
    st.builds(MoveUnit, unit=units, parent=units),
    st.builds(
        Raise, key=keys, unit=units, subject=people, raiser=st.none() | people, confidential=st.booleans()
    ),
    st.builds(Judge, key=keys, verdict=st.just("founded")),
    st.builds(Respond, key=keys),
    st.builds(matter.Pass, key=keys),
    st.builds(Grade, key=keys, grades=grades),
    st.builds(See, key=keys),
)
STEPS = st.lists(st.tuples(commands, actors), min_size=4, max_size=12)


@settings(max_examples=60)
@given(STEPS)
def test_an_auditor_finds_nothing_in_a_log_that_the_rules_have_kept(
    steps: list[tuple[Command, Actor]],
) -> None:
    """Whatever was asked for and refused in between; what `allowed` closed is refused for its reason."""
    world = busy()
    for command, by in steps:
        world.later(hours=7)
        attempt(world, command, by)
    assert found(world) == []
    for stream in ("organisation", "matter/m-1", "matter/m-2"):
        replays(world, stream)


AUTHORITY_CODES = {reason.code for reason in REASONS} - {UNKNOWN_MATTER.code}


@settings(max_examples=80)
@given(STEPS)
def test_what_authority_refuses_is_found_when_it_is_written_underneath(
    steps: list[tuple[Command, Actor]],
) -> None:
    world = busy()
    for command, by in steps:
        world.later(hours=7)
        refusal = attempt(world, command, by)
        if refusal is None or refusal.code not in AUTHORITY_CODES:
            continue
        events = events_of(world, command, by)
        if events and world.workflow.sees(by, world.now, command.stream):
            beneath(world, by, command.stream, *events)
            last = found(world)[-1:]
            assert last == [(world.store.head().position, refusal.code)]
            return


def events_of(world: World, command: Command, by: Actor) -> tuple[Event, ...]:
    """The events that a command leads to if nobody asks who gives it."""
    decider = world.model.by_command[command.stored_type]
    state = world.workflow.state(command.stream)
    context = Context(by, world.now, world.now, (), seal, lambda box: ())
    answer = decider.decide(command, state, context)
    return () if isinstance(answer, Refusal) else tuple(answer)  # type: ignore[arg-type]


@settings(max_examples=60)
@given(STEPS)
def test_folding_authority_again_gives_the_state_that_was_decided_by(
    steps: list[tuple[Command, Actor]],
) -> None:
    world = busy()
    for command, by in steps:
        attempt(world, command, by)
    anew = AuthorityState()
    for item in world.workflow.history.events():
        before = anew.copy()
        untouched = before.copy()
        anew.apply(item.event, item.envelope.effective_at)
        assert before == untouched  # a copy shares nothing that changes
    assert anew == world.workflow.state("authority")
    assert anew == world.workflow.state("authority", known=world.now)


def test_a_copy_of_authority_copies_nothing_and_stays_as_it_was() -> None:
    world = World(members=40)
    state = world.workflow.state("authority")
    copied = state.copy()
    assert copied.places is state.places  # however many people there are
    assert copied.grants is state.grants
    world.do(MovePerson(person="p-9", unit="u-bureau"))
    record = world.workflow.history.events()
    copied.apply(list(record)[-1].event, world.now)
    assert copied.place("p-9", world.now) == "u-bureau"
    assert state.place("p-9", world.now) == "u-branch"
