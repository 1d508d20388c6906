"""Seeded faults of conduct, one for each clause of an audit rule, each with a clean counterpart.

``SCENARIOS[clause](True)`` builds a world in which the clause finds something, ``(False)`` the same one
without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from tests.domain.test_points import SCHEME, adopt
from tests.policies.test_responsibility import WAGES, bring, cased
from tests.support import plans, registers
from tests.support.inspecting import CASES, OPEN, SURPRISE, Inspecting
from tests.support.pack import PackWorld
from tests.support.petitions import Desk
from tests.support.world import World

from party_workflow.authority import DeclareConflict, Delegate, OpenAccount
from party_workflow.calendar import Period
from party_workflow.domain import activity, case, definition, inspection
from party_workflow.domain.activity import (
    ActivityHeld,
    Attendance,
    CorrectAttendance,
    HoldActivity,
    PlanActivity,
)
from party_workflow.domain.case import (
    AcceptCase,
    AcknowledgeCase,
    DecideCase,
    NotifyRespondent,
    OpenCase,
    RefuseCase,
    WithdrawCase,
)
from party_workflow.domain.case.kind import CaseKind
from party_workflow.domain.claim import AssertClaim, Counted, Measure
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.inspection import InspectionKind
from party_workflow.domain.observation import Column, Observed, OpenSeries, RecordObservations, Survey
from party_workflow.domain.organisation import FoundUnit, RegisterPerson, RemovePerson
from party_workflow.domain.points import GrantPoints, OpenPoints
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind
from party_workflow.domain.rating import CloseRating, OpenRating, Rate
from party_workflow.domain.schedule import DeclareFreeze, OpenSchedule
from party_workflow.domain.submission import FlagSimilarity, Submit
from party_workflow.domain.submission.commands import GivenSection
from party_workflow.lifecycle import Lifecycle
from party_workflow.packs import auditing, party
from party_workflow.personal import Personal
from party_workflow.policies.audits.families import audit_policies
from party_workflow.policies.duties import Regime
from party_workflow.policies.rule import Rule
from party_workflow.quantity import Quantity
from party_workflow.store import Actor, Record, Recorded, encode

DAY = timedelta(days=1)


def _sessions(recorded: Iterable[Recorded]) -> Counted:
    held = tuple(item.envelope.event_id for item in recorded)
    return Counted(len(held), held)


SETTING: Final = replace(
    auditing.SETTING,
    measures=lambda history, subject: (Measure("sessions", "sessions", _sessions, (ActivityHeld,)),),
)
POLICIES: Final = audit_policies(SETTING)
RULE: Final[Rule] = auditing.RULE.with_values(
    {
        ("audit.burden_unit", "demands"): 3,
        ("audit.taken_level_by_level", "units"): 1,
        ("audit.both_hands", "times"): 2,
        ("audit.entered_before_inspection", "entries"): 3,
        ("audit.uniform_rater", "ratings"): 3,
        ("audit.outlying_rater", "ratings"): 3,
        ("audit.outlying_rater", "others"): 2,
        ("audit.reciprocal_raters", "ratings"): 2,
    },
    version=2,
)
"""The rule of the pack with small numbers, so that a fault is made quickly."""

Scenario = Callable[[bool], World]
SCENARIOS: dict[str, Scenario] = {}


def scenario(clause: str) -> Callable[[Scenario], Scenario]:
    """Register the builder of a world for a clause."""

    def register(build: Scenario) -> Scenario:
        SCENARIOS[f"audit.{clause}"] = build
        return build

    return register


def policy_of(clause: str) -> Any:
    """The policy that asks under a clause."""
    return next(policy for policy in POLICIES if clause in policy.clauses)


class House(PackWorld):
    """The pack's world with ten members, a day on."""

    def __init__(self, *definitions: str, members: int = 10) -> None:
        super().__init__(*definitions, members=members)
        self.later(days=1)

    def met(self, key: str, *who: str, unit: str = "u-branch", **more: Any) -> str:
        """An occasion planned and held now, to which these came; ``p-2:remote`` did from afar."""
        rows = {}
        for word in who:
            person, _, status = word.partition(":")
            rows[person] = Attendance.model_validate({"status": status or "present"})
        held = {name: more.pop(name) for name in ("minutes",) if name in more}
        at = more.pop("effective_at", None)
        fields = {"kind": "meeting", "planned_at": at or self.now, "expected": tuple(rows), **more}
        plan = PlanActivity(key=key, unit=unit, **fields)
        self.do(plan, HoldActivity(key=key, attendance=rows, **held), effective_at=at)
        return f"activity/{key}"


def altered(
    world: World, stored_type: str, change: Callable[[Any], Any] = lambda envelope: envelope, **data: Any
) -> World:
    """The world with the last event of a type written anew underneath the library."""
    records = list(world.workflow.store.read())
    index = max(i for i, item in enumerate(records) if item.envelope.stored_type == stored_type)
    records[index] = encode(change(records[index].envelope), {**records[index].data, **data})
    world.beneath = tuple(records)  # type: ignore[attr-defined]
    return world


def records_of(world: World) -> tuple[Record, ...]:
    """The records of a world, as they were written underneath the library where they were."""
    found: tuple[Record, ...] = getattr(world, "beneath", ()) or tuple(world.workflow.store.read())
    return found


# --- reconciliation --------------------------------------------------------------------------


def _claim(world: House, **figures: Quantity) -> None:
    world.do(
        AssertClaim(key="c-1", unit="u-branch", subject="activity/m-1", source="report", figures=figures)
    )


@scenario("claim_differs")
def claim_differs(fault: bool) -> World:
    world = House()
    world.met("m-1", "p-2")
    world.met("m-2", "p-2", effective_at=world.now - timedelta(hours=5))
    _claim(world, sessions=Quantity.of("=", 3 if fault else 2, "sessions"))
    return world


@scenario("claim_implausible")
def claim_implausible(fault: bool) -> World:
    world = House()
    world.met("m-1", "p-2")
    _claim(
        world,
        sessions=Quantity.of("=", 12, "other_sessions"),
        members=Quantity.of("=", 29, "members"),
        attendances=Quantity.of("=", 392 if fault else 348, "attendances"),
    )
    return world


def _points(world: House) -> GrantPoints:
    world.do(adopt(SCHEME))
    world.do(OpenPoints(scheme="member-points", person="p-2", unit="u-branch"))
    world.met("m-1", "p-2", "p-3")
    return GrantPoints(
        scheme="member-points",
        person="p-2",
        definition=SCHEME.digest,
        clause="meeting",
        period=Period("2009"),
        unit="u-branch",
        activity="activity/m-1",
    )


@scenario("points_without_attendance")
def points_without_attendance(fault: bool) -> World:
    world = House()
    world.do(_points(world), by=world.act(4))
    world.later(hours=1)
    correct = CorrectAttendance(
        key="m-1", person="p-2" if fault else "p-3", status="absent", ground="wrong_name"
    )
    world.do(correct, by=world.act(4))
    return world


@scenario("points_twice")
def points_twice(fault: bool) -> World:
    world = House()
    grant = _points(world)
    world.met("m-2", "p-2")
    for key in ("m-1", "m-2"):
        world.do(grant.model_copy(update={"activity": f"activity/{key}"}), by=world.act(4))
    return altered(world, "points.granted", activity="activity/m-1") if fault else world


@scenario("registered_not_there")
def registered_not_there(fault: bool) -> World:
    world = House()
    world.later(days=10)
    world.met("m-1", "p-2", "p-3")
    world.later(days=1)
    days = 5 if fault else 0
    world.do(RemovePerson(person="p-3", ground="moved_away"), effective_at=world.now - days * DAY)
    return world


# --- duties ----------------------------------------------------------------------------------


def _regime(world: House) -> None:
    regime = Regime.model_validate(
        {
            "code": "plain_meetings",
            "version": 1,
            "offset_minutes": 480,
            "duties": [
                {
                    "code": "meeting_each_quarter",
                    "unit_kinds": ["branch"],
                    "every": "quarter",
                    "counts": ["meeting"],
                }
            ],
        }
    )
    world.do(AdoptDefinition(code="plain-meetings", kind="regime", version=1, body=regime.data()))


@scenario("duty_unmet")
def duty_unmet(fault: bool) -> World:
    world = House()
    _regime(world)
    world.later(days=60)
    if not fault:
        world.met("m-1", "p-2")
    world.later(days=65)
    return world


@scenario("duty_short")
def duty_short(fault: bool) -> World:
    world = House()
    _regime(world)
    world.later(days=60)
    status = ":absent" if fault else ""
    world.met("m-1", "p-2", f"p-3{status}", f"p-4{status}", quorum=Fraction(1, 2))
    world.later(days=65)
    return world


# --- deadlines -------------------------------------------------------------------------------


@scenario("clock_breached")
def clock_breached(fault: bool) -> World:
    world = Desk()
    world.open()
    world.later(days=40 if fault else 1)
    return world


@scenario("clock_dated_back")
def clock_dated_back(fault: bool) -> World:
    world = Desk()
    world.open()
    early = world.now + DAY
    world.later(days=40 if fault else 1)
    for command in (AcknowledgeCase(key="c-1", channel="letter"), AcceptCase(key="c-1")):
        world.do(command, by=world.act(2), effective_at=early)
    return world


PLAINT: Final = CaseKind(
    code="petition",
    version=1,
    outcomes=("supported", "not_supported"),
    lifecycle=Lifecycle.of(
        "petition",
        1,
        initial="open",
        final=("closed", "refused", "withdrawn"),
        moves={
            "accept": "open -> accepted",
            "refuse": "open -> refused",
            "notify": "open, accepted -> accepted",
            "withdraw": "open, accepted -> withdrawn",
            "assign": "open, accepted -> accepted",
            "investigate": "accepted -> accepted",
            "decide": "accepted -> decided",
            "close": "decided -> closed",
        },
    ),
)
"""What people bring, with the moves that matter here and no clocks."""


def desk(members: int = 10) -> House:
    """A house where people bring petitions, and hazards are found."""
    world = House("complaint_channel", "complaints_elsewhere", members=members)
    signs = CaseKind(
        code="hazard",
        version=1,
        lifecycle=Lifecycle.of(
            "hazard", 1, initial="open", final=("closed",), moves={"close": "open -> closed"}
        ),
    )
    for kind in (PLAINT, signs):
        world.do(AdoptDefinition(code=kind.code, kind="case", version=1, body=kind.data()))
    world.signs = signs  # type: ignore[attr-defined]
    world.do(FoundUnit(unit="u-other", kind="branch", parent="u-city"))
    world.do(RegisterPerson(person="p-40", unit="u-other", categories=("member",)))
    world.do(OpenAccount(account="a-40", person="p-40"))
    return world


def brings(world: House, key: str, requester: str = "p-5", **more: Any) -> str:
    """Somebody brings a petition, taken in by p-2."""
    command = OpenCase(
        **{
            "key": key,
            "kind": "petition",
            "definition": PLAINT.digest,
            "unit": "u-branch",
            "substance": Personal("The roof leaks"),
            "requester": requester,
            **more,
        }
    )
    world.do(command, by=world.act(2))
    return f"case/{key}"


def sign(world: House, key: str) -> None:
    """A hazard is found."""
    found = world.signs  # type: ignore[attr-defined]
    world.do(
        OpenCase(
            key=key,
            kind="hazard",
            definition=found.digest,
            unit="u-branch",
            substance=Personal("A loose cable"),
        ),
        by=world.act(2),
    )


@scenario("case_overdue")
def case_overdue(fault: bool) -> World:
    world = desk()
    brings(world, "c-1", due=world.now + 5 * DAY)
    if not fault:
        world.do(RefuseCase(key="c-1", ground="not_ours"), by=world.act(3))
    world.later(days=10)
    return world


@scenario("commitment_overdue")
def commitment_overdue(fault: bool) -> World:
    office = plans.Office()
    office.approved()
    office.later(days=30)
    if not fault:
        office.reported()
    office.later(days=100)
    return office


@scenario("occasion_late")
def occasion_late(fault: bool) -> World:
    world = House()
    expected = ("p-2", "p-3")
    world.do(
        PlanActivity(key="m-1", kind="meeting", unit="u-branch", planned_at=world.now, expected=expected)
    )
    world.later(days=4 if fault else 0)
    rows = {person: Attendance(status="present") for person in expected}
    world.do(HoldActivity(key="m-1", attendance=rows))
    return world


# --- separation ------------------------------------------------------------------------------


def decided(requester: str = "p-5") -> House:
    """A petition of somebody that p-3 decided."""
    world = desk()
    brings(world, "c-1", requester)
    world.do(AcceptCase(key="c-1"), by=world.act(2))
    world.later(hours=1)
    world.do(DecideCase(key="c-1", outcome="supported", ground=Personal("It leaks")), by=world.act(3))
    return world


@scenario("both_sides")
def both_sides(fault: bool) -> World:
    person = 5 if fault else 3
    return altered(
        decided(), "case.decided", lambda e: replace(e, account=f"a-{person}", person=f"p-{person}")
    )


@scenario("close_person")
def close_person(fault: bool) -> World:
    world = decided()
    world.later(days=1)
    other = "p-5" if fault else "p-6"
    world.do(DeclareConflict(person="p-3", other=other, ground="kin"), by=world.self_(3))
    return world


@scenario("delegate_decides")
def delegate_decides(fault: bool) -> World:
    world = desk()
    brings(world, "c-1")
    world.do(AcceptCase(key="c-1"), by=world.act(2))
    given = Delegate(
        principal="p-5" if fault else "p-6",
        delegate="p-3",
        role="everything",
        unit="u-city",
        until=world.now + 30 * DAY,
    )
    world.do(given, by=world.self_(5 if fault else 6))
    world.do(DecideCase(key="c-1", outcome="supported", ground=Personal("It leaks")), by=world.act(3))
    return world


@scenario("both_hands")
def both_hands(fault: bool) -> World:
    world = desk()
    for number in range(2):
        brings(world, f"c-{number}")
        world.do(RefuseCase(key=f"c-{number}", ground="not_ours"), by=world.act(2 if fault else 3))
    return world


@scenario("several_accounts")
def several_accounts(fault: bool) -> World:
    world = desk()
    world.do(OpenAccount(account="a-99", person="p-2"))
    brings(world, "c-1")
    account = "a-99" if fault else "a-2"
    world.do(AcceptCase(key="c-1"), by=Actor(account, "p-2", "everything"))
    return world


# --- backdating ------------------------------------------------------------------------------


@scenario("dated_back")
def dated_back(fault: bool) -> World:
    world = House()
    world.later(days=60)
    world.met("m-1", "p-2", effective_at=world.now - (40 if fault else 2) * DAY)
    return world


class Visited(Inspecting):
    """Branches that are inspected, and in which there are meetings."""

    def __init__(self) -> None:
        bodies = {"inspection": InspectionKind.model_validate, "case": CaseKind.model_validate}
        World.__init__(
            self,
            inspection.DECIDER,
            case.DECIDER,
            activity.DECIDER,
            definition.decider(bodies),
            members=6,
        )
        for unit in ("u-two", "u-three"):
            self.do(FoundUnit(unit=unit, kind="branch", parent="u-bureau"))
        for number in (61, 62, 63):
            self._person(number, "u-city", "member")
        for each in (OPEN, SURPRISE):
            self.do(AdoptDefinition(code=each.code, kind="inspection", version=1, body=each.data()))
        assert CASES


def visited(entries: int, *, lag: int = 20, before: int = 2) -> World:
    """So many meetings entered so many days late, `before` days ahead of an inspection of all branches."""
    world = Visited()
    world.later(days=60)
    for number in range(entries):
        world.do(
            PlanActivity(
                key=f"m-{number}",
                kind="meeting",
                unit="u-branch",
                planned_at=world.now - lag * DAY,
                expected=("p-2", "p-3"),
            ),
            effective_at=world.now - lag * DAY,
            by=world.act(2),
        )
    drawn = world.plan(plan=world.sample(3))
    world.later(days=before)
    world.do(world.carry(drawn), by=world.act(60))
    return world


@scenario("entered_before_inspection")
def entered_before_inspection(fault: bool) -> World:
    return visited(3, lag=20 if fault else 1)


# --- places ----------------------------------------------------------------------------------


def _two(fault: bool, status: str) -> World:
    world = House()
    world.later(days=2)
    start = world.now - timedelta(hours=6)
    world.met("m-1", "p-2", "p-3", minutes=60, effective_at=start)
    apart = timedelta(minutes=30 if fault else 60)
    world.met("m-2", f"p-2{status}", "p-4", minutes=60, effective_at=start + apart)
    return world


@scenario("two_places")
def two_places(fault: bool) -> World:
    return _two(fault, "")


@scenario("two_places_remote")
def two_places_remote(fault: bool) -> World:
    return _two(fault, ":remote")


# --- copies ----------------------------------------------------------------------------------


def _hand_in(world: House, number: int, mark: str, sections: str = "") -> None:
    given = {
        f"part_{index}": GivenSection(digest=each * 64, characters=100) for index, each in enumerate(sections)
    }
    work = Submit(
        key=f"s-{number}",
        kind="reflection",
        unit="u-branch",
        author=f"p-{number}",
        digest=mark * 64,
        sections=given,
    )
    world.do(work, by=world.self_(number))


@scenario("same_text")
def same_text(fault: bool) -> World:
    world = House()
    _hand_in(world, 2, "a")
    _hand_in(world, 3, "a" if fault else "b")
    return world


@scenario("shared_sections")
def shared_sections(fault: bool) -> World:
    world = House()
    _hand_in(world, 2, "a", "123")
    _hand_in(world, 3, "b", "124" if fault else "145")
    return world


@scenario("similar_text")
def similar_text(fault: bool) -> World:
    world = House()
    _hand_in(world, 2, "a")
    share = Fraction(4, 5) if fault else Fraction(1, 5)
    world.do(FlagSimilarity(key="s-2", share=share, source_digest="c" * 64), by=world.act(4))
    return world


# --- raters ----------------------------------------------------------------------------------

GRADES: Final = ("excellent", "competent", "basic", "not_competent")


def rated(marks: dict[int, dict[int, int]], *, closed: bool = True) -> House:
    """An open round among colleagues: by rater and subject the place of the grade, 0 for the best."""
    world = House()
    everybody = tuple(f"p-{number}" for number in range(2, 9))
    world.do(
        OpenRating(
            key="round",
            kind="peer",
            unit="u-branch",
            raters=everybody,
            subjects=everybody,
            grades=GRADES,
            secret=False,
        )
    )
    for rater, given in marks.items():
        grades = {f"p-{subject}": GRADES[place] for subject, place in given.items()}
        world.do(Rate(key="round", rater=f"p-{rater}", grades=grades), by=world.self_(rater))
    if closed:
        world.do(CloseRating(key="round"))
    return world


@scenario("uniform_rater")
def uniform_rater(fault: bool) -> World:
    return rated(
        {
            2: {6: 0, 7: 0, 8: 0 if fault else 1},
            3: {6: 0, 7: 1, 8: 2},
            4: {6: 1, 7: 1, 8: 2},
        }
    )


@scenario("reciprocal_raters")
def reciprocal_raters(fault: bool) -> World:
    return rated(
        {
            2: {3: 0, 4: 1, 5: 1},
            3: {2: 0 if fault else 1, 4: 1, 5: 1},
            4: {2: 3, 3: 3, 5: 0},
            5: {2: 3, 3: 3, 4: 1},
        }
    )


@scenario("outlying_rater")
def outlying_rater(fault: bool) -> World:
    place = 3 if fault else 1
    return rated(
        {
            2: {6: place, 7: place, 8: place},
            3: {6: 0, 7: 1, 8: 1},
            4: {6: 1, 7: 1, 8: 0},
        }
    )


# --- dormant, burden -------------------------------------------------------------------------


@scenario("dormant")
def dormant(fault: bool) -> World:
    kind = plans.shipped("brand")
    office = plans.Office(kind)
    office.approved(kind)
    office.later(days=200 if fault else 20)
    return office


@scenario("burden_unit")
def burden_unit(fault: bool) -> World:
    world = House()
    for number in range(3 if fault else 2):
        world.later(days=1)
        world.met(f"m-{number}", "p-2")
    return world


@scenario("burden_off_hours")
def burden_off_hours(fault: bool) -> World:
    world = House()
    for number in range(4):
        world.later(days=1)
        world.met(f"m-{number}", "p-2", hours="evening" if fault else "working")
    return world


@scenario("held_twice")
def held_twice(fault: bool) -> World:
    world = House()
    world.met("m-1", "p-2", topic="safety", audience="staff")
    world.later(days=3 if fault else 20)
    world.met("m-2", "p-2", topic="safety", audience="staff")
    return world


@scenario("taken_level_by_level")
def taken_level_by_level(fault: bool) -> World:
    world = House()
    world.met("m-1", "p-2", topic="safety", unit="u-city")
    world.later(days=2)
    world.met("m-2", "p-2", topic="safety" if fault else "thrift", unit="u-branch")
    return world


@scenario("during_freeze")
def during_freeze(fault: bool) -> World:
    world = House()
    world.do(OpenSchedule(key="organisation", unit="u-city"))
    since = world.now + DAY
    world.do(
        DeclareFreeze(
            key="organisation",
            unit="u-bureau",
            since=since,
            until=since + 10 * DAY,
            ground="year-end",
            forbids=("all_hands",),
        )
    )
    world.later(days=3)
    more = {"size": "all_hands", "override": "flood"} if fault else {"size": "small"}
    world.met("m-1", "p-2", **more)
    return world


# --- complaints ------------------------------------------------------------------------------


@scenario("intake_fell")
def intake_fell(fault: bool) -> World:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}")
    sign(world, "h-0")
    world.later(days=200)
    for number in range(1 if fault else 6):
        brings(world, f"d-{number}")
    for number in range(1, 5):
        sign(world, f"h-{number}")
    return world


@scenario("refused_at_intake")
def refused_at_intake(fault: bool) -> World:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}")
    for number in range(4 if fault else 1):
        world.do(RefuseCase(key=f"c-{number}", ground="not_ours"), by=world.act(3))
    return world


@scenario("channel_quiet")
def channel_quiet(fault: bool) -> World:
    world = desk()
    for number in range(6):
        brings(world, f"c-{number}", channel="hotline")
    world.later(days=200)
    brings(world, "d-0", channel="letter" if fault else "hotline")
    return world


@scenario("channel_shut")
def channel_shut(fault: bool) -> World:
    world = desk(members=29)
    world.begin("complaint_channel", key="ch-1", by=world.act(20), channel="hotline", made_known="a" * 64)
    world.later(days=1)
    if fault:
        world.take("interrupt", key="ch-1", reason="line_cut")
    world.later(days=190)
    return world


@scenario("complained_elsewhere")
def complained_elsewhere(fault: bool) -> World:
    world = desk(members=29)
    opened = OpenProcedure(
        key="t-1",
        kind="complaints_elsewhere",
        definition=party.PACK.read_as(ProcedureKind, "complaints_elsewhere").digest,
        unit="u-branch",
        given={
            "told_by": "higher_office",
            "from_day": world.now.date().isoformat(),
            "until_day": (world.now + 30 * DAY).date().isoformat(),
            "number_of_complaints": 7 if fault else 2,
            "evidence": ("c" * 64,),
        },
    )
    world.do(opened, by=world.act(60))
    world.later(days=40)
    return world


@scenario("withdrawn_after_contact")
def withdrawn_after_contact(fault: bool) -> World:
    world = desk()
    brings(world, "c-1", concerns=("p-7",))
    world.do(
        NotifyRespondent(
            key="c-1", person="p-7", substance=Personal("The roof"), reply_by=world.now + 10 * DAY
        ),
        by=world.act(3),
    )
    world.later(days=3 if fault else 30)
    world.do(WithdrawCase(key="c-1", ground="settled"), by=world.self_(5))
    return world


@scenario("withdrawn_by_another")
def withdrawn_by_another(fault: bool) -> World:
    world = desk()
    brings(world, "c-1")
    world.do(WithdrawCase(key="c-1", ground="settled"), by=world.act(2) if fault else world.self_(5))
    return world


@scenario("dealt_with_by_own_unit")
def dealt_with_by_own_unit(fault: bool) -> World:
    world = desk()
    brings(world, "c-1", concerns=("p-7",))
    world.do(RefuseCase(key="c-1", ground="not_ours"), by=world.act(3 if fault else 60))
    return world


@scenario("none_promised")
def none_promised(fault: bool) -> World:
    world = House()
    world.met("m-1", "p-2")
    _claim(world, complaints=Quantity.of("=", 0 if fault else 3, "cases"))
    return world


# --- surveys ---------------------------------------------------------------------------------


def surveyed(world: House, subject: str = "u-branch", **more: Any) -> World:
    """A survey of households about a unit, with one row."""
    said = Survey.model_validate(
        {
            "frame": "households",
            "frame_size": 1200,
            "selection": "random",
            "sample": 200,
            "responses": 150,
            "mode": "interview",
            "begun_on": date(2009, 2, 1),
            "ended_on": date(2009, 2, 20),
            "collected_by": "u-bureau",
            **more,
        }
    )
    column = Column(code="satisfied", type="number", unit="percent")
    world.do(
        OpenSeries(
            key="s-1",
            unit="u-city",
            subject="branch",
            columns=(column,),
            source="survey",
            basis="plan",
            survey=said,
        )
    )
    world.later(hours=1)
    row = Observed.of("r-1", subject, {"satisfied": 98})
    world.do(RecordObservations(key="s-1", rows=(row,)), by=world.act(60))
    return world


@scenario("survey_not_comparable")
def survey_not_comparable(fault: bool) -> World:
    return surveyed(House(), coached=fault)


@scenario("survey_few_answers")
def survey_few_answers(fault: bool) -> World:
    return surveyed(House(), responses=99 if fault else 100)


@scenario("survey_of_oneself")
def survey_of_oneself(fault: bool) -> World:
    return surveyed(House(), collected_by="u-branch" if fault else "u-bureau")


# --- recurrence ------------------------------------------------------------------------------


def _wages() -> Any:
    world = cased(WAGES)
    world.name("lead", "p-4")
    world.later(days=1)
    bring(world, "o-1")
    world.later(days=1)
    return world


@scenario("recurred")
def recurred(fault: bool) -> World:
    world = _wages()
    outcome = "adopted" if fault else "not_adopted"
    world.do(DecideCase(key="o-1", outcome=outcome, ground=Personal("Looked into")), by=world.act(8))
    return world


@scenario("ended_by_those_answering")
def ended_by_those_answering(fault: bool) -> World:
    world = _wages()
    by = world.act(4 if fault else 8)
    world.do(DecideCase(key="o-1", outcome="not_adopted", ground=Personal("Looked into")), by=by)
    return world


@scenario("comes_back")
def comes_back(fault: bool) -> World:
    office = registers.Office()
    office.open("h-1", "hazard")
    office.finish("h-1")
    office.on(2024, 4, 10, 9)
    office.open("h-2", "hazard", classes=("records",) if fault else ("fire",))
    return office


@scenario("not_put_right")
def not_put_right(fault: bool) -> World:
    office = registers.Office()
    office.open("h-1", "hazard")
    office.assign("h-1")
    for _ in range(2 if fault else 1):
        office.rectify("h-1")
        office.verify("h-1", passed=False)
    return office
