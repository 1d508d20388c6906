"""Results compared: who moves, who gains and loses, by which clause and which event; N policies in one pass.

Every comparison says what its two sides are.  What rests on an altered history, or on a rule in place of the
one in force, is a `Counterfactual`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from party_workflow.canonical import canonical_bytes, digest
from party_workflow.history import History
from party_workflow.policies.policy import (
    Concluded,
    Counterfactual,
    Policy,
    Result,
    Run,
    counterfactual,
    run,
    run_many,
    suppose,
)
from party_workflow.policies.results.altered import without
from party_workflow.policies.results.changes import Change, Kind, changes
from party_workflow.policies.results.html import heading, paragraphs, signed, table, text_table
from party_workflow.policies.results.origin import Origin


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: where it comes from, and its digest."""

    origin: Origin
    digest: str

    def data(self) -> dict[str, Any]:
        """The side as canonical data."""
        return {**self.origin.data(), "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two results, from the first to the second; `same` if nothing does."""

    before: Side
    after: Side
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs in what was concluded."""
        return not self.changes

    def of_kind(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind: ``place``, ``grade``, ``award``, ``streak``, ``gate`` and so on."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def moves(self) -> tuple[Change, ...]:
        """Who has another place, entered a ranking, or left it."""
        return self.of_kind("place")

    @property
    def entered(self) -> tuple[Change, ...]:
        """Who is ranked only in the second."""
        return tuple(change for change in self.moves if _place(change.after) and not _place(change.before))

    @property
    def left(self) -> tuple[Change, ...]:
        """Who is ranked only in the first."""
        return tuple(change for change in self.moves if _place(change.before) and not _place(change.after))

    @property
    def gainers(self) -> tuple[str, ...]:
        """Who stands better in a ranking of the second, or is ranked only there; most places first."""
        return _subjects((*self.entered, *(change for change in self.moves if (change.amount or 0) > 0)))

    @property
    def losers(self) -> tuple[str, ...]:
        """Who stands worse in a ranking of the second, or is no longer ranked; most places first."""
        return _subjects((*self.left, *(change for change in self.moves if (change.amount or 0) < 0)))

    @property
    def by_clause(self) -> dict[str, tuple[Change, ...]]:
        """The figures that differ, with amounts, by the clause that gives them, in the order of the rule."""
        found: dict[str, list[Change]] = {}
        for change in self.of_kind("figure"):
            found.setdefault(change.clause, []).append(change)
        rules = (self.after.origin.rule, self.before.origin.rule)
        order = dict.fromkeys([*(clause for rule in rules for clause in rule.based()), *found])
        return {clause: tuple(found[clause]) for clause in order if clause in found}

    @property
    def by_event(self) -> dict[str, tuple[str, ...]]:
        """The events that count on one side only, each with the subjects whose figures rest on them."""
        found: dict[str, list[str]] = {}
        for change in self.of_kind("events"):
            for event in change.events:
                found.setdefault(event, []).append(change.subject)
        return {event: tuple(found[event]) for event in sorted(found)}

    def of(self, subject: str) -> tuple[Change, ...]:
        """What differs for one subject."""
        return tuple(change for change in self.changes if change.subject == subject)

    @property
    def reversed(self) -> Comparison:
        """The same comparison from the second to the first."""
        return Comparison(self.after, self.before, tuple(change.reversed for change in self.changes))

    @property
    def lines(self) -> tuple[str, ...]:
        """The comparison for people."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        for name, side in (("before", self.before), ("after", self.after)):
            yield f"{name}:"
            yield from (f"  {line}" for line in side.origin.lines)
        if self.same:
            yield "nothing differs"
            return
        if self.moves:
            rows = [_row(change) for change in self.moves]
            yield from text_table(_COLUMNS, rows)
        shown: list[Change] = [
            change for change in self.changes if change.kind not in ("place", "figure", "events")
        ]
        yield from (str(change) for change in shown)
        for clause, those in self.by_clause.items():
            yield f"clause {clause or '-'}: {len(those)} figures differ"
            yield from (f"  {change}" for change in those)
        for event, subjects in self.by_event.items():
            yield f"event {event} counts on one side only: {', '.join(subjects)}"

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def data(self) -> dict[str, Any]:
        """The comparison as canonical data."""
        return {
            "before": self.before.data(),
            "after": self.after.data(),
            "changes": [change.data() for change in self.changes],
        }

    def canonical_bytes(self) -> bytes:
        """The bytes that are kept and hashed."""
        return canonical_bytes(self.data())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return digest(self.data())

    def _repr_html_(self) -> str:
        parts = []
        for name, side in (("before", self.before), ("after", self.after)):
            parts += [heading(name), paragraphs(side.origin.lines)]
        parts.append(table(_COLUMNS, [_row(change) for change in self.moves], "moves"))
        others = [change for change in self.changes if change.kind not in ("place", "events")]
        rows = [
            (each.kind, each.clause, each.subject, each.what, each.before, each.after, _amount(each))
            for each in others
        ]
        if rows:
            names = ("", "clause", "subject", "", "before", "after", "by")
            parts.append(table(names, rows, "what else differs"))
        return "\n".join(parts)


_COLUMNS: Final = ("subject", "ranking", "before", "after", "places", "because of")


def _place(said: str) -> bool:
    """Whether what is said is a place, and not why there is none."""
    return said.isdigit()


def _subjects(found: Iterable[Change]) -> tuple[str, ...]:
    ordered = sorted(found, key=lambda change: (-abs(change.amount or 0), change.subject))
    return tuple(dict.fromkeys(change.subject for change in ordered))


def _row(change: Change) -> tuple[str, str, str, str, str, str]:
    ranking = " ".join(part for part in (change.clause, change.group) if part)
    because = ", ".join(change.because) or "-"
    return change.subject, ranking, change.before or "-", change.after or "-", _amount(change), because


def _amount(change: Change) -> str:
    return "" if change.amount is None else signed(change.amount)


def compare_results(before: Concluded, after: Concluded) -> Comparison:
    """Two results or counterfactuals compared, whatever they differ in."""
    sides = [Side(result.origin, result.digest) for result in (before, after)]
    return Comparison(sides[0], sides[1], changes(before.conclusion, after.conclusion))


# --- policies over one history ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """A result and its alternatives over one history, each compared with it."""

    baseline: Concluded
    alternatives: tuple[Counterfactual, ...]
    comparisons: tuple[Comparison, ...]

    def data(self) -> dict[str, Any]:
        """All comparisons as canonical data."""
        return {
            "baseline": self.baseline.digest,
            "comparisons": [comparison.data() for comparison in self.comparisons],
        }

    def canonical_bytes(self) -> bytes:
        """The bytes that are kept and hashed."""
        return canonical_bytes(self.data())

    def __str__(self) -> str:
        return "\n\n".join(str(comparison) for comparison in self.comparisons)

    def _repr_html_(self) -> str:
        return "\n".join(comparison._repr_html_() for comparison in self.comparisons)


def compare(
    policies: Sequence[Policy[Any]],
    history: History,
    *,
    on: date,
    period_start: date,
    retroactive: bool = False,
) -> Compared:
    """The first policy and its alternatives over one history, which is read once.

    The alternatives are counterfactuals: what would be in place of the first.  Raises as `run` does for the
    first policy; an alternative issued after the period began is taken, and printed as retroactive.  Raises
    ValueError without any policy.
    """
    if not policies:
        raise ValueError("give the policy in force, and its alternatives")
    first, *others = policies
    Run(first, history.registry, period_start, retroactive=retroactive)
    baseline, *found = run_many(policies, history, on=on, period_start=period_start, retroactive=True)
    named = [_supposed(result, other, first) for result, other in zip(found, others, strict=True)]
    return Compared(baseline, tuple(named), tuple(compare_results(baseline, other) for other in named))


def _supposed(result: Result, policy: Policy[Any], first: Policy[Any]) -> Counterfactual:
    rule = {"rule": policy.rule.code, "version": policy.rule.version, "digest": policy.digest}
    return counterfactual(result, policy=rule, instead_of=first.digest)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of a history: which day dates the parameters, and as of which moments it is read."""

    on: date
    period_start: date
    effective: datetime | None = None
    known: datetime | None = None


def compare_readings(
    policy: Policy[Any], history: History, before: Reading, after: Reading, *, retroactive: bool = False
) -> Comparison:
    """One policy between two dates, two moments, or two states of knowledge.  Raises as `run` does."""
    results = [
        run(
            policy,
            history.as_of(effective=reading.effective, known=reading.known),
            on=reading.on,
            period_start=reading.period_start,
            retroactive=retroactive,
        )
        for reading in (before, after)
    ]
    return compare_results(results[0], results[1])


def effect_of(
    policy: Policy[Any],
    history: History,
    *,
    on: date,
    period_start: date,
    events: Sequence[str] = (),
    streams: Sequence[str] = (),
    raters: Sequence[str] = (),
    retroactive: bool = False,
) -> Comparison:
    """What leaving out events by id, a matter such as ``case/17`` or somebody's ratings would change.

    The first side is the result, the second what would be without.  Raises as `run` and `without` do.
    """
    altered = without(history, events=events, streams=streams, raters=raters)
    return compare_results(
        run(policy, history, on=on, period_start=period_start, retroactive=retroactive),
        suppose(policy, altered, on=on, period_start=period_start),
    )
