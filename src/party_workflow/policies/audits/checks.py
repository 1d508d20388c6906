"""An audit as separate checks: each passes, has findings, or was not made; never one tick for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.errors import DamagedHistory
from party_workflow.history import History, Readable
from party_workflow.policies.figure import Evidence
from party_workflow.store import Record

Outcome = Literal["pass", "findings", "not_checked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the matter or account concerned, a sentence, and the events it rests on."""

    subject: str
    sentence: str
    events: tuple[Evidence, ...] = ()

    def __str__(self) -> str:
        where = ", ".join(f"{item.position}" for item in self.events)
        return f"{self.subject}: {self.sentence}" + (f" (at {where})" if where else "")


def _nothing(history: History) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Check:
    """A question to a history: code, what holds if it passes, and the function that looks.

    `whole` says that it needs a log without gaps, so that it cannot be made on a history narrowed by
    effective time.  `integrity` tells checks of the record from checks of conduct: a finding of the first
    means that the log cannot be trusted, one of the second that somebody should look.  `lacks` says what is
    not at hand that the check needs besides the history: where it finds nothing, it was not made.
    """

    code: str
    holds: str
    look: Callable[[History], Iterable[Finding]]
    whole: bool = False
    integrity: bool = True
    lacks: Callable[[History], str] = _nothing


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to one check.  Truthy when it passed."""

    code: str
    holds: str
    integrity: bool
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    needed: str = ""

    def __bool__(self) -> bool:
        return self.outcome == "pass"

    def data(self) -> dict[str, Any]:
        """The answer as canonical data."""
        return {
            "code": self.code,
            "findings": [
                {
                    "events": [item.event_id for item in found.events],
                    "sentence": found.sentence,
                    "subject": found.subject,
                }
                for found in self.findings
            ],
            "outcome": self.outcome,
            **({"needed": self.needed} if self.needed else {}),
        }


@dataclass(frozen=True, slots=True)
class Audit:
    """All answers, for a history up to a position.  Truthy when every check of the record itself passed."""

    log: str
    position: int
    head: str
    effective: datetime | None
    known: datetime | None
    checks: tuple[Checked, ...]

    def __bool__(self) -> bool:
        return all(check for check in self.checks if check.integrity)

    def findings(self) -> Iterator[tuple[Checked, Finding]]:
        """Every finding with the check that made it."""
        for check in self.checks:
            for finding in check.findings:
                yield check, finding

    def data(self) -> dict[str, Any]:
        """The audit as canonical data."""
        found: dict[str, Any] = {
            "checks": [check.data() for check in self.checks],
            "head": self.head,
            "log": self.log,
            "position": self.position,
        }
        for name, moment in (("effective", self.effective), ("known", self.known)):
            if moment is not None:
                found[name] = time_text(moment)
        return found

    def canonical_bytes(self) -> bytes:
        """The bytes that are published and compared."""
        return canonical_bytes(self.data())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return digest(self.data())


def unfit(error: Exception) -> str:
    """The sentence for events that a fold cannot take: the first line of what it says, and no traceback."""
    line = next(iter(str(error).splitlines()), "")
    return f"The events do not fit together: {type(error).__name__}{': ' if line else ''}{line}"


def _look(check: Check, history: History) -> Iterator[Finding]:
    """What a check finds; that it could go no further is a finding too."""
    try:
        yield from check.look(history)
    except DamagedHistory as error:
        yield Finding("log", str(error))
    except Exception as error:
        yield Finding("log", unfit(error))


MOST_DAMAGE: Final = 50
"""Damaged places that are listed; a log with more of them is not read on behind the last one."""


@dataclass(frozen=True, slots=True)
class Intact:
    """The part of a history before the first record that cannot be read, and every place that cannot.

    Without damage `history` is the history itself.
    """

    history: History
    damage: tuple[str, ...]

    @classmethod
    def of(cls, history: History) -> Intact:
        """Read a history record by record, going on behind each place that cannot be read."""
        after, reached = 0, 0
        damage: list[str] = []
        while len(damage) < MOST_DAMAGE:
            try:
                for record in history.source.read(after, history.until):
                    if history.known is not None and record.envelope.recorded_at > history.known:
                        break
                    after = record.position
                break
            except DamagedHistory as error:
                if not damage:
                    reached = after
                elif str(error) == damage[-1]:
                    break  # the source goes no further
                damage.append(str(error))
                after = max(after + 1, error.position)
        if not damage:
            return cls(history, ())
        before = replace(history, source=_Before(history.source, reached)).up_to(reached)
        if len(damage) == MOST_DAMAGE:
            damage.append(f"Behind position {after} it was not read on: there may be more.")
        return cls(before, tuple(damage))


@dataclass(frozen=True, slots=True)
class _Before:
    """A source up to a position.  Its streams end there too, wherever the source meets the damage."""

    source: Readable
    until: int

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        end = self.until if until is None else min(until, self.until)
        return self.source.read(after, end) if after < end else iter(())

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        with suppress(DamagedHistory):
            for record in self.source.read_stream(stream, after):
                if record.position > self.until:
                    return
                yield record


def audit(history: History, checks: Iterable[Check]) -> Audit:
    """Make every check on a history.  What cannot be made says what would be needed; nothing is passed over.

    Where a record cannot be read, every check is made on what stands before it, up to `Audit.position`; the
    damage is a check of its own, `readable`, with each place that cannot be read.  Where events do not fit
    together, the check that met it says so, with what it found before, and the rest goes on.
    """
    intact = Intact.of(history)
    history = intact.history
    position, head = history.head()
    log = next((record.envelope.log for record in history.records()), "")
    answers = []
    if intact.damage:
        found = tuple(Finding("log", sentence) for sentence in intact.damage)
        answers.append(Checked("readable", "Every record can be read", True, "findings", found))
    for check in checks:
        if check.whole and history.effective is not None:
            needed = "a history that is not narrowed by effective time"
            answers.append(Checked(check.code, check.holds, check.integrity, "not_checked", (), needed))
            continue
        found = tuple(_look(check, history))
        if not found and (needed := check.lacks(history)):
            answers.append(Checked(check.code, check.holds, check.integrity, "not_checked", (), needed))
            continue
        outcome: Outcome = "findings" if found else "pass"
        answers.append(Checked(check.code, check.holds, check.integrity, outcome, found))
    return Audit(log, position, head, history.effective, history.known, tuple(answers))
