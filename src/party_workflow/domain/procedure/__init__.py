"""Procedure: any matter whose steps are data.

A competition for a post, an election, an honour, a reward, a pairing, a research trip, a talent pool, the
hearing of several groups before an appointment: the *kind* (`ProcedureKind`) says which steps there are, in
which order, by which duty or in whose own right, who must not take them, what each has to say and what it
waits for.  The opening event carries the kind, so that who may take which step is decided by authority like
everything else, at append and again on replay.  What holds for every kind:

* A step that is not open in the state, or waits for something, is refused with what is lacking.
* Nobody takes a step from which the kind bars them, in whatever role, nor with a conflict of interest.
* What has to be heard is heard or said to be silent; silence is never consent (R-158).
* Work that a step rests on is cited by its stream and, where the kind says so, has to be done.
"""

from party_workflow.domain.procedure.aggregate import DECIDER
from party_workflow.domain.procedure.commands import OpenProcedure, ProcedureCommand, TakeStep
from party_workflow.domain.procedure.departure import departure
from party_workflow.domain.procedure.events import (
    CATEGORY,
    Given,
    PlacedGiven,
    ProcedureEvent,
    ProcedureOpened,
    StepPlaced,
    StepTaken,
)
from party_workflow.domain.procedure.kind import Input, Need, ProcedureKind, Step, Window, read_kind
from party_workflow.domain.procedure.reasons import (
    INPUT_LACKING,
    KIND_NOT_IN_FORCE,
    NEEDED_FIRST,
    NO_SUCH_NUMBER,
    NO_SUCH_WORK,
    NOT_A_CHOICE,
    NOT_A_KIND,
    NOT_AMONG,
    NOT_DONE,
    NOT_IN_FORCE,
    NOT_MORE,
    NOT_OF_TYPE,
    NOT_PARALLEL,
    NOT_THAT_RESULT,
    NOTHING_IN_FORCE,
    OUTSIDE_WINDOW,
    REASONS,
    RETIRED_KIND,
    SAID_BEFORE,
    TAKEN,
    TOO_GRAVE,
    TOO_MANY,
    TOO_OFTEN,
    UNKNOWN_INPUT,
    UNKNOWN_KIND,
    UNKNOWN_PERSON,
    UNKNOWN_UNIT,
    WRONG_CATEGORY,
)
from party_workflow.domain.procedure.state import Procedure, ProcedureSummary, Taken

__all__ = [
    "CATEGORY",
    "DECIDER",
    "Given",
    "INPUT_LACKING",
    "Input",
    "NEEDED_FIRST",
    "NOTHING_IN_FORCE",
    "NOT_AMONG",
    "NOT_A_CHOICE",
    "NOT_A_KIND",
    "NOT_DONE",
    "NOT_IN_FORCE",
    "NOT_MORE",
    "NOT_OF_TYPE",
    "NOT_PARALLEL",
    "NOT_THAT_RESULT",
    "NO_SUCH_NUMBER",
    "NO_SUCH_WORK",
    "Need",
    "OUTSIDE_WINDOW",
    "OpenProcedure",
    "PlacedGiven",
    "Procedure",
    "ProcedureCommand",
    "ProcedureEvent",
    "ProcedureKind",
    "ProcedureOpened",
    "ProcedureSummary",
    "REASONS",
    "KIND_NOT_IN_FORCE",
    "RETIRED_KIND",
    "SAID_BEFORE",
    "Step",
    "StepPlaced",
    "StepTaken",
    "TAKEN",
    "TOO_GRAVE",
    "TOO_MANY",
    "TOO_OFTEN",
    "TakeStep",
    "Taken",
    "UNKNOWN_INPUT",
    "UNKNOWN_KIND",
    "UNKNOWN_PERSON",
    "UNKNOWN_UNIT",
    "WRONG_CATEGORY",
    "Window",
    "departure",
    "read_kind",
]
