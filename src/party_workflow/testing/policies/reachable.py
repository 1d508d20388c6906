"""Histories that a workflow could have recorded, made for the policy that is to read them.

From a `Ground` (a small organisation, the definitions in force) commands are drawn and decided by the
deciders themselves, so that only what a lifecycle and a pack permit occurs.  Commands that lead to events
which the policy reads are drawn more often than others; some take effect before they are recorded, some are
corrected, and values are few, so that there are ties.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from party_workflow.authority import OpenLog
from party_workflow.codec import Command, Event
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.model import Model
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.policy import Policy
from party_workflow.store import Actor
from party_workflow.testing.driving import Likely
from party_workflow.testing.making import Found, Maker, Pool, harvest
from party_workflow.testing.policies.past import Past
from party_workflow.testing.policies.quick import Quick, Step

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

START: Final = datetime(2009, 1, 5, 4, tzinfo=UTC)
"""When the histories begin: noon of a Monday in UTC+8."""
CLERKS: Final = tuple(Actor(f"a-{number}", f"p-{number}", "office") for number in (901, 902, 903))
"""Who acts for the organisation: nobody that a policy is about."""
_ATTEMPTS: Final = 8
_GAPS: Final = tuple(timedelta(hours=each) for each in (1, 1, 24, 72, 24 * 11, 24 * 40))
_LATE: Final = tuple(timedelta(days=each) for each in (1, 9, 40, 95))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Choices that follow from a text: the same text, the same choices."""

    seed: str
    _drawn: list[int] = field(default_factory=lambda: [0])

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        self._drawn[0] += 1
        found = hashlib.blake2b(f"{self.seed}/{self._drawn[0]}".encode(), digest_size=8).digest()
        return int.from_bytes(found, "big") % bound

    def pick(self, among: Sequence[Any]) -> Any:
        """One of several."""
        return among[self.below(len(among))]


@dataclass(frozen=True)
class Ground:
    """Where histories begin: a model, the commands that come first, and what commands are made of.

    `named` says which values are likely under the name of a field, besides the people (see `making.Pool`);
    `likely` what commands say whose annotations do not tell.  `seldom` are command types that end a matter,
    and `towards` names by command type those that have to come before it.  `gaps` are the times between one
    command and the next.
    """

    model: Model
    begin: tuple[Command, ...]
    people: tuple[str, ...]
    named: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    likely: Mapping[str, Likely] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    seldom: frozenset[str] = frozenset()
    towards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: tuple[timedelta, ...] = _GAPS
    start: datetime = START

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The first commands as steps."""
        return tuple(Step(command, CLERKS[0], self.start) for command in self.begin)

    @cached_property
    def begun(self) -> Quick:
        """What stands before the drawn commands.  Raises ValueError for a command that is refused."""
        found = Quick(self.model)
        for step in self.steps:
            if refusal := found.give(step):
                raise ValueError(f"{step.command.stored_type}: {refusal}")
        return found

    @cached_property
    def pool(self) -> Pool:
        """What commands are made of."""
        named = {"person": self.people, "subject": self.people, **self.named}
        texts = (
            *self.people, "u-branch", "u-city", "member", "review", "illness", "k-1", "one", "ab" * 32,
            "activity/one", *self.texts,
            *(each for value in named.values() for each in value if isinstance(each, str)),
        )  # fmt: skip
        return Pool(tuple(dict.fromkeys(texts)), (self.start,), named=named)

    def with_values(self, **named: Iterable[Any]) -> Ground:
        """The same, where these values are likely under the name of a field."""
        return replace(self, named={**self.named, **{name: tuple(each) for name, each in named.items()}})


def party_ground(
    *definitions: str, people: int = 4, named: Mapping[str, tuple[Any, ...]] | None = None
) -> Ground:
    """A branch ``u-branch`` with members ``p-1``, ``p-2``, … and these definitions of the pack ``party``."""
    from party_workflow.packs import party
    from party_workflow.testing.policies.likely import LIKELY, TOWARDS

    members = tuple(f"p-{number}" for number in range(1, people + 1))
    begin: list[Command] = [
        OpenLog(tenant="bureau", packs={}, role="office", roles={"office": ("organisation.register",)}),
        FoundUnit(unit="u-city", kind="organ"),
        FoundUnit(unit="u-branch", kind="branch", parent="u-city"),
        *(RegisterPerson(person=person, unit="u-branch", categories=("member",)) for person in members),
        *(party.definitions(*definitions) if definitions else ()),
    ]
    return Ground(
        party.MODEL,
        tuple(begin),
        members,
        named=named or {},
        likely=LIKELY,
        towards=TOWARDS,
        seldom=frozenset(
            {"organisation.remove_person", "activity.cancel", "activity.merge", "points.exclude"}
        ),
    )


def reads_of(policy: Policy[Any] | Iterable[type[Event]]) -> frozenset[type[Event]]:
    """The event types of interest: those that a policy reads, or those named."""
    return frozenset(policy.reads if isinstance(policy, Policy) else policy)


def wanted_by(document: RuleDocument) -> dict[str, tuple[Any, ...]]:
    """The values that the sources of a document ask for, by column: what a ground had better bring."""
    found: dict[str, dict[Any, None]] = {}
    for source in document.source:
        for name, wanted in source.where.items():
            if isinstance(wanted, str | tuple):
                values = (wanted,) if isinstance(wanted, str) else wanted
                found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(each) for name, each in found.items()}


@dataclass(frozen=True)
class Draws:
    """Draws steps on a ground for a policy that reads certain event types."""

    ground: Ground
    reads: frozenset[type[Event]]
    _near: dict[tuple[str, int], Found] = field(default_factory=dict)

    @cached_property
    def commands(self) -> tuple[tuple[str, tuple[type[Command], ...]], ...]:
        """By category the commands to draw from, those that lead to what is read several times."""
        found: list[tuple[str, tuple[type[Command], ...]]] = []
        seldom = self.ground.seldom
        for decider in self.ground.model.deciders:
            if not self.reads & set(decider.events):
                continue
            kinds: list[type[Command]] = []
            hits = {
                command.stored_type
                for command in decider.commands
                if self.reads & set(decider.yields[command.stored_type])
            }
            for each in sorted(hits):
                hits |= {*self.ground.towards.get(each, ())}
            for command in decider.commands:
                hit = command.stored_type in hits and command.stored_type not in seldom
                kinds += [command] * (8 if hit else 1)
            found.append((decider.category, tuple(kinds)))
        return tuple(found)

    def history(self, seeds: Iterable[str | int]) -> Quick:
        """What comes of one step for each seed; a seed that leads to nothing acceptable adds nothing."""
        quick = self.ground.begun.copy()
        if self.commands:
            for seed in seeds:
                self.step(quick, Numbers(str(seed)))
        return quick

    def step(self, quick: Quick, choice: Numbers) -> bool:
        """Adds one step; whether one was accepted."""
        # The organisation is there from the beginning: who comes and goes is drawn less often.
        others = [each for each in self.commands if each[0] != "organisation"]
        among = others if others and choice.below(8) else self.commands
        category, kinds = choice.pick(among)
        done = Counter(step.command.stored_type for step in quick.steps)
        for _ in range(_ATTEMPTS):
            one, other = choice.pick(kinds), choice.pick(kinds)
            kind = min(one, other, key=lambda each: done[each.stored_type]) if choice.below(2) else one
            made = self._made(quick, choice, category, kind)
            if made is not None and quick.give(made) is None:
                return True
        return False

    def _made(self, quick: Quick, choice: Numbers, category: str, kind: type[Command]) -> Step | None:
        ground = self.ground
        now = quick.now or ground.start
        at = now + choice.pick(ground.gaps)
        effective: datetime | None = None
        if not choice.below(4):
            effective = max(ground.start, at - choice.pick(_LATE))
        streams = quick.streams(category)
        opens = not streams or not choice.below(3)
        stream = f"{category}/s-{len(streams) + 1}" if opens else choice.pick(streams)
        if not opens and category not in ("organisation", "log", "authority"):
            stream = choice.pick(streams[-3:])
        state = quick.state(stream)
        if ground.model.by_category[category].closed(state).get(kind.stored_type) is not None:
            return None
        pool = replace(ground.pool, moments=(effective or at, *ground.pool.moments))
        me = choice.pick(ground.people)
        maker = Maker(choice, pool, self._found(quick, stream, state), None, tuple(quick.versions))
        given: dict[str, Any] = {}
        if "key" in kind.model_fields and "/" in stream:
            given["key"] = stream.partition("/")[2]
        likely = ground.likely.get(kind.stored_type)
        if likely is not None:
            said = likely(maker, state, {**dict.fromkeys(kind.model_fields), **given})
            if not said:
                return None
            given = {
                name: each
                for name, each in said.items()
                if name in kind.model_fields and (each is not None or not _required(kind, name))
            } | given
        try:
            made = maker.command(kind, given)
        except TypeError:  # the pool has nothing yet that could stand there
            made = None
        if made is None:
            return None
        own = all(
            event.requires.own and not event.requires.duty
            for event in ground.model.by_command[kind.stored_type].yields[kind.stored_type]
        )
        by = CLERKS[choice.below(3)]
        if own:
            person = getattr(state, "person", "") or me
            by = Actor(f"a-{str(person).partition('-')[2]}", str(person))
        return Step(made, by, at, effective)

    def _found(self, quick: Quick, stream: str, state: Any) -> Found:
        version = quick.versions.get(stream, 0)
        if not version or stream in ("organisation", "log", "authority"):
            return Found((), (), {})
        events = [item.event for item in quick.recorded if item.envelope.stream == stream]
        return harvest(state, events, most=400)


def _required(kind: type[Command], name: str) -> bool:
    return kind.model_fields[name].is_required()


def walks(
    policy: Policy[Any] | Iterable[type[Event]],
    ground: Ground,
    *,
    number: int,
    length: int = 12,
    seed: str = "reachable",
) -> Iterator[Quick]:
    """So many histories for a policy, of up to so many commands besides the ground; the same every time."""
    draws = Draws(ground, reads_of(policy))
    for index in range(number):
        # Short ones first: what fails on one of those needs little shrinking.
        size = 1 + index % length
        yield draws.history(f"{seed}/{index}/{step}" for step in range(size))


def reachable_histories(
    policy: Policy[Any] | Iterable[type[Event]],
    ground: Ground | None = None,
    *,
    max_steps: int = 20,
    keep: Callable[[Past], bool] | None = None,
) -> SearchStrategy[Past]:
    """A Hypothesis strategy of histories that a policy may meet; needs the extra ``testing``.

    Given are a policy, or the event types of interest.  Every history is one that the deciders of the
    ground's model led to; it shrinks by commands.  `keep` drops those that are of no use.
    """
    from hypothesis import strategies as st

    draws = Draws(ground or party_ground(), reads_of(policy))
    seeds = st.lists(st.integers(0, 2**32 - 1), max_size=max_steps)
    found = seeds.map(lambda drawn: draws.history(drawn).past)
    return found if keep is None else found.filter(keep)
