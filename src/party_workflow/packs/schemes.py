"""The rule documents that come with the pack ``party``: to take as they are, or to begin one's own from.

They lie in ``party/documents`` as TOML.  Their numbers are examples and differ from place to place; what no
source was seen for says so in its comment.  A text is read when its scheme is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from party_workflow.errors import Fault, InvalidInput
from party_workflow.packs.pack import shipped_document
from party_workflow.policies.documents import RuleDocument

CODES: Final = (
    "duty-composite",
    "last-place-review",
    "member-points",
    "satisfaction",
    "star-promotion",
)
"""The codes of the schemes, each that of its document."""


def scheme(code: str) -> RuleDocument:
    """The scheme of a code, the same value each time.  Raises `InvalidInput` where there is none."""
    if code not in CODES:
        what = f"There is no scheme {code}."
        raise InvalidInput(Fault("scheme", what, f"There are: {', '.join(CODES)}."))
    return _read(code)


def scheme_text(code: str) -> str:
    """The text of a scheme with its comments: to copy to a file and alter.  Raises `InvalidInput`."""
    scheme(code)
    return shipped_document("party", code)


@cache
def _read(code: str) -> RuleDocument:
    return RuleDocument.from_toml(shipped_document("party", code), f"{code}.toml")


class _Schemes(Mapping[str, RuleDocument]):
    """The schemes by code; a text is read when it is asked for."""

    def __getitem__(self, code: str) -> RuleDocument:
        if code not in CODES:
            raise KeyError(code)
        return _read(code)

    def __iter__(self) -> Iterator[str]:
        return iter(CODES)

    def __len__(self) -> int:
        return len(CODES)

    def __repr__(self) -> str:
        return f"SCHEMES: {', '.join(CODES)}"


SCHEMES: Final[Mapping[str, RuleDocument]] = _Schemes()
"""Every scheme by its code."""
