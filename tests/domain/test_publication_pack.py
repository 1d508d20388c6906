"""Kinds of publication as the pack has them: what they demand is data, and nothing here says it again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.support.world import START, World

from party_workflow.calendar import Calendar, Period
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.publication import (
    Comment,
    Draft,
    Notify,
    Posted,
    PublicationKind,
    Publish,
    Review,
)
from party_workflow.domain.submission import Submit
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.disclosure.publications import postings, regularity

CODES = ("posting_publicity", "posting_monthly", "posting_reports", "posting_notice", "posting_outward")
TEXT = "b" * 64


class Office(World):
    """The whole model with the pack's kinds of publication, on the pack's calendar moved to this year."""

    def __init__(self) -> None:
        super().__init__(*party.MODEL.deciders[1:], members=6)
        calendar = party.PACK.read_as(Calendar, "cn-mainland", 1).model_dump(mode="json", exclude_none=True)
        this_year = {
            "version": "2009",
            "holidays": [],
            "makeup_days": [],
            "covers": ["2009-01-01", "2010-12-31"],
        }
        self.do(
            AdoptDefinition(code="cn-mainland", kind="calendar", version=1, body={**calendar, **this_year})
        )
        self.do(*party.definitions(*CODES))
        self.calendar = self.workflow.state("definition/cn-mainland").digest

    def publish(self, kind: str, **more: Any) -> Publish:
        """A publication under a kind of the pack, with the first audience and medium that it allows."""
        found = party.PACK.read_as(PublicationKind, kind)
        fields: dict[str, Any] = {
            "key": "n-1",
            "unit": "u-branch",
            "subject": "monthly_result",
            "audience": (found.audiences or ("all",))[0],
            "media": (found.media or ("board",))[0],
            "position": 3,
            "known": START,
            "rule": "a" * 64,
            "digest": TEXT,
            "kind": kind.replace("_", "-"),
            "kind_digest": found.digest,
            "restricted": found.restricted,
        }
        if found.calendar is not None:
            fields |= {"calendar": found.calendar, "calendar_digest": self.calendar}
        return Publish(**{**fields, **more})


@pytest.fixture
def office() -> Office:
    return Office()


def test_R_188_the_publicity_period_of_the_pack_is_five_working_days(office: Office) -> None:
    office.do(office.publish("posting_publicity"), by=office.act(2))
    said = office.workflow.state("publication/n-1").said
    assert isinstance(said, Posted)
    assert said.window is not None
    assert said.window.due_day == date(2009, 3, 9)  # from Monday the 2nd, over one weekend
    with pytest.raises(Refused, match=r"publication\.media_not_allowed"):
        office.do(office.publish("posting_publicity", key="n-2", media="whisper"), by=office.act(2))


def test_R_100_and_R_189_twelve_months_under_the_kind_of_the_pack(office: Office) -> None:
    office.do(
        PlanActivity(key="results", kind="meeting", unit="u-branch", planned_at=START, expected=("p-2",))
    )
    for month in Period("2009").parts("month"):
        key = f"m-{month.label}"
        command = office.publish("posting_monthly", key=key, period=month, of="activity/results")
        office.do(command, by=office.act(2))
    year = regularity(office.workflow.history, "monthly_result", 2009)
    assert (len(year.months), year.gaps, year.unfounded) == (12, (), ())


def test_R_040_a_written_report_is_open_for_comments_by_its_peers(office: Office) -> None:
    office.do(
        Submit(key="r-5", kind="duty_report", unit="u-branch", author="p-5", digest=TEXT), by=office.self_(5)
    )
    peers = office.publish(
        "posting_reports", of="submission/r-5", audience_unit="u-branch", due=START - timedelta(days=1)
    )
    office.do(peers, by=office.act(2))
    office.do(Comment(key="n-1", commenter="p-3", text=Personal("How?")), by=office.self_(3))
    (row,) = postings(office.workflow.history)
    assert (row.late, row.summary.comments, row.summary.digest) == (True, 1, TEXT)


def test_R_056_and_R_191_a_notice_exists_for_its_audience_and_its_delivery_is_shown(office: Office) -> None:
    office.do(
        PlanActivity(key="m-1", kind="meeting", unit="u-branch", planned_at=START, expected=("p-3", "p-4")),
        HoldActivity(
            key="m-1", attendance={"p-3": Attendance(status="present"), "p-4": Attendance(status="absent")}
        ),
    )
    with pytest.raises(Refused, match=r"publication\.not_restricted"):
        office.do(
            office.publish("posting_notice", restricted=False, readers=("p-3", "p-4")), by=office.act(2)
        )
    office.do(office.publish("posting_notice", readers=("p-3", "p-4")), by=office.act(2))
    office.do(Notify(key="n-1", occasion="activity/m-1"), by=office.act(2))
    found = office.workflow.told(office.self_(3), office.now, "publication.delivery", "publication/n-1", {})
    assert (found.entitled, found.present, found.missing) == (("p-3", "p-4"), ("p-3",), ("p-4",))
    assert postings(office.workflow.history, reader=office.act(5), at=office.now) == ()


def test_R_193_an_outward_text_needs_two_people(office: Office) -> None:
    outward = office.publish("posting_outward")
    with pytest.raises(Refused, match=r"publication\.not_reviewed"):
        office.do(outward, by=office.act(2))
    office.do(Draft(key="n-1", unit="u-branch", subject="monthly_result", digest=TEXT), by=office.act(3))
    office.do(Review(key="n-1", digest=TEXT, passed=True), by=office.act(4))
    office.do(outward, by=office.act(3))


@pytest.mark.parametrize(
    "duty", ["draft", "review", "deliver", "publish", "finalise", "objection", "resolve"]
)
def test_the_role_book_of_the_pack_carries_every_duty_of_publication(duty: str) -> None:
    roles = [role for role, duties in party.ROLES.items() if f"publication.{duty}" in duties]
    assert roles
    assert f"publication.{duty}" in party.duties()


def test_who_drafts_by_role_does_not_review_by_role() -> None:
    """No role of the pack carries both, so that four eyes are not two hats."""
    both = {"publication.draft", "publication.review"}
    assert [role for role, duties in party.ROLES.items() if both <= set(duties)] == []
