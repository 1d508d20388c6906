"""Posts bound to answer together: a consequence for one shows where the others stand (R-169).

That posts are bound says that they are looked at together.  It is no ground for a consequence: one that rests
on nothing but the bundle, or on a consequence for somebody else in it, is listed (`by_bundle_alone`), and
nothing is ever issued from here (R-207).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.domain.procedure import Given, Procedure
from party_workflow.domain.responsibility import BoundPosts, Responsibility, stream_of
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.matters.procedures import procedures
from party_workflow.policies.responsibility.chains import (
    Chain,
    TierAt,
    chain_of,
    evidence_of,
    organised,
    responsibilities,
)

CONCERNED: Final = ("concerned", "invited", "warned")
"""The relations in which a person stands to a consequence for them."""
GROUND: Final = "ground"
STEP: Final = "procedure.step_taken"


@dataclass(frozen=True, slots=True)
class Consequence:
    """A procedure about a person: where it stands, what it rests on, and the event that said so."""

    stream: str
    kind: str
    state: str
    done: bool
    person: str
    grounds: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PostStatus:
    """A liable post: who held it at the moment asked about, who holds it now, and what is open or done there.

    `consequences` are those for whoever held it at the moment.
    """

    unit: str
    tier: str
    then: TierAt | None
    now: TierAt | None
    consequences: tuple[Consequence, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The persons who held it at the moment."""
        return () if self.then is None else self.then.people


@dataclass(frozen=True, slots=True)
class BundleStatus:
    """Every post of a bundle, none left out, with where each stands."""

    matter: str
    unit: str
    bundle: str
    at: datetime
    now: datetime
    posts: tuple[PostStatus, ...]
    evidence: Evidence

    @property
    def by_bundle_alone(self) -> tuple[Consequence, ...]:
        """Consequences that rest on nothing but the bundle or a consequence for somebody else in it.

        No consequence may: each takes a ground of its own.
        """
        return tuple(dict.fromkeys(_alone(self)))

    def others(self, person: str) -> tuple[PostStatus, ...]:
        """The other posts, for a consequence that concerns a person: where each of them stands."""
        return tuple(post for post in self.posts if person not in post.people)


def bundle_status(
    history: History,
    matter: str,
    unit: str,
    bundle: str,
    at: datetime,
    now: datetime,
    *,
    kinds: Collection[str] = (),
) -> BundleStatus:
    """A bundle as it stood at a moment, with the consequences for its holders as of the history.

    `kinds` are the kinds of procedure that count as consequences; without them all that concern a person do.
    Confidential procedures are left out.  Raises `InvalidInput` where there was no such bundle at the moment.
    """
    states, units = responsibilities(history), organised(history)
    state = states.get(stream_of(matter, unit), Responsibility())
    found = next((x for x in state.bundles if x.code == bundle and x.covers(at)), None)
    if found is None:
        raise InvalidInput(
            Fault(bundle, "There was no such bundle at that moment.", "Check matter, unit, code and moment.")
        )
    consequences = tuple(_consequences(procedures(history, *kinds)))

    def chain(of: str, moment: datetime) -> Chain:
        there = states.get(stream_of(matter, of), Responsibility())
        return chain_of(there, units, matter, of, moment)

    return _status(matter, unit, found, at, now, chain, consequences)


def _status(
    matter: str,
    unit: str,
    found: BoundPosts,
    at: datetime,
    now: datetime,
    chain: Callable[[str, datetime], Chain],
    consequences: tuple[Consequence, ...],
) -> BundleStatus:
    posts = []
    for post in found.posts:
        then = chain(post.unit, at).tier(post.tier)
        people = () if then is None else then.people
        theirs = tuple(item for item in consequences if item.person in people)
        posts.append(PostStatus(post.unit, post.tier, then, chain(post.unit, now).tier(post.tier), theirs))
    return BundleStatus(matter, unit, found.code, at, now, tuple(posts), evidence_of(found.bound))


def _consequences(found: dict[str, Procedure]) -> Iterator[Consequence]:
    for stream, state in found.items():
        if state.kind is None or state.kind.confidential:
            continue
        grounds = tuple(dict.fromkeys(str(value) for value in state.said(GROUND)))
        people = dict.fromkeys(str(value) for code in CONCERNED for value in state.said(code))
        for person in people:
            said = next(t for t in state.taken if any(person in _said(t.given, c) for c in CONCERNED))
            yield Consequence(
                stream,
                state.kind.code,
                state.state,
                state.done,
                person,
                grounds,
                Evidence(said.event_id, said.position, STEP),
            )


def _said(given: Mapping[str, Given], code: str) -> tuple[object, ...]:
    return given[code].values if code in given else ()


def _alone(status: BundleStatus) -> Iterator[Consequence]:
    every = [item for post in status.posts for item in post.consequences]
    bundle = stream_of(status.matter, status.unit)
    for item in every:
        of_others = {other.stream for other in every if other.person != item.person} - {
            other.stream for other in every if other.person == item.person
        }
        if set(item.grounds) <= {bundle} | of_others:
            yield item
