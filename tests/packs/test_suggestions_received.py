"""Suggestions that come in, as cases of the pack: answered, carried out, the benefit seen by another."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from party_workflow.domain.case import (
    AcknowledgeCase,
    AnswerRequester,
    AssignResponsible,
    CloseCase,
    ContestCase,
    DecideCase,
    GivenParticular,
    GiveParticulars,
    OpenCase,
    ReportRectified,
    VerifyRectification,
)
from party_workflow.personal import Personal
from party_workflow.testing.town import Town

TEXT = Personal("A roof over the bicycle stand")
SEEN = VerifyRectification(key="s-1", passed=True, evidence=("a" * 64,))


def adopted() -> Town:
    """A town with a suggestion of p-3 that was adopted and that they were told of."""
    town = Town("cn-working-days", "suggestion_received", start=datetime(2024, 3, 4, 1, tzinfo=UTC))
    town.do(
        OpenCase(
            key="s-1",
            kind="suggestion_received",
            definition=town.digest("suggestion_received"),
            unit="u-b1",
            substance=TEXT,
            requester="p-3",
        ),
        by=3,
        own=True,
    )
    town.do(AcknowledgeCase(key="s-1", channel="letter"), by=2)
    town.do(DecideCase(key="s-1", outcome="adopted", ground=TEXT), by=4)
    town.do(AnswerRequester(key="s-1", channel="letter", answer=TEXT), by=2)
    return town


def test_R_140_a_benefit_is_said_and_verified_by_another_than_who_proposed_or_carried_it_out() -> None:
    town = adopted()
    town.do(AssignResponsible(key="s-1", responsible="p-5"), by=2)
    town.do(ReportRectified(key="s-1"), by=5, own=True)
    lacking = town.refusal(SEEN, by=6)
    assert lacking is not None
    assert lacking.code == "case.particular_lacking"
    benefit = GivenParticular(name="benefit", number=Decimal("12500.5"))
    town.do(GiveParticulars(key="s-1", particulars=(benefit,)), by=5, own=True)
    for proposer_or_doer in (3, 5):
        refused = town.refusal(SEEN, by=proposer_or_doer)
        assert refused is not None
        assert refused.code == "authority.own_case"
    town.do(SEEN, by=6)
    town.do(AnswerRequester(key="s-1", channel="letter", answer=TEXT), by=2)
    town.do(CloseCase(key="s-1"), by=6)
    assert town.workflow.state("case/s-1").final


def test_R_114_whoever_proposed_is_told_and_can_say_that_it_does_not_satisfy_them() -> None:
    town = adopted()
    refused = town.refusal(ContestCase(key="s-1", ground=TEXT), by=7, own=True)
    assert refused is not None
    assert refused.code == "authority.not_own"
    town.do(ContestCase(key="s-1", ground=TEXT), by=3, own=True)
    assert town.workflow.state("case/s-1").contested == 1
