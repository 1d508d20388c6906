"""A town in which somebody may have complained, and low marks are looked at by somebody independent.

p-5 leads the branch u-b1 in which p-1 to p-9 count, p-60 leads above, p-61 and p-62 are independent; p-62 has
the account of the clerk of reviews.  p-7 complains about p-5.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from typing import Any, Final

from party_workflow.authority import AdoptRoles, GrantRole, OpenAccount
from party_workflow.codec import Command
from party_workflow.domain.case import OpenCase
from party_workflow.domain.organisation import AssignPost, RegisterPerson
from party_workflow.domain.rating import MarkHeld, OpenRating, Rate, Rated, Rating
from party_workflow.domain.vocabulary import Serves
from party_workflow.packs import party
from party_workflow.packs.processes.watch import Watch, independent_review
from party_workflow.personal import Personal
from party_workflow.processes import Ran
from party_workflow.store import Actor, Receipt, Recorded
from party_workflow.testing.town import Town

CLERK: Final = Actor("a-62", "p-62", "review_clerk")
GRADES: Final = ("excellent", "competent", "basic", "not_competent")
START: Final = datetime(2024, 3, 4, 1, tzinfo=UTC)
KEY: Final = f"g-{'0a' * 16}"


def watch(number: int = 0, **more: Any) -> Watch:
    """Terms of which the seed is that number; hardly anything is drawn unless more is said."""
    return Watch(**{"seed": number.to_bytes(32), "share": Fraction(1, 1000), **more})


class Watched(Town):
    """The town."""

    def __init__(self, *definitions: str, **more: Any) -> None:
        super().__init__("grievance", "cn-working-days", *definitions, start=START, **more)
        office = tuple(sorted(self.workflow.state("authority").roles["office"]))
        clerk = party.ROLES["review_clerk"]
        self.do(AdoptRoles(roles={"office": office, "review_clerk": clerk, "custodian": ("case.custody",)}))
        self.do(
            RegisterPerson(person="p-62", unit="u-city", categories=("member",)),
            OpenAccount(account="a-62", person="p-62"),
            GrantRole(person="p-62", role="review_clerk", unit="u-city"),
            GrantRole(person="p-61", role="custodian", unit="u-city"),
        )
        self.do(
            AssignPost(post="branch_secretary", unit="u-b1", person="p-5"),
            AssignPost(post="head", unit="u-city", person="p-60"),
        )

    def round(self, key: str = "r-1", **more: Any) -> None:
        """Open a round in the open, of everybody on p-7, p-8 and p-9."""
        fields: dict[str, Any] = {
            "key": key,
            "kind": "peer",
            "unit": "u-b1",
            "raters": tuple(f"p-{n}" for n in (*range(2, 10), 60, 61)),
            "subjects": ("p-7", "p-8", "p-9"),
            "grades": GRADES,
            "secret": False,
            "serves": (Serves(campaign="c-1", task="appraise"),),
        }
        self.do(OpenRating(**{**fields, **more}))

    def complain(
        self, key: str = KEY, by: str = "p-7", about: tuple[str, ...] = ("p-5",), kind: str = "grievance"
    ) -> Receipt:
        """Somebody's complaint is taken in by p-2, under a command id of its own."""
        command = OpenCase(
            key=key,
            kind=kind,
            definition=self.digest(kind),
            unit="u-b1",
            substance=Personal("What is said."),
            complainant=Personal(by),
            concerns=about,
        )
        return self.workflow.execute(command, by=self.actor(2), at=self.now, command_id=f"apart:{key}")

    def rate(self, rater: int, grade: str, *subjects: int, key: str = "r-1") -> str:
        """A rater gives grades; the id of the event."""
        grades = {f"p-{subject}": grade for subject in subjects or (7,)}
        self.do(Rate(key=key, rater=f"p-{rater}", grades=grades), by=rater, own=True)
        return self.events(Rated)[-1].envelope.event_id

    def events(self, *kinds: Any) -> list[Recorded]:
        """What the whole log has of some types."""
        return list(self.history.events(*kinds))

    def review(self, terms: Watch | None = None, by: Actor = CLERK) -> Ran:
        """Run the manager under the clerk's account."""
        manager = independent_review(self.workflow.binds, terms or watch())
        return self.workflow.run(manager, by=by, at=self.now)

    def held(self) -> list[tuple[str, str]]:
        """What was put aside, by rater and person."""
        found = (item.event for item in self.events(MarkHeld))
        return [(event.rater, event.person) for event in found if isinstance(event, MarkHeld)]

    def rating(self, key: str = "r-1") -> Rating:
        """A round."""
        state = self.workflow.state(f"rating/{key}")
        assert isinstance(state, Rating)
        return state


def seed_for(entry: str, person: str, *, drawn: bool) -> int:
    """The first seed under which the lot falls on a mark, or does not."""
    return next(n for n in count() if watch(n).drawn(entry, person) is drawn)


def refused(town: Town, command: Command, by: int, *, own: bool = False) -> str:
    """The code of the refusal of a command, empty where it is recorded."""
    found = town.refusal(command, by=by, own=own)
    return "" if found is None else found.code
