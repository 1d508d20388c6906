"""Taxonomies: named, versioned lists of codes that a finding or a nomination cites (R-107).

A taxonomy is a definition of kind ``taxonomy``.  A version may add codes and retire them, and never drops
one: what was cited under an earlier version keeps its code and its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import Field, ModelWrapValidatorHandler, StrictInt, model_validator

from party_workflow import canonical
from party_workflow.codec import Event
from party_workflow.domain.case import CaseOpened
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.procedure import StepPlaced, StepTaken
from party_workflow.errors import Faults
from party_workflow.history import History
from party_workflow.partwise import judged
from party_workflow.policies.figure import Evidence, Figure, counted
from party_workflow.values import Code, Definition

KIND: Final = "taxonomy"


class Taxonomy(Definition):
    """A list of codes, in its order.  `retired` are those of them that nothing new may cite."""

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]
    retired: tuple[Code, ...] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, cls._judge, "taxonomy")

    def _judge(self, faults: Faults) -> None:
        listed = not faults.within("codes")  # otherwise what seems to be lacking may be there
        for code in sorted({code for code in self.codes if self.codes.count(code) > 1}):
            faults.add("codes", f"{code} stands twice.", "Strike one out.")
        for code in sorted(set(self.retired) - set(self.codes)) if listed else ():
            faults.add("retired", f"{code} is not among the codes.", "A code that is retired stays listed.")

    @property
    def current(self) -> tuple[str, ...]:
        """The codes that something new may cite."""
        return tuple(code for code in self.codes if code not in self.retired)

    def data(self) -> dict[str, Any]:
        """The taxonomy as it is stored and hashed: without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)


def dropped(versions: Iterable[Taxonomy]) -> tuple[tuple[int, str], ...]:
    """Codes that a later version no longer lists, each with that version: what cites them would hang."""
    found: list[tuple[int, str]] = []
    before: tuple[str, ...] = ()
    for taxonomy in sorted(versions, key=lambda each: each.version):
        found += [(taxonomy.version, code) for code in before if code not in taxonomy.codes]
        before = taxonomy.codes
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Citation:
    """A matter that cites a code, and the version of the taxonomy that was in force when it did.

    `current` says whether that version offered the code for something new, or had retired it.
    """

    code: str
    stream: str
    version: int
    current: bool
    evidence: Evidence


def citations(history: History, taxonomy: str) -> tuple[Citation, ...]:
    """Every finding, and every step of a procedure, that cites a code of a taxonomy, in the order recorded.

    What was cited is judged by the version in force at that point of the log: a word that somebody used
    before the taxonomy knew it does not become a citation when it is added, and nothing that was cited moves
    to another code.  `taxonomy` is the code of the taxonomy.
    """
    found: list[Citation] = []
    force: Taxonomy | None = None
    for item in history.events(DefinitionAdopted, CaseOpened, StepTaken, StepPlaced):
        event = item.event
        if isinstance(event, DefinitionAdopted):
            if event.kind == KIND and event.body.get("code") == taxonomy:
                force = Taxonomy.model_validate(event.body)
            continue
        if force is None:
            continue
        evidence = Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
        found += [
            Citation(code, item.envelope.stream, force.version, code in force.current, evidence)
            for code in _cited(event)
            if code in force.codes
        ]
    return tuple(found)


def _cited(event: Event) -> tuple[str, ...]:
    if isinstance(event, CaseOpened):
        return event.classes
    assert isinstance(event, StepTaken)
    return tuple(code for given in event.given.values() for code in given.codes or ())


def totals(history: History, taxonomy: str) -> Mapping[str, Figure]:
    """How often each code of the latest version in view was cited, with the events; zero included."""
    found = citations(history, taxonomy)
    latest: Taxonomy | None = None
    for item in history.events(DefinitionAdopted):
        assert isinstance(item.event, DefinitionAdopted)
        if item.event.kind == KIND and item.event.body.get("code") == taxonomy:
            latest = Taxonomy.model_validate(item.event.body)
    return {
        code: counted(code, KIND, taxonomy, [each.evidence for each in found if each.code == code])
        for code in (latest.codes if latest else ())
    }
