"""What is adverse: what a process manager of the pack never issues, and only ever proposes (R-207).

Adverse is what takes something from a named person, holds something against them, or opens the way to it:
penalties, warnings, accountability, interviews, deductions, exclusion from points, quarantine, marks set
aside, voiding of what people did or were given, removal from a unit, a post or a role, a decision on or a
notice to somebody, and any case that names whom it concerns.  Not adverse is what only says a fact of
the log (a problem noted, a case about a unit) or ends a term by the rule that set it.  Nor is it to put a
mark aside until somebody independent has looked at it: nothing is taken from whom it is about, its giver is
not reproached, and lots do the same (`party_workflow.packs.processes.watch`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from party_workflow.authority import (
    CloseAccount,
    DeclareConflict,
    RevokeRole,
)
from party_workflow.codec import Command, Event
from party_workflow.domain import (
    appraisal,
    assessment,
    campaign,
    case,
    claim,
    organisation,
    plan,
    points,
    procedure,
    publication,
    rating,
    submission,
)

ADVERSE_COMMANDS: Final[Mapping[type[Command], str]] = {
    procedure.OpenProcedure: "a procedure may be a penalty, a warning, an interview",
    procedure.TakeStep: "a step may decide or escalate",
    points.ProposeDeduction: "deduction",
    points.DecideDeduction: "deduction",
    points.DecideDeductionAppeal: "deduction",
    points.ExcludeFromPoints: "exclusion",
    points.ReverseEntry: "taking points back",
    assessment.EnterSheets: "marks may go into quarantine",
    assessment.SettleQuarantine: "quarantine",
    assessment.SetAside: "setting aside",
    appraisal.FormOpinion: "opinion",
    appraisal.ReviseOpinion: "opinion",
    appraisal.VoidAppraisal: "voiding",
    rating.VoidRating: "voiding",
    rating.SettleMark: "dismissing a mark",
    submission.FlagSimilarity: "suspicion of copying",
    submission.Vet: "sending back",
    case.NotifyRespondent: "notice to a person concerned",
    case.AssignInvestigator: "investigation",
    case.DecideCase: "decision on a case",
    case.RefuseCase: "refusal",
    campaign.DecideGate: "decision on a gate",
    plan.WithdrawItem: "withdrawal",
    claim.WithdrawClaim: "withdrawal",
    publication.Publish: "publication",
    publication.CorrectPublication: "publication",
    organisation.RemovePerson: "removal",
    organisation.EndPost: "removal from a post",
    organisation.CloseUnit: "dissolution",
    organisation.ChangeCategories: "change of standing",
    RevokeRole: "removal of a role",
    CloseAccount: "removal of an account",
    DeclareConflict: "declaring somebody in conflict",
}
"""The commands that may lead to something adverse, and to what."""


ALONG: Final = frozenset({case.ClockStarted, case.ClockMoved})
"""Events that any move of a case may bring with it, and that by themselves do nothing to anybody."""


def adverse_events(yields: Mapping[str, tuple[type[Event], ...]]) -> frozenset[str]:
    """The stored types of the events to which adverse commands may lead, by the table of a model.

    What comes along with moves of every kind (`ALONG`) is left out.
    """
    names = {command.stored_type for command in ADVERSE_COMMANDS}
    found = {kind for name in names for kind in yields.get(name, ())}
    return frozenset(kind.stored_type for kind in found - ALONG)


def adverse(command: Command) -> str | None:
    """Why a command is adverse, None where it is not."""
    if isinstance(command, case.OpenCase):
        return "a case that names whom it concerns" if command.concerns else None
    return ADVERSE_COMMANDS.get(type(command))


__all__ = ["ADVERSE_COMMANDS", "adverse", "adverse_events"]
