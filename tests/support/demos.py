"""Example histories to test on: told afresh in memory, with salts that anybody can make again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from party_workflow.domain import publication
from party_workflow.domain.publication import Posted
from party_workflow.history import History
from party_workflow.packs.auditing import audited
from party_workflow.packs.party import MODEL
from party_workflow.packs.results import full_audit
from party_workflow.personal import MemoryOpenings, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore

WIDTH = 80


def told(build: Callable[[Workflow], Iterable[object]]) -> Workflow:
    """A workflow in which the story was executed from its first entry to its last."""
    workflow = Workflow(MemoryStore(), MODEL, openings=MemoryOpenings(), salts=keyed_salts(bytes(32)))
    for _ in build(workflow):
        pass
    return workflow


def copied(workflow: Workflow) -> Workflow:
    """The same history in a store of its own, to write to."""
    return Workflow(
        MemoryStore(tuple(workflow.store.read())),
        MODEL,
        openings=MemoryOpenings(),
        salts=keyed_salts(bytes(32)),
    )


def findings(history: History) -> list[str]:
    """What the pack's audit finds, with the check: ``open: case/x``; every check must have run.

    Without what audit policies find under the clauses of a rule: `under_the_rule` has that.
    """
    audit = full_audit(history)
    # No example comes with a vault: who is sealed in it, nobody can compare with anybody.
    assert {check.code for check in audit.checks if check.outcome == "not_checked"} <= {
        "sealed_parts",
        "audit.missing_duties",
    }
    return [
        f"{check.code}: {finding.subject}"
        for check in audit.checks
        for finding in check.findings
        if not check.code.startswith("audit.")
    ]


def under_the_rule(history: History) -> dict[str, int]:
    """How much the audit policies find under each clause of the pack's rule, at the end of the history."""
    last = max(record.envelope.recorded_at for record in history.records())
    return dict(sorted(Counter(item.clause for item in audited(history, last).findings()).items()))


def posted(history: History, key: str) -> Posted:
    """What a publication says."""
    said = history.state(publication.DECIDER, f"publication/{key}").said
    assert isinstance(said, Posted)
    return said


def too_wide(lines: Iterator[str]) -> list[str]:
    """The lines that do not fit on a screen of 80 columns."""
    return [line for line in lines if len(line) > WIDTH]
