"""The talk matrix: pairs generated from posts as of a day, gaps shown, contents private (R-136)."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.pack import PackWorld
from tests.support.talking import bystander, met

from party_workflow.authority import UNKNOWN_MATTER
from party_workflow.authority.reasons import NOT_OWN
from party_workflow.domain.organisation import AssignPost, EndPost, RegisterPerson
from party_workflow.domain.procedure import NEEDED_FIRST, WRONG_CATEGORY
from party_workflow.errors import InvalidDefinition, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.activities.talks import Matrix, PairRule, Side, TalkMatrix, required, talk_matrix

DAY = timedelta(days=1)
MATRIX = party.PACK.read_as(TalkMatrix, "life_meeting_talks")


def office(members: int = 6) -> PackWorld:
    """Secretary p-2 and deputy p-3 among six members; p-20 records."""
    world = PackWorld("life_meeting_talks", "talk_note", members=0)
    for number in range(1, members + 1):
        world._person(number, "u-branch", "member")
    world._person(20, "u-bureau", "member")
    for number, post in ((2, "branch_secretary"), (3, "deputy_branch_secretary")):
        world.do(AssignPost(person=f"p-{number}", post=post, unit="u-branch"), by=world.act(20))
    return world


def matrix_of(world: PackWorld, matrix: TalkMatrix = MATRIX) -> Matrix:
    return talk_matrix(world.workflow.history, matrix, "u-branch", world.now - 30 * DAY, world.now)


def pairs(world: PackWorld, matrix: TalkMatrix = MATRIX) -> dict[tuple[str, str], list[str]]:
    return required(world.workflow.history, matrix, "u-branch", world.now)


def test_R_136_leaders_superior_and_subordinates_and_comrades_are_paired_from_posts() -> None:
    found = pairs(office())
    assert found.pop(("p-2", "p-3")) == ["leader_leader"]
    below = ["p-1", "p-4", "p-5", "p-6"]
    for person in below:
        assert found.pop(tuple(sorted(("p-2", person)))) == ["superior_subordinate"]  # type: ignore[arg-type]
    assert found == {pair: ["comrade_comrade"] for pair in combinations(below, 2)}


def test_R_136_the_pairs_are_those_of_the_day_that_is_asked_about() -> None:
    world = office()
    before = world.now
    world.later(days=2)
    ended = EndPost(person="p-3", post="deputy_branch_secretary", unit="u-branch", ground="task_done")
    world.do(ended, by=world.act(20))
    world.do(RegisterPerson(person="p-7", unit="u-branch", categories=("member",)))
    now = pairs(world)
    assert ("p-2", "p-3") in now
    assert now["p-2", "p-3"] == ["superior_subordinate"]
    assert ("p-2", "p-7") in now
    then = required(world.workflow.history, MATRIX, "u-branch", before)
    assert then["p-2", "p-3"] == ["leader_leader"]
    assert ("p-2", "p-7") not in then


def test_R_136_the_completion_matrix_shows_every_gap() -> None:
    world = office()
    assert len(matrix_of(world).gaps) == 11
    met(world, "talk-1", (2, 3))
    met(world, "talk-2", (2, 4))
    met(world, "talk-3", (2, 5), absent=(5,))
    found = matrix_of(world)
    assert not found
    assert [cell.done for cell in found.cells].count(True) == 2
    assert found.by_rule() == {
        "leader_leader": (1, 1),
        "superior_subordinate": (1, 4),
        "comrade_comrade": (0, 6),
    }
    assert ("p-2", "p-5") in {(cell.first, cell.second) for cell in found.gaps}
    assert found.row("p-2") == {"p-1": False, "p-3": True, "p-4": True, "p-5": False, "p-6": False}
    assert (found.done.part.displayed, found.done.population.displayed) == ("2", "11")
    assert [item.stored_type for item in found.cells[1].talks] == []
    done = next(cell for cell in found.cells if (cell.first, cell.second) == ("p-2", "p-3"))
    assert [item.stored_type for item in done.talks] == ["activity.held"]


def test_R_136_a_meeting_of_many_is_no_talk_of_each_with_each_unless_the_rule_says_so() -> None:
    world = office()
    met(world, "talk-1", (2, 4, 5), chair=2)
    found = matrix_of(world)
    assert len(found.gaps) == 11
    assert len(found.uncounted) == 1
    grouped = MATRIX.model_copy(update={"groups": True})
    one_to_many = {(c.first, c.second) for c in matrix_of(world, grouped).cells if c.done}
    assert one_to_many == {("p-2", "p-4"), ("p-2", "p-5")}
    met(world, "talk-2", (1, 5, 6))
    many = {(c.first, c.second) for c in matrix_of(world, grouped).cells if c.done}
    assert many - one_to_many == {("p-1", "p-5"), ("p-1", "p-6"), ("p-5", "p-6")}


def test_R_136_a_talk_before_the_time_asked_about_fills_no_cell() -> None:
    world = office()
    met(world, "talk-1", (2, 3))
    world.later(days=40)
    assert len(matrix_of(world).gaps) == 11


def test_R_136_guests_of_the_unit_are_known_to_lie_outside() -> None:
    found = matrix_of(office())
    (outside,) = found.done.outside
    assert (outside.what, outside.amount) == ("guests_of_the_unit", None)
    assert found.done.whole


@settings(max_examples=20, deadline=None)
@given(st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda pair: pair[0] < pair[1])))
def test_R_136_done_and_gaps_are_the_required_pairs_and_no_talk_is_lost(talked: set[tuple[int, int]]) -> None:
    world = office()
    for one, other in sorted(talked):
        met(world, f"talk-{one}-{other}", (one, other))
    found = matrix_of(world)
    done = {(cell.first, cell.second) for cell in found.cells if cell.done}
    assert done | {(cell.first, cell.second) for cell in found.gaps} == set(pairs(world))
    wanted = {(f"p-{one}", f"p-{other}") for one, other in talked}
    assert done == wanted & set(pairs(world))
    assert len(found.uncounted) == len(wanted - set(pairs(world)))


def test_R_136_a_matrix_with_one_rule_twice_is_refused() -> None:
    rule = PairRule(code="leader_leader", first=Side(posts=("branch_secretary",)))
    with pytest.raises(InvalidDefinition, match="stands twice"):
        TalkMatrix(code="x", version=1, activity="talk", rules=(rule, rule))


# --- the content -----------------------------------------------------------------------------


def noted(world: PackWorld) -> None:
    talk = met(world, "talk-1", (2, 4))
    world.begin(
        "talk_note",
        by=world.self_(2),
        talker="p-2",
        partner="p-4",
        of_talk=talk,
        texts={"content": Personal("Worries about the rota")},
    )


def test_R_136_what_was_said_is_known_to_the_pair_and_to_nobody_else() -> None:
    world = office()
    noted(world)
    world.take("add_note", by=world.self_(4), texts={"content": Personal("And about the pay")})
    bystander(world, 8)
    seen = world.workflow.seen_by(world.self_(8), world.now)
    assert "procedure/x-1" not in {record.envelope.stream for record in seen.records()}
    own = world.workflow.seen_by(world.self_(4), world.now)
    assert "procedure/x-1" in {record.envelope.stream for record in own.records()}
    refusal = world.refusal("add_note", by=world.self_(8), texts={"content": Personal("x")})
    assert refusal.code == UNKNOWN_MATTER.code
    custodian = world.refusal("add_note", by=world.act(3), texts={"content": Personal("x")})
    assert custodian.code == NOT_OWN.code
    matters = world.workflow.allowed(world.self_(8), world.now, "procedure/x-1")
    assert {permission.refusal.code for permission in matters if permission.refusal} == {UNKNOWN_MATTER.code}
    stored = repr([record.data for record in world.workflow.history.records()])
    assert "rota" not in stored
    assert "the pay" not in stored


def test_R_136_a_content_that_names_no_talk_that_took_place_is_refused() -> None:
    world = office()
    with pytest.raises(Refused) as refused:
        world.begin(
            "talk_note",
            by=world.self_(2),
            talker="p-2",
            partner="p-4",
            of_talk="procedure/none",
            texts={"content": Personal("x")},
        )
    assert refused.value.refusal.code == WRONG_CATEGORY.code


def test_R_136_nobody_notes_a_talk_for_another() -> None:
    world = office()
    talk = met(world, "talk-1", (2, 4))
    with pytest.raises(Refused) as refused:
        world.begin(
            "talk_note",
            by=world.self_(3),
            talker="p-2",
            partner="p-4",
            of_talk=talk,
            texts={"content": Personal("x")},
        )
    assert refused.value.refusal.code == NOT_OWN.code


def test_R_136_a_note_is_shared_only_once_both_released_it() -> None:
    world = office()
    noted(world)
    share = {"shared_with": "p-1", "texts": {"shared_content": Personal("About the rota")}}
    assert world.refusal("share_note", by=world.self_(2), **share).code == NEEDED_FIRST.code
    world.take("release", by=world.self_(2))
    assert world.refusal("share_note", by=world.self_(2), **share).code == NEEDED_FIRST.code
    world.take("release", by=world.self_(4))
    world.take("share_note", by=world.self_(2), **share)
    assert world.workflow.state("procedure/x-1").state == "shared_note"
