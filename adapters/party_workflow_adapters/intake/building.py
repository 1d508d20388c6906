"""From rows to commands: one function for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from party_workflow.canonical import time_text
from party_workflow_adapters.intake.items import Building, Item
from party_workflow_adapters.intake.marking import marks
from party_workflow_adapters.intake.occasions import activities


def units(building: Building) -> Iterator[Item]:
    """Units with their parents, which stand above them."""
    for row in building.rows():
        unit, kind = row.unit("unit"), row.code("kind")
        parent = row.unit("parent", needed=False)
        title, at = row.text("title"), row.moment("on", needed=False)
        if unit is None or kind is None:
            continue
        found = building.command(
            row, "organisation.found_unit", unit=unit, kind=kind, parent=parent, title=title
        )
        above = {} if parent is None else {parent: "parent"}
        yield from building.item([row], ("unit", unit), found, at=at, units=above)


def roster(building: Building) -> Iterator[Item]:
    """People with their unit and categories, and the posts that they hold there."""
    for row in building.rows():
        name = row.text("name")
        person = row.person("person", new=True, called=name or "")
        unit, categories = row.unit("unit"), row.codes("categories")
        posts = row.codes("post") if row.has("post") else ()
        at = row.moment("on", needed=False)
        if person is None or unit is None or categories is None:
            continue
        commands = [
            building.command(
                row,
                "organisation.register_person",
                person=person,
                unit=unit,
                categories=tuple(sorted(categories)),
                name=name,
            )
        ]
        for post in posts or ():
            commands.append(
                building.command(row, "organisation.assign_post", post=post, unit=unit, person=person)
            )
        yield from building.item([row], ("person", person), *commands, at=at, units={unit: "unit"})


def points(building: Building) -> Iterator[Item]:
    """What a platform says that people have there: a statement of a third party, with its source."""
    for row in building.rows():
        scheme, item, period = row.text("scheme"), row.text("item"), row.text("period")
        scheme = None if scheme is None else scheme.replace("_", "-")
        person, unit, source = row.person("person"), row.unit("unit"), row.code("source")
        amount, at = row.amount("amount"), row.moment("on")
        if row.faulty or None in (scheme, item, period, amount, at) or at is None or scheme is None:
            for name in ("scheme", "item", "period"):
                if not row.has(name):
                    row.fault(name, "intake.blank", "The cell is empty.", "Fill it in.")
            continue
        current = building.workflow.fact("definition.current", f"definition/{scheme}")
        if current is None:
            row.fault(
                "scheme", "intake.scheme", "No such scheme is in force.", "Adopt it first, or correct it."
            )
            continue
        imported = building.command(
            row,
            "points.import",
            scheme=scheme,
            person=person,
            definition=current[1],
            source=source,
            item=item,
            batch=f"{str(source).replace('_', '-')}.{time_text(at)[:10]}",
            stated_at=at,
            amount=str(amount),
            period=period,
            unit=unit,
        )
        yield from building.item(
            [row], ("points", scheme, str(person), str(source), str(item)), imported, at=None
        )


BUILDERS: Final[Mapping[str, Callable[[Building], Iterator[Item]]]] = {
    "units": units,
    "roster": roster,
    "activities": activities,
    "marks": marks,
    "points": points,
}
