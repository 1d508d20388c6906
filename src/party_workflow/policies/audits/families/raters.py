"""Raters: everybody the same, the best for each other, or far from the others.

Only open ballots are looked at, once the round is closed: of a secret one nothing could be known, and of
one that still runs nothing should.  Marks under review or dismissed do not count.  A grade is worth its
place from the worst, which is 0, in equal steps; deviations are exact fractions of a step.  Agreeing with
everybody, or with nobody, is no fault: a finding is a reason to talk with the rater about the scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from party_workflow.domain import rating
from party_workflow.domain.rating import SELF
from party_workflow.policies.audits.asked import Asked
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.figure import Evidence


@dataclass(frozen=True)
class _Round:
    """The marks of an open round: by rater and subject the worth, and the event that gave it."""

    stream: str
    kind: str
    best: int
    marks: Mapping[str, Mapping[str, tuple[int, str]]]

    def others(self, subject: str, *but: str) -> list[int]:
        """What others than these gave a subject."""
        return [given[subject][0] for who, given in self.marks.items() if who not in but and subject in given]


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def _rounds(asked: Asked) -> Iterator[_Round]:
    for stream in asked.history.streams(rating.DECIDER.category):
        state = asked.history.state(rating.DECIDER, stream)
        if state.secret or state.status != "closed" or state.kind == SELF or asked.hides(stream):
            continue
        worth = {grade: number for number, grade in enumerate(reversed(state.grades))}
        marks = {
            rater: {
                person: (worth[mark.grade], mark.event)
                for person, mark in sorted(given.items())
                if mark.standing == "counts" and person != rater and mark.grade in worth
            }
            for rater, given in sorted(state.marks.items())
        }
        yield _Round(stream, state.kind or "", len(state.grades) - 1, marks)


def _cited(asked: Asked, given: Mapping[str, tuple[int, str]]) -> tuple[Evidence, ...]:
    return asked.evidence(event for _, event in given.values())


def _uniform(asked: Asked) -> Iterator[AuditFinding]:
    """The same grade for everybody, where others told the same people apart."""
    clause = "audit.uniform_rater"
    for each in _rounds(asked):
        for rater, given in each.marks.items():
            values = {value for value, _ in given.values()}
            if len(values) != 1 or len(given) < asked.value(clause, "ratings"):
                continue
            others = [value for subject in given for value in each.others(subject, rater)]
            if not others:
                continue
            differ = Fraction(sum(value not in values for value in others), len(others))
            if differ > 0 and differ >= asked.value(clause, "others_differ"):
                events = _cited(asked, given)
                yield asked.found(
                    clause,
                    (rater, each.stream),
                    events,
                    asked.number(clause, "ratings", len(given), events),
                    asked.number(clause, "others_differ", differ, events),
                    codes=(each.kind,),
                )


def _reciprocal(asked: Asked) -> Iterator[AuditFinding]:
    """The best for each other, where both have less than the average from everybody else."""
    clause = "audit.reciprocal_raters"
    least, below = asked.value(clause, "ratings"), asked.value(clause, "below")
    for each in _rounds(asked):
        every = [value for given in each.marks.values() for value, _ in given.values()]
        for one, given in each.marks.items():
            for other in given:
                back = each.marks.get(other, {})
                if other <= one or one not in back:
                    continue
                if (given[other][0], back[one][0]) != (each.best, each.best):
                    continue
                of_one, of_other = each.others(one, one, other), each.others(other, one, other)
                if min(len(of_one), len(of_other)) < max(least, Fraction(1)):
                    continue
                short = [_mean(every) - _mean(of_one), _mean(every) - _mean(of_other)]
                if min(short) > 0 and min(short) >= below:
                    events = asked.evidence((given[other][1], back[one][1]))
                    yield asked.found(
                        clause,
                        (one, other, each.stream),
                        events,
                        asked.number(clause, "below_average", min(short), events),
                        asked.number(clause, "ratings", min(len(of_one), len(of_other)), events),
                        codes=(each.kind,),
                    )


def _outlying(asked: Asked) -> Iterator[AuditFinding]:
    """Far above or below what the others gave the same people, on average."""
    clause = "audit.outlying_rater"
    panel = asked.value(clause, "others")
    for each in _rounds(asked):
        for rater, given in each.marks.items():
            apart: dict[str, Fraction] = {}
            for subject, (value, _) in given.items():
                others = each.others(subject, rater)
                if others and len(others) >= panel:
                    apart[subject] = value - _mean(others)
            if not apart or len(apart) < asked.value(clause, "ratings"):
                continue
            deviation = sum(apart.values(), Fraction(0)) / len(apart)
            if deviation and abs(deviation) >= asked.value(clause, "steps"):
                events = asked.evidence(given[subject][1] for subject in apart)
                yield asked.found(
                    clause,
                    (rater, each.stream),
                    events,
                    asked.number(clause, "deviation", deviation, events),
                    asked.number(clause, "ratings", len(apart), events),
                    codes=(each.kind, "lenient" if deviation > 0 else "strict"),
                )


RATERS: Final = AuditPolicy(
    code="raters",
    version=1,
    holds="Nobody rated everybody alike, in return, or far from the others",
    questions=(
        Question("audit.uniform_rater", ("ratings", "others_differ"), _uniform),
        Question("audit.reciprocal_raters", ("ratings", "below"), _reciprocal),
        Question("audit.outlying_rater", ("ratings", "others", "steps"), _outlying),
    ),
    reads=rating.DECIDER.events,
)
"""Uniform, reciprocal and outlying raters of open rounds."""
