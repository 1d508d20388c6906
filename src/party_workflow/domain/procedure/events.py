"""What is recorded of a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import Field

from party_workflow.codec import Event, Part
from party_workflow.domain.procedure.kind import read_kind
from party_workflow.domain.vocabulary import Serves
from party_workflow.errors import InvalidDefinition
from party_workflow.personal import Sealed
from party_workflow.relations import Requires, StepRule
from party_workflow.values import (
    Code,
    CodedDocument,
    Count,
    Day,
    Digest,
    Flag,
    Moment,
    Number,
    PersonId,
    StreamId,
    UnitId,
)

CATEGORY: Final = "procedure"


class Given(Part):
    """What a step said under one code: values of one type, in the order said."""

    people: tuple[PersonId, ...] | None = None
    units: tuple[UnitId, ...] | None = None
    streams: tuple[StreamId, ...] | None = None
    codes: tuple[Code, ...] | None = None
    days: tuple[Day, ...] | None = None
    numbers: tuple[Number, ...] | None = None
    digests: tuple[Digest, ...] | None = None
    texts: tuple[Sealed, ...] | None = None

    @property
    def values(self) -> tuple[object, ...]:
        """The values, whatever their type."""
        for name in type(self).model_fields:
            found: tuple[object, ...] | None = getattr(self, name)
            if found is not None:
                return found
        return ()


class PlacedGiven(Given):
    """What a step said under one code, which may be moments, or positions of the log."""

    moments: tuple[Moment, ...] | None = None
    positions: tuple[Count, ...] | None = None


class ProcedureOpened(Event):
    """A procedure of a kind was laid out for a unit.  Its opening step is recorded with it.

    `body` is the kind with the digest `definition`: it lays down who may take which step, so that permission
    is decided again on replay from the procedure alone.
    """

    stored_type: ClassVar[str] = "procedure.opened"
    requires: ClassVar[Requires] = Requires(anyone=True)
    unit_field: ClassVar[str | None] = "unit"
    confidential_field: ClassVar[str | None] = "confidential"

    kind: Code
    definition: Digest
    body: CodedDocument
    confidential: Flag
    unit: UnitId
    serves: tuple[Serves, ...] = ()

    def step_rules(self) -> Mapping[str, StepRule]:
        """What each step demands; nothing is open where the body is no kind."""
        try:
            return read_kind(self.body).rules()
        except InvalidDefinition:
            return {}


class StepTaken(Event):
    """Somebody took a step, and said this.  Who may is what the procedure's kind says of the step."""

    stored_type: ClassVar[str] = "procedure.step_taken"
    step_field: ClassVar[str | None] = "step"

    step: Code
    given: dict[Code, Given] = Field(default_factory=dict)

    def persons(self, name: str) -> tuple[str, ...]:
        """The persons said under a code."""
        given = self.given.get(name)
        return () if given is None or given.people is None else given.people


class StepPlaced(StepTaken):
    """Somebody took a step that says a moment, or a position of the log that a result was computed from."""

    stored_type: ClassVar[str] = "procedure.step_placed"

    given: dict[Code, PlacedGiven] = Field(default_factory=dict)  # type: ignore[assignment]


ProcedureEvent = ProcedureOpened | StepTaken | StepPlaced
