"""Each law can fail: a policy that breaks just this one is found by it, and what is printed shows it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.testing.faulty_policies import BASIS, CLAIMS, _policy, _rule, day_of

from party_workflow.codec import Event
from party_workflow.domain.activity import ActivityHeld, AttendanceCorrected
from party_workflow.domain.organisation import PersonJoined
from party_workflow.packs import party
from party_workflow.personal import Sealed
from party_workflow.policies.figure import Figure, counted
from party_workflow.policies.policy import Policy, Row, When
from party_workflow.policies.ranking import Ranking, competition
from party_workflow.testing.policies import PolicyLaws, counterexamples, happened, party_ground
from party_workflow.testing.policies.laws import LAWS
from party_workflow.testing.policies.past import past as told

GROUND = party_ground(people=3)
_COUNTER = itertools.count()
READS: dict[type[Event], tuple[str, ...]] = {
    PersonJoined: ("person",),
    ActivityHeld: ("attendance",),
    AttendanceCorrected: ("person", "status"),
}


def attendances(
    evolve: Callable[[Any, Row], Any] | None = None,
    conclude: Callable[[Any, Any, When], Ranking] | None = None,
) -> Policy[Any]:
    """A policy that counts who stood on a register, with one function exchanged for a faulty one."""

    def keep(state: dict[str, Any], row: Row) -> dict[str, Any]:
        found = {who: list(rows) for who, rows in state.items()}
        if row.kind is PersonJoined:
            found.setdefault(row["person"], []).append(("joined", day_of(row), row.evidence))
        elif row.kind is ActivityHeld:
            for line in row["attendance"]:
                found.setdefault(line.person, []).append(("held", day_of(row), row.evidence))
        return found

    return _policy(_rule("attendances", count={"each": 1}), READS, evolve or keep, conclude or _count)


def _count(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    each = rule.value("count", "each", when.on)
    figures = {
        who: Figure(
            "sessions", each * len(rows), "count", "count", BASIS, tuple(event for _, _, event in rows)
        )
        for who, held in state.items()
        if (rows := [row for row in held if row[0] == "held" and row[1] <= when.on]) is not None
        and any(row[1] <= when.on for row in held)
    }
    return competition(figures, "exact", population=len(figures))


def crashes(state: dict[str, Any], row: Row) -> dict[str, Any]:
    """Looks at a field that it does not declare, as soon as a register is corrected."""
    if row.kind is PersonJoined:
        return {**state, row["person"]: [("joined", day_of(row), row.evidence)]}
    return state if row.kind is ActivityHeld else {**state, row["standing"]: []}


def by_chance(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """What is counted depends on how often it was asked."""
    figures = {who: counted("sessions", "count", BASIS, (), next(_COUNTER)) for who in state}
    return competition(figures, "exact", population=len(figures))


def uses_up(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """Concluding takes the rows out of the state."""
    found = _count(state, rule, when)
    for rows in state.values():
        rows.clear()
    return found


class _Shared:
    """A state whose copies share what is in it."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}

    def __deepcopy__(self, memo: Any) -> _Shared:
        return self


def shares(state: Any, row: Row) -> Any:
    """Goes on in the same list wherever the state was copied."""
    holder = state.setdefault("holder", _Shared())
    if row.kind is PersonJoined:
        holder.rows.setdefault(row["person"], []).append(("joined", day_of(row), row.evidence))
    elif row.kind is ActivityHeld:
        for line in row["attendance"]:
            holder.rows.setdefault(line.person, []).append(("held", day_of(row), row.evidence))
    return state


def of_shared(state: Any, rule: Any, when: When) -> Ranking:
    return _count(state["holder"].rows if "holder" in state else {}, rule, when)


def first_come(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """More for who stood on the register that was recorded first."""
    found: dict[str, Figure] = {}
    for who, rows in state.items():
        first = min((row[2].position for row in rows if row[0] == "held"), default=999)
        found[who] = Figure("first", Fraction(-first), "first", "count", BASIS)
    return competition(found, "exact", population=len(found))


def by_name(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """Half a point more for who comes first in the order of ids."""
    plain = _count(state, rule, when)
    first = min((entry.subject for entry in plain.entries), default="")
    figures = {
        entry.subject: Figure(
            "sessions", entry.figure.exact() + (Fraction(1, 2) if entry.subject == first else 0), "count",
            "count", BASIS,
        )
        for entry in plain.entries
    }  # fmt: skip
    return competition(figures, "exact", population=len(figures))


def forgetful(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """A third session counts for less than two."""
    plain = _count(state, rule, when)
    figures = {
        entry.subject: Figure("sessions", Fraction(int(entry.figure.exact()) % 3), "count", "count", BASIS)
        for entry in plain.entries
    }
    return competition(figures, "exact", population=len(figures))


def beyond(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """Counts what has not happened yet."""
    return _count(state, rule, replace(when, on=when.on + timedelta(days=400)))


def hasty(state: dict[str, Any], rule: Any, when: When) -> Ranking:
    """Takes the latest number of the rule, whenever it holds from."""
    each = max(rule.clause("count").parameters, key=lambda item: item.since).value
    plain = _count(state, rule, when)
    figures = {
        entry.subject: Figure("sessions", entry.figure.exact() * each, "count", "count", BASIS)
        for entry in plain.entries
    }
    return competition(figures, "exact", population=len(figures))


BREAKERS = {
    "concludes": (attendances(evolve=crashes), {}),
    "deterministic": (attendances(conclude=by_chance), {}),
    "incremental": (attendances(conclude=uses_up), {}),
    "from_snapshots": (attendances(evolve=shares, conclude=of_shared), {}),
    "independent_of_order": (attendances(conclude=first_come), {"order_independent": True}),
    "independent_of_names": (attendances(conclude=by_name), {}),
    "monotone": (attendances(conclude=forgetful), {"monotone_in": {ActivityHeld: "up"}}),
    "nothing_before_its_day": (attendances(conclude=beyond), {}),
    "later_numbers": (attendances(conclude=hasty), {}),
}


@pytest.mark.parametrize("law", BREAKERS)
def test_a_policy_that_breaks_a_law_is_found_by_it(law: str) -> None:
    policy, declared = BREAKERS[law]
    found = list(counterexamples(policy, ground=GROUND, laws=[law], number=40, **declared))
    assert [each.law for each in found] == [law]
    assert found[0].events <= 6
    assert f"def test_{law}():" in found[0].test()
    names: dict[str, Any] = {"policy": policy}
    exec(found[0].test().replace("policy = ...", ""), names)
    with pytest.raises((AssertionError, KeyError)):
        names[f"test_{law}"]()


def test_what_follows_from_a_sealed_value_is_found() -> None:
    def evolve(state: dict[str, Any], row: Row) -> dict[str, Any]:
        name = row["name"]
        return state if name is None else {**state, row["person"]: int(name.commitment[:6], 16)}

    def conclude(state: dict[str, Any], rule: Any, when: When) -> Ranking:
        figures = {who: Figure("secret", Fraction(n), "count", "count", BASIS) for who, n in state.items()}
        return competition(figures, "exact", population=len(figures))

    policy = _policy(_rule("secret", count={}), {PersonJoined: ("person", "name")}, evolve, conclude)
    name = Sealed(commitment="b" * 64)
    event = PersonJoined(person="p-1", unit="u-b", categories=("member",), name=name)
    history = told(happened(event, at="2009-03-04"), registry=party.MODEL.registry)
    (found,) = counterexamples(policy, histories=[history], laws=["erasable"])
    assert ".erased().same_as(" in found.test()


def test_every_law_is_broken_by_some_policy_here_or_among_the_seeded_faults() -> None:
    assert {*BREAKERS, "erasable", "as_claimed"} == set(LAWS)


def test_a_clause_that_no_history_hits_is_named() -> None:
    joined = PersonJoined(person="p-1", unit="u-b", categories=("member",))

    class OfOne(PolicyLaws):
        policy = attendances()
        histories = (told(happened(joined, at="2009-01-05"), registry=party.MODEL.registry),)

    class OfTwo(OfOne):
        policy = replace(attendances(), rule=_rule("attendances", count={"each": 1}, forgotten={}))

    OfOne().test_every_clause_of_its_rule_is_hit()
    with pytest.raises(AssertionError, match="hit no figure under forgotten"):
        OfTwo().test_every_clause_of_its_rule_is_hit()


def test_the_ground_of_a_policy_that_says_none_brings_what_it_reads() -> None:
    claim = CLAIMS["cap off by one"]
    found = list(counterexamples(claim.wrong, claims=claim.document, laws=["as_claimed"]))
    assert [each.law for each in found] == ["as_claimed"]
