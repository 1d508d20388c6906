"""Registers of problems, hazards and concerns: found, rectified, verified; what came in, who was answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.registers import CALENDAR, FULFILLED, PROOF, SECRET, TEXT, Office, number_of

from party_workflow.calendar import Term
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AssignResponsible,
    CaseKind,
    CaseOpened,
    CloseCase,
    ConfirmResolution,
    ContestCase,
    DecideCase,
    EscalateCase,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    JoinCase,
    OpenCase,
    PromoteCase,
    RectificationReported,
    RefuseCase,
    ReopenCase,
    ReportRectified,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.publication import Publish
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.policies.figure import PERCENT, Figure
from party_workflow.policies.registers import (
    FIVE,
    by_particular,
    entries,
    fulfilments,
    intake,
    rectification,
)
from party_workflow.policies.taxonomy import Taxonomy

ECHO = Term(amount=15, unit="calendar_days")


# --- the problem register ----------------------------------------------------------------------


def test_R_109_a_finding_leads_to_class_source_subject_evidence_and_severity() -> None:
    office = Office()
    check = office.open("f-1", "finding")
    office.open("b-1", "problem", source=check, classes=("records", "discipline"))
    state = office.case("b-1")
    assert state.classes == ("discipline", "records")
    assert (state.source, state.unit) == (check, "u-branch")
    assert (state.codes["severity"], state.codes["found_by"]) == ("grave", "inspection")
    opened = entries(office.history, office.now, ("problem",))[0].opening
    assert opened.evidence == (PROOF,)


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"classes": ()}, "case.demanded"),
        ({"evidence": ()}, "case.demanded"),
        ({"said": {"severity": "none_of_these"}}, "case.not_a_value"),
    ],
)
def test_R_109_a_problem_without_class_evidence_or_a_known_severity_is_refused(lacking, code) -> None:  # type: ignore[no-untyped-def]
    office = Office()
    with pytest.raises(Refused) as refused:
        office.open("b-1", "problem", **lacking)
    assert refused.value.refusal.code == code
    office.open("b-1", "problem")


def test_R_109_a_problem_of_which_no_severity_is_said_is_refused() -> None:
    office = Office()
    with pytest.raises(Refused) as refused:
        office.do(_bare("b-1", "problem"), by=office.finder)
    assert refused.value.refusal.code == "case.particular_lacking"


def _bare(key: str, kind: str) -> OpenCase:
    digest = party.PACK.read_as(CaseKind, kind).digest
    return OpenCase(
        key=key,
        kind=kind,
        definition=digest,
        unit="u-branch",
        substance=TEXT,
        classes=("x",),
        evidence=(PROOF,),
    )


def test_R_109_the_class_lists_are_data_of_the_pack() -> None:
    kinds = {entry.key: entry.value for entry in party.PACK.of_kind("taxonomy")}
    assert {"four-insufficiencies", "three-imbalances"} <= set(kinds) or len(kinds) >= 3
    assert all(isinstance(taxonomy, Taxonomy) for taxonomy in kinds.values())


# --- found, rectified, verified ----------------------------------------------------------------


def test_R_115_reported_done_is_not_closed_and_a_failed_verification_goes_back_and_counts() -> None:
    office = Office()
    office.open("b-1", "problem")
    office.assign("b-1")
    office.rectify("b-1")
    assert office.why_not(CloseCase(key="b-1"), office.finder).code == "lifecycle.move_closed"
    own = VerifyRectification(key="b-1", passed=True, evidence=(PROOF,))
    assert office.why_not(own, office.act(6)).code.startswith("authority.")
    bare = VerifyRectification(key="b-1", passed=False, evidence=())
    assert office.why_not(bare, office.finder).code == "case.no_evidence"
    office.verify("b-1", passed=False)
    assert office.case("b-1").state == "in_progress"
    seen = rectification(office.history, office.now, ("problem",))
    assert (number_of(seen.rectified), number_of(seen.open), number_of(seen.failed)) == (0, 1, 1)
    office.rectify("b-1")
    seen = rectification(office.history, office.now, ("problem",))
    assert (number_of(seen.rectified), number_of(seen.verified), number_of(seen.unverified)) == (1, 0, 1)
    office.verify("b-1")
    office.close("b-1")
    seen = rectification(office.history, office.now, ("problem",))
    assert (number_of(seen.found), number_of(seen.verified), number_of(seen.failed)) == (1, 1, 1)
    assert office.case("b-1").failed_verifications == 1


def test_R_115_a_case_taken_up_again_is_open_again_and_one_given_up_is_not_rectified() -> None:
    office = Office()
    office.open("b-1", "problem")
    office.finish("b-1")
    office.do(ReopenCase(key="b-1", ground="came_back"), by=office.finder)
    office.open("s-1", "assignment_slip")
    office.do(WithdrawCase(key="s-1", ground="error"), by=office.finder)
    seen = rectification(office.history, office.now, ("problem", "assignment_slip"))
    assert (number_of(seen.found), number_of(seen.open), number_of(seen.given_up)) == (2, 2, 1)
    assert (number_of(seen.reopened), seen.rate.exact()) == (1, Fraction(0))


def test_R_123_of_857_found_748_are_rectified_109_open_also_when_all_are_put_right_later() -> None:
    office = Office()
    for number in range(1, 858):
        office.open(f"h-{number}", "hazard")
        office.assign(f"h-{number}", days=300)
        if number <= 748:
            office.rectify(f"h-{number}")
        if number <= 500:
            office.verify(f"h-{number}")
    end = office.local(2024, 12, 31, 23)
    office.on(2025, 1, 20, 9)
    for number in range(749, 858):
        office.rectify(f"h-{number}")
    seen = rectification(office.history, end, ("hazard",))
    assert (number_of(seen.found), number_of(seen.rectified), number_of(seen.open)) == (857, 748, 109)
    assert (number_of(seen.verified), number_of(seen.unverified)) == (500, 248)
    assert seen.rate.exact() == Fraction(748, 857)
    assert (seen.rate.displayed, PERCENT.apply(seen.rate.exact() * 100)) == ("0.8728", Decimal("87.28"))
    assert len(seen.open_cases) == 109
    later = rectification(office.history, office.now, ("hazard",))
    assert (number_of(later.found), number_of(later.rectified), number_of(later.open)) == (857, 857, 0)
    assert _counts(later.rate) == ("857", "857")
    assert len(fulfilments(office.history, end, ("hazard",))) == 857
    assert {each.lacks for each in fulfilments(office.history, end, ("hazard",))} == {()}
    traced = {each.event_id for each in seen.rectified.evidence()}
    reported = [item.envelope for item in office.history.events(RectificationReported)]
    assert traced == {envelope.event_id for envelope in reported if envelope.effective_at <= end}


def _counts(rate: Figure) -> tuple[str, ...]:
    return tuple(each.displayed for each in rate.inputs if isinstance(each, Figure))


def test_R_123_an_open_hazard_without_its_five_fulfilments_is_told_with_what_it_lacks() -> None:
    office = Office()
    office.open("h-1", "hazard")
    assert [each.lacks for each in fulfilments(office.history, office.now, ("hazard",))] == [FIVE]
    due = office.now + timedelta(days=20)
    assign = AssignResponsible(key="h-1", responsible="p-6", due=due)
    for count in range(3):
        refusal = office.why_not(assign, office.clerk)
        assert refusal.code == "case.particular_lacking"
        office.do(GiveParticulars(key="h-1", particulars=FULFILLED[count : count + 1]), by=office.clerk)
        lacks = fulfilments(office.history, office.now, ("hazard",))[0].lacks
        assert len(lacks) == 4 - count
    office.do(AssignResponsible(key="h-1", responsible="p-6"), by=office.clerk)
    assert office.case("h-1").run("rectify") is not None  # without a day of its own, the clock sets it
    (whole,) = fulfilments(office.history, office.now, ("hazard",))
    assert (whole.lacks, len(whole.events)) == ((), 5)
    office.rectify("h-1")
    office.verify("h-1")
    office.close("h-1")
    assert fulfilments(office.history, office.now, ("hazard",)) == ()


# --- major hazards and modes -------------------------------------------------------------------


def _posting(office: Office, key: str) -> str:
    office.do(
        Publish(
            key=key, unit="u-city", subject="hazards", audience="all_members", media="website", position=1,
            known=office.now, rule=PROOF, digest=PROOF,
        ),
        by=office.finder,
    )  # fmt: skip
    return f"publication/{key}"


def test_R_124_a_major_hazard_has_another_supervisor_and_published_listing_and_delisting() -> None:
    office = Office()
    office.open("g-1", "major_hazard")
    listed = GivenParticular(name="listing", matter="publication/none")
    accept = AcceptCase(key="g-1")
    assert office.why_not(accept, office.finder).code == "case.particular_lacking"
    own = GivenParticular(name="supervisor", unit="u-branch")
    say = GiveParticulars(key="g-1", particulars=(own,))
    assert office.why_not(say, office.finder).code == "case.unit_must_differ"
    say = GiveParticulars(key="g-1", particulars=(listed,))
    assert office.why_not(say, office.finder).code == "case.unknown_matter"
    other = GivenParticular(name="supervisor", unit="u-bureau")
    listed = GivenParticular(name="listing", matter=_posting(office, "list-1"))
    office.do(GiveParticulars(key="g-1", particulars=(other, listed)), by=office.finder)
    office.do(accept, by=office.finder)
    assert office.case("g-1").state == "listed"
    office.assign("g-1", days=60)
    office.rectify("g-1")
    office.verify("g-1")
    assert office.why_not(CloseCase(key="g-1"), office.finder).code == "case.particular_lacking"
    taken_off = GivenParticular(name="delisting", matter=_posting(office, "delist-1"))
    office.do(GiveParticulars(key="g-1", particulars=(taken_off,)), by=office.finder)
    assert office.why_not(CloseCase(key="g-1"), office.clerk).code.startswith("authority.")
    office.close("g-1")
    said = office.case("g-1").particulars
    assert (said["supervisor"].unit, said["listing"].matter) == ("u-bureau", "publication/list-1")
    assert said["delisting"].matter == "publication/delist-1"


def test_R_124_a_hazard_that_turns_out_major_goes_on_in_the_other_register_and_counts_once() -> None:
    office = Office()
    hazard = office.open("h-1", "hazard")
    office.open("g-1", "major_hazard", source=hazard)
    office.do(PromoteCase(key="h-1", to="case/g-1"), by=office.finder)
    both = rectification(office.history, office.now, ("hazard", "major_hazard"))
    assert (number_of(both.found), number_of(both.open), number_of(both.passed_on)) == (1, 1, 1)
    assert both.open_cases == ("case/g-1",)


def test_R_125_both_modes_feed_one_register_and_are_compared_with_their_counts() -> None:
    office = Office()
    for number in range(6):
        mode = "regular" if number < 4 else "concentrated"
        office.open(f"h-{number}", "hazard", said={"mode": mode})
        office.assign(f"h-{number}")
    for number in (0, 4, 5):
        office.rectify(f"h-{number}")
    modes = by_particular(office.history, office.now, ("hazard",), "mode")
    whole = rectification(office.history, office.now, ("hazard",))
    assert list(modes) == ["concentrated", "regular"]
    assert [(number_of(m.rectified), number_of(m.found)) for m in modes.values()] == [(2, 2), (1, 4)]
    assert [m.rate.displayed for m in modes.values()] == ["1.0000", "0.2500"]
    assert sum(number_of(m.found) for m in modes.values()) == number_of(whole.found)
    with pytest.raises(Refused):
        office.open("h-9", "hazard", said={"mode": "whenever"})


def test_R_147_no_figure_of_a_register_gets_better_by_finding_less_or_by_giving_up() -> None:
    office = Office()
    office.open("s-1", "assignment_slip")
    office.accepted("s-2")
    office.rectify("s-2")
    before = rectification(office.history, office.now, ("assignment_slip",))
    office.do(WithdrawCase(key="s-1", ground="error"), by=office.finder)
    after = rectification(office.history, office.now, ("assignment_slip",))
    assert before.rate.exact() == after.rate.exact() == Fraction(1, 2)
    none = rectification(office.history, office.now, ("hazard",))
    assert none.rate.displayed == "not_applicable"  # nothing found is no good rate


# --- urgent concerns ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"requester": None}, "case.demanded"),
        ({"responsible": None}, "case.demanded"),
        ({"said": {"category": "luck"}}, "case.not_a_value"),
    ],
)
def test_R_113_person_due_day_and_category_are_there_at_the_opening(lacking, code) -> None:  # type: ignore[no-untyped-def]
    office = Office()
    with pytest.raises(Refused) as refused:
        office.open("u-1", "urgent_concern", **lacking)
    assert refused.value.refusal.code == code
    office.open("u-1", "urgent_concern")
    state = office.case("u-1")
    assert (state.requester, state.responsible, state.codes) == ("p-5", "p-6", {"category": "housing"})
    assert state.run("settle") is not None


def test_R_113_a_concern_without_a_category_is_refused_and_without_a_day_has_that_of_its_clock() -> None:
    office = Office()
    bare = _bare("u-1", "urgent_concern").model_copy(
        update={"requester": "p-5", "responsible": "p-6", "classes": (), "evidence": ()}
    )
    assert office.why_not(bare, office.clerk).code == "case.particular_lacking"
    office.open("u-1", "urgent_concern", due=None)
    summary = office.case("u-1").summary()
    assert summary is not None
    assert summary.due == office.local(2024, 4, 4)


def _answered(office: Office, key: str) -> None:
    office.open(key, "urgent_concern")
    office.rectify(key)
    office.verify(key)
    office.do(AnswerRequester(key=key, channel="letter", answer=TEXT), by=office.clerk)


def test_R_113_whoever_has_the_concern_confirms_or_contests_that_it_is_settled() -> None:
    office = Office()
    for key in ("u-1", "u-2", "u-3"):
        _answered(office, key)
    assert office.why_not(ConfirmResolution(key="u-1"), office.self_(7)).code.startswith("authority.")
    office.do(ConfirmResolution(key="u-1"), by=office.self_(5))
    assert office.case("u-1").final
    office.do(ContestCase(key="u-2", ground=TEXT), by=office.self_(5))
    office.do(ReopenCase(key="u-2", ground="contested"), by=office.clerk)
    assert (office.case("u-2").state, office.case("u-2").contested) == ("acknowledged", 1)
    assert office.why_not(CloseCase(key="u-3"), office.clerk).code == "case.clock_runs"
    office.later(days=30)
    late = ContestCase(key="u-3", ground=TEXT)
    assert office.why_not(late, office.self_(5)).code == "case.clock_over"
    office.close("u-3")
    seen = intake(office.history, office.now, ("urgent_concern",), echo=ECHO, calendar=CALENDAR)
    assert (number_of(seen.closed), number_of(seen.open)) == (2, 1)


# --- a landing and an echo ---------------------------------------------------------------------

_KEYS = ("x-1", "x-2", "x-3", "x-4", "x-5", "x-6")
_KIND = ("urgent_concern", "petition", "opinion", "problem", "complaint")


def _moves(office: Office, key: str, lead: str) -> list[Command]:
    return [
        AcknowledgeCase(key=key, channel="letter"),
        AcceptCase(key=key),
        RefuseCase(key=key, ground="elsewhere"),
        AssignResponsible(key=key, responsible="p-6"),
        ReportRectified(key=key, evidence=(PROOF,)),
        VerifyRectification(key=key, passed=True, evidence=(PROOF,)),
        VerifyRectification(key=key, passed=False, evidence=(PROOF,)),
        AnswerRequester(key=key, channel="letter", answer=TEXT),
        CloseCase(key=key),
        ReopenCase(key=key, ground="again"),
        WithdrawCase(key=key, ground="mine"),
        JoinCase(key=key, lead=f"case/{lead}"),
        HandOverCase(key=key, unit="u-other", ground="routing"),
        EscalateCase(key=key, unit="u-bureau", ground="slow"),
        ConfirmResolution(key=key),
        ContestCase(key=key, ground=TEXT),
        DecideCase(key=key, outcome="supported", ground=TEXT),
    ]


_STEP = st.tuples(
    st.sampled_from(_KEYS),
    st.integers(0, 17),
    st.integers(0, 20),
    st.integers(-10, 3),
    st.sampled_from(_KIND),
)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(_STEP, min_size=5, max_size=30), asked=st.lists(st.integers(-40, 400), max_size=6))
def test_R_114_at_any_moment_intake_is_closed_and_open_and_each_item_is_echoed_waiting_overdue_or_unasked(
    steps: list[tuple[str, int, int, int, str]], asked: list[int]
) -> None:
    office = Office()
    start, kind_of = office.now, dict[str, str]()
    for key, move, days, shift, kind in steps:
        office.later(days=days)
        at = office.now + timedelta(days=min(shift, 0))
        name = key if kind_of.get(key, kind) != "complaint" else f"{key}-{SECRET}"
        try:
            if key not in kind_of:
                more: dict[str, Any] = {"complainant": TEXT} if kind == "complaint" else {}
                kind_of[key] = kind
                office.open(key if kind != "complaint" else f"{key}-{SECRET}", kind, at=at, **more)
            else:
                commands = _moves(office, name, _KEYS[move % 6])
                by = office.finder if move % 2 else office.clerk
                office.do(commands[move % len(commands)], by=by, effective_at=at)
        except Refused:
            continue
    moments = [start + timedelta(days=day) for day in asked]
    for at in [*moments, office.now]:
        for known in (office.history, office.history.as_of(known=at)):
            for kinds in ((), ("petition",), _KIND):
                _balanced(known, at, kinds)


def _balanced(history, at, kinds) -> None:  # type: ignore[no-untyped-def]
    seen = intake(history, at, kinds, echo=ECHO, calendar=CALENDAR, named=True)
    there = entries(history, at, kinds)
    assert seen.balanced
    assert number_of(seen.intake) == len(there) == number_of(seen.closed) + number_of(seen.open)
    listed = [each.stream for each in (*seen.waiting, *seen.overdue)]
    assert len(set(listed)) == len(listed)
    assert len(listed) + number_of(seen.echoed) + number_of(seen.unasked) == len(there)
    assert all(each.due > at for each in seen.waiting)
    assert all(each.due <= at for each in seen.overdue)
    told = {"case.acknowledged", "case.requester_answered"}
    by_stream = {entry.stream: {item.envelope.stored_type for item in entry.events} for entry in there}
    assert all(not told & by_stream[stream] for stream in listed)


def test_R_114_a_letter_without_an_echo_is_waiting_then_overdue_and_then_echoed_however_it_was_answered() -> (
    None
):
    office = Office()
    office.open("x-1", "petition")
    office.open("x-2", "problem")
    first = office.now

    def at(days: int):  # type: ignore[no-untyped-def]
        return intake(office.history, first + timedelta(days=days), echo=ECHO, calendar=CALENDAR, named=True)

    assert [each.stream for each in at(0).waiting] == ["case/x-1"]
    assert number_of(at(0).unasked) == 1  # nobody brought the problem, so nobody waits to be told
    assert [each.stream for each in at(16).overdue] == ["case/x-1"]
    office.later(days=20)
    office.do(AcknowledgeCase(key="x-1", channel="letter"), by=office.clerk)
    assert (number_of(at(20).echoed), at(20).overdue) == (1, ())
    assert [each.stream for each in at(19).overdue] == ["case/x-1"]  # it was late, and stays so in hindsight
    assert number_of(at(-1).intake) == 0
    assert [each.event_id for each in at(20).intake.evidence()] == [
        item.envelope.event_id for item in office.history.events(CaseOpened)
    ]


def test_R_114_a_confidential_letter_counts_and_is_not_named() -> None:
    office = Office()
    office.open(f"x-{SECRET}", "complaint", by=office.clerk, complainant=TEXT)
    seen = intake(office.history, office.now, echo=ECHO, calendar=CALENDAR)
    assert (number_of(seen.intake), [each.stream for each in seen.waiting]) == (1, [""])
    assert seen.intake.evidence() == ()
    named = intake(office.history, office.now, echo=ECHO, calendar=CALENDAR, named=True)
    assert [each.stream for each in named.waiting] == [f"case/x-{SECRET}"]
    outsider = office.workflow.seen_by(office.outsider, office.now)
    assert number_of(intake(outsider, office.now, echo=ECHO, calendar=CALENDAR).intake) == 0


# --- what is asked in a form that cannot be meant --------------------------------------------------


def test_a_moment_without_a_time_zone_is_told_in_words() -> None:
    office = Office()
    office.open("b-1", "problem")
    naive = office.now.replace(tzinfo=None)
    for ask in (
        lambda: intake(office.history, naive, echo=ECHO, calendar=CALENDAR),
        lambda: rectification(office.history, naive, ("problem",)),
        lambda: rectification(office.history, office.now, ("problem",), since=naive),
        lambda: fulfilments(office.history, naive, ("problem",)),
        lambda: entries(office.history, naive),
    ):
        with pytest.raises(InvalidInput, match=r"time zone is wanted here\. Give it tzinfo=UTC"):
            ask()
    assert rectification(office.history, office.now, ("problem",), since=office.now).found.exact() == 1


def test_kinds_given_as_one_text_are_told_to_be_a_tuple() -> None:
    office = Office()
    office.open("b-1", "problem")
    with pytest.raises(InvalidInput, match=r'Pass a tuple: \("problem",\)'):
        rectification(office.history, office.now, "problem")
    assert rectification(office.history, office.now, ("problem",)).found.exact() == 1
    assert rectification(office.history, office.now, ["problem"]).found.exact() == 1
