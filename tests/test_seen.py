"""The log as one actor may see it: what is left out, and that nothing in the rest tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from party_workflow.authority import AdoptRoles, GrantRole, OpenAccount, Recused
from party_workflow.codec import Command
from party_workflow.domain.case import AcknowledgeCase, AssignResponsible, CaseOpened, OpenCase
from party_workflow.domain.organisation import RegisterPerson
from party_workflow.errors import InvalidCommand
from party_workflow.history import History
from party_workflow.packs.case_kinds import COMPLAINT, FINDING
from party_workflow.packs.results import full_audit
from party_workflow.personal import Personal
from party_workflow.service.seen import Seen
from party_workflow.store import Actor, Append, Draft, MemoryStore, Source, encode, event_id
from party_workflow.testing.town import Town

SECRET = "c" * 32
PROTECTED = f"case/{SECRET}"
KEPT = Actor("a-8", "p-8", "custodian")


def complaint(key: str = SECRET) -> OpenCase:
    return OpenCase(
        key=key,
        kind=COMPLAINT.code,
        definition=COMPLAINT.digest,
        unit="u-b1",
        substance=Personal("A word."),
        concerns=("p-5",),
    )


def finding(key: str, source: str | None = None) -> OpenCase:
    return OpenCase(
        key=key,
        kind=FINDING.code,
        definition=FINDING.digest,
        unit="u-b1",
        substance=Personal("A hole."),
        source=source,
    )


def town() -> Town:
    """A town with a custodian, in which p-2 takes cases in."""
    made = Town("complaint", "finding")
    duties = made.workflow.state("authority").roles["office"]
    made.do(AdoptRoles(roles={"office": tuple(sorted(duties)), "custodian": ("case.custody",)}))
    made.do(GrantRole(person="p-8", role="custodian", unit="u-city"))
    return made


def view(made: Town, by: Actor | int = 9) -> History:
    return made.workflow.seen_by(made.actor(by) if isinstance(by, int) else by, made.now)


def lines(history: History) -> list[bytes]:
    return [record.bytes for record in history.records()]


def tearing(made: Town, *items: tuple[str, Command], by: int = 2) -> None:
    """Write what commands lead to straight into the store as one batch, beneath every rule."""
    other = Town("complaint", "finding")
    drafts = []
    for stream, command in items:
        before = other.workflow.store.head().position
        source = getattr(command, "source", None)  # which is not refused here, as there it would be
        other.do(command.model_copy(update={"source": None}), by=by)
        for item in list(other.history.events())[before:]:
            opens = isinstance(item.event, CaseOpened)
            event = item.event.model_copy(update={"source": source}) if opens else item.event
            drafts.append(Draft(stream, event, made.now))
    beneath(made, drafts, by)


def beneath(made: Town, drafts: list[Draft], by: int) -> None:
    made.workflow.store.append(
        Append(
            log="town",
            command_id="torn",
            command_type="together",
            command_digest="ab" * 32,
            actor=made.actor(by),
            recorded_at=made.now,
            drafts=tuple(drafts),
            expected={},
        )
    )


def test_whoever_may_see_everything_is_shown_the_very_bytes_of_the_log() -> None:
    made = town()
    made.do(complaint(), by=2)
    made.do(finding("hole"), by=2)
    assert lines(view(made, KEPT)) == lines(made.history)
    assert view(made, KEPT).head() == made.history.head()


def test_what_may_not_be_seen_leaves_no_gap_in_positions_versions_and_counters() -> None:
    made, without = town(), town()
    for each, told in ((made, True), (without, False)):
        if told:
            each.do(complaint(), by=2)
        each.workflow.execute(finding("hole"), by=each.actor(2), at=each.now, command_id="hole")
        if told:
            each.do(AcknowledgeCase(key=SECRET, channel="post"), by=2)
        each.later(days=1)
        each.workflow.execute(finding("other"), by=each.actor(2), at=each.now, command_id="other")
    assert lines(view(made)) == lines(without.history) == lines(view(without))
    assert view(made).head() == without.history.head()
    assert not any(SECRET in line.decode() for line in lines(view(made)))
    assert any(SECRET in line.decode() for line in lines(view(made, made.actor(2))))
    assert full_audit(view(made)).data() == full_audit(view(without)).data()
    assert bool(full_audit(view(made)))


def test_matters_of_another_unit_do_not_stand_either() -> None:
    made = town()
    made.do(RegisterPerson(person="p-90", unit="u-b2", categories=("member",)))
    made.do(OpenAccount(account="a-90", person="p-90"))
    made.do(finding("hole"), by=2)
    assert view(made, Actor("a-90", "p-90")).streams("case") == []
    assert view(made, Actor("a-5", "p-5")).streams("case") == ["case/hole"]


def test_a_cause_and_an_origin_are_kept_where_they_stand_in_the_view_only() -> None:
    made = town()
    hidden = made.do(complaint(), by=2)
    shown = made.do(finding("hole"), by=2)
    for number, receipt in enumerate((hidden, shown)):
        made.workflow.execute(
            finding(f"after-{number}"),
            by=made.actor(2),
            at=made.now,
            command_id=f"after-{number}",
            causation=event_id("town", receipt.command_id, 0),
            correlation=receipt.command_id,
        )
    envelopes = [record.envelope for record in view(made).records()]
    assert [(e.causation is None, e.correlation) for e in envelopes[-2:]] == [
        (True, None),
        (False, shown.command_id),
    ]


def test_lines_of_an_import_and_signatures_are_in_no_view() -> None:
    made = town()
    made.workflow.execute(
        finding("hole"),
        by=made.actor(2),
        at=made.now,
        command_id="line-7",
        source=Source("j-1", 7, datetime(2009, 3, 1, tzinfo=UTC)),
    )
    *others, last = made.workflow.store.read()
    signed = encode(replace(last.envelope, signature="abc"), last.data)
    made.workflow.store = MemoryStore([*others, signed])
    *_, shown = view(made, KEPT).records()
    assert (signed.envelope.source is None, signed.envelope.signature) == (False, "abc")
    assert (shown.envelope.source, shown.envelope.signature) == (None, None)


def test_of_a_command_that_also_touched_a_hidden_matter_neither_digest_nor_event_ids_tell() -> None:
    made = town()
    tearing(made, (PROTECTED, complaint()), ("case/hole", finding("hole")))
    stored = list(made.workflow.store.read())[-1]
    made.workflow.execute(
        finding("after"), by=made.actor(2), at=made.now, command_id="x", causation=stored.envelope.event_id
    )
    *_, shown, after = view(made).records()
    assert stored.envelope.event_id == event_id("town", "torn", 1)
    assert shown.envelope.event_id == after.envelope.causation == event_id("town", "torn", 0)
    assert shown.envelope.command_digest != stored.envelope.command_digest
    receipt = view_store(made).receipt("torn")
    assert receipt is not None
    assert receipt.positions == range(shown.position, shown.position + 1)


def view_store(made: Town) -> Seen:
    source = view(made).source
    assert isinstance(source, Seen)
    return source


def test_a_matter_that_begins_with_the_name_of_a_hidden_one_does_not_stand_either() -> None:
    made, without = town(), town()
    made.do(complaint(), by=2)
    tearing(made, ("case/bold", finding("bold", source=PROTECTED)))
    made.do(AssignResponsible(key="bold", responsible="p-6"), by=2)
    assert lines(view(made)) == lines(without.history)
    assert view(made, KEPT).streams("case") == [PROTECTED, "case/bold"]


def test_an_event_that_names_a_hidden_matter_does_not_stand_and_what_follows_does() -> None:
    made, without = town(), town()
    made.do(complaint(), by=2)
    beneath(made, [Draft("authority", Recused(person="p-2", matter=PROTECTED), made.now)], 2)
    for each in (made, without):
        each.workflow.execute(
            OpenAccount(account="a-more", person="p-5"), by=each.actor(2), at=each.now, command_id="more"
        )
    assert lines(view(made)) == lines(without.history)
    assert PROTECTED in str(lines(view(made, KEPT)))
    assert bool(full_audit(view(made)))


def test_what_was_named_before_there_was_such_a_matter_stands() -> None:
    made, without = town(), town()
    for each in (made, without):
        tearing(each, ("case/bold", finding("bold", source=PROTECTED)))
    made.do(complaint(), by=2)
    assert lines(view(made)) == lines(without.history)


def test_the_view_is_for_reading_and_ends_where_the_log_ended_when_it_was_made() -> None:
    made = town()
    made.do(complaint(), by=2)
    store, before = view_store(made), lines(view(made))
    made.do(finding("hole"), by=2)
    assert [record.bytes for record in store.read()] == before
    assert list(store.read_stream("case/hole")) == []
    assert store.head().position == len(before) == made.workflow.store.head().position - 2
    assert [record.position for record in store.read(3, 5)] == [4, 5]
    assert list(store.read(len(before))) == []
    first = list(store.read_stream("authority"))
    assert list(store.read_stream("authority", 2)) == first[2:]
    assert store.receipt("town-1") is not None
    assert store.receipt("nobody") is None
    assert store.ballots("rating/any") == ()
    with pytest.raises(TypeError):
        store.append(None)  # type: ignore[arg-type]
    with pytest.raises(InvalidCommand):
        made.workflow.seen_by("a-9", made.now)  # type: ignore[arg-type]


def test_whoever_has_no_account_sees_the_foundations_only() -> None:
    made = town()
    made.do(finding("hole"), by=2)
    seen = {record.envelope.stream for record in view(made, Actor("a-nobody", "p-77")).records()}
    assert seen == {"log", "authority", "organisation"}
