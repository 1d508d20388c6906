"""A small world for assessments: the model's own deciders, three branches, kinds adopted from data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.support.world import ROOT, World

from party_workflow.codec import Command
from party_workflow.domain.assessment import (
    Assessment,
    AssessmentKind,
    EnterSheets,
    OpenAssessment,
    Proof,
    Value,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit
from party_workflow.errors import Refusal, Refused
from party_workflow.packs import party
from party_workflow.store import Actor

DIGEST = "a" * 64
UNITS = ("u-b1", "u-b2", "u-b3")

SHEET: dict[str, Any] = {
    "code": "sheet",
    "version": 1,
    "subjects": "units",
    "modes": ["live", "written"],
    "items": [
        {"code": "order", "scale": {"type": "pass"}, "evidence": {}},
        {"code": "marks", "scale": {"type": "points", "low": "0", "high": "10", "step": "0.5"}},
    ],
    "voices": [
        {"code": "own", "standing": "self", "required": False},
        {
            "code": "team",
            "standing": "assessor",
            "confirmed": True,
            "conflicts": ["own_unit", "unit_below"],
            "on_conflict": "quarantine",
        },
        {"code": "settled", "standing": "final", "required": False, "conflicts": ["own_unit"]},
        {"code": "outsider", "standing": "outside", "required": False},
    ],
    "questions": [{"code": "idle_talk"}, {"code": "thin_reports"}],
    "own_answers": True,
    "comments": True,
    "opens": {"assign": ["open"], "correct": ["open", "marked"]},
    "stages": {
        "initial": "open",
        "final": ["closed"],
        "moves": {
            "take_in": "open -> in if modes_complete, reports_complete, answers_complete",
            "mark": "in, open -> marked if inputs_complete, confirmed",
            "vote": "marked -> voted if voting_closed, comments_complete",
            "publish": "voted -> out if sheets_complete, published",
            "close": "out, marked -> closed if problems_in_ledger",
        },
    },
}
"""A kind with one of everything."""


def kind(**changes: Any) -> AssessmentKind:
    """The kind `SHEET`, altered."""
    return AssessmentKind.model_validate({**SHEET, **changes})


def mark(points: str = "7.5") -> dict[str, Value]:
    """A whole sheet of the kind `SHEET`."""
    return {"order": passed(), "marks": pts(points)}


def pts(text: str) -> Value:
    """So many points."""
    return Value(points=Decimal(text))


def passed(passes: bool = True, **proof: Any) -> Value:
    """A mark on a scale of passing, with a document behind it or whatever is said."""
    given = Proof.model_validate({"digest": DIGEST, "kind": "document", **proof})
    return Value(passed=passes, evidence=(given,))


class Hall(World):
    """The small world with three branches under the bureau and an assessment of them opened."""

    def __init__(self, definition: AssessmentKind | None = None, **more: Any) -> None:
        deciders = [item for item in party.MODEL.deciders if item.category != "organisation"]
        super().__init__(*deciders, members=8)
        self.do(*(FoundUnit(unit=unit, kind="branch", parent="u-bureau") for unit in UNITS))
        if definition is not None:
            self.adopt(definition)
            self.open(definition, **more)

    def adopt(self, definition: AssessmentKind) -> None:
        """Adopt a kind."""
        code = definition.code.replace("_", "-")
        body = definition.data()
        self.do(AdoptDefinition(code=code, kind="assessment", version=definition.version, body=body), by=ROOT)

    def open(self, definition: AssessmentKind, **more: Any) -> None:
        """Open an assessment of the branches."""
        fields = {
            "key": "q1",
            "kind": definition.code,
            "definition": definition.digest,
            "unit": "u-city",
            "period": "2020-03" if definition.every == "month" else "2020-Q1",
            "subjects": UNITS,
        }
        self.do(OpenAssessment(**{**fields, **more}), by=ROOT)

    def refused(self, *commands: Command, by: Actor = ROOT, **more: Any) -> Refusal:
        """Why commands are refused; nothing is recorded."""
        before = self.store.head()
        with pytest.raises(Refused) as raised:
            self.do(*commands, by=by, **more)
        assert self.store.head() == before
        return raised.value.refusal

    def state(self, key: str = "q1") -> Assessment:
        """The state of an assessment."""
        found = self.workflow.state(f"assessment/{key}")
        assert isinstance(found, Assessment)
        return found

    def enter(self, sheets: Mapping[str, Mapping[str, Value]], number: int = 60, **more: Any) -> str:
        """Marks of the team by somebody; the id of the entry."""
        command = EnterSheets(
            **{"key": "q1", "voice": "team", "assessor": f"p-{number}", "sheets": sheets, **more}
        )
        self.do(command, by=self.act(number))
        return self.last()

    def last(self) -> str:
        """The id of the last event."""
        *_, record = self.workflow.history.records()
        return record.envelope.event_id

    def after(self, **delta: int) -> Any:
        """A moment from now."""
        return self.now + timedelta(**delta)
