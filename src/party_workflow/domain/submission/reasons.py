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
NO_TEMPLATE: Final = Reason(
    "submission.no_template",
    "Definition {template} holds no template under the digest {digest}.",
    "Adopt the template first, or give both its code and its digest.",
)
TEMPLATE_RETIRED: Final = Reason(
    "submission.template_retired",
    "The template {template} is retired: nothing new is written on it.",
    "Adopt a next version of it, or use another.",
)
TEMPLATE_NOT_IN_FORCE: Final = Reason(
    "submission.template_not_in_force",
    "The version of the template {template} with digest {digest} is not in force any more.",
    "Write on the version in force, whose digest is {current}.",
)
OTHER_KIND: Final = Reason(
    "submission.other_kind",
    "The template {template} is not for works of the kind {kind}.",
    "It is for: {kinds}.",
)
SECTIONS_LACKING: Final = Reason(
    "submission.sections_lacking",
    "These sections of the template are lacking or empty: {sections}.",
    "Write each of them; a required section is never empty.",
)
UNKNOWN_SECTION: Final = Reason(
    "submission.unknown_section",
    "What the work is written on has no sections {sections}.",
    "It has: {known}.",
)
NOT_RESTRICTED: Final = Reason(
    "submission.not_restricted",
    "This work is not restricted.",
    "Nobody needs to be admitted: roles and units say who may read it.",
)
READER_ALREADY: Final = Reason(
    "submission.reader_already", "{person} may read this work already.", "Nothing needs to be recorded."
)
UNKNOWN_READER: Final = Reason(
    "submission.unknown_reader",
    "{person} does not stand in the organisation at that time.",
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
    NO_TEMPLATE,
    TEMPLATE_RETIRED,
    TEMPLATE_NOT_IN_FORCE,
    OTHER_KIND,
    SECTIONS_LACKING,
    UNKNOWN_SECTION,
    NOT_RESTRICTED,
    READER_ALREADY,
    UNKNOWN_READER,
    SAME_VERSION,
    NO_GROUND,
    SHARE_OUT_OF_RANGE,
    UNKNOWN_VERSION,
    NOT_HELD,
    READ_ALREADY,
)
