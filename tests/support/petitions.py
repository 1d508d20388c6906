"""A desk at which petitions are dealt with: people in their parts, and the way through the levels.

``p-5`` brings petitions, for themselves; ``p-2`` takes in and answers, ``p-3`` decides, ``p-10`` and ``p-11``
decide the review and the re-review, ``p-7`` heads the authority.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.pack import PackWorld

from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    Case,
    CaseKind,
    DecideAppeal,
    DecideCase,
    OpenCase,
)
from party_workflow.errors import Refusal, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.store import Actor

TEXT = Personal("x")
MONDAY = datetime(2024, 3, 4, 1, tzinfo=UTC)


class Desk(PackWorld):
    """A world with the kinds of this file's subject, on Monday 4 March 2024, nine in the morning there."""

    def __init__(self, *more: str) -> None:
        calendars = ("cn-working-days", "round-the-clock")
        super().__init__(*calendars, "petition", "public_opinion", "early_sign", *more, members=14)
        self.now = MONDAY

    def open(self, key: str = "c-1", kind: str = "petition", by: Actor | None = None, **more: Any) -> None:
        """Bring a case of a kind of the pack."""
        if kind == "petition":
            more = {"requester": "p-5", **more}
        digest = party.PACK.read_as(CaseKind, kind).digest
        command = OpenCase(
            key=key, kind=kind, definition=digest, substance=TEXT, **{"unit": "u-branch", **more}
        )
        self.do(command, by=by or (self.self_(5) if kind == "petition" else self.act(2)))

    def case(self, key: str = "c-1") -> Case:
        state = self.workflow.state(f"case/{key}")
        assert isinstance(state, Case)
        return state

    def accepted(self, key: str = "c-1") -> None:
        """Open a petition, register it and take it on."""
        self.open(key)
        self.do(AcknowledgeCase(key=key, channel="letter"), by=self.act(2))
        self.do(AcceptCase(key=key), by=self.act(2))

    def decided(self, key: str = "c-1", outcome: str = "supported") -> None:
        """Take it to a decision at the level on which it is."""
        level = self.case(key).level
        if level:
            self.do(DecideAppeal(key=key, outcome="maintained", ground=TEXT), by=self.act(9 + level))
        else:
            self.do(DecideCase(key=key, outcome=outcome, ground=TEXT), by=self.act(3))

    def replied(self, key: str = "c-1") -> None:
        """Tell the petitioner in writing what was decided."""
        self.do(AnswerRequester(key=key, channel="letter", answer=TEXT), by=self.act(2))

    def appealed(self, key: str = "c-1") -> None:
        """Put what was decided before the next level, as the petitioner."""
        self.do(AppealCase(key=key, ground=TEXT), by=self.self_(5))

    def why_not(self, command: Command, by: Actor) -> Refusal:
        """Why a command is refused; fails where it is not."""
        try:
            self.do(command, by=by)
        except Refused as refused:
            return refused.refusal
        raise AssertionError(f"{command.stored_type} was not refused")

    def at(self, *when: int) -> None:
        """Move the clock to a local time."""
        self.now = datetime(*when, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[arg-type, misc]
