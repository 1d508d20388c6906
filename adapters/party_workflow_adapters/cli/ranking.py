"""``party-workflow rank``: the democratic appraisal, ranked and graded, or the subjects of an assessment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.packs.results import adopted_rules, appraisal_ranking
from party_workflow.policies.assessments.appraisal import COMPONENTS, NAME
from party_workflow.policies.figure import Absent, Figure, Rounding
from party_workflow.policies.policy import Result
from party_workflow_adapters.cli import ending, ruling, standing
from party_workflow_adapters.cli.choosing import chosen, of_campaign
from party_workflow_adapters.cli.output import Printer, heading, table
from party_workflow_adapters.cli.results import of_result
from party_workflow_adapters.cli.ruling import Format, answer, by_document, of_document
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.standing import Asked, check_options, of_assessment
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN: Final = Rounding(2, "half_up")


def ranking(history: History, campaign: str | None, rule: str | None = None) -> Result:
    """The ranking of a campaign, under the rule of that digest, or else the newest that the log holds."""
    key = chosen(history, campaign)
    rules = adopted_rules(history)
    if rule is None:
        fitting = [found for found in rules.values() if found.code == NAME]
        if not fitting:
            raise InvalidInput(
                Fault("", f"The history holds no rule {NAME}.", "Adopt one, as a definition of kind rule.")
            )
        return appraisal_ranking(history, key, max(fitting, key=lambda found: found.version).digest)
    matching = [digest for digest in rules if digest.startswith(rule)]
    if len(matching) != 1:
        known = ", ".join(f"{found.code} v{found.version} {digest[:12]}" for digest, found in rules.items())
        raise InvalidInput(
            Fault("--rule", "Not one rule of the history begins so.", f"Known: {known or 'none'}.")
        )
    return appraisal_ranking(history, key, matching[0])


@click.command(
    "rank",
    epilog="""\b
Examples:
  party-workflow rank --store log.sqlite
  party-workflow rank --store log.sqlite assessment/standard-2020-q1 --voice review_team
  party-workflow rank --store log.sqlite --policy scheme.toml --format csv
""",
)
@click.argument("assessment", required=False)
@of_campaign
@click.option(
    "--rule", metavar="DIGEST", help="The rule, by the beginning of its digest; the newest otherwise."
)
@of_assessment
@of_document
@by_document
@reading
def command(
    source: Source,
    printer: Printer,
    assessment: str | None,
    campaign: str | None,
    rule: str | None,
    asked: Asked,
    policy: Path | None,
    asked_days: ruling.Asked,
    form: Format,
) -> int:
    """Rank the members by self, peer and mass appraisal, and grade them; or the subjects of ASSESSMENT.

    Places and grades follow from the log and the rule alone; `explain` takes any of them apart.  The subjects
    of ASSESSMENT (such as assessment/stars) are ranked by the sum of the marks of one voice.  With --policy
    whoever a rule document is about is ranked by it.
    """
    check_options(assessment, asked, campaign, rule)
    if policy is not None:
        if assessment is not None or campaign is not None or rule is not None:
            raise click.UsageError("--policy names the rule; ASSESSMENT, --campaign and --rule name another.")
        result = asked_days.run(policy, source)
        words = source.wording(printer.language)
        answer(printer, form, of_result(result, words), result.data())
        return ending.FINE
    ruling.only_table(form, "--policy")
    if assessment is not None:
        standings = standing.standing(source.history, assessment, asked)
        if printer.as_json:
            printer.write(standings.data())
        else:
            printer.show(*standing.shown(standings, source.wording(printer.language)))
        return ending.FINE
    value = ranking(source.history, campaign, rule)
    if printer.as_json:
        printer.write(value.data())
    else:
        printer.show(*shown(value, source.wording(printer.language)))
    return ending.FINE


def shown(value: Result, words: Wording) -> Iterator[RenderableType]:
    """The ranking for people."""
    rule = value.rule
    yield heading(
        f"Democratic appraisal: {value.ranking.population} members, rule {rule.code} v{rule.version}"
    )
    if value.retroactive:
        yield f"Retroactive: the rule is of {rule.issued_on}, the period began on {value.period_start}."
    places = table(
        "Place",
        "Who",
        "Total",
        *(kind.capitalize() for kind in COMPONENTS),
        "Grade",
        "",
        right=(0, 2, 3, 4, 5),
    )
    for entry in value.ranking.entries:
        ground = (entry.grade_ground or "").partition(":")[2]
        places.add_row(
            f"{entry.place}{'=' if entry.tied else ''}",
            words.name(entry.subject),
            entry.figure.displayed,
            *(_component(entry.figure, kind) for kind in COMPONENTS),
            words.label(entry.grade) if entry.grade else "",
            {"quota": "the quota is full", "selection-required": "people choose"}.get(ground, ""),
        )
    if value.ranking.entries:
        yield places
    else:
        yield "Nobody can be ranked as of these moments."
    for item in value.ranking.excluded:
        yield f"Not ranked: {words.name(item.subject)}, {words.label(item.reason)}."
    for selection in value.ranking.selections:
        names = ", ".join(words.name(person) for person in selection.candidates)
        yield (
            f"A tie at the edge: {selection.places} more can be {words.label(selection.grade)}, "
            f"to be chosen by people from {names}."
        )
    yield f"Computed from the records 1 to {value.position}, with the parameters in force on {value.on}."
    yield f"Digest of the result: {value.digest}"


def _component(total: Figure, kind: str) -> str:
    """A component of a total, to two places."""
    for term in total.inputs:
        for part in term.inputs if isinstance(term, Figure) else ():
            if isinstance(part, Figure) and part.name == kind:
                return str(part.value) if isinstance(part.value, Absent) else f"{_SHOWN.apply(part.value):f}"
    return ""
