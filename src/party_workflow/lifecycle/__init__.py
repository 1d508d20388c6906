"""Lifecycles: which states a matter can be in, and which moves lead from one to the next.

A lifecycle is data: versioned, checked as a whole, known by the digest of its canonical form.  It
holds codes only; labels for people live in a vocabulary pack, by code.  `compile` turns it into a
`Table` by way of one ``transitions.Machine`` a definition; replay and decisions look up the table,
and no machine ever runs.  This is the only module that imports ``transitions``.

What a caller may rely on:

* States and moves are sets: the order they are written in changes neither value nor digest, and
  moves that differ in their sources only are one move.  Guards are a list: the first that refuses answers.
* From one state a move leads to one state.  Guards refuse; they never choose between destinations.
* Every state can be reached; from every state that is not final a way leads on, and to a final
  state if there is one.  A final state is left only by a move that says ``reopens``.

See ADR 0008.
"""

from party_workflow.lifecycle.definition import (
    Lifecycle,
    Move,
    State,
)
from party_workflow.lifecycle.drawing import (
    markdown_table,
    mermaid,
)
from party_workflow.lifecycle.reading import (
    MAX_MOVES,
    MAX_STATES,
)
from party_workflow.lifecycle.table import (
    FINAL,
    MOVE_CLOSED,
    REASONS,
    UNKNOWN_MOVE,
    Guard,
    Step,
    Table,
    check_path,
    compile,  # noqa: A004
)

__all__ = [
    "FINAL",
    "Guard",
    "Lifecycle",
    "MAX_MOVES",
    "MAX_STATES",
    "MOVE_CLOSED",
    "Move",
    "REASONS",
    "State",
    "Step",
    "Table",
    "UNKNOWN_MOVE",
    "check_path",
    "compile",
    "markdown_table",
    "mermaid",
]
