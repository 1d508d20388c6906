"""Why commands on a rating round are refused, in order of precedence."""

from __future__ import annotations

from typing import Final, TypeVar

from party_workflow.errors import Reason

# After `UNKNOWN` stand those of the lifecycle: moves that are not open in the state.

TAKEN: Final = Reason(
    "rating.taken", "There is a round {stream} already.", "Choose a key that was never used."
)
UNKNOWN: Final = Reason("rating.unknown", "There is no such round.", "Open it first, or check the key.")
UNKNOWN_UNIT: Final = Reason(
    "rating.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_PERSON: Final = Reason(
    "rating.unknown_person",
    "Not everybody named stands in the organisation: {people}.",
    "Register them first, or check the ids.",
)
NOBODY: Final = Reason(
    "rating.nobody", "The round would have no {who}.", "Name them, or a population that has people in it."
)
SCALE: Final = Reason(
    "rating.scale", "A scale has two grades or more, each once.", "List the grades from best to worst."
)
SELF_SUBJECTS: Final = Reason(
    "rating.self_subjects",
    "In a self-assessment the subjects are the raters.",
    "Leave the subjects out, or open a round of another kind.",
)
SELF_SECRET: Final = Reason(
    "rating.self_secret",
    "A self-assessment cannot be secret: every grade has its rater's name on it.",
    "Open it without secrecy.",
)
NOT_VOTED: Final = Reason(
    "rating.not_voted",
    "A round in the open is not voted on: it has no channel {channel}.",
    "Leave the channel out, or open a secret round.",
)
MINIMUM_TOO_LOW: Final = Reason(
    "rating.minimum_too_low",
    "A threshold of {minimum} ballots does not keep a secret.",
    "Set it to {least} or more; the default is {default}.",
)
TOO_FEW_RATERS: Final = Reason(
    "rating.too_few_raters",
    "Only {count} could vote on {subject}, and below {minimum} there is never a result.",
    "Widen the circle of voters, or rate in the open.",
)
CLOSES_BEFORE: Final = Reason(
    "rating.closes_before_opening",
    "The round would close before it opens.",
    "Name a later moment, or none.",
)
IS_SECRET: Final = Reason(
    "rating.is_secret",
    "{stream} is a secret round: a rating in the open would break it.",
    "Cast a ballot, or enter paper ballots.",
)
NOT_SECRET: Final = Reason(
    "rating.not_secret", "{stream} is rated in the open: there is no ballot box.", "Rate in the open."
)
OTHER_CHANNEL: Final = Reason(
    "rating.other_channel", "{stream} is voted on the channel {channel} only.", "Vote on that channel."
)
PAST_CLOSING: Final = Reason(
    "rating.past_closing", "{stream} took ratings until {closes}.", "Nothing can be added; it can be closed."
)
NOT_ELIGIBLE: Final = Reason(
    "rating.not_eligible",
    "{rater} was not among the raters when {stream} opened.",
    "Only those can rate; the list is frozen.",
)
ALREADY_VOTED: Final = Reason(
    "rating.already_voted", "{rater} has voted already.", "Everybody votes once, and a ballot stays cast."
)
HAS_PAPER: Final = Reason(
    "rating.has_paper", "{rater} was given a ballot paper.", "Vote on the paper: everybody votes once."
)
NOTHING_RATED: Final = Reason(
    "rating.nothing_rated", "The rating of {rater} gives no grade.", "Name at least one subject with a grade."
)
NOT_A_SUBJECT: Final = Reason(
    "rating.not_a_subject",
    "{person} is not a subject of {stream}.",
    "Rate one of its subjects; the list is frozen.",
)
OWN_RATING: Final = Reason(
    "rating.own_rating",
    "{rater} cannot rate themselves in {stream}.",
    "Leave the own person out; for that there is the self-assessment.",
)
ONLY_SELF: Final = Reason(
    "rating.only_self",
    "In the self-assessment {stream} everybody rates themselves only.",
    "Give the grade of {rater} alone.",
)
UNKNOWN_GRADE: Final = Reason(
    "rating.unknown_grade", "{grade} is not a grade of {stream}.", "Use one of: {grades}."
)
ALREADY_RATED: Final = Reason(
    "rating.already_rated",
    "{rater} has rated {subject} already.",
    "Correct the rating: the correction names it and says why.",
)
NOT_RATED: Final = Reason(
    "rating.not_rated", "{rater} has not rated {subject} yet.", "Rate instead: there is nothing to correct."
)
UNCHANGED: Final = Reason(
    "rating.unchanged", "{rater} gave {subject} this grade already.", "Nothing needs to be recorded."
)
BALLOT_INVALID: Final = Reason(
    "rating.ballot_invalid",
    "Something on the ballot does not belong there: the voter, somebody who is no subject of {stream}, "
    "or a grade outside its scale.",
    "Give other subjects grades of the scale; nothing of this ballot was kept.",
)
NOT_ISSUED: Final = Reason(
    "rating.not_issued",
    "No papers were handed out as batch {batch}.",
    "Issue them first, or check the batch.",
)
BATCH_COUNTED: Final = Reason(
    "rating.batch_counted",
    "Batch {batch} has been counted already.",
    "Use a batch of another name, or discard the first count before it is confirmed.",
)
NOT_COUNTED: Final = Reason(
    "rating.not_counted", "Batch {batch} has no count to discard.", "Enter its count first."
)
NOT_RECONCILED: Final = Reason(
    "rating.not_reconciled",
    "The count of batch {batch} ({issued} issued, {papers} returned) cannot be: {known} papers were handed "
    "out, and on no subject are there more votes than papers, or than holders other than the subject.",
    "Count the papers again.",
)
COUNTS_DIFFER: Final = Reason(
    "rating.counts_differ",
    "The two counts of batch {batch} differ.",
    "Count again; if the first was wrong, discard it.",
)
NO_MARK: Final = Reason(
    "rating.no_mark",
    "Entry {entry} gives {person} no mark that could be put aside.",
    "Name an entry in the open whose mark on the person stands and was never under review.",
)
NOT_HELD: Final = Reason(
    "rating.not_held",
    "No mark of entry {entry} on {person} is under review.",
    "Check the entry and the person.",
)
REVIEWED: Final = Reason(
    "rating.reviewed",
    "What {rater} gave {subject} is under review, or was dismissed by one.",
    "Wait for the review; what it dismissed is not given anew.",
)
UNDER_REVIEW: Final = Reason(
    "rating.under_review",
    "{count} marks of {stream} are under independent review.",
    "Close the round when they are settled.",
)
TOO_EARLY: Final = Reason(
    "rating.too_early",
    "{stream} takes ratings until {closes}, and not everybody has rated.",
    "Close it then, or when everybody has.",
)
PAPERS_OUTSTANDING: Final = Reason(
    "rating.papers_outstanding",
    "Papers were handed out and not counted by two: {batches}.",
    "Enter each batch twice; a batch that did not come back counts 0 papers.",
)
BOX_DAMAGED: Final = Reason(
    "rating.box_damaged",
    "The box of {stream} does not hold exactly the ballots that the log says were cast.",
    "Restore the box, or void the round and vote again.",
)

REASONS: Final = (
    TAKEN,
    UNKNOWN,
    UNKNOWN_UNIT,
    UNKNOWN_PERSON,
    NOBODY,
    SCALE,
    SELF_SUBJECTS,
    SELF_SECRET,
    NOT_VOTED,
    MINIMUM_TOO_LOW,
    TOO_FEW_RATERS,
    CLOSES_BEFORE,
    IS_SECRET,
    NOT_SECRET,
    OTHER_CHANNEL,
    PAST_CLOSING,
    NOT_ELIGIBLE,
    ALREADY_VOTED,
    HAS_PAPER,
    NOTHING_RATED,
    NOT_A_SUBJECT,
    OWN_RATING,
    ONLY_SELF,
    UNKNOWN_GRADE,
    ALREADY_RATED,
    NOT_RATED,
    UNCHANGED,
    BALLOT_INVALID,
    NOT_ISSUED,
    BATCH_COUNTED,
    NOT_COUNTED,
    NOT_RECONCILED,
    COUNTS_DIFFER,
    TOO_EARLY,
    PAPERS_OUTSTANDING,
    BOX_DAMAGED,
    NO_MARK,
    NOT_HELD,
    REVIEWED,
    UNDER_REVIEW,
)

K = TypeVar("K")
V = TypeVar("V")
