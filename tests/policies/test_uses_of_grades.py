"""What is made of a grade: recommended by a document, decided by people, reviewed once corrected (R-046)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.support.pack import PackWorld
from tests.support.ranked import clause, document, grades, rank, score

from party_workflow.authority import OWN_CASE
from party_workflow.domain.observation import (
    Column,
    CorrectObservation,
    Observed,
    OpenSeries,
    RecordObservations,
)
from party_workflow.domain.publication import CorrectPublication, Publish, erratum
from party_workflow.packs.party import MODEL
from party_workflow.policies.consequences.grounds import corrected_grounds
from party_workflow.policies.corrections import corrections
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.matters.procedures import uses
from party_workflow.policies.policy import Result, run

FIRST = date(2009, 1, 1)
RULES: RuleDocument = document(
    [
        each | {"since": FIRST}
        for each in (
            score("mark", column="mark"),
            rank(measure="mark"),
            clause(
                "bands",
                "grade",
                measure="mark",
                on="exact",
                bands=[{"grade": "good", "at_least": 80}, {"grade": "poor", "below": 80}],
            ),
            clause("award", "flag", award="mobile_red_flag", grade={"grades": "grade", "one_of": ["good"]}),
        )
    ],
    issued_on=FIRST,
    effective_from=FIRST,
)


class Graded(PackWorld):
    """A world in which members were marked, and the result of the document was published."""

    def __init__(self) -> None:
        super().__init__("honour@1", "reward@1")
        columns = (Column(code="mark", type="number"),)
        self.do(
            OpenSeries(
                key="members",
                unit="u-branch",
                subject="member",
                columns=columns,
                source="office",
                basis="x",
            ),
            by=self.act(10),
        )
        rows = tuple(
            Observed.of(f"r{number}", f"p-{number}", {"mark": mark}) for number, mark in ((5, 90), (6, 70))
        )
        self.do(RecordObservations(key="members", rows=rows), by=self.act(10))
        self.publish("rank-1")

    def result(self) -> Result:
        history = self.workflow.history
        policy = RULES.policy(MODEL.registry)
        return run(policy, history, on=self.now.date(), period_start=FIRST)

    def publish(self, key: str, **said: Any) -> Result:
        found = self.result()
        fields: dict[str, Any] = {
            "key": key,
            "unit": "u-branch",
            "subject": "grades",
            "audience": "branch_members",
            "media": "notice_board",
            "position": found.position,
            "known": self.now,
            "rule": RULES.digest,
            "digest": found.digest,
        }
        if said:
            self.do(*erratum(CorrectPublication(**fields, **said)), by=self.act(21))
        else:
            self.do(Publish(**fields), by=self.act(21))
        return found

    def correct(self, mark: int) -> None:
        self.do(
            CorrectObservation(key="members", row="r5", ground="miscounted", numbers={"mark": Decimal(mark)}),
            by=self.act(11),
        )


def test_R_046_a_document_recommends_citing_the_grade_and_records_nothing() -> None:
    world = Graded()
    before = world.workflow.history.head()
    found = world.result()
    assert [(award.award, award.subject) for award in found.conclusion.awards] == [("mobile_red_flag", "p-5")]
    (award,) = found.conclusion.awards
    assert award.figure.name == "grade.good"
    assert {item.stored_type for item in award.figure.evidence()} == {"observation.recorded"}
    assert world.workflow.history.head() == before


def test_R_046_each_use_of_a_grade_is_an_event_with_a_person_who_decided_it() -> None:
    world = Graded()
    said: dict[str, Any] = {"ground": "publication/rank-1", "result": world.result().digest, "clause": "flag"}
    world.begin("reward", "r-1", version=1, form="bonus", rewarded="p-5", amount="500.00", **said)
    assert world.refusal("grant", key="r-1").code == OWN_CASE.code, "who proposed it does not decide it"
    world.take("grant", key="r-1", by=world.act(22))
    (use,) = uses(world.workflow.history, MODEL, "publication/rank-1")
    assert (use.stream, use.person, use.standing) == ("procedure/r-1", "p-20", "stands")
    granted = [
        record.envelope.person
        for record in world.store.read()
        if record.envelope.stream == "procedure/r-1" and record.envelope.position > use.evidence.position
    ]
    assert granted == ["p-22"], "a person granted it, and no policy did"


def test_R_046_a_decision_that_cites_a_grade_corrected_later_is_listed_for_review() -> None:
    world = Graded()
    published = world.result()
    said: dict[str, Any] = {"ground": "publication/rank-1", "result": published.digest, "clause": "flag"}
    world.begin("honour", "h-1", version=1, form="mobile_red_flag", honoured="p-5", **said)
    assert corrected_grounds(world.workflow.history, MODEL) == ()
    world.later(days=3)
    world.correct(75)
    now = world.result()
    assert grades(published.conclusion, "grade")["p-5"] == "good"
    assert grades(now.conclusion, "grade")["p-5"] == "poor"
    kinds = {(item.kind, item.subject): item for item in corrections(published, now)}
    assert set(kinds) == {("grade", "p-5"), ("award", "p-5")}
    assert (kinds["grade", "p-5"].before, kinds["grade", "p-5"].after) == ("good", "poor")
    assert [item.stored_type for item in kinds["grade", "p-5"].because] == ["observation.corrected"]
    assert kinds["award", "p-5"].after is None
    world.publish("rank-2", erratum_of="rank-1", ground="miscounted")
    (found,) = corrected_grounds(world.workflow.history, MODEL)
    assert [use.stream for use in found.uses] == ["procedure/h-1"]
    (use,) = uses(world.workflow.history, MODEL, "publication/rank-1")
    assert use.standing == "withdrawn"
    state: Any = world.workflow.state("procedure/h-1")
    assert state.state == "conferred", "it is for people to look at it again: nothing is taken back by itself"


def test_R_046_a_decision_made_after_the_correction_is_not_listed() -> None:
    world = Graded()
    world.correct(81)
    world.publish("rank-2", erratum_of="rank-1", ground="miscounted")
    said: dict[str, Any] = {"ground": "publication/rank-2", "result": world.result().digest, "clause": "flag"}
    world.begin("honour", "h-1", version=1, form="mobile_red_flag", honoured="p-5", **said)
    assert corrected_grounds(world.workflow.history, MODEL) == ()


@pytest.mark.parametrize("mark", [80, 89])
def test_R_046_a_mark_put_right_within_its_grade_corrects_no_grade(mark: int) -> None:
    world = Graded()
    before = world.result()
    world.correct(mark)
    assert corrections(before, world.result()) == ()
