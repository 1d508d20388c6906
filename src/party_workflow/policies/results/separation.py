"""What separates two subjects in a ranking, and what each component adds to the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, Literal

from party_workflow.canonical import fraction_text
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.conclusion import Conclusion, GateHit
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.ranking import Entry, Excluded, Ranking
from party_workflow.policies.results.html import brief, signed
from party_workflow.policies.rule import Issued

By = Literal["gate", "measure", "tie", "lot_or_choice", "shared"]
"""What separates a pair: a gate; the measure that is ranked; a tie rule; none of them, so that it was a lot
or what people chose; nothing, because they share the place.
"""
On = Literal["displayed", "exact"]

SHOWN: Final = 30
"""So many names are listed in a message."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one component adds to the difference of two subjects; `difference` is None where the value is not
    the sum of its components.
    """

    name: str
    clause: str
    first: Figure | None
    second: Figure | None
    difference: Fraction | None

    @property
    def swapped(self) -> Contribution:
        """The same with the second before the first."""
        difference = None if self.difference is None else -self.difference
        return replace(self, first=self.second, second=self.first, difference=difference)

    def __str__(self) -> str:
        shown = [_short(figure) for figure in (self.first, self.second)]
        adds = "" if self.difference is None else f": {signed(self.difference)}"
        return f"{self.name}, {shown[0]} against {shown[1]}{adds}"

    def data(self) -> dict[str, Any]:
        """The contribution as canonical data."""
        found: dict[str, Any] = {"name": self.name, "clause": self.clause}
        for side, figure in (("first", self.first), ("second", self.second)):
            if figure is not None:
                found[side] = figure.short()
        return found | ({} if self.difference is None else {"difference": fraction_text(self.difference)})


def _short(figure: Figure | None) -> str:
    if figure is None:
        return "none"
    return figure.displayed if figure.rounding or isinstance(figure.value, Absent) else brief(figure.value)


@dataclass(frozen=True, slots=True)
class Separation:
    """What separates two subjects.  `order` is 1 where the first stands above, -1 below, 0 on one place.

    `first` and `second` are the figures that were compared, on `on` values; `gate` the gate that decided.
    """

    by: By
    order: int
    clause: str
    basis: str
    on: On
    ranking: Ranking
    first: Figure
    second: Figure
    gate: GateHit | None = None

    @property
    def difference(self) -> Fraction:
        """By how much the first is ahead in what was compared, 0 where one of the two has no value."""
        if isinstance(self.first.value, Absent) or isinstance(self.second.value, Absent):
            return Fraction(0)
        return compared(self.first, self.on) - compared(self.second, self.on)


def compared(figure: Figure, on: On) -> Fraction:
    """The value that is compared: as displayed, or exact.  Raises ValueError for an absent one."""
    value = figure.exact()
    return Fraction(figure.rounding.apply(value)) if on == "displayed" and figure.rounding else value


def clauses_below(figure: Figure | Evidence) -> Iterator[str]:
    """The clauses of a figure and of those on which it rests."""
    if isinstance(figure, Figure):
        if figure.clause:
            yield figure.clause
        for inner in figure.inputs:
            yield from clauses_below(inner)


# --- which ranking, and what separates --------------------------------------------------------


def separate(conclusion: Conclusion, rule: Issued, first: str, second: str) -> Separation:
    """What separates two subjects, in the first ranking that has both; that of the result goes before others.

    Raises `InvalidInput` for one who is unknown or not ranked, and for two of different groups, unless a gate
    is the reason why one of them is not ranked.
    """
    ranking = _common(conclusion, first, second)
    one, other = _of(ranking, first), _of(ranking, second)
    gates = {subject: _gate(conclusion, rule, ranking, subject) for subject in (first, second)}
    if isinstance(one, Entry) and isinstance(other, Entry):
        order = (one.place < other.place) - (one.place > other.place)
        only = [gate for gate in gates.values() if gate is not None and gate.ranked == "last"]
        if order and len(only) == 1:
            return _by_gate(only[0], order, ranking, one, other)
        return _by_figures(rule, ranking, one, other, order)
    for subject, found, above in ((first, one, -1), (second, other, 1)):
        gate = gates[subject]
        if isinstance(found, Excluded) and (gate is None or gate.ranked != "excluded"):
            what = f"{subject} is not ranked: {found.reason}."
            raise InvalidInput(Fault("why", what, f"See explain({subject!r}) for what that rests on."))
        if isinstance(found, Excluded) and gate is not None and not all(gates.values()):
            return _by_gate(gate, above, ranking, one, other)
    what = f"Neither {first} nor {second} is ranked: a gate excludes both."
    raise InvalidInput(Fault("why", what, "See explain() of either."))


def _common(conclusion: Conclusion, first: str, second: str) -> Ranking:
    if not conclusion.rankings:
        raise InvalidInput(Fault("why", "There is no ranking here.", "Ask explain() for one subject."))
    if first == second:
        raise InvalidInput(Fault("why", f"{first} is one subject.", "Name two."))
    ordered = sorted(conclusion.rankings, key=lambda item: item.clause != conclusion.main)
    known = {subject: [each for each in ordered if _of(each, subject)] for subject in (first, second)}
    for subject, rankings in known.items():
        if not rankings:
            names = [entry.subject for ranking in ordered for entry in ranking.entries]
            some = ", ".join(dict.fromkeys(names[:SHOWN])) or "nobody"
            more = ", …" if len(names) > SHOWN else ""
            raise InvalidInput(Fault("why", f"No ranking knows {subject}.", f"Ranked are: {some}{more}."))
    for ranking in known[first]:
        if ranking in known[second]:
            return ranking
    groups = [known[subject][0].group or known[subject][0].clause for subject in (first, second)]
    what = f"{first} is ranked in {groups[0]} and {second} in {groups[1]}: they are not compared."
    raise InvalidInput(Fault("why", what, "Name two of one group."))


def _of(ranking: Ranking, subject: str) -> Entry | Excluded | None:
    everybody: tuple[Entry | Excluded, ...] = (*ranking.entries, *ranking.excluded)
    return next((one for one in everybody if one.subject == subject), None)


def _gate(conclusion: Conclusion, rule: Issued, ranking: Ranking, subject: str) -> GateHit | None:
    """The gate that decides where a subject stands in a ranking."""
    found = [
        gate for gate in conclusion.gates if gate.subject == subject and gate.ranked in ("last", "excluded")
    ]
    followed = getattr(clause_of(rule, ranking.clause), "gates", None)
    if isinstance(followed, tuple) and followed:
        found = [gate for gate in found if gate.clause in followed]
    return next((gate for gate in found if gate.ranked == "excluded"), found[0] if found else None)


def _by_gate(
    gate: GateHit,
    order: int,
    ranking: Ranking,
    one: Entry | Excluded | None,
    other: Entry | Excluded | None,
) -> Separation:
    assert one is not None
    assert other is not None
    return Separation(
        "gate", order, gate.clause, gate.basis, "exact", ranking, one.figure, other.figure, gate
    )


def _by_figures(rule: Issued, ranking: Ranking, one: Entry, other: Entry, order: int) -> Separation:
    clause = clause_of(rule, ranking.clause)
    on: On = ranking.rank_on
    code = ranking.clause or one.figure.clause
    basis = getattr(clause, "basis", "") or rule.based().get(code, "")
    if order == 0:
        return Separation("shared", 0, code, basis, on, ranking, one.figure, other.figure)
    if compared(one.figure, on) != compared(other.figure, on):
        return Separation("measure", order, code, basis, on, ranking, one.figure, other.figure)
    for first, second in zip(one.ties, other.ties, strict=False):
        within = _tie_on(clause, first)
        if _differ(first, second, within):
            by: By = "lot_or_choice" if first.step == "drawn" else "tie"
            return Separation(by, order, code, basis, within, ranking, first, second)
    return Separation("lot_or_choice", order, code, basis, on, ranking, one.figure, other.figure)


def _tie_on(clause: Any, figure: Figure) -> On:
    """Whether a tie rule compares displayed or exact values, as its clause says."""
    for tie in getattr(clause, "ties", ()):
        if getattr(tie, "measure", None) in (figure.clause, figure.name) and hasattr(tie, "on"):
            return "displayed" if tie.on == "displayed" else "exact"
    return "exact"


def _differ(first: Figure, second: Figure, on: On) -> bool:
    if isinstance(first.value, Absent) or isinstance(second.value, Absent):
        return isinstance(first.value, Absent) != isinstance(second.value, Absent)
    return compared(first, on) != compared(second, on)


def clause_of(rule: Issued, code: str) -> Any:
    """A clause of a rule or a rule document, None where it has none of that code."""
    written: Mapping[str, Any] = rule.__dict__
    clauses: Any = written.get("clauses", written.get("clause", ()))
    return next((clause for clause in clauses if clause.code == code), None)


# --- what each component adds -----------------------------------------------------------------


def contributions(first: Figure, second: Figure, on: On) -> tuple[tuple[Contribution, ...], bool]:
    """What each component adds to the difference, and whether it is a sum: then they sum to it exactly.

    Where values are rounded on the way, what rounding adds is a component of its own, ``rounding``.
    """
    if isinstance(first.value, Absent) or isinstance(second.value, Absent):
        return (), False
    one, other = core(first), core(second)
    terms = additive(one), additive(other)
    if terms[0] is None or terms[1] is None:
        return tuple(_side_by_side(one, other)), False
    whole = compared(first, on) - compared(second, on)
    found = []
    for name in dict.fromkeys((*terms[0], *terms[1])):
        left, right = terms[0].get(name), terms[1].get(name)
        amount = (left[0] if left else Fraction(0)) - (right[0] if right else Fraction(0))
        shown = [None if side is None else component(side[1]) for side in (left, right)]
        figure = shown[0] or shown[1]
        assert figure is not None
        found.append(Contribution(figure.name, figure.clause, shown[0], shown[1], amount))
    rest = whole - sum((each.difference or Fraction(0) for each in found), Fraction(0))
    if rest:
        found.append(Contribution("rounding", first.clause, first, second, rest))
    return tuple(found), True


def core(figure: Figure) -> Figure:
    """What a figure is before it was rounded or passed on under another name."""
    inner = [item for item in figure.inputs if isinstance(item, Figure)]
    if len(inner) == 1 and (figure.step == "rounded" or inner[0].value == figure.value):
        return core(inner[0])
    return figure


def additive(figure: Figure) -> Mapping[str, tuple[Fraction, Figure]] | None:
    """The terms that sum to a figure, by name and with their sign; None where it is not their sum."""
    terms = [item for item in figure.inputs if isinstance(item, Figure)]
    if not terms or any(isinstance(term.value, Absent) for term in terms):
        return None
    if figure.step == "parameter" or len({term.name for term in terms}) < len(terms):
        return None
    rest = len(terms) - 1
    for signs in (
        [1] * len(terms),
        [1, *([-1] * rest)],
        [*([1] * rest), 0],
    ):  # the last may be what does not count
        amounts = [sign * term.exact() for sign, term in zip(signs, terms, strict=True)]
        if sum(amounts, Fraction(0)) == figure.value:
            return {term.name: (amount, term) for term, amount in zip(terms, amounts, strict=True)}
    return None


def component(term: Figure) -> Figure:
    """The part that a weighted term is of: its one input that is no parameter."""
    parts = _no_parameters(term)
    return parts[0] if term.step in ("product", "points") and len(parts) == 1 else term


def _no_parameters(term: Figure) -> Sequence[Figure]:
    return [
        item
        for item in term.inputs
        if isinstance(item, Figure) and item.step not in ("parameter", "share_of_whole")
    ]


def _side_by_side(one: Figure, other: Figure) -> Iterator[Contribution]:
    left = {item.name: item for item in _no_parameters(one)}
    right = {item.name: item for item in _no_parameters(other)}
    for name in dict.fromkeys((*left, *right)):
        figure = left.get(name) or right.get(name)
        assert figure is not None
        yield Contribution(name, figure.clause, left.get(name), right.get(name), None)
