"""What can be asked for on a rating round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationError, WrapValidator

from party_workflow.codec import UNRECORDED, Command
from party_workflow.domain.rating.events import Channel
from party_workflow.domain.vocabulary import Serves
from party_workflow.values import Code, Count, Digest, EventId, Flag, Key, Moment, PersonId, UnitId


def _unechoed(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValidationError:
        # The path of the fault would name whom the voter chose.
        raise ValueError("Not every entry is a person id with a grade") from None


_Choices = Annotated[dict[PersonId, Code], WrapValidator(_unechoed), Field(repr=False), UNRECORDED]
_Counts = Annotated[
    dict[PersonId, dict[Code, Count]], WrapValidator(_unechoed), Field(repr=False), UNRECORDED
]


class _RatingCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"rating/{self.key}"


class OpenRating(_RatingCommand):
    """Open a round.  `raters` and `subjects` are a population's key, or persons named one by one.

    `grades` runs from best to worst.  `minimum` defaults to `DEFAULT_MINIMUM` in a secret round and 0 in an
    open one.  With `closes`, ratings are taken until that moment.  A self-assessment names no subjects.
    A round is secret unless it says otherwise; a self-assessment never is.  `channel` is on what a secret
    round is voted, whichever way the subjects reported.
    """

    stored_type: ClassVar[str] = "rating.open"
    kind: Code
    unit: UnitId
    raters: Key | tuple[PersonId, ...]
    subjects: Key | tuple[PersonId, ...] = ()
    grades: tuple[Code, ...]
    secret: Flag | None = None
    minimum: Count | None = None
    closes: Moment | None = None
    rule: Digest | None = None
    serves: tuple[Serves, ...] = ()
    channel: Channel = "any"


class Rate(_RatingCommand):
    """Give subjects of an open round a grade each.  Some now and others later is well."""

    stored_type: ClassVar[str] = "rating.rate"
    rater: PersonId
    grades: dict[PersonId, Code]


class CorrectRating(_RatingCommand):
    """Give one subject of an open round another grade than before, and say why."""

    stored_type: ClassVar[str] = "rating.correct"
    rater: PersonId
    subject: PersonId
    grade: Code
    ground: Code


class CastBallot(_RatingCommand):
    """Cast one's ballot in a secret round, once.  Whom it leaves out, it abstains on.

    The choices leave no trace: not in the log, not in the command's digest, not in `repr` or refusals.
    """

    stored_type: ClassVar[str] = "rating.cast_ballot"
    rater: PersonId
    choices: _Choices


class IssuePapers(_RatingCommand):
    """Hand out ballot papers of one batch to persons who have not voted."""

    stored_type: ClassVar[str] = "rating.issue_papers"
    batch: Key
    raters: tuple[PersonId, ...]


class EnterPaperBallots(_RatingCommand):
    """Enter the count of a batch: once by one teller, and the same again by another.

    `issued` papers were handed out and `papers` came back; `counts` is the number of papers per subject and
    grade, and leaves no trace.
    """

    stored_type: ClassVar[str] = "rating.enter_paper_ballots"
    batch: Key
    issued: Count
    papers: Count
    counts: _Counts


class DiscardPaperEntry(_RatingCommand):
    """Throw the first count of a batch away, when the two do not agree."""

    stored_type: ClassVar[str] = "rating.discard_paper_entry"
    batch: Key
    ground: Code


class CloseRating(_RatingCommand):
    """Close a round and count it."""

    stored_type: ClassVar[str] = "rating.close"


class VoidRating(_RatingCommand):
    """Break a round off without a result."""

    stored_type: ClassVar[str] = "rating.void"
    ground: Code


class HoldMark(_RatingCommand):
    """Put one mark aside for independent review: that of an entry on a person, also after the count."""

    stored_type: ClassVar[str] = "rating.hold_mark"
    entry: EventId
    person: PersonId


class SettleMark(_RatingCommand):
    """Let a mark under review count, or dismiss it."""

    stored_type: ClassVar[str] = "rating.settle_mark"
    entry: EventId
    person: PersonId
    released: Flag


RatingCommand = (
    OpenRating
    | Rate
    | CorrectRating
    | CastBallot
    | IssuePapers
    | EnterPaperBallots
    | DiscardPaperEntry
    | CloseRating
    | VoidRating
    | HoldMark
    | SettleMark
)
