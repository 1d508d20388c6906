"""What is recorded of a rating round."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from party_workflow.codec import Event
from party_workflow.domain.vocabulary import Serves
from party_workflow.relations import Relates, Requires
from party_workflow.values import Code, Count, Digest, EventId, Flag, Key, Moment, PersonId, UnitId

SELF: Final = "self"
"""The kind of round in which everybody rates themselves."""
DEFAULT_MINIMUM: Final = 5
"""Ballots on a subject below which a secret round shows no breakdown, unless it names a number (R-204)."""
LEAST_MINIMUM: Final = 3
"""The lowest threshold of a secret round: of two ballots, each voter knows the other's."""


Channel = Literal["any", "box", "paper"]
"""On what a secret round is voted: the box, paper, or either; whichever way its subjects reported."""


class RatingOpened(Event):
    """A round was opened: who may rate whom is frozen here, with the scale from best to worst.

    `raters_from` and `subjects_from` name the population that the persons were taken from.
    """

    stored_type: ClassVar[str] = "rating.opened"
    requires: ClassVar[Requires] = Requires(duty="rating.open")
    # Not named like the field of the votes: own right would then reach from any rater to any other.
    relates: ClassVar[tuple[Relates, ...]] = (Relates("eligible", "raters"), Relates("subject", "subjects"))
    unit_field: ClassVar[str | None] = "unit"

    kind: Code
    unit: UnitId
    raters: tuple[PersonId, ...]
    subjects: tuple[PersonId, ...]
    grades: tuple[Code, ...]
    secret: Flag
    minimum: Count
    raters_from: Key | None = None
    subjects_from: Key | None = None
    closes: Moment | None = None
    rule: Digest | None = None
    serves: tuple[Serves, ...] = ()


class ChannelFixed(Event):
    """A secret round was opened for votes on one channel only."""

    stored_type: ClassVar[str] = "rating.channel_fixed"
    requires: ClassVar[Requires] = Requires(duty="rating.open")

    channel: Channel


class Rated(Event):
    """A rater gave others grades, in the open; or gave one another grade than before, and why."""

    stored_type: ClassVar[str] = "rating.rated"
    requires: ClassVar[Requires] = Requires(duty="rating.record", own=("rater",), barred=("grades",))

    rater: PersonId
    grades: dict[PersonId, Code]
    corrects: EventId | None = None
    ground: Code | None = None


class SelfRated(Event):
    """A person gave themselves a grade; or gave another one than before, and why."""

    stored_type: ClassVar[str] = "rating.self_rated"
    requires: ClassVar[Requires] = Requires(duty="rating.record", own=("rater",))

    rater: PersonId
    grade: Code
    corrects: EventId | None = None
    ground: Code | None = None


class Voted(Event):
    """A person cast a secret ballot.  What it said is not here, and nothing here leads to it."""

    stored_type: ClassVar[str] = "rating.voted"
    requires: ClassVar[Requires] = Requires(own=("rater",))

    rater: PersonId


class PapersIssued(Event):
    """Ballot papers of a batch were handed to these persons, who thereby vote on paper or not at all."""

    stored_type: ClassVar[str] = "rating.papers_issued"
    requires: ClassVar[Requires] = Requires(duty="rating.tell")

    batch: Key
    raters: tuple[PersonId, ...]


class PaperEntered(Event):
    """A first teller counted a batch of papers.  The counts wait in the box for the second."""

    stored_type: ClassVar[str] = "rating.paper_entered"
    requires: ClassVar[Requires] = Requires(duty="rating.tell", barred=("subject",))

    batch: Key
    papers: Count
    issued: Count


class PaperConfirmed(Event):
    """A second teller counted the same; `first` is who counted before, and may not be the same person."""

    stored_type: ClassVar[str] = "rating.paper_confirmed"
    requires: ClassVar[Requires] = Requires(duty="rating.tell", barred=("subject", "first"))

    batch: Key
    papers: Count
    issued: Count
    first: tuple[PersonId, ...]


class PaperDiscarded(Event):
    """The first count of a batch was thrown away, to be counted anew."""

    stored_type: ClassVar[str] = "rating.paper_discarded"
    requires: ClassVar[Requires] = Requires(duty="rating.tell", barred=("subject",))

    batch: Key
    ground: Code


class RatingClosed(Event):
    """The round was closed and counted.

    `tally` holds the number of ballots per subject and grade, `withheld` the subjects with too few of
    them, without a number.  `voted` of `eligible` persons took part.  There are no sums over subjects.
    """

    stored_type: ClassVar[str] = "rating.closed"
    requires: ClassVar[Requires] = Requires(duty="rating.close")

    tally: dict[PersonId, dict[Code, Count]]
    withheld: tuple[PersonId, ...]
    eligible: Count
    voted: Count


class RatingVoided(Event):
    """The round was broken off without a result; its ballots were destroyed."""

    stored_type: ClassVar[str] = "rating.voided"
    requires: ClassVar[Requires] = Requires(duty="rating.void", barred=("subject",))

    ground: Code


REVIEW: Final = "independent_review"
"""Why a mark is put aside: the one ground that there is, whatever led to it (R-148)."""
ReviewGround = Literal["independent_review"]
Finding = Literal["supported", "not_supported"]
"""What a review may come to: the mark is supported by the work that it is about, or it is not."""


class MarkHeld(Event):
    """One mark, given in the open, was put aside for independent review; it counts for nothing until settled.

    Marks are drawn for it by lot as well, and what is recorded is the same.
    """

    stored_type: ClassVar[str] = "rating.mark_held"
    requires: ClassVar[Requires] = Requires(duty="rating.hold", barred=("rater", "person"))

    entry: EventId
    rater: PersonId
    person: PersonId
    ground: ReviewGround


class MarkSettled(Event):
    """Somebody independent let a mark under review count, or dismissed it; of that it says nothing more.

    `entered_by` are those behind the mark, and `close` everybody who leads them, whom they lead, or who
    counts in one unit with them.
    """

    stored_type: ClassVar[str] = "rating.mark_settled"
    requires: ClassVar[Requires] = Requires(
        duty="rating.settle_review", barred=("rater", "person", "entered_by", "close")
    )

    entry: EventId
    rater: PersonId
    person: PersonId
    released: Flag
    finding: Finding
    entered_by: tuple[PersonId, ...]
    close: tuple[PersonId, ...] = ()


RatingEvent = (
    RatingOpened
    | ChannelFixed
    | Rated
    | SelfRated
    | Voted
    | PapersIssued
    | PaperEntered
    | PaperConfirmed
    | PaperDiscarded
    | RatingClosed
    | RatingVoided
    | MarkHeld
    | MarkSettled
)
