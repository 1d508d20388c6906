"""An open competition, a contest, and what followed from its result."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from party_workflow.codec import Command
from party_workflow.domain.procedure import OpenProcedure
from party_workflow.domain.publication import Finalise
from party_workflow.packs.results import steps_digest
from party_workflow.policies.matters.contest import lot
from party_workflow.service import Workflow
from party_workflow_adapters.demos.calendars import CN_2025
from party_workflow_adapters.demos.company_year.people import (
    ASSESSORS,
    COMMITTEE,
    LEADER,
    PUBLISHER,
    ROOT,
    TOP_AWARD,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    digest_of,
    paper,
    person,
    posting,
    self_,
)


def tell_competition(diary: Diary) -> None:
    """A team leader is found in open competition, and appointed for two years."""
    key, applicants = "team-leader-1", (2041, 2052, 2063, 2074)
    opening = {"post": "team_leader", "called_on": "2025-03-03", "conditions": paper("conditions")}
    diary.procedure("2025-03-03 09:00", LEADER, key, "competition", ROOT, opening)
    for index, number in enumerate(applicants):
        applied = {"applicant": person(number), "application": paper(f"application {number}")}
        diary.step(f"2025-03-{5 + index:02} 10:00", self_(number), key, "apply", applied)
    diary.step(
        "2025-03-20 09:00",
        ASSESSORS[0],
        key,
        "check_eligibility",
        {
            "eligible": tuple(person(number) for number in applicants[:3]),
            "not_eligible": person(applicants[3]),
            "reason": "no_certificate",
        },
    )
    for index, by in enumerate(ASSESSORS):
        marks = ("86.5", f"{88 + index}", "81")
        given: dict[str, Any] = {"scored": tuple(person(number) for number in applicants[:3]), "marks": marks}
        diary.step(f"2025-03-24 {9 + index:02}:00", by, key, "score", given)
    _posted(diary, "team-leader-result", f"procedure/{key}", "competition", "2025-03-25", "2025-04-02")
    cited = {"publication": "publication/team-leader-result"}
    diary.step("2025-04-02 10:00", LEADER, key, "publish", cited)
    appointed = {"appointee": person(applicants[1]), "term_from": "2025-04-07", "term_until": "2027-04-06"}
    diary.step("2025-04-03 09:00", COMMITTEE, key, "appoint", appointed)


def _posted(diary: Diary, key: str, stream: str, subject: str, on: str, final: str) -> None:
    """Put up for five working days, and final once they are over."""
    diary.publish(
        f"{on} 15:00",
        PUBLISHER,
        key,
        stream,
        steps_digest,
        subject=subject,
        unit=ROOT,
        rule=digest_of(subject),
        **posting("posting_publicity", CN_2025),
    )
    diary.say(f"{final} 09:00", PUBLISHER, Finalise(key=key))


CONTESTANTS: Final = (2005, 2025, 2045, 2065, 2085, 2105)
SEED: Final = paper("numbers drawn in public on 12 May 2025")


def tell_contest(diary: Diary) -> None:
    """Six welders before three judges, and what the winner gets."""
    key = "welding-2025"
    given = {"discipline": "welding", "rounds": 1, "trimmed": 1}
    diary.procedure("2025-05-06 09:00", LEADER, key, "skills_contest", ROOT, given)
    for number in CONTESTANTS:
        diary.step("2025-05-08 09:00", self_(number), key, "enter", {"contestant": person(number)})
    opened = {"round": 1, "tie_break": "shared", "seed": SEED}
    diary.step("2025-05-12 09:00", LEADER, key, "open_round", opened)
    order = lot(SEED, [person(number) for number in CONTESTANTS])
    diary.step("2025-05-12 09:30", LEADER, key, "draw", {"starting": order})
    for index, by in enumerate(ASSESSORS):
        marks = tuple(f"{93 - 2 * place + (place + index) % 2}" for place in range(len(CONTESTANTS)))
        given = {"marked": tuple(person(number) for number in CONTESTANTS), "marks": marks}
        diary.step(f"2025-05-13 {14 + index}:00", by, key, "mark", given)
    diary.step("2025-05-13 17:00", LEADER, key, "close_round")
    _posted(diary, "welding-result", f"procedure/{key}", "skills_contest", "2025-05-14", "2025-05-22")
    winner = person(CONTESTANTS[0])
    diary.step(
        "2025-05-22 10:00",
        COMMITTEE,
        key,
        "award",
        {"winner": winner, "publication": "publication/welding-result"},
    )
    # One result, three consequences, each of which can be taken back by itself.
    diary.say("2025-06-03 09:00", LEADER, _reward)
    diary.step("2025-06-05 09:00", COMMITTEE, "reward-1", "grant")
    diary.say("2025-06-06 08:30", LEADER, _entry)
    diary.step("2025-06-06 09:00", COMMITTEE, "pool-1", "admit")
    diary.say("2025-06-09 08:30", LEADER, _honour)
    diary.step("2025-06-09 09:00", COMMITTEE, "honour-1", "confer")


def _proposed(workflow: Workflow, key: str, kind: str, **said: str | int) -> Command:
    """Proposed on the published result as it stands in the log: its digest, and the position."""
    result = workflow.state("publication/welding-result").result()
    cited = {
        "ground": "publication/welding-result",
        "result": result.digest,
        "position": result.position,
    }
    return OpenProcedure(key=key, kind=kind, definition=digest_of(kind), unit=ROOT, given={**said, **cited})


def _reward(workflow: Workflow, _: datetime) -> Command:
    who = person(CONTESTANTS[0])
    said: dict[str, str | int] = {"form": "bonus", "rewarded": who, "amount": TOP_AWARD}
    return _proposed(workflow, "reward-1", "reward", clause="rewards.first-place", **said)


def _entry(workflow: Workflow, _: datetime) -> Command:
    said = {"reserve": person(CONTESTANTS[0]), "tier": "skilled_worker", "ground_code": "won_contest"}
    return _proposed(workflow, "pool-1", "talent_pool_entry", review_on="2026-06-01", **said)


def _honour(workflow: Workflow, _: datetime) -> Command:
    said = {"form": "model_worker", "honoured": person(CONTESTANTS[0])}
    return _proposed(workflow, "honour-1", "honour", clause="honours.contest", **said)
