"""Openings of cases decided anew: one that breaks its kind, written underneath, is found (R-113, R-146)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.support.petitions import Desk

from party_workflow.codec import Event
from party_workflow.domain.case import CaseOpened, ClockStarted, GivenParticular, OpenCase, ParticularsGiven
from party_workflow.domain.case.kind import CaseKind
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.policies.audits import possible
from party_workflow.policies.audits.checks import audit
from party_workflow.store import Append, Draft

WATCHED = (GivenParticular(name="channel_watched", code="press"),)
KEY = "c-" + "0123456789abcdef" * 2


def opening(kind: str, key: str = "n-1", **more: Any) -> OpenCase:
    digest = party.PACK.read_as(CaseKind, kind).digest
    return OpenCase(key=key, kind=kind, definition=digest, unit="u-branch", substance=Personal("x"), **more)


def openings() -> dict[str, OpenCase]:
    """One opening of each, as its kind says."""
    return {
        "signed_report": opening("signed_report", KEY, complainant=Personal("p-9"), concerns=("p-8",)),
        "petition": opening("petition", requester="p-5"),
        "public_opinion": opening("public_opinion", particulars=WATCHED),
    }


def written(events: Sequence[Event], stream: str) -> tuple[Desk, list[str]]:
    """What an audit finds where these events stand in the log, past every rule."""
    desk = Desk("signed_report")
    drafts = tuple(Draft(stream, event, desk.now) for event in events)
    append = Append("bureau", "beneath", "case.open", "0" * 64, desk.act(2), desk.now, drafts, {})
    desk.store.append(append)
    moves = [check for check in possible.checks(desk.model) if check.code == "moves"]
    return desk, [finding.sentence for finding in audit(desk.workflow.history, moves).checks[0].findings]


def honest(kind: str) -> tuple[str, list[Event]]:
    desk, command = Desk("signed_report"), openings()[kind]
    head = desk.store.head().position
    desk.do(command, by=desk.act(2))
    events = [item.event for item in desk.workflow.history.events() if item.envelope.position > head]
    return command.stream, events


@pytest.mark.parametrize("kind", sorted(openings()))
def test_an_honest_opening_written_underneath_is_in_order(kind: str) -> None:
    stream, events = honest(kind)
    assert written(events, stream)[1] == []


def broken(kind: str, **changes: Any) -> list[str]:
    stream, events = honest(kind)
    stream = changes.pop("stream", stream)
    made = [e.model_copy(update=changes) if isinstance(e, CaseOpened) else e for e in events]
    return written(made, stream)[1]


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("petition", {"state": "handling"}, "not opened as its kind says"),
        ("petition", {"definition": "0" * 64}, "case.unknown_kind"),
        ("petition", {"unit": "u-none"}, "case.unknown_unit"),
        ("petition", {"concerns": ("p-5",)}, "case.requester_concerned"),
        ("petition", {"confidential": True}, "not opened as its kind says"),
        ("signed_report", {"confidential": False}, "not opened as its kind says"),
        ("signed_report", {"stream": "case/c-1"}, "case.guessable_key"),
        ("signed_report", {"requester": "p-9", "complainant": None}, "case.requester_not_sealed"),
        ("signed_report", {"source": "case/none"}, "case.unknown_matter"),
    ],
)
def test_an_opening_that_breaks_its_kind_is_found(kind: str, changes: dict[str, Any], says: str) -> None:
    found = broken(kind, **changes)
    assert any(says in sentence for sentence in found), found


def test_R_131_clocks_that_the_opening_starts_are_missed_and_others_are_too_many() -> None:
    stream, events = honest("petition")
    clock = next(event for event in events if isinstance(event, ClockStarted))
    lacking = written([event for event in events if event is not clock], stream)[1]
    assert lacking == ["The clock register was to be set going and was not."]
    more = clock.model_copy(update={"clock": "finish"})
    assert written([*events, more], stream)[1] == ["Nothing sets the clock finish going there."]


def test_R_113_an_opening_without_what_its_kind_asks_for_is_found_and_one_that_says_more_too() -> None:
    stream, events = honest("public_opinion")
    silent = [event for event in events if not isinstance(event, ParticularsGiven)]
    [found] = written(silent, stream)[1]
    assert "case.particular_lacking" in found
    said = next(event for event in events if isinstance(event, ParticularsGiven))
    other = said.particulars[0].model_copy(update={"code": "never_heard_of"})
    wrong = said.model_copy(update={"particulars": (other,)})
    [found] = written([wrong if event is said else event for event in events], stream)[1]
    assert "case.not_a_value" in found or "case.form_differs" in found
