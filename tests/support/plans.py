"""A small world in which plans are made: the kinds of the pack adopted, people to answer for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.support.world import START, World

from party_workflow.authority import AdoptRoles, GrantRole, OpenAccount
from party_workflow.calendar import Calendar
from party_workflow.codec import Command
from party_workflow.domain import activity, case, definition, plan, publication
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.domain.plan import (
    AddItem,
    ApprovePlan,
    Citation,
    DraftPlan,
    FileReport,
    Item,
    ItemDraft,
    Plan,
    PlanKind,
    PreviewPlan,
    VerifyReport,
)
from party_workflow.errors import Refusal, Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.store import Actor

DAY = timedelta(days=1)
DUE = date(2009, 6, 30)

PLAIN = PlanKind(code="plain", version=1)
"""A kind that asks for nothing but a person and a day."""

CALENDAR = Calendar(
    code="plain-weeks",
    version="2009",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset({date(2009, 5, 1)}),
    makeup_days=frozenset(),
    covers=(date(2008, 1, 1), date(2011, 12, 31)),
    basis="test.weeks",
)


def shipped(code: str) -> PlanKind:
    """A kind as the pack has it."""
    (entry,) = [entry for entry in party.PACK.definitions if (entry.kind, entry.code) == ("plan", code)]
    return PlanKind.model_validate(dict(entry.body))


def item(code: str = "one", **more: Any) -> ItemDraft:
    """An item that says everything any kind of the pack asks for, save target, occasion and team."""
    fields: dict[str, Any] = {
        "code": code,
        "person": "p-5",
        "start": date(2009, 3, 2),
        "due": DUE,
        "method": Personal("On Fridays"),
        "standard": Personal("Nobody waits longer than a day"),
    }
    return ItemDraft(**{**fields, **more})


class Office(World):
    """Members, an officer who drafts (``act(2)``), one who approves (``act(3)``), a verifier (``act(4)``)."""

    def __init__(self, *kinds: PlanKind, **more: Any) -> None:
        deciders = (
            definition.decider({"plan": PlanKind.model_validate, "case": case.CaseKind.model_validate}),
            plan.DECIDER,
            activity.DECIDER,
            case.DECIDER,
            publication.DECIDER,
        )
        super().__init__(*deciders, members=9, **more)
        for kind in kinds or (PLAIN,):
            self.adopt(kind)

    def adopt(self, kind: PlanKind) -> None:
        key = kind.code.replace("_", "-")
        self.do(AdoptDefinition(code=key, kind="plan", version=kind.version, body=kind.data()))

    def drafted(self, kind: PlanKind = PLAIN, *items: ItemDraft, key: str = "p1", **more: Any) -> None:
        """A draft of a kind with these items, one where none is given."""
        fields = {"lead": "p-8", "partners": ("u-bureau",), "period": "2009", **more}
        draft = DraftPlan(key=key, unit="u-branch", kind=kind.code, definition=kind.digest, **fields)
        self.do(draft, *(AddItem(key=key, item=i) for i in items or (item(),)), by=self.act(2))

    def approved(self, kind: PlanKind = PLAIN, *items: ItemDraft, key: str = "p1", **more: Any) -> None:
        """An official plan of a kind with these items, one where none is given."""
        self.drafted(kind, *items, key=key, **more)
        if kind.preview == "required":
            self.do(PreviewPlan(key=key, audience="all_staff"), by=self.act(2))
        self.do(ApprovePlan(key=key), by=self.act(3))

    def reported(self, code: str = "one", *, key: str = "p1", by: int = 5, **more: Any) -> None:
        """A report that the item was achieved, and its acceptance where the kind asks for it."""
        number = len(self.plan(key).reports) + 1
        report = FileReport(**{"key": key, "item": code, "claim": "achieved", **more})
        self.do(report, by=self.self_(by))
        kind = self.plan(key).kind
        if kind is not None and kind.verified:
            self.do(VerifyReport(key=key, number=number, accepted=True), by=self.act(4))

    def meeting(self, key: str, kind: str = "meeting", days: int = 0, **more: Any) -> None:
        """An occasion planned for as many days from now."""
        fields = {"expected": ("p-5", "p-6"), "planned_at": self.now + days * DAY, **more}
        self.do(PlanActivity(key=key, unit="u-branch", kind=kind, **fields))

    def held(self, key: str, kind: str = "meeting", **more: Any) -> None:
        """An occasion planned and held now, with everybody there who was expected."""
        self.meeting(key, kind, **more)
        self.hold(key)

    def hold(self, key: str, *there: str) -> None:
        """An occasion held now, with these people there."""
        rows = {person: Attendance(status="present") for person in there or ("p-5", "p-6")}
        self.do(HoldActivity(key=key, attendance=rows, minutes=60))

    def plan(self, key: str = "p1") -> Plan:
        found = self.workflow.state(f"plan/{key}")
        assert isinstance(found, Plan)
        return found

    def refused(self, *commands: Command, by: Actor, effective_at: datetime | None = None) -> Refusal:
        """Why commands are refused; nothing is recorded."""
        before = self.store.head()
        with pytest.raises(Refused) as raised:
            self.do(*commands, by=by, effective_at=effective_at)
        assert self.store.head() == before
        return raised.value.refusal

    def clerk(self, *duties: str) -> Actor:
        """An account for what follows by itself, with these duties and no others."""
        kept = {role: tuple(sorted(held)) for role, held in self.workflow.state("authority").roles.items()}
        self.do(
            AdoptRoles(roles={**kept, "clerk": duties}),
            RegisterPerson(person="p-70", unit="u-city", categories=("service",)),
            OpenAccount(account="a-clerk", person="p-70"),
            GrantRole(person="p-70", role="clerk", unit="u-city"),
        )
        return Actor("a-clerk", "p-70", "clerk")


__all__ = ["CALENDAR", "DAY", "DUE", "PLAIN", "START", "UTC", "Citation", "Item", "Office", "item", "shipped"]
