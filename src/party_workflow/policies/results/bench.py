"""Trying a result again with one thing altered: a rule, the value of a figure, an event more or less.

The history is read once; what a trial concludes is what a run over the altered history or under the altered
rule concludes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from party_workflow.errors import PartyWorkflowError
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents.board import Board, subject_of
from party_workflow.policies.documents.document import RuleDocument, advance, begin, conclude
from party_workflow.policies.documents.measures import Key, Measure
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Figure
from party_workflow.policies.policy import Held, Run, When
from party_workflow.policies.rule import Issued
from party_workflow.store import Recorded

IMPOSSIBLE = (PartyWorkflowError, ValueError, KeyError, ArithmeticError)
"""What a trial raises where nothing can be computed from what was altered."""


class Bench:
    """The events that a policy reads, held in memory, and what it concludes from them when altered."""

    def __init__(self, held: Held, when: When) -> None:
        self.policy = held.policy
        self.when = when
        self._registry = held.history.registry
        self.events: tuple[Recorded, ...] = tuple(held.history.events(*held.policy.reads))
        self.trials = 0

    def _state(self, events: Iterable[Recorded]) -> Any:
        run = Run(self.policy, self._registry, self.when.period_start, retroactive=True)
        for recorded in events:
            run.take(recorded)
        return run.state

    @cached_property
    def state(self) -> Any:
        """What the policy made of the events as they are."""
        return self._state(self.events)

    def conclude(self, state: Any, rule: Issued) -> Conclusion:
        """What follows from a state under a rule."""
        self.trials += 1
        found = self.policy.conclude(state, rule, self.when)
        return found if isinstance(found, Conclusion) else Conclusion(rankings=(found,))

    def under(self, rule: Issued) -> Conclusion:
        """What follows from the same events under an altered rule."""
        return self.conclude(self.state, rule)

    def without(self, event_id: str) -> Conclusion:
        """What follows from all events but one."""
        kept = [item for item in self.events if item.envelope.event_id != event_id]
        return self.conclude(self._state(kept), self.policy.rule)

    def twice(self, event_id: str) -> Conclusion:
        """What follows where one event is recorded once more, right after itself, under an id of its own."""
        found: list[Recorded] = []
        for item in self.events:
            found.append(item)
            if item.envelope.event_id == event_id:
                again = replace(item.envelope, event_id=f"{event_id}.again")
                found.append(replace(item, envelope=again))
        return self.conclude(self._state(found), self.policy.rule)


class DocumentBench(Bench):
    """The same for a rule document, of which single clauses and figures can be altered.

    What comes before the altered clause is evaluated once.  With `only`, a trial is made of these subjects
    alone, as if there were no others, and stops behind the clause `until`: see `alone`.
    """

    def __init__(self, held: Held, when: When, only: frozenset[str] = frozenset(), until: str = "") -> None:
        super().__init__(held, when)
        assert isinstance(held.policy.rule, RuleDocument)
        self._held = held
        self.document = held.policy.rule
        self._only = only
        codes = [clause.code for clause in self.document.clause]
        self._until = codes.index(until) + 1 if until in codes else len(codes)
        self._prefixes: dict[int, Board] = {}

    def alone(self, subjects: frozenset[str], until: str, known: Conclusion) -> DocumentBench | None:
        """A bench with these subjects alone, where their figures and places are the same without the others.

        None where they are not, as with values normalised over everybody, or where that would be no gain.
        """
        if len(self._before(0).subjects) <= len(subjects):
            return None
        found = DocumentBench(self._held, self.when, subjects, until)
        try:
            here = found.conclude(found.state, self.document)
        except IMPOSSIBLE:
            return None
        for code, figures in here.measures.items():
            whole = known.measures.get(code, {})
            of = {key: figure.value for key, figure in whole.items() if key[0] in subjects}
            if of != {key: figure.value for key, figure in figures.items()}:
                return None
        gates = [
            [(hit.clause, hit.subject) for hit in those if hit.subject in subjects]
            for those in (here.gates, known.gates)
        ]
        return found if gates[0] == gates[1] else None

    def _board(self, state: Any) -> Board:
        gather: Callable[[Any], Mapping[str, tuple[Fact, ...]]] = getattr(self.policy.conclude, "facts")  # noqa: B009
        board = begin(
            self.document,
            gather(state),
            on=self.when.on,
            period_start=self.when.period_start,
            code=getattr(self.policy.conclude, "code", {}),
        )
        if not self._only:
            return board
        return replace(
            board,
            facts={
                code: tuple(row for row in rows if subject_of(row) in self._only)
                for code, rows in board.facts.items()
            },
            subjects=tuple(subject for subject in board.subjects if subject in self._only),
            members={who: row for who, row in board.members.items() if who in self._only},
        )

    def conclude(self, state: Any, rule: Issued) -> Conclusion:
        """What follows from a state under a rule."""
        if not self._only or not isinstance(rule, RuleDocument):
            return super().conclude(state, rule)
        self.trials += 1
        return self._finish(self._board(state), rule.clause[: self._until])

    def _before(self, index: int) -> Board:
        """A board on which the clauses before one of them were evaluated."""
        if index not in self._prefixes:
            if index == 0:
                self._prefixes[0] = self._board(self.state)
            else:
                board = self._before(index - 1).copy()
                advance(board, self.document.clause[index - 1])
                self._prefixes[index] = board
        return self._prefixes[index].copy()

    def _finish(self, board: Board, clauses: Iterable[Any]) -> Conclusion:
        for each in clauses:
            advance(board, each)
        return conclude(self.document, board)

    def with_clause(self, index: int, clause: Any) -> Conclusion:
        """What follows where one clause is another."""
        self.trials += 1
        return self._finish(self._before(index), (clause, *self.document.clause[index + 1 : self._until]))

    def with_value(self, code: str, key: Key, value: Fraction) -> Conclusion:
        """What follows where one figure of a measure had another value."""
        self.trials += 1
        index = next(i for i, clause in enumerate(self.document.clause) if clause.code == code)
        board = self._before(index + 1)
        measure = board.measures[code]
        figures = {**measure.figures, key: supposed(measure.figures[key], value)}
        board.measures[code] = Measure(code, measure.dims, figures)
        return self._finish(board, self.document.clause[index + 1 : self._until])


def supposed(figure: Figure, value: Fraction) -> Figure:
    """A figure with another value, which rests on nothing."""
    return Figure(figure.name, value, "supposed", figure.clause, figure.basis, (), figure.rounding)


def bench(held: Held, when: When) -> Bench:
    """The bench for what a result was run with."""
    return DocumentBench(held, when) if _compiled(held) else Bench(held, when)


def _compiled(held: Held) -> bool:
    return isinstance(held.policy.rule, RuleDocument) and hasattr(held.policy.conclude, "facts")


def order(conclusion: Conclusion, ranking: tuple[str, str], first: str, second: str) -> int | None:
    """1 where the first stands above the second in a ranking (clause and group), -1 below, 0 on one place.

    None where one of them is not ranked, or they are no longer in one group.
    """
    for found in conclusion.rankings:
        if (found.clause, found.group) == ranking:
            places: Sequence[int | None] = [found.place(first), found.place(second)]
            if places[0] is None or places[1] is None:
                return None
            return (places[0] < places[1]) - (places[0] > places[1])
    return None
