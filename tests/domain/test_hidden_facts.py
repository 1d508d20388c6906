"""What one aggregate asks of another is answered from what its asker may see (R-143, R-146)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domain.test_case import complaint
from tests.support.world import World

from party_workflow.domain import case, claim, definition
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AssignInvestigator,
    CaseKind,
    DecideCase,
    NotifyRespondent,
)
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.errors import Refused
from party_workflow.packs.case_kinds import COMPLAINT
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity


def _claim(subject: str) -> AssertClaim:
    figures = {"letters": Quantity.of("=", 1, "letters")}
    return AssertClaim(key="c-1", unit="u-branch", subject=subject, source="speech", figures=figures)


def test_R_143_a_confidential_case_cannot_be_found_by_citing_it() -> None:
    office = World(definition.decider({"case": CaseKind.model_validate}), case.DECIDER, claim.DECIDER)
    office.do(AdoptDefinition(code="complaint", kind="case", version=1, body=COMPLAINT.data()))
    real, none = f"c-real-{'5' * 32}", f"c-none-{'5' * 32}"
    office.do(complaint(real), by=office.act(20))

    def answer(key: str, number: int) -> str:
        with pytest.raises(Refused) as no:
            office.do(_claim(f"case/{key}"), by=office.act(number))
        return str(no.value.refusal).replace(key, "c")

    for number in (9, 20):  # not even who opened it, while nothing is decided: the claim would tell of it
        assert answer(real, number) == answer(none, number)
    office.do(
        AcknowledgeCase(key=real, channel="telephone"),
        AcceptCase(key=real),
        AssignInvestigator(key=real, investigator="p-6"),
        by=office.act(20),
    )
    until = office.now + timedelta(days=5)
    notice = NotifyRespondent(key=real, person="p-5", substance=Personal("People wait"), reply_by=until)
    office.do(notice, by=office.act(6))
    office.later(days=6)
    office.do(DecideCase(key=real, outcome="upheld", ground=Personal("So it was")), by=office.act(20))
    assert answer(real, 9) == answer(none, 9)
    office.do(_claim(f"case/{real}"), by=office.act(20))  # who took it in may cite what was decided
