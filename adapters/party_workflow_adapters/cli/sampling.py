"""``party-workflow sample``: a sample that anybody can draw again, with its workpaper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from party_workflow.canonical import parse
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.audits.sample import QUERIES, redraw, sampled, sampled_by
from party_workflow.policies.audits.workpapers import Workpaper
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import InputFile
from party_workflow_adapters.cli.ruling import FORMATS, Format, answer
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.sheets import Sheet, Table


@click.command(
    "sample",
    epilog="""\b
Examples:
  party-workflow sample --store log.sqlite streams category=case -n 10 --seed 7f3a
  party-workflow sample --store log.sqlite streams category=case -n 10 --seed 7f3a \\
      --format json > paper.json
  party-workflow sample --store log.sqlite --check paper.json
""",
)
@click.argument("query", nargs=-1, metavar="[QUERY NAME=VALUE...]")
@click.option(
    "-n", "number", type=click.IntRange(1), help="How many; of a stratified sample how many in all."
)
@click.option(
    "--seed", help="What the lots are drawn from; announce its commitment before the head is known."
)
@click.option("--nonce", default="", help="Opens the commitment to the seed that was published beforehand.")
@click.option(
    "--check", type=InputFile(), metavar="PAPER", help="Draw the sample of a filed workpaper again."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How it is shown.",
)
@reading
def command(
    source: Source,
    printer: Printer,
    query: tuple[str, ...],
    number: int | None,
    seed: str | None,
    nonce: str,
    check: Path | None,
    form: Format,
) -> int:
    """Draw a sample from a population, with the workpaper that proves both.

    QUERY is what is asked of the log, such as ``streams category=case``; with ``by=…`` it is drawn by strata.
    The same log head, query and seed give the same sample.  With --check a filed workpaper is drawn again;
    exit status 1 says that something differs.

    \b
    Queries (arguments in brackets may be left out):
      cases kind=KIND [since=MOMENT] [until=MOMENT] [by=channel|unit|account]
      events types=TYPE,... [since=MOMENT] [until=MOMENT] [by=account|type]
      people_below unit=UNIT at=MOMENT [having=CATEGORY,...] [by=unit]
      streams category=CATEGORY [by=account|kind|unit]
      units_below unit=UNIT at=MOMENT [kinds=KIND,...] [by=kind]

    A MOMENT is written 2009-03-02T01:00:00.000000Z.
    """
    if check is not None:
        return _checked(source, printer, check, form)
    if not query or number is None or seed is None:
        known = ", ".join(sorted(QUERIES))
        raise click.UsageError(f"Name a query ({known}), -n and --seed, or --check PAPER.")
    asked = _query(query)
    draw = sampled_by if "by" in asked else sampled
    paper = draw(source.history, asked, number, seed, nonce)
    rows = tuple((group.code, member) for group in paper.groups for member in group.chosen)
    sheet = Sheet(
        f"{len(paper.chosen)} of {paper.count} drawn",
        notes=(
            f"Head {paper.head} at position {paper.position}, seed {paper.seed}, method {paper.method}.",
            f"Digest of the workpaper: {paper.digest}",
        ),
        parts=(Table("Chosen", ("Group", "Member"), rows),),
    )
    answer(printer, form, sheet, paper.filed())
    return ending.FINE


def _query(given: tuple[str, ...]) -> dict[str, Any]:
    code, *arguments = given
    found: dict[str, Any] = {"code": code}
    for text in arguments:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text}: write an argument of the query as NAME=VALUE.")
        found[name] = value.split(",") if name in ("kinds", "having", "types") else value
    return found


def _checked(source: Source, printer: Printer, path: Path, form: Format) -> int:
    try:
        document = parse(path.read_bytes())
    except (InvalidInput, json.JSONDecodeError):
        raise InvalidInput(
            Fault(str(path), "This is no workpaper.", "Take what --format json wrote.")
        ) from None
    if not isinstance(document, dict):
        raise InvalidInput(Fault(str(path), "This is no workpaper.", "Take what --format json wrote."))
    found = redraw(source.history, Workpaper.read(document))
    claims = {
        "head": found.head,
        "population": found.population,
        "strata": found.strata,
        "chosen": found.chosen,
        "committed": found.committed,
    }
    said = {True: "holds", False: "DIFFERS", None: "not checked"}
    rows = tuple((name, said[value]) for name, value in claims.items())
    data = {name: value for name, value in claims.items() if value is not None}
    answer(printer, form, Sheet("The sample drawn again", parts=(Table("", ("Claim", ""), rows),)), data)
    return ending.FINE if found else ending.FOUND
