"""The words in which a campaign refuses, in order of precedence."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN: Final = Reason(
    "campaign.unknown", "This campaign has not been set up.", "Set it up first, or check its key."
)
TAKEN: Final = Reason(
    "campaign.taken", "The campaign {key} was set up before.", "Choose a key that was never used."
)
UNKNOWN_UNIT: Final = Reason(
    "campaign.unknown_unit", "There is no unit {unit}.", "Found it first, or check the id."
)
NO_DEFINITION: Final = Reason(
    "campaign.no_definition",
    "Definition {definition} holds no campaign under the digest {digest}.",
    "Adopt the campaign's definition first, or check code and digest.",
)
RETIRED: Final = Reason(
    "campaign.definition_retired",
    "Definition {definition} is retired: nothing new begins under it.",
    "Adopt a next version of it, or use another.",
)
NO_POPULATION: Final = Reason(
    "campaign.no_population",
    "The population {population} has nobody in it.",
    "Freeze it first: tasks are counted against it.",
)
UNKNOWN_BATCH: Final = Reason(
    "campaign.unknown_batch",
    "The unit stands in the batch {batch}, and the definition has these: {known}.",
    "Name one of them, or none where there are none.",
)
UNKNOWN_PREDECESSOR: Final = Reason(
    "campaign.unknown_predecessor",
    "There is no other campaign {predecessor} for this one to follow on.",
    "Check the key; a campaign does not follow on itself.",
)
NOT_NEWER: Final = Reason(
    "campaign.not_newer",
    "{definition} version {version} is not newer than {pinned} version {current}, to which it is pinned.",
    "Name a newer version of the same definition.",
)
DIVERGES: Final = Reason(
    "campaign.diverges",
    "What is recorded does not fit version {version}: {divergences}.",
    "Adopt a version that holds what was done, or stay with version {current}.",
)
UNKNOWN_PHASE: Final = Reason(
    "campaign.unknown_phase", "The campaign has no phase {phase}.", "Its phases are: {known}."
)
UNKNOWN_TASK: Final = Reason(
    "campaign.unknown_task",
    "The campaign has no task or condition {task}.",
    "Its definition lists the tasks, its gates the conditions.",
)
NO_GATE: Final = Reason(
    "campaign.no_gate", "Phase {phase} has no gate.", "Finish it when its tasks are complete."
)
# Guards of the lifecycle of a phase.
PHASE_BEFORE: Final = Reason(
    "campaign.phase_before",
    "Phase {phase} cannot begin before phase {before} has passed; that one is {state}.",
    "Bring phase {before} to its end first.",
)
HAS_GATE: Final = Reason(
    "campaign.has_gate",
    "Phase {phase} ends by the decision of somebody from outside.",
    "Request the gate.",
)
LOOK_BACK_NEEDED: Final = Reason(
    "campaign.look_back_needed",
    "Phase {phase} needs a look-back on what it is now; it is {state}.",
    "Conduct one: whatever was done, reopened or redone after the last one is not in it.",
)
TASKS_OPEN: Final = Reason(
    "campaign.tasks_open",
    "Phase {phase} has required tasks that are neither complete nor excused in its look-back: {tasks}.",
    "Complete them; a gate may also pass with conditions, or ask to redo.",
)
# Tasks.
ALREADY_COMPLETE: Final = Reason(
    "campaign.already_complete", "Task {task} is complete.", "Reopen it if it has to be completed otherwise."
)
NOT_COMPLETE: Final = Reason(
    "campaign.not_complete", "Task {task} is not complete.", "There is nothing to reopen; check the code."
)
COMES_AFTER: Final = Reason(
    "campaign.comes_after",
    "Task {task} comes after tasks that are not complete: {waiting}.",
    "Complete them first.",
)
RESTED_ON: Final = Reason(
    "campaign.rested_on",
    "Tasks that come after {task} are complete: {tasks}.",
    "Reopen them first, the last one before the others.",
)
CITED_TWICE: Final = Reason(
    "campaign.cited_twice", "{work} is cited twice for task {task}.", "Cite each piece of work once."
)
UNKNOWN_WORK: Final = Reason(
    "campaign.unknown_work", "There is no {work}.", "Record it first, or check the id."
)
WORK_NOT_DONE: Final = Reason(
    "campaign.work_not_done", "{work} is not done; it is {state}.", "Bring it to its end, or leave it out."
)
COUNTED_ELSEWHERE: Final = Reason(
    "campaign.counted_elsewhere",
    "{work} counts for task {other} already and does not say that it serves {task} too.",
    "Nothing counts twice unless it says so: cite other work.",
)
NOT_SERVING: Final = Reason(
    "campaign.not_serving",
    "{work} does not say that it serves task {task} of this campaign.",
    "Cite work that names the campaign and the task.",
)
KIND_NOT_COUNTED: Final = Reason(
    "campaign.kind_not_counted",
    "{work} is of the kind {kind}, which does not count for task {task}.",
    "Kinds that count: {counts}.",
)
TOO_LITTLE: Final = Reason(
    "campaign.too_little",
    "Task {task} needs {minimum}, and the work cited counts for {total}.",
    "Cite what is lacking, or do it first.",
)
OTHER_POPULATION: Final = Reason(
    "campaign.other_population",
    "The campaign is counted on the population {population}, not on {named}.",
    "Name {population} in the command.",
)
NOT_EVERYONE: Final = Reason(
    "campaign.not_everyone",
    "Task {task} is for everybody, and these had no part in it and are not excused: {people}.",
    "Let them make it up, or excuse them with an accommodation.",
)
# Excusals.
NOT_IN_POPULATION: Final = Reason(
    "campaign.not_in_population",
    "{person} is not in the population {population}.",
    "Only somebody who is counted can be excused; check the id.",
)
NO_TIME: Final = Reason(
    "campaign.no_time",
    "The excusal of {person} would end before it begins.",
    "Give since and until in order.",
)
ALREADY_EXCUSED: Final = Reason(
    "campaign.already_excused",
    "{person} is excused already for part of that time and those tasks.",
    "End that excusal first, or excuse for what is left.",
)
NOT_EXCUSED: Final = Reason(
    "campaign.not_excused",
    "{person} has no excusal that this could concern.",
    "Check the person and the time.",
)
# Look-backs and gates.
NOT_COVERED: Final = Reason(
    "campaign.not_covered",
    "A look-back on phase {phase} has a result for each item; lacking: {lacking}; not of it: {others}.",
    "Give a result for each task and each condition of the phase, and for nothing else.",
)
CONTRADICTED: Final = Reason(
    "campaign.contradicted",
    "Task {task} is {state}, and so cannot be found {result}.",
    "Complete or reopen the task first, or correct the result.",
)
NO_PROBLEM: Final = Reason(
    "campaign.no_problem", "No problem is noted on {task}.", "A look-back notes problems; check the code."
)
UNKNOWN_CASE: Final = Reason(
    "campaign.unknown_case", "There is no {case}.", "Open it first, or check the id."
)
ALREADY_LINKED: Final = Reason(
    "campaign.already_linked",
    "The problem on {task} is linked to {case} already.",
    "Nothing needs to be recorded.",
)
OTHER_LOOK_BACK: Final = Reason(
    "campaign.other_look_back",
    "The look-back cited is not the latest one on phase {phase}.",
    "Cite {look_back}, or leave the id out.",
)
CONDITIONS_MISFIT: Final = Reason(
    "campaign.conditions_misfit",
    "The decision {decision} came with {count} conditions.",
    "Give at least one with pass_with_conditions, and none with pass or redo.",
)
CONDITION_TAKEN: Final = Reason(
    "campaign.condition_taken",
    "The code {condition} is that of a task or of another condition.",
    "Choose a code that was never used in this campaign.",
)
PHASES_OPEN: Final = Reason(
    "campaign.phases_open", "These phases have not passed: {phases}.", "Bring them to their end, or cancel."
)
CONDITIONS_OPEN: Final = Reason(
    "campaign.conditions_open",
    "These conditions are not met: {conditions}.",
    "Complete them first, or cancel.",
)

REASONS: Final = (
    UNKNOWN,
    TAKEN,
    UNKNOWN_UNIT,
    NO_DEFINITION,
    RETIRED,
    NO_POPULATION,
    UNKNOWN_BATCH,
    UNKNOWN_PREDECESSOR,
    NOT_NEWER,
    DIVERGES,
    UNKNOWN_PHASE,
    UNKNOWN_TASK,
    NO_GATE,
    PHASE_BEFORE,
    HAS_GATE,
    LOOK_BACK_NEEDED,
    TASKS_OPEN,
    ALREADY_COMPLETE,
    NOT_COMPLETE,
    COMES_AFTER,
    RESTED_ON,
    CITED_TWICE,
    UNKNOWN_WORK,
    WORK_NOT_DONE,
    COUNTED_ELSEWHERE,
    NOT_SERVING,
    KIND_NOT_COUNTED,
    TOO_LITTLE,
    OTHER_POPULATION,
    NOT_EVERYONE,
    NOT_IN_POPULATION,
    NO_TIME,
    ALREADY_EXCUSED,
    NOT_EXCUSED,
    NOT_COVERED,
    CONTRADICTED,
    NO_PROBLEM,
    UNKNOWN_CASE,
    ALREADY_LINKED,
    OTHER_LOOK_BACK,
    CONDITIONS_MISFIT,
    CONDITION_TAKEN,
    PHASES_OPEN,
    CONDITIONS_OPEN,
)
