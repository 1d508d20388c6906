"""A protected kind of case with everything that can happen to it, and people to whom it happens.

p-5 is concerned, p-2 takes in, p-3 investigates, p-4 decides, p-6 is custodian, p-21 is the account of the
letterbox; who brings it is sealed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from tests.support.world import World

from party_workflow.calendar import Calendar
from party_workflow.domain import case, definition
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    CaseKind,
    DecideCase,
    NotifyRespondent,
    OpenCase,
    ReplyToNotice,
)
from party_workflow.domain.case.commands import DecideIdentity, OpenIdentity, RequestIdentity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Personal, Sealed
from party_workflow.service import CaseReceipt, ComplainantView, Letterbox
from party_workflow.store import Receipt

DAYS: Final = Calendar.model_validate(
    {
        "code": "every-day",
        "version": "1",
        "offset_minutes": 480,
        "weekend": [],
        "holidays": [],
        "makeup_days": [],
        "covers": [date(2009, 1, 1).isoformat(), date(2010, 12, 31).isoformat()],
        "basis": "test",
    }
)
KIND: Final = CaseKind(
    code="grievance",
    version=1,
    confidential=True,
    right_of_reply=True,
    outcomes=("upheld", "not_upheld"),
    appeal_outcomes=("kept", "changed"),
    levels=2,
    clocks={
        "acknowledge": {
            "amount": 3,
            "unit": "calendar_days",
            "starts": ["open"],
            "stops": ["acknowledge"],
            "calendar": "every-day",
        },
        "reply": {
            "amount": 5,
            "unit": "calendar_days",
            "starts": ["notify"],
            "stops": ["reply"],
            "calendar": "every-day",
        },
    },
    lifecycle=Lifecycle.of(
        "grievance",
        1,
        initial="received",
        final=("closed", "withdrawn"),
        moves={
            "acknowledge": "received -> acknowledged",
            "accept": "acknowledged -> accepted",
            "investigate": "accepted, investigating -> investigating",
            "extend": "investigating -> investigating",
            "notify": "investigating -> investigating",
            "reply": "investigating -> investigating",
            "decide": "investigating -> decided",
            "answer": "decided, contested, reviewed -> answered",
            "contest": "answered -> contested",
            "confirm": "answered -> closed",
            "appeal": "answered -> appealed",
            "decide_appeal": "appealed -> reviewed",
            "close": "answered -> closed",
            "withdraw": "received, acknowledged, accepted -> withdrawn",
        },
        reopens={"contest": "closed -> contested"},
    ),
)
KEY: Final = f"g-{'ab' * 16}"
STREAM: Final = f"case/{KEY}"
NAME: Final = "魏淑珍，住城西街道 Wei Shuzhen"


def opening(complainant: str | None = NAME, key: str = KEY, **more: Any) -> OpenCase:
    """A grievance about p-5."""
    return OpenCase(
        key=key,
        kind="grievance",
        definition=KIND.digest,
        unit="u-branch",
        substance=Personal("No answer for three weeks."),
        complainant=None if complainant is None else Personal(complainant),
        concerns=("p-5",),
        **more,
    )


class Hearing(World):
    """A world in which grievances are heard."""

    def __init__(self, **more: Any) -> None:
        definitions = definition.decider(
            {"case": CaseKind.model_validate, "calendar": Calendar.model_validate}
        )
        super().__init__(case.DECIDER, definitions, more_duties=("case.custody",), **more)
        self.do(
            AdoptDefinition(code="every-day", kind="calendar", version=1, body=DAYS.model_dump(mode="json")),
            AdoptDefinition(code="grievance", kind="case", version=1, body=KIND.data()),
        )
        self.letterbox = Letterbox(self.workflow, self.act(21))

    def take_in(self, complainant: str | None = NAME, key: str = KEY, **more: Any) -> Receipt:
        """p-2 takes a grievance in."""
        return self.do(opening(complainant, key, **more), by=self.act(2))

    def handed(self, key: str = KEY) -> CaseReceipt:
        """The receipt, as p-2 gets it."""
        return self.workflow.receipt_of(f"case/{key}", self.act(2), self.now)

    def sealed(self, key: str = KEY) -> Sealed:
        """The commitment to who brought a grievance."""
        found = self.workflow.state(f"case/{key}").complainant
        assert isinstance(found, Sealed)
        return found

    def investigated(self, key: str = KEY) -> None:
        """Acknowledged, accepted, under investigation."""
        self.do(AcknowledgeCase(key=key, channel="phone"), by=self.act(2))
        self.do(AcceptCase(key=key), by=self.act(2))
        self.do(AssignInvestigator(key=key, investigator="p-3"), by=self.act(4))

    def heard(self, key: str = KEY) -> None:
        """p-5 notified, and answered."""
        self.do(
            NotifyRespondent(
                key=key,
                person="p-5",
                substance=Personal("You are said to have kept somebody waiting."),
                reply_by=self.now + timedelta(days=5),
            ),
            by=self.act(4),
        )
        self.do(ReplyToNotice(key=key, reply=Personal("I was ill.")), by=self.self_(5))

    def answered(self, key: str = KEY) -> None:
        """Investigated, heard, decided, answered."""
        self.investigated(key)
        self.heard(key)
        self.do(DecideCase(key=key, outcome="upheld", ground=Personal("It was so.")), by=self.act(4))
        self.do(
            AnswerRequester(key=key, channel="letter", answer=Personal("You were right.")), by=self.act(2)
        )

    def opened(self, key: str = KEY) -> None:
        """p-3 asked who brought it, p-6 granted it, p-3 took note."""
        self.do(
            RequestIdentity(key=key, ground="hearing", reason=Personal("To ask about the day.")),
            by=self.act(3),
        )
        self.do(DecideIdentity(key=key, granted=True, ground="necessary"), by=self.act(6))
        self.do(OpenIdentity(key=key), by=self.act(3))

    def view(self, receipt: CaseReceipt) -> ComplainantView:
        """What whoever holds the receipt sees."""
        return self.letterbox.view(receipt)
