"""Writes ``history.jsonl``: the education campaign of a labour bureau in the first half of 2005.

Run it from the root of the repository::

    python -m examples.education_campaign.build

The same program gives the same bytes everywhere.  Every command is executed as it is written.
"""

from __future__ import annotations

from examples.education_campaign.analysis import analysis
from examples.education_campaign.appraisals import appraise
from examples.education_campaign.diary import HISTORY, Diary
from examples.education_campaign.people import begin, found
from examples.education_campaign.rectification import rectification
from examples.education_campaign.study import study
from examples.education_campaign.transition import transition


def story() -> Diary:
    """The whole campaign, from the opening of the log to the closing of the campaign."""
    diary = Diary()
    found(diary)
    begin(diary)
    study(diary)
    transition(diary)
    analysis(diary)
    appraise(diary)
    rectification(diary)
    return diary


def history() -> bytes:
    """The journal.  Raises `Rejected` if the story does something that the rules do not permit."""
    return b"".join(story().lines())


if __name__ == "__main__":
    data = history()
    HISTORY.write_bytes(data)
    count = data.count(b"\n")
    print(f"{HISTORY.name}: {count} commands, {len(data)} bytes")
