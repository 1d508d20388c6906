"""The closed registry: names that last, old bytes that stay readable, errors that repeat no value (R-205)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from party_workflow.codec import (
    UNRECORDED,
    Command,
    Event,
    Registry,
    Upcaster,
    command_digest,
    personal_values,
)
from party_workflow.errors import DamagedHistory, InvalidCommand, InvalidDefinition, UnknownType
from party_workflow.packs import party
from party_workflow.personal import Personal
from party_workflow.values import Code, Count, PersonId

REGISTRY = party.MODEL.registry


class Told(Event):
    """A fact."""

    stored_type: ClassVar[str] = "test.told"
    person: PersonId
    count: Count = 0


class ToldAnew(Event):
    """The same fact under a class of another name, in its third version."""

    stored_type: ClassVar[str] = "test.told"
    schema_version: ClassVar[int] = 3
    who: PersonId
    count: Count
    kind: Code


class Tell(Command):
    """A wish."""

    stored_type: ClassVar[str] = "test.tell"
    person: PersonId

    @property
    def stream(self) -> str:
        return "test/1"


def renamed(data: dict[str, Any]) -> dict[str, Any]:
    return {"who": data["person"], "count": data.get("count", 0)}


def with_kind(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "kind": "told"}


CHAIN = (Upcaster("test.told", 1, renamed), Upcaster("test.told", 2, with_kind))

# --- closed ----------------------------------------------------------------------------------


def test_nothing_is_added_to_a_registry_once_it_is_built() -> None:
    registry = Registry([Told], [Tell])
    with pytest.raises(TypeError):
        registry.events["test.other"] = Told  # type: ignore[index]
    with pytest.raises(TypeError):
        registry.commands["test.other"] = Tell  # type: ignore[index]
    assert set(registry.events) == {"test.told"}


def test_two_classes_cannot_claim_one_name() -> None:
    with pytest.raises(InvalidDefinition, match=r"test\.told: Two classes claim"):
        Registry([Told, ToldAnew], upcasters=CHAIN)
    assert set(Registry([Told, Told]).events) == {"test.told"}


@pytest.mark.parametrize(
    "name", ["party_workflow.codec:Event", "os:system", "builtins.eval", "Told", "test.Told", ""]
)
def test_a_stored_name_is_looked_up_and_never_imported(name: str) -> None:
    before = set(sys.modules)
    with pytest.raises(UnknownType, match="not known to this registry") as unknown:
        Registry([Told]).event(name, 1, {}, 7)
    assert unknown.value.position == 7
    assert set(sys.modules) == before


def test_a_stored_name_lasts_when_its_class_and_module_are_renamed() -> None:
    moved = type("Narrated", (Told,), {"__module__": "elsewhere", "__doc__": "The same fact."})
    stored = Told(person="p-7", count=2).data()
    again = Registry([moved]).event("test.told", 1, stored)
    assert type(again) is moved
    assert again.data() == stored


# --- versions --------------------------------------------------------------------------------


def test_old_bytes_are_read_through_the_whole_chain_and_newer_ones_through_the_rest() -> None:
    registry = Registry([ToldAnew], upcasters=CHAIN)
    today = ToldAnew(who="p-7", count=2, kind="told")
    assert registry.event("test.told", 1, {"person": "p-7", "count": 2}) == today
    assert registry.event("test.told", 2, {"who": "p-7", "count": 2}) == today
    assert registry.event("test.told", 3, today.data()) == today


@pytest.mark.parametrize(
    ("upcasters", "said"),
    [
        (CHAIN[1:], "No upcaster reads schema version 1"),
        (CHAIN[:1], "No upcaster reads schema version 2"),
        ((*CHAIN, CHAIN[0]), "Two upcasters read schema version 1"),
        ((*CHAIN, Upcaster("test.told", 3, with_kind)), "schema version 3, which is no older one"),
        ((*CHAIN, Upcaster("test.told", 0, with_kind)), "schema version 0, which is no older one"),
        ((*CHAIN, Upcaster("test.tolled", 1, with_kind)), r"test\.tolled: An upcaster reads"),
    ],
)
def test_a_registry_with_a_gap_or_a_slip_in_its_upcasters_is_not_built(
    upcasters: tuple[Upcaster, ...], said: str
) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        Registry([ToldAnew], upcasters=upcasters)


@pytest.mark.parametrize("schema", [2, 99, 0, -1])
def test_a_version_that_the_library_does_not_know_is_refused_with_its_position(schema: int) -> None:
    with pytest.raises(UnknownType, match=f"schema version {schema}; this library knows 1 to 1") as unknown:
        Registry([Told]).event("test.told", schema, {"person": "p-7"}, 12)
    assert str(unknown.value).startswith("Position 12: ")


def test_data_that_an_upcaster_stumbles_over_are_damage_and_not_a_crash() -> None:
    with pytest.raises(DamagedHistory, match="upcaster from schema version 1 fails: KeyError") as damaged:
        Registry([ToldAnew], upcasters=CHAIN).event("test.told", 1, {"count": 2}, 5)
    assert damaged.value.position == 5


def test_the_fingerprint_changes_with_versions_and_upcasters_and_with_nothing_else() -> None:
    one, two = Registry([Told]).fingerprint, Registry([ToldAnew], upcasters=CHAIN).fingerprint
    assert one != two
    assert Registry([Told], [Tell]).fingerprint == one


# --- the whole model -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [*REGISTRY.events.values(), *REGISTRY.commands.values()], ids=lambda k: k.stored_type
)
def test_every_type_of_the_model_is_frozen_forbids_unknown_fields_and_hides_its_input(
    kind: type[BaseModel],
) -> None:
    assert kind.model_config.get("frozen") is True
    assert kind.model_config.get("extra") == "forbid"
    assert kind.model_config.get("hide_input_in_errors") is True


def test_every_stored_name_is_category_and_words_and_no_event_is_named_like_a_command() -> None:
    categories = {decider.category for decider in party.MODEL.all_deciders}
    for name in (*REGISTRY.events, *REGISTRY.commands):
        category, _, words = name.partition(".")
        assert category in categories
        assert words.replace("_", "").isalpha()
    assert not set(REGISTRY.events) & set(REGISTRY.commands)


# --- digests of commands ---------------------------------------------------------------------


class Inner(BaseModel):
    """A nested part of a command."""

    model_config = ConfigDict(frozen=True)

    code: Code
    note: Personal | None = None
    secret: Code | None = None


class Wish(Command):
    """A command with personal and unrecorded values in every sort of place."""

    stored_type: ClassVar[str] = "test.wish"
    note: Personal | None = None
    notes: dict[Code, Personal] | None = None
    inner: tuple[Inner, ...] = ()


texts = st.text(st.characters(codec="utf-8"), max_size=6).map(lambda text: Personal(f"-{text}"))


@given(texts, texts)
def test_a_personal_value_counts_in_the_digest_as_present_and_not_by_content(
    one: Personal, other: Personal
) -> None:
    def wish(value: Personal) -> Wish:
        return Wish(note=value, notes={"a": value}, inner=(Inner(code="x", note=value),))

    assert command_digest(wish(one), {}) == command_digest(wish(other), {})
    assert command_digest(wish(one), {}) != command_digest(Wish(notes={"a": one}), {})
    assert personal_values(wish(one)) == [one, one, one]


class Ballot(BaseModel):
    """A nested choice."""

    model_config = ConfigDict(frozen=True)

    subject: PersonId
    choice: Annotated[Code, UNRECORDED]


class Cast(Command):
    """A command with secret choices."""

    stored_type: ClassVar[str] = "test.cast"
    choices: Annotated[dict[PersonId, Code], UNRECORDED]
    ballots: tuple[Ballot, ...] = ()


def test_what_is_unrecorded_leaves_no_trace_in_the_digest_however_deep_it_stands() -> None:
    def cast(choice: str, *subjects: str) -> str:
        ballots = tuple(Ballot(subject=subject, choice=choice) for subject in subjects)
        return command_digest(Cast(choices={"p-1": choice}, ballots=ballots), {})

    assert cast("good", "p-2") == cast("poor", "p-2")
    assert cast("good", "p-2") != cast("good", "p-3")
    assert cast("good", "p-2") != cast("good")


# --- errors repeat no value ------------------------------------------------------------------

MARKERS = ("王小明 13812345678", "110101199003077777", "Zhang San", "13812345678", "小红")
"""Names and numbers of people, as somebody may put them where they do not belong."""

json_values = st.recursive(
    st.sampled_from(MARKERS) | st.integers(-3, 3) | st.booleans() | st.sampled_from(["p-1", "u-a", "good"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*MARKERS, "code", "p-1", "person"]), inner, max_size=3)
    ),
    max_leaves=5,
)
COMMANDS = sorted(REGISTRY.commands)


@st.composite
def clumsy(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A command with fields of its own and others, filled with anything, names of people among it."""
    name = draw(st.sampled_from(COMMANDS))
    fields = sorted(REGISTRY.commands[name].model_fields)
    places = st.sampled_from([*fields, *MARKERS])
    return name, draw(st.dictionaries(places, json_values, max_size=6))


def shows_nobody(text: str) -> None:
    for marker in MARKERS:
        for part in marker.split():
            assert part not in text


@settings(max_examples=400)
@given(clumsy())
def test_R_205_an_invalid_command_is_refused_without_repeating_what_was_typed(
    attempt: tuple[str, dict[str, Any]],
) -> None:
    name, data = attempt
    try:
        REGISTRY.command(name, data)
    except InvalidCommand as refused:
        shows_nobody(str(refused))
        shows_nobody("".join(str(fault) for fault in refused.faults))


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(REGISTRY.events)),
    st.dictionaries(st.sampled_from([*MARKERS, "unit"]), json_values, max_size=4),
)
def test_R_205_a_damaged_event_is_refused_without_repeating_what_it_holds(
    name: str, data: dict[str, Any]
) -> None:
    try:
        REGISTRY.event(name, 1, data, 3)
    except DamagedHistory as damaged:
        shows_nobody(str(damaged))


@pytest.mark.parametrize("marker", [*MARKERS, "a" * 200])
def test_R_205_a_command_or_an_event_of_an_unknown_name_does_not_repeat_it(marker: str) -> None:
    with pytest.raises(InvalidCommand) as refused:
        REGISTRY.command(marker, {})
    assert marker not in str(refused.value)
    with pytest.raises(UnknownType) as unknown:
        REGISTRY.event(marker, 1, {})
    assert marker not in str(unknown.value)


def test_a_slip_in_the_name_of_a_command_or_field_is_answered_with_the_right_one() -> None:
    with pytest.raises(InvalidCommand, match=r"Did you mean organisation\.move_person"):
        REGISTRY.command("organisation.move_persn", {})
    with pytest.raises(InvalidCommand, match="Remove it, or look for a typing mistake in its name"):
        REGISTRY.command("organisation.move_person", {"person": "p-1", "unti": "u-a", "unit": "u-a"})


def test_every_fault_of_a_command_is_listed_and_not_only_the_first() -> None:
    with pytest.raises(InvalidCommand) as refused:
        REGISTRY.command("organisation.register_person", {"person": "Wang", "categories": ["a b"]}, "line 3")
    assert [fault.where for fault in refused.value.faults] == [
        "line 3 organisation.register_person.person",
        "line 3 organisation.register_person.unit",
        "line 3 organisation.register_person.categories.0",
    ]


def test_a_bad_key_is_hidden_at_every_place_where_it_is_named() -> None:
    faulty: Mapping[str, Any] = {"key": "k", "attendance": {"wangxiaoming": {"status": "here"}}}
    with pytest.raises(InvalidCommand) as refused:
        REGISTRY.command("activity.hold", faulty)
    assert len(refused.value.faults) >= 2
    assert "wangxiaoming" not in str(refused.value)


def test_the_registry_imports_nothing_when_it_reads(tmp_path: Any) -> None:
    """In a process of its own, with imports forbidden once the model is built."""
    program = (
        "import builtins, sys\n"
        "from party_workflow.packs import party\n"
        "registry = party.MODEL.registry\n"
        "from party_workflow.errors import UnknownType\n"
        "def forbidden(name, *rest):\n"
        "    raise AssertionError(name)\n"
        "builtins.__import__ = forbidden\n"
        "try:\n"
        "    registry.event('os:system', 1, {})\n"
        "except UnknownType:\n"
        "    sys.stdout.write('unknown')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.stdout, done.stderr) == ("unknown", "")


def test_ids_of_units_persons_and_codes_are_shown_for_they_are_no_secret() -> None:
    with pytest.raises(InvalidCommand, match=r"attendance\.p-7\.status"):
        REGISTRY.command("activity.hold", {"key": "k", "attendance": {"p-7": {"status": "here"}}})
