"""What follows from results: the measures and favours of a log, each with its whole chain (R-164, R-166).

Each consequence says its ground and the result as it stood, who proposed and who decided it, when the person
was told, what was stated or that the time passed in silence, whether an appeal is pending, and until when it
stands or why no longer.  Which step is which is data of the pack, so that a kind with words of its own fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from party_workflow.domain.procedure import Procedure, Taken
from party_workflow.history import History
from party_workflow.policies.figure import Evidence
from party_workflow.policies.matters.procedures import procedures

Standing = Literal["proposed", "in_force", "refused", "appealed", "ended"]
"""Proposed and not decided; in force; never came about; in force or not, with an appeal pending; ended."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Which steps and states of a kind of procedure are which part of the chain.

    `concerned` are the inputs that name whom it concerns, `measure` what it is, `until` its last day.
    `decisions` bring it about, `ends` are steps that end it before its day.  Of a favour, what is adverse is
    that it is refused or taken back: `decisions` are then those, and `granted` the steps that gave it.
    """

    concerned: tuple[str, ...]
    notices: tuple[str, ...]
    statements: tuple[str, ...]
    decisions: tuple[str, ...]
    appeals: tuple[str, ...]
    appeal_decisions: tuple[str, ...]
    finals: tuple[str, ...]
    in_force: tuple[str, ...]
    ends: tuple[str, ...]
    granted: tuple[str, ...] = ()
    measure: str | None = None
    until: str = "until_day"


def _measure(concerned: tuple[str, ...], decide: str, *, held: tuple[str, ...], **more: object) -> Chain:
    milder = ("reduce",) if "measure" in more else ()  # only what is graded can be made milder
    said: dict[str, object] = {
        "concerned": concerned,
        "notices": ("notify",),
        "statements": ("state", "pass_over"),
        "decisions": (decide,),
        "appeals": ("appeal",),
        "appeal_decisions": ("uphold", *milder, "overturn"),
        "finals": ("uphold", *milder, "overturn", "settle"),
        "in_force": (*held, "final"),
        "ends": ("lift", "expire"),
    }
    return Chain(**{**said, **more})  # type: ignore[arg-type]


def _favour(concerned: tuple[str, ...], grant: str, held: str, **more: object) -> Chain:
    said: dict[str, object] = {
        "concerned": concerned,
        "notices": ("notify",),
        "statements": ("state", "pass_over"),
        "decisions": ("decline", "withdraw"),
        "appeals": ("contest", "appeal"),
        "appeal_decisions": ("grant_anew", "refuse", "reinstate", "uphold"),
        "finals": ("refuse", "settle_refusal", "uphold", "settle", "reinstate"),
        "in_force": (held, "questioned", "notified", "heard"),
        "ends": ("expire",),
        "granted": (grant, "grant_anew"),
    }
    return Chain(**{**said, **more})  # type: ignore[arg-type]


CHAINS: Final[Mapping[str, Chain]] = {
    "penalty": _measure(("concerned",), "decide", held=("decided",), measure="measure"),
    "accountability": _measure(("concerned",), "decide", held=("decided",), measure="measure"),
    "interview": _measure(("invited", "invited_unit"), "authorise", held=("decided", "held")),
    "warning": _measure(
        ("warned", "warned_unit"),
        "decide",
        held=("warned",),
        ends=("lift", "lapse", "escalate"),
        until="expires_on",
    ),
    "breach": _measure(
        ("concerned",),
        "find",
        held=("found",),
        ends=("strike",),
    ),
    "honour": _favour(("honoured", "honoured_unit"), "confer", "conferred", measure="form"),
    "reward": _favour(("rewarded", "rewarded_unit"), "grant", "granted", measure="form"),
    "preference": _favour(("preferred", "preferred_unit"), "grant", "granted", measure="form"),
    "promotion": _favour(("promoted",), "grant", "granted", measure="post"),
    "talent_pool_entry": _favour(("reserve",), "admit", "in_pool", measure="tier", ends=("expire", "leave")),
}
"""The chain of each kind of consequence of the pack, by the code of the kind."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One consequence as it stands on a day.

    `ground`, `result` and `position` are what it cites; `measure` the one decided last, or proposed.
    `proposed` is the step that opened it, the others the last of their part, or None where it was not taken:
    `authorised` whoever's decision brought it about.  `pending` is an appeal that was not decided.  `until`
    is the last day, included.
    """

    stream: str
    kind: str
    version: int
    unit: str | None
    concerned: tuple[str, ...]
    measure: str | None
    ground: str | None
    result: str | None
    position: int | None
    state: str
    standing: Standing
    proposed: Taken
    notified: Taken | None
    stated: Taken | None
    authorised: Taken | None
    appealed: Taken | None
    reviewed: Taken | None
    final: Taken | None
    ended: Taken | None
    pending: Evidence | None
    until: date | None
    chain: Chain = field(repr=False)

    def evidence(self) -> tuple[Evidence, ...]:
        """The events that it rests on, in the order of the log."""
        parts = (
            self.proposed,
            self.notified,
            self.stated,
            self.authorised,
            self.appealed,
            self.reviewed,
            self.final,
            self.ended,
        )
        found = {item.position: _evidence(item) for item in parts if item is not None}
        return tuple(found[position] for position in sorted(found))


def consequences(
    history: History, *, on: date, chains: Mapping[str, Chain] = CHAINS
) -> tuple[Consequence, ...]:
    """The consequences of a log as they stand on a day, in the order of their beginning.

    One whose last day has passed is no longer in force, whether anybody recorded it or not.
    """
    found = []
    for stream, state in procedures(history, *chains).items():
        assert state.kind is not None
        if state.taken:
            found.append(_consequence(stream, state, chains[state.kind.code], on))
    return tuple(found)


def _consequence(stream: str, state: Procedure, chain: Chain, on: date) -> Consequence:
    assert state.kind is not None
    opening = {code: given.values for code, given in state.taken[0].given.items()}
    decided = _last(state, (*chain.granted, *chain.decisions) if chain.granted else chain.decisions)
    appealed, reviewed = _last(state, chain.appeals), _last(state, chain.appeal_decisions)
    pending = appealed is not None and (reviewed is None or reviewed.position < appealed.position)
    until = next((day for day in reversed(state.said(chain.until)) if isinstance(day, date)), None)
    concerned = tuple(str(who) for code in chain.concerned for who in state.said(code))
    return Consequence(
        stream=stream,
        kind=state.kind.code,
        version=state.kind.version,
        unit=state.unit,
        concerned=tuple(dict.fromkeys(concerned)),
        measure=None if chain.measure is None else _text(state, chain.measure),
        ground=_first(state, "ground"),
        result=_first(state, "result"),
        position=next((n for n in opening.get("position", ()) if isinstance(n, int)), None),
        state=state.state,
        standing=_standing(state, chain, decided, pending, until, on),
        proposed=state.taken[0],
        notified=_last(state, chain.notices),
        stated=_last(state, chain.statements),
        authorised=decided,
        appealed=appealed,
        reviewed=reviewed,
        final=_last(state, chain.finals),
        ended=_last(state, chain.ends),
        pending=_evidence(appealed) if pending and appealed is not None else None,
        until=until,
        chain=chain,
    )


def _standing(
    state: Procedure, chain: Chain, decided: Taken | None, pending: bool, until: date | None, on: date
) -> Standing:
    assert state.kind is not None
    if pending:
        return "appealed"
    if state.state in chain.in_force and decided is not None:
        return "ended" if until is not None and until < on else "in_force"
    if state.state not in state.kind.table.finals and decided is None:
        return "proposed"
    never = decided is None if not chain.granted else _last(state, chain.granted) is None
    return "refused" if never and state.state not in state.kind.done else "ended"


def _last(state: Procedure, steps: tuple[str, ...]) -> Taken | None:
    return next((item for item in reversed(state.taken) if item.step in steps), None)


def _first(state: Procedure, code: str) -> str | None:
    """What the opening step said: that a favour is questioned on another ground does not change its own."""
    given = state.taken[0].given.get(code)
    return None if given is None else next((str(value) for value in given.values), None)


def _text(state: Procedure, code: str) -> str | None:
    return next((str(value) for value in reversed(state.latest(code))), None)


def _evidence(taken: Taken) -> Evidence:
    return Evidence(taken.event_id, taken.position, taken.stored_type)


def of_ground(found: tuple[Consequence, ...], ground: str) -> tuple[Consequence, ...]:
    """Those that one result triggered: each stands, and is revoked, by itself (R-166)."""
    return tuple(item for item in found if item.ground == ground)
