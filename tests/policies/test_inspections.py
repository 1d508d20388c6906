"""Samples drawn again, what inspections covered and found, modes compared, and what an audit says of them."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.inspecting import Q1, SALT, X1, X2, Inspecting
from tests.support.world import START

from party_workflow.canonical import canonical_bytes, parse, time_text
from party_workflow.domain.case import CloseCase
from party_workflow.domain.inspection import (
    CancelInspection,
    CloseInspection,
    CorrectResult,
    ExcuseSignature,
    InspectionPlanned,
    LinkSlip,
    Outcome,
    Plan,
    SignReport,
    SlipLinked,
)
from party_workflow.domain.organisation import FoundUnit
from party_workflow.errors import InvalidInput
from party_workflow.policies.audits import inspected, possible
from party_workflow.policies.audits.sample import (
    Workpaper,
    both_ends,
    population,
    proportional,
    redraw,
    sample,
    sampled,
    stratified,
)
from party_workflow.policies.figure import Absent
from party_workflow.policies.matters.inspections import (
    by_mode,
    by_place,
    coverage,
    open_inspections,
    register,
)
from party_workflow.store import Append, Draft

HEAD = (40, "ab" * 32)
NAMES = [f"u-{number:02}" for number in range(30)]


def found(world: Inspecting, code: str) -> list[str]:
    """What one check of inspections finds."""
    (check,) = (each for each in inspected.CHECKS if each.code == code)
    return [str(item) for item in check.look(world.workflow.history)]


# --- samples --------------------------------------------------------------------------


def test_R_201_the_same_query_number_and_seed_give_the_same_items_for_the_same_log_head() -> None:
    world = Inspecting()
    query = {"code": "units_below", "unit": "u-bureau", "at": time_text(world.now)}
    history = world.workflow.history
    first = sampled(history, query, 2, "lots")
    assert first == sampled(history, query, 2, "lots")
    assert (first.position, first.head) == history.head()
    world.do(FoundUnit(unit="u-four", kind="branch", parent="u-bureau"))
    assert sampled(world.workflow.history.up_to(first.position), query, 2, "lots") == first
    later = sampled(world.workflow.history, query, 2, "lots")
    assert later.head != first.head
    assert later.count == first.count + 1


def test_R_201_the_workpaper_has_query_head_hash_population_count_seed_and_chosen_ids() -> None:
    paper = sample(NAMES, 5, "2009-q1", HEAD, {"code": "listed"})
    said = parse(canonical_bytes(paper.data()))
    assert (said["query"], said["head"], said["position"]) == ({"code": "listed"}, HEAD[1], 40)
    assert (said["count"], said["seed"], said["chosen"]) == (30, "2009-q1", list(paper.chosen))
    assert len(paper.chosen) == 5
    assert paper.digest != sample(NAMES, 5, "2009-q2", HEAD).digest


def test_R_201_a_stratified_sample_draws_from_each_stratum_by_itself() -> None:
    strata = {"large": NAMES[:20], "small": NAMES[20:]}
    paper = stratified(strata, {"large": 4, "small": 1}, "s", HEAD)
    assert [len({*paper.chosen} & {*members}) for members in strata.values()] == [4, 1]
    shared = stratified(strata, 3, "s", HEAD)
    assert {group.code: group.n for group in shared.groups} == {"large": 2, "small": 1}
    # What is in the other stratum makes no difference to who is drawn.
    alone = stratified({"large": NAMES[:20]}, {"large": 4}, "s", HEAD)
    assert {*alone.chosen} == {*paper.chosen} & {*NAMES[:20]}
    with pytest.raises(InvalidInput):
        stratified({"a": ["u-1"], "b": ["u-1"]}, 1, "s", HEAD)
    with pytest.raises(InvalidInput):
        stratified(strata, {"large": 4}, "s", HEAD)
    with pytest.raises(InvalidInput):
        stratified(strata, 31, "s", HEAD)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1), st.data())
def test_R_201_shares_in_proportion_add_up_and_are_off_by_less_than_one(
    counts: dict[str, int], data: st.DataObject
) -> None:
    total = sum(counts.values())
    n = data.draw(st.integers(0, total))
    shares = proportional(counts, n)
    assert sum(shares.values()) == n
    for code, count in counts.items():
        assert 0 <= shares[code] <= count
        assert total == 0 or abs(shares[code] - Fraction(n * count, total)) < 1


def test_R_201_both_ends_are_taken_whole_and_the_middle_is_drawn() -> None:
    values = {name: number for number, name in enumerate(NAMES)}
    paper = both_ends(values, 3, 2, 4, "s", HEAD)
    assert {*NAMES[27:], *NAMES[:2]} <= {*paper.chosen}
    assert len(paper.chosen) == 9
    assert {group.code: group.n for group in paper.groups} == {"bottom": 2, "middle": 4, "top": 3}
    assert paper.tied == ()
    level = both_ends(dict.fromkeys(NAMES, 1), 3, 2, 4, "s", HEAD)
    assert level.tied == tuple(NAMES)
    assert level != both_ends(dict.fromkeys(NAMES, 1), 3, 2, 4, "t", HEAD)
    with pytest.raises(InvalidInput):
        both_ends(values, 20, 10, 1, "s", HEAD)


@pytest.mark.parametrize("method", ["simple", "stratified", "both_ends"])
def test_R_201_an_inspection_takes_a_sample_of_every_method_and_it_can_be_drawn_again(method: str) -> None:
    world = Inspecting()
    head = world.workflow.history.head()
    query = {"code": "units_below", "unit": "u-bureau", "at": time_text(world.now), "kinds": ["branch"]}
    branches = population(world.workflow.history, query)
    assert branches == ("u-branch", "u-three", "u-two")
    papers: dict[str, Workpaper] = {
        "simple": sample(branches, 2, "s", head, query),
        "stratified": stratified(
            {"old": ["u-branch"], "new": branches[1:]}, {"old": 1, "new": 1}, "s", head, query
        ),
        "both_ends": both_ends({unit: len(unit) for unit in branches}, 1, 1, 1, "s", head, query),
    }
    world.plan(plan=papers[method].plan(("records",)))
    (planned,) = world.workflow.history.events(InspectionPlanned)
    assert isinstance(planned.event, InspectionPlanned)
    again = redraw(world.workflow.history, planned.event.plan)
    assert (again.head, again.population, again.chosen) == (True, True, True)
    assert found(world, "samples") == []


def test_R_201_a_sample_that_the_log_does_not_bear_out_is_found() -> None:
    def says(**update: Any) -> list[str]:
        world = Inspecting()
        plan = world.sample(n=3)
        world.plan(plan=plan.model_copy(update=update))
        return found(world, "samples")

    assert says() == []
    assert "the head of the log" in says(head="cd" * 32)[0].lower()
    world = Inspecting()
    query = {"code": "units_below", "unit": "u-city", "at": time_text(world.now)}
    assert "another population" in says(query=query)[0]
    assert "no query" in says(query={"code": "units_below"})[0]
    assert "not there yet" in says(position=1000)[0]
    # Where it was asked of something else than the log, nothing is claimed of the population.
    assert says(query={"code": "listed"}) == []


def test_R_201_a_plan_that_was_sealed_was_drawn_before_it_was_sealed() -> None:
    world = Inspecting()
    world.seal()
    late = world.sample()
    world.seal(key=X2, plan=late.model_copy(update={"position": late.position + 5}))
    world.later(days=1)
    for key in (Q1, X2):
        plan = late if key == Q1 else late.model_copy(update={"position": late.position + 5})
        if key == X2:
            world.do(world.carry(plan, key=key, plan=plan, salt=SALT), by=world.act(60))
    assert any("not there yet" in line for line in found(world, "samples"))


def test_a_query_that_there_is_not_is_refused_in_words() -> None:
    history = Inspecting().workflow.history
    assert population(history, {"code": "streams", "category": "definition"})
    for query in ({"code": "tea_leaves"}, {"code": "streams"}, {}):
        with pytest.raises(InvalidInput):
            population(history, query)


# --- what was covered and found --------------------------------------------------------------


def carried(world: Inspecting, key: str, mode: str, outcomes: dict[tuple[int, str], Outcome]) -> Plan:
    """An inspection of all branches, with outcomes by number of the branch and item."""
    plan = world.plan(key=key, plan=world.sample(n=3), mode=mode)
    world.later(days=1)
    seen = {(plan.units[number], item): outcome for (number, item), outcome in outcomes.items()}
    world.do(world.carry(plan, key=key, outcomes=seen), by=world.act(61))
    return plan


def test_coverage_has_the_sample_over_the_population_and_what_was_checked_over_what_was_drawn() -> None:
    world = Inspecting()
    plan = world.plan()  # 2 of 3 branches, 2 of 3 items
    with pytest.raises(InvalidInput):
        coverage(world.workflow.history, f"inspection/{Q1}", world.now)
    world.later(days=1)
    first, second = plan.units
    outcomes: dict[tuple[str, str], Outcome] = {
        (first, "study"): "not_checked",
        (second, "records"): "not_applicable",
    }
    world.do(world.carry(plan, outcomes=outcomes), by=world.act(61))
    said = coverage(world.workflow.history, f"inspection/{Q1}", world.now)
    assert said.units.value == Fraction(2, 3)
    assert said.items.value == Fraction(2, 3)
    assert said.checked.value == Fraction(2, 3)  # 4 drawn, 1 does not apply, 1 of 3 was not checked
    assert [figure.displayed for figure in said.checked.inputs if hasattr(figure, "displayed")] == ["2", "3"]
    assert said.not_checked == {(first, "study"): "no_access"}
    assert said.not_applicable == {(second, "records"): "no_access"}
    assert said.checked.evidence()


def test_open_inspections_say_what_they_lack_and_sealed_ones_only_that_they_are() -> None:
    world = Inspecting()
    plan = world.plan()
    world.seal(key=X1)
    planned = world.now
    world.later(days=1)
    world.do(world.carry(plan, outcomes={(plan.units[0], "records"): "not_met"}), by=world.act(61))
    before = open_inspections(world.workflow.history, planned)
    assert [(each.stream, each.state) for each in before] == [
        (f"inspection/{Q1}", "planned"),
        (f"inspection/{X1}", "planned"),
    ]
    now = {each.stream: each for each in open_inspections(world.workflow.history, world.now)}
    assert now[f"inspection/{X1}"].sealed
    assert now[f"inspection/{Q1}"].unsigned == ("p-61", "p-62")
    assert now[f"inspection/{Q1}"].unnoted == ((plan.units[0], "records"),)
    world.note(plan.units[0], "records", "f-1")
    world.sign(61, 62)
    (lacks, _) = open_inspections(world.workflow.history, world.now)
    assert (lacks.unsigned, lacks.unnoted, lacks.unhanded) == ((), (), (1,))
    world.hand(1, "f-1", "s-1")
    world.do(CloseInspection(key=Q1), by=world.act(60))
    assert [each.stream for each in open_inspections(world.workflow.history, world.now)] == [
        f"inspection/{X1}"
    ]
    # Who may not see the sealed one has a view in which it does not stand.
    seen = world.workflow.seen_by(world.act(2), world.now)
    assert open_inspections(seen, world.now) == ()


def test_R_125_both_modes_feed_one_register_with_the_mode_recorded_and_are_compared() -> None:
    world = Inspecting()
    since = world.now
    regular: dict[tuple[int, str], Outcome] = {(0, "records"): "not_met", (1, "study"): "not_checked"}
    first = carried(world, Q1, "regular", regular)
    second = carried(world, "q2", "concentrated", {(0, "records"): "not_met", (1, "records"): "not_met"})
    world.note(first.units[0], "records", "f-1")
    world.note(second.units[0], "records", "f-2", of="q2")
    world.note(second.units[1], "records", "f-3", of="q2")
    world.note(second.units[1], "visits", "f-4", of="q2")  # seen by the way
    world.hand(1, "f-1", "s-1")
    world.do(CloseCase(key="f-2"), by=world.act(63))
    entries = register(world.workflow.history, world.now)
    assert [(entry.mode, entry.case, entry.slip, entry.sampled, entry.settled) for entry in entries] == [
        ("regular", "case/f-1", "case/s-1", True, False),
        ("concentrated", "case/f-2", None, True, True),
        ("concentrated", "case/f-3", None, True, False),
        ("concentrated", "case/f-4", None, False, False),
    ]
    places = by_place(entries)
    assert places[first.units[0], "records"].value == 2
    assert places[second.units[1], "visits"].value == 1
    assert len(places[first.units[0], "records"].evidence()) == 2
    concentrated, ordinary = by_mode(world.workflow.history, "check", since, world.now + timedelta(days=1))
    assert (concentrated.mode, ordinary.mode) == ("concentrated", "regular")
    assert [f.value for f in (ordinary.checked, ordinary.not_checked, ordinary.not_met)] == [5, 1, 1]
    assert ordinary.rate.value == Fraction(1, 5)
    assert [part.value for part in concentrated.rate.inputs if hasattr(part, "value")] == [2, 6]
    assert [concentrated.noted.value, concentrated.settled.value] == [3, Fraction(1, 3)]
    assert ordinary.settled.value == 0


def test_R_125_a_mode_in_which_nothing_was_carried_out_has_no_rate_rather_than_a_good_one() -> None:
    world = Inspecting()
    since = world.now
    carried(world, Q1, "regular", {})
    concentrated, ordinary = by_mode(world.workflow.history, "check", since, world.now + timedelta(days=1))
    assert concentrated.inspections.value == 0
    assert concentrated.rate.value == Absent("not_applicable")
    assert ordinary.rate.value == 0
    later = by_mode(
        world.workflow.history, "check", world.now + timedelta(days=1), world.now + timedelta(days=9)
    )
    assert [each.inspections.value for each in later] == [0, 0]
    with pytest.raises(InvalidInput):
        by_mode(world.workflow.history, "check", since, since)


def test_a_correction_counts_as_corrected_and_as_of_before_as_it_stood() -> None:
    world = Inspecting()
    plan = carried(world, Q1, "regular", {(0, "records"): "not_met"})
    then = world.now
    world.later(days=2)
    correct = CorrectResult(key=Q1, unit=plan.units[0], item="records", outcome="met", ground="found_later")
    world.do(correct, by=world.act(61))
    until = world.now + timedelta(days=1)
    before = world.workflow.history.as_of(effective=then)
    assert [by_mode(h, "check", START, until)[1].not_met.value for h in (before, world.workflow.history)] == [
        1,
        0,
    ]
    assert "was changed from not_met to met (found_later)" in found(world, "second_thoughts")[0]


# --- what an auditor finds -------------------------------------------------------------------


def test_R_111_a_problem_left_out_and_a_second_slip_are_found() -> None:
    world = Inspecting()
    plan = carried(world, Q1, "regular", {(0, "records"): "not_met"})
    world.note(plan.units[0], "records", "f-1")
    world.hand(1, "f-1", "s-1")
    assert found(world, "handed_over") == []
    world.open_case("f-2", "finding", f"inspection/{Q1}")
    world.open_case("s-2", "assignment_slip", "case/f-1")
    world.open_case("o-1", "opinion", "case/f-1")  # no slip, and nothing to say
    said = found(world, "handed_over")
    assert len(said) == 2
    assert "does not note case/f-2" in said[0]
    assert "handed over by case/s-1 and again by case/s-2" in said[1]


def test_R_120_what_was_sealed_and_never_opened_is_listed() -> None:
    world = Inspecting()
    plan = world.seal(key=X1)
    world.seal(key=X2)
    assert len(found(world, "sealed")) == 2
    world.later(days=1)
    world.do(world.carry(plan, key=X1, plan=plan, salt=SALT), by=world.act(60))
    world.do(CancelInspection(key=X2, ground="storm"), by=world.act(60))
    (said,) = found(world, "sealed")
    assert said.startswith(f"inspection/{X2}")


def test_a_reservation_and_a_signature_that_is_lacking_are_listed() -> None:
    world = Inspecting()
    carried(world, Q1, "regular", {})
    world.do(SignReport(key=Q1, reserved=True), by=world.self_(61))
    world.do(ExcuseSignature(key=Q1, inspector="p-62", ground="left"), by=world.act(60))
    said = found(world, "second_thoughts")
    assert "p-61 signed with a reservation" in said[0]
    assert "p-62 did not sign (left)" in said[1]


def test_two_slips_linked_underneath_to_one_problem_are_found_as_impossible() -> None:
    world = Inspecting()
    plan = carried(world, Q1, "regular", {(0, "records"): "not_met"})
    world.note(plan.units[0], "records", "f-1")
    world.hand(1, "f-1", "s-1")
    world.open_case("s-2", "assignment_slip", "case/f-1")
    event = SlipLinked(state="carried_out", finding=1, unit=plan.units[0], slip="case/s-2")
    draft = (Draft(f"inspection/{Q1}", event, world.now),)
    command = LinkSlip.stored_type
    world.store.append(Append("bureau", "beneath", command, "0" * 64, world.act(61), world.now, draft, {}))
    (moves,) = (check for check in possible.checks(world.model) if check.code == "moves")
    assert any(
        "was handed over by case/s-1 already" in str(item) for item in moves.look(world.workflow.history)
    )
