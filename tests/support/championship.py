"""Seasons of the world championship as histories: results, fastest laps and decisions as observed values.

One history a season, one event a row, each with the day of its race; a decision of the stewards has the day
on which it was taken, so a run as of an earlier day does not know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from party_workflow.history import History
from party_workflow.policies.feeds.tables import table, tables

Data = Mapping[str, Any]
EXCLUSIONS: Mapping[int, date] = {1984: date(1984, 7, 18)}
"""The day on which an exclusion from a whole season was decided; the source gives none."""
FIRST_CONSTRUCTORS = 1958


def document(kind: str, year: int) -> str:
    """The name of the document for the drivers or the constructors of a season."""
    first = {"drivers": 1950, "constructors": FIRST_CONSTRUCTORS}[kind]
    return f"f1-{kind}-{first if year < 1967 else 1967}"


def season(data: Data, year: int, *, decided_on: date | None = None, known_on: date | None = None) -> History:
    """Everything of one season as a history: the series results, fastest, decisions and exclusions.

    A decision about a race has the day of the race, and was known then; otherwise those given.
    """
    races = {row["round"]: row for row in data["races"] if int(row["season"]) == year}
    results = [row for row in data["results"] if int(row["season"]) == year]
    found = [_results(data, year, races, results)]
    laps = [
        {
            "driver": row["driver"],
            "round": row["round"],
            "car": row["car_no"],
            "day": races[row["round"]]["date"],
        }
        for row in data["fastest_laps"]
        if int(row["season"]) == year
    ]
    if laps:
        found.append(_series("fastest", laps, {"round": "number", "car": "code"}))
    decided = [
        _decision(row, races, results)
        for row in data["decisions"]
        if int(row["season"]) == year and row["level"] == "result"
    ]
    for row in decided:
        row["day"] = row["day"] if decided_on is None else decided_on.isoformat()
        row["known"] = row["day"] if known_on is None else known_on.isoformat()
    if decided:
        columns = {"team": "code", "round": "number", "car": "code", "points": "number", "place": "number"}
        found.append(_series("decisions", decided, columns, recorded="known"))
    excluded = [
        {
            "driver": f"{row['who']}.{row['engine']}",
            "team": f"{row['who']}.{row['engine']}",
            "day": EXCLUSIONS[year].isoformat(),
        }
        for row in data["decisions"]
        if int(row["season"]) == year and row["effect"] == "exclude"
    ]
    if excluded:
        found.append(_series("exclusions", excluded, {"team": "code"}))
    return tables(*found)


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def _series(
    name: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Any], recorded: str | None = None
) -> History:
    return table(
        rows,
        series=name,
        subject="driver",
        at="day",
        recorded=recorded,
        columns=columns,
        absent={"": "not_applicable"},
        source="f1db",
        basis="cc-by-4.0",
    )


def _results(
    data: Data, year: int, races: Mapping[str, Mapping[str, str]], results: Sequence[Mapping[str, str]]
) -> History:
    outside = data["rules"]["constructor_excluded_races"].get(str(year), [])
    rows = [
        {
            "driver": row["driver"],
            "team": f"{row['constructor']}.{row['engine']}",
            "round": row["round"],
            "car": row["car_no"],
            "place": row["position"] if row["position"].isdigit() else "",
            "status": "placed" if row["position"].isdigit() else row["position"].lower(),
            "counts_for": "drivers" if races[row["round"]]["grand_prix"] in outside else "both",
            "day": races[row["round"]]["date"],
        }
        for row in results
    ]
    columns = {
        "team": "code",
        "round": "number",
        "car": "code",
        "place": "number",
        "status": "code",
        "counts_for": "code",
    }
    return _series("results", rows, columns)


def _decision(
    row: Mapping[str, str], races: Mapping[str, Mapping[str, str]], results: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """A decision about one result; the source names the car, or the position that it was classified in."""
    (about,) = [
        result
        for result in results
        if result["round"] == row["round"]
        and result["driver"] == row["who"]
        and result["position"] == row["position"]
        and row["car_no"] in ("*", result["car_no"])
    ]
    return {
        "driver": row["who"],
        "team": f"{about['constructor']}.{about['engine']}",
        "round": row["round"],
        "car": about["car_no"],
        "points": row["value"],
        "place": row["points_position"],
        "day": races[row["round"]]["date"],
    }
