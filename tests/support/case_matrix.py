"""Role x relation x command x state: the table in `tests/data`, and the cases its cells are tried on.

``case_matrix.csv`` is written from the requirements.  A cell is permitted if a row *opens* the command in
that state of that kind, a row *allows* it to the role in that relation, and no row *denies* it; all else
is refused.  A field is a name, several (``a|b``), all (``*``) or all but some (``!a|b``).  A second account
of the same person, a delegate of theirs, and they as the delegate of somebody else have no rows: whoever acts
so stands where the person stands (`VIA`), unless a row names the way (``responsible/delegate``).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.support.world import World

from party_workflow.authority import (
    AdoptRoles,
    DeclareConflict,
    Delegate,
    GrantRole,
    OpenAccount,
    RevokeRole,
)
from party_workflow.codec import Command
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    AnswerRequester,
    AppealCase,
    AssignInvestigator,
    AssignResponsible,
    CaseKind,
    CloseCase,
    ConfirmResolution,
    ContestCase,
    DecideAppeal,
    DecideCase,
    DecideIdentity,
    EscalateCase,
    ExtendClock,
    ExtendDue,
    GivenParticular,
    GiveParticulars,
    HandOverCase,
    JoinCase,
    LinkCase,
    NotifyRespondent,
    OpenCase,
    OpenIdentity,
    PauseCase,
    PromoteCase,
    RecountClock,
    RecuseFromCase,
    RefuseCase,
    RemindCase,
    ReopenCase,
    ReplyToNotice,
    ReportRectified,
    RequestIdentity,
    ResumeCase,
    ReturnCase,
    VerifyRectification,
    WithdrawCase,
)
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit, RegisterPerson
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.store import Actor, MemoryStore

DATA: Final = Path(__file__).parents[1] / "data"
UNIT: Final = "u-branch"
OTHER_UNIT: Final = "u-other"
PROOF: Final = "e" * 64
YEARS_ON: Final = 5844
"""How many days after the world began the cases come in: in March 2025, which calendars of the pack cover."""
CALENDAR: Final = "cn-working-days"
TEXT: Final = Personal("x")

# --- the table -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, its fields as written."""

    number: int
    kind: str
    state: str
    command: str
    role: str
    relation: str
    verdict: str
    requirement: str
    why: str
    reading: str


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One thing that somebody might try.  Of an appointing `relation` is that of whoever is appointed."""

    kind: str
    state: str
    command: str
    role: str
    relation: str
    via: str = "itself"

    def __str__(self) -> str:
        through = "" if self.via == "itself" else f" ({self.via})"
        return f"{self.kind}/{self.state}: {self.command} by {self.role} who is {self.relation}{through}"


VIA: Final = ("itself", "alias", "delegate", "for_another")
"""Acting under one's account, under a second one, through somebody who acts for one, for somebody else."""


def fits(field: str, name: str) -> bool:
    """Whether a field of the table covers a name."""
    if field.startswith("!"):
        return name not in field[1:].split("|")
    return field == "*" or name in field.split("|")


def rows() -> tuple[Row, ...]:
    """The table."""
    with (DATA / "case_matrix.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Row(number, **row) for number, row in enumerate(csv.DictReader(file), start=2))


@dataclass(frozen=True)
class Table:
    """The table, asked cell by cell; `used` are the numbers of the rows that decided something."""

    rows: tuple[Row, ...]
    used: set[int]

    @classmethod
    def read(cls) -> Table:
        """The table from the file."""
        return cls(rows(), set())

    def permits(self, cell: Cell) -> bool:
        """Whether the cell is permitted: opened, allowed and not denied."""
        found = self._rows(cell)
        if cell.via in ("delegate", "for_another") and cell.role == "member":
            return False  # acting for oneself cannot be lent
        self.used.update(row.number for row in found)
        verdicts = {row.verdict for row in found}
        return verdicts == {"open", "allow"}

    def opens(self, cell: Cell) -> bool:
        """Whether anybody could do it in that state."""
        return any(row.verdict == "open" for row in self._of(cell.kind, cell.state, cell.command))

    def roles(self, kind: str, command: str) -> frozenset[str]:
        """The roles to which some row allows a command of a kind."""
        return _roles(self.rows, kind, command)

    def says(self, cell: Cell) -> str:
        """Which rows decide a cell."""
        found = self._rows(cell)
        return ", ".join(f"{row.verdict} line {row.number} ({row.requirement})" for row in found) or "default"

    def _rows(self, cell: Cell) -> list[Row]:
        through = f"{cell.relation}/{cell.via}"
        return [
            row
            for row in self._of(cell.kind, cell.state, cell.command)
            if fits(row.role, cell.role) and (fits(row.relation, cell.relation) or row.relation == through)
        ]

    def _of(self, kind: str, state: str, command: str) -> tuple[Row, ...]:
        return _narrowed(self.rows, kind, state, command)


@cache
def _narrowed(table: tuple[Row, ...], kind: str, state: str, command: str) -> tuple[Row, ...]:
    return tuple(
        row for row in table if fits(row.kind, kind) and fits(row.state, state) and fits(row.command, command)
    )


@cache
def _roles(table: tuple[Row, ...], kind: str, command: str) -> frozenset[str]:
    allowed = [
        row.role
        for row in table
        if row.verdict == "allow" and fits(row.kind, kind) and fits(row.command, command)
    ]
    return frozenset(role for role in EVERY_ROLE if any(fits(field, role) for field in allowed))


def role_book() -> dict[str, tuple[str, ...]]:
    """The roles of the table with their duties, each with custody of cases unless it is named otherwise."""
    book: dict[str, list[str]] = {}
    with (DATA / "case_matrix_roles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            book.setdefault(row["role"], ["case.custody"]).append(row["duty"])
    every = sorted(party.duties().union(*book.values()))
    book["administrator"] = every
    book["lapsed"] = every
    book["uncleared"] = [duty for duty in every if duty not in ("case.custody", "case.custodian")]
    book["auditor"] = ["campaign.look_back"]
    return {role: tuple(sorted(duties)) for role, duties in book.items()}


ROLES: Final = tuple(role for role in role_book() if role not in ("lapsed", "uncleared"))
"""The roles that everybody in the matrix holds; who holds a lapsed or an uncleared one holds no other."""
EVERY_ROLE: Final = ("member", *ROLES, "lapsed", "uncleared")

# --- the people ------------------------------------------------------------------------------

NUMBERS: Final = {
    name: number
    for number, name in enumerate(
        (
            "stranger",  # of another unit, with roles over the unit of the case: no part in it
            "insider",  # of the unit of the case
            "superior",  # of the unit above
            "bystander",  # of the unit of the case, without any role
            "elsewhere",  # with roles over another unit only
            "lapsed",
            "uncleared",
            "opener",
            "requester",
            "complainant",
            "concerned",
            "respondent",
            "responsible",
            "rectifier",
            "investigator",
            "decider_before",
            "conflict_concerned",
            "conflict_requester",
            "conflict_complainant",
            "declared_against",  # the concerned declared a conflict with them: that binds the concerned only
            "recused",
            "identity_requester",
            "appellant",
            "appeal_decider",
        ),
        start=100,
    )
}
NAMES: Final = {number: name for name, number in NUMBERS.items()}
ROLELESS: Final = ("bystander", "lapsed", "uncleared")
OUTSIDERS: Final = ("stranger", "elsewhere", "opener", "lapsed", "uncleared")
BARRED: Final = (
    "requester",
    "complainant",
    "concerned",
    "respondent",
    "responsible",
    "rectifier",
    "investigator",
    "decider_before",
    "conflict_concerned",
    "conflict_requester",
    "conflict_complainant",
    "recused",
    "identity_requester",
    "appeal_decider",
)
"""The relations that are tried through second accounts and delegates as well."""
LENDER: Final = 180
"""A stranger for whom everybody may act: what bars the delegate bars."""
STAFF: Final = 190
"""A stranger who does what has to be done to come to a state."""
SOMEBODY: Final = 192
"""Who brought another case."""
NEXT: Final = 195
"""Somebody without a part who is given one."""


def person(name: str | int) -> str:
    """The id of whoever stands in a relation."""
    return f"p-{NUMBERS[name] if isinstance(name, str) else name}"


def actor(name: str | int, role: str, via: str = "itself") -> Actor:
    """Somebody acting: themselves, under a second account, through a delegate, or for somebody else."""
    number = NUMBERS[name] if isinstance(name, str) else name
    capacity = "self" if role == "member" else role
    match via:
        case "alias":
            return Actor(f"a-{number}-b", f"p-{number}", capacity)
        case "delegate":
            return Actor(f"a-{number + 200}", f"p-{number + 200}", capacity, f"p-{number}")
        case "for_another":
            return Actor(f"a-{number}", f"p-{number}", capacity, f"p-{LENDER}")
        case _:
            return Actor(f"a-{number}", f"p-{number}", capacity)


class CopiedStore(MemoryStore):
    """A store that holds what another one held when it was copied."""

    def __init__(self, other: MemoryStore) -> None:
        super().__init__()
        self._records = list(other._records)
        self._streams = {stream: list(records) for stream, records in other._streams.items()}
        self._receipts = dict(other._receipts)
        self._counters = dict(other._counters)


class Bureau(World):
    """A world with everybody of the matrix in it, and kinds of case of the pack adopted."""

    def __init__(self, *kinds: str) -> None:
        deciders = [each for each in party.MODEL.deciders if each.category != "organisation"]
        super().__init__(*deciders, members=1, more_duties=sorted(party.duties()))
        self.later(days=YEARS_ON)
        every = tuple(self.workflow.state("authority").roles["everything"])
        self.do(
            AdoptRoles(roles={"everything": every, **role_book()}),
            FoundUnit(unit=OTHER_UNIT, kind="branch", parent="u-city"),
        )
        for name, number in NUMBERS.items():
            self._settle(name, number)
        self._settle("stranger", LENDER)
        self._settle("stranger", STAFF)
        self._settle("stranger", NEXT)
        self._settle("bystander", SOMEBODY)
        self.do(RevokeRole(person=person("lapsed"), role="lapsed", unit=UNIT))
        for name in BARRED:
            self._lend(NUMBERS[name])
        for name in ("concerned", "requester", "complainant"):
            who = f"conflict_{name}"
            self.do(
                DeclareConflict(person=person(who), other=person(name), ground="kin"), by=actor(who, "member")
            )
        against = DeclareConflict(
            person=person("concerned"), other=person("declared_against"), ground="dispute"
        )
        self.do(against, by=actor("concerned", "member"))
        for command in party.definitions(*kinds):
            if command.kind != "calendar" or command.version == 1:
                self.do(command)

    def _settle(self, name: str, number: int) -> None:
        unit = {"superior": "u-bureau"}.get(name, OTHER_UNIT if name in OUTSIDERS else UNIT)
        who = f"p-{number}"
        commands: list[Command] = [
            RegisterPerson(person=who, unit=unit, categories=("member",)),
            OpenAccount(account=f"a-{number}", person=who),
            OpenAccount(account=f"a-{number}-b", person=who),
        ]
        roles = (name,) if name in ("lapsed", "uncleared") else () if name == "bystander" else ROLES
        over = OTHER_UNIT if name == "elsewhere" else UNIT
        commands += [GrantRole(person=who, role=role, unit=over) for role in roles]
        self.do(*commands)

    def _lend(self, number: int) -> None:
        """Somebody who may act for a person in one role, and that person for the lender."""
        delegate, until = f"p-{number + 200}", self.now + timedelta(days=3000)
        role = "administrator"
        self.do(
            RegisterPerson(person=delegate, unit=OTHER_UNIT, categories=("member",)),
            OpenAccount(account=f"a-{number + 200}", person=delegate),
        )
        lent = {"role": role, "unit": UNIT, "until": until}
        self.do(Delegate(principal=f"p-{number}", delegate=delegate, **lent), by=actor(number, "member"))
        self.do(Delegate(principal=f"p-{LENDER}", delegate=f"p-{number}", **lent), by=actor(LENDER, "member"))

    def staff(self, command: Command, by: str | int = STAFF, role: str = "administrator") -> None:
        """One step on the way to a state."""
        self.do(command, by=actor(by, role))

    def fork(self) -> Bureau:
        """The same world again, to try something in: what is recorded there is not recorded here."""
        other = copy(self)
        other.store = CopiedStore(self.store)
        other.workflow = copy(self.workflow)
        other.workflow.store = other.store
        reading = copy(self.workflow._reading)
        reading.store, reading._matters = other.store, dict(reading._matters)
        other.workflow._reading = reading
        return other


# --- the states ------------------------------------------------------------------------------

ALWAYS: Final = frozenset(
    {
        "stranger",
        "insider",
        "superior",
        "bystander",
        "elsewhere",
        "opener",
        "conflict_concerned",
        "declared_against",
        "recused",
    }
)
UNGUESSABLE: Final = "0123456789abcdef" * 2
OPENED_LATER: Final = f"new-{UNGUESSABLE}"
OTHER_CASE: Final = f"other-{UNGUESSABLE}"
THERE: Final = f"there-{UNGUESSABLE}"
"""Another case in the same unit, and one in the unit that a case is passed to."""
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "petition": (CALENDAR,),
    "early_sign": (CALENDAR, "petition"),
    "assignment_slip": (CALENDAR,),
    "finding": (CALENDAR, "assignment_slip"),
}
"""What has to be adopted besides a kind."""
FOLLOWS: Final = {"early_sign": "petition", "finding": "assignment_slip"}
"""As a case of which kind one of a kind goes on."""
ISSUED_BY: Final = {"assignment_slip": OTHER_UNIT}
"""The unit in which a case of a kind is opened, where it is passed on at once."""


@dataclass(frozen=True)
class Stage:
    """A case come to a state, and who stands in a relation to it by then."""

    kind: str
    state: str
    bureau: Bureau
    relations: frozenset[str]


def key_of(kind: str) -> str:
    """The key of the case of a kind."""
    return f"{kind.replace('_', '-')}-{UNGUESSABLE}"


def kind_of(code: str) -> CaseKind:
    """A kind of the pack."""
    return party.PACK.read_as(CaseKind, code)


def is_sealed(kind: str) -> bool:
    """Whether who brings a case of the kind is sealed."""
    return kind_of(kind).confidential


def opening(
    kind: str, key: str, brings: str | int, concerns: tuple[str, ...], source: str | None = None
) -> OpenCase:
    """The command that opens a case of a kind: brought by one, about others."""
    told = {name: rule.values[0] for name, rule in kind_of(kind).particulars.items() if rule.by == "open"}
    by: dict[str, Any] = (
        {"complainant": Personal(person(brings))} if is_sealed(kind) else {"requester": person(brings)}
    )
    return OpenCase(
        key=key,
        kind=kind,
        definition=kind_of(kind).digest,
        unit=UNIT,
        substance=TEXT,
        concerns=tuple(person(name) for name in concerns),
        channel="letter",
        source=source,
        particulars=tuple(GivenParticular(name=name, code=code) for name, code in told.items()),
        **by,
    )


def stages(kind: str) -> Iterator[Stage]:
    """A case of a kind, from state to state."""
    bureau = Bureau(*NEEDS.get(kind, ()), kind)
    brings = "complainant" if is_sealed(kind) else "requester"
    seen = set(ALWAYS) | {brings, f"conflict_{brings}", "concerned"}
    none = frozenset(seen - {"recused", "opener"})
    yield Stage(kind, "none", bureau.fork(), none)
    bureau.later(days=1)
    concerns = ("concerned", "respondent") if kind_of(kind).right_of_reply else ("concerned",)
    if kind in ISSUED_BY:
        for role in ("intake_desk", "assigner"):
            bureau.do(GrantRole(person=person("opener"), role=role, unit=ISSUED_BY[kind]))
    opened = opening(kind, key_of(kind), brings, concerns)
    opened = opened.model_copy(update={"unit": ISSUED_BY.get(kind, UNIT)})
    bureau.staff(opened, "opener", "intake_desk")
    source = f"case/{key_of(kind)}"
    bureau.staff(opening(FOLLOWS.get(kind, kind), OTHER_CASE, SOMEBODY, (), source=source))
    there = opening(kind, THERE, SOMEBODY, ()).model_copy(update={"unit": OTHER_UNIT})
    bureau.staff(there, "elsewhere")
    before = [HandOverCase(key=key_of(kind), unit=UNIT, ground="found_there")] if kind in ISSUED_BY else []
    for command in before:
        bureau.staff(command, "opener", "assigner")
    bureau.staff(RecuseFromCase(key=key_of(kind)), "recused", "member")
    for state, steps, more, gone in PATHS[kind](key_of(kind), bureau):
        aside = state.startswith(ASIDE)
        at = bureau.fork() if aside else bureau
        for step in steps:
            at.later(hours=1)
            if isinstance(step, timedelta):
                at.now += step
                continue
            if isinstance(step, AdoptDefinition):
                at.do(step)
                continue
            command, *by = step if isinstance(step, tuple) else (step,)
            at.staff(command, *by)
        now = (seen | set(more)) - set(gone)
        seen = seen if aside else now
        yield Stage(kind, state.removeprefix(ASIDE), at.fork(), frozenset(now))


ASIDE: Final = "+"
"""Marks a state beside the way: the next one follows from the one before it."""

Step = Any
Path_ = Iterator[tuple[str, list[Step], tuple[str, ...], tuple[str, ...]]]
"""State, what leads there (a command, or one with who gives it in which role), relations new and gone."""


def _complaint(key: str, bureau: Bureau) -> Path_:
    reply = ReplyToNotice(key=key, reply=TEXT)
    yield "received", [], (), ()
    yield "acknowledged", [AcknowledgeCase(key=key, channel="letter")], (), ()
    yield "accepted", [AcceptCase(key=key)], (), ()
    due = bureau.now + timedelta(days=30)
    assign = AssignInvestigator(key=key, investigator=person("investigator"), due=due)
    yield "investigating", [assign], ("investigator",), ()
    ask = (RequestIdentity(key=key, ground="protection", reason=TEXT), "identity_requester", "handler")
    grant = (DecideIdentity(key=key, granted=True, ground="protection"), STAFF, "custodian")
    yield "+asked", [ask], ("identity_requester",), ()
    yield "+granted", [ask, grant], ("identity_requester",), ()
    yield "notified", [_notice(key, "respondent", bureau)], ("respondent",), ()
    told = _notice(key, "concerned", bureau)
    heard = [(reply, "respondent", "member"), told, (reply, "concerned", "member")]
    yield "heard", heard, (), ("concerned",)
    yield "decided", [(_decision("upheld", key), "decider_before", "decider")], ("decider_before",), ()
    assign_responsible = AssignResponsible(key=key, responsible=person("responsible"))
    report = (ReportRectified(key=key, evidence=(PROOF,)), "rectifier", "rectifier")
    yield "reported", [assign_responsible, report], ("responsible", "rectifier"), ()
    told_so = AnswerRequester(key=key, channel="letter", answer=TEXT)
    yield "closed", [_verified(key), told_so, CloseCase(key=key)], (), ()
    yield "contested", [ContestCase(key=key, ground=TEXT)], (), ()


def _finding(key: str, bureau: Bureau) -> Path_:
    yield "found", [], (), ()
    due = bureau.now + timedelta(days=30)
    assign = AssignResponsible(key=key, responsible=person("responsible"), due=due)
    yield "in_progress", [assign], ("responsible",), ()
    report = (ReportRectified(key=key, evidence=(PROOF,)), "rectifier", "rectifier")
    yield "reported", [report], ("rectifier",), ()
    yield "verified", [_verified(key)], (), ()
    yield "closed", [CloseCase(key=key)], (), ()


def _opinion(key: str, bureau: Bureau) -> Path_:
    yield "received", [], (), ()
    due = bureau.now + timedelta(days=30)
    assign = AssignResponsible(key=key, responsible=person("responsible"), due=due)
    yield "assigned", [assign], ("responsible",), ()
    yield "decided", [(_decision("adopted", key), "decider_before", "decider")], ("decider_before",), ()
    yield "answered", [AnswerRequester(key=key, channel="letter", answer=TEXT)], (), ()
    yield "closed", [CloseCase(key=key)], (), ()
    yield "contested", [(ContestCase(key=key, ground=TEXT), "requester", "member")], (), ()


def _petition(key: str, bureau: Bureau) -> Path_:
    reply = ReplyToNotice(key=key, reply=TEXT)
    told_so = AnswerRequester(key=key, channel="letter", answer=TEXT)
    appeal = (AppealCase(key=key, ground=TEXT), "requester", "member")
    decide = DecideAppeal(key=key, outcome="maintained", ground=TEXT)
    responsible = AssignResponsible(key=key, responsible=person("responsible"))
    investigator = AssignInvestigator(key=key, investigator=person("investigator"))
    newer = next(each for each in party.definitions(CALENDAR) if each.version == 2)
    yield "received", [], (), ()
    yield "registered", [AcknowledgeCase(key=key, channel="letter")], (), ()
    yield "+handed", [HandOverCase(key=key, unit=OTHER_UNIT, ground="competence")], (), ()
    yield "handling", [AcceptCase(key=key), responsible, investigator], ("responsible", "investigator"), ()
    yield "+new_calendar", [newer], (), ()
    yield "+overdue", [timedelta(days=61)], (), ()
    yield "+waiting", [PauseCase(key=key, ground="expert_opinion")], (), ()
    notices = [_notice(key, name, bureau) for name in ("respondent", "concerned")]
    replies = [(reply, name, "member") for name in ("respondent", "concerned")]
    yield "heard", [*notices, *replies], ("respondent",), ("concerned",)
    decided = (_decision("supported", key), "decider_before", "decider")
    yield "decided", [decided], ("decider_before",), ()
    yield "answered", [told_so], (), ()
    yield "+answered_late", [timedelta(days=33)], (), ()
    yield "+settled", [timedelta(days=33), (ConfirmResolution(key=key), "requester", "member")], (), ()
    yield "in_review", [appeal], (), ()
    first = (decide, "appeal_decider", "appeal_body")
    yield "review_answered", [first, told_so], ("appeal_decider",), ()
    yield "in_rereview", [appeal], (), ()
    yield "rereview_decided", [decide], (), ()
    yield "ended", [told_so], (), ()


def _assignment_slip(key: str, bureau: Bureau) -> Path_:
    yield "issued", [], (), ()
    yield "accepted", [AcceptCase(key=key)], (), ()
    assign = AssignResponsible(key=key, responsible=person("responsible"))
    yield "in_progress", [assign], ("responsible",), ()
    yield "+overdue", [timedelta(days=40)], (), ()
    report = (ReportRectified(key=key, evidence=(PROOF,)), "rectifier", "rectifier")
    yield "reported", [report], ("rectifier",), ()
    yield "verified", [_verified(key)], (), ()
    yield "closed", [CloseCase(key=key)], (), ()


def _early_sign(key: str, bureau: Bureau) -> Path_:
    yield "noted", [], (), ()
    assign = AssignResponsible(key=key, responsible=person("responsible"))
    yield "watched", [assign], ("responsible",), ()
    yield "defused", [CloseCase(key=key)], (), ()


PATHS: Final[Mapping[str, Callable[[str, Bureau], Path_]]] = {
    "complaint": _complaint,
    "finding": _finding,
    "opinion": _opinion,
    "petition": _petition,
    "early_sign": _early_sign,
    "assignment_slip": _assignment_slip,
}


def _notice(key: str, name: str, bureau: Bureau) -> NotifyRespondent:
    reply_by = bureau.now + timedelta(days=20)
    return NotifyRespondent(key=key, person=person(name), substance=TEXT, reply_by=reply_by)


def _decision(outcome: str, key: str) -> DecideCase:
    return DecideCase(key=key, outcome=outcome, ground=TEXT)


def _verified(key: str) -> VerifyRectification:
    return VerifyRectification(key=key, passed=True, evidence=(PROOF,))


# --- the commands ----------------------------------------------------------------------------


def _open(stage: Stage, cell: Cell) -> Command:
    brings = "complainant" if is_sealed(stage.kind) else "requester"
    key = OPENED_LATER if stage.state == "none" else key_of(stage.kind)
    return opening(stage.kind, key, brings, ("concerned",))


def _notify(stage: Stage, cell: Cell) -> Command:
    name = "concerned" if "concerned" in stage.relations else "respondent"
    return _notice(key_of(stage.kind), name, stage.bureau)


def _extend(stage: Stage, cell: Cell) -> Command:
    due = stage.bureau.now + timedelta(days=60)
    return ExtendDue(key=key_of(stage.kind), due=due, ground="holiday")


def _extend_clock(stage: Stage, cell: Cell) -> Command:
    clock = "difficult" if stage.kind == "assignment_slip" else "finish"
    return ExtendClock(key=key_of(stage.kind), clock=clock, ground="holiday")


def _decide(stage: Stage, cell: Cell) -> Command:
    outcomes = kind_of(stage.kind).outcomes
    return _decision(outcomes[0] if outcomes else "so", key_of(stage.kind))


def _link(stage: Stage, cell: Cell) -> Command:
    """To another case in the unit where this one is: what one cannot see one cannot link to."""
    other = THERE if stage.state == "handed" else OTHER_CASE
    return LinkCase(key=key_of(stage.kind), other=f"case/{other}", link="like")


def _remind(stage: Stage, cell: Cell) -> Command:
    if stage.kind == "assignment_slip":
        return RemindCase(key=key_of(stage.kind), clock="difficult")
    clock = {"in_review": "review", "in_rereview": "rereview", "rereview_decided": "rereview"}.get(
        stage.state, "finish"
    )
    return RemindCase(key=key_of(stage.kind), clock=clock)


Make = Callable[[Stage, Cell], Command]


def _keyed(kind: Callable[..., Command], **fields: Any) -> Make:
    return lambda stage, cell: kind(key=key_of(stage.kind), **fields)


def _appointing(kind: Callable[..., Command], field: str) -> Make:
    def make(stage: Stage, cell: Cell) -> Command:
        appointee = actor(cell.relation, "member", cell.via).person
        return kind(key=key_of(stage.kind), **{field: appointee})

    return make


COMMANDS: Final[Mapping[str, Make]] = {
    "open": _open,
    "acknowledge": _keyed(AcknowledgeCase, channel="letter"),
    "accept": _keyed(AcceptCase),
    "refuse": _keyed(RefuseCase, ground="elsewhere"),
    "assign_responsible": _keyed(AssignResponsible, responsible=f"p-{NEXT}"),
    "assign_investigator": _keyed(AssignInvestigator, investigator=f"p-{NEXT}"),
    "appointed_responsible": _appointing(AssignResponsible, "responsible"),
    "appointed_investigator": _appointing(AssignInvestigator, "investigator"),
    "extend_due": _extend,
    "notify_respondent": _notify,
    "reply_to_notice": _keyed(ReplyToNotice, reply=TEXT),
    "decide": _decide,
    "answer_requester": _keyed(AnswerRequester, channel="letter", answer=TEXT),
    "report_rectified": _keyed(ReportRectified, evidence=(PROOF,)),
    "verify_rectification": _keyed(VerifyRectification, passed=True, evidence=(PROOF,)),
    "close": _keyed(CloseCase),
    "contest": _keyed(ContestCase, ground=TEXT),
    "reopen": _keyed(ReopenCase, ground="recurred"),
    "withdraw": _keyed(WithdrawCase, ground="settled"),
    "recuse": _keyed(RecuseFromCase),
    "link": _link,
    "request_identity": _keyed(RequestIdentity, ground="protection", reason=TEXT),
    "decide_identity": _keyed(DecideIdentity, granted=True, ground="protection"),
    "open_identity": _keyed(OpenIdentity),
    "hand_over": _keyed(HandOverCase, unit=OTHER_UNIT, ground="competence"),
    "return": _keyed(ReturnCase, ground="competence"),
    "pause": _keyed(PauseCase, ground="expert_opinion"),
    "resume": _keyed(ResumeCase, ground="opinion_here"),
    "extend_clock": _extend_clock,
    "recount_clock": _keyed(RecountClock, clock="finish", ground="new_notice"),
    "remind": _remind,
    "join": _keyed(JoinCase, lead=f"case/{OTHER_CASE}"),
    "promote": _keyed(PromoteCase, to=f"case/{OTHER_CASE}"),
    "give_particulars": _keyed(GiveParticulars, particulars=(GivenParticular(name="about", code="housing"),)),
    "decide_appeal": _keyed(DecideAppeal, outcome="maintained", ground=TEXT),
    "escalate": _keyed(EscalateCase, unit="u-city", ground="unheard"),
    "confirm": _keyed(ConfirmResolution),
    "appeal": _keyed(AppealCase, ground=TEXT),
}
"""How each command of the table is given."""
APPOINTING: Final = ("appointed_responsible", "appointed_investigator")


def cells(stage: Stage, table: Table, *, whole: bool = False) -> Iterator[Cell]:
    """The cells of a stage: each command, in each role, by whoever stands in each relation, in each way.

    Unless they are wanted whole, of two kinds of cell a part is taken, spread evenly over relations, roles
    and states: what nobody can do in the state, which is tried in the role that has every duty and where
    there is one of its own in that right; and roles to which no row gives the command.
    """
    for number, command in enumerate(COMMANDS):
        opened = table.opens(Cell(stage.kind, stage.state, command, "*", "*"))
        roles = table.roles(stage.kind, command)
        for place, relation in enumerate(sorted(stage.relations)):
            if command in APPOINTING:
                yield Cell(stage.kind, stage.state, command, "administrator", relation)
                continue
            for turn, role in enumerate(EVERY_ROLE):
                due = (number + place + turn + len(stage.state)) % ONE_IN == 0
                told = role in roles if opened else role in roles and role in ("administrator", "member")
                if role in ("lapsed", "uncleared") and relation != "stranger":
                    continue
                if whole or told or (opened and due):
                    yield Cell(stage.kind, stage.state, command, role, relation)
            for via in VIA[1:] if (opened or whole) and relation in BARRED else ():
                for role in ("member", "administrator"):
                    yield Cell(stage.kind, stage.state, command, role, relation, via)


ONE_IN: Final = 4
"""How many cells of a kind are one that is tried, where not all are."""


def who(cell: Cell) -> Actor:
    """Who tries what a cell says."""
    if cell.command in APPOINTING:
        return actor(STAFF, cell.role)
    name = cell.role if cell.role in ("lapsed", "uncleared") else cell.relation
    return actor(name, cell.role, cell.via)
