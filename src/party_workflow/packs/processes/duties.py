"""What is proposed where a duty was not met: one proposal for each unit and duty, never one for each day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from party_workflow.calendar import Calendar
from party_workflow.codec import Event
from party_workflow.domain import organisation, schedule
from party_workflow.domain.activity import DECIDER as ACTIVITY
from party_workflow.domain.definition import DefinitionAdopted, DefinitionRetired
from party_workflow.domain.organisation import Organisation
from party_workflow.history import History
from party_workflow.packs.processes.folding import organisation_of, put
from party_workflow.policies.duties import Regime, duty_report, unmet
from party_workflow.processes import Follows, ProcessManager, Proposal, surveying


def unmet_duties(calendar: Calendar, periods: int = 366) -> ProcessManager[None]:
    """Duties of the regimes adopted in the log that were not met in a period that has ended (R-029 to R-031).

    Judged are the periods that lie wholly after the adoption and ended in the last `periods` days, by the
    organisation as it was then.  One proposal for each unit and duty, to the unit; its ground is the duty,
    and what to do is read in `party_workflow.policies.duties.duty_report`.  People's duties are put to the
    unit in which they stand, and nobody is named.
    """

    def survey(history: History, at: datetime) -> Follows:
        state = organisation_of(history)
        today = calendar.day_of(at)
        found = list[Proposal]()
        for regime, cause, since in _regimes(history, calendar):
            if since > today:
                continue
            floor = today - timedelta(days=periods)
            lacking: dict[tuple[str, str], None] = {}
            for root in _roots(state, at):
                rows = duty_report(
                    history,
                    regime,
                    below=root,
                    first=max(since, floor),
                    last=today,
                    as_of=today - timedelta(days=1),
                )
                for row in unmet(rows):
                    unit = row.subject
                    if not unit.startswith("u-"):
                        standing = state.standing(row.subject, at)
                        if standing is None:
                            continue
                        unit = standing.unit
                    if since <= row.period.first and floor <= row.period.last:
                        lacking[unit, row.duty] = None
            found += [put(unit, "make_up_duty", duty, cause, unit) for unit, duty in lacking]
        return found

    reads: tuple[type[Event], ...] = (
        *organisation.DECIDER.events,
        *schedule.DECIDER.events,
        *ACTIVITY.events,
        DefinitionAdopted,
        DefinitionRetired,
    )
    return surveying("unmet-duties", reads, survey, proposes=("make_up_duty",))


def _regimes(history: History, calendar: Calendar) -> list[tuple[Regime, str, date]]:
    """The regimes in force, each with the event that adopted it and the local day of that."""
    found: dict[str, tuple[Regime, str, date]] = {}
    for recorded in history.events(DefinitionAdopted, DefinitionRetired):
        event, envelope = recorded.event, recorded.envelope
        found.pop(envelope.stream, None)
        if isinstance(event, DefinitionAdopted) and event.kind == "regime":
            since = calendar.day_of(envelope.effective_at)
            found[envelope.stream] = (Regime.model_validate(event.body), envelope.event_id, since)
    return list(found.values())


def _roots(state: Organisation, at: datetime) -> list[str]:
    """The units under no other."""
    return sorted(
        unit
        for unit in state.kinds
        if state.stands(unit, at) and (place := state.placing(unit, at)) is not None and place.parent is None
    )
