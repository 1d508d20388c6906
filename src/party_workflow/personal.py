"""Personal values: sealed in the log, opened beside it.

A name, a contact, a sentence that may identify somebody never enters the log.  What enters is a
*commitment*: SHA-256 over a salt of 32 bytes and the value, bound to log, subject and field, so
that a commitment moved to another person or field no longer opens.  The *opening* (salt and
value) is kept in a store of its own.  Deleting the opening leaves every hash and every published
aggregate as it was, and nobody can find the value again from the commitment.  See ADR 0006.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from party_workflow.canonical import canonical_bytes
from party_workflow.errors import Fault, InvalidInput
from party_workflow.values import Digest, Kind

ALGORITHM: Final = "salted-sha256/1"
SALT_BYTES: Final = 32
MAX_PERSONAL: Final = 20_000
"""Most characters of one personal value; longer texts are evidence files, by content hash."""
_DOMAIN: Final = b"party_workflow/commitment/1\n"
_SURROGATES: Final = range(0xD800, 0xE000)


def _fault(text: object) -> Fault | None:
    """Why this is no personal value, without repeating it."""
    if not isinstance(text, str):
        return Fault("Personal", f"Expected a text, not a {type(text).__name__}.", "Pass a string.")
    if len(text) > MAX_PERSONAL:
        what = f"The text has more than {MAX_PERSONAL} characters."
        return Fault("Personal", what, "Attach it as evidence, by its digest.")
    if any(ord(character) in _SURROGATES for character in text):
        return Fault("Personal", "The text holds a lone surrogate.", "Send valid Unicode.")
    return None


_UNSEEN: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers that count as letters or signs and show nothing."""


def _blank(text: str) -> bool:
    """Whether nothing of a text can be seen: blanks, controls, joiners, marks on nothing, fillers."""
    return all(unicodedata.category(each)[0] in "ZCM" or each in _UNSEEN for each in text)


class Personal:
    """A personal value on its way in: part of a command, never of an event.

    No command takes a blank one: where a text is asked for, something is to be said, and what is optional is
    left out.  Texts that were recorded blank before are read as they are.

    It does not show its text in `repr`, in tracebacks or in validation errors.  Text is
    normalised to Unicode NFC; lone surrogates and texts above `MAX_PERSONAL` are refused with `InvalidInput`.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if fault := _fault(text):
            raise InvalidInput(fault)
        self._text = unicodedata.normalize("NFC", text)

    def reveal(self) -> str:
        """The text itself.  Every call is a place where a personal value is used."""
        return self._text

    def __repr__(self) -> str:
        return "Personal(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Personal) and self._text == other._text

    def __hash__(self) -> int:
        return hash(("Personal", self._text))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any) -> Personal:
            if not isinstance(value, Personal) and (fault := _fault(value)):
                raise ValueError(f"{fault.what} {fault.remedy}")
            given = value if isinstance(value, Personal) else cls(value)
            if _blank(given.reveal()):
                raise ValueError("The text is blank. Say something, or leave out what is optional.")
            return given

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: value.reveal(), return_schema=core_schema.str_schema()
            ),
            json_schema_input_schema=core_schema.str_schema(max_length=MAX_PERSONAL),
        )


class Sealed(BaseModel):
    """A personal value as the log holds it: the algorithm and the commitment."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[Kind] = Kind("sealed")

    algorithm: Annotated[Literal["salted-sha256/1"], Kind("code")] = ALGORITHM
    commitment: Digest


@dataclass(frozen=True, slots=True, repr=False)
class Opening:
    """What opens one commitment.  Held beside the log, and deleted to erase."""

    commitment: str
    log: str
    subject: str
    field: str
    salt: bytes
    value: str
    command_id: str

    def __repr__(self) -> str:
        # Not the subject either: of a complainant's identity it is the complainant.
        return f"Opening({self.commitment[:12]}…, {self.field})"

    def opens(self, sealed: Sealed) -> bool:
        """Whether this opening really is that of the commitment."""
        return (
            self.commitment
            == sealed.commitment
            == commitment(self.log, self.subject, self.field, self.salt, self.value)
        )


@dataclass(frozen=True, slots=True)
class Withheld:
    """In place of a personal value that is not to be had: never null, always with the reason."""

    reason: Literal["erased", "not-permitted", "not-supplied"]

    def __str__(self) -> str:
        return f"[{self.reason}]"


def commitment(log: str, subject: str, field: str, salt: bytes, value: str) -> str:
    """The commitment to one value: 64 hexadecimal digits."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    bound = canonical_bytes({"field": field, "log": log, "subject": subject, "value": value})
    return hashlib.sha256(_DOMAIN + salt + bound).hexdigest()


def commitments(data: Any) -> Iterator[str]:
    """Every commitment in an event's data as stored."""
    if isinstance(data, Mapping):
        if data.keys() == Sealed.model_fields.keys():
            yield data["commitment"]
        else:
            for item in data.values():
                yield from commitments(item)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from commitments(item)


class Openings(Protocol):
    """The port to the store of openings."""

    def put(self, openings: Iterable[Opening]) -> None:
        """Keep openings durably; one that is there already stays as it is, and an erased one stays erased."""

    def get(self, sealed: Sealed) -> Opening | Withheld:
        """The opening of a commitment, or why there is none."""

    def of_command(self, command_id: str) -> Sequence[Opening]:
        """The openings that a command brought, for comparing a retry."""

    def discard(self, openings: Iterable[Opening]) -> None:
        """Remove openings whose events were not recorded after all."""

    def erase(self, subject: str) -> int:
        """Delete every opening about a subject; returns how many.  They read as erased from then on."""


class Identities(Openings, Protocol):
    """The port to the vault: openings of who asked not to be named, kept apart from all others (R-146).

    Nothing lists or searches it, and nothing that shows personal values reads it.  `party_workflow.service`
    opens one for whom it was opened by a decision in the log, or compares it with a person and says no more.
    """

    def shred(self, sealed: Sealed) -> bool:
        """Delete this one opening; whether there was one.  It reads as erased from then on."""

    def hand_out(self, sealed: Sealed) -> Opening | Withheld:
        """The opening, once: to whoever asks again it is ``not-permitted``."""


class MemoryOpenings:
    """The reference store of openings, in memory."""

    def __init__(self) -> None:
        self._held: dict[str, Opening] = {}
        self._erased: set[str] = set()

    def put(self, openings: Iterable[Opening]) -> None:
        for opening in openings:
            if opening.commitment not in self._erased:
                self._held.setdefault(opening.commitment, opening)

    def get(self, sealed: Sealed) -> Opening | Withheld:
        if opening := self._held.get(sealed.commitment):
            return opening
        return Withheld("erased" if sealed.commitment in self._erased else "not-supplied")

    def of_command(self, command_id: str) -> Sequence[Opening]:
        return [opening for opening in self._held.values() if opening.command_id == command_id]

    def discard(self, openings: Iterable[Opening]) -> None:
        for opening in openings:
            self._held.pop(opening.commitment, None)

    def erase(self, subject: str) -> int:
        gone = [key for key, opening in self._held.items() if opening.subject == subject]
        for key in gone:
            del self._held[key]
            self._erased.add(key)
        return len(gone)


class MemoryIdentities(MemoryOpenings):
    """The reference vault, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._handed: set[str] = set()

    def shred(self, sealed: Sealed) -> bool:
        if self._held.pop(sealed.commitment, None) is None:
            return False
        self._erased.add(sealed.commitment)
        return True

    def hand_out(self, sealed: Sealed) -> Opening | Withheld:
        opening = self.get(sealed)
        if isinstance(opening, Opening):
            if sealed.commitment in self._handed:
                return Withheld("not-permitted")
            self._handed.add(sealed.commitment)
        return opening


Salts = Callable[[str, str], bytes]
"""Where salts come from: given the command id and the place of the value, 32 bytes.

Services pass a source of true randomness (`party_workflow_adapters.chance.random_salts`)."""


def keyed_salts(key: bytes) -> Salts:
    """Salts derived from a secret key: the same commands give the same commitments.

    For reproducible imports and for tests.  Whoever has the key can rebuild the salts, so an
    erasure takes effect only once the key is destroyed too.  HMAC-SHA256, RFC 2104.
    """
    if len(key) < SALT_BYTES:
        raise ValueError(f"a salt key has at least {SALT_BYTES} bytes")

    def salt(command_id: str, place: str) -> bytes:
        return hmac.new(key, f"{command_id}\n{place}".encode(), hashlib.sha256).digest()

    return salt
