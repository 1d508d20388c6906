"""Corrections: what a later result of the same rule says otherwise than one that was known before (R-013).

A result that was published stays as it is.  What was revoked or disproved since shows as old and new beside
each other, with the events by which they differ; nothing is changed silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Evidence, Figure
from party_workflow.policies.policy import Concluded

Kind = Literal["tier", "grade", "gate", "award"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a result says and a later one says otherwise; None where it says nothing.

    A tier of a ladder belongs to a `period`.  A gate that was released has its effect before and None after.
    `because` are the events on which the one rests and not the other, in the order of the log; it is empty
    where the difference comes from others only, as at the edge of a quota.
    """

    kind: Kind
    clause: str
    subject: str
    period: str
    before: str | None
    after: str | None
    because: tuple[Evidence, ...]

    def data(self) -> dict[str, Any]:
        """The correction as canonical data."""
        return {
            "kind": self.kind,
            "clause": self.clause,
            "subject": self.subject,
            **({"period": self.period} if self.period else {}),
            "before": self.before or "",
            "after": self.after or "",
            "because": [item.event_id for item in self.because],
        }

    def __str__(self) -> str:
        what = f"{self.kind} {self.clause} of {self.subject}" + (f" in {self.period}" if self.period else "")
        why = ", ".join(item.event_id for item in self.because) or "what changed for others"
        return f"{what}: {self.before or 'none'}, corrected to {self.after or 'none'}, because of {why}"


def corrections(before: Concluded, after: Concluded) -> tuple[Correction, ...]:
    """What the later of two results of one policy over one log corrects in the earlier.

    Tiers are compared for the periods that the earlier result has; what is only new is no correction.  Raises
    `InvalidInput` for results of two policies or logs, or where the later one knows less.
    """
    if before.policy_digest != after.policy_digest:
        what = "The two results follow from two versions of the rules."
        raise InvalidInput(Fault("after", what, "Run one policy on both; compare policies by another way."))
    if before.log != after.log or before.position > after.position:
        what = "The second result does not follow from a later state of the same log."
        raise InvalidInput(Fault("after", what, "Give the earlier one first."))
    one, other = before.conclusion, after.conclusion
    return (*_tiers(one, other), *_grades(one, other), *_gates(one, other), *_awards(one, other))


def _tiers(one: Conclusion, other: Conclusion) -> Iterator[Correction]:
    streaks = {(streak.clause, streak.subject): streak for streak in other.streaks}
    for streak in one.streaks:
        later = streaks.get((streak.clause, streak.subject))
        rungs = {} if later is None else {rung.period: rung for rung in later.rungs}
        because: dict[str, Evidence] = {}
        for rung in streak.rungs:
            now = rungs.get(rung.period)
            if now is None or now.outcome != rung.outcome or now.evidence != rung.evidence:
                found = [each.evidence for each in (rung, now) if each is not None]
                differ = found if len(set(found)) > 1 else []
                because |= {item.event_id: item for item in differ if item is not None}
            if now is None or now.tier != rung.tier:
                yield Correction(
                    "tier",
                    streak.clause,
                    streak.subject,
                    str(rung.period),
                    rung.tier,
                    None if now is None else now.tier,
                    _in_order(because.values()),
                )


def _grades(one: Conclusion, other: Conclusion) -> Iterator[Correction]:
    for clause in dict.fromkeys((*one.grades, *other.grades)):
        old = {graded.subject: graded for graded in one.grades.get(clause, ())}
        new = {graded.subject: graded for graded in other.grades.get(clause, ())}
        for subject in sorted({*old, *new}):
            was, now = old.get(subject), new.get(subject)
            if (was.grade if was else None) == (now.grade if now else None):
                continue
            facts = [
                _facts(conclusion, subject, (graded.figure,) if graded else ())
                for conclusion, graded in ((one, was), (other, now))
            ]
            yield Correction(
                "grade",
                clause,
                subject,
                "",
                was.grade if was else None,
                now.grade if now else None,
                _differing(*facts),
            )


def _facts(conclusion: Conclusion, subject: str, figures: Iterable[Figure]) -> list[Figure]:
    """What a grade rests on: its figure, and the facts of the gates."""
    return [*figures, *(fact for gate in conclusion.gates if gate.subject == subject for fact in gate.facts)]


def _gates(one: Conclusion, other: Conclusion) -> Iterator[Correction]:
    old = {(gate.clause, gate.subject): gate for gate in one.gates}
    new = {(gate.clause, gate.subject): gate for gate in other.gates}
    for clause, subject in sorted(set(old) ^ set(new)):
        was, now = old.get((clause, subject)), new.get((clause, subject))
        yield Correction(
            "gate",
            clause,
            subject,
            "",
            was.effect if was else None,
            now.effect if now else None,
            _differing(was.facts if was else (), now.facts if now else ()),
        )


def _awards(one: Conclusion, other: Conclusion) -> Iterator[Correction]:
    old = {(award.clause, award.subject): award for award in one.awards}
    new = {(award.clause, award.subject): award for award in other.awards}
    for clause, subject in sorted(set(old) ^ set(new)):
        was, now = old.get((clause, subject)), new.get((clause, subject))
        yield Correction(
            "award",
            clause,
            subject,
            "",
            was.award if was else None,
            now.award if now else None,
            _differing([was.figure] if was else (), [now.figure] if now else ()),
        )


def _differing(one: Iterable[Figure], other: Iterable[Figure]) -> tuple[Evidence, ...]:
    before, after = (
        {item.event_id: item for figure in figures for item in figure.evidence()} for figures in (one, other)
    )
    return _in_order((before | after)[each] for each in set(before) ^ set(after))


def _in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence, key=lambda item: (item.position, item.event_id)))
