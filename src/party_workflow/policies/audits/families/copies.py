"""Copied works: versions that are the same, share sections, or were found similar.  Flagged, and no more.

A template, a joint work or a text that everybody was to copy out explains it as well as copying does, so that
a finding names the works and not their authors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Final

from party_workflow.domain import submission
from party_workflow.domain.submission import (
    Resubmitted,
    SectionsGiven,
    SimilarityFlagged,
    Submitted,
    Withdrawn,
)
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.figure import Evidence


@dataclass(slots=True)
class _Work:
    stream: str
    author: str
    kind: str
    digest: str
    handed_in: Evidence
    sections: frozenset[str] = frozenset()
    said: Evidence | None = None
    flagged: list[tuple[Fraction, Evidence]] = field(default_factory=list)


def _works(asked: Asked) -> list[_Work]:
    """The works that stand, each with its latest version."""
    found: dict[str, _Work] = {}
    for item in asked.history.events(Submitted, Resubmitted, SectionsGiven, SimilarityFlagged, Withdrawn):
        stream, event = item.envelope.stream, item.event
        work = found.get(stream)
        match event:
            case Submitted():
                found[stream] = _Work(stream, event.author, event.kind, event.digest, of(item))
            case Resubmitted() if work is not None:
                work.digest, work.handed_in, work.sections = event.digest, of(item), frozenset()
                work.flagged = []
            case SectionsGiven() if work is not None:
                work.sections = frozenset(each.digest for each in event.sections)
                work.said = of(item)
            case SimilarityFlagged() if work is not None and event.digest == work.digest:
                work.flagged.append((Fraction(event.share), of(item)))
            case Withdrawn():
                found.pop(stream, None)
            case _:
                pass
    return [work for work in found.values() if not asked.hides(work.stream)]


def _same(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.same_text"
    groups: dict[tuple[str, str], list[_Work]] = {}
    for work in _works(asked):
        groups.setdefault((work.kind, work.digest), []).append(work)
    for (kind, _), works in groups.items():
        if len({work.author for work in works}) < max(asked.whole(clause, "authors"), 2):
            continue
        events = [work.handed_in for work in works]
        number = asked.count(clause, "works", events)
        yield asked.found(clause, tuple(work.stream for work in works), events, number, codes=(kind,))


def _shared(asked: Asked) -> Iterator[AuditFinding]:
    """Two works of different people with so large a share of the sections of the shorter one in common."""
    clause = "audit.shared_sections"
    by_section: dict[str, list[_Work]] = {}
    for work in _works(asked):
        for section in sorted(work.sections):
            by_section.setdefault(section, []).append(work)
    pairs: dict[tuple[str, str], tuple[_Work, _Work]] = {}
    for works in by_section.values():
        for one, other in combinations(works, 2):
            if one.author != other.author and one.kind == other.kind and one.digest != other.digest:
                pairs[one.stream, other.stream] = one, other
    for one, other in pairs.values():
        common = len(one.sections & other.sections)
        share = Fraction(common, min(len(one.sections), len(other.sections)))
        if share >= asked.value(clause, "share") and common >= asked.value(clause, "parts_of_text"):
            events = [e for work in (one, other) for e in (work.handed_in, work.said) if e is not None]
            yield asked.found(
                clause,
                (one.stream, other.stream),
                events,
                asked.number(clause, "share_in_common", share, events),
                asked.number(clause, "parts_of_text", common, events),
                codes=(one.kind,),
            )


def _flagged(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.similar_text"
    for work in _works(asked):
        found = [(share, e) for share, e in work.flagged if share >= asked.value(clause, "share")]
        if found:
            events = [work.handed_in, *(evidence for _, evidence in found)]
            most = max(share for share, _ in found)
            number = asked.number(clause, "share_in_common", most, events)
            yield asked.found(clause, (work.stream,), events, number, codes=(work.kind,))


COPIES: Final = AuditPolicy(
    code="copies",
    version=1,
    holds="No two people handed in the same text",
    questions=(
        Question("audit.same_text", ("authors",), _same),
        Question("audit.shared_sections", ("parts_of_text", "share"), _shared),
        Question("audit.similar_text", ("share",), _flagged),
    ),
    reads=submission.DECIDER.events,
)
"""Written works that are equal, nearly equal, or were found similar by a checker."""
