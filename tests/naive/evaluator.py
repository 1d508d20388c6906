"""Rule documents evaluated naively: dictionaries in, dictionaries out, nothing of the engine.

Written from the reference of the clauses.  A value is a Fraction or the word for how it is absent.  What a
clause gives is a dictionary by key: the subject, and a text for each dimension.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

ABSENT = ("missing", "excused", "not_applicable", "withheld")
Values = dict[tuple[str, ...], Any]


def number(written: Any) -> Fraction:
    return Fraction(written)


def absent(value: Any) -> bool:
    return isinstance(value, str) and value in ABSENT


def text(cell: Any) -> str:
    if isinstance(cell, Fraction):
        return str(cell.numerator) if cell.denominator == 1 else f"{cell.numerator}/{cell.denominator}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def rounded(value: Any, how: Any) -> Any:
    if absent(value) or how in (None, "none"):
        return value
    scale = Fraction(10) ** how["places"]
    scaled = value * scale
    size, rest = divmod(abs(scaled), 1)
    up = {
        "half_up": rest >= Fraction(1, 2),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and size % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[how["mode"]]
    return (size + up) * (1 if scaled >= 0 else -1) / scale


class Naive:
    """One document over rows by source: each row its columns, with ``_subject``, ``day``, ``position``."""

    def __init__(
        self, body: Mapping[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]], on: date
    ) -> None:
        self.body, self.on = body, on
        self.rows = rows
        members = {row["_subject"]: row for row in rows[body["population"]["source"]]}
        self.subjects = sorted(members)
        self.members = members
        self.values: dict[str, Values] = {}
        self.dims: dict[str, tuple[str, ...]] = {}
        self.displays: dict[str, Any] = {}
        self.rankings: dict[str, dict[str, dict[str, int]]] = {}
        self.grades: dict[str, dict[str, str]] = {}
        self.gates: list[dict[str, Any]] = []
        for clause in body["clause"]:
            self.clause = clause
            getattr(self, f"do_{clause['type']}")(clause)

    # --- helpers

    def at(self, dated: Any, day: date | None = None) -> Any:
        if isinstance(dated, list) and dated and isinstance(dated[0], dict) and "value" in dated[0]:
            day = day or self.on
            return [item for item in sorted(dated, key=lambda i: i["since"]) if item["since"] <= str(day)][
                -1
            ]["value"]
        return dated

    def give(self, clause: Mapping[str, Any], dims: Sequence[str], values: Values) -> None:
        how = clause.get("rounding", "none")
        self.values[clause["code"]] = {key: rounded(values[key], how) for key in sorted(values)}
        self.dims[clause["code"]] = tuple(dims)
        self.displays[clause["code"]] = clause.get("display") or (how if how != "none" else None)

    def treated(self, values: Sequence[Any], how: Any) -> Any:
        """The values that count, or a word."""
        kept = []
        for value in values:
            if not absent(value):
                kept.append(value)
                continue
            kind = "missing" if value == "withheld" else value
            way = how if isinstance(how, str) else how[kind]
            if way == "incomplete":
                return value
            if way == "zero":
                kept.append(Fraction(0))
        return kept or "not_applicable"

    def groups(self, clause: Mapping[str, Any]) -> dict[tuple[str, ...], list[Mapping[str, Any]]]:
        found: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
        if not clause.get("by"):
            for subject in self.subjects:
                found[subject,] = []
        for row in self.rows[clause["source"]]:
            if row["_subject"] in self.members:
                found[(row["_subject"], *(text(row[name]) for name in clause.get("by", ())))].append(row)
        return found

    def empty(self, clause: Mapping[str, Any]) -> Any:
        return Fraction(0) if clause["empty"] == "zero" else clause["empty"]

    def aligned(self, codes: Sequence[str]) -> tuple[tuple[str, ...], dict[tuple[str, ...], list[Any]]]:
        wide = max((self.dims[code] for code in codes), key=len)
        if wide:
            keys = [key for code in codes if len(self.dims[code]) == len(wide) for key in self.values[code]]
        else:
            keys = [(subject,) for subject in self.subjects]
        found = {}
        for key in dict.fromkeys(keys):
            by_name = dict(zip(wide, key[1:], strict=True))
            found[key] = [
                self.values[code].get((key[0], *(by_name[dim] for dim in self.dims[code])), "missing")
                for code in codes
            ]
        return wide, found

    def shown(self, code: str, value: Fraction, on: str) -> Fraction:
        return rounded(value, self.displays[code]) if on == "displayed" else value

    # --- points

    def do_count(self, clause: Mapping[str, Any]) -> None:
        distinct = clause.get("distinct")
        self.give(
            clause,
            clause.get("by", ()),
            {
                key: (
                    Fraction(len({text(row[distinct]) for row in rows}) if distinct else len(rows))
                    if rows
                    else self.empty(clause)
                )
                for key, rows in self.groups(clause).items()
            },
        )

    def do_value(self, clause: Mapping[str, Any]) -> None:
        values: Values = {}
        for key, rows in self.groups(clause).items():
            cells = [row[clause["column"]] for row in rows]
            if clause.get("worths"):
                cells = [c if absent(c) else number(self.at(clause["worths"][text(c)])) for c in cells]
            if not cells:
                values[key] = self.empty(clause)
            elif len(cells) == 1 or clause["several"] in ("first", "last"):
                values[key] = cells[0] if clause["several"] != "last" else cells[-1]
            elif any(absent(cell) for cell in cells):
                values[key] = next(cell for cell in cells if absent(cell))
            else:
                values[key] = {
                    "sum": sum,
                    "mean": lambda v: sum(v) / len(v),
                    "smallest": min,
                    "largest": max,
                }[clause["several"]](cells)
        self.give(clause, clause.get("by", ()), values)

    def do_points(self, clause: Mapping[str, Any]) -> None:
        rows = list(enumerate(self.rows[clause["source"]]))
        if clause.get("order") == "effective":
            rows.sort(key=lambda pair: (pair[1]["_effective"], pair[0]))
        used: dict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
        earned: dict[tuple[str, ...], list[tuple[int, Any]]] = defaultdict(list)
        for index, row in rows:
            if row["_subject"] not in self.members:
                continue
            kind = text(row[clause["kind"]])
            day = row["day"] if clause["dated_by"] == "row" else self.on
            if kind not in clause["worth"]:
                value: Any = Fraction(0)
            else:
                value = number(self.at(clause["worth"][kind], day))
                if clause.get("quantity"):
                    amount = row[clause["quantity"]]
                    value = amount if absent(amount) else value * amount
            for place, cap in enumerate(clause.get("caps", ())):
                if absent(value) or (cap.get("of") and kind not in cap["of"]):
                    continue
                where = (place, row["_subject"], *(text(row[name]) for name in cap.get("per", ())))
                left = number(self.at(cap["at_most"], day)) - used[where]
                value = min(value, max(left, Fraction(0))) if value > 0 else value
                used[where] += value
            key = (row["_subject"], *(text(row[name]) for name in clause.get("by", ())))
            earned[key].append((index, value))
        if not clause.get("by"):
            for subject in self.subjects:
                earned[subject,] += []
        values: Values = {}
        for key, found in earned.items():
            kept = self.treated(
                [v for _, v in sorted(found, key=lambda p: p[0])], clause.get("absent", "incomplete")
            )
            values[key] = self.empty(clause) if not found else kept if isinstance(kept, str) else sum(kept)
        self.give(clause, clause.get("by", ()), values)

    def do_place_points(self, clause: Mapping[str, Any]) -> None:
        def alike(row: Mapping[str, Any]) -> tuple[str, ...]:
            return tuple(text(row[name]) for name in (*clause["share_by"], clause["place"]))

        values: Values = {}
        for key, rows in self.groups(clause).items():
            parts: list[Any] = []
            for row in rows:
                place = row[clause["place"]]
                if absent(place):
                    parts.append(place)
                    continue
                day = row["day"] if clause["dated_by"] == "row" else self.on
                table = self.at(clause["table"], day)
                value = number(table[int(place) - 1]) if place <= len(table) else Fraction(0)
                if clause.get("share_by"):
                    together = sum(alike(other) == alike(row) for other in self.rows[clause["source"]])
                    shared = self.at(clause["shared"], day)
                    if together > 1:
                        filled = [number(each) for each in table[int(place) - 1 :][:together]]
                        value = {
                            "split": value / together,
                            "full": value,
                            "none": Fraction(0),
                            "pooled": sum(filled, Fraction(0)) / together,
                        }[shared]
                if clause.get("multiplier") is not None:
                    value *= number(self.at(clause["multiplier"], day))
                parts.append(value)
            kept = self.treated(parts, clause["absent"]) if parts else self.empty(clause)
            values[key] = kept if not isinstance(kept, list) else sum(kept)
        self.give(clause, clause.get("by", ()), values)

    def do_panel(self, clause: Mapping[str, Any]) -> None:
        values: Values = {}
        for key, rows in self.groups(clause).items():
            votes: dict[str, list[tuple[str, str, Any]]] = defaultdict(list)
            for row in rows:
                mark = row[clause["column"]]
                if clause.get("worths") and not absent(mark):
                    mark = number(self.at(clause["worths"][text(mark)]))
                group = text(row[clause["rater_groups"]]) if clause.get("rater_groups") else ""
                rater = text(row[clause["rater"]])
                votes[rater].append((rater, group, mark))
            if clause["votes"] == "all":
                counted = [vote for given in votes.values() for vote in given]
            else:
                counted = [
                    given[-1] if clause["votes"] == "one_each_last" else given[0] for given in votes.values()
                ]
            values[key] = self.panel(clause, counted)
        self.give(clause, clause.get("by", ()), values)

    def panel(self, clause: Mapping[str, Any], votes: Sequence[tuple[str, str, Any]]) -> Any:
        if not votes:
            return self.empty(clause)
        there: list[tuple[str, Fraction]] = []
        raters = set()
        for rater, group, mark in votes:
            kept = self.treated([mark], clause["absent"])
            if isinstance(kept, list):
                there.append((group, kept[0]))
                raters.add(rater)
            elif not self.left_out(mark, clause["absent"]):
                return kept
        if len(raters) < self.at(clause["minimum_raters"]) or not there:
            return clause["too_few"]
        if not clause.get("rater_groups"):
            return self.statistic(clause, [mark for _, mark in there])
        weights = {name: number(self.at(weight)) for name, weight in clause["group_weights"].items()}
        by_group: dict[str, list[Fraction]] = defaultdict(list)
        for group, mark in there:
            by_group[group].append(mark)
        lacking = [name for name in weights if name not in by_group]
        if lacking and clause["group_lacking"] == "incomplete":
            return "missing"
        total, weighed = Fraction(0), Fraction(0)
        for group, marks in by_group.items():
            value = self.statistic(clause, marks)
            if absent(value):
                return value
            total += weights[group] * value
            weighed += weights[group]
        return total / weighed if weighed else "not_applicable"

    @staticmethod
    def left_out(mark: Any, how: Any) -> bool:
        kind = "missing" if mark == "withheld" else mark
        return (how if isinstance(how, str) else how[kind]) == "leave_out"

    def statistic(self, clause: Mapping[str, Any], marks: Sequence[Fraction]) -> Any:
        order = sorted(marks)
        if clause["statistic"] == "median":
            middle = len(order) // 2
            return order[middle] if len(order) % 2 else (order[middle - 1] + order[middle]) / 2
        if clause["statistic"] == "trimmed_mean":
            low, high = self.at(clause["drop_low"]), self.at(clause["drop_high"])
            order = order[low : len(order) - high]
            if not order:
                return clause["too_few"]
        return sum(order, Fraction(0)) / len(order)

    # --- components

    def do_cap(self, clause: Mapping[str, Any]) -> None:
        values = {}
        for key, value in self.values[clause["measure"]].items():
            if not absent(value) and clause.get("at_most") is not None:
                value = min(value, number(self.at(clause["at_most"])))
            if not absent(value) and clause.get("at_least") is not None:
                value = max(value, number(self.at(clause["at_least"])))
            values[key] = value
        self.give(clause, self.dims[clause["measure"]], values)

    def do_ratio(self, clause: Mapping[str, Any]) -> None:
        codes = [clause["part"], *([clause["whole"]] if clause.get("whole") else [])]
        dims, keys = self.aligned(codes)
        values: Values = {}
        for key, found in keys.items():
            whole = found[1] if len(found) > 1 else number(self.at(clause["whole_number"]))
            kept = self.treated([found[0], whole], clause["absent"])
            if isinstance(kept, str):
                values[key] = kept
            elif kept[1] < number(self.at(clause["minimum"])):
                values[key] = clause["too_few"]
            else:
                values[key] = kept[0] / kept[1] if kept[1] else "not_applicable"
        self.give(clause, dims, values)

    def do_reduce(self, clause: Mapping[str, Any]) -> None:
        dims = self.dims[clause["measure"]]
        left = [dim for dim in dims if dim not in clause["over"]]
        found: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        if not left:
            for subject in self.subjects:
                found[subject,] = []
        for key, value in self.values[clause["measure"]].items():
            by_name = dict(zip(dims, key[1:], strict=True))
            found[(key[0], *(by_name[dim] for dim in left))].append(value)
        values: Values = {}
        for key, parts in found.items():
            kept = self.treated(parts, clause["absent"]) if parts else self.empty(clause)
            values[key] = self.come_to(clause["how"], kept) if isinstance(kept, list) else kept
        self.give(clause, left, values)

    def come_to(self, how: str, parts: Sequence[Fraction]) -> Fraction:
        match how:
            case "sum":
                return sum(parts, Fraction(0))
            case "mean":
                return sum(parts, Fraction(0)) / len(parts)
            case "median":
                return self.statistic({"statistic": "median"}, parts)
            case "smallest":
                return min(parts)
            case "largest":
                return max(parts)
            case "count":
                return Fraction(len(parts))
            case _:
                return Fraction(math.prod(parts))

    def do_product(self, clause: Mapping[str, Any]) -> None:
        dims, keys = self.aligned(clause["factors"])
        values: Values = {}
        for key, found in keys.items():
            kept = self.treated(found, clause["absent"])
            value: Any = kept if isinstance(kept, str) else Fraction(math.prod(kept))
            if clause.get("times") is not None and not absent(value):
                value *= number(self.at(clause["times"]))
            values[key] = value
        self.give(clause, dims, values)

    def do_convert(self, clause: Mapping[str, Any]) -> None:
        values: Values = {}
        for key, value in self.values[clause["measure"]].items():
            if absent(value):
                values[key] = value
            elif clause.get("steps"):
                reached = [step for step in clause["steps"] if number(step["at_least"]) <= value]
                values[key] = number(reached[-1]["worth"] if reached else clause["below"])
            else:
                values[key] = value * number(self.at(clause["times"])) + number(self.at(clause["plus"]))
        self.give(clause, self.dims[clause["measure"]], values)

    def do_normalise(self, clause: Mapping[str, Any]) -> None:
        method, source = clause["method"], self.values[clause["measure"]]
        values: Values = {}
        for key, value in source.items():
            among = [
                other
                for others, other in source.items()
                if others[1:] == key[1:]
                and not absent(other)
                and all(
                    text(self.members[others[0]][name]) == text(self.members[key[0]][name])
                    for name in clause.get("group", ())
                )
            ]
            values[key] = value if absent(value) else self.normal(method, value, among)
        self.give(clause, self.dims[clause["measure"]], values)

    def normal(self, method: Mapping[str, Any], value: Fraction, among: Sequence[Fraction]) -> Any:
        if method["by"] == "rank":
            sign = -1 if method["direction"] == "higher" else 1
            ahead = sum(sign * other < sign * value for other in among)
            level = sum(other == value for other in among)
            place = {
                "best": Fraction(ahead + 1),
                "worst": Fraction(ahead + level),
                "mean": ahead + Fraction(level + 1, 2),
            }[method["ties"]]
            if not method["as_share"]:
                return place
            return (len(among) - place) / (len(among) - 1) if len(among) > 1 else "not_applicable"
        worst, best = min(among), max(among)
        if method.get("direction") == "lower":
            worst, best = best, worst
        low = worst if method["low"] == "observed" else number(self.at(method["low"]))
        high = best if method["high"] == "observed" else number(self.at(method["high"]))
        if low == high:
            return "not_applicable"
        found = (value - low) / (high - low)
        caps = method["caps"]
        if caps != "none":
            if caps.get("at_least") is not None:
                found = max(found, number(self.at(caps["at_least"])))
            if caps.get("at_most") is not None:
                found = min(found, number(self.at(caps["at_most"])))
        return found

    def do_best(self, clause: Mapping[str, Any]) -> None:
        dims = self.dims[clause["measure"]]
        left = [dim for dim in dims if dim != clause["over"]]
        found: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        for key, value in self.values[clause["measure"]].items():
            by_name = dict(zip(dims, key[1:], strict=True))
            found[(key[0], *(by_name[dim] for dim in left))].append(value)
        values: Values = {}
        wanted = self.at(clause["n"])
        for key, parts in found.items():
            kept = self.treated(parts, clause["absent"])
            if isinstance(kept, str):
                values[key] = kept
                continue
            order = sorted(kept, reverse=clause["direction"] == "highest")
            size = len(order) if wanted == "all" else wanted
            values[key] = (
                "missing"
                if len(order) < size and clause["fewer"] == "missing"
                else sum(order[:size], Fraction(0))
            )
        if not left:
            for subject in self.subjects:
                values.setdefault((subject,), self.empty(clause))
        self.give(clause, left, values)

    # --- total and after

    def do_total(self, clause: Mapping[str, Any]) -> None:
        def leaves(parts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
            return [
                leaf for part in parts for leaf in (leaves(part["parts"]) if part.get("parts") else [part])
            ]

        codes = [leaf["measure"] for leaf in leaves(clause["parts"])]
        dims, keys = self.aligned(codes)
        values: Values = {}
        for key, found in keys.items():
            by_code = dict(zip(codes, found, strict=True))
            total = self.total(clause, clause["parts"], by_code)
            values[key] = "not_applicable" if total is None else total
        self.give(clause, dims, values)

    def total(
        self, clause: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], by_code: Mapping[str, Any]
    ) -> Any:
        terms: list[tuple[Fraction, Fraction]] = []
        for part in parts:
            weight = number(self.at(part["weight"]))
            if part.get("parts"):
                value = self.total(clause, part["parts"], by_code)
                if value is None:
                    continue
            else:
                value = by_code[part["measure"]]
                kept = self.treated([value], clause["absent"])
                if isinstance(kept, str):
                    if self.left_out(value, clause["absent"]):
                        continue
                    return kept
                value = kept[0]
            if absent(value):
                return value
            terms.append((weight, value))
        if clause["method"] == "sum":
            return sum((w * v for w, v in terms), Fraction(0)) if terms else None
        whole = sum((w for w, _ in terms), Fraction(0))
        return sum((w * v for w, v in terms), Fraction(0)) / whole if whole else None

    def do_deduction(self, clause: Mapping[str, Any]) -> None:
        values: Values = {}
        for subject in self.subjects:
            before = self.values[clause["measure"]].get((subject,), "missing")
            parts = [v for key, v in self.values[clause["deducted"]].items() if key[0] == subject]
            values[subject,] = self.less(clause, before, parts)
        self.give(clause, (), values)

    def less(self, clause: Mapping[str, Any], before: Any, parts: Sequence[Any]) -> Any:
        if absent(before) or not parts:
            return before
        kept = self.treated(parts, clause["absent"])
        if isinstance(kept, str):
            if kept != "not_applicable" or not all(self.left_out(p, clause["absent"]) for p in parts):
                return kept
            kept = []
        off = sum(kept, Fraction(0))
        if clause.get("at_most") is not None:
            off = min(off, number(self.at(clause["at_most"])))
        left = before - off
        if clause.get("at_least") is not None:
            left = max(left, min(number(self.at(clause["at_least"])), before))
        return left

    # --- ranking

    def do_rank(self, clause: Mapping[str, Any]) -> None:
        groups: dict[str, list[str]] = defaultdict(list)
        for subject in self.subjects:
            name = ", ".join(text(self.members[subject][each]) for each in clause.get("group", ()))
            groups[name].append(subject)
        self.rankings[clause["code"]] = {name: self.places(clause, who) for name, who in groups.items()}

    def places(self, clause: Mapping[str, Any], subjects: Sequence[str]) -> dict[str, int]:
        keys = {}
        for subject in subjects:
            value = self.values[clause["measure"]].get((subject,), "missing")
            if absent(value):
                continue
            shown = self.shown(clause["measure"], value, clause["on"])
            key: list[tuple[int, Fraction]] = [(0, -shown if clause["direction"] == "highest" else shown)]
            for tie in clause["ties"]:
                if tie["by"] != "measure":
                    continue
                other = self.values[tie["measure"]].get((subject,), "missing")
                if absent(other):
                    key.append((1, Fraction(0)))
                    continue
                other = self.shown(tie["measure"], other, tie["on"])
                key.append((0, -other if tie["direction"] == "highest" else other))
            keys[subject] = key
        return {who: 1 + sum(other < key for other in keys.values()) for who, key in keys.items()}

    def plain(self) -> dict[str, Any]:
        """Everything found, as data: values by clause and key, places by clause and group."""
        return {
            "values": {
                code: [[list(key), text(value)] for key, value in values.items()]
                for code, values in self.values.items()
            },
            "places": {
                code: {group: dict(sorted(places.items())) for group, places in groups.items() if places}
                for code, groups in self.rankings.items()
            },
        }
