"""``party-workflow allowed``: what is open to somebody, and why the rest is not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from party_workflow.service import Permission
from party_workflow.store import Actor
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.parameters import MomentType
from party_workflow_adapters.cli.seeing import Viewer
from party_workflow_adapters.cli.source import Source, reading_all


@click.command(
    "allowed",
    epilog="""\b
Example:
  party-workflow allowed --store log.sqlite --as a-1 --role secretary campaign/education
""",
)
@click.option("--as", "--account", "account", required=True, help="The account, such as a-1.")
@click.option("--person", help="The person behind it; as the log says if left out.")
@click.option("--role", "--capacity", "role", default="self", show_default=True, help="A role, or self.")
@click.option("--for", "principal", help="The person on whose behalf a delegate acts.")
@click.option("--at", type=MomentType(now=True), required=True, help="When the command would be given.")
@click.argument("stream", required=False)
@reading_all
def command(
    source: Source,
    printer: Printer,
    account: str,
    person: str | None,
    role: str,
    principal: str | None,
    at: datetime,
    stream: str | None,
) -> int:
    """List the commands that are open to somebody on a matter, and say why the others are closed.

    Without STREAM it covers every matter that they may see, and the open commands only.
    """
    if person is None:
        actor = Viewer(account, role, principal).actor(source.workflow)
    else:
        actor = Actor(account, person, role, principal)
    found = source.workflow.allowed(actor, at, stream)
    if printer.as_json:
        printer.write({"permissions": [_data(permission) for permission in found]})
        return ending.FINE
    words = source.wording(printer.language)
    where = stream or "everything in sight"
    printer.show(
        heading(f"{words.name(actor.person)} as {words.capacity(role)}, {words.moment(at)}: {where}")
    )
    opened = [permission for permission in found if permission]
    closed = [permission for permission in found if not permission]
    if stream is None:
        _by_command(opened, printer)
        return ending.FINE
    commands = table("Open", "")
    for permission in opened:
        commands.add_row(permission.command, "")
    if not opened:
        commands.add_row("(none)", "")
    reasons = table("Closed", "Why, and what can be done")
    for permission in closed:
        refusal = permission.refusal
        reasons.add_row(permission.command, f"{refusal.sentence} {refusal.remedy}" if refusal else "")
    printer.show(commands, *([reasons] if closed else []))
    return ending.FINE


def _by_command(opened: list[Permission], printer: Printer) -> None:
    matters: dict[str, list[str]] = {}
    for permission in opened:
        new = permission.stream.endswith("/")
        matters.setdefault(permission.command, []).append("a new one" if new else permission.stream)
    commands = table("Open", "On")
    for name, streams in matters.items():
        more = f" and {len(streams) - 4} more" if len(streams) > 4 else ""
        commands.add_row(name, ", ".join(streams[:4]) + more)
    printer.show(commands)


def _data(permission: Permission) -> dict[str, Any]:
    found: dict[str, Any] = {
        "command": permission.command,
        "open": bool(permission),
        "stream": permission.stream,
    }
    if permission.refusal is not None:
        refusal = permission.refusal
        found["refusal"] = {"code": refusal.code, "remedy": refusal.remedy, "sentence": refusal.sentence}
    return found
