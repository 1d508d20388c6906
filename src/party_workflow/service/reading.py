"""What the facade remembers of a log: every stream folded once, and only what is new read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from party_workflow.authority import FOUNDATIONS, AuthorityState, Parties
from party_workflow.decider import Ask, Decider
from party_workflow.errors import Fault, InvalidDefinition
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.store import EventStore, read_event

IN_VIEW: Final = ("log", "authority")
"""Streams whose state is the authority view: nobody folds them a second time."""


@dataclass(slots=True)
class Matter:
    """What the facade remembers of one stream: version, state, parties."""

    version: int
    state: Any
    parties: Parties

    @classmethod
    def unbegun(cls, decider: Decider[Any]) -> Matter:
        """A matter of which nothing is recorded."""
        return cls(0, decider.initial(), Parties())


@dataclass(frozen=True, slots=True)
class View:
    """What authorisation reads, and at which versions of the foundations."""

    state: AuthorityState
    versions: Mapping[str, int]


class Reading:
    """States, parties and authority of a log, up to date.  What was handed out before is never changed."""

    def __init__(self, store: EventStore, model: Model) -> None:
        self.store = store
        self.model = model
        self._matters: dict[str, Matter] = {}
        self._seen = View(AuthorityState(), dict.fromkeys(FOUNDATIONS, 0))

    def refresh(self) -> View:
        """The authority view, up to date.  What was handed out before is never changed: threads share it."""
        seen = self._seen
        state, versions = seen.state, dict(seen.versions)
        for stream in FOUNDATIONS:
            for record in self.store.read_stream(stream, versions[stream]):
                if state is seen.state:
                    state = state.copy()
                recorded = read_event(record, self.model.registry)
                state.apply(recorded.event, record.envelope.effective_at)
                versions[stream] = record.envelope.version
        if state is not seen.state:
            self._seen = seen = View(state, versions)
        return seen

    def load(self, stream: str) -> Matter:
        """Version, state and parties of a stream, up to date."""
        decider = self.model.decider(stream)
        matter = self._matters.get(stream)
        if matter is None:
            matter = Matter.unbegun(decider)
        version, state, parties = matter.version, matter.state, matter.parties
        for record in self.store.read_stream(stream, version):
            recorded = read_event(record, self.model.registry)
            if decider.category not in IN_VIEW:
                state = decider.evolve(state, recorded)
            parties = parties.copy()
            parties.apply(recorded.event, record.envelope.actor, record.envelope.recorded_at)
            version = record.envelope.version
        matter = Matter(version, state, parties)
        self._matters[stream] = matter
        return matter

    def as_of(self, stream: str, history: History) -> Any:
        """The state of an aggregate as a history has it."""
        if stream not in IN_VIEW:
            return history.state(self.model.decider(stream), stream)
        view = AuthorityState()  # it is folded from the streams of all foundations
        for foundation in FOUNDATIONS:
            for record in history.stream(foundation):
                view.apply(read_event(record, self.model.registry).event, record.envelope.effective_at)
        return view

    def answer(
        self, ask: Ask, matter_of: Callable[[str], Matter], seen: Callable[[Parties], bool] | None = None
    ) -> Any:
        """A fact of another stream.  Whoever may not see the matter is answered as if it did not exist;
        so is whoever names a stream of another category than the one that answers."""
        if ask.fact not in self.model.facts:
            if ask.optional:
                return None
            raise InvalidDefinition(
                Fault(ask.fact, "No aggregate of this model answers this.", "Check the model.")
            )
        owner, answer = self.model.facts[ask.fact]
        if ask.stream.partition("/")[0] != owner.category:
            return answer(owner.initial(), **ask.arguments)
        matter = matter_of(ask.stream)
        hidden = seen is not None and owner.category not in FOUNDATIONS and not seen(matter.parties)
        return answer(owner.initial() if hidden else matter.state, **ask.arguments)
