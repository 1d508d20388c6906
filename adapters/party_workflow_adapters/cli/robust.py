"""``party-workflow robustness``: how far the ranking of a rule document holds."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import click

from party_workflow.policies.trials.robustness import Robustness, robustness
from party_workflow.policies.trials.rows import gather
from party_workflow_adapters.cli import ending
from party_workflow_adapters.cli.output import Printer
from party_workflow_adapters.cli.parameters import ExactType
from party_workflow_adapters.cli.ruling import (
    Asked,
    Format,
    about,
    answer,
    by_document,
    of_document,
    read_document,
)
from party_workflow_adapters.cli.source import Source, reading
from party_workflow_adapters.cli.wording import Wording
from party_workflow_adapters.sheets import Interval, Intervals, Sheet, Table


@click.command(
    "robustness",
    epilog="""\b
Examples:
  party-workflow robustness --policy hdi.toml --history hdi.jsonl --seed 2024-05 \\
      --format html > hdi.html
""",
)
@of_document
@click.option("--seed", required=True, help="What the lots are drawn from: the same seed, the same answer.")
@click.option(
    "--runs", type=click.IntRange(0), default=100, show_default=True, help="Trials with other weights."
)
@click.option(
    "--jitter", type=ExactType(), default="1/10", show_default=True, help="By what share a weight may differ."
)
@click.option("--raters/--no-raters", default=True, help="Leave out each rater of a panel in turn.")
@click.option("--indicators/--no-indicators", default=True, help="Leave out each part of a total in turn.")
@by_document
@reading
def command(
    source: Source,
    printer: Printer,
    policy: Path | None,
    seed: str,
    runs: int,
    jitter: Fraction,
    raters: bool,
    indicators: bool,
    asked_days: Asked,
    form: Format,
) -> int:
    """Vary weights, raters and indicators, and see how the places move.

    For each subject the interval of its places, and for the whole the pairs that no trial reverses.
    """
    if policy is None:
        raise click.UsageError("Name the rule document: --policy FILE.")
    document = read_document(policy)
    on, start = asked_days.days(document, source.history)
    with about((document, policy)):
        rows = gather(document, source.history, period_start=start, retroactive=asked_days.retroactive)
        found = robustness(
            document,
            rows,
            on=on,
            period_start=start,
            seed=seed,
            runs=runs,
            jitter=jitter,
            raters=raters,
            indicators=indicators,
            progress=_progress if sys.stderr.isatty() else None,
        )
    answer(printer, form, sheet_of(found, document.code, source.wording(printer.language)), found.data())
    return ending.FINE


def _progress(done: int, of: int) -> None:
    end = "\n" if done == of else ""
    click.echo(f"\r{done} of {of} trials", nl=False, err=True)
    click.echo(end, nl=False, err=True)


def sheet_of(found: Robustness, code: str, words: Wording) -> Sheet:
    """The answer for people: a row for each subject, the widest trials, and the chart."""
    rows = tuple(
        (
            str(item.place),
            words.name(item.subject),
            *((item.group,) if any(each.group for each in found.intervals) else ()),
            str(item.best),
            str(item.worst),
            f"{item.kept} of {item.ranked}",
        )
        for item in found.intervals
    )
    grouped = ("Group",) if any(each.group for each in found.intervals) else ()
    columns = ("Place", "Who", *grouped, "Best", "Worst", "Kept its place in")
    trials = sorted(found.trials, key=lambda trial: (-trial.moved, trial.kind, trial.what))[:10]
    trial_rows = tuple((trial.kind, trial.what, str(trial.moved)) for trial in trials)
    chart = tuple(
        Interval(words.name(item.subject), item.place, item.best, item.worst) for item in found.intervals
    )
    return Sheet(
        f"How far the ranking of {code} holds",
        notes=(
            f"{len(found.never_reversed)} of {found.pairs} pairs are never reversed.",
            f"{len(found.trials)} trials, from the seed {found.seed}.",
        ),
        parts=(
            Table("Places", columns, rows, right=(0, *range(2 + len(grouped), 5 + len(grouped)))),
            Intervals("Places with the best and worst of all trials", chart),
            Table("Trials that moved most", ("Kind", "What", "Places moved"), trial_rows, right=(2,)),
        ),
    )
