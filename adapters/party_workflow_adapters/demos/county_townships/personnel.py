"""Reserve, hearing of groups, election, admission."""

from __future__ import annotations

from party_workflow.domain.rating import CastBallot, CloseRating, OpenRating
from party_workflow.packs.results import votes_digest
from party_workflow_adapters.demos.county_townships.people import (
    ASSESSOR,
    COMMITTEE,
    LEADER,
    PUBLISHER,
    ROOT,
    branch,
    head,
    members,
    occasion,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    person,
    self_,
)


def tell_people(diary: Diary) -> None:
    """Reserve cadres, the hearing of groups, an election, admissions."""
    for key, number, day in (("pool-102", 102, "2019-03-04"), ("pool-104", 104, "2019-03-04")):
        admitted = {
            "reserve": person(number),
            "tier": "township_deputy",
            "ground_code": "recommended",
            "review_on": "2020-03-01",
        }
        diary.procedure(f"{day} 08:30", LEADER, key, "talent_pool_entry", ROOT, admitted)
        diary.step(f"{day} 09:00", COMMITTEE, key, "admit")
    expected = (person(102), person(104))
    occasion(diary, "reserve-course", "training", ROOT, "2019-05-20 09:00", expected)
    trained = {"training": "activity/reserve-course"}
    for key in ("pool-102", "pool-104"):
        diary.step("2019-05-27 09:00", LEADER, key, "train", trained)
    again = {"finding": "grown", "review_on": "2021-03-01"}
    diary.step("2020-03-02 09:00", COMMITTEE, "pool-102", "review", again)
    # Who goes for a reason held against them is told, can answer and can appeal.
    out = "pool-104"
    diary.step("2020-03-02 10:00", LEADER, out, "question", {"reason": "did_not_hold"})
    diary.step("2020-03-02 10:30", LEADER, out, "notify", {"notified_on": "2020-03-02"})
    diary.step("2020-03-10 09:00", COMMITTEE, out, "pass_over", {"silent_because": "gave_no_statement"})
    why = {"reasons": "两次复核未见成长。"}
    diary.step("2020-03-12 09:00", COMMITTEE, out, "withdraw", {"withdrawn_on": "2020-03-12"}, why)
    diary.step("2020-04-14 09:00", COMMITTEE, out, "settle")
    _hearing(diary)
    _election(diary)
    rows = (
        ("admission-1", "p-7001", "front_line", "admit"),
        ("admission-2", "p-7002", "young_producer", "admit"),
        ("admission-3", "p-7003", "weak_branch", "admit"),
        ("admission-4", "p-7004", "no_priority", "defer"),
    )
    for key, who, priority, decided in rows:
        given = {"selected": who, "priority": priority}
        diary.procedure("2020-06-01 09:00", LEADER, key, "admission", ROOT, given)
        reason = {"reason": "quota_used"} if decided == "defer" else {}
        diary.step("2020-06-22 09:00", COMMITTEE, key, decided, reason)


def _hearing(diary: Diary) -> None:
    """Five stages; at each, leaders, masses and deputies are heard.  Silence is written down as silence."""
    stages = ("recommendation", "training", "inspection", "appointment", "supervision")
    for index, stage in enumerate(stages):
        key, month = f"step-{stage}", f"2020-{4 + index:02}"
        opened = {"candidate": person(102), "stage": stage}
        diary.procedure(f"{month}-07 09:00", LEADER, key, "personnel_step", ROOT, opened)
        for place, group in enumerate(("leaders", "masses", "deputies")):
            silent = (stage, group) == ("inspection", "deputies")
            heard = {"group": group, "view": "gave_none" if silent else "in_favour"}
            diary.step(f"{month}-{9 + place:02} 09:00", LEADER, key, "hear", heard)
        diary.step(f"{month}-20 09:00", COMMITTEE, key, "conclude", {"conclusion": "go_on"})


def _election(diary: Diary) -> None:
    """Four candidates for three seats; the ballot is secret."""
    key, vote, unit = "election-t1", "election-t1-vote", branch("u-t1")
    voters, candidates = members("u-t1"), members("u-t1")[:4]
    called = {"body": "branch_committee", "seats": 3}
    diary.procedure("2020-09-01 09:00", LEADER, key, "election", unit, called)
    named = tuple(person(number) for number in candidates)
    diary.step("2020-09-07 09:00", LEADER, key, "nominate", {"candidate": named})
    diary.say(
        "2020-09-14 08:00",
        acting(head("u-t1"), "secretary"),
        OpenRating(
            key=vote,
            kind="peer",
            unit=unit,
            raters=tuple(person(number) for number in voters),
            subjects=named,
            grades=("elect", "not_elect"),
        ),
    )
    for place, number in enumerate(voters):
        choices = {
            who: "not_elect" if index == 3 or (place, index) == (5, 2) else "elect"
            for index, who in enumerate(named)
            if who != person(number)
        }
        diary.say(
            "2020-09-14 09:00", self_(number), CastBallot(key=vote, rater=person(number), choices=choices)
        )
    diary.say("2020-09-14 11:00", acting(head("u-t1"), "secretary"), CloseRating(key=vote))
    counted = {"ballots": f"rating/{vote}", "elected": named[:3]}
    diary.step("2020-09-14 15:00", ASSESSOR, key, "count", counted)
    diary.publish(
        "2020-09-15 09:00",
        PUBLISHER,
        "election-t1-result",
        f"rating/{vote}",
        votes_digest,
        subject="vote_count",
        unit=unit,
        rule=digest_of("election"),
    )
    cited = {"publication": "publication/election-t1-result"}
    diary.step("2020-09-15 10:00", LEADER, key, "publish", cited)
