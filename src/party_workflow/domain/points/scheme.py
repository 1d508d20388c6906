"""What points are given and taken for: a scheme, as a value that is checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    StringConstraints,
    model_validator,
)

from party_workflow import canonical
from party_workflow.calendar import Period, PeriodKind
from party_workflow.errors import Faults
from party_workflow.partwise import judged
from party_workflow.values import Code, Count, Definition, Exactly, Flag, Kind, Number

MAX_CLAUSES: Final = 256
CodeSet = Annotated[tuple[Code, ...], AfterValidator(lambda codes: tuple(sorted(set(codes))))]
"""Codes whose order means nothing: sorted, each once."""
SchemeKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,27}$"), Kind("id")]
"""The code of a scheme, with hyphens for underscores: short enough to stand before a person in a key."""
APPEAL_DAYS: Final = 30
"""How many days there are to appeal against a deduction where its clause does not say."""
OWN: Final = "own"
"""The origin of points that the organisation itself gave; others have the code of their platform."""
Sign = Literal["plus", "minus"]

_SIZES: Final[Sequence[PeriodKind]] = ("day", "tenday", "month", "quarter", "half", "year")


class Clause(BaseModel):
    """What one clause gives or takes.

    `amount` is what an entry has that names none, `at_most` how much one may have (absent: just `amount`),
    both without sign.  `evidence` is how many documents or streams an entry has to cite at least; `activity`
    asks for the activity it rests on, `took_part` that the person took part in that.  `cap` is how much a
    person can have under the clause in a period of the kind `cap_per`, a thing that policies apply (R-088),
    except for a bonus: a clause with `conditions` is one, every condition has to be evidenced and its cap
    holds when it is granted (R-086).  A clause that takes says how many days there are to object
    (R-087), and how many to appeal once it is decided (R-206).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    sign: Sign = "plus"
    amount: Number
    at_most: Number | None = None
    evidence: Count = 0
    activity: Flag = False
    took_part: Flag = False
    conditions: CodeSet = ()
    objection_days: Count = 0
    appeal_days: Annotated[StrictInt, Field(ge=1, le=3660)] = APPEAL_DAYS
    cap: Number | None = None
    cap_per: PeriodKind | None = None

    @property
    def bonus(self) -> bool:
        """Whether it has conditions, each to be evidenced, and an approver."""
        return bool(self.conditions)

    @property
    def most(self) -> Decimal:
        """The most that one entry may have, without sign."""
        return self.amount if self.at_most is None else self.at_most


class PointsScheme(Definition):
    """The clauses of a points scheme.  Every way of making one raises `InvalidDefinition` with all faults.

    Every entry names a period of the kind `period`.  `sources` are the platforms whose points are taken in
    beside one's own, never among them (R-077).
    """

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    period: PeriodKind = "year"
    clauses: Annotated[tuple[Clause, ...], Field(max_length=MAX_CLAUSES)]
    sources: CodeSet = ()

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "points")

    def data(self) -> dict[str, Any]:
        """The scheme as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def clause(self, code: str) -> Clause | None:
        """The clause of a code."""
        return next((clause for clause in self.clauses if clause.code == code), None)

    def capped(self, clause: Clause, day: date) -> Period:
        """The period in which a clause's cap holds, for an entry of a period that begins on a day."""
        return Period.of(clause.cap_per or self.period, day)

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(scheme: PointsScheme, faults: Faults) -> None:
    for where, what, remedy in _faults(scheme):
        faults.add(where, what, remedy)


def _faults(scheme: PointsScheme) -> Iterator[tuple[str, str, str]]:
    if OWN in scheme.sources:
        yield "sources", f"{OWN} is what one's own points are called.", "Call the platform by another code."
    if not scheme.clauses:
        yield "clauses", "There is no clause.", "Name at least one."
    seen: dict[str, int] = {}
    for index, clause in enumerate(scheme.clauses):
        where = f"clauses[{index}]"
        if seen.setdefault(clause.code, index) != index:
            what = f"Clause {clause.code} stands already at clauses[{seen[clause.code]}]."
            yield where, what, "Give each clause a code of its own."
        if clause.amount <= 0:
            yield f"{where}.amount", "An amount is greater than 0.", "Say by its sign whether it is taken."
        if clause.at_most is not None and clause.at_most < clause.amount:
            yield f"{where}.at_most", "It lies below the amount.", "Give the greater of the two here."
        if clause.took_part and not clause.activity:
            yield f"{where}.took_part", "There is no activity to take part in.", "Ask for the activity too."
        if clause.cap is not None and clause.cap <= 0:
            yield f"{where}.cap", "A cap is greater than 0.", "Leave it out where there is none."
        if clause.cap_per is not None and _SIZES.index(clause.cap_per) < _SIZES.index(scheme.period):
            yield (
                f"{where}.cap_per",
                f"An entry's {scheme.period} lies in no {clause.cap_per}.",
                f"Let the cap hold for a {scheme.period}, or longer.",
            )
        if clause.sign == "minus":
            if not clause.objection_days:
                yield f"{where}.objection_days", "Nobody could object in time.", "Ask for at least 1 day."
            if clause.bonus:
                yield f"{where}.conditions", "A clause that takes is no bonus.", "Leave the conditions out."
        elif clause.objection_days:
            yield f"{where}.objection_days", "Nothing is taken that one could object to.", "Leave it out."
        if clause.cap is None and clause.cap_per is not None:
            yield f"{where}.cap_per", "There is no cap.", "Say how much there can be at most."
        if clause.bonus and clause.cap is None:
            yield f"{where}.cap", "A bonus has a cap per period.", "Say how much there can be at most."


def read_scheme(body: Mapping[str, Any]) -> PointsScheme:
    """The scheme that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> PointsScheme:
    return PointsScheme.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
