"""Cases: laws over any sequence of commands, behaviour by requirement, then every refusal and every bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from tests.domain import test_case_further as further
from tests.support.world import World

from party_workflow.authority import AdoptRoles, GrantRole, forbidden
from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Command, Event, kinds_of_strings
from party_workflow.decider import Ask, Context, fold
from party_workflow.domain import definition
from party_workflow.domain.case import (
    DECIDER,
    MOVES,
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignInvestigator,
    AssignResponsible,
    Case,
    CaseClosed,
    CaseContested,
    CaseDecided,
    CaseEvent,
    CaseKind,
    CaseMove,
    CaseOpened,
    CaseReopened,
    CaseSummary,
    CaseWithdrawn,
    Clock,
    CloseCase,
    ConfirmResolution,
    ContestCase,
    DecideAppeal,
    DecideCase,
    DecideIdentity,
    DueExtended,
    EscalateCase,
    ExtendClock,
    ExtendDue,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    JoinCase,
    LinkCase,
    NotifyRespondent,
    OpenCase,
    OpenIdentity,
    ParticularRule,
    PauseCase,
    PromoteCase,
    RecountClock,
    RectificationReported,
    RecuseFromCase,
    RefuseCase,
    RemindCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    RequestIdentity,
    RespondentNotified,
    RespondentReplied,
    ResumeCase,
    ReturnCase,
    VerificationFailed,
    VerificationPassed,
    VerifyRectification,
    WithdrawCase,
    departure,
)
from party_workflow.domain.case import reasons as why
from party_workflow.domain.case.commands import MOVING
from party_workflow.domain.case.events import MOVED
from party_workflow.domain.definition import AdoptDefinition, RetireDefinition
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.errors import InvalidDefinition, Reason, Refusal, Refused
from party_workflow.lifecycle import REASONS as LIFECYCLE_REASONS
from party_workflow.lifecycle import Lifecycle
from party_workflow.packs.case_kinds import COMPLAINT, FINDING, OPINION
from party_workflow.personal import Opening, Personal, Withheld
from party_workflow.store import Actor, Recorded
from party_workflow.testing.scenario import NOON, Given, given, recorded, seal

EVIDENCE = "e" * 64
OTHER_EVIDENCE = "f" * 64
TEXT = Personal("x")


def kind_of_everything(confidential: bool = False, right_of_reply: bool = False) -> CaseKind:
    """A kind in which every move is open at any time: for what holds whatever the lifecycle."""
    return CaseKind(
        code="everything",
        version=1,
        lifecycle=Lifecycle.of("everything", 1, initial="open", moves=dict.fromkeys(MOVES, "open -> open")),
        outcomes=("so", "otherwise"),
        appeal_outcomes=("so", "otherwise"),
        levels=3,
        most_handovers=9,
        confidential=confidential,
        right_of_reply=right_of_reply,
    )


CALENDAR = Calendar(
    code="days",
    version="1",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset(),
    makeup_days=frozenset(),
    covers=(date(2000, 1, 1), date(2100, 12, 31)),
    basis="notice",
)
EVERYTHING = kind_of_everything()
TIMED = EVERYTHING.model_copy(
    update={
        "clocks": {
            "answer": Clock(
                amount=9,
                unit="working_days",
                starts=("accept", "reopen"),
                stops=("answer", "withdraw"),
                calendar="days",
                pauses=True,
                extension=Term(amount=5, unit="calendar_days"),
            ),
            "contest": Clock(
                amount=36,
                unit="hours",
                starts=("answer",),
                stops=("contest",),
                calendar="days",
                favours="requester",
            ),
        },
        "within": {"contest": "contest"},
        "particulars": {
            "cause": ParticularRule(form="code", values=("no_rules", "no_staff")),
            "cost": ParticularRule(form="number"),
        },
    }
)
KINDS = (OPINION, COMPLAINT, FINDING, EVERYTHING, TIMED, kind_of_everything(right_of_reply=True))

# --- laws ------------------------------------------------------------------------------------

PEOPLE = st.sampled_from(["p-1", "p-2", "p-3"])
ACTORS = [Actor(f"a-{number}", f"p-{number}", role) for number in (1, 2, 3) for role in ("self", "officer")]
SOMEBODY_ELSE = Actor("a-9", "p-9", "officer")
DUES = st.integers(1, 30).map(lambda days: NOON + timedelta(days=days))
CODES = st.sampled_from(["so", "adopted", "upheld"])
PROOFS = st.lists(st.sampled_from([EVIDENCE, OTHER_EVIDENCE]), max_size=2).map(tuple)
C1 = "c-" + "1" * 32
"""Keys of confidential cases end in what nobody can guess."""
REAL, NONE = "c-real-" + "2" * 32, "c-none-" + "3" * 32
KEY = {"key": st.just(C1)}
CLOCKS = st.sampled_from(["answer", "contest"])
SAID = GivenParticular(name="cause", code="no_staff")


@st.composite
def openings(draw: st.DrawFn, kind: CaseKind) -> OpenCase:
    some = st.none() | PEOPLE
    return OpenCase(
        key=C1,
        kind=kind.code,
        definition=kind.digest,
        unit="u-branch",
        substance=TEXT,
        requester=None if kind.confidential else draw(some),
        complainant=draw(st.none() | PEOPLE.map(Personal)) if kind.confidential else None,
        concerns=tuple(draw(st.lists(PEOPLE, max_size=2))),
        responsible=draw(some),
        due=draw(st.none() | DUES),
    )


STRATEGIES: dict[type[Command], st.SearchStrategy[Command]] = {
    AcknowledgeCase: st.builds(AcknowledgeCase, channel=st.just("letter"), **KEY),
    AcceptCase: st.builds(AcceptCase, **KEY),
    RefuseCase: st.builds(RefuseCase, ground=st.just("elsewhere"), **KEY),
    AssignResponsible: st.builds(AssignResponsible, responsible=PEOPLE, due=st.none() | DUES, **KEY),
    AssignInvestigator: st.builds(AssignInvestigator, investigator=PEOPLE, due=st.none() | DUES, **KEY),
    ExtendDue: st.builds(ExtendDue, due=DUES, ground=st.just("holiday"), **KEY),
    NotifyRespondent: st.builds(
        NotifyRespondent, person=PEOPLE, substance=st.just(TEXT), reply_by=DUES, **KEY
    ),
    ReplyToNotice: st.builds(ReplyToNotice, reply=st.just(TEXT), **KEY),
    DecideCase: st.builds(DecideCase, outcome=CODES, ground=st.just(TEXT), **KEY),
    AnswerRequester: st.builds(AnswerRequester, channel=st.just("letter"), answer=st.just(TEXT), **KEY),
    ReportRectified: st.builds(ReportRectified, evidence=PROOFS, **KEY),
    VerifyRectification: st.builds(VerifyRectification, passed=st.booleans(), evidence=PROOFS, **KEY),
    CloseCase: st.builds(CloseCase, **KEY),
    ContestCase: st.builds(ContestCase, ground=st.just(TEXT), **KEY),
    ReopenCase: st.builds(ReopenCase, ground=st.just("recurred"), **KEY),
    WithdrawCase: st.builds(WithdrawCase, ground=st.just("settled"), **KEY),
    HandOverCase: st.builds(
        HandOverCase, unit=st.sampled_from(["u-a", "u-b"]), ground=st.just("elsewhere"), **KEY
    ),
    ReturnCase: st.builds(ReturnCase, ground=st.just("elsewhere"), **KEY),
    PauseCase: st.builds(PauseCase, ground=st.just("expert"), **KEY),
    ResumeCase: st.builds(ResumeCase, ground=st.just("expert"), **KEY),
    ExtendClock: st.builds(ExtendClock, clock=CLOCKS, ground=st.just("hard"), **KEY),
    EscalateCase: st.builds(EscalateCase, unit=st.just("u-a"), ground=st.just("late"), **KEY),
    JoinCase: st.builds(JoinCase, lead=st.just("case/c-2"), **KEY),
    PromoteCase: st.builds(PromoteCase, to=st.just("case/c-3"), **KEY),
    ConfirmResolution: st.builds(ConfirmResolution, **KEY),
    AppealCase: st.builds(
        AppealCase,
        ground=st.just(TEXT),
        party=st.none() | st.sampled_from(["requester", "respondent"]),
        **KEY,
    ),
    DecideAppeal: st.builds(
        DecideAppeal, outcome=CODES, ground=st.just(TEXT), replaces=st.none() | CODES, **KEY
    ),
    GiveParticulars: st.builds(GiveParticulars, particulars=st.just((SAID,)), **KEY),
    RecountClock: st.builds(RecountClock, clock=CLOCKS, ground=st.just("notice"), **KEY),
    RemindCase: st.builds(RemindCase, clock=CLOCKS, **KEY),
    LinkCase: st.builds(LinkCase, other=st.just("case/c-2"), link=st.just("like"), **KEY),
    RecuseFromCase: st.builds(RecuseFromCase, **KEY),
    RequestIdentity: st.builds(RequestIdentity, ground=st.just("threat"), reason=st.just(TEXT), **KEY),
    DecideIdentity: st.builds(DecideIdentity, granted=st.booleans(), ground=st.just("threat"), **KEY),
    OpenIdentity: st.builds(OpenIdentity, **KEY),
}


SUMMARY = partial(
    CaseSummary,
    unit="u-a",
    state="open",
    final=False,
    confidential=False,
    due=None,
    original_due=None,
    responsible=None,
    outcome=None,
    answered=False,
    failed_verifications=0,
    contested=0,
    reopened=0,
    withdrawn=False,
    classes=(),
)


class Run:
    """One case under a sequence of commands, each with an actor and a later time."""

    def __init__(self, kind: CaseKind) -> None:
        self.kind = kind
        self.past: list[Recorded] = []
        self.state = Case()

    @property
    def events(self) -> list[Any]:
        return [item.event for item in self.past]

    def give(self, command: Command, by: Actor, at: datetime) -> Refusal | None:
        facts: dict[str, Any] = {
            "definition.body": self.kind.data(),
            "definition.current": (self.kind.version, self.kind.digest),
            "organisation.unit_open": True,
            "organisation.known": {f"p-{number}": frozenset() for number in (1, 2, 3)},
            "organisation.unit_of": "u-b",
            "organisation.above": ("u-a", "u-b", "u-city"),
            "definition.standing": (CALENDAR.digest, CALENDAR.model_dump(mode="json")),
            "case.work": Work("case/c-2", "everything", "u-a", "open", False),
        }

        def answer_to(ask: Ask) -> Any:
            if ask.fact == "definition.body" and "days" in ask.stream:
                return CALENDAR.model_dump(mode="json")
            if ask.fact == "case.summary":
                source = f"case/{C1}" if ask.stream == "case/c-3" else None
                kind = "other" if source else self.kind.code
                return SUMMARY(stream=ask.stream, kind=kind, source=source)
            return facts[ask.fact]

        answers = tuple(answer_to(ask) for ask in DECIDER.asks(command))
        answers += tuple(answer_to(ask) for ask in DECIDER.needs(command, self.state, answers))
        before = self.state
        context = Context(by, at, at, answers, seal, lambda box: ())
        answer = DECIDER.decide(command, self.state, context)
        if isinstance(answer, Refusal):
            assert self.state == before
            return answer
        assert isinstance(answer, list)
        for event in answer:
            assert isinstance(event, DECIDER.yields[command.stored_type])
            item = recorded(event, len(self.past) + 1, by=by, at=at)
            self.past.append(item)
            self.state = DECIDER.evolve(self.state, item)
        return None


@st.composite
def runs(draw: st.DrawFn, *kinds: CaseKind) -> Run:
    """A case driven on: mostly by what its state leaves open, now and then by anything."""
    run = Run(draw(st.sampled_from(kinds or KINDS)))
    at, end = NOON, draw(st.integers(0, 20))
    for step in range(end + 1):
        command = draw(openings(run.kind)) if step == 0 else draw(_next(run))
        by = SOMEBODY_ELSE if step == 0 else draw(st.sampled_from(ACTORS))
        shut = DECIDER.closed(run.state).get(command.stored_type)
        refusal = run.give(command, by, at)
        assert shut is None or refusal is not None
        if refusal is not None:
            assert refusal.code in {reason.code for reason in (*DECIDER.reasons, *LIFECYCLE_REASONS)}
        at += timedelta(days=draw(st.sampled_from([0, 1, 3])))
    return run


def _next(run: Run) -> st.SearchStrategy[Command]:
    closed = DECIDER.closed(run.state)
    likely = [kind for kind in STRATEGIES if closed.get(kind.stored_type) is None]
    # What makes up the way to a decision and to a closing comes more often than what leads away from it.
    likely += [kind for kind in likely if kind not in (WithdrawCase, ContestCase, ReopenCase)] * 2
    likely += [kind for kind in likely if kind in (NotifyRespondent, ReplyToNotice, DecideCase, ExtendDue)]
    return st.sampled_from(likely or list(STRATEGIES)).flatmap(STRATEGIES.__getitem__)


@hypothesis_given(runs())
def test_replaying_the_events_gives_the_state_that_the_commands_led_to(run: Run) -> None:
    assert fold(DECIDER, run.past) == run.state
    assert (run.state.summary() is None) == (not run.past)
    assert (run.state.work() is None) == (not run.past or run.state.kept)


REACHED: list[tuple[CaseKind, type[Event]]] = [
    (FINDING, CaseClosed),
    (COMPLAINT, CaseDecided),
    (OPINION, CaseClosed),
    (kind_of_everything(right_of_reply=True), CaseReopened),
    (EVERYTHING, DueExtended),
]


@pytest.mark.parametrize(("kind", "wanted"), REACHED, ids=[kind.code for kind, _ in REACHED])
def test_the_random_commands_come_as_far_as_what_the_laws_are_about(
    kind: CaseKind, wanted: type[Event]
) -> None:
    found = find(
        runs(kind),
        lambda run: any(isinstance(event, wanted) for event in run.events),
        settings=settings(phases=[Phase.generate], max_examples=2000, derandomize=True, database=None),
    )
    assert found.kind == kind


@hypothesis_given(runs())
def test_whatever_commands_come_the_events_follow_the_lifecycle_that_the_case_pins(run: Run) -> None:
    assert not run.past or departure(run.events) is None


def _rounds(events: Sequence[Any]) -> Iterator[list[Any]]:
    current: list[Any] = []
    for event in events:
        if isinstance(event, CaseReopened):
            yield current
            current = []
        current.append(event)
    yield current


@settings(max_examples=300)
@hypothesis_given(runs(COMPLAINT, kind_of_everything(right_of_reply=True)))
def test_R_143_whatever_commands_come_nothing_is_decided_before_all_concerned_could_answer(run: Run) -> None:
    concerned = run.events[0].concerns if run.past else ()
    times = {id(item.event): item.envelope.recorded_at for item in run.past}
    for events in _rounds(run.events):
        for index, event in enumerate(events):
            if not isinstance(event, CaseDecided):
                continue
            for person in concerned:
                notices = [
                    at
                    for at, e in enumerate(events[:index])
                    if isinstance(e, RespondentNotified) and e.person == person
                ]
                assert notices
                last = notices[-1]
                replied = any(
                    isinstance(e, RespondentReplied) and e.person == person for e in events[last:index]
                )
                assert replied or times[id(event)] >= events[last].reply_by


@settings(max_examples=200)
@hypothesis_given(runs(FINDING, COMPLAINT))
def test_R_115_whatever_commands_come_nothing_reported_done_is_closed_unverified(run: Run) -> None:
    verified = True
    for event in run.events:
        match event:
            case RectificationReported() | VerificationFailed():
                verified = False
            case VerificationPassed():
                verified = True
            case CaseClosed():
                assert verified


@hypothesis_given(runs())
def test_R_111_whatever_commands_come_a_due_moment_only_moves_later_and_the_original_is_kept(
    run: Run,
) -> None:
    for item in run.past:
        event = item.event
        if isinstance(event, DueExtended):
            assert item.envelope.recorded_at < event.previous < event.due
            assert event.original <= event.previous


# --- kinds -----------------------------------------------------------------------------------


def test_every_move_has_one_event_and_every_event_after_the_opening_one_move() -> None:
    assert sorted(event.move for event in MOVED) == sorted([*MOVES, "extend"])  # by a moment, or on a clock
    assert sorted(move for moves in MOVING.values() for move in moves) == sorted([*MOVES, "extend"])


@pytest.mark.parametrize("kind", [OPINION, COMPLAINT, FINDING])
def test_a_kind_round_trips_through_its_stored_form(kind: CaseKind) -> None:
    again = CaseKind.model_validate(kind.data())
    assert again == kind
    assert again.digest == kind.digest
    assert hash(again) == hash(kind)


def test_the_shipped_kinds_change_only_with_a_new_version() -> None:
    assert {kind.code: (kind.version, kind.digest) for kind in (OPINION, COMPLAINT, FINDING)} == SHIPPED


SHIPPED = {
    "opinion": (1, "a3f1c9da8b8c4b19bc7a2400b56e1a91e3207f5f655f56493e6fa82886190e60"),
    "complaint": (1, "95ada53052e69d69bcaf69b963602b8794a4a6f657195400a598e15195e53d76"),
    "finding": (2, "1a6afdf023d15267c92528258c7c44fd5254a5d88c8e4eaedff9ca8f8fbdc7ea"),
}


def test_the_faults_of_a_kind_are_listed_together() -> None:
    flawed = Lifecycle.of(
        "flawed",
        1,
        initial="in",
        final="out",
        moves={"dance": "in -> in", "rectify": "in -> out", "close": "in -> out if sunny"},
    )
    with pytest.raises(InvalidDefinition) as raised:
        CaseKind(code="flawed", version=1, lifecycle=flawed, right_of_reply=True, outcomes=("so",))
    told = str(raised.value)
    for part in (
        "No case makes the move dance",
        "There is no guard sunny",
        "outcomes exactly if its lifecycle has the move decide",
        "lacks decide, notify, reply",
        "has rectify but not verify_failed",
        "has rectify but not verify_passed",
        "rectify leads to the final state out",
    ):
        assert part in told


def test_R_115_no_kind_leads_from_reported_done_past_verification() -> None:
    moves = {
        "rectify": "found -> reported",
        "verify_passed": "reported -> verified",
        "verify_failed": "reported -> found",
        "close": "verified, reported -> closed",
    }
    shortcut = Lifecycle.of("short", 1, initial="found", final="closed", moves=moves)
    with pytest.raises(InvalidDefinition, match="past verification"):
        CaseKind(code="short", version=1, lifecycle=shortcut)
    honest = Lifecycle.of(
        "short", 1, initial="found", final="closed", moves={**moves, "close": "verified -> closed"}
    )
    assert CaseKind(code="short", version=1, lifecycle=honest).table.finals == {"closed"}


def test_a_body_that_does_not_read_is_refused_with_its_faults_when_it_is_adopted() -> None:
    world = World(definition.decider({"case": CaseKind.model_validate}), DECIDER)
    body = {**FINDING.data(), "outcomes": ["so"], "colour": "red"}
    with pytest.raises(InvalidDefinition, match="colour"):
        world.do(AdoptDefinition(code="finding", kind="case", version=2, body=body))


def test_no_event_of_a_case_has_a_place_for_a_personal_value_outside_a_sealed_field() -> None:
    for event in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values()


# --- behaviour, through the public API ---------------------------------------------------------


class Office(World):
    """The small world with the kinds adopted, and three custodians: p-20, p-21 and p-22."""

    def __init__(self, *kinds: CaseKind) -> None:
        validators = {"case": CaseKind.model_validate, "calendar": Calendar.model_validate}
        super().__init__(definition.decider(validators), DECIDER)
        every = self.workflow.state("authority").roles["everything"]
        custody = (*every, "case.custody")
        self.do(
            AdoptRoles(roles={"everything": tuple(every), "custodian": tuple(sorted(custody)), "idle": ()})
        )
        for number in (20, 21, 22):
            self.do(GrantRole(person=f"p-{number}", role="custodian", unit="u-city"))
        self.do(GrantRole(person="p-23", role="idle", unit="u-city"))
        for kind in kinds or (OPINION, COMPLAINT, FINDING):
            self.do(AdoptDefinition(code=kind.code, kind="case", version=kind.version, body=kind.data()))

    def custodian(self, number: int) -> Actor:
        return Actor(f"a-{number}", f"p-{number}", "custodian")

    def case(self, key: str) -> Case:
        found = self.workflow.state(f"case/{key}")
        assert isinstance(found, Case)
        return found

    def refused(self, command: Command, by: Actor) -> Refusal:
        before = self.store.head()
        with pytest.raises(Refused) as raised:
            self.do(command, by=by)
        assert self.store.head() == before
        return raised.value.refusal

    def in_days(self, days: int) -> datetime:
        return self.now + timedelta(days=days)


def opinion(key: str = "o-1", **more: Any) -> OpenCase:
    return OpenCase(
        key=key,
        kind="opinion",
        definition=OPINION.digest,
        unit="u-branch",
        substance=Personal("More time for study"),
        **more,
    )


def complaint(key: str = C1, **more: Any) -> OpenCase:
    fields = {"concerns": ("p-5",), "complainant": Personal("p-7"), **more}
    return OpenCase(
        key=key,
        kind="complaint",
        definition=COMPLAINT.digest,
        unit="u-branch",
        substance=Personal("He keeps everybody waiting"),
        **fields,
    )


def finding(key: str = "f-1", **more: Any) -> OpenCase:
    return OpenCase(
        key=key,
        kind="finding",
        definition=FINDING.digest,
        unit="u-branch",
        substance=Personal("Records are incomplete"),
        **more,
    )


def test_R_138_each_opinion_is_decided_with_its_ground_and_the_giver_is_told() -> None:
    office = Office()
    office.do(opinion(requester="p-3", channel="form"), by=office.self_(3))
    office.do(AcknowledgeCase(key="o-1", channel="talk"), by=office.act(2))
    unanswered = office.refused(CloseCase(key="o-1"), office.act(2))
    assert unanswered.code == "lifecycle.move_closed"
    office.do(DecideCase(key="o-1", outcome="not_adopted", ground=Personal("No room")), by=office.act(2))
    untold = office.refused(CloseCase(key="o-1"), office.act(2))
    assert untold.code == "lifecycle.move_closed"
    office.do(AnswerRequester(key="o-1", channel="letter", answer=Personal("Not yet")), by=office.act(2))
    office.do(CloseCase(key="o-1"), by=office.act(2))
    found = office.case("o-1")
    assert found.outcome == "not_adopted"
    assert found.ground is not None
    assert office.workflow.reveal(found.ground) == "No room"
    assert [office.workflow.reveal(answer) for answer in found.answers] == ["Not yet"]
    summary = office.workflow.fact("case.summary", "case/o-1")
    assert (summary.final, summary.outcome, summary.answered) == (True, "not_adopted", True)


def test_R_138_an_anonymous_opinion_stays_anonymous_and_is_answered_all_the_same() -> None:
    office = Office()
    office.do(opinion(channel="box"), by=office.act(2))
    office.do(DecideCase(key="o-1", outcome="adopted", ground=TEXT), by=office.act(2))
    office.do(AnswerRequester(key="o-1", channel="notice_board", answer=TEXT), by=office.act(2))
    office.do(CloseCase(key="o-1"), by=office.act(2))
    found = office.case("o-1")
    assert found.requester is None
    assert found.complainant is None
    work = office.workflow.fact("case.work", "case/o-1")
    assert work == Work("case/o-1", "opinion", "u-branch", "closed", done=True, people=frozenset())


def test_R_113_who_brought_a_case_can_contest_what_came_of_it_and_it_is_taken_up_again() -> None:
    office = Office()
    office.do(opinion(requester="p-3"), by=office.self_(3))
    office.do(DecideCase(key="o-1", outcome="not_adopted", ground=TEXT), by=office.act(2))
    office.do(AnswerRequester(key="o-1", channel="letter", answer=TEXT), by=office.act(2))
    office.do(CloseCase(key="o-1"), by=office.act(2))
    office.do(ContestCase(key="o-1", ground=Personal("You did not read it")), by=office.self_(3))
    assert office.case("o-1").state == "contested"
    assert not office.workflow.fact("case.work", "case/o-1").done
    office.do(ReopenCase(key="o-1", ground="contested"), by=office.act(2))
    found = office.case("o-1")
    assert (found.state, found.contested, found.reopened, found.outcome) == ("acknowledged", 1, 1, None)


def test_R_115_done_is_not_closed_and_a_failed_verification_returns_and_counts() -> None:
    office = Office()
    office.do(finding(source="campaign/education", classes=("records",), responsible="p-4"), by=office.act(2))
    office.do(ReportRectified(key="f-1", note=TEXT), by=office.self_(4))
    assert not office.workflow.fact("case.work", "case/f-1").done
    assert office.refused(CloseCase(key="f-1"), office.act(6)).code == "lifecycle.move_closed"
    failed = VerifyRectification(key="f-1", passed=False, evidence=(EVIDENCE,))
    office.do(failed, by=office.act(6))
    assert office.case("f-1").state == "in_progress"
    office.do(ReportRectified(key="f-1", evidence=(OTHER_EVIDENCE,)), by=office.self_(4))
    office.do(VerifyRectification(key="f-1", passed=True, evidence=(EVIDENCE,)), by=office.act(6))
    assert not office.workflow.fact("case.work", "case/f-1").done
    office.do(CloseCase(key="f-1"), by=office.act(6))
    summary = office.workflow.fact("case.summary", "case/f-1")
    assert (summary.state, summary.failed_verifications, summary.responsible) == ("closed", 1, "p-4")
    assert (summary.source, summary.classes) == ("campaign/education", ("records",))
    assert office.workflow.fact("case.work", "case/f-1").done


def test_R_115_nobody_verifies_their_own_work_in_whatever_role() -> None:
    office = Office()
    office.do(finding(responsible="p-4", concerns=("p-5",)), by=office.act(2))
    office.do(ReportRectified(key="f-1"), by=office.act(8))
    verify = VerifyRectification(key="f-1", passed=True, evidence=(EVIDENCE,))
    for number, relation in ((4, "responsible"), (8, "rectifier"), (5, "concerned")):
        refusal = office.refused(verify, office.act(number))
        assert refusal.code == "authority.own_case"
        assert dict(refusal.about)["relation"] == relation
    office.do(verify, by=office.act(6))


def test_R_110_a_finding_that_recurs_after_closure_is_reopened_and_shows_the_count() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    for count in (1, 2):
        office.do(ReportRectified(key="f-1"), by=office.self_(4))
        office.do(VerifyRectification(key="f-1", passed=True, evidence=(EVIDENCE,)), by=office.act(6))
        office.do(CloseCase(key="f-1"), by=office.act(6))
        office.do(ReopenCase(key="f-1", ground="recurred", source="campaign/education"), by=office.act(2))
        assert office.workflow.fact("case.summary", "case/f-1").reopened == count


def test_R_111_a_due_moment_is_extended_only_before_it_has_passed_and_the_original_is_kept() -> None:
    office = Office()
    first, second, third = office.in_days(10), office.in_days(15), office.in_days(20)
    office.do(finding(), by=office.act(2))
    office.do(AssignResponsible(key="f-1", responsible="p-4", due=first), by=office.act(2))
    office.later(days=9)
    office.do(ExtendDue(key="f-1", due=second, ground="holiday"), by=office.act(2))
    assert (office.case("f-1").due, office.case("f-1").original_due) == (second, first)
    office.later(days=6)
    late = ExtendDue(key="f-1", due=third, ground="holiday")
    assert office.refused(late, office.act(2)).code == why.DUE_OVER.code
    with pytest.raises(Refused, match=r"case\.due_over"):
        office.do(late, by=office.act(2), effective_at=office.now - timedelta(days=3))


def test_a_reopening_begins_a_new_round_and_leaves_the_counts() -> None:
    office = Office(EVERYTHING)
    office.do(opening(requester="p-3", responsible="p-4", due=office.in_days(5)), by=office.act(2))
    for _ in range(2):
        office.do(VerifyRectification(key=C1, passed=False, evidence=(EVIDENCE,)), by=office.act(6))
        office.do(AnswerRequester(key=C1, channel="letter", answer=TEXT), by=office.act(2))
        assert office.case(C1).answered
        office.do(ContestCase(key=C1, ground=TEXT), by=office.self_(3))
        assert not office.case(C1).answered
    office.do(AnswerRequester(key=C1, channel="letter", answer=TEXT), by=office.act(2))
    office.do(DECIDED, by=office.act(6))
    office.do(WithdrawCase(key=C1, ground="settled"), by=office.self_(3))
    office.do(ReopenCase(key=C1, ground="recurred"), by=office.act(2))
    found = office.case(C1)
    assert (found.answered, found.withdrawn, found.outcome, found.ground) == (False, False, None, None)
    assert (found.due, found.original_due) == (None, None)
    assert (found.failed_verifications, found.contested, found.reopened) == (2, 2, 1)
    assert (found.responsible, len(found.answers)) == ("p-4", 3)
    office.do(AssignResponsible(key=C1, responsible="p-4", due=office.in_days(9)), by=office.act(2))
    assert office.case(C1).original_due == office.in_days(9)


def test_R_143_a_notice_dated_back_does_not_cut_the_time_to_answer() -> None:
    office = Office(EVERYTHING)
    office.do(opening(concerns=("p-5",)), by=office.act(2))
    notice = NotifyRespondent(key=C1, person="p-5", substance=TEXT, reply_by=office.now)
    with pytest.raises(Refused, match=r"case\.no_time_to_reply"):
        office.do(notice, by=office.act(6), effective_at=office.now - timedelta(days=5))


def heard(office: Office, key: str = C1) -> None:
    """Bring a complaint against p-5 as far as a decision: p-20 takes it in, p-6 looks into it."""
    office.do(complaint(key), by=office.act(20))
    office.do(AcknowledgeCase(key=key, channel="telephone"), by=office.act(20))
    office.do(AcceptCase(key=key), by=office.act(20))
    office.do(AssignInvestigator(key=key, investigator="p-6"), by=office.act(20))
    office.do(
        NotifyRespondent(
            key=key, person="p-5", substance=Personal("People wait"), reply_by=office.in_days(5)
        ),
        by=office.act(6),
    )
    office.do(ReplyToNotice(key=key, reply=Personal("The counter was closed")), by=office.self_(5))


def test_R_143_a_complaint_goes_from_intake_by_notice_and_reply_to_a_decision_and_is_put_right() -> None:
    office = Office()
    heard(office)
    office.do(DecideCase(key=C1, outcome="upheld", ground=Personal("He was absent")), by=office.custodian(21))
    office.do(AssignResponsible(key=C1, responsible="p-5"), by=office.custodian(21))
    office.do(ReportRectified(key=C1), by=office.self_(5))
    office.do(VerifyRectification(key=C1, passed=True, evidence=(EVIDENCE,)), by=office.custodian(22))
    office.do(AnswerRequester(key=C1, channel="telephone", answer=TEXT), by=office.act(20))
    office.do(CloseCase(key=C1), by=office.act(20))
    found = office.case(C1)
    assert (found.state, found.outcome) == ("closed", "upheld")
    (notice,) = found.notices
    assert notice.reply is not None
    assert office.workflow.reveal(notice.reply) == "The counter was closed"
    assert list(forbidden(office.workflow.history.events())) == []
    assert departure([item.event for item in events_of(office, f"case/{C1}")]) is None


def events_of(office: World, stream: str) -> list[Any]:
    return [item for item in office.workflow.history.events() if item.envelope.stream == stream]


def test_R_143_nothing_is_decided_before_the_notice_nor_while_the_time_to_answer_runs() -> None:
    office = Office()
    office.do(complaint(concerns=("p-5", "p-8")), by=office.act(20))
    office.do(AcknowledgeCase(key=C1, channel="letter"), by=office.act(20))
    office.do(AcceptCase(key=C1), by=office.act(20))
    office.do(AssignInvestigator(key=C1, investigator="p-6"), by=office.act(20))
    decide = DecideCase(key=C1, outcome="not_upheld", ground=TEXT)
    assert office.refused(decide, office.custodian(21)).about == (("person", "p-5"),)
    for person in ("p-5", "p-8"):
        notice = NotifyRespondent(key=C1, person=person, substance=TEXT, reply_by=office.in_days(5))
        office.do(notice, by=office.act(6))
    office.do(ReplyToNotice(key=C1, reply=TEXT), by=office.self_(5))
    pending = office.refused(decide, office.custodian(21))
    assert (pending.code, dict(pending.about)["person"]) == (why.REPLY_PENDING.code, "p-8")
    with pytest.raises(Refused, match=r"case\.not_yet"):
        office.do(decide, by=office.custodian(21), effective_at=office.in_days(6))
    office.later(days=5)
    office.do(decide, by=office.custodian(21))
    assert office.case(C1).outcome == "not_upheld"


def test_R_143_after_a_reopening_those_concerned_are_heard_again() -> None:
    office = Office()
    heard(office)
    decide = DecideCase(key=C1, outcome="not_upheld", ground=TEXT)
    office.do(decide, by=office.custodian(21))
    office.do(AnswerRequester(key=C1, channel="letter", answer=TEXT), by=office.act(20))
    office.do(ContestCase(key=C1, ground=TEXT), by=office.act(20))
    office.do(ReopenCase(key=C1, ground="contested"), by=office.act(20))
    office.do(AssignInvestigator(key=C1, investigator="p-9"), by=office.act(20))
    assert office.refused(decide, office.custodian(21)).code == why.NOT_NOTIFIED.code
    assert office.refused(ReplyToNotice(key=C1, reply=TEXT), office.self_(5)).code == why.NOT_NOTIFIED.code


def moving(key: str, office: World) -> list[Command]:
    """One command for each that can be given on an open case."""
    due = office.now + timedelta(days=9)
    found: list[Command] = [
        AcknowledgeCase(key=key, channel="letter"),
        AcceptCase(key=key),
        RefuseCase(key=key, ground="elsewhere"),
        AssignResponsible(key=key, responsible="p-10"),
        AssignInvestigator(key=key, investigator="p-10"),
        ExtendDue(key=key, due=due, ground="holiday"),
        NotifyRespondent(key=key, person="p-4", substance=TEXT, reply_by=due),
        ReplyToNotice(key=key, reply=TEXT),
        DecideCase(key=key, outcome="so", ground=TEXT),
        AnswerRequester(key=key, channel="letter", answer=TEXT),
        ReportRectified(key=key),
        VerifyRectification(key=key, passed=True, evidence=(EVIDENCE,)),
        VerifyRectification(key=key, passed=False, evidence=(EVIDENCE,)),
        CloseCase(key=key),
        ContestCase(key=key, ground=TEXT),
        ReopenCase(key=key, ground="recurred"),
        WithdrawCase(key=key, ground="settled"),
        HandOverCase(key=key, unit="u-city", ground="elsewhere"),
        ReturnCase(key=key, ground="elsewhere"),
        PauseCase(key=key, ground="expert"),
        ResumeCase(key=key, ground="expert"),
        ExtendClock(key=key, clock="answer", ground="hard"),
        EscalateCase(key=key, unit="u-city", ground="late"),
        JoinCase(key=key, lead="case/c-2"),
        PromoteCase(key=key, to="case/c-3"),
        ConfirmResolution(key=key),
        AppealCase(key=key, ground=TEXT),
        DecideAppeal(key=key, outcome="so", ground=TEXT),
    ]
    assert {type(command) for command in found} == set(MOVING)
    return found


@pytest.mark.parametrize(
    "who", ["accused in a role", "accused for themselves", "outsider in a role", "outsider for themselves"]
)
def test_R_143_to_the_accused_and_to_outsiders_a_confidential_case_is_one_that_does_not_exist(
    who: str,
) -> None:
    office = Office()
    office.do(complaint(REAL), by=office.act(20))
    by = {
        "accused in a role": office.act(5),
        "accused for themselves": office.self_(5),
        "outsider in a role": office.act(9),
        "outsider for themselves": office.self_(9),
    }[who]
    assert not office.workflow.sees(by, office.now, f"case/{REAL}")
    assert f"case/{REAL}" not in {item.stream for item in office.workflow.allowed(by, office.now)}
    assert not office.workflow.sees(by, office.now, f"case/{NONE}")
    real, none = (office.workflow.allowed(by, office.now, f"case/{key}") for key in (REAL, NONE))
    assert [(item.command, item.refusal) for item in real] == [(item.command, item.refusal) for item in none]
    for moved, unmoved in zip(moving(REAL, office), moving(NONE, office), strict=True):
        refusal, expected = office.refused(moved, by), office.refused(unmoved, by)
        assert str(refusal).replace(REAL, NONE) == str(expected)
        assert refusal.code == expected.code
        assert [name for name, _ in refusal.about] == [name for name, _ in expected.about]


def test_R_143_with_the_notice_the_accused_learns_of_the_case_and_only_then() -> None:
    office = Office()
    office.do(complaint(), by=office.act(20))
    office.do(AcknowledgeCase(key=C1, channel="letter"), by=office.act(20))
    office.do(AcceptCase(key=C1), by=office.act(20))
    office.do(AssignInvestigator(key=C1, investigator="p-6"), by=office.act(20))
    assert office.workflow.sees(office.self_(6), office.now, f"case/{C1}")
    assert office.workflow.sees(office.custodian(22), office.now, f"case/{C1}")
    assert not office.workflow.sees(office.self_(5), office.now, f"case/{C1}")
    notice = NotifyRespondent(key=C1, person="p-5", substance=TEXT, reply_by=office.in_days(5))
    office.do(notice, by=office.act(6))
    assert office.workflow.sees(office.self_(5), office.now, f"case/{C1}")
    open_to_them = [
        p.command for p in office.workflow.allowed(office.self_(5), office.now, f"case/{C1}") if p
    ]
    assert open_to_them == ["case.reply_to_notice"]


def test_a_custodian_who_is_complained_about_does_not_see_it_either() -> None:
    office = Office()
    office.do(complaint(concerns=("p-21",)), by=office.act(20))
    assert not office.workflow.sees(office.custodian(21), office.now, f"case/{C1}")
    assert office.workflow.sees(office.custodian(22), office.now, f"case/{C1}")


def test_R_146_who_complained_stands_nowhere_in_the_log_and_the_digest_of_the_command_does_not_tell() -> None:
    digests = []
    for complainant in ("p-7", "p-8"):
        office = Office()
        receipt = office.do(complaint(complainant=Personal(complainant)), by=office.act(20))
        (record,) = office.store.read(receipt.first_position - 1)
        assert f'"{complainant}"'.encode() not in record.bytes
        digests.append(record.envelope.command_digest)
        sealed = office.case(C1).complainant
        assert sealed is not None
        assert office.workflow.reveal(sealed) == Withheld("not-permitted")
        assert office.workflow.binds(sealed, complainant) is True
    assert digests[0] == digests[1]


def test_R_205_erasing_the_complainant_leaves_the_case_and_its_figures_intact() -> None:
    office = Office()
    heard(office)
    before = office.workflow.fact("case.summary", f"case/{C1}"), office.workflow.history.head()
    assert office.workflow.identities.erase("p-7") == 1
    sealed = office.case(C1).complainant
    assert sealed is not None
    assert office.workflow.reveal(sealed) == Withheld("erased")
    assert (office.workflow.fact("case.summary", f"case/{C1}"), office.workflow.history.head()) == before


def test_a_complainant_who_has_no_id_is_sealed_with_the_case_as_its_subject() -> None:
    office = Office()
    office.do(complaint(complainant=Personal("A neighbour of the office")), by=office.act(20))
    sealed = office.case(C1).complainant
    assert sealed is not None
    opening = office.workflow.identities.get(sealed)
    assert isinstance(opening, Opening)
    assert (opening.subject, opening.value) == (f"case/{C1}", "A neighbour of the office")
    assert office.workflow.openings.erase(f"case/{C1}") == 1
    assert office.workflow.identities.erase(f"case/{C1}") == 1


def test_a_case_says_of_itself_as_work_whom_it_involves_unless_it_is_confidential() -> None:
    office = Office()
    serves = (Serves(campaign="education", task="opinions"),)
    office.do(opinion(requester="p-3", concerns=("p-5",), responsible="p-4", serves=serves), by=office.act(2))
    office.do(complaint(responsible="p-4", serves=serves), by=office.act(20))
    assert office.workflow.fact("case.work", "case/o-1") == Work(
        "case/o-1",
        "opinion",
        "u-branch",
        "received",
        done=False,
        serves=serves,
        people=frozenset({"p-3", "p-4", "p-5"}),
    )
    assert office.workflow.fact("case.work", "case/none") is None
    assert office.workflow.fact("case.work", f"case/{C1}") is None  # nothing is decided yet
    office.do(WithdrawCase(key=C1, ground="no_basis"), by=office.act(20))
    assert office.workflow.fact("case.work", f"case/{C1}").people == frozenset()
    assert office.workflow.fact("case.summary", "case/none") is None


def test_a_withdrawn_case_is_finished_and_counts_as_no_work_done() -> None:
    office = Office()
    office.do(opinion(requester="p-3"), by=office.self_(3))
    office.do(WithdrawCase(key="o-1", ground="settled"), by=office.self_(3))
    summary = office.workflow.fact("case.summary", "case/o-1")
    assert (summary.final, summary.withdrawn) == (True, True)
    assert not office.workflow.fact("case.work", "case/o-1").done


def test_a_case_keeps_the_version_of_its_kind_that_it_was_opened_under() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    newer = FINDING.model_copy(update={"version": 3})
    office.do(AdoptDefinition(code="finding", kind="case", version=3, body=newer.data()))
    opened = events_of(office, "case/f-1")[0].event
    assert opened.definition == FINDING.digest == CaseKind.model_validate(opened.body).digest
    office.do(ReportRectified(key="f-1"), by=office.self_(4))
    assert office.case("f-1").kind == FINDING


def test_what_is_allowed_is_what_the_kind_leaves_open_in_the_state() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    found = {p.command: p for p in office.workflow.allowed(office.act(9), office.now, "case/f-1")}
    assert sorted(name for name, p in found.items() if p) == [
        "case.assign_responsible",
        "case.link",
        "case.promote",
        "case.report_rectified",
    ]
    closed, unknown = found["case.close"].refusal, found["case.accept"].refusal
    assert closed is not None
    assert unknown is not None
    assert (closed.code, unknown.code) == ("lifecycle.move_closed", "lifecycle.unknown_move")
    taken = found["case.open"].refusal
    assert taken is not None
    assert taken.code == why.TAKEN.code


def test_an_event_written_beside_the_lifecycle_is_found() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    office.do(ReportRectified(key="f-1"), by=office.self_(4))
    events: list[CaseEvent] = [item.event for item in events_of(office, "case/f-1")]
    assert departure(events) is None
    leap = departure([*events, CaseClosed(state="closed")])
    assert leap is not None
    assert leap.code == "lifecycle.move_closed"
    elsewhere = departure([*events, VerificationPassed(state="closed", evidence=(EVIDENCE,))])
    assert elsewhere is not None
    assert (elsewhere.code, dict(elsewhere.about)["expected"]) == ("case.departed", "verified")
    misplaced = departure([events[0].model_copy(update={"state": "closed"})])
    assert misplaced is not None
    assert dict(misplaced.about)["expected"] == "found"
    assert departure([events[1]]) is not None
    twice = departure([events[0], events[0]])
    assert twice is not None
    assert twice.code == "case.departed"


# --- every reason once, with its counterpart ---------------------------------------------------

DUE = NOON + timedelta(days=10)


def opened(kind: CaseKind = EVERYTHING, **more: Any) -> CaseOpened:
    return CaseOpened(
        kind=kind.code,
        definition=kind.digest,
        body=kind.data(),
        confidential=kind.confidential,
        unit="u-branch",
        state=kind.table.initial,
        substance=seal(TEXT, f"case/{C1}", "case.substance"),
        **more,
    )


def opening(kind: CaseKind = EVERYTHING, **more: Any) -> OpenCase:
    return OpenCase(key=C1, kind=kind.code, definition=kind.digest, unit="u-branch", substance=TEXT, **more)


def facts(kind: CaseKind = EVERYTHING, *, known: Sequence[str] = ("p-5", "p-6")) -> tuple[Any, ...]:
    return kind.data(), (kind.version, kind.digest), True, dict.fromkeys(known, frozenset())


HEARING = kind_of_everything(right_of_reply=True)
SECRET = kind_of_everything(confidential=True)
DECIDED = DecideCase(key=C1, outcome="so", ground=TEXT)
NOTICE = RespondentNotified(
    state="open", person="p-5", substance=seal(TEXT, "p-5", "case.notice"), reply_by=DUE
)
KNOWN = dict.fromkeys(("p-5", "p-6"), frozenset())
OFFICER = Actor("a-2", "p-2", "officer")
Provocation = tuple[Reason, Given, Command, Given, Command]

PROVOKED: dict[str, Provocation] = {
    "unknown": (
        why.UNKNOWN_MATTER,
        given(DECIDER),
        CloseCase(key=C1),
        given(DECIDER, opened()),
        CloseCase(key=C1),
    ),
    "taken": (
        why.TAKEN,
        given(DECIDER, opened()).knowing(*facts()),
        opening(),
        given(DECIDER).knowing(*facts()),
        opening(),
    ),
    "unknown kind": (
        why.UNKNOWN_KIND,
        given(DECIDER).knowing(None, None, True, {}),
        opening(),
        given(DECIDER).knowing(*facts()),
        opening(),
    ),
    "retired kind": (
        why.RETIRED_KIND,
        given(DECIDER).knowing(EVERYTHING.data(), None, True, {}),
        opening(),
        given(DECIDER).knowing(*facts()),
        opening(),
    ),
    "not a kind": (
        why.NOT_A_KIND,
        given(DECIDER).knowing({"code": "everything", "version": 1}, (1, EVERYTHING.digest), True, {}),
        opening(),
        given(DECIDER).knowing(*facts()),
        opening(),
    ),
    "another kind": (
        why.NOT_A_KIND,
        given(DECIDER).knowing(FINDING.data(), (1, EVERYTHING.digest), True, {}),
        opening(),
        given(DECIDER).knowing(*facts(FINDING)),
        opening(FINDING),
    ),
    "a version that another one followed": (
        why.NOT_IN_FORCE,
        given(DECIDER).knowing(EVERYTHING.data(), (2, "0" * 64), True, {}),
        opening(),
        given(DECIDER).knowing(*facts()),
        opening(),
    ),
    "unknown unit": (
        why.UNKNOWN_UNIT,
        given(DECIDER).knowing(EVERYTHING.data(), (1, EVERYTHING.digest), False, {}),
        opening(),
        given(DECIDER).knowing(*facts()),
        opening(),
    ),
    "unknown person concerned": (
        why.UNKNOWN_PERSON,
        given(DECIDER).knowing(*facts()),
        opening(concerns=("p-9",)),
        given(DECIDER).knowing(*facts()),
        opening(concerns=("p-5",)),
    ),
    "unknown person responsible": (
        why.UNKNOWN_PERSON,
        given(DECIDER, opened()).knowing(KNOWN),
        AssignResponsible(key=C1, responsible="p-9"),
        given(DECIDER, opened()).knowing(KNOWN),
        AssignResponsible(key=C1, responsible="p-6"),
    ),
    "unknown person investigating": (
        why.UNKNOWN_PERSON,
        given(DECIDER, opened()).knowing(KNOWN),
        AssignInvestigator(key=C1, investigator="p-9"),
        given(DECIDER, opened()).knowing(KNOWN),
        AssignInvestigator(key=C1, investigator="p-6"),
    ),
    "requester named in a confidential case": (
        why.REQUESTER_NOT_SEALED,
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, requester="p-7"),
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, complainant=Personal("p-7")),
    ),
    "requester sealed in an open case": (
        why.REQUESTER_SEALED,
        given(DECIDER).knowing(*facts()),
        opening(complainant=Personal("p-7")),
        given(DECIDER).knowing(*facts()),
        opening(requester="p-7"),
    ),
    "complainant records it": (
        why.OWN_ACCOUNT,
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, complainant=Personal("p-2")),
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, complainant=Personal("p-7")),
    ),
    "requester concerned": (
        why.REQUESTER_CONCERNED,
        given(DECIDER).knowing(*facts()),
        opening(requester="p-5", concerns=("p-5",)),
        given(DECIDER).knowing(*facts()),
        opening(requester="p-7", concerns=("p-5",)),
    ),
    "complainant concerned": (
        why.REQUESTER_CONCERNED,
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, complainant=Personal("p-5"), concerns=("p-5",)),
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, complainant=Personal("p-7"), concerns=("p-5",)),
    ),
    "accused responsible at once": (
        why.NOT_YET_NOTIFIED,
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, concerns=("p-5",), responsible="p-5"),
        given(DECIDER).knowing(*facts(SECRET)),
        opening(SECRET, concerns=("p-5",), responsible="p-6"),
    ),
    "accused responsible before notice": (
        why.NOT_YET_NOTIFIED,
        given(DECIDER, opened(SECRET, concerns=("p-5",))).knowing(KNOWN),
        AssignResponsible(key=C1, responsible="p-5"),
        given(DECIDER, opened(SECRET, concerns=("p-5",)), NOTICE).knowing(KNOWN),
        AssignResponsible(key=C1, responsible="p-5"),
    ),
    "due in the past at the opening": (
        why.DUE_PAST,
        given(DECIDER).knowing(*facts()),
        opening(due=NOON),
        given(DECIDER).knowing(*facts()),
        opening(due=DUE),
    ),
    "due in the past": (
        why.DUE_PAST,
        given(DECIDER, opened()).knowing(KNOWN),
        AssignResponsible(key=C1, responsible="p-5", due=NOON),
        given(DECIDER, opened()).knowing(KNOWN),
        AssignResponsible(key=C1, responsible="p-5", due=DUE),
    ),
    "due set": (
        why.DUE_SET,
        given(DECIDER, opened(due=DUE)).knowing(KNOWN),
        AssignInvestigator(key=C1, investigator="p-5", due=DUE),
        given(DECIDER, opened(due=DUE)).knowing(KNOWN),
        AssignInvestigator(key=C1, investigator="p-5"),
    ),
    "no due": (
        why.NO_DUE,
        given(DECIDER, opened()),
        ExtendDue(key=C1, due=DUE, ground="holiday"),
        given(DECIDER, opened(due=NOON + timedelta(days=1))),
        ExtendDue(key=C1, due=DUE, ground="holiday"),
    ),
    "due over": (
        why.DUE_OVER,
        given(DECIDER, opened(due=NOON)),
        ExtendDue(key=C1, due=DUE, ground="holiday"),
        given(DECIDER, opened(due=NOON + timedelta(microseconds=1))),
        ExtendDue(key=C1, due=DUE, ground="holiday"),
    ),
    "not later": (
        why.NOT_LATER,
        given(DECIDER, opened(due=DUE)),
        ExtendDue(key=C1, due=DUE, ground="holiday"),
        given(DECIDER, opened(due=DUE)),
        ExtendDue(key=C1, due=DUE + timedelta(microseconds=1), ground="holiday"),
    ),
    "not concerned": (
        why.NOT_CONCERNED,
        given(DECIDER, opened(concerns=("p-5",))),
        NotifyRespondent(key=C1, person="p-6", substance=TEXT, reply_by=DUE),
        given(DECIDER, opened(concerns=("p-5",))),
        NotifyRespondent(key=C1, person="p-5", substance=TEXT, reply_by=DUE),
    ),
    "no time to reply": (
        why.NO_TIME_TO_REPLY,
        given(DECIDER, opened(concerns=("p-5",))),
        NotifyRespondent(key=C1, person="p-5", substance=TEXT, reply_by=NOON),
        given(DECIDER, opened(concerns=("p-5",))),
        NotifyRespondent(key=C1, person="p-5", substance=TEXT, reply_by=DUE),
    ),
    "notice stands": (
        why.NOTICE_STANDS,
        given(DECIDER, opened(concerns=("p-5",)), NOTICE),
        NotifyRespondent(
            key=C1, person="p-5", substance=TEXT, reply_by=NOTICE.reply_by - timedelta(microseconds=1)
        ),
        given(DECIDER, opened(concerns=("p-5",)), NOTICE),
        NotifyRespondent(key=C1, person="p-5", substance=TEXT, reply_by=NOTICE.reply_by),
    ),
    "unknown outcome": (
        why.UNKNOWN_OUTCOME,
        given(DECIDER, opened()),
        DecideCase(key=C1, outcome="maybe", ground=TEXT),
        given(DECIDER, opened()),
        DECIDED,
    ),
    "not notified": (
        why.NOT_NOTIFIED,
        given(DECIDER, opened(HEARING, concerns=("p-5",))),
        DECIDED,
        given(DECIDER, opened(HEARING)),
        DECIDED,
    ),
    "reply without notice": (
        why.NOT_NOTIFIED,
        given(DECIDER, opened(concerns=("p-2",))),
        ReplyToNotice(key=C1, reply=TEXT),
        given(DECIDER, opened(concerns=("p-2",)), NOTICE.model_copy(update={"person": "p-2"})),
        ReplyToNotice(key=C1, reply=TEXT),
    ),
    "reply pending": (
        why.REPLY_PENDING,
        given(DECIDER, opened(HEARING, concerns=("p-5",)), NOTICE),
        DECIDED,
        given(DECIDER, opened(HEARING, concerns=("p-5",)), NOTICE.model_copy(update={"reply_by": NOON})),
        DECIDED,
    ),
    "nobody responsible": (
        why.NOBODY_RESPONSIBLE,
        given(DECIDER, opened()),
        ReportRectified(key=C1),
        given(DECIDER, opened(responsible="p-5")),
        ReportRectified(key=C1),
    ),
    "no evidence": (
        why.NO_EVIDENCE,
        given(DECIDER, opened()),
        VerifyRectification(key=C1, passed=True, evidence=()),
        given(DECIDER, opened()),
        VerifyRectification(key=C1, passed=True, evidence=(EVIDENCE,)),
    ),
}


@pytest.mark.parametrize("name", PROVOKED)
def test_a_refusal_occurs_and_its_counterpart_succeeds(name: str) -> None:
    reason, before, command, instead, permitted = PROVOKED[name]
    refusal = before.when(command, by=OFFICER).refused(reason)
    assert refusal.sentence
    assert refusal.remedy
    assert instead.when(permitted, by=OFFICER).events


def test_nobody_opens_a_confidential_case_for_themselves() -> None:
    prepared = given(DECIDER).knowing(*facts(SECRET))
    prepared.when(opening(SECRET), by=Actor("a-2", "p-2")).refused(why.OWN_ACCOUNT)
    assert prepared.when(opening(SECRET), by=OFFICER).events
    delegate = Actor("a-2", "p-2", "officer", "p-7")
    prepared.when(opening(SECRET, complainant=Personal("p-7")), by=delegate).refused(why.OWN_ACCOUNT)


def test_who_is_no_longer_responsible_does_not_report_it_done() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    office.do(AssignResponsible(key="f-1", responsible="p-8"), by=office.act(2))
    refusal = office.refused(ReportRectified(key="f-1"), office.self_(4))
    assert refusal.code == why.NOT_RESPONSIBLE.code
    office.do(ReportRectified(key="f-1"), by=office.self_(8))


def test_a_move_on_a_case_not_yet_opened_shows_as_closed_beforehand() -> None:
    refusal = DECIDER.closed(Case())[CloseCase.stored_type]
    assert refusal is not None
    assert refusal.code == why.UNKNOWN.code
    assert DECIDER.closed(Case()).get(OpenCase.stored_type) is None
    assert DECIDER.closed(given(DECIDER, opened()).state)[CloseCase.stored_type] is None


def test_every_reason_of_the_module_is_provoked_in_these_tests() -> None:
    tried = {why.NOT_YET.code, why.TOO_EARLY.code}  # in test_case_further
    tried |= {why.ID_MISTYPED.code, why.LEAD_UNDECIDED.code}  # in test_found_in_cases
    elsewhere = {why.UNKNOWN.code, why.NOT_RESPONSIBLE.code, *tried, *further.CODES}
    assert {reason.code for reason, *_ in PROVOKED.values()} | elsewhere == {r.code for r in DECIDER.reasons}


def test_under_a_retired_kind_nothing_is_opened_and_what_is_open_goes_on() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    office.do(RetireDefinition(code="finding", ground="replaced"))
    assert office.refused(finding("f-2"), office.act(2)).code == why.RETIRED_KIND.code
    office.do(ReportRectified(key="f-1"), by=office.self_(4))


def test_under_a_version_that_another_one_followed_nothing_is_opened_and_what_is_open_goes_on() -> None:
    office = Office()
    office.do(finding(responsible="p-4"), by=office.act(2))
    newer = FINDING.model_copy(
        update={"version": 3, "lifecycle": FINDING.lifecycle.model_copy(update={"version": 3})}
    )
    office.do(AdoptDefinition(code="finding", kind="case", version=3, body=newer.data()))
    refusal = office.refused(finding("f-2"), office.act(2))
    assert refusal.code == why.NOT_IN_FORCE.code
    assert newer.digest in refusal.remedy
    office.do(finding("f-2").model_copy(update={"definition": newer.digest}), by=office.act(2))
    office.do(ReportRectified(key="f-1"), by=office.self_(4))


# --- every rule of authority once, with its counterpart ------------------------------------------


def involved() -> Office:
    """A case of the kind in which everything is open, with a person in every relation to it."""
    office = Office(TIMED, FINDING)
    calendar = CALENDAR.model_dump(mode="json")
    office.do(AdoptDefinition(kind="calendar", code="days", version=1, body=calendar))
    office.do(opening(TIMED).model_copy(update={"key": "c-2"}), by=office.act(2))
    office.do(
        OpenCase(
            key=C1,
            kind="everything",
            definition=TIMED.digest,
            unit="u-branch",
            substance=TEXT,
            requester="p-3",
            concerns=("p-4",),
            due=office.in_days(5),
        ),
        by=office.act(2),
    )
    office.do(finding("c-3", source=f"case/{C1}"), by=office.act(2))
    office.do(AssignResponsible(key=C1, responsible="p-5"), by=office.act(2))
    office.do(AcceptCase(key=C1), by=office.act(2))
    office.do(AssignInvestigator(key=C1, investigator="p-6"), by=office.act(2))
    notice = NotifyRespondent(key=C1, person="p-4", substance=TEXT, reply_by=office.in_days(3))
    office.do(notice, by=office.act(2))
    office.do(ReportRectified(key=C1), by=office.act(7))
    office.do(DecideCase(key=C1, outcome="so", ground=TEXT), by=office.act(8))
    office.do(AppealCase(key=C1, ground=TEXT), by=office.self_(3))
    office.do(DecideAppeal(key=C1, outcome="so", ground=TEXT), by=office.act(9))
    office.do(HandOverCase(key=C1, unit="u-city", ground="elsewhere"), by=office.act(2))
    office.do(ReturnCase(key=C1, ground="elsewhere"), by=office.act(2))
    office.do(HandOverCase(key=C1, unit="u-bureau", ground="elsewhere"), by=office.act(2))
    office.do(AssignResponsible(key=C1, responsible="p-5"), by=office.act(2))
    return office


HOLDERS = {
    "requester": 3,
    "concerned": 4,
    "responsible": 5,
    "investigator": 6,
    "rectifier": 7,
    "decider": 8,
    "appeal_decider": 9,
}
BARS = [(event, relation) for event in MOVED for relation in event.requires.barred]
MAKING = {
    event: [command for command in MOVING if event in DECIDER.yields[command.stored_type]] for event in MOVED
}


def command_for(event: type[CaseMove], office: World) -> Command:
    for command in moving(C1, office):
        if type(command) in MAKING[event]:
            if not isinstance(command, VerifyRectification) or command.passed == (
                event is VerificationPassed
            ):
                return command
    raise AssertionError(event)


@pytest.mark.parametrize(
    ("event", "relation"), BARS, ids=[f"{event.stored_type}-{relation}" for event, relation in BARS]
)
def test_nobody_acts_in_their_own_case(event: type[CaseMove], relation: str) -> None:
    office = involved()
    command = command_for(event, office)
    refusal = office.refused(command, office.act(HOLDERS[relation]))
    assert (refusal.code, dict(refusal.about)["relation"]) == ("authority.own_case", relation)
    office.do(command, by=office.act(25))


DUTIES = [event for event in (CaseOpened, *MOVED) if event.requires.duty is not None]


@pytest.mark.parametrize("event", DUTIES, ids=[event.stored_type for event in DUTIES])
def test_a_role_without_the_duty_does_not_suffice(event: type[Event]) -> None:
    office = involved()
    command: Command = opening(TIMED).model_copy(update={"key": "c-9"})
    if issubclass(event, CaseMove):
        command = command_for(event, office)
    refusal = office.refused(command, Actor("a-23", "p-23", "idle"))
    assert refusal.code == "authority.duty_not_covered"
    office.do(command, by=office.act(25))


def test_who_is_complained_about_does_not_take_the_complaint_in() -> None:
    office = Office()
    assert office.refused(complaint(), office.act(5)).code == "authority.own_case"
    office.do(complaint(), by=office.act(20))


def test_people_bring_contest_and_withdraw_for_themselves_and_not_for_others() -> None:
    office = involved()
    mine = opening(TIMED, requester="p-8").model_copy(update={"key": "c-9"})
    assert office.refused(mine, office.self_(25)).code == "authority.not_own"
    office.do(mine, by=office.self_(8))
    for command in (ContestCase(key=C1, ground=TEXT), WithdrawCase(key=C1, ground="settled")):
        assert office.refused(command, office.self_(25)).code == "authority.not_own"
        office.do(command, by=office.self_(3))


def test_the_person_notified_replies_and_nobody_for_them() -> None:
    office = involved()
    reply = ReplyToNotice(key=C1, reply=TEXT)
    assert office.refused(reply, office.self_(25)).code == "authority.not_own"
    assert office.refused(reply, office.act(4)).code == "authority.not_own"
    office.do(reply, by=office.self_(4))


def test_the_person_responsible_reports_it_done_and_nobody_else_for_themselves() -> None:
    office = involved()
    assert office.refused(ReportRectified(key=C1), office.self_(25)).code == "authority.not_own"
    office.do(ReportRectified(key=C1), by=office.self_(5))


def test_every_relation_that_bars_is_one_that_some_event_makes() -> None:
    made = {relates.relation for event in DECIDER.events for relates in event.relates}
    fields = set(CaseOpened.model_fields)
    for event in DECIDER.events:
        assert set(event.requires.barred) <= made | fields
        assert set(event.requires.own) <= made | fields | set(event.model_fields)


def test_contests_and_withdrawals_are_events_of_their_own() -> None:
    office = involved()
    office.do(ContestCase(key=C1, ground=TEXT), by=office.act(25))
    office.do(WithdrawCase(key=C1, ground="settled"), by=office.act(25))
    kinds = [type(item.event) for item in events_of(office, f"case/{C1}")][-2:]
    assert kinds == [CaseContested, CaseWithdrawn]
