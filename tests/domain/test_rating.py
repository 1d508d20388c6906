"""Rating rounds, in the open and by secret ballot: R-038, R-043, R-051, R-204."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World, duties

from party_workflow import lifecycle
from party_workflow.authority import (
    CONFLICT,
    NO_DUTY,
    NOT_OWN,
    OWN_CASE,
    AdoptRoles,
    DeclareConflict,
    Delegate,
)
from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Command, command_digest, kinds_of_strings
from party_workflow.domain import population, rating
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.domain.population import AddToPopulation, FreezePopulation
from party_workflow.domain.rating import (
    DECIDER,
    BelowThreshold,
    CastBallot,
    CloseRating,
    CorrectRating,
    DiscardPaperEntry,
    EnterPaperBallots,
    IssuePapers,
    OpenRating,
    PapersIssued,
    Rate,
    Rated,
    RatingClosed,
    RatingOpened,
    SelfRated,
    Turnout,
    VoidRating,
    Voted,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidCommand, Reason, Refusal
from party_workflow.service import Workflow
from party_workflow.store import Actor, EventStore, MemoryStore
from party_workflow_adapters.sqlite import SqliteStore

GRADES = ("excellent", "competent", "basic", "not_competent")
RATERS = tuple(f"p-{number}" for number in range(1, 9))
SUBJECTS = ("p-7", "p-8")

OPEN = OpenRating(
    key="open", kind="peer", unit="u-branch", raters=RATERS, subjects=SUBJECTS, grades=GRADES, secret=False
)
SECRET = OPEN.model_copy(update={"key": "secret", "secret": True})
OWN = OpenRating(key="own", kind="self", unit="u-branch", raters=RATERS, grades=GRADES, secret=False)
ROUNDS = (OPEN, SECRET, OWN)


def world_of(*rounds: OpenRating, store: EventStore | None = None) -> World:
    """Eight members, of whom p-7 and p-8 are rated."""
    world = World(DECIDER, population.DECIDER, members=8, store=store)
    for opening in rounds:
        world.do(opening)
    return world


def rate(rater: int, grade: str = "competent", *subjects: int, key: str = "open") -> Rate:
    return Rate(key=key, rater=f"p-{rater}", grades={f"p-{s}": grade for s in subjects or (7, 8)})


def ballot(voter: int, *, key: str = "secret", **choices: str) -> CastBallot:
    """A ballot; the choices by subject as ``p7="basic"``."""
    named = {f"p-{subject[1:]}": grade for subject, grade in choices.items()}
    return CastBallot(key=key, rater=f"p-{voter}", choices=named)


def vote(world: World, voter: int, *, key: str = "secret", **choices: str) -> None:
    world.do(ballot(voter, key=key, **choices), by=world.self_(voter))


def issue(*voters: int, batch: str = "b-1", key: str = "secret") -> IssuePapers:
    return IssuePapers(key=key, batch=batch, raters=tuple(f"p-{voter}" for voter in voters))


def count(
    issued: int, papers: int, counts: Mapping[str, Mapping[str, int]], batch: str = "b-1", key: str = "secret"
) -> EnterPaperBallots:
    return EnterPaperBallots.model_validate(
        {"key": key, "batch": batch, "issued": issued, "papers": papers, "counts": counts}
    )


def discard(batch: str = "b-1") -> DiscardPaperEntry:
    return DiscardPaperEntry(key="secret", batch=batch, ground="miscounted")


CLOSE = CloseRating(key="secret")
VOID = VoidRating(key="secret", ground="irregular")


def refused(world: World, command: Command, by: Actor | None = None) -> str:
    refusal = attempt(world, command, by or world.act(1))
    assert refusal is not None, "not refused"
    return refusal.code


def log(world: World, after: int = 0) -> bytes:
    return b"\n".join(record.bytes for record in world.store.read(after))


@contextmanager
def _memory() -> Iterator[EventStore]:
    yield MemoryStore()


@contextmanager
def _sqlite() -> Iterator[EventStore]:
    with tempfile.TemporaryDirectory() as folder, SqliteStore(Path(folder) / "log.db") as store:
        yield store


STORES = {"memory": _memory, "sqlite": _sqlite}

# --- laws ------------------------------------------------------------------------------------

_NUMBERS = st.integers(1, 8)
_GRADE = st.sampled_from(GRADES)
_CHOICES = st.dictionaries(st.sampled_from(SUBJECTS), _GRADE)
_KEYS = st.sampled_from(("open", "secret", "own"))


def _by_self(make: Callable[[str, int, dict[str, str]], Command]) -> st.SearchStrategy[tuple[Command, int]]:
    return st.tuples(_KEYS, _NUMBERS, _CHOICES).map(lambda drawn: (make(*drawn), drawn[1]))


STEPS: st.SearchStrategy[tuple[Command, int]] = st.one_of(
    _by_self(lambda key, who, choices: Rate(key=key, rater=f"p-{who}", grades=choices)),
    _by_self(lambda key, who, _: Rate(key=key, rater=f"p-{who}", grades={f"p-{who}": "basic"})),
    _by_self(lambda key, who, choices: CastBallot(key=key, rater=f"p-{who}", choices=choices)),
    st.tuples(_KEYS, _NUMBERS, st.sampled_from(SUBJECTS), _GRADE).map(
        lambda d: (CorrectRating(key=d[0], rater=f"p-{d[1]}", subject=d[2], grade=d[3], ground="slip"), d[1])
    ),
    st.tuples(st.lists(_NUMBERS, max_size=3), st.sampled_from(("b-1", "b-2"))).map(
        lambda d: (issue(*d[0], batch=d[1]), 0)
    ),
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(("b-1", "b-2")), _NUMBERS).map(
        lambda d: (count(d[0], d[1], {"p-7": {"basic": d[1]}}, batch=d[2]), -d[3])
    ),
    st.just((discard(), 0)),
    _KEYS.map(lambda key: (CloseRating(key=key), 0)),
    st.just((VOID, -60)),
)


@settings(max_examples=60)
@examples(st.lists(STEPS, max_size=25))
def test_whatever_is_asked_of_rating_rounds_they_replay_and_show_no_result_before_the_close(
    steps: list[tuple[Command, int]],
) -> None:
    world = world_of(*ROUNDS)
    for command, who in steps:
        by = world.self_(who) if who > 0 else world.act(-who or 1)
        attempt(world, command, by=by)
        for opening in ROUNDS:
            state = world.workflow.state(opening.stream)
            result = world.workflow.fact("rating.result", opening.stream)
            assert (result is not None) is (state.status == "closed")
            assert 0 <= state.turnout.voted <= state.turnout.eligible == 8
    for opening in ROUNDS:
        replays(world, opening.stream)


Votes = dict[int, dict[str, str]]
VOTES: st.SearchStrategy[Votes] = st.dictionaries(
    _NUMBERS, st.dictionaries(st.sampled_from(("p7", "p8")), _GRADE), max_size=8
).map(
    lambda votes: {
        voter: {subject: grade for subject, grade in choices.items() if subject != f"p{voter}"}
        for voter, choices in votes.items()
    }
)


def _held(world: World, votes: Votes, order: Sequence[int]) -> bytes:
    """The closing record after these votes in this order."""
    for voter in order:
        vote(world, voter, **votes[voter])
    world.do(CLOSE)
    return list(world.store.read())[-1].bytes


@pytest.mark.parametrize("store", STORES)
@settings(max_examples=10)
@examples(VOTES, st.data())
def test_R_204_the_order_of_voting_leaves_no_trace_in_the_result(
    store: str, votes: Votes, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(sorted(votes)))
    with STORES[store]() as one, STORES[store]() as two:
        first = _held(world_of(SECRET, store=one), votes, sorted(votes))
        assert _held(world_of(SECRET, store=two), votes, order) == first


@pytest.mark.parametrize("store", STORES)
@settings(max_examples=10)
@examples(VOTES, st.data())
def test_R_204_until_the_close_the_log_is_the_same_bytes_whatever_was_voted(
    store: str, votes: Votes, data: st.DataObject
) -> None:
    other = {voter: data.draw(_choices_of(voter)) for voter in votes}
    with STORES[store]() as one, STORES[store]() as two:
        logs = []
        for held, choices in ((one, votes), (two, other)):
            world = world_of(SECRET, store=held)
            for voter in sorted(choices):
                vote(world, voter, **choices[voter])
            logs.append(log(world))
        assert logs[0] == logs[1]


def _choices_of(voter: int) -> st.SearchStrategy[dict[str, str]]:
    subjects = [subject for subject in ("p7", "p8") if subject != f"p{voter}"]
    return st.dictionaries(st.sampled_from(subjects), _GRADE)


@settings(max_examples=40)
@examples(VOTES, st.integers(3, 6))
def test_R_204_a_tally_counts_every_ballot_once_and_shows_none_below_the_threshold(
    votes: Votes, minimum: int
) -> None:
    world = world_of(SECRET.model_copy(update={"minimum": minimum}))
    _held(world, votes, sorted(votes))
    (closed,) = [item.event for item in world.workflow.history.events(RatingClosed)]
    assert isinstance(closed, RatingClosed)
    cast = {s: Counter(c[s] for c in votes.values() if s in c) for s in ("p7", "p8")}
    expected = {
        f"p-{subject[1:]}": {grade: grades[grade] for grade in GRADES}
        for subject, grades in cast.items()
        if grades.total() >= minimum
    }
    assert closed.tally == expected
    assert closed.withheld == tuple(sorted(set(SUBJECTS) - set(expected)))
    assert (closed.voted, closed.eligible) == (len(votes), 8)


# --- secret ballots --------------------------------------------------------------------------


@pytest.mark.parametrize("store", STORES)
def test_R_204_no_grade_enters_the_log_before_the_close(store: str) -> None:
    with STORES[store]() as held:
        world = world_of(SECRET, store=held)
        opened = world.store.head().position
        for voter in range(1, 6):
            vote(world, voter, p7="excellent", p8="not_competent")
        world.do(issue(6, 7))
        world.do(count(2, 2, {"p-8": {"competent": 2}}), by=world.act(1))
        world.do(count(2, 2, {"p-8": {"competent": 2}}), by=world.act(2))
        assert not [grade for grade in GRADES if grade.encode() in log(world, opened)]
        assert world.workflow.fact("rating.result", "rating/secret") is None
        assert world.workflow.fact("rating.turnout", "rating/secret") == Turnout(voted=7, eligible=8)
        world.do(CLOSE)
        assert world.workflow.fact("rating.result", "rating/secret") == {
            "p-7": {"excellent": 5, "competent": 0, "basic": 0, "not_competent": 0},
            "p-8": {"excellent": 0, "competent": 2, "basic": 0, "not_competent": 5},
        }
        assert [*held.ballots("rating/secret"), *held.ballots("rating/secret/b-1")] == []


def test_R_204_what_waits_in_the_box_is_one_slip_a_subject_whoever_abstained() -> None:
    world = world_of(SECRET)
    vote(world, 1, p7="basic", p8="excellent")
    vote(world, 2)
    vote(world, 7, p8="basic")
    slips = [dict(slip) for slip in world.store.ballots("rating/secret")]
    expected = [{"p-7": "-"}, {"p-7": "basic"}, {"p-8": "-"}, {"p-8": "basic"}, {"p-8": "excellent"}]
    assert slips == expected


def test_R_204_four_ballots_are_withheld_by_default_and_five_are_shown() -> None:
    world = world_of(SECRET)
    for voter in range(1, 6):
        vote(world, voter, **({"p7": "basic", "p8": "basic"} if voter < 5 else {"p8": "basic"}))
    world.do(CLOSE)
    assert world.workflow.fact("rating.result", "rating/secret") == {
        "p-7": BelowThreshold(5),
        "p-8": {"excellent": 0, "competent": 0, "basic": 5, "not_competent": 0},
    }


def test_R_204_the_closing_event_of_a_withheld_subject_is_the_same_however_few_and_whatever_they_voted() -> (
    None
):
    records = set()
    for choices in ({}, {"p7": "excellent"}, {"p7": "not_competent"}):
        world = world_of(SECRET)
        for voter in range(1, 6):
            vote(world, voter, p8="basic", **(choices if voter < 5 else {}))
        world.do(CLOSE)
        records.add(list(world.store.read())[-1].bytes)
    assert len(records) == 1


def test_R_204_no_sum_over_subjects_is_recorded_from_which_a_withheld_one_could_be_had() -> None:
    world = world_of(SECRET)
    for voter in range(1, 7):
        vote(world, voter, **({"p7": "basic", "p8": "basic"} if voter < 5 else {"p8": "basic"}))
    world.do(CLOSE)
    (closed,) = [item.event for item in world.workflow.history.events(RatingClosed)]
    assert closed.data() == {
        "tally": {"p-8": {"excellent": 0, "competent": 0, "basic": 6, "not_competent": 0}},
        "withheld": ["p-7"],
        "eligible": 8,
        "voted": 6,
    }


def test_R_043_a_voter_casts_one_ballot_whatever_the_command_is_called() -> None:
    world = world_of(SECRET)
    vote(world, 1, p7="basic")
    assert refused(world, ballot(1, p8="excellent"), world.self_(1)) == rating.ALREADY_VOTED.code
    assert [item.event for item in world.workflow.history.events(Voted)] == [Voted(rater="p-1")]
    assert len(world.store.ballots("rating/secret")) == 2


def test_R_208_a_ballot_sent_again_under_its_id_is_cast_once_and_the_answer_does_not_tell_what_it_said() -> (
    None
):
    world = world_of(SECRET)
    by = world.self_(1)
    first = world.workflow.execute(ballot(1, p7="basic"), by=by, at=world.now, command_id="vote-1")
    again = world.workflow.execute(ballot(1, p7="excellent"), by=by, at=world.now, command_id="vote-1")
    assert again == first
    assert again.repeated
    assert len(world.store.ballots("rating/secret")) == 2


def test_R_043_the_voters_are_frozen_when_the_round_opens() -> None:
    world = world_of()
    world.do(RegisterPerson(person="p-9", unit="u-branch", categories=("probationary",)))
    world.do(FreezePopulation(key="all", unit="u-branch", having=("member",)))
    world.do(OPEN.model_copy(update={"raters": "all"}))
    world.do(AddToPopulation(key="all", person="p-9", ground="admitted"))
    assert refused(world, rate(9)) == rating.NOT_ELIGIBLE.code
    (opened,) = [item.event for item in world.workflow.history.events(RatingOpened)]
    assert isinstance(opened, RatingOpened)
    assert (opened.raters, opened.raters_from) == (tuple(sorted(RATERS)), "all")
    assert (opened.subjects, opened.subjects_from) == (SUBJECTS, None)
    world.do(OPEN.model_copy(update={"key": "later", "raters": "all", "subjects": "all"}))
    assert attempt(world, rate(9, key="later")) is None


def test_R_043_turnout_stands_beside_the_result_and_abstaining_is_taking_part() -> None:
    world = world_of(SECRET)
    vote(world, 1)
    for voter in range(2, 7):
        vote(world, voter, p7="basic")
    world.do(CLOSE)
    assert world.workflow.fact("rating.turnout", "rating/secret") == Turnout(voted=6, eligible=8)
    assert world.workflow.fact("rating.result", "rating/secret")["p-7"]["basic"] == 5


def test_R_043_a_round_is_secret_unless_it_says_otherwise_and_a_self_assessment_never_is() -> None:
    said_nothing = OpenRating(
        key="new", kind="peer", unit="u-branch", raters=RATERS, subjects=SUBJECTS, grades=GRADES
    )
    world = world_of(said_nothing)
    assert world.workflow.state("rating/new").secret
    assert world.workflow.state("rating/new").minimum == rating.DEFAULT_MINIMUM
    world.do(OpenRating(key="own", kind="self", unit="u-branch", raters=RATERS, grades=GRADES))
    assert not world.workflow.state("rating/own").secret


def test_R_043_no_score_stands_without_its_turnout() -> None:
    world = world_of(SECRET)
    assert world.workflow.fact("rating.scores", "rating/secret") is None
    for voter in range(1, 6):
        vote(world, voter, p7="basic")
    world.do(CLOSE)
    scores = world.workflow.fact("rating.scores", "rating/secret")
    assert set(scores) == {"p-7", "p-8"}
    assert all(score.turnout == Turnout(voted=5, eligible=8) for score in scores.values())
    assert scores["p-7"].grades["basic"] == 5
    assert isinstance(scores["p-8"].grades, rating.BelowThreshold)


def test_a_ballot_cast_while_somebody_closes_is_counted() -> None:
    class Interrupted(MemoryStore):
        interrupt: Callable[[], None] | None = None

        def ballots(self, box: str) -> Sequence[Mapping[str, str]]:
            found = super().ballots(box)
            if self.interrupt is not None:
                call, self.interrupt = self.interrupt, None
                call()
            return found

    store = Interrupted()
    world = world_of(SECRET, store=store)
    for voter in range(1, 6):
        vote(world, voter, p7="basic")
    another = Workflow(store, world.model)
    store.interrupt = lambda: (
        another.execute(ballot(6, p7="basic"), by=world.self_(6), at=world.now, command_id="six") and None
    )
    world.do(CLOSE)
    assert world.workflow.fact("rating.result", "rating/secret")["p-7"]["basic"] == 6
    assert store.ballots("rating/secret") == []


def test_the_choices_stand_neither_in_the_digest_nor_in_the_look_of_a_command() -> None:
    one, two = ballot(1, p7="excellent"), ballot(1, p8="not_competent")
    assert command_digest(one, {}) == command_digest(two, {})
    assert command_digest(one, {}) != command_digest(ballot(2, p7="excellent"), {})
    assert repr(one) == repr(two) == "CastBallot(key='secret', rater='p-1')"
    assert str(one) == str(two)
    papers = count(2, 2, {"p-7": {"basic": 2}}), count(2, 2, {"p-8": {"excellent": 1}})
    assert command_digest(papers[0], {}) == command_digest(papers[1], {})
    assert repr(papers[0]) == repr(papers[1])


@pytest.mark.parametrize("choices", [{"p-7": "Excellent!"}, {"p-seven": "excellent"}, {"p-7": 5}, ["p-7"]])
def test_a_malformed_ballot_is_refused_without_an_echo(choices: object) -> None:
    world = world_of()
    with pytest.raises(InvalidCommand) as caught:
        world.model.registry.command(
            "rating.cast_ballot", {"key": "secret", "rater": "p-1", "choices": choices}
        )
    assert "choices" in str(caught.value)
    assert not [word for word in ("p-7", "seven", "xcellent") if word in str(caught.value)]


@pytest.mark.parametrize("choices", [{"p1": "excellent"}, {"p6": "excellent"}, {"p7": "superb"}])
def test_a_ballot_with_something_that_does_not_belong_is_refused_without_saying_what(
    choices: dict[str, str],
) -> None:
    world = world_of(SECRET)
    refusal = attempt(world, ballot(1, **choices), by=world.self_(1))
    assert isinstance(refusal, Refusal)
    assert refusal.code == rating.BALLOT_INVALID.code
    assert not [w for w in ("p-1", "p-6", "p-7", "excellent", "superb") if w in f"{refusal} {refusal.about}"]
    assert world.store.ballots("rating/secret") == []


# --- paper -----------------------------------------------------------------------------------

COUNTS = {"p-7": {"basic": 2}, "p-8": {"excellent": 1, "basic": 1}}


def test_R_038_a_batch_counts_once_two_persons_have_entered_the_same() -> None:
    world = world_of(SECRET)
    for voter in range(1, 5):
        vote(world, voter, p7="basic", p8="basic")
    world.do(issue(5, 6, 7))
    world.do(count(3, 2, COUNTS), by=world.act(1))
    assert refused(world, CLOSE) == rating.PAPERS_OUTSTANDING.code
    assert refused(world, count(3, 2, COUNTS), world.act(1)) == OWN_CASE.code
    assert world.workflow.fact("rating.turnout", "rating/secret").voted == 4
    world.do(count(3, 2, COUNTS), by=world.act(2))
    world.do(CLOSE)
    assert world.workflow.fact("rating.turnout", "rating/secret") == Turnout(voted=6, eligible=8)
    assert world.workflow.fact("rating.result", "rating/secret") == {
        "p-7": {"excellent": 0, "competent": 0, "basic": 6, "not_competent": 0},
        "p-8": {"excellent": 1, "competent": 0, "basic": 5, "not_competent": 0},
    }
    replays(world, "rating/secret")


def test_R_038_counts_that_differ_confirm_nothing_and_a_wrong_first_one_is_discarded() -> None:
    world = world_of(SECRET)
    world.do(issue(5, 6))
    world.do(count(2, 2, {"p-7": {"basic": 1}}), by=world.act(1))
    for other in (count(2, 2, COUNTS), count(2, 1, {"p-7": {"basic": 1}})):
        assert refused(world, other, world.act(2)) == rating.COUNTS_DIFFER.code
    world.do(discard(), by=world.act(2))
    assert world.store.ballots("rating/secret/b-1") == []
    world.do(count(2, 2, COUNTS), by=world.act(2))
    world.do(count(2, 2, COUNTS), by=world.act(1))
    assert refused(world, discard()) == rating.BATCH_COUNTED.code


@pytest.mark.parametrize(
    ("issued", "papers", "counts"),
    [
        (4, 3, {}),
        (2, 2, {}),
        (3, 4, {}),
        (3, 2, {"p-8": {"basic": 2, "excellent": 1}}),
        (3, 3, {"p-7": {"basic": 3}}),
    ],
    ids=[
        "more issued",
        "fewer issued",
        "more returned than issued",
        "more votes than papers",
        "a subject's own",
    ],
)
def test_R_038_counts_have_to_go_with_the_papers_handed_out(
    issued: int, papers: int, counts: Mapping[str, Mapping[str, int]]
) -> None:
    world = world_of(SECRET)
    world.do(issue(5, 6, 7))
    assert refused(world, count(issued, papers, counts)) == rating.NOT_RECONCILED.code
    assert attempt(world, count(3, 3, {"p-7": {"basic": 2}, "p-8": {"basic": 3}})) is None


def test_R_038_nobody_votes_on_two_channels() -> None:
    world = world_of(SECRET)
    vote(world, 1)
    world.do(issue(2))
    assert refused(world, issue(1)) == rating.ALREADY_VOTED.code
    assert refused(world, issue(2, batch="b-2")) == rating.HAS_PAPER.code
    assert refused(world, ballot(2), world.self_(2)) == rating.HAS_PAPER.code
    assert attempt(world, issue(4, 3, 3, batch="b-2")) is None
    issued = list(world.workflow.history.events(PapersIssued))[-1].event
    assert issued == PapersIssued(batch="b-2", raters=("p-3", "p-4"))


def test_R_038_a_delegate_of_the_first_teller_is_no_second_one() -> None:
    world = world_of(SECRET)
    world.do(issue(5, 6))
    world.do(
        Delegate(
            principal="p-2",
            delegate="p-3",
            role="everything",
            unit="u-city",
            until=world.now + timedelta(days=1),
        ),
        by=world.self_(2),
    )
    world.do(count(2, 2, COUNTS), by=Actor("a-3", "p-3", "everything", delegate_of="p-2"))
    for teller in (world.act(2), world.act(3)):
        assert refused(world, count(2, 2, COUNTS), teller) == OWN_CASE.code
    assert attempt(world, count(2, 2, COUNTS), by=world.act(4)) is None


def test_R_038_the_channel_of_the_votes_is_an_attribute_of_its_own_and_keeps_to_itself() -> None:
    world = world_of(SECRET.model_copy(update={"channel": "box"}))
    assert refused(world, issue(1)) == rating.OTHER_CHANNEL.code
    vote(world, 1)
    paper = world_of(SECRET.model_copy(update={"channel": "paper"}))
    assert refused(paper, ballot(1), paper.self_(1)) == rating.OTHER_CHANNEL.code
    paper.do(issue(1))
    either = world_of(SECRET)
    vote(either, 1)
    either.do(issue(2))


# --- open rounds -----------------------------------------------------------------------------


def test_ratings_in_the_open_are_events_with_their_rater_and_add_up_at_the_close() -> None:
    world = world_of(OPEN)
    world.do(rate(1, "basic", 7), by=world.self_(1))
    world.do(rate(1, "excellent", 8), by=world.self_(1))
    world.do(rate(2, "basic"), by=world.act(60))
    world.do(CloseRating(key="open"))
    assert world.workflow.fact("rating.result", "rating/open") == {
        "p-7": {"excellent": 0, "competent": 0, "basic": 2, "not_competent": 0},
        "p-8": {"excellent": 1, "competent": 0, "basic": 1, "not_competent": 0},
    }
    assert world.workflow.fact("rating.turnout", "rating/open") == Turnout(voted=2, eligible=8)


def test_a_rating_is_corrected_by_a_further_event_that_names_it_and_the_latest_counts() -> None:
    world = world_of(OPEN)
    world.do(rate(1, "basic"), by=world.self_(1))
    correction = CorrectRating(key="open", rater="p-1", subject="p-8", grade="excellent", ground="slip")
    world.do(correction, by=world.self_(1))
    first, second = list(world.workflow.history.events(Rated))
    assert second.event == Rated(
        rater="p-1", grades={"p-8": "excellent"}, corrects=first.envelope.event_id, ground="slip"
    )
    world.do(correction.model_copy(update={"grade": "competent"}), by=world.self_(1))
    third = list(world.workflow.history.events(Rated))[-1]
    assert isinstance(third.event, Rated)
    assert third.event.corrects == second.envelope.event_id
    world.do(CloseRating(key="open"))
    result = world.workflow.fact("rating.result", "rating/open")
    assert (result["p-7"]["basic"], result["p-8"]["basic"], result["p-8"]["competent"]) == (1, 0, 1)


def test_R_051_in_a_self_assessment_everybody_rates_themselves_and_nobody_else() -> None:
    world = world_of(OWN)
    assert attempt(world, rate(7, "competent", 7, key="own"), by=world.self_(7)) is None
    assert attempt(world, rate(8, "basic", 8, key="own"), by=world.act(1)) is None
    assert refused(world, rate(1, "basic", 7, key="own")) == rating.ONLY_SELF.code
    assert refused(world, rate(1, "basic", 1, 7, key="own")) == rating.ONLY_SELF.code
    correct = CorrectRating(key="own", rater="p-7", subject="p-7", grade="basic", ground="slip")
    world.do(correct, by=world.self_(7))
    first, _, corrected = list(world.workflow.history.events(SelfRated))
    assert corrected.event == SelfRated(
        rater="p-7", grade="basic", corrects=first.envelope.event_id, ground="slip"
    )
    world.do(CloseRating(key="own"))
    assert world.workflow.fact("rating.result", "rating/own")["p-7"]["basic"] == 1
    assert world.workflow.fact("rating.subjects", "rating/own") == set(RATERS)


def test_a_round_with_a_closing_time_is_closed_then_or_when_everybody_has_rated_everybody() -> None:
    closes = START + timedelta(hours=1)
    secret, in_the_open = (o.model_copy(update={"closes": closes}) for o in (SECRET, OPEN))
    world = world_of(secret, in_the_open)
    for voter in range(1, 9):
        assert refused(world, CloseRating(key="secret")) == rating.TOO_EARLY.code
        assert refused(world, CloseRating(key="open")) == rating.TOO_EARLY.code
        vote(world, voter)
        subjects = [subject for subject in (7, 8) if subject != voter]
        world.do(rate(voter, "basic", *subjects[:1]), by=world.self_(voter))
        if len(subjects) == 2:
            world.do(rate(voter, "basic", 8), by=world.self_(voter))
    assert attempt(world, CloseRating(key="secret")) is None
    assert attempt(world, CloseRating(key="open")) is None

    world = world_of(secret, in_the_open)
    world.later(hours=1)
    assert attempt(world, ballot(1), by=world.self_(1)) is None
    assert attempt(world, CloseRating(key="secret")) is None
    world = world_of(secret, in_the_open)
    world.do(issue(2, 3), rate(1, "basic", 7))
    world.later(hours=1, seconds=1)
    for late in (rate(1, "basic", 8), _correct("p-7", "excellent"), issue(4)):
        assert refused(world, late) == rating.PAST_CLOSING.code
    assert refused(world, ballot(1), world.self_(1)) == rating.PAST_CLOSING.code
    assert attempt(world, count(2, 2, COUNTS), by=world.act(1)) is None
    assert attempt(world, CloseRating(key="open")) is None


def test_a_round_is_work_that_a_campaign_can_cite_done_when_it_is_closed() -> None:
    serves = (Serves(campaign="study", task="rating"),)
    world = world_of(SECRET.model_copy(update={"serves": serves}))
    assert world.workflow.fact("rating.work", "rating/none") is None
    assert world.workflow.fact("rating.turnout", "rating/none") is None
    assert world.workflow.fact("rating.kind", "rating/none") is None
    vote(world, 1)
    world.do(issue(2))
    work = world.workflow.fact("rating.work", "rating/secret")
    assert (work.stream, work.kind, work.unit) == ("rating/secret", "peer", "u-branch")
    assert (work.state, work.done, work.serves, work.people) == ("open", False, serves, {"p-1", "p-2"})
    world.do(count(1, 0, {}), by=world.act(1))
    world.do(count(1, 0, {}), by=world.act(2))
    world.do(CLOSE)
    assert world.workflow.fact("rating.work", "rating/secret").done
    assert world.workflow.fact("rating.kind", "rating/secret") == "peer"


def test_a_void_round_has_no_result_and_its_ballots_are_destroyed() -> None:
    world = world_of(SECRET)
    vote(world, 1, p7="basic")
    world.do(issue(2, 3))
    world.do(count(2, 2, {}), by=world.act(1))
    world.do(VOID)
    assert [*world.store.ballots("rating/secret"), *world.store.ballots("rating/secret/b-1")] == []
    assert world.workflow.fact("rating.result", "rating/secret") is None
    work = world.workflow.fact("rating.work", "rating/secret")
    assert (work.state, work.done) == ("void", False)


def test_a_round_as_of_before_its_close_has_no_result() -> None:
    world = world_of(SECRET)
    for voter in range(1, 6):
        vote(world, voter, p7="basic")
    before = world.now
    world.later(hours=1)
    world.do(CLOSE)
    assert world.workflow.state("rating/secret", known=before).tally is None
    assert world.workflow.state("rating/secret", known=world.now).tally["p-7"]["basic"] == 5


# --- refusals --------------------------------------------------------------------------------


def _lose_the_box(world: World) -> None:
    """The log is restored from its records, and nobody thought of the box."""
    world.store = MemoryStore(tuple(world.store.read()))
    world.workflow = Workflow(world.store, world.model)


def _an_hour_passes(world: World) -> None:
    world.later(hours=1)


def _correct(subject: str, grade: str) -> CorrectRating:
    return CorrectRating(key="open", rater="p-1", subject=subject, grade=grade, ground="slip")


def _opening(**changes: object) -> OpenRating:
    return OPEN.model_copy(update={"key": "new", **changes})


def _secretly(**changes: object) -> OpenRating:
    return SECRET.model_copy(update={"key": "new", **changes})


SOON = START + timedelta(minutes=30)
Step = Command | Callable[[World], None]


@dataclass(frozen=True)
class Refusing:
    """After these steps one command is refused and another goes through.  Ballots are cast by the voter."""

    refused: Command
    permitted: Command
    after: tuple[Step, ...] = ()


REFUSALS: dict[Reason, Refusing] = {
    rating.TAKEN: Refusing(SECRET, _secretly()),
    rating.UNKNOWN: Refusing(rate(1, key="none"), rate(1)),
    rating.UNKNOWN_UNIT: Refusing(_opening(unit="u-none"), _opening()),
    rating.UNKNOWN_PERSON: Refusing(_opening(raters=("p-1", "p-404")), _opening(raters=("p-1", "p-60"))),
    rating.NOBODY: Refusing(_opening(subjects=()), _opening()),
    rating.SCALE: Refusing(_opening(grades=("good", "good")), _opening(grades=("good", "fair"))),
    rating.SELF_SUBJECTS: Refusing(_opening(kind="self"), _opening(kind="self", subjects=RATERS)),
    rating.SELF_SECRET: Refusing(_secretly(kind="self", subjects=()), _opening(kind="self", subjects=())),
    rating.NOT_VOTED: Refusing(_opening(channel="paper"), _secretly(channel="paper")),
    rating.MINIMUM_TOO_LOW: Refusing(_secretly(minimum=2), _secretly(minimum=3)),
    rating.TOO_FEW_RATERS: Refusing(
        _secretly(raters=("p-1", "p-2", "p-3", "p-4", "p-7")),
        _secretly(raters=("p-1", "p-2", "p-3", "p-4", "p-5")),
    ),
    rating.CLOSES_BEFORE: Refusing(_opening(closes=START), _opening(closes=SOON)),
    rating.IS_SECRET: Refusing(rate(1, key="secret"), rate(1)),
    rating.NOT_SECRET: Refusing(ballot(1, key="open"), ballot(1)),
    rating.OTHER_CHANNEL: Refusing(
        ballot(1, key="new"), issue(1, key="new"), after=(_secretly(channel="paper"),)
    ),
    rating.PAST_CLOSING: Refusing(
        rate(1, key="new"), rate(1), after=(_opening(closes=SOON), _an_hour_passes)
    ),
    rating.NOT_ELIGIBLE: Refusing(ballot(60), ballot(6)),
    rating.ALREADY_VOTED: Refusing(ballot(1), ballot(2), after=(ballot(1),)),
    rating.HAS_PAPER: Refusing(ballot(1), ballot(2), after=(issue(1),)),
    rating.NOTHING_RATED: Refusing(Rate(key="open", rater="p-1", grades={}), rate(1)),
    rating.NOT_A_SUBJECT: Refusing(rate(1, "basic", 2), rate(1, "basic", 7)),
    rating.OWN_RATING: Refusing(rate(7, "basic", 7), rate(7, "basic", 8)),
    rating.ONLY_SELF: Refusing(rate(1, "basic", 2, key="own"), rate(1, "basic", 1, key="own")),
    rating.UNKNOWN_GRADE: Refusing(rate(1, "superb"), rate(1, "basic")),
    rating.ALREADY_RATED: Refusing(rate(1), rate(2), after=(rate(1),)),
    rating.NOT_RATED: Refusing(
        _correct("p-8", "basic"), _correct("p-7", "basic"), after=(rate(1, "excellent", 7),)
    ),
    rating.UNCHANGED: Refusing(
        _correct("p-7", "basic"), _correct("p-7", "excellent"), after=(rate(1, "basic"),)
    ),
    rating.BALLOT_INVALID: Refusing(ballot(1, p1="basic"), ballot(1, p7="basic")),
    rating.NOT_ISSUED: Refusing(count(1, 1, {}, "b-2"), count(1, 1, {}, "b-1"), after=(issue(1),)),
    rating.BATCH_COUNTED: Refusing(issue(2), issue(2, batch="b-2"), after=(issue(1), count(1, 1, {}))),
    rating.NOT_COUNTED: Refusing(discard(), count(1, 1, {}), after=(issue(1),)),
    rating.NOT_RECONCILED: Refusing(count(2, 1, {}), count(1, 1, {}), after=(issue(1),)),
    rating.COUNTS_DIFFER: Refusing(
        count(1, 1, {"p-7": {"basic": 1}}), discard(), after=(issue(1), count(1, 1, {}))
    ),
    rating.TOO_EARLY: Refusing(CloseRating(key="new"), CLOSE, after=(_opening(closes=SOON),)),
    rating.PAPERS_OUTSTANDING: Refusing(CLOSE, CloseRating(key="open"), after=(issue(1),)),
    rating.BOX_DAMAGED: Refusing(CLOSE, VOID, after=(ballot(1), _lose_the_box)),
}


def _give(world: World, command: Command) -> Refusal | None:
    own = isinstance(command, CastBallot)
    return attempt(world, command, by=world.self_(int(command.rater[2:])) if own else world.act(1))


def test_every_reason_of_a_rating_is_provoked() -> None:
    assert DECIDER.reasons == rating.REASONS
    assert tuple(REFUSALS) == rating.REASONS[:-4]  # those of a review: tests/packs/test_processes_watch.py


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.code)
def test_a_rating_refuses_in_words_and_takes_the_permitted_counterpart(reason: Reason) -> None:
    case = REFUSALS[reason]
    world = world_of(*ROUNDS)
    for step in case.after:
        if isinstance(step, Command):
            assert _give(world, step) is None
        else:
            step(world)
    refusal = _give(world, case.refused)
    assert refusal is not None
    assert refusal.code == reason.code
    assert "{" not in str(refusal)
    assert _give(world, case.permitted) is None


@pytest.mark.parametrize("end", [CLOSE, VOID])
def test_a_round_that_has_ended_takes_nothing_more(end: Command) -> None:
    world = world_of(SECRET, OPEN)
    world.do(issue(1))
    world.do(count(1, 1, {}), by=world.act(1))
    world.do(count(1, 1, {}), by=world.act(2))
    world.do(end)
    for command in (rate(2, key="secret"), ballot(2), issue(2), count(1, 1, {}), discard(), CLOSE, VOID):
        refusal = _give(world, command)
        assert refusal is not None
        assert refusal.code == lifecycle.FINAL.code
    assert attempt(world, rate(2)) is None


@pytest.mark.parametrize("batch", ["b-1", "b-2"])
def test_a_round_whose_box_lost_the_papers_is_not_closed(batch: str) -> None:
    world = world_of(SECRET)
    world.do(issue(1, batch=batch))
    world.do(count(1, 1, {}, batch), by=world.act(1))
    _lose_the_box(world)
    assert refused(world, count(1, 1, {}, batch), world.act(2)) == rating.BOX_DAMAGED.code
    world = world_of(SECRET)
    world.do(issue(1, batch=batch))
    for teller in (1, 2):
        world.do(count(1, 1, {}, batch), by=world.act(teller))
    _lose_the_box(world)
    assert refused(world, CLOSE) == rating.BOX_DAMAGED.code


def test_what_does_not_belong_into_a_round_or_onto_paper_is_refused() -> None:
    world = world_of(SECRET)
    world.do(issue(1))
    for counts in ({"p-1": {"basic": 1}}, {"p-7": {"superb": 1}}):
        assert refused(world, count(1, 1, counts)) == rating.BALLOT_INVALID.code
    assert refused(world, issue()) == rating.NOBODY.code
    assert refused(world, issue(60)) == rating.NOT_ELIGIBLE.code
    assert refused(world, _opening(raters=())) == rating.NOBODY.code
    assert refused(world, _opening(raters="not-frozen")) == rating.NOBODY.code
    assert refused(world, _opening(grades=("good",))) == rating.SCALE.code


# --- authority -------------------------------------------------------------------------------


def test_nobody_votes_or_rates_for_another_in_their_own_right() -> None:
    world = world_of(SECRET, OPEN)
    assert refused(world, ballot(2, p7="basic"), world.self_(1)) == NOT_OWN.code
    assert refused(world, ballot(2, p7="basic"), world.act(1)) == NOT_OWN.code
    assert refused(world, rate(2), world.self_(1)) == NOT_OWN.code
    assert attempt(world, ballot(2, p7="basic"), by=world.self_(2)) is None
    assert attempt(world, rate(2), by=world.self_(2)) is None


def test_nobody_records_a_rating_of_themselves_by_others() -> None:
    world = world_of(OPEN)
    assert refused(world, rate(1, "excellent", 7, 8), world.act(7)) == OWN_CASE.code
    assert attempt(world, rate(1, "excellent", 7, 8), by=world.act(2)) is None


def test_R_203_who_declared_a_conflict_with_a_subject_does_not_rate_them_in_the_open() -> None:
    world = world_of(OPEN)
    world.do(DeclareConflict(person="p-1", other="p-7", ground="kin"), by=world.act(1))
    assert refused(world, rate(1), world.self_(1)) == CONFLICT.code
    assert attempt(world, rate(1, "basic", 8), by=world.self_(1)) is None


def test_subjects_of_a_round_neither_count_its_papers_nor_void_it() -> None:
    world = world_of(SECRET)
    world.do(issue(1, 2))
    assert refused(world, count(2, 2, COUNTS), world.act(7)) == OWN_CASE.code
    assert attempt(world, count(2, 2, COUNTS), by=world.act(1)) is None
    assert refused(world, count(2, 2, COUNTS), world.act(8)) == OWN_CASE.code
    assert refused(world, discard(), world.act(7)) == OWN_CASE.code
    assert attempt(world, discard(), by=world.act(1)) is None
    assert refused(world, VOID, world.act(7)) == OWN_CASE.code
    assert attempt(world, VOID, by=world.act(2)) is None


@pytest.mark.parametrize(
    ("duty", "command"),
    [
        ("rating.open", _opening()),
        ("rating.record", rate(1)),
        ("rating.record", rate(1, "basic", 1, key="own")),
        ("rating.tell", issue(1)),
        ("rating.tell", count(1, 1, {}, "b-2")),
        ("rating.tell", discard("b-3")),
        ("rating.close", CLOSE.model_copy(update={"key": "open"})),
        ("rating.void", VOID),
    ],
)
def test_every_step_of_a_round_takes_its_duty(duty: str, command: Command) -> None:
    world = world_of(*ROUNDS)
    world.do(issue(2, batch="b-2"), issue(3, batch="b-3"), count(1, 1, {}, "b-3"))
    if command.stored_type == "rating.enter_paper_ballots":
        world.do(count(1, 1, {}, "b-2"), by=world.act(2))
    everything = duties(world.model)
    world.do(AdoptRoles(roles={"everything": tuple(d for d in everything if d != duty)}))
    assert refused(world, command) == NO_DUTY.code
    world.do(AdoptRoles(roles={"everything": tuple(everything)}))
    assert attempt(world, command) is None


@pytest.mark.parametrize("event", DECIDER.events)
def test_no_event_of_a_rating_has_a_place_for_free_text(event: type) -> None:
    assert "unmarked" not in kinds_of_strings(event).values()


def test_the_order_in_which_persons_are_named_leaves_the_bytes_alone() -> None:
    forth, back = world_of(OPEN), world_of(OPEN.model_copy(update={"raters": RATERS[::-1] + RATERS[:1]}))
    (one, two) = (
        [item.event.data() for item in w.workflow.history.events(RatingOpened)] for w in (forth, back)
    )
    assert canonical_bytes(one) == canonical_bytes(two)
