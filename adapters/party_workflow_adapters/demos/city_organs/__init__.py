"""A city's organs, 2018: the year of their duty reports, at full size or small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from party_workflow.service import Workflow
from party_workflow_adapters.demos.city_organs import founding, session, stars, training
from party_workflow_adapters.demos.city_organs.city import City
from party_workflow_adapters.demos.city_organs.size import FULL, SMALL, Size
from party_workflow_adapters.demos.city_organs.telling import woven

__all__ = ["FULL", "NAME", "SMALL", "WHAT", "Size", "build"]

NAME: Final = "city-organs"
WHAT: Final = "82 organs of a city, 744 branches, 9 945 members: the year of their duty reports (2018)"
STRANDS: Final = (
    founding.founded,
    founding.changed,
    training.trained,
    training.officers,
    training.lectured,
    training.booked,
    training.inspected,
    training.heard,
    training.piloted,
    training.granted,
    stars.rated,
    session.reported,
    session.settled,
)


def build(workflow: Workflow, size: Size = FULL) -> Iterator[object]:
    """Execute the year in an empty log, entry by entry.

    The same size gives the same records everywhere, with the same source of salts.
    """
    city = City(size)
    return woven(NAME, (strand(city) for strand in STRANDS), workflow)
