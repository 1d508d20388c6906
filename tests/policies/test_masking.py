"""Redaction profiles: by type, with no field forgotten; consistent in one document, apart across two."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.codec import Event
from party_workflow.domain.population import PopulationFrozen
from party_workflow.domain.publication import Commented, Published
from party_workflow.errors import InvalidDefinition, InvalidInput
from party_workflow.packs import party
from party_workflow.personal import Sealed
from party_workflow.policies.disclosure.masking import Document, MaskingProfile
from party_workflow.policies.disclosure.suppression import aggregate
from party_workflow.testing.scenario import NOON

SALT, OTHER = bytes(32), bytes([1]) * 32
ALL = MaskingProfile(code="all", version=1)
NAMES = MaskingProfile(code="names", version=1, treatments={"amount": "full", "reference": "full"})
EVENTS = list(party.MODEL.registry.events.values())
IDS = re.compile(r"p-7|u-branch|a-recorder|some-key|activity/study-03|[0-9a-f]{32}")
"""The ids in the samples of `tools/golden.py`, and the digests and commitments."""


def _tool(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden", root / "tools" / "golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["golden"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.stored_type)
def test_R_190_no_person_and_no_unit_of_any_event_survives_masking(kind: type[Event], root: Path) -> None:
    event = kind(**_tool(root).fields(kind, full=True))
    document = Document((event,), ALL, SALT)
    before = json.dumps(document.full(), ensure_ascii=False)
    after = json.dumps(document.masked(), ensure_ascii=False)
    assert IDS.findall(after) == []
    if IDS.findall(before):
        assert before != after


def test_the_walk_over_every_event_would_notice_what_is_not_masked(root: Path) -> None:
    """The control: with everything shown, ids are found in most events."""
    shown = MaskingProfile(
        code="none", version=1, treatments=dict.fromkeys(("person", "unit", "text", "reference"), "full")
    )
    tool = _tool(root)
    found = [
        kind.stored_type
        for kind in EVENTS
        if IDS.findall(json.dumps(Document((kind(**tool.fields(kind, full=True)),), shown, SALT).masked()))
    ]
    assert len(found) > len(EVENTS) // 2
    assert "population.frozen" in found


def people(*ids: str) -> PopulationFrozen:
    return PopulationFrozen(
        unit="u-branch",
        on=NOON,
        having=(),
        without=(),
        people=dict.fromkeys(ids, ("member",)),
    )


def test_R_190_ids_that_are_keys_of_a_mapping_are_masked_too() -> None:
    (row,) = Document((people("p-1", "p-2"),), NAMES, SALT).masked()
    assert sorted(row["people"]) == ["☆1", "☆2"]
    assert row["unit"] == "☆1"


def test_R_190_a_sealed_text_is_hidden_and_its_commitment_with_it() -> None:
    event = Commented(number=1, commenter="p-3", text=Sealed(commitment="e" * 64))
    document = Document((event,), NAMES, SALT)
    assert document.masked() == [{"number": 1, "commenter": "☆1", "text": "〔…〕"}]
    assert document.full()[0]["text"]["commitment"] == "e" * 64


@pytest.mark.parametrize(("style", "expected"), [("star", "☆1"), ("cross", "xx1"), ("bracket", "〔1〕")])
def test_R_190_the_three_styles_of_the_source_texts(style: Any, expected: str) -> None:
    profile = MaskingProfile(code="s", version=1, styles={"person": style})
    assert Document(({"who": "p-3"},), profile, SALT).masked() == [{"who": expected}]


def test_R_190_the_same_person_has_the_same_label_throughout_one_document() -> None:
    rows = [{"who": "p-3", "by": "p-4"}, {"who": "p-4", "by": "p-3"}, {"note": "p-3 and p-5, see u-branch"}]
    first, second, third = Document(tuple(rows), NAMES, SALT).masked()
    assert (first["who"], first["by"]) == (second["by"], second["who"])
    assert third["note"].startswith(first["who"] + " and ☆")
    assert "u-branch" not in third["note"]
    assert len({first["who"], second["who"]}) == 2


PERSONS = st.lists(st.integers(1, 999).map(lambda n: f"p-{n}"), min_size=1, max_size=12, unique=True)


@given(PERSONS, st.binary(min_size=32, max_size=32))
def test_R_190_labels_are_one_to_one_and_do_not_depend_on_the_order_of_the_rows(
    ids: list[str], salt: bytes
) -> None:
    document = Document(tuple({"who": person} for person in ids), NAMES, salt)
    backwards = Document(tuple({"who": person} for person in reversed(ids)), NAMES, salt)
    labels = [row["who"] for row in document.masked()]
    assert sorted(labels, key=lambda label: int(label[1:])) == [f"☆{n}" for n in range(1, len(ids) + 1)]
    assert labels == [row["who"] for row in reversed(backwards.masked())]


def test_R_190_two_documents_cannot_be_linked_by_their_labels() -> None:
    """Over many salts a person gets every label about equally often: a label says nothing about who it is."""
    rows = tuple({"who": f"p-{number}"} for number in range(1, 5))
    found = [Document(rows, NAMES, bytes([n]) * 32).masked()[0]["who"] for n in range(200)]
    counts = {label: found.count(label) for label in set(found)}
    assert set(counts) == {"☆1", "☆2", "☆3", "☆4"}
    assert min(counts.values()) > 25


def test_R_190_references_and_digests_that_would_link_two_documents_are_masked_unless_shown() -> None:
    rows = ({"stream": "activity/study-03", "digest": "a" * 64, "event": "b" * 32},)
    assert "study-03" not in json.dumps(Document(rows, ALL, SALT).masked())
    assert Document(rows, NAMES, SALT).masked() == list(rows)


def test_R_190_labels_can_be_linked_where_the_profile_asks_for_it_and_the_salt_is_the_same() -> None:
    linked = MaskingProfile(code="l", version=1, linkable=True)
    one = Document(({"who": "p-3"}, {"who": "p-4"}), linked, SALT).masked()[0]["who"]
    two = Document(({"who": "p-9"}, {"who": "p-3"}), linked, SALT).masked()[1]["who"]
    apart = Document(({"who": "p-3"},), linked, OTHER).masked()[0]["who"]
    assert one == two != apart


def test_R_190_places_are_told_by_the_fields_that_the_profile_names() -> None:
    profile = MaskingProfile(code="p", version=1, places=("town",))
    assert Document(({"town": "riverside", "kind": "riverside"},), profile, SALT).masked() == [
        {"town": "☆1", "kind": "riverside"}
    ]


def test_R_190_amounts_are_masked_without_saying_how_many_there_are() -> None:
    rows = ({"points": 7, "share": Fraction(1, 3), "text": "12.5", "ok": True},)
    assert Document(rows, ALL, SALT).masked() == [{"points": "☆", "share": "☆", "text": "☆", "ok": True}]
    assert Document(rows, NAMES, SALT).masked() == [{"points": 7, "share": "1/3", "text": "12.5", "ok": True}]


def table() -> list[dict[str, Any]]:
    return [
        {"person": f"p-{number}", "unit": "u-a" if number < 6 else "u-b", "points": number}
        for number in range(1, 8)
    ]


def test_R_190_the_same_rows_give_a_full_a_masked_and_an_aggregate_view() -> None:
    profile = MaskingProfile(
        code="v", version=1, treatments={"unit": "full", "amount": "full", "person": "aggregate"}
    )
    rows = table()
    document = Document(tuple(rows), profile, SALT)
    assert document.full() == rows
    assert [row["points"] for row in document.masked()] == list(range(1, 8))
    assert {row["person"][0] for row in document.masked()} == {"☆"}
    found = aggregate(rows, profile, by="unit", subject="person", amounts=("points",))
    (group,) = found.groups
    assert (group.group, group.count, group.sums) == ("u-a", 5, {"points": Fraction(15)})


def test_R_190_a_small_group_is_suppressed_and_cannot_be_had_by_subtraction() -> None:
    profile = MaskingProfile(code="v", version=1, treatments={"unit": "full"}, threshold=3)
    found = aggregate(table(), profile, by="unit", subject="person", amounts=("points",))
    assert (found.suppressed, found.count, found.sums) == (1, None, None)
    bigger = [*table(), {"person": "p-8", "unit": "u-b", "points": 8}]
    whole = aggregate(bigger, profile, by="unit", subject="person", amounts=("points",))
    assert (whole.suppressed, whole.count, whole.sums) == (0, 8, {"points": Fraction(36)})


def test_R_190_the_higher_of_two_thresholds_counts() -> None:
    profile = MaskingProfile(code="v", version=1, treatments={"unit": "full"}, threshold=2)
    found = aggregate(table(), profile, by="unit", subject="person", amounts=(), at_least=6)
    assert (found.groups, found.suppressed, found.threshold) == ((), 2, 6)


def test_R_190_a_group_counts_people_and_not_rows() -> None:
    profile = MaskingProfile(code="v", version=1, treatments={"unit": "full"}, threshold=2)
    rows = [{"person": "p-1", "unit": "u-a", "points": 1}] * 5
    assert aggregate(rows, profile, by="unit", subject="person", amounts=("points",)).groups == ()


@pytest.mark.parametrize(("by", "treatments"), [("person", {"unit": "full"}), ("unit", {})])
def test_groups_are_not_persons_and_not_units_that_are_masked(by: str, treatments: Any) -> None:
    profile = MaskingProfile(code="v", version=1, treatments=treatments)
    with pytest.raises(InvalidInput, match="Group by something"):
        aggregate(table(), profile, by=by, subject="person", amounts=("points",))


def test_a_salt_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too few bytes"):
        Document((), ALL, b"short")
    assert "salt" not in repr(Document((), ALL, SALT))


def test_a_profile_with_faults_is_refused_with_all_of_them() -> None:
    with pytest.raises(InvalidDefinition) as found:
        MaskingProfile(
            code="v", version=1, threshold=1, treatments={"person": "aggregate", "amount": "masked"}
        )
    assert len(found.value.faults) == 2
    assert MaskingProfile.model_validate(NAMES.data()) == NAMES


def test_R_190_and_R_193_the_pack_has_the_profiles_of_the_source_texts_as_data() -> None:
    found = {entry.code: entry.value for entry in party.PACK.of_kind("masking")}
    assert set(found) == {"masking_star", "masking_cross", "masking_bracket", "masking_aggregate"}
    rows = ({"person": "p-3", "unit": "u-branch", "town": "riverside", "points": 5},)
    shown = {}
    for code, profile in found.items():
        assert isinstance(profile, MaskingProfile)
        shown[code] = Document(rows, profile, SALT).masked()[0]
    assert shown["masking_star"] == {"person": "☆1", "unit": "☆1", "town": "☆1", "points": 5}
    assert shown["masking_cross"] == {"person": "xx1", "unit": "u-branch", "town": "xx1", "points": 5}
    assert re.fullmatch("〔[0-9a-f]{12}〕", shown["masking_bracket"]["person"])
    outward = party.PACK.definition("posting_outward").value
    assert outward.four_eyes  # type: ignore[attr-defined]
    assert party.PACK.definition(outward.masking.replace("-", "_")).kind == "masking"  # type: ignore[attr-defined]


def test_events_of_different_types_go_into_one_document() -> None:
    published = Published(
        unit="u-branch",
        subject="ranking",
        audience="all",
        media="board",
        position=1,
        known=NOON,
        rule="a" * 64,
        digest="b" * 64,
    )
    first, second = Document((people("p-1"), published), NAMES, SALT).masked()
    assert first["unit"] == second["unit"] == "☆1"
