"""Seeds that are bound before anybody can try them, and samples that are announced.  (R-201)

Whoever fixes the seed after the head of the log is known could try seeds until the draw suits them.  So
they publish a commitment to it in the log first.  Whoever can still append could try events instead: an
announcement says beforehand at which position the log will be taken as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from party_workflow.canonical import canonical_bytes, digest
from party_workflow.domain.inspection import ALGORITHM
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.audits.workpapers import Method, Workpaper
from party_workflow.policies.figure import Evidence
from party_workflow.values import DIGEST_PATTERN

_SEED: Final = b"party_workflow/seed/1\n"


def seed_commitment(seed: str, nonce: str) -> str:
    """What binds to a seed without telling it: SHA-256 over the seed and 32 random bytes as 64 hex digits.

    Publish it in the log, as the digest of a publication or of evidence, before the head to draw with is
    known. Raises `InvalidInput` for another nonce: seeds are short, and without one they would soon be
    guessed.
    """
    if not re.fullmatch(DIGEST_PATTERN, nonce):
        raise InvalidInput(Fault("nonce", "It has not 64 hexadecimal digits.", "Draw 32 random bytes."))
    return hashlib.sha256(_SEED + canonical_bytes({"nonce": nonce, "seed": seed})).hexdigest()


@dataclass(frozen=True)
class Announcement:
    """What is settled before anybody can know the sample: query, method, sizes, bound seed, position.

    The log is taken as it ends at `position`, which lies ahead when its digest is published in the log.
    """

    query: Mapping[str, Any]
    method: Method
    sizes: Mapping[str, int]
    commitment: str
    position: int

    def data(self) -> dict[str, Any]:
        """The announcement as canonical data."""
        return {
            "algorithm": ALGORITHM,
            "commitment": self.commitment,
            "method": self.method,
            "position": self.position,
            "query": dict(self.query),
            "sizes": dict(sorted(self.sizes.items())),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes: what is published."""
        return digest(self.data())

    def kept(self, history: History, paper: Workpaper) -> tuple[str, ...]:
        """What in a workpaper is not as announced, in sentences; empty where everything is."""
        said = []
        if published(history, self.digest, self.position) is None:
            said.append("It was not published in the log before the position that it names.")
        if paper.position != self.position:
            said.append(f"The log was taken at position {paper.position} and not at {self.position}.")
        if dict(paper.query) != dict(self.query):
            said.append("The query is another one.")
        if paper.method != self.method or {g.code: g.n for g in paper.groups} != dict(self.sizes):
            said.append("Method or sizes are others.")
        if not paper.nonce or seed_commitment(paper.seed, paper.nonce) != self.commitment:
            said.append("The seed is not the one that was bound.")
        return tuple(said)


def published(history: History, commitment: str, before: int) -> Evidence | None:
    """The first event before a position that says a digest anywhere in it."""
    for record in history.records():
        if record.position >= before:
            break
        if _says(record.data, commitment):
            return Evidence(record.envelope.event_id, record.position, record.envelope.stored_type)
    return None


def _says(value: Any, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_says(each, text) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(_says(each, text) for each in value)
    return bool(value == text)
