"""The record: what is decoded is exactly what can be encoded, and anything else is damage (ADR 3)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from party_workflow.canonical import MAX_INTEGER, canonical_bytes
from party_workflow.errors import DamagedHistory, InvalidInput
from party_workflow.personal import commitments
from party_workflow.store import Actor, Envelope, Record, Source, decode, encode, misfits
from party_workflow.values import (
    ACCOUNT_PATTERN,
    CODE_PATTERN,
    COMMAND_ID_PATTERN,
    DIGEST_PATTERN,
    EVENT_ID_PATTERN,
    KEY_PATTERN,
    PERSON_PATTERN,
    STREAM_PATTERN,
)

moments = st.datetimes(timezones=st.just(UTC))
counts = st.integers(1, MAX_INTEGER)


def form(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern.replace("$", r"\Z"), fullmatch=True)


codes, event_ids, command_ids = form(CODE_PATTERN), form(EVENT_ID_PATTERN), form(COMMAND_ID_PATTERN)
sources = st.builds(Source, batch=command_ids, line=counts, at=st.none() | moments)
envelopes = st.builds(
    Envelope,
    log=form(KEY_PATTERN),
    position=counts,
    stream=form(STREAM_PATTERN),
    version=counts,
    event_id=event_ids,
    stored_type=codes,
    schema=counts,
    effective_at=moments,
    recorded_at=moments,
    account=form(ACCOUNT_PATTERN),
    person=form(PERSON_PATTERN),
    capacity=codes,
    command_id=command_ids,
    command_type=codes,
    command_digest=form(DIGEST_PATTERN),
    counter=counts,
    delegate_of=st.none() | form(PERSON_PATTERN),
    causation=st.none() | event_ids,
    correlation=st.none() | command_ids,
    signature=st.none() | st.from_regex(r"[A-Za-z0-9+/=]{1,88}", fullmatch=True),
    source=st.none() | sources,
)
datas: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(["person", "unit", "count"]),
    st.text(st.characters(codec="ascii"), max_size=5) | counts | st.booleans(),
    max_size=3,
)

SAMPLE = Envelope(
    log="bureau",
    position=7,
    stream="activity/study-03",
    version=2,
    event_id="ab" * 16,
    stored_type="activity.held",
    schema=1,
    effective_at=datetime(2009, 3, 2, 1, tzinfo=UTC),
    recorded_at=datetime(2009, 3, 3, 1, tzinfo=UTC),
    account="a-recorder",
    person="p-7",
    capacity="recorder",
    command_id="c-7",
    command_type="activity.hold",
    command_digest="cd" * 32,
    counter=5,
    delegate_of="p-8",
    causation="ef" * 16,
    correlation="spring",
    signature="c2lnbmF0dXJl",
    source=Source("j-1", 12, datetime(2009, 3, 1, tzinfo=UTC)),
)
WRITTEN = encode(SAMPLE, {"person": "p-7"}).bytes

# --- there and back --------------------------------------------------------------------------


@settings(max_examples=60)
@given(envelopes, datas)
def test_a_record_reads_back_as_the_same_record(envelope: Envelope, data: dict[str, Any]) -> None:
    record = encode(envelope, data)
    again = decode(record.bytes)
    assert again == record
    assert encode(again.envelope, again.data).bytes == record.bytes


def test_a_record_with_every_optional_key_has_these_bytes() -> None:
    assert WRITTEN == (
        b'{"account":"a-recorder","capacity":"recorder","causation":"efefefefefefefefefefefefefefefef",'
        b'"command":{"digest":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","id":"c-7",'
        b'"type":"activity.hold"},"correlation":"spring","counter":5,"data":{"person":"p-7"},'
        b'"delegate_of":"p-8","effective_at":"2009-03-02T01:00:00.000000Z",'
        b'"id":"abababababababababababababababab","log":"bureau","person":"p-7","position":7,'
        b'"recorded_at":"2009-03-03T01:00:00.000000Z","schema":1,"signature":"c2lnbmF0dXJl",'
        b'"source":{"at":"2009-03-01T00:00:00.000000Z","batch":"j-1","line":12},'
        b'"stream":"activity/study-03","type":"activity.held","version":2}'
    )


def test_what_is_absent_has_no_key() -> None:
    bare = replace(SAMPLE, delegate_of=None, causation=None, correlation=None, signature=None, source=None)
    body = json.loads(encode(bare, {}).bytes)
    for key in ("delegate_of", "causation", "correlation", "signature", "source"):
        assert key not in body
    assert decode(encode(bare, {}).bytes).envelope == bare


def test_the_digest_of_a_record_is_over_its_bytes() -> None:
    assert decode(WRITTEN).digest == "3eb2722fc88d67d85aaf45cede2710d06840e8f3b92f665a7055b7046d1add5b"
    assert decode(WRITTEN).digest == hashlib.sha256(WRITTEN).hexdigest()


# --- damage ----------------------------------------------------------------------------------


def either_damaged_or_itself(data: bytes) -> Record | None:
    """Decoding has two outcomes: the error with the position asked for, or a record of just these bytes."""
    try:
        record = decode(data, 7)
    except DamagedHistory as damaged:
        found = (damaged.position, str(damaged)[:12])
    else:
        assert encode(record.envelope, record.data).bytes == data
        return record
    assert found == (7, "Position 7: ")
    return None


@settings(max_examples=300)
@given(st.data())
def test_whatever_bytes_are_altered_the_record_is_damaged_or_reads_as_what_stands_there(
    data: st.DataObject,
) -> None:
    written = bytearray(WRITTEN)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(written) - 1))
        match data.draw(st.sampled_from(["replace", "insert", "remove", "cut", "double"])):
            case "replace":
                written[at] = data.draw(st.integers(0, 255))
            case "insert":
                written[at:at] = data.draw(
                    st.sampled_from([b"0", b'"', b"}", b"{", b",", b" ", b"null", b"1e5"])
                )
            case "remove":
                del written[at]
            case "cut":
                del written[at:]
            case _:
                written[at:at] = written[at : at + 12]
        if not written:
            break
    either_damaged_or_itself(bytes(written))


PATHS = [
    *((key,) for key in json.loads(WRITTEN)),
    *(("command", key) for key in ("digest", "id", "type")),
    *(("source", key) for key in ("at", "batch", "line")),
]
OTHERS: st.SearchStrategy[Any] = (
    st.sampled_from(
        [None, True, False, 0, 1, -1, 2**53 - 1, "", "1", "王小明", "p-7\n", [], {}, ["p-7"], {"id": "c-7"}]
    )
    | st.text(max_size=4)
    | st.integers(-9, 9)
    | st.sampled_from(["2009-03-02T01:00:00.000000Z", "2009-03-02T01:00:00Z", "2009-13-02T01:00:00.000000Z"])
)


def altered(path: tuple[str, ...], value: Any) -> bytes:
    body = json.loads(WRITTEN)
    place = body
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(
        "utf-8", "surrogatepass"
    )


@settings(max_examples=400)
@given(st.sampled_from(PATHS), OTHERS)
@example(("position",), "1")
@example(("position",), True)
@example(("position",), 0)
@example(("version",), 1.0)
@example(("effective_at",), "2009-03-02T01:00:00Z")
@example(("effective_at",), 5)
@example(("recorded_at",), [])
@example(("command",), [])
@example(("command",), "c-7")
@example(("source",), {})
@example(("source",), [])
@example(("source", "line"), False)
@example(("data",), [])
@example(("data",), "p-7")
@example(("account",), "王小明")
@example(("stream",), "activity/")
def test_a_value_of_another_type_or_form_is_damage_and_nothing_else(
    path: tuple[str, ...], value: Any
) -> None:
    record = either_damaged_or_itself(altered(path, value))
    assert record is None or canonical_bytes(json.loads(record.bytes)) == record.bytes


@pytest.mark.parametrize("path", PATHS, ids=".".join)
def test_a_missing_key_is_damage_unless_it_may_be_absent(path: tuple[str, ...]) -> None:
    body = json.loads(WRITTEN)
    place = body
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    optional = path in {
        ("causation",),
        ("correlation",),
        ("delegate_of",),
        ("signature",),
        ("source",),
        ("source", "at"),
    }
    record = either_damaged_or_itself(canonical_bytes(body))
    assert (record is not None) is optional


@pytest.mark.parametrize(
    "path",
    [("shame",), ("command", "shame"), ("source", "shame"), ("command.id",), ("source.at",), (".id",)],
    ids=".".join,
)
def test_an_unknown_key_is_damage_wherever_it_stands_and_however_it_is_called(path: tuple[str, ...]) -> None:
    with pytest.raises(DamagedHistory, match="unknown keys"):
        decode(altered(path, "c-7"))


@pytest.mark.parametrize(
    "data", [b"", b"1", b"[]", b"{}", b"null", b'"record"', b"\xff", WRITTEN + b"\n", b" " + WRITTEN]
)
def test_what_is_no_record_at_all_is_damage(data: bytes) -> None:
    assert either_damaged_or_itself(data) is None


@settings(max_examples=150)
@given(st.sampled_from(PATHS), st.sampled_from(["王小明", "Zhang San", "13812345678 Li", "李 138"]))
def test_R_205_damage_is_told_without_repeating_what_stands_there(path: tuple[str, ...], name: str) -> None:
    if path != ("data",):
        with pytest.raises(DamagedHistory) as damaged:
            decode(altered(path, name))
        assert name not in str(damaged.value)
        with pytest.raises(DamagedHistory) as unknown:
            decode(altered((*path[:-1], name.encode("unicode_escape").decode()), 1))
        assert "138" not in str(unknown.value)
        assert "San" not in str(unknown.value)


# --- what is not written ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"log": "总局"},
        {"position": 0},
        {"version": -1},
        {"schema": True},
        {"stream": "activity/王小明"},
        {"account": "wang"},
        {"person": "p-13812345678"},
        {"capacity": "Clerk"},
        {"delegate_of": "王"},
        {"command_id": "c 7"},
        {"command_type": ""},
        {"command_digest": "cd" * 31},
        {"causation": "c-6"},
        {"correlation": "spring 2009"},
        {"signature": "签"},
        {"source": Source("a b", 1)},
        {"source": Source("j-1", 0)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_R_205_an_envelope_has_no_place_for_a_name_a_number_or_a_sentence(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        encode(replace(SAMPLE, **changed), {})
    value = next(iter(changed.values()))
    assert isinstance(value, int | Source) or not value or value not in str(refused.value)


def test_a_moment_without_a_zone_is_not_written_and_one_of_another_zone_is_written_in_utc() -> None:
    from datetime import timezone

    with pytest.raises(InvalidInput, match="time zone"):
        encode(replace(SAMPLE, effective_at=datetime(2009, 3, 2)), {})  # noqa: DTZ001 - that is the point
    east = SAMPLE.effective_at.astimezone(timezone(timedelta(hours=8)))
    assert encode(replace(SAMPLE, effective_at=east), {"person": "p-7"}).bytes == WRITTEN


def test_misfits_names_each_part_that_does_not_fit() -> None:
    assert misfits({"account": "a-1", "person": "p-1", "counter": 1}) == []
    wrong = misfits({"account": "1", "person": 1, "counter": "1"})
    assert [fault.where for fault in wrong] == ["account", "person", "counter"]


def test_an_actor_is_named_by_account_person_capacity_and_principal() -> None:
    assert SAMPLE.actor == Actor("a-recorder", "p-7", "recorder", "p-8")
    assert SAMPLE.actor.circumstance() == {
        "account": "a-recorder",
        "capacity": "recorder",
        "person": "p-7",
        "delegate_of": "p-8",
    }


def test_the_commitments_of_a_record_are_found_however_deep_they_stand() -> None:
    sealed = [{"algorithm": "salted-sha256/1", "commitment": f"{n}" * 64} for n in range(3)]
    data = {"note": sealed[0], "answers": [{"text": sealed[1]}, {"inner": {"deep": [sealed[2]]}}], "n": 1}
    assert list(commitments(data)) == ["0" * 64, "1" * 64, "2" * 64]
