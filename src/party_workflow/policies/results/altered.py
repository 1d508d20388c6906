"""Histories that were not: with something left out, for counterfactual runs (R-211).

What is left out is gone as if it had never been recorded; what followed from it stays.  Nothing is written:
an altered history is a view of the one that it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from party_workflow.domain.assessment import EntriesMade, EntriesQuarantined, FinalEntered, OutsideEntered
from party_workflow.domain.rating import Rated, SelfRated
from party_workflow.errors import Fault, Faults, InvalidInput
from party_workflow.history import History, Readable
from party_workflow.store import Record, read_event

RATINGS: Final[Mapping[str, str]] = {
    Rated.stored_type: "rater",
    SelfRated.stored_type: "rater",
    EntriesMade.stored_type: "assessor",
    FinalEntered.stored_type: "assessor",
    OutsideEntered.stored_type: "assessor",
    EntriesQuarantined.stored_type: "assessor",
}
"""Events that say whose mark it is, with the field that says it."""


@dataclass(frozen=True, slots=True)
class _Without:
    """Records of a source except some, by position."""

    source: Readable
    left_out: frozenset[int]

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """The records that are left, in position order."""
        return (item for item in self.source.read(after, until) if item.position not in self.left_out)

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        """The records that are left of one stream, in version order."""
        return (item for item in self.source.read_stream(stream, after) if item.position not in self.left_out)


@dataclass(frozen=True, slots=True)
class AlteredHistory(History):
    """A history that was not.  `assumption` says what was altered, as canonical data.

    It reads like any history, but `run` does not take it: what follows from it is a `Counterfactual`, which
    `party_workflow.policies.policy.suppose` gives.
    """

    assumption: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    left_out: tuple[int, ...] = field(default=(), kw_only=True)
    """The positions of the records that were left out."""


def without(
    history: History,
    *,
    events: Sequence[str] = (),
    streams: Sequence[str] = (),
    raters: Sequence[str] = (),
) -> AlteredHistory:
    """A history without these events (by id), without these matters (``case/17``), without what these people
    rated or marked under their own name (a secret ballot has no name and stays).

    Raises `InvalidInput` with every one of them of which the history in view holds nothing.
    """
    wanted = {"events": set(events), "streams": set(streams), "raters": set(raters)}
    met: dict[str, set[str]] = {name: set() for name in wanted}
    positions: set[int] = set()
    for record in history.records():
        envelope = record.envelope
        found = {"events": {envelope.event_id} & wanted["events"]}
        found["streams"] = {envelope.stream} & wanted["streams"]
        found["raters"] = _raters(record, history) & wanted["raters"] if raters else set()
        for name, those in found.items():
            if those:
                met[name] |= those
                positions.add(record.position)
    faults = Faults()
    for name, those in wanted.items():
        for one in sorted(those - met[name]):
            faults.add(f"{name}.{one}", "The history in view holds nothing of it.", "Check id and moments.")
    if not any(wanted.values()):
        faults.add("without", "It is not said what to leave out.", "Name events, streams or raters.")
    faults.raise_if_any()
    assumption = {name: sorted(those) for name, those in wanted.items() if those}
    before: dict[str, Any] = {}
    gone: frozenset[int] = frozenset(positions)
    if isinstance(history, AlteredHistory):
        before, gone = dict(history.assumption.get("without", {})), gone | set(history.left_out)
    merged = {
        name: sorted({*before.get(name, []), *assumption.get(name, [])})
        for name in wanted
        if name in before or name in assumption
    }
    source = history.source.source if isinstance(history.source, _Without) else history.source
    return AlteredHistory(
        _Without(source, gone),
        history.registry,
        history.effective,
        history.known,
        history.until,
        assumption={"without": merged},
        left_out=tuple(sorted(gone)),
    )


def narrowed(altered: AlteredHistory, history: History) -> AlteredHistory:
    """An altered history as of the same moments and up to the same position as another one."""
    return replace(altered, effective=history.effective, known=history.known, until=history.until)


def _raters(record: Record, history: History) -> set[str]:
    field_name = RATINGS.get(record.envelope.stored_type)
    if field_name is None:
        return set()
    return {str(getattr(read_event(record, history.registry).event, field_name))}


def refuse_altered(history: History) -> None:
    """Raise `InvalidInput` for a history that was not."""
    if isinstance(history, AlteredHistory):
        what = "This history was altered: what follows from it is no result."
        raise InvalidInput(Fault("history", what, "Run it with `suppose`, which labels what it gives."))
