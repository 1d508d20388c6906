"""Makes a history that shows a fault as small as it gets: fewer steps, shorter registers, plainer times.

Steps are left out and decided again, so that what remains is still a history that could have been recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from party_workflow.codec import Command
from party_workflow.errors import InvalidInput
from party_workflow.testing.policies.past import Past, renumbered
from party_workflow.testing.policies.quick import Step, Walked, replayed

T = TypeVar("T")
BUDGET: Final = 1500
"""How many smaller histories are tried at most."""


@dataclass(slots=True)
class _Budget:
    left: int = BUDGET

    def spent(self) -> bool:
        self.left -= 1
        return self.left < 0


def shrunk(past: Past, fails: Callable[[Past], bool], budget: int = BUDGET) -> Past:
    """The smallest history found for which it still fails; one that came of no steps shrinks by events."""
    left = _Budget(budget)
    if not isinstance(past, Walked):
        items = _fewer(
            list(past.recorded),
            lambda kept: not left.spent() and fails(renumbered(kept, past.registry)),
        )
        return renumbered(items, past.registry)
    model = past.model
    best: list[Walked] = [past]

    def still(steps: Sequence[Step]) -> bool:
        if left.spent():
            return False
        found = replayed(model, steps).past
        if len(found.steps) > len(best[0].steps) or not fails(found):
            return False
        best[0] = found
        return True

    _fewer(list(past.steps), still)
    for _ in range(3):
        before = best[0].steps
        for index in range(len(before)):
            _plainer(best, index, still)
        _fewer(list(best[0].steps), still)
        if best[0].steps == before:
            break
    return best[0]


def _fewer(items: list[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """Items without those that it fails without: in halves, then quarters, down to one by one."""
    size = max(1, len(items) // 2)
    while True:
        at, less = len(items), False
        while at > 0:  # from the end: what comes later mostly rests on what came before
            at -= size
            kept = items[: max(at, 0)] + items[max(at, 0) + size :]
            if len(kept) < len(items) and fails(kept):
                items, less = kept, True
                at = min(at, len(items))
        if size > 1:
            size //= 2
        elif not less:
            return items


def _plainer(best: list[Walked], index: int, still: Callable[[Sequence[Step]], bool]) -> None:
    """One step with fewer parts, taking effect when it is recorded."""
    if index >= len(best[0].steps):
        return

    def tried(step: Step) -> bool:
        steps = best[0].steps
        return still((*steps[:index], step, *steps[index + 1 :]))

    step = best[0].steps[index]
    if step.effective_at is not None:
        tried(replace(step, effective_at=None))
    again = True
    while again and index < len(best[0].steps):
        again = False
        for command in _smaller(best[0].steps[index].command):
            if tried(replace(best[0].steps[index], command=command)):
                again = True
                break


def _smaller(command: Command) -> Iterator[Command]:
    given = {name: getattr(command, name) for name in type(command).model_fields}
    for name, value in given.items():
        for less in _parts(value):
            try:
                yield type(command)(**{**given, name: less})
            except (InvalidInput, ValidationError):
                continue
        info = type(command).model_fields[name]
        if value is not None and not info.is_required() and info.default is None:
            try:
                yield type(command)(**{**given, name: None})
            except (InvalidInput, ValidationError):
                continue


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key in value:
            yield {each: inner for each, inner in value.items() if each != key}
    elif isinstance(value, tuple):
        for index in range(len(value)):
            yield (*value[:index], *value[index + 1 :])
