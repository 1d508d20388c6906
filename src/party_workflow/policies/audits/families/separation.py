"""Separation of duties and conflicts: who did both sides of a matter, or decided close to somebody in it.

Whom an event bars (`party_workflow.relations.Requires.barred`) is refused where that is known when the
event is appended.  Looked at here is what was written underneath the library; what was declared afterwards;
who acted for whom; what no event bars but a house may not want in one hand; and several accounts of one
person. Of two people who are close, the one who acted is named and not the other one, who may be somebody
to protect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from party_workflow.authority import AccountOpened, ConflictDeclared, Delegated, DelegationEnded, Parties
from party_workflow.policies.audits.asked import Asked, of
from party_workflow.policies.audits.asking import AuditPolicy, Question
from party_workflow.policies.audits.finding import AuditFinding
from party_workflow.policies.figure import Evidence
from party_workflow.store import Envelope, Recorded

BOTH_HANDS: Final[tuple[tuple[str, str], ...]] = (
    ("activity.held", "activity.attendance_corrected"),
    ("activity.held", "points.granted"),
    ("case.opened", "case.refused"),
    ("case.refused", "case.closed"),
    ("case.decided", "case.closed"),
    ("plan.report_filed", "plan.closed"),
    ("publication.drafted", "publication.published"),
)
"""Pairs of things that no event bars one person from doing, and that belong in two hands where there are two.

Both stand in one matter, or the second one names the matter of the first.
"""
_NAMED: Final = "activity"


def _behind(envelope: Envelope) -> tuple[str, ...]:
    return (envelope.person,) if envelope.delegate_of is None else (envelope.person, envelope.delegate_of)


@dataclass(frozen=True, slots=True)
class _Barred:
    """Somebody acted; these were barred in this relation, for that reason."""

    item: Recorded
    relation: str
    holders: frozenset[str]


def _barred(asked: Asked) -> Iterator[_Barred]:
    """Every event with the people whom its declaration bars, as of the events before it in its matter."""
    matters: dict[str, Parties] = {}
    for item in asked.history.events():
        stream = item.envelope.stream
        parties = matters.setdefault(stream, Parties())
        if not asked.hides(stream):
            for relation in parties.rule(item.event).requires.barred:
                if holders := frozenset((*parties.of(relation), *item.event.persons(relation))):
                    yield _Barred(item, relation, holders)
        parties.apply(item.event, item.envelope.actor, item.envelope.recorded_at)


def _own_case(asked: Asked) -> Iterator[AuditFinding]:
    """The same person on both sides, by whichever account and for whomever they acted."""
    clause = "audit.both_sides"
    for each in _barred(asked):
        for person in sorted(each.holders.intersection(_behind(each.item.envelope))):
            events = [of(each.item)]
            yield asked.found(
                clause,
                (person, each.item.envelope.stream),
                events,
                asked.count(clause, "acts", events),
                codes=(each.relation, each.item.envelope.stored_type),
            )


@dataclass(slots=True)
class _Ties:
    conflicts: dict[frozenset[str], Evidence] = field(default_factory=dict)
    delegations: dict[tuple[str, str, str], tuple[Recorded, Recorded | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Asked) -> _Ties:
        ties = cls()
        for item in asked.history.events(ConflictDeclared, Delegated, DelegationEnded):
            match item.event:
                case ConflictDeclared():
                    pair = frozenset((item.event.person, item.event.other))
                    ties.conflicts.setdefault(pair, of(item))
                case Delegated():
                    key = (item.event.principal, item.event.delegate, item.event.role)
                    ties.delegations[key] = (item, None)
                case DelegationEnded():
                    key = (item.event.principal, item.event.delegate, item.event.role)
                    if key in ties.delegations:
                        ties.delegations[key] = (ties.delegations[key][0], item)
                case _:
                    pass
        return ties

    def acting(self, one: str, other: str, item: Recorded) -> Evidence | None:
        """The delegation by which, when something was recorded, one acted for the other."""
        at = item.envelope.recorded_at
        for (principal, delegate, _), (given, ended) in self.delegations.items():
            event = given.event
            assert isinstance(event, Delegated)
            if {principal, delegate} != {one, other} or given.envelope.position > item.envelope.position:
                continue
            if at < event.until and (ended is None or ended.envelope.position > item.envelope.position):
                return of(given)
        return None


def _close(asked: Asked) -> Iterator[AuditFinding]:
    """A conflict was declared, before or afterwards, between whoever acted and somebody barred."""
    clause = "audit.close_person"
    ties = _Ties.of(asked)
    for each in _barred(asked) if ties.conflicts else ():
        acted = of(each.item)
        for person in _behind(each.item.envelope):
            for holder in sorted(each.holders - {person}):
                declared = ties.conflicts.get(frozenset((person, holder)))
                if declared is not None:
                    when = "declared_before" if declared.position < acted.position else "declared_after"
                    yield asked.found(
                        clause,
                        (person, each.item.envelope.stream),
                        (acted, declared),
                        asked.count(clause, "acts", (acted,)),
                        codes=(each.relation, acted.stored_type, when),
                    )


def _delegates(asked: Asked) -> Iterator[AuditFinding]:
    """Whoever acted could then act for somebody barred, or somebody barred for them."""
    clause = "audit.delegate_decides"
    ties = _Ties.of(asked)
    for each in _barred(asked) if ties.delegations else ():
        acted = of(each.item)
        for person in _behind(each.item.envelope):
            for holder in sorted(each.holders - set(_behind(each.item.envelope))):
                given = ties.acting(person, holder, each.item)
                if given is not None:
                    yield asked.found(
                        clause,
                        (person, each.item.envelope.stream),
                        (acted, given),
                        asked.count(clause, "acts", (acted,)),
                        codes=(each.relation, acted.stored_type),
                    )


def _both_hands(asked: Asked) -> Iterator[AuditFinding]:
    clause = "audit.both_hands"
    firsts = {first for first, _ in BOTH_HANDS}
    done: dict[tuple[str, str], list[tuple[Recorded, str]]] = {}
    found: dict[tuple[str, str, str], list[Evidence]] = {}
    for item in asked.history.events():
        envelope = item.envelope
        stored = envelope.stored_type
        if asked.hides(envelope.stream):
            continue
        named = getattr(item.event, _NAMED, None)
        about = {envelope.stream} | ({named} if isinstance(named, str) else set())
        for first, second in BOTH_HANDS:
            if stored == second:
                for stream in sorted(about):
                    for before, person in done.get((stream, first), ()):
                        if person in _behind(envelope):
                            rests = found.setdefault((person, first, second), [])
                            rests += [of(before), of(item)]
        if stored in firsts:
            for person in _behind(envelope):
                done.setdefault((envelope.stream, stored), []).append((item, person))
    for (person, first, second), events in sorted(found.items()):
        times = [event for event in dict.fromkeys(events) if event.stored_type == second]
        if len(times) >= asked.value(clause, "times"):
            number = asked.count(clause, "times", times)
            yield asked.found(clause, (person,), events, number, codes=(first, second))


def _accounts(asked: Asked) -> Iterator[AuditFinding]:
    """One person acted in one matter by several accounts."""
    clause = "audit.several_accounts"
    opened: dict[str, list[Evidence]] = {}
    for item in asked.history.events(AccountOpened):
        assert isinstance(item.event, AccountOpened)
        opened.setdefault(item.event.person, []).append(of(item))
    acted: dict[tuple[str, str], dict[str, Evidence]] = {}
    for record in asked.history.records():
        envelope = record.envelope
        if not asked.hides(envelope.stream) and "/" in envelope.stream:
            acted.setdefault((envelope.person, envelope.stream), {})[envelope.account] = of(record)
    for (person, stream), accounts in acted.items():
        if len(accounts) >= max(asked.whole(clause, "accounts"), 2):
            events = (*opened.get(person, ()), *accounts.values())
            number = asked.number(clause, "accounts", len(accounts), accounts.values())
            yield asked.found(clause, (person, stream, *sorted(accounts)), events, number)


SEPARATION: Final = AuditPolicy(
    code="separation",
    version=1,
    holds="Nobody did both sides of a matter, or decided close to somebody in it",
    questions=(
        Question("audit.both_sides", (), _own_case),
        Question("audit.close_person", (), _close),
        Question("audit.delegate_decides", (), _delegates),
        Question("audit.both_hands", ("times",), _both_hands),
        Question("audit.several_accounts", ("accounts",), _accounts),
    ),
    reads=(),
)
"""The same person, a delegate, somebody close, or one hand on both sides; it reads every event there is."""
