"""The state of a publication: its lifecycle, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command
from party_workflow.domain.publication.commands import (
    Finalise,
    LinkErratum,
    RaiseObjection,
    ResolveObjection,
)
from party_workflow.domain.publication.events import (
    ErratumLinked,
    ObjectionRaised,
    ObjectionResolved,
    PublicationEvent,
    PublicationFinalised,
    Published,
)
from party_workflow.domain.vocabulary import Work
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Sealed
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "publication",
    1,
    initial="published",
    final="superseded",
    moves={
        "object": "published -> published",
        "resolve": "published -> published",
        "finalise": "published -> final",
        "supersede": "published, final -> superseded",
    },
)
"""`final` is settled for those concerned; it can still turn out to be wrong, and is then superseded."""
TABLE: Final = lifecycle.compile(LIFECYCLE)

MOVES: Final[Mapping[type[Command], str]] = {
    LinkErratum: "supersede",
    RaiseObjection: "object",
    ResolveObjection: "resolve",
    Finalise: "finalise",
}


# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection; `upheld` and `answer` are None while it is open."""

    number: int
    objector: str
    ground: Sealed
    upheld: bool | None = None
    answer: Sealed | None = None


@dataclass(frozen=True, slots=True)
class PublicationSummary:
    """A publication in brief, as others may cite it."""

    stream: str
    unit: str
    subject: str
    audience: str
    state: str
    position: int
    known: datetime
    effective: datetime | None
    rule: str
    digest: str
    closes: datetime | None
    open_objections: tuple[int, ...]
    upheld_objections: tuple[int, ...]
    erratum_of: str | None
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything recorded of one publication.  Before it is published `said` is None."""

    stream: str = ""
    said: Published | None = None
    state: str = TABLE.initial
    objections: tuple[Objection, ...] = field(default_factory=tuple)
    superseded_by: str | None = None

    @property
    def open_objections(self) -> tuple[int, ...]:
        """The numbers of the objections that have not been answered."""
        return tuple(item.number for item in self.objections if item.upheld is None)

    @property
    def upheld_objections(self) -> tuple[int, ...]:
        """The numbers of the objections that were upheld."""
        return tuple(item.number for item in self.objections if item.upheld)

    def work(self) -> Work | None:
        """The publication as others may cite it; None before it is published.

        Done when it is final, or at once where it was not open for objections; not done when superseded,
        so that a result and its erratum count once.
        """
        if self.said is None:
            return None
        settled = self.state == "final" or (self.state == "published" and self.said.closes is None)
        return Work(
            stream=self.stream,
            kind=self.said.subject,
            unit=self.said.unit,
            state=self.state,
            done=settled,
            serves=self.said.serves,
        )

    def summary(self) -> PublicationSummary | None:
        """The publication in brief; None before it is published."""
        if self.said is None:
            return None
        return PublicationSummary(
            stream=self.stream,
            unit=self.said.unit,
            subject=self.said.subject,
            audience=self.said.audience,
            state=self.state,
            position=self.said.position,
            known=self.said.known,
            effective=self.said.effective,
            rule=self.said.rule,
            digest=self.said.digest,
            closes=self.said.closes,
            open_objections=self.open_objections,
            upheld_objections=self.upheld_objections,
            erratum_of=self.said.erratum_of,
            superseded_by=self.superseded_by,
        )


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Publication, recorded: Recorded) -> Publication:
    event = recorded.event
    assert isinstance(event, PublicationEvent)
    match event:
        case Published():
            return replace(state, stream=recorded.envelope.stream, said=event)
        case ErratumLinked():
            return replace(state, state="superseded", superseded_by=event.by)
        case ObjectionRaised():
            objection = Objection(event.number, event.objector, event.ground)
            return replace(state, objections=(*state.objections, objection))
        case ObjectionResolved():
            objections = (
                replace(item, upheld=event.upheld, answer=event.answer)
                if item.number == event.number
                else item
                for item in state.objections
            )
            return replace(state, objections=tuple(objections))
        case PublicationFinalised():
            return replace(state, state="final")
        case _:
            assert_never(event)
