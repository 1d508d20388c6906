"""What a step says, read by the inputs that its kind describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from party_workflow import canonical
from party_workflow.decider import Context
from party_workflow.domain.procedure.commands import ProcedureCommand
from party_workflow.domain.procedure.events import Given, PlacedGiven
from party_workflow.domain.procedure.kind import Input, Step
from party_workflow.domain.procedure.reasons import (
    INPUT_LACKING,
    NO_SUCH_NUMBER,
    NO_SUCH_WORK,
    NOT_A_CHOICE,
    NOT_AMONG,
    NOT_DONE,
    NOT_IN_FORCE,
    NOT_MORE,
    NOT_OF_TYPE,
    NOT_PARALLEL,
    NOT_THAT_RESULT,
    NOTHING_IN_FORCE,
    SAID_BEFORE,
    TOO_GRAVE,
    TOO_MANY,
    UNKNOWN_INPUT,
    UNKNOWN_PERSON,
    WRONG_CATEGORY,
)
from party_workflow.domain.procedure.state import Procedure
from party_workflow.domain.vocabulary import Result, Work
from party_workflow.errors import NotCanonical, Refusal
from party_workflow.values import (
    CODE_PATTERN,
    DIGEST_PATTERN,
    PERSON_PATTERN,
    STREAM_PATTERN,
    UNIT_PATTERN,
)


def _matching(pattern: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        return value if isinstance(value, str) and re.fullmatch(pattern, value) else None

    return read


def _day(value: Any) -> Any:
    try:
        return canonical.parse_day(value) if isinstance(value, str) else None
    except NotCanonical:
        return None


def _moment(value: Any) -> Any:
    try:
        return canonical.parse_time(value) if isinstance(value, str) else None
    except NotCanonical:
        return None


def _position(value: Any) -> Any:
    """A position of the log, which begins at 1."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 1 <= value <= canonical.MAX_INTEGER else None


def _number(value: Any) -> Any:
    """A number in its one form: 9.0 is 9."""
    if not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", str(value)):
        return None
    try:
        return canonical.parse_decimal(canonical.decimal_text(Decimal(str(value))))
    except NotCanonical:
        return None


_FIELDS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "person": ("people", _matching(PERSON_PATTERN)),
    "unit": ("units", _matching(UNIT_PATTERN)),
    "stream": ("streams", _matching(STREAM_PATTERN)),
    "code": ("codes", _matching(CODE_PATTERN)),
    "day": ("days", _day),
    "number": ("numbers", _number),
    "digest": ("digests", _matching(DIGEST_PATTERN)),
    "moment": ("moments", _moment),
    "position": ("positions", _position),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """What others answered about what a command cites, by stream; `in_force` by stream and moment."""

    works: Mapping[str, Work | None]
    results: Mapping[str, Result | None]
    in_force: Mapping[tuple[str, datetime], tuple[int, str] | None]


def listed(value: Any) -> tuple[Any, ...]:
    """One value or several as several."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def people_in(command: ProcedureCommand) -> tuple[str, ...]:
    """Everything in a command that has the form of a person id."""
    return tuple(sorted({value for value in _texts(command) if re.fullmatch(PERSON_PATTERN, value)}))


def streams_in(command: ProcedureCommand) -> tuple[str, ...]:
    """Everything in a command that has the form of a stream with a key."""
    found = {value for value in _texts(command) if "/" in value and re.fullmatch(STREAM_PATTERN, value)}
    return tuple(sorted(found))


def moments_in(command: ProcedureCommand) -> tuple[datetime, ...]:
    """Everything in a command that has the form of a moment."""
    return tuple(sorted({found for value in _texts(command) if (found := _moment(value)) is not None}))


def _texts(command: ProcedureCommand) -> Iterator[str]:
    for value in command.given.values():
        yield from (item for item in listed(value) if isinstance(item, str))


def read(
    step: Step,
    command: ProcedureCommand,
    state: Procedure,
    context: Context,
    known: Any,
    cited: Cited,
) -> dict[str, Given] | Refusal:
    """What the step says, typed and sealed; or why it does not say what it has to."""
    said = {**dict.fromkeys(command.given), **dict.fromkeys(command.texts)}
    for code in said:
        if step.input(code) is None:
            names = ", ".join(item.code for item in step.inputs) or "nothing"
            return UNKNOWN_INPUT(step=step.code, input=code, inputs=names)
    raw: dict[str, tuple[Any, ...]] = {}
    for item in step.inputs:
        values = _typed(item, step, command)
        if isinstance(values, Refusal):
            return values
        raw[item.code] = values
    for item in step.inputs:
        if raw[item.code] and (refusal := _judged(item, step, raw, state, known, cited)):
            return refusal
    placed = any(raw[item.code] for item in step.inputs if item.type in ("moment", "position"))
    form = PlacedGiven if placed else Given
    found: dict[str, Given] = {}
    for item in step.inputs:
        if not raw[item.code]:
            continue
        if item.type == "text":
            name = f"procedure.{item.code}"
            texts = tuple(context.seal(text, command.stream, name) for text in raw[item.code])
            found[item.code] = form(texts=texts)
        else:
            found[item.code] = form.model_validate({_FIELDS[item.type][0]: raw[item.code]})
    return found


def _typed(item: Input, step: Step, command: ProcedureCommand) -> tuple[Any, ...] | Refusal:
    source: Mapping[str, Any] = command.texts if item.type == "text" else command.given
    if item.code not in source:
        other = item.code in command.given or item.code in command.texts
        if other:
            return NOT_OF_TYPE(input=item.code, type=item.type)
        values: tuple[Any, ...] = ()
    else:
        values = listed(source[item.code])
    if not values and not item.required:
        return ()
    if len(values) < item.least:
        return INPUT_LACKING(step=step.code, least=item.least, input=item.code, given=len(values))
    if len(values) > 1 and not item.listed:
        return TOO_MANY(step=step.code, input=item.code, given=len(values))
    if item.type == "text":
        return values
    convert = _FIELDS[item.type][1]
    converted = tuple(convert(value) for value in values)
    return NOT_OF_TYPE(input=item.code, type=item.type) if None in converted else converted


def _judged(
    item: Input, step: Step, raw: Mapping[str, tuple[Any, ...]], state: Procedure, known: Any, cited: Cited
) -> Refusal | None:
    values = raw[item.code]
    for number, value in enumerate(values, start=1):
        if item.codes and value not in item.codes:
            return NOT_A_CHOICE(input=item.code, number=number, choices=", ".join(item.codes))
        if item.not_above is not None:
            here = raw.get(item.not_above, ()) if item.not_above != item.code else ()
            told = (here or state.latest(item.not_above))[-1:]
            if told and item.grades.index(value) > item.grades.index(str(told[0])):
                return TOO_GRAVE(input=item.code, than=told[0])
        if item.among is not None and value not in {*state.said(item.among), *raw.get(item.among, ())}:
            return NOT_AMONG(input=item.code, number=number, among=item.among)
        if item.once and (value in state.said(item.code) or value in values[: number - 1]):
            return SAID_BEFORE(input=item.code, number=number)
    if item.more_than is not None:
        than = raw.get(item.more_than) or state.latest(item.more_than)
        least = max((number for number in than if isinstance(number, Decimal)), default=Decimal(0))
        if len(set(values)) <= least:
            return NOT_MORE(input=item.code, given=len(set(values)), than=str(least))
    if item.as_many_as is not None and len(values) != len(raw.get(item.as_many_as, ())):
        others = len(raw.get(item.as_many_as, ()))
        return NOT_PARALLEL(input=item.code, given=len(values), other=item.as_many_as, others=others)
    if item.index_of is not None:
        count = len(raw.get(item.index_of) or state.latest(item.index_of))
        wrong = next((v for v in values if v != v.to_integral_value() or not 1 <= v <= count), None)
        if wrong is not None:
            return NO_SUCH_NUMBER(input=item.code, count=count, of=item.index_of)
    if item.type == "person" and not item.outsiders:
        if unknown := next((person for person in values if person not in known), None):
            return UNKNOWN_PERSON(person=unknown)
    if item.type == "stream":
        return _cited(item, values, cited.works)
    for other in filter(None, (item.snapshot_of, item.version_of, item.at)):
        if not raw[other]:
            return INPUT_LACKING(step=step.code, least=1, input=other, given=0)
    return _recorded(item, raw, cited)


def _recorded(item: Input, raw: Mapping[str, tuple[Any, ...]], cited: Cited) -> Refusal | None:
    """Whether a snapshot is what was recorded, and a version the one in force; of one value each."""
    value = raw[item.code][0]
    if item.snapshot_of is not None:
        stream = raw[item.snapshot_of][0]
        result = cited.results.get(stream)
        if result is not None:
            recorded = result.digest if item.type == "digest" else result.position
            if value != recorded:
                return NOT_THAT_RESULT(input=item.code, stream=stream, recorded=recorded)
    if item.version_of is not None and item.at is not None:
        rule, at = raw[item.version_of][0], raw[item.at][0]
        found = cited.in_force.get((rule, at))
        if found is None:
            return NOTHING_IN_FORCE(stream=rule, at=canonical.time_text(at))
        version, digest = found
        if value != digest:
            when = canonical.time_text(at)
            return NOT_IN_FORCE(stream=rule, at=when, version=version, digest=digest)
    return None


def _cited(item: Input, values: tuple[Any, ...], works: Mapping[str, Any]) -> Refusal | None:
    for stream in values:
        if item.category and stream.partition("/")[0] not in item.category:
            return WRONG_CATEGORY(stream=stream, categories=", ".join(item.category))
        work = works.get(stream)
        if work is None:
            return NO_SUCH_WORK(stream=stream)
        if item.done and not work.done:
            return NOT_DONE(stream=stream, state=work.state)
    return None
