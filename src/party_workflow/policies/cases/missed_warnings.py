"""Missed warnings: petitions whose subject was raised before, on a visit or as an early sign (R-134, R-135).

A warning is something that was on record earlier, of the same unit or of one that lies within the other,
about one of the subjects of the petition.  Of a warning in confidence is told its kind, its subject and how
long before it was: not who raised it, nor under which id, unless whoever raised it consented to its being
entered.  Whether the petition names the warning is an event of its own
(`party_workflow.domain.case.LinkCase`).

The report asks where nobody listened.  That there were many petitions, or few, is neither good nor bad in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.domain import case as cases
from party_workflow.domain.case import Case, CaseOpened, LinkCase
from party_workflow.domain.organisation import DECIDER, STREAM, Organisation
from party_workflow.domain.procedure import StepTaken
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding, share
from party_workflow.policies.matters.procedures import procedures

CLAUSE: Final = "missed-warnings"
VISIT_ISSUE: Final = "visit_issue"
SUBJECTS: Final = ("about", "subject")
"""The particulars of a case that say what it is about, beside its classes."""
LINK: Final = "raised_on_a_visit"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something raised before: of which kind, about what, how many days before the petition.

    `stream` and `evidence` are None where it is told in confidence.  `item` is the ledger item that it
    became, and `linked` says whether the petition names it, or its item, on record.
    """

    kind: str
    subjects: tuple[str, ...]
    days: int
    stream: str | None
    item: str | None
    linked: bool
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class MissedWarning:
    """A petition with the warnings that came before it, the earliest first."""

    stream: str
    unit: str
    opened: datetime
    subjects: tuple[str, ...]
    warnings: tuple[Warned, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MissedWarnings:
    """The petitions that were warned of, by when they came.  `of_petitions` is their share of all of them.

    `withheld` is how many were warned of that are told in confidence, and therefore not listed.
    """

    rows: tuple[MissedWarning, ...]
    withheld: int
    of_petitions: Figure

    def links(self) -> tuple[LinkCase, ...]:
        """The links that are not on record yet, as commands that somebody may give: to what may be named."""
        found = []
        for row in self.rows:
            key = row.stream.partition("/")[2]
            for warned in row.warnings:
                other = warned.item or warned.stream
                if other is not None and not warned.linked:
                    found.append(LinkCase(key=key, other=other, link=LINK))
        return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class _Said:
    stream: str
    kind: str
    unit: str
    at: datetime
    subjects: frozenset[str]
    confidential: bool
    evidence: Evidence
    item: str | None = None
    links: frozenset[str] = frozenset()


def missed_warnings(
    history: History,
    *,
    petitions: Sequence[str] = ("petition",),
    signs: Sequence[str] = ("early_sign", VISIT_ISSUE),
    within_days: int | None = None,
    custody: bool = False,
) -> MissedWarnings:
    """Petitions of these kinds that were warned of by signs of these kinds, raised before they came.

    With `within_days` only signs of at most so many days before count.  With `custody` what is told in
    confidence is named too: for whoever has the duty of it, and for nobody else.
    """
    state: Organisation = history.state(DECIDER, STREAM)
    found = [*_cases(history, frozenset((*petitions, *signs)))]
    warned = [item for item in found if item.kind in signs]
    if VISIT_ISSUE in signs:
        warned += _issues(history)
    every = [item for item in found if item.kind in petitions]
    rows = []
    withheld = 0
    for petition in every:
        before = _before(petition, warned, state, within_days)
        if not before:
            continue
        if petition.confidential and not custody:
            withheld += 1
            continue
        rows.append(
            MissedWarning(
                stream=petition.stream,
                unit=petition.unit,
                opened=petition.at,
                subjects=tuple(sorted(petition.subjects)),
                warnings=tuple(_warned(item, petition, custody) for item in before),
                evidence=petition.evidence,
            )
        )
    rows.sort(key=lambda row: (row.opened, row.stream))
    open_ones = tuple(row.evidence for row in rows)
    whole = tuple(item.evidence for item in every if custody or not item.confidential)
    part = Figure("warned", Fraction(len(rows) + withheld), "count", CLAUSE, "", open_ones)
    all_ = Figure("petitions", Fraction(len(every)), "count", CLAUSE, "", whole)
    rate = share("warned.share", part, all_, CLAUSE, "", SHARE)
    if not every:
        rate = Figure(rate.name, Absent("not_applicable"), rate.step, CLAUSE, "", rate.inputs, SHARE)
    return MissedWarnings(tuple(rows), withheld, rate)


def _before(
    petition: _Said, warned: Iterable[_Said], state: Organisation, within_days: int | None
) -> list[_Said]:
    found = []
    for item in warned:
        if item.stream == petition.stream or item.at >= petition.at or not item.subjects & petition.subjects:
            continue
        if within_days is not None and petition.at - item.at > timedelta(days=within_days):
            continue
        near = state.within(item.unit, petition.unit, petition.at)
        if near or state.within(petition.unit, item.unit, petition.at):
            found.append(item)
    return sorted(found, key=lambda item: (item.at, item.stream))


def _warned(item: _Said, petition: _Said, custody: bool) -> Warned:
    named = custody or not item.confidential
    return Warned(
        kind=item.kind,
        subjects=tuple(sorted(item.subjects & petition.subjects)),
        days=(petition.at - item.at).days,
        stream=item.stream if named else None,
        item=item.item,
        linked=bool({item.stream, item.item} & petition.links),
        evidence=item.evidence if named else None,
    )


def _cases(history: History, kinds: frozenset[str]) -> Iterable[_Said]:
    states: dict[str, Case] = {}
    first: dict[str, tuple[CaseOpened, datetime, Evidence]] = {}
    for item in history.events(*cases.DECIDER.events):
        stream, event = item.envelope.stream, item.event
        if isinstance(event, CaseOpened) and event.kind in kinds:
            evidence = Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
            first.setdefault(stream, (event, item.envelope.effective_at, evidence))
        if stream in first:
            states[stream] = cases.DECIDER.evolve(states.get(stream, cases.DECIDER.initial()), item)
    for stream, (opened, at, evidence) in first.items():
        state = states[stream]
        yield _Said(
            stream=stream,
            kind=opened.kind,
            unit=opened.unit,
            at=at,
            subjects=frozenset((*opened.classes, *_subjects(state))),
            confidential=opened.confidential,
            evidence=evidence,
            item=state.promoted,
            links=frozenset(other for link in state.links for other in link),
        )


def _subjects(state: Case) -> Iterable[str]:
    said: Mapping[str, object] = state.particulars
    for name in SUBJECTS:
        code = getattr(said.get(name), "code", None)
        if code is not None:
            yield code


def _issues(history: History) -> Iterable[_Said]:
    for stream, state in procedures(history, VISIT_ISSUE).items():
        taken = state.takings("take_down")
        if not taken or "subject" not in taken[0].given:
            continue
        item = state.latest("ledger_item")
        yield _Said(
            stream=stream,
            kind=VISIT_ISSUE,
            unit=state.unit or "",
            at=taken[0].at,
            subjects=frozenset(str(value) for value in taken[0].given["subject"].values),
            confidential=True,
            evidence=Evidence(taken[0].event_id, taken[0].position, StepTaken.stored_type),
            item=str(item[0]) if item else None,
        )
