"""Rule documents: issuer, number, dates, and clauses with dated parameters and their basis (R-014, R-195).

A rule is a frozen value with a content hash; it is stored in the log it governs as a definition of kind
``rule``.  It holds codes and numbers only; the text of a clause lives in the vocabulary pack, by code.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_validator

from party_workflow.canonical import digest
from party_workflow.errors import Fault, Faults, InvalidDefinition
from party_workflow.partwise import judged
from party_workflow.values import Code, Count, Day, Definition, Digest, Key, WrittenRatio


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Parameter(_Document):
    """One number of a clause, from a day on, with its basis.  A share is a fraction, 2/5 and not 40,
    and may be written 0.4.
    """

    code: Code
    value: WrittenRatio
    since: Day
    basis: Code


class Clause(_Document):
    """One clause: its code, its basis, its parameters."""

    code: Code
    basis: Code
    parameters: tuple[Parameter, ...] = ()


class Approval(_Document):
    """One step on the way to a rule: which body did what on which day."""

    body: Code
    step: Code
    on: Day


class Citation(_Document):
    """What a result cites: the document by issuer, number and digest, and the clause with its basis."""

    issuer: Code
    number: Key
    rule: Code
    version: Count
    digest: Digest
    clause: Code
    basis: Code
    text: Digest | None = None

    def __str__(self) -> str:
        return (
            f"{self.issuer} {self.number}, {self.rule} v{self.version}, clause {self.clause} ({self.basis})"
        )


class Issued(Definition):
    """What every rule document has: code and version, who issued it when, and when it is in force.

    In force from `effective_from` to `effective_until` inclusive.  `approvals` is the path on which it was
    approved, in the order of the days, up to the day of issue; `text` the digest of the document as it was
    issued.  Both may be lacking: not every document says them.
    """

    code: Code
    version: Count
    issuer: Code
    number: Key
    issued_on: Day
    effective_from: Day
    effective_until: Day | None = None
    approvals: tuple[Approval, ...] | None = None
    text: Digest | None = None

    @abstractmethod
    def based(self) -> Mapping[str, str]:
        """The basis of each clause by its code, in the order of the document."""

    @property
    def body(self) -> dict[str, Any]:
        """The rule as stored."""
        return self.model_dump(mode="json", exclude_none=True)

    def data(self) -> dict[str, Any]:
        """The rule in its normal form, as an adoption stores it: its `body`."""
        return self.body

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical body: what results and publications cite."""
        return digest(self.body)

    def in_force(self, on: date) -> bool:
        """Whether the rule is in force on a day; both ends belong to the interval."""
        return self.effective_from <= on and (self.effective_until is None or on <= self.effective_until)

    def cite(self, clause: str) -> Citation:
        """How a result cites a clause.  Raises `InvalidDefinition` if the rule has none."""
        based = self.based()
        if clause not in based:
            known = ", ".join(based)
            raise InvalidDefinition(
                Fault(self.code, f"The rule has no clause {clause}.", f"It has: {known}.")
            )
        return Citation(
            issuer=self.issuer,
            number=self.number,
            rule=self.code,
            version=self.version,
            digest=self.digest,
            clause=clause,
            basis=based[clause],
            text=self.text,
        )

    def retroactive(self, period_start: date) -> bool:
        """Whether the rule was issued after a period began: then every result says so (R-014)."""
        return self.issued_on > period_start

    def _judge_days(self, faults: Faults) -> None:
        if self.effective_until is not None and self.effective_until < self.effective_from:
            faults.add(self.code, "The rule ends before it begins.", "Mend one of the two days.")
        days = [approval.on for approval in self.approvals or ()]
        if days != sorted(days):
            faults.add("approvals", "The steps are not in the order of their days.", "Put them in order.")
        if days and max(days) > self.issued_on:
            faults.add("approvals", "A step lies after the day of issue.", "Mend one of the two days.")


class Rule(Issued):
    """A rule that gives numbers to a policy in code: clauses with dated parameters and their basis."""

    clauses: tuple[Clause, ...]

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, cls._judge, "rule")

    def _judge(self, faults: Faults) -> None:
        seen: set[str] = set()
        for clause in self.clauses:
            if clause.code in seen:
                faults.add(clause.code, "The clause stands twice.", "Remove one of the two.")
            seen.add(clause.code)
            dated = [(parameter.code, parameter.since) for parameter in clause.parameters]
            for code, since in sorted({pair for pair in dated if dated.count(pair) > 1}):
                faults.add(f"{clause.code}.{code}", f"Two values begin on {since}.", "Give each its own day.")
        self._judge_days(faults)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Rule:
        """The rule for a stored body.  Raises `InvalidDefinition` with every fault."""
        return cls.model_validate(dict(body))

    def based(self) -> Mapping[str, str]:
        """The basis of each clause by its code."""
        return {clause.code: clause.basis for clause in self.clauses}

    def clause(self, code: str) -> Clause:
        """A clause by code.  Raises `InvalidDefinition` if the rule has none."""
        for clause in self.clauses:
            if clause.code == code:
                return clause
        known = ", ".join(clause.code for clause in self.clauses)
        raise InvalidDefinition(Fault(self.code, f"The rule has no clause {code}.", f"It has: {known}."))

    def value(self, clause: str, parameter: str, on: date) -> Fraction:
        """A parameter as in force on a day.  Raises `InvalidDefinition` if none was yet."""
        found = [p for p in self.clause(clause).parameters if p.code == parameter and p.since <= on]
        if not found:
            raise InvalidDefinition(
                Fault(
                    f"{self.code}.{clause}.{parameter}",
                    f"No value is in force on {on}.",
                    "Add one with an earlier day.",
                )
            )
        return max(found, key=lambda item: item.since).value

    def with_values(
        self, values: Mapping[tuple[str, str], Fraction | int], *, version: int, since: date | None = None
    ) -> Rule:
        """An alternative with other values by clause and code: ``{("weights", "peer"): Fraction(1, 2)}``.

        They hold from `since` on, by default from the day the rule takes effect; the basis stays.  Raises
        `InvalidDefinition` for a clause or parameter that the rule does not have.
        """
        latest = {
            (clause.code, parameter.code): parameter
            for clause in self.clauses
            for parameter in sorted(clause.parameters, key=lambda item: item.since)
        }
        if unknown := ", ".join(
            f"{clause}.{parameter}" for clause, parameter in sorted(values.keys() - latest)
        ):
            raise InvalidDefinition(
                Fault(self.code, f"The rule has no {unknown}.", "Check clause and parameter.")
            )
        changed = {
            key: Parameter(
                code=latest[key].code,
                value=Fraction(value),
                since=since or self.effective_from,
                basis=latest[key].basis,
            )
            for key, value in values.items()
        }
        clauses = tuple(
            Clause(
                code=clause.code,
                basis=clause.basis,
                parameters=(
                    *(item for item in clause.parameters if (clause.code, item.code) not in changed),
                    *(item for (code, _), item in changed.items() if code == clause.code),
                ),
            )
            for clause in self.clauses
        )
        return self.model_copy(update={"version": version, "clauses": clauses})
