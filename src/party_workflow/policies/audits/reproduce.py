"""Publications computed again: does what was published follow from the log and the rule (R-197, R-198)?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from party_workflow.domain.publication import ErratumLinked, Posted, Published
from party_workflow.history import History
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.figure import Evidence

Reproducer = Callable[[History, Published], str]
"""Computes the digest of a result from the history as it was read for the publication."""


def publications(reproducers: Mapping[str, Reproducer]) -> Check:
    """The check that every publication follows from the log, for the subjects that can be computed again.

    A publication that an erratum replaced no longer has to; the erratum does.
    """

    def look(history: History) -> Iterator[Finding]:
        replaced = _replaced(history)
        for item in history.events(Published, Posted):
            event = item.event
            assert isinstance(event, Published)
            if item.envelope.stream in replaced:
                continue
            evidence = Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
            reproducer = reproducers.get(event.subject)
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
            found = reproducer(then, event)
            if found != event.digest:
                what = f"Computed again it has the digest {found[:16]}…, published was {event.digest[:16]}…."
                yield Finding(item.envelope.stream, what, (evidence,))

    return Check("publications", "Every publication follows from the log and its rule", look, whole=True)


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
