"""The policy kernel: what a policy reads, how it is run, and what a result carries.

A policy in code is a frozen value: name, version, rule, what it `reads` (event types, and the fields of
them), what it `ignores`, and three pure functions.  Every event type of the registry has to be in one of
the two lists, so that a new type cannot be skipped silently; `evolve` gets just the declared fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.codec import Event, Registry
from party_workflow.errors import Fault, InvalidDefinition, InvalidInput
from party_workflow.history import History
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Evidence, Figure
from party_workflow.policies.ranking import Ranking
from party_workflow.policies.results import explanation, forms
from party_workflow.policies.results.altered import AlteredHistory, refuse_altered
from party_workflow.policies.results.explanation import Explanation
from party_workflow.policies.results.origin import Origin
from party_workflow.policies.rule import Citation, Issued
from party_workflow.store import Recorded, read_event

if TYPE_CHECKING:
    from party_workflow.policies.results.certificates import Certificate
    from party_workflow.policies.results.why import Why

__all__ = [
    "Concluded",
    "Counterfactual",
    "Explanation",
    "Policy",
    "Result",
    "Row",
    "Run",
    "When",
    "counterfactual",
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
class When:
    """The days of a run: `on` dates the parameters, `period_start` is when the period began."""

    on: date
    period_start: date


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

    @property
    def digest(self) -> str:
        """Identifies the policy: name, version, what it reads, and the rule; see `later`."""
        return self.digest_over(frozenset())

    def digest_over(self, met: Set[type[Event]]) -> str:
        """The digest of the policy on a history that holds events of these types."""
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


@dataclass(frozen=True, slots=True)
class Held:
    """What a result was made of, kept to ask it more: it is no part of the result, its data or its digest."""

    policy: Policy[Any]
    history: History
    """Up to the position of the result, as of its moments."""


@dataclass(frozen=True, slots=True)
class Concluded:
    """What a policy concluded from a history, with everything needed to reproduce it.

    `position` and `head` name the history, `effective` and `known` the moments it was read as of;
    `retroactive` says that the rule was issued after the period began.

    The head is not part of the data and the digest: the same commands imported anew name another batch in
    their records and so have another head, while what follows from them is the same.
    """

    policy: str
    version: int
    policy_digest: str
    rule: Issued
    log: str
    position: int
    head: str
    effective: datetime | None
    known: datetime | None
    on: date
    period_start: date
    conclusion: Conclusion
    held: Held | None = field(default=None, compare=False, repr=False, kw_only=True)
    """With what it was run, None of a result that was put together otherwise."""

    @property
    def when(self) -> When:
        """The days of the run."""
        return When(self.on, self.period_start)

    @property
    def assumed(self) -> Mapping[str, Any] | None:
        """What a counterfactual assumes; None of a result."""
        return None

    @property
    def origin(self) -> Origin:
        """What every form of the result says of itself."""
        return Origin(
            policy=self.policy,
            version=self.version,
            rule=self.rule,
            log=self.log,
            position=self.position,
            effective=self.effective,
            known=self.known,
            on=self.on,
            period_start=self.period_start,
            assumption=self.assumed,
        )

    @property
    def ranking(self) -> Ranking:
        """The ranking.  Raises `InvalidInput` where there is none, or one for each comparison group."""
        return self.conclusion.ranking

    @property
    def retroactive(self) -> bool:
        """Whether the rule was issued after the period began (R-014)."""
        return self.rule.retroactive(self.period_start)

    @property
    def in_force(self) -> bool:
        """Whether the rule was in force on the day for which its parameters were taken (R-195)."""
        return self.rule.in_force(self.on)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every clause that a figure of the result names, as the rule has it, in the order of the rule.

        Raises `InvalidDefinition` for a clause that the rule does not have.
        """
        named = {clause for figure in self.conclusion.figures() for clause in _clauses(figure)}
        order = list(self.rule.based())
        unknown = sorted(named - set(order))
        return tuple(self.rule.cite(clause) for clause in (*unknown, *order) if clause in named)

    def data(self) -> dict[str, Any]:
        """The result as canonical data."""
        found: dict[str, Any] = {
            "policy": {"name": self.policy, "version": self.version, "digest": self.policy_digest},
            "rule": {"code": self.rule.code, "version": self.rule.version, "digest": self.rule.digest},
            "log": self.log,
            "position": self.position,
            "on": self.on.isoformat(),
            "period_start": self.period_start.isoformat(),
            "retroactive": self.retroactive,
        }
        if self.conclusion.plain:
            found["ranking"] = self.ranking.data()
        else:
            found["conclusion"] = self.conclusion.data()
        for name, moment in (("effective", self.effective), ("known", self.known)):
            if moment is not None:
                found[name] = time_text(moment)
        return found

    def canonical_bytes(self) -> bytes:
        """The bytes that are published, compared and hashed."""
        return canonical_bytes(self.data())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return digest(self.data())

    def explain(self, subject: str) -> Explanation:
        """Everything concluded of one subject, down to event ids.  Raises KeyError for an unknown subject."""
        return explanation.explain(self.origin, self.conclusion, subject)

    def why(self, subject: str, *, above: str, **search: Any) -> Why:
        """Why one stands above another, and the smallest change that would turn it round.

        See `party_workflow.policies.results.why.why`, which takes `search`.
        """
        from party_workflow.policies.results.why import why

        return why(self, subject, above, **search)

    def certificate(self) -> Certificate:
        """The digests of history, policy, rule and result, and what has to be said of them."""
        from party_workflow.policies.results.certificates import certify

        return certify(self)

    def under(self, other: Issued | Policy[Any]) -> Counterfactual:
        """What the result would be under another rule, or another policy, from the same events (R-093).

        A `Rule` takes the place of the policy's own; a rule document is compiled over the feeds of the
        library; what needs other feeds or clauses in Python is given as a policy.  Never a replacement: it is
        labelled.  Raises `InvalidInput` for a result that was not run, or from which that cannot be computed.
        """
        from party_workflow.policies.results.versions import under

        return under(self, other)

    @property
    def lines(self) -> tuple[str, ...]:
        """The result for people, line by line: where it comes from, then everything that was concluded."""
        return (*self.origin.lines, *forms.outline(self.conclusion))

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        """The result as tables, for notebooks."""
        return forms.result_html(self.origin, self.conclusion)


@dataclass(frozen=True, slots=True)
class Result(Concluded):
    """What a policy concluded from a history as it was recorded.  It can be published."""


@dataclass(frozen=True, slots=True)
class Counterfactual(Concluded):
    """What a policy would conclude under another rule, or from a history that was not (R-211, R-093).

    `assumption` says what was assumed, as canonical data; it is part of the bytes and of the digest, so that
    no counterfactual has the digest of a result.  It cannot be published.
    """

    assumption: Mapping[str, Any]

    @property
    def assumed(self) -> Mapping[str, Any] | None:
        """What it assumes."""
        return self.assumption

    def data(self) -> dict[str, Any]:
        """The counterfactual as canonical data, with its label."""
        return {**Concluded.data(self), "counterfactual": dict(self.assumption)}


def _clauses(figure: Figure | Evidence) -> Iterator[str]:
    if isinstance(figure, Figure):
        if figure.clause:
            yield figure.clause
        for inner in figure.inputs:
            yield from _clauses(inner)


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


def counterfactual(result: Concluded, **assumption: Any) -> Counterfactual:
    """A result under an assumption, labelled with it.  Values are codes, numbers, or lists of them."""
    return Counterfactual(**{name: getattr(result, name) for name in _FIELDS}, assumption=assumption)


_FIELDS = tuple(each.name for each in fields(Concluded))
