"""Who answers for a matter: laws over any commands, holders, handovers, letters; every refusal, every bar.

R-161, R-162, R-169.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.responsible import KIND, OTHER, PAPER, STREAM, TEXT, Chains, M
from tests.support.world import duties

from party_workflow.authority import AdoptRoles, Delegate, GrantRole, OpenAccount
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import responsibility
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.organisation import FoundUnit, MovePerson, RemovePerson
from party_workflow.domain.responsibility import (
    DECIDER,
    AnswerHandover,
    BindPosts,
    CloseResponsibility,
    HandOver,
    HolderNamed,
    HolderReleased,
    HolderReplaced,
    IssueLetter,
    NameHolder,
    OpenResponsibility,
    Post,
    ReleaseHolder,
    ReplaceHolder,
    Responsibility,
    ResponsibilityKind,
    SignLetter,
    UnbindPosts,
    WithdrawLetter,
    matter_and_unit,
    stream_of,
)
from party_workflow.errors import InvalidCommand, InvalidDefinition, Reason, Refused
from party_workflow.personal import Personal
from party_workflow.store import Actor

DAY = timedelta(days=1)


def name(person: str = "p-3", tier: str = "first", **more: Any) -> NameHolder:
    return NameHolder(**{**M, "tier": tier, "person": person, "ground": "appointed", **more})


def follow(leaving: str = "p-3", person: str = "p-4", tier: str = "first", **more: Any) -> ReplaceHolder:
    fields = {**M, "tier": tier, "leaving": leaving, "person": person, "ground": "transferred", **more}
    return ReplaceHolder(**fields)


def release(person: str = "p-3", tier: str = "first") -> ReleaseHolder:
    return ReleaseHolder(**M, tier=tier, person=person, ground="retired")


def hand(leaving: str = "p-3", taking: str = "p-4", **more: Any) -> HandOver:
    return HandOver(**{**M, "tier": "first", "leaving": leaving, "taking": taking, "text": TEXT, **more})


def letter(**more: Any) -> IssueLetter:
    fields = {"year": 2009, "parent": "u-bureau", "text": TEXT, "for_parent": "p-2", "for_child": "p-3"}
    return IssueLetter(**{**M, **fields, **more})


def sign(side: str = "child", **more: Any) -> SignLetter:
    return SignLetter.model_validate({**M, "number": 1, "side": side, "text": TEXT, **more})


POSTS = (Post(unit="u-branch", tier="first"), Post(unit="u-branch", tier="charge"))
BIND = BindPosts(**M, bundle="layers", posts=POSTS, basis="source.s1a")
UNBIND = UnbindPosts(**M, bundle="layers", ground="ended")
CLOSE = CloseResponsibility(**M, ground="merged")
OPEN = OpenResponsibility(**M, kind="chain", definition=KIND.digest)
ANSWER = AnswerHandover(**M, number=1, accepted=True)
WITHDRAW = WithdrawLetter(**M, number=1, ground="misprint")

# --- laws ------------------------------------------------------------------------------------

PEOPLE = st.sampled_from(["p-2", "p-3", "p-4", "p-5"])
TIERS = st.sampled_from(["first", "charge", "section"])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.just(OPEN),
    st.builds(name, PEOPLE, TIERS),
    st.builds(follow, PEOPLE, PEOPLE, TIERS),
    st.builds(release, PEOPLE, TIERS),
    st.builds(hand, PEOPLE, PEOPLE),
    st.builds(lambda accepted: AnswerHandover(**M, number=1, accepted=accepted), st.booleans()),
    st.builds(lambda above, below: letter(for_parent=above, for_child=below), PEOPLE, PEOPLE),
    st.builds(
        lambda side, paper: sign(side, evidence=paper),
        st.sampled_from(["parent", "child"]),
        st.none() | st.just(PAPER),
    ),
    st.just(WITHDRAW),
    st.just(BIND),
    st.just(UNBIND),
    st.just(CLOSE),
)


@settings(max_examples=80)
@examples(
    st.booleans(),
    st.lists(st.tuples(COMMANDS, st.integers(2, 5), st.booleans(), st.integers(-3, 0)), max_size=14),
)
def test_whatever_is_asked_by_whomever_it_replays_and_nobody_is_overwritten(
    opened: bool, steps: list[tuple[Command, int, bool, int]]
) -> None:
    world = Chains(opened=("u-branch", "u-bureau") if opened else ("u-bureau",))
    world.name("first", "p-2", "u-bureau")
    begun = world.now
    world.later(days=4)
    for command, number, own, back in steps:
        by = world.self_(number) if own else world.act(number)
        attempt(world, command, by=by, effective_at=world.now + back * DAY)
        world.later(days=1)
    state = world.workflow.state(STREAM)
    assert isinstance(state, Responsibility)
    for tier in KIND.tiers:
        held = [h for h in state.holdings if h.tier == tier.code]
        for moment in {begun, *(h.since for h in held)}:
            now = [h.holder for h in held if h.covers(moment)]
            assert len(now) <= tier.most
            assert len(now) == len(set(now))
    named = [
        item.event
        for item in world.workflow.history.events(HolderNamed, HolderReplaced)
        if item.envelope.stream == STREAM
    ]
    assert len(named) == len(state.holdings)  # each is still there, ended or not
    for item in world.workflow.history.events(HolderNamed, HolderReplaced, HolderReleased):
        event = item.event
        assert isinstance(event, HolderNamed | HolderReplaced | HolderReleased)
        assert item.envelope.person != event.person  # nobody in their own case
    assert all(x.signatures.keys() <= {"parent", "child"} for x in state.letters)
    replays(world, STREAM)


# --- holders --------------------------------------------------------------------------


def holders(world: Chains, at: Any = None) -> dict[str, list[str]]:
    found = world.workflow.fact("responsibility.holders", STREAM, at=at or world.now)
    return {tier: [held.holder for held in held_by] for tier, held_by in found.items()}


def test_R_161_the_three_tiers_are_filled_as_of_a_moment_and_a_gap_is_visible() -> None:
    world = Chains()
    begun = world.now
    assert holders(world) == {"first": [], "charge": [], "section": []}
    world.later(days=1)
    world.name("first", "p-3")
    world.name("section", "u-section")
    world.later(days=1)
    world.name("charge", "p-4")
    assert holders(world) == {"first": ["p-3"], "charge": ["p-4"], "section": ["u-section"]}
    assert holders(world, world.now - DAY) == {"first": ["p-3"], "charge": [], "section": ["u-section"]}
    assert holders(world, begun) == {"first": [], "charge": [], "section": []}
    assert holders(world, begun - DAY) == {}  # not carried at all: that is no gap in a chain


def test_R_161_every_change_is_an_event_and_whoever_was_replaced_stays_on_record() -> None:
    world = Chains()
    world.name("first", "p-3")
    first = world.now
    world.later(days=10)
    world.replace("first", "p-3", "p-4")
    world.later(days=10)
    world.do(release("p-4"))
    types = [
        item.envelope.stored_type
        for item in world.workflow.history.events(HolderNamed, HolderReplaced, HolderReleased)
    ]
    assert types == [
        "responsibility.holder_named",
        "responsibility.holder_replaced",
        "responsibility.holder_released",
    ]
    spans = [(h.holder, h.since, h.until) for h in world.workflow.state(STREAM).holdings]
    assert spans == [("p-3", first, first + 10 * DAY), ("p-4", first + 10 * DAY, first + 20 * DAY)]
    assert holders(world, first + 9 * DAY)["first"] == ["p-3"]
    assert holders(world, first + 10 * DAY)["first"] == ["p-4"]  # the moment itself is the successor's
    assert holders(world)["first"] == []


def test_R_161_a_change_dated_back_counts_from_then_on_and_is_known_only_since_it_was_recorded() -> None:
    world = Chains()
    world.name("first", "p-3")
    world.later(days=10)
    moment = world.now - 4 * DAY
    world.replace("first", "p-3", "p-4", effective_at=moment)
    assert holders(world, moment)["first"] == ["p-4"]
    known = world.workflow.state(STREAM, known=world.now - DAY)
    assert [h.holder for h in known.held(moment, "first")] == ["p-3"]


def test_R_161_an_acting_holder_ends_by_themselves_and_another_may_be_named_for_afterwards() -> None:
    world = Chains()
    until = world.now + 30 * DAY
    world.name("first", "p-3", until=until)
    assert world.refused(name("p-4")).code == "responsibility.tier_filled"
    world.name("first", "p-4", effective_at=until)
    assert holders(world, until - DAY)["first"] == ["p-3"]
    assert holders(world, until)["first"] == ["p-4"]


def test_R_161_a_holder_dated_back_does_not_displace_one_who_came_later() -> None:
    world = Chains()
    world.later(days=10)
    world.name("first", "p-3")
    assert world.refused(name("p-4"), effective_at=world.now - 5 * DAY).code == "responsibility.tier_filled"
    world.name("first", "p-4", effective_at=world.now - 5 * DAY, until=world.now)
    assert holders(world, world.now - DAY)["first"] == ["p-4"]
    assert holders(world)["first"] == ["p-3"]


def test_R_161_a_closed_matter_ends_every_tenure_and_is_carried_again_only_by_an_event() -> None:
    world = Chains()
    world.name("first", "p-3")
    world.later(days=1)
    world.do(CLOSE)
    assert holders(world) == {}
    assert world.refused(name("p-4")).code == "lifecycle.final"
    world.later(days=1)
    world.do(OPEN)
    assert holders(world) == {"first": [], "charge": [], "section": []}
    assert holders(world, world.now - 2 * DAY)["first"] == ["p-3"]
    assert len(world.workflow.state(STREAM).spells) == 2


def test_R_161_how_many_tiers_there_are_is_data() -> None:
    for count in (2, 4):
        tiers = [{"code": f"tier_{number}"} for number in range(count)]
        kind = ResponsibilityKind.model_validate({"code": "chain", "version": 1, "tiers": tiers})
        world = Chains(kind=kind)
        for number in range(count):
            world.name(f"tier_{number}", f"p-{number + 2}")
        assert [len(held) for held in holders(world).values()] == [1] * count
        assert world.workflow.fact("responsibility.work", STREAM).done


def test_a_chain_is_work_that_is_done_while_every_tier_that_has_to_be_filled_is() -> None:
    world = Chains()
    fact = "responsibility.work"
    assert world.workflow.fact(fact, "responsibility/none.u-branch") is None
    world.name("first", "p-3")
    assert not world.workflow.fact(fact, STREAM).done
    world.name("section", "p-5")
    work = world.workflow.fact(fact, STREAM)
    assert (work.kind, work.unit, work.state, work.done) == ("safety", "u-branch", "carried", True)
    assert work.people == {"p-3", "p-5"}
    world.do(release("p-3"))
    assert not world.workflow.fact(fact, STREAM).done


# --- nobody appoints themselves --------------------------------------------------------------


def test_nobody_names_replaces_or_releases_themselves_by_whatever_account_or_delegate() -> None:
    world = Chains()
    world.do(OpenAccount(account="a-33", person="p-3"))
    second = Actor("a-33", "p-3", "everything")
    world.do(
        Delegate(
            principal="p-3", delegate="p-6", role="everything", unit="u-city", until=world.now + 30 * DAY
        ),
        by=world.self_(3),
    )
    delegate = Actor("a-6", "p-6", "everything", delegate_of="p-3")
    for by in (world.act(3), second, delegate):
        assert world.refused(name("p-3"), by=by).code == "authority.own_case"
    world.do(name("p-3"), by=world.act(7))
    for by in (world.act(3), second, delegate):
        assert world.refused(release("p-3"), by=by).code == "authority.own_case"
        assert world.refused(follow("p-3", "p-4"), by=by).code == "authority.own_case"
    assert world.refused(follow("p-3", "p-4"), by=world.act(4)).code == "authority.own_case"
    world.do(follow("p-3", "p-4"), by=world.act(7))


def test_nobody_names_the_section_that_they_belong_to() -> None:
    world = Chains()
    command = NameHolder(**M, tier="section", section="u-branch", ground="duty_list")
    assert world.refused(command, by=world.act(3)).code == "authority.own_unit"
    world.do(command, by=world.act(60))


def test_a_holder_neither_closes_the_matter_nor_binds_or_unbinds_its_posts() -> None:
    world = Chains()
    world.name("first", "p-3")
    for command in (CLOSE, BIND):
        assert world.refused(command, by=world.act(3)).code == "authority.own_case"
    world.do(BIND, by=world.act(7))
    assert world.refused(UNBIND, by=world.act(3)).code == "authority.own_case"
    world.do(UNBIND, by=world.act(7))
    world.do(CLOSE, by=world.act(7))


def test_every_event_takes_its_duty_and_is_permitted_with_it() -> None:
    world = Chains()
    world.name("first", "p-2", "u-bureau")
    every = tuple(duties(world.model))
    ours = {event.requires.duty for event in DECIDER.events if event.requires.duty is not None}
    world.do(AdoptRoles(roles={"everything": every, "idle": tuple(d for d in every if d not in ours)}))
    world.do(GrantRole(person="p-9", role="idle", unit="u-city"))
    idle = Actor("a-9", "p-9", "idle")
    world.later(days=1)
    steps: list[Command] = [
        name("p-3"),
        letter(),
        sign("child", evidence=PAPER),
        sign("parent", evidence=PAPER),
        follow("p-3", "p-4"),
        hand(evidence=PAPER),
        WITHDRAW,
        BIND,
        UNBIND,
        release("p-4"),
        CLOSE,
        OPEN,
    ]
    for command in steps:
        assert world.refused(command, by=idle).code == "authority.duty_not_covered", command.stored_type
        world.do(command, by=world.act(7))
    replays(world, STREAM)


# --- handing over ----------------------------------------------------------------------------


def succeeded() -> Chains:
    """A chain in which p-4 followed p-3, a day ago."""
    world = Chains()
    world.name("first", "p-3")
    world.later(days=5)
    world.replace("first", "p-3", "p-4")
    world.later(days=1)
    return world


def test_R_161_a_handover_is_an_event_of_its_own_that_both_see_and_the_successor_answers() -> None:
    world = succeeded()
    world.do(MovePerson(person="p-3", unit="u-city"))
    world.do(hand(), by=world.self_(3))
    assert world.workflow.sees(world.self_(3), world.now, STREAM)
    assert world.workflow.sees(world.self_(4), world.now, STREAM)
    remark = Personal("Two hazards are not on the list")
    answer = AnswerHandover(**M, number=1, accepted=False, remark=remark)
    assert world.refused(answer, by=world.self_(3)).code == "authority.not_own"
    assert world.refused(answer, by=world.act(7)).code == "authority.not_own"
    world.do(answer, by=world.self_(4))
    (found,) = world.workflow.state(STREAM).handovers
    assert (found.leaving, found.taking, found.accepted) == ("p-3", "p-4", False)
    assert world.workflow.reveal(found.remark) == "Two hazards are not on the list"
    replays(world, STREAM)


def test_R_161_the_successor_does_not_record_the_handover_of_who_left() -> None:
    world = succeeded()
    assert world.refused(hand(evidence=PAPER), by=world.act(4)).code == "authority.own_case"
    assert world.refused(hand(evidence=PAPER), by=world.self_(5)).code == "authority.not_own"
    world.do(hand(evidence=PAPER), by=world.act(7))


# --- letters --------------------------------------------------------------------------


def lettered() -> Chains:
    """A letter of 2009 from the bureau (p-2) to the branch (p-3), unsigned."""
    world = Chains()
    world.name("first", "p-2", "u-bureau")
    world.name("first", "p-3")
    world.later(days=1)
    world.do(letter())
    return world


def test_R_162_a_letter_is_signed_by_the_person_of_each_side_on_their_own_account() -> None:
    world = lettered()
    assert world.refused(sign("child"), by=world.self_(2)).code == "responsibility.evidence_needed"
    assert world.refused(sign("child"), by=world.self_(5)).code == "responsibility.evidence_needed"
    assert world.refused(sign("child", evidence=PAPER), by=world.self_(5)).code == "authority.not_own"
    world.do(sign("child"), by=world.self_(3))
    (found,) = world.workflow.state(STREAM).letters
    assert not found.complete
    world.do(sign("parent"), by=world.self_(2))
    (found,) = world.workflow.state(STREAM).letters
    assert found.complete
    assert found.text == TEXT
    assert {side: s.signer for side, s in found.signatures.items()} == {"parent": "p-2", "child": "p-3"}
    replays(world, STREAM)


def test_R_162_a_signature_on_paper_is_recorded_on_evidence_and_never_by_the_other_side() -> None:
    world = lettered()
    paper = sign("child", evidence=PAPER)
    assert world.refused(sign("child"), by=world.act(7)).code == "responsibility.evidence_needed"
    assert world.refused(paper, by=world.act(2)).code == "authority.own_case"
    world.do(paper, by=world.act(7))
    (found,) = world.workflow.state(STREAM).letters
    assert found.signatures["child"].evidence == PAPER


def test_R_162_a_signatory_does_not_withdraw_the_letter() -> None:
    world = lettered()
    assert world.refused(WITHDRAW, by=world.act(3)).code == "authority.own_case"
    world.do(WITHDRAW, by=world.act(7))
    world.do(letter())
    first, second = world.workflow.state(STREAM).letters
    assert (first.withdrawn is None, second.number) == (False, 2)


def test_R_162_the_letters_begin_in_a_unit_that_does_not_carry_the_matter_with_somebody_of_it() -> None:
    world = Chains()
    world.name("first", "p-2", "u-bureau")
    top = letter(unit="u-bureau", parent="u-city", for_parent="p-5", for_child="p-2")
    assert world.refused(top).code == "responsibility.not_its_signer"
    world.do(letter(unit="u-bureau", parent="u-city", for_parent="p-60", for_child="p-2"))


def test_R_162_a_letter_takes_a_role_that_reaches_the_unit_above() -> None:
    world = Chains()
    world.name("first", "p-2", "u-bureau")
    world.name("first", "p-3")
    every = tuple(duties(world.model))
    world.do(AdoptRoles(roles={"everything": every, "local": every}))
    world.do(GrantRole(person="p-9", role="local", unit="u-branch"))
    local = Actor("a-9", "p-9", "local")
    assert world.refused(letter(), by=local).code == "authority.not_in_scope"
    world.do(letter(), by=world.act(7))


# --- every reason once, with its counterpart ---------------------------------------------------


def _prepared(what: str) -> Chains:
    match what:
        case "unopened":
            return Chains(opened=("u-bureau",))
        case "open":
            return Chains()
        case "held":
            world = Chains()
            world.name("first", "p-2", "u-bureau")
            world.name("first", "p-3")
            world.later(days=1)
            return world
        case "succeeded":
            return succeeded()
        case "handed":
            world = succeeded()
            world.do(hand(), by=world.self_(3))
            return world
        case "lettered":
            return lettered()
        case "bound":
            world = Chains()
            world.do(BIND)
            return world
        case _:
            raise AssertionError(what)


PROVOKED: list[tuple[Reason, str, Command, str, Command]] = [
    (responsibility.UNKNOWN, "unopened", name(), "open", name()),
    (responsibility.TAKEN, "open", OPEN, "unopened", OPEN),
    (
        responsibility.UNKNOWN_KIND,
        "unopened",
        OpenResponsibility(**M, kind="chain", definition=OTHER),
        "unopened",
        OPEN,
    ),
    (
        responsibility.UNKNOWN_UNIT,
        "unopened",
        OpenResponsibility(matter="safety", unit="u-none", kind="chain", definition=KIND.digest),
        "unopened",
        OPEN,
    ),
    (
        responsibility.UNKNOWN_UNIT,
        "open",
        NameHolder(**M, tier="section", section="u-none", ground="duty_list"),
        "open",
        NameHolder(**M, tier="section", section="u-section", ground="duty_list"),
    ),
    (responsibility.UNKNOWN_PERSON, "open", name("p-77"), "open", name()),
    (responsibility.UNKNOWN_PERSON, "held", letter(for_parent="p-77"), "held", letter()),
    (responsibility.UNKNOWN_TIER, "open", name(tier="fourth"), "open", name()),
    (responsibility.UNKNOWN_TIER, "held", release(tier="fourth"), "held", release()),
    (
        responsibility.UNKNOWN_TIER,
        "succeeded",
        hand(tier="fourth", evidence=PAPER),
        "succeeded",
        hand(evidence=PAPER),
    ),
    (
        responsibility.UNKNOWN_TIER,
        "open",
        BIND.model_copy(update={"posts": (POSTS[0], Post(unit="u-branch", tier="fourth"))}),
        "open",
        BIND,
    ),
    (responsibility.WRONG_HOLDER, "open", name(section="u-section"), "open", name()),
    (
        responsibility.WRONG_HOLDER,
        "open",
        NameHolder(**M, tier="first", section="u-section", ground="duty_list"),
        "open",
        NameHolder(**M, tier="section", section="u-section", ground="duty_list"),
    ),
    (
        responsibility.WRONG_HOLDER,
        "held",
        ReplaceHolder(**M, tier="first", person="p-4", ground="transferred"),
        "held",
        follow(),
    ),
    (
        responsibility.WRONG_HOLDER,
        "held",
        ReleaseHolder(**M, tier="first", ground="retired"),
        "held",
        release(),
    ),
    (responsibility.HELD_ALREADY, "held", name(), "held", name("p-3", "charge")),
    (responsibility.HELD_ALREADY, "held", follow("p-3", "p-3"), "held", follow()),
    (responsibility.TIER_FILLED, "held", name("p-4"), "open", name("p-4")),
    (responsibility.NOT_HOLDING, "held", release("p-4"), "held", release()),
    (responsibility.NOT_HOLDING, "held", follow("p-4", "p-5"), "held", follow()),
    (responsibility.NOT_SUCCESSOR, "held", hand(evidence=PAPER), "succeeded", hand(evidence=PAPER)),
    (
        responsibility.NOT_SUCCESSOR,
        "succeeded",
        hand("p-4", "p-3", evidence=PAPER),
        "succeeded",
        hand(evidence=PAPER),
    ),
    (responsibility.EVIDENCE_NEEDED, "succeeded", hand(), "succeeded", hand(evidence=PAPER)),
    (responsibility.EVIDENCE_NEEDED, "lettered", sign(), "lettered", sign(evidence=PAPER)),
    (
        responsibility.UNKNOWN_ISSUE,
        "succeeded",
        hand(evidence=PAPER, issues=("activity/none",)),
        "succeeded",
        hand(evidence=PAPER),
    ),
    (responsibility.NOT_ITS_PARENT, "held", letter(parent="u-city", for_parent="p-60"), "held", letter()),
    (responsibility.SAME_SIGNER, "held", letter(for_parent="p-3"), "held", letter()),
    (responsibility.NOT_ITS_SIGNER, "held", letter(for_child="p-4"), "held", letter()),
    (responsibility.NOT_ITS_SIGNER, "held", letter(for_parent="p-5"), "held", letter()),
    (responsibility.LETTER_STANDS, "lettered", letter(), "lettered", letter(year=2010)),
    (responsibility.UNKNOWN_LETTER, "held", sign(evidence=PAPER), "lettered", sign(evidence=PAPER)),
    (responsibility.UNKNOWN_LETTER, "held", WITHDRAW, "lettered", WITHDRAW),
    (
        responsibility.OTHER_TEXT,
        "lettered",
        sign(evidence=PAPER, text=OTHER),
        "lettered",
        sign(evidence=PAPER),
    ),
    (responsibility.BOUND, "bound", BIND, "open", BIND),
    (
        responsibility.TOO_FEW_POSTS,
        "open",
        BIND.model_copy(update={"posts": (POSTS[0], POSTS[0])}),
        "open",
        BIND,
    ),
    (
        responsibility.NOT_BELOW,
        "open",
        BIND.model_copy(update={"posts": (POSTS[0], Post(unit="u-bureau", tier="first"))}),
        "open",
        BIND,
    ),
    (responsibility.UNKNOWN_BUNDLE, "open", UNBIND, "bound", UNBIND),
]


@pytest.mark.parametrize(("reason", "there", "command", "elsewhere", "counterpart"), PROVOKED)
def test_a_command_is_refused_for_its_reason_and_its_counterpart_succeeds(
    reason: Reason, there: str, command: Command, elsewhere: str, counterpart: Command
) -> None:
    world = _prepared(there)
    assert world.refused(command, by=world.act(7)).code == reason.code
    world = _prepared(elsewhere)
    world.do(counterpart, by=world.act(7))


def test_what_was_signed_or_answered_before_is_not_recorded_again() -> None:
    world = lettered()
    world.do(sign(), by=world.self_(3))
    assert world.refused(sign(), by=world.self_(3)).code == "responsibility.signed"
    world = _prepared("handed")
    world.do(ANSWER, by=world.self_(4))
    assert world.refused(ANSWER, by=world.self_(4)).code == "responsibility.answered"
    absent = AnswerHandover(**M, number=2, accepted=True)
    # Nobody is named as taking over in a handover that there is not, so authority is not reached.
    assert world.refused(absent, by=world.self_(4)).code == "responsibility.unknown_handover"


def test_a_change_before_the_opening_and_a_term_that_ends_before_it_begins_are_refused() -> None:
    world = Chains()
    world.later(days=3)
    early = world.now - 4 * DAY
    assert world.refused(name(), effective_at=early).code == "responsibility.before_opening"
    ended = name(until=world.now)
    assert world.refused(ended).code == "responsibility.no_time"
    world.do(name(until=world.now + DAY))


def test_whoever_was_replaced_before_signing_no_longer_signs() -> None:
    world = lettered()
    world.replace("first", "p-3", "p-4")
    assert world.refused(sign(), by=world.self_(3)).code == "responsibility.not_its_signer"
    world.do(WITHDRAW, by=world.act(7))
    world.do(letter(for_child="p-4"))
    world.sign("u-branch", "child", 4, letter=2)


def test_who_left_the_organisation_is_not_named_any_more() -> None:
    world = Chains()
    world.do(RemovePerson(person="p-3", ground="retired"))
    world.later(days=1)
    assert world.refused(name()).code == "responsibility.unknown_person"


def test_a_chain_is_opened_under_the_version_in_force_only() -> None:
    world = Chains(opened=())
    world.do(RetireDefinition(code="chain", ground="superseded"))
    assert world.refused(OPEN).code == "responsibility.unknown_kind"
    second = ResponsibilityKind.model_validate({**KIND.data(), "version": 2})
    world.do(AdoptDefinition(code="chain", kind="responsibility", version=2, body=second.data()))
    world.do(OpenResponsibility(**M, kind="chain", definition=second.digest))


def test_every_reason_of_a_responsibility_is_provoked() -> None:
    apart = {
        responsibility.SIGNED,
        responsibility.ANSWERED,
        responsibility.UNKNOWN_HANDOVER,
        responsibility.BEFORE_OPENING,
        responsibility.NO_TIME,
    }
    assert {reason.code for reason, *_ in PROVOKED} | {r.code for r in apart} == {
        reason.code for reason in DECIDER.reasons
    }


# --- the rest --------------------------------------------------------------------------------


def test_a_stream_tells_matter_and_unit_and_no_two_share_one() -> None:
    stream = stream_of("work_safety", "u-b1")
    assert stream == "responsibility/work-safety.u-b1"
    assert matter_and_unit(stream) == ("work_safety", "u-b1")
    for matter in ("work-safety", "work.safety", "Safety", ""):
        with pytest.raises(InvalidCommand):
            name(matter=matter)
    with pytest.raises(InvalidCommand):
        name(matter="a" * 40, unit="u-" + "b" * 40)


def test_a_faulty_kind_is_told_every_fault_at_once() -> None:
    body = {
        "code": "chain",
        "version": 1,
        "zero_recurrence": True,
        "signs": "nobody",
        "tiers": [
            {"code": "one", "holder": "unit", "in_person": ["study"]},
            {"code": "one", "most": 0},
            {"code": "two", "holder": "either", "lead": True},
        ],
    }
    with pytest.raises(InvalidDefinition) as raised:
        ResponsibilityKind.model_validate(body)
    places = {fault.where for fault in raised.value.faults}
    assert {"tiers[0]", "tiers[1]", "tiers[1].most", "tiers[2].holder", "signs", "cases"} <= places


@pytest.mark.parametrize(
    "more",
    [
        {"tiers": []},
        {"tiers": [{"code": "one", "holder": "unit"}]},
        {"tiers": [{"code": "one", "holder": "unit"}, {"code": "two"}], "signs": "one"},
        {"tiers": [{"code": "one"}], "cases": ["wages"]},
        {"tiers": [{"code": "one"}], "zero_recurrence": True, "cases": ["wages"]},
    ],
)
def test_a_kind_that_cannot_be_kept_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        ResponsibilityKind.model_validate({"code": "chain", "version": 1, **more})


def test_no_event_of_a_responsibility_has_a_place_for_a_personal_value_outside_a_sealed_field() -> None:
    for event in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values()


def test_a_unit_founded_later_carries_a_matter_from_then_on_only() -> None:
    world = Chains()
    world.later(days=1)
    world.do(FoundUnit(unit="u-new", kind="branch", parent="u-bureau"))
    command = OpenResponsibility(matter="safety", unit="u-new", kind="chain", definition=KIND.digest)
    assert world.refused(command, effective_at=world.now - DAY).code == "responsibility.unknown_unit"
    with pytest.raises(Refused):
        world.do(command, effective_at=world.now - DAY)
    world.do(command)
