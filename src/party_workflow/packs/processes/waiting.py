"""Reminders and escalation of what waits, with a day of its own or one that the rule gives (R-116).

All of these propose and issue nothing: that something waits is told from the log at any time, so nothing has
to be recorded for it.  What stands at a moment depends on the events known by then and on the moment alone.
Whatever is late is put to the unit (or to whoever is responsible), and after a term to the unit above as
well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Event
from party_workflow.domain import assessment, campaign, case, organisation, procedure, publication
from party_workflow.domain.assessment import (
    EntriesMade,
    EntriesQuarantined,
    FinalEntered,
    OutsideEntered,
    SelfEntered,
)
from party_workflow.domain.campaign import GateDecided
from party_workflow.domain.case import CaseOpened, CaseReopened, DueExtended, ResponsibleAssigned
from party_workflow.domain.organisation import UnitLimited
from party_workflow.domain.publication import Drafted, Finalise, ObjectionRaised, Posted, Published, Redrafted
from party_workflow.history import History
from party_workflow.packs.processes.folding import (
    ESCALATE,
    Pressing,
    key_of,
    matters,
    put,
    unit_above,
)
from party_workflow.policies.matters.procedures import passed, procedures
from party_workflow.processes import Follows, ProcessManager, Proposal, surveying


@dataclass(frozen=True, slots=True)
class Terms:
    """How long what is counted here may wait.  Examples, not rules of any place: every one can be set.

    `escalate`: after which time what is late is put to the unit above.  `draft`: how long a draft may wait
    for its review.  `publish`: how long after the end of its period (or its due moment, where that is later)
    the result of an assessment is planned to be published.  `ahead`: how many days before a planned day a
    reminder begins.  `rectify`: the time for putting right after a low grade.
    """

    escalate: Term
    draft: Term
    publish: Term
    ahead: int
    rectify: Term


TERMS: Final = Terms(
    escalate=Term(amount=10, unit="calendar_days"),
    draft=Term(amount=3, unit="calendar_days"),
    publish=Term(amount=15, unit="calendar_days"),
    ahead=7,
    rectify=Term(amount=30, unit="calendar_days"),
)


def publications_waiting(calendar: Calendar, terms: Terms = TERMS) -> ProcessManager[None]:
    """A publication whose time for objections is over, and that is not final: answer what is open, or
    finalise (R-188).
    """

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        found = list[Proposal]()
        for stream, matter in matters(history, publication.DECIDER).items():
            state = matter.state
            if state.said is None or state.said.closes is None or state.state != "published":
                continue
            unit = state.said.unit
            if state.open_objections:
                cause = matter.since(ObjectionRaised)
                asked = put(stream, "resolve_objections", "window_over", cause, unit)
            else:
                cause = matter.since(Posted, Published)
                command = Finalise(key=key_of(stream))
                asked = put(stream, "finalise_publication", "window_over", cause, unit, command)
            found += press.late(asked, unit, state.said.closes)
        return found

    reads = (*publication.DECIDER.events, *organisation.DECIDER.events)
    actions = ("resolve_objections", "finalise_publication", ESCALATE)
    return surveying("publications-waiting", reads, survey, proposes=actions)


def drafts_waiting(calendar: Calendar, terms: Terms = TERMS) -> ProcessManager[None]:
    """A draft that waits for its review longer than the term, and one sent back that nobody changed."""

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        found = list[Proposal]()
        actions = {"drafted": "review_draft", "returned": "redraft", "reviewed": "publish_draft"}
        for stream, matter in matters(history, publication.DECIDER).items():
            draft = matter.state.draft
            if draft is None or matter.state.said is not None or draft.state not in actions:
                continue
            waits: tuple[type[Event], ...] = (Drafted, Redrafted) if draft.state == "drafted" else ()
            cause = matter.since(*waits)
            asked = put(stream, actions[draft.state], "draft_waits", cause, draft.unit)
            found += press.late(asked, draft.unit, calendar.deadline(cause.effective_at, terms.draft).due)
        return found

    reads = (*publication.DECIDER.events, *organisation.DECIDER.events)
    actions = ("review_draft", "redraft", "publish_draft", ESCALATE)
    return surveying("drafts-waiting", reads, survey, proposes=actions)


ENDING: Final[Mapping[tuple[str, str], str]] = {
    ("warning", "expires_on"): "decide_on_warning",
    ("talent_pool_entry", "review_on"): "review_again",
    ("competition", "term_until"): "end_term",
    ("member_post", "until_day"): "appraise_in_total",
    ("delegate_term", "term_until"): "end_term",
    ("interview", "hold_by"): "hold_interview",
    ("penalty", "until_day"): "end_measure",
    ("accountability", "until_day"): "end_measure",
    ("honour", "until_day"): "end_term",
    ("reward", "until_day"): "end_term",
    ("preference", "until_day"): "end_term",
    ("promotion", "until_day"): "end_term",
    ("talent_pool_entry", "until_day"): "end_term",
}
"""Days set in procedures of the pack, by kind and the code under which each is said, and what is proposed
when such a day has passed."""


def ended_terms(
    calendar: Calendar, terms: Terms = TERMS, ending: Mapping[tuple[str, str], str] = ENDING
) -> ProcessManager[None]:
    """A day set in a procedure has passed: a warning's term, a re-review, a term of office (R-105, R-154).

    What becomes of it is for people to say; a warning escalates by nobody's clock.
    """

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        states = procedures(history)
        found = list[Proposal]()
        for code in sorted({day for _, day in ending}):
            for item in passed(history, code, as_of=press.today):
                action, unit = ending.get((item.kind, code)), states[item.stream].unit
                if action is None or unit is None:
                    continue
                asked = put(item.stream, action, code, item.set_by.event_id, unit)
                found += press.late(asked, unit, calendar.end_of(item.day))
        return found

    reads = (*procedure.DECIDER.events, *organisation.DECIDER.events)
    actions = (*sorted(set(ending.values())), ESCALATE)
    return surveying("ended-terms", reads, survey, proposes=actions)


def temporary_units(calendar: Calendar, terms: Terms = TERMS) -> ProcessManager[None]:
    """A temporary unit that stands past its planned end: close it, or set another end.  To the unit above."""

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        limits = {
            item.event.unit: item.envelope
            for item in history.events(UnitLimited)
            if isinstance(item.event, UnitLimited) and item.envelope.effective_at <= at
        }
        found = list[Proposal]()
        for unit, end in press.organisation.overdue(at).items():
            if unit not in limits:
                continue
            above = unit_above(press.organisation, unit, at) or unit
            asked = put(unit, "close_or_prolong_unit", "planned_end_passed", limits[unit], above)
            found += press.late(asked, above, end)
        return found

    actions = ("close_or_prolong_unit", ESCALATE)
    return surveying("temporary-units", organisation.DECIDER.events, survey, proposes=actions)


def conditions_due(calendar: Calendar, terms: Terms = TERMS) -> ProcessManager[None]:
    """A condition of a gate, which is a task of the next phase, is due soon or has not been met (R-058)."""

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        decided = {
            (item.envelope.stream, condition.code): item.envelope
            for item in history.events(GateDecided)
            if isinstance(item.event, GateDecided)
            for condition in item.event.conditions
        }
        found = list[Proposal]()
        for stream, matter in matters(history, campaign.DECIDER).items():
            state = matter.state
            if state.state != "running" or state.unit is None:
                continue
            for code in state.open_conditions():
                due = state.conditions[code].condition.due
                cause = decided.get((stream, code))
                if due is None or cause is None:
                    continue
                if press.today <= due:
                    if press.today >= due - timedelta(days=terms.ahead):
                        found.append(put(stream, "meet_condition", code, cause, state.unit))
                    continue
                asked = put(stream, "condition_overdue", code, cause, state.unit)
                found += press.late(asked, state.unit, calendar.end_of(due))
        return found

    reads = (*campaign.DECIDER.events, *organisation.DECIDER.events)
    actions = ("meet_condition", "condition_overdue", ESCALATE)
    return surveying("conditions-due", reads, survey, proposes=actions)


_ENTERED: Final = (SelfEntered, EntriesMade, FinalEntered, OutsideEntered, EntriesQuarantined)


def provisional_inputs(calendar: Calendar, terms: Terms = TERMS) -> ProcessManager[None]:
    """Marks that nobody confirmed, or that are in quarantine, as the planned publication comes near (R-095).

    The publication is planned for `Terms.publish` after the end of the period, or after the due moment of
    the reports where that is later.
    """

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        found = list[Proposal]()
        for stream, matter in matters(history, assessment.DECIDER).items():
            state, status = matter.state, matter.state.status()
            if status is None or state.opened is None or status.final or not status.provisional:
                continue
            ended = calendar.end_of(state.opened.period.last) - timedelta(microseconds=1)
            begins = ended if state.opened.due is None else max(ended, state.opened.due)
            planned = calendar.deadline(begins, terms.publish)
            cause = matter.since(*_ENTERED)
            asked = put(stream, "confirm_inputs", "publication_planned", cause, status.unit)
            if at >= planned.due:
                asked = put(stream, "confirm_inputs", "publication_day_passed", cause, status.unit)
                found += press.late(asked, status.unit, planned.due)
            elif press.today >= planned.due_day - timedelta(days=terms.ahead):
                found.append(asked)
        return found

    reads = (*assessment.DECIDER.events, *organisation.DECIDER.events)
    return surveying("provisional-inputs", reads, survey, proposes=("confirm_inputs", ESCALATE))


def cases_overdue(calendar: Calendar, terms: Terms = TERMS) -> ProcessManager[None]:
    """A case past its due moment: to whoever is responsible, or to the unit where nobody is; then above."""

    def survey(history: History, at: datetime) -> Follows:
        press = Pressing.of(history, at, calendar, terms.escalate)
        found = list[Proposal]()
        for stream, matter in matters(history, case.DECIDER).items():
            state = matter.state
            if state.kind is None or state.due is None or state.final:
                continue
            cause = matter.since(CaseOpened, ResponsibleAssigned, DueExtended, CaseReopened)
            to = state.responsible or state.unit
            asked = put(stream, "deal_with_case", "past_due", cause, to)
            found += press.late(asked, state.unit, state.due)
        return found

    reads = (*case.DECIDER.events, *organisation.DECIDER.events)
    return surveying("cases-overdue", reads, survey, proposes=("deal_with_case", ESCALATE))
