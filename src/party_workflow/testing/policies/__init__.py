"""Tests of policies: given/when/then, cases in tables, histories by the hundred, laws, coverage and mutation.

::

    given(policy, happened(event, at="2009-03-04")).on("2009-06-30").ranks({"p-1": 1, "p-2": 2})


    class TestMine(PolicyLaws):
        policy = mine
        claims_rule_document = DOCUMENT

Hypothesis is needed for `reachable_histories` only, and no test framework at all.
"""

from party_workflow.testing.policies.cases import Case, read_cases
from party_workflow.testing.policies.coverage import Coverage, clause_coverage
from party_workflow.testing.policies.lawful import Counterexample, PolicyLaws, counterexamples
from party_workflow.testing.policies.laws import LAWS, Breach, Example, Tried, broken
from party_workflow.testing.policies.mutation import (
    Equivalent,
    Mutation,
    Survey,
    mutations,
    read_equivalents,
    survey,
    survivors,
)
from party_workflow.testing.policies.past import Happened, Past, happened, past
from party_workflow.testing.policies.reachable import Ground, party_ground, reachable_histories, walks
from party_workflow.testing.policies.scenario import GivenPolicy, given

__all__ = [
    "LAWS",
    "Breach",
    "Case",
    "Counterexample",
    "Coverage",
    "Equivalent",
    "Example",
    "GivenPolicy",
    "Ground",
    "Happened",
    "Mutation",
    "Past",
    "PolicyLaws",
    "Survey",
    "Tried",
    "broken",
    "clause_coverage",
    "counterexamples",
    "given",
    "happened",
    "mutations",
    "party_ground",
    "past",
    "reachable_histories",
    "read_cases",
    "read_equivalents",
    "survey",
    "survivors",
    "walks",
]
