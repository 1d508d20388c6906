"""What has to hold before something is published: kind, window, audience, and what it is taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from party_workflow.calendar import Calendar
from party_workflow.canonical import time_text
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context
from party_workflow.domain.publication.commands import CorrectPublication, Draft, Publish
from party_workflow.domain.publication.events import CATEGORY, Counted, Drafted, Posted, Published
from party_workflow.domain.publication.kind import PublicationKind, read_kind
from party_workflow.domain.publication.parts import Drafting
from party_workflow.domain.publication.reasons import (
    ALREADY_CORRECTED,
    AUDIENCE_NOT_ALLOWED,
    DRAFT_DIFFERS,
    MEDIA_NOT_ALLOWED,
    NO_POSITION,
    NOBODY,
    NOT_COVERED,
    NOT_ITS_TEXT,
    NOT_RESTRICTED,
    NOT_REVIEWED,
    NOT_YET_KNOWN,
    NOTHING_TO_CORRECT,
    PROVISIONAL,
    TERM_DIFFERS,
    TWO_ENDS,
    UNKNOWN_CALENDAR,
    UNKNOWN_KIND,
    UNKNOWN_PERSON,
    UNKNOWN_SOURCE,
    UNKNOWN_UNIT,
    WIDENS,
    WINDOW_EMPTY,
)
from party_workflow.errors import InvalidDefinition, InvalidInput, Refusal

_TEXTS: Final = "submission"
"""The category whose matters have texts by digest."""
_MARKED: Final = "assessment"
"""The category whose results wait until everything they rest on is confirmed."""


def questions(command: Publish | Draft) -> dict[str, Ask]:
    """What a publication or a draft needs to know of others, by what for."""
    found = {"unit": Ask("organisation.unit_open", "organisation", {"unit": command.unit})}
    named = command.handlers if isinstance(command, Draft) else (*command.readers, *command.handlers)
    if named:
        people = {"people": tuple(sorted(set(named))), "at": EFFECTIVE}
        found["named"] = Ask("organisation.known", "organisation", people)
    if isinstance(command, Draft):
        return found
    if isinstance(command, CorrectPublication):
        found["corrected"] = Ask("publication.summary", f"{CATEGORY}/{command.erratum_of}")
    if command.kind is not None:
        arguments = {"digest": command.kind_digest or ""}
        found["kind"] = Ask("definition.body", f"definition/{command.kind}", arguments)
        found["kind_current"] = Ask("definition.current", f"definition/{command.kind}")
    if command.calendar is not None:
        arguments = {"digest": command.calendar_digest or ""}
        found["calendar"] = Ask("definition.body", f"definition/{command.calendar}", arguments)
    if command.of is not None:
        found["of"] = _work(command.of)
        if command.of.startswith(f"{_MARKED}/"):
            found["status"] = Ask("assessment.status", command.of, optional=True)
        if command.of.startswith(f"{_TEXTS}/"):
            found["versions"] = Ask("submission.versions", command.of)
    if command.occasion is not None:
        found["occasion"] = _work(command.occasion)
    if command.audience_unit is not None:
        within = {"unit": command.audience_unit, "at": EFFECTIVE}
        found["unit_people"] = Ask("organisation.people", "organisation", within)
    if command.audience_population is not None:
        stream = f"population/{command.audience_population}"
        found["population_people"] = Ask("population.people", stream, {"at": EFFECTIVE})
    return found


def _work(stream: str) -> Ask:
    return Ask(f"{stream.partition('/')[0]}.work", stream, optional=True)


def draft(command: Draft, context: Context) -> Answer:
    """Draw up a document."""
    facts = dict(zip(questions(command), context.facts, strict=True))
    if not facts["unit"]:
        return UNKNOWN_UNIT(unit=command.unit)
    if refusal := _unknown(command.handlers, facts):
        return refusal
    return [
        Drafted(
            unit=command.unit,
            subject=command.subject,
            digest=command.digest,
            handlers=tuple(sorted(set(command.handlers))),
            restricted=command.restricted,
        )
    ]


def publish(command: Publish, drafted: Drafting | None, context: Context) -> Answer:
    """Publish: with everything that is recorded of it, or just the result where nothing more was given."""
    facts = dict(zip(questions(command), context.facts, strict=True))
    if not facts["unit"]:
        return UNKNOWN_UNIT(unit=command.unit)
    if refusal := _unknown((*command.readers, *command.handlers), facts):
        return refusal
    kind = _kind(command, facts)
    if isinstance(kind, Refusal):
        return kind
    refusal = (
        _unlike_kind(command, kind, drafted)
        or _unlike_draft(command, drafted)
        or (NOBODY() if _names_audience(command) and not _readers(command, facts) else None)
        or _unlike_source(command, facts)
        or _unlike_log(command, context)
    )
    if refusal:
        return refusal
    window = _window(command, kind, facts, context)
    if isinstance(window, Refusal):
        return window
    counted, closes = window
    # The later of the two clocks: a publication dated back leaves no time to object.
    if closes is not None and closes <= max(context.at, context.effective_at):
        return WINDOW_EMPTY(closes=time_text(closes))
    if refusal := _unlike_corrected(command, facts):
        return refusal
    said = {name: getattr(command, name) for name in Published.model_fields if hasattr(command, name)}
    said["closes"] = closes
    bare = all(
        getattr(command, name) == info.default
        for name, info in Publish.model_fields.items()
        if name not in Published.model_fields and name != "key"
    )
    if bare and drafted is None:
        return [Published(**said)]
    return [
        Posted(
            **said,
            kind=command.kind_digest if command.kind is not None else None,
            window=counted,
            of=command.of,
            period=command.period,
            occasion=command.occasion,
            due=command.due,
            audience_unit=command.audience_unit,
            audience_population=command.audience_population,
            readers=_readers(command, facts),
            handlers=tuple(sorted(set(command.handlers))),
            restricted=command.restricted,
        )
    ]


def _unknown(people: Iterable[str], facts: Mapping[str, Any]) -> Refusal | None:
    known = facts.get("named", {})
    return next(
        (UNKNOWN_PERSON(person=person) for person in sorted(set(people)) if person not in known), None
    )


def _kind(command: Publish, facts: Mapping[str, Any]) -> PublicationKind | Refusal | None:
    if command.kind is None:
        return None
    current = facts["kind_current"]
    if facts["kind"] is None or current is None or current[1] != command.kind_digest:
        return UNKNOWN_KIND(kind=command.kind)
    try:
        return read_kind(facts["kind"])
    except InvalidDefinition:
        return UNKNOWN_KIND(kind=command.kind)


def _unlike_kind(command: Publish, kind: PublicationKind | None, drafted: Drafting | None) -> Refusal | None:
    if kind is None:
        return None
    if kind.four_eyes and drafted is None:
        return NOT_REVIEWED()
    if kind.audiences and command.audience not in kind.audiences:
        allowed = ", ".join(kind.audiences)
        return AUDIENCE_NOT_ALLOWED(kind=kind.code, audience=command.audience, allowed=allowed)
    if kind.media and command.media not in kind.media:
        return MEDIA_NOT_ALLOWED(kind=kind.code, media=command.media, allowed=", ".join(kind.media))
    return NOT_RESTRICTED(kind=kind.code) if kind.restricted and not command.restricted else None


def _unlike_draft(command: Publish, drafted: Drafting | None) -> Refusal | None:
    """What was reviewed is what is published; and what is to be restricted was so from the beginning."""
    if drafted is None:
        return None
    same = (drafted.unit, drafted.subject, drafted.digest) == (command.unit, command.subject, command.digest)
    if same and (drafted.restricted or not command.restricted):
        return None
    return DRAFT_DIFFERS(digest=drafted.digest)


def _names_audience(command: Publish) -> bool:
    named = command.audience_unit is not None or command.audience_population is not None
    return named or bool(command.readers) or command.restricted


def _readers(command: Publish, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        sorted({*command.readers, *facts.get("unit_people", ()), *facts.get("population_people", ())})
    )


def _unlike_source(command: Publish, facts: Mapping[str, Any]) -> Refusal | None:
    for name, stream in (("of", command.of), ("occasion", command.occasion)):
        if stream is not None and facts[name] is None:
            return UNKNOWN_SOURCE(source=stream)
    if "versions" in facts and command.digest not in {version.digest for version in facts["versions"]}:
        return NOT_ITS_TEXT(source=command.of)
    status = facts.get("status")
    if status is not None and status.provisional:
        return PROVISIONAL(source=command.of)
    return None


def _unlike_log(command: Publish, context: Context) -> Refusal | None:
    if command.position == 0:
        return NO_POSITION()
    return NOT_YET_KNOWN(known=time_text(command.known)) if command.known > context.at else None


def _window(
    command: Publish, kind: PublicationKind | None, facts: Mapping[str, Any], context: Context
) -> tuple[Counted | None, Any] | Refusal:
    """How the end was counted, if it was, and the end, if there is one."""
    term = command.term
    if kind is not None and kind.window is not None:
        given = command.term not in (None, kind.window) or command.closes is not None
        if given or command.calendar != kind.calendar:
            return TERM_DIFFERS(term=kind.window, calendar=kind.calendar)
        term = kind.window
    if term is None:
        return None, command.closes
    if command.closes is not None:
        return TWO_ENDS()
    unknown = UNKNOWN_CALENDAR(calendar=command.calendar or "none was named")
    if command.calendar is None or command.calendar_digest is None or facts["calendar"] is None:
        return unknown
    try:
        calendar = Calendar.model_validate(facts["calendar"])
    except InvalidDefinition:
        return unknown
    try:
        # From the later of the two clocks: whoever dates back cuts nobody's time short.
        due = calendar.deadline(max(context.at, context.effective_at), term)
    except InvalidInput:
        return NOT_COVERED(calendar=command.calendar)
    counted = Counted(
        start=due.start,
        term=due.term,
        due_day=due.due_day,
        calendar=due.calendar,
        definition=command.calendar_digest,
        steps=due.steps,
    )
    return counted, due.due


def _unlike_corrected(command: Publish, facts: Mapping[str, Any]) -> Refusal | None:
    if not isinstance(command, CorrectPublication):
        return None
    corrected = facts["corrected"]
    if command.erratum_of == command.key or corrected is None:
        return NOTHING_TO_CORRECT(key=command.erratum_of)
    if corrected.superseded_by is not None:
        return ALREADY_CORRECTED(key=command.erratum_of, by=corrected.superseded_by)
    if corrected.restricted and not command.restricted:
        return WIDENS(key=command.erratum_of)
    return None
