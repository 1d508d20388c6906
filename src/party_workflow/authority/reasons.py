"""Why authorisation refuses, in order of precedence, and why commands about authority are refused."""

from __future__ import annotations

from typing import Final

from party_workflow.errors import Reason

UNKNOWN_MATTER: Final = Reason(
    "authority.no_such_matter",
    "There is no {stream} that {account} may act on.",
    "Check the id, or ask whoever is responsible for the matter; what is new begins under an id never used.",
)
NO_STEP: Final = Reason(
    "authority.no_such_step",
    "{stream} has no step {step}.",
    "Its kind knows these: {steps}.",
)
UNKNOWN_ACCOUNT: Final = Reason(
    "authority.unknown_account",
    "The account {account} is not open.",
    "Have it opened by somebody with the duty authority.account.",
)
WRONG_PERSON: Final = Reason(
    "authority.wrong_person",
    "The account {account} does not belong to {person}.",
    "Name the person that the account was opened for.",
)
NO_DELEGATION: Final = Reason(
    "authority.no_delegation",
    "{person} holds no delegation from {principal} as {role} at that time.",
    "Have {principal} delegate the role, or act in a capacity of your own.",
)
ROLE_NOT_HELD: Final = Reason(
    "authority.role_not_held",
    "{person} does not hold the role {role} at that time.",
    "Act in a capacity that you hold, or have the role granted.",
)
NO_DUTY: Final = Reason(
    "authority.duty_not_covered",
    "The role {role} does not carry the duty {duty}, which {event} needs.",
    "Somebody with a role that carries {duty} can do it.",
)
NOT_IN_SCOPE: Final = Reason(
    "authority.not_in_scope",
    "{person} holds the role {role}, but not over {unit}.",
    "Somebody who holds it over {unit} or above can do it.",
)
NOT_OWN: Final = Reason(
    "authority.not_own",
    "{event} can be caused only by the person concerned ({own}), and {person} does not act as that here.",
    "Let the person concerned do it, for themselves: with the capacity self, not in a role.",
)
OUTSIDE_REQUIRED: Final = Reason(
    "authority.outside_required",
    "{event} has to come from outside {unit}, and {person} belongs to it.",
    "Somebody from another unit, in a role over {unit}, can do it.",
)
RECUSED: Final = Reason(
    "authority.recused",
    "{person} has stepped back from this matter.",
    "Somebody else with the duty can do it.",
)
OWN_CASE: Final = Reason(
    "authority.own_case",
    "{person} stands in the relation {relation} to this matter, and nobody decides in their own case.",
    "Somebody else with the duty can do it.",
)
OWN_UNIT: Final = Reason(
    "authority.own_unit",
    "{person} belongs to {unit}, or did since this began, and a unit does not decide in its own case.",
    "Somebody from another unit with the duty can do it.",
)
CONFLICT: Final = Reason(
    "authority.conflict_of_interest",
    "{person} has a declared conflict of interest in this matter.",
    "Somebody without one can do it.",
)
HAS_PART: Final = Reason(
    "authority.has_part",
    "Something stands against it that {account} does this here, in its own name or for somebody else.",
    "Somebody else with the duty can do it.",
)
"""Said of what must not be told: a part that is sealed, a conflict with whoever has one."""
APPOINTEE: Final = Reason(
    "authority.appointee_involved",
    "{person} cannot be given this part: one of their own, a conflict or a recusal stands against it.",
    "Name somebody else; which of the three it is is not told.",
)
ALREADY_OPEN: Final = Reason(
    "authority.account_taken",
    "The account {account} was opened before.",
    "Choose an account id that was never used.",
)
NOT_GRANTED: Final = Reason(
    "authority.nothing_to_end",
    "There is no {what} to end for {person}.",
    "Check the person, the role and the unit.",
)
SAME_PERSON: Final = Reason(
    "authority.same_person",
    "{person} stands on both sides.",
    "Name two different persons.",
)
LOG_EXISTS: Final = Reason(
    "log.exists",
    "This log was opened before, for {tenant}.",
    "One log holds one tenant; begin another log in a store of its own.",
)
UNKNOWN_ROLE: Final = Reason(
    "authority.unknown_role",
    "The role {role} is not in the role book.",
    "Adopt a role book that holds it, or use one of: {known}.",
)

NOT_YET: Final = Reason(
    "authority.not_yet",
    "It would take effect at {effective_at}, after it is recorded.",
    "Record it when it takes effect: who may do what is decided by what is recorded.",
)

REASONS: Final = (
    UNKNOWN_MATTER,
    UNKNOWN_ACCOUNT,
    WRONG_PERSON,
    NO_DELEGATION,
    ROLE_NOT_HELD,
    NO_STEP,
    NO_DUTY,
    NOT_IN_SCOPE,
    NOT_OWN,
    OUTSIDE_REQUIRED,
    RECUSED,
    OWN_CASE,
    OWN_UNIT,
    CONFLICT,
    HAS_PART,
    APPOINTEE,
)
RECUSE_WITHIN: Final = Reason(
    "authority.recuse_within",
    "Whoever steps back from a case does so within it, so that nothing outside tells that there is one.",
    "Use case.recuse.",
)

DECISION_REASONS: Final = (
    LOG_EXISTS,
    NOT_YET,
    ALREADY_OPEN,
    UNKNOWN_ROLE,
    SAME_PERSON,
    NOT_GRANTED,
    RECUSE_WITHIN,
)
