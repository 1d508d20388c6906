"""Complaints with clocks that run by themselves and an appeal for both sides, from pack data.  (R-143)"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.watched import KEY, Watched, refused

from party_workflow.authority import AdoptRoles, DeclareConflict, Delegate, GrantRole, forbidden
from party_workflow.codec import Command
from party_workflow.domain import case
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignInvestigator,
    Case,
    CloseCase,
    DecideAppeal,
    DecideCase,
    EscalateCase,
    HandOverCase,
    NotifyRespondent,
    RecuseFromCase,
    ReplyToNotice,
    ReturnCase,
    reasons,
)
from party_workflow.packs.party import ROLES
from party_workflow.personal import Personal, Withheld
from party_workflow.policies.cases.clock_report import clock_report
from party_workflow.policies.cases.revealing import reveals, warns
from party_workflow.service import Letterbox
from party_workflow.store import Actor

STREAM = f"case/{KEY}"
END = datetime(2024, 3, 25, 16, tzinfo=UTC)
"""The end of the fifteenth working day after Monday 4 March 2024, eight hours east of Greenwich."""
TEXT = Personal("Kept somebody waiting for three weeks.")


class Office(Watched):
    """The town with the complaint of p-7 about p-5 taken in by p-2; p-60 is to find out."""

    def __init__(self) -> None:
        super().__init__()
        self.complain()
        self._given = 0

    def officer(self, by: int, *commands: Command) -> None:
        """Act on the case in office, under command ids of their own."""
        for command in commands:
            self._given += 1
            self.workflow.execute(command, by=self.actor(by), at=self.now, command_id=f"apart:{self._given}")

    def case(self) -> Case:
        """The complaint."""
        state = self.workflow.state(STREAM)
        assert isinstance(state, Case)
        return state

    def run(self, clock: str) -> Any:
        """The latest run of a clock."""
        found = self.case().run(clock)
        assert found is not None
        return found

    def investigated(self) -> None:
        """Acknowledged, accepted, p-60 to find out."""
        self.officer(2, AcknowledgeCase(key=KEY, channel="letter"), AcceptCase(key=KEY))
        self.officer(2, AssignInvestigator(key=KEY, investigator="p-60"))

    def notified(self) -> None:
        """p-5 is told the substance, and has ten days."""
        self.investigated()
        by = self.now + timedelta(days=10)
        self.officer(2, NotifyRespondent(key=KEY, person="p-5", substance=TEXT, reply_by=by))

    def answered(self, outcome: str = "upheld") -> None:
        """Heard, decided, answered."""
        self.notified()
        self.do(ReplyToNotice(key=KEY, reply=Personal("I was ill.")), by=5, own=True)
        self.officer(2, DecideCase(key=KEY, outcome=outcome, ground=Personal("It was so.")))
        self.officer(2, AnswerRequester(key=KEY, channel="letter", answer=Personal("You were right.")))


def test_R_143_receipt_is_due_within_fifteen_working_days_by_a_clock_that_runs_by_itself() -> None:
    office = Office()
    run = office.run("acknowledge")
    assert run.running
    # From Monday 4 March 2024: 15 working days after it end on Monday 25 March.
    assert run.due == END
    office.officer(2, AcknowledgeCase(key=KEY, channel="letter"))
    assert not office.run("acknowledge").running
    (line,) = clock_report(office.history, office.now)
    assert line.clock == "acknowledge"


def test_R_143_a_receipt_that_is_late_is_on_the_report_of_those_who_may_see_it_and_of_nobody_else() -> None:
    office = Office()
    office.later(days=40)
    custodian = Actor("a-61", "p-61", "custodian")
    seen = clock_report(office.workflow.seen_by(custodian, office.now), office.now)
    assert [(line.clock, line.due.date() < office.now.date()) for line in seen] == [("acknowledge", True)]
    for outsider in (office.actor(9), office.actor(5), office.actor(7, own=True)):
        assert clock_report(office.workflow.seen_by(outsider, office.now), office.now) == ()


def test_R_143_the_answer_is_due_fifteen_working_days_after_the_decision() -> None:
    office = Office()
    office.notified()
    office.do(ReplyToNotice(key=KEY, reply=Personal("I was ill.")), by=5, own=True)
    office.officer(2, DecideCase(key=KEY, outcome="upheld", ground=Personal("It was so.")))
    assert office.run("answer").due == END


@pytest.mark.parametrize("person", ["p-5", "p-7"], ids=["accused", "complainant"])
def test_R_143_neither_the_accused_nor_the_sealed_complainant_is_made_investigator(person: str) -> None:
    office = Office()
    office.officer(2, AcknowledgeCase(key=KEY, channel="letter"), AcceptCase(key=KEY))
    found = office.refusal(AssignInvestigator(key=KEY, investigator=person), by=2)
    assert found is not None
    assert found.code == "authority.appointee_involved"
    other = office.refusal(AssignInvestigator(key=KEY, investigator="p-5"), by=2)
    assert str(found).replace(person, "p") == str(other).replace("p-5", "p")  # it does not say which
    assert refused(office, AssignInvestigator(key=KEY, investigator="p-60"), by=2) == ""


@pytest.mark.parametrize("other", ["p-5", "p-7"], ids=["with_the_accused", "with_the_complainant"])
def test_R_203_nobody_in_a_declared_conflict_is_made_investigator_nor_who_stepped_back(
    other: str,
) -> None:
    office = Office()
    office.officer(2, AcknowledgeCase(key=KEY, channel="letter"), AcceptCase(key=KEY))
    office.do(DeclareConflict(person="p-60", other=other, ground="family"), by=60, own=True)
    assert refused(office, AssignInvestigator(key=KEY, investigator="p-60"), by=2) == (
        "authority.appointee_involved"
    )
    office.officer(2, AssignInvestigator(key=KEY, investigator="p-61"))
    assert refused(office, RecuseFromCase(key=KEY), by=61, own=True) == ""
    assert refused(office, AssignInvestigator(key=KEY, investigator="p-61"), by=2) == (
        "authority.appointee_involved"
    )


def test_R_203_stepping_back_is_logged_within_the_case_and_tells_nobody_outside() -> None:
    office = Office()
    office.investigated()
    outsiders = [office.actor(9), office.actor(5), office.actor(6, own=True)]
    before = [[r.bytes for r in office.workflow.seen_by(o, office.now).records()] for o in outsiders]
    command = RecuseFromCase(key=KEY)
    office.workflow.execute(command, by=office.actor(60, own=True), at=office.now, command_id="apart:r")
    assert office.case().recused == {"p-60"}
    assert [item.envelope.stream for item in office.events(case.CaseRecused)] == [STREAM]
    after = [[r.bytes for r in office.workflow.seen_by(o, office.now).records()] for o in outsiders]
    assert before == after
    assert refused(office, DecideCase(key=KEY, outcome="upheld", ground=TEXT), by=60) != ""


@pytest.mark.parametrize("number", [5, 7], ids=["accused", "complainant"])
def test_R_143_a_delegate_of_a_party_does_nothing_in_the_case_either(number: int) -> None:
    office = Office()
    office.officer(2, AcknowledgeCase(key=KEY, channel="letter"))
    until = office.now + timedelta(days=9)
    lent = Delegate(principal=f"p-{number}", delegate="p-2", role="office", unit="u-city", until=until)
    office.do(lent, by=number, own=True)
    deputy = Actor("a-2", "p-2", "office", delegate_of=f"p-{number}")
    with pytest.raises(Exception, match=r"authority\."):
        office.workflow.execute(AcceptCase(key=KEY), by=deputy, at=office.now, command_id="apart:d")
    assert refused(office, AcceptCase(key=KEY), by=2) == ""


def test_R_143_nothing_is_decided_before_the_accused_answered_or_let_the_time_pass() -> None:
    office = Office()
    office.investigated()
    decide = DecideCase(key=KEY, outcome="upheld", ground=Personal("It was so."))
    assert refused(office, decide, by=2) == reasons.NOT_NOTIFIED.code
    by = office.now + timedelta(days=10)
    office.officer(2, NotifyRespondent(key=KEY, person="p-5", substance=TEXT, reply_by=by))
    assert refused(office, decide, by=2) == reasons.REPLY_PENDING.code
    office.later(days=11)
    assert refused(office, decide, by=2) == ""


def test_R_143_the_accused_gets_the_substance_and_not_the_identity() -> None:
    office = Office()
    office.notified()
    accused = office.actor(5, own=True)
    view = b"\n".join(r.bytes for r in office.workflow.seen_by(accused, office.now).records())
    assert STREAM.encode() in view
    notice = office.case().notice("p-5")
    assert notice is not None
    assert office.workflow.reveal(notice.substance) == TEXT.reveal()
    sealed = office.case().complainant
    assert sealed is not None
    assert office.workflow.reveal(sealed) == Withheld("not-permitted")
    assert office.workflow.identity(STREAM, accused, office.now) == Withheld("not-permitted")


@pytest.mark.parametrize("party", ["requester", "respondent"])
def test_R_143_both_sides_appeal_once_and_others_decide(party: str) -> None:
    office = Office()
    roles = office.workflow.state("authority").roles
    office.do(
        AdoptRoles(
            roles={
                **{name: tuple(sorted(duties)) for name, duties in roles.items()},
                "letterbox": ROLES["letterbox"],
            }
        ),
        GrantRole(person="p-61", role="letterbox", unit="u-city"),
    )
    office.answered()
    appeal = AppealCase(key=KEY, ground=Personal("No."))
    if party == "respondent":
        assert refused(office, appeal, by=5, own=True) == ""
    else:
        assert refused(office, appeal, by=7, own=True) == "authority.not_own"  # to the log it is nobody
        letterbox = Letterbox(office.workflow, Actor("a-61", "p-61", "letterbox"))
        receipt = office.workflow.receipt_of(STREAM, office.actor(2), office.now)
        letterbox.post(receipt, appeal, at=office.now, command_id="apart:appeal")
    decide = DecideAppeal(key=KEY, outcome="maintained", ground=Personal("So it stays."))
    assert refused(office, decide, by=2) != ""  # decided before
    assert refused(office, decide, by=60) != ""  # investigated before
    assert office.run("review").running


def test_R_143_an_appeal_is_open_for_thirty_days_and_only_then_is_the_case_closed() -> None:
    office = Office()
    office.answered()
    assert refused(office, CloseCase(key=KEY), by=2) != ""
    office.later(days=35)
    assert refused(office, AppealCase(key=KEY, ground=Personal("No.")), by=5, own=True) != ""
    assert refused(office, CloseCase(key=KEY), by=2) == ""
    assert list(forbidden(office.history.events(), office.workflow.binds)) == []


def test_R_145_a_complaint_is_handed_over_twice_at_most_and_each_time_receipt_is_due_anew() -> None:
    office = Office()
    for number, unit in enumerate(("u-bureau", "u-city"), 1):
        office.later(days=3)
        assert refused(office, HandOverCase(key=KEY, unit=unit, ground="not_ours"), by=2) == ""
        assert office.case().handed_over == number
        assert office.run("acknowledge").number == number + 1
    assert refused(office, HandOverCase(key=KEY, unit="u-b2", ground="not_ours"), by=2) != ""
    assert refused(office, ReturnCase(key=KEY, ground="theirs"), by=2) == ""


def test_R_143_it_can_be_put_before_a_unit_above_at_any_time() -> None:
    office = Office()
    escalate = EscalateCase(key=KEY, unit="u-bureau", ground="nothing_happens")
    assert refused(office, escalate, by=2) == ""
    office.answered()
    assert refused(office, escalate, by=2) == ""


# --- does a text tell who it was ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What p-7 says", True),
        ("What P-7 says", True),
        ("What p - 7 says", True),
        ("(p7)", True),
        ("\uff50\uff0d\uff17", True),  # full width
        ("p-71 and xp-7", False),
        ("\u738b\u5c0f\u660e\u53cd\u6620", True),
        ("\u738b \u5c0f\u660e \u53cd\u6620", True),
        ("\u738b\u5927\u660e\u53cd\u6620", False),
        ("wei SHUZHEN wrote", True),
        ("Somebody wrote on 7 March", False),
        ("", False),
    ],
)
def test_R_143_a_notice_that_names_the_complainant_is_found_out_before(text: str, found: bool) -> None:
    assert reveals(text, ("p-7", "\u738b\u5c0f\u660e", "Wei Shuzhen")) is found


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["p-7", "\u738b\u5c0f\u660e"]))
@settings(deadline=None)
def test_R_143_a_name_between_blanks_is_always_found_and_no_text_fails(a: str, b: str, name: str) -> None:
    assert reveals(f"{a} {name} {b}", (name,)) or a[-1:].isalnum() or b[:1].isalnum()
    assert reveals(a, ()) is False
    assert reveals(a, ("", " - ")) is False


def test_R_143_the_check_says_nothing_to_who_does_not_know_who_it_was() -> None:
    office = Office()
    identity = office.workflow.identity(STREAM, office.actor(2), office.now)
    assert warns("p-7 complains", identity) == Withheld("not-permitted")
    assert warns("nobody complains", identity) == Withheld("not-permitted")  # the same answer
    assert warns("p-7 complains", "p-7") is True
    assert warns("Somebody complains", "p-7", ("Somebody",)) is True
    assert warns("It is said that", "p-7") is False
