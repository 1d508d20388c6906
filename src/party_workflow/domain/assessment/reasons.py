"""Why commands on an assessment are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "assessment.unknown", "There is no such assessment.", "Open it first, or check the id."
)
TAKEN: Final = Reason(
    "assessment.taken", "The assessment id {stream} was used before.", "Choose an id that was never used."
)
NOT_YET: Final = Reason(
    "assessment.not_yet",
    "This would take effect at {effective}, which has not come.",
    "Record it when it has happened.",
)
TOO_EARLY: Final = Reason(
    "assessment.too_early",
    "This would take effect at {effective}, before stage {stage} was entered at {since}.",
    "Let it take effect after that.",
)
# --- opening
NOT_IN_FORCE: Final = Reason(
    "assessment.not_in_force",
    "{kind} is no kind of assessment in force under {definition}.",
    "Name the digest of the version in force, or have it adopted.",
)
UNKNOWN_UNIT: Final = Reason(
    "assessment.unknown_unit", "There is no open unit {unit}.", "Name the unit that assesses."
)
OTHER_PERIOD: Final = Reason(
    "assessment.other_period",
    "{period} is not the period of a {kind}, which is of a {every}.",
    "Name a {every}, or use a kind for such periods.",
)
NAMED_TWICE: Final = Reason(
    "assessment.named_twice", "Named more than once: {subjects}.", "Name each subject once."
)
NO_SUBJECTS: Final = Reason(
    "assessment.no_subjects", "Nobody would be assessed.", "Name the subjects: they are frozen now."
)
WRONG_SUBJECT: Final = Reason(
    "assessment.wrong_subject",
    "{subject} is not of the {subjects} that a {kind} assesses.",
    "Name subjects of that sort only.",
)
NOT_THERE: Final = Reason(
    "assessment.not_there",
    "{subject} does not stand in {unit} or below it when this takes effect.",
    "Check the id and the time, or leave it out.",
)
UNKNOWN_ROUND: Final = Reason(
    "assessment.unknown_round", "There is no rating round {round}.", "Open it first, or check the id."
)
# --- what the stage allows
NOT_IN_STAGE: Final = Reason(
    "assessment.not_in_stage", "In stage {stage} nobody can {what}.", "It is open in: {stages}."
)
NOT_OF_KIND: Final = Reason(
    "assessment.not_of_kind", "A {kind} has nothing to {what}.", "Use a kind that has, or leave it."
)
# --- subjects
UNKNOWN_SUBJECT: Final = Reason(
    "assessment.unknown_subject",
    "{subject} is no subject of this assessment.",
    "Its subjects were frozen when it was opened; check the id.",
)
SET_ASIDE: Final = Reason(
    "assessment.set_aside", "{subject} is set aside as {status}.", "Restore it first, with a ground."
)
NOT_SET_ASIDE: Final = Reason(
    "assessment.not_set_aside", "{subject} is not set aside.", "Nothing needs to be recorded; check the id."
)
NOTHING_NAMED: Final = Reason(
    "assessment.nothing_named", "The command names nothing to {what}.", "Name at least one."
)
# --- modes and reports
UNKNOWN_MODE: Final = Reason(
    "assessment.unknown_mode", "There is no mode {mode}.", "Modes of this kind: {modes}."
)
MODE_SETTLED: Final = Reason(
    "assessment.mode_settled", "{subject} has reported already, {mode}.", "Its mode stays what it was."
)
NO_MODE: Final = Reason("assessment.no_mode", "{subject} has no mode of reporting.", "Assign its mode first.")
OTHER_MODE: Final = Reason(
    "assessment.other_mode", "{subject} reports {assigned}, not {mode}.", "Check which it was."
)
REPORTED: Final = Reason(
    "assessment.reported", "The report of {subject} came in before.", "A new version goes to its own stream."
)
NO_WORK: Final = Reason(
    "assessment.no_work",
    "{work} is no written work or occasion that is known, or not of {subject}.",
    "Name the submission or the activity.",
)
# --- marks
UNKNOWN_VOICE: Final = Reason(
    "assessment.unknown_voice", "{voice} is no voice for this.", "Voices for this command: {voices}."
)
UNKNOWN_ITEM: Final = Reason(
    "assessment.unknown_item", "Voice {voice} does not mark {item}.", "It marks: {items}."
)
OFF_SCALE: Final = Reason(
    "assessment.off_scale", "The mark of {subject} on {item} is off its scale: {why}.", "Mend the mark."
)
NO_REASON: Final = Reason(
    "assessment.no_reason",
    "{item} of {subject} is said to be {absent} without a reason.",
    "Give the reason as a code.",
)
EVIDENCE_LACKING: Final = Reason(
    "assessment.evidence_lacking",
    "{item} of {subject} lacks evidence: {what}.",
    "Attach it; paper alone may not be enough.",
)
NOT_ASSESSOR: Final = Reason(
    "assessment.not_assessor",
    "{assessor} is the assessor, and {person} gives the command.",
    "Marks are given by the assessor, or by a delegate where it does not matter where either of them counts.",
)
ALREADY_ENTERED: Final = Reason(
    "assessment.already_entered",
    "{voice} marked {item} of {subject} before.",
    "Correct the earlier entry, with a ground.",
)
NO_GROUND: Final = Reason(
    "assessment.no_ground", "A correction names an entry and a ground, or neither.", "Give both."
)
OTHER_ENTRY: Final = Reason(
    "assessment.other_entry",
    "The mark on {item} of {subject} does not rest on entry {entry}.",
    "Name the entry that it rests on, for these items only.",
)
CONFLICT: Final = Reason(
    "assessment.conflict",
    "{assessor} counts where {subject} may not be judged from: {conflict}.",
    "Have somebody else mark it.",
)
NO_ENTRY: Final = Reason(
    "assessment.no_entry",
    "Entry {entry} has no marks on {subject} that could be put aside.",
    "Name an entry whose marks on the person stand and were never under review.",
)
REVIEW_GROUND: Final = Reason(
    "assessment.review_ground",
    "A review is settled on the ground {ground}, and on no other: more would tell why it was held.",
    "Give that ground.",
)
NOT_QUARANTINED: Final = Reason(
    "assessment.not_quarantined", "Entry {entry} is not in quarantine.", "In quarantine: {entries}."
)
NOTHING_PENDING: Final = Reason(
    "assessment.nothing_pending",
    "Nothing of voice {voice} waits for confirmation by {person}.",
    "Somebody else confirms than who entered; check voice and subjects.",
)
# --- questions, comments, problems
UNKNOWN_QUESTION: Final = Reason(
    "assessment.unknown_question",
    "{question} is neither a common question nor begins with {prefix}.",
    "Put the unit's id before codes of its own, where the kind lets subjects add any.",
)
ANSWER_REASON: Final = Reason(
    "assessment.answer_reason", "{question} is said not to apply without a reason.", "Give it as a code."
)
BEFORE_REPORT: Final = Reason(
    "assessment.before_report",
    "{subject} has not reported by then.",
    "Comment after the report.",
)
NAME_ROUND: Final = Reason(
    "assessment.name_round",
    "People vote in rounds, and the comment names none of them.",
    "Name one of: {rounds}.",
)
VOTE_CLOSED: Final = Reason(
    "assessment.vote_closed", "The vote in {round} is closed.", "Comments come before it closes."
)
UNKNOWN_PROBLEM: Final = Reason(
    "assessment.unknown_problem", "There is no problem {problem}.", "Problems are counted from 1 to {count}."
)
UNKNOWN_CASE: Final = Reason(
    "assessment.unknown_case", "There is no case {case}.", "Open the case first, or check the id."
)
PROBLEM_LINKED: Final = Reason(
    "assessment.problem_linked", "Problem {problem} stands in the ledger as {case}.", "Nothing is to be done."
)
# --- rounds and results
OTHER_ROUND: Final = Reason(
    "assessment.other_round",
    "{round} is not linked to this assessment, or was cited.",
    "Open ones: {rounds}.",
)
ROUND_OPEN: Final = Reason(
    "assessment.round_open", "The round {round} is {state}.", "Cite it when it has closed."
)
PROVISIONAL: Final = Reason(
    "assessment.provisional",
    "The result is provisional: {pending} subjects are unconfirmed, {quarantined} entries in quarantine.",
    "Have everything confirmed and settled first.",
)
NO_PUBLICATION: Final = Reason(
    "assessment.no_publication",
    "There is no publication {publication} of this matter that stands, or it was cited before.",
    "Publish the result first; cite an erratum instead of what it corrects.",
)
STALE: Final = Reason(
    "assessment.stale",
    "What {publication} says was computed as known at {known}, before the last entry at {touched}.",
    "Compute and publish it again.",
)
# --- guards of moves
MODES_LACKING: Final = Reason(
    "assessment.modes_lacking",
    "{counts} are {with_mode} of {population} subjects; without a mode: {subjects}.",
    "Give every subject a mode of reporting.",
)
REPORTS_LACKING: Final = Reason(
    "assessment.reports_lacking",
    "Reports lack from {count}: {subjects}.",
    "Take them in, or set the subjects aside with a reason.",
)
SHEETS_LACKING: Final = Reason(
    "assessment.sheets_lacking",
    "Voice {voice} has not marked everything for {count} subjects: {subjects}.",
    "Mark them, excuse them or declare them missing.",
)
UNCONFIRMED: Final = Reason(
    "assessment.unconfirmed",
    "Provisional are {count} subjects: {subjects}; {quarantined} entries are in quarantine.",
    "Have somebody else confirm them, and settle the quarantine.",
)
COMMENTS_LACKING: Final = Reason(
    "assessment.comments_lacking", "Nobody commented on {count}: {subjects}.", "Comment, or set them aside."
)
ANSWERS_LACKING: Final = Reason(
    "assessment.answers_lacking",
    "Common questions are not answered by {count}: {subjects}.",
    "Have them answered, or set the subjects aside.",
)
VOTING_OPEN: Final = Reason(
    "assessment.voting_open", "Not cited as closed: {rounds}.", "Close the rounds and cite them."
)
NOT_PUBLISHED: Final = Reason(
    "assessment.not_published",
    "No publication is cited that was computed after the last entry.",
    "Publish the result and cite it.",
)
NOT_IN_LEDGER: Final = Reason(
    "assessment.not_in_ledger",
    "{count} problems are not in the ledger; the first concerns {subjects}.",
    "Open a case for each and link it.",
)

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    NOT_YET,
    TOO_EARLY,
    NOT_IN_FORCE,
    UNKNOWN_UNIT,
    OTHER_PERIOD,
    NAMED_TWICE,
    NO_SUBJECTS,
    WRONG_SUBJECT,
    NOT_THERE,
    UNKNOWN_ROUND,
    NOT_OF_KIND,
    NOT_IN_STAGE,
    NOTHING_NAMED,
    UNKNOWN_SUBJECT,
    SET_ASIDE,
    NOT_SET_ASIDE,
    UNKNOWN_MODE,
    MODE_SETTLED,
    NO_MODE,
    OTHER_MODE,
    REPORTED,
    NO_WORK,
    UNKNOWN_VOICE,
    NOT_ASSESSOR,
    NO_GROUND,
    UNKNOWN_ITEM,
    OFF_SCALE,
    NO_REASON,
    EVIDENCE_LACKING,
    ALREADY_ENTERED,
    OTHER_ENTRY,
    CONFLICT,
    NO_ENTRY,
    REVIEW_GROUND,
    NOT_QUARANTINED,
    NOTHING_PENDING,
    UNKNOWN_QUESTION,
    ANSWER_REASON,
    BEFORE_REPORT,
    NAME_ROUND,
    VOTE_CLOSED,
    UNKNOWN_PROBLEM,
    PROBLEM_LINKED,
    UNKNOWN_CASE,
    OTHER_ROUND,
    ROUND_OPEN,
    NO_PUBLICATION,
    PROVISIONAL,
    STALE,
    MODES_LACKING,
    REPORTS_LACKING,
    SHEETS_LACKING,
    UNCONFIRMED,
    COMMENTS_LACKING,
    ANSWERS_LACKING,
    VOTING_OPEN,
    NOT_PUBLISHED,
    NOT_IN_LEDGER,
)
