"""Same person in two places: occasions that overlap, with somebody registered as there at both.

An occasion lasts as long as it says.  One that does not say counts as lasting as long as the rule says, and
the finding names that limit.  Who took part from afar in one of them may well have been in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from party_workflow.domain import activity
from party_workflow.policies.activities.works import READS as WORKS
from party_workflow.policies.activities.works import Attended, Occasion, Works
from party_workflow.policies.audits.asked import Asked
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding

REMOTE: Final = "remote"


@dataclass(frozen=True, slots=True)
class _There:
    """Somebody at an occasion, from a moment to another."""

    since: datetime
    until: datetime
    occasion: Occasion
    row: Attended


def _people(asked: Asked, clause: str) -> dict[str, list[_There]]:
    unstated = asked.whole(clause, "unstated_minutes")
    found: dict[str, list[_There]] = {}
    for occasion in Works.of(asked.history).occasions.values():
        since = occasion.state.held_at
        if since is None or occasion.held is None:
            continue
        minutes = unstated if occasion.state.minutes is None else occasion.state.minutes
        for row in occasion.rows.values():
            if row.took_part:
                there = _There(since, since + timedelta(minutes=minutes), occasion, row)
                found.setdefault(row.person, []).append(there)
    return found


def _overlaps(asked: Asked, clause: str, remote: bool) -> Iterator[AuditFinding]:
    least = asked.value(clause, "minutes")
    for person, items in _people(asked, clause).items():
        items.sort(key=lambda item: (item.since, item.occasion.state.stream))
        for index, one in enumerate(items):
            for other in items[index + 1 :]:
                if other.since >= one.until:
                    break
                if (REMOTE in (one.row.status, other.row.status)) is not remote:
                    continue
                end = min(one.until, other.until)
                minutes = Fraction(int((end - other.since).total_seconds()), 60)
                if minutes <= 0 or minutes < least:
                    continue
                events = [one.row.evidence, other.row.evidence]
                streams = (one.occasion.state.stream, other.occasion.state.stream)
                yield asked.found(
                    clause,
                    (person, *streams),
                    events,
                    asked.number(clause, "minutes_together", minutes, events),
                    codes=(one.occasion.state.kind, other.occasion.state.kind),
                )


TWO_PLACES: Final = AuditPolicy(
    code="two_places",
    version=1,
    holds="Nobody was registered at two occasions at once",
    questions=(
        Question(
            "audit.two_places",
            ("minutes", "unstated_minutes"),
            lambda asked: _overlaps(asked, "audit.two_places", remote=False),
        ),
        Question(
            "audit.two_places_remote",
            ("minutes", "unstated_minutes"),
            lambda asked: _overlaps(asked, "audit.two_places_remote", remote=True),
        ),
    ),
    reads=tuple(dict.fromkeys((*WORKS, *activity.DECIDER.events))),
)
"""People registered as there at two occasions whose times overlap."""
