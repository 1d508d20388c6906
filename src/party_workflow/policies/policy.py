"""The policy kernel: what a policy reads, and how it is run.  What it gives is in `results.concluded`.

A policy in code is a frozen value: name, version, rule, what it `reads` (event types, and the fields of
them), what it `ignores`, and three pure functions.  Every event type of the registry has to be in one of
the two lists, so that a new type cannot be skipped silently; `evolve` gets just the declared fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from party_workflow.canonical import digest
from party_workflow.codec import Event, Registry
from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Evidence
from party_workflow.policies.ranking import Ranking
from party_workflow.policies.results.altered import AlteredHistory, refuse_altered
from party_workflow.policies.results.concluded import (
    Concluded,
    Counterfactual,
    Held,
    Result,
    When,
    counterfactual,
)
from party_workflow.policies.results.explanation import Explanation
from party_workflow.policies.rule import Issued
from party_workflow.store import Recorded, read_event

__all__ = [
    "Concluded",
    "Counterfactual",
    "Explanation",
    "Held",
    "Policy",
    "Result",
    "Row",
    "Run",
    "When",
    "counterfactual",
    "row_of",
    "run",
    "run_many",
    "suppose",
]

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Row:
    """One event as a policy sees it: the declared fields, and where it stands."""

    kind: type[Event]
    fields: Mapping[str, Any]
    event_id: str
    position: int
    stream: str
    person: str
    effective_at: datetime
    recorded_at: datetime

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def evidence(self) -> Evidence:
        """This event, to cite in a figure."""
        return Evidence(self.event_id, self.position, self.kind.stored_type)


def row_of(recorded: Recorded, fields: Sequence[str]) -> Row:
    """A recorded event with these of its fields."""
    event, envelope = recorded.event, recorded.envelope
    return Row(
        kind=type(event),
        fields={name: getattr(event, name) for name in fields},
        event_id=envelope.event_id,
        position=envelope.position,
        stream=envelope.stream,
        person=envelope.person,
        effective_at=envelope.effective_at,
        recorded_at=envelope.recorded_at,
    )


@dataclass(frozen=True, slots=True)
class Policy(Generic[S]):
    """A judgement: events in, a conclusion out.  Frozen; an alternative is made with `dataclasses.replace`.

    `initial()` gives a state of its own each time, `evolve(state, row)` takes one event into account (it may
    use up the state that it is given), and `conclude(state, rule, when)` gives a ranking, or a whole
    `Conclusion`, as often as asked.  A rule document compiles to a policy of the same standing.
    """

    name: str
    version: int
    rule: Issued
    reads: Mapping[type[Event], tuple[str, ...]]
    ignores: frozenset[str]
    initial: Callable[[], S]
    evolve: Callable[[S, Row], S]
    conclude: Callable[[S, Any, When], Ranking | Conclusion]
    later: frozenset[type[Event]] = frozenset()
    """Of what it reads, what came after results had been published.  Of a history that holds none of it the
    policy says what it said before, and goes by the digest that it had: those results can be made again."""

    implied: bool = False
    """Whether what it reads follows from the rule, as of a document.  Then it is no part of the digest, and
    a feed that learns to read one more type of event leaves results that were published as they are.
    """

    @property
    def digest(self) -> str:
        """Identifies the policy: name, version, what it reads, and the rule; see `later`."""
        return self.digest_over(frozenset())

    def digest_over(self, met: Set[type[Event]]) -> str:
        """The digest of the policy on a history that holds events of these types."""
        if self.implied:
            return digest({"name": self.name, "version": self.version, "rule": self.rule.digest})
        left_out = self.later - met
        reads = {
            kind.stored_type: list(fields) for kind, fields in self.reads.items() if kind not in left_out
        }
        return digest({"name": self.name, "version": self.version, "rule": self.rule.digest, "reads": reads})

    def check(self, registry: Registry) -> None:
        """Raise `InvalidDefinition` with every event type that the policy neither reads nor ignores."""
        read = {kind.stored_type for kind in self.reads}
        faults = [
            Fault(self.name, f"It neither reads nor ignores {name}.", "Decide which, and add it.")
            for name in sorted(set(registry.events) - read - self.ignores)
        ]
        faults += [
            Fault(self.name, f"It both reads and ignores {name}.", "Decide which.")
            for name in sorted(read & self.ignores)
        ]
        faults += [
            Fault(self.name, f"It ignores {name}, which does not exist.", "Look for a typing mistake.")
            for name in sorted(self.ignores - set(registry.events))
        ]
        faults += [
            Fault(
                self.name, f"It reads {kind.stored_type}, which does not exist.", "Take the model's own type."
            )
            for kind in self.reads
            if registry.events.get(kind.stored_type) is not kind
        ]
        for kind, names in self.reads.items():
            faults += [
                Fault(self.name, f"{kind.stored_type} has no field {field}.", "Look for a typing mistake.")
                for field in names
                if field not in kind.model_fields
            ]
        if faults:
            raise InvalidDefinition(faults)


def run(
    policy: Policy[Any], history: History, *, on: date, period_start: date, retroactive: bool = False
) -> Result:
    """Run a policy over a history.  `on` dates the parameters, `period_start` is when the period began.

    Raises `InvalidDefinition` if the policy does not account for every event type of the registry, and
    `InvalidInput` for a rule issued after the period began, unless `retroactive` is said: the result then
    says so too (R-014).
    """
    (found,) = run_many([policy], history, on=on, period_start=period_start, retroactive=retroactive)
    return found


def run_many(
    policies: Sequence[Policy[Any]],
    history: History,
    *,
    on: date,
    period_start: date,
    retroactive: bool = False,
) -> tuple[Result, ...]:
    """Run several policies over one history, which is read once: the results in the order of the policies.

    Each gives what it gives alone.  Raises as `run` does, for the first policy that cannot be run; and
    `InvalidInput` for an altered history, of which there are no results (see `suppose`).
    """
    refuse_altered(history)
    return _run_many(policies, history, When(on, period_start), retroactive=retroactive)


def suppose(
    policy: Policy[Any],
    history: History,
    *,
    on: date,
    period_start: date,
    assumption: Mapping[str, Any] | None = None,
) -> Counterfactual:
    """What would follow from a history that was not, or under a policy that is supposed (R-211).

    The label has what an altered history leaves out, and `assumption` besides; without either it is the
    policy that is supposed.  A rule issued after the period began is taken, and printed as retroactive.
    """
    (found,) = _run_many([policy], history, When(on, period_start), retroactive=True)
    label = dict(assumption or {})
    if isinstance(history, AlteredHistory):
        label = {**history.assumption, **label}
    return counterfactual(found, **(label or {"policy": found.policy_digest}))


def _run_many(
    policies: Sequence[Policy[Any]], history: History, when: When, *, retroactive: bool
) -> tuple[Result, ...]:
    period_start = when.period_start
    runs = [Run(policy, history.registry, period_start, retroactive=retroactive) for policy in policies]
    log = ""
    position, head = 0, digest("party_workflow/head/1")
    reading: dict[str, list[Run]] = {}
    for each in runs:
        for kind in each.policy.reads:
            reading.setdefault(kind.stored_type, []).append(each)
    for record in history.records():
        envelope = record.envelope
        log, position, head = envelope.log, record.position, digest([head, record.digest])
        if envelope.stored_type in reading:
            recorded = read_event(record, history.registry)
            for each in reading[envelope.stored_type]:
                each.take(recorded)
    return tuple(each.result(history, when, log, position, head) for each in runs)


class Run:
    """One policy on its way through a history: what it has made of the events so far.

    Raises `InvalidDefinition` and `InvalidInput` as `run` does.
    """

    def __init__(
        self, policy: Policy[Any], registry: Registry, period_start: date, *, retroactive: bool = False
    ) -> None:
        policy.check(registry)
        if policy.rule.retroactive(period_start) and not retroactive:
            what = f"It was issued on {policy.rule.issued_on}, after the period began on {period_start}."
            raise InvalidInput(
                Fault(policy.rule.code, what, "Say retroactive=True; every result will print it.")
            )
        self.policy = policy
        self.state = policy.initial()
        self.met: set[type[Event]] = set()

    def take(self, recorded: Recorded) -> None:
        """Takes one event into account, if the policy reads its type."""
        kind = type(recorded.event)
        fields = self.policy.reads.get(kind)
        if fields is None:
            return
        self.met.add(kind)
        self.state = self.policy.evolve(self.state, row_of(recorded, fields))

    def conclude(self, when: When) -> Conclusion:
        """What follows from the events so far."""
        found = self.policy.conclude(self.state, self.policy.rule, when)
        return Conclusion(rankings=(found,)) if isinstance(found, Ranking) else found

    def result(self, history: History, when: When, log: str, position: int, head: str) -> Result:
        """What follows from a history that was taken into account up to a position."""
        policy = self.policy
        return Result(
            policy=policy.name,
            version=policy.version,
            policy_digest=policy.digest_over(self.met),
            rule=policy.rule,
            log=log,
            position=position,
            head=head,
            effective=history.effective,
            known=history.known,
            on=when.on,
            period_start=when.period_start,
            conclusion=self.conclude(when),
            held=Held(policy, history.up_to(position)),
        )
