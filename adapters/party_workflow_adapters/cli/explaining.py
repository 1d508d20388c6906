"""``party-workflow explain``: one subject's figure, taken apart down to the events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from party_workflow.canonical import fraction_text
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.policy import Explanation, Result
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.choosing import of_campaign
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.ranking import ranking
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.tree import Tree

FEW: Final = 3
"""Events of a figure that are named each by itself; more of them are named together."""


@click.command("explain")
@click.argument("subject")
@of_campaign
@click.option(
    "--rule", metavar="DIGEST", help="The rule, by the beginning of its digest; the newest otherwise."
)
@reading
def command(source: Source, printer: Printer, subject: str, campaign: str | None, rule: str | None) -> int:
    """How the figure of SUBJECT (such as p-7) in the ranking came about.

    Every step names its clause and basis, and ends in events (#position) or parameters of the rule.
    With --json the events are given by id.
    """
    result = ranking(source.history, campaign, rule)
    explanation = explained(result, subject)
    if printer.as_json:
        printer.write(data(result, explanation))
    else:
        printer.show(shown(explanation, source.wording(printer.language)))
    return ending.FINE


def explained(result: Result, subject: str) -> Explanation:
    """The explanation.  Raises `InvalidInput` for somebody whom the ranking does not know."""
    try:
        return result.explain(subject)
    except KeyError:
        people = [entry.subject for entry in result.ranking.entries]
        known = f"It knows: {', '.join(people[:30])}{', …' if len(people) > 30 else ''}." if people else ""
        what = "The ranking does not know this subject."
        raise InvalidInput(Fault("explain", what, known or "Nobody is ranked as of these moments.")) from None


def data(result: Result, explanation: Explanation) -> dict[str, Any]:
    """The explanation as canonical data."""
    return {
        "events": list(explanation.events),
        "figure": explanation.figure.data(),
        "outcome": explanation.outcome,
        "result": result.digest,
        "rule": result.rule.digest,
        "subject": explanation.subject,
    }


def shown(explanation: Explanation, words: Wording) -> Tree:
    """The explanation for people."""
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(f"{words.name(explanation.subject)}: {explanation.outcome}", style="bold"))
    _grow(tree, explanation.figure)
    return tree


def _grow(tree: Tree, figure: Figure) -> None:
    from rich.text import Text

    branch = tree.add(Text(_line(figure)))
    events = [item for item in figure.inputs if isinstance(item, Evidence)]
    for item in figure.inputs:
        if isinstance(item, Figure):
            _grow(branch, item)
    if len(events) > FEW:
        kinds = ", ".join(dict.fromkeys(item.stored_type for item in events))
        where = ", ".join(f"#{item.position}" for item in events)
        branch.add(Text(f"{len(events)} events {kinds}: {where}"))
    else:
        for item in events:
            branch.add(Text(f"#{item.position} {item.stored_type} {item.event_id[:12]}…"))


def _line(figure: Figure) -> str:
    rounded = ""
    if figure.rounding is not None and not isinstance(figure.value, Absent):
        rounded = f" (exactly {fraction_text(figure.value)}; {figure.rounding})"
    under = f" [{figure.clause}, {figure.basis}]" if figure.clause else ""
    return f"{figure.name} = {figure.displayed}{rounded}: {figure.step.replace('_', ' ')}{under}"
