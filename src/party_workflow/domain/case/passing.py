"""Moves by which a case passes on: to another unit or level, into a pause, to a lead case or another kind."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.domain.case.base import RESPONSIBLE, WHO_DECIDE, CaseMove
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.values import Code, Count, Digest, Moment, PersonId, StreamId, UnitId


class CaseHandedOver(CaseMove):
    """The case passed from the unit `previous` to `unit`, which it belongs to from then on (R-145).

    Who was responsible is so no longer; `responsible` is who is so now, where that is known already.
    """

    stored_type: ClassVar[str] = "case.handed_over"
    move: ClassVar[str] = "hand_over"
    requires: ClassVar[Requires] = Requires(
        duty="case.hand_over", barred=("concerned", "requester"), appoints=(RESPONSIBLE,)
    )
    relates: ClassVar[tuple[Relates, ...]] = (
        Relates("responsible", "responsible"),
        Relates("handed_over_by", ACTOR, sees=None),
    )
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    previous: UnitId
    ground: Code
    responsible: PersonId | None = None


class CaseReturned(CaseMove):
    """The case went back to the unit that it came from, and nobody is responsible until assigned."""

    stored_type: ClassVar[str] = "case.returned"
    move: ClassVar[str] = "return"
    requires: ClassVar[Requires] = Requires(duty="case.hand_over", barred=("concerned", "requester"))
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    previous: UnitId
    ground: Code


class CasePaused(CaseMove):
    """The case waits for something that is not in the hands of those who deal with it."""

    stored_type: ClassVar[str] = "case.paused"
    move: ClassVar[str] = "pause"
    requires: ClassVar[Requires] = Requires(
        duty="case.pause", barred=("responsible", "investigator", "concerned", "requester")
    )

    ground: Code


class CaseResumed(CaseMove):
    """The case goes on."""

    stored_type: ClassVar[str] = "case.resumed"
    move: ClassVar[str] = "resume"
    requires: ClassVar[Requires] = Requires(duty="case.pause", barred=("concerned", "requester"))

    ground: Code


class ClockExtended(CaseMove):
    """What was due at `previous` on a clock became due at `due`; `original` is what it was at first."""

    stored_type: ClassVar[str] = "case.clock_extended"
    move: ClassVar[str] = "extend"
    requires: ClassVar[Requires] = Requires(
        duty="case.extend", barred=("responsible", "investigator", "concerned", "requester")
    )

    clock: Code
    run: Count
    due: Moment
    previous: Moment
    original: Moment
    ground: Code
    definition: Digest


class CaseEscalated(CaseMove):
    """A unit above was told, with the ground.  Whoever brought the case can always do this (R-133)."""

    stored_type: ClassVar[str] = "case.escalated"
    move: ClassVar[str] = "escalate"
    requires: ClassVar[Requires] = Requires(
        duty="case.escalate", own=("requester", "responsible"), barred=("concerned",)
    )

    unit: UnitId
    ground: Code


class CaseJoined(CaseMove):
    """The case is about what the case `lead` is about, and follows it; it keeps its own answer."""

    stored_type: ClassVar[str] = "case.joined"
    move: ClassVar[str] = "join"
    requires: ClassVar[Requires] = Requires(duty="case.join", barred=("concerned", "requester"))

    lead: StreamId


class CasePromoted(CaseMove):
    """What the case is about goes on as the case `to` of another kind, which names this one as its source."""

    stored_type: ClassVar[str] = "case.promoted"
    move: ClassVar[str] = "promote"
    requires: ClassVar[Requires] = Requires(
        duty="case.promote", own=("opener", "requester"), barred=("concerned",)
    )

    to: StreamId


class ResolutionConfirmed(CaseMove):
    """Whoever brought the case accepts what came of it."""

    stored_type: ClassVar[str] = "case.confirmed"
    move: ClassVar[str] = "confirm"
    requires: ClassVar[Requires] = Requires(
        duty="case.confirm",
        own=("requester",),
        barred=("concerned", "responsible"),
        not_for_others=WHO_DECIDE,
    )


class CaseAppealed(CaseMove):
    """What was decided was put before the next level, by whoever brought the case or was notified in it.

    `level` counts from 1; `party` is ``requester`` or ``respondent``.
    """

    stored_type: ClassVar[str] = "case.appealed"
    move: ClassVar[str] = "appeal"
    requires: ClassVar[Requires] = Requires(
        duty="case.contest",
        own=("requester", "respondent"),
        not_for_others=("concerned", "responsible", *WHO_DECIDE),
    )

    level: Count
    party: Code
    ground: Sealed


class AppealDecided(CaseMove):
    """The next level decided, by somebody who neither decided nor investigated before.

    `outcome` is one of the kind's appeal outcomes; `replaces` the outcome that stands instead of the former.
    """

    stored_type: ClassVar[str] = "case.appeal_decided"
    move: ClassVar[str] = "decide_appeal"
    requires: ClassVar[Requires] = Requires(
        duty="case.decide_appeal",
        barred=("concerned", "requester", "responsible", "investigator", "decider", "appeal_decider"),
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("appeal_decider", ACTOR),)

    level: Count
    outcome: Code
    ground: Sealed
    replaces: Code | None = None
