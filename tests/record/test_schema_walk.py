"""No event has a place for a personal value outside a sealed field (acceptance 9, R-205).

The walk looks at every string that an event schema can hold and finds it an id, a code, a canonical number or
time, a digest, a coded document, or sealed.  Controls show that it would find a bare string anywhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from party_workflow.codec import Event, kinds_of_strings
from party_workflow.packs import party
from party_workflow.personal import Personal, Sealed
from party_workflow.values import (
    AccountId,
    Code,
    CodedDocument,
    Digest,
    EventId,
    Key,
    PersonId,
    StreamId,
    UnitId,
)

ALLOWED = {"id", "code", "number", "time", "digest", "sealed", "coded-document"}
EVENTS = list(party.MODEL.registry.events.values())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.stored_type)
def test_R_205_every_string_of_an_event_is_of_a_declared_kind(event: type[Event]) -> None:
    found = kinds_of_strings(event)
    assert {place: kind for place, kind in found.items() if kind not in ALLOWED} == {}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.stored_type)
def test_the_json_schema_of_an_event_has_no_string_without_a_form(event: type[Event]) -> None:
    """The same question asked of pydantic's own JSON Schema: another walk over another description."""
    assert list(_unformed(event.model_json_schema(), event.model_json_schema().get("$defs", {}))) == []


def _unformed(schema: Any, definitions: dict[str, Any], where: str = "$") -> Any:
    if not isinstance(schema, dict):
        return
    if reference := schema.get("$ref"):
        name = reference.rsplit("/", 1)[-1]
        if name != "Sealed":
            yield from _unformed(
                {k: v for k, v in definitions[name].items() if k != "$defs"}, definitions, where
            )
        return
    if schema.get("type") == "string" and not {"pattern", "format", "enum", "const"} & set(schema):
        # A number is a string whose form its validator holds; its field says so.
        if where.partition("|")[0].rsplit(".", 1)[-1] not in NUMBERS:
            yield where
    for key in ("items", "additionalProperties"):
        yield from _unformed(schema.get(key), definitions, f"{where}.{key}")
    for index, inner in enumerate(schema.get("anyOf", [])):
        yield from _unformed(inner, definitions, f"{where}|{index}")
    for key, inner in {**schema.get("properties", {}), **schema.get("patternProperties", {})}.items():
        yield from _unformed(inner, definitions, f"{where}.{key}")


NUMBERS = {"share", "quorum", "value", "lower", "upper", "tolerance", "period"}


class Inner(BaseModel):
    """Holds what an event must not."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str


class Careless(Event):
    """An event as somebody in a hurry might write it."""

    stored_type = "control.careless"
    plain: str
    keyed: dict[str, Code]
    valued: dict[Code, str]
    maybe: str | None = None
    several: tuple[str, ...] = ()
    nested: Inner | None = None
    formed: Annotated[str, StringConstraints(min_length=1)] = "x"
    personal: Personal | None = None
    anything: Any = None


def test_the_walk_finds_a_bare_string_wherever_it_stands() -> None:
    found = kinds_of_strings(Careless)
    bare = {place for place, kind in found.items() if kind == "unmarked"}
    for name in ("plain", "maybe", "several", "keyed", "valued", "nested", "formed", "personal", "anything"):
        assert any(place.split("[")[0].split(".")[0] == name for place in bare), name


class Careful(Event):
    """The same event as it ought to be."""

    stored_type = "control.careful"
    person: PersonId
    note: Sealed | None = None
    kind: Literal["one", "two"] = "one"
    by_person: dict[PersonId, Code]
    codes: tuple[Code, ...] = ()


def test_the_walk_passes_ids_codes_and_sealed_values() -> None:
    assert set(kinds_of_strings(Careful).values()) <= ALLOWED


IDENTIFYING = st.text(st.characters(codec="utf-8"), min_size=1).filter(
    lambda text: any(c.isspace() or not c.isascii() for c in text)
)


@given(IDENTIFYING)
def test_neither_a_sentence_nor_a_chinese_name_fits_into_an_id_a_code_or_a_definition(text: str) -> None:
    for kind in (PersonId, UnitId, AccountId, Key, StreamId, Code, Digest, EventId):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(text)
    with pytest.raises(ValidationError):
        TypeAdapter(CodedDocument).validate_python({"note": text})


@given(st.from_regex(r"1[0-9]{10}", fullmatch=True) | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_neither_a_mobile_number_nor_an_identity_card_number_fits_into_a_person_id(number: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PersonId).validate_python(f"p-{number}")
