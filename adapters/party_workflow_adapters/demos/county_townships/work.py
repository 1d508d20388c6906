"""Departments' relay, models, research, pairs, training."""

from __future__ import annotations

from party_workflow.domain.assessment import (
    Advance,
    EnterSheets,
)
from party_workflow.packs.results import steps_digest
from party_workflow_adapters.demos.county_townships.people import (
    ASSESSOR,
    COMMITTEE,
    DEPARTMENTS,
    LEADER,
    PUBLISHER,
    ROOT,
    SECOND,
    STEPS,
    TOWNSHIPS,
    head,
    members,
    occasion,
)
from party_workflow_adapters.demos.diary import (
    Diary,
    acting,
    digest_of,
    open_assessment,
    paper,
    person,
    points,
    self_,
)


def tell_relay(diary: Diary) -> None:
    """Four rounds of four departments; in the second one dimension lacks for one of them."""
    items = ("team", "department_style", "image", "department_service", "contribution")
    for number in range(1, 5):
        month = f"2019-{3 * number:02}"
        opened = open_assessment(
            f"relay-2019-q{number}", "five_star_departments", ROOT, f"2019-Q{number}", DEPARTMENTS
        )
        diary.say(f"{month}-18 09:00", LEADER, opened)
        sheets = {
            unit: {
                item: points(80 + (number * 7 + place * 3 + index) % 13)
                for index, item in enumerate(items)
                # In the second round nobody judged the service of the schools department.
                if (number, unit, item) != (2, "u-schools", "department_service")
            }
            for place, unit in enumerate(DEPARTMENTS)
        }
        entered = EnterSheets(key=opened.key, voice="judging", assessor=SECOND.person, sheets=sheets)
        diary.say(f"{month}-21 09:00", SECOND, entered)
        diary.say(f"{month}-22 09:00", LEADER, Advance(key=opened.key, move="judge"))
        diary.publish_sheets(f"{month}-24 09:00", PUBLISHER, LEADER, opened, after=f"{month}-24 10:00")


def tell_models(diary: Diary) -> None:
    """Three models of building the Party, each verified by somebody outside, and looked at after a year."""
    for township in TOWNSHIPS[:3]:
        key = f"model-{township}"
        named = {"model_unit": township}
        texts = {"achievement": "党建带动产业"}
        diary.procedure("2019-04-08 09:00", LEADER, key, "typical_example", township, named, texts)
        proof = {"evidence": (paper(f"{key}: seen on the spot"),)}
        diary.step("2019-04-22 09:00", ASSESSOR, key, "verify", proof)
        diary.publish(
            "2019-05-07 09:00",
            PUBLISHER,
            key,
            f"procedure/{key}",
            steps_digest,
            subject="typical_example",
            unit=township,
            rule=digest_of("typical_example"),
        )
        given = {"publication": f"publication/{key}", "published_on": "2019-05-07"}
        diary.step("2019-05-07 10:00", LEADER, key, "publish", given)
        if township == "u-t3":
            diary.step("2020-05-11 09:00", LEADER, key, "withdraw", {"reason": "no_longer_ahead"})
        else:
            diary.step("2020-05-11 09:00", ASSESSOR, key, "confirm", {"still": "still_a_model"})


def tell_research(diary: Diary) -> None:
    """Two trips, one without follow-up; a topic put out to bids; a firm and a village in a pair."""
    for key, number, topic in (("trip-1", 2, "empty_villages"), ("trip-2", 8, "firms_at_the_coast")):
        given = {"researcher": person(number), "topic": topic, "visited": ("u-t4", "u-t5")}
        diary.procedure(
            "2019-07-02 09:00", acting(2, "head_of_party_office"), key, "field_research", ROOT, given
        )
    found = {"problem": "年轻党员外出多", "finding": "流动小组可行"}
    diary.step("2019-07-09 09:00", LEADER, "trip-1", "find", texts=found)
    diary.step("2020-02-21 09:00", LEADER, "trip-1", "use", {"used_for": "plan/key-points-2020"})
    # Put out to bids, reviewed without names, granted, delivered, adopted.
    key, bids = "topic-1", {1003: paper("bid A"), 2003: paper("bid B"), 3003: paper("bid C")}
    diary.procedure("2019-09-02 09:00", LEADER, key, "research_bidding", ROOT, {"topic": "posts_for_members"})
    for number, bid in bids.items():
        diary.step("2019-09-16 09:00", self_(number), key, "bid", {"bidder": person(number), "bid": bid})
    for by, marks in ((ASSESSOR, (82, 91, 77)), (SECOND, (80, 88, 84))):
        for bid, mark in zip(bids.values(), marks, strict=True):
            diary.step("2019-09-24 09:00", by, key, "review", {"reviewed": bid, "marks": mark})
    diary.step("2019-10-08 09:00", COMMITTEE, key, "grant", {"granted": bids[2003], "amount": 8000})
    diary.step("2020-08-31 09:00", self_(2003), key, "deliver", {"deliverable": paper("the study")})
    diary.step("2020-10-12 09:00", COMMITTEE, key, "adopt", {"adopted_by": ("u-t1", "u-t2")})
    paired = {
        "form": "firm_village",
        "party": (person(301), person(1004)),
        "paired_unit": ("u-f1", "u-t1-v1"),
    }
    diary.procedure("2019-03-11 09:00", LEADER, "pair-1", "pairing", ROOT, paired)
    for number in (301, 1004):
        diary.step("2019-03-12 09:00", self_(number), "pair-1", "confirm")
    diary.step("2019-03-13 09:00", LEADER, "pair-1", "begin")
    diary.step("2019-11-20 09:00", self_(1004), "pair-1", "record_outcome", {"outcome": "jobs_for_six"})


def tell_training(diary: Diary) -> None:
    """A topic a month in four weekly steps; none in the epidemic, and one without its homework."""
    people = tuple(person(number) for number in members("u-t2"))
    by = acting(head("u-t2"), "secretary")
    for month in range(1, 13):
        if month == 2:
            continue
        for week, step in enumerate(STEPS):
            if (month, step) == (8, "homework"):
                continue
            on = f"2020-{month:02}-{3 + 7 * week:02} 19:30"
            key, topic = f"topic-{month:02}-{week + 1}", f"topic_2020_{month:02}"
            occasion(diary, key, step, "u-t2-v1", on[:10] + " 15:00", people, by, topic=topic)
    for quarter in (2, 3, 4):  # the tutor's demonstration lectures; the first quarter has none
        on = f"2020-{3 * quarter - 1:02}-28 15:00"
        who = person(head("u-t2"))
        occasion(
            diary,
            f"lecture-{quarter}",
            "demonstration_lecture",
            "u-t2",
            on,
            (*people[:3], who),
            by,
            chaired_by=who,
        )
