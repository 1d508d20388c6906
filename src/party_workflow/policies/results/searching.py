"""The smallest changes that turn a pair round: of a component, of what happened, of a number of the rule.

What the two have and what happened is tried before the numbers of the rule.  Each leaf is altered alone, on
a grid and within bounds that are said, up and down; every step is a real evaluation.  Steps double until the
pair is turned, then the interval is halved: the change that is found turns the pair and one step less does
not.  Where more of a change does not always do more, a smaller change between two steps that were tried may
be overlooked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.documents.measures import Key
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.results.bench import IMPOSSIBLE, Bench, DocumentBench, order
from party_workflow.policies.results.flips import Flip, Found, Kind, Search, Unmoved
from party_workflow.policies.results.leaves import (
    Leaf,
    altered,
    altered_clause,
    bounds,
    compensated,
    grid,
    leaves,
)
from party_workflow.policies.results.separation import (
    On,
    additive,
    clauses_below,
    compared,
    component,
    core,
)
from party_workflow.policies.rule import Issued


@dataclass(frozen=True, slots=True)
class Pair:
    """Which two, in which ranking (clause and group), the order that is wanted, and what was compared."""

    first: str
    second: str
    ranking: tuple[str, str]
    wanted: int
    figures: Mapping[str, tuple[Figure, ...]]
    """By subject the figures by which they are ranked, the measure first, and those of their gates."""
    on: On

    def turned(self, conclusion: Conclusion) -> bool:
        """Whether a conclusion has the order that is wanted."""
        return order(conclusion, self.ranking, self.first, self.second) == self.wanted

    @property
    def all_figures(self) -> tuple[Figure, ...]:
        """The figures of both."""
        return tuple(figure for figures in self.figures.values() for figure in figures)


def look(bench: Bench, conclusion: Conclusion, pair: Pair, search: Search) -> Found:
    """Everything that turns a pair round when it is altered alone, and everything that does not.

    Where the figures of the two do not depend on others, they are tried without the others first; what turns
    them so is tried with everybody, and so are the bounds of what does not.
    """
    found = Found()
    quick: Bench | None = None
    if isinstance(bench, DocumentBench):
        quick = bench.alone(frozenset(pair.figures), pair.ranking[0], conclusion)
    benches = (bench, *([quick] if quick is not None else []))
    of_values = [list(_values(each, conclusion, pair)) for each in benches]
    of_parameters = [list(_parameters(each, pair)) for each in benches]
    events = list(_events(bench, quick, pair, found))
    values = [_job(*both, search, found) for both in zip(of_values[0], of_values[-1], strict=True)]
    parameters = [
        _job(*both, search, found) for both in zip(of_parameters[0], of_parameters[-1], strict=True)
    ]
    left: list[_Job] = []
    phases = (values[: search.values], events[: search.events], parameters)
    for share, jobs in zip(SHARES, phases, strict=True):
        left += _work(jobs, bench, quick, search.evaluations * share)
    left = _work(left, bench, quick, Fraction(search.evaluations))
    beyond = (*values[search.values :], *events[search.events :])
    found.untried += [job.leaf for job in (*left, *beyond)]
    found.flips.sort(key=lambda flip: (flip.kind.startswith("event"), flip.relative, flip.leaf))
    return found


SHARES: Final = (Fraction(1, 2), Fraction(3, 4), Fraction(1))
"""What share of the evaluations may be spent when the components, the events and the numbers of the rule have
been tried, in that order; what is not spent is for those after, and then for what was left.
"""

FEW: Final = 20
"""So many evaluations of two subjects alone are taken for one of everybody."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One leaf to be tried; what comes of it is put into what is found."""

    leaf: str
    run: Callable[[], None]


def _job(whole: _Trial, first: _Trial, search: Search, found: Found) -> _Job:
    return _Job(whole.leaf, lambda: _try(whole, first, search, found))


def _work(jobs: Sequence[_Job], bench: Bench, quick: Bench | None, most: Fraction) -> list[_Job]:
    """Does jobs in order until so many evaluations were made, and tells which are left.

    Of evaluations of two subjects alone many are one.
    """
    for index, job in enumerate(jobs):
        if bench.trials + (quick.trials // FEW if quick is not None else 0) >= most:
            return list(jobs[index:])
        job.run()
    return []


# --- one leaf ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Trial:
    """One leaf: what is altered, on which grid and between what, and whether a value turns the pair."""

    kind: Kind
    leaf: str
    value: Fraction
    grid: Fraction
    bounds: tuple[Fraction, Fraction]
    turns: Callable[[Fraction], bool]
    flip: Callable[[Fraction], Mapping[str, Any]]
    """What else is to be said of a change that turns it."""


def _try(whole: _Trial, first: _Trial, search: Search, found: Found) -> None:
    """Tries one leaf: `first` without the others where that can be told, `whole` with everybody."""
    step = search.grids.get(whole.leaf, whole.grid)
    low, high = search.bounds.get(whole.leaf, whole.bounds)
    best = _nearest(first, step, low, high)
    if first is not whole and not _holds(whole, best, step, low, high):
        best = _nearest(whole, step, low, high)
    if best is None:
        found.unmoved.append(Unmoved(whole.kind, whole.leaf, whole.value, (low, high)))
    else:
        found.flips.append(
            Flip(whole.kind, whole.leaf, whole.value, best, step, (low, high), **whole.flip(best))
        )


def _nearest(trial: _Trial, step: Fraction, low: Fraction, high: Fraction) -> Fraction | None:
    """The value nearest to what is there that turns the pair, up or down."""
    turned = [
        value
        for value in (
            _first(trial, step, (high - trial.value) // step if high > trial.value else 0),
            _first(trial, -step, (trial.value - low) // step if low < trial.value else 0),
        )
        if value is not None
    ]
    return min(turned, key=lambda value: abs(value - trial.value), default=None)


def _holds(whole: _Trial, best: Fraction | None, step: Fraction, low: Fraction, high: Fraction) -> bool:
    """Whether what was found of two subjects alone holds with everybody."""
    if best is None:
        return not any(whole.turns(bound) for bound in (low, high) if bound != whole.value)
    less = best - step if best > whole.value else best + step
    return whole.turns(best) and not whole.turns(less)


def _first(trial: _Trial, step: Fraction, most: int) -> Fraction | None:
    """The first value by steps in one direction that turns the pair, where one step less does not."""
    fails, tried = 0, 1
    while fails < most:
        at = min(tried, most)
        if trial.turns(trial.value + at * step):
            while at - fails > 1:
                middle = (at + fails) // 2
                if trial.turns(trial.value + middle * step):
                    at = middle
                else:
                    fails = middle
            return trial.value + at * step
        fails, tried = at, at * 2
    return None


def _sure(turned: Callable[[], bool]) -> bool:
    """Whether something turns the pair; what cannot be computed does not."""
    try:
        return turned()
    except IMPOSSIBLE:
        return False


# --- numbers of the rule ----------------------------------------------------------------------


def _parameters(bench: Bench, pair: Pair) -> Iterator[_Trial]:
    rule, on = bench.policy.rule, bench.when.on
    clauses = {clause for figure in pair.all_figures for clause in clauses_below(figure)}
    for leaf in leaves(rule, frozenset(clauses | {pair.ranking[0]}), on):
        yield _parameter(bench, pair, rule, leaf)


def _parameter(bench: Bench, pair: Pair, rule: Issued, leaf: Leaf) -> _Trial:
    on = bench.when.on

    def conclude(change: Mapping[Any, Fraction]) -> Conclusion:
        if isinstance(bench, DocumentBench) and isinstance(rule, RuleDocument):
            index = next(i for i, clause in enumerate(rule.clause) if clause.code == leaf.clause)
            return bench.with_clause(index, altered_clause(rule.clause[index], change))
        return bench.under(altered(rule, leaf, change))

    def changes(value: Fraction) -> Iterator[Mapping[Any, Fraction]]:
        scaled = compensated(rule, leaf, value, on)
        yield {leaf.path: value}
        if scaled is not None:
            yield scaled

    def chosen(value: Fraction) -> tuple[Mapping[Any, Fraction], bool]:
        """The change that can be computed, and whether it turns the pair."""
        for change in changes(value):
            try:
                return change, pair.turned(conclude(change))
            except IMPOSSIBLE:
                continue
        return {}, False

    def flip(value: Fraction) -> Mapping[str, Any]:
        change, _ = chosen(value)
        names = {each.path: each.code for each in leaves(rule, frozenset({leaf.clause}), on)}
        beside = {names[path]: number for path, number in change.items() if path != leaf.path}
        return {"beside": beside, "rule": altered(rule, leaf, change)}

    return _Trial(
        "parameter", leaf.code, leaf.value, grid(leaf), bounds(leaf), lambda value: chosen(value)[1], flip
    )


# --- values of components ---------------------------------------------------------------------


def _values(bench: Bench, conclusion: Conclusion, pair: Pair) -> Iterator[_Trial]:
    if isinstance(bench, DocumentBench):
        yield from _measured(bench, conclusion, pair)
    else:
        yield from _summed(conclusion, pair)


def _measured(bench: DocumentBench, conclusion: Conclusion, pair: Pair) -> Iterator[_Trial]:
    """The figures of measures on which the two rest, but not of the one that is ranked."""
    reached = {clause for figure in pair.all_figures for clause in clauses_below(figure)}
    ranked = {figures[0].clause for figures in pair.figures.values()}
    found: list[tuple[str, Key, Figure]] = []
    for code, figures in conclusion.measures.items():
        if code in reached and code not in ranked:
            found += [(code, key, each) for key, each in figures.items() if key[0] in pair.figures]
    numbers_of = {
        code: [
            each.value for each in conclusion.measures[code].values() if not isinstance(each.value, Absent)
        ]
        for code in {code for code, _, _ in found}
    }
    for code, key, figure in sorted(found, key=lambda item: len(item[1])):
        if isinstance(figure.value, Absent):
            continue
        numbers = numbers_of[code]

        def turns(value: Fraction, code: str = code, key: Key = key) -> bool:
            return _sure(lambda: pair.turned(bench.with_value(code, key, value)))

        name = f"{figure.name} of {key[0]}"
        yield _Trial("value", name, figure.value, _step(figure, numbers), _range(numbers), turns, _nothing)


def _summed(conclusion: Conclusion, pair: Pair) -> Iterator[_Trial]:
    """The components of what was compared in a policy in code, where that is their sum."""
    peers = _components_by_name(conclusion, pair.ranking)
    for subject, figures in pair.figures.items():
        ranked = figures[0]
        other = next(those[0] for name, those in pair.figures.items() if name != subject)
        if isinstance(ranked.value, Absent) or isinstance(other.value, Absent):
            return
        wanted = pair.wanted if subject == pair.first else -pair.wanted
        for amount, term in (additive(core(ranked)) or {}).values():
            part = component(term)
            if isinstance(part.value, Absent) or (part is not term and part.value == 0 and amount != 0):
                continue
            factor = _factor(term, part, amount)
            numbers = peers.get(part.name, [part.value])

            def turns(
                value: Fraction,
                ranked: Figure = ranked,
                part: Figure = part,
                factor: Fraction = factor,
                other: Figure = other,
                wanted: int = wanted,
            ) -> bool:
                total = core(ranked).exact() + factor * (value - part.exact())
                mine = compared(_again(ranked, total), pair.on)
                ahead = mine - compared(other, pair.on)
                return ahead > 0 if wanted > 0 else ahead < 0

            name = f"{part.name} of {subject}"
            yield _Trial("value", name, part.value, _step(part, numbers), _range(numbers), turns, _nothing)


def _factor(term: Figure, part: Figure, amount: Fraction) -> Fraction:
    """How much of a component goes into the whole: its weight, with the sign that its term has."""
    sign = 1 if amount == term.value else -1
    factor = Fraction(sign)
    for item in term.inputs if part is not term else ():
        if isinstance(item, Figure) and item is not part and not isinstance(item.value, Absent):
            factor *= item.value
    return factor


def _again(figure: Figure, total: Fraction) -> Figure:
    """A figure with another value below its roundings."""
    if figure.step == "rounded" and figure.rounding is not None:
        total = Fraction(figure.rounding.apply(total))
    return Figure(figure.name, total, figure.step, figure.clause, figure.basis, (), figure.rounding)


def _components_by_name(conclusion: Conclusion, ranking: tuple[str, str]) -> dict[str, list[Fraction]]:
    found: dict[str, list[Fraction]] = {}
    for each in conclusion.rankings:
        if (each.clause, each.group) == ranking:
            for entry in each.entries:
                for _, term in (additive(core(entry.figure)) or {}).values():
                    part = component(term)
                    if not isinstance(part.value, Absent):
                        found.setdefault(part.name, []).append(part.value)
    return found


def _step(figure: Figure, numbers: list[Fraction]) -> Fraction:
    """By what a component is altered: whole numbers by 1, others by a hundredth, or as it is rounded."""
    if all(number.denominator == 1 for number in numbers):
        return Fraction(1)
    places = figure.rounding.places if figure.rounding is not None else 2
    return Fraction(1, 10) ** max(places, 0)


def _range(numbers: list[Fraction]) -> tuple[Fraction, Fraction]:
    """Between what a component is altered: up to twice the greatest that anybody has, so that also who has it
    can have more, down to 0 or twice the least.  Where nobody has anything, up to 10.
    """
    low, high = min(Fraction(0), *numbers), max(Fraction(0), *numbers)
    return 2 * low, 2 * high if low or high else Fraction(10)


def _nothing(value: Fraction) -> Mapping[str, Any]:
    return {}


# --- events -----------------------------------------------------------------------------------


def _events(bench: Bench, quick: Bench | None, pair: Pair, found: Found) -> Iterator[_Job]:
    evidence = {item.event_id: item for figure in pair.all_figures for item in figure.evidence()}
    in_order = sorted(evidence.values(), key=lambda item: item.position)
    for item in in_order:
        leaf = f"event {item.event_id} ({item.stored_type} at {item.position})"

        def run(leaf: str = leaf, event_id: str = item.event_id) -> None:
            _try_event(bench, quick, pair, leaf, event_id, found)

        yield _Job(leaf, run)


def _try_event(bench: Bench, quick: Bench | None, pair: Pair, leaf: str, event_id: str, found: Found) -> None:
    kinds: tuple[Kind, Kind] = ("event_less", "event_more")
    for kind in kinds:
        tries = [_event_turns(each, pair, kind, event_id) for each in (quick, bench) if each is not None]
        if all(turns() for turns in tries):
            found.flips.append(Flip(kind, leaf, events=(event_id,)))
        else:
            found.unmoved.append(Unmoved(kind, leaf))


def _event_turns(bench: Bench, pair: Pair, kind: Kind, event_id: str) -> Callable[[], bool]:
    tried = bench.without if kind == "event_less" else bench.twice
    return lambda: _sure(lambda: pair.turned(tried(event_id)))
