"""What a case has come to: its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from party_workflow.domain.case.clocks import Run, latest
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.case.notes import Particular
from party_workflow.domain.vocabulary import Serves, Work
from party_workflow.personal import Sealed


@dataclass(frozen=True, slots=True)
class Notice:
    """The latest notice to a person concerned: by when to answer, and the answer if there is one."""

    person: str
    reply_by: datetime
    substance: Sealed
    reply: Sealed | None = None


@dataclass(frozen=True, slots=True)
class IdentityRequest:
    """A request to learn who brought the case: who asked when on what ground, and what came of it."""

    number: int
    by: str
    ground: str
    at: datetime
    granted: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_on: str | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """A case passed, or went back, from one unit to another."""

    previous: str
    unit: str
    at: datetime
    ground: str
    returned: bool


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in brief, as others may cite it.

    `due` is what stands, `original_due` what stood before any extension; where clocks run by themselves,
    that of the one that runs out first.  `lead` is the case that it follows as a duplicate, `promoted` what
    it goes on as.  `failed_verifications`, `contested`
    and `reopened` count over the whole case; `outcome` and `answered` lapse when the case is reopened.
    """

    stream: str
    kind: str
    unit: str
    state: str
    final: bool
    confidential: bool
    due: datetime | None
    original_due: datetime | None
    responsible: str | None
    outcome: str | None
    answered: bool
    failed_verifications: int
    contested: int
    reopened: int
    withdrawn: bool
    source: str | None
    classes: tuple[str, ...]
    lead: str | None = None
    promoted: str | None = None
    level: int = 0
    handed_over: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """Everything recorded of one case.  Before the opening `kind` is None.

    `opened` is when it was opened, `entered` when it came into its present state, as far as is recorded.
    """

    stream: str = ""
    kind: CaseKind | None = None
    definition: str = ""
    unit: str = ""
    confidential: bool = False
    state: str = ""
    substance: Sealed | None = None
    requester: str | None = None
    complainant: Sealed | None = None
    concerns: tuple[str, ...] = ()
    responsible: str | None = None
    investigator: str | None = None
    source: str | None = None
    classes: tuple[str, ...] = ()
    due: datetime | None = None
    original_due: datetime | None = None
    serves: tuple[Serves, ...] = ()
    notices: tuple[Notice, ...] = ()
    outcome: str | None = None
    ground: Sealed | None = None
    answers: tuple[Sealed, ...] = ()
    answered: bool = False
    failed_verifications: int = 0
    contested: int = 0
    reopened: int = 0
    withdrawn: bool = False
    runs: tuple[Run, ...] = ()
    particulars: Mapping[str, Particular] = field(default_factory=dict)
    passed: tuple[HandOver, ...] = ()
    lead: str | None = None
    promoted: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    level: int = 0
    appeal_outcome: str | None = None
    confirmed: bool = False
    escalated: tuple[str, ...] = ()
    recused: frozenset[str] = frozenset()
    requests: tuple[IdentityRequest, ...] = ()
    opened: datetime | None = None
    entered: datetime | None = None

    @property
    def codes(self) -> dict[str, str | None]:
        """The codes that were said of it, by the names of the particulars."""
        return {name: each.code for name, each in self.particulars.items()}

    def run(self, clock: str) -> Run | None:
        """The latest run of a clock; None before the first."""
        return latest(self.runs, clock)

    @property
    def handed_over(self) -> int:
        """How often it passed to another unit; going back is not counted."""
        return sum(not each.returned for each in self.passed)

    def opened_for(self, person: str) -> bool:
        """Whether a person was granted to learn who brought the case, and took note of it on record."""
        return any(each.by == person and each.opened_at is not None for each in self.requests)

    def notice(self, person: str) -> Notice | None:
        """The latest notice to a person, None before the first and after a reopening."""
        return next((notice for notice in self.notices if notice.person == person), None)

    @property
    def final(self) -> bool:
        """Whether the case is finished."""
        return self.kind is not None and self.state in self.kind.table.finals

    @property
    def kept(self) -> bool:
        """Whether nothing outside the case may tell of it: it is confidential, and nothing is decided yet."""
        return self.confidential and self.outcome is None and not self.final

    def work(self) -> Work | None:
        """The case as others may cite it: done when it is finished otherwise than by being withdrawn.

        Those who take part in a confidential case are not named.  None for a case never opened, and for a
        confidential one on which nothing was decided yet: what cites it would tell of it.
        """
        if self.kind is None or self.kept:
            return None
        people = {*self.concerns, self.requester, self.responsible} - {None}
        return Work(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.unit,
            state=self.state,
            done=self.final and not self.withdrawn,
            serves=self.serves,
            people=frozenset() if self.confidential else frozenset(p for p in people if p is not None),
            confidential=self.confidential,
        )

    def summary(self) -> CaseSummary | None:
        """The case in brief; None for one never opened."""
        if self.kind is None:
            return None
        first = self._next()
        return CaseSummary(
            stream=self.stream,
            kind=self.kind.code,
            unit=self.unit,
            state=self.state,
            final=self.final,
            confidential=self.confidential,
            due=self.due if self.due or first is None else first.due,
            original_due=self.original_due if self.due or first is None else first.original,
            responsible=self.responsible,
            outcome=self.outcome,
            answered=self.answered,
            failed_verifications=self.failed_verifications,
            contested=self.contested,
            reopened=self.reopened,
            withdrawn=self.withdrawn,
            source=self.source,
            classes=self.classes,
            lead=self.lead,
            promoted=self.promoted,
            level=self.level,
            handed_over=self.handed_over,
        )

    def _next(self) -> Run | None:
        """The running clock that runs out first."""
        return min(
            (run for run in self.runs if run.running), key=lambda run: (run.due, run.clock), default=None
        )
