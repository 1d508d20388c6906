"""Results of rule documents laid out for people: rankings, what came out besides, how a figure came about."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.policy import Concluded, Explanation
from party_workflow.policies.ranking import Entry, Ranking
from party_workflow.policies.results.why import Why
from party_workflow_adapters.cli.wording import Wording
from party_workflow_adapters.sheets import Bar, Bars, Outline, Part, Sheet, Table

FEW = 3
"""Events of a figure that are named each by itself; more of them are named together."""


def of_result(result: Concluded, words: Wording) -> Sheet:
    """A result: a table for each ranking with its grades, then whatever was concluded besides."""
    conclusion = result.conclusion
    parts: list[Part] = []
    for ranking in conclusion.rankings:
        parts.append(_ranking(ranking, result, words))
        bars = tuple(bar for entry in ranking.entries if (bar := _bar(entry, words)) is not None)
        if bars:
            parts.append(Bars(f"{_named(ranking)} in parts", bars))
    parts += _besides(result, words)
    if not conclusion.rankings:
        parts.append(_measures(result, words))
    return Sheet(
        f"{result.policy} v{result.version}",
        notes=tuple(result.origin.lines),
        warnings=(*result.origin.warnings, *_nobody(result)),
        parts=tuple(parts),
    )


def _nobody(result: Concluded) -> Iterator[str]:
    """That a document is about nobody, and by which of its sources."""
    found, rule = result.conclusion, result.rule
    ranked = any(ranking.entries or ranking.excluded for ranking in found.rankings)
    if isinstance(rule, RuleDocument) and not ranked and not any(found.measures.values()):
        yield f"The population is empty: the source {rule.population.source} has no rows as of these moments."


def _named(ranking: Ranking) -> str:
    return " ".join(filter(None, (ranking.clause or "ranking", ranking.group)))


def _ranking(ranking: Ranking, result: Concluded, words: Wording) -> Table:
    scales = [code for code, given in result.conclusion.grades.items() if given]
    grades = {
        (code, item.subject): words.label(item.grade) + (f" ({item.ground})" if item.ground != "band" else "")
        for code in scales
        for item in result.conclusion.grades[code]
    }
    ties = max((len(entry.ties) for entry in ranking.entries), default=0)
    rows = [
        (
            f"{entry.place}{'=' if entry.tied else ''}",
            words.name(entry.subject),
            entry.figure.displayed,
            *(entry.ties[index].displayed if index < len(entry.ties) else "" for index in range(ties)),
            *(grades.get((code, entry.subject), "") for code in scales),
        )
        for entry in ranking.entries
    ]
    rows += [
        ("", words.name(item.subject), words.label(item.reason), *("" for _ in range(ties + len(scales))))
        for item in ranking.excluded
    ]
    named = [entry.ties for entry in ranking.entries if len(entry.ties) == ties]
    columns = ("Place", "Who", "Value", *(figure.name for figure in (named[0] if named else ())), *scales)
    return Table(_named(ranking), columns, tuple(rows), right=(0, *range(2, 3 + ties)))


def _bar(entry: Entry, words: Wording) -> Bar | None:
    """A score in its parts, where it has at least two."""
    parts = summands(entry.figure)
    return Bar(words.name(entry.subject), parts, entry.figure.displayed) if len(parts) > 1 else None


def summands(figure: Figure) -> tuple[tuple[str, Fraction], ...]:
    """What a figure is the sum of: each a name and a number, which is below zero where it is taken off.

    They sum to the exact value; a difference that rounding made is one of them.  Of a deduction the second is
    what was in fact taken off, within its bounds.  Empty where a figure is no sum of what it rests on.
    """
    value = figure.value
    if isinstance(value, Absent):
        return ()
    inputs = [
        (item.name.removesuffix(".weighted"), item.value)
        for item in figure.inputs
        if isinstance(item, Figure) and item.step != "parameter" and isinstance(item.value, Fraction)
    ]
    match figure.step, [item for item in figure.inputs if isinstance(item, Figure)]:
        case "rounded" | "displayed", [Figure() as exact]:
            parts = list(summands(exact))
            if parts and value != exact.value:
                parts.append(("rounding", value - exact.exact()))
        case "less", [Figure(value=Fraction() as before) as whole, Figure() as off, *_]:
            of = [item.name for item in off.inputs if isinstance(item, Figure)]
            parts = [(whole.name, before), (of[0] if len(of) == 1 else off.name, value - before)]
        case "sum" | "weighted_sum", _:
            parts = inputs
        case _:
            parts = []
    return tuple(parts) if sum((number for _, number in parts), Fraction(0)) == value else ()


def _besides(result: Concluded, words: Wording) -> Iterator[Part]:
    found = result.conclusion
    if found.gates:
        rows = tuple(
            (
                gate.clause,
                words.name(gate.subject),
                gate.effect,
                words.label(gate.grade) if gate.grade else "",
                _facts(gate.facts),
            )
            for gate in found.gates
        )
        yield Table("Gates", ("Gate", "Who", "Effect", "Grade", "Because of"), rows)
    selections = [*found.selections, *(item for ranking in found.rankings for item in ranking.selections)]
    if selections:
        rows3 = tuple(
            (words.label(item.grade), str(item.places), ", ".join(words.name(who) for who in item.candidates))
            for item in selections
        )
        yield Table("To be selected by people", ("What", "Places", "From"), rows3, right=(1,))
    if found.awards:
        rows4 = tuple(
            (words.label(item.award), words.name(item.subject), item.clause) for item in found.awards
        )
        yield Table("Awards recommended", ("Award", "Who", "Clause"), rows4)
    if found.streaks:
        rows5 = tuple(
            (
                words.name(item.subject),
                words.label(item.tier) if item.tier else "none",
                ", ".join(f"{rung.period} {rung.outcome.replace('_', ' ')}" for rung in item.rungs),
            )
            for item in found.streaks
        )
        yield Table("Streaks", ("Who", "Tier", "Periods"), rows5)
    if found.proposals:
        rows6 = tuple(
            (
                item.kind,
                item.group,
                ", ".join(words.name(who) for who in item.subjects) or "nothing is proposed",
                ", ".join(item.refused),
            )
            for item in found.proposals
        )
        yield Table("Proposals for a person to decide", ("What", "Group", "Whom", "Guards not met"), rows6)
    if found.notes:
        rows7 = tuple(
            (item.clause, item.code, words.name(item.subject) if item.subject else "", _facts(item.figures))
            for item in found.notes
        )
        yield Table("Notes", ("Clause", "What", "Who", "Figures"), rows7)


def _measures(result: Concluded, words: Wording) -> Table:
    rows = tuple(
        (code, words.name(key[0]), ", ".join(key[1:]), figure.displayed)
        for code, figures in result.conclusion.measures.items()
        for key, figure in figures.items()
    )
    return Table("Measures", ("Clause", "Who", "Of", "Value"), rows, right=(3,))


def _facts(figures: tuple[Figure, ...]) -> str:
    return ", ".join(f"{figure.name} {figure.displayed}" for figure in figures)


def of_explanation(found: Explanation, words: Wording) -> Sheet:
    """An explanation: the figure and every further conclusion, each down to events and parameters."""
    parts: list[Part] = [Outline(found.outcome, tuple(figure_lines(found.figure)))]
    for section in found.sections:
        lines = [(0, line) for line in section.details]
        lines += [line for figure in section.figures for line in figure_lines(figure)]
        parts.append(Outline(section.title, tuple(lines)))
    if found.parameters:
        rows = tuple(
            (item.clause, item.name, item.value, str(item.since or ""), item.basis)
            for item in found.parameters
        )
        parts.append(
            Table("Parameters", ("Clause", "Parameter", "Value", "Since", "Basis"), rows, right=(2,))
        )
    origin = found.origin
    return Sheet(
        words.name(found.subject),
        notes=() if origin is None else tuple(origin.lines),
        warnings=() if origin is None else origin.warnings,
        parts=tuple(parts),
    )


def figure_lines(figure: Figure, depth: int = 0) -> Iterator[tuple[int, str]]:
    """A figure as lines with their depth; many events of one figure in one line."""
    rounded = ""
    if figure.rounding is not None and not isinstance(figure.value, Absent):
        rounded = f" ({figure.rounding})"
    under = f" [{', '.join(filter(None, (figure.clause, figure.basis)))}]" if figure.clause else ""
    yield depth, f"{figure.name} = {figure.displayed}{rounded}: {figure.step.replace('_', ' ')}{under}"
    events = [item for item in figure.inputs if isinstance(item, Evidence)]
    for item in figure.inputs:
        if isinstance(item, Figure):
            yield from figure_lines(item, depth + 1)
    if len(events) > FEW:
        kinds = ", ".join(dict.fromkeys(item.stored_type for item in events))
        yield depth + 1, f"{len(events)} events {kinds}: {', '.join(f'#{item.position}' for item in events)}"
    else:
        yield from (
            (depth + 1, f"#{item.position} {item.stored_type} {item.event_id[:12]}…") for item in events
        )


def of_why(found: Why) -> Sheet:
    """Why one stands above another: what separates them, the contributions, what would turn the pair."""
    parts: list[Part] = []
    if found.contributions:
        caption = "Components, which sum to the difference" if found.linear else "Components, not a sum"
        parts.append(Outline(caption, tuple((0, str(item)) for item in found.components)))
    if found.grades:
        order = (0, 1, 2) if found.above == found.first else (0, 2, 1)
        rows = tuple((row[order[0]], row[order[1]], row[order[2]]) for row in found.grades)
        parts.append(Table("Grades", ("Scale", found.above, found.below), rows))
    flips = [(0, line.replace("see data()", "see --json")) for line in found.turning]
    caption = (
        "What would turn it round, the smallest change first" if found.flips else "Nothing turns it round"
    )
    parts.append(Outline(caption, tuple(flips)))
    return Sheet(found.said, tuple(found.origin.lines), found.origin.warnings, tuple(parts))
