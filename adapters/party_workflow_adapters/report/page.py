"""The page: facts and words put into the template, with the charts drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from party_workflow.canonical import fraction_text
from party_workflow.domain.campaign import Condition
from party_workflow.policies.activities.participation import Missing, Participation
from party_workflow.policies.assessments.appraisal import COMPONENTS, DOWN
from party_workflow.policies.figure import Absent, Evidence, Figure
from party_workflow.policies.overview import SMALL, Claimed, PhaseView, Session, Step, TaskView
from party_workflow.policies.policy import Result
from party_workflow.policies.ranking import Entry, quota
from party_workflow.policies.rule import Parameter, Rule
from party_workflow_adapters.report import charts
from party_workflow_adapters.report.facts import Facts
from party_workflow_adapters.report.words import ZONE, ZONE_NAME, Words

SECTIONS: Final = (
    "record",
    "campaign",
    "participation",
    "ranking",
    "claims",
    "audit",
    "cases",
    "withheld",
    "cited",
    "glossary",
)
MANY: Final = 6
"""Events of one figure up to which they are listed outright; more are behind a summary."""


@cache
def _environment() -> Environment:
    source = files(__package__).joinpath("template.html.j2").read_text("utf-8")
    environment = Environment(
        loader=DictLoader({"report": source}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["evidence"] = lambda item: isinstance(item, Evidence)
    environment.tests["leaf"] = lambda item: not any(isinstance(inner, Figure) for inner in item.inputs)
    return environment


@cache
def _style() -> Markup:
    # The project's own file: nothing of a history comes into it.
    return Markup(files(__package__).joinpath("style.css").read_text("utf-8").strip())


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the top of the page."""

    name: Markup
    value: str
    note: Markup | str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade: where its band begins, its colour in the chart, how many are in the band and were given it."""

    code: str
    floor: Fraction
    colour: str
    in_band: int
    given: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts, None where there is nothing to draw."""

    course: Markup | None
    registers: Markup | None
    spread: Markup | None


def page(facts: Facts, words: Words) -> str:
    """The report as one HTML document."""
    view = _View(facts, words)
    name = words.label(facts.campaign.code) if facts.campaign else words.plain("empty_title")
    with charts.settled():
        drawn = Drawn(view.course(), view.registers(), view.spread())
    return (
        _environment()
        .get_template("report")
        .render(
            f=facts,
            w=words,
            style=_style(),
            name=name,
            position=facts.log.position if facts.log else 0,
            zone=ZONE_NAME,
            sections=SECTIONS,
            small=SMALL,
            tiles=view.tiles(),
            commands=view.commands(),
            drawn=drawn,
            grades=view.grades(),
            quota_sentence=view.quota_sentence(),
            parameters=view.parameters(),
            component_names=[words.label(kind) for kind in COMPONENTS],
            registers_sentence=view.registers_sentence(),
            steps=view.steps,
            done=view.done,
            not_done=view.not_done,
            notes=view.notes,
            labels=view.condition_labels,
            label_list=view.label_list,
            counts=view.counts,
            missing=view.missing,
            ground=ground,
            components=view.components,
            plausible=view.plausible,
            event_list=view.event_list,
            left_out=view.left_out,
        )
    )


def ground(entry: Entry) -> str:
    """Why an entry has its grade: ``band``, ``quota`` or ``selection-required``."""
    return (entry.grade_ground or "").rpartition(":")[2] or "band"


class _View:
    """What the template asks for beside the facts themselves."""

    def __init__(self, facts: Facts, words: Words) -> None:
        self.f = facts
        self.w = words

    # --- at the top

    def tiles(self) -> list[Tile]:
        """The figures at the top, those that there are."""
        return [tile for tile in self._tiles() if tile is not None]

    def _tiles(self) -> Iterable[Tile | None]:
        f, w = self.f, self.w
        if f.campaign is not None:
            passed = sum(phase.state == "passed" for phase in f.campaign.phases)
            note = w.say("tile.phases", passed=passed, all=len(f.campaign.phases))
            yield Tile(w.say("tile.campaign"), w.label(f.campaign.state), note)
        if f.study:
            total = sum(item.attendances for item in f.study)
            yield Tile(w.say("tile.attendances"), str(total), w.say("tile.sessions", number=len(f.study)))
        yield self._test()
        if f.ranking is not None:
            ranking = f.ranking.ranking
            note = w.say("tile.left_out", number=len(ranking.excluded))
            yield Tile(w.say("tile.ranked"), str(len(ranking.entries)), note)
        if f.claims:
            standing = [item.reconciliation for item in f.claims if item.state == "asserted"]
            figures = [figure for found in standing for figure in found.figures]
            note = w.say("tile.claims_note", number=len(figures))
            yield Tile(w.say("tile.claims"), str(sum(map(bool, figures))), note)
        if f.audit is not None:
            record = [check for check in f.audit.checks if check.integrity]
            conduct = sum(len(check.findings) for check in f.audit.checks if not check.integrity)
            value = f"{sum(map(bool, record))} / {len(record)}"
            yield Tile(w.say("tile.record"), value, w.say("tile.record_note", number=conduct))

    def _test(self) -> Tile | None:
        found = next((part for part in self.f.participation if part.task == "study_test"), None)
        if found is None:
            return None
        there, owed = len(found.took_part), found.population - len(found.excused)
        if isinstance(found.raw.value, Absent) or isinstance(found.adjusted.value, Absent):
            return None
        raw, adjusted = self.w.percent(found.raw.value), self.w.percent(found.adjusted.value)
        note = self.w.say("tile.test_adjusted", raw=raw, adjusted=adjusted)
        return Tile(self.w.say("tile.test"), f"{there}/{found.population} · {there}/{owed}", note)

    # --- how to compute it again

    def commands(self) -> list[tuple[str, str]]:
        """Steps with the command of each."""
        as_of = "party-workflow "
        moments = [
            (name, moment)
            for name, moment in (("effective", self.f.effective), ("known", self.f.known))
            if moment is not None
        ]
        if moments:
            given = " ".join(f"--{name} {_iso(moment)}" for name, moment in moments)
            as_of = f"party-workflow as-of {given} "
        campaign = f" --campaign {self.f.key}"
        export = " --history log.jsonl"
        steps = [
            ("reproduce.export", "party-workflow export --store LOG log.jsonl"),
            ("reproduce.head", f"{as_of}show{export}"),
        ]
        if self.f.ranking is not None:
            rule = f" --rule {self.f.ranking.rule.digest[:12]}"
            steps.append(("reproduce.rank", f"{as_of}rank{export}{campaign}{rule} --json"))
            entries = self.f.ranking.ranking.entries
            if entries:
                explain = f"{as_of}explain {entries[0].subject}{export}{campaign}{rule}"
                steps.append(("reproduce.explain", explain))
        steps.append(("reproduce.audit", f"{as_of}audit{export} --json"))
        if self.f.claims:
            steps.append(("reproduce.claims", f"{as_of}claims{export}"))
        return steps

    # --- the campaign

    def course(self) -> Markup | None:
        """The chart of when what was done."""
        view, w = self.f.campaign, self.w
        if view is None:
            return None
        stages = [
            charts.Stage(
                label=f"{number}. {w.label(phase.code)}",
                opened=phase.opened,
                ended=phase.ended,
                looked_back=tuple(step.at for step in phase.steps if step.what == "looked_back"),
                gates=tuple((step.at, step.outcome or "") for step in phase.gates),
                lanes=tuple(self._lane(phase, task) for task in phase.tasks),
            )
            for number, phase in enumerate(view.phases, start=1)
        ]
        begun = [phase for phase in view.phases if phase.opened is not None]
        spoken = "; ".join(
            f"{w.label(phase.code)}: {w.label(phase.state)}"
            + (f", {w.day(phase.opened)}" if phase.opened else "")
            + (f"–{w.day(phase.ended)}" if phase.ended else "")
            for phase in view.phases
        )
        moments = [phase.opened for phase in begun if phase.opened] + [step.at for step in view.steps]
        described = w.plain("course.desc", first=w.day(min(moments)), last=w.day(max(moments)), phases=spoken)
        return charts.course(
            stages,
            ZONE,
            title=w.plain("course"),
            description=f"{described} {w.plain('in_table')}",
            amount_heading=w.plain("course.amount"),
        )

    def _lane(self, phase: PhaseView, task: TaskView) -> charts.Lane:
        done = task.so_far if task.total is None else task.total
        return charts.Lane(
            label=self.w.label(task.code),
            done=tuple(work.at for work in task.works),
            completed=None if task.completed is None else task.completed.at,
            amount=f"{done} / {task.minimum}",
            open=not task.complete and phase.state != "pending",
        )

    def steps(self, phase: PhaseView) -> list[Step]:
        """The steps of a phase but for the tasks and problems, which have tables of their own."""
        return [
            step
            for step in phase.steps
            if step.what not in ("task_completed", "problem_noted", "problem_linked")
        ]

    def done(self, step: Step) -> int:
        """How many items a look-back found done."""
        return sum(result == "done" for result in step.results.values())

    def not_done(self, step: Step) -> Markup:
        """The items that a look-back found not done, each with what it found."""
        return self.w.listed(
            f"{self.w.label(code)} ({self.w.label(result)})"
            for code, result in step.results.items()
            if result != "done"
        )

    def notes(self, task: TaskView) -> Markup:
        """What else is to be said of a task."""
        w = self.w
        found: list[Markup] = []
        if task.condition:
            found.append(w.say("phase.condition"))
        if task.due is not None:
            found.append(w.say("phase.due", day=task.due.isoformat()))
        if not task.required:
            found.append(w.say("phase.optional"))
        if task.everyone:
            key = "phase.everyone" if task.complete else "phase.everyone_owed"
            found.append(w.say(key, covered=task.covered, excused=task.excused))
        if task.total is not None and task.so_far > task.total:
            found.append(w.say("phase.more", number=task.so_far))
        return self.w.listed(found, "then")

    def condition_labels(self, conditions: Sequence[Condition]) -> Markup:
        """Conditions in a row, each with its day."""
        return self.w.listed(
            self.w.label(item.code)
            + ("" if item.due is None else f" ({self.w.plain('phase.due', day=item.due.isoformat())})")
            for item in conditions
        )

    def label_list(self, codes: Iterable[str]) -> Markup:
        """Codes in a row, labelled."""
        return self.w.listed(self.w.label(code) for code in codes)

    def counts(self, items: Iterable[tuple[str, Fraction | int]]) -> Markup:
        """Codes in a row, labelled, each with how many."""
        return self.w.listed(f"{self.w.label(code)} {self.w.number(number)}" for code, number in items)

    # --- registers

    def registers_sentence(self) -> Markup | None:
        """The attendances of the study sessions in words."""
        if not self.f.study:
            return None
        return self.w.say("registers.lead", **self._register_values(self.f.study))

    def _register_values(self, study: Sequence[Session]) -> dict[str, Any]:
        total = sum(item.attendances for item in study)
        return {
            "total": total,
            "number": len(study),
            "members": sum(item.members for item in study),
            "others": sum(item.others for item in study),
            "mean": self.w.rounded(Fraction(total, len(study))),
            "reached": self.f.reached,
            "population": "–" if self.f.population is None else len(self.f.population),
        }

    def registers(self) -> Markup | None:
        """The chart of the study sessions."""
        study, w = self.f.study, self.w
        if not study:
            return None
        sentence = w.plain("registers.lead", **self._register_values(study))
        members = None if self.f.population is None else len(self.f.population)
        return charts.registers(
            [charts.Bar(w.day(item.at)[5:], item.members, item.others) for item in study],
            members,
            title=w.plain("registers.chart"),
            description=f"{w.plain('registers.desc', sentence=sentence)} {w.plain('in_table')}",
        )

    def missing(self, part: Participation) -> list[Missing]:
        """Who did not take part, in the order of their numbers."""
        return sorted(part.missing, key=lambda item: (len(item.person), item.person))

    # --- the ranking

    def grades(self) -> list[Grade]:
        """The grades of the rule, best first."""
        result = self.f.ranking
        if result is None:
            return []
        floors = _floors(result)
        entries = result.ranking.entries
        found = []
        for number, (code, floor) in enumerate(floors):
            above = floors[number - 1][1] if number else None
            values = [_ranked_value(result, entry) for entry in entries]
            in_band = sum(floor <= value and (above is None or value < above) for value in values)
            given = sum(entry.grade == code for entry in entries)
            colour = charts.GRADE_COLOURS[min(number, len(charts.GRADE_COLOURS) - 1)]
            found.append(Grade(code, floor, colour, in_band, given))
        return found

    def quota_sentence(self) -> Markup | None:
        """How many can have the best grade."""
        result = self.f.ranking
        if result is None or not result.ranking.entries:
            return None
        number = result.ranking.population
        share = _rule(result).value("excellent_cap", "share", result.on)
        return self.w.say(
            "ranking.quota",
            places=quota(share, number, DOWN),
            number=number,
            grade=self.w.label(_floors(result)[0][0]),
            share=fraction_text(share),
        )

    def spread(self) -> Markup | None:
        """The chart of totals."""
        result, w = self.f.ranking, self.w
        if result is None or not result.ranking.entries:
            return None
        floors = _floors(result)
        order = [code for code, _ in floors]
        dots = [
            charts.Dot(_ranked_value(result, entry), order.index(entry.grade), _dot_ground(entry))
            for entry in result.ranking.entries
            if entry.grade in order
        ]
        counted = "; ".join(f"{w.label(grade.code)}: {grade.given}" for grade in self.grades())
        return charts.spread(
            dots,
            [
                (w.plain("ranking.from", grade=w.label(code), floor=w.exact(floor)), floor)
                for code, floor in floors
            ],
            title=w.plain("ranking.chart"),
            description=f"{w.plain('ranking.desc', sentence=counted)} {w.plain('in_table')}",
        )

    def parameters(self) -> list[tuple[str, Parameter]]:
        """Every parameter of the rule that is in force, with its clause."""
        result = self.f.ranking
        if result is None:
            return []
        rule = _rule(result)
        return [
            (clause.code, parameter)
            for clause in rule.clauses
            for parameter in clause.parameters
            if parameter.since <= result.on
            and parameter.value == rule.value(clause.code, parameter.code, result.on)
        ]

    def components(self, total: Figure) -> list[str]:
        """The components of a total, to two places each."""
        found: dict[str, str] = {}
        for term in total.inputs:
            for part in term.inputs if isinstance(term, Figure) else ():
                if isinstance(part, Figure) and part.name in COMPONENTS:
                    absent = isinstance(part.value, Absent)
                    found[part.name] = self.w.value(part) if absent else self.w.rounded(part.exact())
        return [found.get(kind, "–") for kind in COMPONENTS]

    # --- claims

    def plausible(self, claim: Claimed, item: Any) -> Markup:
        """What a bound says of the figures of a claim alone."""
        w = self.w
        asserted = {figure.measure: figure.asserted for figure in claim.reconciliation.figures}
        factors = [w.quantity(asserted[code]) for code in item.bound.at_most if code in asserted]
        key = "claims.inexact"
        if item.most is not None and item.excess is not None:
            key = "claims.most" if item.excess else "claims.within"
        return w.say(
            key,
            measure=w.measure(item.bound.measure),
            asserted=w.quantity(asserted[item.bound.measure]),
            factors=w.plain("claims.beside").join(factors),
            most="–" if item.most is None else w.exact(item.most),
            excess="–" if item.excess is None else w.exact(item.excess),
        )

    def event_list(self, ids: tuple[str, ...]) -> Markup:
        """The events that a figure counted; many of them behind a summary."""
        events = self.f.events(ids)
        if not events:
            return Markup("–")
        if len(events) <= MANY:
            return self.w.ref(*events)
        summary = self.w.say("explain.events", number=len(events))
        return Markup("<details><summary>{}</summary><div>{}</div></details>").format(
            summary, self.w.ref(*events)
        )

    def left_out(self, items: tuple[tuple[str, str], ...]) -> Markup:
        """The events that a figure did not count, with the reason."""
        shown = [
            Markup("{} {}").format(self.w.ref(*self.f.events((event,))), self.w.label(reason))
            for event, reason in items
        ]
        return self.w.listed(shown) if shown else Markup("–")


def _iso(moment: datetime) -> str:
    return charts.in_zone(moment, ZONE).isoformat()


def _rule(result: Result) -> Rule:
    """The rule of the appraisal, which gives numbers to a policy in code."""
    assert isinstance(result.rule, Rule)
    return result.rule


def _floors(result: Result) -> list[tuple[str, Fraction]]:
    """The grades of the rule with where each begins, best first."""
    rule = _rule(result)
    codes = {parameter.code for parameter in rule.clause("bands").parameters}
    floors = [(code, rule.value("bands", code, result.on)) for code in codes]
    return sorted(floors, key=lambda item: (-item[1], item[0]))


def _ranked_value(result: Result, entry: Entry) -> Fraction:
    """The value by which an entry was ranked."""
    value, rounding = entry.figure.exact(), entry.figure.rounding
    if result.ranking.rank_on == "displayed" and rounding is not None:
        return Fraction(rounding.apply(value))
    return value


def _dot_ground(entry: Entry) -> Any:
    found = ground(entry)
    return found if found in charts.DOT_MARKS else "band"
