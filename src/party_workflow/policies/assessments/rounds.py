"""Series of assessments of one kind: who held the flag in which round, the twelve months of a year.

Dimensions stay apart from the total, and who lacks a mark in one of them is incomplete and holds no flag
(R-023, R-100).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from party_workflow.domain.assessment import AssessmentOpened, Citation
from party_workflow.history import History
from party_workflow.policies.assessments.sheets import STRICT, Cell, Sheets, Treatment
from party_workflow.policies.assessments.standings import check_voice
from party_workflow.policies.figure import Absent, Figure


def series(history: History, kind: str, unit: str | None = None) -> tuple[Sheets, ...]:
    """Every assessment of a kind, of one unit where it is named, by period and then in the order opened."""
    found = [
        Sheets.of(history, recorded.envelope.stream)
        for recorded in history.events(AssessmentOpened)
        if isinstance(recorded.event, AssessmentOpened)
        and recorded.event.kind == kind
        and unit in (None, recorded.event.unit)
    ]
    return tuple(sorted(found, key=_begins))


def _begins(sheets: Sheets) -> date:
    return date.min if sheets.state.opened is None else sheets.state.opened.period.first


def _period(sheets: Sheets) -> str:
    return "" if sheets.state.opened is None else sheets.state.opened.period.label


# --- the relay -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Runner:
    """A department in one round: its mark in each dimension, and the total, absent where one lacks."""

    subject: str
    dimensions: tuple[Cell, ...]
    total: Figure

    @property
    def incomplete(self) -> bool:
        """Whether a dimension has no result."""
        return isinstance(self.total.value, Absent)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a relay.  `holder` has the flag; `tied` are those level at the top, of whom people choose.

    `void` rounds move no flag.  `watermark` says that the marks are provisional: then nobody holds it yet.
    """

    period: str
    stream: str
    runners: tuple[Runner, ...]
    holder: str | None
    tied: tuple[str, ...]
    void: bool
    watermark: str


def relay(history: History, kind: str, voice: str, unit: str | None = None) -> tuple[Round, ...]:
    """The rounds of a relay by period: who ran, with what in each dimension, and who held the flag."""
    return tuple(_round(sheets, voice) for sheets in series(history, kind, unit))


def _round(sheets: Sheets, voice: str) -> Round:
    check_voice(sheets, voice, own_voice=False)
    runners = tuple(
        Runner(subject, sheets.sheet(subject, voice), sheets.total(subject, voice, STRICT))
        for subject in sheets.subjects
    )
    best: list[str] = []
    if totals := {r.subject: r.total.value for r in runners if not isinstance(r.total.value, Absent)}:
        top = max(totals.values())
        best = sorted(subject for subject, value in totals.items() if value == top)
    void = sheets.state.stage == "void"
    decided = not void and not sheets.provisional and len(best) == 1
    return Round(
        period=_period(sheets),
        stream=sheets.stream,
        runners=runners,
        holder=best[0] if decided else None,
        tied=tuple(best) if len(best) > 1 else (),
        void=void,
        watermark=sheets.watermark,
    )


def holders(rounds: tuple[Round, ...]) -> tuple[tuple[str, str | None], ...]:
    """Who held the flag in which round: period and department, None where nobody did."""
    return tuple((item.period, item.holder) for item in rounds)


# --- the months of a year ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a year: the assessment, its totals, and the publication that cites its snapshot.

    `stream` is None for a month in which nothing was opened; `citation` is None while nothing is published.
    """

    period: str
    stream: str | None
    stage: str
    totals: Mapping[str, Figure]
    citation: Citation | None
    watermark: str = ""


def months(
    history: History, kind: str, voice: str, year: int, treatment: Treatment, unit: str | None = None
) -> tuple[Month, ...]:
    """The twelve months of a year, ``2019-01`` to ``2019-12``, each with its result or as missing (R-100).

    The last citation counts: an erratum replaces what it corrects.
    """
    found = {_period(sheets): sheets for sheets in series(history, kind, unit)}
    rows = []
    for number in range(1, 13):
        period = f"{year}-{number:02}"
        sheets = found.get(period)
        if sheets is None:
            rows.append(Month(period, None, "missing", {}, None))
            continue
        check_voice(sheets, voice, own_voice=False)
        totals = {subject: sheets.total(subject, voice, treatment) for subject in sheets.subjects}
        citation = sheets.state.citations[-1] if sheets.state.citations else None
        rows.append(Month(period, sheets.stream, sheets.state.stage, totals, citation, sheets.watermark))
    return tuple(rows)
