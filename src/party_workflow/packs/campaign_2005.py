"""The three-phase education campaign of 2005 as definitions: phases, appraisal rule, roles, calendar.

Phases and tasks follow the published course of the campaign (学习动员、分析评议、整改提高).  The appraisal
rule is an example put together from published schemes, which differ from place to place: its basis codes say
from which.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from party_workflow.calendar import Calendar
from party_workflow.domain.campaign import CampaignDefinition, Phase, Task
from party_workflow.policies.rule import Clause, Parameter, Rule

CALENDAR: Final = Calendar(
    code="cn-mainland",
    version="2005",
    offset_minutes=480,
    weekend=frozenset({"sat", "sun"}),
    holidays=frozenset(
        {
            *(date(2005, 1, day) for day in (1, 2, 3)),
            *(date(2005, 2, day) for day in range(9, 16)),
            *(date(2005, 5, day) for day in range(1, 8)),
            *(date(2005, 10, day) for day in range(1, 8)),
        }
    ),
    makeup_days=frozenset(
        {
            date(2005, 2, 5),
            date(2005, 2, 6),
            date(2005, 4, 30),
            date(2005, 5, 8),
            date(2005, 10, 8),
            date(2005, 10, 9),
        }
    ),
    covers=(date(2005, 1, 1), date(2005, 12, 31)),
    basis="state-council.holiday-notice",
)
"""Mainland China in 2005, UTC+8, with holidays and make-up working days."""

CAMPAIGN: Final = CampaignDefinition(
    code="education-campaign",
    version=1,
    phases=(
        Phase(
            code="study",
            tasks=(
                Task(code="mobilisation", counts=("mobilisation_meeting",), minimum=1),
                Task(code="study_sessions", after=("mobilisation",), counts=("study_session",), minimum=12),
                Task(code="discussions", after=("mobilisation",), counts=("themed_discussion",), minimum=2),
                Task(code="exchange", after=("mobilisation",), counts=("exchange_meeting",), minimum=1),
                Task(code="films", after=("mobilisation",), counts=("educational_film",), minimum=3),
                Task(code="report_meetings", after=("mobilisation",), counts=("report_meeting",), minimum=2),
                Task(code="lectures", after=("mobilisation",), counts=("tutorial_lecture",), minimum=3),
                Task(code="oath_day", after=("mobilisation",), counts=("oath_day",), minimum=1),
                Task(code="leadership_life_meeting", counts=("leadership_life_meeting",), minimum=1),
                Task(code="reflections", counts=("reflection",), minimum=24, everyone=True),
                Task(code="good_deeds", counts=("good_deed",), minimum=12),
                Task(
                    code="study_test", after=("study_sessions",), counts=("test",), minimum=1, everyone=True
                ),
            ),
        ),
        Phase(
            code="analysis",
            tasks=(
                Task(code="seek_opinions", counts=("opinion",), minimum=6),
                Task(code="talks", counts=("talk",), minimum=6),
                Task(
                    code="analysis_material",
                    after=("seek_opinions", "talks"),
                    counts=("analysis_material",),
                    everyone=True,
                ),
                Task(code="life_meetings", after=("analysis_material",), counts=("special_life_meeting",)),
                Task(code="appraisal_opinions", after=("life_meetings",), counts=("appraisal_meeting",)),
                Task(code="written_feedback", after=("appraisal_opinions",), counts=("appraisal",)),
                Task(code="notify_results", after=("written_feedback",), counts=("appraisal_ranking",)),
            ),
        ),
        Phase(
            code="rectification",
            tasks=(
                Task(code="rectification_plan", counts=("rectification_plan",)),
                Task(code="problems_rectified", after=("rectification_plan",), counts=("finding",)),
                Task(code="satisfaction_survey", after=("problems_rectified",), counts=("satisfaction",)),
                Task(code="closing_meeting", after=("satisfaction_survey",), counts=("closing_meeting",)),
            ),
        ),
    ),
)
"""Study and mobilisation, analysis and appraisal, rectification; each with a look-back and a gate (R-057)."""

GRADES: Final = ("excellent", "competent", "basic", "not_competent")
"""The four grades of the democratic appraisal, best first (优秀、合格、基本合格、不合格)."""

_SINCE: Final = date(2005, 1, 1)


def _number(code: str, value: Fraction | int, basis: str) -> Parameter:
    return Parameter(code=code, value=Fraction(value), since=_SINCE, basis=basis)


APPRAISAL_RULE: Final = Rule(
    code="democratic-appraisal",
    version=1,
    issuer="campaign-office",
    number="2005-3",
    issued_on=date(2005, 1, 10),
    effective_from=_SINCE,
    clauses=(
        Clause(
            code="scale",
            basis="scheme.member-appraisal",
            parameters=(
                _number("excellent", 100, "scheme.member-appraisal"),
                _number("competent", 80, "scheme.member-appraisal"),
                _number("basic", 60, "scheme.member-appraisal"),
                _number("not_competent", 0, "scheme.member-appraisal"),
            ),
        ),
        Clause(
            code="panel",
            basis="practice.small-groups",
            parameters=(_number("minimum_raters", 5, "practice.small-groups"),),
        ),
        Clause(
            code="weights",
            basis="scheme.quarterly-health-check",
            parameters=(
                _number("self", Fraction(1, 10), "scheme.quarterly-health-check"),
                _number("peer", Fraction(2, 5), "scheme.quarterly-health-check"),
                _number("mass", Fraction(1, 2), "scheme.quarterly-health-check"),
            ),
        ),
        Clause(
            code="total",
            basis="scheme.member-appraisal",
            parameters=(_number("places", 2, "scheme.member-appraisal"),),
        ),
        Clause(
            code="bands",
            basis="scheme.star-rating-a",
            parameters=(
                _number("excellent", 90, "scheme.star-rating-a"),
                _number("competent", 75, "scheme.star-rating-a"),
                _number("basic", 60, "scheme.star-rating-a"),
                _number("not_competent", 0, "scheme.star-rating-a"),
            ),
        ),
        Clause(
            code="excellent_cap",
            basis="regulation.democratic-appraisal",
            parameters=(_number("share", Fraction(1, 3), "regulation.democratic-appraisal"),),
        ),
    ),
)
"""Self, peer and mass appraisal, weighted; excellent normally at most a third, rounded down (R-051)."""

ROLES: Final[dict[str, tuple[str, ...]]] = {
    "registrar": (
        "authority.account",
        "authority.conflict",
        "authority.delegate",
        "authority.grant",
        "authority.roles",
        "definition.adopt",
        "organisation.people",
        "organisation.posts",
        "organisation.units",
        "population.change",
        "population.freeze",
    ),
    "secretary": (
        "activity.correct",
        "activity.evidence",
        "activity.plan",
        "activity.record",
        "appraisal.excuse",
        "appraisal.feedback",
        "appraisal.finalise",
        "appraisal.open",
        "appraisal.opinion",
        "appraisal.void",
        "campaign.close",
        "campaign.excuse",
        "campaign.look_back",
        "campaign.migrate",
        "campaign.run",
        "campaign.start",
        "case.answer",
        "case.assign",
        "case.open",
        "case.reopen",
        "claim.assert",
        "claim.withdraw",
        "publication.finalise",
        "publication.publish",
        "rating.close",
        "rating.open",
        "rating.void",
        "submission.record",
    ),
    "recorder": (
        "activity.correct",
        "activity.evidence",
        "activity.plan",
        "activity.record",
        "case.acknowledge",
        "case.open",
        "rating.record",
        "submission.record",
    ),
    "study_supervisor": ("submission.check", "submission.vet"),
    "teller": ("rating.tell",),
    "case_officer": (
        "case.accept",
        "case.acknowledge",
        "case.answer",
        "case.assign",
        "case.custody",
        "case.decide",
        "case.extend",
        "case.contest",
        "case.notify",
        "case.open",
        "case.reopen",
        "case.close",
        "case.withdraw",
    ),
    "rectifier": ("case.rectify",),
    "verifier": ("case.verify",),
    "supervisor": ("campaign.gate", "case.open", "case.verify", "publication.resolve"),
    "ombudsman": ("publication.objection", "publication.resolve"),
    "clerk": ("appraisal.finalise", "campaign.run", "case.open"),
}
"""The role book: which role carries which duties.  A supervisor's gate has to come from outside the unit."""
