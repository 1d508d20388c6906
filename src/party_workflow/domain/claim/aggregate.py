"""What somebody asserted in figures, and whether it still stands.

One claim is one stream, because its figures were asserted together, from one source, and are plausible or not
only together.  Figures are never corrected: a claim is withdrawn, and another one is asserted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, assert_never

from party_workflow import lifecycle
from party_workflow.codec import Command, Event
from party_workflow.decider import Answer, Ask, Context, Decider
from party_workflow.domain.vocabulary import Work
from party_workflow.errors import Reason, Refusal
from party_workflow.lifecycle import Lifecycle
from party_workflow.quantity import Quantity
from party_workflow.relations import ACTOR, Relates, Requires
from party_workflow.store import Recorded
from party_workflow.values import Code, Digest, Key, StreamId, UnitId

CATEGORY: Final = "claim"

# --- events ----------------------------------------------------------------------------------


class ClaimAsserted(Event):
    """Figures about a subject were asserted, by measure, in a source; `document` is its content hash."""

    stored_type: ClassVar[str] = "claim.asserted"
    requires: ClassVar[Requires] = Requires(duty="claim.assert")
    relates: ClassVar[tuple[Relates, ...]] = (Relates("author", ACTOR),)
    unit_field: ClassVar[str | None] = "unit"

    unit: UnitId
    subject: StreamId
    source: Code
    document: Digest | None = None
    figures: dict[Code, Quantity]


class ClaimWithdrawn(Event):
    """Whoever asserted it, or is responsible, no longer stands by a claim.  It stays to be read."""

    stored_type: ClassVar[str] = "claim.withdrawn"
    requires: ClassVar[Requires] = Requires(duty="claim.withdraw", own=("author",))

    ground: Code


ClaimEvent = ClaimAsserted | ClaimWithdrawn

# --- commands --------------------------------------------------------------------------------


class _ClaimCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class AssertClaim(_ClaimCommand):
    """Assert figures about a subject, such as a campaign, as a source has them."""

    stored_type: ClassVar[str] = "claim.assert"
    unit: UnitId
    subject: StreamId
    source: Code
    document: Digest | None = None
    figures: dict[Code, Quantity]


class WithdrawClaim(_ClaimCommand):
    """Withdraw a claim, with the ground."""

    stored_type: ClassVar[str] = "claim.withdraw"
    ground: Code


ClaimCommand = AssertClaim | WithdrawClaim

# --- lifecycle -------------------------------------------------------------------------------

LIFECYCLE: Final = Lifecycle.of(
    "claim", 1, initial="asserted", final="withdrawn", moves={"withdraw": "asserted -> withdrawn"}
)
TABLE: Final = lifecycle.compile(LIFECYCLE)

# --- refusal reasons, in order of precedence -------------------------------------------------

UNKNOWN: Final = Reason(
    "claim.unknown", "This claim has not been asserted.", "Assert it first, or check its key."
)
TAKEN: Final = Reason(
    "claim.taken", "The claim {key} was asserted before.", "Choose a key that was never used."
)
UNKNOWN_UNIT: Final = Reason(
    "claim.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_SUBJECT: Final = Reason(
    "claim.unknown_subject", "There is no {subject} to assert anything about.", "Check the id."
)
NO_FIGURES: Final = Reason("claim.no_figures", "The claim asserts nothing.", "Give at least one figure.")

REASONS: Final = (UNKNOWN, TAKEN, UNKNOWN_UNIT, UNKNOWN_SUBJECT, NO_FIGURES)

# --- state -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim:
    """The figures asserted, about what and from where."""

    stream: str = ""
    state: str = TABLE.initial
    unit: str | None = None
    subject: str = ""
    source: str = ""
    document: str | None = None
    figures: Mapping[str, Quantity] = field(default_factory=dict)
    event_id: str = ""
    """The event that asserted it: what a figure shown beside another is traced to."""

    def asserted(self) -> dict[str, Quantity]:
        """The figures by measure, sorted; none once it was withdrawn."""
        stands = self.stream and self.state not in TABLE.finals
        return {code: self.figures[code] for code in sorted(self.figures)} if stands else {}

    def work(self) -> Work | None:
        """The claim as a piece of work: done while it stands; None for one never asserted."""
        if not self.stream:
            return None
        return Work(self.stream, CATEGORY, self.unit, self.state, done=self.state == "asserted")


# --- evolve ----------------------------------------------------------------------------------


def _evolve(state: Claim, recorded: Recorded) -> Claim:
    event, envelope = recorded.event, recorded.envelope
    assert isinstance(event, ClaimEvent)
    match event:
        case ClaimAsserted():
            return Claim(
                stream=envelope.stream,
                unit=event.unit,
                subject=event.subject,
                source=event.source,
                document=event.document,
                figures=event.figures,
                event_id=envelope.event_id,
            )
        case ClaimWithdrawn():
            return replace(state, state="withdrawn")
        case _:
            assert_never(event)


# --- decide ----------------------------------------------------------------------------------


def _asks(command: ClaimCommand) -> Sequence[Ask]:
    match command:
        case AssertClaim():
            subject = command.subject
            return (
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                Ask(f"{subject.partition('/')[0]}.work", subject, optional=True),
            )
        case WithdrawClaim():
            return ()
        case _:
            assert_never(command)


def _decide(command: ClaimCommand, state: Claim, context: Context) -> Answer:
    match command:
        case AssertClaim():
            if state.stream:
                return TAKEN(key=command.key)
            unit_open, subject = context.facts
            if not unit_open:
                return UNKNOWN_UNIT(unit=command.unit)
            if subject is None:
                return UNKNOWN_SUBJECT(subject=command.subject)
            if not command.figures:
                return NO_FIGURES()
            return [
                ClaimAsserted(
                    unit=command.unit,
                    subject=command.subject,
                    source=command.source,
                    document=command.document,
                    figures={code: command.figures[code] for code in sorted(command.figures)},
                )
            ]
        case WithdrawClaim():
            if not state.stream:
                return UNKNOWN()
            step = TABLE.step(state.state, "withdraw")
            return step if isinstance(step, Refusal) else [ClaimWithdrawn(ground=command.ground)]
        case _:
            assert_never(command)


def _closed(state: Claim) -> Mapping[str, Refusal | None]:
    if not state.stream:
        return {WithdrawClaim.stored_type: UNKNOWN()}
    return {
        AssertClaim.stored_type: TAKEN(key=state.stream.partition("/")[2]),
        WithdrawClaim.stored_type: TABLE.closed(state.state, "withdraw"),
    }


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Claim]] = Decider(
    category=CATEGORY,
    events=(ClaimAsserted, ClaimWithdrawn),
    commands=(AssertClaim, WithdrawClaim),
    initial=Claim,
    evolve=_evolve,
    decide=_decide,
    asks=_asks,
    answers={"claim.asserted": Claim.asserted, "claim.work": Claim.work},
    closed=_closed,
    yields={
        AssertClaim.stored_type: (ClaimAsserted,),
        WithdrawClaim.stored_type: (ClaimWithdrawn,),
    },
    reasons=REASONS,
)
