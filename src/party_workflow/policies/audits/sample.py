"""Samples that anybody can draw again, with the workpaper that says how they were drawn (R-201).

The lots are those of `party_workflow.domain.inspection.draw`: SHA-256 over the head of the log, a seed and
the member.  The same query, number and seed give the same members for the same head.  A sample is *simple*,
*stratified* (each group drawn from by itself), or takes *both ends* of an order whole and some of the middle.
The seed is an argument: one that is announced beforehand, or drawn in public, keeps anybody from trying seeds
until the sample suits them.

A query is data, so that it stands in the workpaper and can be asked again: ``{"code": "units_below", …}``
(see `QUERIES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from party_workflow.canonical import digest, parse_time
from party_workflow.domain import organisation
from party_workflow.domain.inspection import ALGORITHM, Plan, Stratum, draw, lot
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History

Method = Literal["simple", "stratified", "both_ends"]
Head = tuple[int, str]
"""Where a log ends, as `History.head` gives it: the position and the digest."""


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a population, how many were drawn from it, and who."""

    code: str
    population: tuple[str, ...]
    n: int
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Workpaper:
    """How a sample was drawn, and who is in it: what an auditor files.

    `tied` are members of a both-ends sample who stood equal with one across the border of an end, so that the
    lot decided on which side they are.
    """

    query: Mapping[str, Any]
    method: Method
    position: int
    head: str
    seed: str
    groups: tuple[Group, ...]
    tied: tuple[str, ...] = ()

    @property
    def population(self) -> tuple[str, ...]:
        """Everybody who could have been chosen, sorted."""
        return tuple(sorted({member for group in self.groups for member in group.population}))

    @property
    def count(self) -> int:
        """How many could have been chosen."""
        return len(self.population)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The sample, sorted."""
        return tuple(sorted({member for group in self.groups for member in group.chosen}))

    def data(self) -> dict[str, Any]:
        """The workpaper as canonical data."""
        return {
            "algorithm": ALGORITHM,
            "chosen": list(self.chosen),
            "count": self.count,
            "groups": [
                {"chosen": list(g.chosen), "code": g.code, "count": len(g.population), "n": g.n}
                for g in self.groups
            ],
            "head": self.head,
            "method": self.method,
            "population": digest(list(self.population)),
            "position": self.position,
            "query": dict(self.query),
            "seed": self.seed,
            "tied": list(self.tied),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`."""
        return digest(self.data())

    def plan(self, items: Sequence[str], answerable: Iterable[str] = ()) -> Plan:
        """The plan of an inspection of the units in the sample: these items of its checklist."""
        return Plan(
            query={**self.query, "method": self.method},
            position=self.position,
            head=self.head,
            seed=self.seed,
            strata=tuple(Stratum(code=g.code, units=g.population, n=g.n) for g in self.groups),
            units=self.chosen,
            items=tuple(items),
            answerable=tuple(sorted(set(answerable))),
        )


def _group(code: str, population: Iterable[str], n: int, seed: str, head: Head) -> Group:
    members = tuple(sorted(set(population)))
    return Group(code, members, n, draw(members, n, seed, head[1], code))


def sample(
    population: Iterable[str], n: int, seed: str, head: Head, query: Mapping[str, Any] | None = None
) -> Workpaper:
    """`n` of a population.  Raises `InvalidInput` where there are not so many."""
    group = _group("all", population, n, seed, head)
    return Workpaper(query or {"code": "listed"}, "simple", head[0], head[1], seed, (group,))


def stratified(
    strata: Mapping[str, Iterable[str]],
    sizes: Mapping[str, int] | int,
    seed: str,
    head: Head,
    query: Mapping[str, Any] | None = None,
) -> Workpaper:
    """Each stratum drawn from by itself: as many as `sizes` says, in proportion where it is one number.

    Raises `InvalidInput` for a stratum without a size, a member of two strata, and more than there are.
    """
    groups = {code: frozenset(members) for code, members in strata.items()}
    seen: set[str] = set()
    for code, members in sorted(groups.items()):
        if both := sorted(seen & members):
            what = f"{both[0]} is in {code} and in another stratum."
            raise InvalidInput(Fault("strata", what, "Put everybody into one."))
        seen |= members
    counts = {code: len(members) for code, members in groups.items()}
    wanted = proportional(counts, sizes) if isinstance(sizes, int) else dict(sizes)
    if wanted.keys() != groups.keys():
        raise InvalidInput(Fault("sizes", "The sizes are not those of the strata.", "Give one for each."))
    drawn = tuple(_group(code, groups[code], wanted[code], seed, head) for code in sorted(groups))
    return Workpaper(query or {"code": "listed"}, "stratified", head[0], head[1], seed, drawn)


def proportional(counts: Mapping[str, int], n: int) -> dict[str, int]:
    """`n` shared out in proportion to counts: whole shares first, the rest to the largest remainders.

    Of equal remainders the stratum whose code comes first goes first.  Raises `InvalidInput` where there are
    not so many.
    """
    total = sum(counts.values())
    if not 0 <= n <= total:
        raise InvalidInput(Fault("n", f"{n} cannot be drawn from {total}.", "Draw from none to all of them."))
    if total == 0:
        return dict.fromkeys(counts, 0)
    exact = {code: Fraction(n * count, total) for code, count in counts.items()}
    found = {code: int(share) for code, share in exact.items()}
    order = sorted(exact, key=lambda code: (found[code] - exact[code], code))
    for code in order[: n - sum(found.values())]:
        found[code] += 1
    return found


def both_ends(
    values: Mapping[str, int | Fraction],
    top: int,
    bottom: int,
    middle: int,
    seed: str,
    head: Head,
    query: Mapping[str, Any] | None = None,
) -> Workpaper:
    """The `top` highest and `bottom` lowest whole, and `middle` drawn from those between.

    Members who stand equal at the border of an end are divided by lot, and the workpaper names them.  Raises
    `InvalidInput` where there are not so many.
    """
    if min(top, bottom, middle) < 0 or top + bottom + middle > len(values):
        what = f"{top}, {bottom} and {middle} cannot be taken from {len(values)}."
        raise InvalidInput(Fault("values", what, "Take no more than there are."))
    order = sorted(values, key=lambda member: (-values[member], lot(member, seed, head[1], "order")))
    low = len(order) - bottom
    groups = (
        _group("bottom", order[low:], bottom, seed, head),
        _group("middle", order[top:low], middle, seed, head),
        _group("top", order[:top], top, seed, head),
    )
    tied: set[str] = set()
    for border in (top, low):
        if 0 < border < len(order) and values[order[border - 1]] == values[order[border]]:
            tied |= {member for member in order if values[member] == values[order[border]]}
    paper = query or {"code": "listed"}
    return Workpaper(paper, "both_ends", head[0], head[1], seed, groups, tuple(sorted(tied)))


# --- queries ---------------------------------------------------------------------------------


def _units_below(history: History, unit: str, at: str, kinds: Sequence[str] = ()) -> tuple[str, ...]:
    state = history.state(organisation.DECIDER, "organisation")
    return tuple(sorted(state.units_of(unit, parse_time(at), tuple(kinds))))


def _streams(history: History, category: str) -> tuple[str, ...]:
    return tuple(sorted(history.streams(category)))


QUERIES: Final[Mapping[str, Callable[..., tuple[str, ...]]]] = {
    "units_below": _units_below,
    "streams": _streams,
}
"""What a population can be asked for by: ``units_below`` (unit, at, kinds) and ``streams`` (category)."""
_NOT_ASKED: Final = frozenset({"code", "method"})


def population(history: History, query: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom a query finds in a history, sorted.  Raises `InvalidInput` for a query that there is not."""
    ask = QUERIES.get(str(query.get("code")))
    if ask is None:
        known = f"Queries: {', '.join(sorted(QUERIES))}."
        raise InvalidInput(Fault("query.code", "There is no such query.", known))
    try:
        return ask(history, **{name: value for name, value in query.items() if name not in _NOT_ASKED})
    except TypeError:
        raise InvalidInput(Fault("query", "It lacks something, or has too much.", "See QUERIES.")) from None


def sampled(history: History, query: Mapping[str, Any], n: int, seed: str) -> Workpaper:
    """`n` of those whom a query finds in a history, drawn with its head."""
    return sample(population(history, query), n, seed, history.head(), query)


# --- drawn again -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A sample drawn again from the log: whether head, population and choice are those that were filed.

    `population` is None where the query was asked of something else than the log.  Truthy when
    nothing differs.
    """

    head: bool
    population: bool | None
    chosen: bool

    def __bool__(self) -> bool:
        return self.head and self.population is not False and self.chosen


def redraw(history: History, plan: Plan) -> Redrawn:
    """Draws the sample of a plan again, from the log as it stood at the position that the plan names."""
    then = history.up_to(plan.position)
    asked = plan.query.get("code") in QUERIES
    again = tuple(
        unit
        for s in plan.strata
        for unit in draw(s.units, min(s.n, len(s.units)), plan.seed, plan.head, s.code)
    )
    return Redrawn(
        head=then.head() == (plan.position, plan.head),
        population=population(then, plan.query) == plan.population if asked else None,
        chosen=tuple(sorted(again)) == plan.units,
    )
