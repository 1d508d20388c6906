"""Given these events, on this day, then these places, figures, grades, awards and explanations.

::

    given(study_points, session("s-1", "p-1", "p-2"), session("s-2", "p-1")).on("2009-06-30").ranks(
        {"p-1": 1, "p-2": 2}
    ).figures({"p-1": 4, "p-2": 2})

What was not expected is said subject by subject, with the explanation of the first one.
"""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

from party_workflow.canonical import canonical_bytes, fraction_text
from party_workflow.codec import Event, Registry
from party_workflow.errors import Fault, InvalidInput
from party_workflow.policies.conclusion import Conclusion
from party_workflow.policies.documents import CodeClause, RuleDocument, evaluate
from party_workflow.policies.feeds import FEEDS, Feed
from party_workflow.policies.feeds.feed import Fact
from party_workflow.policies.figure import Absent, Figure
from party_workflow.policies.policy import Policy, Result, Run, When, run
from party_workflow.store import Recorded
from party_workflow.testing.policies.changing import erased, with_later_value
from party_workflow.testing.policies.dropped import left_out
from party_workflow.testing.policies.past import Happened, Moment, Past, fact, moment, past
from party_workflow.testing.policies.view import explained, text_of, view

Item = Event | Happened | Recorded | Sequence[Event | Happened | Recorded]
Number = int | Fraction | Decimal | str
"""A number, or a text: how a figure is printed, or how it is absent."""
Copied = Literal["deepcopy", "pickle"]
Reading = Literal["at once", "stepwise", "from a snapshot"]

_ABSENT: Final = ("missing", "excused", "not_applicable", "withheld")


@dataclass(frozen=True)
class GivenPolicy:
    """A policy with a past.  Every `then` gives the same value back, so that they can be chained."""

    policy: Policy[Any] | RuleDocument
    items: tuple[Event | Happened | Recorded, ...] = ()
    registry: Registry | None = None
    feeds: Mapping[str, Feed] = field(default_factory=lambda: FEEDS)
    code: Mapping[str, CodeClause] = field(default_factory=dict)
    table: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    day: date | None = None
    since: date | None = None
    effective: Moment | None = None
    known: Moment | None = None
    reading: Reading = "at once"
    after: int = 0
    copied: Copied = "deepcopy"

    # --- when

    def on(self, day: Moment) -> GivenPolicy:
        """As of this day: it dates the parameters.  Without it, the day of the last event or row."""
        return replace(self, day=_day(day))

    def period(self, start: Moment) -> GivenPolicy:
        """In the period that began on this day.  Without it, the first day of the year of the run."""
        return replace(self, since=_day(start))

    def as_of(self, *, effective: Moment | None = None, known: Moment | None = None) -> GivenPolicy:
        """As it had happened by one moment and was known by another."""
        return replace(self, effective=effective, known=known)

    def rows(self, source: str, *rows: Mapping[str, Any]) -> GivenPolicy:
        """With these rows of a source of a document, in place of events; see `past.fact` for their form."""
        return replace(self, table={**self.table, source: (*self.table.get(source, ()), *rows)})

    def stepwise(self) -> GivenPolicy:
        """Concluding after every event on the way, as a service does that shows interim results."""
        return replace(self, reading="stepwise")

    def from_snapshot(self, after: int, *, by: Copied = "deepcopy") -> GivenPolicy:
        """Going on from a copy of the state after so many of the events that the policy reads."""
        return replace(self, reading="from a snapshot", after=after, copied=by)

    def erased(self) -> GivenPolicy:
        """With other commitments where values are sealed: what is left when openings are forgotten."""
        found = erased(self.past)
        return self if found is None else replace(self, items=found.recorded)

    def with_later_value(self, name: str) -> GivenPolicy:
        """With another value of a number of the rule, ``clause.parameter``, from the day after on."""
        since = self.when.on + timedelta(days=1)
        found = with_later_value(
            self.compiled, name, since, self.model_registry, feeds=self.feeds, code=self.code
        )
        return replace(self, policy=found)

    # --- what follows

    @cached_property
    def past(self) -> Past:
        """The events as a history."""
        return past(*self.items, registry=self.model_registry)

    @cached_property
    def model_registry(self) -> Registry:
        """The registry that was said, or that of the pack ``party``."""
        if self.registry is not None:
            return self.registry
        from party_workflow.packs import party

        return party.MODEL.registry

    @cached_property
    def compiled(self) -> Policy[Any]:
        """The policy; a document as one."""
        if isinstance(self.policy, RuleDocument):
            return self.policy.policy(self.model_registry, feeds=self.feeds, code=self.code)
        return self.policy

    @cached_property
    def when(self) -> When:
        """The days of the run."""
        last = max((item.envelope.effective_at for item in self.past.recorded), default=None)
        days = [moment(row["at"]).date() for rows in self.table.values() for row in rows if "at" in row]
        if self.day is None and last is None and not days:
            raise InvalidInput(Fault("on", "Nothing says for which day it is.", 'Say .on("2009-06-30").'))
        day = self.day or max([*days, *([] if last is None else [last.date()])])
        return When(day, self.since or date(day.year, 1, 1))

    @cached_property
    def result(self) -> Result:
        """The whole result of a run over events."""
        history = self.past.history.as_of(
            effective=None if self.effective is None else moment(self.effective),
            known=None if self.known is None else moment(self.known),
        )
        return run(
            self.compiled, history, on=self.when.on, period_start=self.when.period_start, retroactive=True
        )

    @cached_property
    def conclusion(self) -> Conclusion:
        """What was concluded."""
        if self.table:
            return self._over_rows()
        match self.reading:
            case "at once":
                return self.result.conclusion
            case "stepwise":
                return stepwise(self.compiled, self.past, self.when)
            case "from a snapshot":
                kept = copy.deepcopy if self.copied == "deepcopy" else pickled
                return from_snapshot(self.compiled, self.past, self.when, self.after, kept)

    def _over_rows(self) -> Conclusion:
        document, facts = self.facts
        return evaluate(document, facts, on=self.when.on, period_start=self.when.period_start, code=self.code)

    @cached_property
    def facts(self) -> tuple[RuleDocument, Mapping[str, tuple[Fact, ...]]]:
        """The document, and the rows that it was given, by source.

        Raises `InvalidInput` for a policy in code, and for rows of a source that the document does not have.
        """
        document = self.policy
        if not isinstance(document, RuleDocument):
            what = "Rows are read by rule documents; a policy in code reads events."
            raise InvalidInput(Fault("rows", what, "Give it events."))
        sources = {source.code: source for source in document.source}
        if unknown := sorted(self.table.keys() - sources.keys()):
            what = f"The document has no source {', '.join(unknown)}."
            raise InvalidInput(Fault("rows", what, f"There are: {', '.join(sources)}."))
        facts, position = dict[str, tuple[Fact, ...]](), 0
        for code in sources:
            columns = columns_read(document, code)
            rows = self.table.get(code, ())
            facts[code] = tuple(
                fact(row, position + index, columns, on=self.when.on) for index, row in enumerate(rows, 1)
            )
            position += len(rows)
        return document, facts

    def _unseen(self, *subjects: str) -> list[str]:
        """Lines on the rows given that no clause sees, and on subjects that are nobody because of it."""
        if not self.table:
            return []
        document, facts = self.facts
        left = left_out(document, facts, on=self.when.on, period_start=self.when.period_start)
        return (
            ["rows given that do not count:", *(f"  {line}" for line in left.lines(subjects))] if left else []
        )

    # --- then

    def ranks(self, expected: Mapping[str, int | None], *, partly: bool = False) -> GivenPolicy:
        """These are the places; None for somebody who is not ranked.  With `partly`, others may be there."""
        __tracebackhide__ = True
        got = {
            who: None if place.startswith("not ranked") else int(place)
            for who, place in view(self.conclusion).get("places", {}).items()
        }
        return self._same("places", expected, got, partly)

    def excludes(self, expected: Mapping[str, str], *, partly: bool = False) -> GivenPolicy:
        """These are not ranked, for these reasons."""
        __tracebackhide__ = True
        got = {item.subject: item.reason for each in self.conclusion.rankings for item in each.excluded}
        return self._same("reasons for not being ranked", expected, got, partly)

    def figures(
        self,
        expected: Mapping[str | tuple[str, ...], Number],
        *,
        measure: str | None = None,
        partly: bool = False,
    ) -> GivenPolicy:
        """These are the values that are ranked, or those of a measure.

        A number is compared with the exact value; a text with how it is absent, or how it is printed.
        """
        __tracebackhide__ = True
        found = self._figures(measure)
        wanted = {key if isinstance(key, tuple) else (key,): value for key, value in expected.items()}
        got = {
            key: figure.displayed
            if isinstance(wanted.get(key), str) and wanted[key] not in _ABSENT
            else text_of(figure)
            for key, figure in found.items()
        }
        said = {key: _text(value) for key, value in wanted.items()}
        name = "figures" if measure is None else f"figures of {measure}"
        return self._same(name, {".".join(k): v for k, v in said.items()},
                          {".".join(k): v for k, v in got.items()}, partly)  # fmt: skip

    def grades(
        self, expected: Mapping[str, str], *, scale: str | None = None, partly: bool = False
    ) -> GivenPolicy:
        """These are the grades, on a scale where there are several."""
        __tracebackhide__ = True
        got = dict(view(self.conclusion).get("grades", {}))
        if scale is not None:
            got = {item.subject: item.grade for item in self.conclusion.grades.get(scale, ())}
        return self._same("grades", expected, got, partly)

    def gates(self, expected: Mapping[str, Iterable[str]], *, partly: bool = False) -> GivenPolicy:
        """These gates were triggered, by subject the clauses."""
        __tracebackhide__ = True
        got: dict[str, list[str]] = {}
        for gate in self.conclusion.gates:
            got.setdefault(gate.subject, []).append(gate.clause)
        return self._same("gates", {who: sorted(each) for who, each in expected.items()},
                          {who: sorted(each) for who, each in got.items()}, partly)  # fmt: skip

    def awards(self, expected: Mapping[str, str | Iterable[str]], *, partly: bool = False) -> GivenPolicy:
        """These awards follow, by subject."""
        __tracebackhide__ = True
        got: dict[str, list[str]] = {}
        for award in self.conclusion.awards:
            got.setdefault(award.subject, []).append(award.award)
        said = {who: [each] if isinstance(each, str) else sorted(each) for who, each in expected.items()}
        return self._same("awards", said, {who: sorted(each) for who, each in got.items()}, partly)

    def tiers(self, expected: Mapping[str, str | None], *, partly: bool = False) -> GivenPolicy:
        """These are the tiers of the ladder that are held after the last period."""
        __tracebackhide__ = True
        got = {streak.subject: streak.tier for streak in self.conclusion.streaks}
        return self._same("tiers", expected, got, partly)

    def selects(self, expected: Mapping[str, Iterable[str]]) -> GivenPolicy:
        """These are left to people to choose among, by grade."""
        __tracebackhide__ = True
        every = [*self.conclusion.selections]
        every += [item for ranking in self.conclusion.rankings for item in ranking.selections]
        got = {item.grade: sorted(item.candidates) for item in every}
        return self._same("selections", {g: sorted(each) for g, each in expected.items()}, got, False)

    def proposes(self, *subjects: str, kind: str | None = None) -> GivenPolicy:
        """Something adverse is proposed for these, and for nobody else."""
        __tracebackhide__ = True
        found = [each for each in self.conclusion.proposals if kind is None or each.kind == kind]
        got = dict.fromkeys(sorted({who for each in found for who in each.subjects}), "proposed")
        return self._same("proposals", dict.fromkeys(subjects, "proposed"), got, False)

    def refuses(self, *guards: str, kind: str | None = None) -> GivenPolicy:
        """Nothing is proposed, because just these guards are not met."""
        __tracebackhide__ = True
        found = [each for each in self.conclusion.proposals if kind is None or each.kind == kind]
        got = dict.fromkeys(sorted({guard for each in found for guard in each.refused}), "not met")
        return self._same("guards not met", dict.fromkeys(guards, "not met"), got, False)

    def explains(
        self, subject: str, *events: int | str | Event | Happened, partly: bool = False
    ) -> GivenPolicy:
        """What is said of a subject rests on just these events: their places (from 1), ids, or themselves."""
        __tracebackhide__ = True
        found = explained(self.conclusion, subject)
        if found is None:
            raise AssertionError("\n".join([f"nothing is said of {subject}", *self._unseen(subject)]))
        order = {item.envelope.event_id: item.envelope.position for item in self.past.recorded}
        ids = {position: event for event, position in order.items()}
        said = {ids.get(place, str(place)) if isinstance(place, int) else place
                for place in map(self._place, events)}  # fmt: skip
        return self._same(
            f"events that {subject} rests on",
            {_named(event, order): "rests on it" for event in said},
            {_named(event, order): "rests on it" for event in found.events},
            partly,
            about=subject,
        )

    def says(self, part: str, expected: Mapping[str, str]) -> GivenPolicy:
        """This is what a part of the conclusion says, as texts; see `view.PARTS`."""
        __tracebackhide__ = True
        return self._same(part, expected, view(self.conclusion).get(part, {}), False)

    def fails(self, words: str) -> GivenPolicy:
        """Nothing can be concluded: an error says these words."""
        __tracebackhide__ = True
        try:
            found = view(self.conclusion)
        except InvalidInput as error:
            if words not in str(error):
                raise AssertionError(f"failed in other words: {error}") from None
            return self
        raise AssertionError(f"did not fail, concluded {found}")

    def agrees_with(self, other: GivenPolicy) -> GivenPolicy:
        """The other one comes to the same: places, values, grades, and what else is comparable."""
        __tracebackhide__ = True
        one, two = view(other.conclusion), view(self.conclusion)
        for part in dict.fromkeys((*one, *two)):
            self._same(part, one.get(part, {}), two.get(part, {}), False)
        return self

    def same_as(self, other: GivenPolicy) -> GivenPolicy:
        """The other one comes to the same bytes."""
        __tracebackhide__ = True
        self.agrees_with(other)
        one, two = (canonical_bytes(each.conclusion.data()) for each in (other, self))
        if one != two:
            pairs = enumerate(zip(one, two, strict=False))
            at = next((index for index, (a, b) in pairs if a != b), min(len(one), len(two)))
            cut = slice(max(0, at - 60), at + 60)
            raise AssertionError(f"bytes differ at {at}\n  expected {one[cut]!r}\n  got      {two[cut]!r}")
        return self

    def at_least(self, expected: Mapping[str, Number]) -> GivenPolicy:
        """No value that is ranked lies below these."""
        __tracebackhide__ = True
        return self._bound(expected, "at least", lambda got, bound: got >= bound)

    def at_most(self, expected: Mapping[str, Number]) -> GivenPolicy:
        """No value that is ranked lies above these."""
        __tracebackhide__ = True
        return self._bound(expected, "at most", lambda got, bound: got <= bound)

    def _bound(
        self, expected: Mapping[str, Number], word: str, holds: Callable[[Fraction, Fraction], bool]
    ) -> GivenPolicy:
        __tracebackhide__ = True
        found = self._figures(None)
        for who, bound in expected.items():
            figure = found.get((who,))
            if figure is None or isinstance(figure.value, Absent) or not holds(figure.value, Fraction(bound)):
                got = "nothing" if figure is None else text_of(figure)
                why = explained(self.conclusion, who)
                lines = [f"{who}: expected {word} {bound}, got {got}", *([str(why)] if why else [])]
                raise AssertionError("\n".join([*lines, *self._unseen(who)]))
        return self

    def _place(self, event: int | str | Event | Happened) -> int | str:
        if isinstance(event, int | str):
            return event
        for place, item in enumerate(self.items, start=1):
            if item is event or item == event:
                return place
        raise AssertionError(f"{type(event).__name__} is none of the events given")

    def _figures(self, measure: str | None) -> Mapping[tuple[str, ...], Figure]:
        if measure is not None:
            if measure not in self.conclusion.measures:
                known = ", ".join(self.conclusion.measures) or "none"
                raise AssertionError(f"there is no measure {measure}; there are: {known}")
            return self.conclusion.measures[measure]
        found: dict[tuple[str, ...], Figure] = {}
        for ranking in self.conclusion.rankings:
            found |= {(entry.subject,): entry.figure for entry in ranking.entries}
            found |= {(item.subject,): item.figure for item in ranking.excluded}
        return found

    def _same(
        self,
        what: str,
        expected: Mapping[str, Any],
        got: Mapping[str, Any],
        partly: bool,
        *,
        about: str | None = None,
    ) -> GivenPolicy:
        __tracebackhide__ = True
        names = sorted(expected if partly else {*expected, *got})
        other = [
            name
            for name in names
            if (name in expected) != (name in got) or expected.get(name) != got.get(name)
        ]
        if not other:
            return self
        table = [("", "expected", "got")]
        for name in other:
            said = [_shown(side[name]) if name in side else "nothing" for side in (expected, got)]
            table.append((name, said[0], said[1]))
        wide = [max(len(row[column]) for row in table) for column in (0, 1)]
        lines = [f"{what} differ for {len(other)} of {len(names)}"]
        lines += [f"  {a:{wide[0]}}  {b:{wide[1]}}  {c}".rstrip() for a, b, c in table]
        subjects = [about] if about else [name.rpartition(":")[2].partition(".")[0] for name in other]
        explanation = explained(self.conclusion, subjects[0])
        lines += ["why:", *(f"  {line}" for line in str(explanation).splitlines())] if explanation else []
        lines += self._unseen(*subjects)
        raise AssertionError("\n".join(lines))


def given(
    policy: Policy[Any] | RuleDocument,
    *items: Item,
    registry: Registry | None = None,
    feeds: Mapping[str, Feed] = FEEDS,
    code: Mapping[str, CodeClause] | None = None,
) -> GivenPolicy:
    """Begin a test of a policy, or of a rule document, with what happened before.

    Events stand in the order given; a list among them is taken apart, so that a helper may give several.
    Without a registry it is that of the pack ``party``.
    """
    flat: list[Event | Happened | Recorded] = []
    for item in items:
        flat += item if isinstance(item, Sequence) else (item,)
    return GivenPolicy(policy, tuple(flat), registry, feeds, code or {})


@lru_cache(maxsize=64)
def columns_read(document: RuleDocument, code: str) -> tuple[str, ...]:
    """The columns of a source that a document looks at."""
    source = next(each for each in document.source if each.code == code)
    found = dict.fromkeys((*source.used, *source.columns))
    for clause in document.clause:
        for reference in clause.references():
            if (reference.to == "column" and reference.of == source.code) or (
                reference.to == "attribute" and document.population.source == source.code
            ):
                found[reference.code] = None
    if document.population.source == source.code:
        found |= dict.fromkeys(document.population.groups)
    return tuple(name for name in found if name not in ("day", "position", "period"))


def begun(policy: Policy[Any], past: Past, when: When) -> Run:
    """A policy at the beginning of a history."""
    return Run(policy, past.registry, when.period_start, retroactive=True)


def at_once(policy: Policy[Any], past: Past, when: When) -> Conclusion:
    """What follows from a history that is read from beginning to end."""
    going = begun(policy, past, when)
    for item in past.recorded:
        going.take(item)
    return going.conclude(when)


def stepwise(policy: Policy[Any], past: Past, when: When) -> Conclusion:
    """What follows in the end for a policy that concludes after every event."""
    going = begun(policy, past, when)
    for item in past.recorded:
        _tried(going, when)
        going.take(item)
    _tried(going, when)
    return going.conclude(when)


def _tried(going: Run, when: When) -> None:
    with contextlib.suppress(InvalidInput):  # it is the end that is looked at
        going.conclude(when)


def pickled(state: Any) -> Any:
    """A state written and read again; a deep copy where it cannot be written, which is a snapshot too."""
    try:
        return pickle.loads(pickle.dumps(state))
    except (pickle.PicklingError, AttributeError, TypeError):
        return copy.deepcopy(state)


def from_snapshot(
    policy: Policy[Any], past: Past, when: When, after: int, kept: Callable[[Any], Any] = copy.deepcopy
) -> Conclusion:
    """What follows for a policy that goes on from a copy of its state, while the original goes on too."""
    relevant = past.only(policy.reads)
    going = begun(policy, past, when)
    for item in relevant.recorded[:after]:
        going.take(item)
    state, met = kept(going.state), set(going.met)
    for item in relevant.recorded[after:]:
        going.take(item)
    going.state, going.met = state, met
    for item in relevant.recorded[after:]:
        going.take(item)
    return going.conclude(when)


def _day(given: Moment) -> date:
    if isinstance(given, date) and not hasattr(given, "hour"):
        return given
    return moment(given).date()


def _text(value: Number) -> str:
    return value if isinstance(value, str) else fraction_text(Fraction(value))


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _named(event: str, order: Mapping[str, int]) -> str:
    return f"event {order[event]}" if event in order else event
