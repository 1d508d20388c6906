"""What another department recorded in its own log."""

from __future__ import annotations

from party_workflow.authority import OpenLog
from party_workflow.domain.exchange import ReceiveBatch
from party_workflow.domain.organisation import FoundUnit
from party_workflow.packs.party import MODEL, definitions, open_log
from party_workflow.personal import keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import MemoryStore
from party_workflow_adapters.demos.company_year.people import OFFICE, REGISTRAR
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    person,
    self_,
)
from party_workflow_adapters.exchange import Batch, export_batch


def other_department() -> Workflow:
    """The log of the supply department, which keeps its own: two suggestions that concern the company too."""
    workflow = Workflow(MemoryStore(), MODEL, salts=keyed_salts(bytes(31) + b"\x01"))
    diary = Diary("supply")
    registrar, head = acting(1, "registrar"), acting(2, "head_of_party_office")
    opened: OpenLog = open_log("supply-2025")
    diary.say("2025-04-01 08:30", registrar, opened)
    diary.say("2025-04-01 08:35", registrar, *definitions("suggestion"))
    diary.say("2025-04-01 08:40", registrar, FoundUnit(unit="u-supply", kind="department"))
    for number in (1, 2, 3):
        diary.register("2025-04-01 09:00", registrar, number, "u-supply", ("member",))
    diary.grant("2025-04-01 10:00", registrar, "u-supply", {2: ("head_of_party_office",)})
    for key in ("supply-1", "supply-2"):
        text = {"suggestion_text": "共用仓储"}
        diary.procedure(
            "2025-04-08 09:00", self_(3), key, "suggestion", "u-supply", {"bringer": person(3)}, text
        )
        diary.step("2025-04-10 09:00", head, key, "evaluate", {"feasible": "feasible_now"})
    for _ in diary.play(workflow):
        pass
    return workflow


def batch() -> Batch:
    """What the supply department sent."""
    return export_batch(other_department().store, ["procedure/supply-1", "procedure/supply-2"])


def tell_exchange(diary: Diary) -> None:
    """Receive what the supply department sent of its own log."""
    received = batch()
    diary.say(
        "2025-05-06 14:00",
        REGISTRAR,
        ReceiveBatch(
            source=received.head.log,
            unit=OFFICE,
            digest=received.digest,
            count=received.head.count,
            stretches=received.head.stretches,
        ),
    )
