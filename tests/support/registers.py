"""An office that keeps registers: who finds, who has to act, who looks afterwards.

``p-60`` of the city organ finds, issues and verifies; the branch (``p-2`` and its members) has to act, and
``p-6`` is responsible there.  There is a second branch ``u-other``, with ``p-40`` in it, and ``p-50``
without a role.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tests.support.pack import PackWorld

from party_workflow.authority import GrantRole, OpenAccount
from party_workflow.calendar import Calendar
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AssignResponsible,
    Case,
    CaseKind,
    CloseCase,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.errors import Refusal, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.figure import Figure
from party_workflow.store import Actor

TEXT: Final = Personal("x")
PROOF: Final = "ab" * 32
PAPER: Final = "cd" * 32
SECRET: Final = "0123456789abcdef" * 2
"""Ends the key of a case whose kind is confidential."""
MONDAY: Final = datetime(2024, 3, 4, 1, tzinfo=UTC)
KINDS: Final = (
    "problem", "hazard", "major_hazard", "assignment_slip", "supervision_notice", "urgent_concern", "finding",
    "complaint", "opinion", "petition", "suggestion",
)  # fmt: skip
CALENDAR: Final = party.PACK.read_as(Calendar, "cn-working-days")

SAID: Final[dict[str, dict[str, str]]] = {
    "problem": {"severity": "grave", "found_by": "inspection"},
    "hazard": {"mode": "regular"},
    "major_hazard": {"mode": "regular"},
    "assignment_slip": {"urgency": "normal"},
    "urgent_concern": {"category": "housing"},
}
"""What is said of a case of each kind as it is opened, unless a test says otherwise."""
FULFILLED: Final = (
    GivenParticular(name="measure", text=TEXT),
    GivenParticular(name="funds", number=Decimal(5000)),
    GivenParticular(name="contingency", document=PAPER),
)


def number_of(figure: Figure) -> int:
    """The value of a figure that counts."""
    assert figure.exact().denominator == 1
    return int(figure.exact())


class Office(PackWorld):
    """A world with the registers of the pack, on Monday 4 March 2024, nine in the morning there."""

    def __init__(self, *more: str) -> None:
        super().__init__(
            "cn-working-days", *[kind for kind in KINDS if kind != "suggestion"], *more, members=8
        )
        self.finder, self.clerk = self.act(60), self.act(2)
        self.do(FoundUnit(unit="u-other", kind="branch", parent="u-bureau"))
        self.do(
            RegisterPerson(person="p-40", unit="u-other", categories=("member",)),
            OpenAccount(account="a-40", person="p-40"),
            GrantRole(person="p-40", role="everything", unit="u-city"),
        )
        self.do(
            RegisterPerson(person="p-50", unit="u-other", categories=("member",)),
            OpenAccount(account="a-50", person="p-50"),
        )
        self.outsider = Actor("a-50", "p-50")
        self.now = MONDAY

    @property
    def history(self) -> Any:
        """The whole log."""
        return self.workflow.history

    def open(
        self, key: str, kind: str, by: Actor | None = None, at: datetime | None = None, **more: Any
    ) -> str:
        """Open a case of a kind of the pack; what has to be said of it is said.  Its stream."""
        said = {**SAID.get(kind, {}), **more.pop("said", {})}
        plain: dict[str, Any] = {"unit": "u-branch", "substance": TEXT}
        if kind in ("problem", "hazard", "major_hazard", "finding"):
            plain |= {"classes": ("records",), "evidence": (PROOF,)}
        if kind in ("assignment_slip", "supervision_notice"):
            plain |= {"unit": "u-city"}
        if kind == "urgent_concern":
            plain |= {"requester": "p-5", "responsible": "p-6", "due": self.now + timedelta(days=20)}
        if kind == "petition":
            plain |= {"requester": "p-5"}
        command = OpenCase(
            key=key,
            kind=kind,
            definition=party.PACK.read_as(CaseKind, kind).digest,
            particulars=tuple(GivenParticular(name=name, code=code) for name, code in said.items()),
            **{**plain, **more},
        )
        own = kind in ("urgent_concern", "petition")
        self.do(command, by=by or (self.clerk if own else self.finder), effective_at=at)
        return f"case/{key}"

    def case(self, key: str) -> Case:
        """How a case stands."""
        state = self.workflow.state(f"case/{key}")
        assert isinstance(state, Case)
        return state

    def assign(self, key: str, person: str = "p-6", days: int = 20, by: Actor | None = None) -> None:
        """Make somebody responsible; a hazard gets its five fulfilments."""
        if "hazard" in self.case(key).kind.code:  # type: ignore[union-attr]
            self.do(GiveParticulars(key=key, particulars=FULFILLED), by=by or self.clerk)
        due = None if self.case(key).due else self.now + timedelta(days=days)
        self.do(AssignResponsible(key=key, responsible=person, due=due), by=by or self.clerk)

    def rectify(self, key: str, by: Actor | None = None, at: datetime | None = None) -> None:
        """Report it done, as whoever is responsible."""
        self.do(ReportRectified(key=key, evidence=(PROOF,)), by=by or self.self_(6), effective_at=at)

    def verify(self, key: str, passed: bool = True, by: Actor | None = None) -> None:
        """Look whether it is done, as somebody else from outside."""
        if passed and self.case(key).kind.code == "problem":  # type: ignore[union-attr]
            cause = GivenParticular(name="root_cause", code="unclear_duty")
            self.do(GiveParticulars(key=key, particulars=(cause,)), by=self.finder)
        self.do(VerifyRectification(key=key, passed=passed, evidence=(PROOF,)), by=by or self.finder)

    def close(self, key: str, by: Actor | None = None) -> None:
        """Close it."""
        self.do(CloseCase(key=key), by=by or self.finder)

    def finish(self, key: str) -> None:
        """From found to closed."""
        self.assign(key)
        self.rectify(key)
        self.verify(key)
        self.close(key)

    def issue(
        self, key: str, unit: str = "u-branch", by: Actor | None = None, at: datetime | None = None
    ) -> None:
        """Issue a slip or a notice: hand it over."""
        self.do(HandOverCase(key=key, unit=unit, ground="to_act"), by=by or self.finder, effective_at=at)

    def accepted(self, key: str, source: str | None = None, **more: Any) -> None:
        """A slip on its way: drawn up, issued, taken on, somebody responsible."""
        self.open(key, "assignment_slip", source=source, **more)
        self.issue(key)
        self.do(AcceptCase(key=key), by=self.clerk)
        self.do(AssignResponsible(key=key, responsible="p-6"), by=self.clerk)

    def why_not(self, command: Command, by: Actor, at: datetime | None = None) -> Refusal:
        """Why a command is refused; fails where it is not."""
        try:
            self.do(command, by=by, effective_at=at)
        except Refused as refused:
            return refused.refusal
        raise AssertionError(f"{command.stored_type} was not refused")

    def local(self, *when: int) -> datetime:
        """A local time."""
        return datetime(*when, tzinfo=UTC) - timedelta(hours=8)  # type: ignore[arg-type, misc]

    def on(self, *when: int) -> None:
        """Move the clock to a local time."""
        self.now = self.local(*when)
