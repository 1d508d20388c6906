"""What can be asked for on an appraisal."""

from __future__ import annotations

from typing import ClassVar

from party_workflow.codec import Command
from party_workflow.domain.appraisal.events import (
    LEAST_INPUTS,
)
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Digest, Flag, Key, Moment, PersonId, StreamId, UnitId


class _AppraisalCommand(Command):
    key: Key

    @property
    def stream(self) -> str:
        return f"appraisal/{self.key}"


class OpenAppraisal(_AppraisalCommand):
    """Begin the appraisal of a member.  `grades` runs from best to worst; who is not graded needs none.

    `inputs` are the kinds of rating round that the opinion has to cite, `LEAST_INPUTS` among them.
    """

    stored_type: ClassVar[str] = "appraisal.open"
    subject: PersonId
    unit: UnitId
    cycle: Code
    graded: Flag
    grades: tuple[Code, ...] = ()
    inputs: tuple[Code, ...] = tuple(sorted(LEAST_INPUTS))
    serves: tuple[Serves, ...] = ()


class RecordSelfStatement(_AppraisalCommand):
    """Hand in one's own statement, or a new version of it before the opinion is formed."""

    stored_type: ClassVar[str] = "appraisal.record_self_statement"
    statement: Digest


class ExcuseStatement(_AppraisalCommand):
    """Let the appraisal go on without a statement, with the ground."""

    stored_type: ClassVar[str] = "appraisal.excuse_statement"
    ground: Code


class _Opinion(_AppraisalCommand):
    grade: Code | None = None
    cites: tuple[StreamId, ...]
    record: Digest | StreamId
    achievements: Personal
    problems: Personal
    direction: Personal


class FormOpinion(_Opinion):
    """Form the opinion, citing rating rounds and the year's record (a file's hash, or a stream)."""

    stored_type: ClassVar[str] = "appraisal.form_opinion"


class ReviseOpinion(_Opinion):
    """Form another opinion after a reply.  The first stays on record, and the new one is fed back anew."""

    stored_type: ClassVar[str] = "appraisal.revise_opinion"


class DeliverFeedback(_AppraisalCommand):
    """Give the opinion to the member in writing, with a time to reply."""

    stored_type: ClassVar[str] = "appraisal.deliver_feedback"
    reply_until: Moment


class Reply(_AppraisalCommand):
    """Answer the opinion about oneself.  As long as nothing is final a late answer is kept as well."""

    stored_type: ClassVar[str] = "appraisal.reply"
    text: Personal


class Acknowledge(_AppraisalCommand):
    """Take note of the opinion about oneself."""

    stored_type: ClassVar[str] = "appraisal.acknowledge"


class Finalise(_AppraisalCommand):
    """Let the opinion stand."""

    stored_type: ClassVar[str] = "appraisal.finalise"


class VoidAppraisal(_AppraisalCommand):
    """Break the appraisal off, with the ground."""

    stored_type: ClassVar[str] = "appraisal.void"
    ground: Code


AppraisalCommand = (
    OpenAppraisal
    | RecordSelfStatement
    | ExcuseStatement
    | FormOpinion
    | ReviseOpinion
    | DeliverFeedback
    | Reply
    | Acknowledge
    | Finalise
    | VoidAppraisal
)
