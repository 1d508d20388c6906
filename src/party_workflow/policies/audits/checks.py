"""An audit as separate checks: each passes, has findings, or was not made; never one tick for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.errors import DamagedHistory
from party_workflow.history import History
from party_workflow.policies.figure import Evidence

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


@dataclass(frozen=True, slots=True)
class Check:
    """A question to a history: code, what holds if it passes, and the function that looks.

    `whole` says that it needs a log without gaps, so that it cannot be made on a history narrowed by
    effective time.  `integrity` tells checks of the record from checks of conduct: a finding of the first
    means that the log cannot be trusted, one of the second that somebody should look.
    """

    code: str
    holds: str
    look: Callable[[History], Iterable[Finding]]
    whole: bool = False
    integrity: bool = True


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


def audit(history: History, checks: Iterable[Check]) -> Audit:
    """Make every check on a history.  What cannot be made says what would be needed; nothing is passed over.

    A history that cannot be read, or whose events do not fit together, fails the check that met it, with what
    it found before, and the rest goes on.
    """
    position, head = 0, ""
    log = ""
    damage = ""
    try:
        position, head = history.head()
        log = next((record.envelope.log for record in history.records()), "")
    except DamagedHistory as error:
        damage = str(error)
    answers = []
    for check in checks:
        if check.whole and history.effective is not None:
            needed = "a history that is not narrowed by effective time"
            answers.append(Checked(check.code, check.holds, check.integrity, "not_checked", (), needed))
            continue
        found = tuple(_look(check, history))
        outcome: Outcome = "findings" if found else "pass"
        answers.append(Checked(check.code, check.holds, check.integrity, outcome, found))
    if damage and all(answers):
        answers.append(
            Checked("readable", "The log can be read", True, "findings", (Finding("log", damage),))
        )
    return Audit(log, position, head, history.effective, history.known, tuple(answers))
