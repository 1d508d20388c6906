"""Samples that anybody can draw again, with the workpaper that says how they were drawn (R-201).

The lots are those of `party_workflow.domain.inspection.draw`: SHA-256 over the head of the log, a seed and
the member.  The same query, number and seed give the same members for the same head.  A sample is *simple*,
*stratified* (each group drawn from by itself), or takes *both ends* of an order whole and some of the middle.

The seed is an argument: one that is announced beforehand, or drawn in public, keeps anybody from trying
seeds until the sample suits them.  So whoever draws publishes `seed_commitment` in the log while its head
is still unknown, and opens it in the workpaper: seed and nonce.  Whoever can still append before the head
is fixed could try events instead of seeds; say beforehand at which position the log is taken
(`Announcement`).

The workpaper round-trips through JSON (`Workpaper.filed`, `Workpaper.read`), and `redraw` makes every step
of it again: the head, the population, the strata, the ends, the lots, and when the seed was bound.
Populations and their queries are in `party_workflow.policies.audits.populations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, assert_never

from party_workflow.domain.inspection import Plan, draw, lot
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.audits.announced import Announcement, published, seed_commitment
from party_workflow.policies.audits.populations import QUERIES, population, strata
from party_workflow.policies.audits.workpapers import Group, Head, Method, Workpaper

__all__ = [
    "QUERIES",
    "Announcement",
    "Group",
    "Head",
    "Method",
    "Redrawn",
    "Workpaper",
    "both_ends",
    "population",
    "proportional",
    "published",
    "redraw",
    "sample",
    "sampled",
    "sampled_by",
    "seed_commitment",
    "strata",
    "stratified",
]


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
    exact = {member: Fraction(value) for member, value in values.items()}
    return Workpaper(paper, "both_ends", head[0], head[1], seed, groups, tuple(sorted(tied)), exact)


def sampled(history: History, query: Mapping[str, Any], n: int, seed: str, nonce: str = "") -> Workpaper:
    """`n` of those whom a query finds in a history, drawn with its head."""
    return replace(sample(population(history, query), n, seed, history.head(), query), nonce=nonce)


def sampled_by(
    history: History, query: Mapping[str, Any], sizes: Mapping[str, int] | int, seed: str, nonce: str = ""
) -> Workpaper:
    """A stratified sample of those whom a query finds, by what its ``by`` says (`strata`)."""
    return replace(stratified(strata(history, query), sizes, seed, history.head(), query), nonce=nonce)


# --- drawn again -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A sample drawn again from the log: whether head, population and choice are those that were filed.

    `population` is None where the query was asked of something else than the log, `strata` where the query
    does not say by what, `committed` where no commitment to the seed was opened: nobody can tell then
    whether seeds were tried.  Truthy when nothing differs.
    """

    head: bool
    population: bool | None
    chosen: bool
    strata: bool | None = None
    committed: bool | None = None

    def __bool__(self) -> bool:
        return (
            self.head
            and self.population is not False
            and self.chosen
            and self.strata is not False
            and self.committed is not False
        )


def redraw(history: History, paper: Plan | Workpaper) -> Redrawn:
    """Draws the sample of a plan or workpaper again, from the log as it stood at the position it names."""
    then = history.up_to(paper.position)
    asked = paper.query.get("code") in QUERIES
    found = Redrawn(
        head=then.head() == (paper.position, paper.head),
        population=population(then, paper.query) == paper.population if asked else None,
        chosen=_drawn_again(paper),
    )
    if isinstance(paper, Plan):
        return found
    groups = {group.code: group.population for group in paper.groups}
    stratified_by = asked and paper.method == "stratified" and "by" in paper.query
    return replace(
        found,
        strata=strata(then, paper.query) == groups if stratified_by else None,
        committed=_bound(history, paper) if paper.nonce else None,
    )


def _bound(history: History, paper: Workpaper) -> bool:
    """Whether the commitment to the seed was published before the head was known."""
    try:
        commitment = seed_commitment(paper.seed, paper.nonce)
    except InvalidInput:
        return False
    return published(history, commitment, paper.position) is not None


def _drawn_again(paper: Plan | Workpaper) -> bool:
    if isinstance(paper, Plan):
        again = tuple(
            unit
            for s in paper.strata
            for unit in draw(s.units, min(s.n, len(s.units)), paper.seed, paper.head, s.code)
        )
        return tuple(sorted(again)) == paper.units
    try:
        return _made_again(paper) == paper
    except InvalidInput:
        return False


def _made_again(paper: Workpaper) -> Workpaper:
    """The same sample from what the workpaper says that it was drawn from.  Raises `InvalidInput`."""
    head, sizes = (paper.position, paper.head), {group.code: group.n for group in paper.groups}
    members = {group.code: group.population for group in paper.groups}
    if len(members) != len(paper.groups):
        raise InvalidInput(Fault("groups", "A group stands twice.", "Name each once."))
    match paper.method:
        case "simple":
            if members.keys() != {"all"}:
                raise InvalidInput(Fault("groups", "A simple sample has one group.", "Name it all."))
            again = sample(members["all"], sizes["all"], paper.seed, head, paper.query)
        case "stratified":
            again = stratified(members, sizes, paper.seed, head, paper.query)
        case "both_ends":
            if sizes.keys() != {"bottom", "middle", "top"}:
                raise InvalidInput(Fault("groups", "It has not its three groups.", "Name both ends."))
            again = both_ends(
                paper.values, sizes["top"], sizes["bottom"], sizes["middle"], paper.seed, head, paper.query
            )
        case _:
            assert_never(paper.method)
    return replace(again, nonce=paper.nonce)
