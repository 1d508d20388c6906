"""Kinds of case for tests of what people say: plain ones, and one in confidence, adopted in a `PackWorld`."""

from __future__ import annotations

from typing import Any

from tests.support.pack import PackWorld

from party_workflow.domain.case import OpenCase
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.parts import ParticularRule
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.lifecycle import Lifecycle
from party_workflow.personal import Personal


def kind_of(code: str, *, confidential: bool = False, outcomes: tuple[str, ...] = ()) -> CaseKind:
    """A kind that is decided, handed over, put right by a closing, and says what it is about."""
    decided = {"decide": "open -> decided", "close": "decided -> closed"} if outcomes else {}
    return CaseKind(
        code=code,
        version=1,
        confidential=confidential,
        outcomes=outcomes,
        particulars={"about": ParticularRule(form="code")},
        lifecycle=Lifecycle.of(
            code,
            1,
            initial="open",
            final=("closed",),
            moves={"hand_over": "open -> open", **(decided or {"close": "open -> closed"})},
        ),
    )


def adopted(world: PackWorld, *kinds: CaseKind) -> None:
    """Adopt kinds in a world."""
    for kind in kinds:
        code = kind.code.replace("_", "-")
        world.do(AdoptDefinition(code=code, kind="case", version=kind.version, body=kind.data()))


def said(world: PackWorld, kind: CaseKind, number: int, by: int = 20, **more: Any) -> str:
    """Open a case of a kind; the stream."""
    key = f"{kind.code.replace('_', '-')}-{number:032x}"
    told = {"unit": "u-branch", "substance": Personal("The roof leaks"), **more}
    world.do(OpenCase(key=key, kind=kind.code, definition=kind.digest, **told), by=world.act(by))
    return f"case/{key}"
