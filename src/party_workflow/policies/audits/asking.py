"""Audit policies: questions about conduct under a rule, and findings that say where a person should look.

An audit policy is a frozen value: a code and version, the clauses of a `Rule` that it asks under with the
parameters that each needs, the event types that it reads, and a pure function.  Every threshold, and how much
a finding weighs, is a dated parameter of the rule with its basis; there is none in code.  A finding is a fact
with the clause that it stands under, exact figures and events, and what a person should look at.  It accuses
nobody: what looks odd may have a good reason, and a person finds out.

A policy sees nothing but the event types that it says it reads, so that no other event can change what it
finds; and of matters that are confidential it looks at none unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from party_workflow.codec import Event
from party_workflow.errors import Faults, InvalidDefinition
from party_workflow.history import History, Readable
from party_workflow.policies.audits.asked import LOCAL, Asked
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.audits.finding import SEVERITY, AuditFinding
from party_workflow.policies.overview.cases import confidential_streams
from party_workflow.policies.rule import Rule
from party_workflow.store import Record


def _nothing(asked: Asked) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked under one clause: the parameters needed beside ``severity``, and who looks."""

    clause: str
    needs: tuple[str, ...]
    look: Callable[[Asked], Iterable[AuditFinding]]


@dataclass(frozen=True)
class AuditPolicy:
    """A family of questions about conduct.

    `holds` says in a sentence what holds where nothing is found.  Each of the `questions` is asked under a
    clause of the rule; `reads` are the event types that they get to see, every one where it is empty.
    `lacks` says what is not at hand without which nothing can be found.
    """

    code: str
    version: int
    holds: str
    questions: tuple[Question, ...]
    reads: tuple[type[Event], ...]
    lacks: Callable[[Asked], str] = _nothing

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the rule that it asks under, in order."""
        return tuple(question.clause for question in self.questions)

    def lint(self, rule: Rule, on: date) -> Faults:
        """Every clause or parameter that the rule lacks or has wrong for this policy, all at once.

        A clause that the rule leaves out altogether is no fault: its question is then not asked.
        """
        faults = Faults()
        codes = {clause.code for clause in rule.clauses}
        for question in self.questions:
            clause = question.clause
            for parameter in (*question.needs, SEVERITY) if clause in codes else ():
                try:
                    value = rule.value(clause, parameter, on)
                except InvalidDefinition as error:
                    for fault in error.faults:
                        faults.add(fault.where, fault.what, fault.remedy)
                    continue
                where = f"{rule.code}.{clause}.{parameter}"
                if parameter == SEVERITY and value not in (1, 2, 3):
                    faults.add(where, f"There is no severity {value}.", "Say 1, 2 or 3.")
                elif value < 0:
                    faults.add(where, f"{value} is below 0.", "Give a number from 0 on.")
        return faults

    def asked(self, history: History, rule: Rule, as_of: datetime, **more: Any) -> Asked:
        """What `look` is called with: the history narrowed to what this policy reads, up to the moment.

        Raises `InvalidDefinition` with every fault of the rule for this policy.
        """
        whole = history.as_of(effective=as_of)
        more.setdefault("hidden", confidential_streams(whole))
        asked = Asked(self.code, _only(whole, self.reads), rule, as_of, **more)
        self.lint(rule, asked.on).raise_if_any(InvalidDefinition)
        return asked

    def findings(
        self, history: History, rule: Rule, as_of: datetime, *, confidential: bool = False
    ) -> tuple[AuditFinding, ...]:
        """What is found in a history under a rule as of a moment, in the order of clauses, events, subjects.

        What happened after `as_of` is left out, whenever it was recorded.  Raises `InvalidDefinition` with
        every parameter that the rule lacks.
        """
        return self.answer(self.asked(history, rule, as_of, confidential=confidential))

    def answer(self, asked: Asked) -> tuple[AuditFinding, ...]:
        """What is found by what was asked."""
        found: list[AuditFinding] = []
        for question in self.questions:
            if asked.asks(question.clause):
                found += sorted(question.look(asked), key=_order)
        return tuple(found)

    def check(
        self, rule: Rule, as_of: datetime, words: Callable[[str], str], *, confidential: bool = False
    ) -> Check:
        """The policy as a check of conduct among those of an `audit`, each finding with its sentence."""

        on = (as_of + timedelta(minutes=LOCAL)).date()
        needed = ""
        if not rule.in_force(on):
            needed = f"a version of {rule.code} that is in force on {on}"
        elif faults := self.lint(rule, on).found:
            needed = f"a version of {rule.code} without faults: {'; '.join(map(str, faults))}"

        def look(history: History) -> Iterator[Finding]:
            if needed:
                return
            for item in self.findings(history, rule, as_of, confidential=confidential):
                subject = item.subjects[0] if item.subjects else "log"
                yield Finding(subject, item.sentence(words), item.events)

        def lacks(history: History) -> str:
            if needed:
                return needed
            return self.lacks(self.asked(history, rule, as_of, confidential=confidential))

        return Check(f"audit.{self.code}", self.holds, look, integrity=False, lacks=lacks)


def _order(item: AuditFinding) -> tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    return tuple(each.position for each in item.events), item.subjects, item.codes


@dataclass(frozen=True, slots=True)
class _Only:
    """A source of which only the records of some event types are seen, and nothing behind what was known."""

    source: Readable
    types: frozenset[str]
    known: datetime | None

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        for record in self.source.read(after, until):
            if self.known is not None and record.envelope.recorded_at > self.known:
                return  # it is not read on to the next one of these types, which may be damaged
            if record.envelope.stored_type in self.types:
                yield record

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        for record in self.source.read_stream(stream, after):
            if record.envelope.stored_type in self.types:
                yield record


def _only(history: History, types: tuple[type[Event], ...]) -> History:
    if not types:
        return history
    names = frozenset(kind.stored_type for kind in types)
    return replace(history, source=_Only(history.source, names, history.known))
