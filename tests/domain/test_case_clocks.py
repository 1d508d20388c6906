"""The table of due dates worked out by hand, row by row as cases through the public API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.clock_table import AMENDED, CHINA, FIRST, Row, Step, rows
from tests.support.pack import PackWorld

from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignInvestigator,
    CaseKind,
    DecideAppeal,
    DecideCase,
    ExtendClock,
    GivenParticular,
    HandOverCase,
    OpenCase,
    PauseCase,
    RecountClock,
    ResumeCase,
)
from party_workflow.domain.case.clocks import Run
from party_workflow.domain.case.parts import Clock
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.errors import Refusal, Refused
from party_workflow.lifecycle import Lifecycle
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.audits import possible
from party_workflow.policies.cases.clock_report import explain_clock

ROWS = rows()
TEXT = Personal("x")
RANDOM = "0123456789abcdef" * 2
CODES = ("petition", "signed_report", "public_opinion", "round-the-clock")


def _clock(amount: int, unit: str, **more: Any) -> Clock:
    return Clock(amount=amount, unit=unit, starts=("open",), calendar="cn-working-days", **more)  # type: ignore[arg-type]


ERRAND = CaseKind(
    code="errand",
    version=1,
    lifecycle=Lifecycle.of(
        "errand",
        1,
        initial="at_work",
        final=("ended",),
        moves={
            "pause": "at_work -> at_rest",
            "resume": "at_rest -> at_work",
            "close": "at_work -> ended",
        },
    ),
    clocks={
        "do": _clock(10, "working_days", pauses=True),
        "urgent_one": _clock(1, "calendar_days"),
        "urgent_five": _clock(5, "calendar_days"),
        "normal": _clock(15, "calendar_days"),
        "difficult": _clock(30, "calendar_days"),
        "month": _clock(1, "months"),
    },
)
"""A kind of the test's own, for terms that no kind of the pack has: data, without new code."""

REFUSALS = {
    "over": ("case.due_over", "case.clock_over"),
    "spent": ("case.clock_extended_before",),
    "outside": ("case.not_counted",),
    "final": ("lifecycle.final", "lifecycle.not_open", "case.no_further_appeal"),
}


class ClockWorld(PackWorld):
    """A world in which a story of the table is told as one case."""

    def __init__(self, row: Row) -> None:
        super().__init__(*CODES, members=12)
        self.row = row
        self.adopt(FIRST, 1)
        if not row.first_calendar:
            self.adopt(CHINA, 2)
        self.do(AdoptDefinition(code="errand", kind="case", version=1, body=ERRAND.data()))
        self.level = 0
        self.key = f"c-{RANDOM}"

    def adopt(self, calendar: Calendar, version: int) -> None:
        body = calendar.model_dump(mode="json", exclude_none=True)
        self.do(AdoptDefinition(code=calendar.code, kind="calendar", version=version, body=body))

    @property
    def stream(self) -> str:
        return f"case/{self.key}"

    @property
    def runs(self) -> Mapping[tuple[str, int], Run]:
        return {(run.clock, run.number): run for run in self.workflow.state(self.stream).runs}

    def tell(self, step: Step) -> None:
        """Make a step of the story, at its time."""
        self.now = step.at
        match step.move:
            case "open":
                self.do(self.opening(), by=self.self_(5) if self.row.kind == "petition" else self.act(2))
            case "accept":
                if self.workflow.state(self.stream).state == "received" and self.row.kind == "petition":
                    self.do(AcknowledgeCase(key=self.key, channel="letter"), by=self.act(2))
                self.do(AcceptCase(key=self.key), by=self.act(2))
            case "hand_over":
                unit = "u-city" if self.workflow.state(self.stream).unit == "u-bureau" else "u-bureau"
                self.do(HandOverCase(key=self.key, unit=unit, ground="competence"), by=self.act(2))
            case "decide":
                self.do(AssignInvestigator(key=self.key, investigator="p-4"), by=self.act(2))
                self.do(DecideCase(key=self.key, outcome="not_upheld", ground=TEXT), by=self.act(3))
            case "answer":
                self.answer()
            case "appeal":
                self.do(AppealCase(key=self.key, ground=TEXT), by=self.self_(5))
                self.level += 1
            case "pause":
                self.do(PauseCase(key=self.key, ground="evidence_awaited"), by=self.act(6))
            case "resume":
                self.do(ResumeCase(key=self.key, ground="evidence_received"), by=self.act(6))
            case "extend":
                self.do(ExtendClock(key=self.key, clock="finish", ground="complex"), by=self.act(7))
            case "adopt":
                self.adopt(AMENDED, 3)
            case "recount":
                for clock in [step.said] if step.said else sorted({name for name, _ in self.runs}):
                    run = self.workflow.state(self.stream).run(clock)
                    current = self.workflow.state("definition/cn-working-days").digest
                    open_ = run.running and self.now < run.due  # what has run out stays overdue
                    if open_ and run.calendar == "cn-working-days" and run.definition != current:
                        command = RecountClock(key=self.key, clock=clock, ground="calendar_changed")
                        self.do(command, by=self.act(8))
            case _:
                raise AssertionError(step.move)

    def opening(self) -> OpenCase:
        kind = ERRAND if self.row.kind == "errand" else party.PACK.read_as(CaseKind, self.row.kind)
        more: dict[str, Any] = {}
        if kind.confidential:
            more["complainant"] = Personal("p-9")
        elif self.row.kind == "petition":
            more["requester"] = "p-5"
        if self.row.kind == "public_opinion":
            more["particulars"] = (GivenParticular(name="channel_watched", code="press"),)
        return OpenCase(
            key=self.key,
            kind=kind.code,
            definition=kind.digest,
            unit="u-branch",
            substance=TEXT,
            **more,
        )

    def answer(self) -> None:
        decision: Command = DecideCase(key=self.key, outcome="supported", ground=TEXT)
        if self.level:
            decision = DecideAppeal(key=self.key, outcome="maintained", ground=TEXT)
        self.do(decision, by=self.act((3, 10, 11)[self.level]))
        self.do(AnswerRequester(key=self.key, channel="letter", answer=TEXT), by=self.act(2))


def told(row: Row) -> tuple[ClockWorld, Refusal | None]:
    """The world after a story, and why its last step was refused if it was."""
    world = ClockWorld(row)
    *before, last = row.story
    for step in before:
        world.tell(step)
    try:
        world.tell(last)
    except Refused as refused:
        return world, refused.refusal
    return world, None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_R_131_R_210_a_case_is_due_when_it_was_worked_out_by_hand(row: Row) -> None:
    world, refusal = told(row)
    if row.refused:
        assert refusal is not None
        assert refusal.code in REFUSALS[row.refused]
        assert [words for words in row.says if words not in str(refusal)] == []
    else:
        assert refusal is None
    if row.due is None:
        assert (row.clock, row.run) not in world.runs
        return
    run = world.runs[row.clock, row.run]
    (moves,) = (check for check in possible.checks(world.model) if check.code == "moves")
    assert [str(found) for found in moves.look(world.workflow.history)] == []
    assert (run.due, run.original) == (row.due, row.original)
    if not row.refused:
        explanation = "\n".join(explain_clock(world.workflow.history, world.stream, row.clock, row.run))
        assert [words for words in row.says if words not in explanation] == []


def test_what_the_table_says_of_the_kinds_is_what_the_pack_says() -> None:
    petition = party.PACK.read_as(CaseKind, "petition").clocks
    days = {code: (clock.amount, clock.unit, clock.last_day) for code, clock in petition.items()}
    assert days == {
        "register": (15, "calendar_days", "stands"),
        "finish": (60, "calendar_days", "stands"),
        "ask_review": (30, "calendar_days", "moves"),
        "review": (30, "calendar_days", "stands"),
        "rereview": (30, "calendar_days", "stands"),
    }
    assert petition["finish"].extension == Term(amount=30, unit="calendar_days")
    assert petition["finish"].extensions == 1
    report = party.PACK.read_as(CaseKind, "signed_report").clocks
    assert {code: (clock.amount, clock.unit) for code, clock in report.items()} == {
        "forward": (5, "working_days"),
        "tell_acceptance": (15, "working_days"),
        "tell_outcome": (15, "working_days"),
    }
    opinion = party.PACK.read_as(CaseKind, "public_opinion").clocks
    assert {(clock.amount, clock.unit) for clock in opinion.values()} == {(24, "hours")}
