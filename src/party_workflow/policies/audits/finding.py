"""What an audit policy finds: a fact under a clause, with figures, events, and what one should look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from party_workflow.policies.figure import Evidence, Figure
from party_workflow.policies.rule import Citation

Severity = Literal["note", "attention", "serious"]
SEVERITIES: Final[tuple[Severity, ...]] = ("note", "attention", "serious")
"""How much a finding weighs, from least to most: to know; to look at; to look at first.  No more than that.

In a rule it is the parameter ``severity`` of the clause, 1 to 3.
"""
SEVERITY: Final = "severity"
LIMIT: Final = "limit."
"""What the names of figures that are parameters of the clause begin with."""


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing found.

    `subjects` are those concerned, by id: persons, units, accounts or matters.  `figures` are exact, what was
    measured first and then the limits of the clause; `events` what it rests on; `codes` say more, such as a
    kind or a duty.  `look_at` is the code of what a person should look at; the words are in the pack.
    """

    policy: str
    citation: Citation
    severity: Severity
    subjects: tuple[str, ...]
    figures: tuple[Figure, ...]
    events: tuple[Evidence, ...]
    look_at: str
    codes: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """The clause of the rule that it stands under, which says what was found."""
        return self.citation.clause

    def figure(self, name: str) -> Figure:
        """A figure by name.  Raises `KeyError` where there is none."""
        for item in self.figures:
            if item.name == name:
                return item
        raise KeyError(name)

    def data(self) -> dict[str, Any]:
        """The finding as canonical data."""
        return {
            "citation": self.citation.model_dump(mode="json", exclude_none=True),
            "codes": list(self.codes),
            "events": [item.event_id for item in self.events],
            "figures": [item.data() for item in self.figures],
            "look_at": self.look_at,
            "policy": self.policy,
            "severity": self.severity,
            "subjects": list(self.subjects),
        }

    def sentence(self, words: Callable[[str], str]) -> str:
        """The finding in words, which `words` gives for codes: ``PACK.label``, in any of its languages."""
        said = words(self.clause)
        if self.codes:
            said += f" ({', '.join(words(code) for code in self.codes)})"
        figures = []
        for item in self.figures:
            code = item.name.removeprefix(LIMIT)
            name = words(code) if code == item.name else f"{words('audit.limit')}, {words(code)}"
            figures.append(f"{name} {item.displayed}")
        measured = f": {'; '.join(figures)}" if figures else ""
        return f"{words(f'severity.{self.severity}')}: {said}{measured}. {words(self.look_at)}"
