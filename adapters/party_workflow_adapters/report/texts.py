"""What the report says, in English and Chinese, read from ``texts.toml`` beside this module."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

_DATA: Final[dict[str, dict[str, list[str]]]] = tomllib.loads(
    files(__package__).joinpath("texts.toml").read_text("utf-8")
)

TEXTS: Final = _DATA["texts"]
"""Headings and sentences, by key."""
CODES: Final = _DATA["codes"]
"""Labels of codes that the vocabulary packs have none for."""
MEASURES: Final = _DATA["measures"]
"""What the figures of a claim are of, by measure."""
UNITS: Final = _DATA["units"]
"""Units as they stand after a number."""
CHECKS: Final = _DATA["checks"]
"""What holds if a check of the pack's audit passes; the English is the library's own where it says more."""
