"""What cases reach of a document, and which of its changes they notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from tests.testing.faulty_policies import CAP, CLAIMS, LATE, ROUNDING, STREAK, TIES

from party_workflow.errors import InvalidDefinition
from party_workflow.policies.documents import RuleDocument
from party_workflow.testing.policies import (
    clause_coverage,
    given,
    mutations,
    read_equivalents,
    survey,
    survivors,
)
from party_workflow.testing.policies.scenario import GivenPolicy

DOCUMENTS = {each.code: each for each in (ROUNDING, CAP, STREAK, TIES, LATE)}


def members(document: RuleDocument, *people: str) -> GivenPolicy:
    begun = given(document).on("2009-06-30").period("2009-01-01")
    return begun.rows("members", *({"person": person} for person in people))


def there(begun: GivenPolicy, person: str, *statuses: str) -> GivenPolicy:
    return begun.rows("register", *({"person": person, "status": status} for status in statuses))


def three(document: RuleDocument) -> list[GivenPolicy]:
    one = there(there(members(document, "p-1", "p-2"), "p-1", *["present"] * 3), "p-2", "late", "absent")
    return [one.ranks({"p-1": 1, "p-2": 2}).figures({"p-1": 10, "p-2": 3})]


def test_what_no_case_reaches_is_listed_by_clause_and_branch() -> None:
    found = clause_coverage(CAP, three(CAP))
    assert not found
    assert found.unreached == ()
    assert found.missed == {"points": ("no row",), "places": ("not ranked", "still level")}
    assert "points: never no row" in str(found)
    more = [*three(CAP), members(CAP, "p-1", "p-2").ranks({"p-1": 1, "p-2": 1})]
    assert clause_coverage(CAP, more).missed == {"places": ("not ranked",)}  # nobody is absent here


def test_a_clause_that_no_case_reaches_is_listed() -> None:
    found = clause_coverage(TIES, [members(TIES)])
    assert found.unreached == ("came", "punctual", "places")


def test_the_clauses_of_a_policy_in_code_are_covered_too() -> None:
    claim = CLAIMS["tie rule missing"]
    past = next(iter(_histories("tie rule missing")))
    found = clause_coverage(claim.right, [given(claim.right, *past).on("2009-12-31").period("2009-01-01")])
    assert set(found.hit) | set(found.unreached) == {"came", "punctual", "places"}


def _histories(fault: str) -> list[list[object]]:
    from party_workflow.testing.policies import walks

    claim = CLAIMS[fault]
    return [list(walk.recorded) for walk in walks(claim.right, claim.ground, number=12)][-1:]


@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_change_is_a_document_of_its_own_with_a_name_of_its_own(code: str) -> None:
    found = list(mutations(DOCUMENTS[code]))
    assert len(found) > 15
    names = Counter(each.code for each in found)
    assert [name for name, number in names.items() if number > 1] == []
    assert len({each.document.digest for each in found} | {DOCUMENTS[code].digest}) == len(found) + 1


def test_numbers_modes_caps_ties_days_and_clauses_are_all_changed() -> None:
    assert {
        "points.worth.present: 4 becomes 5",
        "points.worth: without late",
        "points.caps[0].at_most: 10 becomes 9",
        "points.caps[0].at_most: 10 becomes 11",
        "points.empty: zero becomes missing",
        "points.dated_by: run becomes row",
        "points.since: 2008-01-01 becomes 2008-01-02",
        "places.direction: highest becomes lowest",
        "register.within: period becomes until",
        "places: taken out",
    } <= {each.code for each in mutations(CAP)}
    assert "places.ties: without punctual" in {each.code for each in mutations(TIES)}
    totals = {each.code for each in mutations(ROUNDING)}
    assert "total.parts: weights of helped and kept exchanged" in totals
    assert "helped.rounding.mode: half_up becomes down" in totals
    assert "helped.rounding: rounded becomes none" in totals
    assert "total.parts[0].weight: 2/5 becomes 41/100" not in totals  # the linter notices that by itself


CASES = """
[[equivalent]]
document = "study-points"
mutation = "points.order: recorded becomes effective"
reason = "The rows of a day are recorded in the order in which they happened."
"""


def test_what_can_be_changed_without_a_test_that_fails_is_listed() -> None:
    def check(document: RuleDocument) -> None:
        three(document)

    left = {each.code for each in survivors(CAP, check)}
    assert "points.caps[0].at_most: 10 becomes 9" not in left
    assert "points.empty: zero becomes missing" in left  # nobody is without a row
    assert "register.within: period becomes until" in left
    found = survey(CAP, check, read_equivalents(CASES))
    assert not found
    assert [each.mutation for each in found.equivalent] == ["points.order: recorded becomes effective"]
    assert "can be changed and no test fails: points.empty: zero becomes missing" in str(found)


def test_an_equivalent_that_a_test_notices_is_stale() -> None:
    text = CASES.replace("points.order: recorded becomes effective", "points.caps[0].at_most: 10 becomes 9")
    found = survey(CAP, three, read_equivalents(text))
    assert [each.mutation for each in found.stale] == ["points.caps[0].at_most: 10 becomes 9"]
    assert "listed without need" in str(found)


def test_an_equivalent_without_a_reason_is_no_equivalent() -> None:
    with pytest.raises(InvalidDefinition, match=r"equivalent\[0\]\.reason"):
        read_equivalents(
            CASES.replace("The rows of a day are recorded in the order in which they happened.", "")
        )


@pytest.mark.parametrize("asked", [survivors, survey])
def test_tests_that_fail_as_it_stands_say_nothing_of_changes(
    asked: Callable[[RuleDocument, Callable[[RuleDocument], object]], object],
) -> None:
    with pytest.raises(AssertionError, match="the check fails on the document itself") as error:
        asked(CAP, lambda document: members(document, "p-1").ranks({"p-1": 2}))
    assert "places differ for 1 of 1" in str(error.value)  # the cause
    assert isinstance(error.value.__cause__, AssertionError)
    with pytest.raises(AssertionError, match=r"itself, study-points: InvalidDefinition: .*no clause pionts"):
        asked(CAP, lambda document: document.replace_clause("pionts", empty="missing"))
    asked(CAP, lambda document: members(document, "p-1").ranks({"p-1": 1}))
