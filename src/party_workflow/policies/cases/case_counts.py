"""Cases counted over a period: as a flow or as a stock, by channel, and how many were settled.

"857 hazards in the year" may be those found within it, or those and what was open before.  The sources do not
say which, so whoever counts says it (`Counting`).  How few cases there were is never a merit or a fault: a
share of none has no value and is neither full nor zero, and the channels through which cases came stand
beside it, so that a unit without any complaint can be told from one where nobody can complain (R-133, R-147).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final, Literal, assert_never

from party_workflow.domain import case as cases
from party_workflow.domain.case import Case, CaseOpened
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding, share
from party_workflow.policies.overview import SMALL
from party_workflow.policies.stated import Outside, Stated, stated
from party_workflow.quantity import Quantity

Counting = Literal["opened_within", "open_at_start", "both"]
"""Those opened within the period (a flow); those open when it began (a stock); the two together."""

Nothing = Literal["not_applicable", "missing"]
"""What the share settled of no cases is: a question that does not arise, or an answer that is lacking."""

CLAUSE: Final = "cases"
OTHER: Final[Mapping[Counting, str]] = {
    "opened_within": "open_at_start",
    "open_at_start": "opened_within",
    "both": "neither_opened_within_nor_open_at_start",
}
"""What lies outside the population of each way of counting."""
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The cases of one kind over a period, end exclusive, counted in the way that is named.

    `channels` has by channel how many there were, ``unstated`` for those that name none; it is None where
    fewer than `SMALL` confidential cases stand behind it.  Of confidential cases no event is cited.
    `stated` is the share settled with what lies outside its population: the stock where the flow was counted,
    the flow where the stock was (R-130).
    """

    kind: str
    counting: Counting
    number: Figure
    settled: Figure
    channels: Mapping[str, int] | None
    stated: Stated


@dataclass(slots=True)
class _Found:
    opened: datetime
    evidence: Evidence
    channel: str
    before: Case
    after: Case


def case_counts(
    history: History,
    kind: str,
    since: datetime,
    until: datetime,
    counting: Counting,
    nothing: Nothing = "not_applicable",
) -> CaseCounts:
    """The cases of a kind over a period; `settled` is the share of them that was finished by its end.

    Raises `InvalidInput` for a period without length.
    """
    if since >= until:
        raise InvalidInput(Fault("until", "The period has no length.", "Let it end after it begins."))
    every = [
        item for item in _cases(history, since, until) if item.after.kind and item.after.kind.code == kind
    ]
    chosen = [item for item in every if _counts(item, since, counting)]
    number = _number("cases", chosen)
    done = _number("settled", [item for item in chosen if item.after.final])
    settled = share("settled.share", done, number, CLAUSE, kind, SHARE)
    if not chosen:
        settled = Figure("settled.share", Absent(nothing), "share", CLAUSE, kind, (done, number), SHARE)
    left = [item for item in every if _counts(item, since, "both") and not _counts(item, since, counting)]
    amount = Quantity.of("=", len(left), "cases") if left else None
    cited = tuple(item.evidence.event_id for item in left if not item.after.confidential)
    outside = Outside(OTHER[counting], amount, kind, cited)
    hidden = any(item.after.confidential for item in chosen) and len(chosen) < SMALL
    channels: dict[str, int] = {}
    for item in chosen:
        channels[item.channel] = channels.get(item.channel, 0) + 1
    shown = None if hidden else dict(sorted(channels.items()))
    return CaseCounts(kind, counting, number, settled, shown, stated(settled, outside))


def _counts(item: _Found, since: datetime, counting: Counting) -> bool:
    within = item.opened >= since
    stock = not within and not item.before.final
    match counting:
        case "opened_within":
            return within
        case "open_at_start":
            return stock
        case "both":
            return within or stock
        case _:
            assert_never(counting)


def _cases(history: History, since: datetime, until: datetime) -> Iterable[_Found]:
    """Every case opened before the end, as it stood when the period began and when it ended."""
    found: dict[str, _Found] = {}
    for item in history.events(*cases.DECIDER.events):
        envelope, event = item.envelope, item.event
        if envelope.effective_at >= until:
            continue
        seen = found.get(envelope.stream)
        if seen is None:
            if not isinstance(event, CaseOpened):
                continue
            evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
            empty = cases.DECIDER.initial()
            channel = event.channel or "unstated"
            seen = found[envelope.stream] = _Found(envelope.effective_at, evidence, channel, empty, empty)
        seen.after = cases.DECIDER.evolve(seen.after, item)
        if envelope.effective_at < since:
            seen.before = cases.DECIDER.evolve(seen.before, item)
    return found.values()


def _number(name: str, chosen: list[_Found]) -> Figure:
    evidence = tuple(item.evidence for item in chosen if not item.after.confidential)
    return Figure(name, Fraction(len(chosen)), "count", CLAUSE, "", evidence)
