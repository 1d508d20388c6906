"""Snapshots of results: what a consequence cites of its ground, and whether the log bears it out (R-164).

A result is cited by its digest and by the position of the log that it was computed from, the two that a
publication records.  So it can be computed again, whatever has been corrected since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from party_workflow import canonical
from party_workflow.domain import publication
from party_workflow.domain.procedure import ProcedureKind, ProcedureOpened, StepPlaced, StepTaken, read_kind
from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.figure import Evidence
from party_workflow.policies.overview.citing import evidence_of
from party_workflow.store import Recorded


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A result as it stood: the digest, and the position of the log that it was taken from."""

    stream: str
    digest: str
    position: int


def snapshot(history: History, stream: str) -> Snapshot:
    """The result of a matter as a consequence cites it.

    Of a publication, what it records of the result that it is of.  Of anything else, the digest over the
    records of its stream, at the position of the last of them in view: whoever has the log computes it again.
    Raises `InvalidInput` where the log has no such matter, or none that is published.
    """
    if stream.startswith("publication/"):
        result = history.state(publication.DECIDER, stream).result()
        if result is None:
            raise InvalidInput(Fault(stream, "No such result was published by then.", "Publish it first."))
        return Snapshot(stream, result.digest, result.position)
    records = tuple(history.stream(stream))
    if not records:
        raise InvalidInput(Fault(stream, "The log has no such matter by then.", "Check the stream."))
    said = canonical.digest([record.digest for record in records])
    return Snapshot(stream, said, records[-1].position)


@dataclass(frozen=True, slots=True)
class WrongSnapshot:
    """A step that cites a result which the log does not bear out; `what` says how, in words."""

    stream: str
    ground: str
    what: str
    evidence: Evidence


def wrong_snapshots(history: History) -> tuple[WrongSnapshot, ...]:
    """Every step that cites another digest than the log has at the position named, or one that lies ahead.

    At append a publication is compared with what it records; everything else can be seen only here.
    """
    kinds: dict[str, ProcedureKind] = {}
    found = []
    for item in history.events(ProcedureOpened, StepTaken, StepPlaced):
        stream = item.envelope.stream
        if isinstance(item.event, ProcedureOpened):
            try:
                kinds[stream] = read_kind(item.event.body)
            except InvalidDefinition:
                continue
        elif stream in kinds:
            assert isinstance(item.event, StepTaken)
            for cited, digest, position in _snapshots(kinds[stream], item.event):
                what = _amiss(history, item, cited, digest, position)
                if what is not None:
                    found.append(WrongSnapshot(stream, cited, what, evidence_of(item)))
    return tuple(found)


def _found(history: History) -> Iterator[Finding]:
    for wrong in wrong_snapshots(history):
        yield Finding(wrong.stream, f"It cites {wrong.ground}: {wrong.what}", (wrong.evidence,))


SNAPSHOTS: Final = Check(
    "snapshots", "Every result that a consequence cites is what the log had then", _found, whole=True
)
"""The check that what takes something from somebody rests on a result that the log bears out (R-164)."""


def _snapshots(kind: ProcedureKind, event: StepTaken) -> Iterator[tuple[str, str, int]]:
    step = kind.by_code.get(event.step)
    of: dict[str, dict[str, Any]] = {}
    for item in () if step is None else step.inputs:
        if item.snapshot_of is not None and item.code in event.given:
            of.setdefault(item.snapshot_of, {})[item.type] = event.given[item.code].values[0]
    for code, said in of.items():
        given = event.given.get(code)
        if given is not None and given.streams and said.keys() == {"digest", "position"}:
            yield given.streams[0], said["digest"], said["position"]


def _amiss(history: History, item: Recorded, stream: str, digest: str, position: int) -> str | None:
    if position >= item.envelope.position:
        return f"It names position {position}, which lies after it."
    then = history.up_to(item.envelope.position if stream.startswith("publication/") else position)
    try:
        found = snapshot(then, stream)
    except InvalidInput as error:
        return str(error)
    if found.digest != digest:
        return f"The log has the digest {found.digest[:16]}… there, cited is {digest[:16]}…."
    if stream.startswith("publication/") and found.position != position:
        return f"What was published was computed from position {found.position}, cited is {position}."
    return None
