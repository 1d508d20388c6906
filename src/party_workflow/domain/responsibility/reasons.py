"""Why commands on a responsibility are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "responsibility.unknown",
    "Nobody answers for this matter in this unit yet.",
    "Open it first, or check matter and unit.",
)
TAKEN: Final = Reason(
    "responsibility.taken",
    "The matter {matter} is carried in {unit} already.",
    "Name, replace or release its holders instead.",
)
UNKNOWN_KIND: Final = Reason(
    "responsibility.unknown_kind",
    "No chain of responsibility {kind} is in force with that digest.",
    "Adopt it as a definition of kind responsibility, or name the digest of the version in force.",
)
UNKNOWN_UNIT: Final = Reason(
    "responsibility.unknown_unit",
    "There is no unit {unit} when this takes effect.",
    "Check the id and the time.",
)
UNKNOWN_PERSON: Final = Reason(
    "responsibility.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)
BEFORE_OPENING: Final = Reason(
    "responsibility.before_opening",
    "This would take effect before the matter was carried here, from {since} on.",
    "Date it later.",
)
UNKNOWN_TIER: Final = Reason(
    "responsibility.unknown_tier", "The chain has no tier {tier}.", "Tiers: {tiers}."
)
WRONG_HOLDER: Final = Reason(
    "responsibility.wrong_holder",
    "The tier {tier} is held by {holder}.",
    "Name exactly that: one person, or one section.",
)
NO_TIME: Final = Reason(
    "responsibility.no_time",
    "It would end at {until}, no later than it begins.",
    "Leave the end out, or set it later.",
)
HELD_ALREADY: Final = Reason(
    "responsibility.held_already",
    "{holder} holds the tier {tier} in that time already.",
    "Nothing needs to be recorded; check what was meant.",
)
TIER_FILLED: Final = Reason(
    "responsibility.tier_filled",
    "The tier {tier} is held by {holders}, and nobody is overwritten.",
    "Replace the holder, or release them first.",
)
NOT_HOLDING: Final = Reason(
    "responsibility.not_holding",
    "{holder} does not hold the tier {tier} then.",
    "Held then by: {holders}.",
)
NOT_SUCCESSOR: Final = Reason(
    "responsibility.not_successor",
    "{taking} did not take the tier {tier} after {leaving}.",
    "Record first who left the tier and who took it.",
)
EVIDENCE_NEEDED: Final = Reason(
    "responsibility.evidence_needed",
    "What {person} signed is recorded by others on evidence only.",
    "Give the digest of the signed paper, or let {person} do it in person.",
)
UNKNOWN_ISSUE: Final = Reason(
    "responsibility.unknown_issue", "There is no {issue} that could be handed over.", "Check the id."
)
UNKNOWN_HANDOVER: Final = Reason(
    "responsibility.unknown_handover", "There is no handover {number} to answer.", "Check the number."
)
ANSWERED: Final = Reason(
    "responsibility.answered",
    "The handover {number} was answered before.",
    "What changed since is handed over anew.",
)
NOT_ITS_PARENT: Final = Reason(
    "responsibility.not_its_parent",
    "{parent} is not the unit right above {unit} then.",
    "A letter goes one level down; check unit and time.",
)
SAME_SIGNER: Final = Reason(
    "responsibility.same_signer",
    "{person} would sign for both sides.",
    "Let somebody else sign for one of them.",
)
NOT_ITS_SIGNER: Final = Reason(
    "responsibility.not_its_signer",
    "{person} does not sign for {unit} in this matter then.",
    "The letter is signed by who holds the tier {tier} there.",
)
LETTER_STANDS: Final = Reason(
    "responsibility.letter_stands",
    "The letter {number} of {year} stands.",
    "Withdraw it first, with the ground.",
)
UNKNOWN_LETTER: Final = Reason(
    "responsibility.unknown_letter", "No letter {number} stands.", "Letters that stand: {letters}."
)
OTHER_TEXT: Final = Reason(
    "responsibility.other_text",
    "What was signed is not the text of letter {number}.",
    "Its digest is {digest}.",
)
SIGNED: Final = Reason(
    "responsibility.signed", "Letter {number} is signed for that side.", "Nothing needs to be recorded."
)
BOUND: Final = Reason(
    "responsibility.bound", "There is a bundle {bundle} already.", "End it first, or choose another code."
)
TOO_FEW_POSTS: Final = Reason(
    "responsibility.too_few_posts",
    "A bundle names at least two different posts.",
    "Name every post that answers.",
)
NOT_BELOW: Final = Reason(
    "responsibility.not_below",
    "{other} is neither {unit} nor a unit below it then.",
    "Bind the posts at the unit above all of them.",
)
UNKNOWN_BUNDLE: Final = Reason(
    "responsibility.unknown_bundle", "There is no bundle {bundle}.", "Bundles: {bundles}."
)

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_KIND,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    BEFORE_OPENING,
    UNKNOWN_TIER,
    WRONG_HOLDER,
    NO_TIME,
    HELD_ALREADY,
    TIER_FILLED,
    NOT_HOLDING,
    NOT_SUCCESSOR,
    EVIDENCE_NEEDED,
    UNKNOWN_ISSUE,
    UNKNOWN_HANDOVER,
    ANSWERED,
    NOT_ITS_PARENT,
    SAME_SIGNER,
    NOT_ITS_SIGNER,
    LETTER_STANDS,
    UNKNOWN_LETTER,
    OTHER_TEXT,
    SIGNED,
    BOUND,
    TOO_FEW_POSTS,
    NOT_BELOW,
    UNKNOWN_BUNDLE,
)
