"""What a trial of robustness varies: weights by lot, one rater or indicator less, another normalisation.

The method is the uncertainty and sensitivity analysis that the OECD and JRC Handbook on Constructing
Composite Indicators (2008, step 7) asks for; chance is drawn by SHA-256 from the seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, TypeVar

from pydantic import TypeAdapter

from party_workflow.policies.documents.clauses import AnyClause, BaseClause
from party_workflow.policies.documents.clauses.normalising import Normalise
from party_workflow.policies.documents.clauses.panels import Panel
from party_workflow.policies.documents.clauses.totals import Total
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.source import cell_text
from party_workflow.policies.feeds.feed import Fact

Kind = Literal["weights", "rater", "indicator", "normalisation"]
C = TypeVar("C", bound=BaseClause)
CLAUSE: Final[TypeAdapter[Any]] = TypeAdapter(AnyClause)
_STEPS: Final = 1000
"""The lot of a weight falls on one of so many equal steps, so that weights stay short fractions."""

_FINE: Final = 10_000
_COARSE: Final = 100
"""Into how many steps of the whole drawn weights are brought; see `_on_grid`."""

Draw = Callable[[int], Fraction]
"""By the number of a part within its total, what its weight is multiplied by."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One thing varied: the clauses that are altered, by code; or a source whose rows of one rater are left
    out, with the column of raters.
    """

    kind: Kind
    what: str
    clauses: Mapping[str, BaseClause] = field(default_factory=dict)
    without: tuple[str, str, str] | None = None


def lot(seed: str, *of: object) -> Fraction:
    """A number from 0 to 1 that depends on the seed and on what it is drawn for."""
    text = "\n".join([seed, *(str(item) for item in of)])
    drawn = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    return Fraction(drawn % (_STEPS + 1), _STEPS)


def jittered(document: RuleDocument, on: date, seed: str, runs: int, jitter: Fraction) -> Iterator[Variation]:
    """In each run every weight multiplied by ``1 - jitter`` to ``1 + jitter``, scaled to their sum."""
    totals = _of(document, Total)
    for run in range(runs if totals else 0):
        altered: dict[str, BaseClause] = {}
        for clause in totals:

            def draw(number: int, code: str = clause.code, run: int = run) -> Fraction:
                return 1 + jitter * (2 * lot(seed, run, code, number) - 1)

            altered[clause.code] = _total(clause, on, draw)
        yield Variation("weights", f"run {run + 1}", altered)


def without_indicators(document: RuleDocument, on: date) -> Iterator[Variation]:
    """Each part of a total left out, whole groups too; the others of its group take its weight."""
    for clause in _of(document, Total):
        for number, name in enumerate(_names(clause.parts)):

            def draw(each: int, left: int = number) -> Fraction:
                return Fraction(each != left)

            without = _total(clause, on, draw)
            if without is not None:
                yield Variation("indicator", f"{clause.code} without {name}", {clause.code: without})


def without_raters(document: RuleDocument, rows: Callable[[str], Sequence[Fact]]) -> Iterator[Variation]:
    """Each rater of each panel left out."""
    panels = _of(document, Panel)
    columns = dict.fromkeys((each.source, each.rater) for each in panels if each.rater is not None)
    for source, column in columns:
        for rater in sorted({cell_text(row.columns[column]) for row in rows(source)}):
            yield Variation("rater", f"{source} without {rater}", without=(source, column, rater))
    for panel in panels:
        for rater in panel.raters if len(panel.raters) > 1 else ():
            left = [each for each in panel.raters if each != rater]
            without = CLAUSE.validate_python({**_body(panel), "raters": left})
            yield Variation("rater", f"{panel.code} without {rater}", {panel.code: without})


def normalised(document: RuleDocument, methods: Sequence[Mapping[str, Any]]) -> Iterator[Variation]:
    """Every normalisation of a document by another method, one method a variation."""
    found = _of(document, Normalise)
    for method in methods if found else ():
        altered = {each.code: CLAUSE.validate_python({**_body(each), "method": method}) for each in found}
        yield Variation("normalisation", str(method.get("by", "")), altered)


def _of(document: RuleDocument, kind: type[C]) -> list[C]:
    clauses: Sequence[BaseClause] = document.clause
    return [clause for clause in clauses if isinstance(clause, kind)]


def _body(clause: BaseClause) -> dict[str, Any]:
    return clause.model_dump(mode="json", exclude_defaults=True)


def _names(parts: Sequence[Any]) -> list[str]:
    """The parts of a total and those within them, in the order in which they are numbered."""
    return [name for part in parts for name in (part.name, *_names(part.parts))]


def _total(clause: Total, on: date, draw: Draw) -> Any:
    """A total with other weights; None where a whole group would be without any."""
    body = _body(clause)
    numbers = iter(range(10**9))
    whole = _number(body.get("points", 1), on)
    parts = _parts(body["parts"], None if clause.method == "sum" else whole, on, draw, numbers, clause.method)
    return None if not parts else CLAUSE.validate_python({**body, "parts": parts})


def _parts(
    parts: Sequence[Mapping[str, Any]],
    whole: Fraction | None,
    on: date,
    draw: Draw,
    numbers: Iterator[int],
    method: str,
) -> list[dict[str, Any]]:
    """The parts with their weights drawn and scaled to the whole; those of weight zero are left out."""
    numbered: list[tuple[Mapping[str, Any], int, Iterator[int]]] = []
    for part in parts:
        own = next(numbers)
        within = [next(numbers) for _ in range(_size(part))]
        numbered.append((part, own, iter(within)))
    drawn = [_number(part["weight"], on) * draw(own) for part, own, _ in numbered]
    together = sum(drawn, Fraction(0))
    if whole is not None and together:
        drawn = _on_grid([weight * whole / together for weight in drawn], whole, method)
    found: list[dict[str, Any]] = []
    for (part, own, inner), weight in zip(numbered, drawn, strict=True):
        if not draw(own) or (whole is not None and not together) or not weight:
            continue
        made = {**part, "weight": str(weight)}
        if "parts" in part:
            share = weight if method == "points" else Fraction(1)
            made["parts"] = _parts(part["parts"], share, on, draw, inner, method)
            if not made["parts"]:
                return []
        found.append(made)
    return found


def _on_grid(weights: Sequence[Fraction], whole: Fraction, method: str) -> list[Fraction]:
    """Weights on a grid of the whole, by largest remainders, so that they still come to it.

    A geometric mean takes powers by their common denominator, so its grid is coarse.
    """
    steps = _COARSE if method == "geometric" else _FINE
    exact = [weight * steps / whole for weight in weights]
    floors = [weight.numerator // weight.denominator for weight in exact]
    left = steps - sum(floors)
    order = sorted(range(len(exact)), key=lambda index: (floors[index] - exact[index], index))
    for index in order[:left]:
        floors[index] += 1
    return [floor * whole / steps for floor in floors]


def _size(part: Mapping[str, Any]) -> int:
    return sum(1 + _size(inner) for inner in part.get("parts", ()))


def _number(dated: Any, on: date) -> Fraction:
    """A number of a body as in force on a day."""
    if isinstance(dated, list):
        in_force = [item for item in dated if item["since"] <= on.isoformat()]
        return Fraction(max(in_force, key=lambda item: item["since"])["value"]) if in_force else Fraction(0)
    return Fraction(dated)
