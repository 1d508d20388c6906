"""Publications: laws over any sequence of commands, behaviour by requirement, every refusal and every bar."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from tests.support.world import START, World

from party_workflow.authority import AdoptRoles, GrantRole, forbidden
from party_workflow.calendar import Term
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.decider import Context, fold
from party_workflow.domain import publication
from party_workflow.domain.publication import (
    DECIDER,
    Comment,
    CorrectPublication,
    Drafted,
    ErratumLinked,
    Finalise,
    LinkErratum,
    Notify,
    ObjectionRaised,
    ObjectionResolved,
    Posted,
    Publication,
    PublicationFinalised,
    Publish,
    Published,
    RaiseObjection,
    Receive,
    Received,
    ResolveObjection,
    Review,
    Reviewed,
    erratum,
)
from party_workflow.domain.submission import Version
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import Reason, Refusal, Refused
from party_workflow.lifecycle import REASONS as LIFECYCLE_REASONS
from party_workflow.personal import Personal
from party_workflow.store import Actor, Recorded
from party_workflow.testing.scenario import NOON, Given, given, recorded, seal

RULE, RESULT, MENDED = "a" * 64, "b" * 64, "c" * 64
TEXT = Personal("x")
CLOSES = NOON + timedelta(days=5)


def publish(key: str = "rank-1", **more: Any) -> Publish:
    return Publish(**{**FIELDS, "key": key, **more})


def correct(key: str = "rank-2", **more: Any) -> CorrectPublication:
    fields = {**FIELDS, "key": key, "digest": MENDED, "erratum_of": "rank-1", "ground": "miscounted"}
    return CorrectPublication(**{**fields, **more})


FIELDS: dict[str, Any] = {
    "unit": "u-branch",
    "subject": "appraisal_ranking",
    "audience": "branch_members",
    "media": "notice_board",
    "position": 40,
    "known": START,
    "rule": RULE,
    "digest": RESULT,
}

# --- laws ------------------------------------------------------------------------------------

MOMENTS = st.integers(-2, 9).map(lambda days: NOON + timedelta(days=days))
KEY = {"key": st.just("rank-1")}
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(publish, closes=st.none() | MOMENTS, position=st.integers(0, 3)),
    st.builds(correct, key=st.just("rank-1"), erratum_of=st.sampled_from(["rank-0", "rank-1"])),
    st.builds(LinkErratum, by=st.sampled_from(["rank-2", "rank-3"]), **KEY),
    st.builds(RaiseObjection, objector=st.sampled_from(["p-3", "p-4"]), ground=st.just(TEXT), **KEY),
    st.builds(ResolveObjection, number=st.integers(1, 3), upheld=st.booleans(), answer=st.just(TEXT), **KEY),
    st.builds(Finalise, **KEY),
)


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[Recorded], Publication]:
    past: list[Recorded] = []
    state = Publication()
    at = NOON
    corrects = given(DECIDER, published(erratum_of="rank-1")).state.summary()
    facts: dict[str, Any] = {
        "publication/rank-0": given(DECIDER, published()).state.summary(),
        "publication/rank-1": None,
        "publication/rank-2": corrects,
        "publication/rank-3": None,
        "organisation": True,
    }
    first: list[Command] = [publish(closes=draw(st.none() | MOMENTS))]
    for command in [*first, *draw(st.lists(COMMANDS, max_size=15))]:
        shut = DECIDER.closed(state).get(command.stored_type)
        answers = tuple(facts[ask.stream] for ask in DECIDER.asks(command))
        by = Actor("a-2", "p-2", "officer")
        answer = DECIDER.decide(command, state, Context(by, at, at, answers, seal, lambda box: ()))
        if isinstance(answer, Refusal):
            assert answer.code in {reason.code for reason in (*DECIDER.reasons, *LIFECYCLE_REASONS)}
        else:
            assert shut is None
            assert isinstance(answer, list)
            for event in answer:
                assert isinstance(event, DECIDER.yields[command.stored_type])
                past.append(recorded(event, len(past) + 1, by=by, at=at))
                state = DECIDER.evolve(state, past[-1])
        at += timedelta(days=draw(st.sampled_from([0, 1, 4])))
    return past, state


@hypothesis_given(runs())
def test_replaying_the_events_gives_the_state_that_the_commands_led_to(
    run: tuple[list[Recorded], Publication],
) -> None:
    past, state = run
    assert fold(DECIDER, past) == state
    assert (state.work() is None) == (state.summary() is None) == (not past)


@hypothesis_given(runs())
def test_R_188_whatever_commands_come_nothing_is_final_in_the_window_or_with_an_objection_standing(
    run: tuple[list[Recorded], Publication],
) -> None:
    standing: set[int] = set()
    closes: datetime | None = None
    for item in run[0]:
        match item.event:
            case Published() as event:
                closes = event.closes
            case ObjectionRaised() as event:
                assert closes is not None
                assert item.envelope.effective_at < closes
                standing.add(event.number)
            case ObjectionResolved() as event:
                if not event.upheld:
                    standing.remove(event.number)
            case PublicationFinalised():
                assert not standing
                assert closes is None or item.envelope.recorded_at >= closes
            case _:
                pass


# --- behaviour, through the public API ---------------------------------------------------------


class Board(World):
    """The small world with the result of the year on the notice board, open for objections for 5 days."""

    def __init__(self, **more: Any) -> None:
        super().__init__(DECIDER)
        every = self.workflow.state("authority").roles["everything"]
        self.do(AdoptRoles(roles={"everything": tuple(sorted(every)), "idle": ()}))
        self.do(GrantRole(person="p-23", role="idle", unit="u-city"))
        self.closes = self.now + timedelta(days=5)
        self.do(publish(**{"closes": self.closes, **more}), by=self.act(2))

    def refused(self, *commands: Command, by: Actor) -> Refusal:
        before = self.store.head()
        with pytest.raises(Refused) as raised:
            self.do(*commands, by=by)
        assert self.store.head() == before
        return raised.value.refusal

    def publication(self, key: str = "rank-1") -> Publication:
        found = self.workflow.state(f"publication/{key}")
        assert isinstance(found, Publication)
        return found


def objection(number: int = 3) -> RaiseObjection:
    return RaiseObjection(key="rank-1", objector=f"p-{number}", ground=Personal("Two visits are missing"))


def resolve(upheld: bool, number: int = 1) -> ResolveObjection:
    return ResolveObjection(key="rank-1", number=number, upheld=upheld, answer=Personal("Counted again"))


def test_R_188_a_publication_is_open_then_objected_to_then_answered_then_final() -> None:
    board = Board()
    board.later(days=4)
    board.do(objection(), by=board.self_(3))
    board.later(days=2)
    assert board.refused(Finalise(key="rank-1"), by=board.act(2)).code == "publication.open_objections"
    board.do(resolve(upheld=False), by=board.act(6))
    board.do(Finalise(key="rank-1"), by=board.act(2))
    found = board.publication()
    assert found.state == "final"
    (only,) = found.objections
    assert only.answer is not None
    assert board.workflow.reveal(only.ground) == "Two visits are missing"
    assert board.workflow.reveal(only.answer) == "Counted again"
    assert list(forbidden(board.workflow.history.events())) == []


def test_R_188_finalisation_before_the_end_of_the_window_is_refused_also_when_dated_ahead() -> None:
    board = Board()
    refusal = board.refused(Finalise(key="rank-1"), by=board.act(2))
    assert refusal.code == "publication.window_open"
    with pytest.raises(Refused, match=r"publication\.window_open"):
        board.do(Finalise(key="rank-1"), by=board.act(2), effective_at=board.closes)
    board.later(days=5)
    board.do(Finalise(key="rank-1"), by=board.act(2))


def test_R_188_a_publication_dated_back_leaves_no_time_to_object_and_is_refused() -> None:
    board = Board()
    late = publish("rank-3", closes=board.now)
    with pytest.raises(Refused, match=r"publication\.window_empty"):
        board.do(late, by=board.act(2), effective_at=board.now - timedelta(days=5))


def test_R_188_an_answer_resolves_one_objection_and_leaves_the_others_open() -> None:
    board = Board()
    for number in (3, 4, 5):
        board.do(objection(number), by=board.self_(number))
    board.do(resolve(upheld=False, number=2), by=board.act(9))
    assert board.publication().open_objections == (1, 3)
    board.later(days=5)
    refusal = board.refused(Finalise(key="rank-1"), by=board.act(2))
    assert dict(refusal.about)["numbers"] == "1, 3"


def test_R_188_an_objection_raised_in_time_counts_although_it_is_recorded_late() -> None:
    board = Board()
    board.later(days=6)
    assert board.refused(objection(), by=board.self_(3)).code == "publication.window_closed"
    board.do(objection(), by=board.act(6), effective_at=board.closes - timedelta(hours=1))
    assert board.publication().open_objections == (1,)


def test_R_188_what_an_upheld_objection_showed_to_be_wrong_becomes_final_only_as_an_erratum() -> None:
    board = Board()
    board.do(objection(), by=board.self_(3))
    board.do(resolve(upheld=True), by=board.act(6))
    board.later(days=6)
    assert board.refused(Finalise(key="rank-1"), by=board.act(2)).code == "publication.objection_upheld"
    board.do(*erratum(correct()), by=board.act(2))
    board.do(Finalise(key="rank-2"), by=board.act(2))
    assert (board.publication().state, board.publication("rank-2").state) == ("superseded", "final")


def test_R_189_an_erratum_is_linked_both_ways_and_the_first_publication_stays_as_it_was() -> None:
    board = Board(closes=None)
    first = board.publication().said
    board.do(Finalise(key="rank-1"), by=board.act(2))
    board.do(*erratum(correct()), by=board.act(2))
    old = board.workflow.fact("publication.summary", "publication/rank-1")
    new = board.workflow.fact("publication.summary", "publication/rank-2")
    assert (old.state, old.superseded_by, old.digest) == ("superseded", "rank-2", RESULT)
    assert (new.state, new.erratum_of, new.digest) == ("published", "rank-1", MENDED)
    assert board.publication().said == first


def test_R_189_an_erratum_that_cannot_be_linked_is_not_published_either() -> None:
    board = Board()
    board.do(objection(), by=board.self_(3))
    refusal = board.refused(*erratum(correct()), by=board.act(2))
    assert refusal.code == "publication.open_objections"
    assert board.workflow.fact("publication.summary", "publication/rank-2") is None


def test_R_197_a_publication_carries_what_reproduces_it() -> None:
    board = Board(effective=START, serves=(Serves(campaign="education", task="notify"),))
    summary = board.workflow.fact("publication.summary", "publication/rank-1")
    assert (summary.position, summary.known, summary.effective) == (40, START, START)
    assert (summary.rule, summary.digest, summary.audience) == (RULE, RESULT, "branch_members")
    history = board.workflow.history.up_to(summary.position).as_of(known=summary.known)
    assert history.head()[0] == 40


def test_a_publication_counts_as_work_once_it_is_settled_and_until_it_is_superseded() -> None:
    serves = (Serves(campaign="education", task="notify"),)
    board = Board(serves=serves)
    fact = "publication.work"

    def work(key: str) -> Work:
        found = board.workflow.fact(fact, f"publication/{key}")
        assert isinstance(found, Work)
        return found

    assert work("rank-1") == Work(
        "publication/rank-1", "appraisal_ranking", "u-branch", "published", done=False, serves=serves
    )
    board.later(days=5)
    board.do(Finalise(key="rank-1"), by=board.act(2))
    assert work("rank-1").done
    board.do(*erratum(correct(serves=serves)), by=board.act(2))
    assert (work("rank-1").done, work("rank-2").done) == (False, True)
    assert board.workflow.fact(fact, "publication/none") is None


def test_no_event_of_a_publication_has_a_place_for_a_personal_value_outside_a_sealed_field() -> None:
    for event in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values()


# --- every reason once, with its counterpart ---------------------------------------------------


def published(**more: Any) -> Published:
    return Published(**{**FIELDS, **more})


OBJECTED = ObjectionRaised(number=1, objector="p-3", ground=seal(TEXT, "p-3", "objection.ground"))
ANSWER = seal(TEXT, "p-3", "objection.answer")
REJECTED = ObjectionResolved(number=1, upheld=False, answer=ANSWER)
UPHELD = ObjectionResolved(number=1, upheld=True, answer=ANSWER)
SUMMARY = given(DECIDER, published()).state.summary()
LINKED = given(DECIDER, published(), ErratumLinked(by="rank-9")).state.summary()
THE_ERRATUM = given(DECIDER, published(erratum_of="rank-1", ground="miscounted")).state.summary()
FRESH = given(DECIDER).knowing(True)
OPEN = given(DECIDER, published(closes=CLOSES))
OVER = given(DECIDER, published(closes=NOON))
PLAIN = given(DECIDER, published())
FINAL = Finalise(key="rank-1")
LINK = LinkErratum(key="rank-1", by="rank-2")
REVIEW = Review(key="rank-1", digest=RESULT, passed=True)
DRAFTED = Drafted(unit="u-branch", subject="appraisal_ranking", digest=RESULT)
PASSED = Reviewed(digest=RESULT, passed=True)
K = {"kind": "k", "kind_digest": "e" * 64}
CURRENT = (1, "e" * 64)
KNOWN = FRESH.knowing(
    True, {"code": "k", "version": 1, "audiences": ["branch_members"], "media": ["notice_board"]}, CURRENT
)
FIVE = Term(amount=5, unit="working_days")
C = {"calendar": "cn", "calendar_digest": "f" * 64}
WINDOWED = {
    "code": "k",
    "version": 1,
    "window": {"amount": 5, "unit": "working_days"},
    "calendar": "cn",
}
BODY = {
    "code": "cn",
    "version": "2020",
    "offset_minutes": 480,
    "weekend": ["sat", "sun"],
    "holidays": [],
    "makeup_days": [],
    "covers": ["2020-01-01", "2020-12-31"],
    "basis": "notice",
}
MEETING = Work("activity/m-1", "meeting", "u-branch", "held", done=True, people=frozenset({"p-3", "p-9"}))
POSTED = Posted(**FIELDS, closes=CLOSES, readers=("p-3",))
TO_P_3 = given(DECIDER, POSTED)
SECRET = given(DECIDER, Posted(**FIELDS, readers=("p-3",), restricted=True)).state.summary()
COMMENT = Comment(key="rank-1", commenter="p-3", text=TEXT)
RECEIVE = Receive(key="rank-1", person="p-3", how="read")
NOTIFY = Notify(key="rank-1", occasion="activity/m-1")

PROVOKED: list[tuple[Reason, Given, Command, Given, Command]] = [
    (publication.UNKNOWN, given(DECIDER), FINAL, PLAIN, FINAL),
    (publication.TAKEN, PLAIN.knowing(True), publish(), FRESH, publish()),
    (publication.UNKNOWN_UNIT, given(DECIDER).knowing(False), publish(), FRESH, publish()),
    (publication.NO_POSITION, FRESH, publish(position=0), FRESH, publish(position=1)),
    (
        publication.NOT_YET_KNOWN,
        FRESH,
        publish(known=NOON + timedelta(microseconds=1)),
        FRESH,
        publish(known=NOON),
    ),
    (publication.WINDOW_EMPTY, FRESH, publish(closes=NOON), FRESH, publish(closes=CLOSES)),
    (
        publication.NOTHING_TO_CORRECT,
        given(DECIDER).knowing(True, None),
        correct(),
        given(DECIDER).knowing(True, SUMMARY),
        correct(),
    ),
    (
        publication.NOTHING_TO_CORRECT,
        given(DECIDER).knowing(True, SUMMARY),
        correct(erratum_of="rank-2"),
        given(DECIDER).knowing(True, SUMMARY),
        correct(erratum_of="rank-1"),
    ),
    (
        publication.ALREADY_CORRECTED,
        given(DECIDER).knowing(True, LINKED),
        correct(),
        given(DECIDER).knowing(True, SUMMARY),
        correct(),
    ),
    (publication.NOT_ITS_ERRATUM, PLAIN.knowing(None), LINK, PLAIN.knowing(THE_ERRATUM), LINK),
    (publication.NOT_ITS_ERRATUM, PLAIN.knowing(SUMMARY), LINK, PLAIN.knowing(THE_ERRATUM), LINK),
    (publication.NO_WINDOW, PLAIN, objection(), OPEN, objection()),
    (publication.WINDOW_CLOSED, OVER, objection(), OPEN, objection()),
    (
        publication.UNKNOWN_OBJECTION,
        given(DECIDER, published(closes=CLOSES), OBJECTED),
        resolve(upheld=False, number=2),
        given(DECIDER, published(closes=CLOSES), OBJECTED),
        resolve(upheld=False),
    ),
    (
        publication.UNKNOWN_OBJECTION,
        given(DECIDER, published(closes=CLOSES), OBJECTED, REJECTED),
        resolve(upheld=True),
        given(DECIDER, published(closes=CLOSES), OBJECTED),
        resolve(upheld=True),
    ),
    (publication.WINDOW_OPEN, OPEN, FINAL, OVER, FINAL),
    (publication.NO_DRAFT, PLAIN, REVIEW, given(DECIDER, DRAFTED), REVIEW),
    (
        publication.NOT_REVIEWED,
        given(DECIDER, DRAFTED).knowing(True),
        publish(),
        given(DECIDER, DRAFTED, PASSED).knowing(True),
        publish(),
    ),
    (
        publication.UNKNOWN_PERSON,
        FRESH.knowing(True, {}),
        publish(readers=("p-3",)),
        FRESH.knowing(True, {"p-3": ()}),
        publish(readers=("p-3",)),
    ),
    (publication.UNKNOWN_KIND, FRESH.knowing(True, None, None), publish(**K), KNOWN, publish(**K)),
    (
        publication.UNKNOWN_KIND,
        FRESH.knowing(True, {"no": "kind"}, CURRENT),
        publish(**K),
        KNOWN,
        publish(**K),
    ),
    (publication.UNKNOWN_KIND, FRESH.knowing(True, {"code": "k"}, None), publish(**K), KNOWN, publish(**K)),
    (publication.AUDIENCE_NOT_ALLOWED, KNOWN, publish(**K, audience="all"), KNOWN, publish(**K)),
    (publication.MEDIA_NOT_ALLOWED, KNOWN, publish(**K, media="press"), KNOWN, publish(**K)),
    (
        publication.NOT_RESTRICTED,
        FRESH.knowing(True, {"code": "k", "version": 1, "restricted": True}, CURRENT),
        publish(**K),
        FRESH.knowing(True, {"p-3": ()}, {"code": "k", "version": 1, "restricted": True}, CURRENT),
        publish(**K, restricted=True, readers=("p-3",)),
    ),
    (
        publication.DRAFT_DIFFERS,
        given(DECIDER, DRAFTED, PASSED).knowing(True),
        publish(digest=MENDED),
        given(DECIDER, DRAFTED, PASSED).knowing(True),
        publish(),
    ),
    (
        publication.NOBODY,
        FRESH.knowing(True, {}),
        publish(audience_unit="u-branch"),
        FRESH.knowing(True, {"p-3": ()}),
        publish(audience_unit="u-branch"),
    ),
    (
        publication.UNKNOWN_SOURCE,
        FRESH.knowing(True, None),
        publish(occasion="activity/m-1"),
        FRESH.knowing(True, MEETING),
        publish(occasion="activity/m-1"),
    ),
    (
        publication.PROVISIONAL,
        FRESH.knowing(True, MEETING, SimpleNamespace(provisional=True)),
        publish(of="assessment/q-1"),
        FRESH.knowing(True, MEETING, SimpleNamespace(provisional=False)),
        publish(of="assessment/q-1"),
    ),
    (
        publication.NOT_ITS_TEXT,
        FRESH.knowing(True, MEETING, ()),
        publish(of="submission/r-1"),
        FRESH.knowing(True, MEETING, (Version(RESULT, NOON),)),
        publish(of="submission/r-1"),
    ),
    (
        publication.TERM_DIFFERS,
        FRESH.knowing(True, WINDOWED, CURRENT, BODY),
        publish(**K, **C, term=Term(amount=4, unit="working_days")),
        FRESH.knowing(True, WINDOWED, CURRENT, BODY),
        publish(**K, **C),
    ),
    (
        publication.TWO_ENDS,
        FRESH.knowing(True, BODY),
        publish(**C, term=FIVE, closes=CLOSES),
        FRESH.knowing(True, BODY),
        publish(**C, term=FIVE),
    ),
    (
        publication.UNKNOWN_CALENDAR,
        FRESH.knowing(True, None),
        publish(**C, term=FIVE),
        FRESH.knowing(True, BODY),
        publish(**C, term=FIVE),
    ),
    (publication.UNKNOWN_CALENDAR, FRESH, publish(term=FIVE), FRESH, publish(closes=CLOSES)),
    (
        publication.NOT_COVERED,
        FRESH.knowing(True, {**BODY, "covers": ["2020-01-01", "2020-03-26"]}),
        publish(**C, term=FIVE),
        FRESH.knowing(True, BODY),
        publish(**C, term=FIVE),
    ),
    (
        publication.WIDENS,
        given(DECIDER).knowing(True, SECRET),
        correct(),
        given(DECIDER).knowing(True, {"p-3": ()}, SECRET),
        correct(restricted=True, readers=("p-3",)),
    ),
    (publication.NO_AUDIENCE, OPEN, COMMENT, TO_P_3, COMMENT),
    (publication.NOT_IN_AUDIENCE, TO_P_3, Receive(key="rank-1", person="p-4", how="read"), TO_P_3, RECEIVE),
    (publication.NOT_HELD, TO_P_3.knowing(None), NOTIFY, TO_P_3.knowing(MEETING), NOTIFY),
    (
        publication.RECORDED_ALREADY,
        given(DECIDER, POSTED, Received(person="p-3", how="read")),
        RECEIVE,
        TO_P_3,
        RECEIVE,
    ),
    (
        publication.OPEN_OBJECTIONS,
        given(DECIDER, published(closes=NOON), OBJECTED),
        FINAL,
        given(DECIDER, published(closes=NOON), OBJECTED, REJECTED),
        FINAL,
    ),
    (
        publication.OPEN_OBJECTIONS,
        given(DECIDER, published(closes=NOON), OBJECTED).knowing(THE_ERRATUM),
        LINK,
        given(DECIDER, published(closes=NOON), OBJECTED, UPHELD).knowing(THE_ERRATUM),
        LINK,
    ),
    (
        publication.OBJECTION_UPHELD,
        given(DECIDER, published(closes=NOON), OBJECTED, UPHELD),
        FINAL,
        given(DECIDER, published(closes=NOON), OBJECTED, REJECTED),
        FINAL,
    ),
]


@pytest.mark.parametrize(
    ("reason", "before", "command", "instead", "permitted"),
    PROVOKED,
    ids=[f"{index}-{reason.code}" for index, (reason, *_) in enumerate(PROVOKED)],
)
def test_a_refusal_occurs_and_its_counterpart_succeeds(
    reason: Reason, before: Given, command: Command, instead: Given, permitted: Command
) -> None:
    refusal = before.when(command).refused(reason)
    assert refusal.remedy
    assert instead.when(permitted).events


def test_every_reason_of_the_module_is_provoked_in_these_tests() -> None:
    assert {reason for reason, *_ in PROVOKED} == set(DECIDER.reasons)


def test_a_superseded_publication_is_finished_and_says_so() -> None:
    finished = given(DECIDER, published(closes=CLOSES), ErratumLinked(by="rank-2")).knowing(THE_ERRATUM)
    for command in (FINAL, LINK, objection(), resolve(upheld=False)):
        finished.when(command).refused("lifecycle.final")
    given(DECIDER, published(), PublicationFinalised()).when(FINAL).refused("lifecycle.move_closed")


def test_what_is_allowed_says_beforehand_which_moves_the_state_closes() -> None:
    board = Board(closes=None)
    board.do(Finalise(key="rank-1"), by=board.act(2))
    found = board.workflow.allowed(board.act(2), board.now, "publication/rank-1")
    assert [permission.command for permission in found if permission] == ["publication.link_erratum"]
    nothing = board.workflow.allowed(board.act(2), board.now, "publication/none")
    assert [permission.command for permission in nothing if permission] == [
        "publication.publish",
        "publication.correct",
        "publication.draft",
    ]


# --- every rule of authority once, with its counterpart ------------------------------------------


def test_who_published_does_not_resolve_the_objections_and_who_objected_does_not_either() -> None:
    board = Board()
    board.do(objection(3), by=board.self_(3))
    board.do(objection(4), by=board.act(9))
    for number, relation in ((2, "publisher"), (3, "objecting"), (4, "objecting")):
        refusal = board.refused(resolve(upheld=False), by=board.act(number))
        assert (refusal.code, dict(refusal.about)["relation"]) == ("authority.own_case", relation)
    board.do(resolve(upheld=False), by=board.act(9))


def test_who_objected_does_not_make_the_publication_final() -> None:
    board = Board()
    board.do(objection(3), by=board.self_(3))
    board.do(resolve(upheld=False), by=board.act(9))
    board.later(days=5)
    assert board.refused(Finalise(key="rank-1"), by=board.act(3)).code == "authority.own_case"
    board.do(Finalise(key="rank-1"), by=board.act(2))


def test_people_object_for_themselves_and_not_for_others() -> None:
    board = Board()
    assert board.refused(objection(3), by=board.self_(4)).code == "authority.not_own"
    board.do(objection(3), by=board.self_(3))


BY_DUTY = (Published, ErratumLinked, ObjectionRaised, ObjectionResolved, PublicationFinalised)


@pytest.mark.parametrize("kind", BY_DUTY, ids=[event.stored_type for event in BY_DUTY])
def test_a_role_without_the_duty_does_not_suffice(kind: type[Any]) -> None:
    board = Board(closes=None) if kind in (ErratumLinked, PublicationFinalised) else Board()
    commands: dict[type[Any], Command] = {
        Published: publish("rank-7"),
        ErratumLinked: LINK,
        ObjectionRaised: objection(),
        ObjectionResolved: resolve(upheld=False),
        PublicationFinalised: FINAL,
    }
    if kind is ObjectionResolved:
        board.do(objection(), by=board.self_(3))
    if kind is ErratumLinked:
        board.do(correct(), by=board.act(2))
    idle = Actor("a-23", "p-23", "idle")
    assert board.refused(commands[kind], by=idle).code == "authority.duty_not_covered"
    board.do(commands[kind], by=board.act(9))
