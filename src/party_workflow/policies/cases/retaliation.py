"""Who is known to have brought a case, against whom, and who acts for those it is about (R-148).

Nothing here is for a report.  It compares people with sealed complainants through `binds`, which only the
owner of the vault has (`party_workflow.Workflow.binds`), and is made for the process manager that puts marks
aside.
Of a complainant whose opening was erased, or who is anonymous, it knows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from party_workflow.authority import ConflictDeclared, Delegated
from party_workflow.domain import case, organisation
from party_workflow.domain.case import Case
from party_workflow.domain.organisation import Organisation
from party_workflow.domain.organisation.facts import line_of
from party_workflow.history import History
from party_workflow.personal import Sealed
from party_workflow.store import Envelope

Binds = Callable[[Sealed, str], bool | None]
"""Whether a commitment seals a person; None where its opening is not at hand."""
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Complaint:
    """A case that somebody brought against people: from when it is known, and until when it ran."""

    stream: str
    requester: str | None
    complainant: Sealed | None
    accused: frozenset[str]
    position: int
    since: datetime
    ended: datetime | None
    opened_for: frozenset[str]
    """Who learned who brought it, by a decision in the log."""

    def brought_by(self, person: str, binds: Binds) -> bool:
        """Whether it is known that this person brought it, by name or sealed."""
        if self.requester == person:
            return True
        return self.complainant is not None and binds(self.complainant, person) is True

    def watched(self, envelope: Envelope, months: int) -> bool:
        """Whether something recorded falls within so many months of its end, or while it ran.

        An answer to what took a year comes when it is over.  What was recorded before it is no answer to it,
        whatever it is dated.
        """
        if envelope.position <= self.position:
            return False
        at = envelope.recorded_at
        return self.ended is None or at <= months_after(self.ended, months)


def months_after(start: datetime, months: int) -> datetime:
    """The same day and hour so many months later; at the end of a shorter month, its last day."""
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    day = start.day
    while True:
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


def complaints(history: History) -> tuple[Complaint, ...]:
    """Every case that names people and was brought by somebody, in the order of opening."""
    states: dict[str, Case] = {}
    opened: dict[str, Envelope] = {}
    ended: dict[str, datetime | None] = {}
    for recorded in history.events(*case.DECIDER.events):
        stream = recorded.envelope.stream
        before = states.get(stream, case.DECIDER.initial())
        after = states[stream] = case.DECIDER.evolve(before, recorded)
        opened.setdefault(stream, recorded.envelope)
        if before.final is not after.final or stream not in ended:
            ended[stream] = recorded.envelope.recorded_at if after.final else None
    found: list[Complaint] = []
    for stream, state in states.items():
        accused = frozenset({*state.concerns, *(notice.person for notice in state.notices)})
        named = accused - {state.requester}
        if not named or (state.requester is None and state.complainant is None):
            continue
        opened_for = frozenset(each.by for each in state.requests if each.opened_at is not None)
        begun = opened[stream]
        found.append(
            Complaint(
                stream,
                state.requester,
                state.complainant,
                named,
                begun.position,
                begun.recorded_at,
                ended[stream],
                opened_for,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Circles:
    """Who acts for whom, by what the log says of units, posts, delegations and declared conflicts."""

    organisation: Organisation
    tied: Mapping[str, tuple[tuple[str, int], ...]]
    """By person those who acted for them or declared themselves close to them, and since which position."""

    @classmethod
    def of(cls, history: History) -> Circles:
        """As the history knows it."""
        tied: dict[str, list[tuple[str, int]]] = {}
        for recorded in history.events(Delegated, ConflictDeclared):
            event, position = recorded.event, recorded.envelope.position
            if isinstance(event, Delegated):
                tied.setdefault(event.principal, []).append((event.delegate, position))
            elif isinstance(event, ConflictDeclared):
                tied.setdefault(event.other, []).append((event.person, position))
        state = history.state(organisation.DECIDER, organisation.STREAM)
        return cls(state, {person: tuple(others) for person, others in tied.items()})

    def around(self, person: str, envelope: Envelope) -> frozenset[str]:
        """A person, their line as of the moment when something was recorded, and who had acted for them or
        declared a conflict because of them by then, also where that has ended."""
        line = line_of(self.organisation, person, envelope.recorded_at)
        tied = (other for other, since in self.tied.get(person, ()) if since <= envelope.position)
        return frozenset({person, *line, *tied})


def answers_a_complaint(
    person: str,
    behind: Iterable[str],
    envelope: Envelope,
    known: Iterable[Complaint],
    circles: Circles,
    binds: Binds,
    months: int,
) -> Iterator[Complaint]:
    """The cases that this person brought against somebody for whom those behind an act may have acted."""
    acting = frozenset(behind)
    for complaint in known:
        if not complaint.watched(envelope, months) or not complaint.brought_by(person, binds):
            continue
        if any(acting & circles.around(accused, envelope) for accused in complaint.accused):
            yield complaint


__all__ = ["Binds", "Circles", "Complaint", "answers_a_complaint", "complaints", "months_after"]
