"""Signed reports on discipline, by the kind of the pack: several clocks of one level, in confidence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.support.laws import replays
from tests.support.petitions import TEXT, Desk

from party_workflow.authority import RevokeRole
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    CaseKind,
    DecideCase,
    HandOverCase,
    NotifyRespondent,
    OpenCase,
    RefuseCase,
    ReplyToNotice,
    WithdrawCase,
)
from party_workflow.errors import Refused
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.cases.clock_report import clock_report
from party_workflow.policies.cases.resolution import levels_of_resolution

KEY = "c-" + "0123456789abcdef" * 2
REPORT = party.PACK.read_as(CaseKind, "signed_report")


def reported(concerns: tuple[str, ...] = ("p-6",)) -> Desk:
    desk = Desk("signed_report")
    desk.at(2024, 4, 1, 9)
    desk.open(KEY, "signed_report", complainant=Personal("p-9"), concerns=concerns)
    return desk


def standings(desk: Desk) -> dict[str, str]:
    lines = clock_report(desk.workflow.history, desk.now, "signed_report")
    return {line.clock: line.standing for line in lines}


def test_R_131_the_clocks_of_one_level_run_at_once_and_stop_each_by_its_own_move() -> None:
    desk = reported()
    assert standings(desk) == {"forward": "running", "tell_acceptance": "running"}
    desk.at(2024, 4, 9, 9)  # the fifth working day after Qingming
    desk.do(AcceptCase(key=KEY), by=desk.act(2))
    assert standings(desk) == {"forward": "kept", "tell_acceptance": "running"}
    desk.at(2024, 4, 24, 0)  # the day after the fifteenth
    assert standings(desk) == {"forward": "kept", "tell_acceptance": "overdue"}
    desk.do(AcknowledgeCase(key=KEY, channel="letter"), by=desk.act(2))
    assert standings(desk) == {"forward": "kept", "tell_acceptance": "late"}
    replays(desk, f"case/{KEY}")


def test_passing_a_report_on_stops_the_first_clock_and_not_the_one_of_whoever_waits() -> None:
    desk = reported(concerns=())
    desk.do(HandOverCase(key=KEY, unit="u-city", ground="competence"), by=desk.act(2))
    assert standings(desk) == {"forward": "kept", "tell_acceptance": "running"}


def test_R_143_nothing_is_decided_before_whoever_is_concerned_was_heard_and_the_outcome_is_told_in_time() -> (
    None
):
    desk = reported()
    desk.do(AcceptCase(key=KEY), by=desk.act(2))
    desk.do(AssignInvestigator(key=KEY, investigator="p-4"), by=desk.act(2))
    decide = DecideCase(key=KEY, outcome="not_upheld", ground=TEXT)
    assert desk.why_not(decide, desk.act(3)).code == "case.not_notified"
    reply_by = datetime(2024, 4, 20, tzinfo=UTC)
    notice = NotifyRespondent(key=KEY, person="p-6", substance=TEXT, reply_by=reply_by)
    desk.do(notice, by=desk.act(2))
    assert desk.why_not(decide, desk.act(3)).code == "case.reply_pending"
    desk.do(ReplyToNotice(key=KEY, reply=TEXT), by=desk.self_(6))
    desk.do(decide, by=desk.act(3))
    assert standings(desk)["tell_outcome"] == "running"
    desk.do(AnswerRequester(key=KEY, channel="letter", answer=TEXT), by=desk.act(2))
    assert standings(desk)["tell_outcome"] == "kept"


def test_R_143_the_investigator_is_neither_concerned_nor_who_made_the_report() -> None:
    desk = reported()
    desk.do(AcceptCase(key=KEY), by=desk.act(2))
    for person in ("p-6", "p-9"):
        refusal = desk.why_not(AssignInvestigator(key=KEY, investigator=person), desk.act(2))
        assert refusal.code == "authority.appointee_involved"
        assert "which of the three it is is not told" in str(refusal)
    desk.do(AssignInvestigator(key=KEY, investigator="p-4"), by=desk.act(2))


def test_R_146_a_report_seals_who_made_it_and_stands_under_a_key_that_nobody_guesses() -> None:
    desk = reported()
    stored = b"".join(record.bytes for record in desk.store.read_stream(f"case/{KEY}"))
    assert b'"p-6"' in stored
    assert b'"p-9"' not in stored
    assert desk.case(KEY).complainant is not None
    with pytest.raises(Refused, match="nobody can guess"):
        desk.open("c-1", "signed_report", complainant=Personal("p-9"))
    with pytest.raises(Refused):
        desk.open("d" + KEY, "signed_report", requester="p-9")


def test_a_refused_report_is_answered_and_none_is_taken_back_under_pressure() -> None:
    desk = reported()
    desk.do(RefuseCase(key=KEY, ground="nothing_of_substance"), by=desk.act(2))
    assert standings(desk) == {"forward": "kept", "tell_acceptance": "running"}
    desk.do(AnswerRequester(key=KEY, channel="letter", answer=TEXT), by=desk.act(2))
    assert standings(desk) == {"forward": "kept", "tell_acceptance": "kept"}
    assert "withdraw" not in {move.code for move in REPORT.lifecycle.moves}
    with pytest.raises(Refused):
        desk.do(WithdrawCase(key=KEY, ground="changed_mind"), by=desk.act(2))


def test_R_210_a_report_that_its_calendar_does_not_reach_is_refused_and_nothing_is_recorded() -> None:
    desk = Desk("signed_report")
    desk.at(2026, 12, 25, 9)
    before = desk.workflow.history.head()
    command = OpenCase(
        key=KEY,
        kind="signed_report",
        definition=REPORT.digest,
        unit="u-branch",
        substance=TEXT,
        complainant=Personal("p-9"),
    )
    refusal = desk.why_not(command, desk.act(2))
    assert refusal.code == "case.not_counted"
    assert "2027-01-01 lies outside" in str(refusal)
    assert desk.workflow.history.head() == before


def test_an_outsider_sees_no_clock_of_a_report_nor_that_there_is_one() -> None:
    outside = RevokeRole(person="p-4", role="everything", unit="u-city")
    desk = reported()
    desk.open("c-1")  # a petition, which everybody may see
    desk.do(outside)
    seen = desk.workflow.seen_by(desk.self_(4), desk.now)
    assert {line.kind for line in clock_report(seen, desk.now)} == {"petition"}
    assert clock_report(seen, desk.now, "signed_report") == ()
    found = levels_of_resolution(seen, "signed_report", desk.now)
    assert found.received.exact() == 0
    assert found.at_first.displayed == "not_applicable"
    without = Desk("signed_report")
    without.at(2024, 4, 1, 9)
    without.open("c-1")
    without.do(outside)
    other = without.workflow.seen_by(without.self_(4), without.now)
    assert [line.explanation for line in clock_report(seen, desk.now)] == [
        line.explanation for line in clock_report(other, without.now)
    ]
