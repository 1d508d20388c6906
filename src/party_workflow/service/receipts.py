"""The receipt by which whoever brought a protected case proves it, without an account and without a name.

It is the opening of the commitment in the log: the salt, drawn for this one value, and the value.  So it can
be checked against the log alone, also when the vault has forgotten, and nobody can make it up or guess it.
It is printed as the number of the case and the `code`; what was sealed, its bearer says.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from party_workflow.errors import Fault, InvalidInput, NotCanonical, Reason
from party_workflow.personal import SALT_BYTES, Personal, Sealed, commitment
from party_workflow.values import STREAM_PATTERN

NOT_TAKEN_IN: Final = Reason(
    "identity.not_taken_in",
    "The receipt of {stream} is for whoever took the case in, to hand it to who brought it.",
    "Ask that person, from the account and in the capacity of then.",
)
NOBODY_SEALED: Final = Reason(
    "identity.nobody_sealed",
    "Nobody is sealed as who brought {stream}, or not any more.",
    "There is no receipt for it: answer it in public.",
)
HANDED_OUT: Final = Reason(
    "identity.handed_out",
    "The receipt of {stream} was handed out, and is handed out once.",
    "Whoever brought the case has it; without it they are answered in public.",
)
NOT_PROVED: Final = Reason(
    "identity.not_proved",
    "This is not the receipt of a case of that number.",
    "Check number, code and what was given at intake, sign by sign.",
)
NOT_BY_LETTER: Final = Reason(
    "identity.not_by_letter",
    "The command {command} does not come by the letterbox of the case.",
    "By letter a case is contested, appealed, confirmed, escalated or withdrawn.",
)
REASONS: Final = (NOT_TAKEN_IN, NOBODY_SEALED, HANDED_OUT, NOT_PROVED, NOT_BY_LETTER)

_GROUP: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class CaseReceipt:
    """Number of the case, salt and value.  Shows nothing of them in `repr`."""

    stream: str
    salt: bytes
    value: str

    def __repr__(self) -> str:
        return "CaseReceipt(…)"

    @classmethod
    def read(cls, stream: str, code: str, value: str) -> CaseReceipt:
        """A receipt as its bearer gives it: number, printed code, and what was sealed (`Personal`).

        Spaces, hyphens and small letters in the code do not matter.  Raises `InvalidInput`, repeating
        nothing, for what is no code.
        """
        letters = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).upper()
        try:
            salt = base64.b32decode(letters + "=" * (-len(letters) % 8))
        except (binascii.Error, ValueError):
            salt = b""
        if len(salt) != SALT_BYTES:
            what = "It is not a code as it is printed on receipts."
            raise InvalidInput(Fault("code", what, "Type it again, sign by sign."))
        return cls(stream, salt, Personal(value).reveal())

    @property
    def code(self) -> str:
        """The salt in groups of four letters and figures, to be printed."""
        letters = base64.b32encode(self.salt).decode().rstrip("=")
        return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))

    @property
    def well_formed(self) -> bool:
        """Whether it names a stream and has a salt."""
        return re.fullmatch(STREAM_PATTERN, self.stream) is not None and len(self.salt) == SALT_BYTES

    def opens(self, sealed: Sealed, log: str, field: str) -> bool:
        """Whether it opens the commitment of a field, bound to the person or to the case."""
        try:
            bound = [
                commitment(log, subject, field, self.salt, self.value)
                for subject in (self.value, self.stream)
            ]
        except NotCanonical:  # no text that could have been sealed
            return False
        return any(hmac.compare_digest(each, sealed.commitment) for each in bound)
