"""What an assessment asks of others, what is decided, and what it answers; the decider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, assert_never

from party_workflow.canonical import time_text
from party_workflow.codec import Command
from party_workflow.decider import EFFECTIVE, Answer, Ask, Context, Decider
from party_workflow.domain.assessment import marking, opening, session
from party_workflow.domain.assessment.commands import (
    Advance,
    AnswerQuestions,
    AssessmentCommand,
    AssignModes,
    CiteResult,
    CiteRound,
    Comment,
    ConfirmEntries,
    EnterSelf,
    EnterSheets,
    HoldEntries,
    LinkProblem,
    NoteProblem,
    OpenAssessment,
    ReceiveReport,
    RestoreSubject,
    SetAside,
    SettleQuarantine,
)
from party_workflow.domain.assessment.events import (
    CATEGORY,
    AssessmentOpened,
    Commented,
    EntriesConfirmed,
    EntriesHeld,
    EntriesMade,
    EntriesQuarantined,
    FinalEntered,
    ModesAssigned,
    OutsideEntered,
    ProblemLinked,
    ProblemNoted,
    QuarantineSettled,
    QuestionsAnswered,
    ReportReceived,
    ResultCited,
    ReviewSettled,
    RoundCited,
    SelfEntered,
    StageEntered,
    SubjectRestored,
    SubjectsSetAside,
)
from party_workflow.domain.assessment.evolving import evolve
from party_workflow.domain.assessment.guards import CHECKED
from party_workflow.domain.assessment.kind import AssessmentKind
from party_workflow.domain.assessment.marking import not_in_stage
from party_workflow.domain.assessment.opening import is_of
from party_workflow.domain.assessment.reasons import (
    NOT_OF_KIND,
    NOT_YET,
    REASONS,
    TAKEN,
    TOO_EARLY,
    UNKNOWN,
)
from party_workflow.domain.assessment.state import Assessment
from party_workflow.domain.assessment.values import person_of, unit_of
from party_workflow.errors import Refusal

# --- asks ------------------------------------------------------------------------------------

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
"""After everything that is known, moves recorded ahead of their day among it."""
_REPORTS: Final = ("submission", "activity")
"""The categories of streams that a report may be."""


def _asks(command: AssessmentCommand) -> Sequence[Ask]:
    match command:
        case OpenAssessment():
            definition = f"definition/{command.kind.replace('_', '-')}"
            return (
                Ask("definition.body", definition, {"digest": command.definition}),
                Ask("definition.current", definition),
                Ask("organisation.unit_open", "organisation", {"unit": command.unit}),
                _lines(command.subjects),
                *(Ask("rating.work", stream) for stream in command.rounds if is_of(stream, "rating")),
            )
        case EnterSheets():
            # Where they count then and where they came to count: who is somewhere else for a day stays close.
            named = (command.assessor, *command.sheets)
            return _lines(named), _lines(named, at=_LATEST)
        case ReceiveReport():
            category = command.work.partition("/")[0]
            return (Ask(f"{category}.work", command.work),) if category in _REPORTS else ()
        case Comment():
            asked = command.round is not None and is_of(command.round, "rating")
            return (Ask("rating.work", str(command.round)),) if asked else ()
        case CiteRound():
            return (Ask("rating.work", command.round),) if is_of(command.round, "rating") else ()
        case LinkProblem():
            return (Ask("case.work", f"case/{command.case}"),)
        case CiteResult():
            return (Ask("publication.summary", f"publication/{command.publication}"),)
        case _:
            return ()


def _lines(subjects: Sequence[str], at: Any = EFFECTIVE) -> Ask:
    """Where people and units stand at a moment; of a post its unit and its person."""
    people = {person_of(subject) for subject in subjects} - {None}
    units = {unit_of(subject) for subject in subjects} - {None}
    arguments: dict[str, Any] = {
        "units": tuple(sorted(unit for unit in units if unit is not None)),
        "people": tuple(sorted(person for person in people if person is not None)),
        "at": at,
    }
    return Ask("organisation.lines", "organisation", arguments)


# --- decide ----------------------------------------------------------------------------------


def _decide(command: AssessmentCommand, state: Assessment, context: Context) -> Answer:
    if isinstance(command, OpenAssessment):
        taken = state.opened is not None
        return TAKEN(stream=command.stream) if taken else opening.open_assessment(command, context)
    if state.opened is None or state.kind is None:
        return UNKNOWN()
    if (refusal := _shut(type(command), state, state.kind)) is not None:
        return refusal
    if context.effective_at > context.at:
        return NOT_YET(effective=time_text(context.effective_at))
    # A stage is dated after the one before it, everything else after the opening: a reading as of some day
    # finds the stages in their order, and nothing of an assessment that there was not yet.
    since = state.stages[-1 if isinstance(command, Advance) else 0]
    if context.effective_at < since.at:
        return TOO_EARLY(
            effective=time_text(context.effective_at), stage=since.stage, since=time_text(since.at)
        )
    match command:
        case EnterSelf():
            return marking.enter_self(command, state, state.kind)
        case EnterSheets():
            return marking.enter_sheets(command, state, state.kind, context)
        case SettleQuarantine():
            return marking.settle(command, state, context)
        case HoldEntries():
            return marking.hold(command, state)
        case ConfirmEntries():
            return marking.confirm(command, state, state.kind, context)
        case AssignModes():
            return session.assign(command, state, state.kind)
        case ReceiveReport():
            return session.receive(command, state, state.kind, context)
        case SetAside():
            return session.set_aside(command, state)
        case RestoreSubject():
            return session.restore(command, state)
        case AnswerQuestions():
            return session.answer(command, state, state.kind)
        case Comment():
            return session.comment(command, state, state.opened, context)
        case NoteProblem() | LinkProblem():
            return session.problem(command, state, state.kind, context)
        case CiteRound():
            return session.cite_round(command, state, context)
        case Advance():
            step = state.kind.table.step(state.stage, command.move, CHECKED, state)
            if isinstance(step, Refusal):
                return step
            return [StageEntered(move=command.move, source=state.stage, stage=step.dest)]
        case CiteResult():
            return session.cite_result(command, state, context)
        case _:
            assert_never(command)


# --- what the stage alone closes ---------------------------------------------------------------

_ACTING: Final[Mapping[type[Command], tuple[str, str]]] = {
    AssignModes: ("assign", "assign modes of reporting"),
    ReceiveReport: ("report", "take in a report"),
    AnswerQuestions: ("answer", "answer common questions"),
    Comment: ("comment", "comment"),
    NoteProblem: ("problem", "note a problem"),
    SetAside: ("set_aside", "set a subject aside"),
    RestoreSubject: ("set_aside", "restore a subject"),
    ConfirmEntries: ("confirm", "confirm marks"),
    SettleQuarantine: ("settle", "settle a quarantine"),
    HoldEntries: ("settle", "put marks aside for review"),
}
"""The action of `ACTIONS` that a command takes, and how it reads."""


def _shut(command: type[Command], state: Assessment, kind: AssessmentKind) -> Refusal | None:
    lacks = {
        AssignModes: not kind.modes,
        ReceiveReport: not kind.modes,
        AnswerQuestions: not kind.questions,
        Comment: not kind.comments,
        EnterSelf: all(voice.standing != "self" for voice in kind.voices),
        EnterSheets: all(voice.standing == "self" for voice in kind.voices),
    }
    if lacks.get(command, False):
        return NOT_OF_KIND(kind=kind.code, what=command.stored_type.partition(".")[2])
    if command not in _ACTING:
        return None
    action, what = _ACTING[command]
    stages = kind.opens.get(action, ())
    return None if kind.is_open(stages, state.stage) else not_in_stage(kind, state.stage, stages, what)


def _closed(state: Assessment) -> Mapping[str, Refusal | None]:
    if state.opened is None or state.kind is None:
        return {
            command.stored_type: UNKNOWN() for command in DECIDER.commands if command is not OpenAssessment
        }
    found: dict[str, Refusal | None] = {
        command.stored_type: _shut(command, state, state.kind)
        for command in DECIDER.commands
        if command is not OpenAssessment
    }
    return {OpenAssessment.stored_type: TAKEN(stream=state.stream), **found}


# --- decider ---------------------------------------------------------------------------------

DECIDER: Final[Decider[Assessment]] = Decider(
    category=CATEGORY,
    events=(
        AssessmentOpened,
        ModesAssigned,
        ReportReceived,
        SelfEntered,
        EntriesMade,
        FinalEntered,
        OutsideEntered,
        EntriesQuarantined,
        QuarantineSettled,
        EntriesHeld,
        ReviewSettled,
        EntriesConfirmed,
        SubjectsSetAside,
        SubjectRestored,
        QuestionsAnswered,
        Commented,
        ProblemNoted,
        ProblemLinked,
        RoundCited,
        StageEntered,
        ResultCited,
    ),
    commands=(
        OpenAssessment,
        AssignModes,
        ReceiveReport,
        EnterSelf,
        EnterSheets,
        SettleQuarantine,
        HoldEntries,
        ConfirmEntries,
        SetAside,
        RestoreSubject,
        AnswerQuestions,
        Comment,
        NoteProblem,
        LinkProblem,
        CiteRound,
        Advance,
        CiteResult,
    ),
    initial=Assessment,
    evolve=evolve,
    decide=_decide,
    asks=_asks,
    needs=marking.needs,
    answers={
        "assessment.work": Assessment.work,
        "assessment.sheet": Assessment.sheet,
        "assessment.status": Assessment.status,
    },
    closed=_closed,
    yields={
        OpenAssessment.stored_type: (AssessmentOpened,),
        AssignModes.stored_type: (ModesAssigned,),
        ReceiveReport.stored_type: (ReportReceived,),
        EnterSelf.stored_type: (SelfEntered,),
        EnterSheets.stored_type: (EntriesMade, FinalEntered, OutsideEntered, EntriesQuarantined),
        SettleQuarantine.stored_type: (QuarantineSettled, ReviewSettled),
        HoldEntries.stored_type: (EntriesHeld,),
        ConfirmEntries.stored_type: (EntriesConfirmed,),
        SetAside.stored_type: (SubjectsSetAside,),
        RestoreSubject.stored_type: (SubjectRestored,),
        AnswerQuestions.stored_type: (QuestionsAnswered,),
        Comment.stored_type: (Commented,),
        NoteProblem.stored_type: (ProblemNoted,),
        LinkProblem.stored_type: (ProblemLinked,),
        CiteRound.stored_type: (RoundCited,),
        Advance.stored_type: (StageEntered,),
        CiteResult.stored_type: (ResultCited,),
    },
    reasons=REASONS,
)
