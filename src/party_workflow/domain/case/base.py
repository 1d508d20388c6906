"""What all events of a case after its opening have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from party_workflow.codec import Event
from party_workflow.relations import Appoints
from party_workflow.values import Code

WHO_DECIDE: Final = ("investigator", "decider", "appeal_decider")
"""Whoever found out or decided does not speak for those who brought the case: not to take it back, not to be
content with it, and not to use up the appeal."""

RESPONSIBLE: Final = Appoints("responsible", in_confidence=("requester",), close_to=("concerned",))
"""Whoever is to put a confidential case right learns of it: not who brought it, nobody close to them nor to
somebody concerned.  Somebody concerned may be, once notified: that decides nothing, and others verify it."""


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
