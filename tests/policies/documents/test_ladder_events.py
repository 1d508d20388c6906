"""Ladders over what the log has: honours conferred, quarters declared void, one revoked (R-003, R-012)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.support.pack import PackWorld
from tests.support.ranked import clause

from party_workflow.calendar import Period
from party_workflow.domain.publication import Publish
from party_workflow.domain.schedule import OpenSchedule, ReinstatePeriod, VoidPeriod
from party_workflow.packs.party import MODEL
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.corrections import corrections
from party_workflow.policies.documents import RuleDocument, lint
from party_workflow.policies.policy import Result, run

FIRST = date(2009, 1, 1)
RESULT = "b" * 64
STARS = {None: "0", "three_star": "3", "four_star": "4", "five_star": "5"}


def rules(**said: Any) -> RuleDocument:
    ladder = clause(
        "ladder",
        "stars",
        tiers=[
            {"code": "three_star", "awards": 1},
            {"code": "four_star", "awards": 2},
            {"code": "five_star", "awards": 3},
        ],
        breaks="reset",
        void="skip",
        starts="2009-Q1",
        awards={"source": "honours", "column": "period", "where": {"done": "yes"}},
        held="calendar",
        voided={"source": "void", "column": "period"},
    )
    return RuleDocument.read(
        {
            "code": "stars",
            "version": 1,
            "issuer": "bureau",
            "number": "2009-1",
            "issued_on": FIRST,
            "effective_from": FIRST,
            "offset_minutes": 480,
            "population": {"source": "members"},
            "source": [
                {
                    "code": "members",
                    "feed": "members",
                    "subject": "person",
                    "within": "until",
                    "where": {"person": ["p-5", "p-6"]},
                },
                {
                    "code": "honours",
                    "feed": "awards",
                    "subject": "subject",
                    "within": "all",
                    "where": {"kind": "honour", "named": "honoured"},
                    "period": "quarter",
                },
                {"code": "void", "feed": "periods", "subject": "unit", "within": "all"},
            ],
            "clause": [ladder | {"since": FIRST} | said],
        }
    )


class Quarters(PackWorld):
    """A branch in which p-5 was honoured in the first and third quarter, and p-6 in all three."""

    def __init__(self) -> None:
        super().__init__("honour@1")
        fields: dict[str, Any] = {"unit": "u-branch", "subject": "stars", "audience": "x", "media": "y"}
        fields |= {"position": 1, "known": self.now, "rule": "a" * 64, "digest": RESULT}
        self.do(Publish(key="rank-1", **fields), by=self.act(21))
        self.do(OpenSchedule(key="u-branch", unit="u-branch"))
        for quarter, month in ((1, 3), (2, 6), (3, 9)):
            self.now = datetime(2009, month, 25, 1, tzinfo=UTC)
            for person in ("p-5", "p-6") if quarter != 2 else ("p-6",):
                self.begin(
                    "honour",
                    f"h-{quarter}-{person}",
                    version=1,
                    form="stars",
                    honoured=person,
                    ground="publication/rank-1",
                    result=RESULT,
                    clause="stars",
                )

    def stars(self, **said: Any) -> Result:
        policy = rules(**said).policy(MODEL.registry)
        return run(policy, self.workflow.history, on=date(2009, 9, 30), period_start=FIRST)


def shown(found: Conclusion) -> dict[str, str]:
    return {streak.subject: "".join(STARS[rung.tier] for rung in streak.rungs) for streak in found.streaks}


def test_the_linter_has_nothing_to_say_of_a_ladder_over_the_feeds_of_the_library() -> None:
    assert [str(fault) for fault in lint(rules(), MODEL.registry).errors] == []


def test_R_012_honours_of_three_quarters_running_are_three_four_and_five_stars() -> None:
    found = Quarters().stars()
    assert shown(found.conclusion) == {"p-5": "303", "p-6": "345"}
    evidence = [rung.evidence for rung in found.conclusion.streaks[1].rungs if rung.evidence is not None]
    assert len({item.event_id for item in evidence}) == 3, "each rung rests on the event of its own quarter"


def test_R_003_a_quarter_declared_void_neither_extends_nor_breaks_and_the_log_is_the_same() -> None:
    world = Quarters()
    void = VoidPeriod(key="u-branch", period=Period("2009-Q2"), reason="epidemic", basis="order.1")
    world.do(void)
    skipped, broken = world.stars(), world.stars(void="breaks")
    assert shown(skipped.conclusion) == {"p-5": "334", "p-6": "334"}
    assert shown(broken.conclusion) == {"p-5": "303", "p-6": "303"}
    assert (skipped.head, skipped.position) == (broken.head, broken.position)
    assert [note.code for note in skipped.conclusion.notes] == ["award-in-void-period"]
    back = ReinstatePeriod(
        key="u-branch", period=Period("2009-Q2"), reason="rated_after_all", basis="order.2"
    )
    world.do(back)
    assert shown(world.stars().conclusion) == {"p-5": "303", "p-6": "345"}


def test_R_013_an_honour_revoked_after_the_third_quarter_corrects_what_was_published() -> None:
    world = Quarters()
    before = world.stars()
    world.later(days=10)
    world.take("revoke", key="h-2-p-6", by=world.act(23), reason="figures_made_up")
    after = world.stars()
    assert shown(before.conclusion)["p-6"] == "345"
    assert shown(after.conclusion)["p-6"] == "303"
    found = corrections(before, after)
    assert [(item.subject, item.period, item.before, item.after) for item in found] == [
        ("p-6", "2009-Q2", "four_star", None),
        ("p-6", "2009-Q3", "five_star", "three_star"),
    ]
    ids = {record.envelope.event_id: record.envelope for record in world.store.read()}
    for item in found:
        (revoked,) = [ids[event.event_id] for event in item.because if event not in _evidence(before)]
        assert (revoked.stream, revoked.person) == ("procedure/h-2-p-6", "p-23")


def _evidence(found: Result) -> set[Any]:
    return {rung.evidence for streak in found.conclusion.streaks for rung in streak.rungs}
