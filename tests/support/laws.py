"""What holds of every aggregate, checked through the public API while a test drives a `World`."""

from __future__ import annotations

from datetime import datetime

from tests.support.world import ROOT, World

from party_workflow.authority import forbidden
from party_workflow.codec import Command
from party_workflow.errors import Refusal, Refused
from party_workflow.service import Workflow
from party_workflow.store import Actor


def attempt(
    world: World, command: Command, by: Actor = ROOT, effective_at: datetime | None = None
) -> Refusal | None:
    """Execute a command; the refusal if there was one.

    A refusal records nothing, and what `allowed` closed beforehand is refused for the reason that it gave.
    """
    permissions = world.workflow.allowed(by, world.now, command.stream)
    closed = next(p.refusal for p in permissions if p.command == command.stored_type)
    before = world.workflow.history.head()
    refusal = None
    try:
        world.do(command, by=by, effective_at=effective_at)
    except Refused as refused:
        refusal = refused.refusal
    if closed is not None:
        assert refusal is not None, f"carried out although {closed}"
        assert refusal.code == closed.code
    assert (world.workflow.history.head() == before) is (refusal is not None)
    return refusal


def replays(world: World, stream: str) -> None:
    """A reader who begins anew comes to the same state, and finds nothing that was not permitted."""
    anew = Workflow(world.store, world.model)
    assert anew.state(stream) == world.workflow.state(stream)
    assert world.workflow.history.state(world.model.decider(stream), stream) == anew.state(stream)
    assert list(forbidden(world.workflow.history.events())) == []
