"""World championship of drivers and constructors 1950 to 1989 by hand: points, the best of them, and places.

Knows nothing of the library.  Plain lists and dictionaries, one pass after the other, so that a reader can
hold it against the regulations by eye; the rule documents are compared with it and with the published
tables.  The data are F1DB's (CC BY 4.0).

    python f1.py <folder of results.csv>
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

Who = tuple[str, ...]
"""A driver, ``(driver,)``, or a constructor with its engine, ``(constructor, engine)``."""


class Standing(NamedTuple):
    """One line of a table: the place shared on a tie, and the points counted."""

    place: int
    points: Fraction


def read(folder: Path) -> dict[str, Any]:
    """Everything the calculation needs, as lists of rows of text."""
    names = (
        "races",
        "results",
        "fastest_laps",
        "decisions",
        "published_driver_standings",
        "published_constructor_standings",
        "published_driver_standings_by_round",
        "published_constructor_standings_by_round",
    )
    found: dict[str, Any] = {}
    for name in names:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.DictReader(file))
    found["rules"] = json.loads((folder / "rules_by_season.json").read_text(encoding="utf-8"))
    return found


def dated(table: Mapping[str, Any], season: int) -> Any:
    """What is in force in a season, of a table keyed by the first season of validity."""
    return table[str(max(int(since) for since in table if int(since) <= season))]


def race_points(data: Mapping[str, Any], season: int) -> list[dict[str, Any]]:
    """Every result of a season with the points it gives the driver and would give the constructor."""
    rules = data["rules"]
    results = [row for row in data["results"] if int(row["season"]) == season and row["session"] == "RACE"]
    worths = dated(rules["race_points"], season)
    theirs = rules["race_points_constructors_override"].get(str(season), worths)
    fastest = dated(rules["fastest_lap"], season)
    holders: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in data["fastest_laps"]:
        if int(row["season"]) == season:
            holders[int(row["round"])].append((row["car_no"], row["driver"]))
    crews: Counter[tuple[int, str, str]] = Counter()
    for row in results:
        if row["position"].isdigit():
            crews[int(row["round"]), row["position"], row["car_no"]] += 1
    decisions = [
        row for row in data["decisions"] if int(row["season"]) == season and row["level"] == "result"
    ]
    found = []
    for row in results:
        race = int(row["round"])
        multiplier = Fraction(str(rules["race_multiplier"].get(f"{season}-{race}", 1)))
        place = int(row["position"]) if row["position"].isdigit() else None
        driver = constructor = Fraction(0)
        if place is not None and place <= len(worths):
            driver, constructor = Fraction(worths[place - 1]), Fraction(theirs[place - 1])
            crew = crews[race, row["position"], row["car_no"]]
            if crew > 1 and dated(rules["shared_drive"], season) == "split":
                driver /= crew
            elif crew > 1:
                driver = constructor = Fraction(0)
        if fastest is not None and (row["car_no"], row["driver"]) in holders[race]:
            first = min(
                (
                    item
                    for item in results
                    if int(item["round"]) == race
                    and item["driver"] == row["driver"]
                    and item["car_no"] == row["car_no"]
                ),
                key=lambda item: int(item["seq"]),
            )
            if first is row:
                driver += Fraction(fastest["points"], len(holders[race]))
        driver, constructor = driver * multiplier, constructor * multiplier
        counted_as = place
        for decision in decisions:
            same = int(decision["round"]) == race and decision["who"] == row["driver"]
            same = same and decision["position"] == row["position"]
            if same and decision["car_no"] in ("*", row["car_no"]):
                driver = constructor = Fraction(decision["value"])
                if decision["points_position"]:
                    counted_as = int(decision["points_position"])
        found.append(
            {
                "round": race,
                "driver": (row["driver"],),
                "constructor": (row["constructor"], row["engine"]),
                "place": counted_as,
                "driver_points": driver,
                "constructor_points": constructor,
            }
        )
    return found


def best(by_round: Mapping[int, Fraction], parts: Sequence[Any] | None) -> Fraction:
    """The points that count: the best so many of each part of a season, all of them without a limit."""
    if parts is None:
        return sum(by_round.values(), Fraction(0))
    if len(parts) == 1:
        return sum(sorted(by_round.values(), reverse=True)[: parts[0]], Fraction(0))
    total, start = Fraction(0), 1
    for length, counted in parts:
        inside = [value for race, value in by_round.items() if start <= race < start + length]
        total += sum(sorted(inside, reverse=True)[:counted], Fraction(0))
        start += length
    return total


def ranked(
    points: Mapping[Who, Fraction], places: Mapping[Who, Counter[int]], depth: int
) -> dict[Who, Standing]:
    """Falling points, then the countback; who is still level shares the better place."""

    def key(who: Who) -> tuple[Any, ...]:
        return (points[who], *(places[who][place] for place in range(1, depth + 1)))

    order = sorted(points, key=key, reverse=True)
    found: dict[Who, Standing] = {}
    for index, who in enumerate(order):
        tied = index and key(order[index - 1]) == key(who)
        found[who] = Standing(found[order[index - 1]].place if tied else index + 1, points[who])
    return found


def drivers(
    data: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    season: int,
    until: int,
    *,
    all_count: bool = False,
) -> dict[Who, Standing]:
    """The drivers' table after a round; with `all_count` as if every result counted."""
    rules = data["rules"]
    by_round: dict[Who, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    places: dict[Who, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row["round"] <= until:
            by_round[row["driver"]][row["round"]] += row["driver_points"]
            if row["place"] is not None:
                places[row["driver"]][row["place"]] += 1
    parts = None if all_count else dated(rules["best_n"], season)
    points = {who: best(races, parts) for who, races in by_round.items() if any(races.values())}
    return ranked(points, places, dated(rules["tie_break"], season)["countback_depth"])


def constructors(
    data: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], season: int, until: int
) -> dict[Who, Standing]:
    """The constructors' table after a round: of a car's maker together with the maker of its engine."""
    rules = data["rules"]
    slugs = {int(row["round"]): row["grand_prix"] for row in data["races"] if int(row["season"]) == season}
    outside = rules["constructor_excluded_races"].get(str(season), [])
    cars = dated(rules["constructor_cars"], season)
    scored: dict[Who, dict[int, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    places: dict[Who, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row["round"] <= until and slugs[row["round"]] not in outside:
            scored[row["constructor"]][row["round"]].append(row["constructor_points"])
            if row["place"] is not None:
                places[row["constructor"]][row["place"]] += 1
    total = max if cars == "best" else sum
    by_round = {
        who: {race: Fraction(total(values)) for race, values in races.items()}
        for who, races in scored.items()
    }
    parts = dated(rules["best_n"], season) if season <= rules["best_n_constructors_last_season"] else None
    excluded = {
        (row["who"], row["engine"])
        for row in data["decisions"]
        if int(row["season"]) == season and row["effect"] == "exclude"
    }
    points = {
        who: best(races, parts)
        for who, races in by_round.items()
        if any(races.values()) and who not in excluded
    }
    return ranked(points, places, dated(rules["tie_break"], season)["countback_depth"])


def same_points(published: str, ours: Fraction) -> bool:
    """Whether a printed number (two places at most) is ours."""
    return abs(Fraction(published) - ours) < Fraction(1, 100)


def counts(data: Mapping[str, Any]) -> dict[str, tuple[int, int, int]]:
    """By published table: how many points and places come out, of how many lines.

    Who was excluded has no place and nothing to be computed, and is a line all the same.
    """
    last = Counter(int(row["season"]) for row in data["races"])
    rows = {season: race_points(data, season) for season in last}
    found = {}
    for label in ("drivers", "constructors"):
        for by_round in (False, True):
            name = f"{label[:-1]}_standings" + ("_by_round" if by_round else "")
            tables: dict[tuple[int, int], dict[Who, Standing]] = {}
            points = places = total = 0
            for line in data[f"published_{name}"]:
                season = int(line["season"])
                race = int(line["round"]) if by_round else last[season]
                if (season, race) not in tables:
                    compute = drivers if label == "drivers" else constructors
                    tables[season, race] = compute(data, rows[season], season, race)
                who = (line["driver"],) if label == "drivers" else (line["constructor"], line["engine"])
                mine = tables[season, race].get(who)
                total += 1
                points += line["points"] == "0" if mine is None else same_points(line["points"], mine.points)
                places += line["position"] == ("DSQ" if mine is None else str(mine.place))
            found[name] = (points, places, total)
    return found


if __name__ == "__main__":
    for table, (right_points, right_places, lines) in counts(read(Path(sys.argv[1]))).items():
        print(f"{table}: {right_points} points and {right_places} places of {lines}")
