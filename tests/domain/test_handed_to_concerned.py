"""A protected case does not come to where those whom it concerns count or decide (R-143, R-145, R-203)."""

from __future__ import annotations

import pytest
from tests.support.petitions import Desk

from party_workflow.domain.case import HandOverCase
from party_workflow.domain.organisation import AssignPost, EndPost, MovePerson
from party_workflow.errors import Refused
from party_workflow.personal import Personal

KEY = "c-" + "0123456789abcdef" * 2


def desk() -> Desk:
    """A report in the branch about p-8, who counts at the city."""
    made = Desk("signed_report")
    made.do(MovePerson(person="p-8", unit="u-city"))
    made.open(KEY, "signed_report", complainant=Personal("p-9"), concerns=("p-8",))
    return made


def over(made: Desk, unit: str = "u-bureau", **more: object) -> str | None:
    command = HandOverCase(key=KEY, unit=unit, ground="competence")
    try:
        made.do(command, by=made.act(2), **more)  # type: ignore[arg-type]
    except Refused as refused:
        return refused.refusal.code
    return None


@pytest.mark.parametrize("unit", ["u-bureau", "u-city"])
def test_R_143_a_report_is_not_handed_to_a_unit_that_the_accused_heads_nor_to_one_below_it(unit: str) -> None:
    made = desk()
    made.do(AssignPost(person="p-8", post="secretary", unit=unit))
    assert over(made) == "case.handed_to_concerned"


def test_R_143_who_has_no_post_above_it_has_no_say_there() -> None:
    assert over(desk()) is None
    made = desk()
    made.do(AssignPost(person="p-8", post="secretary", unit="u-branch"))
    assert over(made) is None


def test_R_143_it_counts_what_was_held_then_and_what_is_held_now() -> None:
    made = desk()
    made.do(AssignPost(person="p-8", post="secretary", unit="u-bureau"))
    made.later(days=1)
    then = made.now
    made.later(days=1)
    made.do(EndPost(person="p-8", post="secretary", unit="u-bureau", ground="moved"))
    assert over(made, effective_at=then) == "case.handed_to_concerned"
    assert over(made) is None
    made = desk()
    then = made.now
    made.later(days=1)
    made.do(AssignPost(person="p-8", post="secretary", unit="u-bureau"))
    assert over(made, effective_at=then) == "case.handed_to_concerned"
