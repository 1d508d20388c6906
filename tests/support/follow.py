"""A whole organisation of the pack, with everything in it that process managers follow, and a clerk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.support.pack import PackWorld, adopting
from tests.support.plans import CALENDAR, Office
from tests.support.world import World

from party_workflow.calendar import Calendar
from party_workflow.domain.assessment import (
    AssessmentKind,
    ConfirmEntries,
    EnterSheets,
    OpenAssessment,
    Value,
)
from party_workflow.domain.campaign import (
    CampaignDefinition,
    ConductLookBack,
    OpenPhase,
    Phase,
    StartCampaign,
    Task,
)
from party_workflow.domain.campaign import Finding as ItemFinding
from party_workflow.domain.case import OpenCase
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import FoundUnit
from party_workflow.domain.plan import PlanKind
from party_workflow.domain.population import FreezePopulation
from party_workflow.domain.procedure import ProcedureKind
from party_workflow.domain.publication import Publish
from party_workflow.packs import party
from party_workflow.packs.processes import MANAGERS, TERMS, Round, Terms, in_force, run_all
from party_workflow.personal import Personal
from party_workflow.processes import Proposal
from party_workflow.service import Workflow
from party_workflow.store import Actor, EventStore

DIGEST = "a" * 64
UNITS = ("u-b1", "u-b2", "u-b3")
SUPERVISOR = 60
"""Counts in the city organ: outside the bureau and its branches."""
KINDS = ("interview", "accountability", "reportable_matter", "warning@1", "talent_pool_entry@1", "complaint")

GRADED = AssessmentKind.model_validate(
    {
        "code": "graded",
        "version": 1,
        "subjects": "units",
        "items": [
            {
                "code": "session_grade",
                "scale": {"type": "grades", "grades": ["good", "fairly_good", "fair", "poor"]},
            }
        ],
        "voices": [{"code": "grading", "standing": "final", "confirmed": True}],
        "opens": {"correct": ["open"]},
        "stages": {
            "initial": "open",
            "final": ["closed"],
            "moves": {"close": "open -> closed if problems_in_ledger"},
        },
    }
)
"""A session with the grades of the pack's duty report, without what comes before them."""

SHORT = CampaignDefinition(
    code="short",
    version=1,
    phases=(
        Phase(code="study", tasks=(Task(code="sessions"),)),
        Phase(code="review", tasks=(Task(code="talks"),)),
    ),
)


class Year(PackWorld, Office):
    """The pack's model; three branches under the bureau; kinds adopted; a clerk with the pack's duties."""

    def __init__(self, *definitions: str, store: EventStore | None = None) -> None:
        deciders = [each for each in party.MODEL.deciders if each.category != "organisation"]
        World.__init__(self, *deciders, members=9, store=store, more_duties=sorted(party.duties()))
        self.do(*(FoundUnit(unit=unit, kind="branch", parent="u-bureau") for unit in UNITS))
        for command in adopting("finding", *KINDS, *definitions):
            self.do(command)
        self.by = self.clerk(*party.ROLES["clerk"])

    def managers(self, terms: Terms = TERMS, calendar: Calendar = CALENDAR) -> tuple[Any, ...]:
        """All managers of the pack for this log."""
        return MANAGERS(calendar, in_force(self.workflow.history), terms)

    def follow(self, workflow: Workflow | None = None) -> Round:
        """One run of all managers now; nothing is refused."""
        ran = run_all(workflow or self.workflow, self.managers(), by=self.by, at=self.now)
        assert ran.refused == ()
        return ran

    def proposed(self, *actions: str) -> list[Proposal]:
        """The proposals that stand now, of these actions where any are given."""
        return [item for item in self.follow().proposals if not actions or item.action in actions]

    def beside(self) -> Workflow:
        """Another workflow on the same store."""
        return Workflow(self.store, self.model, salts=self.workflow._salts)

    # --- what there is to follow -------------------------------------------------------------

    def session(self, key: str = "q1", **more: Any) -> None:
        """A session on the three branches."""
        body = GRADED.data()
        if "graded" not in in_force(self.workflow.history):
            self.do(AdoptDefinition(code="graded", kind="assessment", version=1, body=body))
        fields = {"kind": "graded", "definition": GRADED.digest, "unit": "u-city", "period": "2009-Q1"}
        self.do(OpenAssessment(**{"key": key, "subjects": UNITS, **fields, **more}))

    def grade(self, key: str = "q1", confirm: bool = True, **grades: str) -> str:
        """Grades of branches, given as ``u_b1="fair"``, and confirmed by somebody else; the entry's id."""
        sheets = {
            unit.replace("_", "-"): {"session_grade": Value(grade=grade)} for unit, grade in grades.items()
        }
        receipt = self.do(
            EnterSheets(key=key, voice="grading", assessor="p-60", sheets=sheets), by=self.act(60)
        )
        if confirm:
            self.do(ConfirmEntries(key=key, voice="grading"), by=self.act(3))
        [record] = self.store.read(receipt.first_position - 1, receipt.first_position)
        return record.envelope.event_id

    def campaign(self, result: str = "missing") -> None:
        """A campaign of the branch, looked back upon in its first phase, in which something is missing."""
        self.do(FreezePopulation(key="short", unit="u-branch"))
        self.do(AdoptDefinition(code="short", kind="campaign", version=1, body=SHORT.data()))
        start = StartCampaign(
            key="short",
            definition_code="short",
            definition=SHORT.digest,
            unit="u-branch",
            population="short",
        )
        self.do(start)
        self.do(OpenPhase(key="short", phase="study"))
        results = {"sessions": ItemFinding(result=result)}  # type: ignore[arg-type]
        self.do(ConductLookBack(key="short", phase="study", results=results))

    def publish(self, key: str = "r1", days: int = 5) -> None:
        """A result that is open for objections for so many days."""
        self.do(
            Publish(
                key=key,
                unit="u-branch",
                subject="standings",
                audience="branches",
                media="notice_board",
                position=1,
                known=self.now,
                rule=DIGEST,
                digest=DIGEST,
                closes=self.now + timedelta(days=days),
            ),
            by=self.act(4),
        )

    def case(self, key: str, days: int = 10, kind: str = "finding", **more: Any) -> None:
        """A case that is due in so many days."""
        digest = in_force(self.workflow.history)[kind]
        fields = {"substance": Personal("Seen on the spot"), "due": self.now + timedelta(days=days)}
        self.do(OpenCase(key=key, kind=kind, definition=digest, unit="u-branch", **fields, **more))

    def day(self, **delta: int) -> str:
        """A day from now, as procedures say days."""
        found: date = (self.now + timedelta(**delta)).date()
        return found.isoformat()

    def kind_digest(self, code: str) -> str:
        """The digest of a kind of procedure of the pack."""
        return party.PACK.read_as(ProcedureKind, code).digest

    def planned(self) -> None:
        """A plan with a report promised for a meeting in ten days."""
        kind = party.PACK.read_as(PlanKind, "stage_report")
        self.adopt(kind)
        self.meeting("q2", days=10)
        self.approved(kind, self.item(occasion="activity/q2"))

    def item(self, **more: Any) -> Any:
        """An item of a plan, due in June."""
        from tests.support.plans import item

        return item(**more)

    def actor(self, number: int) -> Actor:
        """Somebody in the role that carries everything."""
        return self.act(number)
