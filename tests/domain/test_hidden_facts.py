"""What one aggregate asks of another is answered from what its asker may see (R-143, R-146)."""

from __future__ import annotations

import pytest
from tests.domain.test_case import complaint
from tests.support.world import World

from party_workflow.domain import case, claim, definition
from party_workflow.domain.case import CaseKind
from party_workflow.domain.claim import AssertClaim
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.errors import Refused
from party_workflow.packs.case_kinds import COMPLAINT
from party_workflow.quantity import Quantity


def _claim(subject: str) -> AssertClaim:
    figures = {"letters": Quantity.of("=", 1, "letters")}
    return AssertClaim(key="c-1", unit="u-branch", subject=subject, source="speech", figures=figures)


def test_R_143_a_confidential_case_cannot_be_found_by_citing_it() -> None:
    office = World(definition.decider({"case": CaseKind.model_validate}), case.DECIDER, claim.DECIDER)
    office.do(AdoptDefinition(code="complaint", kind="case", version=1, body=COMPLAINT.data()))
    office.do(complaint("c-real"), by=office.act(20))
    answers = []
    for key in ("c-real", "c-none"):
        with pytest.raises(Refused) as no:
            office.do(_claim(f"case/{key}"), by=office.act(9))
        answers.append(str(no.value.refusal).replace(key, "c"))
    assert answers[0] == answers[1]
    office.do(_claim("case/c-real"), by=office.act(20))  # who opened it may cite it
