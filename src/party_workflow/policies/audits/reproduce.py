"""Publications computed again: does what was published follow from the log and the rule (R-197, R-198)?

What was published under a rule document that the log holds is computed again by that document; everything
else by the subject of the publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.domain.publication import ErratumLinked, Posted, Published
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.documents import CodeClause
from party_workflow.policies.documents.document import RuleDocument
from party_workflow.policies.feeds import FEEDS
from party_workflow.policies.feeds.feed import Feed
from party_workflow.policies.figure import Evidence
from party_workflow.policies.policy import run
from party_workflow.policies.results.versions import RULE_DOCUMENT

Reproducer = Callable[[History, Published], str]
"""Computes the digest of a result from the history as it was read for the publication."""


def by_document(
    document: RuleDocument,
    *,
    feeds: Mapping[str, Feed] = FEEDS,
    code: Mapping[str, CodeClause] | None = None,
) -> Reproducer:
    """Computes results of a rule document again, for the period that the publication names.

    They are of the last day of the period, or of the day up to which they were known (see
    `party_workflow.policies.disclosure.publishing`).  What cannot be computed is said in place of a digest.
    """

    def reproduce(history: History, published: Published) -> str:
        period = published.period if isinstance(published, Posted) else None
        if period is None:
            return "It does not say of which period it is."
        found = []
        for on in dict.fromkeys((period.last, document.day_of(published.known))):
            try:
                policy = document.policy(history.registry, feeds=feeds, code=code)
                result = run(policy, history, on=on, period_start=period.first, retroactive=True)
            except InvalidInput as error:
                found.append(str(error))
                continue
            found.append(result.digest)
            if result.digest == published.digest:
                break
        return found[-1]

    return reproduce


def publications(
    reproducers: Mapping[str, Reproducer], *, code: Mapping[str, CodeClause] | None = None
) -> Check:
    """The check that every publication follows from the log, for what can be computed again.

    That is what was published under a rule document that the log held by then (`code` has its clauses in
    Python), and the subjects of `reproducers`.  A publication that an erratum replaced no longer has to
    follow; the erratum does.
    """

    def look(history: History) -> Iterator[Finding]:
        replaced = _replaced(history)
        documents = _documents(history)
        for item in history.events(Published, Posted):
            event = item.event
            assert isinstance(event, Published)
            if item.envelope.stream in replaced:
                continue
            evidence = Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
            document = documents.get(event.rule)
            reproducer = _of_document(document[1], code) if document else reproducers.get(event.subject)
            if reproducer is None and _is_text(event):
                continue
            if reproducer is None:
                what = f"Nothing here computes a {event.subject} again."
                yield Finding(item.envelope.stream, what, (evidence,))
                continue
            if event.position >= item.envelope.position:
                what = f"It names position {event.position}, which lies after it."
                yield Finding(item.envelope.stream, what, (evidence,))
                continue
            then = history.up_to(event.position).as_of(effective=event.effective, known=event.known)
            if document is not None and event.position < document[0]:
                what = "Its rule was not adopted by the position from which it was computed."
                yield Finding(item.envelope.stream, what, (evidence,))
                continue
            found = reproducer(then, event)
            if found != event.digest:
                what = f"Computed again it has the digest {found[:16]}…, published was {event.digest[:16]}…."
                yield Finding(item.envelope.stream, what, (evidence,))

    return Check("publications", "Every publication follows from the log and its rule", look, whole=True)


def _documents(history: History) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """By digest the rule documents that were adopted: at which position, and their bodies as stored."""
    found: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for item in history.events(DefinitionAdopted):
        assert isinstance(item.event, DefinitionAdopted)
        if item.event.kind == RULE_DOCUMENT:
            found.setdefault(item.event.digest, (item.envelope.position, item.event.body))
    return found


def _of_document(body: Mapping[str, Any], code: Mapping[str, CodeClause] | None) -> Reproducer:
    """The reproducer for a stored document; where it does not read, that is what it computes."""

    def reproduce(history: History, published: Published) -> str:
        try:
            document = RuleDocument.read(body)
        except InvalidInput as error:
            return str(error)
        return by_document(document, code=code)(history, published)

    return reproduce


def _is_text(event: Published) -> bool:
    """Whether it is a written work, of which a version has this digest: that was checked when published."""
    return isinstance(event, Posted) and event.of is not None and event.of.startswith("submission/")


def _replaced(history: History) -> set[str]:
    """The publications that name an erratum which was published and names them."""
    published: dict[str, str] = {}
    named: list[tuple[str, str]] = []
    for item in history.events(Published, Posted, ErratumLinked):
        match item.event:
            case Published():
                published[item.envelope.stream] = f"publication/{item.event.erratum_of}"
            case ErratumLinked():
                named.append((item.envelope.stream, f"publication/{item.event.by}"))
            case _:
                pass
    return {stream for stream, by in named if published.get(by) == stream}
