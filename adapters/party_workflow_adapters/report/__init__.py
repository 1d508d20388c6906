"""The report: one HTML file from a log, for the auditor, which reads well on a screen and on paper.

It needs nothing beside itself: no script, no font, no picture from elsewhere.  It shows no time of its own
making, so the same history gives the same bytes.  Names are shown where the workflow has their openings;
of confidential cases there are numbers and nothing else.
"""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from party_workflow.packs.labels import Language
from party_workflow.service import Workflow
from party_workflow_adapters.report.facts import gather
from party_workflow_adapters.report.page import page
from party_workflow_adapters.report.words import Words

COVERAGE: Final = Fraction(98, 100)
"""The published target of participation that shares are set against, unless another is stated (R-072)."""


def render(
    workflow: Workflow,
    *,
    campaign: str,
    population: str,
    language: Language = "en",
    effective: datetime | None = None,
    known: datetime | None = None,
    threshold: Fraction | None = COVERAGE,
) -> str:
    """The report as a document.  The arguments are those of `write`."""
    facts = gather(workflow, campaign, population, effective, known, threshold)
    return page(facts, Words(workflow, language, facts.names))


def write(
    path: Path,
    workflow: Workflow,
    *,
    campaign: str,
    population: str,
    language: Language = "en",
    effective: datetime | None = None,
    known: datetime | None = None,
    threshold: Fraction | None = COVERAGE,
) -> Path:
    """Write the report on a campaign, counted on a frozen population; returns the path.

    `effective` and `known` are the moments as of which the log is read (what had happened, what was
    recorded), both inclusive and both without limit if left out.  Participation is set against `threshold`,
    both shares of it; None sets it against nothing.  What the history does not hold yet is left out and said
    to be so.  The file holds names and is readable by its owner only; it is there whole or not at all.
    """
    text = render(
        workflow,
        campaign=campaign,
        population=population,
        language=language,
        effective=effective,
        known=known,
        threshold=threshold,
    )
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return path


__all__ = ["COVERAGE", "render", "write"]
