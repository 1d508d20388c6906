"""A Hypothesis state machine that drives any workflow; needs the extra ``testing``.

``workflow_machine(begin)`` gives a class whose ``TestCase`` a test runner finds::

    TestMine = workflow_machine(
        lambda: Driver(Workflow(MemoryStore(), MODEL, ...), Setting(...), NOW)
    ).TestCase
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from party_workflow.testing.driving import Driver
from party_workflow.testing.making import Chance
from party_workflow.testing.strategies import commands

_CHANCE = st.randoms(use_true_random=True)


def workflow_machine(
    begin: Callable[[], Driver], *, name: str = "WorkflowMachine"
) -> type[RuleBasedStateMachine]:
    """A state machine over the driver that `begin` makes anew for each example.

    Its rules give likely commands, arbitrary ones, several together, one again, one at a past time; move the
    clock; and fold the events of a stream in disorder.  The driver checks what holds after each; at the end
    of an example the whole history is looked at.
    """
    sample = begin()
    anything = commands(sample.model, sample.setting.pool)

    class WorkflowMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.driver = begin()

        @rule(chance=_CHANCE)
        def a_likely_command(self, chance: Any) -> None:
            self.driver.likely(Chance(chance))

        @rule(chance=_CHANCE)
        def another_likely_command(self, chance: Any) -> None:
            self.driver.likely(Chance(chance))

        @rule(command=anything, chance=_CHANCE)
        def any_command(self, command: Any, chance: Any) -> None:
            self.driver.arbitrary(command, Chance(chance))

        @rule(chance=_CHANCE)
        def several_together(self, chance: Any) -> None:
            self.driver.together(Chance(chance))

        @rule(chance=_CHANCE)
        def the_same_again(self, chance: Any) -> None:
            self.driver.again(Chance(chance))

        @rule(chance=_CHANCE)
        def too_early(self, chance: Any) -> None:
            self.driver.backwards(Chance(chance))

        @rule(seconds=st.sampled_from((0, 1, 3600, 86_400, 9 * 86_400, 60 * 86_400)))
        def time_passes(self, seconds: int) -> None:
            self.driver.later(seconds=seconds)

        @precondition(lambda self: any(self.driver.streams.values()))
        @rule(chance=_CHANCE)
        def events_in_disorder(self, chance: Any) -> None:
            self.driver.disorder(Chance(chance))

        def teardown(self) -> None:
            self.driver.finish()

    WorkflowMachine.__name__ = WorkflowMachine.__qualname__ = name
    return WorkflowMachine
