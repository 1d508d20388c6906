"""A protected matter is recorded by itself: what more see does not tell of it by its envelope (R-203)."""

from __future__ import annotations

from typing import ClassVar

import pytest
from tests.domain.test_names_protected import CUSTODIAN, KEPT, code, office, opening
from tests.support.pack import PackWorld
from tests.support.world import World

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.codec import Command, Event
from party_workflow.decider import Decider
from party_workflow.domain import case, definition
from party_workflow.domain.case import AcceptCase, AcknowledgeCase, LinkCase, PromoteCase
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.packs import party
from party_workflow.packs.case_kinds import COMPLAINT, FINDING
from party_workflow.relations import Requires
from party_workflow.service import apart
from party_workflow.values import StreamId

KEY = KEPT.removeprefix("case/")
OTHER = "c-" + "7a" * 16


@pytest.mark.parametrize(
    "commands",
    [
        (opening(FINDING, "f-1"), opening(COMPLAINT, OTHER)),
        (opening(COMPLAINT, OTHER), opening(FINDING, "f-1")),
        (AcknowledgeCase(key=KEY, channel="telephone"), opening(FINDING, "f-1")),
        (GrantRole(person="p-3", role="custodian", unit="u-city"), opening(COMPLAINT, OTHER)),
        (LinkCase(key=KEY, other="case/f-0", link="same"), opening(FINDING, "f-1")),
    ],
)
def test_R_203_a_protected_matter_is_not_recorded_together_with_what_more_see(
    commands: tuple[Command, ...],
) -> None:
    world = office()
    world.do(opening(FINDING, "f-0"), by=CUSTODIAN)
    assert code(world, *commands, by=CUSTODIAN) == apart.APART.code
    for command in commands:
        world.do(command, by=CUSTODIAN)


def test_R_203_commands_on_protected_matters_alone_are_recorded_together() -> None:
    world = office()
    world.do(AcknowledgeCase(key=KEY, channel="telephone"), AcceptCase(key=KEY), by=CUSTODIAN)
    world.do(opening(COMPLAINT, OTHER), LinkCase(key=KEY, other=f"case/{OTHER}", link="same"), by=CUSTODIAN)


def test_R_203_what_is_promoted_to_what_more_see_is_opened_under_a_command_of_its_own() -> None:
    world = PackWorld("diary_entry", "finding", members=9)
    entry = "entry-" + "0a" * 16
    world.do(opening(party.PACK.read_as(CaseKind, "diary_entry"), entry), by=world.act(2))
    both = (opening(FINDING, "f-1"), PromoteCase(key=entry, to="case/f-1"))
    assert code(world, *both, by=world.act(2)) == apart.APART.code
    world.do(both[0], by=world.act(2))
    world.do(both[1], by=world.act(2))


def test_R_203_whoever_may_not_see_the_protected_matter_is_told_of_none() -> None:
    world = office()
    both = (AcknowledgeCase(key=KEY, channel="telephone"), opening(FINDING, "f-1"))
    none = (AcknowledgeCase(key=OTHER, channel="telephone"), opening(FINDING, "f-1"))
    assert code(world, *both, by=world.act(3)) == code(world, *none, by=world.act(3)) != apart.APART.code


class Pinned(Event):
    """A note that names anything, and asks nobody whether it may."""

    stored_type: ClassVar[str] = "board.pinned"
    requires: ClassVar[Requires] = Requires(anyone=True)

    about: tuple[StreamId, ...]


class Pin(Command):
    stored_type: ClassVar[str] = "board.pin"
    about: tuple[StreamId, ...]

    @property
    def stream(self) -> str:
        return "board/b"


BOARD: Decider[int] = Decider(
    category="board",
    events=(Pinned,),
    commands=(Pin,),
    initial=int,
    evolve=lambda state, recorded: state + 1,
    decide=lambda command, state, context: [Pinned(about=command.about)],
    yields={Pin.stored_type: (Pinned,)},
)


def test_R_203_no_record_that_more_see_names_a_protected_case_that_is_under_way() -> None:
    """Whatever field of whatever category it would stand in, whether or not that asks."""
    world = World(definition.decider(party.VALIDATORS), case.DECIDER, BOARD, members=9)
    custody = world.workflow.state("authority").roles["everything"]
    world.do(AdoptRoles(roles={"everything": tuple(sorted(custody - {"case.custody"}))}))
    for kind in (COMPLAINT, FINDING):
        body = kind.data()
        world.do(AdoptDefinition(code=kind.code, kind="case", version=kind.version, body=body))
    world.do(opening(FINDING, "f-1"), by=world.act(2))
    world.do(opening(COMPLAINT, KEY), by=world.act(2))
    for by, code_of in ((2, apart.NAMED.code), (3, "authority.no_such_matter")):
        assert code(world, Pin(about=("case/f-1", KEPT)), by=world.act(by)) == code_of
        world.do(Pin(about=("case/f-1", f"case/{OTHER}")), by=world.act(by))
