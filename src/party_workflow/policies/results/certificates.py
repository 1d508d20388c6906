"""Certificates: what a result rests on, by digests, to be checked by whoever has the log and the policy.

A certificate says nothing that cannot be computed again.  `Certificate.verify` computes it again and says
claim by claim what holds (R-197, R-198).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from party_workflow.canonical import canonical_bytes, digest, parse_canonical, time_text
from party_workflow.codec import faults_of
from party_workflow.errors import DamagedHistory, InvalidInput, PartyWorkflowError
from party_workflow.history import History
from party_workflow.policies.results.altered import AlteredHistory
from party_workflow.policies.results.forms import selections_of
from party_workflow.policies.results.html import paragraphs, table
from party_workflow.values import Code, Count, Day, Digest, Flag, Key, Moment

if TYPE_CHECKING:
    from party_workflow.policies.policy import Concluded, Policy


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class HistoryRead(_Part):
    """Which history: the log, the position of its last record in view, its head, as of which moments."""

    log: str
    position: Count
    head: Digest
    effective: Moment | None = None
    known: Moment | None = None


class PolicyUsed(_Part):
    """Which policy, and the rule by which it went."""

    name: str
    version: Count
    digest: Digest
    rule: Code
    rule_version: Count
    rule_digest: Digest
    issuer: Code
    number: Key


class Certificate(_Part):
    """What a result rests on.

    `provisional` says why the result may still change or is not finished: ``selection_required`` (people have
    to choose), ``inputs_missing`` (somebody is not ranked for lack of a value).  `assumption` is there for a
    counterfactual only.
    """

    history: HistoryRead
    policy: PolicyUsed
    on: Day
    period_start: Day
    result: Digest
    retroactive: Flag
    in_force: Flag
    provisional: tuple[Code, ...] = ()
    assumption: dict[str, Any] | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """The certificate for its data.  Raises `InvalidInput` with every fault of form."""
        try:
            return cls.model_validate(dict(data))
        except ValidationError as error:
            raise InvalidInput(faults_of(error)) from None

    @classmethod
    def parse(cls, stored: bytes) -> Self:
        """The certificate for its canonical bytes.  Raises `NotCanonical` or `InvalidInput`."""
        return cls.read(parse_canonical(stored))

    def data(self) -> dict[str, Any]:
        """The certificate as canonical data."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def canonical_bytes(self) -> bytes:
        """The bytes that are kept, handed over and hashed."""
        return canonical_bytes(self.data())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return digest(self.data())

    @property
    def lines(self) -> tuple[str, ...]:
        """The certificate for people."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        history, policy = self.history, self.policy
        yield f"result {self.result}"
        yield f"policy {policy.name} v{policy.version}, {policy.digest}"
        issued = f"({policy.issuer} {policy.number})"
        yield f"rule {policy.rule} v{policy.rule_version} {issued}, {policy.rule_digest}"
        yield f"log {history.log} up to position {history.position}, head {history.head}"
        for name, moment in (("effective", history.effective), ("known", history.known)):
            yield f"{name} by {time_text(moment)}" if moment is not None else f"no limit of what is {name}"
        yield f"parameters of {self.on}, period from {self.period_start}"
        if self.assumption is not None:
            yield f"COUNTERFACTUAL, not a result; assumed: {canonical_bytes(self.assumption).decode()}"
        if self.retroactive:
            yield "RETROACTIVE: the rule was issued after the period began"
        yield (
            "the rule was in force"
            if self.in_force
            else "NOT IN FORCE: the rule was not in force on that day"
        )
        for reason in self.provisional:
            yield f"PROVISIONAL: {reason}"

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        return paragraphs(self.lines)

    def verify(self, history: History, policy: Policy[Any]) -> Verification:
        """Computes the result again from a history and a policy, and says claim by claim what holds.

        `history` may go on after the position; of a counterfactual it is what that was made from, an altered
        history or the one that was.  Nothing is raised for what does not fit: it is said.
        """
        return Verification(tuple(_claims(self, history, policy)))


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a certificate says, whether it holds, and what was found where it does not."""

    code: str
    holds: bool
    said: str
    found: str

    def __str__(self) -> str:
        return f"{self.code}: holds" if self.holds else f"{self.code}: said {self.said}, found {self.found}"

    def data(self) -> dict[str, Any]:
        """The claim as canonical data."""
        return {"claim": self.code, "holds": self.holds, "said": self.said, "found": self.found}


@dataclass(frozen=True, slots=True)
class Verification:
    """What holds of a certificate.  Truthy when everything does."""

    claims: tuple[Claim, ...]

    def __bool__(self) -> bool:
        return all(claim.holds for claim in self.claims)

    @property
    def failed(self) -> tuple[str, ...]:
        """The codes of the claims that do not hold."""
        return tuple(claim.code for claim in self.claims if not claim.holds)

    def __str__(self) -> str:
        return "\n".join(str(claim) for claim in self.claims)

    def data(self) -> dict[str, Any]:
        """The verification as canonical data."""
        return {"holds": bool(self), "claims": [claim.data() for claim in self.claims]}

    def _repr_html_(self) -> str:
        rows = [(claim.code, "holds" if claim.holds else "fails", claim.found) for claim in self.claims]
        return table(("claim", "", "found"), rows)


def certify(result: Concluded) -> Certificate:
    """The certificate of a result."""
    rule = result.rule
    return Certificate(
        history=HistoryRead(
            log=result.log,
            position=result.position,
            head=result.head,
            effective=result.effective,
            known=result.known,
        ),
        policy=PolicyUsed(
            name=result.policy,
            version=result.version,
            digest=result.policy_digest,
            rule=rule.code,
            rule_version=rule.version,
            rule_digest=rule.digest,
            issuer=rule.issuer,
            number=rule.number,
        ),
        on=result.on,
        period_start=result.period_start,
        result=result.digest,
        retroactive=result.retroactive,
        in_force=result.in_force,
        provisional=tuple(_provisional(result)),
        assumption=None if result.assumed is None else dict(result.assumed),
    )


def _provisional(result: Concluded) -> Iterator[str]:
    conclusion = result.conclusion
    if any(item.reason == "missing" for ranking in conclusion.rankings for item in ranking.excluded):
        yield "inputs_missing"
    if any(True for _ in selections_of(conclusion)):
        yield "selection_required"


def _claims(said: Certificate, history: History, policy: Policy[Any]) -> Iterator[Claim]:
    from party_workflow.policies.policy import counterfactual, run, suppose

    view = history.up_to(said.history.position).as_of(
        effective=said.history.effective, known=said.history.known
    )
    try:
        found: Concluded
        if isinstance(view, AlteredHistory):
            found = suppose(policy, view, on=said.on, period_start=said.period_start)
        else:
            found = run(policy, view, on=said.on, period_start=said.period_start, retroactive=True)
    except DamagedHistory as error:
        yield Claim("history", False, said.history.head, str(error))
        return
    except PartyWorkflowError as error:
        yield Claim("policy", False, said.policy.digest, str(error))
        return
    again = certify(found if said.assumption is None else counterfactual(found, **said.assumption))
    yield _same("log", said.history.log, again.history.log)
    yield _same("position", said.history.position, again.history.position)
    yield _same("head", said.history.head, again.history.head)
    yield _same("moments", _moments(said.history), _moments(again.history))
    yield _same("policy", said.policy.digest, again.policy.digest)
    yield _same("policy_named", _named(said.policy), _named(again.policy))
    yield _same("rule", said.policy.rule_digest, again.policy.rule_digest)
    yield _same("retroactive", said.retroactive, again.retroactive)
    yield _same("in_force", said.in_force, again.in_force)
    yield _same("provisional", ", ".join(said.provisional), ", ".join(again.provisional))
    yield _same("result", said.result, again.result)


def _same(code: str, said: object, found: object) -> Claim:
    return Claim(code, said == found, str(said), str(found))


def _moments(read: HistoryRead) -> str:
    moments = (read.effective, read.known)
    return ", ".join("-" if moment is None else time_text(moment) for moment in moments)


def _named(policy: PolicyUsed) -> str:
    rule = f"{policy.rule} v{policy.rule_version} ({policy.issuer} {policy.number})"
    return f"{policy.name} v{policy.version}, {rule}"
