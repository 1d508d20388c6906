"""Events of a case that leave its state as it is: particulars, clocks, links, recusals, and the identity
of a sealed complainant."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.calendar import CalendarRef, Term
from party_workflow.codec import Part
from party_workflow.domain.case.base import CaseNote
from party_workflow.personal import Sealed
from party_workflow.relations import ACTOR, RECUSED, Relates, Requires
from party_workflow.values import (
    Code,
    Count,
    Day,
    Digest,
    Flag,
    Moment,
    Number,
    PersonId,
    StreamId,
    UnitId,
)


class Particular(Part):
    """One thing said of a case, in the one field that its form asks for."""

    name: Code
    code: Code | None = None
    number: Number | None = None
    day: Day | None = None
    person: PersonId | None = None
    unit: UnitId | None = None
    matter: StreamId | None = None
    document: Digest | None = None
    text: Sealed | None = None


class ParticularsGiven(CaseNote):
    """Particulars of the case were given; what was said under the same name before no longer stands."""

    stored_type: ClassVar[str] = "case.particulars_given"
    requires: ClassVar[Requires] = Requires(
        duty="case.describe", own=("opener", "requester", "responsible"), barred=("concerned",)
    )
    along: ClassVar[bool] = True

    particulars: tuple[Particular, ...]


class ClockStarted(CaseNote):
    """A clock began to run; `definition` is the digest under which the calendar was adopted in the log.

    It goes with the move that starts it, and says what that has led to: nobody starts a clock by itself.
    """

    stored_type: ClassVar[str] = "case.clock_started"
    requires: ClassVar[Requires] = Requires(anyone=True)
    along: ClassVar[bool] = True

    clock: Code
    run: Count
    start: Moment
    term: Term
    due: Moment
    due_day: Day
    calendar: CalendarRef
    definition: Digest


class ClockMoved(CaseNote):
    """The pause of a clock ended at `resumed`; what was due at `previous` became due at `due`."""

    stored_type: ClassVar[str] = "case.clock_moved"
    requires: ClassVar[Requires] = Requires(anyone=True)
    along: ClassVar[bool] = True

    clock: Code
    run: Count
    paused: Moment
    resumed: Moment
    due: Moment
    previous: Moment
    original: Moment


class ClockRecounted(CaseNote):
    """A clock was counted anew, with everything that had moved it, on another version of its calendar.

    Without this event a changed calendar moves nothing that is open (R-210).
    """

    stored_type: ClassVar[str] = "case.clock_recounted"
    requires: ClassVar[Requires] = Requires(
        duty="case.recount", barred=("responsible", "investigator", "concerned", "requester")
    )

    clock: Code
    run: Count
    due: Moment
    previous: Moment
    original: Moment
    ground: Code
    calendar: CalendarRef
    definition: Digest


class CaseReminded(CaseNote):
    """Those who deal with the case were reminded of what is due on a clock."""

    stored_type: ClassVar[str] = "case.reminded"
    requires: ClassVar[Requires] = Requires(duty="case.remind")

    clock: Code
    run: Count
    due: Moment


class CaseLinked(CaseNote):
    """The case has to do with another matter: an early sign, an earlier visit, a like case (`link` says)."""

    stored_type: ClassVar[str] = "case.linked"
    requires: ClassVar[Requires] = Requires(duty="case.join", barred=("concerned",))

    other: StreamId
    link: Code


class CaseRecused(CaseNote):
    """A person stepped back from the case, within the case, so that nothing outside tells of it (R-203)."""

    stored_type: ClassVar[str] = "case.recused"
    requires: ClassVar[Requires] = Requires(
        own=("person",), barred=("concerned", "requester"), close_ones=False
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates(RECUSED, "person", sees=False),)

    person: PersonId


class IdentityRequested(CaseNote):
    """Somebody asked to learn who brought the case, on a ground (R-146).  Requests count from 1."""

    stored_type: ClassVar[str] = "case.identity_requested"
    requires: ClassVar[Requires] = Requires(
        duty="case.identity", barred=("concerned", "requester", "responsible")
    )
    relates: ClassVar[tuple[Relates, ...]] = (Relates("identity_requester", ACTOR),)

    request: Count
    ground: Code
    reason: Sealed


class IdentityDecided(CaseNote):
    """A custodian, who is somebody else, granted or refused the request."""

    stored_type: ClassVar[str] = "case.identity_decided"
    requires: ClassVar[Requires] = Requires(
        duty="case.custodian", barred=("concerned", "requester", "identity_requester", "responsible")
    )

    request: Count
    granted: Flag
    ground: Code


class IdentityOpened(CaseNote):
    """Whoever was granted the request learned who brought the case."""

    stored_type: ClassVar[str] = "case.identity_opened"
    requires: ClassVar[Requires] = Requires(
        duty="case.identity", barred=("concerned", "requester", "responsible")
    )

    request: Count
