"""All process managers of the pack, and one run of them under a clerk's account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol

from party_workflow.calendar import Calendar
from party_workflow.errors import Refusal
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.packs.processes.adverse import adverse
from party_workflow.packs.processes.campaigns import EXPIRED_REPLIES, findings
from party_workflow.packs.processes.duties import unmet_duties
from party_workflow.packs.processes.grades import consequences
from party_workflow.packs.processes.grounds import uses_to_review
from party_workflow.packs.processes.plans import (
    RECOGNITIONS,
    findings_of_plans,
    missed_occasions,
    reminders,
)
from party_workflow.packs.processes.pressing import pressed_cases
from party_workflow.packs.processes.recurrences import new_recurrences
from party_workflow.packs.processes.recurring import recurring_findings
from party_workflow.packs.processes.reports import findings_of_assessments, unreported_matters
from party_workflow.packs.processes.voices import warned_petitions
from party_workflow.packs.processes.waiting import (
    TERMS,
    Terms,
    cases_overdue,
    conditions_due,
    drafts_waiting,
    ended_terms,
    provisional_inputs,
    publications_waiting,
    temporary_units,
)
from party_workflow.processes import Follows, Issue, ProcessManager, Proposal, Ran, follows
from party_workflow.store import Actor, Receipt, Recorded

ROUNDS: Final = 16
"""After so many rounds a run ends although something was still issued; the next run goes on."""


def MANAGERS(  # noqa: N802 - it is the table of the pack, for a calendar
    calendar: Calendar, definitions: Mapping[str, str], terms: Terms = TERMS
) -> tuple[ProcessManager[Any], ...]:
    """All process managers of the pack, for a calendar and the definitions in force.

    `definitions` are digests by code, as `in_force` reads them from a log.  A manager that opens cases of
    kind ``finding``, or proposes an ``interview``, is left out where that kind has not been adopted.
    """
    found: list[ProcessManager[Any]] = [EXPIRED_REPLIES, missed_occasions(calendar), reminders(calendar)]
    finding, interview = definitions.get("finding"), definitions.get("interview")
    if finding is not None:
        found += [
            findings(finding),
            findings_of_plans(finding),
            findings_of_assessments(finding),
            unreported_matters(finding),
        ]
        if interview is not None:
            found.append(consequences(calendar, finding, interview, terms.rectify))
    found += [
        RECOGNITIONS,
        publications_waiting(calendar, terms),
        drafts_waiting(calendar, terms),
        ended_terms(calendar, terms),
        temporary_units(calendar, terms),
        conditions_due(calendar, terms),
        provisional_inputs(calendar, terms),
        cases_overdue(calendar, terms),
        pressed_cases(calendar, terms),
        unmet_duties(calendar),
        uses_to_review(_model()),
        new_recurrences(),
        recurring_findings(calendar),
        warned_petitions(),
    ]
    return tuple(guarded(manager) for manager in found)


def _model() -> Model:
    from party_workflow.packs.party import MODEL  # the pack's model names these managers nowhere

    return MODEL


def guarded(manager: ProcessManager[Any]) -> ProcessManager[Any]:
    """A manager under the rule of the pack: what would be adverse is proposed, whoever wrote the manager."""

    def over(follows: Follows) -> list[Issue | Proposal]:
        return [_proposed(item) if isinstance(item, Issue) else item for item in follows]

    def react(state: Any, recorded: Recorded) -> tuple[Any, Follows]:
        after, found = manager.react(state, recorded)
        return after, over(found) if found else found

    return replace(
        manager,
        react=manager.react if manager.surveys else react,
        due=lambda state, at: over(manager.due(state, at)),
        survey=lambda history, at: over(manager.survey(history, at)),
    )


def _proposed(issue: Issue) -> Issue | Proposal:
    if (why := adverse(issue.command)) is None:
        return issue
    command = issue.command
    return Proposal(command.stream, command.stored_type, why.replace(" ", "_"), issue.cause, "", command)


class Follower(Protocol):
    """What runs a process manager: `party_workflow.Workflow`."""

    def seen_by(self, by: Actor, at: datetime) -> History:
        """The log as an actor may see it."""

    def run(self, manager: ProcessManager[Any], *, by: Actor, at: datetime) -> Ran:
        """Execute what follows by itself."""

    def sees(self, by: Actor, at: datetime, stream: str) -> bool:
        """Whether an actor may know of a matter."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one run of all managers came to, by the name of each."""

    by_manager: Mapping[str, Ran]

    @property
    def issued(self) -> tuple[Receipt, ...]:
        """Everything recorded by the run."""
        return tuple(receipt for ran in self.by_manager.values() for receipt in ran.issued)

    @property
    def refused(self) -> tuple[tuple[Issue, Refusal], ...]:
        """What the rules refused, when it was tried last."""
        return tuple(item for ran in self.by_manager.values() for item in ran.refused)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """The proposals that stand at the end."""
        return tuple(item for ran in self.by_manager.values() for item in ran.proposals)


def run_all(workflow: Follower, managers: Sequence[ProcessManager[Any]], *, by: Actor, at: datetime) -> Round:
    """Run managers under a clerk's account until nothing more follows.

    What one issues may be what another waits for, so they are run again until a round issues nothing: the
    order in which they are given makes no difference to what is issued.  A proposal about a matter that
    the clerk may not see is left out, as if there were no such matter.
    """
    issued: dict[str, tuple[Receipt, ...]] = {manager.name: () for manager in managers}
    last: dict[str, Ran] = {}
    for _ in range(ROUNDS):
        more = False
        for manager in managers:
            ran = last[manager.name] = workflow.run(manager, by=by, at=at)
            issued[manager.name] += ran.issued
            more = more or bool(ran.issued)
        if not more:
            break
    return Round(
        {
            name: Ran(issued[name], ran.refused, tuple(_seen(workflow, ran.proposals, by, at)))
            for name, ran in last.items()
        }
    )


def outlook(
    workflow: Follower, managers: Sequence[ProcessManager[Any]], *, by: Actor, at: datetime
) -> dict[str, tuple[Issue | Proposal, ...]]:
    """What a run would find at a moment, by manager: issues made before are among them, nothing is done."""
    history = workflow.seen_by(by, at).as_of(known=at)
    found: dict[str, tuple[Issue | Proposal, ...]] = {}
    for manager in managers:
        items = follows(manager, history, at)
        proposals = frozenset(_seen(workflow, (i for i in items if isinstance(i, Proposal)), by, at))
        found[manager.name] = tuple(i for i in items if isinstance(i, Issue) or i in proposals)
    return found


def _seen(workflow: Follower, proposals: Iterable[Proposal], by: Actor, at: datetime) -> Iterable[Proposal]:
    """The proposals about units and people, and about matters that the actor may know of.

    A matter that does not exist yet is one that a proposal would open.
    """
    for item in proposals:
        if "/" not in item.subject or workflow.sees(by, at, item.subject):
            yield item
