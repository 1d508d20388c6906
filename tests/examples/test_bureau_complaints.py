"""The bureau's intake (S3): figures, due process and what outsiders see, on the history by replay."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.support.demos import findings, too_wide

from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AppealCase,
    AssignInvestigator,
    CaseContested,
    CaseDecided,
    CaseOpened,
    CaseRecused,
    ContestCase,
    DecideAppeal,
    DecideCase,
    ExtendClock,
    ReopenCase,
    RespondentNotified,
    RespondentReplied,
)
from party_workflow.domain.organisation import DECIDER as ORGANISATION
from party_workflow.errors import Refused
from party_workflow.history import History
from party_workflow.packs.party import MODEL, PACK
from party_workflow.packs.results import full_audit
from party_workflow.personal import MemoryIdentities, MemoryOpenings, Personal, Withheld
from party_workflow.policies.cases.case_counts import case_counts
from party_workflow.policies.cases.clock_report import clock_report, explain_clock
from party_workflow.policies.cases.four_zeros import Promise, four_zeros
from party_workflow.policies.cases.missed_warnings import missed_warnings
from party_workflow.policies.cases.opinion_rounds import follow_up, opinion_rounds
from party_workflow.policies.cases.resolution import levels_of_resolution
from party_workflow.policies.consequences.consequences import consequences
from party_workflow.policies.consequences.grounds import corrected_grounds
from party_workflow.policies.figure import Absent
from party_workflow.policies.registers import entries, intake, passed_on
from party_workflow.service import CaseReceipt, Letterbox, Workflow
from party_workflow.store import Actor, MemoryStore
from party_workflow_adapters.demos import bureau_complaints as bureau
from party_workflow_adapters.demos.bureau_complaints import people
from party_workflow_adapters.demos.bureau_complaints.complaints import (
    ANONYMOUS,
    FIRST,
    LATE,
    SECOND,
    SIGNED,
    WAITING,
)
from party_workflow_adapters.demos.bureau_complaints.petitions import FOLLOWING, LEAD, PAY
from party_workflow_adapters.demos.bureau_complaints.tour import receipt, tour
from party_workflow_adapters.demos.bureau_complaints.voices import ROUND
from party_workflow_adapters.demos.diary import acting, moment, person, self_
from party_workflow_adapters.demos.listing import demos

YEAR_END = moment("2025-12-31 23:59")
YEAR_BEGIN = moment("2025-01-01 00:00")
(DEMO,) = [demo for demo in demos() if demo.name == bureau.NAME]
WORKED = PACK.read_as(Calendar, "cn-working-days")
ECHO = Term(amount=15, unit="calendar_days")
KINDS = ("complaint", "signed_report", "petition", "opinion")
STREAM = f"case/{FIRST}"
COMPLAINANT = person(people.COMPLAINANT)


def executed(*, erased: bool) -> Workflow:
    workflow = Workflow(
        MemoryStore(),
        MODEL,
        openings=MemoryOpenings(),
        identities=MemoryIdentities(),
        salts=DEMO.salts,
    )
    for _ in bureau.build(workflow, erased=erased):
        pass
    return workflow


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    """To read from, the complainant erased; a test that writes tells the story for itself."""
    return executed(erased=True)


@pytest.fixture(scope="module")
def before() -> Workflow:
    """The same before the complainant is erased."""
    return executed(erased=False)


@pytest.fixture(scope="module")
def history(workflow: Workflow) -> History:
    return workflow.history


def attempt(workflow: Workflow, command: Command, by: Actor, at: str) -> str:
    """The code of the refusal, after which nothing is recorded."""
    head = workflow.history.head()
    with pytest.raises(Refused) as raised:
        workflow.execute(command, by=by, at=moment(at), command_id="attempt")
    assert workflow.history.head() == head
    return raised.value.refusal.code


def events(history: History, stream: str, *types: type) -> list[Any]:
    return [item for item in history.events(*types) if item.envelope.stream == stream]


# --- the whole -----------------------------------------------------------------------------------


def test_the_audit_finds_what_is_open_and_nothing_else(history: History) -> None:
    open_ones = ["sign-pay", "opinion-5", ANONYMOUS, WAITING, LATE, "petition-5"]
    assert findings(history) == [f"open: case/{key}" for key in open_ones]


def test_the_same_story_told_again_gives_the_same_history(history: History, before: Workflow) -> None:
    assert before.history.head() == history.head()


def test_the_tour_fits_on_the_screen_and_names_no_complainant_but_in_their_own_view(history: History) -> None:
    lines = list(tour(history))
    assert 55 <= len(lines) <= 75
    assert too_wide(iter(lines)) == []
    named = [line for line in lines if COMPLAINANT in line.replace(")", " ").replace(",", " ").split()]
    assert named == [f"The complainant's own view, by receipt (theirs alone: {COMPLAINANT}):"]
    assert not [line for line in lines if person(people.SIGNER) in line.split() or "城西" in line]


def test_S3_the_bureau_has_29_members_three_retired_and_three_away(history: History) -> None:
    organisation = history.state(ORGANISATION, "organisation")
    at = moment("2025-03-01 09:00")

    def having(*categories: str) -> int:
        return len(organisation.people_of(people.BUREAU, at, categories, ()))

    assert (having("member"), having("retired"), having("away")) == (29, 3, 3)


# --- intake and echoes ---------------------------------------------------------------------------


def test_R_114_intake_is_closed_and_open_on_every_day_of_the_year(history: History) -> None:
    day = YEAR_BEGIN
    while day <= YEAR_END:
        found = intake(history, day, KINDS, echo=ECHO, calendar=WORKED)
        assert found.balanced
        day += timedelta(days=30)
    end = {kind: intake(history, YEAR_END, (kind,), echo=ECHO, calendar=WORKED) for kind in KINDS}
    counts = {
        kind: tuple(int(figure.exact()) for figure in (found.intake, found.closed, found.open, found.echoed))
        for kind, found in end.items()
    }
    assert counts == {
        "complaint": (5, 3, 2, 4),
        "signed_report": (2, 1, 1, 1),
        "petition": (5, 4, 1, 4),
        "opinion": (5, 4, 1, 4),
    }
    assert {kind: len(found.overdue) for kind, found in end.items()} == dict.fromkeys(KINDS, 1)


def test_R_114_what_is_overdue_is_named_to_its_handlers_and_counted_for_the_others(
    workflow: Workflow,
) -> None:
    def overdue(seen: History, *, named: bool) -> list[str]:
        found = intake(seen, YEAR_END, KINDS, echo=ECHO, calendar=WORKED, named=named)
        return [item.stream for item in found.overdue]

    assert overdue(workflow.history, named=False).count("") == 2
    handled = overdue(workflow.seen_by(people.OFFICER, YEAR_END), named=True)
    assert sorted(handled) == sorted(["case/opinion-5", f"case/{WAITING}", f"case/{LATE}", "case/petition-5"])


# --- due process ---------------------------------------------------------------------------------


def test_R_143_everybody_concerned_was_told_the_substance_and_heard_before_each_decision(
    history: History,
) -> None:
    for stream, who, decisions in (
        (STREAM, people.ACCUSED, 3),
        (f"case/{SECOND}", people.SECOND_ACCUSED, 1),
        (f"case/{SIGNED}", people.SECOND_ACCUSED, 1),
    ):
        order = [
            (type(item.event), getattr(item.event, "person", None))
            for item in events(history, stream, RespondentNotified, RespondentReplied, CaseDecided)
        ]
        assert (
            order
            == [
                (RespondentNotified, person(who)),
                (RespondentReplied, person(who)),
                (CaseDecided, None),
            ]
            * decisions
        )


def test_R_143_neither_the_accused_nor_somebody_close_to_them_investigates() -> None:
    workflow = executed(erased=False)
    late = "2026-01-05 09:00"
    # The second complaint is closed; a new round of it is investigated by nobody with a part in it.
    reopened = ReopenCase(key=SECOND, ground="new_evidence")
    workflow.execute(reopened, by=people.OFFICER, at=moment("2026-01-04 09:00"), command_id="reopen")
    for who in (people.SECOND_ACCUSED, people.RECUSED):  # the other is married to the accused
        named = AssignInvestigator(key=SECOND, investigator=person(who))
        assert attempt(workflow, named, people.OFFICER, late) == "authority.appointee_involved"
    named = AssignInvestigator(key=SECOND, investigator=person(people.SECOND_INVESTIGATOR))
    workflow.execute(named, by=people.OFFICER, at=moment(late), command_id="named")


def test_R_203_who_stepped_back_is_not_named_investigator_again_and_nothing_outside_tells(
    workflow: Workflow,
) -> None:
    (recused,) = events(workflow.history, STREAM, CaseRecused)
    assert recused.event.person == person(people.RECUSED)
    again = AssignInvestigator(key=FIRST, investigator=person(people.RECUSED))
    told = executed(erased=False)
    told.execute(
        ReopenCase(key=FIRST, ground="new_evidence"),
        by=people.OFFICER,
        at=moment("2026-01-04 09:00"),
        command_id="reopen",
    )
    assert attempt(told, again, people.OFFICER, "2026-01-05 09:00") == "authority.appointee_involved"
    seen = workflow.seen_by(people.OUTSIDER, YEAR_END)
    assert not list(seen.events(CaseRecused))


def test_the_first_complaint_is_contested_by_letter_and_the_log_names_the_letterbox_only(
    history: History,
) -> None:
    (contested,) = events(history, STREAM, CaseContested)
    assert contested.envelope.actor == people.LETTERBOX
    outcomes = [item.event.outcome for item in events(history, STREAM, CaseDecided)]
    assert outcomes == ["not_upheld", "upheld", "partly_upheld"]


def test_a_letter_without_the_receipt_is_refused(before: Workflow) -> None:
    held = receipt(before.history)
    forged = CaseReceipt(held.stream, bytes(32), held.value)
    with pytest.raises(Refused) as raised:
        Letterbox(before, people.LETTERBOX).view(forged)
    assert raised.value.refusal.code == "identity.not_proved"
    letter = ContestCase(key=FIRST, ground=Personal("x"))
    assert attempt(before, letter, self_(people.COMPLAINANT), "2026-01-05 09:00")


# --- identity ------------------------------------------------------------------------------------


def test_R_146_an_opening_takes_a_request_and_a_custodian_and_both_are_in_the_complainants_view(
    before: Workflow,
) -> None:
    view = Letterbox(before, people.LETTERBOX).view(receipt(before.history))
    assert [(item.what, item.person, item.capacity) for item in view.identity] == [
        ("requested", people.OFFICER.person, "case_officer"),
        ("granted", people.CUSTODIAN.person, "custodian"),
        ("opened", people.OFFICER.person, "case_officer"),
    ]
    assert view.identity[0].ground == "to_hear_the_complainant"
    assert view.identity[0].reason == "需核实办理日期。"
    assert before.identity(STREAM, people.OFFICER, YEAR_END) == COMPLAINANT
    assert before.identity(STREAM, people.DECIDER, YEAR_END) == Withheld("not-permitted")


def test_R_146_the_complainant_stands_nowhere_in_the_record(history: History) -> None:
    for record in history.records():
        if record.envelope.stream.startswith("case/"):
            assert f'"{COMPLAINANT}"'.encode() not in record.bytes
            assert record.envelope.person != COMPLAINANT


def test_R_205_erasing_the_complainant_leaves_record_counts_and_proofs_as_they_were(
    before: Workflow, workflow: Workflow
) -> None:
    def figures(history: History) -> list[object]:
        counts = [case_counts(history, kind, YEAR_BEGIN, YEAR_END, "both") for kind in KINDS]
        whole = intake(history, YEAR_END, KINDS, echo=ECHO, calendar=WORKED)
        return [counts, whole, levels_of_resolution(history, "petition", YEAR_END), full_audit(history)]

    assert figures(before.history) == figures(workflow.history)
    assert workflow.identity(STREAM, people.OFFICER, YEAR_END) == Withheld("erased")
    assert workflow.proves(receipt(workflow.history))
    assert [record.bytes for record in before.history.records()] == [
        record.bytes for record in workflow.history.records()
    ]


# --- what outsiders see --------------------------------------------------------------------------


def test_R_167_an_outsider_sees_no_protected_case_and_no_gap_where_one_is(workflow: Workflow) -> None:
    handler = workflow.seen_by(people.OFFICER, YEAR_END)
    outsider = workflow.seen_by(people.OUTSIDER, YEAR_END)
    counts = {
        kind: (len(entries(handler, YEAR_END, (kind,))), len(entries(outsider, YEAR_END, (kind,))))
        for kind in ("complaint", "signed_report")
    }
    assert counts == {"complaint": (5, 0), "signed_report": (2, 0)}
    positions = [record.position for record in outsider.records()]
    assert positions == list(range(1, len(positions) + 1))
    protected = {FIRST, SECOND, ANONYMOUS, WAITING, SIGNED, LATE}
    for record in outsider.records():
        assert not any(key.encode() in record.bytes for key in protected)


def test_R_167_a_penalty_that_rests_on_a_protected_case_is_there_for_those_who_may_see_its_ground(
    workflow: Workflow,
) -> None:
    for who, seen in (
        (people.LEADER, 1),
        (people.COMMITTEE, 1),
        (people.BOARD, 1),
        (self_(people.ACCUSED), 1),
        (people.OUTSIDER, 0),
        (self_(people.SECOND_INVESTIGATOR), 1),
    ):
        view = workflow.seen_by(who, YEAR_END)
        assert len(consequences(view, on=date(2025, 12, 31))) == seen
        assert bool(list(view.stream("procedure/penalty-1"))) == bool(seen)


def test_R_147_of_an_outsiders_complaints_there_is_no_number_that_tells(workflow: Workflow) -> None:
    promise = PACK.read_as(Promise, "four_zeros")
    outsider = workflow.seen_by(people.OUTSIDER, YEAR_END)
    seen = four_zeros(outsider, promise, people.BUREAU, YEAR_BEGIN, YEAR_END)
    assert seen.complaints.shown.exact() == 4  # the petitions that they may see
    assert seen.indicator("zero_shirking").undecided == 0


# --- consequences --------------------------------------------------------------------------------


def test_R_164_each_part_of_the_penalty_is_anothers_and_it_cites_the_case_as_it_stood(
    history: History,
) -> None:
    (found,) = consequences(history, on=date(2025, 12, 31))
    parts = (found.proposed, found.authorised, found.reviewed)
    assert [taken.person for taken in parts if taken is not None] == [
        people.LEADER.person,
        people.COMMITTEE.person,
        people.BOARD.person,
    ]
    assert (found.stated is not None, found.appealed is not None) == (True, True)
    assert (found.ground, found.measure, found.standing) == (STREAM, "criticism", "ended")
    (inforce,) = consequences(history, on=date(2025, 12, 26))
    assert inforce.standing == "in_force"


def test_R_166_a_corrected_ground_lists_the_use_that_was_made_of_it(history: History) -> None:
    (found,) = corrected_grounds(history, MODEL)
    assert found.fact == STREAM
    assert {item.what for item in found.corrections} >= {"reopened", "outcome_changed"}
    assert [use.stream for use in found.uses] == ["procedure/penalty-1"]
    assert corrected_grounds(history.as_of(known=moment("2025-08-31 12:00")), MODEL) == ()


# --- petitions -----------------------------------------------------------------------------------


def test_R_131_the_first_petition_goes_through_three_levels_each_in_time(history: History) -> None:
    every = [line for line in clock_report(history, YEAR_END, "petition") if line.case == f"case/{PAY}"]
    assert {line.standing for line in every} == {"kept"}
    lines = [line for line in every if line.clock != "register"]
    assert [(line.clock, line.run, line.standing) for line in lines] == [
        ("finish", 1, "kept"),
        ("ask_review", 1, "kept"),
        ("review", 1, "kept"),
        ("ask_review", 2, "kept"),
        ("rereview", 1, "kept"),
    ]
    finish = lines[0]
    assert (finish.original, finish.due) == (moment("2025-04-26 00:00"), moment("2025-05-26 00:00"))
    assert any("extended" in sentence.lower() for sentence in explain_clock(history, f"case/{PAY}", "finish"))


def test_R_131_an_extension_a_day_later_and_a_third_appeal_are_refused(workflow: Workflow) -> None:
    story = bureau.story()
    extension = next(
        entry for entry in story.entries if entry.commands and isinstance(entry.commands[0], ExtendClock)
    )
    told = Workflow(
        MemoryStore(), MODEL, openings=MemoryOpenings(), identities=MemoryIdentities(), salts=DEMO.salts
    )
    until = [entry for entry in story.entries if entry.at < extension.at]
    story.entries[:] = until
    for _ in story.play(told):
        pass
    late = ExtendClock(key=PAY, clock="finish", ground="records_of_a_firm")
    assert attempt(told, late, people.HEAD, "2025-04-26 00:00") == "case.due_over"
    third = AppealCase(key=PAY, ground=Personal("x"))
    code = attempt(executed(erased=False), third, self_(people.PETITIONERS[0]), "2026-01-05 09:00")
    assert code.startswith(("lifecycle.", "case."))


def test_R_206_nobody_who_decided_before_decides_the_appeal() -> None:
    story = bureau.story()
    second = next(
        entry
        for entry in story.entries
        if entry.commands and isinstance(entry.commands[0], DecideAppeal) and entry.by == people.REVIEWERS[1]
    )
    told = Workflow(
        MemoryStore(), MODEL, openings=MemoryOpenings(), identities=MemoryIdentities(), salts=DEMO.salts
    )
    story.entries[:] = [entry for entry in story.entries if entry.at < second.at]
    for _ in story.play(told):
        pass
    (command,) = second.commands
    assert isinstance(command, DecideAppeal)
    assert attempt(told, command, people.REVIEWERS[0], "2025-08-05 10:00") == "authority.own_case"
    told.execute(command, by=people.REVIEWERS[1], at=moment("2025-08-05 10:00"), command_id="other")


def test_R_133_levels_are_reported_with_what_was_escalated_and_duplicates_keep_their_answer(
    history: History,
) -> None:
    found = levels_of_resolution(history, "petition", YEAR_END)
    assert {level: figure.exact() for level, figure in found.by_level.items()} == {0: 3, 2: 1}
    received = [figure.displayed for figure in (found.received, found.finished, found.open)]
    assert received == ["5", "4", "1"]
    assert found.escalated.exact() == 1
    assert found.at_first.value == Fraction(3, 4)
    assert not found.unreplied
    for key in FOLLOWING:
        state = history.state(MODEL.decider("case/x"), f"case/{key}")
        assert state.lead == f"case/{LEAD}"
        assert (state.state, state.final) == ("settled", True)


def test_R_145_the_hand_over_is_counted_and_names_both_units(history: History) -> None:
    (row,) = passed_on(history, YEAR_END, ("petition",))
    assert (row.case, row.stations) == (f"case/{PAY}", (people.BUREAU, "u-insurance"))
    assert (row.handed_over, row.most, row.ping_pong) == (1, 3, ())


def test_R_134_the_petition_was_warned_of_and_the_link_is_on_record(history: History) -> None:
    (row,) = missed_warnings(history).rows
    (warned,) = row.warnings
    assert (row.stream, warned.kind, warned.days, warned.linked) == (f"case/{PAY}", "early_sign", 28, True)
    sign = next(item for item in history.events(CaseOpened) if item.envelope.stream == "case/sign-pay")
    assert isinstance(sign.event, CaseOpened)
    assert (sign.event.requester, sign.event.concerns) == (None, ())


# --- opinions ------------------------------------------------------------------------------------


def test_R_138_28_of_29_forms_came_back_and_every_way_has_both_counts(history: History) -> None:
    (found,) = opinion_rounds(history)
    forms = found.way("opinion_forms", "staff")
    assert (forms.sent.displayed, forms.received.displayed) == ("29", "28")
    assert forms.returned.rate.displayed == "0.9655"
    assert {way.channel for way in found.ways} == {"letters", "opinion_forms", "opinion_meetings"}
    assert sum(way.received.exact() for way in found.ways) == 91


def test_R_139_of_three_retired_no_group_is_recorded(history: History) -> None:
    (found,) = opinion_rounds(history)
    assert found.groups == (("members_in_service", "twenty_or_more"),)


def test_R_138_each_opinion_is_decided_and_told_and_the_givers_are_invited_again(history: History) -> None:
    after = follow_up(history, f"procedure/{ROUND}")
    assert (after.invited, after.forgotten, after.anonymous) == (("p-23", "p-27"), ("p-103",), 2)
    outcomes = [
        item.event.outcome
        for item in history.events(CaseDecided)
        if isinstance(item.event, CaseDecided) and item.envelope.stream.startswith("case/opinion-")
    ]
    assert sorted(outcomes) == ["adopted", "adopted", "not_adopted", "partly_adopted"]


# --- four zeros ----------------------------------------------------------------------------------


def test_R_144_complaints_stand_beside_the_channels_and_what_others_received(history: History) -> None:
    promise = PACK.read_as(Promise, "four_zeros")
    found = four_zeros(history, promise, people.BUREAU, YEAR_BEGIN, YEAR_END)
    assert found.complaints.shown.exact() == 10
    assert (found.complaints.received.displayed, found.complaints.elsewhere.displayed) == ("9", "1")
    assert {told.by: told.number for told in found.complaints.told} == {"hotline": 6, "higher_office": 2}
    tried = {channel.channel: channel.tried for channel in found.complaints.channels}
    assert tried == {"complaint_box": (0, 1), "complaint_desk": (2, 2), "petition_window": None}
    down = {channel.channel: channel.open.exact() for channel in found.complaints.channels}
    assert down["complaint_box"] < down["complaint_desk"] == down["petition_window"] < 1
    zeros = {zero.code: (zero.found.displayed, zero.undecided) for zero in found.indicators}
    assert zeros == {"zero_shirking": ("1", 1), "zero_distance": ("0", 1), "zero_error": ("1", 0)}
    distance = found.indicator("zero_distance").of_decided.rate.value
    assert isinstance(distance, Absent)  # none decided is no merit


def test_the_decider_of_a_complaint_neither_brought_nor_investigated_it() -> None:
    told = executed(erased=False)
    decide = DecideCase(key=WAITING, outcome="upheld", ground=Personal("x"))
    assert attempt(told, decide, people.OUTSIDER, "2026-01-05 09:00")
    assert attempt(told, decide, acting(people.ACCUSED, "case_officer"), "2026-01-05 09:00")
