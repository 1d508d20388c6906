"""What an auditor asks of events that may have been appended underneath: could they have come about?

That somebody was permitted to do something does not say that it was possible.  These checks need the model:
an event has a place, a command that may lead to it, and a state of its matter from which it may follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from party_workflow.authority import FOUNDATIONS
from party_workflow.decider import Decider
from party_workflow.domain import assessment, case, inspection, procedure, rating
from party_workflow.domain.assessment import Assessment, AssessmentEvent
from party_workflow.domain.case import CaseEvent
from party_workflow.domain.inspection import InspectionEvent
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.procedure import ProcedureEvent
from party_workflow.domain.rating import (
    LEAST_MINIMUM,
    SELF,
    Batch,
    MarkHeld,
    MarkSettled,
    PaperConfirmed,
    PaperDiscarded,
    PaperEntered,
    PapersIssued,
    Rated,
    Rating,
    RatingClosed,
    RatingOpened,
    SelfRated,
    Voted,
)
from party_workflow.errors import Refusal
from party_workflow.history import History
from party_workflow.model import Model
from party_workflow.policies.audits.checks import Check, Finding, unfit
from party_workflow.policies.audits.clocks_again import TOGETHER, ClocksAgain
from party_workflow.policies.audits.decided_again import undecidable
from party_workflow.policies.audits.decided_anew import Anew
from party_workflow.policies.figure import Evidence
from party_workflow.store import Recorded


def _found(item: Recorded, what: str) -> Finding:
    envelope = item.envelope
    return Finding(
        envelope.stream, what, (Evidence(envelope.event_id, envelope.position, envelope.stored_type),)
    )


def _owner(model: Model, item: Recorded) -> Decider[Any] | None:
    """The decider of the event's stream, if the event is one of its own."""
    decider = model.by_category.get(item.envelope.stream.partition("/")[0])
    return decider if decider is not None and type(item.event) in decider.events else None


# --- places ----------------------------------------------------------------------------------


def _places(model: Model, history: History) -> Iterator[Finding]:
    for item in history.events():
        envelope = item.envelope
        category, _, key = envelope.stream.partition("/")
        if _owner(model, item) is None:
            yield _found(item, f"No {envelope.stored_type} can stand in a stream of the category {category}.")
        elif (category in FOUNDATIONS) is bool(key):
            yield _found(item, f"There is no stream of this name in the category {category}.")
        if envelope.command_type == TOGETHER:
            continue
        decider = model.by_command.get(envelope.command_type)
        if decider is None or type(item.event) not in decider.yields[envelope.command_type]:
            yield _found(item, f"No {envelope.command_type} leads to a {envelope.stored_type}.")


# --- ballots ---------------------------------------------------------------------------------


def _ballots(history: History) -> Iterator[Finding]:
    rounds: dict[str, Rating] = {}
    for item in history.events(*rating.DECIDER.events):
        state = rounds.get(item.envelope.stream, Rating())
        for what in _amiss(state, item):
            yield _found(item, what)
        try:
            rounds[item.envelope.stream] = rating.DECIDER.evolve(state, item)
        except Exception as error:
            yield _found(item, unfit(error))


def _amiss(state: Rating, item: Recorded) -> Iterator[str]:
    event = item.event
    match event:
        case RatingOpened():
            if event.secret and event.minimum < LEAST_MINIMUM:
                yield f"A secret round has a threshold of {event.minimum}."
        case Voted():
            yield from _entitled(state, event.rater)
        case PapersIssued():
            for rater in event.raters:
                yield from _entitled(state, rater)
        case Rated() | SelfRated():
            grades = event.grades if isinstance(event, Rated) else {event.rater: event.grade}
            yield from _marks(state, event.rater, grades, event.corrects is not None)
            if isinstance(event, SelfRated) is not (state.kind == SELF):
                yield "It is of another kind than its round."
        case PaperEntered() | PaperConfirmed() | PaperDiscarded():
            yield from _papers(state.batches.get(event.batch, Batch(frozenset())), event)
        case RatingClosed():
            yield from _closing(state, event)
        case MarkHeld() | MarkSettled():
            yield from _reviewing(state, event)
        case _:
            pass


def _entitled(state: Rating, rater: str) -> Iterator[str]:
    if rater not in state.raters:
        yield f"{rater} was not entitled to vote."
    if rater in state.voted:
        yield f"{rater} had voted already."
    if state.holder(rater) is not None:
        yield f"{rater} had been given a ballot paper."


def _marks(state: Rating, rater: str, grades: dict[str, str], correction: bool) -> Iterator[str]:
    if rater not in state.raters:
        yield f"{rater} was not entitled to rate."
    given = state.marks.get(rater, {})
    for subject, grade in grades.items():
        if subject not in state.targets(rater):
            yield f"{rater} could not rate {subject}."
        if grade not in state.grades:
            yield f"{grade} is not a grade of the round."
        if (subject in given) is not correction:
            yield f"{rater} had {'not ' if correction else ''}rated {subject} before."


def _papers(batch: Batch, event: PaperEntered | PaperConfirmed | PaperDiscarded) -> Iterator[str]:
    if batch.confirmed:
        yield f"Batch {event.batch} had been counted twice."
    if isinstance(event, PaperEntered) is (batch.papers is not None):
        yield f"Batch {event.batch} had {'a' if batch.papers is not None else 'no'} first count."
    if isinstance(event, PaperDiscarded):
        return
    if event.issued != len(batch.raters) or event.papers > event.issued:
        yield f"{len(batch.raters)} papers were handed out, {event.issued} issued, {event.papers} counted."
    if isinstance(event, PaperConfirmed) and (event.papers, event.first) != (batch.papers, batch.first):
        yield "It does not confirm the first count."


def _closing(state: Rating, event: RatingClosed) -> Iterator[str]:
    turnout = state.turnout
    if (event.voted, event.eligible) != (turnout.voted, turnout.eligible):
        before = f"{turnout.voted} of {turnout.eligible}"
        yield f"It says {event.voted} of {event.eligible} voted; before it are {before}."
    if state.held:
        yield f"Marks were under review: {len(state.held)}."
    outstanding = sorted(name for name, batch in state.batches.items() if not batch.confirmed)
    if outstanding:
        yield f"Papers were not counted by two: {', '.join(outstanding)}."
    if sorted((*event.tally, *event.withheld)) != sorted(state.subjects):
        yield "Its subjects are not those of the round, each once."
    for subject, counts in event.tally.items():
        ballots = sum(counts.values())
        most = _most(state, subject)
        if not counts.keys() <= set(state.grades):
            yield f"{subject} has grades that the round does not know."
        if ballots < state.minimum:
            yield f"{subject} has a result from {ballots} ballots, the minimum is {state.minimum}."
        if ballots > most:
            yield f"{subject} has {ballots} ballots, and there can be {most} at most."
        if not state.secret and counts != _counted(state, subject):
            yield f"The tally of {subject} is not that of the ratings before it."


def _most(state: Rating, subject: str) -> int:
    """How many ballots on a subject there can be: those who voted, and the papers that came back."""
    if not state.secret:
        return sum(subject in marks for marks in state.marks.values())
    papers = (min(b.papers or 0, len(b.raters - {subject})) for b in state.batches.values() if b.confirmed)
    return len(state.voted - {subject}) + sum(papers)


def _counted(state: Rating, subject: str) -> dict[str, int]:
    found = dict.fromkeys(state.grades, 0)
    for marks in state.marks.values():
        if subject in marks and marks[subject].standing == "counts":
            found[marks[subject].grade] = found.get(marks[subject].grade, 0) + 1
    return found


def _reviewing(state: Rating, event: MarkHeld | MarkSettled) -> Iterator[str]:
    found = state.mark(event.entry, event.person)
    if found is None or found[0] != event.rater or state.secret or state.status not in ("open", "closed"):
        yield "It is about a mark that does not stand."
    elif isinstance(event, MarkHeld):
        if (event.entry, event.person) in state.reviewed or event.rater == event.person:
            yield "What it puts aside was looked at before, or is a person's own."
    elif found[1].standing != "held":
        yield "It settles a mark that is not under review."
    elif event.entered_by != found[1].by:
        yield f"It names {', '.join(event.entered_by) or 'nobody'} where others gave the mark."
    elif event.released is not (event.finding == "supported"):
        yield "It lets a mark count that it found without support, or the other way round."


# --- moves -----------------------------------------------------------------------------------


def _moves(model: Model, history: History) -> Iterator[Finding]:
    states: dict[str, Any] = {}
    begun: dict[str, tuple[str, Any]] = {}
    cases: dict[str, list[Recorded]] = {}
    procedures: dict[str, list[Recorded]] = {}
    inspections: dict[str, list[Recorded]] = {}
    together: list[tuple[Organisation, Recorded]] = []
    anew, clocks = Anew(model, states), ClocksAgain(states)
    for item in history.events():
        envelope, decider = item.envelope, _owner(model, item)
        if decider is None:
            continue  # it stands where it cannot: for that there is `places`
        state = states[envelope.stream] if envelope.stream in states else decider.initial()
        yield from (_found(which, what) for which, what in anew.opened(envelope.command_id))
        if begun.get(envelope.stream, ("", None))[0] != envelope.command_id:
            begun[envelope.stream] = (envelope.command_id, state)
        refusal = _closed(decider, state, item)
        before = begun[envelope.stream][1]
        if refusal is not None and before is not state:
            # The second event of a command follows from the state before the first.
            refusal = refusal if _closed(decider, before, item) is not None else None
        if isinstance(state, Organisation):
            if together and together[-1][1].envelope.command_id != envelope.command_id:
                yield from _impossible(together)
                together = []
            together.append((state, item))
        if refusal is not None:
            yield _found(item, f"It was not possible then: {refusal}")
        else:
            for what in anew.amiss(decider, state, item):
                yield _found(item, what)
        if isinstance(item.event, AssessmentEvent) and isinstance(state, Assessment):
            if (astray := assessment.departure(state, item.event)) is not None:
                yield _found(item, f"The assessment departs from its kind: {astray}")
        if isinstance(item.event, CaseEvent):
            yield from (_found(which, what) for which, what in clocks.amiss(state, item))
            cases.setdefault(envelope.stream, []).append(item)
        if isinstance(item.event, ProcedureEvent):
            procedures.setdefault(envelope.stream, []).append(item)
        if isinstance(item.event, InspectionEvent):
            inspections.setdefault(envelope.stream, []).append(item)
        try:
            states[envelope.stream] = decider.evolve(state, item)
        except Exception as error:
            states[envelope.stream] = state
            yield _found(item, unfit(error))
    yield from _impossible(together)
    yield from (_found(which, what) for which, what in anew.opened())
    yield from (_found(which, what) for which, what in clocks.left())
    for items in cases.values():
        departed = case.departure([item.event for item in items if isinstance(item.event, CaseEvent)])
        if departed is not None:
            yield _found(items[-1], f"The case departs from its kind: {departed}")
    for items in procedures.values():
        if (astray := procedure.departure(items)) is not None:
            yield _found(items[-1], f"The procedure departs from its kind: {astray}")
    for items in inspections.values():
        if (astray := inspection.departure(items)) is not None:
            yield _found(items[-1], f"The inspection departs from its plan: {astray}")


def _impossible(together: Sequence[tuple[Organisation, Recorded]]) -> Iterator[Finding]:
    for item, why in undecidable(together):
        yield _found(item, f"It was not possible then: {why}")


def _closed(decider: Decider[Any], state: Any, item: Recorded) -> Refusal | None:
    """Why no command that may lead to the event is open in a state; None if one is."""
    commands = [name for name, events in decider.yields.items() if type(item.event) in events]
    if item.envelope.command_type in commands:
        commands = [item.envelope.command_type]
    closed = decider.closed(state)
    step = None if item.event.step_field is None else getattr(item.event, item.event.step_field)
    refusals = [closed.get(name if step is None else f"{name}/{step}") for name in commands]
    return None if None in refusals else next(iter(refusals), None)


def checks(model: Model) -> tuple[Check, ...]:
    """The checks that need the model, in the order in which an auditor asks them."""
    return (
        Check(
            "places",
            "Every event stands where its kind does and came of a command that leads to it",
            lambda history: _places(model, history),
            whole=True,
        ),
        Check("ballots", "Those entitled voted once, and the counts agree with them", _ballots, whole=True),
        Check(
            "moves",
            "Everything that was done was possible in the state of its matter",
            lambda history: _moves(model, history),
            whole=True,
        ),
    )
