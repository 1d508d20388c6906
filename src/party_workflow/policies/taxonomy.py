"""Taxonomies: named, versioned lists of codes that a finding or a nomination cites (R-107).

A taxonomy is a definition of kind ``taxonomy``.  A version may add codes and retire them, and never drops
one: what was cited under an earlier version keeps its code and its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import Field, StrictInt, model_validator

from party_workflow import canonical
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.values import Code, Definition

KIND: Final = "taxonomy"


class Taxonomy(Definition):
    """A list of codes, in its order.  `retired` are those of them that nothing new may cite."""

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]
    retired: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        for code in sorted({code for code in self.codes if self.codes.count(code) > 1}):
            faults.add("codes", f"{code} stands twice.", "Strike one out.")
        for code in sorted(set(self.retired) - set(self.codes)):
            faults.add("retired", f"{code} is not among the codes.", "A code that is retired stays listed.")
        faults.raise_if_any(InvalidDefinition)
        return self

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
