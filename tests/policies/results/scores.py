"""Scores small enough to reckon by hand: a rule document and a policy in code over one kind of event.

Every change of somebody's categories is a mark of theirs, by its ground: ``duty`` is worth 3 of conduct,
``study`` 2; ``service`` is worth 4 of service, ``fault`` takes 2 off.  The total is 3/5 conduct and 2/5
service.  People are ranked among those of their unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from tests.support.world import World

from party_workflow.codec import Event
from party_workflow.decider import Decider
from party_workflow.domain.organisation import CategoriesChanged, ChangeCategories, PersonJoined
from party_workflow.history import History
from party_workflow.policies.documents import RuleDocument
from party_workflow.policies.figure import Evidence, Figure, Rounding, constant, weighted
from party_workflow.policies.policy import Policy, Result, Row, When, run
from party_workflow.policies.ranking import Ranking, competition
from party_workflow.policies.rule import Rule

ON = date(2009, 6, 1)
BEGAN = date(2009, 3, 2)
GROUNDS = ("duty", "study", "service", "fault")
SINCE = "2009-03-01"


def clause(kind: str, code: str, **more: Any) -> dict[str, Any]:
    """A clause of the document."""
    return {"type": kind, "code": code, "basis": f"art-{code}", "since": SINCE, **more}


def value(code: str, worths: Mapping[str, Any]) -> dict[str, Any]:
    """What grounds are worth, summed."""
    return clause(
        "value",
        code,
        source="marks",
        column="ground",
        worths=dict.fromkeys(GROUNDS, 0) | dict(worths),
        several="sum",
        empty="zero",
        rounding="none",
    )


CLAUSES: tuple[dict[str, Any], ...] = (
    value("conduct", {"duty": 3, "study": 2}),
    value("service", {"service": 4, "fault": -2}),
    clause(
        "total",
        "total",
        method="arithmetic",
        parts=[
            {"measure": "conduct", "weight": "3/5"},
            {
                "measure": "service",
                "weight": [
                    {"value": "1/2", "since": "2009-01-01", "basis": "old"},
                    {"value": "2/5", "since": SINCE, "basis": "art-9"},
                ],
            },
        ],
        absent="incomplete",
        rounding={"places": 1, "mode": "half_up"},
    ),
    clause(
        "rank",
        "place",
        measure="total",
        on="displayed",
        direction="highest",
        ties=[
            {"by": "measure", "measure": "conduct", "on": "exact", "direction": "highest"},
            {"by": "shared"},
        ],
    ),
)


def document(*clauses: dict[str, Any], **more: Any) -> RuleDocument:
    """The document, issued on the first day of March."""
    return RuleDocument.read(
        {
            "code": "scores",
            "version": 1,
            "issuer": "bureau",
            "number": "2009-3",
            "issued_on": SINCE,
            "effective_from": SINCE,
            "offset_minutes": 480,
            "population": {"source": "people", "groups": ["unit"]},
            "source": [
                {
                    "code": "people",
                    "event": "organisation.person_joined",
                    "columns": ["person", "unit"],
                    "subject": "person",
                    "within": "all",
                    "dated": "event",
                },
                {
                    "code": "marks",
                    "event": "organisation.categories_changed",
                    "columns": ["person", "ground"],
                    "subject": "person",
                    "within": "period",
                    "dated": "event",
                },
            ],
            "clause": list(clauses or CLAUSES),
            **more,
        }
    )


DOCUMENT = document()

RULE = Rule.read(
    {
        "code": "scores-in-code",
        "version": 1,
        "issuer": "bureau",
        "number": "2009-4",
        "issued_on": SINCE,
        "effective_from": SINCE,
        "clauses": [
            {
                "code": "worth",
                "basis": "art-2",
                "parameters": [
                    {"code": code, "value": number, "since": SINCE, "basis": "art-2"}
                    for code, number in (("duty", "3"), ("study", "2"), ("service", "4"), ("fault", "-2"))
                ],
            },
            {
                "code": "weights",
                "basis": "art-3",
                "parameters": [
                    {"code": code, "value": number, "since": SINCE, "basis": "art-3"}
                    for code, number in (("conduct", "3/5"), ("service", "2/5"))
                ],
            },
        ],
    }
)

_OF = {"conduct": ("duty", "study"), "service": ("service", "fault")}
State = dict[str, list[tuple[str, Evidence]]]


def in_code(world: World, rule: Rule = RULE) -> Policy[State]:
    """The same scores as a policy in code, in one ranking."""
    reads: dict[type[Event], tuple[str, ...]] = {
        PersonJoined: ("person",),
        CategoriesChanged: ("person", "ground"),
    }

    def evolve(state: State, row: Row) -> State:
        marks = state.setdefault(row["person"], [])
        if row.kind is CategoriesChanged:
            marks.append((row["ground"], row.evidence))
        return state

    def part(code: str, marks: Sequence[tuple[str, Evidence]], rule: Rule, on: date) -> Figure:
        worths = {ground: rule.value("worth", ground, on) for ground in _OF[code]}
        terms = tuple(
            Figure(
                f"{code}.{ground}",
                worths[ground],
                "worth",
                "worth",
                "art-2",
                (constant(ground, worths[ground], "worth", "art-2"), evidence),
            )
            for ground, evidence in marks
            if ground in worths
        )
        return Figure(
            code, sum((term.exact() for term in terms), Fraction(0)), "sum", "worth", "art-2", terms
        )

    def conclude(state: State, rule: Rule, when: When) -> Ranking:
        figures = {}
        for person, marks in state.items():
            parts = [
                (
                    constant(f"weight.{code}", rule.value("weights", code, when.on), "weights", "art-3"),
                    part(code, marks, rule, when.on),
                )
                for code in _OF
            ]
            figures[person] = weighted("total", parts, "weights", "art-3", Rounding(1, "half_up"))
        return competition(figures, "displayed", population=len(state))

    return Policy(
        name="scores-in-code",
        version=1,
        rule=rule,
        reads=reads,
        ignores=frozenset(set(world.model.registry.events) - {kind.stored_type for kind in reads}),
        initial=dict,
        evolve=evolve,
        conclude=conclude,
    )


Mark = tuple[int, str]
"""Who, and the ground."""


def world_of(marks: Sequence[Mark], *deciders: Decider[Any], members: int = 3) -> World:
    """A world in which these people got these marks, one a day."""
    world = World(*deciders, members=members)
    for number, (person, ground) in enumerate(marks):
        world.later(days=1)
        command = ChangeCategories(person=f"p-{person}", categories=(f"c{number}",), ground=ground)
        world.do(command)
    return world


def scored(world: World, rule: RuleDocument = DOCUMENT, history: History | None = None) -> Result:
    """The result of the document."""
    history = world.workflow.history if history is None else history
    return run(rule.policy(world.model.registry), history, on=ON, period_start=BEGAN, retroactive=True)


def coded(world: World, rule: Rule = RULE, history: History | None = None) -> Result:
    """The result of the policy in code."""
    history = world.workflow.history if history is None else history
    return run(in_code(world, rule), history, on=ON, period_start=BEGAN, retroactive=True)


def weights(conduct: str, service: str, version: int = 2, **more: Any) -> RuleDocument:
    """The document as its next version, with other weights."""
    parts = [{"measure": "conduct", "weight": conduct}, {"measure": "service", "weight": service}]
    altered = DOCUMENT.replace_clause("total", parts=parts)
    return altered.model_copy(update={"version": version, **more})


MARKS = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(GROUNDS)), max_size=8)


def again(result: Result, **other: Any) -> Result:
    """A result with something else in it."""
    return replace(result, **other)
