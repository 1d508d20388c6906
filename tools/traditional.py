"""Writes the traditional forms of the labels of the pack ``party``, packs/party/traditional.toml.

Needs OpenCC (``pip install opencc``, Apache-2.0), which nothing else here does: what it makes is data, is
read by people and is kept.  The first form is the one that is shown (OpenCC's s2tw); forms of s2t and s2hk
that differ are understood as well.  A label that brings its own traditional form is left alone.  ``--check``
only says what is lacking, and needs no OpenCC.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from party_workflow.packs import party

OUT = Path(__file__).resolve().parent.parent / "src/party_workflow/packs/party/traditional.toml"
HEAD = "# Traditional forms of the labels: shown, then also understood.  Written by tools/traditional.py.\n"
CORRECTIONS = {"製度": "制度"}
"""Where OpenCC cuts words wrongly: 党日制度 is 党日 and 制度."""


def lacking() -> list[str]:
    """The codes whose label has no traditional form."""
    return [code for code, label in party.PACK.labels.items() if not label.zh_hant]


def text() -> str:
    """The file."""
    import opencc

    converters = [opencc.OpenCC(name) for name in ("s2tw", "s2t", "s2hk")]
    lines = [HEAD, "[traditional]"]
    for simplified in sorted({label.zh for label in party.PACK.labels.values()}):
        forms = list(dict.fromkeys(_converted(converter, simplified) for converter in converters))
        quoted = ", ".join(json.dumps(form, ensure_ascii=False) for form in forms)
        lines.append(f"{json.dumps(simplified, ensure_ascii=False)} = [{quoted}]")
    return "\n".join(lines) + "\n"


def _converted(converter: Any, simplified: str) -> str:
    found = str(converter.convert(simplified))
    for wrong, right in CORRECTIONS.items():
        found = found.replace(wrong, right)
    return found


def main(arguments: list[str]) -> int:
    """Write the file, or say what is lacking."""
    if "--check" in arguments:
        found = lacking()
        if found:
            sys.stderr.write(f"No traditional form: {', '.join(found)}. Run: python tools/traditional.py\n")
        return 1 if found else 0
    OUT.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
