"""Why commands on a publication are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "publication.unknown", "There is no such publication.", "Publish it first, or check the id."
)
TAKEN: Final = Reason(
    "publication.taken",
    "The publication id {stream} was used before.",
    "Choose an id that was never used; what is published is corrected by an erratum.",
)
UNKNOWN_UNIT: Final = Reason(
    "publication.unknown_unit", "There is no open unit {unit}.", "Name the unit whose result it is."
)
NO_POSITION: Final = Reason(
    "publication.no_position",
    "Position 0 is before the first record, and nothing can be computed from it.",
    "Name the position that the log ended at when the result was computed.",
)
NOT_YET_KNOWN: Final = Reason(
    "publication.not_yet_known",
    "The result is said to be known as of {known}, which is later than this is recorded.",
    "Name the moment as of which the log was read.",
)
WINDOW_EMPTY: Final = Reason(
    "publication.window_empty",
    "The time for objections would end at {closes}, before it begins.",
    "Set a later moment, counted on the calendar in force.",
)
NOTHING_TO_CORRECT: Final = Reason(
    "publication.nothing_to_correct",
    "There is no publication {key} that an erratum could correct.",
    "Check the id; a publication does not correct itself.",
)
ALREADY_CORRECTED: Final = Reason(
    "publication.already_corrected",
    "The publication {key} is superseded by {by} already.",
    "Correct {by} instead, so that the chain of corrections stays one.",
)
NOT_ITS_ERRATUM: Final = Reason(
    "publication.not_its_erratum",
    "The publication {by} does not say that it corrects {key}.",
    "Publish the erratum with publication.correct first, or together with this.",
)
NO_WINDOW: Final = Reason(
    "publication.no_window",
    "This publication is not open for objections.",
    "Bring the matter as a complaint or an opinion.",
)
WINDOW_CLOSED: Final = Reason(
    "publication.window_closed",
    "Objections could be raised until {closes}.",
    "Bring the matter as a complaint, or ask for an erratum.",
)
UNKNOWN_OBJECTION: Final = Reason(
    "publication.unknown_objection",
    "There is no open objection {number}.",
    "Open objections: {open}.",
)
WINDOW_OPEN: Final = Reason(
    "publication.window_open",
    "Objections can be raised until {closes}; before that nothing is final.",
    "Finalise it after that moment.",
)
OPEN_OBJECTIONS: Final = Reason(
    "publication.open_objections",
    "{count} objections have not been answered: {numbers}.",
    "Have them answered first, by somebody who neither published nor objected.",
)
OBJECTION_UPHELD: Final = Reason(
    "publication.objection_upheld",
    "Objection {number} was upheld, so what was published is known to be wrong.",
    "Publish an erratum instead.",
)

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_UNIT,
    NO_POSITION,
    NOT_YET_KNOWN,
    WINDOW_EMPTY,
    NOTHING_TO_CORRECT,
    ALREADY_CORRECTED,
    NOT_ITS_ERRATUM,
    NO_WINDOW,
    WINDOW_CLOSED,
    UNKNOWN_OBJECTION,
    WINDOW_OPEN,
    OPEN_OBJECTIONS,
    OBJECTION_UPHELD,
)
