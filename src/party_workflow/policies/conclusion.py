"""What a policy concludes: rankings, measures, grades, gates, awards, streaks, proposals; a frozen value.

A conclusion judges and never acts.  What is adverse is a proposal with its guards; what a quota leaves open
is a selection that people make.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.figure import Figure
from party_workflow.policies.ladders import Rung
from party_workflow.policies.ranking import Ranking, SelectionRequired

GateEffect = Literal["caps", "forces", "excludes"]
GateRanked = Literal["as_scored", "last", "excluded"]
"""How those whom a gate concerns are ranked: as if there were none; behind all others; not at all."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A subject's grade on one scale: by which clause, for which value, and what a gate changed.

    `before` is the grade without gates, where a gate changed it; `ground` says what decided: ``band``,
    ``quota``, ``gate``, ``selection-required``, ``selected`` (by people).
    """

    subject: str
    grade: str
    ground: str
    figure: Figure
    before: str | None = None
    gates: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """The grade as canonical data."""
        found: dict[str, Any] = {"subject": self.subject, "grade": self.grade, "ground": self.ground}
        if self.before is not None:
            found["before"] = self.before
        return found | ({"gates": list(self.gates)} if self.gates else {})


@dataclass(frozen=True, slots=True)
class GateHit:
    """A gate that was triggered for a subject, with the facts that triggered it (R-090).

    `grades` names the scale; with ``caps`` no better grade than `grade` is given, with ``forces`` just it,
    with ``excludes`` none.  `ranked` says what it does to places.
    """

    clause: str
    subject: str
    effect: GateEffect
    grades: str
    grade: str
    basis: str
    facts: tuple[Figure, ...]
    ranked: GateRanked = "as_scored"

    def data(self) -> dict[str, Any]:
        """The gate as canonical data."""
        found: dict[str, Any] = {
            "clause": self.clause,
            "subject": self.subject,
            "effect": self.effect,
            "grades": self.grades,
            "grade": self.grade,
            "basis": self.basis,
            "facts": [figure.data() for figure in self.facts],
        }
        return found | ({} if self.ranked == "as_scored" else {"ranked": self.ranked})


@dataclass(frozen=True, slots=True)
class Award:
    """An award that follows from a clause.  It is a recommendation: people confer it."""

    clause: str
    award: str
    subject: str
    figure: Figure

    def data(self) -> dict[str, Any]:
        """The award as canonical data."""
        return {"clause": self.clause, "award": self.award, "subject": self.subject}


@dataclass(frozen=True, slots=True)
class Streak:
    """How a subject climbed a ladder, period by period."""

    clause: str
    subject: str
    rungs: tuple[Rung, ...]

    @property
    def tier(self) -> str | None:
        """The tier after the last period."""
        return self.rungs[-1].tier if self.rungs else None

    def data(self) -> dict[str, Any]:
        """The streak as canonical data."""
        return {
            "clause": self.clause,
            "subject": self.subject,
            "rungs": [
                {
                    "period": str(rung.period),
                    "outcome": rung.outcome,
                    "streak": rung.streak,
                    "tier": rung.tier or "",
                    "held": rung.held,
                }
                for rung in self.rungs
            ],
        }


@dataclass(frozen=True, slots=True)
class AdverseProposal:
    """Something adverse that a policy may only propose: a person decides, the person concerned is heard.

    `subjects` is the whole tie group.  Where `refused` names guards that were not met, nothing is proposed
    and `subjects` is empty; `facts` are the figures that were looked at.
    """

    clause: str
    kind: str
    group: str
    subjects: tuple[str, ...]
    refused: tuple[str, ...]
    facts: tuple[Figure, ...]

    def data(self) -> dict[str, Any]:
        """The proposal as canonical data."""
        return {
            "clause": self.clause,
            "kind": self.kind,
            "group": self.group,
            "subjects": list(self.subjects),
            "refused": list(self.refused),
            "facts": [figure.data() for figure in self.facts],
        }


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a clause has to say besides its figures: a code, whom it concerns, what it rests on."""

    clause: str
    code: str
    subject: str
    figures: tuple[Figure, ...] = ()

    def data(self) -> dict[str, Any]:
        """The note as canonical data."""
        return {
            "clause": self.clause,
            "code": self.code,
            "subject": self.subject,
            "figures": [figure.data() for figure in self.figures],
        }


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Everything that a policy concludes from a history.

    `measures` has by clause and key the figures that clauses handed on; `grades` by clause who got which.
    """

    rankings: tuple[Ranking, ...] = ()
    measures: Mapping[str, Mapping[tuple[str, ...], Figure]] = field(default_factory=dict)
    grades: Mapping[str, tuple[Graded, ...]] = field(default_factory=dict)
    gates: tuple[GateHit, ...] = ()
    selections: tuple[SelectionRequired, ...] = ()
    awards: tuple[Award, ...] = ()
    streaks: tuple[Streak, ...] = ()
    proposals: tuple[AdverseProposal, ...] = ()
    notes: tuple[Note, ...] = ()
    main: str = ""
    """The clause whose rankings are the result's, where there are several."""

    @property
    def plain(self) -> bool:
        """Whether it is one ranking and nothing else, as policies in code may conclude."""
        return len(self.rankings) == 1 and self == Conclusion(rankings=self.rankings)

    @property
    def ranking(self) -> Ranking:
        """The ranking of the result.  Raises `InvalidInput` where there is none, or one for each group."""
        found = [item for item in self.rankings if not self.main or item.clause == self.main]
        if len(found) != 1:
            what = f"There are {len(found)} rankings, not one."
            known = ", ".join(f"{item.clause} {item.group}".strip() for item in self.rankings) or "none"
            raise InvalidInput(Fault("ranking", what, f"Take one of `rankings`: {known}."))
        return found[0]

    def figures(self) -> Iterator[Figure]:
        """Every figure at the top of what was concluded."""
        for ranking in self.rankings:
            yield from (entry.figure for entry in ranking.entries)
            yield from (tie for entry in ranking.entries for tie in entry.ties)
            yield from (item.figure for item in ranking.excluded)
        for graded in self.grades.values():
            yield from (item.figure for item in graded)
        yield from (figure for gate in self.gates for figure in gate.facts)
        yield from (award.figure for award in self.awards)
        yield from (figure for proposal in self.proposals for figure in proposal.facts)
        yield from (figure for note in self.notes for figure in note.figures)

    def data(self) -> dict[str, Any]:
        """The conclusion as canonical data.  What is empty is left out."""
        found: dict[str, Any] = {"rankings": [ranking.data() for ranking in self.rankings]}
        measures = [
            {
                "clause": clause,
                "figures": [{"key": list(key), "figure": figure.short()} for key, figure in figures.items()],
            }
            for clause, figures in self.measures.items()
        ]
        parts: dict[str, Any] = {
            "measures": measures,
            "grades": [
                {"clause": clause, "given": [item.data() for item in given]}
                for clause, given in self.grades.items()
            ],
            "gates": [item.data() for item in self.gates],
            "selections": [item.data() for item in self.selections],
            "awards": [item.data() for item in self.awards],
            "streaks": [item.data() for item in self.streaks],
            "proposals": [item.data() for item in self.proposals],
            "notes": [item.data() for item in self.notes],
        }
        found |= {name: part for name, part in parts.items() if part}
        return found | ({"main": self.main} if self.main else {})
