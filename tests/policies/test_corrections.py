"""What a later result corrects in one that was known before: old and new beside each other, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.support.ranked import clause, document, history, over, rank, score

from party_workflow.history import History
from party_workflow.policies.corrections import Correction, corrections
from party_workflow.policies.documents import RuleDocument

BANDS = [{"grade": "five_star", "at_least": 80}, {"grade": "four_star", "below": 80}]
LATER = date(2020, 6, 1)


def rules(*more: dict[str, Any]) -> RuleDocument:
    return document(
        [
            score(),
            rank(),
            clause("bands", "bands", measure="score", on="exact", bands=BANDS),
            clause(
                "quota",
                "stars",
                ranking="places",
                grades="bands",
                grade="five_star",
                share="1/2",
                of="population",
                mode="down",
                edge="none",
                instead="four_star",
            ),
            *more,
        ]
    )


def past(*later: dict[str, Any]) -> History:
    rows = [
        {"subject": f"u-{name}", "score": value, "key": name, "day": date(2020, 2, 1)}
        for name, value in (("a", 90), ("b", 85), ("c", 70), ("d", 60))
    ]
    return history({"members": [*rows, *later]})


def corrected(name: str, value: Any, kind: str = "corrected") -> dict[str, Any]:
    return {
        "subject": f"u-{name}",
        "score": value,
        "key": name,
        "kind": kind,
        "day": date(2020, 2, 1),
        "known": LATER,
    }


def found(rule: RuleDocument, log: History) -> dict[tuple[str, str], Correction]:
    before = over(rule, log.as_of(known=datetime(2020, 5, 1, tzinfo=UTC)))
    return {(item.clause, item.subject): item for item in corrections(before, over(rule, log))}


def test_one_who_loses_a_grade_to_another_is_listed_although_nothing_of_theirs_changed() -> None:
    seen = found(rules(), past(corrected("c", 99)))
    assert {key: (item.before, item.after) for key, item in seen.items()} == {
        ("bands", "u-c"): ("four_star", "five_star"),
        ("stars", "u-c"): ("four_star", "five_star"),
        ("stars", "u-b"): ("five_star", "four_star"),
    }
    assert [item.stored_type for item in seen["stars", "u-c"].because] == ["observation.corrected"]
    assert seen["stars", "u-b"].because == ()
    assert str(seen["stars", "u-b"]).endswith("corrected to four_star, because of what changed for others")


def test_one_who_has_no_value_any_more_has_no_grade_any_more() -> None:
    seen = found(rules(), past(corrected("a", "missing")))
    assert (seen["bands", "u-a"].before, seen["bands", "u-a"].after) == ("five_star", None)
    assert seen["bands", "u-a"].data() == {
        "kind": "grade",
        "clause": "bands",
        "subject": "u-a",
        "before": "five_star",
        "after": "",
        "because": [item.event_id for item in seen["bands", "u-a"].because],
    }


def test_one_who_is_no_member_any_more_is_listed_with_what_they_had() -> None:
    seen = found(rules(), past(corrected("a", 90, kind="withdrawn")))
    assert (seen["stars", "u-a"].before, seen["stars", "u-a"].after) == ("five_star", None)


def test_a_gate_that_is_triggered_later_is_listed_with_the_grade_that_it_caps() -> None:
    low = {"measure": "score", "below": 50, "unknown": "fails"}
    hard = clause("gate", "hard", when=low, effect="excludes")
    rule = document([score(), hard, rank()])
    seen = found(rule, past(corrected("a", 10)))
    (item,) = seen.values()
    assert (item.kind, item.before, item.after) == ("gate", None, "excludes")
    assert [event.stored_type for event in item.because] == ["observation.recorded", "observation.corrected"]


def test_nothing_is_corrected_by_what_changes_no_result() -> None:
    assert found(rules(), past(corrected("a", 91))) == {}
