"""What a command on a case asks of other streams: by name, so that each decision finds its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from party_workflow.decider import EFFECTIVE, Ask
from party_workflow.domain.case.clocks import started, triggers
from party_workflow.domain.case.commands import (
    CATEGORY,
    MOVING,
    AnswerRequester,
    AssignInvestigator,
    AssignResponsible,
    CaseCommand,
    CloseCase,
    EscalateCase,
    ExtendClock,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    JoinCase,
    LinkCase,
    OpenCase,
    PromoteCase,
    RecountClock,
    ReopenCase,
    ResumeCase,
    VerifyRectification,
)
from party_workflow.domain.case.kind import CaseKind, read_kind
from party_workflow.domain.case.parts import OPENING
from party_workflow.domain.case.state import Case
from party_workflow.errors import InvalidDefinition, Refusal

Facts = Mapping[str, Any]

LATEST: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""As of then everything counts that is recorded, also what takes effect later."""


def move_of(command: CaseCommand) -> str | None:
    """The move that a command makes; None for one that makes none."""
    if isinstance(command, VerifyRectification):
        return "verify_passed" if command.passed else "verify_failed"
    return next(iter(MOVING.get(type(command), ())), None)


def asks(command: CaseCommand) -> Sequence[Ask]:
    """What can be asked before anything is known."""
    return tuple(_asked(command).values())


def needs(command: CaseCommand, state: Case, facts: Sequence[Any]) -> Sequence[Ask]:
    """What state and first answers show to be needed: calendars, and where those concerned belong."""
    return tuple(_needed(command, state, facts).values())


def answered(command: CaseCommand, state: Case, facts: Sequence[Any]) -> Facts:
    """The answers by name, in the order in which they were asked."""
    names = [*_asked(command), *_needed(command, state, facts)]
    return dict(zip(names, facts, strict=True))


def _asked(command: CaseCommand) -> dict[str, Ask]:
    match command:
        case OpenCase():
            stream = f"definition/{command.kind.replace('_', '-')}"
            named = {*command.concerns, command.responsible} - {None}
            return {
                "body": Ask("definition.body", stream, {"digest": command.definition}),
                "current": Ask("definition.current", stream),
                "unit_open": _unit_open(command.unit),
                "known": _known(sorted(person for person in named if person is not None)),
                **_particulars(command.particulars),
                **_source(command.source),
            }
        case AssignResponsible():
            return {"known": _known((command.responsible,))}
        case AssignInvestigator():
            return {"known": _known((command.investigator,))}
        case HandOverCase():
            people = () if command.responsible is None else (command.responsible,)
            return {"unit_open": _unit_open(command.unit), "known": _known(people)}
        case EscalateCase():
            return {"unit_open": _unit_open(command.unit)}
        case JoinCase():
            return {"lead": Ask("case.summary", command.lead)}
        case PromoteCase():
            return {"to": Ask("case.summary", command.to)}
        case LinkCase():
            return {"other": _work(command.other), "summary": Ask("case.summary", command.other)}
        case GiveParticulars():
            return _particulars(command.particulars)
        case ReopenCase():
            return _source(command.source)
        case _:
            return {}


def _needed(command: CaseCommand, state: Case, facts: Sequence[Any]) -> dict[str, Ask]:
    if isinstance(command, OpenCase):
        kind = _kind_of(facts[0]) if state.kind is None else None
        if kind is None:
            return {}
        said = {each.name: each.code for each in command.particulars}
        return _standing(kind, frozenset({OPENING, kind.table.initial}), state, said)
    if state.kind is None:
        return {}
    if isinstance(command, RecountClock | ExtendClock):
        run = state.run(command.clock)
        if run is None:
            return {}
        stream = f"definition/{run.calendar}"
        if isinstance(command, RecountClock):
            return {f"calendar {run.calendar}": Ask("definition.standing", stream)}
        return {run.definition: Ask("definition.body", stream, {"digest": run.definition})}
    found: dict[str, Ask] = {}
    if isinstance(command, EscalateCase):
        arguments = {"unit": state.unit, "at": EFFECTIVE}
        found["above"] = Ask("organisation.above", "organisation", arguments)
    move = move_of(command)
    step = None if move is None else state.kind.table.step(state.state, move)
    if move is not None and step is not None and not isinstance(step, Refusal):
        found |= _standing(state.kind, triggers(move, state.state, step.dest), state, state.codes)
    if isinstance(command, AnswerRequester) and state.lead is not None and state.outcome is None:
        found["lead"] = Ask("case.summary", state.lead)
    if isinstance(command, CloseCase) and state.promoted is not None:
        found["promoted"] = Ask("case.summary", state.promoted)
    if isinstance(command, ResumeCase):
        for run in state.runs:
            if run.paused is not None:
                stream = f"definition/{run.calendar}"
                found[run.definition] = Ask("definition.body", stream, {"digest": run.definition})
    if isinstance(command, HandOverCase) and state.confidential:
        for person in state.concerns:
            # Also where they count by now: a hand-over dated back reaches those who are there today.
            for name, at in ((person, EFFECTIVE), (f"{person} by now", LATEST)):
                found[name] = Ask("organisation.unit_of", "organisation", {"person": person, "at": at})
        for name, at in (("posts", EFFECTIVE), ("posts by now", LATEST)):
            arguments = {"people": state.concerns, "at": at}
            found[name] = Ask("organisation.posts", "organisation", arguments)
        above = {"units": (command.unit,), "at": LATEST}
        found["above"] = Ask("organisation.lines", "organisation", above)
    return found


def _standing(
    kind: CaseKind, given: frozenset[str], state: Case, said: Mapping[str, str | None]
) -> dict[str, Ask]:
    """The calendars in force of the clocks that begin to run."""
    return {
        f"calendar {clock.calendar}": Ask("definition.standing", f"definition/{clock.calendar}")
        for clock in started(kind, given, state.runs, said).values()
        if clock.calendar is not None
    }


def _kind_of(body: Mapping[str, Any] | None) -> CaseKind | None:
    try:
        return None if body is None else read_kind(body)
    except InvalidDefinition:
        return None


def _particulars(particulars: Sequence[GivenParticular]) -> dict[str, Ask]:
    found: dict[str, Ask] = {}
    people = sorted({each.person for each in particulars if each.person is not None})
    if people:
        found["people"] = _known(people)
    for each in particulars:
        if each.unit is not None:
            found[each.unit] = _unit_open(each.unit)
        if each.matter is not None:
            found |= _matter(each.matter)
    return found


def _source(source: str | None) -> dict[str, Ask]:
    return {} if source is None else _matter(source)


def _matter(stream: str) -> dict[str, Ask]:
    """A matter as others may cite it, and, of a case that nobody may cite yet, whether it is confidential."""
    found = {f"matter {stream}": _work(stream)}
    if stream.partition("/")[0] == CATEGORY:
        found[f"summary {stream}"] = Ask("case.summary", stream)
    return found


def _known(people: Sequence[str]) -> Ask:
    return Ask("organisation.known", "organisation", {"people": tuple(people), "at": EFFECTIVE})


def _unit_open(unit: str) -> Ask:
    return Ask("organisation.unit_open", "organisation", {"unit": unit})


def _work(stream: str) -> Ask:
    return Ask(f"{stream.partition('/')[0]}.work", stream, optional=True)
