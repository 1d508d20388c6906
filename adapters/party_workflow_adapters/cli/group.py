"""A group of commands whose modules are imported only when they are run, and where errors become words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name, the module of this package that has it as `command`, its line in the help."""

    name: str
    module: str
    summary: str

    def load(self) -> click.Command:
        """The command itself, imported now."""
        command = import_module(f"party_workflow_adapters.cli.{self.module}").command
        assert isinstance(command, click.Command)
        return command


class Group(click.Group):
    """A group that lists its commands without importing them."""

    def __init__(self, *args: Any, entries: Sequence[Entry] = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are meant to be read."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported; None for an unknown one."""
        entry = self._entries.get(cmd_name)
        return None if entry is None else entry.load()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, with a suggestion where a name is not known."""
        if args and args[0] not in self._entries and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], list(self._entries), n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else " See --help for the list."
            ctx.fail(f"There is no command of that name.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.summary) for entry in self._entries.values()])


class PipeClosed(Exception):
    """Whoever read our output went away."""


class Program(Group):
    """The outermost group: it sets up the streams and turns every error into one message and a status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.  Click would take a closed pipe for an error and exit by itself."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise PipeClosed from None

    def main(self, *arguments: Any, **named: Any) -> Any:
        """Run and exit; with ``standalone_mode=False`` return the status and let errors through."""
        standalone = named.pop("standalone_mode", True)

        def run() -> Any:
            return super(Program, self).main(*arguments, **{**named, "standalone_mode": False})

        if not standalone:
            return run()
        from party_workflow_adapters.cli import ending

        ending.use_utf8()
        sys.exit(ending.status(run))
