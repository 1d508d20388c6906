"""What clauses are written with: exact numbers, dated values, rounding, absences, references.

Nothing here has a silent default.  A number is a whole number, a decimal or a quotient ``"2/5"``, never a
binary float; a parameter is dated and based by its clause, or is a list of values each with a day and a basis
of its own; whatever is computed says how it is rounded and how each way of being absent is treated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    SerializationInfo,
    StrictInt,
    Tag,
    WithJsonSchema,
)

from party_workflow import canonical
from party_workflow.errors import NotCanonical
from party_workflow.policies.figure import AbsentKind, Mode, Rounding
from party_workflow.values import Code, Day

T = TypeVar("T")


class Part(BaseModel):
    """A part of a document: frozen, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


# --- numbers -----------------------------------------------------------------------------------


def _exact(value: Any) -> Fraction:
    """A number as a fraction.  Raises ValueError for a float, or one that could not be read again."""
    if isinstance(value, bool | float):
        raise ValueError(
            'write it as a whole number, a decimal, or a quotient like "2/5"; floats are not exact'
        )
    try:
        match value:
            case Fraction():
                text = canonical.fraction_text(value)
            case int():
                text = canonical.fraction_text(Fraction(value))
            case Decimal():
                text = canonical.fraction_text(
                    Fraction(canonical.parse_decimal(canonical.decimal_text(value)))
                )
            case str() if "." in value:
                text = canonical.fraction_text(Fraction(canonical.parse_decimal(value)))
            case str():
                text = value
            case _:
                raise ValueError('expected a number: a whole one, a decimal, or a quotient like "2/5"')
        return canonical.parse_fraction(text)
    except NotCanonical as error:
        raise ValueError(f"{error.faults[0].what} {error.faults[0].remedy}") from None


def _of_decimal(text: str) -> str:
    return canonical.fraction_text(Fraction(canonical.parse_decimal(text)))


DECIMALS: Final = "decimals"
"""In the context of a dump: numbers with a finite decimal come as `Decimal`, to be written for people."""


def _written(value: Fraction, info: SerializationInfo) -> Any:
    stored = _stored(value)
    if isinstance(stored, str) and info.context is not None and DECIMALS in info.context:
        return _decimal(value) or stored
    return stored


def _decimal(value: Fraction) -> Decimal | None:
    """A number as a decimal, if it has a finite one that can be read again."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
        if places > canonical.MAX_DIGITS:
            return None
    whole = int(value * 10**places)
    found = Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), -places))
    try:
        canonical.decimal_text(found)
    except NotCanonical:
        return None
    return found


def _stored(value: Fraction) -> int | str:
    if value.denominator == 1 and abs(value.numerator) <= canonical.MAX_INTEGER:
        return value.numerator
    return canonical.fraction_text(value)


Exact = Annotated[
    Fraction,
    BeforeValidator(_exact),
    PlainSerializer(_written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(/[1-9][0-9]*|\.[0-9]*[1-9])?$"},
            ]
        }
    ),
]
"""An exact number: ``3``, ``0.4`` or ``"2/5"``.  Its normal form is the whole number or the fraction."""

Digits = Annotated[StrictInt, Field(ge=1, le=100)]
"""Significant digits of a working value that has no exact fraction (logarithms, roots)."""


# --- dated values ------------------------------------------------------------------------------


class Valued(Part, Generic[T]):
    """One value of a parameter, from a day on, on a basis of its own."""

    value: T
    since: Day
    basis: Code


def _form(value: Any) -> str:
    """Whether a parameter is written as one value or as dated ones."""
    if isinstance(value, list | tuple) and value:
        if all(isinstance(item, Valued) or (isinstance(item, Mapping) and "value" in item) for item in value):
            return "dated"
    return "plain"


if TYPE_CHECKING:
    Dated = Annotated[T | tuple[Valued[T], ...], "one or dated"]
else:

    class Dated:
        """A parameter: one value, dated and based by its clause, or a list of ``{value, since, basis}``.

        A class with an index, because an alias would leave the values of the list without their type.
        """

        def __class_getitem__(cls, kind: Any) -> Any:
            return Annotated[
                Annotated[kind, Tag("plain")] | Annotated[tuple[Valued[kind], ...], Tag("dated")],
                Discriminator(_form),
            ]


# --- rounding and absence ----------------------------------------------------------------------


class Places(Part):
    """How a value is rounded: decimal places, and which way; see `figure.Rounding`."""

    places: Annotated[StrictInt, Field(ge=-12, le=30)]
    mode: Mode

    @property
    def rounding(self) -> Rounding:
        """The same as a rounding."""
        return Rounding(self.places, self.mode)


RoundingStage = Literal["none"] | Places
"""Whether the value is handed on rounded.  ``none`` has to be written."""

How = Literal["incomplete", "leave_out", "zero"]
"""What an absent part does: the whole is absent too; the part is left out; it counts nothing."""


class Absences(Part):
    """How an aggregation treats each way in which a part is not there.  What is withheld is treated as
    missing.
    """

    missing: How
    excused: How
    not_applicable: How

    def of(self, kind: AbsentKind) -> How:
        """How it treats one."""
        match kind:
            case "missing" | "withheld":
                return self.missing
            case "excused":
                return self.excused
            case "not_applicable":
                return self.not_applicable


Treatment = How | Absences
"""One way for all, or a way for each."""


def treatment(value: How | Absences) -> Absences:
    """The treatment with a way for each."""
    return (
        value if isinstance(value, Absences) else Absences(missing=value, excused=value, not_applicable=value)
    )


Empty = Literal["zero", "missing", "not_applicable", "excused"]
"""What a subject of the population has that occurs in no row."""


# --- references --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a code that refers to something of the document.  The linter follows it.

    A `column` belongs to the source that the field `source` of the same part names.
    """

    to: Literal["measure", "source", "column", "attribute", "grades", "dimension"]


MeasureRef = Annotated[Code, Refers("measure")]
SourceRef = Annotated[Code, Refers("source")]
ColumnRef = Annotated[Code, Refers("column")]
AttributeRef = Annotated[Code, Refers("attribute")]
"""A column of the population."""
GradesRef = Annotated[Code, Refers("grades")]
"""A clause that gives grades."""
DimensionRef = Annotated[Code, Refers("dimension")]
"""A dimension of the measure that the field `measure` of the same part names."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference found in a document: where it stands, to what kind of thing, its code, and the source or
    measure that it belongs to, where it has one.
    """

    where: str
    to: str
    code: str
    of: str | None = None


def references(part: BaseModel, where: str = "") -> Iterator[Reference]:
    """Every reference of a part and of the parts within it, in the order of the fields."""
    for name, marks in _marked(type(part)):
        yield from _referring(getattr(part, name), f"{where}.{name}" if where else name, marks, part)


@cache
def _marked(model: type[BaseModel]) -> tuple[tuple[str, tuple[Refers, ...]], ...]:
    """The fields of a model, each with what a code in it refers to."""
    return tuple(
        (name, (*(mark for mark in info.metadata if isinstance(mark, Refers)), *_marks(info.annotation)))
        for name, info in model.model_fields.items()
    )


def _marks(kind: Any) -> list[Refers]:
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        return [mark for mark in more if isinstance(mark, Refers)] + _marks(inner)
    if isinstance(kind, type) and get_origin(kind) is None:
        return []
    return [mark for inner in get_args(kind) for mark in _marks(inner)]


def _referring(value: Any, place: str, marks: Sequence[Refers], part: BaseModel) -> Iterator[Reference]:
    if isinstance(value, BaseModel):
        yield from references(value, place)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _referring(inner, f"{place}.{key}", (), part)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _referring(inner, f"{place}[{index}]", marks, part)
    elif isinstance(value, str) and marks:
        of = getattr(part, {"column": "source", "dimension": "measure"}.get(marks[0].to, ""), None)
        yield Reference(place, marks[0].to, value, of if isinstance(of, str) else None)
