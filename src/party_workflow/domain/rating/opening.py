"""Opening a round: who rates whom is frozen, on which scale, in secret or not."""

from __future__ import annotations

from collections.abc import Iterable

from party_workflow.decider import Answer, Context
from party_workflow.domain.rating.commands import OpenRating
from party_workflow.domain.rating.events import (
    DEFAULT_MINIMUM,
    LEAST_MINIMUM,
    SELF,
    ChannelFixed,
    RatingOpened,
)
from party_workflow.domain.rating.reasons import (
    CLOSES_BEFORE,
    MINIMUM_TOO_LOW,
    NOBODY,
    NOT_VOTED,
    SCALE,
    SELF_SECRET,
    SELF_SUBJECTS,
    TOO_FEW_RATERS,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
)
from party_workflow.errors import Refusal


def open_round(command: OpenRating, context: Context) -> Answer:
    unit_open, found_raters, found_subjects = context.facts
    if not unit_open:
        return UNKNOWN_UNIT(unit=command.unit)
    unknown = _unknown(command.raters, found_raters) | _unknown(command.subjects, found_subjects)
    if unknown:
        return UNKNOWN_PERSON(people=", ".join(sorted(unknown)))
    raters = frozenset(found_raters or ())
    if not raters:
        return NOBODY(who="raters")
    subjects = frozenset(found_subjects or ())
    if command.kind == SELF and not command.subjects:
        subjects = raters
    if not subjects:
        return NOBODY(who="subjects")
    if len(command.grades) < 2 or len(set(command.grades)) < len(command.grades):
        return SCALE()
    if command.kind == SELF and subjects != raters:
        return SELF_SUBJECTS()
    secret = command.kind != SELF if command.secret is None else command.secret
    if command.kind == SELF and secret:
        return SELF_SECRET()
    minimum = command.minimum
    if minimum is None:
        minimum = DEFAULT_MINIMUM if secret else 0
    if command.channel != "any" and not secret:
        return NOT_VOTED(channel=command.channel)
    if secret and (refusal := _too_few(raters, subjects, minimum)) is not None:
        return refusal
    if command.closes is not None and command.closes <= context.at:
        return CLOSES_BEFORE()
    opened = RatingOpened(
        kind=command.kind,
        unit=command.unit,
        raters=tuple(sorted(raters)),
        subjects=tuple(sorted(subjects)),
        grades=command.grades,
        secret=secret,
        minimum=minimum,
        raters_from=command.raters if isinstance(command.raters, str) else None,
        subjects_from=command.subjects if isinstance(command.subjects, str) else None,
        closes=command.closes,
        rule=command.rule,
        serves=tuple(sorted(set(command.serves), key=lambda item: (item.campaign, item.task))),
    )
    return [opened] if command.channel == "any" else [opened, ChannelFixed(channel=command.channel)]


def _unknown(named: str | tuple[str, ...], found: Iterable[str] | None) -> set[str]:
    return set() if isinstance(named, str) else set(named) - set(found or ())


def _too_few(raters: frozenset[str], subjects: frozenset[str], minimum: int) -> Refusal | None:
    if minimum < LEAST_MINIMUM:
        return MINIMUM_TOO_LOW(minimum=minimum, least=LEAST_MINIMUM, default=DEFAULT_MINIMUM)
    for subject in sorted(subjects):
        if (count := len(raters - {subject})) < minimum:
            return TOO_FEW_RATERS(count=count, subject=subject, minimum=minimum)
    return None
