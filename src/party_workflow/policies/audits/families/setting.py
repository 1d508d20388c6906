"""What audit policies need to know of a house beside the rule: its calendar, and which codes mean what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from party_workflow.calendar import Calendar
from party_workflow.domain.claim import Bound, Measure
from party_workflow.history import History
from party_workflow.policies.cases.four_zeros import Promise


def _nothing_measured(history: History, subject: str) -> Iterable[Measure]:
    return ()


@dataclass(frozen=True)
class Setting:
    """The words of a house.

    `complaints` are the kinds of case by which people complain, `signals` the kinds of case in which trouble
    shows whether or not anybody complains, and `counted_as` the units and measures in which complaints are
    counted where somebody promises a number of them.  `promise` says what of complaints is shown beside the
    channels.  `recurring` are the kinds of case that are looked at for what comes back.  `measures` says how
    the figures asserted of a subject are counted.
    """

    calendar: Calendar
    complaints: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    counted_as: frozenset[str] = frozenset()
    recurring: frozenset[str] = frozenset()
    promise: Promise | None = None
    measures: Callable[[History, str], Iterable[Measure]] = _nothing_measured
    bounds: tuple[Bound, ...] = ()
