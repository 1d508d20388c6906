"""What an auditor checks of the record itself: order, derivations, definitions, authority decided again.

Each check is a pure function from a history to findings.  They read the log as known by a moment or up to
a position; a history narrowed by effective time has gaps by intention and is not checked for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from party_workflow.authority import Binds, forbidden, unopened
from party_workflow.canonical import digest
from party_workflow.domain.campaign import CampaignStarted
from party_workflow.domain.definition import DefinitionAdopted
from party_workflow.history import History
from party_workflow.personal import Sealed
from party_workflow.policies.audits.checks import Check, Finding
from party_workflow.policies.figure import Evidence
from party_workflow.store import FORMAT, LOG_STREAM, Record, event_id


def _at(record: Record) -> Evidence:
    return Evidence(record.envelope.event_id, record.position, record.envelope.stored_type)


def positions(history: History) -> Iterator[Finding]:
    """Positions run without a gap from 1, all in one log, and the first record is the genesis."""
    before: Record | None = None
    for expected, record in enumerate(history.records(), start=1):
        envelope = record.envelope
        if record.position != expected:
            yield Finding("log", f"Position {expected} is missing before {record.position}.", (_at(record),))
            return
        if expected == 1 and (envelope.stream != LOG_STREAM or record.data.get("format") != _FORMAT):
            yield Finding("log", "The first record is no genesis of a known format.", (_at(record),))
        if before is not None and envelope.log != before.envelope.log:
            yield Finding("log", f"The record belongs to the log {envelope.log}.", (_at(record),))
        before = record


_FORMAT = FORMAT.replace("/", ".")


def versions(history: History) -> Iterator[Finding]:
    """Each stream's versions run without a gap from 1."""
    seen: dict[str, int] = {}
    for record in history.records():
        stream, version = record.envelope.stream, record.envelope.version
        if version != seen.get(stream, 0) + 1:
            what = f"Version {version} follows version {seen.get(stream, 0)}."
            yield Finding(stream, what, (_at(record),))
        seen[stream] = version


def times(history: History) -> Iterator[Finding]:
    """Recorded times never decrease with position."""
    before: Record | None = None
    for record in history.records():
        if before is not None and record.envelope.recorded_at < before.envelope.recorded_at:
            yield Finding("log", "It was recorded earlier than the record before it.", (_at(record),))
        before = record


def identities(history: History) -> Iterator[Finding]:
    """Event ids are derived from log, command id and index; the events of a command stand together."""
    finished: set[str] = set()
    command, index = "", 0
    for record in history.records():
        envelope = record.envelope
        if envelope.command_id != command:
            finished.add(command)
            command, index = envelope.command_id, 0
            if command in finished:
                yield Finding(envelope.stream, f"The command {command} was recorded twice.", (_at(record),))
        if envelope.event_id != event_id(envelope.log, envelope.command_id, index):
            what = "The event id does not follow from log, command and index."
            yield Finding(envelope.stream, what, (_at(record),))
        index += 1


def counters(history: History) -> Iterator[Finding]:
    """Every account's commands are counted without a gap: a missing one shows."""
    counts: dict[str, tuple[int, str]] = {}
    for record in history.records():
        envelope = record.envelope
        count, command = counts.get(envelope.account, (0, ""))
        expected = count if envelope.command_id == command else count + 1
        if envelope.counter != expected:
            what = f"Command {envelope.counter} of {envelope.account} follows its command {count}."
            yield Finding(envelope.account, what, (_at(record),))
        counts[envelope.account] = (envelope.counter, envelope.command_id)


def definitions(history: History) -> Iterator[Finding]:
    """Definitions have the digest they say, and campaigns are pinned to one that the log holds."""
    known: set[str] = set()
    for item in history.events(DefinitionAdopted, CampaignStarted):
        evidence = Evidence(item.envelope.event_id, item.envelope.position, item.envelope.stored_type)
        match item.event:
            case DefinitionAdopted():
                known.add(item.event.digest)
                if digest(item.event.body) != item.event.digest:
                    yield Finding(item.envelope.stream, "The body does not have its digest.", (evidence,))
            case CampaignStarted():
                if item.event.digest not in known:
                    what = "It is pinned to a definition that the log does not hold."
                    yield Finding(item.envelope.stream, what, (evidence,))
            case _:
                pass


def authority(history: History) -> Iterator[Finding]:
    """Everybody was permitted to do what the log says they did, decided again from the log alone."""
    for item in forbidden(history.events()):
        record = next(history.source.read(item.position - 1, item.position))
        yield Finding(record.envelope.stream, f"Accepted though forbidden: {item.refusal}", (_at(record),))


def sealed_parts(binds: Binds = unopened) -> Check:
    """The check that needs the vault: whoever brought a case unnamed, or is close to them, has no part in it.

    `binds` compares a commitment with a person, as `Workflow.binds` does.  Without the openings it says that
    it was not made, and tells neither who it is nor whether there would be a finding.
    """

    def sealed_in(history: History) -> set[Sealed]:
        return {
            each
            for item in history.events()
            for relates in item.event.relates
            for each in item.event.sealed_in(relates.field)
        }

    def look(history: History) -> Iterator[Finding]:
        if not sealed_in(history):
            return
        known = {item.event_id for item in forbidden(history.events())}
        for item in forbidden(history.events(), binds):
            if item.event_id not in known:
                record = next(history.source.read(item.position - 1, item.position))
                what = f"Accepted though forbidden: {item.refusal}"
                yield Finding(record.envelope.stream, what, (_at(record),))

    def lacks(history: History) -> str:
        sealed = sealed_in(history)
        shut = sum(binds(each, "p-0") is None for each in sealed)
        return f"the openings of {shut} of {len(sealed)} identities, from the vault, as ids" if shut else ""

    holds = "Nobody had a part in a case that they, or somebody close to them, brought unnamed"
    return Check("sealed_parts", holds, look, whole=True, lacks=lacks)


CHECKS: tuple[Check, ...] = (
    Check("positions", "Nothing is missing from the middle of the log", positions, whole=True),
    Check("versions", "Nothing is missing from the middle of a stream", versions, whole=True),
    Check("times", "Recorded times never run backwards", times, whole=True),
    Check("identities", "Every event follows from its command", identities, whole=True),
    Check("counters", "No account's command is missing", counters, whole=True),
    Check("definitions", "Definitions are what their digests say", definitions, whole=True),
    Check("authority", "Everybody was permitted to do what they did", authority, whole=True),
)
"""In the order in which an auditor asks them."""
