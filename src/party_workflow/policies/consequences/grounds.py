"""Grounds and the uses made of them: what rests on what, and what a corrected ground leaves to look at again.

A *use* is an event that cites another matter: an honour its publication, a deduction an activity, a case its
source.  Every field that holds a stream counts, whatever the event, so that no use stays unseen.  Uses are
grouped by the *fact* that they come down to: a publication and the result that it is of are one fact, and so
are an erratum and what it corrects, a case and the lead that it was joined to, a case and the one it was
promoted from.  One fact that was used three times is one ground with three uses.

A ground that is corrected does not undo its uses (R-015, R-166): `corrected_grounds` lists each of them, by
event, for people to look at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from re import fullmatch
from typing import Any, Final

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Work
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.store import Recorded, read_event
from party_workflow.values import STREAM_PATTERN

# --- uses ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """An event that cites a matter: `field` says under which name, `person` who recorded it."""

    stream: str
    cites: str
    field: str
    person: str
    evidence: Evidence

    @property
    def category(self) -> str:
        """Of what kind the matter is that makes use."""
        return self.stream.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Ground:
    """One fact, by the matter that it comes down to; `streams` under which it was cited, and every use."""

    fact: str
    streams: tuple[str, ...]
    uses: tuple[Use, ...]


def citations(history: History) -> Iterator[Use]:
    """Every use that an event makes of another matter, in the order of the log; each stream once an event."""
    for item in _citing(history):
        own, seen = item.envelope.stream, set[str]()
        for field, stream in _streams(item.event):
            if stream != own and stream not in seen:
                seen.add(stream)
                yield Use(own, stream, field, item.envelope.person, evidence_of(item))


def grounds(history: History) -> tuple[Ground, ...]:
    """Every fact that was used, in the order of its first use."""
    facts = facts_of(history)
    found: dict[str, list[Use]] = {}
    for use in citations(history):
        fact = facts(use.cites)
        if fact != facts(use.stream):  # a publication of a matter, and a duplicate, are no use of it
            found.setdefault(fact, []).append(use)
    return tuple(
        Ground(fact, tuple(dict.fromkeys(use.cites for use in uses)), tuple(uses))
        for fact, uses in found.items()
    )


def ground(history: History, stream: str) -> Ground:
    """The fact that a matter comes down to, with every use made of it under any of its names."""
    fact = facts_of(history)(stream)
    return next((item for item in grounds(history) if item.fact == fact), Ground(fact, (), ()))


# --- one fact under several names ------------------------------------------------------------

Naming = Callable[[Any], str | None]
"""Which matter an event says that its own comes down to; None where it says nothing of the kind."""


def _posted_of(event: Any) -> str | None:
    if event.erratum_of is not None:
        return f"publication/{event.erratum_of}"
    return getattr(event, "of", None)


def _from_case(event: Any) -> str | None:
    source: str | None = event.source
    return source if source is not None and source.startswith("case/") else None


def _lead(event: Any) -> str:
    return str(event.lead)


SAME_FACT: Final[Mapping[str, Naming]] = {
    "publication.published": _posted_of,
    "publication.posted": _posted_of,
    "case.opened": _from_case,
    "case.joined": _lead,
}
"""By stored type, events that say that their matter and another one are the same fact.

A case that was promoted is the source of the new one, and a duplicate follows its lead.
"""


def facts_of(history: History, naming: Mapping[str, Naming] = SAME_FACT) -> Callable[[str], str]:
    """Which fact a matter comes down to, as the history has it; itself where nothing says otherwise."""
    up: dict[str, str] = {}
    for record in history.records():
        if (name := naming.get(record.envelope.stored_type)) is not None:
            other = name(read_event(record, history.registry).event)
            if other is not None and other != record.envelope.stream:
                up[record.envelope.stream] = other

    def fact(stream: str) -> str:
        seen = {stream}
        while (above := up.get(stream)) is not None and above not in seen:
            seen.add(above)
            stream = above
        return min(seen) if above is not None else stream  # of a circle always the same one

    return fact


# --- corrections -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """An event by which a matter no longer is what it was: `what` says in which way."""

    stream: str
    what: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CorrectedGround:
    """A fact that was corrected after use: by what, and every use made before the last correction.

    What was used after a correction was used knowing it.
    """

    fact: str
    corrections: tuple[Correction, ...]
    uses: tuple[Use, ...]

    def since(self, use: Use) -> tuple[Correction, ...]:
        """The corrections that came after a use."""
        return tuple(item for item in self.corrections if item.evidence.position > use.evidence.position)


def _always(what: str) -> Callable[[Any], str | None]:
    return lambda event: what


def _corrects(event: Any) -> str | None:
    return None if event.corrects is None else "entry_corrected"


CORRECTING: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "activity.attendance_corrected": _always("attendance_corrected"),
    "activity.conduct_corrected": _always("conduct_corrected"),
    "activity.evidence_withdrawn": _always("evidence_withdrawn"),
    "activity.merged": _always("merged"),
    "appraisal.voided": _always("voided"),
    "assessment.entries_made": _corrects,
    "assessment.final_entered": _corrects,
    "assessment.outside_entered": _corrects,
    "assessment.self_entered": _corrects,
    "assessment.subjects_set_aside": _always("set_aside"),
    "assessment.subject_restored": _always("restored"),
    "case.reopened": _always("reopened"),
    "claim.withdrawn": _always("withdrawn"),
    "ledger.entry_reversed": _always("reversed"),
    "plan.item_withdrawn": _always("withdrawn"),
    "points.entry_reversed": _always("reversed"),
    "publication.erratum_linked": _always("superseded"),
    "publication.objection_resolved": lambda event: "objection_upheld" if event.upheld else None,
    "rating.rated": _corrects,
    "rating.self_rated": _corrects,
    "rating.voided": _always("voided"),
    "submission.withdrawn": _always("withdrawn"),
}
"""By stored type, what an event corrects.  A case decided otherwise, and a matter that no longer counts as
done, are told from what they were before."""

_OUTCOMES: Final = {"case.decided": "outcome", "case.appeal_decided": "replaces"}
"""Events that decide a case, and under which name each says the outcome; an appeal may leave it as it is."""


def corrections(
    history: History, model: Model, concerns: Callable[[str], bool] = lambda stream: True
) -> tuple[Correction, ...]:
    """Every correction of a matter, of those whose stream `concerns` picks; in the order of the log."""
    states: dict[str, Any] = {}
    outcomes: dict[str, str] = {}
    found = []
    for record in history.records():
        envelope = record.envelope
        stream, kind = envelope.stream, envelope.stored_type
        decider = model.by_category.get(stream.partition("/")[0])
        if decider is None or not concerns(stream):
            continue
        item = read_event(record, history.registry)
        before = _done(model, stream, states.get(stream))
        states[stream] = decider.evolve(states.get(stream, decider.initial()), item)
        what = CORRECTING[kind](item.event) if kind in CORRECTING else None
        if kind in _OUTCOMES and (outcome := getattr(item.event, _OUTCOMES[kind])) is not None:
            if outcomes.get(stream, outcome) != outcome:
                what = "outcome_changed"
            outcomes[stream] = outcome
        if what is None and before and not _done(model, stream, states[stream]):
            what = "no_longer_done"
        if what is not None:
            found.append(Correction(stream, what, evidence_of(item)))
    return tuple(found)


def corrected_grounds(history: History, model: Model) -> tuple[CorrectedGround, ...]:
    """The facts that were corrected after somebody had used them, each with every such use (R-015, R-166).

    In the order of the first use.  `model` reads the matters.
    """
    facts, used = facts_of(history), grounds(history)
    named = {item.fact for item in used}
    by_fact: dict[str, list[Correction]] = {}
    for item in corrections(history, model, lambda stream: facts(stream) in named) if used else ():
        by_fact.setdefault(facts(item.stream), []).append(item)
    found = []
    for each in used:
        mended = by_fact.get(each.fact, [])
        latest = max((item.evidence.position for item in mended), default=0)
        uses = tuple(use for use in each.uses if use.evidence.position < latest)
        if uses:
            first = uses[0].evidence.position
            later = tuple(item for item in mended if item.evidence.position > first)
            found.append(CorrectedGround(each.fact, later, uses))
    return tuple(found)


def _done(model: Model, stream: str, state: Any) -> bool:
    answer = model.facts.get(f"{stream.partition('/')[0]}.work")
    if state is None or answer is None:
        return False
    work: Work | None = answer[1](state)
    return work is not None and work.done


# --- which fields hold streams ---------------------------------------------------------------


def _citing(history: History) -> Iterator[Recorded]:
    types = history.registry.events
    for record in history.records():
        kind = types.get(record.envelope.stored_type)
        if kind is not None and _holds_streams(kind):
            yield read_event(record, history.registry)


@lru_cache(maxsize=1024)
def _holds_streams(kind: type[Event]) -> bool:
    return STREAM_PATTERN in str(kind.model_json_schema())


_NOT_CITED: Final = frozenset({"body"})
"""A definition carried by the event that opens a matter; what it names is no matter of the log."""


def _streams(event: Event) -> Iterator[tuple[str, str]]:
    said = event.model_dump(mode="json", exclude_defaults=True)
    for name, value in said.items():
        if name not in _NOT_CITED:
            yield from _within(name, value)


def _within(field: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if "/" in value and fullmatch(STREAM_PATTERN, value):
            yield field, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _within(f"{field}.{name}", inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _within(field, inner)
