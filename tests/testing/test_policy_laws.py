"""The laws that ship for policies: five faults are found without a test written for them."""

from __future__ import annotations

from typing import ClassVar

import pytest
from tests.testing import faulty_policies
from tests.testing.faulty_policies import CLAIMS

from party_workflow.testing.policies import PolicyLaws, counterexamples


@pytest.mark.parametrize("fault", CLAIMS)
def test_the_laws_find_each_seeded_fault_and_print_at_most_ten_events(fault: str) -> None:
    claim = CLAIMS[fault]
    found = list(
        counterexamples(
            claim.wrong,
            claims=claim.document,
            ground=claim.ground,
            imported=f'from tests.testing.faulty_policies import CLAIMS\npolicy = CLAIMS["{fault}"].wrong',
        )
    )
    assert [each.law for each in found] == ["as_claimed"]
    (counterexample,) = found
    assert counterexample.events <= 10
    # What is printed is a program: it fails for the faulty policy, and passes once the fault is mended.
    printed = counterexample.test()
    assert "breaks the law as_claimed" in str(counterexample)
    with pytest.raises(AssertionError, match="differ"):
        _run(printed)
    _run(printed.replace("].wrong", "].right"))


def _run(program: str) -> None:
    names: dict[str, object] = {}
    exec(program, names)
    test = names["test_as_claimed"]
    assert callable(test)
    test()


class TestMeansAsTheyShouldBe(PolicyLaws):
    policy = faulty_policies.two_means()
    claims_rule_document = faulty_policies.ROUNDING
    ground = CLAIMS["wrong rounding stage"].ground
    order_independent = True


class TestACapAsItShouldBe(PolicyLaws):
    policy = faulty_policies.study_points()
    claims_rule_document = faulty_policies.CAP
    ground = CLAIMS["cap off by one"].ground
    order_independent = True
    monotone_in: ClassVar = {faulty_policies.ActivityHeld: "up"}


class TestAStreakAsItShouldBe(PolicyLaws):
    policy = faulty_policies.months_in_a_row()
    claims_rule_document = faulty_policies.STREAK
    ground = CLAIMS["streak not broken"].ground
    seldom_hit = frozenset({"sessions"})  # a streak says what follows, not how often


class TestTiesAsTheyShouldBe(PolicyLaws):
    policy = faulty_policies.who_came()
    claims_rule_document = faulty_policies.TIES
    ground = CLAIMS["tie rule missing"].ground


class TestALateDecisionAsItShouldBe(PolicyLaws):
    policy = faulty_policies.points_kept()
    claims_rule_document = faulty_policies.LATE
    ground = CLAIMS["late decision applied early"].ground
    monotone_in: ClassVar = {faulty_policies.DeductionDecided: "down"}


class TestADocumentKeepsTheLawsToo(PolicyLaws):
    policy = faulty_policies.CAP
    ground = CLAIMS["cap off by one"].ground
