"""Why commands on a procedure are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

TAKEN: Final = Reason(
    "procedure.taken", "The procedure id {stream} was used before.", "Choose an id that was never used."
)
UNKNOWN_KIND: Final = Reason(
    "procedure.unknown_kind",
    "The log holds no definition {kind} with the digest {digest}.",
    "Adopt the kind first, or name the digest of an adopted version.",
)
RETIRED_KIND: Final = Reason(
    "procedure.retired_kind", "Nothing new is begun as {kind}: it was retired.", "Adopt a next version."
)
KIND_NOT_IN_FORCE: Final = Reason(
    "procedure.kind_not_in_force",
    "The version of {kind} with the digest {digest} is not in force any more.",
    "Open it under the version in force, whose digest is {current}.",
)
NOT_A_KIND: Final = Reason(
    "procedure.not_a_kind", "The definition {kind} is no kind of procedure: {fault}", "Name one that is."
)
UNKNOWN_UNIT: Final = Reason(
    "procedure.unknown_unit", "There is no open unit {unit}.", "Name the unit whose matter it is."
)
TOO_OFTEN: Final = Reason(
    "procedure.too_often",
    "Step {step} has been taken {times} times, and more is not provided for.",
    "Nothing can be added; begin another procedure where that is meant.",
)
NEEDED_FIRST: Final = Reason(
    "procedure.needed_first",
    "Before {step}, {needed} is needed: {lacking} is lacking.",
    "Have that done first; who has nothing to say has to say so.",
)
OUTSIDE_WINDOW: Final = Reason(
    "procedure.outside_window",
    "Step {step} can be taken from {opens} until {closes}.",
    "Let it take effect within that time.",
)
UNKNOWN_INPUT: Final = Reason(
    "procedure.unknown_input", "Step {step} says nothing called {input}.", "It says: {inputs}."
)
INPUT_LACKING: Final = Reason(
    "procedure.input_lacking",
    "Step {step} has to say {least} of {input}, and says {given}.",
    "Give what is lacking.",
)
TOO_MANY: Final = Reason(
    "procedure.too_many", "Step {step} says one {input}, and {given} were given.", "Give one."
)
NOT_OF_TYPE: Final = Reason(
    "procedure.not_of_type",
    "What was given as {input} is not a {type} in canonical form.",
    "Give ids, codes and days as strings, whole numbers as such, texts under texts.",
)
NOT_A_CHOICE: Final = Reason(
    "procedure.not_a_choice",
    "Number {number} of {input} is none of its choices.",
    "It can be: {choices}.",
)
TOO_GRAVE: Final = Reason(
    "procedure.too_grave",
    "{input} is graver than {than}, of which the person was told.",
    "Choose {than} or something milder; for more, notify anew and hear anew.",
)
NOT_AMONG: Final = Reason(
    "procedure.not_among",
    "Number {number} of {input} was not among the {among}.",
    "Name one of those that were.",
)
SAID_BEFORE: Final = Reason(
    "procedure.said_before",
    "Number {number} of {input} was said before.",
    "Each is said once; name another.",
)
NOT_MORE: Final = Reason(
    "procedure.not_more",
    "There are {given} of {input}, and there have to be more than {than}.",
    "Give more, or have the number changed where it was said.",
)
NOT_PARALLEL: Final = Reason(
    "procedure.not_parallel",
    "There are {given} of {input} and {others} of {other}.",
    "Give one for each, in the same order.",
)
NO_SUCH_NUMBER: Final = Reason(
    "procedure.no_such_number",
    "{input} names none of the {count} of {of}.",
    "Give its number, counted from 1.",
)
UNKNOWN_PERSON: Final = Reason(
    "procedure.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)
WRONG_CATEGORY: Final = Reason(
    "procedure.wrong_category", "{stream} is none of: {categories}.", "Cite what the step asks for."
)
NO_SUCH_WORK: Final = Reason(
    "procedure.no_such_work", "There is no {stream} that could be cited.", "Check the id."
)
NOT_THAT_RESULT: Final = Reason(
    "procedure.not_that_result",
    "{input} is not what {stream} records of its result, which is {recorded}.",
    "Cite the result as recorded; for a corrected one, cite the correction.",
)
NOTHING_IN_FORCE: Final = Reason(
    "procedure.nothing_in_force",
    "No version of {stream} was in force at {at}.",
    "Cite a rule that was in force then, or put the moment right.",
)
NOT_IN_FORCE: Final = Reason(
    "procedure.not_in_force",
    "At {at} version {version} of {stream} was in force, with the digest {digest}.",
    "Cite that version: what was not in force then cannot have been broken.",
)
NOT_DONE: Final = Reason(
    "procedure.not_done", "{stream} is {state}, and does not count as done.", "Cite it when it is done."
)

REASONS: Final = (
    TAKEN,
    UNKNOWN_KIND,
    RETIRED_KIND,
    KIND_NOT_IN_FORCE,
    NOT_A_KIND,
    UNKNOWN_UNIT,
    TOO_OFTEN,
    NEEDED_FIRST,
    OUTSIDE_WINDOW,
    UNKNOWN_INPUT,
    INPUT_LACKING,
    TOO_MANY,
    NOT_OF_TYPE,
    NOT_A_CHOICE,
    TOO_GRAVE,
    NOT_AMONG,
    SAID_BEFORE,
    NOT_MORE,
    NOT_PARALLEL,
    NO_SUCH_NUMBER,
    UNKNOWN_PERSON,
    WRONG_CATEGORY,
    NO_SUCH_WORK,
    NOT_DONE,
    NOT_THAT_RESULT,
    NOTHING_IN_FORCE,
    NOT_IN_FORCE,
)
