"""Golden bytes: one record of every released event type and version, kept for ever under tests/golden/.

Only adds what is missing; what is there is never written again, because old bytes have to stay readable.
A sample is built from the kinds of the fields alone, once with every optional field and once without.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from party_workflow.calendar import Period
from party_workflow.codec import Event
from party_workflow.domain.assessment import Proof, Value
from party_workflow.packs import party
from party_workflow.personal import Sealed
from party_workflow.quantity import Quantity
from party_workflow.store import Envelope, Record, Source, encode, event_id

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "golden"
SUMS = FOLDER / "SHA256SUMS"
MOMENT = datetime(2020, 3, 25, 1, 2, 3, 456789, tzinfo=UTC)

BY_PATTERN = (
    ("p-(?:", "p-7"),
    ("u-[", "u-branch"),
    ("a-[", "a-recorder"),
    ("{64}", "ab" * 32),
    ("{32}", "cd" * 16),
    ("(?:/", "activity/study-03"),
    ("^[a-z][a-z0-9_.-]", "some_code"),
    ("^[a-z0-9]", "some-key"),
)
"""A string for each pattern of `party_workflow.values`, told by a part of it."""


def sample(annotation: Any, metadata: tuple[Any, ...], *, full: bool) -> Any:
    """A value of an annotated type."""
    if any(getattr(mark, "name", "") == "coded-document" for mark in metadata):
        return json.loads((FOLDER / "sample-body.json").read_text("utf-8"))
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return sample(inner, (*more, *metadata), full=full)
    if origin is Literal:
        return get_args(annotation)[0]
    if origin in (Union, UnionType):
        return sample(next(a for a in get_args(annotation) if a is not type(None)), metadata, full=full)
    if origin is tuple:
        return (sample(get_args(annotation)[0], (), full=full),) if full else ()
    if origin is dict:
        key, value = get_args(annotation)
        return {sample(key, (), full=full): sample(value, (), full=full)} if full else {}
    return _plain(annotation, metadata, full=full)


def _plain(annotation: Any, metadata: tuple[Any, ...], *, full: bool) -> Any:
    if annotation is str:
        pattern = next((mark.pattern for mark in metadata if getattr(mark, "pattern", None)), "")
        for part, value in BY_PATTERN:
            if part in str(pattern):
                return value
        raise TypeError(f"no sample for a string with {metadata}")
    simple: dict[Any, Any] = {
        int: 3,
        bool: True,
        datetime: MOMENT,
        date: date(2020, 3, 25),
        Decimal: Decimal("28.5"),
        Fraction: Fraction(28, 29),
        Sealed: Sealed(commitment="ef" * 32),
        Quantity: Quantity.of(">=", 98, "percent"),
        Period: Period.parse("2020-Q1"),
        Value: Value(grade="some_code", evidence=(Proof(digest="ab" * 32, kind="document"),)),
    }
    if annotation in simple:
        return simple[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation(**fields(annotation, full=full))
    raise TypeError(f"no sample for {annotation}")


def fields(model: type[BaseModel], *, full: bool) -> dict[str, Any]:
    """Values for a model's fields: all of them, or those that have to be given."""
    return {
        name: _field(info, full=full)
        for name, info in model.model_fields.items()
        if full or info.is_required()
    }


def _field(info: FieldInfo, *, full: bool) -> Any:
    return sample(info.annotation, tuple(info.metadata), full=full)


def record(kind: type[Event], *, full: bool) -> Record:
    """A record of an event type: with every optional key of envelope and event, or with none."""
    event = kind(**fields(kind, full=full))
    envelope = Envelope(
        log="golden",
        position=7,
        stream="log" if kind.stored_type == "log.opened" else "activity/study-03",
        version=2,
        event_id=event_id("golden", "c-7", 0),
        stored_type=kind.stored_type,
        schema=kind.schema_version,
        effective_at=MOMENT,
        recorded_at=MOMENT,
        account="a-recorder",
        person="p-7",
        capacity="recorder",
        command_id="c-7",
        command_type="golden.sample",
        command_digest="12" * 32,
        counter=5,
        delegate_of="p-8" if full else None,
        causation="34" * 16 if full else None,
        correlation="spring" if full else None,
        source=Source("j-1", 12, MOMENT) if full else None,
    )
    return encode(envelope, event.data())


def wanted() -> dict[str, bytes]:
    """The golden files of today's types, by name."""
    found: dict[str, bytes] = {}
    for name, kind in sorted(party.MODEL.registry.events.items()):
        both = (record(kind, full=full).bytes for full in (False, True))
        found[f"{name}@{kind.schema_version}.jsonl"] = b"".join(line + b"\n" for line in both)
    return found


def main() -> int:
    """Add what is missing and its sum; report what differs from what is kept."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sums = dict(line.split("  ")[::-1] for line in SUMS.read_text().splitlines()) if SUMS.exists() else {}
    differing = []
    for name, data in wanted().items():
        path = FOLDER / name
        if not path.exists():
            path.write_bytes(data)
            sums[name] = hashlib.sha256(data).hexdigest()
        elif path.read_bytes() != data:
            differing.append(name)
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))
    if differing:
        sys.stderr.write(f"These would be written otherwise today: {', '.join(differing)}\n")
        sys.stderr.write(
            "A released event changes only by adding; give it a new schema version and an upcaster.\n"
        )
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
