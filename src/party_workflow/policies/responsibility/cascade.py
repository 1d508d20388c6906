"""Responsibility letters down the tree: which edge has one for the year, signed by both ends (R-162).

The tree is that of the day.  An edge whose letter lacks is listed with both ends and who should sign for
each, so that nobody has to look for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final, Literal

from party_workflow.domain.organisation import Organisation
from party_workflow.domain.responsibility import Letter, Responsibility, Side, stream_of
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.figure import PERCENT, Evidence, Figure, Rounding, share
from party_workflow.policies.responsibility.chains import evidence_of, organised, responsibilities

CLAUSE: Final = "letters"
BASIS: Final = "responsibility.letters"
SHARE: Final = Rounding(PERCENT.places + 2, PERCENT.mode)

Status = Literal["complete", "unsigned", "parent_unsigned", "child_unsigned", "other_parent", "none"]
"""What there is: both signatures; none; one of them lacking; a letter with a unit that is not above any more;
no letter."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of an edge: the unit, who signs for it at the moment (nobody is a gap), and the signature.

    `on_paper` says that it was recorded by somebody else on evidence.
    """

    unit: str
    signers: tuple[str, ...]
    signed_by: str | None = None
    signed_at: datetime | None = None
    on_paper: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the tree, with its letter of the year if there is one.  Truthy where that is complete."""

    parent: End
    child: End
    status: Status
    letter: int | None
    text: str | None
    evidence: tuple[Evidence, ...]

    def __bool__(self) -> bool:
        return self.status == "complete"


@dataclass(frozen=True, slots=True)
class Cascade:
    """The letters of a matter and a year over the tree of a moment.  Truthy where every edge has its letter.

    `complete` is the share of edges that have it, exact, with both counts among its inputs.
    """

    matter: str
    year: int
    at: datetime
    edges: tuple[Edge, ...]
    complete: Figure

    def __bool__(self) -> bool:
        return not self.missing

    @property
    def missing(self) -> tuple[Edge, ...]:
        """The edges without a complete letter."""
        return tuple(edge for edge in self.edges if not edge)


def cascade(
    history: History,
    matter: str,
    year: int,
    at: datetime,
    *,
    root: str | None = None,
    kinds: Collection[str] = (),
) -> Cascade:
    """The letters of a year as they stood at a moment, edge by edge, from the root of the tree or a unit.

    With `kinds`, only edges down to units of these kinds.  Raises `InvalidInput` for a root that does not
    stand.
    """
    then = history.as_of(effective=at)
    units = organised(history)
    states = responsibilities(then)
    tops = [u for u in units.units if units.stands(u, at) and _parent(units, u, at) is None]
    if root is not None and not units.stands(root, at):
        raise InvalidInput(
            Fault(root, "There is no such unit at that moment.", "Check the id and the moment.")
        )
    branch = [unit for top in ([root] if root else tops) for unit in units.branch(top, at)]
    edges = []
    for child in branch:
        parent = _parent(units, child, at)
        if child == root or parent is None or not units.stands(child, at):
            continue
        if kinds and units.kind(child, at) not in kinds:
            continue
        edges.append(_edge(states, matter, year, parent, child, at))
    done = [edge for edge in edges if edge]
    part = _count("edges.complete", done, len(done))
    whole = _count("edges", edges, len(edges))
    figure = share("letters.complete", part, whole, CLAUSE, BASIS, SHARE)
    return Cascade(matter, year, at, tuple(edges), figure)


def _count(name: str, edges: list[Edge], number: int) -> Figure:
    found = dict.fromkeys(item for edge in edges for item in edge.evidence)
    return Figure(name, Fraction(number), "count", CLAUSE, BASIS, tuple(found))


def _parent(units: Organisation, unit: str, at: datetime) -> str | None:
    placing = units.placing(unit, at)
    return None if placing is None else placing.parent


def _edge(
    states: dict[str, Responsibility], matter: str, year: int, parent: str, child: str, at: datetime
) -> Edge:
    state = states.get(stream_of(matter, child), Responsibility())
    above = states.get(stream_of(matter, parent), Responsibility())
    of_year = [x for x in state.letters if x.year == year and x.withdrawn is None]
    letter = next((x for x in of_year if x.parent == parent), None)
    status: Status = "other_parent" if of_year else "none"
    if letter is not None:
        status = _status(letter)
    shown = letter or (of_year[-1] if of_year else None)
    proof: tuple[Evidence, ...] = ()
    if shown is not None:
        signed = (evidence_of(shown.signatures[side].origin) for side in sorted(shown.signatures))
        proof = (evidence_of(shown.issued), *signed)
    return Edge(
        _end(parent, above, letter, "parent", at),
        _end(child, state, letter, "child", at),
        status,
        None if shown is None else shown.number,
        None if shown is None else shown.text,
        proof,
    )


def _status(letter: Letter) -> Status:
    signed = frozenset(letter.signatures)
    if signed == {"parent", "child"}:
        return "complete"
    if not signed:
        return "unsigned"
    return "child_unsigned" if "parent" in signed else "parent_unsigned"


def _end(unit: str, state: Responsibility, letter: Letter | None, side: Side, at: datetime) -> End:
    signature = None if letter is None else letter.signatures.get(side)
    signers = state.signers(at) or ()
    if signature is None:
        return End(unit, signers)
    return End(unit, signers, signature.signer, signature.at, signature.evidence is not None)
