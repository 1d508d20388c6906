"""What a kind of case consists of besides its lifecycle: clocks, particulars, and who may make a move.

Clocks are counted in `party_workflow.domain.case.clocks`; the whole is judged by
`party_workflow.domain.case.kind.CaseKind`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, model_validator

from party_workflow.calendar import Term
from party_workflow.values import Code, Flag

OPENING: Final = "open"
"""Stands for the opening where a clock or a particular names a move."""

MAX_EXTENSIONS: Final = 9

CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]


class Clock(Term):
    """How long something may take, what sets the clock going and what stops it.

    `starts` and `stops` name moves, ``open``, or states (when the case enters one from another); a clock
    without `starts` is a figure for whoever counts by hand.  It is counted on the calendar in force under
    the code `calendar` when it starts, and that version stays.  Each start is a *run* of its own, so that
    every level has its clocks.  With `pauses` the days of a pause do not count.  `extension` is what each of
    at most `extensions` adds.  With `when` it runs only in cases of which these codes were said by then, so
    that what is urgent has another clock than what is not.

    What the organisation owes starts at the earlier of when something happened and when it was recorded, so
    that dating ahead gains nothing; with `favours` the requester, it starts at the later, so that dating
    back takes nothing away from somebody's time.
    """

    starts: CodeSet = ()
    stops: CodeSet = ()
    calendar: Code | None = None
    pauses: Flag = False
    extension: Term | None = None
    extensions: Annotated[StrictInt, Field(ge=1, le=MAX_EXTENSIONS)] = 1
    favours: Literal["organisation", "requester"] = "organisation"
    when: dict[Code, Code] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _of_a_term(cls, value: Any) -> Any:
        """A term by itself is a clock that nothing starts: what kinds had before clocks ran by themselves."""
        return value.model_dump() if type(value) is Term else value


Form = Literal["code", "number", "day", "person", "unit", "matter", "document", "text"]
"""What a particular may be.  A text is sealed; a matter is cited by its stream, a document by its digest."""


class ParticularRule(BaseModel):
    """What may be said of a case: in which `form`, and `by` which move (or the opening) it has to be said.

    `values` are the codes that it may be.  With `differs_from_unit` the unit named is another than that of
    the case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    form: Form
    values: CodeSet = ()
    by: Code | None = None
    differs_from_unit: Flag = False


Demand = Literal["responsible", "due", "requester", "concerns", "classes", "evidence"]
"""What a case may have to have by a move: somebody responsible, something due, and so on."""


class Who(BaseModel):
    """Narrows who may make a move: another duty, more relations barred, somebody from outside the unit."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    duty: Code | None = None
    barred: CodeSet = ()
    outside: Flag = False
