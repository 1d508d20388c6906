"""An allegation is no finding, and nobody decides where they are in conflict: the statements one by one.

The law over generated histories is in ``tests/laws``; the readers of the command line in ``tests/cli``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from tests.support.watched import KEY, START, Watched, refused

from party_workflow.authority import CONFLICT, DeclareConflict, forbidden
from party_workflow.calendar import Period
from party_workflow.codec import Command
from party_workflow.domain.assessment import AssessmentKind, EnterSheets, OpenAssessment, Value
from party_workflow.domain.case import AcknowledgeCase, DecideCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind
from party_workflow.domain.rating import CloseRating, Rate
from party_workflow.history import History
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE, CALENDAR
from party_workflow.packs.processes import MANAGERS, in_force, outlook
from party_workflow.personal import Personal
from party_workflow.policies.assessments.appraisal import democratic_appraisal
from party_workflow.policies.cases.case_counts import case_counts
from party_workflow.policies.cases.clock_report import clock_report
from party_workflow.policies.disclosure.publications import postings
from party_workflow.policies.policy import run
from party_workflow.store import Actor
from party_workflow_adapters.export import canonical_export

STREAM = f"case/{KEY}"
OUTSIDERS = {
    "accused": Actor("a-5", "p-5"),
    "accused_in_office": Actor("a-5", "p-5", "office"),
    "colleague": Actor("a-9", "p-9", "office"),
    "leader_above": Actor("a-60", "p-60", "office"),
}


def _town(*, complaint: bool) -> Watched:
    """A town with a round, and with the complaint about p-5 where that is said."""
    town = Watched()
    town.round()
    if complaint:
        town.complain()
    town.rate(2, "excellent", 7)
    town.later(days=1)
    town.do(CloseRating(key="r-1"))
    return town


def _ranking(town: Watched, seen: History, by: Actor) -> object:
    policy = democratic_appraisal(APPRAISAL_RULE, "c-1", seen.registry)
    return run(policy, seen, on=date(2024, 3, 5), period_start=date(2024, 3, 4), retroactive=True).digest


def _rates(town: Watched, seen: History, by: Actor) -> object:
    counts = case_counts(seen, "grievance", START - timedelta(days=1), town.now, "opened_within")
    return counts, clock_report(seen, town.now)


def _duties(town: Watched, seen: History, by: Actor) -> object:
    return outlook(town.workflow, MANAGERS(CALENDAR, in_force(seen)), by=by, at=town.now)


def _publications(town: Watched, seen: History, by: Actor) -> object:
    return postings(seen, reader=by, at=town.now)


def _export(town: Watched, seen: History, by: Actor) -> object:
    out = BytesIO()
    canonical_export(seen.source, out)
    return out.getvalue()


def _allowed(town: Watched, seen: History, by: Actor) -> object:
    return town.workflow.allowed(by, town.now), town.workflow.allowed(by, town.now, STREAM)


def _facts(town: Watched, seen: History, by: Actor) -> object:
    return [town.workflow.told(by, town.now, name, STREAM, {}) for name in ("case.work", "case.summary")]


def _refusals(town: Watched, seen: History, by: Actor) -> object:
    commands: list[Command] = [
        AcknowledgeCase(key=KEY, channel="letter"),
        DecideCase(key=KEY, outcome="upheld", ground=Personal("x")),
    ]
    number = int(by.person[2:])
    return [refused(town, command, by=number, own=by.capacity == "self") for command in commands]


STATEMENTS: dict[str, Callable[[Watched, History, Actor], object]] = {
    "rankings": _ranking,
    "rates": _rates,
    "duty_reports_and_proposals": _duties,
    "publications": _publications,
    "exports": _export,
    "allowed": _allowed,
    "facts": _facts,
    "refusals": _refusals,
}


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_R_167_until_it_is_decided_no_statement_outside_shows_that_somebody_is_accused(
    statement: str, outsider: str
) -> None:
    by, said = OUTSIDERS[outsider], STATEMENTS[statement]
    found = []
    for complaint in (True, False):
        town = _town(complaint=complaint)
        found.append(said(town, town.workflow.seen_by(by, town.now), by))
    assert found[0] == found[1]


def test_R_167_the_statements_do_tell_the_case_team() -> None:
    """Otherwise the test before could not fail."""
    by = Actor("a-61", "p-61", "custodian")
    for name in ("rates", "exports", "facts"):
        found = []
        for complaint in (True, False):
            town = _town(complaint=complaint)
            found.append(STATEMENTS[name](town, town.workflow.seen_by(by, town.now), by))
        assert found[0] != found[1], name


# --- conflicts -----------------------------------------------------------------------------------

MARKS = AssessmentKind.model_validate(
    {
        "code": "year_marks",
        "version": 1,
        "subjects": "people",
        "items": [{"code": "work", "scale": {"type": "grades", "grades": ["good", "poor"]}}],
        "voices": [{"code": "leader", "standing": "assessor"}],
        "stages": {"initial": "open", "final": ["closed"], "moves": {"close": "open -> closed"}},
    }
)
WARNING = ProcedureKind.model_validate(
    {
        "code": "warning",
        "version": 1,
        "opening": "warn",
        "done": ["warned"],
        "lifecycle": {"initial": "none", "final": ["warned"], "moves": {"warn": "none -> warned"}},
        "steps": [
            {
                "code": "warn",
                "duty": "recognition.propose",
                "barred": ["warned"],
                "inputs": [{"code": "warned", "type": "person"}],
            }
        ],
    }
)


def _about(section: str) -> tuple[Watched, Command, int, str]:
    """A matter of a section, a command in it, who would give it, and who they must not be close to."""
    town = Watched()
    match section:
        case "D_ratings":
            town.round()
            return town, Rate(key="r-1", rater="p-2", grades={"p-8": "basic"}), 2, "p-8"
        case "H_assessments":
            town.do(AdoptDefinition(code="year-marks", kind="assessment", version=1, body=MARKS.data()))
            town.do(
                OpenAssessment(
                    key="y-1",
                    kind="year_marks",
                    definition=MARKS.digest,
                    unit="u-b1",
                    period=Period.parse("2024-Q1"),
                    subjects=("p-8",),
                )
            )
            sheets = {"p-8": {"work": Value(grade="poor")}}
            return town, EnterSheets(key="y-1", voice="leader", assessor="p-2", sheets=sheets), 2, "p-8"
        case "I_procedures":
            town.do(AdoptDefinition(code="warning", kind="procedure", version=1, body=WARNING.data()))
            given: dict[str, Any] = {"warned": "p-8"}
            command = OpenProcedure(
                key="w-1", kind="warning", definition=WARNING.digest, unit="u-b1", given=given
            )
            return town, command, 2, "p-8"
        case _:
            town.complain(about=("p-8",))
            return town, AcknowledgeCase(key=KEY, channel="letter"), 2, "p-8"


SECTIONS = ("D_ratings", "H_assessments", "I_procedures", "K_cases")


@pytest.mark.parametrize("section", SECTIONS)
def test_R_203_a_service_declares_a_conflict_and_every_section_goes_by_it(section: str) -> None:
    """The seam is the event: whatever rule a service has of its own, it declares what comes of it."""
    town, command, by, other = _about(section)
    town.do(DeclareConflict(person=f"p-{by}", other=other, ground="shared_office"))  # by the registrar's duty
    assert refused(town, command, by=by) == CONFLICT.code
    town, command, by, _ = _about(section)
    town.do(DeclareConflict(person=f"p-{by}", other="p-9", ground="shared_office"))
    assert refused(town, command, by=by) == ""


@pytest.mark.parametrize("section", SECTIONS)
def test_R_203_what_was_done_in_a_conflict_is_found_on_replay(section: str) -> None:
    town, command, by, other = _about(section)
    town.do(command, by=by)
    items = list(town.history.events())
    assert list(forbidden(items, town.workflow.binds)) == []
    made = max(item.envelope.position for item in items)
    town.do(DeclareConflict(person=f"p-{by}", other=other, ground="shared_office"))
    *before, declared = town.history.events()
    cut = next(
        n for n, item in enumerate(before) if item.envelope.command_id == items[-1].envelope.command_id
    )
    found = list(forbidden([*before[:cut], declared, *before[cut:]], town.workflow.binds))
    assert {each.refusal.code for each in found} == {CONFLICT.code}
    assert {each.position for each in found} <= set(range(made - 3, made + 1))
