"""Why commands on an inspection are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "inspection.unknown", "There is no such inspection.", "Plan it first, or check the id."
)
TAKEN: Final = Reason(
    "inspection.taken", "The inspection id {stream} was used before.", "Choose an id that was never used."
)
UNKNOWN_KIND: Final = Reason(
    "inspection.unknown_kind",
    "No kind of inspection {kind} is in force with that digest.",
    "Adopt it as a definition of kind inspection, or name the digest of the version in force.",
)
UNKNOWN_UNIT: Final = Reason(
    "inspection.unknown_unit", "There is no open unit {unit}.", "Name the unit that inspects."
)
UNKNOWN_MODE: Final = Reason(
    "inspection.unknown_mode", "{kind} is not carried out as {mode}.", "Modes: {modes}."
)
ANNOUNCED: Final = Reason(
    "inspection.announced",
    "{kind} comes announced, and is planned in the open.",
    "Plan it, instead of sealing what it is about.",
)
UNANNOUNCED: Final = Reason(
    "inspection.unannounced",
    "{kind} comes unannounced: what it looks at is not known before it is carried out.",
    "Seal the plan, and keep it with its salt until then.",
)
UNKNOWN_PERSON: Final = Reason(
    "inspection.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)
NOTHING_DRAWN: Final = Reason(
    "inspection.nothing_drawn",
    "The plan chooses no unit or no item, or draws more than there are.",
    "Draw at least one of each, from a population that has so many; name each stratum and unit once.",
)
NOT_THE_DRAW: Final = Reason(
    "inspection.not_the_draw",
    "The seed and the head of the log that the plan names choose other units than it says.",
    "Take the units as drawn, or draw anew and say from where.",
)
UNKNOWN_ITEM: Final = Reason(
    "inspection.unknown_item", "The checklist of {kind} has no item {item}.", "Items: {items}."
)
NOT_BELOW: Final = Reason(
    "inspection.not_below",
    "{subject} does not stand under {unit}, which inspects.",
    "Draw from the open units under the one that inspects, or plan it in the name of one above.",
)
NOT_AS_SEALED: Final = Reason(
    "inspection.not_as_sealed",
    "Plan and salt do not give the commitment that was made.",
    "Open what was sealed, unaltered and with its salt; what was inspected otherwise is a matter of its own.",
)
GUESSABLE_KEY: Final = Reason(
    "inspection.guessable_key",
    "What is sealed stands under a key that nobody can guess.",
    "End the key in 32 hexadecimal digits drawn at random.",
)
NOT_SEALED: Final = Reason(
    "inspection.not_sealed",
    "The plan was made in the open, and nothing is there to be unsealed.",
    "Leave plan and salt out.",
)
TOO_FEW_INSPECTORS: Final = Reason(
    "inspection.too_few_inspectors", "{kind} takes {least} inspectors at least.", "Name all who took part."
)
INSIDE: Final = Reason(
    "inspection.inside",
    "{person} belongs to {unit}, which is inspected.",
    "Send somebody from outside the units inspected.",
)
LEAKED: Final = Reason(
    "inspection.leaked",
    "{person} knew beforehand that {unit} is inspected, and belongs to it.",
    "Cancel this one; have somebody plan and seal anew who belongs to none of the units.",
)
TIMES: Final = Reason(
    "inspection.times",
    "It was not carried out in the time stated: it begins after its plan and ends before it is reported.",
    "Check when it began and ended; a plan sealed afterwards is none.",
)
INCOMPLETE: Final = Reason(
    "inspection.incomplete",
    "There is not exactly one result of {item} in {unit}.",
    "Say of everything that was drawn what was seen, once; also that it was not checked, and why.",
)
NOT_DRAWN: Final = Reason(
    "inspection.not_drawn",
    "{item} in {unit} was not drawn.",
    "Give results of the sample; what was seen by the way is noted as a finding.",
)
NO_REASON: Final = Reason(
    "inspection.no_reason",
    "{item} in {unit} was not checked or does not apply, and nothing says why.",
    "Name the reason; it is left out only where it was checked.",
)
GONE: Final = Reason(
    "inspection.gone",
    "{unit} does not stand when this takes effect.",
    "Say that its items were not checked, and why.",
)
NOT_INSPECTOR: Final = Reason(
    "inspection.not_inspector",
    "{person} was not one of the inspectors.",
    "The report is signed by those who inspected.",
)
SIGNED: Final = Reason(
    "inspection.signed",
    "{person} has signed or was excused already.",
    "A reservation is stated when signing.",
)
UNCHANGED: Final = Reason(
    "inspection.unchanged", "{item} in {unit} stands as {outcome} already.", "Nothing needs to be done."
)
CONTRADICTS: Final = Reason(
    "inspection.contradicts",
    "{item} in {unit} cannot be {outcome} and a problem at once.",
    "Correct the result first; a problem noted is pursued in its case, not by a correction.",
)
NOT_A_FINDING: Final = Reason(
    "inspection.not_a_finding",
    "{case} is no case of this inspection that a problem could be.",
    "Open a case that is not confidential, of a kind named ({kinds}), with this inspection as its source.",
)
NOTED_ALREADY: Final = Reason(
    "inspection.noted_already", "{case} was noted as finding {number}.", "Nothing needs to be done."
)
UNKNOWN_FINDING: Final = Reason(
    "inspection.unknown_finding", "There is no finding {number}.", "Findings: {numbers}."
)
HAS_SLIP: Final = Reason(
    "inspection.has_slip",
    "Finding {number} was handed over by {slip} already.",
    "One problem has one slip.",
)
NOT_ITS_SLIP: Final = Reason(
    "inspection.not_its_slip",
    "{slip} is no slip that hands over finding {number}.",
    "Open a case of kind {kind} with the finding's case, {case}, as its source.",
)
UNNOTED: Final = Reason(
    "inspection.unnoted",
    "{item} in {unit} is not met, and no finding says so.",
    "Note the problem, or correct the result.",
)
NO_SLIP: Final = Reason(
    "inspection.no_slip",
    "Finding {number} was not handed over by a slip.",
    "Issue the slip and link it; an inspection closes when all it found was handed over.",
)
UNSIGNED: Final = Reason(
    "inspection.unsigned",
    "{person} has not signed the results as they stand.",
    "Have every inspector sign, if need be with a reservation, or say why one does not.",
)

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_KIND,
    UNKNOWN_UNIT,
    UNKNOWN_MODE,
    ANNOUNCED,
    UNANNOUNCED,
    GUESSABLE_KEY,
    NOT_SEALED,
    NOT_AS_SEALED,
    UNKNOWN_PERSON,
    NOTHING_DRAWN,
    UNKNOWN_ITEM,
    NOT_THE_DRAW,
    NOT_BELOW,
    TOO_FEW_INSPECTORS,
    INSIDE,
    LEAKED,
    TIMES,
    NOT_DRAWN,
    INCOMPLETE,
    NO_REASON,
    GONE,
    NOT_INSPECTOR,
    SIGNED,
    UNCHANGED,
    CONTRADICTS,
    NOT_A_FINDING,
    NOTED_ALREADY,
    UNKNOWN_FINDING,
    HAS_SLIP,
    NOT_ITS_SLIP,
    UNSIGNED,
    UNNOTED,
    NO_SLIP,
)
