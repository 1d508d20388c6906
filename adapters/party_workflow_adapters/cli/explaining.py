"""``party-workflow explain``: one subject's figure, taken apart down to the events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from party_workflow.canonical import fraction_text
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.policy import Explanation, Result
from party_workflow_adapters.cli import ending, ruling
from party_workflow_adapters.cli.choosing import of_campaign
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.ranking import ranking
from party_workflow_adapters.cli.results import of_explanation
from party_workflow_adapters.cli.ruling import Format, answer, by_document, of_document
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.standing import (
    PREFIX,
    Asked,
    Standing,
    check_options,
    of_assessment,
    standing,
)
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.tree import Tree

FEW: Final = 3
"""Events of a figure that are named each by itself; more of them are named together."""


@click.command(
    "explain",
    epilog="""\b
Examples:
  party-workflow explain --store log.sqlite p-7
  party-workflow explain --store log.sqlite assessment/standard-2020-q1 u-b1 --voice review_team
  party-workflow explain --store log.sqlite --policy scheme.toml p-7
""",
)
@click.argument("of", nargs=-1, required=True, metavar="[ASSESSMENT] SUBJECT")
@of_campaign
@click.option(
    "--rule", metavar="DIGEST", help="The rule, by the beginning of its digest; the newest otherwise."
)
@of_assessment
@of_document
@by_document
@reading
def command(
    source: Source,
    printer: Printer,
    of: tuple[str, ...],
    campaign: str | None,
    rule: str | None,
    asked: Asked,
    policy: Path | None,
    asked_days: ruling.Asked,
    form: Format,
) -> int:
    """How the figure of SUBJECT (such as p-7) in the ranking came about.

    That is the ranking of the campaign, of ASSESSMENT (such as assessment/stars), or with --policy that of a
    rule document.  Every step names its
    clause and basis, and ends in events (#position) or parameters of the rule.  With --json the events are
    given by id.
    """
    if len(of) > 2:
        raise click.UsageError("Name one subject, and before it the assessment if it is of one.")
    assessment, subject = (None, *of) if len(of) == 1 else of
    if subject.startswith(PREFIX):
        raise click.UsageError(f"Whose figure in {subject}? Name the subject behind it.")
    check_options(assessment, asked, campaign, rule)
    if policy is not None:
        if assessment is not None or campaign is not None or rule is not None:
            raise click.UsageError("--policy names the rule; ASSESSMENT, --campaign and --rule name another.")
        found = asked_days.run(policy, source)
        explained_by = explained(found, subject)
        sheet = of_explanation(explained_by, source.wording(printer.language))
        answer(printer, form, sheet, explained_by.data())
        return ending.FINE
    ruling.only_table(form, "--policy")
    if assessment is not None:
        return _of_assessment(standing(source.history, assessment, asked), subject, source, printer)
    result = ranking(source.history, campaign, rule)
    explanation = explained(result, subject)
    if printer.as_json:
        printer.write(data(result, explanation))
    else:
        printer.show(shown(explanation, source.wording(printer.language)))
    return ending.FINE


def _of_assessment(value: Standing, subject: str, source: Source, printer: Printer) -> int:
    explanation = value.explain(subject)
    if printer.as_json:
        found = value.found
        about = {
            "assessment": found.assessment,
            "kind": found.name,
            "voice": found.voice,
            "watermark": found.watermark,
        }
        printer.write(about | _taken_apart(explanation))
    else:
        printer.show(shown(explanation, source.wording(printer.language)))
        if value.found.watermark:
            printer.show(f"This is {value.found.watermark}: marks wait for confirmation.")
    return ending.FINE


def explained(result: Result, subject: str) -> Explanation:
    """The explanation.  Raises `InvalidInput` for somebody whom the ranking does not know."""
    try:
        return result.explain(subject)
    except KeyError:
        rankings = result.conclusion.rankings
        people = list(dict.fromkeys(entry.subject for ranking in rankings for entry in ranking.entries))
        known = f"It knows: {', '.join(people[:30])}{', …' if len(people) > 30 else ''}." if people else ""
        what = "The ranking does not know this subject."
        raise InvalidInput(Fault("explain", what, known or "Nobody is ranked as of these moments.")) from None


def data(result: Result, explanation: Explanation) -> dict[str, Any]:
    """The explanation as canonical data."""
    return {"result": result.digest, "rule": result.rule.digest} | _taken_apart(explanation)


def _taken_apart(explanation: Explanation) -> dict[str, Any]:
    return {
        "events": list(explanation.events),
        "figure": explanation.figure.data(),
        "outcome": explanation.outcome,
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
    under = f" [{', '.join(filter(None, (figure.clause, figure.basis)))}]" if figure.clause else ""
    return f"{figure.name} = {figure.displayed}{rounded}: {figure.step.replace('_', ' ')}{under}"
