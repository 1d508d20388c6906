"""The appraisal of a member: R-051, R-055."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow import lifecycle
from party_workflow.authority import CONFLICT, NO_DUTY, NOT_OWN, OWN_CASE, AdoptRoles, DeclareConflict
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import appraisal, rating
from party_workflow.domain.appraisal import (
    DECIDER,
    Acknowledge,
    Appraisal,
    DeliverFeedback,
    ExcuseStatement,
    Finalise,
    FormOpinion,
    OpenAppraisal,
    OpinionFormed,
    Outcome,
    RecordSelfStatement,
    Reply,
    ReviseOpinion,
    VoidAppraisal,
)
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.domain.rating import CloseRating, OpenRating
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import Reason, Refused
from party_workflow.personal import Personal, Withheld
from party_workflow.store import Actor

GRADES = ("excellent", "competent", "basic", "not_competent")
STREAM = "appraisal/a"
DAY = timedelta(days=1)
ROUNDS = ("rating/self", "rating/peer", "rating/mass")
RECORD = "d" * 64

OPEN = OpenAppraisal(key="a", subject="p-2", unit="u-branch", cycle="y2009", graded=True, grades=GRADES)
STATE = RecordSelfStatement(key="a", statement="a" * 64)
EXCUSE = ExcuseStatement(key="a", ground="away")
FEED_BACK = DeliverFeedback(key="a", reply_until=START + 10 * DAY)
REPLY = Reply(key="a", text=Personal("The second point was somebody else's."))
ACKNOWLEDGE = Acknowledge(key="a")
FINALISE = Finalise(key="a")
VOID = VoidAppraisal(key="a", ground="left")


def opinion(
    grade: str | None = "competent",
    cites: tuple[str, ...] = ROUNDS,
    record: str = RECORD,
    kind: type[FormOpinion] | type[ReviseOpinion] = FormOpinion,
) -> FormOpinion | ReviseOpinion:
    return kind(
        key="a",
        grade=grade,
        cites=cites,
        record=record,
        achievements=Personal("Led the repair of the north road."),
        problems=Personal("Seldom at the lessons in autumn."),
        direction=Personal("Study with the group again."),
    )


OPINION = opinion()
REVISED = opinion("excellent", kind=ReviseOpinion)
WAY = (OPEN, STATE, OPINION, FEED_BACK, ACKNOWLEDGE, FINALISE)


def _round(key: str, kind: str, raters: tuple[str, ...], subjects: tuple[str, ...]) -> OpenRating:
    return OpenRating(
        key=key, kind=kind, unit="u-branch", raters=raters, subjects=subjects, grades=GRADES, secret=False
    )


def _rounds(world: World) -> None:
    """Four rounds on p-2 and p-70, of which the last stays open; and one on p-3 only."""
    both = ("p-2", "p-70")
    for opening in (
        _round("self", "self", both, both),
        _round("peer", "peer", ("p-1", "p-3"), both),
        _round("mass", "mass", ("p-1", "p-3"), both),
        _round("others", "peer", ("p-1",), ("p-3",)),
    ):
        world.do(opening, CloseRating(key=opening.key))
    world.do(_round("still-open", "peer", ("p-1", "p-3"), both))


def world_after(*steps: Command) -> World:
    """Four members and p-70 on probation; the rounds are closed, and these steps were taken."""
    world = World(DECIDER, rating.DECIDER, members=4)
    world.do(RegisterPerson(person="p-70", unit="u-branch", categories=("member", "probationary")))
    _rounds(world)
    for step in steps:
        world.do(step, by=_giver(world, step))
    return world


OWN_STEPS = (RecordSelfStatement, Reply, Acknowledge)


def _giver(world: World, command: Command) -> Actor:
    return world.self_(2) if isinstance(command, OWN_STEPS) else world.act(1)


def give(world: World, command: Command) -> str | None:
    refusal = attempt(world, command, by=_giver(world, command))
    return None if refusal is None else refusal.code


def code(world: World, command: Command, by: Actor) -> str | None:
    refusal = attempt(world, command, by=by)
    return None if refusal is None else refusal.code


def state_of(world: World) -> Appraisal:
    found = world.workflow.state(STREAM)
    assert isinstance(found, Appraisal)
    return found


def outcome(world: World) -> object:
    return world.workflow.fact("appraisal.outcome", STREAM)


# --- laws ------------------------------------------------------------------------------------

STEPS = st.one_of(
    st.sampled_from((OPEN, STATE, EXCUSE, FEED_BACK, REPLY, ACKNOWLEDGE, FINALISE)),
    st.builds(
        opinion,
        st.sampled_from((*GRADES, None)),
        st.sampled_from((ROUNDS, ROUNDS[1:])),
        kind=st.sampled_from((FormOpinion, ReviseOpinion)),
    ),
)


@settings(max_examples=60)
@examples(st.sampled_from((1, 2, 3, 4)), st.lists(st.tuples(STEPS, st.integers(0, 12)), max_size=15))
def test_whatever_is_asked_of_an_appraisal_it_replays_and_is_final_only_after_feedback_and_an_answer_or_time(
    done: int, steps: list[tuple[Command, int]]
) -> None:
    world = world_after(*WAY[:done])
    seen: list[Appraisal] = [state_of(world)]
    for command, days in steps:
        world.later(days=days)
        give(world, command)
        after = state_of(world)
        assert after.opinions[: len(seen[-1].opinions) - 1] == seen[-1].opinions[:-1]
        if after.status == "final" and seen[-1].status != "final":
            last = after.opinions[-1]
            assert last.delivered is not None
            assert last.reply_until is not None
            assert last.replies or last.acknowledged or world.now > last.reply_until
        seen.append(after)
    replays(world, STREAM)


# --- steps in order --------------------------------------------------------------------------


@pytest.mark.parametrize("done", range(len(WAY)))
def test_R_051_each_step_is_required_in_its_order(done: int) -> None:
    world = world_after(*WAY[:done])
    for later in WAY[done + 1 :]:
        assert give(world, later) is not None, later.stored_type
    assert give(world, WAY[done]) is None


def test_R_051_an_opinion_cites_self_peer_and_mass_rounds_and_the_years_record() -> None:
    for lacking in ROUNDS:
        world = world_after(OPEN, STATE)
        cites = tuple(stream for stream in ROUNDS if stream != lacking)
        assert give(world, opinion(cites=cites)) == appraisal.KINDS_LACKING.code
        assert give(world, OPINION) is None
    fields = FormOpinion.model_fields
    assert fields["record"].is_required()
    assert fields["cites"].is_required()


def test_R_051_a_cycle_may_ask_for_more_inputs_but_not_for_fewer() -> None:
    world = world_after()
    inspected = OPEN.model_copy(update={"inputs": ("self", "peer", "mass", "inspector")})
    assert give(world, OPEN.model_copy(update={"inputs": ("self", "mass")})) == appraisal.INPUTS_LACKING.code
    assert give(world, inspected) is None
    world.do(STATE, by=world.self_(2))
    assert give(world, OPINION) == appraisal.KINDS_LACKING.code
    inspector = OpenRating(
        key="i",
        kind="inspector",
        unit="u-branch",
        raters=("p-60",),
        subjects=("p-2",),
        grades=GRADES,
        secret=False,
    )
    world.do(inspector, CloseRating(key="i"))
    assert give(world, opinion(cites=(*ROUNDS, "rating/i"))) is None


def test_R_051_who_is_probationary_takes_part_and_is_never_graded() -> None:
    world = world_after()
    probationer = OPEN.model_copy(update={"subject": "p-70"})
    ungraded = probationer.model_copy(update={"graded": False, "grades": ()})
    assert give(world, probationer) == appraisal.NEVER_GRADED.code
    assert give(world, ungraded) is None
    world.do(EXCUSE)
    assert give(world, OPINION) == appraisal.UNGRADED.code
    assert give(world, opinion(None)) is None
    world.do(FEED_BACK)
    world.later(days=11)
    world.do(FINALISE)
    assert outcome(world) == Outcome("p-70", None, "final")


def test_the_years_record_may_be_a_file_or_a_stream_that_exists() -> None:
    for record in ("appraisal/none", "rating/none", "organisation"):
        world = world_after(OPEN, STATE)
        assert give(world, opinion(record=record)) == appraisal.NO_RECORD.code
    assert give(world, opinion(record="rating/mass")) is None
    assert state_of(world).opinions[-1].record == "rating/mass"


def test_an_opinion_keeps_what_it_cites_once_and_in_one_order() -> None:
    world = world_after(OPEN, STATE, opinion(cites=(*ROUNDS, ROUNDS[0])))
    assert state_of(world).opinions[-1].cites == ("rating/mass", "rating/peer", "rating/self")


def test_an_opinion_says_when_it_was_given_to_the_member_and_when_they_took_note() -> None:
    world = world_after(OPEN, STATE, OPINION)
    world.later(days=1)
    world.do(FEED_BACK)
    world.later(days=1)
    world.do(ACKNOWLEDGE, by=world.self_(2))
    last = state_of(world).opinions[-1]
    assert (last.delivered, last.acknowledged) == (START + DAY, START + 2 * DAY)


def test_statements_are_kept_in_every_version() -> None:
    world = world_after(OPEN, STATE, STATE.model_copy(update={"statement": "b" * 64}))
    assert state_of(world).statements == ("a" * 64, "b" * 64)


# --- feedback and reply ----------------------------------------------------------------------


def test_R_055_nothing_is_final_before_the_feedback() -> None:
    world = world_after(OPEN, STATE, OPINION)
    world.later(days=100)
    assert give(world, FINALISE) == lifecycle.MOVE_CLOSED.code
    assert give(world, FEED_BACK.model_copy(update={"reply_until": world.now + DAY})) is None
    world.do(ACKNOWLEDGE, by=world.self_(2))
    assert give(world, FINALISE) is None


def test_R_055_without_an_answer_it_is_final_only_after_the_last_moment_to_reply() -> None:
    world = world_after(OPEN, STATE, OPINION, FEED_BACK)
    assert give(world, FINALISE) == appraisal.REPLY_PERIOD.code
    world.later(days=10)
    assert give(world, FINALISE) == appraisal.REPLY_PERIOD.code
    world.later(seconds=1)
    assert give(world, FINALISE) is None
    assert outcome(world) == Outcome("p-2", "competent", "final")


def test_R_055_to_say_that_it_took_effect_later_does_not_shorten_the_time_to_reply() -> None:
    world = world_after(OPEN, STATE, OPINION, FEED_BACK)
    with pytest.raises(Refused) as caught:
        world.do(FINALISE, effective_at=START + 11 * DAY)
    assert caught.value.refusal.code == appraisal.REPLY_PERIOD.code


@pytest.mark.parametrize("answer", [REPLY, ACKNOWLEDGE])
def test_R_055_an_answer_of_either_kind_lets_it_end(answer: Command) -> None:
    world = world_after(OPEN, STATE, OPINION, FEED_BACK, answer)
    assert give(world, FINALISE) is None


def test_R_055_the_reply_stands_beside_the_opinion_and_a_revised_one_beside_the_first() -> None:
    world = world_after(OPEN, STATE, OPINION, FEED_BACK, REPLY)
    world.later(days=1)
    world.do(REVISED)
    first, second = state_of(world).opinions
    assert world.workflow.reveal(first.replies[0].text) == "The second point was somebody else's."
    assert (first.version, first.grade, first.reply_until) == (1, "competent", START + 10 * DAY)
    assert (second.version, second.grade, second.replies, second.delivered) == (2, "excellent", (), None)
    assert give(world, FINALISE) == lifecycle.MOVE_CLOSED.code
    world.do(FEED_BACK)
    assert give(world, FINALISE) == appraisal.REPLY_PERIOD.code
    world.do(REPLY, by=world.self_(2))
    world.do(REPLY, by=world.self_(2))
    assert len(state_of(world).opinions[1].replies) == 2
    world.do(FINALISE)
    assert outcome(world) == Outcome("p-2", "excellent", "final")
    assert [item.event.data()["version"] for item in world.workflow.history.events(OpinionFormed)] == [1, 2]


def test_a_reply_is_heard_also_when_it_is_late_or_after_taking_note() -> None:
    world = world_after(OPEN, STATE, OPINION, FEED_BACK, ACKNOWLEDGE)
    world.later(days=20)
    assert give(world, REPLY) is None
    assert state_of(world).status == "replied"


def test_R_205_what_the_opinion_and_the_reply_say_is_erased_with_their_openings() -> None:
    world = world_after(OPEN, STATE, OPINION, FEED_BACK, REPLY)
    texts = b"".join(record.bytes for record in world.store.read())
    assert b"north road" not in texts
    assert b"somebody else" not in texts
    last = state_of(world).opinions[-1]
    sealed = (last.achievements, last.problems, last.direction, last.replies[0].text)
    assert all(isinstance(world.workflow.reveal(value), str) for value in sealed)
    assert world.workflow.openings.erase("p-2") == 4
    assert [world.workflow.reveal(value) for value in sealed] == [Withheld("erased")] * 4


def test_an_appraisal_is_work_on_one_person_done_when_final() -> None:
    assert World(DECIDER, members=1).workflow.fact("appraisal.work", STREAM) is None
    assert World(DECIDER, members=1).workflow.fact("appraisal.outcome", STREAM) is None
    serves = (Serves(campaign="study", task="appraisal"),)
    world = world_after(OPEN.model_copy(update={"serves": serves}))
    assert outcome(world) == Outcome("p-2", None, "opened")
    for step in WAY[1:]:
        work = world.workflow.fact("appraisal.work", STREAM)
        assert (work.stream, work.kind, work.unit, work.people) == (STREAM, "appraisal", "u-branch", {"p-2"})
        assert (work.done, work.serves) == (False, serves)
        world.do(step, by=_giver(world, step))
    assert world.workflow.fact("appraisal.work", STREAM).done
    assert outcome(world) == Outcome("p-2", "competent", "final")


@pytest.mark.parametrize("done", range(1, len(WAY) - 1))
def test_an_appraisal_can_be_broken_off_until_it_is_final(done: int) -> None:
    world = world_after(*WAY[:done])
    assert give(world, VOID) is None
    work = world.workflow.fact("appraisal.work", STREAM)
    assert (work.state, work.done) == ("void", False)


@pytest.mark.parametrize("steps", [WAY, (OPEN, VOID)])
def test_an_appraisal_that_has_ended_takes_nothing_more(steps: tuple[Command, ...]) -> None:
    world = world_after(*steps)
    for command in (STATE, EXCUSE, OPINION, REVISED, FEED_BACK, REPLY, ACKNOWLEDGE, FINALISE, VOID):
        assert give(world, command) == lifecycle.FINAL.code


# --- refusals --------------------------------------------------------------------------------


def _opening(**changes: object) -> OpenAppraisal:
    return OPEN.model_copy(update=changes)


@dataclass(frozen=True)
class Refusing:
    """After these steps one command is refused and another goes through."""

    after: tuple[Command, ...]
    refused: Command
    permitted: Command


STATED = (OPEN, STATE)
REFUSALS: dict[Reason, Refusing] = {
    appraisal.TAKEN: Refusing((OPEN,), OPEN, _opening(key="b")),
    appraisal.UNKNOWN: Refusing((), EXCUSE, OPEN),
    appraisal.UNKNOWN_UNIT: Refusing((), _opening(unit="u-none"), OPEN),
    appraisal.UNKNOWN_PERSON: Refusing((), _opening(subject="p-404"), OPEN),
    appraisal.NEVER_GRADED: Refusing((), _opening(subject="p-70"), _opening(subject="p-3")),
    appraisal.SCALE: Refusing((), _opening(grades=("good", "good")), _opening(grades=("good", "fair"))),
    appraisal.INPUTS_LACKING: Refusing((), _opening(inputs=("peer",)), OPEN),
    appraisal.NOT_A_RATING: Refusing(STATED, opinion(cites=(*ROUNDS, "activity/x")), OPINION),
    appraisal.RATING_NOT_CLOSED: Refusing(STATED, opinion(cites=(*ROUNDS, "rating/still-open")), OPINION),
    appraisal.RATING_OF_OTHERS: Refusing(STATED, opinion(cites=(*ROUNDS, "rating/others")), OPINION),
    appraisal.KINDS_LACKING: Refusing(STATED, opinion(cites=()), OPINION),
    appraisal.NO_RECORD: Refusing(STATED, opinion(record="rating/none"), opinion(record="rating/peer")),
    appraisal.UNGRADED: Refusing((_opening(graded=False, grades=()), STATE), OPINION, opinion(None)),
    appraisal.GRADE_MISSING: Refusing(STATED, opinion(None), OPINION),
    appraisal.UNKNOWN_GRADE: Refusing(STATED, opinion("superb"), OPINION),
    appraisal.NO_TIME_TO_REPLY: Refusing(
        (*STATED, OPINION), FEED_BACK.model_copy(update={"reply_until": START}), FEED_BACK
    ),
    appraisal.REPLY_PERIOD: Refusing((*STATED, OPINION, FEED_BACK), FINALISE, ACKNOWLEDGE),
}


def test_every_reason_of_an_appraisal_is_provoked() -> None:
    assert tuple(REFUSALS) == appraisal.REASONS == DECIDER.reasons


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_an_appraisal_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    case = REFUSALS[reason]
    world = world_after(*case.after)
    refusal = attempt(world, case.refused, by=_giver(world, case.refused))
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert give(world, case.permitted) is None


@pytest.mark.parametrize(
    ("graded", "grades"), [(True, ()), (True, ("good",)), (False, ("good", "fair")), (False, ("good",))]
)
def test_a_scale_goes_with_being_graded(graded: bool, grades: tuple[str, ...]) -> None:
    assert give(world_after(), _opening(graded=graded, grades=grades)) == appraisal.SCALE.code


def test_a_round_that_never_opened_is_no_closed_round() -> None:
    cites = (*ROUNDS, "rating/none")
    assert give(world_after(*STATED), opinion(cites=cites)) == appraisal.RATING_NOT_CLOSED.code


# --- authority -------------------------------------------------------------------------------

DUTIES: dict[str, tuple[tuple[Command, ...], Command]] = {
    "appraisal.open": ((), OPEN),
    "appraisal.excuse": ((OPEN,), EXCUSE),
    "appraisal.opinion": (STATED, OPINION),
    "appraisal.feedback": ((*STATED, OPINION), FEED_BACK),
    "appraisal.finalise": ((*STATED, OPINION, FEED_BACK, REPLY), FINALISE),
    "appraisal.void": ((OPEN,), VOID),
}


def test_every_duty_of_an_appraisal_is_tested() -> None:
    asked = {event.requires.duty for event in DECIDER.events if event.requires.duty}
    assert asked == set(DUTIES)


@pytest.mark.parametrize("duty", DUTIES)
def test_every_step_of_the_organisation_takes_its_duty_and_is_closed_in_ones_own_case(
    duty: str,
) -> None:
    before, command = DUTIES[duty]
    world = world_after(*before)
    everything = duties(world.model)
    assert code(world, command, world.act(2)) == OWN_CASE.code
    world.do(DeclareConflict(person="p-3", other="p-2", ground="kin"), by=world.act(3))
    assert code(world, command, world.act(3)) == CONFLICT.code
    assert code(world, command, world.self_(4)) == NO_DUTY.code
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != duty)}))
    assert code(world, command, world.act(1)) == NO_DUTY.code
    world.do(AdoptRoles(roles={"everything": tuple(everything)}))
    assert code(world, command, world.act(1)) is None


def test_a_revised_opinion_is_not_formed_in_ones_own_case_either() -> None:
    world = world_after(*STATED, OPINION, FEED_BACK, REPLY)
    assert code(world, REVISED, world.act(2)) == OWN_CASE.code
    assert code(world, REVISED, world.act(1)) is None


OWN: dict[str, tuple[tuple[Command, ...], Command]] = {
    "statement": ((OPEN,), STATE),
    "reply": ((*STATED, OPINION, FEED_BACK), REPLY),
    "acknowledgement": ((*STATED, OPINION, FEED_BACK), ACKNOWLEDGE),
}


@pytest.mark.parametrize("step", OWN)
def test_what_is_the_members_own_nobody_else_does(step: str) -> None:
    before, command = OWN[step]
    world = world_after(*before)
    assert code(world, command, world.self_(3)) == NOT_OWN.code
    assert code(world, command, world.act(1)) == NOT_OWN.code
    assert code(world, command, world.self_(2)) is None


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_an_appraisal_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()
