"""What can be asked for on a publication."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.codec import Command
from party_workflow.domain.publication.events import (
    CATEGORY,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, Digest, Flag, Key, Moment, PersonId, UnitId


class _PublicationCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class Publish(_PublicationCommand):
    """Publish a result that was computed from the log up to `position`."""

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


class CorrectPublication(Publish):
    """Publish an erratum: a publication that names the one it corrects, and on what ground."""

    stored_type: ClassVar[str] = "publication.correct"
    erratum_of: Key
    ground: Code


class LinkErratum(_PublicationCommand):
    """Mark a publication as superseded by the erratum that names it."""

    stored_type: ClassVar[str] = "publication.link_erratum"
    by: Key


class RaiseObjection(_PublicationCommand):
    """Object to a publication while it is open for objections."""

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


PublicationCommand = Publish | CorrectPublication | LinkErratum | RaiseObjection | ResolveObjection | Finalise


def erratum(correction: CorrectPublication) -> tuple[CorrectPublication, LinkErratum]:
    """The two commands of an erratum, to execute together: ``workflow.execute(*erratum(correction), …)``."""
    return correction, LinkErratum(key=correction.erratum_of, by=correction.key)
