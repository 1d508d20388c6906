"""``party-workflow cases``: registers of cases, their clocks and their numbers."""

from __future__ import annotations

from typing import Final

import click

from party_workflow_adapters.cli.group import Entry, Group

COMMANDS: Final = (
    Entry("register", "cases_register", "Found, rectified, verified and open, as of a moment."),
    Entry("due", "cases_due", "What is due on the clocks of cases, the latest first."),
    Entry("explain-due", "cases_explain", "How one due moment came about, day by day."),
    Entry("intake", "cases_intake", "What came in, is closed and open, and which replies are overdue."),
    Entry("notices", "cases_notices", "Notices by their numbers, and what each ended in."),
)


@click.command(
    "cases",
    cls=Group,
    entries=COMMANDS,
    epilog="""\b
Examples:
  party-workflow cases register --store log.sqlite --at 2025-12-31
  party-workflow cases due --store log.sqlite --late --format csv
  party-workflow cases explain-due --store log.sqlite slip-7 urgent
  party-workflow cases intake --store log.sqlite --as a-3 --role case_officer
""",
)
def command() -> None:
    """Look at complaints, petitions, hazards, slips and notices as registers.

    Of confidential cases the log as a whole gives numbers only.  Whoever deals with them names their account
    by --as, and sees those that they may see.
    """
