"""Why one stands above another: what separates them first, what each component adds, what would turn it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from party_workflow.canonical import fraction_text
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Figure
from party_workflow.policies.policy import Concluded, Counterfactual, suppose
from party_workflow.policies.ranking import Entry, Excluded
from party_workflow.policies.results.altered import without
from party_workflow.policies.results.bench import bench
from party_workflow.policies.results.flips import Flip, Found, Kind, Search, Unmoved
from party_workflow.policies.results.forms import gate_text, graded_text
from party_workflow.policies.results.html import brief, heading, paragraphs, preformatted, signed, table
from party_workflow.policies.results.origin import Origin
from party_workflow.policies.results.searching import Pair, look
from party_workflow.policies.results.separation import (
    Contribution,
    Separation,
    contributions,
    separate,
)
from party_workflow.policies.results.versions import held


@dataclass(frozen=True, slots=True)
class Why:
    """Why `first` stands above `second`.  Truthy when it does.

    Where it stands below, or the two share a place, that is explained instead.  `separation` is the first
    thing that separates them; `contributions` is what each component adds to the difference, which they sum
    to where `linear`.  `flips` are the changes that would turn the pair round, smallest first, events last;
    where the two share a place, those that would put `first` above.  `unmoved` is what cannot turn it within
    its bounds, `untried` what was not tried.
    """

    first: str
    second: str
    origin: Origin
    separation: Separation
    contributions: tuple[Contribution, ...]
    linear: bool
    grades: tuple[tuple[str, str, str], ...]
    """By scale on which they differ: the grade of the first and of the second, in words."""
    flips: tuple[Flip, ...]
    unmoved: tuple[Unmoved, ...]
    untried: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.separation.order > 0

    @property
    def smallest(self) -> Flip | None:
        """The smallest change that turns the pair, in proportion to what was there, or None."""
        return self.flips[0] if self.flips else None

    @property
    def difference(self) -> Fraction:
        """By how much the first is ahead in what decided."""
        return self.separation.difference

    @property
    def above(self) -> str:
        """Who stands above, whichever way it was asked; the first where they share a place."""
        return self.second if self.separation.order < 0 else self.first

    @property
    def below(self) -> str:
        """The other of the two."""
        return self.first if self.separation.order < 0 else self.second

    @property
    def components(self) -> tuple[Contribution, ...]:
        """The contributions from the one above to the one below, as in the sentence."""
        swap = self.separation.order < 0
        return tuple(each.swapped for each in self.contributions) if swap else self.contributions

    @property
    def said(self) -> str:
        """The answer in one sentence."""
        found = self.separation
        above, below = self.above, self.below
        under = f" under {found.clause}, {found.basis}" if found.clause else ""
        match found.by:
            case "gate":
                assert found.gate is not None
                return f"{above} stands above {below} by a gate{under}: {gate_text(found.gate)}"
            case "shared":
                return f"{above} and {below} share a place: nothing separates them{under}"
            case "lot_or_choice":
                return f"{above} stands above {below} by lot or by choice of people{under}: they are level"
            case "measure" | "tie":
                values = (found.first, found.second) if found.order > 0 else (found.second, found.first)
                how = "by" if found.by == "measure" else "level, by the tie rule"
                shown = " against ".join(_shown(figure, found.on) for figure in values)
                return f"{above} stands above {below} {how} {found.first.name}{under}: {shown}, {found.on}"

    @property
    def lines(self) -> tuple[str, ...]:
        """The answer line by line, under where the result comes from."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from self.origin.lines
        yield self.said
        if self.separation.gate is not None:
            for figure in self.separation.gate.facts:
                yield from figure.lines(1)
        if self.contributions:
            difference = -self.difference if self.separation.order < 0 else self.difference
            whole = f" of {signed(difference)}" if self.linear else ", not a sum"
            yield f"components{whole}:"
            yield from (f"  {each}" for each in self.components)
        for scale, first, second in self.grades:
            of = {self.first: first, self.second: second}
            yield f"grades {scale}: {self.above} {of[self.above]}; {self.below} {of[self.below]}"
        yield (
            "what would turn it round, the smallest change first:"
            if self.flips
            else "nothing turns it round:"
        )
        yield from (f"  {line}" for line in self.turning)

    @property
    def turning(self) -> tuple[str, ...]:
        """The smallest changes that turn it, and how much else there is: all of it is in `data`."""
        return tuple(self._turning())

    def _turning(self) -> Iterator[str]:
        yield from (str(flip) for flip in self.flips[:LISTED])
        if more := _counted((flip.kind, flip.leaf) for flip in self.flips[LISTED:]):
            yield f"also by: {more} (see data())"
        turning = {flip.leaf for flip in self.flips}
        if none := _counted((each.kind, each.leaf) for each in self.unmoved if each.leaf not in turning):
            yield f"not by: {none} (see data())"
        if self.untried:
            rest = len(self.untried) - LISTED
            more = f" and {rest} more (see data())" if rest > 0 else ""
            yield f"not tried: {', '.join(self.untried[:LISTED])}{more}"

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def data(self) -> dict[str, Any]:
        """The answer as canonical data."""
        found = self.separation
        data: dict[str, Any] = {
            "origin": self.origin.data(),
            "first": self.first,
            "second": self.second,
            "holds": bool(self),
            "by": found.by,
            "order": found.order,
            "clause": found.clause,
            "basis": found.basis,
            "on": found.on,
            "figures": {"first": found.first.data(), "second": found.second.data()},
            "difference": fraction_text(self.difference),
            "linear": self.linear,
            "contributions": [each.data() for each in self.contributions],
            "grades": [list(each) for each in self.grades],
            "flips": [flip.data() for flip in self.flips],
            "unmoved": [each.data() for each in self.unmoved],
            "untried": list(self.untried),
        }
        return data if found.gate is None else {**data, "gate": found.gate.data()}

    def _repr_html_(self) -> str:
        rows = [
            (
                each.name,
                each.first.displayed if each.first is not None else "",
                each.second.displayed if each.second is not None else "",
                "" if each.difference is None else signed(each.difference),
            )
            for each in self.components
        ]
        parts = [paragraphs((*self.origin.lines, self.said))]
        if rows:
            parts.append(table(("component", self.above, self.below, "difference"), rows))
        turning = [*([] if self.flips else ["nothing that was tried"]), *self.turning]
        parts += [heading("what would turn it round"), preformatted(turning)]
        return "\n".join(parts)


LISTED: Final = 8
"""So many changes that turn a pair, or that were not tried, are listed in words."""

_COUNTED: Final[Mapping[Kind, str]] = {
    "parameter": "parameter",
    "value": "component",
    "event_less": "event",
    "event_more": "event",
}


def _counted(found: Iterable[tuple[Kind, str]]) -> str:
    """How many parameters, components and events these are; an event less and one more is one event."""
    counts = Counter(name for name, _ in dict.fromkeys((_COUNTED[kind], leaf) for kind, leaf in found))
    return ", ".join(
        f"{counts[name]} {name}{'s' if counts[name] > 1 else ''}"
        for name in dict.fromkeys(_COUNTED.values())
        if counts[name]
    )


def _shown(figure: Figure, on: str) -> str:
    return figure.displayed if on == "displayed" else _exactly(figure)


def _exactly(figure: Figure) -> str:
    return figure.displayed if not isinstance(figure.value, Fraction) else brief(figure.value)


def why(result: Concluded, first: str, second: str, search: Search | None = None) -> Why:
    """Why one stands above another, and what would turn it round.

    What turns it is looked for by running the policy again with one thing altered (`flips`), as far as
    `search` says; for a result that was not run here nothing is looked for.  Raises `InvalidInput` for
    subjects that are unknown, not ranked, in different groups, or the same.
    """
    separation = separate(result.conclusion, result.rule, first, second)
    added, linear = contributions(separation.first, separation.second, separation.on)
    found = _look(result, separation, first, second, search or Search())
    return Why(
        first=first,
        second=second,
        origin=result.origin,
        separation=separation,
        contributions=added,
        linear=linear,
        grades=tuple(_grades(result.conclusion, first, second)),
        flips=tuple(found.flips),
        unmoved=tuple(found.unmoved),
        untried=tuple(found.untried),
    )


def _look(result: Concluded, separation: Separation, first: str, second: str, search: Search) -> Found:
    if result.held is None:
        return Found(untried=["everything: the result was not run here"])
    ranking = separation.ranking
    figures = {subject: _figures(result.conclusion, separation, subject) for subject in (first, second)}
    wanted = -1 if separation.order > 0 else 1
    pair = Pair(first, second, (ranking.clause, ranking.group), wanted, figures, ranking.rank_on)
    return look(bench(result.held, result.when), result.conclusion, pair, search)


def _figures(conclusion: Conclusion, separation: Separation, subject: str) -> tuple[Figure, ...]:
    """The figures by which a subject is ranked, the measure first, then those of ties and gates."""
    ranking = separation.ranking
    everybody: tuple[Entry | Excluded, ...] = (*ranking.entries, *ranking.excluded)
    one = next(one for one in everybody if one.subject == subject)
    ties = one.ties if isinstance(one, Entry) else ()
    gates = [fact for gate in conclusion.gates if gate.subject == subject for fact in gate.facts]
    return (one.figure, *ties, *gates)


def _grades(conclusion: Conclusion, first: str, second: str) -> Iterator[tuple[str, str, str]]:
    for scale, given in conclusion.grades.items():
        of: Mapping[str, Any] = {item.subject: item for item in given}
        if first in of and second in of and of[first].grade != of[second].grade:
            yield scale, graded_text(of[first]), graded_text(of[second])


def turned(result: Concluded, flip: Flip) -> Counterfactual:
    """What follows from a change of a rule, or without an event: what a flip promises, to be seen.

    Raises `InvalidInput` for a change of a component or an event more, which no rule and no history has.
    """
    if flip.rule is not None:
        return result.under(flip.rule)
    if flip.kind == "event_less":
        kept = held(result)
        history = without(kept.history, events=flip.events)
        return suppose(kept.policy, history, on=result.on, period_start=result.period_start)
    what = f"{flip} is no rule and no history that was."
    raise InvalidInput(Fault("turned", what, "Take a change of a parameter, or an event less."))
