"""Bundles: complete when every component is, with the events of each, and what the name says."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.world import World

from party_workflow.domain import activity
from party_workflow.domain.activity import Attendance, HoldActivity, PlanActivity
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition
from party_workflow.packs import party
from party_workflow.policies.activities.bundles import Bundle, Component, Report, report

BUNDLE = party.PACK.read_as(Bundle, "four_meetings_lecture_test", 1)
KINDS = [kind for component in BUNDLE.components for kind in component.counts]


def hold(
    made: World, key: str, kind: str, *, unit: str = "u-branch", present: int = 3, campaign: str | None = None
) -> None:
    everybody = tuple(f"p-{number}" for number in (2, 3, 4))
    made.do(
        PlanActivity(
            key=key,
            kind=kind,
            unit=unit,
            planned_at=made.now,
            expected=everybody,
            quorum="1/2",
            serves=() if campaign is None else (Serves(campaign=campaign, task="study"),),
        )
    )
    rows = {
        who: Attendance(status="present") if at < present else Attendance(status="absent")
        for at, who in enumerate(everybody)
    }
    made.do(HoldActivity(key=key, attendance=rows))


def world(*kinds: str) -> World:
    made = World(activity.DECIDER, members=5)
    for number, kind in enumerate(kinds):
        hold(made, f"a-{number}", kind)
        made.later(days=1)
    return made


def found(made: World, bundle: Bundle = BUNDLE, campaign: str | None = None) -> Report:
    return report(made.workflow.history, bundle, unit="u-branch", campaign=campaign)


def test_R_032_a_bundle_is_satisfied_exactly_when_each_component_has_its_minimum() -> None:
    assert len(KINDS) == 6
    assert found(world(*KINDS))
    for left_out in range(6):
        some = found(world(*(kind for at, kind in enumerate(KINDS) if at != left_out), KINDS[left_out - 1]))
        assert not some
        assert some.lacking == (BUNDLE.components[left_out].code,)


def test_R_032_the_report_shows_each_component_with_its_events() -> None:
    made = world(*KINDS, "test")
    parts = {part.component.code: part for part in found(made).parts}
    assert parts["study_test"].done.value == 2
    assert parts["discussions"].done.value == 1
    events = [evidence for part in parts.values() for evidence in part.done.inputs]
    held = {item.envelope.event_id for item in made.workflow.history.events(activity.ActivityHeld)}
    assert {evidence.event_id for evidence in events} == held
    assert len(events) == len(held) == 7


def test_R_032_where_the_name_counts_otherwise_than_the_list_it_is_visible_and_changes_nothing() -> None:
    assert found(world(*KINDS)).announced == {
        "bundle_meetings": (4, 4), "bundle_lectures": (1, 1), "bundle_tests": (1, 1),
    }  # fmt: skip
    five = BUNDLE.model_copy(
        update={
            "version": 2,
            "components": (
                *BUNDLE.components,
                Component(code="oath_day", counts=("oath_day",), heading="bundle_meetings"),
            ),
        }
    )
    seen = found(world(*KINDS, "oath_day"), five)
    assert seen
    assert seen.mismatches == {"bundle_meetings": (4, 5)}
    assert found(world(*KINDS)).mismatches == {}


def test_R_032_an_occasion_below_quorum_is_shown_and_does_not_count() -> None:
    made = world(*KINDS[:-1])
    hold(made, "poor", "test", present=1)
    seen = found(made)
    assert seen.lacking == ("study_test",)
    (part,) = [part for part in seen.parts if part.component.code == "study_test"]
    assert (part.done.value, len(part.left_out)) == (0, 1)


def test_R_032_only_the_units_own_occasions_of_the_days_and_the_campaign_asked_for_count() -> None:
    made = world(*KINDS[:-1])
    hold(made, "elsewhere", "test", unit="u-bureau")
    assert found(made).lacking == ("study_test",)
    hold(made, "here", "test", campaign="study-2009")
    assert found(made)
    served = found(made, campaign="study-2009")
    assert [part.component.code for part in served.parts if part.satisfied] == ["study_test"]
    history = made.workflow.history
    assert not report(history, BUNDLE, unit="u-branch", last=date(2009, 3, 6))
    assert not report(history, BUNDLE, unit="u-branch", first=date(2009, 3, 3))
    assert report(history, BUNDLE, unit="u-branch", first=date(2009, 3, 2), last=date(2009, 3, 7))


def test_R_032_a_minimum_above_one_is_counted() -> None:
    twice = Bundle(code="b", version=1, components=(Component(code="c", counts=("test",), minimum=2),))
    assert not found(world("test"), twice)
    assert found(world("test", "test"), twice)


def test_R_031_no_occasion_counts_for_two_components_unless_the_bundle_says_so() -> None:
    components = (
        Component(code="one", counts=("theme_day",)),
        Component(code="two", counts=("theme_day", "test")),
    )
    with pytest.raises(InvalidDefinition, match="theme_day would count twice"):
        Bundle(code="b", version=1, components=components)
    both = Bundle(code="b", version=1, components=components, shared=True)
    assert found(world("theme_day"), both)


def test_everything_that_is_wrong_with_a_bundle_is_said_at_once() -> None:
    with pytest.raises(InvalidDefinition) as raised:
        Bundle(
            code="b",
            version=1,
            components=(
                Component(code="one", counts=("test",), heading="meetings"),
                Component(code="one", counts=("test",)),
            ),
        )
    assert [fault.what for fault in raised.value.faults] == [
        "one stands twice.",
        "test would count twice.",
        "The name does not announce meetings.",
    ]
