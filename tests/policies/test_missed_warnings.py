"""Petitions whose subject was raised on an earlier visit are found, and linked (R-135)."""

from __future__ import annotations

from typing import Any

from tests.support.pack import PackWorld
from tests.support.talking import met
from tests.support.voicing import adopted, kind_of, said

from party_workflow.domain.case.commands import GivenParticular
from party_workflow.domain.organisation import FoundUnit
from party_workflow.packs.processes import warned_petitions
from party_workflow.personal import Personal
from party_workflow.policies.cases.missed_warnings import LINK, missed_warnings
from party_workflow.policies.figure import Absent

PETITION, SIGN = kind_of("petition"), kind_of("early_sign")
REPORT = kind_of("signed_report", confidential=True)


def office() -> PackWorld:
    world = PackWorld("visit_issue", members=29)
    adopted(world, PETITION, SIGN, REPORT)
    return world


def raised(world: PackWorld, key: str = "v-1", subject: str = "housing") -> str:
    visit = met(world, f"visit-{key}", (3,), "micro_visit", chair=20, invited=(20,))
    world.begin(
        "visit_issue",
        key=key,
        by=world.self_(20),
        visitor="p-20",
        raiser="p-3",
        of_visit=visit,
        subject=subject,
        texts={"issue_text": Personal("The roof leaks")},
    )
    return f"procedure/{key}"


def petition(world: PackWorld, number: int = 1, subject: str = "housing", **more: Any) -> str:
    return said(world, PETITION, number, classes=(subject,), **more)


def about(code: str) -> tuple[GivenParticular, ...]:
    return (GivenParticular(name="about", code=code),)


def test_R_135_a_petition_whose_subject_was_raised_on_an_earlier_visit_is_on_the_report() -> None:
    world = office()
    issue = raised(world)
    world.later(days=14)
    stream = petition(world)
    found = missed_warnings(world.workflow.history)
    (row,) = found.rows
    assert (row.stream, row.subjects) == (stream, ("housing",))
    (warned,) = row.warnings
    assert (warned.kind, warned.subjects, warned.days) == ("visit_issue", ("housing",), 14)
    assert found.of_petitions.value == 1
    # What was said in confidence is not named, unless to whoever has the custody of it.
    assert (warned.stream, warned.evidence, warned.item) == (None, None, None)
    assert "p-3" not in repr(found)
    (named,) = missed_warnings(world.workflow.history, custody=True).rows[0].warnings
    assert named.stream == issue


def test_R_135_with_consent_the_ledger_item_is_linked_to_the_petition_by_an_event_of_its_own() -> None:
    world = office()
    raised(world)
    item = said(world, SIGN, 9)
    world.take("consent", key="v-1", by=world.self_(3))
    world.take("enter_item", key="v-1", by=world.self_(20), ledger_item=item)
    world.later(days=3)
    stream = petition(world)
    found = missed_warnings(world.workflow.history)
    (row,) = found.rows
    assert [(warned.item, warned.linked) for warned in row.warnings] == [(item, False)]
    (link,) = found.links()
    assert (f"case/{link.key}", link.other, link.link) == (stream, item, LINK)
    world.do(link, by=world.act(21))
    after = missed_warnings(world.workflow.history)
    assert [warned.linked for warned in after.rows[0].warnings] == [True]
    assert after.links() == ()
    types = [record.envelope.stored_type for record in world.workflow.history.stream(stream)]
    assert types == ["case.opened", "case.linked"]


def test_R_135_a_petition_that_was_warned_of_is_linked_by_itself_and_once() -> None:
    world = office()
    raised(world)
    item = said(world, SIGN, 9)
    world.take("consent", key="v-1", by=world.self_(3))
    world.take("enter_item", key="v-1", by=world.self_(20), ledger_item=item)
    raised(world, "v-2")  # without consent: it is linked to nothing
    world.later(days=3)
    stream = petition(world)
    ran = world.workflow.run(warned_petitions(), by=world.act(22), at=world.now)
    assert (len(ran.issued), ran.refused) == (1, ())
    assert world.workflow.state(stream).links == ((item, LINK),)
    again = world.workflow.run(warned_petitions(), by=world.act(22), at=world.now)
    assert again.issued == ()


def test_R_135_an_early_sign_about_the_same_subject_warned_too() -> None:
    world = office()
    sign = said(world, SIGN, 1, particulars=about("pay"))
    world.later(days=1)
    said(world, PETITION, 1, particulars=about("pay"))
    (row,) = missed_warnings(world.workflow.history).rows
    assert [(warned.stream, warned.kind) for warned in row.warnings] == [(sign, "early_sign")]


def test_R_135_another_subject_a_later_visit_or_another_unit_is_no_warning() -> None:
    world = office()
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-bureau"))
    raised(world, "v-1", "pay")
    petition(world, 1)
    world.later(days=2)
    raised(world, "v-2")
    world.later(days=2)
    petition(world, 2, unit="u-other")
    found = missed_warnings(world.workflow.history)
    assert found.rows == ()
    assert found.of_petitions.value == 0
    petition(world, 3, unit="u-bureau")
    assert len(missed_warnings(world.workflow.history).rows) == 1
    assert len(missed_warnings(world.workflow.history, within_days=1).rows) == 0


def test_R_135_a_petition_in_confidence_is_counted_and_not_listed() -> None:
    world = office()
    raised(world)
    world.later(days=2)
    stream = said(world, REPORT, 1, classes=("housing",))
    found = missed_warnings(world.workflow.history, petitions=("signed_report",))
    assert (found.rows, found.withheld) == ((), 1)
    assert stream not in repr(found)
    assert found.of_petitions.evidence() == ()
    open_ = missed_warnings(world.workflow.history, petitions=("signed_report",), custody=True)
    assert [row.stream for row in open_.rows] == [stream]


def test_without_petitions_there_is_no_share() -> None:
    world = office()
    raised(world)
    assert missed_warnings(world.workflow.history).of_petitions.value == Absent("not_applicable")
