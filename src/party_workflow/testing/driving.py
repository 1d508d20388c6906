"""Drives a workflow with arbitrary and with likely commands, and checks after each what holds of every model.

A `Driver` needs no test framework: a Hypothesis machine (`party_workflow.testing.machine`) or a loop over
numbers asks it for one step after another.  Where something does not hold it raises `Broken`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from party_workflow.authority import FOUNDATIONS, UNKNOWN_MATTER, forbidden
from party_workflow.codec import Command
from party_workflow.errors import CommandIdConflict, InvalidInput, Refused
from party_workflow.model import Model
from party_workflow.service import Workflow
from party_workflow.store import Actor, Recorded, read_event
from party_workflow.testing.making import Choice, Found, Maker, Pool, harvest

ATTEMPTS: Final = 14
"""How many likely commands are tried in one step until one is accepted."""
_PATIENCE: Final = 2
"""After how many refusals the time is no longer altered, which may be the cause."""

Likely = Callable[[Maker, Any, Mapping[str, Any]], Mapping[str, Any]]
"""Fields of a likely command of one type, given the maker, the state of its matter,
and its fields (those that are settled with their values)."""


class Broken(AssertionError):
    """Something does not hold that holds of every model; the message names the commands."""


@dataclass(slots=True)
class Count:
    """What came of the commands of one category."""

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    invalid: int = 0
    events: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    states: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """What came of everything, by category; `unmet` names the event types that did not occur."""

    by_category: dict[str, Count] = field(default_factory=dict)

    def of(self, category: str) -> Count:
        """The count of one category."""
        return self.by_category.setdefault(category, Count())

    def unmet(self, model: Model) -> dict[str, tuple[str, ...]]:
        """The event types of each category that no accepted command led to."""
        found = {}
        for decider in model.all_deciders:
            met = self.of(decider.category).events
            if missing := tuple(e.stored_type for e in decider.events if e.stored_type not in met):
                found[decider.category] = missing
        return found

    def lines(self, model: Model) -> Iterator[str]:
        """A table: accepted, refused, reasons met, states, event types met, and what was not met."""
        unmet = self.unmet(model)
        yield (
            f"{'category':14} {'accepted':>8} {'refused':>8} {'invalid':>7} "
            f"{'reasons':>9} {'states':>7} {'event types':>11}"
        )
        for decider in model.all_deciders:
            count = self.of(decider.category)
            reasons = f"{len({r.code for r in decider.reasons} & set(count.refused))}/{len(decider.reasons)}"
            met = f"{len(decider.events) - len(unmet.get(decider.category, ()))}/{len(decider.events)}"
            yield (
                f"{decider.category:14} {sum(count.accepted.values()):8} {sum(count.refused.values()):8} "
                f"{count.invalid:7} {reasons:>9} {len(count.states):7} {met:>11}"
            )
        for category, missing in unmet.items():
            yield f"not met in {category}: {', '.join(missing)}"


def _phase(state: Any) -> str | None:
    for name in ("status", "phase", "state"):
        found = getattr(state, name, None)
        if isinstance(found, str):
            return found or None
    return None


@dataclass(frozen=True)
class Setting:
    """What a driver is told of the world that it drives.

    `actors` are picked with equal chance: name somebody twice to hear of them more often.  `likely` knows,
    by command type, what the annotations of a command do not say.  `phase` gives the lifecycle state of a
    matter and `known` whether its lifecycle knows that one, by category.  `beside` gives what is kept beside
    the log (openings, ballots) in a form that can be compared.  `audit` names what an auditor would find.
    """

    pool: Pool
    actors: Sequence[Actor]
    likely: Mapping[str, Likely] = field(default_factory=dict)
    phase: Callable[[Any], str | None] = _phase
    known: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    beside: Callable[[], Any] = lambda: None
    audit: Callable[[Workflow], Sequence[str]] = lambda workflow: ()
    seldom: frozenset[str] = frozenset()
    """Command types that end a matter early: picked one time in eight."""


@dataclass
class Driver:
    """Takes steps on one workflow; `now` is the clock of the record."""

    workflow: Workflow
    setting: Setting
    now: datetime
    tally: Tally = field(default_factory=Tally)
    focus: tuple[str, ...] = ()
    """What most likely commands are about: three categories picked by lot, so that matters get somewhere."""
    refused: str | None = None
    """Why the last command was refused, as a code; None where it was not."""
    _number: int = 0
    _given: list[tuple[str, tuple[Command, ...], Actor, datetime, datetime | None]] = field(
        default_factory=list
    )
    _near: dict[str, tuple[int, Found]] = field(default_factory=dict)
    _latest: dict[str, str] = field(default_factory=dict)
    _reached: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.model = self.workflow.model
        self.categories = [
            decider.category for decider in self.model.all_deciders if decider.category != "log"
        ]
        self.streams: dict[str, list[str]] = {name: [] for name in self.categories}
        for record in self.workflow.store.read():
            self._note(record.envelope.stream)
        self._start = self.workflow.store.head().position

    # --- steps -----------------------------------------------------------------------------

    def likely(self, choice: Choice, attempts: int = ATTEMPTS) -> bool:
        """Try plausible commands on one matter until one is accepted; whether one was.

        What is refused is altered in one field or two and tried again: reasons come in order of precedence,
        so that a reason further down says that the command has come nearer.
        """
        maker = Maker(choice, self.setting.pool)
        self.focus = self.focus or tuple(maker.pick(self.categories) for _ in range(3))
        category = maker.pick(self.categories if maker.chance(4) else self.focus)
        best: tuple[int, Command, Actor, Maker, Mapping[str, Any]] | None = None
        effective = self.effective(choice)
        for attempt in range(attempts):
            effective = effective if attempt < _PATIENCE else None
            if best is None or choice.below(3) == 0:
                if (made := self.plausible(choice, category)) is None:
                    continue
                command, by, maker, given = made
            else:
                _, old, by, maker, given = best
                command = maker.altered(old, given)
            before = self.refused
            if self.give((command,), by, effective):
                return True
            rank = self._rank(command)
            if rank < 0 and (best is None or before != self.refused):
                best = None  # not for this actor, or not on this matter
            elif best is None or rank >= best[0]:
                best = (rank, command, by, maker, given)
        return False

    def _rank(self, command: Command) -> int:
        """How far a refused command came: the place of the reason among those of its decider."""
        reasons = self.model.by_command[command.stored_type].reasons
        found = [index for index, reason in enumerate(reasons) if reason.code == self.refused]
        return found[0] if found else -1

    def together(self, choice: Choice) -> bool:
        """Give two to four plausible commands in one; all are recorded or none."""
        maker = Maker(choice, self.setting.pool)
        by, found = maker.pick(self.setting.actors), []
        category = maker.pick(self.categories)
        for _ in range(2 + choice.below(3)):
            made = self.plausible(choice, category if choice.below(2) else maker.pick(self.categories), by)
            found += [] if made is None else [made[0]]
        return bool(found) and self.give(tuple(found), by, self.effective(choice))

    def arbitrary(self, command: Command, choice: Choice) -> bool:
        """Give any command by anybody at any time."""
        by = Maker(choice, self.setting.pool).pick(self.setting.actors)
        return self.give((command,), by, self.effective(choice))

    def later(self, **delta: int) -> None:
        """Move the clock on."""
        self.now += timedelta(**delta)

    def again(self, choice: Choice) -> None:
        """Give an earlier command once more, and something else under its id."""
        if not self._given:
            return
        command_id, commands, by, at, effective = self._given[choice.below(len(self._given))]
        before = self._everything()
        # A service that tries again does so later; when it is recorded does not make it another command.
        receipt = self.workflow.execute(
            *commands, by=by, at=max(at, self.now), command_id=command_id, effective_at=effective
        )
        if not receipt.repeated or self._everything() != before:
            raise Broken(f"{commands} given again under {command_id} was recorded again")
        other = self._given[choice.below(len(self._given))]
        if (other[1], other[2], other[4]) != (commands, by, effective):
            try:
                self.workflow.execute(
                    *other[1], by=other[2], at=self.now, command_id=command_id, effective_at=other[4]
                )
            except CommandIdConflict:
                pass
            else:
                raise Broken(f"{other[1]} was taken under the id of {commands}")
            if self._everything() != before:
                raise Broken(f"{other[1]} under a used id was refused and left something behind")

    def backwards(self, choice: Choice) -> None:
        """Give a command at a time before the last: it is refused as input."""
        made = self.plausible(choice, Maker(choice, self.setting.pool).pick(self.categories))
        last = self.workflow.store.head().recorded_at
        if made is None or last is None:
            return
        before = self._everything()
        try:
            self.workflow.execute(made[0], by=made[1], at=last - timedelta(seconds=1), command_id="too-early")
        except (InvalidInput, Refused):
            pass
        else:
            raise Broken(f"{made[0]} was recorded before what precedes it")
        if self._everything() != before:
            raise Broken(f"{made[0]} at a time past left something behind")

    def disorder(self, choice: Choice, stream: str | None = None) -> None:
        """Fold the events of one stream in another order, some left out, some twice: nothing fails."""
        known = [each for streams in self.streams.values() for each in streams]
        stream = stream or Maker(choice, self.setting.pool).pick(known)
        decider = self.model.decider(stream)
        if decider.category in FOUNDATIONS and decider.category != "organisation":
            return
        events = list(self._recorded(stream))[-40:]
        order = [events[choice.below(len(events))] for _ in events]
        state = decider.initial()
        for index, item in enumerate(order):
            try:
                state = decider.evolve(state, item)
                decider.closed(state)
            except Exception as error:
                told = [each.event.stored_type for each in order[: index + 1]]
                raise Broken(f"{stream}: evolve fails on {told}: {error!r}") from error

    # --- making ----------------------------------------------------------------------------

    def plausible(
        self, choice: Choice, category: str, by: Actor | None = None
    ) -> tuple[Command, Actor, Maker, Mapping[str, Any]] | None:
        """A command that `Workflow.allowed` has open for somebody on some matter, and by whom.

        With it the maker that made it, and the fields that say on what matter and which step it is.
        """
        maker = Maker(choice, self.setting.pool)
        by = maker.pick(self.setting.actors) if by is None else by
        stream, fresh = self._matter(maker, category)
        state = self.workflow.state(stream)
        open_ = [each for each in self.workflow.allowed(by, self.now, stream) if each]
        if not open_:
            return None
        # Of two that are open, the one that has been carried out less often.
        if not maker.chance(8):
            open_ = [each for each in open_ if each.command not in self.setting.seldom] or open_
        one, other = maker.pick(open_), maker.pick(open_)
        pick = min(one, other, key=lambda each: self._reached[f"{each.command}/{each.step}"])
        kind = self.model.registry.commands[pick.command]
        near = Found((), (), {}) if fresh else self._around(stream, state)
        pool = self.setting.pool.around(self.now)
        standing = tuple(each for streams in self.streams.values() for each in streams)
        maker = replace(maker, pool=pool, near=near, me=by.person, streams=standing)
        given: dict[str, Any] = {}
        if "/" in stream and "key" in kind.model_fields:
            given["key"] = stream.partition("/")[2]
        if pick.step is not None:
            given["step"] = pick.step
        fixed = dict(given)
        if (likely := self.setting.likely.get(pick.command)) is not None and not maker.chance(10):
            said = likely(maker, state, {**dict.fromkeys(kind.model_fields), **given})
            given = {name: each for name, each in said.items() if name in kind.model_fields} | given
        made = maker.command(kind, given)
        return None if made is None else (made, by, maker, fixed)

    def effective(self, choice: Choice) -> datetime | None:
        """When a command takes effect: mostly now, else some time before or after, or as another did."""
        if choice.below(6):
            return None
        if self._given and not choice.below(3):
            return self._given[choice.below(len(self._given))][4]
        return Maker(choice, self.setting.pool).pick(self.setting.pool.around(self.now).moments)

    def _matter(self, maker: Maker, category: str) -> tuple[str, bool]:
        known = self.streams[category]
        if category in self._latest and not maker.chance(3):
            return self._latest[category], False
        if known and (category in FOUNDATIONS or maker.choice.below(min(2 + 2 * len(known), 6))):
            return maker.pick(known), False
        if known == [] and category in ("organisation", "authority"):
            return category, False
        return f"{category}/{maker.pick(_keys(self.setting.pool))}", True

    def _around(self, stream: str, state: Any) -> Found:
        version = sum(1 for _ in self.workflow.store.read_stream(stream))
        if stream not in self._near or self._near[stream][0] != version:
            said = [(each.event, each.envelope.event_id) for each in self._recorded(stream)][-30:]
            self._near[stream] = (version, harvest(state, said))
        return self._near[stream][1]

    # --- checking ----------------------------------------------------------------------------

    def give(self, commands: tuple[Command, ...], by: Actor, effective_at: datetime | None = None) -> bool:
        """Execute commands and check what holds whatever comes of it; whether they were recorded."""
        category = self.model.by_command[commands[0].stored_type].category
        count = self.tally.of(category)
        closed = None
        if len(commands) == 1:
            step = getattr(commands[0], "step", None)
            permissions = self.workflow.allowed(by, self.now, commands[0].stream)
            matching = [p for p in permissions if p.command == commands[0].stored_type]
            closed = next((p.refusal for p in matching if p.step in (None, step)), None)
        before, head = self._everything(), self.workflow.store.head().position
        self._number += 1
        command_id = f"driven-{self._number}"
        told = f"{commands} by {by} at {self.now} effective {effective_at}"
        refused = None
        try:
            self.workflow.execute(
                *commands, by=by, at=self.now, command_id=command_id, effective_at=effective_at
            )
        except Refused as error:
            refused = error.refusal.code
            count.refused[refused] += 1
        except InvalidInput:
            refused = "invalid"
            count.invalid += 1
        except Exception as error:
            raise Broken(f"{type(error).__name__} out of {told}: {error}") from error
        self.refused = refused
        if refused is not None:
            if self._everything() != before or self.workflow.store.receipt(command_id) is not None:
                raise Broken(f"{told} was refused ({refused}) and left something behind")
            if closed is not None and not _agree(closed.code, refused):
                raise Broken(f"{told}: allowed says {closed.code}, the refusal {refused}")
            return False
        if closed is not None:
            raise Broken(f"{told} was carried out although {closed}")
        self._given.append((command_id, commands, by, self.now, effective_at))
        for command in commands:
            owner = self.tally.of(self.model.by_command[command.stored_type].category)
            owner.accepted[command.stored_type] += 1
            self._reached[f"{command.stored_type}/{getattr(command, 'step', None)}"] += 1
        touched: dict[str, None] = {}
        for record in self.workflow.store.read(head):
            touched[record.envelope.stream] = None
            decider = self.model.decider(record.envelope.stream)
            self.tally.of(decider.category).events[record.envelope.stored_type] += 1
        for stream in touched:
            self._note(stream)
            self._latest[stream.partition("/")[0]] = stream
            try:
                self.replays(stream)
            except Broken as error:
                raise Broken(f"{error} after {told}") from error.__cause__
        return True

    def replays(self, stream: str) -> None:
        """A reader who begins anew comes to the same state, and its lifecycle knows it."""
        live, category = self.workflow.state(stream), stream.partition("/")[0]
        if Workflow(self.workflow.store, self.model).state(stream) != live:
            raise Broken(f"{stream}: another state live than replayed")
        if category not in ("log", "authority"):
            if self.workflow.history.state(self.model.decider(stream), stream) != live:
                raise Broken(f"{stream}: another state live than in history")
        count, phase = self.tally.of(category), self.setting.phase(live)
        count.phases[str(phase)] += 1
        count.states.add(hash(repr(live)))
        knows = self.setting.known.get(category)
        if knows is not None and not knows(live):
            raise Broken(f"{stream} is in the state {phase!r}, which its lifecycle does not know")

    def finish(self) -> None:
        """What is asked of the whole: streams replay, nothing forbidden stands, the audit finds nothing."""
        for streams in self.streams.values():
            for stream in streams:
                self.replays(stream)
        found = list(forbidden(self.workflow.history.events()))
        if found:
            raise Broken(f"recorded although not permitted: {found[0]}")
        if findings := self.setting.audit(self.workflow):
            raise Broken("the audit finds: " + "; ".join(findings[:3]))

    def _everything(self) -> Any:
        return (self.workflow.store.head(), self.setting.beside())

    def _recorded(self, stream: str) -> Iterator[Recorded]:
        for item in self.workflow.history.stream(stream):
            yield read_event(item, self.model.registry)

    def _note(self, stream: str) -> None:
        known = self.streams.get(stream.partition("/")[0])
        if known is not None and stream not in known:
            known.append(stream)


def _agree(beforehand: str, refused: str) -> bool:
    """Whether two refusals are the same.  That there is no such matter is said in one way of all, hidden ones
    included, and beforehand under the category's own code."""
    return beforehand == refused or (beforehand.endswith(".unknown") and refused == UNKNOWN_MATTER.code)


def _keys(pool: Pool) -> tuple[str, ...]:
    return pool.named.get("key") or pool.fitting(r"^[a-z0-9][a-z0-9-]{0,12}$")
