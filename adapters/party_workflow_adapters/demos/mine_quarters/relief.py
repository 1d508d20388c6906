"""The epidemic in figures: outputs, stock, donations; and points that a platform asserts."""

from __future__ import annotations

from decimal import Decimal

from party_workflow.calendar import Period
from party_workflow.domain.ledger import Book, OpenLedger
from party_workflow.domain.points import ImportPoints, OpenPoints
from party_workflow.quantity import Quantity
from party_workflow_adapters.demos.diary import (
    Diary,
    digest_of,
    moment,
    paper,
    person,
)
from party_workflow_adapters.demos.mine_quarters.people import (
    BOOKKEEPER,
    BRANCHES,
    DONATED,
    LEDGER,
    OFFICE,
    RECORDER,
    REGISTRAR,
    ROOT,
    SIZES,
    members,
)


def tell_relief(diary: Diary) -> None:
    """Book what was put out, bought, handed out and given."""
    definition = digest_of("epidemic_relief")
    diary.say(
        "2020-01-27 09:00",
        BOOKKEEPER,
        OpenLedger(key=LEDGER, unit=ROOT, definition_code="epidemic_relief", definition=definition),
    )
    for number, (account, amounts) in enumerate(
        {
            "rules_issued": ("9 items", "4 items"),
            "bulletins": ("12 issues", "5 issues"),
            "inspections_made": (">= 6 times", ">= 4 times"),
            "booklets": ("2000 copies", "70 copies"),
            "posters": (">= 40 copies",),
            "articles": (">= 18 articles", ">= 12 articles"),
        }.items()
    ):
        for index, text in enumerate(amounts):
            at = f"2020-0{2 + index}-{10 + number} 09:00"
            diary.say(at, BOOKKEEPER, Book(key=LEDGER, account=account, amount=Quantity.parse(text)))
    for account, pieces in (("masks", 36_000), ("thermometers", 2_100)):
        bought = Quantity.of("=", pieces, "pieces")
        diary.say(
            "2020-02-03 09:00",
            BOOKKEEPER,
            Book(
                key=LEDGER, account=account, amount=bought, to_unit=OFFICE, basis=paper(f"{account} bought")
            ),
        )
    people = sum(SIZES)
    for place, (branch, size) in enumerate(zip(BRANCHES, SIZES, strict=True)):
        for account, whole in (("masks", 34_000), ("thermometers", 2_001)):
            given = whole * size // people
            if place == len(BRANCHES) - 1:
                given = whole - sum(whole * each // people for each in SIZES[:-1])
            diary.say(
                f"2020-02-{12 + place} 09:00",
                BOOKKEEPER,
                Book(
                    key=LEDGER,
                    account=account,
                    way="out",
                    amount=Quantity.of("=", given, "pieces"),
                    to_unit=branch,
                ),
            )
    _donations(diary)


def _donations(diary: Diary) -> None:
    """Everybody in the branches gave what they chose; four gave in the smallest, whose sum is not shown."""
    givers = [number for branch in BRANCHES for number in members(branch)]
    amounts = [110_000 + 500 * ((place * 7) % 80) for place in range(len(givers))]
    amounts[0] += DONATED - sum(amounts)
    for number, amount in zip(givers, amounts, strict=True):
        diary.say(
            "2020-02-26 09:00",
            BOOKKEEPER,
            Book(
                key=LEDGER,
                account="voluntary_donations",
                amount=Quantity.of("=", amount, "yuan"),
                person=person(number),
                voluntary=True,
            ),
        )


def tell_platform(diary: Diary) -> None:
    """Take in what the learning platform says of the members of the first branch."""
    definition = digest_of("member_points")
    for place, number in enumerate(members("u-b1")):
        who = person(number)
        diary.say("2020-01-02 09:00", REGISTRAR, OpenPoints(scheme="member-points", person=who, unit=ROOT))
        diary.say(
            "2020-04-01 10:00",
            RECORDER,
            ImportPoints(
                scheme="member-points",
                person=who,
                definition=definition,
                source="learning_platform",
                item=f"2020-q1-{number}",
                batch="platform-2020-q1",
                stated_at=moment("2020-03-31 23:00"),
                amount=Decimal(1800 + 37 * place),
                period=Period("2020"),
                unit="u-b1",
            ),
        )
