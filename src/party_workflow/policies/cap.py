"""Whether the grades that people gave keep to the cap on the best one, as a rule sets and rounds it (R-051).

The ranking proposes; the opinions are people's.  Here what they decided is held against the cap: whoever is
beyond it is nobody in particular, so everybody with the best grade is listed with the opinion to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from party_workflow.domain import appraisal
from party_workflow.domain.appraisal import Appraisal, AppraisalOpened, OpinionFormed
from party_workflow.history import History
from party_workflow.policies.activities.works import serves
from party_workflow.policies.assessments.appraisal import cap_rounding
from party_workflow.policies.courses.campaigns import evidence_of
from party_workflow.policies.figure import Evidence, Figure, Rounding, counted
from party_workflow.policies.ranking import quota
from party_workflow.policies.rule import Rule

CLAUSE: Final = "excellent_cap"


@dataclass(frozen=True, slots=True)
class Cap:
    """How many best grades there may be and are.  Truthy when kept.

    `population` is everybody appraised, graded or not; `places` the share of it, rounded by `rounding`, which
    is part of the result.  `given` are those whose latest opinion has the best grade, with that opinion.
    """

    grade: str
    population: Figure
    places: int
    rounding: Rounding
    given: Mapping[str, Evidence]

    @property
    def over(self) -> int:
        """By how many the cap is exceeded."""
        return max(0, len(self.given) - self.places)

    def __bool__(self) -> bool:
        return not self.over


def excellent_cap(history: History, campaign: str, rule: Rule, on: date, *, grade: str = "excellent") -> Cap:
    """The cap on a grade over the appraisals that serve a campaign; those broken off are left out."""
    states: dict[str, Appraisal] = {}
    opened: dict[str, Evidence] = {}
    opinions: dict[str, Evidence] = {}
    for recorded in history.events(*appraisal.DECIDER.events):
        stream = recorded.envelope.stream
        states[stream] = appraisal.DECIDER.evolve(states.get(stream, Appraisal()), recorded)
        if isinstance(recorded.event, AppraisalOpened):
            opened[stream] = evidence_of(recorded)
        elif isinstance(recorded.event, OpinionFormed):
            opinions[stream] = evidence_of(recorded)
    mine = {
        stream: state
        for stream, state in states.items()
        if state.status not in (None, "void") and serves(state.serves, campaign)
    }
    basis = rule.clause(CLAUSE).basis
    population = counted("appraised", CLAUSE, basis, [opened[stream] for stream in mine if stream in opened])
    rounding = cap_rounding(rule, on)
    places = quota(rule.value(CLAUSE, "share", on), len(mine), rounding)
    given = {
        state.subject: opinions[stream]
        for stream, state in mine.items()
        if state.opinion is not None and state.opinion.grade == grade and stream in opinions
    }
    return Cap(grade, population, places, rounding, given)
