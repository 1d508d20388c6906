"""Why commands on a written work are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

TAKEN: Final = Reason(
    "submission.taken", "The submission id {key} was used before.", "Choose an id that was never used."
)
UNKNOWN: Final = Reason(
    "submission.unknown", "This work has not been handed in.", "Hand it in first, or check the id."
)
UNKNOWN_UNIT: Final = Reason(
    "submission.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_AUTHOR: Final = Reason(
    "submission.unknown_author",
    "{author} does not stand in the organisation at that time.",
    "Register the person first, or check the id and the time.",
)
SAME_VERSION: Final = Reason(
    "submission.same_version",
    "The text with the digest {digest} is the version that was sent back.",
    "Hand in the revised text.",
)
NO_GROUND: Final = Reason(
    "submission.no_ground",
    "A work is sent back without a ground.",
    "Give the code of the ground, so that the author knows what to mend.",
)
SHARE_OUT_OF_RANGE: Final = Reason(
    "submission.share_out_of_range",
    "A text cannot share {share} of itself with another.",
    "Give a share above 0 and up to 1.",
)
UNKNOWN_VERSION: Final = Reason(
    "submission.unknown_version",
    "No version of this work has the digest {digest}.",
    "Check the digest, or leave it out for the current version.",
)
NOT_HELD: Final = Reason(
    "submission.activity_not_held",
    "The activity {activity} has not taken place.",
    "Record it as held first, or check the id.",
)
READ_ALREADY: Final = Reason(
    "submission.read_already",
    "The reading at {activity} is on record already.",
    "Nothing needs to be recorded; check the activity.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_AUTHOR,
    SAME_VERSION,
    NO_GROUND,
    SHARE_OUT_OF_RANGE,
    UNKNOWN_VERSION,
    NOT_HELD,
    READ_ALREADY,
)
