"""A regime of duties as data: what has to be done how often by whom (三会一课, 组织生活, training hours).

Frequencies differ by kind of organisation and from place to place, so they are a definition (kind
``regime``) and never code.  What is owed is judged period by period against the organisation as it was then.
"""

from __future__ import annotations

from functools import cached_property
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
from party_workflow.values import Code, Definition, Flag

CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]
Amount = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
Every = Literal["month", "quarter", "half", "year"]
Change = Literal["pro_rata", "greatest", "at_end"]

MAX_DUTIES: Final = 128


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Duty(_Part):
    """One duty: who owes what in each period.

    `of` units: those of `unit_kinds`.  It is owed in a period throughout which the unit stood and met the
    conditions: at least `least_people` of them with the categories `having` and none of `without` (a branch
    too small for a committee owes no committee meeting), and units of the kinds `with_units` directly below
    it (a branch without groups owes no group meeting).  With `partly` it is owed where that held for any
    part.  `of` people: those with the categories, or holding `post`, within the units asked about.

    What counts are activities of the kinds `counts` that were held by the unit, or at which the person was
    (or which they chaired, where `part` says so); below their quorum or their planned length they do not,
    nor below `least_minutes`.  `minimum` is a number of occasions, or of minutes where `measure` says so;
    for people it may be greater for some: `for_category`, `for_post`.  When that changes within a period,
    `change` names the rule: `pro_rata` by days (exact), the `greatest` that applied, or what applies
    `at_end`.

    One activity counts for one duty, unless this one lists the other in `also`.  With `merged`, one that was
    merged into a later occasion of the same kind counts for its own period once that took place (R-002);
    without, the period stays unmet.
    """

    code: Code
    of: Literal["units", "people"] = "units"
    unit_kinds: CodeSet = ()
    having: CodeSet = ()
    without: CodeSet = ()
    post: Code | None = None
    least_people: Annotated[StrictInt, Field(ge=0, le=1_000_000)] = 0
    with_units: CodeSet = ()
    partly: Flag = False
    every: Every
    counts: CodeSet
    part: Literal["attended", "chaired"] = "attended"
    measure: Literal["occasions", "minutes"] = "occasions"
    minimum: Amount = 1
    least_minutes: Amount | None = None
    for_category: dict[Code, Amount] = Field(default_factory=dict)
    for_post: dict[Code, Amount] = Field(default_factory=dict)
    change: Change | None = None
    merged: Flag = False
    also: CodeSet = ()


class Regime(Definition):
    """Duties as one checked, versioned value.  Faults are raised together, as
    `InvalidDefinition`.

    Days are local ones, `offset_minutes` before those of UTC.
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    duties: Annotated[tuple[Duty, ...], Field(max_length=MAX_DUTIES)] = ()
    offset_minutes: Annotated[StrictInt, Field(ge=-1080, le=1080)] = 0

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "regime")

    def data(self) -> dict[str, Any]:
        """The regime as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return canonical.digest(self.data())

    def duty(self, code: str) -> Duty | None:
        """The duty with this code."""
        return next((duty for duty in self.duties if duty.code == code), None)

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(regime: Regime, faults: Faults) -> None:
    if not regime.duties:
        faults.add("duties", "It lays down nothing.", "Name a duty.")
    known = {duty.code for duty in regime.duties}
    seen: set[str] = set()
    for index, duty in enumerate(regime.duties):
        where = f"duties[{index}]"
        if duty.code in seen:
            faults.add(where, f"Duty {duty.code} stands there twice.", "Give each duty a code of its own.")
        seen.add(duty.code)
        if not duty.counts:
            faults.add(f"{where}.counts", "Nothing counts for it.", "Name kinds of activity.")
        for other in sorted(set(duty.also) - (known - {duty.code})):
            faults.add(f"{where}.also", f"There is no other duty {other}.", "Name duties of this regime.")
        _judge_subjects(duty, where, faults)


def _judge_subjects(duty: Duty, where: str, faults: Faults) -> None:
    if duty.of == "units":
        if not duty.unit_kinds:
            faults.add(f"{where}.unit_kinds", "No kind of unit owes it.", "Name the kinds that do.")
        for name in ("post", "for_category", "for_post", "change"):
            if getattr(duty, name):
                faults.add(
                    f"{where}.{name}", "It is a matter of people.", "Leave it out, or set of = people."
                )
        if duty.part == "chaired":
            faults.add(f"{where}.part", "A unit chairs nothing.", "Leave it out, or set of = people.")
        return
    for name in ("least_people", "with_units", "unit_kinds"):
        if getattr(duty, name):
            faults.add(f"{where}.{name}", "It is a matter of units.", "Leave it out, or set of = units.")
    varies = bool(duty.for_category or duty.for_post)
    if varies != (duty.change is not None):
        remedy = "Name pro_rata, greatest or at_end exactly where the minimum differs between people."
        faults.add(f"{where}.change", "What a change within a period means has to be said.", remedy)
