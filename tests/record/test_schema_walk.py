"""No event has a place for a personal value outside a sealed field (acceptance 9, R-205).

The walk looks at every string that an event schema can hold and finds it an id, a code, a canonical number or
time, a digest, a coded document, or sealed.  Controls show that it would find a bare string anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError, computed_field

from party_workflow.codec import Event, kinds_of_strings
from party_workflow.errors import DamagedHistory
from party_workflow.packs import party
from party_workflow.personal import Personal, Sealed
from party_workflow.store import decode
from party_workflow.values import (
    AccountId,
    Code,
    CodedDocument,
    Digest,
    EventId,
    Key,
    Moment,
    Number,
    PersonId,
    Ratio,
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
        if where.rsplit(".", 1)[-1].partition("|")[0] not in NUMBERS:
            yield where
    for key in ("items", "additionalProperties"):
        yield from _unformed(schema.get(key), definitions, f"{where}.{key}")
    for index, inner in enumerate(schema.get("anyOf", [])):
        yield from _unformed(inner, definitions, f"{where}|{index}")
    for key, inner in {**schema.get("properties", {}), **schema.get("patternProperties", {})}.items():
        yield from _unformed(inner, definitions, f"{where}.{key}")


NUMBERS = {"value", "lower", "upper", "tolerance"}


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


@given(st.from_regex(r"[0-9]{7,11}", fullmatch=True) | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_neither_a_telephone_number_nor_an_identity_card_number_fits_into_a_person_id(number: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PersonId).validate_python(f"p-{number}")


# --- what the walk rests on ------------------------------------------------------------------

GOLDEN = sorted((Path(__file__).resolve().parents[1] / "golden").glob("*.jsonl"))
TYPED = "王小明 13812345678"
"""What somebody may type where it does not belong."""


def strings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every string in stored data."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, (*path, index))


def keys(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every key in stored data, with the path of the object that has it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield path, key
            yield from keys(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from keys(item, (*path, index))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_R_205_no_string_and_no_key_of_any_golden_event_can_be_what_somebody_typed(path: Path) -> None:
    """The walk trusts the kinds that fields declare; here each place is tried out."""
    record = decode(path.read_bytes().splitlines()[-1])
    name, schema = record.envelope.stored_type, record.envelope.schema
    for place in strings(record.data):
        data = deepcopy(dict(record.data))
        at(data, place[:-1])[place[-1]] = TYPED
        with pytest.raises(DamagedHistory):
            party.MODEL.registry.event(name, schema, data)
    for place, key in keys(record.data):
        data = deepcopy(dict(record.data))
        inside = at(data, place)
        inside[TYPED] = inside.pop(key)
        with pytest.raises(DamagedHistory):
            party.MODEL.registry.event(name, schema, data)


class Open(BaseModel):
    """Takes what it does not know."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Computing(BaseModel):
    """Writes what is no field of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code

    @computed_field
    def spoken(self) -> str:
        return f"the {self.code}"


class Chain(BaseModel):
    """Holds its own kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    next: Chain | None = None


class Sly(Event):
    """An event with the less obvious holes."""

    stored_type = "control.sly"
    open: Open
    computing: Computing
    chain: Chain
    either: Code | int | str
    choice: Literal["one", 2]
    bare: dict  # type: ignore[type-arg]
    inexact: float
    moment: datetime
    pair: tuple[Code, str]


def test_the_walk_finds_the_less_obvious_holes_too() -> None:
    found = kinds_of_strings(Sly)
    assert {place for place, kind in found.items() if kind == "unmarked"} >= {
        "open.*",
        "computing.spoken",
        "chain.text",
        "either[2]",
        "bare",
        "inexact",
        "moment",
        "pair[1]",
    }
    assert found["either[0]"] == found["computing.code"] == found["pair[0]"] == "code"


EVERYTHING = [*EVENTS, *party.MODEL.registry.commands.values()]


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: kind.stored_type)
def test_R_198_no_event_and_no_command_holds_a_set_or_a_float(kind: type[BaseModel]) -> None:
    """A set has no order of its own: its bytes would change with the hash seed.  A float is not exact."""
    written = repr([info.annotation for info in kind.model_fields.values()])
    assert not re.search(r"\b(frozenset|set|float)\b", written)


# --- kinds of value --------------------------------------------------------------------------


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(-(10**50), 10**50))
def test_a_number_that_is_taken_can_be_stored_and_read_again(number: Decimal) -> None:
    taken_or_refused(Number, number)


@given(st.fractions() | st.builds(Fraction, st.integers(-(10**90), 10**90), st.integers(1, 10**90)))
def test_a_fraction_that_is_taken_can_be_stored_and_read_again(number: Fraction) -> None:
    taken_or_refused(Ratio, number)


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=st.none() | offsets))
def test_a_moment_that_is_taken_can_be_stored_and_read_again(moment: datetime) -> None:
    taken_or_refused(Moment, moment)


def taken_or_refused(kind: Any, value: Any) -> None:
    adapter = TypeAdapter(kind)
    try:
        taken = adapter.validate_python(value)
    except ValidationError:
        return
    assert taken == value
    assert adapter.validate_python(adapter.dump_python(taken, mode="json")) == taken


@pytest.mark.parametrize("value", ["NaN", "1e5", " 1", "1_000", "١", 1, 1.5, True, None, b"1"])
def test_a_number_is_not_guessed_from_anything_else(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Number).validate_python(value)


def test_a_definition_nested_without_end_is_refused_in_words() -> None:
    body: dict[str, Any] = {}
    for _ in range(3000):
        body = {"a": body}
    with pytest.raises(ValidationError, match="nested more than 32 deep"):
        TypeAdapter(CodedDocument).validate_python(body)


typed = st.sampled_from(["王小明", "13812345678", "110101199003077777", "Zhang San", "Wang"])


@given(st.dictionaries(typed, typed, min_size=1), st.sampled_from(["a b", "王", None, 1.5]))
def test_R_205_a_definition_with_text_in_it_is_refused_without_repeating_it(
    body: dict[str, Any], wrong: Any
) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(CodedDocument).validate_python({"inner": {**body, "last": {"text": wrong}}})
    message = refused.value.errors(include_input=False)[0]["msg"]
    for text in (*body, *body.values()):
        assert text not in message
