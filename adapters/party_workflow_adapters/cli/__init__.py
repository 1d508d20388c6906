"""The command line, ``party-workflow``.

Every command that reads is one pure function of a history, whose value is shown as a table or, with
``--json``, as its canonical JSON; answers by a rule document also as CSV or as a page.
The clock is read here and nowhere below, and only by ``import``,
``intake``, ``follow`` and ``backup``: for the moment of recording, and to refuse what would be recorded in
the future; and with ``--as``, for what somebody may see now.

Exit status: 0 fine, 1 something was found or the input is bad, 2 the command was not given rightly,
3 the store failed, 130 interrupted.
"""

from __future__ import annotations

from typing import Final

import click

from party_workflow_adapters.cli.group import Entry, Program

COMMANDS: Final = (
    Entry("demo", "demo", "Run the example campaign, or another example history."),
    Entry("import", "importing", "Execute a journal of commands against a log."),
    Entry("intake", "intake", "Take in rosters, activities and marks from CSV and Excel files."),
    Entry("follow", "following", "What follows by itself: findings, reminders, proposals."),
    Entry("show", "showing", "The log as a whole, or one matter: its state and what happened to it."),
    Entry("timeline", "timeline", "What happened, in order."),
    Entry("missing", "missing", "What is still to be done, and by whom."),
    Entry("cases", "cases", "Registers of cases: found and rectified, due, intake, notices."),
    Entry("rank", "ranking", "The democratic appraisal, or an assessment, ranked."),
    Entry("explain", "explaining", "How one subject's figure came about, down to the events."),
    Entry("why", "reasons", "Why one stands above another, and what would turn it round."),
    Entry("compare", "comparing", "Rules, moments or histories compared: who moves, gains, loses."),
    Entry("robustness", "robust", "How far a ranking holds when weights, raters, indicators vary."),
    Entry("reproduce", "reproducing", "Which variant of a rule gives a published table."),
    Entry("lint", "linting", "Every fault of rule documents at once, before use."),
    Entry("table", "tabling", "A CSV table as a history that the others read."),
    Entry("audit", "auditing", "What an auditor would find."),
    Entry("sample", "sampling", "A sample that anybody can draw again, with its workpaper."),
    Entry("claims", "claims", "Asserted figures, set against the events."),
    Entry("report", "reporting", "The campaign as one HTML file, for a browser and for print."),
    Entry("as-of", "moments", "Any of these as it had happened, and was known, at some moment."),
    Entry("allowed", "allowed", "Which commands are open to somebody, and why others are not."),
    Entry("export", "exporting", "Write the log as lines of canonical records."),
    Entry("exchange", "exchanging", "Send and receive batches of records, with verification."),
    Entry("backup", "backup", "Copy a log with its openings while others go on writing."),
    Entry("restore", "restore", "Bring a backup back, checked in every record."),
)

EPILOG: Final = """\
\b
Examples:
  party-workflow demo
  party-workflow import journal.jsonl --store log.sqlite
  party-workflow show --store log.sqlite activity/study-03
  party-workflow rank --store log.sqlite --json
  party-workflow as-of --known 2005-03-31 rank --store log.sqlite
  party-workflow audit --journal journal.jsonl
  party-workflow show --store log.sqlite --as a-7 --role secretary
"""


@click.command(
    cls=Program,
    entries=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="party-workflow", message="party-workflow %(version)s")
def program() -> None:
    """Record an organisation's appraisal year, run its campaigns, rank and audit from what is recorded."""


def main() -> None:
    """The entry point: runs the command of ``sys.argv`` and exits with its status."""
    program.main(prog_name="party-workflow")


__all__ = ["COMMANDS", "main", "program"]
