"""``python -m party_workflow_adapters.cli``: the same program without the console script."""

from __future__ import annotations

from party_workflow_adapters.cli import main

if __name__ == "__main__":
    main()
