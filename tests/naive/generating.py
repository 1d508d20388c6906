"""Histories and documents by lot: what the engine and the naive evaluator are both given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from party_workflow.domain.observation import ColumnType
from party_workflow.history import History
from party_workflow.policies.feeds.tables import table, tables

START = date(2020, 1, 1)
ON = date(2020, 12, 31)
BASIS = "house.trial"
_ROUNDINGS: tuple[Any, ...] = (
    "none",
    {"places": 0, "mode": "half_up"},
    {"places": 1, "mode": "half_even"},
    {"places": 2, "mode": "down"},
    {"places": 1, "mode": "up"},
)
_ABSENT: tuple[Any, ...] = (
    "incomplete",
    "leave_out",
    "zero",
    {"missing": "zero", "excused": "leave_out", "not_applicable": "incomplete"},
)

_COLUMNS: dict[str, ColumnType] = {
    "kind": "code",
    "rater": "code",
    "school": "code",
    "mark": "number",
    "rank": "number",
    "no": "number",
}

Rows = dict[str, list[dict[str, Any]]]


def rows_by_lot(lot: Random) -> Rows:
    """People with a side and a size, and up to forty rows about them and about somebody else."""
    people = [
        {"subject": f"s-{number}", "side": lot.choice("xy"), "size": Fraction(lot.randint(0, 6))}
        for number in range(1, lot.randint(2, 6))
    ]
    marks = []
    for _ in range(lot.randint(0, 40)):
        who = lot.choice([*(person["subject"] for person in people), "s-outside"])
        day = START + timedelta(days=lot.randint(0, 365))
        mark = lot.choice(
            [Fraction(lot.randint(0, 20), 2), Fraction(lot.randint(0, 10)), "missing", "excused"]
        )
        marks.append(
            {
                "subject": who,
                "kind": lot.choice("abc"),
                "rater": f"r-{lot.randint(1, 4)}",
                "school": lot.choice("mn"),
                "mark": mark,
                "rank": Fraction(lot.randint(1, 5)),
                "no": Fraction(lot.randint(1, 3)),
                "day": day,
            }
        )
    return {"people": people, "marks": marks}


def history_of(rows: Rows) -> History:
    """The rows as observations, recorded in their order, each effective on its day."""
    moment = datetime(2021, 1, 1, tzinfo=UTC)
    people = table(
        [{**row, "size": str(row["size"])} for row in rows["people"]],
        series="people",
        subject="subject",
        at=moment,
        columns={"side": "code", "size": "number"},
    )
    if not rows["marks"]:
        return people
    marks = table(
        [
            {**row, "mark": str(row["mark"]), "rank": str(row["rank"]), "no": str(row["no"])}
            | {"known": moment + timedelta(seconds=number)}
            for number, row in enumerate(rows["marks"])
        ],
        series="marks",
        subject="subject",
        at="day",
        recorded="known",
        columns=dict.fromkeys(("kind", "rater", "school"), "code")
        | dict.fromkeys(("mark", "rank", "no"), "number"),
        absent={"missing": "missing", "excused": "excused"},
    )
    return tables(people, marks)


def naive_rows(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The same rows as the naive evaluator takes them."""
    return {
        "people": [{**row, "_subject": row["subject"]} for row in rows["people"]],
        "marks": [{**row, "_subject": row["subject"], "_effective": row["day"]} for row in rows["marks"]],
    }


class _Made:
    """A document on its way: clauses so far, and the dimensions of each measure."""

    def __init__(self, lot: Random) -> None:
        self.lot = lot
        self.clauses: list[dict[str, Any]] = []
        self.dims: dict[str, tuple[str, ...]] = {}

    def add(self, kind: str, dims: Sequence[str] | None, /, **fields: Any) -> str:
        """Adds a clause of a code of its own."""
        code = f"{kind}_{len(self.clauses)}"
        self.clauses.append({"type": kind, "code": code, "basis": BASIS, "since": "2000-01-01", **fields})
        if dims is not None:
            self.dims[code] = tuple(dims)
        return code

    def some(self, kinds: Sequence[tuple[str, ...]] | None = None) -> str:
        """A measure, of some dimensions if they are said."""
        return self.lot.choice([c for c, dims in self.dims.items() if kinds is None or dims in kinds])

    def number(self, low: int = 0, high: int = 10) -> Any:
        """A number: plain, a quotient, or one that changed in the year."""
        value = Fraction(self.lot.randint(low, high * 2), 2)
        plain: Any = int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
        if self.lot.random() < 0.7:
            return plain
        return [
            {"value": plain, "since": "2000-01-01", "basis": BASIS},
            {"value": low + 1, "since": self.lot.choice(["2020-06-01", "2021-06-01"]), "basis": BASIS},
        ]

    def rounding(self) -> Any:
        """A rounding, or none."""
        return self.lot.choice(_ROUNDINGS)

    def absent(self) -> Any:
        """A treatment of what is not there."""
        return self.lot.choice(_ABSENT)

    def empty(self) -> str:
        """What somebody without rows has."""
        return self.lot.choice(["zero", "missing", "not_applicable"])


def document_by_lot(lot: Random) -> dict[str, Any]:
    """The body of a document: points, components, a total, a deduction, a ranking."""
    made = _Made(lot)
    for _ in range(lot.randint(3, 6)):
        lot.choice([_count, _value, _points, _places, _panel])(made)
    _panel(made, by=())
    for _ in range(lot.randint(2, 6)):
        lot.choice([_ratio, _reduce, _product, _convert, _normalise, _best])(made)
    totals = [_total(made)]
    if lot.random() < 0.5:
        totals.append(_deduction(made, totals[0]))
    display = lot.choice([None, {"places": 0, "mode": "half_up"}, {"places": 1, "mode": "half_even"}])
    if display is not None:
        made.clauses[-1]["display"] = display
    ties = [
        {
            "by": "measure",
            "measure": made.some([()]),
            "on": lot.choice(["displayed", "exact"]),
            "direction": lot.choice(["highest", "lowest"]),
        }
        for _ in range(lot.randint(0, 2))
    ]
    made.add(
        "rank",
        None,
        measure=totals[-1],
        on=lot.choice(["displayed", "exact"]),
        direction=lot.choice(["highest", "lowest"]),
        group=lot.choice([[], ["side"]]),
        ties=[*ties, {"by": "shared"}],
    )
    source = {"feed": "observations", "subject": "subject", "within": "all"}
    return {
        "code": "trial",
        "version": 1,
        "issuer": "office",
        "number": "2020-1",
        "issued_on": "2019-12-01",
        "effective_from": "2000-01-01",
        "offset_minutes": 0,
        "population": {"source": "people", "groups": ["side"]},
        "source": [
            {"code": "people", **source, "where": {"series": "people"}},
            {"code": "marks", **source, "where": {"series": "marks"}},
        ],
        "clause": made.clauses,
    }


def _by(made: _Made) -> list[str]:
    return made.lot.choice([[], [], ["kind"], ["no"], ["kind", "no"]])


def _count(made: _Made) -> str:
    by = _by(made)
    more = made.lot.choice([{}, {"distinct": "rater"}])
    return made.add("count", by, source="marks", by=by, empty=made.empty(), **more)


def _value(made: _Made) -> str:
    by = _by(made)
    several = made.lot.choice(["sum", "mean", "first", "last", "smallest", "largest"])
    return made.add(
        "value",
        by,
        source="marks",
        by=by,
        column="mark",
        several=several,
        empty=made.empty(),
        rounding=made.rounding(),
    )


def _points(made: _Made) -> str:
    by = _by(made)
    caps = [
        {"at_most": made.number(1, 12)}
        | made.lot.choice([{}, {"per": ["kind"]}, {"per": ["no"]}, {"of": ["a"]}])
        for _ in range(made.lot.randint(0, 2))
    ]
    more: dict[str, Any] = {}
    if caps:
        more = {"caps": caps, "order": made.lot.choice(["effective", "recorded"])}
    if made.lot.random() < 0.4:
        more |= {"quantity": "mark", "absent": made.absent()}
    return made.add(
        "points",
        by,
        source="marks",
        by=by,
        kind="kind",
        worth={"a": made.number(), "b": made.number()},
        other="zero",
        dated_by=made.lot.choice(["run", "row"]),
        empty=made.empty(),
        rounding=made.rounding(),
        **more,
    )


def _places(made: _Made) -> str:
    by = _by(made)
    more = made.lot.choice(
        [{}, {"shared": made.lot.choice(["split", "full", "none", "pooled"]), "share_by": ["no"]}]
    )
    return made.add(
        "place_points",
        by,
        source="marks",
        by=by,
        place="rank",
        table=[9, 6, "9/2", 3][: made.lot.randint(1, 4)],
        dated_by="run",
        absent=made.absent(),
        empty=made.empty(),
        rounding=made.rounding(),
        **more,
    )


def _panel(made: _Made, by: Sequence[str] | None = None) -> str:
    lot = made.lot
    by = _by(made) if by is None else list(by)
    more: dict[str, Any] = {"statistic": lot.choice(["mean", "median"])}
    minimum = lot.randint(0, 3)
    if lot.random() < 0.4:
        more = {"statistic": "trimmed_mean", "drop_high": lot.randint(0, 1), "drop_low": lot.randint(0, 1)}
        minimum = 3
    if lot.random() < 0.3:
        more |= {
            "rater_groups": "school",
            "group_weights": {"m": "2/5", "n": "3/5"},
            "group_lacking": lot.choice(["incomplete", "spread"]),
        }
        more |= {"statistic": "mean"}
        more.pop("drop_high", None)
        more.pop("drop_low", None)
    return made.add(
        "panel",
        by,
        source="marks",
        by=by,
        rater="rater",
        column="mark",
        votes=lot.choice(["one_each_last", "one_each_first", "all"]),
        absent=made.absent(),
        minimum_raters=minimum,
        too_few=lot.choice(["missing", "not_applicable", "withheld"]),
        centring="none",
        empty=made.empty(),
        rounding=made.rounding(),
        **more,
    )


def _ratio(made: _Made) -> str:
    part = made.some()
    whole = made.some([made.dims[part], ()])
    return made.add(
        "ratio",
        made.dims[part],
        part=part,
        whole=whole,
        minimum=made.lot.randint(0, 2),
        too_few=made.lot.choice(["missing", "not_applicable", "withheld"]),
        absent=made.lot.choice(["incomplete", "zero"]),
        rounding=made.rounding(),
    )


def _reduce(made: _Made) -> str:
    measure = made.some()
    dims = made.dims[measure]
    if not dims:
        return _convert(made)
    over = made.lot.sample(dims, made.lot.randint(1, len(dims)))
    how = made.lot.choice(["sum", "mean", "median", "smallest", "largest", "count", "product"])
    return made.add(
        "reduce",
        [dim for dim in dims if dim not in over],
        measure=measure,
        over=over,
        how=how,
        absent=made.absent(),
        empty=made.empty(),
        rounding=made.rounding(),
    )


def _product(made: _Made) -> str:
    one = made.some()
    other = made.some([made.dims[one], ()])
    more = made.lot.choice([{}, {"times": made.number()}])
    return made.add(
        "product",
        made.dims[one],
        factors=[one, other],
        absent=made.absent(),
        rounding=made.rounding(),
        **more,
    )


def _convert(made: _Made) -> str:
    measure = made.some()
    how: dict[str, Any] = {"times": made.number(-2, 3), "plus": made.number(-3, 3)}
    if made.lot.random() < 0.5:
        steps = [{"at_least": 1, "worth": 2}, {"at_least": 4, "worth": "11/2"}, {"at_least": 9, "worth": 1}]
        how = {"steps": steps[: made.lot.randint(1, 3)], "below": made.lot.randint(-1, 1)}
    return made.add("convert", made.dims[measure], measure=measure, rounding=made.rounding(), **how)


def _normalise(made: _Made) -> str:
    lot, measure = made.lot, made.some()
    caps = lot.choice(["none", {"at_least": 0, "at_most": 1}, {"at_most": "1/2"}])
    method: dict[str, Any] = lot.choice(
        [
            {"by": "min_max", "low": 1, "high": 8, "caps": caps},
            {"by": "min_max", "low": 6, "high": 0, "caps": caps},
            {"by": "min_max", "low": "observed", "high": "observed", "direction": "higher", "caps": caps},
            {"by": "min_max", "low": 0, "high": "observed", "direction": "higher", "caps": caps},
            {"by": "rank", "direction": "lower", "ties": "mean", "as_share": True},
            {"by": "rank", "direction": "higher", "ties": "best", "as_share": False},
        ]
    )
    group = lot.choice([[], ["side"]])
    if method["by"] == "min_max" and method["high"] != "observed":
        group = []  # it compares nobody with others
    return made.add(
        "normalise", made.dims[measure], measure=measure, method=method, group=group, rounding=made.rounding()
    )


def _best(made: _Made) -> str:
    measure = made.some()
    dims = made.dims[measure]
    if not dims:
        return _convert(made)
    over = made.lot.choice(dims)
    return made.add(
        "best",
        [dim for dim in dims if dim != over],
        measure=measure,
        over=over,
        n=made.lot.choice([1, 2, 3, "all"]),
        direction=made.lot.choice(["highest", "lowest"]),
        fewer=made.lot.choice(["count", "missing"]),
        absent=made.absent(),
        empty=made.empty(),
        rounding=made.rounding(),
    )


def _total(made: _Made) -> str:
    lot = made.lot
    plain = [code for code, dims in made.dims.items() if not dims]
    chosen = lot.sample(plain, min(len(plain), lot.randint(1, 4)))
    method = lot.choice(["arithmetic", "sum"])
    if method == "sum":
        parts: list[dict[str, Any]] = [
            {"measure": code, "weight": lot.choice([1, -1, "1/2", 2])} for code in chosen
        ]
    else:
        whole = [Fraction(lot.randint(1, 5)) for _ in chosen]
        together = sum(whole)
        parts = [
            {"measure": code, "weight": str(weight / together)}
            for code, weight in zip(chosen, whole, strict=True)
        ]
        if len(parts) > 2 and lot.random() < 0.5:
            inner = [{"measure": chosen[0], "weight": "1/3"}, {"measure": chosen[1], "weight": "2/3"}]
            weight = str(Fraction(parts[0]["weight"]) + Fraction(parts[1]["weight"]))
            parts = [{"code": "nested", "weight": weight, "parts": inner}, *parts[2:]]
    return made.add("total", (), method=method, parts=parts, absent=made.absent(), rounding=made.rounding())


def _deduction(made: _Made, total: str) -> str:
    deducted = [clause["code"] for clause in made.clauses if clause["type"] in ("count", "place_points")]
    if not deducted:
        return total
    more = made.lot.choice([{}, {"at_most": 2}, {"at_least": 0}, {"at_most": 3, "at_least": -1}])
    return made.add(
        "deduction",
        (),
        measure=total,
        deducted=made.lot.choice(deducted),
        absent=made.absent(),
        rounding=made.rounding(),
        **more,
    )
