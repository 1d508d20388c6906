"""Golden bytes: what was written once is read for ever, and is written the same today."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from party_workflow.canonical import digest
from party_workflow.codec import Event, Registry, Upcaster, command_digest
from party_workflow.domain.activity import CancelActivity
from party_workflow.packs import party
from party_workflow.store import decode, encode, event_id, read_event
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
