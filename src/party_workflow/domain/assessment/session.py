"""What is decided in a session besides marks: modes, reports, answers, comments, problems, results."""

from __future__ import annotations

from party_workflow.canonical import time_text
from party_workflow.decider import Answer, Context
from party_workflow.domain.assessment.commands import (
    AnswerQuestions,
    AssignModes,
    CiteResult,
    CiteRound,
    Comment,
    LinkProblem,
    NoteProblem,
    ReceiveReport,
    RestoreSubject,
    SetAside,
)
from party_workflow.domain.assessment.events import (
    AssessmentOpened,
    Commented,
    ModesAssigned,
    ProblemLinked,
    ProblemNoted,
    QuestionsAnswered,
    ReportReceived,
    ResultCited,
    RoundCited,
    SubjectRestored,
    SubjectsSetAside,
)
from party_workflow.domain.assessment.kind import AssessmentKind
from party_workflow.domain.assessment.marking import known
from party_workflow.domain.assessment.reasons import (
    ANSWER_REASON,
    BEFORE_REPORT,
    MODE_SETTLED,
    NAME_ROUND,
    NO_MODE,
    NO_PUBLICATION,
    NO_WORK,
    NOT_SET_ASIDE,
    NOTHING_NAMED,
    OTHER_MODE,
    OTHER_ROUND,
    PROBLEM_LINKED,
    PROVISIONAL,
    REPORTED,
    ROUND_OPEN,
    STALE,
    UNKNOWN_CASE,
    UNKNOWN_ITEM,
    UNKNOWN_MODE,
    UNKNOWN_PROBLEM,
    UNKNOWN_QUESTION,
    UNKNOWN_SUBJECT,
    VOTE_CLOSED,
)
from party_workflow.domain.assessment.state import Assessment, people_in
from party_workflow.domain.assessment.values import person_of

# --- modes and reports -------------------------------------------------------------------------


def assign(command: AssignModes, state: Assessment, kind: AssessmentKind) -> Answer:
    if not command.modes:
        return NOTHING_NAMED(what="assign")
    for subject, mode in sorted(command.modes.items()):
        if subject not in state.subjects:
            return UNKNOWN_SUBJECT(subject=subject)
        if mode not in kind.modes:
            return UNKNOWN_MODE(mode=mode, modes=", ".join(kind.modes))
        if (report := state.reports.get(subject)) is not None and report.mode != mode:
            return MODE_SETTLED(subject=subject, mode=report.mode)
    return [ModesAssigned(modes=dict(sorted(command.modes.items())))]


def receive(command: ReceiveReport, state: Assessment, kind: AssessmentKind, context: Context) -> Answer:
    if refusal := known(command.subject, state):
        return refusal
    if command.mode not in kind.modes:
        return UNKNOWN_MODE(mode=command.mode, modes=", ".join(kind.modes))
    assigned = state.modes.get(command.subject)
    if assigned is None:
        return NO_MODE(subject=command.subject)
    if assigned != command.mode:
        return OTHER_MODE(subject=command.subject, assigned=assigned, mode=command.mode)
    if command.subject in state.reports:
        return REPORTED(subject=command.subject)
    work = context.facts[0] if context.facts else None
    person = person_of(command.subject)
    # An occasion counts once it was held, a written work unless it was taken back.
    held = command.work.startswith("activity/")
    if (
        work is None
        or (not work.done if held else work.state == "withdrawn")
        or (person is not None and person not in work.people)
    ):
        return NO_WORK(work=command.work, subject=command.subject)
    return [ReportReceived(subject=command.subject, mode=command.mode, work=command.work)]


# --- setting aside -----------------------------------------------------------------------------


def set_aside(command: SetAside, state: Assessment) -> Answer:
    subjects = sorted(set(command.subjects))
    if not subjects:
        return NOTHING_NAMED(what="set aside")
    for subject in subjects:
        if refusal := known(subject, state):
            return refusal
    return [
        SubjectsSetAside(
            subjects=tuple(subjects),
            status=command.status,
            reason=command.reason,
            people=people_in(subjects),
        )
    ]


def restore(command: RestoreSubject, state: Assessment) -> Answer:
    if command.subject not in state.subjects:
        return UNKNOWN_SUBJECT(subject=command.subject)
    if command.subject not in state.aside:
        return NOT_SET_ASIDE(subject=command.subject)
    people = people_in((command.subject,))
    return [SubjectRestored(subject=command.subject, ground=command.ground, people=people)]


# --- questions, comments, problems ---------------------------------------------------------------


def answer(command: AnswerQuestions, state: Assessment, kind: AssessmentKind) -> Answer:
    if refusal := known(command.subject, state):
        return refusal
    if not command.answers:
        return NOTHING_NAMED(what="answer")
    unit = state.subjects[command.subject]
    common = {question.code for question in kind.questions}
    for code, answer in sorted(command.answers.items()):
        own = kind.own_answers and code.startswith(f"{unit}.")
        if code not in common and not own:
            return UNKNOWN_QUESTION(question=code, prefix=f"{unit}.")
        if not answer.applies and answer.reason is None:
            return ANSWER_REASON(question=code)
    return [
        QuestionsAnswered(
            subject=command.subject,
            unit=unit,
            person=person_of(command.subject),
            answers=dict(sorted(command.answers.items())),
        )
    ]


def comment(command: Comment, state: Assessment, opened: AssessmentOpened, context: Context) -> Answer:
    if refusal := known(command.subject, state):
        return refusal
    report = state.reports.get(command.subject)
    reporting = state.kind is not None and bool(state.kind.modes)
    if reporting and (report is None or context.effective_at < report.at):
        return BEFORE_REPORT(subject=command.subject)
    if opened.rounds:
        if command.round not in opened.rounds:
            return NAME_ROUND(rounds=", ".join(opened.rounds))
        (vote,) = context.facts
        if command.round in state.rounds or vote is None or vote.state != "open":
            return VOTE_CLOSED(round=command.round)
    people = people_in((command.subject,))
    text = context.seal(command.text, person_of(command.subject) or command.subject, "comment.text")
    return [Commented(subject=command.subject, text=text, people=people)]


def problem(
    command: NoteProblem | LinkProblem, state: Assessment, kind: AssessmentKind, context: Context
) -> Answer:
    if isinstance(command, NoteProblem):
        if command.subject not in state.subjects:
            return UNKNOWN_SUBJECT(subject=command.subject)
        if command.item is not None and command.item not in kind.by_item:
            return UNKNOWN_ITEM(voice="any", item=command.item, items=", ".join(kind.by_item))
        text = context.seal(command.text, person_of(command.subject) or command.subject, "problem.text")
        number = len(state.problems) + 1
        return [ProblemNoted(problem=number, subject=command.subject, item=command.item, text=text)]
    if not 1 <= command.problem <= len(state.problems):
        return UNKNOWN_PROBLEM(problem=command.problem, count=len(state.problems))
    if (case := state.problems[command.problem - 1].case) is not None:
        return PROBLEM_LINKED(problem=command.problem, case=case)
    (work,) = context.facts
    if work is None:
        return UNKNOWN_CASE(case=command.case)
    return [ProblemLinked(problem=command.problem, case=command.case)]


# --- rounds and results ------------------------------------------------------------------------


def cite_round(command: CiteRound, state: Assessment, context: Context) -> Answer:
    if command.round not in state.open_rounds:
        return OTHER_ROUND(round=command.round, rounds=", ".join(state.open_rounds) or "none")
    (vote,) = context.facts
    if vote is None or not vote.done:
        return ROUND_OPEN(round=command.round, state="unknown" if vote is None else vote.state)
    return [RoundCited(round=command.round)]


def cite_result(command: CiteResult, state: Assessment, context: Context) -> Answer:
    (found,) = context.facts
    cited = {citation.publication for citation in state.citations}
    if (
        found is None
        or found.superseded_by is not None
        or found.of not in (None, state.stream)
        or command.publication in cited
    ):
        return NO_PUBLICATION(publication=command.publication)
    if (pending := state.all_pending) or state.quarantine:
        return PROVISIONAL(pending=len(pending), quarantined=len(state.quarantine))
    if state.touched is not None and found.known < state.touched:
        return STALE(
            publication=command.publication,
            known=time_text(found.known),
            touched=time_text(state.touched),
        )
    return [
        ResultCited(
            publication=command.publication, position=found.position, digest=found.digest, known=found.known
        )
    ]
