"""What a policy concludes: a result, which can be published, or a counterfactual, which cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from party_workflow.canonical import canonical_bytes, digest, time_text
from party_workflow.history import History
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.figure import Evidence, Figure
from party_workflow.policies.ranking import Ranking
from party_workflow.policies.results import explanation, forms
from party_workflow.policies.results.explanation import Explanation
from party_workflow.policies.results.origin import Origin
from party_workflow.policies.rule import Citation, Issued

if TYPE_CHECKING:
    from party_workflow.policies.policy import Policy
    from party_workflow.policies.results.certificates import Certificate
    from party_workflow.policies.results.why import Why


@dataclass(frozen=True, slots=True)
class When:
    """The days of a run: `on` dates the parameters, `period_start` is when the period began."""

    on: date
    period_start: date


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


def counterfactual(result: Concluded, **assumption: Any) -> Counterfactual:
    """A result under an assumption, labelled with it.  Values are codes, numbers, or lists of them."""
    return Counterfactual(**{name: getattr(result, name) for name in _FIELDS}, assumption=assumption)


_FIELDS = tuple(each.name for each in fields(Concluded))
