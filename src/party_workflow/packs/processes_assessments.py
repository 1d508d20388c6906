"""What a poor grade of a duty report is proposed to lead to: an interview, and rectification in time.

Both are proposals and stay it until an authorised person issues them.  Accountability is never proposed: that
a matter is serious is stated by people, with a ground, and does not follow from a grade or a place (R-047,
R-207).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from party_workflow.domain import assessment
from party_workflow.domain.assessment import Assessment
from party_workflow.processes import Follows, ProcessManager, Proposal
from party_workflow.store import Recorded

MEASURES: Final = ("interview", "rectification")
"""What is proposed for each subject."""

Open = Mapping[str, Assessment]
"""The assessments of the kind, by stream."""


def poor_grades(
    kind: str = "duty_report_session",
    *,
    voice: str = "grading",
    item: str = "session_grade",
    grades: Collection[str] = ("fair", "poor"),
    stages: Collection[str] = ("published", "rectifying", "closed"),
) -> ProcessManager[Open]:
    """Proposes `MEASURES` for every subject to whom a voice gave one of these grades, once that is published.

    A grade that is corrected to a better one takes its proposals with it.  The cause is the entry of the
    grade.
    """

    def react(state: Open, recorded: Recorded) -> tuple[Open, Follows]:
        stream = recorded.envelope.stream
        return {**state, stream: assessment.DECIDER.evolve(state.get(stream, Assessment()), recorded)}, ()

    def due(state: Open, at: datetime) -> Follows:
        return [
            Proposal(subject, measure, mark.value.grade, mark.entry)
            for found in state.values()
            if found.kind is not None and found.kind.code == kind and found.stage in stages
            for subject in sorted(found.assessed)
            if (mark := (found.sheet(subject, voice) or {}).get(item)) is not None
            and mark.value.grade is not None
            and mark.value.grade in grades
            for measure in MEASURES
        ]

    return ProcessManager("poor-grades", assessment.DECIDER.events, dict, react, due)
