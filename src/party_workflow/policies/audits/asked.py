"""What an audit policy is asked with, and how it makes figures and findings under the clauses of its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Final

from party_workflow.errors import Fault, InvalidDefinition
from party_workflow.history import History
from party_workflow.policies.audits.finding import LIMIT, SEVERITIES, SEVERITY, AuditFinding, Severity
from party_workflow.policies.figure import Evidence, Figure, Value, constant, counted
from party_workflow.policies.rule import Rule
from party_workflow.store import Record, Recorded

LOCAL: Final = 480
"""Minutes that local days are ahead of UTC where the caller says nothing else: China."""


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
            constant(f"{LIMIT}{code}", self.value(clause, code), clause, self.basis(clause))
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
