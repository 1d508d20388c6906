"""Independent review of low marks: those that may answer a complaint, and as many more drawn by lot (R-148).

Whoever is known to have brought a case, named or sealed, is watched over for a time: a low mark given to
them by somebody whom it accuses, or by their line, is put aside until somebody independent has looked at it.
So that being put aside says nothing, other low marks are put aside as well, by lot, in the same words under
the same account.  Penalties and deductions are nobody's to put aside by a rule: a stay is *proposed*, with
lots too.

The lots are drawn with a secret seed: were it known, anybody could tell the marks that were drawn from those
that were not.  What is published is its digest (`Watch.commitment`), so that whoever is given the seed to
inspect can draw again.  What remains is in ``docs/explanation/what-cannot-be-hidden.md``.

The manager is made with the vault's `binds` and runs under an account of its own with ``case.custody`` over
everything; the history it is given holds the cases that this account sees.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from typing import Final

from party_workflow.authority import AuthorityState
from party_workflow.canonical import canonical_bytes, digest
from party_workflow.codec import Event
from party_workflow.domain import assessment, points, procedure, rating
from party_workflow.domain.assessment import (
    Assessment,
    EntriesMade,
    FinalEntered,
    HoldEntries,
    OutsideEntered,
)
from party_workflow.domain.assessment.scale import Scale
from party_workflow.domain.assessment.values import Value, person_of
from party_workflow.domain.points import DeductionProposed
from party_workflow.domain.procedure import Procedure, StepTaken
from party_workflow.domain.rating import HoldMark, Rated, Rating
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.packs.processes.folding import key_of, matters, put
from party_workflow.policies.cases.retaliation import (
    Binds,
    Circles,
    Complaint,
    answers_a_complaint,
    complaints,
)
from party_workflow.processes import Follows, Issue, ProcessManager, Proposal, surveying
from party_workflow.store import Envelope

NAME: Final = "independent-review"
STAY: Final = "stay_for_review"
"""What is proposed on a penalty or deduction: to let it rest until somebody independent has looked at it."""
GROUND: Final = "independent_review"
"""The ground of everything here, whatever led to it."""
LEAST_SEED: Final = 32
REVIEWERS: Final = ("rating.settle_review", "assessment.settle_conflict")
"""The duties of those to whom a review may be put."""
PENALTIES: Final = frozenset({"penalty", "accountability", "interview", "warning", "breach"})
"""The kinds of procedure that are looked at: those by which something is held against a person."""


@dataclass(frozen=True, slots=True)
class Watch:
    """For how long and what is watched.  Examples, not rules of any place: every one can be set.

    `seed` has at least 32 bytes and is kept secret.  `share` of the low marks is drawn.  A mark is low in the
    part of its scale below `low` (1/2: the lower half), or, where at least `others` more rated the person in
    the round, when it is worse than the middle one of theirs.  `months` count from when a case ended;
    while it runs it is watched as well.
    """

    seed: bytes = field(repr=False)
    share: Fraction = Fraction(1, 10)
    months: int = 12
    low: Fraction = Fraction(1, 2)
    others: int = 3
    penalties: frozenset[str] = PENALTIES

    def __post_init__(self) -> None:
        if len(self.seed) < LEAST_SEED:
            what = f"The seed has {len(self.seed)} bytes, and could be found by trying."
            raise InvalidInput(
                Fault("seed", what, f"Draw {LEAST_SEED} bytes at random, and keep them secret.")
            )
        if not 0 < self.share <= 1:
            what = f"With a share of {self.share} being put aside would tell of a complaint."
            raise InvalidInput(Fault("share", what, "Draw more than none and at most all."))

    @property
    def commitment(self) -> str:
        """What is published of the seed before anything is drawn: its SHA-256."""
        return sha256(self.seed).hexdigest()

    def drawn(self, entry: str, person: str) -> bool:
        """Whether the lot falls on the mark of an entry on a person."""
        said = canonical_bytes({"entry": entry, "person": person})
        return int.from_bytes(hmac.digest(self.seed, said, "sha256")) < self.share * 2**256

    def low_on(self, scale: Scale, value: Value) -> bool:
        """Whether a value is in the lower part of its scale.  What is absent, or measured, is neither."""
        match scale.type:
            case "pass":
                return value.passed is False
            case "grades":
                return value.grade is not None and self._low_grade(scale.grades, value.grade)
            case "points" if None not in (value.points, scale.low, scale.high):
                low, high = Fraction(scale.low or 0), Fraction(scale.high or 0)
                return Fraction(value.points or 0) - low < (high - low) * self.low
            case "rate" if value.whole:
                return Fraction(value.part or 0, value.whole) < self.low
            case _:
                return False

    def low_grade(self, state: Rating, rater: str, person: str) -> bool:
        """Whether a grade is in the lower part of the round's scale, or worse than what others gave."""
        grade = state.marks[rater][person].grade
        if grade not in state.grades:
            return False
        if self._low_grade(state.grades, grade):
            return True
        theirs = sorted(
            state.grades.index(marks[person].grade)
            for other, marks in state.marks.items()
            if other not in (rater, person) and person in marks and marks[person].grade in state.grades
        )
        return len(theirs) >= self.others and state.grades.index(grade) > theirs[len(theirs) // 2]

    def _low_grade(self, grades: tuple[str, ...], grade: str) -> bool:
        return grade in grades and Fraction(grades.index(grade), len(grades)) >= 1 - self.low


@dataclass(frozen=True, slots=True)
class _Survey:
    """What one survey goes by."""

    watch: Watch
    binds: Binds
    known: tuple[Complaint, ...]
    circles: Circles

    def reviewed(self, entry: str, person: str, behind: Iterable[str], envelope: Envelope) -> bool:
        """Whether a low mark, or a penalty, is to be looked at; for which of the two reasons is not said."""
        return self.watch.drawn(entry, person) or bool(self.answered(person, behind, envelope))

    def answered(self, person: str, behind: Iterable[str], envelope: Envelope) -> tuple[Complaint, ...]:
        months = self.watch.months
        return tuple(
            answers_a_complaint(person, behind, envelope, self.known, self.circles, self.binds, months)
        )


def independent_review(binds: Binds, watch: Watch) -> ProcessManager[None]:
    """Puts low marks aside for review and proposes to stay penalties, as the module says.

    A proposal names as `to` somebody with a duty of `REVIEWERS` who is close neither to those who act nor to
    whom it is about, and did not learn who brought the case; nobody where there is none.  It is to be shown
    to them only.
    """

    def survey(history: History, at: datetime) -> Follows:
        this = _Survey(watch, binds, complaints(history), Circles.of(history))
        envelopes = {
            recorded.envelope.event_id: recorded.envelope
            for recorded in history.events(Rated, *_ENTERED, StepTaken, DeductionProposed)
        }
        reviewers = _reviewers(history, at)
        return [
            *_rounds(history, this, envelopes),
            *_assessments(history, this, envelopes),
            *_penalties(history, this, envelopes, reviewers, at),
            *_deductions(history, this, envelopes, reviewers, at),
        ]

    reads = tuple(
        dict.fromkeys(
            (
                *rating.DECIDER.events,
                *assessment.DECIDER.events,
                *procedure.DECIDER.events,
                *points.DECIDER.events,
            )
        )
    )
    return surveying(NAME, reads, survey, issues=(HoldMark, HoldEntries), proposes=(STAY,))


_ENTERED: Final[tuple[type[Event], ...]] = (EntriesMade, FinalEntered, OutsideEntered)
Envelopes = dict[str, Envelope]


# --- marks -----------------------------------------------------------------------------------


def _rounds(history: History, this: _Survey, envelopes: Envelopes) -> Iterator[Issue]:
    for stream, matter in matters(history, rating.DECIDER).items():
        state = matter.state
        if state.status not in ("open", "closed") or state.secret:
            continue
        for rater, marks in state.marks.items():
            for person, mark in marks.items():
                envelope = envelopes.get(mark.event)
                if person == rater or envelope is None or (mark.event, person) in state.reviewed:
                    continue
                if this.watch.low_grade(state, rater, person) and this.reviewed(
                    mark.event, person, mark.by, envelope
                ):
                    command = HoldMark(key=key_of(stream), entry=mark.event, person=person)
                    yield Issue(command, mark.event, _key(mark.event, person))


def _assessments(history: History, this: _Survey, envelopes: Envelopes) -> Iterator[Issue]:
    for stream, matter in matters(history, assessment.DECIDER).items():
        state: Assessment = matter.state
        if state.kind is None or state.stage in state.kind.table.finals:
            continue
        low: dict[tuple[str, str], tuple[str, ...]] = {}
        for sheets in state.marks.values():
            for subject, sheet in sheets.items():
                for item, mark in sheet.items():
                    known = state.kind.by_item.get(item)
                    if known is not None and this.watch.low_on(known.scale, mark.value):
                        low[mark.entry, subject] = mark.by
        for (entry, subject), by in low.items():
            person, envelope = person_of(subject), envelopes.get(entry)
            if person is None or person in by or envelope is None or (entry, subject) in state.reviewed:
                continue
            if this.watch.drawn(entry, subject) or this.answered(person, by, envelope):
                command = HoldEntries(key=key_of(stream), entry=entry, subject=subject)
                yield Issue(command, entry, _key(entry, subject))


def _key(entry: str, person: str) -> str:
    return digest({"entry": entry, "person": person})[:16]


# --- penalties and deductions ------------------------------------------------------------------


def _penalties(
    history: History, this: _Survey, envelopes: Envelopes, reviewers: Reviewers, at: datetime
) -> Iterator[Proposal]:
    for stream, matter in matters(history, procedure.DECIDER).items():
        state: Procedure = matter.state
        if state.kind is None or state.kind.code not in this.watch.penalties or not state.taken:
            continue
        if state.state in state.kind.table.finals:
            continue
        named = sorted({who for given in state.taken[0].given.values() for who in given.people or ()})
        acts = [found for taken in state.taken if (found := envelopes.get(taken.event_id)) is not None]
        due = (
            (person, act)
            for act in acts
            for person in named
            if person not in _behind(act) and this.reviewed(act.event_id, person, _behind(act), act)
        )
        if (first := next(due, None)) is not None:
            person, act = first
            yield put(stream, STAY, GROUND, act, reviewers(this, person, _behind(act), act))


def _deductions(
    history: History, this: _Survey, envelopes: Envelopes, reviewers: Reviewers, at: datetime
) -> Iterator[Proposal]:
    for stream, matter in matters(history, points.DECIDER).items():
        for deduction in matter.state.deductions.values():
            envelope = envelopes.get(deduction.proposal)
            if envelope is None or deduction.step == "decided":
                continue
            person = matter.state.person
            if this.reviewed(deduction.proposal, person, deduction.by, envelope):
                to = reviewers(this, person, deduction.by, envelope)
                yield put(stream, STAY, GROUND, envelope, to)


def _behind(envelope: Envelope) -> tuple[str, ...]:
    return (envelope.person,) if envelope.delegate_of is None else (envelope.person, envelope.delegate_of)


Reviewers = Callable[[_Survey, str, Iterable[str], Envelope], str]
"""Whom a review is put to: given the survey, the person it is about, who acted, and in which record."""


def _reviewers(history: History, at: datetime) -> Reviewers:
    state = AuthorityState()
    kinds = tuple(kind for kind in history.registry.events.values() if kind.effect is not None)
    for recorded in history.events(*kinds):
        state.apply(recorded.event, recorded.envelope.effective_at)
    able = tuple(
        person
        for person in sorted(state.grants)
        if any(
            grant.holds(at) and not state.roles.get(grant.role, frozenset()).isdisjoint(REVIEWERS)
            for grant in state.grants[person]
        )
    )

    def choose(this: _Survey, person: str, behind: Iterable[str], envelope: Envelope) -> str:
        close = {person, *behind}
        for actor in tuple(close):
            close |= this.circles.around(actor, envelope)
            standing = this.circles.organisation.standing(actor, envelope.recorded_at)
            if standing is not None:
                close |= this.circles.organisation.people_in(standing.unit, envelope.recorded_at).keys()
        for complaint in this.answered(person, behind, envelope):
            close |= complaint.opened_for
            for accused in complaint.accused:
                close |= this.circles.around(accused, envelope)
        return next((each for each in able if each not in close), "")

    return choose


__all__ = ["GROUND", "NAME", "PENALTIES", "REVIEWERS", "STAY", "Watch", "independent_review"]
