"""Words for codes and names for ids, as far as they are at hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from party_workflow.authority import SELF
from party_workflow.domain import organisation
from party_workflow.history import History
from party_workflow.packs.labels import label
from party_workflow.personal import Sealed
from party_workflow.service import Workflow
from party_workflow.values import PERSON_PATTERN, UNIT_PATTERN
from party_workflow_adapters.cli.output import Language
from party_workflow_adapters.cli.parameters import zone

_ID = re.compile(f"{PERSON_PATTERN}|{UNIT_PATTERN}", re.ASCII)


@dataclass(frozen=True)
class Wording:
    """What is shown in place of a code, an id, a commitment, a moment."""

    workflow: Workflow
    language: Language
    names: Mapping[str, Sealed]

    @classmethod
    def of(cls, history: History, workflow: Workflow, language: Language) -> Wording:
        """The wording of a history: names as the organisation had them as of its moments."""
        state = history.state(organisation.DECIDER, organisation.STREAM)
        return cls(workflow, language, state.names)

    def label(self, code: str) -> str:
        """The label of a code; the code itself, readable, where the pack has none."""
        return label(code, self.language)

    def capacity(self, code: str) -> str:
        """In which capacity somebody acts: the label of a role, or that they act for themselves."""
        return {"en": "for themselves", "zh": "本人"}[self.language] if code == SELF else self.label(code)

    def reveal(self, sealed: Sealed) -> str:
        """A personal value as one line, or in brackets why it is not to be had."""
        return "".join(_visible(character) for character in str(self.workflow.reveal(sealed)))

    def name(self, subject: str) -> str:
        """An id with the name that belongs to it: ``p-7 王丽``, ``p-7 [erased]``, or ``p-7``."""
        sealed = self.names.get(subject)
        return subject if sealed is None else f"{subject} {self.reveal(sealed)}"

    def word(self, text: str) -> str:
        """An id with its name, or the label of a code."""
        return self.name(text) if _ID.fullmatch(text) else self.label(text)

    def moment(self, at: datetime) -> str:
        """A moment on the pack's clock, to the minute."""
        return f"{at.astimezone(zone()):%Y-%m-%d %H:%M}"


def _visible(character: str) -> str:
    """A character of somebody's text, which must neither steer the terminal nor turn other text around."""
    if character in "\n\t":
        return " "
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn")
    return f"\\u{ord(character):04x}" if hidden else character
