"""What differs between two conclusions: places, grades, awards, streaks, gates, figures, events and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from party_workflow.canonical import fraction_text
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.measures import label
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.ranking import Entry, Excluded
from party_workflow.policies.results.forms import selections_of
from party_workflow.policies.results.html import signed
from party_workflow.policies.results.separation import clauses_below

Kind = Literal["place", "grade", "award", "streak", "gate", "selection", "proposal", "figure", "events"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: of whom, under which clause, what it was and what it is, empty for nothing.

    `amount` of a place is by how many places it is better, of a figure by how much it is more, exact; None
    where there is no place or no value on one side.  `what` names a figure, an award or a kind of proposal;
    `events`, of the kind of that name, are the ids of those that count on one side only.  `because` of a
    place are the clauses from which it comes, as far as something of the subject's own differs there: gates,
    then figures and grades on which the place rests, then the ranking itself where only its ties differ.
    It is empty where nothing of the subject's own differs, as for one whom another overtook.
    """

    kind: Kind
    clause: str
    subject: str
    before: str
    after: str
    what: str = ""
    group: str = ""
    amount: Fraction | None = None
    events: tuple[str, ...] = ()
    because: tuple[str, ...] = ()

    @property
    def reversed(self) -> Change:
        """The same change the other way round."""
        amount = None if self.amount is None else -self.amount
        return replace(self, before=self.after, after=self.before, amount=amount)

    def __str__(self) -> str:
        named = " ".join(part for part in (self.kind, self.clause, self.group, self.what) if part)
        by = "" if self.amount is None else f" ({signed(self.amount)})"
        why = f", because of {', '.join(self.because)}" if self.because else ""
        return f"{named}: {self.subject} {self.before or 'none'} -> {self.after or 'none'}{by}{why}"

    def data(self) -> dict[str, Any]:
        """The change as canonical data."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
        }
        named = {"clause": self.clause, "what": self.what, "group": self.group}
        found |= {name: value for name, value in named.items() if value}
        if self.amount is not None:
            found["amount"] = fraction_text(self.amount)
        lists = {"events": self.events, "because": self.because}
        return found | {name: list(items) for name, items in lists.items() if items}


Said = tuple[str, Fraction | None]
"""What is said of a subject under a key, and the number that it is."""
Key = tuple[str, ...]


def changes(before: Conclusion, after: Conclusion) -> tuple[Change, ...]:
    """Everything that differs, by kind and in order of clause and subject; nothing if the two are equal."""
    found = [
        change
        for kind, read in _READ.items()
        for change in _of_kind(kind, dict(read(before)), dict(read(after)))
    ]
    return tuple(
        replace(change, because=_because(change, before, after, found)) if change.kind == "place" else change
        for change in found
    )


def _because(
    place: Change, before: Conclusion, after: Conclusion, found: Iterable[Change]
) -> tuple[str, ...]:
    """The clauses from which another place comes; the same whichever of the two conclusions is the first."""
    subject = place.subject
    gates = [_ranking_gates(conclusion, subject) for conclusion in (before, after)]
    standing = [_standing(conclusion, place) for conclusion in (before, after)]
    below = {
        clause
        for one in standing
        for figure in (() if one is None else _ranked_by(one))
        for clause in clauses_below(figure)
    }
    own = {
        change.clause
        for change in found
        if change.subject == subject and change.kind in ("figure", "grade") and change.clause in below
    }
    entries = [one for one in standing if isinstance(one, Entry)]
    level = len(entries) == 2 and _said(entries[0].figure) == _said(entries[1].figure)
    untied = [place.clause] if level and set(_ties(entries[0])) != set(_ties(entries[1])) else []
    decided = (*sorted({clause for clause, _ in gates[0] ^ gates[1]}), *sorted(own), *untied)
    return tuple(dict.fromkeys(clause for clause in decided if clause))


def _ranking_gates(conclusion: Conclusion, subject: str) -> set[tuple[str, str]]:
    """The gates that put a subject behind others or out of a ranking."""
    return {
        (gate.clause, gate.ranked)
        for gate in conclusion.gates
        if gate.subject == subject and gate.ranked in ("last", "excluded")
    }


def _standing(conclusion: Conclusion, place: Change) -> Entry | Excluded | None:
    for ranking in conclusion.rankings:
        if (ranking.clause, ranking.group) == (place.clause, place.group):
            everybody: tuple[Entry | Excluded, ...] = (*ranking.entries, *ranking.excluded)
            return next((one for one in everybody if one.subject == place.subject), None)
    return None


def _ranked_by(one: Entry | Excluded) -> tuple[Figure, ...]:
    return (one.figure, *one.ties) if isinstance(one, Entry) else (one.figure,)


def _ties(entry: Entry) -> Iterator[tuple[str, str, Said]]:
    return ((figure.name, figure.step, _said(figure)) for figure in entry.ties)


def _of_kind(kind: Kind, before: Mapping[Key, Said], after: Mapping[Key, Said]) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        one, other = before.get(key, ("", None)), after.get(key, ("", None))
        if one == other:
            continue
        clause, subject, what, group = key
        amount = None if one[1] is None or other[1] is None else other[1] - one[1]
        if kind == "place" and amount is not None:
            amount = -amount
        if kind == "events":
            gone = set(one[0].split()) ^ set(other[0].split())
            first, second = (str(len(side[0].split())) for side in (one, other))
            yield Change(kind, clause, subject, first, second, events=tuple(sorted(gone)))
        else:
            yield Change(kind, clause, subject, one[0], other[0], what, group, amount)


def _places(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for ranking in conclusion.rankings:
        for entry in ranking.entries:
            key = (ranking.clause, entry.subject, "", ranking.group)
            yield key, (str(entry.place), Fraction(entry.place))
        for item in ranking.excluded:
            yield (ranking.clause, item.subject, "", ranking.group), (f"not ranked: {item.reason}", None)


def _grades(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for clause, given in conclusion.grades.items():
        for graded in given:
            yield (clause, graded.subject, "", ""), (graded.grade, None)
    for ranking in conclusion.rankings:
        for entry in ranking.entries:
            if entry.grade is not None:
                yield (ranking.clause, entry.subject, "", ranking.group), (entry.grade, None)


def _awards(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for award in conclusion.awards:
        yield (award.clause, award.subject, award.award, ""), ("recommended", None)


def _streaks(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for streak in conclusion.streaks:
        rungs = ", ".join(f"{rung.period} {rung.streak} {rung.tier or '-'}" for rung in streak.rungs)
        yield (streak.clause, streak.subject, "", ""), (rungs, None)


def _gates(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for gate in conclusion.gates:
        effect = " ".join(part for part in (gate.effect, gate.grade, gate.ranked) if part)
        yield (gate.clause, gate.subject, gate.grades, ""), (effect, None)


def _selections(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for item in selections_of(conclusion):
        for subject in item.candidates:
            yield (item.clause, subject, item.grade, item.group), (f"one of {item.places}", None)


def _proposals(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    for item in conclusion.proposals:
        for subject in item.subjects:
            yield (item.clause, subject, item.kind, item.group), ("proposed", None)


def _figures(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    if conclusion.measures:
        for clause, figures in conclusion.measures.items():
            for key, figure in figures.items():
                yield (clause, key[0], label(clause, key), ""), _said(figure)
        return
    for subject, figure in _tops(conclusion):
        for path, node in _nodes(figure, figure.name):
            yield (node.clause, subject, path, ""), _said(node)


def _said(figure: Figure) -> Said:
    if isinstance(figure.value, Absent):
        return figure.value.kind, None
    return fraction_text(figure.value), figure.value


def _nodes(figure: Figure, path: str) -> Iterator[tuple[str, Figure]]:
    """A figure and those that it rests on, each with its way from the top; of one name they are counted."""
    yield path, figure
    met: dict[str, int] = {}
    for item in figure.inputs:
        if isinstance(item, Figure):
            met[item.name] = met.get(item.name, 0) + 1
            number = f"#{met[item.name]}" if met[item.name] > 1 else ""
            yield from _nodes(item, f"{path}/{item.name}{number}")


def _tops(conclusion: Conclusion) -> Iterator[tuple[str, Figure]]:
    for ranking in conclusion.rankings:
        yield from ((entry.subject, entry.figure) for entry in ranking.entries)
        yield from ((item.subject, item.figure) for item in ranking.excluded)


def _events(conclusion: Conclusion) -> Iterator[tuple[Key, Said]]:
    found: dict[str, dict[str, int]] = {}
    for subject, figure in _everything(conclusion):
        found.setdefault(subject, {}).update({item.event_id: item.position for item in figure.evidence()})
    for subject, ids in found.items():
        yield ("", subject, "", ""), (" ".join(sorted(ids)), None)


def _everything(conclusion: Conclusion) -> Iterator[tuple[str, Figure]]:
    yield from _tops(conclusion)
    for gate in conclusion.gates:
        yield from ((gate.subject, fact) for fact in gate.facts)
    for figures in conclusion.measures.values():
        yield from ((key[0], figure) for key, figure in figures.items())


_READ: Mapping[Kind, Callable[[Conclusion], Iterable[tuple[Key, Said]]]] = {
    "place": _places,
    "grade": _grades,
    "award": _awards,
    "streak": _streaks,
    "gate": _gates,
    "selection": _selections,
    "proposal": _proposals,
    "figure": _figures,
    "events": _events,
}
