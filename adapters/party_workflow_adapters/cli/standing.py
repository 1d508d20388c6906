"""Subjects of one assessment ranked by a voice, for ``rank`` and ``explain``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, cast

import click

from party_workflow.canonical import parse_fraction
from party_workflow.domain.assessment import CATEGORY
from party_workflow.errors import Fault, InvalidInput, NotCanonical
from party_workflow.history import History
from party_workflow.policies.assessments.sheets import STRICT, How, Sheets, Treatment
from party_workflow.policies.assessments.standings import Standings, standings
from party_workflow.policies.policy import Explanation
from party_workflow_adapters.cli.output import heading, table
from party_workflow_adapters.cli.wording import Wording

if TYPE_CHECKING:
    from rich.console import RenderableType

PREFIX: Final = f"{CATEGORY}/"
HOW: Final = ("incomplete", "leave_out", "zero")
_ABSENT: Final = ("missing", "excused", "not_applicable")


@dataclass(frozen=True, slots=True)
class Asked:
    """How subjects are to be ranked: see the options of ``rank``."""

    voice: str | None = None
    items: tuple[str, ...] = ()
    worths: tuple[tuple[str, Fraction], ...] = ()
    treatment: Treatment = STRICT
    own_voice: bool = False
    comparable: str = ""

    def __bool__(self) -> bool:
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Standing:
    """The standings of an assessment, with how what is absent was treated and up to where was read."""

    asked: Asked
    found: Standings
    position: int

    def data(self) -> dict[str, Any]:
        """The standings as canonical data."""
        found = self.found
        return {
            "assessment": found.assessment,
            "comparable": found.comparable,
            "items": list(self.asked.items),
            "kind": found.name,
            "modes": dict(found.modes),
            "position": self.position,
            "ranking": found.ranking.data(),
            "treatment": asdict(self.asked.treatment),
            "voice": found.voice,
            "watermark": found.watermark,
            "worths": dict(self.asked.worths),
        }

    def explain(self, subject: str) -> Explanation:
        """How a subject's figure came about.  Raises `InvalidInput` for one that was not assessed."""
        ranking = self.found.ranking
        for entry in ranking.entries:
            if entry.subject == subject:
                return Explanation(subject, f"place {entry.place} of {len(ranking.entries)}", entry.figure)
        for item in ranking.excluded:
            if item.subject == subject:
                return Explanation(subject, f"not ranked: {item.reason}", item.figure)
        known = [entry.subject for entry in ranking.entries] + [item.subject for item in ranking.excluded]
        some = f"{', '.join(known[:30])}{', …' if len(known) > 30 else ''}"
        what = "The assessment does not know this subject."
        raise InvalidInput(Fault("explain", what, f"It knows: {some}." if known else "It has no subjects."))


def standing(history: History, stream: str, asked: Asked) -> Standing:
    """The standings of ``assessment/<key>``.

    Raises `InvalidInput` for an assessment, voice or item that is not there, for a jury, whose marks are
    those of each juror, and for grades without their worth.
    """
    sheets = Sheets.of(history, stream)
    voices = sheets.kind.by_voice
    if asked.voice is None:
        others = [code for code, voice in voices.items() if voice.standing != "self"]
        if len(others) != 1:
            raise InvalidInput(
                Fault(stream, "It has several voices.", f"Name one with --voice: {', '.join(voices)}.")
            )
        code = others[0]
    else:
        code = asked.voice
    if code in voices:
        if voices[code].jury:
            what = f"{code} is a jury: each juror has marks of their own."
            raise InvalidInput(Fault("--voice", what, "Read the marks of each with `show`."))
        marked = sheets.kind.marked(code)
        if unknown := [item for item in asked.items if item not in marked]:
            what = f"{code} does not mark {', '.join(unknown)}."
            raise InvalidInput(Fault("--item", what, f"It marks: {', '.join(sorted(marked))}."))
    worths = {item.code: dict(asked.worths) for item in sheets.kind.items}
    try:
        found = standings(
            sheets,
            code,
            asked.treatment,
            own_voice=asked.own_voice,
            comparable=asked.comparable,
            figure=lambda subject: sheets.total(
                subject, code, asked.treatment, items=asked.items, worths=worths
            ),
        )
    except InvalidInput as error:
        raise InvalidInput(
            Fault(fault.where, fault.what, _OPTIONS.get(fault.remedy, fault.remedy)) for fault in error.faults
        ) from error
    return Standing(asked, found, history.head()[0])


_OPTIONS: Final = {
    "Give the worth of each grade.": "Give the worth of each grade with --worth GRADE=NUMBER, or name other "
    "items with --item.",
    "Take another voice, or say own_voice=True.": "Take another voice, or add --own-voice.",
    "Name the clause, or rank each mode apart.": "Name the clause with --comparable.",
}
"""What a policy advises its caller, in terms of the command line."""


def shown(value: Standing, words: Wording) -> Iterator[RenderableType]:
    """The standings for people."""
    found, ranking = value.found, value.found.ranking
    yield heading(
        f"{found.assessment} ({found.name}) by {words.label(found.voice)}: {ranking.population} subjects"
        + (f", {found.watermark.upper()}" if found.watermark else "")
    )
    places = table("Place", "Subject", "Total", right=(0, 2))
    for entry in ranking.entries:
        place = f"{entry.place}{'=' if entry.tied else ''}"
        places.add_row(place, words.name(entry.subject), entry.figure.displayed)
    if ranking.entries:
        yield places
    else:
        yield "Nobody can be ranked as of these moments."
    for item in ranking.excluded:
        yield f"Not ranked: {words.name(item.subject)}, {words.label(item.reason)}."
    tied = sum(1 for entry in ranking.entries if entry.tied)
    yield (
        f"Ranked: {len(ranking.entries)} of {ranking.population}. Method: {ranking.method} on "
        f"{ranking.rank_on} totals; ties share the better place, and {tied} are tied."
    )
    treated = (
        f"{name.replace('_', ' ')}: {how.replace('_', ' ')}"
        for name, how in asdict(value.asked.treatment).items()
    )
    yield f"A mark that is absent makes the total ({'; '.join(treated)})."
    for grade, worth in value.asked.worths:
        yield f"Given worth: {words.label(grade)} = {worth}."
    if found.comparable:
        yield f"Modes of reporting differ; ranked together under {found.comparable}."
    if found.watermark:
        yield "Marks wait for confirmation: this grounds no decision and no publication."
    yield f"Computed from the records 1 to {value.position}. A place is no grade."


class _Worth(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    name = "worth"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Fraction]:
        grade, _, number = str(value).partition("=")
        try:
            return grade, parse_fraction(number)
        except (NotCanonical, ValueError):
            self.fail(f"{value} is not GRADE=NUMBER, such as good=3 or fair=3/2.", param, ctx)


def of_assessment(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options by which an assessment is ranked; it gets them as `asked`."""
    import functools

    @click.option("--voice", metavar="CODE", help="Of an assessment: whose marks count.")
    @click.option("--item", "items", multiple=True, metavar="CODE", help="Sum these items only. Repeatable.")
    @click.option(
        "--worth", "worths", multiple=True, type=_Worth(), metavar="GRADE=NUMBER", help="What a grade counts."
    )
    @click.option(
        "--absent",
        nargs=2,
        multiple=True,
        type=(click.Choice(_ABSENT), click.Choice(HOW)),
        help="How a mark that is absent is treated; every one leaves the total incomplete otherwise.",
    )
    @click.option("--own-voice", is_flag=True, help="Rank what subjects say of themselves.")
    @click.option("--comparable", default="", metavar="CLAUSE", help="Rank different modes of reporting.")
    @functools.wraps(command)
    def run(
        *arguments: Any,
        voice: str | None,
        items: tuple[str, ...],
        worths: tuple[tuple[str, Fraction], ...],
        absent: tuple[tuple[str, str], ...],
        own_voice: bool,
        comparable: str,
        **named: Any,
    ) -> Any:
        said = dict(absent)
        treatment = Treatment(*(cast(How, said.get(name, HOW[0])) for name in _ABSENT))
        asked = Asked(voice, items, worths, treatment, own_voice, comparable)
        return command(*arguments, asked=asked, **named)

    return run


def check_options(stream: str | None, asked: Asked, campaign: str | None, rule: str | None) -> None:
    """Raise a `UsageError` for options of a campaign with an assessment, or the other way round."""
    if stream is None:
        if asked:
            raise click.UsageError("--voice and the like are for an assessment: name it, as assessment/KEY.")
    elif not stream.startswith(PREFIX):
        raise click.UsageError(f"{stream} is no assessment. Name one as {PREFIX}KEY.")
    elif campaign is not None or rule is not None:
        raise click.UsageError("--campaign and --rule are for the appraisal of a campaign.")
