"""Cases as they stand: outcome, verification, time; and what a confidential one does not say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.policies.feeds.folding import cells, lawful
from tests.support.grievances import KEY, STREAM, Hearing

from party_workflow.domain.case import (
    AnswerRequester,
    AssignResponsible,
    CaseKind,
    CloseCase,
    ContestCase,
    DecideCase,
    ExtendClock,
    ExtendDue,
    OpenCase,
    RecuseFromCase,
    ReopenCase,
    ReportRectified,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.personal import Personal
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.figure import Absent
from party_workflow.testing.town import Town

CASES, CONCERNED = FEEDS["cases"], FEEDS["concerned"]
NONE, MISSING, WITHHELD = (Absent(kind) for kind in ("not_applicable", "missing", "withheld"))
PROOF = ("ab" * 32,)

LEAK: dict[str, Any] = {
    "code": "leak",
    "version": 1,
    "lifecycle": {
        "code": "leak",
        "version": 1,
        "initial": "found",
        "final": ["closed"],
        "moves": {
            "assign": "found, assigned -> assigned",
            "extend": "assigned -> assigned",
            "rectify": "assigned -> done",
            "verify_failed": "done -> assigned",
            "verify_passed": "done -> verified",
            "close": "verified -> closed",
        },
    },
    "clocks": {
        "rectify": {
            "amount": 3,
            "unit": "working_days",
            "starts": ["open"],
            "stops": ["verified"],
            "calendar": "cn-working-days",
            "extension": {"amount": 2, "unit": "working_days"},
        }
    },
}
"""A kind with one clock: three working days from the finding until it is seen to be put right."""


def leaking() -> Town:
    town = Town("cn-working-days", start=datetime(2024, 3, 4, 1, tzinfo=UTC))  # a Monday
    kind = CaseKind.model_validate(LEAK)
    town.do(AdoptDefinition(code="leak", kind="case", version=1, body=kind.data()))
    return town


def leak(town: Town, key: str = "l-1", **more: Any) -> OpenCase:
    return OpenCase(
        key=key,
        kind="leak",
        definition=town.digest("leak"),
        unit="u-b1",
        substance=Personal("The roof leaks."),
        responsible="p-5",
        **more,
    )


def mended(town: Town, key: str = "l-1", *, passed: bool = True) -> None:
    town.do(AssignResponsible(key=key, responsible="p-5"))
    town.do(ReportRectified(key=key), by=5)
    town.do(VerifyRectification(key=key, passed=passed, evidence=PROOF), by=6)


# --- time --------------------------------------------------------------------------------------


def test_what_was_put_right_before_its_time_ran_out_is_on_time_and_what_was_later_is_not() -> None:
    for days, on_time in ((2, "yes"), (4, "no")):
        town = leaking()
        town.do(leak(town))
        assert cells(CASES, town.history, "on_time", "due_on", "final") == [(MISSING, date(2024, 3, 7), "no")]
        town.later(days=days)
        mended(town)
        town.do(CloseCase(key="l-1"), by=7)
        (fact,) = lawful(CASES, town.history)
        assert (fact["on_time"], fact["verified"], fact["final"]) == (on_time, "yes", "yes")
        assert (fact["opened_on"], fact["closed_on"]) == (date(2024, 3, 4), town.now.date())


def test_an_extension_moves_what_is_due() -> None:
    town = leaking()
    town.do(leak(town))
    town.later(days=1)
    town.do(AssignResponsible(key="l-1", responsible="p-5"))
    town.do(ExtendClock(key="l-1", clock="rectify", ground="no_material"), by=7)
    assert cells(CASES, town.history, "due_on") == [(date(2024, 3, 11),)]
    town.later(days=5)
    mended(town)
    assert cells(CASES, town.history, "on_time") == [("yes",)]


def test_what_is_in_time_only_by_what_was_recorded_too_late_is_not_shown_to_be() -> None:
    town = leaking()
    town.do(leak(town))
    town.later(days=1)
    town.do(AssignResponsible(key="l-1", responsible="p-5"))
    town.do(ReportRectified(key="l-1"), by=5)
    told = town.now
    town.later(days=9)
    town.do(VerifyRectification(key="l-1", passed=True, evidence=PROOF), by=6, effective_at=told)
    assert cells(CASES, town.history, "on_time", "dated_back") == [("no", "yes")]


def test_a_due_moment_set_by_hand_is_kept_by_finishing_in_time() -> None:
    town = Town("finding")
    due = town.now + timedelta(days=10)
    for key, days in (("in-time", 5), ("late", 12)):
        other = Town("finding")
        other.do(
            OpenCase(
                key=key,
                kind="finding",
                definition=other.digest("finding"),
                unit="u-b1",
                substance=Personal("A door is locked."),
                responsible="p-5",
                due=due,
            )
        )
        assert cells(CASES, other.history, "on_time") == [(MISSING,)]
        other.later(days=1)
        other.do(AssignResponsible(key=key, responsible="p-5"))
        other.do(ExtendDue(key=key, due=due + timedelta(days=1), ground="flood"), by=7)
        other.later(days=days - 1)
        mended(other, key)
        other.do(CloseCase(key=key), by=7)
        assert cells(CASES, other.history, "on_time") == [("yes" if key == "in-time" else "no",)]


# --- what became of it -------------------------------------------------------------------------


def test_a_failed_verification_and_a_reopening_are_counted_and_undo_that_it_was_verified() -> None:
    town = Town("finding")
    town.do(
        OpenCase(
            key="f-1",
            kind="finding",
            definition=town.digest("finding"),
            unit="u-b1",
            substance=Personal("A door is locked."),
        )
    )
    mended(town, "f-1", passed=False)
    assert cells(CASES, town.history, "verified", "failed_verifications") == [("no", Fraction(1))]
    mended(town, "f-1")
    town.do(CloseCase(key="f-1"), by=7)
    assert cells(CASES, town.history, "verified", "final", "on_time") == [("yes", "yes", NONE)]
    town.do(ReopenCase(key="f-1", ground="locked_again"), by=7)
    (fact,) = lawful(CASES, town.history)
    assert (fact["verified"], fact["final"], fact["reopened"]) == ("no", "no", Fraction(1))
    assert (fact["closed_on"], fact["responsible"]) == (MISSING, "p-5")
    assert len(fact.evidence) == 9


def test_whoever_stepped_back_from_a_case_is_not_responsible_for_it_any_more() -> None:
    town = leaking()
    town.do(leak(town))
    assert cells(CASES, town.history, "responsible") == [("p-5",)]
    town.do(RecuseFromCase(key="l-1"), by=5, own=True)
    assert cells(CASES, town.history, "responsible") == [(NONE,)]
    lawful(CASES, town.history)


def opinion(town: Town, key: str = "o-1", **more: Any) -> None:
    town.do(
        OpenCase(
            key=key,
            kind="opinion",
            definition=town.digest("opinion"),
            unit="u-b1",
            substance=Personal("Meetings are too long."),
            requester="p-4",
            channel="letterbox",
            **more,
        ),
        by=2,
    )


def test_an_outcome_stands_until_the_case_is_opened_again() -> None:
    town = Town("opinion")
    opinion(town, classes=("meetings", "time"), concerns=("p-7", "p-8"))
    town.do(DecideCase(key="o-1", outcome="adopted", ground=Personal("They are.")), by=6)
    town.do(AnswerRequester(key="o-1", channel="letter", answer=Personal("Shorter now.")), by=6)
    columns = "outcome", "answered", "requester", "channel", "classes", "contested"
    assert cells(CASES, town.history, *columns) == [
        ("adopted", "yes", "p-4", "letterbox", "meetings+time", Fraction(0))
    ]
    assert cells(CONCERNED, town.history, "person", "outcome") == [("p-7", "adopted"), ("p-8", "adopted")]
    town.do(ContestCase(key="o-1", ground=Personal("They are not.")), by=4, own=True)
    town.do(ReopenCase(key="o-1", ground="contested"), by=6)
    assert cells(CASES, town.history, "outcome", "answered", "contested", "reopened") == [
        (MISSING, "no", Fraction(1), Fraction(1))
    ]
    lawful(CASES, town.history)
    lawful(CONCERNED, town.history)


def test_a_case_taken_back_says_so_and_one_of_a_class_that_was_there_before_is_a_repeat() -> None:
    town = Town("opinion")
    for key, classes in (("o-1", ("time",)), ("o-2", ("food",)), ("o-3", ("food", "time"))):
        opinion(town, key, classes=classes)
    town.do(WithdrawCase(key="o-2", ground="settled"), by=4, own=True)
    assert cells(CASES, town.history, "case", "earlier", "repeat", "withdrawn") == [
        ("o-1", Fraction(0), "no", "no"),
        ("o-2", Fraction(0), "no", "yes"),
        ("o-3", Fraction(2), "yes", "no"),
    ]


# --- what is confidential ----------------------------------------------------------------------


def test_of_a_confidential_case_nobody_is_named_who_brought_it_or_is_concerned_by_it() -> None:
    world = Hearing()
    world.take_in()
    world.answered()
    (fact,) = lawful(CASES, world.workflow.history)
    assert (fact["stream"], fact["case"], fact["confidential"]) == (STREAM, KEY, "yes")
    assert fact["requester"] == WITHHELD
    assert lawful(CONCERNED, world.workflow.history) == []


def test_whoever_may_not_see_a_case_reads_no_row_of_it() -> None:
    world = Hearing()
    world.take_in()
    custodian = world.workflow.seen_by(world.act(2), world.now)
    concerned = world.workflow.seen_by(world.self_(5), world.now)
    assert len(cells(CASES, custodian, "case")) == 1
    assert cells(CASES, concerned, "case") == []


@pytest.mark.parametrize("column", CASES.columns)
def test_no_column_of_a_case_holds_what_is_sealed(column: str) -> None:
    world = Hearing()
    world.take_in()
    (fact,) = lawful(CASES, world.workflow.history)
    assert isinstance(fact[column], str | Fraction | date | Absent)
