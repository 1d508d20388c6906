"""``party-workflow report``: one self-contained HTML file for the auditor."""

from __future__ import annotations

from pathlib import Path

import click

from party_workflow.domain import campaign as campaigns
from party_workflow.errors import StoreError
from party_workflow.history import History
from party_workflow.service import Workflow
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.choosing import chosen, of_campaign
from party_workflow_adapters.cli.output import Language, Printer
from party_workflow_adapters.cli.parameters import OutputPath
from party_workflow_adapters.cli.source import Source, reading


@click.command("report")
@click.argument("out", type=OutputPath(), metavar="OUT.html")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@of_campaign
@reading
def command(source: Source, printer: Printer, out: Path, force: bool, campaign: str | None) -> int:
    """Write the report on a campaign: one HTML file with charts, for a browser and for print.

    It shows names where their openings are at hand, and of confidential cases numbers only.
    """
    if out.exists() and not force:
        raise click.UsageError(f"{out} is there already. Choose another name, or add --force.")
    written = write(out, source.workflow, source.history, chosen(source.history, campaign), printer.language)
    if printer.as_json:
        printer.write({"bytes": written})
    else:
        ending.say(f"{out} is written.")
    return ending.FINE


def write(out: Path, workflow: Workflow, history: History, campaign: str, language: Language) -> int:
    """Write the report as of a history's moments; returns its size in bytes.

    Raises `StoreError` where the packages that draw it are not installed, or the file cannot be written.
    """
    try:
        from party_workflow_adapters import report
    except ImportError as error:
        raise StoreError(
            f"The report needs {error.name}. Install it: pip install 'party-workflow[report]'."
        ) from None
    state = history.state(campaigns.DECIDER, f"campaign/{campaign}")
    try:
        report.write(
            out,
            workflow,
            campaign=campaign,
            population=state.population,
            language=language,
            effective=history.effective,
            known=history.known,
        )
        return out.stat().st_size
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}. Check folder and disk.") from error
