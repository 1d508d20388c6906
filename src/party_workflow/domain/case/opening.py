"""What opening a case leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from party_workflow.authority import SELF
from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Context
from party_workflow.domain.case.asking import Facts
from party_workflow.domain.case.commands import OpenCase
from party_workflow.domain.case.describing import demanded, lacking, revealed, said
from party_workflow.domain.case.events import CaseOpened
from party_workflow.domain.case.kind import CaseKind, read_kind
from party_workflow.domain.case.notes import ParticularsGiven
from party_workflow.domain.case.parts import OPENING, Demand
from party_workflow.domain.case.reasons import (
    DUE_PAST,
    GUESSABLE_KEY,
    ID_MISTYPED,
    NOT_A_KIND,
    NOT_IN_FORCE,
    NOT_YET_NOTIFIED,
    OWN_ACCOUNT,
    REQUESTER_CONCERNED,
    REQUESTER_NOT_SEALED,
    REQUESTER_SEALED,
    RETIRED_KIND,
    UNKNOWN_KIND,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.domain.case.state import Case
from party_workflow.domain.case.timing import begun
from party_workflow.errors import InvalidDefinition, Refusal
from party_workflow.values import PERSON_PATTERN

UNGUESSABLE: Final = r"[0-9a-f]{32}$"
"""How the key of a confidential case ends, so that nobody finds out by trying that there is one."""


def _is_person(text: str) -> bool:
    return re.fullmatch(PERSON_PATTERN, text) is not None


def _mistyped(text: str) -> bool:
    """Whether somebody would be kept out of the case as that person, had the id been written as it stands."""
    return _is_person(text.strip().casefold()) and not _is_person(text)


def _named(command: OpenCase) -> tuple[str, ...]:
    """The people of a new case who have to stand in the organisation; who brings it need not."""
    named = {*command.concerns, command.responsible} - {None}
    return tuple(sorted(person for person in named if person is not None))


def opened(command: OpenCase, facts: Facts, context: Context) -> Answer:
    """What opening a case leads to: the opening, what was said with it, and the clocks that it starts."""
    kind = _kind(command, facts["body"], facts["current"])
    if isinstance(kind, Refusal):
        return kind
    if not facts["unit_open"]:
        return UNKNOWN_UNIT(unit=command.unit)
    for person in _named(command):
        if person not in facts["known"]:
            return UNKNOWN_PERSON(person=person)
    if refusal := _requester(command, kind, context):
        return refusal
    if kind.confidential and command.responsible in command.concerns:
        return NOT_YET_NOTIFIED(person=command.responsible)
    if refusal := past(command.due, context) or revealed(command.source, kind.confidential, facts):
        return refusal
    given = {particular.name: particular for particular in command.particulars}
    if refusal := lacking(kind, OPENING, given) or demanded(kind, OPENING, _has(command, kind)):
        return refusal
    particulars: ParticularsGiven | None = None
    if command.particulars:
        told = said(command.particulars, kind, command.unit, command.stream, facts, context)
        if isinstance(told, Refusal):
            return told
        particulars = told
    codes = {name: particular.code for name, particular in given.items()}
    begins = begun(kind, frozenset({OPENING, kind.table.initial}), Case(), codes, facts, context)
    if isinstance(begins, Refusal):
        return begins
    complainant = None
    if command.complainant is not None:
        complainant = context.seal(command.complainant, _bound_to(command), "case.complainant")
    return [
        CaseOpened(
            kind=kind.code,
            definition=command.definition,
            body=kind.data(),
            confidential=kind.confidential,
            unit=command.unit,
            state=kind.table.initial,
            substance=context.seal(command.substance, command.stream, "case.substance"),
            requester=command.requester,
            complainant=complainant,
            concerns=tuple(sorted(set(command.concerns))),
            responsible=command.responsible,
            source=command.source,
            channel=command.channel,
            classes=tuple(sorted(set(command.classes))),
            evidence=tuple(sorted(set(command.evidence))),
            due=command.due,
            serves=command.serves,
        ),
        *(() if particulars is None else (particulars,)),
        *begins,
    ]


def _bound_to(command: OpenCase) -> str:
    """The complainant where it is a person, so that erasing the person erases this too; else the case.

    A function of its own: the text is no variable of one that may fail, whose traceback would show it.
    """
    text = "" if command.complainant is None else command.complainant.reveal()
    return text if _is_person(text) else command.stream


def _kind(
    command: OpenCase, body: Mapping[str, Any] | None, current: tuple[int, str] | None
) -> CaseKind | Refusal:
    if body is None:
        return UNKNOWN_KIND(kind=command.kind, digest=command.definition)
    if current is None:
        return RETIRED_KIND(kind=command.kind)
    if current[1] != command.definition:
        return NOT_IN_FORCE(kind=command.kind, digest=command.definition, current=current[1])
    try:
        kind = read_kind(body)
    except InvalidDefinition as error:
        return NOT_A_KIND(kind=command.kind, fault=error.faults[0].what)
    if kind.code != command.kind:
        return NOT_A_KIND(kind=command.kind, fault=f"it describes {kind.code}.")
    return kind


def _has(command: OpenCase, kind: CaseKind) -> set[Demand]:
    found: dict[Demand, object] = {
        "responsible": command.responsible,
        "due": command.due or any(OPENING in clock.starts for clock in kind.clocks.values()),
        "requester": command.requester or command.complainant,
        "concerns": command.concerns,
        "classes": command.classes,
        "evidence": command.evidence,
    }
    return {name for name, value in found.items() if value}


def _requester(command: OpenCase, kind: CaseKind, context: Context) -> Refusal | None:
    """Who brings the case: named, or in a confidential kind sealed and not to be told from the record."""
    if not kind.confidential:
        if command.complainant is not None:
            return REQUESTER_SEALED(kind=kind.code)
        return REQUESTER_CONCERNED() if command.requester in command.concerns else None
    if command.requester is not None:
        return REQUESTER_NOT_SEALED(kind=kind.code)
    if re.search(UNGUESSABLE, command.key) is None:
        return GUESSABLE_KEY(kind=kind.code)
    by, complainant = context.by, command.complainant and command.complainant.reveal()
    if isinstance(complainant, str) and _mistyped(complainant):
        return ID_MISTYPED()
    if by.capacity == SELF or complainant in (by.person, by.delegate_of or by.person):
        return OWN_ACCOUNT(kind=kind.code)
    return REQUESTER_CONCERNED() if complainant in command.concerns else None


def past(due: datetime | None, context: Context) -> Refusal | None:
    """Why a due moment cannot be set: it has passed."""
    if due is not None and due <= context.effective_at:
        return DUE_PAST(due=time_text(due))
    return None
