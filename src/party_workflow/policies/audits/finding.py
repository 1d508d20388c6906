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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, Literal

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.codec import Event
from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.history import History, Readable
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.figure import Evidence, Figure, Value, constant, counted
from party_workflow.policies.overview.cases import confidential_streams
from party_workflow.policies.rule import Citation, Rule
from party_workflow.store import Record, Recorded

Severity = Literal["note", "attention", "serious"]
SEVERITIES: Final[tuple[Severity, ...]] = ("note", "attention", "serious")
"""How much a finding weighs, from least to most: to know; to look at; to look at first.  No more than that.

In a rule it is the parameter ``severity`` of the clause, 1 to 3.
"""
SEVERITY: Final = "severity"
_LIMIT: Final = "limit."
LOCAL: Final = 480
"""Minutes that local days are ahead of UTC where the caller says nothing else: China."""


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing found.

    `subjects` are those concerned, by id: persons, units, accounts or matters.  `figures` are exact, what was
    measured first and then the limits of the clause; `events` what it rests on; `codes` say more, such as a
    kind or a duty.  `look_at` is the code of what a person should look at; the words are in the pack.
    """

    policy: str
    citation: Citation
    severity: Severity
    subjects: tuple[str, ...]
    figures: tuple[Figure, ...]
    events: tuple[Evidence, ...]
    look_at: str
    codes: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """The clause of the rule that it stands under, which says what was found."""
        return self.citation.clause

    def figure(self, name: str) -> Figure:
        """A figure by name.  Raises `KeyError` where there is none."""
        for item in self.figures:
            if item.name == name:
                return item
        raise KeyError(name)

    def data(self) -> dict[str, Any]:
        """The finding as canonical data."""
        return {
            "citation": self.citation.model_dump(mode="json", exclude_none=True),
            "codes": list(self.codes),
            "events": [item.event_id for item in self.events],
            "figures": [item.data() for item in self.figures],
            "look_at": self.look_at,
            "policy": self.policy,
            "severity": self.severity,
            "subjects": list(self.subjects),
        }

    def sentence(self, words: Callable[[str], str]) -> str:
        """The finding in words, which `words` gives for codes: ``PACK.label``, in any of its languages."""
        said = words(self.clause)
        if self.codes:
            said += f" ({', '.join(words(code) for code in self.codes)})"
        figures = []
        for item in self.figures:
            code = item.name.removeprefix(_LIMIT)
            name = words(code) if code == item.name else f"{words('audit.limit')}, {words(code)}"
            figures.append(f"{name} {item.displayed}")
        measured = f": {'; '.join(figures)}" if figures else ""
        return f"{words(f'severity.{self.severity}')}: {said}{measured}. {words(self.look_at)}"


@dataclass(frozen=True)
class Asked:
    """What an audit policy is asked with: the history that it may read, the rule, the moment, what is hidden.

    `as_of` is the moment as of which it is asked; `on` its local day, by which parameters are in force.
    `hidden` are the confidential matters, which are not looked at unless `confidential` is given.
    """

    policy: str
    history: History
    rule: Rule
    as_of: datetime
    hidden: frozenset[str] = frozenset()
    confidential: bool = False
    offset_minutes: int = LOCAL

    @cached_property
    def on(self) -> date:
        """The local day of `as_of`."""
        return (self.as_of + timedelta(minutes=self.offset_minutes)).date()

    def day(self, at: datetime) -> date:
        """The local day of a moment."""
        return (at + timedelta(minutes=self.offset_minutes)).date()

    def asks(self, clause: str) -> bool:
        """Whether the rule has this clause.  A house may leave one out; its question is then not asked."""
        return any(each.code == clause for each in self.rule.clauses)

    def value(self, clause: str, parameter: str) -> Fraction:
        """A parameter as in force on the day."""
        return self.rule.value(clause, parameter, self.on)

    def whole(self, clause: str, parameter: str) -> int:
        """A parameter that is a whole number.  Raises `InvalidDefinition` where it is none."""
        found = self.value(clause, parameter)
        if found.denominator != 1:
            where = f"{self.rule.code}.{clause}.{parameter}"
            raise InvalidDefinition(Fault(where, f"{found} is no whole number.", "Give a whole number."))
        return int(found)

    def months_back(self, clause: str, parameter: str = "months") -> datetime:
        """The moment so many months before `as_of`."""
        return months_before(self.as_of, self.whole(clause, parameter))

    def severity(self, clause: str) -> Severity:
        """How much a finding under a clause weighs."""
        return SEVERITIES[self.whole(clause, SEVERITY) - 1]

    def hides(self, stream: str | None) -> bool:
        """Whether a matter is confidential and not to be looked at."""
        return not self.confidential and stream in self.hidden

    def evidence(self, ids: Iterable[str]) -> tuple[Evidence, ...]:
        """The events with these ids, in position order; those that the history does not have are left out."""
        wanted = set(ids)
        found = [self._events[each] for each in wanted if each in self._events]
        return tuple(sorted(found, key=lambda item: item.position))

    @cached_property
    def _events(self) -> Mapping[str, Evidence]:
        return {
            each.envelope.event_id: Evidence(
                each.envelope.event_id, each.envelope.position, each.envelope.stored_type
            )
            for each in self.history.records()
        }

    # --- figures and findings ----------------------------------------------------------------

    def basis(self, clause: str) -> str:
        """The basis of a clause."""
        return self.rule.clause(clause).basis

    def number(
        self, clause: str, name: str, value: Value | int, rests: Iterable[Evidence | Figure] = ()
    ) -> Figure:
        """A figure measured under a clause."""
        exact = Fraction(value) if isinstance(value, int) else value
        return Figure(name, exact, "measured", clause, self.basis(clause), tuple(rests))

    def count(self, clause: str, name: str, events: Iterable[Evidence]) -> Figure:
        """How many events there are."""
        return counted(name, clause, self.basis(clause), events)

    def found(
        self,
        clause: str,
        subjects: Sequence[str],
        events: Iterable[Evidence],
        *figures: Figure,
        codes: Sequence[str] = (),
    ) -> AuditFinding:
        """A finding under a clause, with the limits of the clause after the figures that were measured."""
        limits = tuple(
            constant(f"{_LIMIT}{code}", self.value(clause, code), clause, self.basis(clause))
            for code in dict.fromkeys(each.code for each in self.rule.clause(clause).parameters)
            if code != SEVERITY
        )
        rests = {item.event_id: item for item in events}
        return AuditFinding(
            policy=self.policy,
            citation=self.rule.cite(clause),
            severity=self.severity(clause),
            subjects=tuple(subjects),
            figures=(*figures, *limits),
            events=tuple(sorted(rests.values(), key=lambda item: item.position)),
            look_at=f"look.{clause.removeprefix('audit.')}",
            codes=tuple(codes),
        )


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier; in a shorter month, its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = moment.day
    while True:
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


def of(recorded: Recorded | Record) -> Evidence:
    """An event, to cite."""
    envelope = recorded.envelope
    return Evidence(envelope.event_id, envelope.position, envelope.stored_type)


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

        def look(history: History) -> Iterator[Finding]:
            if not rule.in_force(on):
                return
            for item in self.findings(history, rule, as_of, confidential=confidential):
                subject = item.subjects[0] if item.subjects else "log"
                yield Finding(subject, item.sentence(words), item.events)

        def lacks(history: History) -> str:
            if not rule.in_force(on):
                return f"a version of {rule.code} that is in force on {on}"
            return self.lacks(self.asked(history, rule, as_of, confidential=confidential))

        return Check(f"audit.{self.code}", self.holds, look, integrity=False, lacks=lacks)


def _order(item: AuditFinding) -> tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    return tuple(each.position for each in item.events), item.subjects, item.codes


@dataclass(frozen=True, slots=True)
class _Only:
    """A source of which only the records of some event types are seen."""

    source: Readable
    types: frozenset[str]

    def read(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        for record in self.source.read(after, until):
            if record.envelope.stored_type in self.types:
                yield record

    def read_stream(self, stream: str, after: int = 0) -> Iterator[Record]:
        for record in self.source.read_stream(stream, after):
            if record.envelope.stored_type in self.types:
                yield record


def _only(history: History, types: tuple[type[Event], ...]) -> History:
    if not types:
        return history
    return replace(history, source=_Only(history.source, frozenset(kind.stored_type for kind in types)))


# --- the report ------------------------------------------------------------------------------


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
