"""Who brought a protected case: kept apart, opened by a decision, and never shown (R-146, R-205)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.grievances import KEY, NAME, STREAM, Hearing, opening
from tests.support.scanning import found_in, found_in_memory, told_by

from party_workflow.authority import Delegate, RevokeRole, forbidden
from party_workflow.domain.case.commands import DecideIdentity, OpenIdentity, RequestIdentity
from party_workflow.errors import (
    CommandIdConflict,
    InvalidInput,
    PartyWorkflowError,
    Refused,
    StoreError,
    VersionConflict,
)
from party_workflow.personal import (
    MemoryIdentities,
    MemoryOpenings,
    Opening,
    Personal,
    Sealed,
    Withheld,
    commitments,
    keyed_salts,
)
from party_workflow.service import Workflow
from party_workflow.store import Actor, Append, MemoryStore, Receipt
from party_workflow_adapters.chance import random_salts
from party_workflow_adapters.sqlite import SqliteStore
from party_workflow_adapters.vault import SqliteVault

KEY_OF_VAULT = b"v" * 32
OTHER = f"g-{'cd' * 16}"


@pytest.fixture(params=["memory", "sqlite"])
def hearing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hearing]:
    """People, and no case yet, on either vault."""
    if request.param == "memory":
        yield Hearing()
    else:
        with SqliteVault(tmp_path / "log.identities", KEY_OF_VAULT) as vault:
            yield Hearing(identities=vault)


def again(hearing: Hearing, **more: Any) -> Workflow:
    """Another workflow on the same log and the same two stores."""
    given: dict[str, Any] = {
        "openings": hearing.workflow.openings,
        "identities": hearing.workflow.identities,
        "salts": random_salts,
    }
    return Workflow(hearing.store, hearing.model, **{**given, **more})


def refusal(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.refusal.code


# --- kept apart ------------------------------------------------------------------------------


def test_R_146_the_identity_is_under_a_key_of_its_own_and_everything_else_is_not(hearing: Hearing) -> None:
    hearing.take_in()
    sealed, workflow = hearing.sealed(), hearing.workflow
    assert workflow.openings.get(sealed) == Withheld("not-supplied")
    kept = workflow.identities.get(sealed)
    assert isinstance(kept, Opening)
    assert kept.value == NAME
    substance = workflow.state(STREAM).substance
    assert workflow.identities.get(substance) == Withheld("not-supplied")
    assert workflow.reveal(substance) == "No answer for three weeks."


def test_R_146_nothing_that_shows_personal_values_shows_it(hearing: Hearing) -> None:
    hearing.take_in()
    sealed, workflow = hearing.sealed(), hearing.workflow
    assert workflow.reveal(sealed) == Withheld("not-permitted")
    without = Workflow(hearing.store, hearing.model, openings=workflow.openings)
    assert without.reveal(sealed) == Withheld("not-supplied")
    assert without.binds(sealed, "p-7") is None


def test_who_it_is_can_be_compared_with_a_person_and_told_no_further(hearing: Hearing) -> None:
    hearing.take_in("p-7")
    sealed, workflow = hearing.sealed(), hearing.workflow
    assert workflow.binds(sealed, "p-7") is True
    assert workflow.binds(sealed, "p-8") is False
    assert workflow.binds(workflow.state(STREAM).substance, "p-7") is None
    workflow.erase_identity(STREAM)
    assert workflow.binds(sealed, "p-7") is None


def test_an_identity_kept_before_there_was_a_vault_is_not_shown_either() -> None:
    """A service that goes over to the vault has its older identities among the other openings."""
    hearing = Hearing()
    hearing.take_in("p-7")
    older = hearing.workflow.identities.get(hearing.sealed())
    assert isinstance(older, Opening)
    openings = MemoryOpenings()
    openings.put([older])
    workflow = again(hearing, openings=openings, identities=MemoryIdentities())
    assert workflow.reveal(hearing.sealed()) == Withheld("not-permitted")
    assert workflow.binds(hearing.sealed(), "p-7") is True
    assert workflow.erase("p-7") == 1
    assert workflow.binds(hearing.sealed(), "p-7") is None


def test_the_vault_is_not_the_store_of_the_other_openings() -> None:
    both = MemoryIdentities()
    with pytest.raises(InvalidInput, match="a vault of its own"):
        Workflow(MemoryStore(), Hearing().model, openings=both, identities=both)


def test_a_durable_log_takes_no_identity_in_that_would_be_forgotten(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "log.db") as store:
        hearing = Hearing(store=store)
        before = store.head()
        with pytest.raises(InvalidInput, match="sealed in a durable log and then forgotten") as caught:
            hearing.take_in()
        assert NAME not in told_by(caught.value)
        assert store.head() == before
        assert hearing.workflow.openings.of_command("test-36") == []
        hearing.take_in(None)  # an anonymous one has nobody to forget
        forgetting = again(hearing, identities=MemoryIdentities())
        forgetting.execute(opening(key=OTHER), by=hearing.act(2), at=hearing.now, command_id="c-2")


# --- opened by a decision --------------------------------------------------------------------


def test_R_146_it_takes_a_request_with_a_ground_and_a_second_person(hearing: Hearing) -> None:
    hearing.take_in()
    three, six, at = hearing.act(3), hearing.act(6), hearing.now
    hearing.investigated()
    asked = RequestIdentity(key=KEY, ground="hearing", reason=Personal("To ask about the day."))
    decided = DecideIdentity(key=KEY, granted=True, ground="necessary")
    identity = hearing.workflow.identity
    assert identity(STREAM, three, at) == Withheld("not-permitted")
    with pytest.raises(Refused):
        hearing.do(OpenIdentity(key=KEY), by=three)
    hearing.do(asked, by=three)
    with pytest.raises(Refused) as own:
        hearing.do(decided, by=three)
    assert refusal(own) == "authority.own_case"
    assert identity(STREAM, three, at) == Withheld("not-permitted")
    hearing.do(decided, by=six)
    assert identity(STREAM, three, at) == Withheld("not-permitted")  # granted, and not yet on record as read
    hearing.do(OpenIdentity(key=KEY), by=three)
    assert identity(STREAM, three, at) == NAME
    for other in (hearing.act(2), hearing.act(4), six):  # nor the custodian who granted it
        assert identity(STREAM, other, at) == Withheld("not-permitted")
    kinds = [record.envelope.stored_type for record in hearing.store.read_stream(STREAM)]
    assert kinds[-3:] == ["case.identity_requested", "case.identity_decided", "case.identity_opened"]
    assert list(forbidden(hearing.workflow.history.events())) == []


def test_R_146_a_request_that_was_refused_opens_nothing(hearing: Hearing) -> None:
    hearing.take_in()
    hearing.do(RequestIdentity(key=KEY, ground="hearing", reason=Personal("Why.")), by=hearing.act(3))
    hearing.do(DecideIdentity(key=KEY, granted=False, ground="not_necessary"), by=hearing.act(6))
    with pytest.raises(Refused):
        hearing.do(OpenIdentity(key=KEY), by=hearing.act(3))
    assert hearing.workflow.identity(STREAM, hearing.act(3), hearing.now) == Withheld("not-permitted")


def test_who_may_not_see_the_case_is_told_what_is_told_where_there_is_none(hearing: Hearing) -> None:
    hearing.take_in()
    hearing.opened()
    told = []
    for stream in (STREAM, f"case/{OTHER}"):
        with pytest.raises(Refused) as caught:
            hearing.workflow.identity(stream, hearing.act(5), hearing.now)
        told.append(str(caught.value).replace(stream, "it"))
        with pytest.raises(Refused) as caught:
            hearing.workflow.receipt_of(stream, hearing.act(5), hearing.now)
        told.append(str(caught.value).replace(stream, "it"))
    assert len(set(told)) == 1


def test_what_was_opened_is_read_only_as_long_as_it_would_be_opened(hearing: Hearing) -> None:
    """A role that has ended, or a deputy, reads nothing."""
    hearing.take_in()
    hearing.opened()
    workflow, at = hearing.workflow, hearing.now
    hearing.do(
        Delegate(
            principal="p-3",
            delegate="p-8",
            role="everything",
            unit="u-city",
            until=at.replace(year=2010),
        ),
        by=hearing.self_(3),
    )
    deputy = Actor("a-8", "p-8", "everything", delegate_of="p-3")
    assert workflow.identity(STREAM, deputy, at) == Withheld("not-permitted")
    assert workflow.identity(STREAM, hearing.act(3), at) == NAME
    hearing.do(RevokeRole(person="p-3", role="everything", unit="u-city"))
    with pytest.raises(Refused):
        workflow.identity(STREAM, hearing.act(3), hearing.now)


def test_an_anonymous_case_has_no_identity(hearing: Hearing) -> None:
    hearing.take_in(None)
    assert hearing.workflow.identity(STREAM, hearing.act(2), hearing.now) == Withheld("not-permitted")
    assert not hearing.workflow.erase_identity(STREAM)
    with pytest.raises(Refused, match="answer it in public"):
        hearing.handed()


# --- the receipt -----------------------------------------------------------------------------


def test_the_receipt_is_for_whoever_took_the_case_in_and_once(hearing: Hearing) -> None:
    hearing.take_in()
    workflow, at = hearing.workflow, hearing.now
    for other in (hearing.act(3), hearing.act(6), hearing.self_(2)):
        with pytest.raises(Refused) as caught:
            workflow.receipt_of(STREAM, other, at)
        assert refusal(caught) in ("identity.not_taken_in", "authority.unknown_matter")
    receipt = hearing.handed()
    assert workflow.proves(receipt)
    with pytest.raises(Refused) as caught:
        hearing.handed()
    assert refusal(caught) == "identity.handed_out"
    with pytest.raises(Refused) as caught:
        again(hearing).receipt_of(STREAM, hearing.act(2), at)
    assert refusal(caught) == "identity.handed_out"


# --- erased ----------------------------------------------------------------------------------


def test_R_205_erasing_an_identity_leaves_every_byte_of_the_log_and_reads_as_erased(hearing: Hearing) -> None:
    hearing.take_in("p-7")
    hearing.take_in("p-7", OTHER)
    hearing.opened()
    workflow, before = hearing.workflow, [record.bytes for record in hearing.store.read()]
    state, summary = workflow.state(STREAM), workflow.fact("case.summary", STREAM)
    assert workflow.erase_identity(STREAM)
    assert not workflow.erase_identity(STREAM)
    assert workflow.reveal(hearing.sealed()) == Withheld("erased")
    assert workflow.identity(STREAM, hearing.act(3), hearing.now) == Withheld("erased")
    assert workflow.binds(hearing.sealed(OTHER), "p-7") is True
    assert [record.bytes for record in hearing.store.read()] == before
    assert (workflow.state(STREAM), workflow.fact("case.summary", STREAM)) == (state, summary)
    assert list(forbidden(workflow.history.events())) == []


def test_R_205_erasing_a_person_erases_both_and_does_not_say_how_many_cases_they_brought() -> None:
    counts = []
    for brought in (0, 2):
        hearing = Hearing()
        for key in (KEY, OTHER)[:brought]:
            hearing.take_in("p-7", key)
        counts.append(hearing.workflow.erase("p-7"))
        for key in (KEY, OTHER)[:brought]:
            assert hearing.workflow.reveal(hearing.sealed(key)) == Withheld("erased")
    assert counts == [0, 0]


def test_R_205_after_an_erasure_a_retry_is_answered_and_brings_nothing_back(hearing: Hearing) -> None:
    first = hearing.workflow.execute(opening(), by=hearing.act(2), at=hearing.now, command_id="c-1")
    hearing.workflow.erase_identity(STREAM)
    second = hearing.workflow.execute(opening(), by=hearing.act(2), at=hearing.now, command_id="c-1")
    assert second.repeated
    assert second == first
    assert hearing.workflow.reveal(hearing.sealed()) == Withheld("erased")


# --- retries, races, sweeping ----------------------------------------------------------------


def kept(hearing: Hearing, command_id: str = "c-1") -> set[str]:
    """The commitments whose identities are kept for a command."""
    return {each.commitment for each in hearing.workflow.identities.of_command(command_id)}


class Overtaken:
    """A store on which somebody else is faster, once."""

    def __init__(self, store: Any, act: Any) -> None:
        self._store = store
        self._act = act

    def append(self, batch: Append) -> Receipt:
        act, self._act = self._act, None
        if act is not None:
            act()
        return self._store.append(batch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_R_208_the_same_intake_twice_is_one_case_and_another_complainant_under_its_id_is_a_conflict(
    hearing: Hearing,
) -> None:
    give = hearing.workflow.execute
    circumstance: dict[str, Any] = {"by": hearing.act(2), "at": hearing.now, "command_id": "c-1"}
    first = give(opening(), **circumstance)
    assert give(opening(), **circumstance) == first
    assert kept(hearing) == {hearing.sealed().commitment}
    with pytest.raises(CommandIdConflict) as caught:
        give(opening("Somebody else altogether"), **circumstance)
    assert found_in(told_by(caught.value).encode(), NAME, "Somebody else altogether") == []


def test_an_identity_of_an_attempt_that_was_overtaken_is_swept(hearing: Hearing) -> None:
    late = again(hearing)
    late.store = Overtaken(hearing.store, lambda: hearing.take_in("p-9", OTHER))
    late.execute(opening(), by=hearing.act(2), at=hearing.now, command_id="c-1")
    assert kept(hearing) == {hearing.sealed().commitment}

    def again_taken() -> None:
        raise VersionConflict(STREAM, 0, 1)

    third = f"g-{'ef' * 16}"
    late.store = Overtaken(hearing.store, again_taken)
    late.execute(opening(key=third), by=hearing.act(2), at=hearing.now, command_id="c-3")
    assert kept(hearing, "c-3") == {hearing.sealed(third).commitment}


def test_an_identity_of_a_case_that_was_not_recorded_is_swept(hearing: Hearing) -> None:
    def fail() -> None:
        raise StoreError("The disk is full. Make room.")

    late = again(hearing)
    late.store = Overtaken(hearing.store, fail)
    with pytest.raises(StoreError, match="disk is full") as caught:
        late.execute(opening(), by=hearing.act(2), at=hearing.now, command_id="c-1")
    assert kept(hearing) == set()
    assert late.openings.of_command("c-1") == []
    assert found_in(told_by(caught.value).encode(), NAME) == []


def test_of_two_who_take_the_same_case_in_at_once_one_identity_stays(hearing: Hearing) -> None:
    circumstance: dict[str, Any] = {"by": hearing.act(2), "at": hearing.now, "command_id": "c-1"}
    late = again(hearing)
    late.store = Overtaken(hearing.store, lambda: again(hearing).execute(opening(), **circumstance))
    assert late.execute(opening(), **circumstance).repeated
    assert kept(hearing) == {hearing.sealed().commitment}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["in", "bad", "erase", "person"]), st.integers(0, 3), st.integers(7, 8)),
        max_size=12,
    )
)
def test_R_205_law_the_vault_holds_who_is_sealed_in_the_log_and_was_not_erased_and_nobody_else(
    steps: list[tuple[str, int, int]],
) -> None:
    hearing, held, erased = Hearing(), dict[str, str](), set[str]()
    for what, number, person in steps:
        key, who = f"g-{number:032x}", f"p-{person}"
        match what:
            case "in" | "bad":
                try:
                    hearing.take_in(who, key, due=hearing.now if what == "bad" else None)
                except Refused:
                    continue
                held[hearing.sealed(key).commitment] = who
            case "erase":
                sealed = hearing.workflow.state(f"case/{key}").complainant
                assert hearing.workflow.erase_identity(f"case/{key}") == (
                    sealed is not None and sealed.commitment in held
                )
                if sealed is not None:
                    erased |= {sealed.commitment}
                    held.pop(sealed.commitment, None)
            case _:
                hearing.workflow.erase(who)
                gone = {bound for bound, person_ in held.items() if person_ == who}
                erased |= gone
                held = {bound: person_ for bound, person_ in held.items() if bound not in gone}
    identities = hearing.workflow.identities
    assert isinstance(identities, MemoryIdentities)
    assert {bound: each.value for bound, each in identities._held.items()} == held
    bound = {each for record in hearing.store.read() for each in commitments(record.data)}
    assert held.keys() | erased <= bound
    for each in erased:
        assert identities.get(Sealed(commitment=each)) == Withheld("erased")


# --- nothing of it anywhere else -------------------------------------------------------------


def test_R_205_after_an_erasure_nothing_in_memory_holds_the_name(hearing: Hearing) -> None:
    """No cache, no projection, no state: everything that can be reached from the workflow."""
    hearing.take_in()
    receipt = hearing.handed()
    hearing.answered()
    hearing.opened()
    workflow = hearing.workflow
    assert workflow.identity(STREAM, hearing.act(3), hearing.now) == NAME
    view = hearing.view(receipt)
    del receipt
    in_memory = isinstance(workflow.identities, MemoryIdentities)
    assert bool(found_in_memory(NAME, workflow)) == in_memory  # the control: the reference vault holds it
    workflow.erase_identity(STREAM)
    assert found_in_memory(NAME, workflow, hearing.store, view) == []
    shown = f"{workflow!r} {workflow.state(STREAM)!r} {view!r} {list(workflow.history.events())!r}"
    assert found_in(shown.encode(), NAME) == []


def test_nothing_of_it_is_told_while_it_is_kept(hearing: Hearing) -> None:
    """In representations, in what is recorded, in receipts of commands."""
    receipt = hearing.take_in()
    command = opening()
    shown = f"{command!r} {receipt!r} {hearing.workflow.state(STREAM)!r} {hearing.workflow.identities!r}"
    shown += repr(list(hearing.workflow.identities.of_command(receipt.command_id)))
    assert found_in(shown.encode(), NAME) == []
    assert found_in(b"".join(record.bytes for record in hearing.store.read()), NAME) == []


def failures(hearing: Hearing) -> Iterator[tuple[str, PartyWorkflowError]]:
    """Everything that may go wrong while a case is taken in or looked at, with its traceback."""
    acts = {
        "refused": lambda: hearing.take_in(due=hearing.now),
        "concerned": lambda: hearing.do(opening("p-5"), by=hearing.act(2)),
        "own account": lambda: hearing.do(opening("p-4444"), by=hearing.self_(2)),
        "twice": lambda: (hearing.take_in(), hearing.take_in()),
        "not opened": lambda: hearing.workflow.identity(STREAM, hearing.act(5), hearing.now),
    }
    for name, act in acts.items():
        try:
            act()
        except PartyWorkflowError as error:
            yield name, error


def test_no_error_tells_it_not_even_by_the_variables_of_its_traceback(hearing: Hearing) -> None:
    met = dict(failures(hearing))
    assert {"refused", "concerned", "own account", "twice", "not opened"} <= met.keys()
    for name, error in met.items():
        assert found_in(told_by(error).encode(), NAME, "p-4444") == [], name


def test_without_a_source_of_salts_the_refusal_does_not_tell_it() -> None:
    hearing = Hearing()
    workflow = Workflow(hearing.store, hearing.model)
    with pytest.raises(InvalidInput, match="no source of salts") as caught:
        workflow.execute(opening(), by=hearing.act(2), at=hearing.now, command_id="c-1")
    assert found_in(told_by(caught.value).encode(), NAME) == []
    with pytest.raises(InvalidInput) as caught:
        workflow.execute(opening("p-4444"), by=hearing.act(2), at=hearing.now, command_id="c-1")
    assert "p-4444" not in str(caught.value)


def test_salts_from_a_key_bring_the_same_commitment_and_the_vault_keeps_it_once(hearing: Hearing) -> None:
    """A repeated import; and whoever destroys the vault has to destroy that key as well."""
    circumstance: dict[str, Any] = {"by": hearing.act(2), "at": hearing.now, "command_id": "c-1"}
    workflow = again(hearing, salts=keyed_salts(bytes(32)))
    workflow.execute(opening(), **circumstance)
    assert kept(hearing) == {hearing.sealed().commitment}
    again(hearing, salts=keyed_salts(bytes(32))).execute(opening(), **circumstance)
    assert kept(hearing) == {hearing.sealed().commitment}
