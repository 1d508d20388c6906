"""Templates of written works as data: which sections one has, and who may read it (R-041, R-052).

A template is adopted as a definition of the kind ``template``; a work pins the version that it was handed in
under, and so do its further versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, model_validator

from party_workflow import canonical
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.partwise import judged
from party_workflow.values import Code, Definition, Flag

MAX_SECTIONS: Final = 64
"""Most sections of a template."""

EMPTY: Final = sha256(b"").hexdigest()
"""The digest of a text without a byte."""


class SectionRule(BaseModel):
    """A section of a template; a required one is in every version and not empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    required: Flag = True


class TemplateDefinition(Definition):
    """The sections of a kind of written work, in order.  Faults are raised together, `InvalidDefinition`.

    `kinds` are the kinds of work that may be written on it (empty: any).  A `restricted` work is known to its
    author, to those who belong to its unit when it is handed in, and to whoever is admitted later.
    """

    code: Code
    version: Annotated[int, Field(strict=True, ge=1, le=canonical.MAX_INTEGER)]
    sections: Annotated[tuple[SectionRule, ...], Field(max_length=MAX_SECTIONS)] = ()
    kinds: tuple[Code, ...] = ()
    restricted: Flag = False

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "template")

    @property
    def required(self) -> tuple[str, ...]:
        """The sections that no version lacks, in order."""
        return tuple(section.code for section in self.sections if section.required)

    def data(self) -> dict[str, Any]:
        """The template as it is stored and hashed: without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())


def _judge(template: TemplateDefinition, faults: Faults) -> None:
    if not template.sections and not template.restricted:
        what = "A template without sections that restricts nothing says nothing."
        faults.add("sections", what, "Name the sections.")
    seen: set[str] = set()
    for index, section in enumerate(template.sections):
        if section.code in seen:
            what = f"Section {section.code} stands there already."
            faults.add(f"sections[{index}]", what, "Give each a code of its own.")
        seen.add(section.code)


def read_template(body: Mapping[str, Any] | None) -> TemplateDefinition | None:
    """The template that a body says; None where there is none, or where it is no template."""
    if body is None:
        return None
    try:
        return TemplateDefinition.model_validate(body)
    except InvalidDefinition:
        return None
