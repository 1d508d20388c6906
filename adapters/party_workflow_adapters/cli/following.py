"""``party-workflow follow``: what follows by itself, issued under a clerk's account or only looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Language, Printer, heading, table
from party_workflow_adapters.cli.parameters import MomentType, SaltKey, zone

if TYPE_CHECKING:
    from party_workflow.codec import Command
    from party_workflow.processes import Issue, Proposal
    from party_workflow.service import Workflow
    from party_workflow.store import Actor


@click.command(
    "follow",
    epilog="""\b
Examples:
  party-workflow follow log.sqlite --as a-102 --dry-run
  party-workflow follow log.sqlite --as a-102 --capacity clerk --at now
""",
)
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--as", "account", required=True, help="The clerk's account, such as a-102.")
@click.option("--capacity", help="The role to act in; not needed where the account has one only, or clerk.")
@click.option(
    "--at", type=MomentType(now=True), default="now", show_default=True, help="The moment of the run."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be issued; nothing is recorded.")
@click.option("--salt-key", type=SaltKey(), help="Derive the salts of personal values from this secret.")
@click.option("--json", "as_json", is_flag=True, help="Canonical JSON on standard output, and nothing else.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="The language of labels.",
)
def command(
    log: Path,
    account: str,
    capacity: str | None,
    at: datetime,
    dry_run: bool,
    salt_key: bytes | None,
    as_json: bool,
    language: Language,
) -> int:
    """Run the pack's process managers once on LOG, and say what was issued, refused, and proposed to whom.

    Findings are opened and reminders given; nothing that is adverse to anybody is issued, it is proposed.
    A second run at the same moment issues nothing.
    """
    from party_workflow.packs.party import MODEL
    from party_workflow.personal import keyed_salts
    from party_workflow.service import Workflow
    from party_workflow_adapters.chance import random_salts
    from party_workflow_adapters.cli.importing import AHEAD
    from party_workflow_adapters.openings import SqliteOpenings
    from party_workflow_adapters.sqlite import SqliteStore

    if not log.exists():
        raise click.UsageError(f"There is no log {log}. Check the path.")
    if not dry_run and at > datetime.now(UTC) + AHEAD:
        raise click.UsageError("Nothing is recorded in the future. Give an earlier moment, or --dry-run.")
    printer = Printer(language, as_json)
    if dry_run:
        with SqliteStore(log, read_only=True) as store:
            workflow = Workflow(store, MODEL)
            return _look(workflow, _actor(workflow, account, capacity, at), at, printer)
    salts = random_salts if salt_key is None else keyed_salts(salt_key)
    with SqliteStore(log) as store, SqliteOpenings.beside(log) as openings:
        workflow = Workflow(store, MODEL, openings=openings, salts=salts)
        if at < (last := _last(workflow)):
            raise click.UsageError(
                f"The log has records of {last:%Y-%m-%d %H:%M} UTC. Give a later moment, or --dry-run."
            )
        return _run(workflow, _actor(workflow, account, capacity, at), at, printer)


def _actor(workflow: Workflow, account: str, capacity: str | None, at: datetime) -> Actor:
    """The account as an actor: its person, and the role it has, or ``clerk`` among several."""
    from party_workflow.store import Actor

    state = workflow.state("authority")
    person = state.accounts.get(account)
    if person is None:
        raise click.UsageError(f"The log has no account {account}. Check its id.")
    roles = sorted({grant.role for grant in state.grants.get(person, ()) if grant.holds(at)})
    chosen = capacity or ("clerk" if "clerk" in roles else roles[0] if len(roles) == 1 else None)
    if chosen is None:
        raise click.UsageError(f"Name the role with --capacity. {account} has: {', '.join(roles) or 'none'}.")
    return Actor(account, person, chosen)


def _last(workflow: Workflow) -> datetime:
    """When the last record was recorded; nothing is recorded before it."""
    position = workflow.store.head().position
    moments = [record.envelope.recorded_at for record in workflow.store.read(position - 1, position)]
    return moments[-1] if moments else datetime.min.replace(tzinfo=UTC)


def _managers(workflow: Workflow) -> Any:
    from party_workflow.packs.campaign_2005 import CALENDAR
    from party_workflow.packs.processes import MANAGERS, in_force

    return MANAGERS(CALENDAR, in_force(workflow.history))


def _run(workflow: Workflow, actor: Actor, at: datetime, printer: Printer) -> int:
    from party_workflow.packs.processes import run_all

    ran = run_all(workflow, _managers(workflow), by=actor, at=at)
    issued = [
        {"command": record.envelope.command_type, "manager": name, "stream": record.envelope.stream}
        for name, found in ran.by_manager.items()
        for receipt in found.issued
        for record in workflow.store.read(receipt.first_position - 1, receipt.first_position)
    ]
    refused = [
        {"code": refusal.code, "manager": name, "said": refusal.sentence, **_command(issue.command)}
        for name, found in ran.by_manager.items()
        for issue, refusal in found.refused
    ]
    proposed = {name: found.proposals for name, found in ran.by_manager.items()}
    _show(printer, "Issued", issued, refused, proposed, at)
    return ending.FOUND if refused else ending.FINE


def _look(workflow: Workflow, actor: Actor, at: datetime, printer: Printer) -> int:
    from party_workflow.packs.processes import outlook
    from party_workflow.processes import Issue, Proposal

    managers = _managers(workflow)
    found = outlook(workflow, managers, by=actor, at=at)
    new: list[dict[str, Any]] = []
    proposed: dict[str, tuple[Proposal, ...]] = {}
    for manager in managers:
        items: tuple[Issue | Proposal, ...] = found[manager.name]
        proposed[manager.name] = tuple(item for item in items if isinstance(item, Proposal))
        new += [
            {"command": item.command.stored_type, "manager": manager.name, "stream": item.command.stream}
            for item in items
            if isinstance(item, Issue) and workflow.store.receipt(manager.command_id(item)) is None
        ]
    _show(printer, "Would be issued", new, [], proposed, at)
    return ending.FINE


def _command(command: Command) -> dict[str, Any]:
    """A command in the form of a journal, so that somebody can give it under their own name."""
    return {"do": command.stored_type, "with": command.model_dump(mode="json", exclude_none=True)}


def _proposal(name: str, item: Proposal) -> dict[str, Any]:
    said = {
        "action": item.action,
        "cause": item.cause,
        "ground": item.ground,
        "manager": name,
        "subject": item.subject,
        "to": item.to,
    }
    return said if item.command is None else said | {"command": _command(item.command)}


def _show(
    printer: Printer,
    title: str,
    issued: list[dict[str, Any]],
    refused: list[dict[str, Any]],
    proposed: Mapping[str, tuple[Proposal, ...]],
    at: datetime,
) -> None:
    if printer.as_json:
        proposals = [_proposal(name, item) for name, found in proposed.items() for item in found]
        printer.write({"issued": issued, "proposed": proposals, "refused": refused})
        return
    from party_workflow.packs.labels import label

    parts: list[Any] = [heading(f"{title}, {at.astimezone(zone()):%Y-%m-%d %H:%M}")]
    commands = table("Process manager", "Command", "Matter")
    for row in issued:
        commands.add_row(row["manager"], row["command"], row["stream"])
    parts.append(commands if issued else "Nothing.")
    if refused:
        refusals = table("Process manager", "Command", "Refused because")
        for row in refused:
            refusals.add_row(row["manager"], row["do"], row["said"])
        parts += [heading("Refused"), refusals]
    asked = table("Subject", "Proposed", "Ground", "To", "By the command")
    for found in proposed.values():
        for item in found:
            carried = "" if item.command is None else item.command.stored_type
            ground = label(item.ground, printer.language)
            asked.add_row(item.subject, label(item.action, printer.language), ground, item.to, carried)
    parts += [heading("Proposed: nothing happens until somebody does it under their own name")]
    parts.append(asked if asked.row_count else "Nothing.")
    printer.show(*parts)
