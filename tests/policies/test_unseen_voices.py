"""To somebody who may not see what is told in confidence, every report is as if it had not been told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.pack import PackWorld
from tests.support.talking import bystander, met
from tests.support.voicing import adopted, kind_of, said

from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.activities.talks import TalkMatrix, talk_matrix
from party_workflow.policies.activities.visits import visit_coverage
from party_workflow.policies.cases.endings import endings
from party_workflow.policies.cases.four_zeros import Promise, four_zeros
from party_workflow.policies.cases.missed_warnings import missed_warnings

DAY = timedelta(days=1)
COMPLAINT = kind_of("complaint", confidential=True, outcomes=("not_upheld", "upheld"))
DIARY = kind_of("diary_entry", confidential=True)
PETITION = kind_of("petition")
PROMISE = party.PACK.read_as(Promise, "four_zeros")
MATRIX = party.PACK.read_as(TalkMatrix, "life_meeting_talks")


def office() -> PackWorld:
    world = PackWorld("visit_issue", "talk_note", "complaint_channel", members=29)
    adopted(world, COMPLAINT, DIARY, PETITION)
    bystander(world, 40)
    met(world, "talk-1", (2, 3))
    met(world, "visit-1", (3,), "micro_visit", chair=20, invited=(20,))
    world.begin("complaint_channel", key="ch-1", channel="hotline", made_known="a" * 64)
    world.later(days=1)
    return world


def outputs(world: PackWorld, history: History) -> list[str]:
    since, until = world.now - 9 * DAY, world.now + DAY
    shown: list[Any] = [
        four_zeros(history, PROMISE, "u-branch", since, until),
        missed_warnings(history, petitions=("petition", "complaint")),
        endings(history, ("diary_entry", "complaint", "petition")),
        talk_matrix(history, MATRIX, "u-branch", since, world.now),
        visit_coverage(history, ["micro_visit"], "u-bureau", since, world.now),
        [(record.position, record.envelope.event_id) for record in history.records()],
    ]
    return [repr(item) for item in shown]


def confide(world: PackWorld, what: str, number: int) -> None:
    texts = {"content": Personal("The rota")} if what == "note" else {"issue_text": Personal("The roof")}
    match what:
        case "complaint":
            said(world, COMPLAINT, number, concerns=("p-5",), classes=("error",), channel="hotline")
        case "diary":
            said(world, DIARY, number)
        case "note":
            more = {"talker": "p-2", "partner": "p-3", "of_talk": "activity/talk-1"}
            world.begin("talk_note", key=f"n-{number}", by=world.self_(2), texts=texts, **more)
        case _:
            told = {"visitor": "p-20", "raiser": "p-3", "of_visit": "activity/visit-1", "subject": "housing"}
            world.begin("visit_issue", key=f"v-{number}", by=world.self_(20), texts=texts, **told)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["complaint", "diary", "note", "issue"]), min_size=1, max_size=4))
def test_R_136_and_R_141_what_is_told_in_confidence_changes_no_report_of_somebody_outside(
    told: list[str],
) -> None:
    world = office()
    said(world, PETITION, 99, classes=("housing", "error"), channel="hotline")
    before = outputs(world, world.workflow.seen_by(world.self_(40), world.now))
    for number, what in enumerate(told, start=1):
        confide(world, what, number)
    after = outputs(world, world.workflow.seen_by(world.self_(40), world.now))
    assert after == before
    # The counterpart: on the whole log something has changed, so that the comparison above can fail.
    assert outputs(world, world.workflow.history) != before
