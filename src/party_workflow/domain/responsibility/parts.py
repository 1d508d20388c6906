"""What responsibility for a matter consists of: holdings, handovers, letters, bundles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from party_workflow.domain.responsibility.events import Post, Side
from party_workflow.personal import Sealed


@dataclass(frozen=True, slots=True)
class Origin:
    """The event that something rests on."""

    event_id: str
    position: int
    stored_type: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which the matter is carried in the unit; `until` is exclusive, None while it lasts."""

    since: datetime
    opened: Origin
    until: datetime | None = None
    closed: Origin | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the moment lies in it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Holding:
    """A person or a section in a tier, from a moment and perhaps until one (exclusive)."""

    tier: str
    person: str | None
    section: str | None
    since: datetime
    until: datetime | None
    ground: str
    named: Origin
    ended: Origin | None = None

    @property
    def holder(self) -> str:
        """The id of the person or of the section."""
        return self.person or self.section or ""

    def covers(self, at: datetime) -> bool:
        """Whether the tier was held so at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Handover:
    """A matter handed over; `accepted` is None until whoever takes it has answered."""

    number: int
    tier: str
    leaving: str
    taking: str
    at: datetime
    text: str
    issues: tuple[str, ...]
    evidence: str | None
    origin: Origin
    accepted: bool | None = None
    remark: Sealed | None = None
    answered: Origin | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """One side's signature, in person or (with `evidence`) as recorded from paper."""

    signer: str
    at: datetime
    evidence: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Letter:
    """A responsibility letter of a year, with the signatures that it has."""

    number: int
    year: int
    parent: str
    text: str
    for_parent: str
    for_child: str
    issued: Origin
    signatures: Mapping[Side, Signature] = field(default_factory=dict)
    withdrawn: Origin | None = None

    def signer(self, side: Side) -> str:
        """Who signs for a side."""
        return self.for_parent if side == "parent" else self.for_child

    @property
    def complete(self) -> bool:
        """Whether it stands and both sides have signed."""
        return self.withdrawn is None and len(self.signatures) == 2


@dataclass(frozen=True, slots=True)
class BoundPosts:
    """A bundle of posts that answer together, all of them named."""

    code: str
    posts: tuple[Post, ...]
    basis: str
    since: datetime
    bound: Origin
    until: datetime | None = None
    unbound: Origin | None = None

    def covers(self, at: datetime) -> bool:
        """Whether they were bound at a moment."""
        return self.since <= at and (self.until is None or at < self.until)
