"""Grades of units from assessments, as goals on a distribution read them (R-020).

What counts of a unit is the last grade that it was given: an assessment that left it out, excused it or has
not come to it yet takes no grade away.  A unit that stands no longer has none; that it went is for the goal
to say (`party_workflow.policies.commitments.goals.track`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from party_workflow.domain import assessment, organisation
from party_workflow.domain.organisation import Organisation
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.assessments.sheets import Sheets
from party_workflow.policies.commitments.goals import Graded, Grading

VOID: Final = ("void",)
"""The stages in which a sheet of the pack holds no longer."""


def of_assessments(
    code: str, voice: str, item: str, *, kinds: Collection[str] = (), void: Collection[str] = VOID
) -> Grading:
    """The grade of every unit by the latest assessment of a kind, of a later period before an earlier one.

    `voice` and `item` say which mark it is, such as the final rating; one that waits for confirmation is none
    yet.  `kinds` are the kinds of units that the goal is about, where it is not about all: a unit that became
    of another kind has no grade then.  `void` are stages in which an assessment does not count.  Raises
    `InvalidInput`, when it is applied, for a kind without that mark and for one of people.
    """

    def graded(history: History) -> Mapping[str, Graded]:
        tree = history.state(organisation.DECIDER, organisation.STREAM)
        rounds = [Sheets.of(history, stream) for stream in history.streams(assessment.CATEGORY)]
        chosen = [sheets for sheets in rounds if sheets.kind.code == code and sheets.state.stage not in void]
        found: dict[str, Graded] = {}
        for sheets in sorted(chosen, key=_when):
            found |= _settled(sheets, voice, item)
        return {unit: found[unit] for unit in sorted(found) if _stands(tree, unit, kinds)}

    return graded


def _when(sheets: Sheets) -> tuple[str, int]:
    opened = sheets.state.opened
    return "" if opened is None else opened.period.last.isoformat(), sheets.opened.position


def _settled(sheets: Sheets, voice: str, item: str) -> dict[str, Graded]:
    marker = sheets.kind.by_voice.get(voice)
    if sheets.kind.subjects != "units" or marker is None or item not in sheets.kind.marked(voice):
        what = f"{sheets.name} has no {item} of units marked by {voice}."
        raise InvalidInput(Fault(f"{voice}.{item}", what, "Name a voice and an item of the kind."))
    return {
        unit: grade
        for unit, grade in sheets.graded(voice, item).items()
        if not sheets.cell(unit, voice, item).provisional
    }


def _stands(tree: Organisation, unit: str, kinds: Collection[str]) -> bool:
    return tree.stands(unit) and (not kinds or tree.kind(unit) in kinds)
