"""Strategies from models: documents by lot that have every clause, from the types of their fields."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Interval, Le, Lt, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import BaseModel, Tag, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from party_workflow.errors import InvalidInput
from party_workflow.policies.documents.clauses import BaseClause
from party_workflow.policies.documents.clauses.adjustments import Bonus
from party_workflow.policies.documents.clauses.awards import Awarded
from party_workflow.policies.documents.clauses.best import Portions
from party_workflow.policies.documents.clauses.boundaries import Boundary
from party_workflow.policies.documents.clauses.components import Convert, Ratio
from party_workflow.policies.documents.clauses.ladders import Climb
from party_workflow.policies.documents.clauses.normalising import Normalise
from party_workflow.policies.documents.clauses.panels import Panel
from party_workflow.policies.documents.clauses.quotas import Quota
from party_workflow.policies.documents.clauses.tiers import Band
from party_workflow.policies.documents.clauses.totals import Total
from party_workflow.policies.documents.conditions import Condition
from party_workflow.policies.documents.source import Source

CODES = st.sampled_from(["a", "bc", "d.e", "f-2", "g_h", "n0", "total", "x.y.z"])
DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1))
NUMBERS = st.one_of(
    st.integers(-100, 10**6).map(Fraction),
    st.decimals(-100, 100, places=3).map(Fraction),
    st.fractions(-9, 9, max_denominator=12),
)
LAST = [{"by": "shared"}]


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A condition as data."""
    kind = draw(st.sampled_from(["measure", "attribute", "source", *(["all", "not"] if depth else [])]))
    match kind:
        case "measure":
            limit = draw(st.sampled_from(["at_least", "above", "at_most", "below", "equals"]))
            unknown = draw(st.sampled_from(["holds", "fails", "incomplete"]))
            return {"measure": draw(CODES), limit: draw(NUMBERS), "unknown": unknown}
        case "attribute":
            return {"attribute": draw(CODES), "is_one_of": draw(st.lists(CODES, min_size=1))}
        case "source":
            return {"source": draw(CODES), "happened": draw(st.integers(1, 9)), "where": {draw(CODES): "1/2"}}
        case "all":
            return {"all_of": draw(st.lists(conditions(depth - 1), min_size=1, max_size=2))}
        case _:
            return {"none_of": draw(st.lists(conditions(depth - 1), min_size=1, max_size=2))}


@st.composite
def scales(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Bands that cover a scale once, best first."""
    ends = sorted(draw(st.sets(NUMBERS, min_size=1, max_size=4)))
    found: list[dict[str, Any]] = [{"grade": "g0", "below": ends[0]}]
    for number, (low, high) in enumerate(pairwise(ends), start=1):
        found.append({"grade": f"g{number}", "at_least": low, "below": high})
    return [*reversed([*found, {"grade": "top", "at_least": ends[-1]}])]


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Any]:
    """A source as data."""
    found = draw(fields(Source))
    found.pop("each", None)
    found.pop("columns", None)
    found.pop("event", None)
    return {**found, "feed": draw(CODES)}


@st.composite
def ladders(draw: st.DrawFn) -> dict[str, Any]:
    """A ladder as data: tiers that rise."""
    found = draw(fields(Climb, without=("tiers", "reached", "awards", "starts")))
    tiers = [{"code": "one", "awards": 1}, {"code": "two", "awards": draw(st.integers(2, 9))}]
    rows = {"source": draw(CODES), "column": draw(CODES)}
    return {**found, "tiers": tiers, "awards": rows}


@st.composite
def awards(draw: st.DrawFn) -> dict[str, Any]:
    """An award as data, on one ground."""
    found = draw(fields(Awarded, without=("top", "grade", "when")))
    ground = draw(st.sampled_from(["top", "grade", "when"]))
    value: Any = {"ranking": "r", "places": draw(st.integers(1, 9)), "edge": "none"}
    if ground == "grade":
        value = {"grades": draw(CODES), "one_of": draw(st.lists(CODES, min_size=1))}
    return {**found, ground: draw(conditions()) if ground == "when" else value}


def one_of(model: type[BaseModel], *alternatives: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A clause as data with one of these settings of fields that belong together."""
    named = tuple({name for each in alternatives for name in each})

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        rest = draw(fields(model, without=named))
        return {**rest, **draw(st.sampled_from(alternatives))}

    return drawn()


ALONE = {"rater": "r", "column": "c", "reliability": ("kendall_w",), "votes": "refuse"}
NOT_TRIMMED = {"statistic": "mean", "drop_high": None, "drop_low": None}
NOT_GROUPED = {"rater_groups": None, "group_weights": {}, "group_lacking": None}
NOT_CENTRED = {"centring": "none", "centring_minimum": None}
PLAIN = {"digits": None, "points": None}
DATED = [
    {"value": "1/2", "since": "2001-01-01", "basis": "x"},
    {"value": Fraction(1, 4), "since": "2002-01-01", "basis": "y"},
]

SPECIAL: Mapping[Any, Any] = {
    Panel: one_of(
        Panel,
        {"raters": (), **ALONE, **NOT_TRIMMED, **NOT_GROUPED, **NOT_CENTRED},
        {
            "raters": ("j1", "j2"),
            "rater": None,
            "column": None,
            "reliability": (),
            "votes": "all",
            "statistic": "trimmed_mean",
            "drop_high": 1,
            "drop_low": 2,
            "rater_groups": "g",
            "group_weights": {"a": DATED, "b": "0.5"},
            "group_lacking": "spread",
            "centring": "rater_mean",
            "centring_minimum": 3,
        },
    ),
    Boundary: one_of(
        Boundary,
        {"policy": "reset", "share": None, "at_most": None, "debts": None},
        {"policy": "carry_share", "share": DATED, "at_most": None, "debts": "carried"},
        {"policy": "carry_capped", "share": None, "at_most": 7, "debts": "dropped"},
    ),
    Ratio: one_of(
        Ratio,
        {"whole": "w", "whole_number": None, "absent": "zero"},
        {"whole": None, "whole_number": DATED, "absent": "incomplete"},
    ),
    Normalise: one_of(
        Normalise,
        {
            "method": {"by": "min_max", "low": 0, "high": DATED, "caps": "none"},
            "methods": {},
            "dimension": None,
        },
        {"method": {"by": "z_score", "direction": "lower", "deviation": "sample", "digits": 9}},
        {
            "method": None,
            "dimension": "column",
            "methods": {
                "a.b": {"by": "logarithm", "low": 1, "high": "7.5", "digits": 30, "caps": {"at_least": 0}}
            },
        },
    ),
    Convert: one_of(
        Convert,
        {"times": "2/3", "plus": DATED, "steps": (), "below": None},
        {"steps": [{"at_least": 1, "worth": "0.5"}, {"at_least": 2, "worth": 3}], "below": 0, "times": None},
    ),
    Total: one_of(
        Total,
        {
            **PLAIN,
            "method": "sum",
            "parts": [{"measure": "a", "weight": "-0.25"}, {"measure": "b", "weight": DATED}],
        },
        {
            "method": "geometric",
            "digits": 25,
            "points": None,
            "parts": [
                {"measure": "a", "at": {"d": "1/2"}, "weight": "1/3"},
                {"code": "inner", "weight": "2/3", "parts": [{"measure": "b", "weight": 1}]},
            ],
        },
        {
            "method": "points",
            "points": 100,
            "digits": None,
            "parts": [{"measure": "a", "weight": 100, "full": 5}],
        },
    ),
    Bonus: one_of(
        Bonus,
        {"points": DATED, "added": None, "absent": None},
        {"points": None, "added": "m", "absent": "zero"},
    ),
    Quota: one_of(Quota, {"share": DATED, "grade": "g1", "instead": "g2"}),
    Condition: conditions(),
    Climb: ladders(),
    Awarded: awards(),
    Source: sources(),
    Portions: st.integers(1, 5).map(
        lambda n: {"parts": [{"best": n, "through": 3}, {"best": "all", "through": 7}, {"best": 1}]}
    ),
}


def of(kind: Any, marks: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of an annotation, as data."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        return of(inner, (*more, *marks))
    if kind in SPECIAL:
        return SPECIAL[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return valid(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of(*(of(each) for each in arguments if each is not NoneType))
    if origin is tuple:
        inner = arguments[0]
        if inner is Band:
            return scales()
        least, most = _sizes(marks)
        if inner in (str,) or _codes(inner):
            return st.lists(of(inner), min_size=max(least, 1), max_size=most, unique=True)
        return st.lists(of(inner), min_size=max(least, 1), max_size=most)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(of(arguments[0]), of(arguments[1]), min_size=1, max_size=2)
    if kind is Fraction:
        return NUMBERS
    if kind is datetime.date:
        return DAYS
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(*_limits(marks))
    if kind is str:
        pattern = next((mark.pattern for mark in _flat(marks) if getattr(mark, "pattern", None)), "")
        return (
            st.just("0" * 64)
            if pattern.startswith("^[0-9a-f]{64}")
            else CODES.map(lambda code: code.replace("_", "-"))
        )
    return st.just("2020-Q1")


def _codes(kind: Any) -> bool:
    return get_origin(kind) is Annotated and get_args(kind)[0] is str


def _flat(marks: tuple[Any, ...]) -> list[Any]:
    return [inner for mark in marks for inner in (mark.metadata if isinstance(mark, FieldInfo) else (mark,))]


def _sizes(marks: tuple[Any, ...]) -> tuple[int, int]:
    flat = _flat(marks)
    least = max((mark.min_length for mark in flat if isinstance(mark, MinLen)), default=0)
    return least, min((mark.max_length for mark in flat if isinstance(mark, MaxLen)), default=max(least, 3))


def _limits(marks: tuple[Any, ...]) -> tuple[int, int]:
    low, high = 0, 40
    for mark in _flat(marks):
        match mark:
            case Ge():
                low = max(low, int(mark.ge))
            case Gt():
                low = max(low, int(mark.gt) + 1)
            case Le():
                high = min(high, int(mark.le))
            case Lt():
                high = min(high, int(mark.lt) - 1)
            case Interval() | Tag() | _:
                pass
    return low, max(low, high)


@st.composite
def fields(draw: st.DrawFn, model: type[BaseModel], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a model as data: those that may be left out are, now and then."""
    found = {}
    for name, info in model.model_fields.items():
        if name in without or (not info.is_required() and draw(st.booleans())):
            continue
        if name == "ties" and issubclass(model, BaseClause):
            found[name] = LAST
        else:
            found[name] = draw(of(info.annotation, tuple(info.metadata)))
    return found


def valid(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Data of which the model takes every part: what does not fit together is drawn again."""
    adapter: TypeAdapter[Any] = TypeAdapter(model)

    def fits(data: Any) -> bool:
        try:
            adapter.validate_python(data)
        except (ValidationError, InvalidInput):
            return False
        return True

    drawn = SPECIAL.get(model, fields(model))
    return drawn.filter(fits)
