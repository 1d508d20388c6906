"""Executes the example campaign in memory and prints digests of everything that is published from it.

Run by `test_determinism.py` in many surroundings; needs the library's two dependencies and nothing else.
With ``--hostile`` the host's Decimal context is set to something that would change every result it touched.
"""

from __future__ import annotations

import decimal
import json
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "adapters")]

if "--hostile" in sys.argv:
    hostile = decimal.Context(prec=3, rounding=decimal.ROUND_UP, Emin=-9, Emax=9, capitals=0)
    hostile.traps[decimal.Inexact] = True
    hostile.traps[decimal.Rounded] = True
    decimal.setcontext(hostile)

import party_workflow as pw  # noqa: E402
from party_workflow.canonical import digest  # noqa: E402
from party_workflow.domain.claim import DECIDER as CLAIM  # noqa: E402
from party_workflow.domain.claim import reconcile  # noqa: E402
from party_workflow.packs import party  # noqa: E402
from party_workflow.packs.campaign_2005 import CAMPAIGN  # noqa: E402
from party_workflow.packs.measures import BOUNDS, campaign_measures  # noqa: E402
from party_workflow.packs.results import appraisal_ranking, full_audit  # noqa: E402
from party_workflow.policies.activities.participation import participation  # noqa: E402
from party_workflow_adapters.journal import execute  # noqa: E402

EXAMPLE = ROOT / "examples" / "education_campaign"
KEY, POPULATION = "edu-2005", "members-2005"


def produce() -> dict[str, str]:
    """The digests, by what they are of."""
    salts = pw.keyed_salts((EXAMPLE / "salt.key").read_bytes())
    workflow = pw.Workflow(pw.MemoryStore(), party.MODEL, salts=salts)
    imported = execute(workflow, EXAMPLE / "history.jsonl")
    if not imported:
        raise SystemExit(f"the example does not execute: {imported.faults}")
    history = workflow.history
    export = sha256()
    for record in history.records():
        export.update(record.bytes + b"\n")
    found = {
        "export": export.hexdigest(),
        "head": history.head()[1],
        "registry": history.registry.fingerprint,
        "ranking": appraisal_ranking(history, KEY).digest,
        "audit": full_audit(history).digest,
    }
    for task in ("study_test", "reflections", "study_sessions"):
        taken = participation(history, KEY, task, POPULATION)
        found[f"participation.{task}"] = digest(
            [taken.raw.data(), taken.adjusted.data(), list(taken.unexplained)]
        )
    for stream in history.streams("claim"):
        claim = reconcile(history.state(CLAIM, stream), history, campaign_measures(KEY, POPULATION), BOUNDS)
        found[stream] = digest(claim.data())
    spring = history.as_of(known=datetime(2005, 3, 31, 16, tzinfo=UTC))
    found["head.end-of-march"] = spring.head()[1]
    found["definition"] = CAMPAIGN.digest
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(produce(), indent=1, sort_keys=True) + "\n")
