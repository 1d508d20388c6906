"""Why commands on an appraisal are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

# After `UNKNOWN` stand those of the lifecycle: moves that are not open in the state.

TAKEN: Final = Reason(
    "appraisal.taken", "There is an appraisal {stream} already.", "Choose a key that was never used."
)
UNKNOWN: Final = Reason(
    "appraisal.unknown", "There is no such appraisal.", "Open it first, or check the key."
)
UNKNOWN_UNIT: Final = Reason(
    "appraisal.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_PERSON: Final = Reason(
    "appraisal.unknown_person",
    "{person} does not stand in the organisation.",
    "Register the person first, or check the id.",
)
NEVER_GRADED: Final = Reason(
    "appraisal.never_graded",
    "{subject} is probationary, and who is probationary takes part without being graded.",
    "Open the appraisal ungraded.",
)
SCALE: Final = Reason(
    "appraisal.scale",
    "Who is graded needs a scale of two grades or more, each once; who is not needs none.",
    "List the grades from best to worst, or open the appraisal ungraded.",
)
INPUTS_LACKING: Final = Reason(
    "appraisal.inputs_lacking",
    "An appraisal rests at least on ratings of these kinds: {lacking}.",
    "Add them to the inputs.",
)
NOT_A_RATING: Final = Reason(
    "appraisal.not_a_rating",
    "{stream} is no rating round.",
    "Cite rating rounds, and the year's record where it is asked for.",
)
RATING_NOT_CLOSED: Final = Reason(
    "appraisal.rating_not_closed", "The round {stream} has not been closed.", "Close it before citing it."
)
RATING_OF_OTHERS: Final = Reason(
    "appraisal.rating_of_others",
    "{subject} is not among those whom {stream} rated.",
    "Cite a round that did.",
)
KINDS_LACKING: Final = Reason(
    "appraisal.kinds_lacking",
    "The opinion cites no closed round of these kinds: {lacking}.",
    "Cite one of each: no opinion without hearing everybody.",
)
NO_RECORD: Final = Reason(
    "appraisal.no_record",
    "The year's record {stream} does not exist.",
    "Cite one that does, or a file's hash.",
)
UNGRADED: Final = Reason(
    "appraisal.ungraded", "{subject} is not graded in this cycle.", "Form the opinion without a grade."
)
GRADE_MISSING: Final = Reason(
    "appraisal.grade_missing", "{subject} is graded in this cycle.", "Give one of: {grades}."
)
UNKNOWN_GRADE: Final = Reason(
    "appraisal.unknown_grade", "{grade} is not a grade of this cycle.", "Use one of: {grades}."
)
NO_TIME_TO_REPLY: Final = Reason(
    "appraisal.no_time_to_reply",
    "The time to reply would be over before it begins.",
    "Name a moment after the delivery.",
)
REPLY_PERIOD: Final = Reason(
    "appraisal.reply_period",
    "{subject} may reply until {until}, and has neither replied nor acknowledged.",
    "Wait until then, or for the answer.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    NEVER_GRADED,
    SCALE,
    INPUTS_LACKING,
    NOT_A_RATING,
    RATING_NOT_CLOSED,
    RATING_OF_OTHERS,
    KINDS_LACKING,
    NO_RECORD,
    UNGRADED,
    GRADE_MISSING,
    UNKNOWN_GRADE,
    NO_TIME_TO_REPLY,
    REPLY_PERIOD,
)
