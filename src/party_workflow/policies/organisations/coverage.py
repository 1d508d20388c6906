"""Coverage: how many of a frozen population something reached, and who is missing (R-156).

The denominator is the population as of the moment, taken apart into frozen, joined and left.  A unit that was
founded since, of a kind that counts, and that nobody has entered is named, and a second share counts it:
full coverage is not reached by forgetting to enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.domain import population
from party_workflow.domain.organisation import DECIDER, STREAM, Organisation, UnitFounded
from party_workflow.domain.population import CATEGORY, PopulationFrozen, Summary, UnitsFrozen
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.activities.works import Works
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, counted, share

CLAUSE: Final = "coverage"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the population at a moment who is covered and who is not; `entered` and `entire` are both shares.

    `unentered` are those who belong to the population by its own terms since some date and were not taken
    in; `withdrawn` those who would belong and were taken out by an event, which no share counts; `ceased`
    those who are in it and do not stand in the organisation any more.  Nobody is dropped in silence.
    """

    population: str
    at: datetime
    summary: Summary
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    ceased: tuple[str, ...]
    unentered: tuple[str, ...]
    withdrawn: tuple[str, ...]
    entered: Figure
    entire: Figure

    def __bool__(self) -> bool:
        """Whether everybody is covered, those not entered included."""
        return self.entire.value == 1


def coverage(history: History, key: str, covered: Mapping[str, Evidence], at: datetime) -> Coverage:
    """How much of a frozen population is covered at a moment, given who is, each by an event.

    Raises `InvalidInput` for a population that was not frozen by then.
    """
    stream = f"{CATEGORY}/{key}"
    recorded = [
        item
        for item in history.events(*population.DECIDER.events)
        if item.envelope.stream == stream and item.envelope.effective_at <= at
    ]
    first = recorded[0].event if recorded else None
    if not isinstance(first, PopulationFrozen | UnitsFrozen):
        raise InvalidInput(
            Fault(key, "No such population was frozen by then.", "Check the id and the moment.")
        )
    state = history.state(population.DECIDER, stream)
    organisation = history.state(DECIDER, STREAM)
    if isinstance(first, UnitsFrozen):
        members = set(state.units(at))
        belonging = set(organisation.units_of(first.unit, at, first.kinds))
        standing = {unit for unit in members if organisation.stands(unit, at)}
    else:
        members = set(state.people(at))
        belonging = set(organisation.people_of(first.unit, at, first.having, first.without))
        standing = {person for person in members if organisation.standing(person, at) is not None}
    withdrawn = {change.person for change in state.changes if change.since <= at}
    withdrawn |= {change.unit for change in state.unit_changes if change.since <= at}
    unentered = sorted(belonging - members - withdrawn)
    bears = tuple(
        Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
        for item in recorded
    )
    reached = sorted(members & covered.keys())
    late = [one for one in unentered if one in covered]
    part = counted("covered", CLAUSE, stream, [covered[one] for one in reached], len(reached))
    whole = counted("population", CLAUSE, stream, bears, len(members))
    both = sorted({*reached, *late})
    entire_part = counted("covered.entire", CLAUSE, stream, [covered[one] for one in both], len(both))
    entire = counted("population.entire", CLAUSE, stream, bears, len(members) + len(unentered))
    return Coverage(
        population=key,
        at=at,
        summary=state.summary(at),
        covered=tuple(reached),
        missing=tuple(sorted(members - covered.keys())),
        ceased=tuple(sorted(members - standing)),
        unentered=tuple(unentered),
        withdrawn=tuple(sorted((belonging & withdrawn) - members)),
        entered=share("coverage.entered", part, whole, CLAUSE, stream, SHARE),
        entire=share("coverage.entire", entire_part, entire, CLAUSE, stream, SHARE),
    )


def having_below(history: History, kind: str, at: datetime) -> dict[str, Evidence]:
    """The units that have a unit of a kind below them at a moment, each by the first such unit's founding."""
    state: Organisation = history.state(DECIDER, STREAM)
    found: dict[str, Evidence] = {}
    for item in history.events(UnitFounded):
        event, envelope = item.event, item.envelope
        assert isinstance(event, UnitFounded)
        if not state.stands(event.unit, at) or state.kind(event.unit, at) != kind:
            continue
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        seen: set[str] = set()
        placing = state.placing(event.unit, at)
        above = placing.parent if placing else None
        while above is not None and above not in seen:
            seen.add(above)
            found.setdefault(above, evidence)
            placing = state.placing(above, at)
            above = placing.parent if placing else None
    return found


def attending(history: History, kind: str, at: datetime) -> dict[str, Evidence]:
    """Who took part in an activity of a kind by a moment, each by the first event that shows it."""
    found: dict[str, Evidence] = {}
    for occasion in Works.of(history.as_of(effective=at)).occasions.values():
        if occasion.held is not None and occasion.state.kind == kind:
            for row in occasion.rows.values():
                if row.took_part:
                    found.setdefault(row.person, row.evidence)
    return found
