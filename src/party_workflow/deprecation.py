"""How a public name goes: first with a warning that says what to use instead, in a later release altogether.

See docs/reference/versioning.md for how long.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def warn(name: str, *, since: str, until: str, instead: str, stacklevel: int = 2) -> None:
    """Warn that `name` is deprecated `since` a version, until when it stays, and what to use `instead`.

    With the default `stacklevel` the warning points to the caller of the function that calls this.
    """
    message = f"{name} is deprecated since {since} and goes in {until}. Use {instead} instead."
    warnings.warn(message, DeprecationWarning, stacklevel=stacklevel + 1)


def deprecated(*, since: str, until: str, instead: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function as deprecated: it goes on working, and every call warns where it is called."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **named: P.kwargs) -> R:
            warn(function.__qualname__, since=since, until=until, instead=instead)
            return function(*args, **named)

        return run

    return mark


def moved(module: str, names: dict[str, tuple[str, Any]], *, since: str, until: str) -> Callable[[str], Any]:
    """A module's ``__getattr__`` for names that went elsewhere: old name -> (new name as written, the value).

    ``__getattr__ = moved(__name__, {"Old": ("party_workflow.New", New)}, since="0.2", until="0.4")``
    """

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        instead, value = names[name]
        warn(f"{module}.{name}", since=since, until=until, instead=instead)
        return value

    return find
