"""Laws of the clocks of cases, over any story that a petition can have."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from tests.domain.test_case_clocks import ClockWorld
from tests.support.clock_table import Row, Step
from tests.support.laws import replays
from tests.test_clock_table import Reckoning
from tests.test_clock_table import Refused as Impossible

from party_workflow.domain.case import Case
from party_workflow.errors import InvalidInput, Refused
from party_workflow.packs import party
from party_workflow.policies.audits import possible
from party_workflow.policies.cases.clock_report import clock_report, explain_clock

ANYWHERE = ("adopt amended", "recount", "extend", "hand_over")
LIKELY = {
    "received": ("accept", "accept", "hand_over"),
    "registered": ("accept", "accept", "hand_over"),
    "handling": ("pause", "extend", "answer", "answer", "hand_over"),
    "waiting": ("resume",),
    "answered": ("appeal",),
    "in_review": ("pause", "answer"),
    "review_waiting": ("resume",),
    "review_answered": ("appeal",),
    "in_rereview": ("pause", "answer"),
    "rereview_waiting": ("resume",),
}
"""What leads on from a state, so that stories come through all three levels."""
BEGINS = datetime.fromisoformat("2023-12-20T03:00:00+00:00")
stories = st.lists(st.tuples(st.integers(0, 59), st.integers(0, 20 * 24)), min_size=6, max_size=22)


def row(kind: str = "petition") -> Row:
    return Row("law", kind, "finish", 1, False, (), None, None, "", (), "")


def chosen(world: ClockWorld, choice: int) -> str:
    """A move: two times in three one that leads on, otherwise one that may be out of place."""
    moves = LIKELY.get(state(world).state, ANYWHERE) if choice % 3 else ANYWHERE
    return moves[choice // 3 % len(moves)]


def state(world: ClockWorld) -> Case:
    found = world.workflow.state(world.stream)
    assert isinstance(found, Case)
    return found


@given(stories)
@settings(max_examples=25, deadline=None, phases=(Phase.reuse, Phase.generate))
def test_every_run_of_every_clock_is_due_when_the_calendar_alone_says_so(
    story: list[tuple[int, int]],
) -> None:
    """Whatever is done in whatever order: of what the case accepts the reckoning makes the same dates."""
    world, reckoning = ClockWorld(row()), Reckoning(row())
    adopted = False
    at = BEGINS
    opening = Step(at, "open")
    world.tell(opening)
    reckoning.take(opening)
    for choice, hours in story:
        at += timedelta(hours=hours)
        move, _, more = chosen(world, choice).partition(" ")
        if (move == "adopt" and adopted) or (move == "recount" and not adopted):
            continue
        step = Step(at, move, more)
        before = state(world)
        try:
            world.tell(step)
        except Refused as refused:
            event(refused.refusal.code)
            if before.state != state(world).state:
                event("half a step")
                break  # half of a step that takes two commands: the story ends here
            continue
        adopted = adopted or move == "adopt"
        event(f"took {move}")
        try:
            reckoning.take(step)
        except (Impossible, InvalidInput) as impossible:
            raise AssertionError(f"{step} was accepted") from impossible
    counted = {
        (code, number): (run.deadline.due, run.first.due)
        for code, runs in reckoning.runs.items()
        for number, run in enumerate(runs, 1)
    }
    assert {key: (run.due, run.original) for key, run in world.runs.items()} == counted
    for (code, number), run in ((key, run) for key, run in world.runs.items()):
        explanation = explain_clock(world.workflow.history, world.stream, code, number)
        deadline = reckoning.runs[code][number - 1].deadline
        assert list(explanation[: len(deadline.explain())]) == deadline.explain()
        assert (run.stopped is None) == reckoning.runs[code][number - 1].running
    (moves,) = (check for check in possible.checks(party.MODEL) if check.code == "moves")
    assert list(moves.look(world.workflow.history)) == []
    replays(world, world.stream)


@given(stories)
@settings(max_examples=15, deadline=None)
def test_a_report_as_of_a_moment_never_changes_with_what_comes_later(story: list[tuple[int, int]]) -> None:
    world = ClockWorld(row())
    at = BEGINS
    world.tell(Step(at, "open"))
    reports = {}
    for choice, hours in story:
        at += timedelta(hours=hours + 1)
        move, _, more = chosen(world, choice).partition(" ")
        with suppress(Refused):
            world.tell(Step(at, move, more))
        reports[at] = clock_report(world.workflow.history, at)
    for moment, lines in reports.items():
        again = clock_report(world.workflow.history, moment)
        assert [(line.clock, line.run, line.due, line.standing, line.took) for line in again] == [
            (line.clock, line.run, line.due, line.standing, line.took) for line in lines
        ]
