"""What is not recorded beside, or named by, what more people see: it would tell that there is such a matter.

An envelope says of an event that its command was one of several, and shares the id of the command with what
was recorded together with it.  So a batch that touches a *protected* matter (a confidential one, as it stands
after the batch) touches protected matters only; the foundations are seen by everybody, and count as seen.

What of itself answers no ``<category>.work`` though it was begun cannot be cited: a protected case on which
nothing was decided yet.  No event of a matter that more see has its name anywhere in it, whichever field of
which category it would stand in.  Aggregates refuse it in closer words where they ask; this is the last line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from party_workflow.codec import Event
from party_workflow.errors import Reason, Refusal
from party_workflow.service.reading import Matter

APART: Final = Reason(
    "protected.recorded_apart",
    "Recorded together with {others}, what is done in {stream} would tell by its envelope that there is such "
    "a matter.",
    "Give the commands on the protected matter under an id of their own.",
)
NAMED: Final = Reason(
    "protected.named_outside",
    "A record of {stream}, which more people see, would name a matter that nobody may cite yet.",
    "Leave it out; record the link on the side of the protected matter.",
)
REASONS: Final = (APART, NAMED)


def apart(touched: Mapping[str, Matter]) -> Refusal | None:
    """Why a batch that touches these matters is not recorded together; None where it may be."""
    protected = sorted(stream for stream, matter in touched.items() if matter.parties.confidential)
    others = sorted(touched.keys() - {*protected})
    if not protected or not others:
        return None
    return APART(stream=protected[0], others=", ".join(others))


def named(events: Iterable[Event], stream: str, kept: Callable[[str], Refusal | None]) -> Refusal | None:
    """Why events of a matter that more see are not recorded: they name one of which `kept` says so."""
    found = {text for event in events for text in _texts(dict(event)) if "/" in text and text != stream}
    return next((refusal for text in sorted(found) if (refusal := kept(text)) is not None), None)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for key, inner in value.items():
                yield str(key)
                yield from _texts(inner)
        case tuple() | list() | set() | frozenset():
            for inner in value:
                yield from _texts(inner)
        case _ if hasattr(type(value), "model_fields"):
            yield from _texts(dict(value))
        case _:
            return
