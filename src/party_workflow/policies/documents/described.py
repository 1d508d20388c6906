"""What each field of a document is, from the docstrings of the models: for the schema and the reference.

A field is described by the sentences of its model's docstring, or of that of a base, that name it in
backquotes.  Fields that mean the same wherever they stand are described once, in `EVERYWHERE`, and what says
itself by its name in `OF_MODEL`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

EVERYWHERE: Final[Mapping[str, str]] = {
    "absent": "How what is absent is treated: incomplete, leave_out, zero, or a table with a way for each.",
    "at_least": "Not less than this.",
    "at_most": "Not more than this.",
    "above": "More than this.",
    "below": "Less than this.",
    "basis": "The code of the legal basis.",
    "by": "The columns that are kept apart besides the subject.",
    "code": "The code under which it is referred to.",
    "column": "The column that is read.",
    "digits": "Significant digits of the working value, which has no exact fraction.",
    "direction": "Which value stands first.",
    "display": "How its figures are printed, where that is not as they are handed on.",
    "effective_from": "The first day on which the document is in force.",
    "effective_until": "The last day on which the document is in force.",
    "empty": "What a subject of the population has that occurs in no row.",
    "issued_on": "The day of issue.",
    "issuer": "The code of the body that issued it.",
    "measure": "The code of the earlier clause whose measure is meant.",
    "mode": "Which way: half_up, half_even, down or up.",
    "number": "The number under which it was issued.",
    "on": "Whether the displayed or the exact value is compared.",
    "over": "The dimensions that are reduced.",
    "places": "Decimal places.",
    "rounding": "How the value is rounded that is handed on, or none.",
    "since": "The day from which it holds.",
    "source": "The code of the source whose rows are read.",
    "text": "The SHA-256 of the document as it was issued.",
    "until": "The last day on which it holds.",
    "value": "The value.",
    "version": "The number of the version.",
    "where": "Only rows whose columns have this: a text, one of several, or bounds.",
}

OF_MODEL: Final[Mapping[str, str]] = {
    "RuleDocument.population": "Whom the document is about.",
    "RuleDocument.clause": "The clauses, in the order of their evaluation.",
    "RuleDocument.source": "The rows that the clauses read.",
    "Source.columns": "The columns that the data declare, or the fields of the event, that are read: those "
    "of `subject`, `dated`, `where`, `unless` and `also` too, except what the feed has by itself.",
    "Approval.body": "The code of the body.",
    "Approval.step": "What it did.",
    "Population.groups": "The columns that name comparison groups.",
    "Points.kind": "The column that says of which kind a row is.",
    "Absences.missing": "What a part does that is missing, or withheld.",
    "Absences.excused": "What a part does that is excused.",
    "Absences.not_applicable": "What a part does that is not applicable.",
    "PlacePoints.place": "The column that says the place.",
    "Sum.measures": "The measures that are added.",
    "Decided.effect": "What a decision does to the figure: it sets it, or adds to it.",
    "Falls.dimension": "The dimension that says when the decision counts.",
    "Portions.parts": "The parts of the season, in their order.",
    "Condition.equals": "Just this.",
    "InPython.name": "The name under which the function is handed over.",
    "Gate.when": "The condition that triggers the gate.",
    "Gate.effect": "What it does: caps, forces or excludes.",
    "ByLot.seed": "The seed, published with the rule.",
    "Bands.bands": "The bands, best first.",
    "Band.grade": "The code of the grade.",
    "Quota.grade": "The grade that is limited.",
    "Quota.share": "At most this share of them may have the grade.",
    "Quota.of": "Of whom it is a share: the population, those ranked, or the comparison group.",
    "Quota.edge": "What becomes of those who are level at the edge: select, none or all.",
    "Awarded.award": "The code of the award.",
    "Top.ranking": "The rank clause whose first are meant.",
    "Grades.grades": "The clause that gives the grades.",
    "Grades.one_of": "The grades that are meant.",
    "Climb.tiers": "The tiers, from the lowest, each with the awards in a row that it takes.",
    "Climb.breaks": "What breaks a streak.",
    "Climb.void": "What a void period does to a streak.",
    "Tier.awards": "How many awards in a row it takes.",
    "LastPlace.ranking": "The rank clause whose last are meant.",
    "LastPlace.proposal": "The code of what is proposed.",
}

_SENTENCE: Final = re.compile(r"(?<=[.;])\s+(?=[A-Z`\[])")


def describe(model: type[BaseModel], field: str) -> str:
    """What a field of a model is, in one or two sentences; empty where nothing says it."""
    info = model.model_fields.get(field)
    if info is not None and field in ("by", "type") and get_origin(info.annotation) is Literal:
        return "Which one it is."
    for kind in model.__mro__:
        if f"{kind.__name__}.{field}" in OF_MODEL:
            return OF_MODEL[f"{kind.__name__}.{field}"]
        if issubclass(kind, BaseModel) and field in kind.model_fields:
            told = [each for each in _sentences(kind) if f"`{field}`" in each]
            if told:
                return " ".join(told[:2]).rstrip(";").rstrip(".") + "."
    return EVERYWHERE.get(field, "")


def summary(model: type[BaseModel]) -> str:
    """The first sentence on a model."""
    return next(iter(_sentences(model)), "")


@cache
def _sentences(model: type[BaseModel]) -> tuple[str, ...]:
    text = inspect.cleandoc(model.__dict__.get("__doc__") or "")
    return tuple(each for part in text.split("\n\n") for each in _SENTENCE.split(" ".join(part.split())))


def models_within(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and every model that its fields can hold, each once."""
    seen: list[type[BaseModel]] = []

    def walk(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in seen:
                seen.append(kind)
                for info in kind.model_fields.values():
                    walk(info.annotation)
            return
        for inner in get_args(kind):
            walk(inner)

    walk(model)
    yield from seen
