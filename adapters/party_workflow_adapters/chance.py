"""Where chance enters: the library itself takes it as an argument."""

from __future__ import annotations

import os

from party_workflow.personal import SALT_BYTES


def random_salts(command_id: str, place: str) -> bytes:
    """A salt from the operating system, a new one on every call (see `party_workflow.personal.Salts`).

    Nothing is remembered or derived: once an opening is erased, its salt is nowhere any more.
    """
    return os.urandom(SALT_BYTES)
