"""What one move costs: the compiled table against machines of ``transitions`` that run.

    python benchmarks/lifecycle_step.py

The same walk of one complaint (accept, return, accept, close, appeal, close; one guard), many times over.
Each figure is the median of the rounds of this one run, the ways taking turns, so that the ratios hold
while the machine does other work; the absolute figures are the machine's own.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter_ns

import transitions

from party_workflow import lifecycle
from party_workflow.lifecycle import Guard, Lifecycle, Step

ROUNDS, MATTERS = 9, 500
WALK = ("accept", "return", "accept", "close", "appeal", "close")
COMPLAINT = Lifecycle.of(
    "complaint",
    1,
    initial="registered",
    final=("closed", "rejected"),
    moves={
        "accept": "registered -> in_hand if within_time",
        "reject": "registered, in_hand -> rejected",
        "return": "in_hand -> registered",
        "close": "in_hand -> closed",
    },
    reopens={"appeal": "closed, rejected -> in_hand"},
)


class Complaint:
    """What a machine moves; it binds its triggers to it."""

    def within_time(self) -> bool:
        return True


def machine(model: Complaint | None) -> transitions.Machine:
    moves = [
        {
            "trigger": move.code,
            "source": list(move.sources),
            "dest": move.dest,
            "conditions": list(move.guards),
        }
        for move in COMPLAINT.moves
    ]
    states = [state.code for state in COMPLAINT.states]
    return transitions.Machine(
        model=model, states=states, initial=COMPLAINT.initial, transitions=moves, auto_transitions=False
    )


def by_table() -> str:
    guards: dict[str, Guard[None]] = {"within_time": Guard("within_time", lambda subject: None)}
    state = COMPLAINT.initial
    for _ in range(MATTERS):
        table = lifecycle.compile(COMPLAINT)
        state = table.initial
        for move in WALK:
            step = table.step(state, move, guards, None)
            assert isinstance(step, Step)
            state = step.dest
    return state


def by_bare_table() -> str:
    state = COMPLAINT.initial
    for _ in range(MATTERS):
        table = lifecycle.compile(COMPLAINT)
        state = table.initial
        for move in WALK:
            step = table.dest(state, move)
            assert step is not None
            state = step.dest
    return state


def by_shared_machine() -> str:
    shared, model = machine(None), Complaint()
    shared.add_model(model)
    for _ in range(MATTERS):
        shared.set_state(COMPLAINT.initial, model)
        for move in WALK:
            assert shared.events[move].trigger(model)
    return str(model.state)  # type: ignore[attr-defined]


def by_machine_each() -> str:
    state = COMPLAINT.initial
    for _ in range(MATTERS):
        model = Complaint()
        own = machine(model)
        for move in WALK:
            assert own.events[move].trigger(model)
        state = str(model.state)  # type: ignore[attr-defined]
    return state


WAYS: dict[str, Callable[[], str]] = {
    "table, guards asked": by_table,
    "table, look-up only (replay)": by_bare_table,
    "one machine, one model reset": by_shared_machine,
    "one machine a matter": by_machine_each,
}


def main() -> None:
    taken: dict[str, list[int]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            start = perf_counter_ns()
            state = way()
            taken[name].append(perf_counter_ns() - start)
            assert state == "closed", (name, state)
    steps = MATTERS * len(WALK)
    base = median(taken["table, guards asked"])
    print(f"{ROUNDS} rounds of {steps} steps, medians\n")
    print("| way | µs a step | fastest to slowest | ratio |")
    print("|---|---:|---:|---:|")
    for name, times in taken.items():
        middle, low, high = (value / steps / 1000 for value in (median(times), min(times), max(times)))
        print(f"| {name} | {middle:.2f} | {low:.2f} to {high:.2f} | {median(times) / base:.1f} |")


if __name__ == "__main__":
    main()
