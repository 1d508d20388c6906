"""Whether a text would tell who brought a case, before it is sent (R-143).

Whoever notifies a person writes in their own words, and what is sealed is not looked at afterwards.
`reveals` compares a text with names and ids that its writer knows anyway.  `warns` does so with what the
vault gave them, and says nothing to whom it gave nothing: nobody finds a name by trying texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from party_workflow.personal import Withheld

_WORD: Final = re.compile(r"[\w]+")
_GAP: Final = re.compile(r"[\W_]+")
LEAST: Final = 2
"""Names shorter than this are looked for as whole words only."""


def reveals(text: str, identities: Iterable[str]) -> bool:
    """Whether one of these names or ids stands in a text, however it is written there.

    Width, case and what stands between the characters make no difference (``P - 7`` is ``p-7``); an id is no
    part of a longer one (``p-7`` does not stand in ``p-71``).  It answers yes or no, and not which or where:
    an answer that is kept tells nobody.  It knows no nicknames and no descriptions, and a no is no promise.
    """
    folded = _folded(text)
    return any(
        _stands(_folded(identity), folded) for identity in identities if _GAP.sub("", _folded(identity))
    )


def warns(text: str, identity: str | Withheld, names: Iterable[str] = ()) -> bool | Withheld:
    """The same for whoever asked `party_workflow.Workflow.identity`: where that is withheld, so is this.

    `identity` is what it gave them, `names` what else the complainant is known by to them.  Whoever does not
    know who brought a case is not told by trying texts.
    """
    return identity if isinstance(identity, Withheld) else reveals(text, (identity, *names))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _stands(identity: str, text: str) -> bool:
    parts = _WORD.findall(identity.replace("_", " "))
    if all(part.isascii() for part in parts):
        found = r"[\W_]*".join(re.escape(character) for character in "".join(parts))
        return re.search(rf"(?<![a-z0-9]){found}(?![a-z0-9])", text, re.ASCII) is not None
    joined = "".join(parts)
    if len(joined) < LEAST:
        return joined in _WORD.findall(text)
    return joined in _GAP.sub("", text)


__all__ = ["reveals", "warns"]
