"""What can be asked for on the responsibility for a matter in a unit."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, StringConstraints, model_validator

from party_workflow.codec import Command
from party_workflow.domain.responsibility.events import CATEGORY, Post, Side
from party_workflow.personal import Personal
from party_workflow.values import (
    KEY_PATTERN,
    Code,
    Count,
    Digest,
    Flag,
    Kind,
    Moment,
    PersonId,
    StreamId,
    UnitId,
)

Matter = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$"), Kind("code")]
"""The code of a matter: without hyphens and full stops, so that a stream's key tells matter and unit."""

_KEY: Final = re.compile(KEY_PATTERN)
MOST: Final = 256
"""Most issues of a handover and posts of a bundle."""


def stream_of(matter: str, unit: str) -> str:
    """The stream of a matter in a unit: ``responsibility/<matter>.<unit>``, with hyphens for underscores."""
    return f"{CATEGORY}/{matter.replace('_', '-')}.{unit}"


def matter_and_unit(stream: str) -> tuple[str, str]:
    """The matter and the unit of a stream, as `stream_of` names it."""
    matter, _, unit = stream.partition("/")[2].partition(".")
    return matter.replace("-", "_"), unit


class ResponsibilityStep(Command):
    """On the one stream of a matter in a unit: its key is made of the two."""

    matter: Matter
    unit: UnitId

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not _KEY.fullmatch(self.stream.partition("/")[2]):
            raise ValueError("the codes of matter and unit are too long together; 62 characters at most")
        return self

    @property
    def stream(self) -> str:
        return stream_of(self.matter, self.unit)


class OpenResponsibility(ResponsibilityStep):
    """Let the tiers of an adopted kind answer for a matter in a unit."""

    stored_type: ClassVar[str] = "responsibility.open"
    kind: Code
    definition: Digest


class NameHolder(ResponsibilityStep):
    """Give a tier that has room to a person, or to a section; `until` where it is for a time only."""

    stored_type: ClassVar[str] = "responsibility.name_holder"
    tier: Code
    person: PersonId | None = None
    section: UnitId | None = None
    ground: Code
    until: Moment | None = None


class ReplaceHolder(ResponsibilityStep):
    """Let one holder of a tier follow another, without a gap."""

    stored_type: ClassVar[str] = "responsibility.replace_holder"
    tier: Code
    leaving: PersonId | None = None
    leaving_section: UnitId | None = None
    person: PersonId | None = None
    section: UnitId | None = None
    ground: Code


class ReleaseHolder(ResponsibilityStep):
    """Let a holder leave a tier without a successor."""

    stored_type: ClassVar[str] = "responsibility.release_holder"
    tier: Code
    person: PersonId | None = None
    section: UnitId | None = None
    ground: Code


class HandOver(ResponsibilityStep):
    """Hand the matter over to whoever takes the tier: as the one who leaves, or for them on evidence."""

    stored_type: ClassVar[str] = "responsibility.hand_over"
    tier: Code
    leaving: PersonId
    taking: PersonId
    text: Digest
    issues: Annotated[tuple[StreamId, ...], Field(max_length=MOST)] = ()
    evidence: Digest | None = None


class AnswerHandover(ResponsibilityStep):
    """Say whether what is handed over is received as it stands."""

    stored_type: ClassVar[str] = "responsibility.answer_handover"
    number: Count
    accepted: Flag
    remark: Personal | None = None


class IssueLetter(ResponsibilityStep):
    """Draw up the responsibility letter of a year between the unit above and this one."""

    stored_type: ClassVar[str] = "responsibility.issue_letter"
    year: Count
    parent: UnitId
    text: Digest
    for_parent: PersonId
    for_child: PersonId


class SignLetter(ResponsibilityStep):
    """Sign a letter for one side: in person, or as somebody signed on paper; `text` is what was signed."""

    stored_type: ClassVar[str] = "responsibility.sign_letter"
    number: Count
    side: Side
    text: Digest
    evidence: Digest | None = None


class WithdrawLetter(ResponsibilityStep):
    """Withdraw a letter, so that another one may be drawn up."""

    stored_type: ClassVar[str] = "responsibility.withdraw_letter"
    number: Count
    ground: Code


class BindPosts(ResponsibilityStep):
    """Bind posts of the matter, here and below, to answer together."""

    stored_type: ClassVar[str] = "responsibility.bind_posts"
    bundle: Code
    posts: Annotated[tuple[Post, ...], Field(max_length=MOST)]
    basis: Code


class UnbindPosts(ResponsibilityStep):
    """End a bundle."""

    stored_type: ClassVar[str] = "responsibility.unbind_posts"
    bundle: Code
    ground: Code


class CloseResponsibility(ResponsibilityStep):
    """Carry the matter no longer in the unit."""

    stored_type: ClassVar[str] = "responsibility.close"
    ground: Code


ResponsibilityCommand = (
    OpenResponsibility
    | NameHolder
    | ReplaceHolder
    | ReleaseHolder
    | HandOver
    | AnswerHandover
    | IssueLetter
    | SignLetter
    | WithdrawLetter
    | BindPosts
    | UnbindPosts
    | CloseResponsibility
)
