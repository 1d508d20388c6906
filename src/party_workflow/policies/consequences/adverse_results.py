"""Every adverse result that there is, and the chain that each has (R-206, R-207).

Notice, statement, decision by a named human in a role, appeal to somebody else, final: for each result the
table names the events or the steps that are these parts.  A result that has no appeal of its own is appealed
by a procedure of the kind ``result_appeal``, which cites it.  No part is ever issued by a policy.

A part is written ``category.past_tense`` for an event, ``kind:step`` for a step of a kind of procedure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from party_workflow.policies.consequences.consequences import CHAINS, Chain

Link = Literal["notice", "statement", "decision", "appeal", "appeal_decision", "final"]
LINKS: Final[tuple[Link, ...]] = ("notice", "statement", "decision", "appeal", "appeal_decision", "final")


@dataclass(frozen=True, slots=True)
class AdverseResult:
    """A kind of adverse result: what it is, by which event or step it comes about, and the chain it has.

    Each part names one event or step or several, any of which is that part.
    """

    code: str
    what: str
    result: tuple[str, ...]
    notice: tuple[str, ...]
    statement: tuple[str, ...]
    decision: tuple[str, ...]
    appeal: tuple[str, ...]
    appeal_decision: tuple[str, ...]
    final: tuple[str, ...]

    def parts(self) -> Iterator[tuple[Link, tuple[str, ...]]]:
        """The chain, part by part, in its order."""
        for link in LINKS:
            yield link, getattr(self, link)


_LODGED: Final = (
    ("result_appeal:lodge",),
    ("result_appeal:decide", "result_appeal:uphold", "result_appeal:overturn"),
    ("result_appeal:settle", "result_appeal:uphold", "result_appeal:overturn"),
)
"""The appeal, its decision and finality of a result that has none of its own."""
_TOLD: Final = ("publication.posted", "publication.notified", "publication.received")
_OBJECTED: Final = ("publication.objection_raised",)


def _of_kind(code: str, what: str, chain: Chain) -> AdverseResult:
    def steps(*found: str) -> tuple[str, ...]:
        return tuple(f"{code}:{step}" for step in found)

    return AdverseResult(
        code,
        what,
        steps(*chain.decisions),
        steps(*chain.notices),
        steps(*chain.statements),
        steps(*chain.decisions),
        steps(*chain.appeals),
        steps(*chain.appeal_decisions),
        steps(*chain.finals),
    )


_WHAT: Final = {
    "penalty": "a penalty",
    "accountability": "a measure of accountability",
    "interview": "an interview about a low grade",
    "warning": "a warning with a term",
    "breach": "a breach of rules found",
    "honour": "an honour refused or taken back",
    "reward": "a reward refused or taken back",
    "preference": "a preference refused or taken back",
    "promotion": "a promotion refused or taken back",
    "talent_pool_entry": "an entry in the talent pool refused or taken back",
}

ADVERSE_RESULTS: Final[tuple[AdverseResult, ...]] = (
    *(_of_kind(code, what, CHAINS[code]) for code, what in _WHAT.items()),
    AdverseResult(
        "deduction",
        "a deduction of points",
        ("points.deduction_decided",),
        ("points.notice_given",),
        ("points.deduction_objected",),
        ("points.deduction_decided",),
        ("points.deduction_appealed",),
        ("points.deduction_appeal_decided",),
        ("points.deduction_appeal_decided",),
    ),
    AdverseResult(
        "exclusion_from_points",
        "standing outside a points scheme",
        ("points.excluded",),
        _TOLD,
        ("result_appeal:lodge",),
        ("points.excluded",),
        *_LODGED,
    ),
    AdverseResult(
        "outcome_of_case",
        "an outcome against a person whom a case concerns",
        ("case.decided",),
        ("case.respondent_notified",),
        ("case.respondent_replied",),
        ("case.decided",),
        ("case.appealed",),
        ("case.appeal_decided",),
        ("case.appeal_decided", "case.closed"),
    ),
    AdverseResult(
        "case_refused",
        "a case that was not taken on, or an answer that the requester does not accept",
        ("case.refused",),
        ("case.requester_answered",),
        ("case.contested",),
        ("case.refused", "case.decided"),
        ("case.contested", "case.appealed"),
        ("case.requester_answered", "case.appeal_decided"),
        ("case.closed", "case.appeal_decided"),
    ),
    AdverseResult(
        "low_grade",
        "a low grade in an assessment, quarantine of marks, or being set aside",
        ("assessment.final_entered", "assessment.entries_quarantined", "assessment.subjects_set_aside"),
        _TOLD,
        ("assessment.questions_answered", "assessment.self_entered", *_OBJECTED),
        ("assessment.entries_confirmed", "assessment.quarantine_settled", "publication.objection_resolved"),
        *_LODGED,
    ),
    AdverseResult(
        "low_rating",
        "a low count of votes in a rating round",
        ("rating.closed",),
        _TOLD,
        ("rating.self_rated", *_OBJECTED),
        ("publication.objection_resolved", "rating.voided"),
        *_LODGED,
    ),
    AdverseResult(
        "opinion_in_appraisal",
        "an unfavourable opinion of an appraisal, or an appraisal voided",
        ("appraisal.opinion_formed", "appraisal.voided"),
        ("appraisal.feedback_delivered",),
        ("appraisal.self_stated", "appraisal.replied"),
        ("appraisal.finalised", "appraisal.voided"),
        *_LODGED,
    ),
    AdverseResult(
        "published_result",
        "an adverse result as it was published: a place at the end, a list of what is lacking",
        ("publication.published", "publication.posted"),
        _TOLD,
        _OBJECTED,
        ("publication.objection_resolved",),
        *_LODGED,
    ),
    AdverseResult(
        "gate_closed",
        "a gate of a campaign that was not passed, and a task reopened",
        ("campaign.gate_decided", "campaign.task_reopened"),
        _TOLD,
        ("campaign.gate_requested",),
        ("campaign.gate_decided",),
        *_LODGED,
    ),
    AdverseResult(
        "work_sent_back",
        "a written work sent back, or suspected of being copied",
        ("submission.vetted", "submission.similarity_flagged"),
        _TOLD,
        ("submission.resubmitted",),
        ("submission.vetted",),
        *_LODGED,
    ),
    AdverseResult(
        "item_not_done",
        "an item of a plan found not done, or withdrawn",
        ("plan.report_verified", "plan.look_back_conducted", "plan.item_withdrawn"),
        ("plan.reminded", *_TOLD),
        ("plan.report_filed",),
        ("plan.report_verified",),
        *_LODGED,
    ),
)
"""The adverse results of the library.  What is said of how units and posts stand (a person removed, a unit
closed) is the record of a decision that was taken with its own chain elsewhere, and is not among them."""
