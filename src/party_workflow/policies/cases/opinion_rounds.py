"""Rounds of taking opinions: sent and received by channel and addressee, and who is asked to the follow-up.

Counts are of papers, letters and visits; nothing of them says whose opinion it was.  Of an anonymous opinion
nobody is invited, and nobody is looked for (R-138).  Of what groups opinions came is known by category and by
size band, of no group below five (R-139).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from party_workflow.domain.case import CaseOpened
from party_workflow.domain.procedure import Procedure, StepTaken, Taken
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.activities.works import Works
from party_workflow.policies.figure import PERCENT, Absent, Evidence, Figure, Rounding, share
from party_workflow.policies.matters.procedures import procedures
from party_workflow.policies.stated import Outside, Stated, stated
from party_workflow.quantity import Quantity

KIND: Final = "opinion_round"
CLAUSE: Final = "opinions"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)


@dataclass(frozen=True, slots=True)
class Way:
    """One channel to one sort of addressee: how many were sent, how many came back.

    The share is not applicable where nothing was sent; more received than sent (a form passed on, a letter
    that nobody asked for) is `unasked` and lies outside the share.
    """

    channel: str
    addressee: str
    sent: Figure
    received: Figure
    returned: Stated

    @property
    def unasked(self) -> Fraction:
        """How many more came back than were sent."""
        return max(Fraction(0), self.received.exact() - self.sent.exact())


@dataclass(frozen=True, slots=True)
class OpinionRound:
    """A round: its ways, the groups of its sources by size band, the follow-up meeting if there is one."""

    stream: str
    unit: str
    state: str
    ways: tuple[Way, ...]
    groups: tuple[tuple[str, str], ...]
    meeting: str | None

    def way(self, channel: str, addressee: str) -> Way:
        """The way by channel and addressee.  Raises `InvalidInput` for one that was not gone."""
        for way in self.ways:
            if (way.channel, way.addressee) == (channel, addressee):
                return way
        raise InvalidInput(
            Fault(channel, "Nothing was sent or received so.", "Look at the ways that there are.")
        )


def opinion_rounds(history: History) -> tuple[OpinionRound, ...]:
    """Every round of a history, in order of its beginning."""
    return tuple(_round(state) for state in procedures(history, KIND).values())


def _round(state: Procedure) -> OpinionRound:
    counts: dict[tuple[str, str], tuple[list[Taken], list[Taken]]] = {}
    ways = (("send_out", "channel", "addressee"), ("take_back", "back_by", "back_from"))
    for index, (step, by, whom) in enumerate(ways):
        for item in state.takings(step):
            counts.setdefault((_code(item, by), _code(item, whom)), ([], []))[index].append(item)
    found = []
    for (channel, addressee), (sent, received) in sorted(counts.items()):
        out = _sum("sent", "number_sent", sent, state.stream)
        back = _sum("received", "number_received", received, state.stream)
        found.append(Way(channel, addressee, out, back, _returned(out, back, state.stream)))
    groups = tuple(
        (_code(item, "source_category"), _code(item, "group_size")) for item in state.takings("note_group")
    )
    cited = state.latest("follow_up_meeting")
    meeting = str(cited[0]) if cited else None
    return OpinionRound(
        state.stream, state.unit or "", state.state, tuple(found), tuple(sorted(groups)), meeting
    )


def _returned(sent: Figure, received: Figure, stream: str) -> Stated:
    unasked = max(Fraction(0), received.exact() - sent.exact())
    answered = Figure(
        "answered", min(received.exact(), sent.exact()), "least", CLAUSE, stream, (received, sent)
    )
    rate = share("returned", answered, sent, CLAUSE, stream, SHARE)
    events = tuple(item.event_id for item in received.evidence())
    amount = Quantity.of("=", unasked, "papers") if unasked else None
    return stated(rate, Outside("unasked", amount, stream, events))


def _sum(name: str, code: str, taken: list[Taken], stream: str) -> Figure:
    values = [value for item in taken for value in item.given[code].values if isinstance(value, Decimal)]
    events = tuple(Evidence(item.event_id, item.position, StepTaken.stored_type) for item in taken)
    return Figure(
        name, sum((Fraction(value) for value in values), Fraction(0)), "sum", CLAUSE, stream, events
    )


def _code(taken: Taken, code: str) -> str:
    return str(taken.given[code].values[0])


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Who gave an opinion and was asked to the follow-up, and who was not.  Truthy where everybody was.

    `anonymous` is how many opinions came without a name: nobody can be invited for them.
    """

    meeting: str
    invited: tuple[str, ...]
    forgotten: tuple[str, ...]
    there: tuple[str, ...]
    anonymous: int
    share: Figure

    def __bool__(self) -> bool:
        return not self.forgotten


def follow_up(history: History, stream: str, kinds: tuple[str, ...] = ("opinion",)) -> FollowUp:
    """Whether those who gave opinions from a round were invited to its follow-up.

    An opinion comes from a round where its case names the round as its source.  Raises `InvalidInput` while
    there is no follow-up.
    """
    state = procedures(history, KIND).get(stream)
    cited = state.latest("follow_up_meeting") if state is not None else ()
    if not cited:
        raise InvalidInput(Fault(stream, "No follow-up was held.", "Ask again once one was."))
    meeting = str(cited[0])
    occasion = Works.of(history).occasions.get(meeting)
    asked = {*occasion.state.expected, *occasion.state.invited} if occasion else set()
    there = occasion.state.attended() if occasion else frozenset()
    givers: dict[str, list[Evidence]] = {}
    anonymous = 0
    for item in history.events(CaseOpened):
        event, envelope = item.event, item.envelope
        assert isinstance(event, CaseOpened)
        if event.kind not in kinds or event.source != stream:
            continue
        if event.requester is None:
            anonymous += 1
            continue
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        givers.setdefault(event.requester, []).append(evidence)
    invited = sorted(givers.keys() & asked)
    events = tuple(item for person in sorted(givers) for item in givers[person])
    part = Figure("invited", Fraction(len(invited)), "count", CLAUSE, meeting, events)
    whole = Figure("givers", Fraction(len(givers)), "count", CLAUSE, meeting, events)
    rate = share("invited.share", part, whole, CLAUSE, meeting, SHARE)
    if not givers:
        rate = Figure(rate.name, Absent("not_applicable"), rate.step, CLAUSE, meeting, rate.inputs, SHARE)
    return FollowUp(
        meeting=meeting,
        invited=tuple(invited),
        forgotten=tuple(sorted(givers.keys() - asked)),
        there=tuple(sorted(givers.keys() & there)),
        anonymous=anonymous,
        share=rate,
    )
