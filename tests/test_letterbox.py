"""The view and the voice of who brought a protected case, by receipt (R-113, R-132, R-138, R-146)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.grievances import KEY, NAME, STREAM, Hearing, opening
from tests.support.scanning import found_in

from party_workflow.authority import AdoptRoles, GrantRole, forbidden
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignInvestigator,
    CloseCase,
    ContestCase,
    DecideCase,
    ExtendDue,
    NotifyRespondent,
    ReplyToNotice,
    WithdrawCase,
)
from party_workflow.domain.case.commands import (
    AppealCase,
    ConfirmResolution,
    DecideAppeal,
    DecideIdentity,
    OpenIdentity,
    RequestIdentity,
)
from party_workflow.errors import InvalidInput, Refused
from party_workflow.personal import Personal, Withheld
from party_workflow.service import CaseReceipt, ComplainantView, Letterbox
from party_workflow.service.letterbox import BY_LETTER
from party_workflow.service.receipts import (
    HANDED_OUT,
    NOBODY_SEALED,
    NOT_BY_LETTER,
    NOT_PROVED,
    NOT_TAKEN_IN,
    REASONS,
)
from party_workflow.store import Actor

OTHER = f"g-{'cd' * 16}"


def ready(complainant: str = NAME) -> tuple[Hearing, CaseReceipt]:
    """A grievance taken in, and its receipt."""
    hearing = Hearing()
    hearing.take_in(complainant)
    return hearing, hearing.handed()


def posted(hearing: Hearing, receipt: CaseReceipt, command: Command, command_id: str = "letter-1") -> None:
    hearing.letterbox.post(receipt, command, at=hearing.now, command_id=command_id)


def code(caught: pytest.ExceptionInfo[Refused]) -> str:
    return caught.value.refusal.code


# --- the receipt -----------------------------------------------------------------------------


@given(salt=st.binary(min_size=32, max_size=32), value=st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_receipt_is_read_again_from_what_is_printed_and_what_its_bearer_says(
    salt: bytes, value: str
) -> None:
    receipt = CaseReceipt(STREAM, salt, Personal(value).reveal())
    assert CaseReceipt.read(STREAM, receipt.code, value) == receipt
    assert CaseReceipt.read(STREAM, receipt.code.lower().replace("-", " "), value) == receipt
    assert CaseReceipt.read(STREAM, receipt.code.replace("-", ""), value) == receipt
    assert repr(receipt) == str(receipt) == "CaseReceipt(…)"


@pytest.mark.parametrize("typed", ["", "ABCD", "0" * 52, "A" * 51, "A" * 53, "王" * 52, "AAAA-" * 12 + "A"])
def test_what_is_no_code_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput, match="Type it again") as caught:
        CaseReceipt.read(STREAM, typed, NAME)
    assert not typed or typed not in str(caught.value)


@given(
    st.sampled_from(["salt", "value", "stream", "unknown", "form", "category", "decomposed"]),
    st.integers(0, 255),
)
def test_R_146_only_the_very_receipt_proves(change: str, bit: int) -> None:
    hearing, receipt = two()
    salt = bytearray(receipt.salt)
    salt[bit // 8] ^= 1 << bit % 8
    changed = {
        "salt": replace(receipt, salt=bytes(salt)),
        "value": replace(receipt, value=receipt.value + "x"),
        "stream": replace(receipt, stream=f"case/{OTHER}"),
        "unknown": replace(receipt, stream=f"case/g-{bit:032x}"),
        "form": replace(receipt, stream="case/..", salt=receipt.salt[:31]),
        "category": replace(receipt, stream="organisation"),
        "decomposed": replace(receipt, value=f"{receipt.value}e\u0301"),
    }[change]
    assert hearing.workflow.proves(receipt)
    assert not hearing.workflow.proves(changed)
    told = []
    for act in (
        lambda: hearing.view(changed),
        lambda: posted(hearing, changed, WithdrawCase(key=KEY, ground="settled")),
    ):
        with pytest.raises(Refused) as caught:
            act()
        told.append(str(caught.value))
    assert set(told) == {str(Refused(NOT_PROVED()))}  # the same words, whether there is such a case or not


@cache
def two() -> tuple[Hearing, CaseReceipt]:
    """Two grievances, and the receipt of the first."""
    hearing, receipt = ready()
    hearing.take_in("p-9", OTHER)
    return hearing, receipt


def test_the_receipt_still_proves_when_the_identity_has_been_erased_and_opens_nothing_else() -> None:
    hearing, receipt = ready("p-7")
    hearing.take_in("p-7", OTHER)
    hearing.answered()
    hearing.workflow.erase("p-7")
    assert hearing.view(receipt).state == "answered"
    posted(hearing, receipt, ContestCase(key=KEY, ground=Personal("Not all of it.")))
    assert hearing.workflow.state(STREAM).state == "contested"
    assert not hearing.workflow.proves(replace(receipt, stream=f"case/{OTHER}"))


def test_every_reason_about_receipts_is_met_here_or_with_the_identities() -> None:
    assert REASONS == (NOT_TAKEN_IN, NOBODY_SEALED, HANDED_OUT, NOT_PROVED, NOT_BY_LETTER)


# --- the view --------------------------------------------------------------------------------


def test_R_146_who_brought_it_sees_states_acknowledgement_answer_and_what_is_due() -> None:
    hearing, receipt = ready()
    taken = hearing.now
    hearing.later(days=1)
    hearing.do(AcknowledgeCase(key=KEY, channel="phone"), by=hearing.act(2))
    hearing.do(AcceptCase(key=KEY), by=hearing.act(2))
    due = hearing.now + timedelta(days=10)
    hearing.do(AssignInvestigator(key=KEY, investigator="p-3", due=due), by=hearing.act(4))
    hearing.later(days=2)
    later = due + timedelta(days=5)
    hearing.do(ExtendDue(key=KEY, due=later, ground="complex"), by=hearing.act(6))
    hearing.heard()
    hearing.do(DecideCase(key=KEY, outcome="upheld", ground=Personal("It was so.")), by=hearing.act(4))
    hearing.do(
        AnswerRequester(key=KEY, channel="letter", answer=Personal("You were right.")), by=hearing.act(2)
    )
    view = hearing.view(receipt)
    assert (view.stream, view.kind, view.state) == (STREAM, "grievance", "answered")
    assert [each.state for each in view.states] == [
        "received", "acknowledged", "accepted", "investigating", "decided", "answered",
    ]  # fmt: skip
    assert view.states[0].at == taken
    assert [(each.channel, each.at) for each in view.acknowledged] == [("phone", taken + timedelta(days=1))]
    assert [(each.channel, each.text) for each in view.answers] == [("letter", "You were right.")]
    clock, first, extended = view.due
    assert (clock.clock, clock.run, clock.previous) == ("acknowledge", 1, None)
    assert (first.clock, first.due, first.previous) == (None, due, None)
    assert (extended.due, extended.previous) == (later, due)
    assert view.identity == ()
    stands = {record.envelope.event_id for record in hearing.store.read_stream(STREAM)}
    for part in (view.states, view.acknowledged, view.answers, view.due):
        assert {each.event_id for each in part} <= stands


def test_R_146_who_brought_it_sees_every_request_for_their_identity_what_was_decided_and_who_opened_it() -> (
    None
):
    hearing, receipt = ready()
    asked = RequestIdentity(key=KEY, ground="hearing", reason=Personal("To ask about the day."))
    hearing.do(asked, by=hearing.act(3))
    hearing.later(hours=1)
    hearing.do(DecideIdentity(key=KEY, granted=False, ground="not_necessary"), by=hearing.act(6))
    hearing.later(hours=1)
    hearing.do(asked, by=hearing.act(3))
    hearing.do(DecideIdentity(key=KEY, granted=True, ground="necessary"), by=hearing.act(6))
    hearing.later(hours=1)
    hearing.do(OpenIdentity(key=KEY), by=hearing.act(3))
    found = hearing.view(receipt).identity
    assert [(each.what, each.request, each.person, each.ground) for each in found] == [
        ("requested", 1, "p-3", "hearing"),
        ("refused", 1, "p-6", "not_necessary"),
        ("requested", 2, "p-3", "hearing"),
        ("granted", 2, "p-6", "necessary"),
        ("opened", 2, "p-3", None),
    ]
    assert [each.reason for each in found] == [
        "To ask about the day.",
        None,
        "To ask about the day.",
        None,
        None,
    ]
    records = {record.envelope.event_id: record.envelope for record in hearing.store.read_stream(STREAM)}
    for each in found:
        assert each.at == records[each.event_id].recorded_at
        assert (each.capacity, each.delegate_of) == ("everything", None)


def test_R_205_an_answer_that_was_erased_shows_as_erased() -> None:
    hearing, receipt = ready()
    hearing.answered()
    hearing.workflow.erase(STREAM)
    (answer,) = hearing.view(receipt).answers
    assert answer.text == Withheld("erased")


THEIRS = st.lists(st.sampled_from(["notify", "reply", "again", "wait"]), max_size=5)


def shown(theirs: list[str], words: str) -> ComplainantView:
    """The view after whatever happened between the organisation and the person concerned."""
    hearing, receipt = ready()
    hearing.investigated()
    begun = hearing.now
    for number, what in enumerate(["notify", *theirs, "reply"]):
        try:
            if what in ("notify", "again"):
                notice = NotifyRespondent(
                    key=KEY,
                    person="p-5",
                    substance=Personal(f"{words}."),
                    reply_by=hearing.now + timedelta(days=1 + number),
                )
                hearing.do(notice, by=hearing.act(4))
            elif what == "reply":
                hearing.do(ReplyToNotice(key=KEY, reply=Personal(f"{words} {number}")), by=hearing.self_(5))
            else:
                hearing.later(hours=1)
        except Refused:
            pass
    hearing.now = begun + timedelta(days=20)
    hearing.do(DecideCase(key=KEY, outcome="upheld", ground=Personal(f"{words}.")), by=hearing.act(4))
    answer = AnswerRequester(key=KEY, channel="letter", answer=Personal("You were right."))
    hearing.workflow.execute(answer, by=hearing.act(2), at=hearing.now, command_id="answer")
    return hearing.view(receipt)


def apart_from_ids(view: ComplainantView) -> str:
    """A view without event ids, which are digests of the ids of commands."""
    parts = (view.states, view.acknowledged, view.answers, view.due, view.identity)
    return repr([[replace(each, event_id="") for each in part] for part in parts])


@settings(max_examples=30, deadline=None)
@given(THEIRS, st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), max_size=20))
def test_R_146_law_the_view_is_the_same_whatever_passed_with_those_whom_the_case_concerns(
    theirs: list[str], words: str
) -> None:
    assert apart_from_ids(shown(theirs, words)) == nothing_passed()


@cache
def nothing_passed() -> str:
    return apart_from_ids(shown([], "Something else."))


def test_the_view_names_nobody_of_those_who_deal_with_the_case_or_are_concerned_by_it() -> None:
    hearing, receipt = ready()
    hearing.answered()
    view = repr(hearing.view(receipt))
    for person in ("p-2", "p-3", "p-4", "p-5"):
        assert f"'{person}'" not in view
    assert "I was ill" not in view
    assert "kept somebody waiting" not in view
    assert found_in(view.encode(), NAME) == []


# --- the voice -------------------------------------------------------------------------------


def test_R_146_by_letter_a_case_is_contested_and_confirmed_without_an_account_that_names_its_bearer() -> None:
    hearing, receipt = ready("p-7")
    hearing.answered()
    posted(hearing, receipt, ContestCase(key=KEY, ground=Personal("Not all of it.")))
    answer = AnswerRequester(key=KEY, channel="letter", answer=Personal("Now all of it."))
    hearing.do(answer, by=hearing.act(2))
    posted(hearing, receipt, ConfirmResolution(key=KEY), "letter-2")
    assert hearing.view(receipt).state == "closed"
    *_, contested, _, confirmed = hearing.store.read_stream(STREAM)
    for record in (contested, confirmed):
        assert (record.envelope.account, record.envelope.person) == ("a-21", "p-21")
        assert b'"p-7"' not in record.bytes
    assert list(forbidden(hearing.workflow.history.events())) == []


def test_R_206_by_letter_both_appeals_are_made_and_no_third() -> None:
    hearing, receipt = ready()
    hearing.answered()
    for level in (1, 2):
        posted(hearing, receipt, AppealCase(key=KEY, ground=Personal("Look again.")), f"appeal-{level}")
        hearing.do(
            DecideAppeal(key=KEY, outcome="kept", ground=Personal("It stays.")), by=hearing.act(7 + level)
        )
        answer = AnswerRequester(key=KEY, channel="letter", answer=Personal("It stays."))
        hearing.do(answer, by=hearing.act(2))
    with pytest.raises(Refused) as caught:
        posted(hearing, receipt, AppealCase(key=KEY, ground=Personal("Once more.")), "appeal-3")
    assert code(caught) == "case.no_further_appeal"
    assert hearing.view(receipt).states[-2].state == "reviewed"


def test_by_letter_a_case_is_withdrawn() -> None:
    hearing, receipt = ready()
    posted(hearing, receipt, WithdrawCase(key=KEY, ground="settled"))
    assert hearing.workflow.state(STREAM).withdrawn
    assert hearing.view(receipt).state == "withdrawn"


def test_a_letter_that_is_sent_twice_is_recorded_once() -> None:
    hearing, receipt = ready()
    letter = WithdrawCase(key=KEY, ground="settled")
    first = hearing.letterbox.post(receipt, letter, at=hearing.now, command_id="letter-1")
    again = hearing.letterbox.post(receipt, letter, at=hearing.now, command_id="letter-1")
    assert again == first
    assert again.repeated


@pytest.mark.parametrize(
    "command",
    [
        AcceptCase(key=KEY),
        CloseCase(key=KEY),
        DecideCase(key=KEY, outcome="upheld", ground=Personal("I say so.")),
        AppealCase(key=KEY, ground=Personal("For the other side."), party="respondent"),
        opening(key=OTHER),
        OpenIdentity(key=KEY),
    ],
    ids=lambda command: command.stored_type,
)
def test_nothing_else_comes_by_letter_although_the_account_might(command: Command) -> None:
    hearing, receipt = ready()
    hearing.answered()
    before = hearing.store.head()
    with pytest.raises(Refused) as caught:
        posted(hearing, receipt, command)
    assert code(caught) == "identity.not_by_letter"
    assert hearing.store.head() == before


def test_the_receipt_of_one_case_is_no_voice_in_another() -> None:
    hearing, receipt = ready()
    hearing.take_in("p-9", OTHER)
    with pytest.raises(Refused) as caught:
        posted(hearing, receipt, WithdrawCase(key=OTHER, ground="settled"))
    assert code(caught) == "identity.not_proved"
    assert not hearing.workflow.state(f"case/{OTHER}").withdrawn


def test_an_account_in_a_role_with_no_more_than_these_duties_is_enough_and_without_them_is_not() -> None:
    hearing, receipt = ready()
    hearing.answered()
    duties = ("case.contest", "case.custody", "case.withdraw")
    roles = {"everything": tuple(hearing.workflow.state("authority").roles["everything"])}
    hearing.do(AdoptRoles(roles={**roles, "letterbox": duties, "doorkeeper": ("case.custody",)}))
    for role, person in (("letterbox", "p-28"), ("doorkeeper", "p-29")):
        hearing.do(GrantRole(person=person, role=role, unit="u-city"))
    contest = ContestCase(key=KEY, ground=Personal("Not all of it."))
    with pytest.raises(Refused) as caught:
        Letterbox(hearing.workflow, Actor("a-29", "p-29", "doorkeeper")).post(
            receipt, contest, at=hearing.now, command_id="letter-1"
        )
    assert code(caught) == "authority.duty_not_covered"
    letterbox = Letterbox(hearing.workflow, Actor("a-28", "p-28", "letterbox"))
    assert letterbox.post(receipt, contest, at=hearing.now, command_id="letter-2")


def test_every_command_that_comes_by_letter_is_one_of_a_case() -> None:
    assert two()[0].model.registry.commands.keys() >= BY_LETTER
