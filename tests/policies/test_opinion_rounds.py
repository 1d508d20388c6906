"""Rounds of taking opinions: sent and received by channel and addressee, sources in groups, the follow-up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.support.pack import PackWorld
from tests.support.talking import met
from tests.support.voicing import adopted, kind_of, said

from party_workflow.domain.procedure import NOT_A_CHOICE, NOT_AMONG, SAID_BEFORE
from party_workflow.errors import InvalidInput
from party_workflow.policies.cases.opinion_rounds import follow_up, opinion_rounds
from party_workflow.policies.figure import Absent
from party_workflow.quantity import Quantity

OPINION = kind_of("opinion")


def taking() -> PackWorld:
    world = PackWorld("opinion_round", members=29)
    adopted(world, OPINION)
    world.begin("opinion_round", opinion_topic="service")
    return world


def sent(world: PackWorld, channel: str, addressee: str, number: int) -> None:
    world.take("send_out", channel=channel, addressee=addressee, number_sent=number)


def back(world: PackWorld, channel: str, addressee: str, number: int) -> None:
    world.take("take_back", back_by=channel, back_from=addressee, number_received=number)


def test_R_138_sent_and_received_are_counted_by_channel_and_addressee() -> None:
    world = taking()
    for addressee, number in (("organs", 30), ("institutions", 20), ("employers", 10)):
        sent(world, "letters", addressee, number)
    sent(world, "opinion_forms", "residents", 100)
    sent(world, "letters", "organs", 2)
    back(world, "letters", "organs", 24)
    back(world, "opinion_forms", "residents", 60)
    back(world, "opinion_forms", "residents", 15)
    (found,) = opinion_rounds(world.workflow.history)
    assert {(w.channel, w.addressee): (w.sent.value, w.received.value) for w in found.ways} == {
        ("letters", "employers"): (10, 0),
        ("letters", "institutions"): (20, 0),
        ("letters", "organs"): (32, 24),
        ("opinion_forms", "residents"): (100, 75),
    }
    way = found.way("letters", "organs")
    assert way.returned.rate.value == Fraction(24, 32)
    assert way.returned.whole
    assert len(way.sent.evidence()) == 2
    assert found.way("letters", "employers").returned.rate.value == 0
    with pytest.raises(InvalidInput):
        found.way("telephone", "organs")


def test_R_138_what_came_unasked_lies_outside_the_share_and_never_makes_more_than_all() -> None:
    world = taking()
    sent(world, "letters", "organs", 10)
    back(world, "letters", "organs", 12)
    (found,) = opinion_rounds(world.workflow.history)
    way = found.way("letters", "organs")
    assert (way.returned.rate.value, way.unasked) == (1, 2)
    assert way.returned.outside[0].amount == Quantity.parse("2 papers")


def test_R_138_nothing_comes_back_from_where_nothing_was_sent_and_every_way_is_named() -> None:
    world = taking()
    sent(world, "letters", "organs", 1)
    said = {"back_by": "letters", "back_from": "employers", "number_received": 1}
    assert world.refusal("take_back", **said).code == NOT_AMONG.code
    pigeon = {"channel": "pigeon", "addressee": "organs", "number_sent": 1}
    assert world.refusal("send_out", **pigeon).code == NOT_A_CHOICE.code


def opinions(world: PackWorld, **givers: Any) -> None:
    for number, (_, person) in enumerate(givers.items(), start=1):
        said(world, OPINION, number, source="procedure/x-1", requester=person)


def followed(world: PackWorld, invited: tuple[int, ...], absent: tuple[int, ...] = ()) -> None:
    sent(world, "letters", "organs", 3)
    world.take("end_taking")
    meeting = met(world, "follow-up", (20,), "meeting", invited=invited, absent=absent)
    world.take("follow_up", follow_up_meeting=meeting)


def test_R_138_those_who_gave_opinions_are_invited_to_the_follow_up_and_who_was_forgotten_is_named() -> None:
    world = taking()
    opinions(world, first="p-3", second="p-4", third="p-5", nobody=None)
    followed(world, (3, 4), absent=(4,))
    found = follow_up(world.workflow.history, "procedure/x-1")
    assert not found
    assert (found.invited, found.forgotten, found.there) == (("p-3", "p-4"), ("p-5",), ("p-3",))
    assert found.share.value == Fraction(2, 3)


def test_R_138_for_an_anonymous_opinion_nobody_is_invited_or_looked_for() -> None:
    world = taking()
    opinions(world, one=None, two=None)
    followed(world, (3,))
    found = follow_up(world.workflow.history, "procedure/x-1")
    assert found
    assert (found.invited, found.forgotten, found.anonymous) == ((), (), 2)
    assert found.share.value == Absent("not_applicable")


def test_R_138_opinions_from_elsewhere_do_not_belong_to_the_round() -> None:
    world = taking()
    said(world, OPINION, 1, requester="p-3")
    followed(world, (4,))
    assert follow_up(world.workflow.history, "procedure/x-1").forgotten == ()


def test_R_138_without_a_follow_up_there_is_nothing_to_ask() -> None:
    with pytest.raises(InvalidInput):
        follow_up(taking().workflow.history, "procedure/x-1")


# --- R-139 -----------------------------------------------------------------------------------


def test_R_139_a_category_of_sources_is_kept_only_of_a_group_of_five_or_more() -> None:
    world = taking()
    small = {"source_category": "retired", "group_size": "one_to_four"}
    assert world.refusal("note_group", **small).code == NOT_A_CHOICE.code
    assert world.refusal("note_group", source_category="retired").code == "procedure.input_lacking"
    world.take("note_group", source_category="retired", group_size="ten_to_nineteen")
    again = {"source_category": "retired", "group_size": "five_to_nine"}
    assert world.refusal("note_group", **again).code == SAID_BEFORE.code
    (found,) = opinion_rounds(world.workflow.history)
    assert found.groups == (("retired", "ten_to_nineteen"),)


def test_R_139_the_category_is_of_the_group_and_stands_at_no_opinion() -> None:
    world = taking()
    opinions(world, one=None)
    world.take("note_group", source_category="retired", group_size="five_to_nine")
    for record in world.workflow.history.records():
        if record.envelope.stored_type == "case.opened":
            assert "retired" not in repr(record.data)
    steps = [r.data for r in world.workflow.history.stream("procedure/x-1") if "given" in r.data]
    (noted,) = [data["given"] for data in steps if data["step"] == "note_group"]
    assert set(noted) == {"source_category", "group_size"}
