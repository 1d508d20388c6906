"""One subject explained: everything that was concluded of them, each number down to events and rounding.

Every number goes the same way: clause, basis, inputs, and at the end ids of events or parameters of the rule
with the day and the basis of each; the exact value, and how it was rounded (R-044, R-199).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from party_workflow.canonical import fraction_text
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.ranking import Entry, Excluded, Ranking
from party_workflow.policies.results.dated import Dated, in_force_since
from party_workflow.policies.results.forms import (
    gate_text,
    graded_text,
    rungs,
    selection_text,
    selections_of,
)
from party_workflow.policies.results.html import heading, paragraphs, preformatted, table
from party_workflow.policies.results.origin import Origin


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that was concluded of a subject: under which clause, in words, and with its figures.

    `kind` is ``ranking``, ``grade``, ``gate``, ``award``, ``streak``, ``proposal``, ``selection``, ``note``
    or ``measure``.
    """

    kind: str
    clause: str
    said: str
    details: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def title(self) -> str:
        """What it is and what was concluded, in one line."""
        return f"{self.kind}{f' {self.clause}' if self.clause else ''}: {self.said}"

    def lines(self) -> Iterator[str]:
        """The section line by line; figures end in event ids."""
        yield self.title
        yield from (f"  {each}" for each in self.details)
        for figure in self.figures:
            yield from figure.lines(1)

    def data(self) -> dict[str, Any]:
        """The section as canonical data."""
        found: dict[str, Any] = {"kind": self.kind, "clause": self.clause, "said": self.said}
        if self.details:
            found["details"] = list(self.details)
        return found | ({"figures": [figure.data() for figure in self.figures]} if self.figures else {})


@dataclass(frozen=True, slots=True)
class Explanation:
    """A subject's figure and what it rests on; in `sections` everything else that was concluded of them."""

    subject: str
    outcome: str
    figure: Figure
    sections: tuple[Section, ...] = ()
    origin: Origin | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """Line by line: where it comes from, the figure, each further conclusion, the parameters."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.origin is not None:
            yield from self.origin.lines
        yield f"{self.subject}: {self.outcome}"
        yield from self.figure.lines(1)
        for section in self.sections:
            yield from section.lines()
        if dated := self.parameters:
            yield "parameters:"
            yield from (f"  {each}" for each in dated)

    def __str__(self) -> str:
        return "\n".join(self.lines)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figure, then those of the sections."""
        return (self.figure, *(figure for section in self.sections for figure in section.figures))

    @property
    def events(self) -> tuple[str, ...]:
        """The ids of the events that the figure rests on."""
        return tuple(item.event_id for item in self.figure.evidence())

    @property
    def all_events(self) -> tuple[str, ...]:
        """The ids of all events that anything concluded of the subject rests on, in position order."""
        found = {item.event_id: item for figure in self.figures for item in figure.evidence()}
        return tuple(item.event_id for item in sorted(found.values(), key=lambda item: item.position))

    @property
    def parameters(self) -> tuple[Dated, ...]:
        """Every parameter that a figure rests on, once, with its day and its basis."""
        found: dict[tuple[str, str, str, str], Dated] = {}
        for figure in _every(self.figures):
            if figure.step == "parameter" and not isinstance(figure.value, Absent):
                value = fraction_text(figure.value)
                since = None if self.origin is None else in_force_since(self.origin, figure)
                key = (figure.clause, figure.name, value, figure.basis)
                found.setdefault(key, Dated(figure.clause, figure.name, value, figure.basis, since))
        return tuple(found.values())

    def of(self, name: str) -> Figure:
        """The first figure of this name anywhere in the explanation, a measure by the code of its clause.

        Raises KeyError with the names that there are.
        """
        for figure in _every(self.figures):
            if figure.name == name:
                return figure
        known = ", ".join(dict.fromkeys(figure.name for figure in _every(self.figures)))
        raise KeyError(f"{name} is no figure of {self.subject}; there are: {known}")

    def data(self) -> dict[str, Any]:
        """The explanation as canonical data."""
        found: dict[str, Any] = {
            "subject": self.subject,
            "outcome": self.outcome,
            "figure": self.figure.data(),
            "events": list(self.events),
            "sections": [section.data() for section in self.sections],
            "parameters": [each.data() for each in self.parameters],
        }
        return found if self.origin is None else {"origin": self.origin.data(), **found}

    def _repr_html_(self) -> str:
        """The explanation for notebooks."""
        origin = paragraphs(self.origin.lines) if self.origin is not None else ""
        parts = [origin, heading(f"{self.subject}: {self.outcome}"), preformatted(self.figure.lines())]
        for section in self.sections:
            parts += [heading(section.title), preformatted(list(section.lines())[1:])]
        if dated := self.parameters:
            rows = [(each.clause, each.name, each.value, each.basis, each.since or "") for each in dated]
            parts.append(table(("clause", "parameter", "value", "basis", "since"), rows, "parameters"))
        return "\n".join(part for part in parts if part)


# --- from a conclusion ------------------------------------------------------------------------


def explain(origin: Origin, conclusion: Conclusion, subject: str) -> Explanation:
    """Everything that was concluded of a subject.  Raises KeyError for a subject that does not occur."""
    sections = [
        *_rankings(conclusion, subject),
        *_grades(conclusion, subject),
        *_gates(conclusion, subject),
        *_selections(conclusion, subject),
        *_awards(conclusion, subject),
        *_streaks(conclusion, subject),
        *_proposals(conclusion, subject),
        *_notes(conclusion, subject),
    ]
    shown = {id(figure) for figure in _every(_figures(sections))}
    sections += [item for item in _measures(conclusion, subject) if id(item.figures[0]) not in shown]
    if not sections:
        raise KeyError(subject)
    outcome, figure = _main(conclusion, subject) or (
        "in no ranking",
        next(_figures(sections), _nothing(subject)),
    )
    once = [_less(section, figure) for section in sections]
    more = [section for section in once if section.figures or section.details or section.said != outcome]
    return Explanation(subject, outcome, figure, tuple(more), origin)


def _nothing(subject: str) -> Figure:
    return Figure(subject, Absent("not_applicable"), "no_figure", "", "")


def _less(section: Section, figure: Figure) -> Section:
    """A section without the figure that the explanation begins with."""
    return replace(section, figures=tuple(each for each in section.figures if each is not figure))


def _main(conclusion: Conclusion, subject: str) -> tuple[str, Figure] | None:
    """What the ranking of the result says of a subject; the first one that knows them otherwise."""
    ordered = sorted(
        conclusion.rankings, key=lambda item: bool(conclusion.main and item.clause != conclusion.main)
    )
    for ranking in ordered:
        found = _ranked(ranking, subject)
        if isinstance(found, Entry):
            return _place(ranking, found), found.figure
        if found is not None:
            return f"not ranked: {found.reason}", found.figure
    return None


def _ranked(ranking: Ranking, subject: str) -> Entry | Excluded | None:
    everybody: tuple[Entry | Excluded, ...] = (*ranking.entries, *ranking.excluded)
    return next((one for one in everybody if one.subject == subject), None)


def _place(ranking: Ranking, entry: Entry) -> str:
    return f"place {entry.place} of {len(ranking.entries)}"


def _rankings(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for ranking in conclusion.rankings:
        entry = _ranked(ranking, subject)
        if entry is None:
            continue
        where = f" in group {ranking.group}" if ranking.group else ""
        if isinstance(entry, Excluded):
            yield Section(
                "ranking", ranking.clause, f"not ranked{where}: {entry.reason}", (), (entry.figure,)
            )
            continue
        details = [f"{ranking.method} places on {ranking.rank_on} values, population {ranking.population}"]
        if entry.tied:
            details.append(f"shared with {', '.join(entry.tied)}")
        if entry.grade is not None:
            details.append(f"grade {entry.grade}, by {entry.grade_ground}")
        plain = not ranking.clause and not entry.tied and not entry.ties and entry.grade is None
        yield Section(
            "ranking",
            ranking.clause,
            f"{_place(ranking, entry)}{where}",
            () if plain else tuple(details),
            (entry.figure, *entry.ties),
        )


def _grades(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for clause, given in conclusion.grades.items():
        for graded in given:
            if graded.subject == subject:
                yield Section("grade", clause, graded_text(graded), (), (graded.figure,))


def _gates(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for gate in conclusion.gates:
        if gate.subject == subject:
            yield Section("gate", gate.clause, gate_text(gate), (f"basis {gate.basis}",), gate.facts)


def _selections(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for item in selections_of(conclusion):
        if subject in item.candidates:
            yield Section("selection", item.clause, selection_text(item))


def _awards(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for award in conclusion.awards:
        if award.subject == subject:
            yield Section("award", award.clause, f"{award.award}, recommended", (), (award.figure,))


def _streaks(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for streak in conclusion.streaks:
        if streak.subject == subject:
            yield Section("streak", streak.clause, streak.tier or "no tier", tuple(rungs(streak)))


def _proposals(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for item in conclusion.proposals:
        if subject in item.subjects:
            where = f" of group {item.group}" if item.group else ""
            said = f"{item.kind}{where}, proposed: a person decides, the person concerned is heard"
            shared = [other for other in item.subjects if other != subject]
            details = (f"together with {', '.join(shared)}",) if shared else ()
            yield Section("proposal", item.clause, said, details, item.facts)


def _notes(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for note in conclusion.notes:
        if note.subject == subject:
            yield Section("note", note.clause, note.code, (), note.figures)


def _measures(conclusion: Conclusion, subject: str) -> Iterator[Section]:
    for clause, figures in conclusion.measures.items():
        for key, figure in figures.items():
            if key[0] == subject:
                yield Section("measure", clause, f"{figure.name} = {figure.displayed}", (), (figure,))


def _figures(sections: Iterable[Section]) -> Iterator[Figure]:
    return (figure for section in sections for figure in section.figures)


def _every(figures: Iterable[Figure | Evidence]) -> Iterator[Figure]:
    for figure in figures:
        if isinstance(figure, Figure):
            yield figure
            yield from _every(figure.inputs)
