"""Plans: laws over any sequence of commands, behaviour by requirement, and the authority of each event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.laws import attempt, replays
from tests.support.plans import DAY, DUE, PLAIN, Office, item, shipped

from party_workflow.authority import OWN_CASE, Delegate, OpenAccount
from party_workflow.codec import Command, kinds_of_strings
from party_workflow.domain import plan
from party_workflow.domain.case import OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.domain.plan import (
    DECIDER,
    AddItem,
    ApprovePlan,
    ChangeAccountable,
    Citation,
    ClosePlan,
    ConductLookBack,
    DecideAmendment,
    DraftPlan,
    FileReport,
    Finding,
    LinkProblem,
    LookBackConducted,
    MakeFinalReport,
    Milestone,
    PlanKind,
    PreviewPlan,
    ProblemNoted,
    ProposeAmendment,
    RankClaim,
    RankTarget,
    ReachMilestone,
    Remind,
    Reminder,
    ReturnPlan,
    ReviseItem,
    VerifyReport,
    WithdrawItem,
)
from party_workflow.domain.plan.items import Settled
from party_workflow.domain.publication import Publish
from party_workflow.errors import InvalidDefinition
from party_workflow.packs.case_kinds import FINDING
from party_workflow.personal import Personal
from party_workflow.quantity import Quantity
from party_workflow.store import Actor

KEY: dict[str, Any] = {"key": "p1"}
TEXT = Personal("x")

EVERYTHING = PlanKind(
    code="plain",
    version=1,
    preview="optional",
    verified=True,
    plan_needs=("lead",),
    reminders=(Reminder(code="soon", days=-9), Reminder(code="late", days=1, escalates=True)),
)

# --- laws ------------------------------------------------------------------------------------

CODES = st.sampled_from(["one", "two", "three"])
ITEMS = st.builds(
    item,
    CODES,
    person=st.sampled_from(["p-5", "p-6", None]),
    due=st.sampled_from([DUE, date(2009, 3, 4), None]),
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(AddItem, item=ITEMS, **{k: st.just(v) for k, v in KEY.items()}),
    st.builds(ReviseItem, key=st.just("p1"), item=ITEMS),
    st.builds(PreviewPlan, key=st.just("p1"), audience=st.just("all_staff")),
    st.builds(ReturnPlan, key=st.just("p1"), ground=st.just("too_thin")),
    st.builds(ApprovePlan, key=st.just("p1")),
    st.builds(ProposeAmendment, key=st.just("p1"), item=ITEMS, ground=st.just("new_task")),
    st.builds(DecideAmendment, key=st.just("p1"), number=st.integers(1, 2), approved=st.booleans()),
    st.builds(WithdrawItem, key=st.just("p1"), item=CODES, ground=st.just("superseded")),
    st.builds(
        ChangeAccountable,
        key=st.just("p1"),
        item=CODES,
        person=st.sampled_from(["p-5", "p-6", "p-99"]),
        ground=st.just("moved_post"),
    ),
    st.builds(
        FileReport,
        key=st.just("p1"),
        item=CODES,
        claim=st.sampled_from(["achieved", "partial", "not_achieved"]),
    ),
    st.builds(VerifyReport, key=st.just("p1"), number=st.integers(1, 2), accepted=st.booleans()),
    st.builds(
        ConductLookBack,
        key=st.just("p1"),
        occasion=st.just("mid_year"),
        results=st.dictionaries(
            CODES,
            st.builds(Finding, result=st.sampled_from(["done", "partial", "missing", "excused"])),
            min_size=1,
        ),
    ),
    st.builds(
        Remind,
        key=st.just("p1"),
        item=CODES,
        reminder=st.sampled_from(["soon", "late"]),
        on=st.just(date(2009, 3, 4)),
    ),
    st.builds(
        MakeFinalReport,
        key=st.just("p1"),
        outcomes=st.dictionaries(CODES, st.sampled_from(["achieved", "not_achieved", "withdrawn"])),
    ),
    st.builds(ClosePlan, key=st.just("p1")),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(COMMANDS, st.integers(2, 6), st.booleans()), max_size=14),
    st.booleans(),
)
def test_whatever_commands_come_from_whomever_the_plan_replays_and_nothing_refused_is_recorded(
    steps: list[tuple[Command, int, bool]], begun: bool
) -> None:
    office = Office(EVERYTHING)
    if begun:
        office.approved(EVERYTHING, item("one"), item("two", person="p-6"))
    else:
        office.drafted(EVERYTHING, item("one"))
    locked: tuple[str, ...] = ()
    for command, number, own in steps:
        by = office.self_(number) if own else office.act(number)
        attempt(office, command, by=by)
        held = office.plan()
        assert locked == tuple(held.items)[: len(locked)]  # nothing ever leaves a locked set
        if held.version:
            locked = tuple(held.items)
        for code, commitment in held.items.items():
            assert commitment.person in ("p-5", "p-6")
            assert held.status(code) in (
                "open",
                "claimed",
                "achieved",
                "partial",
                "not_achieved",
                "withdrawn",
            )
        office.later(hours=1)
    replays(office, "plan/p1")


def test_no_string_of_an_event_is_without_a_kind() -> None:
    for event in DECIDER.events:
        assert "unmarked" not in kinds_of_strings(event).values(), event.stored_type


# --- the set of targets ------------------------------------------------------------------------


def test_R_004_the_set_is_versioned_and_locked_at_its_approval_date() -> None:
    office = Office()
    office.drafted()
    assert office.plan().version == 0
    office.later(days=3)
    approval = office.now - DAY
    office.do(ApprovePlan(key="p1"), by=office.act(3), effective_at=approval)
    held = office.plan()
    assert (held.version, held.state, held.approved_at) == (1, "official", approval)
    assert (
        office.refused(AddItem(key="p1", item=item("two")), by=office.act(2)).code == "lifecycle.move_closed"
    )
    assert office.refused(ReviseItem(key="p1", item=item()), by=office.act(2)).code == "lifecycle.move_closed"
    before = held.digest
    office.do(ProposeAmendment(key="p1", item=item("two"), ground="new_task"), by=office.act(2))
    assert office.plan().version == 1
    office.do(DecideAmendment(key="p1", number=1, approved=True), by=office.act(3))
    held = office.plan()
    assert (held.version, tuple(held.items), held.items["two"].version) == (2, ("one", "two"), 2)
    assert held.digest != before


def test_R_004_an_amendment_that_is_turned_down_changes_nothing_of_the_set() -> None:
    office = Office()
    office.approved()
    before = office.plan()
    office.do(ProposeAmendment(key="p1", item=item("two"), ground="new_task"), by=office.act(2))
    office.do(DecideAmendment(key="p1", number=1, approved=False), by=office.act(3))
    after = office.plan()
    assert (after.version, after.digest, after.items) == (before.version, before.digest, before.items)
    again = DecideAmendment(key="p1", number=1, approved=True)
    assert office.refused(again, by=office.act(3)).code == "plan.no_proposal"


def test_R_004_two_proposals_of_one_code_add_it_once() -> None:
    office = Office()
    office.approved()
    for _ in range(2):
        office.do(ProposeAmendment(key="p1", item=item("two"), ground="new_task"), by=office.act(2))
    office.do(DecideAmendment(key="p1", number=2, approved=True), by=office.act(3))
    late = DecideAmendment(key="p1", number=1, approved=True)
    assert office.refused(late, by=office.act(3)).code == "plan.item_taken"


def test_R_004_no_command_deletes_a_target_and_one_withdrawn_stays_with_its_reason() -> None:
    assert not [c for c in DECIDER.commands if "delete" in c.stored_type or "remove" in c.stored_type]
    office = Office()
    office.approved(PLAIN, item("one"), item("two"))
    withdraw = WithdrawItem(key="p1", item="one", ground="law_changed", reason=Personal("New statute"))
    office.do(withdraw, by=office.act(3))
    found = office.plan().items["one"]
    assert found.withdrawn is not None
    assert (found.withdrawn.ground, found.withdrawn.by) == ("law_changed", "p-3")
    assert tuple(office.plan().items) == ("one", "two")


def test_R_004_a_report_at_year_end_lists_every_target_and_no_other() -> None:
    office = Office()
    office.approved(PLAIN, item("one"), item("two"), item("three"))
    office.reported("one")
    office.do(WithdrawItem(key="p1", item="three", ground="law_changed"), by=office.act(3))
    lacking = MakeFinalReport(key="p1", outcomes={"one": "achieved", "two": "not_achieved"})
    assert office.refused(lacking, by=office.act(3)).code == "plan.not_covered"
    all_three: dict[str, Settled] = {"one": "achieved", "two": "not_achieved", "three": "withdrawn"}
    more = MakeFinalReport(key="p1", outcomes={**all_three, "four": "achieved"})
    assert office.refused(more, by=office.act(3)).code == "plan.not_covered"
    wrongs: tuple[dict[str, Settled], ...] = (
        {**all_three, "two": "achieved"},
        {**all_three, "one": "not_achieved"},
        {**all_three, "three": "not_achieved"},
        {**all_three, "two": "withdrawn"},
    )
    for wrong in wrongs:
        assert office.refused(MakeFinalReport(key="p1", outcomes=wrong), by=office.act(3)).code == (
            "plan.contradicted"
        )
    office.do(MakeFinalReport(key="p1", outcomes=all_three), by=office.act(3))
    final = office.plan().final
    assert final is not None
    assert [(o.item, o.outcome, o.ground) for o in final.outcomes] == [
        ("one", "achieved", None),
        ("two", "not_achieved", None),
        ("three", "withdrawn", "law_changed"),
    ]
    office.do(ClosePlan(key="p1"), by=office.act(3))
    assert office.plan().state == "closed"


def test_R_004_a_final_report_is_old_once_something_changes_and_the_plan_does_not_close_on_it() -> None:
    office = Office()
    office.approved()
    close = ClosePlan(key="p1")
    assert office.refused(close, by=office.act(3)).code == "plan.no_final_report"
    office.do(MakeFinalReport(key="p1", outcomes={"one": "not_achieved"}), by=office.act(3))
    office.reported()
    assert office.refused(close, by=office.act(3)).code == "plan.no_final_report"


def test_R_004_a_report_accepted_after_the_final_report_makes_that_old_as_well() -> None:
    kind = PLAIN.model_copy(update={"verified": True})
    office = Office(kind)
    office.approved(kind)
    office.do(FileReport(key="p1", item="one", claim="achieved"), by=office.self_(5))
    office.do(MakeFinalReport(key="p1", outcomes={"one": "not_achieved"}), by=office.act(3))
    office.do(VerifyReport(key="p1", number=1, accepted=True), by=office.act(4))
    assert office.refused(ClosePlan(key="p1"), by=office.act(3)).code == "plan.no_final_report"
    office.do(MakeFinalReport(key="p1", outcomes={"one": "achieved"}), ClosePlan(key="p1"), by=office.act(3))


# --- look-backs --------------------------------------------------------------------------------


def looking_back(**results: str) -> ConductLookBack:
    found = {code: Finding(result=result, note=Personal("seen")) for code, result in results.items()}
    return ConductLookBack(key="p1", occasion="mid_year", results=found)


def test_R_005_a_look_back_has_one_result_for_each_item_and_opens_a_problem_for_each_not_done() -> None:
    office = Office()
    office.approved(PLAIN, *(item(code) for code in ("one", "two", "three", "four")))
    office.reported("one")
    office.reported("two", claim="partial")
    lacking = looking_back(one="done", two="partial", three="missing")
    assert office.refused(lacking, by=office.act(4)).code == "plan.not_covered"
    receipt = office.do(
        looking_back(one="done", two="partial", three="missing", four="excused"), by=office.act(4)
    )
    events = [
        r.event for r in office.workflow.history.events() if r.envelope.position >= receipt.first_position
    ]
    conducted, *problems = events
    assert isinstance(conducted, LookBackConducted)
    assert [(r.item, r.outcome) for r in conducted.results] == [
        ("one", "done"),
        ("two", "partial"),
        ("three", "missing"),
        ("four", "excused"),
    ]
    assert [(p.item, p.result) for p in problems if isinstance(p, ProblemNoted)] == [
        ("two", "partial"),
        ("three", "missing"),
        ("four", "excused"),
    ]


def test_R_005_the_id_of_a_look_back_is_answered_to_others_and_cited_by_the_end_of_the_plan() -> None:
    office = Office()
    office.approved()
    office.do(looking_back(one="missing"), by=office.act(4))
    (look_back,) = office.plan().look_backs
    fact = office.workflow.fact("plan.looked_back", "plan/p1", event_id=look_back.event_id)
    assert fact == {"one": "missing"}
    assert office.workflow.fact("plan.looked_back", "plan/p1", event_id="0" * 32) is None
    outcomes: dict[str, Settled] = {"one": "not_achieved"}
    invented = MakeFinalReport(key="p1", outcomes=outcomes, look_back="0" * 32)
    assert office.refused(invented, by=office.act(3)).code == "plan.unknown_look_back"
    office.do(
        MakeFinalReport(key="p1", outcomes=outcomes, look_back=look_back.event_id),
        ClosePlan(key="p1", look_back=look_back.event_id),
        by=office.act(3),
    )


@pytest.mark.parametrize(
    ("result", "achieved", "permitted"),
    [
        ("done", True, True),
        ("partial", True, True),
        ("missing", True, False),
        ("excused", True, False),
        ("done", False, False),
        ("partial", False, True),
        ("missing", False, True),
        ("excused", False, True),
    ],
)
def test_R_005_a_look_back_does_not_contradict_what_was_reported(
    result: str, achieved: bool, permitted: bool
) -> None:
    office = Office()
    office.approved()
    if achieved:
        office.reported()
    if permitted:
        office.do(looking_back(one=result), by=office.act(4))
    else:
        assert office.refused(looking_back(one=result), by=office.act(4)).code == "plan.contradicted"


def test_R_005_an_item_withdrawn_is_excused_without_a_problem_and_the_words_are_those_of_the_kind() -> None:
    words = {"met": "done", "halfway": "partial", "not_met": "missing", "waived": "excused"}
    kind = PLAIN.model_copy(update={"results": words})
    office = Office(kind)
    office.approved(kind)
    office.do(WithdrawItem(key="p1", item="one", ground="law_changed"), by=office.act(3))
    assert office.refused(looking_back(one="excused"), by=office.act(4)).code == "plan.unknown_result"
    assert office.refused(looking_back(one="not_met"), by=office.act(4)).code == "plan.contradicted"
    office.do(looking_back(one="waived"), by=office.act(4))
    assert office.plan().problems == {}


def test_R_005_a_problem_is_linked_to_the_case_in_which_it_is_dealt_with_also_after_the_end() -> None:
    office = Office()
    office.do(AdoptDefinition(code="finding", kind="case", version=2, body=FINDING.data()))
    office.approved()
    link = LinkProblem(key="p1", item="one", case="case/c1")
    assert office.refused(link, by=office.act(4)).code == "plan.no_problem"
    office.do(looking_back(one="missing"), by=office.act(4))
    assert office.refused(link, by=office.act(4)).code == "plan.unknown_case"
    office.do(
        MakeFinalReport(key="p1", outcomes={"one": "not_achieved"}), ClosePlan(key="p1"), by=office.act(3)
    )
    opened = OpenCase(
        key="c1", kind="finding", definition=FINDING.digest, unit="u-branch", substance=TEXT, source="plan/p1"
    )
    office.do(opened, link, by=office.act(4))
    assert office.plan().problems["one"].case == "case/c1"
    assert office.refused(link, by=office.act(4)).code == "plan.already_linked"


# --- person, day, method, standard -------------------------------------------------------------


@pytest.mark.parametrize(("field", "code"), [("person", "plan.no_person"), ("due", "plan.no_day")])
def test_R_006_a_task_without_a_person_or_without_a_day_is_refused(field: str, code: str) -> None:
    office = Office()
    office.drafted()
    assert office.refused(AddItem(key="p1", item=item("two", **{field: None})), by=office.act(2)).code == code
    office.do(AddItem(key="p1", item=item("two")), by=office.act(2))


def test_R_006_an_item_has_exactly_one_person_and_who_it_was_before_stays_in_the_history() -> None:
    office = Office()
    office.approved()
    office.later(days=10)
    change = ChangeAccountable(key="p1", item="one", person="p-6", ground="moved_post")
    office.do(change, by=office.act(3))
    found = office.plan().items["one"]
    assert found.person == "p-6"
    assert [(t.person, t.ground) for t in found.tenures] == [("p-5", None), ("p-6", "moved_post")]
    assert found.person_at(office.now - DAY) == "p-5"
    assert office.refused(change, by=office.act(3)).code == "plan.same_person"
    stranger = ChangeAccountable(key="p1", item="one", person="p-99", ground="moved_post")
    assert office.refused(stranger, by=office.act(3)).code == "plan.unknown_person"


@pytest.mark.parametrize("lacking", ["start", "method", "standard", "target"])
def test_R_007_an_item_of_the_key_points_says_when_how_and_to_what_standard(lacking: str) -> None:
    kind = shipped("annual_key_points")
    office = Office(kind)
    full = item(target=Quantity.of(">=", 98, "percent"))
    office.drafted(kind, full)
    found = office.refused(
        AddItem(key="p1", item=full.model_copy(update={"code": "two", lacking: None})), by=office.act(2)
    )
    assert (found.code, dict(found.about)["lacking"]) == ("plan.item_lacks", lacking)


def test_R_007_method_and_standard_may_be_codes_and_texts_are_sealed() -> None:
    kind = PLAIN.model_copy(update={"needs": ("method", "standard")})
    office = Office(kind)
    office.drafted(
        kind, item(method=None, standard=None, method_code="by_visits", standard_code="all_visited")
    )
    office.do(ReviseItem(key="p1", item=item()), by=office.act(2))
    method = office.plan().items["one"].item.method
    assert method is not None
    assert office.workflow.reveal(method) == "On Fridays"


def test_R_007_days_do_not_run_backwards() -> None:
    office = Office()
    office.drafted()
    for wrong in (
        item("two", start=DUE + DAY),
        item("two", milestones=(Milestone(code="a", due=DUE + DAY),)),
        item("two", milestones=(Milestone(code="b", due=DUE), Milestone(code="a", due=DUE - DAY))),
        item("two", milestones=(Milestone(code="a", due=DUE), Milestone(code="a", due=DUE))),
    ):
        assert office.refused(AddItem(key="p1", item=wrong), by=office.act(2)).code == "plan.backwards"
    right = item("two", milestones=(Milestone(code="a", due=DUE - DAY), Milestone(code="b", due=DUE)))
    office.do(AddItem(key="p1", item=right), by=office.act(2))


# --- draft, preview, official ------------------------------------------------------------------


def test_R_009_a_plan_is_a_draft_then_a_preview_then_official() -> None:
    kind = shipped("annual_key_points")
    office = Office(kind)
    full = item(target=Quantity.of(">=", 98, "percent"))
    office.drafted(kind, full)
    assert office.refused(ApprovePlan(key="p1"), by=office.act(3)).code == "plan.preview_first"
    assert office.workflow.fact("plan.scorable", "plan/p1") is False
    office.do(PreviewPlan(key="p1", audience="all_staff"), by=office.act(2))
    assert office.plan().state == "previewed"
    assert office.workflow.fact("plan.scorable", "plan/p1") is False
    office.do(ReturnPlan(key="p1", ground="comments_received"), by=office.act(3))
    office.do(ReviseItem(key="p1", item=full.model_copy(update={"due": DUE - DAY})), by=office.act(2))
    office.do(PreviewPlan(key="p1", audience="all_staff"), by=office.act(2))
    office.do(ApprovePlan(key="p1"), by=office.act(3))
    assert office.workflow.fact("plan.scorable", "plan/p1") is True


def test_R_009_a_kind_without_preview_has_none_and_nothing_empty_is_shown_or_approved() -> None:
    office = Office()
    office.drafted()
    assert (
        office.refused(PreviewPlan(key="p1", audience="all_staff"), by=office.act(2)).code
        == "plan.no_preview"
    )
    draft = DraftPlan(key="p2", unit="u-branch", kind="plain", definition=PLAIN.digest)
    office.do(draft, by=office.act(2))
    assert office.refused(ApprovePlan(key="p2"), by=office.act(3)).code == "plan.no_items"


# --- reports -----------------------------------------------------------------------------------


def test_R_050_a_report_cites_streams_of_the_log_and_files_of_the_kinds_that_count() -> None:
    kind = PLAIN.model_copy(update={"evidence": ("meeting", "photograph")})
    office = Office(kind)
    office.approved(kind)
    office.held("m1")
    office.held("l1", kind="lecture")

    def filing(*evidence: Citation) -> FileReport:
        return FileReport(key="p1", item="one", claim="achieved", evidence=evidence)

    by = office.self_(5)
    for evidence, code in (
        (Citation(), "plan.empty_citation"),
        (Citation(digest="a" * 64), "plan.empty_citation"),
        (Citation(stream="plan/p1"), "plan.self_cited"),
        (Citation(stream="activity/none"), "plan.unknown_evidence"),
        (Citation(stream="activity/l1"), "plan.evidence_kind"),
        (Citation(kind="hearsay", digest="a" * 64), "plan.evidence_kind"),
    ):
        assert office.refused(filing(evidence), by=by).code == code
    office.do(filing(Citation(stream="activity/m1"), Citation(kind="photograph", digest="a" * 64)), by=by)
    (report,) = office.plan().reports
    assert [cited.kind for cited in report.said.evidence] == ["meeting", "photograph"]


def test_R_050_a_report_counts_once_another_has_accepted_it_where_the_kind_asks_for_that() -> None:
    kind = PLAIN.model_copy(update={"verified": True})
    office = Office(kind)
    office.approved(kind)
    report = FileReport(key="p1", item="one", claim="achieved")
    office.do(report, by=office.self_(5))
    assert office.plan().status("one") == "claimed"
    office.do(VerifyReport(key="p1", number=1, accepted=False, finding=TEXT), by=office.act(4))
    assert office.plan().status("one") == "open"
    again = VerifyReport(key="p1", number=1, accepted=True)
    assert office.refused(again, by=office.act(4)).code == "plan.no_report"
    office.do(report, by=office.self_(5))
    office.do(VerifyReport(key="p1", number=2, accepted=True), by=office.act(4))
    assert office.plan().status("one") == "achieved"


def test_R_050_a_figure_is_in_the_unit_of_its_target() -> None:
    office = Office()
    office.approved(PLAIN, item(target=Quantity.of(">=", 98, "percent")))
    report = FileReport(key="p1", item="one", claim="achieved", figure=Quantity.of("=", 98, "people"))
    assert office.refused(report, by=office.self_(5)).code == "plan.unit_differs"
    office.do(report.model_copy(update={"figure": Quantity.of("=", 99, "percent")}), by=office.self_(5))


def ranking(key: str, subject: str = "city_ranking") -> Publish:
    return Publish(
        key=key,
        unit="u-branch",
        subject=subject,
        audience="all_staff",
        media="notice_board",
        position=3,
        known=datetime.fromisoformat("2009-03-02T01:00:00+00:00"),
        rule="a" * 64,
        digest="b" * 64,
    )


def test_R_097_a_target_may_be_a_rank_and_the_rank_attained_is_tied_to_a_published_ranking() -> None:
    office = Office()
    office.approved(PLAIN, item(rank=RankTarget(ranking="city_ranking", place=1)), item("two"))
    office.do(ranking("r1"), by=office.act(3))
    office.do(ranking("r2", subject="other_ranking"), by=office.act(3))
    bare = FileReport(key="p1", item="one", claim="achieved")
    by = office.self_(5)
    assert office.refused(bare, by=by).code == "plan.no_rank"
    for publication in ("publication/none", "publication/r2"):
        wrong = bare.model_copy(update={"rank": RankClaim(place=1, publication=publication)})
        assert office.refused(wrong, by=by).code == "plan.unknown_ranking"
    right = RankClaim(place=1, publication="publication/r1")
    other = bare.model_copy(update={"item": "two", "rank": right})
    assert office.refused(other, by=by).code == "plan.not_ranked"
    office.do(bare.model_copy(update={"rank": right}), by=by)
    attained = office.plan().reports[0].said.rank
    assert attained is not None
    assert (attained.place, attained.digest, attained.position) == (1, "b" * 64, 3)


# --- projects ----------------------------------------------------------------------------------


def test_R_171_a_project_does_not_close_with_open_tasks() -> None:
    kind = shipped("project")
    office = Office(kind)
    office.approved(kind, item("one"), item("two"), item("three"))
    office.reported("one")
    office.do(FileReport(key="p1", item="two", claim="achieved"), by=office.self_(5))  # not verified yet
    found = office.refused(ClosePlan(key="p1"), by=office.act(3))
    assert (found.code, dict(found.about)["items"]) == ("plan.open_tasks", "two, three")
    office.do(VerifyReport(key="p1", number=2, accepted=True), by=office.act(4))
    office.do(WithdrawItem(key="p1", item="three", ground="out_of_scope"), by=office.act(3))
    office.do(ClosePlan(key="p1"), by=office.act(3))
    assert office.workflow.fact("plan.work", "plan/p1").done


def test_R_171_lead_and_partners_see_the_same_state() -> None:
    kind = shipped("project")
    office = Office(kind)
    draft = DraftPlan(key="p1", unit="u-bureau", kind="project", definition=kind.digest)
    lacking = office.refused(draft, by=office.act(2))
    assert (lacking.code, dict(lacking.about)["lacking"]) == ("plan.lacks", "lead, partners")
    office.do(FoundUnit(unit="u-other", kind="bureau", parent="u-city"))
    for number in (61, 62):
        office.do(
            RegisterPerson(person=f"p-{number}", unit="u-other", categories=("member",)),
            OpenAccount(account=f"a-{number}", person=f"p-{number}"),
        )
    office.approved(kind, partners=("u-other",), contacts=("p-61",))
    stream = "plan/p1"
    assert office.workflow.sees(office.self_(8), office.now, stream)  # the lead
    assert office.workflow.sees(office.self_(61), office.now, stream)  # whom the partner sent
    assert not office.workflow.sees(office.self_(62), office.now, stream)  # a stranger to it
    (one,) = office.workflow.fact("plan.progress", stream)
    assert (one.item, one.person, one.status) == ("one", "p-5", "open")


def test_a_milestone_is_reached_once_with_its_evidence() -> None:
    office = Office()
    office.approved(PLAIN, item(milestones=(Milestone(code="half", due=DUE),)))
    reach = ReachMilestone(
        key="p1", item="one", milestone="half", evidence=(Citation(kind="file", digest="a" * 64),)
    )
    wrong = reach.model_copy(update={"milestone": "whole"})
    assert office.refused(wrong, by=office.self_(5)).code == "plan.unknown_milestone"
    office.do(reach, by=office.self_(5))
    assert tuple(office.plan().items["one"].reached) == ("half",)
    assert office.refused(reach, by=office.self_(5)).code == "plan.already_reached"


# --- refusals not met above --------------------------------------------------------------------


def test_a_plan_begins_once_under_a_kind_that_is_adopted_for_people_and_units_that_are_there() -> None:
    office = Office()
    draft = DraftPlan(key="p1", unit="u-branch", kind="plain", definition=PLAIN.digest)
    by = office.act(2)
    for changed, code in (
        ({"definition": "0" * 64}, "plan.unknown_kind"),
        ({"unit": "u-none"}, "plan.unknown_unit"),
        ({"partners": ("u-none",)}, "plan.unknown_unit"),
        ({"lead": "p-99"}, "plan.unknown_person"),
    ):
        assert office.refused(draft.model_copy(update=changed), by=by).code == code
    office.do(draft, by=by)
    assert office.refused(draft, by=by).code == "plan.taken"
    assert office.refused(ApprovePlan(key="p9"), by=by).code == "plan.unknown"


def test_a_kind_that_is_none_or_is_retired_is_not_begun_under() -> None:
    from party_workflow.domain.definition import RetireDefinition

    office = Office()
    office.do(AdoptDefinition(code="finding", kind="case", version=2, body=FINDING.data()))
    by = office.act(2)
    draft = DraftPlan(key="p1", unit="u-branch", kind="finding", definition=FINDING.digest)
    assert office.refused(draft, by=by).code == "plan.not_a_kind"
    newer = PLAIN.model_copy(update={"version": 2})
    office.do(AdoptDefinition(code="plain", kind="plan", version=2, body=newer.data()))
    draft = DraftPlan(key="p1", unit="u-branch", kind="plain", definition=PLAIN.digest)
    refusal = office.refused(draft, by=by)
    assert refusal.code == "plan.kind_not_in_force"
    assert newer.digest in refusal.remedy
    office.do(DraftPlan(key="p2", unit="u-branch", kind="plain", definition=newer.digest), by=by)
    office.do(RetireDefinition(code="plain", ground="replaced"))
    draft = DraftPlan(key="p1", unit="u-branch", kind="plain", definition=PLAIN.digest)
    assert office.refused(draft, by=by).code == "plan.retired_kind"


def test_items_name_what_is_there() -> None:
    office = Office()
    office.drafted()
    by = office.act(2)
    for wrong, code in (
        (item("one"), "plan.item_taken"),
        (item("two", person="p-99"), "plan.unknown_person"),
        (item("two", team=("p-99",)), "plan.unknown_person"),
        (item("two", partners=("u-none",)), "plan.unknown_unit"),
        (item("two", replaces="one"), "plan.not_replaced"),
    ):
        assert office.refused(AddItem(key="p1", item=wrong), by=by).code == code
    assert office.refused(ReviseItem(key="p1", item=item("two")), by=by).code == "plan.unknown_item"
    office.do(WithdrawItem(key="p1", item="one", ground="doubled"), by=office.act(3))
    office.do(AddItem(key="p1", item=item("two", replaces="one")), by=by)
    assert office.refused(ReviseItem(key="p1", item=item("one")), by=by).code == "plan.withdrawn"


def test_a_plan_has_at_most_256_items() -> None:
    office = Office()
    office.drafted(PLAIN, *(item(f"i{number}") for number in range(256)))
    assert office.refused(AddItem(key="p1", item=item("more")), by=office.act(2)).code == "plan.too_many"


def test_nothing_takes_effect_in_the_future_or_before_what_it_rests_on() -> None:
    office = Office()
    office.drafted()
    approve = ApprovePlan(key="p1")
    before, after = office.now - DAY, office.now + DAY
    assert office.refused(approve, by=office.act(3), effective_at=after).code == "plan.future"
    assert office.refused(approve, by=office.act(3), effective_at=before).code == "plan.out_of_order"
    office.do(approve, by=office.act(3))
    office.later(days=3)
    office.do(ProposeAmendment(key="p1", item=item("two"), ground="x"), by=office.act(2))
    office.do(DecideAmendment(key="p1", number=1, approved=True), by=office.act(3))
    before = office.now - DAY
    for command, by in (
        (WithdrawItem(key="p1", item="one", ground="x"), office.act(3)),
        (ChangeAccountable(key="p1", item="one", person="p-6", ground="x"), office.act(3)),
        (FileReport(key="p1", item="two", claim="achieved"), office.self_(5)),
    ):
        assert office.refused(command, by=by, effective_at=before).code == "plan.out_of_order"


def test_of_an_item_withdrawn_nothing_further_is_recorded() -> None:
    office = Office()
    office.approved()
    withdraw = WithdrawItem(key="p1", item="one", ground="law_changed")
    office.do(withdraw, by=office.act(3))
    for command in (
        withdraw,
        ChangeAccountable(key="p1", item="one", person="p-6", ground="x"),
        FileReport(key="p1", item="one", claim="achieved"),
    ):
        assert office.refused(command, by=office.act(3)).code == "plan.withdrawn"


def test_a_reminder_is_given_on_its_day_and_once() -> None:
    office = Office(EVERYTHING)
    office.approved(EVERYTHING, item(due=date(2009, 3, 13)), item("two", due=date(2009, 3, 13)))
    by = office.act(4)
    soon = Remind(key="p1", item="one", reminder="soon", on=date(2009, 3, 4))
    wrong = soon.model_copy(update={"reminder": "never"})
    assert office.refused(wrong, by=by).code == "plan.unknown_reminder"
    early = soon.model_copy(update={"on": date(2009, 3, 3)})
    assert office.refused(early, by=by).code == "plan.too_early"
    assert office.refused(soon, by=by).code == "plan.wrong_day"
    office.later(days=2)
    office.do(soon, by=by)
    assert office.refused(soon, by=by).code == "plan.already_reminded"
    office.reported("two")
    settled = soon.model_copy(update={"item": "two"})
    assert office.refused(settled, by=by).code == "plan.nothing_open"


def test_a_kind_says_which_items_and_counters_its_plans_have() -> None:
    kind = PLAIN.model_copy(update={"items": ("one", "two"), "counters": ("visits",)})
    office = Office(kind)
    office.drafted(kind)
    found = office.refused(ApprovePlan(key="p1"), by=office.act(3))
    assert (found.code, dict(found.about)["lacking"]) == ("plan.items_lacking", "two")
    office.do(AddItem(key="p1", item=item("two")), by=office.act(2))
    office.do(ApprovePlan(key="p1"), by=office.act(3))
    report = FileReport(
        key="p1", item="one", claim="achieved", counts={"calls": Quantity.of("=", 3, "calls")}
    )
    assert office.refused(report, by=office.self_(5)).code == "plan.unknown_counter"
    office.do(
        report.model_copy(update={"counts": {"visits": Quantity.of("=", 3, "visits")}}), by=office.self_(5)
    )


def test_every_refusal_of_a_plan_is_met_by_a_test() -> None:
    from pathlib import Path

    root = Path(__file__).resolve().parent.parent
    texts = "".join(
        (root / name).read_text("utf-8") for name in ("domain/test_plan.py", "packs/test_processes_plans.py")
    )
    assert [reason.code for reason in DECIDER.reasons if f'"{reason.code}"' not in texts] == []


# --- a kind ------------------------------------------------------------------------------------


def test_all_faults_of_a_kind_are_said_at_once() -> None:
    with pytest.raises(InvalidDefinition) as raised:
        PlanKind(
            code="faulty",
            version=1,
            results={"met": "done"},
            reminders=(Reminder(code="a", days=1), Reminder(code="a", days=2, escalates=True)),
        )
    assert len(raised.value.faults) == 5
    with pytest.raises(InvalidDefinition):
        PlanKind(code="faulty", version=1, dormant_after=121)


def test_a_kind_reads_back_from_its_data_with_the_same_digest() -> None:
    for kind in (PLAIN, EVERYTHING, shipped("project")):
        assert plan.read_kind(kind.data()).digest == kind.digest


# --- who may -----------------------------------------------------------------------------------


def test_whoever_drafted_does_not_approve() -> None:
    office = Office()
    office.drafted()
    assert office.refused(ApprovePlan(key="p1"), by=office.act(2)).code == "authority.own_case"
    office.do(ApprovePlan(key="p1"), by=office.act(3))
    office.do(ProposeAmendment(key="p1", item=item("two"), ground="x"), by=office.act(6))
    decide = DecideAmendment(key="p1", number=1, approved=True)
    for number in (2, 6):
        assert office.refused(decide, by=office.act(number)).code == "authority.own_case"
    office.do(decide, by=office.act(3))


def test_nobody_withdraws_what_they_are_accountable_for_or_hands_it_on() -> None:
    office = Office()
    office.approved()
    withdraw = WithdrawItem(key="p1", item="one", ground="x")
    hand_on = ChangeAccountable(key="p1", item="one", person="p-6", ground="x")
    for command in (withdraw, hand_on):
        assert office.refused(command, by=office.act(5)).code == "authority.own_case"
    office.do(hand_on, by=office.act(3))
    office.do(withdraw, by=office.act(5))


def test_the_person_accountable_reports_and_somebody_else_verifies() -> None:
    office = Office()
    office.approved()
    report = FileReport(key="p1", item="one", claim="achieved")
    assert office.refused(report, by=office.self_(6)).code == "authority.not_own"
    office.do(report, by=office.act(7))  # on duty, for the one accountable
    verify = VerifyReport(key="p1", number=1, accepted=True)
    for number in (5, 7):
        assert office.refused(verify, by=office.act(number)).code == "authority.own_case"
    office.do(verify, by=office.act(4))


def test_acting_for_oneself_opens_nothing_but_reports() -> None:
    office = Office()
    office.approved()
    for command in (
        WithdrawItem(key="p1", item="one", ground="x"),
        ConductLookBack(key="p1", occasion="x", results={"one": Finding(result="missing")}),
        MakeFinalReport(key="p1", outcomes={"one": "not_achieved"}),
        ClosePlan(key="p1"),
    ):
        assert office.refused(command, by=office.self_(4)).code == "authority.duty_not_covered"


def test_nobody_verifies_what_their_delegate_reported_for_them() -> None:
    checked = PlanKind(code="checked", version=1, verified=True)
    office = Office(checked)
    office.approved(checked)
    until = office.now + 9 * DAY
    lend = Delegate(principal="p-6", delegate="p-7", role="everything", unit="u-city", until=until)
    office.do(lend, by=office.self_(6))
    lent = Actor("a-7", "p-7", "everything", delegate_of="p-6")
    office.do(FileReport(key="p1", item="one", claim="achieved"), by=lent)
    verify = VerifyReport(key="p1", number=1, accepted=True)
    for number in (6, 7):
        assert office.refused(verify, by=office.act(number)).code == OWN_CASE.code
    office.do(verify, by=office.act(4))
