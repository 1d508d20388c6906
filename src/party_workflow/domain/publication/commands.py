"""What can be asked for on a publication."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import StoredPeriod, Term
from party_workflow.codec import Command
from party_workflow.domain.publication.events import (
    CATEGORY,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, Digest, Flag, Key, Moment, PersonId, StreamId, UnitId


class _PublicationCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class Publish(_PublicationCommand):
    """Publish a result that was computed from the log up to `position`, or another document by its digest.

    `kind` and `kind_digest` name the adopted definition that governs it.  With a `term`, or one in the kind,
    the end of the window is counted from when it is published on the adopted calendar `calendar`, of which
    `calendar_digest` is the version; otherwise `closes` says it.  `readers`, `audience_unit` and
    `audience_population` name the people whom it is for: all of them together, as of when it is published.
    `restricted` keeps it from everybody but these, the `handlers` and whoever holds the custody of cases.
    """

    stored_type: ClassVar[str] = "publication.publish"
    unit: UnitId
    subject: Code
    audience: Code
    media: Code
    position: Count
    known: Moment
    effective: Moment | None = None
    rule: Digest
    digest: Digest
    closes: Moment | None = None
    serves: tuple[Serves, ...] = ()
    kind: Key | None = None
    kind_digest: Digest | None = None
    term: Term | None = None
    calendar: Key | None = None
    calendar_digest: Digest | None = None
    of: StreamId | None = None
    period: StoredPeriod | None = None
    occasion: StreamId | None = None
    due: Moment | None = None
    audience_unit: UnitId | None = None
    audience_population: Key | None = None
    readers: tuple[PersonId, ...] = ()
    handlers: tuple[PersonId, ...] = ()
    restricted: Flag = False


class CorrectPublication(Publish):
    """Publish an erratum: a publication that names the one it corrects, and on what ground."""

    stored_type: ClassVar[str] = "publication.correct"
    erratum_of: Key
    ground: Code


class Draft(_PublicationCommand):
    """Draw up a document that is published once somebody else has reviewed it."""

    stored_type: ClassVar[str] = "publication.draft"
    unit: UnitId
    subject: Code
    digest: Digest
    handlers: tuple[PersonId, ...] = ()
    restricted: Flag = False


class Redraft(_PublicationCommand):
    """Change a draft that was sent back."""

    stored_type: ClassVar[str] = "publication.redraft"
    digest: Digest


class Review(_PublicationCommand):
    """Pass a draft, or send it back; `digest` is that of the text that was read."""

    stored_type: ClassVar[str] = "publication.review"
    digest: Digest
    passed: Flag
    note: Personal | None = None


class Comment(_PublicationCommand):
    """Comment on a publication while its window is open."""

    stored_type: ClassVar[str] = "publication.comment"
    commenter: PersonId
    text: Personal


class Notify(_PublicationCommand):
    """Record at which occasion it was made known; who was there is taken from its register."""

    stored_type: ClassVar[str] = "publication.notify"
    occasion: StreamId


class Receive(_PublicationCommand):
    """Record that somebody of the audience received it."""

    stored_type: ClassVar[str] = "publication.receive"
    person: PersonId
    how: Code


class LinkErratum(_PublicationCommand):
    """Mark a publication as superseded by the erratum that names it."""

    stored_type: ClassVar[str] = "publication.link_erratum"
    by: Key


class RaiseObjection(_PublicationCommand):
    """Object to a publication while it is open for objections; where its audience is named, as one of it."""

    stored_type: ClassVar[str] = "publication.object"
    objector: PersonId
    ground: Personal


class ResolveObjection(_PublicationCommand):
    """Answer an objection, and say whether it is upheld."""

    stored_type: ClassVar[str] = "publication.resolve_objection"
    number: Count
    upheld: Flag
    answer: Personal


class Finalise(_PublicationCommand):
    """Make a publication final."""

    stored_type: ClassVar[str] = "publication.finalise"


Later = (
    Review | Redraft | Comment | Notify | Receive | LinkErratum | RaiseObjection | ResolveObjection | Finalise
)
PublicationCommand = Publish | CorrectPublication | Draft | Later


def erratum(correction: CorrectPublication) -> tuple[CorrectPublication, LinkErratum]:
    """The two commands of an erratum, to execute together: ``workflow.execute(*erratum(correction), …)``."""
    return correction, LinkErratum(key=correction.erratum_of, by=correction.key)
