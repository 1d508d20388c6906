"""The model: the closed set of aggregates that a log may hold, checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from party_workflow.authority import AUTHORITY, FOUNDATIONS, LOG
from party_workflow.codec import Registry, Upcaster
from party_workflow.decider import Decider
from party_workflow.errors import Fault, InvalidCommand, InvalidDefinition


@dataclass(frozen=True)
class Model:
    """The closed set of aggregates that a log may hold, with their upcasters."""

    deciders: tuple[Decider[Any], ...]
    upcasters: tuple[Upcaster, ...] = ()

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        owners: set[str] = set()
        for decider in self.all_deciders:
            if decider.category in owners:
                faults.append(Fault(decider.category, "Two deciders claim this category.", "Rename one."))
            owners.add(decider.category)
            faults += [
                Fault(name, "Two deciders answer or take this.", "Leave it to one of them.")
                for name in (*decider.answers, *(command.stored_type for command in decider.commands))
                if name in owners
            ]
            owners |= {*decider.answers, *(command.stored_type for command in decider.commands)}
            faults += [
                Fault(
                    event.stored_type,
                    "It changes authority from a stream outside the foundations.",
                    "Move it.",
                )
                for event in decider.events
                if event.effect is not None and decider.category not in FOUNDATIONS
            ]
            faults += [
                Fault(
                    command.stored_type,
                    "The decider does not say which events it yields.",
                    "Add it to yields.",
                )
                for command in decider.commands
                if command.stored_type not in decider.yields
            ]
        if faults:
            raise InvalidDefinition(faults)
        _ = self.registry  # built at once: a slip in it is found where the model is, not at the first command

    @property
    def all_deciders(self) -> tuple[Decider[Any], ...]:
        """The deciders, the two of authority first."""
        return (LOG, AUTHORITY, *self.deciders)

    @cached_property
    def registry(self) -> Registry:
        """The closed registry of events and commands."""
        return Registry(
            (event for decider in self.all_deciders for event in decider.events),
            (command for decider in self.all_deciders for command in decider.commands),
            self.upcasters,
        )

    @cached_property
    def by_category(self) -> Mapping[str, Decider[Any]]:
        """Deciders by stream category."""
        return {decider.category: decider for decider in self.all_deciders}

    @cached_property
    def by_command(self) -> Mapping[str, Decider[Any]]:
        """Deciders by stored command type."""
        return {command.stored_type: decider for decider in self.all_deciders for command in decider.commands}

    @cached_property
    def facts(self) -> Mapping[str, tuple[Decider[Any], Callable[..., Any]]]:
        """The facts that aggregates answer, by name."""
        return {
            name: (decider, answer)
            for decider in self.all_deciders
            for name, answer in decider.answers.items()
        }

    def decider(self, stream: str) -> Decider[Any]:
        """The decider of a stream.  Raises `InvalidCommand` for an unknown category."""
        category = stream.partition("/")[0]
        if category not in self.by_category:
            raise InvalidCommand(
                Fault(
                    stream,
                    f"No aggregate has the category {category}.",
                    f"Known: {', '.join(self.by_category)}.",
                )
            )
        return self.by_category[category]
