"""Kinds of plan as data: what a commitment must say, what counts as evidence, how a look-back speaks.

Annual key points, projects, brands, responsibility areas and stage reports differ in nothing else.  A kind is
adopted as a definition (``definition/<code>``), and every plan pins the version that it was drafted under.
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

Outcome = Literal["done", "partial", "missing", "excused"]
Need = Literal["start", "method", "standard", "target", "occasion", "partners", "team", "milestones"]
PlanNeed = Literal["period", "lead", "partners", "basis"]
Preview = Literal["none", "optional", "required"]
Closing = Literal["tasks", "report"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("done", "partial", "missing", "excused")
MOST_REMINDERS: Final = 16
FURTHEST: Final = 1000
"""Most days that a reminder lies before or after the day that something is due."""

_CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]
_Needs = Annotated[tuple[Need, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]
_PlanNeeds = Annotated[tuple[PlanNeed, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]


def _same_words() -> dict[str, Outcome]:
    return {code: code for code in OUTCOMES}


class Reminder(BaseModel):
    """When somebody is reminded: `days` after the day that an item is due, before it where negative.

    `escalates` says that it goes to the lead of the plan instead of the person accountable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    days: Annotated[StrictInt, Field(ge=-FURTHEST, le=FURTHEST)]
    escalates: Flag = False


class PlanKind(Definition):
    """A kind of plan as one checked, versioned value.  Every fault is raised at once, `InvalidDefinition`.

    `needs`: what each item has to say beyond person and day, which every item has (R-006, R-007);
    `plan_needs` what the plan as a whole has to say. `preview`: whether the plan is told of before it is
    official (R-009). `evidence`: the kinds of evidence that a report may cite (none: any). `verified`: a
    report counts only once somebody else has accepted it. `results`: the words of a look-back, and which
    of the four outcomes each stands for. `closing`: a plan closes with every task settled (R-171), or on
    a final report that has every item (R-004). `reminders`: when who is reminded (R-116).
    `dormant_after`: after how many months without an activity it counts as dormant, 0 for never (R-170).
    `items`: what every plan of the kind has to commit to. `counters`: the categories by which a report
    counts (none: any), and `occasions` the kinds of activity that belong to it (R-179). `recognition`:
    what may be proposed for whoever has achieved all of it (R-180).
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    needs: _Needs = ()
    plan_needs: _PlanNeeds = ()
    preview: Preview = "none"
    evidence: _CodeSet = ()
    verified: Flag = False
    results: dict[Code, Outcome] = Field(default_factory=_same_words)
    closing: Closing = "report"
    reminders: Annotated[tuple[Reminder, ...], Field(max_length=MOST_REMINDERS)] = ()
    dormant_after: Annotated[StrictInt, Field(ge=0, le=120)] = 0
    items: _CodeSet = ()
    counters: _CodeSet = ()
    occasions: _CodeSet = ()
    recognition: Code | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "plan")

    def data(self) -> dict[str, Any]:
        """The kind as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def reminder(self, code: str) -> Reminder | None:
        """A reminder by its code."""
        return next((item for item in self.reminders if item.code == code), None)

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(kind: PlanKind, faults: Faults) -> None:
    for outcome in OUTCOMES:
        if outcome not in kind.results.values():
            faults.add(
                "results",
                f"No word of the look-back stands for {outcome}.",
                "Give each of the four outcomes a word of its own.",
            )
    seen: set[str] = set()
    for index, reminder in enumerate(kind.reminders):
        if reminder.code in seen:
            faults.add(
                f"reminders[{index}]",
                f"Reminder {reminder.code} stands there already.",
                "Give each reminder a code of its own.",
            )
        seen.add(reminder.code)
        if reminder.escalates and "lead" not in kind.plan_needs:
            faults.add(
                f"reminders[{index}].escalates",
                "A plan without a lead has nobody to escalate to.",
                "Let plan_needs have lead, or let it not escalate.",
            )


def read_kind(body: Mapping[str, Any]) -> PlanKind:
    """The kind that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> PlanKind:
    return PlanKind.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
