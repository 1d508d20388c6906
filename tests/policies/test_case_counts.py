"""Cases over a period: flow and stock add up, few confidential ones are not broken down (R-133, R-147)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.world import START, World

from party_workflow.domain import case, definition
from party_workflow.domain.case import OpenCase, WithdrawCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.packs import party
from party_workflow.packs.case_kinds import COMPLAINT, OPINION
from party_workflow.personal import Personal
from party_workflow.policies.cases.case_counts import case_counts
from party_workflow.policies.figure import Absent
from party_workflow.policies.overview import SMALL

DAY = timedelta(days=1)


def office() -> World:
    world = World(definition.decider(party.VALIDATORS), case.DECIDER, members=3)
    for kind in (OPINION, COMPLAINT):
        world.do(AdoptDefinition(code=kind.code, kind="case", version=kind.version, body=kind.data()))
    return world


def bring(world: World, key: str, channel: str | None = "box") -> None:
    opened = OpenCase(
        key=key,
        kind="opinion",
        definition=OPINION.digest,
        unit="u-branch",
        substance=Personal("More time"),
        requester="p-3",
        channel=channel,
    )
    world.do(opened, by=world.self_(3))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=6),
    st.integers(1, 8),
    st.integers(1, 4),
)
def test_flow_and_stock_are_apart_and_add_up_to_both(
    cases: list[tuple[int, int]], begins: int, lasts: int
) -> None:
    world = office()
    plans = [(day, day + more, number) for number, (day, more) in enumerate(cases)]
    for today in range(20):
        for opens, ends, number in plans:
            if opens == today:
                bring(world, f"o-{number}")
            if ends == today:
                world.do(WithdrawCase(key=f"o-{number}", ground="settled"), by=world.self_(3))
        world.later(days=1)
    since, until = START + begins * DAY, START + (begins + lasts) * DAY
    history = world.workflow.history
    flow, stock, both = (
        case_counts(history, "opinion", since, until, how)
        for how in ("opened_within", "open_at_start", "both")
    )
    assert flow.number.exact() == sum(begins <= opens < begins + lasts for opens, _, _ in plans)
    assert stock.number.exact() == sum(opens < begins <= ends for opens, ends, _ in plans)
    assert flow.number.exact() + stock.number.exact() == both.number.exact()
    assert not {*flow.number.evidence()} & {*stock.number.evidence()}
    done = sum(opens < begins + lasts and ends < begins + lasts for opens, ends, _ in plans if ends >= begins)
    assert (flow.stated.outside[0].what, stock.stated.outside[0].what) == ("open_at_start", "opened_within")
    assert flow.stated.whole is (stock.number.exact() == 0)
    assert both.stated.whole
    assert both.stated.population == both.number
    share = Absent("not_applicable") if not both.number.exact() else Fraction(done) / both.number.exact()
    assert both.settled.value == share


@pytest.mark.parametrize("number", [SMALL - 1, SMALL])
def test_R_147_of_confidential_cases_there_is_a_number_and_no_event_and_of_few_no_channel(
    number: int,
) -> None:
    world = office()
    for index in range(number):
        opened = OpenCase(
            key=f"c-{index:032x}",
            kind="complaint",
            definition=COMPLAINT.digest,
            unit="u-branch",
            substance=Personal("x"),
            concerns=("p-3",),
            channel="telephone",
        )
        world.do(opened, by=world.act(2))
    found = case_counts(world.workflow.history, "complaint", START, START + DAY, "opened_within")
    assert found.number.exact() == number
    assert found.number.evidence() == ()
    assert found.channels == (None if number < SMALL else {"telephone": number})
