"""How a run ends: one message on standard error that says what, where and what to do, and a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click

from party_workflow_adapters.cli.group import PipeClosed

FINE: Final = 0
FOUND: Final = 1
"""Something was found, or the input is bad."""
USAGE: Final = 2
STORE: Final = 3
INTERRUPTED: Final = 130
PIPE: Final = 141
"""Whoever read our output went away: what the shell says of any program that this happens to."""


def use_utf8() -> None:
    """Write UTF-8 whatever the locale is, and never fail on a file name that is not text.

    A stream that was closed before the program began (``>&-``) is one that nobody wants to read.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
            setattr(sys, name, stream)
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def status(work: Callable[[], Any]) -> int:
    """Run something and give the exit status; whatever went wrong has been said."""
    try:
        answer = work()
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    except (BrokenPipeError, PipeClosed):
        _hush()
        return PIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}. Check path, permissions and room on the disk.")
        return STORE
    except Exception as error:
        # Imported now, so that --help and a mistyped option answer at once.
        from party_workflow.errors import DamagedHistory, InvalidInput, PartyWorkflowError, StoreError

        match error:
            case StoreError() | DamagedHistory():
                say(str(error))
                return STORE
            case InvalidInput():
                say(*(str(fault) for fault in error.faults))
                return FOUND
            case PartyWorkflowError():
                say(str(error))
                return FOUND
            case _:
                raise
    return answer if isinstance(answer, int) else FINE


def say(*messages: str) -> None:
    """Say something on standard error."""
    with suppress(BrokenPipeError):
        for message in messages:
            click.echo(message, err=True)


def _hush() -> None:
    """Keep Python from complaining at exit that it could not flush."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
