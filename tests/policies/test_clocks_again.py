"""What is written underneath about the clocks of cases is found by counting them again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.support.clock_table import AMENDED
from tests.support.pack import PackWorld

from party_workflow.calendar import Term
from party_workflow.codec import Event
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    CaseKind,
    DecideCase,
    OpenCase,
    PauseCase,
    ResumeCase,
)
from party_workflow.domain.case.events import CaseAccepted
from party_workflow.domain.case.notes import CaseReminded, ClockMoved, ClockRecounted, ClockStarted
from party_workflow.domain.case.passing import CaseAppealed, CaseResumed, ClockExtended
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.packs import party
from party_workflow.personal import Personal, Sealed
from party_workflow.policies.audits import possible
from party_workflow.store import Append, Draft

TEXT = Personal("x")
SEALED = Sealed(commitment="c" * 64)
OPENED = datetime(2023, 12, 28, 1, tzinfo=UTC)
ACCEPTED = datetime(2024, 1, 2, 1, tzinfo=UTC)
DUE = datetime(2024, 3, 2, 16, tzinfo=UTC)
EXTENDED = datetime(2024, 4, 1, 16, tzinfo=UTC)
INSTEAD = (
    "Counted again the clock finish is due at {due:%Y-%m-%dT%H}:00:00.000000Z, not at"
    " {said:%Y-%m-%dT%H}:00:00.000000Z."
)

DECIDED_AGAIN = (
    "Before it the command",
    "Nobody can have",
    "It was not possible",
    "What it says",
    "The command",
)


class Desk(PackWorld):
    """A petition that was registered on 28 December 2023, and accepted on 2 January 2024 if it was."""

    def __init__(self, *, accepted: bool = True) -> None:
        super().__init__("cn-working-days", "petition", members=9)
        self.now = OPENED
        digest = party.PACK.read_as(CaseKind, "petition").digest
        self.do(
            OpenCase(
                key="c-1",
                kind="petition",
                definition=digest,
                unit="u-branch",
                substance=TEXT,
                requester="p-5",
            ),
            by=self.self_(5),
        )
        self.do(AcknowledgeCase(key="c-1", channel="letter"), by=self.act(2))
        self.now = ACCEPTED
        if accepted:
            self.do(AcceptCase(key="c-1"), by=self.act(2))

    def run(self, clock: str) -> Any:
        return self.workflow.state("case/c-1").run(clock)

    def beneath(self, command: str, *events: Event, recorded: timedelta = timedelta()) -> list[str]:
        """Append events under the API, and what the audit of their possibility says of them."""
        drafts = tuple(Draft("case/c-1", event, self.now) for event in events)
        command_id = f"beneath-{sum(1 for _ in self.store.read())}"
        self.store.append(
            Append("bureau", command_id, command, "0" * 64, self.act(7), self.now + recorded, drafts, {})
        )
        return self.found()

    def found(self) -> list[str]:
        """What the audit says: of a clock that is wrong only that, not what deciding again says too."""
        (moves,) = (check for check in possible.checks(self.model) if check.code == "moves")
        sentences = [found.sentence for found in moves.look(self.workflow.history)]
        return [each for each in sentences if not each.startswith(DECIDED_AGAIN)] or sentences

    def finish(self, **but: Any) -> ClockStarted:
        """The clock that acceptance sets going, as it has to be."""
        run = self.run("register")
        said: dict[str, Any] = {
            "clock": "finish",
            "run": 1,
            "start": ACCEPTED,
            "term": Term(amount=60, unit="calendar_days"),
            "due": DUE,
            "due_day": date(2024, 3, 2),
            "calendar": party.PACK.read_as(type(AMENDED), "cn-working-days").ref,
            "definition": run.definition,
        }
        return ClockStarted(**(said | but))

    def extension(self, **but: Any) -> ClockExtended:
        said: dict[str, Any] = {
            "state": "handling",
            "clock": "finish",
            "run": 1,
            "due": EXTENDED,
            "previous": DUE,
            "original": DUE,
            "ground": "complex",
            "definition": self.run("finish").definition,
        }
        return ClockExtended(**(said | but))


ACCEPTING = CaseAccepted(state="handling")


def test_an_honest_acceptance_is_found_in_order_even_when_written_underneath() -> None:
    desk = Desk(accepted=False)
    assert desk.beneath("case.accept", ACCEPTING, desk.finish()) == []


@pytest.mark.parametrize(
    ("but", "sentence"),
    [
        (
            {"due": DUE + timedelta(days=1)},
            INSTEAD.format(due=DUE, said=DUE + timedelta(days=1)),
        ),
        (
            {"due_day": date(2024, 3, 3)},
            "Counted again the clock finish is due at 2024-03-02T16:00:00.000000Z",
        ),
        ({"term": Term(amount=90, unit="calendar_days")}, "Counted again the clock finish is due"),
        ({"run": 2}, "It is run 1 of the clock finish, not 2."),
        ({"start": ACCEPTED + timedelta(days=9)}, "The clock finish starts at 2024-01-02T01:00:00.000000Z"),
        ({"definition": "d" * 64}, "was not counted on the version of its calendar in force."),
        ({"calendar": AMENDED.ref}, "Counted again the clock finish is due"),
        ({"clock": "review"}, "Nothing sets the clock review going there."),
    ],
)
def test_R_131_a_due_moment_that_does_not_follow_is_found(but: dict[str, Any], sentence: str) -> None:
    desk = Desk(accepted=False)
    assert any(sentence in found for found in desk.beneath("case.accept", ACCEPTING, desk.finish(**but)))


def test_R_131_a_clock_that_was_not_set_going_is_found_now_or_when_the_case_goes_on() -> None:
    desk = Desk(accepted=False)
    lacking = ["The clock finish was to be set going and was not."]
    assert desk.beneath("case.accept", ACCEPTING) == lacking
    desk.do(DecideCase(key="c-1", outcome="supported", ground=TEXT), by=desk.act(3))
    assert desk.found() == lacking


def test_R_131_a_clock_set_going_by_nothing_is_found() -> None:
    desk = Desk()
    assert desk.beneath("case.assign_responsible", desk.finish(run=2)) == [
        "Nothing sets the clock finish going there."
    ]


def test_R_131_an_extension_after_expiry_is_found_and_one_before_is_not() -> None:
    desk = Desk()
    desk.now = DUE - timedelta(seconds=1)
    assert desk.beneath("case.extend_clock", desk.extension()) == []
    desk = Desk()
    desk.now = DUE
    assert desk.beneath("case.extend_clock", desk.extension()) == [
        "The clock finish had run out at 2024-03-02T16:00:00.000000Z."
    ]
    desk = Desk()  # dated back to before it
    desk.now = DUE - timedelta(seconds=1)
    assert desk.beneath("case.extend_clock", desk.extension(), recorded=timedelta(days=1)) == [
        "The clock finish had run out at 2024-03-02T16:00:00.000000Z."
    ]


def test_R_131_a_second_extension_a_longer_one_and_one_of_no_run_are_found() -> None:
    desk = Desk()
    assert desk.beneath("case.extend_clock", desk.extension(due=EXTENDED + timedelta(days=30))) == [
        INSTEAD.format(due=EXTENDED, said=EXTENDED + timedelta(days=30))
    ]
    desk = Desk()
    assert desk.beneath("case.extend_clock", desk.extension()) == []
    again = desk.extension(previous=EXTENDED, due=EXTENDED + timedelta(days=30))
    assert desk.beneath("case.extend_clock", again) == ["The clock finish could not be extended then."]
    desk = Desk()
    assert desk.beneath("case.extend_clock", desk.extension(run=2)) == [
        "There is no run 2 of the clock finish that could be changed."
    ]
    desk = Desk()
    assert desk.beneath("case.extend_clock", desk.extension(original=DUE + timedelta(days=9))) == [
        "Before it was due at 2024-03-02T16:00:00.000000Z, at first at 2024-03-02T16:00:00.000000Z."
    ]


def test_a_pause_that_did_not_take_place_and_one_that_did_not_end_are_found() -> None:
    desk = Desk()
    desk.now = ACCEPTED + timedelta(days=5)
    moved = ClockMoved(
        clock="finish",
        run=1,
        paused=ACCEPTED,
        resumed=desk.now,
        due=DUE + timedelta(days=5),
        previous=DUE,
        original=DUE,
    )
    desk.do(PauseCase(key="c-1", ground="evidence_awaited"), by=desk.act(7))
    resumed = CaseResumed(state="handling", ground="evidence_received")
    assert desk.beneath("case.resume", resumed, moved) == [
        "The clock finish did not stand still between these moments."
    ]
    desk = Desk()
    desk.do(PauseCase(key="c-1", ground="evidence_awaited"), by=desk.act(7))
    assert desk.beneath("case.resume", resumed) == ["The clock finish was to run on and did not."]
    desk = Desk()
    desk.do(PauseCase(key="c-1", ground="evidence_awaited"), by=desk.act(7))
    desk.do(ResumeCase(key="c-1", ground="evidence_received"), by=desk.act(7))
    assert desk.found() == []


def test_R_210_a_recount_without_a_changed_calendar_or_to_another_day_is_found() -> None:
    desk = Desk()
    run = desk.run("finish")
    body = AMENDED.model_dump(mode="json", exclude_none=True)

    def recounted(definition: str, due: datetime) -> ClockRecounted:
        return ClockRecounted(
            clock="finish",
            run=1,
            due=due,
            previous=DUE,
            original=DUE,
            ground="calendar_changed",
            calendar=AMENDED.ref,
            definition=definition,
        )

    assert desk.beneath("case.recount_clock", recounted(run.definition, DUE)) == [
        "The clock finish was not counted on another version in force."
    ]
    desk = Desk()
    desk.do(AdoptDefinition(code="cn-working-days", kind="calendar", version=3, body=body))
    new = desk.workflow.state("definition/cn-working-days").digest
    assert desk.beneath("case.recount_clock", recounted(new, DUE + timedelta(days=1))) == [
        INSTEAD.format(due=DUE, said=DUE + timedelta(days=1))
    ]
    desk = Desk()
    desk.do(AdoptDefinition(code="cn-working-days", kind="calendar", version=3, body=body))
    assert desk.beneath("case.recount_clock", recounted(new, DUE)) == []


def test_a_reminder_of_another_day_is_found() -> None:
    desk = Desk()
    assert desk.beneath("case.remind", CaseReminded(clock="finish", run=1, due=DUE)) == []
    assert desk.beneath("case.remind", CaseReminded(clock="finish", run=1, due=ACCEPTED)) == [
        "Due is 2024-03-02T16:00:00.000000Z, not 2024-01-02T01:00:00.000000Z."
    ]


def test_R_131_an_appeal_out_of_time_is_found() -> None:
    desk = Desk()
    desk.do(DecideCase(key="c-1", outcome="supported", ground=TEXT), by=desk.act(3))
    desk.do(AnswerRequester(key="c-1", channel="letter", answer=TEXT), by=desk.act(2))
    desk.now = desk.run("ask_review").due
    appealed = CaseAppealed(state="in_review", level=1, party="requester", ground=SEALED)
    found = desk.beneath("case.appeal", appealed)
    assert found[0].startswith("It was out of time: The time for appeal ran out on the clock ask_review")
