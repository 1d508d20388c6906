"""``party-workflow why``: why one subject stands above another under a rule document."""

from __future__ import annotations

from pathlib import Path

import click

from party_workflow.policies.results.flips import Search
from party_workflow.policies.results.why import why
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.results import of_why
from party_workflow_adapters.cli.ruling import Asked, Format, answer, by_document, of_document
from party_workflow_adapters.cli.source import Source, reading


@click.command(
    "why",
    epilog="""\b
Examples:
  party-workflow why --policy scheme.toml --store log.sqlite p-7 --above p-12
""",
)
@click.argument("subject")
@click.option("--above", required=True, metavar="SUBJECT", help="The other one.")
@click.option(
    "--evaluations",
    type=click.IntRange(1),
    default=600,
    show_default=True,
    help="How often to evaluate at most while looking for changes that turn the pair.",
)
@of_document
@by_document
@reading
def command(
    source: Source,
    printer: Printer,
    subject: str,
    above: str,
    evaluations: int,
    policy: Path | None,
    asked_days: Asked,
    form: Format,
) -> int:
    """Why SUBJECT stands above another: the deciding clause, and the smallest change that turns the pair."""
    if policy is None:
        raise click.UsageError("Name the rule document: --policy FILE.")
    result = asked_days.run(policy, source)
    found = why(result, subject, above, Search(evaluations=evaluations))
    answer(printer, form, of_why(found), found.data())
    return ending.FINE
