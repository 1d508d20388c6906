"""What follows by itself from matters that had to be reported, and from problems that a session noted.

Both become cases of kind finding.  A finding names the unit and nobody in it; who is responsible for putting
it right is for people to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from party_workflow.domain import assessment, case, procedure
from party_workflow.domain.assessment import LinkProblem, ProblemLinked, ProblemNoted
from party_workflow.domain.case import OpenCase
from party_workflow.domain.procedure import Procedure, Taken
from party_workflow.history import History
from party_workflow.packs.processes.folding import key_of, matters, put
from party_workflow.personal import Personal
from party_workflow.processes import Follows, Issue, ProcessManager, Proposal, surveying

REPORTABLE: Final[Mapping[str, tuple[str, str]]] = {"reportable_matter": ("proceed", "report")}
"""Kinds of matter that has to be reported: the step by which it proceeds, and that by which it is
reported.
"""

PROCEEDED_UNREPORTED: Final = "proceeded_unreported"
"""The class of the finding."""


def proceeded_unreported(
    state: Procedure, kinds: Mapping[str, tuple[str, str]] = REPORTABLE
) -> tuple[Taken, Taken | None] | None:
    """The step by which a listed matter proceeded, and the report that was given before it, or None.

    Both are judged by when they took effect: a report that was given in time and recorded later is a prior
    report, and one that was given afterwards is not, whenever it was recorded.  None where the matter is not
    listed or has not proceeded.
    """
    if state.kind is None or state.kind.code not in kinds:
        return None
    proceed, report = kinds[state.kind.code]
    went = next(iter(state.takings(proceed)), None)
    if went is None:
        return None
    prior = (item for item in state.takings(report) if item.at <= went.at)
    return went, next(prior, None)


def finding_key(cause: str) -> str:
    """The key of the finding on a matter that proceeded by this event."""
    return f"unreported-{cause[:24]}"


def unreported_matters(definition: str) -> ProcessManager[None]:
    """A matter that had to be reported and went ahead without a prior report becomes a finding (R-033).

    Where a report that was given in time is recorded only after the finding, nothing is taken back: closing
    the finding, with that report as evidence, is proposed to the unit.  `definition` is the digest of the
    kind ``finding`` as adopted in the log.
    """

    def survey(history: History, at: datetime) -> Follows:
        found = list[Issue | Proposal]()
        opened = matters(history, case.DECIDER)
        for stream, matter in matters(history, procedure.DECIDER).items():
            state = matter.state
            judged = proceeded_unreported(state)
            if judged is None or state.unit is None:
                continue
            went, prior = judged
            key = finding_key(went.event_id)
            known = opened.get(f"case/{key}")
            if prior is not None:
                if known is not None and not known.state.final:
                    found.append(
                        put(f"case/{key}", "close_finding", "reported_in_time", prior.event_id, state.unit)
                    )
                continue
            if went.at > at:
                continue  # dated ahead: it has not happened yet
            command = OpenCase(
                key=key,
                kind="finding",
                definition=definition,
                unit=state.unit,
                substance=Personal(f"{stream} went ahead without a prior report."),
                source=stream,
                classes=(PROCEEDED_UNREPORTED,),
            )
            found.append(Issue(command, went.event_id, "open"))
        return found

    reads = (*procedure.DECIDER.events, *case.DECIDER.events)
    return surveying("unreported-matters", reads, survey, issues=(OpenCase,), proposes=("close_finding",))


def findings_of_assessments(definition: str) -> ProcessManager[None]:
    """Every problem that a session noted of a unit goes to the ledger as a case of kind finding (R-048).

    One noted of a person is proposed only: whether it becomes a case is for somebody to decide.
    """

    def survey(history: History, at: datetime) -> Follows:
        found = list[Issue | Proposal]()
        linked = {
            (item.envelope.stream, item.event.problem): item
            for item in history.events(ProblemLinked)
            if isinstance(item.event, ProblemLinked)
        }
        states = matters(history, assessment.DECIDER)
        for recorded in history.events(ProblemNoted):
            event, envelope = recorded.event, recorded.envelope
            assert isinstance(event, ProblemNoted)
            unit = states[envelope.stream].state.subjects.get(event.subject)
            link = linked.get((envelope.stream, event.problem))
            if unit is None:
                continue
            if event.subject != unit:
                if link is None:
                    found.append(put(envelope.stream, "open_finding", "problem_noted", envelope, unit))
                continue
            key = f"session-{envelope.event_id[:24]}"
            if link is not None and link.envelope.causation != envelope.event_id:
                continue  # somebody has put it into the ledger by hand
            opened = OpenCase(
                key=key,
                kind="finding",
                definition=definition,
                unit=unit,
                substance=Personal(f"{envelope.stream}, problem {event.problem}."),
                source=envelope.stream,
                classes=() if event.item is None else (event.item,),
            )
            named = LinkProblem(key=key_of(envelope.stream), problem=event.problem, case=key)
            found += [Issue(opened, envelope.event_id, "open"), Issue(named, envelope.event_id, "link")]
        return found

    return surveying(
        "findings-of-assessments",
        assessment.DECIDER.events,
        survey,
        issues=(OpenCase, LinkProblem),
        proposes=("open_finding",),
    )
