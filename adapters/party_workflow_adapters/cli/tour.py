"""What the demo shows of a log: every view once, for people on the screen and as canonical JSON in files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from party_workflow.canonical import canonical_bytes
from party_workflow.domain import campaign as campaigns
from party_workflow.errors import InvalidInput, StoreError
from party_workflow.packs.results import full_audit
from party_workflow.service import Workflow
from party_workflow_adapters.cli import (
    auditing,
    claims,
    explaining,
    missing,
    overview,
    ranking,
    reporting,
    showing,
    timeline,
)
from party_workflow_adapters.cli.choosing import chosen
from party_workflow_adapters.cli.output import Language, console, heading, table
from party_workflow_adapters.cli.wording import Wording
from party_workflow_adapters.export import canonical_export

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class View:
    """One view: its canonical data, and how it is shown."""

    data: dict[str, Any]
    shown: Iterable[RenderableType]


class Tour:
    """A walk through the views of a log, which leaves their files in a folder."""

    def __init__(self, workflow: Workflow, out: Path, language: Language) -> None:
        self._workflow = workflow
        self._history = workflow.history
        self._language: Language = language
        self._words = Wording.of(workflow.history, workflow, language)
        self._out = out
        self._screen = console(record=True)
        self._written = [
            ("log.sqlite", "the log; names lie apart in log.sqlite.openings"),
        ]

    def walk(self) -> None:
        """Show and write everything."""
        views: tuple[tuple[str, str, Callable[[], View]], ...] = (
            ("timeline", "phases, look-backs, gates and publications", self._campaign),
            ("missing", "tasks and people that are missing, with reasons", self._missing),
            ("ranking", "the democratic appraisal", self._ranking),
            ("explanation", "how the first place came about", self._explanation),
            ("claims", "asserted figures against the events", self._claims),
            ("audit", "every check with its findings", self._audit),
        )
        self._screen.print(self._summary())
        for name, what, view in views:
            try:
                found = view()
            except InvalidInput as error:
                self._screen.print(heading(name.capitalize()), str(error))
                continue
            for part in found.shown:
                self._screen.print(part)
            (self._out / f"{name}.json").write_bytes(canonical_bytes(found.data))
            self._written.append((f"{name}.json", what))
        self._report()
        with (self._out / "export.jsonl").open("wb") as lines:
            canonical_export(self._history.source, lines)
        self._written.append(("export.jsonl", "the log as canonical records, for an auditor"))
        self._files()

    def _summary(self) -> str:
        found = overview.overview(self._history)
        return (
            f"The log {found.log} has {found.position} events in {len(found.matters)} matters by "
            f"{found.accounts} accounts; its head is {found.head[:16]}…."
        )

    def _campaign(self) -> View:
        value = timeline.milestones(self._history)
        return View(value.data(), self._stands(value))

    def _stands(self, value: timeline.Timeline) -> Iterator[RenderableType]:
        key = chosen(self._history, None)
        state = self._history.state(campaigns.DECIDER, f"campaign/{key}")
        yield heading(f"Where {state.stream} stands: {self._words.label(state.state)}")
        yield from showing.phases(state, self._words)
        yield heading("How it got there")
        yield timeline.happened(value.events, self._words, hashes=False)

    def _missing(self) -> View:
        value = missing.missing(self._history, chosen(self._history, None))
        return View(value.data(), missing.shown(value, self._words))

    def _ranking(self) -> View:
        value = ranking.ranking(self._history, None)
        return View(value.data(), ranking.shown(value, self._words))

    def _explanation(self) -> View:
        result = ranking.ranking(self._history, None)
        first = result.ranking.entries[0].subject if result.ranking.entries else ""
        value = explaining.explained(result, first)
        return View(
            explaining.data(result, value),
            (heading("How the first place came about"), explaining.shown(value, self._words)),
        )

    def _claims(self) -> View:
        value = claims.claims(self._history)
        return View(value.data(), claims.shown(value, self._words))

    def _audit(self) -> View:
        value = full_audit(self._history)
        return View(value.data(), auditing.shown(value, self._words))

    def _report(self) -> None:
        try:
            key = chosen(self._history, None)
            reporting.write(self._out / "report.html", self._workflow, self._history, key, self._language)
        except (InvalidInput, StoreError) as error:
            self._screen.print(heading("Report"), str(error))
        else:
            self._written.append(("report.html", "all of it with charts, for a browser and for print"))

    def _files(self) -> None:
        screen, self._written = self._screen, [*self._written, ("screen.txt", "all of the above")]
        files = table("File", "What it holds")
        for name, what in self._written:
            files.add_row(name, what)
        screen.print(heading(f"Written to {self._out}"), files)
        store = self._out / "log.sqlite"
        screen.print("Go on with the same log:")
        for line in (
            f"party-workflow show --store {store} campaign/{chosen(self._history, None)}",
            f"party-workflow as-of --known 2005-03-31 missing --store {store}",
            f"party-workflow audit --history {self._out / 'export.jsonl'}",
        ):
            screen.print(f"  {line}")
        (self._out / "screen.txt").write_text(screen.export_text(), encoding="utf-8")
