"""Which campaign is meant, where a command is about one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from party_workflow.domain import assessment
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History

CATEGORY = "campaign"


def chosen(history: History, key: str | None) -> str:
    """The key of the campaign that was named, or of the only one there is.

    Raises `InvalidInput` for one that the history does not hold, or if it holds several and none was named.
    """
    keys = [stream.partition("/")[2] for stream in history.streams(CATEGORY)]
    if key is None and len(keys) == 1:
        return keys[0]
    known = f"Known: {', '.join(keys)}." if keys else "None is known; look at an earlier or later moment."
    if not keys:
        if assessments := history.streams(assessment.CATEGORY):
            some = f"{len(assessments)} assessments, such as {assessments[-1]}"
            known = f"It holds {some}: rank and explain take one."
        raise InvalidInput(Fault("", "The history holds no campaign.", known))
    if key is None:
        raise InvalidInput(
            Fault("", "The history holds several campaigns.", f"Name one with --campaign. {known}")
        )
    key = key.removeprefix(f"{CATEGORY}/")
    if key not in keys:
        raise InvalidInput(Fault("--campaign", "The history holds no campaign of that key.", known))
    return key


def of_campaign(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option to name a campaign."""
    option = click.option("--campaign", metavar="KEY", help="The campaign, where the history holds several.")
    return option(command)
