"""Hypothesis strategies for commands of a model; needs the extra ``testing``.

``commands(model, pool)`` gives commands of every class of the model, made of the ids in the pool, and shrinks
like any strategy.  ``machine.workflow_machine`` drives a whole workflow with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import reject
from hypothesis import strategies as st

from party_workflow.codec import Command
from party_workflow.model import Model
from party_workflow.testing.making import Maker, Pool

_KINDS: Final = 5
"""How many classes are tried before an example is given up."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A `Choice` whose numbers Hypothesis draws."""

    draw: st.DrawFn

    def below(self, bound: int) -> int:
        return self.draw(st.integers(0, bound - 1))


def commands_of(kinds: Sequence[type[Command]], pool: Pool) -> st.SearchStrategy[Command]:
    """Commands of these classes, each of which fits its schema."""

    @st.composite
    def command(draw: st.DrawFn) -> Command:
        for _ in range(_KINDS):
            made = Maker(_Drawn(draw), pool).command(draw(st.sampled_from(list(kinds))))
            if made is not None:
                break
        else:
            reject()  # the fields drawn did not fit each other, in class after class
        return made

    return command()


def commands(model: Model, pool: Pool, *, without: Sequence[str] = ("log",)) -> st.SearchStrategy[Command]:
    """Commands of every class of a model but those of the categories named (a log is opened but once)."""
    kinds = [
        command
        for decider in model.all_deciders
        if decider.category not in without
        for command in decider.commands
    ]
    return commands_of(kinds, pool)


def values(annotation: Any, pool: Pool) -> st.SearchStrategy[Any]:
    """Values of one annotated type, such as `values.PersonId` or a nested model of a command."""

    @st.composite
    def made(draw: st.DrawFn) -> Any:
        return Maker(_Drawn(draw), pool).value(annotation)

    return made()
