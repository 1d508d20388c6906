"""What a command leads to that leaves a case in its state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, assert_never

from party_workflow.decider import Context
from party_workflow.domain.case.asking import Facts
from party_workflow.domain.case.base import CaseNote
from party_workflow.domain.case.commands import (
    DecideIdentity,
    GiveParticulars,
    LinkCase,
    OpenIdentity,
    RecountClock,
    RecuseFromCase,
    RemindCase,
    RequestIdentity,
)
from party_workflow.domain.case.describing import said
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.notes import (
    CaseLinked,
    CaseRecused,
    IdentityDecided,
    IdentityOpened,
    IdentityRequested,
)
from party_workflow.domain.case.reasons import (
    ALREADY_SAID,
    NAMES_PROTECTED,
    NO_COMPLAINANT,
    NO_REQUEST,
    NO_SUCH_OTHER,
    NOT_GRANTED,
    OVER,
    REQUEST_WAITS,
)
from party_workflow.domain.case.state import Case, IdentityRequest
from party_workflow.domain.case.timing import recounted, reminded
from party_workflow.errors import Refusal

Noting = (
    GiveParticulars
    | RecountClock
    | RemindCase
    | LinkCase
    | RecuseFromCase
    | RequestIdentity
    | DecideIdentity
    | OpenIdentity
)
GRANT_LASTS: Final = timedelta(days=30)
"""What was granted for a ground is opened while the ground holds: later it is asked for again (R-146)."""
WHILE_OPEN = (GiveParticulars, RecountClock, RemindCase, RecuseFromCase)
"""The commands that make no sense once a case is finished."""
IDENTITY = (RequestIdentity, DecideIdentity, OpenIdentity)
"""The commands that make no sense where no identity is sealed."""


def noted(
    command: Noting, state: Case, kind: CaseKind, facts: Facts, context: Context
) -> Sequence[CaseNote] | Refusal:
    """The events that a command leads to."""
    if isinstance(command, WHILE_OPEN) and state.final:
        return OVER()
    if isinstance(command, IDENTITY) and state.complainant is None:
        return NO_COMPLAINANT()
    match command:
        case GiveParticulars():
            given = said(command.particulars, kind, state.unit, state.stream, facts, context)
            return given if isinstance(given, Refusal) else [given]
        case RecountClock():
            return recounted(command, kind, state, facts, context)
        case RemindCase():
            return reminded(command, state)
        case LinkCase():
            return _linked(command, state, facts)
        case RecuseFromCase():
            return [CaseRecused(person=context.by.person)]
        case RequestIdentity():
            if (waiting := _waiting(state)) is not None:
                return REQUEST_WAITS(request=waiting.number)
            reason = context.seal(command.reason, state.stream, "case.identity_reason")
            number = len(state.requests) + 1
            return [IdentityRequested(request=number, ground=command.ground, reason=reason)]
        case DecideIdentity():
            if (waiting := _waiting(state)) is None:
                return NO_REQUEST()
            return [IdentityDecided(request=waiting.number, granted=command.granted, ground=command.ground)]
        case OpenIdentity():
            for request in state.requests:
                if request.by == context.by.person and _granted(request, context):
                    return [IdentityOpened(request=request.number)]
            return NOT_GRANTED(person=context.by.person, days=GRANT_LASTS.days)
        case _:
            assert_never(command)


def _granted(request: IdentityRequest, context: Context) -> bool:
    at = request.decided_at
    waits = request.granted and request.opened_at is None
    return bool(waits and at is not None and context.at <= at + GRANT_LASTS)


def _waiting(state: Case) -> IdentityRequest | None:
    return next((request for request in state.requests if request.granted is None), None)


def _linked(command: LinkCase, state: Case, facts: Facts) -> Sequence[CaseNote] | Refusal:
    summary = facts["summary"]
    if command.other == state.stream or (facts["other"] is None and summary is None):
        return NO_SUCH_OTHER(other=command.other)
    if not state.confidential and any(
        found is not None and found.confidential for found in (facts["other"], summary)
    ):
        return NAMES_PROTECTED()
    if (command.other, command.link) in state.links:
        return ALREADY_SAID(other=command.other, link=command.link)
    return [CaseLinked(other=command.other, link=command.link)]
