"""The kernel of every aggregate: `decide` says what a command leads to, `evolve` what an event changes.

A decider is a value, not a class to inherit from.  `decide` is pure: the state, the declared facts of
other streams, the time and the actor come in as arguments; it returns events or a `Refusal`.
Aggregates do not import each other: what one needs of another it *asks* for by name, and the
owner of the fact *answers*; the facade carries question and answer and pins the versions read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from party_workflow.codec import Command, Event
from party_workflow.errors import Reason, Refusal
from party_workflow.personal import Personal, Sealed
from party_workflow.store import Actor, Deposit, Recorded

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Effective:
    """Stands in the arguments of an `Ask` for the moment at which the command takes effect."""


EFFECTIVE: Final = Effective()
"""``Ask("organisation.known", "organisation", {"people": …, "at": EFFECTIVE})``: as of then, not of now."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to another stream: the fact's name (``organisation.members``), the stream, the arguments.

    Where an argument is `EFFECTIVE`, the facade puts in when the command takes effect.  An `optional` one is
    answered with None where no aggregate of the model knows the fact.
    """

    fact: str
    stream: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False


def _unopened(sealed: Sealed, person: str) -> bool | None:
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may use besides command and state.

    `at` is when the command is recorded, `effective_at` when it takes effect.  `facts` holds the answers
    to what the decider asked, in the same order.  `seal` turns a personal value into its commitment,
    given the subject it is about and the name of the field; `binds` says whether a commitment seals a person,
    and None where the opening is not at hand.
    """

    by: Actor
    at: datetime
    effective_at: datetime
    facts: tuple[Any, ...]
    seal: Callable[[Personal, str, str], Sealed]
    ballots: Callable[[str], Sequence[Mapping[str, str]]]
    binds: Callable[[Sealed, str], bool | None] = _unopened

    def seal_given(self, personal: Personal | None, subject: str, name: str) -> Sealed | None:
        """`seal` for an optional field: None stays None."""
        return None if personal is None else self.seal(personal, subject, name)


@dataclass(frozen=True, slots=True)
class Decision:
    """Events, and what goes to or comes out of the ballot box with them."""

    events: tuple[Event, ...]
    deposits: tuple[Deposit, ...] = ()
    empties: tuple[str, ...] = ()


Answer = Sequence[Event] | Decision | Refusal
Fact = Callable[..., Any]


def _asks_nothing(command: Any) -> Sequence[Ask]:
    return ()


def _needs_nothing(command: Any, state: Any, facts: Sequence[Any]) -> Sequence[Ask]:
    return ()


def _no_moves(state: Any) -> Mapping[str, Refusal | None]:
    return {}


@dataclass(frozen=True, slots=True)
class Decider(Generic[S]):
    """One kind of aggregate.

    `category` is the first part of its stream ids.  `evolve(state, recorded)` gives the next state and
    never fails on a valid history.  `asks(command)` lists the facts that `decide` needs, and
    `needs(command, state, facts)` those that only state and first answers tell (the calendar that a kind
    names); their answers follow the first ones.  `answers` are the facts this aggregate gives to others, as
    functions of its state and keyword arguments.  `closed(state)` says, for each command type that the state
    alone closes, why (where steps are data, under ``<command type>/<step>``); `yields` which events a command
    may lead to, so that authority can be told beforehand.  `reasons` are its refusals in order of precedence.
    `vaulted` are the names of sealed fields whose openings are kept apart from all others.
    """

    category: str
    events: tuple[type[Event], ...]
    commands: tuple[type[Command], ...]
    initial: Callable[[], S]
    evolve: Callable[[S, Recorded], S]
    decide: Callable[[Any, S, Context], Answer]
    asks: Callable[[Any], Sequence[Ask]] = _asks_nothing
    answers: Mapping[str, Fact] = field(default_factory=dict)
    closed: Callable[[S], Mapping[str, Refusal | None]] = _no_moves
    yields: Mapping[str, tuple[type[Event], ...]] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    needs: Callable[[Any, S, Sequence[Any]], Sequence[Ask]] = _needs_nothing
    vaulted: frozenset[str] = frozenset()


def fold(decider: Decider[S], recorded: Sequence[Recorded], state: S | None = None) -> S:
    """The state after these events, in the order given."""
    current = decider.initial() if state is None else state
    for item in recorded:
        current = decider.evolve(current, item)
    return current
