"""What all events of a case after its opening have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from party_workflow.codec import Event
from party_workflow.values import Code

WHO_DECIDE: Final = ("investigator", "decider", "appeal_decider")
"""Whoever found out or decided does not speak for those who brought the case: not to take it back, not to be
content with it, and not to use up the appeal."""


class CaseMove(Event):
    """An event that makes a move of the lifecycle; `state` is the state entered.

    Who may make the move can be narrowed by the kind, under the code of the move.
    """

    move: ClassVar[str]

    state: Code

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        cls.step_code = cls.move


class CaseNote(Event):
    """An event that leaves the state of the lifecycle as it is."""
