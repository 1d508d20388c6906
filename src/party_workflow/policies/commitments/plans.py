"""What became of plans: targets, claims and evidence side by side; what is overdue; what is dormant.

Every function reads a history and an explicit moment, judges and changes nothing.  A claim is not believed
because it was made: it is shown beside the target, with the events that it cites, and flagged where there are
none (R-050).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from party_workflow.calendar import Calendar, Term
from party_workflow.codec import Event
from party_workflow.domain import activity, plan
from party_workflow.domain.activity import Activity
from party_workflow.domain.plan import Cited, Commitment, Plan, RankAttained, RankTarget, Report
from party_workflow.domain.publication import ErratumLinked
from party_workflow.errors import Fault, InvalidInput
from party_workflow.history import History
from party_workflow.policies.commitments.promised import Merging, due_at
from party_workflow.policies.figure import Evidence, Figure, counted, share
from party_workflow.quantity import Comparison, Quantity
from party_workflow.store import Recorded

READS: Final[tuple[type[Event], ...]] = (*plan.DECIDER.events, *activity.DECIDER.events)
"""The event types that a `Register` is folded from."""


@dataclass(slots=True)
class Register:
    """Every plan and every occasion as of a history, and the events they rest on, by id."""

    plans: dict[str, Plan] = field(default_factory=dict)
    occasions: dict[str, Activity] = field(default_factory=dict)
    held: dict[str, Evidence] = field(default_factory=dict)
    over: dict[str, tuple[Evidence, datetime]] = field(default_factory=dict)
    merged: dict[str, Merging] = field(default_factory=dict)
    events: dict[str, Evidence] = field(default_factory=dict)

    @classmethod
    def of(cls, history: History) -> Register:
        """What was planned, reported and held, as of the history's moments."""
        register = cls()
        for recorded in history.events(*READS):
            register.take(recorded)
        return register

    def take(self, recorded: Recorded) -> None:
        """Take one event into account."""
        envelope = recorded.envelope
        stream = envelope.stream
        evidence = Evidence(envelope.event_id, envelope.position, envelope.stored_type)
        if stream.startswith(f"{plan.CATEGORY}/"):
            self.plans[stream] = plan.DECIDER.evolve(self.plans.get(stream, Plan()), recorded)
            self.events[envelope.event_id] = evidence
        else:
            self.occasions[stream] = activity.DECIDER.evolve(self.occasions.get(stream, Activity()), recorded)
            if isinstance(recorded.event, activity.ActivityHeld):
                self.held[stream] = evidence
            if isinstance(recorded.event, activity.ActivityHeld | activity.ActivityCancelled):
                self.over[stream] = (evidence, envelope.effective_at)
            if isinstance(recorded.event, activity.ActivityMerged):
                self.merged[stream] = Merging.of(recorded, recorded.event)

    def plan(self, stream: str) -> Plan:
        """A plan by its stream.  Raises `InvalidInput` for one that was not drafted by then."""
        found = self.plans.get(stream)
        if found is None:
            raise InvalidInput(
                Fault(stream, "There is no such plan in this history.", "Check the id and the moment.")
            )
        return found

    def served(self, found: Plan) -> Iterator[tuple[str, Activity]]:
        """The occasions held that belong to a plan: they serve an item of it, or a report cites them."""
        cited = {cited.stream for report in found.reports for cited in report.said.evidence}
        kinds = found.kind.occasions if found.kind is not None else ()
        for stream in self.held:
            occasion = self.occasions[stream]
            serves = any(s.campaign == found.key and s.task in found.items for s in occasion.serves)
            if serves and kinds and occasion.kind not in kinds:
                continue
            if serves or stream in cited:
                yield stream, occasion


# --- scoring ---------------------------------------------------------------------------------


def scorable(found: Plan) -> Plan:
    """The plan, if it may be scored.  Raises `InvalidInput` for a draft and for a preview (R-009)."""
    if not found.scorable:
        raise InvalidInput(
            Fault(
                found.stream,
                f"The plan is {found.state}: what is not official yet binds nobody and is not scored.",
                "Score it once it has been approved.",
            )
        )
    return found


def achievement(register: Register, stream: str, *, clause: str = "", basis: str = "") -> Figure:
    """The share of items achieved, of those not withdrawn, with both counts.  Not applicable over none.

    Raises `InvalidInput` against a plan that is not official (R-009).
    """
    found = scorable(register.plan(stream))
    asked = {code: item for code, item in found.items.items() if item.withdrawn is None}
    reports = [r for code in asked if (r := found.standing(code)) and r.said.claim == "achieved"]
    part = counted("achieved", clause, basis, (register.events[r.event_id] for r in reports))
    whole = counted("items", clause, basis, (register.events[item.event_id] for item in asked.values()))
    return share("achievement", part, whole, clause, basis)


# --- overdue ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overdue:
    """An item that is past its day, or past the occasion that it was promised for.

    `days` counts whole local days past the day, 0 where only the occasion is over.  `ground` is ``day`` or
    ``occasion``.
    """

    plan: str
    item: str
    person: str
    due: date
    days: int
    ground: str
    evidence: tuple[Evidence, ...]


def overdue(history: History, as_of: datetime, calendar: Calendar) -> tuple[Overdue, ...]:
    """What was overdue as of a moment, by plan and item in the order of the log (R-007, R-008).

    An item is overdue from the day after it is due, while it is neither achieved nor withdrawn, and from the
    end of the day of its occasion, while no report given by then names that occasion.  An occasion folded
    into another is over with that one, and a report may name either.
    """
    register = Register.of(history.as_of(effective=as_of))
    today = calendar.day_of(as_of)
    found = list[Overdue]()
    for stream, held in register.plans.items():
        if held.state not in ("official", "reporting"):
            continue
        open_ = held.open_items()
        for code, commitment in held.items.items():
            days = (today - commitment.item.due).days
            evidence = register.events[commitment.event_id]
            if code in open_ and days > 0:
                row = Overdue(stream, code, commitment.person, commitment.item.due, days, "day", (evidence,))
                found.append(row)
            if (closed := _missed(register, held, code, commitment, as_of, calendar)) is not None:
                late = max(days, 0) if code in open_ else 0
                events = (evidence, *closed)
                found.append(
                    Overdue(stream, code, commitment.person, commitment.item.due, late, "occasion", events)
                )
    return tuple(found)


def _missed(
    register: Register, held: Plan, code: str, commitment: Commitment, as_of: datetime, calendar: Calendar
) -> tuple[Evidence, ...] | None:
    """The events by which the occasion of an item was over, if nothing was reported at it."""
    if commitment.item.occasion is None or commitment.withdrawn is not None:
        return None
    due = due_at(commitment.item.occasion, register.merged)
    if due.stream not in register.over:
        return None
    closed, when = register.over[due.stream]
    if as_of < (end := calendar.end_of(calendar.day_of(due.over(when)))):
        return None
    if any(report.at < end for report in held.reported_at(code, *due.streams)):
        return None
    return *(merging.evidence for merging in due.mergings), closed


# --- target, claim, evidence -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One target with what was claimed of it and what that rests on (R-050).

    `status` is that of the plan; `events` are the latest event of each stream that the claim cites.
    `comparison` sets the figure claimed against the target.  `flags` say what is wrong: ``no_claim``,
    ``no_evidence_event``, ``not_verified``, ``differs_from_target``, ``not_verifiable``, ``rank_missed``,
    ``rank_differs``, ``ranking_superseded``.
    """

    item: str
    person: str
    target: Quantity | None
    rank: RankTarget | None
    status: str
    withdrawn: str | None
    claim: str | None
    figure: Quantity | None
    comparison: Comparison | None
    attained: RankAttained | None
    cited: tuple[Cited, ...]
    report: Evidence | None
    events: tuple[Evidence, ...]
    flags: tuple[str, ...]


def report_view(
    history: History, stream: str, rankings: Mapping[str, Mapping[str, int]] | None = None
) -> tuple[Row, ...]:
    """Every target of a plan joined with its claim and the evidence, in order, none left out.

    `rankings` are published rankings by the digest of their snapshot, places by unit: with them the place
    claimed is checked against the one published (R-097).
    """
    register = Register.of(history)
    held = register.plan(stream)
    superseded = {recorded.envelope.stream for recorded in history.events(ErratumLinked)}
    return tuple(_row(history, register, held, code, superseded, rankings or {}) for code in held.items)


def _row(
    history: History,
    register: Register,
    held: Plan,
    code: str,
    superseded: set[str],
    rankings: Mapping[str, Mapping[str, int]],
) -> Row:
    commitment = held.items[code]
    waiting = held.waiting(code)
    report = held.standing(code) or (waiting[-1] if waiting else None)
    item, said = commitment.item, None if report is None else report.said
    events = () if said is None else _events(history, said.evidence)
    figure = None if said is None else said.figure
    compared = None if item.target is None or figure is None else item.target.compare(figure)
    flags = list[str]()
    if commitment.withdrawn is None:
        if said is None:
            flags.append("no_claim")
        elif not events:
            flags.append("no_evidence_event")
        if report is not None and held.kind is not None and held.kind.verified and not report.accepted:
            flags.append("not_verified")
        if said is not None and said.claim == "achieved" and item.target is not None:
            if compared is None or compared.outcome == "not_verifiable":
                flags.append("not_verifiable")
            elif not compared:
                flags.append("differs_from_target")
        if said is not None and said.rank is not None and item.rank is not None:
            flags += _rank_flags(held, item.rank, said.rank, superseded, rankings)
    return Row(
        item=code,
        person=commitment.person,
        target=item.target,
        rank=item.rank,
        status=held.status(code),
        withdrawn=None if commitment.withdrawn is None else commitment.withdrawn.ground,
        claim=None if said is None else said.claim,
        figure=figure,
        comparison=compared,
        attained=None if said is None else said.rank,
        cited=() if said is None else said.evidence,
        report=None if report is None else register.events[report.event_id],
        events=events,
        flags=tuple(flags),
    )


def _rank_flags(
    held: Plan,
    target: RankTarget,
    attained: RankAttained,
    superseded: set[str],
    rankings: Mapping[str, Mapping[str, int]],
) -> Iterator[str]:
    if attained.place > target.place:
        yield "rank_missed"
    if attained.publication in superseded:
        yield "ranking_superseded"
    published = rankings.get(attained.digest)
    if published is not None and held.said is not None and published.get(held.said.unit) != attained.place:
        yield "rank_differs"


def _events(history: History, cited: tuple[Cited, ...]) -> tuple[Evidence, ...]:
    found = list[Evidence]()
    for item in cited:
        records = [] if item.stream is None else list(history.stream(item.stream))
        if records:
            last = records[-1]
            found.append(Evidence(last.envelope.event_id, last.position, last.envelope.stored_type))
    return tuple(found)


# --- dormant, assigned, served ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dormancy:
    """Whether a plan that its kind lets go dormant had an activity lately (R-170).

    `last` is the latest activity held for it, None where there was none since it became official.  It is
    dormant from `since` on: the first moment after the months that its kind names.
    """

    plan: str
    unit: str
    months: int
    last: Evidence | None
    since: datetime
    dormant: bool


def dormancies(history: History, as_of: datetime, calendar: Calendar) -> tuple[Dormancy, ...]:
    """Every plan in force whose kind can go dormant, as of a moment, in the order of the log."""
    register = Register.of(history.as_of(effective=as_of))
    found = list[Dormancy]()
    for stream, held in register.plans.items():
        if held.kind is None or held.said is None or not held.kind.dormant_after:
            continue
        if held.state not in ("official", "reporting") or held.approved_at is None:
            continue
        latest: tuple[datetime, str] | None = None
        for occasion, state in register.served(held):
            if state.held_at is not None and state.held_at >= held.approved_at:
                latest = max(latest or (state.held_at, occasion), (state.held_at, occasion))
        begins = held.approved_at if latest is None else latest[0]
        due = calendar.deadline(begins, Term(amount=held.kind.dormant_after, unit="months")).due
        found.append(
            Dormancy(
                plan=stream,
                unit=held.said.unit,
                months=held.kind.dormant_after,
                last=None if latest is None else register.held[latest[1]],
                since=due,
                dormant=as_of >= due,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was accountable for what from when to when, and what came of it (R-172).

    `until` is None while it lasts; the result is that of whoever was accountable when it was reported.
    """

    plan: str
    kind: str
    item: str
    person: str
    since: datetime
    until: datetime | None
    team: tuple[str, ...]
    result: str | None
    evidence: tuple[Evidence, ...]


def assignments(history: History, *kinds: str) -> tuple[Assignment, ...]:
    """Every assignment of plans of these kinds (none named: of all) that became official, as of a history."""
    register = Register.of(history)
    found = list[Assignment]()
    for stream, held in register.plans.items():
        if held.said is None or not held.scorable or (kinds and held.said.kind not in kinds):
            continue
        for code, commitment in held.items.items():
            ends = [*(tenure.since for tenure in commitment.tenures[1:]), _end(held, commitment)]
            for tenure, until in zip(commitment.tenures, ends, strict=True):
                report = _result(held, code, tenure.person)
                rests = [tenure.event_id, *([] if report is None else [report.event_id])]
                found.append(
                    Assignment(
                        plan=stream,
                        kind=held.said.kind,
                        item=code,
                        person=tenure.person,
                        since=tenure.since,
                        until=until,
                        team=commitment.item.team,
                        result=None if report is None else report.said.claim,
                        evidence=tuple(register.events[ident] for ident in rests),
                    )
                )
    return tuple(found)


def _end(held: Plan, commitment: Commitment) -> datetime | None:
    if commitment.withdrawn is not None:
        return commitment.withdrawn.at
    return held.closed_at


def _result(held: Plan, item: str, person: str) -> Report | None:
    report = held.standing(item)
    return report if report is not None and report.said.person == person else None


@dataclass(frozen=True, slots=True)
class Services:
    """Participation and services of a plan, by category (R-179).

    `participants` counts each person once, `attendances` every time; both by the category of then, so that
    somebody with two counts under both, and under ``all`` once.  `services` adds up what the reports that
    stand count, by counter.
    """

    occasions: Figure
    participants: Mapping[str, Figure]
    attendances: Mapping[str, Figure]
    services: Mapping[str, Quantity]
    reports: tuple[Evidence, ...]


def services(history: History, stream: str) -> Services:
    """Who took part in the occasions of a plan, and what was done for others, as of a history."""
    register = Register.of(history)
    held = register.plan(stream)
    people: dict[str, set[str]] = {}
    times: dict[str, int] = {}
    rests: dict[str, list[Evidence]] = {}
    served = list(register.served(held))
    for occasion, state in served:
        for person in sorted(state.attended()):
            for category in ("all", *sorted(state.register[person].categories)):
                people.setdefault(category, set()).add(person)
                times[category] = times.get(category, 0) + 1
                rest = rests.setdefault(category, [])
                if register.held[occasion] not in rest:
                    rest.append(register.held[occasion])
    sums: dict[str, Quantity] = {}
    reports = [r for code in held.items if (r := held.standing(code)) is not None and r.said.counts]
    for report in reports:
        for counter, quantity in report.said.counts.items():
            sums[counter] = sums[counter] + quantity if counter in sums else quantity
    return Services(
        occasions=counted("occasions", "", "", (register.held[occasion] for occasion, _ in served)),
        participants={
            category: counted("participants", "", "", rests[category], len(people[category]))
            for category in sorted(people)
        },
        attendances={
            category: counted("attendances", "", "", rests[category], times[category])
            for category in sorted(times)
        },
        services={counter: sums[counter] for counter in sorted(sums)},
        reports=tuple(register.events[report.event_id] for report in reports),
    )
