"""Chains of responsibility as data: which tiers answer for a matter, who may hold each, what is in person.

Two tiers, three or four are a matter of the kind and not of the code.  A kind is adopted as a definition
(``definition/<code>``), and the chain of a matter in a unit pins the version that it was opened under.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    model_validator,
)

from party_workflow import canonical
from party_workflow.errors import Faults
from party_workflow.partwise import judged
from party_workflow.values import Code, Definition, Exactly, Flag

MOST_TIERS: Final = 16
Holds = Literal["person", "unit", "either"]

_CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]


class Tier(BaseModel):
    """One tier of a chain, from the top down.

    `holder`: whether a person holds it, a unit (责任科室), or either.  `most` hold it at once.  One
    that is not `required` may stand empty without a gap.  `lead`: its holders are the named leads (R-118).
    `in_person` are the kinds of activity that its holder chairs in person, and `own_acts` the duties that its
    holder does not leave to a delegate (R-168).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    holder: Holds = "person"
    most: Annotated[StrictInt, Field(ge=1, le=64)] = 1
    required: Flag = True
    lead: Flag = False
    in_person: _CodeSet = ()
    own_acts: _CodeSet = ()


class ResponsibilityKind(Definition):
    """A kind of chain as one checked, versioned value.  Every fault is raised at once, `InvalidDefinition`.

    `signs` is the tier whose holder signs responsibility letters; without it the first that a person holds.
    With `zero_recurrence` no new case may come up: `cases` are the kinds or classes of case that are of the
    matter, and `verified` the outcomes by which one counts as verified (R-118).
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=MOST_TIERS)]
    signs: Code | None = None
    zero_recurrence: Flag = False
    cases: _CodeSet = ()
    verified: _CodeSet = ()

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "responsibility")

    def data(self) -> dict[str, Any]:
        """The kind as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def tier(self, code: str) -> Tier | None:
        """A tier by its code."""
        return next((tier for tier in self.tiers if tier.code == code), None)

    @property
    def signing(self) -> str:
        """The tier whose holder signs letters."""
        return self.signs or next(tier.code for tier in self.tiers if tier.holder != "unit")

    @property
    def leads(self) -> tuple[str, ...]:
        """The tiers whose holders are the named leads."""
        return tuple(tier.code for tier in self.tiers if tier.lead)

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(kind: ResponsibilityKind, faults: Faults) -> None:
    seen: dict[str, int] = {}
    for index, tier in enumerate(kind.tiers):
        if seen.setdefault(tier.code, index) != index:
            faults.add(
                f"tiers[{index}]",
                f"Tier {tier.code} stands at tiers[{seen[tier.code]}] already.",
                "Merge them.",
            )
        if tier.holder == "unit" and (tier.in_person or tier.own_acts):
            faults.add(
                f"tiers[{index}]",
                "A unit does nothing in person.",
                "Take in_person and own_acts out, or let a person hold it.",
            )
    signs = None if kind.signs is None else kind.tier(kind.signs)
    if kind.signs is not None and signs is None:
        faults.add("signs", f"There is no tier {kind.signs}.", "Name one of the tiers.")
    elif kind.tiers and all(t.holder == "unit" for t in ([signs] if signs else kind.tiers)):
        faults.add("signs", "A letter is signed by a person.", "Name a tier that a person holds.")
    if kind.zero_recurrence and not kind.leads:
        faults.add("tiers", "A zero-recurrence matter has named leads.", "Mark a tier with lead.")
    for index, tier in enumerate(kind.tiers):
        if tier.lead and tier.holder != "person":
            faults.add(f"tiers[{index}].holder", "A lead has a name.", "Let a person hold the tier.")
    if kind.zero_recurrence and not kind.cases:
        faults.add("cases", "It is not said which cases are of the matter.", "Name kinds or classes of case.")
    if not kind.zero_recurrence and (kind.cases or kind.verified):
        faults.add(
            "cases",
            "Cases are counted for a zero-recurrence matter only.",
            "Set zero_recurrence, or leave cases and verified out.",
        )


def read_kind(body: Mapping[str, Any]) -> ResponsibilityKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> ResponsibilityKind:
    return ResponsibilityKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
