"""Kinds of publication as data: who has to look at it first, how long it stays open, whom it may go to.

A kind is adopted as a definition (``definition/<code>``), and what is published under it pins the version.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Self

from pydantic import Field, StrictInt, ValidationError, field_validator, model_validator

from party_workflow import canonical
from party_workflow.calendar import Term
from party_workflow.codec import faults_of
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.values import Code, Definition, Exactly, Flag, Key


class PublicationKind(Definition):
    """A kind of publication as one checked, versioned value.  Faults are raised together.

    `four_eyes`: drafted by one person and reviewed by another before it is published (R-193).  `window` and
    `calendar`: how long it stays open for objections and comments, counted on which adopted calendar (R-188).
    `audiences` and `media`: what is allowed; empty allows any.  `restricted`: for the audience only (R-056).
    `masking`: the redaction profile of its outward text; `threshold`: how few people a group in it may have
    (R-190).  Raises `InvalidDefinition`.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    four_eyes: Flag = False
    window: Term | None = None
    calendar: Key | None = None
    audiences: tuple[Code, ...] = ()
    media: tuple[Code, ...] = ()
    restricted: Flag = False
    masking: Key | None = None
    threshold: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None

    @field_validator("audiences", "media")
    @classmethod
    def _as_set(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(codes)))

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        if (self.window is None) != (self.calendar is None):
            faults.add("calendar", "A window is counted on a calendar.", "Give both, or neither.")
        if self.threshold == 1:
            faults.add("threshold", "A group of one is one person.", "Give at least 2, or leave it out.")
        faults.raise_if_any(InvalidDefinition)
        return self

    def data(self) -> dict[str, Any]:
        """The kind as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def __hash__(self) -> int:
        return hash(self.digest)


def read_kind(body: Mapping[str, Any]) -> PublicationKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> PublicationKind:
    try:
        return PublicationKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
    except ValidationError as error:
        raise InvalidDefinition(faults_of(error, what="body")) from None
