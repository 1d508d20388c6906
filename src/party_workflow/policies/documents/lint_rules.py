"""The rules of the linter: a code for programs, what is found, why it matters, and what to do.

The reference is generated from here, and a test holds that each rule is provoked by a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from party_workflow.policies.documents.findings import Severity
from party_workflow.policies.documents.harm import HARMS


@dataclass(frozen=True, slots=True)
class LintRule:
    """One rule: `sentence` says what it finds, `remedy` what to do."""

    code: str
    severity: Severity
    sentence: str
    remedy: str


def _error(code: str, sentence: str, remedy: str) -> LintRule:
    return LintRule(code, "error", sentence, remedy)


def _warning(code: str, sentence: str, remedy: str) -> LintRule:
    return LintRule(code, "warning", sentence, remedy)


LINT_RULES: Final = (
    # --- a text, and its form
    _error("syntax", "The text is no TOML or JSON, or a key stands twice.", "Mend the line that is said."),
    _error(
        "form",
        "Something is missing, is not known, or is of another type than it should be.",
        "Write what the reference of clauses says.",
    ),
    # --- what is referred to
    _error("unknown", "What is referred to does not exist.", "Look for a typing mistake."),
    _error("later", "A clause refers to one that stands after it.", "Move it down, or the other up."),
    _error("cycle", "Clauses refer to each other in a ring.", "Break the ring: one of them comes first."),
    _error("order", "A clause stands after one of a later stage.", "Put clauses in the order of stages."),
    _error("clause", "What a clause asks for does not fit together.", "Do what is said there."),
    # --- numbers
    _error("weights", "Weights do not come to their whole, or one is negative.", "Mend the weights."),
    _error("bands", "Bands leave a gap, overlap, or are out of order.", "Let each begin where one ends."),
    _error("panel_drops", "A panel drops as many marks as it needs raters.", "Ask for more, or drop fewer."),
    _warning("best_of", "More results count than there can be.", "Lower the number, or write all."),
    _error("digits", "A working value has fewer digits than are kept of it.", "Ask for more digits."),
    _error("condition", "A condition can never hold.", "Mend one of its limits."),
    # --- gates, grades and quotas
    _error("gates", "Two gates say different things of the same subjects.", "Join them, or narrow one."),
    _error("quota", "A quota cannot be met: no share, no place, no such order of grades.", "Mend the share."),
    _warning("quotas", "Quotas allow more than everybody together.", "Lower one of the shares."),
    _warning("unreachable", "No value can come there: a band, a tier, a limit.", "Mend it, or remove it."),
    _error("ties", "A chain of tie rules does not end, or goes on after its end.", "End it in one rule."),
    _error("ranking", "What needs a ranking has none, or it is not said which.", "Add it, or name it."),
    # --- days and basis
    _error("dates", "A clause or a value is never in force while the document is.", "Mend one of the days."),
    _error("dated_gap", "On some day no value of a parameter is in force.", "Add one from an earlier day."),
    _error("dated_twice", "Two values of a parameter begin on one day.", "Give each a day of its own."),
    _warning("superseded", "A value is replaced before the document takes effect.", "Remove it."),
    _error("basis", "The basis says that there is none.", "Cite what permits the clause, or remove it."),
    _warning("retroactive", "It takes effect before it was issued.", "Every result will print it; or mend."),
    # --- harm (see `harm`)
    *(_error(code, sentence, remedy) for code, (sentence, remedy) in HARMS.items()),
    # --- what is not used
    _warning("unused_source", "No clause reads a source.", "Remove it."),
    _warning("unused_measure", "Nothing uses a measure that a clause gives.", "Remove it, or use it."),
    # --- against a history or a vocabulary
    _warning("no_events", "A source has no row in the history.", "Check the feed, the event type, the day."),
    _warning("unfilled", "A column that is read is never filled in the history.", "Take another column."),
    _warning("shadowed", "A value that is asked for stands in no row of the history.", "Check its spelling."),
    _error("unpriced", "Rows have a kind of which is not said what it is worth.", "Say what it is worth."),
    _error("vocabulary", "A code is not in the vocabulary.", "Look for a typing mistake, or add a label."),
    # --- policies in code
    _error("registry", "A policy does not fit the event types of the model.", "Read or ignore each type."),
    _warning("unread_field", "A field that a policy declares is never looked at.", "Strike it out."),
    _warning("unread_parameter", "A number of the rule is never asked for.", "Remove it, or use it."),
    _error("unbased", "A figure names a clause that the rule does not have.", "Give the rule the clause."),
)
"""Every rule, in the order of the reference."""

BY_CODE: Final = {rule.code: rule for rule in LINT_RULES}
