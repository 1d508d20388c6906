"""Who reports live next: everybody within a promised number of sessions, or by a published lot (R-039).

The sessions are the assessments of one kind, one unit's where it is named, counted by period.  Who had a live
slot is read from the modes that were assigned; a session that was void was none.
"""

from __future__ import annotations

from collections.abc import Sequence

from party_workflow.domain.assessment import ModesAssigned
from party_workflow.history import History
from party_workflow.policies.assessments.rounds import series
from party_workflow.policies.figure import Evidence
from party_workflow.policies.lots import Slots, Turn, by_lot, in_turn


def past_turns(history: History, kind: str, mode: str, unit: str | None = None) -> tuple[Turn, ...]:
    """The slots of this mode in the sessions so far: whose they were, in which session, by which event."""
    events: dict[tuple[str, str], tuple[str, Evidence]] = {}
    for recorded in history.events(ModesAssigned):
        assert isinstance(recorded.event, ModesAssigned)
        envelope = recorded.envelope
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        for subject, assigned in recorded.event.modes.items():
            events[envelope.stream, subject] = (assigned, evidence)
    found = []
    held = [sheets for sheets in series(history, kind, unit) if sheets.state.stage != "void"]
    for number, sheets in enumerate(held, start=1):
        for subject in sheets.state.subjects:
            said = events.get((sheets.stream, subject))
            if said is not None and said[0] == mode:
                found.append(Turn(subject, number, said[1]))
    return tuple(found)


def next_slots(
    history: History,
    kind: str,
    mode: str,
    population: Sequence[str],
    slots: int,
    *,
    seed: str,
    within: int | None = None,
    unit: str | None = None,
) -> Slots:
    """Who should get the slots of the next session.  It recommends; people assign the modes.

    With `within` everybody gets a turn in so many sessions, who waited longest first; without it the lot
    alone decides.  Raises `InvalidInput` where the slots are too few for the promise.
    """
    held = [sheets for sheets in series(history, kind, unit) if sheets.state.stage != "void"]
    if within is None:
        return by_lot(population, slots, number=len(held) + 1, seed=seed)
    past = past_turns(history, kind, mode, unit)
    return in_turn(population, slots, past, number=len(held) + 1, within=within, seed=seed)
