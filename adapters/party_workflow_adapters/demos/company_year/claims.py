"""What the year's report says, and how it is counted from events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from party_workflow.domain.claim import AssertClaim, Counted, Measure
from party_workflow.domain.procedure import ProcedureOpened, StepPlaced, StepTaken
from party_workflow.policies.activities.works import READS, Works
from party_workflow.quantity import Quantity
from party_workflow.store import Recorded
from party_workflow_adapters.demos.company_year.people import BOOKKEEPER, ROOT
from party_workflow_adapters.demos.diary import (
    Diary,
    paper,
)


def tell_claims(diary: Diary) -> None:
    """Assert the figures of the annual report."""
    figures = {
        "sessions": Quantity.of(">", 50, "sessions"),
        "adopted": Quantity.of(">=", 30, "suggestions"),
        "benefit": Quantity.of(">", 1_000_000, "yuan"),
        "top_award": Quantity.of(">", 10_000, "yuan"),
    }
    diary.say(
        "2025-12-15 09:00",
        BOOKKEEPER,
        AssertClaim(
            key="year-2025",
            unit=ROOT,
            subject="population/in-service",
            source="annual_report",
            document=paper("annual report 2025"),
            figures=figures,
        ),
    )


def _held(recorded: Iterable[Recorded]) -> Counted:
    works = Works()
    for item in recorded:
        works.take(item)
    held = [found.held.event_id for found in works.occasions.values() if found.held is not None]
    return Counted(len(held), tuple(held))


def _steps(recorded: Iterable[Recorded], kind: str, step: str) -> Iterator[tuple[str, StepTaken]]:
    streams: set[str] = set()
    for item in recorded:
        if isinstance(item.event, ProcedureOpened) and item.event.kind == kind:
            streams.add(item.envelope.stream)
        elif isinstance(item.event, StepTaken) and item.event.step == step:
            if item.envelope.stream in streams:
                yield item.envelope.event_id, item.event


def _adopted(recorded: Iterable[Recorded]) -> Counted:
    found = [event_id for event_id, _ in _steps(recorded, "suggestion", "adopt")]
    return Counted(len(found), tuple(found))


def _benefit(recorded: Iterable[Recorded]) -> Counted:
    found = list(_steps(recorded, "suggestion", "verify"))
    amount = sum(int((event.given["benefit"].numbers or (0,))[0]) for _, event in found)
    return Counted(amount, tuple(event_id for event_id, _ in found))


def _top(recorded: Iterable[Recorded]) -> Counted:
    found = list(_steps(recorded, "reward", "propose"))
    amounts = [int((event.given["amount"].numbers or (0,))[0]) for _, event in found]
    return Counted(max(amounts, default=None), tuple(event_id for event_id, _ in found))


_PROCEDURES: Final = (ProcedureOpened, StepTaken, StepPlaced)
MEASURES: Final = (
    Measure("sessions", "sessions", _held, READS),
    Measure("adopted", "suggestions", _adopted, _PROCEDURES),
    Measure("benefit", "yuan", _benefit, _PROCEDURES),
    Measure("top_award", "yuan", _top, _PROCEDURES),
)
"""How the figures of the annual report are counted from events."""
