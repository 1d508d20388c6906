"""Every reason for which the library refuses has to be provoked by a test: compares what a run has seen.

The tests leave the codes of the refusals that they met in .build/refusals (see tests/conftest.py).
``--clear`` removes what an earlier run left.
"""

from __future__ import annotations

import sys
from pathlib import Path

from party_workflow import lifecycle
from party_workflow.packs import party
from party_workflow.service import apart, receipts

FOLDER = Path(__file__).resolve().parent.parent / ".build" / "refusals"


def known() -> set[str]:
    """The codes of every reason of the model and of lifecycles."""
    codes = {reason.code for decider in party.MODEL.all_deciders for reason in decider.reasons}
    return codes | {reason.code for reason in (*lifecycle.REASONS, *receipts.REASONS, *apart.REASONS)}


def main(arguments: list[str]) -> int:
    """0 if every reason was provoked, 1 with the list of those that were not."""
    if "--clear" in arguments:
        for path in FOLDER.glob("*.txt"):
            path.unlink()
        return 0
    seen = {code for path in FOLDER.glob("*.txt") for code in path.read_text(encoding="utf-8").split()}
    never = sorted(known() - seen)
    if never:
        sys.stderr.write(f"No test provoked these refusals: {', '.join(never)}\n")
        return 1
    sys.stdout.write(f"every one of {len(known())} refusals was provoked by a test\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
