"""Golden bytes: what was written once is read for ever, and is written the same today."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from party_workflow.authority import OpenLog, forbidden
from party_workflow.canonical import digest
from party_workflow.codec import Event, Registry, Upcaster, command_digest
from party_workflow.domain import organisation
from party_workflow.domain.activity import CancelActivity
from party_workflow.domain.organisation import FoundUnit
from party_workflow.history import History, Records
from party_workflow.model import Model
from party_workflow.packs import party
from party_workflow.personal import Personal, keyed_salts
from party_workflow.service import Workflow
from party_workflow.store import Actor, MemoryStore, decode, encode, event_id, read_event
from party_workflow.values import Code, Count

FOLDER = Path(__file__).resolve().parents[1] / "golden"
FILES = sorted(FOLDER.glob("*.jsonl"))
REGISTRY = party.MODEL.registry


def test_every_event_type_and_version_has_its_golden_bytes() -> None:
    wanted = {f"{name}@{kind.schema_version}.jsonl" for name, kind in REGISTRY.events.items()}
    assert wanted - {path.name for path in FILES} == set()


def test_the_golden_files_are_those_that_were_kept() -> None:
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    kept = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert kept == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_bytes_are_read_and_written_the_same(path: Path) -> None:
    name, _, version = path.stem.partition("@")
    lines = path.read_bytes().splitlines()
    assert len(lines) == 2
    for line in lines:
        record = decode(line)
        assert (record.envelope.stored_type, record.envelope.schema) == (name, int(version))
        event = read_event(record, REGISTRY).event
        if event.schema_version == int(version):
            assert encode(record.envelope, event.data()).bytes == line


def _tool(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden", root / "tools" / "golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["golden"] = module
    spec.loader.exec_module(module)
    return module


def test_the_samples_of_today_are_the_golden_bytes(root: Path) -> None:
    for name, data in _tool(root).wanted().items():
        assert (FOLDER / name).read_bytes() == data, name


class Weighed(Event):
    """A fact in its second version: what was a bare weight has got a unit."""

    stored_type = "golden.weighed"
    schema_version = 2

    weight: Count
    unit: Code


def test_old_bytes_are_read_through_their_upcaster_and_never_rewritten() -> None:
    registry = Registry(
        [Weighed], upcasters=[Upcaster("golden.weighed", 1, lambda old: {**old, "unit": "kg"})]
    )
    event = registry.event("golden.weighed", 1, {"weight": 5})
    assert event == Weighed(weight=5, unit="kg")


def test_the_derived_ids_and_digests_are_what_they_were() -> None:
    assert event_id("golden", "c-7", 0) == "a3fd9d6d3f0d05776363d5782d60837c"
    command = CancelActivity(key="study-03", reason="storm")
    by = {"by": {"account": "a-1", "capacity": "recorder", "person": "p-1"}}
    assert command_digest(command, by) == "823292483ec224a8ba5f60d648758e1c0c2b56ee9543b3069f9c3e7e702924e8"
    assert (
        digest("party_workflow/head/1") == "84b7f58dc912c04b7af89bad27f779243b4ce95ff6c7f96d11b244a5403aa530"
    )


# --- a whole log, derived again from the written rules with nothing but hashlib and json ------


def opened() -> Workflow:
    """A log with its genesis and one event that carries a sealed title."""
    workflow = Workflow(MemoryStore(), Model((organisation.DECIDER,)), salts=keyed_salts(bytes(32)))
    at, by = datetime(2009, 3, 2, 1, tzinfo=UTC), Actor("a-1", "p-1", "registrar")
    duties = ("authority.account", "organisation.units")
    genesis = OpenLog(
        tenant="bureau", packs={"party": "ab" * 32}, role="registrar", roles={"registrar": duties}
    )
    workflow.execute(genesis, by=by, at=at, command_id="c-1")
    title = Personal("劳动局机关支部")
    workflow.execute(FoundUnit(unit="u-bureau", kind="bureau", title=title), by=by, at=at, command_id="c-2")
    return workflow


BEGINNING = (FOLDER / "log" / "beginning.jsonl").read_bytes().splitlines()


def sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def test_a_log_begins_with_these_bytes() -> None:
    assert sha256(*BEGINNING) == "434780fd2fb0fb58e992ca2aba5514ac06115c06152f126306ecd4a2fd0446f0"
    assert [record.bytes for record in opened().store.read()] == BEGINNING


def test_R_198_a_log_written_then_reads_to_the_same_states_today() -> None:
    history = History(Records(tuple(map(decode, BEGINNING))), Model((organisation.DECIDER,)).registry)
    workflow = opened()
    assert history.state(organisation.DECIDER, "organisation") == workflow.state("organisation")
    assert history.head() == workflow.history.head()
    assert list(forbidden(history.events())) == []


def test_the_id_of_an_event_is_derived_from_log_command_and_index() -> None:
    for line in BEGINNING:
        body = json.loads(line)
        text = f"party_workflow/event/1\n{body['log']}\n{body['command']['id']}\n0"
        assert body["id"] == sha256(text.encode())[:32]


def test_a_command_digest_covers_type_fields_and_giver_and_personal_values_as_present() -> None:
    data = {"kind": "bureau", "title": {"sealed": True}, "unit": "u-bureau"}
    giver = {"account": "a-1", "capacity": "registrar", "person": "p-1"}
    written = compact({"by": giver, "data": data, "type": "organisation.found_unit"})
    assert json.loads(BEGINNING[1])["command"]["digest"] == sha256(written)


def test_a_commitment_is_over_domain_salt_log_subject_field_and_value() -> None:
    salt = hmac.new(bytes(32), b"c-2\n0/1/u-bureau/unit.title", hashlib.sha256).digest()
    value = {"field": "unit.title", "log": "bureau", "subject": "u-bureau", "value": "劳动局机关支部"}
    sealed = sha256(b"party_workflow/commitment/1\n", salt, compact(value))
    assert json.loads(BEGINNING[1])["data"]["title"]["commitment"] == sealed


def test_the_running_head_is_a_chain_over_the_digests_of_the_records() -> None:
    head = sha256(compact("party_workflow/head/1"))
    for line in BEGINNING:
        head = sha256(compact([head, sha256(line)]))
    assert opened().history.head() == (2, head)
    assert head == "a587b958bdfaa14e3109a2276f6a6994c19c7030fefaed1f9799f6bd6dcb3703"
