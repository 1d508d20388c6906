"""Lifecycles for people: diagrams and tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from party_workflow.lifecycle.definition import (
    Lifecycle,
)
from party_workflow.lifecycle.table import (
    NO_CODE,
    Step,
    compile,  # noqa: A004
)


def _reading_order(lifecycle: Lifecycle) -> list[str]:
    """The states as a matter comes to them: breadth first from the initial one, moves by code."""
    table = compile(lifecycle)
    order = [table.initial]
    for state in order:
        for move in table.open_moves(state):
            dest = table.steps[state, move].dest
            if dest not in order:
                order.append(dest)
    return order


def _label(labels: Mapping[str, str] | None, kind: str, code: str) -> str:
    found = labels or {}
    return " ".join(found.get(f"{kind}:{code}", found.get(code, code)).split()) or code


def mermaid(lifecycle: Lifecycle, labels: Mapping[str, str] | None = None) -> str:
    """A Mermaid state diagram of every state and every move with its guards.

    `labels` are looked up by code; where a state, a move or a guard share a code, by ``state:code``,
    ``move:code`` or ``guard:code``.  What has no label shows its code.
    """
    # Imported here: whoever only decides and replays needs none of the diagram modules.
    from transitions.extensions.diagrams import GraphMachine

    table, order = compile(lifecycle), _reading_order(lifecycle)
    ids: dict[str, str] = {}
    for state in order:
        # Mermaid takes neither hyphen nor point in an id, and some codes are its keywords.
        plain = name = "s_" + re.sub(r"[.-]", "_", state)
        count = 1
        while name in ids.values():
            count += 1
            name = f"{plain}_{count}"
        ids[state] = name

    def edge(step: Step) -> dict[str, Any]:
        guards = ", ".join(_mermaid_text(_label(labels, "guard", guard)) for guard in step.guards)
        label = _mermaid_text(_label(labels, "move", step.move)) + (f" [{guards}]" if guards else "")
        return {"trigger": step.move, "source": ids[step.source], "dest": ids[step.dest], "label": label}

    steps = [table.steps[state, move] for state in order for move in table.open_moves(state)]
    diagram: Any = GraphMachine  # its stubs do not know labels
    machine = diagram(
        model=None,
        states=[ids[state] for state in order],
        initial=ids[table.initial],
        transitions=[edge(step) for step in steps],
        auto_transitions=False,
        model_attribute=NO_CODE,
        show_auto_transitions=True,  # else it leaves out moves that happen to be named like its own
        graph_engine="mermaid",
    )
    machine.style_attributes = {"node": {"default": machine.style_attributes["node"]["default"]}}
    for state in order:
        machine.get_state(ids[state]).label = _mermaid_text(_label(labels, "state", state))
    title = json.dumps(
        f"{_label(labels, 'lifecycle', lifecycle.code)} v{lifecycle.version}", ensure_ascii=False
    )
    # The graph is asked directly: bound to a model, a move named like a method of the model would be lost.
    lines: list[str] = machine.graph_cls(machine).get_graph(title=f"title: {title}").source.split("\n")
    lines += [f"  {ids[state]} --> [*]" for state in order if state in table.finals]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _mermaid_text(label: str) -> str:
    """ASCII that Mermaid might take for syntax, as its character codes."""
    return re.sub(r"[^A-Za-z0-9 _.,()\u0080-\U0010ffff-]", lambda found: f"#{ord(found[0])};", label)


def markdown_table(lifecycle: Lifecycle, labels: Mapping[str, str] | None = None) -> str:
    """A Markdown table of state, move, destination and guards; labels as in `mermaid`, each with its code."""

    def cell(kind: str, code: str) -> str:
        label = _label(labels, kind, code)
        escaped = re.sub(r"([\\`*_\[\]|<>&])", r"\\\1", label)
        return f"`{code}`" if label == code else f"{escaped} (`{code}`)"

    table = compile(lifecycle)
    rows = ["| state | move | to | guards |", "|---|---|---|---|"]
    for state in _reading_order(lifecycle):
        if state in table.finals:
            rows.append(f"| {cell('state', state)} | *final* | | |")
        for move in table.open_moves(state):
            step = table.steps[state, move]
            guards = ", ".join(cell("guard", guard) for guard in step.guards)
            cells = cell("state", state), cell("move", move), cell("state", step.dest), guards
            rows.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(rows) + "\n"
