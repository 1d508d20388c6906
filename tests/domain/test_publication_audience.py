"""Publications for an audience: windows on a calendar, four eyes, comments, delivery, what stays unseen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.world import START, World

from party_workflow.authority import AdoptRoles, GrantRole
from party_workflow.calendar import Calendar, Period, Term
from party_workflow.codec import Command
from party_workflow.domain import activity, definition, population, publication, submission
from party_workflow.domain.activity import Attendance, CorrectAttendance, HoldActivity, PlanActivity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.publication import (
    Comment,
    CorrectPublication,
    Draft,
    Finalise,
    Notify,
    Posted,
    Publication,
    PublicationKind,
    Publish,
    Published,
    RaiseObjection,
    Receive,
    Redraft,
    Review,
    erratum,
    read_kind,
)
from party_workflow.domain.submission import Submit
from party_workflow.errors import InvalidDefinition, Refusal, Refused
from party_workflow.personal import Personal
from party_workflow.policies import overview
from party_workflow.policies.disclosure.publications import posted_works, postings, regularity
from party_workflow.store import Actor

TEXT, NEW_TEXT, RULE = "b" * 64, "c" * 64, "a" * 64
CALENDAR = Calendar(
    code="cn-mainland",
    version="2009",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset({date(2009, 3, 5)}),
    makeup_days=frozenset(),
    covers=(date(2009, 1, 1), date(2009, 12, 31)),
    basis="notice",
)
BODY = CALENDAR.model_dump(mode="json", exclude_none=True)
FIVE = Term(amount=5, unit="working_days")
KINDS = {
    "publicity": PublicationKind(code="publicity", version=1, window=FIVE, calendar="cn-mainland"),
    "outward": PublicationKind(code="outward", version=1, four_eyes=True, audiences=("public",)),
    "notice": PublicationKind(code="notice", version=1, restricted=True, media=("meeting",)),
}
OUTSIDER = 15


class Board(World):
    """The small world with a calendar, three kinds of publication, and a person p-60 in another unit."""

    def __init__(self) -> None:
        kinds = {"calendar": Calendar.model_validate, "publication": PublicationKind.model_validate}
        super().__init__(
            definition.decider(kinds),
            population.DECIDER,
            activity.DECIDER,
            submission.DECIDER,
            publication.DECIDER,
        )
        self.do(AdoptDefinition(code="cn-mainland", kind="calendar", version=1, body=BODY))
        for code, kind in KINDS.items():
            self.do(AdoptDefinition(code=code, kind="publication", version=1, body=kind.data()))
        every = self.workflow.state("authority").roles["everything"]
        self.do(AdoptRoles(roles={"everything": every, "custodian": ("case.custody",), "idle": ()}))
        self.calendar = self.workflow.state("definition/cn-mainland").digest

    def refused(self, *commands: Command, by: Actor, **more: Any) -> Refusal:
        before = self.store.head()
        with pytest.raises(Refused) as raised:
            self.do(*commands, by=by, **more)
        assert self.store.head() == before
        return raised.value.refusal

    def counted(self, key: str = "n-1", **more: Any) -> Publish:
        return self.publish(
            key,
            **{
                "kind": "publicity",
                "kind_digest": KINDS["publicity"].digest,
                "calendar": "cn-mainland",
                "calendar_digest": self.calendar,
                **more,
            },
        )

    def publish(self, key: str = "n-1", **more: Any) -> Publish:
        fields: dict[str, Any] = {
            "key": key,
            "unit": "u-branch",
            "subject": "monthly_result",
            "audience": "peers",
            "media": "website",
            "position": 3,
            "known": START,
            "rule": RULE,
            "digest": TEXT,
        }
        return Publish(**{**fields, **more})

    def notice(self, key: str = "n-1", **more: Any) -> Publish:
        """A restricted publication for p-2, p-3 and p-4."""
        return self.publish(
            key, **{"restricted": True, "readers": ("p-2", "p-3", "p-4"), "closes": self.week, **more}
        )

    @property
    def week(self) -> Any:
        return START + timedelta(days=7)

    def posting(self, key: str = "n-1") -> Publication:
        found = self.workflow.state(f"publication/{key}")
        assert isinstance(found, Publication)
        return found

    def held(self, key: str, *there: int, at: Any = None) -> None:
        people = tuple(f"p-{number}" for number in there)
        self.do(
            PlanActivity(
                key=key, kind="meeting", unit="u-branch", planned_at=at or self.now, expected=people
            ),
            HoldActivity(key=key, attendance={person: Attendance(status="present") for person in people}),
        )


def comment(number: int, key: str = "n-1") -> Comment:
    return Comment(key=key, commenter=f"p-{number}", text=Personal("Which problem did it solve?"))


# --- laws ------------------------------------------------------------------------------------

PEOPLE = st.sampled_from([2, 3, 4, 15])
STEPS = st.one_of(
    st.tuples(st.just("publish"), st.booleans(), PEOPLE),
    st.tuples(st.just("draft"), st.booleans(), PEOPLE),
    st.tuples(st.just("redraft"), st.sampled_from([TEXT, NEW_TEXT]), PEOPLE),
    st.tuples(st.just("review"), st.booleans(), PEOPLE),
    st.tuples(st.just("comment"), PEOPLE, PEOPLE),
    st.tuples(st.just("receive"), PEOPLE, PEOPLE),
    st.tuples(st.just("notify"), st.sampled_from(["m-1", "m-2"]), PEOPLE),
    st.tuples(st.just("finalise"), st.none(), PEOPLE),
)


@settings(max_examples=40, deadline=None)
@hypothesis_given(st.lists(STEPS, max_size=12))
def test_whatever_is_tried_by_whomever_replay_agrees_and_what_was_closed_beforehand_is_refused(
    steps: list[tuple[str, Any, int]],
) -> None:
    board = Board()
    board.held("m-1", 2, 3, 9)
    for name, value, number in steps:
        commands: dict[str, Command] = {
            "publish": board.publish(readers=("p-2", "p-3") if value else (), closes=board.week),
            "draft": Draft(key="n-1", unit="u-branch", subject="monthly_result", digest=TEXT),
            "redraft": Redraft(key="n-1", digest=value if name == "redraft" else TEXT),
            "review": Review(key="n-1", digest=TEXT, passed=value is True),
            "comment": comment(value if name == "comment" else 2),
            "receive": Receive(key="n-1", person=f"p-{value if name == 'receive' else 2}", how="read"),
            "notify": Notify(key="n-1", occasion=f"activity/{value if name == 'notify' else 'm-1'}"),
            "finalise": Finalise(key="n-1"),
        }
        by = board.self_(number) if name in ("comment", "receive") else board.act(number)
        attempt(board, commands[name], by=by)
        board.later(hours=20)
    found = board.posting()
    delivery = found.delivery()
    if delivery is not None:
        assert set(delivery.present) <= set(delivery.entitled)
        assert not set(delivery.others) & set(delivery.entitled)
        assert set(delivery.missing) == set(delivery.entitled) - {*delivery.present, *delivery.received}
    assert {item.commenter for item in found.comments} <= set(found.readers)
    if found.draft is not None and found.said is not None:
        assert found.draft.reviewer is not None
        assert found.draft.reviewer not in found.draft.drafters
    replays(board, "publication/n-1")


# --- windows on a calendar ---------------------------------------------------------------------


def test_R_188_the_window_is_counted_on_a_named_calendar_and_explains_itself_step_by_step() -> None:
    board = Board()
    board.do(board.counted(), by=board.act(2))
    said = board.posting().said
    assert isinstance(said, Posted)
    assert said.window is not None
    assert said.closes is not None
    # Monday 2 March; the 5th is a holiday, 7 and 8 March a weekend: five working days end on 10 March.
    assert said.window.due_day == date(2009, 3, 10)
    assert said.closes == CALENDAR.end_of(date(2009, 3, 10))
    assert (said.window.calendar, said.window.definition) == (CALENDAR.ref, board.calendar)
    deadline = said.window.deadline(said.closes)
    assert deadline == CALENDAR.deadline(START, FIVE)
    lines = "\n".join(deadline.explain())
    assert "2009-03-05 Thu: skipped (holiday)." in lines
    assert postings(board.workflow.history)[0].counted == tuple(deadline.explain())


def test_R_188_it_goes_from_open_over_objections_to_resolved_and_final_not_before_the_counted_end() -> None:
    board = Board()
    board.do(board.counted(), by=board.act(2))
    ground = Personal("Two visits are missing")
    board.do(RaiseObjection(key="n-1", objector="p-3", ground=ground), by=board.self_(3))
    board.later(days=8)
    assert board.refused(Finalise(key="n-1"), by=board.act(2)).code == "publication.window_open"
    board.later(days=1)
    assert board.refused(Finalise(key="n-1"), by=board.act(2)).code == "publication.open_objections"
    answer = Personal("Counted again")
    board.do(publication.ResolveObjection(key="n-1", number=1, upheld=False, answer=answer), by=board.act(6))
    board.do(Finalise(key="n-1"), by=board.act(2))
    assert board.posting().state == "final"
    replays(board, "publication/n-1")


def test_R_188_a_window_dated_back_is_counted_from_when_it_was_recorded() -> None:
    board = Board()
    board.do(board.counted(), by=board.act(2), effective_at=START - timedelta(days=6))
    said = board.posting().said
    assert isinstance(said, Posted)
    assert said.window is not None
    assert said.window.start == START


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind_digest": "d" * 64}, "publication.unknown_kind"),
        ({"kind": "cn-mainland", "kind_digest": None}, "publication.unknown_kind"),
        ({"calendar": None}, "publication.term_differs"),
        ({"term": Term(amount=4, unit="working_days")}, "publication.term_differs"),
        ({"closes": START + timedelta(days=30)}, "publication.term_differs"),
        ({"calendar_digest": None}, "publication.unknown_calendar"),
        ({"calendar_digest": "d" * 64}, "publication.unknown_calendar"),
        (
            {"kind": None, "kind_digest": None, "term": FIVE, "closes": START + timedelta(days=9)},
            "publication.two_ends",
        ),
        (
            {"kind": None, "kind_digest": None, "term": Term(amount=300, unit="working_days")},
            "publication.not_covered",
        ),
    ],
)
def test_R_188_a_window_that_is_not_the_one_of_its_kind_and_calendar_is_refused(
    more: dict[str, Any], code: str
) -> None:
    board = Board()
    assert board.refused(board.counted(**more), by=board.act(2)).code == code
    board.do(board.counted(), by=board.act(2))


# --- what it is about, and where it was announced ------------------------------------------------


def test_R_002_the_result_of_the_quarter_that_was_missed_is_announced_at_the_next_meeting() -> None:
    board = Board()
    board.held("q1-meeting", 2, 3)
    command = board.publish(
        period=Period("2008-Q4"), occasion="activity/q1-meeting", of="activity/q1-meeting"
    )
    board.do(command, by=board.act(2))
    summary = board.workflow.fact("publication.summary", "publication/n-1")
    assert (summary.period, summary.occasion, summary.of) == (
        "2008-Q4",
        "activity/q1-meeting",
        "activity/q1-meeting",
    )
    for name in ("of", "occasion"):
        wrong = board.publish("n-2", **{name: "activity/none"})
        assert board.refused(wrong, by=board.act(2)).code == "publication.unknown_source"


def test_a_bare_result_is_recorded_as_it_always_was() -> None:
    board = Board()
    board.do(board.publish(), by=board.act(2))
    assert type(board.posting().said) is Published


def test_R_040_a_report_is_posted_with_start_end_audience_and_content_hash_and_only_as_it_was_written() -> (
    None
):
    board = Board()
    board.do(
        Submit(key="r-5", kind="duty_report", unit="u-branch", author="p-5", digest=TEXT), by=board.self_(5)
    )
    good = board.counted(of="submission/r-5", audience_unit="u-branch")
    assert board.refused(board.counted(of="submission/r-5", digest=NEW_TEXT), by=board.act(2)).code == (
        "publication.not_its_text"
    )
    board.do(good, by=board.act(2))
    (row,) = postings(board.workflow.history)
    assert row.summary.posted_at == START
    assert row.summary.closes == CALENDAR.end_of(date(2009, 3, 10))
    assert (row.summary.digest, row.summary.of) == (TEXT, "submission/r-5")
    assert len(row.summary.readers) == 29


def test_R_040_each_of_73_reports_has_its_publication_event() -> None:
    board = Board()
    left = Submit(key="r-74", kind="duty_report", unit="u-branch", author="p-3", digest="f" * 64)
    board.do(left, by=board.act(1))
    for number in range(1, 74):
        text = f"{number:064x}"
        author = f"p-{number % 28 + 2}"
        report = Submit(key=f"r-{number}", kind="duty_report", unit="u-branch", author=author, digest=text)
        board.do(report, by=board.act(1))
        command = board.counted(
            f"report-{number}", of=f"submission/r-{number}", digest=text, readers=("p-2", "p-3")
        )
        board.do(command, by=board.act(2))
    rows = postings(board.workflow.history)
    assert len(rows) == 73
    assert len({row.summary.digest for row in rows}) == 73
    assert all(row.summary.closes and row.summary.posted_at and row.summary.readers for row in rows)
    posted = posted_works(board.workflow.history, "duty_report")
    assert len(posted) == 74
    assert [stream for stream, found in posted.items() if not found] == ["submission/r-74"]


def test_R_040_peers_comment_during_the_window_under_their_names_and_nobody_else_does() -> None:
    board = Board()
    board.do(board.publish(closes=board.week, readers=("p-2", "p-3", "p-4")), by=board.act(2))
    board.do(comment(3), by=board.self_(3))
    assert board.refused(comment(OUTSIDER), by=board.self_(OUTSIDER)).code == "publication.not_in_audience"
    assert board.refused(comment(3), by=board.self_(4)).code == "authority.not_own"
    assert board.refused(comment(3), by=board.act(3)).code == "authority.not_own"
    board.later(days=7)
    assert board.refused(comment(4), by=board.self_(4)).code == "publication.window_closed"
    board.do(comment(4), by=board.self_(4), effective_at=board.week - timedelta(hours=1))
    first, second = board.posting().comments
    assert (first.commenter, first.number, second.commenter, second.number) == ("p-3", 1, "p-4", 2)
    assert board.workflow.reveal(first.text) == "Which problem did it solve?"
    replays(board, "publication/n-1")


def test_R_040_without_window_or_audience_there_are_no_comments() -> None:
    board = Board()
    board.do(board.publish(readers=("p-3",)), by=board.act(2))
    assert board.refused(comment(3), by=board.self_(3)).code == "publication.no_window"
    board.do(board.publish("n-2", closes=board.week), by=board.act(2))
    assert board.refused(comment(3, "n-2"), by=board.self_(3)).code == "publication.no_audience"


def objection(number: int, key: str) -> RaiseObjection:
    return RaiseObjection(key=key, objector=f"p-{number}", ground=Personal("Two visits are missing"))


@pytest.mark.parametrize(
    "named", [{"readers": ("p-2", "p-3", "p-4")}, {"audience_unit": "u-branch"}], ids=str
)
def test_R_188_where_the_audience_is_named_it_objects_and_nobody_else_does(named: dict[str, Any]) -> None:
    board = Board()
    board.do(board.publish(closes=board.week, **named), by=board.act(2))
    outside = board.refused(objection(60, "n-1"), by=board.self_(60))
    assert outside.code == "publication.not_in_audience"
    board.do(objection(3, "n-1"), by=board.self_(3))
    assert [item.objector for item in board.posting().objections] == ["p-3"]


def test_R_188_where_nobody_is_named_anybody_objects() -> None:
    board = Board()
    board.do(board.publish(closes=board.week), by=board.act(2))
    board.do(objection(OUTSIDER, "n-1"), by=board.self_(OUTSIDER))
    assert len(board.posting().objections) == 1


def test_R_040_late_posting_is_visible() -> None:
    board = Board()
    board.do(board.publish("in-time", due=board.now + timedelta(hours=1)), by=board.act(2))
    board.do(board.publish("late", due=board.now - timedelta(hours=1)), by=board.act(2))
    board.do(board.publish("whenever"), by=board.act(2))
    assert [row.late for row in postings(board.workflow.history)] == [False, True, False]


# --- delivery ----------------------------------------------------------------------------------


def test_R_191_proof_of_delivery_names_who_was_entitled_and_who_was_present() -> None:
    board = Board()
    board.do(FreezePopulation(key="cadres", unit="u-branch"))
    board.do(board.publish(audience_population="cadres", readers=("p-60",)), by=board.act(2))
    board.held("m-1", 3, 4, 60)
    board.do(Notify(key="n-1", occasion="activity/m-1"), by=board.act(2))
    board.do(Receive(key="n-1", person="p-5", how="signed"), by=board.self_(5))
    delivery = board.workflow.fact("publication.delivery", "publication/n-1")
    assert len(delivery.entitled) == 30
    assert delivery.present == ("p-3", "p-4", "p-60")
    assert (delivery.received, delivery.others) == (("p-5",), ())
    assert len(delivery.missing) == 26
    replays(board, "publication/n-1")


def test_R_191_a_register_that_was_put_right_is_recorded_again_and_counts() -> None:
    board = Board()
    board.do(board.publish(readers=("p-3", "p-4")), by=board.act(2))
    assert board.refused(Notify(key="n-1", occasion="activity/m-1"), by=board.act(2)).code == (
        "publication.not_held"
    )
    board.held("m-1", 3, 4, 9)
    notify = Notify(key="n-1", occasion="activity/m-1")
    board.do(notify, by=board.act(2))
    assert board.refused(notify, by=board.act(2)).code == "publication.recorded_already"
    wrong = CorrectAttendance(key="m-1", person="p-4", status="absent", ground="mistaken")
    board.do(wrong, by=board.act(6))
    board.do(notify, by=board.act(2))
    delivery = board.posting().delivery()
    assert delivery is not None
    assert (delivery.present, delivery.missing, delivery.others) == (("p-3",), ("p-4",), ("p-9",))


def test_R_191_only_the_audience_receives_and_once() -> None:
    board = Board()
    board.do(board.publish(readers=("p-3",)), by=board.act(2))
    got = Receive(key="n-1", person="p-3", how="read")
    other = Receive(key="n-1", person="p-9", how="read")
    assert board.refused(other, by=board.self_(9)).code == "publication.not_in_audience"
    assert board.refused(got, by=board.self_(9)).code == "authority.not_own"
    board.do(got, by=board.self_(3))
    assert board.refused(got, by=board.act(2)).code == "publication.recorded_already"


# --- outside the audience it does not exist ------------------------------------------------------


def test_R_056_the_people_of_the_audience_see_it_and_so_do_publisher_handlers_and_custody() -> None:
    board = Board()
    board.do(GrantRole(person="p-20", role="custodian", unit="u-city"))
    board.do(board.notice(handlers=("p-8",)), by=board.act(7))
    custodian = Actor("a-20", "p-20", "custodian")
    for actor in (board.self_(2), board.self_(3), board.self_(7), board.self_(8), custodian):
        assert board.workflow.sees(actor, board.now, "publication/n-1")
        assert len(postings(board.workflow.history, reader=actor, at=board.now)) == 1
    for actor in (board.self_(OUTSIDER), board.act(OUTSIDER), board.self_(60), board.act(60)):
        assert not board.workflow.sees(actor, board.now, "publication/n-1")


@pytest.mark.parametrize("actor", [Actor("a-15", "p-15"), Actor("a-15", "p-15", "everything")])
def test_R_056_outside_the_audience_projection_and_fact_return_nothing_not_even_existence(
    actor: Actor,
) -> None:
    board = Board()
    board.do(board.publish("open"), by=board.act(7))
    before = (
        postings(board.workflow.history, reader=actor, at=board.now),
        regularity(board.workflow.history, "monthly_result", 2009, reader=actor, at=board.now),
        {(p.command, p.stream, str(p.refusal)) for p in board.workflow.allowed(actor, board.now)},
    )
    board.do(board.notice(period=Period("2009-02")), by=board.act(7))
    board.do(comment(3), by=board.self_(3))
    board.do(RaiseObjection(key="n-1", objector="p-2", ground=Personal("x")), by=board.self_(2))
    after = (
        postings(board.workflow.history, reader=actor, at=board.now),
        regularity(board.workflow.history, "monthly_result", 2009, reader=actor, at=board.now),
        {(p.command, p.stream, str(p.refusal)) for p in board.workflow.allowed(actor, board.now)},
    )
    assert before == after
    for fact in ("publication.summary", "publication.work", "publication.delivery"):
        told = [
            board.workflow.told(actor, board.now, fact, f"publication/{key}", {}) for key in ("n-1", "none")
        ]
        assert told == [None, None]
        assert board.workflow.told(board.self_(3), board.now, fact, "publication/n-1", {}) is not None


def test_R_056_an_overview_that_goes_to_many_leaves_out_what_is_restricted() -> None:
    board = Board()
    board.do(board.publish("open", readers=("p-3",)), by=board.act(7))
    board.do(board.notice(), by=board.act(7))
    ((shown, _),) = overview.publications(board.workflow.history)
    assert shown.stream == "publication/open"


def test_R_056_every_command_from_outside_is_refused_in_the_words_for_a_key_that_was_never_used() -> None:
    board = Board()
    board.do(board.notice(), by=board.act(7))
    board.held("m-1", 2)
    for by in (board.self_(OUTSIDER), board.act(OUTSIDER)):
        answers = []
        for key in ("n-1", "none"):
            commands: list[Command] = [
                Comment(key=key, commenter="p-15", text=Personal("x")),
                RaiseObjection(key=key, objector="p-15", ground=Personal("x")),
                Receive(key=key, person="p-15", how="read"),
                Notify(key=key, occasion="activity/m-1"),
                Review(key=key, digest=TEXT, passed=True),
                Redraft(key=key, digest=NEW_TEXT),
                Finalise(key=key),
                publication.LinkErratum(key=key, by="n-9"),
            ]
            answers.append([str(board.refused(command, by=by)).replace(key, "k") for command in commands])
            rows = board.workflow.allowed(by, board.now, f"publication/{key}")
            answers[-1] += [f"{row.command} {row.refusal}".replace(key, "k") for row in rows]
        assert answers[0] == answers[1]


def test_R_056_an_erratum_of_something_unseen_is_answered_as_one_of_something_that_never_was() -> None:
    board = Board()
    board.do(board.notice(), by=board.act(7))
    answers = []
    for number, key in enumerate(("n-1", "none")):
        fields = board.publish(f"e-{number}").model_dump()
        command = CorrectPublication(**{**fields, "erratum_of": key, "ground": "miscounted"})
        answers.append(str(board.refused(command, by=board.act(OUTSIDER))).replace(key, "k"))
    assert answers[0] == answers[1]


def test_R_056_a_key_in_use_is_refused_and_that_is_all_an_outsider_can_learn() -> None:
    """A refusal of a key in use says that something has it, not what.  Let keys be random."""
    board = Board()
    board.do(board.notice(), by=board.act(7))
    refusal = board.refused(board.publish("n-1"), by=board.act(OUTSIDER))
    assert refusal.code == "authority.no_such_matter"
    assert "publication.taken" not in str(refusal)


def test_R_056_an_erratum_of_a_restricted_publication_is_restricted_too() -> None:
    board = Board()
    board.do(board.notice(closes=None), by=board.act(7))
    fields = board.notice("n-2", closes=None, digest=NEW_TEXT).model_dump()
    open_one = CorrectPublication(
        **{**fields, "restricted": False, "erratum_of": "n-1", "ground": "miscounted"}
    )
    assert board.refused(*erratum(open_one), by=board.act(7)).code == "publication.widens"
    closed_one = CorrectPublication(**{**fields, "erratum_of": "n-1", "ground": "miscounted"})
    board.do(*erratum(closed_one), by=board.act(7))
    assert board.posting().superseded_by == "n-2"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"readers": ()}, "publication.nobody"),
        ({"readers": ("p-77",)}, "publication.unknown_person"),
        ({"handlers": ("p-77",)}, "publication.unknown_person"),
        ({"readers": (), "audience_population": "none"}, "publication.nobody"),
    ],
)
def test_R_056_an_audience_has_people_in_it_whom_the_organisation_knows(
    more: dict[str, Any], code: str
) -> None:
    board = Board()
    assert board.refused(board.notice(**more), by=board.act(7)).code == code
    board.do(board.notice(), by=board.act(7))


def test_R_056_a_kind_that_is_restricted_takes_nothing_open_and_only_its_media() -> None:
    board = Board()
    kind = {"kind": "notice", "kind_digest": KINDS["notice"].digest}
    by = board.act(7)
    assert board.refused(board.notice(**kind), by=by).code == "publication.media_not_allowed"
    wide = board.notice(**kind, media="meeting", restricted=False)
    assert board.refused(wide, by=by).code == "publication.not_restricted"
    board.do(board.notice(**kind, media="meeting"), by=by)


# --- four eyes ---------------------------------------------------------------------------------

OUTWARD = {"kind": "outward", "kind_digest": KINDS["outward"].digest, "audience": "public"}
DRAFT = Draft(key="n-1", unit="u-branch", subject="monthly_result", digest=TEXT)
PASSED = Review(key="n-1", digest=TEXT, passed=True)


def test_R_193_what_needs_four_eyes_is_drafted_reviewed_by_another_and_then_published() -> None:
    board = Board()
    outward = board.publish(**OUTWARD)
    assert board.refused(outward, by=board.act(2)).code == "publication.not_reviewed"
    board.do(DRAFT, by=board.act(3))
    assert board.refused(outward, by=board.act(2)).code == "publication.not_reviewed"
    refusal = board.refused(PASSED, by=board.act(3))
    assert (refusal.code, dict(refusal.about)["relation"]) == ("authority.own_case", "drafter")
    board.do(PASSED, by=board.act(4))
    board.do(outward, by=board.act(3))
    draft = board.posting().draft
    assert draft is not None
    assert (draft.state, draft.reviewer) == ("published", "p-4")
    replays(board, "publication/n-1")


def test_R_193_what_was_sent_back_is_changed_and_reviewed_anew_and_that_text_is_published() -> None:
    board = Board()
    board.do(DRAFT, by=board.act(3))
    note = Personal("The figures of May are missing")
    board.do(Review(key="n-1", digest=TEXT, passed=False, note=note), by=board.act(4))
    assert board.refused(board.publish(**OUTWARD), by=board.act(3)).code == "publication.not_reviewed"
    assert board.refused(Redraft(key="n-1", digest=TEXT), by=board.act(3)).code == (
        "publication.recorded_already"
    )
    board.do(Redraft(key="n-1", digest=NEW_TEXT), by=board.act(4))  # who sent it back now drafts too
    assert board.refused(PASSED, by=board.act(5)).code == "publication.draft_differs"
    again = Review(key="n-1", digest=NEW_TEXT, passed=True)
    assert board.refused(again, by=board.act(4)).code == "authority.own_case"
    board.do(again, by=board.act(5))
    assert board.refused(board.publish(**OUTWARD), by=board.act(3)).code == "publication.draft_differs"
    board.do(board.publish(**OUTWARD, digest=NEW_TEXT), by=board.act(3))


def test_R_193_a_draft_for_few_is_known_to_its_handlers_only() -> None:
    board = Board()
    hidden = Draft(**{**DRAFT.model_dump(), "restricted": True, "handlers": ("p-4",)})
    board.do(hidden, by=board.act(3))
    assert board.workflow.sees(board.self_(4), board.now, "publication/n-1")
    assert not board.workflow.sees(board.act(5), board.now, "publication/n-1")
    assert board.refused(PASSED, by=board.act(5)).code == "publication.unknown"
    board.do(PASSED, by=board.act(4))
    board.do(board.notice(), by=board.act(3))
    assert board.workflow.sees(board.self_(2), board.now, "publication/n-1")


def test_R_193_a_draft_that_everybody_saw_is_not_published_as_restricted() -> None:
    board = Board()
    board.do(DRAFT, by=board.act(3))
    board.do(PASSED, by=board.act(4))
    assert board.refused(board.notice(), by=board.act(3)).code == "publication.draft_differs"


def test_R_193_there_is_one_draft_and_none_after_publishing() -> None:
    board = Board()
    assert board.refused(PASSED, by=board.act(4)).code == "publication.unknown"
    board.do(DRAFT, by=board.act(3))
    assert board.refused(DRAFT, by=board.act(5)).code == "publication.taken"
    board.do(board.publish("n-2"), by=board.act(2))
    assert board.refused(Review(key="n-2", digest=TEXT, passed=True), by=board.act(4)).code == (
        "publication.no_draft"
    )
    lost = Draft(key="n-3", unit="u-none", subject="monthly_result", digest=TEXT)
    assert board.refused(lost, by=board.act(3)).code == "publication.unknown_unit"


def test_a_kind_that_is_no_longer_in_force_governs_nothing_new() -> None:
    board = Board()
    command = board.counted()
    later = KINDS["publicity"].model_copy(update={"version": 2, "media": ("website",)})
    board.do(AdoptDefinition(code="publicity", kind="publication", version=2, body=later.data()))
    assert board.refused(command, by=board.act(2)).code == "publication.unknown_kind"
    board.do(board.counted(kind_digest=later.digest), by=board.act(2))


def test_a_kind_says_which_audience_may_be_named() -> None:
    board = Board()
    board.do(DRAFT, by=board.act(3))
    board.do(PASSED, by=board.act(4))
    wrong = board.publish(**{**OUTWARD, "audience": "peers"})
    assert board.refused(wrong, by=board.act(3)).code == "publication.audience_not_allowed"


def test_a_kind_with_faults_is_refused_with_all_of_them() -> None:
    with pytest.raises(InvalidDefinition) as found:
        PublicationKind(code="k", version=1, window=FIVE, threshold=1)
    assert len(found.value.faults) == 2
    with pytest.raises(InvalidDefinition):
        read_kind({"code": "k", "version": 1, "colour": "red"})
    kind = KINDS["outward"]
    assert read_kind(kind.data()) == kind


@pytest.mark.parametrize("duty", ["draft", "review", "deliver"])
def test_the_duties_of_drafting_reviewing_and_delivering_are_asked_for(duty: str) -> None:
    board = Board()
    board.do(GrantRole(person="p-23", role="idle", unit="u-city"))
    idle = Actor("a-23", "p-23", "idle")
    board.do(board.publish("n-2", readers=("p-3",)), by=board.act(2))
    board.held("m-1", 3)
    if duty == "review":
        board.do(DRAFT, by=board.act(3))
    command: dict[str, Command] = {
        "draft": DRAFT,
        "review": PASSED,
        "deliver": Notify(key="n-2", occasion="activity/m-1"),
    }
    assert board.refused(command[duty], by=idle).code == "authority.duty_not_covered"
    board.do(command[duty], by=board.act(9))


# --- month by month ------------------------------------------------------------------------------


def test_R_100_and_R_189_twelve_months_are_published_each_citing_its_snapshot_and_gaps_are_named() -> None:
    board = Board()
    board.held("results", 2)
    for month in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12):
        digest = f"{month:064x}"
        command = board.publish(
            f"m-{month}", period=Period(f"2009-{month:02d}"), of="activity/results", digest=digest
        )
        board.do(command, by=board.act(2))
    fields = board.publish("m-13", period=Period("2009-05"), digest=NEW_TEXT).model_dump()
    correction = CorrectPublication(**{**fields, "erratum_of": "m-5", "ground": "miscounted"})
    board.do(*erratum(correction), by=board.act(2))
    year = regularity(board.workflow.history, "monthly_result", 2009, unit="u-branch")
    assert len(year.months) == 12
    assert year.gaps == ("2009-11",)
    may = year.months[4]
    assert [item.stream for item in may.published] == ["publication/m-5", "publication/m-13"]
    assert [item.stream for item in may.standing] == ["publication/m-13"]
    assert may.published[0].summary.superseded_by == "m-13"
    assert may.published[1].summary.erratum_of == "m-5"
    june = year.months[5].published[0].summary
    assert (june.of, june.digest, june.position) == ("activity/results", f"{6:064x}", 3)
    assert year.unfounded == ("publication/m-13",)
    assert regularity(board.workflow.history, "monthly_result", 2008).gaps[0] == "2008-01"
    board.do(board.publish("m-11", period=Period("2009-11"), of="activity/results"), by=board.act(2))
    assert regularity(board.workflow.history, "monthly_result", 2009).gaps == ()
    assert regularity(board.workflow.history.up_to(0), "monthly_result", 2009).months[0].published == ()
