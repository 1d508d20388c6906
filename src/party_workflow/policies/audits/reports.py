"""What every audit policy found in a history under one rule: one value, to file, compare and print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.history import History
from party_workflow.policies.audits.asked import Asked
from party_workflow.policies.audits.asking import AuditPolicy
from party_workflow.policies.audits.finding import SEVERITIES, AuditFinding, Severity
from party_workflow.policies.overview.cases import confidential_streams
from party_workflow.policies.rule import Rule


@dataclass(frozen=True, slots=True)
class Looked:
    """What one policy found.  `not_asked` are clauses that the rule leaves out, `lacks` what it needs."""

    policy: str
    version: int
    findings: tuple[AuditFinding, ...]
    not_asked: tuple[str, ...] = ()
    lacks: str = ""

    def __bool__(self) -> bool:
        """Whether everything was asked and nothing found."""
        return not (self.findings or self.not_asked or self.lacks)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What audit policies found in a history under a rule.  Truthy when all was asked and nothing found.

    It is for a person to look into, and judges nobody.
    """

    log: str
    position: int
    head: str
    as_of: datetime
    known: datetime | None
    rule: str
    rule_version: int
    rule_digest: str
    confidential: bool
    looked: tuple[Looked, ...]

    def __bool__(self) -> bool:
        return all(self.looked)

    def findings(self, least: Severity = "note") -> tuple[AuditFinding, ...]:
        """The findings of at least this severity, those that weigh most first."""
        found = [item for each in self.looked for item in each.findings]
        wanted = [item for item in found if SEVERITIES.index(item.severity) >= SEVERITIES.index(least)]
        return tuple(sorted(wanted, key=lambda item: -SEVERITIES.index(item.severity)))

    def data(self) -> dict[str, Any]:
        """The report as canonical data."""
        said: dict[str, Any] = {
            "as_of": time_text(self.as_of),
            "confidential": self.confidential,
            "head": self.head,
            "log": self.log,
            "looked": [
                {
                    "findings": [item.data() for item in each.findings],
                    "lacks": each.lacks,
                    "not_asked": list(each.not_asked),
                    "policy": each.policy,
                    "version": each.version,
                }
                for each in self.looked
            ],
            "position": self.position,
            "rule": {"code": self.rule, "digest": self.rule_digest, "version": self.rule_version},
        }
        return said if self.known is None else {**said, "known": time_text(self.known)}

    def canonical_bytes(self) -> bytes:
        """The bytes that are published and compared."""
        return canonical_bytes(self.data())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return digest(self.data())

    def lines(self, words: Callable[[str], str]) -> Iterator[str]:
        """The report for people, a line a finding with the positions of its events."""
        for item in self.findings():
            where = ", ".join(f"{each.position}" for each in item.events)
            yield f"{', '.join(item.subjects)}: {item.sentence(words)} (at {where})"


def audit_report(
    history: History,
    policies: Iterable[AuditPolicy],
    rule: Rule,
    as_of: datetime,
    *,
    confidential: bool = False,
) -> AuditReport:
    """Ask every policy of a history under one rule, as of a moment.

    Raises `InvalidDefinition` with every parameter that the rule lacks for any of them.
    """
    whole = history.as_of(effective=as_of)
    chosen = tuple(policies)
    on = Asked("", whole, rule, as_of).on
    faults = Faults()
    for policy in chosen:
        for fault in policy.lint(rule, on).found:
            faults.add(fault.where, fault.what, fault.remedy)
    faults.raise_if_any(InvalidDefinition)
    hidden = confidential_streams(whole)
    looked = []
    for policy in chosen:
        asked = policy.asked(history, rule, as_of, hidden=hidden, confidential=confidential)
        found = policy.answer(asked)
        left = tuple(clause for clause in policy.clauses if not asked.asks(clause))
        looked.append(Looked(policy.code, policy.version, found, left, "" if found else policy.lacks(asked)))
    position, head = whole.head()
    log = next((record.envelope.log for record in whole.records()), "")
    return AuditReport(
        log,
        position,
        head,
        as_of,
        history.known,
        rule.code,
        rule.version,
        rule.digest,
        confidential,
        tuple(looked),
    )
