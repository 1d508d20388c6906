"""The prefecture's hazard register (S1a): published figures and what a register has to hold, by replay."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.support.demos import findings, told, too_wide

from party_workflow.calendar import Calendar
from party_workflow.codec import Command
from party_workflow.domain.case import DECIDER as CASE
from party_workflow.domain.case import (
    CaseEscalated,
    CaseKind,
    CaseOpened,
    CaseReminded,
    CloseCase,
    ExtendClock,
    HandOverCase,
    ReturnCase,
    VerifyRectification,
)
from party_workflow.domain.publication import Posted
from party_workflow.errors import Refused
from party_workflow.history import History
from party_workflow.packs.party import MODEL, PACK
from party_workflow.packs.processes.pressing import pressed_cases
from party_workflow.personal import MemoryOpenings, keyed_salts
from party_workflow.policies.accounts.reach import programme, reach
from party_workflow.policies.cases.case_counts import case_counts
from party_workflow.policies.cases.clock_report import ClockLine, clock_report
from party_workflow.policies.figure import percent_text
from party_workflow.policies.matters.inspections import by_mode, open_inspections, register
from party_workflow.policies.registers import (
    Rectification,
    by_particular,
    entries,
    fulfilments,
    numbered,
    passed_on,
    rectification,
    recurrences,
    root_causes,
)
from party_workflow.processes import follows
from party_workflow.quantity import Quantity
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore
from party_workflow_adapters.demos import prefecture_hazards as prefecture
from party_workflow_adapters.demos.diary import Diary, moment, self_
from party_workflow_adapters.demos.prefecture_hazards import people
from party_workflow_adapters.demos.prefecture_hazards.drawing import FULL, SMALL, hazards
from party_workflow_adapters.demos.prefecture_hazards.tour import PLANS, tour

REGISTER = ("hazard", "major_hazard")
YEAR_END = moment("2025-12-31 23:59")
YEAR_BEGIN = moment("2025-01-01 00:00")
WORKED = PACK.read_as(Calendar, "cn-working-days")


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    """The whole year, to read from; a test that writes tells a smaller one for itself."""
    return told(prefecture.build)


@pytest.fixture(scope="module")
def history(workflow: Workflow) -> History:
    return workflow.history


@pytest.fixture(scope="module")
def year_end(history: History) -> Rectification:
    return rectification(history, YEAR_END, REGISTER)


@pytest.fixture(scope="module")
def clocks(history: History) -> tuple[ClockLine, ...]:
    return clock_report(history, YEAR_END)


def until(moment_: str, story: Diary) -> Workflow:
    """The smaller year as far as a moment, to go on in."""
    workflow = Workflow(MemoryStore(), MODEL, openings=MemoryOpenings(), salts=keyed_salts(bytes(32)))
    story.entries[:] = [entry for entry in story.entries if entry.at < moment(moment_)]
    for _ in story.play(workflow):
        pass
    return workflow


def attempt(workflow: Workflow, command: Command, by: Actor, at: str) -> str:
    """The code of the refusal, after which nothing is recorded."""
    before = workflow.history.head()
    with pytest.raises(Refused) as raised:
        workflow.execute(command, by=by, at=moment(at), command_id="attempt")
    assert workflow.history.head() == before
    return raised.value.refusal.code


def counts(found: Rectification) -> tuple[int, int, int, int]:
    figures = (found.found, found.rectified, found.verified, found.open)
    found_, rectified, verified, open_ = (int(figure.exact()) for figure in figures)
    return found_, rectified, verified, open_


# --- the whole -----------------------------------------------------------------------------------


def test_the_audit_finds_failed_verifications_and_nothing_else() -> None:
    story = told(lambda workflow: prefecture.build(workflow, SMALL))
    assert {finding.partition(":")[0] for finding in findings(story.history)} == {"verified"}


def test_the_same_seed_gives_the_same_history() -> None:
    first, second = (until("2025-05-01 00:00", prefecture.story(SMALL)) for _ in range(2))
    assert first.history.head() == second.history.head()
    assert hazards(FULL) == hazards(FULL)


def test_the_tour_fits_on_the_screen_and_has_the_published_figures(history: History) -> None:
    lines = list(tour(history))
    assert 45 <= len(lines) <= 65
    assert too_wide(iter(lines)) == []
    text = "\n".join(lines)
    for figure in ("857        748", "109  87.28 %", "<= 58.28 %", "2025-010"):
        assert figure in text


# --- the register -------------------------------------------------------------------------


def test_R_123_857_found_and_748_rectified_leave_109_open_at_the_end_of_the_year(
    year_end: Rectification,
) -> None:
    assert counts(year_end) == (857, 748, 736, 109)
    assert year_end.rate.value == Fraction(748, 857)
    assert percent_text(year_end.rate.exact()) == "87.28"
    assert [figure.exact() for figure in year_end.rate.inputs if hasattr(figure, "exact")] == [748, 857]
    assert len(year_end.open_cases) == 109


def test_R_123_as_of_31_december_109_are_open_although_all_were_put_right_in_january(
    history: History,
) -> None:
    assert counts(rectification(history, moment("2026-01-31 23:59"), REGISTER)) == (857, 857, 857, 0)
    assert counts(rectification(history, YEAR_END, REGISTER))[3] == 109
    then = history.as_of(known=YEAR_END)
    assert counts(rectification(then, YEAR_END, REGISTER)) == (857, 748, 736, 109)


def test_R_115_reported_done_verified_and_failed_are_told_apart(year_end: Rectification) -> None:
    assert year_end.unverified.exact() == 12
    assert year_end.failed.exact() == 37
    assert len(year_end.failed.evidence()) == 37


def test_R_123_every_open_hazard_has_person_measure_funds_deadline_and_contingency(
    history: History, year_end: Rectification
) -> None:
    lines = {line.case: line.lacks for line in fulfilments(history, YEAR_END, REGISTER)}
    assert [lines[case] for case in year_end.open_cases] == [()] * 109


def test_R_123_857_are_a_flow_of_the_year_and_nothing_was_carried_into_it(history: History) -> None:
    found = {
        counting: sum(
            int(case_counts(history, kind, YEAR_BEGIN, YEAR_END, counting).number.exact())
            for kind in REGISTER
        )
        for counting in ("opened_within", "open_at_start")
    }
    promoted = 5  # found as ordinary hazards first: opened twice, and counted once in the register
    assert found == {"opened_within": 857 + promoted, "open_at_start": 0}


# --- major hazards ------------------------------------------------------------------------


def test_R_124_each_major_hazard_has_a_supervisor_and_publications_of_listing_and_delisting(
    history: History,
) -> None:
    found = entries(history, moment("2026-01-31 23:59"), ("major_hazard",))
    assert len(found) == 8
    posted = {item.envelope.stream: item.event for item in history.events(Posted)}
    for entry in found:
        said = entry.state.particulars
        assert said["supervisor"].unit == people.SUPERVISION != entry.state.unit
        for name in ("listing", "delisting"):
            matter = said[name].matter
            assert matter is not None
            event = posted[matter]
            assert isinstance(event, Posted)
            assert (event.subject, event.audience) == (f"hazard_{name}", "public")
        assert entry.state.final
    end = rectification(history, YEAR_END, ("major_hazard",))
    assert counts(end) == (8, 6, 6, 2)
    ordinary = rectification(history, YEAR_END, ("hazard",))
    assert (ordinary.passed_on.displayed, ordinary.found.displayed) == ("5", "849")


# --- modes --------------------------------------------------------------------------------


def test_R_125_both_modes_feed_the_register_and_are_compared(history: History) -> None:
    found = by_particular(history, YEAR_END, REGISTER, "mode")
    assert {mode: counts(each) for mode, each in found.items()} == {
        "concentrated": (374, 323, 323, 51),
        "regular": (483, 425, 413, 58),
    }
    rows = {row.mode: row for row in by_mode(history, "enforcement_inspection", YEAR_BEGIN, YEAR_END)}
    assert {mode: row.inspections.exact() for mode, row in rows.items()} == {
        "concentrated_check": 2,
        "regular_check": 2,
    }
    assert sum(row.noted.exact() for row in rows.values()) == 12
    assert not open_inspections(history, YEAR_END)


def test_R_111_what_an_inspection_found_was_handed_over_by_a_slip_each(history: History) -> None:
    found = register(history, YEAR_END)
    assert len(found) == 12
    assert len({entry.slip for entry in found}) == 12
    slips = entries(history, YEAR_END, ("assignment_slip",))
    assert {entry.opening.source for entry in slips} == {entry.case for entry in found}


# --- notices ------------------------------------------------------------------------------


def test_R_112_ten_notices_are_numbered_without_gaps_and_end_in_a_reply_or_an_escalation(
    history: History,
) -> None:
    found = numbered(history, YEAR_END, "supervision_notice", WORKED)
    assert [row.label for row in found] == [f"2025-{number:03d}" for number in range(1, 11)]
    assert {row.issuer for row in found} == {people.SAFETY}
    endings = [row.ending for row in found]
    assert (endings.count("reply"), endings.count("escalation")) == (8, 2)
    assert [row.number for row in found if row.ending == "escalation"] == [5, 8]


# --- clocks --------------------------------------------------------------------------------------


def test_R_111_extensions_were_made_on_the_last_day_and_keep_the_first_due_date(
    clocks: tuple[ClockLine, ...], history: History
) -> None:
    extended = [line for line in clocks if line.due != line.original]
    assert len(extended) == 15
    said = {item.envelope.stream: item.envelope for item in history.events(*CASE.events) if _extends(item)}
    for line in extended:
        at = said[line.case].effective_at
        assert timedelta() < line.original - at < timedelta(days=1)
        assert line.standing == "kept"


def _extends(item: object) -> bool:
    return getattr(getattr(item, "event", None), "stored_type", "") == "case.clock_extended"


def test_R_111_an_extension_at_the_first_moment_after_the_last_day_is_refused() -> None:
    hazard = next(each for each in hazards(SMALL) if each.extended is not None)
    assert hazard.extended is not None
    story = until(f"{hazard.extended} 17:30", prefecture.story(SMALL))
    command = ExtendClock(key=hazard.key, clock="rectify", ground="material_not_delivered")
    after = f"{hazard.extended + timedelta(days=1)} 00:00"
    assert attempt(story, command, people.OFFICER, after) == "case.due_over"
    last = f"{hazard.extended} 23:59"
    story.execute(command, by=people.OFFICER, at=moment(last), command_id="in-time")


def test_R_116_what_is_overdue_is_explained_day_by_day(clocks: tuple[ClockLine, ...]) -> None:
    overdue = [line for line in clocks if line.standing == "overdue"]
    kinds = [line.kind for line in overdue]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "assignment_slip": 1,
        "hazard": 22,
        "major_hazard": 1,
    }
    (slip,) = [line for line in overdue if line.clock == "urgent"]
    assert slip.explanation == (
        f"From 2025-12-10T06:00:00.000000Z: 5 calendar days, counted on {WORKED.ref}.",
        "2025-12-10 Wed: not counted (the day of the start).",
        "2025-12-11 Thu: counted, 1 (every day counts).",
        "2025-12-12 Fri: counted, 2 (every day counts).",
        "2025-12-13 Sat: counted, 3 (every day counts).",
        "2025-12-14 Sun: counted, 4 (every day counts).",
        "2025-12-15 Mon: counted, 5 (every day counts).",
        "Due with the end of 2025-12-15, that is before 2025-12-15T16:00:00.000000Z.",
        "Overdue by 16 days at 2025-12-31T15:59:00.000000Z.",
    )


def test_R_210_what_began_after_the_new_notice_is_counted_on_the_calendar_of_then(
    clocks: tuple[ClockLine, ...],
) -> None:
    versions = {
        line.start < moment("2025-11-05 09:00"): line.explanation[0].rpartition(" version ")[2][:9]
        for line in clocks
        if line.kind == "hazard"
    }
    assert versions == {True: "2023-2025", False: "2023-2026"}


# --- to and fro ---------------------------------------------------------------------------


def test_R_145_a_slip_that_goes_to_and_fro_is_counted_capped_and_seen(history: History) -> None:
    (row,) = [row for row in passed_on(history, YEAR_END, ("assignment_slip",)) if row.returned]
    assert (row.handed_over, row.returned, row.most) == (3, 2, 3)
    assert row.stations == ("u-safety", "u-h1", "u-safety", "u-h3", "u-safety", "u-h1")
    assert row.ping_pong == ("u-h1", "u-safety")
    assert [step.ground for step in row.steps].count("not_our_road") == 2


def test_R_145_a_fourth_hand_over_is_refused() -> None:
    story = prefecture.story(SMALL)
    third = [
        entry for entry in story.entries if entry.commands and isinstance(entry.commands[0], HandOverCase)
    ][-1]
    assert isinstance(third.commands[0], HandOverCase)
    key, section = third.commands[0].key, third.commands[0].unit
    workflow = until(f"{third.at.date()} 17:00", story)
    back = ReturnCase(key=key, ground="not_our_road")
    day = third.at.date() + timedelta(days=1)
    workflow.execute(back, by=people.heading(section), at=moment(f"{day} 06:00"), command_id="back")
    again = HandOverCase(key=key, unit=section, ground="once_more")
    assert attempt(workflow, again, people.OFFICER, f"{day} 06:30") == "case.handed_over_too_often"


# --- recurrence ---------------------------------------------------------------------------


def test_R_110_a_problem_that_came_back_four_quarters_running_is_one_chain(history: History) -> None:
    first, second = recurrences(history, YEAR_END, ("problem",), WORKED)
    assert (first.unit, first.code, first.length, first.after_closure) == (
        "u-h2",
        "patrol_not_recorded",
        4,
        3,
    )
    assert [link.period for link in first.links] == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert [link.reopened for link in first.links] == [0, 0, 1, 0]
    assert (second.unit, second.code, second.length) == ("u-h1", "funds_not_applied_for", 2)


def test_R_145_the_causes_behind_the_problems_are_counted(history: History) -> None:
    causes = root_causes(history, YEAR_END, ("problem",))
    assert {code: figure.exact() for code, figure in causes.items()} == {
        "attitude": 1,
        "buck_passing": 3,
        "no_resources": 2,
        "no_rules_known": 1,
        "unclear_duty": 2,
    }


# --- pressing -----------------------------------------------------------------------------


def test_R_116_running_it_again_at_the_same_moment_issues_nothing_twice(workflow: Workflow) -> None:
    again = workflow.run(pressed_cases(WORKED), by=people.PRESSER, at=moment("2026-02-28 08:00"))
    assert again.issued == ()
    manager = pressed_cases(WORKED)
    at = moment("2025-10-01 08:00")
    assert follows(manager, workflow.history, at) == follows(manager, workflow.history, at)


def test_R_116_everything_pressed_was_due_and_what_was_late_went_to_the_unit_above(history: History) -> None:
    reminded = list(history.as_of(known=YEAR_END).events(CaseReminded))
    assert {item.envelope.actor for item in reminded} == {people.PRESSER}
    for item in reminded:
        assert isinstance(item.event, CaseReminded)
        assert item.event.due - item.envelope.recorded_at <= timedelta(days=7)
    told_above = list(history.as_of(known=YEAR_END).events(CaseEscalated))
    assert {item.event.unit for item in told_above if isinstance(item.event, CaseEscalated)} == {people.ROOT}
    notices = {item.envelope.stream for item in told_above if "notice" in item.envelope.stream}
    assert notices == {"case/notice-2025-5", "case/notice-2025-8"}


# --- who may -------------------------------------------------------------------------------------


def test_R_115_whoever_put_it_right_or_belongs_to_the_section_does_not_verify() -> None:
    hazard = hazards(SMALL)[0]
    workflow = until(f"{hazard.verified} 15:00", prefecture.story(SMALL))
    seen = VerifyRectification(key=hazard.key, passed=True, evidence=("e" * 64,))
    at = f"{hazard.verified} 15:00"
    assert attempt(workflow, seen, people.heading(hazard.section), at) == "authority.duty_not_covered"
    assert attempt(workflow, seen, self_(people.worker(hazard.section, hazard.number)), at)
    assert attempt(workflow, CloseCase(key=hazard.key), people.OFFICER, at)
    workflow.execute(seen, by=people.VERIFIER, at=moment(at), command_id="seen")


def test_real_roles_deal_with_the_register_and_not_one_account(history: History) -> None:
    accounts = {item.envelope.account for item in history.events(*CASE.events)}
    assert len(accounts) >= 20
    openers = {item.envelope.person for item in history.events(CaseOpened)}
    verifiers = {item.envelope.person for item in history.events(*_verifying())}
    assert not openers & verifiers
    assert PACK.read_as(CaseKind, "hazard").who["verify_passed"].outside


def _verifying() -> tuple[type, ...]:
    return tuple(event for event in CASE.events if event.stored_type.startswith("case.verification_"))


# --- roads -------------------------------------------------------------------------


def test_R_130_10_490_of_18_000_and_more_kilometres_are_at_most_58_28_percent(history: History) -> None:
    found = reach(history, "ledger/roads", "rural_roads_in_statistics", "rural_roads")
    assert str(found) == "10490 km of >= 18000 km: > 0.00 and <= 58.28 %; outside: >= 7510 km"
    outside = found.outside("statistics")
    assert outside.amount == Quantity.parse(">= 7510 km")


def test_R_129_progress_that_may_go_beyond_its_plan_says_so(history: History) -> None:
    found = {course.account: course for course in programme(history, "ledger/roads", PLANS)}
    assert str(found["guard_facilities_built"].planned.amount) == "950 km"
    assert not found["guard_facilities_built"]
    assert "possibly beyond plan" in str(found["safety_project_built"])


def test_the_days_of_the_story_are_days_of_the_year() -> None:
    for hazard in hazards(FULL):
        assert date(2025, 1, 6) <= hazard.found <= date(2025, 12, 30)
        assert hazard.found < hazard.assigned <= hazard.last_reported < hazard.verified
