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
NO_DRAFT: Final = Reason(
    "publication.no_draft",
    "There is no draft to review or change.",
    "Draft it first; what is published is corrected by an erratum.",
)
NOT_REVIEWED: Final = Reason(
    "publication.not_reviewed",
    "This is published only after somebody other than the drafter has passed it.",
    "Draft it and have it reviewed.",
)
UNKNOWN_UNIT: Final = Reason(
    "publication.unknown_unit", "There is no open unit {unit}.", "Name the unit whose result it is."
)
UNKNOWN_PERSON: Final = Reason(
    "publication.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)
UNKNOWN_KIND: Final = Reason(
    "publication.unknown_kind",
    "No kind of publication {kind} is in force with that digest.",
    "Adopt it as a definition of kind publication, or name the digest of the version in force.",
)
AUDIENCE_NOT_ALLOWED: Final = Reason(
    "publication.audience_not_allowed",
    "What is published as {kind} does not go to {audience}.",
    "Audiences allowed: {allowed}.",
)
MEDIA_NOT_ALLOWED: Final = Reason(
    "publication.media_not_allowed",
    "What is published as {kind} is not published by {media}.",
    "Media allowed: {allowed}.",
)
NOT_RESTRICTED: Final = Reason(
    "publication.not_restricted",
    "What is published as {kind} is for its audience only.",
    "Publish it restricted.",
)
DRAFT_DIFFERS: Final = Reason(
    "publication.draft_differs",
    "What was drafted or reviewed is another text, unit or subject than this.",
    "Name the digest of the draft as it stands, {digest}.",
)
NOBODY: Final = Reason(
    "publication.nobody",
    "The audience is named, and nobody is in it.",
    "Check unit, population and people; a restricted publication names its audience.",
)
UNKNOWN_SOURCE: Final = Reason(
    "publication.unknown_source",
    "There is no {source} that this could be a snapshot of, or been announced at.",
    "Check the id.",
)
PROVISIONAL: Final = Reason(
    "publication.provisional",
    "{source} rests on marks that nobody has confirmed yet, or that are in quarantine.",
    "Have them confirmed or settled by somebody else first; until then there is a provisional view only.",
)
NOT_ITS_TEXT: Final = Reason(
    "publication.not_its_text",
    "{source} has no version with this digest.",
    "Name the digest of the version that is published.",
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
TERM_DIFFERS: Final = Reason(
    "publication.term_differs",
    "The window of this kind is {term}, counted on {calendar}.",
    "Leave term and end out, and name that calendar.",
)
TWO_ENDS: Final = Reason(
    "publication.two_ends",
    "A window is counted or has its end given, not both.",
    "Give the term and the calendar, or the end.",
)
UNKNOWN_CALENDAR: Final = Reason(
    "publication.unknown_calendar",
    "The window has to be counted on an adopted calendar, {calendar}, which was not found with that digest.",
    "Name code and digest of the calendar that was adopted.",
)
NOT_COVERED: Final = Reason(
    "publication.not_covered",
    "The calendar {calendar} does not cover the days of the window.",
    "Adopt a version that does, and count on it.",
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
WIDENS: Final = Reason(
    "publication.widens",
    "{key} is restricted, and an erratum that is not would tell of it.",
    "Publish the erratum restricted as well.",
)
NOT_ITS_ERRATUM: Final = Reason(
    "publication.not_its_erratum",
    "The publication {by} does not say that it corrects {key}.",
    "Publish the erratum with publication.correct first, or together with this.",
)
NO_AUDIENCE: Final = Reason(
    "publication.no_audience",
    "This publication does not name the people whom it is for.",
    "Publish with readers, a unit or a population as the audience.",
)
NO_WINDOW: Final = Reason(
    "publication.no_window",
    "This publication is not open for objections.",
    "Bring the matter as a complaint or an opinion.",
)
NOT_IN_AUDIENCE: Final = Reason(
    "publication.not_in_audience",
    "{person} is not of the audience of this publication.",
    "Those whom it is for are settled when it is published.",
)
NOT_HELD: Final = Reason(
    "publication.not_held",
    "{occasion} has no register of people who took part.",
    "Record it as held first.",
)
RECORDED_ALREADY: Final = Reason(
    "publication.recorded_already",
    "This was recorded before.",
    "Nothing needs to be recorded; check the id.",
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
    NO_DRAFT,
    NOT_REVIEWED,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    UNKNOWN_KIND,
    AUDIENCE_NOT_ALLOWED,
    MEDIA_NOT_ALLOWED,
    NOT_RESTRICTED,
    DRAFT_DIFFERS,
    NOBODY,
    UNKNOWN_SOURCE,
    NOT_ITS_TEXT,
    PROVISIONAL,
    NO_POSITION,
    NOT_YET_KNOWN,
    TERM_DIFFERS,
    TWO_ENDS,
    UNKNOWN_CALENDAR,
    NOT_COVERED,
    WINDOW_EMPTY,
    NOTHING_TO_CORRECT,
    ALREADY_CORRECTED,
    WIDENS,
    NOT_ITS_ERRATUM,
    NO_AUDIENCE,
    NO_WINDOW,
    NOT_IN_AUDIENCE,
    NOT_HELD,
    RECORDED_ALREADY,
    WINDOW_CLOSED,
    UNKNOWN_OBJECTION,
    WINDOW_OPEN,
    OPEN_OBJECTIONS,
    OBJECTION_UPHELD,
)
