"""Why commands on a plan are refused, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason("plan.unknown", "There is no such plan.", "Draft it first, or check the id.")
TAKEN: Final = Reason("plan.taken", "The plan id {key} was used before.", "Choose an id that was never used.")
FUTURE: Final = Reason(
    "plan.future",
    "This would take effect at {at}, which is later than it is recorded.",
    "Record it when it has happened.",
)
UNKNOWN_KIND: Final = Reason(
    "plan.unknown_kind",
    "No kind of plan {kind} with the digest {digest} has been adopted.",
    "Adopt it as a definition first, or check the digest.",
)
RETIRED_KIND: Final = Reason(
    "plan.retired_kind", "The kind of plan {kind} is retired.", "Use the kind that took its place."
)
NOT_IN_FORCE: Final = Reason(
    "plan.kind_not_in_force",
    "The version of {kind} with digest {digest} is not in force any more.",
    "Draft the plan under the version in force, whose digest is {current}.",
)
NOT_A_KIND: Final = Reason(
    "plan.not_a_kind", "The definition is no kind of plan {kind}.", "Name the digest of a kind of plan."
)
UNKNOWN_UNIT: Final = Reason(
    "plan.unknown_unit", "There is no open unit {unit}.", "Found it first, or check the id."
)
UNKNOWN_PERSON: Final = Reason(
    "plan.unknown_person",
    "{person} does not stand in the organisation when this takes effect.",
    "Register the person first, or check the id and the time.",
)
PLAN_LACKS: Final = Reason(
    "plan.lacks", "A plan of kind {kind} has to say its {lacking}.", "Add what is lacking."
)
NO_PERSON: Final = Reason(
    "plan.no_person",
    "The item {item} names nobody who is accountable for it.",
    "Name exactly one person.",
)
NO_DAY: Final = Reason("plan.no_day", "The item {item} has no day by which it is due.", "Name the day.")
ITEM_LACKS: Final = Reason(
    "plan.item_lacks",
    "An item of a plan of kind {kind} has to say its {lacking}, and {item} does not.",
    "Add what is lacking.",
)
BACKWARDS: Final = Reason(
    "plan.backwards",
    "The days of the item {item} run backwards.",
    "Let it start by its first milestone, and let the milestones ascend to the day it is due.",
)
ITEM_TAKEN: Final = Reason(
    "plan.item_taken", "The item {item} stands in the plan already.", "Choose another code, or revise it."
)
TOO_MANY: Final = Reason("plan.too_many", "A plan has at most {most} items.", "Divide it into several plans.")
NOT_REPLACED: Final = Reason(
    "plan.not_replaced",
    "{replaces} is no item that was withdrawn, so that nothing can take its place.",
    "Withdraw it first, or leave this out.",
)
UNKNOWN_ITEM: Final = Reason("plan.unknown_item", "The plan has no item {item}.", "Items: {items}.")
OUT_OF_ORDER: Final = Reason(
    "plan.out_of_order",
    "This would take effect before {since}, when the plan was settled last.",
    "Let it take effect after that.",
)
NO_ITEMS: Final = Reason("plan.no_items", "The plan commits nobody to anything.", "Add an item first.")
ITEMS_LACKING: Final = Reason(
    "plan.items_lacking",
    "A plan of kind {kind} commits to {lacking} as well.",
    "Add these items.",
)
NO_PREVIEW: Final = Reason(
    "plan.no_preview",
    "A plan of kind {kind} is not told of before it is official.",
    "Have it approved.",
)
PREVIEW_FIRST: Final = Reason(
    "plan.preview_first",
    "A plan of kind {kind} is told of before it becomes official.",
    "Record the preview first.",
)
NO_PROPOSAL: Final = Reason(
    "plan.no_proposal", "There is no open proposal {number}.", "Open proposals: {open}."
)
WITHDRAWN: Final = Reason(
    "plan.withdrawn", "The item {item} was withdrawn.", "Nothing further is reported of it."
)
SAME_PERSON: Final = Reason(
    "plan.same_person",
    "{person} is accountable for {item} already.",
    "Nothing needs to be recorded; check the id.",
)
UNKNOWN_MILESTONE: Final = Reason(
    "plan.unknown_milestone", "The item {item} has no milestone {milestone}.", "Milestones: {milestones}."
)
ALREADY_REACHED: Final = Reason(
    "plan.already_reached",
    "The milestone {milestone} of {item} was reached before.",
    "Nothing needs to be recorded.",
)
EMPTY_CITATION: Final = Reason(
    "plan.empty_citation",
    "A citation names a stream of this log, or a file by its content hash and kind.",
    "Name one of the two.",
)
SELF_CITED: Final = Reason(
    "plan.self_cited", "A plan is no evidence of itself.", "Cite what was done, not what was promised."
)
UNKNOWN_EVIDENCE: Final = Reason(
    "plan.unknown_evidence", "There is no {stream} that could be evidence.", "Check the id."
)
EVIDENCE_KIND: Final = Reason(
    "plan.evidence_kind",
    "{found} is no evidence of a plan of kind {kind}.",
    "Kinds of evidence: {kinds}.",
)
UNIT_DIFFERS: Final = Reason(
    "plan.unit_differs",
    "The target of {item} is in {wanted}, the figure in {found}.",
    "Give the figure in the unit of the target.",
)
UNKNOWN_COUNTER: Final = Reason(
    "plan.unknown_counter",
    "A plan of kind {kind} does not count {counter}.",
    "Counters: {counters}.",
)
NO_RANK: Final = Reason(
    "plan.no_rank",
    "The item {item} aims at a rank, and the report names no published ranking.",
    "Name the place and the publication that has it.",
)
NOT_RANKED: Final = Reason(
    "plan.not_ranked",
    "The item {item} does not aim at a rank.",
    "Leave the rank out.",
)
UNKNOWN_RANKING: Final = Reason(
    "plan.unknown_ranking",
    "{publication} is not published as {ranking}, or was superseded.",
    "Name the publication that stands.",
)
CONTRADICTED: Final = Reason(
    "plan.contradicted",
    "The item {item} is {state}, and cannot be found {result}.",
    "Have it reported first, or correct the result.",
)
NO_REPORT: Final = Reason(
    "plan.no_report", "There is no report {number} that waits to be verified.", "Waiting: {open}."
)
NOT_COVERED: Final = Reason(
    "plan.not_covered",
    "Each item has one result: lacking {lacking}; not in the plan {others}.",
    "Give one result for each item, and no other.",
)
UNKNOWN_RESULT: Final = Reason(
    "plan.unknown_result", "{result} is no result that this kind of plan knows.", "Results: {results}."
)
NOT_PROMISED: Final = Reason(
    "plan.not_promised", "The item {item} is not promised for {occasion}.", "Check both ids."
)
NOT_MERGED: Final = Reason(
    "plan.not_merged",
    "{occasion} was not folded into {into}.",
    "Name every occasion that stood for it, in order.",
)
OCCASION_OPEN: Final = Reason(
    "plan.occasion_open",
    "{occasion} is not over yet.",
    "Wait until it was held, cancelled or closed.",
)
REPORTED: Final = Reason(
    "plan.reported", "The item {item} was reported at {occasion}.", "Nothing needs to be noted."
)
ALREADY_NOTED: Final = Reason(
    "plan.already_noted", "A problem with {item} was noted before.", "Nothing needs to be recorded."
)
NO_PROBLEM: Final = Reason(
    "plan.no_problem", "No problem with {item} was noted.", "Note it in a look-back first."
)
UNKNOWN_CASE: Final = Reason("plan.unknown_case", "There is no {case}.", "Open it first, or check the id.")
ALREADY_LINKED: Final = Reason(
    "plan.already_linked",
    "The problem with {item} is dealt with in {case} already.",
    "Nothing needs to be recorded.",
)
UNKNOWN_REMINDER: Final = Reason(
    "plan.unknown_reminder", "This kind of plan has no reminder {reminder}.", "Reminders: {reminders}."
)
ALREADY_REMINDED: Final = Reason(
    "plan.already_reminded",
    "{reminder} was given for {item} before.",
    "Nothing is issued twice.",
)
NOTHING_OPEN: Final = Reason(
    "plan.nothing_open", "The item {item} is settled.", "Nobody needs to be reminded of it."
)
TOO_EARLY: Final = Reason(
    "plan.too_early", "{reminder} for {item} is due on {day}.", "Remind then, or later."
)
WRONG_DAY: Final = Reason("plan.wrong_day", "{on} is not the day on which this is recorded.", "Name today.")
UNKNOWN_LOOK_BACK: Final = Reason(
    "plan.unknown_look_back",
    "There is no look-back {look_back} in this plan.",
    "Cite one by the id of its event.",
)
OPEN_TASKS: Final = Reason(
    "plan.open_tasks",
    "{count} tasks are open: {items}.",
    "Have them reported done, and verified where that is asked for, or withdrawn.",
)
NO_FINAL_REPORT: Final = Reason(
    "plan.no_final_report",
    "No final report says of every item, as it is now, what became of it.",
    "Make the final report first.",
)

REASONS: Final = tuple(value for value in list(globals().values()) if isinstance(value, Reason))
