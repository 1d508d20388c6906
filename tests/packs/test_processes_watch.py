"""Retaliation watch: low marks wait for independent review, and being put aside tells nothing.  (R-148)"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.watched import CLERK, GRADES, KEY, Watched, refused, seed_for, watch

from party_workflow.authority import AdoptRoles, DeclareConflict, Delegate, GrantRole, OpenAccount, forbidden
from party_workflow.canonical import canonical_bytes
from party_workflow.codec import Command, Event
from party_workflow.domain import rating
from party_workflow.domain.appraisal import OpenAppraisal
from party_workflow.domain.case import OpenCase, WithdrawCase
from party_workflow.domain.case.commands import DecideIdentity, OpenIdentity, RequestIdentity
from party_workflow.domain.definition import AdoptDefinition
from party_workflow.domain.organisation import AssignPost, EndPost, RegisterPerson
from party_workflow.domain.procedure import OpenProcedure, ProcedureKind
from party_workflow.domain.rating import (
    CloseRating,
    CorrectRating,
    HoldMark,
    MarkHeld,
    MarkSettled,
    Rate,
    SettleMark,
    UnderReview,
    VoidRating,
)
from party_workflow.errors import InvalidInput
from party_workflow.history import History
from party_workflow.packs import party
from party_workflow.packs.campaign_2005 import APPRAISAL_RULE
from party_workflow.packs.processes import ADVERSE_COMMANDS, guarded
from party_workflow.packs.processes.watch import STAY, Watch, independent_review
from party_workflow.packs.results import full_audit, votes_digest
from party_workflow.personal import Personal
from party_workflow.policies.assessments.appraisal import democratic_appraisal
from party_workflow.policies.cases.retaliation import months_after
from party_workflow.policies.policy import run
from party_workflow.processes import Proposal, follows
from party_workflow.store import Actor, MemoryStore, encode

# --- what is put aside -------------------------------------------------------------------------


@pytest.mark.parametrize("rater", [5, 6, 60], ids=["accused", "subordinate", "superior"])
def test_R_148_a_low_rating_of_a_sealed_complainant_by_the_accused_or_their_line_is_put_aside(
    rater: int,
) -> None:
    town = Watched()
    town.round()
    town.complain()
    town.later(days=30)
    town.rate(rater, "basic", 7)
    ran = town.review()
    assert len(ran.issued) == 1
    assert town.held() == [(f"p-{rater}", "p-7")]
    assert town.review().issued == ()  # once


def test_R_148_who_is_in_nobodys_line_rates_as_they_please() -> None:
    town = Watched()
    town.round()
    town.complain(about=("p-6",))  # p-6 leads nobody; p-4 counts beside them
    town.rate(4, "not_competent", 7)
    town.rate(61, "not_competent", 7)
    assert town.review().issued == ()
    town.rate(5, "basic", 7)  # p-5 leads p-6
    assert len(town.review().issued) == 1
    assert town.held() == [("p-5", "p-7")]


def test_R_148_only_low_marks_on_the_complainant_after_the_complaint_are_put_aside() -> None:
    town = Watched()
    town.round()
    town.rate(6, "basic", 7)  # before
    town.complain()
    town.rate(5, "competent", 7)  # not low
    town.rate(5, "not_competent", 8)  # on somebody else
    assert town.review().issued == ()
    town.rate(60, "not_competent", 7, 8)
    town.review()
    assert town.held() == [("p-60", "p-7")]


def test_R_148_worse_than_what_others_gave_is_low_too() -> None:
    town = Watched()
    town.round()
    town.complain()
    town.rate(5, "competent", 7)
    for other in (2, 3):
        town.rate(other, "excellent", 7)
    assert town.review().issued == ()  # two others are not enough to compare
    town.rate(4, "excellent", 7)
    town.review()
    assert town.held() == [("p-5", "p-7")]


def test_R_148_the_watch_lasts_for_its_months_and_while_the_complaint_runs() -> None:
    town = Watched()
    town.round()
    town.complain()
    town.later(days=400)
    town.rate(5, "basic", 7)
    town.review()
    assert town.held() == [("p-5", "p-7")]  # it still runs
    over = Watched()
    over.round()
    over.complain()
    withdraw = WithdrawCase(key=KEY, ground="settled")
    over.workflow.execute(withdraw, by=_custodian(over), at=over.now, command_id="apart:over")
    over.later(days=364)
    over.rate(5, "basic", 7)
    over.later(days=3)
    over.rate(6, "basic", 7)  # a year and two days after
    over.review()
    assert over.held() == [("p-5", "p-7")]


def test_R_148_what_took_more_than_the_months_is_watched_when_it_is_over() -> None:
    town = Watched()
    town.round()
    town.complain()
    custodian = _custodian(town)
    town.later(days=500)
    withdraw = WithdrawCase(key=KEY, ground="settled")
    town.workflow.execute(withdraw, by=custodian, at=town.now, command_id="apart:over")
    town.later(days=1)
    town.rate(5, "basic", 7)
    town.review()
    assert town.held() == [("p-5", "p-7")]


def _custodian(town: Watched) -> Actor:
    roles = {name: tuple(sorted(duties)) for name, duties in town.workflow.state("authority").roles.items()}
    # The officer posts the letters as well: whoever takes a complaint back does so by letter.
    duties = {*party.ROLES["case_officer"], *party.ROLES["letterbox"]}
    town.do(AdoptRoles(roles={**roles, "officer": tuple(sorted(duties))}))
    town.do(GrantRole(person="p-60", role="officer", unit="u-city"), by=3)
    return Actor("a-60", "p-60", "officer")


def test_R_148_a_complainant_by_name_is_watched_over_as_well() -> None:
    town = Watched("petition")
    town.round()
    town.do(
        OpenCase(
            key="pet-1",
            kind="petition",
            definition=town.digest("petition"),
            unit="u-b1",
            substance=Personal("What is said."),
            requester="p-7",
            concerns=("p-5",),
        ),
        by=7,
        own=True,
    )
    town.rate(6, "basic", 7)
    town.review()
    assert town.held() == [("p-6", "p-7")]


def test_R_148_a_delegate_and_who_declared_themselves_close_to_the_accused_are_watched() -> None:
    town = Watched()
    town.round(raters=("p-2", "p-3", "p-61"))
    town.complain(about=("p-6",))
    town.do(DeclareConflict(person="p-2", other="p-6", ground="family"), by=2, own=True)
    until = town.now + timedelta(days=9)
    town.do(
        Delegate(principal="p-6", delegate="p-61", role="office", unit="u-city", until=until), by=6, own=True
    )
    for rater in (2, 3, 61):
        town.rate(rater, "basic", 7)
    town.review()
    assert town.held() == [("p-2", "p-7"), ("p-61", "p-7")]


def test_R_148_who_records_a_rating_for_the_accused_counts_as_whoever_gave_it() -> None:
    """Through another entry point: the accused enters the mark that somebody else is said to have given."""
    town = Watched()
    town.round()
    town.complain()
    town.do(Rate(key="r-1", rater="p-61", grades={"p-7": "basic"}), by=5)
    town.review()
    assert town.held() == [("p-61", "p-7")]


def test_R_148_the_line_is_that_of_the_day_of_the_rating() -> None:
    town = Watched()
    town.round()
    town.complain()
    town.later(days=1)
    town.do(EndPost(post="branch_secretary", unit="u-b1", person="p-5", ground="term_over"))
    town.later(days=1)
    town.rate(6, "basic", 7)  # p-5 leads nobody any more
    town.later(hours=1)
    town.do(AssignPost(post="branch_secretary", unit="u-b1", person="p-5"))
    assert town.review().issued == ()
    town.later(days=1)
    town.rate(4, "basic", 7)
    town.review()
    assert town.held() == [("p-4", "p-7")]


# --- it tells nothing --------------------------------------------------------------------------


def _town(*, complaint: bool) -> tuple[Watched, str]:
    town = Watched()
    town.round()
    if complaint:
        town.complain()
    town.later(days=5)
    entry = town.rate(6, "basic", 7)
    town.rate(2, "excellent", 7)
    return town, entry


def test_R_148_what_is_put_aside_for_a_complaint_is_to_others_what_the_lot_puts_aside_byte_for_byte() -> None:
    watched, entry = _town(complaint=True)
    drawn, same = _town(complaint=False)
    assert entry == same
    watched.review(watch(seed_for(entry, "p-7", drawn=False)))
    drawn.review(watch(seed_for(entry, "p-7", drawn=True)))
    assert watched.held() == drawn.held() == [("p-6", "p-7")]
    for number, own in ((5, True), (6, True), (7, True), (4, False), (60, False)):
        views = [
            [
                record.bytes
                for record in town.workflow.seen_by(town.actor(number, own=own), town.now).records()
            ]
            for town in (watched, drawn)
        ]
        assert views[0] == views[1], number
        assert any(b"mark_held" in line for line in views[0])
    refusals = [
        str(
            town.refusal(
                CorrectRating(key="r-1", rater="p-6", subject="p-7", grade="competent", ground="typo"),
                by=6,
                own=True,
            )
        )
        for town in (watched, drawn)
    ]
    assert refusals[0] == refusals[1]
    (event,) = (item for item in watched.events(MarkHeld))
    assert event.envelope.causation == entry  # the rating, and not the complaint
    assert b"complain" not in canonical_bytes(event.event.model_dump(mode="json"))
    for each in (watched, drawn):  # nor does what comes of it
        each.do(SettleMark(key="r-1", entry=entry, person="p-7", released=False), by=61)
    settled = [town.events(MarkSettled)[0] for town in (watched, drawn)]
    assert settled[0].event == settled[1].event


def test_R_148_without_the_share_of_lots_nothing_could_be_put_aside_quietly() -> None:
    with pytest.raises(InvalidInput, match="tell of a complaint"):
        Watch(seed=bytes(32), share=Fraction(0))
    with pytest.raises(InvalidInput, match="found by trying"):
        Watch(seed=b"short")
    terms = watch(7)
    assert "seed" not in repr(terms)
    assert len(terms.commitment) == 64
    assert terms.commitment != watch(8).commitment


@given(st.integers(0, 2**64), st.sampled_from([Fraction(1, 10), Fraction(1, 3)]))
@settings(max_examples=20, deadline=None)
def test_R_148_about_the_share_that_is_said_is_drawn_and_the_same_again(seed: int, share: Fraction) -> None:
    terms = watch(seed, share=share)
    entries = [f"e-{number}" for number in range(2000)]
    drawn = [entry for entry in entries if terms.drawn(entry, "p-7")]
    assert abs(len(drawn) - 2000 * share) < 150  # more than six standard deviations
    assert drawn == [entry for entry in reversed(entries) if terms.drawn(entry, "p-7")][::-1]


def test_R_148_an_account_without_custody_puts_aside_what_is_drawn_and_nothing_else() -> None:
    town = Watched()
    town.round()
    town.complain()
    roles = {name: tuple(sorted(duties)) for name, duties in town.workflow.state("authority").roles.items()}
    town.do(AdoptRoles(roles={**roles, "blind": ("rating.hold", "assessment.hold")}))
    town.do(
        RegisterPerson(person="p-63", unit="u-city", categories=("member",)),
        OpenAccount(account="a-63", person="p-63"),
        GrantRole(person="p-63", role="blind", unit="u-city"),
    )
    town.rate(5, "basic", 7)
    assert town.review(by=Actor("a-63", "p-63", "blind")).issued == ()
    assert len(town.review(by=CLERK).issued) == 1


def test_R_148_once_the_identity_is_erased_nobody_is_watched_over() -> None:
    town = Watched()
    town.round()
    town.complain()
    town.workflow.erase_identity(f"case/{KEY}")
    town.rate(5, "basic", 7)
    assert town.review().issued == ()


# --- what it does to a result ------------------------------------------------------------------


def test_R_148_a_mark_under_review_does_not_count_and_the_round_does_not_close_over_it() -> None:
    town = Watched()
    town.round()
    town.complain()
    entry = town.rate(6, "basic", 7)
    town.rate(2, "excellent", 7)
    town.review()
    assert refused(town, CloseRating(key="r-1"), by=1) == rating.UNDER_REVIEW.code
    town.do(SettleMark(key="r-1", entry=entry, person="p-7", released=False), by=61)
    town.do(CloseRating(key="r-1"))
    audit = full_audit(town.history, town.workflow.binds)
    assert {check.outcome for check in audit.checks if check.integrity} == {"pass"}
    found = town.workflow.fact("rating.result", "rating/r-1")
    assert found is not None
    assert found["p-7"] == {"excellent": 1, "competent": 0, "basic": 0, "not_competent": 0}


@pytest.mark.parametrize("released", [True, False])
def test_R_148_a_mark_that_was_counted_already_is_shown_as_under_review_and_never_as_zero(
    released: bool,
) -> None:
    town = Watched()
    town.round()
    town.complain()
    entry = town.rate(6, "basic", 7)
    town.do(CloseRating(key="r-1"))
    before = votes_digest(town.history, "rating/r-1")
    town.review()
    result = town.workflow.fact("rating.result", "rating/r-1")
    assert result is not None
    assert result["p-7"] == UnderReview(1)
    assert sum(result["p-8"].values()) == 0
    with pytest.raises(InvalidInput, match="under independent review"):
        votes_digest(town.history, "rating/r-1")
    town.do(SettleMark(key="r-1", entry=entry, person="p-7", released=released), by=61)
    result = town.workflow.fact("rating.result", "rating/r-1")
    assert result is not None
    assert result["p-7"]["basic"] == int(released)
    assert (votes_digest(town.history, "rating/r-1") == before) is released


def test_R_148_in_the_ranking_a_component_with_a_mark_under_review_is_missing_until_it_is_settled() -> None:
    town = Watched()
    serves = ({"campaign": "c-1", "task": "appraise"},)
    town.do(
        OpenAppraisal.model_validate(
            {
                "key": "a-7",
                "subject": "p-7",
                "unit": "u-b1",
                "cycle": "y2024",
                "graded": True,
                "grades": GRADES,
                "serves": serves,
            }
        )
    )
    town.round()
    town.round("r-2", kind="mass")
    town.round("r-3", kind="self", raters=("p-7",), subjects=())
    town.complain()
    town.do(Rate(key="r-3", rater="p-7", grades={"p-7": "excellent"}), by=7, own=True)
    entries = [
        town.rate(n, "basic" if n == 6 else "excellent", 7, key=key)
        for key in ("r-1", "r-2")
        for n in (2, 3, 4, 6, 8, 9)
    ]
    for key in ("r-1", "r-2", "r-3"):
        town.do(CloseRating(key=key))

    def total() -> tuple[str, ...]:
        policy = democratic_appraisal(APPRAISAL_RULE, "c-1", town.history.registry)
        made = run(policy, town.history, on=date(2024, 3, 4), period_start=date(2024, 3, 4), retroactive=True)
        return (
            *(f"{entry.subject}: {entry.figure.exact()}" for entry in made.ranking.entries),
            *(f"{each.subject}: {each.reason}" for each in made.ranking.excluded),
        )

    counted = total()
    assert counted[0].startswith("p-7: ")
    assert counted != ("p-7: missing",)
    town.review()
    assert len(town.held()) == 2
    assert total() == ("p-7: missing",)
    for key, entry in (("r-1", entries[3]), ("r-2", entries[9])):
        town.do(SettleMark(key=key, entry=entry, person="p-7", released=True), by=61)
    assert total() == counted


# --- who settles it ----------------------------------------------------------------------------


def _held() -> tuple[Watched, str]:
    town = Watched()
    town.round()
    town.complain()
    entry = town.rate(6, "basic", 7)
    town.review()
    return town, entry


@pytest.mark.parametrize("number", [5, 6, 7, 8, 60], ids=["accused", "rater", "rated", "same_unit", "above"])
def test_R_148_nobody_close_to_the_rater_settles_it_and_somebody_independent_does(number: int) -> None:
    town, entry = _held()
    settle = SettleMark(key="r-1", entry=entry, person="p-7", released=True)
    assert refused(town, settle, by=number) == "authority.own_case"
    assert refused(town, settle, by=61) == ""


def test_R_203_a_declared_conflict_with_the_rater_or_the_rated_bars_from_settling() -> None:
    for other in ("p-6", "p-7"):
        town, entry = _held()
        settle = SettleMark(key="r-1", entry=entry, person="p-7", released=True)
        town.do(DeclareConflict(person="p-61", other=other, ground="family"), by=61, own=True)
        assert refused(town, settle, by=61) == "authority.conflict_of_interest"


def test_R_148_a_settlement_by_somebody_close_is_found_when_written_underneath() -> None:
    town, entry = _held()
    town.do(SettleMark(key="r-1", entry=entry, person="p-7", released=True), by=61)
    assert list(forbidden(town.history.events(), town.workflow.binds)) == []
    (settled,) = town.events(MarkSettled)
    assert "p-5" in settled.event.model_dump()["close"]
    forged = [
        item
        if item is not settled and item.envelope.event_id != settled.envelope.event_id
        else replace(item, envelope=replace(item.envelope, account="a-5", person="p-5", capacity="office"))
        for item in town.history.events()
    ]
    assert [found.refusal.code for found in forbidden(forged, town.workflow.binds)] == ["authority.own_case"]


def _said(town: Watched, kind: type[Event], **changes: object) -> list[str]:
    """What the audit says of the ballots in a history in which one event says something else."""
    records = [
        encode(record.envelope, {**record.data, **changes})
        if record.envelope.stored_type == kind.stored_type
        else record
        for record in town.workflow.store.read()
    ]
    history = History(MemoryStore(records), town.history.registry)
    (ballots,) = (check for check in full_audit(history).checks if check.code == "ballots")
    return [finding.sentence for finding in ballots.findings]


def test_R_148_what_could_not_have_been_put_aside_or_settled_is_found() -> None:
    town, entry = _held()
    other = town.rate(2, "excellent", 8)
    town.do(SettleMark(key="r-1", entry=entry, person="p-7", released=True), by=61)
    assert _said(town, MarkHeld) == []
    assert "does not stand" in _said(town, MarkHeld, entry="0" * 32)[0]
    assert "does not stand" in _said(town, MarkHeld, rater="p-5")[0]
    assert "does not stand" in _said(town, MarkSettled, person="p-8")[0]
    assert "not under review" in _said(town, MarkSettled, entry=other, rater="p-2", person="p-8")[0]
    assert "others gave the mark" in _said(town, MarkSettled, entered_by=["p-2"])[0]
    assert "without support" in _said(town, MarkSettled, finding="not_supported")[0]


# --- refusals ----------------------------------------------------------------------------------

REVIEW_REASONS = (rating.NO_MARK, rating.NOT_HELD, rating.REVIEWED, rating.UNDER_REVIEW)


def test_every_reason_of_a_review_is_provoked() -> None:
    town = Watched()
    town.round()
    entry = town.rate(6, "basic", 7)
    settle = SettleMark(key="r-1", entry=entry, person="p-7", released=False)
    hold = HoldMark(key="r-1", entry=entry, person="p-7")
    correct = CorrectRating(key="r-1", rater="p-6", subject="p-7", grade="competent", ground="typo")
    seen = {refused(town, hold.model_copy(update={"person": "p-8"}), by=61), refused(town, settle, by=61)}
    assert refused(town, hold, by=61) == ""
    seen |= {
        refused(town, hold, by=61),
        refused(town, correct, by=6, own=True),
        refused(town, CloseRating(key="r-1"), by=1),
    }
    assert refused(town, settle, by=61) == ""
    seen |= {refused(town, correct, by=6, own=True), refused(town, hold, by=61), refused(town, settle, by=61)}
    assert refused(town, CloseRating(key="r-1"), by=1) == ""
    assert seen == {reason.code for reason in REVIEW_REASONS}
    assert rating.REASONS[-4:] == REVIEW_REASONS


def test_a_review_is_of_what_stands_in_the_open() -> None:
    town = Watched()
    town.round("r-2", secret=True)
    town.round("r-3")
    entry = town.rate(6, "basic", 7, key="r-3")
    assert refused(town, HoldMark(key="r-2", entry=entry, person="p-7"), by=61) == rating.IS_SECRET.code
    assert refused(town, HoldMark(key="r-9", entry=entry, person="p-7"), by=61) == rating.UNKNOWN.code
    assert refused(town, HoldMark(key="r-3", entry=entry, person="p-7"), by=7) == "authority.own_case"
    town.do(VoidRating(key="r-3", ground="irregular"))
    assert refused(town, HoldMark(key="r-3", entry=entry, person="p-7"), by=61) == "lifecycle.final"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["rate", "correct", "hold", "release", "dismiss", "close"]),
            st.integers(2, 6),
            st.sampled_from(GRADES),
            st.sampled_from(["p-7", "p-8"]),
        ),
        max_size=25,
    )
)
@settings(max_examples=25, deadline=None)
def test_a_dismissed_or_held_mark_is_never_in_a_count(steps: list[tuple[str, int, str, str]]) -> None:
    town = Watched()
    town.round()
    for what, number, grade, person in steps:
        rater = f"p-{number}"
        mark = town.rating().marks.get(rater, {}).get(person)
        entry = mark.event if mark is not None else "0" * 32
        command = {
            "rate": Rate(key="r-1", rater=rater, grades={person: grade}),
            "correct": CorrectRating(key="r-1", rater=rater, subject=person, grade=grade, ground="typo"),
            "hold": HoldMark(key="r-1", entry=entry, person=person),
            "release": SettleMark(key="r-1", entry=entry, person=person, released=True),
            "dismiss": SettleMark(key="r-1", entry=entry, person=person, released=False),
            "close": CloseRating(key="r-1"),
        }[what]
        head = town.workflow.store.head()
        own = what in ("rate", "correct")
        if town.refusal(command, by=number if own else 61, own=own) is not None:
            assert town.workflow.store.head() == head
    state = town.rating()
    if state.tally is not None:
        for person in ("p-7", "p-8"):
            given_ = [marks[person] for marks in state.marks.values() if person in marks]
            counting = [mark for mark in given_ if mark.standing != "dismissed"]
            assert sum(state.tally[person].values()) == len(counting)
    assert list(forbidden(town.history.events(), town.workflow.binds)) == []
    assert town.workflow.state("rating/r-1") == town.history.state(rating.DECIDER, "rating/r-1")


# --- penalties ---------------------------------------------------------------------------------

WARNING = ProcedureKind.model_validate(
    {
        "code": "warning",
        "version": 1,
        "opening": "warn",
        "done": ["warned"],
        "lifecycle": {
            "initial": "none",
            "final": ["lifted"],
            "moves": {"warn": "none -> warned", "lift": "warned -> lifted"},
        },
        "steps": [
            {
                "code": "warn",
                "duty": "recognition.propose",
                "barred": ["warned"],
                "inputs": [{"code": "warned", "type": "person"}],
            },
            {"code": "lift", "duty": "recognition.propose"},
        ],
    }
)


def _warned(by: int, *, complaint: bool = True) -> Watched:
    town = Watched()
    town.do(AdoptDefinition(code="warning", kind="procedure", version=1, body=WARNING.data()))
    if complaint:
        town.complain()
    town.do(
        OpenProcedure(
            key="w-1", kind="warning", definition=WARNING.digest, unit="u-b1", given={"warned": "p-7"}
        ),
        by=by,
    )
    return town


def test_R_148_a_stay_of_a_penalty_is_proposed_to_somebody_independent_and_done_by_nobody() -> None:
    town = _warned(5)
    ran = town.review()
    assert ran.issued == ()
    (proposal,) = ran.proposals
    assert (proposal.subject, proposal.action, proposal.ground) == (
        "procedure/w-1",
        STAY,
        "independent_review",
    )
    assert proposal.to == "p-61"  # neither p-5, nor who counts in u-b1, nor p-60 above
    assert proposal.command is None
    assert _warned(61).review().proposals == ()  # in nobody's line


def test_R_148_a_stay_that_was_drawn_reads_the_same() -> None:
    watched, drawn = _warned(5), _warned(5, complaint=False)
    (first,) = watched.review().proposals
    (same,) = drawn.review(watch(0, share=Fraction(1))).proposals
    assert (first.subject, first.action, first.ground, first.to) == (
        same.subject, same.action, same.ground, same.to,
    )  # fmt: skip


def test_R_203_who_learned_who_complained_is_not_asked_to_judge_what_was_done_to_them() -> None:
    town = _warned(5)
    office = sorted(town.workflow.state("authority").roles["office"])
    assert "case.identity" in office
    officer = _custodian(town)
    town.do(GrantRole(person="p-61", role="officer", unit="u-city"), by=3)
    asks = Actor("a-61", "p-61", "officer")

    def act(command: Command, by: Actor, name: str) -> None:
        town.workflow.execute(command, by=by, at=town.now, command_id=name)

    roles = {name: tuple(sorted(duties)) for name, duties in town.workflow.state("authority").roles.items()}
    town.do(AdoptRoles(roles={**roles, "keeper": ("case.custodian", "case.custody")}))
    town.do(GrantRole(person="p-60", role="keeper", unit="u-city"), by=3)
    act(RequestIdentity(key=KEY, ground="hearing", reason=Personal("Why.")), asks, "i-1")
    act(DecideIdentity(key=KEY, granted=True, ground="needed"), Actor("a-60", "p-60", "keeper"), "i-2")
    assert [p.to for p in town.review().proposals] == ["p-61"]
    act(OpenIdentity(key=KEY), asks, "i-3")
    assert [p.to for p in town.review().proposals] == [""]  # nobody else is independent here
    assert officer.person == "p-60"


# --- the rule of the pack ----------------------------------------------------------------------


def test_R_207_putting_a_mark_aside_is_issued_and_dismissing_one_is_for_people() -> None:
    assert HoldMark not in ADVERSE_COMMANDS
    assert SettleMark in ADVERSE_COMMANDS
    town = Watched()
    town.round()
    town.complain()
    town.rate(5, "basic", 7)
    manager = guarded(independent_review(town.workflow.binds, watch()))
    found = follows(manager, town.workflow.seen_by(CLERK, town.now), town.now)
    assert len(found) == 1
    assert not isinstance(found[0], Proposal)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_after_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    start = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    found = months_after(start, months)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (found.day < start.day and (found + timedelta(days=1)).day == 1)
    assert found.time() == start.time()
