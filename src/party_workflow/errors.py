"""Everything that this library raises, and the words in which it refuses.

The tree::

    PartyWorkflowError
    ├── InvalidInput            what came in cannot be taken: what, where, what to do
    │   ├── InvalidCommand      a command that does not fit its schema
    │   ├── InvalidDefinition   a lifecycle, campaign, calendar or rule with faults (all listed)
    │   └── NotCanonical        a value or bytes outside the record format
    ├── Refused                 a well-formed command that the rules do not permit
    ├── Conflict                somebody else was faster; decide again
    │   ├── VersionConflict     a stream moved on since it was read
    │   └── CommandIdConflict   the command id was used before, for something else
    ├── DamagedHistory          the stored history does not read as one
    │   └── UnknownType         a stored type name that the registry does not hold
    └── StoreError              the storage below failed

A refusal is a value before it is an exception: `decide` returns a `Refusal`, and only the
facade raises `Refused` around it.  Sentences are built from codes and ids, never from
personal values, so an error can be logged as it is.

Which to catch: `InvalidInput` around building a command or a part of one (a command raises its
`InvalidCommand`) and around reading; `Refused` and `Conflict` as well around `Workflow.execute`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not carried out.

    `code` is for programs and never changes.  `sentence` says what was refused and why,
    `remedy` what the person can do next.  `about` names the ids concerned.
    """

    code: str
    sentence: str
    remedy: str
    about: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Reason:
    """A refusal that a rule knows, as a template.

    Calling it with the ids concerned gives the `Refusal`.  Modules list their reasons in
    order of precedence, so that the tests can prove that each one occurs.
    """

    code: str
    sentence: str
    remedy: str

    def __call__(self, **about: object) -> Refusal:
        words = {name: str(value) for name, value in about.items()}
        return Refusal(
            code=self.code,
            sentence=self.sentence.format(**words),
            remedy=self.remedy.format(**words),
            about=tuple(sorted(words.items())),
        )


class PartyWorkflowError(Exception):
    """The root of everything raised on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it stands, what is wrong, what to do."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}" if self.where else f"{self.what} {self.remedy}"


class InvalidInput(PartyWorkflowError):
    """Input that cannot be taken.  `faults` lists everything found, not just the first."""

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))


class InvalidCommand(InvalidInput):
    """A command that does not fit its schema, or whose type is not known."""


class InvalidDefinition(InvalidInput):
    """A definition or rule document with faults; all of them are listed."""


class NotCanonical(InvalidInput):
    """A value that the record format has no form for, or bytes that are not its one form."""


class Refused(PartyWorkflowError):
    """A command that the rules do not permit.  `refusal` says it in words and in a code."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


class Conflict(PartyWorkflowError):
    """Something else was recorded in between.  Nothing of this append was."""


class VersionConflict(Conflict):
    """A stream is not at the version that the decision was based on."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        self.stream, self.expected, self.actual = stream, expected, actual
        super().__init__(
            f"Stream {stream} is at version {actual}, the decision was based on {expected}. "
            f"Read it again and decide again."
        )


class CommandIdConflict(Conflict):
    """A command id that was used before, with other content."""

    def __init__(self, command_id: str) -> None:
        self.command_id = command_id
        super().__init__(
            f"Command id {command_id} was used before for a command with other content "
            f"(or its personal content has been erased since). Give this command an id of its own."
        )


class DamagedHistory(PartyWorkflowError):
    """Stored bytes that do not read as a history.  `position` is where, 0 where not known."""

    def __init__(self, position: int, what: str) -> None:
        self.position = position
        super().__init__(f"Position {position}: {what}" if position else what)


class UnknownType(DamagedHistory):
    """A stored event type, or a schema version of it, that the registry does not hold."""


class StoreError(PartyWorkflowError):
    """The storage below failed; the message says what to do about it."""


@dataclass(slots=True)
class Faults:
    """Collects faults, so that a person sees all of them at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, where: str, what: str, remedy: str) -> None:
        self.found.append(Fault(where, what, remedy))

    def at(self, place: str) -> bool:
        """Whether a fault stands at a place itself."""
        return any(fault.where == place for fault in self.found)

    def within(self, place: str) -> bool:
        """Whether a fault stands at a place or inside it: what is said there need not be what was meant."""
        return any(re.match(rf"{re.escape(place)}(?![a-z0-9_])", fault.where) for fault in self.found)

    def raise_if_any(self, kind: type[InvalidInput] = InvalidInput) -> None:
        if self.found:
            raise kind(self.found)
