"""The laws of `party_workflow.testing.policies.laws` as a test class to derive from.

::

    class TestStudyPoints(PolicyLaws):
        policy = study_points(RULE)
        claims_rule_document = DOCUMENT

Every method named ``test_…`` is then a claim about the policy.  What breaks it is printed as a test that can
be pasted: the fewest events that show it, what was expected, and what there was.  Nothing here needs a test
framework, and Hypothesis only where `histories` is one of its strategies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from party_workflow.codec import Event, Registry
from party_workflow.policies.documents import CodeClause, RuleDocument
from party_workflow.policies.feeds import FEEDS, Feed
from party_workflow.policies.policy import Policy
from party_workflow.testing.policies.coverage import clauses_hit
from party_workflow.testing.policies.laws import (
    LAWS,
    Breach,
    Direction,
    Example,
    Tried,
    broken,
    examples_of,
    of,
)
from party_workflow.testing.policies.past import Past, happened
from party_workflow.testing.policies.printing import Script, mapping_text
from party_workflow.testing.policies.reachable import Ground, party_ground, reads_of, walks, wanted_by
from party_workflow.testing.policies.scenario import given
from party_workflow.testing.policies.view import PARTS

_METHODS: dict[str, str] = {
    "places": "ranks",
    "values": "figures",
    "grades": "grades",
    "awards": "awards",
}


@dataclass(frozen=True)
class Counterexample:
    """A law that does not hold, with the fewest events that show it."""

    breach: Breach
    policy: str
    imported: str
    """How a test gets at the policy, as a line of Python."""

    @property
    def law(self) -> str:
        """The name of the law."""
        return self.breach.law

    @property
    def events(self) -> int:
        """How many events it takes."""
        return len(self.breach.past)

    def test(self) -> str:
        """A test that fails as long as the law does not hold."""
        breach, script = self.breach, Script()
        script.named(given)
        script.named(happened)
        body = script.history(breach.past)
        begin = "given(policy, *past)"
        days = f".on({breach.when.on.isoformat()!r}).period({breach.when.period_start.isoformat()!r})"
        call = f"{begin}{days}"
        if breach.kind == "same":
            body += [f"{call}{breach.reading}.same_as(", f"    {call}", ")"]
        else:
            body += [f"({call}{breach.reading}", *(f"    {line}" for line in _then(breach)), ")"]
        if any("Fraction(" in line for line in body):
            script.named(Fraction)
        lines = [*script.head(), "", self.imported, "", "", f"def test_{breach.law}():"]
        return "\n".join([*lines, *(f"    {line}" for line in body)]) + "\n"

    def __str__(self) -> str:
        breach = self.breach
        said = [f"{self.policy} breaks the law {breach.law}: {breach.said}"]
        for part in dict.fromkeys((*breach.expected, *breach.got)):
            one, two = breach.expected.get(part, {}), breach.got.get(part, {})
            for who in sorted({*one, *two}):
                if one.get(who) != two.get(who):
                    said.append(
                        f"  {part} {who}: expected {one.get(who, 'nothing')}, got {two.get(who, 'nothing')}"
                    )
        count = f"{self.events} event" + ("" if self.events == 1 else "s")
        return "\n".join([*said, f"Shown by {count}:", "", self.test()])


def _then(breach: Breach) -> Iterator[str]:
    """The calls that say what was expected, for the parts in which there is a difference."""
    if breach.kind == "bound":
        name = "at_least" if breach.direction == "up" else "at_most"
        yield f".{name}({mapping_text(breach.expected['values'])})"
        return
    for part in dict.fromkeys((*breach.expected, *breach.got)):
        one = dict(breach.expected.get(part, {}))
        if one == dict(breach.got.get(part, {})):
            continue
        if part == "places" and not any(":" in who for who in one):
            places = {who: None if said.startswith("not") else int(said) for who, said in one.items()}
            yield f".ranks({mapping_text(places)})"
            reasons = {who: said.partition(": ")[2] for who, said in one.items() if said.startswith("not")}
            if reasons:
                yield f".excludes({mapping_text(reasons)})"
        elif part == "values" and not any(":" in who for who in one):
            yield f".figures({_numbers(one)}, partly=True)"
        elif part in ("grades", "awards") and not any(":" in who for who in one):
            yield f".{_METHODS[part]}({mapping_text(one)})"
        else:
            yield f".says({part!r}, {mapping_text(one)})"


def _numbers(values: Mapping[str, str]) -> str:
    parts = []
    for who, said in values.items():
        plain = said.lstrip("-").isdigit()
        parts.append(f"{who!r}: {said if plain else f'Fraction({said!r})'}")
    return "{" + ", ".join(parts) + "}"


def counterexamples(
    policy: Policy[Any] | RuleDocument,
    *,
    claims: RuleDocument | None = None,
    registry: Registry | None = None,
    ground: Ground | None = None,
    histories: Any = None,
    number: int = 60,
    length: int = 12,
    laws: Iterable[str] = tuple(LAWS),
    imported: str = "policy = ...  # the policy that is tried",
    feeds: Mapping[str, Feed] = FEEDS,
    code: Mapping[str, CodeClause] | None = None,
    **declared: Any,
) -> Iterator[Counterexample]:
    """The smallest breach of each law that is found, over so many histories.

    `declared` are the declarations of `laws.Tried`: ``order_independent``, ``monotone_in``,
    ``reads_beyond_its_day``, ``parts``.
    """
    tried = trial(policy, claims, registry, ground, feeds, code, declared)
    examples = list(examples_of(histories_for(tried, claims, ground, histories, number, length)))
    for name in laws:
        breach = broken(tried, LAWS[name], examples)
        if breach is not None:
            yield Counterexample(breach, tried.policy.name, imported)


def trial(
    policy: Policy[Any] | RuleDocument,
    claims: RuleDocument | None,
    registry: Registry | None,
    ground: Ground | None,
    feeds: Mapping[str, Feed],
    code: Mapping[str, CodeClause] | None,
    declared: Mapping[str, Any],
) -> Tried:
    """What is tried, with documents made policies."""
    registry = registry or (ground or _party()).model.registry
    compiled = policy
    if isinstance(compiled, RuleDocument):
        compiled = compiled.policy(registry, feeds=feeds, code=code)
    claimed = None if claims is None else claims.policy(registry, feeds=feeds, code=code)
    return Tried(compiled, registry, claimed, feeds=feeds, code=code or {}, **declared)


@lru_cache(maxsize=1)
def _party() -> Ground:
    return party_ground()


def histories_for(
    tried: Tried,
    claims: RuleDocument | None,
    ground: Ground | None,
    histories: Any,
    number: int,
    length: int,
) -> Sequence[Past]:
    """The histories over which laws are tried: those given, drawn from a strategy, or made for the policy."""
    if histories is None:
        found = ground or ground_for(tried, claims)
        return [quick.past for quick in walks(tried.read, found, number=number, length=length)]
    if hasattr(histories, "example"):
        return drawn(histories, number)
    return list(histories)


def drawn(strategy: Any, number: int) -> list[Past]:
    """Examples of a Hypothesis strategy, the same every time."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import given as arbitrary

    found: list[Past] = []

    @settings(
        max_examples=number,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @arbitrary(strategy)
    def collect(past: Past) -> None:
        found.append(past)

    collect()
    return found


def ground_for(tried: Tried, claims: RuleDocument | None = None) -> Ground:
    """A branch with members, and those definitions of the pack without which nothing that is read occurs."""
    from party_workflow.packs import party

    categories = dict.fromkeys(kind.stored_type.partition(".")[0] for kind in tried.read)
    wanted: list[str] = []
    for category in categories:
        wanted += [entry.code for entry in party.PACK.of_kind(category)][:3]
    ground = party_ground(*dict.fromkeys(wanted))
    documents = [each for each in (claims, tried.policy.rule) if isinstance(each, RuleDocument)]
    for document in documents:
        ground = ground.with_values(**wanted_by(document))
    return ground


class PolicyLaws:
    """Laws about one policy.  Derive from it, and say which policy.

    `policy` is a `Policy` or a rule document.  `ground` says where histories begin and `histories` may be a
    Hypothesis strategy of them, or a list; otherwise `number` histories of up to `length` commands are drawn
    for what the policy reads.  What the policy declares: `claims_rule_document`, with `claimed_parts` by
    which the two are compared; `monotone_in`; `order_independent`; `reads_beyond_its_day` (see `laws.Tried`).
    `seldom_hit` names clauses of the rule that the histories need not hit.
    """

    policy: ClassVar[Policy[Any] | RuleDocument]
    registry: ClassVar[Registry | None] = None
    ground: ClassVar[Ground | None] = None
    histories: ClassVar[Any] = None
    number: ClassVar[int] = 60
    length: ClassVar[int] = 12
    claims_rule_document: ClassVar[RuleDocument | None] = None
    claimed_parts: ClassVar[tuple[str, ...]] = PARTS
    monotone_in: ClassVar[Mapping[type[Event], Direction]] = {}
    order_independent: ClassVar[bool] = False
    reads_beyond_its_day: ClassVar[bool] = False
    seldom_hit: ClassVar[frozenset[str]] = frozenset()
    feeds: ClassVar[Mapping[str, Feed]] = FEEDS
    code: ClassVar[Mapping[str, CodeClause]] = {}
    _made: ClassVar[tuple[Tried, list[Example]] | None] = None

    @classmethod
    def _tried(cls) -> tuple[Tried, list[Example]]:
        made: tuple[Tried, list[Example]] | None = cls.__dict__.get("_made")
        if made is None:
            declared = {
                "monotone_in": cls.monotone_in,
                "order_independent": cls.order_independent,
                "reads_beyond_its_day": cls.reads_beyond_its_day,
                "parts": cls.claimed_parts,
            }
            claims = cls.claims_rule_document
            tried = trial(cls.policy, claims, cls.registry, cls.ground, cls.feeds, cls.code, declared)
            pasts = histories_for(tried, claims, cls.ground, cls.histories, cls.number, cls.length)
            made = (tried, list(examples_of(pasts)))
            cls._made = made
        return made

    def _holds(self, law: str) -> None:
        __tracebackhide__ = True
        tried, examples = self._tried()
        assert examples, "there are no histories to try the policy on"
        breach = broken(tried, LAWS[law], examples)
        if breach is not None:
            kind = type(self)
            imported = f"from {kind.__module__} import {kind.__name__}\n\npolicy = {kind.__name__}.policy"
            raise AssertionError(f"\n{Counterexample(breach, tried.policy.name, imported)}")

    def test_it_comes_to_a_conclusion_or_says_why_not(self) -> None:
        self._holds("concludes")

    def test_the_same_history_gives_the_same_bytes(self) -> None:
        self._holds("deterministic")

    def test_concluding_on_the_way_changes_nothing(self) -> None:
        self._holds("incremental")

    def test_a_snapshot_and_what_follows_it_give_the_whole(self) -> None:
        self._holds("from_snapshots")

    def test_independent_events_may_come_in_any_order_where_declared(self) -> None:
        self._holds("independent_of_order")

    def test_nobodys_outcome_depends_on_their_id(self) -> None:
        self._holds("independent_of_names")

    def test_one_more_event_takes_nobody_the_other_way_where_declared(self) -> None:
        self._holds("monotone")

    def test_nothing_has_an_effect_before_its_day(self) -> None:
        self._holds("nothing_before_its_day")

    def test_a_number_of_a_later_day_changes_nothing_before_it(self) -> None:
        self._holds("later_numbers")

    def test_erasure_changes_no_byte(self) -> None:
        self._holds("erasable")

    def test_it_agrees_with_the_rule_document_that_it_claims(self) -> None:
        self._holds("as_claimed")

    def test_every_clause_of_its_rule_is_hit(self) -> None:
        tried, examples = self._tried()
        hit: set[str] = set()
        for example in examples:
            found = of(tried.policy, example.past, example.when).conclusion
            if found is not None:
                hit |= clauses_hit(found)
        missed = [code for code in tried.policy.rule.based() if code not in hit | self.seldom_hit]
        said = f"{len(examples)} histories hit no figure under {', '.join(missed)}."
        assert not missed, f"{said} Give a ground or histories that do, or name them in seldom_hit."


def reads(policy: Policy[Any]) -> frozenset[type[Event]]:
    """The event types that a policy reads."""
    return reads_of(policy)
