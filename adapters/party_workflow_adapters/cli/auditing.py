"""``party-workflow audit``: what an auditor would ask of the record and of how things were done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import click

from party_workflow.errors import DamagedHistory
from party_workflow.packs.results import full_audit
from party_workflow.policies.audits.checks import Audit, Checked, Finding, Outcome
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.ruling import FORMATS, Format, answer
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording
from party_workflow_adapters.sheets import Sheet, Table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from party_workflow_adapters.sqlite import SqliteStore

BEHIND: Final = "A record behind them cannot be read. What stands behind it was not checked."
MANY: Final = 12
"""Findings of one check that are shown; all of them with --all, and in every form but the table."""


@click.command(
    "audit",
    epilog="""\b
Examples:
  party-workflow audit --store log.sqlite
  party-workflow audit --store log.sqlite --format csv > findings.csv
  party-workflow audit --history log.jsonl --format html > audit.html
""",
)
@click.option("--all", "every", is_flag=True, help="Show every finding, however many a check has.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How it is shown; csv has a row for each finding.",
)
@reading
def command(source: Source, printer: Printer, every: bool, form: Format) -> int:
    """Check the record (order, derivations, authority decided again) and how things were done.

    Exit status 1 says that a check of the record failed: the log cannot be trusted.  Findings about conduct
    are facts for a person to judge and do not change the status.  Where somebody is sealed and the vault is
    not at hand, the check that rests on who it is says so, and does not change the status either.
    """
    value = full_audit(source.history, source.workflow.binds)
    if source.log is not None:  # an export or a journal keeps nothing beside its records
        value = replace(value, checks=(*value.checks, bookkeeping(source.log)))
    words = source.wording(printer.language)
    if form == "table" and not printer.as_json:
        printer.show(*shown(value, words, None if every else MANY))
    else:
        answer(printer, form, sheet_of(value, words), value.data())
    return ending.FINE if all(map(_well, value.checks)) else ending.FOUND


def _well(check: Checked) -> bool:
    """Whether a check gives no cause to say that the log cannot be trusted; the vault is not always there."""
    vault_lacks = check.code == "sealed_parts" and check.outcome == "not_checked"
    return bool(check) or vault_lacks or not check.integrity


def bookkeeping(log: SqliteStore) -> Checked:
    """Whether what the file keeps beside its records agrees with them, at whatever moment one looks.

    That are the head, the versions of matters, the receipts of commands and the counters of accounts.
    """
    needed = ""
    found: list[Finding] = []
    try:
        found.extend(Finding("log", sentence) for sentence in log.disagreements())
    except DamagedHistory:
        needed = "records that can all be read"
    outcome: Outcome = "findings" if found else "not_checked" if needed else "pass"
    holds = "Head, matters, receipts and counters agree with the records"
    return Checked("bookkeeping", holds, True, outcome, tuple(found), "" if found else needed)


def sheet_of(value: Audit, words: Wording) -> Sheet:
    """The audit as a sheet: every finding, then every check with its outcome."""
    findings = tuple(
        (
            check.code,
            "yes" if check.integrity else "no",
            words.name(finding.subject),
            finding.sentence,
            ", ".join(f"#{item.position}" for item in finding.events),
        )
        for check, finding in value.findings()
    )
    checks = tuple(
        (check.code, "the record" if check.integrity else "conduct", check.holds, _says(check))
        for check in value.checks
    )
    unreadable = any(check.code == "readable" for check in value.checks if check.integrity)
    return Sheet(
        f"Audit of the records 1 to {value.position}" if value.position else "Audit of an empty log",
        notes=(f"Log {value.log}, head {value.head}.",) if value.log else (),
        warnings=(BEHIND,) if unreadable else (),
        parts=(
            Table("Findings", ("Check", "Integrity", "Subject", "Finding", "Events"), findings),
            Table("Checks", ("Check", "Of", "What holds", "Outcome"), checks),
        ),
    )


def shown(value: Audit, words: Wording, most: int | None = MANY) -> Iterator[RenderableType]:
    """The audit for people."""
    record = [check for check in value.checks if check.integrity]
    conduct = [check for check in value.checks if not check.integrity]
    yield heading(f"The record, positions 1 to {value.position}")
    if any(check.code == "readable" for check in record):
        yield BEHIND
    yield _checks(record)
    yield heading("How things were done")
    yield _checks(conduct)
    for check in value.checks:
        if check.findings:
            yield _findings(check, words, most)


def _checks(checks: Iterable[Checked]) -> RenderableType:
    made = table("", "What holds", "")
    for check in checks:
        mark = {"pass": "✓", "findings": "✗" if check.integrity else "•", "not_checked": "?"}[check.outcome]
        made.add_row(mark, check.holds, _says(check))
    return made


def _says(check: Checked) -> str:
    number = len(check.findings)
    return {
        "pass": "yes",
        "findings": f"{number} finding{'' if number == 1 else 's'}",
        "not_checked": f"not checked: needs {check.needed}",
    }[check.outcome]


def _findings(check: Checked, words: Wording, most: int | None) -> RenderableType:
    number = len(check.findings)
    title = f"{check.holds}: {number} finding{'' if number == 1 else 's'}"
    made = table("Matter", "Finding", "Events", title=title)
    for finding in check.findings[:most]:
        where = ", ".join(f"#{item.position}" for item in finding.events)
        made.add_row(words.name(finding.subject), finding.sentence, where)
    if most is not None and len(check.findings) > most:
        made.add_row("", f"and {len(check.findings) - most} more (--all shows them)", "")
    return made
