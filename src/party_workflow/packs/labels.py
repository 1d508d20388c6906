"""Labels of the pack ``party`` for people, in English and Chinese.  Codes are stable, labels are not."""

from __future__ import annotations

from typing import Final, Literal

from party_workflow.packs import party

Language = Literal["en", "zh"]

LABELS: Final[dict[str, tuple[str, str]]] = {
    code: (found.en, found.zh) for code, found in party.PACK.labels.items()
}
"""English and Chinese (simplified) by code."""


def label(code: str, language: Language = "en") -> str:
    """The label of a code; the code itself, readable, where the pack has none."""
    return party.PACK.label(code, language)
