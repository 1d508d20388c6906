"""The overview of a log: what it says agrees with the aggregates and names nobody of a confidential case."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from functools import cache

import pytest
from tests.report import histories
from tests.report.histories import KEY, Story

from party_workflow.domain.case import OpenCase
from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.packs.case_kinds import COMPLAINT
from party_workflow.packs.measures import campaign_measures
from party_workflow.personal import Opening, Personal
from party_workflow.policies.activities.participation import attendance_sum
from party_workflow.policies.activities.works import Works
from party_workflow.policies.overview import (
    SMALL,
    CaseGroup,
    campaign_view,
    case_groups,
    claims,
    confidential_streams,
    done_works,
    guests,
    log_view,
    participations,
    publications,
    sealed_places,
    sessions,
)


@cache
def story() -> Story:
    """The campaign from mobilisation to the appraisal; not to be changed by a test."""
    return histories.full()


def history() -> History:
    return story().workflow.history


def test_a_log_says_where_it_ends_and_which_of_its_records_were_imported() -> None:
    view = log_view(history())
    assert (view.position, view.head) == history().head()
    assert view.log == histories.TENANT
    assert view.opened is not None
    assert view.opened.tenant == histories.TENANT
    assert [(batch.batch, batch.records, batch.first, batch.last) for batch in view.batches] == [
        ("register-2005", 121, 2, 122)
    ]
    assert view.imported == 121
    assert sum(view.matters.values()) == len({record.envelope.stream for record in history().records()})
    assert view.first is not None
    assert view.earliest is not None
    assert view.earliest <= view.first


def test_an_empty_log_has_nothing_to_say() -> None:
    view = log_view(history().up_to(0))
    assert (view.log, view.opened, view.records, view.position, view.batches) == ("", None, 0, 0, ())


def test_work_is_done_exactly_where_its_aggregate_says_so() -> None:
    """The law: a stream is listed if and only if its own fact ``work`` is done and serves a campaign."""
    found = {item.stream: item for item in done_works(history(), party.MODEL)}
    streams = {record.envelope.stream for record in history().records()}
    asked = 0
    for stream in streams:
        fact = f"{stream.partition('/')[0]}.work"
        if fact not in party.MODEL.facts:
            continue
        asked += 1
        work = story().workflow.fact(fact, stream)
        assert (stream in found) is (work is not None and work.done and bool(work.serves)), stream
        if stream in found:
            assert (found[stream].kind, found[stream].quantity) == (work.kind, work.quantity)
    assert asked > 100


def test_work_that_is_undone_is_no_longer_done() -> None:
    """An accepted reflection that is sent back after all."""
    from party_workflow.domain.submission import Vet

    again = histories.full()
    before = {item.stream for item in done_works(again.workflow.history, party.MODEL)}
    again.do(Vet(key="reflection-01", verdict="returned", ground="copied"), by=60)
    after = {item.stream for item in done_works(again.workflow.history, party.MODEL)}
    assert before - after == {"submission/reflection-01"}


def test_a_campaign_agrees_with_its_state_phase_by_phase_and_task_by_task() -> None:
    view = campaign_view(history(), party.MODEL, KEY)
    state = story().workflow.state(f"campaign/{KEY}")
    assert view is not None
    progress = state.progress()
    assert [phase.code for phase in view.phases] == list(progress)
    for phase, task in view.tasks():
        found = progress[phase.code].tasks[task.code]
        assert phase.state == progress[phase.code].state
        assert (task.complete, task.minimum, task.condition) == (
            found.complete,
            found.minimum,
            found.condition,
        )
        assert (task.total or 0) == found.total
    gates = [(step.outcome, [item.code for item in step.conditions]) for step in view.phases[0].gates]
    assert gates == [("redo", []), ("pass_with_conditions", ["catch_up_study"])]
    assert [step.evidence.position for step in view.steps] == sorted(
        step.evidence.position for step in view.steps
    )


def test_a_task_that_was_reopened_is_open_again() -> None:
    from party_workflow.domain.campaign import CompleteTask, ReopenTask

    again = histories.full()
    again.do(CompleteTask(key=KEY, task="catch_up_study", evidence=("activity/catch-up",)))
    assert _task(again, "catch_up_study").complete
    again.do(ReopenTask(key=KEY, task="catch_up_study", ground="mistaken"))
    reopened = _task(again, "catch_up_study")
    assert (reopened.complete, reopened.total, reopened.so_far) == (False, None, 1)


def _task(found: Story, code: str):  # type: ignore[no-untyped-def]
    view = campaign_view(found.workflow.history, party.MODEL, KEY)
    assert view is not None
    return next(task for _, task in view.tasks() if task.code == code)


def test_a_campaign_that_is_not_there_yet_is_none() -> None:
    assert campaign_view(history(), party.MODEL, "other") is None
    early = history().as_of(known=datetime(2005, 1, 15, tzinfo=UTC))
    assert campaign_view(early, party.MODEL, KEY) is None


def test_the_tasks_for_everybody_are_those_of_the_phases_that_have_begun() -> None:
    view = campaign_view(history(), party.MODEL, KEY)
    assert view is not None
    assert view.for_everyone() == ("reflections", "study_test", "analysis_material")
    shares = participations(history(), KEY, KEY, view.for_everyone())
    assert [(len(item.took_part), len(item.excused)) for item in shares] == [(24, 5), (28, 1), (0, 3)]


def test_sessions_add_up_to_the_attendances_of_their_registers() -> None:
    found = sessions(history(), KEY)
    for item in found:
        occasion = Works.of(history()).occasions[item.stream]
        assert attendance_sum([occasion]).value == item.attendances
        assert attendance_sum([occasion], having=["member"]).value == item.members
        assert sum(item.statuses.values()) == len(occasion.rows)
        assert len(item.people) == item.attendances
    assert [item.at for item in found] == sorted(item.at for item in found)
    (corrected,) = [item for item in found if item.corrected]
    assert (corrected.stream, corrected.corrected) == ("activity/study-05", 1)


def test_R_068_the_attendances_of_others_are_named_person_by_person_with_their_events() -> None:
    found = guests(history(), KEY, "study_session")
    assert {guest.person: guest.attendances for guest in found} == {
        person: 12 if index < 7 else 1 for index, person in enumerate(histories.STAFF[:8])
    }
    held = {item.evidence for item in sessions(history(), KEY) if item.kind == "study_session"}
    assert all(set(guest.evidence) <= held for guest in found)
    assert guests(history(), "other", "study_session") == ()


def test_cases_are_counted_by_kind_and_the_confidential_ones_have_no_lines() -> None:
    groups = {group.kind: group for group in case_groups(history())}
    assert {kind: (group.total, group.open, group.closed) for kind, group in groups.items()} == {
        "opinion": (6, 6, 0),
        "complaint": (1, 1, 0),
        "finding": (1, 1, 0),
    }
    assert groups["finding"].failed_verifications == 1
    assert groups["opinion"].outcomes == {"adopted": 4}
    assert len(groups["opinion"].lines) == 6
    assert groups["complaint"].lines == ()
    assert confidential_streams(history()) == {f"case/complaint-{1:032x}"}


@pytest.mark.parametrize("number", [SMALL - 1, SMALL])
def test_R_204_few_confidential_cases_are_not_broken_down(number: int) -> None:
    small = histories.bureau()
    for index in range(number):
        small.do(
            OpenCase(
                key=f"complaint-{index:032x}",
                kind="complaint",
                definition=COMPLAINT.digest,
                unit="u-bureau",
                substance=Personal("x"),
                complainant=Personal("p-9"),
                concerns=("p-13",),
            ),
            by=8,
        )
    (group,) = case_groups(small.workflow.history)
    assert (group.total, group.open) == (number, number)
    assert group.states == (None if number < SMALL else {"received": number})
    assert group.outcomes == (None if number < SMALL else {})


def test_a_group_of_cases_has_no_place_for_a_person() -> None:
    assert {field.name for field in fields(CaseGroup)} & {
        "people",
        "persons",
        "requester",
        "concerns",
    } == set()


def test_claims_and_publications_name_the_event_that_made_them() -> None:
    (claimed,) = claims(history(), lambda subject: campaign_measures(KEY, KEY))
    assert claimed.evidence.stored_type == "claim.asserted"
    assert claimed.evidence.event_id == claimed.reconciliation.asserted_in
    ((published, evidence),) = publications(history())
    assert (published.stream, evidence.stored_type) == ("publication/ranking-1", "publication.published")
    assert claims(history(), lambda subject: ())[0].reconciliation.figures[0].outcome == "not_verifiable"


def test_every_opening_has_its_place_in_the_log_and_every_place_its_opening() -> None:
    """The law: what is sealed in the log is what the openings hold, no more and no less."""
    held = {place.sealed.commitment for place in sealed_places(history())}
    openings, vault = story().openings, story().workflow.identities
    places = [place.sealed for place in sealed_places(history())]
    found = {sealed.commitment for sealed in places if _opened(openings.get(sealed))}
    identities = {sealed.commitment for sealed in places if _opened(vault.get(sealed))}
    assert len(identities) == 1
    assert not identities & found
    found |= identities
    assert found == held
    commands = {record.envelope.command_id for record in history().records()}
    brought = {
        opening.commitment
        for command in commands
        for opening in (*openings.of_command(command), *vault.of_command(command))
    }
    assert brought == held


def _opened(opening: object) -> bool:
    return isinstance(opening, Opening)
