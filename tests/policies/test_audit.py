"""The audit finds what was done underneath the library: every check is shown a history that it must fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import party_workflow as pw
from party_workflow.packs import party
from party_workflow.packs.results import full_audit
from party_workflow.store import Envelope, encode
from party_workflow_adapters.journal import execute

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "education_campaign"
INTEGRITY = {
    "positions",
    "versions",
    "times",
    "identities",
    "counters",
    "definitions",
    "authority",
    "publications",
}


@cache
def records() -> tuple[pw.Record, ...]:
    """The example campaign as it was recorded."""
    salts = pw.keyed_salts((EXAMPLE / "salt.key").read_bytes())
    workflow = pw.Workflow(pw.MemoryStore(), party.MODEL, salts=salts)
    assert execute(workflow, EXAMPLE / "history.jsonl")
    return tuple(workflow.store.read())


def audited(*items: pw.Record) -> pw.Audit:
    return full_audit(pw.History(pw.Records(items), party.MODEL.registry))


def failed(audit: pw.Audit) -> set[str]:
    return {check.code for check in audit.checks if check.integrity and not check}


def at(stored_type: str, **fields: Any) -> int:
    """The index of the first record of a type with these values."""
    return next(
        index
        for index, record in enumerate(records())
        if record.envelope.stored_type == stored_type
        and all(record.data.get(name) == value for name, value in fields.items())
    )


def altered(index: int, change: Callable[[Envelope], Envelope] | None = None, **data: Any) -> list[pw.Record]:
    """The records with one of them written anew."""
    found = list(records())
    before = found[index]
    envelope = change(before.envelope) if change else before.envelope
    found[index] = encode(envelope, {**before.data, **data})
    return found


def test_an_honest_history_passes_every_check_of_the_record() -> None:
    audit = audited(*records())
    assert {check.code for check in audit.checks if check.integrity} == INTEGRITY
    assert failed(audit) == set()
    assert audit


def test_a_record_taken_out_of_the_middle_is_missed_in_its_log_its_stream_and_its_account() -> None:
    index = at("activity.held")
    found = audited(*records()[:index], *records()[index + 1 :])
    assert {"positions"} <= failed(found)
    assert not found


def test_a_record_taken_out_with_positions_closed_up_is_still_missed() -> None:
    index = at("submission.submitted")
    closed_up = [
        encode(replace(record.envelope, position=position), record.data)
        for position, record in enumerate(
            (*records()[:index], *records()[index + 1 :]),
            start=1,
        )
    ]
    # The stream has lost its first version, and its account a command.
    assert {"versions", "counters"} <= failed(audited(*closed_up))


@pytest.mark.parametrize(
    ("check", "index", "change"),
    [
        ("times", 300, lambda e: replace(e, recorded_at=e.recorded_at - timedelta(days=30))),
        ("identities", 300, lambda e: replace(e, event_id="0" * 32)),
        ("identities", 300, lambda e: replace(e, command_id="edu-0001")),
        ("counters", 300, lambda e: replace(e, counter=e.counter + 1)),
        ("positions", 300, lambda e: replace(e, log="another")),
        ("versions", 300, lambda e: replace(e, version=e.version + 1)),
    ],
)
def test_an_altered_envelope_is_found(check: str, index: int, change: Callable[[Envelope], Envelope]) -> None:
    assert check in failed(audited(*altered(index, change)))


def test_a_definition_altered_after_its_adoption_is_found() -> None:
    index = at("definition.adopted", kind="rule")
    body = {**records()[index].data["body"], "number": "2005-4"}
    assert "definitions" in failed(audited(*altered(index, None, body=body)))


def test_a_published_digest_that_does_not_follow_from_the_log_is_found() -> None:
    assert "publications" in failed(audited(*altered(at("publication.published"), None, digest="0" * 64)))


def test_a_tally_altered_after_the_fact_no_longer_gives_what_was_published() -> None:
    index = next(
        index
        for index, record in enumerate(records())
        if record.envelope.stored_type == "rating.closed" and record.envelope.stream == "rating/peer-2005"
    )
    tally = {person: dict(grades) for person, grades in records()[index].data["tally"].items()}
    tally["p-10"]["excellent"], tally["p-10"]["competent"] = 0, sum(tally["p-10"].values())
    assert "publications" in failed(audited(*altered(index, None, tally=tally)))


def test_an_event_by_somebody_who_was_not_permitted_is_found_with_its_reason() -> None:
    # The gate of the first phase, as if the secretary had decided on their own campaign.
    gate = at("campaign.gate_decided")
    secretary = records()[at("campaign.started")].envelope
    found = audited(
        *altered(
            gate,
            lambda e: replace(
                e, account=secretary.account, person=secretary.person, capacity=secretary.capacity
            ),
        )
    )
    assert "authority" in failed(found)
    check = next(check for check in found.checks if check.code == "authority")
    assert [event.position for event in check.findings[0].events] == [gate + 1]
    assert "Accepted though forbidden" in check.findings[0].sentence


def test_a_history_that_cannot_be_read_fails_the_check_that_meets_the_damage_and_the_rest_goes_on() -> None:
    index = at("activity.held")
    found = audited(*altered(index, None, attendance="nobody"))
    assert "authority" in failed(found)
    assert "positions" not in failed(found)


def test_as_of_an_effective_time_the_record_itself_is_not_checked_and_the_audit_says_what_is_needed() -> None:
    moment = records()[300].envelope.effective_at
    history = pw.History(pw.Records(records()), party.MODEL.registry).as_of(effective=moment)
    outcomes = {check.code: (check.outcome, check.needed) for check in full_audit(history).checks}
    assert outcomes["positions"] == ("not_checked", "a history that is not narrowed by effective time")
    assert outcomes["gates"][0] in ("pass", "findings")


def test_R_197_the_ranking_as_known_before_the_publication_is_the_published_one() -> None:
    published = records()[at("publication.published")]
    before = pw.History(pw.Records(records()[: published.data["position"]]), party.MODEL.registry)
    whole = pw.History(pw.Records(records()), party.MODEL.registry)
    known = before.as_of(known=published.envelope.recorded_at)
    again = whole.up_to(published.data["position"]).as_of(known=published.envelope.recorded_at)
    assert known.head() == again.head()
