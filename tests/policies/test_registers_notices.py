"""Slips and notices: handed over one by one, extended in time, numbered without gaps, and ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.registers import CALENDAR, PROOF, TEXT, Office

from party_workflow.domain.case import (
    AcceptCase,
    AssignResponsible,
    CaseHandedOver,
    CloseCase,
    EscalateCase,
    ExtendClock,
    HandOverCase,
    PromoteCase,
    ReopenCase,
    ReportRectified,
    ReturnCase,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.errors import Refused
from party_workflow.policies.registers import Numbered, Slip, matched, numbered, slips, unended

# --- slips -------------------------------------------------------------------------------------


def _slip(office: Office, at: datetime | None = None) -> Slip:
    return slips(office.history, at or office.now)[-1]


def test_R_111_a_slip_goes_from_issued_over_accepted_in_progress_reported_and_verified_to_closed() -> None:
    office = Office()
    found = office.open("b-1", "problem")
    office.open("s-1", "assignment_slip", source=found)
    seen = [_slip(office).state]
    office.issue("s-1")
    seen.append(_slip(office).state)
    for command, by in [
        (AcceptCase(key="s-1"), office.clerk),
        (AssignResponsible(key="s-1", responsible="p-6"), office.clerk),
        (ReportRectified(key="s-1", evidence=(PROOF,)), office.self_(6)),
        (VerifyRectification(key="s-1", passed=True, evidence=(PROOF,)), office.finder),
        (CloseCase(key="s-1"), office.finder),
    ]:
        office.do(command, by=by)
        seen.append(_slip(office).state)
    assert seen == ["drawn_up", "issued", "accepted", "in_progress", "reported", "verified", "closed"]
    slip = _slip(office)
    assert (slip.source, slip.issuer, slip.unit, slip.responsible) == (found, "u-city", "u-branch", "p-6")
    assert slip.marks == ()


def test_R_111_a_slip_may_be_returned_and_is_then_issued_again_or_withdrawn() -> None:
    office = Office()
    office.open("s-1", "assignment_slip")
    office.issue("s-1")
    office.do(ReturnCase(key="s-1", ground="not_ours"), by=office.clerk)
    assert (_slip(office).state, _slip(office).unit, _slip(office).returned) == ("sent_back", "u-city", 1)
    office.issue("s-1", "u-other")
    assert (_slip(office).state, _slip(office).unit) == ("issued", "u-other")
    run = office.case("s-1").run("normal")
    assert run is not None
    assert run.number == 2  # the new unit has its whole time
    office.do(ReturnCase(key="s-1", ground="not_ours"), by=office.act(40))
    office.do(WithdrawCase(key="s-1", ground="error"), by=office.finder)
    assert _slip(office).state == "withdrawn"


def test_R_111_extended_overdue_and_escalated_are_told_beside_the_state_and_as_of_a_moment() -> None:
    office = Office()
    office.accepted("s-1")
    first = office.now
    office.later(days=3)
    office.do(ExtendClock(key="s-1", clock="normal", ground="more_parts"), by=office.finder)
    office.later(days=40)
    office.do(EscalateCase(key="s-1", unit="u-bureau", ground="overdue"), by=office.finder)
    office.later(days=1)
    office.rectify("s-1")
    assert _slip(office, first).marks == ()
    assert _slip(office, first + timedelta(days=4)).marks == ("extended",)
    assert _slip(office, first + timedelta(days=42)).marks == ("extended", "overdue")
    assert _slip(office).marks == ("escalated", "extended", "overdue")
    assert _slip(office).state == "reported"
    types = [each.stored_type for each in _slip(office).evidence]
    assert types == ["case.handed_over", "case.clock_extended", "case.escalated"]


def test_R_111_an_extension_is_granted_before_the_due_date_only_and_keeps_the_original() -> None:
    office = Office()
    office.accepted("s-1")
    extend = ExtendClock(key="s-1", clock="normal", ground="more_parts")
    original = _slip(office).due
    assert original == office.local(2024, 3, 20)  # the fifteenth day, 19 March, counts whole
    assert office.why_not(extend, office.self_(6)).code.startswith("authority.")
    assert office.why_not(extend, office.clerk).code.startswith("authority.")
    office.now = original - timedelta(seconds=1)
    office.do(extend, by=office.finder)
    assert (_slip(office).original, _slip(office).due) == (original, office.local(2024, 4, 4))
    assert office.why_not(extend, office.finder).code == "case.clock_extended_before"
    office.accepted("s-2")
    office.later(days=16)
    late = ExtendClock(key="s-2", clock="normal", ground="more_parts")
    assert office.why_not(late, office.finder).code == "case.due_over"
    back = office.now - timedelta(days=10)
    assert office.why_not(late, office.finder, back).code == "case.due_over"  # nor by dating it back


def test_R_111_whoever_verifies_or_closes_is_not_of_the_unit_that_had_to_act() -> None:
    office = Office()
    office.accepted("s-1")
    office.rectify("s-1")
    for passed in (True, False):
        verify = VerifyRectification(key="s-1", passed=passed, evidence=(PROOF,))
        for by in (office.act(6), office.clerk):
            assert office.why_not(verify, by).code.startswith("authority.")
    office.verify("s-1")
    assert office.why_not(CloseCase(key="s-1"), office.clerk).code.startswith("authority.")
    office.close("s-1")
    office.open("s-2", "assignment_slip", unit="u-branch", by=office.clerk)
    own = HandOverCase(key="s-2", unit="u-branch", ground="to_act")
    assert office.why_not(own, office.clerk).code == "case.same_unit"


def test_R_111_every_finding_has_one_slip_and_every_slip_one_finding() -> None:
    office = Office()
    for number in (1, 2, 3):
        office.open(f"b-{number}", "problem")
    office.open("s-1", "assignment_slip", source="case/b-1")
    office.do(PromoteCase(key="b-1", to="case/s-1"), by=office.finder)
    office.open("s-2", "assignment_slip", source="case/b-2")
    office.open("s-3", "assignment_slip", source="case/b-2")
    office.open("s-4", "assignment_slip")
    seen = matched(office.history, office.now, ("problem",))
    assert not seen
    assert seen.pairs == (("case/b-1", "case/s-1"),)
    assert seen.without_slip == ("case/b-3",)
    assert seen.without_finding == ("case/s-4",)
    assert seen.several == (("case/b-2", ("case/s-2", "case/s-3")),)
    office.open("s-5", "assignment_slip", source="case/b-1")
    again = PromoteCase(key="b-1", to="case/s-5")
    assert office.why_not(again, office.finder).code == "lifecycle.move_closed"  # it is on a slip already
    other = PromoteCase(key="b-3", to="case/s-5")
    assert office.why_not(other, office.finder).code == "case.not_promoted"  # that slip is of another finding
    for slip in ("s-3", "s-4", "s-5"):
        office.do(WithdrawCase(key=slip, ground="error"), by=office.finder)
    office.open("s-6", "assignment_slip", source="case/b-3")
    assert matched(office.history, office.now, ("problem",))


# --- notices and their numbers -----------------------------------------------------------------


def _notices(office: Office, at: datetime | None = None) -> tuple[Numbered, ...]:
    return numbered(office.history, at or office.now, "supervision_notice", CALENDAR)


def test_R_112_ten_notices_of_a_year_have_the_numbers_one_to_ten_and_the_next_year_begins_anew() -> None:
    office = Office()
    for number in range(1, 11):
        office.open(f"n-{number}", "supervision_notice")
        office.issue(f"n-{number}")
        office.later(days=7)
    office.on(2025, 1, 2, 9)
    office.open("n-11", "supervision_notice")
    office.open("n-12", "supervision_notice", unit="u-bureau")  # drawn up, and never issued
    office.issue("n-11")
    labels = [each.label for each in _notices(office)]
    assert labels == [*(f"2024-{number:03d}" for number in range(1, 11)), "2025-001"]
    assert [each.case for each in _notices(office)][-1] == "case/n-11"
    assert {each.to for each in _notices(office)} == {"u-branch"}


def test_R_112_the_year_is_that_of_the_local_day_on_which_the_issue_was_recorded() -> None:
    office = Office()
    office.on(2024, 12, 31, 23)
    office.open("n-1", "supervision_notice")
    office.issue("n-1")
    office.later(hours=2)
    office.open("n-2", "supervision_notice", at=office.now - timedelta(days=5))
    office.issue("n-2", at=office.now - timedelta(days=5))
    assert [(each.label, each.issued.year) for each in _notices(office)] == [
        ("2024-001", 2024), ("2025-001", 2024),
    ]  # fmt: skip


_ISSUERS = ("u-city", "u-bureau")
_NOTICE = st.tuples(
    st.sampled_from(_ISSUERS),
    st.integers(0, 120),
    st.integers(-200, 100),
    st.sampled_from(("draw", "issue", "issue", "close")),
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(_NOTICE, min_size=1, max_size=14), asked=st.lists(st.integers(-100, 1500), max_size=5))
def test_R_112_numbers_have_no_gap_at_any_moment_and_never_change_however_issues_are_dated_and_interleaved(
    steps: list[tuple[str, int, int, str]], asked: list[int]
) -> None:
    office = Office()
    start, drawn = office.now, list[tuple[str, str]]()
    for count, (issuer, days, shift, what) in enumerate(steps):
        if office.now + timedelta(days=days) < datetime(2026, 10, 1, tzinfo=start.tzinfo):
            office.later(days=days)
        at = max(start, office.now + timedelta(days=shift))
        if what == "draw" or not drawn:
            office.open(f"n-{count}", "supervision_notice", unit=issuer)
            drawn.append((f"n-{count}", issuer))
        elif what == "issue":
            key, _ = drawn.pop(count % len(drawn))
            try:
                office.issue(key, at=at)
            except Refused:  # some dates are out of bounds
                office.issue(key)
        else:
            key, _ = drawn[0]
            try:
                office.do(EscalateCase(key=key, unit="u-bureau", ground="slow"), by=office.finder)
            except Refused:
                continue
    final = {each.case: (each.issuer, each.year, each.number) for each in _notices(office)}
    handed = [item.envelope.stream for item in office.history.events(CaseHandedOver)]
    assert set(final) == set(handed)
    for at in [start + timedelta(days=day) for day in asked] + [office.now]:
        for history in (office.history, office.history.as_of(known=at)):
            there = numbered(history, at, "supervision_notice", CALENDAR)
            by_book: dict[tuple[str, int], list[int]] = {}
            for each in there:
                by_book.setdefault((each.issuer, each.year), []).append(each.number)
                assert final[each.case] == (each.issuer, each.year, each.number)
            assert all(found == list(range(1, len(found) + 1)) for found in by_book.values())


def test_R_112_each_notice_ends_in_a_reply_or_an_escalation_and_those_that_do_not_are_listed() -> None:
    office = Office()
    for number in range(1, 5):
        office.open(f"n-{number}", "supervision_notice")
        office.issue(f"n-{number}")
        office.do(AssignResponsible(key=f"n-{number}", responsible="p-6"), by=office.clerk)
    first = office.now
    office.later(days=2)
    office.rectify("n-1")
    office.do(EscalateCase(key="n-2", unit="u-bureau", ground="no_answer"), by=office.finder)
    office.rectify("n-3")
    office.verify("n-3", passed=False)
    endings = {each.case: each.ending for each in _notices(office)}
    assert endings == {"case/n-1": "reply", "case/n-2": "escalation", "case/n-3": "none", "case/n-4": "none"}
    assert [each.case for each in unended(_notices(office))] == ["case/n-3", "case/n-4"]
    assert len(unended(_notices(office, first))) == 4
    office.later(days=14)
    late = unended(_notices(office))
    assert [(each.case, each.late) for each in late] == [("case/n-4", True), ("case/n-3", False)]
    cited = {each.case: [item.stored_type for item in each.evidence] for each in _notices(office)}
    assert cited["case/n-1"] == ["case.handed_over", "case.rectification_reported"]
    assert cited["case/n-2"] == ["case.handed_over", "case.escalated"]


def test_R_112_a_notice_that_is_taken_up_again_is_listed_again_and_keeps_its_number() -> None:
    office = Office()
    office.open("n-1", "supervision_notice")
    office.issue("n-1")
    office.do(AssignResponsible(key="n-1", responsible="p-6"), by=office.clerk)
    office.rectify("n-1")
    office.verify("n-1")
    assert unended(_notices(office)) == ()
    office.close("n-1")
    office.do(ReopenCase(key="n-1", ground="came_back"), by=office.finder)
    assert [each.label for each in unended(_notices(office))] == ["2024-001"]


def test_R_112_what_has_a_confidential_number_has_none() -> None:
    office = Office()
    office.open("n-1", "supervision_notice", substance=TEXT)
    office.issue("n-1")
    assert numbered(office.history, office.now, "complaint", CALENDAR) == ()
