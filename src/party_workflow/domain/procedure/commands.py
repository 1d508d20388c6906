"""What can be asked for on a procedure."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StrictInt, StrictStr

from party_workflow.codec import Command
from party_workflow.domain.procedure.events import CATEGORY
from party_workflow.domain.vocabulary import Serves
from party_workflow.personal import Personal
from party_workflow.values import Code, Digest, Key, UnitId

_One = StrictInt | StrictStr
Said = Annotated[_One | tuple[_One, ...], "one value, or several"]
"""Ids, codes, days and numbers in canonical form: whole numbers as int, others as strings."""


class _ProcedureCommand(Command):
    key: Key
    given: dict[Code, Said] = Field(default_factory=dict)
    texts: dict[Code, Personal | tuple[Personal, ...]] = Field(default_factory=dict)

    @property
    def stream(self) -> str:
        return f"{CATEGORY}/{self.key}"


class OpenProcedure(_ProcedureCommand):
    """Begin a procedure of an adopted kind by its opening step, which says `given` and `texts`."""

    stored_type: ClassVar[str] = "procedure.open"
    kind: Code
    definition: Digest
    unit: UnitId
    serves: tuple[Serves, ...] = ()


class TakeStep(_ProcedureCommand):
    """Take a step of a procedure.  What it has to say is in the kind's inputs; texts are sealed."""

    stored_type: ClassVar[str] = "procedure.take_step"
    step: Code


ProcedureCommand = OpenProcedure | TakeStep
