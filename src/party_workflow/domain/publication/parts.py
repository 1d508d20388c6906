"""What a publication consists of besides the text: objections, comments, draft, delivery; and it in brief."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from party_workflow.personal import Sealed


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection; `upheld` and `answer` are None while it is open."""

    number: int
    objector: str
    ground: Sealed
    upheld: bool | None = None
    answer: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Comments:
    """One comment: by whom, when, and the text, sealed."""

    number: int
    commenter: str
    at: datetime
    text: Sealed


@dataclass(frozen=True, slots=True)
class Drafting:
    """A draft: where it stands, whose it is, and the text as it stands."""

    state: str
    unit: str
    subject: str
    digest: str
    restricted: bool
    handlers: tuple[str, ...]
    drafters: frozenset[str]
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Proof of delivery (R-191): who was `entitled`, and who was `present` where it was made known.

    `received` are those who said or signed so; `others` were present without being entitled.  Where a
    register was put right and recorded again, the last record of an occasion counts.
    """

    entitled: tuple[str, ...]
    present: tuple[str, ...]
    received: tuple[str, ...]
    others: tuple[str, ...]
    occasions: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Whom it has not been shown to have reached."""
        reached = {*self.present, *self.received}
        return tuple(person for person in self.entitled if person not in reached)


@dataclass(frozen=True, slots=True)
class PublicationSummary:
    """A publication in brief, as others may cite it."""

    stream: str
    unit: str
    subject: str
    audience: str
    state: str
    position: int
    known: datetime
    effective: datetime | None
    rule: str
    digest: str
    closes: datetime | None
    open_objections: tuple[int, ...]
    upheld_objections: tuple[int, ...]
    erratum_of: str | None
    superseded_by: str | None
    posted_at: datetime | None = None
    of: str | None = None
    period: str | None = None
    occasion: str | None = None
    due: datetime | None = None
    readers: tuple[str, ...] = ()
    restricted: bool = False
    comments: int = 0

    @property
    def late(self) -> bool:
        """Whether it was published after it was due; False where no due moment was given."""
        return self.due is not None and self.posted_at is not None and self.posted_at >= self.due
