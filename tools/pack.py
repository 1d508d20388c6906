"""Reads the pack ``party`` with every file in its folder, listed or not, and says all that is wrong.

A file counts for the library once ``pack.toml`` lists it.  Before that this says what would be refused.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from party_workflow.errors import InvalidDefinition

try:
    from party_workflow.packs import party
except InvalidDefinition as error:
    sys.exit("\n".join(map(str, error.faults)))
from party_workflow.packs.pack import Pack
from party_workflow.packs.reading import MANIFEST

FOLDER = Path(__file__).resolve().parent.parent / "src/party_workflow/packs/party"


def main() -> int:
    """Print each fault with its place and remedy, and which files the manifest does not list."""
    files = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}
    listed = set(re.findall(r'"([^"]+\.toml)"', files[MANIFEST]))
    unlisted = sorted(files.keys() - listed - {MANIFEST})
    names = "".join(f'  "{name}",\n' for name in sorted(listed | set(unlisted)))
    files[MANIFEST] = re.sub(r"files = \[[^]]*]", lambda _: f"files = [\n{names}]", files[MANIFEST])
    try:
        pack = Pack.read(files, validators=party.VALIDATORS, duties=party.duties())
    except InvalidDefinition as error:
        for fault in error.faults:
            print(fault)
        return 1
    finally:
        if unlisted:
            print(f"Not listed in {MANIFEST}: {', '.join(unlisted)}")
    print(f"{len(pack.definitions)} definitions, {len(pack.labels)} labels, {len(pack.roles)} roles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
