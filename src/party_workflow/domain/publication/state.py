"""The state of a publication: its lifecycle, and what each event does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command
from party_workflow.domain.publication.commands import (
    Comment,
    Finalise,
    LinkErratum,
    Notify,
    RaiseObjection,
    Receive,
    Redraft,
    ResolveObjection,
    Review,
)
from party_workflow.domain.publication.events import (
    Commented,
    Drafted,
    ErratumLinked,
    Notified,
    ObjectionRaised,
    ObjectionResolved,
    Posted,
    PublicationEvent,
    PublicationFinalised,
    Published,
    Received,
    Redrafted,
    Reviewed,
)
from party_workflow.domain.publication.parts import (
    Comments,
    Delivery,
    Drafting,
    Objection,
    PublicationSummary,
)
from party_workflow.domain.vocabulary import Result, Work
from party_workflow.lifecycle import Lifecycle
from party_workflow.store import Recorded

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "publication",
    1,
    initial="published",
    final="superseded",
    moves={
        "object": "published -> published",
        "resolve": "published -> published",
        "comment": "published -> published",
        "deliver": ["published -> published", "final -> final"],
        "finalise": "published -> final",
        "supersede": "published, final -> superseded",
    },
)
"""`final` is settled for those concerned; it can still turn out to be wrong, and is then superseded."""
TABLE: Final = lifecycle.compile(LIFECYCLE)

MOVES: Final[Mapping[type[Command], str]] = {
    LinkErratum: "supersede",
    RaiseObjection: "object",
    ResolveObjection: "resolve",
    Finalise: "finalise",
    Comment: "comment",
    Notify: "deliver",
    Receive: "deliver",
}

DRAFT_LIFECYCLE: Final = Lifecycle.of(
    "publication-draft",
    1,
    initial="drafted",
    final="published",
    moves={
        "send_back": "drafted -> returned",
        "redraft": "returned -> drafted",
        "pass": "drafted -> reviewed",
        "publish": "reviewed -> published",
    },
)
"""What comes before a publication where somebody else has to look at it first (R-193)."""
DRAFT_TABLE: Final = lifecycle.compile(DRAFT_LIFECYCLE)

DRAFT_MOVES: Final[Mapping[type[Command], tuple[str, ...]]] = {
    Review: ("pass", "send_back"),
    Redraft: ("redraft",),
}


# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything recorded of one publication.  Before it is published `said` is None."""

    stream: str = ""
    said: Published | None = None
    state: str = TABLE.initial
    objections: tuple[Objection, ...] = field(default_factory=tuple)
    superseded_by: str | None = None
    posted_at: datetime | None = None
    draft: Drafting | None = None
    comments: tuple[Comments, ...] = ()
    notices: tuple[Notified, ...] = ()
    receipts: Mapping[str, str] = field(default_factory=dict)

    @property
    def readers(self) -> tuple[str, ...]:
        """The people whom it is for; none where it names nobody."""
        return self.said.readers if isinstance(self.said, Posted) else ()

    def delivery(self) -> Delivery | None:
        """Who was entitled and whom it has reached; None before it is published."""
        if self.said is None:
            return None
        notices = {notice.occasion: notice for notice in self.notices}
        present = {person for notice in notices.values() for person in notice.present}
        others = {person for notice in notices.values() for person in notice.others}
        return Delivery(
            entitled=self.readers,
            present=tuple(sorted(present)),
            received=tuple(sorted(self.receipts)),
            others=tuple(sorted(others)),
            occasions=tuple(notices),
        )

    @property
    def open_objections(self) -> tuple[int, ...]:
        """The numbers of the objections that have not been answered."""
        return tuple(item.number for item in self.objections if item.upheld is None)

    @property
    def upheld_objections(self) -> tuple[int, ...]:
        """The numbers of the objections that were upheld."""
        return tuple(item.number for item in self.objections if item.upheld)

    def work(self) -> Work | None:
        """The publication as others may cite it; None before it is published.

        Done when it is final, or at once where it was not open for objections; not done when superseded,
        so that a result and its erratum count once.
        """
        if self.said is None:
            return None
        settled = self.state == "final" or (self.state == "published" and self.said.closes is None)
        return Work(
            stream=self.stream,
            kind=self.said.subject,
            unit=self.said.unit,
            state=self.state,
            done=settled,
            serves=self.said.serves,
        )

    def result(self) -> Result | None:
        """What it says of the result that it is of; None before it is published."""
        return None if self.said is None else Result(self.said.digest, self.said.position)

    def summary(self) -> PublicationSummary | None:
        """The publication in brief; None before it is published."""
        if self.said is None:
            return None
        return PublicationSummary(
            stream=self.stream,
            unit=self.said.unit,
            subject=self.said.subject,
            audience=self.said.audience,
            state=self.state,
            position=self.said.position,
            known=self.said.known,
            effective=self.said.effective,
            rule=self.said.rule,
            digest=self.said.digest,
            closes=self.said.closes,
            open_objections=self.open_objections,
            upheld_objections=self.upheld_objections,
            erratum_of=self.said.erratum_of,
            superseded_by=self.superseded_by,
            posted_at=self.posted_at,
            comments=len(self.comments),
            **_more(self.said),
        )


def _more(said: Published) -> dict[str, Any]:
    if not isinstance(said, Posted):
        return {}
    return {
        "of": said.of,
        "period": None if said.period is None else said.period.label,
        "occasion": said.occasion,
        "due": said.due,
        "readers": said.readers,
        "restricted": said.restricted,
    }


# --- evolve ----------------------------------------------------------------------------------


def evolve(state: Publication, recorded: Recorded) -> Publication:
    event = recorded.event
    assert isinstance(event, PublicationEvent)
    match event:
        case Published():
            draft = None if state.draft is None else replace(state.draft, state="published")
            return replace(
                state,
                stream=recorded.envelope.stream,
                said=event,
                posted_at=recorded.envelope.effective_at,
                draft=draft,
            )
        case Drafted():
            drafting = Drafting(
                "drafted",
                event.unit,
                event.subject,
                event.digest,
                event.restricted,
                event.handlers,
                _behind(recorded),
            )
            return replace(state, stream=recorded.envelope.stream, draft=drafting)
        case Redrafted() | Reviewed():
            return replace(state, draft=_drafted(state.draft, event, recorded))
        case Commented():
            comment = Comments(event.number, event.commenter, recorded.envelope.effective_at, event.text)
            return replace(state, comments=(*state.comments, comment))
        case Notified():
            return replace(state, notices=(*state.notices, event))
        case Received():
            return replace(state, receipts={**state.receipts, event.person: event.how})
        case ErratumLinked():
            return replace(state, state="superseded", superseded_by=event.by)
        case ObjectionRaised():
            objection = Objection(event.number, event.objector, event.ground)
            return replace(state, objections=(*state.objections, objection))
        case ObjectionResolved():
            objections = (
                replace(item, upheld=event.upheld, answer=event.answer)
                if item.number == event.number
                else item
                for item in state.objections
            )
            return replace(state, objections=tuple(objections))
        case PublicationFinalised():
            return replace(state, state="final")
        case _:
            assert_never(event)


def _behind(recorded: Recorded) -> frozenset[str]:
    actor = recorded.envelope.actor
    return frozenset({actor.person} if actor.delegate_of is None else {actor.person, actor.delegate_of})


def _drafted(draft: Drafting | None, event: Redrafted | Reviewed, recorded: Recorded) -> Drafting | None:
    """The draft after it was changed or reviewed; as of a time before it there is none."""
    if draft is None:
        return None
    if isinstance(event, Redrafted):
        drafters = draft.drafters | _behind(recorded)
        return replace(draft, state="drafted", digest=event.digest, drafters=drafters, reviewer=None)
    return replace(draft, state="reviewed" if event.passed else "returned", reviewer=recorded.envelope.person)
